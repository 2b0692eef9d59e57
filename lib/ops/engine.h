/* engine.h - questions from a table: the front of the question engine. No
 * input or output; records go in and come out as JSON values. */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdint.h>

#include "profile.h"
#include "rng.h"

struct engine;

struct engine_opts {
	uint64_t seed; /* with csv_sha256 it seeds the generator */
	const char *families; /* comma-separated names; NULL: all */
	double chains; /* share of procedural questions */
	int steps_min, steps_max; /* of procedural questions */
	size_t n; /* questions wanted: no shape exceeds 5 % of it */
	const char *difficulties; /* comma-separated; NULL: all */
	const char *styles; /* "direct", "discovery" or both; NULL: direct */
	bool lookups; /* also plain look-ups, tagged so */
	const char *csv_source; /* as records name it */
	const char *description; /* of the data set; "" if none */
	/* may a question of these still be asked? NULL: any */
	bool (*wanted)(const char *difficulty, const char *category,
	    const char *style, void *arg);
	/* told of every candidate that was dropped; may be NULL */
	void (*dropped)(const char *family, const char *why,
	    const struct engine *e, void *arg);
	void *arg;
};

/* t and pf are borrowed. */
struct engine *engine_new(const struct table *t, const struct profile *pf,
    const struct engine_opts *o);
void engine_free(struct engine *e);

/* The next question record (a new reference), or NULL: the data gives no
 * more. */
json_t *engine_next(struct engine *e);
/* After NULL: look again for what may be wanted by now. */
void engine_again(struct engine *e);
/* The candidate that the dropped callback is about, as template_params. */
json_t *engine_candidate(const struct engine *e);

/*
 * The answer of a question record's program on a table (its own or an altered
 * one): a new reference. NULL and f when the record has no program, the table
 * lacks a column, or the answer is not defined or not safe there (margins).
 * form (may be NULL): an object that gets output_type, output_schema and, where
 * some are declared, decimals, as a question with this program has them.
 */
json_t *ops_truth(const json_t *question, const struct table *t, json_t *form,
    struct fail *f);

/*
 * The same on an altered copy of its table, where every condition that holds
 * for a question as it is made must hold too: winners lead, groups are large
 * enough, no number is on a rounding half, no choice hangs on one row. told:
 * which of the usual misreadings answer otherwise there.
 */
struct ops_told {
	uint64_t of; /* a bit for each of the first 64 misreadings */
	uint64_t told; /* those with another answer */
};
json_t *ops_truth_copy(const json_t *question, const struct table *t,
    struct rng *rng, struct ops_told *told, struct fail *f);

/*
 * The `reference` of a question record, made anew from its template_params: a
 * new reference. NULL and f where there is no program, or the table lacks a
 * column.
 */
json_t *ops_reference(
    const json_t *question, const struct table *t, struct fail *f);

/* A family as --list-families shows it. */
struct engine_family {
	const char *name, *category, *answer, *summary, *difficulty;
	int number, steps;
};
/* The i-th family; false past the last one. */
bool engine_family(size_t i, struct engine_family *out);

/* Is it the name of a family? */
bool engine_is_family(const char *name);

/* "EASY", "MEDIUM", "HARD" or "VERY_HARD" for a number of steps. */
const char *engine_difficulty(int steps);

#endif
