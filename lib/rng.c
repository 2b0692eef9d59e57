/* rng.c - small seeded generator for choices. */
#include "rng.h"

/* splitmix64: spreads a seed over the state. */
static uint64_t
spread(uint64_t *x)
{
	uint64_t z = *x += 0x9e3779b97f4a7c15U;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
	z = (z ^ z >> 27) * 0x94d049bb133111ebU;
	return z ^ z >> 31;
}

void
rng_init(struct rng *r, uint64_t seed, const char *label)
{
	uint64_t x = seed;
	int i;

	for (; *label != '\0'; label++)
		x = spread(&x) ^ (unsigned char)*label;
	for (i = 0; i < 4; i++)
		r->s[i] = spread(&x);
}

static uint64_t
rotl(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

uint64_t
rng_next(struct rng *r)
{
	uint64_t *s = r->s, out = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return out;
}

size_t
rng_below(struct rng *r, size_t n)
{
	uint64_t skip = -(uint64_t)n % n, x;

	do
		x = rng_next(r);
	while (x < skip);
	return (size_t)(x % n);
}

double
rng_real(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1p-53;
}

void
rng_shuffle(struct rng *r, size_t *v, size_t n)
{
	size_t j, t;

	for (; n > 1; n--) {
		j = rng_below(r, n);
		t = v[n - 1];
		v[n - 1] = v[j];
		v[j] = t;
	}
}
