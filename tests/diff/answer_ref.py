# answer_ref.py - the rules for answers once more, in Python, for comparison.
import hashlib
import json
import math
import re

SLACK = 1e-9
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
SPACE = "".join(c for c in map(chr, range(0x3001)) if c.isspace())
TOL = {"float_tolerance": 0.1, "relative_tolerance": 0.02,
       "p_tolerance": 0.002, "min_agreement": 0.5}


def rounded(v):
    if isinstance(v, float):
        return round(v, 2)
    if isinstance(v, list):
        return [rounded(x) for x in v]
    if isinstance(v, dict):
        return {k: rounded(x) for k, x in v.items()}
    return v


def hash_text(v):
    return json.dumps(rounded(v), sort_keys=True)


def canonical(v):
    return json.dumps(v, sort_keys=True)


def hash_of(v):
    return hashlib.sha256(hash_text(v).encode()).hexdigest()[:16]


def fold(s):
    return s.strip(SPACE).casefold()


def near(a, b):
    try:
        a, b = float(a), float(b)
    except OverflowError:
        return False
    return abs(a - b) <= SLACK * max(abs(a), abs(b))


def whole(x):
    return isinstance(x, int) or x == math.floor(x)


def same_whole(a, b):
    if a == b:  # Python compares int and float exactly
        return True
    if all(isinstance(x, int) or abs(x) < 2 ** 53 for x in (a, b)):
        return False
    return near(a, b)


def places(x):
    if isinstance(x, int):
        return 0
    digits, _, exp = repr(x).partition("e")
    frac = digits.partition(".")[2]
    n = 0 if frac == "0" and not exp else len(frac)
    return max(0, n - int(exp or 0))


def same_rounded(a, b, d):
    return near(a, b) or near(round(float(a), d), round(float(b), d))


def numbers(a, b, q, tol, dec, p, top):
    try:
        fa, fb = float(a), float(b)
    except OverflowError:
        return whole(a) and whole(b) and same_whole(a, b)
    if p:
        if abs(fa - fb) > tol["p_tolerance"] * (1 + SLACK):
            return False
        return near(fa, fb) or (fa < 0.05) == (fb < 0.05)
    if isinstance(dec, int) and not isinstance(dec, bool):
        if whole(a) and whole(b) and dec >= 0:
            return same_whole(a, b)
        return same_rounded(a, b, dec)
    if whole(a) and whole(b):
        return same_whole(a, b)
    if top and q.get("output_type") == "integer":
        return near(a, b)
    diff = abs(fa - fb)
    if diff > tol["float_tolerance"] * (1 + SLACK):
        return near(fa, fb)
    if diff <= tol["relative_tolerance"] * max(abs(fa), abs(fb)) * (1 + SLACK):
        return True
    return same_rounded(a, b, max(2, min(places(a), places(b))))


def is_number(v):
    return isinstance(v, (int, float)) and not isinstance(v, bool)


def as_number(v, texts):
    if is_number(v):
        return v
    if texts and isinstance(v, str):
        s = fold(v)
        if NUMBER.fullmatch(s):
            if re.fullmatch(r"[+-]?\d+", s):
                return int(s)
            x = float(s)
            return x if math.isfinite(x) else None
    return None


def truth(v):
    if isinstance(v, bool):
        return v
    if isinstance(v, str):
        return {"yes": True, "true": True,
                "no": False, "false": False}.get(fold(v))
    return None


def member_decimals(dec, key, value):
    if not isinstance(dec, dict):
        return dec
    if key in dec:
        return dec[key]
    for k, d in dec.items():
        if fold(k) == fold(key):
            return d
    return dec if isinstance(value, (dict, list)) else None


def match(a, b, q, tol=TOL):
    return same(a, b, q, tol, q.get("decimals"), False, True)


def same(a, b, q, tol, dec, p, top):
    if a is None or b is None:
        return a is None and b is None
    if isinstance(a, list) or isinstance(b, list):
        return (isinstance(a, list) and isinstance(b, list) and
                len(a) == len(b) and
                all(same(x, y, q, tol, dec, p, False) for x, y in zip(a, b)))
    if isinstance(a, dict) or isinstance(b, dict):
        if not (isinstance(a, dict) and isinstance(b, dict) and
                len(a) == len(b)):
            return False
        ka = sorted((fold(k), k) for k in a)
        kb = sorted((fold(k), k) for k in b)
        return all(
            fa == fb and same(
                a[x], b[y], q, tol, member_decimals(dec, x, a[x]),
                p or fa == "p_value" or fa.endswith("_p_value"), False)
            for (fa, x), (fb, y) in zip(ka, kb))
    if truth(a) is not None or truth(b) is not None:
        return truth(a) == truth(b) and truth(a) is not None
    texts = (is_number(a) or is_number(b) or
             (top and q.get("output_type") in ("number", "integer")))
    x, y = as_number(a, texts), as_number(b, texts)
    if x is not None and y is not None:
        return numbers(x, y, q, tol, dec, p, top)
    return isinstance(a, str) and isinstance(b, str) and fold(a) == fold(b)


def clusters(answers, q, tol=TOL):
    """[(representative, members)...] of a list of (index, answer)."""
    left, out = list(answers), []
    while left:
        best = min(left, key=lambda t: (
            -sum(match(t[1], u[1], q, tol) for u in left), canonical(t[1])))
        mine = [u for u in left if match(best[1], u[1], q, tol)]
        left = [u for u in left if not match(best[1], u[1], q, tol)]
        out.append((best[1], [i for i, _ in mine]))
    return out


def verdict(q, gold, blind, planned, reference=False, tol=TOL,
            incomplete=False):
    """(verified, category); runs are trace objects, gold may be None."""
    truths = list(q.get("ground_truths") or [])
    has = bool(truths) or q.get("ground_truth") is not None or \
        q.get("ground_truth_hash") is not None
    if q.get("ground_truth") is not None or \
            q.get("ground_truth_hash") is not None:
        truths.append(q["ground_truth"])
    if incomplete or gold is None:
        return False, "incomplete"
    if not gold["success"]:
        broken = gold["stop"] in ("sandbox_error", "teacher_error")
        return False, "execution_failure" if broken else "too_hard"
    answer = gold["final_answer"]
    if has and not any(match(answer, t, q, tol) for t in truths):
        wrong = [w["answer"] for w in q.get("known_wrong") or []]
        known = any(match(answer, w, q, tol) for w in wrong)
        return False, "known_misreading" if known else "truth_mismatch"
    if planned == 0:
        return (True, "good") if has else (False, "ambiguous")
    said = [(i, b["final_answer"]) for i, b in enumerate(blind)
            if b["success"]]
    if len(said) < min(2, planned):
        return False, "hint_necessary"
    agree = sum(match(answer, a, q, tol) for _, a in said)
    if agree <= tol["min_agreement"] * len(said):
        rep, members = clusters(said, q, tol)[0]
        most = len(members) > tol["min_agreement"] * len(said)
        if most and not match(answer, rep, q, tol):
            return False, "hint_necessary"
        return False, "ambiguous"
    return (False, "ambiguous") if reference and not has else (True, "good")
