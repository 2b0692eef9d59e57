/* fam_test.c - families of hypothesis tests. */
#include <stdio.h>

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
    "Are the values of {x} where {ma} (first sample) and where {mb} (second "
    "sample) different{where}? [Decide|Judge] by a {test} at the 5 % level and "
    "[give|report] its statistic.",
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
    "the 5 % level and [give|report] its statistic and the decision.",
    "Apply a {test} to {x} by {k}{where}: what is the statistic, and is it "
    "significant at the 5 % level?",
    "By a {test} of {x} over the groups of {k}{where}, are the groups "
    "significantly different at the 5 % level? Give the statistic, too.",
    NULL};

static const char *const levene_ask[] = {
    "Does {x} spread differently in the groups of {k}{where}? [Run|Use] a "
    "{test} at the 5 % level and [give|report] its statistic and the decision.",
    "Apply a {test} to {x} by {k}{where}: what is the statistic, and is it "
    "significant at the 5 % level?",
    "Are the groups of {k} equally spread in {x}{where}? Give the statistic of "
    "a {test} and say whether the difference is significant at the 5 % level.",
    NULL};

static int
chi2_build(struct gen *g, struct draft *d)
{
	int a = gen_cat(g, -1, -1), b = gen_cat(g, a, -1), t, m, test, s,
	    second;

	if (a == -1 || b == -1)
		return -1;
	t = gen_table(g, d, false, a, b);
	second = draft_cat(d, t, b);
	m = prog_add(&d->p, "crosstab", draft_cat(d, t, a), second, -1);
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
    "Does {a} go with {b}{where}, or are the two independent? [Run|Apply] a "
    "{test} at the 5 % level: what are the statistic, the decision and "
    "Cramer's V?",
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
    "Set {x} in the rows where {ma} (first) against {x} in the rows where {mb} "
    "(second){where}. Can the gap of the averages be put down to chance, at "
    "the 5 % level? The statistic is the gap, first minus second, in standard "
    "errors.",
    NULL};

static const char *const mannwhitney_seek[] = {
    "Going by ranks alone, is {x} larger or smaller in the rows where {ma} "
    "than "
    "in those where {mb}{where}, or may it be chance, at the 5 % level (both "
    "directions count)? As the statistic count the pairs in which a value of "
    "the first sample beats one of the second, equal ones as half.",
    "Take every pair of a value of {x} from the rows where {ma} (first) and "
    "one from the rows where {mb} (second){where}. The statistic is the number "
    "of pairs in which the first is larger, ties counted half: judged by "
    "ranks, is it further from half of the pairs than chance allows, at the 5 "
    "% level and in either direction?",
    "Without assuming normal values, does {x} tend to be larger or smaller "
    "where {ma} (first sample) than where {mb} (second sample){where}, or may "
    "it be chance, at the 5 % level in either direction? As the statistic "
    "count the pairs in which the first sample's value is the larger, and half "
    "of the equal ones.",
    NULL};

static const char *const anova_seek[] = {
    "Do the averages of {x} really differ between the values of {k}{where}, or "
    "may it be chance, at the 5 % level, with all groups taken to spread "
    "alike? "
    "The statistic is the variance between the groups over that within them; "
    "the effect size is the share of the sum of squares that lies between the "
    "groups.",
    "Is the spread of the averages of {x} over the values of {k}{where} more "
    "than chance would give, at the 5 % level, with all groups taken to spread "
    "alike? As the statistic give the variance between the groups over that "
    "within them, and as the effect size the share of the sum of squares that "
    "lies between them.",
    "All groups that {k} makes may have the same average of {x}{where}: is "
    "that ruled out at the 5 % level, with equal spread within them? Report "
    "the variance between the groups over the variance within as the "
    "statistic, and the part of the sum of squares between the groups as the "
    "effect size.",
    NULL};

static const char *const kruskal_seek[] = {
    "By ranks alone, without assuming normal values: do the groups of {k} "
    "really differ in {x}{where}, or may it be chance, at the 5 % level? The "
    "statistic is that of the rank test for several groups, corrected for "
    "ties.",
    "Rank all values of {x}{where}: do the mean ranks of the groups of {k} "
    "differ by more than chance, at the 5 % level? The statistic is that of "
    "the rank test for several groups, corrected for ties.",
    "Is it chance, at the 5 % level, that the groups of {k} rank as they do in "
    "{x}{where}? No normal values are assumed; the statistic is that of the "
    "rank test for several groups, corrected for ties.",
    NULL};

static const char *const levene_seek[] = {
    "Does {x} scatter equally widely in all groups of {k}{where}, or do they "
    "really differ, at the 5 % level? Take each value's distance from the "
    "median of its group; the statistic is the variance of the distances "
    "between the groups over that within them.",
    "Is the spread of {x} the same in all groups of {k}{where}, or is the "
    "difference more than chance, at the 5 % level? Work with the distances "
    "from each group's median: the statistic is their variance between the "
    "groups over that within them.",
    "Some groups of {k} may scatter more widely in {x} than others{where}. Is "
    "that more than chance, at the 5 % level? The statistic compares the "
    "distances from each group's median: the variance between the groups over "
    "that within.",
    NULL};

static const char *const chi2_seek[] = {
    "Are {a} and {b} related{where}, or may it be chance, at the 5 % level? "
    "The "
    "statistic adds up, over the cells of their cross table, the squared gap "
    "between count and expected count over the expected count; the effect "
    "size is the root of the statistic over the number of rows times the "
    "smaller side of the table less one.",
    "Do {a} and {b} go together{where}, or is it chance, at the 5 % level? For "
    "the statistic sum, over the cells of their cross table, the squared gap "
    "between count and expected count over the expected count; for the effect "
    "size take the root of the statistic over the number of rows times the "
    "smaller side of the table less one.",
    "Does knowing {a} tell anything about {b}{where}, at the 5 % level? The "
    "statistic is the sum over all cells of the cross table of (count - "
    "expected)^2 / expected; the effect size is the root of the statistic over "
    "the number of rows times the smaller side of the table less one.",
    NULL};

/* Two category labels' samples; tests chosen by what the samples look like. */
static int
adaptive_build(struct gen *g, struct draft *d)
{
	int a, b, x, k, pa, pb, both, t, u, chosen, f;

	if (two_samples(g, d, &a, &b, &x, &k) == -1)
		return -1;
	f = prog_add(
	    &d->p, "field", prog_add(&d->p, "shapiro", a, -1, -1), -1, -1);
	prog_set_word(&d->p, f, "name", "pvalue");
	pa = prog_add(&d->p, "passes", f, -1, -1);
	f = prog_add(
	    &d->p, "field", prog_add(&d->p, "shapiro", b, -1, -1), -1, -1);
	prog_set_word(&d->p, f, "name", "pvalue");
	pb = prog_add(&d->p, "passes", f, -1, -1);
	both = prog_add(&d->p, "both", pa, pb, -1);
	t = prog_add(&d->p, "ttest", a, b, -1);
	prog_set_word(&d->p, t, "variances", "welch");
	u = prog_add(&d->p, "mannwhitney", a, b, -1);
	chosen = prog_add(&d->p, "branch_test", both, t, u);
	prog_out(&d->p, "both_normal", both, -1);
	decision(d, chosen, "statistic", 3);
	draft_clause(d,
	    "Test each sample for normality by Shapiro-Wilk: if both p-values "
	    "are above 0.05, run Welch's t-test (equal variances not assumed), "
	    "else a two-sided Mann-Whitney U test; report the t or the U of "
	    "the first sample.");
	return 0;
}

static const char *const adaptive_ask[] = {
    "Does {x} differ between the rows where {ma} (first sample) and those "
    "where {mb} (second sample){where}? Let the data choose the test, and "
    "decide at the 5 % level.",
    "Compare {x} where {ma} (first sample) with {x} where {mb} (second "
    "sample){where} by the test that fits: is the difference significant at "
    "the 5 % level?",
    "[Choose|Pick] the test by its assumptions and decide at the 5 % level "
    "whether {x} where {ma} (first sample) differs from {x} where {mb} (second "
    "sample){where}.",
    NULL};

/* Two columns that could be on one scale. */
static bool
comparable(const struct gen *g, int a, int b)
{
	const struct prof_col *p = prof_col(g->pf, (size_t)a),
			      *q = prof_col(g->pf, (size_t)b);

	return p->min < q->max && q->min < p->max &&
	    fabs(p->median - q->median) <= 2 * fmin(p->std, q->std);
}

static int
paired_build(struct gen *g, struct draft *d)
{
	int a = gen_num(g, -1, -1), b = gen_num(g, a, -1), t, c, x, y, test, f;

	if (a == -1 || b == -1 || !comparable(g, a, b))
		return -1;
	t = gen_table(g, d, false, a, b);
	c = prog_add(&d->p, "complete", t, -1, -1);
	prog_set_col(&d->p, c, "col", a);
	prog_set_col(&d->p, c, "other", b);
	x = draft_num(d, c, a);
	y = draft_num(d, c, b);
	draft_bind_col(d, "a", a);
	draft_bind_col(d, "b", b);
	if (gen_chance(g, 0.5)) {
		test = prog_add(&d->p, "ttest_paired", x, y, -1);
		decision(d, test, g->seek ? "statistic" : "t_statistic", 3);
		draft_bind_text(d, "q",
		    "[Does {a} really differ from {b}, row by row{where}, or "
		    "may it be chance, at the 5 % level? As the statistic give "
		    "the mean difference in units of its standard error.|Take "
		    "{a} and {b} as two measurements of each row{where}. Is "
		    "their mean difference more than chance, at the 5 % level? "
		    "The statistic is that difference in its standard "
		    "errors.|Can the mean gap between {a} and {b} in the same "
		    "row be put down to chance{where}, at the 5 % level? "
		    "Report the gap over its standard error as the "
		    "statistic.]");
		draft_clause(d,
		    "Use the rows where both are present; differences are {a} "
		    "minus {b}.");
		return 0;
	}
	test = prog_add(&d->p, "sign_test", x, y, -1);
	prog_out(&d->p, "first_greater",
	    prog_add(&d->p, "count_greater", x, y, -1), -1);
	f = prog_add(&d->p, "field", test, -1, -1);
	prog_set_word(&d->p, f, "name", "pvalue");
	prog_out(&d->p, "significant",
	    prog_add(&d->p, "significant", f, -1, -1), -1);
	draft_bind(d, "test", test);
	draft_bind_text(d, "q",
	    "[Is {a} larger than {b}, or smaller, in more rows than tossing a "
	    "fair coin would give{where}, at the 5 % level?|Count the rows in "
	    "which {a} is greater than {b}{where}: is the count further from "
	    "half than chance allows, at the 5 % level?|Going only by which of "
	    "{a} and {b} is the larger one in each row{where}, does one win "
	    "more often than chance, at the 5 % level?]");
	draft_clause(d,
	    "Use the rows where both are present; the test is two-sided and "
	    "leaves out rows where they are equal, and \"first_greater\" "
	    "counts "
	    "the rows where {a} is greater than {b}.");
	return 0;
}

static const char *const paired_ask[] = {
    "Row by row, does {a} differ from {b}{where}? Run a {test} and decide at "
    "the 5 % level.",
    "Treat {a} and {b} as pairs of measurements{where}: is the difference "
    "significant at the 5 % level by a {test}?",
    "[Apply|Run] a {test} to {a} and {b}, paired by row{where}. Is the "
    "difference significant at the 5 % level?",
    NULL};

/* The gap of two shares, with an interval. */
static int
proportions_build(struct gen *g, struct draft *d)
{
	int k = gen_cat(g, -1, -1), c = gen_cat(g, k, -1), t, hit, ma, mb, p, q,
	    ci;
	struct tab_span la, lb, s;

	if (k == -1 || c == -1 || tab_type(g->t, (size_t)k) == TAB_BOOL ||
	    tab_missing(g->t, (size_t)c) > 0 || gen_label(g, k, &la) == -1 ||
	    gen_label(g, k, &lb) == -1 || la.p == lb.p ||
	    gen_label(g, c, &s) == -1)
		return -1;
	t = gen_table(g, d, false, k, c);
	hit = prog_add(&d->p,
	    tab_type(g->t, (size_t)c) == TAB_BOOL ? "is_bool" : "is",
	    draft_cat(d, t, c), -1, -1);
	if (tab_type(g->t, (size_t)c) == TAB_BOOL)
		prog_set_word(&d->p, hit, "value", s.n == 4 ? "True" : "False");
	else
		prog_set_text(&d->p, hit, "value", s);
	ma = prog_add(&d->p, "is", draft_cat(d, t, k), -1, -1);
	prog_set_text(&d->p, ma, "value", la);
	mb = prog_add(&d->p, "is", draft_cat(d, t, k), -1, -1);
	prog_set_text(&d->p, mb, "value", lb);
	p = prog_add(&d->p, "share_in", hit, ma, -1);
	q = prog_add(&d->p, "share_in", hit, mb, -1);
	ci = prog_add(&d->p, "prop_interval", hit, ma, mb);
	prog_out(&d->p, "gap", prog_add(&d->p, "diff", p, q, -1), 4);
	prog_out(&d->p, "low", prog_add(&d->p, "lower_end", ci, -1, -1), 4);
	prog_out(&d->p, "high", prog_add(&d->p, "upper_end", ci, -1, -1), 4);
	prog_out(
	    &d->p, "clear", prog_add(&d->p, "clear_of_zero", ci, -1, -1), -1);
	draft_bind(d, "hit", hit);
	draft_bind(d, "ma", ma);
	draft_bind(d, "mb", mb);
	draft_clause(d,
	    "[Give|State] shares as fractions from 0 to 1, first minus second; "
	    "the interval is the 95 % normal one with unpooled variance, and "
	    "\"clear\" says whether it leaves out 0.");
	return 0;
}

static const char *const proportions_ask[] = {
    "How much larger is the share of rows where {hit} when {ma} (first) than "
    "when {mb} (second){where}? Add an interval for the difference.",
    "Compare two groups by the share of rows where {hit}: {ma} (first) and "
    "{mb} (second){where}. What is the gap between the shares, and what is its "
    "interval?",
    "[Compute|Report] the difference between the share of rows where {hit} "
    "among those where {ma} (first) and among those where {mb} "
    "(second){where}, with its interval.",
    NULL};

/* An interval for a mean. */
static int
interval_build(struct gen *g, struct draft *d)
{
	static const double levels[] = {0.9, 0.95, 0.95, 0.99};
	int x = gen_num(g, -1, -1), t, v, ci;
	double level = levels[gen_below(g, 4)];
	char text[16];

	if (x == -1)
		return -1;
	t = gen_table(g, d, false, x, -1);
	v = prog_add(&d->p, "present", draft_num(d, t, x), -1, -1);
	ci = prog_add(&d->p, "mean_interval", v, -1, -1);
	prog_set_num(&d->p, ci, "level", level);
	prog_out(&d->p, "low", prog_add(&d->p, "lower_end", ci, -1, -1), 3);
	prog_out(&d->p, "high", prog_add(&d->p, "upper_end", ci, -1, -1), 3);
	draft_bind_col(d, "x", x);
	snprintf(text, sizeof text, "%.0f %%", level * 100);
	draft_bind_literal(d, "level", text);
	draft_clause(d,
	    "Use the t distribution and the sample standard deviation over the "
	    "values that are present.");
	return 0;
}

static const char *const interval_ask[] = {
    "What is the {level} confidence interval of the mean of {x}{where}?",
    "Between which two values does the mean of {x} lie with {level} "
    "confidence{where}?",
    "[Give|Report] a {level} confidence interval for the mean of {x}{where}.",
    NULL};

/* The same by resampling. */
static int
bootstrap_build(struct gen *g, struct draft *d)
{
	static const double draws[] = {200, 500, 1000};
	int x = gen_num(g, -1, -1), t, v, ci,
	    seed = gen_chance(g, 0.5) ? 42 : (int)gen_below(g, 1000);
	double n = draws[gen_below(g, 3)];
	char text[16];

	if (x == -1)
		return -1;
	t = gen_table(g, d, false, x, -1);
	v = prog_add(&d->p, "present", draft_num(d, t, x), -1, -1);
	ci = prog_add(&d->p, "bootstrap", v, -1, -1);
	prog_set_num(&d->p, ci, "draws", n);
	prog_set_num(&d->p, ci, "seed", seed);
	prog_out(&d->p, "low", prog_add(&d->p, "lower_end", ci, -1, -1), 3);
	prog_out(&d->p, "high", prog_add(&d->p, "upper_end", ci, -1, -1), 3);
	draft_bind_col(d, "x", x);
	snprintf(text, sizeof text, "%.0f", n);
	draft_bind_literal(d, "draws", text);
	snprintf(text, sizeof text, "%d", seed);
	draft_bind_literal(d, "seed", text);
	draft_clause(d,
	    "Make rng = numpy.random.default_rng({seed}) and draw {draws} "
	    "samples of full size, one rng.choice with replacement after the "
	    "other, from the values that are present in the order of the file; "
	    "the ends are the 2.5th and 97.5th percentile of the sample means "
	    "(linear interpolation).");
	return 0;
}

static const char *const bootstrap_ask[] = {
    "What is the 95 % percentile bootstrap interval of the mean of {x}{where}?",
    "[Bootstrap|Resample] the mean of {x}{where}: between which two values do "
    "the middle 95 % of the resampled means lie?",
    "How uncertain is the mean of {x}{where}? Give its 95 % bootstrap "
    "percentile interval.",
    NULL};

static const char *const paired_seek[] = {"{q}", NULL};

static const char *const interval_seek[] = {
    "If these rows are a random sample, between which two values does the true "
    "mean of {x} lie with {level} confidence{where}?",
    "How precisely is the mean of {x} known{where}? Give the two values "
    "between which it lies with {level} confidence.",
    "[Report|Give] the two ends of the range in which the mean of {x} lies "
    "with {level} confidence{where}.",
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
	.steps = 4,
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
	.steps = 4,
	.answer = "number + boolean",
	.category = "hypothesis_test",
	.summary = "Levene's test of equal spread",
	.build = levene_build,
	.ask = levene_ask,
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
    {.name = "adaptive_test",
	.number = 74,
	.steps = 9,
	.answer = "boolean + number + boolean",
	.category = "hypothesis_test",
	.summary = "normality chooses between two tests",
	.build = adaptive_build,
	.ask = adaptive_ask,
	.hint = "Run scipy's shapiro on both samples of {x}; both p-values "
		"above 0.05: ttest_ind with equal_var=False, else "
		"mannwhitneyu."},
    {.name = "paired_test",
	.number = 75,
	.steps = 4,
	.answer = "number + boolean",
	.category = "hypothesis_test",
	.summary = "paired t-test or sign test of two columns",
	.build = paired_build,
	.ask = paired_ask,
	.seek = paired_seek,
	.hint = "Keep the rows with both {a} and {b} and run a {test} with "
		"scipy."},
    {.name = "two_proportions",
	.number = 76,
	.steps = 8,
	.answer = "three numbers + boolean",
	.category = "hypothesis_test",
	.summary = "gap of two shares with a normal interval",
	.build = proportions_build,
	.ask = proportions_ask,
	.seek = proportions_ask,
	.hint = "Compute both shares p and q of rows where {hit}; the standard "
		"error is sqrt(p(1-p)/n + q(1-q)/m), the normal quantile 1.96 "
		"(unrounded)."},
    {.name = "mean_interval",
	.number = 77,
	.steps = 4,
	.answer = "two numbers",
	.category = "hypothesis_test",
	.summary = "a confidence interval of a mean by t",
	.build = interval_build,
	.ask = interval_ask,
	.seek = interval_seek,
	.hint = "Use scipy's t.interval with n - 1 degrees of freedom, the "
		"mean and the standard error of {x}."},
    {.name = "bootstrap_interval",
	.number = 78,
	.steps = 5,
	.answer = "two numbers",
	.category = "hypothesis_test",
	.summary = "a seeded bootstrap interval of a mean",
	.build = bootstrap_build,
	.ask = bootstrap_ask,
	.hint = "Draw with rng.choice(values, len(values), replace=True) from "
		"default_rng({seed}), {draws} times, and take "
		"numpy.percentile of the means."},
    {0}};
