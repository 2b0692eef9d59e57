/* buf.h - a growing byte buffer with a cap, and quoting into it. */
#ifndef BUF_H
#define BUF_H

#include <stdbool.h>
#include <stddef.h>

/* All zero is an empty buffer without a cap. p is owned; p[n] is NUL. */
struct buf {
	char *p;
	size_t n;
	size_t cap; /* allocated */
	size_t max; /* 0: unlimited; else bytes past it are dropped */
	bool over; /* something was dropped */
};

void buf_clear(struct buf *b); /* free */
void buf_reset(struct buf *b); /* empty, memory kept */
void buf_put(struct buf *b, const void *p, size_t n);
void buf_putc(struct buf *b, char c);
void buf_puts(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Drop the first n bytes. */
void buf_drop(struct buf *b, size_t n);
/* The text as an owned string ("" when empty); b is empty afterwards. */
char *buf_steal(struct buf *b);
/* The text as a borrowed string, never NULL. */
const char *buf_str(const struct buf *b);

/*
 * s[0..n-1] (UTF-8) as a Python string literal in double quotes; printable
 * text stays as it is, the rest is escaped. Every name or value from a CSV
 * reaches Python code only through here.
 */
void buf_pystr(struct buf *b, const char *s, size_t n);
/* The same as a JSON string; broken UTF-8 becomes U+FFFD. */
void buf_jsonstr(struct buf *b, const char *s, size_t n);
/*
 * The shortest decimal text that strtod reads back as v, as Python's repr
 * writes it: 0.1, 5.0, 1e-07, 1e+16. v must be finite.
 */
void buf_real(struct buf *b, double v);
/* Copy s[0..n-1], each byte that is not part of valid UTF-8 as U+FFFD. */
void buf_utf8(struct buf *b, const char *s, size_t n);

/* Length in bytes of the valid UTF-8 character at s (n > 0 left), else 0. */
size_t utf8_len(const char *s, size_t n);
bool utf8_valid(const char *s, size_t n);

#endif
