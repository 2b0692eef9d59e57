/* teach.c - one teacher run: its turns, its cells, its end. */
#include <stdlib.h>
#include <string.h>

#include "journal.h"
#include "log.h"
#include "mem.h"
#include "prompts.h"
#include "rec.h"
#include "teach_int.h"

/* Of a turn: earlier cells that gave something else when they were run again.
 * Journalled with the cell, so that a replay tells the same. */
static const char differs[] = "rebuilt_differs";

static void run_cell(struct teach *t);

void
teach_finish(struct teach *t, enum turn_stop stop)
{
	t->stop = t->turns.submitted ? TURN_SUBMITTED : stop;
	if (!t->job.keep) {
		box_trace_free(t->trace);
		t->trace = NULL;
	}
	box_put(t->box);
	t->box = NULL;
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

/* ---- what a cell gave ---- */

static void
cell_clear(struct cell *c)
{
	json_decref(c->execution);
	json_decref(c->answer);
	free(c->ename);
	free(c->evalue);
	*c = (struct cell){0};
}

static void
cell_live(struct cell *c, const struct box_result *r)
{
	const char *name =
	    r->ename[0] != '\0' ? r->ename : box_status_name(r->status);

	*c = (struct cell){.execution = box_result_json(r),
	    .ename = xstrdup(r->success ? "" : name),
	    .evalue = xstrdup(r->evalue),
	    .submitted = r->submitted,
	    .state_lost = r->state_lost,
	    .out_of_time = r->status == BOX_LIMIT,
	    .answer = json_incref(r->answer)};
}

static json_t *
cell_json(const struct cell *c)
{
	json_t *o = json_object();

	json_object_set(o, "execution", c->execution);
	json_object_set_new(o, "ename", json_string(c->ename));
	json_object_set_new(o, "evalue", json_string(c->evalue));
	json_object_set_new(o, "state_lost", json_boolean(c->state_lost));
	json_object_set_new(o, "out_of_time", json_boolean(c->out_of_time));
	if (c->submitted)
		json_object_set(o, "answer", c->answer);
	return o;
}

/* False when v is not what cell_json made. */
static bool
cell_read(struct cell *c, const json_t *v)
{
	const char *ename = json_string_value(json_object_get(v, "ename")),
		   *evalue = json_string_value(json_object_get(v, "evalue"));
	json_t *answer = json_object_get(v, "answer"),
	       *x = json_object_get(v, "execution");

	if (ename == NULL || evalue == NULL || !json_is_object(x))
		return false;
	*c = (struct cell){.execution = json_deep_copy(x),
	    .ename = xstrdup(ename),
	    .evalue = xstrdup(evalue),
	    .submitted = answer != NULL,
	    .state_lost = json_is_true(json_object_get(v, "state_lost")),
	    .out_of_time = json_is_true(json_object_get(v, "out_of_time")),
	    .answer = json_incref(answer)};
	return true;
}

static const char *
text_member(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* The journal, for runs that use it. */
static struct journal *
journal(const struct teach *t)
{
	return t->job.cells == NULL ? chat_journal(t->conf->chat) : NULL;
}

/* The journal's key of the next cell: everything that its result rests on. */
static void
cell_key(struct teach *t)
{
	const json_t *q = t->job.question;
	json_t *parts = json_array(), *sha = json_object_get(q, "csv_sha256"),
	       *options = json_object_get(q, "csv_options");

	json_array_append_new(parts, json_string("cell"));
	json_array_append(parts, sha != NULL ? sha : json_null());
	json_array_append(parts, options != NULL ? options : json_null());
	json_array_append_new(
	    parts, json_string(t->job.gold ? "gold" : "consistency"));
	json_array_append_new(parts, json_integer(t->job.sample));
	json_array_append_new(parts, json_copy(t->codes));
	json_array_append_new(parts, json_string(t->code));
	journal_key(parts, t->key);
	json_decref(parts);
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

/* The turn at work has its result; takes what c holds. */
static void
cell_done(struct teach *t, struct cell *c)
{
	const json_t *x = c->execution;
	struct prompt_cell told = {text_member(x, "stdout"),
	    text_member(x, "stderr"),
	    !json_is_true(json_object_get(x, "success")), c->state_lost};
	struct buf text = {0};
	bool out_of_time = c->out_of_time, more;

	json_array_append_new(t->codes, json_string(t->code));
	t->elapsed += json_number_value(json_object_get(x, "elapsed"));
	turns_add_execution(&t->turns, t->reasoning, t->code,
	    json_incref(c->execution), c->ename, c->evalue);
	if (c->submitted)
		turns_answer(&t->turns, c->answer);
	add_notes(t);
	prompt_output(&text, &told);
	more = t->job.cells != NULL || !t->turns.submitted ||
	    (c->submitted && teach_again(t, c, &text));
	cell_clear(c);
	if (out_of_time)
		teach_finish(t, TURN_TIMEOUT);
	else if (more)
		go_on(t, &text);
	else
		teach_finish(t, TURN_SUBMITTED);
	buf_clear(&text);
}

/* ---- running cells ---- */

/* The sandbox gave no result: the question's fault, or its own. */
static void
cell_failed(struct teach *t, const struct fail *f)
{
	if (f->code == FAIL_CSV) {
		teach_give_up(t, TEACH_REJECT, f);
		return;
	}
	t->fail = *f;
	teach_finish(t, TURN_SANDBOX_ERROR);
}

/* Journal the result; -1 when that failed and the run has ended. */
static int
keep_cell(struct teach *t, const struct cell *c)
{
	struct fail f;
	json_t *v;
	int rc;

	if (journal(t) == NULL)
		return 0;
	v = cell_json(c);
	json_object_set(v, differs, json_object_get(t->notes, differs));
	rc = journal_cell_put(journal(t), t->key, v, &f);
	json_decref(v);
	if (rc == -1)
		teach_give_up(t, TEACH_ABORT, &f);
	return rc;
}

static void
on_cell(const struct box_result *r, void *arg)
{
	struct teach *t = arg;
	struct cell c;

	if (r->status == BOX_FAILED) {
		cell_failed(t, r->fail);
		return;
	}
	t->ran++;
	cell_live(&c, r);
	if (keep_cell(t, &c) == 0)
		cell_done(t, &c);
	else
		cell_clear(&c);
}

/* Is this what the cell at work gave when it was run for the journal? */
static bool
as_before(const struct teach *t, const struct box_result *r)
{
	const json_t *turn, *x;
	size_t i, cells = 0;

	for (i = 0; i < turns_count(&t->turns); i++) {
		turn = json_array_get(t->turns.list, i);
		if (turn_code(turn)[0] == '\0' || cells++ != t->ran)
			continue;
		x = json_object_get(turn, "execution");
		return strcmp(text_member(x, "stdout"), r->out) == 0 &&
		    json_is_true(json_object_get(x, "success")) == r->success;
	}
	return false;
}

/* An earlier cell was run again, to have its names in this worker. */
static void
on_rebuilt(const struct box_result *r, void *arg)
{
	struct teach *t = arg;
	json_t *list;

	if (r->status == BOX_FAILED) {
		cell_failed(t, r->fail);
		return;
	}
	if (!as_before(t, r)) {
		list = json_object_get(t->notes, differs);
		if (list == NULL) {
			list = json_array();
			teach_note(t, differs, list);
		}
		json_array_append_new(list, json_integer((json_int_t)t->ran));
	}
	t->ran++;
	run_cell(t);
}

static void
open_trace(struct teach *t)
{
	const json_t *q = t->job.question;

	t->box = box_get(t->conf->host, t->job.csv,
	    json_string_value(json_object_get(q, "csv_sha256")),
	    json_object_get(q, "csv_options"));
	t->trace = box_trace_new(t->box);
}

/* Run the cell at work; before it, those that only the journal has seen. */
static void
run_cell(struct teach *t)
{
	size_t before = json_array_size(t->codes);

	if (t->trace == NULL)
		open_trace(t);
	if (t->ran < before)
		box_exec(t->trace, (unsigned)t->ran,
		    json_string_value(json_array_get(t->codes, t->ran)),
		    on_rebuilt, t);
	else
		box_exec(t->trace, (unsigned)before, t->code, on_cell, t);
}

void
teach_cell(struct teach *t)
{
	struct cell c;
	json_t *v;
	bool found;

	if (journal(t) == NULL) {
		run_cell(t);
		return;
	}
	cell_key(t);
	v = journal_cell_find(journal(t), t->key);
	found = v != NULL && cell_read(&c, v);
	if (found && json_object_get(v, differs) != NULL)
		teach_note(
		    t, differs, json_incref(json_object_get(v, differs)));
	json_decref(v);
	if (found)
		cell_done(t, &c);
	else
		run_cell(t);
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
	t->codes = json_array();
	t->notes = json_object();
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
	box_trace_free(t->trace);
	box_put(t->box);
	turns_clear(&t->turns);
	json_decref(t->codes);
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
	struct box_trace *worker = t->trace;

	t->trace = NULL;
	return worker;
}

enum turn_stop
teach_stop(const struct teach *t)
{
	return t->stop;
}
