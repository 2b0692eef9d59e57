"""peer_vote.py - what csv-triangulate decides, by the Python that a user would
write: traces in on standard input, episodes out. Only exact and near answers,
clusters by the first that matches; none of the reasons and checks.
"""
import json
import sys
from collections import Counter


def near(a, b):
    if isinstance(a, bool) or isinstance(b, bool):
        return a == b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return abs(a - b) <= .1
    if isinstance(a, str) and isinstance(b, str):
        return a.strip().casefold() == b.strip().casefold()
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(near, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(near(a[k], b[k]) for k in a)
    return a == b


def episode(runs):
    gold = [r for r in runs if r["role"] == "gold"]
    blind = [r for r in runs if r["role"] != "gold"]
    answers = [r["trace"]["final_answer"] for r in blind
               if r["trace"]["success"]]
    count, seen = Counter(), []
    for a in answers:
        k = next((i for i, b in enumerate(seen) if near(a, b)), len(seen))
        if k == len(seen):
            seen.append(a)
        count[k] += 1
    best = seen[count.most_common(1)[0][0]] if seen else None
    mine = gold[0]["trace"]["final_answer"] if gold else None
    return {"type": "episode", "question": runs[0]["question"],
            "gold_trace": gold[0]["trace"] if gold else None,
            "consistency_traces": [r["trace"] for r in blind],
            "verified": bool(seen) and near(best, mine)}


def main():
    groups = {}
    for line in sys.stdin:
        r = json.loads(line)
        groups.setdefault(r["group"], []).append(r)
        if r["last"]:
            print(json.dumps(episode(groups.pop(r["group"])),
                             ensure_ascii=False, separators=(",", ":")))


main()
