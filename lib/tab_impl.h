/* tab_impl.h - the inside of a table, for the table's own files and the
 * profile, which works on the stored form where that is faster. */
#ifndef TAB_IMPL_H
#define TAB_IMPL_H

#include <pthread.h>

#include "digest.h"
#include "table.h"

/* Distinct texts, numbered from 0 in order of first appearance. */
struct dict {
	char *text; /* all of them, end to end */
	size_t len, cap;
	uint64_t *end; /* where text i ends */
	size_t n, n_cap;
	struct dict_slot *slot; /* a hash table; freed once it is complete */
	size_t mask;
	size_t hint; /* texts that it may come to hold, as the loader thinks */
	/* made when first asked for, under the table's lock: */
	struct tab_span *sorted;
	uint32_t *rank; /* of text i among the sorted */
};

struct dict *dict_new(void);
void dict_free(struct dict *d);
/* The number of s[0..n-1], put in if it is new. Here and below DICT_PAD bytes
 * behind a text are readable, as they are behind one in a dictionary. */
enum { DICT_PAD = 16 };
uint32_t dict_put(struct dict *d, const char *s, size_t n);
/* The same for n <= DICT_BATCH texts, plus one; 0 where p is NULL. */
enum { DICT_BATCH = 128 };
void dict_put_all(
    struct dict *d, const struct tab_span *s, size_t n, uint32_t *code);
void dict_freeze(struct dict *d); /* no more dict_put */

static inline struct tab_span
dict_get(const struct dict *d, size_t i)
{
	uint64_t from = i == 0 ? 0 : d->end[i - 1];

	return (struct tab_span){d->text + from, d->end[i] - from};
}

enum tab_store {
	STORE_NONE, /* nothing but missing cells */
	STORE_DEC, /* int8 to int64: m / 10^scale; the least is missing */
	STORE_UINT, /* uint64, none missing */
	STORE_REAL, /* double; NaN is missing */
	STORE_CODE, /* uint8 to uint32: 0 missing, else dictionary number + 1 */
};

/* A cell whose correctly rounded value is not the one that pandas reads. */
struct tab_exact {
	uint32_t row;
	double v;
};

struct column {
	char *name;
	enum tab_type type;
	enum tab_store store;
	unsigned char width; /* bytes of a stored cell */
	signed char scale;
	bool whole;
	bool bounded; /* the cells of a STORE_DEC are from least to most */
	int64_t least, most;
	void *data;
	size_t cap; /* rows that data has room for */
	size_t missing;
	struct tab_exact *exact; /* by row */
	size_t nexact, exact_cap;
	struct dict *dict;
};

struct table {
	char *path;
	char sha256[DIGEST_HEX];
	struct csv_options options;
	struct column *col;
	size_t rows, cols;
	pthread_mutex_t lock; /* what is made when first asked for */
};

/* An empty table of that many columns, with names of its own to be set. */
struct table *tab_new(size_t cols);
/* Room for n rows. */
void column_room(struct column *c, size_t n);
/* For n more exact values, and one. */
void exact_room(struct column *c, size_t n);
void column_clear(struct column *c);

/* A stored cell; see dec_missing. */
static inline int64_t
dec_get(const struct column *c, size_t row)
{
	switch (c->width) {
	case 1:
		return ((const int8_t *)c->data)[row];
	case 2:
		return ((const int16_t *)c->data)[row];
	case 4:
		return ((const int32_t *)c->data)[row];
	default:
		return ((const int64_t *)c->data)[row];
	}
}

static inline uint32_t
code_get(const struct column *c, size_t row)
{
	switch (c->width) {
	case 1:
		return ((const uint8_t *)c->data)[row];
	case 2:
		return ((const uint16_t *)c->data)[row];
	default:
		return ((const uint32_t *)c->data)[row];
	}
}

/* The n cells of a STORE_DEC from a row on. */
void dec_cells(const struct column *c, size_t row, size_t n, int64_t *out);

/* What stands for missing in a STORE_DEC of that width. */
static inline int64_t
dec_none(unsigned width)
{
	return INT64_MIN >> (64 - 8 * width);
}

/* Where nothing is missing, it stands for itself. */
static inline bool
dec_missing(const struct column *c, int64_t v)
{
	return v == dec_none(c->width) && c->missing > 0;
}

/*
 * Read all blocks of a file and feed each to every column. A block that was
 * read is first seen: -1 ends the reading. Each column is fed all blocks in
 * order, by one thread at a time; where the file is large two threads read
 * ahead and share the columns. 0, or what csv_next or seen failed with.
 */
struct tab_flow {
	struct csv_reader *r;
	size_t cols;
	int (*seen)(void *arg, const struct csv_block *b, struct fail *f);
	void (*feed)(void *arg, size_t col, const struct csv_block *b);
	void *arg;
};
int tab_flow(const struct tab_flow *w, struct fail *f);

/* Run fn(arg, i, thread) for i in 0..n-1, on tab_nthreads() threads where big;
 * thread is below TAB_THREADS. */
enum { TAB_THREADS = 2 };
typedef void tab_task(void *arg, size_t i, int thread);
void tab_parallel(size_t n, bool big, tab_task *fn, void *arg);

#endif
