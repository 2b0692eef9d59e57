/* fam_column.c - families on columns and the quality of the data. */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "family.h"

/* Missing cells of a column, how many and what share, in a part of the data. */
static int
missing_build(struct gen *g, struct draft *d)
{
	size_t n = tab_cols(g->t), i, k = 0;
	int col = -1, t, m, v;

	for (i = 0; i < n; i++)
		if (tab_missing(g->t, i) > 0 &&
		    tab_missing(g->t, i) < tab_rows(g->t))
			if (gen_below(g, ++k) == 0)
				col = (int)i;
	if (col == -1)
		return -1;
	t = gen_table(g, d, !g->lookups, col, -1);
	d->lookup = t >= 0 && d->p.node[t].in[0] < 0;
	v = tab_type(g->t, (size_t)col) == TAB_STR ||
		tab_type(g->t, (size_t)col) == TAB_BOOL
	    ? draft_cat(d, t, col)
	    : draft_num(d, t, col);
	m = prog_add(&d->p, "is_missing", v, -1, -1);
	draft_bind_col(d, "x", col);
	if (gen_chance(g, 0.5)) {
		prog_out(
		    &d->p, NULL, prog_add(&d->p, "count_true", m, -1, -1), -1);
		draft_bind_text(d, "what", "[how many of|what number of]");
	} else {
		prog_out(
		    &d->p, NULL, prog_add(&d->p, "share_true", m, -1, -1), 2);
		draft_bind_text(d, "what", "what percentage of");
	}
	return 0;
}

static const char *const missing_ask[] = {
    "In {x}, {what} the cells are [missing|empty]{where}?",
    "[Count the blanks:|Look at the gaps:] {what} the cells of {x} hold no "
    "value{where}?",
    "{x} is not always filled in: {what} its cells are missing{where}?", NULL};

/* Rows that repeat an earlier row, or that are not unique. */
static int
duplicates_build(struct gen *g, struct draft *d)
{
	int t, m;

	if (prof_duplicates(g->pf) == 0)
		return -1;
	t = gen_table(g, d, false, -1, -1);
	m = prog_add(&d->p, "duplicated", t, -1, -1);
	gen_word(g, &d->p, m, "keep");
	draft_bind(d, "dup", m);
	if (gen_chance(g, 0.6)) {
		prog_out(
		    &d->p, NULL, prog_add(&d->p, "count_true", m, -1, -1), -1);
		draft_bind_text(d, "what", "how many [rows|records]");
	} else {
		prog_out(
		    &d->p, NULL, prog_add(&d->p, "share_true", m, -1, -1), 2);
		draft_bind_text(d, "what", "what percentage of [rows|records]");
	}
	return 0;
}

static const char *const duplicates_ask[] = {
    "Comparing all columns, {what} are {dup}{where}?",
    "[Some rows occur more than once.|The data may hold copies.] {what} are "
    "{dup}{where}, all columns taken together?",
    "All columns taken together, {what} are {dup}{where}?", NULL};

/* Rows with at least one missing cell. */
static int
incomplete_build(struct gen *g, struct draft *d)
{
	size_t n = tab_cols(g->t), i;
	bool any = false;
	int t, m;

	for (i = 0; i < n; i++)
		any = any || tab_missing(g->t, i) > 0;
	if (!any)
		return -1;
	t = gen_table(g, d, !g->lookups, -1, -1);
	m = prog_add(&d->p, "any_missing", t, -1, -1);
	if (gen_chance(g, 0.5)) {
		prog_out(
		    &d->p, NULL, prog_add(&d->p, "count_true", m, -1, -1), -1);
		draft_bind_text(
		    d, "what", "[how many rows|what number of rows]");
	} else {
		prog_out(
		    &d->p, NULL, prog_add(&d->p, "share_true", m, -1, -1), 2);
		draft_bind_text(d, "what", "what percentage of rows");
	}
	return 0;
}

static const char *const incomplete_ask[] = {
    "Over all columns, {what} have at least one missing [value|cell]{where}?",
    "[Incomplete rows matter here:|To judge completeness:] {what} lack a value "
    "in one or more columns{where}?",
    "[Look across all columns:|Row by row, over all columns:] {what} have a "
    "gap somewhere{where}?",
    NULL};

/* Rows, columns and cells of the whole: a look-up. */
static int
whole_size(struct draft *d)
{
	int t = prog_add(&d->p, "df", -1, -1, -1);

	d->lookup = true;
	prog_out(&d->p, "rows", prog_add(&d->p, "rows", t, -1, -1), -1);
	prog_out(&d->p, "columns", prog_add(&d->p, "n_columns", t, -1, -1), -1);
	prog_out(&d->p, "cells", prog_add(&d->p, "n_cells", t, -1, -1), -1);
	draft_bind_text(d, "rows", "the data");
	draft_bind_text(d, "q",
	    "[How many rows, columns and cells does the data have?|What is the "
	    "size of the data in rows, columns and cells?|[Give|Report] the "
	    "number of rows, of columns and of cells.]");
	return 0;
}

/* Rows that meet two conditions, and their cells that hold a value. */
static int
size_build(struct gen *g, struct draft *d)
{
	size_t kind = gen_below(g, 3);
	int t;

	if (g->lookups && gen_chance(g, 0.3))
		return whole_size(d);
	if ((t = gen_table2(g, d, -1, -1)) == -1)
		return -1;
	d->where = -1; /* the question itself has the conditions */
	draft_bind(d, "a", d->p.node[d->p.node[t].in[0]].in[1]);
	draft_bind(d, "b", d->p.node[t].in[1]);
	draft_bind_text(d, "rows", "the rows where {a} and {b}");
	if (kind != 1)
		prog_out(&d->p, kind == 0 ? "rows" : NULL,
		    prog_add(&d->p, "rows", t, -1, -1), -1);
	if (kind != 2)
		prog_out(&d->p, kind == 0 ? "filled_cells" : NULL,
		    prog_add(&d->p, "filled_cells", t, -1, -1), -1);
	draft_bind_text(d, "q",
	    kind == 0
		? "[How many rows are there where {a} and {b}, and how many of "
		  "their cells hold a value, all columns counted?|[Count|"
		  "Report the number of] [rows|records] where {a} and {b}, and "
		  "how many of their cells, over all columns, hold a value.|"
		  "Take the [rows|records] where {a} and {b}: how many are "
		  "they, and how many filled cells do they have over all "
		  "columns?]"
		: kind == 1
		? "[How many cells hold a value in the [rows|records] where "
		  "{a} and {b}, all columns counted?|Counting over all "
		  "columns, how many filled cells do the [rows|records] have "
		  "where {a} and {b}?|[Count|Report the number of] cells, over "
		  "all columns, that hold a value in the rows where {a} and "
		  "{b}.]"
		: "[How many [rows|records] are there where {a} and {b}?|In "
		  "how many [rows|records] is it true that {a} and {b}?|[Count|"
		  "Report the number of] [rows|records] where {a} and {b}.]");
	return 0;
}

static const char *const size_ask[] = {"{q}", NULL};

/* The kinds of columns, among those without gaps. */
static int
types_build(struct gen *g, struct draft *d)
{
	static const char *const kinds[] = {"numeric", "boolean", "text"};
	size_t n = tab_cols(g->t), count[3] = {0}, i;
	bool gaps = false;
	int t, c, k;

	for (i = 0; i < n; i++) {
		gaps = gaps || tab_missing(g->t, i) > 0;
		count[tab_type(g->t, i) == TAB_STR      ? 2
			: tab_type(g->t, i) == TAB_BOOL ? 1
							: 0]++;
	}
	if ((!gaps && !g->lookups) || count[0] == 0 || count[2] == 0)
		return -1;
	t = gen_table(g, d, !g->lookups, -1, -1);
	d->lookup = t >= 0 && d->p.node[t].in[0] < 0;
	if (!d->lookup)
		t = prog_add(&d->p, "full_columns", t, -1, -1);
	for (k = 0; k < 3; k++) {
		if (count[k] == 0)
			continue;
		c = prog_add(&d->p, "columns_of", t, -1, -1);
		prog_set_word(&d->p, c, "kind", kinds[k]);
		prog_out(&d->p, kinds[k], c, -1);
	}
	draft_bind_text(d, "kinds",
	    count[1] > 0 ? "numeric, how many boolean and how many text"
			 : "numeric and how many text");
	draft_bind_text(
	    d, "full", d->lookup ? "are there" : "have no missing value");
	draft_clause(d,
	    count[1] > 0
		? "Boolean columns are not numeric; dates that are stored as "
		  "text are text."
		: "Dates that are stored as text are text.");
	return 0;
}

static const char *const types_ask[] = {
    "How many {kinds} columns {full}{where}?",
    "[Sort|Group] the columns by type: how many {kinds} columns "
    "{full}{where}?",
    "[Counted by type|Type by type], how many {kinds} columns "
    "{full}{where}?",
    NULL};

/* A column that misses some of its values; -1: none. */
static int
gappy(struct gen *g, int other)
{
	size_t n = tab_cols(g->t), i, k = 0;
	int col = -1;

	for (i = 0; i < n; i++)
		if (tab_missing(g->t, i) > 0 &&
		    tab_missing(g->t, i) < tab_rows(g->t) && (int)i != other)
			if (gen_below(g, ++k) == 0)
				col = (int)i;
	return col;
}

/* A column of any type as a node. */
static int
draft_any(struct gen *g, struct draft *d, int t, int col)
{
	if (col < 0)
		return -1;
	return tab_type(g->t, (size_t)col) == TAB_STR ||
		tab_type(g->t, (size_t)col) == TAB_BOOL
	    ? draft_cat(d, t, col)
	    : draft_num(d, t, col);
}

/* The names of the columns whose figure is above a limit. */
static int
names_above(struct gen *g, struct draft *d, const char *figure, double limit,
    const char *text)
{
	int t = gen_table(g, d, true, -1, -1), v, names;

	v = prog_add(&d->p, figure, t, -1, -1);
	names = prog_add(&d->p, "names_above", v, -1, -1);
	prog_set_num(&d->p, names, "limit", limit);
	prog_out(&d->p, NULL, names, -1);
	draft_bind_text(d, "limit", text);
	draft_clause(d,
	    "[Sort the names alphabetically, capitals before small "
	    "letters|List the names in alphabetical order, capital letters "
	    "first].");
	return v;
}

/* Columns that miss more than a share of their values. */
static int
missing_above_build(struct gen *g, struct draft *d)
{
	static const double limits[] = {1, 2, 5, 10, 15, 20, 25, 30, 40};
	static const char *const text[] = {
	    "1", "2", "5", "10", "15", "20", "25", "30", "40"};
	int col = gappy(g, -1);
	double share;
	size_t n;

	if (col == -1 || tab_rows(g->t) == 0)
		return -1;
	share = 100 * (double)tab_missing(g->t, (size_t)col) /
	    (double)tab_rows(g->t);
	for (n = 0; n < 9 && limits[n] < share; n++)
		;
	if (n == 0)
		return -1;
	n = n > 3 ? n - 1 - gen_below(g, 3) : gen_below(g, n);
	names_above(g, d, "missing_shares", limits[n], text[n]);
	return 0;
}

static const char *const missing_above_ask[] = {
    "Which columns have [more than|over] {limit} % of their cells "
    "missing{where}?",
    "[List|Name] the columns in which the share of missing cells is above "
    "{limit} %{where}.",
    "In which columns are [more than|over] {limit} percent of the cells "
    "empty{where}?",
    NULL};

/* The column with the most gaps. */
static int
most_missing_build(struct gen *g, struct draft *d)
{
	int a = gappy(g, -1), t, v, best;

	if (a == -1 || gappy(g, a) == -1)
		return -1; /* at most one has any */
	t = gen_table(g, d, !g->lookups, -1, -1);
	d->lookup = t >= 0 && d->p.node[t].in[0] < 0;
	v = prog_add(&d->p, "missing_counts", t, -1, -1);
	best = prog_add(&d->p, "column_end", v, -1, -1);
	prog_set_word(&d->p, best, "end", "max");
	prog_out(&d->p, "column", best, -1);
	prog_out(&d->p, "missing", prog_add(&d->p, "max", v, -1, -1), -1);
	return 0;
}

static const char *const most_missing_ask[] = {
    "Which column has the most missing cells{where}, and how many are they?",
    "[Name|Find] the column with the most gaps{where} and the number of its "
    "missing cells.",
    "Where are the most values missing{where}? Give the column and the number "
    "of missing cells in it.",
    NULL};

/* The group that lacks a value most often. */
static int
missing_by_build(struct gen *g, struct draft *d)
{
	int x = gappy(g, -1), k = gen_cat(g, x, -1), t, m, v, best;
	bool most = gen_chance(g, 0.8);

	if (x == -1 || k == -1)
		return -1;
	t = gen_table(g, d, false, x, k);
	m = prog_add(&d->p, "is_missing", draft_any(g, d, t, x), -1, -1);
	v = prog_add(&d->p, "share_by", m, draft_cat(d, t, k), -1);
	best = prog_add(&d->p, "arg_end", v, -1, -1);
	prog_set_word(&d->p, best, "end", most ? "max" : "min");
	prog_out(&d->p, "group", best, -1);
	prog_out(&d->p, "percentage",
	    prog_add(&d->p, most ? "max" : "min", v, -1, -1), 2);
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "k", k);
	draft_bind_text(d, "end", most ? "[largest|highest]" : "lowest");
	return 0;
}

static const char *const missing_by_ask[] = {
    "In which group of {k} is {x} missing for the {end} percentage of its "
    "rows{where}, and what is that percentage?",
    "[Which|What] value of {k} has the {end} percentage of rows without a "
    "value of {x}{where}? Give the percentage as well.",
    "[Split|Group] the rows by {k}{where}: which group has the {end} share of "
    "missing cells in {x}, and how many percent is it?",
    NULL};

/* How many rows have each of these: both missing, first only, either? */
static bool
nested(const struct table *t, int a, int b)
{
	size_t i, both = 0, na = 0, nb = 0;
	bool x, y;

	for (i = 0; i < tab_rows(t); i++) {
		x = tab_is_missing(t, i, (size_t)a);
		y = tab_is_missing(t, i, (size_t)b);
		na += x;
		nb += y;
		both += x && y;
	}
	return both == 0 || both == na || both == nb;
}

/* Gaps of two columns together. */
static int
missing_together_build(struct gen *g, struct draft *d)
{
	int x = gappy(g, -1), y = gappy(g, x), t, a, b, m;
	size_t kind = gen_below(g, 3);

	/* sets within each other are read off the two counts */
	if (x == -1 || y == -1 || nested(g->t, x, y))
		return -1;
	t = gen_table(g, d, false, x, y);
	a = prog_add(&d->p, "is_missing", draft_any(g, d, t, x), -1, -1);
	b = prog_add(&d->p, kind == 1 ? "is_present" : "is_missing",
	    draft_any(g, d, t, y), -1, -1);
	m = prog_add(&d->p, kind == 2 ? "or" : "and", a, b, -1);
	prog_out(&d->p, NULL, prog_add(&d->p, "count_true", m, -1, -1), -1);
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "y", y);
	draft_bind_text(d, "how",
	    kind == 0 ? "[both {x} and {y} are missing|{x} and {y} are "
			"missing at the same time]"
		: kind == 1
		? "[{x} is missing but {y} is present|{y} is given "
		  "although {x} is missing]"
		: "[{x} or {y} is missing, or both|at least one of {x} and "
		  "{y} is missing]");
	return 0;
}

static const char *const missing_together_ask[] = {
    "In how many [rows|records] [is it true|is it the case] that {how}{where}?",
    "[Count|Find the number of] rows in which {how}{where}.",
    "[Do gaps come together?|Gaps may go together.] [Report|Give] the number "
    "of rows in which {how}{where}.",
    NULL};

/* A column whose values repeat: a category or a few whole numbers. */
static int
key_column(struct gen *g, int other)
{
	size_t n = tab_cols(g->t), i, k = 0;
	const struct prof_col *c;
	int col = -1;

	for (i = 0; i < n; i++) {
		c = prof_col(g->pf, i);
		if ((int)i == other || c->id_like || c->unique < 2 ||
		    c->unique * 3 > c->present || c->missing * 2 > c->present)
			continue;
		if (c->type == TAB_FLOAT || c->type == TAB_EMPTY ||
		    (c->type == TAB_INT &&
			!(fmax(fabs(c->min), fabs(c->max)) < 1e9)))
			continue;
		if (gen_below(g, ++k) == 0)
			col = (int)i;
	}
	return col;
}

/* Repeats of a combination of two columns. */
static int
key_repeats_build(struct gen *g, struct draft *d)
{
	int x = key_column(g, -1), y = key_column(g, x), t, m;
	size_t kind = gen_below(g, 3);

	if (x == -1 || y == -1)
		return -1;
	t = gen_table(g, d, false, x, y);
	m = prog_add(
	    &d->p, kind == 0 ? "drop_repeats_on" : "duplicated_on", t, -1, -1);
	prog_set_col(&d->p, m, "col", x);
	prog_set_col(&d->p, m, "other", y);
	prog_set_word(&d->p, m, "keep", kind == 1 ? "first" : "all");
	prog_out(&d->p, NULL,
	    prog_add(&d->p, kind == 0 ? "rows" : "count_true", m, -1, -1), -1);
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "y", y);
	draft_bind_text(d, "q",
	    kind == 0
		? "[Keep only the first row of each combination of {x} and "
		  "{y}{where}: how many rows are left?|How many rows "
		  "remain{where} when only the first row of each combination "
		  "of {x} and {y} is kept?|[Deduplicate|Drop duplicates] on "
		  "{x} and {y} together, keeping first rows{where}. How many "
		  "rows [remain|are left]?]"
		: kind == 1
		? "[How many rows repeat the combination of {x} and {y} of an "
		  "earlier row{where}?|Going by {x} and {y} together, how many "
		  "rows are repeats of an earlier row{where}?|[Count|Report "
		  "the number of] rows whose pair of {x} and {y} occurred in "
		  "an earlier row already{where}.]"
		: "[How many rows share their combination of {x} and {y} with "
		  "at least one other row{where}?|[Count|Report the number of] "
		  "rows whose pair of {x} and {y} is not unique{where}.|Going "
		  "by {x} and {y} together, how many rows are equal to at "
		  "least one other row{where}?]");
	if (tab_missing(g->t, (size_t)x) > 0 ||
	    tab_missing(g->t, (size_t)y) > 0)
		draft_clause(d, "A missing cell equals another missing cell.");
	return 0;
}

static const char *const key_repeats_ask[] = {"{q}", NULL};

/* Columns in which almost every row has its own value. */
static int
near_unique_build(struct gen *g, struct draft *d)
{
	static const double limits[] = {30, 50, 60, 70, 80, 90};
	static const char *const text[] = {"30", "50", "60", "70", "80", "90"};
	size_t n = gen_below(g, 6);

	names_above(g, d, "distinct_shares", limits[n], text[n]);
	if (gappy(g, -1) != -1)
		draft_clause(
		    d, "A missing cell is not a value, but its row counts.");
	return 0;
}

static const char *const near_unique_ask[] = {
    "In which columns is the number of distinct values more than {limit} % of "
    "the number of rows{where}?",
    "[List|Name] the nearly unique columns{where}, meaning those with more "
    "distinct values than {limit} % of the number of rows.",
    "Divide each column's number of distinct values by the number of "
    "rows{where}: which columns come out above {limit} %?",
    NULL};

/* Columns that one value dominates. */
static int
dominated_build(struct gen *g, struct draft *d)
{
	static const double limits[] = {40, 50, 60, 75, 80, 90, 95};
	static const char *const text[] = {
	    "40", "50", "60", "75", "80", "90", "95"};
	size_t n = gen_below(g, 7);
	int v = names_above(g, d, "top_shares", limits[n], text[n]);
	const char *by;

	if (v == -1)
		return -1;
	/* a column that rows are chosen by is uniform by construction */
	by = d->p.node[d->p.node[d->where].in[1]].op->name;
	if (strcmp(by, "is") == 0 || strcmp(by, "is_in") == 0 ||
	    strcmp(by, "is_bool") == 0)
		return -1;
	prog_set_word(&d->p, v, "gaps", "left_out");
	return 0;
}

static const char *const dominated_ask[] = {
    "In which columns does a single value make up more than {limit} % of the "
    "values{where}?",
    "[List|Name] the columns that one value dominates{where}, with a share of "
    "more than {limit} % of the values.",
    "Which columns are [almost|close to] constant{where}, in that one value "
    "takes more than {limit} % of the values?",
    NULL};

/* Numbers as text but for some cells. */
static bool
looks_numeric(struct tab_span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '.' &&
		    !(i == 0 && s.p[i] == '-'))
			return false;
	return s.n > 0;
}

static int
numeric_text(struct gen *g)
{
	size_t n = tab_cols(g->t), i, j, k = 0, have, yes;
	const struct tab_span *v;
	int col = -1;

	for (i = 0; i < n; i++) {
		if (tab_type(g->t, i) != TAB_STR)
			continue;
		v = tab_dict(g->t, i, &have);
		for (yes = j = 0; j < have; j++)
			yes += looks_numeric(v[j]);
		if (yes >= 5 && yes < have && yes * 2 > have &&
		    gen_below(g, ++k) == 0)
			col = (int)i;
	}
	return col;
}

static int
type_trap_build(struct gen *g, struct draft *d)
{
	static const char *const stats[] = {"mean", "median", "max", "sum"};
	static const char *const words[] = {
	    "[mean|average]", "median", "[largest|maximum]", "[sum|total]"};
	int col = numeric_text(g), t, text, num, bad, s, gone;
	size_t k = gen_below(g, 4);

	if (col == -1)
		return -1;
	t = gen_table(g, d, false, col, -1);
	text = draft_cat(d, t, col);
	num = prog_add(&d->p, "parse_numbers", text, -1, -1);
	gone = prog_add(&d->p, "is_missing", num, -1, -1);
	bad = prog_add(&d->p, "and",
	    prog_add(&d->p, "is_present", text, -1, -1), gone, -1);
	prog_out(&d->p, "not_numeric",
	    prog_add(&d->p, "count_true", bad, -1, -1), -1);
	s = prog_add(&d->p, stats[k], num, -1, -1);
	prog_out(&d->p, stats[k], s, 2);
	draft_bind_col(d, "x", col);
	draft_bind_text(d, "s", words[k]);
	return 0;
}

static const char *const type_trap_ask[] = {
    "How many values of {x}, a column of numbers stored as text, are not "
    "numbers{where}, and what is the {s} of the rest?",
    "[Convert|Turn] {x} from text into numbers{where}: how many values cannot "
    "be converted as they stand, and what is the {s} of the others?",
    "Not all values of {x} can be read as numbers. Count those that "
    "cannot{where} and give the {s} of those that can.",
    NULL};

/* Spellings that differ by blanks and capitals only. */
static bool
same_spelling(struct tab_span a, struct tab_span b)
{
	while (a.n > 0 && a.p[0] == ' ')
		a = (struct tab_span){a.p + 1, a.n - 1};
	while (b.n > 0 && b.p[0] == ' ')
		b = (struct tab_span){b.p + 1, b.n - 1};
	while (a.n > 0 && a.p[a.n - 1] == ' ')
		a.n--;
	while (b.n > 0 && b.p[b.n - 1] == ' ')
		b.n--;
	return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

static int
spelling_column(struct gen *g)
{
	size_t n = tab_cols(g->t), i, j, l, k = 0, have;
	const struct tab_span *v;
	bool found;
	int col = -1;

	for (i = 0; i < n; i++) {
		if (tab_type(g->t, i) != TAB_STR || tab_ndict(g->t, i) > 200)
			continue;
		v = tab_dict(g->t, i, &have);
		for (found = false, j = 1; !found && j < have; j++)
			for (l = 0; !found && l < j; l++)
				found = same_spelling(v[j], v[l]);
		if (found && gen_below(g, ++k) == 0)
			col = (int)i;
	}
	return col;
}

static int
spelling_build(struct gen *g, struct draft *d)
{
	int col = spelling_column(g), t, text, tidy, sizes, best;

	if (col == -1)
		return -1;
	t = gen_table(g, d, false, col, -1);
	text = draft_cat(d, t, col);
	tidy = prog_add(&d->p, "tidy", text, -1, -1);
	draft_bind_col(d, "x", col);
	if (gen_chance(g, 0.5)) {
		prog_out(&d->p, "as_written",
		    prog_add(&d->p, "distinct", text, -1, -1), -1);
		prog_out(&d->p, "after_tidying",
		    prog_add(&d->p, "distinct", tidy, -1, -1), -1);
		draft_bind_text(d, "q",
		    "how many distinct values does {x} have{where}, as written "
		    "and after that");
	} else {
		sizes = prog_add(&d->p, "sizes", tidy, -1, -1);
		best = prog_add(&d->p, "arg_end", sizes, -1, -1);
		prog_set_word(&d->p, best, "end", "max");
		prog_out(&d->p, "value", best, -1);
		prog_out(
		    &d->p, "rows", prog_add(&d->p, "max", sizes, -1, -1), -1);
		draft_bind_text(d, "q",
		    "[which|what] value of {x} is then the most "
		    "frequent{where}, and how many rows have it");
		draft_clause(d, "Give the value in lower case.");
	}
	return 0;
}

static const char *const spelling_ask[] = {
    "[Remove|Strip] blanks at both ends of {x} and turn its letters to lower "
    "case: {q}?",
    "[Tidy|Clean] {x} by trimming blanks at its ends and ignoring case: {q}?",
    "If values of {x} that differ only by upper and lower case or by blanks "
    "at the ends are the same, {q}?",
    NULL};

static const char *const missing_seek[] = {
    "In {x}, {what} the cells hold nothing{where}?",
    "How complete is {x}? Say {what} its cells are empty{where}.",
    "Not every cell of {x} is filled in: {what} its cells are blank{where}?",
    NULL};

static const char *const missing_by_seek[] = {
    "Which value of {k} goes with the {end} percentage of rows in which {x} is "
    "[empty|missing]{where}? Give that percentage as well.",
    "[Split|Group] the rows by {k}{where}: for which value is the percentage "
    "of empty cells in {x} the {end}, and how high is it?",
    "Gaps in {x} may pile up somewhere. Name the value of {k} with the {end} "
    "percentage of rows that lack it{where}, and that percentage.",
    NULL};

const struct family column_families[] = {
    {.name = "table_size",
	.number = 1,
	.steps = 1,
	.answer = "integer",
	.category = "summary",
	.summary = "how many rows and filled cells",
	.build = size_build,
	.ask = size_ask,
	.seek = size_ask,
	.hint = "Take {rows}; len() counts rows, notna() summed over all "
		"columns counts filled cells."},
    {.name = "column_types",
	.number = 2,
	.steps = 1,
	.answer = "integers",
	.category = "data_quality",
	.summary = "columns without gaps by type",
	.build = types_build,
	.ask = types_ask,
	.seek = types_ask,
	.hint = "Keep the columns that {full}, then count them with "
		"select_dtypes."},
    {.name = "columns_missing_above",
	.number = 4,
	.steps = 2,
	.answer = "list",
	.category = "data_quality",
	.summary = "columns with more than a share of missing cells",
	.build = missing_above_build,
	.ask = missing_above_ask,
	.seek = missing_above_ask,
	.hint = "Average isna() of each column, compare with {limit} %, sort "
		"the names."},
    {.name = "most_missing_column",
	.number = 5,
	.steps = 2,
	.answer = "string + integer",
	.category = "data_quality",
	.summary = "the column with the most missing cells",
	.build = most_missing_build,
	.ask = most_missing_ask,
	.seek = most_missing_ask,
	.hint = "Sum isna() of each column and take the largest sum."},
    {.name = "missing_by_group",
	.number = 7,
	.steps = 4,
	.answer = "string + number",
	.category = "data_quality",
	.summary = "the group that lacks a value most often",
	.build = missing_by_build,
	.ask = missing_by_ask,
	.seek = missing_by_seek,
	.hint = "Test {x} for being missing, average the test within each {k}, "
		"take the {end} average times 100."},
    {.name = "missing_together",
	.number = 8,
	.steps = 4,
	.answer = "integer",
	.category = "data_quality",
	.summary = "rows in which two columns are missing together",
	.build = missing_together_build,
	.ask = missing_together_ask,
	.seek = missing_together_ask,
	.hint = "Combine the tests of {x} and {y} for being missing row by "
		"row: {how}."},
    {.name = "key_repeats",
	.number = 10,
	.steps = 4,
	.answer = "integer",
	.category = "data_quality",
	.summary = "rows that repeat a combination of two columns",
	.build = key_repeats_build,
	.ask = key_repeats_ask,
	.seek = key_repeats_ask,
	.hint = "Look for duplicates with the subset {x} and {y} only."},
    {.name = "near_unique_columns",
	.number = 11,
	.steps = 2,
	.answer = "list",
	.category = "data_quality",
	.summary = "columns with a large share of distinct values",
	.build = near_unique_build,
	.ask = near_unique_ask,
	.seek = near_unique_ask,
	.hint = "Divide nunique() of each column by the number of rows, "
		"compare with {limit} %, sort the names."},
    {.name = "dominated_columns",
	.number = 12,
	.steps = 2,
	.answer = "list",
	.category = "data_quality",
	.summary = "columns that a single value dominates",
	.build = dominated_build,
	.ask = dominated_ask,
	.seek = dominated_ask,
	.hint = "Take the largest share in value_counts(normalize=True) of "
		"each column, compare with {limit} %, sort the names."},
    {.name = "type_trap",
	.number = 13,
	.steps = 4,
	.answer = "integer + number",
	.category = "data_quality",
	.summary = "a text column of numbers: what is none, and the rest",
	.build = type_trap_build,
	.ask = type_trap_ask,
	.seek = type_trap_ask,
	.hint = "Convert {x} with to_numeric(errors=\"coerce\"); values that "
		"are there but became missing are no numbers."},
    {.name = "spelling_variants",
	.number = 14,
	.steps = 4,
	.answer = "integers or string + integer",
	.category = "data_quality",
	.summary = "spellings that differ by blanks and case only",
	.build = spelling_build,
	.ask = spelling_ask,
	.seek = spelling_ask,
	.hint = "Apply str.strip() and str.lower() to {x} before counting."},

    {.name = "missing_in_column",
	.number = 3,
	.steps = 1,
	.answer = "integer or number",
	.category = "data_quality",
	.summary = "missing cells of a column: how many, what share",
	.build = missing_build,
	.ask = missing_ask,
	.seek = missing_seek,
	.hint =
	    "Test each cell of {x} for being missing, then count or average "
	    "the test."},
    {.name = "duplicate_rows",
	.number = 9,
	.steps = 1,
	.answer = "integer or number",
	.category = "data_quality",
	.summary = "rows that repeat others",
	.build = duplicates_build,
	.ask = duplicates_ask,
	.seek = duplicates_ask,
	.hint = "Mark the rows that are {dup} over all columns; missing cells "
		"count as equal."},
    {.name = "incomplete_rows",
	.number = 6,
	.steps = 1,
	.answer = "integer or number",
	.category = "data_quality",
	.summary = "rows with at least one missing cell",
	.build = incomplete_build,
	.ask = incomplete_ask,
	.seek = incomplete_ask,
	.hint = "Test every cell for being missing and take any() over each "
		"row."},
    {0}};
