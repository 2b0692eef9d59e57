/* teach_int.h - the inside of teach: what its two files share. */
#ifndef TEACH_INT_H
#define TEACH_INT_H

#include "buf.h"
#include "cells.h"
#include "talk.h"
#include "teach.h"

struct teach {
	const struct teach_conf *conf;
	struct teach_job job;
	teach_fn *fn;
	void *arg;
	void (*watch)(const json_t *, void *);
	void *watch_arg;
	struct ev_timer *timer; /* the start, or NULL */
	struct turns turns;
	struct talk talk; /* its messages in a reference run too */
	struct cells cells;
	char *reasoning, *code; /* of the turn at work, owned */
	json_t *notes; /* further members of the turn at work */
	unsigned reasks; /* times hooks had to be mended */
	bool asked_structure;
	json_t *teacher; /* from the first answer, else NULL */
	double elapsed;
	enum teach_outcome outcome;
	enum turn_stop stop;
	struct fail fail; /* message "" where nothing failed */
};

/* teach.c */
void teach_say(struct teach *t, const char *role, const char *text);
/* Make these the turn at work (both owned by t from now on). */
void teach_turn(struct teach *t, char *reasoning, char *code);
/* A member for the turn at work; takes the value's reference. */
void teach_note(struct teach *t, const char *key, json_t *value);
/* Run t->code, or take its result from the journal; then the next turn. */
void teach_cell(struct teach *t);
/* The turn at work has no code: record why, tell the teacher text. */
void teach_no_cell(struct teach *t, const char *why, struct buf *text);
void teach_finish(struct teach *t, enum turn_stop stop);
/* The run cannot give a trace. */
void teach_give_up(
    struct teach *t, enum teach_outcome outcome, const struct fail *f);
/* Turns that may still be taken. */
size_t teach_left(const struct teach *t);

/* teach_chat.c: ask the chat API for the next turn. */
void teach_ask(struct teach *t);
/* Is there a reason to ask again after a submission? Adds it to the text. */
bool teach_again(struct teach *t, const struct cell *c, struct buf *text);
/* The `teacher` member; r: the first answer, or NULL. A new reference. */
json_t *teach_chat_json(const struct teach *t, const struct chat_reply *r);

#endif
