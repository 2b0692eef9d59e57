/* mem.c - allocation that does not return NULL. */
#include <err.h>
#include <jansson.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fail.h"
#include "mem.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* Linux 6.1 */
#endif

enum {
	LARGE = 1 << 21, /* bytes of a large page */
	LONG = LARGE / 2, /* arrays from here on have whole large pages */
	HEAD = 32, /* at least what the allocator adds to an array */
};

/* No handlers of libraries: they may wait for the very call that failed. */
void
mem_fail(void)
{
	warnx("out of memory");
	fflush(stdout);
	_exit(EXIT_SYSTEM);
}

void *
xmalloc(size_t n)
{
	void *p = malloc(n != 0 ? n : 1);

	if (p == NULL)
		mem_fail();
	return p;
}

void *
xcalloc(size_t n, size_t size)
{
	void *p = calloc(n != 0 ? n : 1, size != 0 ? size : 1);

	if (p == NULL)
		mem_fail();
	return p;
}

void *
xreallocarray(void *p, size_t n, size_t size)
{
	if (n == 0 || size == 0)
		n = size = 1;
	p = reallocarray(p, n, size);
	if (p == NULL)
		mem_fail();
	return p;
}

/*
 * n * size bytes or, where that is much, somewhat more: with what the allocator
 * adds a multiple of LARGE, so that the kernel aligns the mapping.
 */
static size_t
long_size(size_t n, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(n, size, &all) || all > SIZE_MAX - LARGE)
		mem_fail();
	if (all < LONG)
		return all;
	return (all + HEAD + LARGE - 1) / LARGE * LARGE - HEAD;
}

/*
 * Large pages for a long array. fresh: the allocator has touched no more than
 * its head, or a short array's bytes; that gave the first large page's room
 * small ones, which are made one large page, or at least all at once.
 */
static void *
ask_large(void *p, size_t n, bool fresh)
{
	char *page = (char *)((uintptr_t)p & ~(uintptr_t)4095);

	if (n < LONG)
		return p;
	/* all of it: a mapping in parts could not grow in place */
	madvise(page, n + HEAD, MADV_HUGEPAGE);
	if (fresh &&
	    ((uintptr_t)page % LARGE != 0 ||
		madvise(page, LARGE, MADV_COLLAPSE) != 0))
		madvise(page, n < LARGE ? n : LARGE, MADV_POPULATE_WRITE);
	return p;
}

void *
xrealloc_long(void *p, size_t n, size_t size)
{
	bool fresh = p == NULL || malloc_usable_size(p) < LONG;

	n = long_size(n, size);
	return ask_large(xreallocarray(p, n, 1), n, fresh);
}

void *
xcalloc_long(size_t n, size_t size)
{
	n = long_size(n, size);
	return ask_large(xcalloc(n, 1), n, true);
}

char *
xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

char *
xstrndup(const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *p = xmalloc(len + 1);

	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *
xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) == -1)
		mem_fail();
	va_end(ap);
	return s;
}

void *
xgrow(void *p, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return p;
	*cap = *cap != 0 ? *cap * 2 : 16;
	return xreallocarray(p, *cap, size);
}

static void *
crypto_malloc(size_t n, const char *file, int line)
{
	(void)file, (void)line;
	return xmalloc(n);
}

static void *
crypto_realloc(void *p, size_t n, const char *file, int line)
{
	(void)file, (void)line;
	return xreallocarray(p, n, 1);
}

static void
crypto_free(void *p, const char *file, int line)
{
	(void)file, (void)line;
	free(p);
}

void
mem_libraries(void)
{
	json_set_alloc_funcs(xmalloc, free);
	CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free);
}
