/* test_answer.c - unit tests of answers; with an argument, what
 * tests/diff/answer.t compares with Python. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "mem.h"
#include "rec.h"

static const struct ans_tol defaults = {0.1, 0.02, 0.002, 0.5};

static json_t *
parse(const char *text)
{
	struct fail f;
	json_t *v = rec_parse(text, strlen(text), &f);

	ck_assert_msg(v != NULL, "%s: %s", text, f.msg);
	return v;
}

static double
real_or(const json_t *o, const char *key, double other)
{
	json_t *v = json_object_get(o, key);

	return v != NULL ? json_number_value(v) : other;
}

/* The rule that a line of match.ndjson states. */
static struct ans_rule
line_rule(const json_t *line)
{
	struct ans_rule r;

	ans_rule_init(&r, line, &defaults);
	r.tol.absolute = real_or(line, "float_tolerance", r.tol.absolute);
	r.tol.relative = real_or(line, "relative_tolerance", r.tol.relative);
	r.tol.p = real_or(line, "p_tolerance", r.tol.p);
	return r;
}

static void
check_match(const char *text, size_t line)
{
	json_t *o = parse(text);
	json_t *a = json_object_get(o, "a"), *b = json_object_get(o, "b");
	struct ans_rule r = line_rule(o);
	bool want = json_is_true(json_object_get(o, "want"));

	ck_assert_msg(ans_match(a, b, &r) == want, "line %zu: %s", line, text);
	ck_assert_msg(
	    ans_match(b, a, &r) == want, "line %zu reversed: %s", line, text);
	ck_assert_msg(ans_match(a, a, &r) && ans_match(b, b, &r),
	    "line %zu, with itself: %s", line, text);
	json_decref(o);
}

START_TEST(matches)
{
	FILE *fp = fopen("tests/data/answer/match.ndjson", "re");
	char *text = NULL;
	size_t cap = 0, n = 0;

	ck_assert_ptr_nonnull(fp);
	while (getline(&text, &cap, fp) > 0)
		check_match(text, ++n);
	free(text);
	fclose(fp);
	ck_assert_uint_ge(n, 120);
}
END_TEST

/* From fuzzing: more digits than a double can hold, under each rule. */
START_TEST(huge)
{
	struct ans_rule r;
	json_t *a, *b, *rule;
	char text[402];
	int d;

	memset(text, '7', 401);
	text[401] = '\0';
	a = parse(text);
	text[400] = '8';
	b = parse(text);
	for (d = -2; d <= 2; d++) {
		rule = json_pack("{s:i}", "decimals", d);
		ans_rule_init(&r, rule, &defaults);
		ck_assert(ans_match(a, a, &r));
		ck_assert(!ans_match(a, b, &r));
		json_decref(rule);
	}
	json_decref(a);
	json_decref(b);
}
END_TEST

START_TEST(rounding)
{
	static const struct {
		double x;
		int d;
		double want;
	} t[] = {{2.675, 2, 2.67}, {0.125, 2, 0.12}, {0.375, 2, 0.38},
	    {2.5, 0, 2}, {3.5, 0, 4}, {-2.5, 0, -2}, {1e300, 2, 1e300},
	    {0.1, 400, 0.1}, {1250, -2, 1200}, {1350, -2, 1400},
	    {1250.0001, -2, 1300}, {-1350, -2, -1400}, {99.5, -1, 100},
	    {950, -3, 1000}, {500, -3, 0}, {501, -3, 1000}, {499, -4, 0},
	    {5e8, -309, 0}, {9007199254740993.0, -1, 9007199254740990},
	    {1e22, -22, 1e22}, {0.5, -1, 0}, {25, -1, 20}, {35, -1, 40},
	    {5e-324, 323, 0}, {1.005, 2, 1}, {0, 2, 0}};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		ck_assert_msg(ans_round(t[i].x, t[i].d) == t[i].want,
		    "round(%.17g, %d) = %.17g", t[i].x, t[i].d,
		    ans_round(t[i].x, t[i].d));
	ck_assert(signbit(ans_round(-0.001, 2)));
	ck_assert(isinf(ans_round(HUGE_VAL, 2)));
}
END_TEST

static void
check_text(const char *json, const char *want)
{
	struct buf b = {0};
	json_t *v = parse(json);

	ans_hash_text(&b, v);
	ck_assert_str_eq(buf_str(&b), want);
	buf_clear(&b);
	json_decref(v);
}

START_TEST(hashes)
{
	char hash[DIGEST_ID];
	json_t *v;

	check_text("{\"b\":2.675,\"a\":[1,1.0,null,true]}",
	    "{\"a\": [1, 1.0, null, true], \"b\": 2.67}");
	check_text(
	    "\"\\u00e9\\ud83d\\ude00\\n\"", "\"\\u00e9\\ud83d\\ude00\\n\"");
	check_text("1234567890123456789012345", "1234567890123456789012345");
	check_text("1e16", "1e+16");
	check_text("-0.001", "-0.0");
	check_text("[]", "[]");
	v = parse("42");
	ans_hash(v, hash); /* printf 42 | sha256sum */
	ck_assert_str_eq(hash, "73475cb40a568e8d");
	json_decref(v);
}
END_TEST

static void
check_fold(const char *s, const char *want)
{
	struct buf b = {0};

	ans_fold(&b, s, strlen(s));
	ck_assert_str_eq(buf_str(&b), want);
	buf_clear(&b);
}

START_TEST(folding)
{
	check_fold("", "");
	check_fold(" \t\n", "");
	check_fold(" A b ", "a b");
	check_fold("\xc3\x89", "\xc3\xa9");
	check_fold("\xe3\x80\x80x\xc2\x85", "x");
	check_fold("\xef\xac\x83", "ffi");
	check_fold("\xc4\xb1", "\xc4\xb1");
	check_fold("\xff\x80"
		   "A",
	    "\xff\x80"
	    "a"); /* broken text is kept */
	check_fold("\x80", "\x80");
}
END_TEST

/* Cluster a JSON list; want: cluster of each element, as digits. */
static void
check_clusters(const char *list, const char *want)
{
	json_t *v = parse(list);
	size_t n = json_array_size(v), of[16], rep[16], i;
	const json_t *a[16];
	struct ans_rule r = {NULL, NULL, defaults};
	char got[17] = "";

	for (i = 0; i < n; i++)
		a[i] = json_array_get(v, i);
	ans_cluster(a, n, &r, of, rep);
	for (i = 0; i < n; i++)
		got[i] = (char)('0' + of[i]);
	got[n] = '\0';
	ck_assert_msg(strcmp(got, want) == 0, "%s: %s", list, got);
	json_decref(v);
}

START_TEST(clusters)
{
	check_clusters("[]", "");
	check_clusters("[1]", "0");
	check_clusters("[1,2,2,3,2]", "10020");
	check_clusters("[10.0,10.05,10.14]", "000");
	check_clusters("[\"b\",\"a\"]", "10");
	check_clusters("[\"a\",\"b\"]", "01");
	/* a chain: the middle matches both ends, the ends do not match */
	check_clusters("[10.02,10.2,10.11]", "000");
	check_clusters("[null,null,1,true]", "0012");
}
END_TEST

/* The majority's representative is the same in every order. */
START_TEST(order)
{
	static const char *const all[] = {
	    "10.01", "10.1", "10.18", "10.27", "10.35", "\"x\"", "\"X\""};
	struct ans_rule r = {NULL, NULL, defaults};
	json_t *v[7];
	const json_t *p[7];
	size_t of[7], rep[7], turn, i, n0 = 0, n;
	struct buf first = {0}, text = {0};

	for (i = 0; i < 7; i++)
		v[i] = parse(all[i]);
	for (turn = 0; turn < 7 * 6; turn++) {
		size_t step = 1 + turn / 7;

		for (i = 0; i < 7; i++)
			p[i] = v[(turn + i * step) % 7];
		n = ans_cluster(p, 7, &r, of, rep);
		buf_reset(&text);
		for (i = 0; i < n; i++) {
			ans_canonical(&text, p[rep[i]]);
			buf_putc(&text, '|');
		}
		if (turn == 0) {
			n0 = n;
			buf_put(&first, text.p, text.n);
		}
		ck_assert_uint_eq(n, n0);
		/* "x" and "X" are one answer in two spellings */
		ck_assert_str_eq(buf_str(&text), buf_str(&first));
	}
	for (i = 0; i < 7; i++)
		json_decref(v[i]);
	buf_clear(&first);
	buf_clear(&text);
}
END_TEST

/*
 * A verdict from short texts: gold and blind answers as a JSON list (the first
 * is gold's; a string "!" did not submit, "!s" ended in a sandbox error),
 * planned runs, members of the question.
 */
static struct ans_verdict
verdict(const char *answers, size_t planned, const char *question,
    bool reference, bool *decided)
{
	json_t *list = parse(answers), *q = parse(question);
	struct ans_run run[16] = {0};
	struct ans_group g = {.question = q, .planned = planned};
	struct ans_verdict v;
	struct stop_votes votes;
	struct ans_rule r;
	size_t i, n = json_array_size(list);
	bool gold_ok;

	ans_rule_init(&r, q, &defaults);
	for (i = 0; i < n; i++) {
		const char *s = json_string_value(json_array_get(list, i));

		run[i].answer = json_array_get(list, i);
		run[i].submitted = s == NULL || s[0] != '!';
		run[i].stop = run[i].submitted ? "submitted"
		    : s[1] == 's'              ? "sandbox_error"
					       : "max_turns";
		run[i].reference = reference;
	}
	g.gold = n > 0 ? &run[0] : NULL;
	g.blind = run + 1;
	g.n_blind = n > 0 ? n - 1 : 0;
	ans_verdict(&v, &g, &r);
	ans_votes(&g, &r, &votes, &gold_ok);
	*decided =
	    stop_decided(&votes, STOP_VERDICT, r.tol.min_agreement, gold_ok);
	json_decref(list);
	json_decref(q);
	return v;
}

START_TEST(verdicts)
{
	static const char truth[] = "{\"ground_truth\":5,\"known_wrong\":"
				    "[{\"reading\":\"r\",\"answer\":6}]}";
	static const char either[] =
	    "{\"ground_truth\":5,\"ground_truths\":[5,7]}";
	static const struct {
		const char *answers;
		size_t planned;
		const char *question, *category;
		bool verified, decided;
	} t[] = {
	    {"[5]", 0, truth, "good", true, true},
	    {"[6]", 0, truth, "known_misreading", false, true},
	    {"[8]", 0, truth, "truth_mismatch", false, true},
	    {"[7]", 0, either, "good", true, true},
	    {"[\"!\"]", 0, truth, "too_hard", false, true},
	    {"[\"!s\"]", 0, truth, "execution_failure", false, true},
	    {"[]", 3, truth, "incomplete", false, true},
	    {"[5]", 0, "{}", "ambiguous", false, true},
	    {"[5,5]", 1, truth, "good", true, true},
	    {"[5,6]", 1, truth, "hint_necessary", false, true},
	    {"[5,\"!\"]", 1, truth, "hint_necessary", false, true},
	    {"[5,5,\"!\",\"!\"]", 3, "{}", "hint_necessary", false, true},
	    {"[5,5,5,\"!\"]", 3, "{}", "good", true, true},
	    {"[5,5,5]", 3, "{}", "good", true, true},
	    {"[5,5]", 3, "{}", "hint_necessary", false, false},
	    {"[5,6,6]", 3, "{}", "hint_necessary", false, true},
	    {"[5,5,6,7]", 3, "{}", "ambiguous", false, true},
	    {"[5,5,6]", 2, "{}", "ambiguous", false, true},
	    {"[5,6,6,6,6]", 7, "{}", "hint_necessary", false, true},
	    {"[5,6,6,6]", 7, "{}", "hint_necessary", false, false},
	    {"[5,5,5,5,5]", 7, "{}", "good", true, true},
	    {"[5,5,5,5]", 7, "{}", "good", true, false},
	    {"[null,null,null]", 2, "{}", "good", true, true},
	};
	struct ans_verdict v;
	bool decided;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		v = verdict(
		    t[i].answers, t[i].planned, t[i].question, false, &decided);
		ck_assert_msg(strcmp(v.category, t[i].category) == 0, "%s: %s",
		    t[i].answers, v.category);
		ck_assert_msg(v.verified == t[i].verified, "%s", t[i].answers);
		ck_assert_msg(decided == t[i].decided, "%s decided %d",
		    t[i].answers, decided);
		ans_verdict_clear(&v);
	}
	v = verdict("[5,5,5]", 2, "{}", true, &decided);
	ck_assert(!v.verified); /* reference runs prove nothing alone */
	ans_verdict_clear(&v);
	v = verdict("[5,5,6,\"!\",5]", 4, truth, false, &decided);
	ck_assert(v.verified && v.gold_matches_truth == 1);
	ck_assert(v.n_submitted == 3 && v.n_agree == 2 && v.n_pass == 2);
	ck_assert(v.n_clusters == 2 && v.rep[0] == 0 && v.count[0] == 2);
	ck_assert(v.cluster[2] == ANS_NONE && v.cluster[1] == 1);
	ck_assert(v.gold_matches_majority);
	ans_verdict_clear(&v);
}
END_TEST

/* stop_decided against every way the missing runs can end. */
START_TEST(decided_is_sound)
{
	static const char *const blind[] = {"5", "6", "\"!\""};
	size_t code, left, i, k;

	for (code = 0; code < 27 * 3; code++) {
		bool settled, now, seen[2] = {false, false}, d;
		char head[64], full[160];
		struct ans_verdict v;

		left = code / 27;
		snprintf(head, sizeof head, "[5,%s,%s,%s", blind[code % 3],
		    blind[code / 3 % 3], blind[code / 9 % 3]);
		snprintf(full, sizeof full, "%s]", head);
		v = verdict(full, 3 + left, "{}", false, &settled);
		now = v.verified;
		ans_verdict_clear(&v);
		for (i = 0; i < 9; i++) {
			snprintf(full, sizeof full, "%s", head);
			for (k = 0; k < left; k++)
				snprintf(full + strlen(full),
				    sizeof full - strlen(full), ",%s",
				    blind[k == 0 ? i % 3 : i / 3]);
			strcat(full, "]");
			v = verdict(full, 3 + left, "{}", false, &d);
			seen[v.verified] = true;
			ans_verdict_clear(&v);
		}
		ck_assert_msg(
		    settled == !(seen[0] && seen[1]), "%s + %zu", head, left);
		ck_assert(!settled || seen[now]);
	}
}
END_TEST

START_TEST(stopping)
{
	struct ans_tol other = defaults;
	json_t *s = ans_stopping_new("verdict", &defaults, true);

	ck_assert(ans_stopping_same(s, &defaults));
	other.p = 0.01;
	ck_assert(!ans_stopping_same(s, &other));
	json_object_set_new(s, "rule", json_string("none"));
	ck_assert(ans_stopping_same(s, &other));
	ck_assert(ans_stopping_same(NULL, &other));
	json_decref(s);
}
END_TEST

START_TEST(stated)
{
	json_t *o = json_pack("{s:f, s:s, s:f, s:i}", "float_tolerance", 0.5,
	    "relative_tolerance", "wide", "p_tolerance", -1.0, "min_agreement",
	    1);
	struct ans_tol t;

	ans_tol_stated(&t, o, &defaults);
	ck_assert(t.absolute == 0.5 && t.min_agreement == 1);
	ck_assert(t.relative == defaults.relative && t.p == defaults.p);
	ans_tol_stated(&t, NULL, &defaults);
	ck_assert(t.absolute == defaults.absolute);
	json_decref(o);
}
END_TEST

/* For tests/diff/answer.t: a line of standard input, a line of output. */
static int
filter(const char *what)
{
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&text, &cap, stdin)) > 0) {
		struct buf b = {0};
		struct fail f;
		json_t *v = rec_parse(text, (size_t)n, &f);
		struct ans_rule r = line_rule(v);
		char hash[DIGEST_ID];

		if (strcmp(what, "hash") == 0) {
			ans_hash(v, hash);
			ans_hash_text(&b, v);
			buf_printf(&b, "\t%s", hash);
		} else if (strcmp(what, "round") == 0) {
			buf_real(&b,
			    ans_round(json_number_value(json_array_get(v, 0)),
				(int)json_integer_value(json_array_get(v, 1))));
		} else if (strcmp(what, "fold") == 0) {
			ans_fold(
			    &b, json_string_value(v), json_string_length(v));
		} else {
			buf_puts(&b,
			    ans_match(json_object_get(v, "a"),
				json_object_get(v, "b"), &r)
				? "true"
				: "false");
		}
		puts(buf_str(&b));
		buf_clear(&b);
		json_decref(v);
	}
	free(text);
	return 0;
}

int
main(int argc, char *argv[])
{
	Suite *s;
	TCase *tc;
	SRunner *sr;
	int failed;

	if (argc > 1)
		return filter(argv[1]);
	s = suite_create("answer");
	tc = tcase_create("answer");
	tcase_add_test(tc, matches);
	tcase_add_test(tc, huge);
	tcase_add_test(tc, rounding);
	tcase_add_test(tc, hashes);
	tcase_add_test(tc, folding);
	tcase_add_test(tc, clusters);
	tcase_add_test(tc, order);
	tcase_add_test(tc, verdicts);
	tcase_add_test(tc, decided_is_sound);
	tcase_add_test(tc, stopping);
	tcase_add_test(tc, stated);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_set_tap(sr, "-");
	srunner_run_all(sr, CK_SILENT);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
