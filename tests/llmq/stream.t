#!/usr/bin/env python3
# stream.t - csv-llmq in pipes: the whole pipeline streams; --verbalize is killed
# and goes on; a full disk; the manual page's examples; against the scripted
# server.
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from llmq import (  # noqa: E402
    BIN, CELLS, CSV, FAST, TOP, Run, Server, environment, fence, item, need_sandbox,
    ok, script, t, text)

need_sandbox()
random.seed(7)
KILLS = 12 if os.environ.get("CHECK_ALL") else 3
LEAD = "Please find this out: "
MADE = Run("csv-synthq", "-q", "-n", "6", CSV).records()


def wording(q):
    """A rewording of a question that passes the gate: one sentence."""
    body = q["question_text"][:-len(q["output_schema"])].strip()
    return body, LEAD + re.sub(r'([.?!]) (?=[A-Z"])', "; ", body)


def book(delay=0):
    rules = []
    for q in MADE:
        body, new = wording(q)
        rules.append({"match": f"The question: {body}\n", "in": "last",
                      "replies": [{"content": fence([{
                          "question": new, "hint": "Follow the text."}]),
                          "delay": delay}]})
    return {"rules": rules}


def pipeline():
    """An episode comes out before the next question goes in."""
    with Server(script=book()) as s:
        p = subprocess.Popen(
            ["bash", "-o", "pipefail", "-c",
             f"csv-llmq -q --verbalize -b {s.url} | csv-episode -q -t reference"
             " | csv-triangulate -q"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=TOP,
            env=environment(**FAST))
        seen = []
        for q in MADE[:3]:
            p.stdin.write(text([q]).encode())
            p.stdin.flush()
            seen.append(json.loads(p.stdout.readline()))
        p.stdin.close()
        rest = p.stdout.read()
        p.wait(60)
    ok(p.returncode == 0 and rest == b"" and [
        e["question"]["parent_id"] for e in seen] == [
            q["id"] for q in MADE[:3]],
       "each question's episode comes before the next question goes in",
       p.returncode, rest)
    ok(all(e["question"]["reworded"] and e["verified"]
           and e["question"]["question_text"].startswith(LEAD) for e in seen),
       "in other words, with the same answer", seen[0]["question"])


def killed():
    data = text(MADE)
    with tempfile.TemporaryDirectory() as d, Server(script=book(0.1)) as s:
        journal = os.path.join(d, "journal")
        args = ["-q", "--verbalize", "-b", s.url, "-j", "2"]
        want = Run("csv-llmq", *args, stdin=data, env=FAST)
        args += ["--journal", journal]
        for _ in range(KILLS):
            p = subprocess.Popen([os.path.join(BIN, "csv-llmq"), *args],
                                 stdin=subprocess.PIPE, cwd=TOP,
                                 stdout=subprocess.DEVNULL, env=environment(**FAST))
            p.stdin.write(data.encode())
            p.stdin.flush()
            time.sleep(random.random() * 0.6)
            p.kill()
            p.wait()
            p.stdin.close()
        r = Run("csv-llmq", *args, stdin=data, env=FAST)
        again = Run("csv-llmq", *args, "--replay", stdin=data, env=FAST)
    ok(want.rc == 0 and len(want.records()) == len(MADE)
       and all(q["reworded"] for q in want.records()), "all are reworded",
       want.rc, want.err)
    ok(r.rc == 0 and r.out == want.out == again.out,
       "killed at any moment and run again: the same bytes, in replay too",
       r.rc, r.err, again.err)


def full():
    with Server(script=book()) as s, open("/dev/full", "wb") as out:
        p = subprocess.run(
            [os.path.join(BIN, "csv-llmq"), "-q", "--verbalize", "-b", s.url],
            input=text(MADE).encode(), stdout=out, stderr=subprocess.PIPE,
            cwd=TOP, env=environment(**FAST), check=False)
    ok(p.returncode == 3 and p.stderr, "a full disk", p.returncode, p.stderr)


def shown():
    """The commands of the manual page and of the README's section."""
    with open(os.path.join(TOP, "man", "csv-llmq.1"), encoding="utf-8") as f:
        page = f.read().split(".Sh EXAMPLES\n")[1].split(".Sh ")[0]
    found = re.findall(r"^\.Dl (.*)$|^\.Bd .*\n((?:[^.].*\n)+)\.Ed$", page, re.M)
    with open(os.path.join(TOP, "README.md"), encoding="utf-8") as f:
        section = f.read().split("## LLM questions\n")[1].split("\n## ")[0]
    more = re.findall(r"^    \$ ((?:.*\\\n)*.*)$", section, re.M)
    ok(len(found) >= 10 and len(more) == 3, "there are examples", found, more)
    return [a or b for a, b in found] + more


def examples():
    """What the pages show can be run as it stands."""
    with tempfile.TemporaryDirectory() as d, Server(
            script=script(fence([item(0), item(1, "HARD")]))) as s:
        os.mkdir(os.path.join(d, "data"))
        for name in ("data.csv", "data/penguins.csv"):
            shutil.copy(os.path.join(TOP, CSV), os.path.join(d, name))
        with open(os.path.join(d, "test-set.jsonl"), "w",
                  encoding="utf-8") as f:
            f.write('{"question": "How many penguins are there?"}\n')
        env = environment(CSV_AGENT_BASE_URL=s.url, **FAST)
        said = ""
        for command in shown():
            p = subprocess.run(
                ["bash", "-o", "pipefail", "-ec", command], cwd=d, env=env,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, timeout=580, check=False)
            ok(p.returncode == 0, f"runs: {command.strip()[:50]}",
               p.returncode, p.stderr.decode()[-900:])
            said += p.stdout.decode()
        with open(os.path.join(d, "questions.jsonl"), encoding="utf-8") as f:
            made = [json.loads(x)["source"] for x in f]
        ok(made == ["llm"] * 2, "and writes questions", made)
        ok(CELLS[0] in said and "[0.5,null,false]" in said,
           "what it shows is there", said)

pipeline()
killed()
full()
examples()
sys.exit(t.done())
