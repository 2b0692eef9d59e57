"""table.py - what the benches share: measuring a program, and the table's rows.

A bench prints what it likes; what belongs in the table of `make bench` goes
through row(). Alone, a bench prints its rows as they come; under tests/bench/run
they are collected, and the bench's own words go to stderr.
"""
import collections
import json
import os
import subprocess
import sys
import tempfile
import time

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.path.join(TOP, os.environ.get("B", "build"))
HEAD = ("work", "ours", "the peer", "ratio", "goal", "")

Run = collections.namedtuple("Run", "wall cpu rss out")


def prog(name):
    return os.path.join(BUILD, "bin", name)


def helper(name):
    return os.path.join(BUILD, "helper", name)


def environment(**more):
    """As it is, but no key that would call a teacher over the network."""
    env = {k: v for k, v in os.environ.items() if not k.endswith("_API_KEY")}
    env.update(more)
    return env


def run(argv, cores=1, stdin=None, keep=False, env=None):
    """One run on that many cores: seconds, CPU seconds, peak KiB, output."""
    some = sorted(os.sched_getaffinity(0))[-cores:]
    with open(stdin or os.devnull, "rb") as source, \
            tempfile.TemporaryFile() as out:
        start = time.monotonic()
        p = subprocess.Popen(
            argv, stdin=source, cwd=TOP, env=env or environment(),
            stdout=out if keep else subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, some))
        _, status, use = os.wait4(p.pid, 0)
        wall = time.monotonic() - start
        p.returncode = os.waitstatus_to_exitcode(status)
        if p.returncode != 0:
            raise SystemExit("%s: exit status %d" % (argv[0], p.returncode))
        out.seek(0)
        return Run(wall, use.ru_utime + use.ru_stime, use.ru_maxrss,
                   out.read())


def best(argv, times=3, key="cpu", **how):
    """The best of some runs, by CPU seconds or by wall-clock seconds."""
    return min((run(argv, **how) for _ in range(times)),
               key=lambda r: getattr(r, key))


def python_with(*modules):
    """An interpreter that has these modules, or None."""
    for path in ("/usr/bin/python3", sys.executable):
        if subprocess.run([path, "-c", "import " + ", ".join(modules)],
                          stderr=subprocess.DEVNULL).returncode == 0:
            return path
    return None


def row(work, ours, peer="", ratio="", goal="", met=None):
    """A line of the table. met: None where there is no goal."""
    verdict = "" if met is None else "met" if met else "MISSED"
    cells = (work, ours, peer, ratio, goal, verdict)
    if "BENCH_TABLE" in os.environ:
        with open(os.environ["BENCH_TABLE"], "a") as f:
            f.write(json.dumps(cells) + "\n")
    print("| " + " | ".join(cells) + " |", flush=True)


def times(work, ours, peer, ratio, least, what="times"):
    """A row whose goal is a ratio of at least `least`."""
    row(work, ours, peer, "%.1f" % ratio, "%g %s" % (least, what),
        ratio >= least)


def skip(work, why):
    row(work, "", "skipped: " + why)
