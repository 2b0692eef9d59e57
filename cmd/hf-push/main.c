/* main.c - hf-push: records to a data set of the Hugging Face Hub. */
#include <ctype.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conf.h"
#include "log.h"
#include "mem.h"
#include "opt.h"
#include "push.h"
#include "rec.h"

#define O(name) offsetof(struct opts, name)

static const struct opt options[] = {
    {"repo", 'r', OPT_STR, "USER/NAME", "data set to push to", O(repo), 0, NULL,
	0, 0},
    {"private", 'p', OPT_FLAG, NULL,
	"create it private; stop if it is there and public", O(private), 0,
	NULL, 0, 0},
    {"split", 's', OPT_STR, "NAME", "split that the rows are", O(split), 0,
	"train", 0, 0},
    {"split-ratios", 0, OPT_STR, "A,B[,C]",
	"share rows out by CSV and meaning tree: train, validation, test",
	O(ratios), 0, NULL, 0, 0},
    {"split-seed", 0, OPT_CONF, "N", "seed of --split-ratios", 0,
	CONF_SPLIT_SEED, NULL, 0, 0},
    {"license", 'l', OPT_STR, "ID",
	"licence of the data set, such as cc-by-4.0", O(license), 0, NULL, 0,
	0},
    {"revision", 0, OPT_STR, "BRANCH", "branch to push to", O(revision), 0,
	"main", 0, 0},
    {"title", 0, OPT_STR, "TEXT", "title of a new card", O(title), 0, NULL, 0,
	0},
    {"compress", 0, OPT_STR, "KIND", "gzip or none", O(compress), 0, "gzip", 0,
	0},
    {"shard-size", 0, OPT_SIZE, "SIZE", "rows of a file, before compression",
	O(shard_size), 0, "256M", 0, 0},
    {"json-columns", 0, OPT_STR, "LIST",
	"members to send as JSON text, in any record", O(json_columns), 0, NULL,
	0, 0},
    {"raw", 0, OPT_FLAG, NULL, "send rows as they are, unchecked", O(raw), 0,
	NULL, 0, 0},
    {"csv-root", 0, OPT_STR, "DIR", "where relative CSV paths start",
	O(csv_root), 0, NULL, 0, 0},
    {"dry-run", 'n', OPT_FLAG, NULL, "print the plan; no network", O(dry_run),
	0, NULL, 0, 0},
    {"endpoint", 0, OPT_STR, "URL", "hub (HF_ENDPOINT)", O(endpoint), 0, NULL,
	0, 0},
    {"max-wait", 0, OPT_REAL, "SECONDS", "longest wait the hub may ask for",
	O(max_wait), 0, "300", 0, 86400},
    {"parallel", 0, OPT_INT, "N", "uploads at once", O(parallel), 0, "4", 1,
	64},
    {"allow-http", 0, OPT_CONF_FLAG, NULL,
	"allow http to other machines (the token goes in clear text)", 0,
	CONF_ALLOW_HTTP, "true", 0, 0},
    {0}};

static const struct opt *const tables[] = {options, NULL};

static const struct prog prog = {"hf-push", "[FILE...]",
    "Push records to a data set of the Hugging Face Hub", tables};

static bool
is_true(const char *name)
{
	static const char *const words[] = {"1", "on", "yes", "true"};
	const char *s = getenv(name);
	size_t i;

	for (i = 0; s != NULL && i < 4; i++)
		if (strcasecmp(s, words[i]) == 0)
			return true;
	return false;
}

static void
check_options(struct opts *o)
{
	struct fail f;

	if (o->repo == NULL)
		opt_usage("expected --repo USER/NAME");
	if (hub_name(o->repo, &f) == -1)
		opt_usage("%s", f.msg);
	if (!hub_split_name(o->split))
		opt_usage("--split: expected letters, digits and '_', saw "
			  "\"%s\"",
		    o->split);
	if (strcmp(o->compress, "gzip") != 0 &&
	    strcmp(o->compress, "none") != 0)
		opt_usage("--compress: expected gzip or none, saw \"%s\"",
		    o->compress);
	if (o->shard_size == 0)
		opt_usage("--shard-size: expected a size above 0");
	if (*o->revision == '\0')
		opt_usage("--revision: expected a name");
	if (o->license != NULL &&
	    (*o->license == '\0' ||
		o->license[strspn(o->license,
		    "abcdefghijklmnopqrstuvwxyz0123456789.-")] != '\0'))
		opt_usage("--license: expected an identifier of the hub such "
			  "as cc-by-4.0, saw \"%s\"",
		    o->license);
}

/* The endpoint without a slash at its end; owned. */
static char *
find_endpoint(const struct opts *o)
{
	const char *s = o->endpoint;
	char *out;
	size_t n;

	if (s == NULL)
		s = getenv("HF_ENDPOINT");
	if (s == NULL || *s == '\0')
		s = "https://huggingface.co";
	out = xstrdup(s);
	for (n = strlen(out); n > 0 && out[n - 1] == '/'; n--)
		out[n - 1] = '\0';
	if (strncmp(out, "https://", 8) != 0 && strncmp(out, "http://", 7) != 0)
		opt_usage(
		    "endpoint: expected an http or https URL, saw \"%s\"", out);
	return out;
}

static json_t *
describe_files(const struct prep *p)
{
	json_t *list = json_array(), *o;
	size_t i;

	for (i = 0; i < p->n_files; i++) {
		o = json_object();
		json_object_set_new(o, "path", json_string(p->file[i].path));
		json_object_set_new(
		    o, "rows", json_integer((json_int_t)p->file[i].rows));
		json_object_set_new(
		    o, "bytes", json_integer((json_int_t)p->file[i].size));
		json_object_set_new(
		    o, "sha256", json_string(p->file[i].sha256));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
describe_splits(const struct prep *p)
{
	json_t *o = json_object();
	size_t i;

	for (i = 0; i < p->n_splits; i++)
		json_object_set_new(o, p->splits[i].name,
		    json_integer((json_int_t)p->splits[i].rows));
	return o;
}

static json_t *
begin_summary(const struct prep *p, const char *repo, const char *endpoint)
{
	static const char *const by[] = {[SPLIT_BOTH] = "csv and tree",
	    [SPLIT_CSV] = "csv",
	    [SPLIT_TREE] = "tree"};
	uint64_t bytes = 0;
	json_t *o = json_object();
	char *url = xasprintf("%s/datasets/%s", endpoint, repo);
	size_t i;

	for (i = 0; i < p->n_files; i++)
		bytes += p->file[i].size;
	json_object_set_new(o, "type", json_string("summary"));
	json_object_set_new(o, "program", json_string("hf-push"));
	json_object_set_new(o, "repo", json_string(repo));
	json_object_set_new(o, "revision", json_string(p->o->revision));
	json_object_set_new(o, "url", json_string(url));
	json_object_set_new(o, "dry_run", json_boolean(p->o->dry_run));
	json_object_set_new(o, "rows", json_integer((json_int_t)p->n_rows));
	json_object_set_new(o, "splits", describe_splits(p));
	if (p->split != NULL)
		json_object_set_new(o, "split_by", json_string(by[p->by]));
	json_object_set_new(o, "files", json_integer((json_int_t)p->n_files));
	json_object_set_new(o, "bytes", json_integer((json_int_t)bytes));
	free(url);
	return o;
}

static int
dry_run(
    struct prep *p, const char *license, const char *endpoint, struct fail *f)
{
	struct push u = {.o = p->o, .prep = p, .license = license};
	struct buf card = {0};
	json_t *o;
	int rc;

	if (prep_shards(p, f) == -1)
		return -1;
	u.repo = xstrdup(p->o->repo);
	rc = push_card(&u, &card, f);
	if (rc == 0) {
		o = begin_summary(p, p->o->repo, endpoint);
		json_object_set_new(o, "plan", describe_files(p));
		json_object_set_new(
		    o, "card", json_stringn(buf_str(&card), card.n));
		rec_put(o);
		json_decref(o);
	}
	buf_clear(&card);
	push_clear(&u);
	return rc;
}

static void
put_summary(const struct push *p)
{
	json_t *o = begin_summary(p->prep, p->repo, p->endpoint);
	const char *head = p->head != NULL ? p->head : "";
	char *url = p->commit_url != NULL
	    ? xstrdup(p->commit_url)
	    : xasprintf("%s/datasets/%s/commit/%s", p->endpoint, p->repo, head);

	json_object_set_new(o, "private", json_boolean(p->private));
	json_object_set_new(o, "commit", json_string(head));
	json_object_set_new(o, "commit_url", json_string(url));
	json_object_set_new(o, "commits", json_integer((json_int_t)p->commits));
	json_object_set_new(
	    o, "files_committed", json_integer((json_int_t)p->committed));
	json_object_set_new(
	    o, "files_deleted", json_integer((json_int_t)p->deleted));
	json_object_set_new(
	    o, "files_ignored", json_integer((json_int_t)p->ignored));
	json_object_set_new(
	    o, "objects_uploaded", json_integer((json_int_t)p->uploaded));
	json_object_set_new(
	    o, "bytes_uploaded", json_integer((json_int_t)p->bytes_sent));
	json_object_set_new(o, "api_requests",
	    json_integer(
		(json_int_t)(http_count(p->http) - http_count_away(p->http))));
	rec_put(o);
	json_decref(o);
	free(url);
}

/* "Bearer TOKEN", owned, or NULL and f. */
static char *
find_auth(struct fail *f)
{
	char *token, *auth;

	if (is_true("HF_HUB_OFFLINE") || is_true("TRANSFORMERS_OFFLINE")) {
		fail_set(f, FAIL_USAGE,
		    "expected to go on line, saw HF_HUB_OFFLINE: unset it, or "
		    "use --dry-run");
		return NULL;
	}
	if ((token = hub_token(f)) == NULL) {
		if (f->code == FAIL_NONE)
			fail_set(f, FAIL_USAGE,
			    "expected a token in HF_TOKEN or in the hub's "
			    "token file, saw none");
		return NULL;
	}
	auth = xasprintf("Bearer %s", token);
	explicit_bzero(token, strlen(token));
	free(token);
	return auth;
}

/* auth is wiped as soon as it is handed on. */
static int
push(struct prep *prep, const char *license, const char *endpoint, char *auth,
    const struct conf *conf, struct fail *f)
{
	struct push p = {.o = prep->o,
	    .prep = prep,
	    .endpoint = endpoint,
	    .license = license,
	    .repo = xstrdup(prep->o->repo)};
	struct http_conf c = {.endpoint = endpoint,
	    .connect_timeout = conf_real(conf, CONF_CONNECT_TIMEOUT),
	    .idle_timeout = conf_real(conf, CONF_IDLE_TIMEOUT),
	    .retries = 5,
	    .wait_first = 1,
	    .wait_last = 8,
	    .max_wait = prep->o->max_wait,
	    .tick = push_tick,
	    .tick_arg = &p,
	    .auth = auth};
	int rc = -1;

	p.http = http_new(&c, f);
	explicit_bzero(auth, strlen(auth));
	if (p.http != NULL)
		rc = push_run(&p, f);
	log_progress_end();
	if (rc == 0)
		put_summary(&p);
	http_free(p.http);
	push_clear(&p);
	return rc;
}

/* Freed blocks of long lines go back to the system at once: peak memory does
 * not depend on the file. */
static void
keep_small(void)
{
	mallopt(M_MMAP_THRESHOLD, 128 << 10);
	mallopt(M_TRIM_THRESHOLD, 1 << 20);
}

int
main(int argc, char *argv[])
{
	struct opts o = {0};
	struct opt_common common;
	struct conf *conf = conf_new();
	struct prep prep;
	struct fail f = {0};
	char **paths = opt_start(&prog, argc, argv, &o, &common, conf),
	     *endpoint, *license, *auth = NULL;
	bool stop = false;
	int status, rc = 0;

	keep_small();
	check_options(&o);
	endpoint = find_endpoint(&o);
	if (!o.dry_run && !http_safe(endpoint) &&
	    !conf_bool(conf, CONF_ALLOW_HTTP))
		opt_usage("endpoint: expected https, saw http to another "
			  "machine (--allow-http sends the token in clear "
			  "text)");
	/* before a long read: is there a token? */
	prep_init(&prep, &o);
	if (!o.dry_run && (auth = find_auth(&f)) == NULL)
		status = -1;
	else
		status = prep_read(&prep, paths, common.rejects,
		    (uint64_t)conf_int(conf, CONF_SPLIT_SEED), &stop, &f);
	if (status >= 0 && !stop) {
		license = o.license != NULL ? xstrdup(o.license)
					    : figures_license(prep.figures);
		rc = o.dry_run ? dry_run(&prep, license, endpoint, &f)
			       : push(&prep, license, endpoint, auth, conf, &f);
		free(license);
	}
	if (status < 0 || rc < 0) {
		log_progress_end();
		fprintf(stderr, "%s: %s\n", prog.name, f.msg);
		status = (int)fail_exit(f.code);
	}
	prep_clear(&prep);
	if (auth != NULL)
		explicit_bzero(auth, strlen(auth));
	free(auth);
	conf_free(conf);
	free(endpoint);
	return status;
}
