/* fail.h - exit codes, and why something failed. */
#ifndef FAIL_H
#define FAIL_H

#include <stdbool.h>

/* Exit status of every program. */
enum exit_code {
	EXIT_ALL = 0, /* every record was processed */
	EXIT_SOME = 1, /* finished, some records were rejected */
	EXIT_USAGE = 2, /* command line or configuration */
	EXIT_SYSTEM = 3, /* I/O, memory, network, sandbox: a retry may help */
};

/* What a failure is about; fail_code_name() is the text in error records. */
enum fail_code {
	FAIL_NONE,
	FAIL_JSON, /* not a JSON text */
	FAIL_TYPE, /* not an object, or another record type */
	FAIL_MEMBER, /* a member is missing */
	FAIL_VALUE, /* a member has a value that cannot be used */
	FAIL_LONG, /* longer than a limit */
	FAIL_TORN, /* the last line has no end */
	FAIL_UPSTREAM, /* an error record of an earlier program */
	FAIL_DUPLICATE,
	FAIL_CSV, /* a CSV is refused, changed or gone */
	FAIL_USAGE, /* command line or configuration */
	FAIL_SANDBOX, /* no sandbox, or it broke */
	FAIL_TEACHER, /* the chat API */
	FAIL_NETWORK,
	FAIL_IO, /* files, pipes, memory maps */
	FAIL_BUDGET, /* a limit on money, tokens or time was reached */
	FAIL_CODES
};

struct fail {
	enum fail_code code;
	char msg[1000]; /* one line, no newline at its end */
};

/*
 * Fill f (may be NULL) and return -1, so that `return fail_set(...)` reads
 * well. The message is made safe (fail_clean): it may hold file data. No
 * argument may point into f.
 */
int fail_set(struct fail *f, enum fail_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Put text in front of a failure's message ("FILE:LINE"); returns -1. */
int fail_at(struct fail *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Make text safe for a terminal, in place: control characters (also those that
 * UTF-8 writes in two bytes) and marks that turn the direction of text become
 * '?', a character cut off at the end goes. keep: line feeds and tabs stay.
 */
void fail_clean(char *s, bool keep);

/*
 * FAIL_IO where the error number e tells that the machine lacks something or a
 * device is broken, so that a retry may help; else code.
 */
enum fail_code fail_errno(int e, enum fail_code code);

/* The documented name of a code, as in error records: "bad_json"... */
const char *fail_code_name(enum fail_code code);

/* The exit status that a failure of the whole program has. */
enum exit_code fail_exit(enum fail_code code);

#endif
