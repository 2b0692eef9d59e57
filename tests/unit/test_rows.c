/* test_rows.c - types of rows, JSON text, clashes. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "rows.h"

static const struct rec_pos pos = {"f", 1};

static int
see(struct row_type *t, const char *text, struct fail *f)
{
	json_t *v = rec_parse(text, strlen(text), f);
	int rc = rows_see(t, v, &pos, f);

	json_decref(v);
	return rc;
}

static void
put_is(const struct row_type *t, const char *text, const char *want)
{
	json_t *v = rec_parse(text, strlen(text), NULL);
	struct buf b = {0};

	rows_put(&b, t, v);
	ck_assert_str_eq(buf_str(&b), want);
	buf_clear(&b);
	json_decref(v);
}

START_TEST(widen)
{
	struct row_type t = {0};
	struct fail f;

	ck_assert_int_eq(see(&t, "{\"a\":null,\"n\":1,\"l\":[]}", &f), 0);
	ck_assert_int_eq(see(&t, "{\"b\":\"x\",\"n\":2.5,\"l\":[1]}", &f), 0);
	put_is(&t, "{\"n\":1,\"l\":null}",
	    "{\"a\":null,\"n\":1.0,\"l\":null,\"b\":null}");
	put_is(&t, "{\"b\":\"y\",\"l\":[1,null]}",
	    "{\"a\":null,\"n\":null,\"l\":[1,null],\"b\":\"y\"}");
	ck_assert_int_eq(rows_field(&t, "n")->kind, ROW_REAL);
	ck_assert_int_eq(rows_field(&t, "a")->kind, ROW_NULL);
	ck_assert_ptr_null(rows_field(&t, "zz"));
	rows_clear(&t);
}
END_TEST

static void
clashes(const char *one, const char *two, const char *word)
{
	struct row_type t = {0};
	struct fail f = {0};

	ck_assert_int_eq(see(&t, one, &f), 0);
	ck_assert_int_eq(see(&t, two, &f), -1);
	ck_assert_int_eq(f.code, FAIL_VALUE);
	ck_assert_msg(strstr(f.msg, word) != NULL, "%s", f.msg);
	rows_clear(&t);
}

START_TEST(clash)
{
	clashes("{\"a\":1}", "{\"a\":\"x\"}", "/a: expected int64 as at f:1");
	clashes("{\"a\":[{\"b\":1}]}", "{\"a\":[{\"b\":[]}]}", "/a[]/b");
	clashes("{\"a\":true}", "{\"a\":0}", "bool");
	clashes("{\"a\":{}}", "{\"a\":[]}", "struct");
	clashes("{}", "{\"a\":99999999999999999999}", "64 bits");
	clashes("{\"a\":9007199254740993}", "{\"a\":1.5}", "float64");
	clashes("{\"a\":1.5}", "{\"a\":9007199254740993}", "float64");
}
END_TEST

START_TEST(many_members)
{
	struct row_type t = {0};
	struct buf b = {0};
	struct fail f = {0};
	int i;

	buf_putc(&b, '{');
	for (i = 0; i <= ROW_FIELDS_MAX; i++)
		buf_printf(&b, "%s\"m%d\":1", i > 0 ? "," : "", i);
	buf_putc(&b, '}');
	ck_assert_int_eq(see(&t, buf_str(&b), &f), -1);
	ck_assert_ptr_nonnull(strstr(f.msg, "members"));
	buf_clear(&b);
	rows_clear(&t);
}
END_TEST

static void
text_is(const char *in, const char *extra, const char *want)
{
	json_t *v = rec_parse(in, strlen(in), NULL), *o = rows_text(v, extra);
	struct buf b = {0};

	rec_dump(&b, o, 0);
	ck_assert_str_eq(buf_str(&b), want);
	buf_clear(&b);
	json_decref(v);
	json_decref(o);
}

START_TEST(text)
{
	text_is("{\"type\":\"question\",\"ground_truth\":[1,\"a\"]}", NULL,
	    "{\"type\":\"question\",\"ground_truth_json\":\"[1,\\\"a\\\"]\","
	    "\"ground_truth_type\":\"list\"}");
	text_is("{\"type\":\"trace\",\"trace\":{\"final_answer\":null},"
		"\"teacher\":{\"kind\":\"chat\",\"x\":{\"t\":1}}}",
	    NULL,
	    "{\"type\":\"trace\",\"trace\":{\"final_answer_json\":\"null\","
	    "\"final_answer_type\":\"null\"},\"teacher\":{\"kind\":\"chat\","
	    "\"x_json\":\"{\\\"t\\\":1}\"}}");
	text_is("{\"value\":1}", NULL, "{\"value\":1}");
	text_is("{\"value\":{\"v\":123456789012345678901}}", "v,w",
	    "{\"value\":{\"v_json\":\"123456789012345678901\"}}");
	text_is("{\"type\":\"question\",\"ground_truth\":"
		"123456789012345678901}",
	    NULL,
	    "{\"type\":\"question\",\"ground_truth_json\":"
	    "\"123456789012345678901\",\"ground_truth_type\":\"integer\"}");
}
END_TEST

START_TEST(merging)
{
	struct row_type a = {0}, b = {0};
	struct fail f = {0};
	uint64_t h;

	see(&a, "{\"x\":1,\"s\":{\"p\":null}}", &f);
	see(&b, "{\"s\":{\"p\":\"t\",\"q\":[1]},\"y\":true}", &f);
	h = rows_hash(&a);
	ck_assert_int_eq(rows_merge(&a, &b, NULL, &f), 0);
	ck_assert(rows_hash(&a) != h);
	put_is(&a, "{}", "{\"x\":null,\"s\":null,\"y\":null}");
	put_is(&a, "{\"s\":{}}",
	    "{\"x\":null,\"s\":{\"p\":null,\"q\":null},\"y\":null}");
	see(&b, "{\"x\":\"no\"}", &f);
	ck_assert_int_eq(rows_merge(&a, &b, NULL, &f), -1);
	ck_assert_ptr_nonnull(strstr(f.msg, "/x"));
	rows_clear(&a);
	rows_clear(&b);
}
END_TEST

START_TEST(traps)
{
	struct row_type t = {0};
	struct fail f;

	see(&t, "{\"type\":\"episode\",\"messages\":[]}", &f);
	ck_assert_ptr_null(rows_trap(&t));
	see(&t, "{\"payload\":1}", &f);
	ck_assert_str_eq(rows_trap(&t), "type,payload");
	rows_clear(&t);
	see(&t, "{\"id\":1,\"source\":1,\"model\":1,\"system_prompt\":1}", &f);
	ck_assert_ptr_null(rows_trap(&t));
	see(&t, "{\"messages\":[]}", &f);
	ck_assert_ptr_nonnull(rows_trap(&t));
	rows_clear(&t);
}
END_TEST

/* Objects that are maps: the paths are told, the top level is not one. */
START_TEST(differing)
{
	struct row_type t = {0};
	struct buf b = {0};
	struct fail f;

	see(&t, "{\"s\":{\"a\":1},\"l\":[{\"x\":1},{\"x\":2}]}", &f);
	see(&t, "{\"l\":[],\"n\":1}", &f);
	ck_assert_uint_eq(rows_differ(&b, &t, 9), 0);
	see(&t, "{\"s\":{\"b\":1}}", &f);
	see(&t, "{\"l\":[{\"x\":1},{}]}", &f);
	ck_assert_uint_eq(rows_differ(&b, &t, 9), 2);
	ck_assert_str_eq(buf_str(&b), "/s, /l[]");
	buf_reset(&b);
	ck_assert_uint_eq(rows_differ(&b, &t, 1), 2);
	ck_assert_str_eq(buf_str(&b), "/s");
	buf_clear(&b);
	rows_clear(&t);
}
END_TEST

START_TEST(big)
{
	struct row_type t = {0};
	struct fail f;

	ck_assert_int_eq(see(&t, "{\"a\":9223372036854775807}", &f), 0);
	ck_assert_int_eq(see(&t, "{\"a\":-9223372036854775808}", &f), 0);
	ck_assert_int_eq(see(&t, "{\"a\":9223372036854775808}", &f), -1);
	ck_assert_ptr_nonnull(strstr(f.msg, "expected int64"));
	ck_assert_int_eq(see(&t, "{\"b\":9223372036854775808}", &f), -1);
	ck_assert_str_eq(f.msg,
	    "column /b: expected a value of one type, saw an integer beyond 64 "
	    "bits");
	rows_clear(&t);
}
END_TEST

START_TEST(empty_object)
{
	struct row_type t = {0};
	struct fail f;

	see(&t, "{\"o\":{}}", &f);
	put_is(&t, "{\"o\":{}}", "{\"o\":null}");
	rows_clear(&t);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("rows");
	TCase *t = tcase_create("rows");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, widen);
	tcase_add_test(t, clash);
	tcase_add_test(t, many_members);
	tcase_add_test(t, text);
	tcase_add_test(t, merging);
	tcase_add_test(t, traps);
	tcase_add_test(t, differing);
	tcase_add_test(t, big);
	tcase_add_test(t, empty_object);
	suite_add_tcase(s, t);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
