/* gate.c - may a rewording take the place of a mechanical text? */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gate.h"
#include "mem.h"
#include "ngram.h"

enum { SENTENCES = 2, WORDS_MIN = 12, WORDS_MAX = 35 };

/*
 * A clause that tells one reading from another. Where the text holds one of
 * `when`, a rewording holds one of `keep`, in which case it has none of `not`
 * unless the text has, too. Words between blanks, alternatives between bars; a
 * star ends a word's beginning.
 */
static const struct clause {
	const char *name, *when, *keep, *never;
} clauses[] = {
    {"the mean", "mean|average|averages|averaged",
	"mean|means|average|averages|averaged", "median|medians"},
    {"the median", "median|medians", "median|medians|middle value",
	"mean|average"},
    {"the total", "total|totals|sum",
	"total|totals|sum|sums|altogether|add "
	"up|adds up|combined",
	NULL},
    {"the standard deviation", "standard deviation",
	"standard deviation|standard deviations", NULL},
    {"the standard error", "standard error", "standard error", NULL},
    {"the variance", "variance", "variance|variances", NULL},
    {"the quantile", "quantile|quantiles|percentile|quartile",
	"quantile*|percentile*|quartile*", NULL},
    {"the interquartile range", "interquartile range|iqr",
	"interquartile range|iqr|middle half", NULL},
    {"skewness", "skewness|skew", "skew*|asymmetr*|lopsided*", NULL},
    {"kurtosis", "kurtosis", "kurtosis|tails", NULL},
    {"sample, not population (n - 1)", "sample|n 1", "sample|n 1|unbiased",
	"population"},
    {"population, not sample", "population|divide by n",
	"population|divide "
	"by n|divided by n",
	"sample|n 1"},
    {"the bias correction", "bias corrected|bias", "bias*|corrected", NULL},
    {"linear interpolation", "interpolat*", "interpolat*", NULL},
    {"what happens to missing values",
	"missing|blank|blanks|empty|lack|lacks|incomplete|filled in|are "
	"present|is given",
	"missing|blank|blanks|empty|lack*|incomplete|filled|present|given|"
	"absent|unknown|unrecorded|recorded|available|without a|no value|"
	"complete|has a value|have a value|gaps",
	NULL},
    {"that the limits count", "limits included|inclusive|both limits included",
	"included|inclusive|including", "excluded|exclusive|not included"},
    {"that the limits do not count",
	"limits not included|limits excluded|exclusive",
	"not included|excluded|exclusive|excluding|strictly", "inclusive"},
    {"more than",
	"above|more than|greater than|exceeds|exceed|higher "
	"than|larger than",
	"above|more than|greater than|exceed*|higher than|larger "
	"than|over|beyond|heavier than|longer than|older than|taller than",
	"at least|or more|below|less than|fewer than|under"},
    {"less than", "below|less than|smaller than|fewer than|lower than",
	"below|less than|smaller than|fewer than|lower than|under|lighter "
	"than|shorter than|younger than",
	"at most|or less|above|more than|greater than|over"},
    {"at least", "at least|no less than|or more|not below",
	"at least|no less than|or more|not below|or above|or higher|not less "
	"than|and up",
	"more than|greater than|above|exceed*|at most|no more than"},
    {"at most", "at most|no more than|or less|not above",
	"at most|no more than|or less|not above|or below|or fewer|up to|or "
	"lower|not more than",
	"less than|below|under|at least|no less than"},
    {"between", "between", "between|from", NULL},
    {"the exclusion (is not)", "and is not|other than|except|are not",
	"not|other than|except|excluding|outside|apart from|but|non|isn t|aren "
	"t",
	NULL},
    {"the high end", "highest|largest|greatest|maximum|strongest",
	"highest|largest|greatest|maximum|strongest|most|biggest|top|max|"
	"heaviest|longest|tallest|oldest|peak*|leads|best",
	"lowest|smallest|minimum|weakest|least|fewest|worst|lightest|"
	"shortest"},
    {"the low end", "lowest|smallest|minimum|weakest|least|fewest",
	"lowest|smallest|minimum|weakest|least|fewest|min|lightest|shortest|"
	"youngest|bottom|worst",
	"highest|largest|greatest|maximum|strongest|most|biggest|top|best|"
	"heaviest|longest"},
    {"ties", "tie|ties|tied", "tie|ties|tied|equal|same|share|several", NULL},
    {"distinct", "distinct|different|unique", "distinct|different|unique",
	NULL},
    {"the absolute value", "absolute|regardless of sign|ignoring the sign",
	"absolute|regardless of sign|ignoring the sign|sign|either direction",
	NULL},
    {"percent", "percentage|percent|per cent", "percentage|percent|per cent",
	NULL},
    {"a share from 0 to 1", "share|fraction|proportion",
	"share|fraction|proportion", "percentage|percent"},
    {"times", "times", "times|product|multipl*", NULL},
    {"plus", "plus", "plus|sum|added|adding|together|combined|total", NULL},
    {"minus", "minus", "minus|difference|less|subtract*|gap|range", NULL},
    {"divided by", "divided by|ratio", "divided|ratio|per|relative|quotient",
	NULL},
    {"ranks (Spearman)", "spearman", "spearman|rank|ranks|ranking", "pearson"},
    {"a straight line (Pearson)", "pearson", "pearson|linear*|straight line",
	"spearman|rank"},
    {"whether spreads are taken as equal",
	"welch|equal variances|equal variance|pooled|equal spread",
	"welch|equal variances|equal variance|pooled|equal spread|equal "
	"spreads|equally spread",
	NULL},
    {"the order from the smallest", "ascending|smallest first|alphabetical*",
	"ascending|smallest first|alphabetical*|lowest first|from "
	"smallest|from "
	"lowest|increasing",
	"descending|largest first"},
    {"the order from the largest", "descending|largest first|highest first",
	"descending|largest first|highest first|from largest|from "
	"highest|decreasing",
	"ascending|smallest first"},
};

static const char methods[] =
    "t test|t tests|ttest|anova|welch|mann whitney|kruskal*|wilcoxon|chi "
    "square*|chi squared|fisher|levene|shapiro*|kolmogorov|ks test|pearson|"
    "spearman|kendall|correlat*|regress*|ols|least squares|iqr|interquartile|"
    "z score|z scores|bootstrap*|p value|p values|cramer*|eta squared|gini|"
    "entropy|r squared|null hypothesis|hypothesis test|groupby|pandas";

/* ---- words ---- */

/* " words between blanks ", with % as a word. */
static char *
spaced(const char *text)
{
	struct buf plain = {0}, b = {0};

	for (; *text != '\0'; text++) {
		if (*text == '%')
			buf_puts(&plain, " percent ");
		else
			buf_putc(&plain, *text);
	}
	buf_putc(&b, ' ');
	ngram_words(&b, buf_str(&plain));
	buf_putc(&b, ' ');
	buf_clear(&plain);
	return buf_steal(&b);
}

/* The first alternative of list that words (spaced) hold: its length, and *at
 * its start in list; 0 where there is none. */
static size_t
holds(const char *words, const char *list, const char **at)
{
	char want[64];
	size_t k;

	for (; *list != '\0'; list += k + (list[k] == '|')) {
		k = strcspn(list, "|");
		if (k == 0 || k + 3 > sizeof want)
			continue;
		if (list[k - 1] == '*')
			snprintf(want, sizeof want, " %.*s", (int)k - 1, list);
		else
			snprintf(want, sizeof want, " %.*s ", (int)k, list);
		if (strstr(words, want) != NULL) {
			*at = list;
			return k;
		}
	}
	return 0;
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

static const char *const number_words[] = {"zero", "one", "two", "three",
    "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"};

/* The numbers of a text that stand alone: an array of reals. With words: also
 * those spelled out. */
static json_t *
numbers(const char *text, bool words)
{
	json_t *a = json_array();
	const char *p = text;
	struct buf digits = {0};
	char *sp;
	size_t i;

	while (*p != '\0') {
		if (!isdigit((unsigned char)*p)) {
			/* digits inside a word belong to it */
			if (isalpha((unsigned char)*p) || *p == '_')
				while (isalnum((unsigned char)*p) || *p == '_')
					p++;
			else
				p++;
			continue;
		}
		buf_reset(&digits);
		for (;; p++) {
			if (isdigit((unsigned char)*p) ||
			    (*p == '.' && isdigit((unsigned char)p[1])))
				buf_putc(&digits, *p);
			else if (*p != ',' || !isdigit((unsigned char)p[1]) ||
			    !isdigit((unsigned char)p[2]) ||
			    !isdigit((unsigned char)p[3]))
				break;
		}
		json_array_append_new(
		    a, json_real(strtod(buf_str(&digits), NULL)));
	}
	buf_clear(&digits);
	if (!words)
		return a;
	sp = spaced(text);
	for (i = 0; i < sizeof number_words / sizeof *number_words; i++)
		if (any(sp, number_words[i]))
			json_array_append_new(a, json_real((double)i));
	free(sp);
	return a;
}

static bool
has_number(const json_t *list, double x)
{
	json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
	{
		if (json_real_value(v) == x)
			return true;
	}
	return false;
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
	json_t *want = numbers(was, false), *have = numbers(now, true),
	       *loud = numbers(now, false), *known = numbers(all, true), *v;
	struct buf n = {0};
	int rc = 0;
	size_t i;

	json_array_foreach(want, i, v)
	{
		if (rc == 0 && !has_number(have, json_real_value(v))) {
			put_number(&n, json_real_value(v));
			rc = fail_set(f, FAIL_VALUE, "the number %s is missing",
			    buf_str(&n));
		}
	}
	json_array_foreach(loud, i, v)
	{
		if (rc == 0 && !has_number(known, json_real_value(v))) {
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

static int
check_values(const struct gate *g, const char *candidate, struct fail *f)
{
	const char *at = g->text, *piece;
	size_t n;

	while ((n = next_quoted(&at, '\'', &piece)) != (size_t)-1)
		if (memmem(candidate, strlen(candidate), piece, n) == NULL)
			return fail_set(f, FAIL_VALUE,
			    "the value '%.*s' is missing", (int)n, piece);
	return 0;
}

static int
check_columns(const struct gate *g, const char *candidate, struct fail *f)
{
	const char *at = g->text, *piece, *name;
	json_t *c;
	size_t n, i;

	while (
	    !g->discovery && (n = next_quoted(&at, '"', &piece)) != (size_t)-1)
		if (memmem(candidate, strlen(candidate), piece, n) == NULL)
			return fail_set(f, FAIL_VALUE,
			    "the column \"%.*s\" is missing", (int)n, piece);
	json_array_foreach(g->columns, i, c)
	{
		name = json_string_value(c);
		if (g->discovery && name != NULL && gate_names(candidate, name))
			return fail_set(
			    f, FAIL_VALUE, "it names the column \"%s\"", name);
	}
	return 0;
}

/* ---- clauses ---- */

static int
check_clauses(const struct gate *g, const char *candidate, struct fail *f)
{
	char *plain = unquoted(g->text), *was = spaced(plain),
	     *now = spaced(candidate);
	const struct clause *c = clauses;
	const char *at;
	size_t n, i;
	int rc = 0;

	for (i = 0; rc == 0 && i < sizeof clauses / sizeof *clauses; i++, c++) {
		if (holds(was, c->when, &at) == 0)
			continue;
		if (!any(now, c->keep))
			rc = fail_set(f, FAIL_VALUE,
			    "it does not say any more: %s", c->name);
		else if (!any(was, c->never) && c->never != NULL &&
		    (n = holds(now, c->never, &at)) > 0)
			rc = fail_set(f, FAIL_VALUE,
			    "\"%.*s\" is another question than %s", (int)n, at,
			    c->name);
	}
	free(plain);
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
	if (x < 10 && x == (double)(int)x)
		return false; /* small whole numbers are everywhere */
	nums = numbers(text, false);
	old = numbers(known, false);
	found = has_number(nums, x) && !has_number(old, x);
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
	if (check_columns(g, candidate, f) == -1 ||
	    check_values(g, candidate, f) == -1 ||
	    check_numbers(g, candidate, f) == -1 ||
	    check_clauses(g, candidate, f) == -1)
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
	char *plain = unquoted(g->text), *was = spaced(plain);
	const struct clause *c = clauses;
	json_t *list = numbers(plain, false), *v;
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
	for (i = 0; i < sizeof clauses / sizeof *clauses; i++, c++)
		if (any(was, c->when))
			buf_printf(b, "- %s\n", c->name);
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
