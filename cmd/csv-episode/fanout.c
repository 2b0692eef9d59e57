/* fanout.c - questions in flight. */
#include <stdlib.h>
#include <string.h>

#include "chat.h"
#include "fanout.h"
#include "log.h"
#include "mem.h"
#include "trace.h"

enum { SAMPLES = 1 << 10 }; /* more than runs of one question */

struct group;

/* One run of a question and, when it is done, its record. */
struct lane {
	struct group *group;
	struct teach *run; /* NULL: not started, or done */
	json_t *record; /* until it is written */
	bool done;
};

/* A question in flight. */
struct group {
	struct group *next;
	struct fanout *fo;
	json_t *question;
	struct rec_pos pos;
	char id[DIGEST_ID];
	unsigned ordinal;
	struct sheet *sheet;
	struct ans_rule rule;
	struct lane *lane; /* the gold run, then the blind ones */
	size_t started, done, written; /* lanes */
	json_t *gold_answer; /* NULL: the gold run did not submit */
	bool gold_ok; /* it did, and is not known to be wrong */
	struct stop_votes votes;
	bool settled; /* no lane will be started any more */
	bool cut; /* by a budget: its last line is not the group's */
	bool rejected; /* see fail */
	struct fail fail;
};

struct fanout {
	struct fanout_conf conf;
	struct group *first, **last; /* in the order of the input */
	size_t n, done;
	bool stopped;
	struct fail fail;
};

struct fanout *
fanout_new(const struct fanout_conf *conf)
{
	struct fanout *fo = xcalloc(1, sizeof *fo);

	fo->conf = *conf;
	fo->last = &fo->first;
	return fo;
}

static void
group_free(struct group *g)
{
	size_t i;

	for (i = 0; g->lane != NULL && i <= g->votes.planned; i++) {
		teach_free(g->lane[i].run);
		json_decref(g->lane[i].record);
	}
	if (g->sheet != NULL)
		sheets_put(g->fo->conf.sheets, g->sheet);
	free(g->lane);
	json_decref(g->gold_answer);
	json_decref(g->question);
	free(g);
}

void
fanout_free(struct fanout *fo)
{
	struct group *g, *next;

	if (fo == NULL)
		return;
	for (g = fo->first; g != NULL; g = next) {
		next = g->next;
		group_free(g);
	}
	free(fo);
}

bool
fanout_room(const struct fanout *fo)
{
	return !fo->stopped && fo->n < fo->conf.slots;
}

bool
fanout_empty(const struct fanout *fo)
{
	return fo->n == 0;
}

size_t
fanout_done(const struct fanout *fo)
{
	return fo->done;
}

size_t
fanout_open(const struct fanout *fo)
{
	return fo->n;
}

bool
fanout_stopped(const struct fanout *fo, struct fail *f)
{
	if (fo->stopped && f != NULL)
		*f = fo->fail;
	return fo->stopped;
}

/* ---- writing ---- */

/* Write the lines of a group that may go out; true when it is finished. */
static bool
write_lines(struct group *g)
{
	struct lane *l;
	bool last;

	while (g->written < g->started) {
		l = &g->lane[g->written];
		last = g->written + 1 == g->started;
		if (!l->done || (last && !g->settled))
			return false;
		if (last && !g->cut && !g->rejected)
			trace_close(l->record,
			    ans_stopping_new(stop_rule_name(g->fo->conf.rule),
				&g->rule.tol,
				g->votes.made < g->votes.planned));
		if (l->record != NULL)
			rec_put(l->record);
		json_decref(l->record);
		l->record = NULL;
		g->written++;
	}
	return g->settled;
}

/* Write what may go out, and forget finished groups. */
static void
flush(struct fanout *fo)
{
	struct group **p = &fo->first, *g;
	bool freed = false;

	while ((g = *p) != NULL) {
		if (!write_lines(g)) {
			if (!fo->conf.unordered)
				break;
			p = &g->next;
			continue;
		}
		if (g->rejected)
			rec_reject(
			    fo->conf.in, &g->pos, g->question, NULL, &g->fail);
		*p = g->next;
		if (*p == NULL)
			fo->last = p;
		group_free(g);
		fo->n--;
		fo->done++;
		freed = true;
	}
	if (freed || fo->stopped)
		fo->conf.wake(fo->conf.arg);
}

/* ---- a group's runs ---- */

static void on_run(struct teach *run, void *arg);

static void
start_lane(struct group *g)
{
	size_t i = g->started++;
	struct lane *l = &g->lane[i];
	struct teach_job job = {.question = g->question,
	    .system = g->sheet->system,
	    .csv = g->sheet->path,
	    .gold = i == 0,
	    .index = i == 0 ? 0 : (unsigned)i - 1,
	    .sample = g->ordinal * SAMPLES + (unsigned)i};

	if (g->fo->conf.reference)
		job.cells = json_object_get(
		    json_object_get(g->question, "reference"), "cells");
	l->group = g;
	l->run = teach_start(&g->fo->conf.teach, &job, on_run, l);
}

/* Nothing more is started in this group: it was stopped from outside. */
static void
settle_cut(struct group *g)
{
	if (g->settled)
		return;
	g->cut = true;
	if (g->done == g->started)
		g->settled = true;
}

/* All started runs are done: start the next wave, or none. */
static void
next_wave(struct group *g)
{
	const struct fanout_conf *conf = &g->fo->conf;
	unsigned n;

	if (g->rejected || g->fo->stopped || g->cut) {
		g->cut = !g->rejected;
		g->settled = true;
		return;
	}
	if (stop_decided(
		&g->votes, conf->rule, g->rule.tol.min_agreement, g->gold_ok)) {
		g->settled = true;
		return;
	}
	for (n = stop_wave(&g->votes); n > 0; n--)
		start_lane(g);
}

static void
judge_gold(struct group *g, const struct teach *run)
{
	const json_t *answer = teach_answer(run);

	if (!teach_submitted(run))
		return;
	g->gold_answer = json_deep_copy(answer);
	g->gold_ok = !ans_has_truth(g->question) ||
	    ans_matches_truth(answer, g->question, &g->rule);
}

static void
count_blind(struct group *g, const struct teach *run)
{
	g->votes.made++;
	if (!teach_submitted(run))
		return;
	g->votes.submitted++;
	g->votes.matching += g->gold_answer != NULL &&
	    ans_match(teach_answer(run), g->gold_answer, &g->rule);
}

/* No more requests are answered: remember why. */
static void
stop_all(struct fanout *fo, enum fail_code code, const struct fail *why)
{
	struct group *g;

	if (!fo->stopped) {
		fo->stopped = true;
		fo->fail = *why;
		if (code != FAIL_NONE)
			fo->fail.code = code;
	}
	for (g = fo->first; g != NULL; g = g->next)
		settle_cut(g);
}

static void
on_run(struct teach *run, void *arg)
{
	struct lane *l = arg;
	struct group *g = l->group;
	struct fanout *fo = g->fo;
	struct trace_id id = {.question = g->question,
	    .group = g->id,
	    .gold = l == g->lane,
	    .index = l == g->lane ? 0 : (unsigned)(l - g->lane) - 1,
	    .planned = g->votes.planned};
	struct fail f;

	l->done = true;
	l->run = NULL;
	g->done++;
	switch (teach_outcome(run, &f)) {
	case TEACH_REJECT:
		g->rejected = true;
		g->fail = f;
		break;
	case TEACH_ABORT:
		stop_all(fo, FAIL_NONE, &f);
		break;
	case TEACH_DONE:
		if (l == g->lane)
			judge_gold(g, run);
		else
			count_blind(g, run);
		l->record =
		    trace_record(&id, run, box_host_info(fo->conf.teach.host));
		if (teach_stop(run) == TURN_BUDGET)
			stop_all(fo, FAIL_BUDGET, &f);
		break;
	}
	teach_free(run);
	if (g->done == g->started)
		next_wave(g);
	flush(fo);
}

/* ---- taking questions ---- */

static unsigned
planned(const struct fanout_conf *c, const json_t *question)
{
	const struct conf *conf = c->teach.conf;
	const json_t *by = conf_map(conf, CONF_TRIANGULATION_BY_DIFFICULTY);
	const char *difficulty =
	    json_string_value(json_object_get(question, "difficulty"));
	json_t *n = NULL;

	if (c->reference)
		return 0;
	if (c->n_consistency >= 0)
		return (unsigned)c->n_consistency;
	if (difficulty != NULL)
		n = json_object_get(by, difficulty);
	if (json_is_integer(n) && json_integer_value(n) >= 0)
		return (unsigned)json_integer_value(n);
	return (unsigned)conf_int(conf,
	    ans_has_truth(question) ? CONF_N_CONSISTENCY_KNOWN
				    : CONF_N_CONSISTENCY);
}

/* The settings that make a run of a question another run. */
static json_t *
settings(const struct fanout_conf *c)
{
	const struct conf *conf = c->teach.conf;
	json_t *o = json_object();

	json_object_set_new(
	    o, "kind", json_string(c->reference ? "reference" : "chat"));
	if (c->reference)
		return o;
	json_object_set_new(
	    o, "model", json_string(conf_str(conf, CONF_TEACHER_MODEL)));
	json_object_set_new(
	    o, "base_url", json_string(chat_base_url(c->teach.chat)));
	json_object_set_new(
	    o, "temperature", json_real(conf_real(conf, CONF_TEMPERATURE)));
	json_object_set_new(o, "top_p", json_real(conf_real(conf, CONF_TOP_P)));
	json_object_set_new(
	    o, "max_tokens", json_integer(conf_int(conf, CONF_MAX_TOKENS)));
	json_object_set_new(
	    o, "max_turns", json_integer(conf_int(conf, CONF_MAX_TURNS)));
	json_object_set_new(
	    o, "extra_body", json_deep_copy(conf_map(conf, CONF_EXTRA_BODY)));
	return o;
}

static void
name_group(struct group *g)
{
	json_t *parts = json_array();
	struct buf b = {0};

	json_array_append(parts, json_object_get(g->question, "id"));
	json_array_append_new(parts, settings(&g->fo->conf));
	json_array_append_new(parts, json_integer(g->votes.planned));
	json_array_append_new(parts, json_integer(g->ordinal));
	rec_dump(&b, parts, REC_SORT);
	digest_id(buf_str(&b), b.n, g->id);
	buf_clear(&b);
	json_decref(parts);
}

static int
check_cells(const json_t *question, struct fail *f)
{
	const json_t *ref = rec_obj(question, "reference", f), *cells;
	json_t *cell;
	size_t i;

	if (ref == NULL || (cells = rec_arr(ref, "cells", f)) == NULL)
		return -1;
	if (json_array_size(cells) == 0)
		return fail_set(f, FAIL_VALUE,
		    "member \"reference\": expected cells, saw none");
	json_array_foreach(cells, i, cell)
	{
		if (!json_is_string(json_object_get(cell, "code")))
			return fail_set(f, FAIL_VALUE,
			    "member \"reference\": expected code in cell %zu, "
			    "saw none",
			    i);
	}
	return 0;
}

/* Can the question be worked on at all? Opens its CSV. */
static int
check(struct group *g, struct fail *f)
{
	const json_t *q = g->question;

	if (rec_str(q, "id", f) == NULL ||
	    rec_str(q, "question_text", f) == NULL)
		return -1;
	if (g->fo->conf.reference && check_cells(q, f) == -1)
		return -1;
	g->sheet = sheets_get(g->fo->conf.sheets, q, f);
	return g->sheet != NULL ? 0 : -1;
}

void
fanout_put(struct fanout *fo, json_t *question, const struct rec_pos *pos,
    unsigned ordinal)
{
	struct group *g = xcalloc(1, sizeof *g);

	g->fo = fo;
	g->question = question;
	g->pos = *pos;
	g->ordinal = ordinal;
	*fo->last = g;
	fo->last = &g->next;
	fo->n++;
	ans_rule_init(&g->rule, question, &fo->conf.tol);
	if (check(g, &g->fail) == -1) {
		g->rejected = g->settled = true;
		flush(fo);
		return;
	}
	g->votes.planned = planned(&fo->conf, question);
	g->lane = xcalloc((size_t)g->votes.planned + 1, sizeof *g->lane);
	name_group(g);
	start_lane(g);
}
