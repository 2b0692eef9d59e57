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

static const struct word every_words[] = {
    {"month", "M", "month (YYYY-MM)", NULL},
    {"quarter", "Q", "quarter (as 2021Q1)", NULL}, {"year", "Y", "year", NULL},
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

void
run_day(double seconds, char out[16])
{
	struct civil c = civil(seconds);

	snprintf(out, 16, "%04d-%02d-%02d", c.year % 10000, c.month, c.day);
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
	case 6:
		snprintf(out, 16, "%04dQ%d", c->year, (c->month - 1) / 3 + 1);
		return c->year * 4L + (c->month - 1) / 3;
	case 7:
		snprintf(out, 16, "%04d", c->year);
		return c->year;
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
	    l->name, k, unit == 2 || unit >= 5 ? KEY_TEXT : KEY_INT};
	free(id);
	free(sorted);
	return l;
}

/* The labels of a table's dates by a unit, those of all rows made once. */
static int
periods(struct run *r, const struct value *dates, int unit, struct value *out)
{
	const struct run_labels *l;
	size_t i;
	int32_t *code;

	if (dates->n == 0)
		return run_undefined(r, "no rows");
	l = run_labels(r, dates->col, unit, make_labels);
	out->keys = &l->keys;
	out->code = l->code;
	out->n = dates->n;
	if (dates->rows == NULL)
		return 0;
	code = run_alloc(r, out->n, sizeof *code);
	for (i = 0; i < out->n; i++)
		code[i] = l->code[dates->rows[i]];
	out->code = code;
	return 0;
}

static int
eval_period(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	return periods(r, in[0], nd->arg[0].word, out);
}

/* The number of a month, quarter or year, from its label. */
static long
period_number(struct tab_span s, int word)
{
	long year = strtol(s.p, NULL, 10);

	return word == 0 ? year * 12 + strtol(s.p + 5, NULL, 10)
	    : word == 1  ? year * 4 + strtol(s.p + 5, NULL, 10)
			 : year;
}

/* Numbers by calendar period; between the first and the last none may lack. */
static int
eval_resample(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	static const int units[] = {5, 6, 7};
	int word = nd->arg[0].word;
	size_t i, k, n = 0;
	uint8_t *here;
	long last = 0, now;

	if (in[0]->n != in[1]->n)
		return run_undefined(r, "columns of different tables");
	if (periods(r, in[1], units[word], out) == -1)
		return -1;
	k = out->keys->n;
	here = run_alloc(r, k + 1, 1);
	memset(here, 0, k);
	for (i = 0; i < out->n; i++)
		here[out->code[i]] = 1;
	for (i = 0; i < k; i++) {
		if (!here[i])
			continue;
		now = period_number(out->keys->name[i], word);
		if (n++ > 0 && now != last + 1)
			return run_undefined(r, "a period without rows");
		last = now;
	}
	out->num = in[0]->num;
	return n > 3 ? 0 : run_undefined(r, "too few periods");
}

const struct op time_ops[] = {
    {.name = "dates",
	.in = {K_TABLE},
	.out = K_DATE,
	.flags = OP_ALIGNED,
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
	.flags = OP_ALIGNED,
	.var = "period",
	.py = "$0.@unit",
	.say = "@unit of $0",
	.eval = eval_period},
    {.name = "resample",
	.in = {K_NUM, K_DATE},
	.out = K_GROUPED,
	.arg = {{"every", ARG_WORD, every_words}},
	.steps = 1,
	.flags = OP_INLINE,
	.py = "$(0).groupby($1.dt.to_period(\"@every\").astype(str))",
	.say = "$0",
	.note = "$0 for each calendar @every of $1",
	.eval = eval_resample},
    {0}};
