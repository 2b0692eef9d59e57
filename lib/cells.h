/* cells.h - code that is run in one sandbox, one cell after another, and
 * journalled: what the journal knows is not run, unless a later cell needs its
 * names. */
#ifndef CELLS_H
#define CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "box.h"
#include "digest.h"
#include "fail.h"
#include "journal.h"

enum cell_end {
	CELL_RAN, /* here or for the journal, with or without an error */
	CELL_FAILED, /* the sandbox or the CSV, see fail; the rest is empty */
	CELL_UNWRITTEN, /* the journal cannot be written, see fail */
};

/* What a cell gave. */
struct cell {
	enum cell_end end;
	json_t *execution; /* box_result_json's */
	char *ename, *evalue; /* its exception, "" where there was none */
	bool submitted, state_lost, out_of_time;
	json_t *answer; /* NULL where nothing was submitted */
	/* NULL, or numbers of earlier cells that gave something else when they
	 * were run again before this one; journalled with it, so that a replay
	 * tells the same */
	json_t *differs;
	struct fail fail;
};

/* Name of the member that tells of `differs`, in the journal and in turns. */
#define CELL_DIFFERS "rebuilt_differs"

/* All borrowed: only valid during the call. */
typedef void cells_fn(const struct cell *c, void *arg);

/* Set the first six and, where there is one, the journal; zero the rest. */
struct cells {
	struct box_host *host; /* borrowed, as all of these are */
	const char *csv; /* path to open */
	const char *sha256; /* of its bytes, or NULL */
	const json_t *options; /* of read_csv, or NULL */
	const char *role; /* role and sample are parts of the journal's keys */
	unsigned sample;
	struct journal *journal;
	/* its own */
	struct box *box; /* NULL until a cell has to be run */
	struct box_trace *trace;
	json_t *codes; /* of the cells that are done */
	json_t *results; /* their executions */
	size_t ran; /* how many of them this worker has run */
	json_t *differs; /* of the cell at work, or NULL */
	char *code; /* of it */
	char key[DIGEST_HEX];
	cells_fn *fn;
	void *arg;
};

/*
 * Run the next cell, or take what it gave from the journal; one at a time. fn
 * is called once, from ev_step or from inside; it may call cells_clear and free
 * what holds c.
 */
void cells_run(struct cells *c, const char *code, cells_fn *fn, void *arg);
/* Hand the worker over, with all that the cells left there; NULL where none is
 * alive. The caller's from now on. */
struct box_trace *cells_take(struct cells *c);
/* Let go of the sandbox; cells that follow get a new one. */
void cells_close(struct cells *c);
/* Also ends a cell that is at work. All zero is fine. */
void cells_clear(struct cells *c);

#endif
