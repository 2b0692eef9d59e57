# wordings.py - questions of csv-synthq, and what the gate says of rewordings.
import json
import os
import re
import subprocess

from llmq import BIN, TOP, Run, ok

ALL = os.environ.get("CHECK_ALL")
N, SEEDS = ("100", "123") if ALL else ("25", "1")
DATA = sorted(f[:-4] for f in os.listdir(os.path.join(TOP, "examples/data"))
              if f.endswith(".csv"))
QUOTED = r'"[^"]*"|\'[^\']*\''


def body(q):
    """A text as one sentence, without what is said of the format."""
    text = q["question_mechanical"] or q["question_text"]
    text = text[:len(text) - len(q["output_schema"])].strip()
    return re.sub(r'([.?!]) (?=[A-Z"])', "; ", text)


def bare(q):
    """It, with blanks for what is quoted."""
    return re.sub(QUOTED, lambda m: " " * len(m.group()), body(q))


def gate(cases):
    """What the gate says of (question, candidate)."""
    lines = [json.dumps({
        "text": body(q), "format": q["output_schema"], "candidate": c,
        "columns": q["template_params"].get("columns", []),
        "answers": [q["ground_truth"]]}) for q, c in cases]
    p = subprocess.run([os.path.join(BIN, "..", "helper", "gate")], cwd=TOP,
                       input="".join(x + "\n" for x in lines), stdout=subprocess.PIPE,
                       text=True, check=True)
    said = p.stdout.split("\n")[:-1]
    assert len(said) == len(lines)
    return said


def refused(what, cases, enough=20):
    """All of them, and enough of them to mean something."""
    passed = [c for c, said in zip(cases, gate(cases)) if said == ""]
    ok(len(cases) >= enough and not passed,
       f"{what}: none of {len(cases)} passes",
       *[f"{body(q)}\n -> {c}" for q, c in passed[:5]])


def questions(name, *args):
    return Run("csv-synthq", "-q", "-n", N, *args,
               f"examples/data/{name}.csv").records()
