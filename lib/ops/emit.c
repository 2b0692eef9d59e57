/* emit.c - programs as Python that a person would write: named steps, a comment
 * for each, hooks, one cell a step. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "op.h"
#include "say.h"

enum { STEPS_A_CELL = 2 };

void
emit_col(const struct emit *e, int col, struct buf *b)
{
	const char *name = tab_name(e->t, (size_t)col);

	buf_pystr(b, name, strlen(name));
}

bool
emit_is_pick(const struct emit *e, int node, int *table, int *col)
{
	const struct node *nd = &e->p->node[node];

	if (nd->op->arg[0].type != ARG_COL || nd->in[0] < 0 ||
	    prog_kind(e->p, nd->in[0]) != K_TABLE || nd->op->steps != 0)
		return false;
	*table = nd->in[0];
	*col = nd->arg[0].col;
	return true;
}

static void
put_number(double v, struct buf *b)
{
	if (v == floor(v) && fabs(v) < 1e15)
		buf_printf(b, "%.0f", v);
	else
		buf_real(b, v);
}

static void
put_arg(const struct emit *e, const struct node *nd, int i, struct buf *b)
{
	const struct arg *a = &nd->arg[i];

	switch (nd->op->arg[i].type) {
	case ARG_COL:
		emit_col(e, a->col, b);
		break;
	case ARG_NUM:
		put_number(a->num, b);
		break;
	case ARG_TEXT:
		buf_pystr(b, a->text.p, a->text.n);
		break;
	case ARG_WORD:
		buf_puts(b, nd->op->arg[i].words[a->word].py);
		break;
	default:
		break;
	}
}

static void
put_input(const struct emit *e, int node, bool bracket, struct buf *b)
{
	bracket = bracket && (e->p->node[node].op->flags & OP_LOOSE) != 0 &&
	    (e->p->node[node].op->flags & OP_INLINE) != 0;
	buf_printf(b, bracket ? "(%s)" : "%s", e->expr[node]);
}

void
emit_template(
    const struct emit *e, const struct node *nd, const char *py, struct buf *b)
{
	char name[16];
	size_t n;
	int i;

	for (; *py != '\0'; py++) {
		if (*py == '$' && py[1] == '(') {
			put_input(e, nd->in[py[2] - '0'], true, b);
			py += 3;
		} else if (*py == '$' && py[1] == 'v') {
			buf_puts(b, e->expr[nd - e->p->node]);
			py++;
		} else if (*py == '$') {
			put_input(e, nd->in[*++py - '0'], false, b);
		} else if (*py == '@') {
			for (n = 0; islower((unsigned char)py[1]) &&
			     n + 1 < sizeof name;)
				name[n++] = *++py;
			name[n] = '\0';
			i = op_arg(nd->op, name);
			if (i >= 0)
				put_arg(e, nd, i, b);
		} else {
			buf_putc(b, *py);
		}
	}
}

/* The first free name: subset, subset_2... */
static char *
fresh(const struct emit *e, const char *var, int before)
{
	char *name = xstrdup(var);
	int i, k = 1;

	for (i = 0; i < before; i++)
		if (e->expr[i] != NULL && strcmp(e->expr[i], name) == 0) {
			free(name);
			name = xasprintf("%s_%d", var, ++k);
			i = -1;
		}
	return name;
}

/* The named steps that a node's expression mentions. */
static void
depends(const struct emit *e, int node, bool *on)
{
	const struct node *nd = &e->p->node[node];
	int k, in;

	for (k = 0; k < OP_INS; k++) {
		if ((in = nd->in[k]) < 0)
			continue;
		if (e->p->node[in].op->flags & OP_INLINE)
			depends(e, in, on);
		else
			on[in] = true;
	}
}

static void
put_hook(const struct emit *e, int node, const char *note, struct buf *b)
{
	bool on[PROG_MAX] = {false};
	const char *sep = ", depends_on=[";
	int i;

	depends(e, node, on);
	buf_printf(
	    b, "hook(%s, \"%s\", description=", e->expr[node], e->expr[node]);
	buf_pystr(b, note, strlen(note));
	for (i = 0; i < node; i++)
		if (on[i]) {
			buf_printf(b, "%s\"%s\"", sep, e->expr[i]);
			sep = ", ";
		}
	buf_puts(b, *sep == ',' && sep[2] == '\0' ? "])\n" : ")\n");
}

/* A note as one comment line: no line break of a column's name gets out. */
static void
put_comment(const char *note, struct buf *b)
{
	buf_puts(b, "# ");
	for (; *note != '\0'; note++)
		buf_putc(b, *note == '\n' || *note == '\r' ? ' ' : *note);
	buf_putc(b, '\n');
}

/* Expression of a node into e->expr; its statement, if it has one, into b. */
static bool
put_node(struct emit *e, int node, struct buf *b, struct buf *why)
{
	const struct node *nd = &e->p->node[node];
	struct buf expr = {0};
	char *note;

	if ((nd->op->flags & OP_INLINE) == 0)
		e->expr[node] = fresh(e, nd->op->var, node);
	if (nd->op->pyfn != NULL)
		nd->op->pyfn(e, nd, &expr);
	else
		emit_template(e, nd, nd->op->py, &expr);
	if (nd->op->flags & OP_INLINE) {
		e->expr[node] = buf_steal(&expr);
		return false;
	}
	note = say_note(e->p, e->t, node);
	put_comment(note, b);
	if (strchr(buf_str(&expr), '\n') == NULL)
		buf_printf(b, "%s = ", e->expr[node]);
	buf_printf(b, "%s\n", buf_str(&expr));
	put_hook(e, node, note, b);
	buf_printf(why, "%s%s", why->n > 0 ? ", then " : "Next: ", note);
	free(note);
	buf_clear(&expr);
	return true;
}

/* One part of the answer as Python. */
static void
put_part(const struct emit *e, const struct out *o, struct buf *b)
{
	const char *x = e->expr[o->node];

	switch (prog_kind(e->p, o->node)) {
	case K_SCALAR:
		if (o->decimals < 0)
			buf_printf(b, "int(%s)", x);
		else
			buf_printf(b, "round(float(%s), %d)", x, o->decimals);
		break;
	case K_BOOL:
		buf_printf(b, "bool(%s)", x);
		break;
	case K_LIST:
		buf_printf(b, "list(%s)", x);
		break;
	case K_GVEC:
	case K_CVEC:
		if (o->decimals < 0)
			buf_printf(
			    b, "{str(k): int(v) for k, v in %s.items()}", x);
		else
			buf_printf(b,
			    "{str(k): round(float(v), %d) for k, v in "
			    "%s.items()}",
			    o->decimals, x);
		break;
	default:
		buf_puts(b, x);
	}
}

static void
put_submit(const struct emit *e, struct buf *b)
{
	const struct out *o = e->p->out;
	int i;

	if (o[0].key == NULL) {
		buf_puts(b, "answer = ");
		put_part(e, o, b);
		buf_putc(b, '\n');
	} else {
		buf_puts(b, "answer = {\n");
		for (i = 0; i < e->p->nout; i++) {
			buf_printf(b, "    \"%s\": ", o[i].key);
			put_part(e, &o[i], b);
			buf_puts(b, ",\n");
		}
		buf_puts(b, "}\n");
	}
	buf_puts(b, "print(answer)\nsubmit(answer)\n");
}

static void
add_cell(json_t *cells, const char *why, struct buf *code)
{
	json_t *cell = json_object();

	if (code->n > 0 && code->p[code->n - 1] == '\n')
		code->n--;
	json_object_set_new(cell, "reasoning", json_string(why));
	json_object_set_new(cell, "code", /* made of sound texts */
	    json_stringn_nocheck(buf_str(code), code->n));
	json_array_append_new(cells, cell);
	buf_reset(code);
}

/* The first cell: what the columns in question look like. */
static void
put_look(const struct emit *e, struct buf *b)
{
	size_t n = tab_cols(e->t), i;
	bool *used = xcalloc(n, sizeof *used);
	const char *sep = "";

	prog_columns(e->p, e->t, used);
	buf_puts(b, "# Look at the columns in question first.\n");
	buf_puts(b, "print(df.shape)\n");
	for (i = 0; i < n && !used[i]; i++)
		;
	if (i < n) {
		buf_puts(b, "cols = [");
		for (i = 0; i < n; i++)
			if (used[i]) {
				buf_puts(b, sep);
				emit_col(e, (int)i, b);
				sep = ", ";
			}
		buf_puts(b, "]\nprint(df[cols].dtypes)\n");
		buf_puts(b, "print(df[cols].isna().sum())\n");
		buf_puts(b, "print(df[cols].head())\n");
	} else {
		buf_puts(b, "print(df.dtypes)\nprint(df.isna().sum())\n");
	}
	free(used);
}

static void
put_imports(const struct program *p, struct buf *b)
{
	unsigned flags = 0;
	int i;

	for (i = 0; i < p->n; i++)
		flags |= p->node[i].op->flags;
	if (flags & OP_STATS)
		buf_puts(b, "from scipy import stats\n\n");
	if (flags & OP_SM)
		buf_puts(b, "import statsmodels.api as sm\n\n");
	if (flags & OP_SKLEARN)
		buf_puts(b,
		    "from sklearn.linear_model import LinearRegression\n"
		    "from sklearn.model_selection import "
		    "train_test_split\n\n");
}

json_t *
emit_reference(const struct program *p, const struct table *t)
{
	struct emit e = {.p = p, .t = t};
	struct buf code = {0}, why = {0};
	json_t *cells = json_array();
	int i, steps = 0;

	put_look(&e, &code);
	add_cell(cells, "I look at the data before computing anything.", &code);
	put_imports(p, &code);
	for (i = 0; i < p->n; i++) {
		if (!put_node(&e, i, &code, &why))
			continue;
		buf_printf(&code, "print(%s)\n", e.expr[i]);
		if (++steps % STEPS_A_CELL == 0) {
			buf_putc(&why, '.');
			add_cell(cells, why.p, &code);
			buf_reset(&why);
		}
	}
	if (code.n > 0 && steps % STEPS_A_CELL != 0) {
		buf_putc(&why, '.');
		add_cell(cells, why.p, &code);
	}
	put_submit(&e, &code);
	add_cell(cells,
	    "Everything is there: I put the answer together in the "
	    "form that is asked for.",
	    &code);
	for (i = 0; i < p->n; i++)
		free(e.expr[i]);
	buf_clear(&code);
	buf_clear(&why);
	return json_pack("{s:s, s:o}", "language", "python", "cells", cells);
}
