/* test_http.c - URLs, headers, waits and who gets the credential. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "http.h"

static void
is(char *got, const char *want)
{
	if (want == NULL)
		ck_assert_ptr_null(got);
	else
		ck_assert_str_eq(got, want);
	free(got);
}

START_TEST(bare)
{
	is(http_bare("https://h/p?X-Amz-Signature=s#f"), "https://h/p");
	is(http_bare("https://user:secret@h:1/p@q?x"), "https://h:1/p@q");
	is(http_bare("https://user:secret@h"), "https://h");
	is(http_bare("nonsense?x"), "nonsense");
	is(http_bare(""), "");
}
END_TEST

START_TEST(escape)
{
	struct buf b = {0};

	http_escape(&b, "refs/pr/1 \xc3\xa9~", false);
	http_escape(&b, "|a/b", true);
	ck_assert_str_eq(buf_str(&b), "refs%2Fpr%2F1%20%C3%A9~%7Ca/b");
	buf_clear(&b);
}
END_TEST

START_TEST(fields)
{
	struct http_req r = {0};

	buf_puts(&r.fields,
	    "ETag:  \"a\" \nx-hf-warning: one\nX-HF-Warning: "
	    "two\nempty:\n");
	is(http_field(&r, "etag", 0), "\"a\"");
	is(http_field(&r, "X-HF-Warning", 1), "two");
	is(http_field(&r, "X-HF-Warning", 2), NULL);
	is(http_field(&r, "Empty", 0), "");
	is(http_field(&r, "ta", 0), NULL);
	http_clear(&r);
}
END_TEST

/* What an answer with these header lines asks to wait. */
static double
limit(const char *lines)
{
	struct http_req r = {0};
	double wait;

	buf_puts(&r.fields, lines);
	wait = http_ratelimit(&r);
	http_clear(&r);
	return wait;
}

START_TEST(limits)
{
	ck_assert(limit("RateLimit: \"api\";r=0;t=41\n") == 42);
	ck_assert(limit("ratelimit: \"api\"; r=0; t=0\n") == 1);
	ck_assert(limit("RateLimit: \"api\";r=3;t=41\n") == 0);
	ck_assert(limit("RateLimit: \n") == 0);
	ck_assert(limit("RateLimit: ;;;r=;t=\n") == 1);
	/* several quotas: the one that is used up counts */
	ck_assert(
	    limit("RateLimit: \"api\";r=0;t=41, \"files\";r=9;t=3\n") == 42);
	ck_assert(
	    limit("RateLimit: \"api\";r=9;t=41, \"files\";r=0;t=3\n") == 4);
	ck_assert(limit("RateLimit: api;t=5;r=0,files;r=0;t=3\n") == 6);
	/* older forms */
	ck_assert(limit("RateLimit: limit=500, remaining=0, reset=30\n") == 31);
	ck_assert(limit("RateLimit: limit=500, remaining=2, reset=30\n") == 0);
	ck_assert(limit("RateLimit-Remaining: 0\nRateLimit-Reset: 7\n") == 8);
	ck_assert(limit("RateLimit-Remaining: 0\n") == 0);
	ck_assert(
	    limit("RateLimit-Policy: \"fixed window\";\"api\";q=5;w=300\n") ==
	    0);
}
END_TEST

START_TEST(links)
{
	is(http_link_next("<http://a/1>; rel=\"prev\", <http://a/2?c=1>; "
			  "rel=\"next\""),
	    "http://a/2?c=1");
	is(http_link_next("<http://a/1>; rel=\"last\""), NULL);
	is(http_link_next("<http://a"), NULL);
	is(http_link_next(""), NULL);
}
END_TEST

static const char *
error_text(const char *head, const char *body)
{
	static char text[600];
	struct http_req r = {.status = 418};

	buf_puts(&r.fields, head);
	buf_puts(&r.reply, body);
	http_error(&r, text, sizeof text);
	http_clear(&r);
	return text;
}

START_TEST(errors)
{
	ck_assert_str_eq(error_text("", ""), "HTTP 418");
	ck_assert_str_eq(
	    error_text("X-Error-Message: no\n", "{\"error\":\"x\"}"),
	    "HTTP 418: no");
	ck_assert_str_eq(
	    error_text("X-Request-Id: 7\n", "{\"error\":[\"x\",\"y\"]}"),
	    "HTTP 418: x (request 7)");
	ck_assert_str_eq(error_text("", "{\"errors\":[{\"message\":\"bad\"}]}"),
	    "HTTP 418: bad");
	ck_assert_str_eq(
	    error_text("", " <html>x</html>"), "HTTP 418: a page of HTML");
	ck_assert_str_eq(
	    error_text("", "plain\x1b[31m\n"), "HTTP 418: plain [31m ");
}
END_TEST

START_TEST(origins)
{
	struct http_conf c = {
	    .endpoint = "https://hub.example", .auth = "Bearer x"};
	struct fail f;
	struct http *h = http_new(&c, &f);

	ck_assert_ptr_nonnull(h);
	ck_assert(http_home(h, "https://hub.example/a?b"));
	ck_assert(http_home(h, "https://HUB.example:443/a"));
	ck_assert(!http_home(h, "http://hub.example/a"));
	ck_assert(!http_home(h, "https://hub.example:8443/a"));
	ck_assert(!http_home(h, "https://hub.example.evil/a"));
	ck_assert(!http_home(h, "https://hub.example@evil/a"));
	ck_assert(!http_home(h, "garbage"));
	http_free(h);
}
END_TEST

START_TEST(safe)
{
	ck_assert(http_safe("https://anything"));
	ck_assert(http_safe("http://127.0.0.1:80/x"));
	ck_assert(http_safe("http://localhost"));
	ck_assert(http_safe("http://[::1]:8/"));
	ck_assert(!http_safe("http://127.evil.example/"));
	ck_assert(!http_safe("http://localhost.evil"));
	ck_assert(!http_safe("http://localhost@evil"));
	ck_assert(!http_safe("http://127.0.0.1@evil"));
	ck_assert(!http_safe("ftp://127.0.0.1"));
}
END_TEST

/* A port that nobody listens on: no answer, told in words, without the query.
 */
START_TEST(unreachable)
{
	struct http_conf c = {.endpoint = "http://127.0.0.1:1",
	    .connect_timeout = 1,
	    .idle_timeout = 1};
	struct http_req r = {
	    .method = "GET", .url = "http://127.0.0.1:1/x?secret"};
	struct fail f = {0};
	struct http *h = http_new(&c, &f);

	ck_assert_int_eq(http_one(h, &r, &f), -1);
	ck_assert_int_eq(f.code, FAIL_NETWORK);
	ck_assert_ptr_nonnull(strstr(f.msg, "http://127.0.0.1:1/x"));
	ck_assert_ptr_null(strstr(f.msg, "secret"));
	ck_assert_int_eq(r.status, 0);
	ck_assert_uint_eq(http_count(h), 1);
	ck_assert_uint_eq(http_count_away(h), 0);
	http_clear(&r);
	http_free(h);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("http");
	TCase *t = tcase_create("http");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, bare);
	tcase_add_test(t, escape);
	tcase_add_test(t, fields);
	tcase_add_test(t, limits);
	tcase_add_test(t, links);
	tcase_add_test(t, errors);
	tcase_add_test(t, origins);
	tcase_add_test(t, safe);
	tcase_add_test(t, unreachable);
	suite_add_tcase(s, t);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
