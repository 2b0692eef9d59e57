#!/usr/bin/env python3
# verify.t - csv-verify: what it proves, and that it finds what is wrong.
import copy
import json
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from play import (  # noqa: E402
    QUESTIONS, RECORDS, TOP, Run, Server, cells, need_sandbox, ok, question,
    t, text)

need_sandbox()


def verify(*args, **more):
    return Run("csv-verify", *args, **more)


def checks(record):
    return {k: v["result"] for k, v in
            record["verification"]["checks"].items()}


def status(record):
    return record["verification"]["status"]


def questions():
    run = verify(QUESTIONS)
    got = run.records()
    ok(run.rc == 0 and [status(r) for r in got] == ["proven"] * 6,
       "questions with a right reference are proven", run.rc, run.err)
    ok([{k: v for k, v in r.items() if k != "verification"} for r in got] ==
       RECORDS, "and else unchanged, in order")
    wrong = question(1, ground_truth=125)
    bare = question(1)
    del bare["reference"]
    none = question(1, ground_truth=None, ground_truth_hash=None,
                    source="llm")
    broken = question(1, reference=cells("submit(1 / 0)"))
    gone = question(1, csv_source="examples/data/nothing.csv")
    other = question(1, csv_sha256="0" * 64)
    run = verify("-j", "3", stdin=text([wrong, bare, none, broken, gone,
                                        other, RECORDS[1]]))
    got = run.records()
    ok(run.rc == 1 and [status(r) for r in got] ==
       ["failed", "unproven", "unproven", "failed", "failed", "failed",
        "proven"], "wrong truth, no program, no truth, error, no file, "
       "other file", [status(r) for r in got])
    ok(checks(got[0])["reference"] == "fail" and "125" in
       got[0]["verification"]["checks"]["reference"]["detail"],
       "the detail tells both answers")
    ok(checks(got[4]) == {"csv": "fail"} and checks(got[5]) == {"csv": "fail"},
       "a CSV that is not the one proves nothing")
    run = verify("--filter", stdin=text([wrong, RECORDS[1]]))
    ok(run.rc == 1 and [r["id"] for r in run.records()] == [RECORDS[1]["id"]],
       "--filter writes what is proven, and tells of the rest")
    run = verify("--index", "2", QUESTIONS)
    ok([r["id"] for r in run.records()] == [RECORDS[2]["id"]],
       "--index 2 is the third record")
    run = verify("--index", "0", "--show-code", "--show-trace", QUESTIONS)
    ok(run.rc == 0 and 'mass = df["Body Mass (g)"].dropna()' in run.out
       and "Answer: 4201.75" in run.out and "Status: proven" in run.out
       and "  > 342" in run.out, "--show-code and --show-trace", run.out)
    with tempfile.NamedTemporaryFile("r") as f:
        run = verify("--rejects", f.name, stdin="[]\n{}\n" + text(
            [{"type": "episode"}, {"type": "question"}, RECORDS[1]]))
        ok(run.rc == 1 and len(run.records()) == 1
           and len(f.readlines()) == 4, "what is no record is rejected",
           run.err)


def make(name, n):
    """Questions of a file and the episodes of their references."""
    qs = Run("csv-synthq", "-q", "-n", str(n), f"examples/data/{name}").out
    tr = Run("csv-episode", "-q", "-t", "reference", stdin=qs).out
    ep = Run("csv-triangulate", "-q", stdin=tr).out
    return ([json.loads(x) for x in qs.splitlines()],
            [json.loads(x) for x in ep.splitlines()])


def spoil(episode, how):
    """A copy with one thing changed."""
    e = copy.deepcopy(episode)
    how(e)
    return e


def first_hook(e):
    return next(h for x in e["gold_trace"]["turns"]
                for h in x["execution"]["hooks"])


def say(e):
    e["gold_trace"]["turns"][0]["execution"]["stdout"] = "something else\n"


def hook_value(e):
    first_hook(e)["value"] = "another"


def answer(e):
    e["gold_trace"]["final_answer"] = -1


def truth(e):
    e["question"]["ground_truth"] = -1


def verdict(e):
    e["verified"] = False
    e["diagnostics"]["failure_category"] = "ambiguous"


def code(e):
    e["gold_trace"]["turns"][0]["code"] = "raise ValueError('no')"


def digest(e):
    e["gold_trace"]["final_answer_hash"] = "0" * 16


def libraries(e):
    say(e)
    e["sandbox"]["pandas"] = "0.1"


def typed(e):
    turn = e["gold_trace"]["turns"][0]
    turn["code"] += "\nhook(4.5, 'typed', code_line='typed = lost(1)')"
    turn["execution"]["hooks"].append(
        {**first_hook(e), "variable_name": "typed", "value": 4.5})


def episodes(eps):
    run = verify(stdin=text(eps))
    ok(run.rc == 0 and all(status(r) == "proven" for r in run.records()),
       "episodes of the reference teacher are proven", run.err)
    ok(all(set(checks(r)) == {"csv", "truth", "hashes", "vote", "execution",
                              "hooks", "grounded", "output", "answer"}
           and set(checks(r).values()) == {"pass"} for r in run.records()),
       "by every check", run.records()[0]["verification"])
    cases = [(say, "output"), (hook_value, "hooks"), (answer, "answer"),
             (truth, "truth"), (verdict, "vote"), (code, "execution"),
             (digest, "hashes"), (typed, "grounded")]
    run = verify("-j", "8", stdin=text([spoil(eps[0], how)
                                        for how, _ in cases]))
    got = run.records()
    for r, (how, name) in zip(got, cases):
        ok(status(r) == "failed" and checks(r)[name] == "fail",
           f"a changed record fails: {name}", checks(r))
    ok(run.rc == 1 and len(got) == len(cases), "with status 1")
    r = verify(stdin=text([spoil(eps[0], libraries)])).records()[0]
    ok(status(r) == "proven" and checks(r)["output"] == "skip",
       "the printed text is not compared between library versions",
       r["verification"])
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "p.csv")
        shutil.copy(os.path.join(TOP, eps[0]["csv_source"]), path)
        e = spoil(eps[0], lambda e: e["question"].update(csv_source="p.csv"))
        ok(verify("--csv-root", d, stdin=text([e])).rc == 0, "--csv-root DIR")
        with open(path, "a", encoding="utf-8") as f:
            f.write("x\n")
        r = verify("--csv-root", d, stdin=text([e])).records()[0]
        ok(checks(r)["csv"] == "fail", "a changed CSV is found")


def literal(e):
    """The program reads the answer off and submits it."""
    value = e["gold_trace"]["final_answer"]
    e["gold_trace"]["turns"] = [
        {**e["gold_trace"]["turns"][0], "code": f"submit({value!r})",
         "execution": {**e["gold_trace"]["turns"][0]["execution"],
                       "hooks": [], "stdout": ""}}]


def metamorphic(qs, eps):
    run = verify("--metamorphic", "7", stdin=text(qs))
    got = [r["verification"]["generalises"] for r in run.records()]
    ok(run.rc == 0 and all(g["status"] == "pass" and g["passed"] ==
                           g["copies"] >= 5 for g in got),
       "reference programs are right on altered copies", got)
    run = verify("--metamorphic", "5", stdin=text(
        [spoil(e, literal) for e in eps]))
    got = run.records()
    ok(all(status(r) == "proven" for r in got),
       "a submitted literal is the answer that was submitted",
       [r["verification"] for r in got if status(r) != "proven"])
    ok(all(r["verification"]["generalises"]["status"] == "fail"
           for r in got), "and is found out on altered copies",
       [r["verification"]["generalises"] for r in got])
    one = verify("--metamorphic", "5", stdin=text(qs[:1])).out
    two = verify("--metamorphic", "5", "-j", "1", stdin=text(qs[:1])).out
    ok(one == two, "the copies are the same each time")


def spread():
    """ddof=0 where ddof=1 was asked for, hidden by one decimal."""
    steps = [{"op": "df"}, {"op": "num", "in": [0], "col": "Body Mass (g)"},
             {"op": "std", "in": [1]}]
    made = Run("csv-synthq", "-q", "-n", "200", "--families", "spread",
               "examples/data/penguins.csv").records()
    for q in made:
        code = q["reference"]["cells"]
        whole = "\n".join(c["code"] for c in code)
        if "ddof=1" in whole or ".std()" in whole:
            break
    else:
        t.skip("ddof", f"no question about a sample spread in {steps}")
        return
    swap = whole.replace("ddof=1", "ddof=0").replace(".std()", ".std(ddof=0)")
    bad = {**q, "reference": cells(swap)}
    r = verify("--metamorphic", "7", stdin=text([bad])).records()[0]
    g = r["verification"]["generalises"]
    ok(g["status"] == "fail" and g["passed"] < g["copies"],
       "a population spread is found out", r["verification"])


def plain():
    """Without operators only the orders of rows and columns are changed."""
    run = verify("--metamorphic", "4", stdin=text([RECORDS[0]]))
    g = run.records()[0]["verification"]["generalises"]
    ok(g["status"] == "pass" and g["copies"] == 4,
       "a question without operators: only orders are changed", g)
    first = question(1, ground_truth="Adelie", output_type="string",
                     reference=cells("submit(df['Species'].iloc[0])"))
    g = verify("--metamorphic", "4", stdin=text([first])).records()[0][
        "verification"]["generalises"]
    ok(g["status"] == "fail" and g["missed"][0]["alteration"] ==
       "rows shuffled", "a program that rests on the order is found out", g)


def custom():
    script = {"default": {"code": "n = len(df)\nhook(n, 'n', 'rows')\n"
                                  "print('so', n)\nsubmit(n)"}}
    with Server(script=script) as server:
        run = verify("-b", server.url, "--csv", "examples/data/penguins.csv",
                     "--question", "How many?", "--hint", "Count.")
    ok(run.rc == 0 and "Question: How many?" in run.out
       and "  > so 344" in run.out and "hook n: 344" in run.out
       and run.out.endswith("Answer: 344\n"),
       "a question of one's own is asked and shown", run.rc, run.out, run.err)
    for args, want in ((["--csv", "x"], "go together"),
                       (["--hint", "x"], "goes with"),
                       (["--traces", "some"], "gold or all"),
                       (["--csv", "examples/data/penguins.csv", "--question",
                         "?", "-t", "reference"], "chat teacher")):
        run = verify(*args)
        ok(run.rc == 2 and want in run.err, "usage: " + args[0], run.err)


questions()
QS, EPS = make("penguins.csv", 6)
episodes(EPS)
metamorphic(QS, EPS)
spread()
plain()
custom()
sys.exit(t.done())
