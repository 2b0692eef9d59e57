/* box_text.c - what a cell printed: head and tail, repaired and masked. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "box_int.h"
#include "mem.h"

enum { HALF = BOX_TEXT / 2 };

void
box_cap_put(struct box_cap *c, const char *p, size_t n)
{
	size_t room = c->head.n < BOX_TEXT ? BOX_TEXT - c->head.n : 0;
	size_t at, k = n < room ? n : room;

	buf_put(&c->head, p, k);
	c->total += k;
	p += k;
	n -= k;
	if (n == 0)
		return;
	if (c->ring == NULL)
		c->ring = xmalloc(BOX_TEXT);
	if (n > BOX_TEXT) {
		c->total += n - BOX_TEXT;
		p += n - BOX_TEXT;
		n = BOX_TEXT;
	}
	while (n > 0) { /* byte i of the stream is at ring[i % BOX_TEXT] */
		at = c->total % BOX_TEXT;
		k = BOX_TEXT - at < n ? BOX_TEXT - at : n;
		memcpy(c->ring + at, p, k);
		c->total += k;
		p += k;
		n -= k;
	}
}

void
box_cap_reset(struct box_cap *c)
{
	buf_clear(&c->head);
	free(c->ring);
	*c = (struct box_cap){0};
}

void
box_cap_clear(struct box_cap *c)
{
	box_cap_reset(c);
}

static bool
is_hex(char c)
{
	return isxdigit((unsigned char)c) != 0;
}

void
box_mask(struct buf *out, const char *s, size_t n)
{
	size_t i = 0, k, from = 0;

	for (; i + 2 < n; i++) {
		if (s[i] != '0' || s[i + 1] != 'x')
			continue;
		for (k = i + 2; k < n && is_hex(s[k]);)
			k++;
		if (k - i - 2 < 6)
			continue;
		buf_put(out, s + from, i + 2 - from);
		buf_puts(out, "\xe2\x80\xa6");
		from = k;
		i = k - 1;
	}
	buf_put(out, s + from, n - from);
}

/* The last n bytes of the stream (n <= BOX_TEXT), appended. */
static void
put_tail(const struct box_cap *c, size_t n, struct buf *out)
{
	size_t i = c->total - n, k, at;

	if (i < c->head.n) {
		k = c->head.n - i < n ? c->head.n - i : n;
		buf_put(out, c->head.p + i, k);
		i += k;
	}
	while (i < c->total) {
		at = i % BOX_TEXT;
		k = BOX_TEXT - at;
		if (k > c->total - i)
			k = c->total - i;
		buf_put(out, c->ring + at, k);
		i += k;
	}
}

/* Repair and mask raw bytes, NUL as U+FFFD too. */
static void
put_clean(const char *s, size_t n, struct buf *out)
{
	struct buf a = {0};
	size_t i;

	for (i = 0; i < n;) {
		const char *nul = memchr(s + i, '\0', n - i);
		size_t k = nul != NULL ? (size_t)(nul - s) - i : n - i;

		buf_utf8(&a, s + i, k);
		i += k;
		if (nul != NULL) {
			buf_puts(&a, "\xef\xbf\xbd");
			i++;
		}
	}
	box_mask(out, buf_str(&a), a.n);
	buf_clear(&a);
}

/* Where to cut clean text so that at most n bytes are before (back) or after
 * (not back) the cut, never inside a character. */
static size_t
cut_at(const struct buf *b, size_t n, bool back)
{
	size_t i = back ? n : b->n - n;

	while (i > 0 && i < b->n && ((unsigned char)b->p[i] & 0xc0) == 0x80)
		i = back ? i - 1 : i + 1;
	return i;
}

size_t
box_cap_text(const struct box_cap *c, struct buf *out)
{
	enum { PART = HALF - 64 }; /* leaves room for the note */
	struct buf raw = {0}, head = {0}, tail = {0};
	size_t lost = 0, from, to;

	if (c->total <= BOX_TEXT) {
		put_clean(buf_str(&c->head), c->head.n, &head);
		if (head.n <= BOX_TEXT) {
			buf_put(out, buf_str(&head), head.n);
			buf_clear(&head);
			return 0;
		}
		buf_reset(&head);
	}
	to = c->head.n < PART ? c->head.n : PART;
	put_clean(buf_str(&c->head), to, &head);
	if (head.n > PART)
		head.n = cut_at(&head, PART, true);
	lost = c->total > PART ? PART : c->total;
	put_tail(c, lost, &raw);
	put_clean(buf_str(&raw), raw.n, &tail);
	from = tail.n > PART ? cut_at(&tail, PART, false) : 0;
	lost = c->total - to - raw.n;
	buf_put(out, buf_str(&head), head.n);
	buf_printf(out, "\n[... %zu bytes omitted ...]\n", lost);
	buf_put(out, buf_str(&tail) + from, tail.n - from);
	buf_clear(&raw);
	buf_clear(&head);
	buf_clear(&tail);
	return lost;
}

/* Is all of s one hexadecimal number: an identifier, not an address? */
static bool
is_token(const char *s, size_t n)
{
	size_t i;

	for (i = 2; i < n; i++)
		if (!is_hex(s[i]))
			return false;
	return n > 2 && s[0] == '0' && s[1] == 'x';
}

static json_t *
mask_text(json_t *v)
{
	const char *s = json_string_value(v);
	size_t n = json_string_length(v);
	struct buf b = {0};
	json_t *w;

	if (strstr(s, "0x") == NULL || is_token(s, n))
		return v;
	box_mask(&b, s, n);
	w = json_stringn(buf_str(&b), b.n);
	buf_clear(&b);
	if (w == NULL)
		mem_fail();
	json_decref(v);
	return w;
}

/* The members, with masked names too (in the order they had). */
static json_t *
mask_object(json_t *v)
{
	json_t *w = json_object(), *x;
	const char *k;

	json_object_foreach(v, k, x)
	{
		struct buf b = {0};

		if (is_token(k, strlen(k)))
			buf_puts(&b, k);
		else
			box_mask(&b, k, strlen(k));
		if (json_object_set_new_nocheck(
			w, buf_str(&b), box_mask_json(json_incref(x))) != 0)
			mem_fail();
		buf_clear(&b);
	}
	json_decref(v);
	return w;
}

json_t *
box_mask_json(json_t *v)
{
	size_t i;

	if (json_is_string(v))
		return mask_text(v);
	if (json_is_object(v))
		return mask_object(v);
	if (json_is_array(v))
		for (i = 0; i < json_array_size(v); i++) {
			json_t *x = json_incref(json_array_get(v, i));

			json_array_set_new(v, i, box_mask_json(x));
		}
	return v;
}
