/* figures.h - what a set of records shows about itself: counts and rates for
 * the data card, and which rows share a CSV or a meaning tree. */
#ifndef FIGURES_H
#define FIGURES_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "fail.h"

struct figures;

/* csv_root: where relative csv_source paths start, or NULL. */
struct figures *figures_new(const char *csv_root, struct fail *f);
void figures_free(struct figures *g);
/* A record as it was read: question, trace, episode or anything else. */
int figures_see(struct figures *g, const json_t *rec, struct fail *f);
/* After the last record. */
int figures_end(struct figures *g, struct fail *f);
/* Append the section of the card, Markdown. */
void figures_text(const struct figures *g, struct buf *b);
/* The hub's name of the licence that all source CSVs share, owned; NULL when
 * they differ or one is not known. */
char *figures_license(const struct figures *g);

/*
 * Hashes of what a record must not share across splits: its CSV (digest, else
 * path) and its meaning tree (template name and tree; for a question without a
 * template its text). What a record lacks is replaced by the line itself.
 */
void figures_keys(const json_t *rec, const char *line, size_t n, uint64_t *csv,
    uint64_t *tree);

#endif
