#!/usr/bin/env python3
# verbalize.t - csv-llmq --verbalize: what passes the gate and what does not,
# order, the pipe, journal; against the scripted server.
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from llmq import (  # noqa: E402
    BIN, CSV, TOP, FAST, Run, Server, environment, fence, ok, question_id,
    t, text)

FORMAT = "Give the answer as a number rounded to 2 decimals."
BODY = ('What is the mean of "Body Mass (g)" among the rows where "Island" is '
        "'Dream' and \"Beak Length (mm)\" is above 40.5? Missing values are "
        "left out.")
GOOD = ('Looking at birds from \'Dream\' whose "Beak Length (mm)" is more than '
        '40.5 (their "Island" is known), how heavy are they on average by '
        '"Body Mass (g)"? Ignore birds whose mass is missing.')
HIDDEN = ("Among the birds of 'Dream' whose bills are longer than 40.5, how "
          "heavy is one on average? Ignore those that lack a weight.")


def question(n=0, **more):
    return {"type": "question", "id": f"{n:016x}", "csv_source": CSV,
            "csv_options": {}, "csv_sha256": "", "source": "template",
            "question_text": f"{BODY} {FORMAT}",
            "question_mechanical": f"{BODY} {FORMAT}", "hint": "Filter.",
            "style": "direct", "template_name": "mean", "template_params": {
                "columns": ["Body Mass (g)", "Island", "Beak Length (mm)"]},
            "output_type": "number", "output_schema": FORMAT, "decimals": 2,
            "ground_truth": 3712.9, "unknown": {"kept": 2.67}, **more}


def reply(*wordings, hint="Keep the rows of the island, then average."):
    return fence([{"question": w, "hint": hint} for w in wordings])


def verbalize(server, *args, stdin, env=None, **more):
    return Run("csv-llmq", "--verbalize", "--base-url", server.url, *args,
               stdin=stdin, env={**FAST, **(env or {})}, **more)


def one(*replies, args=(), **more):
    with Server(script={"rules": [{"replies": list(replies)}]}) as s:
        r = verbalize(s, *args, stdin=text([question(**more)]))
        return r, r.records()[0] if r.out else {}


def good():
    r, q = one(reply("Nope?", GOOD, BODY))
    ok(r.rc == 0 and q["reworded"] is True
       and q["question_text"] == f"{GOOD} {FORMAT}"
       and q["question_mechanical"] == f"{BODY} {FORMAT}"
       and q["hint"].startswith("Keep the rows") and q["style"] == "direct",
       "the best wording is taken, the mechanical one kept", q, r.err)
    ok(q["parent_id"] == f"{0:016x}" and q["id"] != q["parent_id"]
       and q["id"] == question_id(q)
       and q["unknown"] == {"kept": 2.67} and q["ground_truth"] == 3712.9,
       "id of its own, parent_id, members kept", q)
    r, q = one(reply(f"{GOOD} {FORMAT}"))
    ok(q["question_text"] == f"{GOOD} {FORMAT}",
       "a format sentence is not said twice", q)
    r, q = one(reply(HIDDEN), args=("--style", "discovery"))
    ok(q["reworded"] and q["style"] == "discovery", "discovery", q, r.err)


def refused():
    direct = {
        "three sentences": GOOD + " Please.",
        "another number": GOOD.replace("40.5", "41.5"),
        "a number more": GOOD.replace("on average", "on average of 12"),
        "another group": GOOD.replace("Dream", "Biscoe"),
        "another limit": GOOD.replace("more than", "at least"),
        "the median": GOOD.replace("average", "median"),
        "missing values forgotten": GOOD.split("?")[0] + "?",
        "a column forgotten": GOOD.replace('"Beak Length (mm)"', "beak"),
        "the answer": GOOD.replace("Ignore", "It is 3712.9; ignore"),
        "nothing": "",
    }
    for what, wording in direct.items():
        r, q = one(reply(wording))
        ok(r.rc == 0 and q.get("reworded") is False and "parent_id" not in q
           and q["question_text"] == f"{BODY} {FORMAT}"
           and q["id"] == f"{0:016x}", f"refused: {what}", q, r.err)
    hidden = {"a column": HIDDEN.replace("weight", "body mass"),
              "a column of the file": HIDDEN.replace("Ignore", "By species, "
                                                     "ignore"),
              "a method": HIDDEN.replace("how heavy", "by regression how "
                                         "heavy")}
    for what, wording in hidden.items():
        r, q = one(reply(wording), args=("--style", "discovery"))
        ok(q.get("reworded") is False, f"discovery refuses {what}", q, r.err)
    r, q = one(reply(GOOD, hint="It is 3712.9."))
    ok(q["reworded"] and q["hint"] == "Filter.",
       "a hint that gives the answer away is not taken", q)


def again():
    r, q = one(reply("How heavy?"), reply(GOOD))
    ok(q["reworded"], "where none passes they are asked for once more", q)
    r, q = one("Sure!", "Of course.", reply(GOOD))
    ok(q["reworded"], "JSON is asked for twice more", q)
    with Server(script={"rules": [{"replies": ["no"]}]}) as s:
        r = verbalize(s, stdin=text([question()]))
        n = s.stats()["requests"]
    ok(n == 3 and r.records()[0]["reworded"] is False, "and no more", n)
    r, q = one({"content": "", "fault": "filter"})
    ok(r.rc == 0 and q["reworded"] is False and "not reworded" in r.err,
       "without an answer the record goes out as it came", r.rc, r.err)


def broken():
    """Every way in which a model gets the JSON wrong."""
    a, b = (json.dumps({"question": w, "hint": "Filter first."})
            for w in (GOOD, "Nope, not this one?"))
    ways = {
        "a bare object": a,
        "a bare array in prose": f"Here: [{b}, {a}] Enjoy.",
        "a wrapper": fence(f'{{"questions": [{b}, {a}]}}'),
        "comments": fence(f"[ // one\n{b}, /* two */ {a} # end\n]"),
        "single quotes": fence(
            "[{'question': '%s', 'hint': 'Filter first.'}]"
            % GOOD.replace("'", "\\'")),
        "trailing commas": fence(f"[{b}, {a[:-1]},}},]"),
        "cut in the middle": {"content": f"```json\n[{a}, {b[:20]}",
                              "finish_reason": "length"},
        "the same twice": reply(GOOD, GOOD),
        "sixty": reply(*["Nope, not this one?"] * 59, GOOD),
        "one": reply(GOOD),
    }
    for what, text_ in ways.items():
        r, q = one(text_)
        ok(r.rc == 0 and q["question_text"] == f"{GOOD} {FORMAT}",
           f"JSON: {what}", q, r.err)
    for what, text_ in (("none", fence("[]")), ("no question", fence(
            [{"hint": "Filter."}])), ("prose only", "I would ask it so.")):
        r, q = one(text_, reply(GOOD))
        ok(q["reworded"], f"JSON: {what}: asked again", r.err)
    r, q = one(fence([{"question": GOOD}]))
    ok(q["reworded"] and q["hint"] == "Filter.", "the hint stays where none "
       "comes", q, r.err)


def prompts():
    """The prompts name what must survive, and how many are wanted."""
    for args, told in (((), "Write 3 wordings."),
                       (("--candidates", "1"), "Write 1 wording."),
                       (("--candidates", "7"), "Write 7 wordings."),
                       ((), 'the value \'Dream\', of "Island"\n'),
                       ((), 'more than 40.5, of "Beak Length (mm)"\n'),
                       ((), 'the column "Body Mass (g)"\n'),
                       ((), "the mean\n"),
                       ((), "what happens to missing values\n"),
                       (("--style", "discovery"), "the value 'Dream'\n")):
        book = {"rules": [{"match": told, "in": "last",
                           "replies": [reply(GOOD, HIDDEN)]}],
                "default": "no"}
        with Server(script=book) as s:
            r = verbalize(s, *args, stdin=text([question()]))
        ok(r.records()[0]["reworded"], f"told: {told.strip()}", r.err)
    book = {"rules": [{"match": "the number 41.5 is not in the question",
                       "in": "last", "replies": [reply(GOOD)]},
                      {"turn": 0, "replies": [reply(
                          GOOD + " Not 41.5.", GOOD.replace(
                              "?", ", not 41.5?"))]}], "default": "no"}
    with Server(script=book) as s:
        r = verbalize(s, stdin=text([question()]))
    ok(r.records()[0]["reworded"], "what was wrong with each is told", r.err)


def many():
    """Order, rejects, journal, replay."""
    qs = [question(i, hint=f"Hint {i}.") for i in range(12)]
    data = text(qs[:6]) + "broken\n" + text(qs[6:])
    script = {"rules": [{"replies": [reply(GOOD)]}]}
    with tempfile.TemporaryDirectory() as d:
        j = os.path.join(d, "journal")
        with Server("--faults", "0.3", script=script) as s:
            runs = [verbalize(s, "-j", n, "--journal", j, stdin=data)
                    for n in ("1", "8")]
        for path in (j, os.path.join(d, "empty")):
            open(path, "a", encoding="utf-8").close()
            runs.append(verbalize(s, "--journal", path, "--replay",
                                  stdin=data))
    miss = runs.pop()
    ok(all(r.rc == 1 for r in runs), "a broken line is refused",
       [(r.rc, r.err) for r in runs])
    ok([q["parent_id"] for q in runs[0].records()] == [q["id"] for q in qs],
       "in the order of the input")
    ok(runs[0].out == runs[1].out == runs[2].out,
       "the same bytes at any -j, from the journal and in replay",
       *[(len(r.out), r.err) for r in runs])


    ok(miss.rc == 1 and miss.out == "", "a replay without answers refuses",
       miss.rc, miss.err)


def budget():
    script = {"rules": [{"replies": [reply(GOOD)]}]}
    with Server(script=script) as s:
        r = verbalize(s, "-j", "1", "--max-total-tokens", "1500",
                      stdin=text([question(i, hint=f"h{i}")
                                  for i in range(30)]))
    ok(r.rc == 3 and 0 < len(r.records()) < 30 and "stopped" in r.err,
       "a budget ends it", r.rc, len(r.out), r.err)


def streams():
    """A record goes out though the input goes on; a reader that leaves."""
    with Server(script={"rules": [{"replies": [reply(GOOD)]}]}) as s:
        argv = [os.path.join(BIN, "csv-llmq"), "-q", "--verbalize", "-b", s.url]
        p = subprocess.Popen(argv, stdin=subprocess.PIPE, cwd=TOP,
                             stdout=subprocess.PIPE, env=environment())
        p.stdin.write(text([question()]).encode())
        p.stdin.flush()
        line = p.stdout.readline()
        ok(json.loads(line)["reworded"], "records stream", line)
        p.stdout.close()
        p.wait(60)
        ok(p.returncode == -signal.SIGPIPE, "a reader that leaves ends it",
           p.returncode)
        p.stdin.close()
    for sig in (signal.SIGTERM, signal.SIGINT):
        interrupted(sig)


def interrupted(sig):
    argv = [os.path.join(BIN, "csv-llmq"), "-q", "--verbalize", "-b"]
    with Server(script={"rules": [{"replies": [
            {"content": reply(GOOD), "delay": 60}]}]}) as s:
        argv.append(s.url)
        p = subprocess.Popen(argv, stdin=subprocess.PIPE, cwd=TOP,
                             stdout=subprocess.PIPE, env=environment())
        p.stdin.write(text([question()]).encode())
        p.stdin.flush()
        while s.stats()["requests"] == 0:
            time.sleep(0.05)
        p.send_signal(sig)
        p.wait(60)
        ok(p.returncode == -sig, f"so does {sig.name}", p.returncode)
        p.stdin.close()
        p.stdout.close()


def synthq():
    """All of csv-synthq's questions go through, reworded or not."""
    made = Run("csv-synthq", "-q", "-n", "40", CSV)
    with Server(script={"default": reply(GOOD)}) as s:
        r = verbalize(s, stdin=made.out)
    ok(r.rc == 0 and [q["id"] for q in r.records()] == [
        q["id"] for q in made.records()]
       and not any(q["reworded"] for q in r.records()),
       "another question's wording passes no gate", r.err)
    with Server(script={"default": "no"}) as s:
        r = verbalize(s, stdin=made.out.splitlines()[0][:-9])
    ok(r.rc == 1, "a torn line is refused", r.rc, r.err)


good()
refused()
again()
broken()
prompts()
many()
budget()
streams()
synthq()
sys.exit(t.done())
