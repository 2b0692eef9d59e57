/* fam_number.c - families on one numeric column. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "family.h"

static int
one_number(struct gen *g, struct draft *d, int *col)
{
	int t;

	*col = gen_num(g, -1, -1);
	if (*col == -1)
		return -1;
	t = gen_table(g, d, !g->lookups, *col, -1);
	d->lookup = t >= 0 && d->p.node[t].in[0] < 0;
	return draft_num(d, t, *col);
}

/* Mean, median, sum, smallest, largest, range of a part of the data. */
static int
location_build(struct gen *g, struct draft *d)
{
	static const char *const stats[] = {
	    "mean", "median", "sum", "min", "max", "range"};
	int col, x = one_number(g, d, &col), s;

	s = prog_add(&d->p, stats[gen_below(g, 6)], x, -1, -1);
	prog_out(&d->p, NULL, s, 2);
	draft_bind(d, "s", s);
	return 0;
}

static const char *const value_ask[] = {"What is the {s}{where}?",
    "[Compute|Calculate|Determine|Work out] the {s}{where}.",
    "How [large|big] is the {s}{where}?", "[Report|Give|State] the {s}{where}.",
    "[I need|We need|The report needs] the {s}{where}: what is it?", NULL};

/* Standard deviation, variance, standard error. */
static int
spread_build(struct gen *g, struct draft *d)
{
	static const char *const stats[] = {"std", "std", "var", "sem"};
	int col, x = one_number(g, d, &col), s;
	size_t k = gen_below(g, 4);

	s = prog_add(&d->p, stats[k], x, -1, -1);
	if (k < 3)
		gen_word(g, &d->p, s, "ddof");
	d->lookup = d->lookup && k < 2;
	prog_out(&d->p, NULL, s, 3);
	draft_bind(d, "s", s);
	return 0;
}

/* A quantile or the interquartile range. */
static int
quantile_build(struct gen *g, struct draft *d)
{
	static const double qs[] = {0.05, 0.1, 0.15, 0.2, 0.3, 0.35, 0.4, 0.6,
	    0.65, 0.7, 0.8, 0.85, 0.9, 0.95};
	bool iqr = gen_chance(g, 0.25);
	int col = gen_num(g, -1, -1), t, x, s;
	char text[16];
	double q;

	/* an overview has the quartiles */
	t = gen_table(g, d, iqr && !g->lookups, col, -1);
	d->lookup = iqr && t >= 0 && d->p.node[t].in[0] < 0;
	x = draft_num(d, t, col);
	if (iqr) {
		s = prog_add(&d->p, "iqr", x, -1, -1);
	} else {
		s = prog_add(&d->p, "quantile", x, -1, -1);
		q = qs[gen_below(g, 14)];
		prog_set_num(&d->p, s, "q", q);
		snprintf(text, sizeof text, "%.0f", q * 100);
		draft_bind_literal(d, "p", text);
	}
	prog_out(&d->p, NULL, s, 3);
	draft_bind(d, "s", s);
	draft_bind_col(d, "x", col);
	draft_bind_text(d, "q",
	    iqr ? "[How wide is the middle half of the values of {x}{where}, "
		  "from the value that a quarter of them lie below to the one "
		  "that a quarter lie above?|Leave out the lowest and the "
		  "highest quarter of the values of {x}{where}: how wide is "
		  "the range between the two cuts?|How far apart are the two "
		  "values of {x}{where} that cut off its lowest and its "
		  "highest quarter?]"
		: "[Below which value do {p} % of the values of {x} "
		  "lie{where}?|Which value of {x} has {p} % of its values "
		  "below it{where}?|Find the point of {x} that separates the "
		  "lowest {p} % of its values from the rest{where}.]");
	if (iqr || g->seek)
		draft_clause(d,
		    "[Interpolate linearly between neighbouring values|Between "
		    "two values interpolate linearly].");
	return 0;
}

static int
shape_build(struct gen *g, struct draft *d)
{
	int col = gen_num(g, -1, -1), s, num;

	num = draft_num(d, gen_table(g, d, false, col, -1), col);
	s = prog_add(&d->p, gen_chance(g, 0.6) ? "skew" : "kurt", num, -1, -1);
	prog_out(&d->p, NULL, s, 3);
	draft_bind(d, "s", s);
	return 0;
}

/* Share of rows above or below a limit; a limit that tells nothing of the
 * column where its name is not told. */
static int
share_build(struct gen *g, struct draft *d)
{
	int col = gen_num(g, -1, -1), t, x, m;
	bool above = gen_chance(g, 0.5);

	t = gen_table(g, d, false, col, -1);
	x = draft_num(d, t, col);
	if (col == -1)
		return -1;
	if (g->seek) {
		m = prog_add(
		    &d->p, "cmp_to", x, prog_add(&d->p, "mean", x, -1, -1), -1);
		prog_set_word(&d->p, m, "is", above ? "gt" : "lt");
	} else {
		m = prog_add(&d->p, "cmp", x, -1, -1);
		gen_word(g, &d->p, m, "is");
		prog_set_num(&d->p, m, "value", gen_limit(g, col, 0.1, 0.9));
	}
	prog_out(&d->p, NULL, prog_add(&d->p, "share_true", m, -1, -1), 2);
	draft_bind(d, "m", m);
	draft_bind_col(d, "x", col);
	draft_bind_text(d, "side", above ? "above" : "below");
	if (tab_missing(g->t, (size_t)col) > 0)
		draft_clause(d,
		    "[Take the percentage of all these rows, those without a "
		    "value included|Rows without a value count in the total "
		    "but not as hits].");
	return 0;
}

static const char *const share_ask[] = {
    "For [what|which] percentage of [rows|records] does it hold that "
    "{m}{where}?",
    "In what [share|percentage] of rows, in percent, is it true that "
    "{m}{where}?",
    "[Out of 100|Per 100] rows{where}, for how many does it hold that {m}?",
    NULL};

/* Values beyond the fences. */
static int
fences_build(struct gen *g, struct draft *d)
{
	int col = gen_num(g, -1, -1), t, x, lo, hi, a, b, m;
	double k = gen_chance(g, 0.75) ? 1.5 : gen_chance(g, 0.5) ? 2 : 3;

	t = gen_table(g, d, false, col, -1);
	x = draft_num(d, t, col);
	lo = prog_add(&d->p, "fence", x, -1, -1);
	prog_set_word(&d->p, lo, "side", "low");
	prog_set_num(&d->p, lo, "k", k);
	hi = prog_add(&d->p, "fence", x, -1, -1);
	prog_set_word(&d->p, hi, "side", "high");
	prog_set_num(&d->p, hi, "k", k);
	a = prog_add(&d->p, "cmp_to", x, lo, -1);
	prog_set_word(&d->p, a, "is", "lt");
	b = prog_add(&d->p, "cmp_to", x, hi, -1);
	prog_set_word(&d->p, b, "is", "gt");
	m = prog_add(&d->p, "or", a, b, -1);
	prog_out(&d->p, NULL, prog_add(&d->p, "count_true", m, -1, -1), -1);
	draft_bind_col(d, "x", col);
	draft_bind_text(d, "k", k == 1.5 ? "1.5" : k == 2 ? "2" : "3");
	draft_clause(d,
	    g->seek
		? "[Find the two ends of the middle half by linear "
		  "interpolation|Interpolate linearly where an end of the "
		  "middle half falls between two values]; only values strictly "
		  "beyond the limit count."
		: "[Quartiles are interpolated linearly|Compute the quartiles "
		  "with linear interpolation]; [a value on a fence is no "
		  "outlier|only values strictly beyond a fence count].");
	return 0;
}

static const char *const fences_ask[] = {
    "How many values of {x} are outliers{where}, that is below Q1 - {k} IQR or "
    "above Q3 + {k} IQR?",
    "[Using|With|By] the interquartile-range rule (fences at {k} times the IQR "
    "beyond the quartiles), [count|find the number of] outliers in {x}{where}.",
    "Draw fences {k} IQR below the first and above the third quartile of {x}: "
    "how many values lie [outside|beyond] them{where}?",
    NULL};

/* Values far from the mean in standard deviations. */
static int
zscore_build(struct gen *g, struct draft *d)
{
	static const double ks[] = {1.5, 2, 2.5, 3};
	static const char *const ks_text[] = {"1.5", "2", "2.5", "3"};
	int col = gen_num(g, -1, -1), t, z, m;
	size_t k = gen_below(g, 4);

	t = gen_table(g, d, false, col, -1);
	z = prog_add(&d->p, "z", draft_num(d, t, col), -1, -1);
	m = prog_add(&d->p, "cmp", prog_add(&d->p, "abs", z, -1, -1), -1, -1);
	prog_set_word(&d->p, m, "is", "gt");
	prog_set_num(&d->p, m, "value", ks[k]);
	prog_out(&d->p, NULL, prog_add(&d->p, "count_true", m, -1, -1), -1);
	draft_bind_col(d, "x", col);
	draft_bind_text(d, "k", ks_text[k]);
	draft_clause(d,
	    "[Use the sample standard deviation (divide by n - 1)|Standardise "
	    "with the sample standard deviation, ddof = 1].");
	return 0;
}

static const char *const zscore_ask[] = {
    "How many values of {x} [lie|are] more than {k} standard deviations from "
    "the mean{where}?",
    "[Count|Report the number of] values of {x} whose z-score is greater than "
    "{k} in absolute value{where}.",
    "By the z-score rule with limit {k} (absolute value above it), how many "
    "outliers does {x} have{where}?",
    NULL};

/* Repeated removal, then what is left. */
static int
settle_build(struct gen *g, struct draft *d)
{
	int col = gen_num(g, -1, -1), t, x, kept, s;
	double k = gen_chance(g, 0.5) ? 2.5 : gen_chance(g, 0.5) ? 2 : 3;

	t = gen_table(g, d, false, col, -1);
	x = draft_num(d, t, col);
	kept = prog_add(&d->p, "settle", x, -1, -1);
	prog_set_num(&d->p, kept, "k", k);
	s = prog_add(&d->p, "count", kept, -1, -1);
	prog_out(&d->p, "values_left", s, -1);
	s = prog_add(
	    &d->p, gen_chance(g, 0.5) ? "mean" : "median", kept, -1, -1);
	prog_out(&d->p,
	    d->p.n > 0 && s >= 0 && d->p.node[s].op == op_find("mean")
		? "mean_left"
		: "median_left",
	    s, 3);
	draft_bind_col(d, "x", col);
	draft_bind_text(d, "k", k == 2.5 ? "2.5" : k == 2 ? "2" : "3");
	draft_bind_text(d, "s",
	    s >= 0 && d->p.node[s].op == op_find("mean") ? "mean" : "median");
	draft_clause(d,
	    "[Recompute mean and sample standard deviation (n - 1) in each "
	    "round|In each round use the mean and the sample standard "
	    "deviation "
	    "(ddof = 1) of the values still there].");
	return 0;
}

static const char *const settle_ask[] = {
    "Remove values of {x} that are more than {k} standard deviations away from "
    "the mean, and repeat until none is removed{where}: how many values are "
    "left and what is their {s}?",
    "Trim {x} again and again at {k} standard deviations around the mean until "
    "nothing changes{where}. [Report|Give] the number of remaining values and "
    "their {s}.",
    "[Clean|Filter] {x} by dropping values more than {k} standard deviations "
    "from the mean, over and over until a round drops nothing{where}. How many "
    "values stay, and what is their {s}?",
    NULL};

/* Is the skewness small? */
static int
normal_build(struct gen *g, struct draft *d)
{
	static const double limits[] = {0.5, 0.8, 1};
	int col = gen_num(g, -1, -1), s;
	double limit = limits[gen_below(g, 3)];

	s = prog_add(&d->p, "skew",
	    draft_num(d, gen_table(g, d, false, col, -1), col), -1, -1);
	s = prog_add(&d->p, "size", s, -1, -1);
	prog_out(&d->p, "absolute_skewness", s, 3);
	s = prog_add(&d->p, "less", s, -1, -1);
	prog_set_num(&d->p, s, "limit", limit);
	prog_out(&d->p, "roughly_symmetric", s, -1);
	draft_bind_col(d, "x", col);
	draft_bind_text(d, "limit",
	    limit == 0.5       ? "0.5"
		: limit == 0.8 ? "0.8"
			       : "1");
	draft_clause(d, "Use the bias-corrected skewness that pandas gives.");
	return 0;
}

static const char *const normal_ask[] = {
    "Is {x} roughly symmetric{where}, meaning an absolute skewness below "
    "{limit}? [Report|Give] the absolute skewness too.",
    "[Judge|Decide] by the skewness (absolute value below {limit}) whether {x} "
    "is roughly symmetric{where}, and give that absolute skewness.",
    "How lopsided is {x}{where}? Give its absolute skewness, and say whether "
    "it is below {limit}, that is roughly symmetric.",
    NULL};

/* Mean with and without outliers. */
static int
without_build(struct gen *g, struct draft *d)
{
	int col = gen_num(g, -1, -1), t, x, lo, hi, a, b, kept, all, m;

	t = gen_table(g, d, false, col, -1);
	x = draft_num(d, t, col);
	all = prog_add(&d->p, "mean", x, -1, -1);
	prog_out(&d->p, "mean_all", all, 3);
	lo = prog_add(&d->p, "fence", x, -1, -1);
	prog_set_word(&d->p, lo, "side", "low");
	prog_set_num(&d->p, lo, "k", 1.5);
	hi = prog_add(&d->p, "fence", x, -1, -1);
	prog_set_word(&d->p, hi, "side", "high");
	prog_set_num(&d->p, hi, "k", 1.5);
	a = prog_add(&d->p, "cmp_to", x, lo, -1);
	prog_set_word(&d->p, a, "is", "ge");
	b = prog_add(&d->p, "cmp_to", x, hi, -1);
	prog_set_word(&d->p, b, "is", "le");
	m = prog_add(&d->p, "and", a, b, -1);
	kept = prog_add(&d->p, "where_num", x, m, -1);
	prog_out(&d->p, "mean_without_outliers",
	    prog_add(&d->p, "mean", kept, -1, -1), 3);
	draft_bind_col(d, "x", col);
	draft_clause(d,
	    g->seek
		? "A value is far out if it lies more than 1.5 times the width "
		  "of the middle half of the values below or above that half, "
		  "which runs from the value that cuts off the lowest quarter "
		  "to the one that cuts off the highest (linear "
		  "interpolation)."
		: "[An outlier lies|Outliers are values] more than 1.5 "
		  "interquartile ranges beyond the quartiles (linear "
		  "interpolation).");
	return 0;
}

static const char *const without_ask[] = {
    "[How much do outliers pull the mean of {x}?|Outliers may distort {x}.] "
    "Give its mean with all values and without the outliers{where}.",
    "What is the mean of {x}{where}, first over all values, then with outliers "
    "removed?",
    "[Compare|Give] two means of {x}{where}: over all values, and over those "
    "that are no outliers.",
    NULL};

/* Mean of the middle values. */
static int
trimmed_build(struct gen *g, struct draft *d)
{
	static const double cuts[] = {0.05, 0.1, 0.15, 0.2, 0.25};
	static const char *const text[] = {"5", "10", "15", "20", "25"};
	int col = gen_num(g, -1, -1), t = gen_table(g, d, false, col, -1), s;
	size_t k = gen_below(g, 5);

	s = prog_add(&d->p, "trimmed_mean", draft_num(d, t, col), -1, -1);
	prog_set_num(&d->p, s, "cut", cuts[k]);
	prog_out(&d->p, NULL, s, 3);
	draft_bind_col(d, "x", col);
	draft_bind_text(d, "k", text[k]);
	draft_clause(d,
	    "[Round the number of values cut at each end down|The number cut "
	    "at each end is rounded down to a whole one].");
	return 0;
}

static const char *const trimmed_ask[] = {
    "What is the mean of {x}{where} when the lowest {k} % and the highest {k} "
    "% of its values are [left out|dropped]?",
    "[Compute|Report|Give] the trimmed mean of {x}{where}, with {k} % of the "
    "values cut off at each end.",
    "[To be safe from extremes|So that extremes do not count], trim {k} % of "
    "the values of {x} at both ends{where}: what is the mean of the rest?",
    NULL};

/* Spread relative to the mean. */
static int
cv_build(struct gen *g, struct draft *d)
{
	int col, x = one_number(g, d, &col), s;
	const struct prof_col *c;

	if (x == -1)
		return -1;
	c = prof_col(g->pf, (size_t)col);
	/* values of both signs, or a mean near 0, make it meaningless */
	if (!(c->min > 0 || c->max < 0) || !(fabs(c->mean) > 0.1 * c->std))
		return -1;
	s = prog_add(&d->p, "cv", x, -1, -1);
	gen_word(g, &d->p, s, "ddof");
	prog_out(&d->p, NULL, s, 3);
	draft_bind_col(d, "x", col);
	draft_bind_text(d, "sd",
	    g->seek ? "standard deviation"
		: d->p.node[s].arg[0].word == 0
		? "sample standard deviation"
		: "population standard deviation");
	return 0;
}

static const char *const cv_ask[] = {
    "What is the coefficient of variation of {x}{where}, that is its {sd} "
    "divided by its mean?",
    "How large is the {sd} of {x} relative to its mean{where}?",
    "[Compute|Report|Find] the coefficient of variation ({sd} over mean) of "
    "{x}{where}.",
    "Divide the {sd} of {x} by its mean{where}: what [comes out|is the "
    "result]?",
    NULL};

/* Values near the mean. */
static int
within_sd_build(struct gen *g, struct draft *d)
{
	static const double ks[] = {0.5, 1, 1.5, 2, 2.5};
	static const char *const text[] = {"half a standard deviation",
	    "one standard deviation", "1.5 standard deviations",
	    "2 standard deviations", "2.5 standard deviations"};
	int col = gen_num(g, -1, -1), t = gen_table(g, d, false, col, -1), m;
	size_t k = gen_below(g, 5);

	m = prog_add(&d->p, "within_sd", draft_num(d, t, col), -1, -1);
	prog_set_num(&d->p, m, "k", ks[k]);
	gen_word(g, &d->p, m, "ddof");
	prog_out(&d->p, NULL, prog_add(&d->p, "count_true", m, -1, -1), -1);
	draft_bind_col(d, "x", col);
	draft_bind_text(d, "k", text[k]);
	return 0;
}

static const char *const within_sd_ask[] = {
    "How many values of {x} lie within {k} of the mean{where}?",
    "[Count|Find the number of] values of {x} that are at most {k} away from "
    "their mean{where}.",
    "Take the range of {k} to either side of the mean of {x}{where}: how many "
    "values [fall into it|does it hold]?",
    NULL};

/* Is a sample normal? The decision only: p-values differ by release. */
static int
shapiro_build(struct gen *g, struct draft *d)
{
	int col = gen_num(g, -1, -1), t = gen_table(g, d, false, col, -1), x, p;

	x = prog_add(&d->p, "present", draft_num(d, t, col), -1, -1);
	p = prog_add(
	    &d->p, "field", prog_add(&d->p, "shapiro", x, -1, -1), -1, -1);
	prog_set_word(&d->p, p, "name", "pvalue");
	prog_out(
	    &d->p, "values_tested", prog_add(&d->p, "count", x, -1, -1), -1);
	prog_out(&d->p, "normality_rejected",
	    prog_add(&d->p, "significant", p, -1, -1), -1);
	draft_bind_col(d, "x", col);
	return 0;
}

static const char *const shapiro_ask[] = {
    "Does the Shapiro-Wilk test reject normality of {x} at the 5 % "
    "level{where}? [Report|Give] the number of values tested, too.",
    "Apply the Shapiro-Wilk test to {x}{where}: how many values are "
    "tested, and is normality rejected at the 0.05 level?",
    "Is {x} compatible with a normal distribution{where}, or does a "
    "Shapiro-Wilk test at the 5 % level reject that? State how many values "
    "were tested as well.",
    NULL};

/* Distance from a normal distribution fitted to the values. */
static int
ks_build(struct gen *g, struct draft *d)
{
	int col = gen_num(g, -1, -1), t = gen_table(g, d, false, col, -1), x;
	int test, s, p;

	x = prog_add(&d->p, "present", draft_num(d, t, col), -1, -1);
	test = prog_add(&d->p, "ks_normal", x, -1, -1);
	gen_word(g, &d->p, test, "ddof");
	s = prog_add(&d->p, "field", test, -1, -1);
	prog_set_word(&d->p, s, "name", "statistic");
	draft_bind_col(d, "x", col);
	if (g->seek) {
		prog_out(&d->p, NULL, s, 3);
		draft_clause(d,
		    "Look at both sides of every step of the actual share; the "
		    "gap is a fraction from 0 to 1.");
		return 0;
	}
	prog_out(&d->p, "statistic", s, 3);
	p = prog_add(&d->p, "field", test, -1, -1);
	prog_set_word(&d->p, p, "name", "pvalue");
	prog_out(&d->p, "normality_rejected",
	    prog_add(&d->p, "significant", p, -1, -1), -1);
	draft_clause(d,
	    "Take the p-value of the plain two-sided test, without a "
	    "correction for the fitted parameters.");
	return 0;
}

static const char *const ks_ask[] = {
    "What is the Kolmogorov-Smirnov statistic of {x} against a normal "
    "distribution with the mean and standard deviation of the values "
    "themselves{where}, and is normality rejected at the 5 % level?",
    "Fit a normal distribution to {x} by its mean and standard "
    "deviation{where} and run a Kolmogorov-Smirnov test against it: what is "
    "the statistic, and is the fit rejected at the 0.05 level?",
    "Compare {x} with a normal distribution that has its own mean and "
    "standard deviation{where}. Give the Kolmogorov-Smirnov statistic and "
    "whether normality is rejected at the 5 % level.",
    NULL};

/* Fill gaps, then compute again. */
static int
fill_build(struct gen *g, struct draft *d)
{
	static const char *const stats[] = {
	    "mean", "median", "std", "std", "skew", "sum"};
	int col = gen_num(g, -1, -1), t, x, s;
	const char *stat;
	bool constant = gen_chance(g, 0.3);

	if (col == -1 || tab_missing(g->t, (size_t)col) == 0)
		return -1;
	t = gen_table(g, d, false, col, -1);
	x = prog_add(&d->p, constant ? "fill_missing_with" : "fill_missing",
	    draft_num(d, t, col), -1, -1);
	if (constant)
		prog_set_num(&d->p, x, "value",
		    g->seek || gen_chance(g, 0.5)
			? 0
			: gen_limit(g, col, 0.1, 0.9));
	else
		gen_word(g, &d->p, x, "by");
	stat = stats[gen_below(g, 6)];
	/* of many gaps the filling is the median, as an overview shows it */
	if (!constant && strcmp(stat, "median") == 0)
		return -1;
	s = prog_add(&d->p, stat, x, -1, -1);
	prog_set_word(&d->p, s, "ddof", "sample");
	prog_out(&d->p, NULL, s, 3);
	draft_bind(d, "s", s);
	draft_bind_col(d, "x", col);
	return 0;
}

static const char *const fill_ask[] = {"What is the {s}{where}?",
    "[Compute|Report|Give] the {s}{where}.",
    "[After imputation|Once the gaps are filled], what is the {s}{where}?",
    "[How large|How big] is the {s}{where}?", NULL};

/* Transform, then compute. */
struct transform {
	const char *op;
	const char *stat[4];
	bool whole; /* not read off an overview of all rows */
};

static const struct transform transforms[] = {
    {"log1p", {"mean", "std", "skew", "mean"}, true},
    {"sqrt", {"mean", "std", "skew", "mean"}, true},
    {"z", {"max", "min", "median", "max"}, false},
    {"minmax", {"mean", "median", "std", "mean"}, false}};

static int
transform_build(struct gen *g, struct draft *d)
{
	const struct transform *tr = &transforms[gen_below(g, 4)];
	int col = gen_num(g, -1, -1), t, x, s;

	if (col == -1 ||
	    (tr->whole && !(prof_col(g->pf, (size_t)col)->min >= 0)))
		return -1;
	t = gen_table(g, d, !tr->whole && !g->lookups, col, -1);
	d->lookup = !tr->whole && t >= 0 && d->p.node[t].in[0] < 0;
	x = prog_add(&d->p, tr->op, draft_num(d, t, col), -1, -1);
	s = prog_add(&d->p, tr->stat[gen_below(g, 4)], x, -1, -1);
	prog_set_word(&d->p, s, "ddof", "sample");
	prog_out(&d->p, NULL, s, 3);
	draft_bind(d, "x", x);
	draft_bind_text(d, "s",
	    s < 0                                      ? ""
		: d->p.node[s].op == op_find("mean")   ? "[mean|average]"
		: d->p.node[s].op == op_find("median") ? "median"
		: d->p.node[s].op == op_find("skew")
		? "skewness (bias-corrected, as pandas computes it)"
		: d->p.node[s].op == op_find("std") ? "sample standard "
						      "deviation"
		: d->p.node[s].op == op_find("max") ? "[largest|maximum]"
						    : "[smallest|minimum]");
	return 0;
}

static const char *const transform_ask[] = {
    "[Take|Compute] the {x} for each row{where}: what is the {s} of the "
    "results?",
    "What is the {s} of the {x}{where}?",
    "[Replace each value by|Work with] the {x}{where}. [Report|Give] the {s} "
    "of what comes out.",
    NULL};

static const char *const value_seek[] = {"What is the {s}{where}?",
    "[How large|How big] is the {s}{where}?",
    "[Find|Work out|Tell me] the {s}{where}.", NULL};

static const char *const zscore_seek[] = {
    "How many values of {x} look unusual{where}, being more than {k} standard "
    "deviations away from their average?",
    "Some values of {x} may be [out of line|extreme]{where}: how many are "
    "further than {k} standard deviations from the average?",
    "Count the values of {x} that lie more than {k} standard deviations away "
    "from their average{where}.",
    NULL};

static const char *const settle_seek[] = {
    "[Clean|Weed] {x} by dropping whatever is more than {k} standard "
    "deviations away from the average, again and again until nothing more "
    "goes{where}: how many values stay, and what is their {s}?",
    "Which values of {x} hold together{where}? Drop those further than {k} "
    "standard deviations from the average until none is left to drop, and "
    "give the number that stay and their {s}.",
    "Drop from {x} whatever lies more than {k} standard deviations from the "
    "average, and go on until a round drops nothing{where}. [Report|Give] how "
    "many values stay and their {s}.",
    NULL};

static const char *const quantile_seek[] = {"{q}", NULL};

static const char *const share_seek[] = {
    "In what percentage of rows does {x} lie {side} its own average{where}?",
    "How often, in percent of the rows, is {x} {side} its average{where}?",
    "Out of a hundred rows{where}, in how many is {x} {side} its average?",
    NULL};

static const char *const fences_seek[] = {
    "How many values of {x} lie far out{where}, more than {k} times the width "
    "of the middle half of the values below or above that half?",
    "The middle half of the values of {x} runs from the value that cuts off "
    "the lowest quarter to the one that cuts off the highest. How many values "
    "lie more than {k} times its width [outside it|beyond its ends]{where}?",
    "Take the range of {x} that is left when the lowest and the highest "
    "quarter of the values are cut off{where}, and widen it by {k} times its "
    "width at both ends: how many values lie outside? This range is the middle "
    "half.",
    NULL};

static const char *const without_seek[] = {
    "How much do values that are far out pull the mean of {x}? Give its mean "
    "with all values and without those{where}.",
    "What is the mean of {x}{where}, first over all values, then without those "
    "that are far out?",
    "[Give|Report] the mean of {x} twice{where}: over all values, and over "
    "those that are not far out.",
    NULL};

static const char *const trimmed_seek[] = {
    "What is the average of {x}{where} once the lowest {k} % and the highest "
    "{k} % of its values are left out?",
    "Leave out the lowest {k} % and the highest {k} % of the values of "
    "{x}{where}: what is the average of the rest?",
    "So that extremes do not count, drop the lowest and the highest {k} % of "
    "the values of {x}{where}. How large is the average of what remains?",
    NULL};

static const char *const cv_seek[] = {
    "How large is the {sd} of {x} relative to its mean{where}?",
    "Divide the {sd} of {x} by its mean{where}: what [comes out|is the "
    "result]?",
    "How many times its mean is the {sd} of {x}{where}?", NULL};

static const char *const ks_seek[] = {
    "Set the share of values of {x} up to each point against what a normal "
    "curve with the same mean and standard deviation predicts{where}: how "
    "large is the biggest gap between the two?",
    "A normal curve with the mean and standard deviation of {x} predicts what "
    "share of the values lies up to any point. How far is the actual share "
    "away from it at most{where}?",
    "How badly does a normal curve with the mean and standard deviation of {x} "
    "fit its values{where}? Give the largest gap between the predicted and the "
    "actual share of values up to a point.",
    NULL};

const struct family number_families[] = {
    {.name = "trimmed_mean",
	.number = 18,
	.steps = 4,
	.answer = "number",
	.category = "summary",
	.summary = "mean without the extremes at both ends",
	.build = trimmed_build,
	.ask = trimmed_ask,
	.seek = trimmed_seek,
	.hint = "Sort the values of {x}, cut floor(n * share) at each end, "
		"average the rest."},
    {.name = "variation",
	.number = 20,
	.steps = 2,
	.answer = "number",
	.category = "distribution",
	.summary = "coefficient of variation",
	.build = cv_build,
	.ask = cv_ask,
	.seek = cv_seek,
	.hint = "Divide the {sd} of {x} by its mean."},
    {.name = "values_near_mean",
	.number = 22,
	.steps = 4,
	.answer = "integer",
	.category = "distribution",
	.summary = "values within some standard deviations of the mean",
	.build = within_sd_build,
	.ask = within_sd_ask,
	.seek = within_sd_ask,
	.hint = "Subtract the mean of {x}, take absolute values, count those "
		"up to {k}."},
    {.name = "shapiro_decision",
	.number = 28,
	.steps = 4,
	.answer = "integer + boolean",
	.category = "distribution",
	.summary = "does a Shapiro-Wilk test reject normality",
	.build = shapiro_build,
	.ask = shapiro_ask,
	.hint = "Drop missing values of {x}, run scipy.stats.shapiro, compare "
		"its p-value with 0.05."},
    {.name = "ks_normal",
	.number = 29,
	.steps = 4,
	.answer = "number + boolean",
	.category = "distribution",
	.summary = "Kolmogorov-Smirnov distance from a fitted normal",
	.build = ks_build,
	.ask = ks_ask,
	.seek = ks_seek,
	.hint = "Drop missing values of {x}; scipy.stats.kstest against "
		"\"norm\" with their mean and standard deviation."},
    {.name = "filled_gaps",
	.number = 30,
	.steps = 4,
	.answer = "number",
	.category = "preprocessing",
	.summary = "fill missing values, then compute",
	.build = fill_build,
	.ask = fill_ask,
	.seek = fill_ask,
	.hint = "Use fillna on {x} first; the {s} is asked for."},
    {.name = "transformed",
	.number = 31,
	.steps = 4,
	.answer = "number",
	.category = "feature_engineering",
	.summary = "log, root, z-score or min-max scaling, then compute",
	.build = transform_build,
	.ask = transform_ask,
	.seek = transform_ask,
	.hint = "Compute the {x} as a column of its own, then the {s} of it."},

    {.name = "location",
	.number = 15,
	.steps = 1,
	.answer = "number",
	.category = "summary",
	.summary = "mean, median, sum, extremes or range of a column",
	.build = location_build,
	.ask = value_ask,
	.seek = value_seek,
	.hint = "The {s} is asked for."},
    {.name = "spread",
	.number = 16,
	.steps = 1,
	.answer = "number",
	.category = "summary",
	.summary = "standard deviation, variance or standard error",
	.build = spread_build,
	.ask = value_ask,
	.seek = value_seek,
	.hint = "The {s} is asked for."},
    {.name = "quantile",
	.number = 17,
	.steps = 1,
	.answer = "number",
	.category = "summary",
	.summary = "a quantile or the interquartile range",
	.build = quantile_build,
	.ask = value_ask,
	.seek = quantile_seek,
	.hint = "The {s} is asked for."},
    {.name = "shape",
	.number = 19,
	.steps = 1,
	.answer = "number",
	.category = "distribution",
	.summary = "skewness or kurtosis",
	.build = shape_build,
	.ask = value_ask,
	.hint = "The {s} is asked for."},
    {.name = "share_beyond",
	.number = 21,
	.steps = 1,
	.answer = "number",
	.category = "distribution",
	.summary = "share of rows above or below a limit",
	.build = share_build,
	.ask = share_ask,
	.seek = share_seek,
	.hint = "Test each row for whether {m}; the mean of the test times 100 "
		"is the percentage."},
    {.name = "outliers_fences",
	.number = 23,
	.steps = 3,
	.answer = "integer",
	.category = "outliers",
	.summary = "values beyond the interquartile fences",
	.build = fences_build,
	.ask = fences_ask,
	.seek = fences_seek,
	.hint = "Compute both fences of {x} at {k} times the interquartile "
		"range, then count the values strictly outside."},
    {.name = "outliers_z",
	.number = 24,
	.steps = 2,
	.answer = "integer",
	.category = "outliers",
	.summary = "values far from the mean in standard deviations",
	.build = zscore_build,
	.ask = zscore_ask,
	.seek = zscore_seek,
	.hint = "Standardise {x} (ddof = 1), take absolute values, count those "
		"above {k}."},
    {.name = "outliers_repeated",
	.number = 26,
	.steps = 9,
	.answer = "integer + number",
	.category = "outliers",
	.summary = "repeated removal of far values until stable",
	.build = settle_build,
	.ask = settle_ask,
	.seek = settle_seek,
	.hint =
	    "Loop: compute mean and sample standard deviation of what is "
	    "left of {x}, keep values within {k} of them, stop when nothing "
	    "is removed."},
    {.name = "symmetry",
	.number = 27,
	.steps = 2,
	.answer = "number + boolean",
	.category = "distribution",
	.summary = "is the skewness below a limit",
	.build = normal_build,
	.ask = normal_ask,
	.hint = "Compute the skewness of {x}, take its absolute value and "
		"compare with {limit}."},
    {.name = "mean_without_outliers",
	.number = 25,
	.steps = 4,
	.answer = "two numbers",
	.category = "outliers",
	.summary = "mean with and without outliers",
	.build = without_build,
	.ask = without_ask,
	.seek = without_seek,
	.hint = "Compute the fences of {x}, keep what is within them, average "
		"before and after."},
    {0}};
