/* ngram.h - texts to stay away from: the same words, or many in a row. */
#ifndef NGRAM_H
#define NGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

enum { NGRAM_WORDS = 8 };

/* The words of a text: runs of letters, digits, underscores and all that is
 * not ASCII, ASCII letters in lower case, one blank between. */
void ngram_words(struct buf *b, const char *text);

struct ngram;

struct ngram *ngram_new(void);
void ngram_free(struct ngram *g); /* NULL is fine */
void ngram_add(struct ngram *g, const char *text);

/* Was a text with the same words added? */
bool ngram_same(const struct ngram *g, const char *text);
/* Does the text share NGRAM_WORDS words in a row with one that was added? They
 * are appended to what (may be NULL). */
bool ngram_overlaps(const struct ngram *g, const char *text, struct buf *what);

/* Shared three-word runs over all of both, 0 to 1 (Jaccard); 0 where either
 * has fewer than three words. */
double ngram_likeness(const char *a, const char *b);

#endif
