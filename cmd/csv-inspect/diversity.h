/* diversity.h - how much questions differ, in flat memory. */
#ifndef DIVERSITY_H
#define DIVERSITY_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/*
 * Distinct-n (different runs of n words over all of them) and the mean Jaccard
 * similarity of word sets over all pairs, each over windows of DIVERSITY_WINDOW
 * questions that follow one another. Of many windows a seeded sample is
 * measured, ever sparser, so that a million questions cost seconds.
 */
enum { DIVERSITY_WINDOW = 257 };

struct diversity;

struct diversity *diversity_new(uint64_t seed);
void diversity_free(struct diversity *d);
void diversity_put(struct diversity *d, const char *text);

struct diversity_result {
	size_t windows, questions; /* measured */
	double distinct1, distinct2, jaccard; /* NaN where nothing was */
};
/* Also measures the last, shorter window where there is no other. */
struct diversity_result diversity_end(struct diversity *d);

/*
 * The question's skeleton, appended: numbers as 0, quoted texts and the
 * parameters' own texts as X.
 */
void diversity_skeleton(struct buf *b, const char *text, const json_t *params);

#endif
