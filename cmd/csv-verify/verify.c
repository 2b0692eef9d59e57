/* verify.c - records at work. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "briefing.h"
#include "check.h"
#include "claims.h"
#include "copies.h"
#include "mem.h"
#include "ops/engine.h"
#include "trial.h"
#include "turn.h"
#include "verify.h"

enum play_kind { PLAY_REFERENCE, PLAY_GOLD, PLAY_BLIND };

/* Cells that are run anew for a record. */
struct play {
	struct job *job;
	enum play_kind kind;
	const json_t *recorded; /* the trace object, borrowed from the record */
	json_t *cells;
	struct teach *run; /* NULL: done */
};

/* A record at work. */
struct job {
	struct job *next;
	struct verify *v;
	json_t *rec;
	struct rec_pos pos;
	const json_t *question; /* borrowed from rec */
	char *path;
	struct ans_rule rule;
	json_t *checks;
	json_t *again; /* the trace object of the first play */
	bool twin; /* the gold trace's cells are those of the reference */
	struct play *play; /* the first: gold trace or reference program */
	size_t nplay, cap;
	size_t pending; /* plays and trials that go on */
	struct trial *trial; /* of the first play's cells, or NULL */
	json_t *generalises; /* or NULL */
	bool rejected;
	struct fail fail;
};

struct verify {
	struct verify_conf conf;
	struct job *first, **last;
	size_t n, done;
	bool failed;
	struct fail fail;
};

struct verify *
verify_new(const struct verify_conf *conf)
{
	struct verify *v = xcalloc(1, sizeof *v);

	v->conf = *conf;
	v->last = &v->first;
	return v;
}

static void
job_free(struct job *j)
{
	size_t i;

	trial_free(j->trial);
	for (i = 0; i < j->nplay; i++) {
		teach_free(j->play[i].run);
		json_decref(j->play[i].cells);
	}
	free(j->play);
	free(j->path);
	json_decref(j->checks);
	json_decref(j->again);
	json_decref(j->generalises);
	json_decref(j->rec);
	free(j);
}

void
verify_free(struct verify *v)
{
	struct job *j, *next;

	if (v == NULL)
		return;
	for (j = v->first; j != NULL; j = next) {
		next = j->next;
		job_free(j);
	}
	free(v);
}

bool
verify_room(const struct verify *v)
{
	return !v->failed && v->n < v->conf.slots;
}

bool
verify_empty(const struct verify *v)
{
	return v->n == 0;
}

size_t
verify_done(const struct verify *v)
{
	return v->done;
}

bool
verify_failed(const struct verify *v, struct fail *f)
{
	if (v->failed && f != NULL)
		*f = v->fail;
	return v->failed;
}

/* ---- the end of a record ---- */

/* Set the member `generalises`: how the program fared on altered copies. why:
 * there are none. Takes missed. */
static void
generalises(struct job *j, size_t copies, size_t passed, json_t *missed,
    const char *why)
{
	const char *status = copies == 0 ? "skip"
	    : passed == copies           ? "pass"
					 : "fail";
	json_t *o = json_object();

	json_object_set_new(o, "status", json_string(status));
	json_object_set_new(o, "copies", json_integer((json_int_t)copies));
	json_object_set_new(o, "passed", json_integer((json_int_t)passed));
	json_object_set_new(o, "missed", missed);
	if (why != NULL)
		json_object_set_new(o, "detail", json_string(why));
	j->generalises = o;
}

static void
finish(struct job *j)
{
	struct verify *v = j->v;
	json_t *o = json_object();

	json_object_set_new(o, "status", json_string(check_status(j->checks)));
	json_object_set(o, "checks", j->checks);
	if (v->conf.copies > 0 && j->generalises == NULL)
		generalises(j, 0, 0, json_array(), "there was nothing to run");
	if (v->conf.copies > 0)
		json_object_set(o, "generalises", j->generalises);
	json_object_set_new(j->rec, "verification", o);
	v->conf.done(j->rec, j->again, v->conf.arg);
}

static void
flush(struct verify *v)
{
	struct job *j;
	bool freed = false;

	while ((j = v->first) != NULL && j->pending == 0) {
		if (j->rejected)
			rec_reject(v->conf.in, &j->pos, j->rec, NULL, &j->fail);
		else if (!v->failed)
			finish(j);
		v->first = j->next;
		if (v->first == NULL)
			v->last = &v->first;
		job_free(j);
		v->n--;
		v->done++;
		freed = true;
	}
	if (freed || v->failed)
		v->conf.wake(v->conf.arg);
}

/* ---- plays ---- */

static struct play *
add_play(struct job *j, enum play_kind kind, const json_t *recorded)
{
	struct play *p;

	j->play = xgrow(j->play, j->nplay, &j->cap, sizeof *j->play);
	p = &j->play[j->nplay++];
	*p = (struct play){.kind = kind, .recorded = recorded};
	return p;
}

/* The cells of a recorded trace: its turns that hold code. */
static json_t *
cells_of(const json_t *trace)
{
	json_t *cells = json_array(), *turn;
	size_t i;

	json_array_foreach(json_object_get(trace, "turns"), i, turn)
	{
		if (turn_code(turn)[0] != '\0')
			json_array_append(cells, turn);
	}
	return cells;
}

static void
judge(struct job *j, const struct play *p, const struct teach *run)
{
	const json_t *then = json_object_get(j->rec, "sandbox");
	json_t *trace = teach_trace(run);
	bool same =
	    check_same_libraries(then, box_host_info(j->v->conf.teach.host));

	switch (p->kind) {
	case PLAY_REFERENCE:
		check_reference(j->checks, j->question, trace, &j->rule);
		break;
	case PLAY_GOLD:
		check_trace(j->checks, "", p->recorded, trace, same, &j->rule);
		if (j->twin)
			check_reference(
			    j->checks, j->question, trace, &j->rule);
		break;
	case PLAY_BLIND:
		check_trace(j->checks, "consistency_", p->recorded, trace, same,
		    &j->rule);
		break;
	}
	if (p == j->play)
		j->again = json_incref(trace);
	json_decref(trace);
}

static void
machine_failed(struct job *j, const struct fail *f)
{
	j->v->failed = true;
	j->v->fail = *f;
}

static void
on_trial(struct trial *t, void *arg)
{
	struct job *j = arg;
	size_t passed;
	json_t *missed;
	struct fail f;

	if (trial_result(t, &passed, &missed, &f) == -1)
		machine_failed(j, &f);
	else
		generalises(
		    j, passed + json_array_size(missed), passed, missed, NULL);
	trial_free(t);
	j->trial = NULL;
	j->pending--;
	flush(j->v);
}

/* Run the first play's cells on altered copies, in the worker that it leaves:
 * what there was to prove on the CSV itself has been recorded. */
static void
start_trial(struct job *j, struct teach *run)
{
	size_t n = j->v->conf.copies, i, drawn = 0;
	uint64_t told = 0;
	struct trial_conf conf = {.host = j->v->conf.teach.host,
	    .question = j->question,
	    .csv = j->path,
	    .cells = j->play->cells,
	    .rule = &j->rule};
	const json_t *answer = teach_answer(run);
	const struct table *t;
	struct copy *v;
	struct fail f;

	if (answer == NULL) {
		generalises(
		    j, 0, 0, json_array(), "the program gives no answer");
		return;
	}
	t = tables_get(j->v->conf.tables, j->path,
	    json_object_get(j->question, "csv_options"), &f);
	if (t == NULL && fail_exit(f.code) == EXIT_SYSTEM) {
		machine_failed(j, &f);
		return;
	}
	v = xcalloc(n, sizeof *v);
	for (i = 0; t != NULL && i < n; i++)
		drawn += copies_draw(&v[drawn], (unsigned)i, j->question, t,
			     answer, &j->rule, &told) == 0;
	if (drawn == 0) {
		generalises(j, 0, 0, json_array(),
		    t != NULL ? "no copy meets the question's conditions"
			      : f.msg);
	} else {
		conf.worker = teach_take(run);
		j->pending++;
		j->trial = trial_new(&conf, v, drawn, on_trial, j);
	}
	free(v);
}

/* Are these the cells that altered copies are for? */
static bool
on_trial_too(const struct job *j, const struct play *p)
{
	return j->v->conf.copies > 0 && p == j->play &&
	    (p->kind == PLAY_GOLD || j->question == j->rec);
}

static void
on_play(struct teach *run, void *arg)
{
	struct play *p = arg;
	struct job *j = p->job;
	struct fail f;

	p->run = NULL;
	j->pending--;
	if (teach_outcome(run, &f) != TEACH_DONE &&
	    fail_exit(f.code) == EXIT_SYSTEM) {
		machine_failed(j, &f);
	} else if (teach_outcome(run, &f) != TEACH_DONE) {
		check_put(j->checks, "csv", CHECK_FAIL, "%s", f.msg);
	} else if (teach_stop(run) == TURN_SANDBOX_ERROR) {
		machine_failed(j, &f);
	} else {
		judge(j, p, run);
		if (on_trial_too(j, p))
			start_trial(j, run);
	}
	teach_free(run);
	flush(j->v);
}

static void
start(struct job *j)
{
	struct teach_job t = {.question = j->question,
	    .system = "",
	    .csv = j->path,
	    .gold = true};
	size_t i;

	j->pending = j->nplay;
	for (i = 0; i < j->nplay; i++) {
		j->play[i].job = j;
		t.cells = j->play[i].cells;
		t.keep = on_trial_too(j, &j->play[i]);
		j->play[i].run =
		    teach_start(&j->v->conf.teach, &t, on_play, &j->play[i]);
	}
}

/* ---- taking records ---- */

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* The table of the record's CSV, checked; NULL when there is no use in it. */
static const struct table *
check_csv(struct job *j)
{
	const char *want = text(j->question, "csv_sha256");
	const struct table *t;
	struct fail f;

	t = tables_get(j->v->conf.tables, j->path,
	    json_object_get(j->question, "csv_options"), &f);
	if (t == NULL && fail_exit(f.code) == EXIT_SYSTEM)
		machine_failed(j, &f);
	else if (t == NULL)
		check_put(j->checks, "csv", CHECK_FAIL, "%s", f.msg);
	else if (want[0] == '\0')
		check_put(j->checks, "csv", CHECK_SKIP, "no digest is stated");
	else if (strcmp(want, tab_sha256(t)) != 0)
		check_put(j->checks, "csv", CHECK_FAIL,
		    "%s: expected sha256 %.16s..., saw %.16s...", j->path, want,
		    tab_sha256(t));
	else
		check_put(j->checks, "csv", CHECK_PASS, "%s", "");
	return t != NULL &&
		(want[0] == '\0' || strcmp(want, tab_sha256(t)) == 0)
	    ? t
	    : NULL;
}

static void
check_native(struct job *j, const struct table *t)
{
	struct fail f;
	json_t *form = json_object(),
	       *truth = ops_truth(j->question, t, form, &f);

	check_question(j->checks, j->question, form);
	check_truth(j->checks, j->question, truth, f.msg, &j->rule);
	json_decref(truth);
	json_decref(form);
}

static void
plan_question(struct job *j)
{
	json_t *cells =
	    json_object_get(json_object_get(j->question, "reference"), "cells");

	if (json_array_size(cells) == 0)
		check_put(j->checks, "reference", CHECK_SKIP,
		    "there is no reference program");
	else
		add_play(j, PLAY_REFERENCE, NULL)->cells = json_incref(cells);
}

static bool
same_cells(const json_t *a, const json_t *b)
{
	size_t i, n = json_array_size(a);

	for (i = 0; i < n; i++)
		if (strcmp(turn_code(json_array_get(a, i)),
			turn_code(json_array_get(b, i))) != 0)
			return false;
	return n == json_array_size(b);
}

/* The truth by the second engine: the question's program in pandas, as it is
 * written for its operators now, else as the record has it. */
static void
plan_reference(struct job *j, const struct table *t, const json_t *gold)
{
	json_t *recorded = json_object_get(j->question, "reference"), *program,
	       *cells;
	struct fail f;

	if (!ans_has_truth(j->question))
		return;
	program = ops_reference(j->question, t, &f);
	cells = json_object_get(program != NULL ? program : recorded, "cells");
	if (json_array_size(cells) == 0)
		check_put(j->checks, "reference", CHECK_SKIP,
		    "there is no reference program");
	else if (same_cells(cells, gold))
		j->twin = true;
	else
		add_play(j, PLAY_REFERENCE, NULL)->cells = json_incref(cells);
	json_decref(program);
}

static void
plan_episode(struct job *j, const struct table *t)
{
	const json_t *gold = json_object_get(j->rec, "gold_trace");
	json_t *cells = cells_of(gold), *trace;
	size_t i;

	check_hashes(j->checks, j->rec);
	check_vote(j->checks, j->rec, &j->rule);
	check_messages(j->checks, j->rec);
	if (json_is_object(gold))
		add_play(j, PLAY_GOLD, gold)->cells = json_incref(cells);
	else
		check_put(
		    j->checks, "answer", CHECK_SKIP, "there is no gold run");
	plan_reference(j, t, cells);
	json_decref(cells);
	if (!j->v->conf.all_traces)
		return;
	json_array_foreach(
	    json_object_get(j->rec, "consistency_traces"), i, trace)
	{
		add_play(j, PLAY_BLIND, trace)->cells = cells_of(trace);
	}
}

/* What the record must hold to be worked on. */
static int
check_shape(struct job *j, struct fail *f)
{
	bool episode = strcmp(text(j->rec, "type"), "episode") == 0;

	j->question = episode ? rec_obj(j->rec, "question", f) : j->rec;
	if (j->question == NULL ||
	    rec_str(j->question, "csv_source", f) == NULL)
		return -1;
	/* null: the run is missing, which is no fault of the record */
	if (episode && !json_is_null(json_object_get(j->rec, "gold_trace")) &&
	    rec_obj(j->rec, "gold_trace", f) == NULL)
		return -1;
	return 0;
}

void
verify_put(struct verify *v, json_t *rec, const struct rec_pos *pos)
{
	struct job *j = xcalloc(1, sizeof *j);
	const struct table *t;

	j->v = v;
	j->rec = rec;
	j->pos = *pos;
	j->checks = json_object();
	*v->last = j;
	v->last = &j->next;
	v->n++;
	if (check_shape(j, &j->fail) == -1) {
		j->rejected = true;
		flush(v);
		return;
	}
	ans_rule_init(&j->rule, j->question, &v->conf.tol);
	j->path =
	    briefing_path(v->conf.csv_root, text(j->question, "csv_source"));
	t = check_csv(j);
	if (t != NULL) {
		check_native(j, t);
		if (j->question == j->rec)
			plan_question(j);
		else
			plan_episode(j, t);
	}
	start(j);
	flush(v);
}
