/* prof_num.c - a column's values sorted and counted. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "num.h"
#include "prof_int.h"
#include "real.h"

/*
 * The distinct values of a column in ascending order, as keys, and how often
 * each occurs. One of the two key arrays is used.
 */
struct runs {
	const struct column *c;
	int64_t base; /* of a STORE_DEC: key = cell - base */
	double unit; /* and its 10^scale */
	size_t n, all; /* values: distinct ones, all that are present */
	uint32_t *narrow;
	uint64_t *wide;
	uint32_t *count;
	struct num_work *work; /* what holds the arrays */
	size_t at, before; /* a run that was looked at, values before it */
};

/* Doubles as integers in the same order; -0.0 is 0.0. */
static inline uint64_t
real_key(double v)
{
	uint64_t k;

	if (v == 0)
		v = 0;
	memcpy(&k, &v, sizeof k);
	return k ^ ((uint64_t)((int64_t)k >> 63) | (uint64_t)1 << 63);
}

static inline double
real_value(uint64_t k)
{
	double v;

	k ^= (uint64_t)((int64_t)~k >> 63) | (uint64_t)1 << 63;
	memcpy(&v, &k, sizeof v);
	return v;
}

/* -- radix sort, least digit first; a digit that all share is skipped -- */

enum {
	FEW = 32768, /* up to here moments are pandas' to the bit */
	OFFSET = 100000, /* times the spread: rounding shows in moments */
};

/* Small enough that the ends of all runs stay in the fastest cache. */
enum { DIGIT = 8, DIGITS = 1 << DIGIT };

enum {
	SHORT_RUN = 32, /* sorted by insertion */
	BATCH = 512, /* rows whose keys are made together */
};

static void
prefix_sums(uint32_t *count)
{
	uint32_t sum = 0, k;
	int i;

	for (i = 0; i < DIGITS; i++) {
		k = count[i];
		count[i] = sum;
		sum += k;
	}
}

/* Sorts a; tmp has the same size. Returns the array the result is in. */
static uint32_t *
sort32(uint32_t *a, uint32_t *tmp, size_t n)
{
	uint32_t count[4][DIGITS] = {{0}}, *swap;
	size_t i;
	int p, s;

	for (i = 0; i < n; i++)
		for (p = 0; p < 4; p++)
			count[p][a[i] >> p * DIGIT & (DIGITS - 1)]++;
	for (p = 0; p < 4; p++) {
		s = p * DIGIT;
		if (n == 0 || count[p][a[0] >> s & (DIGITS - 1)] == n)
			continue;
		prefix_sums(count[p]);
		for (i = 0; i < n; i++)
			tmp[count[p][a[i] >> s & (DIGITS - 1)]++] = a[i];
		swap = a;
		a = tmp;
		tmp = swap;
	}
	return a;
}

/* One pass over the digit at bit s of the keys, given how often each digit
 * occurs. */
static void
scatter64(const uint64_t *a, uint64_t *out, size_t n, int s, uint32_t *count)
{
	size_t i;

	prefix_sums(count);
	for (i = 0; i < n; i++)
		out[count[a[i] >> s & (DIGITS - 1)]++] = a[i];
}

/* By so many bytes from bit low on, least first; the contract of sort32. */
static uint64_t *
sort_bytes(uint64_t *a, uint64_t *tmp, size_t n, int low, int bytes)
{
	uint32_t count[4][DIGITS] = {{0}};
	uint64_t *swap;
	size_t i;
	int p, s;

	for (i = 0; i < n; i++)
		for (p = 0; p < bytes; p++)
			count[p][a[i] >> (low + p * DIGIT) & (DIGITS - 1)]++;
	for (p = 0; p < bytes; p++) {
		s = low + p * DIGIT;
		if (count[p][a[0] >> s & (DIGITS - 1)] == n)
			continue;
		scatter64(a, tmp, n, s, count[p]);
		swap = a;
		a = tmp;
		tmp = swap;
	}
	return a;
}

static void
insert64(uint64_t *a, size_t n)
{
	size_t i, k;
	uint64_t v;

	for (i = 1; i < n; i++) {
		v = a[i];
		for (k = i; k > 0 && a[k - 1] > v; k--)
			a[k] = a[k - 1];
		a[k] = v;
	}
}

/* Keys that differ in the lowest 32 bits at most; tmp has the same size. */
static void
sort_group(uint64_t *a, uint64_t *tmp, size_t n)
{
	if (n <= SHORT_RUN)
		insert64(a, n);
	else if (sort_bytes(a, tmp, n, 0, 4) != a)
		memcpy(a, tmp, n * sizeof *a);
}

/* -- values and runs -- */

static inline uint64_t
key_at(const struct runs *r, size_t i)
{
	return r->narrow != NULL ? r->narrow[i] : r->wide[i];
}

static inline double
value_of(const struct runs *r, uint64_t key)
{
	if (r->c->store == STORE_REAL)
		return real_value(key);
	if (r->c->store == STORE_UINT)
		return (double)key;
	return (double)(int64_t)((uint64_t)r->base + key) / r->unit;
}

/* The key of a row; false where it is missing. */
static inline bool
key_of(const struct runs *r, size_t row, uint64_t *key)
{
	const struct column *c = r->c;
	int64_t m;
	double v;

	if (c->store == STORE_REAL) {
		v = ((const double *)c->data)[row];
		*key = real_key(v);
		return !isnan(v);
	}
	if (c->store == STORE_UINT) {
		*key = ((const uint64_t *)c->data)[row];
		return true;
	}
	m = dec_get(c, row);
	*key = (uint64_t)m - (uint64_t)r->base;
	return !dec_missing(c, m);
}

/* The n cells of a STORE_DEC from a row on: in place or, if narrow, in buf. */
static const int64_t *
cells_of(const struct column *c, size_t row, size_t n, int64_t *buf)
{
	if (c->width == 8)
		return (const int64_t *)c->data + row;
	dec_cells(c, row, n, buf);
	return buf;
}

/*
 * The keys of what is present in at most BATCH rows from *row on, which is set
 * to the row behind them: how many. One more may be written than there are.
 */
static size_t
next_keys(const struct runs *r, size_t *row, size_t rows, uint64_t *key)
{
	const struct column *c = r->c;
	size_t n = rows - *row < BATCH ? rows - *row : BATCH, k = 0, i;
	int64_t buf[BATCH], none = dec_none(c->width);
	const int64_t *cell;
	bool all = c->missing == 0;

	if (c->store == STORE_DEC) {
		cell = cells_of(c, *row, n, buf);
		for (i = 0; i < n; i++) {
			key[k] = (uint64_t)cell[i] - (uint64_t)r->base;
			k += all || cell[i] != none;
		}
	} else {
		for (i = *row; i < *row + n; i++)
			k += key_of(r, i, &key[k]);
	}
	*row += n;
	return k;
}

static void
find_range(const struct column *c, size_t rows, int64_t *min, int64_t *max)
{
	int64_t buf[BATCH], none = dec_none(c->width), lo = INT64_MAX, hi;
	bool all = c->missing == 0;
	const int64_t *cell;
	size_t row, n, i;

	hi = INT64_MIN;
	for (row = 0; row < rows; row += n) {
		n = rows - row < BATCH ? rows - row : BATCH;
		cell = cells_of(c, row, n, buf);
		for (i = 0; i < n; i++) {
			/* the least of all: it can only be the minimum */
			if (all || cell[i] != none)
				lo = cell[i] < lo ? cell[i] : lo;
			hi = cell[i] > hi ? cell[i] : hi;
		}
	}
	*min = lo;
	*max = hi;
}

/* Few possible values: count them by their key. */
static void
count_keys(struct runs *r, size_t rows, size_t range)
{
	uint32_t *count =
	    num_work_get(r->work, (range + 1) * 2 * sizeof *count);
	uint64_t key[BATCH + 1];
	size_t i, n, row = 0;

	memset(count, 0, (range + 1) * sizeof *count);
	while (row < rows) {
		n = next_keys(r, &row, rows, key);
		for (i = 0; i < n; i++)
			count[key[i]]++;
	}
	r->narrow = count + range + 1;
	r->count = count;
	for (i = 0; i <= range; i++) {
		if (count[i] == 0)
			continue;
		r->narrow[r->n] = (uint32_t)i;
		count[r->n++] = count[i];
	}
}

/* Sorted keys to runs, in place; counts go where there is room. */
static void
count_narrow(struct runs *r, uint32_t *a, uint32_t *count, size_t n)
{
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		if (k > 0 && a[k - 1] == a[i]) {
			count[k - 1]++;
			continue;
		}
		a[k] = a[i];
		count[k++] = 1;
	}
	r->narrow = a;
	r->count = count;
	r->n = k;
}

/*
 * The same of keys that are in the order of their bits from low on. Those that
 * are equal there, which are few or none where numbers are measured, are sorted
 * first; tmp has the same size and takes the counts, too, which stay behind.
 */
static void
count_wide(struct runs *r, uint64_t *a, uint64_t *tmp, size_t n, int low)
{
	uint32_t *count = (uint32_t *)tmp;
	size_t i, end, k = 0;

	for (i = 0; i < n;) {
		for (end = i + 1; end < n && a[end] >> low == a[i] >> low;)
			end++;
		if (end - i > 1)
			sort_group(a + i, tmp + i, end - i);
		for (a[k] = a[i], count[k++] = 1, i++; i < end; i++) {
			if (a[k - 1] == a[i]) {
				count[k - 1]++;
				continue;
			}
			a[k] = a[i];
			count[k++] = 1;
		}
	}
	r->wide = a;
	r->count = count;
	r->n = k;
}

static void
sort_narrow(struct runs *r, size_t rows, size_t present)
{
	uint32_t *a = num_work_get(r->work, present * 2 * sizeof *a), *s;
	uint64_t key[BATCH + 1];
	size_t i, k, row = 0, n = 0;

	while (row < rows) {
		k = next_keys(r, &row, rows, key);
		for (i = 0; i < k; i++)
			a[n++] = (uint32_t)key[i];
	}
	s = sort32(a, a + present, n);
	count_narrow(r, s, s == a ? a + present : a, n);
}

/*
 * By the upper 24 of the bits that the keys use, or 32 of very many; what is
 * equal there is left to the counting. spread is the largest key, more than 32
 * bits, so that at most 32 are left.
 */
static void
sort_wide(struct runs *r, size_t rows, size_t present, uint64_t spread)
{
	int bits = 64 - __builtin_clzll(spread), bytes = bits <= 56 ? 3 : 4;
	int low = bits - bytes * DIGIT;
	uint64_t *a = num_work_get(r->work, present * 2 * sizeof *a), *s;
	size_t row = 0, n = 0;

	while (row < rows)
		n += next_keys(r, &row, rows, a + n);
	s = sort_bytes(a, a + present, n, low, bytes);
	count_wide(r, s, s == a ? a + present : a, n, low);
}

static void
make_runs(struct runs *r, const struct table *t, size_t col, size_t present,
    struct num_work *w)
{
	const struct column *c = &t->col[col];
	int64_t min, max;
	uint64_t range = UINT64_MAX;

	*r = (struct runs){.c = c,
	    .unit = real_pow10[(int)c->scale],
	    .all = present,
	    .work = w};
	if (c->store == STORE_DEC) {
		min = c->least;
		max = c->most;
		if (!c->bounded)
			find_range(c, t->rows, &min, &max);
		r->base = min;
		range = (uint64_t)max - (uint64_t)min;
	}
	if (range / 4 < present)
		count_keys(r, t->rows, (size_t)range);
	else if (range <= UINT32_MAX)
		sort_narrow(r, t->rows, present);
	else
		sort_wide(r, t->rows, present, range);
	assert(r->narrow != NULL || r->wide != NULL);
}

/* -- what the runs say -- */

/*
 * Standard deviation and skewness from sums of squared and cubed deviations,
 * as num_sd and num_skew define them (sums below 1e-14 count as 0, as in
 * pandas).
 */
static void
set_moments(struct prof_col *c, double m2, double m3)
{
	double n = (double)c->present;

	c->std = c->present > 1 ? sqrt(m2 / (n - 1)) : NAN;
	m2 = fabs(m2) < 1e-14 ? 0 : m2;
	m3 = fabs(m3) < 1e-14 ? 0 : m3;
	if (c->present < 3)
		c->skew = NAN;
	else if (m2 == 0)
		c->skew = 0;
	else
		c->skew = n * sqrt(n - 1) / (n - 2) * (m3 / pow(m2, 1.5));
}

/* Runs that are summed up by themselves, so that errors do not pile up. */
enum { BLOCK = 256 };

/* Two at once, where the machine can. */
typedef double pair __attribute__((vector_size(16)));

/* The values of n runs from run i on, n <= BLOCK. */
static void
block_values(const struct runs *r, size_t i, size_t n, double v[BLOCK])
{
	const pair unit = {r->unit, r->unit};
	size_t k;
	pair x;

	if (r->c->store != STORE_DEC) {
		for (k = 0; k < n; k++)
			v[k] = value_of(r, key_at(r, i + k));
		return;
	}
	for (k = 0; k < n; k++)
		v[k] = (double)(int64_t)((uint64_t)r->base + key_at(r, i + k));
	for (k = 0; k < n; k += 2) {
		memcpy(&x, v + k, sizeof x);
		x /= unit;
		memcpy(v + k, &x, sizeof x);
	}
}

/* The value at position k of all, in ascending order; quick where k grows from
 * call to call. */
static double
value_at(struct runs *r, size_t k)
{
	if (r->n == r->all)
		return value_of(r, key_at(r, k));
	if (k < r->before)
		r->at = r->before = 0;
	for (; r->before + r->count[r->at] <= k; r->at++)
		r->before += r->count[r->at];
	return value_of(r, key_at(r, r->at));
}

/*
 * One walk: deviations are from the median, which is within one standard
 * deviation of the mean (Hotelling and Solomons, 1932), so that little is lost
 * when their sums are brought to the mean. Not finite: see prof_numbers.
 */
static void
moments(struct runs *r, struct prof_col *c)
{
	double v[BLOCK] = {0}, n = (double)c->present, s1 = 0, s2 = 0, s3 = 0;
	double about = value_at(r, c->present / 2), b1, b2, b3, d, w;
	size_t i, k, m;

	for (i = 0; i < r->n; i += m, s1 += b1, s2 += b2, s3 += b3) {
		m = r->n - i < BLOCK ? r->n - i : BLOCK;
		block_values(r, i, m, v);
		for (k = 0, b1 = b2 = b3 = 0; k < m; k++) {
			d = v[k] - about;
			w = d * r->count[i + k];
			b1 += w;
			b2 += d * w;
			b3 += d * d * w;
		}
	}
	d = s1 / n;
	c->mean = about + d;
	set_moments(c, s2 - d * s1, s3 - 3 * d * s2 + 2 * d * d * s1);
}

/*
 * The same in row order, with 0 for missing values, which is how pandas adds:
 * where values are large beside their spread, the rounding of the mean shows.
 */
static void
moments_of_rows(const struct table *t, const struct runs *r, struct prof_col *c)
{
	double *v = xcalloc(t->rows, sizeof *v), m2, m3, d;
	uint64_t key;
	size_t i;

	for (i = 0; i < t->rows; i++)
		if (key_of(r, i, &key))
			v[i] = value_of(r, key);
	c->mean = num_sum(v, t->rows) / (double)c->present;
	for (i = 0; i < t->rows; i++) {
		d = key_of(r, i, &key) ? v[i] - c->mean : 0;
		v[i] = d * d;
	}
	m2 = num_sum(v, t->rows);
	for (i = 0; i < t->rows; i++) {
		d = key_of(r, i, &key) ? value_of(r, key) - c->mean : 0;
		v[i] *= d;
	}
	m3 = num_sum(v, t->rows);
	set_moments(c, m2, m3);
	free(v);
}

/* As num_quantile_sorted, whose rule it takes for the two values beside. */
static double
quantile(struct runs *r, size_t n, double q)
{
	double h = (double)(n - 1) * q, s[2];
	size_t i = (size_t)h;

	s[0] = value_at(r, i);
	if (i + 1 >= n)
		return s[0];
	s[1] = value_at(r, i + 1);
	return num_quantile_sorted(s, 2, h - (double)i);
}

/* As num_median_sorted. */
static double
median(struct runs *r, size_t n)
{
	double s[2];

	s[0] = value_at(r, (n - 1) / 2);
	s[1] = value_at(r, n / 2);
	return num_median_sorted(s, n % 2 != 0 ? 1 : 2);
}

/* -- the most frequent values -- */

/* Where a key stands among the distinct ones. */
static size_t
find_key(const struct runs *r, uint64_t key)
{
	size_t lo = 0, hi = r->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (key_at(r, mid) < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The PROF_TOP greatest counts, descending; returns how many there are. */
static size_t
top_counts(const uint32_t *count, size_t n, uint32_t top[PROF_TOP])
{
	size_t i, k, have = 0;

	for (i = 0; i < n; i++) {
		if (have == PROF_TOP && count[i] <= top[PROF_TOP - 1])
			continue;
		k = have < PROF_TOP ? have++ : PROF_TOP - 1;
		for (; k > 0 && top[k - 1] < count[i]; k--)
			top[k] = top[k - 1];
		top[k] = count[i];
	}
	return have;
}

/* Put a value that was found at this row into place: by count, then row. */
static void
put_top(struct prof_col *c, size_t row, uint32_t count)
{
	size_t k = c->ntop++;

	for (; k > 0 && c->top[k - 1].count < count; k--)
		c->top[k] = c->top[k - 1];
	c->top[k] = (struct prof_top){row, count};
}

/* A set of keys that may hold more than was put in. */
struct filter {
	uint64_t bit[1024];
};

static inline size_t
filter_place(uint64_t key)
{
	return (size_t)(key * 0x9e3779b97f4a7c15u >> 48);
}

static inline void
filter_put(struct filter *f, uint64_t key)
{
	size_t k = filter_place(key);

	f->bit[k / 64] |= (uint64_t)1 << k % 64;
}

static inline bool
filter_has(const struct filter *f, uint64_t key)
{
	size_t k = filter_place(key);

	return (f->bit[k / 64] >> k % 64 & 1) != 0;
}

/*
 * Rows are walked until the values that occur most often have all appeared:
 * above of them more often than the least count that is wanted, and of those
 * with that count the first ones.
 */
static void
find_top(const struct runs *r, size_t rows, struct prof_col *c)
{
	uint32_t most[PROF_TOP] = {0}, least;
	uint64_t key, above_key[PROF_TOP], found[PROF_TOP];
	size_t want = top_counts(r->count, r->n, most), above = 0, row, i, k;
	struct filter often = {{0}};
	size_t equal;

	if (want == 0)
		return;
	least = most[want - 1];
	while (above < want && most[above] > least)
		above++;
	equal = want - above;
	/* where all occur once none stands out */
	for (i = k = 0; i < r->n && most[0] > 1; i++) {
		if (r->count[i] < least)
			continue;
		if (r->count[i] > least)
			above_key[k++] = key_at(r, i);
		if (least > 1)
			filter_put(&often, key_at(r, i));
	}
	if (least == 1) /* which is each */
		memset(&often, 0xff, sizeof often);
	for (row = 0; row < rows && c->ntop < want; row++) {
		if (!key_of(r, row, &key) || !filter_has(&often, key))
			continue;
		for (i = 0; i < c->ntop && found[i] != key; i++)
			;
		if (i < c->ntop)
			continue;
		for (k = 0; k < above && above_key[k] != key; k++)
			;
		if (k == above && equal == 0)
			continue;
		i = find_key(r, key);
		if (r->count[i] < least)
			continue;
		equal -= k == above;
		found[c->ntop] = key;
		put_top(c, row, r->count[i]);
	}
}

static bool
is_run(const struct table *t, size_t col)
{
	const struct column *c = &t->col[col];
	const double *v = c->data;
	uint64_t step = (uint64_t)real_pow10[(int)c->scale];
	size_t i;

	if (!c->whole || c->missing > 0 || t->rows < 3 ||
	    c->store == STORE_UINT)
		return false;
	for (i = 1; i < t->rows; i++)
		if (c->store == STORE_DEC ? (uint64_t)dec_get(c, i) -
				(uint64_t)dec_get(c, i - 1) !=
			    step
					  : v[i] - v[i - 1] != 1)
			return false;
	return true;
}

void
prof_numbers(
    const struct table *t, size_t col, struct prof_col *c, struct num_work *w)
{
	struct runs r;

	make_runs(&r, t, col, c->present, w);
	c->unique = r.n;
	c->min = value_of(&r, key_at(&r, 0));
	c->max = value_of(&r, key_at(&r, r.n - 1));
	if (c->present > FEW)
		moments(&r, c);
	if (c->present <= FEW || fabs(c->mean) > OFFSET * c->std ||
	    !isfinite(c->skew))
		moments_of_rows(t, &r, c);
	c->q25 = quantile(&r, c->present, .25);
	c->median = median(&r, c->present);
	c->q75 = quantile(&r, c->present, .75);
	find_top(&r, t->rows, c);
	c->int_run = is_run(t, col);
}

/* -- text -- */

/* The first row that has this dictionary number. */
static size_t
first_row(const struct column *c, size_t rows, uint32_t number)
{
	size_t i;

	for (i = 0; i < rows; i++)
		if (code_get(c, i) == number + 1)
			return i;
	return rows;
}

uint32_t *
prof_texts(const struct table *t, size_t col, struct prof_col *c)
{
	const struct column *k = &t->col[col];
	size_t n = k->dict->n, i, j;
	uint32_t *count = xcalloc(n + 1, sizeof *count), top[PROF_TOP] = {0};
	size_t want, row;

	for (i = 0; i < t->rows; i++)
		count[code_get(k, i)]++;
	memmove(count, count + 1, n * sizeof *count);
	for (i = 0; i < n; i++)
		c->unique += count[i] > 0;
	want = top_counts(count, n, top);
	while (want > 0 && top[want - 1] == 0)
		want--;
	for (i = 0; i < n && c->ntop < want; i++) {
		for (j = 0; j < want && top[j] != count[i]; j++)
			;
		if (j == want)
			continue;
		top[j] = 0; /* each place is taken once: the first seen wins */
		row = first_row(k, t->rows, (uint32_t)i);
		put_top(c, row, count[i]);
	}
	if (c->type == TAB_BOOL && c->ntop == 2 &&
	    c->top[0].count == c->top[1].count &&
	    c->top[0].row > c->top[1].row) {
		struct prof_top swap = c->top[0];

		c->top[0] = c->top[1];
		c->top[1] = swap;
	}
	return count;
}
