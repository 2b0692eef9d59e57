/* trace.c - a trace record as pieces of its line. */
#include <string.h>

#include "rec.h"
#include "trace.h"

#define LENGTH(a) (sizeof(a) / sizeof *(a))

const struct span_want trace_wants[TRACE_WANTS] = {
    [TRACE_TYPE] = {NULL, "type"},
    [TRACE_QUESTION] = {NULL, "question"},
    [TRACE_GROUP] = {NULL, "group"},
    [TRACE_ROLE] = {NULL, "role"},
    [TRACE_INDEX] = {NULL, "index"},
    [TRACE_PLANNED] = {NULL, "planned"},
    [TRACE_LAST] = {NULL, "last"},
    [TRACE_STOPPING] = {NULL, "stopping"},
    [TRACE_TRACE] = {NULL, "trace"},
    [TRACE_MESSAGES] = {NULL, "messages"},
    [TRACE_TEACHER] = {NULL, "teacher"},
    [TRACE_SANDBOX] = {NULL, "sandbox"},
    [TRACE_USAGE] = {NULL, "usage"},
    [TRACE_ELAPSED] = {NULL, "elapsed"},
    [TRACE_SUCCESS] = {"trace", "success"},
    [TRACE_ANSWER] = {"trace", "final_answer"},
    [TRACE_STOP] = {"trace", "stop"},
    [TRACE_N_PLANNED] = {"planned", "consistency"},
    [TRACE_KIND] = {"teacher", "kind"},
    [TRACE_MODEL] = {"teacher", "model"},
    [TRACE_Q_ID] = {"question", "id"},
    [TRACE_Q_CSV] = {"question", "csv_source"},
    [TRACE_Q_SOURCE] = {"question", "source"},
    [TRACE_Q_HINT] = {"question", "hint"},
    [TRACE_Q_FIRST] = {"question", "output_type"},
    {"question", "decimals"},
    {"question", "ground_truth"},
    {"question", "ground_truths"},
    {"question", "ground_truth_hash"},
    {"question", "known_wrong"},
    {"question", "question_text"},
    {"question", "output_schema"},
};

/* A fast mix of 8 bytes at a time (multiply, fold the halves); for telling
 * lines apart, not against an adversary. */
static uint64_t
mix(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 m = (unsigned __int128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

uint64_t
trace_hash(const void *p, size_t n)
{
	const uint64_t k = UINT64_C(0x9e3779b97f4a7c15);
	const char *s = p;
	uint64_t h = n * k + 1, w;

	for (; n >= 8; s += 8, n -= 8) {
		memcpy(&w, s, 8);
		h = mix(h ^ w, k);
	}
	w = 0;
	if (n > 0)
		memcpy(&w, s, n);
	return mix(mix(h ^ w ^ k, k), k ^ UINT64_C(0xd6e8feb86659fd93));
}

/* ---- Checks ---- */

static const char *
kind(const struct span *v)
{
	switch (v->p != NULL ? *v->p : 0) {
	case '{':
		return "an object";
	case '[':
		return "an array";
	case '"':
		return "a string";
	case 't':
	case 'f':
		return "a boolean";
	case 'n':
		return "null";
	case 0:
		return "none";
	default:
		return "a number";
	}
}

/* A member must begin with one of these characters. */
static int
need(const struct trace *t, enum trace_member i, const char *starts,
    const char *what, struct fail *f)
{
	const struct span_want *w = &trace_wants[i];
	const struct span *v = &t->m[i];

	if (v->p != NULL && strchr(starts, *v->p) != NULL)
		return 0;
	if (v->p == NULL)
		return fail_set(f, FAIL_MEMBER,
		    "expected a member \"%s%s%s\", saw none",
		    w->parent != NULL ? w->parent : "",
		    w->parent != NULL ? "." : "", w->key);
	return fail_set(f, FAIL_VALUE, "member \"%s%s%s\": expected %s, saw %s",
	    w->parent != NULL ? w->parent : "", w->parent != NULL ? "." : "",
	    w->key, what, kind(v));
}

static int
need_count(
    const struct trace *t, enum trace_member i, long *out, struct fail *f)
{
	if (need(t, i, "0123456789-", "a whole number", f) == -1)
		return -1;
	if (span_int(&t->m[i], out) == -1 || *out < 0 || *out > 1000000)
		return fail_set(f, FAIL_VALUE,
		    "member \"%s\": expected a count, saw %.*s",
		    trace_wants[i].key, (int)(t->m[i].n < 40 ? t->m[i].n : 40),
		    t->m[i].p);
	return 0;
}

static int
read_role(struct trace *t, struct fail *f)
{
	if (need(t, TRACE_ROLE, "\"", "a string", f) == -1 ||
	    need_count(t, TRACE_INDEX, &t->index, f) == -1)
		return -1;
	t->gold = span_text(&t->m[TRACE_ROLE], "gold");
	if (!t->gold && !span_text(&t->m[TRACE_ROLE], "consistency"))
		return fail_set(f, FAIL_VALUE,
		    "member \"role\": expected \"gold\" or \"consistency\"");
	if (t->gold && t->index != 0)
		return fail_set(f, FAIL_VALUE,
		    "member \"index\": expected 0 for the gold run, saw %ld",
		    t->index);
	return 0;
}

int
trace_read(struct trace *t, const char *line, size_t n, struct fail *f)
{
	*t = (struct trace){0};
	if (span_scan(line, n, trace_wants, TRACE_WANTS, t->m, f) == -1)
		return -1;
	if (!span_text(&t->m[TRACE_TYPE], "trace"))
		return fail_set(
		    f, FAIL_TYPE, "expected a record of type trace");
	if (need(t, TRACE_QUESTION, "{", "an object", f) == -1 ||
	    need(t, TRACE_Q_ID, "\"", "a string", f) == -1 ||
	    need(t, TRACE_GROUP, "\"", "a string", f) == -1 ||
	    need(t, TRACE_PLANNED, "{", "an object", f) == -1 ||
	    need_count(t, TRACE_N_PLANNED, &t->planned, f) == -1 ||
	    need(t, TRACE_TRACE, "{", "an object", f) == -1 ||
	    need(t, TRACE_SUCCESS, "tf", "a boolean", f) == -1 ||
	    read_role(t, f) == -1)
		return -1;
	t->last = span_true(&t->m[TRACE_LAST]);
	t->group = trace_hash(t->m[TRACE_GROUP].p, t->m[TRACE_GROUP].n);
	t->hash = trace_hash(line, n);
	return 0;
}

void
trace_find(struct trace *t, const char *text, size_t n)
{
	struct fail f;

	*t = (struct trace){0};
	span_scan(text, n, trace_wants, TRACE_WANTS, t->m, &f);
	span_int(&t->m[TRACE_INDEX], &t->index);
	span_int(&t->m[TRACE_N_PLANNED], &t->planned);
	t->gold = span_text(&t->m[TRACE_ROLE], "gold");
	t->last = span_true(&t->m[TRACE_LAST]);
}

/* ---- Parts ---- */

void
trace_put_short(struct buf *b, const struct trace *t)
{
	char sep = '{';
	int i;

	for (i = 0; i < TRACE_MEMBERS; i++) {
		if (i == TRACE_QUESTION || i == TRACE_MESSAGES ||
		    t->m[i].p == NULL)
			continue;
		buf_putc(b, sep);
		buf_putc(b, '"');
		buf_puts(b, trace_wants[i].key);
		buf_puts(b, "\":");
		buf_put(b, t->m[i].p, t->m[i].n);
		sep = ',';
	}
	buf_putc(b, '}');
}

json_t *
trace_question(const struct trace *t)
{
	json_t *q = json_object(), *v;
	int i;

	for (i = TRACE_Q_HINT; i < TRACE_WANTS; i++)
		if ((v = span_json(&t->m[i])) != NULL)
			json_object_set_new(q, trace_wants[i].key, v);
	return q;
}

struct ans_run
trace_run(const struct trace *t, json_t **answer)
{
	struct ans_run r = {0};
	const struct span *stop = &t->m[TRACE_STOP];

	*answer = span_json(&t->m[TRACE_ANSWER]);
	if (*answer == NULL)
		*answer = json_null();
	r.answer = *answer;
	r.submitted = span_true(&t->m[TRACE_SUCCESS]);
	r.stop = span_text(stop, "sandbox_error") ? "sandbox_error"
	    : span_text(stop, "teacher_error")    ? "teacher_error"
						  : "other";
	r.reference = span_text(&t->m[TRACE_KIND], "reference");
	return r;
}
