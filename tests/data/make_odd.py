#!/usr/bin/env python3
# make_odd.py - write odd and realistic CSV files for the tests.
"""Usage: make_odd.py DIR      write every file into DIR
       make_odd.py --list     one JSON object a file, what to expect of it

The output depends on nothing but this script: each file has its own random
stream, seeded by its name.

Members of a listed object:
  name     file name
  expect   "read"   read_csv(name, **options) gives `rows` rows and one column
                    for each letter of `kinds`
           "error"  read_csv raises whatever the options
           "index"  read_csv silently makes an index of the first columns
           "text"   read_csv turns a column of whole numbers into text
  options  arguments that read_csv needs, {} for the default; header and
           skiprows are the user's to tell, the others can be found out
  kinds    i signed, u unsigned, f float, b boolean, O text or mixed objects
  purpose  what the file is for
A reader that follows pandas reads the first sort and refuses the others.
"""
import datetime
import json
import math
import os
import random
import sys

FILES = []


def odd(name, purpose, rows=None, kinds=None, expect="read", **options):
    """Register a function of a random stream that returns text or bytes."""
    def register(make):
        FILES.append({"name": name, "expect": expect, "options": options,
                      "rows": rows, "kinds": kinds, "purpose": purpose,
                      "make": make})
        return make
    return register


class Rand:
    """Draws made from random() alone, which no Python version changes."""

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def unit(self):
        return self.rng.random()

    def whole(self, low, high):
        return low + int(self.unit() * (high - low + 1))

    def real(self, low, high):
        return low + self.unit() * (high - low)

    def pick(self, items):
        return items[int(self.unit() * len(items))]

    def weighted(self, pairs):
        x = self.unit() * sum(w for _, w in pairs)
        for item, weight in pairs:
            x -= weight
            if x < 0:
                return item
        return pairs[-1][0]

    def normal(self, mean=0.0, sd=1.0):
        r = math.sqrt(-2 * math.log(1 - self.unit()))
        return mean + sd * r * math.cos(2 * math.pi * self.unit())

    def chance(self, share):
        return self.unit() < share


def cell(value, sep=","):
    if value is None:
        return ""
    text = str(value)
    if any(c in text for c in (sep, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def table(head, rows, sep=",", end="\n"):
    lines = [sep.join(cell(v, sep) for v in r) for r in [head] + list(rows)]
    return end.join(lines) + end


def day(start, days):
    return (datetime.date.fromisoformat(start)
            + datetime.timedelta(days=days)).isoformat()


def moment(start, minutes):
    return (datetime.datetime.fromisoformat(start)
            + datetime.timedelta(minutes=minutes)).isoformat(" ")


# ---- sizes -----------------------------------------------------------------

@odd("empty.csv", "no byte at all", expect="error")
def _(r):
    return ""


@odd("blank_only.csv", "nothing but blank lines and spaces", expect="error")
def _(r):
    return "\n  \n\t\n\n"


@odd("header_only.csv", "a header and no row", 0, "OOO")
def _(r):
    return "id,name,score\n"


@odd("one_row.csv", "one row: no spread, every value unique", 1, "iOf")
def _(r):
    return "id,name,score\n1,Ada,9.5\n"


@odd("two_rows.csv", "two rows: skewness undefined, |r| is 1", 2, "iOf")
def _(r):
    return "id,name,score\n1,Ada,9.5\n2,Bob,7.25\n"


@odd("one_column.csv", "one column; its blank lines vanish", 40, "f")
def _(r):
    lines = [f"{r.normal(50, 8):.1f}" for _ in range(40)]
    lines[10:10] = ["", ""]
    return "\n".join(["value"] + lines) + "\n"


@odd("wide300.csv", "300 number columns, 40 rows", 40, "f" * 300)
def _(r):
    head = [f"c{i:03d}" for i in range(300)]
    return table(head, ([f"{r.normal(i, 1 + i / 50):.3f}" for i in range(300)]
                        for _ in range(40)))


@odd("no_final_newline.csv", "the last line has no line end", 3, "ii")
def _(r):
    return "a,b\n1,2\n3,4\n5,6"


# ---- columns that cannot carry a question ----------------------------------

@odd("constant.csv", "constant columns and one value that dominates", 120,
     "iOfOi")
def _(r):
    return table(["seven", "word", "half", "mostly", "x"],
                 ((7, "same", 0.5, "rare" if i % 40 == 0 else "common",
                   r.whole(1, 99)) for i in range(120)))


@odd("all_missing.csv", "columns without a single value", 60, "iffO")
def _(r):
    return table(["id", "nothing", "tokens", "note"],
                 ((i, None, ["NA", "", "null"][i % 3],
                   "x" if i == 0 else None) for i in range(60)))


@odd("collinear.csv", "columns that are exact multiples: |r| is 1", 80,
     "iiff")
def _(r):
    rows = []
    for i in range(80):
        x = r.whole(-50, 50)
        rows.append((x, -3 * x, x / 4, f"{r.normal():.4f}"))
    return table(["x", "minus3x", "quarter", "noise"], rows)


@odd("ids.csv", "identifiers: running, random, hex, and a few groups", 500,
     "iiOOf")
def _(r):
    rows = []
    for i in range(500):
        code = "".join(r.pick("0123456789abcdef") for _ in range(32))
        rows.append((i + 1, r.whole(10**8, 10**9), "k" + code,
                     r.pick(["north", "south", "east"]),
                     f"{r.real(0, 100):.2f}"))
    return table(["row", "customer_no", "key", "side", "amount"], rows)


@odd("small_groups.csv", "most groups have fewer than five rows", 150, "Oif")
def _(r):
    names = ["big"] * 60 + ["middle"] * 30 + [f"g{i // 2:02d}"
                                              for i in range(60)]
    return table(["group", "n", "v"],
                 ((g, r.whole(1, 20), f"{r.normal(10, 3):.2f}")
                  for g in names))


@odd("ties.csv", "tied group means, tied modes, rounding halves", 96, "Oifi")
def _(r):
    halves = ["0.125", "0.375", "0.625", "0.875", "2.675", "1.005"]
    return table(["team", "points", "half", "rank"],
                 (("ABCD"[i % 4], 10 + i // 4, halves[i % 6], i % 8)
                  for i in range(96)))


# ---- headers ---------------------------------------------------------------

@odd("dup_headers.csv", "repeated names, and suffixes that exist already", 30,
     "iiiiiif")
def _(r):
    return table(["X", "X", "X.1", "a", "a", "X", "a.1"],
                 ((i, i * 2 % 7, i * 3 % 5, i % 3, i % 4, 30 - i,
                   f"{i / 3:.2f}") for i in range(30)))


@odd("hostile_headers.csv", "names that break naive code generation", 60,
     "iifOOiiOifiiOif")
def _(r):
    head = ["Driver's age", 'a"b\n', "{x}", "类别", "", "  lead", "Unnamed: 0",
            "2019", "1", "50%", "back\\slash", "');import os#", "None",
            "df", "naïve 🙂"]
    rows = []
    for i in range(60):
        rows.append((r.whole(18, 80), r.whole(0, 9), f"{r.normal():.3f}",
                     r.pick(["甲", "乙", "丙"]), r.pick(["u", "v"]),
                     r.whole(1, 6), i, r.pick(["yes", "no"]), r.whole(5, 50),
                     f"{r.real(0, 1):.2f}", r.whole(0, 3), r.whole(10, 99),
                     r.pick(["red", "green", "blue"]), r.whole(1, 1000),
                     f"{r.normal(5, 2):.2f}"))
    return table(head, rows)


@odd("number_headers.csv", "a header of numbers only, long and signed", 20,
     "iiff")
def _(r):
    return table(["1", "02", "-3.5", "1e9"],
                 ((i, i * i, f"{r.unit():.3f}", f"{r.normal():.3f}")
                  for i in range(20)))


# ---- numbers ---------------------------------------------------------------

@odd("huge_ints.csv", "integers beyond 2^53, up to the limits of int64", 40,
     "iii")
def _(r):
    low, high = -2**63, 2**63 - 1
    rows = [(low, 2**53 + 1, 10**15), (high, 2**53 + 3, -10**15)]
    rows += [(r.whole(-10**6, 10**6) * 10**12 + i, 2**53 + 5 + 2 * i,
              r.whole(1, 9) * 10**14 + i) for i in range(38)]
    return table(["limits", "odd_above_2_53", "quadrillions"], rows)


@odd("uint64.csv", "a column that only uint64 holds", 30, "uf")
def _(r):
    return table(["u", "v"], ((2**64 - 1 - 1000 * i, f"{r.normal():.2f}")
                              for i in range(30)))


@odd("uint64_missing.csv", "uint64 values beside an empty cell", 12,
     expect="text")
def _(r):
    return table(["u", "v"], ((None if i == 5 else 2**64 - 1 - i, i)
                              for i in range(12)))


@odd("overlong_ints.csv", "integers of more than 20 digits", 12,
     expect="text")
def _(r):
    return table(["n", "v"], (("9" * (19 + i), i) for i in range(12)))


@odd("int_missing.csv", "integers with missing cells become floats", 90,
     "fif")
def _(r):
    return table(["n", "full", "big"],
                 ((None if i % 9 == 4 else r.whole(0, 500), i,
                   "NA" if i % 30 == 0 else 2**53 + 1 + 2 * i)
                  for i in range(90)))


@odd("signs_zeros.csv", "leading zeros, plus signs, minus zero", 24, "iif")
def _(r):
    return table(["zip", "signed", "z"],
                 ((f"{r.whole(1, 99999):05d}", ["+5", "-0", "-12"][i % 3],
                   ["-0.0", "+1.50", "00.25", ".5", "5."][i % 5])
                  for i in range(24)))


@odd("floats.csv", "17 digits, exponents, tiny and huge magnitudes", 200,
     "fffff")
def _(r):
    rows = []
    for i in range(200):
        x = r.real(-3, 3)
        rows.append((repr(x), f"{x:.16f}", f"{x * 10.0 ** r.whole(-30, 30):e}",
                     f"{r.whole(1, 999999)}E{r.whole(-100, 100)}",
                     "0.00000000000000012345" if i == 7 else
                     "0.30000000000000004" if i == 8 else f"{i / 7:.17g}"))
    return table(["repr", "fixed16", "sci", "six_exp", "long"], rows)


@odd("inf_nan.csv", "infinities and the spellings of not-a-number", 20,
     "ffO")
def _(r):
    inf = ["inf", "-inf", "Infinity", "-Infinity", "INF", "+inf"]
    return table(["inf", "nan", "almost"],
                 ((inf[i] if i < 6 else i, ["nan", "NaN", "-nan", "1.5"][i % 4],
                   ["NAN", "Nan", "2.5"][i % 3]) for i in range(20)))


@odd("scaled.csv", "the same shape at scales 1e-9, 1 and 1e12", 150, "fff")
def _(r):
    rows = []
    for _ in range(150):
        x = r.normal(3, 1)
        rows.append((f"{x * 1e-9:.6e}", f"{x:.6f}", f"{x * 1e12:.0f}.0"))
    return table(["tiny", "plain", "large"], rows)


@odd("skewed.csv", "heavy tails, many zeros, one far outlier", 400, "fifO")
def _(r):
    rows = []
    for i in range(400):
        rows.append((f"{math.exp(r.normal(2, 1.4)):.3f}",
                     0 if r.chance(.8) else r.whole(1, 40),
                     "1000000.0" if i == 123 else f"{r.normal(100, 5):.1f}",
                     r.weighted([("a", 90), ("b", 9), ("c", 1)])))
    return table(["lognormal", "zeros", "outlier", "k"], rows)


# ---- missing values and types ----------------------------------------------

MISSING = ["", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN",
           "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN",
           "n/a", "nan", "null"]
NOT_MISSING = [" NA", "NA ", " ", "Nan", "NAN", "Na", "na", "nil", "-", "--",
               ".", "?", "NaT"]


@odd("missing_tokens.csv", "the 18 missing tokens and their look-alikes", 54,
     "ifOf")
def _(r):
    return table(["i", "with_tokens", "look_alikes", "quoted"],
                 ((i, MISSING[i] if i < 18 else i, NOT_MISSING[i % 13],
                   MISSING[(i * 5) % 18] if i % 2 else f"{i / 2}")
                  for i in range(54)))


@odd("bools.csv", "booleans in any case, with gaps, and what is none", 48,
     "bbOOiO")
def _(r):
    return table(["plain", "cases", "gaps", "yesno", "zeroone", "spaced"],
                 (("True" if i % 3 else "False",
                   ["tRuE", "FALSE", "true", "false"][i % 4],
                   None if i % 6 == 1 else ["True", "False"][i % 2],
                   ["yes", "no", "T"][i % 3], i % 2, [" True", "False"][i % 2])
                  for i in range(48)))


@odd("mixed_type.csv", "numbers with a few words among them", 120, "iOO")
def _(r):
    return table(["id", "age", "price"],
                 ((i, "unknown" if i % 25 == 3 else r.whole(18, 90),
                   "free" if i % 40 == 9 else f"{r.real(1, 50):.2f}")
                  for i in range(120)))


@odd("text_numbers.csv", "money, percent, thousands, accounting signs", 80,
     "OOOOOf")
def _(r):
    return table(["price", "share", "thousands", "account", "unit", "plain"],
                 ((f"${r.whole(1, 9)},{r.whole(0, 999):03d}",
                   f"{r.whole(0, 100)}%",
                   f"{r.whole(1, 9)} {r.whole(0, 999):03d}",
                   f"({r.whole(1, 99)})" if i % 4 == 0 else r.whole(1, 99),
                   f"{r.whole(50, 99)} kg", f"{r.normal(9, 2):.1f}")
                  for i in range(80)))


@odd("spaces.csv", "spaces around values and in group names", 60, "OiOO")
def _(r):
    return table(["city", "padded_int", "padded_word", "case"],
                 ((["Oslo", " Oslo", "Oslo ", "oslo"][i % 4],
                   f" {r.whole(1, 60)} ", " x " if i % 2 else "x",
                   ["Yes", "yes", "YES"][i % 3]) for i in range(60)))


@odd("dates.csv", "dates in seven formats, one of them broken", 90,
     "OOOOiOO")
def _(r):
    rows = []
    for i in range(90):
        d = datetime.date.fromisoformat(day("2021-01-05", i * 9 % 700))
        rows.append((d.isoformat(), d.strftime("%d/%m/%Y"),
                     d.strftime("%m/%d/%Y"), d.strftime("%Y.%m.%d"),
                     d.strftime("%Y%m%d"),
                     moment("2021-03-01T00:00:00", i * 731),
                     "2021-02-30" if i == 40 else None if i % 11 == 5
                     else d.isoformat()))
    return table(["iso", "dmy", "mdy", "dotted", "compact", "stamp",
                  "some_bad"], rows)


@odd("dup_rows.csv", "a third of the rows are copies", 150, "iOf")
def _(r):
    base = [(r.whole(1, 9), r.pick(["p", "q", "r"]),
             None if r.chance(.1) else f"{r.real(0, 5):.1f}")
            for _ in range(100)]
    rows = base + [base[r.whole(0, 99)] for _ in range(50)]
    return table(["n", "k", "v"], rows)


# ---- bytes -----------------------------------------------------------------

WORDS = ["Zürich", "São Paulo", "Málaga", "Besançon", "Ærø", "Łódź"]


@odd("latin1.csv", "Latin-1 bytes in the header and in the cells", 50, "OiO",
     encoding="latin-1")
def _(r):
    return table(["Straße", "Größe", "Gemüse"],
                 ((WORDS[i % 5], r.whole(1, 9), r.pick(["Möhre", "Rübe"]))
                  for i in range(50))).encode("latin-1")


@odd("bad_utf8.csv", "UTF-8 with one stray Latin-1 byte far down", 300, "Oi",
     encoding="latin-1")
def _(r):
    rows = [(WORDS[i % 6], r.whole(1, 9)) for i in range(299)]
    text = table(["place", "n"], rows).encode("utf-8")
    return text + "Köln,4\n".encode("latin-1")


@odd("cp1252.csv", "Windows bytes: euro sign, curly quotes, dashes", 45,
     "OOf", encoding="cp1252")
def _(r):
    return table(["Preis", "Zitat", "n"],
                 ((f"{r.whole(1, 99)} €", r.pick(["“so”", "„anders“", "x – y"]),
                   f"{r.unit():.2f}") for i in range(45))).encode("cp1252")


@odd("utf8_bom.csv", "UTF-8 behind a byte order mark, quoted header", 40,
     "Oif")
def _(r):
    text = table(["place", "n", "v"], ((WORDS[i % 6], i, f"{r.unit():.2f}")
                                       for i in range(40)))
    return b"\xef\xbb\xbf" + text.replace("place", '"place"').encode("utf-8")


@odd("utf16.csv", "UTF-16 with a byte order mark", expect="error")
def _(r):
    rows = ((WORDS[i % 6], i) for i in range(30))
    return b"\xff\xfe" + table(["place", "n"], rows).encode("utf-16-le")


@odd("unicode.csv", "scripts, emoji, combining marks, odd spaces", 70, "OOi")
def _(r):
    texts = ["naïve", "nai\u0308ve", "日本語", "עברית", "한국어", "🙂👍🏽",
             "👨‍👩‍👧", "no\u00a0break", "zero\u200bwidth", "line\u2028sep",
             "nel\u0085x", "Ǆ ß ı İ", "\U0001d54f", "ﬁ"]
    return table(["text", "group", "n"],
                 ((texts[i % 14], r.pick(["α", "β", "Γ"]), i)
                  for i in range(70)))


@odd("nul_bytes.csv", "a NUL ends its field early", 12, "OiO")
def _(r):
    return table(["a", "n", "b"],
                 (("x\0y" if i == 3 else "z", i, "\0" if i % 5 == 0 else "w")
                  for i in range(12)))


@odd("crlf.csv", "CRLF line ends, one inside quotes", 40, "iOf")
def _(r):
    return table(["n", "t", "v"],
                 ((i, "two\r\nlines" if i == 7 else "one", f"{r.unit():.2f}")
                  for i in range(40)), end="\r\n")


@odd("cr.csv", "lone CR line ends", 40, "iOf")
def _(r):
    return table(["n", "t", "v"], ((i, "ab"[i % 2], f"{r.unit():.2f}")
                                   for i in range(40)), end="\r")


@odd("mixed_ends.csv", "LF, CR and CRLF in one file", 45, "ii")
def _(r):
    ends = ["\n", "\r", "\r\n"]
    return "a,b\r\n" + "".join(f"{i},{r.whole(0, 9)}{ends[i % 3]}"
                               for i in range(45))


@odd("control_z.csv", "Ctrl-Z, tab and escape bytes as data", 10, "Oi")
def _(r):
    return table(["t", "n"], ((["\x1a", "a\tb", "\x1b[31m"][i % 3], i)
                              for i in range(10)))


# ---- records and fields ----------------------------------------------------

@odd("quoted_newlines.csv", "line breaks, commas and quotes in quotes", 50,
     "iOi")
def _(r):
    notes = ["one\ntwo", 'say "hi"', "a, b, c", "\n\nlate", "plain"]
    return table(["id", "note", "stars"],
                 ((i, notes[i % 5], r.whole(1, 5)) for i in range(50)))


@odd("quotes_inside.csv", "quotes where the grammar is loose", 8, "Oi")
def _(r):
    return ('t,n\nx"y"z,1\n"x"y,2\n"x"y"z",3\n"x" ,4\n "x",5\n"",6\n'
            '"a""b",7\n\'a\',8\n')


@odd("semicolon.csv", "semicolons, with commas in the text", 60, "iOf",
     sep=";")
def _(r):
    return table(["id", "names", "v"],
                 ((i, r.pick(["Doe, Jane", "Roe, R.", "Lee, K., jr"]),
                   f"{r.normal():.2f}") for i in range(60)), sep=";")


@odd("decimal_comma.csv", "semicolons and decimal commas", 60, "iffO",
     sep=";", decimal=",")
def _(r):
    return table(["nr", "preis", "menge", "ort"],
                 ((i, f"{r.real(1, 90):.2f}".replace(".", ","),
                   None if i % 12 == 5 else f"{r.real(0, 9):.1f}".replace(
                       ".", ","), r.pick(["Ulm", "Bonn", "Jena"]))
                  for i in range(60)), sep=";")


@odd("tab.csv", "tabs between fields", 60, "iOf", sep="\t")
def _(r):
    return table(["id", "city", "v"],
                 ((i, r.pick(["Rome, IT", "Lyon, FR"]), f"{r.normal():.2f}")
                  for i in range(60)), sep="\t")


@odd("pipe.csv", "bars between fields", 60, "iOf", sep="|")
def _(r):
    return table(["id", "kind", "v"],
                 ((i, r.pick(["a", "b", "c"]), f"{r.normal():.2f}")
                  for i in range(60)), sep="|")


@odd("headerless.csv", "data from the first line on", 50, "Oif", header=None)
def _(r):
    return "".join(f"{r.pick('abc')},{i},{r.unit():.3f}\n" for i in range(50))


@odd("preamble.csv", "a title and a comment above the header", 40, "Oi",
     skiprows=2)
def _(r):
    return ("Report of the week, final\n# drawn by hand\n"
            + table(["side", "n"], ((r.pick(["left", "right"]), i)
                                    for i in range(40))))


@odd("blank_lines.csv", "blank lines before, between and after", 12, "ii")
def _(r):
    return "\n \na,b\n" + "".join(f"{i},{i * i}\n" + ("\n\t\n" if i % 4 == 2
                                                      else "")
                                  for i in range(12)) + "\n\n"


@odd("trailing_commas.csv", "a comma ends every line, the header's too", 25,
     "iif")
def _(r):
    return "a,b,\n" + "".join(f"{i},{r.whole(0, 9)},\n" for i in range(25))


@odd("ragged_short.csv", "rows with too few fields are padded", 30, "iiff")
def _(r):
    return "a,b,c,d\n" + "".join(
        ["1,2,3,4", "5,6,7", "8,9"][i % 3] + "\n" for i in range(30))


@odd("ragged_long.csv", "one late row with a field too many", expect="error")
def _(r):
    return "a,b,c\n" + "1,2,3\n" * 20 + "1,2,3,4\n" + "1,2,3\n" * 5


@odd("implicit_index.csv", "the first row is wider than the header",
     expect="index")
def _(r):
    return "a,b\n" + "".join(f"r{i},{i},{i * 2}\n" for i in range(20))


@odd("trailing_comma_rows.csv", "a comma ends the rows but not the header",
     expect="index")
def _(r):
    return "a,b\n" + "".join(f"{i},{i * 2},\n" for i in range(20))


@odd("unterminated_quote.csv", "the file ends inside quotes", expect="error")
def _(r):
    return 'a,b\n1,x\n2,"y\n3,z\n'


# ---- realistic tables ------------------------------------------------------

@odd("sales.csv", "orders of a shop: regions, products, dates, discounts",
     2000, "iOOOOiffbf")
def _(r):
    price = {"Audio": 120, "Books": 18, "Garden": 45, "Kitchen": 60,
             "Office": 30, "Sports": 75, "Toys": 25, "Travel": 95}
    lift = {"North": 1.0, "South": 1.15, "East": .9, "West": 1.05,
            "Central": .8, "Islands": 1.3}
    rows = []
    for i in range(2000):
        item, region = r.pick(list(price)), r.pick(list(lift))
        unit = price[item] * lift[region] * math.exp(r.normal(0, .25))
        count = 1 + int(-math.log(1 - r.unit()) * 2.2)
        off = None if r.chance(.12) else r.pick([0, 0, .05, .1, .15, .25])
        rows.append((10001 + i, day("2021-01-01", int(i * 1095 / 2000)),
                     region, item, r.weighted([("web", 5), ("store", 3),
                                               ("phone", 1)]),
                     count, f"{unit:.2f}", off, r.chance(.06),
                     f"{count * unit * (1 - (off or 0)):.2f}"))
    return table(["order_id", "order_date", "region", "category", "channel",
                  "quantity", "unit_price", "discount", "returned",
                  "revenue"], rows)


@odd("employees.csv", "staff: departments, levels, pay, leavers", 1200,
     "iOOOififbO")
def _(r):
    pay = {"Engineering": 72, "Finance": 64, "HR": 50, "IT": 58, "Legal": 80,
           "Marketing": 55, "Operations": 47, "Research": 70, "Sales": 52}
    level = {"junior": .75, "senior": 1.2, "lead": 1.5, "regular": 1.0}
    rows = []
    for i in range(1200):
        dept = r.pick(list(pay))
        rank = r.weighted([("junior", 4), ("regular", 5), ("senior", 3),
                           ("lead", 1)])
        age = min(66, max(20, int(r.normal(40, 10))))
        salary = pay[dept] * level[rank] * math.exp(r.normal(0, .1))
        salary += .2 * (age - 40)
        score = None if r.chance(.15) else f"{min(5, r.normal(3.4, .7)):.1f}"
        rows.append((f"{3000 + i}", dept, rank,
                     day("2005-01-01", r.whole(0, 6900)), age,
                     f"{salary * 1000:.0f}.00", r.whole(0, 25), score,
                     r.chance(.11 if rank == "lead" else .19),
                     r.weighted([("office", 4), ("hybrid", 5),
                                 ("remote", 2)])))
    return table(["employee_id", "department", "level", "hired", "age",
                  "salary", "sick_days", "review", "left", "work_mode"], rows)


@odd("patients.csv", "hospital stays: wards, vitals, gaps in laboratory data",
     900, "OOOOOififfOi")
def _(r):
    wards = ["Cardiology", "Surgery", "Oncology", "Neurology", "Geriatrics"]
    rows = []
    for i in range(900):
        ward = r.pick(wards)
        age = min(98, max(18, int(r.normal(74 if ward == "Geriatrics" else 55,
                                           13))))
        bmi = max(16, r.normal(26.5, 4.2))
        smoker = r.chance(.23)
        stay = 1 + int(-math.log(1 - r.unit()) * (3 + wards.index(ward)))
        come = r.whole(0, 1400)
        rows.append((f"P{10000 + i * 7}", ward, day("2019-01-01", come),
                     day("2019-01-01", come + stay),
                     r.weighted([("F", 51), ("M", 48)]), age, f"{bmi:.1f}",
                     int(95 + .45 * age + .6 * bmi + r.normal(0, 11)),
                     None if r.chance(.2) else
                     f"{r.normal(5.1 + .4 * smoker, .9):.2f}",
                     None if r.chance(.08) else
                     f"{r.normal(88, 14):.0f}", "yes" if smoker else "no",
                     int(r.chance(.1 + .02 * wards.index(ward)))))
    return table(["patient", "ward", "admitted", "discharged", "sex", "age",
                  "bmi", "systolic", "cholesterol", "pulse", "smoker",
                  "readmitted"], rows)


@odd("sensors.csv", "hourly air readings of four stations with outages", 3000,
     "OOfffO")
def _(r):
    rows = []
    for hour in range(750):
        for k, name in enumerate(["Harbour", "Airport", "Park", "Centre"]):
            warm = 12 + 6 * math.sin((hour % 24 - 8) / 24 * 2 * math.pi)
            down = name == "Airport" and 200 <= hour < 240
            temp = warm + k + r.normal(0, 1)
            damp = 80 - 1.8 * temp + r.normal(0, 5)
            rows.append((moment("2022-04-01T00:00:00", hour * 60), name,
                         None if down else f"{temp:.1f}",
                         None if down else f"{damp:.0f}",
                         None if down or r.chance(.04) else
                         f"{math.exp(r.normal(2.2 + .2 * k, .5)):.1f}",
                         "down" if down else "ok"))
    return table(["time", "station", "temperature", "humidity", "pm25",
                  "status"], rows)


@odd("students.csv", "marks in three subjects by school and background", 600,
     "OiOOffffiO")
def _(r):
    rows = []
    for i in range(600):
        school = r.whole(1, 15)
        base = r.normal(60 + school, 9)
        absent = int(-math.log(1 - r.unit()) * 4)
        mark = []
        for shift in (0, 4, -3):
            x = base + shift - .6 * absent + r.normal(0, 6)
            mark.append(None if r.chance(.03) else
                        f"{min(100, max(0, x)):.1f}")
        rows.append((f"School {school:02d}", r.whole(7, 10),
                     r.pick(["girl", "boy"]),
                     r.weighted([("none", 3), ("school", 5), ("college", 4),
                                 ("degree", 3)]), *mark,
                     f"{max(0, r.normal(6, 2.5)):.1f}", absent,
                     r.weighted([("paid", 7), ("free", 3)])))
    return table(["school", "grade", "sex", "parents_education", "maths",
                  "reading", "science", "study_hours", "absences", "lunch"],
                 rows)


@odd("survey.csv", "answers on a scale, free comments, lists in a cell", 800,
     "iOOiffOO")
def _(r):
    places = ["Austria", "Brazil", "Canada", "Chile", "Denmark", "Egypt",
              "France", "Ghana", "India", "Italy", "Japan", "Kenya", "Mexico",
              "Norway", "Peru", "Poland", "Spain", "Sweden", "Turkey",
              "Vietnam"]
    likes = ["music", "sports", "travel", "cooking", "reading", "games"]
    says = ["Good value.", "Delivery was late, twice.", 'They said "soon".',
            "Too loud\nand too bright", "Would buy again", "n/a"]
    rows = []
    for i in range(800):
        mood = r.normal(3.5, 1)
        pair = [min(5, max(1, round(mood + r.normal(0, .7))))
                for _ in range(2)]
        some = [x for x in likes if r.chance(.3)]
        rows.append((i + 1, r.pick(places),
                     r.pick(["18-29", "30-44", "45-59", "60+"]), pair[0],
                     None if r.chance(.1) else pair[1],
                     None if r.chance(.25) else r.whole(0, 10),
                     ";".join(some), None if r.chance(.4) else r.pick(says)))
    return table(["respondent", "country", "age_band", "quality", "service",
                  "recommend", "interests", "comment"], rows)


@odd("members.csv", "a club's hand-kept list: spellings that differ by case "
     "and blanks, lists, numbers with words among them", 300, "OOOOO")
def _(r):
    towns = ["Lund", "Malmo", "Ystad", "Kivik", "Simrishamn", "Trelleborg"]
    plans = ["Basic plan", "Family plan", "Student plan with discount"]
    skills = ["first aid", "sailing", "cooking", "repairs", "accounts"]
    rows = []
    for i in range(300):
        town = r.weighted([(t, 6 - k) for k, t in enumerate(towns)])
        town = r.weighted([(town, 8), (town.upper(), 1), (town.lower(), 2),
                           (town + " ", 1), (" " + town, 1)])
        plan = r.pick(plans)
        some = [s for k, s in enumerate(skills) if r.chance(.7 - k / 10)]
        fee = ("waived" if r.chance(.06) else "see note" if r.chance(.04)
               else None if r.chance(.05) else f"{r.real(20, 90):.2f}")
        rows.append((town, plan if r.chance(.8) else plan.lower(),
                     (" | " if r.chance(.3) else "|").join(some)
                     + ("|" if some and r.chance(.1) else ""),
                     fee, "open" if r.chance(.02) else r.whole(1, 40)))
    return table(["town", "plan", "can help with", "fee", "locker"], rows)


@odd("bike_rentals.csv", "three years of daily rentals with seasons", 1096,
     "OOObffii")
def _(r):
    rows = []
    for i in range(1096):
        date = datetime.date.fromisoformat(day("2018-01-01", i))
        year = math.sin((i % 365 - 100) / 365 * 2 * math.pi)
        temp = 11 + 10 * year + r.normal(0, 3)
        sky = r.weighted([("clear", 5), ("cloudy", 4), ("rain", 2)])
        rest = date.weekday() >= 5
        scale = {"clear": 1, "cloudy": .85, "rain": .45}[sky] * (1 + i / 2500)
        casual = max(0, (200 + 25 * temp) * scale * (1.9 if rest else 1)
                     * math.exp(r.normal(0, .2)))
        member = max(0, (1500 + 40 * temp) * scale * (.8 if rest else 1)
                     * math.exp(r.normal(0, .12)))
        rows.append((date.isoformat(), ["winter", "spring", "summer",
                                        "autumn"][date.month % 12 // 3],
                     sky, rest, f"{temp:.1f}",
                     None if r.chance(.05) else f"{abs(r.normal(14, 6)):.1f}",
                     int(casual), int(member)))
    return table(["date", "season", "sky", "weekend", "temp", "wind",
                  "casual", "members"], rows)


@odd("houses.csv", "house sales in twenty districts, garages often unknown",
     1500, "iOOiifOfif")
def _(r):
    parts = [f"{a} {b}" for a in ("Old", "New", "Upper", "Lower", "Far")
             for b in ("Mill", "Bridge", "Field", "Green")]
    rows = []
    for i in range(1500):
        k = r.whole(0, 19)
        area = max(28, r.normal(105, 32))
        built = r.whole(1900, 2019)
        price = (900 + 70 * k) * area * math.exp(r.normal(0, .18))
        price *= 1 + (built - 1960) / 400
        rows.append((i + 1, day("2017-01-01", r.whole(0, 1800)), parts[k],
                     max(1, round(area / 28 + r.normal(0, .6))),
                     built, f"{area:.1f}",
                     r.weighted([("house", 5), ("flat", 6), ("terrace", 3)]),
                     None if r.chance(.3) else r.whole(0, 3),
                     round(price / 500) * 500,
                     f"{abs(r.normal(0, 6)):.2f}"))
    return table(["sale", "sold", "district", "rooms", "built", "area_m2",
                  "type", "garages", "price", "station_km"], rows)


@odd("tickets.csv", "support tickets: agents, priorities, open and close",
     2500, "iOOOOOfiO")
def _(r):
    agents = [f"agent {i:02d}" for i in range(1, 31)]
    rows = []
    at = 0
    for i in range(2500):
        at += int(-math.log(1 - r.unit()) * 110) + 1
        level = r.weighted([("low", 5), ("normal", 8), ("high", 3),
                            ("urgent", 1)])
        who = r.whole(0, 29)
        wait = -math.log(1 - r.unit()) * {"low": 3000, "normal": 1500,
                                          "high": 600, "urgent": 200}[level]
        wait *= 1 + who / 40
        is_open = r.chance(.04)
        tags = [t for t in ("billing", "login", "bug", "refund", "other")
                if r.chance(.35)]
        rows.append((50000 + i, moment("2023-01-01T08:00:00", at),
                     None if is_open else
                     moment("2023-01-01T08:00:00", at + int(wait) + 1),
                     level, agents[who],
                     r.weighted([("mail", 6), ("chat", 4), ("phone", 3)]),
                     None if is_open or r.chance(.5) else
                     min(5, max(1, round(4.6 - wait / 2500))),
                     1 + int(-math.log(1 - r.unit()) * 2),
                     "|".join(tags)))
    return table(["ticket", "opened", "closed", "priority", "agent",
                  "channel", "rating", "messages", "tags"], rows)


@odd("ab_test.csv", "a trial of two pages: conversion and spend", 3000,
     "iOOOOiff")
def _(r):
    rows = []
    for i in range(3000):
        arm = r.pick(["control", "new"])
        device = r.weighted([("phone", 6), ("desktop", 4), ("tablet", 1)])
        share = .1 + .025 * (arm == "new") + .05 * (device == "desktop")
        done = r.chance(share)
        rows.append((700000 + i * 3, day("2024-02-01", r.whole(0, 27)), arm,
                     device, r.pick(["DE", "FR", "GB", "IT", "US", "ES"]),
                     int(done),
                     f"{math.exp(r.normal(3.2, .6)):.2f}" if done else "0.00",
                     None if r.chance(.07) else
                     f"{math.exp(r.normal(3.8, .9)):.1f}"))
    return table(["user", "day", "variant", "device", "market", "converted",
                  "spend", "seconds"], rows)


@odd("loans.csv", "loan applications with income, score and default", 1800,
     "iOOffiffb")
def _(r):
    rows = []
    for i in range(1800):
        income = math.exp(r.normal(10.5, .5))
        score = min(850, max(300, r.normal(650, 80)
                             + 20 * math.log(income / 36000)))
        amount = round(income * r.real(.1, .9) / 100) * 100
        rate = 4 + (850 - score) / 60 + r.normal(0, .4)
        risk = 1 / (1 + math.exp((score - 560) / 45))
        rows.append((i + 1, r.pick(["car", "home", "study", "debt",
                                    "business", "medical", "other"]),
                     r.weighted([("own", 3), ("rent", 5), ("mortgage", 6)]),
                     None if r.chance(.06) else f"{income:.2f}",
                     f"{amount:.1f}", r.pick([24, 36, 60]), f"{score:.1f}",
                     f"{max(1, rate):.2f}", r.chance(risk)))
    return table(["loan", "purpose", "housing", "income", "amount", "months",
                  "score", "rate", "defaulted"], rows)


# ---- the program -----------------------------------------------------------

def content(entry):
    made = entry["make"](Rand("csv-agent odd " + entry["name"]))
    return made if isinstance(made, bytes) else made.encode("utf-8")


def main(args):
    if args == ["--list"]:
        for entry in FILES:
            print(json.dumps({k: v for k, v in entry.items() if k != "make"},
                             ensure_ascii=False))
        return 0
    if len(args) != 1 or args[0].startswith("-"):
        print(__doc__.split("\n\n")[0], file=sys.stderr)
        return 2
    os.makedirs(args[0], exist_ok=True)
    for entry in FILES:
        with open(os.path.join(args[0], entry["name"]), "wb") as out:
            out.write(content(entry))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
