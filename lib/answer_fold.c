/* answer_fold.c - Unicode trimming and case folding of strings. */
#include <stdint.h>
#include <string.h>

#include "answer.h"
#include "fold_table.h"

#define LENGTH(a) (sizeof(a) / sizeof *(a))

static uint32_t
decode(const char *s, size_t len)
{
	uint32_t c = (unsigned char)*s;
	size_t i;

	if (len > 1)
		c &= 0xffU >> (len + 1);
	for (i = 1; i < len; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3fU);
	return c;
}

static void
put_utf8(struct buf *b, uint32_t c)
{
	if (c < 0x80) {
		buf_putc(b, (char)c);
	} else if (c < 0x800) {
		buf_putc(b, (char)(0xc0 | c >> 6));
		buf_putc(b, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_putc(b, (char)(0xe0 | c >> 12));
		buf_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_putc(b, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_putc(b, (char)(0xf0 | c >> 18));
		buf_putc(b, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_putc(b, (char)(0x80 | (c & 0x3f)));
	}
}

/* White space by Unicode, the ASCII separators 0x1c-0x1f included. */
static bool
is_space(uint32_t c)
{
	return (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x20) || c == 0x85 ||
	    c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	    c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
	    c == 0x3000;
}

/* Length of the character at s; a stray byte counts as one. */
static size_t
char_len(const char *s, size_t n)
{
	size_t len = utf8_len(s, n);

	return len > 0 ? len : 1;
}

static const char *
trim(const char *s, size_t *n)
{
	size_t len, k;

	while (*n > 0) {
		len = char_len(s, *n);
		if (!is_space(decode(s, len)))
			break;
		s += len;
		*n -= len;
	}
	while (*n > 0) {
		for (k = 1; k < 4 && k < *n && (s[*n - k] & 0xc0) == 0x80; k++)
			;
		if (!is_space(decode(s + *n - k, k)))
			break;
		*n -= k;
	}
	return s;
}

static void
fold_char(struct buf *b, const char *s, size_t len)
{
	uint32_t c = decode(s, len);
	size_t lo = 0, hi = LENGTH(fold_ranges), mid, i;
	const struct fold_range *r;

	while (lo < hi) { /* the first range that does not end before c */
		mid = (lo + hi) / 2;
		if (fold_ranges[mid].hi < c)
			lo = mid + 1;
		else
			hi = mid;
	}
	r = &fold_ranges[lo];
	if (lo < LENGTH(fold_ranges) && c >= r->lo &&
	    (c - r->lo) % (uint32_t)r->step == 0) {
		put_utf8(b, c + (uint32_t)r->delta);
		return;
	}
	for (i = 0; i < LENGTH(fold_multis); i++)
		if (fold_multis[i].c == c) {
			buf_puts(b, fold_multis[i].to);
			return;
		}
	buf_put(b, s, len);
}

void
ans_fold(struct buf *b, const char *s, size_t n)
{
	size_t len;

	for (s = trim(s, &n); n > 0; s += len, n -= len) {
		unsigned char c = (unsigned char)*s;

		len = utf8_len(s, n);
		if (c >= 'A' && c <= 'Z')
			buf_putc(b, (char)(c + 32));
		else if (len <= 1)
			buf_putc(b, (char)c);
		else
			fold_char(b, s, len);
		len = len > 0 ? len : 1;
	}
}
