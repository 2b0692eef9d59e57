/* target.h - what the questions of a file should be made up of. */
#ifndef TARGET_H
#define TARGET_H

#include <jansson.h>
#include <stdbool.h>

#include "fail.h"
#include "profile.h"

struct target;

/*
 * Read a YAML file: shares by name under difficulty, category, output_type and
 * style, and a number column_coverage. NULL and f (FAIL_USAGE) when it cannot
 * be read or says anything else.
 */
struct target *target_load(const char *path, struct fail *f);
void target_free(struct target *t);

/* Does it ask for a share of questions in that style? */
bool target_has_style(const struct target *t, const char *name);

/*
 * A file of which n questions are wanted: the first n that are offered are
 * held, later ones take the place of those that stand in the way of the shares.
 * So nothing may go out before the last offer.
 */
void target_start(struct target *t, const struct profile *pf, size_t n);
/* Could a question of these bring the goal nearer? */
bool target_wants(const struct target *t, const char *difficulty,
    const char *category, const char *style);
/* Offer a question, which is taken over. True: the goal is met. */
bool target_offer(struct target *t, json_t *question);
/* After the last offer: let go what is beyond a share. */
void target_settle(struct target *t);
/* The i-th question that is held, borrowed, or NULL. */
const json_t *target_at(const struct target *t, size_t i);
/* Candidates to look at before giving up. */
size_t target_budget(const struct target *t);
/* Warn of each part that the questions held fall short of. */
void target_report(const struct target *t, const char *path);

#endif
