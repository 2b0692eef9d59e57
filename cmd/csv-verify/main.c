/* main.c - csv-verify: prove questions and episodes by running them again. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <poll.h>

#include "ask.h"
#include "guard.h"
#include "log.h"
#include "opt.h"
#include "show.h"
#include "verify.h"

struct opts {
	const char *traces, *csv_root, *csv, *question, *hint;
	bool filter, show_code, show_trace;
	long metamorphic, index;
};

static const struct opt options[] = {
    {"filter", 'f', OPT_FLAG, NULL, "write proven records only",
	offsetof(struct opts, filter), 0, NULL, 0, 0},
    {"traces", 0, OPT_STR, "WHICH", "run these again: gold or all",
	offsetof(struct opts, traces), 0, "gold", 0, 0},
    {"metamorphic", 0, OPT_INT, "N",
	"run the program on N altered copies of the CSV, too",
	offsetof(struct opts, metamorphic), 0, "0", 0, 1000},
    {"index", 'i', OPT_INT, "N", "only this record (from 0)",
	offsetof(struct opts, index), 0, "-1", -1, 1e15},
    {"show-code", 0, OPT_FLAG, NULL, "show the code instead of records",
	offsetof(struct opts, show_code), 0, NULL, 0, 0},
    {"show-trace", 0, OPT_FLAG, NULL,
	"show what the cells do now instead of records",
	offsetof(struct opts, show_trace), 0, NULL, 0, 0},
    {"csv", 0, OPT_STR, "FILE", "ask about this file (with --question)",
	offsetof(struct opts, csv), 0, NULL, 0, 0},
    {"question", 0, OPT_STR, "TEXT", "let a chat teacher answer it, once",
	offsetof(struct opts, question), 0, NULL, 0, 0},
    {"hint", 0, OPT_STR, "TEXT", "what the teacher is told besides",
	offsetof(struct opts, hint), 0, NULL, 0, 0},
    {"jobs", 'j', OPT_CONF, "N", "records in flight", 0, CONF_N_QUESTION_SLOTS,
	NULL, 0, 0},
    {"csv-root", 0, OPT_STR, "DIR", "where relative CSV paths start",
	offsetof(struct opts, csv_root), 0, NULL, 0, 0},
    {0}};

static const struct opt *const tables[] = {
    options, opt_teacher, opt_sandbox, opt_tolerance, NULL};

static const struct prog prog = {"csv-verify", "[FILE...]",
    "Prove questions and episodes by running their programs again", tables};

/* A run of the program. */
struct app {
	struct opts o;
	struct conf *conf;
	struct ev *ev;
	struct box_host *host;
	struct tables *tables;
	struct rec_in *in;
	struct verify *verify;
	struct ev_timer *pump; /* set: pump runs in the next step */
	bool end; /* of the input */
	long taken; /* records pulled */
	size_t proven, failed, unproven;
	int signal; /* that ends the program, or 0 */
};

static void schedule(void *arg);

static void
on_done(const json_t *rec, const json_t *again, void *arg)
{
	struct app *a = arg;
	const json_t *v = json_object_get(rec, "verification");
	const char *status = json_string_value(json_object_get(v, "status"));
	bool proven = strcmp(status, "proven") == 0;

	a->proven += proven;
	a->failed += strcmp(status, "failed") == 0;
	a->unproven += strcmp(status, "unproven") == 0;
	if (a->o.filter && !proven)
		return;
	if (!a->o.show_code && !a->o.show_trace) {
		rec_put(rec);
		return;
	}
	if (a->o.show_code)
		show_code(rec);
	if (a->o.show_trace && again != NULL)
		show_trace(again);
	show_verification(v);
	putchar('\n');
	fflush(stdout);
}

static void
on_input(int fd, short revents, void *arg)
{
	struct app *a = arg;

	(void)revents;
	ev_del(a->ev, fd);
	rec_fill(a->in);
	schedule(a);
}

static void
take(struct app *a, json_t *rec, const struct rec_pos *pos)
{
	long i = a->taken++;

	if (a->o.index >= 0 && i != a->o.index)
		json_decref(rec);
	else
		verify_put(a->verify, rec, pos);
	if (a->o.index >= 0 && i >= a->o.index)
		a->end = true;
}

/* Fill the free slots from the input; end the loop when all is done. */
static void
pump(void *arg)
{
	struct app *a = arg;
	struct rec_pos pos;
	enum rec_got got;
	json_t *rec;

	a->pump = NULL;
	log_progress(verify_done(a->verify), 0, "records", NULL);
	while (!a->end && verify_room(a->verify)) {
		got = rec_pull(a->in, &rec, &pos);
		if (got == REC_MORE) {
			ev_fd(a->ev, rec_fd(a->in), POLLIN, on_input, a);
			return;
		}
		if (got == REC_END)
			a->end = true;
		else
			take(a, rec, &pos);
	}
	if (verify_failed(a->verify, NULL) ||
	    (a->end && verify_empty(a->verify)))
		ev_stop(a->ev);
}

static void
schedule(void *arg)
{
	struct app *a = arg;

	if (a->pump == NULL)
		a->pump = ev_after(a->ev, 0, pump, a);
}

static void
on_end(int sig, void *arg)
{
	struct app *a = arg;

	a->signal = sig;
	ev_stop(a->ev);
}

static void
check_options(const struct app *a, char **files)
{
	if (strcmp(a->o.traces, "gold") != 0 && strcmp(a->o.traces, "all") != 0)
		opt_usage(
		    "--traces: expected gold or all, saw \"%s\"", a->o.traces);
	if ((a->o.csv != NULL) != (a->o.question != NULL))
		opt_usage("--csv and --question go together");
	if (a->o.hint != NULL && a->o.question == NULL)
		opt_usage("--hint goes with --csv and --question");
	if (a->o.question != NULL && files[0] != NULL)
		opt_usage("--question: expected no file besides --csv, saw "
			  "\"%s\"",
		    files[0]);
}

static void
open_host(struct app *a)
{
	struct box_conf box;
	struct fail f;

	box_conf_init(&box);
	if (box_conf_set(&box, a->conf, &f) == -1)
		opt_usage("%s", f.msg);
	a->host = box_host_new(a->ev, &box, &f);
	if (a->host == NULL)
		errx((int)fail_exit(f.code), "%s", f.msg);
}

/* Records in, records out. */
static int
run_records(struct app *a, char **files, const char *rejects)
{
	struct verify_conf vc = {
	    .teach = {a->ev, NULL, NULL, a->conf},
	    .csv_root = a->o.csv_root,
	    .all_traces = strcmp(a->o.traces, "all") == 0,
	    .copies = (unsigned)a->o.metamorphic,
	    .slots = (size_t)conf_int(a->conf, CONF_N_QUESTION_SLOTS),
	    .done = on_done,
	    .wake = schedule,
	    .arg = a,
	};
	struct fail f;
	int status;

	ans_tol_conf(&vc.tol, a->conf);
	a->in = rec_open(files, "question,episode", rejects, &f);
	if (a->in == NULL)
		errx((int)fail_exit(f.code), "%s", f.msg);
	open_host(a);
	a->tables = tables_new();
	vc.teach.host = a->host;
	vc.tables = a->tables;
	vc.in = a->in;
	a->verify = verify_new(&vc);
	schedule(a);
	ev_run(a->ev);
	log_progress_end();
	if (a->signal != 0)
		return 0;
	log_info("%zu proven, %zu failed, %zu unproven", a->proven, a->failed,
	    a->unproven);
	status = (int)rec_close(a->in);
	if (verify_failed(a->verify, &f)) {
		log_warn("%s", f.msg);
		return (int)fail_exit(f.code);
	}
	if (a->o.index >= 0 && a->taken <= a->o.index)
		log_warn("--index %ld: the input has %ld records", a->o.index,
		    a->taken);
	return status == EXIT_ALL && a->failed + a->unproven > 0 ? EXIT_SOME
								 : status;
}

/* The user's own question. */
static int
run_question(struct app *a)
{
	struct teach_conf tc = {a->ev, NULL, NULL, a->conf};
	json_t *question;
	struct fail f = {0};
	bool chat;
	int rc;

	if (teach_kind(a->conf, &chat, &f) == -1)
		opt_usage("%s", f.msg);
	if (!chat)
		opt_usage("--question: expected a chat teacher; set --base-url "
			  "or an API key");
	tc.chat = chat_new(a->ev, a->conf, &f);
	if (tc.chat == NULL)
		errx((int)fail_exit(f.code), "%s", f.msg);
	question = ask_question(a->o.csv, a->o.question, a->o.hint, &f);
	if (question == NULL)
		errx(EXIT_SYSTEM, "%s", f.msg);
	open_host(a);
	tc.host = a->host;
	rc = ask_teacher(&tc, question, &f);
	if (rc == -1 && a->signal == 0)
		log_warn("%s", f.msg);
	chat_summary(tc.chat);
	chat_free(tc.chat);
	json_decref(question);
	if (rc == 0)
		return EXIT_ALL;
	return f.code == FAIL_NETWORK || f.code == FAIL_SANDBOX ? EXIT_SYSTEM
								: EXIT_SOME;
}

int
main(int argc, char *argv[])
{
	struct app a = {.conf = conf_new()};
	struct opt_common common;
	struct guard *guard;
	char **files;
	int status;

	files = opt_start(&prog, argc, argv, &a.o, &common, a.conf);
	check_options(&a, files);
	a.ev = ev_new();
	guard = guard_new(a.ev, on_end, &a);
	if (a.o.question != NULL)
		status = run_question(&a);
	else
		status = run_records(&a, files, common.rejects);
	guard_free(guard);
	if (a.pump != NULL)
		ev_cancel(a.ev, a.pump);
	verify_free(a.verify);
	box_host_free(a.host);
	tables_free(a.tables);
	ev_free(a.ev);
	conf_free(a.conf);
	if (a.signal != 0)
		guard_die(a.signal);
	if (fflush(stdout) != 0 || ferror(stdout))
		err(EXIT_SYSTEM, "standard output");
	return status;
}
