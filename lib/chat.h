/* chat.h - chat completions from any OpenAI-compatible API: messages in, a
 * reply out. Asynchronous on an event loop, single-threaded. */
#ifndef CHAT_H
#define CHAT_H

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "conf.h"
#include "ev.h"
#include "fail.h"
#include "journal.h"

/*
 * One client holds the connections, the journal, the limits and the account of
 * a run. A call (chat_send) is one question to the model; it takes one or more
 * attempts (HTTP requests). Callbacks run from ev_step, never from inside a
 * function of this module, and may call any function here but chat_free.
 */
struct chat;
struct chat_call;

/*
 * A client as conf says: base_url, api_key_env, the limits, time-outs, budgets,
 * journal. ev and conf must outlive it. NULL and FAIL_USAGE for a URL, header
 * or key that cannot be used (http to another machine without allow_http,
 * credentials inside the URL, a key with control characters, no key for a host
 * that needs one), FAIL_IO for the journal. With replay no key is needed and no
 * socket is ever opened.
 */
struct chat *chat_new(struct ev *ev, const struct conf *conf, struct fail *f);
/* Forget everything: calls that are not finished never call back. */
void chat_free(struct chat *c);

/* Is a chat API set up: a base URL given, or the key of the default one in the
 * environment? What --teacher auto asks. */
bool chat_configured(const struct conf *conf);
/* The base URL for records, borrowed: without the values of its query. */
const char *chat_base_url(const struct chat *c);
/* The client's journal, borrowed, or NULL: for the cells of a trace. */
struct journal *chat_journal(const struct chat *c);

/* What is asked. All borrowed, during chat_send only. Zero members mean "as
 * configured"; start from CHAT_REQUEST. */
struct chat_request {
	const char *model; /* NULL: teacher_model */
	const json_t *messages; /* [{"role", "content"}...], not empty; broken
				   UTF-8 is replaced by U+FFFD */
	unsigned sample; /* ordinal among equal requests: part of the journal's
			    key, so that samples are not one answer */
	double temperature, top_p; /* NAN: as configured */
	long max_tokens; /* 0: as configured */
	long long seed; /* sent when not negative; give each sample its own */
	const json_t *extra; /* members merged in before extra_body, or NULL */
	long long last_prompt_tokens; /* what the previous turn of this
		conversation reported, 0 unknown: to see a server that cuts */
};

#define CHAT_REQUEST                                                           \
	((struct chat_request){.temperature = NAN, .top_p = NAN, .seed = -1})

enum chat_status {
	CHAT_OK, /* there is an answer */
	CHAT_ITEM, /* this call has none; others may: see why */
	CHAT_RUN, /* no call can be answered any more (key, credit, model,
		     server gone, journal not writable): stop */
	CHAT_BUDGET, /* max_cost or max_total_tokens is used up: stop */
	CHAT_CANCELLED, /* chat_stop */
};

/* Why a call has no answer (CHAT_ITEM). */
enum chat_why {
	CHAT_WHY_NONE,
	CHAT_WHY_CONTEXT, /* the conversation is too long: shorten it, ask
			     again (a smaller max_tokens was tried) */
	CHAT_WHY_FILTERED, /* refused by a content filter */
	CHAT_WHY_EMPTY, /* all tokens went into reasoning, or unusable replies,
			   again and again */
	CHAT_WHY_REJECTED, /* the server refuses the request */
	CHAT_WHY_GAVE_UP, /* transient errors outlasted the retries */
	CHAT_WHY_MISS, /* replay: not in the journal */
};

/* "context", "filtered", ... as in the journal. */
const char *chat_why_name(enum chat_why why);

/* Token counts and money; -1 where unknown, which is not 0. */
struct chat_usage {
	long long prompt, completion; /* completion includes reasoning */
	long long reasoning, cached; /* cached: the part of prompt read from a
					cache */
	long long cost; /* micro-dollars */
	bool estimated; /* cost comes from price_prompt, price_completion */
};

/*
 * What came back. Everything is borrowed and valid during the callback only.
 * All texts are valid UTF-8 without NUL (U+FFFD instead). Only members marked *
 * are the same on every run with one journal and may go into records.
 */
struct chat_reply {
	enum chat_status status; /* * */
	enum chat_why why; /* * */
	const struct fail *fail; /* NULL with CHAT_OK; never holds the key */
	const char *content; /* * what the model said, cleaned; "" else */
	const char *reasoning; /* * its reasoning from any field, "" if none;
				  never take code from it */
	const char *finish; /* * finish_reason as sent, "" where missing */
	bool complete; /* * the model ended by itself, not cut (code_find) */
	bool tool_call; /* * it tried a tool: content may be "" */
	bool refusal; /* * content is the refusal */
	bool cleaned; /* * harmony frames were removed */
	bool think; /* * <think> text was removed from content */
	bool cut_prompt; /* * the server seems to have dropped part of the
			    prompt */
	bool no_finish; /* * accepted without finish_reason */
	struct chat_usage usage; /* * of the answer; retries are not in it */
	const char *model; /* * as returned, "" where missing */
	const char *provider; /* * as returned, "" */
	const char *id; /* * of the completion, "" */
	const char *request_id; /* * X-Generation-Id, x-request-id, "" */
	const json_t
	    *sent; /* * members of the body that was answered without
		      model, messages and stream; NULL without answer */
	const json_t
	    *changed; /* * ["max_tokens: renamed ..."...]: what had to
	       be dropped, renamed or doubled for it; NULL if nothing */
	double elapsed; /* * seconds of the attempt that answered */
	unsigned attempts; /* HTTP requests made for this call */
	bool journalled; /* came from the journal */
	size_t ctx_tokens, prompt_tokens; /* CHAT_WHY_CONTEXT: as the error
					     says; 0 unknown */
};

typedef void chat_fn(const struct chat_reply *r, void *arg);

/*
 * Ask; fn is called exactly once unless chat_cancel or chat_free comes first.
 * Calls wait in order of arrival for a place among max_inflight. With a
 * journal, equal calls (same key) that are asked at once are asked once. After
 * a stop fn is told so in the next step.
 */
struct chat_call *chat_send(
    struct chat *c, const struct chat_request *r, chat_fn *fn, void *arg);
/* Forget a call: its connection is closed, fn is not called. */
void chat_cancel(struct chat_call *call);

/*
 * No new requests from now on. Calls that wait end as CHAT_CANCELLED in the
 * next step; so do those in flight, except that drain lets them finish (their
 * answers are journalled). conf's drain is the usual argument.
 */
void chat_stop(struct chat *c, bool drain);
/* Why no more requests are made: CHAT_OK while they are. f, if not NULL, is
 * filled with the reason. */
enum chat_status chat_stopped(const struct chat *c, struct fail *f);
/* Calls that have not called back. */
size_t chat_pending(const struct chat *c);

/* done of total units of work (questions; total 0: unknown) are finished, those
 * at work counted in part: the base of the cost projection. */
void chat_expect(struct chat *c, double done, double total);
/* One line on stderr: requests, retries, journal, tokens, cost, projection. It
 * is printed once by itself after 20 calls; call it at the end. */
void chat_summary(const struct chat *c);

/* The account: what all attempts used, journal not counted. */
struct chat_account {
	size_t calls; /* answered */
	size_t failed; /* without an answer */
	size_t requests; /* HTTP requests sent */
	size_t retries; /* of these */
	size_t journalled; /* calls answered from the journal */
	size_t maybe_billed; /* attempts that broke after they were sent */
	size_t unknown_cost; /* answers without cost */
	size_t peak; /* most requests in flight at once */
	struct chat_usage usage; /* sums over what was reported, from 0 */
};
void chat_account(const struct chat *c, struct chat_account *out);

/* {"prompt_tokens", "completion_tokens", "reasoning_tokens", "cached_tokens",
 * "cost" (dollars)}, null where unknown; "cost_estimated": true where so. The
 * `usage` of records; owned by the caller. */
json_t *chat_usage_json(const struct chat_usage *u);
/* All 0: the start of a sum. */
struct chat_usage chat_usage_zero(void);
/* sum += u; a member that is unknown in u makes the sum's unknown. */
void chat_usage_add(struct chat_usage *sum, const struct chat_usage *u);

#endif
