/* fam_category.c - families on one text or boolean column. */
#include "family.h"

/* The most frequent value and its share. */
static int
mode_build(struct gen *g, struct draft *d)
{
	int k = gen_cat(g, -1, -1), t, c, best, n;

	t = gen_table(g, d, true, k, -1);
	c = prog_add(&d->p, "sizes", draft_cat(d, t, k), -1, -1);
	best = prog_add(&d->p, "arg_end", c, -1, -1);
	prog_set_word(&d->p, best, "end", "max");
	prog_out(&d->p, "value", best, -1);
	n = prog_add(&d->p, "percent", prog_add(&d->p, "max", c, -1, -1),
	    prog_add(&d->p, "sum", c, -1, -1), -1);
	prog_out(&d->p, "percentage", n, 2);
	draft_bind_col(d, "k", k);
	if (k >= 0 && tab_missing(g->t, (size_t)k) > 0)
		draft_clause(d,
		    "[Take the percentage of rows that have a value|Rows "
		    "without a value do not count in the total].");
	return 0;
}

static const char *const mode_ask[] = {"[Which|What] value of {k} [occurs most "
				       "often|is most frequent]{where}, and "
				       "what percentage of rows has it?",
    "[Name|Find] the most frequent value of {k} and its share in "
    "percent{where}.",
    "In {k}, [which|what] value dominates{where}, and with what percentage?",
    NULL};

/* Number of rows with a value; share of a value. */
static int
value_share_build(struct gen *g, struct draft *d)
{
	int k = gen_cat(g, -1, -1), t, m, c;
	struct tab_span s;

	if (k == -1 || tab_type(g->t, (size_t)k) == TAB_BOOL)
		return -1;
	t = gen_table(g, d, false, k, -1);
	c = draft_cat(d, t, k);
	m = prog_add(&d->p, "is", c, -1, -1);
	if (gen_label(g, k, &s) == -1)
		return -1;
	prog_set_text(&d->p, m, "value", s);
	prog_out(&d->p, NULL, prog_add(&d->p, "share_true", m, -1, -1), 2);
	draft_bind(d, "m", m);
	draft_bind_col(d, "k", k);
	if (tab_missing(g->t, (size_t)k) > 0)
		draft_clause(d,
		    "[Take the percentage of all these rows, those without a "
		    "value included|Rows without a value count in the total].");
	return 0;
}

static const char *const value_share_ask[] = {
    "In [what|which] percentage of rows is it so that {m}{where}?",
    "[How common is it|How often is it the case] that {m}{where}, in percent "
    "of "
    "the rows?",
    "[Compute|Report] the percentage of rows for which {m}{where}.", NULL};

/* The k most frequent values. */
static int
top_values_build(struct gen *g, struct draft *d)
{
	int k = gen_cat(g, -1, -1), t, c, top;
	size_t n = k >= 0 ? tab_ndict(g->t, (size_t)k) : 0;

	if (n < 5)
		return -1;
	t = gen_table(g, d, true, k, -1);
	c = prog_add(&d->p, "sizes", draft_cat(d, t, k), -1, -1);
	top = prog_add(&d->p, "top", c, -1, -1);
	prog_set_num(&d->p, top, "k", gen_chance(g, 0.7) ? 3 : 2);
	gen_word(g, &d->p, top, "order");
	prog_out(&d->p, NULL, top, -1);
	draft_bind_col(d, "k", k);
	draft_bind(d, "c", c);
	draft_bind_text(d, "often",
	    top >= 0 && d->p.node[top].arg[1].word == 0
		? "[most|most often]"
		: "[least|least often]");
	draft_bind_text(d, "n",
	    top >= 0 && d->p.node[top].arg[0].num == 3 ? "three" : "two");
	draft_bind_text(d, "order",
	    top >= 0 && d->p.node[top].arg[1].word == 0
		? "[Begin|Start] with the most frequent."
		: "[Begin|Start] with the rarest.");
	draft_clause(d, "{order}");
	return 0;
}

static const char *const top_values_ask[] = {
    "Which {n} values of {k} occur {often}{where}?",
    "[List|Name] the {n} values of {k} that [appear|occur] {often}{where}.",
    NULL};

/* How many groups have at least m rows. */
static int
big_groups_build(struct gen *g, struct draft *d)
{
	int k = gen_cat(g, -1, -1), t, c, m;
	size_t n = k >= 0 ? tab_ndict(g->t, (size_t)k) : 0;
	double limit;

	if (n < 4)
		return -1;
	t = gen_table(g, d, false, k, -1);
	c = prog_add(&d->p, "sizes", draft_cat(d, t, k), -1, -1);
	limit = floor(
	    (double)tab_rows(g->t) / (double)n * (0.5 + rng_real(g->rng)));
	m = prog_add(&d->p, "groups_from", c, -1, -1);
	prog_set_num(&d->p, m, "least", limit);
	prog_out(&d->p, NULL, m, -1);
	draft_bind_col(d, "k", k);
	draft_bind(d, "m", m);
	return 0;
}

static const char *const big_groups_ask[] = {
    "[Counting the rows of each|Going by the rows of each] {k}, what is the "
    "{m}{where}?",
    "[Group|Split] the rows by {k}{where} and [report|find] the {m}.",
    "[Small groups are unreliable|Only well-filled groups matter]: grouped by "
    "{k}, what is the {m}{where}?",
    NULL};

const struct family category_families[] = {
    {.name = "most_frequent",
	.number = 32,
	.steps = 5,
	.answer = "string + number",
	.category = "summary",
	.summary = "the most frequent value and its share",
	.build = mode_build,
	.ask = mode_ask,
	.hint = "Count the rows of each value of {k}; divide the largest count "
		"by the sum of the counts."},
    {.name = "value_share",
	.number = 35,
	.steps = 2,
	.answer = "number",
	.category = "summary",
	.summary = "share of rows with a value",
	.build = value_share_build,
	.ask = value_share_ask,
	.hint =
	    "Test each row for whether {m}; the mean of the test times 100."},
    {.name = "top_values",
	.number = 34,
	.steps = 2,
	.answer = "list",
	.category = "summary",
	.summary = "the most or least frequent values",
	.build = top_values_build,
	.ask = top_values_ask,
	.hint = "Take the {c} and pick the {n} ends in order."},
    {.name = "groups_of_size",
	.number = 36,
	.steps = 2,
	.answer = "integer",
	.category = "summary",
	.summary = "groups with at least so many rows",
	.build = big_groups_build,
	.ask = big_groups_ask,
	.hint = "Count the rows of each value of {k}, then count the groups "
		"that are large enough."},
    {0}};
