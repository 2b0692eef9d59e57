/* fake.c - output that was not executed. */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "fake.h"

/* A line, without its line feed. */
struct line {
	const char *p;
	size_t n;
};

/* Does the line begin with the word, marks of Markdown before it apart? The
 * rest of the line into *rest. */
static bool
begins(const struct line *l, const char *word, struct line *rest)
{
	const char *p = l->p, *end = l->p + l->n;
	size_t n = strlen(word);

	while (p < end && strchr(" \t*_#>", *p) != NULL && *p != '\0')
		p++;
	if ((size_t)(end - p) < n || strncasecmp(p, word, n) != 0)
		return false;
	rest->p = p + n;
	rest->n = (size_t)(end - p) - n;
	return true;
}

/* Titles of an output. The first `sure` of them are that anywhere, the others
 * only after a cell. */
static const char *const titles[] = {"output", "expected output",
    "simulated output", "cell output", "program output", "execution output",
    "printed output", "the output is", "the output", "stdout", "out[",
    "execution result", "result", "results", "running this gives",
    "running this prints", "this prints", "this gives", "this outputs",
    "it prints", "which prints", "prints", "=>"};
enum { SURE = 11 };

/* "Output:", "**Result** (shortened):", "Output" alone. The rest of the line
 * into *rest. */
static bool
titled(const struct line *l, size_t n, struct line *rest)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		if (!begins(l, titles[i], rest))
			continue;
		for (k = 0; k < rest->n; k++)
			if (strchr(" \t*_`", rest->p[k]) == NULL)
				break;
		if (k == rest->n || rest->p[k] == ':' || rest->p[k] == '(' ||
		    strchr("[>", titles[i][strlen(titles[i]) - 1]) != NULL)
			return true;
	}
	return false;
}

/* A session of an interpreter: ">>> x", "In [1]: x". */
static bool
transcript(const struct line *l)
{
	struct line rest;

	return (l->n > 3 && memcmp(l->p, ">>> ", 4) == 0) ||
	    (begins(l, "in [", &rest) && rest.n > 0 &&
		isdigit((unsigned char)*rest.p));
}

/* What a program prints and nobody writes: a row of a table, a number or a
 * bracketed value alone in a line. */
static bool
printed(const struct line *l)
{
	const char *p = l->p, *end = l->p + l->n, *gap;
	size_t gaps = 0;
	char *stop;

	while (end > p && isspace((unsigned char)end[-1]))
		end--;
	while (p < end && isspace((unsigned char)*p))
		p++;
	if (p == end)
		return false;
	if (*p == '|' || (*p == '(' && end[-1] == ')') ||
	    (*p == '[' && end[-1] == ']'))
		return memmem(p, (size_t)(end - p), "question", 8) == NULL;
	strtod(p, &stop);
	if (stop >= end)
		return true;
	for (gap = p; gap + 2 < end; gap++)
		gaps += gap[0] != ' ' && gap[1] == ' ' && gap[2] == ' ';
	return gaps >= 2 ||
	    (gaps == 1 &&
		(isdigit((unsigned char)end[-1]) ||
		    isdigit((unsigned char)*p) || *l->p == ' '));
}

/* The model plays the other side. */
static bool
other_side(const struct line *l)
{
	static const char *const words[] = {"user:", "human:", "[user]",
	    "<|user|>", "<|im_start|>user", "system:"};
	struct line rest;
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (begins(l, words[i], &rest))
			return true;
	return false;
}

/* The marks of a fence line; 0 where it is none. */
static size_t
fence_marks(const struct line *l, struct line *info)
{
	size_t i = 0, from;

	while (i < l->n && (l->p[i] == ' ' || l->p[i] == '\t'))
		i++;
	from = i;
	while (i < l->n && (l->p[i] == '`' || l->p[i] == '~') &&
	    l->p[i] == l->p[from])
		i++;
	if (i - from < 3)
		return 0;
	while (i < l->n && strchr(" \t{.", l->p[i]) != NULL)
		from++, i++;
	info->p = l->p + i;
	info->n = l->n - i;
	while (info->n > 0 && isspace((unsigned char)info->p[info->n - 1]))
		info->n--;
	return i - from;
}

static bool
is_python(const struct line *info)
{
	return (info->n >= 2 && strncasecmp(info->p, "py", 2) == 0) ||
	    (info->n >= 7 && strncasecmp(info->p, "ipython", 7) == 0);
}

/* The next line of a text; NULL at its end. */
static const char *
next_line(const char *p, struct line *l)
{
	const char *nl = strchr(p, '\n');

	*l = (struct line){p, nl != NULL ? (size_t)(nl - p) : strlen(p)};
	return nl != NULL ? nl + 1 : p + l->n;
}

/* Is the block whose content begins at p a transcript? */
static bool
holds_transcript(const char *p)
{
	struct line l, info;

	while (*p != '\0') {
		p = next_line(p, &l);
		if (fence_marks(&l, &info) >= 3)
			return false;
		if (transcript(&l))
			return true;
	}
	return false;
}

/* Is the block whose content begins at p output: by its name, or because it
 * follows a cell and is neither code nor questions? */
static bool
is_output(const struct line *info, const char *p, bool ran)
{
	static const char *const names[] = {
	    "output", "stdout", "console", "out", "result", "results"};
	const char *end = strstr(p, "\n```");
	size_t i, n = end != NULL ? (size_t)(end - p) : strlen(p);

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (info->n == strlen(names[i]) &&
		    strncasecmp(info->p, names[i], info->n) == 0)
			return true;
	return ran && !is_python(info) && memmem(p, n, "question", 8) == NULL;
}

/* Does a block of code or questions follow, blank lines apart? */
static bool
block_follows(const char *p)
{
	struct line l, info = {0};

	do {
		if (*p == '\0')
			return false;
		p = next_line(p, &l);
	} while (l.n == strspn(l.p, " \t\r"));
	return fence_marks(&l, &info) >= 3 && !is_output(&info, p, false);
}

/* How a line outside of blocks looks made up, or NULL; p: what follows. */
static const char *
made_up(const struct line *l, const char *p, bool ran)
{
	struct line rest;

	if (other_side(l))
		return "a message of the other side";
	if (transcript(l))
		return "a transcript";
	if (titled(l, ran ? sizeof titles / sizeof *titles : SURE, &rest) &&
	    !(rest.n <= 3 && block_follows(p)))
		return "an output";
	return ran && printed(l) ? "an output" : NULL;
}

size_t
fake_output(const char *text, const char **what)
{
	const char *p = text, *next;
	struct line l, info;
	bool ran = false, open = false; /* a cell was closed; in a block */
	bool python = false;
	size_t marks;

	*what = NULL;
	for (; *p != '\0'; p = next) {
		next = next_line(p, &l);
		marks = fence_marks(&l, &info);
		if (open) {
			if (marks >= 3 && info.n == 0) {
				open = false;
				ran |= python;
			}
			continue;
		}
		if (marks < 3) {
			*what = made_up(&l, next, ran);
		} else if (holds_transcript(next)) {
			*what = "a transcript";
		} else if (is_output(&info, next, ran)) {
			*what = "a block of output";
		} else {
			python = is_python(&info);
			open = true;
		}
		if (*what != NULL)
			return (size_t)(p - text);
	}
	return strlen(text);
}

/* A line that is a comment; what it says into *says. */
static bool
comment(const struct line *l, struct line *says)
{
	size_t i = strspn(l->p, " \t");

	if (i >= l->n || l->p[i] != '#')
		return false;
	*says = (struct line){l->p + i + 1, l->n - i - 1};
	return true;
}

char *
fake_comments(const char *code, bool *found)
{
	struct buf b = {0};
	struct line l, says, rest;
	const char *next, *p;
	bool in = false; /* comments after such a title go, too */

	*found = false;
	for (p = code; *p != '\0'; p = next) {
		next = next_line(p, &l);
		if (!comment(&l, &says))
			in = false;
		else if (!in && titled(&says, SURE, &rest))
			in = true;
		*found |= in;
		if (!in)
			buf_put(&b, p, (size_t)(next - p));
	}
	return buf_steal(&b);
}
