/* llmq.h - what the parts of csv-llmq share. */
#ifndef LLMQ_H
#define LLMQ_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "ngram.h"
#include "rec.h"
#include "teach.h"

/* All borrowed; outlives everything. */
struct llmq {
	struct teach_conf teach; /* host is NULL with --verbalize */
	const char *model;
	struct rec_in *in; /* input or only rejects */
	struct ngram *avoid; /* texts of --avoid, or NULL */
	json_t *avoided; /* programs of its records: {text: true} */
	FILE *explain; /* or NULL */
	const char *explain_path;
	bool keep; /* the exploration goes into the records */
	bool discovery;
	unsigned seed;
	long candidates;
	size_t slots;
	/* a slot came free or all stops; from ev_step */
	void (*wake)(void *arg);
	void *arg;
	bool stopped; /* nothing new is started; see fail */
	struct fail fail;
};

/* No more requests are answered, or the sandbox is gone: remember why. */
void llmq_stop(struct llmq *l, const struct fail *why);
/* Write a record: one of type dropped to --explain, others to stdout. */
void llmq_put(const struct llmq *l, const json_t *record);

/* ---- proof.c: does a program answer the same, again and again? ---- */

struct proof;

enum proof_end {
	PROOF_ANSWER, /* answer is what it gave, each time */
	PROOF_NONE, /* why tells what is wrong with the program */
	PROOF_FAIL, /* the sandbox or the CSV, see fail */
};

struct proof_result {
	enum proof_end end;
	const json_t *answer; /* borrowed */
	const char *why; /* borrowed */
	struct fail fail;
};

/*
 * Run code three times in sandboxes of their own: twice as it is, once with
 * the rows of df in another order. fn is called once, from ev_step unless the
 * journal knows; it may free the proof. sheet: {csv_sha256, csv_options,
 * ...}; all borrowed until then.
 */
struct proof *proof_start(const struct llmq *l, const json_t *sheet,
    const char *csv, const char *code,
    void (*fn)(const struct proof_result *r, void *arg), void *arg);
void proof_free(struct proof *p); /* NULL is fine */

/* ---- item.c: a question as the model wrote it ---- */

/* What questions of a CSV are made with; borrowed. */
struct item_context {
	const char *csv_source, *sha256, *description;
	const json_t *options;
	json_t *columns; /* names */
	bool discovery;
};

/* Check an item and make a question record of it, its answer (and what rests
 * on it) apart. NULL and FAIL_VALUE with what is wrong, in words for the model;
 * *program: its code, owned by the caller. */
json_t *item_question(const json_t *item, const struct item_context *x,
    char **program, struct fail *f);
/* Put the answer of its program into a record, and the id. */
void item_claim(json_t *question, const json_t *item, const json_t *answer,
    const char *program);
/* A text of a question without its format sentence; owned. */
char *item_text(const json_t *question, const char *key);
/* The same of the mechanical text, or what stands for it. */
char *item_body(const json_t *question);
/* Names its program: the answer and the columns, for comparing; owned. */
char *item_program(const json_t *question);

/* ---- explore.c, verbalize.c: the two programs ---- */

struct explore;
struct explore *explore_new(struct llmq *l);
void explore_free(struct explore *x); /* NULL is fine */
bool explore_room(const struct explore *x);
bool explore_empty(const struct explore *x);
size_t explore_done(const struct explore *x); /* files */
/* How much of the files in flight is done, about: between 0 and how many there
 * are. */
double explore_share(const struct explore *x);
void explore_put(struct explore *x, const char *path);

struct verbalize;
struct verbalize *verbalize_new(struct llmq *l);
void verbalize_free(struct verbalize *v); /* NULL is fine */
bool verbalize_room(const struct verbalize *v);
bool verbalize_empty(const struct verbalize *v);
size_t verbalize_done(const struct verbalize *v); /* questions */
/* Takes the question's reference. */
void verbalize_put(
    struct verbalize *v, json_t *question, const struct rec_pos *pos);
/* How many were reworded, of those done. */
size_t verbalize_reworded(const struct verbalize *v);

#endif
