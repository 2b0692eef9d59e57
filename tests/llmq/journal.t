#!/usr/bin/env python3
# journal.t - csv-llmq: journal, replay, kill and resume, budget, signals.
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from llmq import (  # noqa: E402
    BIN, CSV, EASY, FAST, TOP, Server, ask, environment, fence, item,
    need_sandbox, ok, script, t)

need_sandbox()
random.seed(3)
WINE = "examples/data/wine.csv"
KILLS = 12 if os.environ.get("CHECK_ALL") else 3
BOOK = script(fence([item(0), item(1, code="submit(df['no'].sum())"), item(2)]),
              "Hm.", fence([item(i) for i in range(3, 7)]),
              cells=["print(df.shape)", "print(df['nothing'])",
                     "x = len(df)\nprint(x)", "print(x + 1)"])
ARGS = ["-n", "6", "--keep-exploration"]


def same(server, journal):
    """Twice with a journal, once in replay, -j 1 and 2: the same bytes."""
    runs = [ask(server, *ARGS, "--journal", journal, "-j", "2", env=EASY)]
    before = server.stats()["requests"]
    runs.append(ask(server, *ARGS, "--journal", journal, "-j", "1", env=EASY))
    ok(server.stats()["requests"] == before, "a rerun asks nobody")
    ok(len(runs[0].records()) == 6 and runs[0].rc == 0, "six questions",
       runs[0].rc, runs[0].err)
    ok(runs[0].out == runs[1].out, "a rerun gives the same bytes")
    return runs[0].out


def killed(server, journal, want):
    """Killed at any moment, then run again."""
    argv = [os.path.join(BIN, "csv-llmq"), "-q", "-b", server.url, *ARGS,
            "--journal", journal, CSV]
    env = environment(SOURCE_DATE_EPOCH="1700000000", **FAST, **EASY)
    seen = 0
    for _ in range(KILLS):
        p = subprocess.Popen(argv, stdout=subprocess.DEVNULL, cwd=TOP, env=env)
        end = time.monotonic() + 60
        more = random.randrange(4000)
        while p.poll() is None and time.monotonic() < end and (
                not os.path.exists(journal)
                or os.path.getsize(journal) <= seen + more):
            time.sleep(0.005)
        p.kill()
        p.wait()
        seen = os.path.getsize(journal)
    r = ask(server, *ARGS, "--journal", journal, env=EASY)
    ok(r.rc == 0 and r.out == want, "killed and run again: the same bytes",
       r.rc, r.err)


def stopped():
    slow = script({"content": fence([item(0)]), "delay": 60})
    with Server(script=slow) as s:
        argv = [os.path.join(BIN, "csv-llmq"), "-q", "-b", s.url, CSV]
        for sig in (signal.SIGTERM, signal.SIGINT):
            p = subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=TOP,
                                 env=environment(**FAST))
            before = s.stats()["requests"]
            end = time.monotonic() + 60
            while s.stats()["requests"] == before and time.monotonic() < end:
                time.sleep(0.05)
            p.send_signal(sig)
            p.communicate(timeout=60)
            ok(p.returncode == -sig, f"{sig.name} ends it", p.returncode)
        p = subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=TOP,
                             env=environment(**FAST))
        p.stdout.close()
        p.wait(60)
        ok(p.returncode == -signal.SIGPIPE, "so does a reader that leaves",
           p.returncode)


def drained():
    """With --drain a signal waits for what is in flight, and journals it."""
    slow = script({"content": fence([item(0)]), "delay": 2})
    with Server(script=slow) as s, tempfile.TemporaryDirectory() as d:
        j = os.path.join(d, "j")
        argv = [os.path.join(BIN, "csv-llmq"), "-q", "-b", s.url, "-n", "1",
                "--drain", "--journal", j, CSV]
        p = subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=TOP,
                             env=environment(**FAST, **EASY))
        end = time.monotonic() + 60
        while s.stats()["requests"] < 4 and time.monotonic() < end:
            time.sleep(0.02)
        p.send_signal(signal.SIGTERM)
        p.communicate(timeout=60)
        r = ask(s, "-n", "1", "--journal", j, "--replay", env=EASY)
    ok(p.returncode == -signal.SIGTERM and len(r.records()) == 1
       and "4 answers" in r.err, "--drain keeps what is in flight",
       p.returncode, r.err)


def budget():
    with Server(script=BOOK) as s:
        r = ask(s, *ARGS, "--max-total-tokens", "3000", env=EASY)
        ok(r.rc == 3 and "stopped" in r.err and "missing: " in r.err,
           "a budget ends it", r.rc, r.err)
    with Server("--api-key", "k", script=BOOK) as s:
        r = ask(s, *ARGS, env=EASY, csv=(CSV, WINE))
        ok(r.rc == 3 and r.out == "", "so does a server that refuses the key",
           r.rc, r.err)


def rebuilt():
    """What earlier cells give when they are run again is told where it is not
    what the journal holds."""
    luck = script(fence([item(0)]), cells=[
        "import os\nprint(os.urandom(8).hex())\nk = 2", "print(k)",
        "print(k + 1)"])
    with Server(script=luck) as s, tempfile.TemporaryDirectory() as d:
        args = ["-n", "1", "--keep-exploration", "--journal",
                os.path.join(d, "j")]
        cut = ask(s, *args, "--max-total-tokens", "100", env=EASY)
        one = ask(s, *args, env=EASY)
        two = ask(s, *args, "--replay", env=EASY)
        whole = ask(s, *args[:3], env=EASY)
    turns = one.records()[0]["exploration"]
    ok(cut.rc == 3 and [x["execution"]["stdout"] for x in turns[1:]]
       == ["2\n", "3\n"], "names of earlier cells are there again", turns,
       cut.err)
    ok([x.get("rebuilt_differs") for x in turns] == [None, [0], None]
       and "1 of the earlier cells gave something else" in one.err,
       "a cell that gives something else is told", turns, one.err)
    ok(two.out == one.out and "gave something else" in two.err,
       "in replay too", two.err)
    ok("rebuilt_differs" not in whole.out and len(whole.records()) == 1
       and "gave something else" not in whole.err,
       "a run of one piece has none", whole.err)


def files():
    """Two files at once: their questions in the order of the operands."""
    with Server(script=script(fence([item(0, code="submit(len(df))"),
                                     item(1, code="submit(2 * len(df))")]),
                              cells=["print(len(df))"] * 3)) as s:
        one, two = (ask(s, "-n", "2", "-j", j, csv=(WINE, CSV), env=EASY)
                    for j in ("1", "2"))
    ok([q["csv_source"] for q in one.records()] == [WINE] * 2 + [CSV] * 2
       and one.out == two.out, "the same bytes at any -j", one.out, one.err)


with tempfile.TemporaryDirectory() as d:
    with Server(script=BOOK) as server:
        j = os.path.join(d, "journal")
        bytes_ = same(server, j)
        killed(server, os.path.join(d, "torn"), bytes_)
    replay = ask(server, *ARGS, "--journal", j, "--replay", env=EASY)
    ok(replay.rc == 0 and replay.out == bytes_,
       "a replay without a server gives the same bytes", replay.err)
rebuilt()
files()
stopped()
drained()
budget()
sys.exit(t.done())
