/* tab_flow.c - blocks of a CSV to its columns, on one thread or two. */
#include <pthread.h>

#include "tab_impl.h"

enum {
	LARGE = 1 << 20, /* bytes of a file that is worth a second thread */
	MOST = 64, /* lanes: all are looked at to choose one */
};

/* Some columns, side by side, on their way through the blocks. */
struct lane {
	size_t next; /* the block it has not had */
	bool busy;
};

/*
 * Blocks are numbered as they are read; the last CSV_BLOCKS are kept. A thread
 * feeds the blocks that it has read, which are in its cache, each column after
 * the other thread has fed it the block before.
 */
struct flow {
	const struct tab_flow *w;
	struct csv_block block[CSV_BLOCKS];
	int reader[CSV_BLOCKS]; /* the thread that has read it */
	size_t left[CSV_BLOCKS]; /* lanes that have not had it */
	size_t read, done; /* blocks; done: by all lanes */
	bool reading;
	int rc; /* of the last reading: 1 there may be more */
	struct fail *fail;
	size_t lanes; /* of columns, and last that of the digest */
	struct lane lane[MOST];
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

/* The next block, without the lock. */
static int
read_block(struct flow *f)
{
	struct csv_block *b = &f->block[f->read % CSV_BLOCKS];
	int rc = csv_next(f->w->r, b, f->fail);

	if (rc == 1 && b->rows > 0 && f->w->seen(f->w->arg, b, f->fail) < 0)
		return -1;
	return rc;
}

/* Give a block to the columns of a lane, or to the digest. */
static void
feed(struct flow *f, size_t lane, const struct csv_block *b)
{
	size_t n = f->lanes - 1, col = f->w->cols * lane / n;

	if (lane == n) {
		csv_digest(f->w->r, b);
		return;
	}
	for (; col < f->w->cols * (lane + 1) / n; col++)
		f->w->feed(f->w->arg, col, b);
}

static int
one_thread(struct flow *f)
{
	size_t i;

	while ((f->rc = read_block(f)) == 1)
		for (i = 0; i < f->lanes; i++)
			feed(f, i, &f->block[0]);
	return f->rc;
}

/* The lane that is furthest behind, of those whose next block this thread
 * has read, or the other. */
static struct lane *
pick(struct flow *f, int reader)
{
	struct lane *best = NULL, *l;
	size_t i;

	for (i = 0; i < f->lanes; i++) {
		l = &f->lane[i];
		if (!l->busy && l->next < f->read &&
		    f->reader[l->next % CSV_BLOCKS] == reader &&
		    (best == NULL || l->next < best->next))
			best = l;
	}
	return best;
}

/* Read on. */
static void
do_read(struct flow *f, int thread)
{
	size_t slot = f->read % CSV_BLOCKS;
	int rc;

	f->reading = true;
	pthread_mutex_unlock(&f->lock);
	rc = read_block(f);
	pthread_mutex_lock(&f->lock);
	f->reading = false;
	f->rc = rc;
	f->reader[slot] = thread;
	f->left[slot] = f->lanes;
	f->read += rc == 1;
}

/* Feed a lane its next block. */
static void
do_lane(struct flow *f, struct lane *l)
{
	size_t slot = l->next % CSV_BLOCKS;

	l->busy = true;
	pthread_mutex_unlock(&f->lock);
	feed(f, (size_t)(l - f->lane), &f->block[slot]);
	pthread_mutex_lock(&f->lock);
	l->busy = false;
	l->next++;
	if (--f->left[slot] == 0)
		f->done++; /* blocks end in order, as lanes take them so */
}

static void
work(struct flow *f, int thread)
{
	struct lane *l;

	pthread_mutex_lock(&f->lock);
	while (f->rc >= 0 && (f->rc == 1 || f->done < f->read)) {
		if ((l = pick(f, thread)) != NULL)
			do_lane(f, l);
		else if (f->rc == 1 && !f->reading &&
		    f->read - f->done < CSV_BLOCKS)
			do_read(f, thread);
		else if ((l = pick(f, !thread)) != NULL)
			do_lane(f, l);
		else {
			pthread_cond_wait(&f->changed, &f->lock);
			continue;
		}
		pthread_cond_signal(&f->changed);
	}
	pthread_cond_signal(&f->changed);
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
	pthread_mutexattr_t attr;
	pthread_t other;
	bool two;

	/* it is held for less time than it takes to sleep */
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ADAPTIVE_NP);
	pthread_mutex_init(&f->lock, &attr);
	pthread_mutexattr_destroy(&attr);
	f->rc = 1;
	pthread_cond_init(&f->changed, NULL);
	csv_blocks(f->w->r, CSV_BLOCKS);
	two = pthread_create(&other, NULL, work_beside, f) == 0;
	work(f, 0);
	if (two)
		pthread_join(other, NULL);
	pthread_cond_destroy(&f->changed);
	pthread_mutex_destroy(&f->lock);
	return f->rc;
}

int
tab_flow(const struct tab_flow *w, struct fail *fail)
{
	struct flow f = {.w = w,
	    .fail = fail,
	    .lanes = (w->cols < MOST ? w->cols : MOST - 1) + 1};

	if (tab_nthreads() > 1 && w->cols > 1 && csv_size(w->r) > LARGE)
		return two_threads(&f);
	return one_thread(&f);
}
