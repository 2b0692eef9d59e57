/* test_fail.c - unit tests of failures: messages, names, exit status. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "unit.h"

START_TEST(set)
{
	struct fail f = {0};

	ck_assert_int_eq(fail_set(&f, FAIL_JSON, "saw %d of %s", 3, "x"), -1);
	ck_assert_int_eq(f.code, FAIL_JSON);
	ck_assert_str_eq(f.msg, "saw 3 of x");
	ck_assert_int_eq(fail_set(NULL, FAIL_JSON, "nobody asks"), -1);
	ck_assert_int_eq(fail_at(NULL, "nowhere"), -1);
}
END_TEST

START_TEST(at)
{
	struct fail f;
	char longer[1200];

	fail_set(&f, FAIL_VALUE, "wrong");
	ck_assert_int_eq(fail_at(&f, "%s:%d", "in.csv", 7), -1);
	ck_assert_str_eq(f.msg, "in.csv:7: wrong");
	ck_assert_int_eq(f.code, FAIL_VALUE);
	fail_at(&f, "more");
	ck_assert_str_eq(f.msg, "more: in.csv:7: wrong");

	memset(longer, 'a', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	fail_set(&f, FAIL_VALUE, "%s", longer);
	ck_assert_uint_eq(strlen(f.msg), sizeof f.msg - 1);
	fail_at(&f, "f:1");
	ck_assert_uint_eq(strlen(f.msg), sizeof f.msg - 1);
	ck_assert(strncmp(f.msg, "f:1: aaa", 8) == 0);
	fail_at(&f, "%s", longer);
	ck_assert_uint_eq(strlen(f.msg), sizeof f.msg - 1);
}
END_TEST

START_TEST(clean)
{
	static const struct {
		const char *in, *keep, *line;
	} t[] = {
	    {"plain \xc3\xa9 text", "plain \xc3\xa9 text",
		"plain \xc3\xa9 text"},
	    {"a\nb\tc", "a\nb\tc", "a?b?c"},
	    {"\033[31mred\033[0m", "?[31mred?[0m", "?[31mred?[0m"},
	    {"bell\a del\x7f cr\r", "bell? del? cr?", "bell? del? cr?"},
	    {"csi \xc2\x9b"
	     "2J",
		"csi ??2J", "csi ??2J"},
	    {"nbsp \xc2\xa0 stays", "nbsp \xc2\xa0 stays",
		"nbsp \xc2\xa0 stays"},
	    {"rlo \xe2\x80\xae end", "rlo ??? end", "rlo ??? end"},
	    {"iso \xe2\x81\xa6 end", "iso ??? end", "iso ??? end"},
	    {"dash \xe2\x80\x93", "dash \xe2\x80\x93", "dash \xe2\x80\x93"},
	    {"cut \xe2\x80", "cut ", "cut "},
	    {"cut \xf0\x9f\x98", "cut ", "cut "},
	    {"whole \xf0\x9f\x98\x80", "whole \xf0\x9f\x98\x80",
		"whole \xf0\x9f\x98\x80"},
	    {"latin \xe9", "latin ", "latin "},
	    {"\x80\x80\x80\x80\x80", "\x80\x80\x80\x80\x80",
		"\x80\x80\x80\x80\x80"},
	    {"", "", ""},
	};
	char s[64];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		strcpy(s, t[i].in);
		fail_clean(s, true);
		ck_assert_str_eq(s, t[i].keep);
		strcpy(s, t[i].in);
		fail_clean(s, false);
		ck_assert_str_eq(s, t[i].line);
	}
}
END_TEST

START_TEST(message_is_clean)
{
	struct fail f;

	fail_set(&f, FAIL_VALUE, "saw \"%s\"", "\033]0;title\a\n");
	ck_assert_str_eq(f.msg, "saw \"?]0;title??\"");
	fail_at(&f, "%s", "a\nb");
	ck_assert_str_eq(f.msg, "a?b: saw \"?]0;title??\"");
}
END_TEST

START_TEST(codes)
{
	int i, k;

	for (i = 0; i < FAIL_CODES; i++) {
		const char *name = fail_code_name((enum fail_code)i);

		ck_assert_msg(name != NULL && *name != '\0', "code %d", i);
		for (k = 0; k < i; k++)
			ck_assert_str_ne(
			    name, fail_code_name((enum fail_code)k));
		ck_assert_int_le(fail_exit((enum fail_code)i), EXIT_SYSTEM);
	}
	ck_assert_str_eq(fail_code_name(FAIL_TORN), "torn_line");
	ck_assert_int_eq(fail_exit(FAIL_NONE), EXIT_ALL);
	ck_assert_int_eq(fail_exit(FAIL_CSV), EXIT_SOME);
	ck_assert_int_eq(fail_exit(FAIL_USAGE), EXIT_USAGE);
	ck_assert_int_eq(fail_exit(FAIL_IO), EXIT_SYSTEM);
	ck_assert_int_eq(fail_errno(EMFILE, FAIL_CSV), FAIL_IO);
	ck_assert_int_eq(fail_errno(ENOENT, FAIL_CSV), FAIL_CSV);
}
END_TEST

UNIT_MAIN("fail", set, at, clean, message_is_clean, codes)
