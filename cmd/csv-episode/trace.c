/* trace.c - the trace record of one teacher run. */
#include <stdint.h>

#include "rec.h"
#include "trace.h"

json_t *
trace_record(
    const struct trace_id *id, const struct teach *run, json_t *sandbox)
{
	json_t *o = json_object(), *planned = json_object();

	json_object_set_new(o, "type", json_string("trace"));
	json_object_set(o, "question", (json_t *)(uintptr_t)id->question);
	json_object_set_new(o, "group", json_string(id->group));
	json_object_set_new(
	    o, "role", json_string(id->gold ? "gold" : "consistency"));
	json_object_set_new(o, "index", json_integer(id->index));
	json_object_set_new(planned, "gold", json_integer(1));
	json_object_set_new(planned, "consistency", json_integer(id->planned));
	json_object_set_new(o, "planned", planned);
	json_object_set_new(o, "last", json_false());
	json_object_set_new(o, "trace", teach_trace(run));
	json_object_set_new(o, "messages", teach_messages(run));
	json_object_set_new(o, "teacher", teach_teacher(run));
	json_object_set(o, "sandbox", sandbox);
	json_object_set_new(o, "usage", teach_usage(run));
	json_object_set_new(o, "elapsed", rec_elapsed(teach_elapsed(run)));
	return o;
}

void
trace_close(json_t *record, json_t *stopping)
{
	json_object_set_new(record, "last", json_true());
	json_object_set_new(record, "stopping", stopping);
}
