/* test_hub.c - names, tokens, bodies and answers of the hub. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hub.h"
#include "rec.h"
#include "uniq.h"

static struct hub_file file, *files[1] = {&file};

/* A file of these bytes. */
static void
make(const char *text)
{
	struct fail f;

	file = (struct hub_file){.path = strdup("data/a.jsonl"),
	    .fd = uniq_tmpfile(uniq_tmpdir(), &f),
	    .size = strlen(text)};
	ck_assert_int_eq(rec_write(file.fd, text, strlen(text)), 0);
	digest_mem(text, strlen(text), file.sha256);
}

static void
drop(void)
{
	close(file.fd);
	free(file.path);
}

START_TEST(names)
{
	static const char *const bad[] = {"", "/", "a/", "/b", "a/b/c", "-a",
	    "a-", ".a/b", "a/b.", "a--b", "a/b..c", "a/b.git", "a b", "a/\xc3"};
	struct fail f;
	size_t i;

	ck_assert_int_eq(hub_name("you/csv-episodes_1.0", &f), 0);
	ck_assert_int_eq(hub_name("bare", &f), 0);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(hub_name(bad[i], &f) == -1, "%s", bad[i]);
	ck_assert(hub_split_name("train"));
	ck_assert(hub_split_name("a.b_1"));
	ck_assert(!hub_split_name("a-b"));
	ck_assert(!hub_split_name(".a"));
	ck_assert(!hub_split_name("a."));
	ck_assert(!hub_split_name("a..b"));
	ck_assert(!hub_split_name(""));
}
END_TEST

START_TEST(secrets)
{
	struct fail f = {0};
	char *s = hub_clean_secret(" \thf_a\r\nb \n", &f);

	ck_assert_str_eq(s, "hf_ab");
	free(s);
	ck_assert_ptr_null(hub_clean_secret(" \n", &f));
	ck_assert_int_eq(f.code, FAIL_NONE);
	ck_assert_ptr_null(hub_clean_secret("a b", &f));
	ck_assert_int_eq(f.code, FAIL_USAGE);
	ck_assert_ptr_null(hub_clean_secret("a\x01", &f));
}
END_TEST

START_TEST(tokens)
{
	char dir[] = "/tmp/test-hub-XXXXXX", path[64], home[64];
	struct fail f;
	char *s;
	FILE *fp;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/token", dir);
	fp = fopen(path, "w");
	fputs(" hf_file\r\n", fp);
	fclose(fp);
	unsetenv("HF_TOKEN_PATH");
	setenv("HF_HOME", dir, 1);
	setenv("HF_TOKEN", "", 1);
	setenv("HUGGING_FACE_HUB_TOKEN", "hf_old", 1);
	s = hub_token(&f);
	ck_assert_str_eq(s, "hf_old");
	free(s);
	unsetenv("HUGGING_FACE_HUB_TOKEN");
	s = hub_token(&f);
	ck_assert_str_eq(s, "hf_file");
	free(s);
	setenv("TEST_HUB_DIR", dir, 1);
	setenv("HF_TOKEN_PATH", "$TEST_HUB_DIR/token", 1);
	s = hub_token(&f);
	ck_assert_str_eq(s, "hf_file");
	free(s);
	unsetenv("HF_TOKEN_PATH");
	unsetenv("HF_HOME");
	snprintf(home, sizeof home, "%s/huggingface", dir);
	ck_assert_int_eq(symlink(".", home), 0);
	setenv("XDG_CACHE_HOME", "${TEST_HUB_DIR}", 1);
	s = hub_token(&f);
	ck_assert_str_eq(s, "hf_file");
	free(s);
	unlink(home);
	setenv("HF_TOKEN_PATH", "/nonexistent", 1);
	ck_assert_ptr_null(hub_token(&f));
	ck_assert_int_eq(f.code, FAIL_NONE);
	unlink(path);
	rmdir(dir);
}
END_TEST

/* git hash-object of "hello\n" and of nothing. */
START_TEST(blobs)
{
	char hex[HUB_SHA1];
	struct fail f;

	make("hello\n");
	ck_assert_int_eq(hub_blob_sha1(&file, hex, &f), 0);
	ck_assert_str_eq(hex, "ce013625030ba8dba906f756967f9e9ca394464a");
	drop();
	make("");
	ck_assert_int_eq(hub_blob_sha1(&file, hex, &f), 0);
	ck_assert_str_eq(hex, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
	file.size = 1;
	ck_assert_int_eq(hub_blob_sha1(&file, hex, &f), -1);
	drop();
}
END_TEST

START_TEST(preupload)
{
	struct buf b = {0};
	struct fail f = {0};
	char *s;

	make("hello\n");
	ck_assert_int_eq(hub_put_preupload(&b, files, 1, "x", &f), 0);
	ck_assert_str_eq(buf_str(&b),
	    "{\"files\":[{\"path\":\"data/a.jsonl\",\"size\":6,"
	    "\"sample\":\"aGVsbG8K\"}],\"gitAttributes\":\"x\"}");
	buf_clear(&b);
#define READ(text) hub_read_preupload(text, strlen(text), files, 1, &f)
	ck_assert_int_eq(
	    READ("{\"files\":[{\"path\":\"data/a.jsonl\","
		 "\"uploadMode\":\"regular\",\"oid\":"
		 "\"ce013625030ba8dba906f756967f9e9ca394464a\"}]}"),
	    0);
	ck_assert(file.same && file.mode == HUB_REGULAR && !file.ignored);
	s = NULL;
	ck_assert(asprintf(&s,
		      "{\"files\":[{\"path\":\"data/a.jsonl\",\"uploadMode\":"
		      "\"lfs\",\"shouldIgnore\":true,\"oid\":\"%s\"}]}",
		      file.sha256) > 0);
	ck_assert_int_eq(READ(s), 0);
	free(s);
	ck_assert(file.same && file.mode == HUB_LFS && file.ignored);
	ck_assert_int_eq(READ("{\"files\":[]}"), -1);
	ck_assert_int_eq(READ("[]"), -1);
	ck_assert_int_eq(READ(""), -1);
	ck_assert_int_eq(READ("{\"files\":[{\"path\":\"data/a.jsonl\","
			      "\"uploadMode\":\"xet\"}]}"),
	    -1);
	file.size = 0;
	ck_assert_int_eq(READ("{\"files\":[{\"path\":\"data/a.jsonl\","
			      "\"uploadMode\":\"lfs\"}]}"),
	    0);
	ck_assert_int_eq(file.mode, HUB_REGULAR);
	drop();
}
END_TEST

static struct hub_action *
batch(const char *upload, struct fail *f)
{
	struct hub_action *a;
	struct buf b = {0};

	buf_printf(
	    &b, "{\"objects\":[{\"oid\":\"%s\",%s}]}", file.sha256, upload);
	a = hub_read_batch(b.p, b.n, files, 1, "http://mirror", f);
	buf_clear(&b);
	return a;
}

START_TEST(batches)
{
	struct hub_action *a;
	struct buf b = {0};
	struct fail f = {0};

	make("hello\n");
	hub_put_batch(&b, files, 1, "dev/a");
	ck_assert_ptr_nonnull(
	    strstr(buf_str(&b), "\"ref\":{\"name\":\"dev/a\"}"));
	buf_clear(&b);
	a = batch("\"size\":6", &f); /* it is there */
	ck_assert_ptr_null(a[0].href);
	hub_actions_free(a, 1);
	a = batch("\"actions\":{\"upload\":{\"href\":"
		  "\"https://huggingface.co/u\",\"header\":{\"x-a\":\"b\","
		  "\"bad\":\"c\\r\\nd: e\"}},\"verify\":{\"href\":"
		  "\"https://huggingface.co.evil/v\"}}",
	    &f);
	ck_assert_str_eq(a[0].href, "http://mirror/u");
	ck_assert_str_eq(a[0].verify, "https://huggingface.co.evil/v");
	ck_assert_str_eq(a[0].header[0], "x-a: b");
	ck_assert_ptr_null(a[0].header[1]);
	hub_actions_free(a, 1);
	a = batch("\"actions\":{\"upload\":{\"href\":\"h\",\"header\":{"
		  "\"00002\":\"two\",\"chunk_size\":\"4\",\"1\":\"one\"}}}",
	    &f);
	ck_assert_uint_eq(a[0].parts, 2);
	ck_assert_str_eq(a[0].part[0], "one");
	ck_assert_str_eq(a[0].part[1], "two");
	hub_actions_free(a, 1);
	drop();
}
END_TEST

START_TEST(bad_batches)
{
	static const char *const bad[] = {
	    "\"error\":{\"message\":\"quota\"}",
	    "\"actions\":{\"upload\":{}}",
	    "\"actions\":{\"upload\":{\"href\":\"h\",\"header\":{"
	    "\"chunk_size\":\"0\"}}}",
	    "\"actions\":{\"upload\":{\"href\":\"h\",\"header\":{"
	    "\"chunk_size\":\"4\",\"1\":\"one\"}}}",
	    "\"actions\":{\"upload\":{\"href\":\"h\",\"header\":{"
	    "\"chunk_size\":\"4\",\"1\":\"a\",\"2\":\"b\",\"3\":\"c\"}}}",
	    "\"actions\":{\"upload\":{\"href\":\"h\",\"header\":{"
	    "\"chunk_size\":\"4\",\"1\":\"a\",\"01\":\"b\"}}}",
	};
	static const char xet[] = "{\"transfer\":\"xet\",\"objects\":[]}";
	struct fail f;
	size_t i;

	make("hello\n");
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		ck_assert_msg(batch(bad[i], &f) == NULL, "%s", bad[i]);
		ck_assert_int_eq(f.code, FAIL_NETWORK);
	}
	ck_assert_ptr_null(hub_read_batch(xet, strlen(xet), files, 1, "e", &f));
	ck_assert_ptr_nonnull(strstr(f.msg, "xet"));
	drop();
}
END_TEST

START_TEST(commit)
{
	char *gone[] = {(char *)"data/old"}, text[1000];
	struct fail f;
	uint64_t size;
	ssize_t n;
	int fd = uniq_tmpfile(uniq_tmpdir(), &f);

	make("hello\n");
	ck_assert_int_eq(
	    hub_write_commit(fd, "s", "abc", files, 1, gone, 1, &size, &f), 0);
	n = pread(fd, text, sizeof text - 1, 0);
	ck_assert_int_eq(n, (ssize_t)size);
	text[n] = '\0';
	ck_assert_str_eq(text,
	    "{\"key\":\"header\",\"value\":{\"summary\":\"s\","
	    "\"description\":\"\",\"parentCommit\":\"abc\"}}\n"
	    "{\"key\":\"file\",\"value\":{\"path\":\"data/a.jsonl\","
	    "\"encoding\":\"base64\",\"content\":\"aGVsbG8K\"}}\n"
	    "{\"key\":\"deletedFile\",\"value\":{\"path\":\"data/old\"}}\n");
	close(fd);
	drop();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("hub");
	TCase *t = tcase_create("hub");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, names);
	tcase_add_test(t, secrets);
	tcase_add_test(t, tokens);
	tcase_add_test(t, blobs);
	tcase_add_test(t, preupload);
	tcase_add_test(t, batches);
	tcase_add_test(t, bad_batches);
	tcase_add_test(t, commit);
	suite_add_tcase(s, t);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
