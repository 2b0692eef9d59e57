#!/usr/bin/env python3
# man.t - manual pages and programs tell the same story: options, configuration
# keys, error codes, members of records; every page has its sections, and its
# examples run.
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "robust"))
from programs import (  # noqa: E402
    BIN, TOP, Tap, built, environment, episode, lines, question,
    sandbox_works, trace)

t = Tap()
PAGES = {os.path.basename(p): open(p, encoding="utf-8").read()
         for p in sorted(glob.glob(os.path.join(TOP, "man", "*.[157]")))}
RUNNABLE = sandbox_works()
# Examples that need a server or the network.
REMOTE = re.compile(r"--base-url|-b http|chat|https?://|kaggle-pull (?!--help)|"
                    r"hf-push (?!.*(--dry-run|-n))|parallel|slurm|--teacher auto|"
                    r"-t auto|ssh|--journal|csv-llmq (?!--help)|-m ")


def section(page, name):
    """The lines of one section."""
    found = re.search(rf'^\.Sh "?{name}"?\n(.*?)(?=^\.Sh |\Z)', page,
                      re.S | re.M)
    return found.group(1) if found else ""


def plain(text):
    """mdoc without its escapes."""
    for a, b in (("\\(em", "-"), ("\\-", "-"), ("\\e", "\\"), ("\\&", ""),
                 ("\\~", " "), ("\\(dq", '"'), ("\\(aq", "'")):
        text = text.replace(a, b)
    return text


def options_of_page(page):
    """Long options that have an item of their own."""
    return {word[1:] for line in page.splitlines()
            if line.startswith(".It ") and " Fl " in line
            for word in plain(line).split() if re.match(r"-[a-z]", word)}


def options_of_program(prog):
    out = subprocess.run([os.path.join(BIN, prog), "--help"], cwd=TOP,
                         stdout=subprocess.PIPE, env=environment()).stdout
    return set(re.findall(r"^  (?:-\w,|   ) --([a-z-]+)", out.decode(), re.M))


def compare_options():
    for prog in built():
        page = PAGES.get(prog + ".1")
        t.ok(page is not None, f"{prog} has a manual page")
        if page is None:
            continue
        there, here = options_of_page(page), options_of_program(prog)
        t.ok(len(here) > 5 and len(there) > 5,
             f"{prog} --help and its page list options", here, there)
        t.ok(here <= there, f"{prog}.1 has every option of --help",
             *sorted(here - there))
        t.ok(there <= here, f"{prog} --help has every option of {prog}.1",
             *sorted(there - here))
    for name in PAGES:
        if name.endswith(".1"):
            t.ok(name[:-2] in built(), f"{name} is of a program")


def compare_tables():
    out = subprocess.run([os.path.join(BIN, "..", "helper", "tables")],
                         stdout=subprocess.PIPE, check=True).stdout.decode()
    rows = [line.split("\t") for line in out.splitlines()]
    page = plain(section(PAGES["csv-agent.7"], "CONFIGURATION"))
    found = {m.group(1): m.group(2, 3) for m in re.finditer(
        r"^\.It Sy (\w+) No \((.*)\)\n(.*)\.$", page, re.M)}
    keys = {r[1]: (r[2], r[3]) for r in rows if r[0] == "key"}
    for key, want in keys.items():
        t.ok(found.get(key) == want, f"csv-agent.7: {key}", "wanted", want,
             "seen", found.get(key))
    t.ok(set(found) == set(keys), "csv-agent.7 has no other key",
         *sorted(set(found) - set(keys)))
    page = section(PAGES["csv-agent.5"], "DESCRIPTION")
    page = page[page.index(".Ss error"):]
    codes = {r[1] for r in rows if r[0] == "code"}
    t.ok(set(re.findall(r"^\.It Sy (\w+)$", page, re.M)) == codes,
         "csv-agent.5 has the error codes", *sorted(codes))


def compare_members():
    """Members of real records are in csv-agent.5."""
    if "csv-synthq" not in built() or not RUNNABLE:
        t.skip("members of records", "no csv-synthq or no sandbox")
        return
    pipe = ("csv-synthq -q -n 12 examples/data/penguins.csv | tee $D/q | "
            "csv-episode -q -t reference | tee $D/t | csv-triangulate -q >$D/e;"
            "csv-synthq -q --profile examples/data/penguins.csv >$D/p")
    words = set(re.findall(r"[A-Za-z_0-9]+", PAGES["csv-agent.5"]))
    with tempfile.TemporaryDirectory() as d:
        subprocess.run(["bash", "-c", pipe], cwd=TOP, check=True,
                       env=environment(D=d))
        for name, what in zip("qtep",
                              ("question", "trace", "episode", "profile")):
            seen = set()
            with open(os.path.join(d, name), encoding="utf-8") as f:
                for line in f:
                    r = json.loads(line)
                    seen.update(r)
                    for key in ("trace", "triangulation", "timing",
                                "diagnostics", "dialect", "stopping"):
                        if isinstance(r.get(key), dict):
                            seen.update(r[key])
            t.ok(len(seen) > 5 and seen <= words,
                 f"csv-agent.5 has every member of a {what}",
                 *sorted(seen - words))


def sections():
    for name, page in PAGES.items():
        t.ok(section(page, "EXIT STATUS") != "", f"{name}: EXIT STATUS")
        t.ok(section(page, "EXAMPLES") != "", f"{name}: EXAMPLES")
        if shutil.which("mandoc") is None:
            t.skip(f"{name}: mandoc", "no mandoc")
            continue
        done = subprocess.run(
            ["mandoc", "-Tlint", "-Wwarning", os.path.join(TOP, "man", name)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        t.ok(done.returncode == 0, f"{name}: mandoc has no warning",
             done.stdout.decode())


def examples_of(page):
    """Commands of an EXAMPLES section: .Dl lines, and literal blocks."""
    text = section(page, "EXAMPLES")
    found = re.findall(r"^\.Dl (.*)$", text, re.M)
    for block in re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", text,
                            re.S | re.M):
        found.append(block)
    return [re.sub(r"^\$ ", "", plain(c), flags=re.M).strip() for c in found]


def scratch(d):
    """A directory with what examples name."""
    os.symlink(os.path.join(TOP, "examples"), os.path.join(d, "examples"))
    os.mkdir(os.path.join(d, "data"))
    for name in ("data.csv", "sales.csv", "data/a.csv", "data/b.csv"):
        shutil.copy(os.path.join(TOP, "examples/data/penguins.csv"),
                    os.path.join(d, name))
    for name, make in (("questions", question), ("traces", trace),
                       ("episodes", episode)):
        with open(os.path.join(d, name + ".jsonl"), "wb") as f:
            f.write(lines(make, 5))
    with open(os.path.join(d, "rejects.jsonl"), "w") as f:
        f.write('{"type":"error","code":"csv"}\n')


def examples():
    for name, page in PAGES.items():
        ran = 0
        commands = examples_of(page)
        for command in commands:
            progs = set(re.findall(r"\b(csv-[a-z]+|hf-push|kaggle-pull)\b",
                                   command)) - {"csv-agent"}
            if REMOTE.search(command):
                continue
            if not progs <= set(built()) or (
                    not RUNNABLE and progs & {"csv-episode", "csv-verify"}):
                t.skip(f"{name}: {command}", "not all it needs is here")
                ran += 1
                continue
            with tempfile.TemporaryDirectory() as d:
                scratch(d)
                done = subprocess.run(
                    ["bash", "-o", "pipefail", "-c", command], cwd=d,
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE, env=environment(), timeout=300)
            ran += 1
            t.ok(done.returncode == 0, f"{name} runs: {command}",
                 done.returncode, done.stderr.decode()[-600:])
        if name != "kaggle-pull.1":     # it has nothing to do without Kaggle
            t.ok(ran > 0, f"{name}: an example runs", *commands)


compare_options()
compare_tables()
compare_members()
sections()
examples()
sys.exit(t.done())
