/* tab_write.c - a table as a CSV that pandas loads as that table. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "real.h"
#include "rec.h"
#include "tab_impl.h"

enum {
	FLUSH = 1 << 20, /* bytes held before they are written */
	NEAR = 500, /* neighbours tried for a text that pandas reads as v */
};

static const uint64_t EXACT = (uint64_t)1 << 53; /* in a double */

/* Text in quotes where the reader needs them, or would skip the line. */
static void
put_text(struct buf *b, const char *s, size_t n, bool first)
{
	size_t i;
	bool quote = n == 0 ||
	    (first && (s[0] == ' ' || s[0] == '\t' || s[0] == '\xef'));

	for (i = 0; i < n && !quote; i++)
		quote =
		    s[i] == ',' || s[i] == '"' || s[i] == '\n' || s[i] == '\r';
	if (!quote) {
		buf_put(b, s, n);
		return;
	}
	buf_putc(b, '"');
	for (i = 0; i < n; i++) {
		if (s[i] == '"')
			buf_putc(b, '"');
		buf_putc(b, s[i]);
	}
	buf_putc(b, '"');
}

static bool
reads_as(const char *s, size_t n, double v)
{
	struct real r;

	return real_parse(s, n, '.', &r) && r.pandas == v;
}

/* Numbers of that many digits beside v, until one is read as v. */
static bool
put_beside(struct buf *b, double v, int digits)
{
	char text[64], *point, *e;
	long long m;
	int k, n, exp, near = digits > 15 ? NEAR : 3;

	snprintf(text, sizeof text, "%.*e", digits - 1, v);
	e = strchr(text, 'e');
	exp = atoi(e + 1) - (digits - 1);
	*e = '\0';
	point = strchr(text, '.');
	if (point != NULL)
		memmove(point, point + 1, strlen(point));
	m = strtoll(text, NULL, 10);
	for (k = 0; k < 2 * near; k++) {
		n = snprintf(text, sizeof text, "%llde%d",
		    m + (k % 2 == 0 ? k / 2 : -(k + 1) / 2), exp);
		if (reads_as(text, (size_t)n, v)) {
			buf_put(b, text, (size_t)n);
			return true;
		}
	}
	return false;
}

/*
 * pandas' default parser does not round correctly, so that the shortest text
 * of v may be read as a neighbour of v: then texts beside it are tried.
 */
static int
put_real(struct buf *b, double v)
{
	struct buf shortest = {0};
	int digits;
	bool good;

	if (isinf(v)) {
		buf_puts(b, v > 0 ? "inf" : "-inf");
		return 0;
	}
	buf_real(&shortest, v);
	good = reads_as(shortest.p, shortest.n, v);
	if (good)
		buf_put(b, shortest.p, shortest.n);
	buf_clear(&shortest);
	for (digits = 17; !good && digits > 0; digits--)
		good = put_beside(b, v, digits);
	return good ? 0 : -1;
}

/* m / 10^scale with a decimal point. */
static int
put_decimal(struct buf *b, int64_t m, int scale)
{
	uint64_t v = m < 0 ? 0 - (uint64_t)m : (uint64_t)m;
	uint64_t unit = (uint64_t)real_int10[scale];

	/* another zero may be one digit too many for pandas */
	if (v >= EXACT / 10)
		return put_real(b, (double)m / (double)unit);
	if (m < 0)
		buf_putc(b, '-');
	if (scale == 0)
		buf_printf(b, "%llu.0", (unsigned long long)v);
	else
		buf_printf(b, "%llu.%0*llu", (unsigned long long)(v / unit),
		    scale, (unsigned long long)(v % unit));
	return 0;
}

static int
put_cell(struct buf *b, const struct table *t, size_t row, size_t col)
{
	const struct column *c = &t->col[col];
	struct tab_span s;

	if (tab_is_missing(t, row, col)) {
		if (t->cols == 1)
			buf_puts(b, "\"\""); /* a blank line would vanish */
		return 0;
	}
	switch (c->store) {
	case STORE_DEC:
		if (c->type != TAB_INT)
			return put_decimal(b, dec_get(c, row), c->scale);
		buf_printf(b, "%lld", (long long)dec_get(c, row));
		return 0;
	case STORE_UINT:
		buf_printf(b, "%llu",
		    (unsigned long long)((const uint64_t *)c->data)[row]);
		return 0;
	case STORE_REAL:
		return put_real(b, ((const double *)c->data)[row]);
	default:
		s = tab_text(t, row, col);
		put_text(b, s.p, s.n, col == 0);
		return 0;
	}
}

static int
flush(struct buf *b, int fd, const char *path, struct fail *f)
{
	if (rec_write(fd, b->p, b->n) < 0)
		return fail_set(
		    f, FAIL_IO, "%s: cannot write: %s", path, strerror(errno));
	buf_reset(b);
	return 0;
}

static int
write_rows(const struct table *t, const char *path, int fd, struct buf *b,
    struct fail *f)
{
	size_t r, c;

	for (c = 0; c < t->cols; c++) {
		if (c > 0)
			buf_putc(b, ',');
		put_text(b, t->col[c].name, strlen(t->col[c].name), c == 0);
	}
	buf_putc(b, '\n');
	for (r = 0; r < t->rows; r++) {
		for (c = 0; c < t->cols; c++) {
			if (c > 0)
				buf_putc(b, ',');
			if (put_cell(b, t, r, c) < 0)
				return fail_set(f, FAIL_VALUE,
				    "%s: no text that pandas reads as the "
				    "number in row %zu of \"%.200s\"",
				    path, r, t->col[c].name);
		}
		buf_putc(b, '\n');
		if (b->n >= FLUSH && flush(b, fd, path, f) < 0)
			return -1;
	}
	return b->n > 0 ? flush(b, fd, path, f) : 0;
}

/* Does a reader find the types and names that the table has? */
static int
check_types(const struct table *t, const char *path, struct fail *f)
{
	json_t *defaults = json_object();
	struct table *back;
	enum tab_type type;
	size_t i;
	int rc;

	rc = tab_load(path, defaults, &back, f);
	json_decref(defaults);
	if (rc < 0) {
		if (f != NULL && f->code == FAIL_CSV)
			f->code = FAIL_VALUE;
		return -1;
	}
	if (back->rows != t->rows || back->cols != t->cols)
		rc = fail_set(f, FAIL_VALUE,
		    "%s: expected %zu rows and %zu columns when read again, "
		    "saw %zu and %zu",
		    path, t->rows, t->cols, back->rows, back->cols);
	for (i = 0; rc == 0 && i < t->cols; i++) {
		type =
		    t->col[i].missing == t->rows ? TAB_EMPTY : t->col[i].type;
		if (strcmp(back->col[i].name, t->col[i].name) != 0)
			rc = fail_set(f, FAIL_VALUE,
			    "%s: the name \"%.200s\" becomes \"%.200s\"", path,
			    t->col[i].name, back->col[i].name);
		else if (back->col[i].type != type)
			rc = fail_set(f, FAIL_VALUE,
			    "%s: column \"%.200s\" becomes %s instead of %s",
			    path, t->col[i].name,
			    tab_type_name(back->col[i].type),
			    tab_type_name(type));
	}
	tab_free(back);
	return rc;
}

int
tab_write_csv(const struct table *t, const char *path, struct fail *f)
{
	struct buf b = {0};
	int fd, rc;

	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return fail_set(
		    f, FAIL_IO, "%s: cannot create: %s", path, strerror(errno));
	rc = write_rows(t, path, fd, &b, f);
	buf_clear(&b);
	if (close(fd) < 0 && rc == 0)
		rc = fail_set(
		    f, FAIL_IO, "%s: cannot write: %s", path, strerror(errno));
	if (rc == 0)
		rc = check_types(t, path, f);
	if (rc < 0)
		unlink(path);
	return rc;
}
