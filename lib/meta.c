/* meta.c - what is written about a data set beside its CSV. */
#include <err.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "log.h"
#include "mem.h"
#include "meta.h"

/* A meta file's description, or NULL. */
static char *
read_meta(const char *path)
{
	static const char *const keys[] = {"description", "subtitle", "title"};
	FILE *fp = fopen(path, "re");
	json_error_t e;
	json_t *j;
	const char *s;
	char *text = NULL;
	size_t i;

	if (fp == NULL) {
		if (fail_errno(errno, FAIL_NONE) == FAIL_IO)
			err(EXIT_SYSTEM, "%s", path);
		return NULL;
	}
	errno = 0;
	j = json_loadf(fp, 0, &e);
	if (ferror(fp) && errno != EISDIR)
		err(EXIT_SYSTEM, "%s", path);
	fclose(fp);
	if (j == NULL) {
		log_warn("%s:%d: expected JSON, saw %s", path, e.line, e.text);
		return NULL;
	}
	for (i = 0; text == NULL && i < sizeof keys / sizeof *keys; i++) {
		s = json_string_value(json_object_get(j, keys[i]));
		if (s != NULL && *s != '\0')
			text = xstrdup(s);
	}
	json_decref(j);
	return text;
}

char *
meta_description(const char *csv_path)
{
	const char *slash = strrchr(csv_path, '/'),
		   *dot = strrchr(csv_path, '.');
	size_t dir = slash != NULL ? (size_t)(slash + 1 - csv_path) : 0;
	size_t stem = dot != NULL && (slash == NULL || dot > slash)
	    ? (size_t)(dot - csv_path)
	    : strlen(csv_path);
	char *path = xasprintf("%.*s.meta.json", (int)stem, csv_path), *text;

	text = read_meta(path);
	free(path);
	if (text == NULL) {
		path = xasprintf("%.*smeta.json", (int)dir, csv_path);
		text = read_meta(path);
		free(path);
	}
	return text != NULL ? text : xstrdup("");
}
