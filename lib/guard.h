/* guard.h - SIGINT, SIGTERM and a lost reader of stdout, as one call. */
#ifndef GUARD_H
#define GUARD_H

#include "ev.h"

struct guard;

/*
 * From now on the first SIGINT or SIGTERM, and the loss of stdout's reader (as
 * SIGPIPE), call fn once from ev_step: stop spending (chat_stop), let the loop
 * end, then guard_die. A second SIGINT or SIGTERM ends the process at once by
 * the signal's default action. The watch on stdout keeps ev_run running: free
 * the guard, or ev_stop, when the work is done.
 */
struct guard *guard_new(struct ev *ev, ev_signal_fn *fn, void *arg);
/* The signal that came, or 0. */
int guard_signal(const struct guard *g);
void guard_free(struct guard *g); /* NULL is fine */

/* Die of sig by its default action (status 130, 143, 141 in a shell). */
void guard_die(int sig) __attribute__((noreturn));

#endif
