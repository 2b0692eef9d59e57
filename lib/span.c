/* span.c - find members in JSON text without building it. */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "rec.h"
#include "span.h"

enum {
	DEPTH_MAX = 2048, /* jansson's */
	LONG_NUMBER = 300, /* characters that may pass the range of a double */
};

/* A scan: p moves, end is one past the text. The line has a NUL at end, or
 * more text: nothing reads past it without asking. */
struct scan {
	const char *p, *end;
	const struct span_want *want;
	size_t n_want;
	struct span *out;
	const char *parent; /* whose members are being read; NULL: the root's */
	int depth;
};

static bool value(struct scan *s);

static void
space(struct scan *s)
{
	while (s->p < s->end &&
	    (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

/* ---- Strings ---- */

/*
 * Bytes at p that are plain in a string: no quote, backslash, control or
 * non-ASCII byte. Eight at a time: a byte of `odd` has its top bit set where
 * one of these holds; false hits only follow a true one, and are looked at
 * again bytewise.
 */
static const char *
plain(const char *p, const char *end)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	uint64_t w, quote, slash, control;

	while (end - p >= 8) {
		memcpy(&w, p, 8);
		quote = w ^ ones * '"';
		slash = w ^ ones * '\\';
		quote = (quote - ones) & ~quote;
		slash = (slash - ones) & ~slash;
		control = (w - ones * 0x20) & ~w;
		if (((quote | slash | control | w) & high) != 0)
			break;
		p += 8;
	}
	while (p < end && (unsigned char)*p >= 0x20 &&
	    (unsigned char)*p < 0x80 && *p != '"' && *p != '\\')
		p++;
	return p;
}

static int
hex4(const char *p)
{
	int v = 0, i;

	for (i = 0; i < 4; i++) {
		char c = p[i];

		v <<= 4;
		if (c >= '0' && c <= '9')
			v += c - '0';
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			v += (c | 32) - 'a' + 10;
		else
			return -1;
	}
	return v;
}

/* \uXXXX at p (after the u): surrogates in pairs only; *nul: it was U+0000. */
static bool
unicode_escape(struct scan *s, bool *nul)
{
	int c, low;

	if (s->end - s->p < 4 || (c = hex4(s->p)) == -1)
		return false;
	s->p += 4;
	*nul = *nul || c == 0;
	if (c < 0xd800 || c > 0xdfff)
		return true;
	if (c > 0xdbff || s->end - s->p < 6 || s->p[0] != '\\' ||
	    s->p[1] != 'u' || (low = hex4(s->p + 2)) < 0xdc00 || low > 0xdfff)
		return false;
	s->p += 6;
	return true;
}

static bool
escape(struct scan *s, bool *nul)
{
	s->p++;
	if (s->p == s->end)
		return false;
	switch (*s->p++) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't':
		return true;
	case 'u':
		return unicode_escape(s, nul);
	default:
		return false;
	}
}

/* A string from its opening quote; *text: what is between the quotes. */
static bool
string(struct scan *s, struct span *text, bool *nul)
{
	size_t k;

	text->p = ++s->p;
	for (;;) {
		s->p = plain(s->p, s->end);
		if (s->p == s->end)
			return false;
		if (*s->p == '"')
			break;
		if (*s->p == '\\') {
			if (!escape(s, nul))
				return false;
			continue;
		}
		k = utf8_len(s->p, (size_t)(s->end - s->p));
		if (k < 2)
			return false;
		s->p += k;
	}
	text->n = (size_t)(s->p++ - text->p);
	return true;
}

/* ---- Numbers and words ---- */

static bool
digits(struct scan *s)
{
	const char *from = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > from;
}

/* Is the real number in range? It is followed by a byte that ends it. */
static bool
in_range(const char *p, size_t n)
{
	char *copy;
	bool ok;

	copy = xstrndup(p, n);
	ok = isfinite(strtod(copy, NULL));
	free(copy);
	return ok;
}

static bool
number(struct scan *s)
{
	const char *from = s->p;
	bool real = false, exponent = false;

	if (*s->p == '-')
		s->p++;
	if (s->p < s->end && *s->p == '0')
		s->p++;
	else if (!digits(s))
		return false;
	if (s->p < s->end && *s->p == '.') {
		s->p++;
		real = true;
		if (!digits(s))
			return false;
	}
	if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
		s->p++;
		real = exponent = true;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		if (!digits(s))
			return false;
	}
	if (exponent || (real && s->p - from > LONG_NUMBER))
		return in_range(from, (size_t)(s->p - from));
	return true;
}

static bool
word(struct scan *s, const char *w)
{
	size_t n = strlen(w);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, w, n) != 0)
		return false;
	s->p += n;
	return true;
}

/* ---- Values ---- */

bool
span_is(const struct span *key, const char *name)
{
	struct fail f;
	struct buf b = {0};
	json_t *v;
	bool same;

	if (strlen(name) == key->n && memcmp(key->p, name, key->n) == 0)
		return true;
	if (memchr(key->p, '\\', key->n) == NULL)
		return false;
	buf_putc(&b, '"');
	buf_put(&b, key->p, key->n);
	buf_putc(&b, '"');
	v = rec_parse(b.p, b.n, &f);
	same = json_is_string(v) && strcmp(json_string_value(v), name) == 0;
	json_decref(v);
	buf_clear(&b);
	return same;
}

/* The wanted member that key is, in the object being read; n_want: none. */
static size_t
wanted(const struct scan *s, const struct span *key)
{
	size_t i;

	for (i = 0; i < s->n_want; i++) {
		const struct span_want *w = &s->want[i];

		if ((w->parent == NULL) != (s->parent == NULL))
			continue;
		if (w->parent != NULL && strcmp(w->parent, s->parent) != 0)
			continue;
		if (span_is(key, w->key))
			break;
	}
	return i;
}

/* Is name the parent of a wanted member? Then what was found in an earlier
 * member of that name is forgotten. */
static const char *
as_parent(struct scan *s, const struct span *key)
{
	const char *name = NULL;
	size_t i;

	for (i = 0; i < s->n_want; i++)
		if (s->want[i].parent != NULL &&
		    span_is(key, s->want[i].parent)) {
			name = s->want[i].parent;
			s->out[i] = (struct span){0};
		}
	return name;
}

/* A member's value, its key already read. */
static bool
member(struct scan *s, const struct span *key)
{
	bool shallow = s->depth == 1 || (s->depth == 2 && s->parent != NULL);
	const char *parent = s->parent;
	const char *from = s->p;
	size_t i = s->n_want;
	bool ok;

	if (shallow) {
		i = wanted(s, key);
		if (s->depth == 1)
			s->parent = as_parent(s, key);
	}
	ok = value(s);
	s->parent = parent;
	if (i < s->n_want)
		s->out[i] = (struct span){from, (size_t)(s->p - from)};
	return ok;
}

static bool
object(struct scan *s)
{
	struct span key;
	bool nul = false;

	s->p++;
	space(s);
	if (s->p < s->end && *s->p == '}') {
		s->p++;
		return true;
	}
	for (;;) {
		if (s->p == s->end || *s->p != '"' || !string(s, &key, &nul) ||
		    nul)
			return false;
		space(s);
		if (s->p == s->end || *s->p != ':')
			return false;
		s->p++;
		space(s);
		if (!member(s, &key))
			return false;
		space(s);
		if (s->p == s->end)
			return false;
		if (*s->p == '}')
			break;
		if (*s->p != ',')
			return false;
		s->p++;
		space(s);
	}
	s->p++;
	return true;
}

static bool
array(struct scan *s)
{
	s->p++;
	space(s);
	if (s->p < s->end && *s->p == ']') {
		s->p++;
		return true;
	}
	for (;;) {
		if (!value(s))
			return false;
		space(s);
		if (s->p == s->end)
			return false;
		if (*s->p == ']')
			break;
		if (*s->p != ',')
			return false;
		s->p++;
		space(s);
	}
	s->p++;
	return true;
}

static bool
nested(struct scan *s, bool (*read)(struct scan *))
{
	const char *parent = s->parent;
	bool ok;

	/* members of an object in an array are nobody's */
	if (read == array)
		s->parent = NULL;
	if (++s->depth > DEPTH_MAX)
		return false;
	ok = read(s);
	s->depth--;
	s->parent = parent;
	return ok;
}

static bool
value(struct scan *s)
{
	struct span text;
	bool nul = false;

	if (s->p == s->end)
		return false;
	switch (*s->p) {
	case '{':
		return nested(s, object);
	case '[':
		return nested(s, array);
	case '"':
		return string(s, &text, &nul);
	case 't':
		return word(s, "true");
	case 'f':
		return word(s, "false");
	case 'n':
		return word(s, "null");
	default:
		return number(s);
	}
}

int
span_scan(const char *text, size_t n, const struct span_want *want,
    size_t n_want, struct span *out, struct fail *f)
{
	struct scan s = {.p = text,
	    .end = text + n,
	    .want = want,
	    .n_want = n_want,
	    .out = out};
	bool is_object;

	memset(out, 0, n_want * sizeof *out);
	space(&s);
	is_object = s.p < s.end && *s.p == '{';
	if (value(&s)) {
		space(&s);
		if (s.p == s.end && is_object)
			return 0;
		if (s.p == s.end)
			return fail_set(
			    f, FAIL_TYPE, "expected an object, saw another");
	}
	return fail_set(f, FAIL_JSON,
	    "expected JSON, saw something else at "
	    "byte %zu",
	    (size_t)(s.p - text));
}

/* ---- Checked text ---- */

/* The end of a string whose opening quote is at p. */
static const char *
skip_string(const char *p, const char *end)
{
	p = plain(p + 1, end);
	while (p < end && *p != '"')
		p = plain(p + (*p == '\\' ? 2 : 1), end);
	return p + 1;
}

/* The end of the checked value at p. */
static const char *
skip_value(const char *p, const char *end)
{
	int depth = 0;

	for (;;) {
		if (*p == '"') {
			p = skip_string(p, end);
		} else if (*p == '{' || *p == '[') {
			depth++;
			p++;
		} else if (*p == '}' || *p == ']') {
			depth--;
			p++;
		} else if (depth > 0) {
			p++;
			continue;
		} else {
			while (p < end && strchr(",}] \t\r\n", *p) == NULL)
				p++;
		}
		if (depth == 0)
			return p;
	}
}

bool
span_next(const struct span *o, struct span_iter *at, struct span *key,
    struct span *val)
{
	const char *end = o->p + o->n, *p = at->p;

	if (p == NULL) {
		if (o->n == 0 || *o->p != '{')
			return false;
		p = o->p + 1;
	}
	p += strspn(p, " \t\r\n,");
	if (p >= end || *p == '}')
		return false;
	key->p = p + 1;
	p = skip_string(p, end);
	key->n = (size_t)(p - key->p) - 1;
	p += strspn(p, " \t\r\n:");
	val->p = p;
	at->p = skip_value(p, end);
	val->n = (size_t)(at->p - p);
	return true;
}

json_t *
span_json(const struct span *v)
{
	struct fail f;

	return v->p != NULL ? rec_parse(v->p, v->n, &f) : NULL;
}

static bool
equals(const struct span *v, const char *text, size_t n)
{
	return v->p != NULL && v->n == n && memcmp(v->p, text, n) == 0;
}

bool
span_true(const struct span *v)
{
	return equals(v, "true", 4);
}

bool
span_null(const struct span *v)
{
	return v->p == NULL || equals(v, "null", 4);
}

int
span_int(const struct span *v, long *out)
{
	char text[24], *end;
	long i;

	if (v->p == NULL || v->n == 0 || v->n >= sizeof text)
		return -1;
	memcpy(text, v->p, v->n);
	text[v->n] = '\0';
	errno = 0;
	i = strtol(text, &end, 10);
	if (*end != '\0' || errno != 0)
		return -1;
	*out = i;
	return 0;
}

bool
span_text(const struct span *v, const char *text)
{
	size_t n = strlen(text);

	return v->p != NULL && v->n == n + 2 && *v->p == '"' &&
	    memcmp(v->p + 1, text, n) == 0;
}
