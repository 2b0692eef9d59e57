/* alter.h - altered copies of a table, for metamorphic checks. */
#ifndef VERIFY_ALTER_H
#define VERIFY_ALTER_H

#include <jansson.h>

#include "rng.h"
#include "table.h"

/* How a copy differs. */
enum alter_kind {
	ALTER_DROP, /* a share of the rows is gone */
	ALTER_PERMUTE, /* the values of a column are shuffled */
	ALTER_SCALE, /* a numeric column is scaled and shifted */
	ALTER_MISSING, /* some cells of a column are missing */
	ALTER_RENAME, /* the categories of a text column trade their names */
	ALTER_SHUFFLE, /* the rows are in another order */
	ALTER_COLUMNS, /* the columns are */
	ALTER_KINDS
};
const char *alter_name(enum alter_kind kind);

/*
 * A copy altered in that way, or NULL where the table has no column for it.
 * uses: a JSON value that names the columns that matter, as strings anywhere
 * inside; columns among them are taken first. max_rows: more rows than that
 * are dropped in any kind of copy but the last two.
 */
struct table *alter_table(const struct table *t, enum alter_kind kind,
    const json_t *uses, size_t max_rows, struct rng *r);

#endif
