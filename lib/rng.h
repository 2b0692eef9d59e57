/* rng.h - small seeded generator (xoshiro256**) for choices, not statistics.
 * The same seed and label give the same numbers on every machine. */
#ifndef RNG_H
#define RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t s[4];
};

/* Seed from a number and a label (a digest, a name; may be ""). */
void rng_init(struct rng *r, uint64_t seed, const char *label);
uint64_t rng_next(struct rng *r);
/* Uniform in 0..n-1, n > 0, without bias. */
size_t rng_below(struct rng *r, size_t n);
/* Uniform in [0, 1), 53 bits. */
double rng_real(struct rng *r);
/* v[0..n-1] in random order. */
void rng_shuffle(struct rng *r, size_t *v, size_t n);

#endif
