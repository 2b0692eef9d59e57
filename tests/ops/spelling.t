#!/usr/bin/env python3
"""Reference programs are spelt so that pandas 1.5 and 2.x, numpy 1.24 and 2.x
and the scipy that goes with them mean the same by them.

Over programs of every family and of chains: nothing that one of them lacks, or
computes otherwise, and no name, method or keyword that has not been looked up
for all of them. What is new here must be looked up, then listed.
"""
import ast
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(here, "../data"))
from tap import Tap  # noqa: E402

top = os.path.abspath(os.path.join(here, "../.."))
synthq = os.path.join(top, os.environ.get("B", "build"), "bin/csv-synthq")

# Pattern -> why it must not be written.
FORBIDDEN = {
    r"\.append\(": "gone in pandas 2.0: pd.concat, or a list",
    r"\.(iteritems|lookup|mad|squeeze|ix|as_matrix|swaplevel)\b":
        "gone in pandas 2.0, or of another shape for one row",
    r"line_terminator|infer_datetime_format|dayfirst|\bsquare_brackets\b":
        "renamed or without effect in pandas 2.0",
    r"format=\"mixed\"": "pandas 2.0 and later",
    r"fillna\([^)]*method=|\.(pad|backfill)\(": "deprecated in pandas 2.1",
    r"pct_change\((?!fill_method=None)":
        "pandas fills missing values before 3.0 unless told not to",
    r"interpolation=(?!\"lower\")":
        "only of a Series' quantile; np.percentile calls it method",
    r"\.resample\(|\.asfreq\(|pd\.Grouper|date_range\(":
        "\"M\", \"Q\", \"Y\", \"H\" are \"ME\", \"QE\", \"YE\", \"h\" from "
        "pandas 2.2 on; periods keep the short names",
    r"to_period\(\"(?![MQY]\")": "names of periods that all versions know",
    r"\.dt\.(week|weekofyear)\b": "gone in pandas 2.0: isocalendar()",
    r"\.dt\.to_pydatetime": "gives something else from pandas 3.0 on",
    r"value_counts\([^)]*\)\.reset_index": "columns are named otherwise in 2.0",
    r"\.reset_index\(": "its names differ among versions for unnamed series",
    r"\.describe\(": "datetimes and percentiles differ among versions",
    r"df\.(mean|median|std|var|sum|min|max|corr|cov|quantile|skew)\(":
        "numeric_only is False from pandas 2.0 on: choose the columns",
    r"\b(df|subset|head|distinct|complete|ordered)(_\d+)?"
    r"\.groupby\([^)]*\)\.\w+\(":
        "of all columns, where numeric_only has changed, or (apply) with the "
        "one grouped by, where that has: choose columns first",
    r"astype\(\"category\"\)|pd\.Categorical":
        "the default of observed= changes in pandas 3.0",
    r"np\.(bool8|float_|int_|complex_|object|bool|int|float|Inf|NaN|NAN|"
    r"product|cumproduct|alltrue|sometrue|in1d|trapz|round_|msort|row_stack)\b":
        "gone in numpy 1.24 or 2.0",
    r"\.mode\(\)\[": "a label; the first one is .iloc[0]",
    r"inplace=True": "deprecated, and no named step",
    r"is_numeric_dtype|select_dtypes\((?:include=)?\"object\"":
        "texts are no objects from pandas 3.0 on, and booleans are numeric",
    r"\bstats\.(median_absolute_deviation|binom_test|itemfreq)\b":
        "gone from scipy",
    r"alpha=": "scipy's intervals call it confidence since 1.9",
    r"random_state=None|np\.random\.(seed|rand|choice|shuffle)\b":
        "a draw without its own seed",
    r"\bdf(\[[^]]*\])?(\.loc\[[^]]*\])? = ": "df is what the next turn reads",
}

# Calls by name, or method -> keywords; looked up in all versions.
CALLS = {
    "LinearRegression": "", "abs": "", "all": "", "any": "axis", "apply": "",
    "astype": "", "between": "inclusive", "bool": "", "choice": "replace",
    "contains": "na regex", "corr": "method", "corrwith": "method",
    "count": "", "cumsum": "", "day_name": "", "default_rng": "", "diff": "",
    "div": "", "drop_duplicates": "subset", "dropna": "axis subset",
    "duplicated": "keep subset", "enumerate": "", "explode": "", "fillna": "",
    "fit": "", "float": "", "groupby": "", "head": "",
    "hook": "depends_on description", "idxmax": "", "idxmin": "", "int": "",
    "interval": "loc scale", "isin": "", "isna": "", "items": "", "kurt": "",
    "len": "", "list": "", "lower": "", "max": "axis", "mean": "",
    "median": "", "min": "axis", "mode": "", "nlargest": "", "notna": "",
    "nsmallest": "", "nunique": "dropna", "np.asarray": "",
    "np.concatenate": "", "np.log1p": "", "np.log2": "", "np.percentile": "",
    "np.sign": "", "np.sqrt": "", "pct_change": "fill_method",
    "pd.Series": "", "pd.crosstab": "normalize", "pd.cut": "bins labels right",
    "pd.qcut": "labels q", "pd.to_datetime": "format",
    "pd.to_numeric": "errors", "predict": "", "print": "",
    "quantile": "interpolation", "range": "", "rank": "method", "rolling": "",
    "round": "", "select_dtypes": "exclude", "sem": "ddof", "skew": "",
    "sm.OLS": "", "sm.add_constant": "", "sort_index": "",
    "sort_values": "ascending", "sorted": "", "split": "",
    "stats.binomtest": "", "stats.chi2_contingency": "correction",
    "stats.f_oneway": "", "stats.kruskal": "", "stats.kstest": "args",
    "stats.levene": "center", "stats.linregress": "",
    "stats.mannwhitneyu": "alternative", "stats.shapiro": "",
    "stats.trim_mean": "", "stats.ttest_ind": "equal_var",
    "stats.ttest_rel": "", "std": "ddof", "str": "", "strftime": "",
    "strip": "", "sub": "", "submit": "", "sum": "", "to_numpy": "",
    "to_period": "", "tolist": "", "total_seconds": "",
    "train_test_split": "random_state test_size", "transform": "",
    "unstack": "", "value_counts": "dropna normalize", "var": "ddof",
    "where": "",
}
ATTRIBUTES = set("""days dt dtypes hour iloc index intercept loc month np.inf
    np.random pvalue pvalues quarter rsquared_adj rvalue shape size slope
    statistic stats.norm stats.t str year""".split())
# What [0] and [1] may be taken of: tuples and arrays, never a Series.
TUPLES = re.compile(r"(interval|test|table)(_\d+)?$|.*\.shape$|.*\.iloc$|"
                    r".*\.str$|np\.asarray\(.*\)$")
MODULES = ("np", "pd", "stats", "sm")


def name_of(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node.value, ast.Name) and node.value.id in MODULES:
        return "%s.%s" % (node.value.id, node.attr)
    return node.attr


def unknown(tree):
    """What has not been looked up."""
    called = {id(x.func) for x in ast.walk(tree) if isinstance(x, ast.Call)}
    for x in ast.walk(tree):
        if isinstance(x, ast.Call):
            name = name_of(x.func)
            known = CALLS.get(name)
            if known is None:
                yield name + "()"
            else:
                for k in x.keywords:
                    if k.arg not in known.split():
                        yield "%s(%s=)" % (name, k.arg)
        elif isinstance(x, ast.Attribute) and id(x) not in called:
            if name_of(x) not in ATTRIBUTES:
                yield "." + name_of(x)
        elif isinstance(x, ast.Subscript) and \
                isinstance(x.slice, ast.Constant) and \
                type(x.slice.value) is int and \
                not TUPLES.match(ast.unparse(x.value)):
            yield ast.unparse(x)


def without_texts(code):
    """The code with every text, column names above all, made empty, and
    without its comments."""
    class Blank(ast.NodeTransformer):
        def visit_Constant(self, node):
            keep = isinstance(node.value, str) and \
                re.fullmatch(r"[MQY]|lower|index|columns|all", node.value)
            if isinstance(node.value, str) and not keep:
                return ast.Constant("")
            return node
    text = ast.unparse(Blank().visit(ast.parse(code)))
    return re.sub(r"'(\w*)'", r'"\1"', text)


def ask(tmp):
    data = os.path.join(top, "examples/data")
    files = [os.path.join(data, f) for f in sorted(os.listdir(data))
             if f.endswith(".csv")]
    subprocess.run([sys.executable, os.path.join(top, "tests/data/make_odd.py"),
                    tmp], check=True, stdout=subprocess.DEVNULL)
    files += [os.path.join(tmp, f) for f in sorted(os.listdir(tmp))
              if f.endswith(".csv")]
    for args in (["-n", "80"],
                 ["-n", "30", "--chains", "0", "--lookups", "-s", "2",
                  "--style", "direct,discovery"],
                 ["-n", "3", "--families", ",".join(families())]):
        out = subprocess.run([synthq, "-q", *args, *files],
                             stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL).stdout
        yield from map(json.loads, out.splitlines())


def families():
    out = subprocess.run([synthq, "--list-families"], capture_output=True,
                         text=True).stdout
    return [line.split()[0] for line in out.split("\n")[1:-1]]


def main():
    t = Tap()
    for bad in ('out.append(x)', 'x.fillna(method="ffill")', 'x.mode()[0]',
                'df.corr()', 'np.float_(3)', 'x.dt.week', 'x.resample("M")',
                'x.pct_change()', 'x.dt.to_period("A")',
                'df.groupby("").mean()', 'subset_2.groupby("").apply(f)'):
        t.ok(any(re.search(p, bad) for p in FORBIDDEN), "caught: " + bad)
    seen, steps = set(), set()
    found = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as tmp:
        for q in ask(tmp):
            seen.add(q["template_name"])
            steps |= {s["op"] for s in
                      q["template_params"]["program"]["steps"]}
            code = "\n".join(c["code"] for c in q["reference"]["cells"])
            plain = without_texts(code)
            for what in unknown(ast.parse(code)):
                found[what].append(code)
            for pattern, why in FORBIDDEN.items():
                if re.search(pattern, plain):
                    found["%s: %s" % (pattern, why)].append(plain)
    t.ok(not found, "every spelling is known to all versions",
         *("%s\n%s" % (k, v[0]) for k, v in found.items()))
    t.ok(set(families()) <= seen, "of every family",
         set(families()) - seen)
    t.ok(len(steps) >= 165, "of most operators", len(steps))
    return t.done()


sys.exit(main())
