/* chat_http.c - one attempt of a chat request, by libcurl on the event loop. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>

#include "chat_priv.h"
#include "log.h"
#include "mem.h"
#include "version.h"

enum {
	DONE_GRACE = 250, /* ms that a finished stream has to close */
	OWN_FILES = 256, /* descriptors for other purposes */
	RECV_SIZE = 16384,
};

static void on_timer(void *arg);

/* libcurl may have finished transfers: hear of them. */
static void
reap(struct chat *c)
{
	struct chat_call *call;
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(c->multi, &left)) != NULL) {
		if (msg->msg != CURLMSG_DONE)
			continue;
		if (curl_easy_getinfo(
			msg->easy_handle, CURLINFO_PRIVATE, &call) == CURLE_OK)
			chat_landed(call, msg->data.result);
	}
}

static void
on_socket(int fd, short revents, void *arg)
{
	struct chat *c = arg;
	int mask = 0, running;

	if (revents & POLLIN)
		mask |= CURL_CSELECT_IN;
	if (revents & POLLOUT)
		mask |= CURL_CSELECT_OUT;
	if (revents & (POLLERR | POLLHUP))
		mask |= CURL_CSELECT_ERR;
	curl_multi_socket_action(c->multi, fd, mask, &running);
	reap(c);
}

static int
watch_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *ours)
{
	struct chat *c = arg;

	(void)easy;
	(void)ours;
	if (what == CURL_POLL_REMOVE)
		ev_del(c->ev, fd);
	else
		ev_fd(c->ev, fd,
		    (short)((what & CURL_POLL_IN ? POLLIN : 0) |
			(what & CURL_POLL_OUT ? POLLOUT : 0)),
		    on_socket, c);
	return 0;
}

static int
set_timer(CURLM *multi, long ms, void *arg)
{
	struct chat *c = arg;

	(void)multi;
	ev_cancel(c->ev, c->curl_timer);
	c->curl_timer = NULL;
	if (ms >= 0)
		c->curl_timer = ev_after(c->ev, (double)ms, on_timer, c);
	return 0;
}

static void
on_timer(void *arg)
{
	struct chat *c = arg;
	int running;

	c->curl_timer = NULL;
	curl_multi_socket_action(c->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	reap(c);
}

/* Room for as many connections as may be wanted. */
static void
raise_files(long want)
{
	struct rlimit r;

	want += OWN_FILES;
	if (getrlimit(RLIMIT_NOFILE, &r) == -1 || r.rlim_cur >= (rlim_t)want)
		return;
	r.rlim_cur = r.rlim_max < (rlim_t)want ? r.rlim_max : (rlim_t)want;
	if (setrlimit(RLIMIT_NOFILE, &r) == -1 || r.rlim_cur < (rlim_t)want)
		log_warn("max_inflight: only %llu files can be open",
		    (unsigned long long)r.rlim_cur);
}

int
chat_http_init(struct chat *c, struct fail *f)
{
	long max = conf_int(c->conf, CONF_MAX_INFLIGHT);

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (c->multi = curl_multi_init()) == NULL)
		return fail_set(f, FAIL_NETWORK, "libcurl does not start");
	raise_files(max);
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
	curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, max);
	curl_multi_setopt(c->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
	return 0;
}

void
chat_http_free(struct chat *c)
{
	size_t i;

	for (i = 0; i < c->npool; i++)
		curl_easy_cleanup(c->pool[i]);
	free(c->pool);
	if (c->multi != NULL)
		curl_multi_cleanup(c->multi);
	ev_cancel(c->ev, c->curl_timer);
	c->multi = NULL;
	c->curl_timer = NULL;
}

static size_t
first_text(const char *p, size_t n)
{
	size_t i = 0;

	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		i = 3;
	while (i < n && strchr(" \t\r\n", p[i]) != NULL && p[i] != '\0')
		i++;
	return i;
}

/* Is it a stream? The header may be wrong: the first byte decides. */
static bool
is_stream(CURL *easy, char c)
{
	char *type = NULL;
	bool said;

	curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
	said = type != NULL && strncasecmp(type, "text/event-stream", 17) == 0;
	if (c == '{' || c == '[' || c == '<' || c == '"')
		return false;
	return said || c == ':' || c == 'd' || c == 'e' || c == 'i' || c == 'r';
}

static void arm(struct chat_call *call);

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct chat_call *call = arg;
	struct chat_flight *fl = call->fl;
	size_t k = 0;
	long status = 0;

	n *= size;
	fl->last = ev_now();
	if (fl->first == 0)
		fl->first = fl->last;
	fl->got += n;
	if (fl->got > CHAT_BODY_MAX) {
		fl->too_long = true;
		return CURL_WRITEFUNC_ERROR;
	}
	if (!fl->headed) {
		k = fl->in.n == 0 ? first_text(p, n) : 0;
		if (k == n)
			return n; /* white space while the model works */
		curl_easy_getinfo(fl->easy, CURLINFO_RESPONSE_CODE, &status);
		fl->headed = true;
		fl->is_sse = status == 200 && is_stream(fl->easy, p[k]);
	}
	if (!fl->is_sse) {
		buf_put(&fl->in, p + k, n - k);
		return n;
	}
	if (fl->in.n < CHAT_RAW_KEEP)
		buf_put(&fl->in, p + k,
		    n - k < CHAT_RAW_KEEP ? n - k : CHAT_RAW_KEEP);
	chat_sse_put(&fl->sse, p + k, n - k, &fl->msg);
	if (fl->sse.done && fl->end == 0) {
		fl->end = fl->last + DONE_GRACE;
		arm(call);
	}
	return n;
}

static size_t
on_header(char *p, size_t size, size_t n, void *arg)
{
	struct chat_call *call = arg;

	(void)p;
	call->fl->last = ev_now();
	return size * n;
}

/* A handle with everything that all requests share. */
static CURL *
new_easy(struct chat *c)
{
	CURL *e = curl_easy_init();
	const struct conf *conf = c->conf;

	if (e == NULL)
		mem_fail();
	curl_easy_setopt(e, CURLOPT_URL, c->url.chat);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(e, CURLOPT_USERAGENT, "csv-agent/" CSV_AGENT_VERSION);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)(conf_real(conf, CONF_CONNECT_TIMEOUT) * 1e3) + 1);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPIDLE, 60L);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPINTVL, 30L);
	/* servers close idle connections: llama-server and Node after 5 s */
	curl_easy_setopt(e, CURLOPT_MAXAGE_CONN, c->url.https ? 50L : 4L);
	curl_easy_setopt(e, CURLOPT_BUFFERSIZE, (long)RECV_SIZE);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	if (c->url.loopback)
		curl_easy_setopt(e, CURLOPT_PROXY, "");
	return e;
}

/* The flight's own clocks: no byte for too long, or too long altogether. */
static void
on_clock(void *arg)
{
	struct chat_call *call = arg;
	struct chat_flight *fl = call->fl;
	struct chat *c = call->c;
	double now = ev_now();

	call->timer = NULL;
	if (fl->end != 0 && now >= fl->end) {
		chat_landed(call, CURLE_OK);
	} else if (now - fl->start >= c->total_ms) {
		fl->timed_out = true;
		snprintf(fl->text, sizeof fl->text,
		    "not finished after %.3g s (total_timeout)",
		    c->total_ms / 1e3);
		chat_landed(call, CURLE_OPERATION_TIMEDOUT);
	} else if (now - fl->last >= c->idle_ms) {
		fl->timed_out = true;
		snprintf(fl->text, sizeof fl->text,
		    "no byte for %.3g s (idle_timeout)", c->idle_ms / 1e3);
		chat_landed(call, CURLE_OPERATION_TIMEDOUT);
	} else {
		arm(call);
	}
}

static void
arm(struct chat_call *call)
{
	const struct chat_flight *fl = call->fl;
	const struct chat *c = call->c;
	double at = fmin(fl->start + c->total_ms, fl->last + c->idle_ms);

	if (fl->end != 0)
		at = fmin(at, fl->end);
	ev_cancel(c->ev, call->timer);
	call->timer = ev_after(c->ev, at - ev_now(), on_clock, call);
}

void
chat_http_start(struct chat_call *call)
{
	struct chat *c = call->c;
	struct chat_flight *fl = xcalloc(1, sizeof *fl);
	CURL *e = c->npool > 0 ? c->pool[--c->npool] : new_easy(c);

	call->fl = fl;
	fl->easy = e;
	fl->start = fl->last = ev_now();
	fl->changes = call->model->changes;
	fl->streamed = c->stream && (call->model->dropped & CHAT_STREAM) == 0;
	chat_msg_init(&fl->msg);
	chat_ask_body(
	    &call->ask, call->model, call->max_tokens, c->stream, &fl->body);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, c->headers[fl->streamed]);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, fl->body.p);
	curl_easy_setopt(
	    e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)fl->body.n);
	curl_easy_setopt(e, CURLOPT_PRIVATE, call);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, fl->text);
	arm(call);
	if (curl_multi_add_handle(c->multi, e) != CURLM_OK)
		mem_fail();
}

void
chat_http_drop(struct chat_call *call)
{
	struct chat *c = call->c;
	struct chat_flight *fl = call->fl;

	ev_cancel(c->ev, call->timer);
	call->timer = NULL;
	curl_multi_remove_handle(c->multi, fl->easy);
	curl_easy_setopt(fl->easy, CURLOPT_ERRORBUFFER, NULL);
	curl_easy_setopt(fl->easy, CURLOPT_POSTFIELDS, NULL);
	c->pool = xgrow(c->pool, c->npool, &c->cappool, sizeof *c->pool);
	c->pool[c->npool++] = fl->easy;
	chat_msg_clear(&fl->msg);
	chat_sse_clear(&fl->sse);
	buf_clear(&fl->body);
	buf_clear(&fl->in);
	free(fl);
	call->fl = NULL;
}
