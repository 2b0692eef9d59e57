/* stop.h - the vote of blind runs, and when enough of it is known. */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

#include "fail.h"

/* When blind runs stop before all planned ones are made (--early-stop). */
enum stop_rule {
	STOP_VERDICT, /* no outcome of the others can change the verdict */
	STOP_BETA, /* that, or it is unlikely (0.90) that they would */
	STOP_NONE,
};

/* -1 and FAIL_USAGE for another word than verdict, beta and none. */
int stop_rule_parse(const char *word, enum stop_rule *rule, struct fail *f);
const char *stop_rule_name(enum stop_rule rule);

/* The blind runs of one question so far. */
struct stop_votes {
	unsigned planned; /* runs that may be made */
	unsigned made; /* those that are finished */
	unsigned submitted; /* of these, those that gave an answer */
	unsigned matching; /* of these, answers that match the gold answer */
};

/*
 * The vote: the matching answers are more than min_agreement (0.5 to 1) of
 * those submitted, and at least two were submitted (one, where one run was
 * planned). True where no run was planned: nobody was asked.
 */
bool stop_vote(const struct stop_votes *v, double min_agreement);

/*
 * Need no further run be made? gold_ok: the gold run submitted, and its answer
 * matches the truth where there is one; without that the verdict is settled.
 * Also true when all planned runs are made.
 */
bool stop_decided(const struct stop_votes *v, enum stop_rule rule,
    double min_agreement, bool gold_ok);

/* How many runs to start together next: half of what is left, rounded up
 * (four, two, one of seven). */
unsigned stop_wave(const struct stop_votes *v);

/* Probability that a share is above x after `yes` of `n` trials, from a uniform
 * prior: 1 - I_x(1 + yes, 1 + n - yes). */
double stop_beta(unsigned yes, unsigned n, double x);

#endif
