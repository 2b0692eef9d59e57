/* chain.h - procedural questions: programs found by a seeded, type-directed
 * walk over the operators instead of written down as families. */
#ifndef CHAIN_H
#define CHAIN_H

#include "family.h"

/*
 * Build a program of min to max steps and the sentences that ask for it (bound
 * to {story}). -1: the walk led nowhere; try again.
 */
int chain_build(struct gen *g, struct draft *d, int min, int max);

/* The operators that count as steps, joined by '>': the shape of a program,
 * and template_name of a procedural question. */
void chain_shape(const struct program *p, struct buf *b);

#endif
