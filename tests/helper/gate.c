/* gate.c - put rewordings to the gate: a JSON object a line, {text, format,
 * columns, answers, discovery, candidate}; for each a line with what is wrong,
 * empty where it passes. */
#include <stdio.h>
#include <stdlib.h>

#include "gate.h"

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

int
main(void)
{
	struct fail f;
	char *line = NULL;
	size_t cap = 0;
	json_t *o;

	while (getline(&line, &cap, stdin) > 0) {
		if ((o = json_loads(line, 0, NULL)) == NULL)
			return 1;
		struct gate g = {.text = text(o, "text"),
		    .format = text(o, "format"),
		    .hint = "",
		    .columns = json_object_get(o, "columns"),
		    .answers = json_object_get(o, "answers"),
		    .discovery = json_is_true(json_object_get(o, "discovery"))};

		f.msg[0] = '\0';
		puts(gate_text(&g, text(o, "candidate"), &f) == 0 ? "" : f.msg);
		json_decref(o);
	}
	free(line);
	return 0;
}
