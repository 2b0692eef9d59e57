/* messages.c - the conversation of an episode, its hint taken out. */
#include <stdlib.h>
#include <string.h>

#include "episode.h"
#include "mem.h"
#include "prompts.h"
#include "rec.h"

/* Length of the run of characters of set that ends at s[n]. */
static size_t
run_before(const char *s, size_t n, const char *set)
{
	size_t k = 0;

	while (k < n && strchr(set, s[n - 1 - k]) != NULL)
		k++;
	return k;
}

/*
 * Where the label of a hint at s[at] begins: "Hint:", "Hint (for you):\n",
 * "## Hint\n"... that is what is on its line before it, and the line before
 * that if it says hint and at is the start of a line; then the white space in
 * front.
 */
static size_t
label_start(const char *s, size_t at)
{
	size_t from = at - run_before(s, at, " \t\r\n"), line = from;
	char *text;
	bool label;

	while (line > 0 && s[line - 1] != '\n')
		line--;
	text = xstrndup(s + line, from - line);
	label = strcasestr(text, "hint") != NULL;
	free(text);
	if (!label)
		return at;
	return line - run_before(s, line, " \t\r\n");
}

/* Text without each occurrence of hint and its label, NULL where there is
 * none; owned. */
static char *
without(const char *text, const char *hint)
{
	struct buf b = {0};
	size_t n = strlen(hint);
	const char *at;

	if (strstr(text, hint) == NULL)
		return NULL;
	while ((at = strstr(text, hint)) != NULL) {
		buf_put(&b, text, label_start(text, (size_t)(at - text)));
		text = at + n;
	}
	buf_puts(&b, text);
	return buf_steal(&b);
}

static void
clean_message(json_t *m, const char *hint)
{
	const char *role = json_string_value(json_object_get(m, "role"));
	json_t *content = json_object_get(m, "content");
	char *text;

	if (role == NULL || strcmp(role, "assistant") == 0 ||
	    !json_is_string(content))
		return;
	text = without(json_string_value(content), hint);
	if (text != NULL)
		json_object_set_new(m, "content", json_string(text));
	free(text);
}

bool
messages_put(struct buf *b, const struct span *messages, const json_t *question)
{
	const char *hint = json_string_value(json_object_get(question, "hint"));
	json_t *list, *m;
	bool leak;
	size_t i;

	if (messages->p == NULL || hint == NULL || *hint == '\0') {
		buf_put(b, messages->p != NULL ? messages->p : "[]",
		    messages->p != NULL ? messages->n : 2);
		return false;
	}
	list = span_json(messages);
	json_array_foreach(list, i, m) clean_message(m, hint);
	leak = prompt_hint_leak(list, question);
	rec_dump(b, list, 0);
	json_decref(list);
	return leak;
}
