/* cells.c - code that is run in one sandbox, one cell after another. */
#include <stdlib.h>
#include <string.h>

#include "journal.h"
#include "llmq.h"
#include "mem.h"

static struct journal *
journal(const struct cells *c)
{
	return chat_journal(c->l->teach.chat);
}

/* Everything that the result rests on. */
static void
make_key(struct cells *c)
{
	json_t *parts = json_array();

	json_array_append_new(parts, json_string("cell"));
	json_array_append_new(parts, json_string(c->sha256));
	json_array_append_new(parts,
	    c->options != NULL ? json_deep_copy(c->options) : json_null());
	json_array_append_new(parts, json_string(c->role));
	json_array_append_new(parts, json_integer((json_int_t)c->l->seed));
	json_array_append_new(parts, json_copy(c->codes));
	json_array_append_new(parts, json_string(c->code));
	journal_key(parts, c->key);
	json_decref(parts);
}

/* The cell at work has its result (borrowed). */
static void
done(struct cells *c, const json_t *result)
{
	json_array_append_new(c->codes, json_string(c->code));
	c->fn(result, NULL, c->arg);
}

static json_t *
result_json(const struct box_result *r)
{
	const char *name =
	    r->ename[0] != '\0' ? r->ename : box_status_name(r->status);
	json_t *o = json_object();

	json_object_set_new(o, "execution", box_result_json(r));
	json_object_set_new(o, "ename", json_string(r->success ? "" : name));
	json_object_set_new(o, "evalue", json_string(r->evalue));
	json_object_set_new(o, "state_lost", json_boolean(r->state_lost));
	json_object_set_new(
	    o, "out_of_time", json_boolean(r->status == BOX_LIMIT));
	return o;
}

static void
on_cell(const struct box_result *r, void *arg)
{
	struct cells *c = arg;
	struct fail f;
	json_t *o;

	if (r->status == BOX_FAILED) {
		c->fn(NULL, r->fail, c->arg);
		return;
	}
	c->ran++;
	o = result_json(r);
	if (journal(c) != NULL &&
	    journal_cell_put(journal(c), c->key, o, &f) == -1)
		c->fn(NULL, &f, c->arg);
	else
		done(c, o);
	json_decref(o);
}

static void run(struct cells *c);

/* An earlier cell was run again, to have its names in this worker. */
static void
on_rebuilt(const struct box_result *r, void *arg)
{
	struct cells *c = arg;

	if (r->status == BOX_FAILED) {
		c->fn(NULL, r->fail, c->arg);
		return;
	}
	c->ran++;
	run(c);
}

static void
run(struct cells *c)
{
	size_t before = json_array_size(c->codes);

	if (c->trace == NULL) {
		c->box =
		    box_get(c->l->teach.host, c->csv, c->sha256, c->options);
		c->trace = box_trace_new(c->box);
	}
	if (c->ran < before)
		box_exec(c->trace, (unsigned)c->ran,
		    json_string_value(json_array_get(c->codes, c->ran)),
		    on_rebuilt, c);
	else
		box_exec(c->trace, (unsigned)before, c->code, on_cell, c);
}

void
cells_run(struct cells *c, const char *code,
    void (*fn)(const json_t *result, const struct fail *f, void *arg),
    void *arg)
{
	json_t *found = NULL;

	c->fn = fn;
	c->arg = arg;
	free(c->code);
	c->code = xstrdup(code);
	if (c->codes == NULL)
		c->codes = json_array();
	if (journal(c) != NULL) {
		make_key(c);
		found = journal_cell_find(journal(c), c->key);
	}
	if (json_is_object(json_object_get(found, "execution")))
		done(c, found);
	else
		run(c);
	json_decref(found);
}

void
cells_clear(struct cells *c)
{
	box_trace_free(c->trace);
	box_put(c->box);
	json_decref(c->codes);
	free(c->code);
	c->trace = NULL;
	c->box = NULL;
	c->codes = NULL;
	c->code = NULL;
}
