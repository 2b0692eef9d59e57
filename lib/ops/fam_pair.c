/* fam_pair.c - families on two or more numeric columns. */
#include <string.h>

#include <stdlib.h>

#include "buf.h"
#include "family.h"

enum { FRAME_MIN = 3, FRAME_MAX = 6 };

static int
corr_build(struct gen *g, struct draft *d, const char *method, bool must)
{
	int a = gen_num(g, -1, -1), b = gen_num(g, a, -1), t, r;

	if (a == -1 || b == -1)
		return -1;
	t = gen_table(g, d, must, a, b);
	r = prog_add(&d->p, "corr", draft_num(d, t, a), draft_num(d, t, b), -1);
	prog_set_word(&d->p, r, "method", method);
	prog_out(&d->p, NULL, r, 3);
	draft_bind_col(d, "a", a);
	draft_bind_col(d, "b", b);
	draft_bind(d, "r", r);
	return 0;
}

static int
pearson_build(struct gen *g, struct draft *d)
{
	return corr_build(g, d, "pearson", false);
}

static int
spearman_build(struct gen *g, struct draft *d)
{
	return corr_build(g, d, "spearman", false);
}

static const char *const corr_ask[] = {"What is the {r}{where}?",
    "[Compute|Calculate|Report] the {r}{where}.",
    "How strongly do {a} and {b} go together{where}? [Give|Use] the {r}.",
    "[Measure|Quantify] how {a} and {b} are related{where} by the {r}.", NULL};

/* Up to FRAME_MAX numeric columns other than y, as a node and as words. */
static int
frame(struct gen *g, struct draft *d, int t, int y, struct buf *names)
{
	json_t *list = json_array();
	size_t order[64], n = g->nnum < 64 ? g->nnum : 64, i;
	struct buf text = {0};
	int node;

	for (i = 0; i < n; i++)
		order[i] = i;
	rng_shuffle(g->rng, order, n);
	for (i = 0; i < n && json_array_size(list) < FRAME_MAX; i++) {
		int c = g->num[order[i]];
		const char *name = tab_name(g->t, (size_t)c);

		if (c == y)
			continue;
		json_array_append_new(list, json_string(name));
		g->uses[c]++;
		buf_puts(names, names->n > 0 ? ", " : "");
		say_col(g->t, c, names);
	}
	if (json_array_size(list) < FRAME_MIN) {
		json_decref(list);
		return -1;
	}
	char *json = json_dumps(list, JSON_COMPACT);

	buf_puts(&text, json);
	free(json);
	node = prog_add(&d->p, "columns", t, -1, -1);
	prog_set_text(&d->p, node, "names", (struct tab_span){text.p, text.n});
	buf_clear(&text);
	json_decref(list);
	return node;
}

/* Names go into a pattern through a bound literal: see draft_bind_literal. */
static int
pair_build(struct gen *g, struct draft *d)
{
	struct buf names = {0};
	int t = gen_table(g, d, false, -1, -1), f, pairs, best, top;

	f = frame(g, d, t, -1, &names);
	pairs = prog_add(&d->p, "pairs", f, -1, -1);
	prog_set_word(&d->p, pairs, "method",
	    gen_chance(g, 0.7) ? "pearson" : "spearman");
	gen_word(g, &d->p, pairs, "size");
	best = prog_add(&d->p, "pair_end", pairs, -1, -1);
	gen_word(g, &d->p, best, "end");
	prog_out(&d->p, "columns", best, -1);
	top = prog_add(&d->p,
	    best >= 0 && d->p.node[best].arg[0].word == 0 ? "max" : "min",
	    pairs, -1, -1);
	prog_out(&d->p, "correlation", top, 3);
	draft_bind_literal(d, "names", names.p);
	draft_bind(d, "r", pairs);
	draft_bind_text(d, "end",
	    best >= 0 && d->p.node[best].arg[0].word == 0 ? "highest"
							  : "lowest");
	buf_clear(&names);
	draft_clause(d,
	    "[For each pair use the rows where both values are present|Each "
	    "pair uses its complete rows]; [name the two columns in the order "
	    "of the list given here|list the two columns in the order given "
	    "here].");
	return 0;
}

static const char *const pair_ask[] = {"Which two of the columns {names} have "
				       "the {end} {r}{where}, and what is it?",
    "[Compare|Look at] all pairs of the columns {names}: which pair has the "
    "{end} {r}{where}? [Give|Report] the correlation too.",
    NULL};

static int
related_build(struct gen *g, struct draft *d)
{
	struct buf names = {0};
	int y = gen_num(g, -1, -1), t, f, r, best, top;

	if (y == -1)
		return -1;
	t = gen_table(g, d, false, y, -1);
	f = frame(g, d, t, y, &names);
	r = prog_add(&d->p, "corr_with", f, draft_num(d, t, y), -1);
	prog_set_word(
	    &d->p, r, "method", gen_chance(g, 0.7) ? "pearson" : "spearman");
	prog_set_word(
	    &d->p, r, "size", gen_chance(g, 0.6) ? "absolute" : "signed");
	best = prog_add(&d->p, "arg_end", r, -1, -1);
	gen_word(g, &d->p, best, "end");
	prog_out(&d->p, "column", best, -1);
	top = prog_add(&d->p,
	    best >= 0 && d->p.node[best].arg[0].word == 0 ? "max" : "min", r,
	    -1, -1);
	prog_out(&d->p, "correlation", top, 3);
	draft_bind_literal(d, "names", names.p);
	draft_bind(d, "r", r);
	draft_bind_col(d, "y", y);
	draft_bind_text(d, "end",
	    best >= 0 && d->p.node[best].arg[0].word == 0 ? "highest"
							  : "lowest");
	buf_clear(&names);
	draft_clause(d,
	    "[For each column use the rows where both values are present|Each "
	    "correlation uses its complete rows].");
	return 0;
}

static const char *const related_ask[] = {
    "Which of the columns {names} has the {end} {r}{where}, and how high is "
    "it?",
    "[Relate|Compare] {y} to each of {names}: which one has the {end} "
    "{r}{where}? [Give|Report] the correlation as well.",
    NULL};

/* A least-squares line: slope, fit, prediction. */
static int
line_build(struct gen *g, struct draft *d)
{
	int x = gen_num(g, -1, -1), y = gen_num(g, x, -1), t, c, fit, s;
	double at;

	if (x == -1 || y == -1)
		return -1;
	t = gen_table(g, d, false, x, y);
	c = prog_add(&d->p, "complete", t, -1, -1);
	prog_set_col(&d->p, c, "col", x);
	prog_set_col(&d->p, c, "other", y);
	fit =
	    prog_add(&d->p, "line", draft_num(d, c, x), draft_num(d, c, y), -1);
	s = prog_add(&d->p, "field", fit, -1, -1);
	prog_set_word(&d->p, s, "name", "slope");
	prog_out(&d->p, "slope", s, 4);
	if (gen_chance(g, 0.5)) {
		s = prog_add(&d->p, "squared", fit, -1, -1);
		prog_out(&d->p, "r_squared", s, 4);
		draft_bind_text(d, "also", "R squared");
	} else {
		at = gen_limit(g, x, 0.2, 0.8);
		s = prog_add(&d->p, "line_at", fit, -1, -1);
		prog_set_num(&d->p, s, "x", at);
		prog_out(&d->p, "prediction", s, 4);
		draft_bind(d, "also", s);
	}
	draft_bind_col(d, "x", x);
	draft_bind_col(d, "y", y);
	draft_clause(d,
	    "[Use the rows where both are present|Rows without one of the two "
	    "values are left out].");
	return 0;
}

static const char *const line_ask[] = {
    "Fit a least-squares line that explains {y} by {x}{where}: what is its "
    "slope, and what is the {also}?",
    "Regress {y} on {x} with an intercept{where}. [Report|Give] the slope and "
    "the {also}.",
    NULL};

static const char *const pearson_seek[] = {
    "How closely do {a} and {b} follow a straight line{where}, as a number "
    "from "
    "-1 (one falls as the other rises) to 1 (both rise together)?",
    "Do {a} and {b} go up and down together{where}? Say how well a straight "
    "line describes it, from -1 for opposite to 1 for the same direction.",
    NULL};

static const char *const spearman_seek[] = {
    "Put ranks in the place of the values of {a} and {b} (equal values share "
    "the average rank){where}: how closely do the ranks follow a straight "
    "line, from -1 (opposite order) to 1 (the same order)?",
    NULL};

const struct family pair_families[] = {
    {.name = "pearson",
	.number = 55,
	.steps = 1,
	.answer = "number",
	.category = "correlation",
	.summary = "Pearson correlation of two columns",
	.build = pearson_build,
	.ask = corr_ask,
	.seek = pearson_seek,
	.hint = "Compute the {r} over the rows where both are present."},
    {.name = "spearman",
	.number = 56,
	.steps = 1,
	.answer = "number",
	.category = "correlation",
	.summary = "Spearman correlation of two columns",
	.build = spearman_build,
	.ask = corr_ask,
	.seek = spearman_seek,
	.hint = "Compute the {r} over the rows where both are present."},
    {.name = "extreme_pair",
	.number = 57,
	.steps = 3,
	.answer = "list + number",
	.category = "correlation",
	.summary = "the most or least correlated pair of columns",
	.build = pair_build,
	.ask = pair_ask,
	.hint = "Compute the correlation matrix of the columns and take the "
		"pair with the {end} entry."},
    {.name = "most_related",
	.number = 58,
	.steps = 3,
	.answer = "string + number",
	.category = "correlation",
	.summary = "the column most related to another",
	.build = related_build,
	.ask = related_ask,
	.hint = "Correlate each column with {y} and take the {end}."},
    {.name = "simple_regression",
	.number = 64,
	.steps = 2,
	.answer = "two numbers",
	.category = "regression",
	.summary = "least-squares line: slope, fit, prediction",
	.build = line_build,
	.ask = line_ask,
	.hint = "Fit a straight line of {y} on {x} with scipy's linregress."},
    {0}};
