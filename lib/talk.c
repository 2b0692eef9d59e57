/* talk.c - a conversation with a chat API. */
#include <math.h>

#include "prompts.h"
#include "talk.h"
#include "window.h"

enum { SQUEEZES = 3 }; /* times a request that was too long is shortened */

void
talk_say(struct talk *t, const char *role, const char *text)
{
	if (t->messages == NULL) {
		t->messages = json_array();
		t->usage = chat_usage_zero();
		t->token_bytes = 3.5;
	}
	json_array_append_new(t->messages, prompt_message(role, text));
}

void
talk_clear(struct talk *t)
{
	if (t->call != NULL)
		chat_cancel(t->call);
	t->call = NULL;
	json_decref(t->messages);
	t->messages = NULL;
}

/* Learn what a token takes, and how much the server reads. */
static void
note_usage(struct talk *t, const struct chat_reply *r)
{
	chat_usage_add(&t->usage, &r->usage);
	if (r->usage.prompt <= 0)
		return;
	t->last_prompt = r->usage.prompt;
	if (r->cut_prompt)
		t->max_context = (size_t)r->usage.prompt;
	else
		t->token_bytes = fmin(8,
		    fmax(1,
			t->token_bytes * (double)t->sent_tokens /
			    (double)r->usage.prompt));
}

/* The server found the request too long: believe it, and ask for less. */
static int
squeeze(struct talk *t, const struct chat_reply *r)
{
	size_t limit = t->sent_tokens;
	struct fail ignored;

	if (t->squeezes++ >= SQUEEZES)
		return -1;
	if (r->ctx_tokens > 0 && r->ctx_tokens < limit)
		limit = r->ctx_tokens;
	t->max_context = limit - limit / 4;
	return talk_ask(t, t->fn, t->arg, &ignored);
}

static void
on_reply(const struct chat_reply *r, void *arg)
{
	struct talk *t = arg;

	t->call = NULL;
	if (r->status == CHAT_OK)
		note_usage(t, r);
	else if (r->status == CHAT_ITEM && r->why == CHAT_WHY_CONTEXT &&
	    squeeze(t, r) == 0)
		return;
	t->fn(r, t->arg);
}

int
talk_ask(struct talk *t, chat_fn *fn, void *arg, struct fail *f)
{
	struct chat_request req = CHAT_REQUEST;
	size_t reply = (size_t)conf_int(t->conf, CONF_MAX_TOKENS),
	       most = (size_t)conf_int(t->conf, CONF_MAX_CONTEXT_TOKENS);
	struct window w = {
	    .active = (size_t)conf_int(t->conf, CONF_MAX_ACTIVE_TURNS),
	    .token_bytes = t->token_bytes,
	    .max_tokens = most > 2 * reply ? most - reply : most / 2};
	json_t *messages;

	t->fn = fn;
	t->arg = arg;
	if (t->max_context != 0 && t->max_context < w.max_tokens)
		w.max_tokens = t->max_context;
	messages = window_make(t->messages, &w, &t->shortened);
	if (messages == NULL)
		return fail_set(f, FAIL_TEACHER,
		    "the conversation does not fit into %zu tokens",
		    w.max_tokens);
	t->sent_tokens = window_tokens(messages, t->token_bytes);
	req.model = t->model;
	req.messages = messages;
	req.sample = t->sample;
	req.seed = t->sample;
	req.last_prompt_tokens = t->shortened == 0 ? t->last_prompt : 0;
	t->call = chat_send(t->chat, &req, on_reply, t);
	json_decref(messages);
	return 0;
}
