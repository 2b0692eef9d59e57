/* csv-triangulate - vote on traces: one episode a question. */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "episode.h"
#include "group.h"
#include "log.h"
#include "opt.h"
#include "rec.h"
#include "trace.h"

/* Bytes of waiting traces in memory; more wait in a temporary file. */
enum { WAITING = 12 << 20, KEEP = 4 << 20 };

static const struct opt options[] = {
    {"verified-only", 0, OPT_CONF_FLAG, NULL, "write verified episodes only", 0,
	CONF_VERIFIED_ONLY, "true", 0, 0},
    {"max-open", 0, OPT_CONF, "N", "groups in memory before a temporary file",
	0, CONF_MAX_OPEN, NULL, 0, 0},
    {0}};

static const struct opt *const tables[] = {options, opt_tolerance, NULL};

static const struct prog prog = {"csv-triangulate", "[FILE...]",
    "Vote on traces: one episode record for each question", tables};

struct run {
	struct rec_in *in;
	struct groups *groups;
	struct episode_conf conf;
	bool verified_only;
	size_t episodes, verified;
	struct buf line; /* the record being made, kept */
};

static int
emit(const struct group_run *runs, size_t n, bool complete, void *arg,
    struct fail *f)
{
	struct run *r = arg;
	struct episode_info info;

	(void)f;
	buf_reset(&r->line);
	episode_put(&r->line, runs, n, complete, &r->conf, &info);
	r->episodes++;
	r->verified += info.verified;
	if (info.verified || !r->verified_only)
		rec_put_buf(&r->line);
	else
		log_debug("not verified: %s", info.category);
	if (r->line.cap > KEEP)
		buf_clear(&r->line);
	return 0;
}

/* Returns -1 when the run cannot go on. */
static int
take(struct run *r, const struct rec_pos *pos, struct fail *f)
{
	struct trace t;
	const char *line;
	size_t n;

	line = rec_line(r->in, &n);
	if (trace_read(&t, line, n, f) == 0 &&
	    groups_put(r->groups, &t, line, n, pos->file, pos->line, f) == 0)
		return 0;
	if (fail_exit(f->code) != EXIT_SOME)
		return -1;
	rec_refuse(r->in, pos, f);
	return 0;
}

static int
read_all(struct run *r, struct fail *f)
{
	struct rec_pos pos;
	enum rec_got got;

	while ((got = rec_pull_text(r->in, &pos)) != REC_END) {
		if (got == REC_MORE) {
			rec_fill(r->in);
			continue;
		}
		if (take(r, &pos, f) == -1)
			return -1;
		log_progress(rec_count(r->in), 0, "traces", NULL);
	}
	return groups_end(r->groups, f);
}

int
main(int argc, char *argv[])
{
	struct run r = {0};
	struct opt_common common = {0};
	struct conf *conf = conf_new();
	struct fail f;
	char **paths;
	int rc;

	paths = opt_start(&prog, argc, argv, &r, &common, conf);
	ans_tol_conf(&r.conf.tol, conf);
	r.verified_only = conf_bool(conf, CONF_VERIFIED_ONLY);
	r.groups = groups_new(
	    (size_t)conf_int(conf, CONF_MAX_OPEN), WAITING, emit, &r);
	r.in = rec_open(paths, "trace", common.rejects, &f);
	if (r.in == NULL)
		errx((int)fail_exit(f.code), "%s", f.msg);
	rc = read_all(&r, &f);
	log_progress_end();
	if (rc == -1)
		errx((int)fail_exit(f.code), "%s", f.msg);
	log_debug("%zu episodes, %zu verified", r.episodes, r.verified);
	groups_free(r.groups);
	buf_clear(&r.line);
	conf_free(conf);
	return (int)rec_close(r.in);
}
