/* box_work.c - a worker: one process, one trace, its frames and its output. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "box_int.h"
#include "mem.h"

enum {
	GRACE_MS = 1000, /* between SIGINT and SIGKILL */
	EXIT_MS = 5000, /* between the end of its channel and its exit */
	START_MS = 20000, /* fork and confinement */
	READ_ROUNDS = 16, /* blocks of one descriptor before others' turn */
};

struct stream {
	int fd; /* -1: closed */
	struct box_cap cap;
	size_t cell; /* bytes in this cell */
};

/* What has been claimed in the running cell, and how to deliver it. */
struct job {
	box_fn *fn;
	void *arg;
	unsigned long id;
	char nonce[BOX_NONCE];
	struct buf send; /* the rest of the request */
	const struct buf *cells; /* borrowed: of the trace */
	json_t *hooks, *answer;
	size_t hook_bytes;
	unsigned submits;
	double start, seconds;
	const char *what; /* the name of that limit */
	bool interrupted; /* the limit was passed */
};

enum end { END_NONE, END_TIME, END_FLOOD, END_PROTOCOL, END_START };

struct worker {
	TAILQ_ENTRY(worker) link;
	struct zyg *z;
	enum worker_state state;
	unsigned long trace;
	int sock, pidfd; /* -1: closed, not known yet */
	struct stream out, err;
	struct buf in; /* received, not yet a whole line */
	size_t scanned; /* bytes of it without a newline */
	struct ev_timer *timer;
	enum end end; /* why the host killed it */
	struct fail why;
	int status; /* as from waitpid */
	bool freed; /* nobody owns it any more */
	bool forking; /* its descriptor has not come yet */
	worker_fn *fn;
	void *arg;
	bool busy;
	struct job job;
	unsigned long jobs;
};

static void on_sock(int fd, short revents, void *arg);
static void on_stream(int fd, short revents, void *arg);

unsigned long
worker_trace(const struct worker *w)
{
	return w->trace;
}

enum worker_state
worker_state(const struct worker *w)
{
	return w->state;
}

const char *
worker_why(const struct worker *w)
{
	return w->why.msg;
}

void
worker_owner(struct worker *w, worker_fn *fn, void *arg)
{
	w->fn = fn;
	w->arg = arg;
}

/* trace 0: any. */
struct worker *
worker_find(struct zyg *z, unsigned long trace)
{
	struct worker *w;

	TAILQ_FOREACH(w, &z->workers, link)
	if (trace == 0 || w->trace == trace)
		return w;
	return NULL;
}

static void
drop_fd(struct worker *w, int *fd)
{
	if (*fd == -1)
		return;
	ev_del(w->z->ev, *fd);
	close(*fd);
	*fd = -1;
}

static void
send_signal(struct worker *w, int sig)
{
	if (w->pidfd != -1)
		syscall(SYS_pidfd_send_signal, w->pidfd, sig, NULL, 0);
}

static void
set_timer(struct worker *w, double ms, ev_timer_fn *fn)
{
	ev_cancel(w->z->ev, w->timer);
	w->timer = fn != NULL ? ev_after(w->z->ev, ms, fn, w) : NULL;
}

static void
job_clear(struct job *j)
{
	buf_clear(&j->send);
	json_decref(j->hooks);
	json_decref(j->answer);
	*j = (struct job){0};
}

/* Forget it: every descriptor, then the memory. */
static void
dispose(struct worker *w)
{
	TAILQ_REMOVE(&w->z->workers, w, link);
	set_timer(w, 0, NULL);
	drop_fd(w, &w->sock);
	drop_fd(w, &w->out.fd);
	drop_fd(w, &w->err.fd);
	drop_fd(w, &w->pidfd);
	box_cap_clear(&w->out.cap);
	box_cap_clear(&w->err.cap);
	buf_clear(&w->in);
	job_clear(&w->job);
	free(w);
}

/*
 * Kill it; its exit is awaited, unless it is not yet forked: then the kill
 * follows as soon as its descriptor comes.
 */
static void
put_down(struct worker *w, enum end end)
{
	if (w->end == END_NONE)
		w->end = end;
	if (w->state != WORKER_DYING)
		w->state = WORKER_DYING;
	set_timer(w, 0, NULL);
	send_signal(w, SIGKILL);
}

void
worker_free(struct worker *w)
{
	if (w == NULL)
		return;
	w->freed = true;
	w->busy = false;
	if (w->forking && w->z->state != ZYG_DEAD && w->z->ctl != -1) {
		/* Its descriptor is on the way: worker_forked ends it. */
		put_down(w, END_NONE);
		drop_fd(w, &w->sock);
		return;
	}
	send_signal(w, SIGKILL);
	dispose(w);
}

/* ---- output ---- */

/* Read what is there; false: too much. */
static bool
drain(struct worker *w, struct stream *s, int rounds)
{
	static char block[65536];
	ssize_t n;

	while (s->fd != -1 && rounds-- > 0) {
		n = read(s->fd, block, sizeof block);
		if (n == 0)
			drop_fd(w, &s->fd);
		if (n <= 0)
			break;
		s->cell += (size_t)n;
		if (w->busy || w->jobs == 0) /* or why it does not start */
			box_cap_put(&s->cap, block, (size_t)n);
		if (s->cell > BOX_FLOOD_BYTES)
			return false;
	}
	return true;
}

static void
on_stream(int fd, short revents, void *arg)
{
	struct worker *w = arg;
	struct stream *s = fd == w->out.fd ? &w->out : &w->err;

	(void)revents;
	if (!drain(w, s, READ_ROUNDS) && w->state != WORKER_DYING)
		put_down(w, END_FLOOD);
}

/* All that is in the pipes; a writer that never stops is a flood anyway. */
static bool
drain_both(struct worker *w)
{
	return drain(w, &w->out, 2 * BOX_FLOOD_BYTES / 65536) &&
	    drain(w, &w->err, 2 * BOX_FLOOD_BYTES / 65536);
}

/* ---- results ---- */

static void
put_note(struct buf *b, const char *note)
{
	if (b->n > 0 && b->p[b->n - 1] != '\n')
		buf_putc(b, '\n');
	buf_puts(b, note);
	if (b->n > 0 && b->p[b->n - 1] != '\n')
		buf_putc(b, '\n');
}

/* A library that could not get memory often ends the program itself. */
static bool
sounds_of_memory(const struct buf *err)
{
	static const char *const words[] = {"std::bad_alloc", "MemoryError",
	    "Cannot allocate memory", "emory allocation", "out of memory",
	    "cannot allocate", NULL};
	int i;

	for (i = 0; words[i] != NULL; i++)
		if (strstr(buf_str(err), words[i]) != NULL)
			return true;
	return false;
}

/* status, limit and signal of a worker that is dead. */
static void
judge(const struct worker *w, const struct buf *err, struct box_result *r)
{
	int sig = WIFSIGNALED(w->status) ? WTERMSIG(w->status) : 0;

	r->status = BOX_KILLED;
	r->signal = sig;
	if (w->end == END_TIME) {
		r->status = BOX_TIMEOUT;
		r->limit = w->job.what;
	} else if (w->end == END_FLOOD) {
		r->status = BOX_FLOOD;
		r->limit = "output";
	} else if (w->end == END_PROTOCOL ||
	    (WIFEXITED(w->status) && WEXITSTATUS(w->status) == 71)) {
		r->status = BOX_PROTOCOL;
		r->limit = "protocol";
	} else if (sig == SIGXCPU) {
		r->status = BOX_TIMEOUT;
		r->limit = "CPU time";
	} else if (sig == SIGKILL || sounds_of_memory(err)) {
		r->status = BOX_OOM; /* nobody else sends SIGKILL */
		r->limit = "memory";
	} else if (sig == SIGXFSZ) {
		r->limit = "file size";
	}
}

/* One line for the teacher and the record. */
static void
put_ending(const struct worker *w, const struct box_result *r, struct buf *err)
{
	struct buf b = {0};

	if (r->status == BOX_TIMEOUT && w->end == END_TIME)
		buf_printf(
		    &b, "[killed: %s limit (%g s)", r->limit, w->job.seconds);
	else if (r->status == BOX_TIMEOUT)
		buf_printf(&b, "[killed: %s limit", r->limit);
	else if (r->status == BOX_FLOOD)
		buf_printf(&b, "[killed: more than %d MiB of output",
		    BOX_FLOOD_BYTES >> 20);
	else if (r->status == BOX_OOM)
		buf_puts(&b, "[killed: out of memory");
	else if (r->status == BOX_PROTOCOL)
		buf_printf(&b, "[killed: protocol violation%s%s",
		    w->why.msg[0] != '\0' ? ": " : "", w->why.msg);
	else if (r->signal != 0)
		buf_printf(&b, "[worker died of signal %d (%s)", r->signal,
		    strsignal(r->signal));
	else
		buf_printf(&b, "[worker exited with status %d",
		    WEXITSTATUS(w->status));
	buf_puts(&b, "; the state is lost]");
	put_note(err, buf_str(&b));
	buf_clear(&b);
}

/* Call back with the result. w may be gone afterwards. */
static void
deliver(
    struct worker *w, struct box_result *r, struct buf *out, struct buf *err)
{
	struct job j = w->job;

	r->out = buf_str(out);
	r->err = buf_str(err);
	r->success = r->status == BOX_OK;
	r->hooks = j.hooks;
	r->answer = j.answer;
	r->submitted = j.answer != NULL;
	w->job = (struct job){0};
	w->busy = false;
	box_cap_reset(&w->out.cap);
	box_cap_reset(&w->err.cap);
	j.fn(r, j.arg);
	job_clear(&j);
	buf_clear(out);
	buf_clear(err);
}

static void
set_texts(
    struct worker *w, struct box_result *r, struct buf *out, struct buf *err)
{
	r->out_omitted = box_cap_text(&w->out.cap, out);
	r->err_omitted = box_cap_text(&w->err.cap, err);
	r->elapsed = (ev_now() - w->job.start) / 1e3;
}

/* The cell came to its end and the worker lives. */
static void
finish(struct worker *w, const struct box_frame *fr)
{
	struct box_result r = {
	    .status = fr->status, .clock = fr->clock, .entropy = fr->entropy};
	struct buf out = {0}, err = {0}, tb = {0}, value = {0};
	char line[100];

	set_timer(w, 0, NULL);
	set_texts(w, &r, &out, &err);
	box_mask(&tb, fr->tb, strlen(fr->tb));
	box_mask(&value, fr->evalue, strlen(fr->evalue));
	r.ename = fr->ename;
	r.evalue = buf_str(&value);
	r.traceback = buf_str(&tb);
	if (tb.n > 0)
		put_note(&err, buf_str(&tb));
	if (fr->memory)
		r.limit = "memory";
	if (w->job.interrupted) {
		r.status = BOX_TIMEOUT;
		r.limit = w->job.what;
		snprintf(line, sizeof line, "[interrupted: %s limit (%g s)]",
		    r.limit, w->job.seconds);
		put_note(&err, line);
	} else if (r.status == BOX_EXIT) {
		put_note(&err, "[exit]");
	}
	w->state = WORKER_IDLE;
	deliver(w, &r, &out, &err);
	buf_clear(&tb);
	buf_clear(&value);
}

/* It is dead: tell whoever waits, then forget it. */
static void
bury(struct worker *w)
{
	struct box_result r = {
	    .ename = "", .evalue = "", .traceback = "", .state_lost = true};
	struct buf out = {0}, err = {0};
	worker_fn *fn = w->fn;
	void *arg = w->arg;

	w->state = WORKER_DYING;
	if (w->freed) {
		dispose(w);
		return;
	}
	drain_both(w);
	set_timer(w, 0, NULL);
	if (w->why.msg[0] == '\0') {
		struct buf said = {0};

		box_cap_text(&w->err.cap, &said);
		if (said.n > 0 && said.p[said.n - 1] == '\n')
			said.p[--said.n] = '\0';
		fail_set(&w->why, FAIL_SANDBOX, "%s",
		    w->jobs == 0 && said.n > 0 ? buf_str(&said)
					       : "worker ended");
		buf_clear(&said);
		if (w->jobs > 0)
			w->why.msg[0] = '\0';
	}
	w->freed = true;
	if (!w->busy) {
		fn(w, arg);
		dispose(w);
		return;
	}
	set_texts(w, &r, &out, &err);
	judge(w, &err, &r);
	put_ending(w, &r, &err);
	/* The owner lets go first: the callback may free everything else. */
	fn(w, arg);
	TAILQ_REMOVE(&w->z->workers, w, link);
	drop_fd(w, &w->sock);
	drop_fd(w, &w->out.fd);
	drop_fd(w, &w->err.fd);
	drop_fd(w, &w->pidfd);
	w->z = NULL;
	deliver(w, &r, &out, &err);
	buf_clear(&w->in);
	free(w);
}

void
worker_exited(struct worker *w, int status)
{
	w->status = status;
	w->forking = false;
	bury(w);
}

/* ---- frames ---- */

static void
violation(struct worker *w, const char *what)
{
	if (what != NULL)
		fail_set(&w->why, FAIL_SANDBOX, "%s", what);
	put_down(w, END_PROTOCOL);
}

static json_t *
hook_record(const struct box_frame *fr, const struct buf *cells)
{
	const char *line =
	    json_string_value(json_object_get(fr->obj, "code_line"));
	json_t *h = json_object(), *x;
	static const char *const from[] = {
	    "name", "code_line", "value", NULL, "depends_on", "description"};
	static const char *const to[] = {"variable_name", "code_line", "value",
	    "value_hash", "depends_on", "description"};
	size_t i;

	for (i = 0; i < 6; i++) {
		x = from[i] != NULL ? json_object_get(fr->obj, from[i]) : NULL;
		x = x != NULL ? json_incref(x) : json_null();
		json_object_set_new(h, to[i], box_mask_json(x));
	}
	json_object_set_new(
	    h, "grounded", json_boolean(box_grounded(cells, line)));
	return h;
}

static void
on_hook(struct worker *w, const struct box_frame *fr, size_t n)
{
	struct job *j = &w->job;

	j->hook_bytes += n;
	if (json_array_size(j->hooks) >= BOX_HOOKS ||
	    j->hook_bytes > BOX_HOOKS_BYTES)
		violation(w, "too many hooks");
	else
		json_array_append_new(j->hooks, hook_record(fr, j->cells));
}

static void
on_submit(struct worker *w, const struct box_frame *fr)
{
	if (++w->job.submits > BOX_SUBMITS) {
		violation(w, "too many submits");
		return;
	}
	json_decref(w->job.answer);
	w->job.answer = box_mask_json(json_incref(fr->value));
}

/* The frame that ends a cell: nothing may follow it. */
static void
on_done(struct worker *w, struct box_frame *fr)
{
	if (w->in.n > 0) {
		violation(w, "data after the end of a cell");
		return;
	}
	if (!drain_both(w)) {
		put_down(w, END_FLOOD);
		return;
	}
	finish(w, fr);
}

/* One line, already taken off w->in. Returns false when w may be gone. */
static bool
on_line(struct worker *w, const char *line, size_t n)
{
	struct box_frame fr;
	bool done;

	if (box_frame_parse(line, n, w->job.id, w->job.nonce, &fr, &w->why) !=
	    0) {
		violation(w, NULL);
		return true;
	}
	done = fr.type == FRAME_DONE && w->busy;
	if (fr.type == FRAME_READY && w->state == WORKER_WAITING &&
	    w->in.n == 0) {
		w->state = WORKER_IDLE;
		set_timer(w, 0, NULL);
		box_frame_clear(&fr);
		w->fn(w, w->arg);
		return false;
	}
	if (!w->busy || fr.type == FRAME_READY)
		violation(w, "a frame outside a cell");
	else if (fr.type == FRAME_HOOK)
		on_hook(w, &fr, n);
	else if (fr.type == FRAME_SUBMIT)
		on_submit(w, &fr);
	else
		on_done(w, &fr);
	box_frame_clear(&fr);
	return !done;
}

/* Take whole lines off the buffer. */
static void
on_bytes(struct worker *w)
{
	char *nl, *line;
	size_t n;
	bool more = true;

	while (more && w->state != WORKER_DYING) {
		nl = w->in.n > w->scanned
		    ? memchr(w->in.p + w->scanned, '\n', w->in.n - w->scanned)
		    : NULL;
		if (nl == NULL) {
			w->scanned = w->in.n;
			if (w->in.n > BOX_FRAME_MAX)
				violation(w, "a frame of over 1 MiB");
			return;
		}
		n = (size_t)(nl - w->in.p);
		line = xstrndup(w->in.p, n);
		buf_drop(&w->in, n + 1);
		w->scanned = 0;
		more = on_line(w, line, strlen(line) == n ? n : 0);
		free(line);
	}
}

static void
send_rest(struct worker *w)
{
	struct buf *b = &w->job.send;
	ssize_t n;

	while (b->n > 0) {
		n = send(w->sock, b->p, b->n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n == -1 && errno != EAGAIN && errno != EINTR) {
			put_down(w, END_NONE); /* it takes no more cells */
			return;
		}
		if (n <= 0)
			break;
		buf_drop(b, (size_t)n);
	}
	ev_fd(w->z->ev, w->sock, (short)(POLLIN | (b->n > 0 ? POLLOUT : 0)),
	    on_sock, w);
}

static void
on_deaf(void *arg)
{
	struct worker *w = arg;

	w->timer = NULL;
	violation(w, "it closed its channel");
}

static void
on_sock(int fd, short revents, void *arg)
{
	static char block[65536];
	struct worker *w = arg;
	ssize_t n;

	if (revents & POLLOUT && w->busy)
		send_rest(w);
	n = recv(fd, block, sizeof block, MSG_DONTWAIT);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		/* Dead, or it closed its end: either way its exit comes. */
		drop_fd(w, &w->sock);
		w->state = WORKER_DYING;
		set_timer(w, EXIT_MS, on_deaf);
		return;
	}
	buf_put(&w->in, block, (size_t)n);
	on_bytes(w);
}

/* ---- life ---- */

static void
on_late(void *arg)
{
	struct worker *w = arg;

	w->timer = NULL;
	fail_set(&w->why, FAIL_SANDBOX, "a worker did not start in %d s",
	    START_MS / 1000);
	put_down(w, END_START);
}

static void
on_grace(void *arg)
{
	struct worker *w = arg;

	w->timer = NULL;
	put_down(w, END_TIME);
}

static void
on_timeout(void *arg)
{
	struct worker *w = arg;

	w->timer = NULL;
	w->job.interrupted = true;
	send_signal(w, SIGINT);
	set_timer(w, GRACE_MS, on_grace);
}

void
worker_forked(struct worker *w, int pidfd)
{
	w->forking = false;
	w->pidfd = pidfd;
	if (w->state == WORKER_DYING) {
		send_signal(w, SIGKILL);
		if (w->freed)
			dispose(w);
	}
}

/* A pipe whose read end is ours. */
static int
make_pipe(int p[2])
{
	if (pipe2(p, O_CLOEXEC) != 0)
		return -1;
	return fcntl(p[0], F_SETFL, O_NONBLOCK);
}

struct worker *
worker_new(struct zyg *z, worker_fn *fn, void *arg)
{
	struct worker *w = xcalloc(1, sizeof *w);
	int s[2] = {-1, -1}, o[2] = {-1, -1}, e[2] = {-1, -1};
	int r = -1, why;

	*w = (struct worker){.z = z,
	    .trace = ++z->traces,
	    .pidfd = -1,
	    .forking = true,
	    .fn = fn,
	    .arg = arg};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s) == 0 &&
	    make_pipe(o) == 0 && make_pipe(e) == 0)
		r = zyg_fork(z, w->trace, s[1], o[1], e[1]);
	why = errno;
	w->sock = s[0];
	w->out.fd = o[0];
	w->err.fd = e[0];
	close(s[1]);
	close(o[1]);
	close(e[1]);
	TAILQ_INSERT_TAIL(&z->workers, w, link);
	if (r != 0) {
		w->forking = false;
		dispose(w);
		errno = why;
		return NULL;
	}
	ev_fd(z->ev, w->sock, POLLIN, on_sock, w);
	ev_fd(z->ev, w->out.fd, POLLIN, on_stream, w);
	ev_fd(z->ev, w->err.fd, POLLIN, on_stream, w);
	set_timer(w, START_MS, on_late);
	w->busy = false;
	return w;
}

static void
make_nonce(char nonce[BOX_NONCE])
{
	unsigned char raw[16];
	int i;

	if (getrandom(raw, sizeof raw, 0) != sizeof raw)
		mem_fail();
	for (i = 0; i < 16; i++)
		snprintf(nonce + 2 * i, 3, "%02x", raw[i]);
}

void
worker_exec(struct worker *w, unsigned cell, const char *code, double seconds,
    const char *what, const struct buf *cells, box_fn *fn, void *arg)
{
	struct job *j = &w->job;

	*j = (struct job){.fn = fn,
	    .arg = arg,
	    .id = ++w->jobs,
	    .cells = cells,
	    .hooks = json_array(),
	    .seconds = seconds,
	    .what = what,
	    .start = ev_now()};
	make_nonce(j->nonce);
	buf_printf(&j->send, "{\"id\":%lu,\"nonce\":\"%s\",\"cell\":%u,", j->id,
	    j->nonce, cell);
	buf_puts(&j->send, "\"code\":");
	buf_jsonstr(&j->send, code, strlen(code));
	buf_puts(&j->send, "}\n");
	w->busy = true;
	w->state = WORKER_BUSY;
	w->out.cell = w->err.cell = 0;
	box_cap_reset(&w->out.cap);
	box_cap_reset(&w->err.cap);
	set_timer(w, seconds * 1e3, on_timeout);
	send_rest(w);
}
