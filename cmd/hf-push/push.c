/* push.c - bring files and the card to a repository of the hub. */
#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"
#include "push.h"
#include "rec.h"
#include "uniq.h"

enum {
	ROUNDS = 6, /* of reading the branch anew after it moved */
	CARD_MAX = 4 << 20,
};

static const char json_body_type[] = "Content-Type: application/json";

void
push_tick(void *arg)
{
	const struct push *p = arg;
	const struct http_req *r, *show = NULL;
	uint64_t sent = p->bytes_sent;
	char text[200] = "";
	size_t i;

	if (p->bytes_all == 0 || p->n_running == 0)
		return;
	for (i = 0; i < p->n_running; i++) {
		r = p->running[i];
		sent += r->sent;
		if (show == NULL && r->sent > 0 && r->sent < r->size)
			show = r;
	}
	if (show != NULL && show->tag != NULL)
		snprintf(text, sizeof text, "%s %3d%%",
		    ((const struct hub_file *)show->tag)->path,
		    (int)(100 * show->sent / show->size));
	log_progress((size_t)sent, (size_t)p->bytes_all, "bytes", text);
}

int
push_refused(const struct http_req *r, const char *what, struct fail *f)
{
	bool again = r->status == 408 || r->status == 429 || r->status >= 500;
	char text[600], *kind = http_field(r, "X-Error-Code", 0);
	const char *hint = "";

	http_error(r, text, sizeof text);
	if (r->status == 401)
		hint = ": is the token right, and may it write?";
	else if (kind != NULL && strcmp(kind, "RepoNotFound") == 0)
		hint = ": it is missing, or private and not the token's";
	free(kind);
	return fail_set(
	    f, again ? FAIL_NETWORK : FAIL_USAGE, "%s: %s%s", what, text, hint);
}

/* X-HF-Warning: topic; text. Each text once. */
static void
show_warnings(const struct http_req *r)
{
	static char *seen[16];
	char *s;
	size_t i, k;

	for (i = 0; (s = http_field(r, "X-HF-Warning", i)) != NULL; i++) {
		for (k = 0; k < 16 && seen[k] != NULL; k++)
			if (strcmp(seen[k], s) == 0)
				break;
		if (k < 16 && seen[k] == NULL) {
			seen[k] = s;
			log_warn("the hub says: %s", s);
		} else {
			free(s);
		}
	}
}

int
push_send(struct push *p, struct http_req *r, struct fail *f)
{
	double wait = p->quota_until - (double)time(NULL), more;

	/* the quota is used up: wait rather than be refused */
	if (wait > p->o->max_wait)
		wait = p->o->max_wait;
	if (wait > 0) {
		log_info(
		    "the hub's rate limit is reached; waiting %.0f s", wait);
		http_wait(p->http, wait);
	}
	p->quota_until = 0;
	r->auth = true;
	if (http_one(p->http, r, f) == -1)
		return -1;
	show_warnings(r);
	more = r->status != 429 ? http_ratelimit(r) : 0;
	if (more > 0)
		p->quota_until = (double)time(NULL) + more;
	return 0;
}

int
push_call(struct push *p, struct http_req *r, const char *method,
    const char *url, const char *type, const char *body, struct fail *f)
{
	const char *lines[2] = {type, NULL};
	int rc;

	*r = (struct http_req){.method = method,
	    .url = url,
	    .headers = type != NULL ? lines : NULL,
	    .text = body};
	rc = push_send(p, r, f);
	r->headers = NULL;
	return rc;
}

int
push_requests(struct push *p, struct http_req **v, size_t n, struct fail *f)
{
	size_t i;
	int rc;

	p->running = v;
	p->n_running = n;
	rc = http_run(p->http, v, n, (size_t)p->o->parallel, f);
	p->n_running = 0;
	for (i = 0; i < n; i++)
		if (v[i]->tag != NULL && v[i]->status / 100 == 2)
			p->bytes_sent += v[i]->size;
	return rc;
}

static char *
api(const struct push *p, const char *tail)
{
	return xasprintf("%s/api/datasets/%s%s", p->endpoint, p->repo, tail);
}

static json_t *
reply_json(const struct http_req *r)
{
	return json_loadb(buf_str(&r->reply), r->reply.n, 0, NULL);
}

/* The namespace that a bare name belongs to. */
static int
find_namespace(struct push *p, struct fail *f)
{
	char *url, *full;
	struct http_req r;
	const char *name;
	json_t *o;
	int rc = -1;

	if (strchr(p->repo, '/') != NULL)
		return 0;
	url = xasprintf("%s/api/whoami-v2", p->endpoint);
	if (push_call(p, &r, "GET", url, NULL, NULL, f) == 0) {
		o = reply_json(&r);
		name = json_string_value(json_object_get(o, "name"));
		if (r.status != 200) {
			push_refused(&r, "whoami", f);
		} else if (name == NULL) {
			fail_set(f, FAIL_NETWORK,
			    "whoami: expected a name, saw none");
		} else {
			full = xasprintf("%s/%s", name, p->repo);
			free(p->repo);
			p->repo = full;
			rc = hub_name(p->repo, f);
		}
		json_decref(o);
	}
	http_clear(&r);
	free(url);
	return rc;
}

static char *
create_body(const struct push *p)
{
	const char *slash = strchr(p->repo, '/');
	json_t *o = json_object();
	struct buf b = {0};

	json_object_set_new(o, "name", json_string(slash + 1));
	json_object_set_new(o, "organization",
	    json_stringn(p->repo, (size_t)(slash - p->repo)));
	json_object_set_new(o, "type", json_string("dataset"));
	if (p->o->private)
		json_object_set_new(o, "visibility", json_string("private"));
	rec_dump(&b, o, 0);
	json_decref(o);
	return buf_steal(&b);
}

/* Create the repository; that it exists is success. A refusal is kept in
 * first: the repository may be there and writable all the same. */
static int
create_repo(struct push *p, bool *refused, struct fail *first, struct fail *f)
{
	char *url = xasprintf("%s/api/repos/create", p->endpoint),
	     *body = create_body(p);
	struct http_req r;
	int tries, rc = -1;

	*refused = false;
	for (tries = 0;; tries++) {
		if (push_call(p, &r, "POST", url, json_body_type, body, f) ==
		    -1)
			break;
		if (r.status == 409 && tries < 8 &&
		    strstr(buf_str(&r.reply), "conflicting operation") !=
			NULL) {
			http_clear(&r);
			http_wait(p->http, tries < 3 ? 1 << tries : 8);
			continue;
		}
		if (r.status == 409)
			log_debug("%s exists", p->repo);
		else if (r.status / 100 == 2)
			log_info("created %s", p->repo);
		else if (r.status >= 401 && r.status <= 403)
			*refused = true;
		rc = 0;
		if (*refused)
			push_refused(&r, "create", first);
		else if (r.status != 409 && r.status / 100 != 2)
			rc = push_refused(&r, "create", f);
		break;
	}
	http_clear(&r);
	free(url);
	free(body);
	return rc;
}

/* The repository's own record; status 404 is told by *missing. */
static int
read_info(struct push *p, const char *tail, bool *missing, struct fail *f)
{
	char *url = api(p, tail);
	struct http_req r;
	json_t *o = NULL;
	const char *sha;
	int rc;

	*missing = false;
	rc = push_call(p, &r, "GET", url, NULL, NULL, f);
	if (rc == 0 && (r.status == 404 || r.status == 401)) {
		*missing = true;
		rc = push_refused(&r, p->repo, f);
	} else if (rc == 0 && r.status != 200) {
		rc = push_refused(&r, p->repo, f);
	} else if (rc == 0) {
		o = reply_json(&r);
		sha = json_string_value(json_object_get(o, "sha"));
		p->private = json_is_true(json_object_get(o, "private"));
		if (!json_is_boolean(json_object_get(o, "private")) ||
		    sha == NULL)
			rc = fail_set(f, FAIL_NETWORK,
			    "%s: expected its commit and visibility, saw "
			    "something else",
			    p->repo);
		free(p->head);
		p->head = sha != NULL ? xstrdup(sha) : NULL;
		json_decref(o);
	}
	http_clear(&r);
	free(url);
	return rc;
}

static int
create_branch(struct push *p, struct fail *f)
{
	char *tail = xasprintf("/branch/%s", p->revision_path),
	     *url = api(p, tail);
	struct http_req r;
	int rc = push_call(p, &r, "POST", url, json_body_type, "{}", f);

	if (rc == 0 && r.status / 100 != 2 && r.status != 409)
		rc = push_refused(&r, "branch", f);
	http_clear(&r);
	free(url);
	free(tail);
	return rc;
}

int
push_read_head(struct push *p, struct fail *f)
{
	char *tail = xasprintf("/revision/%s", p->revision_path);
	bool missing;
	int rc = read_info(p, tail, &missing, f);

	free(tail);
	return rc;
}

/* Stop before anything is uploaded where it would be seen. */
static int
check_private(const struct push *p, struct fail *f)
{
	if (!p->o->private || p->private)
		return 0;
	return fail_set(f, FAIL_USAGE,
	    "%s: expected a private repository (--private), saw a public one; "
	    "nothing was uploaded",
	    p->repo);
}

/* Create what is missing and see what is there. */
static int
open_repo(struct push *p, struct fail *f)
{
	struct fail first = {0};
	bool refused, missing;

	if (find_namespace(p, f) == -1 ||
	    create_repo(p, &refused, &first, f) == -1)
		return -1;
	if (read_info(p, "", &missing, f) == -1) {
		if (refused)
			*f = first;
		return -1;
	}
	if (check_private(p, f) == -1)
		return -1;
	if (strcmp(p->o->revision, "main") == 0)
		return 0;
	if (push_read_head(p, f) == 0)
		return 0;
	if (f->code != FAIL_USAGE || create_branch(p, f) == -1)
		return -1;
	return push_read_head(p, f);
}

static void
forget_tree(struct push *p)
{
	while (p->n_there > 0)
		free(p->there[--p->n_there]);
	p->has_card = p->has_attributes = false;
}

static void
see_entry(struct push *p, const json_t *o)
{
	const char *path = json_string_value(json_object_get(o, "path")),
		   *type = json_string_value(json_object_get(o, "type"));

	if (path == NULL || (type != NULL && strcmp(type, "file") != 0))
		return;
	if (strcmp(path, "README.md") == 0)
		p->has_card = true;
	else if (strcmp(path, ".gitattributes") == 0)
		p->has_attributes = true;
	else if (strncmp(path, "data/", 5) == 0) {
		p->there = xgrow(
		    p->there, p->n_there, &p->cap_there, sizeof *p->there);
		p->there[p->n_there++] = xstrdup(path);
	}
}

static int
read_tree(struct push *p, struct fail *f)
{
	char *tail = xasprintf(
		 "/tree/%s?recursive=true&expand=false", p->revision_path),
	     *url = api(p, tail), *link, *next;
	struct http_req r;
	json_t *list;
	size_t i;
	int rc = 0;

	forget_tree(p);
	while (rc == 0 && url != NULL) {
		rc = push_call(p, &r, "GET", url, NULL, NULL, f);
		free(url);
		url = NULL;
		if (rc == 0 && r.status == 404) {
			http_clear(&r);
			break; /* no file yet */
		}
		if (rc == 0 && r.status != 200)
			rc = push_refused(&r, "tree", f);
		list = rc == 0 ? reply_json(&r) : NULL;
		if (rc == 0 && !json_is_array(list))
			rc = fail_set(f, FAIL_NETWORK,
			    "tree: expected a list, saw something else");
		for (i = 0; rc == 0 && i < json_array_size(list); i++)
			see_entry(p, json_array_get(list, i));
		json_decref(list);
		if (rc == 0 && (link = http_field(&r, "Link", 0)) != NULL) {
			next = http_link_next(link);
			url = next != NULL ? hub_url(next, p->endpoint) : NULL;
			free(next);
			free(link);
		}
		if (url != NULL && !http_home(p->http, url)) {
			free(url);
			url = NULL;
			rc = fail_set(f, FAIL_NETWORK,
			    "tree: expected the next page at the endpoint, saw "
			    "another host");
		}
		http_clear(&r);
	}
	free(url);
	free(tail);
	return rc;
}

/* A small file of the branch, into out. */
static int
fetch(struct push *p, const char *path, struct buf *out, struct fail *f)
{
	char *url = xasprintf("%s/datasets/%s/resolve/%s/%s", p->endpoint,
	    p->repo, p->revision_path, path);
	struct http_req r;
	int rc = push_call(p, &r, "GET", url, NULL, NULL, f);

	buf_reset(out);
	if (rc == 0 && r.status == 200 && r.reply.n <= CARD_MAX)
		buf_put(out, buf_str(&r.reply), r.reply.n);
	else if (rc == 0 && r.status == 200)
		rc = fail_set(f, FAIL_VALUE,
		    "%s: expected at most %d bytes, saw %zu", path, CARD_MAX,
		    r.reply.n);
	else if (rc == 0 && r.status != 404)
		rc = push_refused(&r, path, f);
	http_clear(&r);
	free(url);
	return rc;
}

/* The split of a data file that a push like this one wrote: the length of its
 * name in path, or 0. */
static size_t
shard_split(const char *path)
{
	static regex_t re;
	static bool ready;
	regmatch_t m[2];

	if (!ready &&
	    regcomp(&re,
		"^data/([A-Za-z0-9_.]+)-[0-9]{5}-of-[0-9]{5}\\.jsonl(\\.gz)?$",
		REG_EXTENDED) != 0)
		mem_fail();
	ready = true;
	return regexec(&re, path, 2, m, 0) == 0
	    ? (size_t)(m[1].rm_eo - m[1].rm_so)
	    : 0;
}

static bool
ours(const struct push *p, const char *split, size_t n)
{
	size_t i;

	for (i = 0; i < p->prep->n_splits; i++)
		if (strlen(p->prep->splits[i].name) == n &&
		    memcmp(p->prep->splits[i].name, split, n) == 0)
			return true;
	return false;
}

static void
keep_name(char ***v, size_t *n, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (strlen((*v)[i]) == len && memcmp((*v)[i], s, len) == 0)
			return;
	*v = xreallocarray(*v, *n + 1, sizeof **v);
	(*v)[(*n)++] = xstrndup(s, len);
}

/* Splits of the repository that this push leaves alone. */
static size_t
kept_splits(const struct push *p, char ***v)
{
	size_t n = 0, listed, i, len;
	char **names;

	*v = NULL;
	listed = card_splits(buf_str(&p->card_old), p->card_old.n, &names);
	for (i = 0; i < listed; i++) {
		if (!ours(p, names[i], strlen(names[i])))
			keep_name(v, &n, names[i], strlen(names[i]));
		free(names[i]);
	}
	free(names);
	for (i = 0; i < p->n_there; i++) {
		len = shard_split(p->there[i]);
		if (len > 0 && !ours(p, p->there[i] + 5, len))
			keep_name(v, &n, p->there[i] + 5, len);
	}
	return n;
}

static void
free_names(char **v, size_t n)
{
	while (n > 0)
		free(v[--n]);
	free(v);
}

/* Other splits stay: their columns and ours must be one table. */
static int
merge_columns(struct push *p, struct fail *f)
{
	struct row_type old = {0};
	char **kept;
	size_t n = kept_splits(p, &kept);
	int rc = 0;

	free_names(kept, n);
	if (n > 0 && !p->o->raw) {
		rc = card_rows(buf_str(&p->card_old), p->card_old.n, &old, f);
		if (rc == 0)
			rc = rows_merge(&p->prep->rows, &old, NULL, f);
		if (rc == -1)
			fail_at(f, "README.md of the repository");
		rows_clear(&old);
	}
	return rc;
}

int
push_card(struct push *p, struct buf *out, struct fail *f)
{
	struct card_split split[SPLIT_MAX];
	struct buf figures = {0};
	char **kept;
	size_t n_kept = kept_splits(p, &kept), i, n = 0;
	struct card c;
	int rc;

	for (i = 0; i < p->prep->n_splits; i++)
		if (p->prep->splits[i].rows > 0)
			split[n++] = p->prep->splits[i];
	figures_text(p->prep->figures, &figures);
	c = (struct card){.old = p->card_old.n > 0 ? p->card_old.p : NULL,
	    .old_n = p->card_old.n,
	    .license = p->license,
	    .foreign = p->prep->foreign,
	    .pretty = p->o->title != NULL      ? p->o->title
		: strchr(p->repo, '/') != NULL ? strchr(p->repo, '/') + 1
					       : p->repo,
	    .repo = p->repo,
	    .ext = prep_ext(p->o),
	    .split = split,
	    .splits = n,
	    .kept = (const char *const *)kept,
	    .n_kept = n_kept,
	    .rows = p->o->raw ? NULL : &p->prep->rows,
	    .figures = buf_str(&figures)};
	rc = card_make(&c, out, f);
	buf_clear(&figures);
	free_names(kept, n_kept);
	return rc;
}

/* Put text into an unlinked file, as a file of the push. */
static int
add_extra(
    struct push *p, const char *path, const struct buf *text, struct fail *f)
{
	struct hub_file *e = &p->extra[p->n_extra];
	int fd = uniq_tmpfile(uniq_tmpdir(), f);

	if (fd == -1)
		return -1;
	*e =
	    (struct hub_file){.path = xstrdup(path), .fd = fd, .size = text->n};
	p->n_extra++;
	digest_mem(buf_str(text), text->n, e->sha256);
	if (rec_write(fd, buf_str(text), text->n) == -1)
		return fail_set(
		    f, FAIL_IO, "temporary file: %s", strerror(errno));
	return 0;
}

static void
clear_extra(struct push *p)
{
	while (p->n_extra > 0) {
		p->n_extra--;
		free(p->extra[p->n_extra].path);
		close(p->extra[p->n_extra].fd);
	}
}

/* Ask the hub to check a card before gigabytes are sent. */
static int
validate_card(struct push *p, const struct buf *card, struct fail *f)
{
	char *url = xasprintf("%s/api/validate-yaml", p->endpoint);
	struct buf body = {0};
	struct http_req r;
	json_t *o, *v;
	size_t i;
	int rc;

	buf_puts(&body, "{\"repoType\":\"dataset\",\"content\":");
	buf_jsonstr(&body, buf_str(card), card->n);
	buf_putc(&body, '}');
	rc = push_call(p, &r, "POST", url, json_body_type, buf_str(&body), f);
	if (rc == 0 && r.status == 400)
		rc = push_refused(&r, "README.md", f);
	o = rc == 0 ? reply_json(&r) : NULL;
	json_array_foreach(json_object_get(o, "warnings"), i, v)
	{
		const char *s =
		    json_string_value(json_object_get(v, "message"));

		if (s != NULL)
			log_warn("README.md: the hub says: %s", s);
	}
	json_decref(o);
	http_clear(&r);
	buf_clear(&body);
	free(url);
	return rc;
}

/* Does a line send all files that end in ext to large storage? */
static bool
covered(const char *text, const char *ext)
{
	const char *s = text, *end;
	size_t n, k = strlen(ext);

	for (; *s != '\0'; s = end + (*end == '\n')) {
		end = strchrnul(s, '\n');
		s += strspn(s, " \t");
		n = strcspn(s, " \t\r\n");
		if (*s == '*' && n > 1 && n - 1 <= k &&
		    memcmp(s + 1, ext + k - (n - 1), n - 1) == 0 &&
		    memmem(s, (size_t)(end - s), "filter=lfs", 10) != NULL)
			return true;
	}
	return false;
}

/* Where no pattern sends our shards to large storage (a new repository has
 * *.gz, not *.jsonl) the hub would add a line for each of them: one line for
 * all goes first. */
static int
add_attributes(struct push *p, struct fail *f)
{
	const char *ext = strrchr(prep_ext(p->o), '.');
	struct buf text = {0};
	int rc;

	buf_reset(&p->attributes_old);
	if (p->has_attributes &&
	    fetch(p, ".gitattributes", &p->attributes_old, f) == -1)
		return -1;
	if (covered(buf_str(&p->attributes_old), prep_ext(p->o)))
		return 0;
	buf_put(&text, buf_str(&p->attributes_old), p->attributes_old.n);
	if (text.n > 0 && text.p[text.n - 1] != '\n')
		buf_putc(&text, '\n');
	buf_printf(&text, "*%s filter=lfs diff=lfs merge=lfs -text\n", ext);
	rc = add_extra(p, ".gitattributes", &text, f);
	buf_clear(&p->attributes_old);
	p->attributes_old = text;
	return rc;
}

static int
add_card(struct push *p, struct fail *f)
{
	struct buf card = {0};
	bool changed;
	int rc = push_card(p, &card, f);

	changed = card.n != p->card_old.n ||
	    memcmp(buf_str(&card), buf_str(&p->card_old), card.n) != 0;
	if (rc == 0 && changed)
		rc = validate_card(p, &card, f);
	if (rc == 0)
		rc = add_extra(p, "README.md", &card, f);
	buf_clear(&card);
	return rc;
}

static int
preupload_some(struct push *p, const char *url, struct hub_file **v, size_t n,
    struct fail *f)
{
	const char *attributes = NULL;
	struct buf body = {0};
	struct http_req r = {0};
	size_t i;
	int rc;

	/* in every batch: it decides how the files of all are sent */
	for (i = 0; i < p->n_extra; i++)
		if (strcmp(p->extra[i].path, ".gitattributes") == 0)
			attributes = buf_str(&p->attributes_old);
	rc = hub_put_preupload(&body, v, n, attributes, f);
	if (rc == 0)
		rc = push_call(
		    p, &r, "POST", url, json_body_type, buf_str(&body), f);
	if (rc == 0 && r.status != 200)
		rc = push_refused(&r, "preupload", f);
	if (rc == 0)
		rc = hub_read_preupload(r.reply.p, r.reply.n, v, n, f);
	http_clear(&r);
	buf_clear(&body);
	return rc;
}

int
push_preupload(struct push *p, struct hub_file **v, size_t n, struct fail *f)
{
	char *tail = xasprintf("/preupload/%s", p->revision_path),
	     *url = api(p, tail);
	size_t i, k;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i += k) {
		k = n - i < HUB_PREUPLOAD_MAX ? n - i : HUB_PREUPLOAD_MAX;
		rc = preupload_some(p, url, v + i, k, f);
	}
	free(url);
	free(tail);
	return rc;
}

/* Shards of our splits that this push does not write: they would be read as
 * rows of the new set. Borrowed paths. */
static char **
stale(const struct push *p, size_t *n)
{
	char **v = xcalloc(p->n_there + 1, sizeof *v);
	size_t i, k, len;

	*n = 0;
	for (i = 0; i < p->n_there; i++) {
		len = shard_split(p->there[i]);
		if (len == 0 || !ours(p, p->there[i] + 5, len))
			continue;
		for (k = 0; k < p->prep->n_files; k++)
			if (strcmp(p->prep->file[k].path, p->there[i]) == 0)
				break;
		if (k == p->prep->n_files)
			v[(*n)++] = p->there[i];
	}
	return v;
}

/* All files in the order of their commits: attributes, data, card. */
static struct hub_file **
all_files(struct push *p, size_t *n)
{
	struct hub_file **v =
	    xcalloc(p->prep->n_files + p->n_extra + 1, sizeof *v);
	size_t i;

	*n = 0;
	for (i = 0; i < p->n_extra; i++)
		if (strcmp(p->extra[i].path, "README.md") != 0)
			v[(*n)++] = &p->extra[i];
	for (i = 0; i < p->prep->n_files; i++)
		v[(*n)++] = &p->prep->file[i];
	for (i = 0; i < p->n_extra; i++)
		if (strcmp(p->extra[i].path, "README.md") == 0)
			v[(*n)++] = &p->extra[i];
	return v;
}

static void
say_ignored(struct push *p, struct hub_file **v, size_t n)
{
	size_t i;

	p->ignored = 0;
	for (i = 0; i < n; i++)
		if (v[i]->ignored) {
			log_warn("%s: left out: the repository's .gitignore "
				 "says so",
			    v[i]->path);
			p->ignored++;
		}
}

/* One attempt on the branch as it is now; 1: it moved meanwhile. */
static int
push_once(struct push *p, struct fail *f)
{
	struct hub_file **v;
	char **gone;
	size_t n, n_gone;
	int rc;

	clear_extra(p);
	if (read_tree(p, f) == -1)
		return -1;
	buf_reset(&p->card_old);
	if (p->has_card && fetch(p, "README.md", &p->card_old, f) == -1)
		return -1;
	if (merge_columns(p, f) == -1 || prep_shards(p->prep, f) == -1 ||
	    add_attributes(p, f) == -1 || add_card(p, f) == -1)
		return -1;
	v = all_files(p, &n);
	gone = stale(p, &n_gone);
	rc = push_preupload(p, v, n, f);
	if (rc == 0) {
		say_ignored(p, v, n);
		rc = push_upload(p, v, n, f);
	}
	if (rc == 0)
		rc = push_commit(p, v, n, gone, n_gone, f);
	free(v);
	free(gone);
	return rc;
}

int
push_run(struct push *p, struct fail *f)
{
	struct buf path = {0};
	char *old;
	int round, rc;

	http_escape(&path, p->o->revision, false);
	p->revision_path = buf_steal(&path);
	if (open_repo(p, f) == -1)
		return -1;
	for (round = 0; round < ROUNDS; round++) {
		if ((rc = push_once(p, f)) != 1)
			return rc;
		log_info("the branch has moved; reading it again");
		old = xstrdup(p->head != NULL ? p->head : "");
		rc = push_read_head(p, f);
		/* reading the head back can lag behind */
		if (rc == 0 && strcmp(old, p->head) == 0)
			http_wait(p->http, round < 3 ? 1 << round : 8);
		if (rc == 0 && strcmp(old, p->head) == 0)
			rc = push_read_head(p, f);
		free(old);
		if (rc == 0)
			rc = check_private(p, f);
		if (rc == -1)
			return -1;
	}
	return fail_set(f, FAIL_NETWORK,
	    "%s: the branch moved %d times during the push: others write to it",
	    p->repo, ROUNDS);
}

void
push_clear(struct push *p)
{
	clear_extra(p);
	forget_tree(p);
	free(p->there);
	free(p->repo);
	free(p->revision_path);
	free(p->head);
	free(p->commit_url);
	buf_clear(&p->card_old);
	buf_clear(&p->attributes_old);
}
