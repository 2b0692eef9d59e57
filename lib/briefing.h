/* briefing.h - what a teacher is told about a CSV before any question. */
#ifndef BRIEFING_H
#define BRIEFING_H

#include <jansson.h>

#include "buf.h"
#include "conf.h"
#include "digest.h"
#include "fail.h"

/*
 * The system message for runs on a CSV: append it to b. csv_options: read_csv's
 * arguments, or NULL to find them out; description may be "". sha256, if not
 * NULL, receives the digest of the file. FAIL_CSV where the file is refused or
 * cannot be read.
 */
int briefing_put(struct buf *b, const char *path, const json_t *csv_options,
    const char *description, const struct conf *conf, char sha256[DIGEST_HEX],
    struct fail *f);

/* The path of a record's csv_source: under root where it is relative and root
 * is not NULL; owned by the caller. */
char *briefing_path(const char *root, const char *csv_source);

#endif
