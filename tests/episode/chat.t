#!/usr/bin/env python3
# chat.t - csv-episode with a chat teacher, against the scripted server: the
# dialogue, blind runs and their end, journal, faults, budgets, signals.
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from play import (  # noqa: E402
    BIN, NOSOCKET, QUESTIONS, RECORDS, TOP, Run, Server, environment, need_sandbox, ok,
    question, t, temporary, text)

need_sandbox()
FAST = {"CSV_AGENT_RETRY_BASE": "0.02"}
GOOD = "n = len(df)\nhook(n, 'n', 'rows')\nsubmit(n)"


def ask(server, *args, env=None, **more):
    return Run("csv-episode", "--teacher", "chat", "--base-url", server.url,
               *args, env={**FAST, **(env or {})}, **more)


def about(word, **more):
    """A question whose text holds a word that a rule matches."""
    return question(1, **{"id": f"{zlib.crc32(word.encode()):016x}",
                          "question_text": f"How many rows has {word}?",
                          "ground_truth": 344, **more})


def rule(word, *replies):
    return {"match": f"How many rows has {word}?", "replies":
            [r if isinstance(r, dict) else {"code": r} for r in replies]}


def dialogue():
    words = {
        "mend": ["x = nothing_here", GOOD],
        "talk": [{"content": "I think it is 344."}, GOOD],
        "cut": [{"content": "So\n```python\nn = 1", "finish_reason":
                 "length"}, GOOD],
        "bare": ["submit(len(df))"] * 4,
        "typed": ["hook(344, 'n')\nsubmit(344)", GOOD],
        "early": ["k = 2\nhook(k, 'k', code_line='k = len(df)')\nprint(k)",
                  GOOD, "k = len(df)\nhook(k, 'k')\nsubmit(k)"],
        "liar": ["k = 344\nhook(k, 'k', code_line='k = len(df)')\nsubmit(k)"]
                * 4,
        "prose": [GOOD.replace("submit(n)", "submit('p = 0.01, significant')"),
                  "submit({'significant': True})"],
        "idle": ["print(1)"] * 9,
        "dead": ["import os\nos._exit(3)", "print(len(df))", GOOD],
        "long": ["print('x' * 20000)"] * 2 + ["print(2)"] * 2 + [GOOD],
        "other": ["print(1)", {"code": "print(2)", "provider": "Else"},
                  {"code": GOOD, "model": "fallback"}],
        "full": [{"content": "", "fault": "400-context-full"}],
        "flag": [{"content": "bad", "fault": "filter"}],
        "hidden": [{"content": "Now.\n```python\n" + GOOD + "\n```",
                    "reasoning": "```python\nsubmit(1)\n```"}],
    }
    qs = [about(w, output_type="dict" if w == "prose" else "integer")
          for w in words]
    script = {"rules": [rule(w, *r) for w, r in words.items()]}
    with Server(script=script) as server:
        run = ask(server, "-N", "0", "--max-turns", "5", "-j", "12",
                  stdin=text(qs), env={"CSV_AGENT_MAX_ACTIVE_TURNS": "1"})
    ok(run.rc == 0 and len(run.out.splitlines()) == len(words),
       "every dialogue ends", run.rc, run.err)
    got = dict(zip(words, run.records()))
    for word, r in got.items():
        globals()["see_" + word](r, r["trace"]["turns"], r["trace"],
                                 r["messages"])


def see_mend(r, turns, tr, messages):
    ok(not turns[0]["execution"]["success"] and tr["final_answer"] == 344
       and turns[1]["correction"]["error_type"] == "NameError",
       "an error goes back, the next turn mends it", turns)
    ok("NameError" in messages[3]["content"]
       and "nothing_here" in messages[3]["content"]
       and messages[3]["content"].count("File ") == 1,
       "with its traceback, the cell's lines only", messages[3])
    ok(r["teacher"]["kind"] == "chat" and r["teacher"]["seed"] == 0
       and r["teacher"]["parameters"]["temperature"] == 0.7
       and r["teacher"]["model"] and r["teacher"]["model_returned"]
       and r["usage"]["prompt_tokens"] > 100, "teacher and usage are told",
       r["teacher"], r["usage"])


def see_talk(r, turns, tr, messages):
    ok(turns[0]["code"] == "" and not turns[0]["execution"]["success"]
       and tr["final_answer"] == 344 and len(turns) == 2,
       "a reply without code is a turn, and asked again", turns)
    ok("no ```python block" in messages[3]["content"], "in so many words")


def see_cut(r, turns, tr, messages):
    ok(turns[0]["code"] == "" and "cut" in turns[0]["reply"]
       and "cut off" in messages[3]["content"] and tr["success"],
       "code that was cut is not run", turns[0])


def see_bare(r, turns, tr, messages):
    ok(len(turns) == 3 and tr["stop"] == "submitted"
       and tr["final_answer"] == 344,
       "an answer without a hook is asked for at most twice more", turns)
    ok("no hook()" in messages[3]["content"], "saying why")


def see_typed(r, turns, tr, messages):
    ok(len(turns) == 1 and tr["final_answer"] == 344,
       "a hook of a line that was run is enough", turns)


def see_early(r, turns, tr, messages):
    ok(len(turns) == 3 and not turns[0]["execution"]["hooks"][0]["grounded"]
       and "not be traced to a line that was run: k." in
       messages[5]["content"] and tr["final_answer"] == 344,
       "a hook of a line that was not run is asked about, of any turn",
       turns)


def see_liar(r, turns, tr, messages):
    ok(len(turns) == 3 and tr["stop"] == "submitted"
       and tr["final_answer"] == 344, "at most twice", turns)


def see_prose(r, turns, tr, messages):
    ok(len(turns) == 2 and tr["final_answer"] == {"significant": True}
       and "as a dict" in messages[3]["content"],
       "a finding as prose is asked for as members once", turns)


def see_idle(r, turns, tr, messages):
    ok(len(turns) == 5 and tr["stop"] == "max_turns" and not tr["success"],
       "--max-turns ends a run", len(turns))
    ok("is the last" in messages[-2]["content"]
       and "is the last" not in messages[-4]["content"],
       "after a last call")


def see_dead(r, turns, tr, messages):
    ok(tr["final_answer"] == 344 and not turns[0]["execution"]["success"]
       and turns[1]["execution"]["stdout"] == "344\n"
       and "session ended" in messages[3]["content"],
       "a dead worker is replaced, and the teacher told", turns)


def see_long(r, turns, tr, messages):
    ok("shortened" not in turns[1] and turns[2]["shortened"] == 1
       and turns[3]["shortened"] == 2,
       "old outputs are shortened in requests, and marked", turns[2:4])
    ok(len(messages[3]["content"]) < 9000
       and "bytes omitted" in messages[3]["content"]
       and len(turns[0]["execution"]["stdout"]) == 20001,
       "the teacher sees the ends, the record holds all")


def see_other(r, turns, tr, messages):
    ok(r["teacher"]["provider"] == "Fake" and "provider" not in turns[0]
       and turns[1]["provider"] == "Else" and "model_returned" not in turns[1]
       and turns[2]["model_returned"] == "fallback"
       and "provider" not in turns[2] and "changed" not in turns[2],
       "a turn that another model or host served says so", turns)


def see_full(r, turns, tr, messages):
    ok(tr["stop"] == "context" and not turns, "too long: stop context", tr)


def see_flag(r, turns, tr, messages):
    ok(tr["stop"] == "teacher_error" and tr["error"],
       "a filtered question: stop teacher_error, with the reason", tr)


def see_hidden(r, turns, tr, messages):
    ok(tr["final_answer"] == 344
       and "submit(1)" in turns[0]["reasoning"]
       and "submit(1)" not in messages[2]["content"],
       "reasoning is recorded, never run, never sent back", turns)


def waves():
    """Who answers what: by seed, 0 is the gold run."""
    yes, no, none = GOOD, GOOD.replace("(n)", "(1)"), "x = 1"
    plans = {
        "agree": ([yes] * 8, 4, True), "gold": ([no] + [yes] * 7, 0, True),
        "mixed": ([yes, yes, no, no, yes, yes, yes, no], 6, True),
        "against": ([yes, no, no, no, no] + [yes] * 3, 4, True),
        "silent": ([none] + [yes] * 7, 0, True),
        "tied": ([yes, yes, no, yes, no, yes, no, no], 7, False),
    }
    script = {"rules": [{"match": f"has {w}?", "samples":
                         [[{"code": c}] for c in p[0]]}
                        for w, p in plans.items()]}
    qs = [about(w) for w in plans]
    with Server(script=script) as server:
        run = ask(server, "-N", "7", "--max-turns", "1", "-j", "3",
                  stdin=text(qs))
        none = ask(server, "-N", "7", "--max-turns", "1", "--early-stop",
                   "none", stdin=text(qs[:1])).records()
        beta = ask(server, "-N", "7", "--max-turns", "1", "--early-stop",
                   "beta", stdin=text(qs[:1])).records()
        known = ask(server, "--max-turns", "1", stdin=text(qs[:1])).records()
        blank = ask(server, "--max-turns", "1",
                    stdin=text([about("agree", ground_truth=None,
                                       ground_truth_hash=None)])).records()
        by = ask(server, "--max-turns", "1", "--early-stop", "none",
                 stdin=text(qs[:1]), env={
                     "CSV_AGENT_TRIANGULATION_BY_DIFFICULTY": "EASY=2"})
    at = 0
    lines = run.records()
    for q, (word, (_, blind, decided)) in zip(qs, plans.items()):
        group = lines[at:at + 1 + blind]
        at += 1 + blind
        ok([(r["role"], r["index"]) for r in group] == [("gold", 0)] + [
            ("consistency", i) for i in range(blind)]
           and all(r["question"] == q for r in group),
           f"{word}: {blind} blind runs, in order",
           [(r["role"], r["index"]) for r in group])
        ok([r["last"] for r in group] == [False] * blind + [True]
           and group[-1]["stopping"]["decided"] is decided
           and all(r["planned"]["consistency"] == 7 for r in group),
           f"{word}: the last line says why")
    ok(at == len(lines), "there are no other lines", at, len(lines))
    ok(len(none) == 8, "--early-stop none makes all runs", len(none))
    ok(len(beta) == 5, "--early-stop beta stops as early", len(beta))
    ok(len(known) == 2, "one blind run where there is a truth", len(known))
    ok(len(blank) == 5 and blank[0]["planned"]["consistency"] == 7,
       "seven are planned where there is none", len(blank))
    ok(len(by.records()) == 3, "triangulation_by_difficulty is obeyed",
       by.err)
    gold, blind = lines[0]["messages"], lines[1]["messages"]
    ok(gold[0] == blind[0], "gold and blind runs share the system message")
    ok(RECORDS[1]["hint"] in gold[1]["content"]
       and RECORDS[1]["hint"] not in json.dumps(blind)
       and gold[1]["content"].startswith(blind[1]["content"]),
       "the hint comes last, and only the gold run sees it")
    ok([r["teacher"]["seed"] for r in lines[:5]] == [0, 1, 2, 3, 4],
       "each run has a seed of its own")


def journal():
    """A journal answers; a killed run goes on; faults change nothing."""
    want = None
    rate = "0.3"
    args = ["-N", "3", "-j", "4"]
    with Server("--questions", QUESTIONS, "--wrong-rate", "0.3") as server:
        port = server.port
        with tempfile.TemporaryDirectory() as d:
            j = os.path.join(d, "j")
            first = ask(server, *args, "--journal", j, QUESTIONS)
            want = first.out
            asked = server.stats()["requests"]
            again = ask(server, *args, "--journal", j, QUESTIONS)
            ok(first.rc == 0 and again.out == want
               and server.stats()["requests"] == asked,
               "a rerun answers from the journal, byte for byte", again.err)
    with tempfile.TemporaryDirectory() as d:
        j = os.path.join(d, "j")
        server = Server("--questions", QUESTIONS, "--wrong-rate", "0.3",
                        "--faults", rate, port=port)
        with server:
            stormy = ask(server, *args, "--journal", j, QUESTIONS,
                         env={"CSV_AGENT_IDLE_TIMEOUT": "5"})
            ok(stormy.rc == 0 and stormy.out == want
               and server.stats()["faults"] > 3,
               "with 30 % faults the output is the same", stormy.err[-500:])
        for n in ("1", "8"):
            replay = ask(server, "-N", "3", "-j", n, "--replay", "--journal",
                         j, QUESTIONS, under=[NOSOCKET])
            ok(replay.rc == 0 and replay.out == want,
               f"--replay -j{n} opens no socket", replay.rc,
               replay.err[-300:])
    killed(port, want)


def killed(port, want):
    """kill -9 at a random moment, then the same command again."""
    rng = random.Random(7)
    rounds = 50 if os.environ.get("CHECK_ALL") else 4
    env = environment(SOURCE_DATE_EPOCH="1700000000", **FAST)
    whole, same, again, partly = 0, 0, 0, 0
    for i in range(rounds + 1):
        with tempfile.TemporaryDirectory() as d, Server(
                "--questions", QUESTIONS, "--wrong-rate", "0.3", "--latency",
                "30", "--log", os.path.join(d, "log"), port=port) as server:
            argv = [os.path.join(BIN, "csv-episode"), "-q", "-t", "chat",
                    "-b", server.url, "-N", "3", "-j", "4", "--journal",
                    os.path.join(d, "j"), QUESTIONS]
            if i > 0:
                at = whole * rng.random()
                p = subprocess.Popen(argv, cwd=TOP, env=env,
                                     stdout=subprocess.DEVNULL)
                wait_for(lambda: size(os.path.join(d, "j")) >= at)
                time.sleep(rng.uniform(0, 0.05))
                p.kill()
                p.wait()
            known = answered(os.path.join(d, "j"))
            before = asked(os.path.join(d, "log"))
            once = subprocess.run(argv, cwd=TOP, env=env,
                                  stdout=subprocess.PIPE, text=True)
            whole = whole or size(os.path.join(d, "j"))
            same += once.returncode == 0 and once.stdout == want
            marks = asked(os.path.join(d, "log"))[len(before):]
            again += sum("gen-" + m in known for m in marks)
            partly += len(known) > 0 and len(marks) > 0
    ok(same == rounds + 1,
       f"killed at {rounds} random moments, run again: the same bytes", same)
    ok(again == 0, "and nothing that was journalled is asked again", again)
    ok(partly > rounds / 2, f"{partly} times there was something to keep and "
       "something to ask", partly)


def size(path):
    return os.path.getsize(path) if os.path.exists(path) else 0


def answered(path):
    """The ids of the answers in a journal."""
    if not os.path.exists(path):
        return set()
    with open(path, "rb") as f:
        rows = [json.loads(line) for line in f if line.endswith(b"\n")]
    return {r["value"]["id"] for r in rows if r["kind"] == "reply"}


def asked(path):
    """The marks of the requests that a server has got, in order."""
    time.sleep(0.1)  # what a killed program has sent may still be read
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as f:
        return [json.loads(line)["mark"] for line in f]


def storm():
    """Many questions through many faults: none lost, none twice."""
    n = 800 if os.environ.get("CHECK_ALL") else 60
    names = ("gapminder", "penguins", "weather", "wine")
    made = Run("csv-synthq", "-q", "-n", str(n // len(names)),
               *(f"examples/data/{name}.csv" for name in names)).out
    ids = [json.loads(line)["id"] for line in made.splitlines()]
    args = ["-N", "1", "-j", "16"]
    with temporary(made) as q:
        with Server("--questions", q.name) as server:
            port = server.port
            calm = ask(server, *args, q.name)
        with Server("--questions", q.name, "--faults", "0.3", "--seed", "3",
                    port=port) as server:
            rough = ask(server, *args, q.name)
            stats = server.stats()
    gold = [r["question"]["id"] for r in rough.records()
            if r["role"] == "gold"]
    blind = [r["question"]["id"] for r in rough.records()
             if r["role"] != "gold" and r["trace"]["success"]]
    ok(rough.rc == 0 and gold == ids and blind == ids,
       f"{len(ids)} questions through {stats['faults']} faults: each is "
       "answered once, in order", rough.err[-800:])
    ok(stats["faults"] > 0.2 * stats["answers"] and stats["repeats"] == 0,
       "no answer was made twice", stats)
    ok(rough.out == calm.out and len(ids) == n,
       "and the output is that of a calm run", len(ids), calm.err[-500:])


def prefix():
    """What is sent, and when, lets servers read the prompt from a cache."""
    with tempfile.TemporaryDirectory() as d:
        log = os.path.join(d, "log")
        with temporary(text(RECORDS)) as q, Server(
                "--questions", q.name, "--cached", "--latency", "40", "--log",
                log) as server:
            run = ask(server, "-N", "7", "-j", "1", q.name)
        with open(log, encoding="utf-8") as f:
            rows = [json.loads(line) for line in f]
    gold = [r for r in run.records() if r["role"] == "gold"]
    ok(len({r["messages"][0]["content"] for r in gold}) == 1,
       "all questions of one CSV share the system message")
    starts = [r for r in rows if r["seed"] == 0 and r["turn"] == 0]
    others = [r for r in rows if r["seed"] != 0]
    ok(len(starts) == len(RECORDS)
       and all(r["flying"] == 1 for r in starts) and len(others) > 20
       and max(r["flying"] for r in others) == 4,
       "the first request of a question goes alone, blind runs in fours",
       starts)
    order = [r["seed"] == 0 for r in rows if r["text"] == rows[0]["text"]]
    ok(order == sorted(order, reverse=True),
       "no blind run starts before the gold run is over", order)
    ok(all(r["usage"]["cached_tokens"] > 500 for r in run.records()),
       "what was read from a cache is in the usage")
    ok(" cached)" in run.err, "and in the summary", run.err)


def cramped():
    """A server with little room: it says so, or cuts without a word."""
    script = {"rules": [rule("room", *["print('x' * 6000)"] * 4, GOOD)]}
    q = text([about("room")])
    with Server("--context", "6000", script=script) as server:
        run = ask(server, "-N", "0", stdin=q)
    r = run.records()[0]
    turns = r["trace"]["turns"]
    ok(r["trace"]["final_answer"] == 344 and "shortened" not in turns[3]
       and turns[4]["shortened"] > 0,
       "a conversation that is refused is shortened, the run goes on",
       r["trace"]["stop"], turns[1:])
    with Server("--context", "3000", "--truncate", script=script) as server:
        run = ask(server, "-N", "0", stdin=q)
    r = run.records()[0]
    turns = r["trace"]["turns"]
    seen = [i for i, turn in enumerate(turns)
            if "cut_prompt" in turn.get("reply", [])]
    ok(seen and r["trace"]["final_answer"] == 344
       and turns[seen[0] + 1]["shortened"] > 0,
       "one that is cut without a word is flagged, and the next shortened",
       turns[1:])
    with Server(script=script) as server:
        run = ask(server, "-N", "0", stdin=q, env={
            "CSV_AGENT_MAX_CONTEXT_TOKENS": "4500",
            "CSV_AGENT_MAX_TOKENS": "1000"})
    turns = run.records()[0]["trace"]["turns"]
    marks = ["shortened" in turn for turn in turns]
    ok(not marks[0] and marks[-1] and marks == sorted(marks),
       "max_context_tokens keeps the conversation small", marks)


def paid():
    """max_cost ends a run with what was in flight; the summary foretells."""
    made = Run("csv-synthq", "-q", "-n", "40",
               "examples/data/gapminder.csv").out
    with temporary(made) as q, Server(
            "--questions", q.name, "--latency", "10") as server:
        args = ["-N", "1", "-j", "8", "--max-inflight", "8"]
        cut = ask(server, *args, "--max-cost", "0.005", q.name)
        made = server.stats()["requests"]
        whole = ask(server, *args, q.name)
    used = float(re.findall(r"; cost \$([0-9.]+)", cut.err)[-1])
    ok(cut.rc == 3 and "max_cost" in cut.err and
       0.005 <= used <= 0.005 + 8 * 1.5 * used / made,
       "--max-cost is passed by the calls in flight only", used, cut.err)
    ends = [r["trace"]["stop"] for r in cut.records()]
    ok("budget" in ends and not any(
        r["last"] for r in cut.records() if r["trace"]["stop"] == "budget"),
       "what was in flight is recorded, without a last line", ends)
    said = re.findall(r"cost \$([0-9.]+)(?:, about \$([0-9.]+) in all)?",
                      whole.err)
    ok(whole.rc == 0 and len(said) == 2 and said[1][1] == "" and
       1 / 3 < float(said[0][1]) / float(said[1][0]) < 3,
       "a first summary after 20 answers foretells the last one's cost",
       whole.err)


def rebuilt():
    """A run that stopped goes on: earlier cells run again, differences told."""
    script = {"rules": [rule("luck", "import os\nprint(os.urandom(8).hex())\n"
                             "k = 2", "print(k)", GOOD)]}
    with Server(script=script) as server, \
            tempfile.TemporaryDirectory() as d:
        args = ["-N", "0", "--journal", os.path.join(d, "j")]
        q = text([about("luck")])
        cut = ask(server, *args, "--max-total-tokens", "100", stdin=q)
        ok(cut.rc == 3 and "max_total_tokens" in cut.err
           and not any(r["last"] for r in cut.records()),
           "a budget ends the run with status 3, no last line", cut.rc,
           cut.err)
        one = ask(server, *args, stdin=q)
        two = ask(server, *args, stdin=q)
    ok(one.rc == 0 and one.out == two.out,
       "cells that are not repeatable are replayed from the journal")
    turns = one.records()[0]["trace"]["turns"]
    if cut.out:
        first = cut.records()[0]["trace"]
        ok(first["stop"] == "budget" and
           first["turns"] == turns[:len(first["turns"])],
           "what was recorded stays", first)
    ok(turns[1]["execution"]["stdout"] == "2\n",
       "names of earlier cells are there again", turns)
    ok(turns[0]["execution"].get("nonreproducible") == ["entropy"],
       "the cell is marked", turns[0])
    if cut.out and len(cut.records()[0]["trace"]["turns"]) == 1:
        ok(turns[1].get("rebuilt_differs") == [0],
           "and so is the turn after its second run", turns[1])


def ends():
    script = {"default": {"code": GOOD, "delay": 20}}
    with Server(script=script) as server:
        for sig in (signal.SIGTERM, signal.SIGINT):
            p = subprocess.Popen(
                [os.path.join(BIN, "csv-episode"), "-q", "-t", "chat", "-b",
                 server.url, QUESTIONS], cwd=TOP, env=environment(),
                stdout=subprocess.PIPE)
            wait_for(lambda: server.stats()["requests"] > 0)
            start = time.monotonic()
            p.send_signal(sig)
            p.communicate()
            ok(p.returncode == -sig and time.monotonic() - start < 15,
               f"{sig.name} ends it though replies are slow", p.returncode)
        before = server.stats()
        p = subprocess.Popen(
            [os.path.join(BIN, "csv-episode"), "-q", "-t", "chat", "-b",
             server.url, QUESTIONS], cwd=TOP, env=environment(),
            stdout=subprocess.PIPE)
        wait_for(lambda: server.stats()["requests"] >=
                 before["requests"] + 4)
        p.stdout.close()
        p.wait(timeout=15)
        wait_for(lambda: server.stats()["aborted"] >= before["aborted"] + 4)
        after = server.stats()
        ok(p.returncode == -signal.SIGPIPE
           and after["requests"] == before["requests"] + 4,
           "so does a reader that goes away; nothing more is asked",
           p.returncode, before, after)
    with Server("--questions", QUESTIONS, "--faults", "401=1") as server:
        run = ask(server, "-j", "2", "--max-inflight", "2", stdin=text(
            RECORDS * 5))
        ok(run.rc == 3 and run.out == "" and server.stats()["requests"] <= 3,
           "a key that is refused ends the run at once", run.rc, run.err,
           server.stats())


def wait_for(what):
    for _ in range(6000):
        if what():
            return
        time.sleep(0.02)


def end_to_end():
    with temporary("") as q:
        made = Run("csv-synthq", "-q", "-n", "6",
                   "examples/data/gapminder.csv").out
        q.write(made)
        q.flush()
        with Server("--questions", q.name) as server:
            traces = ask(server, "-N", "2", q.name)
    episodes = Run("csv-triangulate", "-q", stdin=traces.out)
    proven = Run("csv-verify", "-q", "--traces", "all", stdin=episodes.out)
    got = proven.records()
    ok(len(got) == 6 and all(r["verified"] for r in got),
       "synthesis, chat teacher, triangulation: all verified",
       traces.err, episodes.err)
    ok(proven.rc == 0 and all(
        r["verification"]["checks"]["consistency_answer"]["result"] == "pass"
        for r in got), "and proven, blind runs too", proven.rc, proven.err,
       [r["verification"] for r in got][:2])
    ok(all(r["messages"][1]["content"].find(r["question"]["hint"]) < 0
           for r in got if r["question"]["hint"]),
       "the episode's conversation is without the hint")


dialogue()
waves()
journal()
storm()
prefix()
cramped()
paid()
rebuilt()
ends()
end_to_end()
sys.exit(t.done())
