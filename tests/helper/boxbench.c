/* boxbench.c - time sandboxes. usage: boxbench TIER CSV MODE N
 * MODE: demand (fork, then a trivial cell), pool (the same with workers forked
 * ahead), group (demand, the cell groups), cell (round trips in one trace),
 * traces (N of three cells each, then wait for a line on standard input),
 * alive (N at once, then wait for a line with all idle, and once more after
 * four cells each). Prints one JSON object, or one before each wait. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "box.h"
#include "log.h"
#include "mem.h"
#include "rec.h"

struct bench {
	struct ev *ev;
	struct box *box;
	struct box_trace **traces;
	const char *const *cells;
	size_t n, started, done, failed, inflight;
	double *ms; /* of each trace, or cell */
	double t0;
	bool keep;
};

struct one {
	struct bench *b;
	size_t i;
	unsigned at;
	double start;
};

static const char *const trivial[] = {"1", NULL};
static const char *const group[] = {
    "df.groupby(df.columns[0]).mean(numeric_only=True)", NULL};
static const char *const three[] = {"df.head()",
    "g = df.groupby(df.columns[0]).mean(numeric_only=True)\nprint(g.head())",
    "hook(g, 'g')\nsubmit(float(g.iloc[0, 0]))", NULL};
static const char *const four[] = {"df.describe()",
    "g = df.groupby(df.columns[0]).mean(numeric_only=True)\ng",
    "c = df.corr(numeric_only=True)\nc",
    "s = df.sort_values(df.columns[1]); s.head()", NULL};

static void next_trace(struct bench *b);

static void
on_done(const struct box_result *r, void *arg)
{
	struct one *o = arg;
	struct bench *b = o->b;

	if (r->status != BOX_OK) {
		b->failed++;
		warnx("%s", r->err);
	}
	if (b->cells[++o->at] != NULL && r->status == BOX_OK) {
		box_exec(b->traces[o->i], o->at, b->cells[o->at], on_done, o);
		return;
	}
	b->ms[o->i] = ev_now() - o->start;
	if (!b->keep) {
		box_trace_free(b->traces[o->i]);
		b->traces[o->i] = NULL;
	}
	free(o);
	if (++b->done == b->n)
		ev_stop(b->ev);
	else
		next_trace(b);
}

static void
start(struct bench *b, size_t i)
{
	struct one *o = xcalloc(1, sizeof *o);

	o->b = b;
	o->i = i;
	o->start = ev_now();
	if (b->traces[i] == NULL)
		b->traces[i] = box_trace_new(b->box);
	box_exec(b->traces[i], 0, b->cells[0], on_done, o);
}

static void
next_trace(struct bench *b)
{
	if (b->started < b->n)
		start(b, b->started++);
}

/* Run n traces, some at a time. */
static void
run(struct bench *b, const char *const *cells, size_t n, size_t inflight)
{
	size_t i;

	b->cells = cells;
	b->n = n;
	b->started = b->done = 0;
	b->t0 = ev_now();
	for (i = 0; i < inflight; i++)
		next_trace(b);
	ev_run(b->ev);
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
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
report(struct bench *b, const char *mode)
{
	double seconds = (ev_now() - b->t0) / 1e3;
	json_t *v;

	qsort(b->ms, b->n, sizeof *b->ms, ascending);
	v = json_pack("{s:s, s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:I}", "mode",
	    mode, "n", (json_int_t)b->n, "failed", (json_int_t)b->failed, "p50",
	    b->ms[b->n / 2], "p90", b->ms[b->n * 9 / 10], "p99",
	    b->ms[b->n * 99 / 100], "seconds", seconds, "per_second",
	    (double)b->n / seconds, "host_kib", most_resident());
	rec_put(v);
	json_decref(v);
}

/* Let the loop idle: pools fill, killed workers go. */
static void
on_rest(void *arg)
{
	ev_stop(arg);
}

static void
rest(struct bench *b, double ms)
{
	ev_after(b->ev, ms, on_rest, b->ev);
	ev_run(b->ev);
}

/* Each start with nothing else going on. */
static void
singly(struct bench *b, const char *const *cells, size_t n, double pause)
{
	double *all = xcalloc(n, sizeof *all);
	size_t i;

	for (i = 0; i < n; i++) {
		run(b, cells, 1, 1);
		all[i] = b->ms[0];
		rest(b, pause);
	}
	memcpy(b->ms, all, n * sizeof *all);
	free(all);
	b->n = n;
}

static void
wait_line(void)
{
	int c;

	fflush(stdout);
	while ((c = getchar()) != EOF && c != '\n')
		;
}

static void
round_trips(struct bench *b, size_t n)
{
	double *all = xcalloc(n, sizeof *all);
	size_t i;

	b->keep = true;
	for (i = 0; i < n; i++) {
		run(b, trivial, 1, 1);
		all[i] = b->ms[0];
	}
	memcpy(b->ms, all, n * sizeof *all);
	free(all);
	b->n = n;
}

static void
measure(struct bench *b, const char *mode, size_t n)
{
	run(b, trivial, 1, 1); /* the sandbox is up */
	rest(b, 300);
	if (strcmp(mode, "demand") == 0) {
		singly(b, trivial, n, 30);
	} else if (strcmp(mode, "group") == 0) {
		singly(b, group, n, 30);
	} else if (strcmp(mode, "pool") == 0) {
		singly(b, trivial, n, 60);
	} else if (strcmp(mode, "cell") == 0) {
		round_trips(b, n);
	} else if (strcmp(mode, "traces") == 0) {
		run(b, three, n, 3);
		report(b, mode);
		rest(b, 300); /* the last ones are reaped */
		wait_line();
		return;
	} else if (strcmp(mode, "alive") == 0) {
		b->keep = true;
		run(b, trivial, n, n);
		report(b, "idle");
		wait_line();
		run(b, four, n, 2);
		report(b, "worked");
		wait_line();
		return;
	} else {
		errx(2, "no mode %s", mode);
	}
	report(b, mode);
}

int
main(int argc, char *argv[])
{
	struct bench b = {0};
	struct box_conf conf;
	struct box_host *h;
	struct fail f;
	double t = ev_now();
	size_t i, n;

	if (argc != 5)
		errx(2, "usage: boxbench TIER CSV MODE N");
	n = (size_t)atol(argv[4]);
	box_conf_init(&conf);
	if (box_tier_parse(argv[1], &conf.tier, &f) != 0)
		errx(2, "%s", f.msg);
	conf.max_traces = 256;
	conf.trace_timeout = 3600;
	conf.pool =
	    strcmp(argv[3], "demand") == 0 || strcmp(argv[3], "group") == 0 ? 0
									    : 8;
	log_init(LOG_QUIET, PROGRESS_NEVER);
	b.ev = ev_new();
	if ((h = box_host_new(b.ev, &conf, &f)) == NULL)
		errx(3, "%s", f.msg);
	b.ms = xcalloc(n + 1, sizeof *b.ms);
	b.traces = xcalloc(n + 1, sizeof *b.traces);
	b.box = box_get(h, argv[2], NULL, NULL);
	fprintf(stderr, "host up in %.0f ms\n", ev_now() - t);
	measure(&b, argv[3], n);
	for (i = 0; i < n; i++)
		box_trace_free(b.traces[i]);
	box_put(b.box);
	box_host_free(h);
	ev_free(b.ev);
	free(b.ms);
	free(b.traces);
	return b.failed > 0;
}
