/* trial.c - a program on altered copies of its CSV. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "mem.h"
#include "trial.h"
#include "turn.h"

/* A copy on trial. */
struct attempt {
	struct copy copy;
	json_t *answer; /* owned; NULL: none was submitted */
	bool passed;
};

struct trial {
	struct trial_conf conf;
	trial_fn *fn;
	void *arg;
	struct attempt *v;
	size_t n, at; /* the copy that runs */
	bool alone; /* it runs in a worker of its own */
	size_t cell; /* that runs: 0 loads the copy */
	struct box *box; /* held while workers come and go */
	bool failed;
	struct fail fail;
};

static void next_cell(struct trial *t);

static void
end(struct trial *t)
{
	box_trace_free(t->conf.worker);
	t->conf.worker = NULL;
	t->fn(t, t->arg);
}

/* The next copy: all in one worker, then those that missed, each in its own. */
static void
next_copy(struct trial *t)
{
	if (!t->alone && t->at == t->n) {
		t->alone = true;
		t->at = 0;
	}
	if (t->alone) {
		box_trace_free(t->conf.worker);
		t->conf.worker = NULL;
		while (t->at < t->n && t->v[t->at].passed)
			t->at++;
	}
	if (t->at == t->n) {
		end(t);
		return;
	}
	json_decref(t->v[t->at].answer);
	t->v[t->at].answer = NULL;
	if (t->conf.worker == NULL)
		t->conf.worker = box_trace_new(t->box);
	t->cell = 0;
	next_cell(t);
}

static void
copy_done(struct trial *t)
{
	struct attempt *a = &t->v[t->at];

	a->passed = a->answer != NULL &&
	    ans_match(a->answer, a->copy.expected, t->conf.rule);
	t->at++;
	next_copy(t);
}

static void
on_cell(const struct box_result *r, void *arg)
{
	struct trial *t = arg;

	if (r->status == BOX_FAILED) {
		t->failed = true;
		t->fail = *r->fail;
		end(t);
		return;
	}
	if (r->submitted) {
		json_decref(t->v[t->at].answer);
		t->v[t->at].answer = json_incref(r->answer);
	}
	/* without the copy in df, or out of time, nothing would be told */
	if ((t->cell == 0 && !r->success) || r->fresh ||
	    r->status == BOX_LIMIT) {
		json_decref(t->v[t->at].answer);
		t->v[t->at].answer = NULL;
		copy_done(t);
		return;
	}
	t->cell++;
	next_cell(t);
}

static void
next_cell(struct trial *t)
{
	const char *code = t->v[t->at].copy.cell;

	if (t->cell > json_array_size(t->conf.cells)) {
		copy_done(t);
		return;
	}
	if (t->cell > 0)
		code = turn_code(json_array_get(t->conf.cells, t->cell - 1));
	box_exec(t->conf.worker, (unsigned)t->cell, code, on_cell, t);
}

struct trial *
trial_new(const struct trial_conf *conf, struct copy *v, size_t n, trial_fn *fn,
    void *arg)
{
	struct trial *t = xcalloc(1, sizeof *t);
	size_t i;

	t->conf = *conf;
	t->fn = fn;
	t->arg = arg;
	t->n = n;
	t->v = xcalloc(n, sizeof *t->v);
	for (i = 0; i < n; i++) {
		t->v[i].copy = v[i];
		v[i] = (struct copy){0};
	}
	t->box = box_get(conf->host, conf->csv,
	    json_string_value(json_object_get(conf->question, "csv_sha256")),
	    json_object_get(conf->question, "csv_options"));
	next_copy(t);
	return t;
}

void
trial_free(struct trial *t)
{
	size_t i;

	if (t == NULL)
		return;
	box_trace_free(t->conf.worker);
	box_put(t->box);
	for (i = 0; i < t->n; i++) {
		copies_clear(&t->v[i].copy);
		json_decref(t->v[i].answer);
	}
	free(t->v);
	free(t);
}

static json_t *
miss_json(const struct attempt *a)
{
	char *want = check_text(a->copy.expected), *saw = check_text(a->answer);
	json_t *o = json_object();

	json_object_set_new(
	    o, "alteration", json_string(alter_name(a->copy.kind)));
	json_object_set_new(o, "expected", json_string(want));
	json_object_set_new(o, "answer", json_string(saw));
	free(want);
	free(saw);
	return o;
}

int
trial_result(
    const struct trial *t, size_t *passed, json_t **missed, struct fail *f)
{
	size_t i;

	if (t->failed) {
		*f = t->fail;
		return -1;
	}
	*passed = 0;
	*missed = json_array();
	for (i = 0; i < t->n; i++)
		if (t->v[i].passed)
			++*passed;
		else
			json_array_append_new(*missed, miss_json(&t->v[i]));
	return 0;
}
