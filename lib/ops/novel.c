/* novel.c - what a table's questions have asked already. */
#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "mem.h"
#include "novel.h"

enum { SCORES = 30 }; /* from that many on their mean tells something */

#define KIN_CAP 0.01
#define SHAPE_CAP 0.05
#define WORDS 12 /* that a point of the score is worth */

struct novel {
	const struct table *t;
	json_t *first; /* meanings of programs that were built */
	json_t *kin, *shape; /* how many were asked */
	double of;
	struct scores { /* told so far, by style */
		size_t n;
		double mean, squares; /* sum of squared deviations */
	} scores[2];
};

struct novel *
novel_new(const struct table *t, size_t of)
{
	struct novel *v = xcalloc(1, sizeof *v);

	v->t = t;
	v->of = (double)of;
	v->first = json_object();
	v->kin = json_object();
	v->shape = json_object();
	return v;
}

void
novel_free(struct novel *v)
{
	if (v == NULL)
		return;
	json_decref(v->first);
	json_decref(v->kin);
	json_decref(v->shape);
	free(v);
}

/* ---- Meanings ---- */

static uint64_t
mix(uint64_t h, uint64_t x)
{
	h ^= x + 0x9e3779b97f4a7c15u + (h << 6) + (h >> 2);
	h ^= h >> 31;
	h *= 0x7fb5d329728ea185u;
	h ^= h >> 27;
	return h;
}

static uint64_t
of_bytes(const char *s, size_t n)
{
	uint64_t h = n;

	while (n-- > 0)
		h = mix(h, (unsigned char)*s++);
	return h;
}

static uint64_t
of_arg(const struct arg_spec *s, const struct arg *a)
{
	uint64_t bits;

	switch (s->type) {
	case ARG_COL:
		return mix(1, (uint64_t)a->col);
	case ARG_NUM:
		memcpy(&bits, &a->num, sizeof bits);
		return mix(2, bits);
	case ARG_TEXT:
		return mix(3, of_bytes(a->text.p, a->text.n));
	default:
		return mix(4, (uint64_t)a->word);
	}
}

/* What nodes mean. */
struct meaning {
	uint64_t h[PROG_MAX]; /* of a table: what it is before... */
	uint64_t kept[PROG_MAX]; /* ...these conditions on single rows: a sum */
	uint64_t row[PROG_MAX]; /* whatever table a row is of */
	bool wise[PROG_MAX]; /* of single rows */
};

/* The parts that "and" joins, each by what it says of a row. */
static uint64_t
conditions(const struct program *p, const struct meaning *m, int mask)
{
	const struct node *nd = &p->node[mask];

	if (nd->op == op_find("and"))
		return conditions(p, m, nd->in[0]) +
		    conditions(p, m, nd->in[1]);
	return mix(5, m->row[mask]);
}

static uint64_t
put_in(uint64_t h, uint64_t x, bool commutes)
{
	return commutes ? h + mix(6, x) : mix(h, x);
}

static void
understand(const struct program *p, struct meaning *m, int node)
{
	const struct node *nd = &p->node[node];
	bool commutes = (nd->op->flags & OP_COMMUTES) != 0;
	uint64_t h = of_bytes(nd->op->name, strlen(nd->op->name)), row = h, x;
	int k, in;

	m->wise[node] = (nd->op->flags & OP_ROW) != 0;
	for (k = 0; k < OP_INS && (in = nd->in[k]) >= 0; k++) {
		h = put_in(h, mix(m->h[in], m->kept[in]), commutes);
		if (prog_kind(p, in) == K_TABLE)
			continue;
		row = put_in(row, m->row[in], commutes);
		m->wise[node] = m->wise[node] && m->wise[in];
	}
	for (k = 0; k < OP_ARGS && nd->op->arg[k].name != NULL; k++) {
		x = of_arg(&nd->op->arg[k], &nd->arg[k]);
		h = put_in(h, x, commutes);
		row = put_in(row, x, commutes);
	}
	m->h[node] = h;
	m->row[node] = row;
	m->kept[node] = 0;
	if (nd->op != op_find("where") || !m->wise[nd->in[1]])
		return;
	m->h[node] = m->h[nd->in[0]];
	m->kept[node] = m->kept[nd->in[0]] + conditions(p, m, nd->in[1]);
}

static uint64_t
meaning_of(const struct program *p)
{
	struct meaning m = {0};
	const struct out *o;
	uint64_t h = 0;
	int i;

	for (i = 0; i < p->n; i++)
		understand(p, &m, i);
	for (o = p->out; o < p->out + p->nout; o++)
		h = mix(h,
		    mix(mix(m.h[o->node], m.kept[o->node]),
			(uint64_t)o->decimals));
	return h;
}

/* Operators and columns, however they are joined. */
static uint64_t
kin_of(const struct program *p)
{
	const struct node *nd;
	uint64_t h = 0;
	int i, k;

	for (i = 0; i < p->n; i++) {
		nd = &p->node[i];
		h += mix(7, of_bytes(nd->op->name, strlen(nd->op->name)));
		for (k = 0; k < OP_ARGS; k++)
			if (nd->op->arg[k].type == ARG_COL ||
			    (k == 0 && (nd->op->flags & OP_NAMES)))
				h += mix(
				    8, of_arg(&nd->op->arg[k], &nd->arg[k]));
	}
	return h;
}

/* ---- Counts ---- */

static const char *
key_of(uint64_t h, char key[17])
{
	int i;

	for (i = 0; i < 16; i++, h >>= 4)
		key[i] = "0123456789abcdef"[h & 15];
	key[16] = '\0';
	return key;
}

bool
novel_first(struct novel *v, const struct program *p)
{
	char key[17];

	key_of(meaning_of(p), key);
	if (json_object_get(v->first, key) != NULL)
		return false;
	json_object_set_new(v->first, key, json_true());
	return true;
}

static bool
full(const struct novel *v, const json_t *counts, const char *key, double cap)
{
	double n = (double)json_integer_value(json_object_get(counts, key));

	return n >= fmax(1, floor(cap * v->of));
}

static void
one_more(json_t *counts, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(counts, key));

	json_object_set_new(counts, key, json_integer(n + 1));
}

const char *
novel_full(const struct novel *v, const struct program *p, bool chain)
{
	struct buf shape = {0};
	char key[17];
	bool many;

	if (full(v, v->kin, key_of(kin_of(p), key), KIN_CAP))
		return "operators and columns that were asked often enough";
	if (!chain)
		return NULL;
	chain_shape(p, &shape);
	many = full(v, v->shape, buf_str(&shape), SHAPE_CAP);
	buf_clear(&shape);
	return many ? "a shape that was asked often enough" : NULL;
}

void
novel_count(struct novel *v, const struct program *p, bool chain)
{
	struct buf shape = {0};
	char key[17];

	one_more(v->kin, key_of(kin_of(p), key));
	if (!chain)
		return;
	chain_shape(p, &shape);
	one_more(v->shape, buf_str(&shape));
	buf_clear(&shape);
}

/* ---- Scores ---- */

static size_t
words(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == ' ';
	return n + 1;
}

double
novel_score(const struct novel *v, const struct program *p, double effect,
    const char *text)
{
	size_t n = tab_cols(v->t), i;
	bool *used = xcalloc(n, sizeof *used);
	double score = effect - (double)words(text) / WORDS;
	int k, j;

	for (k = 0; k < p->n; k++) {
		for (j = 0; j < k && p->node[j].op != p->node[k].op; j++)
			;
		score += j == k && p->node[k].op->steps > 0;
	}
	prog_columns(p, v->t, used);
	for (i = 0; i < n; i++)
		score += used[i];
	free(used);
	return score;
}

bool
novel_dull(struct novel *v, bool seek, double score)
{
	struct scores *s = &v->scores[seek];
	double gap = score - s->mean;
	bool dull =
	    s->n >= SCORES && gap < -sqrt(s->squares / (double)(s->n - 1));

	s->n++;
	s->mean += gap / (double)s->n;
	s->squares += gap * (score - s->mean);
	return dull;
}
