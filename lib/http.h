/* http.h - HTTP requests for the hubs: a few at once, retried, capped, and
 * with a credential that never leaves its own host. Blocking. */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "fail.h"

struct http;

/* When an attempt that failed is made again. */
enum http_retry {
	HTTP_RETRY_ALL, /* 408, 429, 500, 502, 503, 504, timeouts, resets */
	HTTP_RETRY_REFUSED, /* 429 only: the server did nothing */
};

struct http_conf {
	const char *endpoint; /* the only origin that gets the credential */
	const char *auth; /* "Bearer TOKEN" and the like, or NULL */
	double connect_timeout, idle_timeout; /* seconds */
	int retries; /* attempts after the first */
	double wait_first, wait_last; /* seconds, doubling between them */
	double max_wait; /* longest wait a server may ask for, seconds */
	/* Called a few times a second while requests run; may be NULL. */
	void (*tick)(void *arg);
	void *tick_arg;
};

/*
 * One request. The upper part is the caller's (all borrowed until http_run
 * returns), the lower part is filled. The body is text, or size bytes of fd
 * from offset, or nothing.
 */
struct http_req {
	const char *method, *url;
	const char *const
	    *headers; /* "Name: value", NULL-terminated, or NULL */
	bool auth; /* send the credential, if url is of the endpoint's origin */
	enum http_retry retry;
	const char *text;
	bool from_file;
	int fd;
	uint64_t offset, size; /* of the file; of text */
	size_t max_reply; /* 0: 16 MiB */
	/* A 200 body replaces this file, a 206 body goes on where the
	 * descriptor stands; the file grows to at most max_sink bytes. Its
	 * transfer errors are not retried: ask for the rest by Range. */
	bool to_file;
	int sink;
	uint64_t max_sink;
	void *tag; /* the caller's own */

	long status; /* of the last attempt; 0: no answer */
	struct buf reply; /* its body */
	struct buf fields; /* its header lines, "name: value\n" */
	int tries;
	uint64_t sent, got; /* body bytes of the last attempt */
	bool asked; /* the whole request was sent at least once */
	struct fail fail; /* why there was no answer */
};

struct http *http_new(const struct http_conf *conf, struct fail *f);
void http_free(struct http *h);
/* Requests that were made, retries included; of these, to other origins. */
size_t http_count(const struct http *h);
size_t http_count_away(const struct http *h);
/* Is url of the endpoint's scheme, host and port? */
bool http_home(const struct http *h, const char *url);

/*
 * Run n requests, at most parallel at once. GET follows redirects, the
 * credential does not. Returns -1 when some got no answer (f: the first of
 * them); any status is an answer. Each request is cleared by the caller.
 */
int http_run(struct http *h, struct http_req **v, size_t n, size_t parallel,
    struct fail *f);
int http_one(struct http *h, struct http_req *r, struct fail *f);
/* Free the reply, forget the answer. */
void http_clear(struct http_req *r);

/* The value of an answer's header, owned, or NULL; name in any case. The
 * n-th of several with that name, from 0. */
char *http_field(const struct http_req *r, const char *name, size_t n);
/* A one-line text for an answer that is an error: status, the server's
 * message unless it is a page of HTML, request id. Control characters are
 * masked. */
void http_error(const struct http_req *r, char *out, size_t size);
/* https, or http to this machine: a credential may go there. */
bool http_safe(const char *url);
/* url without user, query and fragment, for messages; owned. */
char *http_bare(const char *url);
/* s percent-encoded, each byte but unreserved ones (and, if slash, '/'). */
void http_escape(struct buf *b, const char *s, bool slash);
/* Seconds an answer's RateLimit headers ask to wait before the next request: a
 * quota that is used up begins anew after SECONDS + 1. All published forms:
 * items "name";r=LEFT;t=SECONDS, limit=N, remaining=LEFT, reset=SECONDS, and
 * RateLimit-Remaining with RateLimit-Reset. */
double http_ratelimit(const struct http_req *r);
/* The URL of rel="next" in a Link header, owned, or NULL. */
char *http_link_next(const char *value);
/* Sleep in small steps, calling tick. */
void http_wait(struct http *h, double seconds);

#endif
