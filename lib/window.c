/* window.c - the part of a conversation that fits into a request. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "prompts.h"
#include "window.h"

enum {
	FIXED = 2, /* system message and question */
	LATE = 4, /* messages of the last two turns */
	OLD_OUTPUT = 600, /* bytes that are left of a shortened message */
	OLD_REPLY = 600,
	LATE_OUTPUT = 1500,
	MESSAGE_TOKENS = 8, /* what a message takes besides its text */
};

static size_t
bytes(const json_t *message)
{
	return json_string_length(json_object_get(message, "content"));
}

size_t
window_tokens(const json_t *messages, double token_bytes)
{
	json_t *m;
	size_t i, n = 0;

	json_array_foreach(messages, i, m)
	{
		n += MESSAGE_TOKENS + (size_t)((double)bytes(m) / token_bytes);
	}
	return n;
}

static bool
is_reply(const json_t *message)
{
	const char *role = json_string_value(json_object_get(message, "role"));

	return role != NULL && strcmp(role, "assistant") == 0;
}

/* Replace message i by its ends where it is longer than max. */
static void
shorten(json_t *sent, size_t i, size_t max)
{
	json_t *m = json_array_get(sent, i);
	const char *role = json_string_value(json_object_get(m, "role"));
	struct buf b = {0};

	if (bytes(m) <= max + 64) /* the note about the cut takes room too */
		return;
	prompt_clip(&b, json_string_value(json_object_get(m, "content")), max);
	json_array_set_new(sent, i, prompt_message(role, buf_str(&b)));
	buf_clear(&b);
}

static bool
fits(const json_t *sent, const struct window *w)
{
	return window_tokens(sent, w->token_bytes) <= w->max_tokens;
}

/* Shorten what lies in [from, to) and is a reply or not, oldest first, until it
 * fits. */
static void
shorten_range(json_t *sent, size_t from, size_t to, bool replies, size_t max,
    const struct window *w)
{
	size_t i;

	for (i = from; i < to && !fits(sent, w); i++)
		if (is_reply(json_array_get(sent, i)) == replies)
			shorten(sent, i, max);
}

static size_t
count_changed(const json_t *sent, const json_t *messages)
{
	size_t i, n = 0;

	for (i = 0; i < json_array_size(messages); i++)
		n += json_array_get(sent, i) != json_array_get(messages, i);
	return n;
}

json_t *
window_make(const json_t *messages, const struct window *w, size_t *shortened)
{
	json_t *sent = json_copy((json_t *)(uintptr_t)messages);
	size_t n = json_array_size(messages), late, i;

	for (i = FIXED; i + 2 * w->active < n; i++)
		if (!is_reply(json_array_get(sent, i)))
			shorten(sent, i, OLD_OUTPUT);
	late = n > FIXED + LATE ? n - LATE : FIXED;
	shorten_range(sent, FIXED, late, false, OLD_OUTPUT, w);
	shorten_range(sent, FIXED, late, true, OLD_REPLY, w);
	shorten_range(sent, late, n, false, LATE_OUTPUT, w);
	*shortened = count_changed(sent, messages);
	if (fits(sent, w))
		return sent;
	json_decref(sent);
	return NULL;
}
