/* words.h - every text that the model reads. */
#ifndef LLMQ_WORDS_H
#define LLMQ_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "gate.h"
#include "question.h"

/* ---- exploring ---- */

void words_system(struct buf *b, const char *description, const char *overview,
    long max_turns);
/* The first user message; batch: what words_batch says. */
void words_start(struct buf *b, long min_turns, bool discovery);
/* Ask for questions by level. */
void words_batch(struct buf *b, const long want[QUESTION_LEVELS]);
void words_more_cells(struct buf *b, long left);
void words_write_now(struct buf *b);
void words_fake(struct buf *b, const char *what, bool ran);
void words_one_cell(struct buf *b);
void words_no_json(struct buf *b, const char *fault, bool cut);
void words_broken_item(struct buf *b, const char *fault);
/* The text in quotes, no more than so many bytes of it. */
void words_head(struct buf *b, const char *text, size_t most);
void words_dropped(struct buf *b, const char *question, const char *why);

/* ---- rewording ---- */

void words_reword_system(struct buf *b, bool discovery);
void words_reword(
    struct buf *b, const struct gate *g, long candidates, const char *overview);
void words_reword_faults(struct buf *b);

#endif
