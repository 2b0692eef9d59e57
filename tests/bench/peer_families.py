"""peer_families.py - questions by their pandas programs, in one warm process.

usage: peer_families.py QUESTIONS: a line of JSON: CPU seconds of the programs,
imports and read_csv left out. The best of three rounds, and a round before them
that does not count.
"""
import io
import json
import sys
import time
import warnings
from contextlib import redirect_stdout

import numpy as np
import pandas as pd
import scipy.stats  # noqa: F401
import sklearn.linear_model  # noqa: F401
import statsmodels.api  # noqa: F401


def play(cells, df):
    names = {"df": df, "pd": pd, "np": np, "print": lambda *args: None,
             "hook": lambda *args, **more: None, "submit": lambda answer: None}
    for code in cells:
        exec(code, names)


def once(questions, frames):
    """CPU seconds of all programs, each on a fresh copy of its frame."""
    spent = 0.
    for q in questions:
        cells = [compile(c["code"], "<cell>", "exec")
                 for c in q["reference"]["cells"]]
        df = frames[q["csv_source"]].copy()
        with redirect_stdout(io.StringIO()):
            start = time.process_time()
            play(cells, df)
            spent += time.process_time() - start
    return spent


def main():
    warnings.simplefilter("ignore")
    frames = {}
    with open(sys.argv[1], encoding="utf-8") as f:
        questions = [json.loads(line) for line in f]
    for q in questions:
        path = q["csv_source"]
        if path not in frames:
            frames[path] = pd.read_csv(path, **q["csv_options"])
    once(questions, frames)
    print(json.dumps({"questions": len(questions),
                      "cpu": min(once(questions, frames)
                                 for _ in range(3))}))


main()
