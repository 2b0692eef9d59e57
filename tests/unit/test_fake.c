/* test_fake.c - which replies hold output that nobody printed. */
#include "fake.h"
#include "unit.h"

#define CELL "Look.\n\n```python\nprint(df.shape)\n```\n"

/* What follows a cell, or comes without one, and how it looks; NULL: nothing
 * is made up. `at` marks where it begins. */
static const struct {
	const char *before, *made_up, *what;
} cases[] = {
    {CELL "\n", "Output:\n(999, 9)\n", "an output"},
    {CELL "\n", "**Result:** 999", "an output"},
    {CELL, "### Output\n\n999 rows", "an output"},
    {CELL, "Expected output (shortened):\n999", "an output"},
    {CELL, "This prints:\n999 rows", "an output"},
    {CELL, "=> 999", "an output"},
    {CELL, "```\n(999, 9)\n```\nSo there are 999.", "a block of output"},
    {CELL, "```output\n999\n```", "a block of output"},
    {CELL, "```text\n999 rows\n```", "a block of output"},
    {CELL, "~~~\n999 rows\n~~~", "a block of output"},
    {CELL, "```\n['Adelie', 'Gentoo']\n```", "a block of output"},
    {CELL, "```json\n{\"rows\": 999}\n```", "a block of output"},
    {CELL, ">>> print(df.shape)\n(999, 9)\n", "a transcript"},
    {CELL, "```python\n>>> len(df)\n999\n```", "a transcript"},
    {CELL, "In [1]: df.shape\nOut[1]: (999, 9)\n", "a transcript"},
    {CELL, "| Species | n |\n| --- | --- |\n", "an output"},
    {CELL, "  Species    n\n0  Adelie  999\n", "an output"},
    {CELL, "Adelie    999\nGentoo    124\n", "an output"},
    {CELL, "count    344.000000\nmean    4201.75\n", "an output"},
    {CELL, "(999, 9)\n", "an output"},
    {CELL, "['Adelie', 'Gentoo']\n", "an output"},
    {CELL, "999\n", "an output"},
    {CELL, "User: it printed 999\n", "a message of the other side"},
    {CELL, "<|im_start|>user\n999", "a message of the other side"},
    {"Let me look.\n", "Output:\n999 rows\n", "an output"},
    {"Let me look.\n", "```output\n999\n```", "a block of output"},
    {"", ">>> len(df)\n999\n", "a transcript"},
    {"", "```\n>>> len(df)\n999\n```", "a transcript"},
    {"One.\n", "Human: go on\n", "a message of the other side"},
    /* nothing is made up */
    {"", "", NULL},
    {CELL, "", NULL},
    {CELL, "I will look at the groups next.\n", NULL},
    {CELL, "1. First the groups.\n2. Then the rest.\n", NULL},
    {CELL, "Results will show which group is largest.\n", NULL},
    {CELL, "```json\n[{\"question\": \"How many?\"}]\n```", NULL},
    {CELL, "[{\"question\": \"How many?\"}]\n", NULL},
    {CELL, "```python\nprint(2)\n```\n", NULL},
    {"", "Output:\n\n```json\n[{\"question\": \"How many?\"}]\n```", NULL},
    {"", "Result: the earlier cell showed 344 rows.\n" CELL, NULL},
    {"", "The output I saw:\n| a | b |\n" CELL, NULL},
    {"", "```python\n# Output the mean\nprint('Output:')\n```\n", NULL},
};

START_TEST(replies)
{
	size_t i, n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[400];
		const char *what;

		snprintf(text, sizeof text, "%s%s", cases[i].before,
		    cases[i].made_up);
		n = fake_output(text, &what);
		if (cases[i].what == NULL) {
			ck_assert_msg(what == NULL, "%zu: %s", i, what);
			ck_assert_uint_eq(n, strlen(text));
			continue;
		}
		ck_assert_msg(what != NULL, "%zu: nothing found", i);
		ck_assert_msg(
		    strcmp(what, cases[i].what) == 0, "%zu: %s", i, what);
		ck_assert_msg(
		    n == strlen(cases[i].before), "%zu: cut at %zu", i, n);
	}
}
END_TEST

START_TEST(comments)
{
	static const struct {
		const char *code, *left;
	} table[] = {
	    {"print(1)\n", "print(1)\n"},
	    {"print(1)\n# Output:\n# 1\nprint(2)\n", "print(1)\nprint(2)\n"},
	    {"print(1)\n# Expected output: 1\n", "print(1)\n"},
	    {"if x:\n    # stdout: 3\n    print(3)\n", "if x:\n    print(3)\n"},
	    {"# Output the mean\nprint(1)\n", "# Output the mean\nprint(1)\n"},
	    {"# Results by group\nprint(1)\n",
		"# Results by group\nprint(1)\n"},
	};
	bool found;
	size_t i;

	for (i = 0; i < sizeof table / sizeof *table; i++) {
		char *left = fake_comments(table[i].code, &found);

		ck_assert_str_eq(left, table[i].left);
		ck_assert(found == (strcmp(left, table[i].code) != 0));
		free(left);
	}
}
END_TEST

UNIT_MAIN("fake", replies, comments)
