/* hub.h - what is said to and by the Hugging Face Hub: names, tokens, request
 * bodies, answers. No I/O but reading token files. */
#ifndef HUB_H
#define HUB_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "digest.h"
#include "fail.h"

enum {
	HUB_PREUPLOAD_MAX = 256, /* files of one preupload call */
	HUB_BATCH_MAX = 256, /* objects of one LFS batch call */
	HUB_COMMIT_MAX = 100, /* files of one commit */
	HUB_SAMPLE = 512, /* bytes of a file that preupload sees */
	HUB_INLINE_MAX = 10 << 20, /* bytes of a regular file */
	HUB_SHA1 = 41,
};

enum hub_mode { HUB_UNKNOWN, HUB_REGULAR, HUB_LFS };

/* A file of the push: size bytes of fd from offset. */
struct hub_file {
	char *path; /* owned */
	int fd;
	uint64_t offset, size, rows;
	char sha256[DIGEST_HEX];
	/* from preupload */
	enum hub_mode mode;
	bool ignored; /* the repository's .gitignore leaves it out */
	bool same; /* the branch holds these bytes already */
	bool uploaded; /* the storage holds them, as far as we know */
};

/* name or namespace/name as the hub allows it; f tells the rule it breaks. */
int hub_name(const char *repo, struct fail *f);
/* A split: letters, digits and '_', parts joined by dots. */
bool hub_split_name(const char *s);

/*
 * The token: HF_TOKEN, HUGGING_FACE_HUB_TOKEN, the file HF_TOKEN_PATH or
 * $HF_HOME/token. Owned; NULL without a failure when there is none.
 */
char *hub_token(struct fail *f);
/* A token or key as text from outside: line ends and blanks around removed;
 * owned, NULL when nothing is left, f when it has control characters. */
char *hub_clean_secret(const char *s, struct fail *f);

/* git's name of a regular file with these bytes. */
int hub_blob_sha1(
    const struct hub_file *file, char hex[HUB_SHA1], struct fail *f);

/* Body of a preupload call for n files. attributes: text of a .gitattributes
 * among them, or NULL. */
int hub_put_preupload(struct buf *b, struct hub_file *const *v, size_t n,
    const char *attributes, struct fail *f);
/* Its answer: fills mode, ignored and same. Every file must be answered. */
int hub_read_preupload(const char *body, size_t len, struct hub_file *const *v,
    size_t n, struct fail *f);

/* Body of an LFS batch call. */
void hub_put_batch(
    struct buf *b, struct hub_file *const *v, size_t n, const char *revision);

/* A URL of the hub's own host, sent to the endpoint instead (behind a mirror);
 * any other as it is. Owned. */
char *hub_url(const char *url, const char *endpoint);

/* What the batch says about one object. */
struct hub_action {
	struct hub_file *file;
	char *href; /* PUT (basic) or completion (multipart); NULL: present */
	char *verify; /* or NULL */
	char **header; /* "Name: value" lines for a basic PUT; NULL-ended */
	uint64_t chunk; /* bytes of a part; 0: basic */
	char **part; /* URLs in order */
	size_t parts;
};

/* endpoint: where URLs of the default host are sent instead. Owned array of n
 * actions; NULL and f when the answer cannot be used. */
struct hub_action *hub_read_batch(const char *body, size_t len,
    struct hub_file *const *v, size_t n, const char *endpoint, struct fail *f);
void hub_actions_free(struct hub_action *a, size_t n);

/*
 * A commit as NDJSON, written to fd (at its end). Files that are not ignored
 * nor same; deleted: paths. Returns the bytes written in *size.
 */
int hub_write_commit(int fd, const char *summary, const char *parent,
    struct hub_file *const *v, size_t n, char *const *deleted, size_t n_deleted,
    uint64_t *size, struct fail *f);

#endif
