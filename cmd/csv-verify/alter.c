/* alter.c - altered copies of a table. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alter.h"
#include "mem.h"

static const char *const names[] = {
    [ALTER_DROP] = "rows dropped",
    [ALTER_PERMUTE] = "values permuted",
    [ALTER_SCALE] = "column scaled",
    [ALTER_MISSING] = "cells missing",
    [ALTER_RENAME] = "categories renamed",
    [ALTER_SHUFFLE] = "rows shuffled",
    [ALTER_COLUMNS] = "columns reordered",
};

const char *
alter_name(enum alter_kind kind)
{
	return names[kind];
}

/* Is the string anywhere inside v? */
static bool
names_it(const json_t *v, const char *name)
{
	json_t *o = (json_t *)(uintptr_t)v, *m;
	const char *key;
	size_t i;

	if (json_is_string(v))
		return strcmp(json_string_value(v), name) == 0;
	json_array_foreach(o, i, m)
	{
		if (names_it(m, name))
			return true;
	}
	json_object_foreach(o, key, m)
	{
		if (names_it(m, name))
			return true;
	}
	return false;
}

static bool
suits(const struct table *t, size_t col, enum alter_kind kind)
{
	enum tab_type type = tab_type(t, col);

	switch (kind) {
	case ALTER_SCALE:
		return type == TAB_INT || type == TAB_FLOAT;
	case ALTER_RENAME:
		return type == TAB_STR && tab_ndict(t, col) > 1 &&
		    tab_ndict(t, col) <= 200;
	case ALTER_MISSING:
		return type != TAB_EMPTY && type != TAB_BOOL;
	default:
		return type != TAB_EMPTY;
	}
}

/* A column for that kind, one that is named if there is one; -1: none. */
static long
pick(const struct table *t, enum alter_kind kind, const json_t *uses,
    struct rng *r)
{
	size_t n = tab_cols(t), i, k, found = 0;
	size_t *cols = xcalloc(n, sizeof *cols);
	bool named = true;
	long col = -1;

	for (k = 0; k < 2 && found == 0; k++, named = false)
		for (i = 0; i < n; i++)
			if (suits(t, i, kind) &&
			    (!named || names_it(uses, tab_name(t, i))))
				cols[found++] = i;
	if (found > 0)
		col = (long)cols[rng_below(r, found)];
	free(cols);
	return col;
}

/* Some rows: at most `most`, in their order or shuffled. */
static struct table *
some_rows(const struct table *t, size_t most, bool shuffled, struct rng *r)
{
	size_t n = tab_rows(t), i, kept = 0, left = most < n ? most : n;
	size_t *rows = xcalloc(n, sizeof *rows);
	struct table *copy;

	for (i = 0; i < n; i++) /* each row with the same chance */
		if (rng_below(r, n - i) < left) {
			rows[kept++] = i;
			left--;
		}
	if (shuffled)
		rng_shuffle(r, rows, kept);
	copy = tab_select(t, rows, kept);
	free(rows);
	return copy;
}

/* How many rows stay when some are dropped: every other time a few only, where
 * a divisor of n or n - 1 shows. */
static size_t
rows_left(size_t most, struct rng *r)
{
	size_t few = 12 + rng_below(r, 49);

	if (rng_below(r, 2) == 0 && few < most)
		return few;
	return most - most * (10 + rng_below(r, 81)) / 100;
}

static struct table *
reorder(const struct table *t, struct rng *r)
{
	size_t n = tab_cols(t), i, *cols = xcalloc(n, sizeof *cols);
	struct table *copy;

	for (i = 0; i < n; i++)
		cols[i] = i;
	rng_shuffle(r, cols, n);
	copy = tab_reorder(t, cols, n);
	free(cols);
	return copy;
}

static void
permute_codes(struct table *t, size_t col, const size_t *from)
{
	size_t n = tab_rows(t), i;
	int32_t *was = xcalloc(n, sizeof *was), *now = xcalloc(n, sizeof *now);

	tab_codes(t, col, was);
	for (i = 0; i < n; i++)
		now[i] = was[from[i]];
	tab_set_codes(t, col, now);
	free(was);
	free(now);
}

static void
permute_numbers(struct table *t, size_t col, const size_t *from)
{
	size_t n = tab_rows(t), i;
	double *was = xcalloc(n, sizeof *was), *now = xcalloc(n, sizeof *now);

	tab_num(t, col, was);
	for (i = 0; i < n; i++)
		now[i] = was[from[i]];
	tab_set_num(t, col, now);
	free(was);
	free(now);
}

static bool
has_codes(const struct table *t, size_t col)
{
	return tab_type(t, col) == TAB_STR || tab_type(t, col) == TAB_BOOL;
}

static void
permute(struct table *t, size_t col, struct rng *r)
{
	size_t n = tab_rows(t), i, *from = xcalloc(n, sizeof *from);

	for (i = 0; i < n; i++)
		from[i] = i;
	rng_shuffle(r, from, n);
	if (has_codes(t, col))
		permute_codes(t, col, from);
	else
		permute_numbers(t, col, from);
	free(from);
}

/* Whole factors and shifts, so that whole numbers stay whole and decimals few;
 * large ones bring to light what rounding hides. */
static void
scale(struct table *t, size_t col, struct rng *r)
{
	size_t n = tab_rows(t), i;
	double *v = xcalloc(n, sizeof *v);
	static const double factors[] = {2, 3, 4, 10, 100, 1000};
	double factor = factors[rng_below(r, sizeof factors / sizeof *factors)],
	       shift = (double)rng_below(r, 8);

	tab_num(t, col, v);
	for (i = 0; i < n; i++)
		v[i] = v[i] * factor + shift;
	tab_set_num(t, col, v);
	free(v);
}

static void
lose_numbers(struct table *t, size_t col, size_t one_in, struct rng *r)
{
	size_t n = tab_rows(t), i;
	double *v = xcalloc(n, sizeof *v);

	tab_num(t, col, v);
	for (i = 0; i < n; i++)
		if (rng_below(r, one_in) == 0)
			v[i] = NAN;
	tab_set_num(t, col, v);
	free(v);
}

static void
lose_codes(struct table *t, size_t col, size_t one_in, struct rng *r)
{
	size_t n = tab_rows(t), i;
	int32_t *v = xcalloc(n, sizeof *v);

	tab_codes(t, col, v);
	for (i = 0; i < n; i++)
		if (rng_below(r, one_in) == 0)
			v[i] = -1;
	tab_set_codes(t, col, v);
	free(v);
}

static void
rename_categories(struct table *t, size_t col, struct rng *r)
{
	size_t n = tab_rows(t), k = tab_ndict(t, col), i;
	size_t *name = xcalloc(k, sizeof *name);
	int32_t *v = xcalloc(n, sizeof *v);

	for (i = 0; i < k; i++)
		name[i] = i;
	rng_shuffle(r, name, k);
	tab_codes(t, col, v);
	for (i = 0; i < n; i++)
		if (v[i] >= 0)
			v[i] = (int32_t)name[v[i]];
	tab_set_codes(t, col, v);
	free(name);
	free(v);
}

static void
alter_column(struct table *t, size_t col, enum alter_kind kind, struct rng *r)
{
	switch (kind) {
	case ALTER_PERMUTE:
		permute(t, col, r);
		break;
	case ALTER_SCALE:
		scale(t, col, r);
		break;
	case ALTER_RENAME:
		rename_categories(t, col, r);
		break;
	default:
		if (has_codes(t, col))
			lose_codes(t, col, 10, r);
		else
			lose_numbers(t, col, 10, r);
	}
}

struct table *
alter_table(const struct table *t, enum alter_kind kind, const json_t *uses,
    size_t max_rows, struct rng *r)
{
	size_t n = tab_rows(t), most = n < max_rows ? n : max_rows;
	struct table *copy;
	long col;

	switch (kind) {
	case ALTER_SHUFFLE:
		return some_rows(t, n, true, r);
	case ALTER_COLUMNS:
		return reorder(t, r);
	case ALTER_DROP:
		return some_rows(t, rows_left(most, r), false, r);
	default:
		col = pick(t, kind, uses, r);
		if (col == -1)
			return NULL;
		copy = some_rows(t, most, false, r);
		alter_column(copy, (size_t)col, kind, r);
		return copy;
	}
}
