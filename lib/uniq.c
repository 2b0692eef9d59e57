/* uniq.c - count distinct values exactly, in memory that does not grow. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "rec.h"
#include "uniq.h"

enum {
	BLOCK = 4096, /* values read or written at once */
	SLOTS = 1 << 20, /* of the table of one pass */
	PER_PASS = SLOTS / 2,
};

/* Values wait in a file; counting takes them by classes, one table's worth at
 * a time. */
struct uniq {
	int fd;
	uint64_t total; /* of them in the file: total - n */
	uint64_t block[BLOCK];
	size_t n;
};

const char *
uniq_tmpdir(void)
{
	const char *dir = getenv("TMPDIR");

	return dir != NULL && *dir != '\0' ? dir : "/tmp";
}

int
uniq_tmpfile(const char *dir, struct fail *f)
{
	char *path;
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		return fd;
	path = xasprintf("%s/csv-agent-XXXXXX", dir);
	if ((fd = mkostemp(path, O_CLOEXEC)) == -1)
		fail_set(f, FAIL_IO, "%s: %s", path, strerror(errno));
	else
		unlink(path);
	free(path);
	return fd;
}

struct uniq *
uniq_new(const char *dir, struct fail *f)
{
	struct uniq *u;
	int fd = uniq_tmpfile(dir, f);

	if (fd == -1)
		return NULL;
	u = xcalloc(1, sizeof *u);
	u->fd = fd;
	return u;
}

void
uniq_free(struct uniq *u)
{
	if (u == NULL)
		return;
	close(u->fd);
	free(u);
}

uint64_t
uniq_total(const struct uniq *u)
{
	return u->total;
}

static int
flush(struct uniq *u, struct fail *f)
{
	if (rec_write(u->fd, u->block, u->n * sizeof *u->block) == -1)
		return fail_set(
		    f, FAIL_IO, "temporary file: %s", strerror(errno));
	u->n = 0;
	return 0;
}

int
uniq_put(struct uniq *u, uint64_t hash, struct fail *f)
{
	u->block[u->n++] = hash;
	u->total++;
	return u->n == BLOCK ? flush(u, f) : 0;
}

/* 0 marks a free slot, so the value 0 counts as 1. used: slots taken; a table
 * that chosen values have filled takes no more, and they count as new. */
static bool
add(uint64_t *table, size_t *used, uint64_t v)
{
	size_t i = (size_t)(v * 0x9e3779b97f4a7c15U >> 44) % SLOTS;

	if (v == 0)
		v = 1;
	for (; table[i] != 0; i = (i + 1) % SLOTS)
		if (table[i] == v)
			return false;
	if (*used < SLOTS - 1) {
		table[i] = v;
		++*used;
	}
	return true;
}

static int
pass(struct uniq *u, uint64_t *table, uint64_t which, uint64_t passes,
    uint64_t *out, struct fail *f)
{
	uint64_t at = 0, left = u->total;
	size_t n, i, used = 0;
	ssize_t k;

	memset(table, 0, SLOTS * sizeof *table);
	for (; left > 0; left -= n, at += n) {
		n = left < BLOCK ? (size_t)left : BLOCK;
		k = rec_read_at(u->fd, u->block, n * sizeof *u->block,
		    (off_t)(at * sizeof *u->block));
		if (k != (ssize_t)(n * sizeof *u->block))
			return fail_set(f, FAIL_IO, "temporary file: %s",
			    k == -1 ? strerror(errno) : "it is too short");
		for (i = 0; i < n; i++)
			if ((u->block[i] >> 20) % passes == which)
				*out += add(table, &used, u->block[i]);
	}
	return 0;
}

int
uniq_count(struct uniq *u, uint64_t *out, struct fail *f)
{
	uint64_t passes = u->total / PER_PASS + 1, i;
	uint64_t *table;
	int rc = 0;

	*out = 0;
	if (flush(u, f) == -1)
		return -1;
	table = xcalloc(SLOTS, sizeof *table);
	for (i = 0; i < passes && rc == 0; i++)
		rc = pass(u, table, i, passes, out, f);
	free(table);
	return rc;
}

uint64_t
uniq_hash(uint64_t h, const void *p, size_t n)
{
	const unsigned char *s = p;

	h ^= 0xcbf29ce484222325U;
	for (; n > 0; n--)
		h = (h ^ *s++) * 0x100000001b3U;
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdU;
	h ^= h >> 33;
	h *= 0xc4ceb9fe1a85ec53U;
	return h ^ h >> 33;
}
