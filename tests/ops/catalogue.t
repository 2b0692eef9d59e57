#!/usr/bin/env python3
"""--list-families and what is asked agree with the catalogue of families: the
98 numbers, steps, difficulty, answers and concepts.

Where the catalogue's difficulty asks for more steps than it counts, a family
has the fewest that this difficulty has.
"""
import collections
import json
import os
import re
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(here, "../data"))
from tap import Tap  # noqa: E402

top = os.path.abspath(os.path.join(here, "../.."))
synthq = os.path.join(top, os.environ.get("B", "build"), "bin/csv-synthq")

# Number: steps (or from-to), difficulty (or from-to), answers as n number,
# i integer, s name, b yes/no, l list, o object; "" where it leaves them open.
# Then the categories that it may be in.
CATALOGUE = """
1 1 E i summary|2 1 E o data_quality|3 1 E in data_quality
4 2 E l data_quality|5 2 E si data_quality|6 1 E i data_quality
7 3 M sn data_quality|8 2 M i data_quality|9 1 E in data_quality
10 2 M i data_quality|11 2 E l data_quality|12 2 E l data_quality
13 3 M in data_quality|14 3 M i data_quality
15 1 E n summary|16 1 E n summary|17 1 E n summary|18 2 M n summary
19 1 E n distribution|20 2 E n distribution|21 1 E n distribution
22 2 M i distribution|23 3 E i outliers|24 2 E i outliers|25 4 M o outliers
26 5-9 V o outliers|27 2 E b distribution|28 2 M b distribution
29 3 M nb distribution|30 3 M n preprocessing|31 3 M n feature_engineering
32 2 E - summary
33 1 E i summary|34 1 E l summary|35 1 E n summary|36 2 E i summary
37 3 M n distribution|38 2 M - strings|39 3 M - strings
40 2 E n aggregation|41 3 M sn aggregation|42 4 M sn aggregation
43 4 H l aggregation|44 4 M n aggregation|45 3 M n aggregation
46 3 M s distribution|47 4 H - aggregation|48 5 H - aggregation
49 4 M i aggregation|50 5 H - aggregation|51 5 H - feature_engineering
52 4 M b aggregation|53 6 V b multi_step|54 4-5 H - multi_step
55 1 E n correlation|56 1 M n correlation|57 3 M - correlation
58 3 M - correlation|59 4 H - correlation|60 5 H - correlation
61 5 H - correlation|62 2-3 M n feature_engineering|63 4 V n correlation
64 3 M n regression|65 4 H - regression|66 5 V - regression
67 5 V - regression
68 3-8 M-V nb hypothesis_test|69 3-8 M-V nb hypothesis_test
70 3-8 M-V nb hypothesis_test|71 3-8 M-V nb hypothesis_test
72 3-8 M-V nb hypothesis_test|73 3-8 M-V nb hypothesis_test
74 6-8 V - hypothesis_test|75 3-8 M-V nb hypothesis_test
76 3-8 M-V nb hypothesis_test|77 3-8 M-V n hypothesis_test
78 3-8 M-V n hypothesis_test
79 4 H - feature_engineering|80 3 M - feature_engineering
81 5 H - feature_engineering|82 4 H - aggregation|83 2 E - lookup
84 2 E - lookup|85 2-3 M - dates|86 4 H - dates|87 4 H - dates
88 4 H - dates|89 4 H - dates|90 3 M - dates|91 2 M - dates
92 5-7 H - multi_step|93 4 H - preprocessing|94 5-7 H-V - multi_step
95 5 H - multi_step|96 5 H - multi_step|97 4 H l multi_step
98 4 M o preprocessing
"""
FEWEST = {"E": 1, "M": 4, "H": 7, "V": 9}
LEVEL = {"E": "EASY", "M": "MEDIUM", "H": "HARD", "V": "VERY_HARD"}
# Words of the list's answers that hold a kind.
WORDS = {"n": ("number",), "i": ("integer",), "s": ("string", "period"),
         "b": ("boolean",), "l": ("list",),
         "o": ("two", "three", "+", "integers")}
OUTPUT = {"n": {"number", "integer"}, "i": {"integer"}, "l": {"list"}}


def ends(text):
    first, _, last = text.partition("-")
    return first, last or first


def catalogue():
    for entry in CATALOGUE.replace("\n", "|").strip("|").split("|"):
        number, steps, letters, answers, category = entry.split()
        yield int(number), [int(x) for x in ends(steps)], ends(letters), \
            answers.strip("-"), category


def listed():
    """Number -> name, steps, level, answers, category, by columns."""
    out = subprocess.run([synthq, "--list-families"], capture_output=True,
                         text=True).stdout.split("\n")[:-1]
    head = out[0]
    rows = {}
    for line in out[1:]:
        name, number, steps, level = line.split()[:4]
        at = re.match(r"(.{%d,}?) +(%s) " % (
            head.index("CATEGORY") - head.index("ANSWER") - 1,
            "|".join(CATEGORIES)), line[head.index("ANSWER"):])
        rows[int(number)] = (name, int(steps), level, at[1], at[2])
    return rows


CATEGORIES = {c for *_, c in catalogue()}


def level(steps):
    return [k for k, least in FEWEST.items() if steps >= least][-1]


def check_list(t, rows):
    t.ok(sorted(rows) == list(range(1, 99)), "98 families, each once",
         sorted(set(range(1, 99)) ^ set(rows)))
    for number, (low, high), letters, answers, category in catalogue():
        name, steps, shown, kinds, seen = rows[number]
        least = max(low, FEWEST[letters[0]])
        t.ok(least <= steps <= max(high, least),
             "%d %s: steps" % (number, name), steps, least)
        order = list(FEWEST)
        t.ok(order.index(letters[0]) <= order.index(level(steps)) <=
             order.index(letters[1]) and LEVEL[level(steps)] == shown,
             "%d %s: difficulty" % (number, name), shown, letters)
        lacking = [a for a in answers
                   if not any(w in kinds for w in WORDS[a])]
        t.ok(not lacking and seen == category,
             "%d %s: answer and category" % (number, name), kinds, seen)


def check_asked(t, rows):
    """Questions have the steps of the list and those of their conditions."""
    data = os.path.join(top, "examples/data")
    files = [os.path.join(data, f) for f in sorted(os.listdir(data))
             if f.endswith(".csv")]
    out = subprocess.run([synthq, "-q", "--chains", "0", "-n", "120",
                          "--lookups", *files], stdout=subprocess.PIPE).stdout
    by_name = {r[0]: (n, r) for n, r in rows.items()}
    kinds = {n: a for n, _, _, a, _ in catalogue()}
    few, wrong, least = [], [], collections.defaultdict(lambda: 99)
    for q in map(json.loads, out.splitlines()):
        number, row = by_name[q["template_name"]]
        least[q["template_name"]] = min(least[q["template_name"]],
                                        q["n_steps"])
        if q["n_steps"] < row[1] or \
                LEVEL[level(q["n_steps"])] != q["difficulty"] or \
                q["category"] != row[4]:
            few.append((q["template_name"], q["n_steps"], q["difficulty"]))
        want = OUTPUT.get(kinds[number])
        if want and q["output_type"] not in want | {"dict"} and \
                q["output_type"] not in row[3]:
            wrong.append((q["template_name"], q["output_type"]))
    t.ok(not few, "asked: steps, difficulty and category", *few[:5])
    t.ok(not wrong, "asked: the kind of answer", *wrong[:5])
    same = sum(least[r[0]] == r[1] for r in rows.values())
    t.ok(same >= 85, "asked without conditions: the steps of the list", same,
         {n: k for n, k in least.items() if k != by_name[n][1][1]})


def main():
    t = Tap()
    rows = listed()
    check_list(t, rows)
    check_asked(t, rows)
    return t.done()


sys.exit(main())
