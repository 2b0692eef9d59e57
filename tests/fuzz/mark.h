/* mark.h - the secret mark of big integers (rec.h): a fuzzer that traces
 * comparisons can learn it, which nothing else can. Such inputs are left out.
 */
#ifndef MARK_H
#define MARK_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Could these n bytes hold the mark, or an escape that writes it? */
static inline bool
has_mark(const uint8_t *p, size_t n)
{
	return memmem(p, n, "\xf4\x8f\xbf\xbf", 4) != NULL ||
	    memmem(p, n, "\\u", 2) != NULL;
}

#endif
