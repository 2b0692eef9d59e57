#!/usr/bin/env python3
"""pycheck.py FILE... - each file is valid Python, its lines not too long."""
import ast
import sys

bad = 0
for name in sorted(set(sys.argv[1:])):
    with open(name, encoding="utf-8") as f:
        text = f.read()
    try:
        ast.parse(text, name)
    except SyntaxError as e:
        print(f"{name}:{e.lineno}: {e.msg}", file=sys.stderr)
        bad += 1
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > 100 or "\t" in line or line != line.rstrip():
            print(f"{name}:{number}: long, tab, or blank at the end",
                  file=sys.stderr)
            bad += 1
sys.exit(1 if bad else 0)
