/* column.c - facts of whole columns: how many there are, of what type, how
 * full, how varied; and the columns that stand out by them. */
#include <stdlib.h>
#include <string.h>

#include "tables.h"

static const struct word kind_words[] = {
    {"numeric", "\"number\"", "numeric", NULL},
    {"boolean", "\"bool\"", "boolean", NULL},
    {"text", "exclude=[\"number\", \"bool\"]", "text", NULL}, {0}};

static const struct word gap_words[] = {
    {"left_out", "True", "left out",
	"Missing cells do not count, neither as a value nor in the total."},
    {"counted", "False", "counted", "Count missing cells as one more value."},
    {0}};
static const struct reading gap_readings[] = {
    {"missing cells as a value", "gaps", NULL, NULL}, {0}};

static const struct word end_words[] = {
    {"max", "max", "[highest|largest]", NULL},
    {"min", "min", "[lowest|smallest]", NULL}, {0}};

static const struct reading filled_readings[] = {
    {"missing cells counted too", NULL, "n_cells", "hold a value|filled"}, {0}};

static uint32_t
row_at(const struct value *t, size_t i)
{
	return t->rows != NULL ? t->rows[i] : (uint32_t)i;
}

static bool
is_text(const struct table *t, size_t col)
{
	return tab_type(t, col) == TAB_STR || tab_type(t, col) == TAB_BOOL;
}

static size_t
missing_in(struct run *r, const struct value *t, size_t col)
{
	const uint8_t *gap = run_gaps(r, (int)col);
	size_t i, k = 0;

	for (i = 0; gap != NULL && i < t->n; i++)
		k += gap[row_at(t, i)];
	return k;
}

/* ---- Counts of columns and cells ---- */

static int
eval_n_columns(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	(void)nd;
	(void)in;
	out->x = (double)tab_cols(base_table(r->base));
	return 0;
}

static int
eval_n_cells(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t cols = tab_cols(base_table(r->base)), c, gaps = 0;

	if (strcmp(nd->op->name, "filled_cells") == 0)
		for (c = 0; c < cols; c++)
			gaps += missing_in(r, in[0], c);
	out->x = (double)in[0]->n * (double)cols - (double)gaps;
	return 0;
}

/* The columns without a missing value in these rows. */
static int
eval_full_columns(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t cols = tab_cols(base_table(r->base)), c, k = 0;
	int32_t *col = run_alloc(r, cols, sizeof *col);

	(void)nd;
	for (c = 0; c < cols; c++)
		if (missing_in(r, in[0], c) == 0)
			col[k++] = (int32_t)c;
	if (k == 0 || k == cols)
		return run_undefined(r, "all columns are full, or none");
	out->code = col;
	out->n = k;
	out->rows = in[0]->rows;
	out->width = in[0]->n;
	return 0;
}

static int
eval_columns_of(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	const struct table *t = base_table(r->base);
	bool all = in[0]->kind == K_TABLE;
	size_t n = all ? tab_cols(t) : in[0]->n, i, c, k = 0;
	int kind;

	for (i = 0; i < n; i++) {
		c = all ? i : (size_t)in[0]->code[i];
		if (r->no_ids != NULL && r->no_ids[c])
			continue;
		if (tab_type(t, c) == TAB_EMPTY ||
		    (tab_type(t, c) == TAB_BOOL && tab_missing(t, c) > 0))
			return run_undefined(r, "a column of unclear type");
		kind = tab_type(t, c) == TAB_STR ? 2
		    : tab_type(t, c) == TAB_BOOL ? 1
						 : 0;
		k += kind == nd->arg[0].word;
	}
	out->x = (double)k;
	return 0;
}

/* ---- A number for each column ---- */

static double *
per_column(struct run *r, struct value *out)
{
	const struct table *t = base_table(r->base);
	size_t n = tab_cols(t), c;
	double *num = run_alloc(r, n, sizeof *num);
	struct tab_span *name = run_alloc(r, n, sizeof *name);
	struct keys *keys = run_alloc(r, 1, sizeof *keys);

	for (c = 0; c < n; c++)
		name[c] =
		    (struct tab_span){tab_name(t, c), strlen(tab_name(t, c))};
	*keys = (struct keys){name, n, KEY_TEXT};
	out->num = num;
	out->keys = keys;
	out->n = n;
	return num;
}

/* The reading in which identifiers are no columns: they are not there. */
static int
put_columns(struct run *r, struct value *out, double *num)
{
	struct keys *keys = run_alloc(r, 1, sizeof *keys);
	struct tab_span *name = run_alloc(r, out->n + 1, sizeof *name);
	size_t c, k = 0;

	for (c = 0; r->no_ids != NULL && c < out->n; c++)
		if (!r->no_ids[c]) {
			name[k] = out->keys->name[c];
			num[k++] = num[c];
		}
	if (r->no_ids == NULL)
		return 0;
	*keys = (struct keys){name, k, KEY_TEXT};
	out->keys = keys;
	out->n = k;
	return k > 0 ? 0 : run_undefined(r, "only identifiers");
}

static int
eval_missing_columns(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double *num = per_column(r, out);
	bool share = strcmp(nd->op->name, "missing_shares") == 0;
	size_t c;

	for (c = 0; c < out->n; c++) {
		num[c] = (double)missing_in(r, in[0], c);
		if (share)
			num[c] = num[c] / (double)in[0]->n * 100;
	}
	return put_columns(r, out, num);
}

/* Distinct values of a column, and how often the most frequent one occurs. */
struct variety {
	size_t distinct, top, present;
	size_t tops; /* values that occur as often as that */
};

/* A column's cells counted by value: of tells each row's, n that none is. */
struct tally {
	const uint32_t *of;
	uint32_t *count; /* NULL: not counted */
	size_t n;
	struct variety v;
};

static void
sum_up(struct tally *y)
{
	struct variety *v = &y->v;
	size_t i, c;

	*v = (struct variety){0};
	for (i = 0; i < y->n; i++) {
		if ((c = y->count[i]) == 0)
			continue;
		v->present += c;
		v->distinct++;
		v->tops = c > v->top ? 1 : v->tops + (c == v->top);
		if (c > v->top)
			v->top = c;
	}
}

/* With text as small numbers; -1, none, is beyond all of them. */
static void
tally_text(struct run *r, const struct value *t, size_t col, struct tally *y)
{
	struct value all = {.n = tab_rows(base_table(r->base))};
	size_t i;

	y->n = tab_ndict(base_table(r->base), col);
	y->of = (const uint32_t *)run_codes(r, (int)col, &all);
	y->count = run_alloc(r, y->n + 1, sizeof *y->count);
	memset(y->count, 0, (y->n + 1) * sizeof *y->count);
	for (i = 0; i < t->n; i++) {
		uint32_t c = y->of[row_at(t, i)];

		y->count[c < y->n ? c : y->n]++;
	}
}

static void
tally_numbers(struct run *r, const struct value *x, struct tally *y)
{
	struct run_ranks ranks;

	y->count = run_counts(r, x, &ranks);
	if (y->count == NULL)
		return;
	y->of = ranks.of;
	y->n = ranks.n;
}

static struct variety
sorted_variety(struct run *r, const struct value *x)
{
	struct variety v = {0};
	double *s = run_sorted(r, x, &v.present);
	size_t i, run = 0;

	for (i = 0; i < v.present; i++) {
		run = i > 0 && s[i] == s[i - 1] ? run + 1 : 1;
		v.distinct += run == 1;
		if (run > v.top)
			v.top = run;
	}
	return v;
}

/* That of a column when a row is lost. */
static struct variety
variety_without(const struct tally *y, uint32_t row)
{
	struct variety v = y->v;
	uint32_t c = y->of[row];

	if (c >= y->n)
		return v;
	v.present--;
	v.distinct -= y->count[c] == 1;
	v.top -= y->count[c] == v.top && v.tops == 1;
	return v;
}

/* A table's column's tally, to be counted once; NULL: it is not kept. */
static struct tally *
kept_tally(struct run *r, const struct value *t, size_t col)
{
	struct memo *m = t->memo;
	size_t n = tab_cols(base_table(r->base));

	if (m == NULL || m->whole != NULL)
		return NULL;
	if (m->tally == NULL) {
		m->tally = run_keep(m->run, n, sizeof *m->tally);
		memset(m->tally, 0, n * sizeof *m->tally);
	}
	return &m->tally[col];
}

static struct variety
variety_of(struct run *r, const struct value *t, size_t col)
{
	const struct memo *m = t->memo;
	struct tally here = {0}, *kept = kept_tally(r, t, col);
	struct value x = {.kind = K_NUM,
	    .n = t->n,
	    .col = r->exact || r->zero_missing ? -1 : (int)col,
	    .rows = t->rows};

	if (kept != NULL && kept->count != NULL)
		return kept->v;
	if (m != NULL && m->whole != NULL && m->whole->tally != NULL &&
	    m->whole->tally[col].count != NULL)
		return variety_without(
		    &m->whole->tally[col], row_at(m->whole->of, m->at));
	if (is_text(base_table(r->base), col))
		tally_text(r, t, col, &here);
	else
		tally_numbers(r, &x, &here);
	if (here.count == NULL) {
		x.num = run_num(r, (int)col, t);
		return sorted_variety(r, &x);
	}
	sum_up(&here);
	if (kept != NULL) {
		*kept = here;
		kept->count =
		    run_keep(t->memo->run, here.n + 1, sizeof *kept->count);
		memcpy(kept->count, here.count, here.n * sizeof *kept->count);
	}
	return here.v;
}

/* Integers that a double does not hold apart. */
static bool
too_large(struct run *r, const struct value *t, size_t col)
{
	const double *v;
	size_t i;

	if (tab_type(base_table(r->base), col) != TAB_INT ||
	    (t->memo != NULL && t->memo->whole != NULL)) /* it was not then */
		return false;
	v = run_num(r, (int)col, t);
	for (i = 0; i < t->n; i++)
		if (fabs(v[i]) > 9007199254740992.0)
			return true;
	return false;
}

static int
eval_variety(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double *num = per_column(r, out);
	bool top = strcmp(nd->op->name, "top_shares") == 0;
	struct run_mark before;
	struct variety v;
	size_t c, gaps, total;

	for (c = 0; c < out->n; c++) {
		before = run_mark(r);
		if (too_large(r, in[0], c))
			return run_undefined(r, "integers beyond 2^53");
		v = variety_of(r, in[0], c);
		run_release(r, before);
		if (!top) {
			num[c] = (double)v.distinct / (double)in[0]->n * 100;
			continue;
		}
		gaps = in[0]->n - v.present;
		total = nd->arg[0].word == 0 ? v.present : in[0]->n;
		if (nd->arg[0].word == 1 && gaps > v.top)
			v.top = gaps;
		num[c] = total > 0 ? (double)v.top / (double)total * 100 : NAN;
	}
	return put_columns(r, out, num);
}

/* ---- Which columns ---- */

static int
by_name(const void *a, const void *b)
{
	const struct tab_span *x = a, *y = b;
	int c = memcmp(x->p, y->p, x->n < y->n ? x->n : y->n);

	return c != 0 ? c : (x->n > y->n) - (x->n < y->n);
}

/* The columns above a limit, sorted by name; none may be near the limit. */
static int
eval_names_above(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	struct tab_span *name = run_alloc(r, in[0]->n + 1, sizeof *name);
	struct keys *keys = run_alloc(r, 1, sizeof *keys);
	double limit = nd->arg[0].num;
	size_t i, k = 0;

	for (i = 0; i < in[0]->n; i++) {
		if (fabs(in[0]->num[i] - limit) < 0.1)
			return run_undefined(r, "a column near the limit");
		if (in[0]->num[i] > limit)
			name[k++] = in[0]->keys->name[i];
	}
	if (k == 0 || k == in[0]->n)
		return run_undefined(r, "all columns, or none");
	qsort(name, k, sizeof *name, by_name);
	*keys = (struct keys){name, k, KEY_TEXT};
	out->keys = keys;
	out->n = k;
	return 0;
}

static int
eval_column_end(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	bool most = nd->arg[0].word == 0;
	size_t best = 0, i;
	double x, next = NAN;

	for (i = 1; i < in[0]->n; i++) {
		x = in[0]->num[i];
		if (most ? x > in[0]->num[best] : x < in[0]->num[best]) {
			next = in[0]->num[best];
			best = i;
		} else if (isnan(next) || (most ? x > next : x < next)) {
			next = x;
		}
	}
	/* of counts: one cell more must not decide */
	if (fabs(in[0]->num[best] - next) < 2)
		return run_undefined(r, "a column by too little");
	out->margin = run_lead(in[0]->num[best], next);
	out->text = in[0]->keys->name[best];
	return in[0]->n > 1 ? 0 : run_undefined(r, "a single column");
}

const struct op column_ops[] = {{.name = "n_columns",
				    .in = {K_TABLE},
				    .out = K_SCALAR,
				    .steps = 1,
				    .flags = OP_SEEN,
				    .var = "n_columns",
				    .py = "$0.shape[1]",
				    .say = "number of columns",
				    .eval = eval_n_columns},
    {.name = "n_cells",
	.in = {K_TABLE},
	.out = K_SCALAR,
	.steps = 1,
	.flags = OP_SEEN,
	.var = "n_cells",
	.py = "$0.size",
	.say = "number of cells",
	.eval = eval_n_cells},
    {.name = "filled_cells",
	.in = {K_TABLE},
	.out = K_SCALAR,
	.steps = 1,
	.flags = OP_GAPS | OP_SEEN,
	.var = "n_filled",
	.py = "int($0.notna().sum().sum())",
	.say = "number of cells that hold a value",
	.readings = filled_readings,
	.eval = eval_n_cells},
    {.name = "full_columns",
	.in = {K_TABLE},
	.flags = OP_GAPS,
	.out = K_FRAME,
	.steps = 1,
	.var = "full",
	.py = "$0.dropna(axis=1)",
	.say = "columns without a missing value",
	.note = "keep the columns without a missing value",
	.eval = eval_full_columns},
    {.name = "columns_of",
	.in = {K_TABLE | K_FRAME},
	.out = K_SCALAR,
	.arg = {{"kind", ARG_WORD, kind_words}},
	.steps = 1,
	.flags = OP_GAPS | OP_SEEN,
	.var = "n_columns",
	.py = "$0.select_dtypes(@kind).shape[1]",
	.say = "number of @kind columns",
	.eval = eval_columns_of},
    {.name = "missing_counts",
	.in = {K_TABLE},
	.out = K_CVEC,
	.steps = 1,
	.flags = OP_SEEN,
	.var = "missing",
	.py = "$0.isna().sum()",
	.say = "number of missing cells",
	.note = "number of missing cells of each column",
	.eval = eval_missing_columns},
    {.name = "missing_shares",
	.in = {K_TABLE},
	.out = K_CVEC,
	.steps = 1,
	.flags = OP_SEEN,
	.var = "missing",
	.py = "$0.isna().mean() * 100",
	.say = "percentage of missing cells",
	.note = "percentage of missing cells of each column",
	.eval = eval_missing_columns},
    {.name = "distinct_shares",
	.in = {K_TABLE},
	.out = K_CVEC,
	.steps = 1,
	.flags = OP_GAPS | OP_SLOW,
	.var = "distinct",
	.py = "$0.nunique() / len($0) * 100",
	.say = "number of distinct values as a percentage of the rows",
	.note = "number of distinct values of each column as a percentage of "
		"the rows",
	.eval = eval_variety},
    {.name = "top_shares",
	.in = {K_TABLE},
	.out = K_CVEC,
	.arg = {{"gaps", ARG_WORD, gap_words}},
	.steps = 1,
	.flags = OP_GAPS | OP_SLOW,
	.var = "top_share",
	.py = "$v = $0.apply(lambda column: column.value_counts(\n"
	      "    normalize=True, dropna=@gaps).max() * 100)",
	.say = "percentage that the most frequent value has",
	.note = "percentage that the most frequent value of each column has",
	.readings = gap_readings,
	.eval = eval_variety},
    {.name = "names_above",
	.in = {K_CVEC},
	.out = K_LIST,
	.arg = {{"limit", ARG_NUM, NULL}},
	.steps = 1,
	.flags = OP_SEEN,
	.var = "names",
	.py = "sorted($0[$0 > @limit].index)",
	.say = "columns whose $0 is above @limit",
	.note = "names of the columns above @limit, sorted",
	.eval = eval_names_above},
    {.name = "column_end",
	.in = {K_CVEC},
	.out = K_TEXT,
	.arg = {{"end", ARG_WORD, end_words}},
	.steps = 1,
	.flags = OP_SEEN,
	.var = "column",
	.py = "$0.idx@end()",
	.say = "column with the @end $0",
	.eval = eval_column_end},
    {0}};
