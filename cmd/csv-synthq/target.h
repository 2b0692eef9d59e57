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

/* Begin a file of which n questions are wanted. */
void target_start(struct target *t, const struct profile *pf, size_t n);
/* Is there room for a question of these? output_type may be NULL. */
bool target_room(struct target *t, const char *difficulty, const char *category,
    const char *style, const char *output_type);
/* Count a question in, or say that it is not wanted. */
bool target_take(struct target *t, const json_t *question);
/* Candidates to look at before giving up. */
size_t target_budget(const struct target *t);
/* Warn of each part that the questions taken fall short of. */
void target_report(const struct target *t, const char *path);

#endif
