/* split.h - which rows belong together, and which split gets them. */
#ifndef SPLIT_H
#define SPLIT_H

#include <stddef.h>
#include <stdint.h>

enum { SPLIT_MAX = 3 };

/* What rows that must stay together have in common. */
enum split_by {
	SPLIT_BOTH, /* no CSV and no meaning tree is in two splits */
	SPLIT_CSV, /* no CSV is */
	SPLIT_TREE, /* no meaning tree is */
};

struct split;

/* ratios: n shares, not all zero, of any sum. */
struct split *split_new(uint64_t seed, const double *ratios, size_t n);
void split_free(struct split *s);
/* A row with these keys (hashes). */
void split_see(struct split *s, uint64_t csv, uint64_t tree);
/*
 * Assign all groups. The strictest of the three rules that fills the splits
 * near their shares is taken (a rule with a few large groups cannot), else the
 * one that comes nearest. The same rows and seed give the same answer.
 */
enum split_by split_plan(struct split *s);
/* The split of a row, 0..n-1; after split_plan. */
size_t split_of(const struct split *s, uint64_t csv, uint64_t tree);

#endif
