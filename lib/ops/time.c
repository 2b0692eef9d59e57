/* time.c - dates, order, windows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "tables.h"

static const struct word period_words[] = {{"year", "dt.year", "year", NULL},
    {"month", "dt.month", "month of the year (1 to 12)", NULL},
    {"weekday", "dt.day_name()", "day of the week (English name)", NULL},
    {"hour", "dt.hour", "hour of the day", NULL},
    {"quarter", "dt.quarter", "quarter of the year (1 to 4)", NULL},
    {"year_month", "dt.strftime(\"%Y-%m\")", "calendar month (YYYY-MM)", NULL},
    {0}};

static int
eval_dates(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	const double *when = run_dates(r, nd->arg[0].col, nd->arg[1].text);
	double *v;
	size_t i;

	if (when == NULL)
		return run_undefined(r, "a cell is no date");
	out->col = nd->arg[0].col;
	out->rows = in[0]->rows;
	out->num = when;
	out->n = in[0]->n;
	if (in[0]->rows == NULL)
		return 0;
	v = run_alloc(r, out->n, sizeof *v);
	for (i = 0; i < out->n; i++)
		v[i] = when[in[0]->rows[i]];
	out->num = v;
	return 0;
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

/* The labels of all rows of a date column, in the order pandas sorts them. */
static struct run_labels *
make_labels(const double *when, size_t n, int unit)
{
	struct run_labels *l = xcalloc(1, sizeof *l);
	long *id = xcalloc(n, sizeof *id), *sorted = xcalloc(n, sizeof *sorted);
	size_t i, k = 0;
	struct civil c;
	char text[16];

	l->code = xcalloc(n, sizeof *l->code);
	for (i = 0; i < n; i++) {
		c = civil(when[i]);
		id[i] = sorted[i] = label(&c, unit, text);
	}
	qsort(sorted, n, sizeof *sorted, by_long);
	for (i = 0; i < n; i++)
		if (i == 0 || sorted[i] != sorted[k - 1])
			sorted[k++] = sorted[i];
	l->name = xcalloc(k + 1, sizeof *l->name);
	l->text = xcalloc(k + 1, sizeof text);
	for (i = 0; i < n; i++) {
		long *at = bsearch(&id[i], sorted, k, sizeof *sorted, by_long);
		size_t g = (size_t)(at - sorted);

		l->code[i] = (int32_t)g;
		if (l->name[g].p != NULL)
			continue;
		c = civil(when[i]);
		label(&c, unit, l->text + g * sizeof text);
		l->name[g].p = l->text + g * sizeof text;
		l->name[g].n = strlen(l->name[g].p);
	}
	l->keys = (struct keys){
	    l->name, k, unit == 2 || unit == 5 ? KEY_TEXT : KEY_INT};
	free(id);
	free(sorted);
	return l;
}

static int
eval_period(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	struct run_labels **l = run_labels(r, in[0]->col, nd->arg[0].word);
	size_t all = tab_rows(base_table(r->base)), i;
	int32_t *code;

	if (in[0]->n == 0)
		return run_undefined(r, "no rows");
	if (*l == NULL)
		*l = make_labels(
		    run_dates_of(r, in[0]->col), all, nd->arg[0].word);
	out->keys = &(*l)->keys;
	out->code = (*l)->code;
	out->n = in[0]->n;
	if (in[0]->rows == NULL)
		return 0;
	code = run_alloc(r, out->n, sizeof *code);
	for (i = 0; i < out->n; i++)
		code[i] = (*l)->code[in[0]->rows[i]];
	out->code = code;
	return 0;
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
