/* ev.h - the event loop (epoll) that sandboxes, chat requests and input share.
 * One thread; callbacks run from ev_step. */
#ifndef EV_H
#define EV_H

#include <stdbool.h>
#include <stdint.h>

struct ev;
struct ev_timer;

/* events and revents are poll(2)'s: POLLIN, POLLOUT; POLLERR and POLLHUP are
 * always reported. */
typedef void ev_fd_fn(int fd, short revents, void *arg);
typedef void ev_timer_fn(void *arg);
typedef void ev_signal_fn(int sig, void *arg);

struct ev *ev_new(void);
void ev_free(struct ev *ev);

/*
 * Watch fd, or change what is watched and who is called; events 0 reports only
 * POLLERR and POLLHUP (how the loss of stdout's reader is seen). A regular file
 * counts as always ready. Call ev_del before closing fd.
 */
void ev_fd(struct ev *ev, int fd, short events, ev_fd_fn *fn, void *arg);
void ev_del(struct ev *ev, int fd);

/* Call fn once, ms milliseconds from now (0: in the next step). The handle is
 * valid until fn is called or ev_cancel; ev_cancel(ev, NULL) does nothing. */
struct ev_timer *ev_after(struct ev *ev, double ms, ev_timer_fn *fn, void *arg);
void ev_cancel(struct ev *ev, struct ev_timer *t);

/* From now on sig arrives as a call of fn instead of its default action. */
void ev_signal(struct ev *ev, int sig, ev_signal_fn *fn, void *arg);

/* Monotonic milliseconds. */
double ev_now(void);

/* Wait at most max_ms (negative: until something happens), run what is due.
 * Returns false when nothing is watched and no timer is set. */
bool ev_step(struct ev *ev, double max_ms);
/* ev_step until ev_stop, or until nothing is watched. */
void ev_run(struct ev *ev);
void ev_stop(struct ev *ev);

#endif
