/* chat_url.c - where chat requests go and which key goes with them. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "chat_priv.h"
#include "mem.h"

static const char chat_path[] = "/chat/completions";

bool
chat_configured(const struct conf *conf)
{
	struct chat_url u = {0};
	char *key = NULL;
	bool ok;

	if (conf_level(conf, CONF_BASE_URL) != CONF_DEFAULT)
		return true;
	ok = chat_url_parse(&u, conf_str(conf, CONF_BASE_URL),
		 conf_bool(conf, CONF_ALLOW_HTTP), NULL) == 0 &&
	    chat_url_key(&u, conf, &key, NULL) == 0 && key != NULL;
	free(key);
	chat_url_clear(&u);
	return ok;
}

void
chat_url_clear(struct chat_url *u)
{
	free(u->chat);
	free(u->shown);
	free(u->canon);
	free(u->host);
	*u = (struct chat_url){0};
}

static bool
is_loopback(const char *host)
{
	unsigned char a[16];
	char bare[64];
	size_t n = strlen(host);

	if (strcmp(host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, host, a) == 1)
		return a[0] == 127;
	if (n > 2 && n < sizeof bare && host[0] == '[') {
		memcpy(bare, host + 1, n - 2);
		bare[n - 2] = '\0';
		return inet_pton(AF_INET6, bare, a) == 1 &&
		    memcmp(a, &(struct in6_addr)IN6ADDR_LOOPBACK_INIT, 16) == 0;
	}
	return false;
}

static bool
ends_with(const char *s, const char *tail)
{
	size_t n = strlen(s), k = strlen(tail);

	return n >= k && strcmp(s + n - k, tail) == 0;
}

/* A part of the URL as an owned string, "" where it is missing. */
static char *
part(CURLU *u, CURLUPart what)
{
	char *s = NULL, *copy;
	CURLUcode rc = curl_url_get(u, what, &s, 0);

	if (rc == CURLUE_OUT_OF_MEMORY)
		mem_fail();
	if (rc != CURLUE_OK || s == NULL)
		return xstrdup("");
	copy = xstrdup(s);
	curl_free(s);
	return copy;
}

/* A query with its values removed, that of api-version apart. */
static void
put_query_names(struct buf *b, const char *query)
{
	size_t n, name;
	char sep = '?';

	for (; *query != '\0'; query += n + (query[n] == '&')) {
		n = strcspn(query, "&");
		name = strcspn(query, "=&");
		buf_putc(b, sep);
		sep = '&';
		if (strncmp(query, "api-version=", 12) == 0)
			buf_put(b, query, n);
		else
			buf_put(b, query, name);
	}
}

/* Join what curl split; the parts' spelling is curl's. */
static void
join(struct chat_url *u, const char *scheme, const char *port, char *path,
    const char *query)
{
	struct buf b = {0}, origin = {0};
	bool std = (u->https && strcmp(port, "443") == 0) ||
	    (!u->https && strcmp(port, "80") == 0) || *port == '\0';

	buf_printf(&origin, "%s://%s%s%s", scheme, u->host, std ? "" : ":",
	    std ? "" : port);
	while (ends_with(path, "/"))
		path[strlen(path) - 1] = '\0';
	buf_printf(&b, "%s%s", origin.p, path);
	if (!ends_with(path, chat_path))
		buf_puts(&b, chat_path);
	if (*query != '\0')
		buf_printf(&b, "?%s", query);
	u->chat = buf_steal(&b);
	if (ends_with(path, chat_path))
		path[strlen(path) - strlen(chat_path)] = '\0';
	buf_printf(&b, "%s%s", origin.p, path);
	if (*query != '\0')
		buf_printf(&b, "?%s", query);
	u->canon = buf_steal(&b);
	buf_printf(&b, "%s%s", origin.p, path);
	put_query_names(&b, query);
	u->shown = buf_steal(&b);
	buf_clear(&origin);
}

int
chat_url_parse(
    struct chat_url *u, const char *base, bool allow_http, struct fail *f)
{
	CURLU *cu = curl_url();
	char *scheme = NULL, *port = NULL, *path = NULL, *query = NULL;
	char *user = NULL, *p;
	CURLUcode rc = CURLUE_MALFORMED_INPUT;
	int done = -1;

	*u = (struct chat_url){0};
	if (cu == NULL)
		mem_fail();
	if (strstr(base, "://") != NULL)
		rc = curl_url_set(
		    cu, CURLUPART_URL, base, CURLU_NON_SUPPORT_SCHEME);
	if (rc == CURLUE_OUT_OF_MEMORY)
		mem_fail();
	if (rc != CURLUE_OK) {
		fail_set(f, FAIL_USAGE,
		    "base_url: expected http://... or https://..., saw \"%s\"",
		    base);
		goto out;
	}
	scheme = part(cu, CURLUPART_SCHEME);
	u->host = part(cu, CURLUPART_HOST);
	port = part(cu, CURLUPART_PORT);
	path = part(cu, CURLUPART_PATH);
	query = part(cu, CURLUPART_QUERY);
	user = part(cu, CURLUPART_USER);
	for (p = u->host; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	if (ends_with(u->host, "."))
		u->host[strlen(u->host) - 1] = '\0';
	u->https = strcasecmp(scheme, "https") == 0;
	u->loopback = is_loopback(u->host);
	u->azure = ends_with(u->host, ".openai.azure.com") ||
	    ends_with(u->host, ".cognitiveservices.azure.com");
	if (*user != '\0') {
		fail_set(f, FAIL_USAGE,
		    "base_url: a key or password inside the URL would be "
		    "recorded; use api_key_env");
	} else if (!u->https && strcasecmp(scheme, "http") != 0) {
		fail_set(f, FAIL_USAGE,
		    "base_url: expected http or https, saw \"%s\"", scheme);
	} else if (!u->https && !u->loopback && !allow_http) {
		fail_set(f, FAIL_USAGE,
		    "base_url: http to %s would send everything in clear "
		    "text; use https, or --allow-http",
		    u->host);
	} else {
		join(u, u->https ? "https" : "http", port, path, query);
		done = 0;
	}
out:
	curl_url_cleanup(cu);
	free(scheme);
	free(port);
	free(path);
	free(query);
	free(user);
	if (done == -1)
		chat_url_clear(u);
	return done;
}

/* The well-known hosts whose keys go nowhere else. */
static const char *
own_key_name(const char *host)
{
	if (strcmp(host, "openrouter.ai") == 0)
		return "OPENROUTER_API_KEY";
	if (strcmp(host, "api.openai.com") == 0)
		return "OPENAI_API_KEY";
	return NULL;
}

int
chat_url_key(const struct chat_url *u, const struct conf *conf, char **key,
    struct fail *f)
{
	const char *name = conf_str(conf, CONF_API_KEY_ENV), *v, *p;
	bool explicit = name != NULL && *name != '\0';
	size_t n;

	*key = NULL;
	if (!explicit)
		name = own_key_name(u->host);
	if (name == NULL)
		return 0;
	v = getenv(name);
	n = v != NULL ? strlen(v) : 0;
	while (n > 0 && strchr(" \t\r\n", v[n - 1]) != NULL)
		n--;
	while (n > 0 && strchr(" \t\r\n", *v) != NULL)
		v++, n--;
	if (n == 0)
		return fail_set(f, FAIL_USAGE,
		    "expected an API key for %s in the environment variable "
		    "%s, saw none",
		    u->host, name);
	for (p = v; p < v + n; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f)
			return fail_set(f, FAIL_USAGE,
			    "%s: expected printable ASCII, saw something else",
			    name);
	*key = xstrndup(v, n);
	return 0;
}

static struct curl_slist *
add(struct curl_slist *l, const char *line)
{
	struct curl_slist *n = curl_slist_append(l, line);

	if (n == NULL)
		mem_fail();
	return n;
}

static bool
is_token(const char *s)
{
	const char *p;

	for (p = s; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) &&
		    strchr("!#$%&'*+-.^_`|~", *p) == NULL)
			return false;
	return p > s;
}

/* A header of the user's; the value is never shown. */
static int
check_header(const char *name, const char *value, struct fail *f)
{
	static const char *const ours[] = {"Authorization", "api-key",
	    "Content-Type", "Content-Length", "Transfer-Encoding", "Host",
	    "Expect", "Accept-Encoding", "Connection"};
	const char *p;
	size_t i;

	if (!is_token(name))
		return fail_set(f, FAIL_USAGE,
		    "extra_headers: expected a header name, saw \"%s\"", name);
	for (i = 0; i < sizeof ours / sizeof *ours; i++)
		if (strcasecmp(name, ours[i]) == 0)
			return fail_set(f, FAIL_USAGE,
			    "extra_headers: %s is set by the program%s", name,
			    i < 2 ? "; keys come from api_key_env" : "");
	if (value == NULL)
		return fail_set(
		    f, FAIL_USAGE, "extra_headers: %s: expected text", name);
	for (p = value; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return fail_set(f, FAIL_USAGE,
			    "extra_headers: %s: expected no control characters",
			    name);
	return 0;
}

/* The text of a header's value, owned; NULL when it is not a scalar. */
static char *
header_value(const json_t *v)
{
	struct buf b = {0};

	if (json_is_string(v))
		return strlen(json_string_value(v)) == json_string_length(v)
		    ? xstrdup(json_string_value(v))
		    : NULL;
	if (json_is_integer(v))
		return xasprintf("%lld", (long long)json_integer_value(v));
	if (json_is_real(v)) {
		buf_real(&b, json_real_value(v));
		return buf_steal(&b);
	}
	if (json_is_boolean(v))
		return xstrdup(json_is_true(v) ? "true" : "false");
	return NULL;
}

struct curl_slist *
chat_url_headers(const struct chat_url *u, const char *key, bool stream,
    const json_t *extra, struct fail *f)
{
	struct curl_slist *l = NULL;
	json_t *o = (json_t *)(uintptr_t)extra, *v;
	const char *name;
	char *line, *value;
	int rc = 0;

	l = add(l, "Content-Type: application/json");
	l = add(l, "Expect:");
	if (stream)
		l = add(l, "Accept: text/event-stream, application/json");
	else
		l = add(l, "Accept: application/json");
	if (key != NULL) {
		line = xasprintf(
		    u->azure ? "api-key: %s" : "Authorization: Bearer %s", key);
		l = add(l, line);
		explicit_bzero(line, strlen(line));
		free(line);
	}
	json_object_foreach(o, name, v)
	{
		value = header_value(v);
		if (check_header(name, value, f) == -1) {
			free(value);
			rc = -1;
			break;
		}
		line = *value == '\0' ? xasprintf("%s;", name)
				      : xasprintf("%s: %s", name, value);
		l = add(l, line);
		free(line);
		free(value);
	}
	if (rc == -1) {
		curl_slist_free_all(l);
		return NULL;
	}
	return l;
}
