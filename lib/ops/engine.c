/* engine.c - questions from a table. */
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "chain.h"
#include "digest.h"
#include "engine.h"
#include "mem.h"
#include "novel.h"
#include "opt.h"
#include "prove.h"
#include "question.h"
#include "rec.h"
#include "trait.h"
#include "word.h"

enum {
	TRIES = 40, /* failures in a row after which a family rests */
	CHAIN_TRIES = 400, /* failures in a row after which chains rest */
	KEEP = 4 << 20, /* engine.keep of a small table */
};

/* Shares of discovery style where both are wanted. */
#define SEEK_FAMILIES 0.75 /* of those that have it */
#define SEEK_CHAINS 0.4 /* their sentences are long then */

/* A family's turn in the round. */
struct turn {
	const struct family *family;
	int failed; /* in a row */
};

struct engine {
	struct engine_opts o;
	const struct table *t;
	struct base *base;
	struct gen g;
	struct rng rng;
	struct prover *prover;
	struct turn *turn;
	size_t nturn, at;
	size_t keep; /* bytes of columns, and of each run, kept from one draft
			to the next */
	size_t nrest; /* families that rest, behind those that do not */
	struct novel *novel;
	bool chains_over;
	struct draft d;
	const struct family *family;
	bool direct, discovery; /* styles wanted */
	struct traits *traits; /* when discovery is */
	struct gen all, told; /* pools: all columns; those with a trait */
	char **alias; /* what columns are called in this draft; owned */
	char **called; /* what all are, for chains until one is asked; owned */
};

static const char *const chain_ask[] = {"{story}", NULL};
static const struct family chain_family = {.name = "chain",
    .category = "multi_step",
    .ask = chain_ask,
    .seek = chain_ask,
    .hint = "Follow the sentences one by one, each as a named step."};

static const struct family *const tables[] = {
    column_families,
    number_families,
    category_families,
    group_families,
    pair_families,
    test_families,
    time_families,
    composed_families,
};

const struct family *
family_at(size_t i)
{
	const struct family *f;
	size_t k;

	for (k = 0; k < sizeof tables / sizeof *tables; k++)
		for (f = tables[k]; f->name != NULL; f++)
			if (i-- == 0)
				return f;
	return NULL;
}

const struct family *
family_find(const char *name)
{
	const struct family *f;
	size_t i;

	for (i = 0; (f = family_at(i)) != NULL; i++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

bool
engine_family(size_t i, struct engine_family *out)
{
	const struct family *f = family_at(i);

	if (f == NULL)
		return false;
	*out = (struct engine_family){.name = f->name,
	    .category = f->category,
	    .answer = f->answer,
	    .summary = f->summary,
	    .difficulty = engine_difficulty(f->steps),
	    .number = f->number,
	    .steps = f->steps};
	return true;
}

bool
engine_is_family(const char *name)
{
	return family_find(name) != NULL;
}

const char *
engine_difficulty(int steps)
{
	return question_level_name(question_level(steps));
}

/*
 * Numbers that any order of adding up gives alike: finite, of a size whose sums
 * a double holds, and not all but equal.
 */
static bool
computable(const struct prof_col *c)
{
	double size = fmax(fabs(c->min), fabs(c->max));

	return isfinite(c->min) && isfinite(c->max) && size < 1e12 &&
	    c->std > 1e-8 * size;
}

/* A numeric column of two values that says yes or no. */
static bool
is_flag(const struct table *t, size_t col, const struct prof_col *c)
{
	enum tab_type type = tab_type(t, col);

	return (type == TAB_INT || type == TAB_FLOAT) && c->unique == 2 &&
	    c->whole && !c->id_like && !tab_unsigned(t, col) &&
	    fabs(c->min) < 1e6 && fabs(c->max) < 1e6 &&
	    c->missing * 2 < tab_rows(t);
}

/*
 * Whole numbers that name something and measure nothing: their mean says
 * little, so that questions only choose rows by them.
 */
static bool
is_code(const struct table *t, size_t col, const struct prof_col *c)
{
	static const char *const few[] = {"month", "quarter", "qtr", "weekday",
	    "day of week", "dow", "class", "pclass", "category", "type",
	    "cluster", "label", "target", NULL};
	static const char *const many[] = {"code", "zip", "zipcode", "postcode",
	    "postal code", "plz", "fips", NULL};
	const char *name = tab_name(t, col);
	int i;

	if (!c->whole || (c->type != TAB_INT && c->type != TAB_FLOAT))
		return false;
	if (c->min >= 1000 && c->max <= 2200 &&
	    (say_names(name, "year") || say_names(name, "yr")))
		return true;
	for (i = 0; few[i] != NULL; i++)
		if (c->unique <= 12 && say_names(name, few[i]))
			return true;
	for (i = 0; many[i] != NULL; i++)
		if (say_names(name, many[i]))
			return true;
	return false;
}

static void
pools(struct gen *g)
{
	size_t n = tab_cols(g->t), i;
	unsigned p;

	g->num = xcalloc(n, sizeof *g->num);
	g->cat = xcalloc(n, sizeof *g->cat);
	g->date = xcalloc(n, sizeof *g->date);
	g->flag = xcalloc(n, sizeof *g->flag);
	g->uses = xcalloc(n, sizeof *g->uses);
	for (i = 0; i < n; i++) {
		p = prof_col(g->pf, i)->pools;
		if ((p & PROF_NUM) && is_code(g->t, i, prof_col(g->pf, i)))
			g->flag[g->nflag++] = (int)i;
		else if ((p & PROF_NUM) && computable(prof_col(g->pf, i)))
			g->num[g->nnum++] = (int)i;
		if (p & PROF_CAT)
			g->cat[g->ncat++] = (int)i;
		if (p & PROF_DATE)
			g->date[g->ndate++] = (int)i;
		if (is_flag(g->t, i, prof_col(g->pf, i)))
			g->flag[g->nflag++] = (int)i;
	}
}

static bool
is_chain(const struct engine *e)
{
	return e->family == &chain_family;
}

static int *
with_traits(const struct engine *e, const int *pool, size_t n, size_t *m)
{
	int *to = xcalloc(n + 1, sizeof *to);
	size_t i;

	for (*m = i = 0; i < n; i++)
		if (traits_count(e->traits, pool[i]) > 0)
			to[(*m)++] = pool[i];
	return to;
}

/* What the generator chooses from in discovery style. */
static void
told_pools(struct engine *e)
{
	struct gen *g = &e->told;

	*g = e->g;
	g->seek = true;
	g->num = with_traits(e, e->g.num, e->g.nnum, &g->nnum);
	g->cat = with_traits(e, e->g.cat, e->g.ncat, &g->ncat);
	g->date = with_traits(e, e->g.date, e->g.ndate, &g->ndate);
	g->nflag = 0;
	e->alias = xcalloc(tab_cols(e->t) + 1, sizeof *e->alias);
	e->called = xcalloc(tab_cols(e->t) + 1, sizeof *e->called);
}

static void
set_styles(struct engine *e)
{
	const char *s = e->o.styles;

	e->direct = s == NULL || opt_in_list(s, "direct");
	e->discovery = s != NULL && opt_in_list(s, "discovery");
	e->all = e->g;
	if (!e->discovery)
		return;
	e->traits = traits_new(e->g.pf);
	told_pools(e);
}

static void
clear_names(const struct engine *e, char **name)
{
	size_t i;

	for (i = 0; name != NULL && i < tab_cols(e->t); i++) {
		free(name[i]);
		name[i] = NULL;
	}
}

/* One of a column's traits, in one of its forms; NULL: it has none. */
static char *
draw_trait(struct engine *e, size_t col)
{
	struct say s = {.p = &e->d.p, .t = e->t, .rng = &e->rng};
	size_t n = traits_count(e->traits, (int)col);
	struct buf b = {0};

	if (n == 0)
		return NULL;
	buf_putc(&b, '-'); /* not the first letter of a sentence */
	say_pattern(
	    &s, traits_at(e->traits, (int)col, rng_below(&e->rng, n)), &b);
	buf_drop(&b, 1);
	return buf_steal(&b);
}

static void
call_columns(struct engine *e)
{
	size_t i;

	clear_names(e, e->called);
	for (i = 0; e->called != NULL && i < tab_cols(e->t); i++)
		e->called[i] = draw_trait(e, i);
}

/* A trait for each column of the draft, in one form throughout; false when a
 * column has none. */
static bool
set_alias(struct engine *e)
{
	size_t n = tab_cols(e->t), i;
	bool *used = xcalloc(n, sizeof *used), all = true;

	prog_columns(&e->d.p, e->t, used);
	for (i = 0; i < n && all; i++) {
		if (!used[i])
			continue;
		e->alias[i] = !is_chain(e) ? draw_trait(e, i)
		    : e->called[i] != NULL ? xstrdup(e->called[i])
					   : NULL;
		all = e->alias[i] != NULL;
	}
	free(used);
	return all;
}

struct engine *
engine_new(const struct table *t, const struct profile *pf,
    const struct engine_opts *o)
{
	struct engine *e = xcalloc(1, sizeof *e);
	const struct family *f;
	size_t i, n;

	e->o = *o;
	e->t = t;
	e->base = base_new(t);
	e->keep = KEEP + tab_rows(t) * tab_cols(t) / 2;
	rng_init(&e->rng, o->seed, tab_sha256(t));
	e->g = (struct gen){.t = t,
	    .pf = pf,
	    .rng = &e->rng,
	    .run = run_new(e->base),
	    .lookups = o->lookups};
	pools(&e->g);
	e->prover = prover_new(&e->g, e->base);
	e->novel = novel_new(t, o->n);
	set_styles(e);
	for (n = 0; family_at(n) != NULL; n++)
		;
	e->turn = xcalloc(n, sizeof *e->turn);
	for (i = 0; i < n; i++) {
		f = family_at(i);
		if (!e->direct && f->seek == NULL)
			continue;
		if (o->families == NULL || opt_in_list(o->families, f->name))
			e->turn[e->nturn++].family = f;
	}
	return e;
}

void
engine_free(struct engine *e)
{
	if (e == NULL)
		return;
	prog_clear(&e->d.p);
	prover_free(e->prover);
	run_free(e->g.run);
	base_free(e->base);
	free(e->all.num);
	free(e->all.cat);
	free(e->all.date);
	free(e->all.flag);
	free(e->all.uses);
	free(e->told.num);
	free(e->told.cat);
	free(e->told.date);
	clear_names(e, e->alias);
	clear_names(e, e->called);
	free(e->alias);
	free(e->called);
	traits_free(e->traits);
	free(e->turn);
	novel_free(e->novel);
	free(e);
}

/* Conditions on the rows of a table, each one step. */
static int
conditions(const struct program *p, int table)
{
	const struct node *nd;
	int n = 0, i;

	for (; table >= 0; table = nd->in[0]) {
		nd = &p->node[table];
		if (strcmp(nd->op->name, "where") != 0)
			continue;
		i = nd->in[1];
		n += p->node[i].op->steps > 0 ? p->node[i].op->steps : 1;
	}
	return n;
}

/* Those of a chain are its operators'; a family says its own. */
static int
steps_of(const struct engine *e)
{
	int more;

	if (is_chain(e))
		return prog_steps(&e->d.p);
	more = conditions(&e->d.p, e->d.where) - e->family->own;
	return e->family->steps + (more > 0 ? more : 0);
}

/* ---- The record ---- */

static const char *
out_type(const struct value *v, int decimals)
{
	switch (v->kind) {
	case K_SCALAR:
		return decimals < 0 ? "integer" : "number";
	case K_BOOL:
		return "boolean";
	case K_TEXT:
		return v->text_type == KEY_INT ? "integer"
		    : v->text_type == KEY_BOOL ? "boolean"
					       : "string";
	case K_LIST:
		return "list";
	default:
		return "dict";
	}
}

static const char *
output_type(const struct program *p, const struct run *r)
{
	const struct out *o = p->out;

	if (o->key != NULL)
		return "dict";
	return out_type(&r->v[o->node], o->decimals);
}

/* The declared decimals: one number, or by key; NULL when there are none. */
static json_t *
decimals(const struct program *p)
{
	const struct out *o = p->out;
	json_t *j;
	int i;

	if (o->key == NULL)
		return o->decimals >= 0 ? json_integer(o->decimals) : NULL;
	j = json_object();
	for (i = 0; i < p->nout; i++)
		if (o[i].decimals >= 0)
			json_object_set_new(
			    j, o[i].key, json_integer(o[i].decimals));
	if (json_object_size(j) > 0)
		return j;
	json_decref(j);
	return NULL;
}

/* Set the members that say what form the answer has. */
static void
put_form(json_t *q, const struct program *p, const struct run *r)
{
	struct buf words = {0};
	json_t *d = decimals(p);

	say_format(p, r, &words);
	json_object_set_new(q, "output_type", json_string(output_type(p, r)));
	json_object_set_new(q, "output_schema", json_string(buf_str(&words)));
	if (d != NULL)
		json_object_set_new(q, "decimals", d);
	buf_clear(&words);
}

/* What misreadings answer. open: not the other convention. */
static json_t *
known_wrong(const struct proof *proof, bool open)
{
	const struct misread *m;
	json_t *j = json_array();

	for (m = proof->other; m < proof->other + proof->nother; m++)
		if (!open ||
		    (strcmp(m->name, proof->open) != 0 &&
			!json_equal(m->answer, proof->also)))
			json_array_append_new(j,
			    json_pack("{s:s, s:O}", "reading", m->name,
				"answer", m->answer));
	return j;
}

/* Right answers and wrong ones. */
static void
set_truth(json_t *q, const struct proof *proof, bool open)
{
	json_t *wrong = known_wrong(proof, open);
	char hash[DIGEST_ID];

	ans_hash(proof->answer, hash);
	json_object_set(q, "ground_truth", proof->answer);
	json_object_set_new(q, "ground_truth_hash", json_string(hash));
	if (open)
		json_object_set_new(q, "ground_truths",
		    json_pack("[O, O]", proof->answer, proof->also));
	if (json_array_size(wrong) > 0)
		json_object_set(q, "known_wrong", wrong);
	json_decref(wrong);
}

/* A sentence more, unless it is there. */
static void
hint_clause(const struct say *s, const char *pattern, struct buf *b)
{
	struct buf c = {0};

	say_pattern(s, pattern, &c);
	if (strstr(buf_str(b), buf_str(&c)) == NULL)
		buf_printf(b, " %s", buf_str(&c));
	buf_clear(&c);
}

static char *
hint(struct engine *e)
{
	struct say s = {.p = &e->d.p,
	    .t = e->t,
	    .bind = e->d.bind,
	    .nbind = e->d.nbind,
	    .where = ""};
	struct buf b = {0}, cond = {0};
	int i, k;

	if (e->d.where >= 0 && say_conditions(&s, e->d.where, &cond))
		buf_printf(&b, "First keep the rows where %s. ", cond.p);
	say_pattern(&s, e->family->hint, &b);
	/* what the readings would leave open, the hint says outright */
	for (i = 0; i < e->d.p.n; i++)
		for (k = 0; k < OP_ARGS; k++) {
			const struct arg_spec *a = &e->d.p.node[i].op->arg[k];
			const char *c = a->type == ARG_WORD
			    ? a->words[e->d.p.node[i].arg[k].word].clause
			    : NULL;

			if (c != NULL)
				hint_clause(&s, c, &b);
		}
	buf_clear(&cond);
	return buf_steal(&b);
}

json_t *
engine_candidate(const struct engine *e)
{
	return json_pack("{s:o}", "program", prog_json(&e->d.p, e->t));
}

static json_t *
params(const struct engine *e)
{
	json_t *p = engine_candidate(e), *cols = json_array();
	size_t n = tab_cols(e->t), i;
	bool *used = xcalloc(n, sizeof *used);

	prog_columns(&e->d.p, e->t, used);
	for (i = 0; i < n; i++)
		if (used[i])
			json_array_append_new(
			    cols, json_string(tab_name(e->t, i)));
	json_object_set_new(p, "columns", cols);
	free(used);
	return p;
}

/* The family, or the operators of a chain. */
static json_t *
template_name(const struct engine *e)
{
	struct buf b = {0};
	json_t *j;

	if (!is_chain(e))
		return json_string(e->family->name);
	chain_shape(&e->d.p, &b);
	j = json_string(b.p);
	buf_clear(&b);
	return j;
}

static json_t *
record(struct engine *e, const struct proof *proof, const char *text, bool open)
{
	int steps = steps_of(e);
	char *h = hint(e);
	json_t *q = json_object(), *tags = json_array();

	json_array_append_new(tags, json_string(e->family->category));
	if (e->d.lookup)
		json_array_append_new(tags, json_string("lookup"));
	json_object_set_new(q, "type", json_string("question"));
	json_object_set_new(q, "id", json_null());
	json_object_set_new(q, "csv_source", json_string(e->o.csv_source));
	json_object_set_new(q, "csv_sha256", json_string(tab_sha256(e->t)));
	json_object_set_new(q, "csv_options", tab_options_json(e->t));
	json_object_set_new(
	    q, "source", json_string(is_chain(e) ? "procedural" : "template"));
	json_object_set_new(q, "question_text", json_string(text));
	json_object_set(
	    q, "question_mechanical", json_object_get(q, "question_text"));
	json_object_set_new(q, "hint", json_string(h));
	json_object_set_new(
	    q, "style", json_string(e->g.seek ? "discovery" : "direct"));
	json_object_set_new(
	    q, "difficulty", json_string(engine_difficulty(steps)));
	json_object_set_new(q, "n_steps", json_integer(steps));
	json_object_set_new(q, "category", json_string(e->family->category));
	json_object_set_new(q, "tags", tags);
	json_object_set_new(q, "template_name", template_name(e));
	json_object_set_new(q, "template_params", params(e));
	put_form(q, &e->d.p, prover_run(e->prover));
	set_truth(q, proof, open);
	json_object_set_new(q, "reference", emit_reference(&e->d.p, e->t));
	json_object_set_new(q, "dataset_description",
	    json_string(e->o.description != NULL ? e->o.description : ""));
	question_set_id(q);
	free(h);
	return q;
}

/* ---- The round ---- */

static void
count_columns(struct engine *e)
{
	size_t n = tab_cols(e->t), i;
	bool *used = xcalloc(n, sizeof *used);

	prog_columns(&e->d.p, e->t, used);
	for (i = 0; i < n; i++)
		e->g.uses[i] += used[i];
	free(used);
}

static json_t *
drop(struct engine *e, const char *why)
{
	if (e->o.dropped != NULL)
		e->o.dropped(e->family->name, why, e, e->o.arg);
	return NULL;
}

static json_t *
put_in_words(struct engine *e, const struct proof *proof)
{
	struct wording w = {.d = &e->d,
	    .t = e->t,
	    .rng = &e->rng,
	    .ask = e->g.seek ? e->family->seek : e->family->ask,
	    .alias = e->g.seek ? e->alias : NULL};
	struct buf format = {0};
	const char *why;
	char *text;
	json_t *q = NULL;
	bool open;

	say_format(&e->d.p, prover_run(e->prover), &format);
	text = word_question(&w, proof, format.p, &open, &why);
	if (text == NULL)
		drop(e, why);
	else if (is_chain(e) &&
	    novel_dull(e->novel, e->g.seek,
		novel_score(e->novel, &e->d.p, proof->effect, text)))
		drop(e, "little for so many words");
	else {
		q = record(e, proof, text, open);
		count_columns(e);
		novel_count(e->novel, &e->d.p, is_chain(e));
	}
	free(text);
	buf_clear(&format);
	return q;
}

/* Judge the draft; the question, or NULL when it was dropped. */
static json_t *
judge(struct engine *e)
{
	struct proof proof = {0};
	const char *why;
	json_t *q = NULL;

	if (e->o.difficulties != NULL &&
	    !opt_in_list(e->o.difficulties, engine_difficulty(steps_of(e))))
		return NULL;
	if (e->o.wanted != NULL &&
	    !e->o.wanted(engine_difficulty(steps_of(e)), e->family->category,
		e->g.seek ? "discovery" : "direct", e->o.arg))
		return NULL;
	e->d.lookup = e->d.lookup || prove_lookup(&e->d.p);
	if (e->d.lookup && !e->o.lookups)
		return drop(e, "read off the overview");
	if (e->g.seek && !set_alias(e))
		return drop(e, "a column that nothing singles out");
	if (!novel_first(e->novel, &e->d.p))
		return drop(e, "asked before");
	if ((why = novel_full(e->novel, &e->d.p, is_chain(e))) != NULL)
		return drop(e, why);
	if (prove(e->prover, &e->d, &proof) == -1) {
		drop(e, proof.why);
	} else {
		q = put_in_words(e, &proof);
	}
	proof_clear(&proof);
	return q;
}

static void
start_draft(struct engine *e, const struct family *f)
{
	double share;

	e->family = f;
	share = is_chain(e) ? SEEK_CHAINS : SEEK_FAMILIES;
	e->g = f->seek != NULL && e->discovery &&
		(!e->direct || rng_real(&e->rng) < share)
	    ? e->told
	    : e->all;
	e->g.alias = e->g.seek ? e->called : NULL;
	clear_names(e, e->alias);
	prog_clear(&e->d.p);
	e->d = (struct draft){.where = -1};
	run_trim(e->g.run, e->keep);
	prover_trim(e->prover, e->keep);
	base_trim(e->base, e->keep);
}

static bool
is_complete(const struct draft *d)
{
	return d->p.nout >= 1 && d->p.nout <= PROG_OUTS;
}

/* One try of a family; NULL too when the data has not what it takes. */
static json_t *
attempt(struct engine *e, const struct family *f)
{
	start_draft(e, f);
	if (f->build(&e->g, &e->d) == -1 || !is_complete(&e->d))
		return NULL;
	return judge(e);
}

static json_t *
next_chain(struct engine *e)
{
	json_t *q;
	int i;

	call_columns(e);
	for (i = 0; i < CHAIN_TRIES; i++) {
		start_draft(e, &chain_family);
		if (chain_build(&e->g, &e->d, e->o.steps_min, e->o.steps_max) ==
			-1 ||
		    !is_complete(&e->d))
			continue;
		if ((q = judge(e)) != NULL)
			return q;
	}
	e->chains_over = true;
	return NULL;
}

/* Nothing came of it: its turn is over. */
static void
rest(struct engine *e, struct turn *t)
{
	struct turn last = e->turn[--e->nturn];

	e->turn[e->nturn] = *t;
	*t = last;
	e->nrest++;
}

void
engine_again(struct engine *e)
{
	e->nturn += e->nrest;
	e->nrest = 0;
	e->chains_over = false;
}

static json_t *
next_family(struct engine *e)
{
	struct turn *t;
	json_t *q;
	int i;

	while (e->nturn > 0) {
		if (e->at >= e->nturn)
			e->at = 0;
		t = &e->turn[e->at];
		for (i = 0; i < TRIES; i++)
			if ((q = attempt(e, t->family)) != NULL) {
				e->at++;
				return q;
			}
		rest(e, t);
	}
	return NULL;
}

json_t *
engine_next(struct engine *e)
{
	json_t *q = NULL;

	if (tab_rows(e->t) < 2)
		return NULL;
	if (!e->chains_over && rng_real(&e->rng) < e->o.chains)
		q = next_chain(e);
	if (q == NULL && e->o.chains < 1)
		q = next_family(e);
	if (q == NULL && !e->chains_over && e->o.chains > 0)
		q = next_chain(e);
	return q;
}

static const json_t *
program_of(const json_t *question)
{
	return json_object_get(
	    json_object_get(question, "template_params"), "program");
}

json_t *
ops_truth(
    const json_t *question, const struct table *t, json_t *form, struct fail *f)
{
	struct program p;
	struct base *base;
	struct run *r;
	json_t *a = NULL;

	if (prog_parse(&p, program_of(question), t, f) == -1) {
		prog_clear(&p);
		return NULL;
	}
	base = base_new(t);
	r = run_new(base);
	if (run_prog(r, &p, 0) == -1)
		fail_set(f, FAIL_VALUE, "the program has no answer: %s",
		    r->why != NULL ? r->why : "unknown");
	else if (!(run_margin(r, &p) > 0))
		fail_set(f, FAIL_VALUE, "the program's choice is a tie");
	else if ((a = run_answer(r, &p)) == NULL)
		fail_set(f, FAIL_VALUE, "the program has no answer");
	if (a != NULL && form != NULL)
		put_form(form, &p, r);
	run_free(r);
	base_free(base);
	prog_clear(&p);
	return a;
}

json_t *
ops_truth_copy(const json_t *question, const struct table *t, struct rng *rng,
    struct ops_told *told, struct fail *f)
{
	struct gen g = {.t = t, .rng = rng};
	struct draft d = {.where = -1};
	struct proof proof = {0};
	struct prover *v;
	struct base *base;
	struct profile *pf;
	json_t *a = NULL;

	*told = (struct ops_told){0};
	if (prog_parse(&d.p, program_of(question), t, f) == 0) {
		base = base_new(t);
		pf = prove_columns(&d.p) ? prof_new(t) : NULL;
		g.pf = pf;
		v = prover_new(&g, base);
		if (prove_again(v, &d, &proof) == 0) {
			a = json_incref(proof.answer);
			told->told = proof.told;
			told->of = proof.nreading >= 64
			    ? UINT64_MAX
			    : (UINT64_C(1) << proof.nreading) - 1;
		} else {
			fail_set(f, FAIL_VALUE, "%s",
			    proof.why != NULL ? proof.why : "no answer");
		}
		proof_clear(&proof);
		prover_free(v);
		prof_free(pf);
		base_free(base);
	}
	prog_clear(&d.p);
	return a;
}

json_t *
ops_reference(const json_t *question, const struct table *t, struct fail *f)
{
	struct program p;
	json_t *reference = NULL;

	if (prog_parse(&p, program_of(question), t, f) == 0)
		reference = emit_reference(&p, t);
	prog_clear(&p);
	return reference;
}
