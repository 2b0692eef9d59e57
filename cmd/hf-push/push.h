/* push.h - bring files and the card to a repository of the hub. */
#ifndef PUSH_H
#define PUSH_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "http.h"
#include "prep.h"

struct push {
	const struct opts *o;
	struct prep *prep;
	struct http *http;
	const char *endpoint; /* no slash at its end */
	const char *license; /* NULL: what the card says */
	char *repo; /* with its namespace */
	char *revision_path; /* percent-encoded */
	char *head; /* commit we build on */
	bool private; /* as the hub says */
	/* what is there, of what concerns us */
	char **there; /* paths under data/ */
	size_t n_there, cap_there;
	bool has_card, has_attributes;
	struct buf card_old, attributes_old;
	/* what else is sent: README.md, .gitattributes */
	struct hub_file extra[2];
	size_t n_extra;
	/* what happened */
	uint64_t bytes_sent, bytes_all;
	size_t uploaded, committed, deleted, commits, ignored;
	char *commit_url;
	double quota_until; /* when the next call of the API may be made */
	/* requests that are running, for the progress line */
	struct http_req **running;
	size_t n_running;
};

/* The whole push; the card's licence and figures come from prep. */
int push_run(struct push *p, struct fail *f);
/* Called while requests run. */
void push_tick(void *arg);
void push_clear(struct push *p);

/* Make the card for what is known of the repository. */
int push_card(struct push *p, struct buf *out, struct fail *f);

/* upload.c: send the large files that are missing. */
int push_upload(struct push *p, struct hub_file **v, size_t n, struct fail *f);
/* commit.c: 1: the branch moved, start again. */
int push_commit(struct push *p, struct hub_file **v, size_t n, char **deleted,
    size_t n_deleted, struct fail *f);

/* push.c, for the others. */
enum { PUSH_PARALLEL = 4 };
/* A call of the API with the token: keeps its quota, shows its warnings. */
int push_send(struct push *p, struct http_req *r, struct fail *f);
/* The same, made here; type: a header line or NULL, body: text or NULL. */
int push_call(struct push *p, struct http_req *r, const char *method,
    const char *url, const char *type, const char *body, struct fail *f);
/* Run requests while the progress line shows them. */
int push_requests(
    struct push *p, struct http_req **v, size_t n, struct fail *f);
/* An answer that is an error; returns -1. */
int push_refused(const struct http_req *r, const char *what, struct fail *f);
int push_read_head(struct push *p, struct fail *f);
int push_preupload(
    struct push *p, struct hub_file **v, size_t n, struct fail *f);

#endif
