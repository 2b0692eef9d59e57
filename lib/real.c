/* real.c - decimal text to numbers, as pandas reads it and exactly. */
#include <endian.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "real.h"

enum {
	POW_MIN = -342, /* below, 19 digits are less than any double */
	POW_MAX = 308,
	MAX_DIGITS = 17, /* pandas ignores digits after these */
	EXACT_DIGITS = 15, /* the sum of so many needs no rounding */
	WORD_DIGITS = 19, /* so many always fit 64 bits */
	BIG_EXP = 100000, /* exponents are cut here: no double reaches it */
	LONG_DIGITS = 800, /* more cannot change the rounding, but for a rest */
};

const double real_pow10[23] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
    1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
    1e22};

const int64_t real_int10[19] = {1, 10, 100, 1000, 10000, 100000, 1000000,
    10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000,
    10000000000000, 100000000000000, 1000000000000000, 10000000000000000,
    100000000000000000, 1000000000000000000};

/* -- powers of ten -- */

__extension__ typedef unsigned __int128 u128;

/* 10^q = t * 2^e, t normalised to 128 bits and cut, less than 2 too small. */
static struct power {
	uint64_t hi, lo;
	int e;
} powers[POW_MAX - POW_MIN + 1];

static double pow10_table[POW_MAX + 1];

/* 256 bits, most significant word first. */
struct wide {
	uint64_t w[4];
	int e;
};

static void
wide_shift(struct wide *x)
{
	int k = __builtin_clzll(x->w[0]), i;

	if (k == 0)
		return;
	for (i = 0; i < 4; i++)
		x->w[i] = x->w[i] << k | (i < 3 ? x->w[i + 1] >> (64 - k) : 0);
	x->e -= k;
}

static void
wide_times10(struct wide *x)
{
	u128 carry = 0;
	int i;

	/* 10/16 of it, so that nothing overflows: the last four bits go. */
	for (i = 3; i > 0; i--)
		x->w[i] = x->w[i] >> 4 | x->w[i - 1] << 60;
	x->w[0] >>= 4;
	for (i = 3; i >= 0; i--) {
		carry += (u128)x->w[i] * 10;
		x->w[i] = (uint64_t)carry;
		carry >>= 64;
	}
	x->e += 4;
	wide_shift(x);
}

static void
wide_by10(struct wide *x)
{
	u128 rest = 0;
	int i;

	for (i = 0; i < 4; i++) {
		rest = rest << 64 | x->w[i];
		x->w[i] = (uint64_t)(rest / 10);
		rest %= 10;
	}
	wide_shift(x);
}

static void
keep_power(int q, const struct wide *x)
{
	powers[q - POW_MIN] = (struct power){x->w[0], x->w[1], x->e + 128};
}

static void
make_powers(void)
{
	const struct wide one = {{(uint64_t)1 << 63, 0, 0, 0}, -255};
	struct wide x = one;
	char text[16];
	int q;

	for (q = 0; q <= POW_MAX; q++) {
		keep_power(q, &x);
		wide_times10(&x);
		snprintf(text, sizeof text, "1e%d", q);
		pow10_table[q] = strtod(text, NULL);
	}
	x = one;
	for (q = 0; q >= POW_MIN; q--) {
		keep_power(q, &x);
		wide_by10(&x);
	}
}

static pthread_once_t powers_once = PTHREAD_ONCE_INIT;

/* -- correct rounding -- */

/*
 * m * 10^q rounded to the nearest double, m > 0, by a product of 64 and 128
 * bits whose error is bounded. False where the bound does not settle the
 * rounding, or the result may not be a normal number.
 */
static bool
round_product(uint64_t m, int q, double *out)
{
	const struct power *t;
	int z, shift, e;
	u128 a, b, x, rest, half;
	uint64_t bits;

	if (q < POW_MIN || q > POW_MAX)
		return false;
	t = &powers[q - POW_MIN];
	z = __builtin_clzll(m);
	m <<= z;
	a = (u128)m * t->hi;
	b = (u128)m * t->lo;
	x = a + (b >> 64); /* the top 128 of 192 bits, less than 3 too small */
	shift = (x >> 127) != 0 ? 75 : 74;
	half = (u128)1 << (shift - 1);
	rest = x & ((half << 1) - 1);
	if (rest <= half && rest + 3 >= half)
		return false;
	bits = (uint64_t)(x >> shift) + (rest > half);
	e = t->e + 64 - z + shift; /* value = bits * 2^e */
	if (e < -1074 + 1 || e > 970 || bits >= (uint64_t)1 << 53)
		return false;
	bits = (bits & (((uint64_t)1 << 52) - 1)) | (uint64_t)(e + 1075) << 52;
	memcpy(out, &bits, sizeof *out);
	return true;
}

/* The digits and exponent of a number, as found in the text. */
struct digits {
	const char *s, *end; /* digits, with the mark somewhere between */
	char mark;
	bool negative;
	long exp; /* of ten, for the digits as a whole number */
	size_t n; /* digits, leading zeros not counted */
	uint64_t m; /* the first 19 of them */
};

/* By the C library: text without a decimal mark, so no locale matters. */
static double
round_slowly(const struct digits *d)
{
	char text[LONG_DIGITS + 40], *w = text;
	size_t n = 0, cut = 0;
	const char *s;

	for (s = d->s; s < d->end; s++) {
		if (*s == d->mark || (n == 0 && *s == '0'))
			continue;
		if (n < LONG_DIGITS)
			*w++ = *s;
		else
			cut++;
		n++;
	}
	if (n == 0)
		return 0;
	if (cut > 0)
		*w++ = '1', cut--;
	snprintf(w, 32, "e%ld", d->exp + (long)cut);
	return strtod(text, NULL);
}

static double
round_exactly(const struct digits *d)
{
	size_t more = d->n > WORD_DIGITS ? d->n - WORD_DIGITS : 0;
	long q = d->exp + (long)more;
	double v, w;

	if (d->m == 0)
		return 0;
	if (q < POW_MIN || q > POW_MAX)
		return round_slowly(d);
	if (!round_product(d->m, (int)q, &v))
		return round_slowly(d);
	if (more > 0 && (!round_product(d->m + 1, (int)q, &w) || v != w))
		return round_slowly(d);
	return v;
}

/* -- pandas' rounding -- */

/*
 * The default parser: 17 digits (leading zeros count), summed up in double,
 * then one multiplication or division by a power of ten, two of them below
 * 1e-308. HUGE_VAL where it gives up. Here of the first digits, at most
 * MAX_DIGITS, as an integer, and the power that goes with them.
 */
static double
pandas_value(uint64_t first, int digits, long exp)
{
	unsigned last = 0; /* digits behind the first EXACT_DIGITS */
	double v;

	if (digits == EXACT_DIGITS + 1) {
		last = (unsigned)(first % 10);
		first /= 10;
	} else if (digits > EXACT_DIGITS) {
		last = (unsigned)(first % 100);
		first /= 100;
	}
	v = (double)first;
	if (digits > EXACT_DIGITS + 1) {
		v = v * 10. + (int)(last / 10);
		last %= 10;
	}
	if (digits > EXACT_DIGITS)
		v = v * 10. + last;
	if (exp > POW_MAX)
		return HUGE_VAL;
	if (exp > 0)
		return v * pow10_table[exp];
	if (exp >= -POW_MAX)
		return v / pow10_table[-exp];
	if (exp < -2 * POW_MAX)
		return 0;
	v /= pow10_table[-POW_MAX - exp];
	return v / pow10_table[POW_MAX];
}

/* The same of text, whose digits behind the first 17 move the exponent. */
static double
pandas_text(const char *s, const char *end, char mark, long exp)
{
	uint64_t first = 0;
	int digits = 0;
	bool fraction = false;

	for (; s < end; s++) {
		if (*s == mark) {
			fraction = true;
		} else if (digits < MAX_DIGITS) {
			first = first * 10 + (unsigned)(*s - '0');
			digits++;
			exp -= fraction;
		} else if (!fraction) {
			exp++;
		}
	}
	return pandas_value(first, digits, exp);
}

/* The same of up to WORD_DIGITS digits; after: those behind the mark. */
static double
pandas_word(uint64_t m, size_t digits, size_t after, long exp)
{
	size_t cut = digits > MAX_DIGITS ? digits - MAX_DIGITS : 0;

	m = cut == 0 ? m : cut == 1 ? m / 10 : m / 100;
	return pandas_value(
	    m, (int)(digits - cut), exp - (long)after + (long)cut);
}

/* -- the text -- */

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
parse_inf(const char *s, size_t n, struct real *r)
{
	bool negative = n > 0 && *s == '-';

	if (n > 0 && (*s == '-' || *s == '+')) {
		s++;
		n--;
	}
	if (n < 3 || (*s | 0x20) != 'i')
		return false;
	if (!(n == 3 && strncasecmp(s, "inf", 3) == 0) &&
	    !(n == 8 && strncasecmp(s, "infinity", 8) == 0))
		return false;
	r->kind = REAL_NOT_INT;
	r->dot = true;
	r->pandas = r->exact = negative ? -INFINITY : INFINITY;
	return true;
}

/* The exponent at s ("e" seen); the end of it, NULL where it has no digits. */
static const char *
parse_exp(const char *s, const char *end, long *exp)
{
	bool negative = false;
	long e = 0;

	s++;
	if (s < end && (*s == '-' || *s == '+'))
		negative = *s++ == '-';
	if (s == end || !is_digit(*s))
		return NULL;
	for (; s < end && is_digit(*s); s++)
		if (e < BIG_EXP)
			e = e * 10 + (*s - '0');
	*exp = negative ? -e : e;
	return s;
}

/* What the integer attempt makes of the digits before the mark. */
static void
set_kind(struct real *r, uint64_t whole)
{
	if (r->dot) {
		r->kind = REAL_NOT_INT;
	} else if (whole > (uint64_t)INT64_MAX + r->negative) {
		r->kind = REAL_UINT;
		r->u = r->negative ? 0 : whole;
	} else {
		r->kind = REAL_INT;
		r->i = r->negative ? (int64_t)(0 - whole) : (int64_t)whole;
	}
}

/* Digits beyond one word: collect what round_exactly needs, try an integer. */
static void
scan_digits(struct digits *d, struct real *r)
{
	bool fraction = false, over = false;
	u128 whole = 0;
	const char *s;

	for (s = d->s; s < d->end; s++) {
		if (*s == d->mark) {
			fraction = true;
			continue;
		}
		if (!fraction && !over) {
			whole = whole * 10 + (unsigned)(*s - '0');
			over = whole > UINT64_MAX;
		}
		d->exp -= fraction;
		if (d->n > 0 || *s != '0') {
			if (d->n < WORD_DIGITS)
				d->m = d->m * 10 + (unsigned)(*s - '0');
			d->n++;
		}
	}
	if (over)
		r->kind = REAL_OVER;
	else
		set_kind(r, (uint64_t)whole);
}

/* The quotient of two doubles that are exact, if it is one. */
static void
as_decimal(struct real *r, const struct digits *d, size_t counted)
{
	uint64_t m = d->m;
	long exp = d->exp;

	if (counted > MAX_DIGITS || (m == 0 && d->negative && r->dot))
		return;
	if (m == 0 && exp > 0)
		exp = 0;
	for (; exp > 0; exp--) {
		m *= 10;
		if (exp > 18 || m > (uint64_t)1 << 53)
			return;
	}
	if (exp < -22 || m > (uint64_t)1 << 53)
		return;
	r->decimal = true;
	r->m = d->negative ? -(int64_t)m : (int64_t)m;
	r->d = (int)-exp;
}

static void
set_values(struct real *r, const struct digits *d, size_t counted, size_t after,
    long exp)
{
	if (r->decimal) {
		r->pandas = r->exact = (double)r->m / real_pow10[r->d];
		return;
	}
	pthread_once(&powers_once, make_powers);
	r->pandas = counted <= WORD_DIGITS
	    ? pandas_word(d->m, counted, after, exp)
	    : pandas_text(d->s, d->end, d->mark, exp);
	r->exact = round_exactly(d);
	r->huge = isinf(r->pandas);
	if (d->negative) {
		r->pandas = -r->pandas;
		r->exact = -r->exact;
	}
}

/* Eight digits, the first in the lowest byte, as a number; false: other text.
 */
static inline bool
eight_digits(const char *s, uint64_t *v)
{
	const uint64_t zeros = 0x3030303030303030u, ones = zeros / 0x30;
	uint64_t x;

	memcpy(&x, s, 8);
	x = le64toh(x);
	if ((((x ^ zeros) | ((x + 6 * ones) ^ zeros)) & 0xf0 * ones) != 0)
		return false;
	x -= zeros;
	x = x * 10 + (x >> 8); /* pairs, in every second byte */
	*v = ((x & 0x000000ff000000ffu) * 0x000f424000000064u +
		 (x >> 16 & 0x000000ff000000ffu) * 0x0000271000000001u) >>
	    32;
	return true;
}

/* Digits at *s, taken into m (more than 19 wrap); returns how many. */
static inline size_t
take_digits(const char **s, const char *end, uint64_t *m)
{
	const char *from = *s;
	uint64_t eight;
	unsigned x;

	for (; end - *s >= 8 && eight_digits(*s, &eight); *s += 8)
		*m = *m * 100000000 + eight;
	for (; *s < end && (x = (unsigned char)**s - '0') <= 9; ++*s)
		*m = *m * 10 + x;
	return (size_t)(*s - from);
}

bool
real_parse(const char *s, size_t n, char mark, struct real *r)
{
	const char *end = s + n;
	struct digits d = {.mark = mark};
	size_t before, after = 0;
	uint64_t whole;
	long exp = 0;

	memset(r, 0, sizeof *r);
	if (parse_inf(s, n, r))
		return true;
	while (s < end && is_space(*s))
		s++;
	while (end > s && is_space(end[-1]))
		end--;
	if (s < end && (*s == '-' || *s == '+'))
		d.negative = *s++ == '-';
	r->negative = d.negative;
	d.s = s;
	before = take_digits(&s, end, &d.m);
	whole = d.m;
	if (s < end && *s == mark) {
		r->dot = true;
		s++;
		after = take_digits(&s, end, &d.m);
	}
	if (before + after == 0)
		return false;
	d.end = s;
	if (s < end && (*s == 'e' || *s == 'E')) {
		r->dot = true;
		s = parse_exp(s, end, &exp);
		if (s == NULL)
			return false;
	}
	if (s != end)
		return false;
	if (before + after <= WORD_DIGITS) {
		d.n = before + after;
		d.exp = exp - (long)after;
		set_kind(r, whole);
	} else {
		d.m = 0;
		d.exp = exp;
		scan_digits(&d, r);
	}
	as_decimal(r, &d, before + after);
	set_values(r, &d, before + after, after, exp);
	return true;
}

bool
real_long(int64_t m, size_t digits, size_t after, double *pandas, double *exact)
{
	uint64_t v = m < 0 ? 0 - (uint64_t)m : (uint64_t)m;

	pthread_once(&powers_once, make_powers);
	if (v == 0 || !round_product(v, -(int)after, exact))
		return false;
	*pandas = pandas_word(v, digits, after, 0);
	if (m < 0) {
		*pandas = -*pandas;
		*exact = -*exact;
	}
	return true;
}
