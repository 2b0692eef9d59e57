/* python.c - which parts of Python code are what, for colours. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "mem.h"
#include "opt.h"
#include "python.h"
#include "term.h"

static const char keywords[] =
    "False,None,True,and,as,assert,async,await,break,class,continue,def,del,"
    "elif,else,except,finally,for,from,global,if,import,in,is,lambda,nonlocal,"
    "not,or,pass,raise,return,try,while,with,yield";
static const char names[] = "df,hook,submit,pd,np,print,len,sorted,round";

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (c & 0x80) != 0;
}

/* Length of the string literal at s, whose prefix was read; to the end of the
 * line, or of the code, where it is not closed. */
static size_t
string_length(const char *s)
{
	char quote = *s;
	bool triple = s[1] == quote && s[2] == quote;
	size_t i = triple ? 3 : 1;

	for (; s[i] != '\0'; i++) {
		if (s[i] == '\\' && s[i + 1] != '\0')
			i++;
		else if (triple && s[i] == quote && s[i + 1] == quote &&
		    s[i + 2] == quote)
			return i + 3;
		else if (!triple && s[i] == quote)
			return i + 1;
		else if (!triple && s[i] == '\n')
			return i;
	}
	return i;
}

static size_t
word_length(const char *s)
{
	size_t n = 0;

	while (is_word(s[n]))
		n++;
	return n;
}

static size_t
number_length(const char *s)
{
	size_t n = 0;

	while (is_word(s[n]) || s[n] == '.' ||
	    ((s[n] == '-' || s[n] == '+') && (s[n - 1] | 32) == 'e' &&
		isdigit((unsigned char)s[n + 1])))
		n++;
	return n;
}

static enum style
word_style(const char *s, size_t n)
{
	char word[16];

	if (n >= sizeof word)
		return STYLE_NONE;
	memcpy(word, s, n);
	word[n] = '\0';
	return opt_in_list(keywords, word) ? STYLE_KEYWORD
	    : opt_in_list(names, word)     ? STYLE_NAME
					   : STYLE_NONE;
}

/* Is the word at s[0..n-1] the prefix of a string literal? */
static bool
is_prefix(const char *s, size_t n)
{
	return n <= 2 && (s[n] == '"' || s[n] == '\'') &&
	    strspn(s, "rRbBfFuU") >= n;
}

unsigned char *
python_kinds(const char *code)
{
	unsigned char *kinds = xcalloc(strlen(code) + 1, 1);
	enum style style;
	size_t i = 0, n;

	while (code[i] != '\0') {
		const char *s = code + i;

		style = STYLE_NONE;
		n = 1;
		if (*s == '#') {
			n = strcspn(s, "\n");
			style = STYLE_COMMENT;
		} else if (*s == '"' || *s == '\'') {
			n = string_length(s);
			style = STYLE_STRING;
		} else if (isdigit((unsigned char)*s)) {
			n = number_length(s);
			style = STYLE_NUMBER;
		} else if (is_word(*s)) {
			n = word_length(s);
			style = word_style(s, n);
			if (is_prefix(s, n)) {
				n += string_length(s + n);
				style = STYLE_STRING;
			}
		}
		memset(kinds + i, (int)style, n);
		i += n;
	}
	return kinds;
}
