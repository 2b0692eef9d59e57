/* model.c - models of several columns, intervals, seeded samples. */
#include <string.h>

#include "tables.h"

enum { TERMS_MAX = 12, LOW = 5, HIGH = 6 };

/* Partial correlation of x and y given z, over rows with all three. */
static int
eval_partial(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->n, i, k = 0;
	double *x = run_alloc(r, n + 1, sizeof *x),
	       *y = run_alloc(r, n + 1, sizeof *y),
	       *z = run_alloc(r, n + 1, sizeof *z);

	(void)nd;
	if (in[1]->n != n || in[2]->n != n)
		return run_undefined(r, "columns of different tables");
	for (i = 0; i < n; i++)
		if (!isnan(in[0]->num[i]) && !isnan(in[1]->num[i]) &&
		    !isnan(in[2]->num[i])) {
			x[k] = in[0]->num[i];
			y[k] = in[1]->num[i];
			z[k++] = in[2]->num[i];
		}
	if (k < 20)
		return run_undefined(r, "too few rows");
	if (fabs(num_pearson(x, z, k)) > 0.99 ||
	    fabs(num_pearson(y, z, k)) > 0.99)
		return run_undefined(r, "a perfect correlation");
	out->x = num_partial(x, y, z, k);
	out->least = k;
	return isnan(out->x) || fabs(out->x) > 0.999
	    ? run_undefined(r, "no partial correlation")
	    : 0;
}

static int
eval_residuals(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[1]->n, i;
	double *v = run_alloc(r, n + 1, sizeof *v);

	(void)nd;
	if (in[2]->n != n)
		return run_undefined(r, "columns of different tables");
	if (fabs(in[0]->field[4]) > 0.9999)
		return run_undefined(r, "a perfect fit");
	for (i = 0; i < n; i++)
		v[i] = in[2]->num[i] -
		    (in[0]->field[3] + in[0]->field[2] * in[1]->num[i]);
	out->num = v;
	out->n = n;
	return 0;
}

/* The rows in which every column of a frame is present. */
static int
eval_complete_frame(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->width, i, c, k;
	uint32_t *rows = run_alloc(r, n + 1, sizeof *rows);
	const uint8_t *gap;

	(void)nd;
	for (i = 0; i < n; i++)
		rows[i] = in[0]->rows != NULL ? in[0]->rows[i] : (uint32_t)i;
	for (c = 0; c < in[0]->n; c++) {
		if ((gap = run_gaps(r, in[0]->code[c])) == NULL)
			continue;
		for (i = k = 0; i < n; i++) {
			rows[k] = rows[i];
			k += !gap[rows[i]];
		}
		n = k;
	}
	k = n;
	out->rows = rows;
	out->n = k;
	return k > 0 ? 0 : run_undefined(r, "no row is left");
}

/* The columns of a frame as arrays. */
static const double **
columns(struct run *r, const struct value *frame)
{
	struct value t = {.rows = frame->rows, .n = frame->width};
	const double **col = run_alloc(r, frame->n + 1, sizeof *col);
	size_t i;

	for (i = 0; i < frame->n; i++)
		col[i] = run_num(r, frame->code[i], &t);
	return col;
}

static bool
any_nan(const double *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (isnan(v[i]))
			return true;
	return false;
}

/* Fit y by a frame's columns; a fit that two programs agree on, or NULL. */
static struct num_ols *
fit(struct run *r, const double *const *col, size_t k, const double *y,
    size_t n)
{
	struct num_ols *o = run_alloc(r, 1, sizeof *o);
	size_t i;

	for (i = 0; i < k; i++)
		if (any_nan(col[i], n))
			return NULL;
	if (n < 10 * (k + 1) || any_nan(y, n) ||
	    num_ols_fit(col, k, y, n, true, o, &r->work) == -1 ||
	    !(o->cond < 1e6) || !(o->sse > 0))
		return NULL;
	return o;
}

/* Adjusted R squared and the number of terms with p < 0.05. */
static int
eval_ols(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	size_t k = in[0]->n, i, n = 0;
	const double **col = columns(r, in[0]);
	struct num_ols *o;

	(void)nd;
	if (in[1]->n != in[0]->width || k > TERMS_MAX ||
	    (o = fit(r, col, k, in[1]->num, in[1]->n)) == NULL)
		return run_undefined(r, "no stable fit");
	for (i = 1; i <= k; i++) {
		if (o->p[i] > 0.03 && o->p[i] < 0.07)
			return run_undefined(r, "a p-value near the limit");
		n += o->p[i] < 0.05;
	}
	if (o->r2 > 0.9999)
		return run_undefined(r, "a perfect fit");
	out->field[LOW] = o->adj_r2;
	out->field[HIGH] = (double)n;
	return 0;
}

static int
eval_part(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	bool low = strcmp(nd->op->name, "adjusted_r2") == 0 ||
	    strcmp(nd->op->name, "lower_end") == 0;

	out->x = in[0]->field[low ? LOW : HIGH];
	return isfinite(out->x) ? 0 : run_undefined(r, "not a number");
}

/* Errors on the test rows of a seeded split, of a fit on the others. */
static int
eval_test_errors(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[1]->n, k = in[0]->n, i, c, test, m;
	const double **col = columns(r, in[0]);
	double **train = run_alloc(r, k + 1, sizeof *train),
	       *y = run_alloc(r, n + 1, sizeof *y),
	       *v = run_alloc(r, n + 1, sizeof *v);
	size_t *idx = run_alloc(r, n + 1, sizeof *idx);
	struct num_ols *o;

	if (in[0]->width != n || n < 40 || k > TERMS_MAX)
		return run_undefined(r, "too few rows");
	num_train_test((uint32_t)nd->arg[1].num, n, nd->arg[0].num, idx, &test);
	m = n - test;
	for (c = 0; c < k; c++)
		train[c] = run_alloc(r, m + 1, sizeof *train[c]);
	for (i = 0; i < m; i++) {
		for (c = 0; c < k; c++)
			train[c][i] = col[c][idx[test + i]];
		y[i] = in[1]->num[idx[test + i]];
	}
	o = fit(r, (const double *const *)train, k, y, m);
	if (o == NULL)
		return run_undefined(r, "no stable fit");
	for (i = 0; i < test; i++) {
		v[i] = in[1]->num[idx[i]] -
		    num_ols_predict(o, col, k, true, idx[i]);
		if (isnan(v[i]))
			return run_undefined(r, "a missing cell");
	}
	out->num = v;
	out->n = test;
	return 0;
}

static int
eval_rms(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	size_t n, i;
	double *v = run_present(r, in[0], &n);

	(void)nd;
	if (n == 0)
		return run_undefined(r, "no value");
	for (i = 0; i < n; i++)
		v[i] *= v[i];
	out->x = sqrt(num_mean(v, n));
	out->least = n;
	return 0;
}

static int
eval_mean_interval(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n;
	const double *v = run_numbers(r, in[0], &n);

	if (n < 5)
		return run_undefined(r, "too few values");
	num_mean_interval(v, n, nd->arg[0].num, &out->field[LOW]);
	out->least = n;
	return 0;
}

static int
eval_bootstrap(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n;
	const double *v = run_numbers(r, in[0], &n);

	if (n < 20 || n > 3000)
		return run_undefined(r, "too few or too many values");
	num_bootstrap_mean(v, n, (uint64_t)nd->arg[1].num,
	    (size_t)nd->arg[0].num, 2.5, 97.5, &out->field[LOW], &r->work);
	out->least = n;
	return 0;
}

/* Share of the rows of a mask in which another holds. */
static int
share_in(struct run *r, const struct value *hit, const struct value *rows,
    double *share, double *n)
{
	size_t i, k = 0, all = 0;

	if (hit->n != rows->n)
		return run_undefined(r, "columns of different tables");
	for (i = 0; i < hit->n; i++) {
		all += rows->bit[i];
		k += rows->bit[i] && hit->bit[i];
	}
	if (k < 5 || all - k < 5)
		return run_undefined(r, "too few rows of one kind");
	*share = (double)k / (double)all;
	*n = (double)all;
	return 0;
}

static int
eval_share_in(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double n;

	(void)nd;
	return share_in(r, in[0], in[1], &out->x, &n);
}

static int
eval_prop_interval(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double p = 0, q = 0, n = 1, m = 1, e;

	(void)nd;
	if (share_in(r, in[0], in[1], &p, &n) == -1 ||
	    share_in(r, in[0], in[2], &q, &m) == -1)
		return -1;
	e = num_norm_ppf(0.975) * sqrt(p * (1 - p) / n + q * (1 - q) / m);
	out->field[LOW] = p - q - e;
	out->field[HIGH] = p - q + e;
	return 0;
}

/* Does an interval leave 0 out? Not when an end is near 0. */
static int
eval_clear_of_zero(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double lo = in[0]->field[LOW], hi = in[0]->field[HIGH],
	       near = 0.05 * (hi - lo);

	(void)nd;
	if (fabs(lo) < near || fabs(hi) < near)
		return run_undefined(r, "an interval that ends near 0");
	out->x = lo > 0 || hi < 0;
	return 0;
}

static int
put_test(struct run *r, struct value *out, struct num_test t)
{
	if (!isfinite(t.stat) || !isfinite(t.p))
		return run_undefined(r, "no test");
	out->field[0] = t.stat;
	out->field[1] = t.p;
	return 0;
}

static int
eval_paired(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	const double *a = in[0]->num, *b = in[1]->num;
	size_t n = in[0]->n;
	struct num_test t;

	if (in[1]->n != n || n < 10 || any_nan(a, n) || any_nan(b, n))
		return run_undefined(r, "too few pairs");
	if (strcmp(nd->op->name, "ttest_paired") == 0)
		return put_test(r, out, num_ttest_paired(a, b, n));
	t = num_signtest(a, b, n);
	if (!(t.df >= 10))
		return run_undefined(r, "too few pairs that differ");
	t.p = num_binom_test((int64_t)t.stat, (int64_t)t.df, 0.5);
	return put_test(r, out, t);
}

static int
eval_count_greater(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t i, k = 0;

	(void)nd;
	if (in[0]->n != in[1]->n)
		return run_undefined(r, "columns of different tables");
	for (i = 0; i < in[0]->n; i++)
		k += in[0]->num[i] > in[1]->num[i];
	out->x = (double)k;
	return 0;
}

#define PART(nm, python, text)                                                 \
	{                                                                      \
		.name = nm, .in = {K_FIELDS}, .out = K_SCALAR,                 \
		.flags = OP_INLINE | OP_BINDER, .py = python, .say = text,     \
		.eval = eval_part                                              \
	}

const struct op model_ops[] = {
    {.name = "partial",
	.in = {K_NUM, K_NUM, K_NUM},
	.out = K_SCALAR,
	.steps = 4,
	.var = "partial",
	.py = "r_xy = $0.corr($1)\nr_xz = $0.corr($2)\n"
	      "r_yz = $1.corr($2)\n"
	      "$v = (r_xy - r_xz * r_yz) / np.sqrt(\n"
	      "    (1 - r_xz ** 2) * (1 - r_yz ** 2)"
	      "\n)",
	.say = "partial correlation (Pearson) of "
	       "$0 and $1 given $2",
	.eval = eval_partial},
    {.name = "residuals",
	.in = {K_FIELDS, K_NUM, K_NUM},
	.out = K_NUM,
	.steps = 1,
	.var = "residuals",
	.py = "$2 - ($0.intercept + $0.slope * $1)",
	.say = "residual",
	.note = "residuals: $2 minus its prediction by the line",
	.eval = eval_residuals},
    {.name = "complete_frame",
	.in = {K_FRAME},
	.out = K_TABLE,
	.flags = OP_BINDER,
	.var = "complete",
	.py = "$0.dropna()",
	.say = "the rows without missing values",
	.note = "the rows where all of these columns are present",
	.eval = eval_complete_frame},
    {.name = "ols",
	.in = {K_FRAME, K_NUM},
	.out = K_FIELDS,
	.steps = 3,
	.flags = OP_SM,
	.var = "fit",
	.py = "sm.OLS($1, sm.add_constant($0)).fit()",
	.say = "ordinary least squares of $1 on $0 with an intercept",
	.eval = eval_ols},
    PART("adjusted_r2", "$0.rsquared_adj", "adjusted R squared"),
    PART("n_significant", "(np.asarray($0.pvalues)[1:] < 0.05).sum()",
	"number of predictors with a p-value below 0.05"),
    PART("lower_end", "$0[0]", "lower end"),
    PART("upper_end", "$0[1]", "upper end"),
    {.name = "test_errors",
	.in = {K_FRAME, K_NUM},
	.out = K_NUM,
	.arg = {{"share", ARG_NUM, NULL}, {"seed", ARG_NUM, NULL}},
	.steps = 4,
	.flags = OP_SKLEARN | OP_SEEDED | OP_SLOW,
	.var = "errors",
	.py = "x_train, x_test, y_train, y_test = train_test_split(\n"
	      "    $0, $1, test_size=@share, random_state=@seed\n"
	      ")\n"
	      "model = LinearRegression().fit(x_train, y_train)\n"
	      "$v = y_test - model.predict(x_test)",
	.say = "errors on the test rows",
	.note = "errors on the test rows of a linear regression fitted to "
		"the training rows",
	.eval = eval_test_errors},
    {.name = "rms",
	.in = {K_NUM},
	.out = K_SCALAR,
	.steps = 1,
	.var = "rms",
	.py = "np.sqrt(($(0) ** 2).mean())",
	.say = "root mean square of $0",
	.eval = eval_rms},
    {.name = "mean_interval",
	.in = {K_NUM},
	.out = K_FIELDS,
	.arg = {{"level", ARG_NUM, NULL}},
	.steps = 3,
	.flags = OP_STATS,
	.var = "interval",
	.py = "$v = stats.t.interval(\n"
	      "    @level, len($0) - 1, loc=$0.mean(), scale=$0.sem()\n)",
	.say = "confidence interval of the mean of $0 by the t distribution",
	.eval = eval_mean_interval},
    {.name = "bootstrap",
	.in = {K_NUM},
	.out = K_FIELDS,
	.arg = {{"draws", ARG_NUM, NULL}, {"seed", ARG_NUM, NULL}},
	.steps = 4,
	.flags = OP_SEEDED | OP_SLOW,
	.var = "interval",
	.py = "rng = np.random.default_rng(@seed)\n"
	      "means = [\n"
	      "    rng.choice($0, len($0), replace=True).mean()\n"
	      "    for _ in range(@draws)\n]\n"
	      "$v = np.percentile(means, [2.5, 97.5])",
	.say = "bootstrap interval of the mean of $0",
	.note = "2.5th and 97.5th percentile of the means of @draws samples "
		"of $0 drawn with replacement",
	.eval = eval_bootstrap},
    {.name = "share_in",
	.in = {K_MASK, K_MASK},
	.out = K_SCALAR,
	.steps = 2,
	.var = "share",
	.py = "$(0)[$1].mean()",
	.say = "share of rows where $0 among those where $1",
	.eval = eval_share_in},
    {.name = "prop_interval",
	.in = {K_MASK, K_MASK, K_MASK},
	.out = K_FIELDS,
	.steps = 2,
	.flags = OP_STATS,
	.var = "interval",
	.py = "p, q = $(0)[$1].mean(), $(0)[$2].mean()\n"
	      "error = np.sqrt(\n"
	      "    p * (1 - p) / $(1).sum() + q * (1 - q) / $(2).sum()\n)\n"
	      "$v = stats.norm.interval(0.95, loc=p - q, scale=error)",
	.say = "normal interval of the difference of two shares",
	.note = "95 % normal interval of the difference of the two shares",
	.eval = eval_prop_interval},
    {.name = "clear_of_zero",
	.in = {K_FIELDS},
	.out = K_BOOL,
	.steps = 1,
	.var = "clear",
	.py = "bool($0[0] > 0 or $0[1] < 0)",
	.say = "whether the interval leaves out 0",
	.eval = eval_clear_of_zero},
    {.name = "ttest_paired",
	.in = {K_NUM, K_NUM},
	.out = K_FIELDS,
	.steps = 1,
	.flags = OP_STATS,
	.var = "test",
	.py = "stats.ttest_rel($0, $1)",
	.say = "paired t-test",
	.eval = eval_paired},
    {.name = "sign_test",
	.in = {K_NUM, K_NUM},
	.out = K_FIELDS,
	.steps = 2,
	.flags = OP_STATS,
	.var = "test",
	.py = "$v = stats.binomtest(\n"
	      "    int(($0 > $1).sum()),\n"
	      "    int(($0 != $1).sum()),\n    0.5,\n)",
	.say = "sign test",
	.note = "two-sided sign test, pairs of equal values left out",
	.eval = eval_paired},
    {.name = "count_greater",
	.in = {K_NUM, K_NUM},
	.out = K_SCALAR,
	.steps = 1,
	.var = "n_greater",
	.py = "int(($0 > $1).sum())",
	.say = "number of rows where $0 is greater than $1",
	.eval = eval_count_greater},
    {0}};
