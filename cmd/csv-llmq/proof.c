/* proof.c - does a program answer the same, again and again? */
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "journal.h"
#include "llmq.h"
#include "mem.h"

/* The order of the rows must not matter; nor may the index, which shuffled
 * rows would give away. */
static const char shuffle[] = "df = df.sample(frac=1, random_state=%u)"
			      ".reset_index(drop=True)\n";

/* The sandbox seeds the generators that programs share; other seeds show who
 * draws from them. */
static const char reseed[] = "import random\nrandom.seed(7919)\n"
			     "np.random.seed(7919)\ndel random\n";

enum stage { FIRST, AGAIN, SHUFFLED, STAGES };

struct proof {
	const struct llmq *l;
	const json_t *sheet; /* borrowed */
	const char *csv;
	char *code;
	char key[DIGEST_HEX];
	enum stage stage;
	json_t *cells; /* of the run at work */
	struct teach *run;
	json_t *answer; /* of the first run */
	struct ev_timer *timer; /* a result that the journal knew */
	json_t *known;
	void (*fn)(const struct proof_result *r, void *arg);
	void *arg;
};

static struct journal *
journal(const struct proof *p)
{
	return chat_journal(p->l->teach.chat);
}

static void
finish(
    struct proof *p, enum proof_end end, const char *why, const struct fail *f)
{
	struct proof_result r = {.end = end, .answer = p->answer, .why = why};

	if (f != NULL)
		r.fail = *f;
	p->fn(&r, p->arg);
}

/* Decided for good: journal it, so that a rerun need not run it. */
static void
decide(struct proof *p, const char *why)
{
	json_t *v;
	struct fail f;
	int rc = 0;

	if (journal(p) != NULL) {
		v = json_object();
		json_object_set_new(
		    v, "why", why != NULL ? json_string(why) : json_null());
		json_object_set(v, "answer",
		    p->answer != NULL && why == NULL ? p->answer : json_null());
		rc = journal_cell_put(journal(p), p->key, v, &f);
		json_decref(v);
	}
	if (rc == -1)
		finish(p, PROOF_FAIL, NULL, &f);
	else
		finish(p, why == NULL ? PROOF_ANSWER : PROOF_NONE, why, NULL);
}

/* ---- one run ---- */

static bool
nonreproducible(const json_t *trace)
{
	json_t *turn;
	size_t i;

	json_array_foreach(json_object_get(trace, "turns"), i, turn)
	{
		if (json_object_get(json_object_get(turn, "execution"),
			"nonreproducible") != NULL)
			return true;
	}
	return false;
}

/* The last line of what the failing cell wrote on stderr; owned. */
static char *
complaint(const json_t *trace)
{
	const json_t *turns = json_object_get(trace, "turns"),
		     *x = json_object_get(
			 json_array_get(turns, json_array_size(turns) - 1),
			 "execution");
	const char *s = json_string_value(json_object_get(x, "stderr")), *end,
		   *from;
	struct buf b = {0};

	if (s == NULL || json_is_true(json_object_get(x, "success")))
		return xstrdup("");
	end = s + strlen(s);
	while (end > s && end[-1] == '\n')
		end--;
	for (from = end; from > s && from[-1] != '\n'; from--)
		;
	if (end - from > 300)
		end = from + 300;
	buf_utf8(&b, from, (size_t)(end - from));
	return buf_steal(&b);
}

/* What is wrong with a run, in words; owned, NULL where nothing is. */
static char *
fault(const struct proof *p, const struct teach *run, const json_t *trace)
{
	static const struct ans_rule same = {
	    .tol = {.absolute = 0.005, .relative = 1e-6, .p = 1e-6}};
	const json_t *answer = teach_answer(run);
	char *why, *text;

	if (!teach_submitted(run)) {
		text = complaint(trace);
		why = text[0] != '\0'
		    ? xasprintf("its program fails: %s", text)
		    : xstrdup("its program never calls submit(answer)");
		free(text);
		return why;
	}
	if (json_is_null(answer))
		return xstrdup("its program gives null");
	if (nonreproducible(trace))
		return xstrdup("its program draws random numbers without a "
			       "seed or reads the clock");
	if (p->stage == FIRST)
		return NULL;
	if (ans_match(answer, p->answer, &same))
		return NULL;
	return xstrdup(p->stage == AGAIN
		? "its program gives another answer when it is run again"
		: "its answer changes with the order of the rows");
}

static void start(struct proof *p);

static void
on_run(struct teach *run, void *arg)
{
	struct proof *p = arg;
	enum teach_outcome outcome;
	struct fail f;
	json_t *trace;
	char *why;

	outcome = teach_outcome(run, &f);
	p->run = NULL;
	if (outcome != TEACH_DONE || teach_stop(run) == TURN_SANDBOX_ERROR) {
		teach_free(run);
		finish(p, PROOF_FAIL, NULL, &f);
		return;
	}
	trace = teach_trace(run);
	why = fault(p, run, trace);
	json_decref(trace);
	if (why == NULL && p->stage == FIRST)
		p->answer = json_deep_copy(teach_answer(run));
	teach_free(run);
	p->stage++;
	if (why != NULL || p->stage == STAGES)
		decide(p, why);
	else
		start(p);
	free(why);
}

static void
add_cell(json_t *cells, char *code)
{
	json_t *o = json_object();

	json_object_set_new(o, "reasoning", json_string(""));
	json_object_set_new(o, "code", json_string(code));
	json_array_append_new(cells, o);
	free(code);
}

static void
start(struct proof *p)
{
	struct teach_job job = {
	    .question = p->sheet, .system = "", .csv = p->csv, .gold = true};

	json_decref(p->cells);
	p->cells = json_array();
	if (p->stage == AGAIN)
		add_cell(p->cells, xstrdup(reseed));
	if (p->stage == SHUFFLED)
		add_cell(p->cells, xasprintf(shuffle, 1u));
	add_cell(p->cells, xstrdup(p->code));
	job.cells = p->cells;
	p->run = teach_start(&p->l->teach, &job, on_run, p);
}

static void
from_journal(void *arg)
{
	struct proof *p = arg;
	const char *why = json_string_value(json_object_get(p->known, "why"));

	p->timer = NULL;
	p->answer = json_incref(json_object_get(p->known, "answer"));
	finish(p, why == NULL ? PROOF_ANSWER : PROOF_NONE, why, NULL);
}

static void
make_key(struct proof *p)
{
	json_t *parts = json_array(),
	       *options = json_object_get(p->sheet, "csv_options");

	json_array_append_new(parts, json_string("proof"));
	json_array_append(parts, json_object_get(p->sheet, "csv_sha256"));
	json_array_append(parts, options);
	json_array_append_new(parts, json_string(p->code));
	journal_key(parts, p->key);
	json_decref(parts);
}

struct proof *
proof_start(const struct llmq *l, const json_t *sheet, const char *csv,
    const char *code, void (*fn)(const struct proof_result *r, void *arg),
    void *arg)
{
	struct proof *p = xcalloc(1, sizeof *p);

	p->l = l;
	p->sheet = sheet;
	p->csv = csv;
	p->code = xstrdup(code);
	p->fn = fn;
	p->arg = arg;
	if (journal(p) != NULL) {
		make_key(p);
		p->known = journal_cell_find(journal(p), p->key);
	}
	if (json_is_object(p->known))
		p->timer = ev_after(l->teach.ev, 0, from_journal, p);
	else
		start(p);
	return p;
}

void
proof_free(struct proof *p)
{
	if (p == NULL)
		return;
	ev_cancel(p->l->teach.ev, p->timer);
	teach_free(p->run);
	json_decref(p->cells);
	json_decref(p->answer);
	json_decref(p->known);
	free(p->code);
	free(p);
}
