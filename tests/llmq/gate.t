#!/usr/bin/env python3
# gate.t - the gate against all that csv-synthq asks: each text passes as its own
# rewording, and does not once a number, a value, a column or a clause is gone or
# two limits have changed places.
import collections
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from llmq import ok, t  # noqa: E402
from wordings import (  # noqa: E402
    DATA, QUOTED, SEEDS, bare, body, gate, questions, refused)

# Words that tell one reading from another, all that say the same together:
# without any of them a text is another question.
CLAUSES = r"""sample(?= standard| variance)|n - 1|ddof = 1
population|divide by n
(?:strictly )?(?:above|over|more than|greater than|larger than)(?= -?\d)
(?:strictly )?(?:below|under|less than|smaller than)(?= -?\d)
(?:at least|no less than|greater than or equal to|not below)(?= -?\d)
(?:at most|no more than|less than or equal to|not above)(?= -?\d)
\(both limits included\)|\(limits not included\)
(?:arithmetic )?means?|averages?
medians?|middle values?
standard deviations?
skewness|asymmetric|lopsided|skewed
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
otherwise|if not|(?<=, )else(?! 0)
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
alphabetically|alphabetical|alphabet|capital letters|capitals
(?:the )?(?:whole|full) table
both kinds
opposite|reversed
only in part|incomplete(?= periods)
blanks and signs
lower range
upper range
rounded down
(?:begin|start) with the (?:rarest|most frequent)
count the pairs
spreads to be equal""".splitlines()


SIDE = rf"{QUOTED}|\b[B-Z]\b"
OPPOSITES = (
    ("(?<!mean or )(?<!the )means?(?! of the middle)|averages?", "median"),
    ("medians?|middle values?", "mean"),
    ("sample(?= standard| variance)", "population"),
    ("highest|largest|longest|greatest|maximum", "lowest"),
    ("lowest|smallest|shortest|minimum", "highest"),
    ("above|more than|greater than(?! or)|over(?= -?\\d)|larger than", "below"),
    ("below|less than(?! or)|under(?= -?\\d)|smaller than", "above"),
    ("strictly (?:above|more than|greater than|over)", "at least"),
    ("at least|no less than", "more than"),
    ("at most|no more than", "less than"),
    ("[Pp]earson", "Spearman"), ("[Ss]pearman", "Pearson"),
    ("minus", "plus"), ("divided by", "multiplied by"),
    ("earliest", "latest"), ("latest", "earliest"))


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
    refused("without a sign", [(q, re.sub(r"(?<= )-(?=\d)", "", body(q)))
                               for q in qs if re.search(r" -\d", bare(q))])


def clauses(qs):
    cases = []
    for q in qs:
        text = body(q)
        for c in CLAUSES:
            cut, at = "", 0
            for m in re.finditer(rf"(?<![\w-])(?:{c})(?![\w-])", bare(q), re.I):
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


def missing(qs):
    """The one sentence that says what missing values do."""
    about = (r"\b(?:missing|blanks?|empty|without a value|present|"
             r"incomplete)\b")
    cases = []
    for q in qs:
        parts = body(q).split("; ")
        said = [p for p in parts[1:]
                if re.search(about, re.sub(QUOTED, "", p), re.I)]
        if len(re.findall(about, bare(q), re.I)) == 1 and said:
            parts.remove(said[0])
            if not re.search("without|complete", "; ".join(parts)):
                cases.append((q, "; ".join(parts)))
    refused("without what missing values do", cases)


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
       f"{len(cases)} passes", *[c[1] for c, s in zip(cases, gate(cases)) if not s])


def sides(qs):
    """What stands on either side of an operation changes places."""
    cases = []
    for q in qs:
        for op in "minus", "divided by", "is greater than":
            cut = re.sub(rf"({SIDE}) {op} ({SIDE})(?!\w)", rf"\2 {op} \1",
                         body(q))
            cases += [(q, cut)] if cut != body(q) else []
    refused("with sides in each other's place", cases)
    cases = []
    for q in qs:
        m = re.match(rf"(.*?)({QUOTED})( \(first.*?)({QUOTED})( \(second.*)",
                     body(q))
        if m and m[2] != m[4]:
            cases += [(q, m[1] + m[4] + m[3] + m[2] + m[5])]
    refused("with the second first", cases, 5)


def opposites(qs):
    """Words become those that say something else."""
    for was, now in OPPOSITES:
        cases = []
        for q in qs:
            parts = re.split(f"({QUOTED})", body(q))
            parts[::2] = [re.sub(rf"(?<![\w-])(?:{was})(?![\w-])", now, p)
                          for p in parts[::2]]
            cases += [(q, "".join(parts))] if "".join(parts) != body(q) else []
        refused(f'"{was}" made "{now}"', cases, 3)


made = [q for name in DATA for seed in SEEDS for share in ("0.3", "1")
        for q in questions(name, "-s", seed, "--chains", share)]
made += [q for name in ("cps_wages_1985", "penguins")
         for q in questions(name, "--chains", "0", "-f",
                            "two_proportions,t_test,mann_whitney")]
fault = [(body(q), s) for q, s in zip(made, gate([(q, body(q)) for q in made]))
         if s]
ok(len(made) > 150 and not fault, "each text passes as it is", *fault[:5])
pieces(made)
clauses(made)
missing(made)
swapped(made)
sides(made)
opposites(made)
sys.exit(t.done())
