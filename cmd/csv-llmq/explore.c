/* explore.c - a model explores CSVs and writes questions about them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "code.h"
#include "fake.h"
#include "gate.h"
#include "llm_json.h"
#include "llmq.h"
#include "log.h"
#include "mem.h"
#include "meta.h"
#include "profile.h"
#include "prompts.h"
#include "question.h"
#include "table.h"
#include "talk.h"
#include "turn.h"
#include "words.h"

enum {
	BATCH = 5, /* questions asked for at once */
	FAULTS = 2, /* times that JSON is asked for again in a row */
};

/* The work on one CSV. */
struct session {
	struct session *next;
	struct explore *x;
	char *path, *about;
	json_t *sheet; /* {csv_sha256, csv_options} */
	struct item_context items;
	struct talk talk;
	struct cells cells;
	struct turns turns; /* of the exploration */
	long replies, ran; /* ran: cells without an error */
	bool spent; /* the time for cells is used up */
	long faults; /* replies in a row whose JSON could not be read */
	long want[QUESTION_LEVELS], have[QUESTION_LEVELS];
	/* a reply at work */
	char *reasoning, *code;
	struct buf text; /* what the model is told next */
	json_t *pending; /* items */
	size_t at; /* of them */
	size_t taken; /* of them */
	json_t *question; /* of item at, until its program has run */
	char *program;
	struct proof *proof;
	/* what there is already */
	struct ngram *asked;
	json_t *programs;
	json_t *uses, *concepts; /* name -> how often */
	size_t made, dropped;
	json_t *out; /* records that wait for earlier files */
	bool over;
	bool rejected;
	struct fail fail; /* why it ended early; message "" where it did not */
};

struct explore {
	struct llmq *l;
	struct session *first, **last;
	size_t n, done;
	json_t *seen; /* csv_sha256 -> path */
};

struct explore *
explore_new(struct llmq *l)
{
	struct explore *x = xcalloc(1, sizeof *x);

	x->l = l;
	x->last = &x->first;
	x->seen = json_object();
	return x;
}

static void
session_free(struct session *s)
{
	proof_free(s->proof);
	talk_clear(&s->talk);
	cells_clear(&s->cells);
	turns_clear(&s->turns);
	ngram_free(s->asked);
	json_decref(s->items.columns);
	json_decref(s->sheet);
	json_decref(s->pending);
	json_decref(s->question);
	json_decref(s->programs);
	json_decref(s->uses);
	json_decref(s->concepts);
	json_decref(s->out);
	buf_clear(&s->text);
	free(s->reasoning);
	free(s->code);
	free(s->program);
	free(s->about);
	free(s->path);
	free(s);
}

void
explore_free(struct explore *x)
{
	struct session *s, *next;

	if (x == NULL)
		return;
	for (s = x->first; s != NULL; s = next) {
		next = s->next;
		session_free(s);
	}
	json_decref(x->seen);
	free(x);
}

bool
explore_room(const struct explore *x)
{
	return !x->l->stopped && x->n < x->l->slots;
}

bool
explore_empty(const struct explore *x)
{
	return x->n == 0;
}

size_t
explore_done(const struct explore *x)
{
	return x->done;
}

/* ---- output, in the order of the files ---- */

/* Names whose count is zero, or how many are not. */
static size_t
unused(const struct session *s, struct buf *names, size_t most)
{
	size_t i, n = 0;
	json_t *c;

	json_array_foreach(s->items.columns, i, c)
	{
		if (json_object_get(s->uses, json_string_value(c)) != NULL)
			continue;
		if (n++ < most)
			buf_printf(names, "%s\"%s\"", n > 1 ? ", " : "",
			    json_string_value(c));
	}
	return n;
}

static void
report(const struct session *s)
{
	size_t columns = json_array_size(s->items.columns), left;
	struct buf names = {0}, gap = {0};
	const char *key;
	json_t *v;
	int i;

	for (i = 0; i < QUESTION_LEVELS; i++)
		if (s->have[i] < s->want[i])
			buf_printf(&gap, "%s%ld %s", gap.n > 0 ? ", " : "",
			    s->want[i] - s->have[i],
			    question_level_name((enum question_level)i));
	left = unused(s, &names, 8);
	log_info("%s: %zu questions after %ld replies, %zu refused; %zu of %zu "
		 "columns used, %zu concepts",
	    s->path, s->made, s->replies, s->dropped, columns - left, columns,
	    json_object_size(s->concepts));
	if (left > 0)
		log_info("%s: no question uses %s%s", s->path, buf_str(&names),
		    left > 8 ? ", ..." : "");
	json_object_foreach(s->concepts, key, v)
	{
		log_debug("%s: concept %s: %lld", s->path, key,
		    (long long)json_integer_value(v));
	}
	if (gap.n > 0)
		log_warn("%s: missing: %s%s%s", s->path, gap.p,
		    s->fail.msg[0] != '\0' ? ": " : "", s->fail.msg);
	buf_clear(&names);
	buf_clear(&gap);
}

static void
write_out(struct session *s)
{
	json_t *r;
	size_t i;

	json_array_foreach(s->out, i, r)
	{
		llmq_put(s->x->l, r);
	}
	json_array_clear(s->out);
}

/* Write what may go out, and forget finished files. Called from timers and
 * ends of work only: it frees sessions. */
static void
flush(struct explore *x)
{
	struct session *s;

	while ((s = x->first) != NULL) {
		write_out(s);
		if (!s->over)
			break;
		if (s->rejected)
			rec_reject(x->l->in, NULL, NULL, s->path, &s->fail);
		else
			report(s);
		x->first = s->next;
		if (x->first == NULL)
			x->last = &x->first;
		x->n--;
		x->done++;
		session_free(s);
	}
	x->l->wake(x->l->arg);
}

static void
emit(struct session *s, json_t *record)
{
	json_array_append_new(s->out, record);
	if (s == s->x->first)
		write_out(s);
}

/* ---- the end of a file's work ---- */

static void
finish(struct session *s)
{
	s->over = true;
	flush(s->x); /* frees s */
}

/* The model gives no more; why may be NULL. */
static void
end(struct session *s, const struct fail *why)
{
	if (why != NULL)
		s->fail = *why;
	finish(s);
}

/* Nothing can be had from this file. */
static void
reject(struct session *s, const struct fail *why)
{
	s->rejected = s->made == 0;
	end(s, why);
}

/* Nobody gets anything any more. */
static void
stop(struct session *s, const struct fail *why)
{
	llmq_stop(s->x->l, why);
	end(s, why);
}

/* ---- what is wanted ---- */

/* n questions by the shares: the largest remainders get what rounding leaves.
 */
static void
set_quotas(struct session *s, long n, const json_t *shares)
{
	double share[QUESTION_LEVELS], sum = 0, rest[QUESTION_LEVELS];
	long left = n;
	int i, best;

	for (i = 0; i < QUESTION_LEVELS; i++) {
		share[i] = json_number_value(json_object_get(
		    shares, question_level_name((enum question_level)i)));
		if (!(share[i] > 0))
			share[i] = 0;
		sum += share[i];
	}
	for (i = 0; i < QUESTION_LEVELS; i++) {
		double x = sum > 0 ? (double)n * share[i] / sum
				   : (double)n / QUESTION_LEVELS;

		s->want[i] = (long)floor(x + 1e-9);
		rest[i] = x - (double)s->want[i];
		left -= s->want[i];
	}
	while (left-- > 0) {
		for (best = 0, i = 1; i < QUESTION_LEVELS; i++)
			if (rest[i] > rest[best] + 1e-9)
				best = i;
		s->want[best]++;
		rest[best] = -1;
	}
}

static long
missing(const struct session *s)
{
	long n = 0;
	int i;

	for (i = 0; i < QUESTION_LEVELS; i++)
		if (s->have[i] < s->want[i])
			n += s->want[i] - s->have[i];
	return n;
}

/* The next few, a level after the other. */
static void
ask_batch(struct session *s)
{
	long batch[QUESTION_LEVELS] = {0}, n = 0, before;
	struct buf names = {0};
	int i;

	do {
		before = n;
		for (i = 0; i < QUESTION_LEVELS && n < BATCH; i++)
			if (s->have[i] + batch[i] < s->want[i]) {
				batch[i]++;
				n++;
			}
	} while (n < BATCH && n > before);
	if (s->made > 0 && unused(s, &names, 8) > 0)
		buf_printf(&s->text,
		    "\nNo question uses these columns yet: %s.\n", names.p);
	buf_clear(&names);
	words_batch(&s->text, batch);
}

static long
max_turns(const struct session *s)
{
	return conf_int(s->x->l->teach.conf, CONF_QUESTION_GEN_MAX_TURNS);
}

/* Cells that have to run before questions are taken, as long as there is time
 * for them. */
static long
min_cells(const struct session *s)
{
	long min = conf_int(s->x->l->teach.conf, CONF_MIN_EXPLORATION_TURNS),
	     max = max_turns(s) - 1;

	return min < max ? min : max;
}

/* Of the replies that a file takes when all goes well. */
static double
share(const struct session *s)
{
	long wanted =
	    conf_int(s->x->l->teach.conf, CONF_NUM_QUESTIONS_TO_GENERATE);
	long n = min_cells(s) + (wanted + BATCH - 1) / BATCH;

	if (s->over || s->replies >= n)
		return 1;
	return (double)s->replies / (double)n;
}

double
explore_share(const struct explore *x)
{
	const struct session *s;
	double sum = 0;

	for (s = x->first; s != NULL; s = s->next)
		sum += share(s);
	return sum;
}

/* Replies after which only questions are asked for. */
static long
last_cell(const struct session *s)
{
	long max = max_turns(s), write = (missing(s) + BATCH - 1) / BATCH + 2;

	if (write > max / 2)
		write = max / 2 > 0 ? max / 2 : 1;
	return max - write;
}

static bool
must_write(const struct session *s)
{
	return s->spent ||
	    (s->replies >= last_cell(s) && s->ran >= min_cells(s));
}

static bool
may_write(const struct session *s)
{
	return s->spent || s->ran >= min_cells(s);
}

/* ---- the dialogue ---- */

static void on_reply(const struct chat_reply *r, void *arg);

/* Send what is in text, unless all is done. */
static void
go_on(struct session *s)
{
	struct fail f;

	if (missing(s) == 0) {
		end(s, NULL);
		return;
	}
	if (s->replies >= max_turns(s)) {
		fail_set(&f, FAIL_TEACHER, "no reply is left");
		end(s, &f);
		return;
	}
	if (must_write(s) && s->pending == NULL)
		words_write_now(&s->text);
	if (s->pending != NULL || must_write(s) || s->made > 0)
		ask_batch(s);
	else if (may_write(s))
		buf_puts(&s->text,
		    "\nGo on exploring, or write the first questions as a "
		    "```json block.");
	json_decref(s->pending);
	s->pending = NULL;
	talk_say(&s->talk, "user", buf_str(&s->text));
	buf_reset(&s->text);
	if (talk_ask(&s->talk, on_reply, s, &f) == -1)
		end(s, &f);
}

/* A question is not taken. */
static void
drop(struct session *s, const json_t *item, const char *why)
{
	const char *text = json_string_value(json_object_get(item, "question"));
	struct buf head = {0};
	json_t *r;

	words_dropped(&s->text, text != NULL ? text : "", why);
	s->dropped++;
	words_head(&head, text != NULL ? text : "", 60);
	if (missing(s) > 0)
		log_info("%s: refused: %s: %s", s->path, head.p, why);
	buf_clear(&head);
	if (s->x->l->explain == NULL)
		return;
	r = json_pack("{s:s, s:s, s:s, s:s, s:O}", "type", "dropped",
	    "csv_source", s->path, "template_name", "exploration", "reason",
	    why, "item", item);
	emit(s, r);
}

static void
count(json_t *counts, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(counts, key));

	json_object_set_new(counts, key, json_integer(n + 1));
}

static void
accept(struct session *s, json_t *question)
{
	const json_t *columns = json_object_get(
	    json_object_get(question, "template_params"), "columns");
	long steps =
	    (long)json_integer_value(json_object_get(question, "n_steps"));
	json_t *c;
	size_t i;

	json_array_foreach(columns, i, c)
	{
		count(s->uses, json_string_value(c));
	}
	count(s->concepts,
	    json_string_value(json_object_get(question, "category")));
	s->have[question_level(steps)]++;
	s->made++;
	s->taken++;
	if (s->x->l->keep)
		json_object_set_new(question, "exploration",
		    s->turns.list != NULL ? json_copy(s->turns.list)
					  : json_array());
	emit(s, json_incref(question));
}

static bool
known_program(const struct session *s, const char *program)
{
	return json_object_get(s->programs, program) != NULL ||
	    json_object_get(s->x->l->avoided, program) != NULL;
}

static void next_item(struct session *s);

/* The program of the item at work gave an answer. */
static void
claim(struct session *s, const json_t *answer)
{
	const json_t *item = json_array_get(s->pending, s->at);
	char *program, *body;

	item_claim(s->question, item, answer, s->program);
	program = item_program(s->question);
	body = item_body(s->question);
	if (known_program(s, program)) {
		drop(s, item,
		    "an earlier question has the same answer from the same "
		    "columns");
	} else {
		json_object_set_new(s->programs, program, json_true());
		ngram_add(s->asked, body);
		accept(s, s->question);
	}
	free(program);
	free(body);
}

static void
on_proof(const struct proof_result *r, void *arg)
{
	struct session *s = arg;
	struct proof *p = s->proof;

	s->proof = NULL;
	if (r->end == PROOF_FAIL) {
		if (r->fail.code == FAIL_CSV)
			reject(s, &r->fail);
		else
			stop(s, &r->fail);
		proof_free(p);
		return;
	}
	if (r->end == PROOF_NONE)
		drop(s, json_array_get(s->pending, s->at), r->why);
	else
		claim(s, r->answer);
	proof_free(p);
	s->at++;
	next_item(s);
}

/* What can be said against an item before its program runs; NULL: nothing.
 * Owned by the caller. */
static char *
objection(struct session *s)
{
	const struct llmq *l = s->x->l;
	long steps =
	    (long)json_integer_value(json_object_get(s->question, "n_steps"));
	enum question_level level = question_level(steps);
	char *body = item_body(s->question), *why = NULL;
	struct buf what = {0};

	if (s->have[level] >= s->want[level])
		why = xasprintf("there are enough %s questions (n_steps %ld)",
		    question_level_name(level), steps);
	else if (ngram_same(s->asked, body))
		why = xstrdup("it was asked before in the same words");
	else if (l->avoid != NULL && ngram_same(l->avoid, body))
		why = xstrdup("its words are those of a question to avoid");
	else if (l->avoid != NULL && ngram_overlaps(l->avoid, body, &what))
		why = xasprintf(
		    "a question to avoid holds \"%s\", too", buf_str(&what));
	buf_clear(&what);
	free(body);
	return why;
}

static void
items_done(struct session *s)
{
	json_decref(s->question);
	s->question = NULL;
	if (s->taken > 0)
		log_progress(s->x->done, 0, "files", s->path);
	go_on(s);
}

/* Check the next item that no reason speaks against. */
static void
next_item(struct session *s)
{
	const json_t *item;
	struct fail f;
	char *why;

	for (; (item = json_array_get(s->pending, s->at)) != NULL; s->at++) {
		json_decref(s->question);
		free(s->program);
		s->program = NULL;
		s->question = missing(s) == 0
		    ? NULL
		    : item_question(item, &s->items, &s->program, &f);
		if (missing(s) == 0)
			why = xstrdup("there are enough questions");
		else if (s->question == NULL)
			why = xstrdup(f.msg);
		else
			why = objection(s);
		if (why == NULL) {
			s->proof = proof_start(s->x->l, s->sheet, s->path,
			    s->program, on_proof, s);
			return;
		}
		drop(s, item, why);
		free(why);
	}
	items_done(s);
}

static void
take_items(struct session *s, const struct llm_json *j, const char *fault)
{
	s->faults = 0;
	s->pending = json_incref(j->items);
	s->at = s->taken = 0;
	if (fault[0] != '\0')
		words_broken_item(&s->text, fault);
	if (s->text.n > 0)
		buf_putc(&s->text, '\n');
	next_item(s);
}

/* No question could be read. */
static void
no_items(struct session *s, const char *fault, bool cut)
{
	struct fail f;

	if (s->faults++ >= FAULTS) {
		fail_set(&f, FAIL_TEACHER, "its questions cannot be read: %s",
		    fault);
		end(s, &f);
		return;
	}
	words_no_json(&s->text, fault, cut);
	s->pending = json_array();
	go_on(s);
}

/* ---- cells ---- */

static const char *
member(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* The model's earlier cells were run again, and some gave something else: what
 * it was shown of them is not what its names hold now. */
static void
note_differs(struct session *s, json_t *cells)
{
	log_warn("%s: %zu of the earlier cells gave something else when they "
		 "were run again",
	    s->path, json_array_size(cells));
	turns_note(&s->turns, CELL_DIFFERS, json_incref(cells));
}

static void
cell_done(struct session *s, const struct cell *c)
{
	const json_t *x = c->execution;
	struct prompt_cell told = {.out = member(x, "stdout"),
	    .err = member(x, "stderr"),
	    .failed = !json_is_true(json_object_get(x, "success")),
	    .state_lost = c->state_lost};
	struct buf text = {0};

	s->ran += !told.failed;
	turns_add_execution(&s->turns, s->reasoning, s->code,
	    json_incref(c->execution), c->ename, c->evalue);
	if (c->differs != NULL)
		note_differs(s, c->differs);
	prompt_output(&text, &told);
	buf_puts(&text, buf_str(&s->text));
	buf_reset(&s->text);
	buf_puts(&s->text, buf_str(&text));
	buf_clear(&text);
	s->spent = c->out_of_time;
	go_on(s);
}

static void
on_cell(const struct cell *c, void *arg)
{
	struct session *s = arg;

	if (c->end == CELL_RAN)
		cell_done(s, c);
	else if (c->end == CELL_FAILED && c->fail.code == FAIL_CSV)
		reject(s, &c->fail);
	else
		stop(s, &c->fail);
}

/* ---- a reply ---- */

/* The reply as it stays in the conversation: made-up outputs are gone. */
static char *
keep_real(struct session *s, const struct chat_reply *r, const char **what)
{
	size_t n = fake_output(r->content, what);

	if (*what == NULL)
		return xstrdup(
		    r->content[0] != '\0' ? r->content : "(no text)");
	log_debug(
	    "%s: the reply held %s that was not executed", s->path, *what);
	while (n > 0 && strchr(" \t\r\n", r->content[n - 1]) != NULL)
		n--;
	return xasprintf(
	    "%.*s%s", (int)n, r->content, n > 0 ? "" : "(removed)");
}

/* Run the first block of a reply. What the model wrote after it is neither run
 * nor kept: it cannot know yet what the cell prints. */
static void
run_code(struct session *s, const char *content, const struct chat_reply *r,
    const struct code *code)
{
	struct buf reason = {0}, kept = {0};
	const char *p = content, *nl;
	char *before;
	bool told;
	size_t line;

	for (line = 1; line < code->v[0].line; line++)
		p = (nl = strchr(p, '\n')) != NULL ? nl + 1 : p + strlen(p);
	while (p > content && strchr(" \t\r\n", p[-1]) != NULL)
		p--;
	before = xstrndup(content, (size_t)(p - content));
	buf_puts(&reason, r->reasoning);
	if (reason.n > 0 && before[0] != '\0')
		buf_puts(&reason, "\n\n");
	buf_puts(&reason, before);
	free(s->reasoning);
	free(s->code);
	s->reasoning = buf_steal(&reason);
	s->code = fake_comments(code->v[0].text, &told);
	if (told)
		words_fake(&s->text, "comments that tell an output", true);
	if (code->n > 1)
		words_one_cell(&s->text);
	prompt_reply(&kept, before, s->code);
	talk_say(&s->talk, "assistant", buf_str(&kept));
	buf_clear(&kept);
	free(before);
	cells_run(&s->cells, s->code, on_cell, s);
}

/* Neither code to run nor questions to take. */
static void
nothing(struct session *s, const char *content, const char *fault,
    const struct chat_reply *r, bool early)
{
	turns_add_empty(&s->turns, content, "no code was run");
	if (may_write(s)) {
		no_items(s, fault, !r->complete);
		return;
	}
	if (early)
		words_more_cells(&s->text, min_cells(s) - s->ran);
	else
		prompt_no_code(&s->text, !r->complete);
	go_on(s);
}

static void
answered(struct session *s, const struct chat_reply *r)
{
	const char *what;
	char *content = keep_real(s, r, &what);
	struct llm_json j;
	struct code code;
	struct fail f;
	bool have, take, run;

	s->replies++;
	s->x->l->wake(s->x->l->arg); /* the work is further */
	code_find(&code, content, strlen(content), r->complete);
	have = llm_json_find(&j, content, strlen(content), "question", &f) == 0;
	take = have && may_write(s) && what == NULL;
	run = !take && code.n > 0 && !(have && may_write(s));
	if (what != NULL)
		words_fake(&s->text, what, run);
	if (run) {
		run_code(s, content, r, &code);
	} else {
		talk_say(&s->talk, "assistant", content);
		if (take)
			take_items(s, &j, f.msg);
		else
			nothing(s, content,
			    what != NULL ? "outputs were made up" : f.msg, r,
			    have);
	}
	llm_json_clear(&j);
	code_clear(&code);
	free(content);
}

static void
on_reply(const struct chat_reply *r, void *arg)
{
	struct session *s = arg;

	if (r->status == CHAT_OK)
		answered(s, r);
	else if (r->status == CHAT_ITEM)
		reject(s, r->fail);
	else
		stop(s, r->fail);
}

/* ---- a file ---- */

/* Read the CSV; the system message into b. */
static int
open_sheet(struct session *s, struct buf *b, struct fail *f)
{
	struct buf overview = {0};
	struct profile *pf;
	struct table *t;
	size_t i;

	if (tab_load(s->path, NULL, &t, f) == -1)
		return -1;
	if (tab_rows(t) == 0) {
		tab_free(t);
		return fail_set(f, FAIL_CSV,
		    "%s: expected rows below the header, saw none", s->path);
	}
	s->about = meta_description(s->path);
	pf = prof_new(t);
	prof_overview(pf, &overview);
	words_system(b, s->about, buf_str(&overview), max_turns(s));
	s->sheet = json_object();
	json_object_set_new(s->sheet, "csv_sha256", json_string(tab_sha256(t)));
	json_object_set_new(s->sheet, "csv_options", tab_options_json(t));
	s->items.columns = json_array();
	for (i = 0; i < tab_cols(t); i++)
		json_array_append_new(
		    s->items.columns, json_string(tab_name(t, i)));
	buf_clear(&overview);
	prof_free(pf);
	tab_free(t);
	return 0;
}

static int
check_seen(struct session *s, struct fail *f)
{
	json_t *seen = s->x->seen;
	const char *sha = member(s->sheet, "csv_sha256"),
		   *before = json_string_value(json_object_get(seen, sha));

	if (before != NULL)
		return fail_set(f, FAIL_DUPLICATE, "%s: the same bytes as %s",
		    s->path, before);
	json_object_set_new(seen, sha, json_string(s->path));
	return 0;
}

static void
set_up(struct session *s, const char *system)
{
	const struct llmq *l = s->x->l;
	const struct conf *conf = l->teach.conf;

	s->items.csv_source = s->path;
	s->items.sha256 = member(s->sheet, "csv_sha256");
	s->items.description = s->about;
	s->items.options = json_object_get(s->sheet, "csv_options");
	s->items.discovery = l->discovery;
	s->talk = (struct talk){.chat = l->teach.chat,
	    .conf = conf,
	    .model = l->model,
	    .sample = l->seed};
	s->cells = (struct cells){.host = l->teach.host,
	    .csv = s->path,
	    .sha256 = s->items.sha256,
	    .options = s->items.options,
	    .role = "explore",
	    .sample = l->seed,
	    .journal = chat_journal(l->teach.chat)};
	set_quotas(s, conf_int(conf, CONF_NUM_QUESTIONS_TO_GENERATE),
	    conf_map(conf, CONF_QUESTION_DIFFICULTY_DISTRIBUTION));
	s->asked = ngram_new();
	s->programs = json_object();
	s->uses = json_object();
	s->concepts = json_object();
	talk_say(&s->talk, "system", system);
	words_start(&s->text, min_cells(s), l->discovery);
}

void
explore_put(struct explore *x, const char *path)
{
	struct session *s = xcalloc(1, sizeof *s);
	struct buf system = {0};
	struct fail f;

	s->x = x;
	s->path = xstrdup(path);
	s->out = json_array();
	*x->last = s;
	x->last = &s->next;
	x->n++;
	if (open_sheet(s, &system, &f) == -1 || check_seen(s, &f) == -1) {
		buf_clear(&system);
		reject(s, &f);
		return;
	}
	set_up(s, buf_str(&system));
	buf_clear(&system);
	go_on(s);
}
