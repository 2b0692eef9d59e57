/* chat_reply.c - an answer as the journal keeps it and as callers see it. */
#include <stdlib.h>
#include <string.h>

#include "chat_priv.h"
#include "mem.h"
#include "rec.h"

/* A reply is built from the journal's form of it, live or not, so that both
 * are the same. */
enum flag {
	FLAG_TOOL = 1,
	FLAG_REFUSAL = 2,
	FLAG_CLEANED = 4,
	FLAG_THINK = 8,
	FLAG_CUT = 16,
	FLAG_NO_FINISH = 32,
};

static const char *const flag_names[] = {
    "tool_call", "refusal", "cleaned", "think", "cut_prompt", "no_finish"};

void
chat_scrub(const struct chat *c, char *s, size_t n)
{
	size_t k = c->key != NULL ? strlen(c->key) : 0;
	char *at;

	if (k < 6)
		return;
	while ((at = memmem(s, n, c->key, k)) != NULL) {
		memset(at, '*', k);
		n -= (size_t)(at + k - s);
		s = at + k;
	}
}

static json_t *
text_value(const struct chat *c, const char *s, size_t n)
{
	struct buf b = {0};
	json_t *v;

	buf_utf8(&b, s, n);
	if (b.n > 0)
		chat_scrub(c, b.p, b.n);
	v = json_stringn(buf_str(&b), b.n);
	buf_clear(&b);
	return v;
}

/* Set a text unless it is empty. */
static void
put_text(const struct chat *c, json_t *o, const char *name, const char *s)
{
	if (s != NULL && *s != '\0')
		json_object_set_new(o, name, text_value(c, s, strlen(s)));
}

static void
put_count(json_t *o, const char *name, long long n)
{
	if (n >= 0)
		json_object_set_new(o, name, json_integer(n));
}

/*
 * Did the server drop a part of the prompt without a word? So when it counts no
 * more tokens than in the previous, shorter turn, or fewer than an eighth of
 * the text's bytes (the leanest tokenizers need a sixth for plain text).
 */
static bool
cut_prompt(const struct chat_call *call, const struct chat_usage *u)
{
	if (u->prompt <= 0) /* servers that do not count say 0, too */
		return false;
	if (call->last_prompt > 0 && u->prompt <= call->last_prompt)
		return true;
	return (double)u->prompt < (double)call->ask.text / 8 - 32;
}

static unsigned
flags_of(const struct chat_call *call, const struct chat_msg *m)
{
	return (m->tool_call ? FLAG_TOOL : 0U) |
	    (m->refusal.n > 0 && m->content.n == m->refusal.n &&
			memcmp(m->content.p, m->refusal.p, m->refusal.n) == 0
		    ? FLAG_REFUSAL
		    : 0U) |
	    (m->cleaned ? FLAG_CLEANED : 0U) | (m->think ? FLAG_THINK : 0U) |
	    (cut_prompt(call, &m->usage) ? FLAG_CUT : 0U) |
	    (m->finish == NULL ? FLAG_NO_FINISH : 0U);
}

static json_t *
flag_list(unsigned flags)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < sizeof flag_names / sizeof *flag_names; i++)
		if (flags & 1U << i)
			json_array_append_new(list, json_string(flag_names[i]));
	return list;
}

static json_t *
usage_value(const struct chat_usage *u)
{
	json_t *o = json_object();

	put_count(o, "prompt", u->prompt);
	put_count(o, "completion", u->completion);
	put_count(o, "reasoning", u->reasoning);
	put_count(o, "cached", u->cached);
	put_count(o, "cost", u->cost);
	if (u->estimated)
		json_object_set_new(o, "estimated", json_true());
	return o;
}

/* A response header of the last response, or NULL. */
static const char *
header(CURL *easy, const char *name)
{
	struct curl_header *h;

	if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
		return NULL;
	return h->value;
}

static void
put_request_id(const struct chat *c, json_t *o, CURL *easy)
{
	const char *id = header(easy, "X-Generation-Id");

	if (id == NULL)
		id = header(easy, "x-request-id");
	put_text(c, o, "request_id", id);
}

json_t *
chat_value(struct chat_call *call, double seconds)
{
	const struct chat *c = call->c;
	const struct chat_msg *m = &call->fl->msg;
	json_t *o = json_object(), *changed;

	json_object_set_new(
	    o, "content", text_value(c, buf_str(&m->content), m->content.n));
	if (m->reasoning.n > 0)
		json_object_set_new(o, "reasoning",
		    text_value(c, m->reasoning.p, m->reasoning.n));
	put_text(c, o, "finish", m->finish);
	put_text(c, o, "native_finish", m->native);
	json_object_set_new(o, "flags", flag_list(flags_of(call, m)));
	json_object_set_new(o, "usage", usage_value(&m->usage));
	put_text(c, o, "model", m->model);
	put_text(c, o, "provider", m->provider);
	put_text(c, o, "id", m->id);
	put_request_id(c, o, call->fl->easy);
	json_object_set_new(o, "sent",
	    chat_ask_sent(&call->ask, call->model, call->max_tokens));
	changed = chat_ask_changed(&call->ask, call->model, call->max_tokens);
	if (changed != NULL)
		json_object_set_new(o, "changed", changed);
	json_object_set_new(
	    o, "elapsed", json_real(round(seconds * 1e6) / 1e6));
	json_object_set_new(o, "attempts", json_integer(call->attempts));
	if (call->ask.print != NULL) {
		json_object_set(o, "request", call->ask.print);
		json_object_set_new(o, "url", json_string(c->url.shown));
	}
	return o;
}

static const char *
text_of(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL ? s : "";
}

static long long
count_of(const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);

	return json_is_integer(v) ? json_integer_value(v) : -1;
}

static unsigned
flags_from(const json_t *list)
{
	unsigned flags = 0;
	size_t i, k;
	json_t *v;

	json_array_foreach(list, i, v)
	{
		for (k = 0; k < sizeof flag_names / sizeof *flag_names; k++)
			if (json_is_string(v) &&
			    strcmp(json_string_value(v), flag_names[k]) == 0)
				flags |= 1U << k;
	}
	return flags;
}

static bool
ended(const char *finish)
{
	return strcmp(finish, "length") != 0 && strcmp(finish, "error") != 0 &&
	    strcmp(finish, "max_tokens") != 0;
}

static void
fill_answer(const struct chat_call *call, struct chat_reply *r)
{
	const json_t *v = call->value;
	const json_t *u = json_object_get(v, "usage");
	unsigned flags = flags_from(json_object_get(v, "flags"));

	r->content = text_of(v, "content");
	r->reasoning = text_of(v, "reasoning");
	r->finish = text_of(v, "finish");
	r->complete = ended(r->finish);
	r->tool_call = (flags & FLAG_TOOL) != 0;
	r->refusal = (flags & FLAG_REFUSAL) != 0;
	r->cleaned = (flags & FLAG_CLEANED) != 0;
	r->think = (flags & FLAG_THINK) != 0;
	r->cut_prompt = (flags & FLAG_CUT) != 0;
	r->no_finish = (flags & FLAG_NO_FINISH) != 0;
	r->usage = (struct chat_usage){count_of(u, "prompt"),
	    count_of(u, "completion"), count_of(u, "reasoning"),
	    count_of(u, "cached"), count_of(u, "cost"),
	    json_is_true(json_object_get(u, "estimated"))};
	r->model = text_of(v, "model");
	r->provider = text_of(v, "provider");
	r->id = text_of(v, "id");
	r->request_id = text_of(v, "request_id");
	r->sent = json_object_get(v, "sent");
	r->changed = json_object_get(v, "changed");
	r->elapsed = json_number_value(json_object_get(v, "elapsed"));
}

void
chat_reply_fill(const struct chat_call *call, struct chat_reply *r)
{
	*r = (struct chat_reply){.content = "",
	    .reasoning = "",
	    .finish = "",
	    .model = "",
	    .provider = "",
	    .id = "",
	    .request_id = "",
	    .usage = {-1, -1, -1, -1, -1, false},
	    .attempts = call->attempts,
	    .journalled = call->journalled};
	if (call->value != NULL) {
		fill_answer(call, r);
		return;
	}
	r->status = call->status;
	r->why = call->why;
	r->fail = &call->fail;
	r->ctx_tokens = call->ctx_tokens;
	r->prompt_tokens = call->prompt_tokens;
}

static const char *const why_names[] = {
    [CHAT_WHY_NONE] = "none",
    [CHAT_WHY_CONTEXT] = "context",
    [CHAT_WHY_FILTERED] = "filtered",
    [CHAT_WHY_EMPTY] = "empty",
    [CHAT_WHY_REJECTED] = "rejected",
    [CHAT_WHY_GAVE_UP] = "gave_up",
    [CHAT_WHY_MISS] = "miss",
};

const char *
chat_why_name(enum chat_why why)
{
	return why_names[why];
}

json_t *
chat_failure(const struct chat_call *call)
{
	return json_pack("{s:s,s:s,s:o,s:I,s:I}", "why",
	    chat_why_name(call->why), "code", fail_code_name(call->fail.code),
	    "message",
	    text_value(call->c, call->fail.msg, strlen(call->fail.msg)),
	    "ctx_tokens", (json_int_t)call->ctx_tokens, "prompt_tokens",
	    (json_int_t)call->prompt_tokens);
}

void
chat_failure_take(struct chat_call *call, const json_t *value)
{
	const char *why = text_of(value, "why"), *code = text_of(value, "code");
	enum fail_code fc = FAIL_TEACHER;
	int i;

	call->status = CHAT_ITEM;
	call->why = CHAT_WHY_REJECTED;
	for (i = CHAT_WHY_NONE + 1; i < CHAT_WHY_MISS; i++)
		if (strcmp(why, why_names[i]) == 0)
			call->why = (enum chat_why)i;
	for (i = FAIL_NONE + 1; i < FAIL_CODES; i++)
		if (strcmp(code, fail_code_name((enum fail_code)i)) == 0)
			fc = (enum fail_code)i;
	fail_set(&call->fail, fc, "%s", text_of(value, "message"));
	call->ctx_tokens =
	    (size_t)fmax((double)count_of(value, "ctx_tokens"), 0);
	call->prompt_tokens =
	    (size_t)fmax((double)count_of(value, "prompt_tokens"), 0);
}

json_t *
chat_attempt(
    const struct chat_call *call, const struct chat_judgement *j, long status)
{
	const struct chat *c = call->c;
	json_t *o = json_object();
	char when[24];

	rec_timestamp(when);
	json_object_set_new(o, "time", json_string(when));
	json_object_set_new(o, "url", json_string(c->url.shown));
	json_object_set_new(o, "attempt", json_integer(call->attempts));
	json_object_set_new(o, "status", json_integer(status));
	json_object_set_new(
	    o, "message", text_value(c, j->fail.msg, strlen(j->fail.msg)));
	if (j->billed)
		json_object_set_new(o, "maybe_billed", json_true());
	put_text(c, o, "id", call->fl->msg.id);
	put_request_id(c, o, call->fl->easy);
	json_object_set_new(o, "usage", usage_value(&call->fl->msg.usage));
	return o;
}
