/* prof_int.h - the inside of a profile, for its own files. */
#ifndef PROF_INT_H
#define PROF_INT_H

#include "num.h"
#include "profile.h"
#include "tab_impl.h"

struct profile {
	const struct table *t;
	struct prof_col *col;
	size_t duplicates;
	struct num_work work[TAB_THREADS]; /* of prof_new alone */
};

/* Fill what numbers say; c->present and the rest is done. */
void prof_numbers(
    const struct table *t, size_t col, struct prof_col *c, struct num_work *w);
/* Counts of each dictionary number (of length tab_ndict), and from them unique
 * and top of a text or bool column; the counts are the caller's to free. */
uint32_t *prof_texts(const struct table *t, size_t col, struct prof_col *c);
/* The date format of a text column, from the counts of its values. */
void prof_find_date(const struct table *t, size_t col, const uint32_t *count,
    struct prof_col *c);
size_t prof_count_duplicates(const struct table *t, const struct prof_col *col);

#endif
