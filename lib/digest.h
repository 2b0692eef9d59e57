/* digest.h - SHA-256 (libcrypto) as lower-case hex text. */
#ifndef DIGEST_H
#define DIGEST_H

#include <stddef.h>

#include "fail.h"

enum {
	DIGEST_HEX = 65, /* 64 digits and NUL */
	DIGEST_ID = 17, /* the first 16 digits and NUL */
};

/* An open digest, for data that comes in pieces. */
struct digest;
struct digest *digest_new(void);
void digest_put(struct digest *d, const void *p, size_t n);
/* The digits; frees d. */
void digest_end(struct digest *d, char hex[DIGEST_HEX]);

void digest_mem(const void *p, size_t n, char hex[DIGEST_HEX]);
/* The first 16 digits: the form of every id and hash in records. */
void digest_id(const void *p, size_t n, char id[DIGEST_ID]);
/* Digest of a file's bytes, from the start. */
int digest_file(const char *path, char hex[DIGEST_HEX], struct fail *f);

#endif
