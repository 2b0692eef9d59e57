/* buf.c - a growing byte buffer with a cap, and quoting into it. */
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"

void
buf_clear(struct buf *b)
{
	size_t max = b->max;

	free(b->p);
	*b = (struct buf){.max = max};
}

void
buf_reset(struct buf *b)
{
	b->n = 0;
	b->over = false;
	if (b->p != NULL)
		b->p[0] = '\0';
}

/* Room for n more bytes and a NUL; returns how many of the n may be put. */
static size_t
reserve(struct buf *b, size_t n)
{
	size_t want;

	if (b->max != 0 && n > b->max - b->n) {
		n = b->max - b->n;
		b->over = true;
	}
	want = b->n + n + 1;
	if (want < n)
		mem_fail();
	if (want > b->cap) {
		if (want < b->cap + b->cap / 2)
			want = b->cap + b->cap / 2;
		if (want < 64)
			want = 64;
		b->p = xreallocarray(b->p, want, 1);
		b->cap = want;
	}
	return n;
}

void
buf_put(struct buf *b, const void *p, size_t n)
{
	n = reserve(b, n);
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void
buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	char small[256];
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n < 0)
		mem_fail();
	if ((size_t)n < sizeof small) {
		buf_put(b, small, (size_t)n);
		return;
	}
	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) == -1)
		mem_fail();
	va_end(ap);
	buf_put(b, s, (size_t)n);
	free(s);
}

void
buf_drop(struct buf *b, size_t n)
{
	if (n == 0)
		return;
	if (n >= b->n) {
		buf_reset(b);
		return;
	}
	memmove(b->p, b->p + n, b->n - n + 1);
	b->n -= n;
}

char *
buf_steal(struct buf *b)
{
	char *s = b->p != NULL ? b->p : xstrdup("");

	*b = (struct buf){.max = b->max};
	return s;
}

const char *
buf_str(const struct buf *b)
{
	return b->p != NULL ? b->p : "";
}

size_t
utf8_len(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	uint32_t c;
	size_t len, i;

	if (n == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (len > n)
		return 0;
	c = p[0] & (0xffU >> (len + 1));
	for (i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fU);
	}
	if ((len == 3 && c < 0x800) || (len == 4 && c < 0x10000) ||
	    c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return len;
}

bool
utf8_valid(const char *s, size_t n)
{
	size_t k;

	for (; n > 0; s += k, n -= k)
		if ((k = utf8_len(s, n)) == 0)
			return false;
	return true;
}

void
buf_utf8(struct buf *b, const char *s, size_t n)
{
	size_t good = 0, k;

	while (good < n) {
		k = utf8_len(s + good, n - good);
		if (k != 0) {
			good += k;
			continue;
		}
		buf_put(b, s, good);
		buf_puts(b, "\xef\xbf\xbd");
		s += good + 1;
		n -= good + 1;
		good = 0;
	}
	buf_put(b, s, n);
}

void
buf_pystr(struct buf *b, const char *s, size_t n)
{
	size_t k;

	buf_putc(b, '"');
	for (; n > 0; s += k, n -= k) {
		unsigned char c = (unsigned char)*s;

		k = utf8_len(s, n);
		if (k == 0) {
			k = 1;
			buf_puts(b, "\\ufffd");
		} else if (c == '"' || c == '\\') {
			buf_printf(b, "\\%c", c);
		} else if (c == '\n') {
			buf_puts(b, "\\n");
		} else if (c == '\r') {
			buf_puts(b, "\\r");
		} else if (c == '\t') {
			buf_puts(b, "\\t");
		} else if (c < 0x20 || c == 0x7f) {
			buf_printf(b, "\\x%02x", c);
		} else if (k == 2 && c == 0xc2 && (unsigned char)s[1] < 0xa1) {
			buf_printf(b, "\\x%02x", (unsigned char)s[1]);
		} else if (k == 3 && memcmp(s, "\xe2\x80", 2) == 0) {
			/* line separators, joiners, direction marks */
			buf_printf(b, "\\u20%02x", (unsigned char)s[2] - 0x80);
		} else if (k == 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
			buf_puts(b, "\\ufeff");
		} else {
			buf_put(b, s, k);
		}
	}
	buf_putc(b, '"');
}

void
buf_jsonstr(struct buf *b, const char *s, size_t n)
{
	size_t good = 0, k;

	buf_putc(b, '"');
	while (good < n) {
		unsigned char c = (unsigned char)s[good];

		k = c < 0x80 ? 1 : utf8_len(s + good, n - good);
		if (k != 0 && c >= 0x20 && c != '"' && c != '\\') {
			good += k;
			continue;
		}
		buf_put(b, s, good);
		switch (k == 0 ? -1 : c) {
		case -1:
			buf_puts(b, "\xef\xbf\xbd");
			break;
		case '"':
			buf_puts(b, "\\\"");
			break;
		case '\\':
			buf_puts(b, "\\\\");
			break;
		case '\n':
			buf_puts(b, "\\n");
			break;
		case '\r':
			buf_puts(b, "\\r");
			break;
		case '\t':
			buf_puts(b, "\\t");
			break;
		default:
			buf_printf(b, "\\u%04x", c);
		}
		s += good + 1;
		n -= good + 1;
		good = 0;
	}
	buf_put(b, s, n);
	buf_putc(b, '"');
}

/* Digits and decimal exponent of the shortest text that reads back as v. */
static int
shortest(double v, char digits[20])
{
	char t[40];
	int prec, e;
	char *p, *d = digits;

	for (prec = 0; prec < 17; prec++) {
		/* %.14e first: nearly all data has at most 15 digits */
		int q = prec == 0 ? 14 : prec + 13;

		snprintf(t, sizeof t, "%.*e", q, v);
		if (strtod(t, NULL) == v)
			break;
	}
	e = atoi(strchr(t, 'e') + 1);
	for (p = t; *p != 'e'; p++)
		if (*p >= '0' && *p <= '9')
			*d++ = *p;
	while (d > digits + 1 && d[-1] == '0')
		d--;
	*d = '\0';
	return e;
}

void
buf_real(struct buf *b, double v)
{
	char digits[20];
	int e, n, i;

	if (v == 0.0) {
		buf_puts(b, signbit(v) ? "-0.0" : "0.0");
		return;
	}
	if (v < 0) {
		buf_putc(b, '-');
		v = -v;
	}
	e = shortest(v, digits);
	n = (int)strlen(digits);
	if (e < -4 || e >= 16) {
		buf_putc(b, digits[0]);
		if (n > 1)
			buf_printf(b, ".%s", digits + 1);
		buf_printf(b, "e%c%02d", e < 0 ? '-' : '+', abs(e));
	} else if (e < 0) {
		buf_puts(b, "0.");
		for (i = -1; i > e; i--)
			buf_putc(b, '0');
		buf_puts(b, digits);
	} else {
		for (i = 0; i <= e; i++)
			buf_putc(b, i < n ? digits[i] : '0');
		buf_putc(b, '.');
		buf_puts(b, n > e + 1 ? digits + e + 1 : "0");
	}
}
