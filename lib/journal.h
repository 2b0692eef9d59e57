/* journal.h - finished requests and executed cells, appended to a file. */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "digest.h"
#include "fail.h"

/*
 * One JSON object a line: {"kind", "key", ..., "end": true}. The file is only
 * ever appended to (mode 0600), each line by one write(2) under flock(2), so
 * that processes may share it and a killed one leaves at most a torn line,
 * which is skipped. The first line of a key counts: what was answered once
 * stays the answer. Only keys and offsets are held in memory.
 */
struct journal;

enum journal_kind {
	JOURNAL_REPLY, /* a request's answer */
	JOURNAL_FAILURE, /* why a request was given up; used by replay only */
	JOURNAL_CELL, /* what a cell gave */
	JOURNAL_ATTEMPT, /* one attempt that failed: for accounting only */
	JOURNAL_KINDS
};

/*
 * Open or create path and read what it holds; with replay it must exist and is
 * never written. Lines that are not ours are counted (journal_skipped) and
 * warned of. NULL and FAIL_IO.
 */
struct journal *journal_open(const char *path, bool replay, struct fail *f);
void journal_close(struct journal *j); /* NULL is fine */

/* SHA-256 over the compact, sorted JSON of parts. */
void journal_key(const json_t *parts, char key[DIGEST_HEX]);

/* The recorded value of a key as a new reference; NULL when there is none. */
json_t *journal_find(
    struct journal *j, enum journal_kind kind, const char *key);
/* Append; value is borrowed. A key that is there already is not written again
 * (attempts are). 0, also in replay, where nothing is written; -1 and FAIL_IO,
 * after which the file ends with a whole line. */
int journal_put(struct journal *j, enum journal_kind kind, const char *key,
    const json_t *value, struct fail *f);

/*
 * A cell's key: make it of everything that its result depends on, so that a
 * changed question, file or option is another cell: journal_key(["cell",
 * csv_sha256, csv_options, role, trace index, [code of the cells before],
 * code]). value: what the rerun needs, an execution object for example.
 */
json_t *journal_cell_find(struct journal *j, const char *key);
int journal_cell_put(
    struct journal *j, const char *key, const json_t *value, struct fail *f);

/*
 * Describe, for a message, the recorded request most like this one: print is
 * an object {"model", "sample", "params": {...}, "messages": [digest...]} as in
 * the "request" member of replies. Reads the whole file.
 */
void journal_nearest(struct journal *j, const json_t *print, struct buf *out);

bool journal_replays(const struct journal *j);
size_t journal_count(const struct journal *j, enum journal_kind kind);
size_t journal_skipped(const struct journal *j); /* lines */
const char *journal_path(const struct journal *j);

#endif
