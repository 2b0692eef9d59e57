/* select.c - which questions are taken. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "mem.h"
#include "opt.h"
#include "rec.h"
#include "select.h"

/* An id as a number, and how many times it came. */
struct seen {
	uint64_t id; /* 0: free */
	unsigned times;
};

struct selection {
	struct select_conf conf;
	json_t *csvs; /* csv_source -> {difficulty: taken, "": came,
			 "*": taken} */
	size_t left_out;
	struct seen *seen; /* open addressing, a power of two */
	size_t nseen, size;
};

struct selection *
select_new(const struct select_conf *conf)
{
	struct selection *s = xcalloc(1, sizeof *s);

	s->conf = *conf;
	s->csvs = json_object();
	s->size = 256;
	s->seen = xcalloc(s->size, sizeof *s->seen);
	return s;
}

void
select_free(struct selection *s)
{
	json_decref(s->csvs);
	free(s->seen);
	free(s);
}

static json_int_t
count(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static void
add(json_t *o, const char *key)
{
	json_object_set_new(o, key, json_integer(count(o, key) + 1));
}

/* The counts of the question's CSV. */
static json_t *
counts(struct selection *s, const json_t *question)
{
	const char *csv =
	    json_string_value(json_object_get(question, "csv_source"));
	json_t *o;

	if (csv == NULL)
		csv = "";
	o = json_object_get(s->csvs, csv);
	if (o == NULL) {
		o = json_object();
		json_object_set_new(s->csvs, csv, o);
	}
	return o;
}

static bool
fits(const struct selection *s, const json_t *c, const char *difficulty)
{
	double share, of;

	if (s->conf.difficulties != NULL &&
	    !opt_in_list(s->conf.difficulties, difficulty))
		return false;
	if (s->conf.max > 0 && count(c, "*") >= s->conf.max)
		return false;
	if (s->conf.shares == NULL)
		return true;
	share = json_number_value(json_object_get(s->conf.shares, difficulty));
	of = s->conf.max > 0 ? (double)s->conf.max : (double)count(c, "");
	return (double)count(c, difficulty) < ceil(share * of * (1 - 1e-12));
}

bool
select_take(struct selection *s, const json_t *question)
{
	const char *difficulty =
	    json_string_value(json_object_get(question, "difficulty"));
	json_t *c = counts(s, question);

	if (difficulty == NULL || difficulty[0] == '\0')
		difficulty = "?";
	add(c, "");
	if (!fits(s, c, difficulty)) {
		s->left_out++;
		return false;
	}
	add(c, "*");
	add(c, difficulty);
	return true;
}

size_t
select_left_out(const struct selection *s)
{
	return s->left_out;
}

static struct seen *
slot(struct seen *table, size_t size, uint64_t id)
{
	size_t i = (size_t)(id * 0x9e3779b97f4a7c15U) & (size - 1);

	while (table[i].id != 0 && table[i].id != id)
		i = (i + 1) & (size - 1);
	return &table[i];
}

static void
grow(struct selection *s)
{
	struct seen *t = xcalloc(2 * s->size, sizeof *t);
	size_t i;

	for (i = 0; i < s->size; i++)
		if (s->seen[i].id != 0)
			*slot(t, 2 * s->size, s->seen[i].id) = s->seen[i];
	free(s->seen);
	s->seen = t;
	s->size *= 2;
}

unsigned
select_ordinal(struct selection *s, const char *id)
{
	char hex[DIGEST_ID];
	struct seen *e;
	uint64_t n;

	digest_id(id, strlen(id), hex);
	n = strtoull(hex, NULL, 16);
	e = slot(s->seen, s->size, n != 0 ? n : 1);
	if (e->id == 0) {
		e->id = n != 0 ? n : 1;
		if (++s->nseen > s->size / 2) {
			grow(s);
			e = slot(s->seen, s->size, n != 0 ? n : 1);
		}
	}
	return e->times++;
}
