/* card.h - the README.md of a data set: front matter through libyaml, prose
 * kept, a marked section of figures. */
#ifndef CARD_H
#define CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "fail.h"
#include "rows.h"

struct card_split {
	const char *name;
	uint64_t rows;
};

/* All borrowed. */
struct card {
	const char *old; /* the card that is there, or NULL */
	size_t old_n;
	const char *license; /* NULL: keep the old one's */
	bool foreign; /* rows of others: no claims about what they are */
	const char *pretty; /* title of a new card */
	const char *repo; /* "user/name" */
	const char *ext; /* ".jsonl.gz" */
	const struct card_split *split; /* what is being pushed */
	size_t splits;
	const char *const *kept; /* other splits in the repository */
	size_t n_kept;
	const struct row_type *rows; /* the columns; NULL: not pinned */
	const char *figures; /* Markdown */
};

/*
 * Append the new card. Keys of the old front matter that we do not own and all
 * prose outside our marks stay as they are. FAIL_VALUE when the old front
 * matter is not YAML, FAIL_USAGE when there is no licence.
 */
int card_make(const struct card *c, struct buf *out, struct fail *f);

/* The columns that a card pins, into t (empty): types of splits that stay.
 * Unknown notations are left out. -1 when the front matter is not YAML. */
int card_rows(const char *card, size_t n, struct row_type *t, struct fail *f);

/* Text of a top-level key of the front matter, owned, or NULL. */
char *card_key(const char *card, size_t n, const char *key);

/* Names of the splits that the default configuration lists: owned texts in an
 * owned array. */
size_t card_splits(const char *card, size_t n, char ***names);

/* "n<1K", "1K<n<10K"... */
const char *card_size(uint64_t rows);

#endif
