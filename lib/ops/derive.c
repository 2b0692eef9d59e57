/* derive.c - columns from columns. */
#include <string.h>

#include "tables.h"

static const struct word side_words[] = {
    {"low", "$0.quantile(0.25) - @k * ($0.quantile(0.75) - $0.quantile(0.25))",
	"lower", NULL},
    {"high", "$0.quantile(0.75) + @k * ($0.quantile(0.75) - $0.quantile(0.25))",
	"upper", NULL},
    {0}};

static const struct word fill_words[] = {{"mean", "mean()", "mean", NULL},
    {"median", "median()", "median", NULL},
    {"mode", "mode().iloc[0]", "most frequent value", NULL}, {0}};
static const struct word lower_words[] = {
    {"low",
	"$0.quantile(0.25, interpolation=\"lower\") - @k * ("
	"$0.quantile(0.75, interpolation=\"lower\") - "
	"$0.quantile(0.25, interpolation=\"lower\"))",
	"lower", NULL},
    {"high",
	"$0.quantile(0.75, interpolation=\"lower\") + @k * ("
	"$0.quantile(0.75, interpolation=\"lower\") - "
	"$0.quantile(0.25, interpolation=\"lower\"))",
	"upper", NULL},
    {0}};
static const struct reading fence_readings[] = {
    {"quantile without interpolation", NULL, "fence_lower", "interpolat"}, {0}};
static const struct reading rank_readings[] = {
    {"ties at the lowest rank", NULL, "ranked_low", "mean rank|average rank"},
    {0}};
static const struct word group_fill_words[] = {
    {"mean", "mean", "mean", NULL}, {"median", "median", "median", NULL}, {0}};
static const struct reading fill_readings[] = {
    {"missing values left out", NULL, "present", "replace|fill|imput"}, {0}};

static double *
vector(struct run *r, struct value *out, size_t n)
{
	double *v = run_alloc(r, n, sizeof *v);

	out->num = v;
	out->n = n;
	return v;
}

static int
eval_binary(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double *v = vector(r, out, in[0]->n);
	const double *a = in[0]->num, *b = in[1]->num;
	char op = nd->op->name[0];
	size_t i;

	if (in[0]->n != in[1]->n)
		return run_undefined(r, "columns of different tables");
	for (i = 0; i < in[0]->n; i++) {
		v[i] = op == 'a' ? a[i] + b[i]
		    : op == 's'  ? a[i] - b[i]
		    : op == 'm'  ? a[i] * b[i]
				 : a[i] / b[i];
		if (isinf(v[i]))
			return run_undefined(r, "division by zero");
	}
	return 0;
}

static int
eval_unary(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	double *v = vector(r, out, in[0]->n);
	const double *a = in[0]->num;
	char op = nd->op->name[0];
	size_t i;

	for (i = 0; i < in[0]->n; i++) {
		if (op == 'l' && a[i] <= -1)
			return run_undefined(r, "logarithm of nothing");
		if (op == 's' && a[i] < 0)
			return run_undefined(r, "root of less than nothing");
		v[i] = op == 'l' ? log1p(a[i])
		    : op == 's'  ? sqrt(a[i])
				 : fabs(a[i]);
	}
	return 0;
}

static int
eval_z(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	double *v = vector(r, out, in[0]->n), mean, sd;
	struct run_mark before = run_mark(r);
	size_t n, i;
	const double *p = run_numbers(r, in[0], &n);

	(void)nd;
	mean = n > 0 ? num_mean(p, n) : NAN;
	sd = num_sd(p, n, 1);
	run_release(r, before);
	if (!(sd > 0))
		return run_undefined(r, "no spread");
	for (i = 0; i < in[0]->n; i++)
		v[i] = (in[0]->num[i] - mean) / sd;
	return 0;
}

/* Percent of the column's total, which must not come from both signs. */
static int
eval_percent_of_total(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double *v = vector(r, out, in[0]->n), sum;
	struct run_mark before = run_mark(r);
	size_t n, i;
	const double *p = run_numbers(r, in[0], &n);

	(void)nd;
	sum = num_sum(p, n);
	if (n == 0 || num_min(p, n) < 0 || !(sum > 0))
		return run_undefined(r, "no total of one sign");
	run_release(r, before);
	for (i = 0; i < in[0]->n; i++)
		v[i] = in[0]->num[i] / sum * 100;
	return 0;
}

/* Ranks from 1, smallest first, ties by their mean or lowest; NaN stays. */
static int
eval_ranked(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double *v = vector(r, out, in[0]->n), *p, *rank;
	struct run_mark before = run_mark(r);
	size_t n, i, k = 0, *idx;

	p = run_present(r, in[0], &n);
	rank = run_alloc(r, n + 1, sizeof *rank);
	num_rank(p, n, rank, &r->work);
	if (strcmp(nd->op->name, "ranked_low") == 0) {
		idx = run_alloc(r, n + 1, sizeof *idx);
		num_argsort(p, n, idx, &r->work);
		for (i = 0; i < n; i++)
			rank[idx[i]] = i > 0 && p[idx[i]] == p[idx[i - 1]]
			    ? rank[idx[i - 1]]
			    : (double)i + 1;
	}
	for (i = 0; i < in[0]->n; i++)
		v[i] = isnan(in[0]->num[i]) ? NAN : rank[k++];
	run_release(r, before);
	return n > 1 ? 0 : run_undefined(r, "too few values");
}

static int
eval_flag(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	double *v = vector(r, out, in[0]->n);
	size_t i;

	(void)nd;
	for (i = 0; i < in[0]->n; i++)
		v[i] = in[0]->bit[i];
	return 0;
}

static int
eval_minmax(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double *v = vector(r, out, in[0]->n), lo, hi;
	struct run_mark before = run_mark(r);
	size_t n, i;
	const double *p = run_numbers(r, in[0], &n);

	(void)nd;
	lo = n > 0 ? num_min(p, n) : NAN;
	hi = n > 0 ? num_max(p, n) : NAN;
	run_release(r, before);
	if (!(hi > lo))
		return run_undefined(r, "no spread");
	for (i = 0; i < in[0]->n; i++)
		v[i] = (in[0]->num[i] - lo) / (hi - lo);
	return 0;
}

/* What missing values become: the column's own mean, median or mode. */
static int
fill_value(struct run *r, const struct node *nd, double *p, size_t n, double *x)
{
	double *mode;

	if (n == 0)
		return run_undefined(r, "no value");
	switch (nd->arg[0].word) {
	case 0:
		*x = num_mean(p, n);
		return 0;
	case 1:
		*x = num_median(p, n);
		return 0;
	default:
		mode = run_alloc(r, n, sizeof *mode);
		num_sort(p, n, &r->work);
		if (num_mode_sorted(p, n, mode, NULL) != 1)
			return run_undefined(r, "several modes");
		*x = mode[0];
		return 0;
	}
}

static int
eval_fill(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	double *v = vector(r, out, in[0]->n), x = nd->arg[0].num;
	struct run_mark before = run_mark(r);
	size_t n, i;
	double *p = run_present(r, in[0], &n);

	if (strcmp(nd->op->name, "fill_missing") == 0 &&
	    fill_value(r, nd, p, n, &x) == -1)
		return -1;
	run_release(r, before);
	for (i = 0; i < in[0]->n; i++)
		v[i] = isnan(in[0]->num[i]) ? x : in[0]->num[i];
	return 0;
}

/* Missing values become the mean or median of their own group. */
static int
eval_fill_by_group(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	const struct value *g = in[1];
	size_t k = g->keys->n, n = in[0]->n, i, c, m;
	double *v = vector(r, out, n);
	struct run_mark before = run_mark(r);
	double *of = run_alloc(r, k + 1, sizeof *of),
	       *p = run_alloc(r, n + 1, sizeof *p);
	size_t *start = run_alloc(r, k + 2, sizeof *start);

	if (g->n != n)
		return run_undefined(r, "columns of different tables");
	memset(start, 0, (k + 2) * sizeof *start);
	for (i = 0; i < n; i++)
		if (g->code[i] >= 0 && !isnan(g->num[i]))
			start[g->code[i] + 2]++;
	for (c = 0; c < k; c++)
		start[c + 2] += start[c + 1];
	for (i = 0; i < n; i++)
		if (g->code[i] >= 0 && !isnan(g->num[i]))
			p[start[g->code[i] + 1]++] = g->num[i];
	for (c = 0; c < k; c++) {
		m = start[c + 1] - start[c];
		of[c] = m == 0             ? NAN
		    : nd->arg[0].word == 0 ? num_group_mean(p + start[c], m)
					   : num_median(p + start[c], m);
	}
	for (i = m = 0; i < n; i++) {
		v[i] = in[0]->num[i];
		if (!isnan(v[i]) || g->code[i] < 0)
			continue;
		v[i] = of[g->code[i]];
		m += !isnan(v[i]);
	}
	run_release(r, before);
	return m > 0 ? 0 : run_undefined(r, "nothing to fill");
}

static int
eval_fence(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	size_t n;
	double *p = run_sorted(r, in[0], &n), q1, q3, k = nd->arg[1].num;
	bool lower = strcmp(nd->op->name, "fence_lower") == 0;

	if (n < 4)
		return run_undefined(r, "too few values");
	q1 = lower ? p[(n - 1) / 4] : num_quantile_sorted(p, n, 0.25);
	q3 = lower ? p[(n - 1) * 3 / 4] : num_quantile_sorted(p, n, 0.75);
	out->x = nd->arg[0].word == 0 ? q1 - k * (q3 - q1) : q3 + k * (q3 - q1);
	return 0;
}

/* The side's word is a template itself. */
static void
py_fence(struct emit *e, const struct node *nd, struct buf *b)
{
	emit_template(e, nd, nd->op->arg[0].words[nd->arg[0].word].py, b);
}

/* Remove values beyond k sd of the mean until none is left to remove. */
static int
eval_settle(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n, i, k;
	double *v = run_present(r, in[0], &n), mean, sd, limit, gap;

	for (;;) {
		if (n < 3)
			return run_undefined(r, "too few values");
		mean = num_mean(v, n);
		sd = num_sd(v, n, 1);
		limit = nd->arg[0].num * sd;
		for (i = k = 0; i < n; i++) {
			gap = fabs(v[i] - mean) - limit;
			if (fabs(gap) <= 1e-9 * limit)
				return run_undefined(r, "a value at the limit");
			if (gap < 0)
				v[k++] = v[i];
		}
		if (k == n)
			break;
		n = k;
	}
	out->num = v;
	out->n = n;
	return 0;
}

/*
 * Is the b-th of k quantile edges one of the sorted values itself? Versions of
 * pandas differ there by a rounding, which moves that value to the next bin.
 */
static bool
on_a_value(const double *sorted, size_t n, size_t b, size_t k)
{
	size_t at = (n - 1) * b / k;

	if ((n - 1) * b % k != 0)
		return false;
	return sorted[at - 1] != sorted[at] || sorted[at] != sorted[at + 1];
}

static int
eval_bins(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	static const struct tab_span digits[] = {{"1", 1}, {"2", 1}, {"3", 1},
	    {"4", 1}, {"5", 1}, {"6", 1}, {"7", 1}, {"8", 1}, {"9", 1},
	    {"10", 2}};
	size_t n, k = (size_t)nd->arg[0].num, i, b;
	int32_t *code = run_alloc(r, in[0]->n, sizeof *code);
	struct keys *keys = run_alloc(r, 1, sizeof *keys);
	struct run_mark before = run_mark(r);
	double *p = run_sorted(r, in[0], &n), edge[11], lo, hi, x;
	bool equal = strcmp(nd->op->name, "bin_width") == 0;

	if (n < 2 || k < 2 || k > 10)
		return run_undefined(r, "too few values");
	lo = p[0];
	hi = p[n - 1];
	if (!(hi > lo))
		return run_undefined(r, "no spread");
	for (b = 0; b <= k; b++)
		edge[b] = equal
		    ? lo + (double)b * ((hi - lo) / (double)k)
		    : num_quantile_sorted(p, n, (double)b * (1.0 / (double)k));
	for (b = 0; b < k; b++)
		if (!(edge[b] < edge[b + 1]))
			return run_undefined(r, "equal edges");
	for (b = 1; b < k && !equal; b++)
		if (on_a_value(p, n, b, k))
			return run_undefined(r, "an edge on a value");
	run_release(r, before);
	for (i = 0; i < in[0]->n; i++) {
		x = in[0]->num[i];
		code[i] = -1;
		if (isnan(x))
			continue;
		for (b = 1; b < k && x > edge[b]; b++)
			;
		/* near an inner edge the bin depends on rounding */
		if (equal && b < k && fabs(x - edge[b]) <= 1e-9 * (hi - lo))
			return run_undefined(r, "a value at an edge");
		if (equal && b > 1 && fabs(x - edge[b - 1]) <= 1e-9 * (hi - lo))
			return run_undefined(r, "a value at an edge");
		code[i] = (int32_t)b - 1;
	}
	*keys = (struct keys){digits, k, KEY_INT};
	out->code = code;
	out->keys = keys;
	out->n = in[0]->n;
	return 0;
}

#define BINARY(nm, python, text, fl)                                           \
	{                                                                      \
		.name = nm, .in = {K_NUM, K_NUM}, .out = K_NUM, .steps = 1,    \
		.flags = OP_ALIGNED | fl, .var = nm, .py = python,             \
		.say = text, .eval = eval_binary                               \
	}

const struct op derive_ops[] = {
    BINARY("add", "$(0) + $(1)", "$0 plus $1", OP_COMMUTES),
    BINARY("sub", "$(0) - $(1)", "$0 minus $1", 0),
    BINARY("mul", "$(0) * $(1)", "$0 times $1", OP_COMMUTES),
    BINARY("ratio", "$(0) / $(1)", "$0 divided by $1", 0),
    {.name = "log1p",
	.in = {K_NUM},
	.out = K_NUM,
	.steps = 1,
	.flags = OP_ALIGNED,
	.var = "logged",
	.py = "np.log1p($0)",
	.say = "natural logarithm of 1 plus $0",
	.eval = eval_unary},
    {.name = "sqrt",
	.in = {K_NUM},
	.out = K_NUM,
	.steps = 1,
	.flags = OP_ALIGNED,
	.var = "root",
	.py = "np.sqrt($0)",
	.say = "square root of $0",
	.eval = eval_unary},
    {.name = "abs",
	.in = {K_NUM},
	.out = K_NUM,
	.steps = 1,
	.flags = OP_ALIGNED,
	.var = "size",
	.py = "$(0).abs()",
	.say = "absolute value of $0",
	.eval = eval_unary},
    {.name = "z",
	.in = {K_NUM},
	.out = K_NUM,
	.steps = 1,
	.flags = OP_REST,
	.var = "z",
	.py = "($0 - $0.mean()) / $0.std(ddof=1)",
	.say = "z-score of $0 (sample standard deviation)",
	.eval = eval_z},
    {.name = "minmax",
	.in = {K_NUM},
	.out = K_NUM,
	.steps = 1,
	.flags = OP_REST,
	.var = "scaled",
	.py = "($(0) - $0.min()) / ($0.max() - $0.min())",
	.say =
	    "value of $0 rescaled to the range from 0 to 1 (min-max scaling)",
	.eval = eval_minmax},
    {.name = "fill_missing",
	.in = {K_NUM},
	.out = K_NUM,
	.arg = {{"by", ARG_WORD, fill_words}},
	.steps = 2,
	.flags = OP_REST,
	.var = "filled",
	.py = "$0.fillna($0.@by)",
	.say = "$0 with missing values replaced by its @by",
	.readings = fill_readings,
	.eval = eval_fill},
    {.name = "fill_missing_with",
	.in = {K_NUM},
	.out = K_NUM,
	.arg = {{"value", ARG_NUM, NULL}},
	.steps = 1,
	.flags = OP_ALIGNED,
	.var = "filled",
	.py = "$0.fillna(@value)",
	.say = "$0 with missing values replaced by @value",
	.readings = fill_readings,
	.eval = eval_fill},
    {.name = "fence",
	.in = {K_NUM},
	.out = K_SCALAR,
	.arg = {{"side", ARG_WORD, side_words}, {"k", ARG_NUM, NULL}},
	.steps = 1,
	.flags = OP_REST,
	.var = "fence",
	.pyfn = py_fence,
	.say = "@side fence of $0 (@k times the interquartile range beyond the "
	       "quartile)",
	.readings = fence_readings,
	.clause = "Take quartiles by linear interpolation.",
	.eval = eval_fence},
    {.name = "fence_lower",
	.in = {K_NUM},
	.out = K_SCALAR,
	.arg = {{"side", ARG_WORD, lower_words}, {"k", ARG_NUM, NULL}},
	.steps = 1,
	.var = "fence",
	.pyfn = py_fence,
	.say = "@side fence of $0 (quartiles without interpolation)",
	.eval = eval_fence},
    {.name = "settle",
	.in = {K_NUM},
	.out = K_NUM,
	.arg = {{"k", ARG_NUM, NULL}},
	.steps = 5,
	.flags = OP_REST,
	.var = "kept",
	.py = "$v = $0.dropna()\nwhile True:\n"
	      "    near = ($v - $v.mean()).abs() <= @k * $v.std(ddof=1)\n"
	      "    if near.all():\n        break\n    $v = $v[near]",
	.say = "values of $0 left after repeated removal",
	.note = "remove values of $0 further than @k sample standard "
		"deviations from the mean, again and again until none is",
	.eval = eval_settle},
    {.name = "bin_width",
	.in = {K_NUM},
	.out = K_CAT,
	.arg = {{"bins", ARG_NUM, NULL}},
	.steps = 1,
	.flags = OP_REST,
	.var = "bins",
	.py = "pd.cut($0, bins=@bins, labels=False) + 1",
	.say = "@bins equally wide bins of $0",
	.eval = eval_bins},
    {.name = "bin_quantile",
	.in = {K_NUM},
	.out = K_CAT,
	.arg = {{"bins", ARG_NUM, NULL}},
	.steps = 1,
	.flags = OP_REST,
	.var = "bins",
	.py = "pd.qcut($0, q=@bins, labels=False) + 1",
	.say = "@bins quantile bins of $0",
	.eval = eval_bins},
    {.name = "percent_of_total",
	.in = {K_NUM},
	.out = K_NUM,
	.steps = 1,
	.var = "percent",
	.py = "$(0) / $0.sum() * 100",
	.say = "percentage that $0 is of its total",
	.eval = eval_percent_of_total},
    {.name = "ranked",
	.in = {K_NUM},
	.out = K_NUM,
	.steps = 1,
	.flags = OP_SLOW,
	.var = "ranks",
	.py = "$(0).rank()",
	.say = "rank of $0 (1 for the smallest; equal values share their mean "
	       "rank)",
	.readings = rank_readings,
	.eval = eval_ranked},
    {.name = "ranked_low",
	.in = {K_NUM},
	.out = K_NUM,
	.steps = 1,
	.flags = OP_SLOW,
	.var = "ranks",
	.py = "$(0).rank(method=\"min\")",
	.say = "rank of $0 (1 for the smallest; equal values have the lowest "
	       "of their ranks)",
	.eval = eval_ranked},
    {.name = "flag",
	.in = {K_MASK},
	.out = K_NUM,
	.steps = 1,
	.flags = OP_ALIGNED,
	.var = "flag",
	.py = "($0).astype(int)",
	.say = "1 where $0, else 0",
	.eval = eval_flag},
    {.name = "fill_by_group",
	.in = {K_NUM, K_GROUPED},
	.out = K_NUM,
	.arg = {{"by", ARG_WORD, group_fill_words}},
	.steps = 2,
	.var = "filled",
	.py = "$0.fillna($1.transform(\"@by\"))",
	.say = "$0 with missing values replaced by the @by of their own group",
	.eval = eval_fill_by_group},
    {0}};
