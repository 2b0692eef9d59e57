/* ngram.c - texts to stay away from. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "ngram.h"
#include "uniq.h"

/* A set of hashes: open addressing, 0 is free, a power of two of places. */
struct set {
	uint64_t *v;
	size_t n, cap;
};

struct ngram {
	struct set texts, runs;
};

static size_t
place(const struct set *s, uint64_t h)
{
	size_t i = (size_t)(h * 0x9e3779b97f4a7c15u) & (s->cap - 1);

	while (s->v[i] != 0 && s->v[i] != h)
		i = (i + 1) & (s->cap - 1);
	return i;
}

static bool
set_has(const struct set *s, uint64_t h)
{
	return s->cap > 0 && s->v[place(s, h)] == h;
}

static void
set_grow(struct set *s)
{
	struct set to = {.cap = s->cap > 0 ? 2 * s->cap : 256};
	size_t i;

	to.v = xcalloc(to.cap, sizeof *to.v);
	for (i = 0; i < s->cap; i++)
		if (s->v[i] != 0)
			to.v[place(&to, s->v[i])] = s->v[i];
	to.n = s->n;
	free(s->v);
	*s = to;
}

static void
set_put(struct set *s, uint64_t h)
{
	size_t i;

	if (2 * s->n >= s->cap)
		set_grow(s);
	i = place(s, h);
	s->n += s->v[i] == 0;
	s->v[i] = h;
}

static uint64_t
hash(const char *p, size_t n)
{
	uint64_t h = uniq_hash(0, p, n);

	return h != 0 ? h : 1;
}

void
ngram_words(struct buf *b, const char *text)
{
	bool gap = false;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (isalnum(c) || c >= 0x80 || c == '_') {
			if (gap && b->n > 0)
				buf_putc(b, ' ');
			gap = false;
			buf_putc(b, (char)tolower(c));
		} else {
			gap = true;
		}
	}
}

struct ngram *
ngram_new(void)
{
	return xcalloc(1, sizeof(struct ngram));
}

void
ngram_free(struct ngram *g)
{
	if (g == NULL)
		return;
	free(g->texts.v);
	free(g->runs.v);
	free(g);
}

/* The next run of k words at or after *at (a word's start), and its length; 0
 * when there is none. *at then is the start of the word after its first. */
static size_t
next_run(const char **at, int k)
{
	const char *from = *at, *to = from, *second;
	int i;

	if (*from == '\0')
		return 0;
	second = from + strcspn(from, " ");
	*at = second + (*second == ' ');
	for (i = 0; i < k; i++) {
		if (*to == '\0')
			return 0;
		to += strcspn(to, " ");
		if (i + 1 < k)
			to += *to == ' ';
	}
	return (size_t)(to - from);
}

void
ngram_add(struct ngram *g, const char *text)
{
	struct buf b = {0};
	const char *at, *from;
	size_t n;

	ngram_words(&b, text);
	set_put(&g->texts, hash(buf_str(&b), b.n));
	for (at = from = buf_str(&b); (n = next_run(&at, NGRAM_WORDS)) > 0;
	     from = at)
		set_put(&g->runs, hash(from, n));
	buf_clear(&b);
}

bool
ngram_same(const struct ngram *g, const char *text)
{
	struct buf b = {0};
	bool same;

	ngram_words(&b, text);
	same = set_has(&g->texts, hash(buf_str(&b), b.n));
	buf_clear(&b);
	return same;
}

bool
ngram_overlaps(const struct ngram *g, const char *text, struct buf *what)
{
	struct buf b = {0};
	const char *at, *from;
	bool found = false;
	size_t n;

	ngram_words(&b, text);
	for (at = from = buf_str(&b);
	     !found && (n = next_run(&at, NGRAM_WORDS)) > 0; from = at) {
		found = set_has(&g->runs, hash(from, n));
		if (found && what != NULL)
			buf_put(what, from, n);
	}
	buf_clear(&b);
	return found;
}

/* Put the three-word runs of words; how many are in `other`, too. */
static size_t
triples(struct set *s, const char *words, const struct set *other)
{
	const char *at = words, *from = words;
	size_t n, shared = 0;
	uint64_t h;

	for (; (n = next_run(&at, 3)) > 0; from = at) {
		h = hash(from, n);
		shared += other != NULL && !set_has(s, h) && set_has(other, h);
		set_put(s, h);
	}
	return shared;
}

double
ngram_likeness(const char *a, const char *b)
{
	struct set sa = {0}, sb = {0};
	struct buf wa = {0}, wb = {0};
	size_t shared, all;

	ngram_words(&wa, a);
	ngram_words(&wb, b);
	triples(&sa, buf_str(&wa), NULL);
	shared = triples(&sb, buf_str(&wb), &sa);
	all = sa.n + sb.n - shared;
	free(sa.v);
	free(sb.v);
	buf_clear(&wa);
	buf_clear(&wb);
	return all > 0 ? (double)shared / (double)all : 0;
}
