/* verbalize.c - mechanical questions in the words that people use. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "briefing.h"
#include "gate.h"
#include "llm_json.h"
#include "llmq.h"
#include "log.h"
#include "mem.h"
#include "profile.h"
#include "question.h"
#include "table.h"
#include "talk.h"
#include "words.h"

enum {
	FAULTS = 2, /* times that JSON is asked for again */
	ROUNDS = 2, /* times that candidates are asked for */
};

/* A question at work. */
struct job {
	struct job *next;
	struct verbalize *v;
	json_t *question;
	struct rec_pos pos;
	char *body; /* the mechanical text without its format sentence */
	json_t *columns, *answers;
	struct gate gate;
	struct talk talk;
	long faults, rounds;
	char *best, *hint; /* the candidate that is taken, or NULL */
	bool over, rejected, cut;
	struct fail fail;
};

struct verbalize {
	struct llmq *l;
	struct job *first, **last;
	size_t n, done, reworded;
	char *path, *overview; /* of the last CSV that was described */
	json_t *names; /* its columns */
};

struct verbalize *
verbalize_new(struct llmq *l)
{
	struct verbalize *v = xcalloc(1, sizeof *v);

	v->l = l;
	v->last = &v->first;
	return v;
}

static void
job_free(struct job *j)
{
	talk_clear(&j->talk);
	json_decref(j->question);
	json_decref(j->columns);
	json_decref(j->answers);
	free(j->body);
	free(j->best);
	free(j->hint);
	free(j);
}

static void
forget_csv(struct verbalize *v)
{
	free(v->path);
	free(v->overview);
	json_decref(v->names);
	v->path = v->overview = NULL;
	v->names = NULL;
}

void
verbalize_free(struct verbalize *v)
{
	struct job *j, *next;

	if (v == NULL)
		return;
	for (j = v->first; j != NULL; j = next) {
		next = j->next;
		job_free(j);
	}
	forget_csv(v);
	free(v);
}

bool
verbalize_room(const struct verbalize *v)
{
	return !v->l->stopped && v->n < v->l->slots;
}

bool
verbalize_empty(const struct verbalize *v)
{
	return v->n == 0;
}

size_t
verbalize_done(const struct verbalize *v)
{
	return v->done;
}

size_t
verbalize_reworded(const struct verbalize *v)
{
	return v->reworded;
}

/* ---- the record ---- */

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static void
put_record(struct job *j)
{
	json_t *q = j->question;
	char *full;

	if (text(q, "question_mechanical")[0] == '\0')
		json_object_set(q, "question_mechanical",
		    json_object_get(q, "question_text"));
	json_object_set_new(q, "reworded", json_boolean(j->best != NULL));
	if (j->best != NULL) {
		full = xasprintf("%s%s%s", j->best,
		    j->gate.format[0] != '\0' ? " " : "", j->gate.format);
		json_object_set_new(q, "question_text", json_string(full));
		free(full);
		if (j->hint != NULL)
			json_object_set_new(q, "hint", json_string(j->hint));
		json_object_set_new(q, "style",
		    json_string(j->gate.discovery ? "discovery" : "direct"));
		json_object_set(q, "parent_id", json_object_get(q, "id"));
		question_set_id(q);
		j->v->reworded++;
	}
	rec_put(q);
}

static void
flush(struct verbalize *v)
{
	struct job *j;

	while ((j = v->first) != NULL && (j->over || v->l->stopped)) {
		if (j->rejected)
			rec_reject(
			    v->l->in, &j->pos, j->question, NULL, &j->fail);
		else if (j->over && !j->cut)
			put_record(j);
		v->first = j->next;
		if (v->first == NULL)
			v->last = &v->first;
		v->n--;
		v->done += j->over && !j->cut;
		job_free(j);
	}
	v->l->wake(v->l->arg);
}

/* The job has its best candidate, or none; frees it. */
static void
finish(struct job *j)
{
	j->over = true;
	flush(j->v);
}

/* ---- candidates ---- */

/* The candidate without the format sentence and blanks; owned. */
static char *
bare(const char *s, const char *format)
{
	size_t n = strlen(s), k = strlen(format);

	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	if (k > 0 && n > k && strncmp(s + n - k, format, k) == 0)
		n -= k;
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	while (n > 0 && isspace((unsigned char)*s))
		s++, n--;
	return xstrndup(s, n);
}

static int
judge(const struct job *j, const char *candidate, struct fail *f)
{
	const struct ngram *avoid = j->v->l->avoid;

	if (gate_text(&j->gate, candidate, f) == -1)
		return -1;
	if (avoid != NULL &&
	    (ngram_same(avoid, candidate) ||
		ngram_overlaps(avoid, candidate, NULL)))
		return fail_set(
		    f, FAIL_VALUE, "a question to avoid has the same words");
	return 0;
}

/* Take the best of the candidates that pass; what is wrong with the others is
 * put into faults. */
static void
choose(struct job *j, const json_t *items, struct buf *faults)
{
	double best = 0, score;
	const char *hint;
	json_t *item;
	struct fail f;
	char *c;
	size_t i;

	json_array_foreach(items, i, item)
	{
		c = bare(text(item, "question"), j->gate.format);
		hint = text(item, "hint");
		if (judge(j, c, &f) == -1) {
			words_dropped(faults, c, f.msg);
			log_debug("%s: refused: %s: %s",
			    text(j->question, "id"), c, f.msg);
			free(c);
			continue;
		}
		score = gate_score(&j->gate, c);
		if (j->best != NULL && score >= best) {
			free(c);
			continue;
		}
		free(j->best);
		free(j->hint);
		best = score;
		j->best = c;
		j->hint =
		    gate_hint(&j->gate, hint, &f) == 0 ? xstrdup(hint) : NULL;
	}
}

static void on_reply(const struct chat_reply *r, void *arg);

static void
ask(struct job *j, const char *message)
{
	struct fail f;

	talk_say(&j->talk, "user", message);
	if (talk_ask(&j->talk, on_reply, j, &f) == 0)
		return;
	log_warn("%s: not reworded: %s", text(j->question, "id"), f.msg);
	finish(j);
}

static void
answered(struct job *j, const struct chat_reply *r)
{
	struct buf message = {0};
	struct llm_json found;
	struct fail f;
	bool again;

	talk_say(&j->talk, "assistant",
	    r->content[0] != '\0' ? r->content : "(no text)");
	if (llm_json_find(
		&found, r->content, strlen(r->content), "question", &f) == -1) {
		again = j->faults++ < FAULTS;
		words_no_json(&message, f.msg, !r->complete);
	} else {
		choose(j, found.items, &message);
		again = j->best == NULL && ++j->rounds < ROUNDS;
		words_reword_faults(&message);
	}
	llm_json_clear(&found);
	if (again)
		ask(j, buf_str(&message));
	else
		finish(j);
	buf_clear(&message);
}

static void
on_reply(const struct chat_reply *r, void *arg)
{
	struct job *j = arg;

	if (r->status == CHAT_OK) {
		answered(j, r);
	} else if (r->status == CHAT_ITEM && r->why == CHAT_WHY_MISS) {
		j->rejected = true; /* another record than was asked for */
		j->fail = *r->fail;
		finish(j);
	} else if (r->status == CHAT_ITEM) {
		log_warn("%s: not reworded: %s", text(j->question, "id"),
		    r->fail->msg);
		finish(j);
	} else {
		j->cut = true;
		llmq_stop(j->v->l, r->fail);
		finish(j);
	}
}

/* ---- taking questions ---- */

/* What is known of the question's CSV, kept until another comes. */
static int
describe(struct verbalize *v, const json_t *q, struct fail *f)
{
	const char *path = text(q, "csv_source");
	struct buf b = {0};
	struct profile *pf;
	struct table *t;
	size_t i;

	if (v->path != NULL && strcmp(v->path, path) == 0)
		return 0;
	forget_csv(v);
	if (tab_load(path, json_object_get(q, "csv_options"), &t, f) == -1)
		return -1;
	pf = prof_new(t);
	prof_overview(pf, &b);
	v->path = xstrdup(path);
	v->overview = buf_steal(&b);
	v->names = json_array();
	for (i = 0; i < tab_cols(t); i++)
		json_array_append_new(v->names, json_string(tab_name(t, i)));
	prof_free(pf);
	tab_free(t);
	return 0;
}

/* Does the format sentence name a column or method? Then hiding them in the
 * question would be in vain. */
static bool
format_tells(const struct job *j)
{
	json_t *c;
	size_t i;

	json_array_foreach(j->columns, i, c)
	{
		if (json_is_string(c) &&
		    gate_names(j->gate.format, json_string_value(c)))
			return true;
	}
	return gate_method(j->gate.format) != NULL;
}

static void
add_answer(struct job *j, const char *key)
{
	json_t *v = json_object_get(j->question, key);

	if (v != NULL && !json_is_null(v))
		json_array_append(j->answers, v);
}

static int
prepare(struct job *j, struct fail *f)
{
	const json_t *q = j->question;
	json_t *columns;

	if (rec_str(q, "id", f) == NULL ||
	    rec_str(q, "question_text", f) == NULL)
		return -1;
	j->body = item_body(q);
	if (j->body[0] == '\0')
		return fail_set(f, FAIL_VALUE,
		    "member \"question_text\": expected a question, saw \"\"");
	columns =
	    json_object_get(json_object_get(q, "template_params"), "columns");
	j->columns = json_is_array(columns) ? json_copy(columns) : json_array();
	j->answers = json_array();
	add_answer(j, "ground_truth");
	add_answer(j, "ground_truths");
	add_answer(j, "claimed_answer");
	j->gate = (struct gate){.text = j->body,
	    .format = text(q, "output_schema"),
	    .hint = text(q, "hint"),
	    .columns = j->columns,
	    .answers = j->answers};
	return 0;
}

static void
set_style(struct job *j)
{
	struct verbalize *v = j->v;
	struct fail f;

	if (!v->l->discovery || format_tells(j))
		return;
	if (describe(v, j->question, &f) == -1) {
		log_warn("%s: columns are named: %s", text(j->question, "id"),
		    f.msg);
		return;
	}
	json_array_extend(j->columns, v->names);
	j->gate.discovery = !format_tells(j);
}

void
verbalize_put(struct verbalize *v, json_t *question, const struct rec_pos *pos)
{
	struct job *j = xcalloc(1, sizeof *j);
	struct buf system = {0}, message = {0};

	j->v = v;
	j->question = question;
	j->pos = *pos;
	*v->last = j;
	v->last = &j->next;
	v->n++;
	if (prepare(j, &j->fail) == -1) {
		j->rejected = true;
		finish(j);
		return;
	}
	set_style(j);
	j->talk = (struct talk){.chat = v->l->teach.chat,
	    .conf = v->l->teach.conf,
	    .model = v->l->model,
	    .sample = v->l->seed};
	words_reword_system(&system, j->gate.discovery);
	words_reword(&message, &j->gate, v->l->candidates,
	    j->gate.discovery ? v->overview : "");
	talk_say(&j->talk, "system", buf_str(&system));
	ask(j, buf_str(&message));
	buf_clear(&system);
	buf_clear(&message);
}
