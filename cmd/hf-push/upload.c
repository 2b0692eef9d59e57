/* upload.c - large files to the hub's storage. */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "mem.h"
#include "push.h"

/* Bytes of one batch: its URLs expire, so they are asked for when needed. */
static const uint64_t batch_bytes = 4ULL << 30;

static const char lfs_type[] = "Content-Type: application/vnd.git-lfs+json",
		  lfs_accept[] = "Accept: application/vnd.git-lfs+json";
static const char *const lfs_headers[] = {lfs_type, lfs_accept, NULL};

static int
by_digest(const void *a, const void *b)
{
	const struct hub_file *x = *(struct hub_file *const *)a,
			      *y = *(struct hub_file *const *)b;

	return strcmp(x->sha256, y->sha256);
}

/* The objects to send: large files that are not there, each digest once. */
static struct hub_file **
wanted(struct hub_file **v, size_t n, size_t *n_out)
{
	struct hub_file **w = xcalloc(n + 1, sizeof *w);
	size_t i, k = 0;

	for (i = 0; i < n; i++)
		if (v[i]->mode == HUB_LFS && !v[i]->ignored && !v[i]->same &&
		    !v[i]->uploaded)
			w[k++] = v[i];
	qsort(w, k, sizeof *w, by_digest);
	for (*n_out = 0, i = 0; i < k; i++)
		if (*n_out == 0 ||
		    strcmp(w[*n_out - 1]->sha256, w[i]->sha256) != 0)
			w[(*n_out)++] = w[i];
	return w;
}

static struct hub_action *
ask_batch(struct push *p, struct hub_file **v, size_t n, struct fail *f)
{
	char *url = xasprintf(
	    "%s/datasets/%s.git/info/lfs/objects/batch", p->endpoint, p->repo);
	struct hub_action *a = NULL;
	struct buf body = {0};
	struct http_req r = {
	    .method = "POST", .url = url, .headers = lfs_headers};

	hub_put_batch(&body, v, n, p->o->revision);
	r.text = buf_str(&body);
	if (push_send(p, &r, f) == 0) {
		if (r.status != 200)
			push_refused(&r, "upload", f);
		else
			a = hub_read_batch(
			    r.reply.p, r.reply.n, v, n, p->endpoint, f);
	}
	http_clear(&r);
	buf_clear(&body);
	free(url);
	return a;
}

/* The requests of one batch: PUTs of objects and of parts. */
struct puts {
	struct http_req *r;
	struct http_req **v;
	size_t n;
};

static void
add_put(struct puts *u, struct hub_file *file, const char *url,
    const char *const *headers, uint64_t at, uint64_t size)
{
	u->r[u->n] = (struct http_req){.method = "PUT",
	    .url = url,
	    .headers = headers,
	    .from_file = true,
	    .fd = file->fd,
	    .offset = file->offset + at,
	    .size = size,
	    .max_reply = 64 << 10,
	    .tag = file};
	u->v[u->n] = &u->r[u->n];
	u->n++;
}

static void
plan_puts(struct puts *u, struct hub_action *a, size_t n)
{
	size_t i, k, all = 0;
	uint64_t at, left;

	for (i = 0; i < n; i++)
		all += a[i].chunk > 0 ? a[i].parts : a[i].href != NULL;
	u->r = xcalloc(all + 1, sizeof *u->r);
	u->v = xcalloc(all + 1, sizeof *u->v);
	u->n = 0;
	for (i = 0; i < n; i++) {
		if (a[i].href == NULL)
			continue;
		if (a[i].chunk == 0)
			add_put(u, a[i].file, a[i].href,
			    (const char *const *)a[i].header, 0,
			    a[i].file->size);
		for (k = 0; k < a[i].parts; k++) {
			at = k * a[i].chunk;
			left = a[i].file->size - at;
			add_put(u, a[i].file, a[i].part[k], NULL, at,
			    left < a[i].chunk ? left : a[i].chunk);
		}
	}
}

/* Tell the storage that all parts are there, with their tags verbatim. r: the
 * requests of the parts. */
static int
complete(struct push *p, const struct hub_action *a, const struct http_req *r,
    struct fail *f)
{
	struct http_req done = {
	    .method = "POST", .url = a->href, .headers = lfs_headers};
	struct buf body = {0};
	char *etag;
	size_t k;
	int rc = 0;

	buf_printf(&body, "{\"oid\":\"%s\",\"parts\":[", a->file->sha256);
	for (k = 0; k < a->parts && rc == 0; k++) {
		etag = http_field(&r[k], "ETag", 0);
		if (etag == NULL) {
			rc = fail_set(f, FAIL_NETWORK,
			    "%s: expected an ETag for part %zu, saw none",
			    a->file->path, k + 1);
			break;
		}
		buf_printf(&body,
		    "%s{\"partNumber\":%zu,\"etag\":", k > 0 ? "," : "", k + 1);
		buf_jsonstr(&body, etag, strlen(etag));
		buf_putc(&body, '}');
		free(etag);
	}
	buf_puts(&body, "]}");
	done.text = buf_str(&body);
	if (rc == 0)
		rc = http_one(p->http, &done, f);
	if (rc == 0 && done.status / 100 != 2)
		rc = push_refused(&done, a->file->path, f);
	http_clear(&done);
	buf_clear(&body);
	return rc;
}

static int
verify(struct push *p, const struct hub_action *a, struct fail *f)
{
	struct http_req r = {
	    .method = "POST", .url = a->verify, .headers = lfs_headers};
	char *body = xasprintf("{\"oid\":\"%s\",\"size\":%llu}",
	    a->file->sha256, (unsigned long long)a->file->size);
	int rc;

	r.text = body;
	rc = push_send(p, &r, f);
	if (rc == 0 && r.status / 100 != 2)
		rc = push_refused(&r, a->file->path, f);
	http_clear(&r);
	free(body);
	return rc;
}

/* Was every request of an object answered well? *expired: some by 403, which
 * is how storage says that its URL is too old. */
static int
check_puts(const struct hub_action *a, const struct http_req *r, size_t n,
    bool *expired, struct fail *f)
{
	size_t k;

	*expired = false;
	for (k = 0; k < n; k++) {
		if (r[k].status / 100 == 2)
			continue;
		*expired = r[k].status == 403;
		if (r[k].status == 0) {
			*f = r[k].fail;
			return -1;
		}
		push_refused(&r[k], a->file->path, f);
		return -1;
	}
	return 0;
}

/* Complete and verify an object whose bytes were all taken. */
static int
finish_object(struct push *p, struct hub_action *a, const struct http_req *r,
    struct fail *f)
{
	if (a->chunk > 0 && complete(p, a, r, f) == -1)
		return -1;
	if (a->verify != NULL && a->href != NULL && verify(p, a, f) == -1)
		return -1;
	a->file->uploaded = true;
	p->uploaded += a->href != NULL;
	if (a->href == NULL)
		p->bytes_all -= a->file->size;
	return 0;
}

/* After the PUTs. An object with an expired URL stays not uploaded, and counts.
 * One that failed does not keep the others from being finished: what was sent
 * is not sent again by the next run. */
static int
finish_batch(struct push *p, struct hub_action *a, size_t n,
    const struct puts *u, size_t *expired, struct fail *f)
{
	size_t i, at = 0, k;
	struct fail why;
	int rc = 0;
	bool late;

	for (i = 0; i < n; i++, at += k) {
		k = a[i].chunk > 0 ? a[i].parts : a[i].href != NULL;
		if (check_puts(&a[i], u->r + at, k, &late, &why) == 0) {
			if (finish_object(p, &a[i], u->r + at, f) == -1)
				return -1;
			continue;
		}
		if (late)
			++*expired;
		if (late && rc == 0)
			*f = why; /* should its new URL fail too */
		else if (rc == 0)
			*f = why, rc = -1;
	}
	return rc;
}

/* One batch; objects whose URLs expired are left for another. */
static int
send_batch(struct push *p, struct hub_file **v, size_t n, size_t *expired,
    struct fail *f)
{
	struct hub_action *a = ask_batch(p, v, n, f);
	struct puts u;
	struct fail ignored;
	size_t i;
	int rc;

	*expired = 0;
	if (a == NULL)
		return -1;
	plan_puts(&u, a, n);
	push_requests(p, u.v, u.n, &ignored);
	rc = finish_batch(p, a, n, &u, expired, f);
	for (i = 0; i < u.n; i++)
		http_clear(&u.r[i]);
	free(u.r);
	free(u.v);
	hub_actions_free(a, n);
	return rc;
}

/* A group of objects; once again for those whose URLs had expired. */
static int
send_group(struct push *p, struct hub_file **v, size_t n, struct fail *f)
{
	struct hub_file **left = xcalloc(n + 1, sizeof *left);
	size_t expired, i, k = 0;
	int rc = send_batch(p, v, n, &expired, f);

	if (rc == 0 && expired > 0) {
		log_info("upload URLs have expired; asking for new ones");
		for (i = 0; i < n; i++)
			if (!v[i]->uploaded)
				left[k++] = v[i];
		rc = send_batch(p, left, k, &expired, f);
		if (rc == 0 && expired > 0) {
			rc = -1; /* f says why */
			f->code = FAIL_NETWORK;
		}
	}
	free(left);
	return rc;
}

int
push_upload(struct push *p, struct hub_file **v, size_t n, struct fail *f)
{
	size_t k, i, from;
	struct hub_file **w = wanted(v, n, &k);
	uint64_t bytes;
	int rc = 0;

	p->bytes_all = p->bytes_sent;
	for (i = 0; i < k; i++)
		p->bytes_all += w[i]->size;
	for (from = 0; from < k && rc == 0; from = i) {
		bytes = w[from]->size;
		for (i = from + 1; i < k && i - from < HUB_BATCH_MAX; i++) {
			bytes += w[i]->size;
			if (bytes > batch_bytes)
				break;
		}
		rc = send_group(p, w + from, i - from, f);
	}
	log_progress_end();
	free(w);
	return rc;
}
