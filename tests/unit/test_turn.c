/* test_turn.c - unit tests of turns, corrections and the trace object. */
#include <check.h>
#include <stdlib.h>

#include "answer.h"
#include "rec.h"
#include "turn.h"

static json_t *
execution(bool success)
{
	return json_pack("{s:b, s:s, s:s, s:[{s:s, s:f, s:n}], s:n, s:f}",
	    "success", success, "stdout", "", "stderr", "", "hooks",
	    "variable_name", "m", "value", 2.5, "value_hash",
	    "submitted_answer", "elapsed", 0.0);
}

static void
add(struct turns *t, bool success, const char *ename)
{
	turns_add_execution(
	    t, "why", "x = 1", execution(success), ename, "text of it");
}

static json_t *
turn(const struct turns *t, size_t i)
{
	return json_array_get(t->list, i);
}

START_TEST(corrections)
{
	struct turns t = {0};
	json_t *c;

	add(&t, true, "");
	add(&t, false, "KeyError");
	add(&t, false, "NameError");
	turns_add_empty(&t, "prose", "no code");
	add(&t, true, "");
	add(&t, true, "");
	ck_assert_uint_eq(turns_count(&t), 6);
	ck_assert_ptr_null(json_object_get(turn(&t, 0), "correction"));
	ck_assert_ptr_null(json_object_get(turn(&t, 2), "correction"));
	ck_assert_ptr_null(json_object_get(turn(&t, 5), "correction"));
	c = json_object_get(turn(&t, 4), "correction");
	ck_assert_int_eq(
	    json_integer_value(json_object_get(c, "corrects_turn")), 1);
	ck_assert_int_eq(
	    json_integer_value(json_object_get(c, "attempts_since_error")), 3);
	ck_assert_str_eq(
	    json_string_value(json_object_get(c, "error_type")), "KeyError");
	ck_assert_str_eq(json_string_value(json_object_get(c, "error_message")),
	    "text of it");
	ck_assert_str_eq(turn_code(turn(&t, 3)), "");
	turns_clear(&t);
}
END_TEST

START_TEST(hooks)
{
	struct turns t = {0};
	char hash[DIGEST_ID];
	json_t *v = json_real(2.5);

	add(&t, true, "");
	ans_hash(v, hash);
	ck_assert_uint_eq(json_array_size(turn_hooks(turn(&t, 0))), 1);
	ck_assert_str_eq(
	    json_string_value(json_object_get(
		json_array_get(turn_hooks(turn(&t, 0)), 0), "value_hash")),
	    hash);
	json_decref(v);
	turns_clear(&t);
}
END_TEST

/* The trace object as text. */
static char *
trace(const struct turns *t, enum turn_stop stop, const char *error)
{
	json_t *o = turns_trace(t, stop, error);
	struct buf b = {0};

	json_object_del(o, "turns");
	rec_dump(&b, o, 0);
	json_decref(o);
	return buf_steal(&b);
}

START_TEST(traces)
{
	struct turns t = {0};
	json_t *a = json_null();
	char *s;

	s = trace(&t, TURN_BUDGET, "no \xff money");
	ck_assert_str_eq(s,
	    "{\"final_answer\":null,\"final_answer_hash\":null,\"success\":"
	    "false,\"stop\":\"budget\",\"error\":\"no \xef\xbf\xbd money\"}");
	free(s);
	add(&t, true, "");
	turns_answer(&t, a); /* submit(None) is an answer */
	s = trace(&t, TURN_SUBMITTED, NULL);
	ck_assert_str_eq(s,
	    "{\"final_answer\":null,\"final_answer_hash\":\"74234e98afe7498f\","
	    "\"success\":true,\"stop\":\"submitted\",\"error\":null}");
	free(s);
	turns_note(&t, "shortened", json_integer(2));
	ck_assert_int_eq(
	    json_integer_value(json_object_get(turn(&t, 0), "shortened")), 2);
	turns_clear(&t);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("turn");
	TCase *t = tcase_create("turn");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, corrections);
	tcase_add_test(t, hooks);
	tcase_add_test(t, traces);
	suite_add_tcase(s, t);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
