/* tab_load.c - cells to typed columns, by pandas' rules of inference. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "real.h"
#include "tab_impl.h"

enum {
	BATCH = 512, /* numbers parsed before they are stored */
	AHEAD = 24, /* rows whose text is fetched early */
	SAMPLE = 256 * 1024, /* bytes looked at to guess the dialect */
};

static const int64_t big = (int64_t)1 << 53; /* beyond, doubles have gaps */
static const int64_t low = INT64_MIN + 1024; /* below, they round to -2^63 */

/* What the cells of a block of inference are: a set. */
enum kind {
	KIND_NA = 1,
	KIND_INT = 2,
	KIND_BIG = 4, /* an int that a double may not hold */
	KIND_UINT = 8, /* an int beyond int64 */
	KIND_FLOAT = 16,
	KIND_BOOL = 32,
	KIND_TEXT = 64,
	KIND_OVER = 128, /* digits so long that pandas makes all cells text */
	KIND_HUGE = 256, /* a number beyond the doubles: text, to pandas */
	KIND_LOW = 512, /* about -2^63, pandas' own mark for a missing int */
};

enum { KIND_NUMBER = KIND_INT | KIND_UINT | KIND_FLOAT };

/* What cells are collected as. */
enum mode {
	MODE_NONE, /* all missing so far */
	MODE_DEC,
	MODE_REAL,
	MODE_BOOL,
	MODE_TEXT,
	MODE_LATE, /* nothing: a second reading will */
	MODE_SKIP, /* nothing: the first reading did */
};

/* A column in the making. */
struct build {
	struct column *c;
	enum mode mode;
	size_t n; /* rows so far */
	size_t before; /* values that blocks before this one had */
	int64_t min, max; /* of what a STORE_DEC holds, scaled */
	unsigned kinds; /* of the current block of inference */
	uint64_t odd_line; /* of the first KIND_UINT, OVER or HUGE in it */
	uint16_t *chunk; /* kinds of the blocks so far */
	size_t chunks, chunks_cap;
	struct fail *fail; /* why the column is refused; owned */
	uint64_t fail_line;
	/* what is being fed */
	const struct csv_block *blk;
	size_t from, to; /* rows of it: within one block of inference */
};

/* A reading of a file. */
struct load {
	struct table *t;
	struct csv_reader *r;
	struct build *b;
	char mark; /* decimal */
	size_t span; /* rows in a block of inference */
	uint64_t *chunk_line; /* where each starts */
	size_t chunks, chunks_cap;
};

/* -- single cells -- */

/* One of the 18 texts that are missing values. */
static bool
is_na(const char *s, size_t n)
{
	static const bool first[256] = {
	    ['#'] = 1, ['-'] = 1, ['1'] = 1, ['<'] = 1, ['N'] = 1, ['n'] = 1};

	if (n == 0)
		return true;
	if (n > 8 || !first[(unsigned char)*s])
		return false;
	switch (n) {
	case 2:
		return memcmp(s, "NA", 2) == 0;
	case 3:
		return memcmp(s, "NaN", 3) == 0 || memcmp(s, "nan", 3) == 0 ||
		    memcmp(s, "N/A", 3) == 0 || memcmp(s, "n/a", 3) == 0 ||
		    memcmp(s, "#NA", 3) == 0;
	case 4:
		return memcmp(s, "NULL", 4) == 0 || memcmp(s, "null", 4) == 0 ||
		    memcmp(s, "-NaN", 4) == 0 || memcmp(s, "-nan", 4) == 0 ||
		    memcmp(s, "#N/A", 4) == 0 || memcmp(s, "<NA>", 4) == 0;
	case 6:
		return memcmp(s, "1.#IND", 6) == 0;
	case 7:
		return memcmp(s, "-1.#IND", 7) == 0 ||
		    memcmp(s, "1.#QNAN", 7) == 0;
	case 8:
		return memcmp(s, "-1.#QNAN", 8) == 0 ||
		    memcmp(s, "#N/A N/A", 8) == 0;
	default:
		return false;
	}
}

/* Four letters in any case, by the bit that makes them small. */
static bool
is_word(const char *s, const char word[4])
{
	uint32_t a, b;

	memcpy(&a, s, 4);
	memcpy(&b, word, 4);
	return (a | 0x20202020u) == b;
}

/* 1 true, 0 false, -1 neither. */
static int
is_bool(const char *s, size_t n)
{
	if (n == 4 && is_word(s, "true"))
		return 1;
	if (n == 5 && is_word(s, "fals") && (s[4] | 0x20) == 'e')
		return 0;
	return -1;
}

/* Kind of a cell that is no number. */
static unsigned
word_kind(const char *s, size_t n)
{
	return is_na(s, n)       ? KIND_NA
	    : is_bool(s, n) >= 0 ? KIND_BOOL
				 : KIND_TEXT;
}

/* Kind of a number, after what its block had so far. */
static unsigned
real_kind(const struct real *r, unsigned before)
{
	bool ints = (before & (KIND_FLOAT | KIND_BOOL | KIND_TEXT)) == 0;

	if (r->kind == REAL_OVER && ints)
		return KIND_OVER;
	if (r->huge)
		return KIND_HUGE;
	if (r->kind == REAL_INT && r->i < low)
		return KIND_INT | KIND_BIG | KIND_LOW;
	if (r->kind == REAL_INT)
		return r->i > big || r->i < -big ? KIND_INT | KIND_BIG
						 : KIND_INT;
	if (r->kind == REAL_UINT && ints)
		return KIND_UINT;
	if (r->kind == REAL_UINT)
		return KIND_UINT | KIND_FLOAT;
	return KIND_FLOAT;
}

/* -- storing -- */

static unsigned
width_for(int64_t min, int64_t max)
{
	if (min > INT8_MIN && max <= INT8_MAX)
		return 1;
	if (min > INT16_MIN && max <= INT16_MAX)
		return 2;
	if (min > INT32_MIN && max <= INT32_MAX)
		return 4;
	return 8;
}

static void
dec_set(struct column *c, size_t row, int64_t v)
{
	switch (c->width) {
	case 1:
		((int8_t *)c->data)[row] = (int8_t)v;
		break;
	case 2:
		((int16_t *)c->data)[row] = (int16_t)v;
		break;
	case 4:
		((int32_t *)c->data)[row] = (int32_t)v;
		break;
	default:
		((int64_t *)c->data)[row] = v;
		break;
	}
}

static void
code_set(struct column *c, size_t row, uint32_t v)
{
	switch (c->width) {
	case 1:
		((uint8_t *)c->data)[row] = (uint8_t)v;
		break;
	case 2:
		((uint16_t *)c->data)[row] = (uint16_t)v;
		break;
	default:
		((uint32_t *)c->data)[row] = v;
		break;
	}
}

/* Give stored cells another width, in place, last to first. */
static void
dec_widen(struct build *b, unsigned width)
{
	struct column *c = b->c, wide = *c;
	int64_t v, none;
	size_t i;

	assert(c->width > 0);
	none = dec_none(c->width);
	wide.width = (unsigned char)width;
	wide.data = xrealloc_long(c->data, c->cap, width);
	c->data = wide.data;
	for (i = b->n; i-- > 0;) {
		v = dec_get(c, i);
		dec_set(&wide, i, v == none ? dec_none(width) : v);
	}
	*c = wide;
}

static void
code_widen(struct build *b, unsigned width)
{
	struct column *c = b->c, wide = *c;
	size_t i;

	wide.width = (unsigned char)width;
	wide.data = xrealloc_long(c->data, c->cap, width);
	c->data = wide.data;
	for (i = b->n; i-- > 0;)
		code_set(&wide, i, code_get(c, i));
	*c = wide;
}

/* All b->n rows are missing: begin to store that way. */
static void
begin(struct build *b, enum mode mode)
{
	static const char words[9 + DICT_PAD] = "FalseTrue";
	struct column *c = b->c;
	size_t i;

	b->mode = mode;
	c->store = mode == MODE_DEC ? STORE_DEC
	    : mode == MODE_REAL     ? STORE_REAL
				    : STORE_CODE;
	c->width = mode == MODE_REAL ? 8 : 1;
	c->data = xrealloc_long(c->data, c->cap, c->width);
	if (mode == MODE_DEC)
		memset(c->data, INT8_MIN, b->n);
	else if (mode == MODE_REAL)
		for (i = 0; i < b->n; i++)
			((double *)c->data)[i] = NAN;
	else
		memset(c->data, 0, b->n);
	b->min = INT64_MAX;
	b->max = INT64_MIN;
	if (c->store != STORE_CODE)
		return;
	c->dict = dict_new();
	if (mode == MODE_BOOL) {
		dict_put(c->dict, words, 5);
		dict_put(c->dict, words + 5, 4);
	}
}

static void
forget(struct build *b, enum mode mode)
{
	dict_free(b->c->dict);
	b->c->dict = NULL;
	xfree_long(b->c->data);
	b->c->data = NULL;
	b->c->store = STORE_NONE;
	b->c->nexact = 0;
	b->c->scale = 0;
	b->mode = mode;
}

static void
room(struct build *b, size_t more)
{
	size_t n = b->n + more;

	if (n > b->c->cap)
		column_room(b->c, n + n / 4);
}

/* A decimal column becomes one of doubles: each quotient is exact. */
static void
dec_to_real(struct build *b)
{
	struct column *c = b->c, dec = *c;
	double p = real_pow10[(int)c->scale], *out;
	int64_t v, none = dec_none(c->width);
	size_t i;

	c->data = xrealloc_long(c->data, c->cap, 8);
	dec.data = c->data;
	out = c->data;
	for (i = b->n; i-- > 0;) {
		v = dec_get(&dec, i);
		out[i] = v == none ? NAN : (double)v / p;
	}
	c->store = STORE_REAL;
	c->width = 8;
	c->scale = 0;
	b->mode = MODE_REAL;
}

/* Numbers read and not yet stored: m / 10^(d - 1), or whole where d is 0. */
struct batch {
	int64_t m[BATCH]; /* INT64_MIN: missing */
	uint8_t d[BATCH];
	size_t n;
	int64_t v[BATCH]; /* m, brought to the column's scale */
	int64_t min, max; /* of v */
};

static inline int
decimals(uint8_t d)
{
	return d == 0 ? 0 : d - 1;
}

/* Multiply by 10^k; false, and *v unchanged, where that is beyond 2^53. */
static bool
scale_up(int64_t *v, int k)
{
	int64_t up;

	if (k > 18 || __builtin_mul_overflow(*v, real_int10[k], &up) ||
	    up > big || up < -big)
		return false;
	*v = up;
	return true;
}

/* Make the column's scale k; false where doubles are needed. */
static bool
rescale(struct build *b, int k)
{
	struct column *c = b->c;
	int64_t p, v, none, min = b->min, max = b->max;
	unsigned width;
	size_t i;

	if (b->min <= b->max &&
	    (!scale_up(&min, k - c->scale) || !scale_up(&max, k - c->scale)))
		return false;
	if (b->min <= b->max) {
		width = width_for(min, max);
		if (width > c->width)
			dec_widen(b, width);
		p = real_int10[k - c->scale];
		none = dec_none(c->width);
		for (i = 0; i < b->n; i++) {
			v = dec_get(c, i);
			if (v != none)
				dec_set(c, i, v * p);
		}
		b->min = min;
		b->max = max;
	}
	c->scale = (signed char)k;
	return true;
}

/* The most decimals in the batch. */
static int
most_decimals(const struct batch *q)
{
	uint8_t most = 0;
	size_t i;

	for (i = 0; i < q->n; i++)
		most = q->d[i] > most ? q->d[i] : most;
	return decimals(most);
}

/* Bring the batch to the column's scale; false where doubles are needed. */
static bool
scale_batch(struct build *b, struct batch *q)
{
	int most = most_decimals(q), k;
	int64_t v, min = INT64_MAX, max = INT64_MIN;
	size_t i;

	if (most > b->c->scale && (most > 15 || !rescale(b, most)))
		return false;
	for (i = 0; i < q->n; i++) {
		v = q->m[i];
		if (v != INT64_MIN) {
			k = b->c->scale - decimals(q->d[i]);
			if (k > 0 && !scale_up(&v, k))
				return false;
			min = v < min ? v : min;
			max = v > max ? v : max;
		}
		q->v[i] = v;
	}
	q->min = min;
	q->max = max;
	return b->c->scale == 0 || min > max || (min >= -big && max <= big);
}

static void
store_reals(struct build *b, const struct batch *q)
{
	double *out;
	size_t i;

	dec_to_real(b);
	out = (double *)b->c->data + b->n;
	for (i = 0; i < q->n; i++)
		out[i] = q->m[i] == INT64_MIN
		    ? NAN
		    : (double)q->m[i] / real_pow10[decimals(q->d[i])];
	b->n += q->n;
}

/* Cells of one width; what is missing is the least of them. */
static void
store_batch(struct column *c, size_t row, const struct batch *q)
{
	int8_t *b1 = c->data;
	int16_t *b2 = c->data;
	int32_t *b4 = c->data;
	size_t i;

	switch (c->width) {
	case 1:
		for (i = 0; i < q->n; i++)
			b1[row + i] =
			    q->v[i] == INT64_MIN ? INT8_MIN : (int8_t)q->v[i];
		break;
	case 2:
		for (i = 0; i < q->n; i++)
			b2[row + i] =
			    q->v[i] == INT64_MIN ? INT16_MIN : (int16_t)q->v[i];
		break;
	case 4:
		for (i = 0; i < q->n; i++)
			b4[row + i] =
			    q->v[i] == INT64_MIN ? INT32_MIN : (int32_t)q->v[i];
		break;
	default:
		memcpy((int64_t *)c->data + row, q->v, q->n * 8);
		break;
	}
}

/* Store what was read; the column may become one of doubles. */
static void
flush(struct build *b, struct batch *q)
{
	struct column *c = b->c;
	unsigned width;

	if (!scale_batch(b, q)) {
		store_reals(b, q);
		return;
	}
	if (q->min < b->min)
		b->min = q->min;
	if (q->max > b->max)
		b->max = q->max;
	width = b->min > b->max ? 1 : width_for(b->min, b->max);
	if (width > c->width)
		dec_widen(b, width);
	store_batch(c, b->n, q);
	b->n += q->n;
}

/* -- feeding cells -- */

static inline const char *
cell(const struct build *b, size_t row, size_t col, size_t *n)
{
	const struct csv_cell *c = &b->blk->cell[row * b->blk->cols + col];

	*n = c->len;
	return b->blk->text + c->off;
}

static void
odd_cell(struct build *b, size_t row, unsigned kind)
{
	const unsigned odd = KIND_UINT | KIND_OVER | KIND_HUGE | KIND_LOW;

	if ((kind & odd) != 0 && (b->kinds & odd) == 0)
		b->odd_line = b->blk->line[row];
	b->kinds |= kind;
}

static size_t feed_text(
    struct load *l, struct build *b, size_t row, size_t col);

static void
store_codes(struct build *b, const uint32_t *code, size_t n)
{
	struct column *c = b->c;
	size_t i;

	if (c->dict->n > UINT8_MAX && c->width == 1)
		code_widen(b, 2);
	if (c->dict->n > UINT16_MAX && c->width == 2)
		code_widen(b, 4);
	if (c->width == 4)
		memcpy((uint32_t *)c->data + b->n, code, n * 4);
	else
		for (i = 0; i < n; i++)
			code_set(c, b->n + i, code[i]);
	b->n += n;
}

/* Rows from..to-1 of the block as text, kinds not looked at. */
static void
store_text(struct build *b, size_t from, size_t to, size_t col)
{
	uint32_t code[DICT_BATCH];
	struct tab_span s[DICT_BATCH];
	struct dict *d = b->c->dict;
	size_t k, r = from;

	if (b->n > 0)
		d->hint =
		    (size_t)((double)d->n * (double)b->c->cap / (double)b->n);
	while (r < to) {
		for (k = 0; k < DICT_BATCH && r < to; k++, r++) {
			if (to - r > AHEAD)
				__builtin_prefetch(
				    cell(b, r + AHEAD, col, &s[k].n));
			s[k].p = cell(b, r, col, &s[k].n);
			if (is_na(s[k].p, s[k].n)) {
				s[k].p = NULL;
				b->c->missing++;
			}
		}
		dict_put_all(d, s, k, code);
		store_codes(b, code, k);
	}
}

/*
 * A column of numbers or booleans meets a text in this row. Where only this
 * block had values it starts again as text; else a second reading collects it.
 */
static size_t
becomes_text(struct load *l, struct build *b, size_t row, size_t col)
{
	size_t had = b->n - row; /* rows before this block */

	forget(b, MODE_LATE);
	if (b->before == 0) {
		b->n = b->c->missing = had;
		begin(b, MODE_TEXT);
		store_text(b, 0, row, col);
		return feed_text(l, b, row, col);
	}
	return row;
}

/* What a cell is, where nothing else is wanted of it. */
static unsigned
cell_kind(const struct load *l, const struct build *b, size_t row, size_t col)
{
	struct real x;
	const char *s;
	size_t n;

	s = cell(b, row, col, &n);
	if (n == 0)
		return KIND_NA;
	if (real_parse(s, n, l->mark, &x))
		return real_kind(&x, b->kinds);
	return word_kind(s, n);
}

static size_t
feed_text(struct load *l, struct build *b, size_t row, size_t col)
{
	size_t r;

	for (r = row; r < b->to && (b->kinds & KIND_TEXT) == 0; r++)
		odd_cell(b, r, cell_kind(l, b, r, col));
	store_text(b, row, b->to, col);
	return b->to;
}

static size_t
feed_late(struct load *l, struct build *b, size_t row, size_t col)
{
	for (; row < b->to; row++, b->n++)
		odd_cell(b, row, cell_kind(l, b, row, col));
	return row;
}

static size_t
feed_bool(struct load *l, struct build *b, size_t row, size_t col)
{
	const char *s;
	size_t n;
	int v;

	for (; row < b->to; row++) {
		s = cell(b, row, col, &n);
		v = is_bool(s, n);
		if (v < 0) {
			if (!is_na(s, n))
				return becomes_text(l, b, row, col);
			b->kinds |= KIND_NA;
			b->c->missing++;
		} else {
			b->kinds |= KIND_BOOL;
		}
		code_set(b->c, b->n++, (uint32_t)(v + 1));
	}
	return row;
}

/* The next of the rows up to b->to, a batch of them at most. */
static void
read_batch(const struct load *l, const struct build *b, size_t row, size_t col,
    struct batch *q)
{
	q->n = b->to - row < BATCH ? b->to - row : BATCH;
	real_plain(REAL_SIMD_BEST, b->blk->text,
	    b->blk->cell + row * b->blk->cols + col, b->blk->cols, q->n,
	    l->mark, q->m, q->d);
}

/* A cell that is no plain decimal; what feed_dec does next. */
enum next { NEXT_CELL, NEXT_REAL, NEXT_TEXT, NEXT_LATE };

static enum next
dec_cell(const struct load *l, struct build *b, size_t row, size_t col,
    int64_t *m, uint8_t *d)
{
	struct real x;
	unsigned kind;
	const char *s;
	size_t n;

	s = cell(b, row, col, &n);
	if (n == 0 || !real_parse(s, n, l->mark, &x)) {
		if (!is_na(s, n))
			return NEXT_TEXT;
		b->kinds |= KIND_NA;
		b->c->missing++;
		*m = INT64_MIN;
		*d = 0;
		return NEXT_CELL;
	}
	kind = real_kind(&x, b->kinds);
	if ((kind & (KIND_OVER | KIND_HUGE)) != 0)
		return NEXT_TEXT;
	if ((kind & (KIND_UINT | KIND_LOW)) != 0)
		return NEXT_LATE;
	if (x.kind != REAL_INT && !x.decimal)
		return NEXT_REAL;
	b->kinds |= kind;
	*m = x.kind == REAL_INT ? x.i : x.m;
	*d = x.kind == REAL_INT ? 0 : (uint8_t)(x.d + 1);
	return NEXT_CELL;
}

/* The first from i on that is no plain decimal, or is a long one; n: none. */
static size_t
first_odd(const uint8_t *d, size_t i, size_t n)
{
	uint64_t x;

	for (; i + 8 <= n; i += 8) {
		memcpy(&x, d + i, 8);
		if ((x & 0x8080808080808080u) != 0)
			break;
	}
	while (i < n && d[i] < REAL_LONG)
		i++;
	return i;
}

/* Plain decimals from q's number i on: how many, and their kinds. */
static size_t
plain_run(const struct batch *q, size_t i, unsigned *kinds)
{
	size_t end = first_odd(q->d, i, q->n), n = end - i;
	unsigned k = 0;

	for (; i < end; i++)
		k |= q->d[i] > 0                      ? KIND_FLOAT
		    : q->m[i] > big || q->m[i] < -big ? KIND_INT | KIND_BIG
						      : KIND_INT;
	*kinds |= k;
	return n;
}

/* Up to where the column may stay one of decimals. */
static enum next
dec_batch(const struct load *l, struct build *b, size_t row, size_t col,
    struct batch *q)
{
	enum next next;
	size_t i;

	read_batch(l, b, row, col, q);
	for (i = 0;; i++) {
		i += plain_run(q, i, &b->kinds);
		if (i == q->n)
			return NEXT_CELL;
		next = dec_cell(l, b, row + i, col, &q->m[i], &q->d[i]);
		if (next != NEXT_CELL) {
			q->n = i;
			return next;
		}
	}
}

static size_t
feed_dec(struct load *l, struct build *b, size_t row, size_t col)
{
	enum next next = NEXT_CELL;
	struct batch q;

	while (row < b->to && b->mode == MODE_DEC && next == NEXT_CELL) {
		next = dec_batch(l, b, row, col, &q);
		row += q.n;
		flush(b, &q);
	}
	if (next == NEXT_TEXT)
		return becomes_text(l, b, row, col);
	if (next == NEXT_REAL && b->mode == MODE_DEC)
		dec_to_real(b);
	if (next == NEXT_LATE)
		forget(b, MODE_LATE);
	return row;
}

/* A number as pandas has it in a column of doubles. */
static void
store_real(struct build *b, const struct real *x, unsigned kinds)
{
	double v = x->pandas, exact = x->exact;
	struct column *c = b->c;

	if (x->kind == REAL_INT && (kinds & KIND_FLOAT) == 0)
		v = exact = (double)x->i; /* its block held int64 */
	((double *)c->data)[b->n] = v;
	/* stored at any rate: a guess would be wrong for every fourth */
	c->exact[c->nexact] = (struct tab_exact){(uint32_t)b->n, exact};
	c->nexact += v != exact;
	b->n++;
}

/* q's number i, of this row, if it is long and its digits tell its value. */
static bool
long_value(struct build *b, const struct batch *q, size_t i, size_t row,
    size_t col, struct real *x)
{
	size_t len;

	if (q->d[i] < REAL_LONG || q->d[i] == REAL_NOT_PLAIN)
		return false;
	cell(b, row, col, &len);
	len -= 1 + (q->m[i] < 0); /* the mark and the sign */
	b->kinds |= KIND_FLOAT;
	return real_long(q->m[i], len, (size_t)q->d[i] - REAL_LONG - 1,
	    &x->pandas, &x->exact);
}

/* A cell that is no plain decimal; as dec_cell. */
static enum next
real_cell(const struct load *l, struct build *b, size_t row, size_t col)
{
	struct real x;
	unsigned kind;
	const char *s;
	size_t n;

	s = cell(b, row, col, &n);
	if (n == 0 || !real_parse(s, n, l->mark, &x)) {
		if (!is_na(s, n))
			return NEXT_TEXT;
		b->kinds |= KIND_NA;
		b->c->missing++;
		((double *)b->c->data)[b->n++] = NAN;
		return NEXT_CELL;
	}
	kind = real_kind(&x, b->kinds);
	if ((kind & (KIND_OVER | KIND_HUGE)) != 0)
		return NEXT_TEXT;
	if ((kind & (KIND_UINT | KIND_LOW)) != 0 ||
	    (x.kind == REAL_INT && x.pandas != (double)x.i))
		return NEXT_LATE; /* what it is, is not yet known */
	b->kinds |= kind;
	store_real(b, &x, KIND_FLOAT);
	return NEXT_CELL;
}

/* Store plain decimals from q's number i on, long ones as well; returns how
 * many. */
static size_t
store_plain(
    struct build *b, const struct batch *q, size_t i, size_t row, size_t col)
{
	size_t n = plain_run(q, i, &b->kinds), k;
	double *out = (double *)b->c->data + b->n;
	struct real x = {.kind = REAL_NOT_INT};

	for (k = 0; k < n; k++)
		out[k] =
		    (double)q->m[i + k] / real_pow10[decimals(q->d[i + k])];
	b->n += n;
	for (; i + n < q->n && long_value(b, q, i + n, row + i + n, col, &x);
	     n++)
		store_real(b, &x, KIND_FLOAT);
	return n;
}

static size_t
feed_real(struct load *l, struct build *b, size_t row, size_t col)
{
	enum next next;
	struct batch q;
	size_t i;

	for (; row < b->to; row += q.n) {
		read_batch(l, b, row, col, &q);
		exact_room(b->c, q.n);
		for (i = 0; i < q.n; i++) /* doubles have gaps there: no */
			if (q.d[i] == 0 && (q.m[i] > big || q.m[i] < -big))
				q.d[i] = REAL_NOT_PLAIN;
		for (i = 0;; i++) {
			i += store_plain(b, &q, i, row, col);
			if (i == q.n)
				break;
			next = real_cell(l, b, row + i, col);
			if (next == NEXT_TEXT)
				return becomes_text(l, b, row + i, col);
			if (next == NEXT_LATE) {
				forget(b, MODE_LATE);
				return row + i;
			}
		}
	}
	return row;
}

/* All missing so far: the first value decides. */
static size_t
feed_none(struct load *l, struct build *b, size_t row, size_t col)
{
	unsigned kind;

	for (; row < b->to; row++, b->n++) {
		kind = cell_kind(l, b, row, col);
		if (kind != KIND_NA) {
			begin(b,
			    kind == KIND_TEXT       ? MODE_TEXT
				: kind == KIND_BOOL ? MODE_BOOL
						    : MODE_DEC);
			return row;
		}
		b->kinds |= KIND_NA;
		b->c->missing++;
	}
	return row;
}

/* The rows from..to-1 of the block, in the column's mode of the moment. */
static void
feed(struct load *l, struct build *b, size_t col)
{
	size_t row = b->from;

	if (row == 0)
		b->before = b->n - b->c->missing;
	room(b, b->to - row);
	while (row < b->to)
		switch (b->mode) {
		case MODE_NONE:
			row = feed_none(l, b, row, col);
			break;
		case MODE_DEC:
			row = feed_dec(l, b, row, col);
			break;
		case MODE_REAL:
			row = feed_real(l, b, row, col);
			break;
		case MODE_BOOL:
			row = feed_bool(l, b, row, col);
			break;
		case MODE_TEXT:
			row = feed_text(l, b, row, col);
			break;
		case MODE_LATE:
		case MODE_SKIP:
			row = feed_late(l, b, row, col);
			break;
		}
}

/* -- blocks of inference -- */

/* What pandas makes of one block of a column. */
enum made {
	MADE_EMPTY, /* float64, all NaN */
	MADE_INT,
	MADE_UINT,
	MADE_FLOAT,
	MADE_BOOL,
	MADE_BOOL_NA, /* object */
	MADE_TEXT, /* object */
	MADE_WRONG, /* text, for reasons that nobody expects */
};

static enum made
made_of(unsigned kinds)
{
	bool na = (kinds & KIND_NA) != 0;

	if ((kinds & KIND_TEXT) != 0)
		return MADE_TEXT;
	if ((kinds & (KIND_OVER | KIND_HUGE)) != 0)
		return MADE_WRONG;
	if ((kinds & KIND_BOOL) != 0)
		return (kinds & KIND_NUMBER) != 0 ? MADE_TEXT
		    : na                          ? MADE_BOOL_NA
						  : MADE_BOOL;
	if ((kinds & KIND_FLOAT) != 0)
		return MADE_FLOAT;
	if ((kinds & KIND_UINT) != 0)
		return na ? MADE_WRONG : MADE_UINT;
	if ((kinds & KIND_INT) != 0)
		return na ? MADE_FLOAT : MADE_INT;
	return MADE_EMPTY;
}

static int
refuse(struct build *b, uint64_t line, const char *why)
{
	if (b->fail != NULL)
		return -1;
	b->fail = xcalloc(1, sizeof *b->fail);
	b->fail_line = line;
	return fail_set(
	    b->fail, FAIL_CSV, "column \"%.200s\": %s", b->c->name, why);
}

static void
end_chunk(struct build *b)
{
	if (made_of(b->kinds) == MADE_WRONG)
		refuse(b, b->odd_line,
		    (b->kinds & KIND_HUGE) != 0
			? "expected numbers within the range of doubles, saw "
			  "one beyond: pandas would load the column as text"
			: "expected integers of at most 64 bits without "
			  "missing ones among them, saw a longer one: pandas "
			  "would load the column as text");
	if ((b->kinds & KIND_BIG) != 0 && (b->kinds & KIND_FLOAT) != 0 &&
	    (b->mode == MODE_DEC || b->mode == MODE_REAL))
		forget(b, MODE_LATE); /* read as doubles, not as integers */
	b->chunk = xgrow(b->chunk, b->chunks, &b->chunks_cap, sizeof *b->chunk);
	b->chunk[b->chunks++] = (uint16_t)b->kinds;
	b->kinds = 0;
}

/* The first block of the column that is made of one of a set of kinds. */
static size_t
chunk_of(const struct build *b, unsigned made)
{
	size_t i;

	for (i = 0; i < b->chunks; i++)
		if ((1u << made_of(b->chunk[i]) & made) != 0)
			return i;
	return b->chunks;
}

static int
refuse_mixed(const struct load *l, struct build *b, unsigned one,
    unsigned other, const char *what)
{
	size_t i = chunk_of(b, one), k = chunk_of(b, other);
	char why[300];

	if (k < i)
		k = i;
	snprintf(why, sizeof why,
	    "expected one type throughout, saw %s from line %llu and another "
	    "type elsewhere: pandas infers the type by blocks of %zu rows",
	    what, (unsigned long long)l->chunk_line[i], l->span);
	return refuse(b, l->chunk_line[k], why);
}

enum {
	SET_TEXT = 1 << MADE_TEXT,
	SET_BOOL = 1 << MADE_BOOL | 1 << MADE_BOOL_NA,
	SET_UINT = 1 << MADE_UINT,
	SET_NUM = 1 << MADE_INT | 1 << MADE_FLOAT,
};

/* The column's type from its blocks, as pandas joins them. */
static void
decide(const struct load *l, struct build *b)
{
	struct column *c = b->c;
	unsigned set = 0, kinds = 0;
	size_t i;

	for (i = 0; i < b->chunks; i++) {
		set |= 1u << made_of(b->chunk[i]);
		kinds |= b->chunk[i];
	}
	if ((kinds & KIND_LOW) != 0 && (kinds & KIND_NA) != 0 &&
	    (set & SET_TEXT) == 0)
		refuse(b, b->odd_line,
		    "expected integers above -2^63 + 1024, saw one below: "
		    "beside missing cells pandas takes it for missing");
	if ((set & SET_TEXT) != 0) {
		c->type = TAB_STR;
		if ((set & (SET_BOOL | SET_UINT | SET_NUM)) != 0)
			refuse_mixed(l, b, SET_TEXT,
			    SET_BOOL | SET_UINT | SET_NUM, "text");
	} else if ((set & SET_BOOL) != 0) {
		c->type = TAB_BOOL;
		if ((set & (SET_UINT | SET_NUM)) != 0)
			refuse_mixed(
			    l, b, SET_BOOL, SET_UINT | SET_NUM, "booleans");
		else if ((set & 1 << MADE_EMPTY) != 0 &&
		    (set & 1 << MADE_BOOL_NA) == 0)
			refuse_mixed(
			    l, b, SET_BOOL, 1 << MADE_EMPTY, "booleans");
	} else if ((set & SET_UINT) != 0) {
		c->type = TAB_INT;
		if (set != SET_UINT)
			refuse_mixed(l, b, SET_UINT, ~(unsigned)SET_UINT,
			    "integers beyond int64");
	} else if ((set & SET_NUM) != 0) {
		c->type = set == 1 << MADE_INT ? TAB_INT : TAB_FLOAT;
	} else {
		c->type = TAB_EMPTY;
	}
	if (c->type == TAB_INT && set == SET_UINT && b->fail == NULL)
		c->store = STORE_UINT;
	if (c->type == TAB_FLOAT && c->store == STORE_DEC &&
	    (b->min < -big || b->max > big))
		dec_to_real(b); /* integers that differ may be one double */
}

/* -- a reading -- */

/* Cells in which pandas looks for a column's type at a time. */
static size_t
inference_span(size_t cols)
{
	size_t most = ((size_t)1 << 20) / cols, span = 1;

	while (span * 2 < most)
		span *= 2;
	return span;
}

/* A block's cells of a column, cut where blocks of inference end. */
static void
feed_block(void *arg, size_t col, const struct csv_block *blk)
{
	struct load *l = arg;
	struct build *b = &l->b[col];
	size_t in_chunk, n;

	b->blk = blk;
	for (b->from = 0; b->from < blk->rows; b->from = b->to) {
		in_chunk = b->n % l->span;
		if (in_chunk == 0 && b->n > 0)
			end_chunk(b);
		n = l->span - in_chunk;
		if (n > blk->rows - b->from)
			n = blk->rows - b->from;
		b->to = b->from + n;
		feed(l, b, col);
	}
}

static void
guess_rows(struct load *l, const struct csv_block *blk)
{
	size_t i;
	uint64_t n;

	n = csv_size(l->r) / (blk->bytes / blk->rows + 1) + blk->rows;
	for (i = 0; i < l->t->cols; i++)
		l->b[i].c->cap = (size_t)(n + n / 16);
}

/* Count a block's rows and note where blocks of inference start. */
static int
see_block(void *arg, const struct csv_block *blk, struct fail *f)
{
	struct load *l = arg;
	size_t row = l->t->rows % l->span;

	if (l->t->rows > UINT32_MAX - blk->rows - 1)
		return fail_set(f, FAIL_CSV,
		    "%s: expected fewer than 2^32 rows, saw more", l->t->path);
	if (l->t->rows == 0)
		guess_rows(l, blk);
	for (row = row == 0 ? 0 : l->span - row; row < blk->rows;
	     row += l->span) {
		l->chunk_line = xgrow(l->chunk_line, l->chunks, &l->chunks_cap,
		    sizeof *l->chunk_line);
		l->chunk_line[l->chunks++] = blk->line[row];
	}
	l->t->rows += blk->rows;
	return 0;
}

/* -- the second reading -- */

static void
store_uint(struct build *b, uint64_t line, const struct real *x)
{
	if (x->negative)
		refuse(b, line,
		    "expected integers that int64 or uint64 holds, saw "
		    "negative ones beside some beyond int64: pandas would "
		    "load the column as text");
	((uint64_t *)b->c->data)[b->n++] =
	    x->kind == REAL_INT ? (uint64_t)x->i : x->u;
}

static int
count_block(void *arg, const struct csv_block *blk, struct fail *f)
{
	struct load *l = arg;

	(void)f;
	l->t->rows += blk->rows;
	return 0;
}

/* A column whose store was not known at first: now it is. */
static void
feed_again(void *arg, size_t i, const struct csv_block *blk)
{
	struct load *l = arg;
	struct build *b = &l->b[i];
	struct real x;
	const char *s;
	size_t n, r;

	if (b->mode == MODE_SKIP)
		return;
	if (b->n + blk->rows > b->c->cap)
		return; /* the file has grown: found at its end */
	b->blk = blk;
	if (b->mode == MODE_TEXT) {
		store_text(b, 0, blk->rows, i);
		return;
	}
	exact_room(b->c, blk->rows);
	for (r = 0; r < blk->rows; r++) {
		s = cell(b, r, i, &n);
		if (!real_parse(s, n, l->mark, &x)) {
			b->c->missing++;
			((double *)b->c->data)[b->n++] = NAN;
		} else if (b->c->store == STORE_UINT) {
			store_uint(b, b->blk->line[r], &x);
		} else if (b->c->store == STORE_DEC) {
			((int64_t *)b->c->data)[b->n++] = x.i;
		} else {
			store_real(b, &x, b->chunk[b->n / l->span]);
		}
	}
}

static void
second_begin(struct build *b, size_t rows)
{
	struct column *c = b->c;

	b->n = c->missing = 0;
	c->cap = rows;
	if (c->type == TAB_INT) { /* uint64, or int64 to its lower end */
		if (c->store != STORE_UINT)
			c->store = STORE_DEC;
		c->width = 8;
		c->data = xrealloc_long(NULL, rows, 8);
		b->mode = MODE_DEC;
	} else if (c->type == TAB_STR) {
		begin(b, MODE_TEXT);
	} else {
		begin(b, MODE_REAL);
	}
}

static bool
second_needed(struct load *l)
{
	bool any = false;
	size_t i;

	for (i = 0; i < l->t->cols; i++) {
		if (l->b[i].mode == MODE_LATE) {
			second_begin(&l->b[i], l->t->rows);
			any = true;
		} else {
			l->b[i].mode = MODE_SKIP;
		}
	}
	return any;
}

static int
read_again(struct load *l, struct fail *f)
{
	size_t rows = l->t->rows;
	int rc = 0;

	csv_close(l->r);
	l->r = NULL;
	l->t->rows = 0;
	if (csv_open(l->t->path, &l->t->options, &l->r, f) < 0)
		return -1;
	if (csv_cols(l->r) == l->t->cols)
		rc = tab_flow(&(struct tab_flow){.r = l->r,
				  .cols = l->t->cols,
				  .seen = count_block,
				  .feed = feed_again,
				  .arg = l},
		    f);
	if (rc == 0 &&
	    (l->t->rows != rows || strcmp(csv_sha256(l->r), l->t->sha256) != 0))
		rc = fail_set(f, FAIL_CSV,
		    "%s: expected a file at rest, saw it change while it was "
		    "read",
		    l->t->path);
	return rc;
}

/* -- a table -- */

/* Of the refused columns, the one with the first line speaks. */
static int
first_refusal(struct load *l, struct fail *f)
{
	struct build *first = NULL, *b;
	size_t i;

	for (i = 0; i < l->t->cols; i++) {
		b = &l->b[i];
		if (b->fail != NULL &&
		    (first == NULL || b->fail_line < first->fail_line))
			first = b;
	}
	if (first == NULL)
		return 0;
	if (f == NULL)
		return -1;
	*f = *first->fail;
	return fail_at(
	    f, "%s:%llu", l->t->path, (unsigned long long)first->fail_line);
}

static bool
all_whole(const struct table *t, const struct column *c)
{
	int64_t v, p;
	double x;
	size_t i;

	if (c->store == STORE_REAL) {
		assert(c->data != NULL);
		for (i = 0; i < t->rows; i++) {
			x = ((const double *)c->data)[i];
			if (!isnan(x) && (x != floor(x) || isinf(x)))
				return false;
		}
		return true;
	}
	if (c->store != STORE_DEC)
		return c->store == STORE_UINT;
	p = real_int10[(int)c->scale];
	for (i = 0; p > 1 && i < t->rows; i++) {
		v = dec_get(c, i);
		if (!dec_missing(c, v) && v % p != 0)
			return false;
	}
	return true;
}

static void
finish_column(struct table *t, struct column *c)
{
	if (c->dict != NULL)
		dict_freeze(c->dict);
	if (c->data != NULL)
		c->data = xrealloc_long(c->data, t->rows, c->width);
	c->cap = t->rows;
	c->whole =
	    (c->type == TAB_INT || c->type == TAB_FLOAT) && all_whole(t, c);
}

static void
note_bounds(const struct build *b)
{
	b->c->bounded = b->mode == MODE_DEC && b->min <= b->max;
	b->c->least = b->min;
	b->c->most = b->max;
}

static int
load_rows(struct load *l, struct fail *f)
{
	size_t i;
	int rc;

	rc = tab_flow(&(struct tab_flow){.r = l->r,
			  .cols = l->t->cols,
			  .seen = see_block,
			  .feed = feed_block,
			  .arg = l},
	    f);
	if (rc < 0)
		return rc;
	for (i = 0; i < l->t->cols; i++) {
		end_chunk(&l->b[i]);
		decide(l, &l->b[i]);
		note_bounds(&l->b[i]);
	}
	if (first_refusal(l, f) < 0)
		return -1;
	strcpy(l->t->sha256, csv_sha256(l->r));
	if (second_needed(l) && read_again(l, f) < 0)
		return -1;
	if (first_refusal(l, f) < 0)
		return -1;
	for (i = 0; i < l->t->cols; i++)
		finish_column(l->t, &l->t->col[i]);
	return 0;
}

static void
load_clear(struct load *l)
{
	size_t i;

	for (i = 0; l->t != NULL && i < l->t->cols; i++) {
		free(l->b[i].chunk);
		free(l->b[i].fail);
	}
	free(l->b);
	free(l->chunk_line);
	csv_close(l->r);
}

/* As told by o; CSV_NOT_UTF8 where that is what failed. */
static int
load_as(const char *path, const struct csv_options *o, struct table **out,
    struct fail *f)
{
	struct load l = {.mark = o->decimal};
	size_t i;
	int rc;

	rc = csv_open(path, o, &l.r, f);
	if (rc < 0)
		return rc;
	l.t = tab_new(csv_cols(l.r));
	l.t->path = xstrdup(path);
	l.t->options = *o;
	l.span = inference_span(l.t->cols);
	l.b = xcalloc(l.t->cols, sizeof *l.b);
	for (i = 0; i < l.t->cols; i++) {
		l.b[i].c = &l.t->col[i];
		l.t->col[i].name = xstrdup(csv_name(l.r, i));
	}
	rc = load_rows(&l, f);
	load_clear(&l);
	if (rc < 0)
		tab_free(l.t);
	else
		*out = l.t;
	return rc;
}

static int
detect(const char *path, struct csv_options *o, struct fail *f)
{
	char *p;
	size_t n = 0;
	ssize_t k = 1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return fail_set(f, fail_errno(errno, FAIL_CSV),
		    "%s: cannot open: %s", path, strerror(errno));
	p = xmalloc(SAMPLE);
	while (n < SAMPLE && k != 0) {
		k = read(fd, p + n, SAMPLE - n);
		if (k < 0 && errno != EINTR)
			break;
		if (k > 0)
			n += (size_t)k;
	}
	csv_detect(p, n, n < SAMPLE, o);
	free(p);
	close(fd);
	return 0; /* what cannot be read is reported by csv_open */
}

int
tab_load(const char *path, const json_t *csv_options, struct table **out,
    struct fail *f)
{
	struct csv_options o;
	int rc;

	if (csv_options != NULL) {
		if (csv_options_read(csv_options, &o, f) < 0)
			return -1;
		return load_as(path, &o, out, f) < 0 ? -1 : 0;
	}
	if (detect(path, &o, f) < 0)
		return -1;
	rc = load_as(path, &o, out, f);
	if (rc == CSV_NOT_UTF8) {
		if (csv_guess_single(path, &o.encoding, f) < 0)
			return -1;
		rc = load_as(path, &o, out, f);
	}
	return rc < 0 ? -1 : 0;
}
