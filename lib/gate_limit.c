/* gate_limit.c - limits of a text, with which comparison and of which column,
 * and what stands on either side of "minus". */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "gate_int.h"
#include "mem.h"

enum {
	BEFORE = 6, /* words between a column and its limit */
	AFTER = 4, /* words between a limit and its column */
	BESIDE = 3, /* words between "minus" and what it joins */
	THAN = 't', /* a comparison with a word of its own */
};

/* Comparisons with the number that follows, the longer first. */
static const struct comparison {
	const char *words;
	char kind; /* > < or with an equality ] [, - from here to there */
} comparisons[] = {{"between", '-'}, {"from", '-'}, {"range", '-'},
    {"range of", '-'}, {"at_least", ']'}, {"at_most", '['}, {"minimum of", ']'},
    {"maximum of", '['}, {"up to", '['}, {"not below", ']'}, {"not above", '['},
    {"above", '>'}, {"more than", '>'}, {"greater than", '>'},
    {"higher than", '>'}, {"larger than", '>'}, {"bigger than", '>'},
    {"exceeds", '>'}, {"exceed", '>'}, {"exceeding", '>'}, {"over", '>'},
    {"beyond", '>'}, {"below", '<'}, {"less than", '<'}, {"smaller than", '<'},
    {"fewer than", '<'}, {"lower than", '<'}, {"under", '<'}};

/* What makes a comparison of the number before: "5 or more". */
static const struct comparison closings[] = {{"or more", ']'},
    {"or above", ']'}, {"or higher", ']'}, {"or greater", ']'},
    {"or larger", ']'}, {"and up", ']'}, {"or less", '['}, {"or below", '['},
    {"or lower", '['}, {"or fewer", '['}, {"or smaller", '['}};

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
	     *words = gate_plainly(before), *rest = gate_spaced(p + n),
	     kind = comparison_after(rest);
	size_t end = strlen(words);

	/* the sign of the number */
	if (end > 9 && strcmp(words + end - 9, "negative ") == 0)
		words[end - 9] = '\0';
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

	while ((n = gate_quoted(&at, mark, &piece)) != (size_t)-1)
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

	while (gate_number(&at, &x, &k)) {
		const char *p = text + (at - both) - k;

		v[n++] = (struct limit){p, k, comparison(text, p, k), x};
	}
	at = columns;
	while ((k = gate_quoted(&at, '\'', &piece)) != (size_t)-1)
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

/* How many limits say what l says? */
static size_t
comparing(const struct limit *l, const struct limit *v, size_t n)
{
	size_t i, found = 0;

	for (i = 0; i < n; i++)
		found += same_limit(l, &v[i]) && compares(l, &v[i]);
	return found;
}

/* A number that was compared in some way is compared in the same way, as often
 * as before. */
static int
check_comparisons(const struct limit *was, size_t nwas, const struct limit *now,
    size_t nnow, struct fail *f)
{
	size_t i;

	for (i = 0; i < nwas; i++)
		if (was[i].kind != '\'' && was[i].kind != 0 &&
		    comparing(&was[i], now, nnow) <
			comparing(&was[i], was, nwas))
			return fail_set(f, FAIL_VALUE,
			    "%.*s is not compared as before", (int)was[i].n,
			    was[i].p);
	return 0;
}

/* The words between a and b: at most so many, and no end of a sentence. */
static bool
near(const char *a, const char *b, size_t most)
{
	size_t words = 0;
	bool in = false;

	for (; a < b; a++) {
		if (strchr(".?!;", *a) != NULL)
			return false;
		words += !in && isalnum((unsigned char)*a);
		in = isalnum((unsigned char)*a) != 0;
	}
	return words <= most;
}

/* The quoted column near a limit, before it or behind; 0 where there is none.
 */
static size_t
column_by(
    const char *text, const struct limit *l, bool before, const char **name)
{
	const char *at = text, *piece;
	size_t n, found = 0;

	while ((n = gate_quoted(&at, '"', &piece)) != (size_t)-1) {
		if (before && piece < l->p &&
		    near(piece + n + 1, l->p, BEFORE)) {
			*name = piece;
			found = n;
		}
		if (!before && piece > l->p) {
			*name = piece;
			return near(l->p + l->n, piece - 1, AFTER) ? n : 0;
		}
	}
	return found;
}

static bool
column_is(const struct gate *g, const struct limit *l, bool before,
    const char *name, size_t n)
{
	const char *own;

	return column_by(g->text, l, before, &own) == n &&
	    memcmp(own, name, n) == 0;
}

/* Does the text say such a limit of the column, or of none? A number that
 * compares nothing ("the 0.2 quantile of") stands before its column. */
static bool
said_of(const struct gate *g, const struct limit *was, size_t nwas,
    const struct limit *l, const char *name, size_t n)
{
	const char *own;
	size_t i;

	for (i = 0; i < nwas; i++)
		if (same_limit(&was[i], l) &&
		    (column_by(g->text, &was[i], true, &own) == 0 ||
			column_is(g, &was[i], true, name, n) ||
			(was[i].kind == 0 &&
			    column_is(g, &was[i], false, name, n))))
			return true;
	return false;
}

/* Has the column a limit of this kind in the text? */
static bool
limited(const struct gate *g, const struct limit *was, size_t nwas,
    const struct limit *l, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < nwas; i++)
		if ((was[i].kind == '\'') == (l->kind == '\'') &&
		    column_is(g, &was[i], true, name, n))
			return true;
	return false;
}

/* Is a limit of the text said of a column that had another one? In a mechanical
 * text the column comes before, in a rewording on either side. */
static int
check_owners(const struct gate *g, const struct limit *was, size_t nwas,
    const char *candidate, const struct limit *now, size_t nnow, struct fail *f)
{
	const char *name[2];
	size_t i, j, n[2];
	bool known, fits[2];
	int side;

	for (i = 0; i < nnow; i++) {
		known = false;
		for (j = 0; j < nwas; j++)
			known |= same_limit(&was[j], &now[i]);
		for (side = 0; side < 2; side++) {
			n[side] = column_by(
			    candidate, &now[i], side == 0, &name[side]);
			fits[side] = n[side] > 0 &&
			    said_of(g, was, nwas, &now[i], name[side], n[side]);
		}
		for (side = 0; known && side < 2; side++)
			if (n[side] > 0 && !fits[0] && !fits[1] &&
			    limited(g, was, nwas, &now[i], name[side], n[side]))
				return fail_set(f, FAIL_VALUE,
				    "%.*s is said of another column",
				    (int)now[i].n, now[i].p);
	}
	return 0;
}

int
gate_limits(const struct gate *g, const char *candidate, struct fail *f)
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

void
gate_line(struct buf *b, const char *what)
{
	char *line = xasprintf("- %s\n", what);

	if (strstr(buf_str(b), line) == NULL)
		buf_puts(b, line);
	free(line);
}

static const char *
kind_words(char kind)
{
	static const struct comparison words[] = {{"the value ", '\''},
	    {"more than ", '>'}, {"less than ", '<'}, {"at least ", ']'},
	    {"at most ", '['}, {"between ... and ", '-'}};
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].kind == kind)
			return words[i].words;
	return "the number ";
}

void
gate_limit_lines(const struct gate *g, struct buf *b)
{
	struct buf line = {0};
	struct limit *v;
	size_t n = limits(g->text, &v), i, k;
	const char *column;

	for (i = 0; i < n; i++) {
		buf_puts(&line, kind_words(v[i].kind));
		if (v[i].kind == '\'')
			buf_put(&line, v[i].p, v[i].n);
		else
			gate_put_number(&line, v[i].x);
		k = g->discovery || v[i].kind == 0
		    ? 0
		    : column_by(g->text, &v[i], true, &column);
		if (k > 0)
			buf_printf(&line, ", of \"%.*s\"", (int)k, column);
		gate_line(b, buf_str(&line));
		buf_clear(&line);
	}
	free(v);
}

/* ---- sides ---- */

/* Words that mean something else when their sides change places; those of one
 * kind say the same, of the capital kind with the sides the other way. */
static const struct comparison joins[] = {{"minus", 'm'}, {"exceeds", 'm'},
    {"exceed", 'm'}, {"above", 'm'}, {"more than", 'm'}, {"greater than", 'm'},
    {"larger than", 'm'}, {"higher than", 'm'}, {"below", 'M'},
    {"less than", 'M'}, {"smaller than", 'M'}, {"lower than", 'M'},
    {"fewer than", 'M'}, {"divided by", 'd'}, {"percentage of", 'p'},
    {"percent of", 'p'}, {"on", 'o'}, {"by", 'b'}};

/* Does one of them begin at p? Its kind, and *end behind it; 0 if not. */
static char
join_at(const char *p, const char **end)
{
	size_t i, n;

	for (i = 0; i < sizeof joins / sizeof *joins; i++) {
		n = strlen(joins[i].words);
		if (strncmp(p, joins[i].words, n) == 0 &&
		    !isalnum((unsigned char)p[n])) {
			*end = p + n;
			return joins[i].kind;
		}
	}
	return 0;
}

struct side {
	char join; /* in small letters */
	struct gate_token left, right;
};

/* The operand within BESIDE words from p on. */
static bool
operand_from(const char *p, struct gate_token *t)
{
	int i;

	for (i = 0; i <= BESIDE && (p = gate_token(p, t)) != NULL; i++) {
		if (t->operand)
			return true;
		if (!isalpha((unsigned char)*t->p))
			break;
	}
	return false;
}

/* The two tokens of s as a join of that kind has them. */
static struct side
side(char join, const struct side *s)
{
	if (islower((unsigned char)join))
		return (struct side){join, s->left, s->right};
	return (struct side){
	    (char)tolower((unsigned char)join), s->right, s->left};
}

/* What a text joins, in order; owned. */
static size_t
sides(const char *text, struct side **out)
{
	struct side *v = xcalloc(strlen(text) / 2 + 1, sizeof *v), s;
	struct gate_token t;
	const char *p = text, *end;
	size_t n = 0;
	int since = BESIDE + 1; /* words since the last operand */
	char join;

	while ((p = gate_token(p, &t)) != NULL) {
		if (t.operand) {
			s.left = t;
			since = 0;
			continue;
		}
		join = join_at(t.p, &end);
		if (join != 0 && since <= BESIDE && operand_from(end, &s.right))
			v[n++] = side(join, &s);
		since += isalpha((unsigned char)*t.p) ? 1 : BESIDE + 1;
	}
	*out = v;
	return n;
}

static bool
same_token(const struct gate_token *a, const struct gate_token *b)
{
	return a->n == b->n && memcmp(a->p, b->p, a->n) == 0;
}

static bool
joined(const struct side *v, size_t n, char join, const struct gate_token *left,
    const struct gate_token *right)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].join == join && same_token(&v[i].left, left) &&
		    same_token(&v[i].right, right))
			return true;
	return false;
}

/* The quoted piece that is marked "(first" or "(second". */
static bool
marked(const char *text, const char *mark, struct gate_token *t)
{
	const char *end = strstr(text, mark), *p = text;
	struct gate_token next;
	bool found = false;

	while (end != NULL && (p = gate_token(p, &next)) != NULL && p <= end) {
		found = next.operand && next.n > 1;
		*t = next;
	}
	return found;
}

/* Does it come first, or is it more than once there? */
static bool
in_order(
    const char *text, const struct gate_token *a, const struct gate_token *b)
{
	size_t n = strlen(text);
	const char *first = memmem(text, n, a->p, a->n),
		   *second = memmem(text, n, b->p, b->n);

	return first == NULL || second == NULL || first < second ||
	    memmem(first + 1, strlen(first + 1), a->p, a->n) != NULL ||
	    memmem(second + 1, strlen(second + 1), b->p, b->n) != NULL;
}

/* What comes first in the text comes first, or is said to be it. */
static int
check_first(const struct gate *g, const char *candidate, struct fail *f)
{
	struct gate_token a, b, x, y;

	if (!marked(g->text, "(first", &a) || !marked(g->text, "(second", &b) ||
	    same_token(&a, &b))
		return 0;
	if (marked(candidate, "(first", &x) && marked(candidate, "(second", &y)
		? same_token(&a, &x) || same_token(&b, &y)
		: in_order(candidate, &a, &b))
		return 0;
	return fail_set(f, FAIL_VALUE, "%.*s comes before %.*s", (int)b.n, b.p,
	    (int)a.n, a.p);
}

int
gate_sides(const struct gate *g, const char *candidate, struct fail *f)
{
	struct side *was, *now, *s;
	size_t nwas = sides(g->text, &was), nnow = sides(candidate, &now), i;
	int rc = check_first(g, candidate, f);

	for (i = 0; rc == 0 && i < nnow; i++) {
		s = &now[i];
		if (joined(was, nwas, s->join, &s->right, &s->left) &&
		    !joined(was, nwas, s->join, &s->left, &s->right) &&
		    !joined(now, nnow, s->join, &s->right, &s->left))
			rc = fail_set(f, FAIL_VALUE,
			    "%.*s and %.*s have changed places", (int)s->left.n,
			    s->left.p, (int)s->right.n, s->right.p);
	}
	free(was);
	free(now);
	return rc;
}
