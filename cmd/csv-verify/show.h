/* show.h - records and turns as text for people. */
#ifndef VERIFY_SHOW_H
#define VERIFY_SHOW_H

#include <jansson.h>

/* The question, hint and answer form of a question record. */
void show_question(const json_t *question);
/* The code of a question's reference or of an episode's gold trace. */
void show_code(const json_t *rec);
/* One turn: reasoning, code, what it printed, its hooks. */
void show_turn(const json_t *turn);
/* All turns of a trace object and its answer. */
void show_trace(const json_t *trace);
/* The `verification` member: status and checks. */
void show_verification(const json_t *verification);

#endif
