#!/usr/bin/env python3
"""The 89 operators of the question space: each is an entry of the operator
tables (or a form of the answer), a walk over them draws it, and over every one
the pandas program gives the answer that was computed natively."""
import csv
import json
import os
import random
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "../data"))
sys.dont_write_bytecode = True
from tap import Tap, with_pandas  # noqa: E402

top = os.path.abspath(os.path.join(here, "../.."))
synthq = os.path.join(top, os.environ.get("B", "build"), "bin/csv-synthq")
ROUNDS = 40
EACH = 80
COMPARED = 4000 if os.environ.get("CHECK_ALL") else 400

# Operator -> entries of the tables, any of which is it. "op:arg=word" asks for
# a word; "(...)" are forms of the answer.
OPERATORS = {
    "rows": {
        "filter cmp num": ["cmp"], "filter eq/in cat": ["is", "is_in"],
        "filter between": ["between"], "filter date range": ["date_between"],
        "filter text contains": ["contains"],
        "filter null/non-null": ["is_missing", "is_present"],
        "and": ["and"], "or": ["or"], "not": ["not"],
        "drop-missing": ["complete"],
        "dedup": ["drop_repeats", "drop_repeats_on"],
        "head-k after sort": ["first_rows"],
        "outlier-drop fence": ["within_fences"],
        "outlier-drop z": ["within_sd"]},
    "derive": {
        "add": ["add"], "sub": ["sub"], "mul": ["mul"], "ratio": ["ratio"],
        "pct-of-total": ["percent_of_total"], "log1p": ["log1p"],
        "abs": ["abs"], "z": ["z"], "minmax": ["minmax"], "rank": ["ranked"],
        "bin-width": ["bin_width"], "bin-quantile": ["bin_quantile"],
        "bin-explicit": ["ranges"], "date-part": ["period"],
        "duration": ["time_between"], "text length": ["lengths"],
        "token extract/parse number": ["first_word", "parse_numbers"],
        "map to 0/1": ["flag"]},
    "fill": {
        "constant": ["fill_missing_with"], "statistic": ["fill_missing"],
        "group statistic": ["fill_by_group"]},
    "order": {
        "sort": ["sorted_by", "sorted_down"], "shift/diff": ["row_change"],
        "pct-change": ["row_percent_change"],
        "cumulative sum": ["running_total"], "rolling": ["rolling_mean"],
        "run-length": ["longest_run"], "nth": ["nth_value"]},
    "group": {
        "group by 1": ["by"], "group by 2": ["by2"], "resample": ["resample"],
        "pivot": ["across"], "size-filter": ["keep_groups"],
        "group-transform": ["center"],
        "join of two GroupVecs": ["joined_diff", "joined_ratio"]},
    "aggregate": {
        "count": ["count"], "n missing": ["n_missing"],
        "nunique": ["nunique"], "sum": ["sum"], "mean": ["mean"],
        "median": ["median"], "sd": ["std"], "var": ["var"], "min": ["min"],
        "max": ["max"], "quantile": ["quantile"], "IQR": ["iqr"],
        "skew": ["skew"], "share of a mask": ["share_true"],
        "mode": ["mode"]},
    "choose": {
        "argmax/argmin Key": ["arg_end"], "top-k Keys": ["top"],
        "k-th": ["kth"], "column by property": ["column_end"],
        "pair by |r|": ["pair_end"],
        "row by extreme": ["cell_of", "number_of"],
        "set difference/intersection": ["in_both", "not_in"],
        "count where": ["count_true"]},
    "relate": {
        "pearson": ["corr:method=pearson"],
        "spearman": ["corr:method=spearman"], "partial r": ["partial"],
        "OLS-1": ["line"], "OLS-k": ["ols"],
        "residual extreme": ["residuals"], "t": ["ttest"],
        "Mann-Whitney": ["mannwhitney"],
        "ANOVA/Kruskal": ["anova", "kruskal"], "chi-square": ["chi2"],
        "Levene": ["levene"]},
    "decide": {
        "compare scalars": ["greater"], "branch": ["branch"],
        "combine": ["diff", "quotient", "percent"],
        "interpret by stated bands": ["band"], "round": ["(round)"],
        "make object": ["(object)"]},
}
COUNTS = {"rows": 14, "derive": 18, "fill": 3, "order": 7, "group": 7,
          "aggregate": 15, "choose": 8, "relate": 11, "decide": 6}


def fixture(path, rows=420):
    """Two dates, gaps, numbers within texts, spellings, repeated rows."""
    r = random.Random(11)
    out, day = [], 17000
    for i in range(rows):
        day += 1 + (r.random() < .3)
        when = "%04d-%02d-%02d" % civil(day)
        due = "%04d-%02d-%02d" % civil(day + r.randrange(1, 90))
        site = r.choice(["Oslo", "oslo ", "Bonn", "BONN", "Lyon"])
        crew = r.choice(["red team", "red crew", "blue team", "blue crew",
                         "green team", "old guard"])
        a = r.gauss(40, 9)
        out.append([when, due, site, crew, r.choice("uvwxyz"),
                    "%.2f" % a, "%.2f" % (a * 1.3 + r.gauss(0, 9)),
                    "" if r.random() < .12 else "%.1f" % r.gammavariate(3, 4),
                    "%.3f" % r.gauss(0, 2), r.randrange(1, 30),
                    "" if r.random() < .2 else "%.1f" % r.uniform(5, 90),
                    r.choice(["n/d", "?"]) if r.random() < .1
                    else "%.1f" % r.uniform(1, 9)])
    out += r.sample(out, 12)
    with open(path, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["start", "due", "site", "crew", "shift", "load", "heat",
                    "wait", "drift", "lots", "wear", "reading"])
        w.writerows(out)
    with open(path.replace(".csv", "_2.csv"), "w", newline="") as f:
        w = csv.writer(f)  # no row twice: dates are an order
        w.writerow(["start", "due", "site", "crew", "shift", "load", "heat",
                    "wait", "drift", "lots", "wear", "reading"])
        w.writerows(out[:-12])


def civil(days):
    import datetime
    d = datetime.date(1970, 1, 1) + datetime.timedelta(days=days)
    return d.year, d.month, d.day


def seen_in(q):
    """The entries and forms that a question has."""
    found = set()
    program = q["template_params"]["program"]
    for s in program["steps"]:
        found.add(s["op"])
        found |= {"%s:%s=%s" % (s["op"], k, v) for k, v in s.items()
                  if isinstance(v, str) and k != "op"}
    if any("decimals" in a for a in program["answer"]):
        found.add("(round)")
    if len(program["answer"]) > 1:
        found.add("(object)")
    return found


def wanted():
    return {(part, name): entries for part, ops in OPERATORS.items()
            for name, entries in ops.items()}


def ask(seed, *files):
    out = subprocess.run([synthq, "-q", "--chains", "1", "-n", str(EACH), "-s",
                          str(seed), *files], stdout=subprocess.PIPE, cwd=top,
                         check=True).stdout
    return out.decode().splitlines(keepends=True)


def main():
    pandas = with_pandas()  # first: it may start this script again
    t = Tap()
    for part, n in COUNTS.items():
        t.ok(len(OPERATORS[part]) == n, "%s: %d operators" % (part, n))
    t.ok(len(wanted()) == 89, "89 operators", len(wanted()))
    with tempfile.TemporaryDirectory() as tmp:
        path = os.path.join(tmp, "site.csv")
        fixture(path)
        files = [path, path.replace(".csv", "_2.csv"),
                 "examples/data/weather.csv", "examples/data/penguins.csv"]
        lines, seen = [], set()
        for seed in range(ROUNDS):
            for line in ask(seed, *files[:2 if seed % 3 else 4]):
                found = seen_in(json.loads(line))
                if not found <= seen or len(lines) < COMPARED:
                    lines.append(line)
                seen |= found
            if all(set(e) & seen for e in wanted().values()):
                break
        for (part, name), entries in wanted().items():
            t.ok(set(entries) & seen, "drawn: %s: %s" % (part, name), entries)
        sources = {json.loads(x)["source"] for x in lines}
        t.ok(sources == {"procedural"}, "all procedural", sources)
        if pandas is None:
            t.skip("pandas agrees", "no Python with pandas")
            return t.done()
        out = os.path.join(tmp, "questions.jsonl")
        with open(out, "w") as f:
            f.writelines(sorted(
                lines, key=lambda x: json.loads(x)["csv_source"]))
        r = subprocess.run([sys.executable, "-B", os.path.join(
            here, "run_reference.py"), out], capture_output=True, text=True,
            cwd=top)
        t.ok(r.returncode == 0, "pandas agrees: " +
             r.stdout.strip().split("\n")[-1], r.stdout, r.stderr)
    return t.done()


sys.exit(main())
