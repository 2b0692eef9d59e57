/* prove.c - is a question right, unambiguous and worth asking? */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "prove.h"

enum {
	JACKKNIFE_DRAWS = 20,
	FILTER_ROWS = 30, /* rows a condition leaves at least */
	GROUPS = 3, /* groups of a table of groups at least */
	GROUP_ROWS = 5, /* rows a group rests on at least */
	SCRATCH = 1 << 20, /* bytes kept for sorting beside a proof */
};

#define FILTER_SHARE 0.05 /* a condition keeps 5 to 95 % of the rows */
#define LEAD 0.01 /* a winner's relative lead */

struct prover {
	struct gen *g;
	struct run *main, *other;
	uint32_t *shuffled; /* all rows in random order */
	size_t n;
};

static void
shuffle(struct prover *v)
{
	size_t i, j;
	uint32_t t;

	for (i = 0; i < v->n; i++)
		v->shuffled[i] = (uint32_t)i;
	for (i = v->n; i > 1; i--) {
		j = rng_below(v->g->rng, i);
		t = v->shuffled[i - 1];
		v->shuffled[i - 1] = v->shuffled[j];
		v->shuffled[j] = t;
	}
}

struct prover *
prover_new(struct gen *g, struct base *base)
{
	struct prover *v = xcalloc(1, sizeof *v);

	v->g = g;
	v->main = run_new(base);
	v->other = run_new(base);
	v->n = tab_rows(g->t);
	v->shuffled = xcalloc(v->n + 1, sizeof *v->shuffled);
	shuffle(v);
	return v;
}

void
prover_free(struct prover *v)
{
	if (v == NULL)
		return;
	run_free(v->main);
	run_free(v->other);
	free(v->shuffled);
	free(v);
}

void
prover_trim(struct prover *v, size_t most)
{
	run_trim(v->main, most);
	run_trim(v->other, most);
}

const struct run *
prover_run(const struct prover *v)
{
	return v->main;
}

void
proof_clear(struct proof *p)
{
	int i;

	json_decref(p->answer);
	json_decref(p->also);
	for (i = 0; i < p->nother; i++)
		json_decref(p->other[i].answer);
	*p = (struct proof){0};
}

/* The answer of a changed program or table; NULL when it has none. */
static json_t *
answer_of(struct prover *v, const struct program *p)
{
	if (run_prog(v->other, p, 0) == -1)
		return NULL;
	return run_answer(v->other, p);
}

/* That of a variant of the draft's program, on the same rows. */
static json_t *
answer_changed(struct prover *v, const struct draft *d, const struct program *p)
{
	if (run_changed(v->other, p, v->main, &d->p) == -1)
		return NULL;
	return run_answer(v->other, p);
}

static bool
same(const json_t *a, const json_t *b)
{
	return a != NULL && b != NULL && json_equal(a, b);
}

/* Conditions keep a fair share of the rows; groups are large enough. */
static const char *
check_rows(const struct prover *v, const struct draft *d)
{
	const struct value *val = v->main->v;
	const struct node *nd;
	size_t before, after;
	int i;

	for (i = 0; i < d->p.n; i++) {
		nd = &d->p.node[i];
		if (val[i].least < GROUP_ROWS)
			return "a group of too few rows";
		if (val[i].kind == K_GVEC && val[i].n < GROUPS)
			return "fewer than three groups";
		if (strcmp(nd->op->name, "where") != 0 &&
		    strcmp(nd->op->name, "first_rows") != 0)
			continue;
		before = val[nd->in[0]].n;
		after = val[i].n;
		if (after < FILTER_ROWS ||
		    (double)after < FILTER_SHARE * (double)before ||
		    (double)after > (1 - FILTER_SHARE) * (double)before)
			return "a condition that keeps too few or too many "
			       "rows";
	}
	return NULL;
}

/* Nodes that no answer needs are steps that do nothing. */
static const char *
check_slice(const struct draft *d)
{
	bool need[PROG_MAX] = {false};
	int i, k;

	for (i = 0; i < d->p.nout; i++)
		need[d->p.out[i].node] = true;
	for (i = d->p.n - 1; i >= 0; i--) {
		if (!need[i])
			return "a step that the answer does not need";
		for (k = 0; k < OP_INS; k++)
			if (d->p.node[i].in[k] >= 0)
				need[d->p.node[i].in[k]] = true;
	}
	return NULL;
}

static bool
trivial_number(const struct draft *d, double x)
{
	int i, k;

	if (x == 0)
		return true;
	for (i = 0; i < d->p.n; i++)
		for (k = 0; k < OP_ARGS; k++)
			if (d->p.node[i].op->arg[k].type == ARG_NUM &&
			    d->p.node[i].arg[k].num == x && fabs(x) > 12)
				return true;
	return false;
}

/* Answers that tell nothing: nothing, everything, or what was put in. */
static const char *
check_degenerate(const struct prover *v, const struct draft *d)
{
	const struct out *o;
	const struct value *x;
	int i, zeros = 0, numbers = 0, decisions = 0;

	for (i = 0; i < d->p.nout; i++) {
		o = &d->p.out[i];
		x = &v->main->v[o->node];
		decisions += x->kind == K_BOOL;
		if (x->kind == K_SCALAR) {
			numbers++;
			zeros += trivial_number(d,
			    o->decimals < 0 ? x->x
					    : num_round(x->x, o->decimals));
		}
		if ((x->kind == K_LIST || x->kind == K_GVEC) &&
		    (x->n == 0 || x->n > 30))
			return "an empty or very long list";
	}
	for (i = 0; i < d->p.n; i++) {
		x = &v->main->v[i];
		if ((strcmp(d->p.node[i].op->name, "count_true") == 0 &&
			x->x == (double)v->main->v[d->p.node[i].in[0]].n) ||
		    (strcmp(d->p.node[i].op->name, "share_true") == 0 &&
			x->x == 100))
			return "a test that every row meets";
	}
	if (numbers > 0 && zeros == numbers && numbers + decisions == d->p.nout)
		return "a trivial number";
	return NULL;
}

/* Numbers that two sound computations could round apart. */
static const char *
check_rounding(const struct run *r, const struct program *p)
{
	const struct out *o;
	const struct value *x;
	size_t k;
	int i;

	for (i = 0; i < p->nout; i++) {
		o = &p->out[i];
		x = &r->v[o->node];
		if (o->decimals < 0)
			continue;
		if (x->kind == K_SCALAR && !num_round_safe(x->x, o->decimals))
			return "a number on a rounding half";
		for (k = 0;
		     (x->kind == K_GVEC || x->kind == K_CVEC) && k < x->n; k++)
			if (!num_round_safe(x->num[k], o->decimals))
				return "a number on a rounding half";
	}
	return NULL;
}

static const char *
check_margin(const struct run *r, const struct program *p)
{
	return run_margin(r, p) > LEAD ? NULL : "a winner by too little";
}

/* Is there a column that round_trip parsing would read otherwise? */
static bool
reads_inexact(const struct prover *v, const struct draft *d)
{
	size_t n = tab_cols(v->g->t), i;
	bool *used = xcalloc(n, sizeof *used), any = false;

	prog_columns(&d->p, v->g->t, used);
	for (i = 0; i < n; i++)
		any = any ||
		    (used[i] && tab_type(v->g->t, i) == TAB_FLOAT &&
			tab_inexact(v->g->t, i));
	free(used);
	return any;
}

static const char *
check_exact(struct prover *v, const struct draft *d, const json_t *answer)
{
	json_t *a;
	bool ok;

	if (!reads_inexact(v, d))
		return NULL;
	v->other->exact = true;
	v->other->rows = NULL;
	a = answer_of(v, &d->p);
	v->other->exact = false;
	ok = same(a, answer);
	json_decref(a);
	return ok ? NULL : "an answer that depends on how floats are read";
}

/* A step in whose place its k-th input could stand. */
static bool
removable(const struct program *p, int node, int k)
{
	const struct node *nd = &p->node[node];
	enum kind kind = prog_kind(p, node);

	if (nd->in[k] < 0 || prog_kind(p, nd->in[k]) != kind)
		return false;
	if (kind == K_MASK)
		return true; /* each part of a condition matters */
	return k == 0 &&
	    (nd->op->steps > 0 || strncmp(nd->op->name, "where", 5) == 0);
}

/* The program with an input in the place of a step. */
static void
without_step(const struct program *from, int node, int input, struct program *p)
{
	int k;

	prog_copy(p, from);
	for (k = 0; k < p->n * OP_INS; k++)
		if (p->node[k / OP_INS].in[k % OP_INS] == node)
			p->node[k / OP_INS].in[k % OP_INS] = input;
	for (k = 0; k < p->nout; k++)
		if (p->out[k].node == node)
			p->out[k].node = input;
}

/* How far apart two answers are, from 0 (the same) to 1. */
static double
distance(const json_t *a, const json_t *b)
{
	const char *key;
	json_t *x;
	double most = 0;

	if (json_is_number(a) && json_is_number(b))
		return fmin(
		    1, run_lead(json_number_value(a), json_number_value(b)));
	if (!json_is_object(a))
		return same(a, b) ? 0 : 1;
	json_object_foreach((json_t *)a, key, x) most =
	    fmax(most, distance(x, json_object_get(b, key)));
	return most;
}

/* Does a variant, which is cleared, answer otherwise? Tells the effect. */
static bool
matters(struct prover *v, const struct draft *d, struct program *p,
    struct proof *proof)
{
	json_t *a = answer_changed(v, d, p);
	bool differs = !same(a, proof->answer);

	if (a != NULL && differs)
		proof->effect = fmin(proof->effect, distance(proof->answer, a));
	json_decref(a);
	prog_clear(p);
	return differs;
}

/* Taking a step away must change the answer. */
static const char *
check_mutations(struct prover *v, const struct draft *d, struct proof *proof)
{
	struct program p;
	int i, k;

	v->other->rows = NULL;
	proof->effect = fmin(1, run_margin(v->main, &d->p));
	for (i = 0; i < d->p.n * OP_INS; i++) {
		k = i % OP_INS;
		if (!removable(&d->p, i / OP_INS, k))
			continue;
		without_step(
		    &d->p, i / OP_INS, d->p.node[i / OP_INS].in[k], &p);
		if (!matters(v, d, &p, proof))
			return "a step that changes nothing";
	}
	return NULL;
}

/* Is the argument a usual reading of it, which (8) looks at? */
static bool
is_read(const struct op *op, int arg)
{
	const struct reading *r;

	for (r = op->readings; r != NULL && r->name != NULL; r++)
		if (r->arg != NULL && op_arg(op, r->arg) == arg)
			return true;
	return false;
}

/* The k-th other number in place of x; NaN: there are no more. */
static double
other_number(double x, bool mask, int k)
{
	double step = floor(fabs(x) / 2) + 1;

	if (x > 0 && x < 1)
		return k == 0 ? x / 2
		    : k == 1  ? (x < 0.5 ? 1.5 * x : (1 + x) / 2)
			      : NAN;
	return k == 0        ? x + 1
	    : k == 1         ? x + step
	    : k == 2 && mask ? x - step
			     : NAN;
}

/* The k-th other text in place of an argument's: another label of the column,
 * or the text beside it; its length 0: there are no more. */
static struct tab_span
other_text(
    const struct prover *v, const struct program *p, int node, int arg, int k)
{
	const struct node *nd = &p->node[node];
	const struct keys *keys = v->main->v[nd->in[0]].keys;
	struct tab_span now = nd->arg[arg].text;
	size_t i;
	int j;

	for (j = 0; j < OP_ARGS; j++)
		if (j != arg && nd->op->arg[j].type == ARG_TEXT)
			return k == 0 ? nd->arg[j].text : (struct tab_span){0};
	for (i = 0; keys != NULL && i < keys->n; i++)
		if ((keys->name[i].n != now.n ||
			memcmp(keys->name[i].p, now.p, now.n) != 0) &&
		    k-- == 0)
			return keys->name[i];
	return (struct tab_span){0};
}

/* The program with the k-th other value of an argument; false: there are no
 * more. */
static bool
with_other(const struct prover *v, const struct program *from, int node,
    int arg, int k, struct program *p)
{
	const struct node *nd = &from->node[node];
	const struct arg_spec *s = &nd->op->arg[arg];
	struct arg a = nd->arg[arg];

	switch (s->type) {
	case ARG_NUM:
		a.num = other_number(a.num, prog_kind(from, node) == K_MASK, k);
		if (isnan(a.num))
			return false;
		break;
	case ARG_WORD:
		a.word = k < a.word ? k : k + 1;
		if (s->words[k].name == NULL || s->words[a.word].name == NULL)
			return false;
		break;
	default:
		if ((a.text = other_text(v, from, node, arg, k)).n == 0)
			return false;
	}
	prog_copy(p, from);
	p->node[node].arg[arg] = a;
	return true;
}

/* May other values of an argument be tried? Not of a seed, of what is no step,
 * where a text may be anything, and of a decision: its limit may be far off. */
static bool
arguable(const struct program *p, int node, int arg)
{
	const struct op *op = p->node[node].op;
	enum arg_type type = op->arg[arg].type;

	if (op->steps == 0 || (op->flags & OP_SEEDED) != 0 ||
	    is_read(op, arg) || (op->flags & OP_NAMES) != 0)
		return false;
	if ((prog_kind(p, node) & (K_BOOL | K_TEXT)) != 0)
		return false;
	return type == ARG_NUM || type == ARG_WORD ||
	    (type == ARG_TEXT && strcmp(op->name, "contains") != 0);
}

/* Does one at least of an argument's other values, if it has any, change the
 * answer? */
static bool
argument_matters(struct prover *v, const struct draft *d, int node, int arg,
    struct proof *proof)
{
	struct program p;
	int k;

	for (k = 0; with_other(v, &d->p, node, arg, k, &p); k++)
		if (matters(v, d, &p, proof))
			return true;
	return k == 0;
}

/* Each argument of a condition must change the answer, and of a step that could
 * not be taken away one at least: of three ranges, the best has not all the
 * limits. */
static const char *
check_arguments(struct prover *v, const struct draft *d, struct proof *proof)
{
	int i, arg, dead, alive;
	bool each;

	v->other->rows = NULL;
	for (i = 0; i < d->p.n; i++) {
		each = prog_kind(&d->p, i) == K_MASK;
		if (!each && removable(&d->p, i, 0))
			continue;
		for (arg = dead = alive = 0;
		     arg < OP_ARGS && (each || alive == 0); arg++) {
			if (!arguable(&d->p, i, arg))
				continue;
			if (argument_matters(v, d, i, arg, proof))
				alive++;
			else
				dead++;
		}
		if (dead > 0 && (each || alive == 0))
			return "an argument that changes nothing";
	}
	return NULL;
}

static bool
is_op(const struct program *p, int node, const char *name)
{
	return strcmp(p->node[node].op->name, name) == 0;
}

/* What a node gives of a test that may be computed roughly. */
enum rough { OTHER, TEST, STATISTIC, P };

/* Are the p-values of such tests only there to be decided on at the 5 % level,
 * and their statistics only to be told? */
static bool
only_decides(const struct program *p, enum rough what[PROG_MAX])
{
	enum rough from;
	const struct node *nd;
	int i, k;

	for (i = 0; i < p->n; i++) {
		nd = &p->node[i];
		what[i] = is_op(p, i, "ks_normal") ? TEST : OTHER;
		for (k = 0; k < OP_INS && nd->in[k] >= 0; k++) {
			from = what[nd->in[k]];
			if (from == TEST && is_op(p, i, "branch_test"))
				what[i] = TEST;
			else if (from == TEST && is_op(p, i, "field"))
				what[i] = nd->arg[0].word == 0 ? STATISTIC : P;
			else if (from != OTHER &&
			    (from != P ||
				strcmp(nd->op->name, "significant") != 0))
				return false;
		}
	}
	for (k = 0; k < p->nout; k++)
		if (what[p->out[k].node] == P)
			return false;
	return true;
}

/*
 * Where a rough p-value might round to a part of the answer, evaluate again
 * with exact ones.
 */
static void
sharpen(struct prover *v, const struct draft *d)
{
	enum rough what[PROG_MAX];
	const struct value *a, *b;
	int i, k;

	if (!only_decides(&d->p, what))
		return;
	for (k = 0; k < d->p.nout; k++)
		for (i = 0; i < d->p.out[k].node; i++) {
			a = &v->main->v[i];
			b = &v->main->v[d->p.out[k].node];
			if (what[i] != P || b->kind != K_SCALAR ||
			    fabs(a->x - b->x) >
				pow(10, -d->p.out[k].decimals) + 1e-3)
				continue;
			v->main->rough = false;
			run_prog(v->main, &d->p, 0);
			return;
		}
}

/* Is an earlier step's value the answer's part already? */
static bool
is_prefix(const struct prover *v, const struct draft *d, int node,
    const struct out *o)
{
	const struct value *a = &v->main->v[node], *b = &v->main->v[o->node];
	int i;

	for (i = 0; i < d->p.nout; i++)
		if (d->p.out[i].node == node)
			return false; /* it is asked for as well */
	if (a->kind != b->kind || a->kind != K_SCALAR)
		return false;
	return o->decimals < 0
	    ? a->x == b->x
	    : num_round(a->x, o->decimals) == num_round(b->x, o->decimals);
}

/*
 * No part of the program, and not the program without its conditions, gives the
 * answer. A branch gives one of its inputs: that is what it is for.
 */
static const char *
check_shorter(struct prover *v, const struct draft *d, const json_t *answer)
{
	struct program p, q;
	json_t *a;
	bool found;
	int i, k, filters = 0;

	sharpen(v, d);
	for (k = 0; k < d->p.nout; k++)
		for (i = 0; i < d->p.out[k].node; i++)
			if (strncmp(d->p.node[d->p.out[k].node].op->name,
				"branch", 6) != 0 &&
			    is_prefix(v, d, i, &d->p.out[k]))
				return "an answer that a shorter program gives";
	prog_copy(&p, &d->p);
	for (i = 0; i < d->p.n; i++) {
		if (strncmp(d->p.node[i].op->name, "where", 5) != 0)
			continue;
		filters++;
		without_step(&p, i, p.node[i].in[0], &q);
		prog_clear(&p);
		p = q;
	}
	v->other->rows = NULL;
	a = filters > 1 ? answer_changed(v, d, &p) : NULL;
	found = same(a, answer);
	json_decref(a);
	prog_clear(&p);
	return found ? "an answer that a shorter program gives" : NULL;
}

static const char *
check_shuffle(struct prover *v, const struct draft *d, const json_t *answer)
{
	json_t *a;
	bool ok;
	int i;

	/* a seeded draw is of rows in the order of the file, and says so */
	for (i = 0; i < d->p.n; i++)
		if (d->p.node[i].op->flags & OP_SEEDED)
			return NULL;
	v->other->rows = v->shuffled;
	v->other->nrows = v->n;
	a = answer_of(v, &d->p);
	ok = same(a, answer);
	json_decref(a);
	return ok ? NULL : "an answer that depends on the order of rows";
}

static bool
chooses(const struct draft *d)
{
	int i;
	enum kind k;

	for (i = 0; i < d->p.nout; i++) {
		k = prog_kind(&d->p, d->p.out[i].node);
		if (k == K_TEXT || k == K_LIST || k == K_BOOL)
			return true;
	}
	return false;
}

/* Do the labels and decisions of two answers agree? */
static bool
same_choice(const struct draft *d, const struct run *a, const struct run *b)
{
	const struct value *x, *y;
	size_t k;
	int i;

	for (i = 0; i < d->p.nout; i++) {
		x = &a->v[d->p.out[i].node];
		y = &b->v[d->p.out[i].node];
		if (x->kind == K_TEXT &&
		    (x->text.n != y->text.n ||
			memcmp(x->text.p, y->text.p, x->text.n) != 0))
			return false;
		if (x->kind == K_BOOL && x->x != y->x)
			return false;
		if (x->kind != K_LIST)
			continue;
		if (x->n != y->n)
			return false;
		for (k = 0; k < x->n; k++)
			if (x->keys->name[k].n != y->keys->name[k].n ||
			    memcmp(x->keys->name[k].p, y->keys->name[k].p,
				x->keys->name[k].n) != 0)
				return false;
	}
	return true;
}

/* Is it a condition on single rows, whatever the other rows are? */
static bool
row_wise(const struct program *p, int node)
{
	const struct node *nd = &p->node[node];
	int k;

	if (nd->op->flags & OP_ROW)
		for (k = 0; k < OP_INS && nd->in[k] >= 0; k++)
			if (prog_kind(p, nd->in[k]) != K_TABLE &&
			    !row_wise(p, nd->in[k]))
				return false;
	return (nd->op->flags & OP_ROW) != 0;
}

/*
 * The table that all of the program but conditions on single rows starts from:
 * leaving a row out of it is leaving it out of df. 0: df itself.
 */
static int
last_table(const struct program *p)
{
	int t = 0, i, k;
	bool inside;

	for (i = 1; i < p->n; i++)
		if (strcmp(p->node[i].op->name, "where") == 0 &&
		    p->node[i].in[0] == t && row_wise(p, p->node[i].in[1]))
			t = i;
	for (i = t + 1; i < p->n; i++)
		for (k = 0; k < OP_INS; k++) {
			inside = p->node[i].in[k] >= t || p->node[i].in[k] < 0;
			if (!inside)
				return 0;
		}
	return t;
}

/* The same choice when any one row is left out. */
static const char *
check_jackknife(struct prover *v, const struct draft *d)
{
	int table = last_table(&d->p), k;
	size_t n = v->main->v[table].n;

	if (!chooses(d) || v->n < 2)
		return NULL;
	for (k = 0; k < JACKKNIFE_DRAWS; k++)
		if (run_without(v->other, &d->p, v->main, table,
			rng_below(v->g->rng, n)) == -1 ||
		    !same_choice(d, v->main, v->other))
			return "a choice that hangs on one row";
	return NULL;
}

static void
add_clause(struct proof *proof, const char *clause)
{
	int i;

	for (i = 0; clause != NULL && i < proof->nclause; i++)
		if (strcmp(proof->clause[i], clause) == 0)
			return;
	if (clause != NULL && proof->nclause < SAY_CLAUSES)
		proof->clause[proof->nclause++] = clause;
}

/* Keep the answer a of a reading if it differs; takes a and p. */
static bool
try_reading(struct program *p, json_t *a, const char *name, const char *settled,
    const char *clause, struct proof *proof)
{
	bool differs = a == NULL || !same(a, proof->answer);

	if (differs && proof->nreading < 64)
		proof->told |= UINT64_C(1) << proof->nreading;
	proof->nreading++;
	prog_clear(p);
	if (a != NULL && differs && proof->nother < PROVE_READINGS)
		proof->other[proof->nother++] =
		    (struct misread){name, settled, clause, a};
	else
		json_decref(a);
	return differs;
}

static void
node_readings(
    struct prover *v, const struct draft *d, int node, struct proof *proof)
{
	const struct op *op = d->p.node[node].op, *other;
	const struct reading *r;
	struct program p;
	int i, word, to;
	const char *clause;

	for (r = op->readings; r != NULL && r->name != NULL; r++) {
		prog_copy(&p, &d->p);
		if (r->arg == NULL) {
			other = op_find(r->other);
			p.node[node].op = other;
			try_reading(&p, answer_changed(v, d, &p), r->name,
			    r->settled, op->clause, proof);
			continue;
		}
		i = op_arg(op, r->arg);
		word = d->p.node[node].arg[i].word;
		to = r->other != NULL ? op_word(&op->arg[i], r->other)
				      : word ^ 1;
		clause = op->arg[i].words[word].clause;
		p.node[node].arg[i].word = to;
		if (to == word) {
			prog_clear(&p);
			continue;
		}
		if (try_reading(&p, answer_changed(v, d, &p), r->name,
			r->settled, clause, proof) &&
		    r->settled == NULL)
			add_clause(proof, clause);
	}
}

/* Are the missing values of a column node replaced, or their rows gone? */
static bool
gaps_closed(const struct program *p, int node)
{
	int i, k, t, col = p->node[node].arg[0].col;
	bool filled = false;

	for (t = p->node[node].in[0]; t >= 0; t = p->node[t].in[0])
		if (is_op(p, t, "complete_frame") ||
		    (is_op(p, t, "complete") &&
			(p->node[t].arg[0].col == col ||
			    p->node[t].arg[1].col == col)))
			return true;
	for (i = node + 1; i < p->n; i++)
		for (k = 0; k < OP_INS; k++) {
			if (p->node[i].in[k] != node)
				continue;
			if (strncmp(p->node[i].op->name, "fill_", 5) == 0)
				filled = true;
			else if (!is_op(p, i, "by"))
				return false;
		}
	return filled;
}

/* Does the draft say what becomes of missing values? */
static bool
says_missing(const struct prover *v, const struct draft *d)
{
	bool closed = true;
	int i;

	for (i = 0; i < d->p.n; i++) {
		if (is_op(&d->p, i, "is_present"))
			return true;
		if (is_op(&d->p, i, "num") &&
		    tab_missing(v->g->t, (size_t)d->p.node[i].arg[0].col) > 0)
			closed = closed && gaps_closed(&d->p, i);
	}
	for (i = 0; i < d->nclause; i++)
		if (strstr(d->clause[i], "present") != NULL ||
		    strstr(d->clause[i], "complete rows") != NULL)
			return true;
	return closed;
}

/* Missing numbers taken as zeros. */
static void
missing_reading(struct prover *v, const struct draft *d, struct proof *proof)
{
	struct program p;

	v->other->zero_missing = true;
	prog_copy(&p, &d->p);
	if (try_reading(&p, answer_of(v, &p), "missing values as zeros", NULL,
		NULL, proof) &&
	    !says_missing(v, d))
		add_clause(proof,
		    "[Missing values are left out|Leave missing values "
		    "out|Rows where a needed value is missing do not "
		    "count|Ignore missing values|Empty cells do not "
		    "count|Skip empty cells|Blanks are not zeros: leave them "
		    "out|Only values that are present count].");
	v->other->zero_missing = false;
}

/* Questions on all columns: identifiers as columns, or not. */
static void
id_reading(struct prover *v, const struct draft *d, struct proof *proof)
{
	size_t n = tab_cols(v->g->t), i;
	bool *id;
	struct program p;

	if (!prove_columns(&d->p))
		return;
	id = xcalloc(n + 1, sizeof *id);
	for (i = 0; i < n; i++)
		id[i] = prof_col(v->g->pf, i)->id_like;
	v->other->no_ids = id;
	prog_copy(&p, &d->p);
	if (try_reading(&p, answer_of(v, &p), "identifier columns left out",
		"every column|identifier", NULL, proof))
		add_clause(proof,
		    "[Every column counts, identifiers too|Count "
		    "identifier columns like any other].");
	v->other->no_ids = NULL;
	free(id);
}

static bool
reads_missing(const struct prover *v, const struct draft *d)
{
	int i;

	for (i = 0; i < d->p.n; i++)
		if ((d->p.node[i].op->flags & OP_GAPS) != 0 ||
		    strstr(d->p.node[i].op->name, "missing") != NULL)
			return false; /* the question is about them */
	for (i = 0; i < d->p.n; i++)
		if (strcmp(d->p.node[i].op->name, "num") == 0 &&
		    tab_missing(v->g->t, (size_t)d->p.node[i].arg[0].col) > 0)
			return true;
	return false;
}

/* The convention that a program follows, if it follows one only. */
static const struct reading *
convention(const struct program *p)
{
	const struct reading *r, *found = NULL;
	int i;

	for (i = 0; i < p->n; i++) {
		if ((p->node[i].op->flags & OP_EITHER) == 0)
			continue;
		r = p->node[i].op->readings;
		if (found != NULL && strcmp(found->name, r->name) != 0)
			return NULL;
		found = r;
	}
	return found;
}

/*
 * The answer of those who follow the other convention throughout. It must be as
 * safe as the one that is meant.
 */
static void
other_convention(struct prover *v, const struct draft *d, struct proof *proof)
{
	const struct reading *c = convention(&d->p);
	struct program p;
	json_t *a;
	int i, k;

	if (c == NULL)
		return;
	prog_copy(&p, &d->p);
	for (i = 0; i < p.n; i++)
		for (k = 0; k < OP_ARGS; k++)
			if (op_either(p.node[i].op, k))
				p.node[i].arg[k].word ^= 1;
	a = answer_changed(v, d, &p);
	if (a != NULL && !same(a, proof->answer) &&
	    check_margin(v->other, &p) == NULL &&
	    check_rounding(v->other, &p) == NULL) {
		proof->also = json_incref(a);
		proof->open = c->name;
		proof->settled = c->settled;
	}
	json_decref(a);
	prog_clear(&p);
}

static void
readings(struct prover *v, const struct draft *d, struct proof *proof)
{
	int i;

	v->other->rows = NULL;
	for (i = 0; i < d->p.n; i++)
		node_readings(v, d, i, proof);
	if (v->g->seek)
		other_convention(v, d, proof);
	id_reading(v, d, proof);
	if (reads_missing(v, d))
		missing_reading(v, d, proof);
}

bool
prove_columns(const struct program *p)
{
	int i;

	for (i = 0; i < p->n; i++)
		if (prog_kind(p, i) == K_CVEC || is_op(p, i, "columns_of"))
			return true;
	return false;
}

bool
prove_lookup(const struct program *p)
{
	int i;

	for (i = 0; i < p->n; i++)
		if ((p->node[i].op->flags & (OP_SEEN | OP_BINDER)) == 0 ||
		    strncmp(p->node[i].op->name, "where", 5) == 0)
			return false;
	return true;
}

/* The program's answer; -1 and proof->why where there is none. */
static int
answer(struct prover *v, const struct draft *d, struct proof *proof)
{
	enum rough what[PROG_MAX];

	*proof = (struct proof){0};
	v->main->rough = v->other->rough = only_decides(&d->p, what);
	if (run_prog(v->main, &d->p, 0) == -1) {
		proof->why = v->main->why;
		return -1;
	}
	num_work_trim(&v->main->work, SCRATCH);
	proof->answer = run_answer(v->main, &d->p);
	if (proof->answer == NULL) {
		proof->why = "an answer that is no number or text";
		return -1;
	}
	return 0;
}

int
prove(struct prover *v, const struct draft *d, struct proof *proof)
{
	const char *why;

	if (answer(v, d, proof) == -1)
		return -1;
	if ((why = check_slice(d)) != NULL ||
	    (why = check_mutations(v, d, proof)) != NULL ||
	    (why = check_rows(v, d)) != NULL ||
	    (why = check_degenerate(v, d)) != NULL ||
	    (why = check_shorter(v, d, proof->answer)) != NULL ||
	    (why = check_margin(v->main, &d->p)) != NULL ||
	    (why = check_rounding(v->main, &d->p)) != NULL ||
	    (why = check_arguments(v, d, proof)) != NULL ||
	    (why = check_exact(v, d, proof->answer)) != NULL ||
	    (why = check_shuffle(v, d, proof->answer)) != NULL ||
	    (why = check_jackknife(v, d)) != NULL) {
		proof->why = why;
		return -1;
	}
	readings(v, d, proof);
	return 0;
}

int
prove_again(struct prover *v, const struct draft *d, struct proof *proof)
{
	const char *why;

	if (answer(v, d, proof) == -1)
		return -1;
	if ((why = check_rows(v, d)) != NULL ||
	    (why = check_margin(v->main, &d->p)) != NULL ||
	    (why = check_degenerate(v, d)) != NULL ||
	    (why = check_rounding(v->main, &d->p)) != NULL ||
	    (why = check_exact(v, d, proof->answer)) != NULL ||
	    (why = check_jackknife(v, d)) != NULL) {
		proof->why = why;
		return -1;
	}
	readings(v, d, proof);
	return 0;
}
