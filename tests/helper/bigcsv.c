/* bigcsv.c - a made-up CSV of 20 mixed columns, for the benches.
 *
 * bigcsv ROWS: integers, floats of 6 to 17 digits, categories, dates, a
 * boolean, quoted text with commas and newlines, 3 % missing. The same rows
 * give the same bytes. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "rng.h"

/* What a column holds; a and b: its range, or its digits. */
struct made {
	const char *name;
	void (*put)(
	    struct buf *b, struct rng *r, long row, const struct made *);
	long a, b;
};

static void
put_id(struct buf *b, struct rng *r, long row, const struct made *m)
{
	(void)r;
	buf_printf(b, "%ld", m->a + row);
}

static void
put_int(struct buf *b, struct rng *r, long row, const struct made *m)
{
	(void)row;
	buf_printf(b, "%ld", m->a + (long)rng_below(r, (size_t)(m->b - m->a)));
}

/* m->a significant digits of a number below 10^m->b. */
static void
put_float(struct buf *b, struct rng *r, long row, const struct made *m)
{
	double v = rng_real(r) - .3;
	long i;

	(void)row;
	for (i = 0; i < m->b; i++)
		v *= 10;
	buf_printf(b, "%.*g", (int)m->a, v);
}

static void
put_category(struct buf *b, struct rng *r, long row, const struct made *m)
{
	size_t k = rng_below(r, (size_t)m->a), j = rng_below(r, k + 1);

	(void)row;
	buf_printf(b, "%s %zu", m->b == 0 ? "group" : "Stadt-Straße", j);
}

static void
put_date(struct buf *b, struct rng *r, long row, const struct made *m)
{
	(void)row;
	buf_printf(b, "%ld-%02zu-%02zu", m->a + (long)rng_below(r, 20),
	    rng_below(r, 12) + 1, rng_below(r, 28) + 1);
	if (m->b != 0)
		buf_printf(b, " %02zu:%02zu:%02zu", rng_below(r, 24),
		    rng_below(r, 60), rng_below(r, 60));
}

static void
put_bool(struct buf *b, struct rng *r, long row, const struct made *m)
{
	(void)row;
	(void)m;
	buf_puts(b, rng_below(r, 3) == 0 ? "True" : "False");
}

static void
put_text(struct buf *b, struct rng *r, long row, const struct made *m)
{
	static const char *const words[] = {"mean", "price, net", "by region",
	    "rises", "\"so called\"", "first line\nsecond", "naïve", "low"};
	size_t n = 2 + rng_below(r, 5), i;
	const char *s;

	(void)row;
	(void)m;
	buf_putc(b, '"');
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(b, ' ');
		for (s = words[rng_below(r, 8)]; *s != '\0'; s++) {
			if (*s == '"')
				buf_putc(b, '"');
			buf_putc(b, *s);
		}
	}
	buf_putc(b, '"');
}

static const struct made columns[] = {{"order", put_id, 100000, 0},
    {"age", put_int, 18, 95}, {"count", put_int, 0, 100000},
    {"delta", put_int, -5000, 5000}, {"views", put_int, 0, 2000000000},
    {"year", put_int, 1950, 2025}, {"price", put_float, 6, 3},
    {"weight", put_float, 8, 2}, {"rate", put_float, 10, 0},
    {"length", put_float, 12, 4}, {"energy", put_float, 15, 1},
    {"signal", put_float, 17, 0}, {"level", put_float, 17, 5},
    {"kind", put_category, 6, 0}, {"team", put_category, 60, 0},
    {"city", put_category, 2000, 1}, {"day", put_date, 2001, 0},
    {"seen", put_date, 2001, 1}, {"member", put_bool, 0, 0},
    {"note", put_text, 0, 0}};

enum { COLUMNS = sizeof columns / sizeof *columns };

int
main(int argc, char *argv[])
{
	long rows = argc == 2 ? strtol(argv[1], NULL, 10) : -1, i;
	struct buf b = {0};
	struct rng r;
	int c;

	if (rows < 0)
		errx(2, "usage: bigcsv ROWS");
	rng_init(&r, 1, "bigcsv");
	for (c = 0; c < COLUMNS; c++)
		buf_printf(&b, "%s%s", c > 0 ? "," : "", columns[c].name);
	buf_putc(&b, '\n');
	for (i = 0; i < rows; i++) {
		for (c = 0; c < COLUMNS; c++) {
			if (c > 0)
				buf_putc(&b, ',');
			if (rng_below(&r, 100) >= 3)
				columns[c].put(&b, &r, i, &columns[c]);
		}
		buf_putc(&b, '\n');
		if (fwrite(b.p, 1, b.n, stdout) != b.n)
			err(3, "standard output");
		buf_reset(&b);
	}
	buf_clear(&b);
	if (fclose(stdout) != 0)
		err(3, "standard output");
	return 0;
}
