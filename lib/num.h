/* num.h - numeric kernels: sums, order statistics, distributions, tests,
 * fits, and generators that repeat numpy's. Level 3; libc and libm only. */
#ifndef NUM_H
#define NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Rules for the whole module. Arrays hold no NaN unless a comment says so:
 * drop missing values first. A result that is not defined (too few values, no
 * spread, bad parameter) is NaN; nothing here fails otherwise, sets errno or
 * prints. Input is not written to where it is const. Where a comment names
 * pandas, numpy, scipy or statsmodels, the result equals theirs: bit for bit
 * where it says "bits", else to 1e-10 relative.
 */

/*
 * Scratch memory, for callers that run a kernel many times: {0} to begin with,
 * grown as needed, kept between calls, released by num_work_clear(). Every
 * function that takes one accepts NULL and then allocates for that call only.
 * Not to be shared by threads.
 */
enum { NUM_WEIGHTS = 8 };
enum num_slot {
	NUM_SLOT_SORT, /* sorting and ranking */
	NUM_SLOT_TEST, /* what calls these */
	NUM_SLOT_WEIGHTS, /* Shapiro and Wilk's, for several numbers of values
			   */
	NUM_SLOT_USER = NUM_SLOT_WEIGHTS + NUM_WEIGHTS, /* never touched here */
	NUM_SLOTS
};
struct num_work {
	void *p[NUM_SLOTS]; /* owned */
	size_t cap[NUM_SLOTS];
	size_t weights[NUM_WEIGHTS]; /* for how many values each is; 0: none */
	unsigned next; /* of them to be replaced */
};

/* At least size bytes, aligned for any type; old content is lost. */
void *num_work_slot(struct num_work *w, enum num_slot slot, size_t size);
/* The same, of NUM_SLOT_USER: for the caller's own arrays. */
void *num_work_get(struct num_work *w, size_t size);
void num_work_clear(struct num_work *w);
/* Release what is larger than so many bytes. */
void num_work_trim(struct num_work *w, size_t most);

/* ---- Sums and moments (num_sum.c) ---- */

/*
 * Bits of numpy's add.reduce, and so of Series.sum(): pairwise sums of blocks
 * of 8192 values, the block sums added in order. 0 for n == 0.
 */
double num_sum(const double *v, size_t n);
double num_mean(const double *v, size_t n); /* Series.mean(), bits */
/* Two passes, bits of Series.var/std/sem; n > ddof, else NaN. */
double num_var(const double *v, size_t n, int ddof);
double num_sd(const double *v, size_t n, int ddof);
double num_sem(const double *v, size_t n, int ddof);
double num_min(const double *v, size_t n);
double num_max(const double *v, size_t n);
size_t num_argmin(const double *v, size_t n); /* first of ties; n > 0 */
size_t num_argmax(const double *v, size_t n);

/*
 * Series.skew() and Series.kurt(): bias-corrected G1 (n >= 3) and G2 (n >= 4).
 * As in pandas, moments below 1e-14 count as 0 and the result is then 0, so
 * that values of scale 1e-5 and less give 0 too: num_moments_safe() is false
 * there, and callers should not use the result.
 */
double num_skew(const double *v, size_t n);
double num_kurt(const double *v, size_t n);
bool num_moments_safe(const double *v, size_t n);

/*
 * Running sums in pandas' groupby order (bits): Kahan for sum and mean,
 * Welford for var and std. {0} to begin with; one add a value, in row order.
 */
struct num_kahan {
	double sum, comp;
	size_t n;
};
struct num_welford {
	double mean, m2;
	size_t n;
};

static inline void
num_kahan_add(struct num_kahan *k, double x)
{
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif
	double y = x - k->comp, t = k->sum + y;

	k->comp = t - k->sum - y;
	if (k->comp != k->comp) /* an infinity went by */
		k->comp = 0;
	k->sum = t;
	k->n++;
}

static inline void
num_welford_add(struct num_welford *w, double x)
{
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif
	double old = w->mean;

	w->n++;
	w->mean += (x - old) / (double)w->n;
	w->m2 += (x - w->mean) * (x - old);
}

double num_kahan_mean(const struct num_kahan *k);
double num_welford_var(const struct num_welford *w, int ddof);
double num_welford_sd(const struct num_welford *w, int ddof);
double num_welford_sem(const struct num_welford *w, int ddof);
/* The same over one group's values. */
double num_group_sum(const double *v, size_t n);
double num_group_mean(const double *v, size_t n);
double num_group_var(const double *v, size_t n, int ddof);
double num_group_sd(const double *v, size_t n, int ddof);

/* ---- Order statistics (num_sum.c) ---- */

/* Ascending, in place. Infinities are fine, NaN is not; -0.0 == 0.0. */
void num_sort(double *v, size_t n, struct num_work *w);
/* idx[0..n) = positions in ascending order of v, ties in order of position.
 * Here and for ranks n < 2^32. */
void num_argsort(const double *v, size_t n, size_t *idx, struct num_work *w);
/* The k-th smallest (from 0), v reordered: [0,k) <= v[k] <= (k,n). O(n). */
double num_select(double *v, size_t n, size_t k);

/*
 * Quantile q in [0,1] by linear interpolation at (n-1)q, bits of
 * Series.quantile(): a + (b-a)g if g < .5 else b - (b-a)(1-g).
 * num_quantile() and num_median() reorder v; they are O(n).
 */
double num_quantile_sorted(const double *s, size_t n, double q);
double num_quantile(double *v, size_t n, double q);
/* groupby().quantile(), bits: always a + (b-a)g. */
double num_group_quantile_sorted(const double *s, size_t n, double q);
/* numpy.percentile(v, pct), bits: the same with q = pct / 100. */
double num_percentile_sorted(const double *s, size_t n, double pct);
double num_median_sorted(const double *s, size_t n); /* (a+b)/2 */
double num_median(double *v, size_t n);
/* Q3 - Q1. */
double num_iqr_sorted(const double *s, size_t n);
/* Mean without the floor(n*cut) lowest and highest; 0 <= cut < .5. */
double num_trimmed_mean_sorted(const double *s, size_t n, double cut);
/*
 * The most frequent values, ascending, into mode (room for n, may be s
 * itself); returns how many, and how often each occurs in *count (or NULL).
 */
size_t num_mode_sorted(const double *s, size_t n, double *mode, size_t *count);
size_t num_nunique_sorted(const double *s, size_t n);
/*
 * rank[i] = average rank of v[i] from 1. Returns the tie term, the sum of
 * t^3 - t over groups of equal values. rank may be v.
 */
double num_rank(const double *v, size_t n, double *rank, struct num_work *w);

/* Of counts (or weights) >= 0; NaN if they sum to 0. base 0: natural log. */
double num_entropy(const double *count, size_t k, double base);
double num_gini_simpson(const double *count, size_t k); /* 1 - sum p^2 */

/* ---- Rounding (num_sum.c) ---- */

/*
 * Python's round(float, d), d in 0..15: the exact binary value, half to even.
 * -0.0 comes out as 0.0.
 */
double num_round(double x, int d);
/*
 * False if x * 10^d is within 1e-6 of a decimal half or |x| * 10^d > 1e9, or
 * x is not finite: two sound computations of x may then round apart.
 */
bool num_round_safe(double x, int d);

/* ---- Distributions (num_dist.c) ---- */

/*
 * Upper tails are computed as such, never as 1 - cdf, and keep their relative
 * accuracy down to the smallest normal double. Degrees of freedom are real
 * and > 0. ppf: 0 <= p <= 1, infinite at the ends where the support is.
 */
double num_norm_cdf(double z);
double num_norm_sf(double z);
double num_norm_pdf(double z);
double num_norm_ppf(double p);
double num_norm_isf(double p); /* z with sf(z) = p */
double num_t_cdf(double t, double df);
double num_t_sf(double t, double df);
double num_t_two(double t, double df); /* P(|T| >= |t|) */
double num_t_ppf(double p, double df);
double num_t_isf(double p, double df);
double num_f_cdf(double f, double df1, double df2);
double num_f_sf(double f, double df1, double df2);
double num_chi2_cdf(double x, double df);
double num_chi2_sf(double x, double df);

/* Regularised incomplete beta I_x(a,b) and 1 - I_x(a,b); a, b > 0. */
double num_betainc(double a, double b, double x);
double num_betaincc(double a, double b, double x);
double num_beta_cdf(double x, double a, double b);
double num_beta_sf(double x, double a, double b);
double num_beta_ppf(double p, double a, double b);
double num_beta_isf(double p, double a, double b);
/* Regularised incomplete gamma P(a,x) and Q(a,x); a > 0, x >= 0. */
double num_gammainc(double a, double x);
double num_gammaincc(double a, double x);

/* X ~ binomial(n, p). cdf P(X <= k), sf P(X > k). */
double num_binom_pmf(int64_t k, int64_t n, double p);
double num_binom_cdf(int64_t k, int64_t n, double p);
double num_binom_sf(int64_t k, int64_t n, double p);
/*
 * scipy.stats.binomtest, two-sided: the total probability of the outcomes
 * that are no likelier than k (up to a factor 1 + 1e-7).
 */
double num_binom_test(int64_t k, int64_t n, double p);

/*
 * P(D_n >= d) for the two-sided Kolmogorov statistic of n values.
 * num_ks_sf(): exact for n <= 20000 (scipy.stats.kstwo.sf; Durbin's matrix
 * recursion, cost about n^1.5), else an expansion in 1/sqrt(n).
 * num_ks_sf_fast(): the expansion from n = 501 on, absolute error < 3e-7 and
 * less for larger n, in a microsecond; no good for p under 1e-6.
 * num_ks_sf_near(): the expansion for any n >= 20, absolute error < 3e-4.
 * num_kolmogorov_sf(): the limit law of sqrt(n) D_n.
 */
double num_ks_sf(double d, size_t n);
double num_ks_sf_fast(double d, size_t n);
double num_ks_sf_near(double d, size_t n);
double num_kolmogorov_sf(double x);
/* One-sided: P(D+_n >= d), exact. */
double num_smirnov_sf(double d, size_t n);

/* ---- Tests (num_test.c) ---- */

/* What does not apply is NaN. p is two-sided. */
struct num_test {
	double stat;
	double p;
	double df; /* the numerator's where there are two */
	double df2; /* the denominator's */
	double effect; /* see each test */
	bool exact; /* p from the exact law, not from a limit */
	bool ties; /* equal values (or zero differences) were there */
};

/*
 * t tests, as scipy.stats.ttest_*. effect: Cohen's d (num_cohen_d for two
 * samples; (mean - mu) / sd of the values or differences for one). No spread at
 * all: stat is NaN or infinite, p NaN or 0.
 */
struct num_test num_ttest_1(const double *v, size_t n, double mu);
struct num_test num_ttest_paired(const double *a, const double *b, size_t n);
struct num_test num_ttest_pooled(
    const double *a, size_t na, const double *b, size_t nb);
struct num_test num_ttest_welch(
    const double *a, size_t na, const double *b, size_t nb);
/* (mean a - mean b) / pooled sd. */
double num_cohen_d(const double *a, size_t na, const double *b, size_t nb);
/* mean -+ t * sem at confidence level in (0,1); ci[0] < ci[1]. n >= 2. */
void num_mean_interval(const double *v, size_t n, double level, double ci[2]);

/*
 * scipy.stats.mannwhitneyu(a, b), method "auto": stat is U of a; exact when
 * either size is <= 8 and there are no ties, else normal with continuity and
 * tie correction. effect: rank-biserial 2U/(na nb) - 1.
 */
struct num_test num_mannwhitney(
    const double *a, size_t na, const double *b, size_t nb, struct num_work *w);
/*
 * scipy.stats.wilcoxon(a, b) of 1.10: zero differences are dropped; exact
 * when n <= 50 and there are none of them (it ignores tied ranks there: see
 * .ties, later versions switch to the normal law), else normal without
 * continuity correction. stat: the smaller rank sum.
 */
struct num_test num_wilcoxon(
    const double *a, const double *b, size_t n, struct num_work *w);
/* Differences that are not 0: stat = how many are > 0, df = how many in all;
 * p from num_binom_test(stat, df, .5). */
struct num_test num_signtest(const double *a, const double *b, size_t n);

/*
 * k groups: v is one array, group after group, len[i] values in group i.
 * ANOVA: scipy.stats.f_oneway; effect: eta squared. Kruskal: chi-squared law,
 * tie-corrected; effect: (H - k + 1) / (n - k). Levene: center="median";
 * effect is NaN. An empty group or k < 2 gives NaN.
 */
struct num_test num_anova(const double *v, const size_t *len, size_t k);
struct num_test num_kruskal(
    const double *v, const size_t *len, size_t k, struct num_work *w);
struct num_test num_levene(
    const double *v, const size_t *len, size_t k, struct num_work *w);

/*
 * Contingency table, rows x cols counts row by row: scipy.stats
 * .chi2_contingency. Yates' correction is applied if yates and df is 1.
 * effect: Cramer's V of the returned statistic, sqrt(chi2 / (n min(r-1,c-1))).
 * *min_expected may be NULL. A row or column of zeros gives NaN.
 */
struct num_test num_chi2_table(const double *count, size_t rows, size_t cols,
    bool yates, double *min_expected);
/* Goodness of fit to expected counts: df = k - 1 - ddof. */
struct num_test num_chi2_fit(
    const double *count, const double *expected, size_t k, int ddof);

/* Kolmogorov-Smirnov distance of n > 0 sorted values from a normal with the
 * given mean and sd > 0. */
double num_ks_norm_distance(const double *s, size_t n, double mean, double sd);
/* Its p by num_ks_sf; for n > 1000 and p > .001 by num_ks_sf_fast, within 6e-8
 * of it, and not exact. */
double num_ks_norm_p(double d, size_t n, bool *exact);
/* Both: stat D and p. */
struct num_test num_ks_norm_sorted(
    const double *s, size_t n, double mean, double sd);
/*
 * Shapiro-Wilk by Royston's AS R94 in double precision, sorted values, n >= 3
 * (fitted for n <= 5000). No spread: stat 1, p 1. scipy 1.10 computes in
 * single precision: W differs by up to 5e-6 and p visibly for n > 200; use
 * the decision or W to three decimals.
 */
struct num_test num_shapiro_sorted(
    const double *s, size_t n, struct num_work *w);

/*
 * Two proportions x1/n1 and x2/n2: stat z with the pooled variance, as
 * statsmodels' proportions_ztest; effect p1 - p2. ci (or NULL): Wald interval
 * for p1 - p2, unpooled variance, at confidence level.
 */
struct num_test num_prop_z(
    double x1, double n1, double x2, double n2, double level, double ci[2]);

/* ---- Correlation and least squares (num_fit.c) ---- */

/* Pearson's r, in [-1,1]; NaN for n < 2 or a constant array. */
double num_pearson(const double *x, const double *y, size_t n);
/* The same bits from two columns of n numbers that were looked at alone, once
 * for all their pairs. */
struct num_side {
	const double *v; /* borrowed */
	double mean, square; /* the sum of squared deviations from it */
	bool constant;
};
struct num_side num_side(const double *v, size_t n);
double num_pearson_sides(
    const struct num_side *x, const struct num_side *y, size_t n);
/* Covariance with divisor n - ddof. */
double num_cov(const double *x, const double *y, size_t n, int ddof);
/* Two-sided p of r by t with n - 2 - k df (k variables held fixed). */
double num_corr_p(double r, size_t n, size_t k);
double num_spearman(
    const double *x, const double *y, size_t n, struct num_work *w);
/*
 * Kendall's tau-b. *p (or NULL) as scipy.stats.kendalltau: exact without ties
 * when n <= 33 or at most one pair is out of order, else normal.
 */
double num_kendall(
    const double *x, const double *y, size_t n, double *p, struct num_work *w);
/* Partial correlation of x and y given z; p by num_corr_p(r, n, 1). */
double num_partial(const double *x, const double *y, const double *z, size_t n);

/* y = intercept + slope x, as scipy.stats.linregress. */
struct num_line {
	double slope, intercept;
	double r, r2;
	double p; /* of slope = 0 */
	double se_slope, se_intercept;
	double sse; /* sum of squared residuals */
};
/* n >= 2 and x not constant, else all NaN. */
struct num_line num_line_fit(const double *x, const double *y, size_t n);
/* res[i] = y[i] - (intercept + slope x[i]); res may be y. */
void num_line_residuals(const struct num_line *l, const double *x,
    const double *y, size_t n, double *res);

/*
 * Multiple least squares by Householder QR. Columns beyond NUM_OLS_MAX are
 * refused. coef[0] is the intercept if there is one, then one a column.
 */
#define NUM_OLS_MAX 40
struct num_ols {
	size_t n, terms; /* rows; coefficients, intercept included */
	size_t rank; /* < terms: collinear, all results NaN */
	double coef[NUM_OLS_MAX + 1], se[NUM_OLS_MAX + 1];
	double t[NUM_OLS_MAX + 1], p[NUM_OLS_MAX + 1];
	double r2, adj_r2; /* centred if there is an intercept */
	double f, f_p; /* all slopes 0 */
	double sse, s2; /* s2 = sse / (n - terms) */
	double cond; /* numpy.linalg.cond(design matrix) */
};
/*
 * cols: k columns of n values. Returns 0, or -1 if the fit is not defined:
 * rank < terms (a singular value under n * DBL_EPSILON of the largest one),
 * n < terms, too many columns. n == terms: coefficients only, the rest NaN.
 */
int num_ols_fit(const double *const *cols, size_t k, const double *y, size_t n,
    bool intercept, struct num_ols *out, struct num_work *w);
/* The fitted value for row i of cols. */
double num_ols_predict(const struct num_ols *o, const double *const *cols,
    size_t k, bool intercept, size_t i);
void num_ols_residuals(const struct num_ols *o, const double *const *cols,
    size_t k, bool intercept, const double *y, double *res);

/* ---- numpy's generators (num_rand.c) ---- */

/* numpy.random.RandomState(seed), also numpy.random.seed(seed): MT19937. */
struct num_mt {
	uint32_t key[624];
	int pos;
};
void num_mt_seed(struct num_mt *g, uint32_t seed);
uint32_t num_mt_u32(struct num_mt *g);
double num_mt_double(struct num_mt *g); /* random_sample(): [0,1) */
/* 0..max by masked rejection, as shuffle() and randint(0, max + 1). */
uint64_t num_mt_interval(struct num_mt *g, uint64_t max);
/* idx[0..n) = permutation(n). */
void num_mt_permutation(struct num_mt *g, size_t n, size_t *idx);
/*
 * Row positions of DataFrame.sample(k, random_state=seed): the first k of the
 * permutation; k <= n.
 */
void num_sample_rows(uint32_t seed, size_t n, size_t k, size_t *idx);
/*
 * sklearn's train_test_split(random_state=seed, test_size=frac): idx[0..n) is
 * the permutation; its first *test = ceil(n * frac) rows are the test set in
 * that order, the rest are the training set. 0 < frac < 1.
 */
void num_train_test(
    uint32_t seed, size_t n, double frac, size_t *idx, size_t *test);

/* numpy.random.default_rng(seed): SeedSequence, PCG64. */
struct num_pcg {
	uint64_t hi, lo; /* state */
	uint64_t inc_hi, inc_lo; /* stream */
	uint32_t half; /* the unused upper half of a draw */
	bool has_half;
};
void num_pcg_seed(struct num_pcg *g, uint64_t seed);
uint64_t num_pcg_u64(struct num_pcg *g);
uint32_t num_pcg_u32(struct num_pcg *g);
double num_pcg_double(struct num_pcg *g); /* random(): [0,1) */
/* integers(0, n): n >= 1. choice(n, size, replace=True) draws these. */
uint64_t num_pcg_below(struct num_pcg *g, uint64_t n);
/*
 * Percentile bootstrap of the mean, bits of
 *   rng = numpy.random.default_rng(seed)
 *   m = [rng.choice(v, n, replace=True).mean() for _ in range(draws)]
 *   numpy.percentile(m, [lo, hi])
 * lo and hi in percent: 2.5 and 97.5 for a 95 % interval.
 */
void num_bootstrap_mean(const double *v, size_t n, uint64_t seed, size_t draws,
    double lo, double hi, double ci[2], struct num_work *w);

#endif
