/* agg.c - numbers from columns, from groups of them, from what groups gave. */
#include <string.h>

#include "tables.h"

static const struct word ddof_words[] = {
    {"sample", "1", "sample", "Use the sample form (divide by n - 1)."},
    {"population", "0", "population", "Use the population form (divide by n)."},
    {0}};

static const struct reading sd_readings[] = {
    {"sample or population", "ddof", NULL, NULL}, {0}};
static const struct reading mean_readings[] = {
    {"median for mean", NULL, "median", "mean|average"}, {0}};
static const struct reading median_readings[] = {
    {"mean for median", NULL, "mean", "median"}, {0}};

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

static double
a_iqr(const struct node *nd, double *v, size_t n, bool grouped,
    struct num_work *w)
{
	(void)nd;
	(void)grouped;
	if (n == 0)
		return NAN;
	num_sort(v, n, w);
	return num_iqr_sorted(v, n);
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

static double
a_nunique(const struct node *nd, double *v, size_t n, bool grouped,
    struct num_work *w)
{
	(void)nd;
	(void)grouped;
	num_sort(v, n, w);
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
eval_rows(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	(void)r;
	(void)nd;
	out->x = (double)in[0]->n;
	return 0;
}

#define NUMBERS K_NUM | K_GROUPED | K_GVEC | K_CVEC
#define AGG(nm, fn, text, python, rd, fl)                                      \
	{                                                                      \
		.name = nm, .in = {NUMBERS}, .out = K_SCALAR, .steps = 1,      \
		.var = nm, .py = python, .say = text, .readings = rd,          \
		.agg = fn, .flags = fl                                         \
	}
#define AGG_ARG(nm, text, python, rd, fl, ...)                                 \
	{                                                                      \
		.name = nm, .in = {NUMBERS}, .out = K_SCALAR,                  \
		.arg = {__VA_ARGS__}, .steps = 1, .var = nm, .py = python,     \
		.say = text, .readings = rd, .agg = a_arg, .flags = fl         \
	}

const struct op agg_ops[] = {AGG("count", a_count, "number of values of $0",
				 "$0.count()", NULL, OP_SEEN),
    AGG("sum", a_sum, "[total|sum] of $0", "$0.sum()", NULL, OP_SEEN),
    AGG("mean", a_mean, "[mean|average] of $0", "$0.mean()", mean_readings,
	OP_SEEN),
    AGG("median", a_median, "median of $0", "$0.median()", median_readings,
	OP_SEEN),
    AGG("min", a_min, "[smallest|lowest] $0", "$0.min()", NULL, OP_SEEN),
    AGG("max", a_max, "[largest|highest] $0", "$0.max()", NULL, OP_SEEN),
    AGG("range", a_range, "range of $0 (largest minus smallest)",
	"$0.max() - $0.min()", NULL, OP_SEEN),
    AGG("iqr", a_iqr, "interquartile range of $0",
	"$0.quantile(0.75) - $0.quantile(0.25)", NULL, OP_SEEN),
    AGG("skew", a_skew,
	"skewness of $0 (bias-corrected, as pandas computes it)", "$0.skew()",
	NULL, 0),
    AGG("kurt", a_kurt,
	"excess kurtosis of $0 (bias-corrected, as pandas computes it)",
	"$0.kurt()", NULL, 0),
    AGG("nunique", a_nunique, "number of distinct values of $0", "$0.nunique()",
	NULL, OP_SEEN),
    AGG_ARG("std", "@ddof standard deviation of $0", "$0.std(ddof=@ddof)",
	sd_readings, OP_SEEN, {"ddof", ARG_WORD, ddof_words}),
    AGG_ARG("var", "@ddof variance of $0", "$0.var(ddof=@ddof)", sd_readings,
	OP_SEEN, {"ddof", ARG_WORD, ddof_words}),
    AGG_ARG("sem", "standard error of the mean of $0", "$0.sem(ddof=@ddof)",
	sd_readings, OP_SEEN, {"ddof", ARG_WORD, ddof_words}),
    AGG_ARG("cv",
	"coefficient of variation of $0 (@ddof standard deviation over mean)",
	"$0.std(ddof=@ddof) / $0.mean()", sd_readings, OP_SEEN,
	{"ddof", ARG_WORD, ddof_words}),
    AGG_ARG("quantile", "@q quantile of $0 (linear interpolation)",
	"$0.quantile(@q)", NULL, 0, {"q", ARG_NUM, NULL}),
    {.name = "count_true",
	.in = {K_MASK},
	.flags = OP_SEEN,
	.out = K_SCALAR,
	.steps = 1,
	.var = "n",
	.py = "int(($0).sum())",
	.say = "number of rows where $0",
	.eval = eval_count_true},
    {.name = "share_true",
	.in = {K_MASK},
	.flags = OP_SEEN,
	.out = K_SCALAR,
	.steps = 1,
	.var = "share",
	.py = "($0).mean() * 100",
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
    {0}};
