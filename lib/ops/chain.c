/* chain.c - procedural questions by a type-directed walk. */
#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "mem.h"
#include "say.h"

/* A walk: what has been built and the sentences for it. */
struct walk {
	struct gen *g;
	struct draft *d;
	struct buf story;
	int table; /* the rows at hand */
	int key; /* the column that groups, or -1 */
};

static struct say
sayer(const struct walk *w)
{
	return (struct say){.p = &w->d->p,
	    .t = w->g->t,
	    .rng = w->g->rng,
	    .bind = w->d->bind,
	    .nbind = w->d->nbind,
	    .where = ""};
}

/* One more sentence of the story: one of the patterns between |. */
static void
tell(struct walk *w, const char *pattern)
{
	struct say s = sayer(w);

	if (w->story.n > 0)
		buf_putc(&w->story, ' ');
	say_choice(&s, pattern, &w->story);
}

/* The same with {it} standing for a node. */
static void
tell_of(struct walk *w, const char *pattern, int node)
{
	int n = w->d->nbind;

	if (node < 0)
		return; /* the walk ends here: prog_out will say so */
	draft_bind(w->d, "it", node);
	tell(w, pattern);
	w->d->nbind = n;
}

/* ---- Rows ---- */

static int
keep_rows(struct walk *w)
{
	struct program *p = &w->d->p;
	int used, m, t;

	m = gen_condition(w->g, w->d, w->table, w->key, -1, &used);
	t = prog_add(p, "where", w->table, m, -1);
	if (t == -1)
		return -1;
	tell_of(w,
	    "[Keep|Take] only the [rows|records] where {it}.|"
	    "[Drop|Leave out] all [rows|records] but those where {it}.|"
	    "[Restrict|Limit] the data to [rows|records] where {it}.",
	    m);
	return w->table = t;
}

static int
drop_repeats(struct walk *w)
{
	int t = prog_add(&w->d->p, "drop_repeats", w->table, -1, -1);

	tell(w,
	    "[Remove|Drop] rows that repeat an earlier row in every column.");
	return w->table = t;
}

/* Rows whose x lies within the fences. */
static int
drop_outliers(struct walk *w, int x)
{
	struct program *p = &w->d->p;
	int v = draft_num(w->d, w->table, x), lo, hi, a, b;

	lo = prog_add(p, "fence", v, -1, -1);
	prog_set_word(p, lo, "side", "low");
	prog_set_num(p, lo, "k", 1.5);
	hi = prog_add(p, "fence", v, -1, -1);
	prog_set_word(p, hi, "side", "high");
	prog_set_num(p, hi, "k", 1.5);
	a = prog_add(p, "cmp_to", v, lo, -1);
	prog_set_word(p, a, "op", "ge");
	b = prog_add(p, "cmp_to", v, hi, -1);
	prog_set_word(p, b, "op", "le");
	tell_of(w,
	    "[Drop|Remove] the rows whose {it} lies more than 1.5 times the "
	    "interquartile range below the first or above the third quartile "
	    "(linear interpolation), and those without a value there.",
	    v);
	return w->table = prog_add(
		   p, "where", w->table, prog_add(p, "and", a, b, -1), -1);
}

static int
prepare_rows(struct walk *w)
{
	int n = (int)gen_below(w->g, 3), i;

	for (i = 0; i < n; i++)
		if (keep_rows(w) == -1)
			return -1;
	if (prof_duplicates(w->g->pf) > 0 && gen_chance(w->g, 0.3) &&
	    drop_repeats(w) == -1)
		return -1;
	if (gen_chance(w->g, 0.15) &&
	    drop_outliers(w, gen_num(w->g, w->key, -1)) == -1)
		return -1;
	return 0;
}

/* ---- Numbers of each row ---- */

static int
derive_pair(struct walk *w, int x, int y)
{
	static const char *const ops[] = {"ratio", "sub", "add", "mul"};
	struct program *p = &w->d->p;
	int v;

	v = prog_add(p, ops[gen_below(w->g, 4)], draft_num(w->d, w->table, x),
	    draft_num(w->d, w->table, y), -1);
	tell_of(w, "For each row [compute|work out|take] {it}.", v);
	return v;
}

static int
derive_one(struct walk *w, int v)
{
	static const char *const ops[] = {"log1p", "sqrt", "abs", "z"};

	v = prog_add(&w->d->p, ops[gen_below(w->g, 4)], v, -1, -1);
	tell_of(w, "For each row [compute|take|work out] the {it}.", v);
	return v;
}

/* A column or something computed from one or two. */
static int
numbers(struct walk *w)
{
	int x = gen_num(w->g, -1, -1), y, v;

	if (x == -1)
		return -1;
	if (gen_chance(w->g, 0.45) && (y = gen_num(w->g, x, -1)) != -1)
		v = derive_pair(w, x, y);
	else
		v = draft_num(w->d, w->table, x);
	if (v != -1 && gen_chance(w->g, 0.25))
		v = derive_one(w, v);
	return v;
}

static int
aggregate(struct walk *w, int v)
{
	int s = prog_add(&w->d->p, gen_stat(w->g), v, -1, -1);

	prog_set_word(&w->d->p, s, "ddof", "sample");
	return s;
}

/* ---- Ends: what is asked ---- */

static const char *
end_of(const struct walk *w, int best)
{
	const struct node *nd = &w->d->p.node[best];

	return nd->arg[op_arg(nd->op, "end")].word == 0 ? "max" : "min";
}

static int
end_number(struct walk *w)
{
	int s = aggregate(w, numbers(w));

	if (s == -1)
		return -1;
	tell_of(w,
	    "[Then what is|What is then|What, in the end, is] the {it}?|"
	    "[Report|Give|State] the {it}.",
	    s);
	prog_out(&w->d->p, NULL, s, 3);
	return 0;
}

/* The number for rows of one kind against that of another kind. */
static int
end_compare(struct walk *w)
{
	struct program *p = &w->d->p;
	int first = w->table, v, s, s2, m, used, c;
	const char *stat = gen_stat(w->g);

	v = draft_num(w->d, first, gen_num(w->g, -1, -1));
	s = prog_add(p, stat, v, -1, -1);
	prog_set_word(p, s, "ddof", "sample");
	m = gen_condition(w->g, w->d, first, -1, -1, &used);
	v = prog_add(p, "where_num", v, m, -1);
	s2 = prog_add(p, stat, v, -1, -1);
	prog_set_word(p, s2, "ddof", "sample");
	if (s == -1 || s2 == -1)
		return -1;
	c = prog_add(p, "diff", s2, s, -1);
	draft_bind(w->d, "m", m);
	draft_bind_text(w->d, "over",
	    p->node[first].in[0] < 0
		? "[over all rows|over all rows of the table]"
		: "[over these rows|over the rows at hand]");
	tell_of(w,
	    "[Compute|Take] the {it} {over}, and once more over only the rows "
	    "among "
	    "them where {m}. [By how much does the second figure exceed the "
	    "first (negative if it is smaller)|What is the second figure minus "
	    "the first]?",
	    s);
	prog_out(p, NULL, c, 3);
	return 0;
}

/* A number for each group, perhaps of large enough groups only. */
static int
group_numbers(struct walk *w)
{
	struct program *p = &w->d->p;
	int v = numbers(w), by, s, n;
	size_t groups;

	if (v == -1 || w->key == -1)
		return -1;
	by = prog_add(p, "by", v, draft_cat(w->d, w->table, w->key), -1);
	s = aggregate(w, by);
	draft_bind_col(w->d, "k", w->key);
	if (s == -1)
		return -1;
	tell_of(w,
	    "[Group|Split] the rows by {k} and [compute|take] the {it} of each "
	    "group.|For each {k}, [compute|find] the {it}.",
	    s);
	if (!gen_chance(w->g, 0.3))
		return s;
	groups = tab_ndict(w->g->t, (size_t)w->key);
	n = prog_add(p, "count", by, -1, -1);
	s = prog_add(p, "keep_groups", s, n, -1);
	prog_set_num(p, s, "least",
	    floor((double)tab_rows(w->g->t) / (double)(groups + 1) *
		(0.3 + 0.7 * rng_real(w->g->rng))));
	tell_of(w,
	    "[Go on with|Keep] only the groups that have {it} to compute it "
	    "from.",
	    s);
	return s;
}

static int
end_best(struct walk *w)
{
	struct program *p = &w->d->p;
	int s = group_numbers(w), best, top;

	if (s == -1)
		return -1;
	best = prog_add(p, "arg_end", s, -1, -1);
	gen_word(w->g, p, best, "end");
	top = prog_add(p, end_of(w, best), s, -1, -1);
	draft_bind_text(w->d, "end",
	    *end_of(w, best) == 'm' && end_of(w, best)[1] == 'a'
		? "[highest|largest]"
		: "[lowest|smallest]");
	tell(w,
	    "[Which|What] {k} has the {end} figure, and what is it?|"
	    "[Name|Report] the {k} with the {end} figure, and the figure.");
	prog_out(p, "group", best, -1);
	prog_out(p, "value", top, 3);
	return 0;
}

/* Spread of the groups' numbers, or their extreme, or the gap. */
static int
end_over_groups(struct walk *w)
{
	struct program *p = &w->d->p;
	int s = group_numbers(w), hi, lo, out;

	if (s == -1)
		return -1;
	switch (gen_below(w->g, 3)) {
	case 0:
		hi = prog_add(p, "max", s, -1, -1);
		lo = prog_add(p, "min", s, -1, -1);
		out = prog_add(p, "diff", hi, lo, -1);
		tell(w,
		    "[How far apart are the largest and the smallest of "
		    "these figures|By how much does the largest figure "
		    "exceed the smallest]?");
		break;
	case 1:
		out = prog_add(p, "std", s, -1, -1);
		prog_set_word(p, out, "ddof", "sample");
		tell(w,
		    "What is the sample standard deviation of these figures "
		    "over the groups?|Report the sample standard deviation "
		    "of these figures over the groups.");
		break;
	default:
		out = prog_add(p, "median", s, -1, -1);
		tell(w,
		    "What is the median of these figures over the "
		    "groups?|Report the median of the groups' figures.");
	}
	prog_out(p, NULL, out, 3);
	return 0;
}

/* The best group, then another number inside it. */
static int
end_inside(struct walk *w)
{
	struct program *p = &w->d->p;
	int s = group_numbers(w), best, y = gen_num(w->g, -1, -1), in, a;

	if (s == -1 || y == -1)
		return -1;
	best = prog_add(p, "arg_end", s, -1, -1);
	gen_word(w->g, p, best, "end");
	in = prog_add(p, "in_group", draft_num(w->d, w->table, y),
	    draft_cat(w->d, w->table, w->key), best);
	a = aggregate(w, in);
	if (a == -1)
		return -1;
	draft_bind_text(w->d, "end",
	    end_of(w, best)[1] == 'a' ? "[highest|largest]"
				      : "[lowest|smallest]");
	tell_of(w,
	    "[Take|Find] the {k} with the {end} figure. [Within|Inside] that "
	    "group, what is the {it}?",
	    a);
	prog_out(p, "group", best, -1);
	prog_out(p, "value", a, 3);
	return 0;
}

/* A numeric column that nothing so far reads: a column is not related to its
 * own transform. */
static int
other_number(struct walk *w)
{
	size_t n = tab_cols(w->g->t);
	bool *used = xcalloc(n, sizeof *used);
	int y, k;

	prog_columns(&w->d->p, used);
	for (k = 0; k < 8; k++) {
		y = gen_num(w->g, -1, -1);
		if (y == -1 || !used[y])
			break;
	}
	if (y != -1 && used[y])
		y = -1;
	free(used);
	return y;
}

static int
end_related(struct walk *w)
{
	struct program *p = &w->d->p;
	int a = numbers(w), y = other_number(w), r;

	r = prog_add(p, "corr", a, draft_num(w->d, w->table, y), -1);
	if (r == -1)
		return -1;
	gen_word(w->g, p, r, "method");
	draft_clause(w->d, "Use the rows where both numbers are present.");
	tell_of(w, "What is the {it}?|[Report|Compute] the {it}.", r);
	prog_out(p, NULL, r, 3);
	return 0;
}

int
chain_build(struct gen *g, struct draft *d, int min, int max)
{
	static int (*const ends[])(struct walk * w) = {end_number, end_compare,
	    end_best, end_best, end_over_groups, end_inside, end_related};
	struct walk w = {.g = g, .d = d, .key = -1};
	size_t k = gen_below(g, sizeof ends / sizeof *ends);
	int rc, steps;

	if (ends[k] == end_best || ends[k] == end_over_groups ||
	    ends[k] == end_inside)
		w.key = gen_cat(g, -1, -1);
	w.table = prog_add(&d->p, "df", -1, -1, -1);
	rc = prepare_rows(&w);
	if (rc == 0)
		rc = ends[k](&w);
	steps = rc == 0 ? prog_steps(&d->p) : 0;
	if (rc == 0 && steps >= min && steps <= max)
		draft_bind_literal(d, "story", w.story.p);
	else
		rc = -1;
	buf_clear(&w.story);
	return rc;
}

void
chain_shape(const struct program *p, struct buf *b)
{
	int i;

	for (i = 0; i < p->n; i++)
		if (p->node[i].op->steps > 0)
			buf_printf(b, "%s%s", b->n > 0 ? ">" : "",
			    p->node[i].op->name);
}
