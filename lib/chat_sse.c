/* chat_sse.c - server-sent events: bytes in, chunks of a reply out. */
#include <stdint.h>
#include <string.h>

#include "chat_priv.h"

void
chat_sse_clear(struct chat_sse *s)
{
	buf_clear(&s->line);
	buf_clear(&s->data);
	buf_clear(&s->known.text);
	*s = (struct chat_sse){0};
}

/*
 * Append JSON string text, without its quotes, to b. False, and b as it was,
 * when it is none or has more than the plain escapes.
 */
static bool
put_string(struct buf *b, const char *s, size_t n)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	size_t start = b->n, good = 0, i;
	const char *at;

	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= ' ' && c != '"' && c != '\\')
			continue;
		at = c == '\\' && i + 1 < n && s[i + 1] != '\0'
		    ? strchr(from, s[i + 1])
		    : NULL;
		if (at == NULL)
			break;
		buf_put(b, s + good, i - good);
		buf_putc(b, to[at - from]);
		good = ++i + 1;
	}
	if (i >= n && utf8_valid(s, n)) {
		buf_put(b, s + good, n - good);
		return true;
	}
	b->n = start;
	if (b->p != NULL)
		b->p[start] = '\0';
	return false;
}

/* Of the string that starts at s: up to its closing quote; n where it has
 * none. */
static size_t
string_size(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n && s[i] != '"'; i++)
		i += s[i] == '\\';
	return i < n ? i : n;
}

/* Where the value of the only member of this name (in quotes) begins as a
 * string, past its quote; 0: nowhere. */
static size_t
only_string(const char *s, size_t n, const char *name)
{
	const char *end = s + n, *at = memmem(s, n, name, strlen(name));

	if (at == NULL)
		return 0;
	at += strlen(name);
	if (memmem(at, (size_t)(end - at), name, strlen(name)) != NULL)
		return 0;
	while (at < end && (*at == ' ' || *at == ':'))
		at++;
	return at < end && *at == '"' ? (size_t)(at + 1 - s) : 0;
}

/*
 * The chunk s[0..n-1] only made `to` grow from size `from`. Know it again, if
 * one string in it is what came: nothing else in it may be escaped, so that
 * names can be found as they are, and no other text may be there to be taken.
 */
static void
know(struct chat_known *k, const char *s, size_t n, const struct buf *to,
    size_t from, const char *name)
{
	size_t at = only_string(s, n, name), size;
	struct buf b = {0};

	if (at == 0 || memmem(s, n, "\"text\"", 6) != NULL)
		return;
	size = string_size(s + at, n - at);
	if (memchr(s, '\\', at) != NULL ||
	    memchr(s + at + size, '\\', n - at - size) != NULL ||
	    !put_string(&b, s + at, size) || b.n != to->n - from ||
	    memcmp(b.p, to->p + from, b.n) != 0) {
		buf_clear(&b);
		return;
	}
	buf_clear(&b);
	buf_put(&k->text, s, n);
	k->head = at;
	k->tail = n - at - size;
}

/* Parse a chunk; false when it is no JSON. */
static bool
parse(struct chat_known *k, const char *p, size_t n, struct chat_msg *m)
{
	size_t content = m->content.n, reasoning = m->reasoning.n,
	       refusal = m->refusal.n;
	json_t *v = chat_json(p, n, NULL);

	buf_reset(&k->text);
	if (v == NULL)
		return false;
	chat_msg_put(m, v, true);
	json_decref(v);
	content = m->content.n > content ? content : SIZE_MAX;
	reasoning = m->reasoning.n > reasoning ? reasoning : SIZE_MAX;
	if ((content != SIZE_MAX) == (reasoning != SIZE_MAX) ||
	    m->refusal.n != refusal)
		return true;
	k->reasoning = content == SIZE_MAX;
	if (!k->reasoning) {
		know(k, p, n, &m->content, content, "\"content\"");
		return true;
	}
	know(k, p, n, &m->reasoning, reasoning, "\"reasoning\"");
	if (k->text.n == 0)
		know(
		    k, p, n, &m->reasoning, reasoning, "\"reasoning_content\"");
	return true;
}

/* Take a chunk that differs from the known one in its text only. */
static bool
put_known(
    const struct chat_known *k, const char *p, size_t n, struct chat_msg *m)
{
	const struct buf *t = &k->text;

	if (t->n == 0 || n <= k->head + k->tail ||
	    memcmp(p, t->p, k->head) != 0 ||
	    memcmp(p + n - k->tail, t->p + t->n - k->tail, k->tail) != 0)
		return false;
	return put_string(k->reasoning ? &m->reasoning : &m->content,
	    p + k->head, n - k->head - k->tail);
}

/* An event is whole. */
static void
event(struct chat_sse *s, struct chat_msg *m)
{
	const char *p = buf_str(&s->data);
	size_t n = s->data.n;

	if (!s->has_data)
		return;
	s->has_data = false;
	while (n > 0 && strchr(" \t", *p) != NULL)
		p++, n--;
	while (n > 0 && strchr(" \t", p[n - 1]) != NULL)
		n--;
	if (n == 6 && memcmp(p, "[DONE]", 6) == 0)
		s->done = true;
	else if (n > 0 &&
	    ((!s->careful && put_known(&s->known, p, n, m)) ||
		parse(&s->known, p, n, m)))
		s->events++;
	else if (n > 0)
		s->broken++;
	buf_reset(&s->data);
}

/* Does the line s[0..n-1] set this field? Then its value starts at *at. */
static bool
field(const char *s, size_t n, const char *name, size_t *at)
{
	size_t k = strlen(name);

	if (n < k || memcmp(s, name, k) != 0)
		return false;
	if (n == k) {
		*at = k;
		return true;
	}
	if (s[k] != ':')
		return false;
	*at = k + 1 < n && s[k + 1] == ' ' ? k + 2 : k + 1;
	return true;
}

/* Is what came so far one whole JSON value? Servers that end an event with a
 * single newline are understood, too. */
static bool
looks_whole(const struct buf *b)
{
	return b->n >= 2 && b->p[0] == '{' && b->p[b->n - 1] == '}';
}

static void
line(struct chat_sse *s, const char *p, size_t n, struct chat_msg *m)
{
	size_t at;

	if (!s->begun) {
		s->begun = true;
		if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
			p += 3;
			n -= 3;
		}
	}
	if (n == 0) {
		event(s, m);
		return;
	}
	if (*p == ':')
		return;
	if (field(p, n, "data", &at)) {
		if (s->has_data && looks_whole(&s->data))
			event(s, m);
		if (s->has_data)
			buf_putc(&s->data, '\n');
		s->has_data = true;
		if (!s->done)
			buf_put(&s->data, p + at, n - at);
		/* the end needs no empty line */
		if (n - at == 6 && memcmp(p + at, "[DONE]", 6) == 0 &&
		    s->data.n == 6)
			event(s, m);
	}
}

void
chat_sse_put(struct chat_sse *s, const char *p, size_t n, struct chat_msg *m)
{
	const char *end = p + n, *q;

	while (p < end && !s->done) {
		if (s->cr && *p == '\n') {
			p++;
			s->cr = false;
			continue;
		}
		s->cr = false;
		for (q = p; q < end && *q != '\n' && *q != '\r';)
			q++;
		if (q == end) {
			buf_put(&s->line, p, (size_t)(q - p));
			return;
		}
		if (s->line.n > 0) {
			buf_put(&s->line, p, (size_t)(q - p));
			line(s, s->line.p, s->line.n, m);
			buf_reset(&s->line);
		} else {
			line(s, p, (size_t)(q - p), m);
		}
		s->cr = *q == '\r';
		p = q + 1;
	}
}

void
chat_sse_end(struct chat_sse *s, struct chat_msg *m)
{
	if (s->done)
		return;
	if (s->line.n > 0)
		line(s, s->line.p, s->line.n, m);
	buf_reset(&s->line);
	event(s, m);
}
