/* chat_limit.c - how many chat requests at once, and when. */
#include <sys/random.h>
#include <time.h>

#include "chat_priv.h"

enum {
	WINDOW_START = 8, /* requests in flight before anything is known */
	WINDOW_MIN = 1,
	STEP = 32, /* this part of the limit more for each window answered */
	LATENCY_MIN = 4, /* rising latency cuts no window of this size, */
	LATENCY_PART = 4, /* nor one of this part of the limit */
	DARK_ATTEMPTS = 16, /* failures in a row: the server seems gone */
	BROKEN_ITEMS = 25, /* calls in a row that could not be answered */
	BROKEN_COOLS = 12, /* cool-downs in a row: some three minutes */
	BROKEN_FIRST = 6, /* the same where nothing was ever answered */
	RESTART = 4, /* window up to which recovery is fast */
};

static const double minute = 60e3, pause_max = 60e3;

void
chat_limit_init(struct chat_limit *l, const struct conf *conf, double now)
{
	uint64_t seed = 0;

	*l = (struct chat_limit){
	    .max = (unsigned)conf_int(conf, CONF_MAX_INFLIGHT)};
	l->window = l->max < WINDOW_START ? l->max : WINDOW_START;
	l->threshold = l->max;
	l->cool_base = conf_real(conf, CONF_RETRY_BASE) * 1e3;
	if (conf_is_set(conf, CONF_REQUESTS_PER_MINUTE))
		l->per_minute[0] = conf_real(conf, CONF_REQUESTS_PER_MINUTE);
	if (conf_is_set(conf, CONF_TOKENS_PER_MINUTE))
		l->per_minute[1] = conf_real(conf, CONF_TOKENS_PER_MINUTE);
	l->have[0] = 1;
	l->have[1] = l->per_minute[1] / 6;
	l->filled = now;
	if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) == -1)
		seed = (uint64_t)time(NULL);
	rng_init(&l->rng, seed, "chat");
}

double
chat_backoff(struct rng *r, double base_ms, unsigned n)
{
	double top = base_ms;

	while (n-- > 0 && top < pause_max)
		top *= 2;
	return rng_real(r) * fmin(top, pause_max);
}

/*
 * Requests come one at a time (servers enforce a minute's limit over a second
 * or so), tokens in at most ten seconds' worth. A request larger than that may
 * start when the bucket is full, and leaves it in debt.
 */
static double
bucket_max(const struct chat_limit *l, int i)
{
	return i == 0 ? fmax(1, l->per_minute[0] / 60) : l->per_minute[1] / 6;
}

static void
refill(struct chat_limit *l, double now)
{
	int i;

	for (i = 0; i < 2; i++)
		if (l->per_minute[i] > 0)
			l->have[i] = fmin(bucket_max(l, i),
			    l->have[i] +
				(now - l->filled) * l->per_minute[i] / minute);
	l->filled = now;
}

/* ms until bucket i has what a request needs. */
static double
bucket_wait(const struct chat_limit *l, int i, double want)
{
	if (l->per_minute[i] <= 0)
		return 0;
	want = fmin(want, bucket_max(l, i));
	if (l->have[i] >= want - 1e-9)
		return 0;
	return (want - l->have[i]) * minute / l->per_minute[i];
}

double
chat_limit_wait(struct chat_limit *l, double now, double tokens)
{
	double wait;

	if (l->flying >= l->max || l->flying >= (unsigned)l->window)
		return INFINITY;
	wait = fmax(l->cool_until - now, 0);
	if (l->probing && l->probe_out)
		return INFINITY;
	refill(l, now);
	wait = fmax(wait, bucket_wait(l, 0, 1));
	return fmax(wait, bucket_wait(l, 1, tokens));
}

struct chat_ticket
chat_limit_start(struct chat_limit *l, double now, double tokens)
{
	struct chat_ticket t = {
	    .cuts = l->cuts, .probe = l->probing, .tokens = tokens};

	refill(l, now);
	l->have[0] -= 1;
	l->have[1] -= tokens;
	l->probe_out = l->probing;
	l->flying++;
	return t;
}

static void
land(struct chat_limit *l, const struct chat_ticket *t)
{
	l->flying--;
	if (t->probe)
		l->probe_out = false;
}

/* Less at once; requests that started before the last cut cut no more. */
static void
cut(struct chat_limit *l, const struct chat_ticket *t, double factor)
{
	if (t->cuts != l->cuts)
		return;
	l->cuts++;
	l->window = fmax(WINDOW_MIN, floor(l->window * factor));
	l->threshold = fmax(l->window, RESTART);
}

/*
 * Servers that queue instead of refusing show it in the time to the first
 * byte. Twice the best and a second more ends the fast growth of the start;
 * three times the best and some seconds is too much: that is more than longer
 * prompts or a busy provider make. The best is slowly forgotten.
 */
static bool
slow(struct chat_limit *l, double first_ms)
{
	l->smooth =
	    l->smooth == 0 ? first_ms : l->smooth + (first_ms - l->smooth) / 8;
	if (l->base == 0 || l->smooth < l->base)
		l->base = l->smooth;
	else
		l->base += (l->smooth - l->base) / 16384;
	if (l->smooth > 2 * l->base + 1000)
		l->threshold = fmin(l->threshold, l->window);
	return l->smooth > 3 * l->base + 4000 &&
	    l->window > fmax(LATENCY_MIN, (double)l->max / LATENCY_PART);
}

void
chat_limit_good(struct chat_limit *l, double now, const struct chat_ticket *t,
    double first_ms, double used)
{
	land(l, t);
	l->good++;
	l->streak = l->items = l->overloads = 0;
	if (now >= l->cool_until)
		l->probing = false;
	if (used >= 0)
		l->have[1] += t->tokens - used;
	if (slow(l, first_ms)) {
		cut(l, t, 0.5);
		return;
	}
	if (t->cuts != l->cuts)
		return;
	if (l->window < l->threshold)
		l->window += 1;
	else
		l->window += fmax(1, (double)l->max / STEP) / l->window;
	l->window = fmin(l->window, l->max);
}

void
chat_limit_overload(struct chat_limit *l, double now,
    const struct chat_ticket *t, double retry_after, bool refused)
{
	double pause;

	land(l, t);
	if (retry_after >= 0)
		pause = retry_after * 1e3 +
		    rng_real(&l->rng) * fmin(l->cool_base, retry_after * 100);
	else
		pause = chat_backoff(&l->rng, l->cool_base,
		    l->overloads < 16 ? l->overloads : 16);
	l->cool_until = fmax(l->cool_until, now + pause);
	if (t->cuts == l->cuts)
		l->overloads++;
	cut(l, t, refused ? 1 : 0.5);
	l->probing = true;
}

void
chat_limit_other(struct chat_limit *l, const struct chat_ticket *t, bool failed)
{
	land(l, t);
	l->streak += failed;
	if (t->probe)
		l->probing = false;
}

void
chat_limit_spent(struct chat_limit *l, double now, double seconds)
{
	l->cool_until = fmax(l->cool_until, now + seconds * 1e3);
}

bool
chat_limit_dark(const struct chat_limit *l)
{
	return l->streak >= DARK_ATTEMPTS;
}

bool
chat_limit_broken(const struct chat_limit *l)
{
	return l->items >= BROKEN_ITEMS ||
	    l->overloads >= (l->good > 0 ? BROKEN_COOLS : BROKEN_FIRST);
}
