#!/usr/bin/env python3
# odd.t - make_odd.py writes the same bytes twice, and pandas reads them as
# its list says.
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import tap  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
MAKE = os.path.join(HERE, "make_odd.py")


def written(where, seed):
    env = dict(os.environ, PYTHONHASHSEED=seed)
    subprocess.run([sys.executable, MAKE, where], check=True, env=env)
    found = {}
    for name in sorted(os.listdir(where)):
        with open(os.path.join(where, name), "rb") as f:
            found[name] = f.read()
    return found


def outcome(pd, path, entry):
    """What read_csv makes of a file, in the words of the list."""
    try:
        frame = pd.read_csv(path, **entry["options"])
    except (ValueError, UnicodeError) as err:
        return "error", type(err).__name__
    if not isinstance(frame.index, pd.RangeIndex) and len(frame):
        return "index", type(frame.index).__name__
    if entry["expect"] == "text":
        whole = all(isinstance(v, str) and (v == "" or v.isdigit())
                    for v in frame.iloc[:, 0])
        return "text" if whole else "other", tap.kinds(frame)
    return "read", (len(frame), tap.kinds(frame))


def main():
    pd = tap.with_pandas()
    t = tap.Tap()
    listed = [json.loads(line) for line in subprocess.run(
        [sys.executable, MAKE, "--list"], check=True, encoding="utf-8",
        stdout=subprocess.PIPE).stdout.splitlines()]
    with tempfile.TemporaryDirectory() as one, \
            tempfile.TemporaryDirectory() as two:
        first, second = written(one, "1"), written(two, "2")
        t.ok(first == second, "two runs write the same bytes",
             [n for n in first if first[n] != second.get(n)])
        names = sorted(e["name"] for e in listed)
        t.ok(names == sorted(first), "every file is listed once",
             set(names) ^ set(first))
        t.ok(len(listed) >= 40 and all(e["purpose"] for e in listed),
             "at least 40 files, each with its purpose", len(listed))
        for e in listed:
            if pd is None:
                t.skip(e["name"], "no pandas")
                continue
            sort, seen = outcome(pd, os.path.join(one, e["name"]), e)
            good = sort == e["expect"]
            if sort == "read":
                good = good and seen == (e["rows"], e["kinds"])
            t.ok(good, f"{e['name']}: {e['purpose']}",
                 "expected", e["expect"], e["rows"], e["kinds"], "seen",
                 sort, seen)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
