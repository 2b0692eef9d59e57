/* trace.h - the trace record of one teacher run. */
#ifndef EPISODE_TRACE_H
#define EPISODE_TRACE_H

#include <stdbool.h>

#include <jansson.h>

#include "teach.h"

/* What names a run. */
struct trace_id {
	const json_t *question; /* the record */
	const char *group;
	bool gold;
	unsigned index; /* in its role */
	unsigned planned; /* consistency runs of the group */
};

/* The record, with `last` false; a new reference. sandbox: box_host_info's. */
json_t *trace_record(
    const struct trace_id *id, const struct teach *run, json_t *sandbox);

/* This is the last line of its group; takes stopping's reference. */
void trace_close(json_t *record, json_t *stopping);

#endif
