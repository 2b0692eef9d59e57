/* truths.c - the programs of questions, evaluated once each and nothing else:
 * no proof, no words. usage: truths QUESTIONS.jsonl prints a JSON object: how
 * many, and the CPU seconds of a round. The CSVs are loaded, the programs
 * parsed and a first round run before, which checks each answer against the
 * record. Each round makes anew the arrays that the engine keeps of columns,
 * and what it derives of them. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mem.h"
#include "ops/op.h"

enum { ROUNDS = 11 };

struct source {
	struct source *next;
	const char *path;
	struct table *table;
	struct base *base;
	struct run *run;
};

struct question {
	struct program p;
	struct run *run; /* of its CSV */
	json_t *record;
};

static struct run *
run_of(const json_t *record, struct source **all)
{
	const char *path =
	    json_string_value(json_object_get(record, "csv_source"));
	struct source *s;
	struct fail f;

	for (s = *all; s != NULL; s = s->next)
		if (strcmp(s->path, path) == 0)
			return s->run;
	s = xcalloc(1, sizeof *s);
	s->path = path;
	if (tab_load(path, json_object_get(record, "csv_options"), &s->table,
		&f) == -1)
		errx(1, "%s", f.msg);
	s->base = base_new(s->table);
	s->run = run_new(s->base);
	s->next = *all;
	*all = s;
	return s->run;
}

static void
read_question(struct question *q, const char *line, struct source **all)
{
	struct fail f;

	if ((q->record = json_loads(line, 0, NULL)) == NULL)
		errx(1, "expected a question record, saw \"%.40s\"", line);
	q->run = run_of(q->record, all);
	if (prog_parse(&q->p,
		json_object_get(
		    json_object_get(q->record, "template_params"), "program"),
		base_table(q->run->base), &f) == -1)
		errx(1, "%s", f.msg);
}

static void
evaluate(const struct question *q, bool check)
{
	json_t *answer = NULL;

	if (run_prog(q->run, &q->p, 0) == 0)
		answer = run_answer(q->run, &q->p);
	if (check &&
	    !json_equal(answer, json_object_get(q->record, "ground_truth")))
		errx(1, "another answer than the record's: %s",
		    json_string_value(
			json_object_get(q->record, "question_text")));
	json_decref(answer);
}

static double
round_of(
    const struct question *q, size_t n, const struct source *all, bool check)
{
	clock_t start;
	size_t i;

	for (; all != NULL; all = all->next)
		base_trim(all->base, 0);
	start = clock();
	for (i = 0; i < n; i++)
		evaluate(&q[i], check);
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

int
main(int argc, char *argv[])
{
	struct source *all = NULL, *s;
	struct question *q = NULL;
	double least = INFINITY;
	size_t n = 0, cap = 0, i;
	char *line = NULL;
	FILE *f;

	if (argc != 2 || (f = fopen(argv[1], "re")) == NULL)
		errx(2, "usage: truths QUESTIONS.jsonl");
	while (getline(&line, &cap, f) > 0) {
		q = xreallocarray(q, n + 1, sizeof *q);
		read_question(&q[n++], line, &all);
	}
	round_of(q, n, all, true);
	for (i = 0; i < ROUNDS; i++)
		least = fmin(least, round_of(q, n, all, false));
	printf("{\"questions\": %zu, \"cpu\": %.9f}\n", n, least);
	for (i = 0; i < n; i++) {
		prog_clear(&q[i].p);
		json_decref(q[i].record);
	}
	for (; all != NULL; all = s) {
		s = all->next;
		run_free(all->run);
		base_free(all->base);
		tab_free(all->table);
		free(all);
	}
	free(q);
	free(line);
	fclose(f);
	return 0;
}
