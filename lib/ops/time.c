/* time.c - dates, order, windows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "tables.h"

static const struct word period_words[] = {{"year", "dt.year", "year", NULL},
    {"month", "dt.month", "month of the year (1 to 12)", NULL},
    {"weekday", "dt.day_name()", "day of the week", NULL},
    {"hour", "dt.hour", "hour of the day", NULL},
    {"quarter", "dt.quarter", "quarter of the year (1 to 4)", NULL},
    {"year_month", "dt.strftime(\"%Y-%m\")", "calendar month (YYYY-MM)", NULL},
    {0}};

static int
eval_dates(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	const struct keys *k = run_keys(r, nd->arg[0].col);
	const int32_t *code = run_codes(r, nd->arg[0].col, in[0]);
	char *format = xstrndup(nd->arg[1].text.p, nd->arg[1].text.n);
	double *when = run_alloc(r, k->n + 1, sizeof *when);
	double *v = run_alloc(r, in[0]->n, sizeof *v);
	struct prof_date d;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < k->n; i++) {
		if (!prof_date_parse(format, k->name[i].p, k->name[i].n, &d))
			rc = run_undefined(r, "a cell is not a date");
		else
			when[i] = prof_date_seconds(&d);
	}
	free(format);
	for (i = 0; rc == 0 && i < in[0]->n; i++) {
		if (code[i] < 0)
			rc = run_undefined(r, "a date is missing");
		else
			v[i] = when[code[i]];
	}
	out->num = v;
	out->n = in[0]->n;
	return rc;
}

struct civil {
	int year, month, day, hour, weekday; /* Monday 0 */
};

/* Days from the civil date algorithm on years that start in March. */
static struct civil
civil(double seconds)
{
	long days = (long)floor(seconds / 86400), era, doe, yoe, doy, mp;
	struct civil c;

	c.hour = (int)((seconds - (double)days * 86400) / 3600);
	c.weekday = (int)(((days + 3) % 7 + 7) % 7);
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	c.day = (int)(doy - (153 * mp + 2) / 5 + 1);
	c.month = (int)(mp < 10 ? mp + 3 : mp - 9);
	c.year = (int)(yoe + era * 400 + (c.month <= 2));
	return c;
}

static const char *const day_names[] = {"Monday", "Tuesday", "Wednesday",
    "Thursday", "Friday", "Saturday", "Sunday"};

/* The label of a moment, and a number that sorts as pandas sorts labels. */
static long
label(const struct civil *c, int word, char out[16])
{
	switch (word) {
	case 0:
		snprintf(out, 16, "%d", c->year);
		return c->year;
	case 1:
		snprintf(out, 16, "%d", c->month);
		return c->month;
	case 2:
		snprintf(out, 16, "%s", day_names[c->weekday]);
		/* alphabetical: Friday Monday Saturday Sunday Thursday... */
		return (const int[]){1, 5, 6, 4, 0, 2, 3}[c->weekday];
	case 3:
		snprintf(out, 16, "%d", c->hour);
		return c->hour;
	case 4:
		snprintf(out, 16, "%d", (c->month - 1) / 3 + 1);
		return (c->month - 1) / 3 + 1;
	default:
		snprintf(out, 16, "%04d-%02d", c->year, c->month);
		return c->year * 12L + c->month;
	}
}

static int
by_long(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

static int
eval_period(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->n, i, k = 0;
	long *id = run_alloc(r, n, sizeof *id), *sorted, *at;
	int32_t *code = run_alloc(r, n, sizeof *code);
	struct keys *keys = run_alloc(r, 1, sizeof *keys);
	struct tab_span *name;
	struct civil c;
	char text[16], *s;

	sorted = run_alloc(r, n, sizeof *sorted);
	for (i = 0; i < n; i++) {
		c = civil(in[0]->num[i]);
		id[i] = sorted[i] = label(&c, nd->arg[0].word, text);
	}
	qsort(sorted, n, sizeof *sorted, by_long);
	for (i = 0; i < n; i++)
		if (i == 0 || sorted[i] != sorted[k - 1])
			sorted[k++] = sorted[i];
	name = run_alloc(r, k + 1, sizeof *name);
	memset(name, 0, (k + 1) * sizeof *name);
	for (i = 0; i < n; i++) {
		at = bsearch(&id[i], sorted, k, sizeof *sorted, by_long);
		code[i] = (int32_t)(at - sorted);
		if (name[code[i]].p != NULL)
			continue;
		c = civil(in[0]->num[i]);
		label(&c, nd->arg[0].word, text);
		s = run_alloc(r, strlen(text) + 1, 1);
		strcpy(s, text);
		name[code[i]] = (struct tab_span){s, strlen(s)};
	}
	*keys = (struct keys){name, k,
	    nd->arg[0].word == 2 || nd->arg[0].word == 5 ? KEY_TEXT : KEY_INT};
	out->code = code;
	out->keys = keys;
	out->n = n;
	return n > 0 ? 0 : run_undefined(r, "no rows");
}

const struct op time_ops[] = {
    {.name = "dates",
	.in = {K_TABLE},
	.out = K_DATE,
	.arg = {{"col", ARG_COL, NULL}, {"format", ARG_TEXT, NULL}},
	.steps = 1,
	.var = "dates",
	.py = "pd.to_datetime($0[@col], format=@format)",
	.say = "@col",
	.note = "@col as dates (format @format)",
	.eval = eval_dates},
    {.name = "period",
	.in = {K_DATE},
	.out = K_CAT,
	.arg = {{"unit", ARG_WORD, period_words}},
	.steps = 1,
	.var = "period",
	.py = "$0.@unit",
	.say = "@unit of $0",
	.eval = eval_period},
    {0}};
