/* teach.h - one teacher run: a question worked on turn by turn, by a chat API
 * or by playing recorded cells, each cell run in the sandbox. */
#ifndef TEACH_H
#define TEACH_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "box.h"
#include "chat.h"
#include "conf.h"
#include "ev.h"
#include "fail.h"
#include "turn.h"

/* What all runs of a program share; borrowed, must outlive them. */
struct teach_conf {
	struct ev *ev;
	struct box_host *host;
	struct chat *chat; /* NULL: cells are played only */
	const struct conf *conf;
};

/*
 * Who answers: the configured teacher, reference or chat; auto is chat where
 * one is set up (chat_configured), else reference, and says so on stderr.
 * -1 and FAIL_USAGE for another word.
 */
int teach_kind(const struct conf *conf, bool *chat, struct fail *f);

/* One run. All borrowed until teach_free. */
struct teach_job {
	const json_t *question; /* the record */
	const char *system; /* the system message's text */
	const char *csv; /* path to open */
	const json_t *cells; /* [{reasoning, code}...] to play one turn a cell;
				NULL: ask the chat API */
	bool gold; /* sees the hint */
	unsigned index; /* among the runs of its role */
	unsigned sample; /* different for each run of a question: names the
			    request in the journal, seeds the model */
	bool keep; /* the worker lives on after the last cell, for teach_take */
};

struct teach;
typedef void teach_fn(struct teach *t, void *arg);

/* Start; fn is called once, from ev_step, unless teach_free comes first. It may
 * call teach_free. */
struct teach *teach_start(const struct teach_conf *conf,
    const struct teach_job *job, teach_fn *fn, void *arg);
/* Also ends a run that goes on. NULL is fine. */
void teach_free(struct teach *t);

/* Shown after each turn, for programs that display a run as it goes. */
void teach_watch(
    struct teach *t, void (*fn)(const json_t *turn, void *arg), void *arg);

/* How a finished run came out. */
enum teach_outcome {
	TEACH_DONE, /* there is a trace, whatever its stop */
	TEACH_REJECT, /* the question cannot be worked on (its CSV): see fail */
	TEACH_ABORT, /* the chat API answers nobody any more: see fail */
};
enum teach_outcome teach_outcome(const struct teach *t, struct fail *f);

/* Of a finished run with TEACH_DONE. New references, the caller's. */
json_t *teach_trace(const struct teach *t); /* the trace object */
json_t *teach_messages(const struct teach *t);
json_t *teach_teacher(const struct teach *t); /* the `teacher` member */
json_t *teach_usage(const struct teach *t); /* the `usage` member */
/* Seconds that the teacher and its cells took, waiting apart. */
double teach_elapsed(const struct teach *t);
/* Borrowed: the submitted answer, or NULL where nothing was submitted. */
const json_t *teach_answer(const struct teach *t);
bool teach_submitted(const struct teach *t);
/* Of a finished run that was to keep it: the worker, with all that the cells
 * left there; the caller's from now on. NULL where none is alive. */
struct box_trace *teach_take(struct teach *t);
enum turn_stop teach_stop(const struct teach *t);

#endif
