/* show.c - records and turns as text for people. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "mem.h"
#include "rec.h"
#include "show.h"
#include "turn.h"

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* Text from data, its lines after indent: controls would drive the terminal. */
static void
put_safe(const char *s, const char *indent)
{
	char *clean, *line, *rest;

	if (*s == '\0')
		return;
	clean = rest = xstrdup(s);
	fail_clean(clean, true);
	while ((line = strsep(&rest, "\n")) != NULL)
		if (*line != '\0' || rest != NULL || line == clean)
			printf("%s%s\n", indent, line);
	free(clean);
}

static void
put_member(const char *name, const char *s)
{
	char *clean;

	if (*s == '\0')
		return;
	clean = xstrdup(name);
	fail_clean(clean, false);
	printf("%s: ", clean);
	put_safe(s, "");
	free(clean);
}

static void
put_value(const char *name, const json_t *v)
{
	struct buf b = {0};

	rec_dump(&b, v, REC_SPACES);
	put_member(name, buf_str(&b));
	buf_clear(&b);
}

void
show_question(const json_t *question)
{
	put_member("Question", text(question, "question_text"));
	put_member("Hint", text(question, "hint"));
	put_member("Answer format", text(question, "output_schema"));
}

static void
put_cell(size_t i, const char *reasoning, const char *code)
{
	struct buf b = {0};

	buf_printf(&b, "# cell %zu", i);
	if (reasoning[0] != '\0')
		buf_printf(
		    &b, ": %.*s", (int)strcspn(reasoning, "\n"), reasoning);
	put_safe(buf_str(&b), "");
	put_safe(code, "");
	putchar('\n');
	buf_clear(&b);
}

void
show_code(const json_t *rec)
{
	const json_t *gold = json_object_get(rec, "gold_trace"), *cells;
	json_t *cell;
	size_t i;

	show_question(gold != NULL ? json_object_get(rec, "question") : rec);
	putchar('\n');
	cells = gold != NULL
	    ? json_object_get(gold, "turns")
	    : json_object_get(json_object_get(rec, "reference"), "cells");
	json_array_foreach(cells, i, cell)
	{
		put_cell(i, text(cell, "reasoning"), text(cell, "code"));
	}
}

void
show_turn(const json_t *turn)
{
	const json_t *x = json_object_get(turn, "execution"), *hooks;
	json_t *hook;
	size_t i;

	printf("--- turn %lld%s\n",
	    (long long)json_integer_value(json_object_get(turn, "turn_index")),
	    json_is_true(json_object_get(x, "success")) ? "" : " (failed)");
	put_safe(text(turn, "reasoning"), "");
	put_safe(turn_code(turn), "    ");
	put_safe(text(x, "stdout"), "  > ");
	put_safe(text(x, "stderr"), "  ! ");
	hooks = turn_hooks(turn);
	json_array_foreach(hooks, i, hook)
	{
		printf("  hook ");
		put_value(text(hook, "variable_name"),
		    json_object_get(hook, "value"));
	}
	fflush(stdout);
}

void
show_trace(const json_t *trace)
{
	json_t *turn;
	size_t i;

	json_array_foreach(json_object_get(trace, "turns"), i, turn)
	{
		show_turn(turn);
	}
	if (json_is_true(json_object_get(trace, "success")))
		put_value("Answer", json_object_get(trace, "final_answer"));
	else
		put_member("No answer", text(trace, "stop"));
	put_member("Error", text(trace, "error"));
}

void
show_verification(const json_t *verification)
{
	const char *name;
	json_t *c;

	printf("Status: %s\n", text(verification, "status"));
	json_object_foreach(json_object_get(verification, "checks"), name, c)
	{
		printf("  %-20s %-4s ", name, text(c, "result"));
		put_safe(
		    text(c, "detail")[0] != '\0' ? text(c, "detail") : " ", "");
	}
	c = json_object_get(verification, "generalises");
	if (c != NULL)
		put_value("Generalises", c);
}
