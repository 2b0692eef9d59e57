/* num_fit.c - correlation and least squares. */
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
	KENDALL_EXACT = 33, /* as scipy */
	JACOBI_SWEEPS = 60,
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

/* ---- Correlation ---- */

struct products {
	double mx, my, sxx, sxy, syy;
};

/* Means, and sums of products of deviations from them. */
static struct products
products(const double *x, const double *y, size_t n)
{
	struct products s = {.mx = num_mean(x, n), .my = num_mean(y, n)};
	double dx, dy, xx, xy, yy;
	size_t i, end;

	for (i = 0; i < n;) {
		end = n - i < CHUNK ? n : i + CHUNK;
		for (xx = xy = yy = 0; i < end; i++) {
			dx = x[i] - s.mx;
			dy = y[i] - s.my;
			xx += dx * dx;
			xy += dx * dy;
			yy += dy * dy;
		}
		s.sxx += xx;
		s.sxy += xy;
		s.syy += yy;
	}
	return s;
}

static double
clip(double r)
{
	return r > 1 ? 1 : r < -1 ? -1 : r;
}

/* One square root where the product allows it: exactly 1 for y = x. */
static double
pearson(const struct products *s)
{
	double under = s->sxx * s->syy;

	if (under > DBL_MIN && under < DBL_MAX)
		return clip(s->sxy / sqrt(under));
	return clip(s->sxy / sqrt(s->sxx) / sqrt(s->syy));
}

double
num_pearson(const double *x, const double *y, size_t n)
{
	struct products s;

	if (n < 2 || constant(x, n) || constant(y, n))
		return NAN;
	s = products(x, y, n);
	return pearson(&s);
}

struct num_side
num_side(const double *v, size_t n)
{
	struct num_side s = {
	    .v = v, .mean = num_mean(v, n), .constant = constant(v, n)};
	double d, part;
	size_t i, end;

	for (i = 0; i < n;) {
		end = n - i < CHUNK ? n : i + CHUNK;
		for (part = 0; i < end; i++) {
			d = v[i] - s.mean;
			part += d * d;
		}
		s.square += part;
	}
	return s;
}

double
num_pearson_sides(const struct num_side *x, const struct num_side *y, size_t n)
{
	struct products s = {.sxx = x->square, .syy = y->square};
	double part;
	size_t i, end;

	if (n < 2 || x->constant || y->constant)
		return NAN;
	for (i = 0; i < n;) {
		end = n - i < CHUNK ? n : i + CHUNK;
		for (part = 0; i < end; i++)
			part += (x->v[i] - x->mean) * (y->v[i] - y->mean);
		s.sxy += part;
	}
	return pearson(&s);
}

double
num_cov(const double *x, const double *y, size_t n, int ddof)
{
	if (n == 0 || (double)n <= ddof)
		return NAN;
	return products(x, y, n).sxy / ((double)n - ddof);
}

double
num_corr_p(double r, size_t n, size_t k)
{
	double df = (double)n - 2 - (double)k;

	if (!(df > 0) || !(fabs(r) <= 1))
		return NAN;
	return num_t_two(r * sqrt(df / ((1 - r) * (1 + r))), df);
}

double
num_spearman(const double *x, const double *y, size_t n, struct num_work *w)
{
	struct num_work own = {0};
	double *rx, r;

	if (w == NULL)
		w = &own;
	rx = num_work_slot(w, NUM_SLOT_TEST, 2 * n * sizeof *rx);
	num_rank(x, n, rx, w);
	num_rank(y, n, rx + n, w);
	r = num_pearson(rx, rx + n, n);
	num_work_clear(&own);
	return r;
}

double
num_partial(const double *x, const double *y, const double *z, size_t n)
{
	double xy = num_pearson(x, y, n), xz = num_pearson(x, z, n);
	double yz = num_pearson(y, z, n), under;

	if (n < 3)
		return NAN;
	under = sqrt((1 - xz) * (1 + xz)) * sqrt((1 - yz) * (1 + yz));
	/* z explains all of x or y, but for rounding. */
	if (!(1 - fabs(xz) > 1e-13 && 1 - fabs(yz) > 1e-13))
		return NAN;
	return clip((xy - xz * yz) / under);
}

/* Sums over runs of t equal values, for Kendall's variance. */
struct ties {
	double pairs, a, b; /* t(t-1)/2, t(t-1)(t-2), t(t-1)(2t+5) */
};

static void
ties_add(struct ties *s, double t)
{
	s->pairs += t * (t - 1) / 2;
	s->a += t * (t - 1) * (t - 2);
	s->b += t * (t - 1) * (2 * t + 5);
}

/* Pairs i < j with v[i] > v[j]; sorts v (merging, with n more in tmp). */
static double
inversions(double *v, double *tmp, size_t n)
{
	size_t half = n / 2, i = 0, j = half, k = 0;
	double count;

	if (n < 2)
		return 0;
	count = inversions(v, tmp, half) +
	    inversions(v + half, tmp + half, n - half);
	while (i < half && j < n) {
		if (v[j] < v[i]) {
			count += (double)(half - i);
			tmp[k++] = v[j++];
		} else {
			tmp[k++] = v[i++];
		}
	}
	while (i < half)
		tmp[k++] = v[i++];
	memcpy(v, tmp, k * sizeof *v);
	return count;
}

/* Share of permutations of n with at most c inversions; c <= n(n-1)/4. */
static double
kendall_share(size_t c, size_t n)
{
	double *p, *q, *t, s = 0, sum;
	size_t i, k;

	p = xcalloc(2 * (c + 1), sizeof *p);
	q = p + c + 1;
	t = p;
	p[0] = 1;
	for (i = 2; i <= n; i++) { /* the i-th element adds 0..i-1 */
		double *old = p;

		for (k = 0; k <= c; k++) {
			size_t j, least = k + 1 > i ? k + 1 - i : 0;

			for (sum = 0, j = least; j <= k; j++)
				sum += old[j];
			q[k] = sum / (double)i;
		}
		p = q;
		q = old;
	}
	for (k = 0; k <= c; k++)
		s += p[k];
	free(t);
	return s;
}

static double
kendall_exact(double dis, double pairs, size_t n)
{
	double c = fmin(dis, pairs - dis);

	if (2 * c == pairs)
		return 1;
	if (c <= 1) /* 1 and n - 1 permutations of n! */
		return fmin(
		    2 * (c == 0 ? 1 : (double)n) * exp(-lgamma((double)n + 1)),
		    1);
	return fmin(2 * kendall_share((size_t)c, n), 1);
}

static double
kendall_normal(double diff, double n, struct ties x, struct ties y)
{
	double m = n * (n - 1), var;

	var = (m * (2 * n + 5) - x.b - y.b) / 18 + 2 * x.pairs * y.pairs / m;
	if (n > 2)
		var += x.a * y.a / (9 * m * (n - 2));
	return 2 * num_norm_sf(fabs(diff) / sqrt(var));
}

/* Runs of equal x, of equal (x, y); xs ascending, ys ascending within. */
static struct ties
run_ties(const double *xs, const double *ys, size_t n, double *joint)
{
	struct ties s = {0};
	size_t i, x0 = 0, both0 = 0;

	*joint = 0;
	for (i = 1; i <= n; i++) {
		bool x_ends = i == n || xs[i] != xs[x0];

		if (x_ends || ys[i] != ys[both0]) {
			*joint +=
			    (double)(i - both0) * (double)(i - both0 - 1) / 2;
			both0 = i;
		}
		if (x_ends) {
			ties_add(&s, (double)(i - x0));
			x0 = i;
		}
	}
	return s;
}

double
num_kendall(
    const double *x, const double *y, size_t n, double *p, struct num_work *w)
{
	struct num_work own = {0};
	double *xs, *ys, *tmp, pairs, joint, dis, diff, tau = NAN, unused;
	struct ties tx, ty;
	size_t *idx, i;
	bool exact;

	if (p != NULL)
		*p = NAN;
	if (n < 2)
		return NAN;
	if (w == NULL)
		w = &own;
	xs =
	    num_work_slot(w, NUM_SLOT_TEST, n * (3 * sizeof *xs + sizeof *idx));
	ys = xs + n;
	tmp = ys + n;
	idx = (void *)(tmp + n);
	/* By x, equal x by y: stable sorts, the last key first. */
	num_argsort(y, n, idx, w);
	for (i = 0; i < n; i++) {
		tmp[i] = x[idx[i]];
		xs[i] = y[idx[i]];
	}
	num_argsort(tmp, n, idx, w);
	for (i = 0; i < n; i++)
		ys[i] = xs[idx[i]];
	for (i = 0; i < n; i++)
		xs[i] = tmp[idx[i]];
	tx = run_ties(xs, ys, n, &joint);
	dis = inversions(ys, tmp, n);
	ty = run_ties(ys, ys, n, &unused);
	pairs = (double)n * ((double)n - 1) / 2;
	if (tx.pairs < pairs && ty.pairs < pairs) {
		diff = pairs - tx.pairs - ty.pairs + joint - 2 * dis;
		tau = clip(
		    diff / sqrt(pairs - tx.pairs) / sqrt(pairs - ty.pairs));
		exact = tx.pairs == 0 && ty.pairs == 0 &&
		    (n <= KENDALL_EXACT || fmin(dis, pairs - dis) <= 1);
		if (p != NULL)
			*p = exact ? kendall_exact(dis, pairs, n)
				   : kendall_normal(diff, (double)n, tx, ty);
	}
	num_work_clear(&own);
	return tau;
}

/* ---- One regressor ---- */

struct num_line
num_line_fit(const double *x, const double *y, size_t n)
{
	struct num_line l = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	struct products s;
	double df = (double)n - 2, e;
	size_t i;

	if (n < 2 || constant(x, n))
		return l;
	s = products(x, y, n);
	l.slope = s.sxy / s.sxx;
	l.intercept = s.my - l.slope * s.mx;
	l.r = constant(y, n) ? 0 : pearson(&s);
	l.r2 = l.r * l.r;
	l.sse = 0;
	for (i = 0; i < n; i++) {
		e = (y[i] - s.my) - l.slope * (x[i] - s.mx);
		l.sse += e * e;
	}
	if (!(df > 0))
		return l;
	l.se_slope = sqrt(l.sse / df / s.sxx);
	l.se_intercept = l.se_slope * sqrt(s.sxx / (double)n + s.mx * s.mx);
	/* A perfect fit leaves 0/0 only where y is constant. */
	l.p = l.slope != 0 ? num_t_two(l.slope / l.se_slope, df) : 1;
	return l;
}

void
num_line_residuals(const struct num_line *l, const double *x, const double *y,
    size_t n, double *res)
{
	size_t i;

	for (i = 0; i < n; i++)
		res[i] = y[i] - (l->intercept + l->slope * x[i]);
}

/* ---- Several regressors ---- */

static double
dot(const double *a, const double *b, size_t n)
{
	double s = 0, part;
	size_t i, end;

	for (i = 0; i < n;) {
		end = n - i < CHUNK ? n : i + CHUNK;
		for (part = 0; i < end; i++)
			part += a[i] * b[i];
		s += part;
	}
	return s;
}

/*
 * Householder QR of n x m column by column, n >= m, applied to the cols - m
 * further columns too. R replaces the upper triangle; below it is garbage.
 */
static void
householder(double *a, size_t n, size_t m, size_t cols)
{
	double *v, *c, norm, head, f;
	size_t j, k, i;

	for (j = 0; j < m; j++) {
		v = a + j * n + j;
		norm = sqrt(dot(v, v, n - j));
		if (norm == 0)
			continue;
		head = v[0] > 0 ? -norm : norm;
		v[0] -= head; /* v is the reflector now, v.v = -2 head v0 */
		for (k = j + 1; k < cols; k++) {
			c = a + k * n + j;
			f = dot(v, c, n - j) / (head * v[0]);
			for (i = 0; i < n - j; i++)
				c[i] += f * v[i];
		}
		v[0] = head;
	}
}

/*
 * Singular values of the m x m matrix u (columns of m), destroyed: one-sided
 * Jacobi rotations until all columns are orthogonal.
 */
static void
singular_values(double *u, size_t m, double *sv)
{
	double a, b, g, z, t, c, s, x, y, *p, *q;
	size_t i, j, k;
	bool moved = true;
	int sweep;

	for (sweep = 0; moved && sweep < JACOBI_SWEEPS; sweep++) {
		moved = false;
		for (i = 0; i + 1 < m; i++) {
			for (j = i + 1; j < m; j++) {
				p = u + i * m;
				q = u + j * m;
				a = dot(p, p, m);
				b = dot(q, q, m);
				g = dot(p, q, m);
				if (fabs(g) <= DBL_EPSILON * sqrt(a) * sqrt(b))
					continue;
				moved = true;
				z = (b - a) / (2 * g);
				t = (z < 0 ? -1 : 1) /
				    (fabs(z) + sqrt(1 + z * z));
				c = 1 / sqrt(1 + t * t);
				s = c * t;
				for (k = 0; k < m; k++) {
					x = p[k];
					y = q[k];
					p[k] = c * x - s * y;
					q[k] = s * x + c * y;
				}
			}
		}
	}
	for (i = 0; i < m; i++)
		sv[i] = sqrt(dot(u + i * m, u + i * m, m));
}

/* Rank and condition number from R in a (columns of n). */
static void
condition(const double *a, size_t n, size_t m, struct num_ols *o)
{
	double u[(NUM_OLS_MAX + 1) * (NUM_OLS_MAX + 1)], sv[NUM_OLS_MAX + 1];
	double big = 0, small = INFINITY;
	size_t i, j;

	for (j = 0; j < m; j++)
		for (i = 0; i < m; i++)
			u[j * m + i] = i <= j ? a[j * n + i] : 0;
	singular_values(u, m, sv);
	for (i = 0; i < m; i++) {
		big = fmax(big, sv[i]);
		small = fmin(small, sv[i]);
	}
	o->cond = big / small;
	o->rank = 0;
	for (i = 0; i < m; i++)
		o->rank += sv[i] > big * (double)n * DBL_EPSILON;
}

/* R coef = first m of the transformed y; se[j]^2 / s2 = |row j of R^-1|^2. */
static void
back_substitute(const double *a, size_t n, size_t m, struct num_ols *o)
{
	double inv[NUM_OLS_MAX + 1], s, x;
	size_t i, j, k;

	for (i = m; i-- > 0;) {
		s = a[m * n + i];
		for (j = i + 1; j < m; j++)
			s -= a[j * n + i] * o->coef[j];
		o->coef[i] = s / a[i * n + i];
		/* Row i of the inverse, from left to right. */
		s = 0;
		for (j = i; j < m; j++) {
			x = j == i ? 1 : 0;
			for (k = i; k < j; k++)
				x -= inv[k] * a[j * n + k];
			inv[j] = x / a[j * n + j];
			s += inv[j] * inv[j];
		}
		o->se[i] = sqrt(s);
	}
}

static void
clear(struct num_ols *o)
{
	size_t i;

	for (i = 0; i <= NUM_OLS_MAX; i++)
		o->coef[i] = o->se[i] = o->t[i] = o->p[i] = NAN;
	o->r2 = o->adj_r2 = o->f = o->f_p = NAN;
	o->sse = o->s2 = o->cond = NAN;
	o->rank = 0;
}

/* Everything that needs degrees of freedom; tss about the mean or 0. */
static void
inference(struct num_ols *o, double tss, bool intercept)
{
	double df = (double)(o->n - o->terms);
	double slopes = (double)o->terms - intercept;
	size_t i;

	o->r2 = 1 - o->sse / tss;
	if (o->n == o->terms) {
		for (i = 0; i < o->terms; i++)
			o->se[i] = NAN;
		return;
	}
	o->adj_r2 = 1 - (1 - o->r2) * ((double)o->n - intercept) / df;
	o->s2 = o->sse / df;
	for (i = 0; i < o->terms; i++) {
		o->se[i] *= sqrt(o->s2);
		o->t[i] = o->coef[i] / o->se[i];
		o->p[i] = num_t_two(o->t[i], df);
	}
	if (slopes > 0) {
		o->f = (tss - o->sse) / slopes / o->s2;
		o->f_p = num_f_sf(o->f, slopes, df);
	}
}

double
num_ols_predict(const struct num_ols *o, const double *const *cols, size_t k,
    bool intercept, size_t i)
{
	double s = intercept ? o->coef[0] : 0;
	size_t j;

	for (j = 0; j < k; j++)
		s += o->coef[j + intercept] * cols[j][i];
	return s;
}

void
num_ols_residuals(const struct num_ols *o, const double *const *cols, size_t k,
    bool intercept, const double *y, double *res)
{
	size_t i;

	for (i = 0; i < o->n; i++)
		res[i] = y[i] - num_ols_predict(o, cols, k, intercept, i);
}

int
num_ols_fit(const double *const *cols, size_t k, const double *y, size_t n,
    bool intercept, struct num_ols *o, struct num_work *w)
{
	struct num_work own = {0};
	size_t m = k + intercept, i, j;
	double *a, mean, tss = 0;

	clear(o);
	o->n = n;
	o->terms = m;
	if (m == 0 || m > NUM_OLS_MAX || n < m)
		return -1;
	if (w == NULL)
		w = &own;
	a = num_work_slot(w, NUM_SLOT_TEST, (m + 1) * n * sizeof *a);
	for (i = 0; intercept && i < n; i++)
		a[i] = 1;
	for (j = 0; j < k; j++)
		memcpy(a + (j + intercept) * n, cols[j], n * sizeof *a);
	memcpy(a + m * n, y, n * sizeof *a);
	householder(a, n, m, m + 1);
	condition(a, n, m, o);
	if (o->rank == m) {
		back_substitute(a, n, m, o);
		num_ols_residuals(o, cols, k, intercept, y, a);
		o->sse = dot(a, a, n);
		mean = intercept ? num_mean(y, n) : 0;
		for (i = 0; i < n; i++)
			tss += (y[i] - mean) * (y[i] - mean);
		inference(o, tss, intercept);
	}
	num_work_clear(&own);
	return o->rank == m ? 0 : -1;
}
