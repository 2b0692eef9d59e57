/* gen.c - choosing columns, conditions and numbers for a family. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "family.h"
#include "mem.h"

/* Of some random columns the one that is in the fewest questions. */
static int
choose(struct gen *g, const int *pool, size_t n, int a, int b)
{
	int best = -1, c, k;
	int tries = 2 + (int)(n < 240 ? n / 8 : 30); /* wide tables: more */

	for (k = 0; k < tries && n > 0; k++) {
		c = pool[rng_below(g->rng, n)];
		if (c == a || c == b) {
			tries += tries < 48;
			continue;
		}
		if (best == -1 || g->uses[c] < g->uses[best])
			best = c;
	}
	return best;
}

int
gen_num(struct gen *g, int a, int b)
{
	return choose(g, g->num, g->nnum, a, b);
}

int
gen_cat(struct gen *g, int a, int b)
{
	return choose(g, g->cat, g->ncat, a, b);
}

int
gen_date(struct gen *g)
{
	return choose(g, g->date, g->ndate, -1, -1);
}

bool
gen_chance(struct gen *g, double share)
{
	return rng_real(g->rng) < share;
}

size_t
gen_below(struct gen *g, size_t n)
{
	return rng_below(g->rng, n);
}

void
gen_word(struct gen *g, struct program *p, int node, const char *arg)
{
	const struct word *w;
	size_t n = 0;
	int i;

	if (node < 0 || (i = op_arg(p->node[node].op, arg)) == -1)
		return;
	for (w = p->node[node].op->arg[i].words; w->name != NULL; w++)
		n++;
	p->node[node].arg[i].word = (int)rng_below(g->rng, n);
}

/* The double nearest to x with that many significant digits. */
static double
significant(double x, int digits)
{
	char t[40];

	snprintf(t, sizeof t, "%.*e", digits - 1, x);
	return strtod(t, NULL);
}

double
gen_limit(struct gen *g, int col, double lo, double hi)
{
	struct value all = {.n = tab_rows(g->t)};
	const double *v = run_num(g->run, col, &all);
	double q = lo + (hi - lo) * rng_real(g->rng), x, spread, limit;
	size_t n, i, tries;
	int digits;

	double draw[9]; /* a few values stand for the column's quantiles */

	for (n = tries = 0; n < 9 && tries < 200; tries++) {
		i = rng_below(g->rng, all.n);
		if (!isnan(v[i]))
			draw[n++] = v[i];
	}
	if (n == 0)
		return 0;
	num_sort(draw, n, &g->run->work);
	x = num_quantile_sorted(draw, n, q);
	spread = prof_col(g->pf, (size_t)col)->max -
	    prof_col(g->pf, (size_t)col)->min;
	for (digits = 1; digits < 6; digits++) {
		limit = significant(x, digits);
		if (fabs(limit - x) <= 0.04 * spread)
			break;
	}
	return significant(x, digits);
}

int
gen_label(struct gen *g, int col, struct tab_span *label)
{
	struct value all = {.n = tab_rows(g->t)};
	const int32_t *code = run_codes(g->run, col, &all);
	const struct keys *k = run_keys(g->run, col);
	size_t tries;
	int32_t c;

	for (tries = 0; tries < 50; tries++) {
		c = code[rng_below(g->rng, all.n)];
		if (c >= 0 && k->name[c].n > 0) {
			*label = k->name[c];
			return 0;
		}
	}
	return -1;
}

/* A value of a numeric column, drawn from its rows. */
static double
some_value(struct gen *g, int col)
{
	struct value all = {.n = tab_rows(g->t)};
	const double *v = run_num(g->run, col, &all);
	size_t tries;
	double x = NAN;

	for (tries = 0; tries < 50 && isnan(x); tries++)
		x = v[rng_below(g->rng, all.n)];
	return x;
}

/* A numeric column of few values is one of them; of many, it has a limit. */
static int
flag_condition(
    struct gen *g, struct draft *d, int table, int a, int b, int *used)
{
	int col = choose(g, g->flag, g->nflag, a, b), m;
	bool many;
	double x;

	*used = col;
	if (col == -1)
		return -1;
	x = some_value(g, col);
	if (isnan(x))
		return -1;
	many = prof_col(g->pf, (size_t)col)->unique > 12;
	m = prog_add(
	    &d->p, many ? "cmp" : "equals", draft_num(d, table, col), -1, -1);
	if (many)
		gen_word(g, &d->p, m, "is");
	prog_set_num(&d->p, m, "value", x);
	return m;
}

/* How often they are what rows are chosen by. */
static double
flag_share(const struct gen *g)
{
	double share =
	    (double)g->nflag / (double)(g->nflag + g->ncat + g->nnum);

	return fmin(0.3, fmax(0.12, share));
}

int
gen_condition(
    struct gen *g, struct draft *d, int table, int a, int b, int *used)
{
	bool cat = g->ncat > 0 &&
	    (g->nnum == 0 || g->seek ||
		gen_chance(g, (double)g->ncat / (double)(g->ncat + g->nnum)));
	int col = cat ? gen_cat(g, a, b) : gen_num(g, a, b), m;
	struct tab_span s, other;
	double lo, hi;

	if (g->seek && !cat)
		return -1; /* a limit would tell the column */
	if (g->nflag > 0 && !g->seek &&
	    (col == -1 || gen_chance(g, flag_share(g))))
		return flag_condition(g, d, table, a, b, used);
	*used = col;
	if (col == -1)
		return -1;
	if (cat) {
		if (gen_label(g, col, &s) == -1)
			return -1;
		if (tab_type(g->t, (size_t)col) == TAB_BOOL) {
			m = prog_add(
			    &d->p, "is_bool", draft_cat(d, table, col), -1, -1);
			prog_set_word(
			    &d->p, m, "value", s.n == 4 ? "True" : "False");
			return m;
		}
		switch (gen_below(g, 4)) {
		case 0:
			m = prog_add(
			    &d->p, "is_not", draft_cat(d, table, col), -1, -1);
			break;
		case 1:
			if (gen_label(g, col, &other) == -1 || other.p == s.p)
				return -1;
			m = prog_add(
			    &d->p, "is_in", draft_cat(d, table, col), -1, -1);
			prog_set_text(&d->p, m, "other", other);
			break;
		default:
			m = prog_add(
			    &d->p, "is", draft_cat(d, table, col), -1, -1);
		}
		prog_set_text(&d->p, m, "value", s);
		return m;
	}
	if (gen_chance(g, 0.2)) {
		lo = gen_limit(g, col, 0.05, 0.4);
		hi = gen_limit(g, col, 0.6, 0.95);
		if (!(lo < hi))
			return -1;
		m = prog_add(
		    &d->p, "between", draft_num(d, table, col), -1, -1);
		prog_set_num(&d->p, m, "low", lo);
		prog_set_num(&d->p, m, "high", hi);
		gen_word(g, &d->p, m, "ends");
		return m;
	}
	m = prog_add(&d->p, "cmp", draft_num(d, table, col), -1, -1);
	gen_word(g, &d->p, m, "is");
	prog_set_num(&d->p, m, "value", gen_limit(g, col, 0.2, 0.8));
	return m;
}

int
gen_table(struct gen *g, struct draft *d, bool must, int a, int b)
{
	int df = prog_add(&d->p, "df", -1, -1, -1), used;

	d->where = df;
	if (!must &&
	    (tab_rows(g->t) < 60 || gen_chance(g, g->seek ? 0.8 : 0.45)))
		return df;
	return d->where = prog_add(&d->p, "where", df,
		   gen_condition(g, d, df, a, b, &used), -1);
}

int
gen_table2(struct gen *g, struct draft *d, int a, int b)
{
	int df = prog_add(&d->p, "df", -1, -1, -1), one, used = -1, t;

	t = prog_add(
	    &d->p, "where", df, gen_condition(g, d, df, a, b, &used), -1);
	if (t == -1)
		return -1;
	one = used;
	/* the second condition looks at the rows that are left */
	d->where = prog_add(
	    &d->p, "where", t, gen_condition(g, d, t, a, b, &used), -1);
	return used == one ? -1 : d->where;
}

const char *
gen_stat(struct gen *g)
{
	static const char *const stats[] = {
	    "mean", "mean", "median", "sum", "max", "min", "std"};

	return stats[rng_below(g->rng, sizeof stats / sizeof *stats)];
}

int
draft_num(struct draft *d, int table, int col)
{
	int i;

	if (col < 0)
		return -1;
	i = prog_add(&d->p, "num", table, -1, -1);
	prog_set_col(&d->p, i, "col", col);
	return i;
}

int
draft_cat(struct draft *d, int table, int col)
{
	int i;

	if (col < 0)
		return -1;
	i = prog_add(&d->p, "cat", table, -1, -1);
	prog_set_col(&d->p, i, "col", col);
	return i;
}

int
draft_by(struct draft *d, int table, int x, int k)
{
	int key = draft_cat(d, table, k);

	return prog_add(&d->p, "by", draft_num(d, table, x), key, -1);
}

int
draft_frame(struct gen *g, struct draft *d, int table, const int *col, size_t n)
{
	json_t *list = json_array();
	size_t i;
	char *json;
	int node;

	for (i = 0; i < n; i++)
		json_array_append_new(
		    list, json_string(tab_name(g->t, (size_t)col[i])));
	json = json_dumps(list, JSON_COMPACT);
	node = prog_add(&d->p, "columns", table, -1, -1);
	prog_set_text(
	    &d->p, node, "names", (struct tab_span){json, strlen(json)});
	free(json);
	json_decref(list);
	return node;
}

static void
add_bind(struct draft *d, struct bind b)
{
	if (d->nbind < SAY_BINDS)
		d->bind[d->nbind++] = b;
}

void
draft_bind(struct draft *d, const char *name, int node)
{
	add_bind(d, (struct bind){name, BIND_NODE, node, NULL});
}

void
draft_bind_col(struct draft *d, const char *name, int col)
{
	add_bind(d, (struct bind){name, BIND_COL, col, NULL});
}

void
draft_bind_text(struct draft *d, const char *name, const char *pattern)
{
	add_bind(d, (struct bind){name, BIND_TEXT, 0, pattern});
}

void
draft_bind_literal(struct draft *d, const char *name, const char *text)
{
	if (d->p.nowned == PROG_MAX || text == NULL)
		return;
	d->p.owned[d->p.nowned++] = xstrdup(text);
	add_bind(d,
	    (struct bind){name, BIND_LITERAL, 0, d->p.owned[d->p.nowned - 1]});
}

void
draft_clause(struct draft *d, const char *pattern)
{
	if (d->nclause < SAY_CLAUSES)
		d->clause[d->nclause++] = pattern;
}
