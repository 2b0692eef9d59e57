/* fam_test.c - families of hypothesis tests. */
#include "family.h"

/* Two samples of x: rows where k is one label and where it is another. */
static int
two_samples(struct gen *g, struct draft *d, int *a, int *b, int *x, int *k)
{
	struct tab_span la, lb;
	int t, ma, mb, c;

	*x = gen_num(g, -1, -1);
	*k = gen_cat(g, *x, -1);
	if (*x == -1 || *k == -1 || tab_type(g->t, (size_t)*k) == TAB_BOOL)
		return -1;
	if (gen_label(g, *k, &la) == -1 || gen_label(g, *k, &lb) == -1 ||
	    la.p == lb.p)
		return -1;
	t = gen_table(g, d, false, *x, *k);
	if (t == -1)
		return -1;
	c = draft_cat(d, t, *k);
	ma = prog_add(&d->p, "is", c, -1, -1);
	prog_set_text(&d->p, ma, "value", la);
	mb = prog_add(&d->p, "is", draft_cat(d, t, *k), -1, -1);
	prog_set_text(&d->p, mb, "value", lb);
	*a = prog_add(&d->p, "sample", draft_num(d, t, *x), ma, -1);
	*b = prog_add(&d->p, "sample", draft_num(d, t, *x), mb, -1);
	draft_bind_col(d, "x", *x);
	draft_bind_col(d, "k", *k);
	draft_bind(d, "ma", ma);
	draft_bind(d, "mb", mb);
	return *b;
}

static void
decision(struct draft *d, int test, const char *stat, int decimals)
{
	int s = prog_add(&d->p, "field", test, -1, -1), p;

	prog_set_word(&d->p, s, "name", "statistic");
	prog_out(&d->p, stat, s, decimals);
	p = prog_add(&d->p, "field", test, -1, -1);
	prog_set_word(&d->p, p, "name", "pvalue");
	prog_out(&d->p, "significant",
	    prog_add(&d->p, "significant", p, -1, -1), -1);
	draft_bind(d, "test", test);
}

static int
ttest_build(struct gen *g, struct draft *d)
{
	int a, b, x, k, test;

	if (two_samples(g, d, &a, &b, &x, &k) == -1)
		return -1;
	test = prog_add(&d->p, "ttest", a, b, -1);
	gen_word(g, &d->p, test, "variances");
	decision(d, test, "t_statistic", 3);
	return 0;
}

static const char *const two_ask[] = {
    "Does {x} differ between the rows where {ma} and those where {mb}{where}? "
    "Run a {test} at the 5 % level and [give|report] the statistic, first "
    "group first.",
    "Compare {x} where {ma} (first sample) with {x} where {mb} (second "
    "sample){where} by a {test}: what is the statistic, and is the difference "
    "significant at the 5 % level?",
    NULL};

static int
mannwhitney_build(struct gen *g, struct draft *d)
{
	int a, b, x, k;

	if (two_samples(g, d, &a, &b, &x, &k) == -1)
		return -1;
	decision(d, prog_add(&d->p, "mannwhitney", a, b, -1), "u_statistic", 1);
	draft_clause(d, "U is that of the first group.");
	return 0;
}

static int
samples(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), k = gen_cat(g, x, -1), t;

	if (x == -1 || k == -1 || tab_ndict(g->t, (size_t)k) > 12)
		return -1;
	t = gen_table(g, d, false, x, k);
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "k", k);
	return prog_add(&d->p, "samples", draft_by(d, t, x, k), -1, -1);
}

static int
anova_build(struct gen *g, struct draft *d)
{
	int s = samples(g, d);

	decision(d, prog_add(&d->p, "anova", s, -1, -1), "f_statistic", 3);
	prog_out(&d->p, "eta_squared", prog_add(&d->p, "eta2", s, -1, -1), 3);
	draft_clause(d,
	    "Eta squared is the sum of squares between the groups over the "
	    "total.");
	return 0;
}

static int
kruskal_build(struct gen *g, struct draft *d)
{
	decision(d, prog_add(&d->p, "kruskal", samples(g, d), -1, -1),
	    "h_statistic", 3);
	return 0;
}

static int
levene_build(struct gen *g, struct draft *d)
{
	decision(d, prog_add(&d->p, "levene", samples(g, d), -1, -1),
	    "w_statistic", 3);
	return 0;
}

static const char *const groups_ask[] = {
    "Does {x} differ between the groups of {k}{where}? [Run|Use] a {test} at "
    "the 5 % level and [give|report] what is asked below.",
    "[Apply|Run] a {test} to {x} by {k}{where}: what is the statistic, and is "
    "it "
    "significant at the 5 % level?",
    "By a {test} of {x} over the groups of {k}{where}, are the groups "
    "significantly different at the 5 % level?",
    NULL};

static int
chi2_build(struct gen *g, struct draft *d)
{
	int a = gen_cat(g, -1, -1), b = gen_cat(g, a, -1), t, m, test, s;

	if (a == -1 || b == -1)
		return -1;
	t = gen_table(g, d, false, a, b);
	m = prog_add(
	    &d->p, "crosstab", draft_cat(d, t, a), draft_cat(d, t, b), -1);
	test = prog_add(&d->p, "chi2", m, -1, -1);
	gen_word(g, &d->p, test, "yates");
	s = prog_add(&d->p, "chi2_stat", test, -1, -1);
	prog_set_word(&d->p, s, "name", "statistic");
	prog_out(&d->p, "chi2", s, 3);
	s = prog_add(&d->p, "chi2_p", test, -1, -1);
	prog_set_word(&d->p, s, "name", "pvalue");
	prog_out(&d->p, "significant",
	    prog_add(&d->p, "significant", s, -1, -1), -1);
	prog_out(&d->p, "cramers_v", prog_add(&d->p, "cramer", test, m, -1), 3);
	draft_bind_col(d, "a", a);
	draft_bind_col(d, "b", b);
	draft_bind(d, "test", test);
	draft_clause(d,
	    "[Rows where either is missing are left out|Use the rows where "
	    "both "
	    "are present]; Cramer's V is taken from this same statistic.");
	return 0;
}

static const char *const chi2_ask[] = {
    "Are {a} and {b} independent{where}? [Run|Use] a {test} at the 5 % level; "
    "[give|report] the statistic, the decision and Cramer's V.",
    "[Test|Examine] whether {a} and {b} are associated{where} by a {test} at "
    "the 5 % level, and give Cramer's V.",
    NULL};

const struct family test_families[] = {
    {.name = "t_test",
	.number = 68,
	.steps = 4,
	.answer = "number + boolean",
	.category = "hypothesis_test",
	.summary = "two-sample t-test, pooled or Welch",
	.build = ttest_build,
	.ask = two_ask,
	.hint = "Take both samples of {x} without missing values and run a "
		"{test} with scipy."},
    {.name = "mann_whitney",
	.number = 69,
	.steps = 4,
	.answer = "number + boolean",
	.category = "hypothesis_test",
	.summary = "Mann-Whitney U test",
	.build = mannwhitney_build,
	.ask = two_ask,
	.hint = "Take both samples of {x} without missing values and run a "
		"{test} with scipy."},
    {.name = "anova",
	.number = 70,
	.steps = 4,
	.answer = "two numbers + boolean",
	.category = "hypothesis_test",
	.summary = "one-way ANOVA and eta squared",
	.build = anova_build,
	.ask = groups_ask,
	.hint = "Collect {x} for each {k} without missing values and run a "
		"{test} with scipy."},
    {.name = "kruskal",
	.number = 71,
	.steps = 3,
	.answer = "number + boolean",
	.category = "hypothesis_test",
	.summary = "Kruskal-Wallis test",
	.build = kruskal_build,
	.ask = groups_ask,
	.hint = "Collect {x} for each {k} without missing values and run a "
		"{test} with scipy."},
    {.name = "levene",
	.number = 73,
	.steps = 3,
	.answer = "number + boolean",
	.category = "hypothesis_test",
	.summary = "Levene's test of equal spread",
	.build = levene_build,
	.ask = groups_ask,
	.hint = "Collect {x} for each {k} without missing values and run a "
		"{test} with scipy."},
    {.name = "chi_square",
	.number = 72,
	.steps = 4,
	.answer = "two numbers + boolean",
	.category = "hypothesis_test",
	.summary = "chi-square test and Cramer's V",
	.build = chi2_build,
	.ask = chi2_ask,
	.hint = "Cross-tabulate {a} and {b} and run a {test}."},
    {0}};
