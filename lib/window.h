/* window.h - the part of a conversation that fits into a request. */
#ifndef WINDOW_H
#define WINDOW_H

#include <stddef.h>

#include <jansson.h>

struct window {
	size_t active; /* turns whose outputs are sent whole */
	size_t max_tokens; /* of the request's messages */
	double token_bytes; /* bytes of text a token takes */
};

/* About how many tokens the messages take. */
size_t window_tokens(const json_t *messages, double token_bytes);

/*
 * What to send of a conversation (system, question, then replies and outputs in
 * turn): a new array. Outputs older than `active` turns are shortened to their
 * ends; then, while it does not fit, outputs from the oldest on, replies from
 * the oldest on, and last the outputs of the last two turns. System message and
 * question are never touched. *shortened: how many messages are not whole. NULL
 * when it does not fit even so.
 */
json_t *window_make(
    const json_t *messages, const struct window *w, size_t *shortened);

#endif
