/* num_test.c - hypothesis tests. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "num.h"

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif

enum {
	CHUNK = 128, /* terms summed before they join the total */
	MWU_EXACT = 8, /* the smaller sample's size */
	MWU_SUMS = 50000000, /* longest table of the exact law */
	WILCOXON_EXACT = 50,
	KS_EXACT = 1000, /* beyond it the exact law costs milliseconds */
};

static const struct num_test UNDEFINED = {
    .stat = NAN,
    .p = NAN,
    .df = NAN,
    .df2 = NAN,
    .effect = NAN,
};

static bool
constant(const double *v, size_t n)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (v[i] != v[0])
			return false;
	return true;
}

/* ---- t tests ---- */

/* diff / se with df degrees of freedom; 0/0 is NaN, x/0 infinite, p 0. */
static struct num_test
t_result(double diff, double se, double df)
{
	struct num_test r = UNDEFINED;

	r.stat = diff / se;
	r.df = df;
	r.p = num_t_two(r.stat, df);
	return r;
}

/* Variance with divisor n - 1, exactly 0 for equal values. */
static double
spread(const double *v, size_t n)
{
	return n > 1 && constant(v, n) ? 0 : num_var(v, n, 1);
}

struct num_test
num_ttest_1(const double *v, size_t n, double mu)
{
	double var = spread(v, n), diff = num_mean(v, n) - mu;
	struct num_test r;

	if (n < 2)
		return UNDEFINED;
	r = t_result(diff, sqrt(var / (double)n), (double)n - 1);
	r.effect = diff / sqrt(var);
	return r;
}

struct num_test
num_ttest_paired(const double *a, const double *b, size_t n)
{
	double *d = xreallocarray(NULL, n, sizeof *d);
	struct num_test r;
	size_t i;

	for (i = 0; i < n; i++)
		d[i] = a[i] - b[i];
	r = num_ttest_1(d, n, 0);
	free(d);
	return r;
}

static double
pooled_var(const double *a, size_t na, const double *b, size_t nb)
{
	return ((double)(na - 1) * spread(a, na) +
		   (double)(nb - 1) * spread(b, nb)) /
	    (double)(na + nb - 2);
}

struct num_test
num_ttest_pooled(const double *a, size_t na, const double *b, size_t nb)
{
	double diff, var;
	struct num_test r;

	if (na < 2 || nb < 2)
		return UNDEFINED;
	diff = num_mean(a, na) - num_mean(b, nb);
	var = pooled_var(a, na, b, nb);
	r = t_result(diff, sqrt(var * (1 / (double)na + 1 / (double)nb)),
	    (double)(na + nb - 2));
	r.effect = diff / sqrt(var);
	return r;
}

struct num_test
num_ttest_welch(const double *a, size_t na, const double *b, size_t nb)
{
	double va, vb, diff, df;
	struct num_test r;

	if (na < 2 || nb < 2)
		return UNDEFINED;
	diff = num_mean(a, na) - num_mean(b, nb);
	va = spread(a, na) / (double)na;
	vb = spread(b, nb) / (double)nb;
	df = (va + vb) * (va + vb) /
	    (va * va / (double)(na - 1) + vb * vb / (double)(nb - 1));
	if (isnan(df))
		df = 1;
	r = t_result(diff, sqrt(va + vb), df);
	r.effect = diff / sqrt(pooled_var(a, na, b, nb));
	return r;
}

double
num_cohen_d(const double *a, size_t na, const double *b, size_t nb)
{
	if (na < 2 || nb < 2)
		return NAN;
	return (num_mean(a, na) - num_mean(b, nb)) /
	    sqrt(pooled_var(a, na, b, nb));
}

void
num_mean_interval(const double *v, size_t n, double level, double ci[2])
{
	double mean = num_mean(v, n), half;

	ci[0] = ci[1] = NAN;
	if (n < 2 || !(level > 0 && level < 1))
		return;
	half = num_t_isf((1 - level) / 2, (double)n - 1) * num_sem(v, n, 1);
	ci[0] = mean - half;
	ci[1] = mean + half;
}

/* ---- Ranks ---- */

/*
 * P(U <= u) without ties: the coefficients of the Gaussian binomial
 * prod (1 - q^(n+i)) / (1 - q^i), i = 1..m, summed up to q^u. m <= n.
 */
static double
mwu_cdf(size_t u, size_t m, size_t n)
{
	double *c = xcalloc(u + 1, sizeof *c), total = 1, s = 0;
	size_t i, k;

	c[0] = 1;
	for (i = 1; i <= m; i++) {
		total *= (double)(n + i) / (double)i;
		for (k = u + 1; k-- > n + i;)
			c[k] -= c[k - n - i];
		for (k = i; k <= u; k++)
			c[k] += c[k - i];
	}
	for (k = 0; k <= u; k++)
		s += c[k];
	free(c);
	return s / total;
}

static double
mwu_normal(double u, double na, double nb, double ties)
{
	double n = na + nb, mean = na * nb / 2, sd;

	sd = sqrt(na * nb / 12 * (n + 1 - ties / (n * (n - 1))));
	return 2 * num_norm_sf((u - mean - 0.5) / sd);
}

struct num_test
num_mannwhitney(
    const double *a, size_t na, const double *b, size_t nb, struct num_work *w)
{
	struct num_work own = {0};
	struct num_test r = UNDEFINED;
	size_t n = na + nb, small = na < nb ? na : nb, i;
	double *v, *rank, ties, sum = 0, pairs, less;

	if (na == 0 || nb == 0)
		return r;
	if (w == NULL)
		w = &own;
	v = num_work_slot(w, NUM_SLOT_TEST, 2 * n * sizeof *v);
	rank = v + n;
	memcpy(v, a, na * sizeof *v);
	memcpy(v + na, b, nb * sizeof *v);
	ties = num_rank(v, n, rank, w);
	for (i = 0; i < na; i++)
		sum += rank[i];
	pairs = (double)na * (double)nb;
	r.stat = sum - (double)na * ((double)na + 1) / 2;
	less = fmin(r.stat, pairs - r.stat);
	r.ties = ties > 0;
	r.exact = !r.ties && small <= MWU_EXACT && less < MWU_SUMS;
	r.effect = 2 * r.stat / pairs - 1;
	if (r.exact)
		r.p = 2 * mwu_cdf((size_t)less, small, n - small);
	else
		r.p = mwu_normal(pairs - less, (double)na, (double)nb, ties);
	r.p = fmin(r.p, 1);
	num_work_clear(&own);
	return r;
}

/* Two-sided p of a rank sum of n signed ranks: 2^-n per choice of signs. */
static double
wilcoxon_exact(size_t sum, size_t n)
{
	double c[WILCOXON_EXACT * (WILCOXON_EXACT + 1) / 2 + 1] = {1};
	double less = 0, more = 0;
	size_t top = 0, i, k;

	for (i = 1; i <= n; i++) {
		top += i;
		for (k = top; k >= i; k--)
			c[k] += c[k - i];
	}
	if (sum == top / 2)
		return 1;
	for (k = 0; k <= sum; k++)
		less += c[k];
	for (k = sum; k <= top; k++)
		more += c[k];
	return fmin(ldexp(fmin(less, more), 1 - (int)n), 1);
}

static double
wilcoxon_normal(double sum, double n, double ties)
{
	double mean = n * (n + 1) / 4;
	double var = (n * (n + 1) * (2 * n + 1) - ties / 2) / 24;

	return 2 * num_norm_sf(fabs(sum - mean) / sqrt(var));
}

struct num_test
num_wilcoxon(const double *a, const double *b, size_t n, struct num_work *w)
{
	struct num_work own = {0};
	struct num_test r = UNDEFINED;
	double *size, *rank, ties, plus = 0, minus = 0, d;
	size_t i, k = 0;
	bool *up;

	if (w == NULL)
		w = &own;
	size = num_work_slot(
	    w, NUM_SLOT_TEST, n * (2 * sizeof *size + sizeof *up));
	rank = size + n;
	up = (void *)(rank + n);
	for (i = 0; i < n; i++) {
		d = a[i] - b[i];
		if (d == 0)
			continue;
		size[k] = fabs(d);
		up[k++] = d > 0;
	}
	if (k > 0) {
		ties = num_rank(size, k, rank, w);
		for (i = 0; i < k; i++)
			*(up[i] ? &plus : &minus) += rank[i];
		r.stat = fmin(plus, minus);
		r.ties = ties > 0 || k < n;
		r.exact = k == n && n <= WILCOXON_EXACT;
		r.p = r.exact ? wilcoxon_exact((size_t)plus, n)
			      : wilcoxon_normal(r.stat, (double)k, ties);
		r.effect = (plus - minus) / (plus + minus);
	}
	num_work_clear(&own);
	return r;
}

struct num_test
num_signtest(const double *a, const double *b, size_t n)
{
	struct num_test r = UNDEFINED;
	int64_t plus = 0, all = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		plus += a[i] > b[i];
		all += a[i] != b[i];
	}
	if (all == 0)
		return r;
	r.stat = (double)plus;
	r.df = (double)all;
	r.p = num_binom_test(plus, all, 0.5);
	r.exact = true;
	r.ties = (size_t)all < n;
	return r;
}

/* ---- Several groups ---- */

static size_t
total(const size_t *len, size_t k)
{
	size_t i, n = 0;

	for (i = 0; i < k; i++) {
		if (len[i] == 0)
			return 0;
		n += len[i];
	}
	return k < 2 ? 0 : n;
}

/* Mean of v - origin: keeps its digits where v is far from 0. */
static double
mean_from(const double *v, size_t n, double origin)
{
	double s = 0, part;
	size_t i, end;

	for (i = 0; i < n;) {
		end = n - i < CHUNK ? n : i + CHUNK;
		for (part = 0; i < end; i++)
			part += v[i] - origin;
		s += part;
	}
	return s / (double)n;
}

struct num_test
num_anova(const double *v, const size_t *len, size_t k)
{
	struct num_test r = UNDEFINED;
	size_t n = total(len, k), i, j;
	double origin, mean, m, d, between = 0, within = 0, part;
	const double *g;

	if (n <= k)
		return r;
	origin = num_mean(v, n);
	mean = mean_from(v, n, origin);
	for (i = 0, g = v; i < k; g += len[i++]) {
		m = mean_from(g, len[i], origin);
		between += (double)len[i] * (m - mean) * (m - mean);
		if (constant(g, len[i]))
			continue;
		for (part = 0, j = 0; j < len[i]; j++) {
			d = (g[j] - origin) - m;
			part += d * d;
		}
		within += part;
	}
	if (constant(v, n))
		between = 0;
	r.df = (double)(k - 1);
	r.df2 = (double)(n - k);
	r.stat = between / r.df / (within / r.df2);
	r.p = num_f_sf(r.stat, r.df, r.df2);
	r.effect = between / (between + within);
	return r;
}

struct num_test
num_kruskal(const double *v, const size_t *len, size_t k, struct num_work *w)
{
	struct num_work own = {0};
	struct num_test r = UNDEFINED;
	size_t n = total(len, k), i, j, at = 0;
	double *rank, ties, sum, d, c = (double)n, h = 0;

	if (n == 0)
		return r;
	if (w == NULL)
		w = &own;
	rank = num_work_slot(w, NUM_SLOT_TEST, n * sizeof *rank);
	ties = num_rank(v, n, rank, w);
	for (i = 0; i < k; i++) {
		for (sum = 0, j = 0; j < len[i]; j++)
			sum += rank[at++];
		d = sum / (double)len[i] - (c + 1) / 2;
		h += (double)len[i] * d * d;
	}
	r.stat = 12 * h / (c * (c + 1)) / (1 - ties / (c * c * c - c));
	r.df = (double)(k - 1);
	r.p = num_chi2_sf(r.stat, r.df);
	r.effect = (r.stat - r.df) / (double)(n - k);
	r.ties = ties > 0;
	num_work_clear(&own);
	return r;
}

struct num_test
num_levene(const double *v, const size_t *len, size_t k, struct num_work *w)
{
	struct num_work own = {0};
	struct num_test r;
	size_t n = total(len, k), i, j, at;
	double *z, median;

	if (n == 0)
		return UNDEFINED;
	if (w == NULL)
		w = &own;
	z = num_work_slot(w, NUM_SLOT_TEST, n * sizeof *z);
	memcpy(z, v, n * sizeof *z);
	for (i = at = 0; i < k; i++, at += len[i - 1]) {
		median = num_median(z + at, len[i]);
		for (j = 0; j < len[i]; j++)
			z[at + j] = fabs(v[at + j] - median);
	}
	r = num_anova(z, len, k);
	r.effect = NAN;
	num_work_clear(&own);
	return r;
}

/* ---- Counts ---- */

/* Fills row and column sums; false where one of them is 0. */
static bool
margins(const double *count, size_t rows, size_t cols, double *row, double *col,
    double *n)
{
	size_t i, j;
	bool all = rows > 0 && cols > 0;

	*n = 0;
	for (i = 0; i < rows; i++) {
		for (j = 0; j < cols; j++) {
			row[i] += count[i * cols + j];
			col[j] += count[i * cols + j];
		}
		*n += row[i];
		all = all && row[i] > 0;
	}
	for (j = 0; j < cols; j++)
		all = all && col[j] > 0;
	return all;
}

struct num_test
num_chi2_table(const double *count, size_t rows, size_t cols, bool yates,
    double *min_expected)
{
	double *row = xcalloc(rows + cols, sizeof *row), *col = row + rows;
	double n, e, d, least = INFINITY, s = 0;
	struct num_test r = UNDEFINED;
	size_t i, j;

	if (!margins(count, rows, cols, row, col, &n)) {
		least = NAN;
		goto out;
	}
	r.df = (double)((rows - 1) * (cols - 1));
	for (i = 0; i < rows; i++) {
		for (j = 0; j < cols; j++) {
			e = row[i] * col[j] / n;
			least = fmin(least, e);
			d = fabs(count[i * cols + j] - e);
			if (yates && r.df == 1)
				d -= fmin(0.5, d);
			s += d * d / e;
		}
	}
	r.stat = r.df > 0 ? s : 0;
	r.p = r.df > 0 ? num_chi2_sf(s, r.df) : 1;
	r.effect = sqrt(
	    r.stat / (n * ((rows < cols ? (double)rows : (double)cols) - 1)));
out:
	if (min_expected != NULL)
		*min_expected = least;
	free(row);
	return r;
}

struct num_test
num_chi2_fit(const double *count, const double *expected, size_t k, int ddof)
{
	struct num_test r = UNDEFINED;
	double d;
	size_t i;

	r.df = (double)k - 1 - ddof;
	r.stat = 0;
	for (i = 0; i < k; i++) {
		d = count[i] - expected[i];
		r.stat += d * d / expected[i];
	}
	r.p = r.df > 0 ? num_chi2_sf(r.stat, r.df) : NAN;
	return r;
}

struct num_test
num_prop_z(
    double x1, double n1, double x2, double n2, double level, double ci[2])
{
	struct num_test r = UNDEFINED;
	double p1 = x1 / n1, p2 = x2 / n2, p = (x1 + x2) / (n1 + n2), half;

	if (ci != NULL)
		ci[0] = ci[1] = NAN;
	if (!(n1 > 0 && n2 > 0 && x1 >= 0 && x2 >= 0 && x1 <= n1 && x2 <= n2))
		return r;
	r.effect = p1 - p2;
	r.stat = r.effect / sqrt(p * (1 - p) * (1 / n1 + 1 / n2));
	r.p = 2 * num_norm_sf(fabs(r.stat));
	if (ci == NULL || !(level > 0 && level < 1))
		return r;
	half = num_norm_isf((1 - level) / 2) *
	    sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2);
	ci[0] = r.effect - half;
	ci[1] = r.effect + half;
	return r;
}

/* ---- Normality ---- */

double
num_ks_norm_distance(const double *s, size_t n, double mean, double sd)
{
	double f, d = 0, c = (double)n;
	size_t i;

	for (i = 0; i < n; i++) {
		f = num_norm_cdf((s[i] - mean) / sd);
		d = fmax(d, (double)(i + 1) / c - f);
		d = fmax(d, f - (double)i / c);
	}
	return d;
}

double
num_ks_norm_p(double d, size_t n, bool *exact)
{
	double p = num_ks_sf_fast(d, n);

	*exact = n <= KS_EXACT || p < 0.001;
	return *exact ? num_ks_sf(d, n) : p;
}

struct num_test
num_ks_norm_sorted(const double *s, size_t n, double mean, double sd)
{
	struct num_test r = UNDEFINED;

	if (n == 0 || !(sd > 0))
		return r;
	r.stat = num_ks_norm_distance(s, n, mean, sd);
	r.p = num_ks_norm_p(r.stat, n, &r.exact);
	return r;
}

static double
poly(const double *c, size_t terms, double x)
{
	double s = 0;

	while (terms-- > 0)
		s = s * x + c[terms];
	return s;
}

/*
 * Royston's coefficients for the n/2 largest values, largest first; the
 * smallest have the same with a minus sign.
 */
static void
set_shapiro_weights(double *a, size_t n)
{
	static const double c1[] = {
	    0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056};
	static const double c2[] = {
	    0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633};
	size_t half = n / 2, i, fixed = n > 5 ? 2 : 1;
	double norm = 0, rn = 1 / sqrt((double)n), a1, a2 = 0, m1, m2, scale;

	if (n == 3) {
		a[0] = M_SQRT1_2;
		return;
	}
	for (i = 0; i < half; i++) {
		a[i] =
		    num_norm_isf(((double)i + 1 - 0.375) / ((double)n + 0.25));
		norm += 2 * a[i] * a[i];
	}
	m1 = a[0];
	m2 = a[1];
	a1 = poly(c1, 6, rn) + m1 / sqrt(norm);
	scale = norm - 2 * m1 * m1;
	if (fixed == 2) {
		a2 = poly(c2, 6, rn) + m2 / sqrt(norm);
		scale -= 2 * m2 * m2;
	}
	scale = sqrt(scale / (1 - 2 * a1 * a1 - 2 * a2 * a2));
	for (i = fixed; i < half; i++)
		a[i] /= scale;
	a[0] = a1;
	if (fixed == 2)
		a[1] = a2;
}

/* They depend on n alone: w keeps those of some. */
static const double *
shapiro_weights(size_t n, struct num_work *w)
{
	enum num_slot slot;
	unsigned i;
	double *a;

	for (i = 0; i < NUM_WEIGHTS; i++)
		if (w->weights[i] == n)
			return w->p[NUM_SLOT_WEIGHTS + i];
	i = w->next++ % NUM_WEIGHTS;
	slot = (enum num_slot)(NUM_SLOT_WEIGHTS + i);
	a = num_work_slot(w, slot, n / 2 * sizeof *a);
	set_shapiro_weights(a, n);
	w->weights[i] = n;
	return a;
}

/* P(W <= w) from 1 - w. */
static double
shapiro_p(double rest, size_t n)
{
	static const double c3[] = {0.544, -0.39978, 0.025054, -6.714e-4};
	static const double c4[] = {1.3822, -0.77857, 0.062767, -0.0020322};
	static const double c5[] = {-1.5861, -0.31082, -0.083751, 0.0038915};
	static const double c6[] = {-0.4803, -0.082676, 0.0030302};
	double c = (double)n, y = log(rest), mean, sd, gamma;

	if (n == 3)
		return fmax(0, 6 / M_PI * (asin(sqrt(1 - rest)) - M_PI / 3));
	if (n <= 11) {
		gamma = -2.273 + 0.459 * c;
		if (y >= gamma)
			return 1e-99;
		y = -log(gamma - y);
		mean = poly(c3, 4, c);
		sd = exp(poly(c4, 4, c));
	} else {
		mean = poly(c5, 4, log(c));
		sd = exp(poly(c6, 3, log(c)));
	}
	return num_norm_sf((y - mean) / sd);
}

struct num_test
num_shapiro_sorted(const double *s, size_t n, struct num_work *w)
{
	struct num_work own = {0};
	struct num_test r = UNDEFINED;
	size_t half = n / 2, i;
	double range, mean, norm = 0, sax = 0, ssx = 0, d, root, lo, hi;
	const double *a;

	if (n < 3)
		return r;
	range = s[n - 1] - s[0];
	if (!(range > 0)) {
		r.stat = r.p = 1;
		return r;
	}
	a = shapiro_weights(n, w != NULL ? w : &own);
	mean = num_mean(s, n);
	for (i = 0; i < half; i++) {
		lo = (s[i] - mean) / range;
		hi = (s[n - 1 - i] - mean) / range;
		norm += 2 * a[i] * a[i];
		sax += a[i] * (hi - lo);
		ssx += hi * hi + lo * lo;
	}
	if (n % 2 != 0) {
		d = (s[half] - mean) / range;
		ssx += d * d;
	}
	/* 1 - W without cancellation, W = sax^2 / (norm ssx). */
	root = sqrt(norm * ssx);
	d = (root - sax) * (root + sax) / (norm * ssx);
	r.stat = 1 - d;
	r.p = d > 0 ? shapiro_p(d, n) : 1;
	num_work_clear(&own);
	return r;
}
