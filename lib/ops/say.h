/* say.h - words: notes for programs, phrases and sentences for questions. */
#ifndef SAY_H
#define SAY_H

#include "op.h"
#include "rng.h"

enum { SAY_BINDS = 14, SAY_CLAUSES = 8 };

/* What a name in a pattern stands for. */
struct bind {
	const char *name;
	enum { BIND_NODE, BIND_COL, BIND_TEXT, BIND_LITERAL } kind;
	int at; /* node or column */
	const char *text; /* borrowed, a pattern itself but for a literal */
};

/*
 * Patterns: [a|b] is one of the alternatives (brackets nest), {name} what is
 * bound to the name; {where} the restriction of the table, with a space before
 * it, or nothing. In an operator's words: $0 $1 $2 inputs, @name arguments.
 * Names and values of a data set are put in as they are and never expanded.
 */
struct say {
	const struct program *p;
	const struct table *t;
	struct rng *rng; /* NULL: always the first alternative */
	const struct bind *bind;
	int nbind;
	const char *where; /* text for {where} */
	bool notes; /* inputs by their notes too: for comments */
	char *const *called; /* what nodes are called once they were told of;
				NULL, or NULL for a node: its phrase */
	bool open; /* leave out which of two conventions is meant */
	char *const *alias; /* what columns are called instead of their names;
			       NULL, or NULL for a column: the name */
};

void say_pattern(const struct say *s, const char *pattern, struct buf *b);
/* One of several patterns with | between them. */
void say_choice(const struct say *s, const char *patterns, struct buf *b);
/* Noun phrase of a node. */
void say_node(const struct say *s, int node, struct buf *b);
/* A column's name in quotes, control characters escaped. */
void say_col(const struct table *t, int col, struct buf *b);
/* A value in single quotes. */
void say_value(struct tab_span v, struct buf *b);

/* What a node does, for a comment or hook; owned. */
char *say_note(const struct program *p, const struct table *t, int node);

/* The conditions that rows of a table node meet ("a is above 3 and ..."); false
 * when it is all of df. */
bool say_conditions(const struct say *s, int table, struct buf *b);

/* The same text with each quoted name or value turned into the word NAME;
 * owned. */
char *say_unquoted(const char *text);

/*
 * What is wrong with a question's sentences, or NULL: a or an, a word twice,
 * a question mark on an order, a full stop on a question, empty or dangling
 * parts, brackets and braces left over. Quoted names and values are not judged.
 */
const char *say_lint(const char *text);

/*
 * What an undisclosing question says too much by, or NULL: words for methods.
 * Quoted values are judged too.
 */
const char *say_method_word(const char *text);
/* Does text name the column, as it is or with its parts as words? */
bool say_names(const char *text, const char *column);

/* The sentence that says what form the answer has. */
void say_format(const struct program *p, const struct run *r, struct buf *b);

#endif
