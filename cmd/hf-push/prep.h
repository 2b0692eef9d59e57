/* prep.h - from records to checked rows to files ready for upload. */
#ifndef PREP_H
#define PREP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "card.h"
#include "figures.h"
#include "hub.h"
#include "rows.h"
#include "shard.h"
#include "split.h"

/* The command line. */
struct opts {
	const char *repo, *split, *ratios, *license, *revision, *endpoint;
	const char *compress, *json_columns, *csv_root, *title;
	bool private, dry_run, raw, allow_http;
	size_t shard_size;
	double max_wait;
	long parallel;
};

struct prep {
	const struct opts *o;
	struct figures *figures;
	struct row_type rows;
	struct split *split; /* NULL: one split */
	enum split_by by;
	struct card_split splits[SPLIT_MAX];
	size_t n_splits;
	int spool; /* checked rows, with their keys */
	uint64_t n_rows, rows_hash;
	struct shard_set *set[SPLIT_MAX]; /* after prep_shards */
	struct hub_file *file;
	size_t n_files;
	bool dirty; /* some lines were rejected */
	bool foreign; /* some rows are no records of ours */
	size_t n_big; /* rows beyond what the viewer shows */
};

/* o is borrowed. */
void prep_init(struct prep *p, const struct opts *o);
/*
 * Read all records and check them. Returns the exit status so far: EXIT_ALL;
 * EXIT_SOME with *stop when rows clash or there are none, and nothing may be
 * sent; -1 and f for other failures.
 */
int prep_read(struct prep *p, char **paths, const char *rejects, uint64_t seed,
    bool *stop, struct fail *f);
/* Write the files for the rows as they are typed now; again only when the
 * types have changed since. */
int prep_shards(struct prep *p, struct fail *f);
void prep_clear(struct prep *p);
/* ".jsonl.gz" or ".jsonl" */
const char *prep_ext(const struct opts *o);

#endif
