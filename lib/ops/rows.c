/* rows.c - operators on rows: columns, conditions, tables. */
#include <string.h>

#include "tables.h"

#define STRICT                                                                 \
	"[Read the limit strictly: what is equal to it does not count|What "   \
	"is equal to the limit does not count|A value equal to the limit is "  \
	"left out]."
#define INCLUSIVE                                                              \
	"[What is equal to the limit counts as well|A value equal to the "     \
	"limit is counted too]."

static const struct word cmp_words[] = {
    {"gt", ">", "strictly [above|greater than|more than|over]", STRICT},
    {"ge", ">=", "[at least|no less than|not below|greater than or equal to]",
	INCLUSIVE},
    {"lt", "<", "strictly [below|less than|under|smaller than]", STRICT},
    {"le", "<=", "[at most|no more than|not above|less than or equal to]",
	INCLUSIVE},
    {0}};

static const struct word ends_words[] = {
    {"both", "\"both\"", "(both limits included)", NULL},
    {"neither", "\"neither\"", "(limits not included)", NULL}, {0}};

static const struct word bool_words[] = {
    {"True", "True", "true", NULL}, {"False", "False", "false", NULL}, {0}};

static const struct word keep_words[] = {
    {"first", "\"first\"", "a repeat of an earlier row",
	"[The first row of each set of equal rows does not count|Do not count "
	"the first row of each set of equal rows]."},
    {"all", "False", "part of a set of equal rows (its first row included)",
	"[All rows of a set of equal rows count, the first one too|Count every "
	"row of a set of equal rows, the first one as well]."},
    {0}};

static const struct word key_words[] = {
    {"first", "\"first\"", "has occurred in an earlier row",
	"The first row of each combination does not count."},
    {"all", "False", "occurs in another row too",
	"All rows that share a combination count, the first one too."},
    {0}};

static const struct reading key_readings[] = {
    {"extra copies or all members", "keep", NULL,
	"earlier row|other row|not unique"},
    {0}};

static const struct word sd_words[] = {
    {"sample", "1", "sample", "Use the sample form (divide by n - 1)."},
    {"population", "0", "population", "Use the population form (divide by n)."},
    {0}};
static const struct reading sd_readings[] = {
    {"sample or population", "ddof", NULL, "sample|population"}, {0}};

static const struct reading keep_readings[] = {
    {"extra copies or all members", "keep", NULL, NULL}, {0}};
static const struct reading cmp_readings[] = {
    {"limit inclusive or strict", "is", NULL,
	"strictly|at least|no less than|not below|or equal to|at most|no more "
	"than|not above|equal to the limit"},
    {0}};
static const struct reading ends_readings[] = {
    {"limits excluded or included", "ends", NULL,
	"limits included|limits not included"},
    {0}};

static const struct reading fences_readings[] = {
    {"quantile without interpolation", NULL, "within_fences_lower",
	"interpolat"},
    {0}};

static int
eval_df(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	(void)nd;
	(void)in;
	if (r->rows == NULL && !r->exact && !r->zero_missing) {
		*out = *run_whole(r, -1);
		return 0;
	}
	out->rows = r->rows;
	out->n = r->rows != NULL ? r->nrows : tab_rows(base_table(r->base));
	return 0;
}

static int
eval_num(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	int col = nd->arg[0].col;
	bool plain = !r->zero_missing &&
	    !(r->exact && tab_inexact(base_table(r->base), (size_t)col));

	if (plain && in[0]->rows == NULL) {
		*out = *run_whole(r, col);
		return 0;
	}
	out->n = in[0]->n;
	out->num = run_num(r, col, in[0]);
	out->rows = in[0]->rows;
	if (plain)
		out->col = col;
	return 0;
}

static int
eval_cat(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	out->n = in[0]->n;
	out->code = run_codes(r, nd->arg[0].col, in[0]);
	out->keys = run_keys(r, nd->arg[0].col);
	return 0;
}

/* A mask of n bits to be filled. */
static uint8_t *
mask(struct run *r, struct value *out, size_t n)
{
	uint8_t *bit = run_alloc(r, n, 1);

	out->bit = bit;
	out->n = n;
	return bit;
}

static void
compare(uint8_t *restrict bit, const double *restrict v, size_t n, int word,
    double x)
{
	size_t i;

	switch (word) {
	case 0:
		for (i = 0; i < n; i++)
			bit[i] = v[i] > x;
		break;
	case 1:
		for (i = 0; i < n; i++)
			bit[i] = v[i] >= x;
		break;
	case 2:
		for (i = 0; i < n; i++)
			bit[i] = v[i] < x;
		break;
	default:
		for (i = 0; i < n; i++)
			bit[i] = v[i] <= x;
	}
}

static int
eval_cmp(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	uint8_t *bit = mask(r, out, in[0]->n);
	double x = nd->arg[1].num;

	compare(bit, in[0]->num, in[0]->n, nd->arg[0].word, x);
	/* a computed value that all but equals the limit: rounding decides */
	return run_near(r, in[0], x, 1e-12 * fabs(x), false)
	    ? run_undefined(r, "a value at the limit")
	    : 0;
}

static int
eval_equals(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	uint8_t *bit = mask(r, out, in[0]->n);
	size_t i;

	for (i = 0; i < in[0]->n; i++)
		bit[i] = in[0]->num[i] == nd->arg[0].num;
	return 0;
}

static int
eval_cmp_to(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	uint8_t *bit = mask(r, out, in[0]->n);
	double x = in[1]->x;

	compare(bit, in[0]->num, in[0]->n, nd->arg[0].word, x);
	/* a value that all but equals the limit decides by rounding */
	return run_near(r, in[0], x, 1e-9 * fabs(x), true)
	    ? run_undefined(r, "a value at the limit")
	    : 0;
}

/* Not further from the mean than k standard deviations. */
static int
eval_within_sd(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	uint8_t *bit = mask(r, out, in[0]->n);
	struct run_mark before = run_mark(r);
	size_t n, i;
	const double *v = run_numbers(r, in[0], &n);
	double mean, limit, gap;

	if (n < 3)
		return run_undefined(r, "too few values");
	mean = num_mean(v, n);
	limit = nd->arg[0].num * num_sd(v, n, nd->arg[1].word == 0 ? 1 : 0);
	run_release(r, before);
	if (!(limit > 0))
		return run_undefined(r, "no spread");
	for (i = 0; i < in[0]->n; i++) {
		gap = fabs(in[0]->num[i] - mean) - limit;
		if (fabs(gap) <= 1e-9 * limit)
			return run_undefined(r, "a value at the limit");
		bit[i] = gap < 0; /* false for NaN */
	}
	return 0;
}

/*
 * Inside the fences: within k interquartile ranges of the quartiles, by linear
 * interpolation. Neither fence may be on a value.
 */
static int
eval_within_fences(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	uint8_t *bit = mask(r, out, in[0]->n);
	struct run_mark before = run_mark(r);
	size_t n, i;
	double *v = run_sorted(r, in[0], &n), lo, hi, x, near;
	bool lower = strcmp(nd->op->name, "within_fences_lower") == 0;

	if (n < 8)
		return run_undefined(r, "too few values");
	lo = lower ? v[(n - 1) / 4] : num_quantile_sorted(v, n, 0.25);
	hi = lower ? v[(n - 1) * 3 / 4] : num_quantile_sorted(v, n, 0.75);
	run_release(r, before);
	near = nd->arg[0].num * (hi - lo);
	if (!(near > 0))
		return run_undefined(r, "no spread");
	lo -= near;
	hi += near;
	near = 1e-9 * fmax(fabs(lo), fabs(hi));
	for (i = 0; i < in[0]->n; i++) {
		x = in[0]->num[i];
		if (fabs(x - lo) <= near || fabs(x - hi) <= near)
			return run_undefined(r, "a value at the limit");
		bit[i] = x > lo && x < hi; /* false for NaN */
	}
	return 0;
}

/* Days from one date to another, for columns without a time of day. */
static int
eval_date_between(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	uint8_t *bit = mask(r, out, in[0]->n);
	double end[2], x;
	struct prof_date d;
	size_t i;
	int k;

	for (k = 0; k < 2; k++) {
		if (!prof_date_parse(
			"%Y-%m-%d", nd->arg[k].text.p, nd->arg[k].text.n, &d))
			return run_undefined(r, "a limit that is no date");
		end[k] = prof_date_seconds(&d);
	}
	for (i = 0; i < in[0]->n; i++) {
		x = in[0]->num[i];
		if (x != floor(x / 86400) * 86400)
			return run_undefined(r, "dates with a time of day");
		bit[i] = nd->arg[2].word == 0 ? x >= end[0] && x <= end[1]
					      : x > end[0] && x < end[1];
	}
	return 0;
}

static int
eval_between(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	uint8_t *bit = mask(r, out, in[0]->n);
	double lo = nd->arg[0].num, hi = nd->arg[1].num, x;
	size_t i;

	for (i = 0; i < in[0]->n; i++) {
		x = in[0]->num[i];
		bit[i] = nd->arg[2].word == 0 ? x >= lo && x <= hi
					      : x > lo && x < hi;
	}
	return 0;
}

/* The code of a label, or -2 where no row has it. */
static int32_t
code_of(const struct value *cat, struct tab_span s)
{
	size_t i;

	for (i = 0; i < cat->keys->n; i++)
		if (cat->keys->name[i].n == s.n &&
		    memcmp(cat->keys->name[i].p, s.p, s.n) == 0)
			return (int32_t)i;
	return -2;
}

static int
eval_is(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	uint8_t *bit = mask(r, out, in[0]->n);
	int32_t c = code_of(in[0], nd->arg[0].text);
	size_t i;

	for (i = 0; i < in[0]->n; i++)
		bit[i] = in[0]->code[i] == c;
	return 0;
}

static int
eval_is_bool(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	uint8_t *bit = mask(r, out, in[0]->n);
	const char *name = bool_words[nd->arg[0].word].name;
	int32_t c = code_of(in[0], (struct tab_span){name, strlen(name)});
	size_t i;

	for (i = 0; i < in[0]->n; i++)
		bit[i] = in[0]->code[i] == c;
	return 0;
}

static int
eval_is_not(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	uint8_t *bit = mask(r, out, in[0]->n);
	int32_t c = code_of(in[0], nd->arg[0].text);
	size_t i;

	for (i = 0; i < in[0]->n; i++)
		bit[i] = in[0]->code[i] != c && in[0]->code[i] >= 0;
	return 0;
}

static int
eval_is_in(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	uint8_t *bit = mask(r, out, in[0]->n);
	int32_t a = code_of(in[0], nd->arg[0].text),
		b = code_of(in[0], nd->arg[1].text);
	size_t i;

	for (i = 0; i < in[0]->n; i++)
		bit[i] = in[0]->code[i] == a || in[0]->code[i] == b;
	return 0;
}

static int
eval_contains(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	uint8_t *bit = mask(r, out, in[0]->n), *has;
	const struct keys *k = in[0]->keys;
	struct tab_span t = nd->arg[0].text;
	size_t i;

	has = run_alloc(r, k->n + 1, 1);
	for (i = 0; i < k->n; i++)
		has[i] = memmem(k->name[i].p, k->name[i].n, t.p, t.n) != NULL;
	for (i = 0; i < in[0]->n; i++)
		bit[i] = in[0]->code[i] >= 0 && has[in[0]->code[i]];
	return 0;
}

static int
eval_missing(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	uint8_t *bit = mask(r, out, in[0]->n);
	bool want = strcmp(nd->op->name, "is_missing") == 0;
	size_t i;

	for (i = 0; i < in[0]->n; i++)
		bit[i] = want ==
		    (in[0]->kind == K_CAT ? in[0]->code[i] < 0
					  : isnan(in[0]->num[i]));
	return 0;
}

static int
eval_and(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	uint8_t *bit = mask(r, out, in[0]->n);
	bool both = strcmp(nd->op->name, "and") == 0;
	size_t i;

	for (i = 0; i < in[0]->n; i++)
		bit[i] = both ? in[0]->bit[i] & in[1]->bit[i]
			      : in[0]->bit[i] | in[1]->bit[i];
	return 0;
}

static int
eval_not(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	uint8_t *bit = mask(r, out, in[0]->n);
	size_t i;

	(void)nd;
	for (i = 0; i < in[0]->n; i++)
		bit[i] = !in[0]->bit[i];
	return 0;
}

/* Keep row i of the table. */
static inline uint32_t
row_at(const struct value *t, size_t i)
{
	return t->rows != NULL ? t->rows[i] : (uint32_t)i;
}

static int
eval_where(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	uint32_t *rows = run_alloc(r, in[0]->n + 1, sizeof *rows);
	size_t i, k = 0;

	(void)nd;
	for (i = 0; i < in[0]->n; i++) {
		rows[k] = row_at(in[0], i); /* without a branch to guess */
		k += in[1]->bit[i];
	}
	out->rows = rows;
	out->n = k;
	return k > 0 ? 0 : run_undefined(r, "no row is left");
}

static int
eval_first_rows(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t k = (size_t)nd->arg[0].num, i;
	uint32_t *rows = run_alloc(r, k + 1, sizeof *rows);

	if (in[0]->n <= k)
		return run_undefined(r, "too few rows");
	for (i = 0; i < k; i++)
		rows[i] = row_at(in[0], i);
	out->rows = rows;
	out->n = k;
	return 0;
}

static int
eval_where_num(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double *v = run_alloc(r, in[0]->n + 1, sizeof *v);
	size_t i, k = 0;

	(void)nd;
	for (i = 0; i < in[0]->n; i++) {
		v[k] = in[0]->num[i];
		k += in[1]->bit[i];
	}
	out->num = v;
	out->n = k;
	return k > 0 ? 0 : run_undefined(r, "no row is left");
}

static int
eval_dropna(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	uint32_t *rows = run_alloc(r, in[0]->n + 1, sizeof *rows), row;
	const uint8_t *a = run_gaps(r, nd->arg[0].col),
		      *b = run_gaps(r, nd->arg[1].col);
	size_t i, k = 0;

	for (i = 0; i < in[0]->n; i++) {
		row = row_at(in[0], i);
		rows[k] = row;
		k += !(a != NULL && a[row]) && !(b != NULL && b[row]);
	}
	out->rows = rows;
	out->n = k;
	return k > 0 ? 0 : run_undefined(r, "no row is left");
}

static int
eval_present(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	(void)nd;
	out->num = run_numbers(r, in[0], &out->n);
	out->memo = in[0]->memo; /* the same numbers in order */
	return out->n > 0 ? 0 : run_undefined(r, "no value");
}

static int
eval_any_missing(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	uint8_t *bit = mask(r, out, in[0]->n);
	size_t cols = tab_cols(base_table(r->base)), i, c;
	const uint8_t *gap;

	(void)nd;
	memset(bit, 0, in[0]->n);
	for (c = 0; c < cols; c++)
		if ((gap = run_gaps(r, (int)c)) != NULL)
			for (i = 0; i < in[0]->n; i++)
				bit[i] |= gap[row_at(in[0], i)];
	return 0;
}

/* A number for every row of the base; rows with the same cells have the same:
 * all cells, or those of the columns that the node names. */
static const uint32_t *
row_classes(struct run *r, const struct node *nd)
{
	int x = op_arg(nd->op, "col"), y = op_arg(nd->op, "other");

	return x < 0 ? run_row_classes(r)
		     : run_pair_classes(r, nd->arg[x].col, nd->arg[y].col);
}

/* Marks each row that repeats an earlier one, or (every) any other. */
static void
mark_repeats(struct run *r, const uint32_t *class, bool every,
    const struct value *t, uint8_t *bit)
{
	size_t n = tab_rows(base_table(r->base)), i;
	uint32_t *first = run_alloc(r, n + 1, sizeof *first), c;

	memset(first, 0, (n + 1) * sizeof *first); /* position + 1 */
	memset(bit, 0, t->n);
	for (i = 0; i < t->n; i++) {
		c = class[row_at(t, i)];
		if (first[c] == 0) {
			first[c] = (uint32_t)i + 1;
			continue;
		}
		bit[i] = 1;
		if (every)
			bit[first[c] - 1] = 1;
	}
}

static int
eval_duplicated(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	mark_repeats(r, row_classes(r, nd),
	    nd->arg[op_arg(nd->op, "keep")].word == 1, in[0],
	    mask(r, out, in[0]->n));
	return 0;
}

static int
eval_drop_repeats(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	uint32_t *rows = run_alloc(r, in[0]->n, sizeof *rows);
	uint8_t *repeat = run_alloc(r, in[0]->n, 1);
	size_t i, k = 0;

	mark_repeats(r, row_classes(r, nd), false, in[0], repeat);
	for (i = 0; i < in[0]->n; i++)
		if (!repeat[i])
			rows[k++] = row_at(in[0], i);
	out->rows = rows;
	out->n = k;
	return 0;
}

const struct op row_ops[] = {{.name = "df",
				 .out = K_TABLE,
				 .flags = OP_INLINE | OP_BINDER,
				 .py = "df",
				 .say = "the data",
				 .eval = eval_df},
    {.name = "num",
	.in = {K_TABLE},
	.out = K_NUM,
	.arg = {{"col", ARG_COL, NULL}},
	.flags = OP_ROW | OP_INLINE | OP_BINDER,
	.py = "$0[@col]",
	.say = "@col",
	.eval = eval_num},
    {.name = "cat",
	.in = {K_TABLE},
	.out = K_CAT,
	.arg = {{"col", ARG_COL, NULL}},
	.flags = OP_ROW | OP_INLINE | OP_BINDER,
	.py = "$0[@col]",
	.say = "@col",
	.eval = eval_cat},
    {.name = "cmp",
	.in = {K_NUM},
	.out = K_MASK,
	.arg = {{"is", ARG_WORD, cmp_words}, {"value", ARG_NUM, NULL}},
	.steps = 1,
	.flags = OP_ROW | OP_INLINE | OP_LOOSE,
	.py = "$(0) @is @value",
	.say = "$0 is @is @value",
	.readings = cmp_readings,
	.eval = eval_cmp},
    {.name = "cmp_to",
	.in = {K_NUM, K_SCALAR},
	.out = K_MASK,
	.arg = {{"is", ARG_WORD, cmp_words}},
	.steps = 1,
	.flags = OP_REST | OP_INLINE | OP_LOOSE,
	.py = "$(0) @is $1",
	.say = "$0 is @is $1",
	.eval = eval_cmp_to},
    {.name = "between",
	.in = {K_NUM},
	.out = K_MASK,
	.arg = {{"low", ARG_NUM, NULL}, {"high", ARG_NUM, NULL},
	    {"ends", ARG_WORD, ends_words}},
	.steps = 1,
	.flags = OP_ROW | OP_INLINE,
	.py = "$0.between(@low, @high, inclusive=@ends)",
	.say = "$0 is between @low and @high @ends",
	.readings = ends_readings,
	.eval = eval_between},
    {.name = "equals",
	.in = {K_NUM},
	.out = K_MASK,
	.arg = {{"value", ARG_NUM, NULL}},
	.steps = 1,
	.flags = OP_ROW | OP_INLINE | OP_LOOSE,
	.py = "$(0) == @value",
	.say = "$0 [is|equals|is equal to] @value",
	.eval = eval_equals},
    {.name = "is",
	.in = {K_CAT},
	.out = K_MASK,
	.arg = {{"value", ARG_TEXT, NULL}},
	.steps = 1,
	.flags = OP_ROW | OP_SEEN | OP_INLINE | OP_LOOSE,
	.py = "$0 == @value",
	.say = "$0 is @value",
	.eval = eval_is},
    {.name = "is_bool",
	.in = {K_CAT},
	.out = K_MASK,
	.arg = {{"value", ARG_WORD, bool_words}},
	.steps = 1,
	.flags = OP_ROW | OP_SEEN | OP_INLINE | OP_LOOSE,
	.py = "$0 == @value",
	.say = "$0 is @value",
	.eval = eval_is_bool},
    {.name = "is_not",
	.in = {K_CAT},
	.out = K_MASK,
	.arg = {{"value", ARG_TEXT, NULL}},
	.steps = 1,
	.flags = OP_ROW | OP_INLINE | OP_LOOSE,
	.py = "$0.notna() & ($0 != @value)",
	.say = "$0 is given and is not @value",
	.eval = eval_is_not},
    {.name = "is_in",
	.in = {K_CAT},
	.out = K_MASK,
	.arg = {{"value", ARG_TEXT, NULL}, {"other", ARG_TEXT, NULL}},
	.steps = 1,
	.flags = OP_ROW | OP_INLINE | OP_COMMUTES,
	.py = "$0.isin([@value, @other])",
	.say = "$0 is @value or @other",
	.eval = eval_is_in},
    {.name = "contains",
	.in = {K_CAT},
	.out = K_MASK,
	.arg = {{"text", ARG_TEXT, NULL}},
	.steps = 1,
	.flags = OP_ROW | OP_INLINE,
	.py = "$0.str.contains(@text, regex=False, na=False)",
	.say = "$0 contains the text @text (in exactly this case)",
	.eval = eval_contains},
    {.name = "is_missing",
	.in = {K_NUM | K_CAT},
	.out = K_MASK,
	.steps = 1,
	.flags = OP_ROW | OP_SEEN | OP_INLINE,
	.py = "$0.isna()",
	.say = "$0 is missing",
	.eval = eval_missing},
    {.name = "is_present",
	.in = {K_NUM | K_CAT},
	.out = K_MASK,
	.steps = 1,
	.flags = OP_ROW | OP_SEEN | OP_INLINE,
	.py = "$0.notna()",
	.say = "$0 is present",
	.eval = eval_missing},
    {.name = "any_missing",
	.in = {K_TABLE},
	.out = K_MASK,
	.steps = 1,
	.flags = OP_INLINE,
	.py = "$0.isna().any(axis=1)",
	.say = "any cell of the row is missing",
	.eval = eval_any_missing},
    {.name = "duplicated",
	.in = {K_TABLE},
	.out = K_MASK,
	.arg = {{"keep", ARG_WORD, keep_words}},
	.steps = 1,
	.flags = OP_GAPS | OP_INLINE | OP_SLOW,
	.py = "$0.duplicated(keep=@keep)",
	.say = "@keep",
	.readings = keep_readings,
	.eval = eval_duplicated},
    {.name = "and",
	.in = {K_MASK, K_MASK},
	.out = K_MASK,
	.flags = OP_ROW | OP_INLINE | OP_LOOSE | OP_COMMUTES,
	.py = "$(0) & $(1)",
	.say = "$0 and $1",
	.eval = eval_and},
    {.name = "or",
	.in = {K_MASK, K_MASK},
	.out = K_MASK,
	.flags = OP_ROW | OP_INLINE | OP_LOOSE | OP_COMMUTES,
	.py = "$(0) | $(1)",
	.say = "$0 or $1",
	.eval = eval_and},
    {.name = "not",
	.in = {K_MASK},
	.out = K_MASK,
	.flags = OP_ROW | OP_INLINE | OP_LOOSE,
	.py = "~$(0)",
	.say = "it is not so that $0",
	.eval = eval_not},
    {.name = "where",
	.in = {K_TABLE, K_MASK},
	.out = K_TABLE,
	.flags = OP_BINDER,
	.var = "subset",
	.py = "$0[$1]",
	.say = "$0",
	.note = "keep the rows where $1",
	.eval = eval_where},
    {.name = "where_num",
	.in = {K_NUM, K_MASK},
	.out = K_NUM,
	.flags = OP_BINDER,
	.var = "kept",
	.py = "$0[$1]",
	.say = "$0",
	.note = "keep the values where $1",
	.eval = eval_where_num},
    {.name = "complete",
	.in = {K_TABLE},
	.out = K_TABLE,
	.arg = {{"col", ARG_COL, NULL}, {"other", ARG_COL, NULL}},
	.steps = 0,
	.flags = OP_BINDER | OP_COMMUTES,
	.var = "complete",
	.py = "$0.dropna(subset=[@col, @other])",
	.say = "$0",
	.note = "keep the rows where both @col and @other are present",
	.eval = eval_dropna},
    {.name = "drop_repeats",
	.in = {K_TABLE},
	.out = K_TABLE,
	.steps = 1,
	.flags = OP_SLOW,
	.var = "distinct",
	.py = "$0.drop_duplicates()",
	.say = "$0",
	.note = "drop the rows that repeat an earlier row",
	.eval = eval_drop_repeats},
    {.name = "duplicated_on",
	.in = {K_TABLE},
	.out = K_MASK,
	.arg = {{"col", ARG_COL, NULL}, {"other", ARG_COL, NULL},
	    {"keep", ARG_WORD, key_words}},
	.steps = 1,
	.flags = OP_GAPS | OP_INLINE | OP_COMMUTES,
	.py = "$0.duplicated(subset=[@col, @other], keep=@keep)",
	.say = "the combination of @col and @other @keep",
	.readings = key_readings,
	.eval = eval_duplicated},
    {.name = "drop_repeats_on",
	.in = {K_TABLE},
	.flags = OP_GAPS | OP_COMMUTES,
	.out = K_TABLE,
	.arg = {{"col", ARG_COL, NULL}, {"other", ARG_COL, NULL}},
	.steps = 1,
	.var = "distinct",
	.py = "$0.drop_duplicates(subset=[@col, @other])",
	.say = "$0",
	.note = "keep the first row of each combination of @col and @other",
	.eval = eval_drop_repeats},
    {.name = "within_sd",
	.in = {K_NUM},
	.out = K_MASK,
	.arg = {{"k", ARG_NUM, NULL}, {"ddof", ARG_WORD, sd_words}},
	.steps = 3,
	.flags = OP_REST | OP_EITHER,
	.var = "near",
	.py = "($(0) - $0.mean()).abs() <= @k * $0.std(ddof=@ddof)",
	.say = "$0 is within @k times its @ddof standard deviation of the mean",
	.note = "whether $0 is within @k times its @ddof standard deviation "
		"of the mean",
	.readings = sd_readings,
	.eval = eval_within_sd},
    {.name = "within_fences",
	.in = {K_NUM},
	.out = K_MASK,
	.arg = {{"k", ARG_NUM, NULL}},
	.steps = 3,
	.var = "inside",
	.py = "q1, q3 = $0.quantile(0.25), $0.quantile(0.75)\n"
	      "$v = $0.between(q1 - @k * (q3 - q1), q3 + @k * (q3 - q1))",
	.say = "$0 is within @k times its interquartile range of the quartiles "
	       "(linear interpolation)",
	.note = "whether $0 is not further than @k times its interquartile "
		"range beyond the quartiles",
	.readings = fences_readings,
	.clause = "Take quartiles by linear interpolation.",
	.eval = eval_within_fences},
    {.name = "within_fences_lower",
	.in = {K_NUM},
	.out = K_MASK,
	.arg = {{"k", ARG_NUM, NULL}},
	.steps = 3,
	.var = "inside",
	.py = "q1, q3 = $0.quantile([0.25, 0.75], interpolation=\"lower\")\n"
	      "$v = $0.between(q1 - @k * (q3 - q1), q3 + @k * (q3 - q1))",
	.say = "$0 is within @k times its interquartile range of the quartiles "
	       "(without interpolation)",
	.eval = eval_within_fences},
    {.name = "date_between",
	.in = {K_DATE},
	.out = K_MASK,
	.arg = {{"low", ARG_TEXT, NULL}, {"high", ARG_TEXT, NULL},
	    {"ends", ARG_WORD, ends_words}},
	.steps = 1,
	.flags = OP_ALIGNED | OP_INLINE,
	.py = "$0.between(@low, @high, inclusive=@ends)",
	.say = "$0 is between @low and @high @ends",
	.readings = ends_readings,
	.eval = eval_date_between},
    {.name = "first_rows",
	.in = {K_TABLE},
	.out = K_TABLE,
	.arg = {{"k", ARG_NUM, NULL}},
	.steps = 1,
	.flags = OP_ORDER,
	.var = "head",
	.py = "$0.head(@k)",
	.say = "$0",
	.note = "the first @k of these rows",
	.eval = eval_first_rows},
    {.name = "present",
	.in = {K_NUM},
	.out = K_NUM,
	.flags = OP_BINDER,
	.var = "values",
	.py = "$0.dropna()",
	.say = "$0",
	.note = "the values of $0 that are present",
	.eval = eval_present},
    {0}};
