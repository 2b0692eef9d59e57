/* trait.h - properties that single a column out: how questions in discovery
 * style name a column without its name. */
#ifndef TRAIT_H
#define TRAIT_H

#include "profile.h"

struct traits;

/*
 * The traits of all columns. A column has one only where it leads all other
 * columns of its sort in the table, identifiers and constants included, by a
 * margin: so it does not matter which of them a reader counts in.
 */
struct traits *traits_new(const struct profile *pf);
void traits_free(struct traits *t);

size_t traits_count(const struct traits *t, int col);
/* The i-th one as a pattern (see say.h): "the [numeric] column with the most
 * blanks". */
const char *traits_at(const struct traits *t, int col, size_t i);

#endif
