#!/usr/bin/env python3
# triangulate.t - csv-triangulate against the same vote in Python, and what it
# does with lines that are out of order, repeated, missing or not JSON.
import json
import math
import os
import random
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "diff"),
                os.path.join(HERE, "..", "data")]
import answer_ref as ref  # noqa: E402
import tap  # noqa: E402

PROG = os.path.join(os.environ.get("B", "build"), "bin", "csv-triangulate")
ENV = dict(os.environ, SOURCE_DATE_EPOCH="1700000000")
T = tap.Tap()


def make(*args):
    return subprocess.run(
        [sys.executable, os.path.join(HERE, "make_traces.py"), *args],
        capture_output=True, check=True).stdout


def run(data, *args):
    p = subprocess.run([PROG, *args], input=data, capture_output=True,
                       env=ENV, check=False)
    return p.returncode, p.stdout, p.stderr.decode()


def records(out):
    return [json.loads(line) for line in out.splitlines()]


def by_question(out):
    return {e["question"]["id"]: e for e in records(out)}


def groups_of(data):
    groups = {}
    for t in records(data):
        groups.setdefault(t["group"], []).append(t)
    return groups.values()


def expected(traces):
    """What an episode must say about its traces, by the rules in Python."""
    q = traces[0]["question"]
    runs = sorted((t for t in traces if t["role"] == "consistency"),
                  key=lambda t: t["index"])
    gold = next((t for t in traces if t["role"] == "gold"), None)
    blind = [t["trace"] for t in runs]
    planned = traces[0]["planned"]["consistency"]
    verified, category = ref.verdict(q, gold["trace"], blind, planned)
    said = [(t["index"], t["trace"]["final_answer"]) for t in runs
            if t["trace"]["success"]]
    found = ref.clusters(said, q)
    shares = [len(m) / len(said) for _, m in found]
    truths = [q["ground_truth"]] if q["ground_truth_hash"] else None
    target = truths or ([gold["trace"]["final_answer"]]
                        if gold["trace"]["success"] else [])
    passed = sum(any(ref.match(a, t, q) for t in target) for _, a in said)
    cost = [t["usage"]["cost"] for t in traces]
    return {
        "verified": verified, "category": category,
        "clusters": [(ref.hash_of(r), sorted(m)) for r, m in found],
        "entropy": -sum(s * math.log2(s) for s in shares),
        "pass_rate": round(passed / len(blind), 6) if blind else None,
        "cost": None if None in cost else round(sum(cost), 12),
        "prompt": sum(t["usage"]["prompt_tokens"] for t in traces),
        "elapsed": round(sum(t["elapsed"] for t in traces), 6),
        "gold_trace": gold["trace"], "consistency_traces": blind}


def said_by(e):
    d = e["diagnostics"]
    a = d["answer_distribution"]
    return {
        "verified": e["verified"], "category": d["failure_category"],
        "clusters": [(c["answer_hash"], c["member_indices"])
                     for c in a["clusters"]],
        "entropy": a["entropy"], "pass_rate": d["pass_rate"],
        "cost": e["usage"]["cost"], "prompt": e["usage"]["prompt_tokens"],
        "elapsed": e["timing"]["total_elapsed"],
        "gold_trace": e["gold_trace"],
        "consistency_traces": e["consistency_traces"]}


def same(got, want):
    return all(abs(got[k] - w) < 1e-9 if isinstance(w, float) else got[k] == w
               for k, w in want.items())


def vote():
    data = make("--questions", "300", "--bytes", "600", "--seed", "5")
    rc, out, err = run(data)
    T.ok(rc == 0 and err == "", "a clean stream", rc, err)
    episodes = by_question(out)
    bad, kinds = [], set()
    for traces in groups_of(data):
        want = expected(traces)
        got = said_by(episodes[traces[0]["question"]["id"]])
        kinds.add(want["category"])
        if not same(got, want):
            bad.append({k: (got[k], want[k]) for k in want
                        if got[k] != want[k] and "trace" not in k})
    T.ok(len(episodes) == 300 and not bad,
         f"300 episodes as Python's rules have them", *bad[:3])
    T.ok(kinds >= {"good", "truth_mismatch", "known_misreading", "ambiguous",
                   "hint_necessary", "too_hard", "execution_failure"},
         "all categories came up", kinds)
    leaked = [e for e in episodes.values()
              if e["question"]["hint"] in json.dumps(e["messages"])]
    T.ok(not leaked and not any(e["hint_leak"] for e in episodes.values()),
         "no hint in the messages")
    T.ok(all(e["messages"][1]["content"].endswith(
        e["question"]["output_schema"]) for e in episodes.values()),
         "nor its label")
    keys = list(next(iter(episodes.values())))
    T.ok(keys == ["type", "episode_id", "timestamp", "csv_source", "question",
                  "gold_trace", "consistency_traces", "verified",
                  "triangulation", "timing", "source", "teacher", "sandbox",
                  "usage", "messages", "hint_leak", "diagnostics"],
         "members of an episode", keys)
    rc, only, _ = run(data, "--verified-only")
    T.ok(rc == 0 and only.splitlines() ==
         [o for o, e in zip(out.splitlines(), records(out)) if e["verified"]],
         "--verified-only is a part of the whole")
    return data, out


def order(data, out):
    lines = data.splitlines(keepends=True)
    rng = random.Random(3)
    whole = sorted(out.splitlines())
    rng.shuffle(lines)
    shuffled = b"".join(lines)
    rc, got, _ = run(shuffled)
    T.ok(rc == 0 and sorted(got.splitlines()) == whole,
         "shuffled: the same episodes")
    lasts = [json.loads(x)["question"]["id"] for x in lines
             if json.loads(x)["last"]]
    T.ok([e["question"]["id"] for e in records(got)] == lasts,
         "in the order of their last lines")
    rc, small, _ = run(shuffled, "--max-open", "2")
    T.ok(rc == 0 and small == got, "the same bytes from a temporary file")
    twice = [x for x in lines for _ in range(rng.randrange(1, 3))]
    rc, again, err = run(b"".join(twice) + shuffled)
    T.ok(rc == 0 and again == got and err == "",
         "repeated lines are ignored", err)
    env = dict(ENV, TMPDIR="/nonexistent")
    p = subprocess.run([PROG, "--max-open", "1"], input=shuffled, env=env,
                       capture_output=True, check=False)
    T.ok(p.returncode == 3 and b"/nonexistent" in p.stderr,
         "no place for the temporary file", p.returncode, p.stderr)


def stream():
    """An episode is written as soon as its last line was read."""
    with subprocess.Popen([PROG], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, env=ENV) as p:
        p.stdin.write(make("--questions", "1"))
        p.stdin.flush()
        line = p.stdout.readline()
        T.ok(json.loads(line)["type"] == "episode",
             "written before the input ends")
        p.stdin.close()
    T.ok(p.returncode == 0, "and then the end", p.returncode)


def change(data, **members):
    rec = json.loads(data)
    rec.update(members)
    return json.dumps(rec).encode() + b"\n"


def broken(data):
    lines = data.splitlines(keepends=True)
    first = next(i for i, x in enumerate(lines) if json.loads(x)["last"]) + 1
    group = lines[:first]
    other = change(group[1], elapsed=99)
    rc, out, err = run(b"".join(group[:2]) + other + b"".join(group[2:]))
    T.ok(rc == 1 and len(records(out)) == 1 and "-:3: another consistency run "
         "0 of group" in err, "a second, different run 0 is rejected", rc, err)
    rc, out, err = run(b"".join(group) + other)
    T.ok(rc == 1 and len(records(out)) == 1 and ":%d:" % (first + 1) in err,
         "also after its group is done", rc, err)
    rc, out, err = run(b"".join(group[:-1]))
    e = records(out)[0]
    T.ok(rc == 0 and not e["verified"] and
         e["diagnostics"]["failure_category"] == "incomplete",
         "without its last line it is incomplete")
    rc, out, err = run(b"".join(group[1:]))
    e = records(out)[0]
    T.ok(rc == 0 and e["gold_trace"] is None and e["messages"] == [] and
         e["diagnostics"]["failure_category"] == "incomplete" and
         len(e["consistency_traces"]) == first - 1,
         "without its gold run too")
    rc, out, err = run(b"".join(group[:1] + group[2:]))
    T.ok(records(out)[0]["diagnostics"]["failure_category"] == "incomplete",
         "without one in the middle too")
    rc, out, err = run(change(group[0], mine={"x": [1, 2.50]}) +
                       b"".join(group[1:]))
    T.ok(records(out)[0].get("mine") == {"x": [1, 2.5]},
         "unknown members of the gold run are kept")


def stopping(data):
    lines = data.splitlines(keepends=True)
    early = []
    for traces in groups_of(data):
        if traces[-1]["stopping"]["decided"]:
            early = [x for x in lines
                     if json.loads(x)["group"] == traces[0]["group"]]
            break
    rc, out, err = run(b"".join(early))
    T.ok(rc == 0 and err == "" and records(out)[0]["diagnostics"][
        "failure_category"] != "incomplete", "stopped early, same tolerances")
    rc, out, err = run(b"".join(early), "--float-tolerance", "0.2")
    T.ok(rc == 0 and "stopped under other tolerances" in err and
         records(out)[0]["diagnostics"]["failure_category"] == "incomplete",
         "stopped early, other tolerances", rc, err)
    rc, out, err = run(data, "--min-agreement", "0.4")
    T.ok(rc == 2 and out == b"" and "min" in err,
         "agreement below a half is refused", rc, err)


def rejects(data):
    good = data.splitlines(keepends=True)
    first = next(i for i, x in enumerate(good) if json.loads(x)["last"]) + 1
    group = good[:first]
    t = group[0]
    bad = [
        (b"{\"type\":\"trace\"", "bad_json"),
        (b"[1]\n", "bad_type"),
        (b"\"x\"\n", "bad_type"),
        (b"{\"type\":\"question\"}\n", "bad_type"),
        (b"{\"type\":\"error\",\"message\":\"m\"}\n", "upstream"),
        (b"\xff\xfe\n", "bad_json"),
        (b"{\"type\":\"trace\",\"x\":\"\xff\"}\n", "bad_json"),
        (b"{\"type\":\"trace\",\"x\":1e999}\n", "bad_json"),
        (b"{\"type\":\"trace\"}\n", "missing_member"),
        (change(t, group=7), "bad_value"),
        (change(t, index=-1), "bad_value"),
        (change(t, index=1.5), "bad_value"),
        (change(t, index=1), "bad_value"),
        (change(t, role="judge"), "bad_value"),
        (change(t, planned={}), "missing_member"),
        (change(t, trace=None), "bad_value"),
        (change(t, trace={"success": "yes"}), "bad_value"),
        (change(t, question={}), "missing_member"),
        (b"{\"a\":" * 3000 + b"1" + b"}" * 3000 + b"\n", "bad_json"),
    ]
    with tempfile.TemporaryDirectory() as tmp:
        path = os.path.join(tmp, "rejects")
        text = b"".join(b if b.endswith(b"\n") else b + b"\n"
                        for b, _ in bad)
        rc, out, err = run(text + b"".join(group) + t[:100],
                           "--rejects", path)
        with open(path, encoding="utf-8") as f:
            errors = [json.loads(line) for line in f]
    T.ok(rc == 1 and len(records(out)) == 1,
         "bad lines are rejected, the stream goes on", rc, err)
    want = [(i + 1, code) for i, (_, code) in enumerate(bad)]
    want.append((len(bad) + first + 1, "torn_line"))
    got = [(e["line"], e["code"]) for e in errors]
    T.ok(got == want, "each with its line and code",
         [x for x in zip(got, want) if x[0] != x[1]], len(got))
    big = change(t, padding="x" * (10 << 20))
    rc, out, err = run(big + b"".join(group[1:]))
    T.ok(rc == 0 and len(records(out)[0]["padding"]) == 10 << 20,
         "a line of 10 MB", rc, err)
    twice = t.rstrip()[:-1] + b",\"role\":\"gold\",\"index\":0}\n"
    rc, out, err = run(twice + b"".join(group[1:]))
    T.ok(rc == 0 and len(records(out)) == 1, "a name twice: the last counts",
         err)


def edges(data):
    rc, out, err = run(b"")
    T.ok(rc == 0 and out == b"" and err == "", "empty input")
    with open("/dev/full", "wb") as full:
        p = subprocess.run([PROG], input=data, stdout=full, env=ENV,
                           stderr=subprocess.PIPE, check=False)
    T.ok(p.returncode == 3 and b"standard output" in p.stderr,
         "a full disk is an error", p.returncode, p.stderr)
    p = subprocess.run("%s | head -n 1 > /dev/null; exit ${PIPESTATUS[0]}" %
                       PROG, shell=True, executable="/bin/bash",
                       input=data * 3, env=ENV, capture_output=True,
                       check=False)
    T.ok(p.returncode == 141 and p.stderr == b"",
         "a lost reader ends it quietly", p.returncode, p.stderr)
    p = subprocess.run([PROG, "/nonexistent"], capture_output=True,
                       check=False)
    T.ok(p.returncode == 3 and b"/nonexistent" in p.stderr, "no such file")
    p = subprocess.run([PROG, "--nonsense"], capture_output=True, check=False)
    T.ok(p.returncode == 2, "an unknown option")
    rc, a, _ = run(data)
    rc, b, _ = run(data)
    T.ok(a == b and b"2023-11-14T22:13:20Z" in a, "the same bytes twice")


def memory():
    """Lines of a megabyte, many groups at once: what waits is on disk."""
    import resource
    data = make("--questions", "60", "--runs", "3", "--bytes", "250000",
                "--shuffle", "all")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    script = ("import resource,subprocess,sys;"
              "subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,"
              "check=True);print(resource.getrusage("
              "resource.RUSAGE_CHILDREN).ru_maxrss)")
    p = subprocess.run([sys.executable, "-c", script, PROG], input=data,
                       capture_output=True, env=ENV, check=True)
    used = int(p.stdout)
    if "asan" in PROG or "san" in PROG:
        T.skip("memory", "sanitizers use their own")
    else:
        T.ok(used < 64 << 10, f"{len(data) >> 20} MB that all wait take "
             "less than 64 MiB of memory", used, before)


def main():
    if not os.access(PROG, os.X_OK):
        T.skip("csv-triangulate", PROG + " is not built")
        return T.done()
    data, out = vote()
    order(data, out)
    stream()
    broken(data)
    stopping(data)
    rejects(data)
    edges(data)
    memory()
    return T.done()


sys.exit(main())
