/* csv_scan.c - find the bytes that matter in CSV text, 64 at a time. */
#include <endian.h>
#include <string.h>

#include "csv.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_X86 1
#include <immintrin.h>
#endif

static const uint64_t low7 = 0x7f7f7f7f7f7f7f7fu;
static const uint64_t ones = 0x0101010101010101u;

/* The top bit of every byte of x that is zero; no carries between bytes. */
static inline uint64_t
zero_bytes(uint64_t x)
{
	return ~(((x & low7) + low7) | x | low7);
}

/* Eight top bits to eight bits, first byte lowest. */
static inline uint64_t
gather(uint64_t tops)
{
	return ((tops >> 7) * 0x0102040810204080u) >> 56;
}

static void
masks_plain(const char *p, size_t n, char sep, uint64_t *out, uint64_t *high)
{
	uint64_t seps = ones * (unsigned char)sep, m, h, x, hit;
	size_t i, k;

	for (i = 0; i < n; i += 64) {
		m = h = 0;
		for (k = 0; k < 64; k += 8) {
			memcpy(&x, p + i + k, 8);
			x = le64toh(x);
			hit = zero_bytes(x) | zero_bytes(x ^ seps) |
			    zero_bytes(x ^ ones * '"') |
			    zero_bytes(x ^ ones * '\n') |
			    zero_bytes(x ^ ones * '\r');
			m |= gather(hit) << k;
			h |= gather(x & ~low7) << k;
		}
		out[i / 64] = m;
		high[i / 64] = h;
	}
}

#ifdef HAVE_X86
static void
masks_sse2(const char *p, size_t n, char sep, uint64_t *out, uint64_t *high)
{
	const __m128i s = _mm_set1_epi8(sep), q = _mm_set1_epi8('"'),
		      lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r'),
		      zero = _mm_setzero_si128();
	__m128i x, hit;
	uint64_t m, h;
	size_t i, k;

	for (i = 0; i < n; i += 64) {
		m = h = 0;
		for (k = 0; k < 64; k += 16) {
			x = _mm_loadu_si128((const void *)(p + i + k));
			hit = _mm_or_si128(
			    _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, s),
					     _mm_cmpeq_epi8(x, q)),
				_mm_or_si128(_mm_cmpeq_epi8(x, lf),
				    _mm_cmpeq_epi8(x, cr))),
			    _mm_cmpeq_epi8(x, zero));
			m |= (uint64_t)(unsigned)_mm_movemask_epi8(hit) << k;
			h |= (uint64_t)(unsigned)_mm_movemask_epi8(x) << k;
		}
		out[i / 64] = m;
		high[i / 64] = h;
	}
}

__attribute__((target("avx2"))) static void
masks_avx2(const char *p, size_t n, char sep, uint64_t *out, uint64_t *high)
{
	const __m256i s = _mm256_set1_epi8(sep), q = _mm256_set1_epi8('"'),
		      lf = _mm256_set1_epi8('\n'), cr = _mm256_set1_epi8('\r'),
		      zero = _mm256_setzero_si256();
	__m256i x, hit;
	uint64_t m, h;
	size_t i, k;

	for (i = 0; i < n; i += 64) {
		m = h = 0;
		for (k = 0; k < 64; k += 32) {
			x = _mm256_loadu_si256((const void *)(p + i + k));
			hit = _mm256_or_si256(
			    _mm256_or_si256(
				_mm256_or_si256(_mm256_cmpeq_epi8(x, s),
				    _mm256_cmpeq_epi8(x, q)),
				_mm256_or_si256(_mm256_cmpeq_epi8(x, lf),
				    _mm256_cmpeq_epi8(x, cr))),
			    _mm256_cmpeq_epi8(x, zero));
			m |= (uint64_t)(unsigned)_mm256_movemask_epi8(hit) << k;
			h |= (uint64_t)(unsigned)_mm256_movemask_epi8(x) << k;
		}
		out[i / 64] = m;
		high[i / 64] = h;
	}
}
#endif

void
csv_masks(enum csv_simd kind, const char *p, size_t n, char sep, uint64_t *out,
    uint64_t *high)
{
#ifdef HAVE_X86
	if ((kind == CSV_SIMD_BEST || kind == CSV_SIMD_AVX2) &&
	    __builtin_cpu_supports("avx2")) {
		masks_avx2(p, n, sep, out, high);
		return;
	}
	if (kind == CSV_SIMD_BEST || kind == CSV_SIMD_SSE2) {
		masks_sse2(p, n, sep, out, high);
		return;
	}
#else
	(void)kind;
#endif
	masks_plain(p, n, sep, out, high);
}
