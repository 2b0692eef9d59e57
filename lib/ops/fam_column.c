/* fam_column.c - families on columns and the quality of the data. */
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
		draft_bind_text(d, "what", "[how many|what number of]");
		draft_bind_text(d, "kind", "cells");
	} else {
		prog_out(
		    &d->p, NULL, prog_add(&d->p, "share_true", m, -1, -1), 2);
		draft_bind_text(d, "what", "what percentage of");
		draft_bind_text(d, "kind", "cells");
	}
	return 0;
}

static const char *const missing_ask[] = {
    "In the column {x}, {what} {kind} are [missing|empty]{where}?",
    "[Count the blanks:|Look at the gaps:] {what} {kind} of {x} hold no "
    "value{where}?",
    "{x} is not always filled in: {what} its {kind} are missing{where}?", NULL};

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
    NULL};

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
    NULL};

const struct family column_families[] = {
    {.name = "missing_in_column",
	.number = 3,
	.steps = 1,
	.answer = "integer or number",
	.category = "data_quality",
	.summary = "missing cells of a column: how many, what share",
	.build = missing_build,
	.ask = missing_ask,
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
	.hint = "Test every cell for being missing and take any() over each "
		"row."},
    {0}};
