/* table.c - typed columns: what they hold, and altered copies. */
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "real.h"
#include "tab_impl.h"

/* -- threads -- */

static int threads;

void
tab_threads(int n)
{
	threads = n;
}

int
tab_nthreads(void)
{
	cpu_set_t set;

	if (threads > 0)
		return threads;
	if (sched_getaffinity(0, sizeof set, &set) < 0)
		return 1;
	return CPU_COUNT(&set) > 1 ? 2 : 1;
}

/* Work that threads take from, one piece at a time. */
struct work {
	atomic_size_t next;
	size_t n;
	tab_task *fn;
	void *arg;
};

static void
work_off(struct work *w, int thread)
{
	size_t i;

	while ((i = atomic_fetch_add(&w->next, 1)) < w->n)
		w->fn(w->arg, i, thread);
}

static void *
work_beside(void *arg)
{
	work_off(arg, 1);
	return NULL;
}

void
tab_parallel(size_t n, bool big, tab_task *fn, void *arg)
{
	struct work w = {.n = n, .fn = fn, .arg = arg};
	pthread_t other;
	bool two;

	two = big && n > 1 && tab_nthreads() > 1 &&
	    pthread_create(&other, NULL, work_beside, &w) == 0;
	work_off(&w, 0);
	if (two)
		pthread_join(other, NULL);
}

/* -- life -- */

struct table *
tab_new(size_t cols)
{
	struct table *t = xcalloc(1, sizeof *t);

	t->cols = cols;
	t->col = xcalloc(cols, sizeof *t->col);
	pthread_mutex_init(&t->lock, NULL);
	return t;
}

void
column_room(struct column *c, size_t n)
{
	if (n <= c->cap)
		return;
	c->cap = n;
	if (c->data != NULL)
		c->data = xrealloc_long(c->data, n, c->width);
}

void
exact_room(struct column *c, size_t n)
{
	if (c->nexact + n < c->exact_cap)
		return;
	c->exact_cap = c->exact_cap * 2 + n + 1;
	c->exact = xrealloc_long(c->exact, c->exact_cap, sizeof *c->exact);
}

void
column_clear(struct column *c)
{
	free(c->name);
	xfree_long(c->data);
	xfree_long(c->exact);
	dict_free(c->dict);
}

void
tab_free(struct table *t)
{
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < t->cols; i++)
		column_clear(&t->col[i]);
	free(t->col);
	free(t->path);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

/* -- facts -- */

size_t
tab_rows(const struct table *t)
{
	return t->rows;
}

size_t
tab_cols(const struct table *t)
{
	return t->cols;
}

const char *
tab_path(const struct table *t)
{
	return t->path;
}

const char *
tab_sha256(const struct table *t)
{
	return t->sha256;
}

const struct csv_options *
tab_options(const struct table *t)
{
	return &t->options;
}

json_t *
tab_options_json(const struct table *t)
{
	return csv_options_json(&t->options);
}

const char *
tab_name(const struct table *t, size_t col)
{
	return t->col[col].name;
}

long
tab_find(const struct table *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->cols; i++)
		if (strcmp(t->col[i].name, name) == 0)
			return (long)i;
	return -1;
}

enum tab_type
tab_type(const struct table *t, size_t col)
{
	return t->col[col].type;
}

const char *
tab_type_name(enum tab_type type)
{
	static const char *const names[] = {
	    "int", "float", "bool", "string", "empty"};

	return names[type];
}

size_t
tab_missing(const struct table *t, size_t col)
{
	return t->col[col].missing;
}

bool
tab_whole(const struct table *t, size_t col)
{
	return t->col[col].whole;
}

bool
tab_unsigned(const struct table *t, size_t col)
{
	return t->col[col].store == STORE_UINT;
}

/* -- numbers -- */

static inline int64_t
wide(int8_t v)
{
	return v;
}

void
dec_cells(const struct column *c, size_t row, size_t n, int64_t *out)
{
	const int8_t *b1 = c->data;
	const int16_t *b2 = c->data;
	const int32_t *b4 = c->data;
	size_t i;

	switch (c->width) {
	case 1:
		for (i = 0; i < n; i++)
			out[i] = wide(b1[row + i]);
		break;
	case 2:
		for (i = 0; i < n; i++)
			out[i] = b2[row + i];
		break;
	case 4:
		for (i = 0; i < n; i++)
			out[i] = b4[row + i];
		break;
	default:
		memcpy(out, (const int64_t *)c->data + row, n * sizeof *out);
		break;
	}
}

void
tab_num(const struct table *t, size_t col, double *out)
{
	const struct column *c = &t->col[col];
	double p = real_pow10[(int)c->scale];
	int64_t v;
	uint32_t code;
	size_t i;

	switch (c->store) {
	case STORE_NONE:
		for (i = 0; i < t->rows; i++)
			out[i] = NAN;
		break;
	case STORE_DEC:
		for (i = 0; i < t->rows; i++) {
			v = dec_get(c, i);
			out[i] = dec_missing(c, v) ? NAN : (double)v / p;
		}
		break;
	case STORE_UINT:
		for (i = 0; i < t->rows; i++)
			out[i] = (double)((const uint64_t *)c->data)[i];
		break;
	case STORE_REAL:
		memcpy(out, c->data, t->rows * sizeof *out);
		break;
	case STORE_CODE:
		for (i = 0; i < t->rows; i++) {
			code = code_get(c, i);
			out[i] =
			    code == 0 || c->type != TAB_BOOL ? NAN : code - 1;
		}
		break;
	}
}

void
tab_int(const struct table *t, size_t col, int64_t *out)
{
	const struct column *c = &t->col[col];
	size_t i;

	if (c->store == STORE_UINT)
		memcpy(out, c->data, t->rows * sizeof *out);
	else
		for (i = 0; i < t->rows; i++)
			out[i] = dec_get(c, i);
}

void
tab_exact(const struct table *t, size_t col, double *out)
{
	const struct column *c = &t->col[col];
	size_t i;

	tab_num(t, col, out);
	for (i = 0; i < c->nexact; i++)
		out[c->exact[i].row] = c->exact[i].v;
}

bool
tab_inexact(const struct table *t, size_t col)
{
	return t->col[col].nexact > 0;
}

bool
tab_is_missing(const struct table *t, size_t row, size_t col)
{
	const struct column *c = &t->col[col];

	switch (c->store) {
	case STORE_DEC:
		return dec_missing(c, dec_get(c, row));
	case STORE_REAL:
		return isnan(((const double *)c->data)[row]);
	case STORE_CODE:
		return code_get(c, row) == 0;
	case STORE_UINT:
		return false;
	default:
		return true;
	}
}

/* -- text -- */

static int
by_text(const void *a, const void *b, void *arg)
{
	const struct dict *d = arg;
	struct tab_span x = dict_get(d, *(const uint32_t *)a);
	struct tab_span y = dict_get(d, *(const uint32_t *)b);
	int c = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);

	return c != 0 ? c : x.n < y.n ? -1 : x.n > y.n;
}

/* Sort the dictionary: the order of UTF-8 bytes is that of code points. */
static struct dict *
sorted_dict(const struct table *t, size_t col)
{
	struct dict *d = t->col[col].dict;
	struct tab_span *sorted;
	uint32_t *order;
	size_t i;

	if (d == NULL)
		return NULL;
	pthread_mutex_lock((pthread_mutex_t *)&t->lock);
	if (d->rank == NULL) {
		order = xreallocarray(NULL, d->n, sizeof *order);
		sorted = xreallocarray(NULL, d->n, sizeof *sorted);
		d->rank = xreallocarray(NULL, d->n, sizeof *d->rank);
		for (i = 0; i < d->n; i++)
			order[i] = (uint32_t)i;
		qsort_r(order, d->n, sizeof *order, by_text, d);
		for (i = 0; i < d->n; i++) {
			sorted[i] = dict_get(d, order[i]);
			d->rank[order[i]] = (uint32_t)i;
		}
		d->sorted = sorted;
		free(order);
	}
	pthread_mutex_unlock((pthread_mutex_t *)&t->lock);
	return d;
}

size_t
tab_ndict(const struct table *t, size_t col)
{
	return t->col[col].dict == NULL ? 0 : t->col[col].dict->n;
}

void
tab_codes(const struct table *t, size_t col, int32_t *out)
{
	const struct dict *d = sorted_dict(t, col);
	size_t i;

	tab_codes_seen(t, col, out);
	for (i = 0; d != NULL && i < t->rows; i++)
		if (out[i] >= 0)
			out[i] = (int32_t)d->rank[out[i]];
}

void
tab_codes_seen(const struct table *t, size_t col, int32_t *out)
{
	const struct column *c = &t->col[col];
	size_t i;

	for (i = 0; i < t->rows; i++)
		out[i] =
		    c->store == STORE_CODE ? (int32_t)code_get(c, i) - 1 : -1;
}

const struct tab_span *
tab_dict(const struct table *t, size_t col, size_t *n)
{
	const struct dict *d = sorted_dict(t, col);

	*n = d == NULL ? 0 : d->n;
	return d == NULL ? NULL : d->sorted;
}

struct tab_span
tab_value_seen(const struct table *t, size_t col, size_t i)
{
	return dict_get(t->col[col].dict, i);
}

struct tab_span
tab_text(const struct table *t, size_t row, size_t col)
{
	const struct column *c = &t->col[col];
	uint32_t code = c->store == STORE_CODE ? code_get(c, row) : 0;

	if (code == 0)
		return (struct tab_span){NULL, 0};
	return dict_get(c->dict, code - 1);
}
