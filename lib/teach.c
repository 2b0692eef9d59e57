/* teach.c - one teacher run: its turns, its cells, its end. */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "mem.h"
#include "prompts.h"
#include "rec.h"
#include "teach_int.h"

void
teach_finish(struct teach *t, enum turn_stop stop)
{
	t->stop = t->turns.submitted ? TURN_SUBMITTED : stop;
	if (!t->job.keep)
		cells_close(&t->cells);
	t->fn(t, t->arg);
}

void
teach_give_up(struct teach *t, enum teach_outcome outcome, const struct fail *f)
{
	t->outcome = outcome;
	t->fail = *f;
	teach_finish(t, TURN_TEACHER_ERROR);
}

void
teach_say(struct teach *t, const char *role, const char *text)
{
	talk_say(&t->talk, role, text);
}

void
teach_turn(struct teach *t, char *reasoning, char *code)
{
	free(t->reasoning);
	free(t->code);
	t->reasoning = reasoning;
	t->code = code;
}

void
teach_note(struct teach *t, const char *key, json_t *value)
{
	json_object_set_new(t->notes, key, value);
}

size_t
teach_left(const struct teach *t)
{
	size_t n = turns_count(&t->turns), max;

	max = t->job.cells != NULL
	    ? json_array_size(t->job.cells)
	    : (size_t)conf_int(t->conf->conf, CONF_MAX_TURNS);
	return n < max ? max - n : 0;
}

static const char *
text_member(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* ---- after a turn: what the teacher is told, and what comes next ---- */

static void
add_notes(struct teach *t)
{
	const char *key;
	json_t *v;

	json_object_foreach(t->notes, key, v)
	{
		turns_note(&t->turns, key, json_incref(v));
	}
	json_object_clear(t->notes);
	if (t->watch != NULL)
		t->watch(
		    json_array_get(t->turns.list, turns_count(&t->turns) - 1),
		    t->watch_arg);
}

/* Play the next recorded cell. */
static void
play(struct teach *t)
{
	const json_t *cell =
	    json_array_get(t->job.cells, turns_count(&t->turns));
	struct buf reply = {0};

	teach_turn(t, xstrdup(text_member(cell, "reasoning")),
	    xstrdup(text_member(cell, "code")));
	prompt_reply(&reply, t->reasoning, t->code);
	teach_say(t, "assistant", buf_str(&reply));
	buf_clear(&reply);
	teach_cell(t);
}

/* Tell the teacher text and go on, or end. */
static void
go_on(struct teach *t, struct buf *text)
{
	size_t left = teach_left(t);

	if (left == 0) {
		teach_finish(t, TURN_MAX_TURNS);
		return;
	}
	if (left == 1 && t->job.cells == NULL && !t->turns.submitted)
		prompt_last_call(text);
	teach_say(t, "user", buf_str(text));
	if (t->job.cells != NULL)
		play(t);
	else
		teach_ask(t);
}

void
teach_no_cell(struct teach *t, const char *why, struct buf *text)
{
	turns_add_empty(&t->turns, t->reasoning, why);
	add_notes(t);
	if (t->turns.submitted)
		teach_finish(t, TURN_SUBMITTED);
	else
		go_on(t, text);
}

/* The turn at work has its result. */
static void
cell_done(struct teach *t, const struct cell *c)
{
	const json_t *x = c->execution;
	struct prompt_cell told = {text_member(x, "stdout"),
	    text_member(x, "stderr"),
	    !json_is_true(json_object_get(x, "success")), c->state_lost};
	struct buf text = {0};
	bool more;

	t->elapsed += json_number_value(json_object_get(x, "elapsed"));
	turns_add_execution(&t->turns, t->reasoning, t->code,
	    json_incref(c->execution), c->ename, c->evalue);
	if (c->submitted)
		turns_answer(&t->turns, c->answer);
	if (c->differs != NULL)
		teach_note(t, CELL_DIFFERS, json_incref(c->differs));
	add_notes(t);
	prompt_output(&text, &told);
	more = t->job.cells != NULL || !t->turns.submitted ||
	    (c->submitted && teach_again(t, c, &text));
	if (c->out_of_time)
		teach_finish(t, TURN_TIMEOUT);
	else if (more)
		go_on(t, &text);
	else
		teach_finish(t, TURN_SUBMITTED);
	buf_clear(&text);
}

static void
on_cell(const struct cell *c, void *arg)
{
	struct teach *t = arg;

	if (c->end == CELL_RAN) {
		cell_done(t, c);
	} else if (c->end == CELL_UNWRITTEN) {
		teach_give_up(t, TEACH_ABORT, &c->fail);
	} else if (c->fail.code == FAIL_CSV) { /* the question's fault */
		teach_give_up(t, TEACH_REJECT, &c->fail);
	} else {
		t->fail = c->fail;
		teach_finish(t, TURN_SANDBOX_ERROR);
	}
}

void
teach_cell(struct teach *t)
{
	cells_run(&t->cells, t->code, on_cell, t);
}

/* ---- start, end, results ---- */

int
teach_kind(const struct conf *conf, bool *chat, struct fail *f)
{
	const char *word = conf_str(conf, CONF_TEACHER);

	*chat = strcmp(word, "chat") == 0;
	if (*chat || strcmp(word, "reference") == 0)
		return 0;
	if (strcmp(word, "auto") != 0)
		return fail_set(f, FAIL_USAGE,
		    "teacher: expected auto, reference or chat, saw \"%s\"",
		    word);
	*chat = chat_configured(conf);
	if (*chat)
		log_info("teacher: chat (%s at %s)",
		    conf_str(conf, CONF_TEACHER_MODEL),
		    conf_str(conf, CONF_BASE_URL));
	else
		log_info("teacher: reference (no API key and no base URL is "
			 "set; the questions' own cells are played)");
	return 0;
}

static void
start(void *arg)
{
	struct teach *t = arg;

	t->timer = NULL;
	if (t->job.cells == NULL)
		teach_ask(t);
	else if (teach_left(t) > 0)
		play(t);
	else
		teach_finish(t, TURN_MAX_TURNS);
}

struct teach *
teach_start(const struct teach_conf *conf, const struct teach_job *job,
    teach_fn *fn, void *arg)
{
	struct teach *t = xcalloc(1, sizeof *t);
	struct buf text = {0};

	t->conf = conf;
	t->job = *job;
	t->fn = fn;
	t->arg = arg;
	t->notes = json_object();
	t->cells = (struct cells){.host = conf->host,
	    .csv = job->csv,
	    .sha256 =
		json_string_value(json_object_get(job->question, "csv_sha256")),
	    .options = json_object_get(job->question, "csv_options"),
	    .role = job->gold ? "gold" : "consistency",
	    .sample = job->sample,
	    .journal = job->cells == NULL ? chat_journal(conf->chat) : NULL};
	t->talk = (struct talk){
	    .chat = conf->chat, .conf = conf->conf, .sample = job->sample};
	prompt_question(&text, job->question, job->gold);
	teach_say(t, "system", job->system);
	teach_say(t, "user", buf_str(&text));
	buf_clear(&text);
	t->timer = ev_after(conf->ev, 0, start, t);
	return t;
}

void
teach_free(struct teach *t)
{
	if (t == NULL)
		return;
	ev_cancel(t->conf->ev, t->timer);
	talk_clear(&t->talk);
	cells_clear(&t->cells);
	turns_clear(&t->turns);
	json_decref(t->notes);
	json_decref(t->teacher);
	free(t->reasoning);
	free(t->code);
	free(t);
}

void
teach_watch(
    struct teach *t, void (*fn)(const json_t *turn, void *arg), void *arg)
{
	t->watch = fn;
	t->watch_arg = arg;
}

enum teach_outcome
teach_outcome(const struct teach *t, struct fail *f)
{
	if (f != NULL)
		*f = t->fail;
	return t->outcome;
}

json_t *
teach_trace(const struct teach *t)
{
	return turns_trace(
	    &t->turns, t->stop, t->fail.msg[0] != '\0' ? t->fail.msg : NULL);
}

json_t *
teach_messages(const struct teach *t)
{
	return json_incref(t->talk.messages);
}

json_t *
teach_teacher(const struct teach *t)
{
	json_t *o;

	if (t->teacher != NULL)
		return json_incref(t->teacher);
	if (t->job.cells == NULL)
		return teach_chat_json(t, NULL);
	o = json_object();
	json_object_set_new(o, "kind", json_string("reference"));
	return o;
}

json_t *
teach_usage(const struct teach *t)
{
	struct chat_usage u = t->talk.usage;

	if (t->job.cells != NULL)
		u.cost = -1; /* nobody was asked: there is no price */
	return chat_usage_json(&u);
}

double
teach_elapsed(const struct teach *t)
{
	return t->elapsed;
}

const json_t *
teach_answer(const struct teach *t)
{
	return t->turns.submitted ? t->turns.answer : NULL;
}

bool
teach_submitted(const struct teach *t)
{
	return t->turns.submitted;
}

struct box_trace *
teach_take(struct teach *t)
{
	return cells_take(&t->cells);
}

enum turn_stop
teach_stop(const struct teach *t)
{
	return t->stop;
}
