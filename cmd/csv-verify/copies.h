/* copies.h - a question on altered copies of its CSV. */
#ifndef VERIFY_COPIES_H
#define VERIFY_COPIES_H

#include <stdint.h>

#include <jansson.h>

#include "alter.h"
#include "answer.h"

/* One copy, as a cell that puts it into df, and what must come out. */
struct copy {
	enum alter_kind kind;
	char *cell; /* owned */
	json_t *expected; /* owned */
};

/*
 * Draw copy number i of a question's table (the same each time): one where all
 * conditions of the question hold (ops_truth_copy), if possible with another
 * answer than on the table itself; of a few such the one that tells most
 * misreadings apart that no copy before it did. *told (0 before the first) is
 * what the copies tell together, as ops_told.
 * Without a program only the orders of rows and columns are changed, and the
 * answer stays: `answer`, borrowed. 0, or -1 where no copy could be drawn.
 */
int copies_draw(struct copy *c, unsigned i, const json_t *question,
    const struct table *t, const json_t *answer, const struct ans_rule *rule,
    uint64_t *told);
void copies_clear(struct copy *c);

#endif
