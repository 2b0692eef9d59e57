/* proofs.c - what the proofs of questions evaluate, as pandas. usage: proofs
 * QUESTIONS.jsonl proves each question again and prints a line of JSON for it:
 * csv_source, csv_options, ids (columns that a reading leaves out) and
 * evaluations, the main one first, of
 *   code    Python that ends with an assignment to answer
 *   df      "whole", "exact" (floats correctly rounded), "shuffled", "zeros"
 *           (in place of missing numbers) or "no ids"
 *   table, at  where a row is left out: of which variable, and which; else null
 *   answer  ours; missing where there is none
 * The linker puts the functions below between prove.c and run.c (--wrap). */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "ops/prove.h"
#include "profile.h"
#include "rec.h"

struct source {
	struct source *next;
	char *path;
	struct table *table;
	struct profile *profile;
	struct base *base;
	struct rng rng;
	struct gen gen;
	struct prover *prover;
	json_t *ids;
};

static json_t *evaluations; /* of the proof that runs */

int __real_run_prog(struct run *r, const struct program *p, int first);
int __real_run_changed(struct run *r, const struct program *p,
    const struct run *done, const struct program *of);
int __real_run_without(struct run *r, const struct program *p,
    const struct run *done, int table, size_t at);
int __wrap_run_prog(struct run *r, const struct program *p, int first);
int __wrap_run_changed(struct run *r, const struct program *p,
    const struct run *done, const struct program *of);
int __wrap_run_without(struct run *r, const struct program *p,
    const struct run *done, int table, size_t at);

/* The cells of a program without the first, which only looks at the data. */
static json_t *
code_of(const struct program *p, const struct table *t)
{
	json_t *reference = emit_reference(p, t), *cell, *code;
	const json_t *cells = json_object_get(reference, "cells");
	struct buf b = {0};
	size_t i;

	for (i = 1; (cell = json_array_get(cells, i)) != NULL; i++)
		buf_printf(&b, "%s\n",
		    json_string_value(json_object_get(cell, "code")));
	code = json_stringn(b.p, b.n);
	buf_clear(&b);
	json_decref(reference);
	return code;
}

/* The variable that holds a node: what a program that ends there answers. */
static json_t *
variable_of(const struct program *p, int node, const struct table *t)
{
	struct program part = *p;
	const char *code, *from;
	json_t *whole, *name;

	part.n = node + 1;
	part.nout = 1;
	part.out[0] = (struct out){.node = node, .decimals = -1};
	whole = code_of(&part, t);
	code = json_string_value(whole);
	from = strstr(code, "answer = ") + strlen("answer = ");
	name = json_stringn(from, strcspn(from, "\n"));
	json_decref(whole);
	return name;
}

/* Note an evaluation of p on the df of a run; passes its result on. at: the row
 * of table that is left out. */
static int
note(int rc, const struct run *r, const struct program *p, const struct run *df,
    json_t *table, size_t at)
{
	json_t *answer = rc == 0 ? run_answer(r, p) : NULL;
	const char *as = df->exact ? "exact"
	    : df->rows != NULL     ? "shuffled"
	    : df->zero_missing     ? "zeros"
	    : df->no_ids != NULL   ? "no ids"
				   : "whole";

	json_array_append_new(evaluations,
	    json_pack("{s:o, s:s, s:o, s:I, s:o*}", "code",
		code_of(p, base_table(r->base)), "df", as, "table", table, "at",
		(json_int_t)at, "answer", answer));
	return rc;
}

int
__wrap_run_prog(struct run *r, const struct program *p, int first)
{
	return note(__real_run_prog(r, p, first), r, p, r, json_null(), 0);
}

int
__wrap_run_changed(struct run *r, const struct program *p,
    const struct run *done, const struct program *of)
{
	return note(
	    __real_run_changed(r, p, done, of), r, p, r, json_null(), 0);
}

int
__wrap_run_without(struct run *r, const struct program *p,
    const struct run *done, int table, size_t at)
{
	return note(__real_run_without(r, p, done, table, at), r, p, done,
	    variable_of(p, table, base_table(r->base)), at);
}

static json_t *
ids_of(const struct profile *pf, const struct table *t)
{
	json_t *ids = json_array();
	size_t i;

	for (i = 0; i < tab_cols(t); i++)
		if (prof_col(pf, i)->id_like)
			json_array_append_new(ids, json_string(tab_name(t, i)));
	return ids;
}

static struct source *
source_of(const json_t *record, struct source **all)
{
	const char *path =
	    json_string_value(json_object_get(record, "csv_source"));
	struct source *s;
	struct fail f;

	for (s = *all; s != NULL; s = s->next)
		if (strcmp(s->path, path) == 0)
			return s;
	s = xcalloc(1, sizeof *s);
	s->path = xstrdup(path);
	if (tab_load(path, json_object_get(record, "csv_options"), &s->table,
		&f) == -1)
		errx(1, "%s", f.msg);
	s->profile = prof_new(s->table);
	s->base = base_new(s->table);
	rng_init(&s->rng, 0, tab_sha256(s->table));
	s->gen = (struct gen){.t = s->table, .pf = s->profile, .rng = &s->rng};
	s->prover = prover_new(&s->gen, s->base);
	s->ids = ids_of(s->profile, s->table);
	s->next = *all;
	*all = s;
	return s;
}

/* Prove a question as its engine did, and print what that evaluates. */
static int
prove_question(json_t *record, void *ctx, struct fail *f)
{
	struct source **all = ctx, *s = source_of(record, all);
	struct draft d = {.where = -1};
	struct proof proof = {0};
	json_t *out;

	if (prog_parse(&d.p,
		json_object_get(
		    json_object_get(record, "template_params"), "program"),
		s->table, f) == -1) {
		prog_clear(&d.p);
		return -1;
	}
	s->gen.seek =
	    strcmp(json_string_value(json_object_get(record, "style")),
		"discovery") == 0;
	evaluations = json_array();
	/* other rows are drawn than when it was made: one of them may end the
	 * proof earlier */
	prove(s->prover, &d, &proof);
	out = json_pack("{s:s, s:O, s:O, s:o}", "csv_source", s->path,
	    "csv_options", json_object_get(record, "csv_options"), "ids",
	    s->ids, "evaluations", evaluations);
	rec_put(out);
	json_decref(out);
	proof_clear(&proof);
	prog_clear(&d.p);
	return 0;
}

int
main(int argc, char *argv[])
{
	struct source *all = NULL, *s;
	int rc;

	if (argc != 2)
		errx(2, "usage: proofs QUESTIONS.jsonl");
	rc = rec_run(argv + 1, "question", NULL, prove_question, NULL, &all);
	for (; all != NULL; all = s) {
		s = all->next;
		prover_free(all->prover);
		base_free(all->base);
		prof_free(all->profile);
		tab_free(all->table);
		json_decref(all->ids);
		free(all->path);
		free(all);
	}
	return rc;
}
