/* group.c - rows by groups. */
#include <string.h>

#include "tables.h"

static int
eval_by(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	(void)nd;
	if (in[0]->n != in[1]->n)
		return run_undefined(r, "columns of different tables");
	out->n = in[0]->n;
	out->num = in[0]->num;
	out->code = in[1]->code;
	out->keys = in[1]->keys;
	return 0;
}

/* t.groupby("k")["x"] for two columns of one table. */
static void
py_by(struct emit *e, const struct node *nd, struct buf *b)
{
	int t0, t1, x, k;

	if (!emit_is_pick(e, nd->in[0], &t0, &x) ||
	    !emit_is_pick(e, nd->in[1], &t1, &k) || t0 != t1) {
		emit_template(e, nd, "$(0).groupby($1)", b);
		return;
	}
	buf_printf(b, "%s.groupby(", e->expr[t0]);
	emit_col(e, k, b);
	buf_puts(b, ")[");
	emit_col(e, x, b);
	buf_putc(b, ']');
}

/* How many rows each label has, missing labels not counted. */
static int
eval_sizes(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	size_t k = in[0]->keys->n, i, n = 0;
	size_t *count = run_alloc(r, k + 1, sizeof *count);
	double *num = run_alloc(r, k + 1, sizeof *num);
	struct tab_span *name = run_alloc(r, k + 1, sizeof *name);
	struct keys *keys = run_alloc(r, 1, sizeof *keys);

	(void)nd;
	memset(count, 0, (k + 1) * sizeof *count);
	for (i = 0; i < in[0]->n; i++)
		if (in[0]->code[i] >= 0)
			count[in[0]->code[i]]++;
	for (i = 0; i < k; i++)
		if (count[i] > 0) {
			name[n] = in[0]->keys->name[i];
			num[n++] = (double)count[i];
		}
	*keys = (struct keys){name, n, in[0]->keys->type};
	out->num = num;
	out->keys = keys;
	out->n = n;
	return n > 0 ? 0 : run_undefined(r, "no groups");
}

/* Counts of each pair of labels; empty rows and columns are not there. */
static int
eval_crosstab(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t a = in[0]->keys->n, b = in[1]->keys->n, i, j, na = 0, nb = 0;
	double *full = run_alloc(r, a * b + 1, sizeof *full), *num, s;
	size_t *ra = run_alloc(r, a + 1, sizeof *ra),
	       *rb = run_alloc(r, b + 1, sizeof *rb);

	(void)nd;
	memset(full, 0, (a * b + 1) * sizeof *full);
	for (i = 0; i < in[0]->n; i++)
		if (in[0]->code[i] >= 0 && in[1]->code[i] >= 0)
			full[(size_t)in[0]->code[i] * b +
			    (size_t)in[1]->code[i]]++;
	for (i = 0; i < a; i++) {
		for (s = 0, j = 0; j < b; j++)
			s += full[i * b + j];
		if (s > 0)
			ra[na++] = i;
	}
	for (j = 0; j < b; j++) {
		for (s = 0, i = 0; i < a; i++)
			s += full[i * b + j];
		if (s > 0)
			rb[nb++] = j;
	}
	if (na < 2 || nb < 2)
		return run_undefined(r, "fewer than two labels");
	num = run_alloc(r, na * nb, sizeof *num);
	for (i = 0; i < na; i++)
		for (j = 0; j < nb; j++)
			num[i * nb + j] = full[ra[i] * b + rb[j]];
	out->num = num;
	out->n = na * nb;
	out->width = nb;
	return 0;
}

/* The numbers of one group, chosen by its label. */
static int
eval_in_group(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double *v = run_alloc(r, in[0]->n, sizeof *v);
	const struct keys *k = in[1]->keys;
	size_t i, n = 0;
	int32_t c;

	(void)nd;
	for (c = 0; (size_t)c < k->n; c++)
		if (k->name[c].n == in[2]->text.n &&
		    memcmp(k->name[c].p, in[2]->text.p, in[2]->text.n) == 0)
			break;
	for (i = 0; i < in[0]->n; i++)
		if (in[1]->code[i] == c)
			v[n++] = in[0]->num[i];
	out->num = v;
	out->n = n;
	return n >= 5 ? 0 : run_undefined(r, "the group is too small");
}

static void
py_in_group(struct emit *e, const struct node *nd, struct buf *b)
{
	int t, x;

	if (!emit_is_pick(e, nd->in[0], &t, &x)) {
		emit_template(e, nd, "$(0)[$1 == $2]", b);
		return;
	}
	buf_printf(b, "%s.loc[%s == %s, ", e->expr[t], e->expr[nd->in[1]],
	    e->expr[nd->in[2]]);
	emit_col(e, x, b);
	buf_putc(b, ']');
}

/* Groups of a size; not when the size of one decides by a hair. */
static int
eval_groups_from(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t i, k = 0;

	for (i = 0; i < in[0]->n; i++)
		k += in[0]->num[i] >= nd->arg[0].num;
	if (k == 0 || k == in[0]->n)
		return run_undefined(r, "all groups or none");
	out->x = (double)k;
	return 0;
}

/* The entries of a statistic whose group has enough values. */
static int
eval_keep_groups(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	size_t n = in[0]->n, i, k = 0;
	double *num = run_alloc(r, n, sizeof *num);
	size_t *size = run_alloc(r, n, sizeof *size);
	struct tab_span *name = run_alloc(r, n, sizeof *name);
	struct keys *keys = run_alloc(r, 1, sizeof *keys);

	if (in[1]->n != n)
		return run_undefined(r, "groups of different tables");
	for (i = 0; i < n; i++) {
		if (!(in[1]->num[i] >= nd->arg[0].num))
			continue;
		num[k] = in[0]->num[i];
		size[k] = (size_t)in[1]->num[i];
		name[k++] = in[0]->keys->name[i];
	}
	if (k < 2 || k == n)
		return run_undefined(r, "all groups or fewer than two");
	*keys = (struct keys){name, k, in[0]->keys->type};
	out->num = num;
	out->size = size;
	out->keys = keys;
	out->n = k;
	return 0;
}

const struct op group_ops[] = {{.name = "by",
				   .in = {K_NUM, K_CAT},
				   .out = K_GROUPED,
				   .steps = 1,
				   .flags = OP_ALIGNED | OP_INLINE,
				   .pyfn = py_by,
				   .say = "$0",
				   .note = "$0 for each $1",
				   .eval = eval_by},
    {.name = "in_group",
	.in = {K_NUM, K_CAT, K_TEXT},
	.out = K_NUM,
	.steps = 1,
	.var = "inside",
	.pyfn = py_in_group,
	.say = "$0",
	.note = "$0 in the $2",
	.eval = eval_in_group},
    {.name = "sizes",
	.in = {K_CAT},
	.flags = OP_SEEN,
	.out = K_GVEC,
	.steps = 1,
	.var = "counts",
	.py = "$0.value_counts().sort_index()",
	.say = "number of rows for each $0",
	.eval = eval_sizes},
    {.name = "groups_from",
	.in = {K_GVEC},
	.flags = OP_SEEN,
	.out = K_SCALAR,
	.arg = {{"least", ARG_NUM, NULL}},
	.steps = 1,
	.var = "n_groups",
	.py = "int(($0 >= @least).sum())",
	.say = "number of groups with at least @least rows",
	.note = "count the groups with at least @least rows",
	.eval = eval_groups_from},
    {.name = "keep_groups",
	.in = {K_GVEC, K_GVEC},
	.out = K_GVEC,
	.arg = {{"least", ARG_NUM, NULL}},
	.steps = 1,
	.var = "large",
	.py = "$0[$1 >= @least]",
	.say = "at least @least values",
	.note = "keep the groups with at least @least values",
	.eval = eval_keep_groups},
    {.name = "crosstab",
	.in = {K_CAT, K_CAT},
	.out = K_MATRIX,
	.steps = 1,
	.var = "table",
	.py = "pd.crosstab($0, $1)",
	.say = "counts of $0 by $1",
	.eval = eval_crosstab},
    {0}};
