/* rec.h - records: newline-delimited JSON in and out, rejects, exit status. */
#ifndef REC_H
#define REC_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "buf.h"
#include "fail.h"

enum { REC_LINE_MAX = 64 << 20 }; /* bytes of a line */

/* Where a record came from; file is borrowed from the reader. */
struct rec_pos {
	const char *file; /* "-" for standard input */
	size_t line; /* from 1 */
};

struct rec_in;

enum rec_got {
	REC_END, /* end of the last input */
	REC_GOT, /* *rec is a new reference, the caller's */
	REC_MORE, /* no whole line in memory: call rec_fill */
};

/*
 * Read records from paths (NULL-terminated; none, or "-": standard input), one
 * after the other. types: the accepted values of "type", comma-separated, or
 * NULL for any. rejects: file for error records, or NULL. A line that is not a
 * record of these types is reported on stderr, written to rejects and skipped;
 * so are error records of earlier programs. paths must outlive the reader.
 */
struct rec_in *rec_open(
    char *const *paths, const char *types, const char *rejects, struct fail *f);
/* A reader without input: for rejects of programs that read other files. */
struct rec_in *rec_open_none(const char *rejects, struct fail *f);
enum rec_got rec_pull(struct rec_in *in, json_t **rec, struct rec_pos *pos);
/*
 * The same without parsing: the next line that is not blank, see rec_line, for
 * programs that read records as text (span.h). What they cannot use they hand
 * to rec_refuse, which rejects it with the reason that rec_pull would have
 * found, else with f's.
 */
enum rec_got rec_pull_text(struct rec_in *in, struct rec_pos *pos);
void rec_refuse(
    struct rec_in *in, const struct rec_pos *pos, const struct fail *f);
/* One read(2); for an event loop, call it when rec_fd is readable. A failing
 * read ends the program with EXIT_SYSTEM. */
void rec_fill(struct rec_in *in);
/* The descriptor rec_fill reads next. */
int rec_fd(const struct rec_in *in);
/* The share of all input that has been pulled, to tell how much is to come; 0
 * where that is not known, as of a pipe. */
double rec_share(const struct rec_in *in);
/* The line of the last record pulled, borrowed until the next pull. */
const char *rec_line(const struct rec_in *in, size_t *n);

/* A record cannot be processed: say so, write it to rejects, count it. record
 * is borrowed and may be NULL, then text (may be NULL) is written. */
void rec_reject(struct rec_in *in, const struct rec_pos *pos,
    const json_t *record, const char *text, const struct fail *f);
size_t rec_rejected(const struct rec_in *in);
size_t rec_count(const struct rec_in *in); /* records pulled */
/* Close; returns EXIT_ALL, EXIT_SOME, or EXIT_SYSTEM when a record was rejected
 * for FAIL_IO: a retry may help. */
enum exit_code rec_close(struct rec_in *in);

/*
 * The loop of a simple filter: fn for each record; it returns -1 with f filled
 * to reject one (a failure whose exit status is EXIT_SYSTEM ends the run).
 * end (may be NULL) runs after the last record. Returns the exit status.
 */
int rec_run(char *const *paths, const char *types, const char *rejects,
    int (*fn)(json_t *rec, void *ctx, struct fail *f),
    int (*end)(void *ctx, struct fail *f), void *ctx);

/* Parse one JSON text of n bytes; big integers are kept. NULL and f filled
 * when it is not one. */
json_t *rec_parse(const char *s, size_t n, struct fail *f);

/*
 * Append as one line of JSON without the newline: members in their order, or
 * sorted; reals as the shortest text that reads back the same.
 */
enum rec_dump_flags { REC_SORT = 1, REC_ASCII = 2, REC_SPACES = 4 };
void rec_dump(struct buf *b, const json_t *v, int flags);

/*
 * Write a record, or text that is one, as one line to standard output, whole
 * and at once. A lost reader ends the program by SIGPIPE, another failure with
 * EXIT_SYSTEM.
 */
void rec_put(const json_t *rec);
void rec_put_text(const char *line, size_t n);
/* The same for text without its newline in a buffer, which gets one. */
void rec_put_buf(struct buf *line);
/* Write all of n bytes to fd; -1 and errno when that fails. */
int rec_write(int fd, const void *p, size_t n);
/* Read n bytes of a file at off, fewer only at its end: how many, or -1 and
 * errno. */
ssize_t rec_read_at(int fd, void *p, size_t n, off_t off);

/* Integers beyond 64 bits: strings with a mark that nothing from outside can
 * carry. rec_bigint returns the digits (borrowed) or NULL. */
json_t *rec_bigint_new(const char *digits, size_t n);
const char *rec_bigint(const json_t *v);

/* Members by name, borrowed; -1 or NULL and f ("no member "x"", "member "x":
 * expected a string, saw a number") when missing or of another type. */
const char *rec_str(const json_t *o, const char *key, struct fail *f);
json_t *rec_obj(const json_t *o, const char *key, struct fail *f);
json_t *rec_arr(const json_t *o, const char *key, struct fail *f);
int rec_int(const json_t *o, const char *key, long *out, struct fail *f);
const char *rec_type_name(const json_t *v); /* "a string", "an object"... */

/* Now as ISO 8601 UTC ("2026-01-31T12:00:00Z"), or SOURCE_DATE_EPOCH. */
void rec_timestamp(char out[24]);
/* seconds rounded to microseconds, or 0 under SOURCE_DATE_EPOCH. */
json_t *rec_elapsed(double seconds);

#endif
