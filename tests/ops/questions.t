#!/usr/bin/env python3
"""Each question's pandas program gives the answer that was computed natively;
the same seed gives the same bytes; every family is used.

Over all CSVs of examples/data and the readable odd ones of tests/data.
"""
import json
import os
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "../data"))
sys.dont_write_bytecode = True
from tap import Tap, with_pandas  # noqa: E402

top = os.path.abspath(os.path.join(here, "../.."))
synthq = os.path.join(top, os.environ.get("B", "build"), "bin/csv-synthq")
per_file = 200 if os.environ.get("CHECK_ALL") else 45


def run(*args):
    return subprocess.run([synthq, "-q", *args], capture_output=True, cwd=top)


def files(tmp):
    data = os.path.join(top, "examples/data")
    found = [os.path.join("examples/data", f) for f in sorted(os.listdir(data))
             if f.endswith(".csv")]
    make = os.path.join(top, "tests/data/make_odd.py")
    subprocess.run([sys.executable, make, tmp], check=True,
                   stdout=subprocess.DEVNULL)
    return found, [os.path.join(tmp, f) for f in sorted(os.listdir(tmp))
                   if f.endswith(".csv")]


def check(t, what, out):
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as f:
        f.write(out)
        f.flush()
        r = subprocess.run([sys.executable, "-B",
                            os.path.join(here, "run_reference.py"), f.name],
                           capture_output=True, text=True, cwd=top)
    t.ok(r.returncode == 0, what + ": pandas agrees", r.stdout, r.stderr)


def main():
    t = Tap()
    have = with_pandas()
    used = set()
    with tempfile.TemporaryDirectory() as tmp:
        examples, odd = files(tmp)
        for f in examples:
            a = run("-n", str(per_file), "-s", "7", f)
            b = run("-n", str(per_file), "-s", "7", f)
            t.ok(a.returncode == 0 and a.stdout, f + ": questions", a.stderr)
            t.ok(a.stdout == b.stdout, f + ": the same seed, the same bytes")
            used |= {json.loads(line)["template_name"]
                     for line in a.stdout.splitlines()}
            if have:
                check(t, f, a.stdout)
            else:
                t.skip(f, "no Python with pandas")
        r = run("-n", str(max(per_file // 4, 10)), *odd)
        t.ok(r.returncode in (0, 1), "odd files: refused or asked about",
             r.stderr)
        if have:
            check(t, "odd files", r.stdout)
        else:
            t.skip("odd files", "no Python with pandas")
        used |= {json.loads(line)["template_name"]
                 for line in r.stdout.splitlines()}
        listed = subprocess.run([synthq, "--list-families"],
                                capture_output=True, text=True).stdout
        families = {line.split()[0] for line in listed.split("\n")[1:-1]}
        # those whose turn did not come, asked for by name
        rest = ",".join(sorted(families - used)) or "best_group"
        r = run("-n", "25", "--families", rest, *examples, *odd)
        if have:
            check(t, "families asked by name", r.stdout)
        else:
            t.skip("families asked by name", "no Python with pandas")
        used |= {json.loads(line)["template_name"]
                 for line in r.stdout.splitlines()}
    t.ok(families <= used, "every family asked something",
         "not used: %s" % sorted(families - used))
    return t.done()


sys.exit(main())
