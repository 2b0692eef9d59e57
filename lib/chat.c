/* chat.c - chat calls: queue, attempts, retries, answers. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "chat_priv.h"
#include "log.h"
#include "mem.h"
#include "rec.h"

enum {
	UNUSABLE_MAX = 3, /* replies with status 200 that are none */
	BILLED_MAX = 3, /* attempts that may have been paid for nothing */
	LONGER_MAX = 2, /* doublings of max_tokens */
	PARAMS_MAX = 8, /* parameters dropped or renamed for one call */
	SHORTEST = 256, /* tokens that a reply needs at least */
	CONTEXT_MARGIN = 64, /* tokens left free */
};

static void pump(struct chat *c);

static void
read_limits(struct chat *c)
{
	const struct conf *conf = c->conf;

	c->stream = conf_bool(conf, CONF_STREAM);
	c->max_retries = (unsigned)conf_int(conf, CONF_MAX_RETRIES);
	c->idle_ms = conf_real(conf, CONF_IDLE_TIMEOUT) * 1e3;
	c->total_ms = conf_real(conf, CONF_TOTAL_TIMEOUT) * 1e3;
	c->patience = conf_real(conf, CONF_MAX_RETRY_AFTER);
	c->max_cost = conf_is_set(conf, CONF_MAX_COST)
	    ? llround(conf_real(conf, CONF_MAX_COST) * 1e6)
	    : -1;
	c->max_total = conf_is_set(conf, CONF_MAX_TOTAL_TOKENS)
	    ? conf_int(conf, CONF_MAX_TOTAL_TOKENS)
	    : -1;
	c->price[0] = conf_is_set(conf, CONF_PRICE_PROMPT)
	    ? conf_real(conf, CONF_PRICE_PROMPT)
	    : -1;
	c->price[1] = conf_is_set(conf, CONF_PRICE_COMPLETION)
	    ? conf_real(conf, CONF_PRICE_COMPLETION)
	    : -1;
	chat_limit_init(&c->limit, conf, ev_now());
}

/* Keys, headers and libcurl: what only a client that asks needs. */
static int
open_network(struct chat *c, struct fail *f)
{
	const json_t *extra = conf_map(c->conf, CONF_EXTRA_HEADERS);
	int i;

	if (chat_url_key(&c->url, c->conf, &c->key, f) == -1)
		return -1;
	for (i = 0; i < 2; i++)
		if ((c->headers[i] = chat_url_headers(
			 &c->url, c->key, i == 1, extra, f)) == NULL)
			return -1;
	return chat_http_init(c, f);
}

struct chat *
chat_new(struct ev *ev, const struct conf *conf, struct fail *f)
{
	struct chat *c = xcalloc(1, sizeof *c);
	const char *path = conf_str(conf, CONF_JOURNAL);

	c->ev = ev;
	c->conf = conf;
	c->replay = conf_bool(conf, CONF_REPLAY);
	TAILQ_INIT(&c->queued);
	TAILQ_INIT(&c->retry);
	TAILQ_INIT(&c->paused);
	TAILQ_INIT(&c->flying);
	TAILQ_INIT(&c->ready);
	read_limits(c);
	if (chat_url_parse(&c->url, conf_str(conf, CONF_BASE_URL),
		conf_bool(conf, CONF_ALLOW_HTTP), f) == -1 ||
	    chat_ask_extra(conf_map(conf, CONF_EXTRA_BODY), f) == -1)
		goto bad;
	if (c->replay && path == NULL) {
		fail_set(f, FAIL_USAGE, "replay: expected a journal, saw none");
		goto bad;
	}
	if (path != NULL &&
	    (c->journal = journal_open(path, c->replay, f)) == NULL)
		goto bad;
	if (!c->replay && open_network(c, f) == -1)
		goto bad;
	return c;
bad:
	chat_free(c);
	return NULL;
}

static void
free_call(struct chat_call *call)
{
	chat_ask_clear(&call->ask);
	json_decref(call->value);
	free(call);
}

static struct chat_list *
list_of(struct chat_call *call)
{
	struct chat *c = call->c;

	switch (call->state) {
	case CHAT_QUEUED:
		return call->retries + call->params + call->longer +
			    call->shorter >
			0
		    ? &c->retry
		    : &c->queued;
	case CHAT_PAUSED:
		return &c->paused;
	case CHAT_FLYING:
		return &c->flying;
	case CHAT_READY:
		return &c->ready;
	case CHAT_FOLLOWING:
		break;
	}
	return &call->leader->followers;
}

static void
enter(struct chat_call *call, enum chat_state state)
{
	call->state = state;
	TAILQ_INSERT_TAIL(list_of(call), call, next);
}

static void
unlist(struct chat_call *call)
{
	if (call->listed)
		LIST_REMOVE(call, same);
	call->listed = false;
}

/* Its timer and connection. */
static void
release(struct chat_call *call)
{
	struct chat *c = call->c;

	if (call->state == CHAT_FLYING) {
		chat_http_drop(call);
	} else {
		ev_cancel(c->ev, call->timer);
		call->timer = NULL;
	}
}

/* Out of its list; its timer and connection are released. */
static void
leave(struct chat_call *call)
{
	TAILQ_REMOVE(list_of(call), call, next);
	release(call);
}

static void
free_list(struct chat_list *list)
{
	struct chat_call *call;

	while ((call = TAILQ_FIRST(list)) != NULL) {
		TAILQ_REMOVE(list, call, next);
		free_list(&call->followers);
		release(call);
		free_call(call);
	}
}

void
chat_free(struct chat *c)
{
	struct chat_model *m;

	if (c == NULL)
		return;
	free_list(&c->ready);
	free_list(&c->flying);
	free_list(&c->paused);
	free_list(&c->retry);
	free_list(&c->queued);
	chat_http_free(c);
	ev_cancel(c->ev, c->pump_timer);
	ev_cancel(c->ev, c->ready_timer);
	journal_close(c->journal);
	curl_slist_free_all(c->headers[0]);
	curl_slist_free_all(c->headers[1]);
	if (c->key != NULL)
		explicit_bzero(c->key, strlen(c->key));
	free(c->key);
	while ((m = c->models) != NULL) {
		c->models = m->next;
		free(m->name);
		free(m);
	}
	chat_url_clear(&c->url);
	free(c);
}

const char *
chat_base_url(const struct chat *c)
{
	return c->url.shown;
}

struct journal *
chat_journal(const struct chat *c)
{
	return c->journal;
}

size_t
chat_pending(const struct chat *c)
{
	return c->pending;
}

enum chat_status
chat_stopped(const struct chat *c, struct fail *f)
{
	if (c->stopped != CHAT_OK && f != NULL)
		*f = c->why;
	return c->stopped;
}

/* Call back; the call is in no list and is freed. */
static void
deliver(struct chat_call *call)
{
	struct chat *c = call->c;
	struct chat_reply r;

	chat_reply_fill(call, &r);
	c->pending--;
	if (r.status == CHAT_OK)
		c->acc.calls++;
	else
		c->acc.failed++;
	c->acc.journalled += r.status == CHAT_OK && call->journalled;
	chat_account_said(c);
	call->fn(&r, call->arg);
	free_call(call);
}

static void
on_ready(void *arg)
{
	struct chat *c = arg;
	struct chat_call *call, *last = TAILQ_LAST(&c->ready, chat_list);
	bool more = true;

	c->ready_timer = NULL;
	/* what becomes ready from now on waits for the next step */
	while (more && (call = TAILQ_FIRST(&c->ready)) != NULL) {
		more = call != last;
		TAILQ_REMOVE(&c->ready, call, next);
		release(call);
		deliver(call);
	}
	if (!TAILQ_EMPTY(&c->ready) && c->ready_timer == NULL)
		c->ready_timer = ev_after(c->ev, 0, on_ready, c);
}

static void
make_ready(struct chat_call *call)
{
	struct chat *c = call->c;

	enter(call, CHAT_READY);
	if (c->ready_timer == NULL)
		c->ready_timer = ev_after(c->ev, 0, on_ready, c);
}

/* Let a call end without an answer, in the next step. */
static void
end_call(struct chat_call *call, enum chat_status status, enum chat_why why,
    const struct fail *f)
{
	unlist(call);
	call->status = status;
	call->why = why;
	call->fail = *f;
	make_ready(call);
}

static void
end_list(struct chat *c, struct chat_list *list)
{
	struct chat_call *call, *other;

	while ((call = TAILQ_FIRST(list)) != NULL) {
		while ((other = TAILQ_FIRST(&call->followers)) != NULL) {
			leave(other);
			other->leader = NULL;
			end_call(other, c->stopped, CHAT_WHY_NONE, &c->why);
		}
		leave(call);
		end_call(call, c->stopped, CHAT_WHY_NONE, &c->why);
	}
}

static bool
is_flying_cut(enum chat_status status, bool drain)
{
	return status == CHAT_CANCELLED && !drain;
}

/* No more requests. cut: those in flight end, too. */
static void
stop(struct chat *c, enum chat_status status, const struct fail *why, bool cut)
{
	if (c->stopped == CHAT_OK) {
		c->stopped = status;
		c->why = *why;
	}
	end_list(c, &c->retry);
	end_list(c, &c->queued);
	end_list(c, &c->paused);
	if (cut)
		end_list(c, &c->flying);
}

void
chat_stop(struct chat *c, bool drain)
{
	struct fail f;

	fail_set(&f, FAIL_TEACHER, "cancelled");
	stop(c, CHAT_CANCELLED, &f, is_flying_cut(CHAT_CANCELLED, drain));
}

/* Is the budget used up? Then the run is stopped. */
static bool
over_budget(struct chat *c)
{
	struct fail f;

	if (c->max_cost >= 0 && c->acc.usage.cost >= c->max_cost)
		fail_set(&f, FAIL_BUDGET,
		    "the cost of $%.4f has reached max_cost $%.4f",
		    (double)c->acc.usage.cost / 1e6, (double)c->max_cost / 1e6);
	else if (c->max_total >= 0 && c->spent_tokens >= (double)c->max_total)
		fail_set(&f, FAIL_BUDGET,
		    "%.0f tokens have reached max_total_tokens %lld",
		    c->spent_tokens, c->max_total);
	else
		return false;
	stop(c, CHAT_BUDGET, &f, false);
	return true;
}

static void
on_pump(void *arg)
{
	struct chat *c = arg;

	c->pump_timer = NULL;
	pump(c);
}

static struct chat_call *
next_call(struct chat *c)
{
	struct chat_call *call = TAILQ_FIRST(&c->retry);

	return call != NULL ? call : TAILQ_FIRST(&c->queued);
}

static void
start(struct chat_call *call, double now, double tokens)
{
	struct chat *c = call->c;

	leave(call);
	call->attempts++;
	c->acc.requests++;
	c->acc.retries += call->attempts > 1;
	enter(call, CHAT_FLYING);
	chat_http_start(call);
	call->fl->ticket = chat_limit_start(&c->limit, now, tokens);
	if (c->limit.flying > c->acc.peak)
		c->acc.peak = c->limit.flying;
}

/* Start what may start; a timer for what may later. */
static void
pump(struct chat *c)
{
	struct chat_call *call;
	double now, wait, tokens;

	ev_cancel(c->ev, c->pump_timer);
	c->pump_timer = NULL;
	while ((call = next_call(c)) != NULL && c->stopped == CHAT_OK) {
		if (over_budget(c))
			return;
		now = ev_now();
		tokens =
		    (double)call->ask.nmessages / 4 + (double)call->max_tokens;
		wait = chat_limit_wait(&c->limit, now, tokens);
		if (wait > 0) {
			if (isfinite(wait))
				c->pump_timer =
				    ev_after(c->ev, wait, on_pump, c);
			return;
		}
		start(call, now, tokens);
	}
}

static struct chat_model *
model_of(struct chat *c, const char *name)
{
	struct chat_model *m;

	for (m = c->models; m != NULL; m = m->next)
		if (strcmp(m->name, name) == 0)
			return m;
	m = xcalloc(1, sizeof *m);
	m->name = xstrdup(name);
	m->next = c->models;
	c->models = m;
	return m;
}

static struct chat_bucket *
bucket_of(struct chat *c, const char *key)
{
	return &c->bucket[strtoul((char[]){key[0], key[1], key[2], '\0'}, NULL,
			      16) %
	    CHAT_BUCKETS];
}

/* An equal call that is being asked, or NULL. */
static struct chat_call *
find_same(struct chat *c, const char *key)
{
	struct chat_call *call;

	LIST_FOREACH(call, bucket_of(c, key), same)
	if (strcmp(call->ask.key, key) == 0)
		return call;
	return NULL;
}

/* The journal has no answer, and nothing else may be asked. */
static void
miss(struct chat_call *call)
{
	struct chat *c = call->c;
	json_t *v = journal_find(c->journal, JOURNAL_FAILURE, call->ask.key);
	struct buf b = {0};
	struct fail f;

	if (v != NULL) {
		chat_failure_take(call, v);
		call->journalled = true;
		json_decref(v);
		make_ready(call);
		return;
	}
	journal_nearest(c->journal, call->ask.print, &b);
	fail_set(&f, FAIL_TEACHER,
	    "replay: %s has no answer for request %s; %s",
	    journal_path(c->journal), call->ask.key, buf_str(&b));
	buf_clear(&b);
	end_call(call, CHAT_ITEM, CHAT_WHY_MISS, &f);
}

/* Find an answer in the journal, or an equal call, or ask. */
static void
dispatch(struct chat_call *call)
{
	struct chat *c = call->c;
	struct chat_call *same;

	if (c->journal != NULL &&
	    (call->value = journal_find(
		 c->journal, JOURNAL_REPLY, call->ask.key)) != NULL) {
		call->journalled = true;
		make_ready(call);
	} else if (c->stopped != CHAT_OK) {
		end_call(call, c->stopped, CHAT_WHY_NONE, &c->why);
	} else if (c->replay) {
		miss(call);
	} else if (c->journal != NULL &&
	    (same = find_same(c, call->ask.key)) != NULL) {
		call->leader = same;
		enter(call, CHAT_FOLLOWING);
	} else {
		if (c->journal != NULL) {
			LIST_INSERT_HEAD(
			    bucket_of(c, call->ask.key), call, same);
			call->listed = true;
		}
		enter(call, CHAT_QUEUED);
		pump(c);
	}
}

struct chat_call *
chat_send(struct chat *c, const struct chat_request *r, chat_fn *fn, void *arg)
{
	struct chat_call *call = xcalloc(1, sizeof *call);
	struct fail f;

	call->c = c;
	call->fn = fn;
	call->arg = arg;
	call->last_prompt = r->last_prompt_tokens;
	TAILQ_INIT(&call->followers);
	c->pending++;
	if (chat_ask_init(&call->ask, c->conf, &c->url, r, c->journal != NULL,
		&f) == -1) {
		end_call(call, CHAT_ITEM, CHAT_WHY_REJECTED, &f);
		return call;
	}
	call->max_tokens = call->ask.max_tokens;
	call->model = model_of(c, call->ask.model);
	dispatch(call);
	return call;
}

/* The leader is gone without an answer: its followers ask for themselves. */
static void
release_followers(struct chat_call *call)
{
	struct chat_list list = TAILQ_HEAD_INITIALIZER(list);
	struct chat_call *other;

	while ((other = TAILQ_FIRST(&call->followers)) != NULL) {
		leave(other);
		other->leader = NULL;
		TAILQ_INSERT_TAIL(&list, other, next);
	}
	while ((other = TAILQ_FIRST(&list)) != NULL) {
		TAILQ_REMOVE(&list, other, next);
		dispatch(other);
	}
}

void
chat_cancel(struct chat_call *call)
{
	struct chat *c = call->c;
	bool flew = call->state == CHAT_FLYING;

	if (flew)
		chat_limit_other(&c->limit, &call->fl->ticket, false);
	leave(call);
	unlist(call);
	release_followers(call);
	c->pending--;
	free_call(call);
	if (flew)
		pump(c);
}

static void
on_paused(void *arg)
{
	struct chat_call *call = arg;

	call->timer = NULL;
	leave(call);
	enter(call, CHAT_QUEUED);
	pump(call->c);
}

/* Out of flight, to be asked again after ms. */
static void
again(struct chat_call *call, double ms)
{
	struct chat *c = call->c;

	leave(call);
	if (ms <= 0) {
		enter(call, CHAT_QUEUED);
		return;
	}
	enter(call, CHAT_PAUSED);
	call->timer = ev_after(c->ev, ms, on_paused, call);
}

/* Out of flight, finished without an answer: its failure is noted. */
static void
give_up(struct chat_call *call, const struct chat_judgement *j)
{
	struct chat *c = call->c;
	struct fail f;
	json_t *v;

	leave(call);
	unlist(call);
	call->status = CHAT_ITEM;
	call->why = j->why != CHAT_WHY_NONE ? j->why : CHAT_WHY_REJECTED;
	call->fail = j->fail;
	chat_scrub(c, call->fail.msg, strlen(call->fail.msg));
	call->ctx_tokens = j->ctx_tokens;
	call->prompt_tokens = j->prompt_tokens;
	if (call->why != CHAT_WHY_CONTEXT && call->why != CHAT_WHY_FILTERED)
		c->limit.items++;
	if (c->journal != NULL) {
		v = chat_failure(call);
		if (journal_put(c->journal, JOURNAL_FAILURE, call->ask.key, v,
			&f) == -1)
			stop(c, CHAT_RUN, &f, false);
		json_decref(v);
	}
	release_followers(call);
	deliver(call);
}

/* Nobody can be answered any more, this call neither. */
static void
give_up_all(struct chat_call *call, const struct fail *why)
{
	struct chat *c = call->c;
	struct fail f = *why;

	chat_scrub(c, f.msg, strlen(f.msg));
	leave(call);
	stop(c, CHAT_RUN, &f, false);
	unlist(call);
	call->status = c->stopped;
	call->fail = c->why;
	release_followers(call);
	deliver(call);
}

/* Change what the model is sent; false when that does not help. */
static bool
adapt(struct chat_call *call, const struct chat_judgement *j)
{
	struct chat_model *m = call->model;
	const char *what = "is no longer sent";

	if (call->params++ >= PARAMS_MAX)
		return false;
	if (m->changes != call->fl->changes)
		return true; /* another call has learnt it meanwhile */
	if (j->param == CHAT_MAX_TOKENS && !m->renamed) {
		m->renamed = true;
		what = "is sent as max_completion_tokens";
	} else if ((m->dropped & j->param) != 0) {
		return false;
	} else {
		m->dropped |= j->param;
	}
	m->changes++;
	log_info("%s: the server refuses a parameter (%s): it %s", m->name,
	    j->fail.msg, what);
	return true;
}

/* Less room for the answer, where that is enough. */
static bool
shorten(struct chat_call *call, const struct chat_judgement *j)
{
	long room =
	    (long)j->ctx_tokens - (long)j->prompt_tokens - CONTEXT_MARGIN;

	if (call->shorter++ > 0 || room < SHORTEST || room >= call->max_tokens)
		return false;
	call->max_tokens = room;
	return true;
}

static bool
lengthen(struct chat_call *call)
{
	if (call->shorter > 0 || call->longer++ >= LONGER_MAX ||
	    call->ask.max_tokens <= 0)
		return false;
	call->max_tokens *= 2;
	return true;
}

/* May this be tried again? Counts it. */
static bool
may_retry(struct chat_call *call, const struct chat_judgement *j)
{
	const struct chat *c = call->c;

	switch (j->verdict) {
	case CHAT_RETRY_PARAM:
		return adapt(call, j);
	case CHAT_RETRY_SHORTER:
		return shorten(call, j);
	case CHAT_RETRY_LONGER:
		return lengthen(call);
	case CHAT_RETRY_UNUSABLE:
		if (call->unusable++ >= UNUSABLE_MAX)
			return false;
		break;
	case CHAT_RETRY_BILLED:
		if (call->billed++ >= BILLED_MAX)
			return false;
		break;
	case CHAT_RETRY_ONCE:
		if (call->once++ >= 1)
			return false;
		break;
	case CHAT_RETRY:
		break;
	default:
		return false;
	}
	return call->retries++ < c->max_retries;
}

/* Where nothing works any more, retries would soon be used up: then all calls
 * wait together, and one at a time asks whether the server is back. */
static void
heed_outage(const struct chat *c, struct chat_judgement *j)
{
	bool transient = j->verdict == CHAT_RETRY ||
	    j->verdict == CHAT_RETRY_UNUSABLE ||
	    j->verdict == CHAT_RETRY_BILLED;

	if (!transient || j->overload || !chat_limit_dark(&c->limit))
		return;
	j->overload = j->refused = true;
}

/* The account and the limits after an attempt that brought no answer. */
static void
count_failure(struct chat_call *call, const struct chat_judgement *j)
{
	struct chat *c = call->c;
	struct chat_flight *fl = call->fl;
	double now = ev_now();
	bool ours = j->verdict == CHAT_RETRY_PARAM ||
	    j->verdict == CHAT_RETRY_LONGER ||
	    j->verdict == CHAT_RETRY_SHORTER || j->verdict == CHAT_FAIL_ITEM;

	chat_account_usage(c, &fl->msg.usage, call);
	c->acc.maybe_billed += j->billed && fl->msg.usage.cost < 0;
	if (j->overload)
		chat_limit_overload(
		    &c->limit, now, &fl->ticket, j->retry_after, j->refused);
	else
		chat_limit_other(&c->limit, &fl->ticket, !ours);
}

static void
journal_attempt(struct chat_call *call, const struct chat_judgement *j)
{
	struct chat *c = call->c;
	struct fail f;
	long status = 0;
	json_t *v;

	if (c->journal == NULL)
		return;
	curl_easy_getinfo(call->fl->easy, CURLINFO_RESPONSE_CODE, &status);
	v = chat_attempt(call, j, status);
	if (journal_put(c->journal, JOURNAL_ATTEMPT, call->ask.key, v, &f) ==
	    -1)
		stop(c, CHAT_RUN, &f, false);
	json_decref(v);
}

/* The server seems to be gone: say after how many failures. */
static void
break_circuit(struct chat_call *call, const struct chat_judgement *j)
{
	struct fail f;

	fail_set(&f, FAIL_NETWORK, "the server answers nothing any more: %s",
	    j->fail.msg);
	give_up_all(call, &f);
}

static void
failed(struct chat_call *call, struct chat_judgement *j)
{
	struct chat *c = call->c;
	double pause = 0;
	unsigned n;

	chat_scrub(c, j->fail.msg, strlen(j->fail.msg));
	heed_outage(c, j);
	count_failure(call, j);
	journal_attempt(call, j);
	log_debug("chat: attempt %u: %s", call->attempts, j->fail.msg);
	if (c->stopped != CHAT_OK) { /* nothing is tried again */
		leave(call);
		unlist(call);
		call->status = c->stopped;
		call->fail = c->why;
		release_followers(call);
		deliver(call);
		return;
	}
	if (j->verdict == CHAT_FAIL_RUN) {
		give_up_all(call, &j->fail);
		return;
	}
	if (chat_limit_broken(&c->limit)) {
		break_circuit(call, j);
		return;
	}
	n = call->retries;
	if (!may_retry(call, j)) {
		give_up(call, j);
		return;
	}
	if (j->verdict == CHAT_RETRY_PARAM || j->verdict == CHAT_RETRY_LONGER ||
	    j->verdict == CHAT_RETRY_SHORTER)
		pause = 0;
	else if (!j->overload) /* the cool-down of all is pause enough */
		pause = j->retry_after >= 0
		    ? j->retry_after * 1e3
		    : chat_backoff(&c->limit.rng, c->limit.cool_base, n);
	again(call, pause);
}

/* max_cost cannot be held where nothing tells the cost. */
static void
check_cost_known(struct chat *c)
{
	struct fail f;

	if (c->max_cost < 0 || c->acc.unknown_cost != 1)
		return;
	fail_set(&f, FAIL_USAGE,
	    "max_cost: the server tells no cost; set price_prompt and "
	    "price_completion, or max_total_tokens instead");
	if (c->url.loopback)
		log_warn("%s", f.msg);
	else
		stop(c, CHAT_RUN, &f, false);
}

static void
answered(struct chat_call *call)
{
	struct chat *c = call->c;
	struct chat_flight *fl = call->fl;
	struct chat_usage *u = &fl->msg.usage;
	struct chat_call *other;
	double now = ev_now();
	double used = u->prompt >= 0 && u->completion >= 0
	    ? (double)(u->prompt + u->completion)
	    : -1;
	struct fail f;

	chat_account_usage(c, u, call);
	if (u->cost < 0) {
		c->acc.unknown_cost++;
		check_cost_known(c);
	}
	chat_limit_good(
	    &c->limit, now, &fl->ticket, fl->first - fl->start, used);
	call->value = chat_value(call, (now - fl->start) / 1e3);
	leave(call);
	unlist(call);
	if (c->journal != NULL &&
	    journal_put(c->journal, JOURNAL_REPLY, call->ask.key, call->value,
		&f) == -1)
		stop(c, CHAT_RUN, &f, false);
	while ((other = TAILQ_FIRST(&call->followers)) != NULL) {
		leave(other);
		other->leader = NULL;
		other->value = json_incref(call->value);
		other->journalled = true;
		make_ready(other);
	}
	deliver(call);
}

static const char *
header(CURL *easy, const char *name)
{
	struct curl_header *h;

	if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
		return NULL;
	return h->value;
}

/* "x-ratelimit-remaining-requests: 0" and when that changes. */
static void
heed_limits(struct chat *c, CURL *easy, const char *what)
{
	static const double epoch = 1e9, epoch_ms = 1e12;
	char name[48];
	const char *v;
	double reset;

	snprintf(name, sizeof name, "x-ratelimit-remaining-%s", what);
	v = header(easy, name);
	if (v == NULL || strcmp(v, "0") != 0)
		return;
	snprintf(name, sizeof name, "x-ratelimit-limit-%s", what);
	v = header(easy, name);
	if (v == NULL || strtod(v, NULL) <= 0)
		return;
	snprintf(name, sizeof name, "x-ratelimit-reset-%s", what);
	v = header(easy, name);
	reset = v != NULL ? chat_duration(v) : -1;
	if (reset > epoch_ms)
		reset = reset / 1e3 - (double)time(NULL);
	else if (reset > epoch)
		reset -= (double)time(NULL);
	if (reset > 0 && reset <= c->patience)
		chat_limit_spent(&c->limit, ev_now(), reset);
}

static bool
is_html(CURL *easy, const struct buf *in)
{
	char *type = NULL;
	size_t i = 0;

	curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
	if (type != NULL && strncasecmp(type, "text/html", 9) == 0)
		return true;
	while (i < in->n && strchr(" \t\r\n", in->p[i]) != NULL)
		i++;
	return i < in->n && in->p[i] == '<';
}

/* Had the whole request gone out? */
static bool
was_sent(const struct chat_flight *fl)
{
	curl_off_t up = 0;

	curl_easy_getinfo(fl->easy, CURLINFO_SIZE_UPLOAD_T, &up);
	return fl->got > 0 || (size_t)up >= fl->body.n;
}

static void
fill_outcome(struct chat_call *call, CURLcode code, struct chat_outcome *o)
{
	struct chat_flight *fl = call->fl;

	*o = (struct chat_outcome){.code = code,
	    .curl_text = fl->text,
	    .too_long = fl->too_long,
	    .timed_out = fl->timed_out,
	    .sent = was_sent(fl),
	    .body = buf_str(&fl->in),
	    .nbody = fl->in.n,
	    .now = (double)time(NULL),
	    .patience = call->c->patience,
	    .retry_after = header(fl->easy, "Retry-After"),
	    .retry_after_ms = header(fl->easy, "retry-after-ms"),
	    .should_retry = header(fl->easy, "x-should-retry"),
	    .location = header(fl->easy, "Location"),
	    .html = is_html(fl->easy, &fl->in)};
	curl_easy_getinfo(fl->easy, CURLINFO_RESPONSE_CODE, &o->status);
}

/* A body with status 200 that is no JSON at all. */
static void
not_json(struct chat_call *call, const struct chat_outcome *o,
    const struct fail *why, struct chat_judgement *j)
{
	const char *url = call->c->url.shown;
	struct buf b = {0};

	*j = (struct chat_judgement){.verdict = CHAT_RETRY_UNUSABLE,
	    .why = CHAT_WHY_EMPTY,
	    .retry_after = -1,
	    .billed = true};
	if (o->nbody == 0)
		fail_set(&j->fail, FAIL_TEACHER, "%s: an empty reply", url);
	else if (o->html)
		fail_set(&j->fail, FAIL_TEACHER,
		    "%s: an HTML page instead of JSON%s", url,
		    strstr(url, "/v1") == NULL
			? "; should the base URL end in /v1?"
			: "");
	else {
		chat_error_text(NULL, o->body, o->nbody, &b);
		fail_set(&j->fail, FAIL_TEACHER, "%s: %s; it begins: %.60s",
		    url, why->msg, buf_str(&b));
	}
	buf_clear(&b);
}

/* Judge an attempt that came through with status 200. */
static void
judge_reply(
    struct chat_call *call, struct chat_outcome *o, struct chat_judgement *j)
{
	struct chat_flight *fl = call->fl;
	const char *url = call->c->url.shown;
	struct fail f = {0};
	json_t *v = NULL;
	bool broken = false;

	if (fl->is_sse) {
		chat_sse_end(&fl->sse, &fl->msg);
		broken = fl->sse.broken > 0 && !fl->sse.done;
	} else {
		v = chat_json(buf_str(&fl->in), fl->in.n, &f);
		if (v == NULL) {
			not_json(call, o, &f, j);
			return;
		}
		chat_msg_put(&fl->msg, v, false);
	}
	chat_msg_end(&fl->msg);
	o->json = v;
	chat_judge_msg(&fl->msg, o, fl->is_sse, fl->sse.done, url, j);
	if (j->verdict == CHAT_GOOD && broken && fl->msg.finish == NULL) {
		j->verdict = CHAT_RETRY_UNUSABLE;
		j->why = CHAT_WHY_EMPTY;
		fail_set(&j->fail, FAIL_TEACHER, "%s: a stream that is no JSON",
		    url);
	}
	json_decref(v);
}

void
chat_landed(struct chat_call *call, CURLcode code)
{
	struct chat *c = call->c;
	struct chat_flight *fl = call->fl;
	struct chat_judgement j = {.verdict = CHAT_GOOD};
	struct chat_outcome o;
	bool good;
	json_t *v;

	if (fl->sse.done) /* nothing that comes after it counts */
		code = CURLE_OK;
	good = code == CURLE_OK;
	fill_outcome(call, code, &o);
	if (good && (o.status == 200 || o.status == 201)) {
		judge_reply(call, &o, &j);
	} else {
		v = good ? chat_json(o.body, o.nbody, NULL) : NULL;
		o.json = v;
		chat_judge(&o, c->url.shown, &j);
		json_decref(v);
	}
	if (good) {
		heed_limits(c, fl->easy, "requests");
		heed_limits(c, fl->easy, "tokens");
	}
	if (j.verdict == CHAT_GOOD)
		answered(call);
	else
		failed(call, &j);
	pump(c);
}
