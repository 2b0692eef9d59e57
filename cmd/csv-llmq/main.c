/* main.c - csv-llmq: questions that a model finds in CSVs, and questions in
 * other words. */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <poll.h>

#include "guard.h"
#include "llmq.h"
#include "log.h"
#include "mem.h"
#include "opt.h"

struct opts {
	long candidates, seed;
	bool verbalize, keep;
	const char *style, *explain;
	struct opt_list avoid;
};

static const struct opt options[] = {
    {"max-questions", 'n', OPT_CONF, "N", "questions a file", 0,
	CONF_NUM_QUESTIONS_TO_GENERATE, NULL, 0, 0},
    {"max-turns", 0, OPT_CONF, "N", "replies that the model may take a file", 0,
	CONF_QUESTION_GEN_MAX_TURNS, NULL, 0, 0},
    {"min-turns", 0, OPT_CONF, "N", "cells that have to run before questions",
	0, CONF_MIN_EXPLORATION_TURNS, NULL, 0, 0},
    {"jobs", 'j', OPT_CONF, "N", "files or questions in flight", 0,
	CONF_N_QUESTION_SLOTS, NULL, 0, 0},
    {"seed", 's', OPT_INT, "N", "another seed gives other questions",
	offsetof(struct opts, seed), 0, "0", 0, 2147483647},
    {"style", 0, OPT_STR, "STYLE",
	"direct (names columns) or discovery (describes them)",
	offsetof(struct opts, style), 0, "direct", 0, 0},
    {"avoid", 0, OPT_LIST, "FILE", "questions to stay away from (repeatable)",
	offsetof(struct opts, avoid), 0, NULL, 0, 0},
    {"explain", 0, OPT_STR, "FILE", "write what was refused and why",
	offsetof(struct opts, explain), 0, NULL, 0, 0},
    {"keep-exploration", 0, OPT_FLAG, NULL,
	"record the cells that a question rests on",
	offsetof(struct opts, keep), 0, NULL, 0, 0},
    {"verbalize", 0, OPT_FLAG, NULL,
	"read questions and put them in other words",
	offsetof(struct opts, verbalize), 0, NULL, 0, 0},
    {"candidates", 0, OPT_INT, "N", "wordings to choose from",
	offsetof(struct opts, candidates), 0, "3", 1, 20},
    {0}};

static const struct opt *const tables[] = {
    options, opt_teacher, opt_sandbox, NULL};

static const struct prog prog = {"csv-llmq",
    "FILE...\n       csv-llmq --verbalize [options] [FILE...]",
    "Let a model explore CSV files and write questions, or reword questions",
    tables};

/* A run of the program. */
struct app {
	struct opts o;
	struct conf *conf;
	struct llmq l;
	struct explore *explore; /* or */
	struct verbalize *verbalize;
	char **files; /* that are to come */
	size_t taken; /* files or questions */
	struct ev_timer *pump;
	bool end; /* of the input */
	int signal; /* that ends the program, or 0 */
	bool draining;
};

void
llmq_stop(struct llmq *l, const struct fail *why)
{
	if (l->stopped)
		return;
	l->stopped = true;
	l->fail = *why;
}

void
llmq_put(const struct llmq *l, const json_t *record)
{
	const char *type = json_string_value(json_object_get(record, "type"));
	struct buf b = {0};

	if (type == NULL || strcmp(type, "dropped") != 0) {
		rec_put(record);
		return;
	}
	rec_dump(&b, record, 0);
	buf_putc(&b, '\n');
	if (fwrite(b.p, 1, b.n, l->explain) != b.n || fflush(l->explain) != 0)
		err(EXIT_SYSTEM, "%s", l->explain_path);
	buf_clear(&b);
}

/* ---- the work ---- */

static void schedule(void *arg);

static void
on_input(int fd, short revents, void *arg)
{
	struct app *a = arg;

	(void)revents;
	ev_del(a->l.teach.ev, fd);
	rec_fill(a->l.in);
	schedule(a);
}

static void
take_files(struct app *a)
{
	for (; explore_room(a->explore) && *a->files != NULL; a->taken++)
		explore_put(a->explore, *a->files++);
	a->end = *a->files == NULL;
}

static void
take_questions(struct app *a)
{
	struct rec_pos pos;
	enum rec_got got;
	json_t *q;

	while (!a->end && verbalize_room(a->verbalize)) {
		got = rec_pull(a->l.in, &q, &pos);
		if (got == REC_MORE) {
			ev_fd(a->l.teach.ev, rec_fd(a->l.in), POLLIN, on_input,
			    a);
			return;
		}
		if (got == REC_END) {
			a->end = true;
		} else {
			verbalize_put(a->verbalize, q, &pos);
			a->taken++;
		}
	}
}

static size_t
done(const struct app *a)
{
	return a->explore != NULL ? explore_done(a->explore)
				  : verbalize_done(a->verbalize);
}

static bool
idle(const struct app *a)
{
	return a->explore != NULL ? explore_empty(a->explore)
				  : verbalize_empty(a->verbalize);
}

/* How far is the work? A question in flight is half done. */
static void
expect(const struct app *a)
{
	double taken = (double)a->taken, share, total = taken;
	char **left;

	if (a->explore != NULL) {
		for (left = a->files; *left != NULL; left++)
			total++;
		share = (double)done(a) + explore_share(a->explore);
		chat_expect(a->l.teach.chat, share, total);
		return;
	}
	share = rec_share(a->l.in);
	total = share > 0 ? taken / share : 0;
	chat_expect(a->l.teach.chat, (taken + (double)done(a)) / 2, total);
}

/* Fill the free slots; end the loop when all is done. */
static void
pump(void *arg)
{
	struct app *a = arg;

	a->pump = NULL;
	log_progress(
	    done(a), 0, a->explore != NULL ? "files" : "questions", NULL);
	if (a->signal == 0 && a->explore != NULL)
		take_files(a);
	else if (a->signal == 0)
		take_questions(a);
	expect(a);
	if (idle(a) && (a->end || a->l.stopped))
		ev_stop(a->l.teach.ev);
	if (a->draining && chat_pending(a->l.teach.chat) == 0)
		ev_stop(a->l.teach.ev);
}

static void
schedule(void *arg)
{
	struct app *a = arg;

	if (a->pump == NULL)
		a->pump = ev_after(a->l.teach.ev, 0, pump, a);
}

/* A signal, or nobody reads our output any more. */
static void
on_end(int sig, void *arg)
{
	struct app *a = arg;

	a->signal = sig;
	a->draining = sig != SIGPIPE && conf_bool(a->conf, CONF_DRAIN);
	if (!a->draining) {
		ev_stop(a->l.teach.ev);
		return;
	}
	log_info("waiting for the requests in flight");
	chat_stop(a->l.teach.chat, true);
	schedule(a);
}

/* ---- what to stay away from ---- */

/* A question record, one inside a trace or episode, or any object with a text
 * `question`, `question_text` or `prompt`. */
static void
avoid(struct llmq *l, const json_t *rec)
{
	const json_t *q = json_object_get(rec, "question"),
		     *prompt = json_object_get(rec, "prompt");
	const json_t *answer;
	char *body, *wording, *program;

	if (!json_is_object(q))
		q = rec;
	body = item_body(q);
	wording = item_text(q, "question_text"); /* of a rewording */
	if (body[0] != '\0')
		ngram_add(l->avoid, body);
	else if (json_is_string(prompt))
		ngram_add(l->avoid, json_string_value(prompt));
	else
		log_debug("--avoid: a record without a question");
	if (wording[0] != '\0' && strcmp(wording, body) != 0)
		ngram_add(l->avoid, wording);
	free(wording);
	answer = json_object_get(q, "claimed_answer");
	if (answer == NULL)
		answer = json_object_get(q, "ground_truth");
	if (answer != NULL && !json_is_null(answer) &&
	    json_object_get(q, "csv_sha256") != NULL) {
		program = item_program(q);
		json_object_set_new(l->avoided, program, json_true());
		free(program);
	}
	free(body);
}

static void
read_avoid(struct app *a)
{
	struct rec_in *in;
	struct rec_pos pos;
	enum rec_got got;
	struct fail f;
	json_t *rec;
	size_t i;

	a->l.avoided = json_object();
	if (a->o.avoid.n == 0)
		return;
	a->l.avoid = ngram_new();
	for (i = 0; i < a->o.avoid.n; i++) {
		char *paths[] = {(char *)(uintptr_t)a->o.avoid.v[i], NULL};

		if ((in = rec_open(paths, NULL, NULL, &f)) == NULL)
			errx((int)fail_exit(f.code), "%s", f.msg);
		while ((got = rec_pull(in, &rec, &pos)) != REC_END) {
			if (got == REC_MORE) {
				rec_fill(in);
				continue;
			}
			avoid(&a->l, rec);
			json_decref(rec);
		}
		rec_close(in);
	}
}

/* ---- start and end ---- */

static const char *
model(const struct conf *conf)
{
	return conf_str(conf,
	    conf_level(conf, CONF_TEACHER_MODEL) == CONF_OPTION
		? CONF_TEACHER_MODEL
		: CONF_QUESTION_GEN_MODEL);
}

static void
check_options(const struct app *a)
{
	const struct opts *o = &a->o;

	if (!opt_in_list("direct,discovery", o->style))
		opt_usage("--style: expected direct or discovery, saw \"%s\"",
		    o->style);
	if (strcmp(conf_str(a->conf, CONF_TEACHER), "reference") == 0)
		opt_usage("--teacher: expected chat, saw \"reference\", which "
			  "knows answers only");
	if (strcmp(conf_str(a->conf, CONF_TEACHER), "auto") == 0 &&
	    !conf_bool(a->conf, CONF_REPLAY) && !chat_configured(a->conf))
		opt_usage("no chat API is set up: give --base-url, or set "
			  "OPENROUTER_API_KEY");
	if (!o->verbalize && *a->files == NULL)
		opt_usage("expected a CSV file, saw none");
	if (o->verbalize &&
	    conf_level(a->conf, CONF_NUM_QUESTIONS_TO_GENERATE) == CONF_OPTION)
		opt_usage("--max-questions is of no use with --verbalize");
}

static void
set_up(struct app *a, const char *rejects)
{
	struct llmq *l = &a->l;
	struct box_conf box;
	struct fail f;

	box_conf_init(&box);
	if (box_conf_set(&box, a->conf, &f) == -1)
		opt_usage("%s", f.msg);
	l->teach.conf = a->conf;
	l->teach.ev = ev_new();
	l->in = a->o.verbalize ? rec_open(a->files, "question", rejects, &f)
			       : rec_open_none(rejects, &f);
	if (l->in == NULL ||
	    (l->teach.chat = chat_new(l->teach.ev, a->conf, &f)) == NULL ||
	    (!a->o.verbalize &&
		(l->teach.host = box_host_new(l->teach.ev, &box, &f)) == NULL))
		errx((int)fail_exit(f.code), "%s", f.msg);
	l->model = model(a->conf);
	l->keep = a->o.keep;
	l->discovery = strcmp(a->o.style, "discovery") == 0;
	l->seed = (unsigned)a->o.seed;
	l->candidates = a->o.candidates;
	l->slots = (size_t)conf_int(a->conf, CONF_N_QUESTION_SLOTS);
	l->wake = schedule;
	l->arg = a;
	l->explain_path = a->o.explain;
	if (a->o.explain != NULL &&
	    (l->explain = fopen(a->o.explain, "we")) == NULL)
		err(EXIT_SYSTEM, "%s", a->o.explain);
	read_avoid(a);
	if (a->o.verbalize)
		a->verbalize = verbalize_new(l);
	else
		a->explore = explore_new(l);
}

static int
report(struct app *a)
{
	struct llmq *l = &a->l;
	int status;

	if (a->verbalize != NULL)
		log_info("%zu questions, %zu reworded",
		    verbalize_done(a->verbalize),
		    verbalize_reworded(a->verbalize));
	chat_summary(l->teach.chat);
	if (l->explain != NULL && fclose(l->explain) != 0)
		err(EXIT_SYSTEM, "%s", l->explain_path);
	status = (int)rec_close(l->in);
	if (!l->stopped)
		return status;
	log_warn("stopped: %s", l->fail.msg);
	return (int)fail_exit(l->fail.code) != EXIT_SOME
	    ? (int)fail_exit(l->fail.code)
	    : EXIT_SYSTEM;
}

static void
tear_down(struct app *a)
{
	struct llmq *l = &a->l;

	ev_cancel(l->teach.ev, a->pump);
	explore_free(a->explore);
	verbalize_free(a->verbalize);
	chat_free(l->teach.chat);
	box_host_free(l->teach.host);
	ev_free(l->teach.ev);
	ngram_free(l->avoid);
	json_decref(l->avoided);
	free(a->o.avoid.v);
	conf_free(a->conf);
}

int
main(int argc, char *argv[])
{
	struct app a = {.conf = conf_new()};
	struct opt_common common;
	struct guard *guard;
	int status = 0;

	a.files = opt_start(&prog, argc, argv, &a.o, &common, a.conf);
	check_options(&a);
	set_up(&a, common.rejects);
	guard = guard_new(a.l.teach.ev, on_end, &a);
	schedule(&a);
	ev_run(a.l.teach.ev);
	guard_free(guard);
	log_progress_end();
	if (a.signal == 0)
		status = report(&a);
	tear_down(&a);
	if (a.signal != 0)
		guard_die(a.signal);
	return status;
}
