"""What the tests of hf-push and kaggle-pull share: servers, runs, checks."""
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
BIN = os.path.join(os.path.abspath(os.environ.get("B", os.path.join(
    TOP, "build"))), "bin")
TOKEN = "hf_" + "SecretOfThisTest" * 2
DIR = tempfile.mkdtemp(prefix="hub-test-")
count = 0
failed = 0


def ok(good, what, *more):
    global count, failed
    count += 1
    print("%s %d - %s" % ("ok" if good else "not ok", count, what))
    if not good:
        failed += 1
        for m in more:
            for line in str(m).splitlines()[:30]:
                print("# " + line[:300])
    sys.stdout.flush()
    return good


def skip(what, why):
    global count
    count += 1
    print("ok %d - %s # SKIP %s" % (count, what, why))


def done():
    print("1..%d" % count)
    shutil.rmtree(DIR, ignore_errors=True)
    sys.exit(1 if failed else 0)


def new_dir(name):
    return tempfile.mkdtemp(prefix=name + "-", dir=DIR)


class Stand:
    """A stand-in server: tests/fake/SCRIPT."""

    def __init__(self, script, *args, where=None):
        self.dir = where or new_dir("server")
        self.p = subprocess.Popen(
            [sys.executable, os.path.join(TOP, "tests", "fake", script),
             "--dir", self.dir, "--life", "900", *args],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.url = self.p.stdout.readline().decode().strip()

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.p.kill()
        self.p.wait()
        self.p.stdout.close()

    def log(self):
        with open(os.path.join(self.dir, "log.ndjson")) as f:
            return [json.loads(x) for x in f]

    def offences(self):
        path = os.path.join(self.dir, "offences")
        return open(path).read() if os.path.exists(path) else ""

    def calls(self, part, host="api"):
        return [r for r in self.log()
                if r["host"] == host and part in r["path"]]

    def tree(self, repo="me/set", branch="main"):
        with open(os.path.join(self.dir, "state.json")) as f:
            state = json.load(f)
        tree = state[repo]["branches"][branch]["tree"]
        return {p: t["oid"] for p, t in tree.items()}

    def read(self, path, repo="me/set", branch="main"):
        with open(os.path.join(self.dir, "state.json")) as f:
            t = json.load(f)[repo]["branches"][branch]["tree"][path]
        name = t["oid"] if t["lfs"] else "g" + t["oid"]
        with open(os.path.join(self.dir, "objects", name), "rb") as f:
            data = f.read()
        return gzip.decompress(data) if path.endswith(".gz") else data


def hub(*args, where=None):
    return Stand("hubd.py", "--token", TOKEN, *args, where=where)


def environment(**more):
    env = {k: v for k, v in os.environ.items()
           if not k.startswith(("HF_", "KAGGLE_", "CSV_AGENT_", "HUGGING"))}
    env.update(HOME=DIR, XDG_CACHE_HOME=DIR, XDG_CONFIG_HOME=DIR, LC_ALL="C")
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        env.pop(name, None)
        env.pop(name.upper(), None)
    env.update({k: v for k, v in more.items() if v is not None})
    return env


class Run:
    """One run of a program, to its end."""

    def __init__(self, prog, *args, input=None, env=None, cwd=None, limit=600):
        self.argv = [os.path.join(BIN, prog), *args]
        p = subprocess.run(
            self.argv, input=input, cwd=cwd or DIR, timeout=limit,
            stdin=None if input is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=env or environment(HF_TOKEN=TOKEN))
        self.rc, self.out = p.returncode, p.stdout.decode()
        self.err = p.stderr.decode()
        self.records = [json.loads(x) for x in self.out.splitlines()]

    @property
    def record(self):
        return self.records[-1] if self.records else {}


def push(s, *args, **kw):
    return Run("hf-push", "--endpoint", s.url, "--repo", "me/set",
               "--license", "cc-by-4.0", *args, **kw)


def episodes(*args):
    """A file of episodes by make_episodes.py."""
    path = os.path.join(new_dir("episodes"), "e.jsonl")
    with open(path, "wb") as f:
        subprocess.run([sys.executable, os.path.join(
            TOP, "tests", "hub", "make_episodes.py"), *args], stdout=f,
            check=True)
    return path


# A small process between: what a large parent had resident does not count.
USE = ("import resource,subprocess,sys;p=subprocess.run(sys.argv[1:],"
       "stdout=subprocess.DEVNULL);u=resource.getrusage("
       "resource.RUSAGE_CHILDREN);print(u.ru_maxrss,u.ru_utime+u.ru_stime);"
       "sys.exit(p.returncode)")


def usage(prog, *args, env=None):
    """MiB a run has had resident at most, CPU seconds, exit status."""
    p = subprocess.run(
        [sys.executable, "-S", "-c", USE, os.path.join(BIN, prog), *args],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, cwd=DIR)
    kib, cpu = p.stdout.split()
    return int(kib) / 1024, float(cpu), p.returncode


def sanitized():
    """Sanitizers keep memory of their own."""
    return "san" in os.path.basename(os.path.dirname(BIN))


def ndjson(rows):
    path = os.path.join(new_dir("rows"), "rows.jsonl")
    with open(path, "w") as f:
        for r in rows:
            f.write((r if isinstance(r, str) else json.dumps(r)) + "\n")
    return path


def front(card):
    """The front matter's text."""
    found = re.match(r"---\n(.*?)\n---\n", card, re.S)
    return found.group(1) if found else ""


def wait_for(test, seconds=20):
    end = time.time() + seconds
    while time.time() < end:
        if test():
            return True
        time.sleep(0.05)
    return False
