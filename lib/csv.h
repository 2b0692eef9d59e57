/* csv.h - CSV bytes to cells, by exactly the rules of pandas' C parser. */
#ifndef CSV_H
#define CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "fail.h"

enum csv_encoding { CSV_UTF8, CSV_LATIN1, CSV_CP1252 };

/* How a file is read: what pandas.read_csv is told. */
struct csv_options {
	char sep;
	char decimal;
	bool header; /* the first record holds the names */
	enum csv_encoding encoding;
	size_t skiprows; /* lines dropped before the header */
};

/* pandas' defaults: comma, point, a header, UTF-8, nothing skipped. */
void csv_options_init(struct csv_options *o);

/*
 * The csv_options member of a record: an object with some of sep, decimal,
 * encoding, header (0 or null), skiprows. Any other member or value is
 * FAIL_VALUE. What is absent keeps pandas' default.
 */
int csv_options_read(const json_t *v, struct csv_options *o, struct fail *f);

/* What differs from the defaults, as keyword arguments; a new reference. */
json_t *csv_options_json(const struct csv_options *o);

/* "utf-8", "latin-1", "cp1252". */
const char *csv_encoding_name(enum csv_encoding e);

/*
 * Guess separator (comma, semicolon, tab, bar) and decimal comma from the
 * start of a file; whole: p[0..n-1] is all of it. o->encoding is not touched:
 * csv_open finds it out while reading.
 */
void csv_detect(const char *p, size_t n, bool whole, struct csv_options *o);

struct csv_cell {
	uint32_t off, len; /* bytes */
};

/* Bytes behind a block's text that may be read, to no use. */
enum { CSV_PAD = 128 };

/*
 * Some records, perhaps none but blank lines, as cells. Row r, column c is
 * cell[r * cols + c], a part of text: valid UTF-8, quotes resolved, cut at a
 * NUL. Short records are padded with empty cells. Borrowed from the reader.
 */
struct csv_block {
	const char *text;
	const struct csv_cell *cell;
	const uint64_t *line; /* of each row: where in the file it starts */
	size_t rows, cols;
	size_t bytes; /* of text, that the records take */
	const char *read; /* what was read from the file for this block */
	size_t nread;
};

struct csv_reader;

/* What csv_open and csv_next return when the bytes are not UTF-8. */
enum { CSV_NOT_UTF8 = -2 };

/*
 * Open a file. Its header is read (cols and names are known then); with
 * header false the names are "0", "1"... Refused with FAIL_CSV: no columns,
 * UTF-16, and what csv_next refuses. f names file and line.
 */
int csv_open(const char *path, const struct csv_options *o,
    struct csv_reader **out, struct fail *f);
/* The same for bytes in memory (borrowed); name is for messages. */
int csv_open_mem(const char *name, const char *p, size_t n,
    const struct csv_options *o, struct csv_reader **out, struct fail *f);
void csv_close(struct csv_reader *r);

size_t csv_cols(const struct csv_reader *r);
/* Column i's name as pandas mangles it (NUL-terminated UTF-8; borrowed). */
const char *csv_name(const struct csv_reader *r, size_t i);
/* Bytes in the file when it was opened. */
uint64_t csv_size(const struct csv_reader *r);

/*
 * Read the next rows into *b: 1 some, 0 the end, -1 a failure (FAIL_CSV: too
 * many fields, which for the first row means an implicit index, a quote
 * without end, bytes that are not in the encoding; FAIL_IO). One
 * block stays valid while the next is read.
 */
int csv_next(struct csv_reader *r, struct csv_block *b, struct fail *f);

/* Let the last n blocks, 2 to CSV_BLOCKS, be valid at a time: of so many that
 * one thread need not wait while the other is long at a column. */
enum { CSV_BLOCKS = 8 };
void csv_blocks(struct csv_reader *r, size_t n);

/*
 * Add what was read for a block to the file's digest: each block once, in
 * order, while it is valid; another thread may read on. After the end
 * csv_sha256 is the SHA-256 of all bytes, in hex (borrowed).
 */
void csv_digest(struct csv_reader *r, const struct csv_block *b);
const char *csv_sha256(struct csv_reader *r);

/*
 * Where csv_open or csv_next returned CSV_NOT_UTF8: which single-byte encoding
 * the file has. cp1252 where 0x80 to 0x9f are used and defined, else latin-1.
 */
int csv_guess_single(const char *path, enum csv_encoding *out, struct fail *f);

/*
 * Bit i of out[k] is set where p[64 * k + i] is sep, a quote, CR, LF or NUL, of
 * high[k] where it is not ASCII; whole words only, so p is readable up to the
 * next multiple of 64. CSV_SIMD_BEST is the widest of the others that this
 * machine has; all give the same. One that it lacks acts as the plain.
 */
enum csv_simd { CSV_SIMD_BEST, CSV_SIMD_PLAIN, CSV_SIMD_SSE2, CSV_SIMD_AVX2 };
void csv_masks(enum csv_simd kind, const char *p, size_t n, char sep,
    uint64_t *out, uint64_t *high);

#endif
