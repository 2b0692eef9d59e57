/* group.c - the groups whose traces are still arriving. */
#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "log.h"
#include "mem.h"
#include "seen.h"

struct groups {
	group_fn *fn;
	void *arg;
	size_t max_open;
	struct group *slot; /* open addressing by key */
	size_t cap, n, in_memory;
	uint64_t born;
	uint64_t *queue; /* ring of keys of groups whose last line came */
	size_t q_cap, q_n, q_first;
	struct store *store;
	struct seen *done; /* groups handed over */
	struct seen *lines; /* hashes of their lines */
	struct buf text; /* scratch */
};

struct groups *
groups_new(size_t max_open, size_t memory, group_fn *fn, void *arg)
{
	struct groups *g = xcalloc(1, sizeof *g);

	g->fn = fn;
	g->arg = arg;
	g->max_open = max_open;
	g->cap = 64;
	g->slot = xcalloc(g->cap, sizeof *g->slot);
	g->store = store_new(memory);
	g->done = seen_new();
	g->lines = seen_new();
	return g;
}

void
groups_free(struct groups *g)
{
	store_free(g->store);
	seen_free(g->done);
	seen_free(g->lines);
	buf_clear(&g->text);
	free(g->slot);
	free(g->queue);
	free(g);
}

size_t
groups_open(const struct groups *g)
{
	return g->n;
}

/* ---- The table ---- */

static size_t
slot_of(const struct groups *g, uint64_t key)
{
	size_t i = (size_t)key & (g->cap - 1);

	while (g->slot[i].key != 0 && g->slot[i].key != key)
		i = (i + 1) & (g->cap - 1);
	return i;
}

static void
grow(struct groups *g)
{
	struct group *old = g->slot;
	size_t cap = g->cap, i;

	g->cap *= 2;
	g->slot = xcalloc(g->cap, sizeof *g->slot);
	for (i = 0; i < cap; i++)
		if (old[i].key != 0)
			g->slot[slot_of(g, old[i].key)] = old[i];
	free(old);
}

/* The group of that key, opened when it is new. */
static struct group *
get(struct groups *g, uint64_t key)
{
	struct group *p = &g->slot[slot_of(g, key)];

	if (p->key != 0)
		return p;
	if (4 * (g->n + 1) > 3 * g->cap) {
		grow(g);
		p = &g->slot[slot_of(g, key)];
	}
	g->n++;
	*p = (struct group){.key = key, .born = ++g->born};
	p->in_file = g->in_memory >= g->max_open;
	g->in_memory += !p->in_file;
	return p;
}

/* Free a slot; those after it move up where they belong before it. */
static void
take_out(struct groups *g, struct group *p)
{
	size_t mask = g->cap - 1, hole = (size_t)(p - g->slot), i, home;

	g->in_memory -= !p->in_file;
	g->n--;
	for (i = (hole + 1) & mask; g->slot[i].key != 0; i = (i + 1) & mask) {
		home = (size_t)g->slot[i].key & mask;
		if (((i - home) & mask) >= ((i - hole) & mask)) {
			g->slot[hole] = g->slot[i];
			hole = i;
		}
	}
	g->slot[hole].key = 0;
}

static void
enqueue(struct groups *g, uint64_t key)
{
	uint64_t *bigger;
	size_t i;

	if (g->q_n == g->q_cap) {
		bigger = xcalloc(g->q_cap * 2 + 64, sizeof *bigger);
		for (i = 0; i < g->q_n; i++)
			bigger[i] = g->queue[(g->q_first + i) % g->q_cap];
		free(g->queue);
		g->queue = bigger;
		g->q_cap = g->q_cap * 2 + 64;
		g->q_first = 0;
	}
	g->queue[(g->q_first + g->q_n++) % g->q_cap] = key;
}

/* ---- Handing over ---- */

static int
by_role(const void *a, const void *b)
{
	const struct group_run *x = a, *y = b;

	if (x->head.gold != y->head.gold)
		return x->head.gold ? -1 : 1;
	return (x->head.index > y->head.index) -
	    (x->head.index < y->head.index);
}

static int
load(struct groups *g, uint64_t chain, struct group_run *runs, size_t n,
    struct fail *f)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct group_run *r = &runs[i];

		r->place = chain;
		if (store_head(g->store, chain, &r->head, f) == -1)
			return -1;
		r->text = store_text(g->store, chain, &r->head, &r->owned, f);
		if (r->text == NULL)
			return -1;
		chain = r->head.prev;
	}
	qsort(runs, n, sizeof *runs, by_role);
	return 0;
}

static bool
complete(const struct group *p)
{
	return p->has_gold && p->has_last && p->n_blind == p->need_blind;
}

/* Hand a group over and forget it. */
static int
finish(struct groups *g, struct group *p, struct fail *f)
{
	size_t n = p->n_blind + p->has_gold, i;
	struct group_run *runs = xcalloc(n + 1, sizeof *runs);
	int rc = load(g, p->chain, runs, n, f);

	if (rc == 0)
		rc = g->fn(runs, n, complete(p), g->arg, f);
	for (i = 0; i < n; i++) {
		free(runs[i].owned);
		if (rc == -1 || runs[i].place == 0)
			continue;
		seen_put(g->lines, runs[i].head.hash);
		store_drop(g->store, runs[i].place, &runs[i].head);
	}
	free(runs);
	seen_put(g->done, p->key);
	take_out(g, p);
	return rc;
}

/* Hand over the groups at the head of the queue that are complete; all:
 * the others too. */
static int
drain(struct groups *g, bool all, struct fail *f)
{
	struct group *p;

	while (g->q_n > 0) {
		p = &g->slot[slot_of(g, g->queue[g->q_first])];
		if (!all && !complete(p))
			break;
		g->q_first = (g->q_first + 1) % g->q_cap;
		g->q_n--;
		if (finish(g, p, f) == -1)
			return -1;
	}
	return 0;
}

/* ---- Arrival ---- */

static int
repeated(const struct trace *t, bool same, struct fail *f)
{
	if (same) {
		log_debug("a repeated trace is ignored");
		return 0;
	}
	return fail_set(f, FAIL_DUPLICATE,
	    "another %s run %ld of group %.*s was read before",
	    t->gold ? "gold" : "consistency", t->index,
	    (int)(t->m[TRACE_GROUP].n < 40 ? t->m[TRACE_GROUP].n : 40),
	    t->m[TRACE_GROUP].p);
}

/* 1: the group has this run already, *same: the same line. */
static int
has_run(struct groups *g, uint64_t chain, const struct trace *t, bool *same,
    struct fail *f)
{
	struct store_head h;

	for (; chain != 0; chain = h.prev) {
		if (store_head(g->store, chain, &h, f) == -1)
			return -1;
		if (h.gold == t->gold && h.index == t->index) {
			*same = h.hash == t->hash;
			return 1;
		}
	}
	return 0;
}

static int
keep(struct groups *g, struct group *p, const struct trace *t,
    struct store_head *h, const char *line, struct fail *f)
{
	uint64_t place;

	/* the question is read from the gold run, until that is there from
	 * the first one */
	if (!t->gold && p->chain != 0) {
		buf_reset(&g->text);
		trace_put_short(&g->text, t);
		line = g->text.p;
		h->n = g->text.n;
	}
	h->prev = p->chain;
	place = store_put(g->store, h, line, p->in_file, f);
	if (g->text.cap > 4 << 20)
		buf_clear(&g->text);
	if (place == 0)
		return -1;
	p->chain = place;
	return 0;
}

static void
count(struct groups *g, struct group *p, const struct trace *t)
{
	if (t->gold)
		p->has_gold = true;
	else
		p->n_blind++;
	if (!t->gold && (uint32_t)t->index >= p->need_blind)
		p->need_blind = (uint32_t)t->index + 1;
	if (t->last && !p->has_last) {
		p->has_last = true;
		enqueue(g, p->key);
	}
}

int
groups_put(struct groups *g, const struct trace *t, const char *line, size_t n,
    const char *file, size_t number, struct fail *f)
{
	struct store_head h = {.hash = t->hash,
	    .file = file,
	    .line = number,
	    .index = t->index,
	    .gold = t->gold,
	    .n = n};
	uint64_t key = t->group + (t->group == 0);
	struct group *p;
	bool same = false;
	int rc;

	if (seen_has(g->done, key))
		return repeated(t, seen_has(g->lines, t->hash), f);
	p = get(g, key);
	if ((rc = has_run(g, p->chain, t, &same, f)) != 0)
		return rc == 1 ? repeated(t, same, f) : -1;
	if (keep(g, p, t, &h, line, f) == -1)
		return -1;
	count(g, p, t);
	return t->last || g->q_n > 0 ? drain(g, false, f) : 0;
}

static int
by_birth(const void *a, const void *b)
{
	const struct group *const *x = a, *const *y = b;

	return ((*x)->born > (*y)->born) - ((*x)->born < (*y)->born);
}

int
groups_end(struct groups *g, struct fail *f)
{
	struct group *left, **order;
	size_t n, i, k = 0;
	int rc = drain(g, true, f);

	/* a copy, since the table moves as groups leave it */
	n = g->n;
	left = xcalloc(n + 1, sizeof *left);
	order = xcalloc(n + 1, sizeof *order);
	for (i = 0; i < g->cap; i++)
		if (g->slot[i].key != 0) {
			left[k] = g->slot[i];
			order[k] = &left[k];
			k++;
		}
	qsort(order, n, sizeof *order, by_birth);
	for (i = 0; rc == 0 && i < n; i++)
		rc = finish(g, &g->slot[slot_of(g, order[i]->key)], f);
	free(left);
	free(order);
	return rc;
}
