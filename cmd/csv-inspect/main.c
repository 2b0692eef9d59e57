/* csv-inspect - show questions, episodes and traces to people. */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "inspect.h"
#include "log.h"
#include "opt.h"
#include "rec.h"

static const struct opt options[] = {
    {"verified", 0, OPT_FLAG, NULL, "verified episodes only",
	offsetof(struct options, verified), 0, NULL, 0, 0},
    {"count", 'n', OPT_INT, "N", "show at most so many rows",
	offsetof(struct options, count), 0, "-1", -1, 9e15},
    {"id", 'i', OPT_STR, "ID", "show one in full: how its id begins",
	offsetof(struct options, id), 0, NULL, 0, 0},
    {"show-hint", 0, OPT_FLAG, NULL, "show hints",
	offsetof(struct options, hint), 0, NULL, 0, 0},
    {"show-answer", 0, OPT_FLAG, NULL, "show ground truths",
	offsetof(struct options, answer), 0, NULL, 0, 0},
    {"show-hooks", 0, OPT_FLAG, NULL, "show hooks in full",
	offsetof(struct options, hooks), 0, NULL, 0, 0},
    {"html", 0, OPT_FLAG, NULL, "write a page instead of text",
	offsetof(struct options, html), 0, NULL, 0, 0},
    {"seed", 0, OPT_INT, "N", "seed of samples", offsetof(struct options, seed),
	0, "42", 0, 9e15},
    {0}};

static const struct opt *const tables[] = {options, NULL};

static const struct prog prog = {"csv-inspect",
    "questions|episodes|trace ID|stats [FILE...]",
    "Show questions, episodes and traces", tables};

static int
add_stats(json_t *rec, void *ctx, struct fail *f)
{
	show_nuls(rec);
	return stats_add(ctx, rec, f);
}

static const struct view views[] = {
    {"questions", "question,episode", show_question, show_questions_end},
    {"episodes", "episode", show_episode, show_episodes_end},
    {"trace", "episode", show_trace, show_trace_end},
    {"stats", "question,episode", add_stats, NULL},
};

static bool
is_view(const char *name)
{
	return opt_in_list("questions,episodes,trace,stats", name);
}

static const struct view *
find_view(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof views / sizeof *views; i++)
		if (strcmp(views[i].name, name) == 0)
			return &views[i];
	opt_usage(
	    "expected questions, episodes, trace or stats, saw \"%s\"", name);
}

static int
run_stats(char **paths, const struct options *o, const char *rejects)
{
	struct stats *s = stats_new(o);
	struct term term;
	int rc;

	rc = rec_run(paths, "question,episode", rejects, add_stats, NULL, s);
	term_init(&term);
	stats_print(s, &term);
	term_end(&term);
	stats_free(s);
	return rc;
}

static int
add_page(json_t *rec, void *ctx, struct fail *f)
{
	show_nuls(rec);
	return page_add(ctx, rec, f);
}

static int
run_page(char **paths, const struct options *o, const char *rejects)
{
	struct page *p = page_new(o);
	int rc;

	rc = rec_run(paths, "episode", rejects, add_page, NULL, p);
	page_write(p);
	page_free(p);
	return rc;
}

static int
run_text(const struct view *v, char **paths, const struct options *o,
    const char *want, const char *rejects)
{
	struct tally tally = {0};
	struct show s = {.o = o, .want = want, .tally = &tally};
	int rc;

	term_init(&s.term);
	rc = rec_run(paths, v->types, rejects, v->take, v->end, &s);
	term_end(&s.term);
	tally_clear(&tally);
	return rc;
}

int
main(int argc, char *argv[])
{
	struct options o = {0};
	struct opt_common common = {0};
	struct conf *conf = conf_new();
	const struct view *v;
	const char *want = NULL;
	char **paths;
	int rc;

	paths = opt_start(&prog, argc, argv, &o, &common, conf);
	if (o.html && (*paths == NULL || !is_view(*paths))) {
		rc = run_page(paths, &o, common.rejects);
		conf_free(conf);
		return rc;
	}
	if (*paths == NULL)
		opt_usage("expected questions, episodes, trace or stats");
	v = find_view(*paths++);
	if (strcmp(v->name, "trace") == 0) {
		if (*paths == NULL)
			opt_usage("trace: expected the beginning of an id");
		want = *paths++;
	}
	if (o.html)
		rc = run_page(paths, &o, common.rejects);
	else if (strcmp(v->name, "stats") == 0)
		rc = run_stats(paths, &o, common.rejects);
	else
		rc = run_text(v, paths, &o, want, common.rejects);
	conf_free(conf);
	return rc;
}
