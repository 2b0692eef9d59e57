/* real.h - decimal text to numbers, as pandas reads it and exactly. */
#ifndef REAL_H
#define REAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv.h"

/* What pandas' attempt to read a cell as int64, then uint64 finds. */
enum real_int {
	REAL_INT, /* an int64 */
	REAL_NOT_INT, /* no integer: the attempt ends here */
	REAL_UINT, /* too long for int64 */
	REAL_OVER, /* digits too long for uint64 (a fraction may follow) */
};

/* A number in text. */
struct real {
	enum real_int kind;
	int64_t i; /* of REAL_INT */
	uint64_t u; /* of REAL_UINT; 0 where it is negative */
	bool negative; /* has a minus sign, -0 too */
	bool dot; /* has a decimal mark or an exponent, or is infinite */
	/*
	 * m / 10^d is the value, without rounding on the way: |m| <= 2^53 and
	 * d <= 22. Both readings below are that quotient.
	 */
	bool decimal;
	int64_t m;
	int d;
	double pandas; /* as the default parser of pandas 1 and 2 reads it */
	double exact; /* correctly rounded */
	bool huge; /* beyond the doubles: pandas takes it for text */
};

/*
 * s[0..n-1] as a number: spaces, sign, digits, decimal mark, exponent, spaces;
 * "inf" and "infinity" in any case. False where it is none.
 */
bool real_parse(const char *s, size_t n, char mark, struct real *r);

/*
 * Plain decimals, many at a time: n cells, each step cells behind the one
 * before. A minus sign perhaps, then at most REAL_INT_MAX digits: the integer
 * m, with 0 in d. Or digits and a decimal mark among them, together at most
 * REAL_PLAIN_MAX bytes, the first of so many 0: m / 10^(d - 1), both of which a
 * double holds; if not, or if pandas does not look at all the digits, d has
 * REAL_LONG added, and real_long tells the value. Else, and for -0.0, d is
 * REAL_NOT_PLAIN. The bytes behind a cell are readable, CSV_PAD of them.
 * REAL_SIMD_BEST is the fastest of the others that this machine has; all give
 * the same.
 */
enum { REAL_INT_MAX = 17, REAL_PLAIN_MAX = 20 };
enum { REAL_LONG = 128, REAL_NOT_PLAIN = 255 };
enum real_simd { REAL_SIMD_BEST, REAL_SIMD_PLAIN, REAL_SIMD_SSE4 };
void real_plain(enum real_simd kind, const char *text,
    const struct csv_cell *cell, size_t step, size_t n, char mark, int64_t *m,
    uint8_t *d);

/* pandas and exact of a number of these digits, leading zeros counted, after of
 * them behind the mark: m / 10^after. False where that is not enough:
 * real_parse knows. */
bool real_long(
    int64_t m, size_t digits, size_t after, double *pandas, double *exact);

/* 10^e for 0 <= e <= 22, exactly. */
extern const double real_pow10[23];
/* 10^e for 0 <= e <= 18. */
extern const int64_t real_int10[19];

#endif
