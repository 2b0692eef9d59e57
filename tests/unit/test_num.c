/* test_num.c - unit tests of the numeric kernels. */
#include <check.h>
#include <float.h>
#include <math.h>
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
	const size_t sizes[] = {0, 1, 2, 3, 24, 25, 100, 639, 640, 5000};
	struct num_work w = {0};
	double v[5000], s[5000], x;
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

START_TEST(rounding)
{
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

int
main(void)
{
	Suite *s = suite_create("num");
	SRunner *r = srunner_create(s);
	int failed;

	suite_add_tcase(s, sum_cases());
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
