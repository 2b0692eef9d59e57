/* claims.c - what an episode states about itself: hashes, the vote, the
 * conversation. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "claims.h"
#include "code.h"
#include "mem.h"
#include "turn.h"

enum { OUTPUT_SEEN = 2000 }; /* bytes of an output that are looked for */

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
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

	if (check_submitted(trace) != NULL &&
	    !hash_is(json_object_get(trace, "final_answer_hash"),
		check_submitted(trace)))
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

/* Is a stated number, null for NaN, that one? What is not stated is no lie. */
static bool
is_number(const json_t *o, const char *key, double x)
{
	const json_t *v = json_object_get(o, key);

	if (v == NULL)
		return true;
	if (isnan(x))
		return json_is_null(v);
	return json_is_number(v) && fabs(json_number_value(v) - x) < 1e-6;
}

static bool
is_bool(const json_t *o, const char *key, int x)
{
	const json_t *v = json_object_get(o, key);

	if (v == NULL)
		return true;
	return x == -1 ? json_is_null(v)
		       : json_is_boolean(v) && json_is_true(v) == (x == 1);
}

/* Is the stated majority that of the first cluster? */
static bool
is_majority(
    const json_t *o, const struct ans_group *g, const struct ans_verdict *v)
{
	const json_t *hash = json_object_get(o, "majority_answer_hash");

	if (hash == NULL)
		return true;
	return v->n_clusters == 0 ? json_is_null(hash)
				  : hash_is(hash, g->blind[v->rep[0]].answer);
}

/* The first stated count that is not what the traces give, or NULL. */
static const char *
false_count(const json_t *episode, const struct ans_group *g,
    const struct ans_verdict *v)
{
	const json_t *tri = json_object_get(episode, "triangulation"),
		     *diag = json_object_get(episode, "diagnostics"),
		     *dist = json_object_get(diag, "answer_distribution");
	double most = v->n_clusters > 0 ? (double)v->count[0] : 0;
	const struct {
		const char *name;
		bool holds;
	} claims[] = {
	    {"n_consistency_runs",
		is_number(tri, "n_consistency_runs", (double)g->n_blind)},
	    {"n_consistency_succeeded",
		is_number(
		    tri, "n_consistency_succeeded", (double)v->n_submitted)},
	    {"majority_answer_hash", is_majority(tri, g, v)},
	    {"majority_count", is_number(tri, "majority_count", most)},
	    {"gold_matches_majority",
		is_bool(
		    tri, "gold_matches_majority", v->gold_matches_majority)},
	    {"gold_matches_truth",
		is_bool(diag, "gold_matches_truth", v->gold_matches_truth)},
	    {"pass_rate", is_number(diag, "pass_rate", ans_pass_rate(v, g))},
	    {"cluster_count",
		is_number(dist, "cluster_count", (double)v->n_clusters)},
	};
	size_t i;

	for (i = 0; i < sizeof claims / sizeof *claims; i++)
		if (!claims[i].holds)
			return claims[i].name;
	return NULL;
}

void
check_vote(json_t *checks, const json_t *episode, const struct ans_rule *rule)
{
	const json_t *blind = json_object_get(episode, "consistency_traces"),
		     *gold = json_object_get(episode, "gold_trace"),
		     *diag = json_object_get(episode, "diagnostics");
	const char *category = text(diag, "failure_category"), *wrong;
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
	wrong = false_count(episode, &g, &v);
	if (v.verified != stated || strcmp(v.category, category) != 0)
		check_put(checks, "vote", CHECK_FAIL,
		    "stated %s (%s), recomputed %s (%s)",
		    stated ? "verified" : "not verified", category,
		    v.verified ? "verified" : "not verified", v.category);
	else if (wrong != NULL)
		check_put(checks, "vote", CHECK_FAIL,
		    "%s is not what the stored traces give", wrong);
	else
		check_put(checks, "vote", CHECK_PASS, "%s", "");
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

/* ---- the conversation ---- */

/* a and b but for white space at their ends. */
static bool
same_trimmed(const char *a, const char *b)
{
	static const char *const blank = " \t\r\n";
	size_t n, m;

	a += strspn(a, blank);
	b += strspn(b, blank);
	for (n = strlen(a); n > 0 && strchr(blank, a[n - 1]) != NULL;)
		n--;
	for (m = strlen(b); m > 0 && strchr(blank, b[m - 1]) != NULL;)
		m--;
	return n == m && memcmp(a, b, n) == 0;
}

static bool
is_role(const json_t *message, const char *role)
{
	return strcmp(text(message, "role"), role) == 0;
}

/* Does a reply hold that code? */
static bool
holds_code(const json_t *message, const char *code)
{
	const char *s = text(message, "content");
	struct code found;
	char *cell;
	bool same;

	if (!is_role(message, "assistant"))
		return false;
	code_find(&found, s, strlen(s), true);
	cell = code_join(&found);
	same = same_trimmed(cell, code);
	free(cell);
	code_clear(&found);
	return same;
}

/* Does the message, if there is one, begin with what the turn printed, as far
 * as teachers are shown it? The hint is taken out of what is told. */
static bool
tells_output(const json_t *message, const json_t *turn, const char *hint)
{
	const char *out = text(json_object_get(turn, "execution"), "stdout");
	char *start;
	bool told;

	if (message == NULL || (*hint != '\0' && strstr(out, hint) != NULL))
		return true;
	start = xstrndup(out, OUTPUT_SEEN);
	told = is_role(message, "user") &&
	    strstr(text(message, "content"), start) != NULL;
	free(start);
	return told;
}

/* The first turn that the conversation tells otherwise, or -1. */
static long
untold_turn(const json_t *messages, const json_t *gold, const char *hint)
{
	json_t *turns = json_object_get(gold, "turns"), *turn;
	size_t i, at = 0, n = json_array_size(messages);

	json_array_foreach(turns, i, turn)
	{
		if (turn_code(turn)[0] == '\0')
			continue;
		while (at < n &&
		    !holds_code(json_array_get(messages, at), turn_code(turn)))
			at++;
		if (at == n ||
		    !tells_output(json_array_get(messages, at + 1), turn, hint))
			return (long)i;
		at++;
	}
	return -1;
}

/* Is the text in a message that the teacher wrote itself (own), or was told? */
static bool
is_said(const json_t *messages, const char *s, bool own)
{
	json_t *m;
	size_t i;

	json_array_foreach(messages, i, m)
	{
		if (is_role(m, "assistant") == own &&
		    strstr(text(m, "content"), s) != NULL)
			return true;
	}
	return false;
}

void
check_messages(json_t *checks, const json_t *episode)
{
	const json_t *messages = json_object_get(episode, "messages"),
		     *q = json_object_get(episode, "question");
	const char *hint = text(q, "hint"), *asked = text(q, "question_text");
	bool hinted = *hint != '\0', within = strstr(asked, hint) != NULL;
	long turn;

	if (json_array_size(messages) == 0) {
		check_put(
		    checks, "messages", CHECK_SKIP, "there is no conversation");
		return;
	}
	turn =
	    untold_turn(messages, json_object_get(episode, "gold_trace"), hint);
	if (turn != -1)
		check_put(checks, "messages", CHECK_FAIL,
		    "turn %ld is told otherwise", turn);
	else if (hinted && is_said(messages, hint, false))
		check_put(checks, "messages", CHECK_FAIL, "they hold the hint");
	else if (!(hinted && within) && !is_said(messages, asked, false))
		check_put(checks, "messages", CHECK_FAIL,
		    "the question is not in them");
	else
		check_put(checks, "messages", CHECK_PASS, "%s", "");
}
