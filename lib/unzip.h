/* unzip.h - the one CSV of an archive that nobody vouches for. */
#ifndef UNZIP_H
#define UNZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "fail.h"

/* What was found. */
struct unzip {
	char *name; /* of the CSV in the archive, valid UTF-8, owned */
	uint64_t bytes;
	char sha256[DIGEST_HEX];
};

/* Do these first bytes begin a zip or tar archive (or a gzip of one)? */
bool unzip_is_archive(const void *head, size_t n);

/*
 * Find the only CSV in the archive fd and write its bytes to out. It is first
 * inflated without being written: nothing is written of an archive that is
 * refused. FAIL_CSV: no CSV or several, names that leave their directory,
 * links, more than max bytes, not an archive. Memory does not depend on what
 * the archive holds.
 */
int unzip_csv(int fd, uint64_t max, int out, struct unzip *u, struct fail *f);
void unzip_clear(struct unzip *u);

#endif
