/* test_ev.c - unit tests of the event loop. */
#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ev.h"
#include "rng.h"
#include "unit.h"

/* What callbacks saw, in order. */
static struct {
	int v[4096];
	size_t n;
	struct ev *ev;
	struct ev_timer *other;
	int fd[2];
} seen;

/* Tests may share a process: each starts from nothing. */
static void
forget(void)
{
	memset(&seen, 0, sizeof seen);
}

static void
note(void *arg)
{
	seen.v[seen.n++] = (int)(intptr_t)arg;
}

static void *
number(int i)
{
	return (void *)(intptr_t)i;
}

START_TEST(timers_in_order)
{
	struct ev *ev = ev_new();

	forget();
	seen.ev = ev;
	ev_after(ev, 15, note, number(3));
	ev_after(ev, 5, note, number(2));
	ev_after(ev, 0, note, number(0));
	ev_after(ev, 0, note, number(1)); /* of one moment: as they were set */
	ev_after(ev, -10, note, number(0));
	ev_run(ev);
	ck_assert_uint_eq(seen.n, 5);
	ck_assert_int_eq(seen.v[0], 0);
	ck_assert_int_eq(seen.v[3], 2);
	ck_assert_int_eq(seen.v[4], 3);
	ck_assert(!ev_step(ev, 0));
	ev_free(ev);
	ev_free(NULL);
}
END_TEST

START_TEST(many_timers)
{
	enum { N = 1000 };
	struct ev *ev = ev_new();
	struct ev_timer *t[N];
	double start = ev_now();
	size_t i, kept = 0;
	struct rng r;

	forget();
	seen.ev = ev;
	rng_init(&r, 1, "timers");
	for (i = 0; i < N; i++) {
		int ms = (int)rng_below(&r, 20);

		t[i] = ev_after(
		    ev, ms, note, number((int)(ev_now() - start) + ms));
	}
	for (i = 0; i < N; i++) /* some are taken out of the middle */
		if (i % 3 == 0)
			ev_cancel(ev, t[i]);
		else
			kept++;
	ev_cancel(ev, NULL);
	ev_run(ev);
	ck_assert_uint_eq(seen.n, kept);
	/* a number is when its timer is due, but for the rounding */
	for (i = 1; i < seen.n; i++)
		ck_assert_int_ge(seen.v[i], seen.v[i - 1] - 2);
	ck_assert(ev_now() - start >= 19);
	ev_free(ev);
}
END_TEST

static void
cancel_other(void *arg)
{
	note(arg);
	ev_cancel(seen.ev, seen.other);
}

static void
again(void *arg)
{
	note(arg);
	if (seen.n < 5)
		ev_after(seen.ev, 0, again, arg);
}

START_TEST(timers_from_timers)
{
	struct ev *ev = ev_new();
	size_t steps = 0;

	forget();
	seen.ev = ev;
	ev_after(ev, 0, cancel_other, number(1));
	seen.other = ev_after(ev, 0, note, number(2));
	ev_run(ev);
	ck_assert_uint_eq(seen.n, 1);
	ev_after(ev, 0, again, number(3));
	while (ev_step(ev, -1)) /* one a step: others get their turn */
		steps++;
	ck_assert_uint_eq(seen.n, 5);
	ck_assert_uint_eq(steps, 4);
	ev_after(ev, 1e12, note, number(9)); /* freed unrun */
	ev_step(ev, 1);
	ck_assert_uint_eq(seen.n, 5);
	ev_free(ev);
}
END_TEST

static void
read_some(int fd, short revents, void *arg)
{
	char c;

	(void)arg;
	seen.v[seen.n++] = revents;
	if ((revents & POLLIN) != 0 && read(fd, &c, 1) == 1)
		return;
	ev_del(seen.ev, fd);
}

START_TEST(descriptors)
{
	struct ev *ev = ev_new();

	forget();
	seen.ev = ev;
	ck_assert_int_eq(pipe(seen.fd), 0);
	ev_fd(ev, seen.fd[0], POLLIN, read_some, NULL);
	ck_assert(ev_step(ev, 1)); /* nothing there */
	ck_assert_uint_eq(seen.n, 0);
	ck_assert_int_eq(write(seen.fd[1], "xy", 2), 2);
	ev_step(ev, -1);
	ck_assert_uint_eq(seen.n, 1);
	ck_assert_int_eq(seen.v[0], POLLIN);
	ev_step(ev, -1);
	ck_assert_uint_eq(seen.n, 2);
	close(seen.fd[1]);
	ev_run(ev); /* ends: the callback stops watching */
	ck_assert_uint_eq(seen.n, 3);
	ck_assert((seen.v[2] & POLLHUP) != 0);
	ev_del(ev, seen.fd[0]);
	ev_del(ev, -1);
	ev_del(ev, 100000);
	close(seen.fd[0]);
	ev_free(ev);
}
END_TEST

static void
writable(int fd, short revents, void *arg)
{
	(void)arg;
	seen.v[seen.n++] = revents;
	ev_fd(seen.ev, fd, 0, writable, NULL);
	if ((revents & (POLLERR | POLLHUP)) != 0)
		ev_stop(seen.ev);
}

START_TEST(lost_reader)
{
	struct ev *ev = ev_new();

	forget();
	seen.ev = ev;
	ck_assert_int_eq(pipe(seen.fd), 0);
	ev_fd(ev, seen.fd[1], POLLOUT, writable, NULL);
	ev_step(ev, -1);
	ck_assert_int_eq(seen.v[0], POLLOUT);
	ev_step(ev, 5); /* watched for its loss only */
	ck_assert_uint_eq(seen.n, 1);
	close(seen.fd[0]);
	ev_run(ev);
	ck_assert_uint_eq(seen.n, 2);
	ck_assert((seen.v[1] & POLLERR) != 0);
	/* stopped once, it steps on: timers run too */
	ev_del(ev, seen.fd[1]);
	ev_after(ev, 0, note, number(77));
	ev_step(ev, -1);
	ck_assert_int_eq(seen.v[2], 77);
	close(seen.fd[1]);
	ev_free(ev);
}
END_TEST

static void
remove_both(int fd, short revents, void *arg)
{
	(void)fd;
	(void)revents;
	(void)arg;
	seen.n++;
	ev_del(seen.ev, seen.fd[0]);
	ev_del(seen.ev, seen.fd[1]);
}

START_TEST(removed_in_the_step)
{
	struct ev *ev = ev_new();
	int a[2], b[2];

	forget();
	seen.ev = ev;
	ck_assert(pipe(a) == 0 && pipe(b) == 0);
	ck_assert(write(a[1], "x", 1) == 1 && write(b[1], "x", 1) == 1);
	seen.fd[0] = a[0];
	seen.fd[1] = b[0];
	ev_fd(ev, a[0], POLLIN, remove_both, NULL);
	ev_fd(ev, b[0], POLLIN, remove_both, NULL);
	ck_assert(ev_step(ev, -1));
	ck_assert_uint_eq(seen.n, 1);
	ck_assert(!ev_step(ev, 0));
	ev_free(ev);
	close(a[0]);
	close(a[1]);
	close(b[0]);
	close(b[1]);
}
END_TEST

static void
take_line(int fd, short revents, void *arg)
{
	char c[4];

	(void)revents;
	(void)arg;
	if (read(fd, c, sizeof c) == sizeof c)
		seen.n++;
	else
		ev_del(seen.ev, fd);
}

/* epoll refuses regular files: they count as ready. */
START_TEST(regular_file)
{
	struct ev *ev = ev_new();
	FILE *fp = tmpfile();
	int fd = fileno(fp);

	forget();
	seen.ev = ev;
	fputs("aaaabbbbcccc", fp);
	rewind(fp);
	ev_fd(ev, fd, POLLIN, take_line, NULL);
	ev_fd(ev, fd, 0, take_line, NULL);
	ev_after(ev, 0, note, number(1));
	ev_step(ev, -1); /* not watched for input: no busy loop */
	ck_assert_uint_eq(seen.n, 1);
	seen.n = 0;
	ev_fd(ev, fd, POLLIN, take_line, NULL);
	ev_run(ev);
	ck_assert_uint_eq(seen.n, 3);
	fclose(fp);
	ev_free(ev);
}
END_TEST

static void
on_sig(int sig, void *arg)
{
	(void)arg;
	seen.v[seen.n++] = sig;
	if (sig == SIGTERM)
		ev_stop(seen.ev);
}

START_TEST(signals)
{
	struct ev *ev = ev_new();
	sigset_t now;

	forget();
	seen.ev = ev;
	ev_signal(ev, SIGUSR1, on_sig, NULL);
	ev_signal(ev, SIGTERM, on_sig, NULL);
	ck_assert(!ev_step(ev, -1)); /* signals alone keep nothing running */
	ev_after(ev, 60000, note, number(0));
	raise(SIGUSR1);
	raise(SIGTERM);
	ev_run(ev);
	ck_assert_uint_eq(seen.n, 2);
	ck_assert_int_eq(seen.v[0] + seen.v[1], SIGUSR1 + SIGTERM);
	ev_free(ev);
	sigprocmask(SIG_BLOCK, NULL, &now);
	ck_assert(!sigismember(&now, SIGUSR1));
	ck_assert(!sigismember(&now, SIGTERM));
}
END_TEST

UNIT_MAIN("ev", timers_in_order, many_timers, timers_from_timers, descriptors,
    lost_reader, removed_in_the_step, regular_file, signals)
