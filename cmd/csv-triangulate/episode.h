/* episode.h - an episode record from the traces of a group. */
#ifndef EPISODE_H
#define EPISODE_H

#include <stdbool.h>

#include "answer.h"
#include "group.h"

struct episode_conf {
	struct ans_tol tol;
};

/* What became of a group. */
struct episode_info {
	bool verified;
	const char *category; /* static */
};

/*
 * Append the record of a group's traces (gold first where there is one) as a
 * line without its newline.
 */
void episode_put(struct buf *b, const struct group_run *runs, size_t n,
    bool complete, const struct episode_conf *conf, struct episode_info *info);

/*
 * Append the messages (a checked JSON array, or nothing) without the
 * question's hint; returns whether the teacher's text cites it.
 */
bool messages_put(
    struct buf *b, const struct span *messages, const json_t *question);

#endif
