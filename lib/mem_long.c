/* mem_long.c - long arrays on large pages. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "mem.h"

enum {
	LARGE = 1 << 21, /* bytes of a large page */
	LONG = LARGE / 2, /* arrays from here on are mapped */
	FRONT = 64, /* bytes before such an array: a line of the cache */
};

/* What stands before an array. */
struct head {
	size_t mapped; /* bytes of its mapping; 0: the allocator has it */
	size_t n; /* bytes of the array */
};

_Static_assert(sizeof(struct head) % _Alignof(max_align_t) == 0,
    "an array behind its head is aligned");

static struct head *
head_of(void *p)
{
	return (struct head *)p - 1;
}

/* Bytes of the mapping that holds an array of n. */
static size_t
mapping_of(size_t n)
{
	return (FRONT + n + LARGE - 1) / LARGE * LARGE;
}

/* Address space from a large page's start on, which kernels before 6.7 do not
 * see to. */
static char *
reserve(size_t len, int prot)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	char *p = mmap(NULL, len, prot, flags, -1, 0);
	size_t over;

	if (p == MAP_FAILED)
		mem_fail();
	if ((uintptr_t)p % LARGE == 0)
		return p;
	munmap(p, len);
	p = mmap(NULL, len + LARGE, prot, flags, -1, 0);
	if (p == MAP_FAILED)
		mem_fail();
	over = LARGE - (uintptr_t)p % LARGE;
	munmap(p, over);
	p += over;
	if (over < LARGE)
		munmap(p + len, LARGE - over);
	return p;
}

/*
 * Large pages have to be asked for before the memory is touched, and an
 * allocator touches what it hands out.
 */
static void *
map_array(size_t n)
{
	size_t len = mapping_of(n);
	char *p = reserve(len, PROT_READ | PROT_WRITE);

	madvise(p, len, MADV_HUGEPAGE);
	p += FRONT;
	*head_of(p) = (struct head){len, n};
	return p;
}

/* A mapped array of another length; where it grows it goes to where its large
 * pages stay whole. */
static void *
remap_array(char *p, size_t n)
{
	size_t len = mapping_of(n);
	size_t had = head_of(p)->mapped;

	p -= FRONT;
	if (len < had)
		p = mremap(p, had, len, 0);
	else if (len > had)
		p = mremap(p, had, len, MREMAP_MAYMOVE | MREMAP_FIXED,
		    reserve(len, PROT_NONE));
	if (p == MAP_FAILED)
		mem_fail();
	p += FRONT;
	*head_of(p) = (struct head){len, n};
	return p;
}

static size_t
array_size(size_t n, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(n, size, &all) || all > PTRDIFF_MAX - LARGE)
		mem_fail();
	return all;
}

void *
xcalloc_long(size_t n, size_t size)
{
	struct head *h;

	n = array_size(n, size);
	if (n >= LONG)
		return map_array(n);
	h = xcalloc(1, sizeof *h + n);
	h->n = n;
	return h + 1;
}

void *
xrealloc_long(void *p, size_t n, size_t size)
{
	struct head *h = p == NULL ? NULL : head_of(p);
	size_t had = p == NULL ? 0 : h->n;
	bool mapped = p != NULL && h->mapped > 0;
	void *new;

	n = array_size(n, size);
	if (n >= LONG && mapped)
		return remap_array(p, n);
	if (n < LONG && !mapped) {
		h = xreallocarray(h, 1, sizeof *h + n);
		*h = (struct head){0, n};
		return h + 1;
	}
	new = n >= LONG ? map_array(n) : xrealloc_long(NULL, n, 1);
	if (had > 0)
		memcpy(new, p, had < n ? had : n);
	xfree_long(p);
	return new;
}

void
xfree_long(void *p)
{
	if (p == NULL)
		return;
	if (head_of(p)->mapped > 0)
		munmap((char *)p - FRONT, head_of(p)->mapped);
	else
		free(head_of(p));
}
