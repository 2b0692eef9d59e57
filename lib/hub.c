/* hub.c - what is said to and by the Hugging Face Hub. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wordexp.h>

#include "hub.h"
#include "mem.h"
#include "rec.h"

enum {
	NAME_MAX_LEN = 96,
	TOKEN_MAX = 4096,
	PARTS_MAX = 10000,
	BLOCK = 48 << 10, /* a multiple of 3: base64 without padding inside */
};

static const char default_host[] = "https://huggingface.co";

static int
name_part(const char *s, size_t n, struct fail *f)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	if (n == 0 || strspn(s, ok) < n)
		return fail_set(f, FAIL_USAGE,
		    "repository name: expected letters, digits, '.', '_' and "
		    "'-', saw \"%.*s\"",
		    (int)n, s);
	if (strchr(".-", s[0]) != NULL || strchr(".-", s[n - 1]) != NULL)
		return fail_set(f, FAIL_USAGE,
		    "repository name: expected no '.' or '-' at its ends, saw "
		    "\"%.*s\"",
		    (int)n, s);
	return 0;
}

int
hub_name(const char *repo, struct fail *f)
{
	const char *slash = strchr(repo, '/');
	size_t n = strlen(repo);

	if (n > NAME_MAX_LEN)
		return fail_set(f, FAIL_USAGE,
		    "repository name: expected at most %d characters, saw %zu",
		    NAME_MAX_LEN, n);
	if (slash != NULL && name_part(repo, (size_t)(slash - repo), f) == -1)
		return -1;
	slash = slash != NULL ? slash + 1 : repo;
	if (name_part(slash, strlen(slash), f) == -1)
		return -1;
	if (strstr(repo, "--") != NULL || strstr(repo, "..") != NULL ||
	    (n >= 4 && strcmp(repo + n - 4, ".git") == 0))
		return fail_set(f, FAIL_USAGE,
		    "repository name: expected no \"--\", no \"..\" and no "
		    "\".git\" at its end, saw \"%s\"",
		    repo);
	return 0;
}

bool
hub_split_name(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++) {
		if (*s == '.' && n > 0 && s[1] != '.' && s[1] != '\0')
			continue;
		if (!isascii(*s) || (!isalnum((unsigned char)*s) && *s != '_'))
			return false;
		n++;
	}
	return n > 0;
}

char *
hub_clean_secret(const char *s, struct fail *f)
{
	struct buf b = {0};
	size_t lead;

	for (; *s != '\0'; s++)
		if (*s != '\r' && *s != '\n')
			buf_putc(&b, *s);
	lead = b.n > 0 ? strspn(b.p, " \t") : 0;
	buf_drop(&b, lead);
	while (b.n > 0 && strchr(" \t", b.p[b.n - 1]) != NULL)
		b.p[--b.n] = '\0';
	for (lead = 0; lead < b.n; lead++)
		if ((unsigned char)b.p[lead] <= 0x20 ||
		    (unsigned char)b.p[lead] >= 0x7f) {
			buf_clear(&b);
			fail_set(f, FAIL_USAGE,
			    "expected a token of printable characters, saw "
			    "another one in it");
			return NULL;
		}
	if (b.n == 0) {
		buf_clear(&b);
		return NULL;
	}
	return buf_steal(&b);
}

/* ~ and $VAR expanded; no commands are run. Owned. */
static char *
expand(const char *path)
{
	wordexp_t w;
	char *out;

	if (wordexp(path, &w, WRDE_NOCMD) != 0)
		return xstrdup(path);
	out = xstrdup(w.we_wordc == 1 ? w.we_wordv[0] : path);
	wordfree(&w);
	return out;
}

static const char *
env(const char *name)
{
	const char *s = getenv(name);

	return s != NULL && *s != '\0' ? s : NULL;
}

static char *
token_path(void)
{
	const char *s;
	char *home, *cache, *path;

	if ((s = env("HF_TOKEN_PATH")) != NULL)
		return expand(s);
	if ((s = env("HF_HOME")) != NULL) {
		home = expand(s);
	} else {
		s = env("XDG_CACHE_HOME");
		cache = expand(s != NULL ? s : "~/.cache");
		home = xasprintf("%s/huggingface", cache);
		free(cache);
	}
	path = xasprintf("%s/token", home);
	free(home);
	return path;
}

char *
hub_token(struct fail *f)
{
	static const char *const names[] = {
	    "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"};
	char text[TOKEN_MAX + 1], *path, *token;
	ssize_t n = 0;
	size_t i;
	int fd;

	f->code = FAIL_NONE;
	for (i = 0; i < 2; i++) {
		if (env(names[i]) == NULL)
			continue;
		token = hub_clean_secret(env(names[i]), f);
		if (token != NULL || f->code != FAIL_NONE)
			return token;
	}
	path = token_path();
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) != -1) {
		n = read(fd, text, TOKEN_MAX);
		close(fd);
	}
	free(path);
	if (n <= 0)
		return NULL;
	text[n] = '\0';
	token = hub_clean_secret(text, f);
	explicit_bzero(text, sizeof text);
	return token;
}

/* Bytes of a file, all of them. */
static int
read_at(
    const struct hub_file *file, uint64_t at, char *p, size_t n, struct fail *f)
{
	ssize_t k = rec_read_at(file->fd, p, n, (off_t)(file->offset + at));

	if (k == -1)
		return fail_set(
		    f, FAIL_IO, "%s: %s", file->path, strerror(errno));
	if ((size_t)k < n)
		return fail_set(
		    f, FAIL_IO, "%s: it became shorter", file->path);
	return 0;
}

static void
put_base64(struct buf *b, const char *p, size_t n)
{
	unsigned char *out = xmalloc(4 * ((n + 2) / 3) + 1);
	int k = EVP_EncodeBlock(out, (const unsigned char *)p, (int)n);

	buf_put(b, out, (size_t)k);
	free(out);
}

int
hub_blob_sha1(const struct hub_file *file, char hex[HUB_SHA1], struct fail *f)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	unsigned char md[EVP_MAX_MD_SIZE];
	char block[16384], head[64];
	uint64_t at;
	unsigned i;
	size_t n;
	int rc = 0;

	if (c == NULL || EVP_DigestInit_ex(c, EVP_sha1(), NULL) != 1)
		mem_fail();
	n = (size_t)snprintf(
	    head, sizeof head, "blob %llu", (unsigned long long)file->size);
	EVP_DigestUpdate(c, head, n + 1);
	for (at = 0; at < file->size && rc == 0; at += n) {
		n = file->size - at < sizeof block ? (size_t)(file->size - at)
						   : sizeof block;
		if ((rc = read_at(file, at, block, n, f)) == 0)
			EVP_DigestUpdate(c, block, n);
	}
	EVP_DigestFinal_ex(c, md, NULL);
	EVP_MD_CTX_free(c);
	for (i = 0; i < 20; i++)
		sprintf(hex + 2 * i, "%02x", md[i]);
	return rc;
}

static void
put_text(struct buf *b, const char *key, const char *text)
{
	buf_jsonstr(b, key, strlen(key));
	buf_putc(b, ':');
	buf_jsonstr(b, text, strlen(text));
}

int
hub_put_preupload(struct buf *b, struct hub_file *const *v, size_t n,
    const char *attributes, struct fail *f)
{
	char sample[HUB_SAMPLE];
	size_t i, k;

	buf_puts(b, "{\"files\":[");
	for (i = 0; i < n; i++) {
		k = v[i]->size < HUB_SAMPLE ? (size_t)v[i]->size : HUB_SAMPLE;
		if (read_at(v[i], 0, sample, k, f) == -1)
			return -1;
		buf_puts(b, i > 0 ? ",{" : "{");
		put_text(b, "path", v[i]->path);
		buf_printf(b, ",\"size\":%llu,\"sample\":\"",
		    (unsigned long long)v[i]->size);
		put_base64(b, sample, k);
		buf_puts(b, "\"}");
	}
	buf_putc(b, ']');
	if (attributes != NULL) {
		buf_putc(b, ',');
		put_text(b, "gitAttributes", attributes);
	}
	buf_putc(b, '}');
	return 0;
}

static const char *
text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static int
read_file_answer(const json_t *o, struct hub_file *file, struct fail *f)
{
	const char *mode = text(o, "uploadMode"), *oid = text(o, "oid");
	char sha1[HUB_SHA1];

	file->ignored = json_is_true(json_object_get(o, "shouldIgnore"));
	if (mode != NULL && strcmp(mode, "lfs") == 0)
		file->mode = HUB_LFS;
	else if (mode != NULL && strcmp(mode, "regular") == 0)
		file->mode = HUB_REGULAR;
	else
		return fail_set(f, FAIL_NETWORK,
		    "preupload: %s: expected uploadMode regular or lfs, saw "
		    "\"%s\"",
		    file->path, mode != NULL ? mode : "(none)");
	if (file->size == 0)
		file->mode = HUB_REGULAR;
	file->same = false;
	if (oid == NULL)
		return 0;
	if (file->mode == HUB_LFS) {
		file->same = strcmp(oid, file->sha256) == 0;
		return 0;
	}
	if (hub_blob_sha1(file, sha1, f) == -1)
		return -1;
	file->same = strcmp(oid, sha1) == 0;
	return 0;
}

static struct hub_file *
find_path(struct hub_file *const *v, size_t n, const char *path, size_t hint)
{
	size_t i;

	if (path == NULL)
		return NULL;
	if (hint < n && strcmp(v[hint]->path, path) == 0)
		return v[hint];
	for (i = 0; i < n; i++)
		if (strcmp(v[i]->path, path) == 0)
			return v[i];
	return NULL;
}

/* An answer's text as an object whose member key is a list. */
static json_t *
parse_list(const char *body, size_t len, const char *what, const char *key,
    json_t **list, struct fail *f)
{
	json_t *o = json_loadb(body != NULL ? body : "", len, 0, NULL);

	*list = json_object_get(o, key);
	if (json_is_array(*list))
		return o;
	json_decref(o);
	fail_set(f, FAIL_NETWORK,
	    "%s: expected an object with a list \"%s\", saw something else",
	    what, key);
	return NULL;
}

int
hub_read_preupload(const char *body, size_t len, struct hub_file *const *v,
    size_t n, struct fail *f)
{
	struct hub_file *file;
	json_t *list, *o;
	size_t i;
	int rc = 0;

	for (i = 0; i < n; i++)
		v[i]->mode = HUB_UNKNOWN;
	if ((o = parse_list(body, len, "preupload", "files", &list, f)) == NULL)
		return -1;
	for (i = 0; i < json_array_size(list) && rc == 0; i++) {
		const json_t *item = json_array_get(list, i);

		file = find_path(v, n, text(item, "path"), i);
		if (file != NULL)
			rc = read_file_answer(item, file, f);
	}
	for (i = 0; i < n && rc == 0; i++)
		if (v[i]->mode == HUB_UNKNOWN)
			rc = fail_set(f, FAIL_NETWORK,
			    "preupload: expected an answer for %s, saw none",
			    v[i]->path);
	json_decref(o);
	return rc;
}

void
hub_put_batch(
    struct buf *b, struct hub_file *const *v, size_t n, const char *revision)
{
	size_t i;

	buf_puts(b,
	    "{\"operation\":\"upload\","
	    "\"transfers\":[\"basic\",\"multipart\"],"
	    "\"hash_algo\":\"sha256\",\"ref\":{");
	put_text(b, "name", revision);
	buf_puts(b, "},\"objects\":[");
	for (i = 0; i < n; i++)
		buf_printf(b, "%s{\"oid\":\"%s\",\"size\":%llu}",
		    i > 0 ? "," : "", v[i]->sha256,
		    (unsigned long long)v[i]->size);
	buf_puts(b, "]}");
}

char *
hub_url(const char *url, const char *endpoint)
{
	size_t n = sizeof default_host - 1;

	if (strncmp(url, default_host, n) == 0 &&
	    (url[n] == '/' || url[n] == '\0') &&
	    strcmp(endpoint, default_host) != 0)
		return xasprintf("%s%s", endpoint, url + n);
	return xstrdup(url);
}

/* The URLs of parts: members of header that are numbers, 1 to n. */
static int
read_parts(
    struct hub_action *a, const json_t *header, uint64_t n, struct fail *f)
{
	const char *key, *path = a->file->path;
	unsigned long k;
	json_t *v;

	if (n > PARTS_MAX)
		return fail_set(f, FAIL_NETWORK,
		    "%s: expected at most %d parts, saw %llu", path, PARTS_MAX,
		    (unsigned long long)n);
	a->part = xcalloc((size_t)n + 1, sizeof *a->part);
	a->parts = (size_t)n;
	json_object_foreach((json_t *)(uintptr_t)header, key, v)
	{
		if (*key == '\0' || key[strspn(key, "0123456789")] != '\0')
			continue;
		k = strtoul(key, NULL, 10);
		if (k < 1 || k > n || !json_is_string(v) ||
		    a->part[k - 1] != NULL)
			return fail_set(f, FAIL_NETWORK,
			    "%s: expected URLs of parts 1 to %llu, saw part "
			    "\"%.20s\"",
			    path, (unsigned long long)n, key);
		a->part[k - 1] = xstrdup(json_string_value(v));
	}
	for (k = 0; k < n; k++)
		if (a->part[k] == NULL)
			return fail_set(f, FAIL_NETWORK,
			    "%s: expected the URL of part %lu of %llu, saw "
			    "none",
			    path, k + 1, (unsigned long long)n);
	return 0;
}

static void
read_header_lines(struct hub_action *a, const json_t *header)
{
	size_t n = json_object_size(header), i = 0;
	const char *key, *s;
	json_t *v;

	a->header = xcalloc(n + 1, sizeof *a->header);
	json_object_foreach((json_t *)(uintptr_t)header, key, v)
	{
		s = json_string_value(v);
		if (s != NULL && strpbrk(s, "\r\n") == NULL &&
		    strpbrk(key, ":\r\n ") == NULL)
			a->header[i++] = xasprintf("%s: %s", key, s);
	}
}

static int
read_action(
    struct hub_action *a, const json_t *o, const char *endpoint, struct fail *f)
{
	const json_t *err = json_object_get(o, "error"),
		     *actions = json_object_get(o, "actions"),
		     *up = json_object_get(actions, "upload"),
		     *header = json_object_get(up, "header"), *chunk;
	const char *href = text(up, "href"),
		   *verify = text(json_object_get(actions, "verify"), "href");

	if (json_is_object(err))
		return fail_set(f, FAIL_NETWORK, "%s: the storage says: %s",
		    a->file->path,
		    text(err, "message") != NULL ? text(err, "message")
						 : "(no message)");
	if (verify != NULL)
		a->verify = hub_url(verify, endpoint);
	if (up == NULL)
		return 0;
	if (href == NULL)
		return fail_set(f, FAIL_NETWORK,
		    "%s: expected an upload URL, saw none", a->file->path);
	a->href = hub_url(href, endpoint);
	chunk = json_object_get(header, "chunk_size");
	if (chunk == NULL) {
		read_header_lines(a, header);
		return 0;
	}
	a->chunk = json_is_integer(chunk)
	    ? (uint64_t)json_integer_value(chunk)
	    : strtoull(json_is_string(chunk) ? json_string_value(chunk) : "",
		  NULL, 10);
	if (a->chunk == 0 || a->chunk > INT64_MAX / 2)
		return fail_set(f, FAIL_NETWORK,
		    "%s: expected a chunk_size, saw none that is one",
		    a->file->path);
	return read_parts(
	    a, header, (a->file->size + a->chunk - 1) / a->chunk, f);
}

static int
check_transfer(const json_t *o, struct fail *f)
{
	const char *t = text(o, "transfer");

	if (t == NULL || strcmp(t, "basic") == 0 || strcmp(t, "multipart") == 0)
		return 0;
	return fail_set(f, FAIL_NETWORK,
	    "upload: expected transfer basic or multipart, saw \"%s\"", t);
}

struct hub_action *
hub_read_batch(const char *body, size_t len, struct hub_file *const *v,
    size_t n, const char *endpoint, struct fail *f)
{
	struct hub_action *a = xcalloc(n > 0 ? n : 1, sizeof *a);
	json_t *list, *o;
	const char *oid;
	bool *seen = xcalloc(n > 0 ? n : 1, 1);
	size_t i, k;
	int rc = -1;

	for (k = 0; k < n; k++)
		a[k].file = v[k];
	o = parse_list(body, len, "upload", "objects", &list, f);
	if (o != NULL)
		rc = check_transfer(o, f);
	for (i = 0; rc == 0 && i < json_array_size(list); i++) {
		oid = text(json_array_get(list, i), "oid");
		for (k = 0; oid != NULL && k < n; k++)
			if (!seen[k] && strcmp(v[k]->sha256, oid) == 0)
				break;
		if (oid == NULL || k == n)
			continue;
		seen[k] = true;
		rc = read_action(&a[k], json_array_get(list, i), endpoint, f);
	}
	for (k = 0; k < n && rc == 0; k++)
		if (!seen[k])
			rc = fail_set(f, FAIL_NETWORK,
			    "upload: expected an answer for %s, saw none",
			    v[k]->path);
	free(seen);
	json_decref(o);
	if (rc == 0)
		return a;
	hub_actions_free(a, n);
	return NULL;
}

static void
free_texts(char **v)
{
	char **p;

	for (p = v; p != NULL && *p != NULL; p++)
		free(*p);
	free(v);
}

void
hub_actions_free(struct hub_action *a, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		free(a[i].href);
		free(a[i].verify);
		free_texts(a[i].header);
		for (k = 0; k < a[i].parts; k++)
			free(a[i].part[k]);
		free(a[i].part);
	}
	free(a);
}

static int
write_all(int fd, struct buf *b, uint64_t *size, struct fail *f)
{
	if (rec_write(fd, buf_str(b), b->n) == -1)
		return fail_set(
		    f, FAIL_IO, "temporary file: %s", strerror(errno));
	*size += b->n;
	buf_reset(b);
	return 0;
}

static int
write_inline(int fd, const struct hub_file *file, struct buf *b, uint64_t *size,
    struct fail *f)
{
	char *block = xmalloc(BLOCK);
	uint64_t at;
	size_t n;
	int rc = 0;

	buf_puts(b, "{\"key\":\"file\",\"value\":{");
	put_text(b, "path", file->path);
	buf_puts(b, ",\"encoding\":\"base64\",\"content\":\"");
	for (at = 0; at < file->size && rc == 0; at += n) {
		n = file->size - at < BLOCK ? (size_t)(file->size - at) : BLOCK;
		rc = read_at(file, at, block, n, f);
		put_base64(b, block, n);
		if (rc == 0)
			rc = write_all(fd, b, size, f);
	}
	free(block);
	buf_puts(b, "\"}}\n");
	return rc == 0 ? write_all(fd, b, size, f) : -1;
}

static void
put_header(struct buf *b, const char *summary, const char *parent)
{
	buf_puts(b, "{\"key\":\"header\",\"value\":{");
	put_text(b, "summary", summary);
	buf_puts(b, ",\"description\":\"\"");
	if (parent != NULL && *parent != '\0') {
		buf_putc(b, ',');
		put_text(b, "parentCommit", parent);
	}
	buf_puts(b, "}}\n");
}

int
hub_write_commit(int fd, const char *summary, const char *parent,
    struct hub_file *const *v, size_t n, char *const *deleted, size_t n_deleted,
    uint64_t *size, struct fail *f)
{
	struct buf b = {0};
	size_t i;
	int rc = 0;

	*size = 0;
	put_header(&b, summary, parent);
	for (i = 0; i < n && rc == 0; i++) {
		if (v[i]->ignored || v[i]->same)
			continue;
		if (v[i]->mode != HUB_LFS) {
			rc = write_inline(fd, v[i], &b, size, f);
			continue;
		}
		buf_puts(&b, "{\"key\":\"lfsFile\",\"value\":{");
		put_text(&b, "path", v[i]->path);
		buf_printf(&b,
		    ",\"algo\":\"sha256\",\"oid\":\"%s\",\"size\":%llu}}\n",
		    v[i]->sha256, (unsigned long long)v[i]->size);
	}
	for (i = 0; i < n_deleted; i++) {
		buf_puts(&b, "{\"key\":\"deletedFile\",\"value\":{");
		put_text(&b, "path", deleted[i]);
		buf_puts(&b, "}}\n");
	}
	if (rc == 0)
		rc = write_all(fd, &b, size, f);
	buf_clear(&b);
	return rc;
}
