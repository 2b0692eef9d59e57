/* profile.c - facts about a table, as pandas computes them. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"
#include "prof_int.h"
#include "rec.h"

enum {
	NUM_VALUES = 3, /* the least for PROF_NUM */
	CAT_VALUES = 30, /* the most for PROF_CAT */
	CAT_ROWS = 5, /* the least in a group that counts */
	ID_SHARE = 98, /* per cent of distinct values that make an id */
	HIGH_MISSING = 50, /* per cent, for an alert */
};

/* -- ids -- */

static bool
is_word(const char *s, size_t n, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strlen(*words) == n && strncasecmp(s, *words, n) == 0)
			return true;
	return false;
}

/* Where the word at s ends: before a capital after a small letter, or at what
 * is no letter or digit. */
static size_t
word_length(const char *s)
{
	size_t n = 1;

	while (isalnum((unsigned char)s[n]) &&
	    !(isupper((unsigned char)s[n]) && islower((unsigned char)s[n - 1])))
		n++;
	return n;
}

/* "id", "user_id", "PassengerId", "zip code"; "index" only alone. */
static bool
named_like_id(const char *name)
{
	static const char *const any[] = {"id", "ids", "uid", "uuid", "guid",
	    "isbn", "ssn", "zip", "zipcode", "postcode", NULL};
	static const char *const alone[] = {"index", "idx", "row", "rowid",
	    "rownum", "serial", "no", "nr", "key", "pk", "#", NULL};
	const char *s = name;
	size_t n;

	if (is_word(name, strlen(name), alone))
		return true;
	while (*s != '\0') {
		if (!isalnum((unsigned char)*s)) {
			s++;
			continue;
		}
		n = word_length(s);
		if (is_word(s, n, any))
			return true;
		s += n;
	}
	return false;
}

static bool
is_id(const char *name, const struct prof_col *c)
{
	if (c->present == 0 || c->type == TAB_BOOL || c->type == TAB_EMPTY)
		return false;
	if (c->date_format != NULL)
		return false;
	if (named_like_id(name) || c->int_run)
		return true;
	if (c->type != TAB_STR && !c->whole)
		return false; /* measurements are distinct as well */
	return c->present > 2 && c->unique * 100 >= c->present * ID_SHARE;
}

/* -- pools -- */

static unsigned
pools(const struct table *t, size_t col, const struct prof_col *c,
    const uint32_t *count)
{
	size_t groups = 0, i;

	if (c->date_format != NULL)
		return PROF_DATE;
	if (c->id_like)
		return 0;
	if (c->type == TAB_INT || c->type == TAB_FLOAT)
		return c->unique >= NUM_VALUES && c->missing * 2 < t->rows &&
			!tab_unsigned(t, col)
		    ? PROF_NUM
		    : 0;
	if (count == NULL || c->unique < 2 || c->unique > CAT_VALUES)
		return 0;
	for (i = 0; i < tab_ndict(t, col); i++)
		groups += count[i] >= CAT_ROWS;
	return groups >= 2 ? PROF_CAT : 0;
}

/* -- life -- */

static void
profile_column(void *arg, size_t i, int thread)
{
	struct profile *p = arg;
	const struct table *t = p->t;
	struct prof_col *c = &p->col[i];
	uint32_t *count = NULL;

	c->type = tab_type(t, i);
	c->missing = tab_missing(t, i);
	c->present = t->rows - c->missing;
	c->whole = tab_whole(t, i);
	c->mean = c->std = c->min = c->max = NAN;
	c->q25 = c->median = c->q75 = c->skew = NAN;
	if (c->present == 0)
		return;
	if (c->type == TAB_STR || c->type == TAB_BOOL)
		count = prof_texts(t, i, c);
	else
		prof_numbers(t, i, c, &p->work[thread]);
	if (c->type == TAB_STR)
		prof_find_date(t, i, count, c);
	c->constant = c->unique == 1;
	c->id_like = is_id(tab_name(t, i), c);
	c->pools = pools(t, i, c, count);
	free(count);
}

struct profile *
prof_new(const struct table *t)
{
	struct profile *p = xcalloc(1, sizeof *p);
	size_t i;

	p->t = t;
	p->col = xcalloc(t->cols, sizeof *p->col);
	tab_parallel(t->cols, t->rows > 20000, profile_column, p);
	for (i = 0; i < TAB_THREADS; i++)
		num_work_clear(&p->work[i]);
	p->duplicates = t->rows == 0 ? 0 : prof_count_duplicates(t, p->col);
	return p;
}

void
prof_free(struct profile *p)
{
	if (p == NULL)
		return;
	free(p->col);
	free(p);
}

const struct table *
prof_table(const struct profile *p)
{
	return p->t;
}

const struct prof_col *
prof_col(const struct profile *p, size_t col)
{
	return &p->col[col];
}

size_t
prof_duplicates(const struct profile *p)
{
	return p->duplicates;
}

/* -- the record -- */

static json_t *
number(double v)
{
	if (isnan(v))
		return json_null();
	if (isinf(v))
		return json_string(v > 0 ? "inf" : "-inf");
	return json_real(v == 0 ? 0.0 : v);
}

static json_t *
top_json(const struct table *t, size_t col, const struct prof_col *c)
{
	json_t *top = json_array();
	size_t i;

	for (i = 0; i < c->ntop; i++)
		json_array_append_new(top,
		    json_pack("[o, I]", tab_json(t, c->top[i].row, col),
			(json_int_t)c->top[i].count));
	return top;
}

static json_t *
column_json(const struct table *t, size_t i, const struct prof_col *c)
{
	json_t *v = json_object();

	json_object_set_new(v, "name", json_string(tab_name(t, i)));
	json_object_set_new(v, "dtype", json_string(tab_type_name(c->type)));
	json_object_set_new(v, "missing", json_integer((long)c->missing));
	json_object_set_new(v, "unique", json_integer((long)c->unique));
	json_object_set_new(v, "mean", number(c->mean));
	json_object_set_new(v, "std", number(c->std));
	json_object_set_new(v, "min", number(c->min));
	json_object_set_new(v, "max", number(c->max));
	json_object_set_new(v, "q25", number(c->q25));
	json_object_set_new(v, "median", number(c->median));
	json_object_set_new(v, "q75", number(c->q75));
	json_object_set_new(v, "skew", number(c->skew));
	json_object_set_new(v, "top", top_json(t, i, c));
	return v;
}

static void
alert(json_t *alerts, struct buf *b)
{
	json_array_append_new(alerts, json_stringn(buf_str(b), b->n));
	buf_reset(b);
}

static void
column_alerts(const struct profile *p, size_t i, json_t *alerts, struct buf *b)
{
	const struct prof_col *c = &p->col[i];
	const char *name = tab_name(p->t, i);

	if (c->present == 0 && p->t->rows > 0) {
		buf_printf(b, "column \"%s\" has no value", name);
		alert(alerts, b);
		return;
	}
	if (c->constant) {
		buf_printf(b, "column \"%s\" is constant", name);
		alert(alerts, b);
	}
	if (c->missing * 100 > p->t->rows * HIGH_MISSING) {
		buf_printf(b, "column \"%s\" is %.0f %% missing", name,
		    100. * (double)c->missing / (double)p->t->rows);
		alert(alerts, b);
	}
	if (c->id_like) {
		buf_printf(b, "column \"%s\" looks like an identifier", name);
		alert(alerts, b);
	}
	if (tab_inexact(p->t, i)) {
		buf_printf(b,
		    "column \"%s\" has numbers that pandas before 3.1 does "
		    "not round correctly",
		    name);
		alert(alerts, b);
	}
}

static json_t *
alerts_json(const struct profile *p)
{
	const struct csv_options *o = tab_options(p->t);
	json_t *alerts = json_array();
	struct buf b = {0};
	size_t i;

	if (o->sep != ',') {
		buf_printf(&b, "fields are separated by %s",
		    o->sep == '\t' ? "tabs" : "");
		if (o->sep != '\t')
			buf_printf(&b, "\"%c\"", o->sep);
		alert(alerts, &b);
	}
	if (o->decimal != '.') {
		buf_printf(&b, "the decimal mark is \"%c\"", o->decimal);
		alert(alerts, &b);
	}
	if (o->encoding != CSV_UTF8) {
		buf_printf(
		    &b, "the encoding is %s", csv_encoding_name(o->encoding));
		alert(alerts, &b);
	}
	if (p->duplicates > 0) {
		buf_printf(&b, "%zu rows repeat an earlier one", p->duplicates);
		alert(alerts, &b);
	}
	for (i = 0; i < tab_cols(p->t); i++)
		column_alerts(p, i, alerts, &b);
	buf_clear(&b);
	return alerts;
}

/* The members of obj, taken, behind those that an open object has. */
static void
put_members(struct buf *b, json_t *obj)
{
	size_t from = b->n;

	rec_dump(b, obj, 0);
	b->p[from] = from == 0 ? '{' : ',';
	b->n--; /* the object stays open */
	json_decref(obj);
}

int
prof_dump(const struct profile *p, struct buf *b)
{
	const struct table *t = p->t;
	const struct csv_options *o = tab_options(t);
	json_t *v;
	size_t i;

	put_members(b,
	    json_pack("{s:s, s:s, s:s, s:o, s:I}", "type", "profile",
		"csv_source", tab_path(t), "csv_sha256", tab_sha256(t),
		"csv_options", tab_options_json(t), "rows",
		(json_int_t)t->rows));
	buf_puts(b, ",\"columns\":[");
	for (i = 0; i < t->cols && b->n < REC_LINE_MAX; i++) {
		if (i > 0)
			buf_putc(b, ',');
		v = column_json(t, i, &p->col[i]);
		rec_dump(b, v, 0);
		json_decref(v);
	}
	if (b->n >= REC_LINE_MAX) /* before the rest takes memory */
		return -1;
	buf_putc(b, ']');
	put_members(b,
	    json_pack("{s:I, s:{s:o, s:s, s:s, s:b}, s:o}", "duplicate_rows",
		(json_int_t)p->duplicates, "dialect", "delimiter",
		json_stringn(&o->sep, 1), "quote", "\"", "encoding",
		csv_encoding_name(o->encoding), "header", (int)o->header,
		"alerts", alerts_json(p)));
	buf_putc(b, '}');
	return b->n < REC_LINE_MAX ? 0 : -1;
}
