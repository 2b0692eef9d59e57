/* chat_body.c - what a chat completion holds, in all its shapes. */
#include <stdlib.h>
#include <string.h>

#include "chat_priv.h"
#include "mem.h"
#include "rec.h"

void
chat_msg_init(struct chat_msg *m)
{
	*m = (struct chat_msg){.usage = {-1, -1, -1, -1, -1, false}};
}

void
chat_msg_clear(struct chat_msg *m)
{
	buf_clear(&m->content);
	buf_clear(&m->reasoning);
	buf_clear(&m->refusal);
	free(m->finish);
	free(m->native);
	free(m->model);
	free(m->provider);
	free(m->id);
	json_decref(m->error);
	*m = (struct chat_msg){0};
}

/* The code unit of the escape \\uXXXX at s, or -1. */
static int
unit(const char *s, size_t n)
{
	int v = 0, i;

	if (n < 6 || s[0] != '\\' || s[1] != 'u')
		return -1;
	for (i = 2; i < 6; i++) {
		const char *hex = "0123456789abcdef0123456789ABCDEF";
		const char *at = s[i] != '\0' ? strchr(hex, s[i]) : NULL;

		if (at == NULL)
			return -1;
		v = v << 4 | (int)((at - hex) % 16);
	}
	return v;
}

/* The length of a lone surrogate escape at s, else 0; *pair: a good pair. */
static size_t
lone_surrogate(const char *s, size_t n, bool *pair)
{
	int hi = unit(s, n), lo;

	*pair = false;
	if (hi < 0xd800 || hi > 0xdfff)
		return 0;
	lo = hi < 0xdc00 ? unit(s + 6, n - 6) : -1;
	*pair = lo >= 0xdc00 && lo <= 0xdfff;
	return *pair ? 0 : 6;
}

/* Length of a number or word that JSON has not, or that a double cannot hold;
 * else 0. */
static size_t
bad_number(const char *s, size_t n)
{
	static const char *const words[] = {
	    "NaN", "Infinity", "-Infinity", "-NaN", "nan", "inf", "-inf"};
	char text[400], *end;
	size_t i, k;

	for (i = 0; i < sizeof words / sizeof *words; i++) {
		k = strlen(words[i]);
		if (k <= n && memcmp(s, words[i], k) == 0)
			return k;
	}
	for (k = 0; k < n && k < sizeof text - 1 && s[k] != '\0' &&
	     strchr("+-.0123456789eE", s[k]) != NULL;
	     k++)
		text[k] = s[k];
	text[k] = '\0';
	if (k == 0 || memchr(text, 'e', k) == memchr(text, 'E', k))
		return 0;
	return isinf(strtod(text, &end)) && *end == '\0' ? k : 0;
}

/* Write JSON text anew without what jansson refuses although nobody reads it:
 * broken UTF-8, lone surrogates, numbers that are none. */
static void
mend(const char *s, size_t n, struct buf *out)
{
	bool string = false, pair;
	size_t i, k;

	for (i = 0; i < n; i += k) {
		k = utf8_len(s + i, n - i);
		if (k == 0) {
			buf_puts(out, "\xef\xbf\xbd");
			k = 1;
			continue;
		}
		if (string && s[i] == '\\' && i + 1 < n) {
			k = lone_surrogate(s + i, n - i, &pair);
			if (k != 0) {
				buf_puts(out, "\\ufffd");
				continue;
			}
			k = pair ? 12 : 2;
			if (utf8_len(s + i + 1, n - i - 1) != 1)
				k = 1;
		} else if (s[i] == '"') {
			string = !string;
		} else if (!string && (k = bad_number(s + i, n - i)) != 0) {
			buf_puts(out, "null");
			continue;
		} else if (!string && strchr("+-.0123456789", s[i]) != NULL) {
			/* a good number, whole: its end is not a new one */
			for (k = 1; i + k < n && s[i + k] != '\0' &&
			     strchr("+-.0123456789eE", s[i + k]) != NULL;)
				k++;
		} else {
			k = utf8_len(s + i, n - i);
		}
		buf_put(out, s + i, k);
	}
}

json_t *
chat_json(const char *s, size_t n, struct fail *f)
{
	struct buf b = {0};
	json_t *v;

	if (n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		s += 3;
		n -= 3;
	}
	v = rec_parse(s, n, f);
	if (v != NULL || n == 0 || *s == '\0' ||
	    strchr("{[ \t\r\n", *s) == NULL)
		return v;
	mend(s, n, &b);
	v = rec_parse(b.p, b.n, NULL);
	buf_clear(&b);
	return v;
}

/* Append text; NUL becomes U+FFFD, so that it can be a C string. */
static void
put_text(struct buf *b, const json_t *v)
{
	const char *s = json_string_value(v), *nul;
	size_t n = json_string_length(v), k;

	while ((nul = memchr(s, '\0', n)) != NULL) {
		k = (size_t)(nul - s);
		buf_put(b, s, k);
		buf_puts(b, "\xef\xbf\xbd");
		s += k + 1;
		n -= k + 1;
	}
	buf_put(b, s, n);
}

static void
bad(struct chat_msg *m, const char *name, const json_t *v)
{
	if (!m->bad)
		snprintf(m->why, sizeof m->why, "\"%s\" is %s", name,
		    rec_type_name(v));
	m->bad = true;
}

/* The texts of an array of parts; thinking parts are reasoning. */
static void
put_parts(struct chat_msg *m, const json_t *parts)
{
	const char *type;
	json_t *p, *t;
	size_t i;

	json_array_foreach(parts, i, p)
	{
		if (json_is_string(p)) {
			put_text(&m->content, p);
			continue;
		}
		type = json_string_value(json_object_get(p, "type"));
		t = json_object_get(p, "text");
		if (type != NULL &&
		    (strcmp(type, "thinking") == 0 ||
			strcmp(type, "reasoning") == 0)) {
			if (t == NULL)
				t = json_object_get(p, "thinking");
			if (json_is_string(t))
				put_text(&m->reasoning, t);
			else if (json_is_array(t) && json_array_size(t) > 0)
				put_text(&m->reasoning,
				    json_object_get(
					json_array_get(t, 0), "text"));
		} else if (json_is_string(t) &&
		    (type == NULL || strcmp(type, "text") == 0)) {
			put_text(&m->content, t);
		}
	}
}

/* reasoning_details: text and summaries; encrypted ones have neither. */
static void
put_details(struct buf *b, const json_t *details)
{
	json_t *d, *t;
	size_t i;

	json_array_foreach(details, i, d)
	{
		t = json_object_get(d, "text");
		if (!json_is_string(t))
			t = json_object_get(d, "summary");
		if (json_is_string(t))
			put_text(b, t);
	}
}

static void
put_reasoning(struct chat_msg *m, const json_t *o)
{
	static const char *const names[] = {"reasoning", "reasoning_content"};
	json_t *v;
	size_t i;

	for (i = 0; i < 2; i++) {
		v = json_object_get(o, names[i]);
		if (json_is_string(v) && json_string_length(v) > 0) {
			put_text(&m->reasoning, v);
			return;
		}
	}
	put_details(&m->reasoning, json_object_get(o, "reasoning_details"));
}

/* The message of a choice, or the delta of a chunk. */
static void
put_message(struct chat_msg *m, const json_t *o)
{
	json_t *c = json_object_get(o, "content"), *v;

	if (json_is_string(c))
		put_text(&m->content, c);
	else if (json_is_array(c))
		put_parts(m, c);
	else if (c != NULL && !json_is_null(c))
		bad(m, "content", c);
	put_reasoning(m, o);
	v = json_object_get(o, "refusal");
	if (json_is_string(v))
		put_text(&m->refusal, v);
	v = json_object_get(o, "tool_calls");
	if (json_is_array(v) && json_array_size(v) > 0)
		m->tool_call = true;
	if (json_is_object(json_object_get(o, "function_call")))
		m->tool_call = true;
}

/* A string member, kept when there is one and it is not empty. */
static void
keep(char **to, const json_t *o, const char *name)
{
	json_t *v = json_object_get(o, name);
	struct buf b = {0};

	if (!json_is_string(v) || json_string_length(v) == 0)
		return;
	if (*to != NULL && strcmp(*to, json_string_value(v)) == 0)
		return;
	put_text(&b, v);
	free(*to);
	*to = buf_steal(&b);
}

/* The choice with index 0; without an index the first. */
static json_t *
first_choice(const json_t *choices)
{
	json_t *c, *index;
	size_t i;

	json_array_foreach(choices, i, c)
	{
		index = json_object_get(c, "index");
		if (json_is_object(c) &&
		    (json_is_integer(index) ? json_integer_value(index) == 0
					    : i == 0))
			return c;
	}
	return NULL;
}

static bool
true_error(const json_t *e)
{
	return e != NULL && !json_is_null(e) && !json_is_false(e) &&
	    !(json_is_string(e) && json_string_length(e) == 0) &&
	    !(json_is_object(e) && json_object_size(e) == 0);
}

static void
put_choice(struct chat_msg *m, const json_t *c, bool chunk)
{
	json_t *e = json_object_get(c, "error"), *body;

	m->choice = true;
	body = json_object_get(c, chunk ? "delta" : "message");
	if (body == NULL || json_is_null(body)) /* each may send the other's */
		body = json_object_get(c, chunk ? "message" : "delta");
	if (json_is_object(body))
		put_message(m, body);
	else if (body != NULL && !json_is_null(body))
		bad(m, chunk ? "delta" : "message", body);
	else if (json_is_string(json_object_get(c, "text")))
		put_text(&m->content, json_object_get(c, "text"));
	keep(&m->finish, c, "finish_reason");
	keep(&m->native, c, "stop_reason");
	keep(&m->native, c, "native_finish_reason");
	if (true_error(e) && m->error == NULL)
		m->error = json_incref(e);
	if (m->finish != NULL && strcmp(m->finish, "content_filter") == 0)
		m->filtered = true;
}

static long long
count_of(const json_t *o, const char *name)
{
	json_t *v = json_object_get(o, name);
	double d = json_real_value(v);

	if (json_is_integer(v) && json_integer_value(v) >= 0 &&
	    json_integer_value(v) < 1LL << 50)
		return json_integer_value(v);
	if (json_is_real(v) && d >= 0 && d < 1e15 && floor(d) == d)
		return (long long)d;
	return -1;
}

/* Dollars to micro-dollars, rounded up; -1 for anything but a number. */
static long long
money_of(const json_t *v)
{
	double d = json_is_integer(v) ? (double)json_integer_value(v)
				      : json_real_value(v);

	if (!json_is_number(v) || !(d >= 0) || d > 1e9)
		return -1;
	return (long long)ceil(d * 1e6 - 1e-6);
}

static void
put_usage(struct chat_usage *u, const json_t *o)
{
	json_t *d = json_object_get(o, "prompt_tokens_details");
	json_t *cost = json_object_get(o, "cost");
	json_t *own = json_object_get(
	    json_object_get(o, "cost_details"), "upstream_inference_cost");
	long long more;

	if (!json_is_object(o))
		return;
	u->prompt = count_of(o, "prompt_tokens");
	u->completion = count_of(o, "completion_tokens");
	u->cached = count_of(d, "cached_tokens");
	if (u->cached == -1)
		u->cached = count_of(o, "prompt_cache_hit_tokens");
	d = json_object_get(o, "completion_tokens_details");
	u->reasoning = count_of(d, "reasoning_tokens");
	u->cost = money_of(cost);
	more = json_is_true(json_object_get(o, "is_byok")) ? money_of(own) : -1;
	if (u->cost != -1 && more != -1)
		u->cost += more;
}

void
chat_msg_put(struct chat_msg *m, const json_t *v, bool chunk)
{
	json_t *choices = json_object_get(v, "choices"), *c, *e;

	if (!json_is_object(v)) {
		bad(m, "reply", v);
		return;
	}
	e = json_object_get(v, "error");
	if (true_error(e) && m->error == NULL)
		m->error = json_incref(e);
	keep(&m->id, v, "id");
	keep(&m->model, v, "model");
	keep(&m->provider, v, "provider");
	if (json_is_array(choices) && (c = first_choice(choices)) != NULL)
		put_choice(m, c, chunk);
	else if (choices != NULL && !json_is_null(choices) &&
	    !json_is_array(choices))
		bad(m, "choices", choices);
	put_usage(&m->usage, json_object_get(v, "usage"));
}

void
chat_msg_end(struct chat_msg *m)
{
	chat_clean(
	    &m->content, &m->reasoning, &m->cleaned, &m->think, &m->tool_call);
	if (m->content.n == 0 && m->refusal.n > 0)
		buf_put(&m->content, m->refusal.p, m->refusal.n);
}
