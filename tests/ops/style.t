#!/usr/bin/env python3
"""Discovery style tells no column and no method; a target is met or said to be
out of reach; readings are settled in the text."""
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "../data"))
sys.dont_write_bytecode = True
from tap import Tap, with_pandas  # noqa: E402

top = os.path.abspath(os.path.join(here, "../.."))
synthq = os.path.join(top, os.environ.get("B", "build"), "bin/csv-synthq")
BIRDS = "examples/data/birdstrikes.csv"
METHODS = (r"t-test|anova|correlat|regress|least.squares|interquartile|\biqr\b|"
           r"z-score|pearson|spearman|whitney|kruskal|levene|chi-square|"
           r"cramer|eta squared|welch|skewness|kurtosis|quantile|quartile")
LIMIT = (r"strictly|at least|no less|not below|at most|no more|not above|"
         r"or equal|equal to (it|the limit)")
SAMPLE = r"sample|population|n - 1|divide by n|ddof"


def run(*args):
    r = subprocess.run([synthq, *args], capture_output=True, cwd=top,
                       text=True)
    return [json.loads(line) for line in r.stdout.splitlines()], r


def plain(text):
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    return " " + re.sub(r"\W+|_", " ", text).strip().lower() + " "


def discovery(t):
    qs, r = run("-q", "-n", "150", "--style", "discovery", BIRDS,
                "examples/data/penguins.csv", "examples/data/wine.csv")
    t.ok(len(qs) > 100, "discovery: questions", len(qs), r.stderr)
    t.ok({q["style"] for q in qs} == {"discovery"}, "the member style")
    told = [q["question_text"] for q in qs
            if re.search(METHODS, q["question_text"], re.I)]
    t.ok(not told, "no word for a method", *told[:3])
    told = [q["question_text"] for q in qs
            for c in q["template_params"]["columns"]
            if plain(c) in plain(q["question_text"])]
    t.ok(not told, "no name of a column", *told[:3])
    t.ok(len({q["template_name"] for q in qs}) >= 60, "sixty families",
         sorted({q["template_name"] for q in qs}))
    chains, _ = run("-q", "-n", "40", "--style", "discovery", "--chains", "1",
                    BIRDS, "examples/data/penguins.csv")
    bad = [q["question_text"] for q in chains if q["style"] != "discovery" or
           re.search(METHODS, q["question_text"], re.I) or
           any(plain(c) in plain(q["question_text"])
               for c in q["template_params"]["columns"])]
    t.ok(len(chains) >= 40 and not bad, "chains of steps in discovery style",
         len(chains), *bad[:3])
    named = sum(any(json.dumps(c, ensure_ascii=False) in q["hint"]
                    for c in q["template_params"]["columns"]) for q in qs)
    t.ok(named > len(qs) / 2, "hints name columns", named)


def settled(t):
    qs, _ = run("-q", "-n", "300", "examples/data/cps_wages_1985.csv",
                "examples/data/gapminder.csv")
    for reading, words in (("limit inclusive or strict", LIMIT),
                           ("sample or population", SAMPLE)):
        with_it = [q["question_text"] for q in qs
                   if any(w["reading"] == reading
                          for w in q.get("known_wrong", []))]
        left = [x for x in with_it if not re.search(words, x, re.I)]
        t.ok(with_it and not left, "settled: " + reading, *left[:3])


def shares(qs, member):
    return dict(collections.Counter(q[member] for q in qs))


def target(t, path):
    with open(path, "w") as f:
        f.write("difficulty: {EASY: 0.4, MEDIUM: 0.4, HARD: 0.2}\n"
                "column_coverage: 0.9\n")
    qs, r = run("-n", "60", "-t", path, BIRDS)
    t.ok(shares(qs, "difficulty") == {"EASY": 24, "MEDIUM": 24, "HARD": 12},
         "target: difficulties", shares(qs, "difficulty"), r.stderr)
    with open(path, "w") as f:
        f.write("style: {direct: 0.7, discovery: 0.3}\n")
    qs, r = run("-n", "60", "-t", path, BIRDS)
    t.ok(shares(qs, "style") == {"direct": 42, "discovery": 18},
         "target: styles, of which --style need not tell", shares(qs, "style"))
    with open(path, "w") as f:
        f.write("difficulty: {EASY: 0.3, MEDIUM: 0.4, HARD: 0.2}\n"
                "category: {aggregation: 0.2, correlation: 0.15}\n"
                "output_type: {number: 0.4, dict: 0.4, list: 0.1}\n"
                "style: {direct: 0.6, discovery: 0.4}\n"
                "column_coverage: 1\n")
    args = "-n", "60", "-t", path, "examples/data/cps_wages_1985.csv"
    qs, r = run(*args)
    seen = [shares(qs, m) for m in ("difficulty", "category", "output_type",
                                    "style")]
    t.ok(len(qs) == 60 and seen[0]["EASY"] == 18 and seen[0]["HARD"] == 12 and
         seen[1]["aggregation"] == 12 and seen[1]["correlation"] == 9 and
         seen[2]["number"] == 24 and seen[2]["list"] == 6 and
         seen[3]["discovery"] == 24, "target: four wishes at once",
         *seen, r.stderr)
    t.ok(run(*args)[1].stdout == r.stdout, "target: the same bytes again")
    with open(path, "w") as f:
        f.write("category: {no_such_category: 0.5}\n")
    qs, r = run("-n", "20", "-t", path, "examples/data/penguins.csv")
    t.ok(len(qs) == 10 and "category no_such_category: 0 of 10" in r.stderr,
         "target: what the data cannot give is said", len(qs), r.stderr)
    for text, said in (
            ("dificulty: {EASY: 1}\n", "target.yaml:1: expected difficulty"),
            ("style: {direct: 1}\ndifficulty: {EASSY: 1}\n",
             "target.yaml:2: expected EASY,MEDIUM,HARD,VERY_HARD, saw"),
            ("difficulty: {EASY: 0.7, HARD: 0.7}\n", "at most 1 in all")):
        with open(path, "w") as f:
            f.write(text)
        _, r = run("-t", path, BIRDS)
        t.ok(r.returncode == 2 and said in r.stderr,
             "target: refused: " + text.strip(), r.stderr)


def plan(text, schema):
    """A question without what differs by data: names, values, numbers."""
    text = text.replace(schema, "")
    text = re.sub(r'"(\\.|[^"\\])*?"', "C", text)
    text = re.sub(r"(?<!\w)'[^']*'(?!\w)", "V", text)
    return re.sub(r"-?\d+(\.\d+)?", "N", text)


def wordings(t):
    """Each family asks in three or more ways, whatever the data; in discovery
    style too, where it has that."""
    listed = subprocess.run([synthq, "--list-families"], capture_output=True,
                            text=True).stdout
    names = [line.split()[0] for line in listed.split("\n")[1:-1]]
    data = ["examples/data/" + f for f in (
        "birdstrikes.csv", "penguins.csv", "cps_wages_1985.csv",
        "earthquakes.csv", "co2_concentration.csv")]
    for style, least in (("direct", len(names) - 3), ("discovery", 75)):
        seen = collections.defaultdict(set)
        asked = collections.Counter()
        for seed in "1", "2", "3":
            qs, _ = run("-q", "-n", "500", "-s", seed, "--chains", "0",
                        "--style", style, *data)
            for q in qs:
                seen[q["template_name"]].add(
                    plan(q["question_text"], q["output_schema"]))
                asked[q["template_name"]] += 1
        few = {n: list(w) for n, w in seen.items()
               if len(w) < min(3, asked[n])}
        t.ok(not few, style + ": three wordings and more", few)
        t.ok(len(seen) >= least, "%s: families" % style,
             len(seen), sorted(set(names) - set(seen)))


def other_convention(q):
    """The same question with a reference that follows the other one."""
    turned = {"ddof=1": "ddof=0", "ddof=0": "ddof=1",
              "equal_var=True": "equal_var=False",
              "equal_var=False": "equal_var=True"}
    cells = [{**c, "code": re.sub("|".join(turned), lambda m: turned[m[0]],
                                  c["code"])}
             for c in q["reference"]["cells"]]
    return {**q, "reference": {**q["reference"], "cells": cells},
            "ground_truth": q["ground_truths"][1]}


def conventions(t, pandas, path):
    """Where the words settle no convention, both answers are right, and the
    second is that of the reference program turned to the other convention."""
    data = [BIRDS, "examples/data/penguins.csv",
            "examples/data/cps_wages_1985.csv", "examples/data/wine.csv"]
    qs, _ = run("-q", "-n", "200", "--style", "discovery", *data)
    both = [q for q in qs if "ground_truths" in q]
    t.ok(len({q["template_name"] for q in both}) >= 6, "both answers are right",
         {q["template_name"] for q in both})
    bad = [q["question_text"] for q in both if
           re.search(SAMPLE + "|equal variances|spreads to be",
                     q["question_text"], re.I)]
    t.ok(not bad, "... where no words settle it", *bad[:3])
    bad = [q for q in both if len(q["ground_truths"]) != 2 or
           q["ground_truths"][0] != q["ground_truth"] or
           q["ground_truths"][1] == q["ground_truth"] or
           any(w["answer"] in q["ground_truths"]
               for w in q.get("known_wrong", []))]
    t.ok(not bad, "... and neither is a known misreading", *bad[:3])
    direct, _ = run("-q", "-n", "100", *data)
    t.ok(not any("ground_truths" in q for q in direct),
         "direct questions settle their conventions")
    if pandas is None:
        t.skip("the other convention's program agrees", "no pandas")
        return
    with open(path, "w") as f:
        f.writelines(json.dumps(other_convention(q)) + "\n" for q in both)
    r = subprocess.run([sys.executable, "-B", os.path.join(
        here, "run_reference.py"), path], capture_output=True, text=True,
        cwd=top)
    t.ok(r.returncode == 0, "the other convention's program agrees",
         r.stdout, r.stderr)


def scope(t):
    """Traits of columns and rows left out: the words say which comes first."""
    qs, _ = run("-q", "-n", "100", "--style", "discovery", BIRDS)
    kept = [q for q in qs if re.search(r"^(subset|distinct)\w* = ", "\n".join(
        c["code"] for c in q["reference"]["cells"]), re.M)]
    left = [q["question_text"] for q in kept
            if not re.search("whole table|full table", q["question_text"])]
    t.ok(kept and not left, "traits are of the whole table", *left[:3])
    qs, _ = run("-q", "-n", "60", "-f", "outliers_fences,transformed,best_bin",
                BIRDS)
    kept = [q for q in qs if "subset = " in "\n".join(
        c["code"] for c in q["reference"]["cells"])]
    left = [q["question_text"] for q in kept if not re.search(
        "these rows|left out play no part|no other rows|absolute value|"
        "logarithm|square root", q["question_text"])]
    t.ok(kept and not left, "figures are of the rows that are kept", *left[:3])


def main():
    pandas = with_pandas()  # first: it may start this script again
    t = Tap()
    discovery(t)
    settled(t)
    scope(t)
    wordings(t)
    with tempfile.TemporaryDirectory() as tmp:
        target(t, os.path.join(tmp, "target.yaml"))
        conventions(t, pandas, os.path.join(tmp, "other.jsonl"))
    return t.done()


sys.exit(main())
