/* csv.c - CSV bytes to cells, by exactly the rules of pandas' C parser. */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "csv.h"
#include "digest.h"
#include "mem.h"

enum {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	BLOCK = 256, /* small inputs have many, too */
#else
	BLOCK = 192 * 1024, /* bytes read at a time */
#endif
	PAD = CSV_PAD, /* readable bytes behind a lane's text */
	LONGEST = INT32_MAX - 2 * PAD, /* text, whose mended fields follow it */
};

/* A buffer of text, and the cells found in it. */
struct lane {
	char *buf;
	size_t size; /* bytes it has room for */
	size_t cap; /* of them for text; a PAD goes behind it */
	size_t n; /* bytes of text */
	size_t mended; /* behind the text: fields that differ from it */
	size_t read, got; /* the bytes read for this lane: from, how many */
	size_t used; /* bytes of the records that were handed out */
	size_t checked; /* bytes known to be UTF-8 */
	uint64_t *masks, *high; /* of csv_masks */
	size_t masks_cap;
	struct csv_cell *cell;
	size_t cells, cells_cap;
	uint64_t *line;
	size_t rows, rows_cap;
};

struct csv_reader {
	char *path;
	struct csv_options o;
	int fd; /* -1: memory */
	const char *mem;
	size_t mem_left;
	uint64_t size;
	bool ended; /* no more bytes to read */
	bool first; /* no data row was seen yet */
	char *raw; /* bytes of a single-byte encoding */
	struct digest *digest;
	char sha256[DIGEST_HEX];
	uint64_t line; /* of the next record */
	bool cr; /* the record before ended with CR and no LF */
	bool blank; /* and was blank */
	char **names;
	size_t cols;
	struct lane lane[CSV_BLOCKS];
	size_t lanes, cur; /* lanes in turn */
};

/* The positions of special bytes, in order. */
struct scan {
	const uint64_t *masks;
	uint64_t m; /* what is left of the current word */
	size_t word, words;
};

/* -- bytes -- */

/* The code points of cp1252's 0x80 to 0x9f; 0 where it has none. */
static const uint16_t cp1252[32] = {0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026,
    0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0,
    0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122,
    0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178};

/*
 * The first position from p[from] that is not valid UTF-8, or n. high: the
 * bytes that are not ASCII, as csv_masks marks them.
 */
static size_t
utf8_check(const char *p, const uint64_t *high, size_t from, size_t n)
{
	const unsigned char *s = (const unsigned char *)p;
	uint64_t m = 0;
	size_t k;

	while (from < n) {
		m = high[from / 64] >> from % 64;
		if (m == 0) {
			from = (from / 64 + 1) * 64;
			continue;
		}
		from += (size_t)__builtin_ctzll(m);
		k = n - from >= 2 && s[from] >= 0xc2 && s[from] < 0xe0 &&
			(s[from + 1] & 0xc0) == 0x80
		    ? 2
		    : utf8_len(p + from, n - from);
		if (k == 0)
			return from;
		from += k;
	}
	return n;
}

/* Could p[0..n-1] be the start of a longer UTF-8 character? */
static bool
utf8_cut(const char *p, size_t n)
{
	static const char tails[2][4] = {"\x80\x80\x80", "\xbf\xbf\xbf"};
	char whole[8];
	size_t k, i;

	if (n == 0 || n > 3)
		return false;
	for (k = n + 1; k <= 4; k++)
		for (i = 0; i < 2; i++) {
			memcpy(whole, p, n);
			memcpy(whole + n, tails[i], k - n);
			if (utf8_len(whole, k) == k)
				return true;
		}
	return false;
}

/* Append the UTF-8 of a code point below 0x10000; returns its length. */
static size_t
put_utf8(char *out, unsigned c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 63));
		return 2;
	}
	out[0] = (char)(0xe0 | c >> 12);
	out[1] = (char)(0x80 | (c >> 6 & 63));
	out[2] = (char)(0x80 | (c & 63));
	return 3;
}

static void
buf_room(struct lane *l, size_t size)
{
	if (size <= l->size)
		return;
	l->buf = xreallocarray(l->buf, size, 1);
	l->size = size;
}

static void
lane_room(struct lane *l, size_t cap)
{
	buf_room(l, cap + PAD);
	if (cap > l->cap)
		l->cap = cap;
}

/* Line of the byte at l->buf[pos]: nothing before l->used is counted. */
static uint64_t
line_at(const struct csv_reader *r, const struct lane *l, size_t pos)
{
	uint64_t line = r->line;
	size_t i;

	for (i = l->used; i < pos; i++)
		if (l->buf[i] == '\n' ||
		    (l->buf[i] == '\r' && l->buf[i + 1] != '\n'))
			line++;
	return line;
}

static int
read_some(struct csv_reader *r, char *p, size_t n, size_t *got, struct fail *f)
{
	ssize_t k;

	if (r->fd < 0) {
		k = (ssize_t)(n < r->mem_left ? n : r->mem_left);
		if (k > 0)
			memcpy(p, r->mem, (size_t)k);
		r->mem += k;
		r->mem_left -= (size_t)k;
	} else {
		do
			k = read(r->fd, p, n);
		while (k < 0 && errno == EINTR);
		if (k < 0)
			return fail_set(f, FAIL_IO, "%s: cannot read: %s",
			    r->path, strerror(errno));
	}
	*got = (size_t)k;
	return 0;
}

static int
fill_utf8(struct csv_reader *r, struct lane *l, struct fail *f)
{
	size_t got;

	while (l->n < l->cap && !r->ended) {
		if (read_some(r, l->buf + l->n, l->cap - l->n, &got, f) < 0)
			return -1;
		l->n += got;
		l->got += got;
		r->ended = got == 0;
	}
	return 0;
}

/* What is new in the lane, and marked. */
static int
check_utf8(const struct csv_reader *r, struct lane *l, struct fail *f)
{
	size_t ok = utf8_check(l->buf, l->high, l->checked, l->n);

	l->checked = ok;
	if (ok == l->n || (!r->ended && utf8_cut(l->buf + ok, l->n - ok)))
		return 0;
	fail_set(f, FAIL_CSV,
	    "%s:%llu: expected UTF-8, saw the byte 0x%02x that is not", r->path,
	    (unsigned long long)line_at(r, l, ok), (unsigned char)l->buf[ok]);
	return CSV_NOT_UTF8;
}

/* A single-byte encoding: each byte becomes up to three, so the digest takes
 * them here. */
static int
fill_single(struct csv_reader *r, struct lane *l, struct fail *f)
{
	unsigned char c;
	size_t got, want, i;
	unsigned u;

	if (r->raw == NULL)
		r->raw = xmalloc(BLOCK);
	while (l->cap - l->n >= 3 && !r->ended) {
		want = (l->cap - l->n) / 3;
		if (want > BLOCK)
			want = BLOCK;
		if (read_some(r, r->raw, want, &got, f) < 0)
			return -1;
		r->ended = got == 0;
		digest_put(r->digest, r->raw, got);
		for (i = 0; i < got; i++) {
			c = (unsigned char)r->raw[i];
			u = c;
			if (r->o.encoding == CSV_CP1252 && (c & 0xe0) == 0x80)
				u = cp1252[c & 31];
			if (u == 0 && c != 0)
				return fail_set(f, FAIL_CSV,
				    "%s:%llu: expected cp1252, saw the byte "
				    "0x%02x that it lacks",
				    r->path,
				    (unsigned long long)line_at(r, l, l->n), c);
			l->n += put_utf8(l->buf + l->n, u);
		}
	}
	return 0;
}

/* Read until the lane is full or the input ends, and mark special bytes. */
static int
fill(struct csv_reader *r, struct lane *l, struct fail *f)
{
	size_t words;
	int rc;

	if (r->o.encoding == CSV_UTF8)
		rc = fill_utf8(r, l, f);
	else
		rc = fill_single(r, l, f);
	if (rc < 0)
		return rc;
	/* The last line may lack its end; an open quote stays open. */
	if (r->ended && l->n > l->used && l->buf[l->n - 1] != '\n' &&
	    l->buf[l->n - 1] != '\r') {
		lane_room(l, l->n + 1);
		l->buf[l->n++] = '\n';
	}
	memset(l->buf + l->n, ' ', PAD);
	l->mended = l->n + PAD;
	words = (l->n + 63) / 64;
	if (words > l->masks_cap) {
		l->masks_cap = l->cap / 64 + 1;
		if (l->masks_cap < words)
			l->masks_cap = words;
		l->masks = xreallocarray(l->masks, l->masks_cap, 8);
		l->high = xreallocarray(l->high, l->masks_cap, 8);
	}
	csv_masks(CSV_SIMD_BEST, l->buf, l->n, r->o.sep, l->masks, l->high);
	return r->o.encoding == CSV_UTF8 ? check_utf8(r, l, f) : 0;
}

/* -- records -- */

static void
scan_from(struct scan *s, const struct lane *l, size_t pos)
{
	s->masks = l->masks;
	s->words = (l->n + 63) / 64;
	s->word = pos / 64;
	s->m = 0;
	if (s->word < s->words)
		s->m = l->masks[s->word] & (~(uint64_t)0 << pos % 64);
}

/* The next special byte; at or past the end of the text: there is none. */
static inline size_t
scan_next(struct scan *s)
{
	size_t pos;

	while (s->m == 0) {
		if (s->word + 1 >= s->words)
			return SIZE_MAX;
		s->m = s->masks[++s->word];
	}
	pos = s->word * 64 + (size_t)__builtin_ctzll(s->m);
	s->m &= s->m - 1;
	return pos;
}

/* The record being read: its cells are stored up to limit, counted beyond. */
struct record {
	size_t fields, limit;
	size_t lines; /* line ends inside quotes */
	bool quoted; /* it has a quoted field */
};

static inline void
put_cell(struct lane *l, struct record *rec, size_t from, size_t to, bool nul)
{
	size_t k = l->cells + rec->fields++, n = to - from;

	if (rec->fields > rec->limit)
		return;
	if (nul)
		n = strnlen(l->buf + from, n);
	l->cell[k] = (struct csv_cell){(uint32_t)from, (uint32_t)n};
}

/* Append a piece of the text to what is mended, at to; returns its end. */
static inline size_t
mend(struct lane *l, size_t to, size_t from, size_t end)
{
	size_t need = to + (end - from) + PAD;

	if (need > l->size)
		buf_room(l, need > 2 * l->size ? need : 2 * l->size);
	if (end - from <= 16)
		memcpy(l->buf + to, l->buf + from, 16); /* both have a PAD */
	else
		memcpy(l->buf + to, l->buf + from, end - from);
	return to + (end - from);
}

/*
 * A field that opens with a quote at from. Moves *s to the special byte that
 * ends it (returned), or SIZE_MAX where the text ends first. The text, of which
 * a digest is to be taken, stays as it is: where "" is one quote, or bytes
 * follow the closing one, the cell is put together behind it. May move l->buf.
 */
static size_t
quoted_field(
    struct lane *l, struct record *rec, struct scan *s, size_t from, bool eof)
{
	size_t piece = from + 1, to = l->mended, q, end;
	bool nul = false;
	char c;

	rec->quoted = true;
	for (;;) {
		q = scan_next(s);
		if (q >= l->n)
			return SIZE_MAX;
		c = l->buf[q];
		if (c == '\n' || (c == '\r' && l->buf[q + 1] != '\n'))
			rec->lines++;
		nul |= c == '\0';
		if (c != '"')
			continue;
		if (q + 1 >= l->n && !eof)
			return SIZE_MAX;
		if (l->buf[q + 1] != '"')
			break;
		scan_next(s);
		to = mend(l, to, piece, q + 1);
		piece = q + 2;
	}
	for (;;) {
		end = scan_next(s);
		if (end >= l->n)
			return SIZE_MAX;
		c = l->buf[end];
		if (c != '"' && c != '\0')
			break;
		nul |= c == '\0';
	}
	if (piece == from + 1 && end == q + 1) {
		put_cell(l, rec, piece, q, nul);
		return end;
	}
	to = mend(l, mend(l, to, piece, q), q + 1, end);
	put_cell(l, rec, l->mended, to, nul);
	memset(l->buf + to, ' ', PAD);
	l->mended = to;
	return end;
}

/*
 * One record from byte pos on. Returns the byte behind it, 0 where the text
 * ends first.
 */
static size_t
read_record(struct lane *l, struct record *rec, struct scan *scan, char sep,
    size_t pos, bool eof)
{
	struct scan s = *scan; /* copies that stores of cells cannot change */
	struct csv_cell *cell = l->cell + l->cells;
	size_t from = pos, limit = rec->limit, n = l->n, fields = 0, p;
	const char *text = l->buf;
	bool nul = false;
	char c;

	rec->lines = 0;
	rec->quoted = false;
	for (;;) {
		p = scan_next(&s);
		if (p >= n)
			return 0;
		c = text[p];
		if (c == '"') {
			if (p != from)
				continue;
			rec->fields = fields;
			p = quoted_field(l, rec, &s, from, eof);
			text = l->buf;
			if (p == SIZE_MAX)
				return 0;
			c = text[p];
			fields++;
		} else if (c == '\0') {
			nul = true;
			continue;
		} else if (fields++ < limit) {
			cell[fields - 1].off = (uint32_t)from;
			cell[fields - 1].len =
			    (uint32_t)(nul ? strnlen(text + from, p - from)
					   : p - from);
		}
		nul = false;
		from = p + 1;
		if (c == sep)
			continue;
		if (c == '\r') {
			if (from >= n && !eof)
				return 0;
			if (from < n && text[from] == '\n') {
				scan_next(&s);
				from++;
			}
		}
		rec->fields = fields;
		*scan = s;
		return from;
	}
}

/* Lines of nothing, or of spaces and tabs, are skipped everywhere. */
static bool
is_blank(const struct lane *l, const struct record *rec, size_t pos)
{
	if (rec->fields != 1 || rec->quoted)
		return false;
	while (l->buf[pos] == ' ' || l->buf[pos] == '\t')
		pos++;
	return l->buf[pos] == '\n' || l->buf[pos] == '\r';
}

/*
 * pandas goes astray after a CR without LF in two cases: it drops a separator
 * that follows a blank line, and reads lines again from the last LF on when a
 * line begins with a space.
 */
static int
check_cr(const struct csv_reader *r, const struct lane *l, bool blank,
    struct fail *f)
{
	char c = l->buf[l->used];
	unsigned long long line = (unsigned long long)r->line;

	if (r->cr && r->blank && c == r->o.sep)
		return fail_set(f, FAIL_CSV,
		    "%s:%llu: expected LF or CRLF at line ends, saw a blank "
		    "line with CR before a separator: pandas would drop it",
		    r->path, line);
	if (r->cr && !blank && (c == ' ' || c == '\t') && c != r->o.sep)
		return fail_set(f, FAIL_CSV,
		    "%s:%llu: expected LF or CRLF at line ends, saw CR before "
		    "a line that begins with a space: pandas would read lines "
		    "twice",
		    r->path, line);
	return 0;
}

/* Go on behind a record that ends before byte end. */
static void
step(struct csv_reader *r, struct lane *l, const struct record *rec, bool blank,
    size_t end)
{
	r->cr = l->buf[end - 1] == '\r';
	r->blank = blank;
	r->line += rec->lines + 1;
	l->used = end;
}

static void
cells_room(struct lane *l, size_t more)
{
	size_t cap = l->cells_cap;

	if (l->cells + more <= cap)
		return;
	if (cap == 0)
		cap = 1024;
	while (cap < l->cells + more)
		cap *= 2;
	l->cell = xreallocarray(l->cell, cap, sizeof *l->cell);
	l->cells_cap = cap;
}

static int
too_many(const struct csv_reader *r, size_t saw, struct fail *f)
{
	unsigned long long line = (unsigned long long)r->line;

	if (r->first && r->o.header)
		return fail_set(f, FAIL_CSV,
		    "%s:%llu: expected at most %zu fields as in the header, "
		    "saw %zu: pandas would take the first %zu as an index",
		    r->path, line, r->cols, saw, saw - r->cols);
	return fail_set(f, FAIL_CSV,
	    "%s:%llu: expected at most %zu fields, saw %zu", r->path, line,
	    r->cols, saw);
}

/* Take over a record of the right width as the next row. */
static void
take_row(struct csv_reader *r, struct lane *l, const struct record *rec)
{
	size_t i;

	for (i = rec->fields; i < r->cols; i++)
		l->cell[l->cells + i] = (struct csv_cell){0, 0};
	l->cells += r->cols;
	l->line = xgrow(l->line, l->rows, &l->rows_cap, sizeof *l->line);
	l->line[l->rows++] = r->line;
	r->first = false;
}

/* All whole records of the lane, from l->used on. */
static int
read_rows(struct csv_reader *r, struct lane *l, struct fail *f)
{
	struct record rec = {.limit = r->cols};
	struct scan s;
	size_t end;
	bool blank;

	scan_from(&s, l, l->used);
	for (;;) {
		cells_room(l, r->cols);
		end = read_record(l, &rec, &s, r->o.sep, l->used, r->ended);
		if (end == 0)
			return 0;
		blank = is_blank(l, &rec, l->used);
		if (r->cr && check_cr(r, l, blank, f) < 0)
			return -1;
		if (!blank) {
			if (rec.fields > r->cols)
				return too_many(r, rec.fields, f);
			take_row(r, l, &rec);
		}
		step(r, l, &rec, blank, end);
	}
}

/* Nothing more to read, and a record is open. */
static int
open_quote(const struct csv_reader *r, struct fail *f)
{
	return fail_set(f, FAIL_CSV,
	    "%s:%llu: expected a closing quote, saw the end of the file",
	    r->path, (unsigned long long)r->line);
}

/* Make room for a record that is longer than the lane. */
static int
lane_double(struct csv_reader *r, struct lane *l, struct fail *f)
{
	uint64_t most = r->size + 2;
	size_t cap = l->cap * 2;

	if (r->o.encoding != CSV_UTF8)
		most *= 3;
	if (cap > most && most > l->cap)
		cap = (size_t)most;
	if (cap > LONGEST)
		cap = LONGEST;
	if (cap <= l->cap)
		return fail_set(f, FAIL_CSV,
		    "%s:%llu: expected a record of at most 2 GiB, saw more",
		    r->path, (unsigned long long)r->line);
	lane_room(l, cap);
	return 0;
}

int
csv_next(struct csv_reader *r, struct csv_block *b, struct fail *f)
{
	const struct lane *old = &r->lane[r->cur];
	struct lane *l = &r->lane[r->cur = (r->cur + 1) % r->lanes];
	size_t left = old->n - old->used;
	int rc;

	lane_room(l, left > BLOCK / 2 ? left * 2 : BLOCK);
	memcpy(l->buf, old->buf + old->used, left);
	l->n = l->read = left;
	l->used = l->cells = l->rows = l->got = 0;
	l->checked = old->checked - old->used;
	for (;;) {
		if ((rc = fill(r, l, f)) < 0)
			return rc;
		if (read_rows(r, l, f) < 0)
			return -1;
		if (l->used > 0)
			break;
		if (r->ended && l->n == 0)
			return 0;
		if (r->ended)
			return open_quote(r, f);
		if (lane_double(r, l, f) < 0)
			return -1;
	}
	*b = (struct csv_block){.text = l->buf,
	    .cell = l->cell,
	    .line = l->line,
	    .rows = l->rows,
	    .cols = r->cols,
	    .bytes = l->used,
	    .read = l->buf + l->read,
	    .nread = l->got};
	return 1;
}

void
csv_digest(struct csv_reader *r, const struct csv_block *b)
{
	if (b->nread > 0) /* else the reading thread may be at the digest */
		digest_put(r->digest, b->read, b->nread);
}

/* -- the header -- */

/* How often a name was given out, and how many columns have it now. */
struct name_count {
	const char *name;
	size_t given, present;
};

struct name_map {
	struct name_count *slot;
	size_t size; /* a power of two, more than twice the names */
};

static struct name_count *
name_find(struct name_map *m, const char *name)
{
	uint64_t h = 14695981039346656037u;
	const unsigned char *s;
	size_t i;

	for (s = (const void *)name; *s != '\0'; s++)
		h = (h ^ *s) * 1099511628211u;
	i = (size_t)(h ^ h >> 32) & (m->size - 1);
	while (m->slot[i].name != NULL && strcmp(m->slot[i].name, name) != 0)
		i = (i + 1) & (m->size - 1);
	return &m->slot[i];
}

static struct name_count *
name_put(struct name_map *m, const char *name)
{
	struct name_count *c = name_find(m, name);

	if (c->name == NULL)
		c->name = name;
	return c;
}

/*
 * A name that was given before gets a number: the lowest, counting up from
 * the times it was given, that makes a name no column has.
 */
static void
mangle(struct name_map *m, char **name, char **kept)
{
	struct name_count *c = name_put(m, *name), *d;
	size_t count = c->given;
	char *col = NULL;

	if (count == 0) {
		c->given = 1;
		return;
	}
	while (count > 0) {
		c->given = count + 1;
		free(col);
		col = xasprintf("%s.%zu", *name, count);
		d = name_find(m, col);
		if (d->name != NULL && d->present > 0)
			count++;
		else
			count = d->name != NULL ? d->given : 0;
	}
	c->present--;
	*kept = *name; /* the map still refers to it */
	*name = col;
	d = name_put(m, col);
	d->present++;
	d->given++;
}

/* pandas numbers repeated names last to first: given names, then its own. */
static void
mangle_all(char **names, size_t n, const bool *unnamed)
{
	struct name_map m = {.size = 16};
	char **kept = xcalloc(n, sizeof *kept);
	size_t i;
	int pass;

	while (m.size < 4 * n)
		m.size *= 2;
	m.slot = xcalloc(m.size, sizeof *m.slot);
	for (i = 0; i < n; i++)
		name_put(&m, names[i])->present++;
	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < n; i++)
			if (unnamed[i] == (pass == 1))
				mangle(&m, &names[i], &kept[i]);
	for (i = 0; i < n; i++)
		free(kept[i]);
	free(kept);
	free(m.slot);
}

static void
take_names(struct csv_reader *r, const struct lane *l)
{
	bool *unnamed = xcalloc(r->cols, sizeof *unnamed);
	size_t i;

	r->names = xcalloc(r->cols, sizeof *r->names);
	for (i = 0; i < r->cols; i++) {
		if (!r->o.header)
			r->names[i] = xasprintf("%zu", i);
		else if ((unnamed[i] = l->cell[i].len == 0))
			r->names[i] = xasprintf("Unnamed: %zu", i);
		else
			r->names[i] =
			    xstrndup(l->buf + l->cell[i].off, l->cell[i].len);
	}
	if (r->o.header)
		mangle_all(r->names, r->cols, unnamed);
	free(unnamed);
}

/* The record at l->used, filling up until it is whole. 0: there is none. */
static int
whole_record(struct csv_reader *r, struct lane *l, struct record *rec,
    size_t *end, struct fail *f)
{
	struct scan s;
	int rc;

	/* read_record wants arrays, though no field is kept */
	cells_room(l, 1);
	for (;;) {
		scan_from(&s, l, l->used);
		l->mended = l->n + PAD; /* of no earlier try */
		*end = read_record(l, rec, &s, r->o.sep, l->used, r->ended);
		if (*end != 0)
			return 1;
		if (r->ended)
			return l->used == l->n ? 0 : open_quote(r, f);
		if (lane_double(r, l, f) < 0)
			return -1;
		if ((rc = fill(r, l, f)) < 0)
			return rc;
	}
}

static int
skip_lines(struct csv_reader *r, struct lane *l, struct fail *f)
{
	struct record rec = {0};
	size_t i, end;
	int rc;

	for (i = 0; i < r->o.skiprows; i++) {
		rc = whole_record(r, l, &rec, &end, f);
		if (rc <= 0)
			return rc;
		step(r, l, &rec, is_blank(l, &rec, l->used), end);
	}
	return 0;
}

static int
no_columns(const struct csv_reader *r, struct fail *f)
{
	return fail_set(f, FAIL_CSV,
	    "%s:%llu: expected a header, saw nothing: the file has no columns",
	    r->path, (unsigned long long)r->line);
}

static int
read_header(struct csv_reader *r, struct lane *l, struct fail *f)
{
	struct record rec = {0};
	size_t end;
	bool blank;
	int rc;

	for (;;) {
		rc = whole_record(r, l, &rec, &end, f);
		if (rc == 0)
			return no_columns(r, f);
		if (rc < 0)
			return rc;
		blank = is_blank(l, &rec, l->used);
		if (check_cr(r, l, blank, f) < 0)
			return -1;
		if (!blank)
			break;
		step(r, l, &rec, blank, end);
	}
	r->cols = rec.limit = rec.fields;
	cells_room(l, r->cols);
	if (r->o.header) {
		whole_record(r, l, &rec, &end, f);
		step(r, l, &rec, false, end);
	}
	take_names(r, l);
	return 0;
}

/* UTF-16 and binary files: said so, instead of a riddle about fields. */
static int
check_start(struct csv_reader *r, const struct lane *l, struct fail *f)
{
	const unsigned char *p = (const void *)l->buf;
	size_t i, n = l->n < 1024 ? l->n : 1024, nul = 0;

	for (i = 0; i < n; i++)
		nul += p[i] == 0;
	if (nul * 4 > n)
		return fail_set(f, FAIL_CSV,
		    "%s:1: expected text, saw zero bytes: the file is UTF-16 "
		    "or binary",
		    r->path);
	return 0;
}

static bool
has_utf16_mark(const char *p, size_t n)
{
	return n >= 2 &&
	    (memcmp(p, "\xff\xfe", 2) == 0 || memcmp(p, "\xfe\xff", 2) == 0);
}

static int
start(struct csv_reader *r, struct fail *f)
{
	struct lane *l = &r->lane[0];
	int rc;

	lane_room(l, r->size < BLOCK / 4 ? (size_t)r->size * 3 + 64 : BLOCK);
	rc = fill(r, l, f);
	if (rc == CSV_NOT_UTF8 && has_utf16_mark(l->buf, l->n))
		return fail_set(f, FAIL_CSV,
		    "%s:1: expected UTF-8 or a single-byte encoding, saw a "
		    "UTF-16 byte order mark",
		    r->path);
	if (rc < 0)
		return rc;
	if (check_start(r, l, f) < 0)
		return -1;
	if (r->o.encoding == CSV_UTF8 && l->n >= 3 &&
	    memcmp(l->buf, "\xef\xbb\xbf", 3) == 0)
		l->used = 3;
	if ((rc = skip_lines(r, l, f)) < 0)
		return rc;
	if ((rc = read_header(r, l, f)) < 0)
		return rc;
	digest_put(r->digest, l->buf, l->got);
	return 0;
}

static int
open_reader(struct csv_reader *r, struct csv_reader **out, struct fail *f)
{
	int rc;

	r->line = 1;
	r->first = true;
	r->lanes = 2;
	r->digest = digest_new();
	rc = start(r, f);
	if (rc < 0) {
		csv_close(r);
		return rc;
	}
	*out = r;
	return 0;
}

int
csv_open(const char *path, const struct csv_options *o, struct csv_reader **out,
    struct fail *f)
{
	struct csv_reader *r;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return fail_set(f, fail_errno(errno, FAIL_CSV),
		    "%s: cannot open: %s", path, strerror(errno));
	if (fstat(fd, &st) < 0) {
		fail_set(f, FAIL_IO, "%s: %s", path, strerror(errno));
		close(fd);
		return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		close(fd);
		return fail_set(f, FAIL_CSV,
		    "%s: expected a regular file: it is read again later",
		    path);
	}
	r = xcalloc(1, sizeof *r);
	r->path = xstrdup(path);
	r->o = *o;
	r->fd = fd;
	r->size = (uint64_t)st.st_size;
	return open_reader(r, out, f);
}

int
csv_open_mem(const char *name, const char *p, size_t n,
    const struct csv_options *o, struct csv_reader **out, struct fail *f)
{
	struct csv_reader *r = xcalloc(1, sizeof *r);

	r->path = xstrdup(name);
	r->o = *o;
	r->fd = -1;
	r->mem = p;
	r->mem_left = n;
	r->size = n;
	return open_reader(r, out, f);
}

static void
lane_clear(struct lane *l)
{
	free(l->buf);
	free(l->masks);
	free(l->high);
	free(l->cell);
	free(l->line);
}

void
csv_close(struct csv_reader *r)
{
	size_t i;

	if (r == NULL)
		return;
	csv_sha256(r);
	if (r->fd >= 0)
		close(r->fd);
	for (i = 0; r->names != NULL && i < r->cols; i++)
		free(r->names[i]);
	free(r->names);
	for (i = 0; i < CSV_BLOCKS; i++)
		lane_clear(&r->lane[i]);
	free(r->raw);
	free(r->path);
	free(r);
}

void
csv_blocks(struct csv_reader *r, size_t n)
{
	r->lanes = n;
}

size_t
csv_cols(const struct csv_reader *r)
{
	return r->cols;
}

const char *
csv_name(const struct csv_reader *r, size_t i)
{
	return r->names[i];
}

uint64_t
csv_size(const struct csv_reader *r)
{
	return r->size;
}

const char *
csv_sha256(struct csv_reader *r)
{
	if (r->digest != NULL)
		digest_end(r->digest, r->sha256);
	r->digest = NULL;
	return r->sha256;
}

int
csv_guess_single(const char *path, enum csv_encoding *out, struct fail *f)
{
	bool c1 = false, undefined = false;
	unsigned char p[8192];
	ssize_t n, i;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return fail_set(f, fail_errno(errno, FAIL_CSV),
		    "%s: cannot open: %s", path, strerror(errno));
	while ((n = read(fd, p, sizeof p)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		for (i = 0; i < n; i++)
			if ((p[i] & 0xe0) == 0x80) {
				c1 = true;
				undefined |= cp1252[p[i] & 31] == 0;
			}
	}
	if (n < 0)
		fail_set(
		    f, FAIL_IO, "%s: cannot read: %s", path, strerror(errno));
	close(fd);
	*out = c1 && !undefined ? CSV_CP1252 : CSV_LATIN1;
	return n < 0 ? -1 : 0;
}
