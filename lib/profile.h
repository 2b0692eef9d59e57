/* profile.h - facts about a table, as pandas computes them. */
#ifndef PROFILE_H
#define PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "buf.h"
#include "table.h"

enum { PROF_TOP = 5 };

/* What a column can be used for (csv-agent.7, "Column pools"). */
enum prof_pool {
	PROF_NUM = 1, /* int or float, >= 3 values, < 50 % missing, no id */
	PROF_CAT =
	    2, /* text or bool, 2 to 30 values, >= 5 rows in two of them */
	PROF_DATE = 4, /* text, >= 95 % of the values in one date format */
};

struct prof_top {
	size_t row; /* where the value appears first */
	size_t count;
};

/*
 * Facts of one column. The numbers are NaN where pandas has none (text, bool,
 * empty; std of one value; skew of fewer than three).
 */
struct prof_col {
	enum tab_type type;
	size_t missing, present;
	size_t unique; /* distinct values, missing not counted */
	double mean, std, min, max, q25, median, q75, skew; /* std: ddof 1 */
	struct prof_top top[PROF_TOP]; /* most frequent; ties: first seen */
	size_t ntop;
	bool constant; /* one value, in every row that has any */
	bool id_like; /* >= 98 % distinct, named like an id, or a run */
	bool int_run; /* whole numbers, each the one before plus one */
	bool whole; /* numeric, all whole */
	unsigned pools; /* of enum prof_pool */
	const char *date_format; /* strptime's; NULL: not a date column */
	size_t date_match; /* rows whose cell is in that format */
};

struct profile;

/* Facts of all columns; the table is borrowed. */
struct profile *prof_new(const struct table *t);
void prof_free(struct profile *p);

const struct table *prof_table(const struct profile *p);
const struct prof_col *prof_col(const struct profile *p, size_t col);
/* Rows that repeat an earlier row (missing equals missing). */
size_t prof_duplicates(const struct profile *p);

/* The profile record as a line without its end, into an empty buffer; -1: it
 * would be longer than a line may be (REC_LINE_MAX). */
int prof_dump(const struct profile *p, struct buf *b);

/*
 * A text about the data for a reader who sees nothing else of it: shape, types,
 * first rows, numeric summary, missing values, frequent texts. Deterministic,
 * UTF-8, at most about 6 KB; columns left out are counted.
 */
void prof_overview(const struct profile *p, struct buf *b);

struct prof_date {
	int year, month, day, hour, minute;
	double second;
};

/* Does s[0..n-1] match a strptime format of prof_col's list, wholly? */
bool prof_date_parse(
    const char *format, const char *s, size_t n, struct prof_date *d);
/* Seconds since 1970-01-01 (proleptic Gregorian, no zone). */
double prof_date_seconds(const struct prof_date *d);
/* 0 Monday ... 6 Sunday. */
int prof_date_weekday(const struct prof_date *d);

#endif
