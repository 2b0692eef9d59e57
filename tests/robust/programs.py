# programs.py - what the tests of this directory know about each program, and
# records made by hand, so that each program is tested without the others.
import ctypes
import hashlib
import json
import os
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BIN = os.path.join(TOP, os.environ.get("B", "build"), "bin")
WAIT = 60   # seconds in which everything must have ended; it takes one
CSV = "examples/data/penguins.csv"
sys.path.insert(0, os.path.join(TOP, "tests", "data"))
from tap import Tap  # noqa: E402,F401

DIGEST = hashlib.sha256(open(os.path.join(TOP, CSV), "rb").read()).hexdigest()


def question(i, **more):
    """A question that the reference teacher answers with i."""
    q = {"type": "question", "id": f"{i:016x}", "csv_source": CSV,
         "csv_sha256": DIGEST, "csv_options": {}, "source": "template",
         "question_text": f"What is {i}?", "hint": "Count.",
         "question_mechanical": f"What is {i}?", "style": "direct",
         "difficulty": "EASY", "n_steps": 1, "category": "count",
         "tags": ["count"], "template_name": "made_by_hand",
         "template_params": {}, "output_type": "integer",
         "output_schema": "an integer", "ground_truth": i,
         "ground_truth_hash": digest(i), "known_wrong": [],
         "reference": {"language": "python", "cells": [
             {"reasoning": "Count.", "code": f"n = {i}\nhook(n, 'n = {i}')\n"},
             {"reasoning": "Done.", "code": "submit(n)\n"}]},
         "dataset_description": "", "unknown_member": {"kept": 2.67}}
    q.update(more)
    return q


def digest(answer):
    return hashlib.sha256(json.dumps(answer, sort_keys=True).encode()
                          ).hexdigest()[:16]


def trace(i):
    """The only trace of question i, played by the reference teacher."""
    done = {"success": True, "stdout": "", "stderr": "", "hooks": [],
            "submitted_answer": i, "elapsed": 0.001}
    return {"type": "trace", "question": question(i), "group": f"{i + 1:016x}",
            "role": "gold", "index": 0,
            "planned": {"gold": 1, "consistency": 0},
            "trace": {"turns": [{"turn_index": 0, "reasoning": "Count.",
                                 "code": f"submit({i})", "execution": done}],
                      "final_answer": i, "final_answer_hash": digest(i),
                      "success": True, "stop": "submitted", "error": None},
            "messages": [{"role": "user", "content": f"What is {i}?"}],
            "teacher": {"kind": "reference", "model": None},
            "sandbox": {"tier": "full"},
            "usage": {"prompt_tokens": 0, "completion_tokens": 0,
                      "cost": None},
            "elapsed": 0.01, "last": True,
            "stopping": {"rule": "verdict", "min_agreement": 0.5,
                         "float_tolerance": 0.1, "relative_tolerance": 0.02,
                         "p_tolerance": 0.002, "decided": True}}


def episode(i):
    """What csv-triangulate makes of trace(i), its main members."""
    t = trace(i)
    return {"type": "episode", "episode_id": f"{i + 2:016x}",
            "timestamp": "2026-01-31T12:00:00Z", "csv_source": CSV,
            "question": t["question"], "gold_trace": t["trace"],
            "consistency_traces": [], "verified": True,
            "triangulation": {"n_consistency_runs": 0,
                              "n_consistency_succeeded": 0,
                              "majority_answer_hash": None,
                              "majority_count": 0,
                              "gold_matches_majority": False},
            "timing": {"gold_elapsed": 0.01, "consistency_elapsed": [],
                       "total_elapsed": 0.01, "avg_elapsed": 0.01},
            "source": "template", "teacher": t["teacher"],
            "sandbox": t["sandbox"], "usage": t["usage"],
            "messages": t["messages"], "hint_leak": False,
            "diagnostics": {"failure_category": "good",
                            "gold_matches_truth": True, "pass_rate": None,
                            "n_planned": 0,
                            "answer_distribution": {
                                "total_traces": 0, "successful_traces": 0,
                                "cluster_count": 0, "entropy": 0.0,
                                "majority_confidence": 0.0,
                                "clusters": []}}}


def lines(make, n):
    return b"".join(json.dumps(make(i)).encode() + b"\n" for i in range(n))


class Program:
    """How a program runs as a filter. reads: what makes its input, None for
    none; args that make it write a lot; copies: an output record for each
    good input record; sandbox: it runs Python."""

    def __init__(self, args=(), reads=None, copies=False, sandbox=False,
                 writes=True):
        self.args, self.reads, self.copies = list(args), reads, copies
        self.sandbox, self.writes = sandbox, writes

    def input(self, n):
        return lines(self.reads, n) if self.reads else b""


PROGRAMS = {
    "csv-synthq": Program(["-n", "50", CSV]),
    "csv-episode": Program(["--teacher", "reference"], question, True, True),
    "csv-triangulate": Program([], trace, True),
    "csv-verify": Program([], question, True, True),
    "csv-inspect": Program(["questions"], question),
    "hf-push": Program(["--repo", "user/name", "--dry-run"], episode),
    # these need a server to write anything
    "csv-llmq": Program([CSV], None, False, True, False),
    "kaggle-pull": Program(["owner/slug"], None, False, False, False),
}


def built():
    return sorted(p for p in os.listdir(BIN)
                  if os.access(os.path.join(BIN, p), os.X_OK))


def environment(**more):
    """Of a child: nothing that the user has set up."""
    env = {k: v for k, v in os.environ.items()
           if not k.startswith("CSV_AGENT_") and not k.endswith("_API_KEY")
           and not k.startswith(("HF_", "KAGGLE_"))}
    env.update(PATH=BIN + os.pathsep + env["PATH"], LC_ALL="C.UTF-8",
               XDG_CONFIG_HOME="/nonexistent", NO_COLOR="1", **more)
    return env


def sandbox_works():
    """Does csv-episode find a sandbox and a Python here?"""
    import subprocess
    if not os.path.exists(os.path.join(BIN, "csv-episode")):
        return False
    done = subprocess.run(
        [os.path.join(BIN, "csv-episode"), "-q", "--teacher", "reference"],
        input=lines(question, 1), stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=environment(), cwd=TOP, timeout=300)
    return done.returncode == 0 and b'"trace"' in done.stdout


def adopt_orphans():
    """What loses its parent becomes a child of this process."""
    pr_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


def children():
    """Processes whose parent is this one; orphans become so too."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as f:
                stat = f.read()
        except OSError:
            continue
        name, rest = stat[stat.index("(") + 1:].rsplit(")", 1)
        state, parent = rest.split()[:2]
        if int(parent) == os.getpid() and state != "Z":
            found.append(f"{pid} {name}")
    return found


def reap():
    """Until no child is left; those that stayed."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        try:
            while os.waitpid(-1, os.WNOHANG)[0] != 0:
                pass
        except ChildProcessError:
            return []
        left = children()
        if not left:
            return []
        time.sleep(0.02)
    return children()
