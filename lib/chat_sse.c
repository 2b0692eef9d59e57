/* chat_sse.c - server-sent events: bytes in, chunks of a reply out. */
#include <string.h>

#include "chat_priv.h"

void
chat_sse_clear(struct chat_sse *s)
{
	buf_clear(&s->line);
	buf_clear(&s->data);
	*s = (struct chat_sse){0};
}

/* An event is whole. */
static void
event(struct chat_sse *s, struct chat_msg *m)
{
	const char *p = buf_str(&s->data);
	size_t n = s->data.n;
	json_t *v;

	if (!s->has_data)
		return;
	s->has_data = false;
	while (n > 0 && strchr(" \t", *p) != NULL)
		p++, n--;
	while (n > 0 && strchr(" \t", p[n - 1]) != NULL)
		n--;
	if (n == 6 && memcmp(p, "[DONE]", 6) == 0) {
		s->done = true;
	} else if (n > 0) {
		v = chat_json(p, n, NULL);
		if (v != NULL) {
			s->events++;
			chat_msg_put(m, v, true);
			json_decref(v);
		} else {
			s->broken++;
		}
	}
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
