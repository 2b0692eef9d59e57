/* fam_time.c - families on bins, order and time. */
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
	bool wide = gen_chance(g, 0.5);

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
	draft_bind(d, "c", c);
	return 0;
}

static const char *const row_ask[] = {"What is the value of {c}{where}?",
    "[Find|Report|Look up] the value of {c}{where}.", NULL};

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
    NULL};

static const char *const rows_per_seek[] = {
    "When are the numbers {end}{where}: which {p} has the {end} number of "
    "rows, "
    "and how many are they?",
    "Which {p} has the {end} number of rows{where}, and how many are they?",
    NULL};

static const char *const per_period_seek[] = {
    "When is the {v} {end}{where}: in which {p}, and how much is it then?",
    "Which {p} stands out by the {end} {v}{where}, and how much is it?", NULL};

const struct family time_families[] = {
    {.name = "best_bin",
	.number = 79,
	.steps = 5,
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
	.hint = "Find the row with idxmax or idxmin and read the cell."},
    {.name = "rows_per_period",
	.number = 85,
	.steps = 5,
	.answer = "period + integer",
	.category = "dates",
	.summary = "rows by year, month, weekday or hour",
	.build = rows_per_build,
	.ask = rows_per_ask,
	.seek = rows_per_seek,
	.hint = "Parse {date}, derive the {p}, count the rows of each."},
    {.name = "period_statistic",
	.number = 86,
	.steps = 6,
	.answer = "period + number",
	.category = "dates",
	.summary = "the period in which a statistic is extreme",
	.build = per_period_build,
	.ask = per_period_ask,
	.seek = per_period_seek,
	.hint = "Parse {date}, derive the {p}, then the {v}."},
    {0}};
