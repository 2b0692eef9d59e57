/* shard.h - lines into numbered pieces of a fixed size, compressed and hashed
 * on the way, in one unlinked temporary file. */
#ifndef SHARD_H
#define SHARD_H

#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "fail.h"

/* One finished piece: bytes offset..offset+size-1 of shard_fd. */
struct shard {
	uint64_t offset, size;
	uint64_t rows;
	uint64_t raw; /* bytes before compression */
	char sha256[DIGEST_HEX];
};

struct shard_set;

/*
 * max_raw: bytes of lines after which a new piece begins (a longer line is a
 * piece of its own). level: of gzip, 0: not compressed. The same lines give the
 * same pieces.
 */
struct shard_set *shard_new(
    const char *dir, uint64_t max_raw, int level, struct fail *f);
void shard_free(struct shard_set *s);
/* A line, without its newline. */
int shard_put(struct shard_set *s, const char *line, size_t n, struct fail *f);
/* The last piece is complete. */
int shard_end(struct shard_set *s, struct fail *f);
size_t shard_count(const struct shard_set *s);
const struct shard *shard_at(const struct shard_set *s, size_t i);
int shard_fd(const struct shard_set *s);

#endif
