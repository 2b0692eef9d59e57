/* claims.h - what an episode states about itself: hashes, the vote, the
 * conversation. */
#ifndef VERIFY_CLAIMS_H
#define VERIFY_CLAIMS_H

#include <jansson.h>

#include "answer.h"

/* The hashes that the record states are those of its answers and values. */
void check_hashes(json_t *checks, const json_t *episode);

/*
 * `vote`: the verdict, recomputed from the stored traces with the tolerances
 * that the record states (else those of rule), is the one that is stated, and
 * so are the counts beside it. `tolerances`: it is the same with those of rule,
 * so that nobody is proven by rules of its own.
 */
void check_vote(
    json_t *checks, const json_t *episode, const struct ans_rule *rule);

/*
 * `messages`, what is trained on, tells the gold trace: the question, without
 * the hint, then each cell and what it printed.
 */
void check_messages(json_t *checks, const json_t *episode);

#endif
