/* fuzz_csv.c - any bytes as a CSV: cells, table, profile, and back. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "buf.h"
#include "csv.h"
#include "digest.h"
#include "mark.h"
#include "profile.h"
#include "rec.h"
#include "table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every cell lies in its block and is UTF-8; the digest is of all bytes. */
static void
read_cells(const char *p, size_t n, const struct csv_options *o)
{
	struct csv_reader *r;
	struct csv_block b;
	char hex[DIGEST_HEX];
	struct fail f;
	size_t i;
	int rc;

	if (csv_open_mem("fuzz", p, n, o, &r, &f) < 0)
		return;
	while ((rc = csv_next(r, &b, &f)) == 1) {
		csv_digest(r, &b);
		if (b.cols != csv_cols(r) || b.bytes == 0)
			abort();
		for (i = 0; i < b.rows * b.cols; i++)
			if (!utf8_valid(b.text + b.cell[i].off, b.cell[i].len))
				abort();
	}
	digest_mem(p, n, hex);
	if (rc == 0 && strcmp(hex, csv_sha256(r)) != 0)
		abort();
	csv_close(r);
}

static void
same_mask(const char *p, size_t n, char sep)
{
	size_t words = (n + 63) / 64, k;
	char *text = calloc(words + 1, 64);
	uint64_t *a = calloc(words + 1, 16), *b = calloc(words + 1, 16);
	static const enum csv_simd kinds[] = {
	    CSV_SIMD_BEST, CSV_SIMD_SSE2, CSV_SIMD_AVX2};

	memcpy(text, p, n);
	csv_masks(CSV_SIMD_PLAIN, text, n, sep, a, a + words);
	for (k = 0; k < 3; k++) {
		csv_masks(kinds[k], text, n, sep, b, b + words);
		if (memcmp(a, b, words * 16) != 0)
			abort();
	}
	free(text);
	free(a);
	free(b);
}

/* A table that can be written reads back as it was. */
static void
write_back(const struct table *t)
{
	char out[] = "/tmp/fuzz_csv.XXXXXX";
	json_t *defaults = json_object(), *x, *y;
	struct table *back;
	struct fail f;
	size_t r, c;
	int fd = mkstemp(out);

	close(fd);
	if (tab_write_csv(t, out, &f) == 0) {
		if (tab_load(out, defaults, &back, &f) < 0)
			abort();
		for (c = 0; c < tab_cols(t); c++)
			for (r = 0; r < tab_rows(t); r++) {
				x = tab_json(t, r, c);
				y = tab_json(back, r, c);
				if (!json_equal(x, y))
					abort();
				json_decref(x);
				json_decref(y);
			}
		tab_free(back);
	}
	unlink(out);
	json_decref(defaults);
}

static void
load(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct profile *p;
	struct buf b = {0};
	struct table *t;
	struct fail f;
	char path[64];
	json_t *rec;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (tab_load(path, NULL, &t, &f) == 0) {
		p = prof_new(t);
		if (prof_dump(p, &b) == 0) {
			rec = rec_parse(b.p, b.n, &f);
			if (rec == NULL && !has_mark(data, size))
				abort();
			json_decref(rec);
		}
		prof_overview(p, &b);
		if (!utf8_valid(b.p, b.n))
			abort();
		prof_free(p);
		if (size < 2000)
			write_back(t);
		tab_free(t);
	}
	buf_clear(&b);
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csv_options o;
	int e;

	csv_detect((const char *)data, size, true, &o);
	same_mask((const char *)data, size, o.sep);
	for (e = CSV_UTF8; e <= CSV_CP1252; e++) {
		o.encoding = (enum csv_encoding)e;
		read_cells((const char *)data, size, &o);
	}
	o.skiprows = 1;
	o.header = false;
	read_cells((const char *)data, size, &o);
	load(data, size);
	return 0;
}
