/* join.c - groups by two keys, rows against their group, numbers of groups
 * joined, compared and chosen from. */
#include <string.h>

#include "tables.h"

enum { CELLS_MAX = 2000 };

static const struct word end_words[] = {
    {"max", "max", "[highest|largest]", NULL},
    {"min", "min", "[lowest|smallest]", NULL}, {0}};
static const struct reading end_readings[] = {
    {"the other end", "end", NULL, "highest|largest|lowest|smallest"}, {0}};
static const struct word side_words[] = {
    {"above", ">", "above", NULL}, {"below", "<", "below", NULL}, {0}};

/* ---- Two keys ---- */

/* All pairs of labels, a NUL between the two of one. */
static struct keys *
pair_keys(struct run *r, const struct keys *a, const struct keys *b)
{
	struct keys *k = run_alloc(r, 1, sizeof *k);
	struct tab_span *name = run_alloc(r, a->n * b->n + 1, sizeof *name);
	size_t i, j;
	char *s;

	for (i = 0; i < a->n; i++)
		for (j = 0; j < b->n; j++) {
			s = run_alloc(r, a->name[i].n + b->name[j].n + 2, 1);
			memcpy(s, a->name[i].p, a->name[i].n);
			s[a->name[i].n] = '\0';
			memcpy(
			    s + a->name[i].n + 1, b->name[j].p, b->name[j].n);
			name[i * b->n + j] = (struct tab_span){
			    s, a->name[i].n + b->name[j].n + 1};
		}
	*k = (struct keys){name, a->n * b->n, KEY_TEXT};
	return k;
}

static int
eval_by2(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	size_t na = in[1]->keys->n, nb = in[2]->keys->n, i;
	int32_t *code = run_alloc(r, in[0]->n + 1, sizeof *code);
	const int32_t *a = in[1]->code, *b = in[2]->code;

	(void)nd;
	if (in[0]->n != in[1]->n || in[0]->n != in[2]->n)
		return run_undefined(r, "columns of different tables");
	if (na * nb > CELLS_MAX)
		return run_undefined(r, "too many groups");
	for (i = 0; i < in[0]->n; i++)
		code[i] = a[i] < 0 || b[i] < 0 ? -1 : a[i] * (int32_t)nb + b[i];
	out->num = in[0]->num;
	out->code = code;
	out->keys = pair_keys(r, in[1]->keys, in[2]->keys);
	out->n = in[0]->n;
	return 0;
}

/* t.groupby(["a", "b"])["x"] for columns of one table. */
static void
py_by2(struct emit *e, const struct node *nd, struct buf *b)
{
	int t0, t1, t2, x, k1, k2;

	if (!emit_is_pick(e, nd->in[0], &t0, &x) ||
	    !emit_is_pick(e, nd->in[1], &t1, &k1) ||
	    !emit_is_pick(e, nd->in[2], &t2, &k2) || t0 != t1 || t0 != t2) {
		emit_template(e, nd, "$(0).groupby([$1, $2])", b);
		return;
	}
	buf_printf(b, "%s.groupby([", e->expr[t0]);
	emit_col(e, k1, b);
	buf_puts(b, ", ");
	emit_col(e, k2, b);
	buf_puts(b, "])[");
	emit_col(e, x, b);
	buf_putc(b, ']');
}

/* The two labels of the extreme cell. */
static int
eval_cell_end(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t at = run_extreme(in[0], nd->arg[0].word == 0, &out->margin), la;
	struct tab_span *name = run_alloc(r, 2, sizeof *name), s;
	struct keys *keys = run_alloc(r, 1, sizeof *keys);

	if (at == (size_t)-1 || in[0]->num[at] == 0)
		return run_undefined(r, "nothing to choose from");
	s = in[0]->keys->name[at];
	la = strnlen(s.p, s.n);
	if (la >= s.n)
		return run_undefined(r, "groups by one key");
	name[0] = (struct tab_span){s.p, la};
	name[1] = (struct tab_span){s.p + la + 1, s.n - la - 1};
	*keys = (struct keys){name, 2, KEY_TEXT};
	out->keys = keys;
	out->n = 2;
	return 0;
}

/* Of each first label: the largest minus the smallest number over the second
 * labels. Every cell must be there. */
static int
eval_across(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->n, i, k = 0, la, width = 0, seen = 0;
	double *num = run_alloc(r, n, sizeof *num), lo = 0, hi = 0, x;
	struct tab_span *name = run_alloc(r, n, sizeof *name), s;
	struct keys *keys = run_alloc(r, 1, sizeof *keys);

	(void)nd;
	for (i = 0; i < n; i++) {
		s = in[0]->keys->name[i];
		la = strnlen(s.p, s.n);
		x = in[0]->num[i];
		if (isnan(x))
			return run_undefined(r, "a cell without a value");
		if (k == 0 || name[k - 1].n != la ||
		    memcmp(name[k - 1].p, s.p, la) != 0) {
			if (k > 1 && seen != width)
				return run_undefined(r, "a cell is not there");
			width = k == 1 ? seen : width;
			name[k++] = (struct tab_span){s.p, la};
			lo = hi = x;
			seen = 0;
		}
		seen++;
		lo = fmin(lo, x);
		hi = fmax(hi, x);
		num[k - 1] = hi - lo;
	}
	if (k < 2 || seen != width || width < 2)
		return run_undefined(r, "a cell is not there");
	*keys = (struct keys){name, k, KEY_TEXT};
	out->keys = keys;
	out->num = num;
	out->n = k;
	return 0;
}

/* ---- Rows against their group ---- */

/* x minus the mean of its group. */
static int
eval_center(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	const struct value *g = in[1];
	size_t k = g->keys->n, i;
	struct num_kahan *sum = run_alloc(r, k + 1, sizeof *sum);
	double *v = run_alloc(r, in[0]->n + 1, sizeof *v);

	(void)nd;
	if (in[0]->n != g->n)
		return run_undefined(r, "columns of different tables");
	memset(sum, 0, (k + 1) * sizeof *sum);
	for (i = 0; i < g->n; i++)
		if (g->code[i] >= 0 && !isnan(g->num[i]))
			num_kahan_add(&sum[g->code[i]], g->num[i]);
	for (i = 0; i < g->n; i++)
		v[i] = g->code[i] < 0
		    ? NAN
		    : in[0]->num[i] - num_kahan_mean(&sum[g->code[i]]);
	out->num = v;
	out->n = in[0]->n;
	return 0;
}

/* y of the row in which x is extreme, for each group; no ties. */
static int
eval_of_end(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	const struct value *g = in[0];
	bool most = nd->arg[0].word == 0;
	size_t k = g->keys->n, i, n = 0, c;
	size_t *at = run_alloc(r, k + 1, sizeof *at);
	bool *here = run_alloc(r, k + 1, sizeof *here),
	     *tie = run_alloc(r, k + 1, sizeof *tie);
	double *v = run_alloc(r, k + 1, sizeof *v), x, y;

	memset(here, 0, (k + 1) * sizeof *here);
	memset(tie, 0, (k + 1) * sizeof *tie);
	for (i = 0; i < k; i++)
		at[i] = (size_t)-1;
	if (in[1]->n != g->n)
		return run_undefined(r, "columns of different tables");
	for (i = 0; i < g->n; i++) {
		if (g->code[i] < 0)
			continue;
		c = (size_t)g->code[i];
		here[c] = true;
		x = g->num[i];
		if (isnan(x))
			continue;
		y = at[c] == (size_t)-1 ? NAN : g->num[at[c]];
		if (isnan(y) || (most ? x > y : x < y)) {
			at[c] = i;
			tie[c] = false;
		} else if (x == y) {
			tie[c] = true;
		}
	}
	for (i = 0; i < k; i++) {
		if (!here[i])
			continue;
		if (at[i] == (size_t)-1 || tie[i])
			return run_undefined(r, "no single row in a group");
		v[n] = in[1]->num[at[i]];
		if (isnan(v[n++]))
			return run_undefined(r, "a missing cell");
	}
	out->num = v;
	out->n = n;
	return n > 1 ? 0 : run_undefined(r, "too few groups");
}

/* Pearson correlation of x and y in each group of at least 20 such rows. */
static int
eval_corr_by(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	const struct value *g = in[0];
	size_t k = g->keys->n, c, i, m, n = 0;
	double *x = run_alloc(r, g->n + 1, sizeof *x),
	       *y = run_alloc(r, g->n + 1, sizeof *y),
	       *num = run_alloc(r, k + 1, sizeof *num);
	struct tab_span *name = run_alloc(r, k + 1, sizeof *name);
	struct keys *keys = run_alloc(r, 1, sizeof *keys);

	if (in[1]->n != g->n)
		return run_undefined(r, "columns of different tables");
	for (c = 0; c < k; c++) {
		for (i = m = 0; i < g->n; i++)
			if (g->code[i] == (int32_t)c && !isnan(g->num[i]) &&
			    !isnan(in[1]->num[i])) {
				x[m] = g->num[i];
				y[m++] = in[1]->num[i];
			}
		if (m == 0)
			continue;
		if (m < 20)
			return run_undefined(r, "a group of too few rows");
		num[n] = num_pearson(x, y, m);
		if (isnan(num[n]) || fabs(num[n]) > 0.999)
			return run_undefined(r, "a perfect correlation");
		if (nd->arg[0].word == 0)
			num[n] = fabs(num[n]);
		name[n++] = g->keys->name[c];
	}
	*keys = (struct keys){name, n, g->keys->type};
	out->keys = keys;
	out->num = num;
	out->n = n;
	return n > 1 ? 0 : run_undefined(r, "too few groups");
}

/* Grouped x and column y of one table: pairs of both, group by group. */
static void
py_corr_by(struct emit *e, const struct node *nd, struct buf *b)
{
	static const char *const sizes[] = {".abs()", ""};
	const struct node *by = &e->p->node[nd->in[0]];
	int t, k, x, y;

	if (!emit_is_pick(e, by->in[1], &t, &k) ||
	    !emit_is_pick(e, by->in[0], &t, &x) ||
	    !emit_is_pick(e, nd->in[1], &t, &y))
		return;
	buf_printf(b, "%s.groupby(", e->expr[t]);
	emit_col(e, k, b);
	buf_puts(b, ")[[");
	emit_col(e, x, b);
	buf_puts(b, ", ");
	emit_col(e, y, b);
	buf_puts(b, "]].apply(lambda g: g[");
	emit_col(e, x, b);
	buf_puts(b, "].corr(g[");
	emit_col(e, y, b);
	buf_printf(b, "]))%s", sizes[nd->arg[0].word]);
}

/* Values outside of the group of that label, missing labels kept. */
static int
eval_outside(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double *v = run_alloc(r, in[0]->n + 1, sizeof *v);
	const struct keys *k = in[1]->keys;
	size_t i, n = 0;
	int32_t c;

	(void)nd;
	for (c = 0; (size_t)c < k->n; c++)
		if (k->name[c].n == in[2]->text.n &&
		    memcmp(k->name[c].p, in[2]->text.p, in[2]->text.n) == 0)
			break;
	for (i = 0; i < in[0]->n; i++)
		if (in[1]->code[i] != c)
			v[n++] = in[0]->num[i];
	out->num = v;
	out->n = n;
	return n > 0 ? 0 : run_undefined(r, "no row is left");
}

/* ---- Numbers of groups ---- */

/* Numbers of the labels that both have: difference or ratio. */
static int
eval_joined(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->n, i, j, k = 0;
	double *num = run_alloc(r, n + 1, sizeof *num), x;
	struct tab_span *name = run_alloc(r, n + 1, sizeof *name), a, b;
	struct keys *keys = run_alloc(r, 1, sizeof *keys);
	bool ratio = strcmp(nd->op->name, "joined_ratio") == 0;

	for (i = 0; i < n; i++) {
		a = in[0]->keys->name[i];
		for (j = 0; j < in[1]->n; j++) {
			b = in[1]->keys->name[j];
			if (a.n == b.n && memcmp(a.p, b.p, a.n) == 0)
				break;
		}
		if (j == in[1]->n)
			continue;
		if (ratio && in[1]->num[j] == 0)
			return run_undefined(r, "division by zero");
		x = ratio ? in[0]->num[i] / in[1]->num[j]
			  : in[0]->num[i] - in[1]->num[j];
		if (isnan(x))
			continue;
		num[k] = x;
		name[k++] = a;
	}
	if (k < 2)
		return run_undefined(r, "fewer than two common groups");
	*keys = (struct keys){name, k, in[0]->keys->type};
	out->keys = keys;
	out->num = num;
	out->n = k;
	return 0;
}

/* How many numbers are above or below a number; none near it. */
static int
eval_beyond(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	bool above = nd->arg[0].word == 0;
	double limit = in[1]->x, x;
	size_t n = in[0]->n, i, k = 0;
	struct tab_span *name = run_alloc(r, n + 1, sizeof *name);
	struct keys *keys = run_alloc(r, 1, sizeof *keys);

	for (i = 0; i < n; i++) {
		x = in[0]->num[i];
		if (isnan(x))
			return run_undefined(r, "a group without a value");
		if (run_lead(x, limit) < 1e-4)
			return run_undefined(r, "a group at the limit");
		if (above ? x > limit : x < limit)
			name[k++] = in[0]->keys->name[i];
	}
	if (k == 0 || k == n)
		return run_undefined(r, "all groups or none");
	*keys = (struct keys){name, k, in[0]->keys->type};
	out->keys = keys;
	out->n = k;
	out->x = (double)k;
	return 0;
}

/* Labels of one list that are in the other, or are not. */
static int
eval_lists(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	size_t n = in[0]->n, i, j, k = 0;
	struct tab_span *name = run_alloc(r, n + 1, sizeof *name), a, b;
	struct keys *keys = run_alloc(r, 1, sizeof *keys);
	bool want = strcmp(nd->op->name, "in_both") == 0, found;

	for (i = 0; i < n; i++) {
		a = in[0]->keys->name[i];
		for (found = false, j = 0; !found && j < in[1]->n; j++) {
			b = in[1]->keys->name[j];
			found = a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
		}
		if (found == want)
			name[k++] = a;
	}
	if (k == 0)
		return run_undefined(r, "an empty list");
	*keys = (struct keys){name, k, in[0]->keys->type};
	out->keys = keys;
	out->n = k;
	return 0;
}

/* Groups whose number has the other sign than the whole has. */
static int
eval_against(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double all = in[1]->x;
	size_t i, k = 0;

	(void)nd;
	for (i = 0; i < in[0]->n; i++) {
		if (fabs(in[0]->num[i]) < 1e-3 * fabs(all))
			return run_undefined(r, "a group without a difference");
		k += in[0]->num[i] * all < 0;
	}
	out->x = (double)k;
	return all != 0 ? 0 : run_undefined(r, "no difference");
}

static int
eval_fewest(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->n, i;
	double *v = run_alloc(r, n + 1, sizeof *v), total, sum = 0, want;

	for (i = 0; i < n; i++) {
		v[i] = in[0]->num[i];
		if (!(v[i] >= 0))
			return run_undefined(r, "a negative part of a total");
	}
	total = num_sum(v, n);
	want = nd->arg[0].num / 100 * total;
	if (!(total > 0))
		return run_undefined(r, "no total");
	num_sort(v, n, &r->work);
	for (i = 0; i < n && sum < want; i++) {
		sum += v[n - 1 - i];
		if (fabs(sum - want) <= 1e-6 * total)
			return run_undefined(r, "a share at the limit");
	}
	out->x = (double)i;
	return i < n ? 0 : run_undefined(r, "all groups");
}

/* ---- Bins against categories ---- */

static const struct word edge_words[] = {
    {"upper", "right=False", "the upper one",
	"A value equal to a limit belongs to the upper range."},
    {"lower", "right=True", "the lower one",
	"A value equal to a limit belongs to the lower range."},
    {0}};
static const struct reading edge_readings[] = {
    {"the other side of an edge", "side", NULL, NULL}, {0}};

static int
eval_ranges(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	static const struct tab_span digits[] = {{"1", 1}, {"2", 1}, {"3", 1}};
	int32_t *code = run_alloc(r, in[0]->n + 1, sizeof *code);
	struct keys *keys = run_alloc(r, 1, sizeof *keys);
	double lo = nd->arg[0].num, hi = nd->arg[1].num, x;
	bool upper = nd->arg[2].word == 0;
	size_t i;

	for (i = 0; i < in[0]->n; i++) {
		x = in[0]->num[i];
		code[i] = isnan(x) || isinf(x)   ? -1
		    : (upper ? x >= hi : x > hi) ? 2
		    : (upper ? x >= lo : x > lo) ? 1
						 : 0;
	}
	*keys = (struct keys){digits, 3, KEY_INT};
	out->code = code;
	out->keys = keys;
	out->n = in[0]->n;
	return 0;
}

static const struct word of_words[] = {
    {"label", "index", "the rows with that label",
	"The percentage is of the rows with that label."},
    {"bin", "columns", "the rows in that bin",
	"The percentage is of the rows in that bin."},
    {"all", "all", "all rows", "The percentage is of all the rows."}, {0}};
static const struct reading of_readings[] = {
    {"percentage of the other margin", "of", "label", NULL},
    {"percentage of the other margin", "of", "bin", NULL},
    {"percentage of all rows", "of", "all", NULL}, {0}};

static int
eval_cell_share(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t i, both = 0, label = 0, bin = 0, all = 0;
	struct tab_span want = nd->arg[0].text, s;
	int32_t b = (int32_t)nd->arg[1].num - 1;
	bool x, y;

	if (in[0]->n != in[1]->n)
		return run_undefined(r, "columns of different tables");
	for (i = 0; i < in[0]->n; i++) {
		if (in[0]->code[i] < 0 || in[1]->code[i] < 0)
			continue;
		s = in[0]->keys->name[in[0]->code[i]];
		x = s.n == want.n && memcmp(s.p, want.p, s.n) == 0;
		y = in[1]->code[i] == b;
		all++;
		label += x;
		bin += y;
		both += x && y;
	}
	if (both == 0)
		return run_undefined(r, "an empty cell");
	out->least = nd->arg[2].word == 0 ? label : bin;
	out->x = (double)both /
	    (double)(nd->arg[2].word == 0  ? label
		    : nd->arg[2].word == 1 ? bin
					   : all) *
	    100;
	return 0;
}

#define JOINED(nm, python, text, variable)                                     \
	{                                                                      \
		.name = nm, .in = {K_GVEC, K_GVEC}, .out = K_GVEC, .steps = 1, \
		.var = variable, .py = python, .say = text,                    \
		.eval = eval_joined                                            \
	}
#define LISTS(nm, python, text)                                                \
	{                                                                      \
		.name = nm, .in = {K_LIST, K_LIST}, .out = K_LIST, .steps = 1, \
		.var = "names", .py = python, .say = text, .eval = eval_lists  \
	}

const struct op join_ops[] = {{.name = "by2",
				  .in = {K_NUM, K_CAT, K_CAT},
				  .out = K_GROUPED,
				  .steps = 1,
				  .flags = OP_ALIGNED | OP_INLINE,
				  .pyfn = py_by2,
				  .say = "$0",
				  .note = "$0 for each pair of $1 and $2",
				  .eval = eval_by2},
    {.name = "cell_end",
	.in = {K_GVEC},
	.out = K_LIST,
	.arg = {{"end", ARG_WORD, end_words}},
	.steps = 1,
	.var = "pair",
	.py = "list($0.idx@end())",
	.say = "pair with the @end $0",
	.note = "the pair of labels with the @end number",
	.readings = end_readings,
	.eval = eval_cell_end},
    {.name = "across",
	.in = {K_GVEC},
	.out = K_GVEC,
	.steps = 2,
	.var = "gaps",
	.py = "wide = $0.unstack()\n$v = wide.max(axis=1) - wide.min(axis=1)",
	.say = "difference between the largest and the smallest $0",
	.note = "the largest minus the smallest number in each row of the "
		"pivot table",
	.eval = eval_across},
    {.name = "center",
	.in = {K_NUM, K_GROUPED},
	.out = K_NUM,
	.steps = 2,
	.flags = OP_REST,
	.var = "deviation",
	.py = "$0 - $1.transform(\"mean\")",
	.say = "deviation of $0 from the mean of its group",
	.eval = eval_center},
    {.name = "of_end",
	.in = {K_GROUPED, K_NUM},
	.out = K_NUM,
	.arg = {{"end", ARG_WORD, end_words}},
	.steps = 2,
	.var = "picked",
	.py = "$1.loc[$0.idx@end()]",
	.say = "$1 of the row with the @end $0",
	.note = "$1 of the row with the @end number, group by group",
	.readings = end_readings,
	.eval = eval_of_end},
    {.name = "corr_by",
	.in = {K_GROUPED, K_NUM},
	.out = K_GVEC,
	.arg = {{"size", ARG_WORD,
	    (const struct word[]){
		{"absolute", ".abs()", "in absolute value",
		    "Compare the correlations by absolute value."},
		{"signed", "", "with its sign",
		    "Compare the correlations with their signs."},
		{0}}}},
	.steps = 2,
	.var = "r_by_group",
	.pyfn = py_corr_by,
	.say = "Pearson correlation of $0 and $1 @size",
	.note = "Pearson correlation of $0 and $1 in each group, @size",
	.readings =
	    (const struct reading[]){
		{"signed or absolute", "size", NULL, NULL}, {0}},
	.eval = eval_corr_by},
    {.name = "outside",
	.in = {K_NUM, K_CAT, K_TEXT},
	.out = K_NUM,
	.steps = 1,
	.var = "rest",
	.py = "$(0)[$1 != $2]",
	.say = "$0 without that group",
	.note = "$0 of the rows outside of that group",
	.eval = eval_outside},
    JOINED("joined_diff", "$0.sub($1).dropna()",
	"difference between the first and the second figure", "differences"),
    JOINED("joined_ratio", "$0.div($1).dropna()",
	"ratio of the first to the second figure", "ratios"),
    {.name = "groups_beyond",
	.in = {K_GVEC, K_SCALAR},
	.out = K_SCALAR,
	.arg = {{"side", ARG_WORD, side_words}},
	.steps = 1,
	.var = "n_groups",
	.py = "int(($0 @side $1).sum())",
	.say = "number of groups whose $0 is @side $1",
	.eval = eval_beyond},
    {.name = "names_beyond",
	.in = {K_GVEC, K_SCALAR},
	.out = K_LIST,
	.arg = {{"side", ARG_WORD, side_words}},
	.steps = 1,
	.var = "names",
	.py = "$0[$0 @side $1].index.tolist()",
	.say = "groups whose $0 is @side $1",
	.eval = eval_beyond},
    LISTS("in_both", "[name for name in $0 if name in $1]",
	"names that are in both lists"),
    LISTS("not_in", "[name for name in $0 if name not in $1]",
	"names of the first list that are not in the second"),
    {.name = "against",
	.in = {K_GVEC, K_SCALAR},
	.out = K_SCALAR,
	.steps = 1,
	.var = "n_against",
	.py = "int((np.sign($0) == -np.sign($1)).sum())",
	.say = "number of groups with the opposite sign",
	.eval = eval_against},
    {.name = "fewest_reaching",
	.in = {K_GVEC},
	.out = K_SCALAR,
	.arg = {{"percent", ARG_NUM, NULL}},
	.steps = 3,
	.var = "n_groups",
	.py = "running = $0.sort_values(ascending=False).cumsum()\n"
	      "$v = int((running < @percent / 100 * $0.sum()).sum()) + 1",
	.say = "smallest number of groups that together reach @percent % of "
	       "the total",
	.eval = eval_fewest},
    {.name = "ranges",
	.in = {K_NUM},
	.out = K_CAT,
	.arg = {{"low", ARG_NUM, NULL}, {"high", ARG_NUM, NULL},
	    {"side", ARG_WORD, edge_words}},
	.steps = 1,
	.var = "ranges",
	.py = "$v = pd.cut(\n    $0, bins=[-np.inf, @low, @high, np.inf],\n"
	      "    labels=False, @side\n) + 1",
	.say = "three ranges of $0 split at @low and @high",
	.readings = edge_readings,
	.eval = eval_ranges},
    {.name = "cell_share",
	.in = {K_CAT, K_CAT},
	.out = K_SCALAR,
	.arg = {{"label", ARG_TEXT, NULL}, {"bin", ARG_NUM, NULL},
	    {"of", ARG_WORD, of_words}},
	.steps = 2,
	.var = "share",
	.py = "table = pd.crosstab($0, $1, normalize=\"@of\")\n"
	      "$v = table.loc[@label, @bin] * 100",
	.say = "percentage of @of for label @label and bin @bin",
	.readings = of_readings,
	.eval = eval_cell_share},
    {0}};
