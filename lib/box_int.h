/* box_int.h - what the parts of box share; nobody else includes it. */
#ifndef BOX_INT_H
#define BOX_INT_H

#include <signal.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "box.h"
#include "buf.h"

enum {
	BOX_FRAME_MAX = 1 << 20, /* bytes of a line from a worker */
	BOX_HOOK_MAX = 128 << 10, /* bytes of a hook's line */
	BOX_HOOKS_BYTES = 4 << 20, /* of all hooks of a cell */
	BOX_HOOKS = 200, /* a cell */
	BOX_SUBMITS = 16, /* a cell */
	BOX_DEPTH = 64, /* of a frame's JSON */
	BOX_NODES = 220000, /* of a frame's JSON */
	BOX_TEXT = 64 << 10, /* kept of each output stream */
	BOX_FLOOD_BYTES = 64 << 20, /* of output a cell may print */
	BOX_SCRATCH = 64 << 20, /* bytes of a trace's /tmp */
	BOX_INODES = 1024,
	BOX_NONCE = 33, /* 32 hex digits and NUL */
};

/* ---- box_text.c: captured output ---- */

/* The first and the last bytes of a stream, in bounded memory. All zero is an
 * empty one. */
struct box_cap {
	struct buf head;
	char *ring; /* BOX_TEXT bytes */
	size_t total; /* bytes seen */
};

void box_cap_put(struct box_cap *c, const char *p, size_t n);
void box_cap_reset(struct box_cap *c);
void box_cap_clear(struct box_cap *c);
/* Append what the cap kept to out: repaired, masked, at most BOX_TEXT bytes
 * with a note in the middle. Returns how many bytes of the stream it lacks. */
size_t box_cap_text(const struct box_cap *c, struct buf *out);
/* Append s, which must be valid UTF-8, with memory addresses masked. */
void box_mask(struct buf *out, const char *s, size_t n);
/* Mask the texts inside v: the same value or a new one; steals v. A text that
 * is wholly one hexadecimal number is data and stays. */
json_t *box_mask_json(json_t *v);

/* ---- box_frame.c: what a worker claims ---- */

enum box_frame_type { FRAME_READY, FRAME_HOOK, FRAME_SUBMIT, FRAME_DONE };

struct box_frame {
	enum box_frame_type type;
	json_t *obj; /* owned; members have been checked */
	/* Borrowed from obj: */
	json_t *value; /* hook, submit */
	enum box_status status; /* done: BOX_OK, BOX_ERROR or BOX_EXIT */
	const char *ename, *evalue, *tb; /* done */
	bool memory, clock, entropy; /* done */
};

/*
 * Check one line from a worker: size, depth, JSON, type, members, and, unless
 * it is `ready`, id and nonce. -1 and why where anything is amiss.
 */
int box_frame_parse(const char *line, size_t n, unsigned long id,
    const char *nonce, struct box_frame *fr, struct fail *f);
void box_frame_clear(struct box_frame *fr);
/* Is the (white space apart) text of `code_line` made of statements of one of
 * the cells? cells: the normalised texts from box_ground_add. */
bool box_grounded(const struct buf *cells, const char *code_line);
void box_ground_add(struct buf *cells, const char *code);

/* ---- box_probe.c: interpreters ---- */

struct box_python {
	char *path; /* as given or found */
	char *real; /* what is run: sys.executable */
	char **dirs; /* directories to show in the jail, resolved */
	size_t ndirs;
};

extern const char *const box_modules[]; /* what a zygote imports, NULL-ended */
int box_python_find(const char *wanted, struct box_python *py, struct fail *f);
void box_python_clear(struct box_python *py);

/* ---- box_jail.c: what confines a zygote and its workers ---- */

/* How a full jail drops root. */
enum box_drop {
	DROP_NONE, /* not root */
	DROP_FIRST, /* become nobody, then bwrap with a user namespace */
	DROP_INSIDE, /* bwrap as root, nobody inside */
};

struct box_jail {
	enum box_tier tier; /* not BOX_AUTO */
	enum box_drop drop;
	uid_t uid;
	gid_t gid;
};

/* A descriptor with the seccomp program of a tier (BOX_NONE has an empty one,
 * and needs no seccomp), or -1. */
int box_seccomp(enum box_tier tier, struct fail *f);
/* Start a zygote: returns its pid; fds as lib/py/worker.py wants them. */
pid_t box_spawn(const struct box_jail *j, const struct box_python *py, int ctl,
    int program, int source, int diag, struct fail *f);
/* The landlock rules' paths, an owned json array. */
json_t *box_jail_paths(const struct box_python *py);

/* ---- box_zyg.c: a zygote and its control channel ---- */

struct worker;
TAILQ_HEAD(workers, worker);

enum zyg_state {
	ZYG_STARTING,
	ZYG_SETUP, /* the bare interpreter answers */
	ZYG_IMPORTED, /* has its libraries, waits for a CSV */
	ZYG_READY, /* has df */
	ZYG_DEAD,
};

struct zyg;
/* Called on each change of state; at ZYG_DEAD z->why says why. */
typedef void zyg_fn(struct zyg *z, void *arg);

struct zyg {
	struct ev *ev;
	const struct box_conf *conf;
	struct box_jail jail;
	enum zyg_state state;
	struct fail why;
	pid_t pid;
	int ctl, diag; /* -1: closed */
	struct ev_timer *late; /* until it has its libraries, or NULL */
	struct buf said; /* its stderr */
	struct workers workers; /* all alive, and those waiting for their
				   fork */
	unsigned long traces; /* numbers given out */
	json_t *versions; /* owned */
	size_t bytes; /* of memory of its own; 0: not told yet */
	bool loaded; /* has been ready */
	zyg_fn *fn;
	void *arg;
};

struct zyg *zyg_new(struct ev *ev, const struct box_conf *conf,
    const struct box_jail *j, const struct box_python *py, zyg_fn *fn,
    void *arg, struct fail *f);
/* Kill it and all its workers. */
void zyg_free(struct zyg *z);
/* Watch its descriptors from another loop: once it has its libraries. */
void zyg_move(struct zyg *z, struct ev *ev);
void zyg_import(struct zyg *z);
/* Load df from csv (borrowed descriptor; -1: no data) with read_csv's options
 * (borrowed, may be NULL). */
void zyg_load(struct zyg *z, int csv, const json_t *options);
int zyg_fork(struct zyg *z, unsigned long trace, int sock, int out, int err);

/* ---- box_work.c: a worker, one process for one trace ---- */

enum worker_state {
	WORKER_WAITING, /* fork asked for */
	WORKER_IDLE, /* confined, ready for a cell */
	WORKER_BUSY, /* a cell runs */
	WORKER_DYING, /* killed or dead, its status is awaited */
};

struct worker;
/* The worker became idle, or (state WORKER_DYING, no cell pending) is gone:
 * the owner must not use it any more. */
typedef void worker_fn(struct worker *w, void *arg);

struct worker *worker_new(struct zyg *z, worker_fn *fn, void *arg);
void worker_owner(struct worker *w, worker_fn *fn, void *arg);
enum worker_state worker_state(const struct worker *w);
/* Kill at once; no call any more. */
void worker_free(struct worker *w);
/* Why it is gone: one line. */
const char *worker_why(const struct worker *w);
/* Run a cell of at most `seconds`; `what` names that limit. cells: the texts
 * of the trace's cells so far (box_ground_add), this one included. */
void worker_exec(struct worker *w, unsigned cell, const char *code,
    double seconds, const char *what, const struct buf *cells, box_fn *fn,
    void *arg);

/* From box_zyg.c. */
void worker_forked(struct worker *w, int pidfd);
void worker_exited(struct worker *w, int status);
unsigned long worker_trace(const struct worker *w);
struct worker *worker_find(struct zyg *z, unsigned long trace);

#endif
