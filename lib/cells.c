/* cells.c - code that is run in one sandbox, one cell after another. */
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "mem.h"

/* ---- what a cell gave ---- */

static void
cell_clear(struct cell *c)
{
	json_decref(c->execution);
	json_decref(c->answer);
	json_decref(c->differs);
	free(c->ename);
	free(c->evalue);
	*c = (struct cell){0};
}

static void
cell_live(struct cell *c, const struct box_result *r)
{
	const char *name =
	    r->ename[0] != '\0' ? r->ename : box_status_name(r->status);

	*c = (struct cell){.end = CELL_RAN,
	    .execution = box_result_json(r),
	    .ename = xstrdup(r->success ? "" : name),
	    .evalue = xstrdup(r->evalue),
	    .submitted = r->submitted,
	    .state_lost = r->state_lost,
	    .out_of_time = r->status == BOX_LIMIT,
	    .answer = json_incref(r->answer)};
}

static json_t *
cell_json(const struct cell *c)
{
	json_t *o = json_object();

	json_object_set(o, "execution", c->execution);
	json_object_set_new(o, "ename", json_string(c->ename));
	json_object_set_new(o, "evalue", json_string(c->evalue));
	json_object_set_new(o, "state_lost", json_boolean(c->state_lost));
	json_object_set_new(o, "out_of_time", json_boolean(c->out_of_time));
	if (c->submitted)
		json_object_set(o, "answer", c->answer);
	if (c->differs != NULL)
		json_object_set(o, CELL_DIFFERS, c->differs);
	return o;
}

/* False when v is not what cell_json made. */
static bool
cell_read(struct cell *c, const json_t *v)
{
	const char *ename = json_string_value(json_object_get(v, "ename")),
		   *evalue = json_string_value(json_object_get(v, "evalue"));
	json_t *answer = json_object_get(v, "answer"),
	       *x = json_object_get(v, "execution"),
	       *differs = json_object_get(v, CELL_DIFFERS);

	if (ename == NULL || evalue == NULL || !json_is_object(x))
		return false;
	*c = (struct cell){.end = CELL_RAN,
	    .execution = json_deep_copy(x),
	    .ename = xstrdup(ename),
	    .evalue = xstrdup(evalue),
	    .submitted = answer != NULL,
	    .state_lost = json_is_true(json_object_get(v, "state_lost")),
	    .out_of_time = json_is_true(json_object_get(v, "out_of_time")),
	    .answer = json_incref(answer),
	    .differs = json_incref(differs)};
	return true;
}

/* ---- the journal ---- */

static json_t *
copy_or_null(const json_t *v)
{
	return v != NULL ? json_deep_copy(v) : json_null();
}

/* The key of the cell at work: everything that its result rests on. */
static void
make_key(struct cells *c)
{
	json_t *parts = json_array();

	json_array_append_new(parts, json_string("cell"));
	json_array_append_new(
	    parts, c->sha256 != NULL ? json_string(c->sha256) : json_null());
	json_array_append_new(parts, copy_or_null(c->options));
	json_array_append_new(parts, json_string(c->role));
	json_array_append_new(parts, json_integer(c->sample));
	json_array_append_new(parts, json_copy(c->codes));
	json_array_append_new(parts, json_string(c->code));
	journal_key(parts, c->key);
	json_decref(parts);
}

/* Journal the result; -1 when that failed. */
static int
keep(struct cells *c, const struct cell *cell, struct fail *f)
{
	json_t *v;
	int rc;

	if (c->journal == NULL)
		return 0;
	v = cell_json(cell);
	rc = journal_cell_put(c->journal, c->key, v, f);
	json_decref(v);
	return rc;
}

static bool
find(struct cells *c, struct cell *cell)
{
	json_t *v;
	bool found;

	if (c->journal == NULL)
		return false;
	make_key(c);
	v = journal_cell_find(c->journal, c->key);
	found = v != NULL && cell_read(cell, v);
	json_decref(v);
	return found;
}

/* ---- running ---- */

/* The cell at work has its result; c may be gone afterwards. */
static void
done(struct cells *c, struct cell *cell)
{
	json_array_append_new(c->codes, json_string(c->code));
	json_array_append(c->results, cell->execution);
	json_decref(c->differs);
	c->differs = NULL;
	c->fn(cell, c->arg);
	cell_clear(cell);
}

static void
failed(struct cells *c, enum cell_end end, const struct fail *f)
{
	struct cell cell = {.end = end, .fail = *f};

	c->fn(&cell, c->arg);
}

static void
on_cell(const struct box_result *r, void *arg)
{
	struct cells *c = arg;
	struct cell cell;
	struct fail f;

	if (r->status == BOX_FAILED) {
		failed(c, CELL_FAILED, r->fail);
		return;
	}
	c->ran++;
	cell_live(&cell, r);
	cell.differs = json_incref(c->differs);
	if (keep(c, &cell, &f) == 0) {
		done(c, &cell);
		return;
	}
	cell_clear(&cell);
	failed(c, CELL_UNWRITTEN, &f);
}

static void run(struct cells *c);

/* Is this what the next earlier cell gave when it was run for the journal? */
static bool
as_before(const struct cells *c, const struct box_result *r)
{
	const json_t *x = json_array_get(c->results, c->ran);
	const char *out = json_string_value(json_object_get(x, "stdout"));

	return strcmp(out != NULL ? out : "", r->out) == 0 &&
	    json_is_true(json_object_get(x, "success")) == r->success;
}

/* An earlier cell was run again, to have its names in this worker. */
static void
on_rebuilt(const struct box_result *r, void *arg)
{
	struct cells *c = arg;

	if (r->status == BOX_FAILED) {
		failed(c, CELL_FAILED, r->fail);
		return;
	}
	if (!as_before(c, r)) {
		if (c->differs == NULL)
			c->differs = json_array();
		json_array_append_new(
		    c->differs, json_integer((json_int_t)c->ran));
	}
	c->ran++;
	run(c);
}

/* Run the cell at work; before it, those that only the journal has seen. */
static void
run(struct cells *c)
{
	size_t before = json_array_size(c->codes);

	if (c->trace == NULL) {
		c->box = box_get(c->host, c->csv, c->sha256, c->options);
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
cells_run(struct cells *c, const char *code, cells_fn *fn, void *arg)
{
	struct cell cell;

	c->fn = fn;
	c->arg = arg;
	free(c->code);
	c->code = xstrdup(code);
	if (c->codes == NULL) {
		c->codes = json_array();
		c->results = json_array();
	}
	if (find(c, &cell))
		done(c, &cell);
	else
		run(c);
}

struct box_trace *
cells_take(struct cells *c)
{
	struct box_trace *worker = c->trace;

	c->trace = NULL;
	c->ran = 0;
	return worker;
}

void
cells_close(struct cells *c)
{
	box_trace_free(cells_take(c));
	box_put(c->box);
	c->box = NULL;
}

void
cells_clear(struct cells *c)
{
	cells_close(c);
	json_decref(c->codes);
	json_decref(c->results);
	json_decref(c->differs);
	free(c->code);
	c->codes = c->results = c->differs = NULL;
	c->code = NULL;
}
