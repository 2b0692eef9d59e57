/* turn.c - the records of a teacher run. */
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "mem.h"
#include "turn.h"

static const char *const stop_names[] = {
    [TURN_SUBMITTED] = "submitted",
    [TURN_MAX_TURNS] = "max_turns",
    [TURN_TIMEOUT] = "timeout",
    [TURN_CONTEXT] = "context",
    [TURN_BUDGET] = "budget",
    [TURN_TEACHER_ERROR] = "teacher_error",
    [TURN_SANDBOX_ERROR] = "sandbox_error",
};

const char *
turn_stop_name(enum turn_stop stop)
{
	return stop_names[stop];
}

static void
forget_error(struct turns *t)
{
	free(t->error_type);
	free(t->error_message);
	t->error_type = t->error_message = NULL;
}

void
turns_clear(struct turns *t)
{
	json_decref(t->list);
	json_decref(t->answer);
	forget_error(t);
	*t = (struct turns){0};
}

size_t
turns_count(const struct turns *t)
{
	return json_array_size(t->list);
}

/* The hash of v as a string. */
static json_t *
hash(const json_t *v)
{
	char id[DIGEST_ID];

	ans_hash(v, id);
	return json_string(id);
}

static void
hash_hooks(json_t *execution)
{
	json_t *hook, *hooks = json_object_get(execution, "hooks");
	size_t i;

	json_array_foreach(hooks, i, hook)
	{
		json_object_set_new(
		    hook, "value_hash", hash(json_object_get(hook, "value")));
	}
}

/* Text from a worker or a model as a JSON string, whatever its bytes. */
static json_t *
text(const char *s)
{
	struct buf b = {0};
	json_t *v;

	buf_utf8(&b, s, strlen(s));
	v = json_stringn(buf_str(&b), b.n);
	buf_clear(&b);
	return v;
}

/* Note a failed turn, or say in a successful one what it mends. */
static void
correct(struct turns *t, json_t *turn, size_t index, bool success,
    const char *ename, const char *evalue)
{
	json_t *c;

	if (!success) {
		if (t->error_type == NULL) {
			t->failed_at = index;
			t->error_type = xstrdup(ename);
			t->error_message = xstrdup(evalue);
		}
		return;
	}
	if (t->error_type == NULL)
		return;
	c = json_object();
	json_object_set_new(
	    c, "corrects_turn", json_integer((json_int_t)t->failed_at));
	json_object_set_new(c, "error_type", text(t->error_type));
	json_object_set_new(c, "error_message", text(t->error_message));
	json_object_set_new(c, "attempts_since_error",
	    json_integer((json_int_t)(index - t->failed_at)));
	json_object_set_new(turn, "correction", c);
	forget_error(t);
}

void
turns_add_execution(struct turns *t, const char *reasoning, const char *code,
    json_t *execution, const char *ename, const char *evalue)
{
	size_t index = turns_count(t);
	json_t *turn = json_object();

	if (t->list == NULL)
		t->list = json_array();
	hash_hooks(execution);
	json_object_set_new(
	    turn, "turn_index", json_integer((json_int_t)index));
	json_object_set_new(turn, "reasoning", text(reasoning));
	json_object_set_new(turn, "code", text(code));
	json_object_set_new(turn, "execution", execution);
	correct(t, turn, index,
	    json_is_true(json_object_get(execution, "success")), ename, evalue);
	json_array_append_new(t->list, turn);
}

void
turns_answer(struct turns *t, json_t *answer)
{
	json_incref(answer);
	json_decref(t->answer);
	t->answer = answer;
	t->submitted = true;
}

void
turns_add_empty(struct turns *t, const char *reasoning, const char *why)
{
	json_t *x = json_object();

	json_object_set_new(x, "success", json_false());
	json_object_set_new(x, "stdout", json_string(""));
	json_object_set_new(x, "stderr", text(why));
	json_object_set_new(x, "hooks", json_array());
	json_object_set_new(x, "submitted_answer", json_null());
	json_object_set_new(x, "elapsed", json_real(0));
	turns_add_execution(t, reasoning, "", x, "no code", why);
}

void
turns_note(struct turns *t, const char *key, json_t *value)
{
	size_t n = turns_count(t);

	json_object_set_new(json_array_get(t->list, n - 1), key, value);
}

json_t *
turns_trace(const struct turns *t, enum turn_stop stop, const char *error)
{
	json_t *o = json_object();

	json_object_set_new(
	    o, "turns", t->list != NULL ? json_incref(t->list) : json_array());
	json_object_set_new(o, "final_answer",
	    t->submitted ? json_incref(t->answer) : json_null());
	json_object_set_new(o, "final_answer_hash",
	    t->submitted ? hash(t->answer) : json_null());
	json_object_set_new(o, "success", json_boolean(t->submitted));
	json_object_set_new(o, "stop", json_string(turn_stop_name(stop)));
	json_object_set_new(
	    o, "error", error != NULL ? text(error) : json_null());
	return o;
}

const char *
turn_code(const json_t *turn)
{
	const char *s = json_string_value(json_object_get(turn, "code"));

	return s != NULL ? s : "";
}

const json_t *
turn_hooks(const json_t *turn)
{
	const json_t *v =
	    json_object_get(json_object_get(turn, "execution"), "hooks");

	return json_is_array(v) ? v : NULL;
}
