/* test_code.c - code blocks in replies as models write them. */
#include "code.h"
#include "unit.h"

/* want: the cells joined; NULL: none. cut: the reply did not end by itself. */
static const struct fixture {
	const char *name, *text, *want;
	enum code_rule rule;
	unsigned flags;
	bool cut;
} fixtures[] = {
    {"plain", "Hi\n\n```python\nx = 1\n```\nbye", "x = 1\n", CODE_TAGGED, 0,
	false},
    {"upper case", "```Python\nx\n```", "x\n", CODE_TAGGED, 0, false},
    {"py", "```py\nx\n```", "x\n", CODE_TAGGED, 0, false},
    {"python3", "```python3\nx\n```\n", "x\n", CODE_TAGGED, 0, false},
    {"py3", "```py3\nx\n```\n", "x\n", CODE_TAGGED, 0, false},
    {"ipython", "```ipython\nx\n```\n", "x\n", CODE_TAGGED, 0, false},
    {"space before the language", "``` python\nx\n```", "x\n", CODE_TAGGED, 0,
	false},
    {"title", "```python title=\"a.py\"\nx\n```", "x\n", CODE_TAGGED, 0, false},
    {"braces", "```{python}\nx\n```", "x\n", CODE_TAGGED, 0, false},
    {"dot class", "```{.python .numberLines}\nx\n```", "x\n", CODE_TAGGED, 0,
	false},
    {"attribute glued", "```python{1,3}\nx\n```", "x\n", CODE_TAGGED, 0, false},
    {"file name", "```python analysis.py\nx\n```", "x\n", CODE_TAGGED, 0,
	false},
    {"colon file name", "```python:a/b.py\nx\n```", "x\n", CODE_TAGGED, 0,
	false},
    {"no language", "```\nx = 1\n```", "x = 1\n", CODE_UNTAGGED, 0, false},
    {"tildes", "~~~python\nx\n~~~", "x\n", CODE_TAGGED, 0, false},
    {"tildes hold backticks", "~~~py\n```\nx\n```\n~~~", "```\nx\n```\n",
	CODE_TAGGED, 0, false},
    {"tilde info with backtick", "~~~python `a`\nx\n~~~", "`a`\nx\n",
	CODE_TAGGED, CODE_FENCE_LINE, false},
    {"four backticks", "````python\n```\nx\n````", "```\nx\n", CODE_TAGGED, 0,
	false},
    {"longer closing fence", "```python\nx\n``````", "x\n", CODE_TAGGED, 0,
	false},
    {"shorter one closes nothing", "````python\nx\n```\ny\n````", "x\n```\ny\n",
	CODE_TAGGED, 0, false},
    {"indented by three", "   ```python\n   x\n     y\n   ```", "x\n  y\n",
	CODE_TAGGED, 0, false},
    {"less content indent", "  ```python\n x\n  ```", "x\n", CODE_TAGGED, 0,
	false},
    {"in a list",
	"1. Do:\n\n     ```python\n     if x:\n         y\n     ```\n",
	"if x:\n    y\n", CODE_INDENTED, 0, false},
    {"by a tab", "-\n\t```python\n\tx\n\t```\n", "x\n", CODE_INDENTED, 0,
	false},
    {"closing fence indented by four is code", "```python\nx\n    ```\n```",
	"x\n    ```\n", CODE_TAGGED, 0, false},
    {"CRLF", "a\r\n```python\r\nx\r\ny\r\n```\r\n", "x\ny\n", CODE_TAGGED, 0,
	false},
    {"CR", "```python\rx\ry\r```\r", "x\ny\n", CODE_TAGGED, 0, false},
    {"two blocks", "```python\nx\n```\nthen\n```python\ny\n```", "x\n\ny\n",
	CODE_TAGGED, CODE_SEVERAL, false},
    {"output next to it", "```python\nprint(1)\n```\nOutput:\n```\n1\n```",
	"print(1)\n", CODE_TAGGED, CODE_SKIPPED, false},
    {"output before it", "```\n{'a': 1}\n```\n```python\nx\n```", "x\n",
	CODE_TAGGED, CODE_SKIPPED, false},
    {"JSON next to it", "```json\n{}\n```\n```py\nx\n```", "x\n", CODE_TAGGED,
	CODE_SKIPPED, false},
    {"only JSON", "```json\n{\"a\": 1}\n```", NULL, CODE_NONE, CODE_SKIPPED,
	false},
    {"only untagged JSON", "```\n{\"a\": 1}\n```", NULL, CODE_NONE,
	CODE_SKIPPED, false},
    {"untagged traceback",
	"```\nx = 1\n```\n```\nTraceback (most recent call last):\n  a\n```",
	"x = 1\n", CODE_UNTAGGED, CODE_SKIPPED, false},
    {"shell", "```bash\npip install x\n```", NULL, CODE_NONE, CODE_SKIPPED,
	false},
    {"C++", "```c++\nint x;\n```", NULL, CODE_NONE, CODE_SKIPPED, false},
    {"pythonic is no Python", "```pythonic\nx\n```", NULL, CODE_NONE,
	CODE_SKIPPED, false},
    {"sql", "```sql\nselect 1\n```\n```python\nx\n```", "x\n", CODE_TAGGED,
	CODE_SKIPPED, false},
    {"prose only", "The answer is 5.", NULL, CODE_NONE, 0, false},
    {"empty", "", NULL, CODE_NONE, 0, false},
    {"empty block", "```python\n\n```", NULL, CODE_NONE, 0, false},
    {"inline code", "Use `df.mean()` and ``` x ```.", NULL, CODE_NONE, 0,
	false},
    {"unclosed", "Run:\n```python\nx = 1\n", "x = 1\n", CODE_UNCLOSED, 0,
	false},
    {"unclosed and cut", "Run:\n```python\nx = 1\n", NULL, CODE_NONE, CODE_CUT,
	true},
    {"closed, then cut", "```python\nx\n```\n```python\ny = ", "x\n",
	CODE_TAGGED, CODE_CUT, true},
    {"unclosed without language", "```\nx = 1", "x = 1\n", CODE_UNCLOSED, 0,
	false},
    {"stray fence at the end", "```python\nx\n```\n```", "x\n", CODE_TAGGED, 0,
	false},
    {"stray fence, then prose", "```python\nx\n```\n```\nThat is all.", "x\n",
	CODE_TAGGED, 0, false},
    {"unclosed second", "```python\nx\n```\n```python\ny\n", "x\n\ny\n",
	CODE_TAGGED, CODE_SEVERAL, false},
    {"one line", "```python print(1)```", "print(1)\n", CODE_ONE_LINE, 0,
	false},
    {"one line without language", "```print(1)```", "print(1)\n", CODE_ONE_LINE,
	0, false},
    {"one line among others", "Do\n```py x = 1```\nnow", "x = 1\n",
	CODE_ONE_LINE, 0, false},
    {"code on the fence line", "```python import a\na.b()\n```",
	"import a\na.b()\n", CODE_TAGGED, CODE_FENCE_LINE, false},
    {"statement instead of a language", "```import a\na.b()\n```",
	"import a\na.b()\n", CODE_UNTAGGED, CODE_FENCE_LINE, false},
    {"def instead of a language", "```def f():\n    return 1\nf()\n```",
	"def f():\n    return 1\nf()\n", CODE_UNTAGGED, CODE_FENCE_LINE, false},
    {"assignment instead of a language", "```x = 1\ny\n```", "x = 1\ny\n",
	CODE_UNTAGGED, CODE_FENCE_LINE, false},
    {"escaped newlines", "```python\\nx = \\\"a\\\"\\nprint(x)\\n```",
	"x = \"a\"\nprint(x)\n", CODE_ESCAPED, 0, false},
    {"escapes inside code stay", "```python\nprint(\"a\\nb\")\n```",
	"print(\"a\\nb\")\n", CODE_TAGGED, 0, false},
    {"fence inside a string",
	"```python\ns = '''\n```\nx\n```\n'''\nprint(s)\n```\n",
	"s = '''\n```\nx\n```\n'''\nprint(s)\n", CODE_TAGGED, CODE_STRING_FENCE,
	false},
    {"fence inside a string that ends nowhere",
	"```python\ns = \"\"\"a\n```\nprose", "s = \"\"\"a\n", CODE_TAGGED, 0,
	false},
    {"open string, then another block",
	"```python\ns = '''a\n```\n```python\ny\n```", "s = '''a\n\ny\n",
	CODE_TAGGED, CODE_SEVERAL, false},
    {"quote in a comment", "```python\n# don't '''\nx\n```\n```\n1\n```",
	"# don't '''\nx\n", CODE_TAGGED, CODE_SKIPPED, false},
    {"one-line docstring", "```python\n\"\"\"doc\"\"\"\nx\n```\n\n```\n2\n```",
	"\"\"\"doc\"\"\"\nx\n", CODE_TAGGED, CODE_SKIPPED, false},
    {"not greedy", "```python\nx\n```\nprose\n```text\nz\n```\nmore", "x\n",
	CODE_TAGGED, CODE_SKIPPED, false},
    {"blank lines kept", "```python\nx\n\n\ny\n```", "x\n\n\ny\n", CODE_TAGGED,
	0, false},
    {"UTF-8", "```python\ns = \"\xc3\xa9\xe4\xb8\xad\"\n```",
	"s = \"\xc3\xa9\xe4\xb8\xad\"\n", CODE_TAGGED, 0, false},
    {"trailing space after the fences", "```python  \nx\n```  \n", "x\n",
	CODE_TAGGED, 0, false},
    {"text after a closing fence closes nothing",
	"```python\nx\n``` done\ny\n```", "x\n``` done\ny\n", CODE_TAGGED, 0,
	false},
    {"mixed fences", "```python\nx\n~~~\ny\n```", "x\n~~~\ny\n", CODE_TAGGED, 0,
	false},
    {"fence too many before", "```\nprose\n```python\nx\n```", "x\n",
	CODE_TAGGED, CODE_SKIPPED, false},
    {"fence too few between", "```python\nx\n```python\ny\n```", "x\n\ny\n",
	CODE_TAGGED, CODE_SEVERAL, false},
    {"fence with a language inside a string",
	"```python\ns = '''\n```python\n1\n```\n'''\n```",
	"s = '''\n```python\n1\n```\n'''\n", CODE_TAGGED, CODE_STRING_FENCE,
	false},
    {"fence at the very end", "```python", NULL, CODE_NONE, 0, false},
};

START_TEST(table)
{
	size_t i, n;

	for (i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
		const struct fixture *x = &fixtures[i];
		struct code c;
		char *got;

		n = code_find(&c, x->text, strlen(x->text), !x->cut);
		got = code_join(&c);
		ck_assert_msg(n == c.n && (n > 0) == (x->want != NULL) &&
			strcmp(got, x->want != NULL ? x->want : "") == 0,
		    "%s: %zu blocks: %s", x->name, n, got);
		ck_assert_msg(c.rule == x->rule, "%s: rule %s", x->name,
		    code_rule_name(c.rule));
		ck_assert_msg(
		    c.flags == x->flags, "%s: flags %u", x->name, c.flags);
		free(got);
		code_clear(&c);
	}
	ck_assert_uint_ge(i, 60);
}
END_TEST

START_TEST(lines_and_nul)
{
	static const char text[] =
	    "a\nb\n```python\nx\0y\n```\n\n```py\nz\n```";
	struct code c;

	ck_assert_uint_eq(code_find(&c, text, sizeof text - 1, true), 2);
	ck_assert_uint_eq(c.v[0].line, 3);
	ck_assert_uint_eq(c.v[1].line, 7);
	ck_assert_str_eq(c.v[0].text, "x y\n");
	ck_assert_uint_eq(c.v[0].n, 4);
	code_clear(&c);
	ck_assert_uint_eq(c.n, 0);
	code_clear(&c);
}
END_TEST

/* Many fences cost linear time: this would not end otherwise. */
START_TEST(many)
{
	size_t n = 200000, i;
	char *text = malloc(n * 8 + 1);
	struct code c;

	for (i = 0; i < n; i++)
		memcpy(text + i * 8, i % 2 ? "```\nab\n " : "~~~~py\n ", 8);
	text[n * 8] = '\0';
	code_find(&c, text, n * 8, true);
	code_clear(&c);
	for (i = 0; i < n * 8; i++)
		text[i] = i % 5 == 4 ? '\n' : '`';
	code_find(&c, text, n * 8, true);
	code_clear(&c);
	free(text);
}
END_TEST

UNIT_MAIN("code", table, lines_and_nul, many)
