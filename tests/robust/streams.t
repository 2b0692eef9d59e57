#!/usr/bin/env python3
# streams.t - every program: what happens to a stdout that is full or gone, to
# options that do not exist, and to input that is not what it should be.
import json
import os
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import (  # noqa: E402
    BIN, PROGRAMS, TOP, Tap, built, environment, sandbox_works)

t = Tap()
LIMIT = 300
RUNNABLE = sandbox_works()


def run(prog, args, data=b"", stdout=subprocess.PIPE):
    """Exit status (minus the signal), stdout, stderr."""
    p = subprocess.Popen([os.path.join(BIN, prog)] + args, cwd=TOP,
                         stdin=subprocess.PIPE, stdout=stdout,
                         stderr=subprocess.PIPE, env=environment(),
                         preexec_fn=lambda: signal.signal(signal.SIGPIPE,
                                                          signal.SIG_DFL))
    try:
        out, err = p.communicate(data, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        p.kill()
        p.communicate()
        return "hung", b"", b""
    return p.returncode, out or b"", err


def can_run(prog, spec, what):
    if spec.sandbox and not RUNNABLE:
        t.skip(f"{prog}: {what}", "no sandbox here")
        return False
    return spec.writes


def lost_output(prog, spec):
    with open("/dev/full", "wb") as full:
        rc, _, err = run(prog, ["--help"], stdout=full)
        t.ok(rc == 3 and b"No space left" in err,
             f"{prog} --help > /dev/full exits 3", rc, err)
    if not can_run(prog, spec, "> /dev/full"):
        return
    data = spec.input(40)
    with open("/dev/full", "wb") as full:
        rc, _, err = run(prog, spec.args, data, full)
        t.ok(rc == 3 and b"No space left" in err,
             f"{prog} > /dev/full exits 3", rc, err[-400:])
    p = subprocess.run(  # nothing that is opened may get its number
        ["sh", "-c", 'exec "$0" "$@" >&-', os.path.join(BIN, prog), "-q"] +
        spec.args, input=data, stderr=subprocess.PIPE, env=environment(),
        cwd=TOP, timeout=LIMIT, check=False)
    t.ok(p.returncode == 3 and b"Bad file descriptor" in p.stderr,
         f"{prog} >&- exits 3", p.returncode, p.stderr[-400:])
    r, w = os.pipe()
    os.close(r)
    rc, _, err = run(prog, ["-q"] + spec.args, data, w)
    os.close(w)
    t.ok(rc == -signal.SIGPIPE and err == b"",
         f"{prog}: a reader that is gone ends it by SIGPIPE, quietly", rc, err)


def usage(prog):
    rc, out, err = run(prog, ["--no-such-option"])
    t.ok(rc == 2 and out == b"" and b"--help" in err and
         err.startswith(prog.encode() + b": "),
         f"{prog}: an unknown option exits 2", rc, out, err)
    rc, out, err = run(prog, ["-c", "/nonexistent"])
    t.ok(rc == 2 and out == b"" and b"/nonexistent" in err,
         f"{prog}: a missing configuration file exits 2", rc, out, err)
    rc, out, err = run(prog, ["--version"])
    t.ok(rc == 0 and err == b"" and out.startswith(prog.encode() + b" "),
         f"{prog} --version", rc, out, err)


def broken_lines(good):
    """Lines that no program may accept, with the code of their error record
    and what they are. good: a line of the right kind."""
    kind = json.loads(good)["type"]
    text = good.decode()
    return [
        ("bad_json", "truncated", good[:len(good) // 2]),
        ("bad_type", "an array", b"[1, 2]"),
        ("bad_type", "a number", b"17"),
        ("bad_type", "a text", b'"text"'),
        ("bad_type", "null", b"null"),
        ("bad_json", "not JSON", b"id,name,value"),
        ("bad_json", "invalid UTF-8", text.replace("What", "Wh\udcff")
         .encode("utf-8", "surrogateescape")),
        ("bad_json", "a NUL byte", good[:-1] + b"\0}"),
        ("bad_json", "two values", good + good),
        ("bad_json", "a member twice",
         b'{"type":"%s",' % kind.encode() + good[1:]),
        ("bad_json", "nested too deep", b"[" * 5000),
        ("upstream", "an error record", json.dumps(
            {"type": "error", "program": "x", "line": 1, "code": "csv",
             "message": "broke", "record": None}).encode()),
        ("bad_json", "10 MB that are not JSON", b"x" * 10_000_000),
    ]


def malformed(prog, spec):
    if spec.reads is None or not can_run(prog, spec, "malformed input"):
        return
    good = [json.dumps(spec.reads(i)).encode() for i in range(3)]
    broken = broken_lines(good[0])
    if prog == "hf-push":   # takes any object
        broken = [b for b in broken if b[0] != "upstream"]
    data, at = [good[0]], []
    for _, _, line in broken:
        data.append(line)
        at.append(len(data))
    data += [good[1], b"", good[2]]
    torn = good[0][:50]
    with tempfile.TemporaryDirectory() as d:
        rejects = os.path.join(d, "rejects")
        rc, out, err = run(prog, spec.args + ["--rejects", rejects],
                           b"\n".join(data) + b"\n" + torn)
        t.ok(rc == 1, f"{prog}: rejected records exit 1", rc, err[-400:])
        seen = []
        if os.path.exists(rejects):
            with open(rejects, "rb") as f:
                seen = [json.loads(line) for line in f]
    want = [(n, b[0]) for n, b in zip(at, broken)]
    want.append((len(data) + 1, "torn_line"))
    got = [(r["line"], r["code"]) for r in seen]
    for (n, code), what in zip(want, [b[1] for b in broken] + ["torn"]):
        t.ok((n, code) in got, f"{prog} rejects: {what}",
             f"wanted line {n}, {code}", got)
        t.ok(b":%d: " % n in err, f"{prog} names the line: {what}",
             err[:2000])
    t.ok(len(got) == len(want) and
         all(r["type"] == "error" and r["program"] == prog and r["message"]
             and "record" in r for r in seen),
         f"{prog}: as many error records as lines", len(got), len(want))
    t.ok(max((len(line) for line in err.split(b"\n")), default=0) < 1500,
         f"{prog}: messages stay short")
    if spec.copies:
        records = [json.loads(line) for line in out.split(b"\n") if line]
        t.ok(len(records) == 3, f"{prog}: the good records are all there",
             len(records))


def wrong_members(prog, spec):
    """Each member in turn missing, or of a type that it never has."""
    if not spec.copies or not can_run(prog, spec, "wrong types"):
        return
    data = []
    for key in spec.reads(0):
        if key == "type":
            continue
        for value in (17.5, "x", [[]], {"x": None}, None, True):
            data.append(json.dumps(dict(spec.reads(len(data)), **{key: value})
                                   ).encode())
        r = spec.reads(len(data))
        del r[key]
        data.append(json.dumps(r).encode())
    with tempfile.TemporaryDirectory() as d:
        rejects = os.path.join(d, "rejects")
        rc, out, err = run(prog, spec.args + ["--rejects", rejects],
                           b"\n".join(data) + b"\n")
        bad = sum(1 for _ in open(rejects, "rb"))
    good = out.count(b"\n")
    t.ok(rc in (0, 1), f"{prog}: members of wrong types end no program",
         rc, err[-800:])
    t.ok(good + bad >= len(data) and (bad > 0) == (rc == 1),
         f"{prog}: nothing is lost to them",
         f"{len(data)} in, {good} out, {bad} rejected")


def nothing(prog, spec):
    """No input is no work, not an error."""
    if spec.reads is None or prog in ("hf-push", "csv-inspect"):
        return
    if not can_run(prog, spec, "empty input"):
        return
    rc, out, err = run(prog, spec.args)
    t.ok((rc, out) == (0, b""), f"{prog}: empty input is fine", rc, out, err)


for name in built():
    if name not in PROGRAMS:
        t.ok(False, f"{name} is in tests/robust/programs.py")
        continue
    usage(name)
    lost_output(name, PROGRAMS[name])
    malformed(name, PROGRAMS[name])
    wrong_members(name, PROGRAMS[name])
    nothing(name, PROGRAMS[name])
sys.exit(t.done())
