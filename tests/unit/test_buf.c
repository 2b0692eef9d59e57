/* test_buf.c - unit tests of buffers, quoting, shortest reals, UTF-8. */
#include <check.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "rng.h"
#include "unit.h"

START_TEST(put)
{
	struct buf b = {0};
	char *s;
	int i;

	ck_assert_str_eq(buf_str(&b), "");
	buf_put(&b, NULL, 0);
	ck_assert_str_eq(buf_str(&b), "");
	buf_puts(&b, "abc");
	buf_putc(&b, 'd');
	buf_printf(&b, "%d", 42);
	ck_assert_str_eq(buf_str(&b), "abcd42");
	buf_put(&b, "x\0y", 3);
	ck_assert_uint_eq(b.n, 9);
	ck_assert_int_eq(memcmp(b.p, "abcd42x\0y", 10), 0);
	buf_reset(&b);
	ck_assert_str_eq(buf_str(&b), "");
	for (i = 0; i < 100000; i++)
		buf_putc(&b, (char)('a' + i % 26));
	ck_assert_uint_eq(b.n, 100000);
	ck_assert_uint_eq(strlen(b.p), 100000);
	s = buf_steal(&b);
	ck_assert_int_eq(s[99999], 'a' + 99999 % 26);
	ck_assert_ptr_null(b.p);
	free(s);
	s = buf_steal(&b);
	ck_assert_str_eq(s, "");
	free(s);
	buf_clear(&b);
}
END_TEST

START_TEST(print_long)
{
	char text[1000];
	struct buf b = {0};
	size_t n;

	for (n = 250; n < 262; n++) { /* around the small buffer */
		memset(text, 'z', n);
		text[n] = '\0';
		buf_reset(&b);
		buf_printf(&b, "%s", text);
		ck_assert_str_eq(buf_str(&b), text);
	}
	buf_clear(&b);
}
END_TEST

START_TEST(cap)
{
	struct buf b = {.max = 10};

	buf_puts(&b, "1234567890");
	ck_assert(!b.over);
	buf_put(&b, "", 0);
	ck_assert(!b.over);
	buf_puts(&b, "x");
	ck_assert(b.over);
	ck_assert_str_eq(buf_str(&b), "1234567890");
	buf_reset(&b);
	ck_assert(!b.over);
	buf_puts(&b, "123456789012");
	ck_assert(b.over);
	ck_assert_str_eq(buf_str(&b), "1234567890");
	b.max = 5; /* below what is there */
	buf_puts(&b, "more");
	ck_assert_uint_eq(b.n, 10);
	buf_clear(&b);
	ck_assert_uint_eq(b.max, 5);
	buf_printf(&b, "%s", "1234567");
	ck_assert_str_eq(buf_str(&b), "12345");
	buf_clear(&b);
}
END_TEST

START_TEST(drop)
{
	struct buf b = {0};

	buf_drop(&b, 0);
	buf_drop(&b, 5);
	buf_puts(&b, "abcdef");
	buf_drop(&b, 0);
	ck_assert_str_eq(buf_str(&b), "abcdef");
	buf_drop(&b, 2);
	ck_assert_str_eq(buf_str(&b), "cdef");
	buf_drop(&b, 4);
	ck_assert_str_eq(buf_str(&b), "");
	buf_puts(&b, "again");
	buf_drop(&b, 100);
	ck_assert_uint_eq(b.n, 0);
	buf_clear(&b);
}
END_TEST

START_TEST(utf8)
{
	static const struct {
		const char *s;
		size_t n, len;
	} t[] = {
	    {"a", 1, 1},
	    {"\0", 1, 1},
	    {"\x7f", 1, 1},
	    {"\x80", 1, 0},
	    {"\xc1\xbf", 2, 0}, /* too long for U+7F */
	    {"\xc2\x80", 2, 2},
	    {"\xc2", 1, 0},
	    {"\xc2\x20", 2, 0},
	    {"\xdf\xbf", 2, 2},
	    {"\xe0\x9f\xbf", 3, 0}, /* too long for U+7FF */
	    {"\xe0\xa0\x80", 3, 3},
	    {"\xed\x9f\xbf", 3, 3},
	    {"\xed\xa0\x80", 3, 0}, /* a surrogate */
	    {"\xed\xbf\xbf", 3, 0},
	    {"\xee\x80\x80", 3, 3},
	    {"\xef\xbf\xbf", 3, 3},
	    {"\xe2\x82", 2, 0},
	    {"\xf0\x8f\xbf\xbf", 4, 0}, /* too long for U+FFFF */
	    {"\xf0\x90\x80\x80", 4, 4},
	    {"\xf4\x8f\xbf\xbf", 4, 4},
	    {"\xf4\x90\x80\x80", 4, 0}, /* past U+10FFFF */
	    {"\xf5\x80\x80\x80", 4, 0},
	    {"\xff", 1, 0},
	    {"", 0, 0},
	};
	struct buf b = {0};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		ck_assert_msg(utf8_len(t[i].s, t[i].n) == t[i].len,
		    "case %zu: %zu", i, utf8_len(t[i].s, t[i].n));
		ck_assert(utf8_valid(t[i].s, t[i].n) == (t[i].len == t[i].n));
	}
	buf_utf8(&b, "a\xffz\xe2\x82\xac\xe2\x82", 8);
	ck_assert_str_eq(
	    buf_str(&b), "a\xef\xbf\xbdz\xe2\x82\xac\xef\xbf\xbd\xef\xbf\xbd");
	buf_reset(&b);
	buf_utf8(&b, "", 0);
	ck_assert_uint_eq(b.n, 0);
	buf_clear(&b);
}
END_TEST

START_TEST(pystr)
{
	static const struct {
		const char *s;
		size_t n;
		const char *want;
	} t[] = {
	    {"Driver's age", 12, "\"Driver's age\""},
	    {"say \"x\"", 7, "\"say \\\"x\\\"\""},
	    {"a\\b", 3, "\"a\\\\b\""},
	    {"{x} %s", 6, "\"{x} %s\""},
	    {"a\nb\rc\td", 7, "\"a\\nb\\rc\\td\""},
	    {"\0\001\x1f\x7f", 4, "\"\\x00\\x01\\x1f\\x7f\""},
	    {"\xc3\xa9\xe2\x82\xac", 5, "\"\xc3\xa9\xe2\x82\xac\""},
	    {"\xc2\x85|\xc2\xa0", 5, "\"\\u0085|\\u00a0\""},
	    {"\xe2\x80\xa8\xe2\x80\xae", 6, "\"\\u2028\\u202e\""},
	    {"\xe2\x80\x8b\xe3\x80\x80", 6, "\"\\u200b\\u3000\""},
	    {"\xe2\x80\x93\xe2\x80\x9c", 6,
		"\"\xe2\x80\x93\xe2\x80\x9c\""}, /* dash and quote show */
	    {"\xef\xbb\xbfid", 5, "\"\\ufeffid\""},
	    {"\xf0\x9f\x98\x80", 4, "\"\xf0\x9f\x98\x80\""},
	    {"bad \xff", 5, "\"bad \\ufffd\""},
	    {"", 0, "\"\""},
	};
	struct buf b = {0};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		buf_reset(&b);
		buf_pystr(&b, t[i].s, t[i].n);
		ck_assert_str_eq(buf_str(&b), t[i].want);
	}
	buf_clear(&b);
}
END_TEST

START_TEST(jsonstr)
{
	static const struct {
		const char *s;
		size_t n;
		const char *want;
	} t[] = {
	    {"plain", 5, "\"plain\""},
	    {"\"\\/", 3, "\"\\\"\\\\/\""},
	    {"\n\r\t\b\0\x1f", 6, "\"\\n\\r\\t\\u0008\\u0000\\u001f\""},
	    {"\x7f\xc3\xa9\xf0\x9f\x98\x80", 7,
		"\"\x7f\xc3\xa9\xf0\x9f\x98\x80\""},
	    {"x\xff\xc3", 3, "\"x\xef\xbf\xbd\xef\xbf\xbd\""},
	    {"", 0, "\"\""},
	};
	struct buf b = {0};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		buf_reset(&b);
		buf_jsonstr(&b, t[i].s, t[i].n);
		ck_assert_str_eq(buf_str(&b), t[i].want);
	}
	buf_clear(&b);
}
END_TEST

START_TEST(real)
{
	/* What Python's repr writes. */
	static const struct {
		double v;
		const char *want;
	} t[] = {
	    {0x0.0000000000001p-1022, "5e-324"},
	    {0x0.0000000000002p-1022, "1e-323"},
	    {0x1.0000000000000p-1022, "2.2250738585072014e-308"},
	    {0x0.fffffffffffffp-1022, "2.225073858507201e-308"},
	    {0x1.fffffffffffffp+1023, "1.7976931348623157e+308"},
	    {0x1.0000000000000p-44, "5.684341886080802e-14"},
	    {0x1.0000000000000p-1022, "2.2250738585072014e-308"},
	    {0x0.0000000000001p-1022, "5e-324"},
	    {0x1.0000000000000p+53, "9007199254740992.0"},
	    {0x1.0000000000001p+53, "9007199254740994.0"},
	    {0x1.c6bf526340000p+49, "1000000000000000.0"},
	    {0x1.1c37937e08000p+53, "1e+16"},
	    {0x1.b69b4ba630f35p+56, "1.2345678901234568e+17"},
	    {0x1.999999999999ap-4, "0.1"},
	    {0x1.3333333333334p-2, "0.30000000000000004"},
	    {0x1.5555555555555p-2, "0.3333333333333333"},
	    {0x1.5555555555555p-1, "0.6666666666666666"},
	    {0x1.0f0cf064dd592p+73, "1e+22"},
	    {0x1.52d02c7e14af6p+76, "1e+23"},
	    {0x1.4f8b588e368f1p-17, "1e-05"},
	    {0x1.a36e2eb1c432dp-14, "0.0001"},
	    {0x1.02c9dedbc309dp-13, "0.0001234"},
	    {0x1.81cd6c8b43958p+13, "12345.678"},
	    {0x1.9000000000000p+6, "100.0"},
	    {0x1.249ad2594c37dp+332, "1e+100"},
	    {0x1.0c6f7a0b5ed8dp-21, "5e-07"},
	    {0x1.1666666666666p+2, "4.35"},
	    {0x1.5666666666666p+1, "2.675"},
	    {0x1.0147ae147ae14p+0, "1.005"},
	    {0x1.8000000000000p+1, "3.0"},
	    {0x1.0000000000000p+60, "1.152921504606847e+18"},
	    {0x1.0000000000000p+70, "1.1805916207174113e+21"},
	    {0x1.0000000000000p-24, "5.960464477539063e-08"},
	    {0x0.00000000000c0p-1022, "9.5e-322"},
	    {0x1.0000000000000p-1000, "9.332636185032189e-302"},
	    {0x1.0000000000000p-600, "2.409919865102884e-181"},
	    {0x1.0000000000000p-301, "2.4545467326488633e-91"},
	    {0x1.0000000000000p-44, "5.684341886080802e-14"},
	    {0x1.0000000000000p-43, "1.1368683772161603e-13"},
	    {0x1.0000000000000p+57, "1.4411518807585587e+17"},
	    {0x1.0000000000000p+119, "6.64613997892458e+35"},
	    {0x1.0000000000000p+400, "2.5822498780869086e+120"},
	    {0x1.0000000000000p+900, "8.452712498170644e+270"},
	    {0x1.0000000000000p+1023, "8.98846567431158e+307"},
	    {0x1.0000000000000p-1021, "4.450147717014403e-308"},
	    {0x1.0000000000000p-1022, "2.2250738585072014e-308"},
	    {0x1.4d8399f767c45p+23, "10928588.983213553"},
	    {0x1.8fbbcbde5c099p+445, "1.4186613525849614e+134"},
	    {0x1.11fdecb91ce37p-243, "7.571968556055867e-74"},
	    {0x1.d4330f1446beap+375, "1.4074705188261364e+113"},
	    {0x1.b8c9ebd69fe29p-401, "3.3339745473042614e-121"},
	    {0x1.0b125ec1d7da0p-900, "1.2342180766211395e-271"},
	    {0x1.10dff076ce2efp+371, "5.126864004244935e+111"},
	    {0x1.5387777330bdbp+107, "2.1520217579844227e+32"},
	    {0x1.1ea36f17fd374p-3, "0.1399601630397701"},
	    {0x1.64138a6233255p-811, "1.01853664031722e-244"},
	    {0x1.7688de6a16a3bp-381, "2.9704598186234577e-115"},
	    {0x1.dd97f1cfb10f6p+499, "3.0534183338726823e+150"},
	    {0x1.271007814e8a2p+486, "2.3027782228163463e+146"},
	    {0x1.959ce3f1f65a8p+536, "3.56409621163656e+161"},
	    {0x1.afe878b33e968p-606, "6.352929017207453e-183"},
	    {0x1.4235992edcf45p-2, "0.3146575865605324"},
	    {0x1.edb20035b7399p-77, "1.2761724801771812e-23"},
	    {0x1.c966c377b9aa2p+648, "2.0868668176225336e+195"},
	    {0x1.c82b1478c281dp-278, "3.66898827745704e-84"},
	    {0x1.1cc9dea959c21p+482, "1.389122273370197e+145"},
	    {0x1.229f1c4069545p+572, "1.7548715433165102e+172"},
	    {0x1.d8b7628dbd25ep+49, "1039514241563211.8"},
	    {0x1.a1e48cc11d357p-729, "5.7804021771411506e-220"},
	    {0x1.0691c238642eap-540, "2.8497478716107576e-163"},
	    {0x1.0c07e9e115e4bp+799, "3.490691392124745e+240"},
	};
	struct buf b = {0};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		buf_reset(&b);
		buf_real(&b, t[i].v);
		ck_assert_str_eq(buf_str(&b), t[i].want);
		buf_reset(&b);
		buf_real(&b, -t[i].v);
		ck_assert_int_eq(buf_str(&b)[0], '-');
		ck_assert_str_eq(buf_str(&b) + 1, t[i].want);
	}
	buf_reset(&b);
	buf_real(&b, 0.0);
	buf_real(&b, -0.0);
	ck_assert_str_eq(buf_str(&b), "0.0-0.0");
	buf_clear(&b);
}
END_TEST

/* A byte is quoted alike wherever it stands. */
START_TEST(jsonstr_places)
{
	struct buf alone = {0}, in = {0}, want = {0};
	char s[20];
	size_t at;
	int c;

	for (c = 0; c < 256; c++) {
		s[0] = (char)c;
		buf_reset(&alone);
		buf_jsonstr(&alone, s, 1);
		for (at = 0; at < sizeof s; at++) {
			memset(s, 'x', sizeof s);
			s[at] = (char)c;
			buf_reset(&in);
			buf_jsonstr(&in, s, sizeof s);
			buf_reset(&want);
			buf_printf(&want, "\"%.*s%.*s%.*s\"", (int)at,
			    "xxxxxxxxxxxxxxxxxxxx", (int)alone.n - 2,
			    alone.p + 1, (int)(sizeof s - 1 - at),
			    "xxxxxxxxxxxxxxxxxxxx");
			ck_assert_str_eq(in.p, want.p);
		}
	}
	buf_clear(&alone);
	buf_clear(&in);
	buf_clear(&want);
}
END_TEST

/* Number of significant digits in a text of buf_real. */
static int
digits(const char *s)
{
	int n = 0, zeros = 0;

	for (; *s != '\0' && *s != 'e'; s++) {
		if (*s < '0' || *s > '9' || (n == 0 && *s == '0'))
			continue;
		n += zeros + 1;
		zeros = 0;
		if (*s == '0') {
			n--;
			zeros = 1;
			while (s[1] == '0' || s[1] == '.') {
				zeros += s[1] == '0';
				s++;
			}
		}
	}
	return n;
}

/* Any double reads back as it was, and the nearest text with one digit less
 * does not. */
START_TEST(real_any)
{
	struct buf b = {0};
	struct rng r;
	char less[64];
	uint64_t bits;
	double v;
	int i, n;

	rng_init(&r, 1, "real_any");
	for (i = 0; i < 200000; i++) {
		bits = rng_next(&r);
		if (i % 4 == 0) /* a power of two */
			bits &= 0xfff0000000000000U;
		if (i % 4 == 1) /* few digits */
			v = (double)(bits >> 40) / 1000;
		else
			memcpy(&v, &bits, sizeof v);
		if (!isfinite(v) || v == 0)
			continue;
		buf_reset(&b);
		buf_real(&b, v);
		ck_assert_msg(
		    strtod(buf_str(&b), NULL) == v, "%a: %s", v, buf_str(&b));
		n = digits(buf_str(&b));
		ck_assert_msg(n >= 1 && n <= 17, "%s", buf_str(&b));
		if (n == 1)
			continue;
		snprintf(less, sizeof less, "%.*e", n - 2, v);
		ck_assert_msg(strtod(less, NULL) != v, "%a: %s, but %s", v,
		    buf_str(&b), less);
	}
	buf_clear(&b);
}
END_TEST

UNIT_MAIN("buf", put, print_long, cap, drop, utf8, pystr, jsonstr,
    jsonstr_places, real, real_any)
