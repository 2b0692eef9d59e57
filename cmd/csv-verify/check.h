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

/*
 * Is the question the one that was made: its id that of what it holds, its text
 * the one that the id is of, and the form of its answer (output_type, decimals)
 * that of its program? form: ops_truth's; empty: unknown.
 */
void check_question(json_t *checks, const json_t *question, const json_t *form);

/* The submitted answer of a trace object, borrowed; NULL: there is none. */
const json_t *check_submitted(const json_t *trace);

/* Do the recorded answer and each of ground_truths match the ground truth that
 * the operators give anew? truth NULL: why says why there is none. */
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

/* Are both `sandbox` members about the same library versions? */
bool check_same_libraries(const json_t *a, const json_t *b);

#endif
