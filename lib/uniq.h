/* uniq.h - count distinct values exactly, in memory that does not grow. */
#ifndef UNIQ_H
#define UNIQ_H

#include <stddef.h>
#include <stdint.h>

#include "fail.h"

struct uniq;

/* dir: where an unlinked temporary file goes. */
struct uniq *uniq_new(const char *dir, struct fail *f);
void uniq_free(struct uniq *u);
int uniq_put(struct uniq *u, uint64_t hash, struct fail *f);
uint64_t uniq_total(const struct uniq *u);
/* Distinct values; reads the file a few times. */
int uniq_count(struct uniq *u, uint64_t *out, struct fail *f);

/* A 64-bit hash of bytes, to be continued: start with 0. */
uint64_t uniq_hash(uint64_t h, const void *p, size_t n);

/* An unlinked file in dir, open for reading and writing; -1 and f. */
int uniq_tmpfile(const char *dir, struct fail *f);
/* $TMPDIR, or /tmp. */
const char *uniq_tmpdir(void);

#endif
