/* fuzz_span.c - any bytes as JSON read in place: accepted exactly where the
 * parser accepts them, and the same members are found. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"
#include "span.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct span_want want[] = {
    {NULL, "a"}, {NULL, "b"}, {"b", "a"}, {"b", "c"}};

enum { WANTS = sizeof want / sizeof *want };

static void
check_member(const json_t *rec, size_t i, const struct span *got)
{
	const json_t *o = rec, *v;
	json_t *found;

	if (want[i].parent != NULL)
		o = json_object_get(rec, want[i].parent);
	v = json_object_get(o, want[i].key);
	found = span_json(got);
	if ((v == NULL) != (found == NULL) ||
	    (v != NULL && !json_equal(v, found)))
		abort();
	json_decref(found);
}

/* Walking finds at least the members that the parser kept. */
static void
check_walk(const json_t *rec, const char *text, size_t n)
{
	struct span o = {text, n}, key, val;
	struct span_iter at = {0};
	size_t members = 0;
	json_t *v;

	while (*o.p != '{')
		o.p++, o.n--;
	while (span_next(&o, &at, &key, &val)) {
		members++;
		if ((v = span_json(&val)) == NULL)
			abort();
		json_decref(v);
	}
	if (members < json_object_size(rec))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span out[WANTS];
	struct fail f;
	char *text = xmalloc(size + 1);
	json_t *rec;
	size_t i;
	int rc;

	memcpy(text, data, size);
	text[size] = '\0';
	rec = rec_parse(text, size, &f);
	rc = span_scan(text, size, want, WANTS, out, &f);
	if ((rc == 0) != json_is_object(rec))
		abort();
	for (i = 0; rc == 0 && i < WANTS; i++)
		check_member(rec, i, &out[i]);
	if (rc == 0)
		check_walk(rec, text, size);
	json_decref(rec);
	free(text);
	return 0;
}
