/* distinct.h - how many different things went by, in flat memory. */
#ifndef DISTINCT_H
#define DISTINCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exact for the first DISTINCT_EXACT different ones, then an estimate (a
 * HyperLogLog sketch of 2^14 registers: about 0.8 % off). */
enum { DISTINCT_EXACT = 1000000 };

struct distinct;

struct distinct *distinct_new(void);
void distinct_free(struct distinct *d);
/* Count a hash; true if it is new, false if it came before or, past the exact
 * range, nobody knows. */
bool distinct_put(struct distinct *d, uint64_t hash);
double distinct_count(const struct distinct *d);
bool distinct_exact(const struct distinct *d);

/* A 64-bit hash of bytes, seeded. */
uint64_t distinct_hash(const void *p, size_t n, uint64_t seed);

#endif
