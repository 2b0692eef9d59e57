/* sheet.c - the CSVs at work. */
#include <stdlib.h>
#include <string.h>

#include "briefing.h"
#include "mem.h"
#include "rec.h"
#include "sheet.h"

enum { SHEETS_IDLE = 8 }; /* kept though no question needs them */

struct sheets {
	const struct conf *conf;
	const char *root;
	struct sheet **v; /* the most recently used last */
	size_t n, cap;
};

struct sheets *
sheets_new(const struct conf *conf, const char *root)
{
	struct sheets *s = xcalloc(1, sizeof *s);

	s->conf = conf;
	s->root = root;
	return s;
}

static void
sheet_free(struct sheet *sh)
{
	free(sh->key);
	free(sh->path);
	free(sh->system);
	free(sh);
}

void
sheets_free(struct sheets *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		sheet_free(s->v[i]);
	free(s->v);
	free(s);
}

static const char *
text(const json_t *question, const char *key)
{
	const char *s = json_string_value(json_object_get(question, key));

	return s != NULL ? s : "";
}

/* What a system message depends on, as text. */
static char *
sheet_key(const json_t *question)
{
	json_t *parts = json_array();
	struct buf b = {0};

	json_array_append(parts, json_object_get(question, "csv_source"));
	json_array_append_new(
	    parts, json_string(text(question, "dataset_description")));
	json_array_append(parts, json_object_get(question, "csv_options"));
	rec_dump(&b, parts, REC_SORT);
	json_decref(parts);
	return buf_steal(&b);
}

/* The sheet of that key, moved to the end; NULL when it is not there. */
static struct sheet *
find(struct sheets *s, const char *key)
{
	struct sheet *sh;
	size_t i;

	for (i = s->n; i > 0; i--) {
		sh = s->v[i - 1];
		if (strcmp(sh->key, key) != 0)
			continue;
		memmove(&s->v[i - 1], &s->v[i], (s->n - i) * sizeof *s->v);
		s->v[s->n - 1] = sh;
		return sh;
	}
	return NULL;
}

/* Forget the idle sheets that were not used for longest. */
static void
trim(struct sheets *s)
{
	size_t i, idle = 0, kept = 0;

	for (i = 0; i < s->n; i++)
		idle += s->v[i]->refs == 0;
	for (i = 0; i < s->n; i++) {
		if (s->v[i]->refs == 0 && idle > SHEETS_IDLE) {
			idle--;
			sheet_free(s->v[i]);
		} else {
			s->v[kept++] = s->v[i];
		}
	}
	s->n = kept;
}

static struct sheet *
load(struct sheets *s, const json_t *question, struct fail *f)
{
	struct sheet *sh = xcalloc(1, sizeof *sh);
	struct buf b = {0};

	sh->path = briefing_path(s->root, text(question, "csv_source"));
	if (briefing_put(&b, sh->path, json_object_get(question, "csv_options"),
		text(question, "dataset_description"), s->conf, sh->sha256,
		f) == -1) {
		buf_clear(&b);
		sheet_free(sh);
		return NULL;
	}
	sh->key = sheet_key(question);
	sh->system = buf_steal(&b);
	return sh;
}

static int
check_digest(const struct sheet *sh, const json_t *question, struct fail *f)
{
	const char *want = text(question, "csv_sha256");

	if (want[0] == '\0' || strcmp(want, sh->sha256) == 0)
		return 0;
	return fail_set(f, FAIL_CSV,
	    "%s: expected the file that the question was made from (sha256 "
	    "%.16s...), saw %.16s...",
	    sh->path, want, sh->sha256);
}

struct sheet *
sheets_get(struct sheets *s, const json_t *question, struct fail *f)
{
	struct sheet *sh;
	char *key;

	if (rec_str(question, "csv_source", f) == NULL)
		return NULL;
	key = sheet_key(question);
	sh = find(s, key);
	free(key);
	if (sh == NULL) {
		if ((sh = load(s, question, f)) == NULL)
			return NULL;
		s->v = xgrow(s->v, s->n, &s->cap, sizeof *s->v);
		s->v[s->n++] = sh;
	}
	if (check_digest(sh, question, f) == -1) {
		trim(s);
		return NULL;
	}
	sh->refs++;
	trim(s);
	return sh;
}

void
sheets_put(struct sheets *s, struct sheet *sh)
{
	sh->refs--;
	trim(s);
}
