/* prof_text.c - a page about a table, for a reader who sees only that. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "prof_int.h"

enum {
	PAGE = 6000, /* bytes, about */
	HEAD_ROWS = 5,
	CELL = 40, /* bytes of a cell that are shown */
	NAME = 60, /* and of a name */
};

/* At most max bytes of s, cut between characters; control characters as
 * spaces, so that a line stays one. */
static void
put_cut(struct buf *b, const char *s, size_t n, size_t max)
{
	size_t k = 0, w;
	bool cut = n > max;

	while (k < n && k < max) {
		w = utf8_len(s + k, n - k);
		if (w == 0)
			w = 1;
		if (cut && k + w > max)
			break;
		if ((unsigned char)s[k] < ' ' || s[k] == 0x7f)
			buf_putc(b, ' ');
		else
			buf_put(b, s + k, w);
		k += w;
	}
	if (cut)
		buf_puts(b, "...");
}

static void
put_name(struct buf *b, const struct table *t, size_t col)
{
	const char *name = tab_name(t, col);

	put_cut(b, name, strlen(name), NAME);
}

static void
put_cell(struct buf *b, const struct table *t, size_t row, size_t col)
{
	struct buf cell = {0};

	tab_put(t, row, col, &cell);
	put_cut(b, buf_str(&cell), cell.n, CELL);
	buf_clear(&cell);
}

static void
put_number(struct buf *b, const char *what, double v)
{
	if (isnan(v))
		buf_printf(b, " %s NaN", what);
	else
		buf_printf(b, " %s %.6g", what, v);
}

static const char *
type_words(const struct prof_col *c)
{
	static const char *const words[] = {
	    "int64", "float64", "bool", "object (text)", "empty"};

	if (c->type == TAB_BOOL && c->missing > 0)
		return "object (bool with missing)";
	return words[c->type];
}

static void
put_column(struct buf *b, const struct profile *p, size_t col)
{
	const struct prof_col *c = prof_col(p, col);
	size_t i;

	buf_puts(b, "- ");
	put_name(b, p->t, col);
	buf_printf(b, ": %s, %zu missing, %zu distinct", type_words(c),
	    c->missing, c->unique);
	if (c->date_format != NULL)
		buf_printf(b, ", dates as %s", c->date_format);
	if ((c->type == TAB_INT || c->type == TAB_FLOAT) && c->present > 0) {
		buf_putc(b, ';');
		put_number(b, "mean", c->mean);
		put_number(b, "std", c->std);
		put_number(b, "min", c->min);
		put_number(b, "25%", c->q25);
		put_number(b, "50%", c->median);
		put_number(b, "75%", c->q75);
		put_number(b, "max", c->max);
	} else if (c->ntop > 0) {
		buf_puts(b, "; most frequent:");
		for (i = 0; i < c->ntop; i++) {
			buf_puts(b, i > 0 ? ", " : " ");
			put_cell(b, p->t, c->top[i].row, col);
			buf_printf(b, " (%zu)", c->top[i].count);
		}
	}
	buf_putc(b, '\n');
}

static void
put_row(struct buf *b, const struct profile *p, size_t row, size_t cols)
{
	size_t i;

	for (i = 0; i < cols; i++) {
		buf_puts(b, i > 0 ? " | " : "");
		put_cell(b, p->t, row, i);
	}
	buf_putc(b, '\n');
}

/* Columns as long as there is room, then how many were left out. */
static void
put_columns(struct buf *b, const struct profile *p, size_t room)
{
	size_t start = b->n, i;

	for (i = 0; i < tab_cols(p->t) && b->n - start < room; i++)
		put_column(b, p, i);
	if (i < tab_cols(p->t))
		buf_printf(b, "- (%zu more columns)\n", tab_cols(p->t) - i);
}

/* The first rows, of as many columns as fit. */
static void
put_head(struct buf *b, const struct profile *p, size_t room)
{
	size_t rows = tab_rows(p->t), cols = tab_cols(p->t), i;
	struct buf text = {0};

	if (rows > HEAD_ROWS)
		rows = HEAD_ROWS;
	for (;; cols = cols * 3 / 4) {
		buf_reset(&text);
		for (i = 0; i < cols; i++) {
			buf_puts(&text, i > 0 ? " | " : "");
			put_name(&text, p->t, i);
		}
		buf_putc(&text, '\n');
		for (i = 0; i < rows; i++)
			put_row(&text, p, i, cols);
		if (text.n <= room || cols <= 1)
			break;
	}
	buf_printf(b, "\nFirst %zu rows", rows);
	if (cols < tab_cols(p->t))
		buf_printf(
		    b, " (the first %zu of %zu columns)", cols, tab_cols(p->t));
	buf_puts(b, ":\n");
	buf_put(b, text.p, text.n);
	buf_clear(&text);
}

void
prof_overview(const struct profile *p, struct buf *b)
{
	const struct table *t = p->t;
	size_t start = b->n, used;

	buf_printf(b, "Shape: %zu rows, %zu columns", tab_rows(t), tab_cols(t));
	if (prof_duplicates(p) > 0)
		buf_printf(
		    b, "; %zu rows repeat an earlier one", prof_duplicates(p));
	buf_puts(b, "\n\nColumns:\n");
	put_columns(b, p, PAGE * 7 / 10);
	used = b->n - start;
	put_head(b, p, used < PAGE - 500 ? PAGE - used : 500);
}
