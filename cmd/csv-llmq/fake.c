/* fake.c - output that was not executed: a model that goes on after its cell
 * and writes what it thinks the cell prints. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "llmq.h"

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

/* "Output:", "**Result** (shortened):", "Output" alone. */
static bool
titled(const struct line *l)
{
	static const char *const words[] = {"output", "expected output",
	    "simulated output", "cell output", "program output",
	    "execution output", "execution result", "result", "results",
	    "stdout", "printed output", "the output is", "the output",
	    "running this gives", "this prints", "this outputs", "out["};
	struct line rest;
	size_t i, k;

	for (i = 0; i < sizeof words / sizeof *words; i++) {
		if (!begins(l, words[i], &rest))
			continue;
		for (k = 0; k < rest.n; k++)
			if (strchr(" \t*_`", rest.p[k]) == NULL)
				break;
		if (k == rest.n || rest.p[k] == ':' || rest.p[k] == '(' ||
		    words[i][strlen(words[i]) - 1] == '[')
			return true;
	}
	return false;
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

/* Does a block with that info hold code or data that was asked for? */
static bool
wanted(const struct line *info, const char *body)
{
	body += strspn(body, " \t\r\n");
	return (info->n >= 2 && strncasecmp(info->p, "py", 2) == 0) ||
	    (info->n >= 4 && strncasecmp(info->p, "json", 4) == 0) ||
	    (info->n >= 7 && strncasecmp(info->p, "ipython", 7) == 0) ||
	    *body == '{' || *body == '[';
}

static bool
is_python(const struct line *info)
{
	return (info->n >= 2 && strncasecmp(info->p, "py", 2) == 0) ||
	    (info->n >= 7 && strncasecmp(info->p, "ipython", 7) == 0);
}

size_t
fake_output(const char *text, const char **what)
{
	const char *p = text, *nl;
	struct line l, info;
	bool ran = false, open = false; /* a cell was closed; in a block */
	bool python = false;
	size_t marks;

	*what = NULL;
	for (; *p != '\0' && *what == NULL; p = nl) {
		nl = strchr(p, '\n');
		l = (struct line){p, nl != NULL ? (size_t)(nl - p) : strlen(p)};
		nl = nl != NULL ? nl + 1 : p + l.n;
		marks = fence_marks(&l, &info);
		if (open) {
			if (marks >= 3 && info.n == 0) {
				open = false;
				ran |= python;
			}
			continue;
		}
		if (marks >= 3) {
			python = is_python(&info);
			if (ran && !wanted(&info, nl))
				*what = "a block of output";
			else
				open = true;
		} else if (other_side(&l)) {
			*what = "a message of the other side";
		} else if (ran && titled(&l)) {
			*what = "an output";
		}
		if (*what != NULL)
			return (size_t)(p - text);
	}
	return strlen(text);
}
