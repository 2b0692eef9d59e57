# scenes.py - commands of every program, each with its input and its server.
import contextlib
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "chat")]
from fake import Server  # noqa: E402
from programs import (  # noqa: E402
    BIN, CSV, TOP, environment, episode, lines, question, trace)

TOKEN = "hf_x" * 9


class Scene:
    """A command. args may hold {out} (a directory of its own), {url} and {n}
    (another number each time). slow: it starts Python."""

    def __init__(self, prog, *args, data=b"", server=None, slow=False,
                 env=None):
        self.prog, self.args, self.data = prog, args, data
        self.server, self.slow, self.env = server, slow, env or {}
        self.name = " ".join([prog] + [a for a in args[:1] if a[0] != "{"])
        self.url = ""

    def argv(self, out, n=0):
        return [os.path.join(BIN, self.prog)] + [
            a.format(out=out, url=self.url, n=n) for a in self.args]

    def environment(self, tmp, **more):
        return environment(
            TMPDIR=tmp, SOURCE_DATE_EPOCH="1700000000", HF_TOKEN=TOKEN,
            KAGGLE_API_TOKEN="KGAT_x", KAGGLE_ENDPOINT=self.url, HOME=tmp,
            XDG_CACHE_HOME=tmp, CSV_AGENT_RETRY_BASE="0.02", **self.env,
            **more)


def csv_small(d):
    path = os.path.join(d, "small.csv")
    with open(path, "w") as f:
        f.write("a,b,day\n" + "".join(
            f"{i % 7},{'xyz'[i % 3]},2024-01-{i % 28 + 1:02}\n"
            for i in range(60)))
    return path


def hub_server(d, script, *args):
    return subprocess.Popen(
        [sys.executable, os.path.join(TOP, "tests", "fake", script),
         "--dir", d, "--life", "3600", *args],
        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)


def real_question():
    """One that csv-verify proves."""
    return subprocess.run(
        [os.path.join(BIN, "csv-synthq"), "-q", "-n", "1", CSV],
        cwd=TOP, env=environment(), stdout=subprocess.PIPE, check=True).stdout


ASK = {"rules": [{"replies": [
    {"code": "print(df.shape)"},
    {"content": "```json\n" + json.dumps({
        "question": "How much is alpha of the mean penguin mass?",
        "hint": "Add alpha.", "n_steps": 2, "difficulty": "EASY",
        "concept": "mean", "answer_format":
        "Give the answer as a number rounded to 1 decimal.",
        "code": "x = df['Body Mass (g)'].mean()\nhook(x, 'x')\n"
                "submit(round(float(x), 1))"}) + "\n```"},
    {"content": "I have no more."}]}]}
TELL = {"rules": [{"replies": [{"code": "n = len(df)\nhook(n, 'n')\n"
                                        "submit(n)"}]}]}


def scenes(d, sandbox):
    """All of them; d: a directory for their input."""
    small = csv_small(d)
    traces = lines(trace, 4)
    yield Scene("csv-synthq", "--explain", "{out}/explain", "-n", "4", small)
    yield Scene("csv-synthq", "--profile", small)
    yield Scene("csv-triangulate", "--rejects", "{out}/rejects", data=traces)
    waits = [dict(trace(i), last=False, planned={"gold": 1, "consistency": 1})
             for i in range(3)]
    yield Scene("csv-triangulate", "--max-open", "1", data=b"".join(
        json.dumps(w).encode() + b"\n" for w in waits) + traces[:0])
    yield Scene("csv-inspect", "questions", data=lines(question, 4))
    yield Scene("csv-inspect", "episodes", "--html", data=lines(episode, 4))
    yield Scene("csv-inspect", "stats", data=lines(episode, 4))
    if sandbox:
        yield Scene("csv-episode", "--teacher", "reference",
                    data=lines(question, 2), slow=True)
        yield Scene("csv-verify", "--metamorphic", "1",
                    data=real_question(), slow=True)
        yield Scene("csv-episode", "--base-url", "{url}", "-N", "1",
                    "--journal", "{out}/journal", data=lines(question, 1),
                    server=("chat", TELL), slow=True)
        yield Scene("csv-llmq", "--base-url", "{url}", "-n", "1", "--min-turns",
                    "1", "--journal", "{out}/journal", CSV,
                    server=("chat", ASK), slow=True,
                    env={"CSV_AGENT_QUESTION_DIFFICULTY_DISTRIBUTION":
                         '{"EASY":1,"MEDIUM":0,"HARD":0,"VERY_HARD":0}'})
    yield Scene("hf-push", "--endpoint", "{url}", "--repo", "me/s{n}",
                "--license", "cc-by-4.0", data=lines(episode, 3),
                server=("hubd.py", "--token", TOKEN))
    yield Scene("kaggle-pull", "-o", "{out}/d", "uciml/iris",
                server=("kaggled.py", "--auth", "Bearer KGAT_x"))


@contextlib.contextmanager
def served(scene):
    """The scene's server, if it has one, meanwhile."""
    if scene.server is None:
        yield
    elif scene.server[0] == "chat":
        with Server("--max-seconds", "3600", script=scene.server[1]) as s:
            scene.url = s.url
            yield
    else:
        with tempfile.TemporaryDirectory() as d:
            p = hub_server(d, *scene.server)
            scene.url = p.stdout.readline().decode().strip()
            try:
                yield
            finally:
                p.kill()
                p.wait()
                p.stdout.close()
