# fake.py - what the scripts of this directory share: the fake server, the
# driver, TAP.
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
CHATD = os.path.join(HERE, "..", "fake", "chatd.py")
HELPER = os.path.join(os.environ.get("B", "build"), "helper")
DRIVER = os.path.join(HELPER, "chat_driver")
NOSOCKET = os.path.join(HELPER, "nosocket")  # sockets are the death of it
sys.path.insert(0, os.path.join(HERE, "..", "data"))
import tap  # noqa: E402

t = tap.Tap()
ok = t.ok
FAST = ["--set", "retry_base=0.02"]  # pauses of tests


class Server:
    """chatd.py with a script (a dict) and options."""

    def __init__(self, *args, script=None, port=0):
        self.dir = tempfile.TemporaryDirectory()
        argv = [sys.executable, CHATD, "--port", str(port), *args]
        if script is not None:
            path = os.path.join(self.dir.name, "script.json")
            with open(path, "w", encoding="utf-8") as f:
                json.dump(script, f)
            argv += ["--script", path]
        self.proc = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        self.port = int(self.proc.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}/v1"

    def stats(self):
        at = f"http://127.0.0.1:{self.port}/stats"
        with urllib.request.urlopen(at, timeout=20) as r:
            return json.load(r)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.proc.kill()
        self.proc.wait()
        self.proc.stdout.close()
        self.dir.cleanup()


class Run:
    """The driver's end: status, records, messages, account, seconds."""

    def __init__(self, url, *args, env=None, timeout=120, under=()):
        full = {k: v for k, v in os.environ.items()
                if not k.endswith("_API_KEY")}
        full["SOURCE_DATE_EPOCH"] = "1"
        full.update(env or {})
        with tempfile.NamedTemporaryFile("r") as acc:
            start = time.monotonic()
            p = subprocess.run(
                [*under, DRIVER, "--base-url", url, "--account", acc.name,
                 *args],
                capture_output=True, text=True, env=full, timeout=timeout)
            self.seconds = time.monotonic() - start
            text = acc.read()
        self.rc, self.out, self.err = p.returncode, p.stdout, p.stderr
        self.account = json.loads(text) if text else {}
        self.records = [json.loads(line) for line in p.stdout.splitlines()]

    def replies(self):
        return [r for rec in self.records for r in rec["replies"]]


def lines(texts):
    """A file with a line for each text."""
    f = tempfile.NamedTemporaryFile("w", encoding="utf-8")
    f.write("".join(x + "\n" for x in texts))
    f.flush()
    return f


def kinds():
    """The faults that the server knows, and what is to be made of each."""
    out = subprocess.run([sys.executable, CHATD, "--list-faults"], check=True,
                         capture_output=True, text=True).stdout
    return dict(line.split() for line in out.splitlines())
