/* guard.c - SIGINT, SIGTERM and a lost reader of stdout, as one call. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "guard.h"
#include "mem.h"

struct guard {
	struct ev *ev;
	ev_signal_fn *fn;
	void *arg;
	int sig; /* what came first */
};

static void
tell(struct guard *g, int sig)
{
	if (g->sig != 0)
		return;
	g->sig = sig;
	g->fn(sig, g->arg);
}

/* The next one ends the process, even where the loop does not run. */
static void
on_signal(int sig, void *arg)
{
	sigset_t set;

	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	tell(arg, sig);
}

static void
on_stdout(int fd, short revents, void *arg)
{
	struct guard *g = arg;

	if ((revents & (POLLERR | POLLHUP)) == 0)
		return;
	ev_del(g->ev, fd);
	tell(g, SIGPIPE);
}

struct guard *
guard_new(struct ev *ev, ev_signal_fn *fn, void *arg)
{
	struct guard *g = xcalloc(1, sizeof *g);

	*g = (struct guard){.ev = ev, .fn = fn, .arg = arg};
	ev_signal(ev, SIGINT, on_signal, g);
	ev_signal(ev, SIGTERM, on_signal, g);
	ev_fd(ev, STDOUT_FILENO, 0, on_stdout, g);
	return g;
}

int
guard_signal(const struct guard *g)
{
	return g->sig;
}

static void
die_late(int sig, void *arg)
{
	(void)arg;
	guard_die(sig);
}

void
guard_free(struct guard *g)
{
	if (g == NULL)
		return;
	ev_del(g->ev, STDOUT_FILENO);
	if (g->sig == 0 || g->sig == SIGPIPE) {
		ev_signal(g->ev, SIGINT, die_late, NULL);
		ev_signal(g->ev, SIGTERM, die_late, NULL);
	}
	free(g);
}

void
guard_die(int sig)
{
	sigset_t set;

	signal(sig, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(sig);
	_exit(128 + sig);
}
