/* tab_dict.c - distinct texts and their numbers. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "tab_impl.h"

enum { LARGE = 1 << 18 }; /* bytes of text that leave the fast caches */

/* code is the text's number plus one, 0 in a free slot. */
struct dict_slot {
	uint32_t hash, code;
};

__extension__ typedef unsigned __int128 u128;

static inline uint64_t
mix(uint64_t a, uint64_t b)
{
	u128 x = (u128)a * b;

	return (uint64_t)x ^ (uint64_t)(x >> 64);
}

/* Up to 16 bytes as two numbers, the first byte lowest, 0 behind the text. */
struct sixteen {
	uint64_t lo, hi;
};

static inline uint64_t
low_bytes(const char *p, size_t n)
{
	uint64_t x;

	memcpy(&x, p, 8);
	return n >= 8 ? le64toh(x) : le64toh(x) & (((uint64_t)1 << 8 * n) - 1);
}

/* n <= 16, without a branch. */
static inline struct sixteen
load16(const char *p, size_t n)
{
	return (struct sixteen){
	    low_bytes(p, n), low_bytes(p + 8, n > 8 ? n - 8 : 0)};
}

static inline uint64_t
load64(const char *p)
{
	uint64_t x;

	memcpy(&x, p, 8);
	return x;
}

static inline uint64_t
hash16(const char *p, uint64_t h)
{
	return mix(load64(p) ^ h, load64(p + 8) ^ 0xd1b54a32d192ed03u);
}

/* Few branches: lengths differ from text to text. Ends may overlap. */
static inline uint32_t
hash(const char *p, size_t n)
{
	const uint64_t k1 = 0x9e3779b97f4a7c15u, k2 = 0xa0761d6478bd642fu;
	uint64_t h = (n * 0xff51afd7ed558ccdu) ^ k1;
	struct sixteen x;

	if (n <= 16) {
		x = load16(p, n);
		h = mix(x.lo ^ h, x.hi ^ k2);
		return (uint32_t)(h ^ h >> 32);
	}
	for (; n > 64; p += 16, n -= 16)
		h = hash16(p, h);
	if (n > 32)
		h ^= hash16(p + 16, ~h) ^ hash16(p + n - 32, h + k1);
	h = hash16(p, h) ^ hash16(p + n - 16, h ^ k2);
	return (uint32_t)(h ^ h >> 32);
}

struct dict *
dict_new(void)
{
	struct dict *d = xcalloc(1, sizeof *d);

	d->mask = 15;
	d->slot = xcalloc_long(d->mask + 1, sizeof *d->slot);
	return d;
}

void
dict_free(struct dict *d)
{
	if (d == NULL)
		return;
	xfree_long(d->text);
	xfree_long(d->end);
	xfree_long(d->slot);
	free(d->sorted);
	free(d->rank);
	free(d);
}

/* Twice the slots, or eight times: what is large takes long to move. */
static void
grow(struct dict *d)
{
	size_t mask = d->mask * 2 + 1, i, k;
	struct dict_slot *slot;

	for (i = 0; i < 2 && mask < d->hint * 2; i++)
		mask = mask * 2 + 1;
	slot = xcalloc_long(mask + 1, sizeof *slot);
	for (i = 0; i <= d->mask; i++) {
		if (d->slot[i].code == 0)
			continue;
		k = d->slot[i].hash & mask;
		while (slot[k].code != 0)
			k = (k + 1) & mask;
		slot[k] = d->slot[i];
	}
	xfree_long(d->slot);
	d->slot = slot;
	d->mask = mask;
}

static uint32_t
add(struct dict *d, const char *s, size_t n)
{
	size_t cap = d->cap;

	if (d->len + n + DICT_PAD > cap) {
		cap = cap < 256 ? 256 : cap + cap / 2;
		if (cap < d->len + n + DICT_PAD)
			cap = d->len + n + DICT_PAD;
		d->text = xrealloc_long(d->text, cap, 1);
		d->cap = cap;
	}
	memcpy(d->text + d->len, s, n);
	d->len += n;
	if (d->n == d->n_cap) {
		d->n_cap = d->n_cap != 0 ? d->n_cap * 2 : 16;
		d->end = xrealloc_long(d->end, d->n_cap, sizeof *d->end);
	}
	d->end[d->n++] = d->len;
	return (uint32_t)d->n;
}

static inline uint64_t
differ16(const char *a, const char *b)
{
	return (load64(a) ^ load64(b)) | (load64(a + 8) ^ load64(b + 8));
}

static inline bool
same_text(const char *a, const char *b, size_t n)
{
	struct sixteen x, y;
	uint64_t d;
	size_t i;

	if (n <= 16) {
		x = load16(a, n);
		y = load16(b, n);
		return ((x.lo ^ y.lo) | (x.hi ^ y.hi)) == 0;
	}
	d = differ16(a, b) | differ16(a + n - 16, b + n - 16);
	if (n > 32)
		d |=
		    differ16(a + 16, b + 16) | differ16(a + n - 32, b + n - 32);
	for (i = 32; i + 32 < n; i += 16)
		d |= differ16(a + i, b + i);
	return d == 0;
}

/* Is the text in a slot this one? */
static inline bool
holds(const struct dict *d, const struct dict_slot *e, const char *s, size_t n,
    uint32_t h)
{
	struct tab_span t;

	if (e->hash != h || e->code == 0)
		return false;
	t = dict_get(d, e->code - 1);
	return t.n == n && same_text(t.p, s, n);
}

static uint32_t
put_hashed(struct dict *d, const char *s, size_t n, uint32_t h)
{
	struct dict_slot *e;
	size_t k = h & d->mask;

	for (e = &d->slot[k]; e->code != 0; e = &d->slot[k]) {
		if (holds(d, e, s, n, h))
			return e->code - 1;
		k = (k + 1) & d->mask;
	}
	*e = (struct dict_slot){h, add(d, s, n)};
	h = e->code - 1;
	if (d->n * 2 > d->mask)
		grow(d);
	return h;
}

uint32_t
dict_put(struct dict *d, const char *s, size_t n)
{
	return put_hashed(d, s, n, hash(s, n));
}

/* Large: have what will be compared at hand, a step ahead for all of them. */
static void
fetch_texts(
    const struct dict *d, const struct tab_span *s, size_t n, const uint32_t *h)
{
	const struct dict_slot *e;
	uint32_t at[DICT_BATCH];
	const char *p;
	size_t i;

	for (i = 0; i < n; i++) {
		e = &d->slot[h[i] & d->mask];
		at[i] = s[i].p != NULL && e->hash == h[i] ? e->code : 0;
		if (at[i] > 1)
			__builtin_prefetch(&d->end[at[i] - 2]);
	}
	for (i = 0; i < n; i++) {
		if (at[i] < 2)
			continue;
		p = d->text + d->end[at[i] - 2];
		__builtin_prefetch(p);
		__builtin_prefetch(p + s[i].n - 1);
	}
}

void
dict_put_all(struct dict *d, const struct tab_span *s, size_t n, uint32_t *code)
{
	const struct dict_slot *e;
	uint32_t h[DICT_BATCH];
	size_t i;

	for (i = 0; i < n; i++) {
		h[i] = s[i].p == NULL ? 0 : hash(s[i].p, s[i].n);
		__builtin_prefetch(&d->slot[h[i] & d->mask]);
	}
	if (d->len > LARGE)
		fetch_texts(d, s, n, h);
	for (i = 0; i < n; i++) {
		e = &d->slot[h[i] & d->mask];
		code[i] = s[i].p == NULL ? 0
		    : holds(d, e, s[i].p, s[i].n, h[i])
		    ? e->code
		    : put_hashed(d, s[i].p, s[i].n, h[i]) + 1;
	}
}

void
dict_freeze(struct dict *d)
{
	xfree_long(d->slot);
	d->slot = NULL;
	d->mask = 0;
	if (d->n > 0) {
		d->text = xrealloc_long(d->text, d->len + DICT_PAD, 1);
		d->end = xrealloc_long(d->end, d->n, sizeof *d->end);
		memset(d->text + d->len, 0, DICT_PAD);
		d->cap = d->len + DICT_PAD;
		d->n_cap = d->n;
	}
}
