/* gate.c - may a rewording take the place of a mechanical text? */
#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gate_int.h"
#include "mem.h"
#include "ngram.h"

enum {
	SENTENCES = 2,
	WORDS_MIN = 12,
	WORDS_MAX = 35,
	TELLS = 3, /* numbers in words from here on are numbers */
};

/* ---- words ---- */

/* A column's name in words: split at camel humps, underscores and marks, what
 * is in brackets left out. */
static char *
humanised(const char *column)
{
	struct buf b = {0};
	const char *p;
	int depth = 0;

	for (p = column; *p != '\0'; p++) {
		depth += (*p == '(' || *p == '[') && p > column;
		if (depth == 0) {
			if (p > column && isupper((unsigned char)*p) &&
			    islower((unsigned char)p[-1]))
				buf_putc(&b, ' ');
			buf_putc(&b, *p == '_' ? ' ' : *p);
		}
		depth -= depth > 0 && (*p == ')' || *p == ']');
	}
	return buf_steal(&b);
}

/* Do words hold those of name, the last one perhaps as a plural? */
static bool
holds_name(const char *words, const char *name)
{
	char *want = gate_spaced(name);
	size_t n = strlen(want);
	bool found = false;

	if (n > 4) {
		found = strstr(words, want) != NULL;
		want[n - 1] = 's';
		found = found || strstr(words, want) != NULL;
	}
	free(want);
	return found;
}

static bool
quoted(const char *text, const char *name)
{
	static const char marks[] = "\"'`";
	size_t i;
	bool found = false;

	for (i = 0; !found && i < sizeof marks - 1; i++) {
		char *q = xasprintf("%c%s%c", marks[i], name, marks[i]);

		found = strcasestr(text, q) != NULL;
		free(q);
	}
	return found;
}

bool
gate_names(const char *text, const char *column)
{
	char *words, *plain;
	bool found;

	if (quoted(text, column))
		return true;
	words = gate_spaced(text);
	plain = humanised(column);
	found = holds_name(words, column) || holds_name(words, plain);
	free(words);
	free(plain);
	return found;
}

size_t
gate_sentences(const char *text)
{
	size_t n = 0;
	bool open = false, in = false;
	char quote = 0;

	for (; *text != '\0'; text++) {
		if (quote != 0) {
			if (*text == quote)
				quote = 0;
		} else if (*text == '"' ||
		    (*text == '\'' && !in && strchr(text + 1, '\'') != NULL)) {
			quote = *text;
			open = true;
		} else if (strchr(".?!", *text) != NULL &&
		    (text[1] == '\0' || isspace((unsigned char)text[1]))) {
			n += open;
			open = false;
		} else if (!isspace((unsigned char)*text)) {
			open = true;
		}
		in = isalnum((unsigned char)*text);
	}
	return n + open;
}

/* Numbers in words: those that stand for nothing else. */
static const struct {
	const char *words;
	double x;
} spelled[] = {{"two", 2}, {"three|third|3rd", 3}, {"four|fourth|4th", 4},
    {"five|fifth|5th", 5}, {"six|sixth|6th", 6}, {"seven|seventh|7th", 7},
    {"eight|eighth|8th", 8}, {"nine|ninth|9th", 9}, {"ten|tenth|10th", 10},
    {"eleven", 11}, {"twelve", 12}};

/* The numbers of a text, those in words that are at least `from` too, each as
 * often as it is there: an array of reals. */
static json_t *
numbers(const char *text, double from)
{
	json_t *a = json_array();
	const char *at = text;
	char *words;
	double x;
	size_t i, n;

	while (gate_number(&at, &x, &n))
		json_array_append_new(a, json_real(x));
	words = gate_spaced(text);
	for (i = 0; i < sizeof spelled / sizeof *spelled; i++) {
		if (spelled[i].x < from)
			continue;
		for (n = gate_occurrences(words, spelled[i].words); n > 0; n--)
			json_array_append_new(a, json_real(spelled[i].x));
	}
	free(words);
	return a;
}

static size_t
count_number(const json_t *list, double x)
{
	json_t *v;
	size_t i, n = 0;

	json_array_foreach(list, i, v)
	{
		n += json_real_value(v) == x;
	}
	return n;
}

/* A number and those in words that stand for it where they count: there are
 * more of them than the text had. */
static size_t
count_new(const json_t *digits, const json_t *all, const json_t *before,
    const json_t *all_before, double x)
{
	size_t n = count_number(all, x) - count_number(digits, x),
	       old = count_number(all_before, x) - count_number(before, x);

	return count_number(digits, x) + (n > old ? n - old : 0);
}

/* As a number whose sign may be said in words. */
static size_t
count_size(const json_t *list, double x)
{
	return count_number(list, fabs(x)) + count_number(list, -fabs(x));
}

static int
check_numbers(const struct gate *g, const char *candidate, struct fail *f)
{
	char *was = gate_unquoted(g->text), *now = gate_unquoted(candidate),
	     *all = xasprintf("%s %s", g->text, g->format);
	json_t *want = numbers(was, TELLS), *old = numbers(was, 0),
	       *have = numbers(now, 0), *loud = numbers(now, TELLS),
	       *known = numbers(all, 0), *v;
	struct buf n = {0};
	int rc = 0;
	double x;
	size_t i;

	json_array_foreach(want, i, v)
	{
		x = json_real_value(v);
		if (rc == 0 &&
		    count_new(loud, have, want, old, x) <
			count_number(want, x)) {
			gate_put_number(&n, json_real_value(v));
			rc = fail_set(f, FAIL_VALUE, "the number %s is missing",
			    buf_str(&n));
		}
	}
	json_array_foreach(loud, i, v)
	{
		if (rc == 0 && count_number(known, json_real_value(v)) == 0) {
			gate_put_number(&n, json_real_value(v));
			rc = fail_set(f, FAIL_VALUE,
			    "the number %s is not in the question",
			    buf_str(&n));
		}
	}
	json_decref(want);
	json_decref(old);
	json_decref(have);
	json_decref(loud);
	json_decref(known);
	buf_clear(&n);
	free(was);
	free(now);
	free(all);
	return rc;
}

/* Is the piece there as it is written: between quotes, or as words of their
 * own, which have to be long enough to be no other word? */
static bool
kept(const char *text, const char *piece, size_t n)
{
	const char *p = text, *end = text + strlen(text);
	char before, after;

	for (; (p = memmem(p, (size_t)(end - p), piece, n)) != NULL; p++) {
		before = p > text ? p[-1] : ' ';
		after = p[n];
		if (strchr("\"'`", before) != NULL && before == after)
			return true;
		if (n > 2 && !isalnum((unsigned char)before) && before != '_' &&
		    !isalnum((unsigned char)after) && after != '_')
			return true;
	}
	return n == 0;
}

static int
check_quoted(
    const struct gate *g, const char *candidate, char mark, struct fail *f)
{
	static const char *const names[] = {"column", "value"};
	const char *name = names[mark == '\''], *at = g->text, *piece;
	size_t n;

	while ((n = gate_quoted(&at, mark, &piece)) != (size_t)-1)
		if (!kept(candidate, piece, n))
			return fail_set(f, FAIL_VALUE,
			    "the %s %c%.*s%c is missing", name, mark, (int)n,
			    piece, mark);
	return 0;
}

/* What is between quotes was in the question before. */
static int
check_new(
    const struct gate *g, const char *candidate, char mark, struct fail *f)
{
	const char *at = candidate, *piece;
	size_t n;

	while ((n = gate_quoted(&at, mark, &piece)) != (size_t)-1)
		if (!kept(g->text, piece, n) && !kept(g->format, piece, n))
			return fail_set(f, FAIL_VALUE,
			    "%c%.*s%c is not in the question", mark, (int)n,
			    piece, mark);
	return 0;
}

static int
check_names(const struct gate *g, const char *candidate, struct fail *f)
{
	const char *name;
	json_t *c;
	size_t i;

	if ((!g->discovery && check_quoted(g, candidate, '"', f) == -1) ||
	    check_quoted(g, candidate, '\'', f) == -1)
		return -1;
	json_array_foreach(g->columns, i, c)
	{
		name = json_string_value(c);
		if (g->discovery && name != NULL && gate_names(candidate, name))
			return fail_set(
			    f, FAIL_VALUE, "it names the column \"%s\"", name);
	}
	if (check_new(g, candidate, '"', f) == -1)
		return -1;
	return check_new(g, candidate, '\'', f);
}

/* ---- answers ---- */

/* Does the text hold a leaf of the answer that `known` does not? */
static bool
gives_away(const char *text, const char *known, const json_t *answer)
{
	const char *key, *s;
	json_t *v, *nums, *old;
	bool found = false;
	double x;
	size_t i;

	if (json_is_object(answer)) {
		json_object_foreach((json_t *)(uintptr_t)answer, key, v)
		{
			found = found || gives_away(text, known, v);
		}
		return found;
	}
	if (json_is_array(answer)) {
		json_array_foreach(answer, i, v)
		{
			found = found || gives_away(text, known, v);
		}
		return found;
	}
	if ((s = json_string_value(answer)) != NULL) {
		char *in = gate_spaced(text), *old_in = gate_spaced(known),
		     *want = gate_spaced(s);

		found = strlen(want) > 3 && strstr(in, want) != NULL &&
		    strstr(old_in, want) == NULL;
		free(in);
		free(old_in);
		free(want);
		return found;
	}
	if (!json_is_number(answer))
		return false;
	x = json_number_value(answer);
	nums = numbers(text, TELLS);
	old = numbers(known, 0);
	found = count_size(nums, x) > 0 && count_size(old, x) == 0;
	json_decref(nums);
	json_decref(old);
	return found;
}

static int
check_answer(
    const struct gate *g, const char *text, const char *known, struct fail *f)
{
	if (g->answers != NULL && gives_away(text, known, g->answers))
		return fail_set(f, FAIL_VALUE, "it gives the answer away");
	return 0;
}

/* ---- the gate ---- */

static size_t
word_count(const char *text)
{
	char *words = gate_spaced(text);
	const char *p;
	size_t n = 0;

	for (p = words; *p != '\0'; p++)
		n += *p == ' ' && p[1] != '\0' && p[1] != ' ';
	free(words);
	return n;
}

int
gate_text(const struct gate *g, const char *candidate, struct fail *f)
{
	size_t n = gate_sentences(candidate);
	const char *method;

	if (word_count(candidate) < 3)
		return fail_set(f, FAIL_VALUE, "it is empty");
	if (n > SENTENCES)
		return fail_set(f, FAIL_VALUE,
		    "it has %zu sentences, at most %d are allowed", n,
		    SENTENCES);
	if (g->discovery && (method = gate_method(candidate)) != NULL)
		return fail_set(
		    f, FAIL_VALUE, "it names a method (\"%s\")", method);
	if (check_names(g, candidate, f) == -1 ||
	    check_numbers(g, candidate, f) == -1 ||
	    gate_clauses(g, candidate, f) == -1 ||
	    gate_chain(g, candidate, f) == -1 ||
	    gate_limits(g, candidate, f) == -1 ||
	    gate_sides(g, candidate, f) == -1)
		return -1;
	return check_answer(g, candidate, g->text, f);
}

int
gate_hint(const struct gate *g, const char *hint, struct fail *f)
{
	char *known;
	int rc;

	if (word_count(hint) < 2)
		return fail_set(f, FAIL_VALUE, "the hint is empty");
	known = xasprintf("%s %s %s", g->text, g->format, g->hint);
	rc = check_answer(g, hint, known, f);
	free(known);
	if (rc == -1)
		return fail_set(
		    f, FAIL_VALUE, "the hint gives the answer away");
	return 0;
}

void
gate_demands(const struct gate *g, struct buf *b)
{
	char *plain = gate_unquoted(g->text), *was = gate_plainly(plain), *line;
	const char *at = g->text, *piece;
	size_t n, i;

	while (!g->discovery &&
	    (n = gate_quoted(&at, '"', &piece)) != (size_t)-1) {
		line = xasprintf("the column \"%.*s\"", (int)n, piece);
		gate_line(b, line);
		free(line);
	}
	gate_limit_lines(g, b);
	for (i = 0; i < sizeof spelled / sizeof *spelled; i++)
		if (spelled[i].x >= TELLS &&
		    gate_occurrences(was, spelled[i].words) > 0) {
			line = xasprintf("the number %g", spelled[i].x);
			gate_line(b, line);
			free(line);
		}
	gate_clause_lines(was, b);
	gate_chain_lines(g, b);
	free(plain);
	free(was);
}

double
gate_score(const struct gate *g, const char *candidate)
{
	size_t n = word_count(candidate);
	double score = ngram_likeness(g->text, candidate);

	if (n < WORDS_MIN)
		score += 0.02 * (double)(WORDS_MIN - n);
	if (n > WORDS_MAX)
		score += 0.02 * (double)(n - WORDS_MAX);
	return score;
}
