#!/usr/bin/env python3
"""Make episode records (NDJSON on stdout) for the tests of hf-push.

--n N records, --csvs N files, --trees N meaning trees of each file,
--pad BYTES of text in each record, --clash LINE: a type that does not fit.
"""
import argparse
import hashlib
import json
import random


def sha(s):
    return hashlib.sha256(s.encode()).hexdigest()


def trace(rng, answer, ok):
    hook = {"variable_name": "x", "code_line": "x = df['a'].mean()",
            "value": rng.choice([1, 2.5, "text", [1, 2], {"a": 1}]),
            "value_hash": sha(str(answer))[:16], "depends_on": [],
            "description": "a step", "grounded": True}
    turn = {"turn_index": 0, "reasoning": "Compute it.",
            "code": "submit(df['a'].mean())",
            "execution": {"success": ok, "stdout": "", "stderr": "",
                          "hooks": [hook], "submitted_answer": answer,
                          "elapsed": 0.25}}
    t = {"turns": [turn], "final_answer": answer,
         "final_answer_hash": sha(json.dumps(answer))[:16], "success": ok,
         "stop": "submitted" if ok else "max_turns", "error": None}
    if rng.random() < 0.3:
        turn["correction"] = {"corrects_turn": 0, "error_type": "KeyError",
                              "error_message": "'b'",
                              "attempts_since_error": 1}
    return t


def episode(i, rng, o):
    k, t = i % o.csvs, rng.randrange(o.trees)
    answer = rng.choice([i, i / 7, "text %d" % i, [i, i + 1], {"k": i}, True])
    good = rng.random() < 0.8
    text = "What is the mean of column %d of table %d in case %d?" % (t, k, i)
    if i % 50 == 49:
        text = "What is the mean of column 0 of table %d in case 0?" % k
    q = {"type": "question", "id": sha("q%d" % i)[:16],
         "csv_source": o.csv % k, "csv_sha256": sha("csv%d" % k),
         "csv_options": {"sep": ";"} if k % 2 else {},
         "source": "template", "question_text": text, "hint": "Average it.",
         "question_mechanical": text, "style": "direct",
         "difficulty": rng.choice(["EASY", "MEDIUM", "HARD", "VERY_HARD"]),
         "n_steps": 1 + i % 9, "category": rng.choice(["aggregation", "groups"]),
         "tags": ["mean"][: i % 2], "template_name": "mean",
         "template_params": {"column": "c%d" % t, "n": i,
                             "tree": "t%d-%d" % (k, t)},
         "output_type": "number", "output_schema": "a number",
         "decimals": 2 if i % 2 else {"a": 2},
         "ground_truth": answer, "ground_truth_hash": sha(str(answer))[:16],
         "known_wrong": [{"reading": "median", "answer": i}]}
    e = {"type": "episode", "episode_id": sha("e%d" % i)[:16],
         "timestamp": "2026-01-01T00:00:00Z", "csv_source": q["csv_source"],
         "question": q, "gold_trace": trace(rng, answer, True),
         "consistency_traces": [trace(rng, answer, good)],
         "verified": good,
         "triangulation": {"n_consistency_runs": 1,
                           "n_consistency_succeeded": int(good or i % 2),
                           "majority_answer_hash": None, "majority_count": 1,
                           "gold_matches_majority": good},
         "timing": {"gold_elapsed": 1, "consistency_elapsed": [0.5],
                    "total_elapsed": 1.5, "avg_elapsed": 0.75},
         "source": "template",
         "teacher": {"kind": "chat", "model": "openai/gpt-oss-120b",
                     "sampling": {"temperature": 0.7}},
         "sandbox": {"tier": "full", "versions": {"pandas": "1.5.3"}},
         "usage": {"prompt": 100, "completion": 50, "reasoning": 0,
                   "cached": 0, "cost": 0.001 if i % 2 else None},
         "messages": [{"role": "user", "content": text},
                      {"role": "assistant", "content": "x" * o.pad}],
         "hint_leak": False,
         "diagnostics": {
             "failure_category": "good" if good else "ambiguous",
             "gold_matches_truth": True, "pass_rate": rng.choice(
                 [0, 0.5, 1, None]), "n_planned": 1,
             "answer_distribution": {
                 "total_traces": 2, "successful_traces": 2,
                 "cluster_count": 1 if good else 2,
                 "entropy": 0.0 if good else 1.0,
                 "majority_confidence": 1.0,
                 "clusters": [{"answer_hash": "0", "member_count": 2,
                               "representative_answer": answer,
                               "member_indices": [0, 1]}]}}}
    if o.clash == i + 1:
        q["difficulty"] = 3
    return e


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--n", type=int, default=20)
    ap.add_argument("--csvs", type=int, default=5)
    ap.add_argument("--trees", type=int, default=4)
    ap.add_argument("--pad", type=int, default=40)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--clash", type=int, default=0)
    ap.add_argument("--csv", default="data/table%d.csv")
    o = ap.parse_args()
    rng = random.Random(o.seed)
    for i in range(o.n):
        print(json.dumps(episode(i, rng, o)))


main()
