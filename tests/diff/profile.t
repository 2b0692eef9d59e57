#!/usr/bin/env python3
# profile.t - tables and profiles are what pandas makes of the same files.
import json
import math
import os
import random
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
DATA = os.path.join(ROOT, "tests", "data")
sys.dont_write_bytecode = True
sys.path.insert(0, DATA)
import tap  # noqa: E402

DRIVER = os.path.join(ROOT, os.environ.get("B", "build"), "helper",
                      "profile_driver")
STATS = {"mean": lambda s: s.mean(), "std": lambda s: s.std(),
         "min": lambda s: s.min(), "max": lambda s: s.max(),
         "q25": lambda s: s.quantile(.25), "median": lambda s: s.median(),
         "q75": lambda s: s.quantile(.75), "skew": lambda s: s.skew()}


def run(mode, path, options):
    """Parsed lines of the driver, or the message of its refusal."""
    args = [DRIVER, mode, path]
    if options is not None:
        args.append(json.dumps(options))
    p = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       encoding="utf-8", errors="replace")
    if p.returncode == 0:
        return [json.loads(x) for x in p.stdout.split("\n") if x], None
    if p.returncode != 1:
        return None, f"driver ended with {p.returncode}: {p.stderr}"
    return None, p.stderr.strip()


def missing(v):
    return v is None or (isinstance(v, float) and math.isnan(v))


def column_type(s):
    """Our name for a pandas column's type."""
    values = s.dropna().tolist()
    if not values:
        return "empty"
    if s.dtype.kind in "iufb":
        return {"i": "int", "u": "int", "f": "float", "b": "bool"}[
            s.dtype.kind]
    for kind, name in ((bool, "bool"), (str, "string")):
        if all(isinstance(v, kind) for v in values):
            return name
    return "mixed"


def same_cell(ours, theirs):
    if missing(ours) or missing(theirs):
        return missing(ours) and missing(theirs)
    if isinstance(theirs, float) and math.isinf(theirs):
        return ours == ("inf" if theirs > 0 else "-inf")
    return type(ours) is type(theirs) and ours == theirs


def cells_differ(frame, lines):
    """What differs first between a frame and the driver's lines, or None."""
    head, rows = lines[0], lines[1:]
    names = [str(c) for c in frame.columns]
    if head["names"] != names:
        return f"names {head['names']} against {names}"
    types = [column_type(frame.iloc[:, i]) for i in range(len(names))]
    if head["types"] != types:
        return f"types {head['types']} against {types}"
    if len(rows) != len(frame):
        return f"{len(rows)} rows against {len(frame)}"
    for i, name in enumerate(names):
        for r, theirs in enumerate(frame.iloc[:, i].tolist()):
            if not same_cell(rows[r][i], theirs):
                return f"row {r}, {name!r}: {rows[r][i]!r}, {theirs!r}"
    return None


def near(ours, theirs, scale):
    if isinstance(ours, str):
        return theirs == {"inf": math.inf, "-inf": -math.inf}[ours]
    if missing(ours) or missing(theirs):
        return missing(ours) and missing(theirs)
    return abs(ours - theirs) <= max(1e-9 * abs(theirs), 1e-12 * scale)


def most_frequent(s):
    counts = {}
    for v in s.dropna().tolist():
        counts[v] = counts.get(v, 0) + 1
    top = sorted(counts.items(), key=lambda item: -item[1])[:5]
    return [[("inf" if v > 0 else "-inf") if isinstance(v, float)
             and math.isinf(v) else v, n] for v, n in top]


def column_differs(s, col):
    if col["missing"] != s.isna().sum():
        return f"missing {col['missing']}"
    if col["unique"] != s.nunique():
        return f"unique {col['unique']} against {s.nunique()}"
    if col["top"] != most_frequent(s):
        return f"top {col['top']} against {most_frequent(s)}"
    number = s.dtype.kind in "iuf" and s.notna().any()
    scale = float(s.abs().max()) if number else 0
    for key, of in STATS.items():
        theirs = float(of(s)) if number else None
        unit = 1 if key == "skew" else scale
        if not near(col[key], theirs, unit if math.isfinite(unit) else 0):
            return f"{key} {col[key]!r} against {theirs!r}"
    return None


def profile_differs(frame, record):
    if record["rows"] != len(frame):
        return f"rows {record['rows']}"
    if record["duplicate_rows"] != frame.duplicated().sum():
        return f"duplicate_rows {record['duplicate_rows']}"
    for i, col in enumerate(record["columns"]):
        why = column_differs(frame.iloc[:, i], col)
        if why:
            return f"{col['name']}: {why}"
    return None


def same_as_pandas(t, pd, path, told, what):
    """told: options given to both, None to let ours find them."""
    lines, why = run("cells", path, told)
    if lines is None:
        t.ok(False, what, why)
        return None
    frame = pd.read_csv(path, **lines[0]["options"])
    why = cells_differ(frame, lines)
    t.ok(why is None, f"{what}: cells", why)
    record, err = run("profile", path, told)
    why = err or profile_differs(frame, record[0])
    t.ok(why is None, f"{what}: profile", why)
    return lines[0]["options"]


def odd_file(t, pd, path, entry):
    needs = entry["options"]
    told = needs if "header" in needs or "skiprows" in needs else None
    if entry["expect"] != "read":
        lines, why = run("cells", path, None)
        t.ok(lines is None and why.startswith(path),
             f"{entry['name']} is refused", why, lines)
        return
    found = same_as_pandas(t, pd, path, told, entry["name"])
    t.ok(found == needs, f"{entry['name']}: options", found, needs)


def numbers(t, pd, where):
    """Random number texts: pandas' own rounding, the correct one, a copy."""
    r = random.Random(7)
    texts = ["0.5"]
    for _ in range(1000):
        k = r.randrange(10 ** r.randrange(1, 25))
        texts += [repr(r.gauss(0, 1)), repr(r.random() * 10 ** r.randrange(9)),
                  "%de%d" % (k, r.randrange(-330, 270)), "%d.%d" % (k, k),
                  "0." + "0" * r.randrange(20) + str(k),
                  "%.*f" % (r.randrange(20), r.uniform(-1e6, 1e6))]
    path, copy = os.path.join(where, "n.csv"), os.path.join(where, "copy.csv")
    with open(path, "w", encoding="ascii") as f:
        f.write("x\n" + "\n".join(texts) + "\n")
    fast = pd.read_csv(path).x
    lines, _ = run("cells", path, {})
    t.ok([row[0] for row in lines[1:]] == fast.tolist(),
         "numbers are rounded as pandas does")
    lines, _ = run("exact", path, {})
    t.ok(lines[0] == [float(x) for x in texts],
         "and exactly where that is asked for")
    p = subprocess.run([DRIVER, "copy", path, "{}", copy],
                       stderr=subprocess.PIPE, encoding="utf-8")
    t.ok(p.returncode == 0 and (pd.read_csv(copy).x == fast).all(),
         "a copy reads back the same", p.stderr)


def many_rows(t, pd, where):
    """Sums over more rows than are added in order: odd spreads, infinities."""
    r = random.Random(11)
    of = {"skewed": lambda: math.exp(r.gauss(0, 3)),
          "far": lambda: 1e9 + r.gauss(0, 1e5),
          "rare": lambda: r.choice([0.25] * 9999 + [1e6]),
          "constant": lambda: 1.1,
          "mostly_inf": lambda: r.choice([r.random(), math.inf, math.inf]),
          "some_inf": lambda: r.choice([r.random()] * 99 + [-math.inf]),
          "huge": lambda: r.uniform(-1, 1) * 1e200,
          "large": lambda: r.uniform(1, 2) * 1e120}
    path = os.path.join(where, "many.csv")
    with open(path, "w", encoding="ascii") as f:
        f.write(",".join(of) + "\n")
        for _ in range(40000):
            f.write(",".join(repr(v()) for v in of.values()) + "\n")
    same_as_pandas(t, pd, path, None, "many rows")
    few = os.path.join(where, "few.csv")
    with open(few, "w", encoding="ascii") as f:
        f.write("a,b,c\n-inf,1,-inf\n1,inf,inf\n1,inf,\ninf,inf,\n2.5,2,\n")
    same_as_pandas(t, pd, few, None, "infinities as quartiles")


def copied(t, pd, path, name, options, where):
    copy = os.path.join(where, "copy.csv")
    p = subprocess.run([DRIVER, "copy", path, json.dumps(options), copy],
                       stderr=subprocess.PIPE, encoding="utf-8")
    if p.returncode != 0:
        t.ok(False, f"{name}: copy", p.stderr)
        return
    lines, _ = run("cells", path, options)
    why = cells_differ(pd.read_csv(copy), lines)
    t.ok(why is None, f"{name}: copy", why)


def main():
    pd = tap.with_pandas()
    t = tap.Tap()
    if pd is None:
        t.skip("profiles", "no Python with pandas")
        return t.done()
    examples = os.path.join(ROOT, "examples", "data")
    with tempfile.TemporaryDirectory() as where:
        numbers(t, pd, where)
        many_rows(t, pd, where)
        for name in sorted(os.listdir(examples)):
            if not name.endswith(".csv"):
                continue
            path = os.path.join(examples, name)
            found = same_as_pandas(t, pd, path, None, name)
            copied(t, pd, path, name, found, where)
    make = os.path.join(DATA, "make_odd.py")
    listed = subprocess.run([sys.executable, make, "--list"], check=True,
                            encoding="utf-8", stdout=subprocess.PIPE).stdout
    with tempfile.TemporaryDirectory() as where:
        subprocess.run([sys.executable, make, where], check=True)
        for line in listed.splitlines():
            entry = json.loads(line)
            odd_file(t, pd, os.path.join(where, entry["name"]), entry)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
