/* gate.c - may a rewording take the place of a mechanical text? */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gate.h"
#include "gate_table.h"
#include "mem.h"
#include "ngram.h"

enum {
	SENTENCES = 2,
	WORDS_MIN = 12,
	WORDS_MAX = 35,
	TELLS = 3, /* numbers in words from here on are numbers */
	NEAR = 6, /* words between a limit and its column */
	THAN = 't', /* a comparison with a word of its own */
};

/* ---- words ---- */

/* " words between blanks ", with % as a word. */
static char *
spaced(const char *text)
{
	struct buf plain = {0}, words = {0};
	char *s;

	for (; *text != '\0'; text++) {
		if (*text == '%')
			buf_puts(&plain, " percent ");
		else
			buf_putc(&plain, *text);
	}
	ngram_words(&words, buf_str(&plain));
	s = xasprintf(" %s ", buf_str(&words));
	buf_clear(&plain);
	buf_clear(&words);
	return s;
}

/* Words as spaced() gives them, with one way to write a limit that counts. */
static char *
plainly(const char *text)
{
	static const struct {
		const char *from, *to;
	} table[] = {{" at least ", " at_least "}, {" at most ", " at_most "},
	    {" greater than or equal to ", " at_least "},
	    {" more than or equal to ", " at_least "},
	    {" equal to or greater than ", " at_least "},
	    {" no less than ", " at_least "}, {" not less than ", " at_least "},
	    {" no fewer than ", " at_least "},
	    {" no lower than ", " at_least "},
	    {" no smaller than ", " at_least "}, {" not below ", " at_least "},
	    {" less than or equal to ", " at_most "},
	    {" equal to or less than ", " at_most "},
	    {" no more than ", " at_most "}, {" not more than ", " at_most "},
	    {" no greater than ", " at_most "},
	    {" no higher than ", " at_most "},
	    {" no larger than ", " at_most "}, {" not exceed ", " at_most "},
	    {" not exceeding ", " at_most "}, {" not above ", " at_most "}};
	struct buf b = {0};
	char *words = spaced(text), *p, *from;
	size_t i;

	for (i = 0; i < sizeof table / sizeof *table; i++) {
		for (from = words; (p = strstr(from, table[i].from)) != NULL;
		     from = p + strlen(table[i].from) - 1) {
			buf_put(&b, from, (size_t)(p - from));
			buf_puts(&b, table[i].to);
			b.p[--b.n] = '\0'; /* it is where from begins */
		}
		buf_puts(&b, from);
		free(words);
		words = buf_steal(&b);
	}
	return words;
}

/* The first alternative of list that words (spaced) begin with, at a blank: its
 * length, and *at its start in list; 0 where there is none. */
static size_t
begin_any(const char *words, const char *list, const char **at)
{
	size_t k, n;

	for (words++; *list != '\0'; list += k + (list[k] == '|')) {
		k = strcspn(list, "|");
		n = k > 0 && list[k - 1] == '*' ? k - 1 : k;
		if (n > 0 && strncmp(words, list, n) == 0 &&
		    (n < k || words[n] == ' ')) {
			*at = list;
			return k;
		}
	}
	return 0;
}

/* The same, anywhere in words. */
static size_t
holds(const char *words, const char *list, const char **at)
{
	size_t n;

	for (; *words != '\0'; words += 1 + strcspn(words + 1, " "))
		if ((n = begin_any(words, list, at)) > 0)
			return n;
	return 0;
}

/* How often they do. */
static size_t
occurrences(const char *words, const char *list)
{
	const char *at;
	size_t n = 0;

	for (; *words != '\0'; words += 1 + strcspn(words + 1, " "))
		n += begin_any(words, list, &at) > 0;
	return n;
}

static bool
any(const char *words, const char *list)
{
	const char *at;

	return list != NULL && holds(words, list, &at) > 0;
}

const char *
gate_method(const char *text)
{
	static char found[64];
	char *words = spaced(text);
	const char *at;
	size_t n = holds(words, methods, &at);

	free(words);
	if (n == 0)
		return NULL;
	snprintf(found, sizeof found, "%.*s", (int)n, at);
	return found;
}

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
	char *want = spaced(name);
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
	words = spaced(text);
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

/* ---- quoted pieces and numbers ---- */

/* The next piece of text between quotes `mark`, from *at on; its length, or
 * (size_t)-1. *at is then behind it. */
static size_t
next_quoted(const char **at, char mark, const char **piece)
{
	const char *p = *at, *end;

	for (;;) {
		if ((p = strchr(p, mark)) == NULL)
			return (size_t)-1;
		/* an apostrophe inside a word opens nothing */
		if (mark != '\'' || p == *at || !isalnum((unsigned char)p[-1]))
			break;
		p++;
	}
	if ((end = strchr(p + 1, mark)) == NULL)
		return (size_t)-1;
	*piece = p + 1;
	*at = end + 1;
	return (size_t)(end - p - 1);
}

/* The text with its quoted columns and values left out. */
static char *
unquoted(const char *text)
{
	struct buf b = {0};
	const char *at = text, *piece;
	size_t i;
	char *s, *left;
	static const char marks[] = "\"'";

	left = xstrdup(text);
	for (i = 0; marks[i] != '\0'; i++) {
		at = s = left;
		while (next_quoted(&at, marks[i], &piece) != (size_t)-1) {
			buf_put(&b, s, (size_t)(piece - 1 - s));
			buf_putc(&b, ' ');
			s = (char *)left + (at - left);
		}
		buf_puts(&b, s);
		free(left);
		left = buf_steal(&b);
	}
	return left;
}

/* From *at on, the next number that stands alone, and where it is; *at is then
 * behind it. */
static bool
next_number(const char **at, double *x, size_t *n)
{
	const char *p = *at, *from;
	struct buf digits = {0};

	while (*p != '\0' && !isdigit((unsigned char)*p)) {
		/* digits inside a word belong to it */
		if (isalpha((unsigned char)*p) || *p == '_')
			while (isalnum((unsigned char)*p) || *p == '_')
				p++;
		else
			p++;
	}
	for (from = p; *p != '\0'; p++) {
		if (isdigit((unsigned char)*p) ||
		    (*p == '.' && isdigit((unsigned char)p[1])))
			buf_putc(&digits, *p);
		else if (*p != ',' || !isdigit((unsigned char)p[1]) ||
		    !isdigit((unsigned char)p[2]) ||
		    !isdigit((unsigned char)p[3]))
			break;
	}
	*x = strtod(buf_str(&digits), NULL);
	*n = (size_t)(p - from);
	*at = p;
	buf_clear(&digits);
	return *n > 0;
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

	while (next_number(&at, &x, &n))
		json_array_append_new(a, json_real(x));
	words = spaced(text);
	for (i = 0; i < sizeof spelled / sizeof *spelled; i++) {
		if (spelled[i].x < from)
			continue;
		for (n = occurrences(words, spelled[i].words); n > 0; n--)
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

static void
put_number(struct buf *b, double x)
{
	if (x < 1e15 && x == (double)(long long)x)
		buf_printf(b, "%lld", (long long)x);
	else
		buf_real(b, x);
}

static int
check_numbers(const struct gate *g, const char *candidate, struct fail *f)
{
	char *was = unquoted(g->text), *now = unquoted(candidate),
	     *all = xasprintf("%s %s", g->text, g->format);
	json_t *want = numbers(was, TELLS), *have = numbers(now, 0),
	       *loud = numbers(now, TELLS), *known = numbers(all, 0), *v;
	struct buf n = {0};
	int rc = 0;
	double x;
	size_t i;

	json_array_foreach(want, i, v)
	{
		x = json_real_value(v);
		if (rc == 0 && count_number(have, x) < count_number(want, x)) {
			put_number(&n, json_real_value(v));
			rc = fail_set(f, FAIL_VALUE, "the number %s is missing",
			    buf_str(&n));
		}
	}
	json_array_foreach(loud, i, v)
	{
		if (rc == 0 && count_number(known, json_real_value(v)) == 0) {
			put_number(&n, json_real_value(v));
			rc = fail_set(f, FAIL_VALUE,
			    "the number %s is not in the question",
			    buf_str(&n));
		}
	}
	json_decref(want);
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

	while ((n = next_quoted(&at, mark, &piece)) != (size_t)-1)
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

	while ((n = next_quoted(&at, mark, &piece)) != (size_t)-1)
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

/* ---- limits: with which comparison, and of which column ---- */

/* A number or value of a text. */
struct limit {
	const char *p; /* where it is, with its quotes */
	size_t n;
	char kind; /* of comparison, '\'' a value, 0 unknown */
	double x;
};

/* Where the last comparison ends at the end of words, its kind. */
static char
comparison_before(const char *words)
{
	size_t n = strlen(words), k, i;

	for (i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
		k = strlen(comparisons[i].words);
		if (n >= k + 2 && words[n - k - 2] == ' ' &&
		    memcmp(words + n - k - 1, comparisons[i].words, k) == 0)
			return comparisons[i].kind;
	}
	return 0;
}

static char
comparison_after(const char *words)
{
	size_t k, i;

	for (i = 0; i < sizeof closings / sizeof *closings; i++) {
		k = strlen(closings[i].words);
		if (strncmp(words + 1, closings[i].words, k) == 0 &&
		    words[k + 1] == ' ')
			return closings[i].kind;
	}
	return 0;
}

/* "longer than" the number that follows words */
static bool
than(const char *words)
{
	size_t n = strlen(words);

	return n >= 6 && strcmp(words + n - 6, " than ") == 0;
}

/* The comparison of the number at p[0..n-1] in text. */
static char
comparison(const char *text, const char *p, size_t n)
{
	char *before = xstrndup(text, (size_t)(p - text)),
	     *words = plainly(before), *rest = spaced(p + n),
	     kind = comparison_after(rest);

	if (kind == 0)
		kind = comparison_before(words);
	if (kind == 0 && than(words))
		kind = THAN;
	free(before);
	free(words);
	free(rest);
	return kind;
}

/* The quoted pieces of a text made blank, so that offsets stay. */
static char *
blanked(const char *text, char mark)
{
	char *s = xstrdup(text);
	const char *at = s, *piece;
	size_t n;

	while ((n = next_quoted(&at, mark, &piece)) != (size_t)-1)
		memset(s + (piece - 1 - s), ' ', n + 2);
	return s;
}

/* The limits of a text, in order; owned. */
static size_t
limits(const char *text, struct limit **out)
{
	char *columns = blanked(text, '"'), *both = blanked(columns, '\'');
	size_t cap = strlen(text) + 1, n = 0, k;
	struct limit *v = xcalloc(cap, sizeof *v);
	const char *at = both, *piece;
	double x;

	while (next_number(&at, &x, &k)) {
		const char *p = text + (at - both) - k;

		v[n++] = (struct limit){p, k, comparison(text, p, k), x};
	}
	at = columns;
	while ((k = next_quoted(&at, '\'', &piece)) != (size_t)-1)
		v[n++] = (struct limit){
		    text + (piece - 1 - columns), k + 2, '\'', 0};
	free(columns);
	free(both);
	*out = v;
	return n;
}

static bool
same_limit(const struct limit *a, const struct limit *b)
{
	if (a->kind == '\'' || b->kind == '\'')
		return a->kind == b->kind && a->n == b->n &&
		    memcmp(a->p, b->p, a->n) == 0;
	return a->x == b->x;
}

/* Does a limit of the rewording say what one of the text says? */
static bool
compares(const struct limit *was, const struct limit *now)
{
	return now->kind == was->kind ||
	    (now->kind == THAN && (was->kind == '>' || was->kind == '<'));
}

/* A number that was compared in some way is compared in the same way. */
static int
check_comparisons(const struct limit *was, size_t nwas, const struct limit *now,
    size_t nnow, struct fail *f)
{
	size_t i, j;
	bool fits;

	for (i = 0; i < nwas; i++) {
		if (was[i].kind == '\'' || was[i].kind == 0)
			continue;
		fits = false;
		for (j = 0; j < nnow; j++)
			fits |= same_limit(&was[i], &now[j]) &&
			    compares(&was[i], &now[j]);
		if (!fits)
			return fail_set(f, FAIL_VALUE,
			    "%.*s is not compared as before", (int)was[i].n,
			    was[i].p);
	}
	return 0;
}

/* The words between a and b, at most NEAR and no end of a sentence. */
static bool
near(const char *a, const char *b)
{
	size_t words = 0;
	bool in = false;

	for (; a < b; a++) {
		if (strchr(".?!;", *a) != NULL)
			return false;
		words += !in && isalnum((unsigned char)*a);
		in = isalnum((unsigned char)*a) != 0;
	}
	return words <= NEAR;
}

/* The quoted column near a limit, before it or behind; 0 where there is none.
 */
static size_t
column_by(
    const char *text, const struct limit *l, bool before, const char **name)
{
	const char *at = text, *piece;
	size_t n, found = 0;

	while ((n = next_quoted(&at, '"', &piece)) != (size_t)-1) {
		if (before && piece < l->p && near(piece + n + 1, l->p)) {
			*name = piece;
			found = n;
		}
		if (!before && piece > l->p) {
			*name = piece;
			return near(l->p + l->n, piece - 1) ? n : 0;
		}
	}
	return found;
}

/* Which column is the limit of? In a mechanical text it comes before. */
static bool
is_of(const char *text, const struct limit *l, const char *name, size_t n,
    bool before)
{
	const char *there;
	size_t k = column_by(text, l, before, &there);

	return k == n && memcmp(there, name, n) == 0;
}

/* Do two limits of one kind belong to different columns, the other way round
 * than before? */
static int
check_owners(const struct gate *g, const struct limit *was, size_t nwas,
    const char *candidate, const struct limit *now, size_t nnow, struct fail *f)
{
	const char *own, *other;
	size_t i, j, k, n, m;
	int side;

	for (i = 0; i < nwas; i++) {
		if ((n = column_by(g->text, &was[i], true, &own)) == 0)
			continue;
		for (j = 0; j < nwas; j++) {
			m = column_by(g->text, &was[j], true, &other);
			if (m == 0 || same_limit(&was[i], &was[j]) ||
			    (m == n && memcmp(own, other, n) == 0) ||
			    (was[i].kind == '\'') != (was[j].kind == '\''))
				continue;
			for (k = 0; k < nnow; k++) {
				if (!same_limit(&was[i], &now[k]))
					continue;
				for (side = 0; side < 2; side++)
					if (is_of(candidate, &now[k], other, m,
						side == 0) &&
					    !is_of(candidate, &now[k], own, n,
						side != 0))
						return fail_set(f, FAIL_VALUE,
						    "%.*s is said of another "
						    "column",
						    (int)now[k].n, now[k].p);
			}
		}
	}
	return 0;
}

static int
check_limits(const struct gate *g, const char *candidate, struct fail *f)
{
	struct limit *was, *now;
	size_t nwas = limits(g->text, &was), nnow = limits(candidate, &now);
	int rc = check_comparisons(was, nwas, now, nnow, f);

	if (rc == 0 && !g->discovery)
		rc = check_owners(g, was, nwas, candidate, now, nnow, f);
	free(was);
	free(now);
	return rc;
}

/* ---- clauses ---- */

/* The methods that the text names stay. */
static int
check_tests(const char *was, const char *now, struct fail *f)
{
	char one[64];
	const char *p = tests;
	size_t n;

	for (; *p != '\0'; p += n + (p[n] == '|')) {
		n = strcspn(p, "|");
		snprintf(one, sizeof one, "%.*s", (int)n, p);
		if (any(was, one) && !any(now, one))
			return fail_set(f, FAIL_VALUE,
			    "it does not say any more: %.*s",
			    (int)strcspn(one, "*"), one);
	}
	return 0;
}

/* What words `now` lost of what one clause of words `was` says. */
static int
check_clause(const struct clause *c, const char *was, const char *now,
    bool counted, struct fail *f)
{
	size_t n = occurrences(was, c->when), k;
	const char *at;

	if (n == 0)
		return 0;
	if (occurrences(now, c->keep) < (counted ? n : 1))
		return fail_set(
		    f, FAIL_VALUE, "it does not say any more: %s", c->name);
	if (c->never == NULL || any(was, c->never) ||
	    (k = holds(now, c->never, &at)) == 0)
		return 0;
	return fail_set(f, FAIL_VALUE, "\"%.*s\" is another question than %s",
	    (int)k, at, c->name);
}

static int
check_clauses(const struct gate *g, const char *candidate, struct fail *f)
{
	char *plain = unquoted(g->text), *bare = unquoted(candidate),
	     *was = plainly(plain), *now = plainly(bare);
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < sizeof clauses / sizeof *clauses; i++)
		rc = check_clause(&clauses[i], was, now, false, f);
	for (i = 0; rc == 0 && i < sizeof ends / sizeof *ends; i++)
		rc = check_clause(&ends[i], was, now, true, f);
	if (rc == 0 && !g->discovery)
		rc = check_tests(was, now, f);
	free(plain);
	free(bare);
	free(was);
	free(now);
	return rc;
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
		char *in = spaced(text), *old_in = spaced(known),
		     *want = spaced(s);

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
	x = x < 0 ? -x : x;
	nums = numbers(text, TELLS);
	old = numbers(known, 0);
	found = count_number(nums, x) > 0 && count_number(old, x) == 0;
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
	char *words = spaced(text);
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
	    check_clauses(g, candidate, f) == -1 ||
	    check_limits(g, candidate, f) == -1)
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
	char *plain = unquoted(g->text), *was = plainly(plain);
	json_t *list = numbers(plain, TELLS), *v;
	const char *at = g->text, *piece;
	size_t n, i;

	while ((n = next_quoted(&at, '\'', &piece)) != (size_t)-1)
		buf_printf(b, "- the value '%.*s'\n", (int)n, piece);
	at = g->text;
	while (
	    !g->discovery && (n = next_quoted(&at, '"', &piece)) != (size_t)-1)
		buf_printf(b, "- the column \"%.*s\"\n", (int)n, piece);
	json_array_foreach(list, i, v)
	{
		buf_puts(b, "- the number ");
		put_number(b, json_real_value(v));
		buf_putc(b, '\n');
	}
	for (i = 0; i < sizeof clauses / sizeof *clauses; i++)
		if (any(was, clauses[i].when))
			buf_printf(b, "- %s\n", clauses[i].name);
	for (i = 0; i < sizeof ends / sizeof *ends; i++)
		if (any(was, ends[i].when))
			buf_printf(b, "- %s\n", ends[i].name);
	json_decref(list);
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
