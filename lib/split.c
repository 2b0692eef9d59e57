/* split.c - which rows belong together, and which split gets them. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "split.h"

/* One CSV or one meaning tree. */
struct node {
	uint64_t key;
	uint64_t rows;
	uint32_t parent; /* of the union-find forest */
	bool csv;
	unsigned char of[2]; /* split by its component; by itself */
};

/* Nodes that go together. */
struct group {
	uint64_t order; /* seeded */
	uint64_t rows;
	uint32_t root;
};

struct split {
	uint64_t seed;
	double share[SPLIT_MAX];
	size_t n;
	struct node *node;
	size_t nodes, cap;
	uint32_t *slot; /* hash table: index + 1, 0 free */
	size_t slots;
	uint64_t rows;
	enum split_by by;
};

static uint64_t
mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15U;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
	x = (x ^ x >> 27) * 0x94d049bb133111ebU;
	return x ^ x >> 31;
}

struct split *
split_new(uint64_t seed, const double *ratios, size_t n)
{
	struct split *s = xcalloc(1, sizeof *s);
	double sum = 0;
	size_t i;

	s->seed = seed;
	s->n = n;
	for (i = 0; i < n; i++)
		sum += ratios[i];
	for (i = 0; i < n; i++)
		s->share[i] = ratios[i] / sum;
	s->slots = 1024;
	s->slot = xcalloc(s->slots, sizeof *s->slot);
	return s;
}

void
split_free(struct split *s)
{
	if (s == NULL)
		return;
	free(s->node);
	free(s->slot);
	free(s);
}

/* Where key is, or could be put, in the table. */
static size_t
find_slot(const struct split *s, uint64_t key, bool csv)
{
	size_t i = (size_t)mix(key + csv) & (s->slots - 1);
	const struct node *n;

	for (; s->slot[i] != 0; i = (i + 1) & (s->slots - 1)) {
		n = &s->node[s->slot[i] - 1];
		if (n->key == key && n->csv == csv)
			break;
	}
	return i;
}

static void
grow_slots(struct split *s)
{
	size_t i;

	free(s->slot);
	s->slots *= 2;
	s->slot = xcalloc(s->slots, sizeof *s->slot);
	for (i = 0; i < s->nodes; i++)
		s->slot[find_slot(s, s->node[i].key, s->node[i].csv)] =
		    (uint32_t)i + 1;
}

static uint32_t
put_node(struct split *s, uint64_t key, bool csv)
{
	size_t i = find_slot(s, key, csv);

	if (s->slot[i] != 0)
		return s->slot[i] - 1;
	if (s->nodes * 2 >= s->slots) {
		grow_slots(s);
		i = find_slot(s, key, csv);
	}
	s->node = xgrow(s->node, s->nodes, &s->cap, sizeof *s->node);
	s->node[s->nodes] =
	    (struct node){.key = key, .parent = (uint32_t)s->nodes, .csv = csv};
	s->slot[i] = (uint32_t)++s->nodes;
	return (uint32_t)s->nodes - 1;
}

static uint32_t
root(struct split *s, uint32_t i)
{
	while (s->node[i].parent != i) {
		s->node[i].parent = s->node[s->node[i].parent].parent;
		i = s->node[i].parent;
	}
	return i;
}

void
split_see(struct split *s, uint64_t csv, uint64_t tree)
{
	uint32_t c = put_node(s, csv, true), t = put_node(s, tree, false);
	uint32_t a, b;

	s->node[c].rows++;
	s->node[t].rows++;
	s->rows++;
	a = root(s, c);
	b = root(s, t);
	if (a != b)
		s->node[a > b ? a : b].parent = a > b ? b : a;
}

static int
by_order(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return x->root < y->root ? -1 : x->root > y->root;
}

/* The groups of a rule, in seeded order. A component's order is that of its
 * smallest key, which does not depend on the order of rows. */
static struct group *
make_groups(struct split *s, enum split_by by, size_t *n)
{
	struct group *g = xcalloc(s->nodes + 1, sizeof *g);
	uint32_t *at = xcalloc(s->nodes + 1, sizeof *at), r;
	uint64_t key;
	size_t i;

	*n = 0;
	for (i = 0; i < s->nodes; i++) {
		if (by != SPLIT_BOTH && s->node[i].csv != (by == SPLIT_CSV))
			continue;
		r = by == SPLIT_BOTH ? root(s, (uint32_t)i) : (uint32_t)i;
		if (at[r] == 0) {
			g[*n] = (struct group){UINT64_MAX, 0, r};
			at[r] = (uint32_t)++ * n;
		}
		key = mix(s->node[i].key ^ mix(s->seed));
		if (key < g[at[r] - 1].order)
			g[at[r] - 1].order = key;
		if (by != SPLIT_BOTH || s->node[i].csv)
			g[at[r] - 1].rows += s->node[i].rows;
	}
	free(at);
	qsort(g, *n, sizeof *g, by_order);
	return g;
}

/* Give each group to the split that lacks most; a split that stays empty takes
 * the smallest group of the fullest. to[i]: split of group i. Returns half the
 * sum of the deviations from the shares. */
static double
deal(const struct split *s, const struct group *g, size_t n, unsigned char *to)
{
	double has[SPLIT_MAX] = {0}, off = 0;
	size_t count[SPLIT_MAX] = {0}, i, k, best, full, small;

	for (i = 0; i < n; i++) {
		for (best = 0, k = 1; k < s->n; k++)
			if (s->share[k] * (double)s->rows - has[k] >
			    s->share[best] * (double)s->rows - has[best])
				best = k;
		to[i] = (unsigned char)best;
		has[best] += (double)g[i].rows;
		count[best]++;
	}
	for (k = 0; k < s->n; k++) {
		if (count[k] > 0 || s->share[k] == 0)
			continue;
		for (full = 0, i = 1; i < s->n; i++)
			if (count[i] > count[full])
				full = i;
		if (count[full] < 2)
			return 2;
		for (small = n, i = 0; i < n; i++)
			if (to[i] == full &&
			    (small == n || g[i].rows < g[small].rows))
				small = i;
		to[small] = (unsigned char)k;
		has[full] -= (double)g[small].rows;
		has[k] += (double)g[small].rows;
		count[full]--;
		count[k]++;
	}
	for (k = 0; k < s->n; k++)
		off += fabs(has[k] - s->share[k] * (double)s->rows);
	return s->rows > 0 ? off / 2 / (double)s->rows : 0;
}

static double
try_rule(struct split *s, enum split_by by)
{
	size_t n, i;
	struct group *g = make_groups(s, by, &n);
	unsigned char *to = xcalloc(n + 1, 1), *of = xcalloc(s->nodes + 1, 1);
	double off = deal(s, g, n, to);

	for (i = 0; i < n; i++)
		of[g[i].root] = to[i];
	for (i = 0; i < s->nodes; i++) {
		if (by == SPLIT_BOTH)
			s->node[i].of[0] = of[root(s, (uint32_t)i)];
		else if (s->node[i].csv == (by == SPLIT_CSV))
			s->node[i].of[1] = of[i];
	}
	free(g);
	free(to);
	free(of);
	return off;
}

enum split_by
split_plan(struct split *s)
{
	static const double enough = 0.25;
	double off[3];
	int by, best = SPLIT_BOTH;

	for (by = SPLIT_BOTH; by <= SPLIT_TREE; by++) {
		off[by] = try_rule(s, by);
		if (off[by] < off[best])
			best = by;
		if (off[by] <= enough) {
			best = by;
			break;
		}
	}
	s->by = best;
	return s->by;
}

size_t
split_of(const struct split *s, uint64_t csv, uint64_t tree)
{
	bool is_csv = s->by != SPLIT_TREE;
	size_t i = find_slot(s, is_csv ? csv : tree, is_csv);

	if (s->slot[i] == 0)
		return 0;
	return s->node[s->slot[i] - 1].of[s->by == SPLIT_BOTH ? 0 : 1];
}
