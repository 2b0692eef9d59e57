/* test_csv.c - unit tests of the CSV reader, its options and its scanner. */
#include "buf.h"
#include "csv.h"
#include "digest.h"
#include "rng.h"
#include "unit.h"

/*
 * The cells of a text, as "name|name/cell|cell/..." or "!message". Where it is
 * read to its end the digest is looked at, too.
 */
static const char *
cells_as(const char *text, size_t n, const struct csv_options *o)
{
	static struct buf b;
	struct csv_reader *r;
	struct csv_block blk;
	char hex[DIGEST_HEX];
	struct fail f;
	size_t i, k;
	int rc;

	buf_reset(&b);
	if (csv_open_mem("m", text, n, o, &r, &f) < 0) {
		buf_printf(&b, "!%s", f.msg);
		return buf_str(&b);
	}
	for (i = 0; i < csv_cols(r); i++)
		buf_printf(&b, "%s%s", i > 0 ? "|" : "", csv_name(r, i));
	while ((rc = csv_next(r, &blk, &f)) == 1) {
		csv_digest(r, &blk);
		for (k = 0; k < blk.rows * blk.cols; k++) {
			buf_putc(&b, k % blk.cols == 0 ? '/' : '|');
			buf_put(
			    &b, blk.text + blk.cell[k].off, blk.cell[k].len);
		}
	}
	if (rc < 0) {
		buf_reset(&b);
		buf_printf(&b, "!%s", f.msg);
	} else {
		digest_mem(text, n, hex);
		ck_assert_str_eq(csv_sha256(r), hex);
	}
	csv_close(r);
	return buf_str(&b);
}

static const char *
cells(const char *text)
{
	struct csv_options o;

	csv_options_init(&o);
	return cells_as(text, strlen(text), &o);
}

START_TEST(records)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"a,b\n1,2\n3,4", "a|b/1|2/3|4"},
	    {"a,b\r\n1,2\r3,4\r\n", "a|b/1|2/3|4"},
	    {"\n  \n\ta,b\n\n1,2\n \t\n", "\ta|b/1|2"},
	    {"a,b,c\n1\n,2\n", "a|b|c/1||/|2|"},
	    {"a\n\"\"\n", "a/"},
	    {"a,b\n\"x,\ny\",\"q\"\"q\"\n", "a|b/x,\ny|q\"q"},
	    {"a\n\"x\"y\n", "a/xy"},
	    {"a\n\"x\"y\"z\"\n", "a/xy\"z\""},
	    {"a,b\n \"x,y\"\n", "a|b/ \"x|y\""},
	    {"a\nx\"y\"z\n", "a/x\"y\"z"},
	    {"a,b\n\"x\" ,'y'\n", "a|b/x |'y'"},
	    {"a\n\"1\r\n2\"\n", "a/1\r\n2"},
	    {"\xef\xbb\xbf\"a\",b\n1,2\n", "a|b/1|2"},
	    {"a,b,\n1,2,\n", "a|b|Unnamed: 2/1|2|"},
	    {"X,X,X.1\n1,2,3\n", "X|X.2|X.1/1|2|3"},
	    {"a,a,a.1,a\n1,2,3,4\n", "a|a.2|a.1|a.3/1|2|3|4"},
	    {",Unnamed: 0\n1,2\n", "Unnamed: 0.1|Unnamed: 0/1|2"},
	    {"a,Unnamed: 1,,Unnamed: 2\n",
		"a|Unnamed: 1|Unnamed: 2.1|Unnamed: 2"},
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		ck_assert_str_eq(cells(t[i].text), t[i].want);
}
END_TEST

START_TEST(refused)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"", "!m:1: expected a header"},
	    {"\n \n", "!m:3: expected a header"},
	    {"a,b\n1,2,3\n",
		"!m:2: expected at most 2 fields as in the "
		"header, saw 3: pandas would take the first 1"},
	    {"a,b\n\n1,2\n\"x\n\",2,3\n",
		"!m:4: expected at most 2 fields, saw 3"},
	    {"a\n1\n\"x\n", "!m:3: expected a closing quote"},
	    {"a\n\xff\n", "!m:2: expected UTF-8, saw the byte 0xff"},
	    {"\xff\xfe"
	     "a",
		"!m:1: expected UTF-8 or a single-byte encoding, saw a UTF-16"},
	    {"a,b\n1,2\r\r,3\n", "!m:4: expected LF or CRLF"},
	    {"a,b\n1,2\r x,3\n", "!m:3: expected LF or CRLF"},
	};
	const char *got;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		got = cells(t[i].text);
		ck_assert_msg(strncmp(got, t[i].want, strlen(t[i].want)) == 0,
		    "expected %s, saw %s", t[i].want, got);
	}
}
END_TEST

START_TEST(nul)
{
	static const char text[] = "aaaa,bbbb\nx\0y,\0\n\"p\0q\",1\n";
	struct csv_options o;

	csv_options_init(&o);
	ck_assert_str_eq(
	    cells_as(text, sizeof text - 1, &o), "aaaa|bbbb/x|/p|1");
}
END_TEST

START_TEST(options)
{
	struct csv_options o;
	struct fail f;
	json_t *v = json_pack("{s:s, s:s, s:s, s:n, s:i}", "sep", ";",
	    "decimal", ",", "encoding", "ISO-8859-1", "header", "skiprows", 2);
	json_t *back;

	ck_assert_int_eq(csv_options_read(v, &o, &f), 0);
	ck_assert_int_eq(o.sep, ';');
	ck_assert_int_eq(o.decimal, ',');
	ck_assert_int_eq(o.encoding, CSV_LATIN1);
	ck_assert(!o.header);
	ck_assert_uint_eq(o.skiprows, 2);
	back = csv_options_json(&o);
	ck_assert_str_eq(
	    json_string_value(json_object_get(back, "encoding")), "latin-1");
	ck_assert_uint_eq(json_object_size(back), 5);
	json_decref(back);
	ck_assert_str_eq(
	    cells_as("skip\n\n\xe4;2\n3;\n", 13, &o), "0|1/\xc3\xa4|2/3|");
	json_object_set_new(v, "quotechar", json_string("'"));
	ck_assert_int_eq(csv_options_read(v, &o, &f), -1);
	ck_assert_int_eq(f.code, FAIL_VALUE);
	json_decref(v);
	v = json_pack("{s:s}", "sep", "::");
	ck_assert_int_eq(csv_options_read(v, &o, &f), -1);
	json_decref(v);
}
END_TEST

START_TEST(guesses)
{
	static const struct {
		const char *text;
		char sep, decimal;
	} t[] = {
	    {"a,b\n1,2\n", ',', '.'},
	    {"a;b\n1,5;2\n-2,25;x\n", ';', ','},
	    {"a;b\n1.5;2,5\n", ';', '.'},
	    {"a;b\n1,234;2\n", ';', '.'},
	    {"a\tb\n1\t2\n", '\t', '.'},
	    {"a|b|c\n1|2|3\n", '|', '.'},
	    {"id,list\n1,a;b;c\n2,d\n", ',', '.'},
	    {"name, first;age;city\nx, y;3;z\n", ';', '.'},
	    {"word\nx\ny\n", ',', '.'},
	    {"\"a;b\",c\n\"x;y\",2\n", ',', '.'},
	};
	struct csv_options o;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		csv_detect(t[i].text, strlen(t[i].text), true, &o);
		ck_assert_msg(o.sep == t[i].sep && o.decimal == t[i].decimal,
		    "%s: saw %c %c", t[i].text, o.sep, o.decimal);
	}
}
END_TEST

/* Records longer than what is read at a time, and every cut of a short file. */
START_TEST(long_records)
{
	struct buf b = {0}, want = {0};
	struct csv_options o;
	size_t i, sizes[] = {100, 262143, 262144, 262145, 900000};

	csv_options_init(&o);
	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		buf_reset(&b);
		buf_reset(&want);
		buf_puts(&b, "a,b\n1,\"");
		buf_puts(&want, "a|b/1|");
		while (b.n < sizes[i]) {
			buf_puts(&b, "x\"\"\n");
			buf_puts(&want, "x\"\n");
		}
		buf_puts(&b, "\"\r\n2,3");
		buf_puts(&want, "/2|3");
		ck_assert(strcmp(cells_as(b.p, b.n, &o), want.p) == 0);
	}
	buf_clear(&b);
	buf_clear(&want);
}
END_TEST

/* More blank lines than are read at a time. */
START_TEST(blank_lines)
{
	struct buf b = {0};
	size_t i;

	buf_puts(&b, "a,b\n1,\"x\"\"\"\n");
	for (i = 0; i < 500000; i++)
		buf_puts(&b, " \t\r\n");
	buf_puts(&b, "2,y\n");
	for (i = 0; i < 900000; i++)
		buf_putc(&b, '\n');
	ck_assert_str_eq(cells(buf_str(&b)), "a|b/1|x\"/2|y");
	buf_clear(&b);
}
END_TEST

/* Each place of a word and of the steps over plain text. */
START_TEST(utf8_places)
{
	static const struct {
		const char *text;
		bool good;
	} t[] = {{"\xc3\xa4", true}, {"\xe6\x9d\xb1", true},
	    {"\xf0\x9f\x98\x80", true}, {"\xc3", false}, {"\xa4", false},
	    {"\xc1\xbf", false}, {"\xe6\x9d", false}, {"\xed\xa0\x80", false},
	    {"\xf5\x80\x80\x80", false}};
	char want[200];
	struct buf b = {0};
	size_t i, k;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		for (k = 0; k < 80; k++) {
			buf_reset(&b);
			buf_puts(&b, "a\n");
			buf_printf(&b, "%.*s%s", (int)k,
			    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
			    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
			    t[i].text);
			snprintf(want, sizeof want, "a/%s", b.p + 2);
			buf_puts(&b, "\n0123456789012345678901234567890123\n");
			ck_assert_msg((strncmp(cells(b.p), want,
					   strlen(want)) == 0) == t[i].good,
			    "%zu, %zu: %s", i, k, cells(b.p));
		}
	buf_clear(&b);
}
END_TEST

START_TEST(masks)
{
	static const char bytes[] = ",;\t\"\r\n\0az\x80\xff";
	static const enum csv_simd kinds[] = {
	    CSV_SIMD_BEST, CSV_SIMD_SSE2, CSV_SIMD_AVX2};
	uint64_t plain[5], other[5], high[5], other_high[5];
	struct rng r;
	char text[64 * 5];
	size_t i, k, turn;

	rng_init(&r, 1, "masks");
	for (turn = 0; turn < 500; turn++) {
		for (i = 0; i < sizeof text; i++)
			text[i] = bytes[rng_below(
			    &r, turn % 2 ? sizeof bytes - 1 : 9)];
		csv_masks(CSV_SIMD_PLAIN, text, sizeof text, ';', plain, high);
		for (i = 0; i < sizeof text; i++)
			ck_assert((high[i / 64] >> i % 64 & 1) ==
			    ((text[i] & 0x80) != 0));
		for (i = 0; i < sizeof text; i++)
			ck_assert((plain[i / 64] >> i % 64 & 1) ==
			    (text[i] == '\0' || strchr(";\"\r\n", text[i])));
		for (k = 0; k < 3; k++) {
			csv_masks(kinds[k], text, sizeof text, ';', other,
			    other_high);
			ck_assert(memcmp(plain, other, sizeof plain) == 0);
			ck_assert(memcmp(high, other_high, sizeof high) == 0);
		}
	}
}
END_TEST

UNIT_MAIN("csv", records, refused, nul, options, guesses, long_records,
    blank_lines, utf8_places, masks)
