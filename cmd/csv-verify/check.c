/* check.c - what is proven about a record, check by check. */
#include <stdarg.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "mem.h"
#include "rec.h"
#include "turn.h"

enum { TEXT_MAX = 200 };

static const char *const results[] = {"pass", "fail", "skip"};

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
	else
		compare(checks, "truth", truth, want,
		    ans_matches_truth(truth, question, rule));
}

/* The submitted answer of a trace object, NULL where there is none. */
static const json_t *
submitted(const json_t *trace)
{
	if (!json_is_true(json_object_get(trace, "success")))
		return NULL;
	return json_object_get(trace, "final_answer");
}

void
check_reference(json_t *checks, const json_t *question, const json_t *again,
    const struct ans_rule *rule)
{
	const json_t *got = submitted(again);

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

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
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
		if (strcmp(text(a, "variable_name"),
			text(b, "variable_name")) != 0 ||
		    !ans_match(json_object_get(a, "value"),
			json_object_get(b, "value"), &c->values))
			put(c, "hooks", CHECK_FAIL, turn,
			    text(a, "variable_name"));
		else
			put(c, "hooks", CHECK_PASS, turn, "");
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
	else if (json_object_get(was, "nonreproducible") != NULL)
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
	const json_t *want = submitted(recorded), *got = submitted(again);
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

/* ---- hashes ---- */

static bool
hash_is(const json_t *hash, const json_t *value)
{
	char id[DIGEST_ID];

	if (value == NULL || !json_is_string(hash))
		return false;
	ans_hash(value, id);
	return strcmp(json_string_value(hash), id) == 0;
}

static bool
trace_hashes(const json_t *trace)
{
	const json_t *hooks;
	json_t *turn, *hook;
	size_t i, k;

	if (submitted(trace) != NULL &&
	    !hash_is(
		json_object_get(trace, "final_answer_hash"), submitted(trace)))
		return false;
	json_array_foreach(json_object_get(trace, "turns"), i, turn)
	{
		hooks = turn_hooks(turn);
		json_array_foreach(hooks, k, hook)
		{
			if (!hash_is(json_object_get(hook, "value_hash"),
				json_object_get(hook, "value")))
				return false;
		}
	}
	return true;
}

void
check_hashes(json_t *checks, const json_t *episode)
{
	const json_t *q = json_object_get(episode, "question");
	json_t *trace;
	bool ok;
	size_t i;

	ok = trace_hashes(json_object_get(episode, "gold_trace"));
	json_array_foreach(
	    json_object_get(episode, "consistency_traces"), i, trace)
	{
		ok = ok && trace_hashes(trace);
	}
	if (ans_has_truth(q) && json_object_get(q, "ground_truth_hash") != NULL)
		ok = ok &&
		    hash_is(json_object_get(q, "ground_truth_hash"),
			json_object_get(q, "ground_truth"));
	check_put(checks, "hashes", ok ? CHECK_PASS : CHECK_FAIL, "%s",
	    ok ? "" : "a stated hash is not that of its value");
}

/* ---- the vote ---- */

static struct ans_run
run_of(const json_t *trace, bool reference)
{
	return (struct ans_run){
	    .answer = json_object_get(trace, "final_answer"),
	    .submitted = json_is_true(json_object_get(trace, "success")),
	    .stop = json_string_value(json_object_get(trace, "stop")),
	    .reference = reference};
}

void
check_vote(json_t *checks, const json_t *episode, const struct ans_rule *rule)
{
	const json_t *blind = json_object_get(episode, "consistency_traces"),
		     *gold = json_object_get(episode, "gold_trace"),
		     *diag = json_object_get(episode, "diagnostics");
	const char *category = text(diag, "failure_category");
	bool stated = json_is_true(json_object_get(episode, "verified")),
	     reference =
		 strcmp(text(json_object_get(episode, "teacher"), "kind"),
		     "reference") == 0;
	size_t n = json_array_size(blind), i;
	struct ans_run *runs = xcalloc(n + 1, sizeof *runs);
	struct ans_group g = {.question = json_object_get(episode, "question"),
	    .gold = json_is_object(gold) ? runs : NULL,
	    .blind = runs + 1,
	    .n_blind = n,
	    .planned = n,
	    .incomplete = strcmp(category, "incomplete") == 0};
	struct ans_verdict v, ours;
	struct ans_rule own = *rule;
	json_int_t planned =
	    json_integer_value(json_object_get(diag, "n_planned"));

	runs[0] = run_of(gold, reference);
	for (i = 0; i < n; i++)
		runs[i + 1] = run_of(json_array_get(blind, i), reference);
	if (planned > (json_int_t)n)
		g.planned = (size_t)planned;
	ans_tol_stated(
	    &own.tol, json_object_get(episode, "triangulation"), &rule->tol);
	ans_verdict(&v, &g, &own);
	if (v.verified == stated && strcmp(v.category, category) == 0)
		check_put(checks, "vote", CHECK_PASS, "%s", "");
	else
		check_put(checks, "vote", CHECK_FAIL,
		    "stated %s (%s), recomputed %s (%s)",
		    stated ? "verified" : "not verified", category,
		    v.verified ? "verified" : "not verified", v.category);
	ans_verdict(&ours, &g, rule);
	if (ours.verified == v.verified &&
	    strcmp(ours.category, v.category) == 0)
		check_put(checks, "tolerances", CHECK_PASS, "%s", "");
	else
		check_put(checks, "tolerances", CHECK_FAIL,
		    "with the record's own %s (%s), with those in use %s (%s)",
		    v.verified ? "verified" : "not verified", v.category,
		    ours.verified ? "verified" : "not verified", ours.category);
	ans_verdict_clear(&ours);
	ans_verdict_clear(&v);
	free(runs);
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
