/* csvscan.c - scan a CSV and do nothing with it, for the benches.
 *
 * csvscan cells FILE: every cell by the programs' own reader, digest and all,
 * one byte of each looked at. csvscan split FILE: FILE's bytes in memory to
 * records and fields, without the digest. csvscan memchr FILE: the same bytes,
 * each line end and each separator by memchr; quotes are not obeyed. csvscan
 * plain|sse2|avx2 FILE: the marks of special bytes alone. All but the first
 * print a JSON object: the least seconds of some passes, what was counted. */
#include <assert.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

#include "buf.h"
#include "csv.h"
#include "mem.h"

enum { PASSES = 7, BLOCK = 1 << 18, PAD = 64 };

struct counts {
	size_t rows, cells, sum;
};

static void
scan(struct csv_reader *r, struct counts *n, bool look)
{
	struct csv_block b;
	struct fail f;
	size_t i;
	int rc;

	while ((rc = csv_next(r, &b, &f)) == 1) {
		if (look)
			csv_digest(r, &b);
		n->rows += b.rows;
		n->cells += b.rows * b.cols;
		for (i = 0; look && i < b.rows * b.cols; i++)
			n->sum += (unsigned char)b.text[b.cell[i].off] +
			    b.cell[i].len;
	}
	if (rc < 0)
		errx(3, "%s", f.msg);
	csv_close(r);
}

static void
cells(const char *path)
{
	struct counts n = {0};
	struct csv_options o;
	struct csv_reader *r;
	struct fail f;

	csv_options_init(&o);
	if (csv_open(path, &o, &r, &f) != 0)
		errx(3, "%s", f.msg);
	scan(r, &n, true);
	printf("{\"rows\":%zu,\"cells\":%zu,\"sum\":%zu}\n", n.rows, n.cells,
	    n.sum);
}

static void
split(const struct buf *text, struct counts *n)
{
	struct csv_options o;
	struct csv_reader *r;
	struct fail f;

	csv_options_init(&o);
	if (csv_open_mem("memory", text->p, text->n, &o, &r, &f) != 0)
		errx(3, "%s", f.msg);
	scan(r, n, false);
}

static void
by_memchr(const struct buf *text, struct counts *n)
{
	const char *p = text->p, *end = p + text->n, *line, *sep;

	assert(p != NULL);
	for (; (line = memchr(p, '\n', (size_t)(end - p))) != NULL;
	     p = line + 1) {
		n->rows++;
		for (n->cells++;
		     (sep = memchr(p, ',', (size_t)(line - p))) != NULL;
		     p = sep + 1)
			n->cells++;
	}
}

static void
marks(const struct buf *text, struct counts *n, enum csv_simd kind)
{
	uint64_t out[BLOCK / 64], high[BLOCK / 64];
	size_t i;

	for (i = 0; i + BLOCK <= text->n; i += BLOCK) {
		csv_masks(kind, text->p + i, BLOCK, ',', out, high);
		n->sum ^= out[i / BLOCK % (BLOCK / 64)];
	}
}

static double
pass(const struct buf *text, const char *what, struct counts *n)
{
	struct timespec a, b;

	*n = (struct counts){0};
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	if (strcmp(what, "split") == 0)
		split(text, n);
	else if (strcmp(what, "memchr") == 0)
		by_memchr(text, n);
	else
		marks(text, n,
		    *what == 'p'       ? CSV_SIMD_PLAIN
			: *what == 's' ? CSV_SIMD_SSE2
				       : CSV_SIMD_AVX2);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	return (double)(b.tv_sec - a.tv_sec) +
	    (double)(b.tv_nsec - a.tv_nsec) * 1e-9;
}

static void
slurp(const char *path, struct buf *text)
{
	int fd = open(path, O_RDONLY);
	char *block = xmalloc(BLOCK);
	ssize_t k;

	if (fd < 0)
		err(3, "%s", path);
	while ((k = read(fd, block, BLOCK)) > 0)
		buf_put(text, block, (size_t)k);
	if (k < 0)
		err(3, "%s", path);
	if (text->p == NULL)
		errx(3, "%s: nothing to read", path);
	free(block);
	close(fd);
}

int
main(int argc, char *argv[])
{
	struct buf text = {0};
	struct counts n = {0};
	double least = 0, s;
	int i;

	if (argc != 3)
		errx(2,
		    "usage: csvscan cells|split|memchr|plain|sse2|avx2 "
		    "FILE");
	if (strcmp(argv[1], "cells") == 0) {
		cells(argv[2]);
		return 0;
	}
	slurp(argv[2], &text);
	for (i = 0; i < PASSES; i++) {
		s = pass(&text, argv[1], &n);
		least = i == 0 || s < least ? s : least;
	}
	printf("{\"seconds\":%.6f,\"rows\":%zu,\"cells\":%zu}\n", least, n.rows,
	    n.cells);
	buf_clear(&text);
	return 0;
}
