/*
 * num_rand.c - the streams of numpy's generators, so that seeded samples,
 * splits and bootstraps of a reference program can be repeated.
 *
 * MT19937: Matsumoto and Nishimura (1998). PCG64: O'Neill's XSL-RR 128/64,
 * seeded through numpy's SeedSequence.
 */
#include <math.h>
#include <stdlib.h>

#include "mem.h"
#include "num.h"

__extension__ typedef unsigned __int128 u128;

enum { MT_N = 624, MT_M = 397, POOL = 4 };

/* ---- RandomState ---- */

void
num_mt_seed(struct num_mt *g, uint32_t seed)
{
	uint32_t i;

	for (i = 0; i < MT_N; i++) {
		g->key[i] = seed;
		seed = 1812433253u * (seed ^ seed >> 30) + i + 1;
	}
	g->pos = MT_N;
}

static void
mt_refill(struct num_mt *g)
{
	uint32_t y;
	int i;

	for (i = 0; i < MT_N; i++) {
		y = (g->key[i] & 0x80000000u) |
		    (g->key[(i + 1) % MT_N] & 0x7fffffffu);
		g->key[i] = g->key[(i + MT_M) % MT_N] ^ y >> 1 ^
		    ((y & 1) != 0 ? 0x9908b0dfu : 0);
	}
	g->pos = 0;
}

uint32_t
num_mt_u32(struct num_mt *g)
{
	uint32_t y;

	if (g->pos == MT_N)
		mt_refill(g);
	y = g->key[g->pos++];
	y ^= y >> 11;
	y ^= y << 7 & 0x9d2c5680u;
	y ^= y << 15 & 0xefc60000u;
	return y ^ y >> 18;
}

double
num_mt_double(struct num_mt *g)
{
	uint32_t a = num_mt_u32(g) >> 5, b = num_mt_u32(g) >> 6;

	return (a * 67108864.0 + b) / 9007199254740992.0;
}

uint64_t
num_mt_interval(struct num_mt *g, uint64_t max)
{
	uint64_t mask = max, x;
	int s;

	if (max == 0)
		return 0;
	for (s = 1; s < 64; s *= 2)
		mask |= mask >> s;
	do {
		x = num_mt_u32(g);
		if (max > UINT32_MAX)
			x = x << 32 | num_mt_u32(g);
		x &= mask;
	} while (x > max);
	return x;
}

void
num_mt_permutation(struct num_mt *g, size_t n, size_t *idx)
{
	size_t i, j, t;

	for (i = 0; i < n; i++)
		idx[i] = i;
	for (i = n; i-- > 1;) {
		j = num_mt_interval(g, i);
		t = idx[i];
		idx[i] = idx[j];
		idx[j] = t;
	}
}

void
num_sample_rows(uint32_t seed, size_t n, size_t k, size_t *idx)
{
	size_t *all = xreallocarray(NULL, n, sizeof *all), i;
	struct num_mt g;

	num_mt_seed(&g, seed);
	num_mt_permutation(&g, n, all);
	for (i = 0; i < k && i < n; i++)
		idx[i] = all[i];
	free(all);
}

void
num_train_test(uint32_t seed, size_t n, double frac, size_t *idx, size_t *test)
{
	struct num_mt g;

	num_mt_seed(&g, seed);
	num_mt_permutation(&g, n, idx);
	*test = (size_t)ceil(frac * (double)n);
}

/* ---- default_rng ---- */

/* SeedSequence: one word stirred with a constant that moves on. */
static uint32_t
hashed(uint32_t x, uint32_t *constant, uint32_t factor)
{
	x ^= *constant;
	*constant *= factor;
	x *= *constant;
	return x ^ x >> 16;
}

static uint32_t
mixed(uint32_t x, uint32_t y)
{
	x = 0xca01f9ddu * x - 0x4973f715u * y;
	return x ^ x >> 16;
}

static void
seed_sequence(uint64_t seed, uint64_t out[4])
{
	const uint32_t factor_a = 0x931e8875u, factor_b = 0x58f38dedu;
	uint32_t constant = 0x43b0d7e5u, pool[POOL], word[2];
	int i, j;

	for (i = 0; i < POOL; i++)
		pool[i] = hashed(i == 0 ? (uint32_t)seed
			: i == 1        ? (uint32_t)(seed >> 32)
					: 0,
		    &constant, factor_a);
	for (i = 0; i < POOL; i++)
		for (j = 0; j < POOL; j++)
			if (i != j)
				pool[j] = mixed(pool[j],
				    hashed(pool[i], &constant, factor_a));
	constant = 0x8b51f9ddu;
	for (i = 0; i < 4; i++) {
		for (j = 0; j < 2; j++)
			word[j] = hashed(
			    pool[(2 * i + j) % POOL], &constant, factor_b);
		out[i] = (uint64_t)word[1] << 32 | word[0];
	}
}

static void
pcg_step(struct num_pcg *g)
{
	const u128 factor =
	    (u128)0x2360ed051fc65da4u << 64 | 0x4385df649fccf645u;
	u128 s = (u128)g->hi << 64 | g->lo;

	s = s * factor + ((u128)g->inc_hi << 64 | g->inc_lo);
	g->hi = (uint64_t)(s >> 64);
	g->lo = (uint64_t)s;
}

void
num_pcg_seed(struct num_pcg *g, uint64_t seed)
{
	uint64_t w[4];
	u128 s;

	seed_sequence(seed, w);
	s = ((u128)w[2] << 64 | w[3]) << 1 | 1;
	*g = (struct num_pcg){
	    .inc_hi = (uint64_t)(s >> 64), .inc_lo = (uint64_t)s};
	pcg_step(g);
	s = ((u128)g->hi << 64 | g->lo) + ((u128)w[0] << 64 | w[1]);
	g->hi = (uint64_t)(s >> 64);
	g->lo = (uint64_t)s;
	pcg_step(g);
}

uint64_t
num_pcg_u64(struct num_pcg *g)
{
	uint64_t x;
	unsigned r;

	pcg_step(g);
	x = g->hi ^ g->lo;
	r = (unsigned)(g->hi >> 58);
	return x >> r | x << (-r & 63);
}

uint32_t
num_pcg_u32(struct num_pcg *g)
{
	uint64_t x;

	if (g->has_half) {
		g->has_half = false;
		return g->half;
	}
	x = num_pcg_u64(g);
	g->half = (uint32_t)(x >> 32);
	g->has_half = true;
	return (uint32_t)x;
}

double
num_pcg_double(struct num_pcg *g)
{
	return (double)(num_pcg_u64(g) >> 11) / 9007199254740992.0;
}

/* Lemire's multiplication with rejection (2019). */
static uint32_t
below_32(struct num_pcg *g, uint32_t n)
{
	uint64_t m = (uint64_t)num_pcg_u32(g) * n;
	uint32_t least;

	if ((uint32_t)m < n) {
		least = -n % n;
		while ((uint32_t)m < least)
			m = (uint64_t)num_pcg_u32(g) * n;
	}
	return (uint32_t)(m >> 32);
}

uint64_t
num_pcg_below(struct num_pcg *g, uint64_t n)
{
	uint64_t least;
	u128 m;

	if (n <= 1)
		return 0;
	if (n <= UINT32_MAX)
		return below_32(g, (uint32_t)n);
	if (n == (uint64_t)UINT32_MAX + 1)
		return num_pcg_u32(g);
	m = (u128)num_pcg_u64(g) * n;
	if ((uint64_t)m < n) {
		least = -n % n;
		while ((uint64_t)m < least)
			m = (u128)num_pcg_u64(g) * n;
	}
	return (uint64_t)(m >> 64);
}

void
num_bootstrap_mean(const double *v, size_t n, uint64_t seed, size_t draws,
    double lo, double hi, double ci[2], struct num_work *w)
{
	struct num_work own = {0};
	struct num_pcg g;
	double *sample, *mean;
	size_t i, j;

	ci[0] = ci[1] = NAN;
	if (n == 0 || draws == 0)
		return;
	sample =
	    num_work_get(w != NULL ? w : &own, (n + draws) * sizeof *sample);
	mean = sample + n;
	num_pcg_seed(&g, seed);
	for (i = 0; i < draws; i++) {
		for (j = 0; j < n; j++)
			sample[j] = v[num_pcg_below(&g, n)];
		mean[i] = num_mean(sample, n);
	}
	num_sort(mean, draws, w);
	ci[0] = num_percentile_sorted(mean, draws, lo);
	ci[1] = num_percentile_sorted(mean, draws, hi);
	num_work_clear(&own);
}
