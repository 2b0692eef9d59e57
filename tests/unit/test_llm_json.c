/* test_llm_json.c - JSON in replies as models write it. */
#include "buf.h"
#include "llm_json.h"
#include "rec.h"
#include "unit.h"

/* want: the items as JSON; NULL: none, and fault is part of the message. */
static const struct {
	const char *text, *want, *fault;
	unsigned flags;
} fixtures[] = {
    {"```json\n[{\"q\": \"a\"}]\n```", "[{\"q\":\"a\"}]", NULL,
	LLM_JSON_FENCED},
    {"Here: {\"q\": \"a\", \"n\": 2} done", "[{\"q\":\"a\",\"n\":2}]", NULL, 0},
    {"```\n{\"q\": \"a\"}\n{\"q\": \"b\"}\n```",
	"[{\"q\":\"a\"},{\"q\":\"b\"}]", NULL, LLM_JSON_FENCED},
    {"{\"list\": [{\"q\": \"a\", \"in\": {\"q\": \"x\"}}]}",
	"[{\"q\":\"a\",\"in\":{\"q\":\"x\"}}]", NULL, 0},
    {"[{'q': 'it\\'s', 't': True, 'n': None},]",
	"[{\"q\":\"it's\",\"t\":true,\"n\":null}]", NULL, LLM_JSON_REPAIRED},
    {"[{q: \"a\", /* x */ n: 1.5, // y\n}]", "[{\"q\":\"a\",\"n\":1.5}]", NULL,
	LLM_JSON_REPAIRED},
    {"{\"q\": \"a\nb\"}", "[{\"q\":\"a\\nb\"}]", NULL, LLM_JSON_REPAIRED},
    {"{\"q\": \"\"\"say \"x\" twice\"\"\"}",
	"[{\"q\":\"say \\\"x\\\" twice\"}]", NULL, LLM_JSON_REPAIRED},
    {"{\"q\": \"the \"big\" one\", \"n\": 1}",
	"[{\"q\":\"the \\\"big\\\" one\",\"n\":1}]", NULL, LLM_JSON_REPAIRED},
    {"{\"q\": \"\\d+ \\u00e9 \\ud83d\\ude00\"}",
	"[{\"q\":\"\\\\d+ \xc3\xa9 \xf0\x9f\x98\x80\"}]", NULL,
	LLM_JSON_REPAIRED},
    {"[{\"q\": \"a\"} {\"q\": \"b\"}]", "[{\"q\":\"a\"},{\"q\":\"b\"}]", NULL,
	LLM_JSON_REPAIRED},
    {"[{\"q\": \"a\"}, {\"q\": \"b", "[{\"q\":\"a\"}]", "the end of the text",
	LLM_JSON_REPAIRED | LLM_JSON_CUT},
    {"[{\"q\": \"a\"}, {\"q\" \"b\"}, {\"q\": \"c\"}]",
	"[{\"q\":\"a\"},{\"q\":\"c\"}]", "a colon", LLM_JSON_REPAIRED},
    {"```python\nx = {\"q\": \"a\"}\n```", NULL, "saw none", 0},
    {"Just words [1] and {x}.", NULL, "line 1: expected", 0},
    {"", NULL, "saw none", 0},
    {"[]", NULL, "saw none", 0},
    {"{\"p\": \"a\"}", NULL, "member \"q\"", 0},
    {"{\"q\": 3}", NULL, "saw none", 0},
    {"line\n{\"q\": \"a\", ?}", NULL, "line 2", 0},
};

START_TEST(replies)
{
	struct buf b = {0};
	struct llm_json j;
	struct fail f;
	size_t i;
	int rc;

	for (i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
		rc = llm_json_find(
		    &j, fixtures[i].text, strlen(fixtures[i].text), "q", &f);
		ck_assert_msg((rc == 0) == (fixtures[i].want != NULL),
		    "%zu: %s", i, f.msg);
		if (fixtures[i].fault != NULL)
			ck_assert_msg(strstr(f.msg, fixtures[i].fault) != NULL,
			    "%zu: %s", i, f.msg);
		if (rc == 0) {
			buf_reset(&b);
			rec_dump(&b, j.items, 0);
			ck_assert_str_eq(buf_str(&b), fixtures[i].want);
			ck_assert_msg(j.flags == fixtures[i].flags,
			    "%zu: flags %u", i, j.flags);
		}
		llm_json_clear(&j);
	}
	buf_clear(&b);
}
END_TEST

START_TEST(deep)
{
	struct buf b = {0};
	struct llm_json j;
	struct fail f;
	int i;

	for (i = 0; i < 100000; i++)
		buf_puts(&b, "{\"a\":");
	ck_assert_int_eq(llm_json_find(&j, b.p, b.n, "q", &f), -1);
	ck_assert_ptr_nonnull(strstr(f.msg, "nesting"));
	llm_json_clear(&j);
	buf_clear(&b);
}
END_TEST

UNIT_MAIN("llm_json", replies, deep)
