/* order.c - rows in order: sorting, windows, runs, the k-th, cells of one row,
 * and numbers from dates. */
#include <stdlib.h>
#include <string.h>

#include "tables.h"

static const struct word end_words[] = {
    {"max", "max", "[highest|largest]", NULL},
    {"min", "min", "[lowest|smallest]", NULL}, {0}};
static const struct word order_words[] = {
    {"largest", "largest", "[highest|largest]", NULL},
    {"smallest", "smallest", "[lowest|smallest]", NULL}, {0}};
static const struct word unit_words[] = {{"days", ".dt.days", "days", NULL},
    {"hours", ".dt.total_seconds() / 3600", "hours", NULL}, {0}};

/* Rows in the order of a key that is present and different in all of them. */
static int
eval_sorted(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->n, i, to;
	size_t *idx = run_alloc(r, n + 1, sizeof *idx);
	uint32_t *rows = run_alloc(r, n + 1, sizeof *rows);
	const double *key = in[1]->num;
	bool down = strcmp(nd->op->name, "sorted_down") == 0;

	if (in[1]->n != n)
		return run_undefined(r, "columns of different tables");
	for (i = 0; i < n; i++)
		if (isnan(key[i]))
			return run_undefined(r, "a row without a sort key");
	num_argsort(key, n, idx, &r->work);
	for (i = 0; i < n; i++) {
		if (i > 0 && key[idx[i]] == key[idx[i - 1]])
			return run_undefined(r, "a sort key with ties");
		to = down ? n - 1 - i : i;
		rows[to] = in[0]->rows != NULL ? in[0]->rows[idx[i]]
					       : (uint32_t)idx[i];
	}
	out->rows = rows;
	out->n = n;
	return 0;
}

/* Mean of each window of full rows; NaN where a value is missing. */
static int
eval_rolling(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->n, w = (size_t)nd->arg[0].num, i;
	double *v = run_alloc(r, n + 1, sizeof *v);

	if (n < 3 * w)
		return run_undefined(r, "too few rows");
	for (i = 0; i < n; i++)
		v[i] = i + 1 < w ? NAN : num_mean(in[0]->num + i + 1 - w, w);
	out->num = v;
	out->n = n;
	return 0;
}

static int
eval_running(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->n, i;
	double *v = run_alloc(r, n + 1, sizeof *v), sum = 0;

	(void)nd;
	for (i = 0; i < n; i++) {
		v[i] = in[0]->num[i];
		if (!isnan(v[i]))
			v[i] = sum += v[i];
	}
	out->num = v;
	out->n = n;
	return 0;
}

/* The change from the row before, plain or in percent of that one. */
static int
eval_row_change(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->n, i;
	const double *x = in[0]->num;
	double *v = run_alloc(r, n + 1, sizeof *v);
	bool percent = strcmp(nd->op->name, "row_percent_change") == 0;

	if (n < 3)
		return run_undefined(r, "too few rows");
	v[0] = NAN;
	for (i = 1; i < n; i++) {
		v[i] = percent ? (x[i] / x[i - 1] - 1) * 100 : x[i] - x[i - 1];
		if (isinf(v[i]) || (percent && x[i - 1] == 0))
			return run_undefined(r, "division by zero");
	}
	out->num = v;
	out->n = n;
	return 0;
}

static int
eval_nth_value(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t at = (size_t)nd->arg[0].num;

	if (at < 1 || at > in[0]->n)
		return run_undefined(r, "too few rows");
	out->x = in[0]->num[at - 1];
	return isnan(out->x) ? run_undefined(r, "a missing cell") : 0;
}

static int
eval_longest_run(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t i, now = 0, best = 0;

	(void)nd;
	for (i = 0; i < in[0]->n; i++) {
		now = in[0]->bit[i] ? now + 1 : 0;
		best = now > best ? now : best;
	}
	out->x = (double)best;
	return best > 1 && best < in[0]->n ? 0
					   : run_undefined(r, "no longer run");
}

/* The cell of the first row that meets a condition. */
static int
eval_first_where(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t i;

	(void)nd;
	for (i = 0; i < in[0]->n && !in[0]->bit[i]; i++)
		;
	if (i == 0 || i == in[0]->n)
		return run_undefined(r, "the first row or none");
	if (in[1]->code[i] < 0)
		return run_undefined(r, "a missing cell");
	out->text = in[1]->keys->name[in[1]->code[i]];
	out->text_type = in[1]->keys->type;
	return 0;
}

/* The k-th largest value where no value near it is tied. */
static int
eval_kth(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	size_t n, k = (size_t)nd->arg[0].num, i;
	double *v = run_sorted(r, in[0], &n);
	bool most = nd->arg[1].word == 0;

	if (n < 4 * k)
		return run_undefined(r, "too few values");
	for (i = 0; i < k; i++)
		if (most ? v[n - 1 - i] == v[n - 2 - i] : v[i] == v[i + 1])
			return run_undefined(r, "a tie among the extremes");
	out->x = most ? v[n - k] : v[k - 1];
	return 0;
}

/* The row where numbers are extreme, by a clear margin. */
static int
end_row(struct run *r, const struct node *nd, const struct value *v, size_t *at)
{
	bool most = nd->arg[0].word == 0;
	double best = NAN, next = NAN, x;
	size_t i;

	*at = 0;
	for (i = 0; i < v->n; i++) {
		x = v->num[i];
		if (isnan(x))
			continue;
		if (isnan(best) || (most ? x > best : x < best)) {
			next = best;
			best = x;
			*at = i;
		} else if (isnan(next) || (most ? x > next : x < next)) {
			next = x;
		}
	}
	if (isnan(best) || run_lead(best, next) < 1e-4)
		return run_undefined(r, "no single row");
	return 0;
}

static int
eval_cell_of(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t at;

	if (in[0]->n != in[1]->n)
		return run_undefined(r, "columns of different tables");
	if (end_row(r, nd, in[0], &at) == -1)
		return -1;
	if (out->kind == K_SCALAR) {
		out->x = in[1]->num[at];
		return isnan(out->x) ? run_undefined(r, "a missing cell") : 0;
	}
	if (in[1]->code[at] < 0)
		return run_undefined(r, "a missing cell");
	out->text = in[1]->keys->name[in[1]->code[at]];
	out->text_type = in[1]->keys->type;
	return 0;
}

/* The month after a label YYYY-MM, or the year after a year. */
static bool
follows(struct tab_span a, struct tab_span b, bool year)
{
	long x = strtol(a.p, NULL, 10), y = strtol(b.p, NULL, 10);

	if (year)
		return y == x + 1;
	x = x * 12 + strtol(a.p + 5, NULL, 10);
	y = y * 12 + strtol(b.p + 5, NULL, 10);
	return y == x + 1;
}

/* Change of each period against the one before; no period may be absent. */
static int
eval_changes(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->n, i;
	const struct keys *k = in[0]->keys;
	struct keys *keys = run_alloc(r, 1, sizeof *keys);
	double *v = run_alloc(r, n + 1, sizeof *v);

	(void)nd;
	if (n < 4)
		return run_undefined(r, "too few periods");
	for (i = 1; i < n; i++) {
		if (!follows(k->name[i - 1], k->name[i], k->type == KEY_INT))
			return run_undefined(r, "a period without rows");
		v[i - 1] = in[0]->num[i] - in[0]->num[i - 1];
		if (isnan(v[i - 1]))
			return run_undefined(r, "a period without values");
	}
	*keys = (struct keys){k->name + 1, n - 1, k->type};
	out->keys = keys;
	out->num = v;
	out->n = n - 1;
	return 0;
}

static int
eval_time_between(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->n, i;
	double *v = run_alloc(r, n + 1, sizeof *v), s;

	if (in[1]->n != n)
		return run_undefined(r, "columns of different tables");
	for (i = 0; i < n; i++) {
		s = in[1]->num[i] - in[0]->num[i];
		v[i] = nd->arg[0].word == 0 ? floor(s / 86400) : s / 3600;
	}
	out->num = v;
	out->n = n;
	return 0;
}

static int
eval_span_days(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->n;

	(void)nd;
	if (n < 2)
		return run_undefined(r, "too few rows");
	out->x =
	    floor((num_max(in[0]->num, n) - num_min(in[0]->num, n)) / 86400);
	return 0;
}

/* x / y; rows where y is 0 count as missing. */
static int
eval_ratio_nonzero(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->n, i, zeros = 0;
	double *v = run_alloc(r, n + 1, sizeof *v);

	(void)nd;
	if (in[1]->n != n)
		return run_undefined(r, "columns of different tables");
	for (i = 0; i < n; i++) {
		v[i] = in[1]->num[i] == 0 ? NAN : in[0]->num[i] / in[1]->num[i];
		zeros += in[1]->num[i] == 0;
	}
	if (zeros == 0 || zeros * 2 > n)
		return run_undefined(r, "no zero, or too many");
	out->num = v;
	out->n = n;
	return 0;
}

#define AT_END(nm, from, to, var_name)                                         \
	{                                                                      \
		.name = nm, .in = {K_NUM, from}, .out = to,                    \
		.arg = {{"end", ARG_WORD, end_words}}, .steps = 1,             \
		.var = var_name, .py = "$1.loc[$0.idx@end()]",                 \
		.say = "$1 of the row with the @end $0", .eval = eval_cell_of  \
	}

const struct op order_ops[] = {{.name = "sorted_by",
				   .in = {K_TABLE, K_NUM | K_DATE},
				   .out = K_TABLE,
				   .steps = 0,
				   .flags = OP_BINDER,
				   .var = "ordered",
				   .py = "$0.loc[$1.sort_values().index]",
				   .say = "$0",
				   .note = "the rows in the order of $1",
				   .eval = eval_sorted},
    {.name = "rolling_mean",
	.in = {K_NUM},
	.out = K_NUM,
	.arg = {{"window", ARG_NUM, NULL}},
	.steps = 1,
	.flags = OP_ORDER,
	.var = "rolling",
	.py = "$0.rolling(@window).mean()",
	.say = "rolling mean of $0 over @window rows",
	.eval = eval_rolling},
    {.name = "running_total",
	.in = {K_NUM},
	.out = K_NUM,
	.steps = 1,
	.flags = OP_ORDER,
	.var = "running",
	.py = "$0.cumsum()",
	.say = "running total of $0",
	.eval = eval_running},
    {.name = "longest_run",
	.in = {K_MASK},
	.out = K_SCALAR,
	.steps = 3,
	.flags = OP_ORDER,
	.var = "longest",
	.py = "holds = $0\nbreaks = (~holds).cumsum()\n"
	      "$v = int(holds.groupby(breaks).sum().max())",
	.say = "longest run of consecutive rows where $0",
	.eval = eval_longest_run},
    {.name = "first_where",
	.in = {K_MASK, K_CAT},
	.out = K_TEXT,
	.steps = 1,
	.flags = OP_ORDER,
	.var = "first",
	.py = "$1[$0].iloc[0]",
	.say = "$1 of the first row where $0",
	.eval = eval_first_where},
    {.name = "kth",
	.in = {K_NUM},
	.out = K_SCALAR,
	.arg = {{"k", ARG_NUM, NULL}, {"order", ARG_WORD, order_words}},
	.steps = 2,
	.var = "value",
	.py = "$0.n@order(@k).iloc[-1]",
	.say = "number @k of the @order values of $0",
	.eval = eval_kth},
    AT_END("cell_of", K_CAT, K_TEXT, "cell"),
    AT_END("number_of", K_NUM, K_SCALAR, "number"),
    {.name = "changes",
	.in = {K_GVEC},
	.out = K_GVEC,
	.steps = 1,
	.var = "changes",
	.py = "$0.diff().dropna()",
	.say = "change of the $0 from the period before",
	.eval = eval_changes},
    {.name = "time_between",
	.in = {K_DATE, K_DATE},
	.out = K_NUM,
	.arg = {{"unit", ARG_WORD, unit_words}},
	.steps = 1,
	.flags = OP_ALIGNED,
	.var = "duration",
	.py = "($1 - $0)@unit",
	.say = "number of @unit from $0 to $1",
	.eval = eval_time_between},
    {.name = "span_days",
	.in = {K_DATE},
	.out = K_SCALAR,
	.steps = 2,
	.var = "span",
	.py = "($0.max() - $0.min()).days",
	.say = "number of whole days from the earliest to the latest $0",
	.eval = eval_span_days},
    {.name = "ratio_nonzero",
	.in = {K_NUM, K_NUM},
	.out = K_NUM,
	.steps = 2,
	.var = "ratio",
	.py = "$0 / $1.where($1 != 0)",
	.say = "$0 divided by $1",
	.note = "$0 divided by $1, where that is not 0",
	.eval = eval_ratio_nonzero},
    {.name = "sorted_down",
	.in = {K_TABLE, K_NUM | K_DATE},
	.out = K_TABLE,
	.steps = 0,
	.flags = OP_BINDER,
	.var = "ordered",
	.py = "$0.loc[$1.sort_values(ascending=False).index]",
	.say = "$0",
	.note = "the rows from the largest $1 to the smallest",
	.eval = eval_sorted},
    {.name = "row_change",
	.in = {K_NUM},
	.out = K_NUM,
	.steps = 1,
	.flags = OP_ORDER,
	.var = "change",
	.py = "$(0).diff()",
	.say = "change of $0 from the row before (none for the first row)",
	.eval = eval_row_change},
    {.name = "row_percent_change",
	.in = {K_NUM},
	.out = K_NUM,
	.steps = 1,
	.flags = OP_ORDER,
	.var = "change",
	.py = "$(0).pct_change(fill_method=None) * 100",
	.say = "percentage change of $0 from the row before (none for the "
	       "first row)",
	.eval = eval_row_change},
    {.name = "nth_value",
	.in = {K_NUM},
	.out = K_SCALAR,
	.arg = {{"at", ARG_NUM, NULL}},
	.steps = 1,
	.flags = OP_ORDER,
	.var = "value",
	.py = "$(0).iloc[@at - 1]",
	.say = "value of $0 in row number @at of these rows",
	.eval = eval_nth_value},
    {0}};
