# llmq.py - what the scripts of this directory share: scripted models.
import hashlib
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "episode"))
from play import (  # noqa: E402,F401
    BIN, TOP, Run, Server, environment, need_sandbox, ok, t, temporary, text)

CSV = "examples/data/penguins.csv"
FAST = {"CSV_AGENT_RETRY_BASE": "0.02"}
CELLS = ["print(df.shape)", "print(df['Species'].value_counts())",
         "print(df['Body Mass (g)'].describe())"]
LEVELS = {"EASY": 2, "MEDIUM": 5, "HARD": 7, "VERY_HARD": 9}
WORDS = ("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu "
         "nu xi omicron pi rho sigma tau upsilon phi chi psi omega").split()


def item(n, level="EASY", **more):
    """A good question: number n has answer 1000 + n, in words of its own."""
    word = WORDS[n % 24] + WORDS[n // 24 % 24]
    return {"question": f"How much is {word} of the mean penguin mass?",
            "hint": f"Add {word}.", "n_steps": LEVELS[level],
            "difficulty": level, "concept": f"concept {n % 4}",
            "answer_format": "Give the answer as a number rounded to 1 "
                             "decimal.",
            "code": "x = df['Body Mass (g)'].mean()\n"
                    f"hook(x, 'x')\nsubmit(round(float(x) * 0 + {n} + 0.5, 1))",
            **more}


def question_id(q):
    """As csv-agent(5) says: over what makes the question."""
    text = "question_text" if "parent_id" in q else "question_mechanical"
    parts = [q[k] for k in ("csv_sha256", "csv_options", text, "hint",
                            "template_name", "template_params")]
    line = json.dumps(parts, sort_keys=True, separators=(",", ":"),
                      ensure_ascii=False)
    return hashlib.sha256(line.encode()).hexdigest()[:16]


def fence(value, head=""):
    text = value if isinstance(value, str) else json.dumps(value)
    return f"{head}```json\n{text}\n```"


def script(*replies, cells=CELLS, **more):
    """Cells, then replies, then nothing but words."""
    turns = [{"code": c} for c in cells]
    turns += [r if isinstance(r, dict) else {"content": r} for r in replies]
    return {"rules": [{"replies": turns + [{"content": "I have no more."}]}],
            **more}


def ask(server, *args, csv=(CSV,), env=None, **more):
    return Run("csv-llmq", "--base-url", server.url, *args, *csv,
               env={**FAST, **(env or {})}, **more)


def only(**levels):
    """A configuration: questions of these levels."""
    shares = {k: levels.get(k, 0) for k in LEVELS}
    return {"CSV_AGENT_QUESTION_DIFFICULTY_DISTRIBUTION": json.dumps(shares)}


EASY = only(EASY=1)
