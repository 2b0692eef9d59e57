#!/usr/bin/env python3
# fault.t - every program under faults (fault.c): transfers that are cut or
# interrupted change nothing; a call that fails ends the program with a message
# and status 3, or changes nothing; what was written is whole but for the last
# line; no process and no file stays behind.
# usage: fault.t [PROGRAM [KIND]...]   FAULT_SHOW=1 tells each end.
import concurrent.futures
import os
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import (  # noqa: E402
    TOP, Tap, adopt_orphans, built, reap, sandbox_works)
from scenes import scenes, served  # noqa: E402

ALL = bool(os.environ.get("CHECK_ALL"))
NAMED = bool(sys.argv[1:])
SHOW = bool(os.environ.get("FAULT_SHOW"))
LIMIT = 100
LIBRARY = os.path.join(TOP, os.environ.get("B", "build"), "helper", "fault.so")
FAIL = ["memory", "fd", "read", "write", "fork", "map", "file"]
CHANGE = ["short:1", "short:3", "eintr:3", "eintr:5"]
LOST = ("send", "recv", "__recv_chk", "sendmsg", "recvmsg")

t = Tap()
random.seed(int(os.environ.get("SEED", "1")))


def most(scene, kind):
    """How many points of a kind are tried."""
    if ALL and scene.slow:  # some seconds each
        return (60 if kind == "memory" else 10 ** 9) if NAMED else 12
    if ALL:
        return 10 ** 9
    return (2 if kind in ("memory", "fd") else 1) if scene.slow else 6


class End:
    """What a run leaves: status, output, messages, files, processes, and the
    function that was hit."""

    def __init__(self, scene, fault, n=0):
        with tempfile.TemporaryDirectory(prefix="fault-") as d:
            out, tmp = os.path.join(d, "out"), os.path.join(d, "tmp")
            os.mkdir(out)
            os.mkdir(tmp)
            self.log = os.path.join(d, "log")
            self.run(scene, fault, n, out, tmp)
            self.hit = ""
            if os.path.exists(self.log):
                with open(self.log) as f:
                    self.hit = f.read()
            self.left = os.listdir(tmp)
            self.files = {}
            for at, _, names in os.walk(out):
                for name in names:
                    with open(os.path.join(at, name), "rb") as f:
                        path = os.path.relpath(os.path.join(at, name), out)
                        self.files[path] = f.read()

    def run(self, scene, fault, n, out, tmp):
        env = scene.environment(tmp)
        if fault:
            env.update(FAULT=fault, FAULT_LOG=self.log, LD_PRELOAD=LIBRARY)
        p = subprocess.Popen(scene.argv(out, n), cwd=TOP, env=env,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        try:
            self.out, self.err = p.communicate(scene.data, timeout=LIMIT)
            self.rc = p.returncode
        except subprocess.TimeoutExpired:
            p.kill()
            self.out, self.err = p.communicate()
            self.rc = "hung"
        self.out = self.out.replace(out.encode(), b"OUT")
        if scene.prog == "hf-push":     # what depends on earlier runs
            self.out = re.sub(rb'me/s[0-9]+|"[0-9a-f]{40}|/[0-9a-f]{40}|'
                              rb'"(objects_uploaded|bytes_uploaded|'
                              rb'api_requests)":[0-9]+', b"", self.out)
        self.stayed = reap()


def whole(text, want):
    """Are the lines those of want, some perhaps missing, the last one perhaps
    torn?"""
    rows, all_rows = text.split(b"\n"), want.split(b"\n")
    at = 0
    for row in rows[:-1]:
        if row not in all_rows[at:]:
            return False
        at = all_rows.index(row, at) + 1
    return any(r.startswith(rows[-1]) for r in all_rows)


def judge(scene, end, want, strict):
    """What is wrong with an end, or None. strict: nothing may differ."""
    if end.stayed:
        return f"processes stay: {end.stayed}"
    if end.left:
        return f"temporary files stay: {end.left}"
    unproven = scene.prog == "csv-verify" and end.rc == 1
    if (end.rc == 0 or unproven) and scene.slow and (
            end.hit.strip() in LOST or b'"stop":"sandbox_error"' in end.out):
        return None     # a worker or an answer was lost: that is data, and
                        # no proof
    if end.rc == want.rc:
        if end.out != want.out:
            at = len(os.path.commonprefix([end.out, want.out]))
            at = max(at - 40, 0)
            return ("the output differs, the status does not: "
                    f"{end.out[at:at + 200]} {want.out[at:at + 200]}")
        return None
    if strict:
        return "the status differs"
    if end.rc == 1 and b": archive: " in end.err:
        return None     # how libarchive sees a read that failed
    if end.rc != 3:
        return "status"
    told = [m for m in end.err.decode("utf-8", "replace").split("\n")
            if re.match(re.escape(scene.prog) + r": .{8,}", m)]
    if not told and not (scene.slow and end.hit == "fwrite\n"):  # a message
        return "no message"
    lost = scene.slow and b'"stop":"sandbox_error"' in end.out
    if not lost and not whole(end.out, want.out):
        return "the output is not whole lines of the right one"
    return None


def alone(pool, scene, fault):
    """A run in one of the pool's processes: they have no other children."""
    return pool.submit(End, scene, fault).result()


def one(job):
    """In a process of its own: the end of a run with a fault, judged."""
    scene, fault, n, want, strict = job
    end = End(scene, fault, n)
    why = judge(scene, end, want, strict)
    last = end.err.decode("utf-8", "replace").strip().split("\n")[-3:]
    return fault, end.hit.strip(), end.rc, why, last


def points(pool, scene, kind):
    """The calls to fail: of memory one for each stack that asks for some."""
    end = alone(pool, scene, kind + ":0")
    firsts = [int(x) for x in end.hit.split()]
    if kind == "memory":
        ks = firsts
    else:
        ks = list(range(1, (firsts[-1] if firsts else 0) + 3))
    n = most(scene, kind)
    if len(ks) > n:
        ks = sorted(random.sample(ks, n))
    return ks


def faults(pool, scene, pick):
    """(fault, must nothing differ)"""
    for kind in FAIL:
        if pick and kind not in pick:
            continue
        ks = points(pool, scene, kind)
        for k in ks:
            yield f"{kind}:{k}", False
        # and from there on all; a server that is never reached is tested
        # elsewhere, the waits are long
        lasts = scene.server and kind in ("read", "write", "fd")
        if ks and not lasts and (ALL or not scene.slow):
            some = (10 if scene.slow else 40) if ALL else 2
            for k in random.sample(ks, min(len(ks), some)):
                yield f"{kind}+:{k}", False
    for fault in CHANGE:
        if not pick or fault.split(":")[0] in pick:
            if ALL or not scene.slow or fault in ("short:3", "eintr:3"):
                yield fault, True


def play(scene, pool, pick):
    want = alone(pool, scene, "")
    if want.rc != 0 or not want.out:
        t.ok(False, f"{scene.name} runs without faults", want.rc, want.err)
        return
    jobs = [(scene, fault, i + 1, want, strict)
            for i, (fault, strict) in enumerate(faults(pool, scene, pick))]
    bad, hits = {}, 0
    for fault, hit, rc, why, last in pool.map(one, jobs):
        hits += hit != ""
        if SHOW:
            print("#", scene.name, fault, hit or "-", rc, why or "", last[-1:])
        if why:
            bad.setdefault(fault.split(":")[0].rstrip("+"), []).append(
                f"{fault} {hit}: {why}: {rc}: {' / '.join(last)[:400]}")
    for kind in sorted({f.split(":")[0].rstrip("+") for _, f, *_ in jobs}):
        n = sum(f.split(":")[0].rstrip("+") == kind for _, f, *_ in jobs)
        found = bad.get(kind, [])
        t.ok(not found, f"{scene.name}: {kind}, {n} runs", len(found), *found)


RUNNABLE = sandbox_works()
if not RUNNABLE:
    t.skip("csv-episode, csv-verify, csv-llmq", "no sandbox here")
with concurrent.futures.ProcessPoolExecutor(
        2, initializer=adopt_orphans) as workers, \
        tempfile.TemporaryDirectory(prefix="fault-test-") as inputs:
    for s in scenes(inputs, RUNNABLE):
        if s.slow and not ALL and not NAMED:
            t.skip(s.name, "make check-all")
        elif s.prog in built() and sys.argv[1:2] in ([], [s.prog]):
            with served(s):
                play(s, workers, sys.argv[2:])
sys.exit(t.done())
