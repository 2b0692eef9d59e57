/* fam_group.c - families on a number by groups. */
#include "family.h"

/* A statistic of x for each k; binds x, k, v and stat. */
static int
stat_by(struct gen *g, struct draft *d, int t, int x, int k, const char *stat)
{
	int v = prog_add(&d->p, stat, draft_by(d, t, x, k), -1, -1);

	if (v >= 0 && d->p.node[v].op == op_find("std"))
		prog_set_word(&d->p, v, "ddof", "sample");
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "k", k);
	draft_bind(d, "v", v);
	(void)g;
	return v;
}

static int
grouped(struct gen *g, struct draft *d, bool must, int *x, int *k)
{
	*x = gen_num(g, -1, -1);
	*k = gen_cat(g, *x, -1);
	if (*x == -1 || *k == -1)
		return -1;
	return stat_by(
	    g, d, gen_table(g, d, must, *x, *k), *x, *k, gen_stat(g));
}

/* A statistic for one group. */
static int
one_group_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), k = gen_cat(g, x, -1), df, t, m, s;
	struct tab_span label;

	if (x == -1 || k == -1 || tab_type(g->t, (size_t)k) == TAB_BOOL ||
	    gen_label(g, k, &label) == -1)
		return -1;
	df = prog_add(&d->p, "df", -1, -1, -1);
	m = prog_add(&d->p, "is", draft_cat(d, df, k), -1, -1);
	prog_set_text(&d->p, m, "value", label);
	t = prog_add(&d->p, "where", df, m, -1);
	d->where = t;
	s = prog_add(&d->p, gen_stat(g), draft_num(d, t, x), -1, -1);
	prog_out(&d->p, NULL, s, 2);
	draft_bind(d, "s", s);
	return 0;
}

static const char *const one_group_ask[] = {"What is the {s}{where}?",
    "[Compute|Report|Find] the {s}{where}.",
    "[How large|How big] is the {s}{where}?", NULL};

/* The best or worst group. */
static int
best_build(struct gen *g, struct draft *d)
{
	int x, k, v = grouped(g, d, false, &x, &k), best;

	best = prog_add(&d->p, "arg_end", v, -1, -1);
	gen_word(g, &d->p, best, "end");
	prog_out(&d->p, "group", best, -1);
	prog_out(&d->p, "value",
	    prog_add(&d->p,
		best >= 0 && d->p.node[best].arg[0].word == 0 ? "max" : "min",
		v, -1, -1),
	    2);
	draft_bind_text(d, "end",
	    best >= 0 && d->p.node[best].arg[0].word == 0
		? "[highest|largest]"
		: "[lowest|smallest]");
	return 0;
}

static const char *const best_ask[] = {
    "[Which|What] {k} has the {end} {v}{where}, and what is it?",
    "Among the groups of {k}, [find|name|identify] the one with the {end} "
    "{v}{where}, and [give|report] that value.",
    "[Group|Split] the rows by {k}: which group has the {end} {v}{where}, and "
    "how much is it?",
    "Where is the {v} {end}{where}? Give the value of {k} and the figure.",
    NULL};

/* The same among groups that are large enough. */
static int
best_large_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), k = gen_cat(g, x, -1), t, by, v, n, kept,
	    best;
	size_t groups;

	if (x == -1 || k == -1)
		return -1;
	groups = tab_ndict(g->t, (size_t)k);
	t = gen_table(g, d, false, x, k);
	by = draft_by(d, t, x, k);
	v = prog_add(&d->p, gen_chance(g, 0.6) ? "mean" : "median", by, -1, -1);
	n = prog_add(&d->p, "count", by, -1, -1);
	kept = prog_add(&d->p, "keep_groups", v, n, -1);
	prog_set_num(&d->p, kept, "least",
	    floor((double)tab_rows(g->t) / (double)(groups + 1) * 0.8));
	best = prog_add(&d->p, "arg_end", kept, -1, -1);
	gen_word(g, &d->p, best, "end");
	prog_out(&d->p, "group", best, -1);
	prog_out(&d->p, "value",
	    prog_add(&d->p,
		best >= 0 && d->p.node[best].arg[0].word == 0 ? "max" : "min",
		kept, -1, -1),
	    2);
	draft_bind_col(d, "k", k);
	draft_bind_col(d, "x", x);
	draft_bind(d, "v", v);
	draft_bind(d, "kept", kept);
	draft_bind_text(d, "end",
	    best >= 0 && d->p.node[best].arg[0].word == 0
		? "[highest|largest]"
		: "[lowest|smallest]");
	return 0;
}

static const char *const best_large_ask[] = {
    "Consider only groups of {k} with {kept}{where}: which of them has the "
    "{end} {v}, and what is it?",
    "Which {k} has the {end} {v}{where}, if only groups with {kept} "
    "[qualify|count]? Give the value too.",
    NULL};

/* The top groups in order. */
static int
ranked_build(struct gen *g, struct draft *d)
{
	int x, k, v = grouped(g, d, false, &x, &k), top;

	if (v == -1 || tab_ndict(g->t, (size_t)k) < 5)
		return -1;
	top = prog_add(&d->p, "top", v, -1, -1);
	prog_set_num(&d->p, top, "k", 3);
	gen_word(g, &d->p, top, "order");
	prog_out(&d->p, NULL, top, -1);
	draft_bind_text(d, "end",
	    top >= 0 && d->p.node[top].arg[1].word == 0 ? "[highest|largest]"
							: "[lowest|smallest]");
	draft_bind_text(d, "order",
	    top >= 0 && d->p.node[top].arg[1].word == 0
		? "[Begin|Start] with the highest."
		: "[Begin|Start] with the lowest.");
	draft_clause(d, "{order}");
	return 0;
}

static const char *const ranked_ask[] = {
    "Which three values of {k} have the {end} {v}{where}?",
    "[Rank|Order] the groups of {k} by the {v}{where}: which three have the "
    "{end}?",
    "[List|Name] the three groups of {k} with the {end} {v}{where}.", NULL};

/* Gap or ratio between the best and the worst group. */
static int
gap_build(struct gen *g, struct draft *d)
{
	int x, k, v = grouped(g, d, false, &x, &k), hi, lo, s;
	bool ratio =
	    x >= 0 && prof_col(g->pf, (size_t)x)->min > 0 && gen_chance(g, 0.4);

	hi = prog_add(&d->p, "max", v, -1, -1);
	lo = prog_add(&d->p, "min", v, -1, -1);
	s = prog_add(&d->p, ratio ? "quotient" : "diff", hi, lo, -1);
	prog_out(&d->p, NULL, s, ratio ? 3 : 2);
	draft_bind_text(d, "rel",
	    ratio ? "how many times the smallest of these figures is the "
		    "largest"
		  : "by how much does the largest of these figures exceed the "
		    "smallest");
	return 0;
}

static const char *const gap_ask[] = {
    "For each {k} take the {v}{where}: {rel}?",
    "[Compare|Look at] the groups of {k} by the {v}{where}. {rel}?",
    "[How far apart are the groups of {k}?|The groups of {k} differ.] Going by "
    "the {v}{where}, {rel}?",
    NULL};

/* Share of the total that one group, the largest, has. */
static int
share_total_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), k = gen_cat(g, x, -1), t, v, best, pc;

	if (x == -1 || k == -1 || !(prof_col(g->pf, (size_t)x)->min >= 0))
		return -1;
	t = gen_table(g, d, false, x, k);
	v = stat_by(g, d, t, x, k, "sum");
	best = prog_add(&d->p, "arg_end", v, -1, -1);
	gen_word(g, &d->p, best, "end");
	prog_out(&d->p, "group", best, -1);
	pc = prog_add(&d->p, "percent",
	    prog_add(&d->p,
		best >= 0 && d->p.node[best].arg[0].word == 0 ? "max" : "min",
		v, -1, -1),
	    prog_add(&d->p, "sum", v, -1, -1), -1);
	prog_out(&d->p, "percentage", pc, 2);
	draft_bind_text(d, "end",
	    best >= 0 && d->p.node[best].arg[0].word == 0 ? "[largest|biggest]"
							  : "smallest");
	return 0;
}

static const char *const share_total_ask[] = {
    "Which {k} [contributes|accounts for] the {end} [share|part] of the total "
    "{x}{where}, and what percentage is it?",
    "[Split|Break down] the total of {x} by {k}{where}: which group has the "
    "{end} share, and how many percent?",
    NULL};

/* The group with the largest spread. */
static int
spread_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), k = gen_cat(g, x, -1), v, best;

	if (x == -1 || k == -1)
		return -1;
	v = stat_by(g, d, gen_table(g, d, false, x, k), x, k,
	    gen_chance(g, 0.6) ? "std" : "iqr");
	best = prog_add(&d->p, "arg_end", v, -1, -1);
	gen_word(g, &d->p, best, "end");
	prog_out(&d->p, "group", best, -1);
	prog_out(&d->p, "value",
	    prog_add(&d->p,
		best >= 0 && d->p.node[best].arg[0].word == 0 ? "max" : "min",
		v, -1, -1),
	    3);
	draft_bind_text(d, "end",
	    best >= 0 && d->p.node[best].arg[0].word == 0
		? "[most|more than any other]"
		: "[least|less than any other]");
	return 0;
}

static const char *const spread_ask[] = {
    "In which group of {k} does {x} vary {end}{where}, judged by the {v}? Give "
    "that figure as well.",
    "[Judge|Measure] the spread of {x} in each {k} by the {v}{where}: which "
    "group varies {end}, and what is its figure?",
    NULL};

const struct family group_families[] = {
    {.name = "one_group",
	.number = 40,
	.steps = 2,
	.answer = "number",
	.category = "aggregation",
	.summary = "a statistic for one group",
	.build = one_group_build,
	.ask = one_group_ask,
	.hint = "Then compute the {s}."},
    {.name = "best_group",
	.number = 41,
	.steps = 4,
	.answer = "string + number",
	.category = "aggregation",
	.summary = "the group with the highest or lowest statistic",
	.build = best_build,
	.ask = best_ask,
	.hint = "Compute the {v}, then take the group at the {end} end."},
    {.name = "best_large_group",
	.number = 42,
	.steps = 6,
	.answer = "string + number",
	.category = "aggregation",
	.summary = "the same among groups that are large enough",
	.build = best_large_build,
	.ask = best_large_ask,
	.hint =
	    "Compute the {v}, keep groups with {kept}, then take the {end}."},
    {.name = "ranked_groups",
	.number = 43,
	.steps = 3,
	.answer = "list",
	.category = "aggregation",
	.summary = "the top three groups in order",
	.build = ranked_build,
	.ask = ranked_ask,
	.hint = "Compute the {v}, sort it, take three labels in order."},
    {.name = "group_gap",
	.number = 44,
	.steps = 5,
	.answer = "number",
	.category = "aggregation",
	.summary = "gap or ratio between best and worst group",
	.build = gap_build,
	.ask = gap_ask,
	.hint = "Compute the {v}; compare its largest and smallest value."},
    {.name = "share_of_total",
	.number = 45,
	.steps = 6,
	.answer = "string + number",
	.category = "aggregation",
	.summary = "the group with the largest share of a total",
	.build = share_total_build,
	.ask = share_total_ask,
	.hint = "Compute the {v}, divide the extreme one by the sum of all."},
    {.name = "group_spread",
	.number = 46,
	.steps = 4,
	.answer = "string + number",
	.category = "distribution",
	.summary = "the group in which a number varies most",
	.build = spread_build,
	.ask = spread_ask,
	.hint = "Compute the {v} and take the extreme group."},
    {0}};
