/* inspect.h - what the views of csv-inspect share. */
#ifndef INSPECT_H
#define INSPECT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "fail.h"
#include "term.h"

struct options {
	bool verified, hint, answer, hooks, html;
	long count; /* -1: all */
	const char *id;
	long seed;
};

/* A view: take is called for each record, end once after the last. */
struct view {
	const char *name; /* the operand that names it */
	const char *types; /* records it reads */
	int (*take)(json_t *rec, void *ctx, struct fail *f);
	int (*end)(void *ctx, struct fail *f);
};

/* The text views' context. */
struct show {
	const struct options *o;
	struct term term;
	const char *want; /* `trace`: the id's beginning */
	size_t seen, shown, verified; /* records; rows; of episodes */
	struct tally *tally; /* failure categories, owned */
};

int show_question(json_t *rec, void *ctx, struct fail *f);
int show_questions_end(void *ctx, struct fail *f);
int show_episode(json_t *rec, void *ctx, struct fail *f);
int show_episodes_end(void *ctx, struct fail *f);
int show_trace(json_t *rec, void *ctx, struct fail *f);
int show_trace_end(void *ctx, struct fail *f);

/* Members, borrowed: a text or "", a path of members or NULL. */
const char *text_of(const json_t *o, const char *key);
json_t *at(const json_t *o, const char *key, const char *inner);
/* The question of a record that is one, or has one. */
json_t *question_of(json_t *rec);
/* Make each NUL in a text of the record the visible symbol for it: nothing that
 * shows texts need know of them. */
void show_nuls(json_t *rec);
/* The columns that a question is about, borrowed: the list in its parameters,
 * else all of these, or NULL. */
json_t *columns_of(const json_t *q);
/* An answer as a person would write it: texts bare, the rest as JSON. Owned. */
char *answer_text(const json_t *answer);

/* ---- Counting by name ---- */

/* Names and how often they came; past a limit the rest count as "(others)". */
struct tally {
	struct tally_row {
		char *name;
		size_t n, good;
		double sum;
		/* of a CSV: its columns, 0 unknown; it was looked at */
		size_t of;
		bool looked;
	} * row;
	size_t n, cap;
};

enum { TALLY_MAX = 400 };

/* The row of that name, made when new. */
struct tally_row *tally_row(struct tally *t, const char *name);
/* Most frequent first, then by name. */
void tally_sort(struct tally *t);
void tally_clear(struct tally *t);

/* ---- The other outputs ---- */

struct stats;
struct stats *stats_new(const struct options *o);
void stats_free(struct stats *s);
/* Count a question or episode record; -1 and f when the machine, not the data,
 * kept its CSV from being looked at. */
int stats_add(struct stats *s, json_t *rec, struct fail *f);
/* Print the result; the statistics as JSON for the page, owned. */
void stats_print(struct stats *s, struct term *t);
json_t *stats_json(struct stats *s);

struct page;
struct page *page_new(const struct options *o);
void page_free(struct page *p);
/* As stats_add. */
int page_add(struct page *p, json_t *rec, struct fail *f);
/* Write the page to standard output. */
void page_write(struct page *p);

#endif
