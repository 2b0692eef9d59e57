/* llm_json.h - find the JSON objects in a model's reply, as models write them.
 */
#ifndef LLM_JSON_H
#define LLM_JSON_H

#include <stddef.h>

#include <jansson.h>

#include "fail.h"

/* What had to be done; bits. */
enum llm_json_flags {
	LLM_JSON_FENCED = 1, /* from fenced blocks, else bare in the text */
	LLM_JSON_REPAIRED = 2, /* it was not strict JSON */
	LLM_JSON_CUT = 4, /* it ended too early: whole objects were kept */
};

struct llm_json {
	json_t *items; /* array of objects, owned; never NULL */
	unsigned flags;
};

/*
 * The objects of text[0..n-1] that hold a member `key` as a string, in order:
 * alone, one after another, in arrays, or inside other objects whatever their
 * name. Fenced blocks (those of Python apart) are looked at first, then the
 * text outside of fences. Mended: comments, single, back and triple quotes,
 * unquoted keys, True, False, None, NaN, trailing and missing commas, line
 * breaks in strings, unknown escapes, a missing end. Numbers are kept as
 * rec_parse keeps them.
 *
 * 0 when there is at least one item. Else -1 and FAIL_JSON: where the JSON
 * broke ("line 3: expected ..., saw ..."), or that there was none. Items that
 * came before the break are kept; f then tells of it, too, with 0 returned, in
 * f->msg; f->msg is "" where all is well.
 */
int llm_json_find(struct llm_json *out, const char *text, size_t n,
    const char *key, struct fail *f);
void llm_json_clear(struct llm_json *j);

#endif
