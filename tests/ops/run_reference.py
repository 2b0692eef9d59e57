#!/usr/bin/env python3
"""Run the pandas program of each question record and compare its answer with
the ground truth that was computed natively.

Reads NDJSON questions from the files named or standard input, prints a line
for each difference and a summary; exit status 1 where there is any.
"""
import io
import json
import math
import os
import sys
import warnings
from contextlib import redirect_stdout

import numpy as np
import pandas as pd

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../lib/py"))
from worker import normalise  # noqa: E402


class Submitted(Exception):
    pass


def run(question, df, printing=True):
    """The submitted answer; hooks must name what they depend on. printing:
    what cells print is put into words too, which takes most of the time."""
    got = {}
    known = set()

    def hook(value, name, description="", depends_on=()):
        for d in depends_on:
            assert d in known, "hook %r depends on unknown %r" % (name, d)
        known.add(name)

    def submit(answer):
        got["answer"] = normalise(answer)

    names = {"df": df.copy(), "pd": pd, "np": np, "hook": hook,
             "submit": submit}
    if not printing:
        names["print"] = lambda *args: None
    with redirect_stdout(io.StringIO()):
        for cell in question["reference"]["cells"]:
            exec(compile(cell["code"], "<cell>", "exec"), names)
    return got["answer"]


def same(a, b):
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


def main():
    frames = {}
    n = bad = 0
    warnings.simplefilter("ignore")
    lines = (line for path in sys.argv[1:] or ["/dev/stdin"]
             for line in open(path, encoding="utf-8"))
    for line in lines:
        q = json.loads(line)
        path = q["csv_source"]
        key = (path, json.dumps(q["csv_options"], sort_keys=True))
        if key not in frames:
            frames.clear()
            frames[key] = pd.read_csv(path, **q["csv_options"])
        n += 1
        try:
            answer = run(q, frames[key])
        except Exception as e:  # any failure of a program is a difference
            answer = "%s: %s" % (type(e).__name__, e)
        if not same(answer, q["ground_truth"]):
            bad += 1
            print("%s %s %s: pandas %r, native %r" % (
                path, q["template_name"], q["id"], answer, q["ground_truth"]))
    print("%d questions, %d differences" % (n, bad))
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
