/* store.h - texts that wait, in memory up to a limit, then in a temporary
 * file. */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fail.h"

/* What is kept with a text. */
struct store_head {
	uint64_t prev; /* place of the text before it in its chain, or 0 */
	uint64_t hash; /* of the whole line */
	const char *file; /* where it came from, borrowed */
	size_t line;
	long index;
	bool gold;
	size_t n; /* bytes of the text */
};

/* A place is the name of a stored text; 0 is none. */
struct store;

/* memory: bytes of text to hold before the file is used. */
struct store *store_new(size_t memory);
void store_free(struct store *s);

/* Store h->n bytes; to_file: even if there is room in memory. 0 and FAIL_IO
 * when the file cannot be made or written. */
uint64_t store_put(struct store *s, const struct store_head *h,
    const char *text, bool to_file, struct fail *f);
int store_head(const struct store *s, uint64_t place, struct store_head *h,
    struct fail *f);
/* The text, NUL-terminated: borrowed from the store, or read into a new block
 * that *owned is set to. NULL and FAIL_IO. */
const char *store_text(const struct store *s, uint64_t place,
    const struct store_head *h, char **owned, struct fail *f);
void store_drop(struct store *s, uint64_t place, const struct store_head *h);

#endif
