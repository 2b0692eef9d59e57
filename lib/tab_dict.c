/* tab_dict.c - distinct texts and their numbers. */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "tab_impl.h"

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

static inline uint64_t
load64(const char *p)
{
	uint64_t x;

	memcpy(&x, p, 8);
	return x;
}

static inline uint64_t
load32(const char *p)
{
	uint32_t x;

	memcpy(&x, p, 4);
	return x;
}

static inline uint32_t
hash(const char *p, size_t n)
{
	const uint64_t k1 = 0x9e3779b97f4a7c15u, k2 = 0xd1b54a32d192ed03u;
	uint64_t a, b, h = n * 0xff51afd7ed558ccdu;

	for (; n > 16; p += 16, n -= 16)
		h = mix(load64(p) ^ h ^ k1, load64(p + 8) ^ k2);
	if (n >= 8) {
		a = load64(p);
		b = load64(p + n - 8);
	} else if (n >= 4) {
		a = load32(p);
		b = load32(p + n - 4);
	} else {
		a = n == 0 ? 0
			   : (unsigned char)p[0] |
			(uint64_t)(unsigned char)p[n / 2] << 8 |
			(uint64_t)(unsigned char)p[n - 1] << 16;
		b = 0;
	}
	h = mix(a ^ h ^ k1, b ^ k2);
	return (uint32_t)(h ^ h >> 32);
}

struct dict *
dict_new(void)
{
	struct dict *d = xcalloc(1, sizeof *d);

	d->mask = 15;
	d->slot = xcalloc(d->mask + 1, sizeof *d->slot);
	return d;
}

void
dict_free(struct dict *d)
{
	if (d == NULL)
		return;
	free(d->text);
	free(d->end);
	free(d->slot);
	free(d->sorted);
	free(d->rank);
	free(d);
}

static void
grow(struct dict *d)
{
	size_t mask = d->mask * 2 + 1, i, k;
	struct dict_slot *slot = xcalloc_long(mask + 1, sizeof *slot);

	for (i = 0; i <= d->mask; i++) {
		if (d->slot[i].code == 0)
			continue;
		k = d->slot[i].hash & mask;
		while (slot[k].code != 0)
			k = (k + 1) & mask;
		slot[k] = d->slot[i];
	}
	free(d->slot);
	d->slot = slot;
	d->mask = mask;
}

static uint32_t
add(struct dict *d, const char *s, size_t n)
{
	size_t cap = d->cap;

	if (d->len + n > cap) {
		cap = cap < 256 ? 256 : cap + cap / 2;
		if (cap < d->len + n)
			cap = d->len + n;
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

/* Eight bytes at a time, the last eight again; a and b are readable. */
static inline bool
same_text(const char *a, const char *b, size_t n)
{
	size_t i;

	if (n < 8) {
		if (n >= 4)
			return load32(a) == load32(b) &&
			    load32(a + n - 4) == load32(b + n - 4);
		for (i = 0; i < n; i++)
			if (a[i] != b[i])
				return false;
		return true;
	}
	for (i = 0; i + 8 < n; i += 8)
		if (load64(a + i) != load64(b + i))
			return false;
	return load64(a + n - 8) == load64(b + n - 8);
}

static uint32_t
put_hashed(struct dict *d, const char *s, size_t n, uint32_t h)
{
	struct dict_slot *e;
	struct tab_span t;
	size_t k = h & d->mask;

	for (;; k = (k + 1) & d->mask) {
		e = &d->slot[k];
		if (e->code == 0)
			break;
		if (e->hash != h)
			continue;
		t = dict_get(d, e->code - 1);
		if (t.n == n && same_text(t.p, s, n))
			return e->code - 1;
	}
	*e = (struct dict_slot){h, add(d, s, n)};
	h = e->code - 1;
	if (d->n * 4 > (d->mask + 1) * 3)
		grow(d);
	return h;
}

uint32_t
dict_put(struct dict *d, const char *s, size_t n)
{
	return put_hashed(d, s, n, hash(s, n));
}

void
dict_put_all(struct dict *d, const struct tab_span *s, size_t n, uint32_t *code)
{
	uint32_t h[DICT_BATCH];
	const struct dict_slot *e;
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i].p == NULL)
			continue;
		h[i] = hash(s[i].p, s[i].n);
		__builtin_prefetch(&d->slot[h[i] & d->mask]);
	}
	/* a large dictionary: have the text that will be compared at hand */
	for (i = 0; i < n && d->len > 1 << 18; i++) {
		if (s[i].p == NULL)
			continue;
		e = &d->slot[h[i] & d->mask];
		if (e->code > 1 && e->hash == h[i])
			__builtin_prefetch(d->text + d->end[e->code - 2]);
	}
	for (i = 0; i < n; i++)
		code[i] = s[i].p == NULL
		    ? 0
		    : put_hashed(d, s[i].p, s[i].n, h[i]) + 1;
}

void
dict_freeze(struct dict *d)
{
	free(d->slot);
	d->slot = NULL;
	d->mask = 0;
	if (d->n > 0) {
		d->text = xrealloc_long(d->text, d->len + 1, 1);
		d->end = xrealloc_long(d->end, d->n, sizeof *d->end);
		d->cap = d->len + 1;
		d->n_cap = d->n;
	}
}
