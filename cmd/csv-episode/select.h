/* select.h - which questions are taken: difficulties, shares, how many. */
#ifndef EPISODE_SELECT_H
#define EPISODE_SELECT_H

#include <stdbool.h>

#include <jansson.h>

struct select_conf {
	const char *difficulties; /* comma-separated, or NULL: all */
	long max; /* questions per CSV, 0: all */
	const json_t *shares; /* difficulty -> share of a CSV's questions, or
				 NULL: not filtered */
};

struct selection;

struct selection *select_new(const struct select_conf *conf); /* borrowed */
void select_free(struct selection *s);

/*
 * Take this question? They are judged in order of arrival, each CSV apart. With
 * shares and max, a difficulty gets its share of max (rounded up); with shares
 * alone, of the CSV's questions that have come so far. A difficulty without a
 * share is not taken.
 */
bool select_take(struct selection *s, const json_t *question);

/* Questions that were not taken. */
size_t select_left_out(const struct selection *s);

/* How many times this id came before (0 the first time); counts it. */
unsigned select_ordinal(struct selection *s, const char *id);

#endif
