/* store.c - texts that wait, in memory up to a limit, then in a temporary
 * file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "rec.h"
#include "store.h"

/* In memory: a block that holds head and text; its place is its address, which
 * is even. In the file: head, then text; the place is twice the offset + 1. */
struct block {
	struct store_head head;
	char text[];
};

struct store {
	size_t memory, used; /* bytes allowed, bytes held */
	int fd; /* -1: no file yet */
	uint64_t end; /* of the file */
	size_t in_file; /* texts there that are not dropped */
};

struct store *
store_new(size_t memory)
{
	struct store *s = xcalloc(1, sizeof *s);

	s->memory = memory;
	s->fd = -1;
	return s;
}

void
store_free(struct store *s)
{
	if (s->fd != -1)
		close(s->fd);
	free(s);
}

static int
open_file(struct store *s, struct fail *f)
{
	const char *dir = getenv("TMPDIR");
	char *path;

	if (dir == NULL || *dir == '\0')
		dir = "/tmp";
	s->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (s->fd == -1 && (errno == EOPNOTSUPP || errno == EISDIR)) {
		path = xasprintf("%s/csv-triangulate.XXXXXX", dir);
		s->fd = mkostemp(path, O_CLOEXEC);
		if (s->fd != -1)
			unlink(path);
		free(path);
	}
	if (s->fd == -1)
		return fail_set(f, FAIL_IO, "temporary file in %s: %s", dir,
		    strerror(errno));
	return 0;
}

static int
write_at(struct store *s, const void *p, size_t n, struct fail *f)
{
	const char *text = p;
	ssize_t k;

	while (n > 0) {
		k = pwrite(s->fd, text, n, (off_t)s->end);
		if (k == -1 && errno == EINTR)
			continue;
		if (k == -1)
			return fail_set(
			    f, FAIL_IO, "temporary file: %s", strerror(errno));
		text += k;
		n -= (size_t)k;
		s->end += (uint64_t)k;
	}
	return 0;
}

static int
read_at(const struct store *s, uint64_t at, void *p, size_t n, struct fail *f)
{
	char *text = p;
	ssize_t k;

	while (n > 0) {
		k = pread(s->fd, text, n, (off_t)at);
		if (k == -1 && errno == EINTR)
			continue;
		if (k <= 0)
			return fail_set(f, FAIL_IO, "temporary file: %s",
			    k == 0 ? "cut short" : strerror(errno));
		text += k;
		n -= (size_t)k;
		at += (uint64_t)k;
	}
	return 0;
}

uint64_t
store_put(struct store *s, const struct store_head *h, const char *text,
    bool to_file, struct fail *f)
{
	struct block *b;
	uint64_t at;

	if (!to_file && s->used + h->n <= s->memory) {
		b = xmalloc(sizeof *b + h->n + 1);
		b->head = *h;
		memcpy(b->text, text, h->n);
		b->text[h->n] = '\0';
		s->used += h->n;
		return (uint64_t)(uintptr_t)b;
	}
	if (s->fd == -1 && open_file(s, f) == -1)
		return 0;
	at = s->end;
	if (write_at(s, h, sizeof *h, f) == -1 ||
	    write_at(s, text, h->n, f) == -1)
		return 0;
	s->in_file++;
	return at << 1 | 1;
}

static struct block *
as_block(uint64_t place)
{
	return (place & 1) == 0 ? (struct block *)(uintptr_t)place : NULL;
}

int
store_head(
    const struct store *s, uint64_t place, struct store_head *h, struct fail *f)
{
	if (as_block(place) != NULL) {
		*h = as_block(place)->head;
		return 0;
	}
	return read_at(s, place >> 1, h, sizeof *h, f);
}

const char *
store_text(const struct store *s, uint64_t place, const struct store_head *h,
    char **owned, struct fail *f)
{
	*owned = NULL;
	if (as_block(place) != NULL)
		return as_block(place)->text;
	*owned = xmalloc(h->n + 1);
	(*owned)[h->n] = '\0';
	if (read_at(s, (place >> 1) + sizeof *h, *owned, h->n, f) == 0)
		return *owned;
	free(*owned);
	*owned = NULL;
	return NULL;
}

void
store_drop(struct store *s, uint64_t place, const struct store_head *h)
{
	if (as_block(place) != NULL) {
		s->used -= h->n;
		free(as_block(place));
	} else if (--s->in_file == 0 && ftruncate(s->fd, 0) == 0) {
		s->end = 0;
	}
}
