#!/usr/bin/env python3
# verify.t - csv-verify: what it proves, and that it finds what is wrong.
import copy
import hashlib
import json
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from play import (  # noqa: E402
    QUESTIONS, RECORDS, TOP, Run, Server, cells, made, need_sandbox, ok,
    question, t, text)

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


def retell(e):
    """Make the conversation tell the gold trace as it is now."""
    e["messages"] = e["messages"][:2]
    for turn in e["gold_trace"]["turns"]:
        e["messages"] += [
            {"role": "assistant",
             "content": f"So:\n```python\n{turn['code']}\n```"},
            {"role": "user", "content": turn["execution"]["stdout"]}]


def say(e):
    e["gold_trace"]["turns"][0]["execution"]["stdout"] = "something else\n"
    retell(e)


def hook_value(e):
    first_hook(e)["value"] = "another"


def hook_line(e):
    first_hook(e)["code_line"] = "x = 1"


def hook_uses(e):
    first_hook(e)["depends_on"] = ["nothing"]


def hook_less(e):
    first_hook(e)["grounded"] = False


def answer(e):
    e["gold_trace"]["final_answer"] = -1


def truth(e):
    e["question"]["ground_truth"] = -1


def also_right(e):
    """Another answer that is as good as the truth, by the record."""
    e["question"]["ground_truths"] = [e["question"]["ground_truth"], -1]
    e["gold_trace"]["final_answer"] = -1
    e["gold_trace"]["final_answer_hash"] = verify_hash(-1)


def coarse(e):
    """Fewer decimals than the question was made with."""
    e["question"].update(decimals=0, output_type="number")


def asks_else(e):
    e["question"]["question_text"] += " Of the heaviest only."


def hinted(e):
    e["question"]["hint"] = "Answer at once."


def reads_else(e):
    e["question"]["csv_options"] = {"skiprows": 1}


def talk_code(e):
    m = next(m for m in e["messages"] if m["role"] == "assistant")
    m["content"] = m["content"].replace("df", "df.head(9)", 1)


def talk_output(e):
    e["messages"][3]["content"] = "Output:\n42"


def talk_question(e):
    e["messages"][1]["content"] = "Question: What is the mean?"


def talk_hint(e):
    e["messages"][1]["content"] += "\nHint: " + e["question"]["hint"]


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
    ok(all(set(checks(r)) == {"csv", "truth", "reference", "hashes", "vote",
                              "tolerances", "execution", "hooks", "grounded",
                              "output", "answer", "question", "messages"}
           and set(checks(r).values()) == {"pass"} for r in run.records()),
       "by every check", run.records()[0]["verification"])
    cases = [(say, "output"), (hook_value, "hooks"), (answer, "answer"),
             (truth, "truth"), (verdict, "vote"), (code, "execution"),
             (digest, "hashes"), (random_text, "output"), (typed, "grounded"), (hook_line, "hooks"),
             (hook_uses, "hooks"), (hook_less, "hooks"),
             (also_right, "truth"), (coarse, "question"),
             (asks_else, "question"), (hinted, "question"),
             (reads_else, "question"), (talk_code, "messages"),
             (talk_output, "messages"), (talk_question, "messages"),
             (talk_hint, "messages")]
    run = verify("-j", "8", stdin=text([spoil(eps[0], how)
                                        for how, _ in cases]))
    got = run.records()
    for r, (how, name) in zip(got, cases):
        ok(status(r) == "failed" and checks(r)[name] == "fail",
           f"a changed record fails: {how.__name__}, {name}", checks(r))
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


def without_gold():
    """An episode whose gold run never came is a record like any other."""
    traces = Run("csv-episode", "-q", "-t", "reference", "-n", "1",
                 QUESTIONS).records()
    for r in traces:
        r.update(role="consistency", planned={"gold": 1, "consistency": 1})
    e = Run("csv-triangulate", "-q", stdin=text(traces)).records()[0]
    run = verify("--metamorphic", "2", stdin=text([e]))
    r = run.records()[0]
    ok(e["gold_trace"] is None and checks(r)["vote"] == "pass" and
       checks(r)["answer"] == "skip" and
       r["verification"]["generalises"]["status"] == "skip",
       "an episode without its gold run is checked as far as it goes",
       run.err, r["verification"])


def random_text(e):
    """Claims that a cell draws random numbers, so that its text may differ."""
    say(e)
    e["gold_trace"]["turns"][0]["execution"]["nonreproducible"] = ["entropy"]


def terminal():
    """Nothing that a terminal would obey comes out."""
    evil = "\x1b[2J \x9b31m \u202e \x07"
    q = question(1, question_text=evil, question_mechanical=evil, hint=evil,
                 output_schema=evil, reference=cells(
                     f"# {evil}\nprint({evil!r})\nx = 1\n"
                     f"hook(x, {evil!r})\nsubmit({evil!r})"))
    run = verify("--show-code", "--show-trace", stdin=text([q]))
    bad = [c for c in run.out if c != "\n" and c != "\t" and (
        ord(c) < 32 or 0x7f <= ord(c) < 0xa0 or c == "\u202e")]
    ok("Status: failed" in run.out and "  > " in run.out and not bad,
       "control characters of a record are not shown", bad, run.out)


def literal(e):
    """The program reads the answer off and submits it."""
    value = e["gold_trace"]["final_answer"]
    e["gold_trace"]["turns"] = [
        {**e["gold_trace"]["turns"][0], "code": f"submit({value!r})",
         "execution": {**e["gold_trace"]["turns"][0]["execution"],
                       "hooks": [], "stdout": ""}}]
    retell(e)


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
    column = "Beak Length (mm)"
    program = {"steps": [{"op": "df"}, {"op": "num", "in": [0], "col": column},
                         {"op": "std", "in": [1], "ddof": "sample"}],
               "answer": [{"node": 2, "decimals": 1}]}
    code = f"submit(round(df[{column!r}].std(%s), 1))"
    good = made(question(1, ground_truth=5.5, ground_truth_hash=None,
                         decimals=1, output_type="number", template_params={
                             "program": program, "columns": [column]},
                         reference=cells(code % "ddof=1")))
    bad = {**good, "reference": cells(code % "ddof=0")}
    one, two = verify("--metamorphic", "5", stdin=text([good, bad])).records()
    ok(set(checks(two)) == {"csv", "question", "truth", "reference"}
       and status(two) == "proven",
       "rounding hides a population spread", two["verification"])
    ok(one["verification"]["generalises"]["status"] == "pass" and
       two["verification"]["generalises"]["status"] == "fail",
       "and altered copies bring it to light", one["verification"],
       two["verification"])


def forged(eps):
    """Records that lie."""
    e = next(e for e in eps if e["question"]["output_type"] == "number")
    q = e["question"]
    value = q["ground_truth"]

    def loops(e):
        e["gold_trace"]["turns"][0]["code"] = "while True: pass"

    def empty(e):
        for turn in e["gold_trace"]["turns"]:
            turn["code"] = ""

    def wrong_truth(e):     # truth, answer and hashes agree with each other
        bad = verify_hash(value + 1)
        e["question"].update(ground_truth=value + 1, ground_truth_hash=bad)
        e["question"].pop("ground_truths", None)
        e["gold_trace"].update(final_answer=value + 1, final_answer_hash=bad)
        turn = e["gold_trace"]["turns"][-1]
        turn["code"] = f"submit({value + 1!r})"
        turn["execution"].update(submitted_answer=value + 1, hooks=[])

    def other_program(e):   # another program than the question's
        e["gold_trace"]["turns"] = [
            {**e["gold_trace"]["turns"][-1], "code": f"submit({value!r})"}]
        e["gold_trace"]["turns"][0]["execution"].update(hooks=[], stdout="")
        e["question"]["reference"] = cells("submit(-1)")
        retell(e)

    def claims(e):
        e["verification"] = {"status": "proven", "checks": {}}
        e["gold_trace"]["turns"][-1]["code"] = "submit(None)"

    cases = [(loops, "execution"), (empty, "answer"), (wrong_truth, "truth"),
             (claims, "answer")]
    run = verify("--cell-timeout", "1", "--filter", stdin=text(
        [spoil(e, how) for how, _ in cases]))
    ok(run.rc == 1 and run.out == "", "forged records do not pass --filter",
       run.rc, run.out)
    got = verify("--cell-timeout", "1", "--metamorphic", "2", stdin=text(
        [spoil(e, how) for how, _ in cases])).records()
    for r, (how, name) in zip(got, cases):
        ok(status(r) == "failed" and checks(r)[name] == "fail",
           f"forged: {how.__name__}", r["verification"])
    ok(checks(got[2])["vote"] == checks(got[2])["hashes"] == "pass",
       "a false truth that all else agrees with is found by the engines",
       checks(got[2]))
    r = verify(stdin=text([spoil(e, other_program)])).records()[0]
    ok(status(r) == "proven" and checks(r)["reference"] == "pass",
       "the second engine's program is written anew, not taken from the record",
       r["verification"])


def verify_hash(answer):
    """The hash that an answer has, as csv-triangulate writes it."""
    body = json.dumps(round(answer, 2))
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def blind():
    """Consistency traces, and the tolerances that a record states."""
    def asked(word):
        body = f"How large is {word}?"
        q = question(1, ground_truth=None, ground_truth_hash=None,
                     source="llm", output_type="number", known_wrong=[],
                     question_text=body, question_mechanical=body)
        del q["reference"]
        return made(q)

    def runs(*answers):
        return {"samples": [[{"code": f"x = {a!r}\nhook(x, 'x')\nsubmit(x)"}]
                            for a in answers]}

    script = {"rules": [{"match": "How large is two?",
                         **runs(10.25, 10.251, 10.25)},
                        {"match": "How large is wide?",
                         **runs(10.25, 10.75, 10.75)}]}
    with Server(script=script) as server:
        traces = Run("csv-episode", "-q", "-b", server.url, "-N", "2",
                     "--early-stop", "none", "--max-turns", "1",
                     stdin=text([asked("two"), asked("wide")])).out

    def triangulated(*args):
        return Run("csv-triangulate", "-q", *args, stdin=traces).records()
    two = triangulated()[0]
    run = verify("--traces", "all", stdin=text([two]))
    r = run.records()[0]
    ok(two["verified"] and run.rc == 0 and status(r) == "proven" and {
        "consistency_answer", "consistency_hooks", "consistency_execution",
        "consistency_grounded", "consistency_output"} <= set(checks(r)),
       "--traces all runs the consistency traces", r["verification"])
    lie = spoil(two, lambda e: e["consistency_traces"][1]["turns"][0].update(
        code="submit(3.5)"))
    r = verify("--traces", "all", stdin=text([lie])).records()[0]
    ok(status(r) == "failed" and checks(r)["consistency_answer"] == "fail"
       and checks(r)["answer"] == "pass", "and finds one that lies",
       r["verification"])
    ok(status(verify(stdin=text([lie])).records()[0]) == "proven",
       "which is not looked at by default")
    counts(two)
    wide = triangulated("--float-tolerance", "1", "--relative-tolerance",
                        "1")[1]
    r = verify(stdin=text([wide])).records()[0]
    ok(wide["verified"] and checks(r)["vote"] == "pass"
       and checks(r)["tolerances"] == "fail" and status(r) == "failed",
       "the vote is counted with the stated tolerances; wider ones than in "
       "use are told", r["verification"])
    r = verify("--float-tolerance", "1", "--relative-tolerance", "1",
               stdin=text([wide])).records()[0]
    ok(status(r) == "proven", "and hold where they are given",
       r["verification"])
    strict = spoil(wide, lambda e: e["triangulation"].update(
        float_tolerance=0.01))
    r = verify("--float-tolerance", "1", "--relative-tolerance", "1",
               stdin=text([strict])).records()[0]
    ok(checks(r)["vote"] == "fail", "narrower ones count too",
       r["verification"])


def counts(episode):
    """Each count beside the verdict is counted again."""
    lies = [(key, {"triangulation": {key: value}}) for key, value in (
        ("n_consistency_runs", 3), ("n_consistency_succeeded", 1),
        ("majority_count", 1), ("majority_answer_hash", "0" * 16),
        ("gold_matches_majority", False))]
    lies += [("gold_matches_truth", {"diagnostics": {
        "gold_matches_truth": True}}),
        ("pass_rate", {"diagnostics": {"pass_rate": 0.5}}),
        ("cluster_count", {"diagnostics": {"answer_distribution": {
            **episode["diagnostics"]["answer_distribution"],
            "cluster_count": 2}}})]
    got = verify(stdin=text([
        spoil(episode, lambda e, m=members: [
            e[k].update(v) for k, v in m.items()])
        for _, members in lies])).records()
    for r, (name, _) in zip(got, lies):
        c = r["verification"]["checks"]["vote"]
        ok(c["result"] == "fail" and name in c["detail"],
           f"a false count is found: {name}", c)


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
forged(EPS)
blind()
plain()
without_gold()
terminal()
custom()
sys.exit(t.done())
