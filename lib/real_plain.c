/* real_plain.c - cells that are plain decimals, many at a time. */
#include <string.h>

#include "real.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_X86 1
#include <immintrin.h>
#endif

enum {
	AHEAD = 24, /* cells whose text is fetched early */
	HALF = 16, /* bytes that are read at once */
};

/* May n bytes from s be one number m of less than 10^18? d as below. */
static inline bool
fits(const char *s, size_t n, uint8_t d)
{
	return d == 0
	    ? n <= REAL_INT_MAX
	    : n < REAL_PLAIN_MAX || (n == REAL_PLAIN_MAX && *s == '0');
}

/* d for one with a mark: longer than what is a quotient of doubles? */
static inline uint8_t
kind(size_t n, uint64_t m, uint8_t d)
{
	bool more = n - 1 > REAL_INT_MAX || m > (uint64_t)1 << 53;

	return (uint8_t)(d + (d != 0 && more ? REAL_LONG : 0));
}

/* Digits and a mark perhaps, at most REAL_PLAIN_MAX bytes. */
static inline bool
digits_loops(const char *s, size_t n, char mark, uint64_t *m, uint8_t *d)
{
	const char *p = s, *end = s + n;
	uint64_t v = 0;
	unsigned x;

	for (; p < end && (x = (unsigned char)*p - '0') <= 9; p++)
		v = v * 10 + x;
	*d = 0;
	if (p < end) {
		if (*p != mark || n == 1)
			return false;
		*d = (uint8_t)(end - p);
		for (p++; p < end && (x = (unsigned char)*p - '0') <= 9; p++)
			v = v * 10 + x;
	}
	*m = v;
	if (p < end || !fits(s, n, *d))
		return false;
	*d = kind(n, v, *d);
	return true;
}

#ifdef HAVE_X86
#define SSE4 __attribute__((target("sse4.1"))) static inline

/* Which of 16 bytes, less '0', are no digits. */
SSE4 unsigned
others_sse4(__m128i x)
{
	return (unsigned)_mm_movemask_epi8(
		   _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(9)), x)) ^
	    0xffff;
}

/* 16 digits, the last one last. */
SSE4 uint64_t
value_sse4(__m128i x)
{
	uint64_t v;

	x = _mm_maddubs_epi16(x, _mm_set1_epi16(0x010a));
	x = _mm_madd_epi16(x, _mm_set1_epi32(0x00010064));
	x = _mm_packus_epi32(x, x);
	x = _mm_madd_epi16(x, _mm_set1_epi32(0x00012710));
	v = (uint64_t)_mm_cvtsi128_si64(x);
	return (v & UINT32_MAX) * 100000000 + (v >> 32);
}

SSE4 __m128i
slots_sse4(void)
{
	return _mm_setr_epi8(
	    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

SSE4 __m128i
bytes_sse4(const char *s)
{
	return _mm_sub_epi8(
	    _mm_loadu_si128((const void *)s), _mm_set1_epi8('0'));
}

/* The same without a loop, of at most HALF bytes, all of which are read. */
SSE4 bool
half_sse4(const char *s, size_t n, char mark, uint64_t *m, uint8_t *d)
{
	__m128i x = bytes_sse4(s), from, at;
	unsigned other = others_sse4(x) & ((1u << n) - 1), v;

	/* which byte is each of 16 digits, the last one last */
	from = _mm_add_epi8(slots_sse4(), _mm_set1_epi8((char)(n - HALF)));
	*d = 0;
	if (other != 0) {
		v = (unsigned)__builtin_ctz(other);
		if ((other & (other - 1)) != 0 || s[v] != mark || n == 1)
			return false;
		*d = (uint8_t)(n - v);
		at = _mm_set1_epi8((char)(v + 1)); /* up to the mark: one on */
		from = _mm_add_epi8(from, _mm_cmpgt_epi8(at, from));
	}
	/* 0 where it would be before s */
	*m = value_sse4(_mm_shuffle_epi8(x, from));
	return true;
}

/* The number that the first k bytes of s are, k <= 3, but for byte v. */
static inline uint64_t
head_value(const char *s, unsigned k, unsigned v)
{
	uint64_t x, below;
	uint32_t w;

	memcpy(&w, s, 4);
	below = ((uint64_t)1 << (v < 4 ? 8 * v : 32)) - 1;
	x = (w & below) | (w >> 8 & ~below);
	x = (x - 0x30303030u) << 8 * (4 - k);
	return (x >> 8 & 0xff) * 100 + (x >> 16 & 0xff) * 10 + (x >> 24 & 0xff);
}

/* Of HALF + 1 to REAL_PLAIN_MAX bytes: the last 16 digits, and what is before
 * them. */
SSE4 bool
long_sse4(const char *s, size_t n, char mark, uint64_t *m, uint8_t *d)
{
	unsigned rest = (unsigned)n - HALF, v = (unsigned)n, k = rest, other;
	__m128i x = bytes_sse4(s + rest), before = bytes_sse4(s + rest - 1), at;

	other = others_sse4(bytes_sse4(s)) | others_sse4(x) << rest;
	*d = 0;
	if (other != 0) {
		v = (unsigned)__builtin_ctz(other);
		if ((other & (other - 1)) != 0 || s[v] != mark)
			return false;
		*d = (uint8_t)(n - v);
		k--;
		/* digits in front of the mark move one on */
		at = _mm_set1_epi8((char)((int)v - (int)rest + 1));
		x = _mm_blendv_epi8(
		    x, before, _mm_cmpgt_epi8(at, slots_sse4()));
	}
	if (!fits(s, n, *d))
		return false;
	*m = head_value(s, k, v) * 10000000000000000u + value_sse4(x);
	*d = kind(n, *m, *d);
	return true;
}

SSE4 bool
digits_sse4(const char *s, size_t n, char mark, uint64_t *m, uint8_t *d)
{
	return n <= HALF ? half_sse4(s, n, mark, m, d)
			 : long_sse4(s, n, mark, m, d);
}
#endif

/* What one cell comes to; -0.0 is no quotient of integers. */
static inline void
put(bool plain, uint64_t v, size_t negative, int64_t *m, uint8_t *d)
{
	if (!plain || (*d != 0 && negative != 0 && v == 0))
		*d = REAL_NOT_PLAIN;
	*m = (int64_t)((v ^ (0 - negative)) + negative);
}

static void
plain_loops(const char *text, const struct csv_cell *cell, size_t step,
    size_t n, char mark, int64_t *m, uint8_t *d)
{
	size_t i, len, minus;
	const char *s;
	uint64_t v;
	bool plain;

	for (i = 0; i < n; i++, cell += step) {
		if (n - i > AHEAD)
			__builtin_prefetch(text + cell[AHEAD * step].off);
		s = text + cell->off;
		minus = *s == '-';
		len = cell->len - minus;
		v = 0;
		plain = len - 1 < REAL_PLAIN_MAX &&
		    digits_loops(s + minus, len, mark, &v, &d[i]);
		put(plain, v, minus, &m[i], &d[i]);
	}
}

#ifdef HAVE_X86
__attribute__((target("sse4.1"))) static void
plain_sse4(const char *text, const struct csv_cell *cell, size_t step, size_t n,
    char mark, int64_t *m, uint8_t *d)
{
	size_t i, len, minus;
	const char *s;
	uint64_t v;
	bool plain;

	for (i = 0; i < n; i++, cell += step) {
		if (n - i > AHEAD)
			__builtin_prefetch(text + cell[AHEAD * step].off);
		s = text + cell->off;
		minus = *s == '-';
		len = cell->len - minus;
		v = 0;
		plain = len - 1 < REAL_PLAIN_MAX &&
		    digits_sse4(s + minus, len, mark, &v, &d[i]);
		put(plain, v, minus, &m[i], &d[i]);
	}
}
#endif

void
real_plain(enum real_simd kind, const char *text, const struct csv_cell *cell,
    size_t step, size_t n, char mark, int64_t *m, uint8_t *d)
{
#ifdef HAVE_X86
	if (kind != REAL_SIMD_PLAIN && __builtin_cpu_supports("sse4.1")) {
		plain_sse4(text, cell, step, n, mark, m, d);
		return;
	}
#else
	(void)kind;
#endif
	plain_loops(text, cell, step, n, mark, m, d);
}
