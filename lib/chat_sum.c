/* chat_sum.c - what a run has used: tokens, money, the summary line. */
#include <string.h>

#include "chat_priv.h"
#include "log.h"

enum { SAID_AFTER = 20 }; /* calls until the first summary */

struct chat_usage
chat_usage_zero(void)
{
	return (struct chat_usage){0};
}

static long long
plus(long long sum, long long n)
{
	return sum < 0 || n < 0 ? -1 : sum + n;
}

void
chat_usage_add(struct chat_usage *sum, const struct chat_usage *u)
{
	sum->prompt = plus(sum->prompt, u->prompt);
	sum->completion = plus(sum->completion, u->completion);
	sum->reasoning = plus(sum->reasoning, u->reasoning);
	sum->cached = plus(sum->cached, u->cached);
	sum->cost = plus(sum->cost, u->cost);
	sum->estimated |= u->estimated;
}

static json_t *
count(long long n)
{
	return n < 0 ? json_null() : json_integer(n);
}

json_t *
chat_usage_json(const struct chat_usage *u)
{
	json_t *o = json_object();

	json_object_set_new(o, "prompt_tokens", count(u->prompt));
	json_object_set_new(o, "completion_tokens", count(u->completion));
	json_object_set_new(o, "reasoning_tokens", count(u->reasoning));
	json_object_set_new(o, "cached_tokens", count(u->cached));
	json_object_set_new(o, "cost",
	    u->cost < 0 ? json_null() : json_real((double)u->cost / 1e6));
	if (u->estimated)
		json_object_set_new(o, "cost_estimated", json_true());
	return o;
}

/* Sums over what was reported: unknown adds nothing. */
static void
gather(struct chat_usage *sum, const struct chat_usage *u)
{
	struct chat_usage known = {u->prompt > 0 ? u->prompt : 0,
	    u->completion > 0 ? u->completion : 0,
	    u->reasoning > 0 ? u->reasoning : 0, u->cached > 0 ? u->cached : 0,
	    u->cost > 0 ? u->cost : 0, u->estimated};

	chat_usage_add(sum, &known);
}

void
chat_account_usage(
    struct chat *c, struct chat_usage *u, const struct chat_call *call)
{
	const struct chat_msg *m = &call->fl->msg;
	double in = (double)u->prompt, out = (double)u->completion;

	if (u->cost < 0 && u->prompt >= 0 && u->completion >= 0 &&
	    c->price[0] >= 0 && c->price[1] >= 0) {
		u->cost = (long long)ceil(
		    in * c->price[0] + out * c->price[1] - 1e-6);
		u->estimated = true;
	}
	gather(&c->acc.usage, u);
	if (u->prompt < 0) /* four bytes a token, so that budgets hold */
		in = (double)call->ask.nmessages / 4;
	if (u->completion < 0)
		out = (double)(m->content.n + m->reasoning.n) / 4;
	c->spent_tokens += in + out;
}

void
chat_account(const struct chat *c, struct chat_account *out)
{
	*out = c->acc;
}

void
chat_expect(struct chat *c, double done, double total)
{
	c->done = done;
	c->total = total;
}

/* 1234567 as "1.23M". */
static void
put_tokens(struct buf *b, long long n)
{
	if (n >= 1000000)
		buf_printf(b, "%.3gM", (double)n / 1e6);
	else if (n >= 10000)
		buf_printf(b, "%.3gk", (double)n / 1e3);
	else
		buf_printf(b, "%lld", n);
}

static void
put_count(struct buf *b, size_t n, const char *what)
{
	if (n > 0)
		buf_printf(b, ", %zu %s", n, what);
}

/* What the whole run will cost, where its size is known. What the journal has
 * answered cost nothing, and tells nothing about the rest. */
static void
put_projection(const struct chat *c, struct buf *b, double cost)
{
	const struct chat_account *a = &c->acc;
	double paid =
	    c->done * (double)(a->calls - a->journalled) / (double)a->calls;

	if (a->calls > 0 && paid > 0 && c->total > c->done) {
		cost += cost / paid * (c->total - c->done);
		buf_printf(b, ", about $%.*f in all", cost < 1 ? 4 : 2, cost);
	} else if (a->requests > 0 && cost > 0) {
		buf_printf(b, ", $%.2f per 1000 requests",
		    cost * 1000 / (double)a->requests);
	}
}

static void
put_cost(const struct chat *c, struct buf *b)
{
	double cost = (double)c->acc.usage.cost / 1e6;
	const char *about = c->acc.usage.estimated ? "about " : "";

	if (c->acc.usage.cost == 0 && c->acc.unknown_cost > 0) {
		buf_puts(b, "; cost unknown");
		return;
	}
	buf_printf(b, "; cost %s$%.4f", about, cost);
	if (c->acc.unknown_cost > 0)
		buf_printf(
		    b, " and %zu answers of unknown cost", c->acc.unknown_cost);
	put_projection(c, b, cost);
}

void
chat_summary(const struct chat *c)
{
	const struct chat_account *a = &c->acc;
	struct buf b = {0};

	buf_printf(&b, "chat: %zu answer%s from %zu request%s", a->calls,
	    a->calls == 1 ? "" : "s", a->requests, a->requests == 1 ? "" : "s");
	put_count(&b, a->retries, "retried");
	put_count(&b, a->maybe_billed, "broken and possibly billed");
	put_count(&b, a->journalled, "answered from the journal");
	put_count(&b, a->failed, "without an answer");
	if (a->requests > 0) {
		buf_puts(&b, "; tokens ");
		put_tokens(&b, a->usage.prompt);
		buf_puts(&b, " in (");
		put_tokens(&b, a->usage.cached);
		buf_puts(&b, " cached), ");
		put_tokens(&b, a->usage.completion);
		buf_puts(&b, " out");
		put_cost(c, &b);
	}
	log_info("%s", b.p);
	buf_clear(&b);
}

void
chat_account_said(struct chat *c)
{
	if (c->said || c->acc.calls - c->acc.journalled < SAID_AFTER)
		return;
	c->said = true;
	chat_summary(c);
}
