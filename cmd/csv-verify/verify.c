/* verify.c - records at work. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "briefing.h"
#include "check.h"
#include "copies.h"
#include "mem.h"
#include "ops/engine.h"
#include "turn.h"
#include "verify.h"

enum play_kind { PLAY_REFERENCE, PLAY_GOLD, PLAY_BLIND, PLAY_COPY };

/* Cells that are run anew for a record. */
struct play {
	struct job *job;
	enum play_kind kind;
	const json_t *recorded; /* the trace object, borrowed from the record */
	json_t *cells;
	struct copy copy; /* PLAY_COPY */
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
	json_t *again; /* the trace object of the main play */
	json_t *missed; /* copies with another answer */
	unsigned copies, passed;
	struct play *play;
	size_t nplay, cap, done;
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

	for (i = 0; i < j->nplay; i++) {
		teach_free(j->play[i].run);
		json_decref(j->play[i].cells);
		copies_clear(&j->play[i].copy);
	}
	free(j->play);
	free(j->path);
	json_decref(j->checks);
	json_decref(j->again);
	json_decref(j->missed);
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

/* The member `generalises`: how the program fared on altered copies. */
static json_t *
generalises(const struct job *j)
{
	const char *status = j->copies == 0 ? "skip"
	    : j->passed == j->copies        ? "pass"
					    : "fail";
	json_t *o = json_object();

	json_object_set_new(o, "status", json_string(status));
	json_object_set_new(o, "copies", json_integer(j->copies));
	json_object_set_new(o, "passed", json_integer(j->passed));
	json_object_set(o, "missed", j->missed);
	return o;
}

static void
finish(struct job *j)
{
	struct verify *v = j->v;
	json_t *o = json_object();

	json_object_set_new(o, "status", json_string(check_status(j->checks)));
	json_object_set(o, "checks", j->checks);
	if (v->conf.copies > 0)
		json_object_set_new(o, "generalises", generalises(j));
	json_object_set_new(j->rec, "verification", o);
	v->conf.done(j->rec, j->again, v->conf.arg);
}

static void
flush(struct verify *v)
{
	struct job *j;
	bool freed = false;

	while ((j = v->first) != NULL && j->done == j->nplay) {
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
copy_done(struct job *j, const struct play *p, const struct teach *run)
{
	const json_t *got = teach_answer(run);
	json_t *o;
	char *want, *saw;

	j->copies++;
	if (got != NULL && ans_match(got, p->copy.expected, &j->rule)) {
		j->passed++;
		return;
	}
	want = check_text(p->copy.expected);
	saw = check_text(got);
	o = json_object();
	json_object_set_new(
	    o, "alteration", json_string(alter_name(p->copy.kind)));
	json_object_set_new(o, "expected", json_string(want));
	json_object_set_new(o, "answer", json_string(saw));
	json_array_append_new(j->missed, o);
	free(want);
	free(saw);
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
		break;
	case PLAY_BLIND:
		check_trace(j->checks, "consistency_", p->recorded, trace, same,
		    &j->rule);
		break;
	case PLAY_COPY:
		copy_done(j, p, run);
		break;
	}
	if (p->kind == PLAY_REFERENCE || p->kind == PLAY_GOLD)
		j->again = json_incref(trace);
	json_decref(trace);
}

static void
on_play(struct teach *run, void *arg)
{
	struct play *p = arg;
	struct job *j = p->job;
	struct fail f;

	p->run = NULL;
	j->done++;
	if (teach_outcome(run, &f) != TEACH_DONE) {
		check_put(j->checks, "csv", CHECK_FAIL, "%s", f.msg);
	} else if (teach_stop(run) == TURN_SANDBOX_ERROR) {
		j->v->failed = true;
		j->v->fail = f;
	} else {
		judge(j, p, run);
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

	for (i = 0; i < j->nplay; i++) {
		j->play[i].job = j;
		t.cells = j->play[i].cells;
		j->play[i].run =
		    teach_start(&j->v->conf.teach, &t, on_play, &j->play[i]);
	}
}

/* Cells to run on altered copies, the program at hand behind each. */
static void
add_copies(struct job *j, const struct table *t, const json_t *cells,
    const json_t *answer)
{
	struct play *p;
	struct copy c;
	unsigned i;

	for (i = 0; i < j->v->conf.copies && answer != NULL; i++) {
		if (copies_draw(&c, i, j->question, t, answer, &j->rule) == -1)
			continue;
		p = add_play(j, PLAY_COPY, NULL);
		p->copy = c;
		p->cells = json_array();
		json_array_append_new(p->cells, json_object());
		json_object_set_new(
		    json_array_get(p->cells, 0), "code", json_string(c.cell));
		json_array_extend(p->cells, (json_t *)(uintptr_t)cells);
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
	if (t == NULL)
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
	json_t *truth = ops_truth(j->question, t, &f);

	check_truth(j->checks, j->question, truth, f.msg, &j->rule);
	json_decref(truth);
}

static void
plan_question(struct job *j, const struct table *t)
{
	json_t *cells =
	    json_object_get(json_object_get(j->question, "reference"), "cells");
	json_t *truth = json_object_get(j->question, "ground_truth");

	if (json_array_size(cells) == 0) {
		check_put(j->checks, "reference", CHECK_SKIP,
		    "there is no reference program");
		return;
	}
	add_play(j, PLAY_REFERENCE, NULL)->cells = json_incref(cells);
	add_copies(j, t, cells, ans_has_truth(j->question) ? truth : NULL);
}

static void
plan_episode(struct job *j, const struct table *t)
{
	const json_t *gold = json_object_get(j->rec, "gold_trace"), *answer;
	json_t *cells = cells_of(gold), *trace;
	size_t i;

	check_hashes(j->checks, j->rec);
	check_vote(j->checks, j->rec, &j->rule);
	add_play(j, PLAY_GOLD, gold)->cells = json_incref(cells);
	answer = json_is_true(json_object_get(gold, "success"))
	    ? json_object_get(gold, "final_answer")
	    : NULL;
	add_copies(j, t, cells, answer);
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
	if (episode && rec_obj(j->rec, "gold_trace", f) == NULL)
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
	j->missed = json_array();
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
			plan_question(j, t);
		else
			plan_episode(j, t);
	}
	start(j);
	flush(v);
}
