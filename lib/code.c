/* code.c - find the Python code in a model's reply. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "code.h"
#include "mem.h"

enum { INDENT_MAX = 3, FENCE_MIN = 3 };

/* A line of the text, without its end. */
struct line {
	const char *s;
	size_t n;
};

/* What a scan goes through. */
struct scan {
	struct line *line;
	size_t nlines;
	size_t indent; /* spaces that may stand before a fence */
	bool complete;
};

/* A fence that opens a block. */
struct fence {
	char c;
	size_t size, indent;
	const char *info; /* trimmed */
	size_t ninfo;
};

enum lang { LANG_OTHER, LANG_NONE, LANG_PYTHON };

/* A block that was found. */
struct found {
	size_t first, end; /* lines of its content: [first, end) */
	struct fence fence;
	size_t at; /* line of the fence, from 0 */
	enum lang lang;
	const char *head; /* code on the fence line */
	size_t nhead;
	bool closed, passed; /* passed over a fence inside a string */
};

struct list {
	struct found *v;
	size_t n, cap;
};

static const char *const rule_names[] = {
    [CODE_NONE] = "none",
    [CODE_TAGGED] = "tagged",
    [CODE_UNTAGGED] = "untagged",
    [CODE_UNCLOSED] = "unclosed",
    [CODE_ONE_LINE] = "one_line",
    [CODE_INDENTED] = "indented",
    [CODE_ESCAPED] = "escaped",
};

const char *
code_rule_name(enum code_rule rule)
{
	return rule_names[rule];
}

/* Split at LF, CRLF or CR. */
static size_t
split(const char *s, size_t n, struct line **out)
{
	struct line *v = NULL;
	size_t cap = 0, count = 0, i = 0, k;

	while (i < n) {
		for (k = i; k < n && s[k] != '\n' && s[k] != '\r';)
			k++;
		v = xgrow(v, count, &cap, sizeof *v);
		v[count++] = (struct line){s + i, k - i};
		i = k + 1;
		if (k + 1 < n && s[k] == '\r' && s[k + 1] == '\n')
			i++;
	}
	*out = v;
	return count;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t';
}

static void
trim(const char **s, size_t *n)
{
	while (*n > 0 && is_space(**s))
		(*s)++, (*n)--;
	while (*n > 0 && is_space((*s)[*n - 1]))
		(*n)--;
}

/* A line that begins with a fence: its character, length and rest. */
static bool
read_fence(const struct line *l, size_t indent, struct fence *f)
{
	size_t i = 0, k;

	while (i < l->n && l->s[i] == ' ')
		i++;
	if (indent > INDENT_MAX) /* anything goes: lists, tabs */
		while (i < l->n && is_space(l->s[i]))
			i++;
	if (i > indent || i == l->n || (l->s[i] != '`' && l->s[i] != '~'))
		return false;
	for (k = i; k < l->n && l->s[k] == l->s[i];)
		k++;
	if (k - i < FENCE_MIN)
		return false;
	*f = (struct fence){
	    .c = l->s[i], .size = k - i, .indent = i, .info = l->s + k};
	f->ninfo = l->n - k;
	trim(&f->info, &f->ninfo);
	return true;
}

static bool
opens(const struct line *l, size_t indent, struct fence *f)
{
	return read_fence(l, indent, f) &&
	    !(f->c == '`' && memchr(f->info, '`', f->ninfo) != NULL);
}

static bool
closes(const struct line *l, size_t indent, const struct fence *open)
{
	struct fence f;

	return read_fence(l, indent, &f) && f.c == open->c &&
	    f.size >= open->size && f.ninfo == 0;
}

/*
 * Follow Python's triple-quoted strings over a line: *quote is the quote
 * character of the string that is open, or 0.
 */
static void
follow_strings(const struct line *l, char *quote)
{
	char single = 0;
	size_t i;

	for (i = 0; i < l->n; i++) {
		char c = l->s[i];
		bool triple = i + 2 < l->n && l->s[i + 1] == c &&
		    l->s[i + 2] == c && (c == '"' || c == '\'');

		if (c == '\\') {
			i++;
		} else if (*quote != 0) {
			if (triple && c == *quote) {
				*quote = 0;
				i += 2;
			}
		} else if (single != 0) {
			if (c == single)
				single = 0;
		} else if (triple) {
			*quote = c;
			i += 2;
		} else if (c == '"' || c == '\'') {
			single = c;
		} else if (c == '#') {
			return;
		}
	}
}

static bool
word_is(const char *s, size_t n, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strlen(*list) == n && strncasecmp(*list, s, n) == 0)
			return true;
	return false;
}

static const char *const python_names[] = {
    "python", "python3", "py", "py3", "ipython", "ipython3", NULL};

/* Does the line open a block that is named Python? */
static bool
opens_python(const struct line *l, size_t indent)
{
	struct fence f;
	size_t k = 0;

	if (!opens(l, indent, &f))
		return false;
	while (k < f.ninfo && isalnum((unsigned char)f.info[k]))
		k++;
	return word_is(f.info, k, python_names);
}

/*
 * Where the block that opens above line `from` ends: the first closing fence
 * that is outside a string, else the first closing fence at all; nlines when
 * there is none. A fence that opens a block named Python ends it, too: it is
 * never content, but the sign of a fence too many or too few before it.
 */
static size_t
block_end(const struct scan *sc, size_t from, const struct fence *f,
    bool python, bool *passed)
{
	size_t i, first = sc->nlines;
	char quote = 0;

	*passed = false;
	for (i = from; i < sc->nlines; i++) {
		const struct line *l = &sc->line[i];

		if (closes(l, sc->indent, f)) {
			if (first == sc->nlines)
				first = i;
			if (!python || quote == 0) {
				*passed = i != first;
				return i;
			}
		} else if (f->c == '`' && quote == 0 &&
		    opens_python(l, sc->indent)) {
			return first != sc->nlines ? first : i;
		}
		if (python)
			follow_strings(l, &quote);
	}
	return first;
}

/* Does the rest of an info string describe the block, rather than begin it?
 * title="a.py", {.class}, linenums=1, filename.py */
static bool
is_attribute(const char *s, size_t n)
{
	size_t i = 0;

	if (n == 0 || *s == '{' || *s == '[')
		return true;
	while (i < n &&
	    (isalnum((unsigned char)s[i]) || s[i] == '_' || s[i] == '-' ||
		s[i] == '.' || s[i] == '/'))
		i++;
	if (i == n)
		return memchr(s, '.', n) != NULL || memchr(s, '/', n) != NULL ||
		    memchr(s, '-', n) != NULL;
	return s[i] == '=' && i + 1 < n &&
	    (s[i + 1] == '"' || s[i + 1] == '\'' || s[i + 1] == '{' ||
		(isalnum((unsigned char)s[i + 1]) && strchr("lhstf", *s)));
}

/* Python words that begin a statement: a fence line without a newline. */
static bool
is_statement(const char *s, size_t n, size_t word)
{
	static const char *const words[] = {"import", "from", "def", "class",
	    "for", "while", "if", "with", "try:", "return", "print", "assert",
	    "del", "lambda", "async", "global", "pass", NULL};

	if (memchr(s, '(', word) != NULL || memchr(s, '=', word) != NULL)
		return true;
	if (word < n && word + 1 < n && s[word + 1] == '=')
		return true;
	return word < n && word_is(s, word, words);
}

/* The language of an info string, and the code that may follow it. */
static void
read_info(struct found *b)
{
	const char *s = b->fence.info;
	size_t n = b->fence.ninfo, k = 0, w;

	while (k < n && !is_space(s[k]) && s[k] != '{' && s[k] != ',' &&
	    s[k] != ':')
		k++;
	w = k;
	if (w == 0) {
		b->lang = n > 0 && *s != '{' ? LANG_OTHER : LANG_NONE;
		if (n > 0 && strncasecmp(s, "{python", 7) == 0)
			b->lang = LANG_PYTHON;
		if (n > 1 && strncasecmp(s, "{.python", 8) == 0)
			b->lang = LANG_PYTHON;
		return;
	}
	if (word_is(s, w, python_names)) {
		b->lang = LANG_PYTHON;
		s += w;
		n -= w;
		trim(&s, &n);
		if (n > 0 && (*s == ':' || *s == ',') && n > 1)
			return;
		if (n > 1 && !is_attribute(s, n)) {
			b->head = s;
			b->nhead = n;
		}
	} else if (is_statement(s, n, w)) {
		b->lang = LANG_NONE;
		b->head = s;
		b->nhead = n;
	} else {
		b->lang = LANG_OTHER;
	}
}

/* All blocks of a text. */
static void
find_blocks(const struct scan *sc, struct list *out)
{
	struct found b;
	size_t i;

	for (i = 0; i < sc->nlines; i++) {
		b = (struct found){.at = i};
		if (!opens(&sc->line[i], sc->indent, &b.fence))
			continue;
		read_info(&b);
		b.first = i + 1;
		b.end = block_end(
		    sc, i + 1, &b.fence, b.lang != LANG_OTHER, &b.passed);
		b.closed = b.end < sc->nlines;
		out->v = xgrow(out->v, out->n, &out->cap, sizeof *out->v);
		out->v[out->n++] = b;
		/* the line that ends a block may open the next */
		i = b.closed && opens_python(&sc->line[b.end], sc->indent)
		    ? b.end - 1
		    : b.end;
	}
}

/* The content of a block: the fence's indent taken off, line ends LF. */
static void
block_text(const struct scan *sc, const struct found *b, struct buf *out)
{
	const struct line *l;
	size_t i, k;

	if (b->nhead > 0) {
		buf_put(out, b->head, b->nhead);
		buf_putc(out, '\n');
	}
	for (i = b->first; i < b->end; i++) {
		l = &sc->line[i];
		for (k = 0;
		     k < b->fence.indent && k < l->n && is_space(l->s[k]);)
			k++;
		buf_put(out, l->s + k, l->n - k);
		buf_putc(out, '\n');
	}
}

static bool
is_blank(const struct buf *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (strchr(" \t\n\f", b->p[i]) == NULL)
			return false;
	return true;
}

/* Output or data rather than Python, for blocks without a language. */
static bool
is_output(const struct buf *b)
{
	const char *s = buf_str(b), *end = s + b->n;

	while (s < end && isspace((unsigned char)*s))
		s++;
	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	if (strncmp(s, "Traceback (most recent", 22) == 0 ||
	    strncmp(s, "$ ", 2) == 0 || strncmp(s, "pip install", 11) == 0)
		return true;
	if (end - s >= 2 && *s == '{' && end[-1] == '}')
		return true;
	return end - s >= 2 && *s == '[' && end[-1] == ']';
}

static void
take(struct code *out, struct buf *text, size_t line)
{
	size_t cap = out->n; /* grows by one: there are few */
	char *nul;

	while (text->n > 0 && (nul = memchr(text->p, '\0', text->n)) != NULL)
		*nul = ' ';
	out->v = xreallocarray(out->v, cap + 1, sizeof *out->v);
	out->v[out->n].n = text->n;
	out->v[out->n].line = line;
	out->v[out->n].text = buf_steal(text);
	out->n++;
}

/* Take the closed blocks of a language. */
static void
take_closed(struct code *out, const struct scan *sc, const struct list *list,
    enum lang lang)
{
	struct buf text = {0};
	size_t i;

	for (i = 0; i < list->n; i++) {
		const struct found *b = &list->v[i];

		buf_reset(&text);
		if (!b->closed)
			continue;
		block_text(sc, b, &text);
		if (is_blank(&text))
			continue;
		if (b->lang != lang ||
		    (lang == LANG_NONE && is_output(&text))) {
			out->flags |= CODE_SKIPPED;
			continue;
		}
		if (b->nhead > 0)
			out->flags |= CODE_FENCE_LINE;
		if (b->passed)
			out->flags |= CODE_STRING_FENCE;
		take(out, &text, b->at + 1);
	}
	buf_clear(&text);
}

/*
 * A last block without its closing fence. One that is named Python joins those
 * before it; one without a language is code only when there is nothing else:
 * after other blocks it is a stray fence with prose behind it.
 */
static bool
take_unclosed(struct code *out, const struct scan *sc, const struct list *list)
{
	const struct found *b = list->n > 0 ? &list->v[list->n - 1] : NULL;
	struct buf text = {0};

	if (b == NULL || b->closed || b->lang == LANG_OTHER ||
	    (b->lang == LANG_NONE && list->n > 1))
		return false;
	block_text(sc, b, &text);
	if (is_blank(&text) || (b->lang == LANG_NONE && is_output(&text))) {
		buf_clear(&text);
		return false;
	}
	if (!sc->complete) {
		out->flags |= CODE_CUT;
		buf_clear(&text);
		return false;
	}
	if (b->nhead > 0)
		out->flags |= CODE_FENCE_LINE;
	take(out, &text, b->at + 1);
	buf_clear(&text);
	return true;
}

/* CommonMark blocks; false when there is no code in them. */
static bool
scan_fences(struct code *out, const struct scan *sc)
{
	struct list list = {0};
	bool python = false, unclosed;
	size_t i;

	find_blocks(sc, &list);
	for (i = 0; i < list.n; i++)
		python |= list.v[i].lang == LANG_PYTHON &&
		    (list.v[i].closed || sc->complete);
	take_closed(out, sc, &list, python ? LANG_PYTHON : LANG_NONE);
	out->rule = python ? CODE_TAGGED : CODE_UNTAGGED;
	unclosed = take_unclosed(out, sc, &list);
	if (unclosed && out->n == 1)
		out->rule = CODE_UNCLOSED;
	free(list.v);
	return out->n > 0;
}

/* ```python print(1)``` on a line of its own. */
static bool
scan_one_line(struct code *out, const struct scan *sc)
{
	struct buf text = {0};
	struct found b;
	size_t i, k;

	for (i = 0; i < sc->nlines; i++) {
		b = (struct found){0};
		if (!read_fence(&sc->line[i], sc->indent, &b.fence) ||
		    b.fence.c != '`')
			continue;
		for (k = 0; k < b.fence.ninfo &&
		     b.fence.info[b.fence.ninfo - 1 - k] == '`';)
			k++;
		if (k < b.fence.size)
			continue;
		b.fence.ninfo -= k;
		trim(&b.fence.info, &b.fence.ninfo);
		if (memchr(b.fence.info, '`', b.fence.ninfo) != NULL)
			continue;
		read_info(&b);
		if (b.lang == LANG_OTHER || b.nhead == 0)
			continue;
		buf_put(&text, b.head, b.nhead);
		buf_putc(&text, '\n');
		take(out, &text, i + 1);
	}
	buf_clear(&text);
	out->rule = CODE_ONE_LINE;
	return out->n > 0;
}

/* Newlines and quotes that were escaped once too often, made right. */
static char *
unescape(const char *s, size_t n)
{
	struct buf b = {0};
	size_t i;

	for (i = 0; i < n; i++) {
		char c = i + 1 < n && s[i] == '\\' ? s[i + 1] : '\0';

		if (c == 'n')
			buf_putc(&b, '\n');
		else if (c == 't')
			buf_putc(&b, '\t');
		else if (c == '"' || c == '\\')
			buf_putc(&b, c);
		else if (c != 'r')
			buf_putc(&b, s[i]);
		if (c != '\0' && strchr("ntr\"\\", c) != NULL)
			i++;
	}
	return buf_steal(&b);
}

/* A fence that is followed by \n as two characters. */
static bool
is_escaped(const char *s, size_t n)
{
	const char *at = memmem(s, n, "```", 3), *nl;
	size_t left;

	if (at == NULL)
		return false;
	left = n - (size_t)(at - s);
	nl = memchr(at, '\n', left);
	if (nl != NULL)
		left = (size_t)(nl - at);
	return memmem(at, left, "\\n", 2) != NULL;
}

static bool
scan_text(struct code *out, const char *text, size_t n, bool complete)
{
	struct scan sc = {.indent = INDENT_MAX, .complete = complete};
	unsigned flags;
	bool ok;

	sc.nlines = split(text, n, &sc.line);
	ok = scan_fences(out, &sc);
	flags = out->flags;
	if (!ok)
		ok = scan_one_line(out, &sc);
	if (!ok) {
		sc.indent = n;
		ok = scan_fences(out, &sc);
		out->rule = CODE_INDENTED;
		if (!ok)
			out->flags = flags;
	}
	free(sc.line);
	return ok;
}

size_t
code_find(struct code *out, const char *text, size_t n, bool complete)
{
	bool ok;
	char *plain;

	*out = (struct code){0};
	if (memmem(text, n, "```", 3) == NULL &&
	    memmem(text, n, "~~~", 3) == NULL)
		return 0;
	/* a cut reply is not searched in other ways: it is the same block */
	if (is_escaped(text, n) && memchr(text, '\n', n) == NULL) {
		plain = unescape(text, n);
		ok = scan_text(out, plain, strlen(plain), complete);
		free(plain);
		if (ok)
			out->rule = CODE_ESCAPED;
	} else {
		ok = scan_text(out, text, n, complete);
	}
	if (!ok)
		out->rule = CODE_NONE;
	if (out->n > 1)
		out->flags |= CODE_SEVERAL;
	return out->n;
}

void
code_clear(struct code *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		free(c->v[i].text);
	free(c->v);
	*c = (struct code){0};
}

char *
code_join(const struct code *c)
{
	struct buf b = {0};
	size_t i;

	for (i = 0; i < c->n; i++) {
		if (i > 0)
			buf_putc(&b, '\n');
		buf_put(&b, c->v[i].text, c->v[i].n);
	}
	return buf_steal(&b);
}
