/* prompts.h - every text that a teacher reads, and the messages they form. */
#ifndef PROMPTS_H
#define PROMPTS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "buf.h"

/*
 * A conversation is the system message (the same bytes for all runs of one CSV,
 * so that prefix caches work), one user message with the question, its answer
 * format and, last and for the gold run only, the hint; then in turn a reply of
 * the teacher and what its cell printed.
 */

/* {"role": role, "content": text}; invalid UTF-8 becomes U+FFFD. */
json_t *prompt_message(const char *role, const char *text);

/* The system message's text. description may be ""; overview: prof_overview's
 * text. */
void prompt_system(struct buf *b, const char *description, const char *overview,
    long max_turns);

/* The question message's text, from a question record. */
void prompt_question(struct buf *b, const json_t *question, bool with_hint);

/* A reply made of a recorded turn: reasoning, then the code in a fence that
 * the code cannot close. */
void prompt_reply(struct buf *b, const char *reasoning, const char *code);

/* What a cell gave, as the teacher is told. */
struct prompt_cell {
	const char *out, *err; /* stdout; stderr with the traceback */
	bool failed;
	bool state_lost; /* the next cell starts afresh */
};
void prompt_output(struct buf *b, const struct prompt_cell *c);

/* Texts that follow an output or stand alone; each appends one paragraph. */
void prompt_no_code(struct buf *b, bool cut);
void prompt_last_call(struct buf *b);
/* Hooks to be mended after a submission; names: comma-separated, those that no
 * executed line made; "" when there was no hook at all. */
void prompt_ground(struct buf *b, const char *names);
/* A test's outcome came as prose: ask for members. */
void prompt_structure(struct buf *b);

/* At most max bytes of s: head, "[... N bytes omitted ...]", tail. Cuts between
 * characters. */
void prompt_clip(struct buf *b, const char *s, size_t max);

/* Do the replies mention the hint, or repeat six words of it in a row that the
 * question does not hold? */
bool prompt_hint_leak(const json_t *messages, const json_t *question);

#endif
