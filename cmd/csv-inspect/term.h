/* term.h - text for people: width, colour, wrapping, and nothing from a record
 * that a terminal would obey. */
#ifndef TERM_H
#define TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

enum style {
	STYLE_NONE,
	STYLE_BOLD,
	STYLE_DIM,
	STYLE_GOOD,
	STYLE_BAD,
	STYLE_WARN,
	STYLE_HEAD,
	STYLE_KEYWORD,
	STYLE_STRING,
	STYLE_NUMBER,
	STYLE_COMMENT,
	STYLE_NAME,
	STYLES
};

struct term {
	struct buf out; /* until term_flush */
	bool colour;
	bool screen; /* standard output is a terminal */
	size_t width; /* cells in a line */
	int pager; /* its process id, 0: none */
};

/* Look at standard output, NO_COLOR, COLUMNS and TERM. */
void term_init(struct term *t);
/* On a terminal send what follows through $PAGER (less). */
void term_page(struct term *t);
/* Write what is there; a failure ends the program as rec_put does. */
void term_flush(struct term *t);
/* Flush, wait for the pager, release. */
void term_end(struct term *t);

/* The program's own words, as they are. */
void term_puts(struct term *t, const char *s);
void term_printf(struct term *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void term_style(struct term *t, enum style s); /* STYLE_NONE: back to plain */
void term_fill(struct term *t, const char *s, size_t times);

/* Cells that s takes when it is shown by term_cell. */
size_t term_width(const char *s);
/*
 * Data on one line in exactly `cells` cells: white space is one blank, control
 * characters are shown escaped, what is too long ends in an ellipsis. right:
 * padded on the left.
 */
void term_cell(struct term *t, const char *s, size_t cells, bool right);
/* Data on one line, not longer than it is; in at most `cells` cells. */
void term_text(struct term *t, const char *s);
void term_clip(struct term *t, const char *s, size_t cells);
/* Data as a paragraph, each line after indent blanks; the first line starts
 * where the cursor is, `used` cells in. Ends with a newline. */
void term_wrap(struct term *t, const char *s, size_t used, size_t indent);
/*
 * Data as lines, each after `indent` blanks and `bar`; lines that are too long
 * continue on the next. kinds: a style for each byte of s, or NULL.
 */
void term_lines(struct term *t, const char *s, size_t indent, const char *bar,
    const unsigned char *kinds);

#endif
