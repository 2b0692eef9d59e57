/* fanout.h - questions in flight: the gold run and then waves of blind runs of
 * each, and their lines in the order of the input. */
#ifndef EPISODE_FANOUT_H
#define EPISODE_FANOUT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "answer.h"
#include "rec.h"
#include "sheet.h"
#include "stop.h"
#include "teach.h"

/* What all questions share; borrowed. */
struct fanout_conf {
	struct teach_conf teach;
	struct sheets *sheets;
	struct ans_tol tol;
	enum stop_rule rule;
	bool reference; /* play cells, no blind runs */
	long n_consistency; /* -1: by configuration */
	bool unordered;
	size_t slots; /* questions in flight, waiting lines included */
	struct rec_in *in; /* for rejects */
	/* a slot came free, or all runs stop (fanout_stopped); from ev_step */
	void (*wake)(void *arg);
	void *arg;
};

struct fanout;

struct fanout *fanout_new(const struct fanout_conf *conf);
void fanout_free(struct fanout *fo); /* ends what goes on */

/* Is there room for another question? */
bool fanout_room(const struct fanout *fo);
bool fanout_empty(const struct fanout *fo);
size_t fanout_done(const struct fanout *fo); /* questions finished */
size_t fanout_open(const struct fanout *fo); /* questions in flight */
/* Take a question (its reference); ordinal: how often its id came before. */
void fanout_put(struct fanout *fo, json_t *question, const struct rec_pos *pos,
    unsigned ordinal);

/* No further run is started: a budget is used up (FAIL_BUDGET; what was in
 * flight is recorded) or the chat API answers nobody (what was in flight is
 * dropped). False while all is well. */
bool fanout_stopped(const struct fanout *fo, struct fail *f);

#endif
