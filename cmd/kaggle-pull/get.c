/* get.c - one set: download, check, extract, write. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digest.h"
#include "log.h"
#include "mem.h"
#include "pull.h"
#include "rec.h"
#include "unzip.h"

enum {
	RESUMES = 6, /* connections that break off, a set */
	MD5_SIZE = 16,
	HEAD = 512,
};

/* A download that may be continued. */
struct part {
	char *path;
	int fd;
	bool md5_known;
	unsigned char md5[MD5_SIZE];
};

static int
io_fail(const char *path, struct fail *f)
{
	return fail_set(f, FAIL_IO, "%s: %s", path, strerror(errno));
}

static void
sync_dir(const char *path)
{
	char *dir = xstrdup(path), *slash = strrchr(dir, '/');
	int fd;

	if (slash != NULL)
		*slash = '\0';
	fd =
	    open(slash != NULL ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd != -1) {
		fsync(fd);
		close(fd);
	}
	free(dir);
}

/* A new file beside path, to be renamed to it. */
static int
open_beside(const char *path, char **tmp, struct fail *f)
{
	int fd;

	*tmp = xasprintf("%s.tmp", path);
	unlink(*tmp);
	fd = open(
	    *tmp, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd == -1) {
		io_fail(*tmp, f);
		free(*tmp);
		*tmp = NULL;
	}
	return fd;
}

/* Close what was written and give it its name; frees tmp. */
static int
keep_file(int fd, char *tmp, const char *path, struct fail *f)
{
	int rc = 0;

	if (fsync(fd) == -1)
		rc = io_fail(tmp, f);
	if (close(fd) == -1 && rc == 0)
		rc = io_fail(tmp, f);
	if (rc == 0 && rename(tmp, path) == -1)
		rc = io_fail(path, f);
	if (rc == -1)
		unlink(tmp);
	else
		sync_dir(path);
	free(tmp);
	return rc;
}

int
get_write(const char *path, const char *text, size_t n, struct fail *f)
{
	char *tmp;
	int fd = open_beside(path, &tmp, f);

	if (fd == -1)
		return -1;
	if (rec_write(fd, text, n) == -1) {
		io_fail(tmp, f);
		close(fd);
		unlink(tmp);
		free(tmp);
		return -1;
	}
	return keep_file(fd, tmp, path, f);
}

bool
get_present(const struct set *s, json_t **meta)
{
	char *meta_path = xasprintf("%s/meta.json", s->dir),
	     *csv = xasprintf("%s/data.csv", s->dir), hex[DIGEST_HEX];
	json_t *o = json_load_file(meta_path, 0, NULL);
	const char *sha = json_string_value(json_object_get(o, "sha256"));
	json_int_t version = json_integer_value(json_object_get(o, "version"));
	bool ok = sha != NULL && digest_file(csv, hex, NULL) == 0 &&
	    strcmp(hex, sha) == 0 && (s->version == 0 || version == s->version);

	free(meta_path);
	free(csv);
	*meta = ok ? o : NULL;
	if (!ok)
		json_decref(o);
	return ok;
}

/* The md5 of an x-goog-hash header, if there is one. */
static void
read_hash(struct part *t, const struct http_req *r)
{
	unsigned char out[64];
	char *s, *p;
	size_t i;

	for (i = 0; (s = http_field(r, "x-goog-hash", i)) != NULL; i++) {
		p = strstr(s, "md5=");
		if (p != NULL && strcspn(p + 4, ", ") == 24) {
			p[28] = '\0';
			if (EVP_DecodeBlock(out, (unsigned char *)p + 4, 24) ==
			    18) {
				memcpy(t->md5, out, MD5_SIZE);
				t->md5_known = true;
			}
		}
		free(s);
	}
}

static int
file_md5(int fd, unsigned char md5[EVP_MAX_MD_SIZE])
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	char block[16384];
	off_t at = 0;
	ssize_t n;

	if (c == NULL || EVP_DigestInit_ex(c, EVP_md5(), NULL) != 1)
		mem_fail();
	while ((n = rec_read_at(fd, block, sizeof block, at)) > 0) {
		EVP_DigestUpdate(c, block, (size_t)n);
		at += n;
	}
	EVP_DigestFinal_ex(c, md5, NULL);
	EVP_MD_CTX_free(c);
	return n == 0 ? 0 : -1;
}

static char *
download_url(const struct pull *p, const struct set *s)
{
	struct buf b = {0};

	buf_printf(
	    &b, "%s/datasets/download/%s/%s", p->endpoint, s->owner, s->name);
	if (s->file != NULL) {
		buf_putc(&b, '/');
		http_escape(&b, s->file, true);
	}
	if (s->version > 0)
		buf_printf(&b, "?datasetVersionNumber=%ld", s->version);
	return buf_steal(&b);
}

static int
begin_anew(struct part *t, struct fail *f)
{
	if (ftruncate(t->fd, 0) == -1 || lseek(t->fd, 0, SEEK_SET) == -1)
		return io_fail(t->path, f);
	return 0;
}

/* One connection: the file from where it stands. 0: complete; 1: it broke off,
 * ask again; -1. */
static int
fetch_rest(struct pull *p, const struct set *s, struct part *t, struct fail *f)
{
	char *url = download_url(p, s), range[64], text[600];
	const char *headers[2] = {NULL, NULL};
	off_t at = lseek(t->fd, 0, SEEK_END);
	struct http_req r = {.method = "GET",
	    .url = url,
	    .auth = true,
	    .to_file = true,
	    .sink = t->fd,
	    .headers = headers};
	int rc = 0;

	snprintf(range, sizeof range, "Range: bytes=%lld-", (long long)at);
	if (at > 0)
		headers[0] = range;
	r.max_sink = p->o->max_size;
	if (http_one(p->http, &r, f) == -1) {
		rc = f->code == FAIL_NETWORK ? 1 : -1;
		if (f->code == FAIL_LONG)
			f->code = FAIL_CSV;
	} else if (r.status == 416) {
		rc = begin_anew(t, f) == 0 ? 1 : -1;
		fail_set(f, FAIL_NETWORK, "download: it changed");
	} else if (r.status != 200 && r.status != 206) {
		http_error(&r, text, sizeof text);
		rc = fail_set(f,
		    r.status == 401       ? FAIL_USAGE
			: r.status >= 429 ? FAIL_NETWORK
					  : FAIL_CSV,
		    "download: %s", text);
	}
	read_hash(t, &r);
	http_clear(&r);
	free(url);
	return rc;
}

/* The whole download, in as many connections as it takes. old: bytes of an
 * earlier run may stand in the file. */
static int
fetch(struct pull *p, const struct set *s, struct part *t, bool old,
    struct fail *f)
{
	unsigned char md5[EVP_MAX_MD_SIZE];
	int tries = 0, rc;

	while ((rc = fetch_rest(p, s, t, f)) == 1) {
		if (++tries > RESUMES)
			return -1;
		log_info("%s; going on", f->msg);
		http_wait(p->http, tries < 4 ? tries : 4);
	}
	if (rc == -1)
		return -1;
	if (t->md5_known && file_md5(t->fd, md5) == -1)
		return io_fail(t->path, f);
	if (t->md5_known && memcmp(md5, t->md5, MD5_SIZE) == 0)
		return 0;
	if (!t->md5_known && !old)
		return 0;
	if (!old)
		return fail_set(f, FAIL_NETWORK,
		    "download: expected the bytes its hash tells, saw others");
	/* what an earlier run left cannot be trusted */
	if (begin_anew(t, f) == -1)
		return -1;
	return fetch(p, s, t, false, f);
}

/* A CSV that was not packed: its bytes as they are. */
static int
copy_plain(const struct set *s, int fd, const char *head, size_t n, int out,
    struct unzip *u, struct fail *f)
{
	const char *name = s->file != NULL ? strrchr(s->file, '/') : NULL;
	struct digest *d;
	char block[16384];
	off_t at = 0;
	ssize_t k;

	while (n > 0 && strchr(" \t\r\n", *head) != NULL)
		head++, n--;
	if ((n >= 5 && strncasecmp(head, "<html", 5) == 0) ||
	    (n >= 9 && strncasecmp(head, "<!doctype", 9) == 0))
		return fail_set(
		    f, FAIL_CSV, "download: expected data, saw a page of HTML");
	d = digest_new();
	while ((k = rec_read_at(fd, block, sizeof block, at)) > 0) {
		digest_put(d, block, (size_t)k);
		if (rec_write(out, block, (size_t)k) == -1)
			break;
		at += k;
	}
	digest_end(d, u->sha256);
	u->bytes = (uint64_t)at;
	if (k != 0)
		return io_fail("data.csv", f);
	if (name != NULL)
		name++;
	else
		name = s->file != NULL ? s->file : "data.csv";
	u->name = xstrdup(name);
	return 0;
}

static int
extract(const struct pull *p, const struct set *s, int fd, struct unzip *u,
    struct fail *f)
{
	char *path = xasprintf("%s/data.csv", s->dir), *tmp, head[HEAD];
	int out = open_beside(path, &tmp, f), rc;
	ssize_t n = rec_read_at(fd, head, sizeof head, 0);

	if (out == -1) {
		free(path);
		return -1;
	}
	if (n == -1)
		rc = io_fail("download", f);
	else if (n == 0)
		rc = fail_set(f, FAIL_CSV, "download: expected data, saw none");
	else if (unzip_is_archive(head, (size_t)n))
		rc = unzip_csv(fd, p->o->max_size, out, u, f);
	else
		rc = copy_plain(s, fd, head, (size_t)n, out, u, f);
	if (rc == 0 && u->bytes == 0)
		rc = fail_set(
		    f, FAIL_CSV, "download: expected rows, saw an empty CSV");
	if (rc == 0) {
		rc = keep_file(out, tmp, path, f);
	} else {
		close(out);
		unlink(tmp);
		free(tmp);
	}
	free(path);
	return rc;
}

/* The first of the two objects that has a text under key, or under alt. */
static json_t *
pick(const struct set *s, const char *key)
{
	const json_t *v = json_object_get(s->info, key);

	if (!json_is_string(v) || json_string_length(v) == 0)
		v = json_object_get(s->view, key);
	return json_string(json_is_string(v) ? json_string_value(v) : "");
}

/* Keywords as texts: a list of them, or the names of tag objects. */
static json_t *
keywords(const struct set *s)
{
	const json_t *list = json_object_get(s->info, "keywords"), *v;
	json_t *out = json_array();
	size_t i;

	if (json_array_size(list) == 0)
		list = json_object_get(s->view, "tags");
	for (i = 0; i < json_array_size(list); i++) {
		v = json_array_get(list, i);
		if (json_is_object(v))
			v = json_object_get(v, "name");
		if (json_is_string(v))
			json_array_append_new(
			    out, json_string(json_string_value(v)));
	}
	return out;
}

static void
put_int(json_t *o, const char *key, const json_t *v)
{
	json_object_set_new(o, key,
	    json_is_integer(v) ? json_integer(json_integer_value(v))
			       : json_null());
}

static void
put_text(json_t *o, const char *key, const char *s)
{
	json_object_set_new(o, key, s != NULL ? json_string(s) : json_null());
}

static json_t *
make_meta(const struct set *s, const struct unzip *u)
{
	char *ref = xasprintf("%s/%s", s->owner, s->name),
	     *url = xasprintf("https://www.kaggle.com/datasets/%s", ref);
	char now[24];
	json_t *o = json_object();

	rec_timestamp(now);
	put_text(o, "ref", ref);
	put_text(o, "owner", s->owner);
	put_text(o, "name", s->name);
	json_object_set_new(o, "title", pick(s, "title"));
	json_object_set_new(o, "subtitle", pick(s, "subtitle"));
	json_object_set_new(o, "description", pick(s, "description"));
	json_object_set_new(o, "keywords", keywords(s));
	put_text(o, "url", url);
	put_text(o, "license", s->license);
	put_text(o, "licenseSpdx", s->spdx);
	json_object_set_new(o, "version",
	    s->version > 0 ? json_integer(s->version) : json_null());
	put_text(o, "lastUpdated",
	    json_string_value(json_object_get(s->view, "lastUpdated")));
	put_int(o, "totalBytes", json_object_get(s->view, "totalBytes"));
	put_int(o, "downloadCount", json_object_get(s->view, "downloadCount"));
	put_text(o, "file", u->name);
	json_object_set_new(o, "bytes", json_integer((json_int_t)u->bytes));
	put_text(o, "sha256", u->sha256);
	put_text(o, "retrieved", now);
	free(ref);
	free(url);
	return o;
}

static int
write_meta(const struct set *s, const json_t *meta, struct fail *f)
{
	char *path = xasprintf("%s/meta.json", s->dir);
	struct buf b = {0};
	int rc;

	rec_dump(&b, meta, 0);
	buf_putc(&b, '\n');
	rc = get_write(path, b.p, b.n, f);
	buf_clear(&b);
	free(path);
	return rc;
}

/* The file a download grows in; an earlier run's is continued. */
static int
open_part(
    const struct pull *p, const struct set *s, struct part *t, struct fail *f)
{
	*t = (struct part){.path = xasprintf("%s/.%s.v%ld.part", p->o->out,
			       s->slug, s->version)};
	t->fd = open(t->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (t->fd == -1)
		return io_fail(t->path, f);
	if (flock(t->fd, LOCK_EX | LOCK_NB) == -1)
		return fail_set(f, FAIL_IO,
		    "%s: another kaggle-pull is fetching this set", t->path);
	return 0;
}

/* SIGINT and SIGTERM wait until the set is whole or nothing of it is there: it
 * is at most a few megabytes. */
static void
hold_signals(sigset_t *old)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, old);
}

int
get_set(struct pull *p, struct set *s, json_t **meta, struct fail *f)
{
	struct unzip u = {0};
	struct part t;
	sigset_t held;
	int rc;

	*meta = NULL;
	rc = open_part(p, s, &t, f);
	if (rc == 0)
		rc = fetch(p, s, &t, lseek(t.fd, 0, SEEK_END) > 0, f);
	hold_signals(&held);
	if (rc == 0 && mkdir(s->dir, 0755) == -1 && errno != EEXIST)
		rc = io_fail(s->dir, f);
	if (rc == 0)
		rc = extract(p, s, t.fd, &u, f);
	if (rc == 0) {
		*meta = make_meta(s, &u);
		rc = write_meta(s, *meta, f);
	}
	/* what arrived before the network failed is continued next time */
	if (t.fd != -1 && (rc == 0 || f->code != FAIL_NETWORK))
		unlink(t.path);
	if (t.fd != -1)
		close(t.fd);
	if (rc == -1) {
		rmdir(s->dir); /* if nothing is in it */
		json_decref(*meta);
		*meta = NULL;
	}
	sigprocmask(SIG_SETMASK, &held, NULL);
	free(t.path);
	unzip_clear(&u);
	return rc;
}
