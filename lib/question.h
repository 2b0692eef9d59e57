/* question.h - what all makers of question records share: levels and ids. */
#ifndef QUESTION_H
#define QUESTION_H

#include <jansson.h>

#include "digest.h"

enum question_level {
	QUESTION_EASY, /* 1 to 3 steps */
	QUESTION_MEDIUM, /* to 6 */
	QUESTION_HARD, /* to 8 */
	QUESTION_VERY_HARD,
	QUESTION_LEVELS
};

/* "EASY", "MEDIUM", "HARD", "VERY_HARD". */
const char *question_level_name(enum question_level level);
enum question_level question_level(long steps);
/* The steps of a level in words: "1 to 3 steps". */
const char *question_level_steps(enum question_level level);

/*
 * The record's id by what it holds: the first 16 hex digits of SHA-256 over the
 * compact sorted-key JSON array [csv_sha256, csv_options, text, hint,
 * template_name, template_params], a missing member left out. The text is
 * question_mechanical, but question_text of a record that was reworded (it has
 * a parent_id).
 */
void question_id(const json_t *q, char id[DIGEST_ID]);
/* Set `id` to it. */
void question_set_id(json_t *q);

#endif
