#!/usr/bin/env python3
# reference.t - csv-episode with the reference teacher: what it records, in what
# order, what it takes and what it refuses.
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from play import (  # noqa: E402
    BIN, QUESTIONS, RECORDS, TOP, Run, cells, environment, need_sandbox, ok,
    question, t, temporary, text)

need_sandbox()


def play(*args, **more):
    return Run("csv-episode", "--teacher", "reference", *args, **more)


def records():
    run = play(QUESTIONS)
    ok(run.rc == 0, "six questions are played", run.rc, run.err)
    got = run.records()
    ok([r["question"] for r in got] == RECORDS,
       "each record holds its whole question, in order")
    for r in got:
        q, tr = r["question"], r["trace"]
        name = q["question_text"]
        ok(tr["success"] and tr["final_answer"] == q["ground_truth"]
           and tr["stop"] == "submitted" and tr["error"] is None,
           f"right: {name}", tr["final_answer"], tr["error"])
        ok([x["code"] for x in tr["turns"]] ==
           [c["code"] for c in q["reference"]["cells"]],
           "one turn a cell")
        hooks = [h for x in tr["turns"] for h in x["execution"]["hooks"]]
        ok(hooks and all(h["grounded"] and len(h["value_hash"]) == 16
                         for h in hooks), "hooks are grounded and hashed")
        roles = [m["role"] for m in r["messages"]]
        ok(roles == ["system", "user"] +
           (["assistant", "user"] * len(tr["turns"]))[:-1],
           "messages alternate and end with the last reply", roles)
        ok(q["question_text"] in r["messages"][1]["content"]
           and q["hint"] in r["messages"][1]["content"]
           and q["dataset_description"] in r["messages"][0]["content"]
           and "344 rows" in r["messages"][0]["content"],
           "the teacher sees question, hint, description and shape")
        ok(r["role"] == "gold" and r["index"] == 0 and r["last"] is True
           and r["planned"] == {"gold": 1, "consistency": 0}
           and r["stopping"]["decided"] is False, "it is the whole group")
        ok(r["teacher"] == {"kind": "reference"}
           and r["usage"]["cost"] is None
           and r["sandbox"]["tier"] in ("full", "landlock")
           and r["sandbox"]["pandas"] and r["elapsed"] == 0,
           "teacher, sandbox, usage and elapsed are told")
    systems = {r["messages"][0]["content"] for r in got}
    ok(len(systems) == 1, "one system message for all runs of a CSV")
    ok(len({r["group"] for r in got}) == 6, "groups differ")
    return run.out


def same_bytes(want):
    ok(play("-j1", QUESTIONS).out == want, "-j1 gives the same bytes")
    ok(play("-j8", "-", stdin=text(RECORDS)).out.count("\n") == 6,
       "- is standard input")
    with open(QUESTIONS, encoding="utf-8") as f:
        ok(play("-j8", stdin=f.read()).out == want,
           "-j8 from a pipe gives the same bytes")
    un = play("-j8", "--unordered", QUESTIONS).out
    ok(sorted(un.splitlines()) == sorted(want.splitlines()),
       "--unordered gives the same lines")


def failures():
    q = question(
        1, reference=cells("x = 1", "y = missing_name", "z = x", "submit(x)"))
    run = play(stdin=text([q]))
    tr = run.records()[0]["trace"]
    bad = tr["turns"][1]["execution"]
    ok(run.rc == 0 and not bad["success"] and "NameError" in bad["stderr"]
       and "missing_name" in bad["stderr"],
       "a failing cell is recorded and the next are played", bad)
    ok(tr["turns"][2]["correction"] == {
        "corrects_turn": 1, "error_type": "NameError",
        "error_message": "name 'missing_name' is not defined",
        "attempts_since_error": 1} and "correction" not in tr["turns"][3],
       "the turn that mends it says so", tr["turns"][2])
    ok(tr["final_answer"] == 1, "its answer counts")
    run = play(stdin=text([question(1, reference=cells("x = 1"))]))
    tr = run.records()[0]["trace"]
    ok(not tr["success"] and tr["stop"] == "max_turns"
       and tr["final_answer"] is None and tr["final_answer_hash"] is None,
       "a program without submit() gives no answer", tr)
    run = play("--cell-timeout", "1", stdin=text([question(
        1, reference=cells("import time\ntime.sleep(60)", "submit(2)"))]))
    tr = run.records()[0]["trace"]
    ok(not tr["turns"][0]["execution"]["success"] and tr["final_answer"] == 2,
       "--cell-timeout ends a cell, not the run", tr)
    q = question(1, reference=cells("print('```')\nsubmit(None)"))
    r = play(stdin=text([q])).records()[0]
    ok(r["messages"][2]["content"].startswith("````python\n")
       and r["trace"]["success"] and r["trace"]["final_answer"] is None
       and len(r["trace"]["final_answer_hash"]) == 16,
       "None is an answer; a fence in the code does not end its block", r)


def rejects():
    gone = question(0, csv_source="examples/data/no-such-file.csv")
    other = question(0, csv_sha256="0" * 64)
    bare = question(0)
    del bare["reference"]
    empty = question(0, reference=cells())
    wrong = question(0, reference={"cells": [{"reasoning": "no code"}]})
    lines = [gone, question(0), other, bare, empty, wrong,
             {"type": "question"}, {"type": "profile"}, question(1)]
    with tempfile.NamedTemporaryFile("r") as f:
        run = play("-j3", "--rejects", f.name, stdin=text(lines) + "torn {")
        rej = [json.loads(line) for line in f]
    ok(run.rc == 1 and [r["question"] for r in run.records()] ==
       [question(0), question(1)], "the good ones of a bad input are played",
       run.rc, run.err)
    codes = {(r["line"], r["code"]) for r in rej}
    ok(codes == {(1, "csv"), (3, "csv"), (4, "missing_member"),
                 (5, "bad_value"), (6, "bad_value"), (7, "missing_member"),
                 (8, "bad_type"), (10, "torn_line")},
       "each of the others is rejected with its line and reason", rej)
    ok(run.err.count("no-such-file.csv") == 1
       and all(f"-:{n}:" in run.err for n in (1, 3, 4, 5, 6, 7, 8, 10)),
       "and named on stderr", run.err)


def csv_root():
    with tempfile.TemporaryDirectory() as d:
        os.mkdir(os.path.join(d, "sub"))
        shutil.copy(os.path.join(TOP, "examples/data/penguins.csv"),
                    os.path.join(d, "sub", "p.csv"))
        q = question(1, csv_source="sub/p.csv")
        run = play("--csv-root", d, stdin=text([q]))
        ok(run.rc == 0 and run.records()[0]["question"] == q,
           "--csv-root DIR: relative paths start there", run.err)
        run = play("--csv-root", "/nonexistent", stdin=text([question(
            1, csv_source=os.path.join(d, "sub", "p.csv"))]))
        ok(run.rc == 0, "an absolute path stays", run.err)


def ids(run):
    return [r["question"]["id"] for r in run.records()]


def selection():
    levels = ["EASY"] * 5 + ["MEDIUM"] * 3 + ["HARD"] * 2
    qs = [question(1, id=f"{i:016x}", difficulty=d)
          for i, d in enumerate(levels)]
    names = [q["id"] for q in qs]
    got = ids(play("-n", "4", stdin=text(qs)))
    ok(got == names[:4], "-n 4 takes the first four of a CSV", got)
    other = question(1, id="f" * 16, csv_source="./examples/data/penguins.csv")
    got = ids(play("-n", "1", stdin=text(qs + [other])))
    ok(got == [names[0], "f" * 16], "-n counts each CSV apart", got)
    got = ids(play("--difficulties", "HARD,MEDIUM", stdin=text(qs)))
    ok(got == names[5:], "--difficulties takes these only", got)
    run = play("--difficulties", "HARD,MEDIAN", stdin=text(qs))
    ok(run.rc == 2 and run.out == "" and '"MEDIAN"' in run.err,
       "a difficulty that does not exist is a usage error", run.err)
    got = ids(play("--difficulty-filter", "-n", "5", stdin=text(qs)))
    ok(got == names[:2] + names[5:7] + names[8:9],
       "--difficulty-filter -n 5: 2 EASY, 2 MEDIUM, 1 HARD", got)
    with temporary("difficulty_filter: true\n"
                   "question_difficulty_distribution: {HARD: 1}\n") as f:
        got = ids(play("-c", f.name, stdin=text(qs)))
        ok(got == names[8:], "the configuration's shares are obeyed", got)
        run = play("-c", f.name, "--skip-difficulty-filter", stdin=text(qs))
        ok(ids(run) == names, "--skip-difficulty-filter takes all")
    twice = play(stdin=text([qs[0], qs[0]])).records()
    ok(twice[0]["group"] != twice[1]["group"],
       "the same question twice makes two groups")
    ok(twice[0]["trace"] == twice[1]["trace"], "with the same trace")


def streaming():
    """A line comes out while the input is still open."""
    p = subprocess.Popen(
        [os.path.join(BIN, "csv-episode"), "-q", "--teacher", "reference"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=TOP,
        env=environment())
    for q in RECORDS[:2]:
        p.stdin.write(text([q]))
        p.stdin.flush()
        r = json.loads(p.stdout.readline())
        ok(r["question"] == q, "a trace is written while the input waits")
    p.stdin.write(text([RECORDS[2]])[:100])
    p.stdin.flush()
    time.sleep(0.3)
    p.terminate()
    ok(p.wait(60) == -15, "SIGTERM ends it, by that signal", p.returncode)
    p.stdin.close()
    p.stdout.close()


def reader_gone():
    """The loss of the reader is seen while nothing is written."""
    p = subprocess.Popen(
        [os.path.join(BIN, "csv-episode"), "-q", "--teacher", "reference"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=TOP,
        stderr=subprocess.PIPE, env=environment())
    p.stdin.write(text(RECORDS[:1]).encode())
    p.stdin.flush()
    p.stdout.readline()
    p.stdout.close()
    ok(p.wait(60) == -13 and p.stderr.read() == b"",
       "it dies quietly of SIGPIPE though its input goes on", p.returncode)
    p.stdin.close()
    p.stderr.close()


def usage():
    for args, want in (
            (["--teacher", "nobody"], "auto,reference,chat"),
            (["--early-stop", "soon"], "verdict,beta,none"),
            (["--sandbox", "paper"], "paper"),
            (["-N", "x"], "whole number"),
            (["--min-agreement", "0.4"], "0.5 to 1"),
            (["--no-such-option"], "no-such-option")):
        run = Run("csv-episode", *args, QUESTIONS)
        ok(run.rc == 2 and want in run.err, "usage: " + " ".join(args),
           run.rc, run.err)
    run = Run("csv-episode", "--teacher", "reference", "--python",
              "/nonexistent/python3", QUESTIONS)
    ok(run.rc == 3 and "/nonexistent/python3" in run.err,
       "an interpreter that is not there: status 3", run.rc, run.err)
    run = Run("csv-episode", stdin="")
    ok(run.rc == 0 and run.err.count("teacher: reference") == 1,
       "auto without a key is the reference teacher, and says so", run.err)


same_bytes(records())
failures()
rejects()
csv_root()
selection()
streaming()
reader_gone()
usage()
sys.exit(t.done())
