/* chat_ask.c - a chat request: canonical form, journal key, body as sent. */
#include <stdlib.h>
#include <string.h>

#include "chat_priv.h"
#include "mem.h"
#include "rec.h"

enum { MEMBERS_MAX = 64 };

/* Members that one caller or another may not set through extra objects. */
static const char *const reserved[] = {
    "messages", "model", "stream", "stream_options", "n"};

static const struct {
	const char *name;
	unsigned bit;
} droppable[] = {
    {"temperature", CHAT_TEMPERATURE},
    {"top_p", CHAT_TOP_P},
    {"seed", CHAT_SEED},
    {"max_tokens", CHAT_MAX_TOKENS},
};

int
chat_ask_extra(const json_t *extra, struct fail *f)
{
	size_t i;

	for (i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (json_object_get(extra, reserved[i]) != NULL)
			return fail_set(f, FAIL_USAGE,
			    "extra_body: \"%s\" is set by the program",
			    reserved[i]);
	if (json_object_size(extra) > MEMBERS_MAX - 8)
		return fail_set(f, FAIL_USAGE,
		    "extra_body: expected at most %d members", MEMBERS_MAX - 8);
	return 0;
}

/* Merge; null takes a member away. */
static void
merge(json_t *into, const json_t *extra)
{
	json_t *o = (json_t *)(uintptr_t)extra, *v;
	const char *name;

	json_object_foreach(o, name, v)
	{
		if (json_is_null(v))
			json_object_del(into, name);
		else
			json_object_set(into, name, v);
	}
}

static json_t *
make_params(const struct conf *conf, const struct chat_request *r)
{
	json_t *p = json_object();
	double t = r->temperature, top = r->top_p;
	long max = r->max_tokens;

	if (isnan(t))
		t = conf_real(conf, CONF_TEMPERATURE);
	if (isnan(top))
		top = conf_real(conf, CONF_TOP_P);
	if (max <= 0)
		max = conf_int(conf, CONF_MAX_TOKENS);
	json_object_set_new(p, "temperature", json_real(t));
	json_object_set_new(p, "top_p", json_real(top));
	json_object_set_new(p, "max_tokens", json_integer(max));
	if (r->seed >= 0)
		json_object_set_new(p, "seed", json_integer(r->seed));
	merge(p, r->extra);
	merge(p, conf_map(conf, CONF_EXTRA_BODY));
	if (json_object_get(p, "max_completion_tokens") != NULL)
		json_object_del(p, "max_tokens");
	return p;
}

/* Bytes of text, a run of white space as one: what tokens are made of. */
static size_t
text_size(const char *s, size_t n)
{
	size_t i, count = 0;
	bool space = false;

	for (i = 0; i < n; i++) {
		bool is = s[i] == ' ' || (s[i] >= '\t' && s[i] <= '\r');

		count += !(is && space);
		space = is;
	}
	return count;
}

static size_t
content_size(const json_t *content)
{
	size_t n = 0, i;
	json_t *part;

	if (json_is_string(content))
		return text_size(
		    json_string_value(content), json_string_length(content));
	json_array_foreach(content, i, part)
	{
		json_t *text = json_object_get(part, "text");

		n += text_size(
		    json_string_value(text), json_string_length(text));
	}
	return n;
}

/* "user 0123456789abcdef" for each message: enough to find what differs. */
static json_t *
digests(const json_t *messages)
{
	json_t *list = json_array(), *m;
	struct buf b = {0};
	char id[DIGEST_ID];
	const char *role;
	size_t i;

	json_array_foreach(messages, i, m)
	{
		buf_reset(&b);
		rec_dump(&b, m, REC_SORT);
		digest_id(b.p, b.n, id);
		role = json_string_value(json_object_get(m, "role"));
		json_array_append_new(list, json_sprintf("%.9s %s", role, id));
	}
	buf_clear(&b);
	return list;
}

static int
check_messages(const json_t *messages, struct fail *f)
{
	json_t *m, *c;
	size_t i;

	if (!json_is_array(messages) || json_array_size(messages) == 0)
		return fail_set(f, FAIL_VALUE,
		    "messages: expected an array with a message, saw %s",
		    json_is_array(messages) ? "an empty one"
					    : rec_type_name(messages));
	json_array_foreach(messages, i, m)
	{
		c = json_object_get(m, "content");
		if (!json_is_string(json_object_get(m, "role")) ||
		    !(json_is_string(c) || json_is_array(c)))
			return fail_set(f, FAIL_VALUE,
			    "messages: expected role and content in message "
			    "%zu",
			    i + 1);
	}
	return 0;
}

static void
make_key(struct chat_ask *a, const struct chat_url *u, unsigned sample)
{
	struct buf b = {0};
	static const struct chat_model plain;

	buf_putc(&b, '[');
	buf_jsonstr(&b, u->canon, strlen(u->canon));
	buf_putc(&b, ',');
	buf_jsonstr(&b, a->model, strlen(a->model));
	buf_putc(&b, ',');
	chat_ask_body(a, &plain, a->max_tokens, false, &b);
	buf_printf(&b, ",%u]", sample);
	digest_mem(b.p, b.n, a->key);
	buf_clear(&b);
}

int
chat_ask_init(struct chat_ask *a, const struct conf *conf,
    const struct chat_url *u, const struct chat_request *r, bool print,
    struct fail *f)
{
	struct buf b = {0};
	json_t *m;
	size_t i;

	*a = (struct chat_ask){0};
	if (check_messages(r->messages, f) == -1 ||
	    chat_ask_extra(r->extra, f) == -1)
		return -1;
	a->model = xstrdup(
	    r->model != NULL ? r->model : conf_str(conf, CONF_TEACHER_MODEL));
	a->params = make_params(conf, r);
	m = json_object_get(a->params, "max_tokens");
	if (m == NULL)
		m = json_object_get(a->params, "max_completion_tokens");
	a->max_tokens = (long)json_integer_value(m);
	rec_dump(&b, r->messages, REC_SORT);
	a->messages = buf_steal(&b);
	a->nmessages = strlen(a->messages);
	json_array_foreach(r->messages, i, m)
	{
		a->text += content_size(json_object_get(m, "content"));
	}
	if (!print) /* only the journal needs what follows */
		return 0;
	make_key(a, u, r->sample);
	a->print = json_pack("{s:s,s:i,s:O,s:o}", "model", a->model, "sample",
	    (int)r->sample, "params", a->params, "messages",
	    digests(r->messages));
	return 0;
}

void
chat_ask_clear(struct chat_ask *a)
{
	free(a->model);
	json_decref(a->params);
	free(a->messages);
	json_decref(a->print);
	*a = (struct chat_ask){0};
}

/* A member as this model gets it: its name, or NULL when it is dropped. */
static const char *
final_name(const struct chat_model *m, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof droppable / sizeof *droppable; i++)
		if ((m->dropped & droppable[i].bit) != 0 &&
		    strcmp(name, droppable[i].name) == 0)
			return NULL;
	if (m->renamed && strcmp(name, "max_tokens") == 0)
		return "max_completion_tokens";
	return name;
}

struct member {
	const char *name;
	const json_t *v; /* NULL: the messages, or an integer */
	const char *text; /* then */
};

static int
by_name(const void *a, const void *b)
{
	return strcmp(
	    ((const struct member *)a)->name, ((const struct member *)b)->name);
}

static bool
is_max(const char *name)
{
	return strcmp(name, "max_tokens") == 0 ||
	    strcmp(name, "max_completion_tokens") == 0;
}

/* The members of a body but messages and model, in no order. */
static size_t
members(const struct chat_ask *a, const struct chat_model *m,
    const char *max_text, struct member out[MEMBERS_MAX])
{
	const char *name, *final;
	size_t n = 0;
	json_t *v;

	json_object_foreach(a->params, name, v)
	{
		final = final_name(m, name);
		if (final == NULL || n == MEMBERS_MAX - 8)
			continue;
		if (is_max(name))
			out[n++] = (struct member){final, NULL, max_text};
		else
			out[n++] = (struct member){final, v, NULL};
	}
	return n;
}

void
chat_ask_body(const struct chat_ask *a, const struct chat_model *m,
    long max_tokens, bool stream, struct buf *out)
{
	struct member v[MEMBERS_MAX];
	json_t *model = json_string(a->model);
	char max_text[24];
	size_t n, i;

	snprintf(max_text, sizeof max_text, "%ld", max_tokens);
	n = members(a, m, max_text, v);
	v[n++] = (struct member){"model", model, NULL};
	v[n++] = (struct member){"messages", NULL, a->messages};
	qsort(v, n, sizeof *v, by_name);
	for (i = 0; i < n; i++) {
		buf_putc(out, i == 0 ? '{' : ',');
		buf_jsonstr(out, v[i].name, strlen(v[i].name));
		buf_putc(out, ':');
		if (v[i].v != NULL)
			rec_dump(out, v[i].v, REC_SORT);
		else
			buf_puts(out, v[i].text);
	}
	if (stream && (m->dropped & CHAT_STREAM) == 0) {
		buf_puts(out, ",\"stream\":true");
		if ((m->dropped & CHAT_STREAM_OPTIONS) == 0)
			buf_puts(out,
			    ",\"stream_options\":{\"include_usage\":true}");
	}
	buf_putc(out, '}');
	json_decref(model);
}

json_t *
chat_ask_sent(
    const struct chat_ask *a, const struct chat_model *m, long max_tokens)
{
	struct member v[MEMBERS_MAX];
	json_t *o = json_object();
	size_t n = members(a, m, NULL, v), i;

	qsort(v, n, sizeof *v, by_name);
	for (i = 0; i < n; i++) {
		if (v[i].v == NULL)
			json_object_set_new(
			    o, v[i].name, json_integer(max_tokens));
		else
			json_object_set(
			    o, v[i].name, (json_t *)(uintptr_t)v[i].v);
	}
	return o;
}

json_t *
chat_ask_changed(
    const struct chat_ask *a, const struct chat_model *m, long max_tokens)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < sizeof droppable / sizeof *droppable; i++)
		if ((m->dropped & droppable[i].bit) != 0 &&
		    json_object_get(a->params, droppable[i].name) != NULL)
			json_array_append_new(list,
			    json_sprintf("%s: dropped", droppable[i].name));
	if (m->renamed && (m->dropped & CHAT_MAX_TOKENS) == 0 &&
	    json_object_get(a->params, "max_tokens") != NULL)
		json_array_append_new(list,
		    json_string("max_tokens: sent as max_completion_tokens"));
	if (max_tokens != a->max_tokens)
		json_array_append_new(list,
		    json_sprintf("max_tokens: %ld instead of %ld", max_tokens,
			a->max_tokens));
	if (json_array_size(list) == 0) {
		json_decref(list);
		return NULL;
	}
	return list;
}
