/* api.c - Kaggle's API, in its GET form. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "log.h"
#include "mem.h"
#include "pull.h"

enum { FILE_PAGES = 10, PAGE_SIZE = 100 };

/* An answer that is no success; sets apart what a retry or another set may
 * cure. */
static int
refused(const struct pull *p, const struct http_req *r, const char *what,
    struct fail *f)
{
	char text[600];

	http_error(r, text, sizeof text);
	if (r->status == 401)
		return fail_set(f, FAIL_USAGE, "%s: %s: %s", what, text,
		    p->credentials
			? "the credentials are refused (a new key makes the "
			  "old one expire)"
			: "it needs credentials: set KAGGLE_API_TOKEN");
	if (r->status == 403)
		return fail_set(f, FAIL_CSV,
		    "%s: %s: private, its rules are not accepted on the site, "
		    "or it does not exist",
		    what, text);
	return fail_set(f,
	    r->status == 408 || r->status == 429 || r->status >= 500
		? FAIL_NETWORK
		: FAIL_CSV,
	    "%s: %s", what, text);
}

/* An error told in an answer with status 200. */
static int
check_body(const json_t *o, const char *what, struct fail *f)
{
	const char *msg = json_string_value(json_object_get(o, "message")),
		   *err = json_string_value(json_object_get(o, "errorMessage"));
	json_int_t code = json_integer_value(json_object_get(o, "code"));

	if (err != NULL && *err != '\0')
		return fail_set(f, FAIL_CSV, "%s: %s", what, err);
	if (code >= 400)
		return fail_set(f,
		    code == 401                      ? FAIL_USAGE
			: code == 429 || code >= 500 ? FAIL_NETWORK
						     : FAIL_CSV,
		    "%s: %lld: %s", what, (long long)code,
		    msg != NULL ? msg : "(no message)");
	return 0;
}

/* GET endpoint + tail: a new reference to JSON, or NULL and f. */
static json_t *
get_json(struct pull *p, const char *tail, const char *what, struct fail *f)
{
	char *url = xasprintf("%s%s", p->endpoint, tail);
	struct http_req r = {.method = "GET", .url = url, .auth = true};
	json_t *o = NULL;

	if (http_one(p->http, &r, f) == 0) {
		if (r.status != 200) {
			refused(p, &r, what, f);
		} else if ((o = json_loadb(buf_str(&r.reply), r.reply.n, 0,
				NULL)) == NULL) {
			fail_set(f, FAIL_NETWORK,
			    "%s: expected JSON, saw something else", what);
		} else if (check_body(o, what, f) == -1) {
			json_decref(o);
			o = NULL;
		}
	}
	http_clear(&r);
	free(url);
	return o;
}

json_t *
api_page(struct pull *p, long page, struct fail *f)
{
	struct buf b = {0};
	json_t *o, *list;

	buf_printf(&b, "/datasets/list?fileType=csv&maxSize=%zu&page=%ld",
	    p->o->max_size, page);
	buf_puts(&b, "&sortBy=");
	http_escape(&b, p->o->sort, false);
	if (p->o->search != NULL) {
		buf_puts(&b, "&search=");
		http_escape(&b, p->o->search, false);
	}
	o = get_json(p, buf_str(&b), "list", f);
	buf_clear(&b);
	if (json_is_object(o) &&
	    json_is_array(json_object_get(o, "datasets"))) {
		list = json_incref(json_object_get(o, "datasets"));
		json_decref(o);
		o = list;
	}
	if (o != NULL && !json_is_array(o)) {
		json_decref(o);
		fail_set(f, FAIL_NETWORK,
		    "list: expected a list, saw something else");
		return NULL;
	}
	return o;
}

int
api_view(struct pull *p, struct set *s, struct fail *f)
{
	char *tail = xasprintf("/datasets/view/%s/%s", s->owner, s->name);

	s->view = get_json(p, tail, "view", f);
	free(tail);
	if (s->view == NULL)
		return -1;
	if (json_is_object(s->view))
		return 0;
	return fail_set(f, FAIL_NETWORK,
	    "%s: expected an object, saw something else", s->slug);
}

/* title, licences and so on; older servers lack the call. */
static int
read_metadata(struct pull *p, struct set *s, struct fail *f)
{
	char *tail = xasprintf("/datasets/metadata/%s/%s", s->owner, s->name);
	json_t *o = get_json(p, tail, "metadata", f);

	free(tail);
	if (o == NULL && f->code != FAIL_CSV)
		return -1;
	if (o == NULL)
		log_debug("%s: no metadata: %s", s->slug, f->msg);
	s->info = json_incref(json_object_get(o, "info"));
	json_decref(o);
	return 0;
}

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL && *s != '\0' ? s : NULL;
}

static int
check_license(struct pull *p, struct set *s, struct fail *f)
{
	const char *name = text(
	    json_array_get(json_object_get(s->info, "licenses"), 0), "name");

	if (name == NULL)
		name = text(s->view, "licenseName");
	s->license = name != NULL ? xstrdup(name) : NULL;
	s->spdx = license_spdx(name);
	if (license_allowed(p->o->license, name))
		return 0;
	return fail_set(f, FAIL_CSV, "licence: expected %s, saw \"%s\"",
	    p->o->license != NULL ? p->o->license : "a known one",
	    name != NULL ? name : "none");
}

static bool
is_csv(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && strcasecmp(name + n - 4, ".csv") == 0 &&
	    strncmp(name, "__MACOSX/", 9) != 0;
}

/* One page of the list of files; *csvs counts the CSVs seen. */
static void
see_files(struct set *s, const json_t *list, size_t *csvs)
{
	const json_t *o;
	const char *name;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		o = json_array_get(list, i);
		if ((name = text(o, "name")) == NULL || !is_csv(name))
			continue;
		if (++*csvs > 1)
			continue;
		s->file = xstrdup(name);
		s->file_bytes = (uint64_t)json_integer_value(
		    json_object_get(o, "totalBytes"));
	}
}

static int
read_files(struct pull *p, struct set *s, size_t *csvs, struct fail *f)
{
	struct buf tail = {0};
	const char *token = "";
	json_t *o = NULL;
	int page, rc = 0;

	*csvs = 0;
	for (page = 0; page < FILE_PAGES && token != NULL && rc == 0; page++) {
		buf_reset(&tail);
		buf_printf(&tail, "/datasets/list/%s/%s?pageSize=%d", s->owner,
		    s->name, PAGE_SIZE);
		if (*token != '\0') {
			buf_puts(&tail, "&pageToken=");
			http_escape(&tail, token, false);
		}
		json_decref(o);
		o = get_json(p, buf_str(&tail), "files", f);
		if (o == NULL)
			rc = -1;
		see_files(s, json_object_get(o, "datasetFiles"), csvs);
		token = text(o, "nextPageToken");
	}
	/* more files than anybody can look through: which is the one CSV? */
	if (rc == 0 && token != NULL)
		rc = fail_set(f, FAIL_CSV,
		    "files: expected at most %d, saw more",
		    FILE_PAGES * PAGE_SIZE);
	json_decref(o);
	buf_clear(&tail);
	return rc;
}

static uint64_t
total_bytes(const struct set *s)
{
	const json_t *v = json_object_get(s->view, "totalBytes");

	return json_is_integer(v) && json_integer_value(v) > 0
	    ? (uint64_t)json_integer_value(v)
	    : 0;
}

int
api_details(struct pull *p, struct set *s, struct fail *f)
{
	size_t csvs;

	if (s->version == 0)
		s->version = (long)json_integer_value(
		    json_object_get(s->view, "currentVersionNumber"));
	if (read_metadata(p, s, f) == -1 || check_license(p, s, f) == -1)
		return -1;
	if (read_files(p, s, &csvs, f) == -1)
		return -1;
	if (csvs != 1)
		return fail_set(f, FAIL_CSV, "files: expected one CSV, saw %s",
		    csvs == 0 ? "none" : "several");
	if (s->file_bytes > p->o->max_size)
		return fail_set(f, FAIL_CSV,
		    "size: expected at most %zu bytes, saw a CSV of %llu",
		    p->o->max_size, (unsigned long long)s->file_bytes);
	if (total_bytes(s) > 0 && total_bytes(s) <= p->o->max_size) {
		/* the whole set is small: one archive, as it always was */
		free(s->file);
		s->file = NULL;
	}
	return 0;
}
