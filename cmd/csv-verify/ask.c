/* ask.c - a question of the user's own, put to a teacher once. */
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "briefing.h"
#include "digest.h"
#include "rec.h"
#include "show.h"
#include "table.h"

json_t *
ask_question(
    const char *csv, const char *text, const char *hint, struct fail *f)
{
	json_t *q, *parts;
	struct table *t;
	struct buf b = {0};
	char id[DIGEST_ID];

	if (tab_load(csv, NULL, &t, f) == -1)
		return NULL;
	q = json_object();
	json_object_set_new(q, "type", json_string("question"));
	json_object_set_new(q, "csv_source", json_string(csv));
	json_object_set_new(q, "csv_sha256", json_string(tab_sha256(t)));
	json_object_set_new(q, "csv_options", tab_options_json(t));
	json_object_set_new(q, "question_text", json_string(text));
	json_object_set_new(q, "hint", json_string(hint != NULL ? hint : ""));
	json_object_set_new(q, "ground_truth", json_null());
	parts = json_array();
	json_array_append(parts, json_object_get(q, "csv_sha256"));
	json_array_append(parts, json_object_get(q, "csv_options"));
	json_array_append(parts, json_object_get(q, "question_text"));
	json_array_append(parts, json_object_get(q, "hint"));
	rec_dump(&b, parts, REC_SORT);
	digest_id(buf_str(&b), b.n, id);
	json_object_set_new(q, "id", json_string(id));
	json_decref(parts);
	buf_clear(&b);
	tab_free(t);
	return q;
}

static void
on_turn(const json_t *turn, void *arg)
{
	(void)arg;
	show_turn(turn);
}

struct end {
	struct ev *ev;
	bool over;
};

static void
on_end(struct teach *t, void *arg)
{
	struct end *e = arg;

	(void)t;
	e->over = true;
	ev_stop(e->ev);
}

static int
show_end(const struct teach *t, struct fail *f)
{
	json_t *answer;
	struct buf b = {0};

	if (teach_outcome(t, f) != TEACH_DONE)
		return -1;
	if (!teach_submitted(t)) {
		if (f->msg[0] == '\0')
			fail_set(f, FAIL_TEACHER, "no answer was submitted: %s",
			    turn_stop_name(teach_stop(t)));
		return -1;
	}
	answer = json_deep_copy(teach_answer(t));
	rec_dump(&b, answer, REC_SPACES);
	printf("Answer: %s\n", buf_str(&b));
	buf_clear(&b);
	json_decref(answer);
	return 0;
}

int
ask_teacher(
    const struct teach_conf *conf, const json_t *question, struct fail *f)
{
	const char *csv =
	    json_string_value(json_object_get(question, "csv_source"));
	struct end end = {conf->ev, false};
	struct teach_job job = {.question = question, .csv = csv, .gold = true};
	struct buf system = {0};
	struct teach *t;
	int rc = -1;

	if (briefing_put(&system, csv, json_object_get(question, "csv_options"),
		"", conf->conf, NULL, f) == -1) {
		buf_clear(&system);
		return -1;
	}
	job.system = buf_str(&system);
	show_question(question);
	t = teach_start(conf, &job, on_end, &end);
	teach_watch(t, on_turn, NULL);
	ev_run(conf->ev);
	if (end.over)
		rc = show_end(t, f);
	teach_free(t);
	buf_clear(&system);
	return rc;
}
