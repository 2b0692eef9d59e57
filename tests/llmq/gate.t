#!/usr/bin/env python3
# gate.t - the gate against all that csv-synthq asks: each text passes as its own
# rewording, and does not once a number, a value, a column or a clause is gone or
# two limits have changed places.
import collections
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from llmq import BIN, TOP, Run, ok, t  # noqa: E402

N = "150" if os.environ.get("CHECK_ALL") else "40"
DATA = ("penguins", "weather", "staedte", "cps_wages_1985", "birdstrikes")
QUOTED = r'"[^"]*"|\'[^\']*\''
# Words that tell one reading from another, all that say the same together:
# without any of them a text is another question.
CLAUSES = r"""sample(?= standard| variance)|n - 1|ddof = 1
population|divide by n
; [^;]*\b(?:missing|blanks?|empty|without|present|left out)\b[^;]*
(?:strictly )?(?:above|over|more than|greater than|larger than)(?= -?\d)
(?:strictly )?(?:below|under|less than|smaller than)(?= -?\d)
at least(?= -?\d)|no less than|greater than or equal to|not below
at most(?= -?\d)|no more than|less than or equal to|not above
\(both limits included\)|\(limits not included\)
(?:arithmetic )?means?|averages?
medians?|middle values?
standard deviations?
skewness|asymmetric
kurtosis
quantiles?|percentiles?
percentages?|percent|%
in absolute value|absolute
spearman rank|spearman|rank
z-scores?|standardise
natural logarithm
square root
residuals?|actual|predicted|prediction
slope
intercept
interpolation|interpolated
bias-corrected
two-sided
distinct|unique
highest|largest|biggest|longest|greatest|maximum
lowest|smallest|minimum|least(?! squares)
earliest
latest
otherwise|if not
ANOVA
Mann-Whitney
Kruskal-Wallis
Shapiro-Wilk
Levene
bootstrap
eta squared
(?<=second figure )minus|exceed the
divided by|ratio
times
outliers?
with replacement
held fixed|controlled for|partial
alphabetically|alphabetical|alphabet|capital letters|capitals""".splitlines()


def body(q):
    """A text as one sentence, without what is said of the format."""
    text = q["question_mechanical"] or q["question_text"]
    text = text[:-len(q["output_schema"])].strip()
    return re.sub(r'([.?!]) (?=[A-Z"])', "; ", text)


def gate(cases):
    """What the gate says of (question, candidate)."""
    lines = [json.dumps({
        "text": body(q), "format": q["output_schema"], "candidate": c,
        "columns": q["template_params"].get("columns", []),
        "answers": [q["ground_truth"]]}) for q, c in cases]
    p = subprocess.run([os.path.join(BIN, "..", "helper", "gate")], cwd=TOP,
                       input="\n".join(lines) + "\n", stdout=subprocess.PIPE,
                       text=True, check=True)
    said = p.stdout.split("\n")[:-1]
    assert len(said) == len(lines)
    return said


def refused(what, cases):
    """All of them, and enough of them to mean something."""
    passed = [c for c, said in zip(cases, gate(cases)) if said == ""]
    ok(len(cases) >= 20 and not passed,
       f"{what}: none of {len(cases)} passes",
       *[f"{body(q)}\n -> {c}" for q, c in passed[:5]])


def once(text, piece):
    """Is the quoted piece or number there exactly once?"""
    return len(re.findall(rf"(?<![\w.]){re.escape(piece)}(?![\w])", text)) == 1


def pieces(qs):
    gone = {"a column": [], "a value": [], "a number": []}
    other = []
    for q in qs:
        text = body(q)
        for piece in re.findall(QUOTED, text):
            if text.count(piece[1:-1]) == 1:
                gone["a column" if piece[0] == '"' else "a value"].append(
                    (q, text.replace(piece, "it")))
        for n in re.findall(r"(?<![\w.-])\d+(?:\.\d+)?(?![\w.]*\w)",
                            re.sub(QUOTED, "", text)):
            if once(text, n):
                cut = re.sub(rf"(?<![\w.]){re.escape(n)}(?!\w)", "so", text)
                gone["a number"].append((q, cut))
                other.append((q, re.sub(r"\bso\b", "1234567", cut)))
    for what, cases in gone.items():
        refused(f"without {what}", cases)
    refused("with another number", other)


def clauses(qs):
    cases = []
    for q in qs:
        text = body(q)
        bare = re.sub(QUOTED, lambda m: " " * len(m.group()), text)
        for c in CLAUSES:
            cut, at = "", 0
            for m in re.finditer(rf"(?<![\w-])(?:{c})(?![\w-])", bare, re.I):
                cut += text[at:m.start()]
                at = m.end()
            if at > 0:
                cases.append((c, q, cut + text[at:]))
    said = gate([x[1:] for x in cases])
    seen = collections.Counter(x[0] for x in cases)
    ok(len(seen) >= 35, "clauses of many kinds are met", sorted(seen))
    for c in sorted(seen):
        through = [x[1:] for x, s in zip(cases, said) if x[0] == c and not s]
        ok(not through, f"\"{c}\" left out is refused ({seen[c]})",
           len(through), *[f"{body(q)}\n -> {x}" for q, x in through[:2]])


def swapped(qs):
    """Two limits of two columns change places."""
    cond = re.compile(r'("[^"]*") (is (?:strictly )?\w+(?: \w+)*? )'
                      r'(-?\d+(?:\.\d+)?)(?!\.?\d)')
    cases = []
    for q in qs:
        text = body(q)
        found = list(cond.finditer(text))
        if len(found) < 2:
            continue
        a, b = found[:2]
        x, y = a.group(3), b.group(3)
        if a.group(1) != b.group(1) and x != y and once(text, x) and \
                once(text, y) and "-" not in x + y:
            cases.append((q, text[:a.start(3)] + y + text[a.end(3):b.start(3)]
                          + x + text[b.end(3):]))
    ok(cases and all(gate(cases)), f"limits in each other's place: none of "
       f"{len(cases)} passes", *[c for c, s in zip(cases, gate(cases)) if not s])


made = [q for name in DATA for q in Run(
    "csv-synthq", "-q", "-n", N, f"examples/data/{name}.csv").records()]
fault = [(body(q), s) for q, s in zip(made, gate([(q, body(q)) for q in made]))
         if s]
ok(len(made) > 150 and not fault, "each text passes as it is", *fault[:5])
pieces(made)
clauses(made)
swapped(made)
sys.exit(t.done())
