/* ask.h - a question of the user's own, put to a teacher once. */
#ifndef VERIFY_ASK_H
#define VERIFY_ASK_H

#include <jansson.h>

#include "fail.h"
#include "teach.h"

/*
 * A question record about a CSV; hint may be NULL. csv_options are found out.
 * NULL and FAIL_CSV.
 */
json_t *ask_question(
    const char *csv, const char *text, const char *hint, struct fail *f);

/*
 * Let the chat teacher work on it and show the run turn by turn on standard
 * output. Runs the event loop. 0 when it submitted, else -1 and f.
 */
int ask_teacher(
    const struct teach_conf *conf, const json_t *question, struct fail *f);

#endif
