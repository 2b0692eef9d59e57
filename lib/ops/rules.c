/* rules.c - the operators that a walk may draw: how often, the sentence of
 * each, and how its inputs and arguments come about. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "walk.h"

enum { FRAME = 4 }; /* columns that are compared with each other */

/* ---- Drawing columns ---- */

/* A column of a kind that this program has not drawn yet. */
static int
new_column(struct walk *w, int (*draw)(struct gen *g, int a, int b))
{
	int k, c = -1;

	for (k = 0; k < 8; k++) {
		c = draw(w->g, -1, -1);
		if (c == -1 || !w->used[c])
			break;
	}
	if (c == -1 || w->used[c])
		return -1;
	w->used[c] = true;
	return c;
}

int
walk_num(struct walk *w)
{
	return draft_num(w->d, w->table, new_column(w, gen_num));
}

static int
leaf_cat(struct walk *w)
{
	return draft_cat(w->d, w->table, new_column(w, gen_cat));
}

int
walk_mask(struct walk *w)
{
	int used;

	return gen_condition(w->g, w->d, w->table, -1, -1, &used);
}

/* The dates of the rows at hand. */
int
walk_date(struct walk *w)
{
	int col = w->date >= 0 ? w->date : gen_date(w->g), n;
	const struct prof_col *c;

	if (col == -1)
		return -1;
	c = prof_col(w->g->pf, (size_t)col);
	if (c->missing > 0 || c->date_match < tab_rows(w->g->t))
		return -1;
	w->date = col;
	n = prog_add(&w->d->p, "dates", w->table, -1, -1);
	prog_set_col(&w->d->p, n, "col", col);
	prog_set_text(&w->d->p, n, "format",
	    (struct tab_span){c->date_format, strlen(c->date_format)});
	return n;
}

/* {names} are these columns. */
static void
bind_names(struct walk *w, const int *col, int n)
{
	struct buf names = {0};
	int k;

	for (k = 0; k < n; k++) {
		buf_puts(&names, k > 0 ? ", " : "");
		say_col(w->g->t, col[k], &names);
	}
	draft_bind_literal(w->d, "names", names.p);
	buf_clear(&names);
}

/* Some numeric columns that are not drawn yet. */
static int
leaf_frame(struct walk *w)
{
	int col[FRAME], k;

	for (k = 0; k < FRAME; k++)
		if ((col[k] = new_column(w, gen_num)) == -1)
			break;
	if (k < 3)
		return -1;
	bind_names(w, col, k);
	return draft_frame(w->g, w->d, w->table, col, (size_t)k);
}

/* ---- Arguments ---- */

static int
set_number(
    struct walk *w, int node, const char *arg, const double *from, size_t n)
{
	prog_set_num(&w->d->p, node, arg, from[gen_below(w->g, n)]);
	return node;
}

#define CHOICE(fn, arg, ...)                                                   \
	static int fn(struct walk *w, int node)                                \
	{                                                                      \
		static const double from[] = {__VA_ARGS__};                    \
                                                                               \
		return set_number(                                             \
		    w, node, arg, from, sizeof from / sizeof *from);           \
	}

CHOICE(args_sd, "k", 1, 1.5, 2, 2.5)
CHOICE(args_fence, "k", 1, 1.5, 2)
CHOICE(args_quantile, "q", 0.1, 0.2, 0.25, 0.4, 0.6, 0.75, 0.8, 0.9)
CHOICE(args_bins, "bins", 3, 4, 5)
CHOICE(args_window, "window", 3, 4, 5, 6, 7)
CHOICE(args_kth, "k", 2, 3, 4, 5)
CHOICE(args_top, "k", 2, 3)
CHOICE(args_nth, "at", 2, 3, 5, 10, 20, 25, 50)
CHOICE(args_reaching, "percent", 50, 60, 75, 80, 90)

static int
args_head(struct walk *w, int node)
{
	static const double share[] = {0.1, 0.2, 0.25, 0.5};
	double n = (double)tab_rows(w->g->t) * share[gen_below(w->g, 4)];

	prog_set_num(&w->d->p, node, "k", n < 40 ? 30 : floor(n / 10) * 10);
	return node;
}

/* A round number among the values of the column that the input is. */
static int
column_limit(struct walk *w, int input, double lo, double hi, double *x)
{
	const struct node *nd = &w->d->p.node[input];

	if (strcmp(nd->op->name, "num") != 0)
		return -1;
	*x = gen_limit(w->g, nd->arg[0].col, lo, hi);
	return 0;
}

static int
args_fill(struct walk *w, int node)
{
	double x;

	if (column_limit(w, w->d->p.node[node].in[0], 0.2, 0.8, &x) == -1)
		return -1;
	prog_set_num(&w->d->p, node, "value", gen_chance(w->g, 0.5) ? 0 : x);
	return node;
}

static int
args_ranges(struct walk *w, int node)
{
	double lo, hi;

	if (column_limit(w, w->d->p.node[node].in[0], 0.15, 0.4, &lo) == -1 ||
	    column_limit(w, w->d->p.node[node].in[0], 0.6, 0.85, &hi) == -1 ||
	    !(lo < hi))
		return -1;
	prog_set_num(&w->d->p, node, "low", lo);
	prog_set_num(&w->d->p, node, "high", hi);
	gen_word(w->g, &w->d->p, node, "side");
	return node;
}

/* A number's bands come from the values of a column it was computed of. */
static int
args_band(struct walk *w, int node)
{
	const struct node *agg = &w->d->p.node[w->d->p.node[node].in[0]];
	double lo, hi;

	if (agg->in[0] < 0 ||
	    column_limit(w, agg->in[0], 0.1, 0.45, &lo) == -1 ||
	    column_limit(w, agg->in[0], 0.55, 0.9, &hi) == -1)
		return -1;
	prog_set_num(&w->d->p, node, "low", lo);
	prog_set_num(&w->d->p, node, "high", hi);
	return node;
}

static int
args_exceeds(struct walk *w, int node)
{
	const struct node *agg = &w->d->p.node[w->d->p.node[node].in[0]];
	double x;

	if (agg->in[0] < 0 || column_limit(w, agg->in[0], 0.2, 0.8, &x) == -1)
		return -1;
	prog_set_num(&w->d->p, node, "limit", x);
	return node;
}

/* Two days among those of the column. */
static int
args_dates(struct walk *w, int node)
{
	struct value all = {.n = tab_rows(w->g->t)};
	const struct node *dates = &w->d->p.node[w->d->p.node[node].in[0]];
	const double *when =
	    run_dates(w->g->run, dates->arg[0].col, dates->arg[1].text);
	double day[2], t;
	char text[2][16];
	int k;

	if (when == NULL)
		return -1;
	for (k = 0; k < 2; k++)
		day[k] = when[rng_below(w->g->rng, all.n)];
	if (day[0] > day[1]) {
		t = day[0];
		day[0] = day[1];
		day[1] = t;
	}
	for (k = 0; k < 2; k++) {
		run_day(day[k], text[k]);
		prog_set_text(&w->d->p, node, k == 0 ? "low" : "high",
		    (struct tab_span){text[k], strlen(text[k])});
	}
	gen_word(w->g, &w->d->p, node, "ends");
	return day[0] < day[1] ? node : -1;
}

/* A piece of one of the column's texts. */
static int
args_contains(struct walk *w, int node)
{
	const struct node *cat = &w->d->p.node[w->d->p.node[node].in[0]];
	struct tab_span s;
	size_t k;

	if (strcmp(cat->op->name, "cat") != 0 ||
	    tab_type(w->g->t, (size_t)cat->arg[0].col) != TAB_STR ||
	    gen_label(w->g, cat->arg[0].col, &s) == -1)
		return -1;
	for (k = 0; k < s.n && k < 4; k++)
		if ((unsigned char)s.p[k] < 0x21 || (unsigned char)s.p[k] > 126)
			break;
	if (k < 2)
		return -1;
	s.n = k;
	prog_set_text(&w->d->p, node, "text", s);
	return node;
}

static int
args_period(struct walk *w, int node)
{
	static const char *const of[] = {"year", "month", "weekday", "quarter"};

	prog_set_word(&w->d->p, node, "unit", of[gen_below(w->g, 4)]);
	return node;
}

/* Correlations of the two usual kinds, over complete pairs. */
static int
args_corr(struct walk *w, int node)
{
	prog_set_word(&w->d->p, node, "method",
	    gen_chance(w->g, 0.6) ? "pearson" : "spearman");
	draft_clause(w->d, "Use the rows where both numbers are present.");
	return node;
}

/* ---- Inputs that depend on each other ---- */

/* The labels that this question groups by: one column, or made once. */
static int
the_group(struct walk *w, int depth)
{
	if (w->group == -1)
		w->group = depth > 0 && gen_chance(w->g, 0.3)
		    ? walk_grow(w, K_CAT, depth - 1, false)
		    : leaf_cat(w);
	return w->group;
}

static int
build_by(struct walk *w, const struct rule *r, int depth)
{
	int v = walk_grow(w, K_NUM, depth - 1, false);

	(void)r;
	return prog_add(&w->d->p, "by", v, the_group(w, depth), -1);
}

static int
build_by2(struct walk *w, const struct rule *r, int depth)
{
	int v = walk_grow(w, K_NUM, depth - 1, false), a = leaf_cat(w);

	(void)r;
	return prog_add(&w->d->p, "by2", v, a, leaf_cat(w));
}

/* Is it a column of texts? A pair of labels is a list of texts. */
static bool
is_texts(const struct walk *w, int node)
{
	return tab_type(w->g->t, (size_t)w->d->p.node[node].arg[0].col) ==
	    TAB_STR;
}

/* Numbers of two keys can be shown as a table, and compared across it. */
static int
build_across(struct walk *w, const struct rule *r, int depth)
{
	int by = build_by2(w, r, depth), s;

	if (by < 0 || !is_texts(w, w->d->p.node[by].in[1]) ||
	    !is_texts(w, w->d->p.node[by].in[2]))
		return -1;
	s = walk_told(w, walk_rule(op_find("mean")),
	    prog_add(&w->d->p, gen_chance(w->g, 0.5) ? "mean" : "median", by,
		-1, -1));
	draft_bind(w->d, "rows", w->d->p.node[by].in[1]);
	return prog_add(&w->d->p, r->op, s, -1, -1);
}

static int
build_of_group(struct walk *w, const struct rule *r, int depth)
{
	return prog_add(&w->d->p, r->op, the_group(w, depth), -1, -1);
}

static int
build_share_by(struct walk *w, const struct rule *r, int depth)
{
	int m = walk_grow(w, K_MASK, depth - 1, false);

	return prog_add(&w->d->p, r->op, m, the_group(w, depth), -1);
}

/* Figures of the groups that have enough values. */
static int
build_keep_groups(struct walk *w, const struct rule *r, int depth)
{
	struct program *p = &w->d->p;
	int s = walk_grow(w, K_GVEC, depth - 1, false), by, n;
	size_t groups;

	if (s < 0 || p->node[s].op->agg == NULL ||
	    strcmp(p->node[p->node[s].in[0]].op->name, "by") != 0)
		return -1;
	by = p->node[s].in[0];
	groups =
	    tab_ndict(w->g->t, (size_t)p->node[p->node[by].in[1]].arg[0].col);
	n = prog_add(p, "count", by, -1, -1);
	s = prog_add(p, r->op, s, n, -1);
	prog_set_num(p, s, "least",
	    floor((double)tab_rows(w->g->t) / (double)(groups + 1) *
		(0.3 + 0.7 * rng_real(w->g->rng))));
	return s;
}

/* Changes from one calendar period to the next. */
static int
build_changes(struct walk *w, const struct rule *r, int depth)
{
	struct program *p = &w->d->p;
	int v = walk_grow(w, K_NUM, depth - 1, false), by, s;

	by = prog_add(p, "resample", v, walk_date(w), -1);
	prog_set_word(p, by, "every", gen_chance(w->g, 0.6) ? "month" : "year");
	s = walk_told(w, walk_rule(op_find("mean")),
	    prog_add(p, gen_chance(w->g, 0.5) ? "mean" : "sum", by, -1, -1));
	return prog_add(p, r->op, s, -1, -1);
}

/* The values inside or outside of the group that stands out. */
static int
build_in_group(struct walk *w, const struct rule *r, int depth)
{
	int key = walk_grow(w, K_TEXT, depth - 1, false), v = walk_num(w);

	if (key < 0 || w->group < 0 ||
	    strcmp(w->d->p.node[key].op->name, "arg_end") != 0)
		return -1;
	return prog_add(&w->d->p, r->op, v, w->group, key);
}

/* x against a statistic of x itself. */
static int
build_cmp_to(struct walk *w, const struct rule *r, int depth)
{
	int v = walk_grow(w, K_NUM, depth - 1, false), s, m;

	s = prog_add(
	    &w->d->p, gen_chance(w->g, 0.5) ? "mean" : "median", v, -1, -1);
	m = prog_add(&w->d->p, r->op, v,
	    walk_told(w, walk_rule(op_find("mean")), s), -1);
	gen_word(w->g, &w->d->p, m, "is");
	return m;
}

static int
build_center(struct walk *w, const struct rule *r, int depth)
{
	int v = walk_num(w), by;

	by = prog_add(&w->d->p, "by", v, the_group(w, depth), -1);
	return prog_add(&w->d->p, r->op, v, by, -1);
}

/* Two samples of one column by two labels. */
static int
build_two_samples(struct walk *w, const struct rule *r, int depth)
{
	struct program *p = &w->d->p;
	int x = new_column(w, gen_num), k = new_column(w, gen_cat), m[2], s[2],
	    i;
	struct tab_span label[2];

	(void)depth;
	if (x == -1 || k == -1 || tab_type(w->g->t, (size_t)k) != TAB_STR ||
	    gen_label(w->g, k, &label[0]) == -1 ||
	    gen_label(w->g, k, &label[1]) == -1 || label[0].p == label[1].p)
		return -1;
	for (i = 0; i < 2; i++) {
		m[i] = prog_add(p, "is", draft_cat(w->d, w->table, k), -1, -1);
		prog_set_text(p, m[i], "value", label[i]);
		s[i] = walk_told(w, walk_rule(op_find("sample")),
		    prog_add(
			p, "sample", draft_num(w->d, w->table, x), m[i], -1));
	}
	draft_bind(w->d, "first", s[0]);
	return prog_add(p, r->op, s[0], s[1], -1);
}

static int
build_samples(struct walk *w, const struct rule *r, int depth)
{
	int group = the_group(w, depth), by;

	by = prog_add(&w->d->p, "by", walk_num(w), group, -1);
	return prog_add(
	    &w->d->p, r->op, prog_add(&w->d->p, "samples", by, -1, -1), -1, -1);
}

/* Columns of complete rows: for models that take no gaps. */
static int
complete_rows(struct walk *w, int x, int y)
{
	int t;

	if (x == -1 || y == -1)
		return -1;
	if (tab_missing(w->g->t, (size_t)x) == 0 &&
	    tab_missing(w->g->t, (size_t)y) == 0)
		return w->table;
	t = prog_add(&w->d->p, "complete", w->table, -1, -1);
	prog_set_col(&w->d->p, t, "col", x);
	prog_set_col(&w->d->p, t, "other", y);
	walk_tell(w,
	    "[Use|Keep] only the rows where both {x} and {y} are present.", t);
	return w->table = t;
}

static int
build_line(struct walk *w, const struct rule *r, int depth)
{
	int x = new_column(w, gen_num), y = new_column(w, gen_num), t, second;

	(void)depth;
	draft_bind_col(w->d, "x", x);
	draft_bind_col(w->d, "y", y);
	t = complete_rows(w, x, y);
	second = draft_num(w->d, t, y);
	return prog_add(&w->d->p, r->op, draft_num(w->d, t, x), second, -1);
}

/* A part of a line or of another model. */
static int
build_slope(struct walk *w, const struct rule *r, int depth)
{
	int line = walk_grow(w, K_FIELDS, depth - 1, false), s;

	if (line < 0 || strcmp(w->d->p.node[line].op->name, "line") != 0)
		return -1;
	s = prog_add(&w->d->p, r->op, line, -1, -1);
	prog_set_word(
	    &w->d->p, s, "name", gen_chance(w->g, 0.7) ? "slope" : "intercept");
	return s;
}

static int
build_residuals(struct walk *w, const struct rule *r, int depth)
{
	int line = build_line(w, walk_rule(op_find("line")), depth);
	const struct node *nd;

	if (line < 0)
		return -1;
	nd = &w->d->p.node[line];
	return prog_add(&w->d->p, r->op, line, nd->in[0], nd->in[1]);
}

static int
build_ols(struct walk *w, const struct rule *r, int depth)
{
	struct program *p = &w->d->p;
	int y = new_column(w, gen_num), col[FRAME], k, f, second;

	(void)depth;
	for (k = 0; k < 3; k++)
		if ((col[k] = new_column(w, gen_num)) == -1)
			break;
	if (y == -1 || k < 2)
		return -1;
	bind_names(w, col, k);
	col[k] = y;
	f = draft_frame(w->g, w->d, w->table, col, (size_t)k + 1);
	f = prog_add(p, "complete_frame", f, -1, -1);
	second = draft_num(w->d, f, y);
	return prog_add(
	    p, r->op, draft_frame(w->g, w->d, f, col, (size_t)k), second, -1);
}

static int
build_ols_part(struct walk *w, const struct rule *r, int depth)
{
	const struct rule *ols = walk_rule(op_find("ols"));

	return prog_add(&w->d->p, r->op,
	    walk_told(w, ols, build_ols(w, ols, depth)), -1, -1);
}

static int
build_chi2(struct walk *w, const struct rule *r, int depth)
{
	int second = leaf_cat(w), m;

	(void)depth;
	m = prog_add(&w->d->p, "crosstab", leaf_cat(w), second, -1);
	m = prog_add(&w->d->p, r->op, m, -1, -1);
	gen_word(w->g, &w->d->p, m, "yates");
	return m;
}

static int
build_partial(struct walk *w, const struct rule *r, int depth)
{
	int col[3], v[3], f, k;

	(void)depth;
	for (k = 0; k < 3; k++)
		if ((col[k] = new_column(w, gen_num)) == -1)
			return -1;
	f = prog_add(&w->d->p, "complete_frame",
	    draft_frame(w->g, w->d, w->table, col, 3), -1, -1);
	for (k = 0; k < 3; k++)
		v[k] = draft_num(w->d, f, col[k]);
	draft_clause(w->d, "Use the rows where all three numbers are present.");
	return prog_add(&w->d->p, r->op, v[0], v[1], v[2]);
}

static int
build_corr(struct walk *w, const struct rule *r, int depth)
{
	int a = walk_grow(w, K_NUM, depth - 1, false);

	return prog_add(&w->d->p, r->op, a, walk_num(w), -1);
}

/* Where rows without all columns would change what is compared. */
static int
build_pairs(struct walk *w, const struct rule *r, int depth)
{
	int pairs;

	(void)depth;
	pairs = prog_add(&w->d->p, "pairs", leaf_frame(w), -1, -1);
	prog_set_word(&w->d->p, pairs, "method",
	    gen_chance(w->g, 0.7) ? "pearson" : "spearman");
	gen_word(w->g, &w->d->p, pairs, "size");
	draft_clause(w->d,
	    "For each pair use the rows where both values are present; name "
	    "the two columns in the order in which they are listed here.");
	return prog_add(&w->d->p, r->op, pairs, -1, -1);
}

static int
build_column_end(struct walk *w, const struct rule *r, int depth)
{
	(void)depth;
	return prog_add(&w->d->p, r->op,
	    prog_add(&w->d->p, "missing_counts", w->table, -1, -1), -1, -1);
}

static int
build_duration(struct walk *w, const struct rule *r, int depth)
{
	int a, b, one;

	(void)depth;
	a = walk_date(w);
	one = w->date;
	w->date = -1;
	b = walk_date(w);
	if (a == -1 || b == -1 || w->date == one)
		return -1;
	return prog_add(&w->d->p, r->op, a, b, -1);
}

static int
build_lengths(struct walk *w, const struct rule *r, int depth)
{
	int c = leaf_cat(w);

	(void)depth;
	if (c < 0 ||
	    tab_type(w->g->t, (size_t)w->d->p.node[c].arg[0].col) != TAB_STR)
		return -1;
	return prog_add(&w->d->p, r->op, c, -1, -1);
}

/* Texts of which at least one half are numbers. */
static int
build_parse(struct walk *w, const struct rule *r, int depth)
{
	size_t n = tab_cols(w->g->t), k;
	int c;

	(void)depth;
	for (k = 0; k < 8; k++) {
		c = (int)gen_below(w->g, n);
		if (!w->used[c] && tab_type(w->g->t, (size_t)c) == TAB_STR)
			break;
	}
	if (k == 8)
		return -1;
	w->used[c] = true;
	return prog_add(&w->d->p, r->op, draft_cat(w->d, w->table, c), -1, -1);
}

/* A column with gaps. */
static int
gappy(struct walk *w)
{
	int k, c;

	for (k = 0; k < 8; k++) {
		c = new_column(w, gen_num);
		if (c >= 0 && tab_missing(w->g->t, (size_t)c) > 0)
			return draft_num(w->d, w->table, c);
	}
	return -1;
}

static int
build_fill(struct walk *w, const struct rule *r, int depth)
{
	(void)depth;
	return prog_add(&w->d->p, r->op, gappy(w), -1, -1);
}

static int
build_fill_by_group(struct walk *w, const struct rule *r, int depth)
{
	int x = gappy(w);

	return prog_add(&w->d->p, r->op, x,
	    prog_add(&w->d->p, "by", x, the_group(w, depth), -1), -1);
}

static int
build_gaps_of(struct walk *w, const struct rule *r, int depth)
{
	(void)depth;
	return prog_add(&w->d->p, r->op,
	    gen_chance(w->g, 0.6) ? gappy(w) : leaf_cat(w), -1, -1);
}

static int
build_cell_of(struct walk *w, const struct rule *r, int depth)
{
	int by = walk_grow(w, K_NUM, depth - 1, false);

	return prog_add(&w->d->p, r->op, by,
	    (op_find(r->op)->in[1] & K_CAT) != 0 ? leaf_cat(w) : walk_num(w),
	    -1);
}

/* Two lists of group names: those with the highest of two figures. */
static int
build_lists(struct walk *w, const struct rule *r, int depth)
{
	struct program *p = &w->d->p;
	int list[2], k;

	for (k = 0; k < 2; k++) {
		list[k] = prog_add(
		    p, "top", walk_grow(w, K_GVEC, depth - 2, false), -1, -1);
		if (list[k] < 0)
			return -1;
		prog_set_num(p, list[k], "k", k == 0 ? 3 : 4);
		prog_set_word(p, list[k], "order", "largest");
	}
	return prog_add(p, r->op, list[0], list[1], -1);
}

static int
build_beyond(struct walk *w, const struct rule *r, int depth)
{
	int v = walk_grow(w, K_GVEC, depth - 1, false), s, b;

	s = walk_told(w, walk_rule(op_find("mean")),
	    prog_add(&w->d->p, gen_chance(w->g, 0.5) ? "mean" : "median", v, -1,
		-1));
	b = prog_add(&w->d->p, r->op, v, s, -1);
	gen_word(w->g, &w->d->p, b, "side");
	return b;
}

static int
build_same(struct walk *w, const struct rule *r, int depth)
{
	int a = walk_grow(w, K_TEXT, depth - 2, false),
	    b = walk_grow(w, K_TEXT, depth - 2, false);

	if (a < 0 || b < 0 || w->d->p.node[a].op != w->d->p.node[b].op ||
	    strcmp(w->d->p.node[a].op->name, "arg_end") != 0)
		return -1;
	return prog_add(&w->d->p, r->op, a, b, -1);
}

/* The same statistic of all values and of those where a condition holds. */
static int
build_two_numbers(struct walk *w, const struct rule *r, int depth)
{
	static const char *const stats[] = {"mean", "median", "std", "sum"};
	const char *stat = stats[gen_below(w->g, 4)];
	struct program *p = &w->d->p;
	int v = walk_grow(w, K_NUM, depth - 1, false), s[2], i;
	const struct rule *agg = walk_rule(op_find(stat));

	for (i = 0; i < 2; i++) {
		s[i] = prog_add(p, stat, v, -1, -1);
		prog_set_word(p, s[i], "ddof", "sample");
		s[i] = walk_told(w, agg, s[i]);
		if (i == 0)
			v = walk_told(w, walk_rule(op_find("where_num")),
			    prog_add(p, "where_num", v, walk_mask(w), -1));
	}
	return prog_add(p, r->op, s[1], s[0], -1);
}

static int
build_branch(struct walk *w, const struct rule *r, int depth)
{
	struct program *p = &w->d->p;
	int a = walk_grow(w, K_SCALAR, depth - 2, false), test, x, y;
	double limit;

	if (a < 0 || p->node[a].op->agg == NULL ||
	    column_limit(w, p->node[a].in[0], 0.2, 0.8, &limit) == -1)
		return -1;
	test = prog_add(p, "exceeds", a, -1, -1);
	prog_set_num(p, test, "limit", limit);
	x = walk_grow(w, K_SCALAR, 1, false);
	y = walk_grow(w, K_SCALAR, 1, false);
	return prog_add(p, r->op, test, x, y);
}

static int
build_logic(struct walk *w, const struct rule *r, int depth)
{
	int a, b = -1;

	(void)depth;
	a = walk_mask(w);
	if (op_find(r->op)->in[1] != 0)
		b = walk_mask(w);
	return prog_add(&w->d->p, r->op, a, b, -1);
}

static int
build_condition(struct walk *w, const struct rule *r, int depth)
{
	int m = walk_mask(w);

	(void)depth;
	return m >= 0 && strcmp(w->d->p.node[m].op->name, r->op) == 0 ? m : -1;
}

static int
build_on_date(struct walk *w, const struct rule *r, int depth)
{
	(void)depth;
	return prog_add(&w->d->p, r->op, walk_date(w), -1, -1);
}

static int
build_resample(struct walk *w, const struct rule *r, int depth)
{
	int v = walk_grow(w, K_NUM, depth - 1, false), n;

	n = prog_add(&w->d->p, r->op, v, walk_date(w), -1);
	gen_word(w->g, &w->d->p, n, "every");
	return n;
}

/* ---- Tables ---- */

static int
build_where(struct walk *w, const struct rule *r, int depth)
{
	(void)depth;
	return prog_add(&w->d->p, r->op, w->table,
	    walk_grow(w, K_MASK, gen_chance(w->g, 0.5) ? 1 : 0, false), -1);
}

static int
build_complete(struct walk *w, const struct rule *r, int depth)
{
	int x = gen_num(w->g, -1, -1), y = gen_num(w->g, x, -1), t;

	(void)depth;
	if (x == -1 || y == -1 ||
	    tab_missing(w->g->t, (size_t)x) + tab_missing(w->g->t, (size_t)y) ==
		0)
		return -1;
	t = prog_add(&w->d->p, r->op, w->table, -1, -1);
	prog_set_col(&w->d->p, t, "col", x);
	prog_set_col(&w->d->p, t, "other", y);
	return t;
}

static int
build_distinct(struct walk *w, const struct rule *r, int depth)
{
	(void)depth;
	return prof_duplicates(w->g->pf) == 0
	    ? -1
	    : prog_add(&w->d->p, r->op, w->table, -1, -1);
}

/* Rows in the order of a key that no two of them share. */
static int
build_sorted(struct walk *w, const struct rule *r, int depth)
{
	const struct prof_col *c;
	int key = -1, x, k, t;

	(void)depth;
	if (w->g->ndate > 0 && gen_chance(w->g, 0.6)) {
		key = walk_date(w);
	} else {
		for (k = 0; k < 12 && key < 0; k++) {
			x = gen_num(w->g, -1, -1);
			if (x < 0)
				break;
			c = prof_col(w->g->pf, (size_t)x);
			if (c->missing == 0 && c->unique == tab_rows(w->g->t))
				key = draft_num(w->d, w->table, x);
		}
	}
	t = prog_add(&w->d->p, r->op, w->table, key, -1);
	w->ordered = t >= 0;
	return t;
}

/* Sorts the rows unless they are in order; false: no column is a key. */
static bool
in_order(struct walk *w)
{
	const struct rule *r = walk_rule(
	    op_find(gen_chance(w->g, 0.5) ? "sorted_by" : "sorted_down"));
	int t;

	if (w->ordered)
		return true;
	if ((t = build_sorted(w, r, 1)) < 0)
		return false;
	walk_tell(w, r->tell, t);
	w->table = t;
	return true;
}

static int
build_distinct_on(struct walk *w, const struct rule *r, int depth)
{
	int x = gen_cat(w->g, -1, -1), y = gen_cat(w->g, x, -1), t;

	(void)depth;
	/* the order says which row of a combination is the first */
	if (x == -1 || y == -1 || !in_order(w))
		return -1;
	t = prog_add(&w->d->p, r->op, w->table, -1, -1);
	prog_set_col(&w->d->p, t, "col", x);
	prog_set_col(&w->d->p, t, "other", y);
	return t;
}

static int
build_first(struct walk *w, const struct rule *r, int depth)
{
	(void)depth;
	return in_order(w) ? prog_add(&w->d->p, r->op, w->table, -1, -1) : -1;
}

/* ---- The rules ---- */

#define AGG(op, weight, flags)                                                 \
	{                                                                      \
		op, weight, R_THE | R_AGG | (flags), NULL, NULL, NULL          \
	}

const struct rule walk_rules[] = {
    /* rows */
    {"where", 10, 0,
	"[Keep|Take] only the [rows|records] where {b}.|"
	"[Drop|Leave out] all [rows|records] but those where {b}.|"
	"[Restrict|Limit] the data to [rows|records] where {b}.",
	build_where, NULL},
    {"complete", 2, 0, "Drop the rows where one of the two is missing: {x}.",
	build_complete, NULL},
    {"drop_repeats", 3, 0,
	"[Remove|Drop] rows that repeat an earlier row in every column.",
	build_distinct, NULL},
    {"drop_repeats_on", 1, 0,
	"Of the rows with the same combination of {x} and {y}, keep only the "
	"first in that order.",
	build_distinct_on, NULL},
    {"sorted_by", 2, 0,
	"[Sort|Order|Arrange] the rows by {b}, [smallest|lowest] first.",
	build_sorted, NULL},
    {"sorted_down", 2, 0,
	"[Sort|Order|Arrange] the rows by {b}, [largest|highest] first.",
	build_sorted, NULL},
    {"first_rows", 3, 0, "[Keep|Take] only the first {k} rows.", build_first,
	args_head},
    /* conditions */
    {"cmp", 6, R_BASIC | R_TELLS, NULL, build_condition, NULL},
    {"is", 6, R_BASIC, NULL, build_condition, NULL},
    {"is_in", 3, R_BASIC, NULL, build_condition, NULL},
    {"between", 3, R_BASIC | R_TELLS, NULL, build_condition, NULL},
    {"date_between", 4, R_TELLS, NULL, build_on_date, args_dates},
    {"contains", 3, R_TELLS, NULL, build_lengths, args_contains},
    {"is_missing", 1, 0, NULL, build_gaps_of, NULL},
    {"is_present", 2, 0, NULL, build_gaps_of, NULL},
    {"and", 3, 0, NULL, build_logic, NULL},
    {"or", 3, 0, NULL, build_logic, NULL},
    {"not", 3, 0, NULL, build_logic, NULL},
    {"cmp_to", 4, 0, NULL, build_cmp_to, NULL},
    {"within_sd", 3, 0, NULL, NULL, args_sd},
    {"within_fences", 4, 0, NULL, NULL, args_fence},
    /* numbers of each row */
    {"add", 4, 0, NULL, NULL, NULL}, {"sub", 5, 0, NULL, NULL, NULL},
    {"mul", 4, 0, NULL, NULL, NULL}, {"ratio", 6, 0, NULL, NULL, NULL},
    {"percent_of_total", 3, R_THE | R_UNARY | R_SCALED, NULL, NULL, NULL},
    {"log1p", 4, R_THE | R_UNARY, NULL, NULL, NULL},
    {"sqrt", 2, R_THE | R_UNARY, NULL, NULL, NULL},
    {"abs", 3, R_THE | R_UNARY, NULL, NULL, NULL},
    {"z", 3, R_THE | R_UNARY | R_SCALED, NULL, NULL, NULL},
    {"minmax", 3, R_THE | R_UNARY | R_SCALED, NULL, NULL, NULL},
    {"ranked", 2, R_THE | R_UNARY | R_SCALED, NULL, NULL, NULL},
    {"time_between", 4, R_THE, NULL, build_duration, NULL},
    {"lengths", 2, R_THE, NULL, build_lengths, NULL},
    {"parse_numbers", 3, 0,
	"Read the texts of {a} as numbers, those that are none as missing" CALL,
	build_parse, NULL},
    {"flag", 2, R_SCALED, NULL, NULL, NULL},
    {"fill_missing_with", 3, R_TELLS, NULL, build_fill, args_fill},
    {"fill_missing", 4, 0, NULL, build_fill, NULL},
    {"fill_by_group", 4, 0,
	"In {a}, replace missing values by the {by} of the present ones with "
	"the same {g}" CALL,
	build_fill_by_group, NULL},
    {"row_change", 4, R_THE | R_ORDERED, NULL, NULL, NULL},
    {"row_percent_change", 4, R_THE | R_ORDERED, NULL, NULL, NULL},
    {"running_total", 4, R_THE | R_ORDERED, NULL, NULL, NULL},
    {"rolling_mean", 4, R_THE | R_ORDERED, NULL, NULL, args_window},
    {"center", 3, R_SCALED,
	"For each row [compute|take] {a} minus the mean of {a} over the rows "
	"with the same {g}" CALL,
	build_center, NULL},
    {"where_num", 2, R_ALONE,
	"Of [the values of |]{a}, keep those where {b}; call them {n}.", NULL,
	NULL},
    {"in_group", 5, R_ALONE,
	"[Take|Find] the {c}, and of {a} only the values in that group; call "
	"them {n}.",
	build_in_group, NULL},
    {"outside", 2, R_ALONE,
	"[Take|Find] the {c}, and of {a} the values outside of that group; "
	"call them {n}.",
	build_in_group, NULL},
    {"sample", 1, R_ALONE,
	"Let {n} be the values of {a} where {b}, missing ones left out.", NULL,
	NULL},
    {"residuals", 3, 0,
	"For each row, [take|compute] the residual ({c} minus its prediction "
	"by the {a})" CALL,
	build_residuals, NULL},
    /* labels */
    {"bin_width", 3, 0,
	"[Cut|Divide] the rows into {it}, numbered from 1 for the lowest "
	"values (each with its upper edge); call the number {n}.",
	NULL, args_bins},
    {"bin_quantile", 3, 0,
	"[Cut|Divide] the rows into {it}, numbered from 1 for the lowest "
	"values (each with its upper edge); call the number {n}.",
	NULL, args_bins},
    {"ranges", 3, R_TELLS,
	"[Cut|Divide] the rows into {it}, numbered 1 (lowest) to 3; call the "
	"number {n}.",
	NULL, args_ranges},
    {"period", 5, 0, NULL, build_on_date, args_period},
    {"tidy", 1, 0, "[Write|Take] {it}" CALL, build_lengths, NULL},
    {"first_word", 2, 0, NULL, build_lengths, NULL},
    /* groups */
    {"by", 10, R_BASIC, NULL, build_by, NULL},
    {"by2", 0, 0, NULL, build_by2, NULL},
    {"resample", 4, 0, NULL, build_resample, NULL},
    {"sizes", 3, 0,
	"Count the rows of each {a}; call the [counts|numbers] {n}.",
	build_of_group, NULL},
    {"share_by", 3, 0,
	"For each {b}, compute the percentage of rows where {a}; call the "
	"figures {n}.",
	build_share_by, NULL},
    {"keep_groups", 3, 0,
	"[Go on with|Keep] only the figures {a} of groups that have {it}; call "
	"them {n}.",
	build_keep_groups, NULL},
    {"across", 3, 0,
	"Put {a} into a table with a row for each {rows}: [compute|take] for "
	"each row the largest minus the smallest number; call these figures "
	"{n}.",
	build_across, NULL},
    {"joined_diff", 3, 0,
	"For each group that has both, [compute|take] {a} minus {b}; call the "
	"differences {n}.",
	NULL, NULL},
    {"joined_ratio", 3, 0,
	"For each group that has both, divide {a} by {b}; call the ratios {n}.",
	NULL, NULL},
    {"changes", 3, 0,
	"[Compute|Take] the change of {a} from each period to the next; call "
	"the changes {n}, each under its later period.",
	build_changes, NULL},
    /* statistics */
    AGG("count", 2, R_WHOLE), AGG("nunique", 2, R_WHOLE), AGG("sum", 4, 0),
    AGG("mean", 8, R_BASIC), AGG("median", 6, R_BASIC), AGG("std", 4, 0),
    AGG("var", 2, 0), AGG("min", 2, 0), AGG("max", 3, 0),
    {"quantile", 3, R_THE | R_AGG, NULL, NULL, args_quantile}, AGG("iqr", 3, 0),
    AGG("skew", 2, R_ONCE), AGG("range", 2, 0), AGG("cv", 2, 0),
    {"mode", 2, R_THE | R_ONCE, NULL, NULL, NULL},
    {"n_missing", 2, R_THE | R_WHOLE | R_ONCE, NULL, build_gaps_of, NULL},
    {"share_true", 3, R_THE | R_ONCE, NULL, NULL, NULL},
    {"count_true", 3, R_THE | R_WHOLE | R_ONCE, NULL, NULL, NULL},
    {"kth", 3, R_THE | R_ONCE, NULL, NULL, args_kth},
    {"nth_value", 3, R_THE | R_ORDERED | R_ONCE, NULL, NULL, args_nth},
    {"longest_run", 4, R_THE | R_ORDERED | R_WHOLE, NULL, NULL, NULL},
    {"fewest_reaching", 2, R_THE | R_WHOLE, NULL, NULL, args_reaching},
    {"groups_beyond", 3, R_THE | R_WHOLE, NULL, build_beyond, NULL},
    {"number_of", 3, R_THE, NULL, build_cell_of, NULL},
    /* relations */
    {"corr", 5, R_THE | R_TELLS, NULL, build_corr, args_corr},
    {"partial", 2, R_THE, NULL, build_partial, NULL},
    {"field", 3, R_THE, NULL, build_slope, NULL},
    {"adjusted_r2", 3, R_THE | R_TELLS, NULL, build_ols_part, NULL},
    {"n_significant", 3, R_THE | R_WHOLE | R_TELLS, NULL, build_ols_part, NULL},
    {"line", 3, 0, NULL, build_line, NULL},
    {"ols", 1, R_TELLS,
	"Fit {b} by ordinary least squares on {names}, with an intercept, over "
	"the rows where all of them are present; call the model {n}.",
	build_ols, NULL},
    {"ttest", 4, 0, NULL, build_two_samples, NULL},
    {"mannwhitney", 2, 0, NULL, build_two_samples, NULL},
    {"anova", 3, 0, NULL, build_samples, NULL},
    {"kruskal", 2, 0, NULL, build_samples, NULL},
    {"levene", 2, 0, NULL, build_samples, NULL},
    {"chi2", 3, 0, NULL, build_chi2, NULL},
    /* choices and decisions */
    {"arg_end", 10, R_BASIC, NULL, NULL, NULL},
    {"cell_of", 3, 0, NULL, build_cell_of, NULL},
    {"column_end", 4, 0, NULL, build_column_end, NULL},
    {"band", 2, R_TELLS, NULL, NULL, args_band},
    {"top", 8, R_BASIC, NULL, NULL, args_top},
    {"names_beyond", 4, 0, NULL, build_beyond, NULL},
    {"in_both", 3, 0, NULL, build_lists, NULL},
    {"not_in", 3, 0, NULL, build_lists, NULL},
    {"pair_end", 3, R_TELLS, NULL, build_pairs, NULL},
    {"cell_end", 2, 0, NULL, build_across, NULL},
    {"greater", 5, R_BASIC, NULL, build_two_numbers, NULL},
    {"exceeds", 3, R_TELLS, NULL, NULL, args_exceeds},
    {"same_text", 3, 0, NULL, build_same, NULL},
    {"diff", 4, 0, NULL, build_two_numbers, NULL},
    {"quotient", 3, 0, NULL, build_two_numbers, NULL},
    {"percent", 3, 0, NULL, build_two_numbers, NULL},
    {"branch", 3, R_TELLS, NULL, build_branch, NULL}, {0}};
