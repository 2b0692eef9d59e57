/* novel.h - what a table's questions have asked already: is one more of them
 * new, and worth its words? */
#ifndef NOVEL_H
#define NOVEL_H

#include "op.h"

struct novel;

/* of: questions wanted; no kin exceeds 1 % of it, no shape 5 % (at least
 * one). t is borrowed. */
struct novel *novel_new(const struct table *t, size_t of);
void novel_free(struct novel *v);

/*
 * Is it the first program of its meaning? Conditions on single rows are a set,
 * whether they are told one after the other or joined by "and"; the inputs of
 * an operator that commutes have no order. Remembers it.
 */
bool novel_first(struct novel *v, const struct program *p);

/*
 * May one more be asked of its kin (the same operators and columns: it differs
 * in its constants alone) or, for a chain, of its shape (the same operators in
 * the same order)? Why not, or NULL.
 */
const char *novel_full(
    const struct novel *v, const struct program *p, bool chain);
/* It is asked: count it. */
void novel_count(struct novel *v, const struct program *p, bool chain);

/*
 * Distinct operators and columns touched, plus effect (0 to 1: how much the
 * least of its steps changes the answer), less a point for every 12 words.
 */
double novel_score(const struct novel *v, const struct program *p,
    double effect, const char *text);
/* Is the score more than a standard deviation below the mean of those that
 * were told so far? Tells it. seek: of discovery style, which takes more words;
 * the scores are compared among themselves. */
bool novel_dull(struct novel *v, bool seek, double score);

#endif
