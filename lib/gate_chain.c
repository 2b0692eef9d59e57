/* gate_chain.c - is each step of a chain of steps still there? */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "gate_int.h"
#include "mem.h"

enum {
	LETTERS = 26,
	LIST = 3, /* columns in a row */
	NAMING = 7, /* words from "call" to its letter */
};

/* Words with which one mention of a figure stands for that of another step,
 * too: they refer back, compare, or are plurals. */
static const char folds[] =
    "one|ones|that of|those of|the "
    "same|both|respective|respectively|former|over_all|"
    "latter|other|others|overall|all|whole|entire|everyone|everything|"
    "altogether|unfiltered|full|rest|remaining|only|alone|instead|again|too|"
    "also|likewise|as well|in turn|before|after|old|new|change*|differ*|"
    "compar*|versus|come|comes|coming|due to|account*|contribut*|make up|"
    "makes up|made up|belong*|fall on|falls on|held by|hold|holds|means|"
    "averages|medians|middle values|totals|sums|deviations|variances|ranges|"
    "logarithms|roots|ranks|residuals";

static const char totals[] = "total|totals|sum";
static const char any_sum[] =
    "plus|total|totals|sum|sums|altogether|add|adds|added|adding|combined|"
    "together";

/* What says of a row that it has, or has not, a value: of a mechanical text,
 * and of a rewording. */
static const char gap[] =
    "missing|blank|blanks|empty|lack*|incomplete|without|present|complete";
static const char gaps[] =
    "missing|blank|blanks|empty|lack*|incomplete|without|present|absent|"
    "unknown|recorded|unrecorded|available|known|complete|no value|have both|"
    "has both|with both|neither|gaps";
static const char gap_folds[] =
    "any|either|all|over_all|each|every|complete|of these";

/* "a minus b" in words that tell which of them is subtracted. */
static const char directed[] =
    "minus|subtract*|exceed*|surpass*|deviates|deviation from|"
    "deviations from|gini*|how much higher|how much lower|how much larger|how "
    "much smaller|how much greater|how much more|how much less|how much "
    "heavier|how much lighter|how much longer|how much shorter|how far "
    "above|how far below|how far over|how far under|change from|changes "
    "from|changed from|difference from|shift from|move from|increase*|"
    "decrease*|rise*|rose|fall*|fell|grow*|grew|gain*|loses|lost|signed|with "
    "its sign|with the sign|with their signs";
static const char by_how_much[] = "by how much";
static const char comparatives[] =
    "higher|lower|larger|smaller|greater|more|less|above|below|heavier|"
    "lighter|longer|shorter|older|younger|bigger";

/* ---- pieces ---- */

/* A part of a text between marks; a step where it names a column or letter. */
struct piece {
	char *words; /* spaced, quotes left out; owned */
	bool operand;
};

/* "call them P", "this is Q": no step of its own. */
static bool
names_only(const char *words, size_t operands)
{
	return operands == 1 &&
	    (strncmp(words, " call ", 6) == 0 ||
		strncmp(words, " this is ", 9) == 0 ||
		strncmp(words, " these ", 7) == 0);
}

/* The pieces of a text, in order; owned. */
static size_t
pieces(const char *text, struct piece **out)
{
	struct piece *v = xcalloc(strlen(text) + 1, sizeof *v);
	const char *from = text, *p = text;
	struct gate_token t;
	size_t n = 0, operands = 0;
	bool end;

	do {
		p = gate_token(p, &t);
		end = p == NULL || strchr(".;:?!", *t.p) != NULL;
		operands += !end && t.operand;
		if (!end)
			continue;
		char *part = xstrndup(from, (size_t)(t.p - from)),
		     *plain = gate_unquoted(part);

		v[n].words = gate_plainly(plain);
		v[n].operand = operands > 0;
		if (n > 0 && names_only(v[n].words, operands)) {
			v[n].operand = false;
			v[n - 1].operand = true;
		}
		n++;
		free(part);
		free(plain);
		operands = 0;
		from = p;
	} while (p != NULL);
	*out = v;
	return n;
}

static void
pieces_free(struct piece *v, size_t n)
{
	while (n > 0)
		free(v[--n].words);
	free(v);
}

/* How many steps say it? */
static size_t
saying(const struct piece *v, size_t n, const char *list)
{
	size_t i, found = 0;

	for (i = 0; i < n; i++)
		found += v[i].operand && gate_occurrences(v[i].words, list) > 0;
	return found;
}

/* How many say of which rows a value has to be there? */
static size_t
dropping(const struct piece *v, size_t n)
{
	size_t i, found = 0;

	for (i = 0; i < n; i++)
		found += gate_occurrences(
			     v[i].words, v[i].operand ? gap : "present") > 0;
	return found;
}

/* How often do words mention what list says, in one way or another? */
static size_t
mentions(const char *words, const char *list)
{
	size_t most = 0, found, n;
	char *one;

	for (; *list != '\0'; list += n + (list[n] == ';')) {
		n = strcspn(list, ";");
		one = xstrndup(list, n);
		found = gate_occurrences(words, one);
		most = found > most ? found : most;
		free(one);
	}
	return most;
}

/* Does `now` hold an alternative of list more often than `was`? */
static bool
more(const char *was, const char *now, const char *list)
{
	bool found = false;
	char *one;
	size_t n;

	for (; !found && *list != '\0'; list += n + (list[n] == '|')) {
		n = strcspn(list, "|");
		one = xstrndup(list, n);
		found = gate_occurrences(now, one) > gate_occurrences(was, one);
		free(one);
	}
	return found;
}

/* ---- letters ---- */

struct letter {
	size_t n; /* how often it stands for a figure */
	bool named; /* "call it P", "this is P", "let P be" */
};

static bool
token_is_any(const struct gate_token *t, const char *list)
{
	char *word = xasprintf(" %.*s ", (int)t->n, t->p);
	size_t n;

	for (n = 1; word[n] != '\0'; n++)
		word[n] = (char)tolower((unsigned char)word[n]);
	n = gate_occurrences(word, list);
	free(word);
	return n > 0;
}

static void
letters(const char *text, struct letter v[LETTERS])
{
	struct gate_token t;
	struct letter *l;
	int since = NAMING + 1; /* words since one that names */

	memset(v, 0, LETTERS * sizeof *v);
	while ((text = gate_token(text, &t)) != NULL) {
		since++;
		if (t.operand && t.n == 1) {
			l = &v[*t.p - 'A'];
			l->n++;
			l->named |= since <= NAMING;
			since = NAMING + 1;
		} else if (token_is_any(&t, "call|called|let|this|these")) {
			since = 0;
		}
	}
}

/* A letter that the text explains is explained and used, or left out. */
static int
check_letters(const struct gate *g, const char *candidate, struct fail *f)
{
	struct letter was[LETTERS], now[LETTERS];
	size_t i;

	letters(g->text, was);
	letters(candidate, now);
	for (i = 0; i < LETTERS; i++)
		if (was[i].named && was[i].n > 1 && now[i].n == 1)
			return fail_set(f, FAIL_VALUE,
			    "%c is there once only: say what it is and what is "
			    "done with it, or leave the letter out",
			    (int)('A' + i));
	return 0;
}

static bool
is_chain(const char *text)
{
	struct letter v[LETTERS];
	size_t i;

	letters(text, v);
	for (i = 0; i < LETTERS; i++)
		if (v[i].named && v[i].n > 1)
			return true;
	return false;
}

/* ---- steps ---- */

/* How often a rewording has to mention what steps compute. In a text that
 * describes columns ("the one whose mean is lowest") any mention may be of a
 * column, so that all of them count. */
static size_t
needed(const struct gate *g, size_t steps, const char *was, const char *keep)
{
	size_t all;

	if (steps == 0 || strchr(g->text, '"') != NULL)
		return steps;
	all = mentions(was, keep);
	return all > steps ? all : steps;
}

/* What several steps compute is said as often, or said to be of both. */
static int
check_figures(const struct gate *g, const struct piece *v, size_t n,
    const char *was, const char *now, struct fail *f)
{
	struct gate_figure c;
	size_t i, want;

	for (i = 0; gate_figure(i, &c); i++) {
		want = needed(g, saying(v, n, c.when), was, c.keep);
		if (want > 1 && mentions(now, c.keep) < want &&
		    !more(was, now, folds))
			return fail_set(f, FAIL_VALUE,
			    "%zu steps say %s, one of them is gone", want,
			    c.name);
	}
	return 0;
}

/* "a plus b" may be called their sum; then it is one more sum. */
static int
check_sums(const struct piece *v, size_t n, const char *was, const char *now,
    struct fail *f)
{
	size_t sums = saying(v, n, "plus");

	if (sums == 0 ||
	    gate_occurrences(now, any_sum) >= sums + saying(v, n, totals) ||
	    more(was, now, folds))
		return 0;
	return fail_set(f, FAIL_VALUE, "a sum is gone: what is added to what?");
}

static size_t
count_piece(const char *text, const char *piece, size_t n)
{
	const char *p = text, *end = text + strlen(text);
	size_t found = 0;

	while ((p = memmem(p, (size_t)(end - p), piece, n)) != NULL) {
		found++;
		p += n;
	}
	return found;
}

/* A value that several steps compare with is there as often, or referred to. */
static int
check_values(const struct gate *g, const char *candidate, const char *was,
    const char *now, struct fail *f)
{
	const char *at = g->text, *piece;
	size_t n;

	while ((n = gate_quoted(&at, '\'', &piece)) != (size_t)-1)
		if (n > 0 &&
		    count_piece(candidate, piece, n) <
			count_piece(g->text, piece, n) &&
		    !more(was, now, folds))
			return fail_set(f, FAIL_VALUE,
			    "a step with '%.*s' is gone", (int)n, piece);
	return 0;
}

/* Are three or more columns listed? */
static bool
lists(const char *text)
{
	struct gate_token t;
	size_t run = 0;

	while ((text = gate_token(text, &t)) != NULL) {
		if (t.operand && t.n > 1 && ++run >= LIST)
			return true;
		if (!t.operand && !(t.n == 3 && memcmp(t.p, "and", 3) == 0) &&
		    !(t.n == 2 && memcmp(t.p, "or", 2) == 0))
			run = 0;
	}
	return false;
}

/* The rows that are dropped for want of a value, step by step. */
static int
check_gaps(const struct piece *v, size_t n, const char *was, const char *now,
    bool listed, struct fail *f)
{
	size_t steps = dropping(v, n);

	if (steps < 2 || gate_occurrences(now, gaps) >= steps || listed ||
	    more(was, now, gap_folds))
		return 0;
	return fail_set(f, FAIL_VALUE,
	    "%zu steps say which values have to be present, one of them is "
	    "gone",
	    steps);
}

/* ---- which is subtracted ---- */

static int
check_direction(const char *was, const char *now, struct fail *f)
{
	size_t n = gate_occurrences(was, "minus"),
	       told = gate_occurrences(now, directed);

	if (gate_occurrences(now, by_how_much) > 0)
		told += gate_occurrences(now, comparatives);
	if (n == 0 || told > 0)
		return 0;
	return fail_set(f, FAIL_VALUE,
	    "it does not say any more which is subtracted from which");
}

/* ---- all of it ---- */

int
gate_chain(const struct gate *g, const char *candidate, struct fail *f)
{
	char *plain = gate_unquoted(g->text), *bare = gate_unquoted(candidate),
	     *was = gate_plainly(plain), *now = gate_plainly(bare);
	struct piece *v;
	size_t n = pieces(g->text, &v);
	int rc = check_direction(was, now, f);

	if (rc == 0)
		rc = check_gaps(
		    v, n, was, now, lists(candidate) && !lists(g->text), f);
	if (rc == 0 && is_chain(g->text) &&
	    (check_figures(g, v, n, was, now, f) == -1 ||
		check_sums(v, n, was, now, f) == -1 ||
		check_values(g, candidate, was, now, f) == -1 ||
		check_letters(g, candidate, f) == -1))
		rc = -1;
	pieces_free(v, n);
	free(plain);
	free(bare);
	free(was);
	free(now);
	return rc;
}

void
gate_chain_lines(const struct gate *g, struct buf *b)
{
	struct gate_figure c;
	struct piece *v;
	size_t n = pieces(g->text, &v), i, steps;
	char *line;

	if (is_chain(g->text))
		gate_line(b, "what each letter stands for, or no letters");
	for (i = 0; is_chain(g->text) && gate_figure(i, &c); i++) {
		if ((steps = saying(v, n, c.when)) < 2)
			continue;
		line = xasprintf("%s, in each of %zu steps", c.name, steps);
		gate_line(b, line);
		free(line);
	}
	pieces_free(v, n);
}
