/* family.h - question families: each builds a program from the columns at hand
 * and has the patterns that ask for it. */
#ifndef FAMILY_H
#define FAMILY_H

#include "op.h"
#include "say.h"

/* A question in the making. */
struct draft {
	struct program p;
	int where; /* table node whose conditions the text states; -1: none */
	struct bind bind[SAY_BINDS];
	int nbind;
	const char
	    *clause[SAY_CLAUSES]; /* sentences always stated (patterns) */
	int nclause;
	bool lookup; /* plainly read off an overview of the data */
};

/* What families choose from. */
struct gen {
	const struct table *t;
	const struct profile *pf;
	struct rng *rng;
	struct run *run;
	int *num, *cat, *date; /* columns of each pool */
	int *flag; /* numeric columns that choose rows only: of two values, such
		      as 0 and 1; codes and years */
	size_t nnum, ncat, ndate, nflag;
	bool seek; /* for discovery style: no limits, columns with traits */
	char *const *alias; /* then: what they are called, for sentences that
			       are made with the program; else NULL */
	unsigned *uses; /* how often each column is in a question so far */
	bool lookups; /* questions that look up are welcome */
};

struct family {
	const char *name; /* stable id */
	int number; /* in the catalogue of csv-synthq(1) */
	int steps; /* of analysis; conditions on rows, but for own, count
		      besides */
	int own; /* conditions that are among these steps */
	const char *answer; /* "number", "integer", "string + number"... */
	const char *category;
	const char *summary; /* one line for --list-families */
	/* 0, or -1 when the data does not have what it needs. */
	int (*build)(struct gen *g, struct draft *d);
	const char *const *ask; /* patterns, direct style; ends with NULL */
	const char *const *seek; /* the same, discovery style, or NULL */
	const char *hint; /* a pattern */
};

/* All families, as op_at. */
const struct family *family_at(size_t i);
const struct family *family_find(const char *name);

/* One table a file, each ends with {0}. */
extern const struct family column_families[];
extern const struct family number_families[];
extern const struct family category_families[];
extern const struct family group_families[];
extern const struct family pair_families[];
extern const struct family test_families[];
extern const struct family time_families[];
extern const struct family composed_families[];

/* ---- Choosing (gen.c) ---- */

/* A column of a pool, other than a and b, little-used ones first; -1: none. */
int gen_num(struct gen *g, int a, int b);
int gen_cat(struct gen *g, int a, int b);
int gen_date(struct gen *g);
bool gen_chance(struct gen *g, double share);
size_t gen_below(struct gen *g, size_t n);
/* One of the words of an operator's argument, at random, set on the node. */
void gen_word(struct gen *g, struct program *p, int node, const char *arg);
/*
 * df, or df with a condition on a column other than a and b; d->where is set to
 * it. must: always a condition. -1: none could be found.
 */
int gen_table(struct gen *g, struct draft *d, bool must, int a, int b);
/* A condition on a column of table other than a and b, as a mask node; *used is
 * the column. */
int gen_condition(
    struct gen *g, struct draft *d, int table, int a, int b, int *used);
/* The same with two conditions on different columns. */
int gen_table2(struct gen *g, struct draft *d, int a, int b);
/* A label of a category column that enough rows have. */
int gen_label(struct gen *g, int col, struct tab_span *label);
/* A round number inside the values of a column, between quantiles lo and hi. */
double gen_limit(struct gen *g, int col, double lo, double hi);
/* An aggregate of numbers for groups: its operator's name. */
const char *gen_stat(struct gen *g);

/* Shorthands: a column of a table; grouped; named in patterns. An identity
 * depends on the order in which steps are added, so a call has one of these
 * among its arguments at most: C does not say which argument comes first. */
int draft_num(struct draft *d, int table, int col);
int draft_cat(struct draft *d, int table, int col);
/* The columns of a list, in its order. */
int draft_frame(
    struct gen *g, struct draft *d, int table, const int *col, size_t n);
int draft_by(struct draft *d, int table, int x, int k);
void draft_bind(struct draft *d, const char *name, int node);
void draft_bind_col(struct draft *d, const char *name, int col);
void draft_bind_text(struct draft *d, const char *name, const char *pattern);
/* text is copied and put in as it is. */
void draft_bind_literal(struct draft *d, const char *name, const char *text);
void draft_clause(struct draft *d, const char *pattern);

#endif
