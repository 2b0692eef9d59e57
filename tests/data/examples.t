#!/usr/bin/env python3
# examples.t - the example data is complete, and its README tells the truth.
import json
import os
import re
import sys

sys.dont_write_bytecode = True
import tap  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "examples", "data")
OPTIONS = {"staedte": {"sep": ";", "encoding": "latin-1", "decimal": ","}}


def rows_of(readme, first):
    """The cells of the README's table whose first heading row starts so."""
    found = {}
    inside = False
    for line in readme.splitlines():
        inside = line.startswith("| " + first) or (
            inside and line.startswith("|"))
        cells = [c.strip() for c in line.strip("|").split("|")]
        if inside and cells[0].endswith(".csv"):
            found[cells[0][:-4]] = cells[1:]
    return found


def facts(pd, name):
    frame = pd.read_csv(os.path.join(DATA, name + ".csv"),
                        **OPTIONS.get(name, {}))
    letters = tap.kinds(frame)
    plain = isinstance(frame.index, pd.RangeIndex) and all(
        len({type(v) for v in frame[c].dropna()}) == 1 for c in frame)
    return len(frame), plain, [
        f"{len(frame)} x {len(letters)}",
        f"{len(re.sub('[Ob]', '', letters))}, {letters.count('O')}",
        str(int(frame.isna().sum().sum())),
        str(int(frame.duplicated().sum()))]


def main():
    pd = tap.with_pandas()
    t = tap.Tap()
    with open(os.path.join(DATA, "README.md"), encoding="utf-8") as f:
        readme = f.read()
    table = rows_of(readme, "file | rows")
    sources = rows_of(readme, "file | source")
    names = sorted(n[:-4] for n in os.listdir(DATA) if n.endswith(".csv"))
    size = sum(os.path.getsize(os.path.join(DATA, n))
               for n in os.listdir(DATA) if n.endswith(".csv"))
    t.ok(len(names) >= 8, "at least eight data sets", names)
    t.ok(size <= 2 << 20, "2 MB together at most", size)
    t.ok(names == sorted(table) == sorted(sources),
         "the README names every file, and no other",
         set(names) ^ set(table), set(names) ^ set(sources))
    for name in names:
        with open(os.path.join(DATA, name + ".meta.json"),
                  encoding="utf-8") as f:
            meta = json.load(f)
        t.ok(all(isinstance(meta.get(k), str) and meta[k].strip() for k in
                 ("title", "description", "source", "license", "url")),
             f"{name}: the description is complete", meta)
        t.ok(meta["license"] == sources.get(name, ["", ""])[1],
             f"{name}: one licence in both places", meta["license"])
        if pd is None:
            t.skip(f"{name}: shape, types, gaps, copies", "no pandas")
            continue
        rows, plain, seen = facts(pd, name)
        t.ok(150 <= rows <= 10000 and plain,
             f"{name}: plain table of a fair size", rows, plain)
        t.ok(seen == table.get(name, [])[:4],
             f"{name}: shape, types, gaps, copies as the README says", seen)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
