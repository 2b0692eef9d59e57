#!/usr/bin/env python3
"""life.t - how sandboxes live and die: hosts that are killed, users, other
interpreters, CSVs that change, limits, and the same bytes twice."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BUILD = os.path.abspath(os.environ.get("B", "build"))
RUN = os.path.join(BUILD, "helper", "boxrun")
NOBODY = 65534
SMALL = (500 if "SAN" in os.environ else 50) << 10   # KiB; sanitizers need more
PR_SET_CHILD_SUBREAPER = 36
# Run a command on a machine without seccomp: neither seccomp(2) nor prctl's.
NO_SECCOMP = """
import ctypes, os, struct, sys
seccomp, prctl = (317, 157) if os.uname().machine == "x86_64" else (277, 167)
rules = [(0x20, 0, 0, 0),               # load the call's number
         (0x15, 4, 0, seccomp),         # equal: to ENOSYS
         (0x15, 0, 2, prctl),           # another: to allow
         (0x20, 0, 0, 16),              # load its first argument
         (0x15, 1, 0, 22),              # PR_SET_SECCOMP
         (0x06, 0, 0, 0x7fff0000),      # allow
         (0x06, 0, 0, 0x50000 | 38)]    # ENOSYS
text = ctypes.create_string_buffer(
    b"".join(struct.pack("HBBI", *r) for r in rules))
program = ctypes.create_string_buffer(
    struct.pack("HxxxxxxP", len(rules), ctypes.addressof(text)))
call = ctypes.CDLL(None).prctl
zero = ctypes.c_ulong(0)
assert call(38, ctypes.c_ulong(1), zero, zero, zero) == 0
assert call(22, ctypes.c_ulong(2), program, zero, zero) == 0
os.execv(sys.argv[1], sys.argv[1:])
"""

count = failed = 0


def ok(good, what, *seen):
    global count, failed
    count += 1
    failed += not good
    print("%s %d - %s" % ("ok" if good else "not ok", count, what))
    if not good:
        for line in "\n".join(str(s) for s in seen).splitlines()[:40]:
            print("# " + line[:2000])
    sys.stdout.flush()


def skip(what, why):
    global count
    count += 1
    print("ok %d - %s # SKIP %s" % (count, what, why))


class Result:
    def __init__(self, p):
        self.rc, self.err = p.returncode, p.stderr
        self.runs = [json.loads(line) for line in p.stdout.splitlines()]
        self.host = self.runs.pop() if self.runs else {}

    def cell(self, run=0, cell=0):
        try:
            return self.runs[run]["results"][cell]
        except LookupError:
            return {"status": "none", "stdout": "", "stderr": ""}


def box(traces, *options, prefix=(), env=None, run=RUN):
    lines = "".join(json.dumps(t) + "\n" for t in traces)
    return Result(subprocess.run(
        list(prefix) + [run] + list(options), input=lines, env=env,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        universal_newlines=True, timeout=300))


def write(path, text, mode=0o644):
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, mode)
    return path


def descendants():
    """Processes below this one, zombies apart: {pid: command}."""
    kids, out = {}, {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name) as f:
                    text = f.read()
            except OSError:
                continue
            rest = text[text.rindex(")") + 2:].split()
            if rest[0] != "Z":
                kids.setdefault(int(rest[1]), []).append((int(name), text))
    todo = [os.getpid()]
    while todo:
        for pid, text in kids.get(todo.pop(), []):
            out[pid] = text
            todo.append(pid)
    return out


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def last_of_them():
    """Descendants that are still there after a while: the kernel takes a
    killed jail's processes apart in its own time."""
    for _ in range(600):
        reap()
        left = descendants()
        if not left:
            break
        time.sleep(0.1)
    return left


def killed_host(tier, csv):
    """SIGKILL to the host while cells run: nothing is left."""
    p = subprocess.Popen([RUN, "--sandbox", tier, "--csv", csv,
                          "--traces", "6"],
                         stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL)
    cells = ["while True: pass", "import time\ntime.sleep(60)",
             "import signal\nsignal.pthread_sigmask(0, range(1, 65))\n"
             "while True: pass"]
    for c in cells + cells:
        p.stdin.write(json.dumps({"cells": [c]}).encode() + b"\n")
    p.stdin.close()
    workers = 0
    for _ in range(600):
        workers = len(descendants())
        if workers >= 8:
            break
        time.sleep(0.1)
    time.sleep(0.5)
    p.kill()
    p.wait()
    left = last_of_them()
    ok(workers >= 8 and not left,
       tier + ": a host that is killed leaves no process",
       workers, list(left.values()))


def state(tier, csv):
    r = box([{"cells": ["x = 5", "import os\nos._exit(1)",
                        "print('x' in globals())", "print(df.shape)"]}],
            "--csv", csv, "--sandbox", tier)
    got = [r.cell(0, i) for i in range(4)]
    ok([g["status"] for g in got] == ["ok", "killed", "ok", "ok"]
       and got[1]["state_lost"] and got[2]["fresh"] and not got[3]["fresh"]
       and got[2]["stdout"] == "False\n" and "lost" in got[2]["stderr"],
       tier + ": a fresh worker after a death, and it is said", got)
    r = box([{"cells": ["import sys\nx = 1\nsys.exit(2)", "print(x)",
                        "y = bytearray(1 << 40)", "print(x)", "input()",
                        "print(x)", "def f(): f()\nf()", "print(x)"]}],
            "--csv", csv, "--sandbox", tier)
    got = [r.cell(0, i) for i in range(8)]
    ok([g.get("ename", g["status"]) or g["status"] for g in got] == [
        "exit", "ok", "MemoryError", "ok", "EOFError", "ok",
        "RecursionError", "ok"]
       and all(g["stdout"] == "1\n" for g in got[1::2]),
       tier + ": exit, MemoryError, EOFError, RecursionError keep the state",
       got)
    r = box([{"cells": ["import time\nx = 1\ntime.sleep(50)", "print(x)"]},
             {"cells": ["1", "2", "3"]}],
            "--csv", csv, "--sandbox", tier, "--cell-timeout", "1",
            "--max-cells", "2")
    ok(r.cell(0, 0)["status"] == "timeout" and not r.cell(0, 0)["state_lost"]
       and r.cell(0, 1)["stdout"] == "1\n",
       tier + ": an interrupted cell keeps the state", r.runs)
    ok([r.cell(1, i)["status"] for i in range(3)] == ["ok", "ok", "limit"]
       and r.cell(1, 2)["limit"] == "cells", tier + ": the limit of cells",
       r.runs)
    r = box([{"cells": ["import time\ntime.sleep(1.5)"] * 3}],
            "--csv", csv, "--sandbox", tier, "--trace-timeout", "2")
    ok([r.cell(0, i)["status"] for i in range(3)] ==
       ["ok", "timeout", "limit"] and r.cell(0, 1)["limit"] == "trace time",
       tier + ": the limit of a trace's time", r.runs)
    r = box([{"cells": ["while True: pass"], "kill": 300},
             {"cells": ["print(1)"]}], "--csv", csv, "--sandbox", tier)
    ok(r.cell(1)["stdout"] == "1\n" and r.runs[0]["results"] == [],
       tier + ": a trace that is dropped is not heard again", r.runs)


def output(csv):
    r = box([{"cells": ["print('a' * 100000)\nprint('end')",
                        "import os\nos.write(1, b'\\xff\\x00ok')\nNone",
                        "print(object())\nobject()"]}],
            "--csv", csv)
    a, b, c = (r.cell(0, i) for i in range(3))
    ok(len(a["stdout"].encode()) <= 65536 and a["stdout"].endswith("a\nend\n")
       and "bytes omitted" in a["stdout"] and a["out_omitted"] > 34000,
       "long output: head, count and tail", len(a["stdout"]))
    ok(b["stdout"] == "\ufffd\ufffdok", "broken output is repaired", b)
    ok("0x\u2026" in c["stdout"] and "0x7" not in c["stdout"],
       "addresses are masked", c)


def csvs(tier, dir):
    one = write(os.path.join(dir, "one.csv"), "a,b\n1,2\n")
    sha = hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    ll = write(os.path.join(dir, "semi.csv"),
               "x;y\n1,5;2\n", 0o600)
    bad = write(os.path.join(dir, "bad.csv"), "a,b\n1,2\n1,2,3\n")
    r = box([
        {"csv": one, "sha256": sha, "cells": ["print(df.shape)"]},
        {"csv": one, "sha256": "0" * 64, "cells": ["print(1)", "print(2)"]},
        {"csv": os.path.join(dir, "gone.csv"), "cells": ["print(1)"]},
        {"csv": bad, "cells": ["print(1)"]},
        {"csv": ll, "csv_options": {"sep": ";", "decimal": ","},
         "cells": ["print(df.x[0] + df.y[0])"]},
        {"csv": dir, "cells": ["print(1)"]}],
        "--sandbox", tier, "--max-boxes", "2")
    ok(r.cell(0)["stdout"] == "(1, 2)\n", tier + ": the digest is checked",
       r.runs, r.err)
    got = [r.cell(1, 0), r.cell(1, 1), r.cell(2), r.cell(3), r.cell(5)]
    ok(all(g["status"] == "failed" and g.get("code") == "bad_csv"
           for g in got) or all(g["status"] == "failed" for g in got)
       and len({g.get("code") for g in got}) == 1,
       tier + ": a CSV that changed, is gone or is refused", got)
    ok("changed" in got[0]["stderr"] and "gone.csv" in got[2]["stderr"]
       and "bad.csv" in got[3]["stderr"], tier + ": ... and why", got)
    ok(r.cell(4)["stdout"] == "3.5\n",
       tier + ": read_csv's options; a private file", r.cell(4))
    many = [{"csv": write(os.path.join(dir, "m%d.csv" % i), "a\n%d\n" % i),
             "cells": ["print(df.a[0])"]} for i in range(6)]
    order = [0, 3, 1, 0, 4, 2, 5, 1, 0, 5]
    r = box([dict(many[i]) for i in order], "--sandbox", tier,
            "--max-boxes", "2")
    ok([r.cell(i)["stdout"] for i in range(len(order))] ==
       ["%d\n" % i for i in order],
       tier + ": many CSVs through two sandboxes", r.runs)


def same_bytes(csv):
    code = ["import random\nprint(random.random(), np.random.rand())\n"
            "print({str(i) for i in range(50)})\nprint(sorted(df))\n"
            "print(hash('x'), object())",
            "import warnings\nwarnings.warn('w')\nimport os\n"
            "print(os.getpid(), os.environ)",
            "class A: pass\nprint(A(), {A, int, str} and 1)\n"
            "hook(df.describe(), 'd')\nsubmit(df.mean(numeric_only=True))"]
    traces = [{"cells": code} for _ in range(6)]
    env = dict(os.environ, SOURCE_DATE_EPOCH="1")
    texts = set()
    for n in ("1", "4"):
        r = box(traces, "--csv", csv, "--traces", n, env=env)
        texts |= {json.dumps(t["results"], sort_keys=True) for t in r.runs}
    ok(len(texts) == 1, "the same cells give the same bytes in any worker",
       "\n".join(sorted(texts)))
    r = box([{"cells": ["import time\ntime.time()",
                        "np.random.default_rng().random()", "1"]}],
            "--csv", csv)
    ok([r.cell(0, i).get("nonreproducible") for i in range(3)] ==
       [["clock"], ["entropy"], None], "clock and entropy are flagged",
       r.runs)


def interpreters(csv, dir):
    bin = os.path.join(dir, "bin")
    os.mkdir(bin)
    write(os.path.join(bin, "python3"), "#!/bin/sh\nexit 1\n", 0o755)
    env = dict(os.environ, PATH=bin + ":/usr/bin:/bin")
    r = box([{"cells": ["print(1)"]}], "--csv", csv, env=env)
    ok(r.cell()["stdout"] == "1\n"
       and r.host["host"]["interpreter"] == "/usr/bin/python3",
       "a python3 without the libraries is passed over", r.host, r.err)
    r = box([], "--csv", csv, "--python", os.path.join(bin, "python3"))
    ok(r.rc == 3 and "bin/python3" in r.err,
       "--python that does not work: named, status 3", r.rc, r.err)
    bare = write(os.path.join(bin, "bare"),
                 "#!/bin/sh\nexec /usr/bin/python3 -S \"$@\"\n", 0o755)
    r = box([], "--csv", csv, "--python", bare)
    ok(r.rc == 3 and "has no" in r.err and "pandas" in r.err,
       "missing libraries are named", r.rc, r.err)
    venv = os.path.join(dir, "private", "venv")
    os.mkdir(os.path.dirname(venv), 0o700)
    p = subprocess.run(["/usr/bin/python3", "-m", "venv", "--without-pip",
                        "--system-site-packages", venv],
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if p.returncode != 0:
        skip("a virtualenv", "python3 -m venv does not work")
        return
    r = box([{"cells": ["import sys\nprint(sys.prefix)"]}], "--csv", csv,
            env=dict(env, VIRTUAL_ENV=venv))
    ok(r.cell()["stdout"].strip() == os.path.realpath(venv)
       and "landlock" not in r.err,
       "a virtualenv in a private directory", r.cell(), r.host, r.err)


def tiers(csv, dir):
    """bwrap out of reach, or without its rights."""
    fake = os.path.join(dir, "fake")
    os.mkdir(fake)
    write(os.path.join(fake, "bwrap"),
          "#!/bin/sh\necho 'bwrap: Creating new namespace failed' >&2\n"
          "exit 1\n", 0o755)
    env = dict(os.environ, PATH=fake + ":/usr/bin:/bin")
    r = box([{"cells": ["print(1)"]}], "--csv", csv, env=env)
    if r.rc == 3:
        skip("a tier that fails is left for the next", r.err.strip()[-200:])
    else:
        ok(r.cell()["stdout"] == "1\n"
           and r.host["host"]["tier"] == "landlock"
           and "full failed" in r.err and "namespace failed" in r.err,
           "auto: landlock, and why full failed", r.host, r.err)
    r = box([], "--csv", csv, "--sandbox", "full", env=env)
    ok(r.rc == 3 and "namespace failed" in r.err,
       "--sandbox full never steps down", r.rc, r.err)
    # as bwrap's child does where bwrap is killed before the jail is made
    write(os.path.join(fake, "bwrap"),
          "#!/bin/sh\nsleep 3000 <&- >&- 2>&- 3>&- 4>&- 5>&- &\nexit 1\n",
          0o755)
    r = box([], "--csv", csv, "--sandbox", "full", env=env)
    left = last_of_them()
    ok(r.rc == 3 and not left, "a jailer's child does not outlive it", r.rc,
       r.err, list(left.values()))
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    r = box([], "--csv", csv, "--sandbox", "none")
    ok(r.rc == 0 and "none" in r.err, "none warns", r.rc, r.err)
    r = box([{"cells": ["print(df.shape)"]}], "--csv", csv, "--sandbox",
            "none", prefix=[sys.executable, "-c", NO_SECCOMP])
    ok(r.rc == 0 and r.cell()["stdout"].startswith("("),
       "none needs no seccomp", r.rc, r.runs, r.err)
    r = box([], "--csv", csv, "--sandbox", "landlock",
            prefix=[sys.executable, "-c", NO_SECCOMP])
    ok(r.rc == 3 and "seccomp" in r.err, "landlock does", r.rc, r.err)
    r = box([], "--csv", csv, "--sandbox", "chroot")
    ok(r.rc == 2 and "landlock" in r.err, "an unknown tier", r.rc, r.err)


def plain_user(csv, dir):
    what = "a host that is not root"
    if os.getuid() != 0 or shutil.which("setpriv") is None:
        skip(what, "needs root and setpriv to become another user")
        return
    run = shutil.copy(RUN, os.path.join(dir, "boxrun"))
    os.chmod(run, 0o755)
    prefix = ["setpriv", "--reuid=1234", "--regid=1234", "--clear-groups"]
    for tier in ("full", "landlock"):
        r = box([{"cells": ["import os\nprint(os.getuid(), df.shape)",
                            "open('/etc/passwd')", "os.fork()"]}],
                "--csv", csv, "--sandbox", tier, prefix=prefix, run=run,
                env=dict(os.environ, PATH="/usr/bin:/bin", HOME="/"))
        if r.rc == 3:
            skip(what + ": " + tier, r.err.strip()[-200:])
            continue
        ok(r.cell()["stdout"].startswith("1234 ")
           and r.cell(0, 1)["ename"] == "PermissionError" or
           r.cell(0, 1)["ename"] == "FileNotFoundError"
           and r.cell(0, 2)["ename"] == "PermissionError",
           what + ": " + tier, r.runs, r.err)
    r = box([{"cells": ["import os\nprint(os.getuid())"]}], "--csv", csv)
    ok(r.cell()["stdout"] not in ("0\n", ""), "a root host drops its uid",
       r.runs)


def many_alive(csv):
    n = 60
    r = box([{"cells": ["x = %d" % i, "print(x)"]} for i in range(n)],
            "--csv", csv, "--traces", str(n), "--hold")
    ok([r.cell(i, 1)["stdout"] for i in range(n)] ==
       ["%d\n" % i for i in range(n)] and 0 < r.host["maxrss_kib"] < SMALL,
       "%d traces alive at once, a small host" % n,
       r.host, r.runs[:1])


def main():
    import ctypes
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    dir = tempfile.mkdtemp(prefix="box-life-")
    os.chmod(dir, 0o755)
    try:
        csv = write(os.path.join(dir, "a.csv"), "k,v\na,1\nb,2\na,4\n")
        found = []
        for tier in ("full", "landlock"):
            r = box([], "--csv", csv, "--sandbox", tier)
            if r.rc == 0:
                found.append(tier)
            else:
                skip("tier " + tier, r.err.strip().splitlines()[-1][-200:])
        for tier in found:
            state(tier, csv)
            csvs(tier, dir)
            killed_host(tier, csv)
        if found:
            output(csv)
            same_bytes(csv)
            many_alive(csv)
            plain_user(csv, dir)
            tiers(csv, dir)
            interpreters(csv, dir)
        left = last_of_them()
        ok(not left, "no process is left", left)
    finally:
        shutil.rmtree(dir)
    print("1..%d" % count)
    return failed > 0


sys.exit(main())
