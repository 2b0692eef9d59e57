/* ev.c - the event loop (epoll). */
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "ev.h"
#include "fail.h"
#include "mem.h"

struct watch {
	ev_fd_fn *fn; /* NULL: not watched */
	void *arg;
	short events;
	bool file; /* epoll refuses it: always ready */
};

struct ev_timer {
	double at;
	uint64_t
	    order; /* timers of one moment run in the order they were set */
	ev_timer_fn *fn;
	void *arg;
	size_t pos; /* in the heap */
};

struct signal_fn {
	ev_signal_fn *fn;
	void *arg;
};

struct ev {
	int epfd, sigfd;
	struct watch *watch; /* by descriptor */
	size_t nwatch; /* allocated */
	size_t live; /* watched, the signal descriptor apart */
	size_t files;
	struct ev_timer **heap;
	size_t nheap, capheap;
	uint64_t order;
	sigset_t signals;
	struct signal_fn sigfn[NSIG];
	bool stop;
};

double
ev_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Without these there is no loop; as out of memory, it ends the program. */
static void __attribute__((noreturn)) lost(const char *what)
{
	err(EXIT_SYSTEM, "%s", what);
}

struct ev *
ev_new(void)
{
	struct ev *ev = xcalloc(1, sizeof *ev);

	ev->epfd = epoll_create1(EPOLL_CLOEXEC);
	if (ev->epfd == -1)
		lost("epoll");
	ev->sigfd = -1;
	sigemptyset(&ev->signals);
	return ev;
}

void
ev_free(struct ev *ev)
{
	size_t i;

	if (ev == NULL)
		return;
	for (i = 0; i < ev->nheap; i++)
		free(ev->heap[i]);
	free(ev->heap);
	free(ev->watch);
	close(ev->epfd);
	if (ev->sigfd != -1) {
		close(ev->sigfd);
		sigprocmask(SIG_UNBLOCK, &ev->signals, NULL);
	}
	free(ev);
}

static uint32_t
to_epoll(short events)
{
	return (events & POLLIN ? EPOLLIN : 0U) |
	    (events & POLLOUT ? EPOLLOUT : 0U);
}

static short
from_epoll(uint32_t e)
{
	return (short)((e & EPOLLIN ? POLLIN : 0) |
	    (e & EPOLLOUT ? POLLOUT : 0) | (e & EPOLLERR ? POLLERR : 0) |
	    (e & EPOLLHUP ? POLLHUP : 0));
}

void
ev_fd(struct ev *ev, int fd, short events, ev_fd_fn *fn, void *arg)
{
	struct epoll_event e = {.events = to_epoll(events), .data.fd = fd};
	struct watch *w;
	size_t want = (size_t)fd + 1, i;
	int op;

	if (want > ev->nwatch) {
		want = want < 64 ? 64 : want * 2;
		ev->watch = xreallocarray(ev->watch, want, sizeof *ev->watch);
		for (i = ev->nwatch; i < want; i++)
			ev->watch[i] = (struct watch){0};
		ev->nwatch = want;
	}
	w = &ev->watch[fd];
	op = w->fn == NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
	if (w->fn == NULL)
		ev->live++;
	else if (w->file || w->events == events)
		op = 0;
	w->fn = fn;
	w->arg = arg;
	w->events = events;
	if (op == 0)
		return;
	if (epoll_ctl(ev->epfd, op, fd, &e) == 0)
		return;
	if (errno == EPERM) {
		w->file = true;
		ev->files++;
	} else if (errno == EEXIST || errno == ENOENT) {
		op = errno == EEXIST ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
		epoll_ctl(ev->epfd, op, fd, &e);
	} else {
		lost("epoll");
	}
}

void
ev_del(struct ev *ev, int fd)
{
	struct watch *w;

	if (fd < 0 || (size_t)fd >= ev->nwatch || ev->watch[fd].fn == NULL)
		return;
	w = &ev->watch[fd];
	if (w->file)
		ev->files--;
	else
		epoll_ctl(ev->epfd, EPOLL_CTL_DEL, fd, NULL);
	*w = (struct watch){0};
	ev->live--;
}

static bool
sooner(const struct ev_timer *a, const struct ev_timer *b)
{
	return a->at < b->at || (a->at == b->at && a->order < b->order);
}

static void
heap_set(struct ev *ev, size_t i, struct ev_timer *t)
{
	ev->heap[i] = t;
	t->pos = i;
}

/* Move the timer at i to where it belongs. */
static void
heap_fix(struct ev *ev, size_t i)
{
	struct ev_timer *t = ev->heap[i];
	size_t c;

	for (; i > 0 && sooner(t, ev->heap[(i - 1) / 2]); i = (i - 1) / 2)
		heap_set(ev, i, ev->heap[(i - 1) / 2]);
	for (; (c = 2 * i + 1) < ev->nheap; i = c) {
		if (c + 1 < ev->nheap && sooner(ev->heap[c + 1], ev->heap[c]))
			c++;
		if (!sooner(ev->heap[c], t))
			break;
		heap_set(ev, i, ev->heap[c]);
	}
	heap_set(ev, i, t);
}

struct ev_timer *
ev_after(struct ev *ev, double ms, ev_timer_fn *fn, void *arg)
{
	struct ev_timer *t = xmalloc(sizeof *t);

	*t = (struct ev_timer){.at = ev_now() + fmax(ms, 0),
	    .order = ev->order++,
	    .fn = fn,
	    .arg = arg};
	ev->heap = xgrow(ev->heap, ev->nheap, &ev->capheap, sizeof *ev->heap);
	heap_set(ev, ev->nheap++, t);
	heap_fix(ev, t->pos);
	return t;
}

static void
heap_remove(struct ev *ev, struct ev_timer *t)
{
	size_t i = t->pos;

	if (i != --ev->nheap) {
		heap_set(ev, i, ev->heap[ev->nheap]);
		heap_fix(ev, i);
	}
}

void
ev_cancel(struct ev *ev, struct ev_timer *t)
{
	if (t == NULL)
		return;
	heap_remove(ev, t);
	free(t);
}

static void
on_signal(int fd, short revents, void *arg)
{
	struct ev *ev = arg;
	struct signalfd_siginfo si;

	(void)revents;
	while (read(fd, &si, sizeof si) == sizeof si) {
		struct signal_fn *s = &ev->sigfn[si.ssi_signo];

		if (s->fn != NULL)
			s->fn((int)si.ssi_signo, s->arg);
	}
}

void
ev_signal(struct ev *ev, int sig, ev_signal_fn *fn, void *arg)
{
	int old = ev->sigfd;

	ev->sigfn[sig] = (struct signal_fn){fn, arg};
	sigaddset(&ev->signals, sig);
	sigprocmask(SIG_BLOCK, &ev->signals, NULL);
	ev->sigfd = signalfd(old, &ev->signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (ev->sigfd == -1)
		lost("signalfd");
	if (old == -1) {
		ev_fd(ev, ev->sigfd, POLLIN, on_signal, ev);
		ev->live--; /* signals alone do not keep the loop running */
	}
}

static void
run_timers(struct ev *ev)
{
	double now = ev_now();
	uint64_t last =
	    ev->order; /* timers set by these run in the next step */
	struct ev_timer t;

	while (ev->nheap > 0 && ev->heap[0]->at <= now &&
	    ev->heap[0]->order < last && !ev->stop) {
		t = *ev->heap[0];
		ev_cancel(ev, ev->heap[0]);
		t.fn(t.arg);
	}
}

static void
run_files(struct ev *ev)
{
	struct watch w;
	size_t i;

	for (i = 0; i < ev->nwatch && ev->files > 0; i++) {
		w = ev->watch[i];
		if (w.fn != NULL && w.file && w.events != 0)
			w.fn((int)i, w.events, w.arg);
	}
}

static bool
files_ready(const struct ev *ev)
{
	size_t i;

	for (i = 0; i < ev->nwatch && ev->files > 0; i++)
		if (ev->watch[i].file && ev->watch[i].events != 0)
			return true;
	return false;
}

bool
ev_step(struct ev *ev, double max_ms)
{
	struct epoll_event got[64];
	double wait = max_ms;
	int n, i;

	ev->stop = false;
	if (ev->live == 0 && ev->nheap == 0)
		return false;
	if (ev->nheap > 0) {
		double left = fmax(ev->heap[0]->at - ev_now(), 0);

		wait = wait < 0 ? left : fmin(wait, left);
	}
	if (files_ready(ev))
		wait = 0;
	n = epoll_wait(
	    ev->epfd, got, 64, wait < 0 ? -1 : (int)fmin(ceil(wait), INT_MAX));
	for (i = 0; i < n; i++) {
		int fd = got[i].data.fd;
		struct watch w = ev->watch[fd];
		short r = from_epoll(got[i].events);

		/* an earlier callback of this step may have removed it */
		if (w.fn != NULL && (r & (w.events | POLLERR | POLLHUP)) != 0)
			w.fn(fd, r, w.arg);
	}
	run_files(ev);
	run_timers(ev);
	return true;
}

void
ev_run(struct ev *ev)
{
	ev->stop = false;
	while (!ev->stop && ev_step(ev, -1))
		;
}

void
ev_stop(struct ev *ev)
{
	ev->stop = true;
}
