/* code.h - find the Python code in a model's reply. */
#ifndef CODE_H
#define CODE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Blocks are fenced as in CommonMark: three or more backticks or tildes
 * indented by at most three spaces, closed by at least as many of the same, or
 * by the end. A block is Python when the first word of its info string is
 * python, python3, py, py3 or ipython in any case. When there is at least one,
 * only these are taken; else the ones without a language, of which a lone JSON
 * value, a traceback or a shell line is left out. A fence line inside a triple
 * quoted string of the code closes nothing when a later one can.
 *
 * What models do beyond CommonMark is tried only when that finds nothing, in
 * the order of the rules below. Text outside fences is never code.
 */
enum code_rule {
	CODE_NONE, /* no code */
	CODE_TAGGED, /* blocks named Python */
	CODE_UNTAGGED, /* blocks without a language */
	CODE_UNCLOSED, /* one block that the end of a complete reply closes */
	CODE_ONE_LINE, /* ```python print(1)``` on a line of its own */
	CODE_INDENTED, /* fences indented by more than three spaces (lists) */
	CODE_ESCAPED, /* newlines were written as \n */
};

/* What is unusual about the result; bits. */
enum code_flags {
	CODE_SEVERAL = 1, /* more than one block was taken */
	CODE_FENCE_LINE = 2, /* a fence line held code after the language */
	CODE_STRING_FENCE = 4, /* a fence inside a string was passed over */
	CODE_SKIPPED = 8, /* there were blocks that were not taken */
	CODE_CUT = 16, /* an unclosed block was refused: the reply is cut */
};

struct code_block {
	char *text; /* owned; lines end in \n; no NUL inside */
	size_t n;
	size_t line; /* of the opening fence in the reply, from 1 */
};

struct code {
	struct code_block *v; /* owned, in the order of the reply */
	size_t n;
	enum code_rule rule;
	unsigned flags;
};

/*
 * Find the code of text[0..n-1]. complete: the model ended the reply itself
 * (chat_reply.complete); only then is an unclosed block taken. out is filled
 * in any case; release it with code_clear. Returns the number of blocks.
 */
size_t code_find(struct code *out, const char *text, size_t n, bool complete);
void code_clear(struct code *c);

/* The blocks as one cell, in order, a blank line between them; owned. "" where
 * there are none. Several blocks of one reply are one program that the model
 * explained in pieces. */
char *code_join(const struct code *c);

/* "tagged", "untagged", ... for the trace; "none". */
const char *code_rule_name(enum code_rule rule);

#endif
