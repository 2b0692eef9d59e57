/* trial.h - a program on altered copies of its CSV. */
#ifndef VERIFY_TRIAL_H
#define VERIFY_TRIAL_H

#include <jansson.h>

#include "box.h"
#include "copies.h"

/* Borrowed but for the worker. */
struct trial_conf {
	struct box_host *host;
	const json_t *question;
	const char *csv; /* path */
	const json_t *cells; /* [{code}...] */
	const struct ans_rule *rule;
	/* The worker that the cells ran in on the CSV itself, or NULL; the
	 * trial's from now on. */
	struct box_trace *worker;
};

struct trial;
/* All copies are judged, or the sandbox failed. Called once, from ev_step,
 * unless trial_free comes first; may call trial_free. */
typedef void trial_fn(struct trial *t, void *arg);

/*
 * Run the cells on each copy; takes what the n > 0 copies hold (v stays the
 * caller's). The copies share the worker, one after the other, its names
 * cleared between them. That cannot make a wrong program right: what a copy's
 * answer must be never enters the sandbox. It could make a right program wrong
 * (by what it left in a library), so each miss is run again in a worker of its
 * own, and only that counts.
 */
struct trial *trial_new(const struct trial_conf *conf, struct copy *v, size_t n,
    trial_fn *fn, void *arg);
void trial_free(struct trial *t); /* NULL is fine */

/* How it came out: copies with the right answer, and the others as
 * [{alteration, expected, answer}...], a new reference. -1 and f where the
 * sandbox failed. */
int trial_result(
    const struct trial *t, size_t *passed, json_t **missed, struct fail *f);

#endif
