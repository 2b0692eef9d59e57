#!/usr/bin/env python3
# signals.t - SIGINT, SIGTERM and a reader that goes away stop the spending.
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

from fake import DRIVER, Server, ok, t

TMP = tempfile.TemporaryDirectory()


def start(server, *args, **more):
    return subprocess.Popen(
        [DRIVER, "--base-url", server.url, "-n", "500", "--max-inflight", "8",
         *args], stdout=more.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE, text=True, **more)


def flying(server, n):
    """Wait until n requests are in flight."""
    for _ in range(400):
        if server.stats()["requests"] >= n:
            return
        time.sleep(0.02)


def stopped(sig):
    journal = os.path.join(TMP.name, sig.name)
    with Server("--latency", "60000") as s:
        p = start(s, "--journal", journal)
        flying(s, 8)
        p.send_signal(sig)
        p.communicate(timeout=20)
        for _ in range(100):
            stats = s.stats()
            if stats["aborted"] == 8:
                break
            time.sleep(0.02)
    ok(p.returncode == -sig, f"{sig.name}: the program dies of it",
       p.returncode)
    ok(stats["requests"] == 8 and stats["aborted"] == 8,
       f"{sig.name}: what was in flight is cancelled, nothing new is asked",
       stats)


def drained():
    journal = os.path.join(TMP.name, "drain")
    with Server("--latency", "700") as s:
        p = start(s, "--journal", journal, "--drain")
        flying(s, 8)
        p.send_signal(signal.SIGTERM)
        out, _ = p.communicate(timeout=20)
        stats = s.stats()
    with open(journal, encoding="utf-8") as f:
        rows = [json.loads(line) for line in f]
    ok(p.returncode == -signal.SIGTERM and stats["requests"] == 8 and
       stats["aborted"] == 0, "--drain: the requests in flight finish", stats)
    ok(len(rows) == 8 and all(r["kind"] == "reply" for r in rows) and
       out.count('"status":"ok"') == 8,
       "--drain: their answers are kept and delivered", rows, out[:300])


def twice():
    with Server("--latency", "60000") as s:
        p = start(s, "--drain")
        flying(s, 8)
        p.send_signal(signal.SIGINT)
        time.sleep(0.3)
        still = p.poll() is None
        p.send_signal(signal.SIGINT)
        p.communicate(timeout=20)
    ok(still and p.returncode == -signal.SIGINT,
       "a second signal ends a draining program at once", p.returncode)


def reader():
    """The reader takes one line and goes."""
    with Server("--latency", "30") as s:
        r, w = os.pipe()
        p = start(s, "-n", "100000", stdout=w)
        os.close(w)
        os.read(r, 1)
        os.close(r)
        p.communicate(timeout=20)
        made = s.stats()["requests"]
        time.sleep(0.3)
        ok(p.returncode == -signal.SIGPIPE and s.stats()["requests"] == made,
           "a reader that goes away ends the run quietly", p.returncode)
    with Server("--latency", "60000") as s:
        r, w = os.pipe()
        p = start(s, stdout=w)
        os.close(w)
        flying(s, 8)
        os.close(r)
        p.communicate(timeout=20)
        ok(p.returncode == -signal.SIGPIPE and s.stats()["requests"] == 8,
           "even while nothing is to be written", p.returncode)


stopped(signal.SIGINT)
stopped(signal.SIGTERM)
drained()
twice()
reader()
sys.exit(t.done())
