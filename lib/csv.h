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

/*
 * Some records, as cells. Row r, column c is text[off[r * cols + c]], of
 * len[r * cols + c] bytes, valid UTF-8, quotes resolved, cut at a NUL. Short
 * records are padded with empty cells. Borrowed from the reader.
 */
struct csv_block {
	const char *text;
	const uint32_t *off, *len;
	const uint64_t *line; /* of each row: where in the file it starts */
	size_t rows, cols;
};

struct csv_reader;

/*
 * Open a file. Its header is read (cols and names are known then); with
 * header false the names are "0", "1"... Refused with FAIL_CSV: no columns,
 * UTF-16, an implicit index, and what csv_next finds. f names file and line.
 */
int csv_open(const char *path, const struct csv_options *o,
    struct csv_reader **out, struct fail *f);
void csv_close(struct csv_reader *r);

size_t csv_cols(const struct csv_reader *r);
/* Column i's name as pandas mangles it (NUL-terminated UTF-8; borrowed). */
const char *csv_name(const struct csv_reader *r, size_t i);

/*
 * Read at most max_rows rows into *b: 1 some, 0 the end, -1 a failure
 * (FAIL_CSV: too many fields, a quote without end, invalid UTF-8; FAIL_IO).
 * Two blocks alternate: the one before the last stays valid.
 */
int csv_next(
    struct csv_reader *r, size_t max_rows, struct csv_block *b, struct fail *f);

/* The failure was bytes that are not UTF-8 (a single-byte encoding may do). */
bool csv_not_utf8(const struct csv_reader *r);

/*
 * For every 64 bytes at p: bit i is set where p[i] is sep, a quote, CR, LF or
 * NUL. The fastest that this machine has, and the portable twin of it.
 */
uint64_t csv_mask(const char *p, char sep);
uint64_t csv_mask_portable(const char *p, char sep);

#endif
