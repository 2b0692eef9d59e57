/* item.c - a question as the model wrote it. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "answer.h"
#include "gate.h"
#include "llmq.h"
#include "mem.h"
#include "question.h"

enum {
	TEXT_MIN = 15, /* bytes of a question */
	TEXT_MAX = 1500,
	HINT_MAX = 3000,
	CODE_MAX = 20000,
	STEPS_MAX = 60,
	DECIMALS_MAX = 10,
};

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* The member without blanks around it; owned. */
static char *
trimmed(const json_t *o, const char *key)
{
	const char *s = text(o, key), *end = s + strlen(s);

	while (s < end && isspace((unsigned char)*s))
		s++;
	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	return xstrndup(s, (size_t)(end - s));
}

/* ---- members ---- */

static int
check_text(
    const char *key, const char *s, size_t min, size_t max, struct fail *f)
{
	size_t n = strlen(s);

	if (n == 0)
		return fail_set(f, FAIL_VALUE,
		    "member \"%s\": expected a text, saw none", key);
	if (n < min || n > max)
		return fail_set(f, FAIL_VALUE,
		    "member \"%s\": expected %zu to %zu characters, saw %zu",
		    key, min, max, n);
	return 0;
}

/* A number, or a text that is one. */
static bool
whole(const json_t *v, long *out)
{
	const char *s = json_string_value(v);
	char *end;
	double x;

	if (s != NULL) {
		x = strtod(s, &end);
		if (end == s || *end != '\0')
			return false;
	} else if (json_is_number(v)) {
		x = json_number_value(v);
	} else {
		return false;
	}
	if (!(fabs(x) < 1e9) || x != floor(x))
		return false;
	*out = (long)x;
	return true;
}

/* A label in any spelling: "very hard", "Very-Hard". -1: none. */
static int
label(const char *s)
{
	char plain[16] = "";
	size_t n = 0, i;

	for (; *s != '\0' && n + 1 < sizeof plain; s++)
		if (isalpha((unsigned char)*s))
			plain[n++] = (char)toupper((unsigned char)*s);
	for (i = 0; i < QUESTION_LEVELS; i++) {
		char name[16] = "";
		const char *p = question_level_name((enum question_level)i);

		for (n = 0; *p != '\0'; p++)
			if (*p != '_')
				name[n++] = *p;
		if (strcmp(plain, name) == 0)
			return (int)i;
	}
	return -1;
}

/* The steps count; a label that says otherwise is wrong. */
static int
check_steps(const json_t *item, long *steps, struct fail *f)
{
	const json_t *v = json_object_get(item, "n_steps");

	if (v == NULL)
		v = json_object_get(item, "steps");
	if (v == NULL)
		return fail_set(f, FAIL_VALUE,
		    "member \"n_steps\": expected a whole number, saw none");
	if (!whole(v, steps) || *steps < 1 || *steps > STEPS_MAX)
		return fail_set(f, FAIL_VALUE,
		    "member \"n_steps\": expected a whole number from 1 to %d, "
		    "saw %s",
		    STEPS_MAX, json_is_array(v) ? "a list" : "something else");
	return 0;
}

/* Code as a text or a list of lines; owned. */
static char *
code_of(const json_t *item)
{
	const json_t *v = json_object_get(item, "code");
	struct buf b = {0};
	json_t *line;
	size_t i, n;

	if (json_is_string(v))
		buf_puts(&b, json_string_value(v));
	json_array_foreach(v, i, line)
	{
		if (!json_is_string(line))
			continue;
		buf_puts(&b, json_string_value(line));
		buf_putc(&b, '\n');
	}
	/* a fence inside the member */
	if (b.n > 3 && strncmp(b.p, "```", 3) == 0) {
		n = strcspn(b.p, "\n");
		buf_drop(&b, n + (b.p[n] == '\n'));
		while (b.n > 0 && isspace((unsigned char)b.p[b.n - 1]))
			b.p[--b.n] = '\0';
		if (b.n >= 3 && strcmp(b.p + b.n - 3, "```") == 0)
			b.p[b.n -= 3] = '\0';
	}
	if (b.n > 0 && b.p[b.n - 1] != '\n')
		buf_putc(&b, '\n');
	return buf_steal(&b);
}

static int
check_code(const char *code, struct fail *f)
{
	if (code[strspn(code, " \t\r\n")] == '\0')
		return fail_set(f, FAIL_VALUE,
		    "member \"code\": expected the Python program that answers "
		    "it, saw none");
	if (strlen(code) > CODE_MAX)
		return fail_set(f, FAIL_VALUE,
		    "member \"code\": expected at most %d bytes, saw %zu",
		    CODE_MAX, strlen(code));
	if (strstr(code, "submit(") == NULL)
		return fail_set(f, FAIL_VALUE,
		    "member \"code\": expected a program that ends with "
		    "submit(answer), saw no call of submit");
	return 0;
}

/* ---- columns ---- */

static bool
identifier(const char *s)
{
	if (!isalpha((unsigned char)*s) && *s != '_')
		return false;
	while (isalnum((unsigned char)*s) || *s == '_')
		s++;
	return *s == '\0';
}

static bool
code_uses(const char *code, const char *name)
{
	struct buf b = {0};
	bool found;
	const char *p;
	size_t n;

	buf_pystr(&b, name, strlen(name));
	found = strstr(code, buf_str(&b)) != NULL;
	buf_reset(&b);
	buf_printf(&b, "'%s'", name);
	found = found || strstr(code, buf_str(&b)) != NULL;
	buf_reset(&b);
	buf_printf(&b, ".%s", name);
	n = b.n;
	for (p = code;
	     !found && identifier(name) && (p = strstr(p, buf_str(&b))) != NULL;
	     p++)
		found =
		    !isalnum((unsigned char)p[n]) && p[n] != '_' && p[n] != '(';
	buf_clear(&b);
	return found;
}

static json_t *
columns_of(const struct item_context *x, const char *code)
{
	json_t *list = json_array(), *c;
	size_t i;

	json_array_foreach(x->columns, i, c)
	{
		if (code_uses(code, json_string_value(c)))
			json_array_append(list, c);
	}
	return list;
}

/* The first column that the text names, or NULL. */
static const char *
named(const struct item_context *x, const char *s)
{
	json_t *c;
	size_t i;

	json_array_foreach(x->columns, i, c)
	{
		if (gate_names(s, json_string_value(c)))
			return json_string_value(c);
	}
	return NULL;
}

/* ---- the record ---- */

/* A word for the concept: letters, digits, underscores. */
static json_t *
category(const json_t *item)
{
	const char *s = text(item, "concept");
	struct buf b = {0};
	json_t *v;

	if (*s == '\0')
		s = text(item, "category");
	for (; *s != '\0' && b.n < 40; s++) {
		if (isalnum((unsigned char)*s))
			buf_putc(&b, (char)tolower((unsigned char)*s));
		else if (b.n > 0 && b.p[b.n - 1] != '_')
			buf_putc(&b, '_');
	}
	while (b.n > 0 && b.p[b.n - 1] == '_')
		b.p[--b.n] = '\0';
	v = json_string(b.n > 0 ? b.p : "exploration");
	buf_clear(&b);
	return v;
}

static int
check_style(const struct item_context *x, const char *question, struct fail *f)
{
	const char *column, *method;

	if (!x->discovery)
		return 0;
	if ((column = named(x, question)) != NULL)
		return fail_set(f, FAIL_VALUE,
		    "it names the column \"%s\"; say what singles the column "
		    "out instead",
		    column);
	if ((method = gate_method(question)) != NULL)
		return fail_set(f, FAIL_VALUE,
		    "it names a method (\"%s\"); give the purpose instead",
		    method);
	return 0;
}

static json_t *
record(const json_t *item, const struct item_context *x, const char *question,
    const char *hint, long steps, const char *code)
{
	json_t *q = json_object(), *params = json_object(),
	       *kind = category(item);
	const char *level = question_level_name(question_level(steps));

	json_object_set_new(params, "columns", columns_of(x, code));
	json_object_set_new(q, "type", json_string("question"));
	json_object_set_new(q, "id", json_null());
	json_object_set_new(q, "csv_source", json_string(x->csv_source));
	json_object_set_new(q, "csv_sha256", json_string(x->sha256));
	json_object_set_new(q, "csv_options", json_deep_copy(x->options));
	json_object_set_new(q, "source", json_string("llm"));
	json_object_set_new(q, "question_text", json_string(question));
	json_object_set_new(q, "question_mechanical", json_null());
	json_object_set_new(q, "hint", json_string(hint));
	json_object_set_new(q, "style",
	    json_string(named(x, question) != NULL ? "direct" : "discovery"));
	json_object_set_new(q, "difficulty", json_string(level));
	json_object_set_new(q, "n_steps", json_integer(steps));
	json_object_set_new(q, "tags", json_pack("[O]", kind));
	json_object_set_new(q, "category", kind);
	json_object_set_new(q, "template_name", json_string("exploration"));
	json_object_set_new(q, "template_params", params);
	json_object_set_new(
	    q, "dataset_description", json_string(x->description));
	return q;
}

json_t *
item_question(const json_t *item, const struct item_context *x, char **program,
    struct fail *f)
{
	char *question = trimmed(item, "question"),
	     *hint = trimmed(item, "hint"), *code = code_of(item);
	json_t *q = NULL;
	long steps = 0;

	*program = NULL;
	if (check_text("question", question, TEXT_MIN, TEXT_MAX, f) == 0 &&
	    check_text("hint", hint, 1, HINT_MAX, f) == 0 &&
	    check_steps(item, &steps, f) == 0 && check_code(code, f) == 0 &&
	    check_style(x, question, f) == 0) {
		q = record(item, x, question, hint, steps, code);
		if (label(text(item, "difficulty")) !=
		    (int)question_level(steps))
			json_array_append_new(json_object_get(q, "tags"),
			    json_string("relabelled"));
		*program = code;
		code = NULL;
	}
	free(question);
	free(hint);
	free(code);
	return q;
}

/* ---- the answer ---- */

static const char *
output_type(const json_t *answer)
{
	return json_is_object(answer)    ? "dict"
	    : json_is_array(answer)      ? "list"
	    : json_is_boolean(answer)    ? "boolean"
	    : json_is_integer(answer)    ? "integer"
	    : json_is_real(answer)       ? "number"
	    : rec_bigint(answer) != NULL ? "integer"
					 : "string";
}

static const char *
format_words(const char *type)
{
	static const struct {
		const char *type, *words;
	} table[] = {{"dict", "Give the answer as an object."},
	    {"list", "Give the answer as a list."},
	    {"boolean", "Give the answer as true or false."},
	    {"integer", "Give the answer as a whole number."},
	    {"number", "Give the answer as a number."}};
	size_t i;

	for (i = 0; i < sizeof table / sizeof *table; i++)
		if (strcmp(table[i].type, type) == 0)
			return table[i].words;
	return "Give the answer as a text.";
}

/* "2 decimals" of a format sentence; -1 where it declares none. */
static long
declared(const json_t *item, const char *format)
{
	const char *p = strstr(format, " decimal");
	long d;

	if (whole(json_object_get(item, "decimals"), &d) && d >= 0 &&
	    d <= DECIMALS_MAX)
		return d;
	while (p != NULL && p > format && isdigit((unsigned char)p[-1]))
		p--;
	if (p == NULL || !isdigit((unsigned char)*p))
		return -1;
	d = strtol(p, NULL, 10);
	return d <= DECIMALS_MAX ? d : -1;
}

static json_t *
reference(const char *program)
{
	return json_pack("{s:s, s:[{s:s, s:s}]}", "language", "python", "cells",
	    "reasoning", "", "code", program);
}

void
item_claim(
    json_t *q, const json_t *item, const json_t *answer, const char *program)
{
	const char *type = output_type(answer);
	char *format = trimmed(item, "answer_format");
	const char *body = text(q, "question_text");
	long d;
	char *full;

	if (format[0] == '\0' || strlen(format) > TEXT_MAX) {
		free(format);
		format = xstrdup(format_words(type));
	}
	d = declared(item, format);
	full = strstr(body, format) != NULL ? xstrdup(body)
					    : xasprintf("%s %s", body, format);
	json_object_set_new(q, "question_text", json_string(full));
	json_object_set_new(q, "question_mechanical", json_string(full));
	json_object_set_new(q, "output_type", json_string(type));
	json_object_set_new(q, "output_schema", json_string(format));
	if (d >= 0 && json_is_real(answer))
		json_object_set_new(q, "decimals", json_integer(d));
	json_object_set_new(q, "ground_truth", json_null());
	json_object_set_new(q, "ground_truth_hash", json_null());
	json_object_set_new(q, "claimed_answer", json_deep_copy(answer));
	json_object_set_new(q, "reference", reference(program));
	question_set_id(q);
	free(format);
	free(full);
}

char *
item_text(const json_t *q, const char *key)
{
	const char *s = text(q, key), *format = text(q, "output_schema");
	size_t n = strlen(s), k = strlen(format);

	if (k > 0 && n > k && strcmp(s + n - k, format) == 0)
		n -= k;
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	return xstrndup(s, n);
}

char *
item_body(const json_t *q)
{
	static const char *const keys[] = {
	    "question_mechanical", "question_text", "question"};
	size_t i = 0;

	while (i < 2 && text(q, keys[i])[0] == '\0')
		i++;
	return item_text(q, keys[i]);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *
item_program(const json_t *q)
{
	const json_t *columns = json_object_get(
			 json_object_get(q, "template_params"), "columns"),
		     *answer = json_object_get(q, "claimed_answer");
	size_t n = json_array_size(columns), i, k = 0;
	const char **name = xcalloc(n + 1, sizeof *name);
	struct buf b = {0};
	json_t *c;

	if (answer == NULL)
		answer = json_object_get(q, "ground_truth");
	buf_printf(&b, "%s ", text(q, "csv_sha256"));
	ans_hash_text(&b, answer);
	json_array_foreach(columns, i, c)
	{
		if (json_is_string(c))
			name[k++] = json_string_value(c);
	}
	qsort(name, k, sizeof *name, by_text);
	for (i = 0; i < k; i++) {
		buf_putc(&b, ' ');
		buf_jsonstr(&b, name[i], strlen(name[i]));
	}
	free(name);
	return buf_steal(&b);
}
