/* boxrun.c - run cells in sandboxes from a script: traces in, results out. */
#include <err.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "box.h"
#include "buf.h"
#include "log.h"
#include "mem.h"
#include "rec.h"

/*
 * Each input line is {"cells":[code...]} with perhaps "csv", "sha256",
 * "csv_options", "kill" (free the trace that many ms after the start) and any
 * others; each output line the same without the cells and with
 * "results":[execution...], in order. With --sync a trace starts when the one
 * before has ended; with --hold none is freed before all have ended. A last
 * line is {"host":...}.
 */

struct run {
	struct all *all;
	json_t *spec, *results; /* owned */
	struct box_trace *trace;
	unsigned at;
	bool started, ended;
	double first; /* ms from the start to the first result */
	double start;
};

struct all {
	struct ev *ev;
	struct box_host *host;
	struct run *runs;
	size_t n, next, ended;
	bool sync, hold;
	const char *csv;
};

static void start_next(struct all *a);

static void
run_end(struct run *r)
{
	struct all *a = r->all;

	r->ended = true;
	if (!a->hold) {
		box_trace_free(r->trace);
		r->trace = NULL;
	}
	if (++a->ended == a->n)
		ev_stop(a->ev);
	else if (a->sync)
		start_next(a);
}

static json_t *
result_json(const struct box_result *b)
{
	json_t *v = box_result_json(b);

	json_object_set_new(
	    v, "status", json_string(box_status_name(b->status)));
	json_object_set_new(v, "ename", json_string(b->ename));
	json_object_set_new(v, "evalue", json_string(b->evalue));
	json_object_set_new(v, "traceback", json_string(b->traceback));
	json_object_set_new(v, "signal", json_integer(b->signal));
	json_object_set_new(
	    v, "limit", b->limit != NULL ? json_string(b->limit) : json_null());
	json_object_set_new(v, "state_lost", json_boolean(b->state_lost));
	json_object_set_new(v, "fresh", json_boolean(b->fresh));
	json_object_set_new(v, "submitted", json_boolean(b->submitted));
	json_object_set_new(
	    v, "out_omitted", json_integer((json_int_t)b->out_omitted));
	if (b->fail != NULL)
		json_object_set_new(
		    v, "code", json_string(fail_code_name(b->fail->code)));
	return v;
}

static void run_cell(struct run *r);

static void
on_cell(const struct box_result *b, void *arg)
{
	struct run *r = arg;

	if (r->at == 0)
		r->first = ev_now() - r->start;
	json_array_append_new(r->results, result_json(b));
	r->at++;
	run_cell(r);
}

static void
run_cell(struct run *r)
{
	const char *code = json_string_value(
	    json_array_get(json_object_get(r->spec, "cells"), r->at));

	if (code == NULL)
		run_end(r);
	else
		box_exec(r->trace, r->at, code, on_cell, r);
}

static void
on_kill(void *arg)
{
	struct run *r = arg;

	if (r->ended)
		return;
	box_trace_free(r->trace);
	r->trace = NULL;
	r->ended = true;
	if (++r->all->ended == r->all->n)
		ev_stop(r->all->ev);
	else if (r->all->sync)
		start_next(r->all);
}

static void
run_start(struct run *r)
{
	const char *csv = json_string_value(json_object_get(r->spec, "csv"));
	const char *sha = json_string_value(json_object_get(r->spec, "sha256"));
	json_t *kill = json_object_get(r->spec, "kill");
	struct box *b;

	r->started = true;
	r->start = ev_now();
	b = box_get(r->all->host, csv != NULL ? csv : r->all->csv, sha,
	    json_object_get(r->spec, "csv_options"));
	r->trace = box_trace_new(b);
	box_put(b);
	if (json_is_integer(kill))
		ev_after(
		    r->all->ev, (double)json_integer_value(kill), on_kill, r);
	run_cell(r);
}

static void
start_next(struct all *a)
{
	if (a->next < a->n)
		run_start(&a->runs[a->next++]);
}

static void
read_runs(struct all *a)
{
	char *line = NULL;
	size_t size = 0, cap = 0;
	ssize_t n;

	while ((n = getline(&line, &size, stdin)) > 0) {
		struct fail f;
		json_t *v = rec_parse(line, (size_t)n, &f);

		if (v == NULL)
			errx(2, "input: %s", f.msg);
		a->runs = xgrow(a->runs, a->n, &cap, sizeof *a->runs);
		a->runs[a->n++] =
		    (struct run){.all = a, .spec = v, .results = json_array()};
	}
	free(line);
}

/* The most that this program itself has had resident, in KiB: ru_maxrss
 * counts what forked it, too. */
static json_int_t
most_resident(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	long kib = -1;
	char line[200];

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "VmHWM: %ld", &kib) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return kib;
}

static void
print_runs(struct all *a)
{
	json_t *last;
	size_t i;

	for (i = 0; i < a->n; i++) {
		struct run *r = &a->runs[i];

		box_trace_free(r->trace);
		json_object_del(r->spec, "cells");
		json_object_set_new(r->spec, "first_ms", json_real(r->first));
		json_object_set_new(r->spec, "results", r->results);
		rec_put(r->spec);
		json_decref(r->spec);
	}
	last = json_object();
	json_object_set(last, "host", box_host_info(a->host));
	json_object_set_new(
	    last, "slots", json_integer((json_int_t)box_host_slots(a->host)));
	json_object_set_new(last, "maxrss_kib", json_integer(most_resident()));
	rec_put(last);
	json_decref(last);
	free(a->runs);
}

static const struct option longopts[] = {
    {"sandbox", required_argument, NULL, 's'},
    {"python", required_argument, NULL, 'p'},
    {"csv", required_argument, NULL, 'f'},
    {"memory", required_argument, NULL, 'm'},
    {"cell-timeout", required_argument, NULL, 't'},
    {"trace-timeout", required_argument, NULL, 'T'},
    {"max-cells", required_argument, NULL, 'c'},
    {"max-boxes", required_argument, NULL, 'b'},
    {"traces", required_argument, NULL, 'j'},
    {"pool", required_argument, NULL, 'P'},
    {"sync", no_argument, NULL, 'S'},
    {"hold", no_argument, NULL, 'H'},
    {NULL, 0, NULL, 0},
};

static void
set_option(struct all *a, struct box_conf *c, int opt, const char *arg)
{
	struct fail f;

	if (opt == 's' && box_tier_parse(arg, &c->tier, &f) != 0)
		errx(2, "%s", f.msg);
	else if (opt == 'p')
		c->python = arg;
	else if (opt == 'f')
		a->csv = arg;
	else if (opt == 'm')
		c->memory = (size_t)atol(arg) << 20;
	else if (opt == 't')
		c->cell_timeout = atof(arg);
	else if (opt == 'T')
		c->trace_timeout = atof(arg);
	else if (opt == 'c')
		c->max_cells = (unsigned)atoi(arg);
	else if (opt == 'b')
		c->max_boxes = (unsigned)atoi(arg);
	else if (opt == 'j')
		c->max_traces = (unsigned)atoi(arg);
	else if (opt == 'P')
		c->pool = (unsigned)atoi(arg);
	else if (opt == 'S')
		a->sync = true;
	else if (opt == 'H')
		a->hold = true;
	else if (opt == '?')
		exit(2);
}

int
main(int argc, char *argv[])
{
	struct all a = {0};
	struct box_conf conf;
	struct fail f;
	size_t i;
	int opt;

	box_conf_init(&conf);
	while ((opt = getopt_long(argc, argv, "", longopts, NULL)) != -1)
		set_option(&a, &conf, opt, optarg);
	log_init(getenv("V") ? LOG_VERBOSE : LOG_NORMAL, PROGRESS_NEVER);
	read_runs(&a);
	a.ev = ev_new();
	if ((a.host = box_host_new(a.ev, &conf, &f)) == NULL)
		errx(fail_exit(f.code), "%s", f.msg);
	if (a.sync)
		start_next(&a);
	else
		for (i = 0; i < a.n; i++)
			start_next(&a);
	if (a.n > 0)
		ev_run(a.ev);
	print_runs(&a);
	box_host_free(a.host);
	ev_free(a.ev);
	return 0;
}
