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
from tap import Tap  # noqa: E402

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
    t.ok(len({q["template_name"] for q in qs}) >= 20, "twenty families",
         sorted({q["template_name"] for q in qs}))
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


def target(t, path):
    with open(path, "w") as f:
        f.write("difficulty: {EASY: 0.4, MEDIUM: 0.4, HARD: 0.2}\n"
                "column_coverage: 0.9\n")
    qs, r = run("-n", "60", "-t", path, BIRDS)
    seen = collections.Counter(q["difficulty"] for q in qs)
    t.ok(seen == {"EASY": 24, "MEDIUM": 24, "HARD": 12},
         "target: difficulties", seen, r.stderr)
    with open(path, "w") as f:
        f.write("style: {direct: 0.7, discovery: 0.3}\n")
    qs, r = run("-n", "60", "--style", "direct,discovery", "-t", path, BIRDS)
    seen = collections.Counter(q["style"] for q in qs)
    t.ok(seen == {"direct": 42, "discovery": 18}, "target: styles", seen)
    with open(path, "w") as f:
        f.write("category: {no_such_category: 0.5}\n")
    qs, r = run("-n", "20", "-t", path, "examples/data/penguins.csv")
    t.ok(len(qs) == 10 and "category no_such_category: 0 of 10" in r.stderr,
         "target: what the data cannot give is said", len(qs), r.stderr)
    with open(path, "w") as f:
        f.write("dificulty: {EASY: 1}\n")
    _, r = run("-t", path, BIRDS)
    t.ok(r.returncode == 2 and "target.yaml:1: expected difficulty" in r.stderr,
         "target: a misspelt key is refused", r.stderr)
    with open(path, "w") as f:
        f.write("difficulty: {EASY: 0.7, HARD: 0.7}\n")
    _, r = run("-t", path, BIRDS)
    t.ok(r.returncode == 2, "target: shares above 1 are refused", r.stderr)


def main():
    t = Tap()
    discovery(t)
    settled(t)
    with tempfile.TemporaryDirectory() as tmp:
        target(t, os.path.join(tmp, "target.yaml"))
    return t.done()


sys.exit(main())
