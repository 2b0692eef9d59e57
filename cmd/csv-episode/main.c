/* main.c - csv-episode: questions in, traces of teacher runs out. */
#include <err.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <poll.h>

#include "fanout.h"
#include "guard.h"
#include "log.h"
#include "mem.h"
#include "opt.h"
#include "select.h"

struct opts {
	long n_consistency, max_questions;
	const char *difficulties, *csv_root;
	bool skip_filter, unordered;
};

static const struct opt options[] = {
    {"n-consistency", 'N', OPT_INT, "N",
	"blind runs a question (default: n_consistency_known with a ground "
	"truth, else n_consistency)",
	offsetof(struct opts, n_consistency), 0, "-1", -1, 1000},
    {"max-turns", 0, OPT_CONF, "N", "turns a run may take", 0, CONF_MAX_TURNS,
	NULL, 0, 0},
    {"early-stop", 0, OPT_CONF, "RULE",
	"when blind runs stop: verdict, beta or none", 0, CONF_EARLY_STOP, NULL,
	0, 0},
    {"jobs", 'j', OPT_CONF, "N", "questions in flight", 0,
	CONF_N_QUESTION_SLOTS, NULL, 0, 0},
    {"unordered", 0, OPT_FLAG, NULL,
	"write traces as they finish, not in the order of the questions",
	offsetof(struct opts, unordered), 0, NULL, 0, 0},
    {"max-questions", 'n', OPT_INT, "N", "questions a CSV (0: all)",
	offsetof(struct opts, max_questions), 0, "0", 0, 1e9},
    {"difficulties", 0, OPT_STR, "LIST", "only these, such as EASY,MEDIUM",
	offsetof(struct opts, difficulties), 0, NULL, 0, 0},
    {"difficulty-filter", 0, OPT_CONF_FLAG, NULL,
	"hold each CSV to the shares of question_difficulty_distribution", 0,
	CONF_DIFFICULTY_FILTER, "true", 0, 0},
    {"skip-difficulty-filter", 0, OPT_FLAG, NULL,
	"do not, whatever the configuration says",
	offsetof(struct opts, skip_filter), 0, NULL, 0, 0},
    {"csv-root", 0, OPT_STR, "DIR", "where relative CSV paths start",
	offsetof(struct opts, csv_root), 0, NULL, 0, 0},
    {0}};

static const struct opt *const tables[] = {
    options, opt_teacher, opt_sandbox, opt_tolerance, NULL};

static const struct prog prog = {"csv-episode", "[FILE...]",
    "Let a teacher answer questions about CSV files with Python in a sandbox",
    tables};

/* A run of the program. */
struct app {
	struct opts o;
	struct conf *conf;
	struct ev *ev;
	struct box_host *host;
	struct chat *chat; /* NULL: reference teacher */
	struct sheets *sheets;
	struct selection *selection;
	struct rec_in *in;
	struct fanout *fanout;
	struct ev_timer *pump; /* set: pump runs in the next step */
	bool end; /* of the input */
	int signal; /* that ends the program, or 0 */
	bool draining;
};

static void schedule(void *arg);

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
take(struct app *a, json_t *question, const struct rec_pos *pos)
{
	const char *id = json_string_value(json_object_get(question, "id"));

	if (!select_take(a->selection, question)) {
		json_decref(question);
		return;
	}
	fanout_put(a->fanout, question, pos,
	    select_ordinal(a->selection, id != NULL ? id : ""));
}

/* How far is the work? Questions in flight are half done. */
static void
expect(struct app *a)
{
	double done = (double)fanout_done(a->fanout),
	       open = (double)fanout_open(a->fanout), share = rec_share(a->in);

	chat_expect(
	    a->chat, done + open / 2, share > 0 ? (done + open) / share : 0);
}

/* Fill the free slots from the input. */
static void
fill(struct app *a)
{
	struct rec_pos pos;
	json_t *question;
	enum rec_got got;

	while (!a->end && a->signal == 0 && fanout_room(a->fanout)) {
		got = rec_pull(a->in, &question, &pos);
		if (got == REC_MORE) {
			ev_fd(a->ev, rec_fd(a->in), POLLIN, on_input, a);
			return;
		}
		if (got == REC_END)
			a->end = true;
		else
			take(a, question, &pos);
	}
}

/* Fill the free slots; end the loop when all is done. */
static void
pump(void *arg)
{
	struct app *a = arg;

	a->pump = NULL;
	log_progress(fanout_done(a->fanout), 0, "questions", NULL);
	fill(a);
	if (a->chat != NULL)
		expect(a);
	if (fanout_empty(a->fanout) &&
	    (a->end || fanout_stopped(a->fanout, NULL)))
		ev_stop(a->ev);
	if (a->draining && chat_pending(a->chat) == 0)
		ev_stop(a->ev);
}

static void
schedule(void *arg)
{
	struct app *a = arg;

	if (a->pump == NULL)
		a->pump = ev_after(a->ev, 0, pump, a);
}

/* A signal, or nobody reads our output any more: stop, with --drain after the
 * answers that are on their way. */
static void
on_end(int sig, void *arg)
{
	struct app *a = arg;

	a->signal = sig;
	a->draining =
	    a->chat != NULL && sig != SIGPIPE && conf_bool(a->conf, CONF_DRAIN);
	if (!a->draining) {
		ev_stop(a->ev);
		return;
	}
	log_info("waiting for the requests in flight");
	chat_stop(a->chat, true);
	schedule(a);
}

static struct fanout_conf
configure(struct app *a, bool chat)
{
	struct fanout_conf c = {
	    .teach = {a->ev, a->host, a->chat, a->conf},
	    .sheets = a->sheets,
	    .reference = !chat,
	    .n_consistency = a->o.n_consistency,
	    .unordered = a->o.unordered,
	    .slots = (size_t)conf_int(a->conf, CONF_N_QUESTION_SLOTS),
	    .in = a->in,
	    .wake = schedule,
	    .arg = a,
	};
	struct fail f;

	ans_tol_conf(&c.tol, a->conf);
	if (stop_rule_parse(conf_str(a->conf, CONF_EARLY_STOP), &c.rule, &f) ==
	    -1)
		opt_usage("%s", f.msg);
	return c;
}

static struct selection *
selection(const struct app *a)
{
	struct select_conf c = {
	    .difficulties = a->o.difficulties, .max = a->o.max_questions};

	if (conf_bool(a->conf, CONF_DIFFICULTY_FILTER) && !a->o.skip_filter)
		c.shares =
		    conf_map(a->conf, CONF_QUESTION_DIFFICULTY_DISTRIBUTION);
	return select_new(&c);
}

/* Everything that can fail before the first question. */
static void
set_up(struct app *a, char **files, const char *rejects)
{
	struct box_conf box;
	struct fanout_conf fc;
	struct fail f;
	bool chat;

	box_conf_init(&box);
	if (box_conf_set(&box, a->conf, &f) == -1 ||
	    teach_kind(a->conf, &chat, &f) == -1)
		opt_usage("%s", f.msg);
	a->ev = ev_new();
	if (chat && (a->chat = chat_new(a->ev, a->conf, &f)) == NULL)
		errx((int)fail_exit(f.code), "%s", f.msg);
	fc = configure(a, chat);
	if ((a->in = rec_open(files, "question", rejects, &f)) == NULL ||
	    (a->host = box_host_new(a->ev, &box, &f)) == NULL)
		errx((int)fail_exit(f.code), "%s", f.msg);
	fc.teach.host = a->host;
	fc.teach.chat = a->chat;
	fc.in = a->in;
	a->sheets = sheets_new(a->conf, a->o.csv_root);
	fc.sheets = a->sheets;
	a->selection = selection(a);
	a->fanout = fanout_new(&fc);
}

static void
run(struct app *a)
{
	struct guard *guard = guard_new(a->ev, on_end, a);

	schedule(a);
	ev_run(a->ev);
	guard_free(guard);
	log_progress_end();
}

/* What the user should know, and the exit status. */
static int
report(struct app *a)
{
	size_t left = select_left_out(a->selection);
	struct fail f;
	int status;

	if (left > 0)
		log_info("%zu question%s left out by difficulty or number",
		    left, left == 1 ? "" : "s");
	if (a->chat != NULL)
		chat_summary(a->chat);
	status = (int)rec_close(a->in);
	if (!fanout_stopped(a->fanout, &f))
		return status;
	log_warn(
	    "stopped after %zu questions: %s", fanout_done(a->fanout), f.msg);
	return (int)fail_exit(f.code) != EXIT_SOME ? (int)fail_exit(f.code)
						   : EXIT_SYSTEM;
}

static void
tear_down(struct app *a)
{
	ev_cancel(a->ev, a->pump);
	fanout_free(a->fanout);
	chat_free(a->chat);
	box_host_free(a->host);
	sheets_free(a->sheets);
	select_free(a->selection);
	ev_free(a->ev);
	conf_free(a->conf);
}

int
main(int argc, char *argv[])
{
	struct app a = {.conf = conf_new()};
	struct opt_common common;
	char **files;
	int status = 0, sig;

	files = opt_start(&prog, argc, argv, &a.o, &common, a.conf);
	opt_check_list("difficulties", a.o.difficulties, conf_is_difficulty);
	set_up(&a, files, common.rejects);
	run(&a);
	sig = a.signal;
	if (sig == 0)
		status = report(&a);
	tear_down(&a);
	if (sig != 0)
		guard_die(sig);
	return status;
}
