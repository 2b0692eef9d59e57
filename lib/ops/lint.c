/* lint.c - faults of a question's wording. */
#include <ctype.h>
#include <string.h>

#include "mem.h"
#include "say.h"

char *
say_unquoted(const char *text)
{
	struct buf b = {0};
	const char *p, *q;

	for (p = text; *p != '\0'; p++) {
		q = NULL;
		if (*p == '"')
			q = strchr(p + 1, '"');
		else if (*p == '\'' &&
		    (p == text || !isalnum((unsigned char)p[-1])))
			q = strchr(p + 1, '\'');
		/* a quote within a value is not its end */
		while (
		    q != NULL && q[1] != '\0' && isalnum((unsigned char)q[1]))
			q = strchr(q + 1, *p);
		if (q != NULL) {
			buf_puts(&b, "NAME");
			p = q;
		} else {
			buf_putc(&b, *p);
		}
	}
	return buf_steal(&b);
}

static bool
word_in(const char *w, size_t n, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strlen(*list) == n && strncasecmp(*list, w, n) == 0)
			return true;
	return false;
}

/* Is it said with a vowel at its start? */
static bool
vowel_sound(const char *w, size_t n)
{
	static const char *const silent[] = {
	    "hour", "hours", "hourly", "honest", "F", NULL};
	static const char *const voiced[] = {"one", "once", "unit", "uniform",
	    "unique", "university", "use", "used", "user", "usual", "U",
	    "European", NULL};

	if (word_in(w, n, silent))
		return true;
	if (word_in(w, n, voiced))
		return false;
	return strchr("aeiouAEIOU8", w[0]) != NULL;
}

/* Two words side by side. */
static const char *
lint_pair(const char *a, size_t na, const char *b, size_t nb)
{
	/* what a name may not follow that has an article itself */
	static const char *const before[] = {
	    "each", "every", "a", "an", "its", "their", "no", "own", NULL};
	bool an = na == 2 && strncasecmp(a, "an", 2) == 0;

	if (na == nb && isalpha((unsigned char)*a) &&
	    strncasecmp(a, b, na) == 0 && strncmp(a, "NAME", na) != 0)
		return "a word twice";
	if (nb == 3 && strncasecmp(b, "the", 3) == 0 && word_in(a, na, before))
		return "two articles";
	if ((strncmp(a, "Which the", 9) == 0 || strncmp(a, "What the", 8) == 0))
		return "two articles";
	if (nb == 4 && strncmp(b, "NAME", 4) == 0)
		return NULL;
	if ((an || (na == 1 && (*a == 'a' || *a == 'A'))) &&
	    isalpha((unsigned char)*b) && an != vowel_sound(b, nb))
		return an ? "an before a consonant" : "a before a vowel";
	return NULL;
}

static const char *
lint_words(const char *p)
{
	const char *last = NULL, *why, *w;
	size_t n = 0, k;

	while (*p != '\0') {
		if (!isalnum((unsigned char)*p)) {
			if (*p != ' ')
				last = NULL; /* no neighbours across a comma */
			p++;
			continue;
		}
		for (w = p;
		     isalnum((unsigned char)*p) || *p == '\'' || *p == '_';)
			p++;
		k = (size_t)(p - w);
		if (last != NULL && (why = lint_pair(last, n, w, k)) != NULL)
			return why;
		last = w;
		n = k;
	}
	return NULL;
}

/* The words that make a sentence a question. */
static bool
asks(const char *s, size_t n)
{
	static const char *const words[] = {"what", "which", "how", "who",
	    "when", "where", "is", "are", "do", "does", "did", "has", "have",
	    "can", "whose", "would", "will", NULL};
	size_t i, k;

	for (i = 0; i < n; i += k + 1) {
		for (k = 0; i + k < n && isalpha((unsigned char)s[i + k]); k++)
			;
		if (k > 0 && word_in(s + i, k, words))
			return true;
	}
	return false;
}

/* Sentences end as they begin. */
static const char *
lint_sentences(const char *p)
{
	static const char *const first[] = {
	    "what", "which", "who", "whose", NULL};
	const char *end;
	size_t n, k;

	while (*p != '\0') {
		for (end = p; *end != '\0'; end++)
			if ((*end == '.' || *end == '?') &&
			    (end[1] == ' ' || end[1] == '\0'))
				break;
		n = (size_t)(end - p);
		for (k = 0; k < n && isalpha((unsigned char)p[k]); k++)
			;
		if (n < 3)
			return "an empty sentence";
		if (*end == '\0')
			return "a sentence without an end";
		if (*end == '?' && !asks(p, n))
			return "a question mark on an order";
		if (*end == '.' && word_in(p, k, first))
			return "a question that ends like an order";
		if (islower((unsigned char)*p))
			return "a sentence with a small letter in front";
		for (p = end + 1; *p == ' '; p++)
			;
	}
	return NULL;
}

const char *
say_lint(const char *text)
{
	static const char *const parts[][2] = {{"  ", "two spaces"},
	    {" ,", "a space before a comma"}, {" :", "a space before a colon"},
	    {" .", "a space before a stop"},
	    {" ?", "a space before a question mark"}, {"()", "empty brackets"},
	    {",,", "two commas"}, {"..", "two stops"}, {"?.", "two ends"},
	    {".?", "two ends"}, {",.", "a comma before a stop"},
	    {",?", "a comma before a question mark"},
	    {":?", "a colon before a question mark"},
	    {" of of ", "a word twice"}, {"[", "a bracket of a pattern"},
	    {"]", "a bracket of a pattern"}, {"{", "a brace of a pattern"},
	    {"}", "a brace of a pattern"},
	    {"once blanks are set aside. Leave out missing",
		"missing values settled twice"},
	    {"value of NAME is NAME", "a code spoken of as a value"}};
	char *plain = say_unquoted(text);
	const char *why = NULL;
	size_t i;

	for (i = 0; why == NULL && i < sizeof parts / sizeof *parts; i++)
		if (strstr(plain, parts[i][0]) != NULL)
			why = parts[i][1];
	if (why == NULL)
		why = lint_words(plain);
	if (why == NULL)
		why = lint_sentences(plain);
	free(plain);
	return why;
}

/* ---- What a question in discovery style must not say ---- */

const char *
say_method_word(const char *text)
{
	static const char *const words[] = {"t-test", "t test", "anova",
	    "analysis of variance", "correlat", "regress", "least squares",
	    "least-squares", "interquartile", "iqr", "z-score", "pearson",
	    "spearman", "kendall", "mann-whitney", "whitney", "kruskal",
	    "levene", "chi-square", "chi square", "chi2", "cramer",
	    "eta squared", "eta_squared", "welch", "yates", "skewness",
	    "kurtosis", "r squared", "r_squared", "slope", "u_statistic",
	    "t_statistic", "f_statistic", "h_statistic", "w_statistic",
	    "shapiro", "kolmogorov", "bootstrap", "p-value", "pvalue", "pandas",
	    "ddof", "quantile", "quartile", NULL};
	size_t i;

	for (i = 0; words[i] != NULL; i++)
		if (strcasestr(text, words[i]) != NULL)
			return words[i];
	return NULL;
}

/* Words in small letters with a space on both sides of each; bytes beyond
 * ASCII are letters. */
static char *
as_words(const char *s)
{
	struct buf b = {0};
	const char *p;
	unsigned char c, last = ' ';

	buf_putc(&b, ' ');
	for (p = s; *p != '\0'; p++) {
		c = (unsigned char)*p;
		if (isupper(c) && islower(last))
			buf_putc(&b, ' ');
		if (isalnum(c) || c >= 0x80)
			buf_putc(&b, (char)tolower(c));
		else if (b.p[b.n - 1] != ' ')
			buf_putc(&b, ' ');
		last = c;
	}
	if (b.p[b.n - 1] != ' ')
		buf_putc(&b, ' ');
	return buf_steal(&b);
}

bool
say_names(const char *text, const char *column)
{
	char *t = as_words(text), *c = as_words(column);
	bool found = c[1] == '\0'
	    ? strstr(text, column) != NULL && *column != '\0'
	    : strstr(t, c) != NULL;

	free(t);
	free(c);
	return found;
}
