/* turn.h - the records of a teacher run: turns, hooks, corrections, the trace
 * object. Their shapes are made here and nowhere else. */
#ifndef TURN_H
#define TURN_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/* Why a run ended. */
enum turn_stop {
	TURN_SUBMITTED,
	TURN_MAX_TURNS, /* no answer by the last turn */
	TURN_TIMEOUT, /* the time of the trace is used up */
	TURN_CONTEXT, /* the conversation does not fit any more */
	TURN_BUDGET, /* a limit on money or tokens was reached */
	TURN_TEACHER_ERROR, /* the chat API failed, see error */
	TURN_SANDBOX_ERROR, /* the sandbox failed, see error */
};
const char *turn_stop_name(enum turn_stop stop); /* "submitted"... */

/* The turns of one run. All zero is an empty list. */
struct turns {
	json_t *list; /* owned */
	bool submitted;
	json_t *answer; /* of the last submit(), owned, else NULL */
	/* the failed turns that the next success mends, none while error_type
	 * is NULL */
	size_t failed_at; /* turn_index of the first of them */
	char *error_type, *error_message; /* its exception, owned */
};

void turns_clear(struct turns *t);
size_t turns_count(const struct turns *t);

/* submit(answer) was called; the last one counts. */
void turns_answer(struct turns *t, json_t *answer);

/*
 * Append a turn: {turn_index, reasoning, code, execution} and, where it is the
 * first to succeed after failed ones, correction {corrects_turn, error_type,
 * error_message, attempts_since_error}: the first turn of that row of failures
 * and how many turns it took since. execution: box_result_json's, its reference
 * is taken, its hooks get their value_hash; ename and evalue: its exception.
 */
void turns_add_execution(struct turns *t, const char *reasoning,
    const char *code, json_t *execution, const char *ename, const char *evalue);
/* The same for a reply that held nothing to run; why goes to stderr. */
void turns_add_empty(struct turns *t, const char *reasoning, const char *why);
/* A further member of the last turn (takes the value's reference). */
void turns_note(struct turns *t, const char *key, json_t *value);

/*
 * The trace object: {turns, final_answer, final_answer_hash, success, stop,
 * error}; owned by the caller, shares the turns. error: one line or NULL.
 */
json_t *turns_trace(
    const struct turns *t, enum turn_stop stop, const char *error);

/* Members of a turn of a trace, borrowed; "" or NULL where they are not what
 * they should be. */
const char *turn_code(const json_t *turn);
const json_t *turn_hooks(const json_t *turn); /* an array or NULL */

#endif
