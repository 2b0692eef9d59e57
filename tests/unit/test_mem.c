/* test_mem.c - unit tests of allocation. */
#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fail.h"
#include "mem.h"
#include "unit.h"

/* What the gigabytes asked for below are kept in, so that no compiler can do
 * without them. */
static void *volatile sink;

/* The exit status of fn in a child whose stderr is closed. */
static int
status_of(void (*fn)(void))
{
	int st;
	pid_t pid = fork();

	if (pid == 0) {
		close(STDERR_FILENO);
		fn();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &st, 0), pid);
	return WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

static void
product_overflows(void)
{
	sink = xreallocarray(NULL, SIZE_MAX / 2, 3);
}

static void
calloc_overflows(void)
{
	volatile size_t n = SIZE_MAX / 2;

	sink = xcalloc(n, 3);
}

static void
too_much(void)
{
	volatile size_t n = PTRDIFF_MAX;

	sink = xmalloc(n);
}

static void
long_too_much(void)
{
	volatile size_t n = PTRDIFF_MAX / 2;

	sink = xrealloc_long(NULL, n, 1);
}

static void
long_overflows(void)
{
	volatile size_t n = SIZE_MAX / 2;

	sink = xcalloc_long(n, 3);
}

START_TEST(exhausted)
{
#if defined(__SANITIZE_ADDRESS__)
	return; /* its allocator ends the program by itself */
#endif
	ck_assert_int_eq(status_of(product_overflows), EXIT_SYSTEM);
	ck_assert_int_eq(status_of(long_too_much), EXIT_SYSTEM);
	ck_assert_int_eq(status_of(long_overflows), EXIT_SYSTEM);
	ck_assert_int_eq(status_of(calloc_overflows), EXIT_SYSTEM);
	ck_assert_int_eq(status_of(too_much), EXIT_SYSTEM);
	ck_assert_int_eq(status_of(mem_fail), EXIT_SYSTEM);
}
END_TEST

START_TEST(zero)
{
	void *p = xmalloc(0), *q = xcalloc(0, 8), *r = xcalloc(8, 0);

	ck_assert_ptr_nonnull(p);
	ck_assert_ptr_nonnull(q);
	ck_assert_ptr_nonnull(r);
	p = xreallocarray(p, 0, 4);
	ck_assert_ptr_nonnull(p);
	free(p);
	free(q);
	free(r);
}
END_TEST

START_TEST(cleared)
{
	unsigned char *p = xcalloc(100, 3);
	size_t i;

	for (i = 0; i < 300; i++)
		ck_assert_uint_eq(p[i], 0);
	free(p);
}
END_TEST

START_TEST(strings)
{
	char *s = xstrdup("abc"), *t = xstrndup("abcdef", 3),
	     *u = xstrndup("ab", 10), *v = xasprintf("%d-%s", 7, "x"),
	     *w = xstrndup("abc", 0);
	char unterminated[3] = {'x', 'y', 'z'};
	char *z = xstrndup(unterminated, 3);

	ck_assert_str_eq(s, "abc");
	ck_assert_str_eq(t, "abc");
	ck_assert_str_eq(u, "ab");
	ck_assert_str_eq(v, "7-x");
	ck_assert_str_eq(w, "");
	ck_assert_str_eq(z, "xyz");
	free(s);
	free(t);
	free(u);
	free(v);
	free(w);
	free(z);
}
END_TEST

START_TEST(grow)
{
	size_t cap = 0, n, moves = 0, before;
	int *v = NULL;

	for (n = 0; n < 10000; n++) {
		before = cap;
		v = xgrow(v, n, &cap, sizeof *v);
		moves += cap != before;
		ck_assert_uint_gt(cap, n);
		v[n] = (int)n;
	}
	ck_assert_uint_le(moves, 12);
	for (n = 0; n < 10000; n++)
		ck_assert_int_eq(v[n], (int)n);
	free(v);
}
END_TEST

/* What was in an array stays in it, whatever holds it. */
START_TEST(long_arrays)
{
	static const size_t sizes[] = {0, 10, 1000, 300000, 262144, 262145,
	    1500000, 262100, 3, 1100000, 1000000, 200000, 1, 0, 600000};
	uint32_t *p = NULL;
	size_t had = 0, i, k;
	bool good = true;

	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		p = xrealloc_long(p, sizes[i], sizeof *p);
		ck_assert_uint_eq((uintptr_t)p % 16, 0);
		for (k = 0; k < had && k < sizes[i]; k++)
			good &= p[k] == (uint32_t)(k * 2654435761u);
		for (; k < sizes[i]; k++)
			p[k] = (uint32_t)(k * 2654435761u);
		had = sizes[i];
	}
	xfree_long(p);
	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		p = xcalloc_long(sizes[i], sizeof *p);
		for (k = 0; k < sizes[i]; k++) {
			good &= p[k] == 0;
			p[k] = 1; /* for the next, should it be given this */
		}
		xfree_long(p);
	}
	xfree_long(NULL);
	ck_assert(good);
}
END_TEST

UNIT_MAIN("mem", exhausted, long_arrays, zero, cleared, strings, grow)
