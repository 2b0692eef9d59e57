/* tab_copy.c - cells one by one, and altered copies of a table. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "real.h"
#include "rec.h"
#include "tab_impl.h"

/* -- single cells -- */

static double
real_at(const struct column *c, size_t row)
{
	if (c->store == STORE_REAL)
		return ((const double *)c->data)[row];
	return (double)dec_get(c, row) / real_pow10[(int)c->scale];
}

static json_t *
uint_json(uint64_t v)
{
	char digits[24];
	int n;

	if (v <= INT64_MAX)
		return json_integer((json_int_t)v);
	n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)v);
	return rec_bigint_new(digits, (size_t)n);
}

json_t *
tab_json(const struct table *t, size_t row, size_t col)
{
	const struct column *c = &t->col[col];
	struct tab_span s;
	double v;

	if (tab_is_missing(t, row, col))
		return json_null();
	switch (c->type) {
	case TAB_INT:
		if (c->store == STORE_UINT)
			return uint_json(((const uint64_t *)c->data)[row]);
		return json_integer(dec_get(c, row));
	case TAB_FLOAT:
		v = real_at(c, row);
		if (isinf(v))
			return json_string(v > 0 ? "inf" : "-inf");
		return json_real(v == 0 ? 0.0 : v);
	case TAB_BOOL:
		return json_boolean(code_get(c, row) == 2);
	case TAB_STR:
		s = tab_text(t, row, col);
		return json_stringn_nocheck(s.p, s.n);
	default:
		return json_null();
	}
}

void
tab_put(const struct table *t, size_t row, size_t col, struct buf *b)
{
	const struct column *c = &t->col[col];
	struct tab_span s;
	double v;

	if (tab_is_missing(t, row, col)) {
		buf_puts(b, "NaN");
	} else if (c->store == STORE_UINT) {
		buf_printf(b, "%llu",
		    (unsigned long long)((const uint64_t *)c->data)[row]);
	} else if (c->type == TAB_INT) {
		buf_printf(b, "%lld", (long long)dec_get(c, row));
	} else if (c->type == TAB_FLOAT) {
		v = real_at(c, row);
		if (isinf(v))
			buf_puts(b, v > 0 ? "inf" : "-inf");
		else
			buf_real(b, v);
	} else {
		s = tab_text(t, row, col);
		buf_put(b, s.p, s.n);
	}
}

/* -- copies -- */

static void
count_missing(struct table *t, size_t col)
{
	size_t i, n = 0;

	/* c->missing says whether the least number stands for a missing cell */
	for (i = 0; i < t->rows; i++)
		n += tab_is_missing(t, i, col);
	t->col[col].missing = n;
}

/*
 * Store codes of c's dictionary (-1: missing), with a new dictionary of those
 * in use. A bool column keeps its two values.
 */
static void
recode(struct column *c, const int32_t *code, size_t rows)
{
	struct dict *old = c->dict, *d = dict_new();
	uint32_t *number = xcalloc(old->n, sizeof *number), v;
	struct tab_span s;
	size_t i;

	if (c->type == TAB_BOOL)
		for (i = 0; i < old->n; i++) {
			s = dict_get(old, i);
			number[i] = dict_put(d, s.p, s.n) + 1;
		}
	xfree_long(c->data);
	c->width = 4;
	c->cap = rows;
	c->data = xrealloc_long(NULL, rows, 4);
	for (i = 0; i < rows; i++) {
		v = 0;
		if (code[i] >= 0) {
			if (number[code[i]] == 0) {
				s = dict_get(old, (size_t)code[i]);
				number[code[i]] = dict_put(d, s.p, s.n) + 1;
			}
			v = number[code[i]];
		}
		((uint32_t *)c->data)[i] = v;
	}
	free(number);
	dict_free(old);
	dict_freeze(d);
	c->dict = d;
}

static struct dict *
dict_copy(const struct dict *d)
{
	struct dict *copy = dict_new();
	struct tab_span s;
	size_t i;

	for (i = 0; i < d->n; i++) {
		s = dict_get(d, i);
		dict_put(copy, s.p, s.n);
	}
	return copy;
}

static const struct tab_exact *
find_exact(const struct column *c, size_t row)
{
	size_t lo = 0, hi = c->nexact, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (c->exact[mid].row < row)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < c->nexact && c->exact[lo].row == row ? &c->exact[lo] : NULL;
}

static void
select_exact(
    const struct column *from, struct column *c, const size_t *rows, size_t n)
{
	const struct tab_exact *e;
	size_t i;

	for (i = 0; from->nexact > 0 && i < n; i++) {
		e = find_exact(from, rows[i]);
		if (e == NULL)
			continue;
		exact_room(c, 1);
		c->exact[c->nexact++] = (struct tab_exact){(uint32_t)i, e->v};
	}
}

static void
select_column(
    const struct column *from, struct column *c, const size_t *rows, size_t n)
{
	const char *src = from->data;
	size_t i, w = from->width;
	int32_t *code;

	*c = (struct column){.name = xstrdup(from->name),
	    .type = from->type,
	    .store = from->store,
	    .width = from->width,
	    .scale = from->scale,
	    .cap = n,
	    .missing = from->missing,
	    .whole = from->whole};
	if (from->store == STORE_CODE) {
		code = xreallocarray(NULL, n, sizeof *code);
		for (i = 0; i < n; i++)
			code[i] = (int32_t)code_get(from, rows[i]) - 1;
		c->dict = dict_copy(from->dict);
		recode(c, code, n);
		free(code);
	} else if (from->store != STORE_NONE) {
		c->data = xrealloc_long(NULL, n, w);
		for (i = 0; i < n; i++)
			memcpy((char *)c->data + i * w, src + rows[i] * w, w);
	}
	select_exact(from, c, rows, n);
}

static struct table *
like(const struct table *t, size_t cols)
{
	struct table *copy = tab_new(cols);

	copy->path = xstrdup(t->path);
	memcpy(copy->sha256, t->sha256, sizeof copy->sha256);
	copy->options = t->options;
	return copy;
}

struct table *
tab_select(const struct table *t, const size_t *rows, size_t n)
{
	struct table *copy = like(t, t->cols);
	size_t i;

	copy->rows = n;
	for (i = 0; i < t->cols; i++) {
		select_column(&t->col[i], &copy->col[i], rows, n);
		count_missing(copy, i);
	}
	return copy;
}

struct table *
tab_reorder(const struct table *t, const size_t *cols, size_t n)
{
	struct table *copy = like(t, n);
	size_t *rows = xreallocarray(NULL, t->rows, sizeof *rows);
	size_t i;

	for (i = 0; i < t->rows; i++)
		rows[i] = i;
	copy->rows = t->rows;
	for (i = 0; i < n; i++) {
		select_column(&t->col[cols[i]], &copy->col[i], rows, t->rows);
		copy->col[i].missing = t->col[cols[i]].missing;
	}
	free(rows);
	return copy;
}

/* Whole numbers below 2^63, none missing? */
static bool
fits_int(const double *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!(fabs(v[i]) < 9.2e18) || v[i] != floor(v[i]))
			return false;
	return true;
}

void
tab_set_num(struct table *t, size_t col, const double *v)
{
	struct column *c = &t->col[col];
	bool ints = c->type == TAB_INT && fits_int(v, t->rows);
	size_t i;

	xfree_long(c->data);
	xfree_long(c->exact);
	c->exact = NULL;
	c->nexact = c->exact_cap = 0;
	c->data = xrealloc_long(NULL, t->rows, 8);
	c->cap = t->rows;
	c->width = 8;
	c->scale = 0;
	c->bounded = false;
	c->whole = ints;
	c->type = ints ? TAB_INT : TAB_FLOAT;
	c->store = ints ? STORE_DEC : STORE_REAL;
	for (i = 0; i < t->rows; i++)
		if (ints)
			((int64_t *)c->data)[i] = (int64_t)v[i];
		else
			((double *)c->data)[i] = v[i];
	count_missing(t, col);
	if (!ints) {
		c->whole = true;
		for (i = 0; i < t->rows; i++)
			if (!isnan(v[i]) &&
			    (v[i] != floor(v[i]) || isinf(v[i])))
				c->whole = false;
		if (c->missing == t->rows)
			c->type = TAB_EMPTY;
	}
}

void
tab_set_codes(struct table *t, size_t col, const int32_t *codes)
{
	struct column *c = &t->col[col];
	int32_t *seen, *number;
	size_t n, i;

	tab_dict(t, col, &n);
	number = xreallocarray(NULL, n, sizeof *number);
	for (i = 0; i < n; i++)
		number[c->dict->rank[i]] = (int32_t)i;
	seen = xreallocarray(NULL, t->rows, sizeof *seen);
	for (i = 0; i < t->rows; i++)
		seen[i] = codes[i] < 0 ? -1 : number[codes[i]];
	recode(c, seen, t->rows);
	count_missing(t, col);
	free(seen);
	free(number);
}

void
tab_set_name(struct table *t, size_t col, const char *name)
{
	free(t->col[col].name);
	t->col[col].name = xstrdup(name);
}
