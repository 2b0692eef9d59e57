/* diversity.c - how much questions differ, in flat memory. */
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "distinct.h"
#include "diversity.h"
#include "mem.h"
#include "rng.h"

enum { DENSE = 16, WORDS_MAX = 400 };

/* A question's words as hashes, in order; the first n_set of sorted are its
 * different ones, ascending. */
struct words {
	uint32_t *order, *sorted;
	size_t n, n_set;
};

struct diversity {
	struct words window[DIVERSITY_WINDOW];
	size_t n; /* in the window */
	size_t window_no;
	bool measure; /* this window is one of the sample */
	struct rng rng;
	struct diversity_result sum;
};

struct diversity *
diversity_new(uint64_t seed)
{
	struct diversity *d = xcalloc(1, sizeof *d);

	rng_init(&d->rng, seed, "diversity");
	d->measure = true;
	return d;
}

static void
forget(struct diversity *d)
{
	while (d->n > 0) {
		d->n--;
		free(d->window[d->n].order);
		free(d->window[d->n].sorted);
	}
}

void
diversity_free(struct diversity *d)
{
	if (d == NULL)
		return;
	forget(d);
	free(d);
}

static int
by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Sort and drop repetitions; returns how many are left. */
static size_t
make_set(uint32_t *v, size_t n)
{
	size_t i, k = 0;

	if (n > 0)
		qsort(v, n, sizeof *v, by_value);
	for (i = 0; i < n; i++)
		if (k == 0 || v[i] != v[k - 1])
			v[k++] = v[i];
	return k;
}

static bool
in_word(char c)
{
	return isalnum((unsigned char)c) || (c & 0x80) != 0 || c == '_';
}

static void
split(struct words *w, const char *s)
{
	uint32_t v[WORDS_MAX] = {0};
	char word[64];
	size_t k;

	for (w->n = 0; *s != '\0' && w->n < WORDS_MAX;) {
		for (k = 0; in_word(s[k]); k++)
			if (k < sizeof word)
				word[k] = (char)tolower((unsigned char)s[k]);
		if (k > 0)
			v[w->n++] = (uint32_t)distinct_hash(
			    word, k < sizeof word ? k : sizeof word, 0);
		s += k > 0 ? k : 1;
	}
	w->order = xcalloc(w->n + 1, sizeof *w->order);
	w->sorted = xcalloc(w->n + 1, sizeof *w->sorted);
	memcpy(w->order, v, w->n * sizeof *v);
	memcpy(w->sorted, v, w->n * sizeof *v);
	w->n_set = make_set(w->sorted, w->n);
}

/* Different runs of n words over all runs in the window. */
static double
distinct_n(const struct diversity *d, size_t n)
{
	size_t total = 0, i, j, k = 0;
	uint32_t *all;

	for (i = 0; i < d->n; i++)
		total += d->window[i].n;
	all = xcalloc(total + 1, sizeof *all);
	for (i = 0; i < d->n; i++)
		for (j = 0; j + n <= d->window[i].n; j++)
			all[k++] = (uint32_t)distinct_hash(
			    d->window[i].order + j, n * sizeof *all, n);
	total = k;
	k = make_set(all, total);
	free(all);
	return total > 0 ? (double)k / (double)total : NAN;
}

static double
jaccard(const struct words *a, const struct words *b)
{
	size_t i = 0, j = 0, both = 0;

	while (i < a->n_set && j < b->n_set) {
		if (a->sorted[i] == b->sorted[j]) {
			both++;
			i++;
			j++;
		} else if (a->sorted[i] < b->sorted[j]) {
			i++;
		} else {
			j++;
		}
	}
	i = a->n_set + b->n_set - both;
	return i > 0 ? (double)both / (double)i : 1;
}

static void
measure(struct diversity *d)
{
	double sum = 0;
	size_t i, j, pairs = 0;

	for (i = 0; i < d->n; i++)
		for (j = 0; j < i; j++, pairs++)
			sum += jaccard(&d->window[i], &d->window[j]);
	if (pairs == 0)
		return;
	d->sum.windows++;
	d->sum.questions += d->n;
	d->sum.jaccard += sum / (double)pairs;
	d->sum.distinct1 += distinct_n(d, 1);
	d->sum.distinct2 += distinct_n(d, 2);
}

void
diversity_put(struct diversity *d, const char *text)
{
	if (d->measure)
		split(&d->window[d->n], text);
	else
		d->window[d->n] = (struct words){0};
	if (++d->n < DIVERSITY_WINDOW)
		return;
	if (d->measure)
		measure(d);
	forget(d);
	d->window_no++;
	d->measure = rng_below(&d->rng, d->window_no / DENSE + 1) == 0;
}

struct diversity_result
diversity_end(struct diversity *d)
{
	struct diversity_result r;
	double n;

	if (d->sum.windows == 0)
		measure(d);
	r = d->sum;
	n = (double)r.windows;
	r.distinct1 = n > 0 ? r.distinct1 / n : NAN;
	r.distinct2 = n > 0 ? r.distinct2 / n : NAN;
	r.jaccard = n > 0 ? r.jaccard / n : NAN;
	return r;
}

/* ---- Skeletons ---- */

/* The longest text among the parameters that s begins with; 0: none. */
static size_t
parameter_at(const char *s, const json_t *v)
{
	json_t *o = (json_t *)(uintptr_t)v, *m;
	size_t best = 0, n, i;
	const char *key;

	if (json_is_string(v)) {
		n = json_string_length(v);
		return n > 1 && strncmp(s, json_string_value(v), n) == 0 ? n
									 : 0;
	}
	json_object_foreach(o, key, m)
	{
		n = parameter_at(s, m);
		best = n > best ? n : best;
	}
	json_array_foreach(o, i, m)
	{
		n = parameter_at(s, m);
		best = n > best ? n : best;
	}
	return best;
}

static size_t
quoted_at(const char *s)
{
	const char *end;

	if (*s != '"' && *s != '`')
		return 0;
	end = strchr(s + 1, *s);
	return end != NULL ? (size_t)(end - s) + 1 : 0;
}

static size_t
number_at(const char *s)
{
	size_t n = strspn(s, "0123456789.,");

	while (n > 0 && (s[n - 1] == '.' || s[n - 1] == ','))
		n--;
	return n;
}

void
diversity_skeleton(struct buf *b, const char *s, const json_t *params)
{
	bool start = true; /* of a word */
	size_t n;

	while (*s != '\0') {
		if ((n = quoted_at(s)) > 0 ||
		    (start && (n = parameter_at(s, params)) > 0)) {
			buf_putc(b, 'X');
			s += n;
		} else if (start && (n = number_at(s)) > 0) {
			buf_putc(b, '0');
			s += n;
		} else {
			buf_putc(b, (char)tolower((unsigned char)*s));
			s++;
		}
		start = !in_word(s[-1]);
	}
}
