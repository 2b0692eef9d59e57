/* rows.c - rows that a typed table can hold. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "opt.h"
#include "rows.h"
#include "uniq.h"

/* A path being walked, for messages only. */
struct path {
	const struct path *up;
	const char *name; /* NULL: an element of a list */
};

static const char *const kinds[] = {
    [ROW_NULL] = "null",
    [ROW_BOOL] = "bool",
    [ROW_INT] = "int64",
    [ROW_REAL] = "float64",
    [ROW_STR] = "string",
    [ROW_LIST] = "list",
    [ROW_STRUCT] = "struct",
};

/* Answers: any JSON value, so text, with the name of the type beside it. */
static const char answers[] =
    "ground_truth,final_answer,submitted_answer,claimed_answer,"
    "representative_answer,answer,value";
/* Other members of records whose form depends on the question or the run. */
static const char freeform[] =
    "ground_truths,csv_options,template_params,decimals,exploration,sampling,"
    "stopping,verification,extra_body,proof";
/* Open objects: their members that are objects or lists become text. */
static const char open_objects[] = "teacher,sandbox";

const char *
rows_kind_name(enum row_kind kind)
{
	return kinds[kind];
}

static json_t *
as_text(const json_t *v)
{
	struct buf b = {0};
	json_t *s;

	rec_dump(&b, v, 0);
	s = json_stringn(buf_str(&b), b.n);
	buf_clear(&b);
	return s != NULL ? s : json_null();
}

static const char *
answer_type(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return "dict";
	case JSON_ARRAY:
		return "list";
	case JSON_STRING:
		return rec_bigint(v) != NULL ? "integer" : "string";
	case JSON_INTEGER:
		return "integer";
	case JSON_REAL:
		return "number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "boolean";
	default:
		return "null";
	}
}

/* Put key_json (and key_type) into o instead of key. */
static void
put_text(json_t *o, const char *key, const json_t *v, bool answer)
{
	char *name = xasprintf("%s_json", key);

	json_object_set_new(o, name, as_text(v));
	free(name);
	if (!answer)
		return;
	name = xasprintf("%s_type", key);
	json_object_set_new(o, name, json_string(answer_type(v)));
	free(name);
}

/* own: the record is one of ours; open: inside an open object. */
static json_t *
convert(const json_t *v, bool own, bool open, const char *extra)
{
	const char *key;
	json_t *o, *m;
	size_t i;

	if (json_is_array(v)) {
		o = json_array();
		for (i = 0; i < json_array_size(v); i++)
			json_array_append_new(o,
			    convert(json_array_get(v, i), own, false, extra));
		return o;
	}
	if (!json_is_object(v))
		return json_incref((json_t *)(uintptr_t)v);
	o = json_object();
	json_object_foreach((json_t *)(uintptr_t)v, key, m)
	{
		bool answer = own && opt_in_list(answers, key);
		bool nested = json_is_object(m) || json_is_array(m);

		if (answer || (own && opt_in_list(freeform, key)) ||
		    (open && nested) ||
		    (extra != NULL && opt_in_list(extra, key)))
			put_text(o, key, m, answer);
		else
			json_object_set_new(o, key,
			    convert(m, own,
				own && opt_in_list(open_objects, key), extra));
	}
	return o;
}

bool
rows_own(const json_t *rec)
{
	const char *type = json_string_value(json_object_get(rec, "type"));

	return type != NULL && opt_in_list("question,trace,episode", type);
}

json_t *
rows_text(const json_t *rec, const char *extra)
{
	return convert(rec, rows_own(rec), false, extra);
}

static void
put_path(struct buf *b, const struct path *p)
{
	if (p == NULL)
		return;
	put_path(b, p->up);
	if (p->name == NULL)
		buf_puts(b, "[]");
	else
		buf_printf(b, "/%s", p->name);
}

static int
clash(const struct row_type *t, const char *seen, const struct path *path,
    struct fail *f)
{
	struct buf b = {0};

	put_path(&b, path);
	if (t->kind == ROW_NULL)
		fail_set(f, FAIL_VALUE,
		    "column %.300s: expected a value of one type, saw %s",
		    buf_str(&b), seen);
	else if (t->file != NULL)
		fail_set(f, FAIL_VALUE,
		    "column %.300s: expected %s as at %s:%zu, saw %s",
		    buf_str(&b), kinds[t->kind], t->file, t->line, seen);
	else
		fail_set(f, FAIL_VALUE,
		    "column %.300s: expected %s as the card of the repository "
		    "says, saw %s",
		    buf_str(&b), kinds[t->kind], seen);
	buf_clear(&b);
	return -1;
}

struct row_type *
rows_field(struct row_type *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->field[i].name, name) == 0)
			return &t->field[i].type;
	return NULL;
}

struct row_type *
rows_add(struct row_type *t, const char *name)
{
	struct row_type *old = rows_field(t, name);
	struct row_field *new;

	if (old != NULL)
		return old;
	t->field = xgrow(t->field, t->n, &t->cap, sizeof *t->field);
	new = &t->field[t->n++];
	memset(new, 0, sizeof *new);
	new->name = xstrdup(name);
	return &new->type;
}

void
rows_clear(struct row_type *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		free(t->field[i].name);
		rows_clear(&t->field[i].type);
	}
	free(t->field);
	if (t->elem != NULL)
		rows_clear(t->elem);
	free(t->elem);
	*t = (struct row_type){0};
}

static int see(struct row_type *t, const json_t *v, const struct rec_pos *pos,
    const struct path *path, struct fail *f);

/* Make t of this kind, or fail; int and real share real. */
static int
take_kind(struct row_type *t, enum row_kind kind, bool wide,
    const struct rec_pos *pos, const struct path *path, struct fail *f)
{
	bool numbers = (t->kind == ROW_INT || t->kind == ROW_REAL) &&
	    (kind == ROW_INT || kind == ROW_REAL);

	if (t->kind == ROW_NULL) {
		t->kind = kind;
		t->wide = wide;
		t->file = pos != NULL ? pos->file : NULL;
		t->line = pos != NULL ? pos->line : 0;
		return 0;
	}
	if (t->kind == kind && kind != ROW_INT)
		return 0;
	if (!numbers)
		return clash(t, kinds[kind], path, f);
	wide = wide || t->wide;
	if (wide && (t->kind == ROW_REAL || kind == ROW_REAL))
		return clash(t,
		    kind == ROW_REAL
			? "float64, which cannot hold the whole numbers there"
			: "a whole number beyond what float64 holds",
		    path, f);
	t->wide = wide;
	if (kind == ROW_REAL)
		t->kind = ROW_REAL;
	return 0;
}

static int
see_object(struct row_type *t, const json_t *v, bool first,
    const struct rec_pos *pos, const struct path *path, struct fail *f)
{
	const char *key;
	json_t *m;
	size_t i = 0, before = t->n;

	json_object_foreach((json_t *)(uintptr_t)v, key, m)
	{
		struct path at = {path, key};
		struct row_type *field =
		    i < t->n && strcmp(t->field[i].name, key) == 0
		    ? &t->field[i].type
		    : rows_add(t, key);

		i++;
		if (t->n > ROW_FIELDS_MAX)
			return fail_set(f, FAIL_VALUE,
			    "expected at most %d members of an object, saw "
			    "more: name its member with --json-columns",
			    ROW_FIELDS_MAX);
		if (see(field, m, pos, &at, f) == -1)
			return -1;
	}
	if (!first && (t->n != before || json_object_size(v) != t->n))
		t->differ = true;
	return 0;
}

static int
see_array(struct row_type *t, const json_t *v, const struct rec_pos *pos,
    const struct path *path, struct fail *f)
{
	struct path at = {path, NULL};
	size_t i;

	if (t->elem == NULL)
		t->elem = xcalloc(1, sizeof *t->elem);
	for (i = 0; i < json_array_size(v); i++)
		if (see(t->elem, json_array_get(v, i), pos, &at, f) == -1)
			return -1;
	return 0;
}

static int
see(struct row_type *t, const json_t *v, const struct rec_pos *pos,
    const struct path *path, struct fail *f)
{
	bool first = t->kind == ROW_NULL;
	json_int_t i;

	switch (json_typeof(v)) {
	case JSON_OBJECT:
		if (take_kind(t, ROW_STRUCT, false, pos, path, f) == -1)
			return -1;
		return see_object(t, v, first, pos, path, f);
	case JSON_ARRAY:
		if (take_kind(t, ROW_LIST, false, pos, path, f) == -1)
			return -1;
		return see_array(t, v, pos, path, f);
	case JSON_STRING:
		if (rec_bigint(v) != NULL)
			return clash(t, "an integer beyond 64 bits", path, f);
		return take_kind(t, ROW_STR, false, pos, path, f);
	case JSON_INTEGER:
		i = json_integer_value(v);
		return take_kind(t, ROW_INT, i > 1LL << 53 || i < -(1LL << 53),
		    pos, path, f);
	case JSON_REAL:
		return take_kind(t, ROW_REAL, false, pos, path, f);
	case JSON_TRUE:
	case JSON_FALSE:
		return take_kind(t, ROW_BOOL, false, pos, path, f);
	default:
		return 0;
	}
}

int
rows_see(struct row_type *t, const json_t *v, const struct rec_pos *pos,
    struct fail *f)
{
	return see(t, v, pos, NULL, f);
}

static int
merge(struct row_type *t, const struct row_type *o, const struct path *path,
    struct fail *f)
{
	struct rec_pos pos = {o->file, o->line};
	struct path at = {path, NULL};
	size_t i;

	if (o->kind == ROW_NULL)
		return 0;
	if (take_kind(t, o->kind, o->wide, &pos, path, f) == -1)
		return -1;
	if (o->elem != NULL) {
		if (t->elem == NULL)
			t->elem = xcalloc(1, sizeof *t->elem);
		if (merge(t->elem, o->elem, &at, f) == -1)
			return -1;
	}
	for (i = 0; i < o->n; i++) {
		at.name = o->field[i].name;
		if (merge(rows_add(t, at.name), &o->field[i].type, &at, f) ==
		    -1)
			return -1;
	}
	return 0;
}

int
rows_merge(struct row_type *t, const struct row_type *other, const char *path,
    struct fail *f)
{
	struct path top = {NULL, path};

	return merge(t, other, path != NULL ? &top : NULL, f);
}

uint64_t
rows_hash(const struct row_type *t)
{
	uint64_t h = uniq_hash(0, &t->kind, sizeof t->kind), inner;
	size_t i;

	for (i = 0; i < t->n; i++) {
		inner = rows_hash(&t->field[i].type);
		h = uniq_hash(
		    h, t->field[i].name, strlen(t->field[i].name) + 1);
		h = uniq_hash(h, &inner, sizeof inner);
	}
	if (t->elem != NULL) {
		inner = rows_hash(t->elem);
		h = uniq_hash(h, &inner, sizeof inner);
	}
	return h;
}

/* A struct without members has no column; it is null. */
static bool
nothing(const struct row_type *t)
{
	return t->kind == ROW_NULL || (t->kind == ROW_STRUCT && t->n == 0);
}

static const json_t *
member(const struct row_type *t, size_t i, const json_t *v)
{
	return json_object_get(v, t->field[i].name);
}

void
rows_put(struct buf *b, const struct row_type *t, const json_t *v)
{
	size_t i;

	if (v == NULL || json_is_null(v) || nothing(t)) {
		buf_puts(b, "null");
	} else if (t->kind == ROW_STRUCT) {
		for (i = 0; i < t->n; i++) {
			buf_puts(b, i > 0 ? "," : "{");
			buf_jsonstr(
			    b, t->field[i].name, strlen(t->field[i].name));
			buf_putc(b, ':');
			rows_put(b, &t->field[i].type, member(t, i, v));
		}
		buf_putc(b, '}');
	} else if (t->kind == ROW_LIST) {
		buf_putc(b, '[');
		for (i = 0; i < json_array_size(v); i++) {
			if (i > 0)
				buf_putc(b, ',');
			rows_put(b, t->elem, json_array_get(v, i));
		}
		buf_putc(b, ']');
	} else if (t->kind == ROW_REAL && json_is_integer(v)) {
		buf_real(b, (double)json_integer_value(v));
	} else {
		rec_dump(b, v, 0);
	}
}

static size_t
differ(struct buf *b, const struct row_type *t, const struct path *path,
    size_t max, size_t n)
{
	struct path at = {path, NULL};
	size_t i;

	if (t->differ && path != NULL && n++ < max) {
		buf_puts(b, n > 1 ? ", " : "");
		put_path(b, path);
	}
	if (t->elem != NULL)
		n = differ(b, t->elem, &at, max, n);
	for (i = 0; i < t->n; i++) {
		at.name = t->field[i].name;
		n = differ(b, &t->field[i].type, &at, max, n);
	}
	return n;
}

size_t
rows_differ(struct buf *b, const struct row_type *t, size_t max)
{
	return differ(b, t, NULL, max, 0);
}

const char *
rows_trap(const struct row_type *t)
{
	static const char *const sets[][6] = {
	    {"id,source,model,system_prompt,messages", "id", "source", "model",
		"system_prompt", "messages"},
	    {"type,message", "type", "message", NULL},
	    {"type,payload", "type", "payload", NULL},
	    {"type,id,version,cwd", "type", "id", "version", "cwd", NULL},
	};
	size_t i, k;

	for (i = 0; i < sizeof sets / sizeof *sets; i++) {
		for (k = 1; k < 6 && sets[i][k] != NULL; k++)
			if (rows_field((struct row_type *)(uintptr_t)t,
				sets[i][k]) == NULL)
				break;
		if (k == 6 || sets[i][k] == NULL)
			return sets[i][0];
	}
	return NULL;
}
