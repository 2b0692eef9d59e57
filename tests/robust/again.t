#!/usr/bin/env python3
# again.t - every program killed (kill -9) at random moments of its run, then
# the same command again: the same final bytes. What it may keep is its output
# directory (a journal, a half download); no process and no temporary file
# stays. A round of kills ends with a run to the end.
import os
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import (  # noqa: E402
    TOP, WAIT, Tap, adopt_orphans, built, sandbox_works)
from scenes import scenes, served  # noqa: E402

t = Tap()
KILLS = 100 if os.environ.get("CHECK_ALL") else 4
EACH = 10   # kills before a run to the end
random.seed(int(os.environ.get("SEED", "1")))
LIMIT = 300


def descendants():
    """Processes below this one that run, but for the server's."""
    parent, names = {}, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as f:
                stat = f.read()
        except OSError:
            continue
        name, rest = stat[stat.index("(") + 1:].rsplit(")", 1)
        state, up = rest.split()[:2]
        if state != "Z":
            parent[int(pid)], names[int(pid)] = int(up), name
    found = {os.getpid()}
    for _ in range(6):
        found |= {p for p, up in parent.items() if up in found}
    return {f"{p} {names[p]}" for p in found - {os.getpid()}}


class Place:
    """A directory for a command's outputs and one for its temporary files."""

    def __init__(self, scene, d):
        self.scene = scene
        self.out = os.path.join(d, "out")
        self.tmp = os.path.join(d, "tmp")
        os.mkdir(self.out)
        os.mkdir(self.tmp)

    def start(self, n):
        self.input = tempfile.TemporaryFile()
        self.input.write(self.scene.data)
        self.input.seek(0)
        self.stdout = tempfile.TemporaryFile()
        return subprocess.Popen(
            self.scene.argv(self.out, n), cwd=TOP, stdin=self.input,
            stdout=self.stdout, stderr=subprocess.DEVNULL,
            env=self.scene.environment(self.tmp))

    def result(self):
        """What the run wrote: its output and its files but for the journal."""
        self.stdout.seek(0)
        found = {"": self.stdout.read().replace(self.out.encode(), b"OUT")}
        for at, _, names in os.walk(self.out):
            for name in names:
                path = os.path.join(at, name)
                with open(path, "rb") as f:
                    if name != "journal":
                        found[os.path.relpath(path, self.out)] = f.read()
        return found


def fresh(scene):
    return tempfile.TemporaryDirectory(prefix="again-")


def uninterrupted(scene):
    """The result of a run, and its seconds."""
    with fresh(scene) as d:
        place = Place(scene, d)
        began = time.monotonic()
        rc = place.start(0).wait(LIMIT)
        return rc, place.result(), time.monotonic() - began


def ended(before):
    """Wait until what ran below the killed program is gone; what stays."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        try:
            left = descendants() - before
        except ProcessLookupError:
            continue
        if not left:
            return []
        time.sleep(0.02)
    return sorted(left)


def killed(scene, n, left, before, span, bad):
    """n kills, then a run to the end; left: no other round has it."""
    with fresh(scene) as d:
        place = Place(scene, d)
        for _ in range(n):
            p = place.start(left + 1)
            try:
                p.wait(random.random() * span)
            except subprocess.TimeoutExpired:
                pass
            p.kill()
            p.wait()
            bad += [f"stays: {x}" for x in ended(before)]
            bad += [f"temporary: {x}" for x in os.listdir(place.tmp)
                    if x != ".cache"]
        rc = place.start(left + 1).wait(LIMIT)
        return rc, place.result()


def play(scene):
    rc, want, span = uninterrupted(scene)
    if rc != 0 or not want[""]:
        t.ok(False, f"{scene.name} runs", rc)
        return
    before, left, bad, same = descendants(), KILLS, [], True
    while left > 0:
        n = min(left, EACH)
        left -= n
        rc, got = killed(scene, n, left, before, span, bad)
        if rc != 0 or not equal(scene, got, want):
            same = False
            bad.append(f"status {rc}, differs: " + str(
                [k for k in want.keys() | got.keys()
                 if want.get(k) != got.get(k)]))
    t.ok(same, f"{scene.name}: killed {KILLS} times, run again: the same bytes",
         *bad)
    t.ok(not bad, f"{scene.name}: no process and no file stays", *bad)


def equal(scene, got, want):
    if scene.prog == "hf-push":     # tells what it had to do; push.t judges
        return got.keys() == want.keys()
    if scene.prog == "kaggle-pull":     # tells fetched, or present
        return {k: v for k, v in got.items() if k} == {
            k: v for k, v in want.items() if k}
    return got == want


adopt_orphans()
RUNNABLE = sandbox_works()
if not RUNNABLE:
    t.skip("csv-episode, csv-verify, csv-llmq", "no sandbox here")
with tempfile.TemporaryDirectory(prefix="again-test-") as inputs:
    for s in scenes(inputs, RUNNABLE):
        if s.prog in built() and sys.argv[1:2] in ([], [s.prog]):
            with served(s):
                play(s)
sys.exit(t.done())
