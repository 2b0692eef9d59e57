/* common.c - reading members, counting by name. */
#include <stdlib.h>
#include <string.h>

#include "inspect.h"
#include "mem.h"
#include "rec.h"

const char *
text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

json_t *
at(const json_t *o, const char *key, const char *inner)
{
	return json_object_get(json_object_get(o, key), inner);
}

json_t *
question_of(json_t *rec)
{
	json_t *q = json_object_get(rec, "question");

	return json_is_object(q) ? q : rec;
}

static void
show_nuls_in(json_t *text)
{
	const char *s = json_string_value(text);
	size_t n = json_string_length(text), i;
	struct buf b = {0};

	for (i = 0; i < n; i++)
		if (s[i] == '\0')
			buf_puts(&b, "\xe2\x90\x80");
		else
			buf_putc(&b, s[i]);
	json_string_setn_nocheck(text, b.p, b.n);
	buf_clear(&b);
}

void
show_nuls(json_t *v)
{
	const char *key;
	json_t *m;
	size_t i;

	if (json_is_string(v) &&
	    strlen(json_string_value(v)) < json_string_length(v))
		show_nuls_in(v);
	json_object_foreach(v, key, m) show_nuls(m);
	json_array_foreach(v, i, m) show_nuls(m);
}

json_t *
columns_of(const json_t *q)
{
	json_t *params = json_object_get(q, "template_params");
	json_t *columns = json_object_get(params, "columns");

	return json_is_array(columns) ? columns : params;
}

char *
answer_text(const json_t *answer)
{
	struct buf b = {0};

	if (answer == NULL)
		return xstrdup("");
	if (json_is_string(answer) && rec_bigint(answer) == NULL)
		buf_puts(&b, json_string_value(answer));
	else
		rec_dump(&b, answer, REC_SPACES);
	return buf_steal(&b);
}

struct tally_row *
tally_row(struct tally *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->row[i].name, name) == 0)
			return &t->row[i];
	if (t->n == TALLY_MAX)
		return tally_row(t, t->row[TALLY_MAX - 1].name);
	if (t->n == TALLY_MAX - 1)
		name = "(others)";
	t->row = xgrow(t->row, t->n, &t->cap, sizeof *t->row);
	t->row[t->n] = (struct tally_row){.name = xstrdup(name)};
	return &t->row[t->n++];
}

static int
by_count(const void *a, const void *b)
{
	const struct tally_row *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return strcmp(x->name, y->name);
}

void
tally_sort(struct tally *t)
{
	if (t->n > 0)
		qsort(t->row, t->n, sizeof *t->row, by_count);
}

void
tally_clear(struct tally *t)
{
	while (t->n > 0)
		free(t->row[--t->n].name);
	free(t->row);
	*t = (struct tally){0};
}
