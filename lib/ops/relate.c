/* relate.c - correlation, least squares, tests of two or more columns. */
#include <string.h>

#include "tables.h"

enum { COLUMNS_MAX = 24 };

/* What field reads from a test or model, in the order of struct value.field. */
static const struct word field_words[] = {
    {"statistic", "statistic", "test statistic", NULL},
    {"pvalue", "pvalue", "p-value", NULL}, {"slope", "slope", "slope", NULL},
    {"intercept", "intercept", "intercept", NULL},
    {"rvalue", "rvalue", "correlation", NULL}, {0}};

static const struct word method_words[] = {
    {"pearson", "\"pearson\"", "Pearson", NULL},
    {"spearman", "\"spearman\"", "Spearman rank", NULL},
    {"kendall", "\"kendall\"", "Kendall tau-b", NULL}, {0}};

static const struct reading pearson_readings[] = {
    {"rank correlation for Pearson", "method", "spearman",
	"Pearson|linear|straight"},
    {0}};

static const struct word var_words[] = {
    {"pooled", "True", "equal variances assumed (pooled)",
	"[Assume equal variances (pooled form)|Take the two spreads to be "
	"equal]."},
    {"welch", "False", "equal variances not assumed (Welch)",
	"[Do not assume equal variances (Welch's form)|Do not take the two "
	"spreads to be equal]."},
    {0}};
static const struct reading var_readings[] = {
    {"pooled or Welch", "variances", NULL,
	"equal variances|spreads to be equal|take the two spreads"},
    {0}};

static const struct word yates_words[] = {
    {"yes", "True", "with Yates' correction",
	"[Use Yates' continuity correction|Apply the continuity correction]."},
    {"no", "False", "without Yates' correction",
	"[Use no continuity correction|Leave the continuity correction out]."},
    {0}};
static const struct reading yates_readings[] = {
    {"with or without Yates' correction", "yates", NULL, "Yates"}, {0}};

static const struct word fit_words[] = {
    {"sample", "1", "sample",
	"Fit with the sample standard deviation (divide by n - 1)."},
    {"population", "0", "population",
	"Fit with the population standard deviation (divide by n)."},
    {0}};
static const struct reading fit_readings[] = {
    {"sample or population", "ddof", NULL, "sample|population"}, {0}};

static const struct word abs_words[] = {
    {"absolute", ".abs()", "in absolute value",
	"[Compare the correlations by absolute value|Absolute values are "
	"compared]."},
    {"signed", "", "with its sign",
	"[Compare the correlations with their signs|Signed values are "
	"compared]."},
    {0}};
static const struct reading abs_readings[] = {
    {"signed or absolute", "size", NULL, NULL}, {0}};

/* Columns named in a JSON array. */
static int
eval_columns(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	json_t *names = json_loadb(
	    nd->arg[0].text.p, nd->arg[0].text.n, JSON_ALLOW_NUL, NULL);
	size_t n = json_array_size(names), i;
	int32_t *col = run_alloc(r, n + 1, sizeof *col);
	long at;

	for (i = 0; i < n; i++) {
		at = tab_find(base_table(r->base),
		    json_string_value(json_array_get(names, i)));
		if (at < 0)
			break;
		col[i] = (int32_t)at;
	}
	json_decref(names);
	if (i < n || n < 2 || n > COLUMNS_MAX)
		return run_undefined(r, "columns that are not there");
	out->code = col;
	out->n = n;
	out->rows = in[0]->rows;
	out->width = in[0]->n;
	return 0;
}

static void
py_columns(struct emit *e, const struct node *nd, struct buf *b)
{
	json_t *names = json_loadb(
	    nd->arg[0].text.p, nd->arg[0].text.n, JSON_ALLOW_NUL, NULL);
	const char *s;
	size_t i;

	emit_template(e, nd, "$0[[", b);
	for (i = 0; i < json_array_size(names); i++) {
		s = json_string_value(json_array_get(names, i));
		buf_puts(b, i > 0 ? ", " : "");
		buf_pystr(b, s, strlen(s));
	}
	buf_puts(b, "]]");
	json_decref(names);
}

/*
 * Are there values that all but tie? Sums and logarithms of equal numbers may
 * differ in their last bit, and differently from one library to the next: they
 * would share a rank here and not there.
 */
static bool
near_ties(struct run *r, const struct value *v)
{
	struct run_mark before = run_mark(r);
	size_t n, i;
	double *s = run_sorted(r, v, &n), gap;
	bool near = false;

	for (i = 1; i < n && !near; i++) {
		gap = s[i] - s[i - 1];
		near =
		    gap > 0 && gap <= 1e-12 * fmax(fabs(s[i]), fabs(s[i - 1]));
	}
	run_release(r, before);
	return near;
}

static int
eval_corr(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	if (in[0]->n != in[1]->n)
		return run_undefined(r, "columns of different tables");
	if (nd->arg[0].word != 0 &&
	    (near_ties(r, in[0]) || near_ties(r, in[1])))
		return run_undefined(r, "values that all but tie");
	out->x = run_corr(r, in[0], in[1], nd->arg[0].word);
	return isnan(out->x) ? run_undefined(r, "no correlation") : 0;
}

/* The label of a pair: the two names with a NUL between. */
static struct tab_span
pair_name(struct run *r, int32_t a, int32_t b)
{
	const char *x = tab_name(base_table(r->base), (size_t)a),
		   *y = tab_name(base_table(r->base), (size_t)b);
	size_t lx = strlen(x), ly = strlen(y);
	char *s = run_alloc(r, lx + ly + 2, 1);

	memcpy(s, x, lx + 1);
	memcpy(s + lx + 1, y, ly + 1);
	return (struct tab_span){s, lx + ly + 1};
}

static int
eval_pairs(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	size_t n = in[0]->n, i, j, k = 0, all = n * (n - 1) / 2;
	double *num = run_alloc(r, all, sizeof *num);
	struct tab_span *name = run_alloc(r, all, sizeof *name);
	struct keys *keys = run_alloc(r, 1, sizeof *keys);
	struct run_mark before, labelled;
	const struct value *col;

	for (i = 0; i < n; i++)
		for (j = i + 1; j < n; j++)
			name[k++] =
			    pair_name(r, in[0]->code[i], in[0]->code[j]);
	*keys = (struct keys){name, k, KEY_TEXT};
	labelled = run_mark(r);
	col = run_frame(r, in[0], nd->arg[0].word);
	for (i = k = 0; i < n; i++)
		for (j = i + 1; j < n; j++, k++) {
			before = run_mark(r);
			num[k] = run_corr(r, &col[i], &col[j], nd->arg[0].word);
			run_release(r, before);
			if (isnan(num[k]) || fabs(num[k]) > 0.999)
				return run_undefined(
				    r, "a perfect correlation");
			if (nd->arg[1].word == 0)
				num[k] = fabs(num[k]);
		}
	run_release(r, labelled);
	out->num = num;
	out->keys = keys;
	out->n = k;
	return 0;
}

/* |Spearman - Pearson| of all pairs, labelled as eval_pairs does. */
static int
eval_rank_gap(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	struct node pearson = *nd, spearman = *nd;
	struct value a = {0}, b = {0};
	double *num;
	size_t i;

	pearson.arg[0].word = 0;
	spearman.arg[0].word = 1;
	pearson.arg[1].word = spearman.arg[1].word = 1; /* signed */
	if (eval_pairs(r, &pearson, in, &a) == -1 ||
	    eval_pairs(r, &spearman, in, &b) == -1)
		return -1;
	num = run_alloc(r, a.n + 1, sizeof *num);
	for (i = 0; i < a.n; i++)
		num[i] = fabs(b.num[i] - a.num[i]);
	out->num = num;
	out->keys = a.keys;
	out->n = a.n;
	return 0;
}

/* The two columns of the extreme pair. */
static int
eval_pair_end(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t best = 0, i, la;
	struct tab_span *name = run_alloc(r, 2, sizeof *name), s;
	struct keys *keys = run_alloc(r, 1, sizeof *keys);
	bool most = nd->arg[0].word == 0;
	double next = NAN, x;

	for (i = 1; i < in[0]->n; i++) {
		x = in[0]->num[i];
		if (most ? x > in[0]->num[best] : x < in[0]->num[best]) {
			next = in[0]->num[best];
			best = i;
		} else if (isnan(next) || (most ? x > next : x < next)) {
			next = x;
		}
	}
	s = in[0]->keys->name[best];
	la = strlen(s.p);
	name[0] = (struct tab_span){s.p, la};
	name[1] = (struct tab_span){s.p + la + 1, s.n - la - 1};
	*keys = (struct keys){name, 2, KEY_TEXT};
	out->keys = keys;
	out->n = 2;
	/* correlations are compared by their difference: they may be near 0 */
	out->margin = fabs(in[0]->num[best] - next);
	return 0;
}

static int
eval_corr_with(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->n, i;
	double *num = run_alloc(r, n, sizeof *num);
	struct tab_span *name = run_alloc(r, n, sizeof *name);
	struct keys *keys = run_alloc(r, 1, sizeof *keys);
	struct run_mark start = run_mark(r), before;
	const struct value *col;
	const char *s;

	if (in[1]->n != in[0]->width)
		return run_undefined(r, "columns of different tables");
	col = run_frame(r, in[0], nd->arg[0].word);
	for (i = 0; i < n; i++) {
		before = run_mark(r);
		num[i] = run_corr(r, &col[i], in[1], nd->arg[0].word);
		run_release(r, before);
		if (isnan(num[i]) || fabs(num[i]) > 0.999)
			return run_undefined(r, "a perfect correlation");
		if (nd->arg[1].word == 0)
			num[i] = fabs(num[i]);
		s = tab_name(base_table(r->base), (size_t)in[0]->code[i]);
		name[i] = (struct tab_span){s, strlen(s)};
	}
	run_release(r, start);
	*keys = (struct keys){name, n, KEY_TEXT};
	out->num = num;
	out->keys = keys;
	out->n = n;
	return 0;
}

static int
eval_line(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	struct num_line l;

	(void)nd;
	if (in[0]->n != in[1]->n || in[0]->n < 8)
		return run_undefined(r, "too few rows");
	l = num_line_fit(in[0]->num, in[1]->num, in[0]->n);
	if (isnan(l.slope))
		return run_undefined(r, "no line");
	out->field[1] = l.p;
	out->field[2] = l.slope;
	out->field[3] = l.intercept;
	out->field[4] = l.r;
	return 0;
}

static int
eval_field(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	out->x = in[0]->field[nd->arg[0].word];
	return isfinite(out->x) ? 0 : run_undefined(r, "not a number");
}

static int
eval_squared(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	(void)r;
	(void)nd;
	out->x = in[0]->field[4] * in[0]->field[4];
	return 0;
}

/* Values where a mask holds, missing ones dropped. */
static int
eval_sample(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double *v = run_alloc(r, in[0]->n + 1, sizeof *v);
	size_t i, k = 0;

	(void)nd;
	for (i = 0; i < in[0]->n; i++) {
		v[k] = in[0]->num[i];
		k += in[1]->bit[i] && !isnan(in[0]->num[i]);
	}
	out->num = v;
	out->n = k;
	return k >= 5 ? 0 : run_undefined(r, "a sample is too small");
}

static void
py_sample(struct emit *e, const struct node *nd, struct buf *b)
{
	int t, x;

	if (!emit_is_pick(e, nd->in[0], &t, &x)) {
		emit_template(e, nd, "$(0)[$1].dropna()", b);
		return;
	}
	buf_printf(b, "%s.loc[%s, ", e->expr[t], e->expr[nd->in[1]]);
	emit_col(e, x, b);
	buf_puts(b, "].dropna()");
}

static int
eval_line_at(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	(void)r;
	out->x = in[0]->field[3] + in[0]->field[2] * nd->arg[0].num;
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
eval_ttest(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	return put_test(r, out,
	    nd->arg[0].word == 0
		? num_ttest_pooled(in[0]->num, in[0]->n, in[1]->num, in[1]->n)
		: num_ttest_welch(in[0]->num, in[0]->n, in[1]->num, in[1]->n));
}

static int
eval_mannwhitney(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	(void)nd;
	return put_test(r, out,
	    num_mannwhitney(
		in[0]->num, in[0]->n, in[1]->num, in[1]->n, &r->work));
}

/* The values of a grouped column, group after group, missing ones dropped. */
static const double *
samples(struct run *r, const struct value *in, size_t **len, size_t *k)
{
	const struct run_split *s = run_split(r, in);
	size_t g;

	*len = run_alloc(r, in->keys->n + 1, sizeof **len);
	*k = 0;
	for (g = 0; g < in->keys->n; g++)
		if (s->n[g] > 0)
			(*len)[(*k)++] = s->n[g];
	return s->v;
}

static int
eval_samples(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	const struct run_split *s = run_split(r, in[0]);
	size_t g;

	(void)nd;
	/* a group without a value is a sample without one in Python */
	for (g = 0; g < in[0]->keys->n; g++)
		if (s->rows[g] > 0 && s->n[g] == 0)
			return run_undefined(r, "a group without a value");
	*out = *in[0];
	return 0;
}

static int
eval_anova(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	size_t *len, k, i;
	const double *v = samples(r, in[0], &len, &k);
	char op = nd->op->name[0];

	for (i = 0; i < k; i++)
		if (len[i] < 3)
			return run_undefined(r, "a group is too small");
	if (k < 2)
		return run_undefined(r, "too few groups");
	return put_test(r, out,
	    op == 'a'       ? num_anova(v, len, k)
		: op == 'k' ? num_kruskal(v, len, k, &r->work)
			    : num_levene(v, len, k, &r->work));
}

static int
eval_eta2(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	size_t *len, k;
	const double *v = samples(r, in[0], &len, &k);

	(void)nd;
	out->x = k < 2 ? NAN : num_anova(v, len, k).effect;
	return isnan(out->x) ? run_undefined(r, "no spread") : 0;
}

static int
eval_chi2(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	double least;
	struct num_test t = num_chi2_table(in[0]->num, in[0]->n / in[0]->width,
	    in[0]->width, nd->arg[0].word == 0, &least);

	if (!(least >= 5))
		return run_undefined(r, "expected counts below 5");
	out->field[2] = t.effect;
	return put_test(r, out, t);
}

static int
eval_cramer(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	(void)nd;
	out->x = in[0]->field[2];
	return isnan(out->x) ? run_undefined(r, "no test") : 0;
}

static int
eval_shapiro(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n;
	double *v = run_sorted(r, in[0], &n);

	(void)nd;
	if (n < 20 || n > 5000)
		return run_undefined(r, "too few or too many values");
	if (!(v[n - 1] > v[0]))
		return run_undefined(r, "no spread");
	return put_test(r, out, num_shapiro_sorted(v, n, base_work(r->base)));
}

enum side { SIGNIFICANT, NEAR_LIMIT, NOT_SIGNIFICANT, UNCLEAR };

/* Where a p-value that is off by less than 1e-3 surely lies. */
static enum side
ks_side(double p)
{
	return p < 0.029 ? SIGNIFICANT
	    : p < 0.031  ? UNCLEAR
	    : p < 0.069  ? NEAR_LIMIT
	    : p < 0.071  ? UNCLEAR
			 : NOT_SIGNIFICANT;
}

/*
 * A p-value that decides as the exact one does when a number is lost, by the
 * fit to all: the share below any point moves by at most 1/n, the normal's by
 * what its mean and standard deviation move; within these the distance is.
 */
static bool
ks_without(const struct memo *m, int ddof, struct num_test *t)
{
	const struct memo *all = m != NULL ? m->whole : NULL;
	double n, dev, mean, sd, off;
	size_t left;

	if (all == NULL || isnan(m->lost) || !(all->fit.sd > 0) ||
	    all->fit.ddof != ddof || all->n <= 20)
		return false;
	left = all->n - 1;
	n = (double)all->n;
	dev = m->lost - all->fit.mean;
	mean = dev / (n - 1);
	sd = all->fit.sd * all->fit.sd * (n - ddof) - dev * dev * n / (n - 1);
	sd = sqrt(sd / (n - 1 - ddof));
	if (!(sd > 0.1 * all->fit.sd))
		return false;
	off = 1 / n + 0.399 * fabs(mean) / sd +
	    0.2421 * fabs(log(sd / all->fit.sd));
	t->stat = all->fit.distance;
	t->p = num_ks_sf_near(t->stat + off, left);
	return ks_side(t->p) != UNCLEAR &&
	    ks_side(t->p) == ks_side(num_ks_sf_near(t->stat - off, left));
}

/* Against the normal with the values' own mean and standard deviation. */
static int
eval_ks_normal(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	int ddof = nd->arg[0].word == 0 ? 1 : 0;
	struct memo *m = in[0]->memo;
	double mean, sd;
	struct num_test t;
	const double *v;
	size_t n;
	bool exact;

	if (r->rough && ks_without(m, ddof, &t))
		return put_test(r, out, t);
	v = run_numbers(r, in[0], &n);
	if (n < 20)
		return run_undefined(r, "too few values");
	mean = num_mean(v, n);
	sd = num_sd(v, n, ddof);
	if (!(sd > 0))
		return run_undefined(r, "no spread");
	v = run_sorted(r, in[0], &n);
	t.stat = num_ks_norm_distance(v, n, mean, sd);
	t.p = num_ks_sf_near(t.stat, n);
	if (!r->rough || ks_side(t.p) == UNCLEAR)
		t.p = num_ks_norm_p(t.stat, n, &exact);
	if (m != NULL) {
		m->fit.mean = mean;
		m->fit.sd = sd;
		m->fit.ddof = ddof;
		m->fit.distance = t.stat;
	}
	return put_test(r, out, t);
}

#define TEST(nm, ins, python, text)                                            \
	{                                                                      \
		.name = nm, .in = ins, .out = K_FIELDS, .steps = 1,            \
		.flags = OP_STATS, .var = "test", .py = python, .say = text,   \
		.eval = eval_anova                                             \
	}
#define ONE_SAMPLES                                                            \
	{                                                                      \
		K_GROUPED                                                      \
	}

const struct op relate_ops[] = {{.name = "columns",
				    .in = {K_TABLE},
				    .out = K_FRAME,
				    .arg = {{"names", ARG_TEXT, NULL}},
				    .flags = OP_BINDER | OP_NAMES | OP_ALIGNED,
				    .var = "numeric",
				    .pyfn = py_columns,
				    .say = "these columns",
				    .note = "the columns in question",
				    .eval = eval_columns},
    {.name = "corr",
	.in = {K_NUM, K_NUM},
	.out = K_SCALAR,
	.arg = {{"method", ARG_WORD, method_words}},
	.steps = 1,
	.flags = OP_COMMUTES,
	.var = "r",
	.py = "$0.corr($1, method=@method)",
	.say = "@method correlation of $0 and $1",
	.readings = pearson_readings,
	.eval = eval_corr},
    {.name = "pairs",
	.in = {K_FRAME},
	.out = K_CVEC,
	.arg = {{"method", ARG_WORD, method_words},
	    {"size", ARG_WORD, abs_words}},
	.steps = 1,
	.flags = OP_SLOW,
	.var = "pairs",
	.py = "corr = $0.corr(method=@method)@size\n"
	      "$v = pd.Series({\n"
	      "    (a, b): corr.loc[a, b]\n"
	      "    for i, a in enumerate(corr) for b in list(corr)[i + 1:]\n"
	      "})",
	.say = "@method correlation @size",
	.note = "@method correlation of each pair of columns",
	.readings = abs_readings,
	.eval = eval_pairs},
    {.name = "rank_gap",
	.in = {K_FRAME},
	.out = K_CVEC,
	.steps = 2,
	.flags = OP_SLOW,
	.var = "gaps",
	.py = "gap = ($0.corr(method=\"spearman\") - $0.corr()).abs()\n"
	      "$v = pd.Series({\n"
	      "    (a, b): gap.loc[a, b]\n"
	      "    for i, a in enumerate(gap) for b in list(gap)[i + 1:]\n"
	      "})",
	.say = "difference of Spearman and Pearson correlation",
	.note = "absolute difference of Spearman and Pearson correlation of "
		"each pair of columns",
	.eval = eval_rank_gap},
    {.name = "pair_end",
	.in = {K_CVEC},
	.out = K_LIST,
	.arg = {{"end", ARG_WORD,
	    (const struct word[]){{"max", "max", "[strongest|highest]", NULL},
		{"min", "min", "[weakest|lowest]", NULL}, {0}}}},
	.steps = 1,
	.var = "pair",
	.py = "list($0.idx@end())",
	.say = "pair with the @end $0",
	.eval = eval_pair_end},
    {.name = "corr_with",
	.in = {K_FRAME, K_NUM},
	.out = K_CVEC,
	.arg = {{"method", ARG_WORD, method_words},
	    {"size", ARG_WORD, abs_words}},
	.steps = 1,
	.var = "related",
	.py = "$0.corrwith($1, method=@method)@size",
	.say = "@method correlation with $1 @size",
	.readings = abs_readings,
	.eval = eval_corr_with},
    {.name = "line",
	.in = {K_NUM, K_NUM},
	.out = K_FIELDS,
	.steps = 1,
	.flags = OP_STATS,
	.var = "fit",
	.py = "stats.linregress($0, $1)",
	.say = "least-squares line of $1 on $0",
	.eval = eval_line},
    {.name = "field",
	.in = {K_FIELDS},
	.out = K_SCALAR,
	.arg = {{"name", ARG_WORD, field_words}},
	.flags = OP_INLINE | OP_BINDER,
	.py = "$0.@name",
	.say = "@name of $0",
	.eval = eval_field},
    {.name = "squared",
	.in = {K_FIELDS},
	.out = K_SCALAR,
	.flags = OP_INLINE | OP_BINDER | OP_LOOSE,
	.py = "$0.rvalue ** 2",
	.say = "R squared of $0",
	.eval = eval_squared},
    {.name = "sample",
	.in = {K_NUM, K_MASK},
	.out = K_NUM,
	.flags = OP_BINDER,
	.var = "sample",
	.pyfn = py_sample,
	.say = "$0",
	.note = "the values of $0 where $1, missing ones left out",
	.eval = eval_sample},
    {.name = "line_at",
	.in = {K_FIELDS},
	.out = K_SCALAR,
	.arg = {{"x", ARG_NUM, NULL}},
	.steps = 1,
	.var = "predicted",
	.py = "$0.intercept + $0.slope * @x",
	.say = "prediction of $0 at @x",
	.eval = eval_line_at},
    {.name = "ttest",
	.in = {K_NUM, K_NUM},
	.out = K_FIELDS,
	.arg = {{"variances", ARG_WORD, var_words}},
	.steps = 1,
	.flags = OP_STATS | OP_EITHER,
	.var = "test",
	.py = "stats.ttest_ind($0, $1, equal_var=@variances)",
	.say = "two-sample t-test, @variances",
	.readings = var_readings,
	.eval = eval_ttest},
    {.name = "mannwhitney",
	.in = {K_NUM, K_NUM},
	.out = K_FIELDS,
	.steps = 1,
	.flags = OP_STATS | OP_SLOW,
	.var = "test",
	.py = "stats.mannwhitneyu($0, $1, alternative=\"two-sided\")",
	.say = "Mann-Whitney U test (two-sided)",
	.eval = eval_mannwhitney},
    {.name = "samples",
	.in = ONE_SAMPLES,
	.out = K_GROUPED,
	.flags = OP_BINDER,
	.var = "samples",
	.py = "[values.dropna() for _, values in $0]",
	.say = "$0",
	.note = "the values of each group, missing ones left out",
	.eval = eval_samples},
    TEST("anova", ONE_SAMPLES, "stats.f_oneway(*$0)", "one-way ANOVA"),
    TEST("kruskal", ONE_SAMPLES, "stats.kruskal(*$0)", "Kruskal-Wallis test"),
    TEST("levene", ONE_SAMPLES, "stats.levene(*$0, center=\"median\")",
	"Levene test (around the median)"),
    {.name = "shapiro",
	.in = {K_NUM},
	.out = K_FIELDS,
	.steps = 1,
	.flags = OP_STATS | OP_SLOW,
	.var = "test",
	.py = "stats.shapiro($0)",
	.say = "Shapiro-Wilk test",
	.note = "Shapiro-Wilk test of normality",
	.eval = eval_shapiro},
    {.name = "ks_normal",
	.in = {K_NUM},
	.out = K_FIELDS,
	.arg = {{"ddof", ARG_WORD, fit_words}},
	.steps = 3,
	.flags = OP_STATS | OP_SLOW | OP_EITHER,
	.var = "test",
	.py = "stats.kstest($0, \"norm\", args=($0.mean(), "
	      "$0.std(ddof=@ddof)))",
	.say = "Kolmogorov-Smirnov test",
	.note = "Kolmogorov-Smirnov test against a normal distribution with "
		"the values' own mean and standard deviation",
	.readings = fit_readings,
	.eval = eval_ks_normal},
    {.name = "eta2",
	.in = ONE_SAMPLES,
	.out = K_SCALAR,
	.steps = 1,
	.var = "eta_squared",
	.py = "pooled = np.concatenate([np.asarray(v) for v in $0])\n"
	      "between = sum(len(v) * (v.mean() - pooled.mean()) ** 2 for v in "
	      "$0)\n"
	      "$v = between / ((pooled - pooled.mean()) ** 2).sum()",
	.say = "eta squared (sum of squares between groups over the total)",
	.eval = eval_eta2},
    {.name = "chi2",
	.in = {K_MATRIX},
	.out = K_FIELDS,
	.arg = {{"yates", ARG_WORD, yates_words}},
	.steps = 1,
	.flags = OP_STATS,
	.var = "test",
	.py = "stats.chi2_contingency($0, correction=@yates)",
	.say = "chi-square test of independence, @yates",
	.readings = yates_readings,
	.eval = eval_chi2},
    {.name = "chi2_stat",
	.in = {K_FIELDS},
	.out = K_SCALAR,
	.flags = OP_INLINE | OP_BINDER,
	.py = "$0[0]",
	.arg = {{"name", ARG_WORD, field_words}},
	.say = "@name of $0",
	.eval = eval_field},
    {.name = "chi2_p",
	.in = {K_FIELDS},
	.out = K_SCALAR,
	.flags = OP_INLINE | OP_BINDER,
	.py = "$0[1]",
	.arg = {{"name", ARG_WORD, field_words}},
	.say = "@name of $0",
	.eval = eval_field},
    {.name = "cramer",
	.in = {K_FIELDS, K_MATRIX},
	.out = K_SCALAR,
	.steps = 1,
	.var = "v",
	.py = "np.sqrt($0[0] / ($1.to_numpy().sum() * (min($1.shape) - 1)))",
	.say = "Cramer's V",
	.eval = eval_cramer},
    {0}};
