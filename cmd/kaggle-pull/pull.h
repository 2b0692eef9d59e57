/* pull.h - what the parts of kaggle-pull share. */
#ifndef PULL_H
#define PULL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fail.h"
#include "http.h"

/* The command line. */
struct opts {
	const char *out, *from_list, *license, *endpoint, *search, *sort;
	long limit;
	size_t max_size;
	double max_wait;
	bool allow_http;
};

struct pull {
	const struct opts *o;
	struct http *http;
	const char *endpoint; /* no slash at its end */
	bool credentials;
};

/* One set, as far as it is known. */
struct set {
	char *owner, *name; /* of owner/name */
	long version; /* asked for, or current; 0: not known */
	char *dir; /* OUT/owner_name */
	char *slug; /* owner_name */
	json_t *view; /* the dataset object, or NULL */
	json_t *info; /* its metadata, or NULL */
	char *license; /* name as given, or NULL */
	const char *spdx; /* or NULL */
	char *file; /* the one CSV, by the list of files; NULL: see archive */
	uint64_t file_bytes;
};

/* cred.c: the value of the Authorization header, owned; NULL without a failure
 * when there are no credentials. */
char *cred_find(struct fail *f);

/* license.c */
/* The SPDX identifier of a licence by any of Kaggle's names, or NULL. */
const char *license_spdx(const char *name);
/* Does list (comma-separated; NULL: any that is known) allow it? */
bool license_allowed(const char *list, const char *name);

/* api.c: calls. -1 and f; FAIL_CSV: this set cannot be had; FAIL_NETWORK; a
 * refusal of the credentials is FAIL_USAGE. */
int api_view(struct pull *p, struct set *s, struct fail *f);
/* A page of popular sets: a new reference to a list. */
json_t *api_page(struct pull *p, long page, struct fail *f);
/* Metadata, licence and the list of files; decides whether to go on. */
int api_details(struct pull *p, struct set *s, struct fail *f);

/* get.c */
/* Is the set there, whole, with the bytes its meta.json tells? meta: a new
 * reference, or NULL. */
bool get_present(const struct set *s, json_t **meta);
/* Download, check, extract, write; meta: a new reference. */
int get_set(struct pull *p, struct set *s, json_t **meta, struct fail *f);
/* Write text to a file under another name, sync, rename. */
int get_write(const char *path, const char *text, size_t n, struct fail *f);

/* set.c */
/* owner/name[/version]; -1 and f when it is not one. */
int set_init(struct set *s, const char *ref, const char *out, struct fail *f);
void set_clear(struct set *s);

#endif
