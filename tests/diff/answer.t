#!/usr/bin/env python3
# answer.t - hash, rounding, folding and match of answers, as Python has them.
import json
import os
import random
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "data")]
import answer_ref as ref  # noqa: E402
import tap  # noqa: E402

TOOL = os.path.join(os.environ.get("B", "build"), "tests", "test_answer")


def ours(what, values):
    text = "".join(json.dumps(v) + "\n" for v in values)
    out = subprocess.run([TOOL, what], input=text, capture_output=True,
                         encoding="utf-8", errors="surrogateescape",
                         check=True).stdout
    return out.split("\n")[:-1]


def real(rng):
    kind = rng.randrange(6)
    if kind == 0:
        return round(rng.uniform(-1000, 1000), rng.randrange(6))
    if kind == 1:
        return rng.randrange(-4000, 4000) / 8
    if kind == 2:
        return rng.randrange(-99999, 99999) / 1000 + 0.0005
    if kind == 3:
        return rng.uniform(-1, 1) * 10.0 ** rng.randrange(-20, 20)
    if kind == 4:
        return float(rng.randrange(-10 ** 6, 10 ** 6))
    while True:
        x = struct.unpack("d", rng.randbytes(8))[0]
        if x == x and abs(x) != float("inf"):
            return x


def text(rng):
    pool = "aZ \t\n\u00e9\u00c9\u00df\u0130\u03a3\u03c2\u00a0\u2003\U0001f600" \
           "\"\\/\x7f\x1f0.5-+eE"
    return "".join(rng.choice(pool) for _ in range(rng.randrange(6)))


def value(rng, depth=0):
    kind = rng.randrange(9 if depth < 3 else 6)
    if kind == 0:
        return rng.choice([None, True, False, "Yes", "no", "TRUE"])
    if kind == 1:
        return rng.choice([0, 1, -7, 2 ** 53 + 1, 2 ** 63, -2 ** 63 - 1,
                           10 ** 25, rng.randrange(100)])
    if kind in (2, 3):
        return real(rng)
    if kind == 4:
        return rng.choice(["3.14", " 5 ", "1e3", "5", "007", "abc", "Abc "])
    if kind == 5:
        return text(rng)
    if kind == 6:
        return [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    keys = ["a", "A ", "b", "p_value", "x_p_value", "stra\u00dfe", "STRASSE"]
    return {rng.choice(keys): value(rng, depth + 1)
            for _ in range(rng.randrange(4))}


def nudged(rng, v):
    """Something like v: the same, or a little off."""
    if isinstance(v, bool) or v is None:
        return rng.choice([v, "yes", "No", 1, 0, None])
    if isinstance(v, int):
        return rng.choice([v, float(v), str(v), v + 1, v + 0.04])
    if isinstance(v, float):
        by = rng.choice([0, 0.0004, 0.004, 0.0049, 0.02, 0.05, 0.1, 0.11])
        return rng.choice([v, v + by, v * (1 + by), round(v, 2), repr(v),
                           round(v, 1), v * (1 + 1e-12)])
    if isinstance(v, str):
        return rng.choice([v, v.upper(), " " + v + "\u2003", v + "x"])
    if isinstance(v, list):
        return [nudged(rng, x) for x in v] if rng.random() < 0.9 else v + [1]
    items = [(rng.choice([k, k.upper(), k + " "]), nudged(rng, x))
             for k, x in v.items()]
    rng.shuffle(items)
    return dict(items)


def case(rng):
    c = {"a": value(rng)}
    c["b"] = nudged(rng, c["a"]) if rng.random() < 0.8 else value(rng)
    if rng.random() < 0.5:
        c["decimals"] = rng.choice([0, 1, 2, 3, {"a": 2, "B": 1}, None])
    if rng.random() < 0.5:
        c["output_type"] = rng.choice(["number", "integer", "string", "dict"])
    return c


def finite(v):
    if isinstance(v, float):
        return v == v and abs(v) != float("inf")
    if isinstance(v, (list, dict)):
        return all(map(finite, v.values() if isinstance(v, dict) else v))
    return True


def compare(t, what, values, want):
    got = ours(what, values)
    bad = [(v, w, g) for v, w, g in zip(values, want, got) if w != g]
    t.ok(len(got) == len(values) and not bad,
         f"{what}: {len(values)} values, {len(bad)} differ", *bad[:5])


def main():
    t = tap.Tap()
    rng = random.Random(7)
    if not os.access(TOOL, os.X_OK):
        t.skip("answers", TOOL + " is not built")
        return t.done()
    values = [value(rng) for _ in range(20000)]
    compare(t, "hash", values,
            [ref.hash_text(v) + "\t" + ref.hash_of(v) for v in values])
    pairs = [[real(rng), rng.randrange(-3, 8)] for _ in range(20000)]
    compare(t, "round", pairs, [repr(round(x, d)) for x, d in pairs])
    every = [chr(c) for c in range(0x20, 0x110000)
             if not 0xd800 <= c < 0xe000 and c not in (0x85, 0x7f) and
             chr(c) not in ref.SPACE]
    if len("\ufb03".casefold()) == 3:
        compare(t, "fold", every, [ref.fold(c) for c in every])
    with open("tests/data/answer/match.ndjson", encoding="utf-8") as f:
        table = [json.loads(line) for line in f]
    want = [ref.match(c["a"], c["b"], c, {**ref.TOL, **c}) for c in table]
    bad = [c for c, w in zip(table, want) if w != c["want"]]
    t.ok(not bad, f"the table of {len(table)} cases, by Python", *bad[:5])
    cases = [c for c in (case(rng) for _ in range(40000)) if finite(c["b"])]
    want = [ref.match(c["a"], c["b"], c) for c in cases]
    t.ok(want.count(True) > 5000 and want.count(False) > 5000,
         "enough pairs match and do not", want.count(True))
    compare(t, "match", cases, ["true" if w else "false" for w in want])
    return t.done()


sys.exit(main())
