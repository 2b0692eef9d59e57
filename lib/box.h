/* box.h - run Python that a teacher wrote, in sandboxes, many at once. */
#ifndef BOX_H
#define BOX_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "conf.h"
#include "ev.h"
#include "fail.h"

/*
 * One sandbox (struct box) per CSV holds a jailed Python that has imported its
 * libraries and loaded `df`; each trace (struct box_trace) is a fork of it, so
 * that cells of one trace share their names and traces share nothing. The
 * boundary is the kernel's (namespaces, Landlock, seccomp, rlimits), never a
 * list of forbidden words. Everything is asynchronous on one event loop and
 * single-threaded: callbacks run from ev_step, never from inside a call of
 * this module, and may call any function here.
 */

enum box_tier {
	BOX_AUTO, /* the best of full and landlock that runs a cell */
	BOX_FULL, /* bubblewrap jail, own user and mount namespace a trace */
	BOX_LANDLOCK, /* Landlock, seccomp and rlimits only */
	BOX_NONE, /* no isolation: only when asked for by name, warns */
};

/* What --sandbox accepts; -1 and FAIL_USAGE for another word. */
int box_tier_parse(const char *word, enum box_tier *tier, struct fail *f);
/* "auto", "full", "landlock" or "none". */
const char *box_tier_name(enum box_tier tier);

/* Fill with box_conf_init (the defaults, in parentheses), then change. */
struct box_conf {
	enum box_tier tier; /* wanted (BOX_AUTO) */
	/* Interpreter, borrowed; NULL: the first of $VIRTUAL_ENV/bin/python3,
	 * python3 on PATH, /usr/bin/python3 that has the libraries (NULL) */
	const char *python;
	double cell_timeout; /* seconds of wall clock a cell may take (30) */
	double trace_timeout; /* seconds that all cells of a trace take (120);
				 waiting for the next cell does not count */
	double start_timeout; /* seconds of wall clock until a sandbox has its
				 libraries, before it loads a CSV (120) */
	size_t memory; /* bytes a trace may use on top of what the sandbox
			  had when it was ready (512 MiB) */
	unsigned max_cells; /* cells of one trace; 0: no limit (0) */
	size_t budget; /* bytes of memory for all sandboxes together;
			  0: three quarters of what is available (0) */
	unsigned max_boxes; /* sandboxes alive at once (4) */
	unsigned max_traces; /* traces alive at once; 0: from the budget (0) */
	unsigned pool; /* workers forked ahead in each sandbox (2) */
};

void box_conf_init(struct box_conf *conf);
/* Take sandbox, python, cell_timeout, trace_timeout and memory_limit from the
 * configuration (strings are borrowed from it). -1: a word of no tier. */
int box_conf_set(struct box_conf *conf, const struct conf *c, struct fail *f);

struct box_host;
struct box;
struct box_trace;

/*
 * Find the interpreter, find the tier by running a cell in it, say which tier
 * is used in one line on stderr (with the reason why a better one failed).
 * Takes a second or two, most of which the first sandbox then saves. ev and
 * conf's strings must outlive the host. NULL and FAIL_SANDBOX (with the
 * package to install or the thing to enable) or FAIL_USAGE.
 */
struct box_host *box_host_new(
    struct ev *ev, const struct box_conf *conf, struct fail *f);
/* Kill everything; boxes and traces still held become invalid. NULL is fine.
 * Not from a callback. */
void box_host_free(struct box_host *h);
/* The `sandbox` member of trace records, borrowed: {"tier", "interpreter",
 * "python", "pandas", "numpy", "scipy", "statsmodels", "sklearn"}; texts. */
json_t *box_host_info(const struct box_host *h);
/* How many traces can be alive at once, by what the sandboxes' own memory
 * leaves of the budget (fewer with larger CSVs); more wait for their first
 * cell. */
unsigned box_host_slots(const struct box_host *h);

/*
 * The sandbox of a CSV, started when it does not exist; references are
 * counted, box_put drops one (NULL is fine). sha256 is what the bytes must
 * hash to (64 hex digits) or NULL; options are pandas.read_csv's arguments or
 * NULL (both are copied). Never fails at once: a CSV that cannot be read, has
 * another digest or is refused by pandas makes every cell of its traces end as
 * BOX_FAILED (fail code FAIL_CSV), a sandbox that does not start too
 * (FAIL_SANDBOX); a CSV that is no longer the file that was loaded is loaded
 * anew, for those who ask from then on. At most conf.max_boxes live: unused
 * ones are closed first, and while all are in use a new one waits, so hold a
 * reference only while a question is being worked on.
 */
struct box *box_get(struct box_host *h, const char *csv_path,
    const char *sha256, const json_t *options);
void box_put(struct box *b);

/*
 * A trace; takes a reference on the box. It gets a worker at once where one is
 * idle and a slot is free, else waits, and so do its cells.
 */
struct box_trace *box_trace_new(struct box *b);
/* Kills the worker at once; the callback of a pending cell is not called. */
void box_trace_free(struct box_trace *t);

enum box_status {
	BOX_OK, /* ran to its end */
	BOX_ERROR, /* an exception (SyntaxError, MemoryError... included) */
	BOX_EXIT, /* sys.exit(); nothing is lost */
	BOX_TIMEOUT, /* passed a time limit; state_lost tells whether it could
			be interrupted */
	BOX_KILLED, /* the worker died: of `signal`, or it left by os._exit */
	BOX_OOM, /* the worker died of the memory limit (MemoryError, which
		    Python survives, is BOX_ERROR) */
	BOX_FLOOD, /* printed more than is tolerated, was killed */
	BOX_PROTOCOL, /* broke the protocol, was killed */
	BOX_LIMIT, /* not run: the trace's cells or time are used up */
	BOX_FAILED, /* not run: no sandbox, see `fail` */
};
const char *box_status_name(enum box_status status); /* "ok", "error"... */

/* Everything is borrowed and valid during the callback only (json_incref what
 * is kept). All text is UTF-8 without NUL, memory addresses masked as 0x…,
 * at most 64 KiB each: head and tail around "[... N bytes omitted ...]". */
struct box_result {
	enum box_status status;
	bool success; /* status is BOX_OK */
	const char *out; /* what was printed */
	const char *err; /* stderr; after it the traceback, or one line that
			    tells how the cell ended (limit, signal) */
	size_t out_omitted, err_omitted; /* bytes not in out, err */
	const char *ename; /* "ValueError", "" where there is none */
	const char *evalue; /* its text */
	const char *traceback; /* trimmed to the teacher's lines, or "" */
	/* [{variable_name, code_line, value, value_hash, depends_on,
	 * description, grounded}...] as in trace records; value_hash is null:
	 * the caller sets it (ans_hash of value). */
	json_t *hooks;
	/* submit() was called in this cell; the last call counts. Normalised in
	 * the sandbox. NULL where nothing was submitted. */
	bool submitted;
	json_t *answer;
	double elapsed; /* seconds of wall clock */
	int signal; /* BOX_KILLED: the signal, 0 for an exit */
	const char *limit; /* the limit that was hit ("cell time", "trace
			      time", "cells", "CPU time", "memory", "output",
			      "protocol") or NULL */
	bool fresh; /* the state of earlier cells was lost before this cell:
		       it ran in a new worker; err begins with a line that
		       says so */
	bool state_lost; /* the worker is gone: the next cell gets a new one */
	bool clock; /* read the clock: may differ when run again */
	bool entropy; /* drew unseeded random numbers: the same */
	const struct fail *fail; /* BOX_FAILED: why; else NULL */
};

typedef void box_fn(const struct box_result *r, void *arg);

/*
 * Run code (UTF-8, copied) as cell `index` (shown as "<cell N>" in tracebacks,
 * N counted from 0) and call fn once. One cell of a trace at a time. In the
 * cell's names are df, pd, np, hook(value, name, description, depends_on) and
 * submit(answer): see lib/py/worker.py.
 */
void box_exec(struct box_trace *t, unsigned index, const char *code, box_fn *fn,
    void *arg);

/*
 * The `execution` object of a turn, owned by the caller: {success, stdout,
 * stderr, hooks, submitted_answer, elapsed} and, only where they say something,
 * status (not ok or error), nonreproducible (["clock", "entropy"]), fresh.
 * hooks are shared with the result. elapsed is 0 under SOURCE_DATE_EPOCH.
 */
json_t *box_result_json(const struct box_result *r);

#endif
