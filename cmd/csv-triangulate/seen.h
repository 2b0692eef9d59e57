/* seen.h - which of the last many numbers went by. */
#ifndef SEEN_H
#define SEEN_H

#include <stdbool.h>
#include <stdint.h>

/* Remembers at least the last SEEN_KEPT numbers, at most twice as many: two
 * sets, the older of which is forgotten when the newer is full. */
enum { SEEN_KEPT = 1 << 19 };

struct seen;

struct seen *seen_new(void);
void seen_free(struct seen *s);
void seen_put(struct seen *s, uint64_t x);
bool seen_has(const struct seen *s, uint64_t x);

#endif
