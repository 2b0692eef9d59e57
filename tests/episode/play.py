# play.py - what the scripts of this directory share.
import hashlib
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "robust"),
                os.path.join(HERE, "..", "chat")]
from programs import BIN, TOP, environment, sandbox_works  # noqa: E402
from fake import FAST, NOSOCKET, Server, t  # noqa: E402,F401

ok = t.ok
QUESTIONS = os.path.join(TOP, "tests", "episode", "questions.jsonl")
with open(QUESTIONS, encoding="utf-8") as f:
    RECORDS = [json.loads(line) for line in f]


def need_sandbox():
    """End the script with a skip where no sandbox works."""
    if not sandbox_works():
        t.skip("the sandbox", "no sandbox, or no Python with the libraries")
        sys.exit(t.done())


def text(records):
    return "".join(json.dumps(r) + "\n" for r in records)


class Run:
    """A program's end: status, output, messages."""

    def __init__(self, prog, *args, stdin="", epoch="1700000000", env=None,
                 timeout=600, under=()):
        full = environment(**(env or {}))
        if epoch:
            full["SOURCE_DATE_EPOCH"] = epoch
        p = subprocess.run([*under, os.path.join(BIN, prog), *args],
                           input=stdin, capture_output=True, text=True,
                           env=full, cwd=TOP, timeout=timeout)
        self.rc, self.out, self.err = p.returncode, p.stdout, p.stderr

    def records(self):
        return [json.loads(line) for line in self.out.splitlines()]


def question(n=0, **more):
    return {**RECORDS[n], **more}


def made(q):
    """The question with the id that its members give (csv-agent(5))."""
    text_key = "question_text" if "parent_id" in q else "question_mechanical"
    parts = [q[k] for k in ("csv_sha256", "csv_options", text_key, "hint",
                            "template_name", "template_params") if k in q]
    body = json.dumps(parts, sort_keys=True, separators=(",", ":"),
                      ensure_ascii=False)
    return {**q, "id": hashlib.sha256(body.encode()).hexdigest()[:16]}


def cells(*codes):
    return {"language": "python",
            "cells": [{"reasoning": "", "code": c} for c in codes]}


def temporary(data):
    f = tempfile.NamedTemporaryFile("w", encoding="utf-8")
    f.write(data)
    f.flush()
    return f
