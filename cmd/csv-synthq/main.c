/* main.c - csv-synthq: questions with ground truth from CSV files. */
#include <err.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "mem.h"
#include "meta.h"
#include "opt.h"
#include "ops/engine.h"
#include "profile.h"
#include "rec.h"
#include "target.h"

struct opts {
	long n, seed;
	double chains;
	const char *families, *difficulties, *explain, *steps, *styles, *target;
	int steps_min, steps_max;
	bool list, profile, lookups;
};

static const struct opt table[] = {
    {"max-questions", 'n', OPT_INT, "N", "questions a file",
	offsetof(struct opts, n), 0, "100", 0, 1e9},
    {"families", 'f', OPT_STR, "LIST", "only these families, comma-separated",
	offsetof(struct opts, families), 0, NULL, 0, 0},
    {"list-families", 'l', OPT_FLAG, NULL, "list the families and end",
	offsetof(struct opts, list), 0, NULL, 0, 0},
    {"chains", 0, OPT_REAL, "SHARE", "share of procedural questions, 0 to 1",
	offsetof(struct opts, chains), 0, "0.3", 0, 1},
    {"steps", 0, OPT_STR, "MIN-MAX", "steps of procedural questions",
	offsetof(struct opts, steps), 0, "2-12", 0, 0},
    {"difficulties", 'd', OPT_STR, "LIST",
	"only these difficulties: EASY, MEDIUM, HARD, VERY_HARD",
	offsetof(struct opts, difficulties), 0, NULL, 0, 0},
    {"style", 0, OPT_STR, "LIST",
	"direct, discovery or both (direct; or as the target says)",
	offsetof(struct opts, styles), 0, NULL, 0, 0},
    {"target", 't', OPT_STR, "FILE",
	"shares by difficulty, category, output_type, style and "
	"column_coverage to meet",
	offsetof(struct opts, target), 0, NULL, 0, 0},
    {"lookups", 0, OPT_FLAG, NULL,
	"also ask what an overview of the data shows, tagged lookup",
	offsetof(struct opts, lookups), 0, NULL, 0, 0},
    {"seed", 's', OPT_INT, "N", "seed of the generator",
	offsetof(struct opts, seed), 0, "0", 0, 9e15},
    {"profile", 'p', OPT_FLAG, NULL, "print a profile record a file instead",
	offsetof(struct opts, profile), 0, NULL, 0, 0},
    {"explain", 0, OPT_STR, "FILE", "write what was dropped and why",
	offsetof(struct opts, explain), 0, NULL, 0, 0},
    {0}};

static const struct opt *const tables[] = {table, NULL};

static const struct prog prog = {.name = "csv-synthq",
    .operands = "FILE...",
    .summary = "Make questions with proven answers from CSV files",
    .tables = tables};

/* How often all families are asked again before a target is given up. */
enum { ROUNDS = 20 };

/* One run of the program. */
struct work {
	const struct opts *o;
	struct rec_in *rejects;
	FILE *explain;
	const char *path;
	json_t *reasons; /* reason -> count, of this file */
	struct target *target; /* or NULL */
	size_t made,
	    wanted; /* over all files; what the data lacks, taken off */
};

static void
explain(const struct work *w, const char *family, const char *why,
    const struct engine *e)
{
	struct buf b = {0};
	json_t *r;

	r = json_pack("{s:s, s:s, s:s, s:s, s:o}", "type", "dropped",
	    "csv_source", w->path, "template_name", family, "reason", why,
	    "template_params", engine_candidate(e));
	rec_dump(&b, r, 0);
	buf_putc(&b, '\n');
	if (fwrite(b.p, 1, b.n, w->explain) != b.n)
		err(EXIT_SYSTEM, "%s", w->o->explain);
	buf_clear(&b);
	json_decref(r);
}

static void
dropped(const char *family, const char *why, const struct engine *e, void *arg)
{
	struct work *w = arg;
	json_t *n = json_object_get(w->reasons, why);

	json_object_set_new(
	    w->reasons, why, json_integer(json_integer_value(n) + 1));
	if (w->explain != NULL)
		explain(w, family, why, e);
}

static void
say_reasons(const struct work *w, size_t made)
{
	const char *why;
	json_t *n;

	log_debug("%s: %zu questions", w->path, made);
	json_object_foreach(w->reasons, why, n)
	    log_debug("%s: dropped %lld: %s", w->path,
		(long long)json_integer_value(n), why);
}

static bool
wanted(
    const char *difficulty, const char *category, const char *style, void *arg)
{
	struct work *w = arg;

	return w->target == NULL ||
	    target_wants(w->target, difficulty, category, style);
}

/* As they come, each as soon as it is there. */
static size_t
stream(struct work *w, struct engine *e)
{
	size_t n;
	json_t *q;

	for (n = 0; n < (size_t)w->o->n && (q = engine_next(e)) != NULL; n++) {
		rec_put(q);
		json_decref(q);
		log_progress(++w->made, w->wanted, "questions", w->path);
	}
	return n;
}

/* Those that meet the target, together, when it is met or cannot be. */
static size_t
aim(struct work *w, struct engine *e, const struct profile *pf)
{
	size_t budget, n, rounds = 0;
	const json_t *r;
	json_t *q;

	target_start(w->target, pf, (size_t)w->o->n);
	for (budget = target_budget(w->target); budget > 0; budget--) {
		if ((q = engine_next(e)) != NULL) {
			if (target_offer(w->target, q))
				break;
		} else if (++rounds == ROUNDS) {
			break;
		} else {
			engine_again(e);
		}
		log_progress(w->made, w->wanted, "questions", w->path);
	}
	target_settle(w->target);
	for (n = 0; (r = target_at(w->target, n)) != NULL; n++)
		rec_put(r);
	w->made += n;
	return n;
}

static void
questions(struct work *w, const struct table *t, const struct profile *pf)
{
	char *about = meta_description(w->path);
	struct engine_opts o = {.seed = (uint64_t)w->o->seed,
	    .families = w->o->families,
	    .chains = w->o->families != NULL ? 0 : w->o->chains,
	    .steps_min = w->o->steps_min,
	    .steps_max = w->o->steps_max,
	    .n = (size_t)w->o->n,
	    .difficulties = w->o->difficulties,
	    .styles = w->o->styles,
	    .lookups = w->o->lookups,
	    .csv_source = w->path,
	    .description = about,
	    .wanted = wanted,
	    .dropped = dropped,
	    .arg = w};
	struct engine *e = engine_new(t, pf, &o);
	size_t made;

	w->reasons = json_object();
	made = w->target != NULL ? aim(w, e, pf) : stream(w, e);
	w->wanted -= (size_t)w->o->n - made;
	if (made < (size_t)w->o->n)
		log_info("%s: %zu questions of %ld: the data gives no more",
		    w->path, made, w->o->n);
	if (w->target != NULL)
		target_report(w->target, w->path);
	say_reasons(w, made);
	json_decref(w->reasons);
	engine_free(e);
	free(about);
}

/* The profile as a record, if it is short enough for one. */
static void
put_profile(struct work *w, const struct profile *pf)
{
	struct buf b = {0};
	struct fail f;

	if (prof_dump(pf, &b) == 0) {
		rec_put_buf(&b);
	} else {
		fail_set(&f, FAIL_LONG,
		    "%s: expected a profile of less than 64 MiB, saw %zu "
		    "columns that take more",
		    w->path, tab_cols(prof_table(pf)));
		rec_reject(w->rejects, NULL, NULL, w->path, &f);
	}
	buf_clear(&b);
}

/* One CSV; what cannot be read is reported and skipped. */
static void
one_file(struct work *w)
{
	struct fail f;
	struct table *t;
	struct profile *pf;

	if (tab_load(w->path, NULL, &t, &f) == -1) {
		rec_reject(w->rejects, NULL, NULL, w->path, &f);
		w->wanted -= (size_t)w->o->n;
		return;
	}
	pf = prof_new(t);
	if (w->o->profile) {
		put_profile(w, pf);
	} else {
		questions(w, t, pf);
	}
	prof_free(pf);
	tab_free(t);
}

static int
list_families(void)
{
	struct engine_family f;
	size_t i;

	printf("%-22s %3s %5s %-9s %-22s %-20s %s\n", "FAMILY", "NO", "STEPS",
	    "LEVEL", "ANSWER", "CATEGORY", "WHAT");
	for (i = 0; engine_family(i, &f); i++)
		printf("%-22s %3d %5d %-9s %-22s %-20s %s\n", f.name, f.number,
		    f.steps, f.difficulty, f.answer, f.category, f.summary);
	if (fflush(stdout) != 0 || ferror(stdout))
		err(EXIT_SYSTEM, "standard output");
	return EXIT_ALL;
}

static bool
known_style(const char *word)
{
	return opt_in_list("direct,discovery", word);
}

static void
parse_steps(struct opts *o)
{
	char rest;

	if (sscanf(o->steps, "%d-%d%c", &o->steps_min, &o->steps_max, &rest) !=
		2 ||
	    o->steps_min < 1 || o->steps_max < o->steps_min)
		opt_usage("--steps: expected MIN-MAX such as 2-12, saw \"%s\"",
		    o->steps);
}

int
main(int argc, char *argv[])
{
	struct opts o = {0};
	struct opt_common common;
	struct conf *conf = conf_new();
	struct work w = {.o = &o};
	struct fail f;
	enum exit_code rc;
	size_t n_files = 0;
	char **path;

	/* what is let go of a large table goes back to the system */
	mallopt(M_MMAP_THRESHOLD, 1 << 20);
	path = opt_start(&prog, argc, argv, &o, &common, conf);
	opt_check_list("families", o.families, engine_is_family);
	opt_check_list("difficulties", o.difficulties, conf_is_difficulty);
	opt_check_list("style", o.styles, known_style);
	parse_steps(&o);
	if (o.list)
		return list_families();
	if (*path == NULL)
		opt_usage("expected a CSV file, saw none");
	if ((w.rejects = rec_open_none(common.rejects, &f)) == NULL)
		errx((int)fail_exit(f.code), "%s", f.msg);
	if (o.explain != NULL && (w.explain = fopen(o.explain, "we")) == NULL)
		err(EXIT_SYSTEM, "%s", o.explain);
	if (o.target != NULL && (w.target = target_load(o.target, &f)) == NULL)
		errx((int)fail_exit(f.code), "%s", f.msg);
	while (path[n_files] != NULL)
		n_files++;
	w.wanted = n_files * (size_t)o.n;
	if (o.styles == NULL)
		o.styles =
		    w.target != NULL && target_has_style(w.target, "discovery")
		    ? "direct,discovery"
		    : "direct";
	for (; *path != NULL; path++) {
		w.path = *path;
		one_file(&w);
	}
	log_progress_end();
	if (w.explain != NULL && fclose(w.explain) != 0)
		err(EXIT_SYSTEM, "%s", o.explain);
	target_free(w.target);
	conf_free(conf);
	rc = rec_close(w.rejects);
	return (int)rc;
}
