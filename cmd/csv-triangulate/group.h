/* group.h - the groups whose traces are still arriving. */
#ifndef GROUP_H
#define GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store.h"
#include "trace.h"

/* A group of traces that waits; what its traces hold is in the store. */
struct group {
	uint64_t key; /* trace.group; 0: a free slot */
	uint64_t born; /* counts groups, from 1 */
	uint64_t chain; /* the trace that came last, see store_head.prev */
	uint32_t n_blind, need_blind; /* need: known from last, and indices */
	bool has_gold, has_last;
	bool in_file; /* opened when max_open others were */
};

/* One trace of a group that is done. */
struct group_run {
	struct store_head head;
	const char *text;
	char *owned;
	uint64_t place;
};

/* What becomes of a group: its traces, gold first, then by index; complete is
 * false for a group of which something never came. Returns -1 to end the run.
 */
typedef int group_fn(const struct group_run *runs, size_t n, bool complete,
    void *arg, struct fail *f);

struct groups;

/* memory: bytes of waiting text before a temporary file is used. */
struct groups *groups_new(
    size_t max_open, size_t memory, group_fn *fn, void *arg);
void groups_free(struct groups *g);

/*
 * Take a trace: line is its text, file and number where it stands. Groups that
 * are complete are handed to fn, in the order of their last lines. A repeated
 * trace is ignored if it is the same line, else -1 and FAIL_DUPLICATE.
 */
int groups_put(struct groups *g, const struct trace *t, const char *line,
    size_t n, const char *file, size_t number, struct fail *f);
/* Hand over what is left: groups whose last line came, in that order, then the
 * others in order of their first. */
int groups_end(struct groups *g, struct fail *f);
size_t groups_open(const struct groups *g);

#endif
