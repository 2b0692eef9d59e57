/* prove.h - is a question right, unambiguous and worth asking? Every check
 * evaluates the program, or a change of it, natively. */
#ifndef PROVE_H
#define PROVE_H

#include <stdint.h>

#include "family.h"

enum { PROVE_READINGS = 24 };

/* Another sensible reading, and what it would answer. */
struct misread {
	const char *name;
	const char *settled; /* a text that the question must hold, or NULL */
	const char *clause; /* a sentence that settles it where no other text
			       does, or NULL */
	json_t *answer;
};

struct proof {
	json_t *answer; /* owned */
	struct misread other[PROVE_READINGS]; /* only those that differ */
	int nother;
	unsigned nreading; /* those that were tried, and */
	uint64_t told; /* bit i: reading i of them differs */
	const char *clause[SAY_CLAUSES]; /* sentences that settle them */
	int nclause;
	/* The answer by the other convention (OP_EITHER), owned, which is
	 * as right where no words settle it; NULL: there is none. */
	json_t *also;
	const char *open; /* the name of that reading */
	const char *settled; /* as in struct misread */
	double effect; /* 0 to 1: how much of the answer changes with the
			  step that matters least, or a winner's lead */
	const char *why; /* why it was dropped */
};

struct prover;

/* g's table; holds what checks need beside the generator's own run. g's
 * profile may be missing for a program of which prove_columns is false. */
struct prover *prover_new(struct gen *g, struct base *base);
void prover_free(struct prover *v);
/* Between proofs: give memory of more than so many bytes back. */
void prover_trim(struct prover *v, size_t most);

/* 0 when the question may be asked; else -1 and proof->why. */
int prove(struct prover *v, const struct draft *d, struct proof *proof);
/* The same question on another table: whether it has an answer there and every
 * condition on rows, margins and rounding holds, not whether it is well made.
 */
int prove_again(struct prover *v, const struct draft *d, struct proof *proof);
void proof_clear(struct proof *proof);

/*
 * The blind gate: is the answer read off the overview that a teacher's prompt
 * holds (shape, summary, missing counts, top values of whole columns), or got
 * from it by one step of arithmetic?
 */
bool prove_lookup(const struct program *p);

/* Does it range over columns, so that a reading may leave identifiers out? */
bool prove_columns(const struct program *p);

/* The run of the last proof: its values belong to the draft's program. */
const struct run *prover_run(const struct prover *v);

#endif
