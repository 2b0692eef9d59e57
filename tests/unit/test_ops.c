/* test_ops.c - unit tests of the question engine: its tables, programs on known
 * data, and what must hold of every question it asks. */
#include <ctype.h>
#include <math.h>

#include "ops/engine.h"
#include "ops/family.h"
#include "mem.h"
#include "ops/novel.h"
#include "ops/op.h"
#include "ops/prove.h"
#include "ops/say.h"
#include "unit.h"

enum { ROWS = 260, ASKED = 150 };

/* ---- Data ---- */

/* Names that break naive templates, quoting and code. */
static const char *const hostile[] = {"Driver's age", "a\"b\n", "类别", "{x}",
    "[a|b]", "@col", "$0", "{where}", "back\\slash", "$v", "50%", "gaps"};
enum { NAMES = sizeof hostile / sizeof *hostile };

static void
put_cell(FILE *fp, const char *s, const char *end)
{
	putc('"', fp);
	for (; *s != '\0'; s++) {
		if (*s == '"')
			putc('"', fp);
		putc(*s, fp);
	}
	fprintf(fp, "\"%s", end);
}

static struct table *
load(const char *path)
{
	struct table *t;
	struct fail f;

	ck_assert_msg(tab_load(path, NULL, &t, &f) == 0, "%s", f.msg);
	return t;
}

static FILE *
scratch(char path[64])
{
	int fd;

	strcpy(path, "/tmp/test_ops.XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ne(fd, -1);
	return fdopen(fd, "w");
}

/* A table from text. */
static struct table *
from_text(const char *text)
{
	char path[64];
	FILE *fp = scratch(path);
	struct table *t;

	fputs(text, fp);
	ck_assert_int_eq(fclose(fp), 0);
	t = load(path);
	unlink(path);
	return t;
}

/* Numbers, categories, dates and gaps under hostile names. */
static struct table *
hostile_table(void)
{
	static const char *const places[] = {
	    "{k}", "[in|out]", "@value", "it's", "Ort 'X'", "$1"};
	char path[64];
	FILE *fp = scratch(path);
	struct table *t;
	unsigned h = 7;
	int i, c;

	for (c = 0; c < NAMES; c++)
		put_cell(fp, hostile[c], c + 1 < NAMES ? "," : "\n");
	for (i = 0; i < ROWS; i++) {
		h = h * 1103515245U + 12345U;
		fprintf(fp, "%u,%u.%u,", 18 + (h >> 16) % 60, (h >> 8) % 90,
		    (h >> 4) % 10);
		put_cell(fp, places[(h >> 20) % 6], ",");
		fprintf(fp, "%.2f,", sin(i * 1.7) * 10 + i / 20.0);
		put_cell(fp, places[(h >> 11) % 3], ",");
		fprintf(fp, "%u,%d,%.3f,", (h >> 13) % 7, i % 5 * 3 + i % 7,
		    exp(cos(i * 0.9)));
		put_cell(fp, (h >> 18) % 3 ? "yes; no" : "no;may be", ",");
		if ((h >> 15) % 9 != 0)
			fprintf(fp, "%u", (h >> 10) % 400);
		fprintf(fp, ",2021-%02d-%02d,", i % 12 + 1, i % 28 + 1);
		if ((h >> 17) % 7 != 0)
			fprintf(fp, "%.1f", (h >> 12) % 1000 / 10.0);
		putc('\n', fp);
	}
	ck_assert_int_eq(fclose(fp), 0);
	t = load(path);
	unlink(path);
	return t;
}

/* ---- Tables of operators and families ---- */

/* Do $k and @name in a template stand for what the operator has? */
static void
check_template(const struct op *o, const char *text)
{
	char name[32];
	size_t n;

	for (; text != NULL && *text != '\0'; text++) {
		if (*text == '$') {
			text += text[1] == '(' ? 2 : 1;
			ck_assert_msg(*text == 'v' ||
				(isdigit((unsigned char)*text) &&
				    *text - '0' < OP_INS &&
				    o->in[*text - '0'] != 0),
			    "%s: $%c is no input", o->name, *text);
			continue;
		}
		if (*text != '@')
			continue;
		for (n = 0; islower((unsigned char)text[1 + n]); n++)
			name[n] = text[1 + n];
		name[n] = '\0';
		ck_assert_msg(n < 16 && op_arg(o, name) >= 0,
		    "%s: @%s is no argument", o->name, name);
	}
}

static void
check_readings(const struct op *o)
{
	const struct reading *r;
	const struct op *other;
	int i;

	for (r = o->readings; r != NULL && r->name != NULL; r++) {
		if (r->arg == NULL) {
			other = op_find(r->other);
			ck_assert_msg(other != NULL, "%s: no operator %s",
			    o->name, r->other);
			for (i = 0; i < OP_INS; i++)
				ck_assert_msg(
				    (o->in[i] & other->in[i]) == o->in[i],
				    "%s: %s has other inputs", o->name,
				    r->other);
			ck_assert_int_eq(o->out, other->out);
			ck_assert_msg(r->settled != NULL,
			    "%s: nothing settles %s", o->name, r->name);
			continue;
		}
		i = op_arg(o, r->arg);
		ck_assert_msg(i >= 0 && o->arg[i].type == ARG_WORD,
		    "%s: no words of %s", o->name, r->arg);
		if (r->other != NULL)
			ck_assert_int_ge(op_word(&o->arg[i], r->other), 0);
	}
}

START_TEST(operators)
{
	const struct op *o;
	const struct word *w;
	size_t i;
	int k;

	for (i = 0; (o = op_at(i)) != NULL; i++) {
		ck_assert_msg(op_find(o->name) == o, "%s: twice", o->name);
		ck_assert_msg((o->eval == NULL) != (o->agg == NULL),
		    "%s: one evaluator", o->name);
		ck_assert_msg((o->py == NULL) != (o->pyfn == NULL),
		    "%s: one Python form", o->name);
		ck_assert_msg(o->say != NULL, "%s: no words", o->name);
		ck_assert_msg((o->flags & OP_INLINE) || o->var != NULL,
		    "%s: no name for its result", o->name);
		ck_assert_int_ne(o->out, K_NONE);
		for (k = 0; k < OP_ARGS && o->arg[k].name != NULL; k++) {
			ck_assert_int_eq(op_arg(o, o->arg[k].name), k);
			w = o->arg[k].words;
			ck_assert((o->arg[k].type == ARG_WORD) == (w != NULL));
			for (; w != NULL && w->name != NULL; w++)
				ck_assert_msg(w->py != NULL && w->say != NULL,
				    "%s: %s: no words", o->name, w->name);
		}
		check_template(o, o->py);
		check_template(o, o->say);
		check_template(o, o->note);
		check_readings(o);
	}
	ck_assert_ptr_null(op_find("no such operator"));
}
END_TEST

/* Brackets and braces of a pattern close. */
static void
check_pattern(const char *family, const char *p)
{
	int square = 0, curly = 0;

	for (; *p != '\0'; p++) {
		square += (*p == '[') - (*p == ']');
		curly += (*p == '{') - (*p == '}');
		ck_assert_msg(square >= 0 && curly >= 0 && curly <= 1,
		    "%s: brackets", family);
	}
	ck_assert_msg(square == 0 && curly == 0, "%s: brackets", family);
}

START_TEST(families)
{
	const struct family *f;
	size_t i, k;

	for (i = 0; (f = family_at(i)) != NULL; i++) {
		ck_assert_msg(family_find(f->name) == f, "%s: twice", f->name);
		ck_assert_msg(
		    f->number >= 1 && f->number <= 98, "%s: number", f->name);
		ck_assert(f->steps >= 1 && f->build != NULL);
		ck_assert(f->answer != NULL && f->category != NULL &&
		    f->summary != NULL && f->hint != NULL);
		ck_assert_ptr_nonnull(f->ask[0]);
		for (k = 0; f->ask[k] != NULL; k++)
			check_pattern(f->name, f->ask[k]);
		check_pattern(f->name, f->hint);
	}
	ck_assert_ptr_null(family_find("no such family"));
}
END_TEST

/* ---- Programs on known data ---- */

struct known {
	struct table *t;
	struct base *base;
	struct run *r;
	struct program p;
	int df;
};

static void
known_init(struct known *k, const char *csv)
{
	*k = (struct known){.t = from_text(csv)};
	k->base = base_new(k->t);
	k->r = run_new(k->base);
	k->df = prog_add(&k->p, "df", -1, -1, -1);
}

static void
known_clear(struct known *k)
{
	prog_clear(&k->p);
	run_free(k->r);
	base_free(k->base);
	tab_free(k->t);
}

static int
pick(struct known *k, const char *op, const char *col)
{
	int n = prog_add(&k->p, op, k->df, -1, -1);
	long c = tab_find(k->t, col);

	ck_assert(n >= 0 && c >= 0);
	prog_set_col(&k->p, n, "col", (int)c);
	return n;
}

static int
add(struct known *k, const char *op, int a, int b)
{
	int n = prog_add(&k->p, op, a, b, -1);

	ck_assert_msg(n >= 0, "%s", op);
	return n;
}

static const struct value *
value(struct known *k, int node)
{
	ck_assert_msg(run_prog(k->r, &k->p, 0) == 0, "%s", k->r->why);
	return &k->r->v[node];
}

static void
check_x(struct known *k, int node, double want)
{
	double got = value(k, node)->x;

	ck_assert_msg(fabs(got - want) <= 1e-12 * fabs(want) + 1e-15,
	    "got %.17g, want %.17g", got, want);
}

static void
check_text(struct known *k, int node, const char *want)
{
	const struct value *v = value(k, node);

	ck_assert_uint_eq(v->text.n, strlen(want));
	ck_assert_mem_eq(v->text.p, want, v->text.n);
}

START_TEST(texts)
{
	struct known k;
	int town, tidy, items, sizes, best, len;

	known_init(&k,
	    "town,list,n\n Oslo,a; b;,1\noslo ,b,x\nOSLO,,3\n"
	    "Bonn,\" ;b;c\",4.5\nBonn,c,\n\"Ærø å\",b,6\n");
	town = pick(&k, "cat", "town");
	check_x(&k, add(&k, "distinct", town, -1), 5);
	len = add(&k, "lengths", town, -1);
	check_x(&k, add(&k, "max", len, -1), 5); /* code points */
	items = add(&k, "items", pick(&k, "cat", "list"), -1);
	prog_set_text(&k.p, items, "sep", (struct tab_span){";", 1});
	sizes = add(&k, "sizes", items, -1);
	check_x(&k, add(&k, "sum", sizes, -1), 7);
	best = add(&k, "arg_end", sizes, -1);
	check_text(&k, best, "b");
	check_x(&k, add(&k, "max", sizes, -1), 4);
	/* case beyond ASCII has no answer here */
	tidy = add(&k, "tidy", town, -1);
	(void)tidy;
	ck_assert_int_eq(run_prog(k.r, &k.p, 0), -1);
	known_clear(&k);

	known_init(&k, "town,n\n Oslo,1\noslo ,x\nOSLO,3\nBonn,4.5\nBonn,\n");
	tidy = add(&k, "tidy", pick(&k, "cat", "town"), -1);
	check_x(&k, add(&k, "distinct", tidy, -1), 2);
	best = add(&k, "arg_end", add(&k, "sizes", tidy, -1), -1);
	check_text(&k, best, "oslo");
	tidy = add(&k, "parse_numbers", pick(&k, "cat", "n"), -1);
	check_x(&k, add(&k, "mean", tidy, -1), 8.5 / 3);
	check_x(
	    &k, add(&k, "count_true", add(&k, "is_missing", tidy, -1), -1), 2);
	known_clear(&k);

	known_init(&k, "n,m\n1,x\n1e5,y\nz,z\n");
	add(&k, "parse_numbers", pick(&k, "cat", "n"), -1);
	ck_assert_int_eq(run_prog(k.r, &k.p, 0), -1);
	known_clear(&k);
}
END_TEST

/* Sums of tenths differ in their last bit: what ranks they get depends on who
 * adds, so there is no answer; exact ties are fine. */
START_TEST(near_ties)
{
	struct known k;
	int sum, r;

	known_init(
	    &k, "a,b,c\n0.1,0.2,1\n0.3,0,2\n0.5,0.4,5\n0.7,0.1,4\n0.2,0.9,3\n");
	sum = add(&k, "add", pick(&k, "num", "a"), pick(&k, "num", "b"));
	r = add(&k, "corr", sum, pick(&k, "num", "c"));
	prog_set_word(&k.p, r, "method", "spearman");
	ck_assert_int_eq(run_prog(k.r, &k.p, 0), -1);
	ck_assert_str_eq(k.r->why, "values that all but tie");
	prog_set_word(&k.p, r, "method", "pearson");
	ck_assert_int_eq(run_prog(k.r, &k.p, 0), 0);
	known_clear(&k);

	known_init(&k, "a,b,c\n1,2,1\n3,0,2\n5,4,5\n7,1,4\n2,9,3\n");
	sum = add(&k, "add", pick(&k, "num", "a"), pick(&k, "num", "b"));
	r = add(&k, "corr", sum, pick(&k, "num", "c"));
	prog_set_word(&k.p, r, "method", "spearman");
	ck_assert_int_eq(run_prog(k.r, &k.p, 0), 0);
	known_clear(&k);

	/* a sum that all but equals a limit */
	known_init(&k, "a,b\n0.1,0.2\n1,1\n2,2\n");
	sum = add(&k, "add", pick(&k, "num", "a"), pick(&k, "num", "b"));
	r = add(&k, "cmp", sum, -1);
	prog_set_num(&k.p, r, "value", 0.3);
	ck_assert_int_eq(run_prog(k.r, &k.p, 0), -1);
	known_clear(&k);
}
END_TEST

START_TEST(columns)
{
	struct known k;
	int v, w, names, d;

	/* a: 2 of 4 missing, b: 1, c: none; kinds: 1 number, 2 texts */
	known_init(&k, "a,b,c\n1,x,p\n,x,p\n3,,q\n,y,p\n");
	v = add(&k, "missing_shares", k.df, -1);
	w = add(&k, "top_shares", k.df, -1);
	names = add(&k, "names_above", v, -1);
	prog_set_num(&k.p, names, "limit", 20);
	ck_assert(value(&k, v)->num[0] == 50);
	ck_assert(k.r->v[v].num[1] == 25 && k.r->v[v].num[2] == 0);
	ck_assert(fabs(k.r->v[w].num[0] - 50) < 1e-12);
	ck_assert(fabs(k.r->v[w].num[1] - 200.0 / 3) < 1e-12);
	ck_assert(k.r->v[w].num[2] == 75);
	ck_assert_uint_eq(k.r->v[names].n, 2);
	/* of the columns by top share c leads by more than 2 */
	check_text(&k, add(&k, "column_end", w, -1), "c");
	check_x(&k, add(&k, "filled_cells", k.df, -1), 9);
	d = add(&k, "columns_of", k.df, -1);
	prog_set_word(&k.p, d, "kind", "text");
	check_x(&k, d, 2);
	/* a limit that a column all but meets has no answer */
	prog_set_num(&k.p, names, "limit", 25.05);
	ck_assert_int_eq(run_prog(k.r, &k.p, 0), -1);
	known_clear(&k);
}
END_TEST

START_TEST(repeats)
{
	struct known k;
	int m, t;

	known_init(&k, "a,b\n1,x\n1,x\n1,y\n,x\n,x\n2,\n2,\n1,x\n");
	m = add(&k, "duplicated_on", k.df, -1);
	prog_set_col(&k.p, m, "col", 0);
	prog_set_col(&k.p, m, "other", 1);
	prog_set_word(&k.p, m, "keep", "first");
	check_x(&k, add(&k, "count_true", m, -1), 4);
	prog_set_word(&k.p, m, "keep", "all");
	check_x(&k, k.p.n - 1, 7);
	t = add(&k, "drop_repeats_on", k.df, -1);
	prog_set_col(&k.p, t, "col", 0);
	prog_set_col(&k.p, t, "other", 1);
	check_x(&k, add(&k, "rows", t, -1), 4);
	known_clear(&k);
}
END_TEST

START_TEST(numbers)
{
	struct known k;
	int x, f, g, m, s;

	known_init(&k, "x,g\n1,a\n2,a\n,a\n4,b\n9,b\n");
	x = pick(&k, "num", "x");
	f = add(&k, "fill_missing", x, -1);
	prog_set_word(&k.p, f, "by", "median");
	check_x(&k, add(&k, "mean", f, -1), 19.0 / 5);
	f = add(&k, "fill_missing_with", x, -1);
	prog_set_num(&k.p, f, "value", 10);
	check_x(&k, add(&k, "max", f, -1), 10);
	f = add(&k, "minmax", x, -1);
	check_x(&k, add(&k, "mean", f, -1), 12.0 / 8 / 4);
	m = add(&k, "within_sd", x, -1);
	prog_set_num(&k.p, m, "k", 1);
	prog_set_word(&k.p, m, "ddof", "sample");
	check_x(&k, add(&k, "count_true", m, -1), 3); /* 4 +- 3.56 */
	s = add(&k, "trimmed_mean", x, -1);
	prog_set_num(&k.p, s, "cut", 0.25);
	check_x(&k, s, 3);
	g = add(
	    &k, "share_by", add(&k, "is_missing", x, -1), pick(&k, "cat", "g"));
	check_x(&k, add(&k, "max", g, -1), 100.0 / 3);
	/* a mode must be alone */
	f = add(&k, "fill_missing", x, -1);
	prog_set_word(&k.p, f, "by", "mode");
	ck_assert_int_eq(run_prog(k.r, &k.p, 0), -1);
	known_clear(&k);
}
END_TEST

START_TEST(concentration)
{
	struct known k;
	int s;

	known_init(&k, "g,n\na,1\na,1\na,1\na,1\nb,1\nb,1\nc,1\nd,1\n,1\n");
	s = add(&k, "shares", add(&k, "sizes", pick(&k, "cat", "g"), -1), -1);
	check_x(&k, add(&k, "entropy", s, -1), 1.75);
	check_x(&k, add(&k, "gini_simpson", s, -1), 1 - 22.0 / 64);
	s = add(&k, "top_share", s, -1);
	prog_set_num(&k.p, s, "k", 2);
	check_x(&k, s, 75);
	known_clear(&k);
}
END_TEST

/* ---- Questions ---- */

static struct engine *
asker(const struct table *t, const struct profile *pf, uint64_t seed)
{
	struct engine_opts o = {.seed = seed,
	    .chains = 0.3,
	    .steps_min = 2,
	    .steps_max = 12,
	    .n = ASKED,
	    .csv_source = "hostile.csv"};

	return engine_new(t, pf, &o);
}

static const char *
member(const json_t *q, const char *name)
{
	return json_string_value(json_object_get(q, name));
}

/* A column's name as the question and as the program write it. */
static void
check_names(const json_t *q, const struct table *t)
{
	const json_t *params = json_object_get(q, "template_params"), *c,
		     *cells;
	struct buf said = {0}, code = {0}, literal = {0};
	size_t i;

	cells = json_object_get(json_object_get(q, "reference"), "cells");
	for (i = 0; i < json_array_size(cells); i++)
		buf_puts(&code, member(json_array_get(cells, i), "code"));
	json_array_foreach(json_object_get(params, "columns"), i, c)
	{
		const char *name = json_string_value(c);

		buf_reset(&said);
		buf_reset(&literal);
		say_col(t, (int)tab_find(t, name), &said);
		buf_pystr(&literal, name, strlen(name));
		ck_assert_msg(
		    strstr(member(q, "question_text"), said.p) != NULL,
		    "%s not in: %s", said.p, member(q, "question_text"));
		ck_assert_msg(strstr(code.p, literal.p) != NULL,
		    "%s not in: %s", literal.p, code.p);
	}
	buf_clear(&said);
	buf_clear(&code);
	buf_clear(&literal);
}

/* The program comes back from its JSON as it was. */
static void
check_round_trip(const json_t *q, const struct table *t)
{
	const json_t *j =
	    json_object_get(json_object_get(q, "template_params"), "program");
	struct program p;
	struct fail f;
	json_t *again;

	ck_assert_msg(prog_parse(&p, j, t, &f) == 0, "%s", f.msg);
	again = prog_json(&p, t);
	ck_assert(json_equal(j, again));
	json_decref(again);
	prog_clear(&p);
}

static void
check_truth(const json_t *q, const struct table *t, const char *what)
{
	struct fail f = {0};
	json_t *a = ops_truth(q, t, NULL, &f);

	ck_assert_msg(
	    a != NULL && json_equal(a, json_object_get(q, "ground_truth")),
	    "%s: %s: %s: %s", what, member(q, "template_name"),
	    member(q, "question_text"), a != NULL ? "another answer" : f.msg);
	json_decref(a);
}

/*
 * What csv-verify asks again: the reference made anew is the record's, and on
 * its own table the question meets its conditions (true; the jackknife draws
 * other rows each time) with the same answer.
 */
static bool
check_again(const json_t *q, const struct table *t)
{
	struct fail f = {0};
	json_t *reference = ops_reference(q, t, &f), *a;
	struct rng r;
	struct ops_told told;
	bool meets;

	ck_assert_msg(reference != NULL &&
		json_equal(reference, json_object_get(q, "reference")),
	    "%s: another reference: %s", member(q, "template_name"), f.msg);
	json_decref(reference);
	rng_init(&r, 1, "again");
	a = ops_truth_copy(q, t, &r, &told, &f);
	meets = a != NULL;
	ck_assert_msg(meets || f.msg[0] != '\0', "no reason is given");
	ck_assert(!meets || json_equal(a, json_object_get(q, "ground_truth")));
	ck_assert(!meets || (told.told & ~told.of) == 0);
	json_decref(a);
	return meets;
}

/* Numbers, and those of groups and columns, are alike to the bit. */
static void
check_alike(const struct value *a, const struct value *b)
{
	if (a->kind == K_SCALAR || a->kind == K_BOOL)
		ck_assert(a->x == b->x);
	if (a->kind != K_GVEC && a->kind != K_CVEC)
		return;
	ck_assert_uint_eq(a->n, b->n);
	ck_assert_mem_eq(a->num, b->num, a->n * sizeof *a->num);
}

/* A draw of the jackknife, made from what is there, against the evaluation of
 * the rows that it leaves. */
static void
check_without(struct run *r[3], const struct program *p, size_t at)
{
	uint32_t rows[ROWS];
	size_t i;
	json_t *quick, *anew;

	for (i = 0; i + 1 < ROWS; i++)
		rows[i] = (uint32_t)(i + (i >= at));
	r[2]->rows = rows;
	r[2]->nrows = ROWS - 1;
	ck_assert_int_eq(
	    run_without(r[1], p, r[0], 0, at), run_prog(r[2], p, 0));
	if (r[2]->why != NULL)
		return;
	for (i = 0; i < (size_t)p->n; i++)
		check_alike(&r[1]->v[i], &r[2]->v[i]);
	quick = run_answer(r[1], p);
	anew = run_answer(r[2], p);
	ck_assert(quick == anew || (anew != NULL && json_equal(quick, anew)));
	json_decref(quick);
	json_decref(anew);
}

START_TEST(a_row_less)
{
	struct table *t = hostile_table();
	struct profile *pf = prof_new(t);
	struct base *base = base_new(t);
	struct run *r[] = {run_new(base), run_new(base), run_new(base)};
	struct engine *e = asker(t, pf, 5);
	struct program p;
	struct fail f;
	size_t n, at;
	json_t *q;

	for (n = 0; n < ASKED && (q = engine_next(e)) != NULL; n++) {
		ck_assert(
		    prog_parse(&p,
			json_object_get(
			    json_object_get(q, "template_params"), "program"),
			t, &f) == 0);
		ck_assert_int_eq(run_prog(r[0], &p, 0), 0);
		for (at = n % 7; at < ROWS; at += 37)
			check_without(r, &p, at);
		prog_clear(&p);
		json_decref(q);
	}
	ck_assert_uint_eq(n, ASKED);
	engine_free(e);
	for (n = 0; n < 3; n++)
		run_free(r[n]);
	base_free(base);
	prof_free(pf);
	tab_free(t);
}
END_TEST

/* The same for what each column holds; a value stands alone, and the most
 * frequent one may be one of two. */
START_TEST(varieties_without)
{
	struct buf csv = {0};
	struct known k;
	struct run *r[3];
	int i, n[2];

	buf_puts(&csv, "few,most,name,alone\n");
	for (i = 0; i < ROWS; i++)
		buf_printf(&csv, "%d,%d,%s,%s\n", i % 5, i % 4 == 0 ? 7 : i,
		    i % 3 == 0       ? "x"
			: i % 3 == 1 ? "y"
				     : "",
		    i == 41 ? "z" : "w");
	known_init(&k, csv.p);
	buf_clear(&csv);
	n[0] = add(&k, "top_shares", k.df, -1);
	n[1] = add(&k, "distinct_shares", k.df, -1);
	prog_out(&k.p, "a", add(&k, "max", n[0], -1), 3);
	prog_out(&k.p, "b", add(&k, "max", n[1], -1), 3);
	r[0] = k.r;
	r[1] = run_new(k.base);
	r[2] = run_new(k.base);
	ck_assert_int_eq(run_prog(r[0], &k.p, 0), 0);
	for (i = 0; i < ROWS; i++)
		check_without(r, &k.p, (size_t)i);
	run_free(r[1]);
	run_free(r[2]);
	known_clear(&k);
}
END_TEST

/* Variants of a program, one after the other beside the same evaluation, are
 * what they are alone: a correlation with gaps is not kept for another value in
 * the same place. */
START_TEST(variants)
{
	struct buf csv = {0};
	struct known k;
	struct program p;
	struct base *base;
	struct run *other, *alone;
	int i, x, y, fill, corr;

	buf_puts(&csv, "x,y\n");
	for (i = 0; i < ROWS; i++)
		buf_printf(&csv, i % 7 == 3 ? ",%d\n" : "%d,%d\n", i * i % 101,
		    i * 3 % 89);
	buf_puts(&csv, "5,\n6,\n7,\n");
	known_init(&k, csv.p);
	buf_clear(&csv);
	x = pick(&k, "num", "x");
	y = pick(&k, "num", "y");
	fill = add(&k, "fill_missing_with", y, -1);
	prog_set_num(&k.p, fill, "value", 0);
	corr = add(&k, "corr", x, fill);
	prog_set_word(&k.p, corr, "method", "pearson");
	prog_out(&k.p, NULL, corr, 6);
	other = run_new(k.base);
	ck_assert_int_eq(run_prog(k.r, &k.p, 0), 0);
	for (i = 1; i < 5; i++) {
		base = base_new(k.t);
		alone = run_new(base);
		prog_copy(&p, &k.p);
		prog_set_num(&p, fill, "value", i * 100);
		ck_assert_int_eq(run_changed(other, &p, k.r, &k.p), 0);
		ck_assert_int_eq(run_prog(alone, &p, 0), 0);
		check_alike(&other->v[corr], &alone->v[corr]);
		prog_clear(&p);
		run_free(alone);
		base_free(base);
	}
	run_free(other);
	known_clear(&k);
}
END_TEST

/* What is kept of whole columns goes when there is too much of it. */
START_TEST(whole_columns)
{
	struct known k;
	const struct value *v;
	int x;

	known_init(&k, "x\n3\n1\n\n2\n");
	x = pick(&k, "num", "x");
	v = value(&k, x);
	ck_assert_ptr_eq(v->memo, run_whole(k.r, v->col)->memo);
	ck_assert_ptr_eq(value(&k, k.df)->memo, run_whole(k.r, -1)->memo);
	check_x(&k, add(&k, "median", x, -1), 2);
	ck_assert_ptr_nonnull(run_whole(k.r, v->col)->memo->sorted);
	base_trim(k.base, 1 << 20);
	ck_assert_ptr_nonnull(run_whole(k.r, v->col)->memo->sorted);
	base_trim(k.base, 0);
	ck_assert_ptr_null(run_whole(k.r, v->col)->memo->sorted);
	check_x(&k, k.p.n - 1, 2);
	known_clear(&k);
}
END_TEST

/* A value that all but equals a limit leaves a condition open, where it is
 * among the rows at hand; the limit itself does not. */
START_TEST(near_limits)
{
	struct known k;
	int x, some;

	known_init(&k, "x,y\n1,1\n2,1\n2.0000000000005,0\n3,1\n,1\n");
	x = pick(&k, "num", "x");
	some = add(&k, "cmp", x, -1);
	prog_set_word(&k.p, some, "is", "gt");
	prog_set_num(&k.p, some, "value", 3);
	add(&k, "count_true", some, -1);
	check_x(&k, k.p.n - 1, 0);
	prog_set_num(&k.p, some, "value", 1);
	check_x(&k, k.p.n - 1, 3);
	prog_set_num(&k.p, some, "value", 2);
	ck_assert_int_eq(run_prog(k.r, &k.p, 0), -1);
	ck_assert_str_eq(k.r->why, "a value at the limit");
	k.p.n = x;
	some = pick(&k, "num", "y");
	some = add(&k, "equals", some, -1);
	prog_set_num(&k.p, some, "value", 1);
	k.df = add(&k, "where", k.df, some);
	some = add(&k, "cmp", pick(&k, "num", "x"), -1);
	prog_set_word(&k.p, some, "is", "ge");
	prog_set_num(&k.p, some, "value", 2);
	add(&k, "count_true", some, -1);
	check_x(&k, k.p.n - 1, 2);
	known_clear(&k);
}
END_TEST

/* Does the program draw rows by a seed? */
static bool
is_seeded(const json_t *q)
{
	const json_t *steps = json_object_get(
	    json_object_get(json_object_get(q, "template_params"), "program"),
	    "steps");
	size_t i;

	for (i = 0; i < json_array_size(steps); i++)
		if (op_find(member(json_array_get(steps, i), "op"))->flags &
		    OP_SEEDED)
			return true;
	return false;
}

/* Does the program look at all columns of a row, named or not? */
static bool
sees_all(const json_t *q)
{
	const json_t *steps = json_object_get(
			 json_object_get(
			     json_object_get(q, "template_params"), "program"),
			 "steps"),
		     *s;
	const struct op *o;
	bool named;
	size_t i;
	int k;

	json_array_foreach(steps, i, s)
	{
		o = op_find(member(s, "op"));
		named = (o->in[0] & K_TABLE) == 0 || o->in[1] != 0 ||
		    strcmp(o->name, "rows") == 0;
		for (k = 0; k < OP_ARGS; k++)
			named = named || o->arg[k].type == ARG_COL ||
			    o->arg[k].type == ARG_TEXT;
		if (!named)
			return true;
	}
	return false;
}

/* All text of a program's steps, JSON inside texts too. */
static void
put_texts(const json_t *q, struct buf *b)
{
	const json_t *params = json_object_get(q, "template_params"), *s, *v;
	char *text = json_dumps(params, 0);
	const char *name;
	size_t i;

	buf_puts(b, text);
	free(text);
	json_array_foreach(
	    json_object_get(json_object_get(params, "program"), "steps"), i, s)
	    json_object_foreach((json_t *)s, name, v) if (json_is_string(v))
		buf_puts(b, json_string_value(v));
}

/* The table without the columns that the program does not name. */
static struct table *
without_others(const json_t *q, const struct table *t)
{
	struct buf text = {0};
	size_t col[NAMES], n = 0, i;
	json_t *name;
	char *quoted;
	struct table *less;

	put_texts(q, &text);
	for (i = 0; i < tab_cols(t); i++) {
		name = json_string(tab_name(t, i));
		quoted = json_dumps(name, JSON_ENCODE_ANY);
		quoted[strlen(quoted) - 1] = '\0';
		if (strstr(text.p, quoted + 1) != NULL)
			col[n++] = i;
		free(quoted);
		json_decref(name);
	}
	less = n > 0 ? tab_reorder(t, col, n) : NULL;
	buf_clear(&text);
	return less;
}

START_TEST(questions)
{
	struct table *t = hostile_table(), *mixed, *turned, *less;
	struct profile *pf = prof_new(t);
	struct engine *e = asker(t, pf, 5);
	size_t row[ROWS], col[NAMES], i, j, x;
	json_t *q;
	int n, meets = 0;

	for (i = 0; i < ROWS; i++)
		row[i] = i;
	for (i = ROWS - 1; i > 0; i--) {
		j = i * 7919 % (i + 1);
		x = row[i];
		row[i] = row[j];
		row[j] = x;
	}
	for (i = 0; i < NAMES; i++)
		col[i] = NAMES - 1 - i;
	mixed = tab_select(t, row, ROWS);
	turned = tab_reorder(t, col, NAMES);
	for (n = 0; n < ASKED && (q = engine_next(e)) != NULL; n++) {
		check_names(q, t);
		check_round_trip(q, t);
		check_truth(q, t, "its own table");
		meets += check_again(q, t);
		if (!is_seeded(q)) /* it says "in the order of the file" */
			check_truth(q, mixed, "rows in another order");
		check_truth(q, turned, "columns in another order");
		less = sees_all(q) ? NULL : without_others(q, t);
		if (less != NULL)
			check_truth(q, less, "unused columns dropped");
		tab_free(less);
		json_decref(q);
	}
	ck_assert_int_eq(n, ASKED);
	ck_assert_int_ge(meets, ASKED * 9 / 10);
	engine_free(e);
	prof_free(pf);
	tab_free(mixed);
	tab_free(turned);
	tab_free(t);
}
END_TEST

START_TEST(determinism)
{
	struct table *t = hostile_table();
	struct profile *pf = prof_new(t);
	struct engine *a = asker(t, pf, 9), *b = asker(t, pf, 9),
		      *c = asker(t, pf, 10);
	json_t *x, *y, *z;
	int i, same = 0;

	for (i = 0; i < 40; i++) {
		x = engine_next(a);
		y = engine_next(b);
		z = engine_next(c);
		ck_assert(x != NULL && z != NULL);
		ck_assert(json_equal(x, y));
		same += json_equal(x, z);
		json_decref(x);
		json_decref(y);
		json_decref(z);
	}
	ck_assert_int_lt(same, 3); /* another seed asks other questions */
	engine_free(a);
	engine_free(b);
	engine_free(c);
	prof_free(pf);
	tab_free(t);
}
END_TEST

/* ---- Filters ---- */

enum { CASE_ROWS = 60 };

/* x spreads, g has three groups, h two, near all but equal numbers, quarters
 * a mean that is a half; of 15 rows, one holds the maximum of its group. */
static struct table *
case_table(size_t rows)
{
	char path[64];
	FILE *fp = scratch(path);
	struct table *t;
	size_t i;

	fputs("x,g,h,near,quarters,lone\n", fp);
	for (i = 0; i < rows; i++)
		fprintf(fp, "%zu.%zu,%c,%c,%zu.%03zu,%zu,%zu\n",
		    (i * 37) % 61 + 3, i % 7 + 1, "abc"[i % 3], "pq"[i % 2],
		    (size_t)100, (i * 131) % 700, i % 4 + 1,
		    i == 0           ? 1000
			: i % 3 == 1 ? 900 - i
				     : i);
	ck_assert_int_eq(fclose(fp), 0);
	t = load(path);
	unlink(path);
	return t;
}

static int
of_column(struct draft *d, const struct table *t, const char *op,
    const char *col, const char *statistic)
{
	int v = prog_add(&d->p, op, 0, -1, -1);

	prog_set_col(&d->p, v, "col", (int)tab_find(t, col));
	return statistic != NULL ? prog_add(&d->p, statistic, v, -1, -1) : v;
}

static void
best_group(struct draft *d, const struct table *t, const char *x, const char *g,
    const char *statistic)
{
	int v = prog_add(&d->p, "by", of_column(d, t, "num", x, NULL),
	    of_column(d, t, "cat", g, NULL), -1);

	v = prog_add(&d->p, statistic, v, -1, -1);
	prog_out(&d->p, NULL, prog_add(&d->p, "arg_end", v, -1, -1), -1);
}

static void
sliced(struct draft *d, const struct table *t)
{
	of_column(d, t, "num", "x", "max");
	prog_out(&d->p, NULL, of_column(d, t, "num", "x", "mean"), 3);
}

static void
mutated(struct draft *d, const struct table *t)
{
	int v =
	    prog_add(&d->p, "abs", of_column(d, t, "num", "x", NULL), -1, -1);

	prog_out(&d->p, NULL, prog_add(&d->p, "mean", v, -1, -1), 3);
}

static void
share(struct draft *d, const struct table *t)
{
	int m =
	    prog_add(&d->p, "cmp", of_column(d, t, "num", "x", NULL), -1, -1);
	int rows, v;

	prog_set_num(&d->p, m, "value", 4);
	rows = prog_add(&d->p, "where", 0, m, -1);
	v = prog_add(&d->p, "num", rows, -1, -1);
	prog_set_col(&d->p, v, "col", 0);
	prog_out(&d->p, NULL, prog_add(&d->p, "mean", v, -1, -1), 3);
}

static void
idle_limit(struct draft *d, const struct table *t)
{
	int m = prog_add(
	    &d->p, "between", of_column(d, t, "num", "x", NULL), -1, -1);
	int rows, v;

	prog_set_num(&d->p, m, "low", -50); /* no value is that low */
	prog_set_num(&d->p, m, "high", 45);
	rows = prog_add(&d->p, "where", 0, m, -1);
	v = prog_add(&d->p, "num", rows, -1, -1);
	prog_set_col(&d->p, v, "col", 0);
	prog_out(&d->p, NULL, prog_add(&d->p, "mean", v, -1, -1), 3);
}

static void
two_groups(struct draft *d, const struct table *t)
{
	best_group(d, t, "x", "h", "sum");
}

static void
nothing(struct draft *d, const struct table *t)
{
	int a = of_column(d, t, "num", "x", "mean");

	prog_out(&d->p, NULL, prog_add(&d->p, "diff", a, a, -1), 3);
}

static void
shorter(struct draft *d, const struct table *t)
{
	int a = of_column(d, t, "num", "x", "mean");

	prog_out(&d->p, NULL, prog_add(&d->p, "size", a, -1, -1), 3);
}

static void
too_close(struct draft *d, const struct table *t)
{
	best_group(d, t, "near", "g", "mean");
}

static void
halved(struct draft *d, const struct table *t)
{
	prog_out(&d->p, NULL, of_column(d, t, "num", "quarters", "mean"), 0);
}

static void
by_order(struct draft *d, const struct table *t)
{
	int v = of_column(d, t, "num", "x", "nth_value");

	prog_set_num(&d->p, v, "at", 7);
	prog_out(&d->p, NULL, v, 3);
}

static void
lone_row(struct draft *d, const struct table *t)
{
	best_group(d, t, "lone", "g", "max");
}

static void
sound(struct draft *d, const struct table *t)
{
	prog_out(&d->p, NULL, of_column(d, t, "num", "x", "mean"), 3);
}

static const struct dropped_case {
	void (*build)(struct draft *d, const struct table *t);
	size_t rows;
	const char *why; /* NULL: kept */
} dropped_cases[] = {
    {sliced, CASE_ROWS, "a step that the answer does not need"},
    {mutated, CASE_ROWS, "a step that changes nothing"},
    {share, CASE_ROWS, "a condition that keeps too few or too many rows"},
    {idle_limit, CASE_ROWS, "an argument that changes nothing"},
    {two_groups, CASE_ROWS, "fewer than three groups"},
    {nothing, CASE_ROWS, "a trivial number"},
    {shorter, CASE_ROWS, "an answer that a shorter program gives"},
    {too_close, CASE_ROWS, "a winner by too little"},
    {halved, CASE_ROWS, "a number on a rounding half"},
    {by_order, CASE_ROWS, "an answer that depends on the order of rows"},
    {lone_row, 15, "a choice that hangs on one row"}, {sound, CASE_ROWS, NULL}};

/* A filter drops a program that nothing else is wrong with. */
static void
judge_case(const struct dropped_case *c)
{
	struct table *t;
	struct profile *pf;
	struct base *base;
	struct rng rng;
	struct gen g;
	struct prover *v;
	struct draft d;
	struct proof proof;

	t = case_table(c->rows);
	pf = prof_new(t);
	base = base_new(t);
	rng_init(&rng, 5, tab_sha256(t));
	g = (struct gen){.t = t, .pf = pf, .rng = &rng, .run = run_new(base)};
	v = prover_new(&g, base);
	d = (struct draft){.where = -1};
	prog_add(&d.p, "df", -1, -1, -1);
	c->build(&d, t);
	if (c->why == NULL) {
		ck_assert_msg(prove(v, &d, &proof) == 0, "%s", proof.why);
	} else {
		ck_assert_msg(prove(v, &d, &proof) == -1, "kept: %s", c->why);
		ck_assert_str_eq(proof.why, c->why);
	}
	proof_clear(&proof);
	prog_clear(&d.p);
	prover_free(v);
	run_free(g.run);
	base_free(base);
	prof_free(pf);
	tab_free(t);
}

START_TEST(filters)
{
	size_t i;

	for (i = 0; i < sizeof dropped_cases / sizeof *dropped_cases; i++)
		judge_case(&dropped_cases[i]);
}
END_TEST

struct reasons {
	int again;
};

static void
count_reason(
    const char *family, const char *why, const struct engine *e, void *arg)
{
	(void)family;
	(void)e;
	((struct reasons *)arg)->again += strcmp(why, "asked before") == 0;
}

/* No program is asked twice, until the data gives no more. */
START_TEST(novelty)
{
	struct table *t = case_table(CASE_ROWS);
	struct profile *pf = prof_new(t);
	struct reasons seen = {0};
	struct engine_opts o = {.seed = 3,
	    .families = "best_group",
	    .n = 4000,
	    .csv_source = "case.csv",
	    .dropped = count_reason,
	    .arg = &seen};
	struct engine *e = engine_new(t, pf, &o);
	json_t *q, *asked = json_object();
	char *text;
	int n;

	for (n = 0; n < 300 && (q = engine_next(e)) != NULL; n++) {
		text = json_dumps(
		    json_object_get(
			json_object_get(q, "template_params"), "program"),
		    JSON_SORT_KEYS);
		ck_assert_ptr_null(json_object_get(asked, text));
		json_object_set_new(asked, text, json_true());
		free(text);
		json_decref(q);
	}
	ck_assert_int_gt(n, 0);
	ck_assert_int_gt(seen.again, 0);
	json_decref(asked);
	engine_free(e);
	prof_free(pf);
	tab_free(t);
}
END_TEST

/* ---- Meanings ---- */

/* A condition on x, or on g where that is a label, of a table node. */
static int
holds(struct draft *d, int table, double limit, const char *label)
{
	int v = prog_add(&d->p, label != NULL ? "cat" : "num", table, -1, -1),
	    m;

	prog_set_col(&d->p, v, "col", label != NULL ? 1 : 0);
	m = prog_add(&d->p, label != NULL ? "is" : "cmp", v, -1, -1);
	prog_set_num(&d->p, m, "value", limit);
	if (label != NULL)
		prog_set_text(&d->p, m, "value", (struct tab_span){label, 1});
	return m;
}

static void
mean_of(struct draft *d, int table)
{
	int v = prog_add(&d->p, "num", table, -1, -1);

	prog_set_col(&d->p, v, "col", 4);
	prog_out(&d->p, NULL, prog_add(&d->p, "mean", v, -1, -1), 3);
}

static void
x_then_g(struct draft *d)
{
	int t = prog_add(&d->p, "where", 0, holds(d, 0, 20, NULL), -1);

	mean_of(d, prog_add(&d->p, "where", t, holds(d, t, 0, "a"), -1));
}

static void
g_then_x(struct draft *d)
{
	int t = prog_add(&d->p, "where", 0, holds(d, 0, 0, "a"), -1);

	mean_of(d, prog_add(&d->p, "where", t, holds(d, t, 20, NULL), -1));
}

static void
g_and_x(struct draft *d)
{
	int m = prog_add(
	    &d->p, "and", holds(d, 0, 0, "a"), holds(d, 0, 20, NULL), -1);

	mean_of(d, prog_add(&d->p, "where", 0, m, -1));
}

static void
g_then_other_x(struct draft *d)
{
	int t = prog_add(&d->p, "where", 0, holds(d, 0, 0, "a"), -1);

	mean_of(d, prog_add(&d->p, "where", t, holds(d, t, 21, NULL), -1));
}

/* Not of single rows: what is repeated depends on what went before. */
static void
repeats_then_x(struct draft *d)
{
	int t = prog_add(&d->p, "drop_repeats", 0, -1, -1);

	mean_of(d, prog_add(&d->p, "where", t, holds(d, t, 20, NULL), -1));
}

static void
x_then_repeats(struct draft *d)
{
	int t = prog_add(&d->p, "where", 0, holds(d, 0, 20, NULL), -1);

	mean_of(d, prog_add(&d->p, "drop_repeats", t, -1, -1));
}

static void
combined(struct draft *d, const char *op, int a, int b)
{
	int v[2], i;

	for (i = 0; i < 2; i++) {
		v[i] = prog_add(&d->p, "num", 0, -1, -1);
		prog_set_col(&d->p, v[i], "col", i == 0 ? a : b);
	}
	v[0] = prog_add(&d->p, op, v[0], v[1], -1);
	prog_out(&d->p, NULL, prog_add(&d->p, "mean", v[0], -1, -1), 3);
}

static void
x_plus_near(struct draft *d)
{
	combined(d, "add", 0, 3);
}

static void
near_plus_x(struct draft *d)
{
	combined(d, "add", 3, 0);
}

static void
x_minus_near(struct draft *d)
{
	combined(d, "sub", 0, 3);
}

static void
near_minus_x(struct draft *d)
{
	combined(d, "sub", 3, 0);
}

/* Is a program new after another one? */
static bool
new_after(const struct table *t, void (*one)(struct draft *d),
    void (*two)(struct draft *d), const char **full)
{
	struct novel *v = novel_new(t, 100);
	struct draft a = {.where = -1}, b = {.where = -1};
	bool fresh;

	prog_add(&a.p, "df", -1, -1, -1);
	prog_add(&b.p, "df", -1, -1, -1);
	one(&a);
	two(&b);
	ck_assert(novel_first(v, &a.p));
	ck_assert(!novel_first(v, &a.p));
	novel_count(v, &a.p, false);
	fresh = novel_first(v, &b.p);
	*full = novel_full(v, &b.p, false);
	prog_clear(&a.p);
	prog_clear(&b.p);
	novel_free(v);
	return fresh;
}

START_TEST(meanings)
{
	struct table *t = case_table(CASE_ROWS);
	const char *full;

	ck_assert(!new_after(t, x_then_g, g_then_x, &full));
	ck_assert(!new_after(t, x_then_g, g_and_x, &full));
	ck_assert(!new_after(t, x_plus_near, near_plus_x, &full));
	ck_assert(new_after(t, x_minus_near, near_minus_x, &full));
	ck_assert(new_after(t, repeats_then_x, x_then_repeats, &full));
	/* of 100 questions, one of a kin */
	ck_assert(new_after(t, x_then_g, g_then_other_x, &full));
	ck_assert_ptr_nonnull(full);
	ck_assert(new_after(t, x_then_g, x_plus_near, &full));
	ck_assert_ptr_null(full);
	tab_free(t);
}
END_TEST

/* More operators and columns in fewer words score more; far below the usual is
 * dull. */
START_TEST(scores)
{
	struct table *t = case_table(CASE_ROWS);
	struct novel *v = novel_new(t, 100);
	struct draft d = {.where = -1};
	double score;
	int i;

	prog_add(&d.p, "df", -1, -1, -1);
	x_then_g(&d);
	/* cmp, is, mean; x, g, quarters; 12 words */
	score = novel_score(v, &d.p, 0.5, "a b c d e f g h i j k l");
	ck_assert_double_eq_tol(score, 3 + 3 + 0.5 - 1, 1e-12);
	for (i = 0; i < 40; i++)
		ck_assert(!novel_dull(v, true, 5 + i % 2));
	ck_assert(novel_dull(v, true, 4.2));
	ck_assert(!novel_dull(v, true, 6.5));
	prog_clear(&d.p);
	novel_free(v);
	tab_free(t);
}
END_TEST

/* What a record may hold that is no program. */
START_TEST(bad_programs)
{
	static const char *const bad[] = {"{}",
	    "{\"template_params\":{\"program\":{\"steps\":[{\"op\":\"no\"}],"
	    "\"answer\":[{\"node\":0}]}}}",
	    "{\"template_params\":{\"program\":{\"steps\":[{\"op\":\"df\"},"
	    "{\"op\":\"num\",\"in\":[0],\"col\":\"no such column\"}],"
	    "\"answer\":[{\"node\":1}]}}}",
	    "{\"template_params\":{\"program\":{\"steps\":[{\"op\":\"df\"},"
	    "{\"op\":\"mean\",\"in\":[0]}],\"answer\":[{\"node\":1}]}}}",
	    "{\"template_params\":{\"program\":{\"steps\":[{\"op\":\"df\"},"
	    "{\"op\":\"rows\",\"in\":[7]}],\"answer\":[{\"node\":1}]}}}",
	    "{\"template_params\":{\"program\":{\"steps\":[{\"op\":\"df\"},"
	    "{\"op\":\"rows\",\"in\":[0]}],\"answer\":[{\"node\":9}]}}}"};
	struct table *t = from_text("a,b\n1,x\n2,y\n3,x\n");
	struct fail f;
	json_t *q;
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		q = json_loads(bad[i], 0, NULL);
		ck_assert_ptr_nonnull(q);
		f = (struct fail){0};
		ck_assert_msg(
		    ops_truth(q, t, NULL, &f) == NULL, "%s: an answer", bad[i]);
		ck_assert_msg(f.msg[0] != '\0', "%s: no reason", bad[i]);
		json_decref(q);
	}
	tab_free(t);
}
END_TEST

UNIT_MAIN("ops", near_ties, operators, families, texts, columns, repeats,
    numbers, concentration, questions, a_row_less, varieties_without, variants,
    whole_columns, near_limits, determinism, filters, novelty, meanings, scores,
    bad_programs)
