"""peer_proofs.py - what the proofs of questions evaluate, in pandas, in one warm
process.

usage: peer_proofs.py PROOFS (of tests/helper/proofs): a line of JSON: questions,
evaluations, those of which the answer is another than ours, and CPU seconds of
the better of two rounds; a round before them does not count, it compares.

As little is done as a user of pandas could do who knew all evaluations of a
question beforehand: a step whose text and inputs occurred before is not done
again, and looks, hooks, prints, imports, copies and the ways that df is altered
(shuffled, filled) are left out of the time.
"""
import ast
import json
import math
import sys
import time
import warnings

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
import statsmodels.api as sm

MODULES = {"pd": pd, "np": np, "stats": stats, "sm": sm,
           "LinearRegression": LinearRegression,
           "train_test_split": train_test_split}


class Renamed(ast.NodeTransformer):
    def __init__(self, names):
        self.names = names

    def visit_Name(self, node):
        return ast.copy_location(
            ast.Name(self.names.get(node.id, node.id), node.ctx), node)


def steps(code):
    """The statements of each step: a hook ends one, the submission the last."""
    some = []
    for statement in ast.parse(code).body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            continue
        if not isinstance(statement, ast.Expr):
            some.append(statement)
        elif some:
            yield some
            some = []


def bound(some):
    """The names that statements bind, those of comprehensions too."""
    return {n.id for s in some for n in ast.walk(s)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


class Plan:
    """The distinct steps of a question's evaluations, each result under a
    name of its own."""

    def __init__(self):
        self.lines, self.known = [], {}

    def step(self, some, names):
        here = bound(some)
        inputs = Renamed({k: v for k, v in names.items() if k not in here})
        key = ast.unparse([inputs.visit(s) for s in some])
        if key not in self.known:
            to = {k: "%s_%d" % (k, len(self.lines)) for k in here}
            self.known[key] = to
            body = [Renamed(to).visit(s) for s in ast.parse(key).body]
            # an answer may be undefined, and so a step fail
            self.lines.append("try:\n%s\nexcept Exception:\n    pass\n" % (
                "\n".join("    " + line for line in
                          ast.unparse(body).split("\n"))))
        names.update(self.known[key])

    def add(self, e):
        """Plan an evaluation; the name of its answer."""
        names = {"df": "df_" + e["df"].replace(" ", "_")}
        table = e["table"]
        lost = table and ast.parse("%s = %s.drop(%s.index[%d])" % (
            table + "_less", table, table, e["at"])).body

        def drop():
            self.step(lost, names)
            names[table] = names[table + "_less"]

        if table == "df":
            drop()
        for some in steps(e["code"]):
            self.step(some, names)
            if table in bound(some):
                drop()
        return names["answer"]

    def compile(self):
        return compile("".join(self.lines), "<proof>", "exec")


def frames_of(question):
    path, options = question["csv_source"], question["csv_options"]
    df = pd.read_csv(path, **options)
    numbers = df.select_dtypes("number").columns
    return {"df_whole": df,
            "df_exact": pd.read_csv(path, float_precision="round_trip",
                                    **options),
            "df_shuffled": df.sample(frac=1, random_state=0),
            "df_zeros": df.fillna({c: 0 for c in numbers}),
            "df_no_ids": df.drop(columns=question["ids"])}


def alike(a, b, choices):
    """Are two answers the same? choices: but for their numbers."""
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(
            alike(a[k], b[k], choices) for k in a)
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(
            alike(x, y, choices) for x, y in zip(a, b))
    if isinstance(a, float):
        return choices or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
    return a == b


def run(questions, wrong=None):
    """CPU seconds; wrong gets the names of answers that are not ours. Where a
    row is left out it is the choice that the proof looks at."""
    spent = 0.
    for code, frames, answers in questions:
        names = dict(MODULES, **frames)
        start = time.process_time()
        exec(code, names)
        spent += time.process_time() - start
        if wrong is not None:
            wrong += [name for name, e in answers if "answer" in e and
                      not alike(e["answer"], names.get(name), e["table"])]
    return spent


def main():
    warnings.simplefilter("ignore")
    frames, questions, evaluations, wrong = {}, [], 0, []
    with open(sys.argv[1], encoding="utf-8") as f:
        for line in f:
            q = json.loads(line)
            if q["csv_source"] not in frames:
                frames[q["csv_source"]] = frames_of(q)
            plan = Plan()
            answers = [(plan.add(e), e) for e in q["evaluations"]]
            evaluations += len(answers)
            questions.append((plan.compile(), frames[q["csv_source"]],
                              answers))
    run(questions, wrong)
    print(json.dumps({"questions": len(questions),
                      "evaluations": evaluations, "otherwise": len(wrong),
                      "cpu": min(run(questions) for _ in range(2))}))


main()
