#!/usr/bin/env python3
# inspect.t - csv-inspect: what its views say, that no control character of a
# record reaches the terminal, and that the page is safe and self-contained.
import base64
import fcntl
import hashlib
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import unicodedata
from html.parser import HTMLParser

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "data")]
import feed  # noqa: E402
import tap  # noqa: E402

BIN = os.path.join(os.environ.get("B", "build"), "bin")
PROG = os.path.join(BIN, "csv-inspect")
EVIL = ("\x1b[2J\x1b]0;title\x07 \u202e \x9b31m \r\n\x00 </script>"
        "<img src=x onerror=alert(1)> <!-- \u6771\u4eac " + "w" * 200)
SHOWN = EVIL.replace("\x00", "\u2400")
T = tap.Tap()


def episodes():
    make = os.path.join(HERE, "..", "triangulate", "make_traces.py")
    traces = subprocess.run([sys.executable, make, "--questions", "60",
                             "--bytes", "900"], capture_output=True,
                            check=True).stdout
    return subprocess.run([os.path.join(BIN, "csv-triangulate")],
                          input=traces, capture_output=True,
                          check=True).stdout


def run(data, *args, **env):
    p = subprocess.run([PROG, *args], input=data, capture_output=True,
                       env=dict(os.environ, **env), check=False)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def evil_episode(data):
    """An episode whose every text is hostile."""
    def spoil(v, key=""):
        if isinstance(v, str) and key not in ("type", "episode_id"):
            return EVIL
        if isinstance(v, list):
            return [spoil(x) for x in v]
        if isinstance(v, dict):
            return {k: spoil(x, k) for k, x in v.items()}
        return v
    e = spoil(json.loads(data.splitlines()[0]))
    e["gold_trace"]["final_answer"] = EVIL
    e["gold_trace"]["success"] = True
    return json.dumps(e).encode() + b"\n"


def terminal(data, *args, width=80, **env):
    """Run on a terminal of that width; what it was sent."""
    with tempfile.NamedTemporaryFile() as f:
        f.write(data)
        f.flush()
        pid, fd = pty.fork()
        if pid == 0:
            fcntl.ioctl(1, termios.TIOCSWINSZ,
                        struct.pack("HHHH", 40, width, 0, 0))
            e = dict(os.environ, TERM="xterm", **env)
            e.pop("COLUMNS", None)
            if "NO_COLOR" not in env:
                e.pop("NO_COLOR", None)
            os.execve(PROG, [PROG, *args, f.name], e)
        out = b""
        while select.select([fd], [], [], 20)[0]:
            try:
                part = os.read(fd, 65536)
            except OSError:
                break
            if not part:
                break
            out += part
        os.close(fd)
        os.waitpid(pid, 0)
    return out.decode("utf-8", "replace").replace("\r\n", "\n")


def cells(line):
    return sum(0 if unicodedata.combining(c) else
               2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in line)


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def controls(text):
    return set(re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f"
                          "\u2028-\u202e\u2066-\u2069]", text))


def tables(data):
    rows = [json.loads(x) for x in data.splitlines()]
    good = sum(e["verified"] for e in rows)
    rc, out, err = run(data, "episodes", COLUMNS="120")
    lines = out.splitlines()
    T.ok(rc == 0 and err == "" and len(lines) == 63, "a row an episode", err)
    T.ok(lines[0].split() == ["ID", "OK", "QUESTION", "ANSWER", "AGREE",
                              "TURNS", "HOOKS"], "its head", lines[0])
    T.ok(all(x.startswith(e["episode_id"][:8]) and
             ("\u2713" in x) == e["verified"] for x, e in
             zip(lines[1:], rows)), "ids and verdicts")
    T.ok(lines[-1].startswith(f"60 episodes: {good} verified, "),
         "the sum", lines[-1])
    T.ok(max(map(cells, lines[:-1])) <= 120, "not wider than it may be")
    rc, out, _ = run(data, "episodes", "--verified", "--count", "3")
    T.ok(len(out.splitlines()) == 6 and "\u2717" not in out and
         f"{good} episodes, 3 shown: {good} verified\n" in out,
         "--verified --count", out)
    rc, out, _ = run(data, "questions", "-n", "2", "--show-hint",
                     "--show-answer")
    T.ok(rows[0]["question"]["hint"][:20] in out and "ANSWER" in out and
         "60 questions, 2 shown" in out, "questions of episodes", out)
    rc, out, _ = run(data, "questions", "--verified")
    T.ok(f"\n{good} questions\n" in out, "questions of verified episodes", out)
    rc, out, _ = run(data, "questions")
    T.ok("Take the rows" not in out and "ANSWER" not in out,
         "hints and answers only when asked for")
    q = rows[1]["question"]
    rc, out, _ = run(data, "questions", "--id", q["id"][:7], "--show-answer")
    T.ok(rc == 0 and q["id"] in out and "Truth" in out and
         "Misreading" in out, "one question in full", out)


def trace(data):
    e = json.loads(data.splitlines()[1])
    rc, out, _ = run(data, "trace", e["episode_id"][:6], "--show-hooks")
    turns = e["gold_trace"]["turns"]
    T.ok(rc == 0 and all(t["code"].splitlines()[0] in out for t in turns) and
         "Turn 2" in out and "Blind runs" in out and "from x1" in out,
         "a trace in full", out)
    T.ok(all(t["execution"]["stdout"].strip() in out for t in turns),
         "its output, not broken where it is no terminal")
    e["verification"] = {"status": "failed", "checks": {
        "csv": {"result": "pass"},
        "vote": {"result": "fail", "detail": "stated verified"}},
        "generalises": {"status": "fail"}}
    rc, out, _ = run(json.dumps(e).encode() + b"\n", "trace", "")
    T.ok("failed, vote: stated verified; on altered copies: fail" in
         " ".join(out.split()), "what csv-verify found", out[:900])
    rc, out, err = run(data, "trace", "zzzz")
    T.ok(rc == 1 and out == "" and "60 records" in err and "zzzz" in err,
         "no such id", rc, err)
    rc, out, err = run(data, "trace")
    T.ok(rc == 2, "trace without an id", rc, err)


def stats(data):
    rows = [json.loads(x) for x in data.splitlines()]
    rc, out, err = run(data, "stats")
    good = sum(e["verified"] for e in rows)
    T.ok(rc == 0 and err == "" and out.startswith(
        "60 episodes, %d verified (%.1f %%)\n" % (good, good / 0.6)),
        "stats: the share", out[:100])
    for key, name in (("llm", "By source"), ("EASY", "By difficulty"),
                      ("good", "Outcome"), ("test/model", "By teacher")):
        part = out[out.index(name):].split("\n\n")[0]
        n = sum(key in (e["question"]["source"], e["question"]["difficulty"],
                        e["diagnostics"]["failure_category"],
                        e["teacher"]["model"]) for e in rows)
        T.ok(re.search(rf"{re.escape(key)} +{n} ", part), f"stats: {name}",
             part, n)
    tokens = sum(e["usage"]["prompt_tokens"] for e in rows)
    T.ok(re.search(rf"prompt_tokens +{tokens}\n", out), "stats: tokens")
    T.ok("different questions" in out and "distinct-2" in out and
         "Jaccard" in out, "stats: diversity")
    rc, twice, _ = run(data + data, "stats")
    T.ok(re.search(r"different questions +60  of 120\n", twice),
         "stats: duplicates")
    T.ok(re.search(r"duplicates +60  \(50\.0 %\)\n", twice),
         "stats: how many they are", twice[-600:])
    e = json.loads(data.splitlines()[0])
    e["question"].update(csv_source="examples/data/penguins.csv", csv_options={
    }, template_params={"columns": ["Species", "Sex"]})
    rc, out, _ = run(json.dumps(e).encode() + b"\n", "stats")
    T.ok(re.search(r"penguin.* 2 of 7 columns", out),
         "stats: columns asked about, of those that the CSV has", out)
    rc, empty, err = run(b"", "stats")
    T.ok(rc == 0 and empty.startswith("0 questions"), "stats of nothing", err)


def hostile(data):
    evil = evil_episode(data)
    for args in (["episodes"], ["questions", "--show-hint", "--show-answer"],
                 ["trace", "", "--show-hooks", "--show-hint"], ["stats"]):
        rc, out, err = run(evil, *args)
        T.ok(rc == 0 and out and not controls(out),
             f"no control character: {' '.join(args)}",
             controls(out), err)
    for width in 40, 80, 200:
        for args in (["episodes"], ["questions", "--show-answer"],
                     ["questions", "--show-hint"], ["stats"],
                     ["trace", "", "--show-hooks", "--show-answer"]):
            out = plain(terminal(data + evil, *args, width=width, PAGER=""))
            wide = [x for x in out.split("\n") if cells(x) > width]
            T.ok(out and not wide and not controls(out),
                 f"a terminal of {width} columns: {args[0]}", *wide[:2])
    out = terminal(evil, "trace", "", "--show-hooks", PAGER="")
    T.ok(out and not controls(plain(out)) and
         all(cells(x) <= 80 for x in plain(out).split("\n")),
         "a hostile trace on a terminal",
         [x for x in plain(out).split("\n") if cells(x) > 80][:2])


def colour(data):
    T.ok("\x1b[" in terminal(data, "episodes"), "colour on a terminal")
    T.ok("\x1b[" not in terminal(data, "episodes", NO_COLOR="1"),
         "none with NO_COLOR")
    T.ok("\x1b[" not in run(data, "episodes")[1], "none in a pipe")
    e = json.loads(data.splitlines()[0])["episode_id"]
    out = terminal(data, "trace", e, PAGER="sed 's/^/PAGED /'")
    T.ok(out.startswith("PAGED ") and "PAGED Turn" in plain(out),
         "a trace goes through the pager", out[:200])


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.blocks, self.now = [], {}, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if tag in ("script", "style"):
            self.now = attrs.get("id", tag)
            self.blocks[self.now] = ""

    def handle_endtag(self, tag):
        self.now = None

    def handle_data(self, data):
        if self.now is not None:
            self.blocks[self.now] += data


def page(data):
    evil = evil_episode(data)
    rc, out, err = run(data + evil, "--html", "--show-answer")
    p = Page(out)
    T.ok(rc == 0 and err == "" and out.endswith("</html>\n"), "a page", err)
    T.ok({t for t, _ in p.tags} == {
        "html", "head", "meta", "title", "style", "body", "noscript", "p",
        "main", "script"}, "no element comes from the data",
        {t for t, _ in p.tags})
    T.ok(not [a for _, a in p.tags if "src" in a or "href" in a] and
         "http-equiv" in str(p.tags), "nothing is loaded")
    policy = next(a["content"] for t, a in p.tags
                  if t == "meta" and "http-equiv" in a)
    hashes = [base64.b64encode(hashlib.sha256(
        p.blocks[b].encode()).digest()).decode() for b in ("style", "script")]
    T.ok(policy.startswith("default-src 'none'") and
         all(h in policy for h in hashes) and "unsafe" not in policy,
         "the policy allows its own script and style only", policy, hashes)
    rows = json.loads(p.blocks["rows"])
    T.ok(len(rows) == 61 and rows[60][2] == SHOWN,
         "rows read back as they were")
    d = json.loads(p.blocks["d60"])
    T.ok(d["gold"]["answer"] == SHOWN and len(d["gold"]["turns"]) == 3,
         "so do traces")
    T.ok("hint" not in json.loads(p.blocks["d0"]), "no hint unless asked for")
    if "san" in PROG:
        T.skip("a sample of many", "minutes with sanitizers")
        return
    rc, out, _ = run(data * 100, "--html", "--seed", "1")
    s = json.loads(Page(out).blocks["stats"])
    T.ok(s["of"] == 6000 and s["shown"] == 5000 and s["episodes"] == 6000,
         "of many a sample that says so", s["of"], s["shown"])
    T.ok(out == run(data * 100, "--html", "--seed", "1")[1],
         "the same sample twice")


def many(data):
    """A million different questions and more: the sketch, and flat memory."""
    parts = [b'{"type":"question","id":"', b'","question_text":"Row ',
             b'?","csv_source":"a.csv"}\n']
    few, small, _ = feed.run([PROG, "stats"], parts, 10000)
    lots, large, rc = feed.run([PROG, "stats"], parts, 1040000)
    found = re.search(r"different questions +(\d+)  of 1040000  \(estimated\)",
                      lots)
    T.ok(rc == 0 and found and abs(int(found[1]) - 1040000) < 20000,
         "past a million different questions the sketch counts, and says so",
         lots[-900:])
    T.ok("(estimated)" not in few and "of up to 257 questions" in lots,
         "before that they are counted")
    T.ok(large < small + 65536, "memory of stats does not grow", small, large)
    parts = data.splitlines(True)[0].replace(
        b'"episode_id":"', b'"episode_id":"@').split(b"@")
    _, small, _ = feed.run([PROG, "episodes", "-n", "5"], parts, 1000)
    _, large, _ = feed.run([PROG, "episodes", "-n", "5"], parts, 20000)
    T.ok(large < small + 2048, "nor that of tables", small, large)


def edges(data):
    for args in (["episodes"], ["stats"], ["--html"], ["questions"]):
        with open("/dev/full", "wb") as full:
            p = subprocess.run([PROG, *args], input=data, stdout=full,
                               stderr=subprocess.PIPE, check=False)
        T.ok(p.returncode == 3 and b"standard output" in p.stderr,
             f"a full disk: {args[0]}", p.returncode, p.stderr)
    p = subprocess.run("%s episodes | head -n 1 >/dev/null; "
                       "exit ${PIPESTATUS[0]}" % PROG, shell=True,
                       executable="/bin/bash", input=data * 60,
                       capture_output=True, check=False)
    T.ok(p.returncode == 141 and p.stderr == b"", "a lost reader",
         p.returncode, p.stderr)
    first = data.splitlines(keepends=True)[0]
    bad = b"{\n[]\n\"x\"\n{\"type\":\"trace\"}\n\xff\n{\"type\":\"episode\"}\n"
    rc, out, err = run(bad + first + first[:50], "episodes")
    T.ok(rc == 1 and "2 episodes" in out and len(err.splitlines()) == 6 and
         "-:8: " in err, "bad lines are named and skipped", rc, out, err)
    for args in (["nonsense"], [], ["episodes", "--count", "x"]):
        rc, _, err = run(b"", *args)
        T.ok(rc == 2 and err, f"usage: {args}", rc)


def main():
    if not os.access(PROG, os.X_OK):
        T.skip("csv-inspect", PROG + " is not built")
        return T.done()
    data = episodes()
    tables(data)
    trace(data)
    stats(data)
    hostile(data)
    colour(data)
    page(data)
    edges(data)
    if os.environ.get("CHECK_ALL") and "san" not in PROG:
        many(data)
    else:
        T.skip("a million records", "make check-all")
    return T.done()


sys.exit(main())
