/* fam_pair.c - families on two or more numeric columns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "family.h"

enum { FRAME_MIN = 3, FRAME_MAX = 6 };

static int
corr_build(struct gen *g, struct draft *d, const char *method, bool must)
{
	int a = gen_num(g, -1, -1), b = gen_num(g, a, -1), t, r, second;

	if (a == -1 || b == -1)
		return -1;
	t = gen_table(g, d, must, a, b);
	second = draft_num(d, t, b);
	r = prog_add(&d->p, "corr", draft_num(d, t, a), second, -1);
	prog_set_word(&d->p, r, "method", method);
	prog_out(&d->p, NULL, r, 3);
	draft_bind_col(d, "a", a);
	draft_bind_col(d, "b", b);
	draft_bind(d, "r", r);
	return 0;
}

static int
pearson_build(struct gen *g, struct draft *d)
{
	return corr_build(g, d, "pearson", false);
}

static int
spearman_build(struct gen *g, struct draft *d)
{
	return corr_build(g, d, "spearman", false);
}

static const char *const corr_ask[] = {"What is the {r}{where}?",
    "[Compute|Calculate|Report] the {r}{where}.",
    "How strongly do {a} and {b} go together{where}? [Give|Use] the {r}.",
    "[Measure|Quantify] how {a} and {b} are related{where} by the {r}.", NULL};

/* Up to FRAME_MAX numeric columns other than y, as a node and as words. */
static int
frame(struct gen *g, struct draft *d, int t, int y, struct buf *names)
{
	json_t *list = json_array();
	size_t order[64], n = g->nnum < 64 ? g->nnum : 64, i;
	struct buf text = {0};
	int node;

	for (i = 0; i < n; i++)
		order[i] = i;
	rng_shuffle(g->rng, order, n);
	for (i = 0; i < n && json_array_size(list) < FRAME_MAX; i++) {
		int c = g->num[order[i]];
		const char *name = tab_name(g->t, (size_t)c);

		if (c == y)
			continue;
		json_array_append_new(list, json_string(name));
		g->uses[c]++;
		buf_puts(names, names->n > 0 ? ", " : "");
		say_col(g->t, c, names);
	}
	if (json_array_size(list) < FRAME_MIN) {
		json_decref(list);
		return -1;
	}
	char *json = json_dumps(list, JSON_COMPACT);

	buf_puts(&text, json);
	free(json);
	node = prog_add(&d->p, "columns", t, -1, -1);
	prog_set_text(&d->p, node, "names", (struct tab_span){text.p, text.n});
	buf_clear(&text);
	json_decref(list);
	return node;
}

/* Names go into a pattern through a bound literal: see draft_bind_literal. */
static int
pair_build(struct gen *g, struct draft *d)
{
	struct buf names = {0};
	int t = gen_table(g, d, false, -1, -1), f, pairs, best, top;

	f = frame(g, d, t, -1, &names);
	pairs = prog_add(&d->p, "pairs", f, -1, -1);
	prog_set_word(&d->p, pairs, "method",
	    gen_chance(g, 0.7) ? "pearson" : "spearman");
	gen_word(g, &d->p, pairs, "size");
	best = prog_add(&d->p, "pair_end", pairs, -1, -1);
	gen_word(g, &d->p, best, "end");
	prog_out(&d->p, "columns", best, -1);
	top = prog_add(&d->p,
	    best >= 0 && d->p.node[best].arg[0].word == 0 ? "max" : "min",
	    pairs, -1, -1);
	prog_out(&d->p, "correlation", top, 3);
	draft_bind_literal(d, "names", names.p);
	draft_bind(d, "r", pairs);
	draft_bind_text(d, "end",
	    best >= 0 && d->p.node[best].arg[0].word == 0 ? "highest"
							  : "lowest");
	buf_clear(&names);
	draft_clause(d,
	    "[For each pair use the rows where both values are present|Each "
	    "pair uses its complete rows]; [name the two columns in the order "
	    "of the list given here|list the two columns in the order given "
	    "here].");
	return 0;
}

static const char *const pair_ask[] = {"Which two of the columns {names} have "
				       "the {end} {r}{where}, and what is it?",
    "[Compare|Look at] all pairs of the columns {names}: which pair has the "
    "{end} {r}{where}? [Give|Report] the correlation too.",
    "Of all pairs among the columns {names}, [name|find] the one whose {r} is "
    "{end}{where}, and that figure.",
    NULL};

static int
related_build(struct gen *g, struct draft *d)
{
	struct buf names = {0};
	int y = gen_num(g, -1, -1), t, f, r, best, top;

	if (y == -1)
		return -1;
	t = gen_table(g, d, false, y, -1);
	f = frame(g, d, t, y, &names);
	r = prog_add(&d->p, "corr_with", f, draft_num(d, t, y), -1);
	prog_set_word(
	    &d->p, r, "method", gen_chance(g, 0.7) ? "pearson" : "spearman");
	prog_set_word(
	    &d->p, r, "size", gen_chance(g, 0.6) ? "absolute" : "signed");
	best = prog_add(&d->p, "arg_end", r, -1, -1);
	gen_word(g, &d->p, best, "end");
	prog_out(&d->p, "column", best, -1);
	top = prog_add(&d->p,
	    best >= 0 && d->p.node[best].arg[0].word == 0 ? "max" : "min", r,
	    -1, -1);
	prog_out(&d->p, "correlation", top, 3);
	draft_bind_literal(d, "names", names.p);
	draft_bind(d, "r", r);
	draft_bind_col(d, "y", y);
	draft_bind_text(d, "end",
	    best >= 0 && d->p.node[best].arg[0].word == 0 ? "highest"
							  : "lowest");
	buf_clear(&names);
	draft_clause(d,
	    "[For each column use the rows where both values are present|Each "
	    "correlation uses its complete rows].");
	return 0;
}

static const char *const related_ask[] = {
    "Which of the columns {names} has the {end} {r}{where}, and how high is "
    "it?",
    "[Relate|Compare] {y} to each of {names}: which one has the {end} "
    "{r}{where}? [Give|Report] the correlation as well.",
    "[Go through|Take] the columns {names} one by one: whose {r} is the "
    "{end}{where}, and how high is it?",
    NULL};

/* A least-squares line: slope, fit, prediction. */
static int
line_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), y = gen_num(g, x, -1), t, c, fit, s, second;
	double at;

	if (x == -1 || y == -1)
		return -1;
	t = gen_table(g, d, false, x, y);
	c = prog_add(&d->p, "complete", t, -1, -1);
	prog_set_col(&d->p, c, "col", x);
	prog_set_col(&d->p, c, "other", y);
	second = draft_num(d, c, y);
	fit = prog_add(&d->p, "line", draft_num(d, c, x), second, -1);
	s = prog_add(&d->p, "field", fit, -1, -1);
	prog_set_word(&d->p, s, "name", "slope");
	prog_out(&d->p, g->seek ? "per_unit" : "slope", s, 4);
	/* where to predict would tell the column */
	if (g->seek || gen_chance(g, 0.5)) {
		s = prog_add(&d->p, "squared", fit, -1, -1);
		prog_out(&d->p, g->seek ? "share" : "r_squared", s, 4);
		draft_bind_text(d, "also", "R squared");
	} else {
		at = gen_limit(g, x, 0.2, 0.8);
		s = prog_add(&d->p, "line_at", fit, -1, -1);
		prog_set_num(&d->p, s, "x", at);
		prog_out(&d->p, "prediction", s, 4);
		draft_bind(d, "also", s);
	}
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "y", y);
	draft_clause(d,
	    "[Use the rows where both are present|Rows without one of the two "
	    "values are left out].");
	return 0;
}

static const char *const line_ask[] = {
    "Fit a least-squares line that explains {y} by {x}{where}: what is its "
    "slope, and what is the {also}?",
    "Regress {y} on {x} with an intercept{where}. [Report|Give] the slope and "
    "the {also}.",
    "How does {y} change with {x} along a least-squares line{where}? Give the "
    "slope and the {also}.",
    NULL};

static const char *const pearson_seek[] = {
    "How closely do {a} and {b} follow a straight line{where}, as a number "
    "from "
    "-1 (one falls as the other rises) to 1 (both rise together)?",
    "Do {a} and {b} go up and down together{where}? Say how well a straight "
    "line describes it, from -1 for opposite to 1 for the same direction.",
    "[Rate|Measure] from -1 (opposite directions) to 1 (the same direction) "
    "how close the points of {a} and {b} lie to a straight line{where}.",
    NULL};

static const char *const spearman_seek[] = {
    "Put ranks in the place of the values of {a} and {b} (equal values share "
    "the average rank){where}: how closely do the ranks follow a straight "
    "line, from -1 (opposite order) to 1 (the same order)?",
    "Do {a} and {b} put the rows in the same order{where}? Replace the values "
    "by their ranks (average ranks where equal) and say how close the ranks "
    "are to a straight line, from -1 to 1.",
    "Once every value of {a} and of {b} is replaced by its rank (equal values "
    "share the average rank){where}, how well does a straight line describe "
    "the ranks, from -1 (opposite order) to 1 (the same order)?",
    NULL};

/* Their names as words. */
static void
bind_names(struct gen *g, struct draft *d, const int *col, size_t n)
{
	struct buf b = {0};
	size_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_puts(&b, i + 1 == n ? " and " : ", ");
		say_col(g->t, col[i], &b);
	}
	draft_bind_literal(d, "names", b.p);
	buf_clear(&b);
}

/* n different numeric columns other than y; false: there are not so many. */
static bool
some_columns(struct gen *g, int y, int *col, size_t n)
{
	size_t i, k, tries;

	for (i = tries = 0; i < n && tries < 60; tries++) {
		col[i] = gen_num(g, y, i > 0 ? col[i - 1] : -1);
		if (col[i] == -1)
			return false;
		for (k = 0; k < i && col[k] != col[i]; k++)
			;
		if (k == i)
			i++;
	}
	return i == n;
}

/* The group in which two columns go together most. */
static int
corr_group_build(struct gen *g, struct draft *d)
{
	int a = gen_num(g, -1, -1), b = gen_num(g, a, -1), k = gen_cat(g, a, b),
	    t, r, best, top, second;

	if (a == -1 || b == -1 || k == -1)
		return -1;
	t = gen_table(g, d, false, a, k);
	second = draft_num(d, t, b);
	r = prog_add(&d->p, "corr_by", draft_by(d, t, a, k), second, -1);
	gen_word(g, &d->p, r, "size");
	if (g->seek)
		prog_set_word(&d->p, r, "size", "signed");
	best = prog_add(&d->p, "arg_end", r, -1, -1);
	gen_word(g, &d->p, best, "end");
	if (best == -1)
		return -1;
	top = prog_add(
	    &d->p, d->p.node[best].arg[0].word == 0 ? "max" : "min", r, -1, -1);
	prog_out(&d->p, "group", best, -1);
	prog_out(&d->p, g->seek ? "figure" : "correlation", top, 3);
	draft_bind_col(d, "k", k);
	draft_bind_col(d, "a", a);
	draft_bind_col(d, "b", b);
	draft_bind(d, "r", r);
	draft_bind_text(
	    d, "end", d->p.node[best].arg[0].word == 0 ? "highest" : "lowest");
	draft_clause(d, "Use the rows where both numbers are present.");
	return 0;
}

static const char *const corr_group_ask[] = {
    "In which group of {k} is the {r} {end}{where}, and what is it there?",
    "[Compute|Take] the {r} for each {k}{where}: which group has the {end} "
    "one, and how high is it?",
    "How closely {a} and {b} are related depends on {k}: where is the {r} "
    "{end}{where}? [Give|Report] the group and the figure.",
    NULL};

/* How a correlation changes without outliers, or on logarithms. */
static int
corr_change_build(struct gen *g, struct draft *d)
{
	int a = gen_num(g, -1, -1), b = gen_num(g, a, -1), t, r, s, x, y, lo,
	    hi, m, inner, limit;
	/* fences cannot be told without their names */
	bool log = g->seek || gen_chance(g, 0.5);

	if (a == -1 || b == -1)
		return -1;
	t = gen_table(g, d, false, a, b);
	x = draft_num(d, t, a);
	y = draft_num(d, t, b);
	r = prog_add(&d->p, "corr", x, y, -1);
	if (log) {
		x = prog_add(&d->p, "log1p", x, -1, -1);
		y = prog_add(&d->p, "log1p", y, -1, -1);
	} else {
		lo = prog_add(&d->p, "fence", x, -1, -1);
		prog_set_word(&d->p, lo, "side", "low");
		prog_set_num(&d->p, lo, "k", 1.5);
		hi = prog_add(&d->p, "fence", x, -1, -1);
		prog_set_word(&d->p, hi, "side", "high");
		prog_set_num(&d->p, hi, "k", 1.5);
		m = prog_add(&d->p, "cmp_to", x, lo, -1);
		prog_set_word(&d->p, m, "is", "ge");
		limit = prog_add(&d->p, "cmp_to", x, hi, -1);
		prog_set_word(&d->p, limit, "is", "le");
		inner = prog_add(&d->p, "where", t,
		    prog_add(&d->p, "and", m, limit, -1), -1);
		x = draft_num(d, inner, a);
		y = draft_num(d, inner, b);
	}
	s = prog_add(&d->p, "corr", x, y, -1);
	prog_out(&d->p, "before", r, 3);
	prog_out(&d->p, "after", s, 3);
	prog_out(&d->p, "change", prog_add(&d->p, "diff", s, r, -1), 3);
	draft_bind_col(d, "a", a);
	draft_bind_col(d, "b", b);
	draft_bind_text(d, "how2",
	    "replacing both columns by the natural logarithm of 1 plus their "
	    "value");
	draft_bind_text(d, "how",
	    log ? "both columns are replaced by the natural logarithm of 1 "
		  "plus their value"
		: "the rows whose {a} is more than 1.5 interquartile ranges "
		  "below the first or above the third quartile are dropped");
	draft_clause(d,
	    log ? "Use the rows where both numbers are present; the change is "
		  "after minus before."
		: "Take the quartiles by linear interpolation, and each "
		  "correlation over the rows where both numbers are present; "
		  "the change is after minus before.");
	return 0;
}

static const char *const corr_change_ask[] = {
    "What is the Pearson correlation of {a} and {b}{where}, and what does it "
    "become when {how}? Give the change too.",
    "[Compute|Take] the Pearson correlation of {a} and {b}{where}. By how much "
    "does it change when {how}?",
    "How does the Pearson correlation of {a} and {b}{where} change when {how}? "
    "[Report|Give] it before and after.",
    NULL};

/* The pair of columns on which two kinds of correlation differ most. */
static int
corr_kinds_build(struct gen *g, struct draft *d)
{
	struct buf names = {0};
	int t = gen_table(g, d, false, -1, -1), f, gap, best, top;

	f = frame(g, d, t, -1, &names);
	gap = prog_add(&d->p, "rank_gap", f, -1, -1);
	best = prog_add(&d->p, "pair_end", gap, -1, -1);
	prog_set_word(&d->p, best, "end", "max");
	prog_out(&d->p, "columns", best, -1);
	top = prog_add(&d->p, "max", gap, -1, -1);
	prog_out(&d->p, "difference", top, 3);
	draft_bind_literal(d, "names", names.p);
	buf_clear(&names);
	draft_clause(d,
	    "The difference is the absolute value of Spearman minus Pearson; "
	    "each pair uses its complete rows, and its two columns are named "
	    "in the order given here.");
	return 0;
}

static const char *const corr_kinds_ask[] = {
    "For which two of the columns {names} do the Spearman and the Pearson "
    "correlation differ most{where}, and by how much?",
    "[Compare|Contrast] the Spearman with the Pearson correlation for all "
    "pairs of the columns {names}{where}: which pair shows the largest "
    "difference, and how large is it?",
    "Among {names}, find the pair of columns whose rank correlation (Spearman) "
    "lies furthest from their Pearson correlation{where}. Report the pair and "
    "the difference.",
    NULL};

/* A statistic, to be followed by what it is of. */
static const char *
stat_words(const char *op)
{
	static const char *const words[][2] = {{"mean", "[mean|average]"},
	    {"median", "median"}, {"sum", "[total|sum]"},
	    {"max", "[largest|highest] value"},
	    {"min", "[smallest|lowest] value"},
	    {"std", "sample standard deviation"}, {NULL, NULL}};
	size_t i;

	for (i = 0; words[i][0] != NULL; i++)
		if (strcmp(words[i][0], op) == 0)
			return words[i][1];
	return op;
}

/* A statistic of a ratio or difference of two columns. */
static int
derived_build(struct gen *g, struct draft *d)
{
	int a = gen_num(g, -1, -1), b = gen_num(g, a, -1), t, v, s, second;
	double lo, hi;
	const char *op;

	if (a == -1 || b == -1)
		return -1;
	lo = prof_col(g->pf, (size_t)b)->min;
	hi = prof_col(g->pf, (size_t)b)->max;
	op = gen_chance(g, 0.35) ? "sub"
	    : lo > 0 || hi < 0   ? "ratio"
				 : "ratio_nonzero";
	t = gen_table(g, d, false, a, b);
	second = draft_num(d, t, b);
	v = prog_add(&d->p, op, draft_num(d, t, a), second, -1);
	s = prog_add(&d->p, gen_stat(g), v, -1, -1);
	prog_set_word(&d->p, s, "ddof", "sample");
	prog_out(&d->p, NULL, s, 3);
	draft_bind_col(d, "a", a);
	draft_bind_col(d, "b", b);
	draft_bind(d, "v", v);
	draft_bind_text(
	    d, "stat", s >= 0 ? stat_words(d->p.node[s].op->name) : "");
	if (strcmp(op, "ratio_nonzero") == 0)
		draft_clause(d, "Rows where {b} is 0 are left out.");
	return 0;
}

static const char *const derived_ask[] = {
    "For each row compute {v}{where}. What is the {stat} of these figures?",
    "What is the {stat} of {v}{where}, computed row by row?",
    "[Derive|Make] a new column, {v}{where}. [Report|Give] its {stat}.", NULL};

/* Correlation of two columns with a third held fixed. */
static int
partial_build(struct gen *g, struct draft *d)
{
	int c[3], t, full, r, second, third;

	if (!some_columns(g, -1, c, 3))
		return -1;
	t = gen_table(g, d, false, c[0], c[1]);
	full = prog_add(
	    &d->p, "complete_frame", draft_frame(g, d, t, c, 3), -1, -1);
	third = draft_num(d, full, c[2]);
	second = draft_num(d, full, c[1]);
	r = prog_add(&d->p, "partial", draft_num(d, full, c[0]), second, third);
	prog_out(&d->p, NULL, r, 3);
	draft_bind_col(d, "a", c[0]);
	draft_bind_col(d, "b", c[1]);
	draft_bind_col(d, "c", c[2]);
	draft_clause(d, "Use the rows where all three are present.");
	return 0;
}

static const char *const partial_ask[] = {
    "What is the partial correlation (Pearson) of {a} and {b} with {c} held "
    "fixed{where}?",
    "How strongly are {a} and {b} linearly related once {c} is controlled "
    "for{where}? Give the partial correlation based on Pearson's r.",
    "[Compute|Report] the Pearson partial correlation between {a} and {b} "
    "given {c}{where}.",
    NULL};

/* The row that a line explains worst. */
static int
residual_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), y = gen_num(g, x, -1), t, c, fit, v, size,
	    nx, ny, second;

	if (x == -1 || y == -1)
		return -1;
	t = gen_table(g, d, false, x, y);
	c = prog_add(&d->p, "complete", t, -1, -1);
	prog_set_col(&d->p, c, "col", x);
	prog_set_col(&d->p, c, "other", y);
	second = draft_num(d, c, y);
	fit = prog_add(&d->p, "line", draft_num(d, c, x), second, -1);
	second = draft_num(d, c, y);
	v = prog_add(&d->p, "residuals", fit, draft_num(d, c, x), second);
	size = prog_add(&d->p, "abs", v, -1, -1);
	nx = prog_add(&d->p, "number_of", size, draft_num(d, c, x), -1);
	ny = prog_add(&d->p, "number_of", size, draft_num(d, c, y), -1);
	prog_out(&d->p, "x", nx, prof_col(g->pf, (size_t)x)->whole ? -1 : 3);
	prog_out(&d->p, "y", ny, prof_col(g->pf, (size_t)y)->whole ? -1 : 3);
	prog_out(&d->p, g->seek ? "gap" : "residual",
	    prog_add(&d->p, "number_of", size, v, -1), 3);
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "y", y);
	draft_clause(d,
	    g->seek
		? "[Use the rows where both are present|Rows without one of "
		  "the two values are left out]; the line has an intercept and "
		  "the smallest sum of squared vertical gaps, and a gap is the "
		  "actual value minus that of the line."
		: "[Use the rows where both are present|Rows without one of "
		  "the two values are left out]; the residual is the actual "
		  "minus the predicted value.");
	return 0;
}

static const char *const residual_ask[] = {
    "Fit a least-squares line of {y} on {x}{where}. Which row has the residual "
    "of largest absolute value? Give its {x} (x), its {y} (y) and the "
    "residual with its sign.",
    "Which row does a straight line of {y} on {x} (least squares, with an "
    "intercept) explain worst{where}? [Report|Give] {x} as x, {y} as y and the "
    "residual of largest size with its sign.",
    "Regress {y} on {x} with an intercept{where} and find the row with the "
    "largest absolute residual: what are its {x} (x) and {y} (y), and what is "
    "the residual with its sign?",
    NULL};

/* Several predictors: fit and significant terms. */
static int
ols_build(struct gen *g, struct draft *d)
{
	int y = gen_num(g, -1, -1), c[5], t, full, fit, second;
	size_t n = 3;

	if (y == -1 || !some_columns(g, y, c, n))
		return -1;
	c[n] = y;
	t = gen_table(g, d, false, y, c[0]);
	full = prog_add(
	    &d->p, "complete_frame", draft_frame(g, d, t, c, n + 1), -1, -1);
	second = draft_num(d, full, y);
	fit = prog_add(&d->p, "ols", draft_frame(g, d, full, c, n), second, -1);
	prog_out(&d->p, "adjusted_r_squared",
	    prog_add(&d->p, "adjusted_r2", fit, -1, -1), 3);
	prog_out(&d->p, "significant_terms",
	    prog_add(&d->p, "n_significant", fit, -1, -1), -1);
	bind_names(g, d, c, n);
	draft_bind_col(d, "y", y);
	draft_clause(d,
	    "Use the rows where all of these columns are present; the "
	    "intercept does not count as a [term|predictor].");
	return 0;
}

static const char *const ols_ask[] = {
    "Fit {y} by ordinary least squares on {names} with an intercept{where}. "
    "What is the adjusted R squared, and how many of the predictors are "
    "significant at the 5 % level?",
    "How well do {names} together explain {y} in a linear regression with an "
    "intercept{where}? Give the adjusted R squared and the number of "
    "predictors with a p-value below 0.05.",
    "Regress {y} on {names} (ordinary least squares, with an "
    "intercept){where}: report the adjusted R squared and count the "
    "predictors that are significant at the 5 % level.",
    NULL};

/* Error of a regression on rows that it has not seen. */
static int
split_build(struct gen *g, struct draft *d)
{
	static const double shares[] = {0.2, 0.25, 0.3};
	int y = gen_num(g, -1, -1), c[4], t, full, e, s, second;
	size_t n = 1 + gen_below(g, 2);
	bool rms = gen_chance(g, 0.5);
	char text[40];
	double share = shares[gen_below(g, 3)];
	int seed = gen_chance(g, 0.6) ? 42 : (int)gen_below(g, 100);

	if (y == -1 || !some_columns(g, y, c, n))
		return -1;
	c[n] = y;
	t = gen_table(g, d, false, y, c[0]);
	full = prog_add(
	    &d->p, "complete_frame", draft_frame(g, d, t, c, n + 1), -1, -1);
	second = draft_num(d, full, y);
	e = prog_add(
	    &d->p, "test_errors", draft_frame(g, d, full, c, n), second, -1);
	prog_set_num(&d->p, e, "share", share);
	prog_set_num(&d->p, e, "seed", seed);
	s = rms ? prog_add(&d->p, "rms", e, -1, -1)
		: prog_add(
		      &d->p, "mean", prog_add(&d->p, "abs", e, -1, -1), -1, -1);
	prog_out(&d->p, NULL, s, 3);
	bind_names(g, d, c, n);
	draft_bind_col(d, "y", y);
	draft_bind_text(d, "error",
	    rms ? "root mean squared error" : "mean absolute error");
	snprintf(text, sizeof text, "%g", share);
	draft_bind_literal(d, "share", text);
	snprintf(text, sizeof text, "%d", seed);
	draft_bind_literal(d, "seed", text);
	draft_clause(d,
	    "Use the rows where all of these columns are present, in the order "
	    "of the file, and scikit-learn's train_test_split with "
	    "test_size={share} and random_state={seed}.");
	return 0;
}

static const char *const split_ask[] = {
    "Split the rows into training and test data, fit a linear regression of "
    "{y} on {names} to the training rows{where}, and predict the test rows. "
    "What is the {error} on the test rows?",
    "How far off is a linear regression that predicts {y} from {names}{where}? "
    "Train it on the training rows of a split and [report|give] its {error} "
    "on the test rows.",
    "Train a linear regression for {y} with the predictors {names}{where}; "
    "what {error} does it reach on the test rows of the split?",
    NULL};

static const char *const corr_group_seek[] = {
    "Rate for each group of {k} how close {a} and {b} come to a straight line, "
    "from -1 (opposite directions) to 1 (the same direction){where}: which "
    "group has the {end} figure, and what is it?",
    "In which group of {k} do {a} and {b} have the {end} figure{where}, if -1 "
    "stands for a falling straight line and 1 for a rising one? Give the "
    "figure of how well a straight line describes them, too.",
    "How {a} and {b} go together may depend on {k}: for each of its groups say "
    "how well a straight line describes them, from -1 (falling) to 1 "
    "(rising){where}, and report the {end} figure with its group.",
    NULL};

static const char *const corr_change_seek[] = {
    "How closely do {a} and {b} follow a straight line{where}, from -1 "
    "(opposite directions) to 1 (the same direction), and how closely once "
    "{how}? Give the change as well.",
    "Rate from -1 (falling) to 1 (rising) how well a straight line describes "
    "{a} and {b}{where}, before and after {how2}. Give both figures and the "
    "change.",
    "Does it help the straight line between {a} and {b} if {how}{where}? Give "
    "the figure from -1 (falling) to 1 (rising) before, after, and the change.",
    NULL};

static const char *const partial_seek[] = {
    "Take out of {a} and of {b} what a straight line on {c} explains{where}: "
    "how closely do the two remainders follow a straight line, from -1 "
    "(opposite directions) to 1 (the same direction)?",
    "Once the part of {a} and the part of {b} that a straight line on {c} "
    "accounts for are removed{where}, how well does a straight line describe "
    "what is left of the two, from -1 (falling) to 1 (rising)?",
    "Do {a} and {b} still go together when {c} is held fixed{where}? Subtract "
    "from both what a straight line on it predicts, and rate from -1 to 1 how "
    "close the rest comes to a straight line.",
    NULL};

static const char *const line_seek[] = {
    "Draw the straight line that explains {y} by {x} with the smallest sum of "
    "squared vertical gaps{where}: by how much does it rise per unit of {x} "
    "(per_unit, negative if it falls), and what share of the variance of {y} "
    "does it account for (share, from 0 to 1)?",
    "Along the straight line through {x} and {y} that keeps the squared "
    "vertical gaps smallest{where}, how much does {y} change per unit of {x} "
    "(per_unit)? And what fraction of the variance of {y} does the line "
    "account for (share)?",
    "[Describe|Predict] {y} by a straight line in {x}, chosen so that the "
    "squared vertical gaps add up to the least{where}. Give its change per "
    "unit of {x} (per_unit) and the fraction of the variance of {y} that it "
    "accounts for (share).",
    NULL};

static const char *const residual_seek[] = {
    "Draw the straight line that explains {y} by {x} best{where}. Which row "
    "lies furthest from it, above or below? Give {x} in that row as x, {y} as "
    "y, and the gap with its sign.",
    "Which row does the best straight line for {y} in terms of {x} miss by "
    "most{where}? [Report|Give] {x} as x, {y} as y and the gap with its sign.",
    "Find the row that the best straight line from {x} to {y} describes "
    "worst{where}: what are {x} (x) and {y} (y) in it, and what is the gap "
    "with its sign?",
    NULL};

const struct family pair_families[] = {
    {.name = "pearson",
	.number = 55,
	.steps = 1,
	.answer = "number",
	.category = "correlation",
	.summary = "Pearson correlation of two columns",
	.build = pearson_build,
	.ask = corr_ask,
	.seek = pearson_seek,
	.hint = "Compute the {r} over the rows where both are present."},
    {.name = "spearman",
	.number = 56,
	.steps = 4,
	.answer = "number",
	.category = "correlation",
	.summary = "Spearman correlation of two columns",
	.build = spearman_build,
	.ask = corr_ask,
	.seek = spearman_seek,
	.hint = "Compute the {r} over the rows where both are present."},
    {.name = "extreme_pair",
	.number = 57,
	.steps = 4,
	.answer = "list + number",
	.category = "correlation",
	.summary = "the most or least correlated pair of columns",
	.build = pair_build,
	.ask = pair_ask,
	.hint = "Compute the correlation matrix of the columns and take the "
		"pair with the {end} entry."},
    {.name = "most_related",
	.number = 58,
	.steps = 4,
	.answer = "string + number",
	.category = "correlation",
	.summary = "the column most related to another",
	.build = related_build,
	.ask = related_ask,
	.hint = "Correlate each column with {y} and take the {end}."},
    {.name = "simple_regression",
	.number = 64,
	.steps = 4,
	.answer = "two numbers",
	.category = "regression",
	.summary = "least-squares line: slope, fit, prediction",
	.build = line_build,
	.ask = line_ask,
	.seek = line_seek,
	.hint = "Fit a straight line of {y} on {x} with scipy's linregress."},
    {.name = "correlation_by_group",
	.number = 59,
	.steps = 7,
	.answer = "string + number",
	.category = "correlation",
	.summary = "the group in which two columns correlate most or least",
	.build = corr_group_build,
	.ask = corr_group_ask,
	.seek = corr_group_seek,
	.hint = "Group by {k}, correlate {a} with {b} inside each group, and "
		"take the {end}."},
    {.name = "correlation_change",
	.number = 60,
	.steps = 7,
	.answer = "three numbers",
	.category = "correlation",
	.summary = "a correlation before and after outliers or logarithms",
	.build = corr_change_build,
	.ask = corr_change_ask,
	.seek = corr_change_seek,
	.hint = "Correlate {a} and {b} twice: as they are, and when {how}."},
    {.name = "rank_against_linear",
	.number = 61,
	.steps = 7,
	.answer = "list + number",
	.category = "correlation",
	.summary = "the pair whose Spearman and Pearson differ most",
	.build = corr_kinds_build,
	.ask = corr_kinds_ask,
	.hint = "Make both correlation matrices, subtract them, and look for "
		"the largest absolute entry off the diagonal."},
    {.name = "derived_statistic",
	.number = 62,
	.steps = 4,
	.answer = "number",
	.category = "feature_engineering",
	.summary = "a statistic of a ratio or difference of two columns",
	.build = derived_build,
	.ask = derived_ask,
	.seek = derived_ask,
	.hint = "Make the column {v}, then compute its {stat}."},
    {.name = "partial_correlation",
	.number = 63,
	.steps = 9,
	.answer = "number",
	.category = "correlation",
	.summary = "correlation of two columns given a third",
	.build = partial_build,
	.ask = partial_ask,
	.seek = partial_seek,
	.hint = "Compute the three pairwise correlations and combine them: "
		"(r_ab - r_ac r_bc) / sqrt((1 - r_ac^2)(1 - r_bc^2))."},
    {.name = "largest_residual",
	.number = 65,
	.steps = 7,
	.answer = "three numbers",
	.category = "regression",
	.summary = "the row that a straight line explains worst",
	.build = residual_build,
	.ask = residual_ask,
	.seek = residual_seek,
	.hint = "Fit the line with scipy's linregress, subtract its "
		"prediction from {y}, and find the largest absolute value."},
    {.name = "multiple_regression",
	.number = 66,
	.steps = 9,
	.answer = "number + integer",
	.category = "regression",
	.summary = "several predictors: adjusted fit, significant terms",
	.build = ols_build,
	.ask = ols_ask,
	.hint = "Fit {y} on {names} with statsmodels' OLS and add_constant, "
		"and read rsquared_adj and pvalues."},
    {.name = "split_regression",
	.number = 67,
	.steps = 9,
	.answer = "number",
	.category = "regression",
	.summary = "error of a regression on a seeded test split",
	.build = split_build,
	.ask = split_ask,
	.hint = "Split with train_test_split (test_size={share}, "
		"random_state={seed}), fit LinearRegression on the training "
		"rows, and compute the {error} of its predictions."},
    {0}};
