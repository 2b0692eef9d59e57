/* fam_time.c - families on bins, order and time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "family.h"

static const char *
end_words(const struct draft *d, int best)
{
	return best >= 0 && d->p.node[best].arg[0].word == 0
	    ? "[highest|largest]"
	    : "[lowest|smallest]";
}

/* The best of v, and its value. */
static void
best_of(struct gen *g, struct draft *d, int v, const char *key,
    const char *value, int decimals)
{
	int best = prog_add(&d->p, "arg_end", v, -1, -1);

	gen_word(g, &d->p, best, "end");
	prog_out(&d->p, key, best, -1);
	prog_out(&d->p, value,
	    prog_add(&d->p,
		best >= 0 && d->p.node[best].arg[0].word == 0 ? "max" : "min",
		v, -1, -1),
	    decimals);
	draft_bind(d, "v", v);
	draft_bind_text(d, "end", end_words(d, best));
}

/* The bin of x in which y is highest on average. */
static int
bins_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), y = gen_num(g, x, -1), t, b, by, v;
	size_t k = 3 + gen_below(g, 3);
	bool wide = g->seek || gen_chance(g, 0.5);

	if (x == -1 || y == -1)
		return -1;
	t = gen_table(g, d, false, x, y);
	b = prog_add(&d->p, wide ? "bin_width" : "bin_quantile",
	    draft_num(d, t, x), -1, -1);
	prog_set_num(&d->p, b, "bins", (double)k);
	by = prog_add(&d->p, "by", draft_num(d, t, y), b, -1);
	v = prog_add(&d->p, gen_chance(g, 0.7) ? "mean" : "median", by, -1, -1);
	best_of(g, d, v, "bin", "value", 3);
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "y", y);
	draft_bind_text(d, "k", k == 3 ? "three" : k == 4 ? "four" : "five");
	draft_bind_text(d, "kind",
	    wide ? "bins of equal width between its smallest and largest value"
		 : "bins at its quantiles (linear interpolation)");
	draft_bind_text(d, "stat",
	    v >= 0 && d->p.node[v].op == op_find("mean") ? "[mean|average]"
							 : "median");
	draft_clause(d,
	    "[Number the bins from 1 (lowest values) upwards|Bins are numbered "
	    "from 1, the lowest]; [a value on an inner edge belongs to the "
	    "lower bin|each bin includes its upper edge].");
	return 0;
}

static const char *const bins_ask[] = {"Cut {x} into {k} {kind}{where}: which "
				       "bin has the {end} {stat} of {y}, and "
				       "what is it?",
    "[Split|Divide] the rows by {x} into {k} {kind}{where}. In which bin is "
    "the "
    "{stat} of {y} {end}, and how [large|high] is it?",
    "With {x} cut into {k} {kind}{where}, where is the {stat} of {y} {end}? "
    "Give the number of the bin and that figure.",
    NULL};

/* Another column's value in the row where a column is extreme. */
static int
row_build(struct gen *g, struct draft *d)
{
	int by = gen_num(g, -1, -1), col = gen_cat(g, by, -1), t, c;

	if (by == -1)
		return -1;
	if (col == -1 || gen_chance(g, 0.4)) {
		col = gen_num(g, by, -1);
		if (col == -1)
			return -1;
		t = gen_table(g, d, true, by, col);
		c = prog_add(&d->p, "number_at", t, -1, -1);
		prog_out(&d->p, NULL, c,
		    prof_col(g->pf, (size_t)col)->whole ? -1 : 3);
	} else {
		t = gen_table(g, d, true, by, col);
		c = prog_add(&d->p, "cell_at", t, -1, -1);
		prog_out(&d->p, NULL, c, -1);
	}
	prog_set_col(&d->p, c, "by", by);
	prog_set_col(&d->p, c, "col", col);
	gen_word(g, &d->p, c, "end");
	if (c == -1)
		return -1;
	draft_bind_col(d, "by", by);
	draft_bind_col(d, "col", col);
	draft_bind_text(d, "end",
	    d->p.node[c].arg[op_arg(d->p.node[c].op, "end")].word == 0
		? "[highest|largest]"
		: "[lowest|smallest]");
	return 0;
}

static const char *const row_ask[] = {
    "What is the value of {col} in the row with the {end} {by}{where}?",
    "[Find|Report|Look up] {col} in the row that has the {end} {by}{where}.",
    "Which value does {col} have in the row where {by} is {end}{where}?", NULL};

static const char *const row_seek[] = {
    "What is the value of {col} in the row where {by} is {end}{where}?",
    "[Find|Report|Look up] {col} in the row with the {end} {by}{where}.",
    "Which value does {col} have in the row where {by} is {end}{where}?",
    "Go to the row in which {by} is {end}{where}: what is {col} there?", NULL};

/* Unless it has been said. */
static void
date_clause(struct draft *d, const char *pattern)
{
	int i;

	for (i = 0; i < d->nclause; i++)
		if (d->clause[i] == pattern)
			return;
	draft_clause(d, pattern);
}

/* A date column read as its format. */
static int
dates(struct gen *g, struct draft *d, int t, int col)
{
	const struct prof_col *c = prof_col(g->pf, (size_t)col);
	const char *f = c->date_format;
	int n;

	if (c->missing > 0 || c->date_match < tab_rows(g->t))
		return -1; /* every row must have a date */
	n = prog_add(&d->p, "dates", t, -1, -1);
	prog_set_col(&d->p, n, "col", col);
	prog_set_text(&d->p, n, "format", (struct tab_span){f, strlen(f)});
	draft_bind_col(d, "date", col);
	/* figures that could be read either way round */
	if (strncmp(f, "%d", 2) == 0 && strstr(f, "%m") != NULL)
		date_clause(d, "In {date} the day comes before the month.");
	else if (strncmp(f, "%m", 2) == 0 && strstr(f, "%d") != NULL)
		date_clause(d, "In {date} the month comes before the day.");
	return n;
}

static const char *
unit(struct gen *g, int col)
{
	static const char *const days[] = {
	    "month", "weekday", "year", "quarter"};
	static const char *const hours[] = {"hour", "weekday", "month"};
	const char *f = prof_col(g->pf, (size_t)col)->date_format;

	if (strstr(f, "%H") != NULL)
		return hours[gen_below(g, 3)];
	return days[gen_below(g, strstr(f, "%d") != NULL ? 4 : 3)];
}

/* Rows a year, month, weekday or hour. */
static int
rows_per_build(struct gen *g, struct draft *d)
{
	int col = gen_date(g), t, p, v;

	if (col == -1)
		return -1;
	t = gen_table(g, d, false, -1, -1);
	p = prog_add(&d->p, "period", dates(g, d, t, col), -1, -1);
	if (p == -1)
		return -1;
	prog_set_word(&d->p, p, "unit", unit(g, col));
	v = prog_add(&d->p, "sizes", p, -1, -1);
	best_of(g, d, v, "period", "rows", -1);
	draft_bind(d, "p", p);
	return 0;
}

static const char *const rows_per_ask[] = {
    "[Going by|According to] the dates in {date}, which {p} has the {end} "
    "number "
    "of rows{where}, and how many are there?",
    "[Count|Tally] the rows by {p}{where}: which one has the {end} count, and "
    "what is the count?",
    "Which {p} has the {end} number of rows{where}? Give that number as well.",
    NULL};

/* A statistic by period. */
static int
per_period_build(struct gen *g, struct draft *d)
{
	int col = gen_date(g), x = gen_num(g, -1, -1), t, p, v;

	if (col == -1 || x == -1)
		return -1;
	t = gen_table(g, d, false, x, -1);
	p = prog_add(&d->p, "period", dates(g, d, t, col), -1, -1);
	if (p == -1)
		return -1;
	prog_set_word(&d->p, p, "unit",
	    gen_chance(g, 0.5) &&
		    strstr(prof_col(g->pf, (size_t)col)->date_format, "%m") !=
			NULL
		? "year_month"
		: unit(g, col));
	v = prog_add(&d->p, gen_chance(g, 0.5) ? "mean" : gen_stat(g),
	    prog_add(&d->p, "by", draft_num(d, t, x), p, -1), -1, -1);
	if (v >= 0 && d->p.node[v].op == op_find("std"))
		prog_set_word(&d->p, v, "ddof", "sample");
	best_of(g, d, v, "period", "value", 2);
	draft_bind(d, "p", p);
	draft_bind_col(d, "x", x);
	draft_clause(d,
	    "[Periods that the data covers only in part count as they "
	    "are|Incomplete periods count as they are].");
	return 0;
}

static const char *const per_period_ask[] = {
    "[Group|Split] the rows by {p}{where}: which one has the {end} {v}, and "
    "what "
    "is it?",
    "In which {p} is the {v} {end}{where}, and how much is it there?",
    "[Find|Name|Report] the {p} with the {end} {v}{where}, and that value.",
    NULL};

static const char *const bins_seek[] = {
    "Cut {x} into {k} {kind}{where}: in which bin is the {stat} of {y} {end}, "
    "and how much is it?",
    "[Split|Divide] the rows by {x} into {k} {kind}{where}. Which bin has the "
    "{end} {stat} of {y}, and how much is it?",
    "With {x} cut into {k} {kind}{where}, where is the {stat} of {y} {end}? "
    "Give the number of the bin and that figure.",
    NULL};

static const char *const rows_per_seek[] = {
    "Rows may pile up at some times and thin out at others{where}: which {p} "
    "has the {end} number of rows, and how many are they?",
    "Which {p} has the {end} number of rows{where}, and how many are they?",
    "[Count|Tally] the rows by {p}{where}: which one has the {end} count, and "
    "what is the count?",
    NULL};

static const char *const per_period_seek[] = {
    "When is the {v} {end}{where}: in which {p}, and how much is it then?",
    "Which {p} stands out by the {end} {v}{where}, and how much is it?",
    "[Group|Split] the rows by {p}{where}: which one has the {end} {v}, and "
    "how much is it?",
    NULL};

/* The range of x in which y is extreme; ranges given by limits. */
static int
ranges_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), y = gen_num(g, x, -1), t, b, v;
	double lo, hi;

	if (x == -1 || y == -1)
		return -1;
	lo = gen_limit(g, x, 0.2, 0.45);
	hi = gen_limit(g, x, 0.55, 0.8);
	if (!(lo < hi))
		return -1;
	t = gen_table(g, d, false, x, y);
	b = prog_add(&d->p, "ranges", draft_num(d, t, x), -1, -1);
	prog_set_num(&d->p, b, "low", lo);
	prog_set_num(&d->p, b, "high", hi);
	gen_word(g, &d->p, b, "side");
	if (b == -1)
		return -1;
	v = prog_add(&d->p, gen_chance(g, 0.6) ? "mean" : "median",
	    prog_add(&d->p, "by", draft_num(d, t, y), b, -1), -1, -1);
	best_of(g, d, v, "range", "value", 3);
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "y", y);
	draft_bind(d, "ranges", b);
	draft_bind_text(d, "stat",
	    v >= 0 && d->p.node[v].op == op_find("mean") ? "[mean|average]"
							 : "median");
	draft_clause(d,
	    "[Number the ranges from 1 (lowest values) to 3|The ranges are "
	    "numbered 1, 2, 3 from the lowest values].");
	return 0;
}

static const char *const ranges_ask[] = {
    "[Split|Divide] the rows into {ranges}{where}: in which range is the "
    "{stat} of {y} {end}, and what is it?",
    "Make {ranges}{where}. Which of them has the {end} {stat} of {y}, and how "
    "[large|high] is it?",
    "Of {ranges}{where}, which one has the {end} {stat} of {y}? Give that "
    "figure as well.",
    NULL};

/* One cell of a table of bins by labels, in percent. */
static int
bin_share_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), k = gen_cat(g, x, -1), t, b, c, bin;
	size_t n = 3 + gen_below(g, 3);
	bool wide = g->seek || gen_chance(g, 0.4);
	struct buf name = {0};
	struct tab_span s;
	char text[16];

	if (x == -1 || k == -1 || tab_type(g->t, (size_t)k) == TAB_BOOL ||
	    gen_label(g, k, &s) == -1)
		return -1;
	t = gen_table(g, d, false, x, k);
	b = prog_add(&d->p, wide ? "bin_width" : "bin_quantile",
	    draft_num(d, t, x), -1, -1);
	prog_set_num(&d->p, b, "bins", (double)n);
	c = prog_add(&d->p, "cell_share", draft_cat(d, t, k), b, -1);
	bin = (int)(gen_chance(g, 0.4) ? n : 1 + gen_below(g, n));
	prog_set_text(&d->p, c, "label", s);
	prog_set_num(&d->p, c, "bin", bin);
	gen_word(g, &d->p, c, "of");
	if (c == -1)
		return -1;
	prog_out(&d->p, NULL, c, 2);
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "k", k);
	draft_bind_text(d, "n", n == 3 ? "three" : n == 4 ? "four" : "five");
	draft_bind_text(d, "kind",
	    wide ? "bins of equal width between its smallest and largest value"
		 : "bins at its quantiles (linear interpolation)");
	snprintf(text, sizeof text, "%d", bin);
	draft_bind_literal(d, "bin", text);
	say_value(s, &name);
	draft_bind_literal(d, "label", name.p);
	buf_clear(&name);
	draft_clause(d,
	    "[Number the bins from 1 (lowest values) upwards|Bins are numbered "
	    "from 1, the lowest]; each bin includes its upper edge, and rows "
	    "count where both columns are present.");
	return 0;
}

static const char *const bin_share_ask[] = {
    "Cut {x} into {n} {kind}{where} and cross the bins with {k}: what "
    "percentage does the cell of {k} {label} and bin {bin} have?",
    "Make a table of {k} by {n} bins of {x}{where} ({kind}). What percentage "
    "is in the cell where {k} is {label} and the bin is number {bin}?",
    "[Cross-tabulate|Tabulate] {k} against {x}, cut into {n} {kind}{where}. "
    "Report the percentage in the cell of {label} and bin {bin}.",
    NULL};

/* How few groups make up a share of a total. */
static int
pareto_build(struct gen *g, struct draft *d)
{
	static const double shares[] = {40, 50, 60, 70, 75, 80, 90};
	int k = gen_cat(g, -1, -1), x = gen_num(g, k, -1), t, v, n;
	char text[16];
	double share = shares[gen_below(g, 7)];
	bool rows = gen_chance(g, 0.3);

	if (k == -1 || tab_ndict(g->t, (size_t)k) < 5 ||
	    (!rows && (x == -1 || !(prof_col(g->pf, (size_t)x)->min >= 0))))
		return -1;
	t = gen_table(g, d, rows, k, rows ? -1 : x);
	v = rows ? prog_add(&d->p, "sizes", draft_cat(d, t, k), -1, -1)
		 : prog_add(&d->p, "sum", draft_by(d, t, x, k), -1, -1);
	n = prog_add(&d->p, "fewest_reaching", v, -1, -1);
	prog_set_num(&d->p, n, "percent", share);
	prog_out(&d->p, NULL, n, -1);
	draft_bind_col(d, "k", k);
	if (!rows)
		draft_bind_col(d, "x", x);
	draft_bind_text(d, "what", rows ? "rows" : "the total of {x}");
	snprintf(text, sizeof text, "%.0f %%", share);
	draft_bind_literal(d, "share", text);
	return 0;
}

static const char *const pareto_ask[] = {
    "What is the smallest number of groups of {k} that together make up at "
    "least {share} of {what}{where}?",
    "How many groups of {k}, taken from the largest down, does it take to "
    "reach {share} of {what}{where}?",
    "Order the groups of {k} from the largest to the smallest contribution to "
    "{what}{where}: after how many of them is {share} reached?",
    NULL};

/* The k-th largest or smallest value. */
static int
kth_build(struct gen *g, struct draft *d)
{
	static const char *const order[] = {"second", "third", "fourth",
	    "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"};
	int x = gen_num(g, -1, -1), t, v;
	size_t k = gen_below(g, 9);

	if (x == -1)
		return -1;
	t = gen_table(g, d, gen_chance(g, 0.7), x, -1);
	v = prog_add(&d->p, "kth", draft_num(d, t, x), -1, -1);
	prog_set_num(&d->p, v, "k", (double)k + 2);
	gen_word(g, &d->p, v, "order");
	if (v == -1)
		return -1;
	prog_out(&d->p, NULL, v, prof_col(g->pf, (size_t)x)->whole ? -1 : 3);
	draft_bind_col(d, "x", x);
	draft_bind_text(d, "nth", order[k]);
	draft_bind_text(d, "end",
	    d->p.node[v].arg[1].word == 0 ? "[largest|highest]"
					  : "[smallest|lowest]");
	return 0;
}

static const char *const kth_ask[] = {
    "What is the {nth} {end} value of {x}{where}?",
    "[Sort|Order] {x}{where}: which value is the {nth} {end}?",
    "[Find|Report] the {nth} {end} {x}{where}.", NULL};

/* A statistic by period, and its change from one to the next. */
static int
change_build(struct gen *g, struct draft *d)
{
	int col = gen_date(g), x = gen_num(g, -1, -1), t, p, v, c;
	const char *f;
	bool month;

	if (col == -1 || x == -1)
		return -1;
	f = prof_col(g->pf, (size_t)col)->date_format;
	month = strstr(f, "%m") != NULL && gen_chance(g, 0.6);
	t = gen_table(g, d, false, x, -1);
	p = prog_add(&d->p, "period", dates(g, d, t, col), -1, -1);
	if (p == -1)
		return -1;
	prog_set_word(&d->p, p, "unit", month ? "year_month" : "year");
	v = prog_add(&d->p,
	    gen_chance(g, 0.5)       ? "mean"
		: gen_chance(g, 0.6) ? "sum"
				     : "median",
	    prog_add(&d->p, "by", draft_num(d, t, x), p, -1), -1, -1);
	c = prog_add(&d->p, "changes", v, -1, -1);
	best_of(g, d, c, "period", "change", 2);
	draft_bind(d, "s", v);
	draft_bind(d, "p", p);
	draft_clause(d,
	    "A change is the later figure minus the one of the period right "
	    "before, and changes are compared with their signs; name the later "
	    "period. Periods that are not complete "
	    "count as they are.");
	return 0;
}

static const char *const change_ask[] = {
    "Take the {s} by {p}{where}. Which period shows the {end} change from the "
    "one before, and how much is it?",
    "From one {p} to the next, where is the change in the {s} {end}{where}? "
    "Give the period and the change.",
    "Compute the {s} for each {p}{where} and subtract the figure before from "
    "each: which period has the {end} result, and what is it?",
    NULL};

/* All rows, or some, in the order of a date that no two of them share. */
static int
timeline(struct gen *g, struct draft *d, int x, int *col, int *date)
{
	int t;

	*col = gen_date(g);
	if (*col == -1)
		return -1;
	t = gen_table(g, d, gen_chance(g, 0.4), x, *col);
	*date = dates(g, d, t, *col);
	return prog_add(&d->p, "sorted_by", t, *date, -1);
}

/* Where a rolling mean is extreme. */
static int
rolling_build(struct gen *g, struct draft *d)
{
	static const double windows[] = {3, 4, 5, 6, 7, 10, 12, 14, 30};
	int x = gen_num(g, -1, -1), col, date, t, v, c;
	double w = windows[gen_below(g, 9)];
	char text[16];

	if (x == -1 || (t = timeline(g, d, x, &col, &date)) == -1)
		return -1;
	v = prog_add(&d->p, "rolling_mean", draft_num(d, t, x), -1, -1);
	prog_set_num(&d->p, v, "window", w);
	c = prog_add(&d->p, "cell_of", v, draft_cat(d, t, col), -1);
	gen_word(g, &d->p, c, "end");
	if (c == -1)
		return -1;
	prog_out(&d->p, "last_date", c, -1);
	prog_out(&d->p, "value",
	    prog_add(&d->p, d->p.node[c].arg[0].word == 0 ? "max" : "min", v,
		-1, -1),
	    3);
	draft_bind_col(d, "x", x);
	draft_bind_text(d, "end", end_words(d, c));
	snprintf(text, sizeof text, "%.0f", w);
	draft_bind_literal(d, "w", text);
	draft_clause(d,
	    "Only windows with {w} rows in a row where {x} is present count; "
	    "name the window by the value of {date} in its last row.");
	return 0;
}

static const char *const rolling_ask[] = {
    "Put the rows in the order of {date} and average {x} over windows of {w} "
    "consecutive rows{where}. Which window has the {end} mean, and what is it?",
    "When is the rolling mean of {x} over {w} rows, in the order of {date}, "
    "{end}{where}, and how much is it then?",
    "[Sort|Order] by {date} and take the {w}-row rolling mean of {x}{where}: "
    "where does it reach its {end} value, and which value is that?",
    NULL};

/* The longest run of rows that meet a condition. */
static int
run_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), col, date, t, m, n, v;
	bool above = gen_chance(g, 0.5);

	if (x == -1 || (t = timeline(g, d, x, &col, &date)) == -1)
		return -1;
	if (g->seek) { /* a limit would tell the column */
		v = draft_num(d, t, x);
		m = prog_add(
		    &d->p, "cmp_to", v, prog_add(&d->p, "mean", v, -1, -1), -1);
		prog_set_word(&d->p, m, "is", above ? "gt" : "lt");
	} else {
		m = prog_add(&d->p, "cmp", draft_num(d, t, x), -1, -1);
		gen_word(g, &d->p, m, "is");
		prog_set_num(&d->p, m, "value", gen_limit(g, x, 0.3, 0.7));
	}
	draft_bind_text(d, "side", above ? "above" : "below");
	n = prog_add(&d->p, "longest_run", m, -1, -1);
	prog_out(&d->p, NULL, n, -1);
	draft_bind(d, "m", m);
	draft_bind_col(d, "x", x);
	if (tab_missing(g->t, (size_t)x) > 0)
		draft_clause(d,
		    "A row without {x} ends a run; only rows where it is "
		    "present count.");
	return 0;
}

static const char *const run_ask[] = {
    "In the order of {date}, how many rows long is the longest unbroken run of "
    "rows where {m}{where}?",
    "[Sort|Order] the rows by {date}{where}. What is the largest number of "
    "consecutive rows where {m}?",
    "Going through the rows by {date}{where}, how many times in a row does it "
    "hold at most that {m}?",
    NULL};

/* The first date at which a level, or a running total, is reached. */
static int
first_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), col, date, t, v, m, c;
	const struct prof_col *f;
	bool total = gen_chance(g, 0.5);
	double level;
	char text[40];

	if (x == -1 || (t = timeline(g, d, x, &col, &date)) == -1)
		return -1;
	f = prof_col(g->pf, (size_t)x);
	v = draft_num(d, t, x);
	level = gen_limit(g, x, 0.9, 1);
	if (total) {
		if (!(f->min >= 0))
			return -1;
		v = prog_add(&d->p, "running_total", v, -1, -1);
		snprintf(text, sizeof text, "%.1e",
		    f->mean * (double)f->present *
			(0.1 + 0.5 * rng_real(g->rng)));
		level = strtod(text, NULL);
	}
	m = prog_add(&d->p, "cmp", v, -1, -1);
	prog_set_word(&d->p, m, "is", "ge");
	prog_set_num(&d->p, m, "value", level);
	c = prog_add(&d->p, "first_where", m, draft_cat(d, t, col), -1);
	prog_out(&d->p, NULL, c, -1);
	draft_bind_col(d, "x", x);
	draft_bind_text(d, "what", total ? "the running total of {x}" : "{x}");
	snprintf(text, sizeof text, "%.15g", level);
	draft_bind_literal(d, "level", text);
	return 0;
}

static const char *const first_ask[] = {
    "In the order of {date}, on which date is {what} at least {level} for the "
    "first time{where}?",
    "When, in the order of {date}, does {what} first reach {level} or "
    "more{where}?",
    "[Sort|Order] the rows by {date}{where}: what is the date of the first row "
    "in which {what} is at least {level}?",
    NULL};

/* Time between two dates of a row, or from the first row to the last. */
static int
duration_build(struct gen *g, struct draft *d)
{
	int a = gen_date(g), b = gen_date(g), t, v, s, one, two;
	const struct prof_col *f;
	const char *stat;
	bool hours;

	if (a == -1)
		return -1;
	f = prof_col(g->pf, (size_t)a);
	if (a == b || gen_chance(g, 0.2)) {
		t = gen_table(g, d, true, a, -1);
		v = dates(g, d, t, a);
		s = prog_add(&d->p, "span_days", v, -1, -1);
		prog_out(&d->p, NULL, s, -1);
		draft_bind_text(d, "what", "How many whole days lie");
		draft_bind_text(
		    d, "ask", "[Report|Give|Count] the whole days that lie");
		draft_bind_text(d, "of",
		    "between the earliest and the latest value of {date}");
		return 0;
	}
	t = gen_table(g, d, gen_chance(g, 0.5), a, b);
	one = dates(g, d, t, a);
	two = dates(g, d, t, b);
	v = prog_add(&d->p, "time_between", one, two, -1);
	hours = strstr(f->date_format, "%H") != NULL;
	prog_set_word(&d->p, v, "unit", hours ? "hours" : "days");
	s = prog_add(&d->p,
	    gen_chance(g, 0.4)       ? "mean"
		: gen_chance(g, 0.5) ? "median"
				     : "max",
	    v, -1, -1);
	prog_out(&d->p, NULL, s, 2);
	stat = s < 0                               ? ""
	    : d->p.node[s].op == op_find("mean")   ? "[mean|average]"
	    : d->p.node[s].op == op_find("median") ? "median"
						   : "largest";
	draft_bind_text(d, "stat", stat);
	draft_bind_text(d, "what", "What is the {stat}");
	draft_bind_text(d, "ask", "[Report|Give|Compute] the {stat}");
	draft_bind(d, "v", v);
	draft_bind_text(d, "of", "{v}");
	return 0;
}

static const char *const duration_ask[] = {"{what} {of}{where}?",
    "{ask} {of}{where}.",
    "[Read the dates as dates|Parse the dates]{where}. {what} {of}?", NULL};

static const char *const kth_seek[] = {
    "What is the {nth} {end} value of {x}{where}?",
    "[Sort|Order] the values of {x}{where}: which one is the {nth} {end}?",
    "[Find|Report] the {nth} {end} value that {x} takes{where}.", NULL};

static const char *const run_seek[] = {
    "In the order of {date}, how many rows in a row does {x} stay {side} its "
    "own average at the most{where}?",
    "[Sort|Order] the rows by {date}{where}. What is the largest number of "
    "consecutive rows in which {x} is {side} its average?",
    "Going through the rows by {date}{where}, how long is the longest unbroken "
    "run in which {x} is {side} its average, in rows?",
    NULL};

static const char *const bin_share_seek[] = {
    "Make a table of {k} by {n} bins of {x}{where} ({kind}). What percentage "
    "is in the cell of {label} and bin number {bin}?",
    "[Cross-tabulate|Tabulate] {k} against {x}, cut into {n} {kind}{where}. "
    "Report the percentage in the cell of {label} and bin {bin}.",
    "Cut {x} into {n} {kind}{where} and cross the bins with {k}: what "
    "percentage does the cell of {label} and bin {bin} have?",
    NULL};

const struct family time_families[] = {
    {.name = "best_bin",
	.number = 79,
	.steps = 7,
	.answer = "integer + number",
	.category = "feature_engineering",
	.summary = "the bin of a number in which another is highest",
	.build = bins_build,
	.ask = bins_ask,
	.seek = bins_seek,
	.hint =
	    "Cut {x} into {k} {kind}, group {y} by the bin number, compare."},
    {.name = "row_of_extreme",
	.number = 84,
	.steps = 2,
	.answer = "string or number",
	.category = "lookup",
	.summary = "a cell of the row where a number is extreme",
	.build = row_build,
	.ask = row_ask,
	.seek = row_seek,
	.hint = "Find the row with idxmax or idxmin and read the cell."},
    {.name = "rows_per_period",
	.number = 85,
	.steps = 4,
	.answer = "period + integer",
	.category = "dates",
	.summary = "rows by year, month, weekday or hour",
	.build = rows_per_build,
	.ask = rows_per_ask,
	.seek = rows_per_seek,
	.hint = "Parse {date}, derive the {p}, count the rows of each."},
    {.name = "period_statistic",
	.number = 86,
	.steps = 7,
	.answer = "period + number",
	.category = "dates",
	.summary = "the period in which a statistic is extreme",
	.build = per_period_build,
	.ask = per_period_ask,
	.seek = per_period_seek,
	.hint = "Parse {date}, derive the {p}, then the {v}."},
    {.name = "best_range",
	.number = 80,
	.steps = 4,
	.answer = "integer + number",
	.category = "feature_engineering",
	.summary = "the given range of a number in which another is highest",
	.build = ranges_build,
	.ask = ranges_ask,
	.hint = "Cut {x} with pandas' cut at the two limits, infinite at both "
		"ends, group {y} by the range, compare."},
    {.name = "bin_share",
	.number = 81,
	.steps = 7,
	.answer = "number",
	.category = "feature_engineering",
	.summary = "a cell of a table of bins by labels, in percent",
	.build = bin_share_build,
	.ask = bin_share_ask,
	.seek = bin_share_seek,
	.hint = "Cut {x} into {n} {kind} and use crosstab with its normalize "
		"option."},
    {.name = "fewest_groups",
	.number = 82,
	.steps = 7,
	.answer = "integer",
	.category = "aggregation",
	.summary = "how few groups make up a share of a total",
	.build = pareto_build,
	.ask = pareto_ask,
	.seek = pareto_ask,
	.hint = "Sort the groups' figures from the largest down and follow "
		"their cumulative sum up to {share} of the total."},
    {.name = "kth_value",
	.number = 83,
	.steps = 2,
	.answer = "number",
	.category = "lookup",
	.summary = "the k-th largest or smallest value",
	.build = kth_build,
	.ask = kth_ask,
	.seek = kth_seek,
	.hint = "Use nlargest or nsmallest and take the last."},
    {.name = "period_change",
	.number = 87,
	.steps = 7,
	.answer = "period + number",
	.category = "dates",
	.summary = "the largest change between consecutive periods",
	.build = change_build,
	.ask = change_ask,
	.seek = change_ask,
	.hint = "Parse {date}, derive the {p}, compute the {s}, and take its "
		"diff."},
    {.name = "rolling_extreme",
	.number = 88,
	.steps = 7,
	.answer = "string + number",
	.category = "dates",
	.summary = "where a rolling mean is highest or lowest",
	.build = rolling_build,
	.ask = rolling_ask,
	.seek = rolling_ask,
	.hint = "Sort by {date} as dates, take rolling({w}).mean() of {x}, and "
		"find its {end} value."},
    {.name = "longest_run",
	.number = 89,
	.steps = 7,
	.answer = "integer",
	.category = "dates",
	.summary = "the longest run of rows meeting a condition",
	.build = run_build,
	.ask = run_ask,
	.seek = run_seek,
	.hint = "Sort by {date} as dates; number the runs by a cumulative sum "
		"of the rows where it does not hold that {m}, and count."},
    {.name = "first_reached",
	.number = 90,
	.steps = 4,
	.answer = "string",
	.category = "dates",
	.summary = "the first date at which a level is reached",
	.build = first_build,
	.ask = first_ask,
	.hint = "Sort by {date} as dates and take the first row where {what} "
		"is at least {level}."},
    {.name = "duration",
	.number = 91,
	.steps = 4,
	.answer = "number",
	.category = "dates",
	.summary = "time between two dates",
	.build = duration_build,
	.ask = duration_ask,
	.seek = duration_ask,
	.hint = "Parse the dates with to_datetime and subtract them."},
    {0}};
