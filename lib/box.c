/* box.c - sandboxes: which live, which traces have a worker, who waits. */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "box_int.h"
#include "digest.h"
#include "log.h"
#include "mem.h"
#include "rec.h"

enum {
	RESTARTS = 3, /* of a sandbox that dies */
	PROBE_CELL_MS = 20000,
};

TAILQ_HEAD(traces, box_trace);
TAILQ_HEAD(boxes, box);

/* A worker forked ahead. */
struct spare {
	struct worker *w;
	struct box *box;
	TAILQ_ENTRY(spare) link;
};
TAILQ_HEAD(spares, spare);

struct box {
	TAILQ_ENTRY(box) link; /* in the host's list, oldest use first */
	struct box_host *h;
	char *key; /* path, digest and options: what makes it this one */
	char *path, *sha256; /* sha256 may be NULL */
	json_t *options; /* or NULL */
	unsigned refs;
	struct zyg *z; /* NULL: not started */
	struct zyg *old; /* dead, to be freed by the pump */
	struct stat csv; /* of the file when it was loaded */
	bool stale; /* the file is another one by now: for those who have it */
	bool failed; /* for good: why */
	struct fail why;
	unsigned restarts;
	struct spares spares;
};

struct box_trace {
	TAILQ_ENTRY(box_trace) link;
	struct box *box;
	struct worker *w; /* NULL: none yet, or lost */
	bool slot; /* counted in h->live */
	bool lost; /* had a worker, cells ran in it, it is gone */
	char lost_why[200];
	unsigned cells;
	double spent; /* seconds in cells */
	struct buf texts; /* of the cells so far, for grounding */
	/* The pending cell, fn NULL when there is none. */
	box_fn *fn;
	void *arg;
	unsigned index;
	char *code; /* owned; NULL while it runs */
	bool fresh;
	bool running;
};

struct box_host {
	struct ev *ev;
	struct box_conf conf;
	struct box_python py;
	struct box_jail jail;
	json_t *info;
	struct boxes boxes;
	struct zyg *ahead; /* has its libraries, waits for a CSV */
	struct traces traces;
	unsigned live;
	unsigned cpus; /* processors for cells */
	size_t budget, base; /* bytes: for all; of a zygote without df */
	struct ev_timer *pump;
};

static const char *const tiers[] = {"auto", "full", "landlock", "none"};
static const char *const statuses[] = {"ok", "error", "exit", "timeout",
    "killed", "oom", "flood", "protocol", "limit", "failed"};

static void pump(void *arg);

/* ---- names ---- */

int
box_tier_parse(const char *word, enum box_tier *tier, struct fail *f)
{
	size_t i;

	for (i = 0; i < sizeof tiers / sizeof *tiers; i++)
		if (strcmp(word, tiers[i]) == 0) {
			*tier = (enum box_tier)i;
			return 0;
		}
	return fail_set(f, FAIL_USAGE,
	    "sandbox '%s': expected auto, full, landlock or none", word);
}

const char *
box_tier_name(enum box_tier tier)
{
	return tiers[tier];
}

const char *
box_status_name(enum box_status status)
{
	return statuses[status];
}

void
box_conf_init(struct box_conf *conf)
{
	*conf = (struct box_conf){.tier = BOX_AUTO,
	    .cell_timeout = 30,
	    .trace_timeout = 120,
	    .start_timeout = 120,
	    .memory = (size_t)512 << 20,
	    .max_boxes = 4,
	    .pool = 2};
}

int
box_conf_set(struct box_conf *conf, const struct conf *c, struct fail *f)
{
	conf->python = conf_str(c, CONF_PYTHON);
	conf->cell_timeout = conf_real(c, CONF_CELL_TIMEOUT);
	conf->trace_timeout = conf_real(c, CONF_TRACE_TIMEOUT);
	conf->memory = conf_size(c, CONF_MEMORY_LIMIT);
	return box_tier_parse(conf_str(c, CONF_SANDBOX), &conf->tier, f);
}

/* Run the pump in the next step. */
static void
wake(struct box_host *h)
{
	if (h->pump == NULL)
		h->pump = ev_after(h->ev, 0, pump, h);
}

/* ---- results without a worker ---- */

static void
answer_alone(struct box_trace *t, enum box_status status, const char *limit,
    const struct fail *why)
{
	struct box_result r = {.status = status,
	    .out = "",
	    .ename = "",
	    .evalue = "",
	    .traceback = "",
	    .limit = limit,
	    .fail = why,
	    .state_lost = t->w == NULL};
	struct buf err = {0};
	box_fn *fn = t->fn;

	if (why != NULL)
		buf_printf(&err, "[not run: %s]\n", why->msg);
	else
		buf_printf(
		    &err, "[not run: the trace's %s are used up]\n", limit);
	r.err = buf_str(&err);
	r.hooks = json_array();
	free(t->code);
	t->code = NULL;
	t->fn = NULL;
	fn(&r, t->arg);
	json_decref(r.hooks);
	buf_clear(&err);
}

/* ---- cells ---- */

/* Is the trace's allowance used up? NULL: no. */
static const char *
used_up(const struct box_trace *t)
{
	const struct box_conf *c = &t->box->h->conf;

	if (c->max_cells > 0 && t->cells >= c->max_cells)
		return "cells";
	return t->spent >= c->trace_timeout ? "seconds" : NULL;
}

/* From the worker: the trace may be freed inside the caller's function. */
static void
on_result(const struct box_result *r, void *arg)
{
	struct box_trace *t = arg;
	struct box_result mine = *r;
	struct box_host *h = t->box->h;
	struct buf err = {0};
	box_fn *fn = t->fn;

	t->spent += r->elapsed;
	t->running = false;
	t->fn = NULL;
	mine.fresh = t->fresh;
	if (t->fresh && t->lost_why[0] != '\0') {
		buf_printf(&err, "[the state of earlier cells was lost: %s]\n",
		    t->lost_why);
		buf_puts(&err, r->err);
		mine.err = buf_str(&err);
	}
	t->fresh = false;
	if (r->state_lost)
		snprintf(t->lost_why, sizeof t->lost_why, "%s",
		    r->limit != NULL ? r->limit : "the worker died");
	fn(&mine, t->arg);
	buf_clear(&err);
	wake(h); /* a processor may have the time to fork ahead */
}

/* The worker is gone: the cell's result (if any) follows by on_result. */
static void
on_trace_worker(struct worker *w, void *arg)
{
	struct box_trace *t = arg;

	if (worker_state(w) != WORKER_DYING)
		return;
	snprintf(t->lost_why, sizeof t->lost_why, "%s", worker_why(w));
	t->w = NULL;
	t->lost = true;
	wake(t->box->h);
}

static void
start_cell(struct box_trace *t)
{
	const struct box_conf *c = &t->box->h->conf;
	double left = c->trace_timeout - t->spent;
	bool by_trace = left < c->cell_timeout;
	char *code = t->code;

	t->code = NULL;
	t->running = true;
	t->fresh = t->lost;
	t->lost = false;
	t->cells++;
	box_ground_add(&t->texts, code);
	worker_exec(t->w, t->index, code, by_trace ? left : c->cell_timeout,
	    by_trace ? "trace time" : "cell time", &t->texts, on_result, t);
	free(code);
}

/* ---- sandboxes ---- */

static void
spare_drop(struct spare *s)
{
	TAILQ_REMOVE(&s->box->spares, s, link);
	free(s);
}

static void
on_spare(struct worker *w, void *arg)
{
	struct spare *s = arg;
	struct box *b = s->box;

	if (worker_state(w) == WORKER_DYING) {
		fail_set(&b->why, FAIL_SANDBOX, "%s", worker_why(w));
		if (++b->restarts > RESTARTS)
			b->failed = true;
		spare_drop(s);
	}
	wake(b->h);
}

/* False and errno when a worker cannot be had now. */
static bool
spare_add(struct box *b)
{
	struct spare *s = xcalloc(1, sizeof *s);
	int why;

	s->box = b;
	s->w = worker_new(b->z, on_spare, s);
	if (s->w == NULL) {
		why = errno;
		free(s);
		errno = why;
		return false;
	}
	TAILQ_INSERT_TAIL(&b->spares, s, link);
	return true;
}

/* Dead: the pump frees it and perhaps starts another. */
static void
box_lost(struct box *b)
{
	b->old = b->z;
	b->z = NULL;
	b->why = b->old->why;
	if (b->why.code == FAIL_CSV)
		fail_at(&b->why, "%s", b->path);
	if (b->why.code == FAIL_CSV || ++b->restarts > RESTARTS ||
	    !b->old->loaded)
		b->failed = true;
}

static void box_load(struct box *b);

static void
on_zyg(struct zyg *z, void *arg)
{
	struct box *b = arg;

	if (z->state == ZYG_DEAD)
		box_lost(b);
	else if (z->state == ZYG_SETUP)
		zyg_import(z);
	else if (z->state == ZYG_IMPORTED)
		box_load(b);
	wake(b->h);
}

static void
on_ahead(struct zyg *z, void *arg)
{
	struct box_host *h = arg;

	if (z->state == ZYG_SETUP)
		zyg_import(z);
	wake(h);
}

/* Open the CSV and compare its digest, through one descriptor. */
static int
open_csv(const struct box *b, struct fail *f)
{
	static char block[1 << 16];
	char hex[DIGEST_HEX];
	struct digest *d;
	ssize_t n;
	int fd;

	if ((fd = open(b->path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) == -1)
		return fail_set(f, fail_errno(errno, FAIL_CSV), "%s: %s",
		    b->path, strerror(errno));
	d = digest_new();
	while ((n = read(fd, block, sizeof block)) > 0 ||
	    (n == -1 && errno == EINTR))
		if (n > 0)
			digest_put(d, block, (size_t)n);
	if (n == -1)
		fail_set(f, fail_errno(errno, FAIL_CSV), "%s: %s", b->path,
		    strerror(errno));
	digest_end(d, hex);
	if (n == 0 && b->sha256 != NULL && strcmp(b->sha256, hex) != 0)
		fail_set(f, FAIL_CSV,
		    "%s: has changed: expected SHA-256 %.16s..., found "
		    "%.16s...",
		    b->path, b->sha256, hex);
	else if (n == 0 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	else if (n == 0)
		fail_set(f, FAIL_IO, "%s: %s", b->path, strerror(errno));
	close(fd);
	return -1;
}

/* Is what the path names now the file that was loaded? */
static bool
is_current(const struct box *b)
{
	const struct stat *was = &b->csv;
	struct stat st;

	if (b->z == NULL || was->st_ino == 0)
		return true; /* the file is still to be read */
	return stat(b->path, &st) == 0 && st.st_dev == was->st_dev &&
	    st.st_ino == was->st_ino && st.st_size == was->st_size &&
	    st.st_mtim.tv_sec == was->st_mtim.tv_sec &&
	    st.st_mtim.tv_nsec == was->st_mtim.tv_nsec;
}

static void
box_load(struct box *b)
{
	int fd = open_csv(b, &b->why);

	if (fd != -1 && fstat(fd, &b->csv) != 0) {
		fail_set(&b->why, FAIL_IO, "%s: %s", b->path, strerror(errno));
		close(fd);
		fd = -1;
	}
	if (fd == -1) {
		b->failed = true;
		return;
	}
	zyg_load(b->z, fd, b->options);
	close(fd);
}

static void
box_start(struct box *b)
{
	struct box_host *h = b->h;
	struct fail f = {0};
	int fd;

	/* A CSV that cannot be used is known before a sandbox starts. */
	if ((fd = open_csv(b, &b->why)) == -1) {
		b->failed = true;
		return;
	}
	close(fd);
	if (h->ahead != NULL && h->ahead->state == ZYG_IMPORTED) {
		b->z = h->ahead;
		h->ahead = NULL;
		b->z->fn = on_zyg;
		b->z->arg = b;
		box_load(b);
		return;
	}
	b->z = zyg_new(h->ev, &h->conf, &h->jail, &h->py, on_zyg, b, &f);
	if (b->z == NULL) {
		b->failed = true;
		b->why = f;
	}
}

static void
box_stop(struct box *b)
{
	struct spare *s;

	while ((s = TAILQ_FIRST(&b->spares)) != NULL) {
		worker_free(s->w);
		spare_drop(s);
	}
	zyg_free(b->z);
	zyg_free(b->old);
	b->z = b->old = NULL;
}

static void
box_delete(struct box *b)
{
	box_stop(b);
	TAILQ_REMOVE(&b->h->boxes, b, link);
	json_decref(b->options);
	free(b->key);
	free(b->path);
	free(b->sha256);
	free(b);
}

static char *
make_key(const char *path, const char *sha256, const json_t *options)
{
	char *opts = options != NULL
	    ? json_dumps(options, JSON_COMPACT | JSON_SORT_KEYS)
	    : NULL;
	char *key = xasprintf("%s\n%s\n%s", path, sha256 != NULL ? sha256 : "",
	    opts != NULL ? opts : "");

	free(opts);
	return key;
}

struct box *
box_get(struct box_host *h, const char *csv_path, const char *sha256,
    const json_t *options)
{
	char *key = make_key(csv_path, sha256, options);
	struct box *b;

	TAILQ_FOREACH(b, &h->boxes, link)
	if (!b->stale && strcmp(b->key, key) == 0)
		break;
	if (b != NULL && b->failed && b->refs == 0) {
		box_delete(b); /* it may be there by now */
		b = NULL;
	} else if (b != NULL && !is_current(b)) {
		b->stale = true; /* the pump closes it once it is unused */
		b = NULL;
	}
	if (b == NULL) {
		b = xcalloc(1, sizeof *b);
		*b = (struct box){.h = h,
		    .key = key,
		    .path = xstrdup(csv_path),
		    .sha256 = sha256 != NULL ? xstrdup(sha256) : NULL,
		    .options =
			options != NULL ? json_deep_copy(options) : NULL};
		TAILQ_INIT(&b->spares);
		TAILQ_INSERT_TAIL(&h->boxes, b, link);
	} else {
		free(key);
	}
	b->refs++;
	wake(h);
	return b;
}

void
box_put(struct box *b)
{
	if (b == NULL || --b->refs > 0)
		return;
	/* The least recently used goes first. */
	TAILQ_REMOVE(&b->h->boxes, b, link);
	TAILQ_INSERT_TAIL(&b->h->boxes, b, link);
	wake(b->h);
}

/* ---- traces ---- */

struct box_trace *
box_trace_new(struct box *b)
{
	struct box_trace *t = xcalloc(1, sizeof *t);

	t->box = b;
	b->refs++;
	TAILQ_INSERT_TAIL(&b->h->traces, t, link);
	wake(b->h);
	return t;
}

void
box_trace_free(struct box_trace *t)
{
	struct box_host *h;

	if (t == NULL)
		return;
	h = t->box->h;
	worker_free(t->w);
	if (t->slot)
		h->live--;
	TAILQ_REMOVE(&h->traces, t, link);
	buf_clear(&t->texts);
	free(t->code);
	box_put(t->box);
	free(t);
	wake(h);
}

void
box_exec(struct box_trace *t, unsigned index, const char *code, box_fn *fn,
    void *arg)
{
	t->index = index;
	free(t->code);
	t->code = xstrdup(code);
	t->fn = fn;
	t->arg = arg;
	if (t->w != NULL && worker_state(t->w) == WORKER_IDLE &&
	    used_up(t) == NULL)
		start_cell(t); /* answers from a later step */
	else
		wake(t->box->h);
}

/* ---- the memory budget ---- */

/* What the zygotes have, as they told, is not there for traces. */
static size_t
zygote_bytes(const struct box_host *h)
{
	size_t n = h->ahead != NULL ? h->base : 0;
	const struct box *b;

	TAILQ_FOREACH(b, &h->boxes, link)
	if (b->z != NULL)
		n += b->z->bytes > 0 ? b->z->bytes : h->base;
	return n > h->base ? n : h->base;
}

/* How many traces the memory budget has room for. */
static unsigned
count_slots(const struct box_host *h)
{
	size_t base = zygote_bytes(h), n;

	if (h->conf.max_traces > 0)
		return h->conf.max_traces;
	n = h->budget > base ? (h->budget - base) / (h->conf.memory + 1) : 0;
	return n < 1 ? 1 : n > 256 ? 256 : (unsigned)n;
}

/* ---- the pump: everything that waits, in the order it came ---- */

static unsigned
boxes_alive(const struct box_host *h)
{
	const struct box *b;
	unsigned n = 0;

	TAILQ_FOREACH(b, &h->boxes, link)
	n += b->z != NULL;
	return n;
}

/* Close the unused sandbox that has waited longest; false: all are in use. */
static bool
evict(struct box_host *h)
{
	struct box *b;

	TAILQ_FOREACH(b, &h->boxes, link)
	if (b->refs == 0) {
		box_delete(b);
		return true;
	}
	return false;
}

static void
pump_boxes(struct box_host *h)
{
	struct box *b, *next;

	for (b = TAILQ_FIRST(&h->boxes); b != NULL; b = next) {
		next = TAILQ_NEXT(b, link);
		if (b->stale && b->refs == 0) {
			box_delete(b);
			continue;
		}
		if (b->old != NULL) {
			zyg_free(b->old);
			b->old = NULL;
		}
		if (b->z != NULL || b->failed || b->refs == 0)
			continue;
		while (boxes_alive(h) >= h->conf.max_boxes && evict(h))
			next = TAILQ_NEXT(b, link);
		if (boxes_alive(h) >= h->conf.max_boxes)
			break;
		box_start(b);
	}
}

/* A worker for t out of those forked ahead; asks for more when none is. */
static void
give_worker(struct box_trace *t)
{
	struct box *b = t->box;
	struct spare *s;

	TAILQ_FOREACH(s, &b->spares, link)
	if (worker_state(s->w) == WORKER_IDLE)
		break;
	if (s == NULL)
		return;
	t->w = s->w;
	worker_owner(s->w, on_trace_worker, t);
	spare_drop(s);
}

/* Does a cell run on each processor? */
static bool
is_busy(const struct box_host *h)
{
	const struct box_trace *t;
	unsigned n = 0;

	TAILQ_FOREACH(t, &h->traces, link)
	n += t->running;
	return n >= h->cpus;
}

static bool
has_workers(const struct box_host *h)
{
	const struct box_trace *t;
	const struct box *b;

	TAILQ_FOREACH(t, &h->traces, link)
	if (t->w != NULL)
		return true;
	TAILQ_FOREACH(b, &h->boxes, link)
	if (!TAILQ_EMPTY(&b->spares))
		return true;
	return false;
}

/* No worker can be had: where none will end, and give back what is short,
 * waiting does not help. */
static void
no_worker(struct box *b)
{
	if (has_workers(b->h))
		return;
	fail_set(&b->why, FAIL_SANDBOX, "no worker can be started: %s",
	    strerror(errno));
	b->failed = true;
	wake(b->h);
}

/* Fork as many as wait, and, where a processor has the time, the pool on
 * top. */
static void
fill_pools(struct box_host *h)
{
	bool busy = is_busy(h);
	struct box *b;

	TAILQ_FOREACH(b, &h->boxes, link)
	{
		unsigned pool = b->refs > 0 && !busy ? h->conf.pool : 0;
		unsigned wait = 0, have = 0;
		struct box_trace *t;
		struct spare *s;

		if (b->z == NULL || b->z->state != ZYG_READY || b->failed)
			continue;
		TAILQ_FOREACH(t, &h->traces, link)
		wait +=
		    t->box == b && t->w == NULL && t->slot && t->code != NULL;
		TAILQ_FOREACH(s, &b->spares, link)
		have++;
		while (have < wait + pool && spare_add(b))
			have++;
		if (have < wait)
			no_worker(b);
	}
}

/* One trace with a pending cell. True when a callback was called. */
static bool
pump_trace(struct box_host *h, struct box_trace *t)
{
	const char *limit;

	if (t->fn == NULL || t->code == NULL)
		return false;
	if (t->box->failed) {
		answer_alone(t, BOX_FAILED, NULL, &t->box->why);
		return true;
	}
	if ((limit = used_up(t)) != NULL) {
		answer_alone(t, BOX_LIMIT, limit, NULL);
		return true;
	}
	if (!t->slot && h->live < count_slots(h)) {
		t->slot = true;
		h->live++;
	}
	if (t->w == NULL && t->slot && t->box->z != NULL &&
	    t->box->z->state == ZYG_READY)
		give_worker(t);
	if (t->w != NULL && worker_state(t->w) == WORKER_IDLE)
		start_cell(t);
	return false;
}

static void
pump(void *arg)
{
	struct box_host *h = arg;
	struct box_trace *t;

	h->pump = NULL;
	pump_boxes(h);
	/* A callback may free any trace: start again after each. */
	TAILQ_FOREACH(t, &h->traces, link)
	if (pump_trace(h, t)) {
		wake(h);
		return;
	}
	fill_pools(h);
}

/* ---- the host ---- */

/* What a probing worker has come to. */
struct probe {
	struct ev *ev;
	struct zyg *z;
	struct worker *w;
	bool done;
	struct fail why;
};

static void
probe_end(struct probe *p)
{
	p->done = true;
	ev_stop(p->ev);
}

static void
on_probe_result(const struct box_result *r, void *arg)
{
	struct probe *p = arg;

	if (r->status != BOX_OK || strcmp(r->out, "42\n") != 0)
		fail_set(
		    &p->why, FAIL_SANDBOX, "a cell does not run: %s", r->err);
	worker_free(p->w);
	p->w = NULL;
	if (p->why.msg[0] != '\0')
		probe_end(p);
	else
		zyg_import(p->z);
}

static void
on_probe_worker(struct worker *w, void *arg)
{
	struct probe *p = arg;

	if (worker_state(w) == WORKER_DYING) {
		fail_set(&p->why, FAIL_SANDBOX, "%s", worker_why(w));
		p->w = NULL;
		probe_end(p);
	} else {
		static const struct buf none = {0};

		worker_exec(w, 0, "print(6 * 7)", PROBE_CELL_MS / 1e3,
		    "cell time", &none, on_probe_result, p);
	}
}

static void
on_probe_zyg(struct zyg *z, void *arg)
{
	struct probe *p = arg;

	if (z->state == ZYG_SETUP) {
		p->w = worker_new(z, on_probe_worker, p);
		if (p->w == NULL) {
			fail_set(&p->why, FAIL_SANDBOX, "a first worker: %s",
			    strerror(errno));
			probe_end(p);
		}
	} else if (z->state == ZYG_IMPORTED) {
		probe_end(p);
	} else if (z->state == ZYG_DEAD) {
		if (p->why.msg[0] == '\0')
			p->why = z->why;
		p->w = NULL;
		probe_end(p);
	}
}

/* Run a cell in the jail; leaves a zygote that has its libraries. */
static int
probe_jail(struct box_host *h, const struct box_jail *j, struct fail *f)
{
	struct probe p = {.ev = ev_new()};

	p.z = zyg_new(p.ev, &h->conf, j, &h->py, on_probe_zyg, &p, &p.why);
	if (p.z != NULL)
		while (!p.done && ev_step(p.ev, -1))
			;
	if (p.why.msg[0] == '\0' && p.z != NULL) {
		h->jail = *j;
		h->ahead = p.z;
		h->ahead->fn = on_ahead;
		h->ahead->arg = h;
		zyg_move(p.z, h->ev);
	} else {
		zyg_free(p.z);
		*f = p.why;
	}
	ev_free(p.ev);
	return p.why.msg[0] == '\0' ? 0 : -1;
}

/* Whose rights a root host's sandbox has. */
static void
nobody(struct box_jail *j)
{
	struct passwd *pw = getpwnam("nobody");

	j->uid = pw != NULL && pw->pw_uid != 0 ? pw->pw_uid : 65534;
	j->gid = pw != NULL && pw->pw_gid != 0 ? pw->pw_gid : 65534;
}

/* Try the ways into one tier. */
static int
probe_tier(struct box_host *h, enum box_tier tier, struct fail *f)
{
	struct box_jail j = {.tier = tier, .drop = DROP_NONE};
	struct fail second = {0};

	if (geteuid() == 0 && tier != BOX_NONE) {
		nobody(&j);
		j.drop = DROP_FIRST;
	}
	if (probe_jail(h, &j, f) == 0)
		return 0;
	if (tier != BOX_FULL || j.drop != DROP_FIRST)
		return -1;
	log_debug("sandbox: full as %d: %s", (int)j.uid, f->msg);
	j.drop = DROP_INSIDE;
	if (probe_jail(h, &j, &second) == 0)
		return 0;
	log_debug("sandbox: full as root: %s", second.msg);
	return -1;
}

static void
explain_none(const struct fail *full, const struct fail *ll, struct fail *f)
{
	fail_set(f, FAIL_SANDBOX,
	    "no sandbox runs: full: %s; landlock: %s. Install bubblewrap and "
	    "allow user namespaces, or use a kernel with Landlock (5.13)",
	    full->msg, ll->msg);
}

static int
choose_tier(struct box_host *h, struct fail *f)
{
	struct fail full = {0}, ll = {0};
	enum box_tier want = h->conf.tier;

	if (want == BOX_NONE) {
		if (probe_tier(h, BOX_NONE, f) != 0)
			return -1;
		log_warn("sandbox: none: code from the teacher runs with all "
			 "your rights");
		return 0;
	}
	if (want != BOX_LANDLOCK && probe_tier(h, BOX_FULL, &full) == 0) {
		log_info("sandbox: full");
		return 0;
	}
	if (want == BOX_FULL) {
		*f = full;
		return fail_at(f, "sandbox full");
	}
	if (probe_tier(h, BOX_LANDLOCK, &ll) != 0) {
		if (want == BOX_LANDLOCK) {
			*f = ll;
			return fail_at(f, "sandbox landlock");
		}
		explain_none(&full, &ll, f);
		return -1;
	}
	if (want == BOX_LANDLOCK)
		log_info("sandbox: landlock");
	else
		log_info("sandbox: landlock (full failed: %s)", full.msg);
	return 0;
}

static size_t
memory_available(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long kib = 0;
	char line[200];

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "MemAvailable: %lu", &kib) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return kib > 0 ? (size_t)kib << 10 : (size_t)2 << 30;
}

/* Four descriptors a trace: take what the system gives. */
static void
raise_descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max < 65536 ? r.rlim_max : 65536;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

static json_t *
make_info(const struct box_host *h)
{
	json_t *v = json_object(), *x;
	const char *k;

	json_object_set_new(
	    v, "tier", json_string(box_tier_name(h->jail.tier)));
	json_object_set_new(v, "interpreter", json_string(h->py.path));
	json_object_foreach(h->ahead->versions, k, x)
	{
		json_object_set(v, k, x);
	}
	return v;
}

static int
check_conf(const struct box_conf *c, struct fail *f)
{
	if (!(c->cell_timeout > 0) || !(c->trace_timeout > 0) ||
	    !(c->start_timeout > 0))
		return fail_set(f, FAIL_USAGE,
		    "sandbox time limits: expected more than 0 seconds");
	if (c->memory < (size_t)32 << 20)
		return fail_set(f, FAIL_USAGE,
		    "sandbox memory: expected at least 32M, seen %zu bytes",
		    c->memory);
	if (c->max_boxes == 0)
		return fail_set(
		    f, FAIL_USAGE, "sandboxes at once: expected at least 1");
	return 0;
}

struct box_host *
box_host_new(struct ev *ev, const struct box_conf *conf, struct fail *f)
{
	struct box_host *h;

	if (check_conf(conf, f) != 0)
		return NULL;
	h = xcalloc(1, sizeof *h);
	h->ev = ev;
	h->conf = *conf;
	TAILQ_INIT(&h->boxes);
	TAILQ_INIT(&h->traces);
	raise_descriptors();
	h->cpus = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	h->budget =
	    conf->budget > 0 ? conf->budget : memory_available() / 4 * 3;
	if (box_python_find(conf->python, &h->py, f) != 0 ||
	    choose_tier(h, f) != 0) {
		box_host_free(h);
		return NULL;
	}
	h->info = make_info(h);
	h->base = h->ahead->bytes;
	return h;
}

void
box_host_free(struct box_host *h)
{
	struct box *b;

	if (h == NULL)
		return;
	ev_cancel(h->ev, h->pump);
	while ((b = TAILQ_FIRST(&h->boxes)) != NULL)
		box_delete(b);
	zyg_free(h->ahead);
	box_python_clear(&h->py);
	json_decref(h->info);
	free(h);
}

json_t *
box_host_info(const struct box_host *h)
{
	return h->info;
}

unsigned
box_host_slots(const struct box_host *h)
{
	return count_slots(h);
}

json_t *
box_result_json(const struct box_result *r)
{
	json_t *v = json_object(), *a;

	json_object_set_new(v, "success", json_boolean(r->success));
	json_object_set_new(v, "stdout", json_string(r->out));
	json_object_set_new(v, "stderr", json_string(r->err));
	json_object_set(v, "hooks", r->hooks);
	json_object_set_new(v, "submitted_answer",
	    r->submitted ? json_incref(r->answer) : json_null());
	json_object_set_new(v, "elapsed", rec_elapsed(r->elapsed));
	if (r->status != BOX_OK && r->status != BOX_ERROR)
		json_object_set_new(
		    v, "status", json_string(box_status_name(r->status)));
	if (r->clock || r->entropy) {
		a = json_array();
		if (r->clock)
			json_array_append_new(a, json_string("clock"));
		if (r->entropy)
			json_array_append_new(a, json_string("entropy"));
		json_object_set_new(v, "nonreproducible", a);
	}
	if (r->fresh)
		json_object_set_new(v, "fresh", json_true());
	return v;
}
