"""worker.py - the sandbox side of lib/box: zygote, trace workers, hook().

The host (lib/box*.c) starts one zygote per CSV.  The zygote imports the
libraries, loads `df` and forks one worker per trace.  A worker locks itself
in (confine) before it reads its first request, then runs cells.

Descriptors of the zygote: 3 control (SOCK_SEQPACKET, one JSON object a
packet), 4 the seccomp program, 5 this text.  Of a worker: 1 and 2 the cells'
output, 3 its requests and frames (a stream, one JSON object a line).

What a teacher's code sees: df, pd, np, and

    hook(value, name, description="", depends_on=())
        Record an intermediate result under a name.  depends_on: names of
        earlier hooks or variables (one text or several).  All may be given
        by keyword, in any order; hook("name", value) is understood when the
        value is not a text; without a name the variable's own name is taken.
        code_line="..." may tell which line made the value; otherwise it is
        the last line run that assigned the variable.
    submit(answer)
        Give the final answer.  The last call counts.

Nothing here is a boundary: code in a worker may take all of it apart.  The
kernel confines it, and the host checks every frame.
"""

import ast
import builtins
import ctypes
import errno
import gc
import json
import linecache
import math
import mmap
import os
import re
import resource
import select
import signal
import socket
import struct
import sys
import types

# Private references: user code may replace the originals.
_read = os.read
_write = os.write
_exit = os._exit
_dumps = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
_loads = json.loads
_getframe = sys._getframe
_isinstance = isinstance
_type = type
_str = str
_repr = repr
_len = len
_builtins = dict(vars(builtins))
_restore = vars(builtins).update

CTL, FILTER, SOURCE, SOCK = 3, 4, 5, 3
FRAME_MAX = 1 << 20
SUMMARY_MAX = 16 << 10
TEXT_MAX = 64 << 10
HOOKS_MAX, SUBMITS_MAX = 200, 16
DEPTH_MAX, NODES_MAX = 40, 200000
RESERVE = 6 << 20
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")

# ---------------------------------------------------------------- answers


class TooLarge(ValueError):
    """An answer that no frame can hold."""


def clean_text(s):
    """A plain str that is valid UTF-8 and free of NUL."""
    s = _str.__str__(s) if _type(s) is not _str else s
    s = s.replace("\0", "\ufffd")
    try:
        s.encode("utf-8")
    except UnicodeEncodeError:
        s = s.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return s


def fallback_text(v):
    """Some text for an object of unknown type, never an exception."""
    try:
        s = _str(v)
    except Exception:
        s = "<%s>" % type_name(v)
    return ADDRESS.sub("0x\u2026", clean_text(s))


def type_name(v):
    try:
        return clean_text(_type(v).__name__)
    except Exception:
        return "object"


class Normaliser:
    """Turns any value into JSON's types by the rules for answers.

    A 1x1 frame becomes a scalar; one column a list (a dict when the index is
    named or not integer); two columns a dict when the first is unique;
    anything else a list of records.  Series likewise, sets sorted lists,
    NumPy scalars plain ones, NaN None, infinities "inf" and "-inf", -0.0
    0.0, dates ISO 8601 texts.
    """

    def __init__(self):
        self.nodes = 0

    def __call__(self, v, depth=0):
        self.nodes += 1
        if depth > DEPTH_MAX:
            raise TooLarge("the answer is nested too deeply")
        if self.nodes > NODES_MAX:
            raise TooLarge("the answer has too many members")
        t = _type(v)
        if v is None or t is bool:
            return v
        if t is int:
            return v
        if t is float:
            return self.real(v)
        if t is _str:
            return clean_text(v)
        if t in (list, tuple):
            return [self(x, depth + 1) for x in v]
        if t is dict:
            return self.mapping(v, depth)
        for kind, fn in self.table():
            if _isinstance(v, kind):
                return fn(self, v, depth)
        return self.unknown(v, depth)

    def real(self, v):
        v = float(v)
        if math.isnan(v):
            return None
        if math.isinf(v):
            return "inf" if v > 0 else "-inf"
        return v + 0.0 if v else 0.0

    def decimal(self, v, depth):
        if v.is_nan():
            return None
        if v.is_finite() and v.as_tuple().exponent >= 0:
            return int(v)
        return self.real(v)

    def complex(self, v, depth):
        return self.real(v.real) if v.imag == 0 else clean_text(_str(v))

    def mapping(self, v, depth):
        return {self.key(k): self(x, depth + 1) for k, x in v.items()}

    def key(self, k):
        """A member name: JSON's own spelling where it has one."""
        if _type(k) is _str:
            return clean_text(k)
        k = k if _type(k) is tuple else self(k, DEPTH_MAX - 4)
        if _type(k) is _str:
            return k
        if _type(k) is tuple or _type(k) is list:
            return ", ".join(self.key(x) for x in k)
        return _dumps(k)

    def ordered(self, v, depth):
        out = [self(x, depth + 1) for x in v]
        try:
            return sorted(out)
        except TypeError:
            return sorted(out, key=lambda x: (type_name(x), _dumps(x)))

    def iterable(self, v, depth):
        out = []
        for x in v:
            out.append(self(x, depth + 1))
        return out

    def array(self, v, depth):
        return self(v.item() if v.ndim == 0 else v.tolist(), depth)

    def instant(self, v, depth):
        return None if v != v else clean_text(v.isoformat())

    def span(self, v, depth):
        return clean_text(pandas().Timedelta(v).isoformat())

    def npscalar(self, v, depth):
        if v.dtype.kind in "mM":
            pd = pandas()
            if v != v:
                return None
            make = pd.Timestamp if v.dtype.kind == "M" else pd.Timedelta
            return clean_text(make(v).isoformat())
        if v.dtype.kind == "f" and v.dtype.itemsize < 8:
            return self.real(float(_str(v)))
        w = v.item()
        if _type(w) is _type(v):
            return self.real(w) if v.dtype.kind == "f" else self.unknown(w, 0)
        return self(w, depth)

    def series(self, v, depth):
        if _len(v) == 1:
            return self(v.iloc[0], depth)
        if keyed(v.index):
            return {self.key(k): self(x, depth + 1)
                    for k, x in zip(v.index, v)}
        return [self(x, depth + 1) for x in v]

    def frame(self, v, depth):
        if v.shape == (1, 1):
            return self(v.iloc[0, 0], depth)
        if v.shape[1] == 1:
            return self.series_of_many(v.iloc[:, 0], depth)
        if keyed(v.index):
            names = [n if n is not None else "index" if i == 0
                     else "level_%d" % i
                     for i, n in enumerate(v.index.names)]
            return self.records(v, [self.key(n) for n in names], depth)
        if v.shape[1] == 2 and v.iloc[:, 0].is_unique:
            return {self.key(k): self(x, depth + 1)
                    for k, x in zip(v.iloc[:, 0], v.iloc[:, 1])}
        return self.records(v, [], depth)

    def series_of_many(self, v, depth):
        """One column: like a series, but never a scalar."""
        if keyed(v.index):
            return {self.key(k): self(x, depth + 1)
                    for k, x in zip(v.index, v)}
        return [self(x, depth + 1) for x in v]

    def records(self, v, index, depth):
        columns = [v.iloc[:, i] for i in range(v.shape[1])]
        names = [self.key(n) for n in v.columns]
        out = []
        for n, k in enumerate(v.index):
            k = k if _type(k) is tuple and _len(index) > 1 else (k,)
            row = {a: self(b, depth + 2) for a, b in zip(index, k)}
            for name, c in zip(names, columns):
                row[name] = self(c.iloc[n], depth + 2)
            out.append(row)
        return out

    def unknown(self, v, depth):
        return fallback_text(v)

    kinds = None

    def table(self):
        """Type -> method, in the order of the tests; pandas when loaded."""
        if self.kinds is not None and (_len(self.kinds) > 20 or
                                       "pandas" not in sys.modules):
            return self.kinds
        import collections
        import collections.abc
        import datetime
        import decimal
        import enum
        import fractions
        c = Normaliser
        kinds = [
            (enum.Enum, lambda s, v, d: s(v.value, d + 1)),
            (bool, lambda s, v, d: bool(v)),
            (_str, lambda s, v, d: clean_text(v)),
            (int, lambda s, v, d: int(v)),
            (float, lambda s, v, d: s.real(v)),
            (decimal.Decimal, c.decimal),
            (fractions.Fraction, lambda s, v, d: s.real(v)),
            (complex, c.complex),
            ((bytes, bytearray, memoryview), lambda s, v, d: clean_text(
                bytes(v).decode("utf-8", "backslashreplace"))),
            (dict, c.mapping),
            (collections.abc.Mapping, c.mapping),
            ((set, frozenset), c.ordered),
            (collections.abc.Set, c.ordered),
            ((list, tuple, range, collections.deque), c.iterable),
            (collections.abc.Iterator, c.iterable),
            (collections.abc.ValuesView, c.iterable),
        ]
        dates = [
            ((datetime.datetime, datetime.date, datetime.time), c.instant),
            (datetime.timedelta, c.span),
        ]
        if "pandas" in sys.modules:
            pd, np = pandas(), sys.modules["numpy"]
            missing = (_type(pd.NaT), _type(pd.NA))
            kinds = [
                (missing, lambda s, v, d: None),
                (np.bool_, lambda s, v, d: bool(v)),
                (np.generic, c.npscalar),
                (pd.DataFrame, c.frame),
                (pd.Series, c.series),
                (pd.Index, lambda s, v, d: s.iterable(v, d)),
                (np.ndarray, c.array),
                (pd.api.extensions.ExtensionArray, c.iterable),
                (pd.Timedelta, lambda s, v, d: clean_text(v.isoformat())),
            ] + kinds
        Normaliser.kinds = kinds + dates
        return Normaliser.kinds


def pandas():
    import pandas as pd
    return pd


def keyed(index):
    """Does this index carry information: a name, or other than integers?"""
    if any(n is not None for n in index.names):
        return True
    return index.nlevels > 1 or (
        _len(index) > 0 and index.dtype.kind not in "iu")


def normalise(v):
    return Normaliser()(v)


# -------------------------------------------------------------- summaries

SCALARS = (type(None), bool, int, float)


def brief(v, n=200):
    """A value shortened for a summary."""
    if _isinstance(v, _str):
        return v if _len(v) <= n else v[:n] + "\u2026"
    if _isinstance(v, list):
        return [brief(x, 60) for x in v[:10]]
    if _isinstance(v, dict):
        return {brief(k, 60): brief(x, 60) for k, x in list(v.items())[:10]}
    return v


def plain_figures(v):
    """Of a non-empty NumPy vector of float64 or int64 without NaN: the same
    bits as pandas gives, at a tenth of its time."""
    np = sys.modules["numpy"]
    n = _len(v)
    with np.errstate(all="ignore"):
        mean = v.sum(dtype="f8") / n
        std = math.nan if n == 1 else math.sqrt(
            ((mean - v) ** 2).sum(dtype="f8") / (n - 1))
        return {"count": n, "mean": mean, "std": std, "min": v.min(),
                "median": np.median(v), "max": v.max()}


def figures(c):
    """Statistics of a numeric pandas column, normalised."""
    c = c.dropna()
    if _len(c) == 0:
        return {"count": 0}
    v = c.array.to_numpy() if c.dtype in ("f8", "i8") else None
    out = plain_figures(v) if v is not None else {
        "count": _len(c), "mean": c.mean(), "std": c.std(),
        "min": c.min(), "median": c.median(), "max": c.max()}
    return {k: normalise(x) for k, x in out.items()}


def is_number(c):
    return c.dtype.kind in "iuf"


def frame_summary(v):
    some = v.iloc[:, :50]
    columns = [clean_text(_str(n))[:100] for n in some.columns]
    series = [some.iloc[:, i] for i in range(some.shape[1])]
    head = [[brief(normalise(x), 80) for x in c.array[:5]] for c in series]
    n = min(_len(v), 5)
    out = {"type": "DataFrame", "shape": list(v.shape), "columns": columns,
           "dtypes": [_str(t) for t in some.dtypes],
           "head": [[c[r] for c in head] for r in range(n)]}
    if v.index.name is not None or not is_number(v.index):
        out["index"] = [brief(normalise(x), 80) for x in v.index[:5]]
    stats = {name: figures(c) for name, c in zip(columns, series[:20])
             if is_number(c)}
    if stats:
        out["statistics"] = stats
    return out


def series_summary(v):
    out = {"type": "Series", "shape": list(v.shape), "dtype": _str(v.dtype),
           "head": [brief(normalise(x), 200) for x in v.head(10)]}
    if v.name is not None:
        out["name"] = brief(clean_text(_str(v.name)))
    if keyed(v.index):
        out["index"] = [brief(normalise(x), 80) for x in v.index[:10]]
    if is_number(v):
        out["statistics"] = figures(v)
    return out


def array_summary(v):
    out = {"type": "ndarray", "shape": list(v.shape), "dtype": _str(v.dtype),
           "head": [brief(normalise(x)) for x in v.reshape(-1)[:10]]}
    if v.dtype.kind in "iuf" and v.size:
        out["statistics"] = figures(pandas().Series(v.reshape(-1)))
    return out


def plain_summary(v, kind):
    """Of a list or dict that is normalised already."""
    out = {"type": kind, "length": _len(v), "head": brief(v)}
    if _isinstance(v, list):
        nums = [x for x in v if _type(x) in (int, float)]
        if nums and _len(nums) == _len(v):
            out["statistics"] = {
                "count": _len(nums), "min": min(nums), "max": max(nums),
                "mean": normalise(math.fsum(nums) / _len(nums))}
    return out


def summarise(v):
    """The `value` of a hook: whole for scalars, else at most 16 KiB."""
    pd = sys.modules.get("pandas")
    np = sys.modules.get("numpy")
    if pd is not None and _isinstance(v, pd.DataFrame):
        out = frame_summary(v)
    elif pd is not None and _isinstance(v, pd.Series):
        out = series_summary(v)
    elif np is not None and _isinstance(v, np.ndarray) and v.ndim:
        out = array_summary(v)
    else:
        out = normalise(v)
        if _isinstance(out, (list, dict)):
            out = plain_summary(out, type_name(v))
        elif _isinstance(out, _str) and _len(out.encode()) > SUMMARY_MAX:
            out = {"type": type_name(v), "length": _len(out),
                   "head": out[:1000]}
    for part in ("statistics", "index", "head", "dtypes", "columns"):
        if _len(encode(out)) <= SUMMARY_MAX:
            break
        if _isinstance(out, dict):
            out.pop(part, None)
    return out


def value_of(v):
    """summarise(), whatever v does."""
    try:
        return summarise(v)
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as e:
        return {"type": type_name(v), "unreadable": type_name(e)}


# ----------------------------------------------------------------- frames


def encode(v):
    return _dumps(v).encode("utf-8")


class Channel:
    """Lines to and from the host; a signal never tears one apart."""

    def __init__(self, fd):
        self.fd = fd
        self.buf = b""
        self.busy = False
        self.pending = False

    def send(self, obj):
        data = encode(obj) + b"\n"
        if _len(data) > FRAME_MAX:
            raise TooLarge("more than 1 MiB")
        self.busy = True
        try:
            while data:
                data = data[_write(self.fd, data):]
        except OSError:
            _exit(0)
        finally:
            self.busy = False
        if self.pending:
            self.pending = False
            raise KeyboardInterrupt

    def recv(self):
        """The next request; the end of the host is the end of the worker."""
        while True:
            at = self.buf.find(b"\n")
            if at >= 0:
                line, self.buf = self.buf[:at], self.buf[at + 1:]
                return _loads(line)
            try:
                data = _read(self.fd, 1 << 16)
            except OSError:
                _exit(0)
            if not data:
                _exit(0)
            self.buf += data


# ------------------------------------------------------------------ cells

CLOCK = {"now", "today", "utcnow", "perf_counter", "perf_counter_ns",
         "monotonic", "monotonic_ns", "process_time", "time_ns",
         "clock_gettime", "thread_time", "localtime", "gmtime", "ctime"}
ENTROPY = {"urandom", "getrandom", "uuid1", "uuid4", "SystemRandom",
           "token_hex", "token_bytes", "token_urlsafe", "randbits",
           "getpid", "gettempdir", "mkstemp", "mkdtemp",
           "NamedTemporaryFile", "TemporaryDirectory", "TemporaryFile"}
SEEDED = {"default_rng", "RandomState", "Random", "SeedSequence", "PCG64"}


def sources_of_chance(tree):
    """(clock, entropy): does the text read either?  A hint, by name."""
    clock = entropy = False
    for node in ast.walk(tree):
        name, owner = "", ""
        if _isinstance(node, ast.Attribute):
            name = node.attr
            owner = getattr(node.value, "id", "")
        elif _isinstance(node, ast.Name):
            name = node.id
        elif _isinstance(node, ast.ImportFrom) and node.module in (
                "time", "secrets", "uuid"):
            names = {a.name for a in node.names}
            clock |= node.module == "time" and names != {"sleep"}
            entropy |= node.module != "time"
        elif _isinstance(node, ast.Call):
            f = node.func
            f = getattr(f, "attr", getattr(f, "id", ""))
            if (f in SEEDED or f == "seed") and not (
                    node.args or node.keywords):
                entropy = True
        elif _isinstance(node, ast.Constant) and node.value in (
                "now", "today"):
            clock = True
        if name in CLOCK and _isinstance(node, ast.Attribute) or (
                name == "time" and owner == "time"):
            clock = True
        if name in ENTROPY or owner == "secrets":
            entropy = True
    return clock, entropy


def assignments(tree, lines):
    """{name: text of the last line that assigns it}, and calls of hook by
    their line: (name of the first argument)."""
    made, calls = {}, {}
    for node in ast.walk(tree):
        targets = []
        if _isinstance(node, ast.Assign):
            targets = node.targets
        elif _isinstance(node, (ast.AugAssign, ast.AnnAssign)):
            targets = [node.target]
        elif _isinstance(node, ast.Call) and getattr(
                node.func, "id", "") == "hook":
            arg = node.args[0] if node.args else None
            for k in node.keywords:
                if k.arg == "value":
                    arg = k.value
            if _isinstance(arg, ast.Constant) and _len(node.args) > 1:
                arg = node.args[1]
            if _isinstance(arg, ast.Name):
                for n in range(node.lineno, node.end_lineno + 1):
                    calls[n] = arg.id
        for t in targets:
            for leaf in ast.walk(t):
                if _isinstance(leaf, ast.Name) and _isinstance(
                        leaf.ctx, ast.Store):
                    made.setdefault(leaf.id, []).append(
                        (node.lineno, node.end_lineno))
    for spans in made.values():
        spans.sort()
    return made, calls


class Cell:
    """One cell's text, compiled; filename <cell N>."""

    def __init__(self, index, code):
        self.name = "<cell %d>" % index
        self.lines = code.splitlines(True)
        self.made, self.calls = {}, {}
        self.clock = self.entropy = False
        self.body = self.last = None

    def compile(self, code):
        tree = ast.parse(code, self.name)
        self.clock, self.entropy = sources_of_chance(tree)
        self.made, self.calls = assignments(tree, self.lines)
        last = None
        if tree.body and _isinstance(tree.body[-1], ast.Expr):
            last = ast.Expression(tree.body.pop().value)
            self.last = compile(last, self.name, "eval", dont_inherit=True)
        self.body = compile(tree, self.name, "exec", dont_inherit=True)

    def text(self, first, last):
        return "".join(self.lines[first - 1:last]).strip("\n")


REHEARSAL = "repr(1 + len(str(print)))\nNone\n"


class Mute:
    """Stands for the channel where nothing is to be said."""

    busy = pending = False

    def send(self, obj):
        encode(obj)


class Session:
    """The names and the cells of one trace."""

    def __init__(self, chan, names):
        self.chan = chan
        self.main = types.ModuleType("__main__")
        self.main.__dict__.update(names)
        self.main.__dict__["hook"] = self.make_hook()
        self.main.__dict__["submit"] = self.make_submit()
        self.made = {}      # variable -> (cell, first line, last line)
        self.hooked = set()
        self.cells = {}
        self.request = None
        self.running = False
        self.hooks = self.submits = 0
        self.drew = False
        self.reserve = None     # lets the harness work when memory is full
        sys.modules["__main__"] = self.main
        # dup'ed so that closing fd 1 or 2 is seen, and this is not.
        self.stdout = sys.stdout
        self.stderr = sys.stderr

    # -- hook and submit

    def make_hook(self):
        def hook(*args, **kw):
            """hook(value, name, description="", depends_on=())"""
            return self.hook(_getframe(1), args, kw)
        return hook

    def make_submit(self):
        def submit(answer):
            """submit(answer): give the final answer"""
            return self.submit(answer)
        return submit

    def where(self, frame):
        """The cell and line that called, from the innermost cell frame."""
        while frame is not None:
            cell = self.cells.get(frame.f_code.co_filename)
            if cell is not None:
                return cell, frame.f_lineno
            frame = frame.f_back
        return None, 0

    def arguments(self, args, kw):
        names = ["value", "name", "description", "depends_on", "code_line"]
        got = dict(kw)
        args = list(args)
        for alias, name in (("variable_name", "name"), ("desc", "description"),
                            ("depends", "depends_on")):
            if alias in got and name not in got:
                got[name] = got.pop(alias)
        extra = [k for k in got if k not in names]
        if extra:
            raise TypeError("hook() has no argument %r" % extra[0])
        if _len(args) > _len(names):
            raise TypeError("hook() takes at most %d arguments" % _len(names))
        if _len(args) >= 2 and _isinstance(args[0], _str) and not _isinstance(
                args[1], (_str, list, tuple, set, type(None))):
            args[0], args[1] = args[1], args[0]
        elif _len(args) == 1 and "value" in got and "name" not in got:
            got["name"] = args.pop()
        for name, v in zip([n for n in names], args):
            if name in got:
                raise TypeError("hook() got %r twice" % name)
            got[name] = v
        for name in ("name", "description"):
            v = got.get(name)
            if _isinstance(v, (list, tuple, set)) and "depends_on" not in got:
                got["depends_on"] = got.pop(name)
        if "value" not in got:
            raise TypeError("hook() needs a value")
        return got

    def hook(self, frame, args, kw):
        a = self.arguments(args, kw)
        if self.hooks >= HOOKS_MAX:
            raise RuntimeError("more than %d hooks in a cell" % HOOKS_MAX)
        cell, line = self.where(frame)
        name = a.get("name")
        variable = cell.calls.get(line) if cell else None
        if name is None:
            name = variable or "value"
        name = clean_text(_str(name))[:200]
        code = a.get("code_line")
        if code is None:
            code = self.line_of(cell, line, variable, name)
        value = value_of(a["value"])
        depends = self.known(a.get("depends_on"))
        frame = {"type": "hook", "name": name, "value": value,
                 "code_line": clean_text(_str(code))[:4000],
                 "description": clean_text(
                     _str(a.get("description") or ""))[:4000],
                 "depends_on": depends}
        self.hooks += 1
        self.hooked.add(name)
        self.claim(frame)

    def line_of(self, cell, line, variable, name):
        """The last line run, up to here, that assigned the variable."""
        for v in (variable, name):
            if v is None or cell is None:
                continue
            spans = [s for s in cell.made.get(v, ()) if s[0] <= line]
            if spans:
                return cell.text(*spans[-1])
            if v in self.made:
                old, first, last = self.made[v]
                return old.text(first, last)
        return cell.text(line, line) if cell else ""

    def known(self, names):
        if names is None:
            return []
        if _isinstance(names, _str):
            names = [names]
        out = []
        for n in list(names)[:100]:
            n = clean_text(_str(n))[:200]
            if n in self.hooked or n in self.main.__dict__:
                if n not in out:
                    out.append(n)
            else:
                print("hook: depends_on names nothing known: %r" % n,
                      file=self.stderr)
        return out

    def submit(self, answer):
        if self.submits >= SUBMITS_MAX:
            raise RuntimeError("more than %d submits in a cell" % SUBMITS_MAX)
        value = normalise(answer)
        self.submits += 1
        self.claim({"type": "submit", "value": value})

    def claim(self, frame):
        req = self.request
        if req is None:
            raise RuntimeError("no cell is running")
        frame["id"], frame["nonce"] = req["id"], req["nonce"]
        self.chan.send(frame)

    # -- running

    def interrupt(self, sig, frame):
        if self.chan.busy:
            self.chan.pending = True
        elif self.running:
            raise KeyboardInterrupt

    def run(self, req):
        done = {"type": "done", "id": req["id"], "nonce": req["nonce"],
                "status": "ok"}
        cell = Cell(req["cell"], req["code"])
        try:
            self.prepare(req, cell)
            signal.signal(signal.SIGINT, self.interrupt)
            try:
                self.running = True
                self.play(cell, req["code"])
            finally:
                self.running = False
                _restore(_builtins)
        except SystemExit:
            done["status"] = "exit"
        except BaseException as e:
            if _isinstance(e, MemoryError):
                self.reserve = None
            done["status"] = "error"
            self.explain(done, e)
        self.chan.pending = False
        self.flush()
        for name, spans in cell.made.items():
            self.made[name] = (cell,) + spans[-1]
        self.request = None
        done["clock"] = cell.clock
        done["entropy"] = cell.entropy or self.drew
        self.chan.send(done)

    def rehearse(self):
        """Run a cell that leaves nothing behind: the pages that any cell
        writes to become this process's own before somebody waits."""
        chan, self.chan = self.chan, Mute()
        self.run({"id": 0, "nonce": "", "cell": 0, "code": REHEARSAL})
        self.chan = chan
        self.cells.clear()
        linecache.cache.clear()

    def prepare(self, req, cell):
        try:
            if self.reserve is None:    # counted, but never touched
                self.reserve = mmap.mmap(-1, RESERVE, mmap.MAP_PRIVATE)
        except (OSError, MemoryError):
            pass
        self.request = req
        self.hooks = self.submits = 0
        self.drew = False
        self.cells[cell.name] = cell
        sys.stdout, sys.stderr = self.stdout, self.stderr
        sys.modules["__main__"] = self.main
        for fd in (1, 2):
            try:
                os.fstat(fd)
            except OSError:
                _exit(71)
        linecache.cache[cell.name] = (
            _len(req["code"]), None, cell.lines, cell.name)

    def play(self, cell, code):
        cell.compile(code)
        names = self.main.__dict__
        exec(cell.body, names)
        if cell.last is not None:
            v = eval(cell.last, names)
            if v is not None:
                print(_repr(v), file=sys.stdout)

    def flush(self):
        for f in (sys.stdout, sys.stderr, self.stdout, self.stderr):
            try:
                f.flush()
            except BaseException:
                pass

    def explain(self, done, e):
        """ename, evalue and a traceback of the cells' lines only."""
        done["ename"] = done["evalue"] = done["tb"] = ""
        try:
            done["ename"] = type_name(e)[:200]
            done["memory"] = _isinstance(e, MemoryError)
            done["tb"] = self.report(e)[-TEXT_MAX:]
            done["evalue"] = clean_text(_str(e))[:4000]
        except BaseException:
            done["tb"] = done["tb"] or done["ename"] + "\n"

    def report(self, e):
        parts, seen = [], set()
        link = ""
        while e is not None and id(e) not in seen and _len(parts) < 5:
            seen.add(id(e))
            frames = self.frames(e)
            text = only_text(e)
            if frames:
                text = ("Traceback (most recent call last):\n" + frames +
                        text)
            if not parts or frames:
                parts.append((text, link))
            if e.__cause__ is not None:
                e, link = e.__cause__, (
                    "\nThe above exception was the direct cause of the "
                    "following exception:\n\n")
            elif e.__context__ is not None and not e.__suppress_context__:
                e, link = e.__context__, (
                    "\nDuring handling of the above exception, another "
                    "exception occurred:\n\n")
            else:
                e = None
        out = ""
        for n in range(_len(parts) - 1, -1, -1):
            out += parts[n][0]
            if n > 0:
                out += parts[n][1]
        return out

    def frames(self, e):
        rows, tb = [], e.__traceback__
        while tb is not None and _len(rows) < 3000:
            code = tb.tb_frame.f_code
            cell = self.cells.get(code.co_filename)
            if cell is not None:
                line = cell.text(tb.tb_lineno, tb.tb_lineno).strip()
                rows.append("  File \"%s\", line %d, in %s\n%s" % (
                    cell.name, tb.tb_lineno, code.co_name,
                    "    " + line + "\n" if line else ""))
            tb = tb.tb_next
        if _len(rows) > 20:
            rows[10:-10] = ["  ... %d lines like these ...\n" %
                            (_len(rows) - 20)]
        return clean_text("".join(rows))


def only_text(e):
    """What the exception itself says, as Python prints it."""
    import traceback
    try:
        return clean_text("".join(
            traceback.format_exception_only(_type(e), e)))[:8000]
    except BaseException:
        return type_name(e) + "\n"


# --------------------------------------------------------------- confine

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP = 1, 4, 22
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC = 0x1000, 0x4000
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
FS_READ = 4 | 8             # READ_FILE, READ_DIR
FS_FILE = 2 | 4             # WRITE_FILE, READ_FILE
# What the rights of each Landlock version add up to; from version 4 also TCP
# bind and connect, from 6 abstract sockets and signals.
FS_ALL = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
FS_SCRATCH = (1 << 15) - 1 & ~(1 | 1 << 6 | 1 << 9 | 1 << 11)


class Prctl:
    def __call__(self, *args):
        args = [ctypes.c_ulong(a) if _isinstance(a, int) else a
                for a in args]
        while _len(args) < 5:
            args.append(ctypes.c_ulong(0))
        if libc.prctl(*args) != 0:
            raise os_error("prctl")


prctl = Prctl()


def os_error(what):
    n = ctypes.get_errno()
    return OSError(n, "%s: %s" % (what, os.strerror(n)))


def syscall(what, number, *args):
    r = libc.syscall(ctypes.c_long(number), *[
        ctypes.c_long(a) if _isinstance(a, int) else a for a in args])
    if r < 0:
        raise os_error(what)
    return r


class Filter(ctypes.Structure):
    _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


class Jail:
    """Locks a worker in.  Made in the zygote, entered in each child."""

    def __init__(self, conf, program):
        self.tier = conf["tier"]
        self.scratch = conf["scratch"]
        self.inodes = conf["inodes"]
        self.memory = conf["memory"]
        self.cpu = conf["cpu"]
        self.paths = []         # what may be read: descriptor, rights
        self.covered = []       # paths of those that /tmp's mount hides
        self.data = self.size = 0
        if self.tier == "none":
            return
        self.program = ctypes.create_string_buffer(program, _len(program))
        self.prog = Filter(_len(program) // 8, ctypes.addressof(self.program))
        self.landlock_setup(conf["read"])

    def landlock_setup(self, read):
        self.abi = syscall("Landlock", LANDLOCK_CREATE, 0, 0, 1)
        for path in read:
            try:
                fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            rights = FS_READ if os.path.isdir(path) else 4
            self.paths.append((fd, rights))
            if path.startswith("/tmp/"):
                self.covered.append(path)
        try:
            fd = os.open("/dev/null", os.O_PATH | os.O_CLOEXEC)
            self.paths.append((fd, FS_FILE))
        except OSError:
            pass

    def measure(self):
        """The baseline that limits are relative to."""
        with open("/proc/self/status") as f:
            for line in f:
                if line.startswith("VmData:"):
                    self.data = int(line.split()[1]) << 10
                elif line.startswith("VmSize:"):
                    self.size = int(line.split()[1]) << 10

    def enter(self, parent):
        """In the child: everything, or an exception."""
        try:
            put("/proc/self/oom_score_adj", "1000")
        except OSError:
            pass    # a container may hide it; the zygote's value is inherited
        if self.tier == "full":
            self.namespaces()
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            _exit(0)
        self.limits()
        if self.tier == "none":
            return
        prctl(PR_SET_DUMPABLE, 0)
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        self.landlock()
        if self.tier == "full":
            self.drop_caps()
        if libc.prctl(ctypes.c_ulong(PR_SET_SECCOMP), ctypes.c_ulong(2),
                      ctypes.byref(self.prog), ctypes.c_ulong(0),
                      ctypes.c_ulong(0)) != 0:
            raise os_error("seccomp")

    def namespaces(self):
        uid, gid = os.getuid(), os.getgid()
        prctl(PR_SET_DUMPABLE, 1)
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0:
            raise os_error("unshare")
        put("/proc/self/setgroups", "deny")
        put("/proc/self/uid_map", "%d %d 1" % (uid, uid))
        put("/proc/self/gid_map", "%d %d 1" % (gid, gid))
        flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
        # Opened here: the kernel binds only mounts of its own namespace.
        covered = [os.open(path, os.O_PATH) for path in self.covered]
        mount("/tmp", flags, "size=%d,nr_inodes=%d,mode=0700" % (
            self.scratch, self.inodes))
        for path, fd in zip(self.covered, covered):
            os.makedirs(path)
            if libc.mount(b"/proc/self/fd/%d" % fd, path.encode(), None,
                          ctypes.c_ulong(MS_BIND | MS_REC), None) != 0:
                raise os_error("mount " + path)
            os.close(fd)
        mount("/proc", flags | MS_RDONLY, "size=4096,nr_inodes=2,mode=0555")
        os.chdir("/tmp")

    def limits(self):
        r = resource
        rules = [(r.RLIMIT_CORE, 0), (r.RLIMIT_MEMLOCK, 0),
                 (r.RLIMIT_MSGQUEUE, 0), (r.RLIMIT_SIGPENDING, 64)]
        if self.tier != "none":
            rules += [(r.RLIMIT_NOFILE, 64),
                      (r.RLIMIT_FSIZE, self.scratch),
                      (r.RLIMIT_DATA, self.data + self.memory),
                      (r.RLIMIT_AS, self.size + self.memory + (1 << 30))]
        if self.tier == "full":
            rules.append((r.RLIMIT_NPROC, 32))
        for which, n in rules:
            set_limit(which, n, n)
        set_limit(r.RLIMIT_STACK, 8 << 20, 8 << 20)
        set_limit(r.RLIMIT_CPU, self.cpu, self.cpu + 2)

    def landlock(self):
        abi = self.abi
        fs = FS_ALL.get(abi, FS_ALL[3] if abi < 5 else (1 << 16) - 1)
        tries = [(fs, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)]
        tries += [(fs, tries[0][1], 0), (fs, 0, 0), (FS_ALL[1], 0, 0)]
        for n, attr in enumerate(tries):
            raw = struct.pack("QQQ", *attr)
            size = 24 if attr[2] else 16 if attr[1] else 8
            try:
                fd = syscall("Landlock", LANDLOCK_CREATE,
                             ctypes.c_char_p(raw), size, 0)
                break
            except OSError as e:
                if e.errno != errno.EINVAL or n == _len(tries) - 1:
                    raise
        rules = list(self.paths)
        if self.tier == "full":
            rules.append((os.open("/tmp", os.O_PATH), FS_SCRATCH))
        for path, rights in rules:
            rule = struct.pack("=Qi", rights & attr[0], path)
            syscall("Landlock", LANDLOCK_ADD, fd, 1,
                    ctypes.c_char_p(rule), 0)
        syscall("Landlock", LANDLOCK_RESTRICT, fd, 0)
        os.close(fd)
        for path, _ in rules:
            os.close(path)

    def drop_caps(self):
        header = struct.pack("Ii", 0x20080522, 0)
        syscall("capset", CAPSET, ctypes.c_char_p(header),
                ctypes.c_char_p(b"\0" * 24))


CAPSET = 126 if os.uname().machine == "x86_64" else 91


def set_limit(which, soft, hard):
    have = resource.getrlimit(which)[1]
    if have != resource.RLIM_INFINITY:
        hard = min(hard, have)
        soft = min(soft, hard)
    resource.setrlimit(which, (soft, hard))


def put(path, text):
    fd = os.open(path, os.O_WRONLY)
    try:
        _write(fd, text.encode())
    finally:
        os.close(fd)


def mount(where, flags, options):
    if libc.mount(b"tmpfs", where.encode(), b"tmpfs", ctypes.c_ulong(flags),
                  options.encode()) != 0:
        raise os_error("mount " + where)


def drop_user(uid, gid):
    """Root in the jail without a user namespace: become nobody for good."""
    for cap in range(64):
        try:
            prctl(PR_CAPBSET_DROP, cap)
        except OSError:
            break
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


# ---------------------------------------------------------------- memory

# What a fork costs follows the entries it copies: one for each 4 KiB that
# the zygote has, or one for 2 MiB where a huge page is mapped.  So the
# zygote's memory is kept together and made huge before the first fork.

HUGE = 2 << 20
MADV_COLLAPSE = 25      # Linux 6.1
ARENAS = 48 << 20       # about what the libraries' objects take


def reserve_arenas():
    """Have Python map its arenas now, side by side: those that it maps while
    it imports come to lie between libraries.  The result keeps them."""
    blocks = [None] * (ARENAS // 512)
    for n in range(_len(blocks)):
        blocks[n] = bytes(470)
    return blocks[::400]


def huge_candidates():
    """Addresses of the 2 MiB that are writable, no file's, mostly there."""
    np = sys.modules["numpy"]
    with open("/proc/self/maps") as f:
        maps = [line.split() for line in f]
    pages = HUGE // mmap.PAGESIZE
    with open("/proc/self/pagemap", "rb", buffering=0) as f:
        for fields in maps:
            if fields[1] != "rw-p" or fields[5:] not in ([], ["[heap]"]):
                continue
            low, high = (int(x, 16) for x in fields[0].split("-"))
            for at in range(-(-low // HUGE) * HUGE, high - HUGE + 1, HUGE):
                f.seek(at // mmap.PAGESIZE * 8)
                e = np.frombuffer(f.read(pages * 8), "i8")
                if (e < 0).sum() > pages // 2:      # bit 63: present
                    yield at


def settle():
    """Before the first fork.  Where something is not to be had, the rest
    still holds."""
    gc.collect()
    gc.freeze()
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(ctypes.c_size_t(0))
    try:
        for at in list(huge_candidates()):
            libc.madvise(ctypes.c_void_p(at), ctypes.c_size_t(HUGE),
                         MADV_COLLAPSE)
    except OSError:
        pass    # no pagemap


# ---------------------------------------------------------------- zygote


def no_library(name):
    """Instead of ctypes.util.find_library, which runs a compiler."""
    return {"c": "libc.so.6", "m": "libm.so.6"}.get(name)


def import_all(names):
    """{module: version}; all or nothing."""
    import ctypes.util
    import importlib
    ctypes.util.find_library = no_library
    out = {}
    for name in names:
        module = importlib.import_module(name)
        top = sys.modules[name.partition(".")[0]]
        out[name.partition(".")[0]] = _str(getattr(
            top, "__version__", "")) or _str(module)
    return out


THREADS, THREAD_STACK = 24, 1 << 20


def make_stacks():
    """Stacks for the workers' threads: the C library keeps those of ended
    threads, and a worker's filter forbids making new ones."""
    import threading
    threading.stack_size(THREAD_STACK)
    gate = threading.Barrier(THREADS + 1)
    for _ in range(THREADS):
        threading.Thread(target=gate.wait).start()
    gate.wait()
    for t in threading.enumerate():
        if t is not threading.current_thread():
            t.join()


def pandas_options():
    pd = pandas()
    pd.set_option("display.width", 120)
    pd.set_option("display.max_columns", 30)
    pd.set_option("display.max_rows", 60)
    pd.set_option("display.max_colwidth", 60)


def warm_libraries():
    """Run what is slow the first time once, before any fork."""
    import numpy as np
    pd = pandas()
    f = pd.DataFrame({"k": list("abab"), "x": [1.0, 2.0, 4.0, 3.0],
                      "y": [2.0, 1.0, 3.5, 5.0]})
    f.describe(include="all").to_string()
    f.groupby("k").agg({"x": ["mean", "std"], "y": "sum"}).to_string()
    f.groupby("k")["x"].mean().sort_values().head().to_string()
    f[["x", "y"]].corr()
    f.pivot_table(index="k", values="x", aggfunc="mean")
    f.merge(f, on="k").query("x_x > 1")
    f["k"].value_counts().to_dict()
    f["k"].str.contains("a")
    pd.to_datetime(pd.Series(["2020-01-02"])).dt.year
    np.linalg.lstsq(f[["x", "y"]].values, f["x"].values, rcond=None)
    np.polyfit(f["x"], f["y"], 1)
    _repr(f)
    if "scipy.stats" in sys.modules:
        st = sys.modules["scipy.stats"]
        st.pearsonr(f["x"], f["y"])
        st.ttest_ind(f["x"], f["y"])
        st.chi2_contingency(np.array([[3, 4], [5, 6]]))
        st.spearmanr(f["x"], f["y"])
    if "statsmodels.api" in sys.modules:
        sm = sys.modules["statsmodels.api"]
        sm.OLS(f["y"], sm.add_constant(f["x"])).fit().summary()
    if "sklearn" in sys.modules:
        import warnings
        from sklearn.cluster import KMeans
        from sklearn.linear_model import LinearRegression
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            KMeans(2, n_init=1, random_state=0).fit(f[["x", "y"]].values)
        LinearRegression().fit(f[["x"]], f["y"])
    Normaliser().table()
    value_of(f)


def warm_frame(df):
    some = df.head(50)
    _repr(some)
    some.describe(include="all")
    some.info(buf=open(os.devnull, "w"))


class Zygote:
    def __init__(self):
        self.ctl = socket.socket(fileno=CTL)
        self.poll = select.poll()
        self.poll.register(CTL, select.POLLIN)
        self.children = {}      # pidfd -> (pid, trace)
        self.names = {"__name__": "__main__", "__builtins__": __builtins__}
        self.jail = None
        self.conf = None

    def reply(self, obj, fds=()):
        anc = []
        if fds:
            anc = [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                    struct.pack("%di" % _len(fds), *fds))]
        try:
            self.ctl.sendmsg([encode(obj)], anc)
        except OSError:
            _exit(0)

    def receive(self):
        try:
            data, anc, _, _ = self.ctl.recvmsg(1 << 18, 256)
        except (ConnectionResetError, BrokenPipeError):
            data, anc = b"", []
        if not data:
            _exit(0)
        fds = []
        for level, kind, raw in anc:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                n = _len(raw) // 4
                fds += struct.unpack("%di" % n, raw[:n * 4])
        for fd in fds:
            os.set_inheritable(fd, False)
        return _loads(data), fds

    def serve(self):
        while True:
            for fd, _ in self.poll.poll():
                if fd == CTL:
                    msg, fds = self.receive()
                    self.dispatch(msg, fds)
                else:
                    self.reap(fd)

    def dispatch(self, msg, fds):
        op = msg["op"]
        try:
            getattr(self, "on_" + op)(msg, fds)
        except Exception as e:
            text = "%s: %s" % (type_name(e), fallback_text(e))
            self.reply({"op": "failed", "what": op, "why": text[:2000]})
        finally:
            for fd in fds:
                os.close(fd)

    def reap(self, fd):
        pid, trace = self.children.pop(fd)
        self.poll.unregister(fd)
        os.close(fd)
        if self.conf["tier"] == "none":
            try:    # what it left in its session
                os.killpg(pid, signal.SIGKILL)
            except OSError:
                pass
        status = os.waitpid(pid, 0)[1]
        self.reply({"op": "exit", "trace": trace, "status": status})

    def on_setup(self, msg, fds):
        """First of all; the jail is built around what comes later."""
        self.conf = msg
        if msg["drop"]:
            drop_user(msg["uid"], msg["gid"])
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if msg["parent"] and os.getppid() != msg["parent"]:
            _exit(0)
        if msg["tier"] != "none":
            prctl(PR_SET_NO_NEW_PRIVS, 1)
        try:
            put("/proc/self/oom_score_adj", "500")
        except OSError:
            pass
        with os.fdopen(FILTER, "rb") as f:
            program = f.read()
        self.jail = Jail(msg, program)
        self.jail.measure()
        self.reply({"op": "setup"})

    def on_import(self, msg, fds):
        """Libraries; what fails is named."""
        versions = {"python": "%d.%d.%d" % sys.version_info[:3]}
        versions.update(import_all(msg["modules"]))
        self.names["pd"] = sys.modules["pandas"]
        self.names["np"] = sys.modules["numpy"]
        pandas_options()
        warm_libraries()
        if self.conf["tier"] == "full":
            make_stacks()
        self.reply({"op": "import", "versions": versions,
                    "bytes": own_bytes()})

    def on_load(self, msg, fds):
        """df from an open descriptor; options are read_csv's arguments."""
        df = None
        if fds:
            with os.fdopen(os.dup(fds[0]), "rb") as f:
                df = pandas().read_csv(f, **msg["options"])
            warm_frame(df)
            self.names["df"] = df
            del df
            sys.modules["numpy"].random.seed(0)
        linecache.clearcache()
        settle()
        self.jail.measure()
        self.reply({"op": "load", "bytes": own_bytes()})

    def on_fork(self, msg, fds):
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                become_worker(self, fds, parent)
            except BaseException as e:
                lament(e)
            finally:
                _exit(70)
        fd = os.pidfd_open(pid)
        self.children[fd] = (pid, msg["trace"])
        self.poll.register(fd, select.POLLIN)
        self.reply({"op": "fork", "trace": msg["trace"]}, [fd])


def own_bytes():
    """Resident memory that is no file's."""
    with open("/proc/self/statm") as f:
        resident, shared = f.read().split()[1:3]
    return (int(resident) - int(shared)) * resource.getpagesize()


def lament(e):
    """Why a worker could not start: one line on its stderr."""
    try:
        _write(2, ("worker: %s: %s\n" % (
            type_name(e), fallback_text(e))).encode())
    except BaseException:
        pass


def become_worker(zygote, fds, parent):
    """The child: own descriptors, jail, then cells until the host is gone."""
    sock, out, err = fds
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    os.dup2(sock, SOCK)     # over the control socket, which is gone with it
    zygote.ctl.detach()
    held = {fd for fd, _ in zygote.jail.paths}
    close_others(held)
    zygote.jail.enter(parent)
    make_streams()
    import random
    random.seed(0)
    os.getpid = lambda: 1
    names = dict(zygote.names)
    chan = Channel(SOCK)
    session = Session(chan, names)
    watch_entropy(session)
    gc.enable()
    session.rehearse()
    chan.send({"type": "ready"})
    while True:
        req = chan.recv()
        session.run(req)


def close_others(held):
    """Close what is neither 0-3 nor the jail's paths."""
    low = SOCK + 1
    for fd in sorted(held) + [1 << 20]:
        if fd > low:
            os.closerange(low, fd) if fd < 4096 else close_range(low)
        low = fd + 1


def close_range(first):
    if libc.syscall(ctypes.c_long(436), ctypes.c_uint(first),
                    ctypes.c_uint(0xffffffff), ctypes.c_uint(0)) != 0:
        os.closerange(first, 4096)


def make_streams():
    for name, fd in (("stdout", 1), ("stderr", 2)):
        f = open(fd, "w", encoding="utf-8", errors="backslashreplace",
                 buffering=1, closefd=False)
        setattr(sys, name, f)
        setattr(sys, "__%s__" % name, f)
    sys.stdin = open(0, "r", closefd=False)


def watch_entropy(session):
    """os.urandom by whatever library: the cell is not reproducible."""
    real = os.urandom

    def urandom(n):
        session.drew = True
        return real(n)
    os.urandom = urandom


def main():
    gc.disable()
    sys.argv = [""]
    sys.path[:] = [p for p in sys.path if p]
    os.set_inheritable(CTL, False)
    os.close(SOURCE)
    kept = reserve_arenas()
    Zygote().serve()
