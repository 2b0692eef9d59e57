/* chat_priv.h - what the parts of chat share; for chat*.c and their tests. */
#ifndef CHAT_PRIV_H
#define CHAT_PRIV_H

#include <curl/curl.h>
#include <stdint.h>
#include <sys/queue.h>

#include "buf.h"
#include "chat.h"
#include "rng.h"

enum {
	CHAT_BODY_MAX = 16 << 20, /* bytes of a reply, decompressed */
	CHAT_RAW_KEEP = 600, /* bytes of a bad reply kept for messages */
};

/* Where requests go (chat_url.c). All owned. */
struct chat_url {
	char *chat; /* what is posted to */
	char *shown; /* base for records: query values removed */
	char *canon; /* base in one spelling, for the journal's key */
	char *host; /* lower case */
	bool loopback, https, azure;
};

int chat_url_parse(
    struct chat_url *u, const char *base, bool allow_http, struct fail *f);
void chat_url_clear(struct chat_url *u);
/* The key for this host by contract: *key is owned, NULL where none is to be
 * sent. -1 and FAIL_USAGE when it is unusable, or missing where one must be. */
int chat_url_key(const struct chat_url *u, const struct conf *conf, char **key,
    struct fail *f);
/* All request headers; NULL and FAIL_USAGE for one that cannot be sent. */
struct curl_slist *chat_url_headers(const struct chat_url *u, const char *key,
    bool stream, const json_t *extra, struct fail *f);

/* A request in canonical form (chat_ask.c). */
struct chat_ask {
	char *model;
	json_t *params; /* members of the body but messages and stream */
	char *messages; /* JSON text, members sorted */
	size_t nmessages;
	json_t *print; /* "request" of the journal; NULL without one */
	char key[DIGEST_HEX];
	size_t text; /* bytes of all contents, runs of spaces counted once */
	long max_tokens;
};

/* Parameters that may be dropped when a server refuses them. */
enum chat_param {
	CHAT_TEMPERATURE = 1,
	CHAT_TOP_P = 2,
	CHAT_SEED = 4,
	CHAT_STREAM_OPTIONS = 8,
	CHAT_MAX_TOKENS = 16, /* renamed, then dropped */
	CHAT_STREAM = 32,
};

/* What a model's server has been found to want. */
struct chat_model {
	struct chat_model *next;
	char *name; /* owned */
	unsigned dropped; /* enum chat_param */
	bool renamed; /* max_tokens is max_completion_tokens */
	unsigned changes; /* counts them */
};

int chat_ask_init(struct chat_ask *a, const struct conf *conf,
    const struct chat_url *u, const struct chat_request *r, bool print,
    struct fail *f);
void chat_ask_clear(struct chat_ask *a);
/* Members of extra_body that may not be set there: FAIL_USAGE. */
int chat_ask_extra(const json_t *extra, struct fail *f);
/*
 * Write the body as this model's server wants it. max_tokens: instead of the
 * asked one. sent and changed (may be NULL, NULL where nothing was) get new
 * references, for reply members of these names.
 */
void chat_ask_body(const struct chat_ask *a, const struct chat_model *m,
    long max_tokens, bool stream, struct buf *out);
json_t *chat_ask_sent(
    const struct chat_ask *a, const struct chat_model *m, long max_tokens);
json_t *chat_ask_changed(
    const struct chat_ask *a, const struct chat_model *m, long max_tokens);

/* A reply under way (chat_body.c, chat_sse.c, chat_clean.c). */
struct chat_msg {
	struct buf content, reasoning, refusal;
	char *finish, *model, *provider, *id; /* owned, or NULL */
	char *native; /* what the model's own server calls its end; likewise */
	struct chat_usage usage;
	json_t *error; /* owned: an error instead of, or after, the content */
	bool choice; /* there was a choice with index 0 */
	bool tool_call, cleaned, think, filtered;
	bool bad; /* a member of the wrong type: not a reply */
	char why[200]; /* what was bad */
};

void chat_msg_init(struct chat_msg *m);
void chat_msg_clear(struct chat_msg *m);
/* JSON that jansson refuses for what it holds in passing (lone surrogates,
 * broken UTF-8, NaN, a BOM) is mended. NULL and f when it is not JSON. */
json_t *chat_json(const char *s, size_t n, struct fail *f);
/* Take a whole reply, or a chunk of a stream, into m; never fails: see error,
 * bad and why. */
void chat_msg_put(struct chat_msg *m, const json_t *v, bool chunk);
/* After the last one: clean content of harmony frames and <think>. */
void chat_msg_end(struct chat_msg *m);
/* Clean content (in place), moving reasoning to the end of reasoning. cleaned
 * and think are set, tool_call is only where a frame calls a tool. */
void chat_clean(struct buf *content, struct buf *reasoning, bool *cleaned,
    bool *think, bool *tool_call);

/* Chunks of a stream differ in one text only: the others' JSON need not be
 * parsed again, which took most of the time that a stream took. */
struct chat_known {
	struct buf text; /* the last chunk that was parsed; empty: none */
	size_t head, tail; /* its bytes before and after that text */
	bool reasoning; /* the text belongs there, else to content */
};

/* Server-sent events. */
struct chat_sse {
	struct buf line; /* bytes of a line that is not complete */
	struct buf data; /* data of the event under way */
	bool cr; /* the last byte was CR */
	bool any, has_data, begun;
	bool done; /* data: [DONE] */
	size_t events, broken; /* taken; not JSON */
	struct chat_known known;
	bool careful; /* parse every chunk: for tests */
};

/* Take n bytes; each event goes into m. */
void chat_sse_put(
    struct chat_sse *s, const char *p, size_t n, struct chat_msg *m);
/* The stream ended: a last event without its empty line counts. */
void chat_sse_end(struct chat_sse *s, struct chat_msg *m);
void chat_sse_clear(struct chat_sse *s);

/* What became of an attempt (chat_retry.c). */
enum chat_verdict {
	CHAT_GOOD,
	CHAT_RETRY, /* transient */
	CHAT_RETRY_UNUSABLE, /* 200, but no reply: bounded apart */
	CHAT_RETRY_BILLED, /* broke after it was sent: bounded apart */
	CHAT_RETRY_ONCE, /* at most one more */
	CHAT_RETRY_LONGER, /* cut before any text: more max_tokens */
	CHAT_RETRY_PARAM, /* a parameter is refused: `param` */
	CHAT_RETRY_SHORTER, /* context: less max_tokens */
	CHAT_FAIL_ITEM, /* `why` */
	CHAT_FAIL_RUN,
};

/* An attempt as it ended. Texts borrowed. */
struct chat_outcome {
	CURLcode code;
	const char *curl_text; /* of the error buffer */
	bool sent; /* the request had gone out */
	bool too_long; /* more than CHAT_BODY_MAX */
	bool timed_out; /* by our own clocks */
	long status;
	const char *body; /* raw, of a reply that is not a good one */
	size_t nbody;
	const json_t *json; /* of the body, or NULL */
	const char *retry_after, *retry_after_ms, *should_retry; /* or NULL */
	const char *location; /* or NULL */
	double now; /* seconds since 1970, for Retry-After as a date */
	double patience; /* seconds */
	bool html;
};

struct chat_judgement {
	enum chat_verdict verdict;
	enum chat_why why;
	bool overload; /* the server asks everybody to slow down */
	bool refused; /* no connection: everybody waits for the server */
	bool billed; /* possibly */
	double retry_after; /* seconds; -1: not said */
	unsigned param; /* CHAT_RETRY_PARAM: enum chat_param */
	bool rename; /* max_tokens wants its other name */
	size_t ctx_tokens, prompt_tokens;
	struct fail fail;
};

/* Judge an attempt that brought no good message. url is for messages. */
void chat_judge(
    const struct chat_outcome *o, const char *url, struct chat_judgement *j);
/* Judge what a message with status 200 is worth. complete_stream: it came as
 * a stream that ended properly, or was none. */
void chat_judge_msg(const struct chat_msg *m, const struct chat_outcome *o,
    bool stream, bool stream_done, const char *url, struct chat_judgement *j);
/* Seconds to wait as the server says, or -1. */
double chat_retry_after(const struct chat_outcome *o, const json_t *body);
/* "1s", "6m0s", "300ms", "1.5" (seconds) -> seconds, or -1. */
double chat_duration(const char *s);
/* One line that tells what an error body says. */
void chat_error_text(
    const json_t *body, const char *raw, size_t n, struct buf *out);

/* Limits (chat_limit.c). Times are ev_now's milliseconds. */
struct chat_limit {
	unsigned max; /* in flight */
	double window, threshold; /* adaptive limit; slow start below */
	unsigned flying, cuts;
	double cool_until; /* no starts before */
	double cool_base; /* ms of the first cool-down */
	unsigned overloads; /* in a row */
	bool probing, probe_out; /* after a cool-down: one request first */
	double per_minute[2], have[2], filled; /* requests, tokens; 0: none */
	double base, smooth; /* ms to the first byte: best, now */
	unsigned streak, items; /* attempts, calls failed in a row */
	size_t good;
	struct rng rng;
};

void chat_limit_init(struct chat_limit *l, const struct conf *conf, double now);
/* ms until a request of so many tokens may start: 0 now, INFINITY when one in
 * flight must end first. */
double chat_limit_wait(struct chat_limit *l, double now, double tokens);
/* It starts; what is returned goes to the calls below. */
struct chat_ticket {
	unsigned cuts;
	bool probe;
	double tokens;
};
struct chat_ticket chat_limit_start(
    struct chat_limit *l, double now, double tokens);
/* It ended: well (first_ms to the first byte, used tokens or -1), with an
 * overload (retry_after seconds or -1; refused: nobody was there to ask), or
 * otherwise. */
void chat_limit_good(struct chat_limit *l, double now,
    const struct chat_ticket *t, double first_ms, double used);
void chat_limit_overload(struct chat_limit *l, double now,
    const struct chat_ticket *t, double retry_after, bool refused);
void chat_limit_other(
    struct chat_limit *l, const struct chat_ticket *t, bool failed);
/* Rate limit headers said that nothing is left for so many seconds. */
void chat_limit_spent(struct chat_limit *l, double now, double seconds);
/* Has nothing worked for a while? Then failures are overloads (refused). */
bool chat_limit_dark(const struct chat_limit *l);
/* Has the server stopped working for good? */
bool chat_limit_broken(const struct chat_limit *l);
/* Full jitter: uniform in [0, base * 2^n], n retries made, at most 60 s. */
double chat_backoff(struct rng *r, double base_ms, unsigned n);

/* The client (chat.c, chat_http.c, chat_reply.c, chat_sum.c). */
enum chat_state {
	CHAT_QUEUED, /* waits for a place in flight */
	CHAT_FOLLOWING, /* an equal call is asked: waits for its answer */
	CHAT_PAUSED, /* waits before a retry */
	CHAT_FLYING,
	CHAT_READY, /* calls back in the next step */
};

/* An HTTP request under way. */
struct chat_flight {
	CURL *easy; /* borrowed from the pool */
	struct curl_slist *headers; /* borrowed */
	struct buf body; /* what is sent */
	struct buf in; /* what came, when it is not a stream */
	struct chat_msg msg;
	struct chat_sse sse;
	size_t got; /* bytes of the body */
	bool headed; /* is_sse is known */
	bool is_sse, too_long, timed_out;
	unsigned changes; /* of the model when it started */
	bool streamed; /* asked for a stream */
	double start, first, last; /* ms: begin, first byte, last byte */
	double end; /* a stream that is done must close by then; 0 */
	struct chat_ticket ticket;
	char text[CURL_ERROR_SIZE];
};

TAILQ_HEAD(chat_list, chat_call);
LIST_HEAD(chat_bucket, chat_call);

struct chat_call {
	TAILQ_ENTRY(chat_call) next; /* in the list of its state */
	LIST_ENTRY(chat_call) same; /* by key: calls that are asked */
	struct chat_list followers;
	struct chat *c;
	struct chat_call *leader; /* CHAT_FOLLOWING */
	enum chat_state state;
	bool listed; /* in `same` */
	struct chat_ask ask;
	struct chat_model *model;
	chat_fn *fn;
	void *arg;
	long max_tokens; /* asked for now */
	long long last_prompt;
	unsigned attempts, retries, unusable, billed, once, longer, shorter;
	unsigned params;
	struct ev_timer *timer; /* of the pause, or the flight's clock */
	struct chat_flight *fl; /* CHAT_FLYING */
	json_t *value; /* CHAT_READY with an answer: as in the journal */
	bool journalled;
	enum chat_status status; /* CHAT_READY without one */
	enum chat_why why;
	struct fail fail;
	size_t ctx_tokens, prompt_tokens;
};

enum { CHAT_BUCKETS = 1024 };

struct chat {
	struct ev *ev;
	const struct conf *conf;
	struct chat_url url;
	char *key; /* or NULL */
	struct curl_slist *headers[2]; /* without and with stream */
	struct journal *journal;
	CURLM *multi; /* NULL in replay */
	CURL **pool; /* idle handles */
	size_t npool, cappool;
	struct ev_timer *curl_timer, *pump_timer, *ready_timer;
	struct chat_limit limit;
	struct chat_list queued, retry, paused, flying, ready;
	struct chat_bucket bucket[CHAT_BUCKETS];
	struct chat_model *models;
	size_t pending;
	bool stream, replay, inside; /* inside: libcurl's functions */
	unsigned max_retries;
	double idle_ms, total_ms, patience;
	long long max_cost, max_total; /* -1: no limit */
	double spent_tokens; /* with estimates where none were reported */
	double price[2]; /* micro-dollars a token; -1: not set */
	enum chat_status stopped;
	struct fail why;
	struct chat_account acc;
	double done, total; /* chat_expect */
	bool said; /* the summary after 20 calls */
};

/* chat_http.c: one attempt. chat.c hears of its end by chat_landed. */
int chat_http_init(struct chat *c, struct fail *f);
void chat_http_free(struct chat *c);
void chat_http_start(struct chat_call *call);
/* Take a call out of flight, closing its connection when it is not over. */
void chat_http_drop(struct chat_call *call);
/* The attempt is over; easy is still readable. */
void chat_landed(struct chat_call *call, CURLcode code);

/* chat_reply.c: an answer as the journal keeps it, and as the caller sees it */
json_t *chat_value(struct chat_call *call, double seconds);
void chat_reply_fill(const struct chat_call *call, struct chat_reply *r);
json_t *chat_failure(const struct chat_call *call);
void chat_failure_take(struct chat_call *call, const json_t *value);
/* A failed attempt for the journal. */
json_t *chat_attempt(
    const struct chat_call *call, const struct chat_judgement *j, long status);
/* Overwrite the key wherever it stands in s[0..n-1]. */
void chat_scrub(const struct chat *c, char *s, size_t n);

/* chat_sum.c */
void chat_account_usage(
    struct chat *c, struct chat_usage *u, const struct chat_call *call);
void chat_account_said(struct chat *c);

#endif
