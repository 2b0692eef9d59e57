/* mem.h - allocation that does not return NULL: out of memory ends the
 * program with EXIT_SYSTEM and a message. All but long arrays is released by
 * free(). */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

void *xmalloc(size_t n) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t n, size_t size) __attribute__((malloc, returns_nonnull));
/* n * size bytes, refused when the product overflows. */
void *xreallocarray(void *p, size_t n, size_t size)
    __attribute__((returns_nonnull));
/*
 * The same for arrays that may be long, which xfree_long alone releases: from
 * 1 MiB on their memory is whole large pages, asked for as such, so that
 * filling them costs few page faults and hash tables few misses of the address
 * cache.
 */
void *xrealloc_long(void *p, size_t n, size_t size)
    __attribute__((returns_nonnull));
void *xcalloc_long(size_t n, size_t size)
    __attribute__((malloc, returns_nonnull));
void xfree_long(void *p);
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));
char *xstrndup(const char *s, size_t n)
    __attribute__((malloc, returns_nonnull));
char *xasprintf(const char *fmt, ...)
    __attribute__((malloc, returns_nonnull, format(printf, 1, 2)));

/*
 * Make room for one more element in a growing array: returns p, perhaps moved,
 * with *cap doubled when n == *cap.
 */
void *xgrow(void *p, size_t n, size_t *cap, size_t size)
    __attribute__((returns_nonnull));

/* From now on jansson and libcrypto allocate so too: what they do without
 * memory is to leave members out, or to crash. Before any use of them. */
void mem_libraries(void);

/* Out of memory: say so and exit. Also for libraries that returned NULL. */
void mem_fail(void) __attribute__((noreturn));

#endif
