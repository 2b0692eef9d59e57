/* fuzz_sse.c - any bytes as a stream of events: the same reply however the
 * bytes are cut into reads, and whether each chunk is parsed or known. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "chat_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Read with pieces of 1 to step bytes. */
static void
feed(const char *p, size_t n, size_t step, struct chat_sse *s,
    struct chat_msg *m)
{
	size_t at = 0, k = 1;

	chat_msg_init(m);
	while (at < n) {
		char *piece;

		k = k % step + 1;
		if (k > n - at)
			k = n - at;
		piece = malloc(k);
		if (piece == NULL)
			abort();
		memcpy(piece, p + at, k);
		chat_sse_put(s, piece, k, m);
		free(piece);
		at += k;
	}
	chat_sse_end(s, m);
	chat_msg_end(m);
}

static bool
same(const struct buf *a, const struct buf *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct chat_sse s = {0}, t = {.careful = true};
	struct chat_msg m, n;

	if (size == 0)
		return 0;
	feed((const char *)data + 1, size - 1, size, &s, &m);
	feed((const char *)data + 1, size - 1, data[0] % 16 + 1U, &t, &n);
	if (!same(&m.content, &n.content) ||
	    !same(&m.reasoning, &n.reasoning) ||
	    !same_text(m.finish, n.finish) || s.done != t.done ||
	    s.events != t.events || s.broken != t.broken ||
	    m.usage.prompt != n.usage.prompt || m.usage.cost != n.usage.cost ||
	    (m.error == NULL) != (n.error == NULL))
		abort();
	if (m.content.n > 0 && memchr(m.content.p, '\0', m.content.n) != NULL)
		abort();
	chat_sse_clear(&s);
	chat_sse_clear(&t);
	chat_msg_clear(&m);
	chat_msg_clear(&n);
	return 0;
}
