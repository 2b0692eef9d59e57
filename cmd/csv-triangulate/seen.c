/* seen.c - which of the last many numbers went by. */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "seen.h"

/* A set by open addressing; 0 marks a free slot, so 0 itself counts as 1. */
struct set {
	uint64_t *slot;
	size_t cap, n; /* cap is a power of 2, n at most half of it */
};

struct seen {
	struct set now, before;
};

static size_t
find(const struct set *t, uint64_t x)
{
	size_t i = (size_t)x & (t->cap - 1);

	while (t->slot[i] != 0 && t->slot[i] != x)
		i = (i + 1) & (t->cap - 1);
	return i;
}

static void
grow(struct set *t)
{
	struct set bigger = {.cap = t->cap == 0 ? 1024 : t->cap * 2, .n = t->n};
	size_t i;

	bigger.slot = xcalloc(bigger.cap, sizeof *bigger.slot);
	for (i = 0; i < t->cap; i++)
		if (t->slot[i] != 0)
			bigger.slot[find(&bigger, t->slot[i])] = t->slot[i];
	free(t->slot);
	*t = bigger;
}

struct seen *
seen_new(void)
{
	return xcalloc(1, sizeof(struct seen));
}

void
seen_free(struct seen *s)
{
	free(s->now.slot);
	free(s->before.slot);
	free(s);
}

static bool
has(const struct set *t, uint64_t x)
{
	return t->cap > 0 && t->slot[find(t, x)] == x;
}

bool
seen_has(const struct seen *s, uint64_t x)
{
	x += x == 0;
	return has(&s->now, x) || has(&s->before, x);
}

void
seen_put(struct seen *s, uint64_t x)
{
	x += x == 0;
	if (has(&s->now, x))
		return;
	if (s->now.n == SEEN_KEPT) {
		free(s->before.slot);
		s->before = s->now;
		s->now = (struct set){0};
	}
	if (2 * s->now.n >= s->now.cap)
		grow(&s->now);
	s->now.slot[find(&s->now, x)] = x;
	s->now.n++;
}
