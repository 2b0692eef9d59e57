/* distinct.c - how many different things went by, in flat memory. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "distinct.h"
#include "mem.h"

enum { BITS = 14, REGISTERS = 1 << BITS };

struct distinct {
	uint64_t *slot; /* open addressing, 0 is free; NULL: given up */
	size_t cap, n;
	bool inexact;
	unsigned char reg[REGISTERS]; /* longest run of leading zeros, + 1 */
};

uint64_t
distinct_hash(const void *p, size_t n, uint64_t seed)
{
	const unsigned char *s = p;
	uint64_t h = seed ^ UINT64_C(0xcbf29ce484222325);
	size_t i;

	for (i = 0; i < n; i++) { /* FNV-1a */
		h ^= s[i];
		h *= UINT64_C(0x100000001b3);
	}
	h ^= h >> 33; /* and a finish that spreads its low bits */
	h *= UINT64_C(0xff51afd7ed558ccd);
	h ^= h >> 33;
	h *= UINT64_C(0xc4ceb9fe1a85ec53);
	return h ^ h >> 33;
}

struct distinct *
distinct_new(void)
{
	struct distinct *d = xcalloc(1, sizeof *d);

	d->cap = 1024;
	d->slot = xcalloc(d->cap, sizeof *d->slot);
	return d;
}

void
distinct_free(struct distinct *d)
{
	if (d == NULL)
		return;
	free(d->slot);
	free(d);
}

static size_t
find(const uint64_t *slot, size_t cap, uint64_t x)
{
	size_t i = (size_t)x & (cap - 1);

	while (slot[i] != 0 && slot[i] != x)
		i = (i + 1) & (cap - 1);
	return i;
}

static void
grow(struct distinct *d)
{
	size_t cap = d->cap * 2, i;
	uint64_t *slot = xcalloc(cap, sizeof *slot);

	for (i = 0; i < d->cap; i++)
		if (d->slot[i] != 0)
			slot[find(slot, cap, d->slot[i])] = d->slot[i];
	free(d->slot);
	d->slot = slot;
	d->cap = cap;
}

static void
sketch(struct distinct *d, uint64_t h)
{
	size_t r = (size_t)(h >> (64 - BITS));
	uint64_t tail = h << BITS | (UINT64_C(1) << (BITS - 1));
	unsigned char run = (unsigned char)(__builtin_clzll(tail) + 1);

	if (run > d->reg[r])
		d->reg[r] = run;
}

bool
distinct_put(struct distinct *d, uint64_t h)
{
	size_t i;

	h += h == 0;
	sketch(d, h);
	if (d->inexact)
		return false;
	i = find(d->slot, d->cap, h);
	if (d->slot[i] == h)
		return false;
	if (d->n == DISTINCT_EXACT) {
		d->inexact = true;
		free(d->slot);
		d->slot = NULL;
		return false;
	}
	d->slot[i] = h;
	if (2 * ++d->n > d->cap)
		grow(d);
	return true;
}

bool
distinct_exact(const struct distinct *d)
{
	return !d->inexact;
}

double
distinct_count(const struct distinct *d)
{
	double sum = 0, m = REGISTERS;
	size_t i;

	if (!d->inexact)
		return (double)d->n;
	for (i = 0; i < REGISTERS; i++)
		sum += ldexp(1, -d->reg[i]);
	return round(0.7213 / (1 + 1.079 / m) * m * m / sum);
}
