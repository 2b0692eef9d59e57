/* ops.c - the operator tables joined, and programs: building, JSON. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "op.h"
#include "tables.h"

/* Every table of operators; each ends with {0}. One file, one line here. */
static const struct op *const tables[] = {
    row_ops,
    column_ops,
    text_ops,
    derive_ops,
    group_ops,
    agg_ops,
    choose_ops,
    relate_ops,
    time_ops,
    decide_ops,
    join_ops,
    order_ops,
    model_ops,
};

const struct op *
op_at(size_t i)
{
	size_t t;
	const struct op *o;

	for (t = 0; t < sizeof tables / sizeof *tables; t++)
		for (o = tables[t]; o->name != NULL; o++)
			if (i-- == 0)
				return o;
	return NULL;
}

enum { INDEX = 1024 }; /* places, a power of two, far more than operators */

/* All operators by a hash of their name, entered once. */
static const struct op *by_name[INDEX];

static size_t
place(const char *name)
{
	uint32_t h = 2166136261;

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * 16777619;
	return (h ^ h >> 15) % INDEX;
}

static void
enter_names(void)
{
	const struct op *o;
	size_t i, at;

	for (i = 0; (o = op_at(i)) != NULL; i++) {
		for (at = place(o->name); by_name[at] != NULL;
		     at = (at + 1) % INDEX)
			;
		by_name[at] = o;
	}
}

const struct op *
op_find(const char *name)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	size_t at;

	pthread_once(&once, enter_names);
	for (at = place(name); by_name[at] != NULL; at = (at + 1) % INDEX)
		if (strcmp(by_name[at]->name, name) == 0)
			return by_name[at];
	return NULL;
}

int
op_arg(const struct op *op, const char *name)
{
	int i;

	for (i = 0; i < OP_ARGS && op->arg[i].name != NULL; i++)
		if (strcmp(op->arg[i].name, name) == 0)
			return i;
	return -1;
}

int
op_word(const struct arg_spec *spec, const char *name)
{
	int i;

	for (i = 0; spec->words[i].name != NULL; i++)
		if (strcmp(spec->words[i].name, name) == 0)
			return i;
	return -1;
}

bool
op_either(const struct op *op, int arg)
{
	return (op->flags & OP_EITHER) != 0 &&
	    op_arg(op, op->readings->arg) == arg;
}

enum kind
prog_kind(const struct program *p, int node)
{
	const struct node *nd = &p->node[node];

	if (node < 0)
		return K_NONE;
	if (nd->op->agg != NULL)
		return prog_kind(p, nd->in[0]) == K_GROUPED ? K_GVEC : K_SCALAR;
	return nd->op->out;
}

int
prog_add(struct program *p, const char *name, int in0, int in1, int in2)
{
	const struct op *op = op_find(name);
	int in[OP_INS] = {in0, in1, in2}, i;
	struct node *nd;

	if (op == NULL || p->n == PROG_MAX)
		return -1;
	for (i = 0; i < OP_INS; i++)
		if (op->in[i] != 0 &&
		    (in[i] < 0 || (prog_kind(p, in[i]) & op->in[i]) == 0))
			return -1;
	nd = &p->node[p->n];
	*nd = (struct node){.op = op};
	for (i = 0; i < OP_INS; i++)
		nd->in[i] = op->in[i] != 0 ? in[i] : -1;
	return p->n++;
}

static struct arg *
find_arg(struct program *p, int node, const char *arg)
{
	int i;

	if (node < 0 || (i = op_arg(p->node[node].op, arg)) == -1)
		return NULL;
	return &p->node[node].arg[i];
}

void
prog_set_col(struct program *p, int node, const char *arg, int col)
{
	struct arg *a = find_arg(p, node, arg);

	if (a != NULL)
		a->col = col;
}

void
prog_set_num(struct program *p, int node, const char *arg, double v)
{
	struct arg *a = find_arg(p, node, arg);

	if (a != NULL)
		a->num = v;
}

void
prog_set_text(
    struct program *p, int node, const char *arg, struct tab_span text)
{
	struct arg *a = find_arg(p, node, arg);
	char *s;

	if (a == NULL || p->nowned == PROG_MAX)
		return;
	s = xmalloc(text.n + 1);
	memcpy(s, text.p, text.n);
	s[text.n] = '\0';
	p->owned[p->nowned++] = s;
	a->text = (struct tab_span){s, text.n};
}

void
prog_set_word(struct program *p, int node, const char *arg, const char *word)
{
	int i;

	if (node < 0 || (i = op_arg(p->node[node].op, arg)) == -1)
		return;
	p->node[node].arg[i].word = op_word(&p->node[node].op->arg[i], word);
}

void
prog_out(struct program *p, const char *key, int node, int decimals)
{
	if (node < 0 || p->nout >= PROG_OUTS) {
		p->nout = PROG_OUTS + 1; /* the program is not one */
		return;
	}
	p->out[p->nout++] = (struct out){key, node, decimals};
}

void
prog_clear(struct program *p)
{
	while (p->nowned > 0)
		free(p->owned[--p->nowned]);
	*p = (struct program){0};
}

void
prog_copy(struct program *to, const struct program *from)
{
	int i, k;

	*to = *from;
	to->nowned = 0;
	for (i = 0; i < to->n; i++)
		for (k = 0; k < OP_ARGS; k++)
			if (from->node[i].arg[k].text.p != NULL)
				prog_set_text(to, i,
				    from->node[i].op->arg[k].name,
				    from->node[i].arg[k].text);
}

/* The nodes that answers need. */
static void
needed(const struct program *p, bool *need)
{
	int i, k;

	memset(need, 0, PROG_MAX * sizeof *need);
	for (i = 0; i < p->nout; i++)
		need[p->out[i].node] = true;
	for (i = p->n - 1; i >= 0; i--)
		for (k = 0; need[i] && k < OP_INS; k++)
			if (p->node[i].in[k] >= 0)
				need[p->node[i].in[k]] = true;
}

int
prog_steps(const struct program *p)
{
	int i, steps = 0;

	for (i = 0; i < p->n; i++)
		steps += p->node[i].op->steps;
	return steps > 0 ? steps : 1;
}

static void
named_columns(const struct node *nd, const struct table *t, bool *used)
{
	json_t *names = json_loadb(
	    nd->arg[0].text.p, nd->arg[0].text.n, JSON_ALLOW_NUL, NULL);
	size_t i;
	long col;

	for (i = 0; i < json_array_size(names); i++) {
		col = tab_find(t, json_string_value(json_array_get(names, i)));
		if (col >= 0)
			used[col] = true;
	}
	json_decref(names);
}

void
prog_columns(const struct program *p, const struct table *t, bool *used)
{
	int i, k;

	for (i = 0; i < p->n; i++) {
		if (p->node[i].op->flags & OP_NAMES)
			named_columns(&p->node[i], t, used);
		for (k = 0; k < OP_ARGS; k++)
			if (p->node[i].op->arg[k].type == ARG_COL)
				used[p->node[i].arg[k].col] = true;
	}
}

void
prog_prune(struct program *p)
{
	bool need[PROG_MAX];
	int to[PROG_MAX] = {0}, i, k, n = 0;

	needed(p, need);
	for (i = 0; i < p->n; i++) {
		to[i] = n;
		if (!need[i])
			continue;
		p->node[n] = p->node[i];
		for (k = 0; k < OP_INS; k++)
			if (p->node[n].in[k] >= 0)
				p->node[n].in[k] = to[p->node[n].in[k]];
		n++;
	}
	p->n = n;
	for (i = 0; i < p->nout; i++)
		p->out[i].node = to[p->out[i].node];
}

static json_t *
arg_json(const struct arg_spec *s, const struct arg *a, const struct table *t)
{
	switch (s->type) {
	case ARG_COL:
		return json_string(tab_name(t, (size_t)a->col));
	case ARG_NUM:
		if (a->num == floor(a->num) && fabs(a->num) < 1e15)
			return json_integer((json_int_t)a->num);
		return json_real(a->num);
	case ARG_TEXT:
		return json_stringn(a->text.p, a->text.n);
	case ARG_WORD:
		return json_string(s->words[a->word].name);
	default:
		return json_null();
	}
}

json_t *
prog_json(const struct program *p, const struct table *t)
{
	json_t *steps = json_array(), *outs = json_array(), *o, *in;
	const struct node *nd;
	int i, k;

	for (i = 0; i < p->n; i++) {
		nd = &p->node[i];
		o = json_object();
		json_object_set_new(o, "op", json_string(nd->op->name));
		in = json_array();
		for (k = 0; k < OP_INS && nd->in[k] >= 0; k++)
			json_array_append_new(in, json_integer(nd->in[k]));
		if (json_array_size(in) > 0)
			json_object_set_new(o, "in", in);
		else
			json_decref(in);
		for (k = 0; k < OP_ARGS && nd->op->arg[k].name != NULL; k++)
			json_object_set_new(o, nd->op->arg[k].name,
			    arg_json(&nd->op->arg[k], &nd->arg[k], t));
		json_array_append_new(steps, o);
	}
	for (i = 0; i < p->nout; i++) {
		o = json_object();
		if (p->out[i].key != NULL)
			json_object_set_new(
			    o, "key", json_string(p->out[i].key));
		json_object_set_new(o, "node", json_integer(p->out[i].node));
		if (p->out[i].decimals >= 0)
			json_object_set_new(
			    o, "decimals", json_integer(p->out[i].decimals));
		json_array_append_new(outs, o);
	}
	return json_pack("{s:o, s:o}", "steps", steps, "answer", outs);
}

static int
parse_arg(struct program *p, int node, const struct arg_spec *s,
    const json_t *v, const struct table *t, struct fail *f)
{
	const char *text = json_string_value(v);
	long col;

	switch (s->type) {
	case ARG_COL:
		if (text == NULL || (col = tab_find(t, text)) == -1)
			return fail_set(f, FAIL_VALUE,
			    "program: expected a column, saw \"%s\"",
			    text != NULL ? text : "(no text)");
		prog_set_col(p, node, s->name, (int)col);
		return 0;
	case ARG_NUM:
		if (!json_is_number(v))
			return fail_set(f, FAIL_VALUE,
			    "program: %s: expected a number", s->name);
		prog_set_num(p, node, s->name, json_number_value(v));
		return 0;
	case ARG_TEXT:
		if (text == NULL)
			return fail_set(f, FAIL_VALUE,
			    "program: %s: expected a text", s->name);
		prog_set_text(p, node, s->name,
		    (struct tab_span){text, json_string_length(v)});
		return 0;
	default:
		if (text == NULL || op_word(s, text) == -1)
			return fail_set(f, FAIL_VALUE,
			    "program: %s: unknown word \"%s\"", s->name,
			    text != NULL ? text : "(no text)");
		prog_set_word(p, node, s->name, text);
		return 0;
	}
}

static int
parse_step(
    struct program *p, const json_t *o, const struct table *t, struct fail *f)
{
	const char *name = json_string_value(json_object_get(o, "op"));
	const json_t *in = json_object_get(o, "in"), *v;
	const struct op *op = name != NULL ? op_find(name) : NULL;
	int at[OP_INS] = {-1, -1, -1}, k, node;

	if (op == NULL)
		return fail_set(f, FAIL_VALUE,
		    "program: unknown operator \"%s\"",
		    name != NULL ? name : "(none)");
	for (k = 0; k < OP_INS && (size_t)k < json_array_size(in); k++) {
		at[k] = (int)json_integer_value(json_array_get(in, (size_t)k));
		if (at[k] < 0 || at[k] >= p->n)
			return fail_set(f, FAIL_VALUE,
			    "program: %s: input %d is not an earlier step",
			    name, at[k]);
	}
	if ((node = prog_add(p, name, at[0], at[1], at[2])) == -1)
		return fail_set(f, FAIL_VALUE,
		    "program: %s: inputs of other kinds, or too many steps",
		    name);
	for (k = 0; k < OP_ARGS && op->arg[k].name != NULL; k++) {
		v = json_object_get(o, op->arg[k].name);
		if (parse_arg(p, node, &op->arg[k], v, t, f) == -1)
			return -1;
	}
	return 0;
}

/* The text of a key as long as the program lives. */
static const char *
own(struct program *p, const char *s)
{
	if (s == NULL || p->nowned == PROG_MAX)
		return NULL;
	return p->owned[p->nowned++] = xstrdup(s);
}

int
prog_parse(
    struct program *p, const json_t *j, const struct table *t, struct fail *f)
{
	const json_t *steps = json_object_get(j, "steps"),
		     *outs = json_object_get(j, "answer"), *o, *d;
	size_t i;

	*p = (struct program){0};
	if (!json_is_array(steps) || !json_is_array(outs) ||
	    json_array_size(outs) == 0)
		return fail_set(f, FAIL_VALUE,
		    "template_params: expected a program with steps and "
		    "answer");
	for (i = 0; i < json_array_size(steps); i++)
		if (parse_step(p, json_array_get(steps, i), t, f) == -1)
			return -1;
	for (i = 0; i < json_array_size(outs); i++) {
		o = json_array_get(outs, i);
		d = json_object_get(o, "decimals");
		prog_out(p,
		    own(p, json_string_value(json_object_get(o, "key"))),
		    (int)json_integer_value(json_object_get(o, "node")),
		    json_is_integer(d) ? (int)json_integer_value(d) : -1);
	}
	for (i = 0; p->nout <= PROG_OUTS && i < (size_t)p->nout; i++)
		if (p->out[i].node >= p->n)
			p->nout = PROG_OUTS + 1;
	if (p->nout > PROG_OUTS)
		return fail_set(f, FAIL_VALUE,
		    "program: an answer is not one of its steps");
	return 0;
}
