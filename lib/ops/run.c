/* run.c - evaluation of programs. */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "op.h"

enum {
	CHUNK = 1 << 16,
	SPARE = 1 << 22, /* larger chunks go back when they are released */
};

struct chunk {
	struct chunk *next;
	size_t used, cap;
	max_align_t data[];
};

/* Chunks of growing size; a list while it is filled. */
struct arena {
	struct chunk *top;
	struct chunk *spare; /* one that was released; may be NULL */
};

static void *
arena_get(struct arena *a, size_t size)
{
	struct chunk *c = a->top;
	size_t cap;
	char *p;

	size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) *
	    sizeof(max_align_t);
	if (c == NULL || c->cap - c->used < size) {
		cap = c != NULL ? c->cap * 2 : CHUNK;
		if (cap < size)
			cap = size;
		c = a->spare;
		a->spare = NULL;
		if (c == NULL || c->cap < size) {
			free(c);
			c = xmalloc(sizeof *c + cap);
			c->cap = cap;
		}
		c->next = a->top;
		c->used = 0;
		a->top = c;
	}
	p = (char *)c->data + c->used;
	c->used += size;
	return p;
}

/* Empty it; what took several chunks gets one of their size. */
static void
arena_reset(struct arena *a)
{
	struct chunk *c = a->top, *next;
	size_t total = 0;

	if (c == NULL)
		return;
	if (c->next == NULL && a->spare == NULL) {
		c->used = 0;
		return;
	}
	if (a->spare != NULL)
		total = a->spare->cap;
	free(a->spare);
	a->spare = NULL;
	for (; c != NULL; c = next) {
		next = c->next;
		total += c->cap;
		free(c);
	}
	c = xmalloc(sizeof *c + total);
	*c = (struct chunk){.cap = total};
	a->top = c;
}

static void
arena_free(struct arena *a)
{
	arena_reset(a);
	free(a->top);
	free(a->spare); /* kept where nothing else was in use */
	free(a);
}

struct run *
run_new(struct base *b)
{
	struct run *r = xcalloc(1, sizeof *r);

	r->base = b;
	r->arena = xcalloc(1, sizeof *r->arena);
	r->kept = xcalloc(1, sizeof *r->kept);
	return r;
}

void
run_free(struct run *r)
{
	if (r == NULL)
		return;
	arena_free(r->arena);
	arena_free(r->kept);
	num_work_clear(&r->work);
	free(r);
}

static void
arena_trim(struct arena *a, size_t most)
{
	arena_reset(a);
	if (a->top != NULL && a->top->cap > most) {
		free(a->top);
		a->top = NULL;
	}
}

void
run_trim(struct run *r, size_t most)
{
	arena_trim(r->arena, most);
	arena_trim(r->kept, most);
	num_work_trim(&r->work, most);
}

size_t
run_kept(const struct run *r)
{
	const struct chunk *c;
	size_t size = 0;

	for (c = r->kept->top; c != NULL; c = c->next)
		size += c->used;
	return size;
}

struct run_mark
run_mark(const struct run *r)
{
	struct chunk *c = r->arena->top;

	return (struct run_mark){c, c != NULL ? c->used : 0};
}

void
run_release(struct run *r, struct run_mark m)
{
	struct arena *a = r->arena;
	struct chunk *c;

	while ((c = a->top) != m.chunk) {
		a->top = c->next;
		if (c->cap <= SPARE &&
		    (a->spare == NULL || a->spare->cap < c->cap)) {
			free(a->spare);
			a->spare = c;
		} else {
			free(c);
		}
	}
	if (c != NULL)
		c->used = m.used;
}

void *
run_alloc(struct run *r, size_t n, size_t size)
{
	return arena_get(r->arena, n * size);
}

void *
run_keep(struct run *r, size_t n, size_t size)
{
	return arena_get(r->kept, n * size);
}

/* Before values are computed anew. */
static void
start(struct run *r)
{
	arena_reset(r->arena);
	arena_reset(r->kept);
	r->why = NULL;
}

int
run_undefined(struct run *r, const char *why)
{
	r->why = why;
	return -1;
}

double *
run_present(struct run *r, const struct value *v, size_t *n)
{
	double *out = run_alloc(r, v->n + 1, sizeof *out);
	size_t i, k = 0;

	for (i = 0; i < v->n; i++) {
		out[k] = v->num[i]; /* without a branch to guess */
		k += !isnan(v->num[i]);
	}
	*n = k;
	return out;
}

double
run_lead(double a, double b)
{
	double big = fmax(fabs(a), fabs(b));

	if (isnan(a) || isnan(b))
		return INFINITY;
	return big == 0 ? 0 : fabs(a - b) / big;
}

int
run_grouped(struct run *r, const struct node *nd, const struct value *in,
    struct value *out)
{
	size_t k = in->keys->n, g, n = 0;
	double *num = run_alloc(r, k, sizeof *num);
	struct tab_span *name = run_alloc(r, k, sizeof *name);
	struct keys *keys = run_alloc(r, 1, sizeof *keys);
	size_t *size = run_alloc(r, k, sizeof *size);
	struct run_mark before = run_mark(r);
	const struct run_split *s = run_split(r, in);
	bool bag = (nd->op->flags & OP_BAG) != 0; /* may reorder numbers */
	double *v, *copy = run_alloc(r, bag ? in->n + 1 : 0, sizeof *copy);

	out->least = in->n;
	for (g = 0; g < k; g++) {
		if (s->rows[g] == 0)
			continue; /* no row: no group */
		name[n] = in->keys->name[g];
		size[n] = s->n[g];
		if (size[n] < out->least)
			out->least = size[n];
		v = s->v + s->first[g];
		if (bag)
			v = memcpy(copy, v, s->n[g] * sizeof *v);
		num[n++] = nd->op->agg(nd, v, s->n[g], true, &r->work);
	}
	run_release(r, before);
	*keys = (struct keys){name, n, in->keys->type};
	out->keys = keys;
	out->size = size;
	out->num = num;
	out->n = n;
	return n > 0 ? 0 : run_undefined(r, "no groups");
}

size_t
run_extreme(const struct value *v, bool most, double *lead)
{
	size_t best = (size_t)-1, i;
	double next = NAN, x;

	for (i = 0; i < v->n; i++) {
		x = v->num[i];
		if (isnan(x))
			continue;
		if (best == (size_t)-1) {
			best = i;
		} else if (most ? x > v->num[best] : x < v->num[best]) {
			next = v->num[best];
			best = i;
		} else if (isnan(next) || (most ? x > next : x < next)) {
			next = x;
		}
	}
	*lead = best == (size_t)-1 ? 0 : run_lead(v->num[best], next);
	return best;
}

/* An aggregate over a column, or over each group of one. */
static int
eval_agg(struct run *r, const struct node *nd, const struct value *in,
    struct value *out)
{
	const double *v;
	size_t n;
	bool figures;

	if (in == NULL)
		return run_undefined(r, "no input");
	figures = in->kind == K_GVEC || in->kind == K_CVEC;
	if (in->kind == K_GROUPED) {
		out->kind = K_GVEC;
		return run_grouped(r, nd, in, out);
	}
	v = nd->op->flags & OP_BAG ? run_sorted(r, in, &n)
				   : run_numbers(r, in, &n);
	out->kind = K_SCALAR;
	/* only a bag is reordered, and it is in order */
	out->x = nd->op->agg(nd, (double *)v, n, false, &r->work);
	if (!figures) /* a figure of each group rests on the group's rows */
		out->least = n;
	return isnan(out->x) ? run_undefined(r, "not a number") : 0;
}

/* Is what is derived of a value kept? */
static bool
keeps(const struct run *r, const struct value *v)
{
	return tab_rows(base_table(r->base)) <= MEMO_ROWS &&
	    (v->num != NULL || v->kind == K_FRAME || v->kind == K_TABLE);
}

static int
eval_node(struct run *r, const struct program *p, int i)
{
	const struct value *in[OP_INS];
	const struct node *nd = &p->node[i];
	struct value *out = &r->v[i];
	struct run_mark before = run_mark(r);
	int k, rc;

	*out = (struct value){.kind = nd->op->out,
	    .col = -1,
	    .margin = INFINITY,
	    .least = (size_t)-1};
	for (k = 0; k < OP_INS; k++)
		in[k] = nd->in[k] >= 0 ? &r->v[nd->in[k]] : NULL;
	rc = nd->op->agg != NULL ? eval_agg(r, nd, in[0], out)
				 : nd->op->eval(r, nd, in, out);
	if (out->kind == K_SCALAR || out->kind == K_BOOL ||
	    out->kind == K_FIELDS) /* it points to nothing */
		run_release(r, before);
	if (rc == 0 && out->memo == NULL && keeps(r, out)) {
		r->memo[i] = (struct memo){.run = r, .of = out};
		out->memo = &r->memo[i];
	}
	return rc;
}

int
run_prog(struct run *r, const struct program *p, int first)
{
	int i;

	if (first == 0)
		start(r);
	r->why = NULL;
	for (i = first; i < p->n; i++)
		if (eval_node(r, p, i) == -1)
			return -1;
	return 0;
}

static bool
same_text(struct tab_span a, struct tab_span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Does a node differ from that of another program? */
static bool
differs(const struct node *a, const struct node *b)
{
	int k;

	if (a->op != b->op || memcmp(a->in, b->in, sizeof a->in) != 0)
		return true;
	for (k = 0; k < OP_ARGS; k++)
		if (a->arg[k].word != b->arg[k].word ||
		    a->arg[k].col != b->arg[k].col ||
		    a->arg[k].num != b->arg[k].num ||
		    !same_text(a->arg[k].text, b->arg[k].text))
			return true;
	return false;
}

/* Does a mask that was computed anew keep the same rows? */
static bool
same_mask(const struct value *a, const struct value *b)
{
	return a->kind == K_MASK && a->n == b->n &&
	    memcmp(a->bit, b->bit, a->n) == 0;
}

int
run_changed(struct run *r, const struct program *p, const struct run *done,
    const struct program *of)
{
	bool other[PROG_MAX] = {false};
	int i, k;

	start(r);
	for (i = 0; i < p->n; i++) {
		other[i] = differs(&p->node[i], &of->node[i]);
		for (k = 0; k < OP_INS; k++)
			other[i] = other[i] ||
			    (p->node[i].in[k] >= 0 && other[p->node[i].in[k]]);
		if (!other[i])
			r->v[i] = done->v[i];
		else if (eval_node(r, p, i) == -1)
			return -1;
		if (other[i] && same_mask(&r->v[i], &done->v[i]))
			other[i] = false; /* nor do those after it differ */
	}
	return 0;
}

/* An array without one entry. */
static void *
array_without(struct run *r, const void *all, size_t n, size_t at, size_t size)
{
	char *v = run_alloc(r, n, size);
	const char *from = all;

	memcpy(v, from, at * size);
	memcpy(v + at * size, from + (at + 1) * size, (n - 1 - at) * size);
	return v;
}

/* n rows of the base table, all in order where there are none, without one. */
static const uint32_t *
rows_without(struct run *r, const uint32_t *all, size_t n, size_t at)
{
	uint32_t *rows, i;

	if (all != NULL)
		return array_without(r, all, n, at, sizeof *rows);
	rows = run_alloc(r, n, sizeof *rows);
	for (i = 0; i + 1 < n; i++)
		rows[i] = i + (i >= at);
	return rows;
}

/* Drop an entry of what has one for each row. m is for its memo. */
static void
lose_row(struct run *r, struct value *v, struct memo *m, size_t at)
{
	if (v->memo != NULL) {
		*m = (struct memo){
		    .run = r, .of = v, .whole = v->memo, .at = at};
		m->lost = v->num != NULL ? v->num[at] : NAN;
		v->memo = m;
		if (v->kind == K_NUM)
			v->col = -1; /* its order is known without */
	}
	if (v->kind == K_FRAME) {
		v->rows = rows_without(r, v->rows, v->width--, at);
		return;
	}
	if (v->kind == K_TABLE || v->col >= 0)
		v->rows = rows_without(r, v->rows, v->n, at);
	if (v->num != NULL)
		v->num = array_without(r, v->num, v->n, at, sizeof *v->num);
	if (v->code != NULL)
		v->code = array_without(r, v->code, v->n, at, sizeof *v->code);
	if (v->bit != NULL)
		v->bit = array_without(r, v->bit, v->n, at, sizeof *v->bit);
	v->n--;
}

/*
 * An aggregate by group when one row is lost: was, but for that row's group.
 * False where the group had no other row.
 */
static bool
regroup(struct run *r, const struct node *nd, const struct value *in, size_t at,
    struct value *was)
{
	int32_t g = in->code[at];
	size_t m, to = 0;
	double *v, *num = run_alloc(r, was->n, sizeof *num);
	size_t *size = run_alloc(r, was->n, sizeof *size);
	struct run_mark before = run_mark(r);
	const struct run_split *s;

	if (g < 0)
		return true; /* of no group */
	s = run_split(r, in);
	if (s->rows[g] < 2)
		return false;
	v = run_alloc(r, s->n[g] + 1, sizeof *v);
	m = run_split_without(in, s, at, v);
	while (was->keys->name[to].p != in->keys->name[g].p ||
	    was->keys->name[to].n != in->keys->name[g].n)
		to++;
	memcpy(num, was->num, was->n * sizeof *num);
	memcpy(size, was->size, was->n * sizeof *size);
	num[to] = nd->op->agg(nd, v, m, true, &r->work);
	size[to] = m;
	run_release(r, before);
	was->num = num;
	was->memo = NULL;
	was->size = size;
	was->least = m < was->least ? m : was->least;
	return true;
}

/* Are all inputs of a node marked? */
static bool
all_inputs(const struct node *nd, const bool *is)
{
	int k;

	for (k = 0; k < OP_INS; k++)
		if (nd->in[k] >= 0 && !is[nd->in[k]])
			return false;
	return true;
}

int
run_without(struct run *r, const struct program *p, const struct run *done,
    int table, size_t at)
{
	/* what is done's but for one row, and may have lost it already */
	bool same[PROG_MAX] = {false}, lost[PROG_MAX] = {false};
	const struct node *nd;
	int i, k, in;

	start(r);
	for (i = 0; i < p->n; i++) {
		nd = &p->node[i];
		r->v[i] = done->v[i];
		same[i] = i == table ||
		    ((nd->op->flags & (OP_ROW | OP_ALIGNED)) != 0 &&
			all_inputs(nd, same));
		if (i <= table || same[i])
			continue;
		if (nd->op->agg != NULL && same[nd->in[0]] &&
		    done->v[nd->in[0]].kind == K_GROUPED &&
		    regroup(r, nd, &done->v[nd->in[0]], at, &r->v[i]))
			continue;
		for (k = 0; k < OP_INS; k++) {
			in = nd->in[k];
			if (in < 0 || !same[in] || lost[in])
				continue;
			lose_row(r, &r->v[in], &r->memo[in], at);
			lost[in] = true;
		}
		if (eval_node(r, p, i) == -1)
			return -1;
	}
	return 0;
}

double
run_margin(const struct run *r, const struct program *p)
{
	double m = INFINITY;
	int i;

	for (i = 0; i < p->n; i++)
		m = fmin(m, r->v[i].margin);
	return m;
}

static json_t *
number(double x, int decimals)
{
	if (!isfinite(x))
		return NULL;
	if (decimals < 0)
		return x == floor(x) && fabs(x) < 9e15
		    ? json_integer((json_int_t)x)
		    : NULL;
	return json_real(num_round(x, decimals));
}

static json_t *
label(struct tab_span s, enum key_type type)
{
	char digits[32];

	switch (type) {
	case KEY_BOOL:
		return json_boolean(s.n == 4);
	case KEY_INT:
		if (s.n >= sizeof digits)
			return NULL;
		memcpy(digits, s.p, s.n);
		digits[s.n] = '\0';
		return json_integer(strtoll(digits, NULL, 10));
	default:
		return json_stringn(s.p, s.n);
	}
}

/* {label: number} or [label...]. */
static json_t *
collection(const struct value *v, int decimals)
{
	json_t *j = v->num != NULL ? json_object() : json_array(), *x;
	size_t i;
	char *key;

	for (i = 0; i < v->n; i++) {
		struct tab_span s = v->keys->name[i];

		if (v->num == NULL) {
			x = label(s, v->keys->type);
			json_array_append_new(j, x);
			continue;
		}
		x = number(v->num[i], decimals);
		key = xstrndup(s.p, s.n);
		if (x == NULL || memchr(s.p, '\0', s.n) != NULL ||
		    json_object_get(j, key) != NULL) {
			free(key);
			json_decref(x);
			json_decref(j);
			return NULL;
		}
		json_object_set_new(j, key, x);
		free(key);
	}
	return j;
}

static json_t *
part(const struct value *v, int decimals)
{
	switch (v->kind) {
	case K_SCALAR:
		return number(v->x, decimals);
	case K_BOOL:
		return json_boolean(v->x != 0);
	case K_TEXT:
		return v->text.p != NULL ? label(v->text, v->text_type) : NULL;
	case K_LIST:
	case K_GVEC:
	case K_CVEC:
		return collection(v, decimals);
	default:
		return NULL;
	}
}

json_t *
run_answer(const struct run *r, const struct program *p)
{
	json_t *o, *v;
	int i;

	if (p->nout < 1 || p->nout > PROG_OUTS)
		return NULL;
	if (p->out[0].key == NULL)
		return part(&r->v[p->out[0].node], p->out[0].decimals);
	o = json_object();
	for (i = 0; i < p->nout; i++) {
		v = part(&r->v[p->out[i].node], p->out[i].decimals);
		if (v == NULL) {
			json_decref(o);
			return NULL;
		}
		json_object_set_new(o, p->out[i].key, v);
	}
	return o;
}
