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
	decision(d, test, "statistic", 3);
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
	decision(d, prog_add(&d->p, "mannwhitney", a, b, -1), "statistic", 1);
	if (!g->seek)
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

	decision(d, prog_add(&d->p, "anova", s, -1, -1), "statistic", 3);
	prog_out(&d->p, "effect_size", prog_add(&d->p, "eta2", s, -1, -1), 3);
	if (!g->seek)
		draft_clause(d,
		    "The effect size is eta squared: the sum of squares "
		    "between the groups over the total.");
	return 0;
}

static int
kruskal_build(struct gen *g, struct draft *d)
{
	decision(d, prog_add(&d->p, "kruskal", samples(g, d), -1, -1),
	    "statistic", 3);
	return 0;
}

static int
levene_build(struct gen *g, struct draft *d)
{
	decision(d, prog_add(&d->p, "levene", samples(g, d), -1, -1),
	    "statistic", 3);
	return 0;
}

static const char *const groups_ask[] = {
    "Does {x} differ between the groups of {k}{where}? [Run|Use] a {test} at "
    "the 5 % level and [give|report] what is asked below.",
    "Apply a {test} to {x} by {k}{where}: what is the statistic, and is "
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
	prog_out(&d->p, "statistic", s, 3);
	s = prog_add(&d->p, "chi2_p", test, -1, -1);
	prog_set_word(&d->p, s, "name", "pvalue");
	prog_out(&d->p, "significant",
	    prog_add(&d->p, "significant", s, -1, -1), -1);
	prog_out(
	    &d->p, "effect_size", prog_add(&d->p, "cramer", test, m, -1), 3);
	draft_bind_col(d, "a", a);
	draft_bind_col(d, "b", b);
	draft_bind(d, "test", test);
	draft_clause(d,
	    g->seek
		? "[Rows where either is missing are left out|Use the rows "
		  "where both are present]."
		: "[Rows where either is missing are left out|Use the rows "
		  "where both are present]; Cramer's V, the effect size, is "
		  "taken from this same statistic.");
	return 0;
}

static const char *const chi2_ask[] = {
    "Are {a} and {b} independent{where}? [Run|Use] a {test} at the 5 % level; "
    "[give|report] the statistic, the decision and Cramer's V.",
    "[Test|Examine] whether {a} and {b} are associated{where} by a {test} at "
    "the 5 % level, and give Cramer's V.",
    NULL};

static const char *const ttest_seek[] = {
    "Does {x} really differ on average between the rows where {ma} and those "
    "where {mb}{where}, or may it be chance, at the 5 % level? As the "
    "statistic "
    "give the gap of the two means (first minus second) in units of its "
    "standard error.",
    "Rows where {ma} against rows where {mb}: is the gap in the average of {x} "
    "more than chance at the 5 % level{where}? The statistic is that gap, "
    "first minus second, over its standard error.",
    NULL};

static const char *const mannwhitney_seek[] = {
    "Going by ranks alone, is {x} larger or smaller in the rows where {ma} "
    "than "
    "in those where {mb}{where}, or may it be chance, at the 5 % level (both "
    "directions count)? As the statistic count the pairs in which a value of "
    "the first sample beats one of the second, equal ones as half.",
    NULL};

static const char *const anova_seek[] = {
    "Do the averages of {x} really differ between the values of {k}{where}, or "
    "may it be chance, at the 5 % level, with all groups taken to spread "
    "alike? "
    "The statistic is the variance between the groups over that within them; "
    "the effect size is the share of the sum of squares that lies between the "
    "groups.",
    NULL};

static const char *const kruskal_seek[] = {
    "By ranks alone, without assuming normal values: do the groups of {k} "
    "really differ in {x}{where}, or may it be chance, at the 5 % level? The "
    "statistic is that of the rank test for several groups, corrected for "
    "ties.",
    NULL};

static const char *const levene_seek[] = {
    "Does {x} scatter equally widely in all groups of {k}{where}, or do they "
    "really differ, at the 5 % level? Take each value's distance from the "
    "median of its group; the statistic is the variance of the distances "
    "between the groups over that within them.",
    NULL};

static const char *const chi2_seek[] = {
    "Are {a} and {b} related{where}, or may it be chance, at the 5 % level? "
    "The "
    "statistic adds up, over the cells of their cross table, the squared gap "
    "between count and expected count over the expected count; the effect "
    "size is the root of the statistic over the number of rows times the "
    "smaller side of the table less one.",
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
	.seek = ttest_seek,
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
	.seek = mannwhitney_seek,
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
	.seek = anova_seek,
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
	.seek = kruskal_seek,
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
	.seek = levene_seek,
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
	.seek = chi2_seek,
	.hint = "Cross-tabulate {a} and {b} and run a {test}."},
    {0}};
