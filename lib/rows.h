/* rows.h - rows that a typed table can hold: one type for each path, the same
 * members in every row, free-form values as JSON text. */
#ifndef ROWS_H
#define ROWS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "fail.h"
#include "rec.h"

enum row_kind {
	ROW_NULL, /* nothing but null was seen */
	ROW_BOOL,
	ROW_INT, /* fits 64 bits */
	ROW_REAL,
	ROW_STR,
	ROW_LIST,
	ROW_STRUCT,
};

/* The type of one path. Members stand in the order they were first seen. */
struct row_type {
	enum row_kind kind;
	bool wide; /* ROW_INT: some value is beyond what a double holds */
	const char *file; /* where the kind was first seen; borrowed */
	size_t line;
	struct row_field *field; /* ROW_STRUCT */
	size_t n, cap;
	bool differ; /* ROW_STRUCT: not all objects had the same members */
	struct row_type *elem; /* ROW_LIST */
};

struct row_field {
	char *name;
	struct row_type type;
};

enum { ROW_FIELDS_MAX = 2000 }; /* members of one object */

/*
 * The record with its free-form members as JSON text: a new reference. For
 * question, trace and episode records these are the answers (X becomes X_json
 * and X_type), hook values, template_params and their like; extra: more
 * member names, for any record, comma-separated, or NULL.
 */
json_t *rows_text(const json_t *rec, const char *extra);
/* Is it a record of ours, whose free-form members are known? */
bool rows_own(const json_t *rec);

/*
 * Widen t so that it holds v. -1 (FAIL_VALUE) when both cannot share a type;
 * the message names the path, both types and where the first was seen. t may
 * have been widened in part then.
 */
int rows_see(struct row_type *t, const json_t *v, const struct rec_pos *pos,
    struct fail *f);
/* Widen t by a type that was read from elsewhere, in the same way. */
int rows_merge(struct row_type *t, const struct row_type *other,
    const char *path, struct fail *f);

/* Append v as JSON with the members of t in their order, absent ones null. */
void rows_put(struct buf *b, const struct row_type *t, const json_t *v);

/* Would a loader of data sets take these columns for agent traces, and
 * replace them? Returns the names of the set, or NULL. */
const char *rows_trap(const struct row_type *t);

/* Append the paths, below the top, of objects that had not all the same
 * members: those they lack become null. Returns their number; at most max are
 * written. */
size_t rows_differ(struct buf *b, const struct row_type *t, size_t max);

/* "int64", "string", "list"... */
const char *rows_kind_name(enum row_kind kind);
/* The member's type, borrowed, or NULL. */
struct row_type *rows_field(struct row_type *t, const char *name);
/* The same, added when it is missing. */
struct row_type *rows_add(struct row_type *t, const char *name);
/* A hash of names and types, to see whether they changed. */
uint64_t rows_hash(const struct row_type *t);
/* Free what t owns. */
void rows_clear(struct row_type *t);

#endif
