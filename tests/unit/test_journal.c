/* test_journal.c - what is written is found again, torn lines are not. */
#include <sys/stat.h>

#include "journal.h"
#include "log.h"
#include "rec.h"
#include "unit.h"

static char dir[] = "/tmp/test_journal.XXXXXX";
static char path[64];

static void
fresh(void)
{
	if (strchr(dir, 'X') != NULL)
		ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/journal", dir);
	unlink(path);
	log_init(LOG_QUIET, PROGRESS_NEVER);
}

static void
done(void)
{
	unlink(path);
	rmdir(dir);
	/* without forks the next test sets up in this process */
	strcpy(dir, "/tmp/test_journal.XXXXXX");
}

static struct journal *
open_it(bool replay)
{
	struct fail f;
	struct journal *j = journal_open(path, replay, &f);

	ck_assert_msg(j != NULL, "%s", j == NULL ? f.msg : "");
	return j;
}

static void
key_of(int n, char key[DIGEST_HEX])
{
	json_t *v = json_pack("[s,i]", "cell", n);

	journal_key(v, key);
	json_decref(v);
}

static void
put(struct journal *j, enum journal_kind kind, int n, const char *text)
{
	char key[DIGEST_HEX];
	json_t *v = json_string(text);
	struct fail f;

	key_of(n, key);
	ck_assert_int_eq(journal_put(j, kind, key, v, &f), 0);
	json_decref(v);
}

static void
expect(struct journal *j, enum journal_kind kind, int n, const char *text)
{
	char key[DIGEST_HEX];
	json_t *v;

	key_of(n, key);
	v = journal_find(j, kind, key);
	if (text == NULL) {
		ck_assert_ptr_null(v);
		return;
	}
	ck_assert_msg(v != NULL, "%d is not found", n);
	ck_assert_str_eq(json_string_value(v), text);
	json_decref(v);
}

static void
append(const char *text)
{
	FILE *fp = fopen(path, "ae");

	ck_assert_ptr_nonnull(fp);
	ck_assert_int_ge(fputs(text, fp), 0);
	ck_assert_int_eq(fclose(fp), 0);
}

START_TEST(keys)
{
	json_t *a = json_loads("[{\"b\":1,\"a\":[2.5]},\"x\"]", 0, NULL);
	json_t *b = json_loads("[{\"a\":[2.5],\"b\":1},\"x\"]", 0, NULL);
	char p[DIGEST_HEX], q[DIGEST_HEX],
	    text[] = "[{\"a\":[2.5],\"b\":1},\"x\"]";

	journal_key(a, p);
	journal_key(b, q);
	ck_assert_str_eq(p, q);
	digest_mem(text, sizeof text - 1, q);
	ck_assert_str_eq(p, q);
	json_array_append_new(b, json_integer(0));
	journal_key(b, q);
	ck_assert_str_ne(p, q);
	json_decref(a);
	json_decref(b);
}
END_TEST

START_TEST(finds)
{
	struct journal *j;
	struct stat st;
	int i;
	char text[32];

	fresh();
	j = open_it(false);
	expect(j, JOURNAL_REPLY, 1, NULL);
	put(j, JOURNAL_REPLY, 1, "one \xc3\xa9 \"end\":true}\n");
	put(j, JOURNAL_CELL, 1, "cell");
	put(j, JOURNAL_FAILURE, 1, "why");
	expect(j, JOURNAL_REPLY, 1, "one \xc3\xa9 \"end\":true}\n");
	expect(j, JOURNAL_CELL, 1, "cell");
	put(j, JOURNAL_REPLY, 1, "second is not taken");
	expect(j, JOURNAL_REPLY, 1, "one \xc3\xa9 \"end\":true}\n");
	for (i = 2; i < 5000; i++) {
		snprintf(text, sizeof text, "value %d", i);
		put(j, JOURNAL_CELL, i, text);
	}
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	journal_close(j);
	j = open_it(true);
	ck_assert(journal_replays(j));
	ck_assert_uint_eq(journal_count(j, JOURNAL_CELL), 4999);
	ck_assert_uint_eq(journal_count(j, JOURNAL_REPLY), 1);
	ck_assert_uint_eq(journal_skipped(j), 0);
	ck_assert_str_eq(journal_path(j), path);
	expect(j, JOURNAL_REPLY, 1, "one \xc3\xa9 \"end\":true}\n");
	for (i = 2; i < 5000; i++) {
		snprintf(text, sizeof text, "value %d", i);
		expect(j, JOURNAL_CELL, i, text);
	}
	expect(j, JOURNAL_CELL, 5000, NULL);
	put(j, JOURNAL_CELL, 5000, "replay writes nothing");
	expect(j, JOURNAL_CELL, 5000, NULL);
	journal_close(j);
	done();
}
END_TEST

START_TEST(attempts)
{
	struct journal *j;

	fresh();
	j = open_it(false);
	put(j, JOURNAL_ATTEMPT, 1, "a");
	put(j, JOURNAL_ATTEMPT, 1, "b");
	expect(j, JOURNAL_ATTEMPT, 1, NULL);
	ck_assert_uint_eq(journal_count(j, JOURNAL_ATTEMPT), 2);
	journal_close(j);
	done();
}
END_TEST

START_TEST(broken_lines)
{
	char line[256], key[DIGEST_HEX];
	struct journal *j;

	fresh();
	j = open_it(false);
	put(j, JOURNAL_CELL, 1, "one");
	journal_close(j);
	/* torn in the middle, foreign, not JSON, no end, written by others */
	append("{\"kind\":\"cell\",\"key\":\"00");
	append("\n\n{\"a\":1}\nnonsense\n");
	key_of(2, key);
	snprintf(line, sizeof line,
	    "{\"kind\":\"cell\",\"key\":\"%s\",\"value\":\"cut\"}\n", key);
	append(line);
	key_of(3, key);
	snprintf(line, sizeof line,
	    "{ \"value\": \"three\", \"key\": \"%s\", \"kind\": \"cell\", "
	    "\"end\": true }\r\n",
	    key);
	append(line);
	append("{\"kind\":\"cell\",\"key\":\"torn at the end");
	j = open_it(false);
	ck_assert_uint_eq(journal_skipped(j), 5);
	expect(j, JOURNAL_CELL, 1, "one");
	expect(j, JOURNAL_CELL, 2, NULL);
	expect(j, JOURNAL_CELL, 3, "three");
	put(j, JOURNAL_CELL, 4, "four");
	journal_close(j);
	j = open_it(false);
	ck_assert_uint_eq(journal_skipped(j), 5);
	expect(j, JOURNAL_CELL, 4, "four");
	journal_close(j);
	done();
}
END_TEST

/* A line that looks whole to the scan, but is not JSON, gives way. */
START_TEST(gives_way)
{
	char line[256], key[DIGEST_HEX];
	struct journal *j;

	fresh();
	key_of(1, key);
	snprintf(line, sizeof line,
	    "{\"kind\":\"cell\",\"key\":\"%s\",\"value\":[1,,2],\"end\":true}"
	    "\n",
	    key);
	append(line);
	j = open_it(false);
	expect(j, JOURNAL_CELL, 1, NULL);
	put(j, JOURNAL_CELL, 1, "new");
	expect(j, JOURNAL_CELL, 1, "new");
	journal_close(j);
	done();
}
END_TEST

START_TEST(refusals)
{
	struct journal *j;
	struct fail f;
	json_t *v = json_string("x");

	fresh();
	ck_assert_ptr_null(journal_open(path, true, &f));
	ck_assert_int_eq(f.code, FAIL_IO);
	ck_assert_ptr_null(journal_open("/dev/null", false, &f));
	ck_assert_ptr_nonnull(strstr(f.msg, "regular"));
	ck_assert_ptr_null(journal_open("/nonexistent/j", false, &f));
	j = open_it(false);
	ck_assert_int_eq(journal_put(j, JOURNAL_CELL, "short", v, &f), -1);
	ck_assert_ptr_null(journal_find(j, JOURNAL_CELL, "short"));
	ck_assert_ptr_null(journal_cell_find(j,
	    "ZZZZzzzz0000000000000000000000000000000000000000000000000000000"
	    "0"));
	journal_close(j);
	journal_close(NULL);
	json_decref(v);
	done();
}
END_TEST

static json_t *
print_of(const char *model, int sample, double temperature, const char *last)
{
	return json_pack("{s:s,s:i,s:{s:f},s:[s,s]}", "model", model, "sample",
	    sample, "params", "temperature", temperature, "messages",
	    "system 1", last);
}

START_TEST(nearest)
{
	json_t *a = print_of("m", 0, 0.5, "user 2");
	json_t *b = print_of("m", 1, 0.5, "user 3");
	json_t *near = print_of("m", 1, 0.7, "user 3");
	json_t *other = print_of("m", 0, 0.5, "user 4");
	json_t *value;
	struct buf out = {0};
	struct journal *j;
	struct fail f;
	char key[DIGEST_HEX];

	fresh();
	j = open_it(false);
	journal_nearest(j, near, &out);
	ck_assert_str_eq(out.p, "no request is recorded");
	value = json_pack("{s:o}", "request", a);
	key_of(1, key);
	ck_assert_int_eq(journal_put(j, JOURNAL_REPLY, key, value, &f), 0);
	json_decref(value);
	value = json_pack("{s:o}", "request", b);
	key_of(2, key);
	ck_assert_int_eq(journal_put(j, JOURNAL_REPLY, key, value, &f), 0);
	json_decref(value);
	buf_reset(&out);
	journal_nearest(j, near, &out);
	ck_assert_ptr_nonnull(strstr(out.p, key));
	ck_assert_ptr_nonnull(strstr(out.p, "temperature was 0.5, now 0.7"));
	ck_assert_ptr_nonnull(strstr(out.p, "the same messages"));
	buf_reset(&out);
	journal_nearest(j, other, &out);
	ck_assert_ptr_nonnull(strstr(out.p, "message 2 of 2 differs"));
	journal_close(j);
	json_decref(near);
	json_decref(other);
	buf_clear(&out);
	done();
}
END_TEST

UNIT_MAIN("journal", keys, finds, attempts, broken_lines, gives_way, refusals,
    nearest)
