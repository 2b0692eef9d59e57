/* talk.h - a conversation with a chat API that is kept within what the server
 * takes: old outputs are shortened, and more where it finds it too long. */
#ifndef TALK_H
#define TALK_H

#include <stddef.h>

#include <jansson.h>

#include "chat.h"
#include "conf.h"
#include "fail.h"

/* Set the first four, zero the rest; then talk_say a system message and a
 * first user message. */
struct talk {
	struct chat *chat; /* borrowed, as conf is */
	const struct conf *conf;
	const char *model; /* NULL: teacher_model; borrowed */
	unsigned sample; /* names the request in the journal, seeds the model */
	/* its own */
	json_t *messages; /* all of them, unshortened */
	struct chat_usage usage; /* of all answers */
	double token_bytes;
	long long last_prompt; /* tokens of the last request; 0 unknown */
	size_t sent_tokens; /* estimate of the request at work */
	size_t max_context; /* tokens of messages that a request may hold */
	size_t shortened; /* messages of the last request that were */
	unsigned squeezes; /* times the server found a request too long */
	struct chat_call *call;
	chat_fn *fn;
	void *arg;
};

void talk_say(struct talk *t, const char *role, const char *text);
/* Ask for the next message; fn is called once, from ev_step, with the reply
 * (which is not appended) or why there is none. -1 and FAIL_TEACHER when the
 * conversation does not fit however it is shortened; fn is not called then. */
int talk_ask(struct talk *t, chat_fn *fn, void *arg, struct fail *f);
void talk_clear(struct talk *t);

#endif
