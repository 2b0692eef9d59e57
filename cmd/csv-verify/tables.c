/* tables.c - the tables of the CSVs at work. */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"
#include "tables.h"

enum { KEPT = 4 };

struct tables {
	struct {
		char *key;
		struct table *t;
	} v[KEPT]; /* the most recently used first */
};

struct tables *
tables_new(void)
{
	return xcalloc(1, sizeof(struct tables));
}

void
tables_free(struct tables *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < KEPT; i++) {
		free(s->v[i].key);
		tab_free(s->v[i].t);
	}
	free(s);
}

static char *
key_of(const char *path, const json_t *csv_options)
{
	struct buf b = {0};

	buf_printf(&b, "%s\n", path);
	rec_dump(&b, csv_options, REC_SORT);
	return buf_steal(&b);
}

/* Make room at the front: what is at `last` goes there or away. */
static void
to_front(struct tables *s, size_t last)
{
	char *key = s->v[last].key;
	struct table *t = s->v[last].t;

	memmove(&s->v[1], &s->v[0], last * sizeof s->v[0]);
	s->v[0].key = key;
	s->v[0].t = t;
}

const struct table *
tables_get(struct tables *s, const char *path, const json_t *csv_options,
    struct fail *f)
{
	char *key = key_of(path, csv_options);
	struct table *t;
	size_t i;

	for (i = 0; i < KEPT && s->v[i].key != NULL; i++)
		if (strcmp(s->v[i].key, key) == 0) {
			free(key);
			to_front(s, i);
			return s->v[0].t;
		}
	if (tab_load(path, csv_options, &t, f) == -1) {
		free(key);
		return NULL;
	}
	i = i < KEPT ? i : KEPT - 1;
	free(s->v[i].key);
	tab_free(s->v[i].t);
	s->v[i].key = key;
	s->v[i].t = t;
	to_front(s, i);
	return t;
}
