/* http.c - HTTP requests for the hubs. */
#include <curl/curl.h>
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "http.h"
#include "log.h"
#include "mem.h"
#include "rec.h"
#include "version.h"

enum {
	REPLY_MAX = 16 << 20,
	FIELDS_MAX = 64 << 10,
	REDIRECTS = 5,
	STEP_MS = 200,
};

struct http {
	CURLM *multi;
	struct http_conf c; /* its strings are owned here */
	char *endpoint, *auth;
	CURL **idle; /* handles to use again */
	size_t n_idle, cap_idle;
	size_t count, away;
	bool stdout_pipe;
};

/* A request while it runs. */
struct job {
	struct http *h;
	struct http_req *r;
	CURL *curl;
	struct curl_slist *lines;
	char *url; /* after redirects */
	int redirects;
	uint64_t pos; /* read of the body */
	double not_before; /* monotonic seconds */
	bool running, done;
	bool sink_full, io_failed, bad_range;
	uint64_t sink_at; /* where the body begins in the file */
	char error[CURL_ERROR_SIZE];
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct http *
http_new(const struct http_conf *conf, struct fail *f)
{
	static bool ready;
	struct http *h;
	struct stat st;

	if (!ready && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		fail_set(f, FAIL_NETWORK, "libcurl does not start");
		return NULL;
	}
	ready = true;
	h = xcalloc(1, sizeof *h);
	h->c = *conf;
	h->endpoint = xstrdup(conf->endpoint);
	h->auth = conf->auth != NULL
	    ? xasprintf("Authorization: %s", conf->auth)
	    : NULL;
	if ((h->multi = curl_multi_init()) == NULL)
		mem_fail();
	h->stdout_pipe = fstat(STDOUT_FILENO, &st) == 0 &&
	    (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
	return h;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	while (h->n_idle > 0)
		curl_easy_cleanup(h->idle[--h->n_idle]);
	free(h->idle);
	curl_multi_cleanup(h->multi);
	free(h->endpoint);
	if (h->auth != NULL)
		explicit_bzero(h->auth, strlen(h->auth));
	free(h->auth);
	free(h);
}

size_t
http_count(const struct http *h)
{
	return h->count;
}

size_t
http_count_away(const struct http *h)
{
	return h->away;
}

/* Did a URL function do it? Not for want of memory, then. */
static bool
url_ok(CURLUcode rc)
{
	if (rc == CURLUE_OUT_OF_MEMORY)
		mem_fail();
	return rc == CURLUE_OK;
}

/* scheme://host:port of a URL, owned, NULL when it is not one. */
static char *
origin(const char *url)
{
	CURLU *u = curl_url();
	char *scheme = NULL, *host = NULL, *port = NULL, *out = NULL;

	if (u == NULL)
		mem_fail();
	if (url_ok(curl_url_set(u, CURLUPART_URL, url, 0)) &&
	    url_ok(curl_url_get(u, CURLUPART_SCHEME, &scheme, 0)) &&
	    url_ok(curl_url_get(u, CURLUPART_HOST, &host, 0)) &&
	    url_ok(curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT)))
		out = xasprintf("%s://%s:%s", scheme, host, port);
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(u);
	return out;
}

bool
http_home(const struct http *h, const char *url)
{
	char *a = origin(h->endpoint), *b = origin(url);
	bool same = a != NULL && b != NULL && strcasecmp(a, b) == 0;

	free(a);
	free(b);
	return same;
}

bool
http_safe(const char *url)
{
	static const char *const hosts[] = {"http://localhost", "http://[::1]"};
	size_t i, n;

	if (strncmp(url, "https://", 8) == 0)
		return true;
	for (i = 0; i < 2; i++) {
		n = strlen(hosts[i]);
		if (strncmp(url, hosts[i], n) == 0 &&
		    (url[n] == '\0' || strchr(":/", url[n]) != NULL))
			return true;
	}
	if (strncmp(url, "http://127.", 11) != 0)
		return false;
	n = strspn(url + 11, "0123456789.");
	return url[11 + n] == '\0' || strchr(":/", url[11 + n]) != NULL;
}

char *
http_bare(const char *url)
{
	size_t n = strcspn(url, "?#"), at;
	const char *host = strstr(url, "://"), *slash;

	if (host == NULL || host >= url + n)
		return xstrndup(url, n);
	host += 3;
	slash = memchr(host, '/', (size_t)(url + n - host));
	for (at = slash != NULL ? (size_t)(slash - host)
				: (size_t)(url + n - host);
	     at > 0; at--)
		if (host[at - 1] == '@')
			break;
	return xasprintf("%.*s%.*s", (int)(host - url), url,
	    (int)(url + n - host - at), host + at);
}

void
http_escape(struct buf *b, const char *s, bool slash)
{
	for (; *s != '\0'; s++)
		if ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		    (*s >= '0' && *s <= '9') || strchr("-._~", *s) != NULL ||
		    (slash && *s == '/'))
			buf_putc(b, *s);
		else
			buf_printf(b, "%%%02X", (unsigned char)*s);
}

void
http_clear(struct http_req *r)
{
	buf_clear(&r->reply);
	buf_clear(&r->fields);
	r->status = 0;
	r->sent = r->got = 0;
}

char *
http_field(const struct http_req *r, const char *name, size_t n)
{
	const char *s = buf_str(&r->fields), *end;
	size_t k = strlen(name);

	for (; *s != '\0'; s = end + (*end == '\n')) {
		end = strchrnul(s, '\n');
		if (strncasecmp(s, name, k) != 0 || s[k] != ':' || n-- > 0)
			continue;
		s += k + 1;
		while (*s == ' ' || *s == '\t')
			s++;
		while (end > s && strchr(" \t\r", end[-1]) != NULL)
			end--;
		return xstrndup(s, (size_t)(end - s));
	}
	return NULL;
}

static double
quota_wait(long left, long reset)
{
	return left == 0 && reset >= 0 ? (double)reset + 1 : 0;
}

/* The longest wait of a RateLimit header's items. An item begins with its
 * name, a word without '='; the older form is one item without a name. */
static double
items_wait(const char *s)
{
	long left = -1, reset = -1;
	double wait = 0;
	size_t n, name;

	for (; *s != '\0'; s += n + (s[n] != '\0')) {
		s += strspn(s, " \t");
		n = strcspn(s, ";,");
		name = strcspn(s, "=;,");
		if (name == n) {
			wait = fmax(wait, quota_wait(left, reset));
			left = reset = -1;
		} else if (strncmp(s, "r=", 2) == 0 ||
		    strncmp(s, "remaining=", 10) == 0) {
			left = strtol(s + name + 1, NULL, 10);
		} else if (strncmp(s, "t=", 2) == 0 ||
		    strncmp(s, "reset=", 6) == 0) {
			reset = strtol(s + name + 1, NULL, 10);
		}
	}
	return fmax(wait, quota_wait(left, reset));
}

double
http_ratelimit(const struct http_req *r)
{
	char *items = http_field(r, "RateLimit", 0),
	     *left = http_field(r, "RateLimit-Remaining", 0),
	     *reset = http_field(r, "RateLimit-Reset", 0);
	double wait = items != NULL ? items_wait(items) : 0;

	if (left != NULL && reset != NULL)
		wait = fmax(wait,
		    quota_wait(
			strtol(left, NULL, 10), strtol(reset, NULL, 10)));
	free(items);
	free(left);
	free(reset);
	return wait;
}

char *
http_link_next(const char *value)
{
	const char *s = value, *end, *stop;

	while ((s = strchr(s, '<')) != NULL) {
		if ((end = strchr(++s, '>')) == NULL)
			return NULL;
		stop = strchrnul(end, '<');
		if (memmem(end, (size_t)(stop - end), "rel=\"next\"", 10) ||
		    memmem(end, (size_t)(stop - end), "rel=next", 8))
			return xstrndup(s, (size_t)(end - s));
		s = stop;
	}
	return NULL;
}

/* The text of a JSON error body: {"error":...} and its relatives. */
static const char *
json_message(const json_t *o)
{
	static const char *const names[] = {
	    "error", "error_description", "message", "errors"};
	const json_t *v;
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		v = json_object_get(o, names[i]);
		if (json_is_array(v))
			v = json_array_get(v, 0);
		if (json_is_object(v))
			v = json_object_get(v, "message");
		if (json_is_string(v))
			return json_string_value(v);
	}
	return NULL;
}

static bool
looks_html(const char *s)
{
	s += strspn(s, " \t\r\n");
	return *s == '<';
}

void
http_error(const struct http_req *r, char *out, size_t size)
{
	static const char *const ids[] = {
	    "X-Request-Id", "X-Amzn-Trace-Id", "X-Amz-Cf-Id"};
	char *head = http_field(r, "X-Error-Message", 0), *id = NULL;
	const char *body = buf_str(&r->reply), *msg = head;
	json_t *o = NULL;
	size_t i;
	char *p;

	if (msg == NULL && r->reply.n > 0 &&
	    (o = json_loadb(r->reply.p, r->reply.n, 0, NULL)) != NULL)
		msg = json_message(o);
	if (msg == NULL && o == NULL && *body != '\0')
		msg = looks_html(body) ? "a page of HTML" : body;
	for (i = 0; i < 3 && id == NULL; i++)
		id = http_field(r, ids[i], 0);
	snprintf(out, size, "HTTP %ld%s%.300s%s%.80s%s", r->status,
	    msg != NULL ? ": " : "", msg != NULL ? msg : "",
	    id != NULL ? " (request " : "", id != NULL ? id : "",
	    id != NULL ? ")" : "");
	for (p = out; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	free(head);
	free(id);
	json_decref(o);
}

/* Standard output's reader went away: nobody waits for the result. */
static void
watch_stdout(const struct http *h)
{
	struct pollfd p = {.fd = STDOUT_FILENO};

	if (h->stdout_pipe && poll(&p, 1, 0) == 1 &&
	    (p.revents & (POLLERR | POLLHUP)) != 0) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
}

void
http_wait(struct http *h, double seconds)
{
	double end = now() + seconds, left;

	while ((left = end - now()) > 0) {
		poll(NULL, 0, left < 0.2 ? (int)ceil(left * 1000) : STEP_MS);
		watch_stdout(h);
		if (h->c.tick != NULL)
			h->c.tick(h->c.tick_arg);
	}
}

/* Callbacks of libcurl. */

static size_t
on_read(char *p, size_t size, size_t n, void *arg)
{
	struct job *j = arg;
	struct http_req *r = j->r;
	uint64_t left = r->size - j->pos;
	ssize_t k;

	n *= size;
	if (n > left)
		n = (size_t)left;
	if (n == 0)
		return 0;
	if (r->from_file) {
		k = rec_read_at(r->fd, p, n, (off_t)(r->offset + j->pos));
		if (k <= 0) {
			j->io_failed = true;
			return CURL_READFUNC_ABORT;
		}
		n = (size_t)k;
	} else {
		memcpy(p, r->text + j->pos, n);
	}
	j->pos += n;
	r->sent = j->pos;
	return n;
}

static int
on_seek(void *arg, curl_off_t off, int whence)
{
	struct job *j = arg;

	if (whence != SEEK_SET || off < 0 || (uint64_t)off > j->r->size)
		return CURL_SEEKFUNC_CANTSEEK;
	j->pos = (uint64_t)off;
	return CURL_SEEKFUNC_OK;
}

/* Before the first byte of a file: 200 begins it anew, 206 must go on where
 * the descriptor stands. */
static bool
sink_ready(struct job *j, long status)
{
	struct http_req *r = j->r;
	char *range;
	off_t at;
	bool ok;

	j->sink_at = 0;
	if (status == 200)
		return ftruncate(r->sink, 0) == 0 &&
		    lseek(r->sink, 0, SEEK_SET) == 0;
	range = http_field(r, "Content-Range", 0);
	at = lseek(r->sink, 0, SEEK_CUR);
	ok = range != NULL && strncasecmp(range, "bytes ", 6) == 0 && at >= 0 &&
	    strtoull(range + 6, NULL, 10) == (uint64_t)at;
	free(range);
	j->sink_at = ok ? (uint64_t)at : 0;
	j->bad_range = !ok;
	return ok;
}

static size_t
on_write(char *p, size_t size, size_t n, void *arg)
{
	struct job *j = arg;
	struct http_req *r = j->r;
	long status = 0;

	n *= size;
	curl_easy_getinfo(j->curl, CURLINFO_RESPONSE_CODE, &status);
	if (!r->to_file || (status != 200 && status != 206)) {
		buf_put(&r->reply, p, n);
		return n;
	}
	if (r->got == 0 && n > 0 && !sink_ready(j, status)) {
		j->io_failed = !j->bad_range;
		return 0;
	}
	if (j->sink_at + r->got + n > r->max_sink) {
		j->sink_full = true;
		return 0;
	}
	if (rec_write(r->sink, p, n) == -1) {
		j->io_failed = true;
		return 0;
	}
	r->got += n;
	return n;
}

static size_t
on_field(char *p, size_t size, size_t n, void *arg)
{
	struct job *j = arg;
	struct buf *b = &j->r->fields;
	size_t all = n * size;

	n = all;
	if (n >= 5 && memcmp(p, "HTTP/", 5) == 0) {
		buf_reset(b); /* a new answer: 100, then the real one */
		return all;
	}
	while (n > 0 && (p[n - 1] == '\n' || p[n - 1] == '\r'))
		n--;
	if (n > 0 && memchr(p, '\0', n) == NULL) {
		buf_put(b, p, n);
		buf_putc(b, '\n');
	}
	return all;
}

static void
must(CURLcode rc)
{
	if (rc == CURLE_OUT_OF_MEMORY)
		mem_fail();
}

static void
add_line(struct job *j, const char *line)
{
	struct curl_slist *l = curl_slist_append(j->lines, line);

	if (l == NULL)
		mem_fail();
	j->lines = l;
}

static void
set_lines(struct job *j)
{
	const char *const *p;

	curl_slist_free_all(j->lines);
	j->lines = NULL;
	for (p = j->r->headers; p != NULL && *p != NULL; p++)
		add_line(j, *p);
	if (j->r->auth && j->h->auth != NULL && http_home(j->h, j->url))
		add_line(j, j->h->auth);
	/* libcurl's own idea of a form or of chunks is never wanted */
	add_line(j, "Transfer-Encoding:");
	must(curl_easy_setopt(j->curl, CURLOPT_HTTPHEADER, j->lines));
}

static void
set_body(struct job *j)
{
	struct http_req *r = j->r;
	bool get = strcmp(r->method, "GET") == 0;

	if (get) {
		must(curl_easy_setopt(j->curl, CURLOPT_HTTPGET, 1L));
		return;
	}
	must(curl_easy_setopt(j->curl, CURLOPT_UPLOAD, 1L));
	must(curl_easy_setopt(j->curl, CURLOPT_CUSTOMREQUEST, r->method));
	must(curl_easy_setopt(
	    j->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)r->size));
	must(curl_easy_setopt(j->curl, CURLOPT_READFUNCTION, on_read));
	must(curl_easy_setopt(j->curl, CURLOPT_READDATA, j));
	must(curl_easy_setopt(j->curl, CURLOPT_SEEKFUNCTION, on_seek));
	must(curl_easy_setopt(j->curl, CURLOPT_SEEKDATA, j));
}

static void
set_limits(struct job *j)
{
	const struct http_conf *c = &j->h->c;
	long idle = (long)ceil(c->idle_timeout);

	must(curl_easy_setopt(j->curl, CURLOPT_PROTOCOLS_STR, "http,https"));
	must(curl_easy_setopt(j->curl, CURLOPT_FOLLOWLOCATION, 0L));
	must(curl_easy_setopt(j->curl, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)(c->connect_timeout * 1000)));
	must(curl_easy_setopt(j->curl, CURLOPT_LOW_SPEED_LIMIT, 1L));
	must(curl_easy_setopt(
	    j->curl, CURLOPT_LOW_SPEED_TIME, idle > 0 ? idle : 1L));
	must(curl_easy_setopt(j->curl, CURLOPT_ERRORBUFFER, j->error));
	must(curl_easy_setopt(
	    j->curl, CURLOPT_USERAGENT, "csv-agent/" CSV_AGENT_VERSION));
}

/* Start (or start again) one request. */
static void
start(struct job *j)
{
	struct http_req *r = j->r;
	char *bare;

	j->curl =
	    j->h->n_idle > 0 ? j->h->idle[--j->h->n_idle] : curl_easy_init();
	if (j->curl == NULL)
		mem_fail();
	curl_easy_reset(j->curl);
	http_clear(r);
	r->reply.max = r->max_reply > 0 ? r->max_reply : REPLY_MAX;
	r->fields.max = FIELDS_MAX;
	j->pos = 0;
	j->error[0] = '\0';
	must(curl_easy_setopt(j->curl, CURLOPT_URL, j->url));
	set_limits(j);
	set_body(j);
	set_lines(j);
	must(curl_easy_setopt(j->curl, CURLOPT_WRITEFUNCTION, on_write));
	must(curl_easy_setopt(j->curl, CURLOPT_WRITEDATA, j));
	must(curl_easy_setopt(j->curl, CURLOPT_HEADERFUNCTION, on_field));
	must(curl_easy_setopt(j->curl, CURLOPT_HEADERDATA, j));
	must(curl_easy_setopt(j->curl, CURLOPT_PRIVATE, j));
	r->tries++;
	j->h->count++;
	if (!http_home(j->h, j->url))
		j->h->away++;
	if (curl_multi_add_handle(j->h->multi, j->curl) != CURLM_OK)
		mem_fail();
	j->running = true;
	if (log_level() >= LOG_VERBOSE) {
		bare = http_bare(j->url);
		log_debug("%s %s", r->method, bare);
		free(bare);
	}
}

static void
stop(struct job *j)
{
	struct http *h = j->h;

	if (j->curl == NULL)
		return;
	curl_multi_remove_handle(h->multi, j->curl);
	h->idle = xgrow(h->idle, h->n_idle, &h->cap_idle, sizeof *h->idle);
	h->idle[h->n_idle++] = j->curl;
	j->curl = NULL;
	j->running = false;
}

/* Seconds to wait before the next attempt; what the server asks for counts. */
static double
wait_time(const struct job *j)
{
	const struct http_conf *c = &j->h->c;
	double wait = c->wait_first, asked = 0, limit;
	curl_off_t after = 0;
	int i;

	for (i = 1; i < j->r->tries && wait < c->wait_last; i++)
		wait *= 2;
	if (wait > c->wait_last)
		wait = c->wait_last;
	if (curl_easy_getinfo(j->curl, CURLINFO_RETRY_AFTER, &after) ==
		CURLE_OK &&
	    after > 0)
		asked = (double)after;
	limit = j->r->status == 429 ? http_ratelimit(j->r) : 0;
	if (limit > asked)
		asked = limit;
	return asked > 0 ? asked : wait;
}

static bool
may_retry(const struct job *j, CURLcode rc)
{
	static const long again[] = {408, 429, 500, 502, 503, 504};
	size_t i;

	if (j->sink_full || j->io_failed || j->r->tries > j->h->c.retries)
		return false;
	if (rc != CURLE_OK)
		return j->r->retry == HTTP_RETRY_ALL &&
		    rc != CURLE_URL_MALFORMAT &&
		    rc != CURLE_UNSUPPORTED_PROTOCOL &&
		    rc != CURLE_PEER_FAILED_VERIFICATION && !j->r->to_file;
	if (j->r->retry == HTTP_RETRY_REFUSED)
		return j->r->status == 429;
	for (i = 0; i < sizeof again / sizeof *again; i++)
		if (j->r->status == again[i])
			return true;
	return false;
}

/* Follow the Location of an answer to GET; false: nowhere to go. */
static bool
redirect(struct job *j)
{
	char *to = NULL, *where;
	bool ok = false;
	CURLU *u;

	if (strcmp(j->r->method, "GET") != 0 || j->r->status < 301 ||
	    j->r->status > 308 || j->redirects >= REDIRECTS ||
	    (where = http_field(j->r, "Location", 0)) == NULL)
		return false;
	if ((u = curl_url()) == NULL)
		mem_fail();
	if (url_ok(curl_url_set(u, CURLUPART_URL, j->url, 0)) &&
	    url_ok(curl_url_set(u, CURLUPART_URL, where, 0)) &&
	    url_ok(curl_url_get(u, CURLUPART_URL, &to, 0)) &&
	    !(strncasecmp(j->url, "https:", 6) == 0 &&
		strncasecmp(to, "https:", 6) != 0)) {
		free(j->url);
		j->url = xstrdup(to);
		j->redirects++;
		ok = true;
	}
	curl_free(to);
	curl_url_cleanup(u);
	free(where);
	return ok;
}

static void
no_answer(struct job *j, CURLcode rc)
{
	char *bare = http_bare(j->url);
	const char *why =
	    j->error[0] != '\0' ? j->error : curl_easy_strerror(rc);

	if (j->sink_full)
		fail_set(&j->r->fail, FAIL_LONG,
		    "%s: expected at most %llu bytes, saw more", bare,
		    (unsigned long long)j->r->max_sink);
	else if (j->bad_range)
		fail_set(&j->r->fail, FAIL_NETWORK,
		    "%s: expected the range that was asked for, saw another",
		    bare);
	else if (j->io_failed)
		fail_set(&j->r->fail, FAIL_IO,
		    "%s: a local file cannot be read or written: %s", bare,
		    strerror(errno));
	else
		fail_set(&j->r->fail, FAIL_NETWORK, "%s: %s", bare, why);
	j->r->status = 0;
	free(bare);
}

/* The whole request left us: the server may have acted on it. */
static bool
was_sent(const struct job *j)
{
	long size = 0;

	curl_easy_getinfo(j->curl, CURLINFO_REQUEST_SIZE, &size);
	return size > 0 && j->pos >= j->r->size;
}

/* A server that repeats our credential does not get it into a message. */
static void
scrub(struct buf *b, const char *secret)
{
	size_t n = strlen(secret);
	char *p = b->p;

	while (n > 0 && p != NULL &&
	    (p = memmem(p, b->n - (size_t)(p - b->p), secret, n)) != NULL)
		memset(p, '*', n);
}

static void
scrub_reply(struct job *j)
{
	const char *secret;

	if (j->h->auth == NULL)
		return;
	secret = strrchr(j->h->auth, ' ') + 1;
	scrub(&j->r->reply, secret);
	scrub(&j->r->fields, secret);
}

static void
finish(struct job *j, CURLcode rc)
{
	double wait;
	bool again;
	char why[1100];

	if (rc == CURLE_OK)
		curl_easy_getinfo(
		    j->curl, CURLINFO_RESPONSE_CODE, &j->r->status);
	else
		no_answer(j, rc);
	j->r->asked |= was_sent(j);
	scrub_reply(j);
	if (rc == CURLE_OK && redirect(j)) {
		stop(j);
		j->r->tries--;
		return;
	}
	again = may_retry(j, rc);
	wait = again ? wait_time(j) : 0;
	stop(j);
	if (again && wait > j->h->c.max_wait) {
		log_warn("the server asks to wait %.0f s; the limit is %.0f s",
		    wait, j->h->c.max_wait);
		again = false;
	}
	if (!again) {
		j->done = true;
		return;
	}
	if (rc == CURLE_OK)
		http_error(j->r, why, sizeof why);
	else
		snprintf(why, sizeof why, "%s", j->r->fail.msg);
	log_info("%s; again in %.0f s", why, wait);
	j->not_before = now() + wait;
}

static void
collect(struct http *h)
{
	struct job *j;
	CURLMsg *m;
	char *p;
	int left;

	while ((m = curl_multi_info_read(h->multi, &left)) != NULL) {
		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &p);
		j = (struct job *)(void *)p;
		finish(j, m->data.result);
	}
}

/* Start what is due, up to the limit; false when all are done. */
static bool
feed(struct job *v, size_t n, size_t parallel)
{
	size_t i, running = 0, open = 0;
	double t = now();

	for (i = 0; i < n; i++)
		running += v[i].running;
	for (i = 0; i < n; i++) {
		open += !v[i].done;
		if (running < parallel && !v[i].running && !v[i].done &&
		    v[i].not_before <= t) {
			start(&v[i]);
			running++;
		}
	}
	return open > 0;
}

int
http_run(struct http *h, struct http_req **v, size_t n, size_t parallel,
    struct fail *f)
{
	struct job *jobs = xcalloc(n > 0 ? n : 1, sizeof *jobs);
	int running, rc = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		jobs[i] = (struct job){.h = h, .r = v[i]};
		jobs[i].url = xstrdup(v[i]->url);
		v[i]->tries = 0;
		v[i]->asked = false;
		v[i]->fail = (struct fail){0};
		if (v[i]->text != NULL && v[i]->size == 0)
			v[i]->size = strlen(v[i]->text);
	}
	while (feed(jobs, n, parallel)) {
		curl_multi_perform(h->multi, &running);
		collect(h);
		if (running > 0)
			curl_multi_poll(h->multi, NULL, 0, STEP_MS, NULL);
		else
			poll(NULL, 0, 10);
		watch_stdout(h);
		if (h->c.tick != NULL)
			h->c.tick(h->c.tick_arg);
	}
	for (i = 0; i < n; i++) {
		if (v[i]->status == 0 && rc == 0) {
			if (f != NULL)
				*f = v[i]->fail;
			rc = -1;
		}
		curl_slist_free_all(jobs[i].lines);
		free(jobs[i].url);
	}
	free(jobs);
	return rc;
}

int
http_one(struct http *h, struct http_req *r, struct fail *f)
{
	return http_run(h, &r, 1, 1, f);
}
