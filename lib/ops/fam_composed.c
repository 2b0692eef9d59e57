/* fam_composed.c - families that put several questions into one. */
#include "family.h"

/* Two conditions, groups, the best, and a second statistic inside it. */
static int
cascade_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), y = gen_num(g, x, -1), k = gen_cat(g, x, y),
	    t, v, best, in, s;

	if (x == -1 || k == -1)
		return -1;
	if (y == -1)
		y = x;
	t = gen_table2(g, d, x, k);
	v = prog_add(&d->p, gen_chance(g, 0.6) ? "mean" : "median",
	    draft_by(d, t, x, k), -1, -1);
	best = prog_add(&d->p, "arg_end", v, -1, -1);
	gen_word(g, &d->p, best, "end");
	prog_out(&d->p, "group", best, -1);
	in = prog_add(
	    &d->p, "in_group", draft_num(d, t, y), draft_cat(d, t, k), best);
	s = prog_add(&d->p, gen_chance(g, 0.5) ? "median" : "mean", in, -1, -1);
	prog_out(&d->p, "value", s, 2);
	draft_bind_col(d, "k", k);
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "y", y);
	draft_bind(d, "v", v);
	draft_bind_text(d, "s",
	    s >= 0 && d->p.node[s].op == op_find("mean") ? "[mean|average]"
							 : "median");
	draft_bind_text(d, "end",
	    best >= 0 && d->p.node[best].arg[0].word == 0
		? "[highest|largest]"
		: "[lowest|smallest]");
	return 0;
}

static const char *const cascade_ask[] = {
    "Find the {k} with the {end} {v}{where}; within that group, what is the "
    "{s} "
    "of {y}?",
    "[Which|What] {k} has the {end} {v}{where}, and what is the {s} of {y} in "
    "that group?",
    NULL};

static const char *const cascade_seek[] = {
    "Find the value of {k} with the {end} {v}{where}; in the rows that have "
    "it, "
    "what is the {s} of {y}?",
    "Which value of {k} has the {end} {v}{where}, and what is the {s} of {y} "
    "there?",
    NULL};

const struct family composed_families[] = {
    {.name = "cascade",
	.number = 92,
	.steps = 5,
	.answer = "string + number",
	.category = "multi_step",
	.summary = "two filters, groups, a winner, a statistic in it",
	.build = cascade_build,
	.ask = cascade_ask,
	.seek = cascade_seek,
	.hint = "Compute the {v}, take the {end} group, then the {s} of {y} in "
		"it."},
    {0}};
