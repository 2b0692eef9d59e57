/* cred.c - Kaggle's credentials, in the order its own tools look for them. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hub.h"
#include "log.h"
#include "mem.h"
#include "pull.h"

enum { SECRET_MAX = 8192 };

static const char *
env(const char *name)
{
	const char *s = getenv(name);

	return s != NULL && *s != '\0' ? s : NULL;
}

/* The text of a small file, owned, or NULL. Others should not read it. */
static char *
read_secret(const char *path)
{
	struct stat st;
	char *text;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return NULL;
	text = xcalloc(SECRET_MAX + 1, 1);
	n = read(fd, text, SECRET_MAX);
	if (n > 0 && fstat(fd, &st) == 0 && (st.st_mode & 077) != 0)
		log_warn("%s: other users can read these credentials "
			 "(chmod 600)",
		    path);
	close(fd);
	if (n > 0)
		return text;
	free(text);
	return NULL;
}

static void
forget(char *s)
{
	if (s != NULL)
		explicit_bzero(s, strlen(s));
	free(s);
}

static char *
bearer(const char *text, struct fail *f)
{
	char *token = hub_clean_secret(text, f), *out = NULL;

	if (token != NULL)
		out = xasprintf("Bearer %s", token);
	forget(token);
	return out;
}

static char *
bearer_file(const char *path, struct fail *f)
{
	char *text = read_secret(path), *out = NULL;

	if (text != NULL)
		out = bearer(text, f);
	forget(text);
	return out;
}

static char *
basic(const char *user, const char *key)
{
	char *pair = xasprintf("%s:%s", user, key), *out;
	size_t n = strlen(pair);
	unsigned char *b64 = xmalloc(4 * ((n + 2) / 3) + 1);

	EVP_EncodeBlock(b64, (const unsigned char *)pair, (int)n);
	out = xasprintf("Basic %s", b64);
	forget(pair);
	forget((char *)b64);
	return out;
}

/* kaggle.json: {"username":..., "key":...} */
static char *
basic_file(const char *path, struct fail *f)
{
	char *text = read_secret(path), *out = NULL;
	const char *user, *key;
	json_t *o;

	if (text == NULL)
		return NULL;
	o = json_loads(text, 0, NULL);
	user = json_string_value(json_object_get(o, "username"));
	key = json_string_value(json_object_get(o, "key"));
	if (user != NULL && key != NULL)
		out = basic(user, key);
	else
		fail_set(f, FAIL_USAGE,
		    "%s: expected an object with username and key, saw "
		    "something else",
		    path);
	json_decref(o);
	forget(text);
	return out;
}

/* Directories where kaggle.json may be, in order. */
static char *
kaggle_json(struct fail *f)
{
	const char *home = env("HOME"), *dir = env("KAGGLE_CONFIG_DIR"),
		   *xdg = env("XDG_CONFIG_HOME");
	char *path, *out;

	if (dir != NULL)
		path = xasprintf("%s/kaggle.json", dir);
	else
		path = xasprintf(
		    "%s/.kaggle/kaggle.json", home != NULL ? home : "");
	out = basic_file(path, f);
	free(path);
	if (out != NULL || f->code != FAIL_NONE || dir != NULL)
		return out;
	if (xdg != NULL)
		path = xasprintf("%s/kaggle/kaggle.json", xdg);
	else
		path = xasprintf(
		    "%s/.config/kaggle/kaggle.json", home != NULL ? home : "");
	out = basic_file(path, f);
	free(path);
	return out;
}

static char *
access_token(struct fail *f)
{
	static const char *const files[] = {
	    ".kaggle/access_token", ".kaggle/access_token.txt"};
	const char *home = env("HOME");
	char *path, *out = NULL;
	size_t i;

	for (i = 0; i < 2 && home != NULL && out == NULL; i++) {
		path = xasprintf("%s/%s", home, files[i]);
		out = bearer_file(path, f);
		free(path);
		if (f->code != FAIL_NONE)
			return NULL;
	}
	return out;
}

char *
cred_find(struct fail *f)
{
	const char *s = env("KAGGLE_API_TOKEN");
	char *out;

	f->code = FAIL_NONE;
	if (s != NULL) {
		/* the token, or the path of a file that holds it */
		out = access(s, R_OK) == 0 ? bearer_file(s, f) : bearer(s, f);
		if (out != NULL || f->code != FAIL_NONE)
			return out;
	}
	if ((out = access_token(f)) != NULL || f->code != FAIL_NONE)
		return out;
	if (env("KAGGLE_USERNAME") != NULL && env("KAGGLE_KEY") != NULL)
		return basic(env("KAGGLE_USERNAME"), env("KAGGLE_KEY"));
	return kaggle_json(f);
}
