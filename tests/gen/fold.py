#!/usr/bin/env python3
"""Write lib/fold_table.h: Unicode's full case folding as ranges.

    tests/gen/fold.py > lib/fold_table.h

The mappings are those of str.casefold(), so the table is of the Unicode
version that the interpreter has (named in the table's first comment).
"""
import sys
import unicodedata


def mappings():
    for c in range(0x80, 0x110000):
        if 0xD800 <= c < 0xE000:
            continue
        folded = chr(c).casefold()
        if folded != chr(c):
            yield c, folded


def ranges(single):
    """Runs of code points, step 1 or 2 apart, that move by the same delta."""
    out = []
    for c, to in single:
        delta = to - c
        if out:
            lo, hi, step, d = out[-1]
            gap = c - hi
            if d == delta and (gap == step or (lo == hi and gap in (1, 2))):
                out[-1] = (lo, c, gap, d)
                continue
        out.append((c, c, 1, delta))
    return out


HEAD = """#ifndef FOLD_TABLE_H
#define FOLD_TABLE_H

#include <stdint.h>

/* Code points lo, lo + step, ... hi each fold to themselves plus delta. */
struct fold_range {
    uint32_t lo, hi;
    int step;
    int32_t delta;
};

/* A code point that folds to several. */
struct fold_multi {
    uint32_t c;
    const char *to; /* UTF-8 */
};

/* clang-format off */
""".replace("    ", "\t")


def main():
    single, multi = [], []
    for c, to in mappings():
        if len(to) == 1:
            single.append((c, ord(to)))
        else:
            multi.append((c, to))
    w = sys.stdout.write
    w("/* fold_table.h - Unicode %s full case folding, by "
      "tests/gen/fold.py. */\n" % unicodedata.unidata_version)
    w(HEAD)
    w("static const struct fold_range fold_ranges[] = {\n")
    for lo, hi, step, delta in ranges(single):
        w("\t{0x%x, 0x%x, %d, %d},\n" % (lo, hi, step, delta))
    w("};\n\nstatic const struct fold_multi fold_multis[] = {\n")
    for c, to in multi:
        utf8 = "".join("\\%03o" % b for b in to.encode())
        w("\t{0x%x, \"%s\"},\n" % (c, utf8))
    w("};\n/* clang-format on */\n\n#endif\n")


main()
