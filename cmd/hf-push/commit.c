/* commit.c - commits: few files each, never twice, found again when the answer
 * was lost. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"
#include "push.h"
#include "uniq.h"

enum {
	TRIES = 6, /* of one commit whose fate is unclear */
	BUSY_TRIES = 30, /* while another commit is being made */
};

/* Bytes of regular files in one commit, before base64. */
static const uint64_t inline_max = 100ULL << 20;

/* What one commit holds. */
struct part {
	struct hub_file **v;
	size_t n;
	char **gone;
	size_t n_gone;
};

static double
back_off(int tries)
{
	return tries < 3 ? 1 << tries : 8;
}

/* Did the commit land although its answer was lost? */
static int
landed(struct push *p, const struct part *c, bool *yes, struct fail *f)
{
	size_t i;

	*yes = false;
	if (c->n == 0)
		return 0; /* deletions: the parent commit will tell */
	if (push_preupload(p, c->v, c->n, f) == -1)
		return -1;
	for (i = 0; i < c->n; i++)
		if (!c->v[i]->same && !c->v[i]->ignored)
			return 0;
	*yes = true;
	return 0;
}

static int
take_answer(struct push *p, const struct http_req *r, struct fail *f)
{
	json_t *o = json_loadb(buf_str(&r->reply), r->reply.n, 0, NULL);
	const char *oid = json_string_value(json_object_get(o, "commitOid")),
		   *url = json_string_value(json_object_get(o, "commitUrl"));

	free(p->commit_url);
	p->commit_url = url != NULL ? xstrdup(url) : NULL;
	if (oid != NULL) {
		free(p->head);
		p->head = xstrdup(oid);
	}
	json_decref(o);
	return oid != NULL ? 0 : push_read_head(p, f);
}

static void
count_commit(struct push *p, const struct part *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		c->v[i]->same = true;
	p->committed += c->n;
	p->deleted += c->n_gone;
	p->commits++;
}

/* Send the commit once. 0: made; 1: the branch moved; 2: busy; 3: unclear; -1:
 * refused, and f. */
static int
attempt(struct push *p, int fd, uint64_t size, struct fail *f)
{
	static const char *const headers[] = {
	    "Content-Type: application/x-ndjson", NULL};
	char *url = xasprintf("%s/api/datasets/%s/commit/%s", p->endpoint,
	    p->repo, p->revision_path);
	struct http_req r = {.method = "POST",
	    .url = url,
	    .headers = headers,
	    .retry = HTTP_RETRY_REFUSED,
	    .from_file = true,
	    .fd = fd,
	    .size = size};
	int rc;

	if (push_send(p, &r, f) == -1)
		rc = f->code == FAIL_NETWORK ? 3 : -1;
	else if (r.status / 100 == 2)
		rc = take_answer(p, &r, f);
	else if (r.status == 412)
		rc = 1;
	else if (r.status == 409)
		rc = 2;
	else if (push_refused(&r, "commit", f),
	    r.status == 408 || r.status >= 500)
		rc = 3;
	else
		rc = -1;
	if (rc == 2)
		push_refused(&r, "commit", f);
	http_clear(&r);
	free(url);
	return rc;
}

/* The answer was lost: look, and say whether to send it again (0), that it is
 * made (1), or that looking failed (-1). */
static int
look(struct push *p, const struct part *c, int tries, struct fail *f)
{
	bool yes;

	log_info("%s; looking whether the commit was made", f->msg);
	http_wait(p->http, back_off(tries));
	if (landed(p, c, &yes, f) == -1)
		return -1;
	if (!yes)
		return 0;
	log_info("it was made");
	return push_read_head(p, f) == 0 ? 1 : -1;
}

/* Another commit holds the repository; -1 when it does for too long. */
static int
wait_busy(struct push *p, int tries, double *waited, struct fail *f)
{
	double wait = back_off(tries);

	if (tries >= BUSY_TRIES || *waited + wait > p->o->max_wait) {
		f->code = FAIL_NETWORK;
		return -1;
	}
	*waited += wait;
	log_info("another commit is being made; waiting %.0f s", wait);
	http_wait(p->http, wait);
	return 0;
}

/* Send one commit until its fate is clear; 1: the branch moved. */
static int
settle(
    struct push *p, const struct part *c, int fd, uint64_t size, struct fail *f)
{
	int unclear = 0, busy = 0, rc;
	double waited = 0;

	for (;;) {
		rc = attempt(p, fd, size, f);
		if (rc == 2) {
			if (wait_busy(p, busy++, &waited, f) == -1)
				return -1;
		} else if (rc == 3) {
			f->code = FAIL_NETWORK;
			if (unclear == TRIES - 1)
				return -1;
			rc = look(p, c, unclear++, f);
			if (rc != 0)
				return rc == 1 ? 0 : -1;
		} else {
			return rc;
		}
	}
}

static int
send_part(struct push *p, const struct part *c, const char *summary, int fd,
    struct fail *f)
{
	uint64_t size;

	if (ftruncate(fd, 0) == -1 || lseek(fd, 0, SEEK_SET) == -1)
		return fail_set(f, FAIL_IO, "temporary file cannot be reset");
	if (hub_write_commit(fd, summary, p->head, c->v, c->n, c->gone,
		c->n_gone, &size, f) == -1)
		return -1;
	return settle(p, c, fd, size, f);
}

/* The next part of what is to be committed: bounded in files and bytes. */
static struct part
next_part(struct hub_file **todo, size_t n, size_t *at, char **gone,
    size_t n_gone, size_t *gone_at)
{
	struct part c = {.v = todo + *at, .gone = gone + *gone_at};
	uint64_t bytes = 0, add;

	for (; *at < n && c.n < HUB_COMMIT_MAX; ++*at, c.n++) {
		add = todo[*at]->mode == HUB_LFS ? 0 : todo[*at]->size;
		if (c.n > 0 && bytes + add > inline_max)
			break;
		bytes += add;
	}
	for (; *at == n && *gone_at < n_gone && c.n + c.n_gone < HUB_COMMIT_MAX;
	     ++*gone_at)
		c.n_gone++;
	return c;
}

int
push_commit(struct push *p, struct hub_file **v, size_t n, char **deleted,
    size_t n_deleted, struct fail *f)
{
	struct hub_file **todo = xcalloc(n + 1, sizeof *todo);
	size_t k = 0, i, at = 0, gone_at = 0;
	char *summary;
	struct part c;
	int fd, rc = 0;

	for (i = 0; i < n; i++)
		if (!v[i]->same && !v[i]->ignored)
			todo[k++] = v[i];
	summary = xasprintf("Upload %zu files with hf-push", k);
	fd = k + n_deleted > 0 ? uniq_tmpfile(uniq_tmpdir(), f) : -1;
	if (k + n_deleted > 0 && fd == -1)
		rc = -1;
	while (rc == 0 && (at < k || gone_at < n_deleted)) {
		c = next_part(todo, k, &at, deleted, n_deleted, &gone_at);
		rc = send_part(p, &c, summary, fd, f);
		if (rc == 0)
			count_commit(p, &c);
	}
	if (fd != -1)
		close(fd);
	free(summary);
	free(todo);
	return rc;
}
