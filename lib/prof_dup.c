/* prof_dup.c - rows that repeat an earlier row. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "prof_int.h"

enum {
	BATCH = 512, /* rows that are hashed together */
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

/* That of a missing one, where there are any. */
static uint64_t
missing_key(const struct column *c)
{
	return c->store == STORE_DEC ? (uint64_t)dec_none(c->width)
	    : c->store == STORE_REAL ? UINT64_MAX
				     : 0;
}

static inline void
mix(uint64_t *h, uint64_t key)
{
	uint64_t x = (*h ^ key) * 0x9e3779b97f4a7c15u;

	*h = x ^ x >> 29;
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

/* Hashes by what they are: one's number, plus one, by linear probing. */
struct places {
	uint32_t *slot;
	size_t mask;
};

static void
places_init(struct places *p, size_t rows)
{
	for (p->mask = 15; p->mask < rows + rows / 2;)
		p->mask = p->mask * 2 + 1;
	p->slot = xcalloc_long(p->mask + 1, sizeof *p->slot);
}

static inline uint32_t *
place(const struct places *p, uint64_t h)
{
	return &p->slot[(size_t)(h >> 20) & p->mask];
}

static inline uint32_t *
next_place(const struct places *p, uint32_t *e)
{
	return e == p->slot + p->mask ? p->slot : e + 1;
}

static inline void
set_bit(uint64_t *bit, size_t i)
{
	bit[i / 64] |= (uint64_t)1 << i % 64;
}

/* Some rows, ascending; row is NULL: all of the first n. */
struct some {
	uint32_t *row;
	size_t n;
};

static inline size_t
row_at(const struct some *s, size_t i)
{
	return s->row != NULL ? s->row[i] : i;
}

/* Columns into the hashes of all rows. */
static void
mix_all(const struct table *t, const size_t *col, size_t cols, uint64_t *h)
{
	const struct column *c;
	int64_t cell[BATCH];
	size_t row, n, i, k;

	for (row = 0; row < t->rows; row += n) {
		n = t->rows - row < BATCH ? t->rows - row : BATCH;
		for (i = 0; i < cols; i++) {
			c = &t->col[col[i]];
			if (c->store == STORE_DEC)
				dec_cells(c, row, n, cell);
			else
				for (k = 0; k < n; k++)
					cell[k] = (int64_t)cell_key(c, row + k);
			for (k = 0; k < n; k++)
				mix(&h[row + k], (uint64_t)cell[k]);
		}
	}
}

/* Columns into the hashes of some rows, one for each of them. */
static void
mix_columns(const struct table *t, const size_t *col, size_t cols,
    const struct some *s, uint64_t *h)
{
	size_t i, k;

	if (s->row == NULL) {
		mix_all(t, col, cols, h);
		return;
	}
	for (i = 0; i < cols; i++)
		for (k = 0; k < s->n; k++)
			mix(&h[k], cell_key(&t->col[col[i]], s->row[k]));
}

/* Have the place of a hash that comes soon at hand. */
static inline void
fetch_later(const struct places *p, const uint64_t *h, size_t i, size_t n)
{
	if (i + AHEAD < n)
		__builtin_prefetch(place(p, h[i + AHEAD]));
}

/* Mark those of n hashes that occur more than once. */
static void
mark_alike(const uint64_t *h, size_t n, uint64_t *bit)
{
	struct places p;
	uint32_t *e;
	size_t i;

	places_init(&p, n);
	for (i = 0; i < n; i++) {
		fetch_later(&p, h, i, n);
		e = place(&p, h[i]);
		while (*e != 0 && h[*e - 1] != h[i])
			e = next_place(&p, e);
		if (*e == 0) {
			*e = (uint32_t)i + 1;
			continue;
		}
		set_bit(bit, i);
		set_bit(bit, *e - 1);
	}
	xfree_long(p.slot);
}

/* Leave only the rows whose hashes are marked, and these. */
static void
keep_marked(struct some *s, uint64_t *h, const uint64_t *bit)
{
	size_t n = 0, i, k = 0;
	uint32_t *row;

	for (i = 0; i <= s->n / 64; i++)
		n += (size_t)__builtin_popcountll(bit[i]);
	row = xreallocarray(NULL, n, sizeof *row);
	for (i = 0; k < n; i++)
		if ((bit[i / 64] >> i % 64 & 1) != 0) {
			row[k] = (uint32_t)row_at(s, i);
			h[k++] = h[i];
		}
	free(s->row);
	*s = (struct some){row, n};
}

/* How many of them are wholly an earlier one. */
static size_t
repeats(const struct table *t, const uint64_t *h, const struct some *s)
{
	size_t found = 0, i;
	struct places p;
	uint32_t *e;

	places_init(&p, s->n);
	for (i = 0; i < s->n; i++) {
		fetch_later(&p, h, i, s->n);
		e = place(&p, h[i]);
		while (*e != 0 &&
		    !(h[*e - 1] == h[i] &&
			same_row(t, s->row[*e - 1], s->row[i])))
			e = next_place(&p, e);
		if (*e == 0)
			*e = (uint32_t)i + 1;
		else
			found++;
	}
	xfree_long(p.slot);
	return found;
}

/* Those without a value in a column, which lacks some. */
static struct some
rows_missing(const struct table *t, const struct column *c)
{
	struct some s = {xreallocarray(NULL, c->missing, sizeof *s.row), 0};
	uint64_t none = missing_key(c);
	size_t i;

	for (i = 0; i < t->rows && s.n < c->missing; i++)
		if (cell_key(c, i) == none)
			s.row[s.n++] = (uint32_t)i;
	return s;
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

/* A column of which no value occurs twice, with the fewest missing; cols: none
 * that has a value in most rows. */
static size_t
no_value_twice(const struct table *t, const struct prof_col *col)
{
	size_t best = t->cols, least = t->rows / 2 + 1, i;

	for (i = 0; i < t->cols; i++)
		if (col[i].present == col[i].unique && col[i].missing < least) {
			best = i;
			least = col[i].missing;
		}
	return best;
}

size_t
prof_count_duplicates(const struct table *t, const struct prof_col *col)
{
	size_t first = t->cols < FIRST ? t->cols : FIRST, n, *order;
	size_t key = no_value_twice(t, col);
	struct some s = {NULL, t->rows};
	uint64_t *h, *bit;

	if (key < t->cols && col[key].missing <= 1)
		return 0;
	if (t->cols == 1)
		return t->rows - col[0].unique - (col[0].missing > 0);
	if (key < t->cols)
		s = rows_missing(t, &t->col[key]);
	order = by_unique(t, col);
	h = xcalloc_long(s.n, sizeof *h);
	bit = xcalloc(s.n / 64 + 1, sizeof *bit);
	mix_columns(t, order, first, &s, h);
	mark_alike(h, s.n, bit);
	keep_marked(&s, h, bit);
	mix_columns(t, order + first, t->cols - first, &s, h);
	n = repeats(t, h, &s);
	free(s.row);
	free(order);
	free(bit);
	xfree_long(h);
	return n;
}
