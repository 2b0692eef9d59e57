#!/usr/bin/env python3
# valgrind.t - no invalid access, no use of what was never set, and no memory
# that a program lost: three runs in make check; in make check-all also the
# pipeline, the scenes of every program, unit tests and the fuzzers' seeds.
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from programs import (  # noqa: E402
    CSV, TOP, Tap, environment, sandbox_works)
from scenes import Scene, scenes, served  # noqa: E402

B = os.environ.get("B", "build")
LOST = ["--leak-check=full", "--show-leak-kinds=definite",
        "--errors-for-leak-kinds=definite"]
# Calls that are new to it, such as pidfd_send_signal and TIOCGPTPEER: no error.
NOTICE = re.compile(r"--\d+-- .*\n|"
                    r"==\d+== Warning: noted but unhandled ioctl .*\n"
                    r"(==\d+==    .*\n)*")

t = Tap()


def clean(what, argv, env, data=b"", may=(0,)):
    """Run it; its output. Processes that it forks are watched until they
    execute something; its status tells of the first only, the log of all."""
    with tempfile.TemporaryDirectory() as d:
        p = subprocess.run(
            ["valgrind", "-q", "--error-exitcode=77",
             "--log-file=" + os.path.join(d, "%p")] + argv, cwd=TOP, env=env,
            input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            timeout=900)
        said = ""
        for name in sorted(os.listdir(d)):
            with open(os.path.join(d, name)) as f:
                said += NOTICE.sub("", f.read())
    t.ok(p.returncode in may and not said, what, "status", p.returncode,
         said[:6000], p.stderr.decode("utf-8", "replace")[-2000:])
    return p.stdout


def play(scene):
    more = []
    if scene.prog in ("csv-episode", "csv-verify", "csv-llmq"):
        more = ["--sandbox", "none"]    # it knows neither seccomp nor Landlock
    with tempfile.TemporaryDirectory() as d, served(scene):
        out, tmp = os.path.join(d, "out"), os.path.join(d, "tmp")
        os.mkdir(out)
        os.mkdir(tmp)
        return clean(scene.name, LOST + scene.argv(out) + more,
                     scene.environment(tmp), scene.data)


def units():
    for where in ("tests", "replay"):
        for name in sorted(os.listdir(os.path.join(B, where))):
            if not re.fullmatch("(test|fuzz)_[a-z_]+", name):
                continue
            # It computes with 64 bits where long double has 80: a digit of
            # test_num may differ.
            clean(name, [os.path.join(B, where, name)],
                  environment(CK_FORK="no", CK_DEFAULT_TIMEOUT="600"),
                  may=(0, 1) if name == "test_num" else (0,))


def pipeline(questions):
    traces = play(Scene("csv-episode", "-t", "reference", data=questions))
    play(Scene("csv-verify", data=questions))
    episodes = play(Scene("csv-triangulate", data=traces))
    play(Scene("csv-inspect", "episodes", "--html", data=episodes))
    play(Scene("hf-push", "--dry-run", "--repo", "me/x", "--license",
               "cc-by-4.0", data=episodes))


def main():
    if shutil.which("valgrind") is None or os.environ.get("SAN"):
        t.skip("valgrind", "not here, or a build with sanitizers")
        return t.done()
    questions = play(Scene("csv-synthq", "-n", "8", CSV))
    play(Scene("csv-synthq", "--profile", CSV))
    play(Scene("csv-inspect", "questions", data=questions))
    if os.environ.get("CHECK_ALL"):
        sandbox = sandbox_works()
        if sandbox:
            pipeline(questions)
        else:
            t.skip("the pipeline", "no sandbox or no libraries here")
        with tempfile.TemporaryDirectory() as d:
            for scene in scenes(d, sandbox):
                play(scene)
        units()
    return t.done()


sys.exit(main())
