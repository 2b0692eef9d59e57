/* box_zyg.c - a zygote: one jailed Python per CSV, which forks workers. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "box_int.h"
#include "mem.h"
#include "rec.h"
#include "worker.py.h"

enum { PACKET_MAX = 1 << 18, SAID_MAX = 16 << 10, LAST_WORDS_MS = 200 };

static void
set_state(struct zyg *z, enum zyg_state s)
{
	z->state = s;
	z->fn(z, z->arg);
}

static void
drop_fd(struct zyg *z, int *fd)
{
	if (*fd == -1)
		return;
	ev_del(z->ev, *fd);
	close(*fd);
	*fd = -1;
}

static void
drop_late(struct zyg *z)
{
	ev_cancel(z->ev, z->late);
	z->late = NULL;
}

/* The last line that it wrote on stderr, without Python's frames. */
static void
last_words(struct zyg *z, char *out, size_t size)
{
	size_t end = z->said.n, i;

	while (end > 0 && z->said.p[end - 1] == '\n')
		end--;
	for (i = end; i > 0 && z->said.p[i - 1] != '\n';)
		i--;
	snprintf(out, size, "%.*s", (int)(end - i),
	    z->said.n > 0 ? z->said.p + i : "");
}

static void
read_diag(struct zyg *z)
{
	char block[4096];
	ssize_t n;

	while (
	    z->diag != -1 && (n = read(z->diag, block, sizeof block)) != -1) {
		if (n == 0) {
			drop_fd(z, &z->diag);
			return;
		}
		buf_put(&z->said, block, (size_t)n);
		if (z->said.n > SAID_MAX)
			buf_drop(&z->said, z->said.n - SAID_MAX / 2);
	}
}

/* Its group has its jailer's child, too, which would wait for ever where the
 * jailer is killed before the jail is made. */
static void
kill_all(const struct zyg *z)
{
	kill(-z->pid, SIGKILL);
	kill(z->pid, SIGKILL); /* it may still be in our group */
}

/* End it; what is already written to its stderr tells why, unless f does. */
static void
zyg_die(struct zyg *z, const struct fail *f)
{
	struct pollfd pf = {.fd = z->diag, .events = POLLIN};
	char words[600];
	int status = 0;
	struct worker *w;

	if (z->state == ZYG_DEAD)
		return;
	if (f == NULL && z->diag != -1)
		poll(&pf, 1, LAST_WORDS_MS);
	read_diag(z);
	kill_all(z);
	while (waitpid(z->pid, &status, 0) == -1 && errno == EINTR)
		;
	read_diag(z);
	drop_fd(z, &z->ctl);
	drop_fd(z, &z->diag);
	drop_late(z);
	last_words(z, words, sizeof words);
	if (f != NULL)
		z->why = *f;
	else
		fail_set(&z->why, FAIL_SANDBOX, "sandbox ended: %s",
		    words[0] != '\0' ? words : "no reason given");
	z->state = ZYG_DEAD;
	while ((w = worker_find(z, 0)) != NULL)
		worker_exited(w, SIGKILL);
	z->fn(z, z->arg);
}

/* A jailer that waits for what never comes says nothing at all. */
static void
on_late(void *arg)
{
	struct zyg *z = arg;
	struct fail f;

	z->late = NULL;
	fail_set(&f, FAIL_SANDBOX,
	    "expected a sandbox with its libraries within %g s, saw %s",
	    z->conf->start_timeout,
	    z->state == ZYG_SETUP ? "one without them" : "nothing");
	zyg_die(z, &f);
}

static int
send_packet(struct zyg *z, json_t *msg, const int *fds, size_t nfds)
{
	char *text = json_dumps(msg, JSON_COMPACT);
	char anc[CMSG_SPACE(3 * sizeof(int))] = {0};
	struct iovec io = {.iov_base = text};
	struct msghdr h = {.msg_iov = &io, .msg_iovlen = 1};
	struct pollfd pf = {.fd = z->ctl, .events = POLLOUT};
	ssize_t n;
	int why;

	json_decref(msg);
	if (text == NULL)
		mem_fail();
	io.iov_len = strlen(text);
	if (nfds > 0) {
		struct cmsghdr *c;

		h.msg_control = anc;
		h.msg_controllen = CMSG_SPACE(nfds * sizeof(int));
		c = CMSG_FIRSTHDR(&h);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(nfds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, nfds * sizeof(int));
	}
	/* The zygote reads whatever comes; a full queue empties at once. */
	while ((n = sendmsg(z->ctl, &h, MSG_NOSIGNAL)) == -1 &&
	    (errno == EINTR || errno == EAGAIN))
		if (errno == EAGAIN && poll(&pf, 1, 1000) <= 0)
			break;
	why = errno;
	free(text);
	errno = why;
	return n == -1 ? -1 : 0;
}

/* Tell the zygote what to do next. Where that cannot be told it is ended:
 * on_ctl sees it. */
static void
order(struct zyg *z, json_t *msg, const int *fds, size_t nfds)
{
	if (send_packet(z, msg, fds, nfds) == 0)
		return;
	if (errno != EPIPE && errno != ECONNRESET) /* else it tells why */
		fail_set(&z->why, FAIL_SANDBOX, "sandbox: cannot be told: %s",
		    strerror(errno));
	kill_all(z);
}

static void
on_failed(struct zyg *z, const json_t *msg)
{
	const char *what = json_string_value(json_object_get(msg, "what"));
	const char *why = json_string_value(json_object_get(msg, "why"));
	struct fail f;

	if (what != NULL && strcmp(what, "load") == 0)
		fail_set(&f, FAIL_CSV, "read_csv: %s", why != NULL ? why : "");
	else if (what != NULL && strcmp(what, "import") == 0)
		fail_set(
		    &f, FAIL_SANDBOX, "libraries: %s", why != NULL ? why : "");
	else
		fail_set(&f, FAIL_SANDBOX, "%s: %s",
		    what != NULL ? what : "sandbox", why != NULL ? why : "");
	zyg_die(z, &f);
}

static void
on_worker(struct zyg *z, const json_t *msg, const char *op, int fd)
{
	json_t *t = json_object_get(msg, "trace");
	struct worker *w;

	w = worker_find(z, (unsigned long)json_integer_value(t));
	if (strcmp(op, "fork") == 0) {
		if (w != NULL)
			worker_forked(w, fd);
		else if (fd != -1)
			close(fd);
	} else if (w != NULL) {
		worker_exited(
		    w, (int)json_integer_value(json_object_get(msg, "status")));
	}
}

static void
set_bytes(struct zyg *z, const json_t *msg)
{
	z->bytes = (size_t)json_integer_value(json_object_get(msg, "bytes"));
}

static void
on_packet(struct zyg *z, const json_t *msg, int fd)
{
	const char *op = json_string_value(json_object_get(msg, "op"));

	if (op == NULL)
		op = "";
	if (strcmp(op, "fork") == 0 || strcmp(op, "exit") == 0) {
		on_worker(z, msg, op, fd);
		return;
	}
	if (fd != -1)
		close(fd);
	if (strcmp(op, "failed") == 0) {
		on_failed(z, msg);
	} else if (strcmp(op, "setup") == 0) {
		set_state(z, ZYG_SETUP);
	} else if (strcmp(op, "import") == 0) {
		z->versions = json_incref(json_object_get(msg, "versions"));
		set_bytes(z, msg);
		drop_late(z);
		set_state(z, ZYG_IMPORTED);
	} else if (strcmp(op, "load") == 0) {
		set_bytes(z, msg);
		z->loaded = true;
		set_state(z, ZYG_READY);
	}
}

/* One packet; the descriptor that came with it or -1. Returns its length, 0
 * when there is none now, -1 at the end. */
static ssize_t
receive(int ctl, char *p, size_t size, int *fd)
{
	char anc[CMSG_SPACE(4 * sizeof(int))];
	struct iovec io = {.iov_base = p, .iov_len = size};
	struct msghdr h = {.msg_iov = &io,
	    .msg_iovlen = 1,
	    .msg_control = anc,
	    .msg_controllen = sizeof anc};
	struct cmsghdr *c;
	ssize_t n;

	*fd = -1;
	n = recvmsg(ctl, &h, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n == -1)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	for (c = CMSG_FIRSTHDR(&h); c != NULL; c = CMSG_NXTHDR(&h, c)) {
		int got[4];
		size_t k = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int), i;

		if (c->cmsg_type != SCM_RIGHTS || k > 4)
			continue;
		memcpy(got, CMSG_DATA(c), k * sizeof(int));
		for (i = 1; i < k; i++)
			close(got[i]);
		*fd = k > 0 ? got[0] : -1;
	}
	return n == 0 ? -1 : n;
}

static void
on_ctl(int ctl, short revents, void *arg)
{
	static char p[PACKET_MAX];
	struct zyg *z = arg;
	struct fail why;
	json_t *msg;
	ssize_t n;
	int fd;

	(void)revents;
	if ((n = receive(ctl, p, sizeof p, &fd)) == 0)
		return;
	if (n == -1) {
		why = z->why;
		zyg_die(z, why.msg[0] != '\0' ? &why : NULL);
		return;
	}
	msg = json_loadb(p, (size_t)n, 0, NULL);
	on_packet(z, msg, fd); /* may free z */
	json_decref(msg);
}

static void
on_diag(int fd, short revents, void *arg)
{
	(void)fd;
	(void)revents;
	read_diag(arg);
}

static int
cpu_limit(const struct box_conf *c)
{
	return (int)ceil(fmax(c->cell_timeout, c->trace_timeout / 2));
}

static void
send_setup(struct zyg *z, const struct box_python *py)
{
	json_t *m = json_pack("{s:s, s:s, s:b, s:i, s:i, s:i, s:I, s:i, s:i}",
	    "op", "setup", "tier", box_tier_name(z->jail.tier), "drop",
	    z->jail.tier == BOX_FULL && z->jail.drop == DROP_INSIDE, "uid",
	    (int)z->jail.uid, "gid", (int)z->jail.gid, "scratch", BOX_SCRATCH,
	    "memory", (json_int_t)z->conf->memory, "inodes", BOX_INODES, "cpu",
	    cpu_limit(z->conf));

	if (m == NULL)
		mem_fail();
	/* A jail's zygote dies with its namespace; its parent has number 1. */
	json_object_set_new(m, "parent",
	    json_integer(z->jail.tier == BOX_FULL ? 0 : (int)getpid()));
	json_object_set_new(m, "read", box_jail_paths(py));
	order(z, m, NULL, 0);
}

/* The ends of a zygote's descriptors; -1 where one cannot be had. */
static int
make_fds(struct zyg *z, int ctl[2], int diag[2], int *source, struct fail *f)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ctl) != 0)
		return fail_set(
		    f, FAIL_SANDBOX, "socketpair: %s", strerror(errno));
	if (pipe2(diag, O_CLOEXEC) != 0 ||
	    fcntl(diag[0], F_SETFL, O_NONBLOCK) != 0)
		return fail_set(f, FAIL_SANDBOX, "pipe: %s", strerror(errno));
	*source = memfd_create("worker", MFD_CLOEXEC);
	if (*source == -1 ||
	    rec_write(*source, py_worker, sizeof py_worker - 1) == -1)
		return fail_set(f, FAIL_SANDBOX, "memfd: %s", strerror(errno));
	z->ctl = ctl[0];
	z->diag = diag[0];
	return 0;
}

struct zyg *
zyg_new(struct ev *ev, const struct box_conf *conf, const struct box_jail *j,
    const struct box_python *py, zyg_fn *fn, void *arg, struct fail *f)
{
	struct zyg *z = xcalloc(1, sizeof *z);
	int ctl[2] = {-1, -1}, diag[2] = {-1, -1}, source = -1, program;

	*z = (struct zyg){.ev = ev,
	    .conf = conf,
	    .jail = *j,
	    .ctl = -1,
	    .diag = -1,
	    .pid = -1,
	    .fn = fn,
	    .arg = arg};
	TAILQ_INIT(&z->workers);
	if ((program = box_seccomp(j->tier, f)) != -1 &&
	    make_fds(z, ctl, diag, &source, f) == 0)
		z->pid = box_spawn(j, py, ctl[1], program, source, diag[1], f);
	close(ctl[1]);
	close(diag[1]);
	close(source);
	close(program);
	if (z->pid == -1) {
		close(ctl[0]);
		close(diag[0]);
		free(z);
		return NULL;
	}
	ev_fd(ev, z->ctl, POLLIN, on_ctl, z);
	ev_fd(ev, z->diag, POLLIN, on_diag, z);
	z->late = ev_after(ev, conf->start_timeout * 1e3, on_late, z);
	send_setup(z, py);
	return z;
}

void
zyg_move(struct zyg *z, struct ev *ev)
{
	ev_del(z->ev, z->ctl);
	ev_del(z->ev, z->diag);
	z->ev = ev;
	ev_fd(ev, z->ctl, POLLIN, on_ctl, z);
	if (z->diag != -1)
		ev_fd(ev, z->diag, POLLIN, on_diag, z);
}

void
zyg_free(struct zyg *z)
{
	struct worker *w;

	if (z == NULL)
		return;
	if (z->state != ZYG_DEAD) {
		kill_all(z);
		while (waitpid(z->pid, NULL, 0) == -1 && errno == EINTR)
			;
	}
	z->state = ZYG_DEAD; /* its workers need not be waited for */
	while ((w = worker_find(z, 0)) != NULL)
		worker_free(w);
	drop_fd(z, &z->ctl);
	drop_fd(z, &z->diag);
	drop_late(z);
	buf_clear(&z->said);
	json_decref(z->versions);
	free(z);
}

void
zyg_import(struct zyg *z)
{
	json_t *v = json_array();
	size_t i;

	for (i = 0; box_modules[i] != NULL; i++)
		json_array_append_new(v, json_string(box_modules[i]));
	order(
	    z, json_pack("{s:s, s:o}", "op", "import", "modules", v), NULL, 0);
}

void
zyg_load(struct zyg *z, int csv, const json_t *options)
{
	json_t *opts =
	    options != NULL ? json_deep_copy(options) : json_object();

	order(z, json_pack("{s:s, s:o}", "op", "load", "options", opts), &csv,
	    csv == -1 ? 0 : 1);
}

int
zyg_fork(struct zyg *z, unsigned long trace, int sock, int out, int err)
{
	int fds[3] = {sock, out, err};

	return send_packet(z,
	    json_pack("{s:s, s:I}", "op", "fork", "trace", (json_int_t)trace),
	    fds, 3);
}
