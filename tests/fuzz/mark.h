/* mark.h - the secret mark of big integers (rec.h): a fuzzer that traces
 * comparisons can learn it, which nothing else can. Such inputs are left out.
 */
#ifndef MARK_H
#define MARK_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* Do these n bytes hold the character that the mark begins with, or an escape
 * that may write it? */
static inline bool
has_mark(const uint8_t *p, size_t n)
{
	size_t i;

	if (memmem(p, n, "\xf4\x8f\xbf\xbf", 4) != NULL)
		return true;
	for (i = 0; i + 6 <= n; i++)
		if (p[i] == '\\' &&
		    strncasecmp((const char *)p + i + 1, "udbff", 5) == 0)
			return true;
	return false;
}

#endif
