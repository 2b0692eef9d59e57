/* chain.c - procedural questions by a type-directed walk backwards from the
 * answer: for a kind of value one of the operators that give it is drawn, and
 * for each of its inputs the walk goes on. Each named step is a sentence. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "mem.h"
#include "say.h"
#include "walk.h"

enum { DEPTH = 3 }; /* operators between the answer and a column */

/* ---- Sentences ---- */

static struct say
sayer(struct walk *w)
{
	return (struct say){.p = &w->d->p,
	    .t = w->g->t,
	    .rng = w->g->rng,
	    .bind = w->d->bind,
	    .nbind = w->d->nbind,
	    .where = "",
	    .called = w->called,
	    .alias = w->g->alias};
}

/* What numbers are grouped by, in words. */
static void
bind_groups(struct walk *w, int node)
{
	const struct node *nd = &w->d->p.node[node];
	const char *op = nd->op->name;

	if (strcmp(op, "samples") == 0) {
		bind_groups(w, nd->in[0]);
		return;
	}
	if (strcmp(op, "by") == 0) {
		draft_bind(w->d, "g", nd->in[1]);
		return;
	}
	draft_bind_text(w->d, "g",
	    strcmp(op, "by2") == 0 ? "pair of {g1} and {g2}"
				   : "calendar {every} of {g1}");
	draft_bind(w->d, "g1", nd->in[1]);
	if (strcmp(op, "by2") == 0)
		draft_bind(w->d, "g2", nd->in[2]);
	else
		draft_bind_text(
		    w->d, "every", nd->op->arg[0].words[nd->arg[0].word].say);
}

void
walk_tell(struct walk *w, const char *patterns, int node)
{
	static const char *const inputs[] = {"a", "b", "c"};
	const struct node *nd = &w->d->p.node[node];
	int n = w->d->nbind, k;
	char *name = w->called[node];
	struct say s;

	draft_bind(w->d, "it", node);
	for (k = 0; k < OP_INS && nd->in[k] >= 0; k++) {
		draft_bind(w->d, inputs[k], nd->in[k]);
		if (prog_kind(&w->d->p, nd->in[k]) == K_GROUPED)
			bind_groups(w, nd->in[k]);
	}
	if (name != NULL)
		draft_bind_text(w->d, "n", name);
	w->called[node] = NULL; /* it is told, not called */
	s = sayer(w);
	if (w->story.n > 0)
		buf_putc(&w->story, ' ');
	say_choice(&s, patterns, &w->story);
	w->called[node] = name;
	w->d->nbind = n;
}

/* A letter that is no column's name and no word. */
static char *
new_name(struct walk *w)
{
	char name[2] = {0};

	do {
		name[0] = w->next;
		w->next = w->next == 'Z' ? 'B' : (char)(w->next + 1);
	} while (name[0] == 'I' || tab_find(w->g->t, name) >= 0);
	return xstrdup(name);
}

static const char *
sentence(enum kind kind, bool the)
{
	switch (kind) {
	case K_NUM:
		return the
		    ? "For each row [compute|work out|take] the {it}" CALL
		    : "For each row [compute|work out|take] {it}" CALL;
	case K_CAT:
		return "For each row [take|find|note] the {it}" CALL;
	case K_GVEC:
		return "[For each {g}, compute|Per {g}, take|Group the rows by "
		       "{g} and compute|Split the rows by {g} and take] the "
		       "{it}[; call these figures|: these figures are|, and "
		       "call the figures] {n}.";
	case K_SCALAR:
		return the ? "[Compute|Find|Take] the {it}" CALL
			   : "[Compute|Find|Take] {it}" CALL;
	default:
		return "[Find|Take|Determine] the {it}" CALL;
	}
}

int
walk_told(struct walk *w, const struct rule *r, int node)
{
	const struct op *op;

	if (node < 0)
		return -1;
	op = w->d->p.node[node].op;
	if ((op->flags & OP_INLINE) != 0 || r->tell == NULL) {
		if ((op->flags & (OP_INLINE | OP_BINDER)) != 0 ||
		    (prog_kind(&w->d->p, node) &
			(K_NUM | K_CAT | K_GVEC | K_SCALAR)) == 0)
			return node;
	}
	if (*buf_str(&w->story) != '\0' && w->story.n > 1200)
		return -1; /* nobody reads on */
	w->called[node] = new_name(w);
	walk_tell(w,
	    r->tell != NULL
		? r->tell
		: sentence(prog_kind(&w->d->p, node), (r->flags & R_THE) != 0),
	    node);
	return node;
}

/* ---- The walk ---- */

const struct rule *
walk_rule(const struct op *op)
{
	const struct rule *r;

	for (r = walk_rules; r->op != NULL; r++)
		if (strcmp(r->op, op->name) == 0)
			return r;
	return NULL;
}

/* May this rule give the kind here? */
static bool
fits(const struct walk *w, const struct rule *r, enum kind kind, int depth,
    bool alone)
{
	const struct op *op = op_find(r->op);

	if ((r->flags & R_AGG) != 0) {
		if (kind != K_SCALAR &&
		    (kind != K_GVEC || (r->flags & R_ONCE) != 0))
			return false;
	} else if (op->out != kind) {
		return false;
	}
	return (depth > 0 || (r->flags & R_BASIC) != 0) &&
	    ((r->flags & R_TELLS) == 0 || !w->g->seek) &&
	    ((r->flags & R_ALONE) == 0 || alone) &&
	    ((r->flags & R_ORDERED) == 0 || w->ordered);
}

static const struct rule *
draw_rule(const struct walk *w, enum kind kind, int depth, bool alone)
{
	const struct rule *r;
	size_t total = 0, at;

	for (r = walk_rules; r->op != NULL; r++)
		if (fits(w, r, kind, depth, alone))
			total += (size_t)r->weight;
	if (total == 0)
		return NULL;
	at = rng_below(w->g->rng, total);
	for (r = walk_rules; r->op != NULL; r++) {
		if (!fits(w, r, kind, depth, alone))
			continue;
		if (at < (size_t)r->weight)
			return r;
		at -= (size_t)r->weight;
	}
	return NULL;
}

/* The kind that an input shall have: one of a set. */
static enum kind
input_kind(
    const struct walk *w, const struct rule *r, unsigned set, enum kind goal)
{
	if ((r->flags & R_AGG) != 0)
		return goal == K_GVEC           ? K_GROUPED
		    : rng_real(w->g->rng) < 0.7 ? K_NUM
						: K_GVEC;
	if ((set & K_NUM) != 0)
		return K_NUM;
	if ((set & K_GVEC) != 0)
		return K_GVEC;
	return (enum kind)(set & -set);
}

/* Is the node's input such that the result is known beforehand? */
static bool
foregone(const struct program *p, const struct rule *r, int node)
{
	const struct node *nd = &p->node[node];
	const struct rule *in;

	if (nd->in[0] < 0 || prog_kind(p, nd->in[0]) != K_NUM ||
	    (in = walk_rule(p->node[nd->in[0]].op)) == NULL)
		return false;
	if ((r->flags & R_UNARY) != 0)
		return (in->flags & R_UNARY) != 0;
	if ((r->flags & (R_AGG | R_ONCE)) == 0 || (in->flags & R_SCALED) == 0)
		return false;
	return strcmp(in->op, "flag") != 0 || strcmp(r->op, "mean") != 0;
}

/* Arguments of kinds that need no thought. */
static void
random_words(struct walk *w, int node)
{
	const struct op *op = w->d->p.node[node].op;
	int i;

	for (i = 0; i < OP_ARGS && op->arg[i].name != NULL; i++)
		if (op->arg[i].type == ARG_WORD)
			gen_word(w->g, &w->d->p, node, op->arg[i].name);
}

/* A node by this rule, its inputs grown before it. */
static int
apply(struct walk *w, const struct rule *r, enum kind goal, int depth)
{
	const struct op *op = op_find(r->op);
	int in[OP_INS] = {-1, -1, -1}, k, node;
	enum kind kind;

	if (r->build != NULL) {
		node = r->build(w, r, depth);
	} else {
		for (k = 0; k < OP_INS && op->in[k] != 0; k++) {
			kind = input_kind(w, r, op->in[k], goal);
			in[k] = walk_grow(w, kind, depth - 1,
			    op->in[1] == 0 &&
				(r->flags & (R_AGG | R_ONCE)) != 0);
			if (in[k] < 0)
				return -1;
		}
		node = prog_add(&w->d->p, r->op, in[0], in[1], in[2]);
		if (node >= 0)
			random_words(w, node);
	}
	if (node < 0 || foregone(&w->d->p, r, node))
		return -1;
	return r->args != NULL ? r->args(w, node) : node;
}

/* Columns and numbers that a rule's sentence names beside its inputs. */
static void
bind_args(struct walk *w, int node)
{
	static const char *const names[] = {"x", "y"};
	const struct node *nd = &w->d->p.node[node];
	char text[32];
	int i, cols = 0;

	for (i = 0; i < OP_ARGS && nd->op->arg[i].name != NULL; i++) {
		if (nd->op->arg[i].type == ARG_COL && cols < 2)
			draft_bind_col(w->d, names[cols++], nd->arg[i].col);
		if (nd->op->arg[i].type == ARG_NUM) {
			snprintf(text, sizeof text, "%.15g", nd->arg[i].num);
			draft_bind_literal(w->d, nd->op->arg[i].name, text);
		}
		if (nd->op->arg[i].type == ARG_WORD)
			draft_bind_text(w->d, nd->op->arg[i].name,
			    nd->op->arg[i].words[nd->arg[i].word].say);
	}
}

int
walk_grow(struct walk *w, enum kind kind, int depth, bool alone)
{
	const struct rule *r;
	int node, n;

	if (kind == K_NUM && (depth <= 0 || gen_chance(w->g, 0.4)))
		return walk_num(w);
	if (kind == K_MASK && depth <= 0)
		return walk_mask(w);
	if (kind == K_DATE)
		return walk_date(w);
	if ((r = draw_rule(w, kind, depth, alone)) == NULL)
		return -1;
	node = apply(w, r, kind, depth);
	if (node < 0)
		return -1;
	n = w->d->nbind;
	bind_args(w, node);
	node = walk_told(w, r, node);
	w->d->nbind = n;
	return node;
}

/* One more operator on the rows at hand; the groups are of other rows then. */
static int
grow_rows(struct walk *w)
{
	const struct rule *r = draw_rule(w, K_TABLE, 1, false);
	int t, n;

	if ((t = apply(w, r, K_TABLE, 1)) < 0)
		return -1;
	n = w->d->nbind;
	bind_args(w, t);
	if (strcmp(r->op, "complete") == 0)
		walk_tell(w,
		    "[Drop|Leave out] the rows where {x} or {y} is missing.",
		    t);
	else
		walk_tell(w, r->tell, t);
	w->d->nbind = n;
	w->table = t;
	w->group = -1;
	return 0;
}

/* ---- Ends: what is asked ---- */

static bool
is_whole(const struct program *p, int node)
{
	const struct rule *r = walk_rule(p->node[node].op);

	return r != NULL && (r->flags & R_WHOLE) != 0;
}

/* The last step is asked for, not told: its sentence goes. */
static int
grow_last(struct walk *w, enum kind kind)
{
	const struct rule *r;
	int node;

	if ((r = draw_rule(w, kind, DEPTH, false)) == NULL)
		return -1;
	node = apply(w, r, kind, DEPTH);
	return node;
}

static int
end_number(struct walk *w)
{
	int s = grow_last(w, K_SCALAR);
	const struct rule *r;

	if (s < 0 || (r = walk_rule(w->d->p.node[s].op)) == NULL)
		return -1;
	if (strcmp(r->op, "branch") == 0)
		walk_tell(w,
		    "[Report|Give|State] {b} if {a}, and {c} otherwise.|"
		    "If {a}, [report|give] {b}; otherwise {c}.",
		    s);
	else if (prog_kind(&w->d->p, w->d->p.node[s].in[0]) == K_FIELDS &&
	    strcmp(r->op, "field") != 0)
		walk_tell(w,
		    "What is the {it} in {a}?|[Report|Give] the {it} in {a}.",
		    s);
	else
		walk_tell(w,
		    (r->flags & R_THE) != 0
			? "[Then what is|What is then|What, in the end, is] "
			  "the {it}?|[Report|Give|State] the {it}."
			: "[Then what is|What is then] {it}?|"
			  "[Report|Give|State] {it}.",
		    s);
	prog_out(&w->d->p, NULL, s, is_whole(&w->d->p, s) ? -1 : 3);
	return 0;
}

/* The label that stands out, with its figure where it is one of figures. */
static int
end_label(struct walk *w)
{
	struct program *p = &w->d->p;
	int best = grow_last(w, K_TEXT), v;
	const struct node *nd;

	if (best < 0)
		return -1;
	nd = &p->node[best];
	if (strcmp(nd->op->name, "band") == 0) {
		bind_args(w, best);
		walk_tell(w,
		    "Is {a} low (below {low}), high ({high} or more), or "
		    "middle?|[Say|Decide] whether {a} is low (below {low}), "
		    "high ({high} or more) or middle.",
		    best);
		prog_out(p, NULL, best, -1);
		return 0;
	}
	walk_tell(
	    w, "[Which|What] is the {it}?|[Name|Report|Give] the {it}.", best);
	if (strcmp(nd->op->name, "arg_end") != 0) {
		prog_out(p, NULL, best, -1);
		return 0;
	}
	v = prog_add(
	    p, nd->arg[0].word == 0 ? "max" : "min", nd->in[0], -1, -1);
	prog_out(p, "group", best, -1);
	prog_out(p, "value", v, 3);
	return 0;
}

static int
end_list(struct walk *w)
{
	int list = grow_last(w, K_LIST), v;
	const struct node *nd;

	if (list < 0)
		return -1;
	nd = &w->d->p.node[list];
	if (strcmp(nd->op->name, "in_both") == 0)
		walk_tell(w,
		    "Which names are both among the {a} and among the {b}? "
		    "[Keep|List them in] the order of the former.",
		    list);
	else if (strcmp(nd->op->name, "not_in") == 0)
		walk_tell(w,
		    "Which of the {a} are not among the {b}? [Keep|List them "
		    "in] the order of the former.",
		    list);
	else if (strcmp(nd->op->name, "pair_end") == 0)
		walk_tell(w,
		    "Which two of the columns {names} are the {it}?|Of the "
		    "columns {names}, name the two with the {it}.",
		    list);
	else if (strcmp(nd->op->name, "names_beyond") == 0)
		walk_tell(w,
		    "Which are the {it}? List them in the usual sorted "
		    "order.|[Name|List] the {it}, sorted.",
		    list);
	else
		walk_tell(
		    w, "[Name|List|Report] the {it}, in that order.", list);
	prog_out(&w->d->p,
	    strcmp(nd->op->name, "pair_end") == 0 ? "columns" : NULL, list, -1);
	if (strcmp(nd->op->name, "pair_end") != 0)
		return 0;
	v = prog_add(
	    &w->d->p, nd->arg[0].word == 0 ? "max" : "min", nd->in[0], -1, -1);
	prog_out(&w->d->p, "correlation", v, 3);
	return 0;
}

static int
end_truth(struct walk *w)
{
	int b = grow_last(w, K_BOOL);
	const char *op;

	if (b < 0)
		return -1;
	op = w->d->p.node[b].op->name;
	walk_tell(w,
	    strcmp(op, "same_text") == 0
		? "Is the {a} also the {b}?|[Say|Decide] whether the {a} is "
		  "the {b}."
		: "Is it true that {it}?|[Say|Decide] whether {it}.",
	    b);
	prog_out(&w->d->p, NULL, b, -1);
	return 0;
}

/* A test: its statistic, and whether chance explains it. */
static int
end_test(struct walk *w)
{
	struct program *p = &w->d->p;
	int t = grow_last(w, K_FIELDS), s, v;
	const char *op, *value, *pvalue;

	if (t < 0)
		return -1;
	op = p->node[t].op->name;
	if (strcmp(op, "line") == 0 || strcmp(op, "ols") == 0)
		return -1; /* asked by their parts */
	value = strcmp(op, "chi2") == 0 ? "chi2_stat" : "field";
	pvalue = strcmp(op, "chi2") == 0 ? "chi2_p" : "field";
	s = prog_add(p, value, t, -1, -1);
	prog_set_word(p, s, "name", "statistic");
	v = prog_add(p, pvalue, t, -1, -1);
	prog_set_word(p, v, "name", "pvalue");
	if (strcmp(op, "chi2") == 0)
		walk_tell(w,
		    "[Run|Carry out] a {it}, on the {a}: what is the "
		    "statistic, and is the p-value below 0.05?",
		    t);
	else if (p->node[t].in[1] >= 0)
		walk_tell(w,
		    "[Run|Carry out] a {it}, with {a} as the first sample and "
		    "{b} as the second: what is the statistic, and is the "
		    "p-value below 0.05?",
		    t);
	else {
		draft_bind(w->d, "x", p->node[t].in[0]);
		bind_groups(w, p->node[p->node[t].in[0]].in[0]);
		walk_tell(w,
		    "[Run|Carry out] a {it} on {x}, one sample for each {g}: "
		    "what is the statistic, and is the p-value below 0.05?",
		    t);
	}
	prog_out(p, "statistic", s, strcmp(op, "mannwhitney") == 0 ? 1 : 3);
	prog_out(p, "significant", prog_add(p, "significant", v, -1, -1), -1);
	return 0;
}

/* Up to three operators on rows before anything is computed. */
static int
prepare_rows(struct walk *w)
{
	int n = (int)gen_below(w->g, 4), i, last = -1;

	for (i = 0; i < n; i++) {
		if (grow_rows(w) == -1)
			return -1;
		if (last >= 0 &&
		    w->d->p.node[w->table].op == w->d->p.node[last].op &&
		    strcmp(w->d->p.node[last].op->name, "where") != 0)
			return -1; /* the same thing twice */
		last = w->table;
	}
	return 0;
}

int
chain_build(struct gen *g, struct draft *d, int min, int max)
{
	static int (*const ends[])(struct walk * w) = {end_number, end_number,
	    end_number, end_label, end_label, end_list, end_truth, end_test};
	struct walk w = {.g = g, .d = d, .group = -1, .date = -1, .next = 'P'};
	int rc, steps, i;

	w.used = xcalloc(tab_cols(g->t), sizeof *w.used);
	w.table = prog_add(&d->p, "df", -1, -1, -1);
	rc = prepare_rows(&w);
	if (rc == 0)
		rc = ends[gen_below(g, sizeof ends / sizeof *ends)](&w);
	steps = rc == 0 ? prog_steps(&d->p) : 0;
	if (rc == 0 && steps >= min && steps <= max &&
	    (!g->seek || say_method_word(buf_str(&w.story)) == NULL))
		draft_bind_literal(d, "story", w.story.p);
	else
		rc = -1;
	for (i = 0; i < PROG_MAX; i++)
		free(w.called[i]);
	free(w.used);
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
