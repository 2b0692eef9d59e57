/* trace.h - a trace record as pieces of its line. */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "answer.h"
#include "fail.h"
#include "span.h"

/* Members that are read; the others are copied or dropped with what they are
 * in. */
enum trace_member {
	TRACE_TYPE,
	TRACE_QUESTION,
	TRACE_GROUP,
	TRACE_ROLE,
	TRACE_INDEX,
	TRACE_PLANNED,
	TRACE_LAST,
	TRACE_STOPPING,
	TRACE_TRACE,
	TRACE_MESSAGES,
	TRACE_TEACHER,
	TRACE_SANDBOX,
	TRACE_USAGE,
	TRACE_ELAPSED,
	TRACE_MEMBERS, /* those of the record itself end here */
	TRACE_SUCCESS = TRACE_MEMBERS, /* of trace */
	TRACE_ANSWER,
	TRACE_STOP,
	TRACE_N_PLANNED, /* of planned */
	TRACE_KIND, /* of teacher */
	TRACE_MODEL,
	TRACE_Q_ID, /* of question, and so to the end */
	TRACE_Q_CSV,
	TRACE_Q_SOURCE,
	TRACE_Q_HINT,
	TRACE_Q_FIRST, /* what matching and cleaning messages read */
	TRACE_WANTS = TRACE_Q_FIRST + 8
};

/* The names of all that is wanted, by enum trace_member. */
extern const struct span_want trace_wants[TRACE_WANTS];

struct trace {
	struct span m[TRACE_WANTS]; /* borrowed from the line */
	uint64_t group, hash; /* of the group's name; of the line */
	bool gold, last;
	long index;
	long planned; /* consistency runs */
};

/* Read a line; it must outlive t. Checks JSON and all members that are read. */
int trace_read(struct trace *t, const char *line, size_t n, struct fail *f);
/* Fill t->m only, from text that trace_put made. */
void trace_find(struct trace *t, const char *text, size_t n);

/* Append the record without its question and messages. */
void trace_put_short(struct buf *b, const struct trace *t);

/* The question's members that matching reads; owned by the caller. */
json_t *trace_question(const struct trace *t);
/* The run for the verdict; *answer is owned by the caller. */
struct ans_run trace_run(const struct trace *t, json_t **answer);

uint64_t trace_hash(const void *p, size_t n);

#endif
