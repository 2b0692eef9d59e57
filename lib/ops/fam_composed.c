/* fam_composed.c - families that put several questions into one. */
#include "family.h"

/* Two conditions, groups, the best, and a second statistic inside it. */
static int
cascade_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), y = gen_num(g, x, -1), k = gen_cat(g, x, y),
	    t, v, best, in, s, key;

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
	key = draft_cat(d, t, k);
	in = prog_add(&d->p, "in_group", draft_num(d, t, y), key, best);
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
    "Two steps: [find|name] the {k} with the {end} {v}{where}, then "
    "[give|report] the {s} of {y} in the rows of that group.",
    NULL};

static const char *const cascade_seek[] = {
    "Find the value of {k} with the {end} {v}{where}; in the rows that have "
    "it, "
    "what is the {s} of {y}?",
    "Which value of {k} has the {end} {v}{where}, and what is the {s} of {y} "
    "there?",
    "Two steps: [find|name] the value of {k} with the {end} {v}{where}, then "
    "[give|report] the {s} of {y} in the rows that have it.",
    NULL};

static int
stat_of(struct draft *d, const char *stat, int v)
{
	int s = prog_add(&d->p, stat, v, -1, -1);

	prog_set_word(&d->p, s, "ddof", "sample");
	return s;
}

static const char *
end_say(const struct draft *d, int best)
{
	return best >= 0 && d->p.node[best].arg[0].word == 0
	    ? "[highest|largest]"
	    : "[lowest|smallest]";
}

static int
end_of(struct draft *d, int best, int v)
{
	return prog_add(&d->p,
	    best >= 0 && d->p.node[best].arg[0].word == 0 ? "max" : "min", v,
	    -1, -1);
}

/* A numeric column with missing values; -1: none was found. */
static int
gappy(struct gen *g)
{
	int x, i;

	for (i = 0; i < 8; i++) {
		x = gen_num(g, -1, -1);
		if (x >= 0 && tab_missing(g->t, (size_t)x) > 0)
			return x;
	}
	return -1;
}

/* Repeated rows dropped, gaps filled, a statistic. */
static int
cleaned_build(struct gen *g, struct draft *d)
{
	static const char *const stats[] = {"mean", "median", "std", "sum"};
	int x = gappy(g), df, t, v, s;

	if (x == -1 || prof_duplicates(g->pf) == 0)
		return -1;
	df = prog_add(&d->p, "df", -1, -1, -1);
	t = prog_add(&d->p, "drop_repeats", df, -1, -1);
	v = prog_add(&d->p, "fill_missing", draft_num(d, t, x), -1, -1);
	prog_set_word(&d->p, v, "by", gen_chance(g, 0.5) ? "median" : "mean");
	s = stat_of(d, stats[gen_below(g, 4)], v);
	if (s == -1)
		return -1;
	if (gen_chance(g, 0.5))
		prog_out(&d->p, NULL, s, 3);
	else {
		prog_out(&d->p, "rows", prog_add(&d->p, "rows", t, -1, -1), -1);
		prog_out(&d->p, "value", s, 3);
	}
	draft_bind_col(d, "x", x);
	draft_bind_text(
	    d, "by", d->p.node[v].arg[0].word == 0 ? "mean" : "median");
	draft_bind_text(d, "stat",
	    d->p.node[s].op == op_find("mean")      ? "[mean|average]"
		: d->p.node[s].op == op_find("sum") ? "[sum|total]"
		: d->p.node[s].op == op_find("std") ? "sample standard "
						      "deviation"
						    : "median");
	draft_bind_text(d, "rows",
	    d->p.nout == 2 ? " Give the number of distinct rows as well." : "");
	return 0;
}

static const char *const cleaned_ask[] = {
    "Drop rows that repeat an earlier row in every column, then fill the "
    "missing values of {x} with the {by} of the values that are left. What is "
    "the {stat} of {x} now?{rows}",
    "[Clean|Prepare] the data: remove repeats of whole rows (keep the first of "
    "each), then replace missing {x} by its {by} in the remaining rows. "
    "[Report|Give] the {stat} of {x} afterwards.{rows}",
    "What is the {stat} of {x} once repeated rows have been removed and, after "
    "that, missing values of {x} have been filled with their {by}?{rows}",
    NULL};

/* What is reported hangs on a condition. */
static int
branch_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), y = gen_num(g, x, -1), t, v, c, a, b, s;
	bool skew = y == -1 || gen_chance(g, 0.5);

	if (x == -1)
		return -1;
	t = gen_table(g, d, false, x, y);
	v = draft_num(d, t, x);
	draft_bind_col(d, "x", x);
	if (skew) {
		c = prog_add(
		    &d->p, "size", prog_add(&d->p, "skew", v, -1, -1), -1, -1);
		a = stat_of(d, "median", v);
		b = stat_of(d, "mean", v);
		draft_bind_text(d, "if",
		    "the skewness of {x} (bias-corrected, as pandas computes "
		    "it) exceeds {limit} in absolute value");
		draft_bind_text(d, "then", "the median of {x}");
		draft_bind_text(d, "else", "its mean");
	} else {
		c = prog_add(&d->p, "size",
		    prog_add(&d->p, "corr", v, draft_num(d, t, y), -1), -1, -1);
		a = stat_of(d, "mean",
		    prog_add(&d->p, "ratio", v, draft_num(d, t, y), -1));
		b = stat_of(d, "mean",
		    prog_add(&d->p, "sub", v, draft_num(d, t, y), -1));
		draft_bind_col(d, "y", y);
		draft_bind_text(d, "if",
		    "the Pearson correlation of {x} and {y} exceeds {limit} in "
		    "absolute value");
		draft_bind_text(
		    d, "then", "the mean of {x} divided by {y}, row by row");
		draft_bind_text(
		    d, "else", "the mean of {x} minus {y}, row by row");
	}
	s = prog_add(&d->p, "exceeds", c, -1, -1);
	prog_set_num(&d->p, s, "limit", skew ? 1 : 0.3);
	draft_bind_literal(d, "limit", skew ? "1" : "0.3");
	prog_out(&d->p, "condition", s, -1);
	prog_out(&d->p, "value", prog_add(&d->p, "branch", s, a, b), 3);
	return 0;
}

static const char *const branch_ask[] = {
    "If {if}{where}, report {then}; otherwise report {else}. Also say whether "
    "the condition holds.",
    "[Check|Decide] first whether {if}{where}. If so, what is {then}? If not, "
    "what is {else}?",
    "Which of two figures applies{where}: {then}, to be used if {if}, or "
    "{else}, to be used if not? [Give|Report] it and say whether the condition "
    "holds.",
    NULL};

/* Two tables of groups joined on their key. */
static int
joined_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), k = gen_cat(g, x, -1), df, ma, mb, ta, tb,
	    va, vb, j, best, used, again;
	const char *stat = gen_chance(g, 0.6) ? "mean" : "median";
	bool ratio =
	    x >= 0 && prof_col(g->pf, (size_t)x)->min > 0 && gen_chance(g, 0.5);

	if (x == -1 || k == -1)
		return -1;
	df = prog_add(&d->p, "df", -1, -1, -1);
	ma = gen_condition(g, d, df, x, k, &used);
	ta = prog_add(&d->p, "where", df, ma, -1);
	mb = gen_condition(g, d, df, x, k, &again);
	tb = prog_add(&d->p, "where", df, mb, -1);
	va = prog_add(&d->p, stat, draft_by(d, ta, x, k), -1, -1);
	vb = prog_add(&d->p, stat, draft_by(d, tb, x, k), -1, -1);
	j = prog_add(&d->p, ratio ? "joined_ratio" : "joined_diff", va, vb, -1);
	best = prog_add(&d->p, "arg_end", j, -1, -1);
	gen_word(g, &d->p, best, "end");
	if (best == -1)
		return -1;
	prog_out(&d->p, "group", best, -1);
	prog_out(&d->p, ratio ? "ratio" : "difference", end_of(d, best, j), 3);
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "k", k);
	draft_bind(d, "ma", ma);
	draft_bind(d, "mb", mb);
	draft_bind_text(d, "stat",
	    d->p.node[va].op == op_find("mean") ? "[mean|average]" : "median");
	draft_bind_text(d, "end", end_say(d, best));
	draft_bind_text(d, "rel",
	    ratio ? "ratio of the two figures (first divided by second)"
		  : "difference of the two figures (first minus second)");
	draft_clause(d, "Only groups that occur in both tables count.");
	return 0;
}

static const char *const joined_ask[] = {
    "Compute the {stat} of {x} for each {k} twice: over the rows where {ma} "
    "(first) and over the rows where {mb} (second). For which {k} is the {rel} "
    "{end}, and what is it?",
    "Make one table with the {stat} of {x} for each {k} from the rows where "
    "{ma}, a second one from the rows where {mb}, and join them on {k}. Where "
    "is the {rel} {end}, and how much is it?",
    "[Compare|Contrast] the {stat} of {x} by {k} between the rows where {ma} "
    "(first) and the rows where {mb} (second): which {k} has the {end} {rel}? "
    "Give that number too.",
    NULL};

/* A figure, and the same without the top group. */
static int
without_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), k = gen_cat(g, x, -1), t, v, best, all,
	    rest, key;
	const char *by = gen_chance(g, 0.6) ? "mean" : "sum",
		   *stat = gen_chance(g, 0.6) ? "mean" : "median";

	if (x == -1 || k == -1 || tab_ndict(g->t, (size_t)k) < 3)
		return -1;
	t = gen_table(g, d, false, x, k);
	v = prog_add(&d->p, by, draft_by(d, t, x, k), -1, -1);
	best = prog_add(&d->p, "arg_end", v, -1, -1);
	gen_word(g, &d->p, best, "end");
	all = stat_of(d, stat, draft_num(d, t, x));
	key = draft_cat(d, t, k);
	rest = stat_of(
	    d, stat, prog_add(&d->p, "outside", draft_num(d, t, x), key, best));
	prog_out(&d->p, "group", best, -1);
	prog_out(&d->p, "without", rest, 3);
	prog_out(&d->p, "change", prog_add(&d->p, "diff", rest, all, -1), 3);
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "k", k);
	draft_bind(d, "v", v);
	draft_bind_text(d, "end", end_say(d, best));
	draft_bind_text(
	    d, "stat", stat[2] == 'a' ? "[mean|average]" : "median");
	draft_clause(d,
	    tab_missing(g->t, (size_t)k) > 0
		? "The change is the new figure minus the one over all rows; "
		  "rows without {k} stay in both."
		: "The change is the new figure minus the one over all rows.");
	return 0;
}

static const char *const without_ask[] = {
    "What would the {stat} of {x} be without the {k} that has the {end} "
    "{v}{where}, and how does that change it?",
    "Leave out the group of {k} with the {end} {v}{where}: which group is it, "
    "what is the {stat} of {x} over the other rows, and by how much does it "
    "change?",
    "[Find|Identify] the {k} with the {end} {v}{where}. How does the {stat} of "
    "{x} change when its rows are removed?",
    NULL};

/* Groups with one property and with or without another. */
static int
sets_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), y = gen_num(g, x, -1), k = gen_cat(g, x, y),
	    t, a, b, la, lb, out;
	bool both = gen_chance(g, 0.4);

	if (x == -1 || y == -1 || k == -1 ||
	    tab_type(g->t, (size_t)k) == TAB_BOOL)
		return -1;
	t = gen_table(g, d, false, x, k);
	a = prog_add(&d->p, "mean", draft_by(d, t, x, k), -1, -1);
	la = prog_add(&d->p, "names_beyond", a,
	    stat_of(d, "mean", draft_num(d, t, x)), -1);
	gen_word(g, &d->p, la, "side");
	b = prog_add(&d->p, "mean", draft_by(d, t, y, k), -1, -1);
	lb = prog_add(&d->p, "names_beyond", b,
	    stat_of(d, "mean", draft_num(d, t, y)), -1);
	gen_word(g, &d->p, lb, "side");
	out = prog_add(&d->p, both ? "in_both" : "not_in", la, lb, -1);
	if (out == -1)
		return -1;
	prog_out(&d->p, NULL, out, -1);
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "y", y);
	draft_bind_col(d, "k", k);
	draft_bind_text(
	    d, "p", d->p.node[la].arg[0].word == 0 ? "above" : "below");
	draft_bind_text(
	    d, "q", d->p.node[lb].arg[0].word == 0 ? "above" : "below");
	draft_bind_text(d, "but", both ? "and also" : "but not");
	draft_bind_text(d, "join", both ? "and" : "but");
	draft_bind_text(d, "isq", both ? "is {q}" : "is not {q}");
	draft_clause(d,
	    "The overall mean is that of all these rows together; list the "
	    "groups in the order of the alphabet (capitals before small "
	    "letters).");
	return 0;
}

static const char *const sets_ask[] = {
    "Which groups of {k} have a mean of {x} {p} its overall mean {but} a mean "
    "of {y} {q} its overall mean{where}?",
    "[List|Name] the values of {k} for which the mean of {x} is {p} the "
    "overall one {join} the mean of {y} {isq} the overall one{where}.",
    "Compare the groups of {k} with the whole{where}: for which of them is the "
    "mean of {x} {p} the overall mean, {join} the mean of {y} {isq} its own "
    "overall mean?",
    NULL};

/* Rows that are left after each of three steps. */
static int
audit_build(struct gen *g, struct draft *d)
{
	int x = gappy(g), df, t[3], m, m2, used, again;
	bool repeats = prof_duplicates(g->pf) > 0 && gen_chance(g, 0.5);

	if (x == -1 && !repeats)
		return -1;
	df = prog_add(&d->p, "df", -1, -1, -1);
	if (repeats) {
		t[0] = prog_add(&d->p, "drop_repeats", df, -1, -1);
		draft_bind_text(d, "first",
		    "drop rows that repeat an earlier row in every column");
	} else {
		t[0] = prog_add(&d->p, "where", df,
		    prog_add(&d->p, "is_present", draft_num(d, df, x), -1, -1),
		    -1);
		draft_bind_col(d, "x", x);
		draft_bind_text(
		    d, "first", "drop the rows in which {x} is empty");
	}
	if (t[0] == -1)
		return -1;
	m = gen_condition(g, d, t[0], x, -1, &used);
	t[1] = prog_add(&d->p, "where", t[0], m, -1);
	if (t[1] == -1)
		return -1;
	m2 = gen_condition(g, d, t[1], x, used, &again);
	t[2] = prog_add(&d->p, "where", t[1], m2, -1);
	if (t[2] == -1)
		return -1;
	prog_out(
	    &d->p, "after_first", prog_add(&d->p, "rows", t[0], -1, -1), -1);
	prog_out(
	    &d->p, "after_second", prog_add(&d->p, "rows", t[1], -1, -1), -1);
	prog_out(
	    &d->p, "after_third", prog_add(&d->p, "rows", t[2], -1, -1), -1);
	draft_bind(d, "m", m);
	draft_bind(d, "n", m2);
	return 0;
}

static const char *const audit_ask[] = {
    "Clean the data in three steps: first {first}, second keep the rows where "
    "{m}, third keep the rows where {n}. How many rows are left after each "
    "step?",
    "How many rows remain after each of these steps, done one after the other: "
    "(1) {first}; (2) keep only the rows where {m}; (3) keep only the rows "
    "where {n}?",
    "[Keep|Write] a record of a clean-up: {first}; then keep the rows where "
    "{m}; then keep those where {n}. [Report|Give] the number of rows after "
    "each of the three steps.",
    NULL};

static const char *const cleaned_seek[] = {
    "Drop rows that repeat an earlier row in every column, then fill the "
    "missing values of {x} with the {by} of the values that are left. What is "
    "the {stat} of {x} now?{rows}",
    "[Clean|Prepare] the data: remove repeats of whole rows (keep the first of "
    "each), then fill the gaps of {x} with its {by} in the remaining rows. "
    "[Report|Give] the {stat} of {x} afterwards.{rows}",
    "What is the {stat} of {x} once repeated rows have been removed and, after "
    "that, missing values of {x} have been filled with their {by}?{rows}",
    NULL};

static const char *const joined_seek[] = {
    "Compute the {stat} of {x} for each value of {k} twice: over the rows "
    "where {ma} (first) and over the rows where {mb} (second). For which value "
    "is the {rel} {end}, and what is it?",
    "Make one table with the {stat} of {x} by {k} from the rows where {ma}, a "
    "second one from the rows where {mb}, and join them on {k}. Where is the "
    "{rel} {end}, and how much is it?",
    "[Compare|Contrast] the {stat} of {x} by {k} between the rows where {ma} "
    "(first) and the rows where {mb} (second): which value of {k} has the "
    "{end} {rel}? Give that number too.",
    NULL};

static const char *const without_seek[] = {
    "What would the {stat} of {x} be without the rows of the value of {k} that "
    "has the {end} {v}{where}, and how does that change it? Name the value "
    "too.",
    "Leave out the group of {k} with the {end} {v}{where}: which group is it, "
    "what is the {stat} of {x} over the other rows, and by how much does it "
    "change?",
    "[Find|Identify] the value of {k} with the {end} {v}{where}. How does the "
    "{stat} of {x} change when its rows are removed? Give the new figure and "
    "the change.",
    NULL};

const struct family composed_families[] = {
    {.name = "cascade",
	.number = 92,
	.steps = 7,
	.own = 2,
	.answer = "string + number",
	.category = "multi_step",
	.summary = "two filters, groups, a winner, a statistic in it",
	.build = cascade_build,
	.ask = cascade_ask,
	.seek = cascade_seek,
	.hint = "Compute the {v}, take the {end} group, then the {s} of {y} in "
		"it."},
    {.name = "cleaned_statistic",
	.number = 93,
	.steps = 7,
	.answer = "number",
	.category = "preprocessing",
	.summary = "repeats dropped, gaps filled, a statistic",
	.build = cleaned_build,
	.ask = cleaned_ask,
	.seek = cleaned_seek,
	.hint = "Use drop_duplicates first; the {by} that fills the gaps is "
		"that of the rows that are left."},
    {.name = "conditional_figure",
	.number = 94,
	.steps = 7,
	.answer = "boolean + number",
	.category = "multi_step",
	.summary = "a condition decides which figure is reported",
	.build = branch_build,
	.ask = branch_ask,
	.hint = "Find out whether {if}; then report {then}, else {else}."},
    {.name = "joined_groups",
	.number = 95,
	.steps = 7,
	.answer = "string + number",
	.category = "multi_step",
	.summary = "two tables of groups joined, the extreme gap",
	.build = joined_build,
	.ask = joined_ask,
	.seek = joined_seek,
	.hint = "Compute the {stat} of {x} by {k} in both sets of rows, align "
		"them on {k} (inner), take the {rel}."},
    {.name = "without_top_group",
	.number = 96,
	.steps = 7,
	.answer = "string + two numbers",
	.category = "multi_step",
	.summary = "a figure without the best or worst group",
	.build = without_build,
	.ask = without_ask,
	.seek = without_seek,
	.hint = "Compute the {v} for each {k}, take the group at the {end} "
		"end, and compute the {stat} of {x} with and without it."},
    {.name = "group_sets",
	.number = 97,
	.steps = 7,
	.answer = "list",
	.category = "multi_step",
	.summary = "groups with one property and with or without another",
	.build = sets_build,
	.ask = sets_ask,
	.seek = sets_ask,
	.hint = "Make two lists of groups, one for {x} and one for {y}, and "
		"combine them."},
    {.name = "clean_up_record",
	.number = 98,
	.steps = 4,
	.answer = "three integers",
	.category = "preprocessing",
	.summary = "rows left after each of three steps",
	.build = audit_build,
	.ask = audit_ask,
	.seek = audit_ask,
	.hint = "Make a new table in each step and keep its length."},
    {0}};
