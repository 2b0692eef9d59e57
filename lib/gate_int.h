/* gate_int.h - the inside of gate: what its files share. */
#ifndef GATE_INT_H
#define GATE_INT_H

#include <stdbool.h>
#include <stddef.h>

#include "gate.h"

/* gate_read.c */

/* " words between blanks ", with % as a word; owned. */
char *gate_spaced(const char *text);
/* The same, with one way to write a limit that counts, "at_least", "at_most",
 * and a range, "largest_to_smallest"; words that mean nothing alone are one,
 * "least_squares"; owned. */
char *gate_plainly(const char *text);
/* The next piece of text between quotes `mark`, from *at on; its length, or
 * (size_t)-1. *at is then behind it. */
size_t gate_quoted(const char **at, char mark, const char **piece);
/* The text with its quoted columns and values left out; owned. */
char *gate_unquoted(const char *text);
/* From *at on, the next number that stands alone, and its length; *at is then
 * behind it. */
bool gate_number(const char **at, double *x, size_t *n);

/* Add it as people write it. */
void gate_put_number(struct buf *b, double x);

/* A piece between quotes, a letter that stands for a figure, or a word. */
struct gate_token {
	const char *p;
	size_t n;
	bool operand; /* the first two */
};

/* The next token from p on; blanks and marks go by, but the end of a sentence
 * is a word of its own. Returns what is behind it, or NULL at the end. */
const char *gate_token(const char *p, struct gate_token *t);

/* gate_clause.c */

/* How often words (spaced) hold an alternative of list, "a b|c*;d":
 * alternatives between bars or semicolons, a star ends a word's beginning. */
size_t gate_occurrences(const char *words, const char *list);
/* Does the candidate keep what tells one reading from another? -1 and
 * FAIL_VALUE where not. */
int gate_clauses(const struct gate *g, const char *candidate, struct fail *f);
/* A line "- ..." for each clause of words. */
void gate_clause_lines(const char *words, struct buf *b);
/* The figures that a step may compute, by number: name and two lists, what a
 * text says and what may stand for it; false from the last one on. */
struct gate_figure {
	const char *name, *when, *keep;
};
bool gate_figure(size_t i, struct gate_figure *out);

/* gate_chain.c */

/* Is each step of a chain still there? -1 and FAIL_VALUE where not. */
int gate_chain(const struct gate *g, const char *candidate, struct fail *f);
/* A line "- ..." for what more than one step computes. */
void gate_chain_lines(const struct gate *g, struct buf *b);

/* gate_limit.c */

/* Do the limits of a candidate say what those of the text say, of the same
 * columns? -1 and FAIL_VALUE where not. */
int gate_limits(const struct gate *g, const char *candidate, struct fail *f);
/* A line "- ..." for each limit of the text: with its comparison and, in direct
 * style, its column. */
void gate_limit_lines(const struct gate *g, struct buf *b);
/* Add "- what", unless b has that line. */
void gate_line(struct buf *b, const char *what);
/* Are the two sides of "minus" and its like where they were? */
int gate_sides(const struct gate *g, const char *candidate, struct fail *f);

#endif
