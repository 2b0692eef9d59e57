/* test_span.c - unit tests of reading JSON text in place. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"
#include "span.h"

static const struct span_want want[] = {
    {NULL, "a"}, {NULL, "b"}, {"b", "c"}, {"b", "d"}, {"e", "c"}};

enum { WANTS = sizeof want / sizeof *want };

static void
check_member(const char *text, size_t i, const char *expect)
{
	struct span out[WANTS];
	struct fail f = {0};
	char *got;

	ck_assert_msg(span_scan(text, strlen(text), want, WANTS, out, &f) == 0,
	    "%s: %s", text, f.msg);
	if (expect == NULL) {
		ck_assert_msg(out[i].p == NULL, "%s", text);
		return;
	}
	ck_assert_msg(out[i].p != NULL, "%s: member %zu", text, i);
	got = xstrndup(out[i].p, out[i].n);
	ck_assert_str_eq(got, expect);
	free(got);
}

START_TEST(members)
{
	check_member("{\"a\":1}", 0, "1");
	check_member(" { \"a\" : [ 1 , {\"a\":2} ] } ", 0, "[ 1 , {\"a\":2} ]");
	check_member("{\"a\":1,\"a\":2}", 0, "2");
	check_member("{\"\\u0061\":3}", 0, "3");
	check_member("{\"x\":{\"a\":1}}", 0, NULL);
	check_member("{\"x\":[{\"a\":1}]}", 0, NULL);
	check_member("{\"b\":{\"c\":\"}\\\"\"}}", 2, "\"}\\\"\"");
	check_member("{\"b\":{\"c\":1},\"e\":{\"c\":2}}", 2, "1");
	check_member("{\"b\":{\"c\":1},\"e\":{\"c\":2}}", 4, "2");
	check_member("{\"b\":[{\"c\":1}]}", 2, NULL);
	check_member("{\"b\":{\"x\":{\"c\":1}}}", 2, NULL);
	check_member("{\"b\":{\"c\":1},\"b\":{\"d\":2}}", 2, NULL);
	check_member("{\"b\":{\"c\":1},\"b\":2}", 2, NULL);
	check_member("{\"b\":{\"b\":{\"c\":9},\"c\":1}}", 2, "1");
}
END_TEST

/* A text is accepted exactly where jansson accepts it as an object. */
static void
check_same(const char *text, size_t n)
{
	struct span out[WANTS];
	struct fail f;
	json_t *v = rec_parse(text, n, &f);
	int rc = span_scan(text, n, want, WANTS, out, &f);

	ck_assert_msg((rc == 0) == json_is_object(v), "%s", text);
	if (rc == -1)
		ck_assert(f.code == (v != NULL ? FAIL_TYPE : FAIL_JSON));
	json_decref(v);
}

START_TEST(strictness)
{
	static const char *const text[] = {"", " ", "{}", "{ }", "[]", "[1]",
	    "1", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1}x",
	    "{\"a\":1} ", "{\"a\":01}", "{\"a\":-}", "{\"a\":-0}", "{\"a\":1.}",
	    "{\"a\":.5}", "{\"a\":1e}", "{\"a\":1e+}", "{\"a\":1E5}",
	    "{\"a\":1e400}", "{\"a\":-1e400}", "{\"a\":1e-400}",
	    "{\"a\":123456789012345678901234567890}", "{\"a\":\"\\x\"}",
	    "{\"a\":\"\\u12\"}", "{\"a\":\"\\ud800\"}",
	    "{\"a\":\"\\ud83d\\ude00\"}", "{\"a\":\"\\udc00\"}",
	    "{\"a\":\"\\ud800\\u0041\"}", "{\"a\":\"\\u0000\"}",
	    "{\"\\u0000\":1}", "{\"a\":\"\xff\"}", "{\"a\":\"\xc3\xa9\"}",
	    "{\"a\":\"\xed\xa0\x80\"}", "{\"a\":\"\xc0\x80\"}",
	    "{\"a\":\"\xf5\x80\x80\x80\"}", "{\"a\":\"\t\"}",
	    "{\"a\":\"\x7f\"}", "{\"a\":tru}", "{\"a\":true}", "{\"a\":truex}",
	    "{\"a\":nul}", "{\"a\":null}", "{\"a\":[1,]}", "{\"a\":[,1]}",
	    "{\"a\":[1 2]}", "{\"a\":[}", "{\"a\":{]}", "{\"a\":\"",
	    "{\"a\":\"\\", "{'a':1}", "{\"a\":NaN}", "{a:1}", "{\"a\":1",
	    "{\"a\" 1}", "{1:2}", "\xef\xbb\xbf{}", "{\"a\":+1}",
	    "{\"a\":\"12345678\\n12345678\xc3\xa9 12345678\"}",
	    "{\"a\":\"1234567\x01\"}", "{\"a\":\"123456\x1f\x22\"}", "\"x\"",
	    "{\"a\":\"x\"y}", "{\"\":1}", "{\"a\":1}{\"b\":2}", "{\"a\":\v1}"};
	size_t i;

	for (i = 0; i < sizeof text / sizeof *text; i++)
		check_same(text[i], strlen(text[i]));
}
END_TEST

START_TEST(depth)
{
	struct buf b = {0};
	size_t n, i;

	for (n = 2045; n < 2051; n++) {
		buf_reset(&b);
		buf_puts(&b, "{\"a\":");
		for (i = 0; i < n; i++)
			buf_putc(&b, '[');
		for (i = 0; i < n; i++)
			buf_putc(&b, ']');
		buf_putc(&b, '}');
		check_same(b.p, b.n);
	}
	buf_clear(&b);
}
END_TEST

START_TEST(cut)
{
	static const char text[] = "{\"a\":[1.5e3,\"x\\u00e9\xc3\xa9\",true,"
				   "{\"b\":null}],\"b\":{\"c\":-0.0}}";
	char *copy;
	size_t n;

	for (n = 0; n < sizeof text; n++) { /* at its exact size, for ASan */
		copy = xmalloc(n + 1);
		memcpy(copy, text, n);
		copy[n] = '\0';
		check_same(copy, n);
		free(copy);
	}
}
END_TEST

START_TEST(walk)
{
	static const char text[] =
	    "{ \"a\" : 1 ,\"b\":{\"c\":[1,\"]}\"]}, \"d\\\"\":\"\\\\\","
	    "\"e\":null }";
	static const char *const keys[] = {"a", "b", "d\\\"", "e"};
	static const char *const values[] = {
	    "1", "{\"c\":[1,\"]}\"]}", "\"\\\\\"", "null"};
	struct span o = {text, strlen(text)}, key, val;
	struct span_iter at = {0};
	size_t i = 0;
	char *s;

	for (; span_next(&o, &at, &key, &val); i++) {
		ck_assert_uint_lt(i, 4);
		s = xstrndup(key.p, key.n);
		ck_assert_str_eq(s, keys[i]);
		free(s);
		s = xstrndup(val.p, val.n);
		ck_assert_str_eq(s, values[i]);
		free(s);
	}
	ck_assert_uint_eq(i, 4);
	o = (struct span){"[1]", 3};
	at = (struct span_iter){0};
	ck_assert(!span_next(&o, &at, &key, &val));
	o = (struct span){"{}", 2};
	at = (struct span_iter){0};
	ck_assert(!span_next(&o, &at, &key, &val));
}
END_TEST

START_TEST(looks)
{
	struct span t = {"true", 4}, none = {0}, i = {"-12", 3};
	struct span big = {"99999999999999999999", 20}, real = {"1.0", 3};
	struct span text = {"\"gold\"", 6};
	long v = 7;

	ck_assert(span_true(&t) && !span_true(&none) && !span_true(&i));
	ck_assert(span_null(&none) && !span_null(&t));
	ck_assert(span_int(&i, &v) == 0 && v == -12);
	ck_assert(span_int(&big, &v) == -1 && span_int(&real, &v) == -1);
	ck_assert(span_int(&none, &v) == -1 && span_int(&t, &v) == -1);
	ck_assert(span_text(&text, "gold") && !span_text(&text, "gol"));
	ck_assert(!span_text(&none, "") && span_json(&none) == NULL);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("span");
	TCase *tc = tcase_create("span");
	SRunner *sr;
	int failed;

	tcase_add_test(tc, members);
	tcase_add_test(tc, strictness);
	tcase_add_test(tc, depth);
	tcase_add_test(tc, cut);
	tcase_add_test(tc, walk);
	tcase_add_test(tc, looks);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_set_tap(sr, "-");
	srunner_run_all(sr, CK_SILENT);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
