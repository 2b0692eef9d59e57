/* buf.c - a growing byte buffer with a cap, and quoting into it. */
#include <float.h>
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

	if (b->max != 0 && (b->n >= b->max || n > b->max - b->n)) {
		b->over = b->over || n > 0;
		n = b->n < b->max ? b->max - b->n : 0;
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
	if (b->max != 0 || b->n + 1 >= b->cap) {
		buf_put(b, &c, 1);
		return;
	}
	b->p[b->n++] = c;
	b->p[b->n] = '\0';
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

/* The code point of a valid character of k bytes. */
static unsigned
code_point(const char *s, size_t k)
{
	unsigned c = (unsigned char)*s & (k == 1 ? 0x7fU : 0xffU >> (k + 1));
	size_t i;

	for (i = 1; i < k; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3fU);
	return c;
}

/* Blanks other than the space, joiners, direction marks, line separators: what
 * a reader of code would not see. */
static bool
invisible(const char *s, size_t k)
{
	static const unsigned ranges[][2] = {{0x80, 0xa0}, {0xad, 0xad},
	    {0x61c, 0x61c}, {0x1680, 0x1680}, {0x180e, 0x180e},
	    {0x2000, 0x200f}, {0x2028, 0x202f}, {0x205f, 0x206f},
	    {0x3000, 0x3000}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}};
	unsigned c;
	size_t i;

	if (k < 2 || k > 3)
		return false;
	c = code_point(s, k);
	for (i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return true;
	return false;
}

/* Is one of eight bytes not plain? */
static bool
odd_bytes(const char *s)
{
	const uint64_t one = UINT64_C(0x0101010101010101), top = one << 7;
	uint64_t w, quote, slash;

	memcpy(&w, s, sizeof w);
	quote = w ^ one * '"';
	slash = w ^ one * '\\';
	/* a byte has its top bit set, or gets it by a borrow or a carry */
	return ((w | (w - one * 0x20) | (w + one) | (quote - one) |
		    (slash - one)) &
		   top) != 0;
}

/* How many of the first bytes stand for themselves between double quotes. */
static size_t
plain(const char *s, size_t n)
{
	size_t i = 0;

	while (i + 8 <= n && !odd_bytes(s + i))
		i += 8;
	for (; i < n && s[i] >= 0x20 && s[i] < 0x7f && s[i] != '"' &&
	     s[i] != '\\';
	     i++)
		;
	return i;
}

void
buf_pystr(struct buf *b, const char *s, size_t n)
{
	size_t k;

	buf_putc(b, '"');
	for (; n > 0; s += k, n -= k) {
		unsigned char c = (unsigned char)*s;

		if ((k = plain(s, n)) > 0) {
			buf_put(b, s, k);
			continue;
		}
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
		} else if (invisible(s, k)) {
			buf_printf(b, "\\u%04x", code_point(s, k));
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
		unsigned char c;

		good += plain(s + good, n - good);
		if (good == n)
			break;
		c = (unsigned char)s[good];
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

/*
 * 16 digits of v > 0, not the nearest ones: below a power of two doubles are
 * closer together than above, so that the digits one up may read back as v
 * where the nearest do not.
 */
static bool
one_up(double v, char t[40])
{
	int i;

	snprintf(t, 40, "%.15e", v);
	for (i = 16; i >= 0 && (t[i] == '9' || t[i] == '.'); i--)
		if (t[i] == '9')
			t[i] = '0';
	if (i < 0)
		return false; /* 9.99...: another exponent, never needed */
	t[i]++;
	return strtod(t, NULL) == v;
}

/* The shortest text in %e form that reads back as v > 0. */
static void
shortest_e(double v, char t[40])
{
	/* 15 digits are enough for nearly all data, and what they give needs
	 * no fewer once zeros are cut off, but for subnormals */
	int q = v < DBL_MIN ? 0 : 14;

	for (; q < 16; q++) {
		snprintf(t, 40, "%.*e", q, v);
		if (strtod(t, NULL) == v)
			return;
	}
	if (!one_up(v, t))
		snprintf(t, 40, "%.16e", v);
}

/* Digits and decimal exponent of the shortest text that reads back as v. */
static int
shortest(double v, char digits[20])
{
	char t[40];
	int e;
	char *p, *d = digits;

	shortest_e(v, t);
	e = atoi(strchr(t, 'e') + 1);
	for (p = t; *p != 'e'; p++)
		if (*p >= '0' && *p <= '9')
			*d++ = *p;
	while (d > digits + 1 && d[-1] == '0')
		d--;
	*d = '\0';
	return e;
}

/*
 * Few decimals, as most numbers have: no two texts of up to 15 digits are the
 * same double, so that the first that is v is the shortest.
 */
static bool
put_short(struct buf *b, double v)
{
	static const double powers[] = {1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
	char text[24], *p = text + sizeof text;
	double whole;
	uint64_t rest;
	int k, i;

	if (v < 1e-4 || v >= 1e9)
		return false;
	for (k = 0; k < 6; k++) {
		whole = floor(v * powers[k] + 0.5);
		if (whole / powers[k] == v)
			break;
	}
	if (k == 6)
		return false;
	rest = (uint64_t)whole;
	for (i = 0; rest > 0 || i < k + 2; i++) {
		if (i == k + 1)
			*--p = '.';
		*--p = (char)('0' + rest % 10);
		rest /= 10;
	}
	buf_put(b, p, (size_t)(text + sizeof text - p));
	return true;
}

void
buf_real(struct buf *b, double v)
{
	char digits[20] = "";
	int e, n, i;

	if (v == 0.0) {
		buf_puts(b, signbit(v) ? "-0.0" : "0.0");
		return;
	}
	if (v < 0) {
		buf_putc(b, '-');
		v = -v;
	}
	if (put_short(b, v))
		return;
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
