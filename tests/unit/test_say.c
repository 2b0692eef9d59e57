/* test_say.c - unit tests of the lint of wordings and of what discovery style
 * keeps back. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ops/say.h"
#include "unit.h"

START_TEST(sound)
{
	static const char *const texts[] = {
	    "What is the mean of \"x\"?",
	    "Which \"k\" has an average of 'a a' above 0.5? Begin with it.",
	    "Group the rows by \"the the\" and give an hour or a unit.",
	    "\"a.b\" is not always filled in: how many cells are missing?",
	    "Use Cramer's V at the 5 % level (n - 1): an F statistic.",
	    "Keep rows where \"a\"b\" is 'x'. How large is the sum?",
	};
	size_t i;

	for (i = 0; i < sizeof texts / sizeof *texts; i++)
		ck_assert_msg(say_lint(texts[i]) == NULL, "%s: %s", texts[i],
		    say_lint(texts[i]));
}
END_TEST

START_TEST(faulty)
{
	static const char *const texts[] = {
	    "What is a average of \"x\"?",
	    "What is an mean of \"x\"?",
	    "What is is the mean?",
	    "Compute the mean?",
	    "What is the mean.",
	    "What is the mean of , well, it?",
	    "What is the mean () of it?",
	    "What  is the mean?",
	    "What is [the|a] mean?",
	    "What is the {x}?",
	    "What is the mean?. Give it.",
	    "What is the mean",
	    "What is the mean? give it.",
	    "What is the value of \"stroke\" is 'x'?",
	    "For each the text column, what is the mean?",
	    "Which the text column has the largest mean?",
	};
	size_t i;

	for (i = 0; i < sizeof texts / sizeof *texts; i++)
		ck_assert_msg(say_lint(texts[i]) != NULL, "%s", texts[i]);
}
END_TEST

START_TEST(methods)
{
	ck_assert_ptr_nonnull(say_method_word("Run a T-Test."));
	ck_assert_ptr_nonnull(say_method_word("the Pearson r"));
	ck_assert_ptr_nonnull(say_method_word("how are they correlated"));
	ck_assert_ptr_nonnull(say_method_word("key \"u_statistic\""));
	ck_assert_ptr_null(say_method_word("is it chance, at the 5 % level?"));
	ck_assert_ptr_null(say_method_word("key \"statistic\""));
}
END_TEST

START_TEST(names)
{
	ck_assert(say_names("the body mass of a bird", "Body Mass"));
	ck_assert(say_names("the body mass of a bird", "bodyMass"));
	ck_assert(say_names("the body mass of a bird", "body_mass"));
	ck_assert(say_names("the body mass of a bird", "body.mass"));
	ck_assert(!say_names("the body of a mass", "body_mass"));
	ck_assert(!say_names("somebody masses", "body"));
	ck_assert(say_names("die 类别 here", "类别"));
	ck_assert(say_names("a # here", "#"));
	ck_assert(!say_names("nothing here", "#"));
}
END_TEST

UNIT_MAIN("say", sound, faulty, methods, names)
