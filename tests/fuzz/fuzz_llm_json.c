/* fuzz_llm_json.c - any text as a reply: the items that are found hold the
 * member and can be written as JSON again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "llm_json.h"
#include "mark.h"
#include "rec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_item(const json_t *item)
{
	struct buf b = {0};
	struct fail f;
	json_t *again;

	if (!json_is_string(json_object_get(item, "q")))
		abort();
	rec_dump(&b, item, 0);
	again = rec_parse(buf_str(&b), b.n, &f);
	if (again == NULL)
		abort();
	json_decref(again);
	buf_clear(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy;
	struct llm_json j;
	struct fail f;
	json_t *item;
	size_t i;
	int rc;

	if (has_mark(data, size))
		return 0;
	copy = malloc(size + 1); /* its end is watched by the sanitizer */
	if (copy == NULL)
		return 0;
	memcpy(copy, data, size);
	rc = llm_json_find(&j, copy, size, "q", &f);
	if ((rc == 0) != (json_array_size(j.items) > 0) ||
	    (rc == -1 && f.msg[0] == '\0'))
		abort();
	json_array_foreach(j.items, i, item)
	{
		check_item(item);
	}
	llm_json_clear(&j);
	free(copy);
	return 0;
}
