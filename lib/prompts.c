/* prompts.c - every text that a teacher reads. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "prompts.h"
#include "mem.h"

enum {
	OUT_MAX = 8000, /* bytes of stdout that a teacher sees of a cell */
	ERR_MAX = 3000,
	LEAK_WORDS = 6,
};

static const char intro[] =
    "You are a careful data analyst. You answer one question about a CSV file "
    "with short Python cells that are run for you.\n"
    "\n"
    "# Cells\n"
    "- The file is loaded as the pandas DataFrame `df`; `pd` and `np` are "
    "imported. scipy, statsmodels and sklearn can be imported. There is no "
    "network and no other file.\n"
    "- In each reply think briefly, then write exactly one ```python block and "
    "nothing after it. It is run as a cell. Names live on from cell to cell. "
    "You are shown what it prints.\n"
    "- A cell that fails is shown with its traceback: mend it in the next "
    "reply.\n";

static const char tools[] =
    "\n"
    "# Tools in every cell\n"
    "- hook(value, \"name\", \"what it is\", depends_on=[\"earlier name\"]) "
    "records an intermediate result. Assign the value to a variable and call "
    "hook right after that line, at least once for each step of the solution: "
    "filtered counts, group tables, statistics. Never hook a value that you "
    "typed in.\n"
    "- submit(answer) gives the final answer and ends the work. Pass the "
    "computed value as a plain number, text, bool, list or dict in the form "
    "that the question asks for; never type it in.\n";

static const char hint_head[] =
    "\n\nHint (for you alone; do not mention it):\n";

static const char output_none[] = "(The cell printed nothing.)\n";

json_t *
prompt_message(const char *role, const char *text)
{
	struct buf b = {0};
	json_t *m = json_object();

	buf_utf8(&b, text, strlen(text));
	json_object_set_new(m, "role", json_string(role));
	json_object_set_new(m, "content", json_stringn(buf_str(&b), b.n));
	buf_clear(&b);
	return m;
}

void
prompt_system(struct buf *b, const char *description, const char *overview,
    long max_turns)
{
	buf_puts(b, intro);
	buf_printf(b, "- You have at most %ld replies.\n", max_turns);
	buf_puts(b, tools);
	buf_puts(b, "\n# The data\n");
	if (description[0] != '\0')
		buf_printf(b, "%s\n\n", description);
	buf_puts(b, overview);
}

/* A string member, "" where there is none. */
static const char *
member(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static void
put_decimals(struct buf *b, const json_t *decimals)
{
	json_t *v, *o = json_copy((json_t *)(uintptr_t)decimals);
	const char *key;

	if (json_is_integer(o))
		buf_printf(b, " Round to %lld decimals.",
		    (long long)json_integer_value(o));
	json_object_foreach(o, key, v)
	{
		if (json_is_integer(v))
			buf_printf(b, " Round %s to %lld decimals.", key,
			    (long long)json_integer_value(v));
	}
	json_decref(o);
}

void
prompt_question(struct buf *b, const json_t *question, bool with_hint)
{
	const char *type = member(question, "output_type"),
		   *schema = member(question, "output_schema"),
		   *hint = member(question, "hint");

	buf_printf(b, "Question: %s", member(question, "question_text"));
	if (type[0] != '\0' || schema[0] != '\0') {
		buf_printf(b, "\n\nAnswer format: %s%s",
		    schema[0] != '\0' ? schema : type,
		    schema[0] != '\0' ? "" : ".");
		if (strstr(schema, "decimal") == NULL)
			put_decimals(b, json_object_get(question, "decimals"));
	}
	if (with_hint && hint[0] != '\0')
		buf_printf(b, "%s%s", hint_head, hint);
}

/* The longest run of c in s. */
static size_t
longest_run(const char *s, char c)
{
	size_t best = 0, n = 0;

	for (; *s != '\0'; s++) {
		n = *s == c ? n + 1 : 0;
		if (n > best)
			best = n;
	}
	return best;
}

void
prompt_reply(struct buf *b, const char *reasoning, const char *code)
{
	size_t fence = longest_run(code, '`') + 1, n = strlen(code), i;

	if (fence < 3)
		fence = 3;
	buf_puts(b, reasoning);
	if (code[0] == '\0')
		return;
	if (reasoning[0] != '\0')
		buf_puts(b, "\n\n");
	for (i = 0; i < fence; i++)
		buf_putc(b, '`');
	buf_printf(b, "python\n");
	buf_puts(b, code);
	if (code[n - 1] != '\n')
		buf_putc(b, '\n');
	for (i = 0; i < fence; i++)
		buf_putc(b, '`');
}

/* The largest start of a character at or before s + n. */
static size_t
char_start(const char *s, size_t n)
{
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

void
prompt_clip(struct buf *b, const char *s, size_t max)
{
	size_t n = strlen(s), head, tail;

	if (n <= max) {
		buf_put(b, s, n);
		return;
	}
	head = char_start(s, max / 2);
	tail = char_start(s, n - (max - max / 2));
	buf_put(b, s, head);
	buf_printf(b, "\n[... %zu bytes omitted ...]\n", tail - head);
	buf_puts(b, s + tail);
}

static void
put_section(struct buf *b, const char *title, const char *s, size_t max)
{
	if (s[0] == '\0')
		return;
	buf_printf(b, "%s:\n", title);
	prompt_clip(b, s, max);
	if (b->p[b->n - 1] != '\n')
		buf_putc(b, '\n');
}

void
prompt_output(struct buf *b, const struct prompt_cell *c)
{
	size_t n = b->n;

	put_section(b, "Output", c->out, OUT_MAX);
	put_section(b, c->failed ? "Error" : "Warnings", c->err, ERR_MAX);
	if (b->n == n)
		buf_puts(b, output_none);
	if (c->state_lost)
		buf_puts(b,
		    "(The session ended. The next cell starts in a new one "
		    "with `df` only: define again what it needs.)\n");
}

/* A paragraph after what is there. */
static void
put_note(struct buf *b, const char *text)
{
	if (b->n > 0)
		buf_puts(b, b->p[b->n - 1] == '\n' ? "\n" : "\n\n");
	buf_puts(b, text);
}

void
prompt_no_code(struct buf *b, bool cut)
{
	put_note(b,
	    cut ? "Your reply was cut off before its code was complete, so "
		  "nothing was run. Write a shorter one: a sentence, then one "
		  "```python block."
		: "There was no ```python block in your reply, so nothing was "
		  "run. Reply with exactly one; call submit(answer) in it when "
		  "the answer is computed.");
}

void
prompt_last_call(struct buf *b)
{
	put_note(b,
	    "Your next reply is the last: compute the answer in it and "
	    "call submit(answer).");
}

void
prompt_ground(struct buf *b, const char *names)
{
	if (names[0] == '\0') {
		put_note(b,
		    "Your answer was taken, but no hook() recorded how it "
		    "came about. Run the steps again with hook() after each, "
		    "then submit(answer) again.");
		return;
	}
	put_note(b, "These hooks could not be traced to a line that was run: ");
	buf_puts(b, names);
	buf_puts(b,
	    ". Assign each value to a variable by a computation, call hook() "
	    "on it right after, and submit(answer) again.");
}

void
prompt_structure(struct buf *b)
{
	put_note(b,
	    "Your answer is prose. Submit the finding once more as a dict, for "
	    "example {\"significant\": bool, \"statistic\": number, "
	    "\"p_value\": number}, with the members that the question asks "
	    "for.");
}

/* Text as lower-case words separated, preceded and followed by one blank. */
static void
put_words(struct buf *b, const char *s)
{
	bool in = false;

	buf_putc(b, ' ');
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (isalnum(c) || c >= 0x80 || c == '_') {
			buf_putc(b, (char)tolower(c));
			in = true;
		} else if (in) {
			buf_putc(b, ' ');
			in = false;
		}
	}
	if (in)
		buf_putc(b, ' ');
}

/* Does text hold LEAK_WORDS words of hint in a row that known does not? All
 * three as put_words makes them. */
static bool
shares_words(const char *text, const char *hint, const char *known)
{
	const char *from, *to;
	bool found = false;
	char *run;
	int n;

	for (from = hint; !found && from[1] != '\0';
	     from = strchr(from + 1, ' ')) {
		for (to = from, n = 0; n < LEAK_WORDS && to != NULL; n++)
			to = strchr(to + 1, ' ');
		if (to == NULL)
			break;
		run = xstrndup(from, (size_t)(to - from) + 1);
		found = strstr(text, run) != NULL && strstr(known, run) == NULL;
		free(run);
	}
	return found;
}

bool
prompt_hint_leak(const json_t *messages, const json_t *question)
{
	struct buf hint = {0}, known = {0}, text = {0};
	json_t *m;
	bool leak = false;
	size_t i;

	put_words(&hint, member(question, "hint"));
	put_words(&known, member(question, "question_text"));
	put_words(&known, member(question, "output_schema"));
	json_array_foreach(messages, i, m)
	{
		if (strcmp(member(m, "role"), "assistant") != 0)
			continue;
		buf_reset(&text);
		put_words(&text, member(m, "content"));
		if (hint.n > 1 &&
		    (strstr(buf_str(&text), " hint ") != NULL ||
			shares_words(
			    buf_str(&text), buf_str(&hint), buf_str(&known))))
			leak = true;
	}
	buf_clear(&hint);
	buf_clear(&known);
	buf_clear(&text);
	return leak;
}
