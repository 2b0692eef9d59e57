/* question.c - levels and ids of question records. */
#include <stdbool.h>

#include "buf.h"
#include "question.h"
#include "rec.h"

static const struct {
	const char *name, *steps;
	long most;
} levels[QUESTION_LEVELS] = {
    {"EASY", "1 to 3 steps", 3},
    {"MEDIUM", "4 to 6 steps", 6},
    {"HARD", "7 or 8 steps", 8},
    {"VERY_HARD", "9 or more steps", -1},
};

const char *
question_level_name(enum question_level level)
{
	return levels[level].name;
}

const char *
question_level_steps(enum question_level level)
{
	return levels[level].steps;
}

enum question_level
question_level(long steps)
{
	int i = 0;

	while (i + 1 < QUESTION_LEVELS && steps > levels[i].most)
		i++;
	return (enum question_level)i;
}

void
question_id(const json_t *q, char id[DIGEST_ID])
{
	bool reworded = json_object_get(q, "parent_id") != NULL;
	const char *const parts[] = {"csv_sha256", "csv_options",
	    reworded ? "question_text" : "question_mechanical", "hint",
	    "template_name", "template_params"};
	json_t *a = json_array();
	struct buf b = {0};
	size_t i;

	for (i = 0; i < sizeof parts / sizeof *parts; i++)
		json_array_append(a, json_object_get(q, parts[i]));
	rec_dump(&b, a, REC_SORT);
	digest_id(b.p, b.n, id);
	buf_clear(&b);
	json_decref(a);
}

void
question_set_id(json_t *q)
{
	char id[DIGEST_ID];

	question_id(q, id);
	json_object_set_new(q, "id", json_string(id));
}
