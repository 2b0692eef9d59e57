/* choose.c - which one: groups, columns, pairs, rows. */
#include <string.h>

#include "tables.h"

static const struct word end_words[] = {
    {"max", "max", "[highest|largest]", NULL},
    {"min", "min", "[lowest|smallest]", NULL}, {0}};
static const struct word order_words[] = {
    {"largest", "largest", "[highest|largest]", NULL},
    {"smallest", "smallest", "[lowest|smallest]", NULL}, {0}};

static const struct reading end_readings[] = {
    {"the other end", "end", NULL,
	"highest|largest|lowest|smallest|most|least|fewest|strongest|weakest"},
    {0}};

static int
eval_arg_end(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t at = run_extreme(in[0], nd->arg[0].word == 0, &out->margin);

	if (at == (size_t)-1)
		return run_undefined(r, "nothing to choose from");
	out->text = in[0]->keys->name[at];
	out->text_type = in[0]->keys->type;
	if (in[0]->size != NULL)
		out->least = in[0]->size[at];
	return 0;
}

/* The k extreme labels, in order. */
static int
eval_top(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	size_t k = (size_t)nd->arg[0].num, i, at;
	bool most = nd->arg[1].word == 0;
	double *left = run_alloc(r, in[0]->n, sizeof *left), lead;
	struct tab_span *name = run_alloc(r, k, sizeof *name);
	struct keys *keys = run_alloc(r, 1, sizeof *keys);
	struct value v = *in[0];

	if (in[0]->n <= k)
		return run_undefined(r, "too few groups");
	memcpy(left, in[0]->num, in[0]->n * sizeof *left);
	v.num = left;
	for (i = 0; i < k; i++) {
		at = run_extreme(&v, most, &lead);
		if (at == (size_t)-1)
			return run_undefined(r, "too few groups");
		out->margin = fmin(out->margin, lead);
		name[i] = in[0]->keys->name[at];
		left[at] = NAN;
	}
	*keys = (struct keys){name, k, in[0]->keys->type};
	out->keys = keys;
	out->n = k;
	return 0;
}

/* Another column's cell in the row where a column is extreme. */
static int
eval_cell_at(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	const double *x = run_num(r, nd->arg[0].col, in[0]);
	struct value v = {.num = x, .n = in[0]->n};
	size_t at = run_extreme(&v, nd->arg[2].word == 0, &out->margin);
	uint32_t row;

	if (at == (size_t)-1 || out->margin == 0)
		return run_undefined(r, "no single row");
	out->margin = INFINITY; /* a row by its value: no lead is needed */
	row = in[0]->rows != NULL ? in[0]->rows[at] : (uint32_t)at;
	if (nd->op->out == K_SCALAR) {
		out->x = run_num(r, nd->arg[1].col, in[0])[at];
		return isnan(out->x) ? run_undefined(r, "a missing cell") : 0;
	}
	out->text = tab_text(base_table(r->base), row, (size_t)nd->arg[1].col);
	out->text_type = run_keys(r, nd->arg[1].col)->type;
	return out->text.p != NULL ? 0 : run_undefined(r, "a missing cell");
}

const struct op choose_ops[] = {{.name = "arg_end",
				    .in = {K_GVEC | K_CVEC},
				    .flags = OP_SEEN,
				    .out = K_TEXT,
				    .arg = {{"end", ARG_WORD, end_words}},
				    .steps = 1,
				    .var = "best",
				    .py = "$0.idx@end()",
				    .say = "group with the @end $0",
				    .readings = end_readings,
				    .eval = eval_arg_end},
    {.name = "top",
	.in = {K_GVEC},
	.flags = OP_SEEN,
	.out = K_LIST,
	.arg = {{"k", ARG_NUM, NULL}, {"order", ARG_WORD, order_words}},
	.steps = 1,
	.var = "top",
	.py = "$0.n@order(@k).index.tolist()",
	.say = "@k groups with the @order $0",
	.eval = eval_top},
    {.name = "cell_at",
	.in = {K_TABLE},
	.out = K_TEXT,
	.arg = {{"by", ARG_COL, NULL}, {"col", ARG_COL, NULL},
	    {"end", ARG_WORD, end_words}},
	.steps = 2,
	.var = "cell",
	.py = "$0.loc[$0[@by].idx@end(), @col]",
	.say = "@col of the row with the @end @by",
	.eval = eval_cell_at},
    {.name = "number_at",
	.in = {K_TABLE},
	.out = K_SCALAR,
	.arg = {{"by", ARG_COL, NULL}, {"col", ARG_COL, NULL},
	    {"end", ARG_WORD, end_words}},
	.steps = 2,
	.var = "cell",
	.py = "$0.loc[$0[@by].idx@end(), @col]",
	.say = "@col of the row with the @end @by",
	.eval = eval_cell_at},
    {0}};
