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
	const char *stat;

	*x = gen_num(g, -1, -1);
	*k = gen_cat(g, *x, -1);
	if (*x == -1 || *k == -1)
		return -1;
	stat = gen_stat(g);
	return stat_by(g, d, gen_table(g, d, must, *x, *k), *x, *k, stat);
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
    "Consider only groups of {k} with {kept} of {x}{where}: which of them has "
    "the {end} {v}, and what is it?",
    "Of the groups of {k} that have {kept} of {x}{where}, which one has the "
    "{end} {v}? Give the value too.",
    "Leave groups of {k} aside unless they have {kept} of {x}{where}. "
    "[Name|Find] the group with the {end} {v}, and that value.",
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
	int x = gen_num(g, -1, -1), k = gen_cat(g, x, -1), t, v, best, pc, sum;

	if (x == -1 || k == -1 || !(prof_col(g->pf, (size_t)x)->min >= 0))
		return -1;
	t = gen_table(g, d, false, x, k);
	v = stat_by(g, d, t, x, k, "sum");
	best = prog_add(&d->p, "arg_end", v, -1, -1);
	gen_word(g, &d->p, best, "end");
	prog_out(&d->p, "group", best, -1);
	sum = prog_add(&d->p, "sum", v, -1, -1);
	pc = prog_add(&d->p, "percent",
	    prog_add(&d->p,
		best >= 0 && d->p.node[best].arg[0].word == 0 ? "max" : "min",
		v, -1, -1),
	    sum, -1);
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
    "Of the total of {x}{where}, which {k} holds the {end} part, and how much "
    "is that in percent?",
    NULL};

/* The group with the largest spread. */
static int
spread_build(struct gen *g, struct draft *d)
{
	const char *stat;
	int x = gen_num(g, -1, -1), k = gen_cat(g, x, -1), v, best;

	if (x == -1 || k == -1)
		return -1;
	stat = gen_chance(g, 0.6) ? "std" : "iqr";
	v = stat_by(g, d, gen_table(g, d, false, x, k), x, k, stat);
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
	draft_bind_text(d, "spread",
	    best >= 0 && d->p.node[best].arg[0].word == 0
		? "[most spread out|most varied]"
		: "[least spread out|least varied]");
	return 0;
}

static const char *const spread_ask[] = {
    "In which group of {k} does {x} vary {end}{where}, judged by the {v}? Give "
    "that figure as well.",
    "[Judge|Measure] the spread of {x} in each {k} by the {v}{where}: which "
    "group varies {end}, and what is its figure?",
    "Where is {x} {spread}{where}? Name the group of {k} that the {v} points "
    "to, with that figure.",
    NULL};

/* The words of the end that a choice is made at. */
static const char *
end_say(const struct draft *d, int best)
{
	return best >= 0 && d->p.node[best].arg[0].word == 0
	    ? "[highest|largest]"
	    : "[lowest|smallest]";
}

static const char *
end_stat(const struct draft *d, int best)
{
	return best >= 0 && d->p.node[best].arg[0].word == 0 ? "max" : "min";
}

/* A category column of texts other than a and b; -1: none. */
static int
text_cat(struct gen *g, int a, int b)
{
	int k = gen_cat(g, a, b);

	return k >= 0 && tab_type(g->t, (size_t)k) != TAB_BOOL ? k : -1;
}

/* The cell of two keys with the extreme statistic. */
static int
two_keys_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), a = text_cat(g, x, -1),
	    b = text_cat(g, x, a), t, by, v, best, first, second;

	if (x == -1 || a == -1 || b == -1)
		return -1;
	t = gen_table(g, d, false, a, b);
	second = draft_cat(d, t, b);
	first = draft_cat(d, t, a);
	by = prog_add(&d->p, "by2", draft_num(d, t, x), first, second);
	v = prog_add(&d->p, gen_stat(g), by, -1, -1);
	if (v == -1)
		return -1;
	if (d->p.node[v].op == op_find("std"))
		prog_set_word(&d->p, v, "ddof", "sample");
	best = prog_add(&d->p, "cell_end", v, -1, -1);
	gen_word(g, &d->p, best, "end");
	prog_out(&d->p, "pair", best, -1);
	prog_out(
	    &d->p, "value", prog_add(&d->p, end_stat(d, best), v, -1, -1), 2);
	draft_bind_col(d, "a", a);
	draft_bind_col(d, "b", b);
	draft_bind(d, "v", v);
	draft_bind_text(d, "end", end_say(d, best));
	draft_clause(d,
	    "[Name the pair with the value of {a} first|In the pair, the value "
	    "of {a} comes first].");
	return 0;
}

static const char *const two_keys_ask[] = {
    "Which combination of {a} and {b} has the {end} {v}{where}, and what is "
    "it?",
    "[Group|Split] the rows by {a} and {b} together: which pair of values has "
    "the {end} {v}{where}, and how much is it?",
    "For every pair of {a} and {b} compute the {v}{where}. Which pair comes "
    "out {end}, and with what figure?",
    NULL};

/* The row of a pivot table whose cells lie furthest apart. */
static int
pivot_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), a = text_cat(g, x, -1),
	    b = gen_cat(g, x, a), t, by, v, gaps, best, first, second;

	if (x == -1 || a == -1 || b == -1)
		return -1;
	t = gen_table(g, d, false, a, b);
	second = draft_cat(d, t, b);
	first = draft_cat(d, t, a);
	by = prog_add(&d->p, "by2", draft_num(d, t, x), first, second);
	v = prog_add(&d->p, gen_chance(g, 0.6) ? "mean" : "median", by, -1, -1);
	gaps = prog_add(&d->p, "across", v, -1, -1);
	best = prog_add(&d->p, "arg_end", gaps, -1, -1);
	gen_word(g, &d->p, best, "end");
	prog_out(&d->p, "group", best, -1);
	prog_out(&d->p, "difference",
	    prog_add(&d->p, end_stat(d, best), gaps, -1, -1), 3);
	draft_bind_col(d, "a", a);
	draft_bind_col(d, "b", b);
	draft_bind(d, "v", v);
	draft_bind_text(d, "apart",
	    *end_stat(d, best) == 'm' && end_stat(d, best)[1] == 'a'
		? "furthest apart"
		: "closest together");
	return 0;
}

static const char *const pivot_ask[] = {
    "Make a pivot table of the {v} with {a} as rows and {b} as "
    "columns{where}. For which {a} do its largest and its smallest cell lie "
    "{apart}, and what is the difference?",
    "Compute the {v} for each {a} and {b}{where}. In which {a} do the figures "
    "for {b} lie {apart} (largest minus smallest), and by how much?",
    "Take the {v} by {a} and {b}{where}: for which {a} are the highest and the "
    "lowest figure over the values of {b} {apart}? Give the gap too.",
    NULL};

/* How many groups are above the mean of all rows. */
static int
above_overall_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), k = gen_cat(g, x, -1), t, v, all, n;
	const char *stat = gen_chance(g, 0.7) ? "mean" : "median";

	if (x == -1 || k == -1 || tab_ndict(g->t, (size_t)k) < 4)
		return -1;
	t = gen_table(g, d, false, x, k);
	v = stat_by(g, d, t, x, k, stat);
	all = prog_add(&d->p, stat, draft_num(d, t, x), -1, -1);
	n = prog_add(&d->p, "groups_beyond", v, all, -1);
	gen_word(g, &d->p, n, "side");
	if (n == -1)
		return -1;
	prog_out(&d->p, NULL, n, -1);
	draft_bind_text(d, "side",
	    d->p.node[n].arg[0].word == 0 ? "[above|higher than]"
					  : "[below|lower than]");
	draft_bind_text(d, "stat", stat);
	return 0;
}

static const char *const above_overall_ask[] = {
    "In how many groups of {k} is the {v} {side} the {stat} of {x} over all "
    "these rows together{where}?",
    "[Compare|Set] the {v} in each group of {k} with the overall {stat} of "
    "{x}{where}: how many groups are {side} it?",
    "How many values of {k} have a {stat} of {x} that is {side} the {stat} of "
    "all rows taken together{where}?",
    NULL};

/* Another column in the top row of each group, then a statistic of these. */
static int
top_member_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), y = gen_num(g, x, -1), k = gen_cat(g, x, y),
	    t, v, s, num;

	if (x == -1 || y == -1 || k == -1 || tab_ndict(g->t, (size_t)k) < 5)
		return -1;
	t = gen_table(g, d, false, x, k);
	num = draft_num(d, t, y);
	v = prog_add(&d->p, "of_end", draft_by(d, t, x, k), num, -1);
	gen_word(g, &d->p, v, "end");
	if (v == -1)
		return -1;
	s = prog_add(&d->p,
	    gen_chance(g, 0.5)       ? "mean"
		: gen_chance(g, 0.5) ? "median"
				     : "max",
	    v, -1, -1);
	prog_out(&d->p, NULL, s, 3);
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "y", y);
	draft_bind_col(d, "k", k);
	draft_bind_text(d, "end", end_say(d, v));
	draft_bind_text(d, "stat",
	    s < 0                                      ? ""
		: d->p.node[s].op == op_find("mean")   ? "[mean|average]"
		: d->p.node[s].op == op_find("median") ? "median"
						       : "largest");
	return 0;
}

static const char *const top_member_ask[] = {
    "In each group of {k} [find|take] the row with the {end} {x}{where}. What "
    "is the {stat} {y} of these rows?",
    "For every {k} pick the row in which {x} is {end}{where}, and collect {y} "
    "from them: what is the {stat} value?",
    "Keep, for each {k}, only the row with the {end} {x}{where}. [Report|Give] "
    "the {stat} {y} of the rows that remain.",
    NULL};

/* The row that lies furthest from the mean of its own group. */
static int
deviation_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), k = gen_cat(g, x, -1), t, v, c, n, s, by;

	if (x == -1 || k == -1)
		return -1;
	t = gen_table(g, d, false, x, k);
	by = draft_by(d, t, x, k);
	v = prog_add(&d->p, "center", draft_num(d, t, x), by, -1);
	c = prog_add(&d->p, "cell_of", v, draft_cat(d, t, k), -1);
	gen_word(g, &d->p, c, "end");
	if (c == -1)
		return -1;
	n = prog_add(&d->p, "number_of", v, draft_num(d, t, x), -1);
	d->p.node[n].arg[0].word = d->p.node[c].arg[0].word;
	s = prog_add(&d->p, end_stat(d, c), v, -1, -1);
	prog_out(&d->p, "group", c, -1);
	prog_out(&d->p, "value", n, prof_col(g->pf, (size_t)x)->whole ? -1 : 3);
	prog_out(&d->p, "deviation", s, 3);
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "k", k);
	draft_bind_text(d, "end",
	    d->p.node[c].arg[0].word == 0
		? "[highest|largest]"
		: "[lowest|smallest] (most negative)");
	return 0;
}

static const char *const deviation_ask[] = {
    "For each row take {x} minus the mean of {x} in its own group of "
    "{k}{where}. Which group has the row with the {end} deviation, what is {x} "
    "there, and how large is the deviation?",
    "Measure every row against its own group: subtract from {x} the mean of "
    "{x} for its {k}{where}. Find the row with the {end} result; [give|report] "
    "its {k}, its {x} and the result.",
    "[Which|What] row stands out from its group? Compute {x} minus its group "
    "mean by {k}{where} and describe the row with the {end} deviation by its "
    "group, its {x} and the deviation.",
    NULL};

/* Is the best group by mean also best by median? */
static int
disagree_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), k = gen_cat(g, x, -1), t, by, a, b, m, n;

	if (x == -1 || k == -1)
		return -1;
	t = gen_table(g, d, false, x, k);
	by = draft_by(d, t, x, k);
	a = prog_add(&d->p, "mean", by, -1, -1);
	b = prog_add(&d->p, "median", by, -1, -1);
	m = prog_add(&d->p, "arg_end", a, -1, -1);
	n = prog_add(&d->p, "arg_end", b, -1, -1);
	gen_word(g, &d->p, m, "end");
	if (n == -1)
		return -1;
	d->p.node[n].arg[0].word = d->p.node[m].arg[0].word;
	prog_out(&d->p, "by_mean", m, -1);
	prog_out(&d->p, "by_median", n, -1);
	prog_out(&d->p, "same", prog_add(&d->p, "same_text", m, n, -1), -1);
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "k", k);
	draft_bind_text(d, "end", end_say(d, m));
	return 0;
}

static const char *const disagree_ask[] = {
    "Which {k} has the {end} mean of {x}{where}, which has the {end} median, "
    "and are they the same?",
    "Do the mean and the median agree on the {k} with the {end} {x}{where}? "
    "Name the group that each of them picks.",
    "[Pick|Choose] the {k} with the {end} {x}{where} once by the mean and once "
    "by the median: which groups come out, and is it the same one?",
    NULL};

/* The rows of t where c is one label. */
static int
rows_where(struct draft *d, int t, int c, struct tab_span label, int *mask)
{
	*mask = prog_add(&d->p, "is", draft_cat(d, t, c), -1, -1);
	prog_set_text(&d->p, *mask, "value", label);
	return prog_add(&d->p, "where", t, *mask, -1);
}

static int
mean_of(struct draft *d, int t, int x)
{
	return prog_add(&d->p, "mean", draft_num(d, t, x), -1, -1);
}

/* A difference over all rows against the same within groups. */
static int
simpson_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), k = gen_cat(g, x, -1),
	    c = text_cat(g, x, k), t, ta, tb, ma, mb, va, vb, all, diff, n;
	struct tab_span a, b;

	if (x == -1 || k == -1 || c == -1 || gen_label(g, c, &a) == -1 ||
	    gen_label(g, c, &b) == -1 || a.p == b.p)
		return -1;
	t = gen_table(g, d, false, c, k);
	ta = rows_where(d, t, c, a, &ma);
	tb = rows_where(d, t, c, b, &mb);
	va = mean_of(d, ta, x);
	vb = mean_of(d, tb, x);
	all = prog_add(&d->p, "diff", va, vb, -1);
	va = prog_add(&d->p, "mean", draft_by(d, ta, x, k), -1, -1);
	vb = prog_add(&d->p, "mean", draft_by(d, tb, x, k), -1, -1);
	diff = prog_add(&d->p, "joined_diff", va, vb, -1);
	n = prog_add(&d->p, "against", diff, all, -1);
	prog_out(&d->p, "difference", all, 3);
	prog_out(&d->p, "groups_against", n, -1);
	prog_out(
	    &d->p, "consistent", prog_add(&d->p, "is_zero", n, -1, -1), -1);
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "k", k);
	draft_bind(d, "ma", ma);
	draft_bind(d, "mb", mb);
	draft_clause(d,
	    "Only groups of {k} with rows of both kinds count; the answer is "
	    "consistent if no group has the opposite sign.");
	return 0;
}

static const char *const simpson_ask[] = {
    "What is the mean of {x} where {ma} minus the mean of {x} where "
    "{mb}{where}, and in how many groups of {k} does this difference have the "
    "opposite sign?",
    "Take the difference of two means of {x}: rows where {ma} minus rows where "
    "{mb}{where}. Does its sign hold inside each group of {k}, and in how many "
    "groups is it reversed?",
    "[Check|Test] for a reversal: compare the mean of {x} where {ma} with that "
    "where {mb}{where} (first minus second), over all rows and then inside "
    "each group of {k}. In how many groups is the sign the opposite?",
    NULL};

/* The best segment, then a statistic of another column inside it. */
static int
segment_build(struct gen *g, struct draft *d)
{
	static const char *const inner[] = {"median", "mean", "std", "iqr"};
	int x = gen_num(g, -1, -1), y = gen_num(g, x, -1), k = gen_cat(g, x, y),
	    t, v, best, s, key;

	if (x == -1 || y == -1 || k == -1)
		return -1;
	t = gen_table(g, d, false, x, k);
	v = stat_by(g, d, t, x, k, gen_stat(g));
	best = prog_add(&d->p, "arg_end", v, -1, -1);
	gen_word(g, &d->p, best, "end");
	key = draft_cat(d, t, k);
	s = prog_add(&d->p, inner[gen_below(g, 4)],
	    prog_add(&d->p, "in_group", draft_num(d, t, y), key, best), -1, -1);
	prog_set_word(&d->p, s, "ddof", "sample");
	prog_out(&d->p, "group", best, -1);
	prog_out(&d->p, "value", s, 2);
	draft_bind(d, "s", s);
	draft_bind_text(d, "end", end_say(d, best));
	return 0;
}

static const char *const segment_ask[] = {
    "[Find|Take] the {k} with the {end} {v}{where}. What is the {s} in that "
    "group?",
    "[Which|What] {k} has the {end} {v}{where}, and what is the {s} inside it?",
    "Single out the group of {k} whose {v} is the {end}{where}, then "
    "[report|compute] the {s} within it.",
    NULL};

static const char *const one_group_seek[] = {"What is the {s}{where}?",
    "[How large|How big] is the {s}{where}?",
    "[Find|Work out|Tell me] the {s}{where}.", NULL};

static const char *const best_seek[] = {
    "Which value of {k} goes with the {end} {v}{where}, and how much is that?",
    "Where does one do [best|worst], if all that counts is the {end} {v}? Name "
    "the value of {k}{where}, and the figure.",
    "Rows fall into groups by {k}: which group has the {end} {v}{where}, and "
    "how much is it?",
    NULL};

static const char *const best_large_seek[] = {
    "Small groups are left aside: of the groups of {k} that have {kept} of "
    "{x}, which goes with the {end} {v}{where}, and how much is that?",
    "Of the groups that {k} makes, keep those with {kept} of {x}{where}. Which "
    "of them has the {end} {v}, and how much is it?",
    "Which group of {k} has the {end} {v}{where}, if only groups with {kept} "
    "of {x} qualify? Give that figure, too.",
    NULL};

static const char *const ranked_seek[] = {
    "Which three values of {k} go with the {end} {v}{where}?",
    "Name the three values of {k} that stand out by the {end} {v}{where}.",
    "[Rank|Order] the values of {k} by the {v}{where}: which three have the "
    "{end}?",
    NULL};

static const char *const gap_seek[] = {
    "Take the {v} for every value of {k}{where}: {rel}?",
    "How unequal are the groups that {k} makes{where}? Going by the {v}, "
    "{rel}?",
    "[Compare|Look at] the groups that {k} makes by the {v}{where}. {rel}?",
    NULL};

static const char *const share_total_seek[] = {
    "How concentrated is {x}{where}? Name the value of {k} that holds the "
    "{end} part of its total, and that part in percent.",
    "Which value of {k} holds the {end} part of the total of {x}{where}, and "
    "how many percent is it?",
    "[Split|Break down] the total of {x} by {k}{where}: which value has the "
    "{end} part, and how many percent?",
    NULL};

static const char *const spread_seek[] = {
    "For which value of {k} do the figures scatter {end}{where}, going by the "
    "{v}? Give that figure, too.",
    "Where is {x} {spread}{where}? Name the value of {k} that the {v} points "
    "to, with that figure.",
    "[Judge|Measure] how widely {x} scatters for each value of {k} by the "
    "{v}{where}: for which value does it scatter {end}, and what is the "
    "figure?",
    NULL};

static const char *const two_keys_seek[] = {
    "Which pair of values of {a} and {b} goes with the {end} {v}{where}, and "
    "how much is it?",
    "[Group|Split] the rows by {a} and by {b} together: which pair of values "
    "has the {end} {v}{where}, and how much is it?",
    "For every pair of values of {a} and {b} take the {v}{where}. Which pair "
    "comes out {end}, and with what figure?",
    NULL};

static const char *const pivot_seek[] = {
    "Take the {v} for every pair of values of {a} and {b}{where}: for which "
    "value of {a} do the figures over {b} lie {apart} (largest minus "
    "smallest), and by how much?",
    "How much does {b} matter for the {v}? For each value of {a} take the "
    "largest minus the smallest figure over {b}{where}; name the value where "
    "the two are {apart}, and the difference.",
    "Compute the {v} for each value of {a} within each value of {b}{where}. "
    "For which value of {a} are the highest and the lowest figure {apart}? "
    "Give the gap too.",
    NULL};

static const char *const top_member_seek[] = {
    "In each group of {k} take the row with the {end} value of {x}{where}. "
    "What is the {stat} value of {y} in these rows?",
    "For every value of {k} pick the row in which {x} is {end}{where}, and "
    "collect {y} from them: what is the {stat} value?",
    "Keep, for every value of {k}, only the row in which {x} is {end}{where}. "
    "[Report|Give] the {stat} value of {y} in the rows that remain.",
    NULL};

static const char *const deviation_seek[] = {
    "For each row take {x} minus the mean of {x} in its own group of "
    "{k}{where}. Which group has the row with the {end} deviation, what is {x} "
    "there, and how large is the deviation?",
    "How far does a row lie from its own group? Take {x} minus its mean over "
    "the rows with the same value of {k}{where}, find the {end} result, and "
    "give the group, the value of {x} there and the result as the deviation.",
    "Subtract from {x} its mean over the group that {k} puts the row "
    "in{where}. For the row with the {end} result, report the group, the value "
    "of {x} and the result, called the deviation.",
    NULL};

static const char *const disagree_seek[] = {
    "Which value of {k} has the {end} mean of {x}{where}, which has the {end} "
    "median, and are they the same?",
    "[Pick|Choose] the value of {k} with the {end} values of {x}{where}, once "
    "by the mean and once by the median: which come out, and is it the same "
    "one?",
    "Do the mean and the median of {x} agree on the value of {k} where they "
    "are {end}{where}? Name the one that each of them picks.",
    NULL};

static const char *const segment_seek[] = {
    "[Find|Take] the value of {k} with the {end} {v}{where}. What is the {s} "
    "in that group?",
    "Which value of {k} has the {end} {v}{where}, and what is the {s} in the "
    "rows that have it?",
    "Single out the group of {k} whose {v} is the {end}{where}, then "
    "[report|compute] the {s} within it.",
    NULL};

const struct family group_families[] = {
    {.name = "one_group",
	.number = 40,
	.steps = 2,
	.own = 1,
	.answer = "number",
	.category = "aggregation",
	.summary = "a statistic for one group",
	.build = one_group_build,
	.ask = one_group_ask,
	.seek = one_group_seek,
	.hint = "Then compute the {s}."},
    {.name = "best_group",
	.number = 41,
	.steps = 4,
	.answer = "string + number",
	.category = "aggregation",
	.summary = "the group with the highest or lowest statistic",
	.build = best_build,
	.ask = best_ask,
	.seek = best_seek,
	.hint = "Compute the {v}, then take the group at the {end} end."},
    {.name = "best_large_group",
	.number = 42,
	.steps = 4,
	.answer = "string + number",
	.category = "aggregation",
	.summary = "the same among groups that are large enough",
	.build = best_large_build,
	.ask = best_large_ask,
	.seek = best_large_seek,
	.hint =
	    "Compute the {v}, keep groups with {kept}, then take the {end}."},
    {.name = "ranked_groups",
	.number = 43,
	.steps = 7,
	.answer = "list",
	.category = "aggregation",
	.summary = "the top three groups in order",
	.build = ranked_build,
	.ask = ranked_ask,
	.seek = ranked_seek,
	.hint = "Compute the {v}, sort it, take three labels in order."},
    {.name = "group_gap",
	.number = 44,
	.steps = 4,
	.answer = "number",
	.category = "aggregation",
	.summary = "gap or ratio between best and worst group",
	.build = gap_build,
	.ask = gap_ask,
	.seek = gap_seek,
	.hint = "Compute the {v}; compare its largest and smallest value."},
    {.name = "share_of_total",
	.number = 45,
	.steps = 4,
	.answer = "string + number",
	.category = "aggregation",
	.summary = "the group with the largest share of a total",
	.build = share_total_build,
	.ask = share_total_ask,
	.seek = share_total_seek,
	.hint = "Compute the {v}, divide the extreme one by the sum of all."},
    {.name = "group_spread",
	.number = 46,
	.steps = 4,
	.answer = "string + number",
	.category = "distribution",
	.summary = "the group in which a number varies most",
	.build = spread_build,
	.ask = spread_ask,
	.seek = spread_seek,
	.hint = "Compute the {v} and take the extreme group."},
    {.name = "two_key_cell",
	.number = 47,
	.steps = 7,
	.answer = "list + number",
	.category = "aggregation",
	.summary = "the pair of two keys with the extreme statistic",
	.build = two_keys_build,
	.ask = two_keys_ask,
	.seek = two_keys_seek,
	.hint = "Group by {a} and {b} at once, compute the {v} and take the "
		"pair at the {end} end."},
    {.name = "pivot_gap",
	.number = 48,
	.steps = 7,
	.answer = "string + number",
	.category = "aggregation",
	.summary = "the pivot table row whose cells differ most or least",
	.build = pivot_build,
	.ask = pivot_ask,
	.seek = pivot_seek,
	.hint = "Compute the {v} for each pair of {a} and {b}, unstack it, "
		"subtract the smallest from the largest cell of each row."},
    {.name = "groups_above_overall",
	.number = 49,
	.steps = 4,
	.answer = "integer",
	.category = "aggregation",
	.summary = "how many groups are above or below the whole",
	.build = above_overall_build,
	.ask = above_overall_ask,
	.seek = above_overall_ask,
	.hint = "Compute the {v} for each {k}, compare it with the {stat} of "
		"all rows (not with that of the groups' figures), and count."},
    {.name = "top_members",
	.number = 50,
	.steps = 7,
	.answer = "number",
	.category = "aggregation",
	.summary = "a statistic over the top row of each group",
	.build = top_member_build,
	.ask = top_member_ask,
	.seek = top_member_seek,
	.hint = "Find the row of each {k} with the {end} {x} by its index, "
		"take {y} from these rows."},
    {.name = "group_deviation",
	.number = 51,
	.steps = 7,
	.answer = "string + two numbers",
	.category = "feature_engineering",
	.summary = "the row furthest from the mean of its own group",
	.build = deviation_build,
	.ask = deviation_ask,
	.seek = deviation_seek,
	.hint = "Transform {x} by the mean of its {k}, subtract, and look at "
		"the row with the {end} result."},
    {.name = "mean_against_median",
	.number = 52,
	.steps = 4,
	.answer = "two strings + boolean",
	.category = "aggregation",
	.summary = "do mean and median name the same best group",
	.build = disagree_build,
	.ask = disagree_ask,
	.seek = disagree_seek,
	.hint = "Compute mean and median of {x} for each {k} and take the "
		"group with the {end} one of both."},
    {.name = "reversal",
	.number = 53,
	.steps = 9,
	.answer = "number + integer + boolean",
	.category = "multi_step",
	.summary = "a difference of two means, overall and within groups",
	.build = simpson_build,
	.ask = simpson_ask,
	.seek = simpson_ask,
	.hint = "Compute the difference of the two means over all rows, then "
		"for each {k}, and count the groups where the sign differs."},
    {.name = "best_segment",
	.number = 54,
	.steps = 7,
	.answer = "string + number",
	.category = "multi_step",
	.summary = "the best group, then another column inside it",
	.build = segment_build,
	.ask = segment_ask,
	.seek = segment_seek,
	.hint = "Compute the {v} for each {k}, take the group at the {end} "
		"end, then the {s} of its rows."},
    {0}};
