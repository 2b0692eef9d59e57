/* shard.c - lines into numbered pieces of a fixed size. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "mem.h"
#include "rec.h"
#include "shard.h"
#include "uniq.h"

enum { OUT_SIZE = 64 << 10, GZIP_WINDOW = 15 + 16 };

struct shard_set {
	int fd, level;
	uint64_t max_raw, end; /* bytes in the file */
	struct shard *v; /* the last one may be open */
	size_t n, cap;
	bool open;
	struct digest *digest;
	z_stream z;
	unsigned char out[OUT_SIZE];
};

struct shard_set *
shard_new(const char *dir, uint64_t max_raw, int level, struct fail *f)
{
	struct shard_set *s;
	int fd = uniq_tmpfile(dir, f);

	if (fd == -1)
		return NULL;
	s = xcalloc(1, sizeof *s);
	s->fd = fd;
	s->level = level;
	s->max_raw = max_raw;
	/* no name and no time in the header: the same bytes each time */
	if (level > 0 &&
	    deflateInit2(&s->z, level, Z_DEFLATED, GZIP_WINDOW, 8,
		Z_DEFAULT_STRATEGY) != Z_OK)
		mem_fail();
	return s;
}

void
shard_free(struct shard_set *s)
{
	char hex[DIGEST_HEX];

	if (s == NULL)
		return;
	if (s->level > 0)
		deflateEnd(&s->z);
	if (s->digest != NULL)
		digest_end(s->digest, hex);
	close(s->fd);
	free(s->v);
	free(s);
}

static int
emit(struct shard_set *s, const void *p, size_t n, struct fail *f)
{
	if (rec_write(s->fd, p, n) == -1)
		return fail_set(
		    f, FAIL_IO, "temporary file: %s", strerror(errno));
	digest_put(s->digest, p, n);
	s->end += n;
	return 0;
}

/* Compress n bytes; flush: Z_NO_FLUSH or Z_FINISH. */
static int
squeeze(struct shard_set *s, const char *p, size_t n, int flush, struct fail *f)
{
	s->z.next_in = (unsigned char *)(uintptr_t)p;
	s->z.avail_in = (unsigned)n;
	do {
		s->z.next_out = s->out;
		s->z.avail_out = OUT_SIZE;
		if (deflate(&s->z, flush) == Z_STREAM_ERROR)
			return fail_set(f, FAIL_IO, "gzip: broken state");
		if (emit(s, s->out, OUT_SIZE - s->z.avail_out, f) == -1)
			return -1;
	} while (s->z.avail_out == 0);
	return 0;
}

static int
put(struct shard_set *s, const char *p, size_t n, struct fail *f)
{
	s->v[s->n - 1].raw += n;
	return s->level > 0 ? squeeze(s, p, n, Z_NO_FLUSH, f)
			    : emit(s, p, n, f);
}

int
shard_end(struct shard_set *s, struct fail *f)
{
	struct shard *last;

	if (!s->open)
		return 0;
	if (s->level > 0 && squeeze(s, NULL, 0, Z_FINISH, f) == -1)
		return -1;
	last = &s->v[s->n - 1];
	last->size = s->end - last->offset;
	digest_end(s->digest, last->sha256);
	s->digest = NULL;
	s->open = false;
	return 0;
}

static void
begin(struct shard_set *s)
{
	s->v = xgrow(s->v, s->n, &s->cap, sizeof *s->v);
	s->v[s->n++] = (struct shard){.offset = s->end};
	s->digest = digest_new();
	if (s->level > 0)
		deflateReset(&s->z);
	s->open = true;
}

int
shard_put(struct shard_set *s, const char *line, size_t n, struct fail *f)
{
	if (s->open && s->v[s->n - 1].raw + n + 1 > s->max_raw &&
	    shard_end(s, f) == -1)
		return -1;
	if (!s->open)
		begin(s);
	s->v[s->n - 1].rows++;
	if (put(s, line, n, f) == -1)
		return -1;
	return put(s, "\n", 1, f);
}

size_t
shard_count(const struct shard_set *s)
{
	return s->n;
}

const struct shard *
shard_at(const struct shard_set *s, size_t i)
{
	return &s->v[i];
}

int
shard_fd(const struct shard_set *s)
{
	return s->fd;
}
