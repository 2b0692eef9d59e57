/* llm_json.c - JSON as models write it. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "llm_json.h"
#include "rec.h"

enum {
	DEPTH = 48, /* of nested values */
	ITEMS = 1000, /* objects kept of a reply */
	FENCE_INDENT = 3,
};

/* A parser that forgives. */
struct loose {
	const char *s, *p, *end;
	const char *key;
	json_t *items; /* borrowed */
	int depth;
	size_t line; /* of s in the reply */
	bool mended, cut, broken;
	struct fail *f;
};

static json_t *value(struct loose *l);

/* ---- failures ---- */

static size_t
line_of(const struct loose *l)
{
	const char *p;
	size_t n = l->line;

	for (p = l->s; p < l->p && p < l->end; p++)
		n += *p == '\n';
	return n;
}

/* Note the first break; what follows of the text is not read. */
static json_t *
expected(struct loose *l, const char *what)
{
	size_t left = (size_t)(l->end - l->p);
	struct buf seen = {0};

	if (l->broken || l->cut)
		return NULL;
	if (left == 0) {
		l->cut = true;
		fail_set(l->f, FAIL_JSON,
		    "line %zu: expected %s, saw the end of the text",
		    line_of(l), what);
		return NULL;
	}
	l->broken = true;
	buf_utf8(&seen, l->p, left < 24 ? left : 24);
	fail_set(l->f, FAIL_JSON, "line %zu: expected %s, saw \"%s\"",
	    line_of(l), what, buf_str(&seen));
	buf_clear(&seen);
	return NULL;
}

static bool
stopped(const struct loose *l)
{
	return l->broken || l->cut;
}

/* ---- blanks and comments ---- */

static bool
starts(const struct loose *l, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(l->end - l->p) >= n && memcmp(l->p, word, n) == 0;
}

static void
to_line_end(struct loose *l)
{
	while (l->p < l->end && *l->p != '\n')
		l->p++;
}

static void
skip(struct loose *l)
{
	const char *close;

	while (l->p < l->end) {
		if (strchr(" \t\r\n\f", *l->p) != NULL && *l->p != '\0') {
			l->p++;
		} else if (starts(l, "//") || *l->p == '#') {
			l->mended = true;
			to_line_end(l);
		} else if (starts(l, "/*")) {
			l->mended = true;
			close = memmem(l->p, (size_t)(l->end - l->p), "*/", 2);
			l->p = close != NULL ? close + 2 : l->end;
		} else if (starts(l, "\xc2\xa0")) {
			l->p += 2;
		} else {
			return;
		}
	}
}

/* ---- strings ---- */

/* Quotes that open a string, and what closes it. */
static const struct quote {
	const char *open, *close;
} quotes[] = {{"\"\"\"", "\"\"\""}, {"'''", "'''"}, {"\"", "\""}, {"'", "'"},
    {"`", "`"}, {"\xe2\x80\x9c", "\xe2\x80\x9d"}};

static const struct quote *
quote_at(const struct loose *l)
{
	size_t i;

	for (i = 0; i < sizeof quotes / sizeof *quotes; i++)
		if (starts(l, quotes[i].open))
			return &quotes[i];
	return NULL;
}

static int
hex4(const struct loose *l, const char *p)
{
	int v = 0, i;

	if (l->end - p < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		if (!isxdigit((unsigned char)p[i]))
			return -1;
		v = v * 16 +
		    (isdigit((unsigned char)p[i]) ? p[i] - '0'
						  : (p[i] | 32) - 'a' + 10);
	}
	return v;
}

static void
put_char(struct buf *b, long c)
{
	if (c < 0x80) {
		buf_putc(b, (char)c);
	} else if (c < 0x800) {
		buf_putc(b, (char)(0xc0 | c >> 6));
		buf_putc(b, (char)(0x80 | (c & 63)));
	} else if (c < 0x10000) {
		buf_putc(b, (char)(0xe0 | c >> 12));
		buf_putc(b, (char)(0x80 | (c >> 6 & 63)));
		buf_putc(b, (char)(0x80 | (c & 63)));
	} else {
		buf_putc(b, (char)(0xf0 | c >> 18));
		buf_putc(b, (char)(0x80 | (c >> 12 & 63)));
		buf_putc(b, (char)(0x80 | (c >> 6 & 63)));
		buf_putc(b, (char)(0x80 | (c & 63)));
	}
}

/* \uXXXX at p, with the second half of a pair; NUL and halves: U+FFFD. */
static const char *
unicode(const struct loose *l, const char *p, struct buf *b)
{
	long c = hex4(l, p + 1), low;

	p += 5;
	if (c >= 0xd800 && c < 0xdc00 && l->end - p >= 6 && p[0] == '\\' &&
	    p[1] == 'u' && (low = hex4(l, p + 2)) >= 0xdc00 && low < 0xe000) {
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		p += 6;
	}
	put_char(b, c == 0 || (c >= 0xd800 && c < 0xe000) ? 0xfffd : c);
	return p;
}

/* After a backslash: an unknown escape keeps it (regular expressions). */
static void
escape(struct loose *l, struct buf *b)
{
	static const char from[] = "\"\\/bfnrt'`", to[] = "\"\\/\b\f\n\r\t'`";
	const char *at;

	if (l->p == l->end)
		return;
	if (*l->p == 'u' && hex4(l, l->p + 1) >= 0) {
		l->p = unicode(l, l->p, b);
		return;
	}
	at = *l->p != '\0' ? strchr(from, *l->p) : NULL;
	if (at == NULL)
		buf_putc(b, '\\');
	if (*l->p == '\n') /* a line joined to the next */
		b->n--;
	else
		buf_putc(b, at != NULL ? to[at - from] : *l->p);
	l->p++;
}

/* Does the quote at l->p close the string? One inside, which should have been
 * escaped, is not followed by what follows a string. */
static bool
closes(const struct loose *l, const struct quote *q)
{
	struct loose after = *l;

	after.p += strlen(q->close);
	while (after.p < after.end && isspace((unsigned char)*after.p))
		after.p++;
	return after.p == after.end ||
	    (*after.p != '\0' && strchr(",:}]/#\"'", *after.p) != NULL);
}

static json_t *
string(struct loose *l)
{
	const struct quote *q = quote_at(l);
	struct buf b = {0}, clean = {0};
	json_t *v = NULL;

	if (q == NULL)
		return expected(l, "a string");
	l->mended |= q != &quotes[2];
	l->p += strlen(q->open);
	while (l->p < l->end) {
		if (starts(l, q->close) && closes(l, q)) {
			l->p += strlen(q->close);
			buf_utf8(&clean, buf_str(&b), b.n);
			v = json_stringn(buf_str(&clean), clean.n);
			break;
		}
		if (*l->p == '\\') {
			l->p++;
			escape(l, &b);
		} else {
			l->mended |= *l->p == '\n' || starts(l, q->close);
			buf_putc(&b, *l->p != '\0' ? *l->p : ' ');
			l->p++;
		}
	}
	buf_clear(&b);
	buf_clear(&clean);
	return v != NULL ? v : expected(l, "the end of a string");
}

/* ---- numbers and words ---- */

static bool
word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '+' ||
	    c == '.' || c == '$';
}

static json_t *
word(struct loose *l)
{
	static const struct {
		const char *word;
		char is;
	} words[] = {{"true", 't'}, {"false", 'f'}, {"null", 'n'},
	    {"True", 't'}, {"False", 'f'}, {"None", 'n'}, {"NaN", 'n'},
	    {"nan", 'n'}, {"undefined", 'n'}, {"Infinity", 'n'},
	    {"-Infinity", 'n'}};
	const char *from = l->p;
	struct fail ignored;
	json_t *v = NULL;
	size_t n, i;

	while (l->p < l->end && word_char(*l->p))
		l->p++;
	n = (size_t)(l->p - from);
	for (i = 0; i < sizeof words / sizeof *words; i++) {
		if (strlen(words[i].word) != n ||
		    memcmp(words[i].word, from, n) != 0)
			continue;
		l->mended |= i > 2;
		return words[i].is == 'n' ? json_null()
					  : json_boolean(words[i].is == 't');
	}
	if (n > 0 && n < 400 && (isdigit((unsigned char)*from) || *from == '-'))
		v = rec_parse(from, n, &ignored);
	if (v != NULL)
		return v;
	l->p = from;
	return expected(l, "a value");
}

/* ---- arrays and objects ---- */

/* After an element: true when another follows. */
static bool
more(struct loose *l, char close)
{
	skip(l);
	if (l->p < l->end && *l->p == ',') {
		l->p++;
		skip(l);
		if (l->p < l->end && *l->p == close)
			l->mended = true; /* a trailing comma */
	} else if (l->p < l->end && *l->p != close) {
		if (quote_at(l) == NULL && *l->p != '{' && *l->p != '[' &&
		    !word_char(*l->p)) {
			expected(l,
			    close == '}' ? "a comma or \"}\""
					 : "a comma or \"]\"");
			return false;
		}
		l->mended = true; /* a missing comma */
	}
	if (l->p == l->end) {
		expected(l, close == '}' ? "\"}\"" : "\"]\"");
		return false;
	}
	if (*l->p != close)
		return true;
	l->p++;
	return false;
}

static json_t *
array(struct loose *l)
{
	json_t *a = json_array(), *v;
	bool again;

	l->p++;
	skip(l);
	again = l->p == l->end || *l->p != ']';
	if (!again)
		l->p++;
	while (again && !stopped(l)) {
		if ((v = value(l)) == NULL)
			break;
		json_array_append_new(a, v);
		again = more(l, ']');
	}
	if (!stopped(l))
		return a;
	json_decref(a);
	return NULL;
}

static json_t *
member_name(struct loose *l)
{
	const char *from = l->p;

	if (l->p == l->end || quote_at(l) != NULL)
		return string(l);
	while (l->p < l->end && word_char(*l->p))
		l->p++;
	if (l->p == from)
		return expected(l, "a member's name");
	l->mended = true;
	return json_stringn(from, (size_t)(l->p - from));
}

/* One member into o; false when it could not be read. */
static bool
member(struct loose *l, json_t *o)
{
	json_t *name = member_name(l), *v = NULL;

	if (name == NULL)
		return false;
	skip(l);
	if (l->p < l->end && (*l->p == ':' || *l->p == '=')) {
		l->mended |= *l->p == '=';
		l->p++;
		v = value(l);
	} else {
		expected(l, "a colon");
	}
	if (v != NULL)
		json_object_set_new(o, json_string_value(name), v);
	json_decref(name);
	return v != NULL;
}

static json_t *
object(struct loose *l)
{
	size_t before = json_array_size(l->items);
	json_t *o = json_object();
	bool again;

	l->p++;
	skip(l);
	again = l->p == l->end || *l->p != '}';
	if (!again)
		l->p++;
	while (again && !stopped(l)) {
		if (!member(l, o))
			break;
		again = more(l, '}');
	}
	if (stopped(l)) {
		json_decref(o);
		return NULL;
	}
	/* what it holds inside belongs to it */
	if (json_is_string(json_object_get(o, l->key)) && before < ITEMS) {
		while (json_array_size(l->items) > before)
			json_array_remove(l->items, before);
		json_array_append(l->items, o);
	}
	return o;
}

static json_t *
value(struct loose *l)
{
	json_t *v;

	skip(l);
	if (l->p == l->end)
		return expected(l, "a value");
	if (l->depth == DEPTH)
		return expected(l, "less nesting");
	l->depth++;
	if (*l->p == '{')
		v = object(l);
	else if (*l->p == '[')
		v = array(l);
	else if (quote_at(l) != NULL)
		v = string(l);
	else
		v = word(l);
	l->depth--;
	return v;
}

/* ---- where it is ---- */

/* Does an object, or an array of them, begin here? */
static bool
opens(const struct loose *l)
{
	const char *p = l->p;

	if (*p == '[')
		for (p++; p < l->end && isspace((unsigned char)*p); p++)
			;
	return p < l->end && *p == '{';
}

/* All values of a piece that begin at a bracket. */
static void
scan(struct llm_json *out, const char *s, size_t n, size_t line,
    const char *key, struct fail *f)
{
	struct loose l = {.s = s,
	    .p = s,
	    .end = s + n,
	    .key = key,
	    .items = out->items,
	    .line = line};
	struct fail why = {0}, ignored;
	size_t found;
	json_t *v;

	for (;;) {
		while (l.p < l.end && !opens(&l))
			l.p++;
		if (l.p == l.end)
			return;
		s = l.p;
		found = json_array_size(out->items);
		why.msg[0] = '\0';
		l.f = &why;
		l.mended = l.cut = l.broken = false;
		l.depth = 0;
		v = value(&l);
		json_decref(v);
		if (json_array_size(out->items) > found || l.cut) {
			v = rec_parse(s, (size_t)(l.p - s), &ignored);
			if (v == NULL || l.mended || l.cut)
				out->flags |= LLM_JSON_REPAIRED;
			json_decref(v);
		}
		if (l.cut)
			out->flags |= LLM_JSON_CUT;
		if (stopped(&l) && f->msg[0] == '\0')
			*f = why;
		if (l.cut)
			return;
		/* after a break go on inside: a later object may be whole */
		if (l.broken && l.p < s + 1)
			l.p = s + 1;
	}
}

/* A fence line: its length and character, and where its info begins. */
static size_t
fence(const char *s, size_t n, char *c, const char **info)
{
	size_t i = 0, from;

	while (i < n && i < 8 && (s[i] == ' ' || s[i] == '\t'))
		i++;
	if (i == n || (s[i] != '`' && s[i] != '~'))
		return 0;
	*c = s[i];
	for (from = i; i < n && s[i] == *c; i++)
		;
	*info = s + i;
	return i - from >= FENCE_INDENT ? i - from : 0;
}

static bool
python_info(const char *info, const char *end)
{
	while (info < end && strchr(" {.\t", *info) != NULL && *info != '\0')
		info++;
	return end - info >= 2 && strncasecmp(info, "py", 2) == 0;
}

/* Scan the blocks (fenced) or what is outside of them. */
static void
walk(struct llm_json *out, const char *s, size_t n, const char *key,
    bool fenced, struct fail *f)
{
	const char *end = s + n, *p, *nl, *from = s, *info = NULL;
	size_t line = 1, first = 1, open = 0, k;
	bool python = false;
	char c = 0, mark = 0;

	for (p = s; p < end; p = nl, line++) {
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl != NULL ? nl + 1 : end;
		k = fence(p, (size_t)(nl - p), &c, &info);
		if (k == 0 || (open > 0 && (c != mark || k < open)))
			continue;
		if ((open > 0) == fenced && !(fenced && python))
			scan(out, from, (size_t)(p - from), first, key, f);
		if (open > 0) {
			open = 0;
		} else {
			open = k;
			mark = c;
			python = python_info(info, nl);
		}
		from = nl;
		first = line + 1;
	}
	if ((open > 0) == fenced && !(fenced && python))
		scan(out, from, (size_t)(end - from), first, key, f);
}

int
llm_json_find(struct llm_json *out, const char *text, size_t n, const char *key,
    struct fail *f)
{
	*out = (struct llm_json){.items = json_array()};
	f->code = FAIL_NONE;
	f->msg[0] = '\0';
	walk(out, text, n, key, true, f);
	if (json_array_size(out->items) > 0)
		out->flags |= LLM_JSON_FENCED;
	else
		walk(out, text, n, key, false, f);
	if (json_array_size(out->items) > 0)
		return 0;
	if (f->msg[0] == '\0')
		fail_set(f, FAIL_JSON,
		    "expected a JSON object with the member \"%s\", saw none",
		    key);
	return -1;
}

void
llm_json_clear(struct llm_json *j)
{
	json_decref(j->items);
	j->items = NULL;
}
