/* span.h - find members in JSON text without building it, for programs that
 * copy most of a record unread. */
#ifndef SPAN_H
#define SPAN_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "fail.h"

/* A piece of a line, borrowed. p is NULL where there is none. */
struct span {
	const char *p;
	size_t n;
};

/* A member to find: of the object itself (parent NULL), or of its member
 * `parent` where that is an object. */
struct span_want {
	const char *parent, *key;
};

/*
 * Check that s[0..n-1] is one JSON object, as strictly as rec_parse (UTF-8,
 * escapes, numbers, depth), and fill out[i] with the text of the value of
 * want[i]. Of members with equal names the last counts. -1 and FAIL_JSON when
 * it is not JSON, FAIL_TYPE when not an object; out is then undefined.
 */
int span_scan(const char *s, size_t n, const struct span_want *want,
    size_t n_want, struct span *out, struct fail *f);

/*
 * Walk the members of a checked object: start with *at = {0}. key is the raw
 * text between the quotes. False after the last one, or where object is not an
 * object.
 */
struct span_iter {
	const char *p;
};
bool span_next(const struct span *object, struct span_iter *at,
    struct span *key, struct span *value);

/* Is the raw key text that name? */
bool span_is(const struct span *key, const char *name);

/* A checked value, built; NULL where there is none. Owned by the caller. */
json_t *span_json(const struct span *v);
/* Quick looks at a checked value. */
bool span_true(const struct span *v);
bool span_null(const struct span *v); /* null, or none */
/* A whole number, else -1 ( *out unchanged). */
int span_int(const struct span *v, long *out);
/* A string without escapes that is one of the texts a program knows. */
bool span_text(const struct span *v, const char *text);

#endif
