/* check.h - what is proven about a record, check by check. */
#ifndef VERIFY_CHECK_H
#define VERIFY_CHECK_H

#include <stdbool.h>

#include <jansson.h>

#include "answer.h"

enum check_result { CHECK_PASS, CHECK_FAIL, CHECK_SKIP };

/*
 * Put a check into checks: {name: {"result": "pass", "fail" or "skip",
 * "detail"}}. A check that is there already gets worse only: fail before pass
 * before skip. detail (printf) may be "".
 */
void check_put(json_t *checks, const char *name, enum check_result result,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* "failed" where a check failed; else "proven" where one that proves something
 * passed (answer, truth or reference); else "unproven". */
const char *check_status(const json_t *checks);

/* The answer as text for a detail, shortened; owned by the caller. */
char *check_text(const json_t *answer);

/* Does the recorded answer match the ground truth that the operators give
 * anew? truth NULL: why says why there is none. */
void check_truth(json_t *checks, const json_t *question, const json_t *truth,
    const char *why, const struct ans_rule *rule);

/* A question's reference program gave `again` (a trace object). */
void check_reference(json_t *checks, const json_t *question,
    const json_t *again, const struct ans_rule *rule);

/*
 * A recorded trace against the same cells run again: the answer, each turn's
 * success, hooks by name and value, their grounding, and, with same_libraries,
 * the printed text. prefix goes before the checks' names ("" for the gold
 * trace).
 */
void check_trace(json_t *checks, const char *prefix, const json_t *recorded,
    const json_t *again, bool same_libraries, const struct ans_rule *rule);

/* The hashes that the record states are those of its answers and values. */
void check_hashes(json_t *checks, const json_t *episode);

/*
 * `vote`: the verdict, recomputed from the stored traces with the tolerances
 * that the record states (else those of rule), is the one that is stated.
 * `tolerances`: it is the same with those of rule, so that nobody is proven by
 * rules of its own.
 */
void check_vote(
    json_t *checks, const json_t *episode, const struct ans_rule *rule);

/* Are both `sandbox` members about the same library versions? */
bool check_same_libraries(const json_t *a, const json_t *b);

#endif
