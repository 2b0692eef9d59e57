/* prof_dup.c - rows that repeat an earlier row. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "prof_int.h"

enum {
	FIRST = 3, /* columns that are tried before all of them */
	AHEAD = 24, /* rows whose place in the table is fetched early */
};

/* A cell as a number that is equal where cells are; missing equals missing. */
static inline uint64_t
cell_key(const struct column *c, size_t row)
{
	uint64_t k;
	double v;

	switch (c->store) {
	case STORE_DEC:
		return (uint64_t)dec_get(c, row);
	case STORE_UINT:
		return ((const uint64_t *)c->data)[row];
	case STORE_REAL:
		v = ((const double *)c->data)[row];
		if (isnan(v))
			return UINT64_MAX;
		if (v == 0)
			return 0;
		memcpy(&k, &v, sizeof k);
		return k;
	case STORE_CODE:
		return code_get(c, row);
	default:
		return 0;
	}
}

static void
mix_column(const struct column *c, uint64_t *h, size_t rows)
{
	uint64_t x;
	size_t i;

	for (i = 0; i < rows; i++) {
		x = (h[i] ^ cell_key(c, i)) * 0x9e3779b97f4a7c15u;
		h[i] = x ^ x >> 29;
	}
}

static bool
same_row(const struct table *t, size_t a, size_t b)
{
	size_t i;

	for (i = 0; i < t->cols; i++)
		if (cell_key(&t->col[i], a) != cell_key(&t->col[i], b))
			return false;
	return true;
}

/*
 * Rows whose hash, and whole content where whole, is that of an earlier one.
 * The table holds row + 1, by linear probing.
 */
static size_t
repeats(const struct table *t, const uint64_t *h, bool whole)
{
	size_t size = 16, n = 0, i, k;
	uint32_t *slot, e;

	while (size < t->rows + t->rows / 2)
		size *= 2;
	slot = xcalloc_long(size, sizeof *slot);
	for (i = 0; i < t->rows; i++) {
		if (i + AHEAD < t->rows)
			__builtin_prefetch(
			    &slot[(size_t)(h[i + AHEAD] >> 20) & (size - 1)]);
		k = (size_t)(h[i] >> 20) & (size - 1);
		while ((e = slot[k]) != 0 &&
		    !(h[e - 1] == h[i] && (!whole || same_row(t, e - 1, i))))
			k = (k + 1) & (size - 1);
		if (e != 0)
			n++;
		else
			slot[k] = (uint32_t)i + 1;
	}
	free(slot);
	return n;
}

/* A column of many values first: it tells rows apart. */
static size_t *
by_unique(const struct table *t, const struct prof_col *col)
{
	size_t *order = xreallocarray(NULL, t->cols, sizeof *order);
	size_t i, k, best, first = t->cols < FIRST ? t->cols : FIRST;

	for (i = 0; i < t->cols; i++)
		order[i] = i;
	for (i = 0; i < first; i++) {
		best = i;
		for (k = i + 1; k < t->cols; k++)
			if (col[order[k]].unique > col[order[best]].unique)
				best = k;
		k = order[i];
		order[i] = order[best];
		order[best] = k;
	}
	return order;
}

size_t
prof_count_duplicates(const struct table *t, const struct prof_col *col)
{
	size_t i, n = 0, *order;
	uint64_t *h;

	for (i = 0; i < t->cols; i++)
		if (col[i].missing <= 1 && col[i].present == col[i].unique)
			return 0;
	if (t->cols == 1)
		return t->rows - col[0].unique - (col[0].missing > 0);
	order = by_unique(t, col);
	h = xcalloc_long(t->rows, sizeof *h);
	for (i = 0; i < t->cols; i++) {
		mix_column(&t->col[order[i]], h, t->rows);
		if (i + 1 == FIRST && t->cols > FIRST &&
		    repeats(t, h, false) == 0)
			break;
	}
	if (i == t->cols)
		n = repeats(t, h, true);
	free(order);
	free(h);
	return n;
}
