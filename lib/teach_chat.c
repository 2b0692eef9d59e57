/* teach_chat.c - the turns of a run that a chat API takes. */
#include <stdlib.h>
#include <string.h>

#include "code.h"
#include "mem.h"
#include "prompts.h"
#include "teach_int.h"

enum { REASKS = 2 }; /* times a teacher is asked to ground its hooks */

/* ---- after a submission ---- */

/* The names of hooks that no executed line made; how many. Of hooks with one
 * name the last one counts. */
static size_t
ungrounded(const struct turns *turns, struct buf *names)
{
	json_t *turn, *h, *last = json_object();
	const char *name;
	size_t i, k, n = 0;

	json_array_foreach(turns->list, i, turn)
	{
		json_array_foreach(turn_hooks(turn), k, h)
		{
			name = json_string_value(
			    json_object_get(h, "variable_name"));
			json_object_set(last, name != NULL ? name : "?",
			    json_object_get(h, "grounded"));
		}
	}
	json_object_foreach(last, name, h)
	{
		if (json_is_true(h))
			continue;
		if (n++ > 0)
			buf_puts(names, ", ");
		buf_puts(names, name);
	}
	json_decref(last);
	return n;
}

static bool
any_hook(const struct turns *turns)
{
	json_t *turn;
	size_t i;

	json_array_foreach(turns->list, i, turn)
	{
		if (json_array_size(turn_hooks(turn)) > 0)
			return true;
	}
	return false;
}

/* Is the answer a sentence about a test where members are to be expected? */
static bool
prose_finding(const json_t *answer, const json_t *question)
{
	static const char *const words[] = {"signific", "p-value", "p value",
	    "p =", "p=", "p <", "p<", "reject", "correlat", "hypothes"};
	const char *s = json_string_value(answer), *type;
	size_t i;

	type = json_string_value(json_object_get(question, "output_type"));
	if (s == NULL || strchr(s, ' ') == NULL ||
	    (type != NULL && strcmp(type, "string") == 0))
		return false;
	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasestr(s, words[i]) != NULL)
			return true;
	return false;
}

bool
teach_again(struct teach *t, const struct cell *c, struct buf *text)
{
	struct buf names = {0};
	size_t bad;

	if (teach_left(t) == 0)
		return false;
	bad = ungrounded(&t->turns, &names);
	if ((bad > 0 || !any_hook(&t->turns)) && t->reasks < REASKS) {
		t->reasks++;
		prompt_ground(text, buf_str(&names));
		buf_clear(&names);
		return true;
	}
	buf_clear(&names);
	if (t->asked_structure || !prose_finding(c->answer, t->job.question))
		return false;
	t->asked_structure = true;
	prompt_structure(text);
	return true;
}

/* ---- a reply ---- */

static json_t *
text_or_null(const char *s)
{
	return s[0] != '\0' ? json_string(s) : json_null();
}

json_t *
teach_chat_json(const struct teach *t, const struct chat_reply *r)
{
	const char *model = conf_str(t->conf->conf, CONF_TEACHER_MODEL),
		   *url = chat_base_url(t->conf->chat);
	const json_t *sent = r != NULL ? r->sent : NULL;
	json_t *o = json_object(), *seed = json_object_get(sent, "seed");

	json_object_set_new(o, "kind", json_string("chat"));
	json_object_set_new(o, "model", json_string(model));
	json_object_set_new(
	    o, "model_returned", text_or_null(r != NULL ? r->model : ""));
	json_object_set_new(o, "base_url", json_string(url));
	json_object_set_new(
	    o, "provider", text_or_null(r != NULL ? r->provider : ""));
	json_object_set_new(
	    o, "parameters", sent != NULL ? json_deep_copy(sent) : json_null());
	json_object_set(o, "seed", seed != NULL ? seed : json_null());
	if (r != NULL && r->changed != NULL)
		json_object_set_new(o, "changed", json_deep_copy(r->changed));
	return o;
}

/* What stands before the first block of a reply, after its reasoning. */
static char *
prose(const struct chat_reply *r, const struct code *code)
{
	const char *end = r->content, *nl;
	struct buf b = {0};
	size_t line;

	for (line = 1; code->n > 0 && line < code->v[0].line; line++) {
		nl = strchr(end, '\n');
		end = nl != NULL ? nl + 1 : end + strlen(end);
	}
	if (code->n == 0)
		end += strlen(end);
	while (end > r->content && strchr(" \t\r\n", end[-1]) != NULL)
		end--;
	buf_puts(&b, r->reasoning);
	if (b.n > 0 && end > r->content)
		buf_puts(&b, "\n\n");
	buf_put(&b, r->content, (size_t)(end - r->content));
	return buf_steal(&b);
}

/* What is unusual about a reply goes into the record of its turn. */
static void
note_reply(struct teach *t, const struct chat_reply *r, const struct code *code)
{
	const struct {
		bool is;
		const char *name;
	} flags[] = {
	    {r->cleaned, "cleaned"},
	    {r->think, "think"},
	    {r->refusal, "refusal"},
	    {r->tool_call, "tool_call"},
	    {r->cut_prompt, "cut_prompt"},
	    {r->no_finish, "no_finish"},
	    {!r->complete, "cut"},
	    {code->n > 0 && code->rule != CODE_TAGGED,
		code_rule_name(code->rule)},
	    {(code->flags & CODE_SEVERAL) != 0, "several_blocks"},
	    {(code->flags & CODE_SKIPPED) != 0, "skipped_blocks"},
	};
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < sizeof flags / sizeof *flags; i++)
		if (flags[i].is)
			json_array_append_new(list, json_string(flags[i].name));
	if (json_array_size(list) > 0)
		teach_note(t, "reply", list);
	else
		json_decref(list);
}

/* Note what is not as with the first answer: another model or host served it,
 * or its parameters had to be changed. */
static void
note_server(struct teach *t, const struct chat_reply *r)
{
	static const char *const names[] = {
	    "model_returned", "provider", "changed"};
	json_t *now = teach_chat_json(t, r), *v;
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		v = json_object_get(now, names[i]);
		if (v == NULL)
			v = json_null();
		if (!json_equal(v, json_object_get(t->teacher, names[i])) &&
		    !(json_is_null(v) &&
			json_object_get(t->teacher, names[i]) == NULL))
			teach_note(t, names[i], json_incref(v));
	}
	json_decref(now);
}

static void
answered(struct teach *t, const struct chat_reply *r)
{
	struct code code;
	struct buf text = {0};

	t->elapsed += r->elapsed;
	if (t->talk.shortened > 0)
		teach_note(t, "shortened",
		    json_integer((json_int_t)t->talk.shortened));
	if (t->teacher == NULL)
		t->teacher = teach_chat_json(t, r);
	else
		note_server(t, r);
	code_find(&code, r->content, strlen(r->content), r->complete);
	note_reply(t, r, &code);
	teach_say(
	    t, "assistant", r->content[0] != '\0' ? r->content : "(no text)");
	teach_turn(t, prose(r, &code), code_join(&code));
	if (code.n > 0) {
		teach_cell(t);
	} else {
		prompt_no_code(&text, (code.flags & CODE_CUT) || !r->complete);
		teach_no_cell(t,
		    r->complete ? "no Python block in the reply"
				: "the reply was cut before its code ended",
		    &text);
		buf_clear(&text);
	}
	code_clear(&code);
}

/* ---- asking ---- */

static void
no_answer(struct teach *t, const struct chat_reply *r)
{
	if (r->status == CHAT_ITEM && r->why == CHAT_WHY_CONTEXT) {
		teach_finish(t, TURN_CONTEXT);
		return;
	}
	if (r->status == CHAT_RUN || r->status == CHAT_CANCELLED) {
		teach_give_up(t, TEACH_ABORT, r->fail);
		return;
	}
	t->fail = *r->fail;
	teach_finish(
	    t, r->status == CHAT_BUDGET ? TURN_BUDGET : TURN_TEACHER_ERROR);
}

static void
on_reply(const struct chat_reply *r, void *arg)
{
	struct teach *t = arg;

	if (r->status == CHAT_OK)
		answered(t, r);
	else
		no_answer(t, r);
}

void
teach_ask(struct teach *t)
{
	struct fail ignored;

	if (talk_ask(&t->talk, on_reply, t, &ignored) == -1)
		teach_finish(t, TURN_CONTEXT);
}
