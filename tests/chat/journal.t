#!/usr/bin/env python3
# journal.t - what was answered is not asked again: rerun, replay, kill -9.
import json
import os
import random
import signal
import stat
import subprocess
import sys
import tempfile
import time

from fake import (
    DRIVER, FAST, NOSOCKET, Run, Server, lines, ok, t)

SCRIPT = {"rules": [
    {"match": "keyed", "replies": ["your key is sk-secret-0123456789"]},
    {"match": "odd", "replies": [{"fault": "400", "once": False}]},
    {"match": "full", "replies": [
        {"fault": "400-context-full", "once": False}]},
    {"turn": 0, "replies": [{"content": "first \u00e9\u4e2d", "reasoning":
                             "because"}]},
    {"replies": [{"code": "print(1)"}]}]}
TMP = tempfile.TemporaryDirectory()
ENV = {"CSV_AGENT_API_KEY_ENV": "TEST_KEY",
       "TEST_KEY": "sk-secret-0123456789"}


def path(name):
    return os.path.join(TMP.name, name)


def read(name):
    """The journal's whole lines, and how many bytes follow them."""
    with open(path(name), "rb") as f:
        data = f.read()
    rows, good = data.split(b"\n"), []
    for row in rows[:-1]:
        try:
            good.append(json.loads(row))
        except ValueError:
            pass
    return good, len(rows[-1]), data


def of(rows, kind):
    return [r for r in rows if r["kind"] == kind]


def rerun_and_replay(server):
    args = ["-n", "40", "--turns", "3", "--samples", "2", *FAST]
    j = ["--journal", path("a")]
    first = Run(server.url, *args, *j, env=ENV)
    made = server.stats()["requests"]
    rows, torn, data = read("a")
    mode = stat.S_IMODE(os.stat(path("a")).st_mode)
    ok(first.rc == 0 and made == 120 and len(of(rows, "reply")) == 120 and
       torn == 0, "one line for each answer", first.err, made, len(rows))
    ok(mode == 0o600, "the file is for its owner only", oct(mode))
    ok(b"sk-secret" not in data, "the key is nowhere in it")
    again = Run(server.url, *args, *j, "-j", "3", env=ENV)
    ok(again.rc == 0 and again.out == first.out and
       server.stats()["requests"] == made and
       again.account["journalled"] == 120 and
       again.account["usage"]["cost"] == 0,
       "a rerun asks nothing, prints the same, costs nothing", again.err)
    ok(read("a")[2] == data, "a rerun adds nothing")
    more = Run(server.url, *args[:1], "42", *args[2:], *j, env=ENV)
    ok(more.rc == 0 and server.stats()["requests"] == made + 6 and
       more.out.startswith(first.out), "a longer run asks what is new")
    return first


def replay(url, first):
    """The server is gone, and to open a socket is to be killed."""
    args = ["-n", "40", "--turns", "3", "--samples", "2", "--replay",
            "--journal", path("a")]
    run = Run(url, under=[NOSOCKET])
    ok(run.rc == -signal.SIGSYS, "a run that asks is killed", run.rc)
    for jobs in ("1", "7", "64"):
        run = Run(url, *args, "-j", jobs, under=[NOSOCKET])
        ok(run.rc == 0 and run.out == first.out,
           f"replay without server or key, -j {jobs}", run.rc, run.err)
    before = read("a")[2]
    run = Run(url, *args, "--set", "temperature=0.2")
    one = run.replies()[0]
    ok(run.rc == 1 and one["why"] == "miss" and
       "temperature was 0.7, now 0.2" in one["message"] and
       "the same messages" in one["message"],
       "a miss names what differs", run.rc, one)
    run = Run(url, *args, "--text", "other")
    one = run.replies()[0]
    ok(run.rc == 1 and "message 2 of 2 differs" in one["message"],
       "a miss names the message that differs", one)
    run = Run(url, *args, "--model", "m2")
    ok('model was "openai/gpt-oss-120b", now "m2"' in
       run.replies()[0]["message"], "a miss names the model", run.out[:500])
    ok(read("a")[2] == before, "replay writes nothing")
    run = Run(url, "--replay")
    ok(run.rc == 2 and "expected a journal" in run.err,
       "replay needs a journal", run.err)
    run = Run(url, "--replay", "--journal", path("none"))
    ok(run.rc == 3 and not os.path.exists(path("none")),
       "replay needs one that is there", run.rc, run.err)


def secrets(server):
    run = Run(server.url, "--text", "keyed", "--journal", path("k"), env=ENV)
    ok(run.rc == 0 and "sk-secret" not in run.out and
       "your key is ****" in run.out and b"sk-secret" not in read("k")[2],
       "a key that the server sends back is blotted out", run.out)


def failures(server):
    with lines(["fine", "odd", "full", "fine", "odd"]) as f:
        args = ["--texts", f.name, "--journal", path("f"), *FAST]
        first = Run(server.url, *args)
        rows = read("f")[0]
        ok(first.rc == 1 and len(of(rows, "reply")) == 1 and
           len(of(rows, "failure")) == 2 and len(of(rows, "attempt")) >= 2,
           "failures are recorded, but are no answers", first.err, rows)
        made = server.stats()["requests"]
        again = Run(server.url, *args)
        ok(server.stats()["requests"] > made and again.out == first.out,
           "they are asked again")
        seen = Run(server.url, *args, "--replay")
        ok(seen.rc == 1 and seen.out == first.out,
           "replay fails the same way", seen.out, first.out)


def torn(server):
    args = ["-n", "5", "--journal", path("a")]
    with open(path("a"), "ab") as f:
        f.write(b'{"kind":"reply","key":"0123')
    Run(server.url, *args, "--text", "torn", env=ENV)
    rows, rest, data = read("a")
    ok(rest == 0 and data.count(b"\n") == len(rows) + 1,
       "a torn line is closed before the next")
    run = Run(server.url, *args, "--text", "torn", env=ENV)
    ok(run.rc == 0 and "1 line could not be read" in run.err and
       run.account["journalled"] == 5, "and skipped with a word", run.err)


def same_question(server):
    made = server.stats()["requests"]
    with lines(["twin"] * 20) as f:
        run = Run(server.url, "--texts", f.name, "--journal", path("t"))
    ok(run.rc == 0 and server.stats()["requests"] == made + 1 and
       run.account["calls"] == 20, "equal calls at once are asked once",
       run.err)


def shared(server):
    """Two processes, one journal."""
    procs = [subprocess.Popen(
        [DRIVER, "--base-url", server.url, "-n", "150", "--text", text,
         "--journal", path("s"), "--quiet"], stdout=subprocess.DEVNULL)
        for text in ("left", "right")]
    codes = [p.wait(timeout=60) for p in procs]
    rows, rest, data = read("s")
    ok(codes == [0, 0] and rest == 0 and len(of(rows, "reply")) == 300 and
       data.count(b"\n") == 300, "two processes may share a journal", codes)


def full(server):
    """A file system without room (a limit on file size stands for it)."""
    shell = f"trap '' XFSZ; ulimit -f 8; exec {DRIVER} \"$@\""
    p = subprocess.run(
        ["bash", "-c", shell, "x", "--base-url", server.url, "-n", "50",
         "--journal", path("e")], capture_output=True, text=True, timeout=60)
    rows, rest, data = read("e")
    ok(p.returncode == 3 and "File too large" in p.stderr,
       "a journal that cannot be written ends the run", p.stderr)
    ok(rest == 0 and len(rows) > 0 and data.count(b"\n") == len(rows),
       "it ends with a whole line")


KILLED = ["-n", "600", "--turns", "3", "--text", "kill", "--max-inflight", "8",
          "--quiet"]
KILLS = 50


def killed(server, want, log):
    """kill -9, again and again; each run goes on where the last one was."""
    draw = random.Random(5)
    size, known, when, again = 0, set(), 0, 0
    for _ in range(KILLS):
        p = subprocess.Popen(
            [DRIVER, "--base-url", server.url, *KILLED, "--journal",
             path("x")], stdout=subprocess.DEVNULL)
        for _ in range(500):  # until it has written, then at any moment
            if os.path.exists(path("x")) and \
                    os.path.getsize(path("x")) > size:
                break
            time.sleep(0.005)
        time.sleep(draw.uniform(0, 0.06))
        when += p.poll() is None
        p.send_signal(signal.SIGKILL)
        p.wait()
        again += len(known & asked(log))
        size = os.path.getsize(path("x"))
        known = {r["value"]["id"] for r in of(read("x")[0], "reply")}
    ok(when == KILLS and KILLS <= len(known) < 1800,
       f"kill -9 at {KILLS} moments of the run", when, len(known))
    run = Run(server.url, *KILLED, "--journal", path("x"))
    again += len(known & asked(log))
    ok(run.rc == 0 and run.out == want.out,
       "then a rerun: the output of an undisturbed run", run.err)
    ok(again == 0 and run.account["requests"] == 1800 - len(known),
       "what was in the journal is never asked for again", again,
       run.account, len(known))


def asked(log):
    """The ids of replies to all requests since the last call."""
    time.sleep(0.05)
    return {"gen-" + json.loads(line)["mark"] for line in log.readlines()}


with Server(script=SCRIPT) as s:
    FIRST = rerun_and_replay(s)
    secrets(s)
    failures(s)
    torn(s)
    same_question(s)
    shared(s)
    full(s)
    URL = s.url
replay(URL, FIRST)
with Server("--latency", "20", script=SCRIPT) as s:
    UNDISTURBED = Run(s.url, *KILLED)
with tempfile.NamedTemporaryFile("r") as LOG, Server(
        "--latency", "20", "--log", LOG.name, script=SCRIPT) as s:
    killed(s, UNDISTURBED, LOG)
sys.exit(t.done())
