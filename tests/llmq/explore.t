#!/usr/bin/env python3
# explore.t - csv-llmq: a model explores and writes questions, well and in every
# way that models get wrong; against the scripted server.
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from llmq import (  # noqa: E402
    BIN, CELLS, CSV, EASY, FAST, LEVELS, TOP, Run, Server, ask, environment,
    fence, item, need_sandbox, ok, question_id, script, t, temporary, text)

need_sandbox()


def run(*replies, args=("-n", "3"), cells=CELLS, env=EASY, server=(), **more):
    with Server(*server, script=script(*replies, cells=cells)) as s:
        return ask(s, *args, env=env, **more)


def texts(r):
    return [q["question_text"].split(" of the ")[0] for q in r.records()]


def good():
    r = run(fence([item(i) for i in range(3)]), args=(
        "-n", "3", "--keep-exploration"))
    qs = r.records()
    ok(r.rc == 0 and len(qs) == 3, "three questions", r.rc, r.err)
    q = qs[0]
    ok(q["source"] == "llm" and q["ground_truth"] is None
       and q["ground_truth_hash"] is None and q["claimed_answer"] == 0.5
       and q["output_type"] == "number" and q["decimals"] == 1
       and q["difficulty"] == "EASY" and q["n_steps"] == 2
       and q["template_params"]["columns"] == ["Body Mass (g)"]
       and q["category"] == "concept_0", "its members", q)
    ok(q["question_text"].endswith(q["output_schema"]) and len(q["id"]) == 16
       and len({x["id"] for x in qs}) == 3
       and all(x["id"] == question_id(x) for x in qs),
       "format sentence, own ids that can be computed again", q)
    turns = q["exploration"]
    ok([x["code"].strip() for x in turns] == CELLS
       and "(344, 7)" in turns[0]["execution"]["stdout"],
       "the exploration with its outputs", turns)
    ok("1 of 7 columns used, 3 concepts" in r.err
       and 'no question uses "Species"' in r.err, "coverage is reported",
       r.err)
    r = run(fence([item(i) for i in range(3)]))
    ok("exploration" not in r.records()[0], "not kept unless asked for")


def distribution():
    levels = list(LEVELS)
    first = [item(i, "EASY") for i in range(5)]
    rest = [item(10 + i, lv) for i, lv in enumerate(
        ["MEDIUM", "MEDIUM", "MEDIUM", "HARD", "HARD"])]
    last = [item(20 + i, "VERY_HARD") for i in range(2)]
    with tempfile.NamedTemporaryFile("r") as log:
        r = run(fence(first), fence(rest), fence(last), args=("-n", "10"),
                env={}, server=("--log", log.name))
        asked = [json.loads(x)["last"] for x in log]
    got = [q["difficulty"] for q in r.records()]
    ok([got.count(x) for x in levels] == [3, 3, 2, 2],
       "ten questions by the shares", got, r.err)
    ok("missing" not in r.err, "nothing is missing", r.err)
    ok(len(asked) == 6, "what is missing is asked for", asked)
    r = run(fence(first), args=("-n", "10", "--max-turns", "8"), env={})
    ok(len(r.records()) == 3 and r.rc == 0
       and "missing: 3 MEDIUM, 2 HARD, 2 VERY_HARD" in r.err,
       "a gap is reported", r.rc, r.err)


def by_name():
    """The words in which the rest is asked for."""
    rules = [{"match": "2 MEDIUM (4 to 6 steps)", "in": "last",
              "replies": [{"content": fence([item(5, "MEDIUM"),
                                             item(6, "MEDIUM")])}]}]
    book = script(fence([item(0), item(1)]))
    book["rules"] = rules + book["rules"]
    with Server(script=book) as s:
        r = ask(s, "-n", "4", env={
            "CSV_AGENT_QUESTION_DIFFICULTY_DISTRIBUTION": json.dumps(
                {"EASY": 1, "MEDIUM": 1, "HARD": 0, "VERY_HARD": 0})})
    got = [q["difficulty"] for q in r.records()]
    ok(got == ["EASY", "EASY", "MEDIUM", "MEDIUM"],
       "what is missing is asked for by name", got, r.err)


def broken_json():
    a, b, c = (json.dumps(item(i)) for i in range(3))
    single = str([item(i) for i in range(3)])
    ways = {
        "a bare array": f"Here you are: [{a}, {b}, {c}] Enjoy.",
        "a wrapper": fence(f'{{"questions": [{a}, {b}, {c}]}}'),
        "objects in a row": fence(f"{a}\n{b}\n{c}"),
        "several blocks": fence(a) + "\n" + fence(f"[{b}, {c}]"),
        "comments": fence(f"[ // first\n{a}, /* second */ {b}, # third\n{c}]"),
        "single quotes": fence(single),
        "trailing commas": fence(f"[{a[:-1]},}}, {b}, {c},]"),
        "missing commas": fence(f"[{a}\n{b}\n{c}]"),
        "no language": f"```\n[{a}, {b}, {c}]\n```",
        "an unclosed fence": f"```json\n[{a}, {b}, {c}]",
    }
    for what, reply in ways.items():
        r = run(reply)
        ok(len(r.records()) == 3 and "0 refused" in r.err, f"JSON: {what}",
           r.err)
    r = run({"content": f"```json\n[{a}, {b}, {c[:60]}",
             "finish_reason": "length"}, fence([item(7)]))
    ok(texts(r) == texts(run(fence([item(0), item(1), item(7)]))),
       "JSON cut in the middle: whole ones are kept, the rest asked for",
       r.out, r.err)


def prose():
    r = run("I found many interesting things.", fence([item(0), item(1),
                                                       item(2)]))
    ok(len(r.records()) == 3, "prose only is asked again", r.err)
    with tempfile.NamedTemporaryFile("r") as log:
        r = run("Nothing to say.", "Still nothing.", "No.", "No!", "Never.",
                server=("--log", log.name))
        n = len(log.readlines())
    ok(r.out == "" and n == 6 and r.rc == 0
       and "cannot be read" in r.err, "at most twice", n, r.err)
    r = run(fence("[]"), fence([item(0), item(1), item(2)]))
    ok(len(r.records()) == 3, "an empty array is asked again", r.err)


def counts():
    r = run(fence([item(i) for i in range(60)]))
    ok(len(r.records()) == 3 and "57 refused" in r.err,
       "of sixty questions as many as wanted are taken", r.err)
    r = run(fence([item(0)]), fence([item(1)]), fence([item(2)]))
    ok(len(r.records()) == 3, "one at a time", r.err)


def duplicates():
    r = run(fence([item(0), item(0, hint="Other."), item(1)]),
            fence([item(1, question=item(1)["question"].upper()), item(2)]))
    ok(len(r.records()) == 3 and "2 refused" in r.err,
       "the same words are refused", r.err)
    r = run(fence([item(0), item(9, code=item(0)["code"]), item(1), item(2)]))
    ok(len(r.records()) == 3 and "1 refused" in r.err,
       "the same answer from the same columns is refused", r.err)


def labels():
    r = run(fence([item(0, difficulty="HARD"), item(1, difficulty="easy"),
                   item(2, n_steps="3", difficulty="?")]))
    qs = r.records()
    ok([q["difficulty"] for q in qs] == ["EASY"] * 3,
       "the steps decide the level", qs, r.err)
    ok(["relabelled" in q["tags"] for q in qs] == [True, False, True],
       "and it is told", [q["tags"] for q in qs])
    r = run(fence([item(0, n_steps="some"), item(1, n_steps=0),
                   {k: v for k, v in item(2).items() if k != "n_steps"},
                   item(3, n_steps=7)]), fence([item(i) for i in range(4, 7)]))
    ok(len(r.records()) == 3 and "4 refused" in r.err,
       "without usable steps, or of another level, it is refused", r.err)


def reasons(*items):
    with tempfile.NamedTemporaryFile("r") as f:
        r = run(fence([*items, item(20), item(21), item(22)]), args=(
            "-n", "3", "--explain", f.name, "--cell-timeout", "2"))
        return r, [json.loads(x) for x in f]


def programs():
    bad = {
        "submit(df['nothing'].mean())": "KeyError",
        "x = 1": "no call of submit",
        "": "saw none",
        "if len(df) < 5:\n    submit(1)": "never calls submit",
        "submit(None)": "null",
        "submit(float('nan'))": "null",
        "import random\nsubmit(random.random())": "run again",
        "import os\nsubmit(os.urandom(4).hex())": "random numbers",
        "submit(int(df['Body Mass (g)'].iloc[7] or 0))": "order of the rows",
        "while True:\n    pass": "saw no call of submit",
        "while True:\n    pass\nsubmit(1)": "its program fails",
        "submit(": "SyntaxError",
        "submit(undefined_name)": "NameError",
    }
    r, dropped = reasons(*[item(i, code=c) for i, c in enumerate(bad)])
    ok(len(r.records()) == 3 and r.rc == 0, "good ones are taken", r.err)
    for (code, word), d in zip(bad.items(), dropped):
        ok(d["type"] == "dropped" and word in d["reason"]
           and d["item"]["code"] == code,
           f"refused: {code.splitlines()[:1]}", d)
    ok(len(dropped) == len(bad), "each with its reason", dropped)
    r, dropped = reasons(item(0, hint=""), item(1, question="Too short"),
                         item(2, question=["a"]))
    ok([d["reason"].split(":")[0] for d in dropped]
       == ['member "hint"', 'member "question"'],
       "members that are not there", dropped)


def feedback():
    """The reasons reach the model."""
    rules = [{"match": "KeyError", "in": "last",
              "replies": [{"content": fence([item(i) for i in range(3)])}]}]
    book = script(fence([item(9, code="submit(df['nope'].sum())")]))
    book["rules"] = rules + book["rules"]
    with Server(script=book) as s:
        r = ask(s, "-n", "3", env=EASY)
    ok(len(r.records()) == 3, "the model is told what was wrong", r.err)


def steps(first, told, *rest):
    """A reply that must not be seen again (999), what the model is told then,
    and what it replies afterwards."""
    turns = [{"content": x} if x.startswith("```") else {"code": x}
             for x in rest]
    rules = [{"match": "999", "replies": ["seen"]},
             {"turn": 0, "replies": [{"content": first}]},
             {"turn": 1, "match": told, "in": "last", "replies": turns[:1]}]
    rules += [{"turn": i + 1, "replies": [x]}
              for i, x in enumerate(turns) if i > 0]
    with Server(script={"rules": rules}) as s:
        return ask(s, "-n", "3", "--keep-exploration", env=EASY)


def simulated():
    made_up = {
        "an output": "\n\nOutput:\n(999, 9)\n",
        "a block of output": "\n\n```\n(999, 9)\n```\nSo there are 999 rows.",
        "an output block": "\n\n```output\n999\n```",
        "a bold title": "\n\n**Result:** 999",
        "the other side": "\n\nUser: it printed 999\n",
        "a transcript": "\n\n>>> print(df.shape)\n(999, 9)\n",
        "a table": "\n\n| Species | n |\n| --- | --- |\n| Adelie | 999 |\n",
    }
    for what, tail in made_up.items():
        cell = {"content": f"Look.\n\n```python\nprint(df.shape)\n```{tail}"}
        with Server(script={"rules": [
                {"match": "999", "replies": ["seen"]},
                {"match": "was not executed", "in": "last",
                 "replies": [{"code": c} for c in CELLS]},
                {"match": "Go on exploring", "in": "last",
                 "replies": [{"content": fence([item(i) for i in
                                                range(3)])}]},
                {"turn": 0, "replies": [cell]},
                {"replies": [{"code": c} for c in CELLS]}]}) as s:
            r = ask(s, "-n", "3", "--keep-exploration", env=EASY)
        qs = r.records()
        ok(len(qs) == 3, f"made up: {what}: sent back, never seen again",
           r.out, r.err)
        ok(qs and "(344, 7)" in qs[0]["exploration"][0]["execution"]["stdout"]
           and "999" not in json.dumps(qs[0]["exploration"]),
           "the cell itself is run", r.out)
    good = fence([item(i) for i in range(3)])
    silent = {
        "a guess in prose": ("Look.\n\n```python\nprint(df.shape)\n```\n\nSo "
                             "there must be 999 rows.", ""),
        "a second cell": ("```python\nprint(df.shape)\n```\nAs there are 999 "
                          "rows:\n```python\nprint(999)\n```",
                          "Only the first block"),
        "a comment": ("```python\nprint(df.shape)\n# Output:\n# (999, 9)\n```",
                      "comments that tell an output"),
    }
    for what, (reply, told) in silent.items():
        r = steps(reply, told, *CELLS[1:], good)
        qs = r.records()
        ok(len(qs) == 3 and "(344, 7)" in qs[0]["exploration"][0]["execution"][
            "stdout"], f"after a cell nothing is kept: {what}", r.out, r.err)
    before = {"a title": "Output:\n999 rows, 9 columns",
              "a block": "```output\n999\n```"}
    for what, reply in before.items():
        r = steps(reply, "Nothing was run", *CELLS, good)
        ok(len(r.records()) == 3, f"made up without a cell: {what}", r.err)
    r = run("Output I imagine below.\n```python\nprint(1)\n```\nOutput:\n1\n"
            + fence([item(i) for i in range(3)]),
            fence([item(i) for i in range(3, 6)]), cells=CELLS)
    ok(texts(r) == texts(run(fence([item(i) for i in range(3, 6)]))),
       "questions that rest on made-up output are not taken", r.out, r.err)


def early():
    r = run(fence([item(i) for i in range(3)]), cells=CELLS[:1])
    ok(r.out == "" and "missing: 3 EASY" in r.err,
       "questions before the exploration are not taken", r.err)
    r = run(fence([item(i) for i in range(3)]), cells=CELLS[:1],
            args=("-n", "3", "--min-turns", "1"))
    ok(len(r.records()) == 3, "--min-turns", r.err)
    r = run(fence([item(i) for i in range(3)]),
            cells=["boom", "1/0", *CELLS])
    ok(len(r.records()) == 3, "cells that fail do not count", r.err)
    r = run(fence([item(i) for i in range(3)]),
            cells=["while True: pass", *CELLS],
            args=("-n", "3", "--cell-timeout", "1"))
    ok(len(r.records()) == 3, "a cell that loops is ended", r.err)
    r = run(cells=["print(1)"] * 9 + [{}] * 0, args=(
        "-n", "3", "--max-turns", "5"))
    ok(r.out == "" and "after 5 replies" in r.err, "--max-turns", r.err)


def avoid():
    first = run(fence([item(i) for i in range(3)]))
    with temporary(first.out) as f:
        r = run(fence([item(0), item(5, code=item(1)["code"]), item(6), item(7),
                       item(8)]), args=("-n", "3", "--avoid", f.name))
    ok(len(r.records()) == 3 and "2 refused" in r.err
       and not set(texts(first)) & set(texts(r)),
       "what an earlier run asked is not asked again", r.err)
    bench = ("Among all penguins of the island which one is by far the "
             "heaviest of them?")
    near = "Please say among all penguins of the island which one is biggest?"
    with temporary(text([{"question": bench}])) as f:
        r = run(fence([item(0, question=bench), item(1, question=near),
                       item(2), item(3), item(4)]),
                args=("-n", "3", "--avoid", f.name))
    ok(len(r.records()) == 3 and "2 refused" in r.err,
       "nor what shares eight words with a test set", r.err)
    with temporary("not json\n") as f:
        r = run(fence([item(i) for i in range(3)]),
                args=("-n", "3", "--avoid", f.name))
    ok(len(r.records()) == 3 and f.name in r.err,
       "a line that is not JSON is reported", r.err)
    r = run(args=("--avoid", "/nonexistent"))
    ok(r.rc == 3 and "/nonexistent" in r.err, "a file that is not there",
       r.rc, r.err)


def styles():
    named = item(0, question="What is the largest \"Body Mass (g)\" of all?")
    r = run(fence([named, item(1, question="How heavy is the body mass at "
                                           "most?"),
                   item(2, question="Run a t-test: do weights differ?"),
                   *[item(i) for i in range(3, 6)]]),
            args=("-n", "3", "--style", "discovery"))
    ok([q["style"] for q in r.records()] == ["discovery"] * 3
       and "3 refused" in r.err, "discovery names no column and no method",
       r.out, r.err)
    r = run(fence([named, item(1), item(2)]))
    ok(r.records()[0]["style"] == "direct", "style of a direct question")


def files():
    with tempfile.TemporaryDirectory() as d:
        copy, bad = os.path.join(d, "copy.csv"), os.path.join(d, "bad.csv")
        rejects = os.path.join(d, "rejects")
        with open(CSV, encoding="utf-8") as f, \
                open(copy, "w", encoding="utf-8") as g:
            g.write(f.read())
        with open(bad, "w", encoding="utf-8") as g:
            g.write("a,b\n1,2\n3,4,5\n")
        r = run(fence([item(i) for i in range(3)]), args=(
            "-n", "3", "--rejects", rejects),
            csv=(CSV, copy, bad, os.path.join(d, "none.csv")))
        with open(rejects, encoding="utf-8") as f:
            codes = [json.loads(x)["code"] for x in f]
    ok(r.rc == 1 and len(r.records()) == 3
       and codes[:2] == ["duplicate", "csv"] and len(codes) == 3,
       "files that cannot be used are rejected, the others are not",
       r.rc, codes, r.err)


ODD = {
    "semicolons": "a;b\n1,5;x\n2,5;y\n3,5;z\n",
    "Latin-1": b"a,stra\xdfe\n1.5,\xfc\n2.5,\xe4\n3.5,\xf6\n",
    "hostile headers": "a,\"x'y\"\"); import os\",```json,\"{\n}\"\n1.5,2,3,4\n"
                       "2.5,3,4,5\n3.5,5,6,7\n"}


def odd():
    """CSVs of other dialects, and those that hold nothing to ask for."""
    one = item(0, question="How large is the mean of \"a\"?",
               code="submit(round(float(df['a'].mean()), 1))")
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "odd.csv")
        for what, data in ODD.items():
            with open(path, "wb") as f:
                f.write(data if isinstance(data, bytes) else data.encode())
            r = run(fence([one]), cells=["print(df.head())"] * 3, csv=(path,),
                    args=("-n", "1"))
            ok(r.rc == 0 and [q["claimed_answer"] for q in r.records()] == [2.5],
               f"a CSV with {what}", r.rc, r.out, r.err)
        for what, data in (("empty", ""), ("a header only", "a,b\n")):
            with open(path, "w", encoding="utf-8") as f:
                f.write(data)
            with Server(script=script()) as s:
                r = ask(s, csv=(path,))
                asked = s.stats()["requests"]
            ok(r.rc == 1 and r.out == "" and asked == 0 and path in r.err,
               f"a CSV that is {what} is rejected before anything is paid",
               r.rc, asked, r.err)


def full():
    with Server(script=script(fence([item(0)]))) as s, \
            open("/dev/full", "wb") as out:
        p = subprocess.run(
            [os.path.join(BIN, "csv-llmq"), "-q", "-n", "1", "-b", s.url, CSV],
            stdout=out, stderr=subprocess.PIPE, cwd=TOP,
            env=environment(**FAST, **EASY), check=False)
    ok(p.returncode == 3 and p.stderr, "a full disk", p.returncode, p.stderr)


def usage():
    for args, word in ((("--teacher", "reference", CSV), "reference"),
                       ((CSV,), "no chat API"),
                       (("-b", "http://127.0.0.1:1"), "expected a CSV file"),
                       (("-b", "http://127.0.0.1:1", "--style", "x", CSV),
                        "--style"),
                       (("-b", "http://127.0.0.1:1", "--verbalize", "-n", "2"),
                        "--max-questions")):
        r = Run("csv-llmq", *args)
        ok(r.rc == 2 and word in r.err and r.out == "", f"usage: {word}",
           r.rc, r.err)


good()
distribution()
by_name()
broken_json()
prose()
counts()
duplicates()
labels()
programs()
feedback()
simulated()
early()
avoid()
styles()
files()
odd()
full()
usage()
sys.exit(t.done())
