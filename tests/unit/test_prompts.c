/* test_prompts.c - unit tests of prompts and of the window. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "prompts.h"
#include "window.h"

static json_t *
question(void)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:i}", "question_text",
	    "How tall are they?", "hint",
	    "Average the heights of the birds that are alive today.",
	    "output_type", "number", "output_schema", "A number of metres.",
	    "decimals", 2);
}

START_TEST(question_text)
{
	json_t *q = question();
	struct buf b = {0};

	prompt_question(&b, q, false);
	ck_assert_str_eq(b.p,
	    "Question: How tall are they?\n\nAnswer format: A number of "
	    "metres. Round to 2 decimals.");
	buf_reset(&b);
	prompt_question(&b, q, true);
	ck_assert_ptr_nonnull(strstr(b.p, "alive today."));
	ck_assert_ptr_eq(strstr(b.p, "Question: How"), b.p);
	buf_clear(&b);
	json_decref(q);
}
END_TEST

START_TEST(fences)
{
	struct buf b = {0};

	prompt_reply(&b, "So.", "print('```')");
	ck_assert_str_eq(b.p, "So.\n\n````python\nprint('```')\n````");
	buf_reset(&b);
	prompt_reply(&b, "", "x\n");
	ck_assert_str_eq(b.p, "```python\nx\n```");
	buf_reset(&b);
	prompt_reply(&b, "Only words", "");
	ck_assert_str_eq(b.p, "Only words");
	buf_clear(&b);
}
END_TEST

START_TEST(clip)
{
	struct buf b = {0};

	prompt_clip(&b, "short", 5);
	ck_assert_str_eq(b.p, "short");
	buf_reset(&b);
	prompt_clip(&b, "aaaa\xc3\xa4-------\xc3\xa4zzzz", 10);
	ck_assert_str_eq(b.p, "aaaa\n[... 9 bytes omitted ...]\n\xc3\xa4zzzz");
	buf_clear(&b);
}
END_TEST

START_TEST(outputs)
{
	struct prompt_cell c = {"1\n", "careful", false, false};
	struct buf b = {0};

	prompt_output(&b, &c);
	ck_assert_str_eq(b.p, "Output:\n1\nWarnings:\ncareful\n");
	buf_reset(&b);
	c = (struct prompt_cell){"", "", false, false};
	prompt_output(&b, &c);
	ck_assert_str_eq(b.p, "(The cell printed nothing.)\n");
	prompt_last_call(&b);
	ck_assert_ptr_nonnull(strstr(b.p, ")\n\nYour next reply is the last"));
	buf_reset(&b);
	c = (struct prompt_cell){"", "NameError: x", true, true};
	prompt_output(&b, &c);
	ck_assert_ptr_nonnull(strstr(b.p, "Error:\nNameError: x\n"));
	ck_assert_ptr_nonnull(strstr(b.p, "session ended"));
	buf_clear(&b);
}
END_TEST

/* A conversation on q whose one reply is text. */
static json_t *
conversation(const json_t *q, const char *text)
{
	json_t *m = json_array();
	struct buf b = {0};

	json_array_append_new(m, prompt_message("system", "S"));
	prompt_question(&b, q, true);
	json_array_append_new(m, prompt_message("user", buf_str(&b)));
	json_array_append_new(m, prompt_message("assistant", text));
	buf_clear(&b);
	return m;
}

START_TEST(hints)
{
	static const struct {
		const char *reply;
		bool leak;
	} t[] = {
	    {"I average the column.", false},
	    {"As the hint says, I average.", true},
	    {"I average the heights of the birds that are alive.", true},
	    {"The heights of the birds matter.", false},
	    {"How tall are they? I shall see.", false},
	};
	json_t *q = question(), *m;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		m = conversation(q, t[i].reply);
		ck_assert_msg(
		    prompt_hint_leak(m, q) == t[i].leak, "case %zu", i);
		json_decref(m);
	}
	json_object_del(q, "hint");
	m = conversation(q, "There is no hint here.");
	ck_assert(!prompt_hint_leak(m, q));
	json_decref(m);
	json_decref(q);
}
END_TEST

/* System, question, then n turns with outputs of `bytes` bytes. */
static json_t *
long_talk(size_t n, size_t bytes)
{
	json_t *m = json_array();
	char *out = malloc(bytes + 1);

	memset(out, 'o', bytes);
	out[bytes] = '\0';
	json_array_append_new(m, prompt_message("system", "S"));
	json_array_append_new(m, prompt_message("user", "Q"));
	for (; n > 0; n--) {
		json_array_append_new(m, prompt_message("assistant", "code"));
		json_array_append_new(m, prompt_message("user", out));
	}
	free(out);
	return m;
}

START_TEST(windows)
{
	struct window w = {.active = 5, .max_tokens = 100000, .token_bytes = 4};
	json_t *m = long_talk(8, 4000), *sent;
	size_t n;

	sent = window_make(m, &w, &n);
	ck_assert_uint_eq(n, 3); /* eight outputs, five are whole */
	ck_assert_uint_eq(json_array_size(sent), 18);
	ck_assert_ptr_eq(json_array_get(sent, 17), json_array_get(m, 17));
	ck_assert_ptr_eq(json_array_get(sent, 9), json_array_get(m, 9));
	ck_assert_ptr_ne(json_array_get(sent, 7), json_array_get(m, 7));
	json_decref(sent);
	w.max_tokens = 4000; /* room for three outputs */
	sent = window_make(m, &w, &n);
	ck_assert_ptr_nonnull(sent);
	ck_assert_uint_ge(n, 5);
	ck_assert_uint_le(window_tokens(sent, 4), 4000);
	ck_assert_ptr_eq(json_array_get(sent, 17), json_array_get(m, 17));
	json_decref(sent);
	w.max_tokens = 100;
	ck_assert_ptr_null(window_make(m, &w, &n));
	json_decref(m);
	w.max_tokens = 1000;
	m = long_talk(2, 100);
	sent = window_make(m, &w, &n);
	ck_assert_uint_eq(n, 0);
	ck_assert(json_equal(sent, m));
	json_decref(sent);
	json_decref(m);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("prompts");
	TCase *t = tcase_create("prompts");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, question_text);
	tcase_add_test(t, fences);
	tcase_add_test(t, clip);
	tcase_add_test(t, outputs);
	tcase_add_test(t, hints);
	tcase_add_test(t, windows);
	suite_add_tcase(s, t);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
