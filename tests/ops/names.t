#!/usr/bin/env python3
"""Every family works over columns whose names are made to break templates,
quoting and code: the pandas program runs and agrees, a direct question holds
the names it uses, no pattern of the grammar is left over, and a discovery
question tells none of them."""
import collections
import csv
import json
import os
import re
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(here, "../data"))
from tap import Tap, with_pandas  # noqa: E402

top = os.path.abspath(os.path.join(here, "../.."))
synthq = os.path.join(top, os.environ.get("B", "build"), "bin/csv-synthq")
EACH = 120 if os.environ.get("CHECK_ALL") else 30
NAMES = ["Driver's age", 'a"b\n', "类别", "{x}", "[a|b]", "@col", "$0",
         "{where}", "back\\slash", "$v", "50%", "x' + 'y", "# no comment",
         "\\n", "df", "'''", '"""', "f\"{1}\"", "P", "tab\there", "é\u200bu",
         "%s %d", "print(1)", "None", " lead", "{it}", "]", "}", "{"]


def renamed(path, to, first):
    """A copy with those names from the first one on."""
    with open(path, newline="", encoding="utf-8") as f:
        rows = list(csv.reader(f))
    n = len(NAMES)
    head = [NAMES[(first + i) % n] + (" %d" % i if i >= n else "")
            for i in range(len(rows[0]))]
    with open(to, "w", newline="", encoding="utf-8") as f:
        csv.writer(f, lineterminator="\n").writerows([head] + rows[1:])


def plain_files(tmp):
    """Files with a header that Python's csv module reads as pandas does."""
    data = os.path.join(top, "examples/data")
    found = [os.path.join(data, f) for f in sorted(os.listdir(data))
             if f.endswith(".csv")]
    make = os.path.join(top, "tests/data/make_odd.py")
    subprocess.run([sys.executable, make, tmp], check=True,
                   stdout=subprocess.DEVNULL)
    listed = subprocess.run([sys.executable, make, "--list"], check=True,
                            capture_output=True, text=True).stdout
    for line in map(json.loads, listed.splitlines()):
        if line["expect"] == "read" and not line["options"] and \
                line["rows"] >= 60:
            found.append(os.path.join(tmp, line["name"]))
    return found


def copies(tmp):
    for k, path in enumerate(plain_files(tmp)):
        to = os.path.join(tmp, "hostile_" + os.path.basename(path))
        try:
            renamed(path, to, 7 * k)
        except (UnicodeDecodeError, csv.Error, IndexError):
            continue
        yield to


def families():
    out = subprocess.run([synthq, "--list-families"], capture_output=True,
                         text=True).stdout
    return [line.split()[0] for line in out.split("\n")[1:-1]]


def ask(files, *args):
    r = subprocess.run([synthq, "-q", *args, *files], stdout=subprocess.PIPE,
                       stderr=subprocess.DEVNULL)
    return [x.decode() + "\n" for x in r.stdout.split(b"\n")[:-1]]


def shown(name):
    """As a question shows it."""
    return '"%s"' % "".join(
        "\\n" if c == "\n" else "\\x%02x" % ord(c) if c < " " else c
        for c in name)


def wrong(q):
    """What is wrong with a question's words, or None."""
    text = q["question_text"]
    used = q["template_params"]["columns"]
    if q["style"] == "discovery":
        told = [c for c in used if len(c) > 2 and c not in ("df", "None") and
                c in text]
        return told and "tells %r" % told
    rest = text
    for c in sorted(used, key=len, reverse=True):
        rest = rest.replace(shown(c), "")
    rest = re.sub(r"(?<!\w)'[^']*'(?!\w)", "", rest)
    lacking = [c for c in used if shown(c) not in text]
    if lacking:
        return "lacks %r" % lacking
    left = re.search(r"[\[\]{}@$]|\bcol\b", rest)
    return left and "has %r left over" % left[0]


def main():
    pandas = with_pandas()  # first: it may start this script again
    t = Tap()
    names = families()
    with tempfile.TemporaryDirectory() as tmp:
        files = list(copies(tmp))
        t.ok(len(files) >= 20, "files", len(files))
        lines = ask(files, "-n", str(EACH), "--style", "direct,discovery")
        seen = {json.loads(x)["template_name"] for x in lines}
        rest = ",".join(sorted(set(names) - seen)) or names[0]
        lines += ask(files, "-n", "20", "--lookups", "--families", rest)
        qs = [json.loads(x) for x in lines]
        seen = collections.Counter(q["template_name"] for q in qs)
        t.ok(set(names) <= set(seen), "every family asked",
             sorted(set(names) - set(seen)))
        used = {c for q in qs for c in q["template_params"]["columns"]}
        t.ok(len(set(NAMES) & used) >= 25, "names that were used",
             sorted(set(NAMES) - used))
        bad = ["%s: %s\n%s" % (q["template_name"], wrong(q),
                               q["question_text"]) for q in qs if wrong(q)]
        t.ok(not bad, "words around the names", *bad[:5])
        if pandas is None:
            t.skip("pandas agrees", "no Python with pandas")
            return t.done()
        out = os.path.join(tmp, "questions.jsonl")
        with open(out, "w", encoding="utf-8") as f:
            f.writelines(sorted(
                lines, key=lambda x: json.loads(x)["csv_source"]))
        r = subprocess.run([sys.executable, "-B", os.path.join(
            here, "run_reference.py"), out], capture_output=True, text=True,
            cwd=top)
        t.ok(r.returncode == 0, "pandas agrees: " +
             r.stdout.strip().split("\n")[-1], r.stdout[-3000:], r.stderr)
    return t.done()


sys.exit(main())
