/* main.c - kaggle-pull: CSV data sets from Kaggle. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "conf.h"
#include "log.h"
#include "mem.h"
#include "opt.h"
#include "pull.h"
#include "rec.h"

enum { PAGES_MAX = 200 };

#define O(name) offsetof(struct opts, name)

static const struct opt options[] = {
    {"output", 'o', OPT_CONF, "DIR", "where the sets go", 0, CONF_KAGGLE_DIR,
	NULL, 0, 0},
    {"limit", 0, OPT_INT, "N", "popular sets to have, where none are named",
	O(limit), 0, "10", 1, 100000},
    {"from-list", 0, OPT_STR, "FILE", "JSON list of OWNER/SLUG", O(from_list),
	0, NULL, 0, 0},
    {"license", 0, OPT_STR, "LIST",
	"allowed licences, also \"unknown\" and \"any\" (every known one)",
	O(license), 0, NULL, 0, 0},
    {"max-size", 0, OPT_SIZE, "SIZE", "largest CSV", O(max_size), 0, "5M", 0,
	0},
    {"search", 0, OPT_STR, "TEXT", "popular sets about this", O(search), 0,
	NULL, 0, 0},
    {"sort", 0, OPT_STR, "ORDER",
	"hottest, votes, updated, active or published", O(sort), 0, "hottest",
	0, 0},
    {"max-wait", 0, OPT_REAL, "SECONDS", "longest wait Kaggle may ask for",
	O(max_wait), 0, "300", 0, 86400},
    {"endpoint", 0, OPT_STR, "URL", "API (KAGGLE_ENDPOINT)", O(endpoint), 0,
	NULL, 0, 0},
    {"allow-http", 0, OPT_CONF_FLAG, NULL,
	"allow http to other machines (the key goes in clear text)", 0,
	CONF_ALLOW_HTTP, "true", 0, 0},
    {0}};

static const struct opt *const tables[] = {options, NULL};

static const struct prog prog = {"kaggle-pull", "[OWNER/SLUG...]",
    "Fetch CSV data sets from Kaggle", tables};

/* What a run has come to. */
struct run {
	struct pull *p;
	json_t *manifest;
	char *manifest_path;
	FILE *rejects;
	size_t have, wanted, failed, network;
};

/* A record about one set, and an error record where it could not be had. */
static void
report(struct run *r, const struct set *s, const char *status,
    const struct fail *why, const json_t *meta)
{
	static const char *const keys[] = {
	    "license", "licenseSpdx", "version", "file", "bytes", "sha256"};
	json_t *o = json_object();
	char *ref = xasprintf("%s/%s", s->owner, s->name),
	     *path = xasprintf("%s/data.csv", s->dir);
	struct buf b = {0};
	size_t i;

	json_object_set_new(o, "type", json_string("dataset"));
	json_object_set_new(o, "ref", json_string(ref));
	json_object_set_new(o, "slug", json_string(s->slug));
	json_object_set_new(o, "status", json_string(status));
	if (why != NULL)
		json_object_set_new(o, "reason", json_string(why->msg));
	if (meta != NULL)
		json_object_set_new(o, "path", json_string(path));
	for (i = 0; meta != NULL && i < sizeof keys / sizeof *keys; i++)
		json_object_set(o, keys[i], json_object_get(meta, keys[i]));
	rec_put(o);
	if (why != NULL && r->rejects != NULL) {
		buf_puts(&b,
		    "{\"type\":\"error\",\"program\":\"kaggle-pull\","
		    "\"line\":null,\"code\":\"");
		buf_puts(&b, fail_code_name(why->code));
		buf_puts(&b, "\",\"message\":");
		buf_jsonstr(&b, why->msg, strlen(why->msg));
		buf_puts(&b, ",\"record\":");
		rec_dump(&b, o, 0);
		fprintf(r->rejects, "%s}\n", buf_str(&b));
		buf_clear(&b);
	}
	json_decref(o);
	free(ref);
	free(path);
}

/* Add a set to manifest.json, once. */
static int
note(struct run *r, const struct set *s, struct fail *f)
{
	char *ref = xasprintf("%s/%s", s->owner, s->name);
	struct buf b = {0};
	json_t *o;
	size_t i;
	int rc = 0;

	json_array_foreach(r->manifest, i, o)
	{
		const char *old = json_string_value(json_object_get(o, "ref"));

		if (old != NULL && strcmp(old, ref) == 0)
			goto out;
	}
	o = json_object();
	json_object_set_new(o, "ref", json_string(ref));
	json_object_set_new(o, "slug", json_string(s->slug));
	json_array_append_new(r->manifest, o);
	rec_dump(&b, r->manifest, 0);
	buf_putc(&b, '\n');
	rc = get_write(r->manifest_path, b.p, b.n, f);
	buf_clear(&b);
out:
	free(ref);
	return rc;
}

/* Would a set that is there be taken today? It may have been fetched under
 * other rules; then Kaggle is asked again, and refused with its reason. */
static bool
allowed(const struct run *r, const json_t *meta)
{
	const json_t *bytes = json_object_get(meta, "bytes");

	return license_allowed(r->p->o->license,
		   json_string_value(json_object_get(meta, "license"))) &&
	    (size_t)json_integer_value(bytes) <= r->p->o->max_size;
}

/* Have one set: 0, or -1 when the run cannot go on. s->view may be known from
 * a list. Counts it, reports it. */
static int
have(struct run *r, struct set *s, struct fail *f)
{
	json_t *meta = NULL;
	int rc;

	if (get_present(s, &meta) && allowed(r, meta)) {
		r->have++;
		rc = note(r, s, f);
		report(r, s, "present", NULL, meta);
		json_decref(meta);
		return rc;
	}
	json_decref(meta);
	meta = NULL;
	rc = s->view == NULL ? api_view(r->p, s, f) : 0;
	if (rc == 0)
		rc = api_details(r->p, s, f);
	if (rc == 0)
		rc = get_set(r->p, s, &meta, f);
	if (rc == 0)
		rc = note(r, s, f);
	if (rc == 0) {
		r->have++;
		report(r, s, "fetched", NULL, meta);
		json_decref(meta);
		return 0;
	}
	json_decref(meta);
	if (f->code != FAIL_CSV && f->code != FAIL_NETWORK)
		return -1;
	r->failed++;
	r->network += f->code == FAIL_NETWORK;
	log_warn("%s/%s: %s", s->owner, s->name, f->msg);
	report(r, s, f->code == FAIL_CSV ? "skipped" : "failed", f, NULL);
	return 0;
}

/* The refs of a list file: texts, or objects with a ref. */
static json_t *
read_list(const char *path)
{
	json_error_t e;
	json_t *o = json_load_file(path, 0, &e), *list = o, *out, *v;
	const char *ref;
	size_t i;

	if (o == NULL && e.line < 0)
		opt_usage("%s", e.text); /* it names the file */
	if (o == NULL)
		opt_usage("%s:%d: expected JSON: %s", path, e.line, e.text);
	if (json_is_object(o))
		list = json_object_get(o, "datasets");
	if (!json_is_array(list))
		opt_usage("%s: expected a list, or an object with a list "
			  "\"datasets\"",
		    path);
	out = json_array();
	json_array_foreach(list, i, v)
	{
		ref = json_string_value(
		    json_is_object(v) ? json_object_get(v, "ref") : v);
		if (ref == NULL)
			opt_usage("%s: entry %zu: expected OWNER/SLUG or an "
				  "object with a ref",
			    path, i + 1);
		json_array_append_new(out, json_string(ref));
	}
	json_decref(o);
	return out;
}

static int
have_named(struct run *r, const json_t *refs, struct fail *f)
{
	struct set s;
	size_t i;
	int rc = 0;

	r->wanted = json_array_size(refs);
	for (i = 0; i < r->wanted && rc == 0; i++) {
		rc = set_init(&s, json_string_value(json_array_get(refs, i)),
		    r->p->o->out, f);
		if (rc == 0)
			rc = have(r, &s, f);
		if (rc == 0)
			set_clear(&s);
		log_progress(i + 1, r->wanted, "sets", NULL);
	}
	return rc;
}

/* One set of a page of popular ones; those that cannot do are passed over. */
static int
have_listed(struct run *r, const json_t *view, json_t *seen, struct fail *f)
{
	const char *ref = json_string_value(json_object_get(view, "ref")),
		   *license =
		       json_string_value(json_object_get(view, "licenseName"));
	struct set s;
	int rc;

	if (ref == NULL || set_init(&s, ref, r->p->o->out, f) == -1 ||
	    json_object_get(seen, ref) != NULL)
		return 0;
	json_object_set_new(seen, ref, json_true());
	s.view = json_deep_copy(view);
	if (license != NULL && !license_allowed(r->p->o->license, license)) {
		fail_set(f, FAIL_CSV, "licence: expected %s, saw \"%s\"",
		    r->p->o->license != NULL ? r->p->o->license : "a known one",
		    license);
		report(r, &s, "skipped", f, NULL);
		rc = 0;
	} else {
		rc = have(r, &s, f);
	}
	set_clear(&s);
	return rc;
}

static int
have_popular(struct run *r, struct fail *f)
{
	json_t *page, *seen = json_object(), *v;
	size_t i, limit = (size_t)r->p->o->limit, n = 1;
	long at;
	int rc = 0;

	for (at = 1; at <= PAGES_MAX && n > 0 && rc == 0 && r->have < limit;
	     at++) {
		if (at > 1)
			http_wait(r->p->http, 0.3);
		if ((page = api_page(r->p, at, f)) == NULL) {
			rc = -1;
			break;
		}
		n = json_array_size(page);
		json_array_foreach(page, i, v)
		{
			if (rc == 0 && r->have < limit)
				rc = have_listed(r, v, seen, f);
			log_progress(r->have, limit, "sets", NULL);
		}
		json_decref(page);
	}
	json_decref(seen);
	r->failed = 0; /* none of them was asked for by name */
	if (rc == 0 && r->have < limit)
		log_warn(
		    "expected %zu sets, saw %zu that will do", limit, r->have);
	return rc;
}

static char *
find_endpoint(const struct opts *o)
{
	const char *s = o->endpoint;
	char *out;
	size_t n;

	if (s == NULL)
		s = getenv("KAGGLE_ENDPOINT");
	if (s == NULL || *s == '\0')
		s = "https://www.kaggle.com/api/v1";
	out = xstrdup(s);
	for (n = strlen(out); n > 0 && out[n - 1] == '/'; n--)
		out[n - 1] = '\0';
	return out;
}

/* Directories above and including path. */
static int
make_dirs(const char *path, struct fail *f)
{
	char *s = xstrdup(path), *p;
	int rc = 0;

	for (p = s + 1; rc == 0; p++) {
		if (*p != '/' && *p != '\0')
			continue;
		bool last = *p == '\0';

		*p = '\0';
		if (mkdir(s, 0755) == -1 && errno != EEXIST)
			rc = fail_set(f, FAIL_IO, "%s: %s", s, strerror(errno));
		if (last)
			break;
		*p = '/';
	}
	free(s);
	return rc;
}

static int
open_run(struct run *r, const char *rejects, struct fail *f)
{
	json_error_t e;

	if (make_dirs(r->p->o->out, f) == -1)
		return -1;
	if (rejects != NULL && (r->rejects = fopen(rejects, "we")) == NULL)
		return fail_set(f, FAIL_IO, "%s: %s", rejects, strerror(errno));
	r->manifest_path = xasprintf("%s/manifest.json", r->p->o->out);
	r->manifest = json_load_file(r->manifest_path, 0, &e);
	if (!json_is_array(r->manifest)) {
		json_decref(r->manifest);
		r->manifest = json_array();
	}
	return 0;
}

static int
close_run(struct run *r, int rc, struct fail *f)
{
	if (r->rejects != NULL && fclose(r->rejects) != 0 && rc == 0)
		rc = fail_set(f, FAIL_IO, "rejects file: %s", strerror(errno));
	json_decref(r->manifest);
	free(r->manifest_path);
	log_progress_end();
	if (rc == -1) {
		fprintf(stderr, "%s: %s\n", prog.name, f->msg);
		return (int)fail_exit(
		    f->code == FAIL_CSV ? FAIL_NETWORK : f->code);
	}
	if (r->wanted > 0 && r->network == r->wanted)
		return EXIT_SYSTEM;
	return r->failed > 0 ? EXIT_SOME : EXIT_ALL;
}

static int
run(struct pull *p, const struct conf *conf, const json_t *refs,
    const char *rejects)
{
	struct http_conf c = {.endpoint = p->endpoint,
	    .connect_timeout = conf_real(conf, CONF_CONNECT_TIMEOUT),
	    .idle_timeout = conf_real(conf, CONF_IDLE_TIMEOUT),
	    .retries = 6,
	    .wait_first = 5,
	    .wait_last = 60,
	    .max_wait = p->o->max_wait};
	struct run r = {.p = p};
	struct fail f = {0};
	char *auth = cred_find(&f);
	int rc = -1;

	if (auth == NULL && f.code != FAIL_NONE)
		return close_run(&r, -1, &f);
	if (auth == NULL)
		log_info("no credentials: only public sets, at a lower rate");
	p->credentials = auth != NULL;
	c.auth = auth;
	p->http = http_new(&c, &f);
	if (auth != NULL)
		explicit_bzero(auth, strlen(auth));
	free(auth);
	if (p->http != NULL && open_run(&r, rejects, &f) == 0)
		rc = json_array_size(refs) > 0 ? have_named(&r, refs, &f)
					       : have_popular(&r, &f);
	http_free(p->http);
	return close_run(&r, rc, &f);
}

int
main(int argc, char *argv[])
{
	struct opts o = {0};
	struct opt_common common;
	struct conf *conf = conf_new();
	struct pull p = {.o = &o};
	json_t *refs;
	struct set s;
	struct fail f;
	char **paths = opt_start(&prog, argc, argv, &o, &common, conf),
	     *endpoint = find_endpoint(&o);
	size_t i;
	int status;

	o.out = conf_str(conf, CONF_KAGGLE_DIR);
	if (*o.out == '\0')
		opt_usage("--output: expected a directory");
	if (!http_safe(endpoint) && !conf_bool(conf, CONF_ALLOW_HTTP))
		opt_usage("endpoint: expected an https URL, saw \"%s\" "
			  "(--allow-http sends the key in clear text)",
		    endpoint);
	if (!opt_in_list("hottest,votes,updated,active,published", o.sort))
		opt_usage("--sort: expected hottest, votes, updated, active or "
			  "published, saw \"%s\"",
		    o.sort);
	p.endpoint = endpoint;
	refs = o.from_list != NULL ? read_list(o.from_list) : json_array();
	for (; *paths != NULL; paths++)
		json_array_append_new(refs, json_string(*paths));
	for (i = 0; i < json_array_size(refs); i++) {
		if (set_init(&s, json_string_value(json_array_get(refs, i)), "",
			&f) == -1)
			opt_usage("%s", f.msg);
		set_clear(&s);
	}
	if (o.from_list != NULL && json_array_size(refs) == 0)
		opt_usage("%s: expected at least one set", o.from_list);
	status = run(&p, conf, refs, common.rejects);
	json_decref(refs);
	conf_free(conf);
	free(endpoint);
	return status;
}
