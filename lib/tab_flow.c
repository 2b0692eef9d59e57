/* tab_flow.c - blocks of a CSV to its columns, on one thread or two. */
#include <pthread.h>
#include <stdlib.h>

#include "mem.h"
#include "tab_impl.h"

/* A file that is worth a second thread. */
enum { LARGE = 1 << 20 };

/* A column on its way through the blocks. */
struct lane {
	size_t next; /* the block it has not had */
	int home; /* the thread that had it last */
	bool busy;
};

/* Blocks are numbered as they are read; the last CSV_BLOCKS are kept. */
struct flow {
	const struct tab_flow *w;
	struct csv_block block[CSV_BLOCKS];
	size_t left[CSV_BLOCKS]; /* columns that have not had it */
	bool near[CSV_BLOCKS][TAB_THREADS]; /* it is in the thread's cache */
	size_t read, done; /* blocks; done: by all columns */
	bool reading;
	int rc; /* of the last reading: 1 there may be more */
	struct fail *fail;
	struct lane *lane; /* of each column */
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

/* The next block, without the lock. */
static int
read_block(struct flow *f)
{
	struct csv_block *b = &f->block[f->read % CSV_BLOCKS];
	int rc = csv_next(f->w->r, b, f->fail);

	return rc == 1 && f->w->seen(f->w->arg, b, f->fail) < 0 ? -1 : rc;
}

static int
one_thread(struct flow *f)
{
	size_t i;

	while ((f->rc = read_block(f)) == 1)
		for (i = 0; i < f->w->cols; i++)
			f->w->feed(f->w->arg, i, &f->block[0]);
	return f->rc;
}

/* The column that is furthest behind, one of this thread's own if any waits. */
static struct lane *
pick(struct flow *f, int thread)
{
	struct lane *best = NULL, *l;
	size_t i;

	for (i = 0; i < f->w->cols; i++) {
		l = &f->lane[i];
		if (l->busy || l->next == f->read)
			continue;
		if (best == NULL ||
		    (l->home == thread) > (best->home == thread) ||
		    ((l->home == thread) == (best->home == thread) &&
			l->next < best->next))
			best = l;
	}
	return best;
}

/* Read on. */
static void
do_read(struct flow *f, int thread)
{
	bool *near = f->near[f->read % CSV_BLOCKS];
	int rc;

	f->reading = true;
	pthread_mutex_unlock(&f->lock);
	rc = read_block(f);
	pthread_mutex_lock(&f->lock);
	f->reading = false;
	f->rc = rc;
	near[thread] = true;
	near[!thread] = false;
	if (rc == 1)
		f->left[f->read++ % CSV_BLOCKS] = f->w->cols;
	pthread_cond_broadcast(&f->changed);
}

static void
fetch(const void *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i += 64)
		__builtin_prefetch((const char *)p + i);
}

/* What the other thread has read: all at once, not a cell at a time. */
static void
fetch_block(const struct csv_block *b)
{
	const struct csv_cell *last = &b->cell[b->rows * b->cols - 1];

	fetch(b->cell, b->rows * b->cols * sizeof *b->cell);
	fetch(b->text, last->off + last->len);
}

/* Feed a column the next block: a thread's columns find it in its cache. */
static void
do_column(struct flow *f, struct lane *l, int thread)
{
	size_t slot = l->next % CSV_BLOCKS;

	l->busy = true;
	l->home = thread;
	pthread_mutex_unlock(&f->lock);
	if (!f->near[slot][thread])
		fetch_block(&f->block[slot]);
	f->near[slot][thread] = true;
	f->w->feed(f->w->arg, (size_t)(l - f->lane), &f->block[slot]);
	pthread_mutex_lock(&f->lock);
	l->busy = false;
	l->next++;
	if (--f->left[slot] > 0)
		return;
	f->done++; /* columns take blocks in order, so these end in order */
	pthread_cond_broadcast(&f->changed);
}

static void
work(struct flow *f, int thread)
{
	struct lane *l;

	pthread_mutex_lock(&f->lock);
	while (f->rc >= 0 && (f->rc == 1 || f->done < f->read)) {
		if (f->rc == 1 && !f->reading && f->read - f->done < CSV_BLOCKS)
			do_read(f, thread);
		else if ((l = pick(f, thread)) != NULL)
			do_column(f, l, thread);
		else
			pthread_cond_wait(&f->changed, &f->lock);
	}
	pthread_mutex_unlock(&f->lock);
}

static void *
work_beside(void *arg)
{
	work(arg, 1);
	return NULL;
}

static int
two_threads(struct flow *f)
{
	pthread_t other;
	bool two;
	size_t i;

	f->rc = 1;
	f->lane = xcalloc(f->w->cols, sizeof *f->lane);
	for (i = 0; i < f->w->cols; i++)
		f->lane[i].home = (int)(i % 2);
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->changed, NULL);
	csv_blocks(f->w->r, CSV_BLOCKS);
	two = pthread_create(&other, NULL, work_beside, f) == 0;
	work(f, 0);
	if (two)
		pthread_join(other, NULL);
	pthread_cond_destroy(&f->changed);
	pthread_mutex_destroy(&f->lock);
	free(f->lane);
	return f->rc;
}

int
tab_flow(const struct tab_flow *w, struct fail *fail)
{
	struct flow f = {.w = w, .fail = fail};

	if (tab_nthreads() > 1 && w->cols > 1 && csv_size(w->r) > LARGE)
		return two_threads(&f);
	return one_thread(&f);
}
