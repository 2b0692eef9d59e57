#!/usr/bin/env python3
# jq.t - each recipe of examples/jq runs as its header says and gives the shape
# that its trainer reads.
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "data"))
import tap  # noqa: E402

PROG = os.path.join(os.environ.get("B", "build"), "bin", "csv-triangulate")
T = tap.Tap()


def episodes():
    make = os.path.join(HERE, "..", "triangulate", "make_traces.py")
    traces = subprocess.run([sys.executable, make, "--questions", "80",
                             "--bytes", "900"], capture_output=True,
                            check=True).stdout
    return subprocess.run([PROG], input=traces, capture_output=True,
                          check=True).stdout


def commands(path):
    """The command lines in a recipe's header."""
    with open(path, encoding="utf-8") as f:
        return re.findall(r"^#     (jq .*)$", f.read(), re.M)


def run(command, path):
    p = subprocess.run(command.replace("episodes.jsonl", path), shell=True,
                       capture_output=True, check=False)
    T.ok(p.returncode == 0 and p.stdout, command, p.stderr.decode())
    return [json.loads(line) for line in p.stdout.splitlines()]


def talk(messages, roles):
    return bool(messages) and all(
        m["role"] in roles and isinstance(m["content"], str)
        for m in messages)


def check(name, rows, good):
    bad = [r for r in rows if not good(r)]
    T.ok(rows and not bad, f"{name}: the shape of {len(rows)} lines",
         *[json.dumps(b)[:500] for b in bad[:2]])


def tools_shape(r):
    calls = [m for m in r["messages"] if "tool_calls" in m]
    answers = [m for m in r["messages"] if m["role"] == "tool"]
    return (talk(r["messages"], ("system", "user", "assistant", "tool")) and
            [c["tool_calls"][0]["id"] for c in calls] ==
            [a["tool_call_id"] for a in answers] and len(calls) == 3 and
            r["messages"][-1]["role"] == "assistant" and
            r["tools"][0]["function"]["name"] == "python")


def pair_shape(r):
    return (talk(r["prompt"], ("system", "user")) and
            talk(r["chosen"], ("assistant", "user")) and
            talk(r["rejected"], ("assistant", "user")) and
            r["chosen"] != r["rejected"] and
            r["chosen"][0]["role"] == r["chosen"][-1]["role"] == "assistant")


def states_chat_shape(r):
    """Code, request, states, output, code..."""
    m = r["messages"]
    states = [m[i + 1] for i, x in enumerate(m)
              if x["role"] == "user" and "state as JSON" in x["content"]]
    return (talk(m, ("system", "user", "assistant")) and len(states) == 3 and
            all(isinstance(json.loads(s["content"]), dict) for s in states) and
            [x["role"] for x in m[1:]] == ["user", "assistant"] *
            ((len(m) - 1) // 2) and m[-1]["role"] == "assistant")


def rl_shape(r):
    json.loads(r["reward_model"]["ground_truth"])
    return (talk(r["prompt"], ("system", "user")) and
            r["reward_model"]["style"] == "rule" and
            {"csv_sha256", "output_type", "decimals", "pass_rate"} <=
            set(r["extra_info"]))


def split(path, rows):
    recipe = "examples/jq/split.jq"
    sides = {}
    for side in "train", "test":
        out = subprocess.run(
            ["jq", "-c", "--arg", "side", side, "--argjson", "share", "0.4",
             "--arg", "by", "csv", "-f", recipe, path],
            capture_output=True, check=True).stdout
        sides[side] = [json.loads(x) for x in out.splitlines()]
    train = {e["csv_source"] for e in sides["train"]}
    # the fixture's CSVs have one digest: they are one CSV
    T.ok(len(sides["train"]) + len(sides["test"]) == len(rows),
         "split by CSV: nothing lost, nothing twice", len(train))
    changed = []
    for i, e in enumerate(rows * 5):
        e = json.loads(json.dumps(e))
        e["question"]["csv_sha256"] = "%064x" % (i % 40)
        e["question"]["template_name"] = "family %d" % (i % 23)
        changed.append(e)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as f:
        f.write("".join(json.dumps(e) + "\n" for e in changed))
        f.flush()
        for side in "train", "test":
            out = subprocess.run(
                ["jq", "-c", "--arg", "side", side, "-f", recipe, f.name],
                capture_output=True, check=True).stdout
            sides[side] = [json.loads(x) for x in out.splitlines()]
    for what in "csv_sha256", "template_name":
        a, b = ({e["question"][what] for e in sides[s]} for s in sides)
        T.ok(a and b and not a & b, f"split: no {what} on both sides", a & b)


def real_split():
    """Questions of csv-synthq: neither a CSV nor the operators of a program,
    whatever its wording, columns and constants, are on both sides."""
    def tree(e):
        program = e["question"]["template_params"].get("program")
        return json.dumps([[s["op"], s.get("in")] for s in program["steps"]])
    out = subprocess.run(
        [os.path.join(os.path.dirname(PROG), "csv-synthq"), "-q", "-n", "60",
         "--style", "direct,discovery", *sorted(
             glob.glob("examples/data/*.csv"))],
        capture_output=True, check=True).stdout
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as f:
        for line in out.splitlines():
            q = json.loads(line)
            f.write(json.dumps({"type": "episode", "question": q,
                                "csv_source": q["csv_source"]}) + "\n")
        f.flush()
        for share in "0.3", "0.5":
            sides = [[json.loads(x) for x in subprocess.run(
                ["jq", "-c", "--arg", "side", side, "--argjson", "share",
                 share, "-f", "examples/jq/split.jq", f.name],
                capture_output=True, check=True).stdout.splitlines()]
                for side in ("train", "test")]
            trees = [{tree(e) for e in side} for side in sides]
            csvs = [{e["csv_source"] for e in side} for side in sides]
            T.ok(all(trees) and not trees[0] & trees[1] and
                 not csvs[0] & csvs[1],
                 f"real questions, {share} held out: no tree and no CSV on "
                 "both sides", [len(s) for s in sides], csvs)


def main():
    if shutil.which("jq") is None:
        T.skip("jq recipes", "jq is not installed")
        return T.done()
    if not os.access(PROG, os.X_OK):
        T.skip("jq recipes", PROG + " is not built")
        return T.done()
    with tempfile.TemporaryDirectory() as tmp:
        path = os.path.join(tmp, "fixture.jsonl")
        with open(path, "wb") as f:
            f.write(episodes())
        with open(path, encoding="utf-8") as f:
            rows = [json.loads(line) for line in f]
        verified = [e for e in rows if e["verified"]]
        got = {}
        for recipe in sorted(glob.glob("examples/jq/*.jq")):
            found = commands(recipe)
            T.ok(found and "Read by" in open(recipe, encoding="utf-8").read(),
                 f"{recipe} says how to run it and who reads it")
            name = os.path.basename(recipe)[:-3]
            got[name] = run(found[0], path)
        T.ok(got["verified"] == verified, "verified: all of them, unchanged")
        check("sft", got["sft"], lambda r: list(r) == ["messages"] and
              talk(r["messages"], ("system", "user", "assistant")))
        T.ok(len(got["sft"]) == len(verified), "sft: every verified episode")
        check("sft_tools", got["sft_tools"], tools_shape)
        check("answers_by_family", got["answers_by_family"], lambda r:
              r["verified"] == len(r["answers"]) <= r["episodes"])
        T.ok(sum(r["episodes"] for r in got["answers_by_family"]) ==
             len(rows), "answers_by_family: all episodes")
        check("states", got["states"], lambda r: isinstance(
            json.loads(r["completion"]), dict) and "```python" in r["prompt"])
        T.ok(len(got["states"]) == 3 * len(verified), "states: every turn")
        check("states_chat", got["states_chat"], states_chat_shape)
        check("steps", got["steps"], lambda r: isinstance(r["prompt"], str) and
              len(r["completions"]) == len(r["labels"]) > 1 and
              all(isinstance(x, bool) for x in r["labels"]))
        T.ok(any(not r["labels"][-1] for r in got["steps"]) and
             any(all(r["labels"]) for r in got["steps"]),
             "steps: right and wrong ones")
        check("preference", got["preference"], pair_shape)
        check("rl", got["rl"], rl_shape)
        T.ok(len(got["rl"]) == len(verified), "rl: every verified episode")
        split(path, rows)
        real_split()
    return T.done()


sys.exit(main())
