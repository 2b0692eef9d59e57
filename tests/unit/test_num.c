/* test_num.c - unit tests of the numeric kernels. */
#include <check.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"

/* Relative difference, absolute where the expected value is 0. */
static void
near(double got, double want, double tol)
{
	double d = fabs(got - want), scale = want != 0 ? fabs(want) : 1;

	ck_assert_msg(d <= tol * scale, "got %.17g, want %.17g", got, want);
}

START_TEST(sums)
{
	double v[] = {1, 2, 3, 4, 100};
	double big[20000];
	size_t i;

	for (i = 0; i < 20000; i++)
		big[i] = 0.1;
	ck_assert(num_sum(v, 0) == 0);
	ck_assert(isnan(num_mean(v, 0)));
	ck_assert(num_mean(v, 5) == 22);
	ck_assert(num_var(v, 5, 1) == 1902.5);
	ck_assert(num_var(v, 5, 0) == 1522);
	ck_assert(isnan(num_var(v, 1, 1)));
	ck_assert(num_var(v, 1, 0) == 0);
	/* numpy gives this, a plain loop 1999.9999999992765. */
	ck_assert(num_sum(big, 20000) == 2000.0000000000005);
	ck_assert(num_group_sum(big, 20000) == 2000);
	near(num_group_var(v, 5, 1), 1902.5, 1e-15);
}
END_TEST

START_TEST(moments)
{
	double v[] = {1, 2, 3, 4, 100}, same[] = {5, 5, 5, 5};
	double tiny[] = {1e-7, 2e-7, 9e-7, 4e-7};

	near(num_skew(v, 5), 2.2323959116364573, 1e-15);
	near(num_kurt(v, 5), 4.986865957200655, 1e-15);
	ck_assert(num_skew(same, 4) == 0 && num_kurt(same, 4) == 0);
	ck_assert(isnan(num_skew(v, 2)) && isnan(num_kurt(v, 3)));
	ck_assert(num_skew(tiny, 4) == 0);
	ck_assert(!num_moments_safe(tiny, 4) && num_moments_safe(v, 5));
}
END_TEST

static uint32_t
next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

START_TEST(sorting)
{
	const size_t sizes[] = {0, 1, 2, 3, 24, 25, 79, 80, 1499, 1500, 5000};
	struct num_work w = {0};
	static double v[5000], s[5000];
	double x;
	size_t idx[5000], i, k, n;
	uint32_t state = 1, range;

	for (k = 0; k < sizeof sizes / sizeof *sizes * 3; k++) {
		n = sizes[k / 3];
		range = k % 3 == 0 ? 1 : k % 3 == 1 ? 10 : 1000000;
		for (i = 0; i < n; i++)
			v[i] = (next_random(&state) % range) / 7.0 - 0.5;
		memcpy(s, v, n * sizeof *v);
		num_sort(s, n, &w);
		num_argsort(v, n, idx, &w);
		for (i = 0; i < n; i++)
			ck_assert(s[i] == v[idx[i]]);
		for (i = 1; i < n; i++) {
			ck_assert(s[i - 1] <= s[i]);
			ck_assert(s[i - 1] < s[i] || idx[i - 1] < idx[i]);
		}
		if (n == 0)
			continue;
		x = num_select(v, n, n / 3);
		ck_assert(x == s[n / 3]);
		for (i = 0; i < n; i++)
			ck_assert(i < n / 3 ? v[i] <= x : v[i] >= x);
	}
	num_work_clear(&w);
}
END_TEST

START_TEST(sorting_hard)
{
	enum { N = 600 };
	double v[N];
	size_t i, k;

	for (k = 0; k < 3; k++) {
		for (i = 0; i < N; i++) /* falling, organ pipe, infinite */
			v[i] = k == 0   ? -(double)i
			    : k == 1    ? fabs((double)i - N / 2.0)
			    : i % 3 > 0 ? -INFINITY
					: INFINITY;
		num_sort(v, N, NULL);
		for (i = 1; i < N; i++)
			ck_assert(v[i - 1] <= v[i]);
	}
}
END_TEST

START_TEST(quantiles)
{
	double s[] = {1, 2, 3, 4, 10}, v[] = {10, 3, 1, 4, 2}, mode[6];
	double m[] = {1, 2, 2, 5, 5, 7}, rank[6];
	size_t count;

	ck_assert(num_quantile_sorted(s, 5, 0.25) == 2);
	near(num_quantile_sorted(s, 5, 0.9), 7.6, 1e-15);
	near(num_quantile(v, 5, 0.9), 7.6, 1e-15);
	ck_assert(num_quantile(v, 5, 1) == 10 && num_quantile(v, 5, 0) == 1);
	ck_assert(isnan(num_quantile(v, 0, 0.5)));
	ck_assert(isnan(num_quantile(v, 5, 1.5)));
	ck_assert(num_median(v, 5) == 3 && isnan(num_median(v, 0)));
	ck_assert(num_median_sorted(m, 6) == 3.5);
	ck_assert(num_iqr_sorted(s, 5) == 2);
	near(num_trimmed_mean_sorted(s, 5, 0.2), 3, 1e-15);
	ck_assert(num_mode_sorted(m, 6, mode, &count) == 2 && count == 2);
	ck_assert(mode[0] == 2 && mode[1] == 5);
	ck_assert(num_nunique_sorted(m, 6) == 4);
	ck_assert(num_rank(m, 6, rank, NULL) == 12);
	ck_assert(rank[0] == 1 && rank[1] == 2.5 && rank[5] == 6);
}
END_TEST

START_TEST(diversity)
{
	double c[] = {1, 1, 2, 0};

	near(num_entropy(c, 4, 2), 1.5, 1e-15);
	near(num_entropy(c, 4, 0), 1.5 * log(2), 1e-15);
	near(num_gini_simpson(c, 4), 0.625, 1e-15);
	ck_assert(isnan(num_entropy(c, 0, 2)));
}
END_TEST

/* As Python does it: by the digits of the exact value. */
static void
check_round(double x, int d)
{
	char text[64];

	snprintf(text, sizeof text, "%.*f", d, x);
	ck_assert_msg(num_round(x, d) == strtod(text, NULL), "%a, %d", x, d);
}

START_TEST(rounding)
{
	double half;
	int i, d;

	for (i = -3000; i < 3000; i++)
		for (d = 0; d < 9; d++) {
			half = (i + 0.5) / pow(10, d);
			check_round(half, d);
			check_round(nextafter(half, 1e9), d);
			check_round(nextafter(half, -1e9), d);
			check_round(half * M_PI, d);
		}
	ck_assert(num_round(2.675, 2) == 2.67);
	ck_assert(num_round(0.125, 2) == 0.12);
	ck_assert(num_round(0.375, 2) == 0.38);
	ck_assert(num_round(2.5, 0) == 2);
	ck_assert(num_round(1e300, 4) == 1e300);
	ck_assert(!signbit(num_round(-0.001, 2)));
	ck_assert(isinf(num_round(INFINITY, 2)));
	ck_assert(!num_round_safe(2.675, 2));
	ck_assert(num_round_safe(2.674, 2));
	ck_assert(!num_round_safe(-0.125, 2));
	ck_assert(!num_round_safe(1e8, 2));
	ck_assert(!num_round_safe(NAN, 2));
}
END_TEST

static TCase *
sum_cases(void)
{
	TCase *t = tcase_create("sums");

	tcase_add_test(t, sums);
	tcase_add_test(t, moments);
	tcase_add_test(t, sorting);
	tcase_add_test(t, sorting_hard);
	tcase_add_test(t, quantiles);
	tcase_add_test(t, diversity);
	tcase_add_test(t, rounding);
	return t;
}

/* ---- Distributions ---- */

/* Values to 17 digits from 50-digit arithmetic; more in tests/diff/num.t. */
START_TEST(tails)
{
	near(num_norm_cdf(1.96), 0.97500210485177960, 1e-15);
	near(num_norm_sf(36), 4.1826240657972833e-284, 1e-12);
	near(num_norm_isf(1e-300), 37.047096299361199, 1e-15);
	near(num_norm_ppf(0.975), 1.9599639845400542, 1e-15);
	near(num_t_sf(2, 1), 0.14758361765043326, 1e-14);
	near(num_t_two(2, 1), 0.29516723530086653, 1e-14);
	near(num_t_cdf(-2, 1), 0.14758361765043326, 1e-14);
	near(num_t_ppf(0.975, 1), 12.706204736174705, 1e-12);
	near(num_chi2_sf(2, 2), exp(-1), 1e-15);
	near(num_chi2_cdf(2, 2), 1 - exp(-1), 1e-14);
	near(num_f_sf(2, 2, 2), 1 / 3.0, 1e-14);
	near(num_f_cdf(2, 2, 2), 2 / 3.0, 1e-14);
	near(num_betainc(2, 3, 0.5), 11 / 16.0, 1e-14);
	near(num_betaincc(2, 3, 0.5), 5 / 16.0, 1e-14);
	near(num_beta_ppf(0.25, 2, 1), 0.5, 1e-14);
	near(num_beta_isf(0.25, 1, 2), 0.5, 1e-14);
	near(num_gammainc(1, 1), 1 - exp(-1), 1e-14);
	near(num_gammaincc(1, 700), exp(-700), 1e-12);
}
END_TEST

START_TEST(tails_at_the_ends)
{
	ck_assert(num_norm_isf(0) == INFINITY);
	ck_assert(num_norm_ppf(0) == -INFINITY);
	ck_assert(num_norm_ppf(0.5) == 0 && num_t_ppf(0.5, 7) == 0);
	ck_assert(isnan(num_norm_ppf(1.5)) && isnan(num_t_ppf(0.5, 0)));
	ck_assert(num_t_two(INFINITY, 5) == 0 && num_t_two(0, 5) == 1);
	near(num_t_sf(1e300, 1), 1e-300 / M_PI, 1e-12);
	near(num_t_isf(1e-300, 1), 1e300 / M_PI, 1e-12);
	near(num_t_sf(1.5, INFINITY), num_norm_sf(1.5), 1e-15);
	ck_assert(isnan(num_t_sf(1, -1)) && isnan(num_t_sf(NAN, 1)));
	ck_assert(num_f_sf(0, 2, 3) == 1 && num_f_sf(INFINITY, 2, 3) == 0);
	ck_assert(isnan(num_f_sf(NAN, 2, 3)) && isnan(num_f_sf(1, 0, 3)));
	ck_assert(num_chi2_sf(0, 3) == 1 && num_chi2_sf(INFINITY, 3) == 0);
	ck_assert(isnan(num_chi2_sf(1, 0)));
	ck_assert(num_beta_ppf(0, 2, 3) == 0 && num_beta_ppf(1, 2, 3) == 1);
	ck_assert(num_betainc(2, 3, 0) == 0 && num_betainc(2, 3, 1) == 1);
}
END_TEST

START_TEST(binomial)
{
	near(num_binom_pmf(3, 10, 0.5), 120 / 1024.0, 1e-14);
	near(num_binom_cdf(3, 10, 0.5), 176 / 1024.0, 1e-14);
	near(num_binom_sf(3, 10, 0.5), 848 / 1024.0, 1e-14);
	near(num_binom_test(3, 10, 0.5), 352 / 1024.0, 1e-14);
	near(num_binom_test(0, 3, 0.2), 1, 1e-14);
	ck_assert(num_binom_test(5, 10, 0.5) == 1);
	ck_assert(num_binom_pmf(0, 5, 0) == 1 && num_binom_pmf(5, 5, 1) == 1);
	ck_assert(num_binom_pmf(6, 5, 0.5) == 0);
	ck_assert(num_binom_cdf(-1, 5, 0.5) == 0);
	ck_assert(num_binom_sf(5, 5, 0.5) == 0);
	ck_assert(isnan(num_binom_test(1, 0, 0.5)));
	ck_assert(isnan(num_binom_pmf(1, 2, 1.5)));
}
END_TEST

START_TEST(kolmogorov)
{
	/* One value: D is uniform on [1/2, 1]. */
	near(num_ks_sf(0.75, 1), 0.5, 1e-14);
	near(num_ks_sf(0.6, 1), 0.8, 1e-14);
	/* P(D_2 < d) = 2 (2d - 1/2)^2 for d in [1/4, 1/2]. */
	near(num_ks_sf(0.4, 2), 1 - 2 * 0.3 * 0.3, 1e-13);
	ck_assert(num_ks_sf(0.05, 10) == 1 && num_ks_sf(1, 10) == 0);
	ck_assert(isnan(num_ks_sf(NAN, 10)) && isnan(num_ks_sf(0.5, 0)));
	near(num_kolmogorov_sf(1), 0.26999967167735456, 1e-14);
	near(num_kolmogorov_sf(0.999999), 0.26999967167735456, 1e-5);
	near(num_smirnov_sf(0.3, 1), 0.7, 1e-14);
	/* The three ways to compute it meet where one takes over. */
	near(num_ks_sf_fast(0.02, 3000), num_ks_sf(0.02, 3000), 1e-7);
	near(num_ks_sf(0.013964, 20000), 2 * num_smirnov_sf(0.013964, 20000),
	    1e-9);
	near(num_ks_sf(0.007, 20000), num_ks_sf(0.007, 20001), 1e-3);
}
END_TEST

/* Near enough that a limit of 1e-3 to either side tells the same. */
START_TEST(kolmogorov_near)
{
	const size_t sizes[] = {20, 21, 33, 100, 501, 1000};
	double x, d;
	size_t i;

	for (i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (x = 0.2; x < 4; x += 0.01) {
			d = x / sqrt((double)sizes[i]);
			ck_assert(fabs(num_ks_sf_near(d, sizes[i]) -
				      num_ks_sf(d, sizes[i])) < 3e-4);
		}
}
END_TEST

/* ---- Tests ---- */

START_TEST(t_tests)
{
	const double a[] = {1, 2, 3, 4, 5}, b[] = {2, 4, 6, 8, 10};
	const double same[] = {3, 3, 3};
	struct num_test t;
	double ci[2];

	t = num_ttest_pooled(a, 5, b, 5);
	near(t.stat, -1.8973665961010275, 1e-15);
	near(t.p, 0.09434977284243756, 1e-12);
	ck_assert(t.df == 8);
	near(t.effect, -1.2, 1e-15);
	near(num_cohen_d(a, 5, b, 5), -1.2, 1e-15);
	t = num_ttest_welch(a, 5, b, 5);
	near(t.df, 5.882352941176471, 1e-15);
	near(t.p, 0.10753119493062718, 1e-10);
	t = num_ttest_paired(b, a, 5);
	near(t.stat, 3 / sqrt(0.5), 1e-15);
	t = num_ttest_1(a, 5, 3);
	ck_assert(t.stat == 0 && t.p == 1);
	t = num_ttest_1(same, 3, 3);
	ck_assert(isnan(t.stat) && isnan(t.p));
	t = num_ttest_1(same, 3, 2);
	ck_assert(isinf(t.stat) && t.p == 0);
	ck_assert(isnan(num_ttest_welch(a, 1, b, 5).p));
	num_mean_interval(a, 5, 0.95, ci);
	near(ci[0], 3 - 1.9632432, 1e-7);
	near(ci[1], 3 + 1.9632432, 1e-7);
	num_mean_interval(a, 1, 0.95, ci);
	ck_assert(isnan(ci[0]));
}
END_TEST

START_TEST(rank_tests)
{
	const double a[] = {1, 2, 3}, b[] = {4, 5, 6, 7};
	const double ties[] = {1, 1, 2, 9, 9, 9, 9, 9, 9};
	const double x[] = {5, 8, 3, 9, 1}, y[] = {4, 6, 0, 5, 6};
	struct num_test t;

	t = num_mannwhitney(a, 3, b, 4, NULL);
	ck_assert(t.exact && t.stat == 0 && t.effect == -1);
	near(t.p, 2 / 35.0, 1e-14);
	t = num_mannwhitney(ties, 9, ties, 9, NULL);
	ck_assert(!t.exact && t.ties && t.stat == 40.5 && t.p == 1);
	ck_assert(isnan(num_mannwhitney(a, 0, b, 4, NULL).p));
	/* Differences 1 2 3 4 -5: rank sums 10 and 5, P = 2 * 10/32. */
	t = num_wilcoxon(x, y, 5, NULL);
	ck_assert(t.exact && t.stat == 5);
	near(t.p, 0.625, 1e-14);
	t = num_wilcoxon(x, x, 5, NULL);
	ck_assert(isnan(t.stat) && isnan(t.p));
	t = num_signtest(x, y, 5);
	ck_assert(t.stat == 4 && t.df == 5);
	near(t.p, 0.375, 1e-14);
	ck_assert(isnan(num_signtest(x, x, 5).p));
}
END_TEST

START_TEST(groups)
{
	const double v[] = {1, 2, 3, 2, 3, 4, 5, 6, 7};
	const double same[] = {2, 2, 3, 3}, one[] = {2, 2, 2, 2};
	const size_t len[] = {3, 3, 3}, two[] = {2, 2}, hole[] = {4, 0};
	struct num_test t;

	t = num_anova(v, len, 3);
	near(t.stat, 13, 1e-14);
	ck_assert(t.df == 2 && t.df2 == 6);
	near(t.effect, 26 / 32.0, 1e-14);
	near(t.p, pow(1 + 2 * 13 / 6.0, -3), 1e-13);
	t = num_kruskal(v, len, 3, NULL);
	near(t.stat, 6.056497175141243, 1e-14);
	near(t.p, exp(-t.stat / 2), 1e-14);
	t = num_levene(v, len, 3, NULL);
	ck_assert(t.stat == 0 && t.p == 1);
	t = num_anova(same, two, 2);
	ck_assert(isinf(t.stat) && t.p == 0 && t.effect == 1);
	t = num_anova(one, two, 2);
	ck_assert(isnan(t.stat) && isnan(t.p));
	ck_assert(isnan(num_kruskal(one, two, 2, NULL).p));
	ck_assert(isnan(num_anova(same, hole, 2).p));
	ck_assert(isnan(num_anova(same, two, 1).p));
}
END_TEST

START_TEST(counts)
{
	const double c[] = {10, 20, 30, 40}, zero[] = {1, 0, 2, 0};
	const double even[] = {25, 25, 25, 25};
	struct num_test t;
	double least, ci[2];

	t = num_chi2_table(c, 2, 2, false, &least);
	near(t.stat, 100 * 200.0 * 200 / (30.0 * 70 * 40 * 60), 1e-14);
	ck_assert(t.df == 1 && least == 12);
	near(t.effect, sqrt(t.stat / 100), 1e-15);
	t = num_chi2_table(c, 2, 2, true, NULL);
	near(t.stat, 100 * 150.0 * 150 / (30.0 * 70 * 40 * 60), 1e-14);
	t = num_chi2_table(zero, 2, 2, true, &least);
	ck_assert(isnan(t.stat) && isnan(t.p) && isnan(least));
	t = num_chi2_table(c, 1, 4, true, NULL);
	ck_assert(t.stat == 0 && t.p == 1 && t.df == 0);
	t = num_chi2_fit(c, even, 4, 0);
	near(t.stat, 20, 1e-15);
	ck_assert(t.df == 3);
	t = num_prop_z(30, 100, 20, 100, 0.95, ci);
	near(t.stat, 0.1 / sqrt(0.25 * 0.75 * 0.02), 1e-14);
	near(ci[0], 0.1 - 1.9599639845400542 * sqrt(0.0037), 1e-12);
	ck_assert(isnan(num_prop_z(3, 2, 1, 2, 0.95, NULL).p));
}
END_TEST

START_TEST(normality)
{
	double v[50], same[] = {4, 4, 4}, three[] = {1, 2, 4};
	struct num_test t;
	int i;

	for (i = 0; i < 50; i++)
		v[i] = num_norm_ppf((i + 0.5) / 50);
	t = num_shapiro_sorted(v, 50, NULL);
	ck_assert(t.stat > 0.99 && t.stat < 1 && t.p > 0.9);
	t = num_ks_norm_sorted(v, 50, 0, 1);
	near(t.stat, 0.01, 1e-12);
	ck_assert(t.p == 1 && t.exact);
	for (i = 0; i < 50; i++)
		v[i] = exp(2 * v[i]);
	t = num_shapiro_sorted(v, 50, NULL);
	ck_assert(t.stat < 0.7 && t.p < 1e-6);
	/* n = 3 has a closed form: W = (x3 - x1)^2 / (2 SS). */
	t = num_shapiro_sorted(three, 3, NULL);
	near(t.stat, 9 / 2.0 / (14 / 3.0), 1e-14);
	near(t.p, 6 / M_PI * (asin(sqrt(t.stat)) - M_PI / 3), 1e-12);
	t = num_shapiro_sorted(same, 3, NULL);
	ck_assert(t.stat == 1 && t.p == 1);
	ck_assert(isnan(num_shapiro_sorted(same, 2, NULL).p));
	ck_assert(isnan(num_ks_norm_sorted(same, 3, 4, 0).p));
}
END_TEST

/* ---- Correlation and fits ---- */

START_TEST(correlation)
{
	const double x[] = {1, 2, 3, 4, 5}, y[] = {2, 1, 4, 3, 5};
	const double same[] = {3, 3, 3, 3, 3}, z[] = {1, 0, 0, 1, 0};
	double p, r;

	near(num_pearson(x, y, 5), 0.8, 1e-15);
	near(num_cov(x, y, 5, 1), 2, 1e-15);
	near(num_spearman(x, y, 5, NULL), 0.8, 1e-15);
	near(num_kendall(x, y, 5, &p, NULL), 0.6, 1e-15);
	near(p, 28 / 120.0, 1e-14); /* 14 of 120 have <= 2 inversions */
	near(num_corr_p(0.8, 5, 0), 0.10408803866182788, 1e-12);
	ck_assert(num_corr_p(1, 5, 0) == 0 && isnan(num_corr_p(1, 2, 0)));
	ck_assert(isnan(num_pearson(x, same, 5)));
	ck_assert(isnan(num_spearman(x, same, 5, NULL)));
	ck_assert(isnan(num_kendall(x, same, 5, &p, NULL)) && isnan(p));
	ck_assert(isnan(num_pearson(x, y, 1)));
	near(num_kendall(x, x, 5, &p, NULL), 1, 1e-15);
	near(p, 2 / 120.0, 1e-14);
	r = num_partial(x, y, z, 5);
	near(r, (0.8 - 1 / 12.0) / (1 - 1 / 12.0), 1e-14);
	ck_assert(isnan(num_partial(x, y, x, 5)));
}
END_TEST

START_TEST(one_line)
{
	const double x[] = {1, 2, 3, 4, 5}, y[] = {2, 1, 4, 3, 5};
	const double same[] = {3, 3, 3, 3, 3};
	struct num_line l = num_line_fit(x, y, 5);
	double res[5];

	near(l.slope, 0.8, 1e-15);
	near(l.intercept, 0.6, 1e-14);
	near(l.r2, 0.64, 1e-14);
	near(l.sse, 3.6, 1e-14);
	near(l.se_slope, sqrt(0.12), 1e-14);
	near(l.p, num_corr_p(0.8, 5, 0), 1e-12);
	num_line_residuals(&l, x, y, 5, res);
	near(res[0], 0.6, 1e-14);
	near(num_sum(res, 5) + 1, 1, 1e-14);
	l = num_line_fit(x, same, 5);
	ck_assert(l.slope == 0 && l.intercept == 3 && l.r == 0 && l.p == 1);
	l = num_line_fit(same, y, 5);
	ck_assert(isnan(l.slope) && isnan(l.r2));
}
END_TEST

START_TEST(many_columns)
{
	const double a[] = {1, 2, 3, 4, 5, 6}, b[] = {1, 0, 2, 0, 1, 3};
	const double c[] = {2, 4, 6, 8, 10, 12};
	const double y[] = {3, 5.5, 4, 8.5, 8, 7};
	const double *cols[] = {a, b, c}, *plane[] = {a, b};
	struct num_ols o;
	struct num_work w = {0};
	double res[6];
	size_t i;

	ck_assert(num_ols_fit(plane, 2, y, 6, true, &o, &w) == 0);
	ck_assert(o.rank == 3 && o.terms == 3);
	num_ols_residuals(&o, plane, 2, true, y, res);
	/* Residuals are orthogonal to every column. */
	for (i = 0; i < 6; i++)
		res[i] += 1;
	near(num_sum(res, 6), 6, 1e-13);
	near(num_cov(a, res, 6, 1) + 1, 1, 1e-13);
	near(num_cov(b, res, 6, 1) + 1, 1, 1e-13);
	near(num_ols_predict(&o, plane, 2, true, 2) + res[2] - 1, y[2], 1e-14);
	near(o.f_p, num_f_sf(o.f, 2, 3), 1e-14);
	ck_assert(num_ols_fit(cols, 3, y, 6, true, &o, &w) == -1);
	ck_assert(o.rank == 3 && isnan(o.coef[0]) && isnan(o.r2));
	ck_assert(num_ols_fit(plane, 2, y, 2, true, &o, &w) == -1);
	ck_assert(num_ols_fit(plane, 2, y, 3, true, &o, &w) == 0);
	ck_assert(isnan(o.se[0]) && isnan(o.p[0]) && !isnan(o.coef[0]));
	ck_assert(num_ols_fit(plane, 0, y, 6, false, &o, &w) == -1);
	ck_assert(num_ols_fit(plane, 0, y, 6, true, &o, &w) == 0);
	near(o.coef[0], 6, 1e-15);
	near(o.cond, 1, 1e-15);
	num_work_clear(&w);
}
END_TEST

/* ---- Generators ---- */

START_TEST(twister)
{
	/* numpy.random.RandomState(42) */
	const size_t want[] = {8, 1, 5, 0, 7, 2, 9, 4, 3, 6};
	size_t idx[10], test;
	struct num_mt g;

	num_mt_seed(&g, 42);
	ck_assert(num_mt_double(&g) == 0.3745401188473625);
	num_mt_seed(&g, 42);
	num_mt_permutation(&g, 10, idx);
	ck_assert(memcmp(idx, want, sizeof want) == 0);
	memset(idx, 0, sizeof idx);
	num_sample_rows(42, 10, 4, idx);
	ck_assert(memcmp(idx, want, 4 * sizeof *want) == 0 && idx[4] == 0);
	num_train_test(42, 10, 0.25, idx, &test);
	ck_assert(test == 3 && memcmp(idx, want, sizeof want) == 0);
}
END_TEST

START_TEST(pcg)
{
	/* numpy.random.default_rng(42).integers(0, 10, 10) */
	const uint64_t want[] = {0, 7, 6, 4, 4, 8, 0, 6, 2, 0};
	struct num_pcg g;
	double v[] = {1, 2, 3, 4, 5}, ci[2];
	size_t i;

	num_pcg_seed(&g, 42);
	ck_assert(num_pcg_double(&g) == 0.7739560485559633);
	num_pcg_seed(&g, 42);
	for (i = 0; i < 10; i++)
		ck_assert_uint_eq(num_pcg_below(&g, 10), want[i]);
	ck_assert_uint_eq(num_pcg_below(&g, 1), 0);
	num_bootstrap_mean(v, 5, 42, 1000, 2.5, 97.5, ci, NULL);
	ck_assert(ci[0] < 2.4 && ci[0] > 1.4 && ci[1] > 3.6 && ci[1] < 4.6);
	num_bootstrap_mean(v, 0, 42, 1000, 2.5, 97.5, ci, NULL);
	ck_assert(isnan(ci[0]) && isnan(ci[1]));
}
END_TEST

static TCase *
law_cases(void)
{
	TCase *t = tcase_create("distributions");

	tcase_add_test(t, tails);
	tcase_add_test(t, tails_at_the_ends);
	tcase_add_test(t, binomial);
	tcase_add_test(t, kolmogorov);
	tcase_add_test(t, kolmogorov_near);
	return t;
}

static TCase *
test_cases(void)
{
	TCase *t = tcase_create("tests");

	tcase_add_test(t, t_tests);
	tcase_add_test(t, rank_tests);
	tcase_add_test(t, groups);
	tcase_add_test(t, counts);
	tcase_add_test(t, normality);
	return t;
}

static TCase *
fit_cases(void)
{
	TCase *t = tcase_create("fits");

	tcase_add_test(t, correlation);
	tcase_add_test(t, one_line);
	tcase_add_test(t, many_columns);
	return t;
}

static TCase *
rand_cases(void)
{
	TCase *t = tcase_create("generators");

	tcase_add_test(t, twister);
	tcase_add_test(t, pcg);
	return t;
}

int
main(void)
{
	Suite *s = suite_create("num");
	SRunner *r = srunner_create(s);
	int failed;

	suite_add_tcase(s, sum_cases());
	suite_add_tcase(s, law_cases());
	suite_add_tcase(s, test_cases());
	suite_add_tcase(s, fit_cases());
	suite_add_tcase(s, rand_cases());
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
