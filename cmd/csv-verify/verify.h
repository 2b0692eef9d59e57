/* verify.h - records at work: what is run for each, and their order. */
#ifndef VERIFY_H
#define VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "answer.h"
#include "rec.h"
#include "tables.h"
#include "teach.h"

/* What all records share; borrowed. */
struct verify_conf {
	struct teach_conf teach;
	struct tables *tables;
	struct ans_tol tol;
	const char *csv_root;
	bool all_traces; /* the consistency traces too */
	unsigned copies; /* altered copies a record */
	size_t slots; /* records in flight */
	struct rec_in *in; /* for rejects */
	/* A record is done, in the order of the input: it holds its
	 * `verification`. again: the gold trace or the reference program as it
	 * ran now, or NULL. */
	void (*done)(const json_t *rec, const json_t *again, void *arg);
	void (*wake)(void *arg); /* a slot came free; from ev_step */
	void *arg;
};

struct verify;

struct verify *verify_new(const struct verify_conf *conf);
void verify_free(struct verify *v);
bool verify_room(const struct verify *v);
bool verify_empty(const struct verify *v);
size_t verify_done(const struct verify *v);
/* Take a record (its reference). */
void verify_put(struct verify *v, json_t *rec, const struct rec_pos *pos);
/* The sandbox failed: nothing can be proven any more. */
bool verify_failed(const struct verify *v, struct fail *f);

#endif
