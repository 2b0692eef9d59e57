/* numrun.c - calls numeric kernels from a script: lines in, numbers out. */
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "num.h"

/*
 * "set X v..." stores an array under one letter; "NAME arg..." calls num_NAME,
 * each argument a letter or a number, and prints its results on one line. An
 * unknown name or a wrong count of arguments ends the program with status 2.
 */

enum { ARGS = 8 };

struct array {
	double *v;
	size_t n;
};

struct call {
	struct array a[ARGS]; /* a number is an array of one */
	size_t n;
	double number[ARGS];
	struct num_work w;
};

static void
show(double x)
{
	printf(" %.17g", x);
}

static void
show_test(struct num_test t)
{
	show(t.stat);
	show(t.p);
	show(t.df);
	show(t.df2);
	show(t.effect);
	show(t.exact);
	show(t.ties);
}

static double
scalar(const struct call *c, size_t i)
{
	if (c->a[i].n == 0)
		errx(2, "argument %zu is empty", i + 1);
	return c->a[i].v[0];
}

static size_t
count(const struct call *c, size_t i)
{
	return (size_t)scalar(c, i);
}

/* A copy that a kernel may reorder; kept until the next call. */
static double *
scratch(struct call *c, size_t i)
{
	double *p = num_work_get(&c->w, (c->a[i].n + 1) * sizeof *p);

	memcpy(p, c->a[i].v, c->a[i].n * sizeof *p);
	return p;
}

/* Functions of plain numbers, and of one array and perhaps a number. */
struct plain {
	const char *name;
	double (*f1)(double);
	double (*f2)(double, double);
	double (*f3)(double, double, double);
	double (*fn)(double, size_t);
	double (*v)(const double *, size_t);
	double (*vi)(const double *, size_t, int);
	double (*vd)(const double *, size_t, double);
	double (*m)(double *, size_t);
	double (*md)(double *, size_t, double);
	double (*vv)(const double *, const double *, size_t);
	double (*vvw)(
	    const double *, const double *, size_t, struct num_work *);
};

static const struct plain plains[] = {
    {"norm_cdf", .f1 = num_norm_cdf},
    {"norm_sf", .f1 = num_norm_sf},
    {"norm_pdf", .f1 = num_norm_pdf},
    {"norm_ppf", .f1 = num_norm_ppf},
    {"norm_isf", .f1 = num_norm_isf},
    {"kolmogorov_sf", .f1 = num_kolmogorov_sf},
    {"t_cdf", .f2 = num_t_cdf},
    {"t_sf", .f2 = num_t_sf},
    {"t_two", .f2 = num_t_two},
    {"t_ppf", .f2 = num_t_ppf},
    {"t_isf", .f2 = num_t_isf},
    {"chi2_cdf", .f2 = num_chi2_cdf},
    {"chi2_sf", .f2 = num_chi2_sf},
    {"gammainc", .f2 = num_gammainc},
    {"gammaincc", .f2 = num_gammaincc},
    {"f_cdf", .f3 = num_f_cdf},
    {"f_sf", .f3 = num_f_sf},
    {"betainc", .f3 = num_betainc},
    {"betaincc", .f3 = num_betaincc},
    {"beta_cdf", .f3 = num_beta_cdf},
    {"beta_sf", .f3 = num_beta_sf},
    {"beta_ppf", .f3 = num_beta_ppf},
    {"beta_isf", .f3 = num_beta_isf},
    {"ks_sf", .fn = num_ks_sf},
    {"ks_sf_fast", .fn = num_ks_sf_fast},
    {"smirnov_sf", .fn = num_smirnov_sf},
    {"sum", .v = num_sum},
    {"mean", .v = num_mean},
    {"min", .v = num_min},
    {"max", .v = num_max},
    {"skew", .v = num_skew},
    {"kurt", .v = num_kurt},
    {"group_sum", .v = num_group_sum},
    {"group_mean", .v = num_group_mean},
    {"median_sorted", .v = num_median_sorted},
    {"iqr_sorted", .v = num_iqr_sorted},
    {"gini_simpson", .v = num_gini_simpson},
    {"var", .vi = num_var},
    {"sd", .vi = num_sd},
    {"sem", .vi = num_sem},
    {"group_var", .vi = num_group_var},
    {"group_sd", .vi = num_group_sd},
    {"quantile_sorted", .vd = num_quantile_sorted},
    {"group_quantile_sorted", .vd = num_group_quantile_sorted},
    {"percentile_sorted", .vd = num_percentile_sorted},
    {"trimmed_mean_sorted", .vd = num_trimmed_mean_sorted},
    {"entropy", .vd = num_entropy},
    {"median", .m = num_median},
    {"quantile", .md = num_quantile},
    {"pearson", .vv = num_pearson},
    {"spearman", .vvw = num_spearman},
};

static bool
run_plain(const char *name, struct call *c)
{
	const struct array *a = c->a;
	const struct plain *p;
	size_t i, args;
	double x;

	for (i = 0; i < sizeof plains / sizeof *plains; i++)
		if (strcmp(plains[i].name, name) == 0)
			break;
	if (i == sizeof plains / sizeof *plains)
		return false;
	p = &plains[i];
	args = p->f1 != NULL || p->v != NULL || p->m != NULL ? 1
	    : p->f3 != NULL                                  ? 3
							     : 2;
	if (c->n != args)
		errx(2, "%s: %zu arguments", name, c->n);
	x = p->f1 != NULL   ? p->f1(scalar(c, 0))
	    : p->f2 != NULL ? p->f2(scalar(c, 0), scalar(c, 1))
	    : p->f3 != NULL ? p->f3(scalar(c, 0), scalar(c, 1), scalar(c, 2))
	    : p->fn != NULL ? p->fn(scalar(c, 0), count(c, 1))
	    : p->v != NULL  ? p->v(a[0].v, a[0].n)
	    : p->vi != NULL ? p->vi(a[0].v, a[0].n, (int)scalar(c, 1))
	    : p->vd != NULL ? p->vd(a[0].v, a[0].n, scalar(c, 1))
	    : p->m != NULL  ? p->m(scratch(c, 0), a[0].n)
	    : p->md != NULL ? p->md(scratch(c, 0), a[0].n, scalar(c, 1))
	    : p->vv != NULL ? p->vv(a[0].v, a[1].v, a[0].n)
			    : p->vvw(a[0].v, a[1].v, a[0].n, &c->w);
	show(x);
	return true;
}

/* ---- The rest, one function each ---- */

static void
run_sort(struct call *c)
{
	double *v = scratch(c, 0);
	size_t i;

	num_sort(v, c->a[0].n, &c->w);
	for (i = 0; i < c->a[0].n; i++)
		show(v[i]);
}

static void
run_argsort(struct call *c)
{
	size_t n = c->a[0].n, i;
	size_t *idx = num_work_get(&c->w, n * sizeof *idx);

	num_argsort(c->a[0].v, n, idx, &c->w);
	for (i = 0; i < n; i++)
		show((double)idx[i]);
}

static void
run_rank(struct call *c)
{
	size_t n = c->a[0].n, i;
	double *r = num_work_get(&c->w, n * sizeof *r);

	show(num_rank(c->a[0].v, n, r, &c->w));
	for (i = 0; i < n; i++)
		show(r[i]);
}

static void
run_mode(struct call *c)
{
	double *m = scratch(c, 0);
	size_t times, k = num_mode_sorted(m, c->a[0].n, m, &times), i;

	show((double)times);
	for (i = 0; i < k; i++)
		show(m[i]);
}

static void
run_round(struct call *c)
{
	show(num_round(scalar(c, 0), (int)scalar(c, 1)));
	show(num_round_safe(scalar(c, 0), (int)scalar(c, 1)));
}

static void
run_binom(struct call *c)
{
	int64_t k = (int64_t)scalar(c, 0), n = (int64_t)scalar(c, 1);

	show(num_binom_pmf(k, n, scalar(c, 2)));
	show(num_binom_cdf(k, n, scalar(c, 2)));
	show(num_binom_sf(k, n, scalar(c, 2)));
	show(num_binom_test(k, n, scalar(c, 2)));
}

static void
run_ttest(struct call *c)
{
	const struct array *a = c->a;

	show_test(num_ttest_pooled(a[0].v, a[0].n, a[1].v, a[1].n));
	show_test(num_ttest_welch(a[0].v, a[0].n, a[1].v, a[1].n));
	show_test(num_ttest_1(a[0].v, a[0].n, 1.5));
	show(num_cohen_d(a[0].v, a[0].n, a[1].v, a[1].n));
}

static void
run_interval(struct call *c)
{
	double ci[2];

	num_mean_interval(c->a[0].v, c->a[0].n, scalar(c, 1), ci);
	show(ci[0]);
	show(ci[1]);
}

static void
run_mannwhitney(struct call *c)
{
	const struct array *a = c->a;

	show_test(num_mannwhitney(a[0].v, a[0].n, a[1].v, a[1].n, &c->w));
}

static void
run_pairs(struct call *c)
{
	const struct array *a = c->a;

	show_test(num_ttest_paired(a[0].v, a[1].v, a[0].n));
	show_test(num_wilcoxon(a[0].v, a[1].v, a[0].n, &c->w));
	show_test(num_signtest(a[0].v, a[1].v, a[0].n));
}

static void
run_groups(struct call *c)
{
	size_t len[100], k = c->a[1].n, i;

	if (k > 100)
		errx(2, "groups: more than 100");
	for (i = 0; i < k; i++)
		len[i] = (size_t)c->a[1].v[i];
	show_test(num_anova(c->a[0].v, len, k));
	show_test(num_kruskal(c->a[0].v, len, k, &c->w));
	show_test(num_levene(c->a[0].v, len, k, &c->w));
}

static void
run_chi2_table(struct call *c)
{
	double least;

	show_test(num_chi2_table(
	    c->a[0].v, count(c, 1), count(c, 2), scalar(c, 3) != 0, &least));
	show(least);
}

static void
run_chi2_fit(struct call *c)
{
	show_test(
	    num_chi2_fit(c->a[0].v, c->a[1].v, c->a[0].n, (int)scalar(c, 2)));
}

static void
run_normality(struct call *c)
{
	const struct array *a = c->a;

	show_test(
	    num_ks_norm_sorted(a[0].v, a[0].n, scalar(c, 1), scalar(c, 2)));
	show_test(num_shapiro_sorted(a[0].v, a[0].n, &c->w));
}

static void
run_prop_z(struct call *c)
{
	double ci[2];

	show_test(num_prop_z(scalar(c, 0), scalar(c, 1), scalar(c, 2),
	    scalar(c, 3), scalar(c, 4), ci));
	show(ci[0]);
	show(ci[1]);
}

static void
run_corr_p(struct call *c)
{
	show(num_corr_p(scalar(c, 0), count(c, 1), count(c, 2)));
}

static void
run_kendall(struct call *c)
{
	const struct array *a = c->a;
	double p;

	show(num_kendall(a[0].v, a[1].v, a[0].n, &p, &c->w));
	show(p);
}

static void
run_partial(struct call *c)
{
	const struct array *a = c->a;

	show(num_partial(a[0].v, a[1].v, a[2].v, a[0].n));
}

static void
run_line(struct call *c)
{
	struct num_line l = num_line_fit(c->a[0].v, c->a[1].v, c->a[0].n);

	show(l.slope);
	show(l.intercept);
	show(l.r);
	show(l.p);
	show(l.se_slope);
	show(l.se_intercept);
	show(l.sse);
}

/* ols y intercept x... */
static void
run_ols(struct call *c)
{
	const double *cols[ARGS];
	bool intercept = scalar(c, 1) != 0;
	struct num_ols o;
	size_t k = c->n - 2, i;

	for (i = 0; i < k; i++)
		cols[i] = c->a[i + 2].v;
	show(num_ols_fit(cols, k, c->a[0].v, c->a[0].n, intercept, &o, &c->w));
	show(o.r2);
	show(o.adj_r2);
	show(o.f);
	show(o.f_p);
	show(o.sse);
	show(o.cond);
	for (i = 0; i < o.terms; i++) {
		show(o.coef[i]);
		show(o.se[i]);
		show(o.t[i]);
		show(o.p[i]);
	}
}

static void
show_rows(const size_t *idx, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		show((double)idx[i]);
}

static void
run_sample_rows(struct call *c)
{
	size_t *idx = num_work_get(&c->w, count(c, 1) * sizeof *idx);

	num_sample_rows((uint32_t)scalar(c, 0), count(c, 1), count(c, 2), idx);
	show_rows(idx, count(c, 2));
}

static void
run_train_test(struct call *c)
{
	size_t *idx = num_work_get(&c->w, count(c, 1) * sizeof *idx), test;

	num_train_test(
	    (uint32_t)scalar(c, 0), count(c, 1), scalar(c, 2), idx, &test);
	show((double)test);
	show_rows(idx, count(c, 1));
}

/* mt SEED MAX COUNT, pcg SEED N COUNT: integers, then one real. */
static void
run_mt(struct call *c)
{
	struct num_mt g;
	size_t i;

	num_mt_seed(&g, (uint32_t)scalar(c, 0));
	for (i = 0; i < count(c, 2); i++)
		show((double)num_mt_interval(&g, (uint64_t)scalar(c, 1)));
	show(num_mt_double(&g));
}

static void
run_pcg(struct call *c)
{
	struct num_pcg g;
	size_t i;

	num_pcg_seed(&g, (uint64_t)scalar(c, 0));
	for (i = 0; i < count(c, 2); i++)
		show((double)num_pcg_below(&g, (uint64_t)scalar(c, 1)));
	show(num_pcg_double(&g));
}

static void
run_bootstrap(struct call *c)
{
	double ci[2];

	num_bootstrap_mean(c->a[0].v, c->a[0].n, (uint64_t)scalar(c, 1),
	    count(c, 2), scalar(c, 3), scalar(c, 4), ci, &c->w);
	show(ci[0]);
	show(ci[1]);
}

static const struct {
	const char *name;
	size_t args; /* at least */
	void (*run)(struct call *);
} others[] = {
    {"sort", 1, run_sort},
    {"argsort", 1, run_argsort},
    {"rank", 1, run_rank},
    {"mode", 1, run_mode},
    {"round", 2, run_round},
    {"binom", 3, run_binom},
    {"ttest", 2, run_ttest},
    {"interval", 2, run_interval},
    {"mannwhitney", 2, run_mannwhitney},
    {"pairs", 2, run_pairs},
    {"groups", 2, run_groups},
    {"chi2_table", 4, run_chi2_table},
    {"chi2_fit", 3, run_chi2_fit},
    {"normality", 3, run_normality},
    {"prop_z", 5, run_prop_z},
    {"corr_p", 3, run_corr_p},
    {"kendall", 2, run_kendall},
    {"partial", 3, run_partial},
    {"line", 2, run_line},
    {"ols", 3, run_ols},
    {"sample_rows", 3, run_sample_rows},
    {"train_test", 3, run_train_test},
    {"mt", 3, run_mt},
    {"pcg", 3, run_pcg},
    {"bootstrap", 5, run_bootstrap},
};

static void
run_other(const char *name, struct call *c)
{
	size_t i;

	for (i = 0; i < sizeof others / sizeof *others; i++) {
		if (strcmp(others[i].name, name) != 0)
			continue;
		if (c->n < others[i].args)
			errx(2, "%s: %zu arguments", name, c->n);
		others[i].run(c);
		return;
	}
	errx(2, "no kernel named %s", name);
}

/* ---- Reading ---- */

static double
number(const char *s)
{
	char *end;
	double x = strtod(s, &end);

	if (end == s || *end != '\0')
		errx(2, "not a number: %s", s);
	return x;
}

static void
set(struct array *a, char **save)
{
	size_t cap = a->n;
	char *s;

	a->n = 0;
	while ((s = strtok_r(NULL, " \n", save)) != NULL) {
		a->v = xgrow(a->v, a->n, &cap, sizeof *a->v);
		a->v[a->n++] = number(s);
	}
}

static void
execute(char *line, struct array *named, struct call *c)
{
	char *save, *s, *name = strtok_r(line, " \n", &save);

	if (name == NULL)
		return;
	if (strcmp(name, "set") == 0) {
		s = strtok_r(NULL, " \n", &save);
		if (s == NULL || !islower((unsigned char)*s))
			errx(2, "set: a letter was expected");
		set(&named[*s - 'a'], &save);
		return;
	}
	for (c->n = 0; (s = strtok_r(NULL, " \n", &save)) != NULL; c->n++) {
		if (c->n == ARGS)
			errx(2, "%s: more than %d arguments", name, ARGS);
		if (islower((unsigned char)s[0]) && s[1] == '\0') {
			c->a[c->n] = named[s[0] - 'a'];
			continue;
		}
		c->number[c->n] = number(s);
		c->a[c->n] = (struct array){&c->number[c->n], 1};
	}
	if (!run_plain(name, c))
		run_other(name, c);
	putchar('\n');
}

int
main(void)
{
	struct array named[26] = {{0}};
	struct call c = {0};
	char *line = NULL;
	size_t cap = 0, i;

	while (getline(&line, &cap, stdin) != -1)
		execute(line, named, &c);
	if (ferror(stdin) || fflush(stdout) == EOF)
		err(3, "numrun");
	free(line);
	for (i = 0; i < 26; i++)
		free(named[i].v);
	num_work_clear(&c.w);
	return 0;
}
