/* check.c - what is proven about a record, check by check. */
#include <stdarg.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "mem.h"
#include "question.h"
#include "rec.h"
#include "turn.h"

enum { TEXT_MAX = 200 };

static const char *const results[] = {"pass", "fail", "skip"};

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* Which of two results of one check stands. */
static int
weight(const char *result)
{
	return strcmp(result, "fail") == 0 ? 2
	    : strcmp(result, "pass") == 0  ? 1
					   : 0;
}

void
check_put(json_t *checks, const char *name, enum check_result result,
    const char *fmt, ...)
{
	const json_t *old = json_object_get(checks, name);
	const char *was = json_string_value(json_object_get(old, "result"));
	char detail[1000];
	struct buf b = {0};
	json_t *o;
	va_list ap;

	if (was != NULL && weight(was) >= weight(results[result]))
		return;
	va_start(ap, fmt);
	vsnprintf(detail, sizeof detail, fmt, ap);
	va_end(ap);
	o = json_object();
	json_object_set_new(o, "result", json_string(results[result]));
	if (detail[0] != '\0') {
		buf_utf8(&b, detail, strlen(detail));
		json_object_set_new(
		    o, "detail", json_stringn(buf_str(&b), b.n));
		buf_clear(&b);
	}
	json_object_set_new(checks, name, o);
}

static const char *
result_of(const json_t *checks, const char *name)
{
	const char *s = json_string_value(
	    json_object_get(json_object_get(checks, name), "result"));

	return s != NULL ? s : "skip";
}

const char *
check_status(const json_t *checks)
{
	static const char *const proofs[] = {"reference", "answer", "truth"};
	bool proven = false;
	const char *name;
	json_t *c;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)checks, name, c)
	{
		if (strcmp(result_of(checks, name), "fail") == 0)
			return "failed";
	}
	for (i = 0; i < sizeof proofs / sizeof *proofs; i++)
		proven |= strcmp(result_of(checks, proofs[i]), "pass") == 0;
	return proven ? "proven" : "unproven";
}

char *
check_text(const json_t *answer)
{
	struct buf b = {0};
	char *s;

	if (answer == NULL)
		return xstrdup("no answer");
	rec_dump(&b, answer, REC_SPACES);
	if (b.n <= TEXT_MAX)
		return buf_steal(&b);
	s = xasprintf("%.*s...", TEXT_MAX, buf_str(&b));
	buf_clear(&b);
	return s;
}

/* Put the check that two answers are one. */
static void
compare(json_t *checks, const char *name, const json_t *want, const json_t *got,
    bool same)
{
	char *w, *g;

	if (same) {
		check_put(checks, name, CHECK_PASS, "%s", "");
		return;
	}
	w = check_text(want);
	g = check_text(got);
	check_put(checks, name, CHECK_FAIL, "expected %s, saw %s", w, g);
	free(w);
	free(g);
}

/* Put a failure where one of ground_truths is not the truth. */
static bool
compare_each(json_t *checks, const json_t *question, const json_t *truth,
    const struct ans_rule *rule)
{
	json_t *list = json_object_get(question, "ground_truths"), *v;
	size_t i;

	json_array_foreach(list, i, v)
	{
		if (!ans_match(truth, v, rule)) {
			compare(checks, "truth", truth, v, false);
			return false;
		}
	}
	return true;
}

void
check_truth(json_t *checks, const json_t *question, const json_t *truth,
    const char *why, const struct ans_rule *rule)
{
	const json_t *want = json_object_get(question, "ground_truth"),
		     *program = json_object_get(
			 json_object_get(question, "template_params"),
			 "program");

	if (!ans_has_truth(question))
		check_put(
		    checks, "truth", CHECK_SKIP, "no ground truth is stated");
	else if (program == NULL)
		check_put(checks, "truth", CHECK_SKIP,
		    "the question states no program of operators");
	else if (truth == NULL)
		check_put(checks, "truth", CHECK_FAIL, "%s", why);
	else if (compare_each(checks, question, truth, rule))
		compare(checks, "truth", truth, want,
		    ans_matches_truth(truth, question, rule));
}

/* A member of the question is that of the form, or neither has it. */
static bool
same_member(const json_t *question, const json_t *form, const char *key)
{
	json_t *a = json_object_get(question, key),
	       *b = json_object_get(form, key);

	return json_is_null(a) || a == NULL ? b == NULL : json_equal(a, b);
}

void
check_question(json_t *checks, const json_t *question, const json_t *form)
{
	const char *stated = text(question, "id"),
		   *as_made = text(question, "question_mechanical");
	bool reworded = json_object_get(question, "parent_id") != NULL;
	char id[DIGEST_ID];

	question_id(question, id);
	if (json_object_size(form) > 0 &&
	    (!same_member(question, form, "output_type") ||
		!same_member(question, form, "decimals")))
		check_put(checks, "question", CHECK_FAIL,
		    "output_type or decimals are not those of the program");
	else if (*stated == '\0')
		check_put(checks, "question", CHECK_SKIP, "no id is stated");
	else if (strcmp(stated, id) != 0)
		check_put(checks, "question", CHECK_FAIL,
		    "id: expected %s by what it is made of, saw %.40s", id,
		    stated);
	else if (!reworded && *as_made != '\0' &&
	    strcmp(as_made, text(question, "question_text")) != 0)
		check_put(checks, "question", CHECK_FAIL,
		    "question_text is not the text that was made");
	else
		check_put(checks, "question", CHECK_PASS, "%s", "");
}

const json_t *
check_submitted(const json_t *trace)
{
	if (!json_is_true(json_object_get(trace, "success")))
		return NULL;
	return json_object_get(trace, "final_answer");
}

void
check_reference(json_t *checks, const json_t *question, const json_t *again,
    const struct ans_rule *rule)
{
	const json_t *got = check_submitted(again);

	if (!ans_has_truth(question))
		check_put(checks, "reference", CHECK_SKIP,
		    "no ground truth is stated");
	else
		compare(checks, "reference",
		    json_object_get(question, "ground_truth"), got,
		    got != NULL && ans_matches_truth(got, question, rule));
}

/* ---- traces ---- */

struct comparison {
	json_t *checks;
	const char *prefix;
	const struct ans_rule *rule;
	struct ans_rule values; /* for hooks: no declared form */
	bool same_libraries;
};

static void
put(const struct comparison *c, const char *name, enum check_result result,
    size_t turn, const char *what)
{
	char *full = xasprintf("%s%s", c->prefix, name);

	if (result == CHECK_PASS)
		check_put(c->checks, full, result, "%s", "");
	else
		check_put(c->checks, full, result, "turn %zu: %s", turn, what);
	free(full);
}

/* Of one name, made by one line, from the same hooks, with one value. */
static bool
same_hook(const struct comparison *c, const json_t *a, const json_t *b)
{
	static const char *const members[] = {"variable_name", "code_line",
	    "depends_on", "description", "grounded"};
	size_t i;

	for (i = 0; i < sizeof members / sizeof *members; i++)
		if (!json_equal(json_object_get(a, members[i]),
			json_object_get(b, members[i])))
			return false;
	return ans_match(json_object_get(a, "value"),
	    json_object_get(b, "value"), &c->values);
}

static void
compare_hooks(const struct comparison *c, size_t turn, const json_t *was,
    const json_t *now)
{
	const json_t *a, *b;
	size_t i, n = json_array_size(was);

	if (n != json_array_size(now)) {
		put(c, "hooks", CHECK_FAIL, turn, "another number of hooks");
		return;
	}
	for (i = 0; i < n; i++) {
		a = json_array_get(was, i);
		b = json_array_get(now, i);
		put(c, "hooks", same_hook(c, a, b) ? CHECK_PASS : CHECK_FAIL,
		    turn, text(a, "variable_name"));
		put(c, "grounded",
		    json_is_true(json_object_get(b, "grounded")) ? CHECK_PASS
								 : CHECK_FAIL,
		    turn, text(a, "variable_name"));
	}
}

static void
compare_output(const struct comparison *c, size_t turn, const json_t *was,
    const json_t *now)
{
	if (!c->same_libraries)
		put(c, "output", CHECK_SKIP, turn,
		    "recorded with other library versions");
	else if (json_object_get(now, "nonreproducible") != NULL)
		put(c, "output", CHECK_SKIP, turn,
		    "the cell reads the clock or draws random numbers");
	else
		put(c, "output",
		    strcmp(text(was, "stdout"), text(now, "stdout")) == 0
			? CHECK_PASS
			: CHECK_FAIL,
		    turn, "another text is printed");
}

static void
compare_turn(const struct comparison *c, size_t turn, const json_t *was,
    const json_t *now)
{
	bool same = json_is_true(json_object_get(was, "success")) ==
	    json_is_true(json_object_get(now, "success"));
	const json_t *a = json_object_get(was, "hooks"),
		     *b = json_object_get(now, "hooks");

	put(c, "execution", same ? CHECK_PASS : CHECK_FAIL, turn,
	    json_is_true(json_object_get(was, "success"))
		? "the cell fails now"
		: "the cell failed then and runs now");
	compare_hooks(c, turn, a, b);
	compare_output(c, turn, was, now);
}

/* The next turn from *i on that holds code, or NULL. */
static const json_t *
next_cell(const json_t *turns, size_t *i)
{
	const json_t *t;

	while ((t = json_array_get(turns, *i)) != NULL) {
		(*i)++;
		if (turn_code(t)[0] != '\0')
			return t;
	}
	return NULL;
}

void
check_trace(json_t *checks, const char *prefix, const json_t *recorded,
    const json_t *again, bool same_libraries, const struct ans_rule *rule)
{
	const json_t *a = json_object_get(recorded, "turns"),
		     *b = json_object_get(again, "turns"), *was, *now;
	const json_t *want = check_submitted(recorded),
		     *got = check_submitted(again);
	struct comparison c = {checks, prefix, rule, *rule, same_libraries};
	char *name = xasprintf("%sanswer", prefix);
	size_t i = 0, j = 0;

	c.values.decimals = NULL;
	c.values.output_type = NULL;
	while ((was = next_cell(a, &i)) != NULL) {
		now = next_cell(b, &j);
		if (now == NULL) {
			put(&c, "execution", CHECK_FAIL, i - 1,
			    "the run ended before this turn");
			break;
		}
		compare_turn(&c, i - 1, json_object_get(was, "execution"),
		    json_object_get(now, "execution"));
	}
	if (want == NULL && got == NULL)
		check_put(checks, name, CHECK_SKIP, "no answer was submitted");
	else
		compare(checks, name, want, got,
		    want != NULL && got != NULL && ans_match(want, got, rule));
	free(name);
}

bool
check_same_libraries(const json_t *a, const json_t *b)
{
	static const char *const keys[] = {
	    "python", "pandas", "numpy", "scipy", "statsmodels", "sklearn"};
	size_t i;

	for (i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strcmp(text(a, keys[i]), text(b, keys[i])) != 0)
			return false;
	return true;
}
