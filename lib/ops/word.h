/* word.h - the sentences of a question, drawn until they are sound. */
#ifndef WORD_H
#define WORD_H

#include "family.h"
#include "prove.h"

struct wording {
	const struct draft *d;
	const struct table *t;
	struct rng *rng;
	const char *const *ask; /* patterns, ends with NULL */
	char *const *alias; /* discovery style: as in struct say; else NULL */
	bool open; /* leave the convention of proof->also unsaid */
};

/*
 * A question's text with the sentence on its format in the end, owned: no
 * reading is left open, no fault of language, and in discovery style no name of
 * a column and no word for a method. NULL and *why where no draw was sound.
 * *open: both answers of proof are right, for the words settle no convention.
 */
char *word_question(const struct wording *w, const struct proof *proof,
    const char *format, bool *open, const char **why);

#endif
