/* table.h - a CSV as typed columns, as pandas.read_csv would load it. */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "buf.h"
#include "csv.h"
#include "fail.h"

/* A column's type, from the dtype that pandas gives it. */
enum tab_type {
	TAB_INT, /* int64 */
	TAB_FLOAT, /* float64, whole numbers with missing ones too */
	TAB_BOOL, /* bool; object of True, False, NaN when some are missing */
	TAB_STR, /* object: text and missing */
	TAB_EMPTY, /* no value in any row (float64, or object without rows) */
};

struct tab_span {
	const char *p; /* UTF-8, not NUL-terminated, borrowed */
	size_t n;
};

struct table;

/*
 * Load a CSV. csv_options: the member of a question record, obeyed as it is;
 * NULL: separator, decimal comma and encoding are found out. What pandas
 * would load otherwise than one expects is refused (FAIL_CSV, "FILE:LINE: what
 * was expected, what was seen"): an implicit index, rows that are too long, an
 * open quote, UTF-16, an empty file, integers beyond int64, columns that mix
 * Python types because pandas infers types by blocks of rows.
 */
int tab_load(const char *path, const json_t *csv_options, struct table **out,
    struct fail *f);
void tab_free(struct table *t);

/* How many threads tab_load and prof_new use on large files: 0 (default) as
 * many as there are processors for this process, at most two. */
void tab_threads(int n);
int tab_nthreads(void);

size_t tab_rows(const struct table *t);
size_t tab_cols(const struct table *t);
const char *tab_path(const struct table *t); /* as given */
const char *tab_sha256(const struct table *t); /* of the file's bytes */
const struct csv_options *tab_options(const struct table *t);
json_t *tab_options_json(const struct table *t); /* a new reference */

/* The column's name as pandas has it: UTF-8, NUL-terminated, borrowed. */
const char *tab_name(const struct table *t, size_t col);
/* The column of that name, or -1. */
long tab_find(const struct table *t, const char *name);
enum tab_type tab_type(const struct table *t, size_t col);
/* "int", "float", "bool", "string", "empty". */
const char *tab_type_name(enum tab_type type);
size_t tab_missing(const struct table *t, size_t col);
/* A numeric column whose values are all whole (missing ones apart). */
bool tab_whole(const struct table *t, size_t col);
/* A TAB_INT column of uint64: some are beyond int64. tab_int then gives the
 * bits, tab_num the rounded numbers; no question should use it. */
bool tab_unsigned(const struct table *t, size_t col);

/*
 * Fill out[0..rows-1]. tab_num: any type but TAB_STR; NaN where missing, 1 and
 * 0 for bool. tab_int: TAB_INT only, exact.
 */
void tab_num(const struct table *t, size_t col, double *out);
void tab_int(const struct table *t, size_t col, int64_t *out);
bool tab_is_missing(const struct table *t, size_t row, size_t col);

/*
 * The same numbers, correctly rounded: what float_precision="round_trip" and
 * later pandas read. pandas 1 and 2 cut at 17 digits and round more than once
 * by default; tab_num gives those. tab_inexact: they differ in some row.
 */
void tab_exact(const struct table *t, size_t col, double *out);
bool tab_inexact(const struct table *t, size_t col);

/*
 * Text and bool columns as codes into a dictionary of the distinct values:
 * -1 missing, else 0..n-1 in code point order ("False" before "True").
 * tab_codes_seen: numbered by first appearance instead. A bool column always
 * has both values, in that order, present or not.
 */
size_t tab_ndict(const struct table *t, size_t col);
void tab_codes(const struct table *t, size_t col, int32_t *out);
void tab_codes_seen(const struct table *t, size_t col, int32_t *out);
/* The values in code order; n spans, borrowed, valid as long as t. */
const struct tab_span *tab_dict(const struct table *t, size_t col, size_t *n);
/* One value by its number of first appearance. */
struct tab_span tab_value_seen(const struct table *t, size_t col, size_t i);

/* A text or bool cell; {NULL, 0} when missing. Other types: missing. */
struct tab_span tab_text(const struct table *t, size_t row, size_t col);
/* A cell of any type as a JSON value (null when missing); new reference. */
json_t *tab_json(const struct table *t, size_t row, size_t col);
/* A cell of any type as pandas prints it: "3", "0.5", "NaN", text. */
void tab_put(const struct table *t, size_t row, size_t col, struct buf *b);

/*
 * Altered copies in memory; the caller frees them. Types are kept. Path and
 * digest are those of the original. rows may repeat and be in any order.
 */
struct table *tab_select(const struct table *t, const size_t *rows, size_t n);
/* Only these columns, in this order (no repeats). */
struct table *tab_reorder(const struct table *t, const size_t *cols, size_t n);
/* In place: other numbers (NaN: missing) for a number column, or other codes
 * (those of tab_codes before the call) for a text or bool one. A TAB_INT column
 * stays one while all are whole and present, else it becomes TAB_FLOAT. */
void tab_set_num(struct table *t, size_t col, const double *v);
void tab_set_codes(struct table *t, size_t col, const int32_t *codes);
void tab_set_name(struct table *t, size_t col, const char *name);

/*
 * Write a CSV (comma, UTF-8) that pandas loads as exactly this table: values,
 * names and types. FAIL_VALUE where that cannot be (a text column that is left
 * with nothing but numbers); FAIL_IO.
 */
int tab_write_csv(const struct table *t, const char *path, struct fail *f);

#endif
