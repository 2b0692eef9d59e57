/* engine.c - questions from a table. */
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "chain.h"
#include "digest.h"
#include "engine.h"
#include "mem.h"
#include "opt.h"
#include "prove.h"
#include "question.h"
#include "rec.h"

enum {
	TRIES = 40, /* failures in a row after which a family rests */
	WORDINGS = 6, /* tries to find words that settle every reading */
	CHAIN_TRIES = 400, /* failures in a row after which chains rest */
};

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
	json_t *seen; /* programs that were asked already */
	json_t *shapes; /* how often each shape of a chain was asked */
	bool chains_over;
	struct draft d;
	const struct family *family;
};

static const char *const chain_ask[] = {"{story}", NULL};
static const struct family chain_family = {.name = "chain",
    .category = "multi_step",
    .ask = chain_ask,
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

static void
pools(struct gen *g)
{
	size_t n = tab_cols(g->t), i;
	unsigned p;

	g->num = xcalloc(n, sizeof *g->num);
	g->cat = xcalloc(n, sizeof *g->cat);
	g->date = xcalloc(n, sizeof *g->date);
	g->uses = xcalloc(n, sizeof *g->uses);
	for (i = 0; i < n; i++) {
		p = prof_col(g->pf, i)->pools;
		if ((p & PROF_NUM) && computable(prof_col(g->pf, i)))
			g->num[g->nnum++] = (int)i;
		if (p & PROF_CAT)
			g->cat[g->ncat++] = (int)i;
		if (p & PROF_DATE)
			g->date[g->ndate++] = (int)i;
	}
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
	rng_init(&e->rng, o->seed, tab_sha256(t));
	e->g = (struct gen){.t = t,
	    .pf = pf,
	    .rng = &e->rng,
	    .run = run_new(e->base),
	    .lookups = o->lookups};
	pools(&e->g);
	e->prover = prover_new(&e->g, e->base);
	e->seen = json_object();
	e->shapes = json_object();
	for (n = 0; family_at(n) != NULL; n++)
		;
	e->turn = xcalloc(n, sizeof *e->turn);
	for (i = 0; i < n; i++) {
		f = family_at(i);
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
	free(e->g.num);
	free(e->g.cat);
	free(e->g.date);
	free(e->g.uses);
	free(e->turn);
	json_decref(e->seen);
	json_decref(e->shapes);
	free(e);
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
output_type(const struct draft *d, const struct run *r)
{
	const struct out *o = d->p.out;

	if (o->key != NULL)
		return "dict";
	return out_type(&r->v[o->node], o->decimals);
}

/* The declared decimals: one number, or by key; NULL when there are none. */
static json_t *
decimals(const struct draft *d)
{
	const struct out *o = d->p.out;
	json_t *j;
	int i;

	if (o->key == NULL)
		return o->decimals >= 0 ? json_integer(o->decimals) : NULL;
	j = json_object();
	for (i = 0; i < d->p.nout; i++)
		if (o[i].decimals >= 0)
			json_object_set_new(
			    j, o[i].key, json_integer(o[i].decimals));
	if (json_object_size(j) > 0)
		return j;
	json_decref(j);
	return NULL;
}

/* First letter to lower case, unless it opens a name or is a lone capital. */
static void
lower_first(char *s)
{
	if (s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'a' && s[1] <= 'z')
		s[0] = (char)(s[0] - 'A' + 'a');
}

static const char *const front_forms[] = {
    "[Among|Within|Across] the [rows|records] where {c}, ",
    ("[Looking only at|Taking only|Considering only] the [rows|records] where "
     "{c}, "),
    "For the [rows|records] [where|in which] {c}, ",
    "[Restricting|Limiting] the data to the [rows|records] where {c}, ",
};
static const char *const back_forms[] = {
    " among the [rows|records] where {c}",
    " [over|across] the [rows|records] where {c}",
    " when only the [rows|records] where {c} are [kept|considered]",
};
static const char *const story_forms[] = {
    "An analyst keeps only the [rows|records] where {c}. ",
    "Keep the [rows|records] where {c} and drop the rest. ",
    "Only the [rows|records] where {c} [matter|are of interest] here. ",
};

/* One of n forms with the conditions put in. */
static void
put_form(const struct say *s, const char *const *form, size_t n,
    const char *conditions, struct buf *b)
{
	struct bind c = {"c", BIND_TEXT, 0, ""};
	struct say inner = *s;
	const char *f = form[rng_below(s->rng, n)], *at = strstr(f, "{c}");
	char *head = xstrndup(f, (size_t)(at - f));

	inner.bind = &c;
	inner.nbind = 0;
	say_pattern(&inner, head, b);
	buf_puts(b, conditions);
	say_pattern(&inner, at + 3, b);
	free(head);
}

#define FORMS(a) (a), sizeof(a) / sizeof *(a)

/* The question itself, with its restriction in front, behind or before. */
static void
put_core(struct engine *e, const char *pattern, struct buf *b)
{
	struct say s = {.p = &e->d.p,
	    .t = e->t,
	    .rng = &e->rng,
	    .bind = e->d.bind,
	    .nbind = e->d.nbind,
	    .where = ""};
	struct buf cond = {0}, where = {0}, core = {0};
	bool any = e->d.where >= 0 && say_conditions(&s, e->d.where, &cond);
	size_t order = rng_below(&e->rng, 3);

	if (any && order == 0)
		put_form(&s, FORMS(front_forms), cond.p, b);
	if (any && order == 1)
		put_form(&s, FORMS(story_forms), cond.p, b);
	if (any && order == 2) {
		put_form(&s, FORMS(back_forms), cond.p, &where);
		s.where = where.p;
	}
	say_pattern(&s, pattern, &core);
	if (any && order == 0)
		lower_first(core.p);
	buf_puts(b, buf_str(&core));
	buf_clear(&cond);
	buf_clear(&where);
	buf_clear(&core);
}

static void
put_sentence(struct engine *e, const char *pattern, struct buf *b)
{
	struct say s = {.p = &e->d.p,
	    .t = e->t,
	    .rng = &e->rng,
	    .bind = e->d.bind,
	    .nbind = e->d.nbind,
	    .where = ""};

	buf_putc(b, ' ');
	say_pattern(&s, pattern, b);
}

static size_t
count(const char *const *list)
{
	size_t n = 0;

	while (list[n] != NULL)
		n++;
	return n;
}

/* Question text without its format sentence. */
static char *
wording(struct engine *e, const struct proof *proof)
{
	const char *const *ask = e->family->ask;
	struct buf b = {0};
	int i;

	put_core(e, ask[rng_below(&e->rng, count(ask))], &b);
	for (i = 0; i < e->d.nclause; i++)
		put_sentence(e, e->d.clause[i], &b);
	for (i = 0; i < proof->nclause; i++)
		put_sentence(e, proof->clause[i], &b);
	return buf_steal(&b);
}

/* Does text hold one of the alternatives of settled, whatever the case? */
static bool
settled(const char *text, const char *alternatives)
{
	char word[64];
	size_t k;

	for (; *alternatives != '\0';
	     alternatives += k + (alternatives[k] == '|')) {
		k = strcspn(alternatives, "|");
		snprintf(word, sizeof word, "%.*s", (int)k, alternatives);
		if (strcasestr(text, word) != NULL)
			return true;
	}
	return false;
}

/* Words in which no other reading remains; NULL when none were found. */
static char *
settled_wording(struct engine *e, const struct proof *proof)
{
	char *text;
	int i, k;

	for (k = 0; k < WORDINGS; k++) {
		text = wording(e, proof);
		for (i = 0; i < proof->nother; i++)
			if (proof->other[i].settled != NULL &&
			    !settled(text, proof->other[i].settled))
				break;
		if (i == proof->nother)
			return text;
		free(text);
	}
	return NULL;
}

static json_t *
known_wrong(const struct proof *proof)
{
	json_t *j = json_array();
	int i;

	for (i = 0; i < proof->nother; i++)
		json_array_append_new(j,
		    json_pack("{s:s, s:O}", "reading", proof->other[i].name,
			"answer", proof->other[i].answer));
	return j;
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

			if (c == NULL || strstr(buf_str(&b), c) != NULL ||
			    *c == '(')
				continue;
			buf_putc(&b, ' ');
			buf_puts(&b, c);
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

	prog_columns(&e->d.p, used);
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

	if (e->family != &chain_family)
		return json_string(e->family->name);
	chain_shape(&e->d.p, &b);
	j = json_string(b.p);
	buf_clear(&b);
	return j;
}

static json_t *
record(struct engine *e, const struct proof *proof, const char *text)
{
	const struct run *r = prover_run(e->prover);
	struct buf format = {0}, full = {0};
	int steps = prog_steps(&e->d.p);
	char hash[DIGEST_ID], *h = hint(e);
	json_t *q = json_object(), *d, *tags = json_array();

	say_format(&e->d.p, r, &format);
	buf_printf(&full, "%s %s", text, format.p);
	json_array_append_new(tags, json_string(e->family->category));
	if (e->d.lookup)
		json_array_append_new(tags, json_string("lookup"));
	ans_hash(proof->answer, hash);
	json_object_set_new(q, "type", json_string("question"));
	json_object_set_new(q, "id", json_null());
	json_object_set_new(q, "csv_source", json_string(e->o.csv_source));
	json_object_set_new(q, "csv_sha256", json_string(tab_sha256(e->t)));
	json_object_set_new(q, "csv_options", tab_options_json(e->t));
	json_object_set_new(q, "source",
	    json_string(
		e->family == &chain_family ? "procedural" : "template"));
	json_object_set_new(q, "question_text", json_string(full.p));
	json_object_set_new(q, "question_mechanical", json_string(full.p));
	json_object_set_new(q, "hint", json_string(h));
	json_object_set_new(q, "style", json_string("direct"));
	json_object_set_new(
	    q, "difficulty", json_string(engine_difficulty(steps)));
	json_object_set_new(q, "n_steps", json_integer(steps));
	json_object_set_new(q, "category", json_string(e->family->category));
	json_object_set_new(q, "tags", tags);
	json_object_set_new(q, "template_name", template_name(e));
	json_object_set_new(q, "template_params", params(e));
	json_object_set_new(
	    q, "output_type", json_string(output_type(&e->d, r)));
	json_object_set_new(q, "output_schema", json_string(format.p));
	if ((d = decimals(&e->d)) != NULL)
		json_object_set_new(q, "decimals", d);
	json_object_set(q, "ground_truth", proof->answer);
	json_object_set_new(q, "ground_truth_hash", json_string(hash));
	if (proof->nother > 0)
		json_object_set_new(q, "known_wrong", known_wrong(proof));
	json_object_set_new(q, "reference", emit_reference(&e->d.p, e->t));
	json_object_set_new(q, "dataset_description",
	    json_string(e->o.description != NULL ? e->o.description : ""));
	question_set_id(q, "question_mechanical");
	free(h);
	buf_clear(&format);
	buf_clear(&full);
	return q;
}

/* ---- The round ---- */

static bool
new_program(struct engine *e)
{
	json_t *p = prog_json(&e->d.p, e->t);
	struct buf b = {0};
	char id[DIGEST_ID];
	bool fresh;

	rec_dump(&b, p, REC_SORT);
	digest_id(b.p, b.n, id);
	fresh = json_object_get(e->seen, id) == NULL;
	if (fresh)
		json_object_set_new(e->seen, id, json_true());
	buf_clear(&b);
	json_decref(p);
	return fresh;
}

static void
count_columns(struct engine *e)
{
	size_t n = tab_cols(e->t), i;
	bool *used = xcalloc(n, sizeof *used);

	prog_columns(&e->d.p, used);
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

/* May one more chain of this shape be asked? count: it has been. */
static bool
shape_free(struct engine *e, bool count)
{
	json_t *name = template_name(e), *n;
	const char *shape = json_string_value(name);
	double cap = fmax(1, floor(0.05 * (double)e->o.n));
	bool ok;

	n = json_object_get(e->shapes, shape);
	ok = (double)json_integer_value(n) < cap;
	if (count)
		json_object_set_new(
		    e->shapes, shape, json_integer(json_integer_value(n) + 1));
	json_decref(name);
	return ok;
}

/* Judge the draft; the question, or NULL when it was dropped. */
static json_t *
judge(struct engine *e)
{
	struct proof proof = {0};
	json_t *q = NULL;
	char *text;

	if (e->o.difficulties != NULL &&
	    !opt_in_list(
		e->o.difficulties, engine_difficulty(prog_steps(&e->d.p))))
		return NULL;
	e->d.lookup = e->d.lookup || prove_lookup(&e->d.p);
	if (e->d.lookup && !e->o.lookups)
		return drop(e, "read off the overview");
	if (!new_program(e))
		return drop(e, "asked before");
	if (prove(e->prover, &e->d, &proof) == -1) {
		drop(e, proof.why);
	} else if ((text = settled_wording(e, &proof)) == NULL) {
		drop(e, "words that leave another reading open");
	} else {
		q = record(e, &proof, text);
		count_columns(e);
		free(text);
	}
	proof_clear(&proof);
	return q;
}

static void
start_draft(struct engine *e, const struct family *f)
{
	e->family = f;
	prog_clear(&e->d.p);
	e->d = (struct draft){.where = -1};
	/* an empty program empties the generator's memory */
	run_prog(e->g.run, &(struct program){.n = 0}, 0);
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

	for (i = 0; i < CHAIN_TRIES; i++) {
		start_draft(e, &chain_family);
		if (chain_build(&e->g, &e->d, e->o.steps_min, e->o.steps_max) ==
			-1 ||
		    !is_complete(&e->d))
			continue;
		if (!shape_free(e, false)) {
			drop(e, "a shape that was asked often enough");
			continue;
		}
		if ((q = judge(e)) != NULL) {
			shape_free(e, true);
			return q;
		}
	}
	e->chains_over = true;
	return NULL;
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
		*t = e->turn[--e->nturn]; /* nothing left in it */
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

json_t *
ops_truth(const json_t *question, const struct table *t, struct fail *f)
{
	const json_t *params = json_object_get(question, "template_params");
	struct program p;
	struct base *base;
	struct run *r;
	json_t *a = NULL;

	if (prog_parse(&p, json_object_get(params, "program"), t, f) == -1) {
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
	run_free(r);
	base_free(base);
	prog_clear(&p);
	return a;
}
