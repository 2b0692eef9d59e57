#!/usr/bin/env python3
"""Write made-up trace records, as csv-episode would, for tests and benchmarks.

    make_traces.py [--questions N] [--runs K] [--seed S] [--bytes B]
                   [--shuffle none|near|all] [--repeat SHARE] [--drop SHARE]

Each question has one gold run and up to K blind ones. Answers scatter around
the truth, some runs do not submit, some groups stop early. --bytes is about
the size of a record. --shuffle near swaps lines within a window, as parallel
writers do; all shuffles the whole. --repeat doubles a share of the lines,
--drop loses one.
"""
import argparse
import hashlib
import json
import random

WORDS = ("the mean of price by region rises with count and falls after week "
         "two while most rows hold a value Größe naïve 東京 "
         "quoted \"text\" and a back\\slash").split(" ")


def text(rng, size):
    out = []
    n = 0
    while n < size:
        w = rng.choice(WORDS)
        out.append(w)
        n += len(w) + 1
    return " ".join(out)


def truth_of(rng):
    """(output_type, decimals, truth, a near match, wrong answers)"""
    kind = rng.randrange(7)
    if kind == 0:
        v = round(rng.uniform(1, 500), 2)
        return "number", 2, v, round(v + 0.001, 3), [round(v * 1.3, 2), v + 7]
    if kind == 1:
        v = rng.randrange(1, 10000)
        return "integer", None, v, float(v), [v + 1, v * 2]
    if kind == 2:
        v = rng.choice(["north", "Straße", "blue", "x y"])
        return "string", None, v, v.upper() + " ", ["south", "none"]
    if kind == 3:
        return "boolean", None, True, "Yes", [False, 1]
    if kind == 4:
        v = [rng.choice("abc"), rng.choice("def"), 3]
        return "list", None, v, v[:2] + [3.0], [v[::-1], []]
    if kind == 5:
        p = round(rng.uniform(0, 0.04), 4)
        v = {"r": round(rng.uniform(-1, 1), 3), "p_value": p}
        near = {"P_value": p + 0.001, "R": v["r"]}
        return "dict", {"r": 3}, v, near, [{"r": 2.0, "p_value": p}, {"r": 0}]
    v = round(rng.uniform(1, 50), 3)
    return "number", None, v, round(v, 2), [v + 1.5, None]


def hash_of(answer):
    return hashlib.sha256(json.dumps(answer).encode()).hexdigest()[:16]


def turn(rng, i, size, answer, last):
    return {
        "turn_index": i,
        "reasoning": text(rng, size // 8),
        "code": "x%d = df['value'].mean()\nhook(x%d, 'x%d')\n" % (i, i, i) +
                "# " + text(rng, size // 12),
        "execution": {
            "success": True, "stdout": text(rng, size // 8) + "\n",
            "stderr": "", "submitted_answer": answer if last else None,
            "hooks": [{"variable_name": "x%d" % i,
                       "code_line": "x%d = df['value'].mean()" % i,
                       "value": rng.random(), "value_hash": "0" * 16,
                       "depends_on": ["x%d" % (i - 1)] if i else [],
                       "description": "", "grounded": True}],
            "elapsed": round(rng.random(), 4)}}


def run(rng, size, answer, stop):
    turns = [turn(rng, i, size // 3, answer, i == 2) for i in range(3)]
    done = stop == "submitted"
    return {"turns": turns, "final_answer": answer if done else None,
            "final_answer_hash": hash_of(answer) if done else None,
            "success": done, "stop": stop,
            "error": None if done else "stopped: " + stop}


def question(rng, k, size):
    kind, decimals, truth, near, wrong = truth_of(rng)
    q = {"type": "question", "id": hashlib.sha256(b"%d" % k).hexdigest()[:16],
         "csv_source": "data/file%d.csv" % (k % 7),
         "csv_sha256": "0" * 64, "csv_options": {}, "source": "template",
         "question_text": "Question %d: %s?" % (k, text(rng, 60)),
         "hint": "Take the rows where count is above five, then " +
                 text(rng, 40) + ".",
         "style": "direct", "difficulty": rng.choice(["EASY", "MEDIUM"]),
         "n_steps": 3, "category": "mean", "tags": ["mean"],
         "template_name": "mean", "template_params": {"column": "value"},
         "output_type": kind, "output_schema": "one " + kind,
         "ground_truth": truth, "ground_truth_hash": hash_of(truth),
         "known_wrong": [{"reading": "other column", "answer": wrong[0]}]}
    if decimals is not None:
        q["decimals"] = decimals
    if k % 5 == 0:
        q["source"] = "llm"
        q["ground_truth"] = q["ground_truth_hash"] = None
        del q["known_wrong"]
    return q, truth, near, wrong


def messages(q, trace, hinted):
    user = q["question_text"] + "\n\nAnswer: " + q["output_schema"]
    if hinted:
        user += "\n\nHint (for you alone; do not mention it):\n" + q["hint"]
    out = [{"role": "system", "content": "You analyse data with Python."},
           {"role": "user", "content": user}]
    for t in trace["turns"]:
        out.append({"role": "assistant", "content": t["reasoning"] +
                    "\n\n```python\n" + t["code"] + "\n```"})
        out.append({"role": "user",
                    "content": "Output:\n" + t["execution"]["stdout"]})
    return out


def group(rng, k, runs, size):
    q, truth, near, wrong = question(rng, k, size)
    planned = runs
    made = runs
    decided = False
    if runs > 3 and rng.random() < 0.3:
        made = runs // 2 + 1
        decided = True
    name = hashlib.sha256(b"group %d" % k).hexdigest()[:16]
    level = rng.choice([0.95, 0.9, 0.6, 0.3])
    lines = []
    for i in range(made + 1):
        answer = truth if rng.random() < level else rng.choice(wrong)
        if answer == truth and rng.random() < 0.3:
            answer = near
        stop = "submitted"
        if rng.random() < 0.06:
            stop = rng.choice(["max_turns", "timeout", "sandbox_error",
                               "teacher_error"])
        t = run(rng, size * 2 // 3, answer, stop)
        rec = {"type": "trace", "question": q, "group": name,
               "role": "consistency" if i else "gold",
               "index": i - 1 if i else 0,
               "planned": {"gold": 1, "consistency": planned},
               "last": i == made}
        if rec["last"]:
            rec["stopping"] = {
                "rule": "verdict", "min_agreement": 0.5,
                "float_tolerance": 0.1, "relative_tolerance": 0.02,
                "p_tolerance": 0.002, "decided": decided}
        rec["trace"] = t
        rec["messages"] = messages(q, t, i == 0)
        rec["teacher"] = {"kind": "chat", "model": "test/model",
                          "base_url": "http://127.0.0.1/v1",
                          "temperature": 0.7, "seed": i}
        rec["sandbox"] = {"tier": "full", "python": "3.11.2"}
        rec["usage"] = {"prompt_tokens": 1000 + i, "completion_tokens": 200,
                        "reasoning_tokens": None, "cached_tokens": 10,
                        "cost": round(0.0001 * (i + 1), 6)
                        if k % 3 else None}
        rec["elapsed"] = round(rng.random() * 9, 3)
        lines.append(rec)
    return lines


def order(rng, lines, how):
    if how == "all":
        rng.shuffle(lines)
    elif how == "near":
        for i in range(0, len(lines), 40):
            part = lines[i:i + 40]
            rng.shuffle(part)
            lines[i:i + 40] = part
    return lines


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--questions", type=int, default=20)
    p.add_argument("--runs", type=int, default=7)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--bytes", type=int, default=3000)
    p.add_argument("--shuffle", default="none")
    p.add_argument("--repeat", type=float, default=0)
    p.add_argument("--drop", type=float, default=0)
    a = p.parse_args()
    rng = random.Random(a.seed)
    lines = []
    for k in range(a.questions):
        for rec in group(rng, k, a.runs, a.bytes):
            line = json.dumps(rec, ensure_ascii=False, separators=(",", ":"))
            if a.drop and rng.random() < a.drop:
                continue
            lines.append(line)
            if a.repeat and rng.random() < a.repeat:
                lines.append(line)
        if a.shuffle == "none":
            for line in lines:
                print(line)
            lines.clear()
    for line in order(rng, lines, a.shuffle):
        print(line)


main()
