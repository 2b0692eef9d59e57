/* num_sum.c - sums in numpy's order, moments, order statistics, rounding. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "num.h"

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF /* a fused multiply-add would change bits */
#endif

enum {
	BLOCK = 8192, /* numpy's buffer: pairwise only inside it */
	LEAF = 128, /* below it eight accumulators, no halving */
	SMALL_SORT = 24, /* insertion sort */
	NARROW_FROM = 80, /* radix sort by 8 bits pays from here on */
	WIDE_FROM = 1500, /* and by 11 bits */
};

void *
num_work_slot(struct num_work *w, enum num_slot slot, size_t size)
{
	if (size > w->cap[slot]) {
		xfree_long(w->p[slot]);
		w->cap[slot] = size + size / 2;
		w->p[slot] = xrealloc_long(NULL, w->cap[slot], 1);
	}
	return w->p[slot];
}

void *
num_work_get(struct num_work *w, size_t size)
{
	return num_work_slot(w, NUM_SLOT_USER, size);
}

void
num_work_clear(struct num_work *w)
{
	int i;

	for (i = 0; i < NUM_SLOTS; i++)
		xfree_long(w->p[i]);
	*w = (struct num_work){0};
}

void
num_work_trim(struct num_work *w, size_t most)
{
	int i;

	for (i = 0; i < NUM_SLOTS; i++)
		if (w->cap[i] > most) {
			xfree_long(w->p[i]);
			w->p[i] = NULL;
			w->cap[i] = 0;
			if (i >= NUM_SLOT_WEIGHTS && i < NUM_SLOT_USER)
				w->weights[i - NUM_SLOT_WEIGHTS] = 0;
		}
}

/* ---- Sums ---- */

/* What is summed: the value, or a power of its distance from a. */
enum term { VALUE, SQUARE, CUBE, FOURTH };

static inline __attribute__((always_inline)) double
term(enum term what, double x, double a)
{
	double d = x - a, d2 = d * d;

	switch (what) {
	case VALUE:
		return x;
	case SQUARE:
		return d2;
	case CUBE:
		return d2 * d;
	default:
		return d2 * d2;
	}
}

/* Up to LEAF values, in numpy's order. */
static inline __attribute__((always_inline)) double
leaf(enum term what, const double *v, size_t n, double a)
{
	double r[8], s = 0;
	size_t i, j;

	if (n < 8) {
		for (i = 0; i < n; i++)
			s += term(what, v[i], a);
		return s;
	}
	for (j = 0; j < 8; j++)
		r[j] = term(what, v[j], a);
	for (i = 8; i + 8 <= n; i += 8)
		for (j = 0; j < 8; j++)
			r[j] += term(what, v[i + j], a);
	s = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
	for (; i < n; i++)
		s += term(what, v[i], a);
	return s;
}

static double
leaf_value(const double *v, size_t n, double a)
{
	return leaf(VALUE, v, n, a);
}

static double
leaf_square(const double *v, size_t n, double a)
{
	return leaf(SQUARE, v, n, a);
}

static double
leaf_cube(const double *v, size_t n, double a)
{
	return leaf(CUBE, v, n, a);
}

static double
leaf_fourth(const double *v, size_t n, double a)
{
	return leaf(FOURTH, v, n, a);
}

static double (*const leaves[])(const double *, size_t, double) = {
    [VALUE] = leaf_value,
    [SQUARE] = leaf_square,
    [CUBE] = leaf_cube,
    [FOURTH] = leaf_fourth,
};

static double
pairwise(enum term what, const double *v, size_t n, double a)
{
	size_t half;

	if (n <= LEAF)
		return leaves[what](v, n, a);
	half = n / 2;
	half -= half % 8;
	return pairwise(what, v, half, a) +
	    pairwise(what, v + half, n - half, a);
}

static double
sum_terms(enum term what, const double *v, size_t n, double a)
{
	double s = 0;
	size_t len;

	for (; n > 0; v += len, n -= len) {
		len = n < BLOCK ? n : BLOCK;
		s += pairwise(what, v, len, a);
	}
	return s;
}

double
num_sum(const double *v, size_t n)
{
	return sum_terms(VALUE, v, n, 0);
}

double
num_mean(const double *v, size_t n)
{
	return n > 0 ? num_sum(v, n) / (double)n : NAN;
}

double
num_var(const double *v, size_t n, int ddof)
{
	if (n == 0 || (double)n <= ddof)
		return NAN;
	return sum_terms(SQUARE, v, n, num_mean(v, n)) / ((double)n - ddof);
}

double
num_sd(const double *v, size_t n, int ddof)
{
	return sqrt(num_var(v, n, ddof));
}

double
num_sem(const double *v, size_t n, int ddof)
{
	return sqrt(num_var(v, n, ddof)) / sqrt((double)n);
}

double
num_min(const double *v, size_t n)
{
	return n > 0 ? v[num_argmin(v, n)] : NAN;
}

double
num_max(const double *v, size_t n)
{
	return n > 0 ? v[num_argmax(v, n)] : NAN;
}

size_t
num_argmin(const double *v, size_t n)
{
	size_t i, best = 0;
	double x = v[0];

	for (i = 1; i < n; i++) {
		if (v[i] < x) {
			x = v[i];
			best = i;
		}
	}
	return best;
}

size_t
num_argmax(const double *v, size_t n)
{
	size_t i, best = 0;
	double x = v[0];

	for (i = 1; i < n; i++) {
		if (v[i] > x) {
			x = v[i];
			best = i;
		}
	}
	return best;
}

/* pandas takes tiny sums for rounding errors of 0. */
static double
zero_out(double x)
{
	return fabs(x) < 1e-14 ? 0 : x;
}

double
num_skew(const double *v, size_t n)
{
	double c = (double)n, mean, m2, m3;

	if (n < 3)
		return NAN;
	mean = num_mean(v, n);
	m2 = zero_out(sum_terms(SQUARE, v, n, mean));
	m3 = zero_out(sum_terms(CUBE, v, n, mean));
	if (m2 == 0)
		return 0;
	return c * sqrt(c - 1) / (c - 2) * (m3 / pow(m2, 1.5));
}

double
num_kurt(const double *v, size_t n)
{
	double c = (double)n, mean, m2, m4, over, under;

	if (n < 4)
		return NAN;
	mean = num_mean(v, n);
	m2 = sum_terms(SQUARE, v, n, mean);
	m4 = sum_terms(FOURTH, v, n, mean);
	over = zero_out(c * (c + 1) * (c - 1) * m4);
	under = zero_out((c - 2) * (c - 3) * (m2 * m2));
	if (under == 0)
		return 0;
	return over / under - 3 * ((c - 1) * (c - 1)) / ((c - 2) * (c - 3));
}

bool
num_moments_safe(const double *v, size_t n)
{
	double mean = num_mean(v, n), m2;

	if (n < 4)
		return false;
	/* A margin of 1e6 over the rule, for each of the sums it is used on;
	 * a third moment near 0 is no danger: the skew is 0 then anyway. */
	m2 = sum_terms(SQUARE, v, n, mean);
	return m2 > 1e-8 && m2 * m2 > 1e-8 &&
	    sum_terms(FOURTH, v, n, mean) > 1e-8;
}

double
num_kahan_mean(const struct num_kahan *k)
{
	return k->n > 0 ? k->sum / (double)k->n : NAN;
}

double
num_welford_var(const struct num_welford *w, int ddof)
{
	if (w->n == 0 || (double)w->n <= ddof)
		return NAN;
	return w->m2 / ((double)w->n - ddof);
}

double
num_welford_sd(const struct num_welford *w, int ddof)
{
	return sqrt(num_welford_var(w, ddof));
}

double
num_welford_sem(const struct num_welford *w, int ddof)
{
	return num_welford_sd(w, ddof) / sqrt((double)w->n);
}

double
num_group_sum(const double *v, size_t n)
{
	struct num_kahan k = {0};
	size_t i;

	for (i = 0; i < n; i++)
		num_kahan_add(&k, v[i]);
	return k.sum;
}

double
num_group_mean(const double *v, size_t n)
{
	return n > 0 ? num_group_sum(v, n) / (double)n : NAN;
}

double
num_group_var(const double *v, size_t n, int ddof)
{
	struct num_welford w = {0};
	size_t i;

	for (i = 0; i < n; i++)
		num_welford_add(&w, v[i]);
	return num_welford_var(&w, ddof);
}

double
num_group_sd(const double *v, size_t n, int ddof)
{
	return sqrt(num_group_var(v, n, ddof));
}

/* ---- Sorting and selecting ---- */

static void
insertion_sort(double *v, size_t n)
{
	size_t i, j;
	double x;

	for (i = 1; i < n; i++) {
		x = v[i];
		for (j = i; j > 0 && v[j - 1] > x; j--)
			v[j] = v[j - 1];
		v[j] = x;
	}
}

static void
swap(double *a, double *b)
{
	double t = *a;

	*a = *b;
	*b = t;
}

static void
sift_down(double *v, size_t i, size_t n)
{
	size_t child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && v[child + 1] > v[child])
			child++;
		if (!(v[child] > v[i]))
			return;
		swap(&v[i], &v[child]);
		i = child;
	}
}

/* For inputs that defeat the pivots: n log n whatever they are. */
static void
heap_sort(double *v, size_t n)
{
	size_t i;

	for (i = n / 2; i-- > 0;)
		sift_down(v, i, n);
	for (i = n; i-- > 1;) {
		swap(&v[0], &v[i]);
		sift_down(v, 0, i);
	}
}

/*
 * Split v at a median of three; n >= 3. Returns m, 0 < m < n, with
 * v[0..m) <= pivot <= v[m..n). Equal values go to both sides.
 */
static size_t
split(double *v, size_t n)
{
	size_t i = 0, j = n - 1, mid = n / 2;
	double pivot;

	if (v[mid] < v[0])
		swap(&v[mid], &v[0]);
	if (v[j] < v[mid]) {
		swap(&v[j], &v[mid]);
		if (v[mid] < v[0])
			swap(&v[mid], &v[0]);
	}
	pivot = v[mid];
	for (;;) {
		while (v[i] < pivot)
			i++;
		while (v[j] > pivot)
			j--;
		if (i >= j)
			return i > 0 ? i : 1;
		swap(&v[i++], &v[j--]);
	}
}

static int
depth_limit(size_t n)
{
	int d = 0;

	for (; n > 0; n >>= 1)
		d += 2;
	return d;
}

static void
quick_sort(double *v, size_t n, int depth)
{
	size_t m;

	while (n > SMALL_SORT) {
		if (depth-- == 0) {
			heap_sort(v, n);
			return;
		}
		m = split(v, n);
		if (m < n - m) {
			quick_sort(v, m, depth);
			v += m;
			n -= m;
		} else {
			quick_sort(v + m, n - m, depth);
			n = m;
		}
	}
	insertion_sort(v, n);
}

/* An integer that orders as the double does; -0.0 first made 0.0. */
static inline uint64_t
to_key(double x)
{
	uint64_t u;

	x += 0.0;
	memcpy(&u, &x, sizeof u);
	return u ^ (-(u >> 63) | (uint64_t)1 << 63);
}

static inline double
from_key(uint64_t k)
{
	uint64_t u = k >> 63 != 0 ? k ^ (uint64_t)1 << 63 : ~k;
	double x;

	memcpy(&x, &u, sizeof x);
	return x;
}

/* Turns counts into starting positions; false if one digit has them all. */
static inline __attribute__((always_inline)) bool
place_buckets(uint32_t *count, int buckets, size_t n)
{
	uint32_t at = 0, c;
	int i;

	for (i = 0; i < buckets; i++) {
		c = count[i];
		if (c == n)
			return false;
		count[i] = at;
		at += c;
	}
	return true;
}

/*
 * Sorts n keys by digits of so many bits, least first, between a and b;
 * returns the one that has the result. count: a zeroed table for each digit.
 */
static inline __attribute__((always_inline)) uint64_t *
radix_sort(uint64_t *a, uint64_t *b, size_t n, uint32_t *count, int bits)
{
	const int passes = (63 + bits) / bits, buckets = 1 << bits;
	uint64_t *t;
	size_t i;
	int p;

	for (i = 0; i < n; i++)
		for (p = 0; p < passes; p++)
			count[p * buckets +
			    (int)(a[i] >> p * bits & (buckets - 1u))]++;
	for (p = 0; p < passes; p++, count += buckets) {
		if (!place_buckets(count, buckets, n))
			continue;
		for (i = 0; i < n; i++)
			b[count[a[i] >> p * bits & (buckets - 1u)]++] = a[i];
		t = a;
		a = b;
		b = t;
	}
	return a;
}

static uint64_t *
radix_narrow(uint64_t *a, uint64_t *b, size_t n)
{
	uint32_t count[8 << 8] = {0};

	return radix_sort(a, b, n, count, 8);
}

static uint64_t *
radix_wide(uint64_t *a, uint64_t *b, size_t n)
{
	uint32_t count[6 << 11] = {0};

	return radix_sort(a, b, n, count, 11);
}

void
num_sort(double *v, size_t n, struct num_work *w)
{
	struct num_work own = {0};
	uint64_t *a;
	size_t i;

	for (i = 1; i < n && !(v[i - 1] > v[i]); i++)
		;
	if (i >= n)
		return;
	if (n < NARROW_FROM || n > UINT32_MAX) {
		quick_sort(v, n, depth_limit(n));
		return;
	}
	a = num_work_slot(
	    w != NULL ? w : &own, NUM_SLOT_SORT, 2 * n * sizeof *a);
	for (i = 0; i < n; i++)
		a[i] = to_key(v[i]);
	a = n < WIDE_FROM ? radix_narrow(a, a + n, n) : radix_wide(a, a + n, n);
	for (i = 0; i < n; i++)
		v[i] = from_key(a[i]);
	num_work_clear(&own);
}

struct __attribute__((packed)) keyed {
	uint64_t key;
	uint32_t at;
};

/* Stable: merges runs of doubling width between a and b. */
static struct keyed *
merge_sort(struct keyed *a, struct keyed *b, size_t n)
{
	size_t width, lo, mid, hi, i, j, k;
	struct keyed *t, x;

	for (lo = 0; lo < n; lo += SMALL_SORT) {
		hi = lo + SMALL_SORT < n ? lo + SMALL_SORT : n;
		for (i = lo + 1; i < hi; i++) {
			x = a[i];
			for (j = i; j > lo && a[j - 1].key > x.key; j--)
				a[j] = a[j - 1];
			a[j] = x;
		}
	}
	for (width = SMALL_SORT; width < n; width *= 2) {
		for (lo = 0; lo < n; lo = hi) {
			mid = lo + width < n ? lo + width : n;
			hi = mid + width < n ? mid + width : n;
			for (i = k = lo, j = mid; i < mid && j < hi;)
				b[k++] = a[j].key < a[i].key ? a[j++] : a[i++];
			while (i < mid)
				b[k++] = a[i++];
			while (j < hi)
				b[k++] = a[j++];
		}
		t = a;
		a = b;
		b = t;
	}
	return a;
}

/* radix_sort() with the positions carried along. */
static inline __attribute__((always_inline)) struct keyed *
radix_keyed(
    struct keyed *a, struct keyed *b, size_t n, uint32_t *count, int bits)
{
	const int passes = (63 + bits) / bits, buckets = 1 << bits;
	struct keyed *t;
	size_t i;
	int p;

	for (i = 0; i < n; i++)
		for (p = 0; p < passes; p++)
			count[p * buckets +
			    (int)(a[i].key >> p * bits & (buckets - 1u))]++;
	for (p = 0; p < passes; p++, count += buckets) {
		if (!place_buckets(count, buckets, n))
			continue;
		for (i = 0; i < n; i++)
			b[count[a[i].key >> p * bits & (buckets - 1u)]++] =
			    a[i];
		t = a;
		a = b;
		b = t;
	}
	return a;
}

static struct keyed *
radix_keyed_narrow(struct keyed *a, struct keyed *b, size_t n)
{
	uint32_t count[8 << 8] = {0};

	return radix_keyed(a, b, n, count, 8);
}

static struct keyed *
radix_keyed_wide(struct keyed *a, struct keyed *b, size_t n)
{
	uint32_t count[6 << 11] = {0};

	return radix_keyed(a, b, n, count, 11);
}

/* v's keys with their positions, in stable order, in w's memory. */
static struct keyed *
sorted_keys(const double *v, size_t n, struct num_work *w)
{
	struct keyed *a;
	size_t i;

	a = num_work_slot(w, NUM_SLOT_SORT, 2 * n * sizeof *a);
	for (i = 0; i < n; i++)
		a[i] = (struct keyed){to_key(v[i]), (uint32_t)i};
	if (n < NARROW_FROM)
		return merge_sort(a, a + n, n);
	return n < WIDE_FROM ? radix_keyed_narrow(a, a + n, n)
			     : radix_keyed_wide(a, a + n, n);
}

void
num_argsort(const double *v, size_t n, size_t *idx, struct num_work *w)
{
	struct num_work own = {0};
	struct keyed *a = sorted_keys(v, n, w != NULL ? w : &own);
	size_t i;

	for (i = 0; i < n; i++)
		idx[i] = a[i].at;
	num_work_clear(&own);
}

double
num_select(double *v, size_t n, size_t k)
{
	int depth = depth_limit(n);
	double *base = v;
	size_t at = k, m;

	while (n > SMALL_SORT) {
		if (depth-- == 0) {
			heap_sort(v, n);
			return base[at];
		}
		m = split(v, n);
		if (k < m) {
			n = m;
		} else {
			v += m;
			n -= m;
			k -= m;
		}
	}
	insertion_sort(v, n);
	return base[at];
}

/* ---- Quantiles and the like ---- */

static double
between(double a, double b, double g)
{
	double d = b - a;

	return g < 0.5 ? a + d * g : b - d * (1 - g);
}

/* Position (n-1)q as numpy has it: whole part and fraction. */
static size_t
position(size_t n, double q, double *g)
{
	double h = (double)(n - 1) * q, i = floor(h);

	if (!(h > 0)) {
		*g = 0;
		return 0;
	}
	if (i >= (double)(n - 1)) {
		*g = 0;
		return n - 1;
	}
	*g = h - i;
	return (size_t)i;
}

/* pandas passes 100 q to numpy, which divides by 100 again. */
static double
pandas_q(double q)
{
	return q * 100 / 100;
}

static double
quantile_sorted(const double *s, size_t n, double q)
{
	size_t i;
	double g;

	if (n == 0 || !(q >= 0 && q <= 1))
		return NAN;
	i = position(n, q, &g);
	return between(s[i], s[i + 1 < n ? i + 1 : i], g);
}

double
num_quantile_sorted(const double *s, size_t n, double q)
{
	return quantile_sorted(s, n, pandas_q(q));
}

double
num_percentile_sorted(const double *s, size_t n, double pct)
{
	return quantile_sorted(s, n, pct / 100);
}

double
num_quantile(double *v, size_t n, double q)
{
	size_t i;
	double g, a, b;

	if (n == 0 || !(q >= 0 && q <= 1))
		return NAN;
	i = position(n, pandas_q(q), &g);
	a = b = num_select(v, n, i);
	if (i + 1 < n)
		b = num_min(v + i + 1, n - i - 1);
	return between(a, b, g);
}

double
num_group_quantile_sorted(const double *s, size_t n, double q)
{
	double h, g;
	size_t i;

	if (n == 0 || !(q >= 0 && q <= 1))
		return NAN;
	h = q * (double)(n - 1);
	i = (size_t)h;
	g = fmod(h, 1);
	if (g > 0 && i + 1 < n)
		return s[i] + (s[i + 1] - s[i]) * g;
	return s[i];
}

double
num_median_sorted(const double *s, size_t n)
{
	if (n == 0)
		return NAN;
	return n % 2 != 0 ? s[n / 2] : (s[n / 2 - 1] + s[n / 2]) / 2;
}

double
num_median(double *v, size_t n)
{
	double hi;

	if (n == 0)
		return NAN;
	hi = num_select(v, n, n / 2);
	return n % 2 != 0 ? hi : (num_max(v, n / 2) + hi) / 2;
}

double
num_iqr_sorted(const double *s, size_t n)
{
	return num_quantile_sorted(s, n, 0.75) -
	    num_quantile_sorted(s, n, 0.25);
}

double
num_trimmed_mean_sorted(const double *s, size_t n, double cut)
{
	size_t k;

	if (!(cut >= 0 && cut < 0.5))
		return NAN;
	k = (size_t)((double)n * cut);
	return num_mean(s + k, n - 2 * k);
}

static size_t
run_end(const double *s, size_t n, size_t i)
{
	size_t j = i + 1;

	while (j < n && s[j] == s[i])
		j++;
	return j;
}

size_t
num_mode_sorted(const double *s, size_t n, double *mode, size_t *count)
{
	size_t i, end, best = 0, k = 0;

	for (i = 0; i < n; i = end) {
		end = run_end(s, n, i);
		if (end - i > best)
			best = end - i;
	}
	for (i = 0; i < n; i = end) {
		end = run_end(s, n, i);
		if (end - i == best)
			mode[k++] = s[i];
	}
	if (count != NULL)
		*count = best;
	return k;
}

size_t
num_nunique_sorted(const double *s, size_t n)
{
	size_t i, k = 0;

	for (i = 0; i < n; i = run_end(s, n, i))
		k++;
	return k;
}

double
num_rank(const double *v, size_t n, double *rank, struct num_work *w)
{
	struct num_work own = {0};
	struct keyed *a = sorted_keys(v, n, w != NULL ? w : &own);
	size_t i, j, end;
	double ties = 0, t;

	for (i = 0; i < n; i = end) {
		for (end = i + 1; end < n && a[end].key == a[i].key; end++)
			;
		for (j = i; j < end; j++)
			rank[a[j].at] = (double)(i + 1 + end) / 2;
		t = (double)(end - i);
		ties += t * t * t - t;
	}
	num_work_clear(&own);
	return ties;
}

double
num_entropy(const double *count, size_t k, double base)
{
	double total = num_sum(count, k), h = 0, p;
	size_t i;

	if (!(total > 0))
		return NAN;
	for (i = 0; i < k; i++) {
		p = count[i] / total;
		if (p > 0)
			h -= p * log(p);
	}
	return base > 0 ? h / log(base) : h;
}

double
num_gini_simpson(const double *count, size_t k)
{
	double total = num_sum(count, k), s = 0, p;
	size_t i;

	if (!(total > 0))
		return NAN;
	for (i = 0; i < k; i++) {
		p = count[i] / total;
		s += p * p;
	}
	return 1 - s;
}

/* ---- Rounding ---- */

double
num_round(double x, int d)
{
	static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
	    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
	char text[DBL_MAX_10_EXP + 24];
	double y, whole;

	if (!isfinite(x))
		return x;
	d = d < 0 ? 0 : d > 15 ? 15 : d;
	/* Away from a half the product tells the digits, and the quotient of
	 * two exact numbers is the one nearest to what they mean. */
	y = fabs(x) * powers[d];
	whole = floor(y + 0.5);
	if (y < 1e9 && fabs(y - floor(y) - 0.5) >= 1e-6)
		return copysign(whole / powers[d], x) + 0.0;
	snprintf(text, sizeof text, "%.*f", d, x);
	return strtod(text, NULL) + 0.0;
}

bool
num_round_safe(double x, int d)
{
	double y = fabs(x) * pow(10, d);

	if (!(y <= 1e9))
		return false;
	return fabs(y - floor(y) - 0.5) >= 1e-6;
}
