#!/usr/bin/env python3
# chain.t - the gate against chains of steps: no wording passes that dropped a
# step, and honest ones do, with and without the letters of the text.
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from llmq import ok, t  # noqa: E402
from wordings import (  # noqa: E402
    DATA, QUOTED, SEEDS, body, gate, questions, refused)

LETTER = r"(?<![\w\"'])[P-Z](?![\w\"'])"
NAMED = r"(?:call(?:ed)?|this is|these)(?: [a-z]+)* ([P-Z])$"
# A note says again what a step said already.
NOTE = (r"(?:Compare the|Signed|Absolute|Empty|Skip|Ignore|Missing|Blanks|"
        r"Leave missing|Rows where a|A value equal|All figures|List|Give|Keep "
        r"the order|Take quantiles|Dates|Look col|The col|Columns|Traits|Go by|"
        r"Tell the col|Find each col)\b(?! rows)")


def sentences(q):
    """Those of a mechanical text, without full stops."""
    text = q["question_mechanical"]
    text = text[:len(text) - len(q["output_schema"])].strip()
    parts = re.split(f"({QUOTED})", text)
    parts[1::2] = [re.sub(r"([.?!]) ", "\\1\1", p) for p in parts[1::2]]
    return [s.replace("\1", " ").removesuffix(".")
            for s in re.split(r'(?<=[.?!]) (?=[A-Z"])', "".join(parts))]


def without(said, i, name="", instead=""):
    """A text that has lost a step, and where it was named something else."""
    rest = said[:i] + said[i + 1:]
    if name:
        rest = [re.sub(rf"(?<![\w\"']){name}(?![\w\"'])", lambda _: instead, s)
                for s in rest]
    return "; ".join(rest)


def dropped(q):
    """The question without each of its steps; where the step has a name, that
    stands for nothing, or for what the step was made from."""
    said = sentences(q)
    for i, s in enumerate(said):
        name = re.search(NAMED, s)
        if len(said) == 1 or (not name and re.match(NOTE, s)):
            continue
        yield without(said, i)
        made_from = re.findall(rf'"[^"]*"|{LETTER}', s[:name.start()]) \
            if name else []
        for x in dict.fromkeys(made_from[:3]):
            yield without(said, i, name[1], x)


def phrase(s):
    """The letter of a step and what it stands for."""
    lead = r"(?:(?!Per|For each|Of|Split|Group|Count)[A-Z][^:,]*[:,] )?"
    call = (r"(?:,? called|(?:,? and|;) call \w+(?: figures)?|: this is|"
            r"[;:] (?:these figures are|call the \w+)) ([P-Z])$")
    what = r'("[^"]*"|[P-Z])'
    forms = (
        (rf"(?:Take|Find|Compute) (the .*?){call}", "{0}"),
        (rf"For each row,? (?:take|compute|work out) (?!1 where)(.*?){call}",
         "{0}"),
        (rf"Of (?:the values of )?(.*?), keep those where (.*?){call}",
         "those of {0} where {1}"),
        (rf"(?:Per|For each) {what}, (?:take|compute) (the .*?){call}",
         "{1} per {0}"),
        (rf"(?:Split|Group) the rows by {what} and (?:take|compute) (the .*?)"
         rf"{call}", "{1} per {0}"),
        (rf"For each group that has both, (?:take|compute) (.*?){call}", "{0}"),
        (rf"For each group that has both, divide (.*?) by (.*?){call}",
         "{0} divided by {1}"),
        (rf"Count the rows of each (.*?){call}", "the number of rows per {0}"))
    for form, words in forms:
        m = re.match(lead + form, s[:1].upper() + s[1:])
        if m:
            return m[m.lastindex], words.format(*m.groups())
    return None, None


def lettered(q):
    """Let P be ..."""
    out = []
    for s in sentences(q):
        name, words = phrase(s)
        out.append(f"let {name} be {words}" if name else s)
    return "; ".join(out)


def unlettered(q):
    """In one sentence: what letters stand for takes their place; "" where that
    cannot be done."""
    stands, out, used = {}, [], set()
    for s in sentences(q):
        name, _ = phrase(s)
        used |= set(re.findall(LETTER, s)) & set(stands)
        s = re.sub(LETTER, lambda m: stands.get(m[0], m[0]), s)
        if name:
            stands[name] = phrase(s)[1]
            if stands[name] is None:
                return ""
        else:
            out.append(s)
    return "; ".join(out) if used == set(stands) else ""


def synonyms(text):
    """Other words for the same."""
    parts = re.split(f"({QUOTED})", text)
    for was, now in (("arithmetic mean", "average"), ("mean", "average"),
                     ("(?:median|middle) value", "median"), ("total", "sum"),
                     ("strictly more than", "more than"),
                     ("no less than|not below", "at least"),
                     ("highest", "largest"), ("lowest", "smallest"),
                     ("is missing", "has no value"),
                     ("percentage", "share in percent")):
        parts[::2] = [re.sub(rf"\b(?:{was})\b", now, p) for p in parts[::2]]
    return "".join(parts)


def taken(what, cases, enough):
    said = gate(cases)
    bad = [(c, s) for c, s in zip(cases, said) if s]
    ok(len(cases) >= enough and not bad, f"{what}: all of {len(cases)} pass",
       *[f"{s}\n{body(q)}\n -> {c}" for (q, c), s in bad[:4]])


def generated():
    made = [q for name in DATA for seed in SEEDS
            for q in questions(name, "-s", seed, "--chains", "1")]
    described = [q for name in DATA for seed in SEEDS
                 for q in questions(name, "-s", seed, "--chains", "1",
                                    "--style", "discovery")]
    described = [q for q in described if re.search(
        r"call(?:ed)? (?:\w+ )*[P-Z]\b|this is [P-Z]\b", body(q))]
    refused("without a step, columns described",
            [(q, c) for q in described for c in dropped(q)], 60)
    taken("as it is, columns described",
          [(q, body(q)) for q in described], 30)
    taken("columns described, in other words",
          [(q, synonyms(body(q))) for q in described], 30)
    refused("without a step", [(q, c) for q in made for c in dropped(q)], 500)
    chains = [q for q in made if any(phrase(s)[0] for s in sentences(q))]
    for what, way in (("in letters", lettered), ("without", unlettered)):
        cases = [(q, c) for q in chains if (c := way(q))]
        taken(what, cases, 60)
        taken(f"{what}, in other words",
              [(q, synonyms(c)) for q, c in cases], 60)
    taken("in other words", [(q, synonyms("; ".join(sentences(q))))
                             for q in made], 150)


# Texts, what people make of them, and what drops a step.
PEOPLE = (
    ('Find the sample standard deviation of "lon", and call it P. Of "lon", '
     'keep those where "lat" is no less than 40; call them Q. Find the sample '
     'standard deviation of Q, and call it R. Give R minus P.',
     ('By how much does the sample standard deviation of "lon" exceed the '
      'overall one when only rows with "lat" of at least 40 are kept?',
      'How much larger is the sample standard deviation of "lon" among rows '
      'with a "lat" of 40 or more than the sample standard deviation over all '
      'rows?',
      'If only rows with "lat" at least 40 are kept, what is the change in the '
      'sample standard deviation of "lon" (the new figure minus the old)?',
      'Compare the spread of "lon" at a "lat" of at least 40 with that of all '
      'rows: what is the first sample standard deviation minus the second?'),
     ('What is the sample standard deviation of "lon" where "lat" is at least '
      '40?',
      'What is "lon" where "lat" is at least 40 minus its sample standard '
      'deviation?',
      'How does the sample standard deviation of "lon" change if only rows '
      'with "lat" at least 40 are kept?')),
    ('Take the sum of "depth"; call it P. Of the values of "depth", keep those '
     'where "depth" is strictly smaller than 18.5; call them Q. Compute the '
     'total of Q: this is R. What is then R as a percentage of P?',
     ('What percentage of the total "depth" comes from birds with less than '
      '18.5?',
      'Birds whose "depth" is below 18.5 account for what percentage of the '
      'sum of all of them?',
      'How large is the sum of those "depth" values that are less than 18.5, '
      'as a percentage of the overall total?'),
     ('What percentage of the "depth" values is less than 18.5?',
      'What is a "depth" below 18.5 as a percentage of the total?')),
    ('Take the median of "life", called P. Of the values of "life", keep those '
     'where "fertility" is less than or equal to 2; call them Q. Find the '
     'median value of Q: this is R. Give R as a percentage of P.',
     ('Where "fertility" is at most 2, how high is the median "life" as a '
      'percentage of the overall median?',
      'Take countries with a "fertility" of 2 or less: what percentage of the '
      'median "life" of the whole table is their median?'),
     ('Where "fertility" is at most 2, what percentage of the median is '
      '"life"?',)),
    ('For each row, compute the residual ("experience" minus its prediction by '
     'the least-squares line of "experience" on "age"): this is P. Compute the '
     'arithmetic mean of P, called Q. Of P, keep those where "union" is equal '
     'to 0; call them R. Compute the arithmetic mean of R, called S. Say '
     'whether S is greater than Q.',
     ('Fit a straight line of "experience" on "age" and look at the residuals: '
      'is their mean where "union" is 0 greater than their mean over all rows?',
      'With residuals from the regression of "experience" on "age", do rows '
      'with "union" 0 have a mean residual greater than that of all rows?'),
     ('Fit a line of "experience" on "age": where "union" is 0, is the '
      'residual greater than the mean residual?',
      'With residuals from the regression of "experience" on "age", what is '
      'their mean over all rows and their mean where "union" is 0?')),
    ('Split the rows by "race" and take the median of "wage": these figures '
     'are P. Group the rows by "race" and compute the median of "education", '
     'and call the figures Q. For each group that has both, compute P minus Q; '
     'call the differences R. What is the group with the smallest R?',
     ('For which "race" is the median "wage" minus the median "education" '
      'smallest?',
      'Taking for each "race" the medians of "wage" and of "education", where '
      'is the first minus the second lowest?',
      'In which "race" does the median "wage" exceed the median "education" by '
      'the least?'),
     ('For which "race" is the median "wage" minus "education" smallest?',
      'For which "race" is the difference of the medians of "wage" and '
      '"education" smallest?',
      'In which "race" are the median "wage" and the median "education" '
      'smallest?')),
    ('For each row compute the length of "gender" in characters, and call it '
     'P. For each row compute the square root of P; call it Q. What is then '
     'the sum of Q?',
     ('What do the square roots of the lengths of "gender" (in characters) add '
      'up to?',
      'If each row is given the square root of the number of characters of '
      '"gender", what is the total?'),
     ('What do the lengths of "gender" (in characters) add up to?',
      'What do the square roots of "gender" add up to?')),
    ('Per "region", take the mean of "a", and call the figures P. Take the '
     'mean of P, called Q. Name the groups whose P is above Q, sorted.',
     ('Which "region"s have a mean "a" above the mean of these regional means, '
      'in sorted order?',
      'Name, sorted, each "region" whose average "a" is higher than the '
      "average of all regions' averages."),
     ('Which "region"s have an "a" above the mean, in sorted order?',
      'Name the mean "a" of each "region", sorted.')),
    ('Drop the rows where "mass" or "flipper" is missing. Keep only the rows '
     'where "flipper" is at most 196. Drop the rows where "flipper" or "beak" '
     'is missing. What, in the end, is the number of missing values of "sex"?',
     ('Among rows where "mass", "flipper" and "beak" are present and "flipper" '
      'is at most 196, how many lack "sex"?',
      'Ignoring rows in which any of "mass", "flipper" or "beak" is missing, '
      'and keeping a "flipper" of at most 196, what number of rows have no '
      '"sex" (missing)?'),
     ('Among rows with "mass" and "beak" and a "flipper" of at most 196, how '
      'many lack "sex"?',)),
    ('For each row take "fertility" minus the mean of "fertility" over the '
     'rows with the same "region", called P. Of the values of P, keep those '
     'where "life" is within 2 times its interquartile range of the quartiles '
     '(linear interpolation); call them Q. Report the median of Q.',
     ('What is the median of how far above its "region"\'s mean each row\'s '
      '"fertility" lies, with only rows whose "life" is within 2 times its '
      'interquartile range of the quartiles (linear interpolation)?',
      'Take the deviation from the mean of its "region" in "fertility" for '
      'each row; what is the median where "life" is within 2 times the '
      'interquartile range of the quartiles, by linear interpolation?'),
     ('What is the median "fertility" by "region" for a "life" within 2 times '
      'its interquartile range of the quartiles (linear interpolation)?',)),
    ('What is the Pearson correlation of "x" and "y" once the outliers of "y" '
     'are left out, and the change? The change is after minus before.',
     ('How does leaving out the outliers of "y" change the Pearson correlation '
      'of "x" and "y" (after minus before), and what is it then?',
      'Leave the outliers of "y" out: what is the Pearson correlation of "x" '
      'and "y" then, and by how much does it rise through the change?'),
     ('What is the Pearson correlation of "x" and "y" without the outliers of '
      '"y", and how does it change when they are left out?',)),
)


def people():
    for text, fine, bad in PEOPLE:
        q = {"question_mechanical": text, "output_schema": "",
             "template_params": {}, "ground_truth": None}
        head = text[:40] + "..."
        said = gate([(q, c) for c in fine])
        ok(not any(said), f"as people say it: {head}",
           *[x for x in zip(fine, said) if x[1]])
        said = gate([(q, c) for c in bad])
        ok(all(said), f"with a step less: {head}",
           *[c for c, s in zip(bad, said) if not s])


generated()
people()
sys.exit(t.done())
