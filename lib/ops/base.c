/* base.c - a table's columns as arrays, made when first needed and kept. */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "op.h"

enum {
	RANKED_ROWS = 1 << 17, /* of larger tables ranks are not kept */
};

/* What is kept of a column. */
enum part {
	PART_NUM, /* double by row */
	PART_EXACT, /* the same, correctly rounded, where it differs */
	PART_CODE, /* int32_t by row */
	PART_GAP, /* uint8_t by row: missing */
	PART_RANK, /* struct ranks */
	PART_DATE, /* double by row; of base.format */
	PART_LABELS, /* struct run_labels, by unit */
	PARTS = PART_LABELS + RUN_UNITS
};

/* A column's distinct values, ascending, and which of them each row has. */
struct ranks {
	double *value;
	size_t n;
	uint32_t of[]; /* n where the row has none */
};

struct held {
	void *p; /* owned; NULL: still to be made */
	size_t size, at; /* of base.held */
	struct held *newer, *older; /* by last use */
};

struct base {
	const struct table *t;
	struct held **held; /* by column and part; NULL: not there */
	struct held uses; /* a ring: .older is the last used */
	size_t size; /* of all that is held */
	char **format; /* of dates */
	struct keys *keys; /* .name NULL: not looked up */
	uint32_t *class; /* rows that are equal have one number */
	struct {
		uint32_t *class; /* by two columns; NULL: not made */
		int col[2];
		bool exact;
	} pair; /* the last */
	struct num_work work;
	struct run *keeper; /* of wholes; NULL: there are none */
	struct whole **whole; /* by column, and the table's; NULL: not made */
};

/* A value that lasts, and what is derived of it. */
struct whole {
	struct value v;
	struct memo memo;
};

struct base *
base_new(const struct table *t)
{
	struct base *b = xcalloc(1, sizeof *b);
	size_t n = tab_cols(t);

	b->t = t;
	b->held = xcalloc(n * PARTS, sizeof *b->held);
	b->uses.newer = b->uses.older = &b->uses;
	b->format = xcalloc(n, sizeof *b->format);
	b->keys = xcalloc(n, sizeof *b->keys);
	b->whole = xcalloc(n + 1, sizeof *b->whole);
	return b;
}

static void
let_go(struct base *b, struct held *h)
{
	enum part part = h->at % PARTS;
	struct run_labels *l = h->p;
	struct ranks *ranks = h->p;

	if (h->p != NULL && part == PART_RANK)
		free(ranks->value);
	if (h->p != NULL && part >= PART_LABELS) {
		free(l->code);
		free(l->name);
		free(l->text);
	}
	h->newer->older = h->older;
	h->older->newer = h->newer;
	b->size -= h->size;
	b->held[h->at] = NULL;
	free(h->p);
	free(h);
}

void
base_free(struct base *b)
{
	size_t n, i;

	if (b == NULL)
		return;
	n = tab_cols(b->t);
	while (b->uses.newer != &b->uses)
		let_go(b, b->uses.newer);
	for (i = 0; i < n; i++)
		free(b->format[i]);
	free(b->held);
	free(b->format);
	free(b->keys);
	free(b->class);
	free(b->pair.class);
	num_work_clear(&b->work);
	run_free(b->keeper);
	free(b->whole);
	free(b);
}

/* Forget wholes: they borrow from what is held. Their memory stays for the next
 * ones, the last of it half empty. */
static void
forget(struct base *b, size_t most)
{
	run_trim(b->keeper, 2 * most);
	memset(b->whole, 0, (tab_cols(b->t) + 1) * sizeof *b->whole);
}

void
base_trim(struct base *b, size_t most)
{
	if (b->keeper != NULL && (b->size > most || run_kept(b->keeper) > most))
		forget(b, most);
	while (b->size > most && b->uses.newer != &b->uses)
		let_go(b, b->uses.newer);
	if (tab_rows(b->t) * sizeof *b->class > most / 8) {
		free(b->class);
		free(b->pair.class);
		b->class = b->pair.class = NULL;
	}
	num_work_trim(&b->work, most);
}

const struct table *
base_table(const struct base *b)
{
	return b->t;
}

struct num_work *
base_work(struct base *b)
{
	return &b->work;
}

/* What is kept, marked as used; p is NULL where it is still to be made. */
static struct held *
held(struct base *b, int col, enum part part)
{
	size_t at = (size_t)col * PARTS + part;
	struct held *h = b->held[at];

	if (h == NULL) {
		h = b->held[at] = xcalloc(1, sizeof *h);
		h->at = at;
	} else {
		h->newer->older = h->older;
		h->older->newer = h->newer;
	}
	h->newer = &b->uses;
	h->older = b->uses.older;
	h->newer->older = h->older->newer = h;
	return h;
}

static void
sized(struct base *b, struct held *h, size_t size)
{
	b->size += size - h->size;
	h->size = size;
}

static void *
make(struct base *b, struct held *h, size_t n, size_t size)
{
	sized(b, h, n * size);
	return h->p = xcalloc(n + 1, size);
}

static const double *
base_num(struct base *b, int col, bool exact)
{
	size_t n = tab_rows(b->t), c = (size_t)col;
	bool differs = exact && tab_inexact(b->t, c);
	struct held *h = held(b, col, differs ? PART_EXACT : PART_NUM);

	if (h->p == NULL) {
		make(b, h, n, sizeof(double));
		if (differs)
			tab_exact(b->t, c, h->p);
		else
			tab_num(b->t, c, h->p);
	}
	return h->p;
}

const struct value *
run_whole(struct run *r, int col)
{
	struct base *b = r->base;
	struct whole **at = &b->whole[col >= 0 ? (size_t)col : tab_cols(b->t)];
	struct whole *w = *at;

	if (w != NULL)
		return &w->v;
	if (b->keeper == NULL) {
		b->keeper = run_new(b);
		b->keeper->lasts = true;
	}
	w = *at = run_keep(b->keeper, 1, sizeof *w);
	w->memo = (struct memo){.run = b->keeper, .of = &w->v};
	w->v = (struct value){.kind = col >= 0 ? K_NUM : K_TABLE,
	    .n = tab_rows(b->t),
	    .col = col,
	    .num = col >= 0 ? base_num(b, col, false) : NULL,
	    .margin = INFINITY,
	    .least = (size_t)-1,
	    .memo = tab_rows(b->t) <= WHOLE_ROWS ? &w->memo : NULL};
	return &w->v;
}

const double *
run_num(struct run *r, int col, const struct value *table)
{
	const double *all = base_num(r->base, col, r->exact);
	double *v;
	size_t i;

	if (table->rows == NULL && !r->zero_missing)
		return all;
	v = run_alloc(r, table->n, sizeof *v);
	if (table->rows != NULL)
		for (i = 0; i < table->n; i++)
			v[i] = all[table->rows[i]];
	else
		memcpy(v, all, table->n * sizeof *v);
	for (i = 0; r->zero_missing && i < table->n; i++)
		if (isnan(v[i]))
			v[i] = 0;
	return v;
}

const int32_t *
run_codes(struct run *r, int col, const struct value *table)
{
	struct base *b = r->base;
	struct held *h = held(b, col, PART_CODE);
	const int32_t *all;
	size_t i;
	int32_t *v;

	if (h->p == NULL)
		tab_codes(
		    b->t, (size_t)col, make(b, h, tab_rows(b->t), sizeof *v));
	all = h->p;
	if (table->rows == NULL)
		return all;
	v = run_alloc(r, table->n, sizeof *v);
	for (i = 0; i < table->n; i++)
		v[i] = all[table->rows[i]];
	return v;
}

const struct keys *
run_keys(struct run *r, int col)
{
	struct base *b = r->base;
	size_t c = (size_t)col;
	struct keys *k = &b->keys[c];

	if (k->name == NULL) {
		k->name = tab_dict(b->t, c, &k->n);
		k->type = tab_type(b->t, c) == TAB_BOOL ? KEY_BOOL : KEY_TEXT;
	}
	return k;
}

const uint8_t *
run_gaps(struct run *r, int col)
{
	const struct table *t = r->base->t;
	struct held *h;
	uint8_t *gap;
	size_t n = tab_rows(t), i;

	if (tab_missing(t, (size_t)col) == 0)
		return NULL;
	h = held(r->base, col, PART_GAP);
	if (h->p != NULL)
		return h->p;
	gap = make(r->base, h, n, sizeof *gap);
	for (i = 0; i < n; i++)
		gap[i] = tab_is_missing(t, i, (size_t)col);
	return gap;
}

/* ---- Order ---- */

/* The ranks of a column as it is read by default; NULL for a large table. */
static const struct ranks *
base_ranks(struct base *b, int col)
{
	size_t n = tab_rows(b->t), i, k, *idx;
	struct held *h = held(b, col, PART_RANK);
	const double *v;
	struct ranks *ranks;

	if (h->p != NULL || n > RANKED_ROWS)
		return h->p;
	v = base_num(b, col, false);
	idx = num_work_get(&b->work, (n + 1) * sizeof *idx);
	ranks = h->p = xcalloc(1, sizeof *ranks + (n + 1) * sizeof *ranks->of);
	ranks->value = xcalloc(n + 1, sizeof *ranks->value);
	sized(b, h, n * (sizeof *ranks->of + sizeof *ranks->value));
	num_argsort(v, n, idx, &b->work); /* NaN has its bits' place */
	for (i = k = 0; i < n; i++) {
		if (isnan(v[idx[i]]))
			continue;
		if (k == 0 || v[idx[i]] != ranks->value[k - 1])
			ranks->value[k++] = v[idx[i]] + 0.0;
		ranks->of[idx[i]] = (uint32_t)k - 1;
	}
	for (i = 0; i < n; i++)
		if (isnan(v[i]))
			ranks->of[i] = (uint32_t)k;
	ranks->n = k;
	return ranks;
}

uint32_t *
run_counts(struct run *r, const struct value *v, struct run_ranks *ranks)
{
	const struct ranks *all;
	uint32_t *count;
	size_t i;

	if (v->kind != K_NUM || v->col < 0 || v->n < 64 ||
	    v->n < tab_rows(r->base->t) / 8 ||
	    (all = base_ranks(r->base, v->col)) == NULL)
		return NULL;
	*ranks = (struct run_ranks){all->value, all->n, all->of};
	count = run_alloc(r, all->n + 1, sizeof *count);
	memset(count, 0, (all->n + 1) * sizeof *count);
	for (i = 0; i < v->n; i++)
		count[all->of[v->rows != NULL ? v->rows[i] : i]]++;
	return count;
}

/* Is one of n numbers as near as that to x? But for x itself, unless same. */
static bool
any_near(const double *v, size_t n, double x, double by, bool same)
{
	double gap, least = same ? -1 : 0;
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		gap = fabs(v[i] - x);
		k += gap <= by && gap > least;
	}
	return k > 0;
}

/* How many distinct values are less than x. */
static size_t
below(const struct ranks *all, double x)
{
	size_t lo = 0, hi = all->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (all->value[mid] < x)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool
run_near(struct run *r, const struct value *v, double x, double by, bool same)
{
	const struct ranks *all = v->kind == K_NUM && v->col >= 0 && isfinite(x)
	    ? base_ranks(r->base, v->col)
	    : NULL;
	size_t from;

	if (all != NULL) {
		from = below(all, x - 2 * by);
		if (!any_near(all->value + from,
			below(all, nextafter(x + 2 * by, INFINITY)) - from, x,
			by, same))
			return false;
	}
	return any_near(v->num, v->n, x, by, same);
}

size_t
run_sort(struct run *r, const struct value *v, double *out)
{
	struct run_mark before = run_mark(r);
	struct run_ranks ranks;
	uint32_t *count = run_counts(r, v, &ranks), c;
	size_t i, k = 0;

	if (count != NULL) {
		for (i = 0; i < ranks.n; i++)
			for (c = count[i]; c > 0; c--)
				out[k++] = ranks.value[i];
	} else {
		for (i = 0; i < v->n; i++) {
			out[k] = v->num[i]; /* without a branch to guess */
			k += !isnan(v->num[i]);
		}
		num_sort(out, k, &r->work);
	}
	run_release(r, before);
	return k;
}

void
run_rank(struct run *r, const struct value *v, double *rank)
{
	struct run_mark start = run_mark(r);
	struct run_ranks ranks;
	uint32_t *count = run_counts(r, v, &ranks), before, c;
	double *mean;
	size_t i;

	if (count == NULL) {
		num_rank(v->num, v->n, rank, &r->work);
		return;
	}
	mean = run_alloc(r, ranks.n + 1, sizeof *mean);
	for (i = before = 0; i < ranks.n; i++, before += c) {
		c = count[i];
		mean[i] = (double)(before + 1 + before + c) / 2;
	}
	for (i = 0; i < v->n; i++)
		rank[i] = mean[ranks.of[v->rows != NULL ? v->rows[i] : i]];
	run_release(r, start);
}

/* ---- Dates ---- */

/* Parse a column's dates; NULL when a cell is missing or is none. */
static double *
parse_dates(struct run *r, int col, const char *format)
{
	struct value all = {.n = tab_rows(r->base->t)};
	const struct keys *k = run_keys(r, col);
	const int32_t *code = run_codes(r, col, &all);
	double *of = xcalloc(k->n + 1, sizeof *of),
	       *when = xcalloc(all.n + 1, sizeof *when);
	struct prof_date d;
	size_t i;
	bool ok = true;

	for (i = 0; ok && i < k->n; i++) {
		ok = prof_date_parse(format, k->name[i].p, k->name[i].n, &d);
		if (ok)
			of[i] = prof_date_seconds(&d);
	}
	for (i = 0; ok && i < all.n; i++) {
		ok = code[i] >= 0;
		if (ok)
			when[i] = of[code[i]];
	}
	free(of);
	if (ok)
		return when;
	free(when);
	return NULL;
}

const double *
run_dates(struct run *r, int col, struct tab_span format)
{
	struct base *b = r->base;
	struct held *h = held(b, col, PART_DATE);
	char **last = &b->format[col], *f = xstrndup(format.p, format.n);

	if (*last == NULL || strcmp(*last, f) != 0) {
		let_go(b, h);
		h = held(b, col, PART_DATE);
		free(*last);
		*last = f;
	} else {
		free(f);
	}
	if (h->p == NULL && (h->p = parse_dates(r, col, *last)) != NULL)
		sized(b, h, tab_rows(b->t) * sizeof(double));
	return h->p;
}

const double *
run_dates_of(struct run *r, int col)
{
	struct tab_span format = {r->base->format[col], 0};

	format.n = strlen(format.p);
	return run_dates(r, col, format);
}

const struct run_labels *
run_labels(struct run *r, int col, int unit,
    struct run_labels *(*of)(const double *when, size_t n, int unit))
{
	struct held *h = held(r->base, col, (enum part)(PART_LABELS + unit));
	size_t n = tab_rows(r->base->t);

	if (h->p == NULL) {
		h->p = of(run_dates_of(r, col), n, unit);
		sized(r->base, h, n * sizeof(int32_t));
	}
	return h->p;
}

/* ---- Equal rows ---- */

/* The cells of a column as words that are equal where pandas' duplicated()
 * takes the cells for equal. */
static uint64_t *
cell_words(struct run *r, size_t col, bool exact)
{
	const struct table *t = r->base->t;
	struct value all = {.n = tab_rows(t)};
	uint64_t *w = xcalloc(all.n + 1, sizeof *w);
	bool text = tab_type(t, col) == TAB_STR || tab_type(t, col) == TAB_BOOL;
	const int32_t *code = text ? run_codes(r, (int)col, &all) : NULL;
	const double *num = text ? NULL : base_num(r->base, (int)col, exact);
	size_t i;
	double x;

	for (i = 0; i < all.n; i++) {
		if (text) {
			w[i] = (uint32_t)code[i];
			continue;
		}
		x = isnan(num[i]) ? NAN : num[i] == 0 ? 0 : num[i];
		memcpy(&w[i], &x, sizeof x);
	}
	return w;
}

/* Split classes by one more column: pairs of class and word, numbered anew. */
static void
refine(uint32_t *class, const uint64_t *w, size_t n)
{
	size_t cap = 16, i, at;
	uint32_t *slot, next = 0, *fresh = xcalloc(n + 1, sizeof *fresh);
	uint64_t h;

	while (cap < n * 2)
		cap *= 2;
	slot = xcalloc(cap, sizeof *slot); /* row + 1 */
	for (i = 0; i < n; i++) {
		h = (w[i] ^ (uint64_t) class[i] << 32) * 0x9e3779b97f4a7c15U;
		h ^= h >> 29;
		for (at = h & (cap - 1); slot[at] != 0;
		     at = (at + 1) & (cap - 1))
			if (w[slot[at] - 1] == w[i] &&
			    class[slot[at] - 1] == class[i])
				break;
		if (slot[at] == 0) {
			slot[at] = (uint32_t)i + 1;
			fresh[i] = next++;
		} else {
			fresh[i] = fresh[slot[at] - 1];
		}
	}
	memcpy(class, fresh, n * sizeof *class);
	free(fresh);
	free(slot);
}

/* Rows by their cells of n columns, all of the table's where col is NULL. */
static uint32_t *
classes(struct run *r, const int *col, size_t n, bool exact)
{
	size_t rows = tab_rows(r->base->t), i;
	uint32_t *class = xcalloc(rows + 1, sizeof *class);
	uint64_t *w;

	for (i = 0; i < n; i++) {
		w = cell_words(r, col != NULL ? (size_t)col[i] : i, exact);
		refine(class, w, rows);
		free(w);
	}
	return class;
}

const uint32_t *
run_row_classes(struct run *r)
{
	struct base *b = r->base;

	if (b->class == NULL)
		b->class = classes(r, NULL, tab_cols(b->t), false);
	return b->class;
}

const uint32_t *
run_pair_classes(struct run *r, int x, int y)
{
	struct base *b = r->base;
	const int col[2] = {x, y};

	if (b->pair.class != NULL && b->pair.exact == r->exact &&
	    memcmp(b->pair.col, col, sizeof col) == 0)
		return b->pair.class;
	free(b->pair.class);
	b->pair.class = classes(r, col, 2, r->exact);
	b->pair.exact = r->exact;
	memcpy(b->pair.col, col, sizeof col);
	return b->pair.class;
}
