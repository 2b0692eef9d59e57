#!/usr/bin/env python3
# hostile.t - data that is made to hurt: bombs of CSV and NDJSON, terminal
# escapes, names that look like options, formulas, links in the way of outputs.
# Each run's seconds and memory are told; memory is bounded.
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import (  # noqa: E402
    BIN, CSV, PROGRAMS, TOP, Tap, environment, episode, question,
    sandbox_works, trace)

t = Tap()
ALL = bool(os.environ.get("CHECK_ALL"))
LIMIT = 1000
RUNNABLE = sandbox_works()
DIR = tempfile.TemporaryDirectory(prefix="hostile-")
# A small process between: what a large parent had resident does not count.
USE = ("import os,resource,subprocess,sys;"
       "p=subprocess.run(sys.argv[2:]);"
       "u=resource.getrusage(resource.RUSAGE_CHILDREN);"
       "open(sys.argv[1],'w').write('%d %f'%(u.ru_maxrss,u.ru_utime"
       "+u.ru_stime));sys.exit(p.returncode)")
ESCAPES = "\x1b]2owned\x07\x1b[2J\x9b31m\u202e\r\b"


def path(name):
    return os.path.join(DIR.name, name)


class Run:
    """Status, what was written, MiB, seconds of CPU time."""

    def __init__(self, prog, *args, stdin=None, env=None, cwd=TOP):
        used = path("used")
        out = open(path("out"), "w+b")
        p = subprocess.run(
            [sys.executable, "-S", "-c", USE, used, os.path.join(BIN, prog),
             *args], stdin=open(stdin, "rb") if stdin else subprocess.DEVNULL,
            stdout=out, stderr=subprocess.PIPE, cwd=cwd, timeout=LIMIT,
            env=environment(**(env or {})))
        out.seek(0)
        self.out = out
        self.rc, self.err = p.returncode, p.stderr.decode()
        with open(used) as f:
            kib, cpu = f.read().split()
        self.mib, self.cpu = int(kib) / 1024, float(cpu)

    def lines(self):
        return [json.loads(x) for x in self.out]


def bomb(what, size, r, codes, most):
    """The program ends by itself, within most MiB."""
    print(f"# {what}: {size / 1e6:.1f} MB in, status {r.rc}, "
          f"{r.cpu:.1f} s, {r.mib:.0f} MiB")
    t.ok(r.rc in codes and r.mib < most, what, r.rc, r.mib, r.err[-500:])


def write(name, chunks):
    with open(path(name), "wb") as f:
        for c in chunks:
            f.write(c)
    return os.path.getsize(path(name))


def wide(names, n):
    yield b",".join(names(i) for i in range(n)) + b"\n"
    for row in (b"1", b"2"):
        yield b",".join([row] * n) + b"\n"


def long_cell(mb):
    yield b'a,b\n1,"'
    for _ in range(mb):
        yield b"x" * 1_000_000
    yield b'"\n2,y\n'


def csv_bombs():
    columns, mb = (1_000_000, 1000) if ALL else (120_000, 10)
    for name, chunks, codes, most in (
            (f"{columns} columns", wide(lambda i: b"c%d" % i, columns),
             (0, 1), 100 + columns * 1000 / 1e6),
            (f"{columns} columns of one name", wide(lambda i: b"a", columns),
             (0, 1), 100 + columns * 1000 / 1e6),
            (f"a cell of {mb} MB", long_cell(mb), (0, 1), 100 + mb * 4),
            (f"{mb} MB of quotes", [b'a,b\n1,"', b'""' * (mb * 500_000),
                                    b'"\n2,y\n'], (0, 1), 100 + mb * 4),
            (f"a quote open for {mb} MB", [b'a\n1\n"', b"x,\n" * (
                mb * 333_333)], (1,), 100 + mb * 4),
            (f"{mb} MB without a newline", [b"x" * (mb * 1_000_000)], (0, 1),
             100 + mb * 4),
            (f"{mb} MB of newlines", [b"a\n1\n", b"\n" * (mb * 1_000_000)],
             (0, 1), 100 + mb * 4),
            (f"{mb} MB of NUL", [b"a\n", b"\0" * (mb * 1_000_000)], (0, 1),
             100 + mb * 4)):
        size = write("bomb.csv", chunks)
        for args in (["--profile"], ["-n", "3"]):
            r = Run("csv-synthq", "-q", *args, path("bomb.csv"))
            bomb(f"csv-synthq {args[0]}: {name}", size, r, codes, most)
            longest = max((len(x) for x in r.out), default=0)
            t.ok(longest <= 64 << 20, "no line is over 64 MiB", longest)


def records(make):
    """Hostile lines, each between two good ones; is the line a record? None:
    either."""
    members, mb = (1_000_000, 60) if ALL else (50_000, 8)
    good = json.dumps(make(0)).encode()

    def with_member(raw):
        return good[:-1] + b',"x":' + raw + b"}"
    yield "deep arrays", with_member(b"[" * 100_000 + b"]" * 100_000), False
    yield "deep objects", with_member(
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000), False
    yield f"a string of {mb} MB", with_member(
        b'"' + b"x" * (mb * 1_000_000) + b'"'), True
    yield "escapes of 8 MB", with_member(b'"' + b"\\u0041" * 1_333_333 + b'"'
                                         ), True
    yield f"{members} members", with_member(
        b"{" + b",".join(b'"m%d":%d' % (i, i) for i in range(members)) + b"}"
    ), True
    yield f"{members} items", with_member(
        b"[" + b",".join([b"1"] * members) + b"]"), True
    yield "a member twice", with_member(b'{"a":1,"a":2}'), False
    yield "a number of 1 MB", with_member(b"1" * 1_000_000), None
    yield "an exponent without end", with_member(b"1e999999999"), None
    if ALL:
        yield "a line over 64 MiB", with_member(
            b'"' + b"x" * (65 << 20) + b'"'), False


def record_bombs():
    for prog, make, args in (
            ("csv-triangulate", trace, []), ("csv-inspect", question,
                                             ["questions"]),
            ("csv-inspect", episode, ["stats"]),
            ("hf-push", episode, ["--repo", "me/x", "--dry-run", "--license",
                                  "cc-by-4.0"])):
        for what, line, fine in records(make):
            size = write("bomb", [json.dumps(make(1)).encode(), b"\n", line,
                                  b"\n", json.dumps(make(2)).encode(), b"\n"])
            r = Run(prog, "-q", *args, stdin=path("bomb"))
            if prog == "hf-push" and fine:
                fine = None     # it refuses what no table can hold
            if prog == "csv-triangulate" and what == "a member twice":
                fine = None     # it copies what it does not read
            codes = {True: (0,), False: (1,), None: (0, 1)}[fine]
            bomb(f"{prog} {' '.join(args[:1])}: {what}", size, r, codes,
                 150 + 20 * size / 1e6)
            if prog == "csv-triangulate":
                n = sum(1 for _ in r.out)
                t.ok(n in {True: (3,), False: (2,), None: (2, 3)}[fine],
                     "what is good is there", n)
            if fine is False:
                t.ok(":2: " in r.err, "the line is named", r.err[-500:])


def clean(text, keep):
    """Nothing in it drives a terminal."""
    return not re.search(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e"
                         r"\u2066-\u2069]" if keep else r"[\0-\x1f]", text)


def escapes():
    bad = path("e\x1b[2J\x9b.csv".encode().decode())
    with open(bad, "w", newline="") as f:
        f.write(f"a{ESCAPES},b\n1,{ESCAPES}\n2,\"{ESCAPES}\n")
    for args in (["--progress", "always"], ["-v", "-n", "2"], ["--profile"]):
        r = Run("csv-synthq", *args, bad)
        t.ok(r.rc == 1 and r.err and clean(r.err, True),
             f"csv-synthq {args[0]} tells of escapes without them", repr(r.err))
    with open(bad, "w", newline="") as f:
        f.write(f"a{ESCAPES[:-2]},b\n" + "".join(
            f"{ESCAPES[:-2]}{i % 5},{i}\n" for i in range(60)))
    r = Run("csv-synthq", "--progress", "always", "-n", "5", bad)
    raw = r.out.read().decode()
    t.ok(r.rc == 0 and clean(r.err, True), "no message has them", repr(r.err))
    t.ok(clean(raw.replace("\n", ""), False), "records write them escaped")
    write("q", [raw.encode()])
    q = question(1, question_text=f"What {ESCAPES}?", hint=ESCAPES,
                 csv_source=f"x{ESCAPES}.csv", ground_truth=ESCAPES,
                 output_type="string")
    e = dict(episode(1), question=q, episode_id=ESCAPES)
    broken = [json.dumps(dict(q, type=ESCAPES)), json.dumps(
        {"type": "error", "program": ESCAPES, "code": ESCAPES,
         "message": ESCAPES}), f"{{{ESCAPES}"]
    write("bad", [(json.dumps(q) + "\n" + "\n".join(broken) + "\n").encode(
        "utf-8", "surrogateescape")])
    write("bade", [(json.dumps(e) + "\n" + "\n".join(broken) + "\n").encode()])
    runs = [("csv-triangulate", [], "bad"), ("csv-inspect", ["questions"],
                                             "bad"),
            ("csv-inspect", ["episodes"], "bade"), ("csv-inspect", ["stats"],
                                                    "bade"),
            ("hf-push", ["--dry-run", "--repo", "a/b"], "bade")]
    if RUNNABLE:
        runs += [("csv-verify", [], "bad"), ("csv-episode", [
            "--teacher", "reference"], "bad")]
    for prog, args, data in runs:
        r = Run(prog, "--progress", "always", *args, stdin=path(data))
        shown = r.err + (r.out.read().decode() if prog == "csv-inspect" else "")
        t.ok(r.rc in (1, 2, 3) and r.err and clean(shown, True),
             f"{prog} {' '.join(args[:1])} shows no escapes", r.rc,
             repr(shown[-900:]))
    for prog in PROGRAMS:
        r = Run(prog, f"--{ESCAPES}", f"-{ESCAPES}")
        t.ok(r.rc == 2 and clean(r.err, True),
             f"{prog}: nor do its words on options", repr(r.err))


def option_names():
    with open(os.path.join(TOP, CSV), "rb") as f:
        data = f.read()
    for name in ("-n", "--help", "--profile=x.csv", "-"):
        write(name, [data])
        r = Run("csv-synthq", "-n", "1", "--", name, cwd=DIR.name)
        rows = r.lines()
        t.ok(r.rc == 0 and [x["csv_source"] for x in rows] == [name],
             f"csv-synthq -- {name} is a file", r.rc, r.err)
        if not RUNNABLE or not rows:
            continue
        write("options.jsonl", [json.dumps(rows[0]).encode() + b"\n"])
        r = Run("csv-episode", "-q", "--teacher", "reference",
                stdin=path("options.jsonl"), cwd=DIR.name)
        t.ok(r.rc == 0 and r.lines()[0]["trace"]["success"],
             f"csv-episode runs on {name}", r.rc, r.err)


def formulas():
    cells = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "=HYPERLINK(x)"]
    write("formula.csv", [b"f,n\n", "".join(
        f"{c},{i}\n" for i, c in enumerate(cells)).encode()])
    r = Run("csv-synthq", "--profile", path("formula.csv"))
    top = r.lines()[0]["columns"][0]["top"]
    t.ok([x[0] for x in top] == cells, "formulas are texts, kept as they are",
         top)


def links():
    victim = path("victim")
    for args, prog, data in (
            (["--rejects"], "csv-inspect", ["questions"]),
            (["--explain"], "csv-synthq", [CSV])):
        if os.path.lexists(path("fifo")):
            os.unlink(path("fifo"))
        write("victim", [b"mine"])
        os.mkdir(path("d")) if not os.path.isdir(path("d")) else None
        r = Run(prog, *args, path("d"), *data)
        t.ok(r.rc == 3 and "d: " in r.err, f"{prog} {args[0]}: a directory "
             "in the way is told", r.rc, r.err)
        r = Run(prog, *args, "/nonexistent/x", *data)
        t.ok(r.rc == 3 and "/nonexistent/x" in r.err,
             f"{prog} {args[0]}: so is one that is missing", r.rc, r.err)
    with open(victim, "rb") as f:
        t.ok(f.read() == b"mine", "nothing else is written")
    tmp = path("tmp")
    os.mkdir(tmp)
    waits = [dict(trace(i), last=False, planned={"gold": 1, "consistency": 1})
             for i in range(50)]
    write("open", [json.dumps(w).encode() + b"\n" for w in waits])
    r = Run("csv-triangulate", "-q", "--max-open", "1", stdin=path("open"),
            env={"TMPDIR": tmp})
    t.ok(len(r.lines()) == 50 and os.listdir(tmp) == [],
         "temporary files have no name that another could take", r.err)


csv_bombs()
record_bombs()
escapes()
option_names()
formulas()
links()
DIR.cleanup()
sys.exit(t.done())
