#!/usr/bin/env python3
"""worker.t - the sandbox's own Python: answers, summaries, hooks, cells.

Without pandas in any interpreter it is skipped.
"""

import collections
import ctypes
import datetime
import decimal
import enum
import fractions
import gc
import importlib.util
import json
import mmap
import os
import sys

try:
    import numpy as np
    import pandas as pd
except ImportError:
    OTHER = "/usr/bin/python3"
    if "TAP_RESTARTED" not in os.environ and os.access(OTHER, os.X_OK):
        os.environ["TAP_RESTARTED"] = "1"
        os.execv(OTHER, [OTHER] + sys.argv)
    print("1..0 # SKIP no Python with pandas")
    sys.exit(0)

HERE = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location(
    "worker", os.path.join(HERE, "../../lib/py/worker.py"))
worker = importlib.util.module_from_spec(spec)
sys.dont_write_bytecode = True
spec.loader.exec_module(worker)

count = failed = 0


def ok(good, what, *seen):
    global count, failed
    count += 1
    failed += not good
    print("%s %d - %s" % ("ok" if good else "not ok", count, what))
    if not good:
        for line in "\n".join(str(s) for s in seen).splitlines():
            print("# " + line)


def same(what, value, want):
    got = worker.normalise(value)
    text, wanted = json.dumps(got), json.dumps(want)
    ok(text == wanted, "answer: " + what, "got  " + text, "want " + wanted)


class Colour(enum.Enum):
    RED = "red"


Point = collections.namedtuple("Point", "x y")
frame = pd.DataFrame({"k": ["a", "b"], "v": [1, 2.5]})
three = frame.assign(w=[True, False])


def answers():
    same("None", None, None)
    same("bool", np.bool_(True), True)
    same("integer", np.int32(7), 7)
    same("big integer", 2 ** 80, 2 ** 80)
    same("float", np.float64(2.67), 2.67)
    same("short float", np.float32(0.1), 0.1)
    same("whole float", 3.0, 3.0)
    same("NaN", float("nan"), None)
    same("infinity", float("inf"), "inf")
    same("minus infinity", np.float64("-inf"), "-inf")
    same("minus zero", -0.0, 0.0)
    same("NA, NaT", [pd.NA, pd.NaT], [None, None])
    same("text", "é", "é")
    same("NUL and a lone surrogate", "a\0\ud800", "a\ufffd\ufffd")
    same("bytes", b"ab\xff", "ab\\xff")
    same("decimals", [decimal.Decimal("1.50"), decimal.Decimal("3"),
                      decimal.Decimal("NaN"), decimal.Decimal("Infinity")],
         [1.5, 3, None, "inf"])
    same("fraction", fractions.Fraction(1, 4), 0.25)
    same("complex", [1 + 0j, 1 + 2j], [1.0, "(1+2j)"])
    same("enum", Colour.RED, "red")
    same("dates", [pd.Timestamp("2020-01-02"),
                   datetime.date(2020, 1, 2), np.datetime64("2020-01-02")],
         ["2020-01-02T00:00:00", "2020-01-02", "2020-01-02T00:00:00"])
    same("span", pd.Timedelta(days=1), "P1DT0H0M0S")
    same("tuple, range, deque", [(1, 2), range(2), collections.deque([3])],
         [[1, 2], [0, 1], [3]])
    same("named tuple", Point(1, 2), [1, 2])
    same("set", {3, 1, 2}, [1, 2, 3])
    same("mixed set", {1, "a"}, [1, "a"])
    same("dict", {"b": 1, "a": {2}}, {"b": 1, "a": [2]})
    same("keys", {1: 0, 2.5: 0, True: 0, None: 0, (1, "a"): 0,
                  np.int64(9): 0, pd.Timestamp("2020-01-02"): 0},
         {"1": 0, "2.5": 0, "null": 0, "1, a": 0, "9": 0,
          "2020-01-02T00:00:00": 0})
    same("array", np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]])
    same("array of nothing", np.array(5.5), 5.5)
    same("index", pd.Index(["a", "b"]), ["a", "b"])
    same("categories", pd.Categorical(["a", "b"]), ["a", "b"])
    same("period, interval", [pd.Period("2020-01"), pd.Interval(0, 1)],
         ["2020-01", "(0, 1]"])
    same("object", object, "<class 'object'>")
    same("dict view", frame.set_index("k").v.to_dict().values(), [1.0, 2.5])


def frames():
    same("1x1 frame", pd.DataFrame({"a": [4]}), 4)
    same("one column", frame[["v"]], [1.0, 2.5])
    same("one column of 1 keyed row",
         pd.DataFrame({"v": [1]}, index=["a"]), 1)
    same("one column, named index",
         frame.set_index("k")[["v"]], {"a": 1.0, "b": 2.5})
    same("one column, text index",
         pd.DataFrame({"v": [1, 2]}, index=["x", "y"]), {"x": 1, "y": 2})
    same("two columns", frame, {"a": 1.0, "b": 2.5})
    same("two columns, first not unique",
         pd.DataFrame({"k": [1, 1], "v": [2, 3]}),
         [{"k": 1, "v": 2}, {"k": 1, "v": 3}])
    same("three columns", three, [{"k": "a", "v": 1.0, "w": True},
                                  {"k": "b", "v": 2.5, "w": False}])
    same("columns by group", three.set_index("k"),
         [{"k": "a", "v": 1.0, "w": True}, {"k": "b", "v": 2.5, "w": False}])
    same("filtered rows", three[three.k == "b"],
         [{"k": "b", "v": 2.5, "w": False}])
    same("no rows", frame[:0], {})
    same("series", frame.v, [1.0, 2.5])
    same("series of one", frame.v[:1], 1.0)
    same("keyed series", frame.set_index("k").v, {"a": 1.0, "b": 2.5})
    same("counts", pd.Series([1, 1, 2]).value_counts(), [2, 1])
    two = three.assign(n=1).groupby(["k", "w"]).n.sum()
    same("two levels", two, {"a, true": 1, "b, false": 1})
    same("missing cells", pd.Series([1, None]), [1.0, None])
    same("dates as keys", pd.Series(
        [1, 2], index=pd.to_datetime(["2020-01-01", "2020-01-02"])),
        {"2020-01-01T00:00:00": 1, "2020-01-02T00:00:00": 2})


def refusals():
    deep = []
    for _ in range(1000):
        deep = [deep]
    cycle = {}
    cycle["me"] = cycle
    for what, v in (("depth", deep), ("cycle", cycle),
                    ("size", list(range(300000)))):
        try:
            worker.normalise(v)
            ok(False, "answer refused: " + what)
        except ValueError:
            ok(True, "answer refused: " + what)


def summaries():
    big = pd.DataFrame(np.arange(300000).reshape(1000, 300))
    wide = pd.DataFrame({"x" * 300 + str(i): ["y" * 5000] * 50
                         for i in range(80)})
    for what, v in (("wide frame", big), ("long texts", wide),
                    ("long list", ["z" * 500] * 5000),
                    ("long text", "t" * 100000),
                    ("dict", {str(i): "v" * 300 for i in range(9999)}),
                    ("array", np.ones((50, 50))), ("series", wide.iloc[0])):
        n = len(worker.encode(worker.value_of(v)))
        ok(n <= worker.SUMMARY_MAX, "summary of at most 16 KiB: " + what, n)
    s = worker.value_of(frame)
    ok(s["shape"] == [2, 2] and s["dtypes"] == ["object", "float64"]
       and s["head"] == [["a", 1.0], ["b", 2.5]]
       and s["statistics"]["v"]["mean"] == 1.75, "summary of a frame", s)
    s = worker.value_of([1, 2, 6])
    ok(s["length"] == 3 and s["head"] == [1, 2, 6]
       and s["statistics"]["mean"] == 3.0, "summary of a list", s)
    ok(worker.value_of(2.5) == 2.5 and worker.value_of("a") == "a",
       "scalars are whole")

    class Evil:
        def __str__(self):
            raise RecursionError
        __iter__ = __str__
    ok("Evil" in json.dumps(worker.value_of(Evil())),
       "a value that cannot be read", worker.value_of(Evil()))


def same_figures():
    """Statistics are those of pandas, bit by bit."""
    rng = np.random.default_rng(5)
    unlike = []
    for n in range(300):
        a = rng.normal(size=n % 60) * 10.0 ** rng.integers(-8, 9)
        if n % 3 == 1:
            a[rng.random(a.size) < 0.2] = [np.nan, np.inf][n % 2]
        if n % 3 == 2:
            a = np.round(a / abs(a).max() * 1e15).astype("i8")
        c = pd.Series(a).dropna()
        if c.size == 0:
            continue
        want = {"count": c.size, "mean": c.mean(), "std": c.std(),
                "min": c.min(), "median": c.median(), "max": c.max()}
        want = {k: worker.normalise(x) for k, x in want.items()}
        got = worker.figures(pd.Series(a))
        if repr(got) != repr(want):
            unlike.append((got, want))
    ok(not unlike, "statistics as pandas gives them", *unlike[:2])


class Recorder:
    """Stands for the channel to the host."""

    def __init__(self):
        self.sent = []
        self.busy = self.pending = False

    def send(self, obj):
        self.sent.append(obj)


def session(code, *more):
    """Run cells as a worker does; what the host would have received."""
    main, chan = sys.modules["__main__"], Recorder()
    streams = sys.stdout, sys.stderr
    s = worker.Session(chan, {"__name__": "__main__", "pd": pd, "df": frame})
    s.stdout = s.stderr = open(os.devnull, "w")
    for n, c in enumerate((code,) + more):
        s.run({"id": n + 1, "nonce": "n", "cell": n, "code": c})
    sys.stdout, sys.stderr = streams
    sys.modules["__main__"] = main
    return chan.sent


def hooks():
    for what, call in (
            ("plain", "hook(m, 'm')"), ("keywords",
                                        "hook(name='m', value=m)"),
            ("name first", "hook('m', m)"), ("no name", "hook(m)"),
            ("value keyword", "hook('m', value=m)")):
        sent = session("m = 1 + 1\n" + call)
        h = sent[0]
        ok(h["type"] == "hook" and h["name"] == "m" and h["value"] == 2
           and h["code_line"] == "m = 1 + 1", "hook: " + what, h)
    h = session("a = 1\nhook('x', 'a')")[0]
    ok(h["value"] == "x" and h["name"] == "a", "hook: two texts", h)
    h = session("x = [1,\n  2]\n", "hook(x, 'list', ['df'])")[1]
    ok(h["code_line"] == "x = [1,\n  2]" and h["depends_on"] == ["df"]
       and h["name"] == "list", "hook: made in an earlier cell", h)
    sent = session("hook(1, 'a')\nhook(2, 'b', depends_on=['a', 'nothing'])")
    ok(sent[1]["depends_on"] == ["a"], "hook: unknown names are left out",
       sent[1])
    h = session("hook(3, 'x', 'why', 'df')")[0]
    ok(h["description"] == "why" and h["depends_on"] == ["df"],
       "hook: all by position", h)
    d = session("hook()")[-1]
    ok(d["status"] == "error" and d["ename"] == "TypeError",
       "hook: nothing is an error", d)
    d = session("hook(1, nam='x')")[-1]
    ok("nam" in d["evalue"], "hook: an unknown argument is named", d)


def cells():
    d = session("def f(x):\n    return 1 / x\n", "f(0)")[-1]
    ok(d["tb"] == 'Traceback (most recent call last):\n'
       '  File "<cell 1>", line 1, in <module>\n    f(0)\n'
       '  File "<cell 0>", line 2, in f\n    return 1 / x\n'
       'ZeroDivisionError: division by zero\n', "traceback", d["tb"])
    d = session("df['nope']")[-1]
    ok(d["ename"] == "KeyError" and "pandas" not in d["tb"]
       and d["tb"].rstrip().endswith("KeyError: 'nope'"),
       "traceback without the library's lines", d["tb"])
    d = session("x = (")[-1]
    ok(d["ename"] == "SyntaxError" and "<cell 0>" in d["tb"],
       "syntax error", d)
    d = session("import sys\nsys.exit(3)")[-1]
    ok(d["status"] == "exit", "sys.exit", d)
    for what, code, want in (
            ("the clock", "import time\ntime.time()", (True, False)),
            ("today", "pd.Timestamp.now()", (True, False)),
            ("urandom", "import os\nos.urandom(3)", (False, True)),
            ("no seed", "import numpy as np\nnp.random.default_rng()",
             (False, True)),
            ("a seed", "import numpy as np\nnp.random.default_rng(3)",
             (False, False)),
            ("df.time", "pd.to_datetime('2020-01-01').time()",
             (False, False))):
        d = session(code)[-1]
        ok((d["clock"], d["entropy"]) == want, "flags: " + what, d)
    sent = session("submit(1)\nsubmit({2})")
    ok([f["value"] for f in sent[:2]] == [1, [2]], "submit", sent)


def huge_kib():
    with open("/proc/self/smaps_rollup") as f:
        return [int(line.split()[1]) for line in f
                if line.startswith("AnonHugePages:")][0]


def collapses():
    """Does this kernel make a huge page of what is there?"""
    m = mmap.mmap(-1, 2 * worker.HUGE, mmap.MAP_PRIVATE)
    m.write(b"x" * len(m))
    at = ctypes.addressof(ctypes.c_char.from_buffer(m))
    return worker.libc.madvise(
        ctypes.c_void_p(-(-at // worker.HUGE) * worker.HUGE),
        ctypes.c_size_t(worker.HUGE), worker.MADV_COLLAPSE) == 0


def memory():
    """In a child, where a parent's memory is not of one piece."""
    get, put = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            kept = worker.reserve_arenas()
            can = collapses()
            before = huge_kib()
            worker.settle()
            found = [can, huge_kib() - before, len(kept),
                     gc.get_freeze_count() > 0, session("submit(df.shape)")]
            os.write(put, json.dumps(found).encode())
        finally:
            os._exit(0)
    os.close(put)
    with os.fdopen(get, "rb") as f:
        can, huge, kept, frozen, sent = json.loads(f.read())
    os.waitpid(pid, 0)
    ok(frozen and sent[0]["value"] == list(frame.shape),
       "memory: settled, cells run", sent)
    if can:
        ok(huge << 10 >= worker.ARENAS * 3 // 4,
           "memory: arenas lie together and become huge", huge, kept)
    else:
        ok(True, "memory: huge # SKIP no MADV_COLLAPSE")


answers()
frames()
refusals()
summaries()
same_figures()
hooks()
cells()
memory()
print("1..%d" % count)
sys.exit(failed > 0)
