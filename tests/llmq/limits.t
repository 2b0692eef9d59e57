#!/usr/bin/env python3
# limits.t - csv-llmq: defaults, turns, how often it asks again and in which
# words, retries, money; against the scripted server.
import json
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from llmq import (  # noqa: E402
    CELLS, CSV, EASY, LEVELS, Run, Server, ask, fence, item, need_sandbox, ok,
    script, t, temporary)

need_sandbox()


def logged(*replies, cells=CELLS, args=("-n", "3"), env=EASY):
    """A run, and the requests it made."""
    with tempfile.NamedTemporaryFile("r") as log, Server(
            "--log", log.name, script=script(*replies, cells=cells)) as s:
        r = ask(s, *args, env=env)
        return r, [json.loads(x) for x in log]


def defaults():
    """Fifteen questions a file, by the shares that csv-agent(7) tells."""
    want = {"EASY": 5, "MEDIUM": 4, "HARD": 3, "VERY_HARD": 3}
    many = [item(20 * i + k, lv) for i, lv in enumerate(LEVELS)
            for k in range(8)]
    r, asked = logged(*[fence(many[i::8]) for i in range(8)], args=(), env={})
    got = [q["difficulty"] for q in r.records()]
    ok({x: got.count(x) for x in LEVELS} == want and "missing" not in r.err,
       "15 questions: .30, .30, .20, .20", got, r.err)
    ok("2 EASY (1 to 3 steps), 1 MEDIUM (4 to 6 steps), 1 HARD" in "\n".join(
        x["last"] for x in asked), "asked for by name", asked)
    r, asked = logged(cells=["print(1)"] * 30, args=())
    ok(len(asked) == 20 and r.out == "" and "after 20 replies" in r.err
       and "no reply is left" in r.err, "at most 20 replies", len(asked), r.err)
    two, _ = logged(fence([item(i) for i in range(3)]), cells=CELLS[:2],
                    args=("-n", "3", "--max-turns", "6"))
    three, _ = logged(fence([item(i) for i in range(3)]),
                      args=("-n", "3", "--max-turns", "6"))
    ok(two.out == "" and "after 6 replies" in two.err
       and len(three.records()) == 3,
       "at least three cells come before questions", two.err, three.err)


def forms():
    """Where the JSON stands."""
    one = json.dumps(item(0))
    for what, reply in (("a bare object", one),
                        ("a bare object in prose", f"Here: {one} That's it."),
                        ("a bare wrapper", f'{{"questions": [{one}]}}'),
                        ("a bare array", f"[{one}]"),
                        ("a fenced object", fence(one))):
        r, asked = logged(reply, args=("-n", "1"))
        ok(len(r.records()) == 1 and len(asked) == 4, f"JSON in {what}", r.err)


def faults():
    """The exact fault is told, at most twice in a row."""
    broken = "```json\n[{\"question\": \"Why\" \"because\" 3 4}]\n```"
    r, asked = logged(broken, broken, broken)
    told = [x["last"] for x in asked if "could not be read" in x["last"]]
    ok(r.rc == 0 and r.out == "" and len(told) == 2 and all(
        re.search(r"could not be read: line \d: expected .*, saw ", x)
        for x in told), "line, what was expected and what was seen", told, r.err)
    r, asked = logged("No.", fence([item(0)]), "No.", "No.",
                      fence([item(1), item(2)]))
    ok(len(r.records()) == 3, "twice in a row, each time", r.err)
    bad = {"hint": item(0, hint=None), "n_steps": item(0, n_steps=[]),
           "code": item(0, code=None), "question": item(0, question="Why?")}
    for key, x in bad.items():
        r, asked = logged(fence([x]), fence([item(i) for i in range(3)]))
        ok(f'member "{key}": expected' in asked[4]["last"]
           and len(r.records()) == 3, f"a question without a good {key}: why is told",
           asked[4]["last"], r.err)


def fresh():
    """A program sees nothing of the cells."""
    cells = ["mass = df['Body Mass (g)']", "helper = len", "print(1)"]
    r, asked = logged(
        fence([item(0, code="submit(float(mass.mean()))"), item(1), item(2)]),
        fence([item(3)]), cells=cells)
    ok(len(r.records()) == 3 and "name 'mass' is not defined"
       in asked[4]["last"], "programs run in sandboxes of their own", r.err)


def retries():
    """Faults of the transport are retried as those of csv-episode are."""
    book = script(fence([item(0), item(1)]), fence([item(2)]))
    runs = []
    for faults in ((), ("--faults", "0.6")):
        with Server(*faults, script=book) as s:
            runs.append((ask(s, "-n", "3", env=EASY), s.stats()["requests"]))
    (calm, n), (rough, m) = runs
    ok(calm.out == rough.out != "" and m > n and "retried" in rough.err,
       "a server with faults gives the same bytes", n, m, rough.err)
    with Server(script={"default": {"fault": "401"}}) as s:
        r = ask(s, "-n", "3", env=EASY)
        ok(r.rc == 3 and r.out == "" and s.stats()["requests"] == 1,
           "a refused key is not asked again", r.rc, r.err)


SUMMARY = r"cost \$([0-9.]+)(?:, about \$([0-9.]+) in all)?"


def foretold(what, r):
    said = re.findall(SUMMARY, r.err)
    ok(r.rc == 0 and len(said) == 2 and said[1][1] == "" and
       0.5 < float(said[0][1] or 0) / float(said[1][0]) < 2,
       f"{what}: a summary after 20 answers foretells the last one's cost",
       said, r.err)


def money():
    """Cost: foretold, and limited by --max-cost."""
    with tempfile.TemporaryDirectory() as d:
        files = []
        for i in range(6):
            files.append(os.path.join(d, f"{i}.csv"))
            with open(files[-1], "w", encoding="utf-8") as f:
                f.write("a,b\n" + "".join(f"{k},{k * i}\n" for k in range(9)))
        code = [f"submit(len(df) + {i})" for i in range(15)]
        items = [item(i, code=c) for i, c in enumerate(code)]
        book = script(*[fence(items[i:i + 5]) for i in (0, 5, 10)],
                      cells=["print(df.shape)"] * 3)
        with Server(script=book) as s:
            foretold("exploring", ask(s, "-j", "2", csv=files, env=EASY))
            foretold("one by one", ask(s, "-j", "1", csv=files, env=EASY))
            r = ask(s, "-j", "1", "--max-cost", "0.004", csv=files, env=EASY)
    used = float(re.findall(SUMMARY, r.err)[-1][0])
    ok(r.rc == 3 and "max_cost" in r.err and 0.004 <= used < 0.007
       and 0 < len(r.records()) < 90, "--max-cost ends it", used, r.err)
    made = Run("csv-synthq", "-q", "-n", "40", CSV).out
    with temporary(made) as q, Server(script={"default": fence([])}) as s:
        r = Run("csv-llmq", "--verbalize", "-b", s.url, "-j", "4", q.name)
    foretold("rewording", r)


defaults()
forms()
faults()
fresh()
retries()
money()
sys.exit(t.done())
