#!/usr/bin/env python3
# kill.t - kill -9 of each program of a running pipe: the others end, at most
# the last line of the output is torn, and no process and no file stay behind.
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import (  # noqa: E402
    BIN, PROGRAMS, TOP, WAIT, Tap, adopt_orphans, built, environment, reap,
    sandbox_works)

ROUNDS = 100 if os.environ.get("CHECK_ALL") else 3

t = Tap()
random.seed(1)


def start(stages, out, tmp):
    """The pipe; the first stage's input comes from a process that never
    stops writing, so that the pipe is busy when it is hit."""
    r, w = os.pipe()
    if os.fork() == 0:
        os.close(r)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        make = PROGRAMS[stages[0]].reads
        i = 0
        while True:
            data = json.dumps(make(i)).encode() + b"\n"
            while data:
                data = data[os.write(w, data):]
            i += 1
    os.close(w)
    procs = []
    for k, name in enumerate(stages):
        last = k == len(stages) - 1
        p = subprocess.Popen(
            [os.path.join(BIN, name), "-q"] + PROGRAMS[name].args, stdin=r,
            stdout=out if last else subprocess.PIPE,
            stderr=subprocess.DEVNULL, cwd=TOP, close_fds=True,
            env=environment(TMPDIR=tmp))
        os.close(r)
        if not last:
            r = os.dup(p.stdout.fileno())
            p.stdout.close()
        procs.append(p)
    return procs


def torn(path):
    """Complete lines, and why the output is not as it must be, or None."""
    with open(path, "rb") as f:
        rows = f.read().split(b"\n")
    for i, row in enumerate(rows[:-1]):
        try:
            json.loads(row)
        except ValueError:
            return i, f"line {i + 1} of {len(rows)} is broken"
    return len(rows) - 1, None


def shot(stages, victim, after):
    """Kill stage victim once the output has `after` bytes."""
    what = f"{' | '.join(stages)}: kill -9 {stages[victim]}"
    with tempfile.TemporaryDirectory() as d:
        tmp = os.path.join(d, "tmp")
        os.mkdir(tmp)
        path = os.path.join(d, "out")
        shm = set(os.listdir("/dev/shm"))
        with open(path, "wb") as out:
            procs = start(stages, out, tmp)
        end = time.monotonic() + WAIT
        while os.path.getsize(path) < after and time.monotonic() < end:
            time.sleep(random.random() * 0.01)
        procs[victim].kill()
        left = reap()
        for pid in left:
            os.kill(int(pid.split()[0]), signal.SIGKILL)
        whole, why = torn(path)
        files = os.listdir(tmp) + sorted(set(os.listdir("/dev/shm")) - shm)
    return what, whole, why, left, files


def pipes():
    """The pipes to hit, of the programs that are there."""
    have = set(built())
    found = []
    for p in (["csv-triangulate"], ["csv-episode", "csv-triangulate"],
              ["csv-verify"], ["csv-inspect"]):
        if not have.issuperset(p):
            continue
        if p == ["csv-inspect"]:
            continue    # prints when it has read all
        if any(PROGRAMS[x].sandbox for x in p) and not RUNNABLE:
            t.skip(" | ".join(p), "no sandbox here")
            continue
        found.append(p)
    return found


adopt_orphans()
RUNNABLE = sandbox_works()
for stages in pipes():
    for victim in range(len(stages)):
        lines_seen, bad, stayed, left_files = 0, [], [], []
        for k in range(ROUNDS):
            what, whole, why, left, files = shot(
                stages, victim, random.randrange(1, 200_000) if k else 1)
            lines_seen += whole
            bad += [why] if why else []
            stayed += left
            left_files += files
        t.ok(lines_seen > 0 and not bad,
             f"{what}, {ROUNDS} times: at most the last line is torn",
             lines_seen, *bad)
        t.ok(not stayed, f"{what}: no process stays", *stayed)
        t.ok(not left_files, f"{what}: no file stays", *left_files)
if t.count == 0:
    t.skip("kill -9", "no program of a pipe is built")
sys.exit(t.done())
