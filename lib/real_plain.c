/* real_plain.c - cells that are plain decimals, many at a time. */
#include <string.h>

#include "real.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_X86 1
#include <immintrin.h>
#endif

/* Digits and a mark perhaps, at most REAL_PLAIN_MAX bytes. */
static inline bool
digits_loops(const char *s, size_t n, char mark, uint64_t *m, uint8_t *d)
{
	const char *end = s + n;
	uint64_t v = 0;
	unsigned x;

	for (; s < end && (x = (unsigned char)*s - '0') <= 9; s++)
		v = v * 10 + x;
	*d = 0;
	if (s < end) {
		if (*s != mark || n == 1)
			return false;
		*d = (uint8_t)(end - s);
		for (s++; s < end && (x = (unsigned char)*s - '0') <= 9; s++)
			v = v * 10 + x;
	}
	*m = v;
	return s == end;
}

#ifdef HAVE_X86
/* The same without a loop; 16 bytes are read. */
__attribute__((target("sse4.1"))) static inline bool
digits_sse4(const char *s, size_t n, char mark, uint64_t *m, uint8_t *d)
{
	const __m128i slot =
	    _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
	__m128i x = _mm_loadu_si128((const void *)s), from, at;
	unsigned other;
	uint64_t v;

	x = _mm_sub_epi8(x, _mm_set1_epi8('0'));
	other = (unsigned)_mm_movemask_epi8(
	    _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(9)), x));
	other = ~other & ((1u << n) - 1);
	/* which byte is each of 16 digits, the last one last */
	from = _mm_add_epi8(slot, _mm_set1_epi8((char)(n - 16)));
	*d = 0;
	if (other != 0) {
		v = (unsigned)__builtin_ctz(other);
		if ((other & (other - 1)) != 0 || s[v] != mark || n == 1)
			return false;
		*d = (uint8_t)(n - v);
		at = _mm_set1_epi8((char)(v + 1)); /* up to the mark: one on */
		from = _mm_add_epi8(from, _mm_cmpgt_epi8(at, from));
	}
	x = _mm_shuffle_epi8(x, from); /* 0 where it would be before s */
	x = _mm_maddubs_epi16(x, _mm_set1_epi16(0x010a));
	x = _mm_madd_epi16(x, _mm_set1_epi32(0x00010064));
	x = _mm_packus_epi32(x, x);
	x = _mm_madd_epi16(x, _mm_set1_epi32(0x00012710));
	v = (uint64_t)_mm_cvtsi128_si64(x);
	*m = (v & UINT32_MAX) * 100000000 + (v >> 32);
	return true;
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
