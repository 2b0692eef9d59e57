/* gate.h - may a rewording take the place of a question's mechanical text? */
#ifndef GATE_H
#define GATE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "buf.h"
#include "fail.h"

/* What is reworded; all borrowed. */
struct gate {
	const char *text; /* the mechanical text without its format sentence.
			     Columns in double, values in single quotes */
	const char *format; /* that sentence */
	const char *hint; /* of the record */
	const json_t *columns; /* names that the question uses: array of
				  texts */
	const json_t *answers; /* answers that must not be given away: any
				  values, in an array */
	bool discovery; /* names neither columns nor methods */
};

/*
 * A candidate (without format sentence) passes when it has at most two
 * sentences; holds every number, every quoted value and, in words that mean the
 * same, every separating clause of the text (mean or median, strict or not,
 * what missing values do, sample or population, percent or share, the end that
 * is asked for, ...), and of a chain what each step computes; tells which of
 * two figures is subtracted; brings in no number, no opposite and no answer;
 * and, in discovery style, names no column and no method, else every column as
 * it is written. -1 and FAIL_VALUE with what is wrong.
 */
int gate_text(const struct gate *g, const char *candidate, struct fail *f);
/* A hint may name everything but the answer. */
int gate_hint(const struct gate *g, const char *hint, struct fail *f);

/* What a rewording must keep, as lines "- ..." for a prompt. */
void gate_demands(const struct gate *g, struct buf *b);

/* The better of two that pass has the lower score: unlike the mechanical text,
 * of 12 to 35 words. */
double gate_score(const struct gate *g, const char *candidate);

/* Does the text name the column: as written, or its words? */
bool gate_names(const char *text, const char *column);
/* The first word of a method ("anova") that the text holds, or NULL. */
const char *gate_method(const char *text);
/* Sentences of a text. */
size_t gate_sentences(const char *text);

#endif
