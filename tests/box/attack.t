#!/usr/bin/env python3
"""attack.t - hostile and honest cells against each tier of the sandbox.

The cells are in *.cells: "=== name", then words, then "---" and the code.
  not:     what must not happen (the cell prints PWNED when it has)
  tiers:   where it runs and must be defeated (default: full landlock)
  ends:    how the cell may end (default: ok)
  limit:   the limit that the result must name
  prints:  what stdout must hold (honest cells: fine)
  submits: no, where nothing may be taken for an answer
  arch:    machine its call numbers belong to
  none:    what it does without a sandbox: `pwned` (run, to see that the check
           can fail), `may` (so where the machine and the user's rights allow
           it, else skipped), `same` (run, must be defeated there too: it is
           the host's work), `unsafe` (not run)
After each cell the same trace must run another one, and after all of them the
canaries must be untouched.  Without bubblewrap or the libraries: skipped.

All cells run in tier full; in the others a third of those that run in full
too, unless CHECK_ALL is set.  Time limits are long but for the cells that
must reach one: a busy machine fails no cell.
"""

import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.abspath(os.environ.get("B", "build"))
RUN = os.path.join(BUILD, "helper", "boxrun")
TOKEN = "c4na" + os.urandom(8).hex()
PRELUDE = """import os, sys, ctypes
libc = ctypes.CDLL(None, use_errno=True)
def sc(*args):
    args = [ctypes.c_long(a) if isinstance(a, int) else a for a in args]
    r = libc.syscall(*args)
    return r if r >= 0 else -ctypes.get_errno()
"""
ALIVE = "print('alive')"
NOBODY = 65534
LONG, SHORT = 100, 4    # seconds a cell may take
SMALL = (500 if "SAN" in os.environ else 50) << 10   # KiB; sanitizers need more

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


def read_cells(name):
    cells, cell, body = [], None, False
    with open(os.path.join(HERE, name), encoding="utf-8") as f:
        for line in f:
            if line.startswith("=== "):
                cell = {"name": line[4:].strip(), "code": ""}
                cells.append(cell)
                body = False
            elif cell is None:
                continue
            elif body:
                cell["code"] += line
            elif line.strip() == "---":
                body = True
            else:
                key, _, value = line.partition(":")
                cell[key.strip()] = value.strip()
    return cells


class Canary:
    """What hostile cells try to reach."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="box-canary-")
        os.chmod(self.dir, 0o755)
        self.token = TOKEN
        self.path = lambda n: os.path.join(self.dir, n)
        self.put("secret.txt", TOKEN)
        self.put("other.csv", "a,b\n1,2\n")
        os.mkdir(self.path("open"))
        os.chmod(self.path("open"), 0o777)
        self.put("owned", "owned " + TOKEN)
        self.put("open/victim", "victim " + TOKEN)
        if os.getuid() == 0:
            os.chown(self.path("owned"), NOBODY, NOBODY)
            os.chown(self.path("open/victim"), NOBODY, NOBODY)
        os.utime(self.path("owned"), (10 ** 9, 10 ** 9))
        self.victim = subprocess.Popen(
            ["sleep", "600"], preexec_fn=self.drop,
            stdout=subprocess.DEVNULL)
        self.calls = 0
        self.servers = []
        self.threads = []
        self.tcp = self.serve(socket.AF_INET, ("127.0.0.1", 0))
        self.serve(socket.AF_UNIX, self.path("open/sock"))
        os.chmod(self.path("open/sock"), 0o777)
        self.abstract = "box-" + os.path.basename(self.dir)
        self.serve(socket.AF_UNIX, "\0" + self.abstract)
        self.port = self.tcp.getsockname()[1]

    def drop(self):
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)

    def put(self, name, text):
        with open(self.path(name), "w") as f:
            f.write(text)
        os.chmod(self.path(name), 0o644)

    def serve(self, family, address):
        s = socket.socket(family)
        s.bind(address)
        s.listen(16)
        self.servers.append(s)
        t = threading.Thread(target=self.accept, args=(s,), daemon=True)
        t.start()
        self.threads.append(t)
        return s

    def accept(self, s):
        while True:
            try:
                c = s.accept()[0]
            except OSError:
                return
            self.calls += 1
            c.close()

    def fill(self, code):
        for name, value in (
                ("DIR", self.dir), ("TOKEN", TOKEN), ("PORT", self.port),
                ("VICTIM", self.victim.pid), ("ABSTRACT", self.abstract),
                ("CWD", os.getcwd()),
                ("HOST", platform.node())):
            code = code.replace("@%s@" % name, str(value))
        return code

    def check(self, tier):
        ok(self.victim.poll() is None, tier + ": no other process is hurt")
        ok(self.calls == 0, tier + ": no server was called", self.calls)
        st = os.stat(self.path("owned"))
        with open(self.path("owned")) as f:
            same = f.read() == "owned " + TOKEN
        ok(same and st.st_mtime == 10 ** 9 and st.st_mode & 0o777 == 0o644,
           tier + ": the user's own files are as they were", st)
        found = sorted(os.listdir(self.path("open")))
        ok(found == ["sock", "victim"], tier + ": no file was left", found)

    def close(self):
        self.victim.kill()
        self.victim.wait()
        for s in self.servers:
            s.shutdown(socket.SHUT_RDWR)    # wakes accept(): it holds the name
            s.close()
        for t in self.threads:
            t.join(10)
        shutil.rmtree(self.dir)


def sample_csv(path):
    with open(path, "w") as f:
        f.write("id,kind,flag,value,day\n")
        for i in range(200):
            f.write("%d,%s,%s,%.3f,2021-%02d-%02d\n" % (
                i, "abc"[i % 3], i % 7 < 3, (i * 37 % 101) / 10 - 3,
                i % 12 + 1, i % 28 + 1))
    os.chmod(path, 0o644)


def run(tier, cells, csv, canary, seconds):
    """{name: results} of one boxrun over the cells, and its stderr."""
    traces = [json.dumps({"name": c["name"], "cells": [
        PRELUDE, canary.fill(c["code"]), ALIVE]}) for c in cells]
    env = dict(os.environ, BOX_SECRET=TOKEN)
    args = [RUN, "--sandbox", tier, "--csv", csv, "--memory", "160",
            "--cell-timeout", str(seconds), "--traces", "4"]
    p = subprocess.run(args, input="\n".join(traces) + "\n", env=env,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       universal_newlines=True, timeout=1800)
    out = {}
    for line in p.stdout.splitlines():
        rec = json.loads(line)
        if "name" in rec:
            out[rec["name"]] = rec["results"]
        else:
            out[""] = rec
    return p.returncode, out, p.stderr


def judge(tier, cell, results):
    what = "%s: %s: " % (tier, cell["name"])
    what += cell.get("not", "works") if "not" in cell else "works"
    if not results or len(results) < 3:
        ok(False, what, "no result", results)
        return
    r, after = results[1], results[2]
    pwned = "PWNED" in r["stdout"] or r["submitted_answer"] == "PWNED"
    if tier == "none" and cell.get("none") in ("pwned", "may"):
        what = "none: %s: the check sees the attack" % cell["name"]
        if pwned or cell["none"] == "pwned":
            ok(pwned, what, json.dumps(r, indent=1))
        else:
            skip(what, "this machine or user may not do it")
        return
    good = not pwned and r["status"] in cell.get("ends", "ok").split()
    if "not" not in cell:
        good = good and cell.get("prints", "fine") in r["stdout"]
    if "limit" in cell:
        good = good and r["limit"] == cell["limit"]
    if cell.get("submits") == "no":
        good = good and not r["submitted"]
    good = good and (after["status"] == "ok" or r["status"] == "ok")
    if "not" not in cell:
        good = good and after["stdout"] == "alive\n"
    ok(good, what, json.dumps(results[1:], indent=1, ensure_ascii=False))


def wanted(tier, cell):
    if cell.get("arch", platform.machine()) != platform.machine():
        return False
    if tier == "none":
        honest = "not" not in cell and "tiers" not in cell
        return cell.get("none", "same" if honest else "unsafe") != "unsafe"
    return tier in cell.get("tiers", "full landlock").split()


def some(tier, cells):
    """Those that another tier does not see, and a third of the rest."""
    if tier == "full" or os.environ.get("CHECK_ALL"):
        return cells
    return [c for n, c in enumerate(cells)
            if n % 3 == 0 or not wanted("full", c)]


def limited(cell):
    """Must it reach the limit of its time?"""
    return "timeout" in cell.get("ends", "").split()


def test_tier(tier, cells, csv):
    canary = Canary()
    try:
        mine = some(tier, [c for c in cells if wanted(tier, c)])
        short = [c for c in mine if limited(c)]
        rc, out, err = run(tier, [c for c in mine if not limited(c)], csv,
                           canary, LONG)
        if short and "" in out:
            out.update(run(tier, short, csv, canary, SHORT)[1])
        if "" not in out:
            if rc == 3 and ("sandbox" in err or "Python" in err):
                skip(tier + ": all cells", err.strip().splitlines()[-1])
            else:
                ok(False, tier + ": the cells run", rc, err)
            return
        for c in mine:
            judge(tier, c, out.get(c["name"]))
        if tier != "none":
            canary.check(tier)
            seen = out[""]["maxrss_kib"]
            ok(0 < seen < SMALL, tier + ": the host stays small", seen)
    finally:
        canary.close()


def main():
    cells = read_cells("hostile.cells") + read_cells("benign.cells")
    names = [c["name"] for c in cells]
    ok(len(names) == len(set(names)), "each cell has its own name")
    only = sys.argv[1:]
    if only:
        cells = [c for c in cells if c["name"] in only]
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    csv = tempfile.NamedTemporaryFile(suffix=".csv")
    sample_csv(csv.name)
    for tier in os.environ.get("TIERS", "full landlock none").split():
        test_tier(tier, cells, csv.name)
    print("1..%d" % count)
    return failed > 0


sys.exit(main())
