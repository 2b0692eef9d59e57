/* memo.c - what is derived of a value and kept while it lives. */
#include <string.h>

#include "op.h"

static void *
memo_alloc(struct memo *m, size_t n, size_t size)
{
	return m->brief ? run_alloc(m->run, n, size)
			: run_keep(m->run, n, size);
}

/* A value's memo, or one that lasts no longer than the operator. */
static struct memo *
memo_of(struct run *r, const struct value *v, struct memo *brief)
{
	if (v->memo != NULL)
		return v->memo;
	*brief = (struct memo){.run = r, .of = v, .brief = true};
	return brief;
}

/* ---- Sorted ---- */

/* Sorted numbers without one of them. */
static double *
sorted_without(struct memo *m, const double *sorted, size_t n, double x)
{
	double *out = memo_alloc(m, n, sizeof *out);
	size_t lo = 0, hi = n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (sorted[mid] < x)
			lo = mid + 1;
		else
			hi = mid;
	}
	memcpy(out, sorted, lo * sizeof *out);
	memcpy(out + lo, sorted + lo + 1, (n - lo - 1) * sizeof *out);
	return out;
}

static double *
sorted_of(struct memo *m)
{
	if (m->sorted != NULL)
		return m->sorted;
	if (m->whole != NULL) {
		m->sorted = sorted_of(m->whole);
		m->n = m->whole->n;
		if (!isnan(m->lost))
			m->sorted =
			    sorted_without(m, m->sorted, m->n--, m->lost);
	} else {
		m->sorted = memo_alloc(m, m->of->n + 1, sizeof *m->sorted);
		m->n = run_sort(m->run, m->of, m->sorted);
	}
	return m->sorted;
}

double *
run_sorted(struct run *r, const struct value *v, size_t *n)
{
	struct memo brief, *m = memo_of(r, v, &brief);
	double *sorted = sorted_of(m);

	*n = m->n;
	return sorted;
}

/* ---- Present ---- */

/* The numbers by row. */
static const double *
numbers(struct memo *m)
{
	const double *all;
	double *v;

	if (m->of->num != NULL || m->whole == NULL)
		return m->of->num;
	if (m->num == NULL) {
		all = numbers(m->whole);
		v = memo_alloc(m, m->of->n + 1, sizeof *v);
		memcpy(v, all, m->at * sizeof *v);
		memcpy(
		    v + m->at, all + m->at + 1, (m->of->n - m->at) * sizeof *v);
		m->num = v;
	}
	return m->num;
}

/* Is a number missing, or was one before a row was lost? */
static bool
has_gaps(struct memo *m)
{
	const double *v;
	size_t i;

	if (m->whole != NULL)
		return has_gaps(m->whole);
	if (m->gaps == GAPS_UNKNOWN) {
		v = numbers(m);
		for (i = 0; i < m->of->n && !isnan(v[i]); i++)
			;
		m->gaps = i < m->of->n ? GAPS_SOME : GAPS_NONE;
	}
	return m->gaps == GAPS_SOME;
}

/* The memo of a value's rows: not that of a value with more of them. */
static struct memo *
rows_memo(struct run *r, const struct value *v, struct memo *brief)
{
	struct memo *m = memo_of(r, v, brief);

	if (m->of->n == v->n && m->of->num == v->num)
		return m;
	*brief = (struct memo){.run = r, .of = v, .brief = true};
	return brief;
}

const double *
run_numbers(struct run *r, const struct value *v, size_t *n)
{
	struct memo brief, *m = rows_memo(r, v, &brief);
	size_t i, k = 0;

	*n = v->n;
	if (!has_gaps(m))
		return v->num;
	if (m->present == NULL) {
		m->present = memo_alloc(m, v->n + 1, sizeof *m->present);
		for (i = 0; i < v->n; i++) {
			m->present[k] = v->num[i]; /* no branch to guess */
			k += !isnan(v->num[i]);
		}
		m->n = k;
	}
	*n = m->n;
	return m->present;
}

/* ---- Correlated ---- */

/* n ranks when the row at is lost: what was above it moves down. */
static void
ranks_without(const double *all, size_t n, size_t at, double *rank)
{
	double x = all[at];
	size_t i;

	for (i = 0; i < at; i++)
		rank[i] = all[i] - (all[i] > x ? 1 : all[i] == x ? 0.5 : 0);
	for (i++; i < n; i++)
		rank[i - 1] = all[i] - (all[i] > x ? 1 : all[i] == x ? 0.5 : 0);
}

/* A column without gaps as it is, or ranked. */
static const struct num_side *
side_of(struct memo *m, bool ranked)
{
	struct num_side *s = &m->side[ranked];
	double *rank;

	if (s->v != NULL)
		return s;
	if (!ranked) {
		*s = num_side(numbers(m), m->of->n);
		return s;
	}
	rank = memo_alloc(m, m->of->n + 1, sizeof *rank);
	if (m->whole != NULL)
		ranks_without(
		    side_of(m->whole, true)->v, m->whole->of->n, m->at, rank);
	else
		run_rank(m->run, m->of, rank);
	*s = num_side(rank, m->of->n);
	return s;
}

static double
correlate(struct memo_pair *p, struct num_work *w)
{
	return p->n < 3      ? NAN
	    : p->method == 2 ? num_kendall(p->x, p->y, p->n, NULL, w)
			     : num_pearson(p->x, p->y, p->n);
}

/* Ranks of the numbers that stand at n places of a column, in place. */
static void
rank_some(struct memo *m, double *v, size_t n, const uint32_t *place)
{
	struct run *r = m->run;
	struct run_mark before = run_mark(r);
	struct value x = *m->of;
	uint32_t *rows;
	size_t i;

	x.num = memcpy(run_alloc(r, n + 1, sizeof *v), v, n * sizeof *v);
	x.n = n;
	x.rows = place;
	if (m->of->rows != NULL) {
		x.rows = rows = run_alloc(r, n + 1, sizeof *rows);
		for (i = 0; i < n; i++)
			rows[i] = m->of->rows[place[i]];
	}
	run_rank(r, &x, v);
	run_release(r, before);
}

/* The rows where both are present, into p's x and y; their ranks for Spearman's
 * method. */
static void
fill_pair(struct memo *a, struct memo *b, struct memo_pair *p)
{
	const double *x = numbers(a), *y = numbers(b);
	size_t i, n = a->of->n;
	struct run_mark before = run_mark(a->run);
	uint32_t *place = run_alloc(a->run, n + 1, sizeof *place);

	for (p->n = i = 0; i < n; i++) {
		p->x[p->n] = x[i]; /* without a branch to guess */
		p->y[p->n] = y[i];
		place[p->n] = (uint32_t)i;
		p->n += !isnan(x[i]) && !isnan(y[i]);
	}
	if (p->method == 1) {
		rank_some(a, p->x, p->n, place);
		rank_some(b, p->y, p->n, place);
	}
	run_release(a->run, before);
	p->r = correlate(p, &a->run->work);
}

static double *
entries_without(
    struct run *r, const double *all, size_t n, size_t at, bool ranked)
{
	double *v = run_alloc(r, n, sizeof *v);

	if (ranked) {
		ranks_without(all, n, at, v);
		return v;
	}
	memcpy(v, all, at * sizeof *v);
	memcpy(v + at, all + at + 1, (n - at - 1) * sizeof *v);
	return v;
}

static struct memo_pair *pair_of(
    struct run *r, struct memo *a, struct memo *b, int method);

/* The correlation when both columns have lost the same row. */
static double
correlate_without(struct run *r, struct memo *a, struct memo *b, int method)
{
	struct memo_pair p = *pair_of(r, a->whole, b->whole, method);
	const double *x = numbers(a->whole), *y = numbers(b->whole);
	size_t i, at;

	if (isnan(x[a->at]) || isnan(y[a->at]))
		return p.r; /* the row was in neither */
	for (i = at = 0; i < a->at; i++)
		at += !isnan(x[i]) && !isnan(y[i]);
	p.x = entries_without(r, p.x, p.n, at, method == 1);
	p.y = entries_without(r, p.y, p.n, at, method == 1);
	p.n--;
	return correlate(&p, &r->work);
}

/*
 * It is kept with the one that goes first, where that is known: in the place of
 * one that has gone there are other values.
 */
static struct memo_pair *
pair_of(struct run *r, struct memo *a, struct memo *b, int method)
{
	struct memo *at = a->brief || b->brief  ? NULL
	    : a->run == b->run || b->run->lasts ? a
	    : a->run->lasts                     ? b
						: NULL;
	void *(*get)(struct run *, size_t, size_t) =
	    at != NULL ? run_keep : run_alloc;
	struct run *in = at != NULL ? at->run : r;
	size_t n = a->of->n + 1;
	struct memo_pair *p;

	for (p = at != NULL ? at->pairs : NULL; p != NULL; p = p->next)
		if (p->a == a && p->b == b && p->method == method)
			return p;
	p = get(in, 1, sizeof *p);
	*p = (struct memo_pair){.a = a, .b = b, .method = method};
	p->x = get(in, n, sizeof *p->x);
	p->y = get(in, n, sizeof *p->y);
	fill_pair(a, b, p);
	if (at != NULL) {
		p->next = at->pairs;
		at->pairs = p;
	}
	return p;
}

double
run_corr(
    struct run *r, const struct value *x, const struct value *y, int method)
{
	struct memo brief[2], *a = rows_memo(r, x, &brief[0]),
			      *b = rows_memo(r, y, &brief[1]);

	if (method != 2 && !has_gaps(a) && !has_gaps(b))
		return x->n < 3 ? NAN
				: num_pearson_sides(side_of(a, method == 1),
				      side_of(b, method == 1), x->n);
	if (a->whole != NULL && b->whole != NULL)
		return correlate_without(r, a, b, method);
	return pair_of(r, a, b, method)->r;
}

static void
load_column(struct memo *frame, size_t i, struct value *v)
{
	const struct value *f = frame->of;
	struct run *r = frame->run;
	struct value t = {.rows = f->rows, .n = f->width};
	double *kept;

	v->rows = f->rows;
	v->num = run_num(r, f->code[i], &t);
	if (!r->exact && !r->zero_missing)
		v->col = f->code[i];
	if (frame->brief || (t.rows == NULL && !r->zero_missing))
		return;
	kept = run_keep(r, t.n + 1, sizeof *kept);
	memcpy(kept, v->num, t.n * sizeof *kept);
	v->num = kept;
}

/* The i-th column as one of the whole table, with a memo that lasts; NULL: it
 * is not, or has none. */
static const struct value *
whole_column(const struct memo *frame, size_t i)
{
	const struct value *f = frame->of, *v;
	struct run *r = frame->run;

	if (frame->brief || f->rows != NULL || frame->whole != NULL ||
	    r->exact || r->zero_missing)
		return NULL;
	v = run_whole(r, f->code[i]);
	return v->memo != NULL ? v : NULL;
}

static struct value *
columns_of(struct memo *frame)
{
	struct value *whole =
	    frame->whole != NULL ? columns_of(frame->whole) : NULL;
	const struct value *lasting;
	size_t n = frame->of->n, i;
	struct memo *m;

	if (frame->col != NULL)
		return frame->col;
	frame->col = memo_alloc(frame, n, sizeof *frame->col);
	m = memo_alloc(frame, n, sizeof *m);
	for (i = 0; i < n; i++) {
		if ((lasting = whole_column(frame, i)) != NULL) {
			frame->col[i] = *lasting;
			continue;
		}
		frame->col[i] = (struct value){.kind = K_NUM,
		    .n = frame->of->width,
		    .col = -1,
		    .memo = &m[i]};
		m[i] = (struct memo){.run = frame->run,
		    .of = &frame->col[i],
		    .brief = frame->brief};
		if (whole == NULL) {
			load_column(frame, i, &frame->col[i]);
			continue;
		}
		m[i].whole = whole[i].memo;
		m[i].at = frame->at;
		m[i].lost = numbers(m[i].whole)[frame->at];
	}
	return frame->col;
}

const struct value *
run_frame(struct run *r, const struct value *frame, int method)
{
	struct memo brief;
	struct value *col = columns_of(memo_of(r, frame, &brief));
	size_t i;

	/* what all pairs need, before memory is released after each */
	for (i = 0; method != 2 && i < frame->n; i++)
		if (!has_gaps(col[i].memo))
			side_of(col[i].memo, method == 1);
	return col;
}

/* ---- Split into groups ---- */

static void
split_whole(struct memo *m, struct run_split *s)
{
	const struct value *in = m->of;
	size_t k = in->keys->n, i, at = 0;
	int32_t g;

	memset(s->rows, 0, (k + 1) * sizeof *s->rows);
	memset(s->n, 0, (k + 1) * sizeof *s->n);
	for (i = 0; i < in->n; i++)
		if ((g = in->code[i]) >= 0) {
			s->rows[g]++;
			s->n[g] += !isnan(in->num[i]);
		}
	for (i = 0; i < k; at += s->n[i++])
		s->first[i] = at;
	s->first[k] = at;
	for (i = 0; i < in->n; i++)
		if ((g = in->code[i]) >= 0 && !isnan(in->num[i]))
			s->v[s->first[g]++] = in->num[i];
	for (i = 0; i < k; i++)
		s->first[i] -= s->n[i];
}

/* Where in its group's numbers a row's stands, if it is one. */
static size_t
place(const struct value *in, size_t at)
{
	size_t i, k = 0;

	for (i = 0; i < at; i++)
		k += in->code[i] == in->code[at] && !isnan(in->num[i]);
	return k;
}

size_t
run_split_without(
    const struct value *in, const struct run_split *s, size_t at, double *v)
{
	int32_t g = in->code[at];
	const double *all = s->v + s->first[g];
	size_t n = s->n[g], k;

	if (isnan(in->num[at])) {
		memcpy(v, all, n * sizeof *v);
		return n;
	}
	k = place(in, at);
	memcpy(v, all, k * sizeof *v);
	memcpy(v + k, all + k + 1, (n - 1 - k) * sizeof *v);
	return n - 1;
}

static void
split_lost(struct memo *m, const struct run_split *all, struct run_split *s)
{
	const struct value *in = m->whole->of;
	size_t k = in->keys->n, i, at;
	int32_t g = in->code[m->at];

	memcpy(s->rows, all->rows, (k + 1) * sizeof *s->rows);
	memcpy(s->n, all->n, (k + 1) * sizeof *s->n);
	memcpy(s->first, all->first, (k + 1) * sizeof *s->first);
	if (g >= 0)
		s->rows[g]--;
	if (g < 0 || isnan(in->num[m->at])) {
		memcpy(s->v, all->v, all->first[k] * sizeof *s->v);
		return;
	}
	at = all->first[g] + place(in, m->at);
	memcpy(s->v, all->v, at * sizeof *s->v);
	memcpy(s->v + at, all->v + at + 1,
	    (all->first[k] - at - 1) * sizeof *s->v);
	s->n[g]--;
	for (i = (size_t)g + 1; i <= k; i++)
		s->first[i]--;
}

static const struct run_split *
split_of(struct memo *m)
{
	size_t k = m->of->keys->n;
	struct run_split *s;

	if (m->split != NULL)
		return m->split;
	s = memo_alloc(m, 1, sizeof *s);
	s->v = memo_alloc(m, m->of->n + 1, sizeof *s->v);
	s->first = memo_alloc(m, k + 1, sizeof *s->first);
	s->n = memo_alloc(m, k + 1, sizeof *s->n);
	s->rows = memo_alloc(m, k + 1, sizeof *s->rows);
	if (m->whole != NULL)
		split_lost(m, split_of(m->whole), s);
	else
		split_whole(m, s);
	return m->split = s;
}

const struct run_split *
run_split(struct run *r, const struct value *in)
{
	struct memo brief;

	return split_of(memo_of(r, in, &brief));
}
