/* walk.h - a walk over the operators: what it has built, and the rules by which
 * it draws them. rules.c has the rules, chain.c walks. */
#ifndef WALK_H
#define WALK_H

#include "family.h"

/* A walk: what has been built and the sentences for it. */
struct walk {
	struct gen *g;
	struct draft *d;
	struct buf story;
	int table; /* the rows at hand */
	int group; /* labels that these rows are grouped by, or -1 */
	int date; /* the column that gives their order, or -1 */
	bool ordered; /* they are in a total order */
	bool *used; /* columns that are drawn */
	char *called[PROG_MAX]; /* names of steps; owned */
	char next; /* letter of the next one */
};

enum rule_flags {
	R_THE = 1, /* its words take an article */
	R_ORDERED = 2, /* wants rows in order */
	R_UNARY = 4, /* not of one another: log of log */
	R_SCALED = 8, /* a statistic of all its values is known beforehand */
	R_AGG = 16, /* a statistic of numbers or of each group's */
	R_ALONE = 32, /* its result is not aligned with the rows at hand */
	R_WHOLE = 64, /* gives whole numbers */
	R_BASIC = 128, /* what the walk ends with */
	R_ONCE = 256, /* for all values only, not group by group */
	R_TELLS = 512, /* its sentence tells limits or names of columns */
};

struct rule {
	const char *op;
	int weight;
	unsigned flags;
	const char *tell; /* sentence; NULL: that of its kind */
	/* inputs and arguments; NULL: inputs by type, words at random */
	int (*build)(struct walk *w, const struct rule *r, int depth);
	/* arguments alone; may be NULL */
	int (*args)(struct walk *w, int node);
};

/* Ends with {0}. */
extern const struct rule walk_rules[];

/* ---- What rules build with (chain.c) ---- */

/* The rule of an operator, or NULL. */
const struct rule *walk_rule(const struct op *op);
/* A node of the kind, told in the story where it has a name; -1: none. alone:
 * it need not be aligned with the rows at hand. */
int walk_grow(struct walk *w, enum kind kind, int depth, bool alone);
/* The node: it has a sentence and a name from here on, if steps like it have
 * one. */
int walk_told(struct walk *w, const struct rule *r, int node);
/*
 * One more sentence: {it} is the node, {a} {b} {c} its inputs, {n} its name,
 * {g} what it is grouped by.
 */
void walk_tell(struct walk *w, const char *patterns, int node);

/* Ends the sentence of a step that gets a name. */
#define CALL "[; call it|, called|, and call it|: this is] {n}."

/* ---- Where a walk ends (rules.c) ---- */

/* A column, a condition on one, the dates of the rows at hand; -1: none. */
int walk_num(struct walk *w);
int walk_mask(struct walk *w);
int walk_date(struct walk *w);

#endif
