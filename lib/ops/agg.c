/* agg.c - numbers from columns, from groups of them, from what groups gave. */
#include <string.h>

#include "tables.h"

static const struct word ddof_words[] = {
    {"sample", "1", "sample",
	"[Use the sample form (divide by n - 1)|Divide by n - 1, as for a "
	"sample|Take the sample form (ddof = 1)]."},
    {"population", "0", "population",
	"[Use the population form (divide by n)|Divide by n, as for a whole "
	"population|Take the population form (ddof = 0)]."},
    {0}};

static const struct reading sd_readings[] = {
    {"sample or population", "ddof", NULL, "sample|population"}, {0}};
static const struct reading sem_readings[] = {
    {"sample or population", "ddof", NULL,
	"sample standard|sample variance|population standard|population "
	"variance|divide by n|ddof|n - 1"},
    {0}};
static const struct reading mean_readings[] = {
    {"median for mean", NULL, "median", "mean|average"}, {0}};
static const struct reading quantile_readings[] = {
    {"quantile without interpolation", NULL, "quantile_lower", "interpolat"},
    {0}};
static const struct reading iqr_readings[] = {
    {"quantile without interpolation", NULL, "iqr_lower", "interpolat"}, {0}};
static const struct reading trim_readings[] = {
    {"mean without trimming", NULL, "mean", "trim|lowest"}, {0}};
static const struct reading median_readings[] = {
    {"mean for median", NULL, "mean", "median|middle value"}, {0}};

static double
a_count(const struct node *nd, double *v, size_t n, bool grouped,
    struct num_work *w)
{
	(void)nd;
	(void)v;
	(void)grouped;
	(void)w;
	return (double)n;
}

static double
a_sum(const struct node *nd, double *v, size_t n, bool grouped,
    struct num_work *w)
{
	(void)nd;
	(void)w;
	return grouped ? num_group_sum(v, n) : num_sum(v, n);
}

static double
a_mean(const struct node *nd, double *v, size_t n, bool grouped,
    struct num_work *w)
{
	(void)nd;
	(void)w;
	return n == 0 ? NAN : grouped ? num_group_mean(v, n) : num_mean(v, n);
}

static double
a_median(const struct node *nd, double *v, size_t n, bool grouped,
    struct num_work *w)
{
	(void)nd;
	(void)grouped;
	(void)w;
	return n == 0 ? NAN : num_median(v, n);
}

static double
a_min(const struct node *nd, double *v, size_t n, bool grouped,
    struct num_work *w)
{
	(void)nd;
	(void)grouped;
	(void)w;
	return n == 0 ? NAN : num_min(v, n);
}

static double
a_max(const struct node *nd, double *v, size_t n, bool grouped,
    struct num_work *w)
{
	(void)nd;
	(void)grouped;
	(void)w;
	return n == 0 ? NAN : num_max(v, n);
}

static double
a_range(const struct node *nd, double *v, size_t n, bool grouped,
    struct num_work *w)
{
	(void)nd;
	(void)grouped;
	(void)w;
	return n == 0 ? NAN : num_max(v, n) - num_min(v, n);
}

/* Quartiles by interpolation, or (lower) values themselves: the lower of the
 * two at hand. */
static double
a_iqr(const struct node *nd, double *v, size_t n, bool grouped,
    struct num_work *w)
{
	bool lower = strcmp(nd->op->name, "iqr_lower") == 0;

	(void)grouped;
	if (n == 0)
		return NAN;
	num_sort(v, n, w);
	return lower ? v[(n - 1) * 3 / 4] - v[(n - 1) / 4]
		     : num_iqr_sorted(v, n);
}

static double
a_skew(const struct node *nd, double *v, size_t n, bool grouped,
    struct num_work *w)
{
	(void)nd;
	(void)grouped;
	(void)w;
	return num_moments_safe(v, n) ? num_skew(v, n) : NAN;
}

static double
a_kurt(const struct node *nd, double *v, size_t n, bool grouped,
    struct num_work *w)
{
	(void)nd;
	(void)grouped;
	(void)w;
	return num_moments_safe(v, n) ? num_kurt(v, n) : NAN;
}

/* Are two of the sorted values equal but for what computing them rounds? */
static bool
nearly_equal(const double *v, size_t n)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (v[i] != v[i - 1] &&
		    v[i] - v[i - 1] <= 1e-9 * fmax(fabs(v[i]), fabs(v[i - 1])))
			return true;
	return false;
}

static double
a_nunique(const struct node *nd, double *v, size_t n, bool grouped,
    struct num_work *w)
{
	(void)nd;
	num_sort(v, n, w);
	if (!grouped && nearly_equal(v, n))
		return NAN;
	return (double)num_nunique_sorted(v, n);
}

/* Aggregates with an argument. */
static double
a_arg(const struct node *nd, double *v, size_t n, bool grouped,
    struct num_work *w)
{
	const char *name = nd->op->name;
	int ddof = nd->arg[0].word == 0 ? 1 : 0;

	if (n == 0)
		return NAN;
	if (strcmp(name, "quantile") == 0) {
		num_sort(v, n, w);
		return grouped ? num_group_quantile_sorted(v, n, nd->arg[0].num)
			       : num_quantile_sorted(v, n, nd->arg[0].num);
	}
	if (strcmp(name, "quantile_lower") == 0) {
		num_sort(v, n, w);
		return v[(size_t)floor((double)(n - 1) * nd->arg[0].num)];
	}
	if (strcmp(name, "trimmed_mean") == 0) {
		num_sort(v, n, w);
		return num_trimmed_mean_sorted(v, n, nd->arg[0].num);
	}
	if (strcmp(name, "var") == 0)
		return grouped ? num_group_var(v, n, ddof)
			       : num_var(v, n, ddof);
	if (strcmp(name, "sem") == 0)
		return num_sem(v, n, ddof);
	if (strcmp(name, "cv") == 0)
		return num_sd(v, n, ddof) / num_mean(v, n);
	return grouped ? num_group_sd(v, n, ddof) : num_sd(v, n, ddof);
}

static int
eval_count_true(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t i, k = 0;

	for (i = 0; i < in[0]->n; i++)
		k += in[0]->bit[i];
	out->least = in[0]->n;
	out->x = (double)k;
	if (strcmp(nd->op->name, "share_true") == 0) {
		if (in[0]->n == 0)
			return run_undefined(r, "no rows");
		out->x = (double)k / (double)in[0]->n * 100;
	}
	return 0;
}

static int
eval_n_missing(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t i, k = 0;

	(void)r;
	(void)nd;
	for (i = 0; i < in[0]->n; i++)
		k += in[0]->kind == K_CAT ? in[0]->code[i] < 0
					  : isnan(in[0]->num[i]);
	out->x = (double)k;
	return 0;
}

/* The most frequent value, by its lead on the next one. */
static int
eval_mode(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	size_t n, i, now = 0, most = 0, next = 0;
	double *v = run_sorted(r, in[0], &n);

	(void)nd;
	for (i = 0; i < n; i++) {
		now = i > 0 && v[i] == v[i - 1] ? now + 1 : 1;
		if (i + 1 < n && v[i + 1] == v[i])
			continue;
		if (now > most) {
			next = most;
			most = now;
			out->x = v[i];
		} else if (now > next) {
			next = now;
		}
	}
	if (most < 2 || most == next || nearly_equal(v, n))
		return run_undefined(r, "no single mode");
	out->margin = run_lead((double)most, (double)next);
	return 0;
}

static int
eval_rows(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	(void)r;
	(void)nd;
	out->x = (double)in[0]->n;
	return 0;
}

/* Percent of the rows of each group where a mask holds. */
static int
eval_share_by(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t k = in[1]->keys->n, i, n = 0;
	size_t *size = run_alloc(r, k + 1, sizeof *size),
	       *hits = run_alloc(r, k + 1, sizeof *hits);
	double *num = run_alloc(r, k + 1, sizeof *num);
	struct tab_span *name = run_alloc(r, k + 1, sizeof *name);
	struct keys *keys = run_alloc(r, 1, sizeof *keys);

	(void)nd;
	if (in[0]->n != in[1]->n)
		return run_undefined(r, "columns of different tables");
	memset(size, 0, (k + 1) * sizeof *size);
	memset(hits, 0, (k + 1) * sizeof *hits);
	for (i = 0; i < in[0]->n; i++)
		if (in[1]->code[i] >= 0) {
			size[in[1]->code[i]]++;
			hits[in[1]->code[i]] += in[0]->bit[i];
		}
	out->least = in[0]->n;
	for (i = 0; i < k; i++) {
		if (size[i] == 0)
			continue;
		if (size[i] < out->least)
			out->least = size[i];
		name[n] = in[1]->keys->name[i];
		num[n] = (double)hits[i] / (double)size[i] * 100;
		size[n++] = size[i];
	}
	*keys = (struct keys){name, n, in[1]->keys->type};
	out->num = num;
	out->size = size;
	out->keys = keys;
	out->n = n;
	return n > 1 ? 0 : run_undefined(r, "fewer than two groups");
}

/* Each entry's share of the sum. */
static int
eval_shares(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double *num = run_alloc(r, in[0]->n, sizeof *num);
	double sum = num_sum(in[0]->num, in[0]->n);
	size_t i;

	(void)nd;
	if (!(sum > 0))
		return run_undefined(r, "nothing to share");
	for (i = 0; i < in[0]->n; i++)
		num[i] = in[0]->num[i] / sum;
	out->num = num;
	out->keys = in[0]->keys;
	out->size = in[0]->size;
	out->n = in[0]->n;
	return 0;
}

/* How concentrated shares are. */
static int
eval_concentration(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->n, k = (size_t)nd->arg[0].num, i;
	double *v = run_alloc(r, n, sizeof *v);

	if (n < 3)
		return run_undefined(r, "fewer than three groups");
	switch (nd->op->name[0]) {
	case 'e':
		out->x = num_entropy(in[0]->num, n, 2);
		return 0;
	case 'g':
		out->x = num_gini_simpson(in[0]->num, n);
		return 0;
	default:
		if (k >= n)
			return run_undefined(r, "too few groups");
		memcpy(v, in[0]->num, n * sizeof *v);
		num_sort(v, n, &r->work);
		for (out->x = 0, i = n - k; i < n; i++)
			out->x += v[i] * 100;
		return 0;
	}
}

#define INTERPOLATED                                                           \
	"[Take quantiles by linear interpolation|Quantiles are interpolated "  \
	"linearly]."
#define NUMBERS K_NUM | K_GROUPED | K_GVEC | K_CVEC
#define AGG(nm, variable, fn, text, python, rd, fl)                            \
	{                                                                      \
		.name = nm, .in = {NUMBERS}, .out = K_SCALAR, .steps = 1,      \
		.var = variable, .py = python, .say = text, .readings = rd,    \
		.agg = fn, .flags = fl                                         \
	}
#define AGG_ARG(nm, text, python, rd, fl, ...)                                 \
	{                                                                      \
		.name = nm, .in = {NUMBERS}, .out = K_SCALAR,                  \
		.arg = {__VA_ARGS__}, .steps = 1, .var = nm, .py = python,     \
		.say = text, .readings = rd, .agg = a_arg, .flags = fl         \
	}

const struct op agg_ops[] = {
    AGG("count", "n_values", a_count, "number of values of $0", "$0.count()",
	NULL, OP_SEEN),
    AGG("sum", "total", a_sum, "[total|sum] of $0", "$0.sum()", NULL, OP_SEEN),
    AGG("mean", "mean", a_mean, "[mean|average|arithmetic mean] of $0",
	"$0.mean()", mean_readings, OP_SEEN),
    AGG("median", "median", a_median,
	"[median|median value|middle value] of $0", "$0.median()",
	median_readings, OP_SEEN | OP_BAG),
    AGG("min", "smallest", a_min, "[minimum|minimum value] of $0", "$0.min()",
	NULL, OP_SEEN),
    AGG("max", "largest", a_max, "[maximum|maximum value] of $0", "$0.max()",
	NULL, OP_SEEN),
    AGG("range", "full_range", a_range, "range of $0 (largest minus smallest)",
	"$0.max() - $0.min()", NULL, OP_SEEN),
    {.name = "iqr",
	.in = {NUMBERS},
	.out = K_SCALAR,
	.steps = 1,
	.flags = OP_SEEN | OP_BAG,
	.var = "iqr",
	.py = "$0.quantile(0.75) - $0.quantile(0.25)",
	.say = "interquartile range of $0",
	.readings = iqr_readings,
	.clause = INTERPOLATED,
	.agg = a_iqr},
    AGG("iqr_lower", "iqr", a_iqr,
	"interquartile range of $0 (quartiles without interpolation)",
	"$0.quantile(0.75, interpolation=\"lower\") - "
	"$0.quantile(0.25, interpolation=\"lower\")",
	NULL, OP_BAG),
    AGG("skew", "skew", a_skew,
	"skewness of $0 (bias-corrected, as pandas computes it)", "$0.skew()",
	NULL, 0),
    AGG("kurt", "kurt", a_kurt,
	"excess kurtosis of $0 (bias-corrected, as pandas computes it)",
	"$0.kurt()", NULL, 0),
    AGG("nunique", "n_distinct", a_nunique, "number of distinct values of $0",
	"$0.nunique()", NULL, OP_SEEN | OP_BAG),
    AGG_ARG("std", "@ddof standard deviation of $0", "$0.std(ddof=@ddof)",
	sd_readings, OP_SEEN | OP_EITHER, {"ddof", ARG_WORD, ddof_words}),
    AGG_ARG("var", "@ddof variance of $0", "$0.var(ddof=@ddof)", sd_readings,
	OP_SEEN | OP_EITHER, {"ddof", ARG_WORD, ddof_words}),
    AGG_ARG("sem", "standard error of the mean of $0", "$0.sem(ddof=@ddof)",
	sem_readings, OP_SEEN | OP_EITHER, {"ddof", ARG_WORD, ddof_words}),
    AGG_ARG("cv",
	"coefficient of variation of $0 (@ddof standard deviation over mean)",
	"$0.std(ddof=@ddof) / $0.mean()", sd_readings, OP_SEEN | OP_EITHER,
	{"ddof", ARG_WORD, ddof_words}),
    {.name = "quantile",
	.in = {NUMBERS},
	.out = K_SCALAR,
	.arg = {{"q", ARG_NUM, NULL}},
	.steps = 1,
	.flags = OP_BAG,
	.var = "quantile",
	.py = "$0.quantile(@q)",
	.say = "@q quantile of $0 (linear interpolation)",
	.readings = quantile_readings,
	.clause = INTERPOLATED,
	.agg = a_arg},
    AGG_ARG("quantile_lower", "@q quantile of $0 (no interpolation)",
	"$0.quantile(@q, interpolation=\"lower\")", NULL, OP_BAG,
	{"q", ARG_NUM, NULL}),
    {.name = "trimmed_mean",
	.in = {K_NUM},
	.out = K_SCALAR,
	.arg = {{"cut", ARG_NUM, NULL}},
	.steps = 2,
	.flags = OP_STATS | OP_BAG,
	.var = "trimmed",
	.py = "stats.trim_mean($0.dropna(), @cut)",
	.say = "trimmed mean of $0",
	.note = "mean of $0 without the share @cut of the values at each end",
	.readings = trim_readings,
	.agg = a_arg},
    {.name = "share_by",
	.in = {K_MASK, K_CAT},
	.out = K_GVEC,
	.steps = 2,
	.var = "shares",
	.py = "$(0).groupby($1).mean() * 100",
	.say = "percentage of rows where $0",
	.note = "percentage of the rows of each $1 where $0",
	.eval = eval_share_by},
    {.name = "shares",
	.in = {K_GVEC},
	.out = K_GVEC,
	.steps = 1,
	.flags = OP_SEEN,
	.var = "shares",
	.py = "$0 / $0.sum()",
	.say = "shares",
	.note = "share of each value in the total",
	.eval = eval_shares},
    {.name = "entropy",
	.in = {K_GVEC},
	.out = K_SCALAR,
	.steps = 1,
	.var = "entropy",
	.py = "-($0 * np.log2($0)).sum()",
	.say = "Shannon entropy in bits (logarithm to base 2)",
	.eval = eval_concentration},
    {.name = "gini_simpson",
	.in = {K_GVEC},
	.out = K_SCALAR,
	.steps = 1,
	.var = "diversity",
	.py = "1 - ($0 ** 2).sum()",
	.say = "Gini-Simpson index (1 minus the sum of the squared shares)",
	.eval = eval_concentration},
    {.name = "top_share",
	.in = {K_GVEC},
	.out = K_SCALAR,
	.arg = {{"k", ARG_NUM, NULL}},
	.steps = 2,
	.flags = OP_SEEN,
	.var = "top_share",
	.py = "$0.nlargest(@k).sum() * 100",
	.say = "percentage of rows that have one of the @k most frequent "
	       "values",
	.eval = eval_concentration},
    {.name = "count_true",
	.in = {K_MASK},
	.flags = OP_SEEN,
	.out = K_SCALAR,
	.steps = 1,
	.var = "n",
	.py = "int($(0).sum())",
	.say = "number of rows where $0",
	.eval = eval_count_true},
    {.name = "share_true",
	.in = {K_MASK},
	.flags = OP_SEEN,
	.out = K_SCALAR,
	.steps = 1,
	.var = "share",
	.py = "$(0).mean() * 100",
	.say = "percentage of rows where $0",
	.eval = eval_count_true},
    {.name = "rows",
	.in = {K_TABLE},
	.flags = OP_SEEN,
	.out = K_SCALAR,
	.steps = 1,
	.var = "n_rows",
	.py = "len($0)",
	.say = "number of rows",
	.eval = eval_rows},
    {.name = "n_missing",
	.in = {K_NUM | K_CAT},
	.out = K_SCALAR,
	.steps = 1,
	.flags = OP_GAPS | OP_SEEN,
	.var = "n_missing",
	.py = "int($0.isna().sum())",
	.say = "number of missing values of $0",
	.eval = eval_n_missing},
    {.name = "mode",
	.in = {K_NUM},
	.out = K_SCALAR,
	.steps = 1,
	.flags = OP_SEEN,
	.var = "mode",
	.py = "$0.mode().iloc[0]",
	.say = "most frequent value of $0",
	.eval = eval_mode},
    {0}};
