/* sheet.h - the CSVs at work: where they are and what teachers are told. */
#ifndef EPISODE_SHEET_H
#define EPISODE_SHEET_H

#include <jansson.h>

#include "conf.h"
#include "digest.h"
#include "fail.h"

/* One CSV as questions name it; counted references. */
struct sheet {
	char *key;
	char *path; /* to open */
	char *system; /* the system message of its runs */
	char sha256[DIGEST_HEX];
	unsigned refs;
};

struct sheets;

struct sheets *sheets_new(const struct conf *conf, const char *root);
void sheets_free(struct sheets *s);

/*
 * The CSV of a question: read when it is not at hand (the last few stay).
 * FAIL_MEMBER, FAIL_VALUE, FAIL_CSV (refused, gone, another digest than
 * csv_sha256); NULL then.
 */
struct sheet *sheets_get(
    struct sheets *s, const json_t *question, struct fail *f);
void sheets_put(struct sheets *s, struct sheet *sheet);

#endif
