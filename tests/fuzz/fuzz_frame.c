/* fuzz_frame.c - frames that a worker sends, and what is made of them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "box_int.h"
#include "mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A frame that passes has what its type needs, in the sizes promised. */
static void
check(const struct box_frame *fr, size_t n)
{
	struct buf b = {0};

	if (n > BOX_FRAME_MAX || !json_is_object(fr->obj))
		abort();
	if (fr->type == FRAME_HOOK &&
	    (n > BOX_HOOK_MAX || fr->value == NULL ||
		!json_is_array(json_object_get(fr->obj, "depends_on"))))
		abort();
	if (fr->type == FRAME_SUBMIT && fr->value == NULL)
		abort();
	if (fr->type == FRAME_DONE && fr->status != BOX_OK &&
	    fr->status != BOX_ERROR && fr->status != BOX_EXIT)
		abort();
	box_mask(&b, fr->tb, strlen(fr->tb));
	if (!utf8_valid(buf_str(&b), b.n))
		abort();
	buf_clear(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct box_frame fr;
	struct buf cells = {0}, text = {0};
	struct box_cap cap = {0};
	struct fail f;
	char *s = xstrndup((const char *)data, size);

	if (box_frame_parse((const char *)data, size, 7, "abc", &fr, &f) == 0) {
		check(&fr, size);
		if (fr.value != NULL)
			json_decref(box_mask_json(json_deep_copy(fr.value)));
		box_frame_clear(&fr);
	}
	box_ground_add(&cells, s);
	box_grounded(&cells, s);
	box_cap_put(&cap, (const char *)data, size);
	box_cap_put(&cap, (const char *)data, size);
	box_cap_text(&cap, &text);
	if (text.n > BOX_TEXT || !utf8_valid(buf_str(&text), text.n))
		abort();
	box_cap_clear(&cap);
	buf_clear(&cells);
	buf_clear(&text);
	free(s);
	return 0;
}
