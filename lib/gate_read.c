/* gate_read.c - what the gate reads in a text: words, quoted pieces, numbers.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "gate_int.h"
#include "mem.h"
#include "ngram.h"

char *
gate_spaced(const char *text)
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

/* What is written in several ways, or in words that alone mean something else.
 */
static const struct {
	const char *from, *to;
} plain[] = {{" at least ", " at_least "}, {" at most ", " at_most "},
    {" greater than or equal to ", " at_least "},
    {" more than or equal to ", " at_least "},
    {" equal to or greater than ", " at_least "},
    {" no less than ", " at_least "}, {" not less than ", " at_least "},
    {" no fewer than ", " at_least "}, {" no lower than ", " at_least "},
    {" no smaller than ", " at_least "}, {" not below ", " at_least "},
    {" less than or equal to ", " at_most "},
    {" equal to or less than ", " at_most "}, {" no more than ", " at_most "},
    {" not more than ", " at_most "}, {" no greater than ", " at_most "},
    {" no higher than ", " at_most "}, {" no larger than ", " at_most "},
    {" not exceed ", " at_most "}, {" not exceeding ", " at_most "},
    {" not above ", " at_most "},
    {" over all ", " over_all "}, /* not "over 3" */
    {" residual minus its prediction ", " residual its prediction "},
    {" least squares ", " least_squares "},
    {" interquartile range ", " interquartile_range "},
    {" interquartile ranges ", " interquartile_range "},
    {" their mean rank ", " their mean_rank "},
    {" their average rank ", " their mean_rank "},
    {" largest minus smallest ", " largest_to_smallest "},
    {" largest minus the smallest ", " largest_to_smallest "},
    {" highest minus lowest ", " largest_to_smallest "},
    {" highest minus the lowest ", " largest_to_smallest "},
    {" max minus min ", " largest_to_smallest "},
    {" maximum minus minimum ", " largest_to_smallest "},
    {" maximum minus the minimum ", " largest_to_smallest "},
    {" between largest and smallest ", " largest_to_smallest "},
    {" between the largest and the smallest ", " largest_to_smallest "},
    {" between the largest and smallest ", " largest_to_smallest "},
    {" between highest and lowest ", " largest_to_smallest "},
    {" between the highest and the lowest ", " largest_to_smallest "},
    {" between the highest and lowest ", " largest_to_smallest "}};

char *
gate_plainly(const char *text)
{
	struct buf b = {0};
	char *words = gate_spaced(text), *p, *from;
	size_t i;

	for (i = 0; i < sizeof plain / sizeof *plain; i++) {
		for (from = words; (p = strstr(from, plain[i].from)) != NULL;
		     from = p + strlen(plain[i].from) - 1) {
			buf_put(&b, from, (size_t)(p - from));
			buf_puts(&b, plain[i].to);
			b.p[--b.n] = '\0'; /* it is where from begins */
		}
		buf_puts(&b, from);
		free(words);
		words = buf_steal(&b);
	}
	return words;
}

/* An apostrophe inside a word, or of "'s " behind a quoted one, opens nothing.
 */
static bool
possessive(const char *text, const char *p)
{
	return (p > text && isalnum((unsigned char)p[-1])) ||
	    (p[1] == 's' && p[2] == ' ');
}

size_t
gate_quoted(const char **at, char mark, const char **piece)
{
	const char *p = *at, *end;

	for (;;) {
		if ((p = strchr(p, mark)) == NULL)
			return (size_t)-1;
		if (mark != '\'' || !possessive(*at, p))
			break;
		p++;
	}
	if ((end = strchr(p + 1, mark)) == NULL)
		return (size_t)-1;
	*piece = p + 1;
	*at = end + 1;
	return (size_t)(end - p - 1);
}

char *
gate_unquoted(const char *text)
{
	struct buf b = {0};
	const char *at = text, *piece;
	size_t i;
	char *s, *left;
	static const char marks[] = "\"'";

	left = xstrdup(text);
	for (i = 0; marks[i] != '\0'; i++) {
		at = s = left;
		while (gate_quoted(&at, marks[i], &piece) != (size_t)-1) {
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

/* Does text up to p end in the word or mark, the word before it apart? */
static bool
ends_in(const char *text, const char *p, const char *mark)
{
	size_t n = strlen(mark);

	return (size_t)(p - text) >= n && memcmp(p - n, mark, n) == 0 &&
	    (p - n == text ||
		!(isalnum((unsigned char)p[-(ptrdiff_t)n - 1]) ||
		    p[-(ptrdiff_t)n - 1] == ')'));
}

bool
gate_number(const char **at, double *x, size_t *n)
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
	if (ends_in(*at, p, "-") || ends_in(*at, p, "\xe2\x88\x92") ||
	    ends_in(*at, p, "negative "))
		buf_putc(&digits, '-');
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

void
gate_put_number(struct buf *b, double x)
{
	if (x < 1e15 && x > -1e15 && x == (double)(long long)x)
		buf_printf(b, "%lld", (long long)x);
	else
		buf_real(b, x);
}

/* Bytes of the word at p: its apostrophes and decimals belong to it. */
static size_t
word_length(const char *p)
{
	size_t n = 1;

	while (isalnum((unsigned char)p[n]) || p[n] == '_' ||
	    (p[n] == '\'' && isalpha((unsigned char)p[n + 1])) ||
	    (p[n] == '.' && isdigit((unsigned char)p[n - 1]) &&
		isdigit((unsigned char)p[n + 1])))
		n++;
	return n + (p[n] == '\'' && !isalnum((unsigned char)p[n + 1]));
}

const char *
gate_token(const char *p, struct gate_token *t)
{
	const char *end;
	size_t n = 1;

	while (*p != '\0' && strchr("\"'.;:?!", *p) == NULL &&
	    !isalnum((unsigned char)*p))
		p++;
	*t = (struct gate_token){p, 1, false};
	if (*p == '\0')
		return NULL;
	if ((*p == '"' || (*p == '\'' && !possessive(p, p))) &&
	    (end = strchr(p + 1, *p)) != NULL) {
		t->n = n = (size_t)(end - p) + 1;
		t->operand = true;
	} else if (isalnum((unsigned char)*p)) {
		t->n = n = word_length(p);
		if (*p > 'A' && *p <= 'Z' && *p != 'I' &&
		    (n == 1 || p[1] == '\'')) { /* P, P's */
			t->n = 1;
			t->operand = true;
		}
	}
	return p + n;
}
