/* test_rec.c - unit tests of records: parsing, dumping, reading, rejects. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"
#include "rec.h"
#include "unit.h"

static struct unit_child child;

/* ---- Parse and dump ---- */

static void
same(const char *in, const char *want, int flags)
{
	struct buf b = {0};
	struct fail f;
	json_t *v = rec_parse(in, strlen(in), &f);

	ck_assert_msg(v != NULL, "%s: %s", in, f.msg);
	rec_dump(&b, v, flags);
	ck_assert_str_eq(buf_str(&b), want);
	buf_clear(&b);
	json_decref(v);
}

START_TEST(round_trip)
{
	static const char *const t[] = {
	    "{\"b\":1,\"a\":[true,false,null]}",
	    "2.67",
	    "0.1",
	    "-0.0",
	    "1e+22",
	    "1e-07",
	    "9223372036854775807",
	    "-9223372036854775808",
	    "9223372036854775808",
	    "-9223372036854775809",
	    "123456789012345678901234567890",
	    "[18446744073709551615,{\"x\":-99999999999999999999}]",
	    "\"9223372036854775808 as text\"",
	    "{\"99999999999999999999\":\"\\\"99999999999999999999\"}",
	    "\"\xc3\xa9\xf0\x9f\x98\x80\"",
	    "\"\\u0000\\u001f\\\\\"",
	    "{}",
	    "[]",
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		same(t[i], t[i], 0);
	same("1.0", "1.0", 0);
	same("1E5", "100000.0", 0);
	same("12345678901234567890.5", "1.2345678901234567e+19", 0);
	same("12345678901234567890e2", "1.2345678901234568e+21", 0);
	same(" { \"a\" : \"\\u00e9\\/\" } ", "{\"a\":\"\xc3\xa9/\"}", 0);
	same("{\"b\":1,\"a\":{\"d\":2,\"c\":3}}",
	    "{\"a\":{\"c\":3,\"d\":2},\"b\":1}", REC_SORT);
	same("{\"b\":[1,2],\"a\":3}", "{\"a\": 3, \"b\": [1, 2]}",
	    REC_SORT | REC_SPACES);
	same("{\"\xc3\xa9\":\"\xf0\x9f\x98\x80\x7f\"}",
	    "{\"\\u00e9\":\"\\ud83d\\ude00\\u007f\"}", REC_ASCII);
	same("[99999999999999999999]", "[99999999999999999999]", REC_ASCII);
	/* members sort by code point */
	same("{\"\xf0\x9f\x98\x80\":1,\"\xef\xbf\xbd\":2,\"z\":3,\"Z\":4}",
	    "{\"Z\":4,\"z\":3,\"\xef\xbf\xbd\":2,\"\xf0\x9f\x98\x80\":1}",
	    REC_SORT);
}
END_TEST

START_TEST(not_json)
{
	static const char *const t[] = {"", " ", "{", "{\"a\":1", "[1,]", "nul",
	    "01", "1.", "+1", "'a'", "\"\xff\"", "\"\xed\xa0\x80\"",
	    "\"\\ud800\"", "{\"a\" 1}", "1 2", "{\"a\":1}}", "1e999",
	    "99999999999999999999 x", "{\"a\":NaN}", "\"a\nb\"", "-",
	    /* from fuzzing: a big number where a name must be */
	    "{-67890123454566778901:6}", "{12345678901234567890 : 1}"};
	struct fail f;
	char deep[8192];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		ck_assert_msg(
		    rec_parse(t[i], strlen(t[i]), &f) == NULL, "%s", t[i]);
		ck_assert_int_eq(f.code, FAIL_JSON);
		ck_assert(strncmp(f.msg, "expected JSON, saw ", 19) == 0);
	}
	memset(deep, '[', sizeof deep);
	ck_assert_ptr_null(rec_parse(deep, sizeof deep, &f));
	/* not a text with NUL in it */
	ck_assert_ptr_null(rec_parse("1\0", 2, &f));
	/* outside of records the last of two equal members counts */
	same("{\"a\":1,\"a\":2}", "{\"a\":2}", 0);
}
END_TEST

START_TEST(big)
{
	json_t *v = rec_bigint_new("12345678901234567890123", 20), *s;
	struct buf b = {0};
	struct fail f;

	ck_assert_str_eq(rec_bigint(v), "12345678901234567890");
	ck_assert_str_eq(rec_type_name(v), "a number");
	s = json_string("12345678901234567890");
	ck_assert_ptr_null(rec_bigint(s));
	ck_assert_ptr_null(rec_bigint(NULL));
	rec_dump(&b, v, REC_SORT);
	ck_assert_str_eq(buf_str(&b), "12345678901234567890");
	json_decref(s);
	s = json_pack("{s:O,s:s}", "big", v, "text", "x");
	ck_assert_ptr_null(rec_str(s, "big", &f)); /* a number is no text */
	ck_assert_ptr_nonnull(strstr(f.msg, "expected a string, saw a number"));
	json_decref(s);
	json_decref(v);
	buf_clear(&b);
}
END_TEST

START_TEST(not_finite)
{
	struct buf b = {0};
	json_t *a = json_array();
	json_t *r = json_real(1);

	json_array_append_new(a, json_null());
	json_array_append_new(a, r);
	rec_dump(&b, a, REC_SPACES);
	ck_assert_str_eq(buf_str(&b), "[null, 1.0]");
	buf_reset(&b);
	rec_dump(&b, NULL, 0);
	ck_assert_str_eq(buf_str(&b), "null");
	ck_assert_str_eq(rec_type_name(NULL), "null");
	buf_clear(&b);
	json_decref(a);
}
END_TEST

START_TEST(members)
{
	json_t *o = json_pack("{s:s,s:i,s:{},s:[],s:f,s:n}", "s", "text", "i",
	    7, "o", "a", "r", 7.5, "z");
	struct fail f;
	long n = 0;

	ck_assert_str_eq(rec_str(o, "s", &f), "text");
	ck_assert(rec_int(o, "i", &n, &f) == 0 && n == 7);
	ck_assert_ptr_nonnull(rec_obj(o, "o", &f));
	ck_assert_ptr_nonnull(rec_arr(o, "a", &f));
	ck_assert_ptr_null(rec_str(o, "nothing", &f));
	ck_assert_int_eq(f.code, FAIL_MEMBER);
	ck_assert_str_eq(f.msg, "expected a member \"nothing\", saw none");
	ck_assert_ptr_null(rec_str(o, "z", &f));
	ck_assert_int_eq(f.code, FAIL_VALUE);
	ck_assert_str_eq(f.msg, "member \"z\": expected a string, saw null");
	ck_assert_int_eq(rec_int(o, "r", &n, &f), -1);
	ck_assert_str_eq(
	    f.msg, "member \"r\": expected a whole number, saw a number");
	ck_assert_ptr_null(rec_obj(o, "a", &f));
	ck_assert_str_eq(
	    f.msg, "member \"a\": expected an object, saw an array");
	ck_assert_ptr_null(rec_arr(o, "o", &f));
	ck_assert_ptr_null(rec_arr(o, "i", NULL));
	json_decref(o);
}
END_TEST

/* ---- Reading ---- */

struct run {
	const char *types, *rejects;
	char *paths[4];
};

static int
put_n(json_t *rec, void *ctx, struct fail *f)
{
	long n;

	(void)ctx;
	if (rec_int(rec, "n", &n, f) == -1)
		return -1;
	if (n == 13)
		return fail_set(f, FAIL_IO, "thirteen");
	rec_put(rec);
	return 0;
}

static void
run(void *arg)
{
	struct run *r = arg;

	program_invocation_short_name = (char[]){"prog"};
	_exit(rec_run(r->paths, r->types, r->rejects, put_n, NULL, NULL));
}

/* text as a file; its name, which the next call uses again. */
static char *
file_of(const char *text, size_t n)
{
	static char path[64];
	FILE *fp;

	snprintf(path, sizeof path, "/tmp/test_rec.%d", (int)getpid());
	fp = fopen(path, "w");
	ck_assert_ptr_nonnull(fp);
	fwrite(text, 1, n, fp);
	fclose(fp);
	return path;
}

static const char *
slurp(const char *path)
{
	static char text[65536];
	FILE *fp = fopen(path, "r");
	size_t n;

	ck_assert_ptr_nonnull(fp);
	n = fread(text, 1, sizeof text - 1, fp);
	text[n] = '\0';
	fclose(fp);
	return text;
}

/* want with each @ replaced by the path; valid until the next call. */
static const char *
with_path(const char *want, const char *path)
{
	static char out[4096];
	size_t n = 0;

	for (; *want != '\0'; want++)
		if (*want == '@')
			n += (size_t)snprintf(
			    out + n, sizeof out - n, "%s", path);
		else
			out[n++] = *want;
	out[n] = '\0';
	return out;
}

START_TEST(stream)
{
	static const char in[] = "\xef\xbb\xbf{\"type\":\"t\",\"n\":1}\n"
				 "\n  \t\r\n"
				 "{\"type\":\"t\",\"n\":2,\"x\":2.67}\r\n"
				 "[1]\n"
				 "{\"n\":3}\n"
				 "{\"type\":\"u\",\"n\":4}\n"
				 "{\"type\":\"t\",\"n\":\"5\"}\n"
				 "{\"type\":\"t\"}\n"
				 "{\"type\":\"t\",\"n\":6,\"n\":7}\n"
				 "{\"type\":\"error\",\"message\":\"broke\"}\n"
				 "{\"type\":\"t\",\"n\":8}";
	struct run r = {"t,s", NULL, {file_of(in, sizeof in - 1), NULL}};
	const char *want;

	unit_child(&child, run, &r);
	ck_assert_str_eq(child.out,
	    "{\"type\":\"t\",\"n\":1}\n{\"type\":\"t\",\"n\":2,\"x\":2.67}\n"
	    "{\"type\":\"t\",\"n\":8}\n");
	want = with_path(
	    "prog: @:5: expected an object, saw an array\n"
	    "prog: @:6: expected a record of type t,s, saw none\n"
	    "prog: @:7: expected a record of type t,s, saw \"u\"\n"
	    "prog: @:8: member \"n\": expected a whole number, saw a "
	    "string\n"
	    "prog: @:9: expected a member \"n\", saw none\n"
	    "prog: @:10: expected JSON, saw duplicate object key near "
	    "'\"n\"' at byte 21\n"
	    "prog: @:11: an earlier program says: broke\n",
	    r.paths[0]);
	/* the two blank lines count */
	ck_assert_str_eq(child.err, want);
	ck_assert_int_eq(child.status, EXIT_SOME);
	unlink(r.paths[0]);
}
END_TEST

START_TEST(rejects)
{
	static const char in[] = "{\"n\":\"five\",\"keep\":2.67}\n"
				 "broken \"\xff\"\n"
				 "{\"n\":1}\n"
				 "{\"n\":";
	struct run r = {
	    NULL, "/tmp/test_rec.rejects", {file_of(in, sizeof in - 1), NULL}};
	const char *want;

	unit_child(&child, run, &r);
	ck_assert_str_eq(child.out, "{\"n\":1}\n");
	ck_assert_int_eq(child.status, EXIT_SOME);
	want = with_path(
	    "{\"type\":\"error\",\"program\":\"prog\",\"file\":\"@\","
	    "\"line\":1,\"code\":\"bad_value\",\"message\":\"member \\\"n\\\": "
	    "expected a whole number, saw a string\",\"record\":{\"n\":"
	    "\"five\",\"keep\":2.67}}\n",
	    r.paths[0]);
	ck_assert(strncmp(slurp(r.rejects), want, strlen(want)) == 0);
	want = with_path(
	    "\"line\":4,\"code\":\"torn_line\",\"message\":\"expected a "
	    "newline, saw the end of the input (torn line)\",\"record\":"
	    "\"{\\\"n\\\":\"}\n",
	    "");
	ck_assert_ptr_nonnull(strstr(slurp(r.rejects), want));
	ck_assert_ptr_nonnull(strstr(
	    slurp(r.rejects), "\"record\":\"broken \\\"\xef\xbf\xbd\\\"\"}\n"));
	unlink(r.paths[0]);
	unlink(r.rejects);
}
END_TEST

START_TEST(inputs)
{
	char *path = file_of("{\"n\":1}\n", 8);
	struct run r = {NULL, NULL, {path, path, NULL}};

	unit_child(&child, run, &r);
	ck_assert_str_eq(child.out, "{\"n\":1}\n{\"n\":1}\n");
	ck_assert_int_eq(child.status, EXIT_ALL);
	r.paths[1] = (char[]){"/nonexistent/file"};
	unit_child(&child, run, &r);
	ck_assert_str_eq(child.out, "{\"n\":1}\n");
	ck_assert_int_eq(child.status, EXIT_SYSTEM);
	ck_assert_str_eq(
	    child.err, "prog: /nonexistent/file: No such file or directory\n");
	r.paths[0] = r.paths[1];
	unit_child(&child, run, &r);
	ck_assert_str_eq(child.out, "");
	ck_assert_int_eq(child.status, EXIT_SYSTEM);
	r = (struct run){NULL, "/nonexistent/r", {path, NULL}};
	unit_child(&child, run, &r);
	ck_assert_int_eq(child.status, EXIT_SYSTEM);
	r = (struct run){NULL, NULL, {(char[]){"/"}, NULL}};
	unit_child(&child, run, &r);
	ck_assert_int_eq(child.status, EXIT_SYSTEM);
	file_of("{\"n\":1}\n{\"n\":13}\n{\"n\":2}\n", 25);
	r = (struct run){NULL, NULL, {path, NULL}};
	unit_child(&child, run, &r);
	ck_assert_str_eq(child.out, "{\"n\":1}\n");
	ck_assert_int_eq(child.status, EXIT_SYSTEM);
	unlink(path);
}
END_TEST

static void
run_stdin(void *arg)
{
	struct run r = {NULL, NULL, {NULL}};
	int fd[2];
	pid_t pid;

	(void)arg;
	if (pipe(fd) != 0)
		_exit(99);
	if ((pid = fork()) == 0) {
		close(fd[0]);
		usleep(20000);
		(void)!write(fd[1], "{\"n\":", 5);
		usleep(20000);
		(void)!write(fd[1], "1}\n{\"n\":2}\n", 11);
		_exit(0);
	}
	close(fd[1]);
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	dup2(fd[0], STDIN_FILENO);
	run(&r);
}

/* Lines in pieces, from a pipe that does not block. */
START_TEST(pieces)
{
	unit_child(&child, run_stdin, NULL);
	ck_assert_str_eq(child.out, "{\"n\":1}\n{\"n\":2}\n");
	ck_assert_int_eq(child.status, EXIT_ALL);
}
END_TEST

/* Lines around the limit, then short ones. */
START_TEST(long_lines)
{
	static const size_t pad[] = {REC_LINE_MAX - 14, REC_LINE_MAX - 13, 10};
	char path[] = "/tmp/test_rec.long.XXXXXX";
	char *paths[] = {path, NULL}, *spaces = xmalloc(REC_LINE_MAX);
	FILE *fp = fdopen(mkstemp(path), "w");
	struct rec_pos pos;
	struct rec_in *in;
	enum rec_got got;
	struct fail f;
	json_t *rec;
	long n = 0, sum = 0;
	size_t i;

	ck_assert_ptr_nonnull(fp);
	memset(spaces, ' ', REC_LINE_MAX);
	for (i = 0; i < 3; i++) {
		fputs("{\"n\":1,\"m\":[", fp); /* 12 bytes */
		fwrite(spaces, 1, pad[i], fp);
		fputs("]}\n", fp);
	}
	for (i = 0; i < 100000; i++)
		fprintf(fp, "{\"n\":%zu}\n", i);
	fwrite(spaces, 1, REC_LINE_MAX, fp);
	fputs("  no end", fp);
	fclose(fp);
	free(spaces);
	log_init(LOG_QUIET, PROGRESS_NEVER);
	in = rec_open(paths, NULL, NULL, &f);
	while ((got = rec_pull(in, &rec, &pos)) != REC_END) {
		if (got == REC_MORE) {
			rec_fill(in);
			continue;
		}
		ck_assert_int_eq(rec_int(rec, "n", &n, &f), 0);
		sum += n;
		if (json_object_get(rec, "m") == NULL)
			ck_assert_int_eq(n, (long)pos.line - 4);
		json_decref(rec);
	}
	ck_assert_uint_eq(rec_count(in), 100002);
	ck_assert_uint_eq(rec_rejected(in), 2);
	ck_assert_int_eq(sum, 2 + 99999L * 100000 / 2);
	ck_assert_int_eq(rec_close(in), EXIT_SOME);
	unlink(path);
}
END_TEST

START_TEST(as_text)
{
	char *path = file_of("{\"n\":1}\n\nbad\n{\"n\":2}", 20);
	char *paths[] = {path, NULL};
	struct rec_pos pos;
	struct fail f;
	struct rec_in *in = rec_open(paths, NULL, NULL, &f);
	size_t n;

	log_init(LOG_QUIET, PROGRESS_NEVER);
	ck_assert_int_eq(rec_pull_text(in, &pos), REC_MORE);
	rec_fill(in);
	ck_assert_int_eq(rec_pull_text(in, &pos), REC_GOT);
	ck_assert_uint_eq(pos.line, 1);
	ck_assert(strncmp(rec_line(in, &n), "{\"n\":1}", 7) == 0 && n == 7);
	ck_assert_int_eq(rec_pull_text(in, &pos), REC_GOT);
	ck_assert_uint_eq(pos.line, 3);
	rec_refuse(in, &pos, &f);
	while (rec_pull_text(in, &pos) == REC_MORE)
		rec_fill(in);
	ck_assert_uint_eq(pos.line, 4);
	ck_assert(strncmp(rec_line(in, &n), "{\"n\":2}", 7) == 0 && n == 7);
	ck_assert_int_eq(rec_pull_text(in, &pos), REC_END);
	ck_assert_uint_eq(rec_count(in), 2);
	ck_assert_int_eq(rec_close(in), EXIT_SOME);
	unlink(path);
}
END_TEST

/* ---- Writing ---- */

static void
write_to(void *arg)
{
	int fd = open(arg, O_WRONLY);

	program_invocation_short_name = (char[]){"prog"};
	dup2(fd, STDOUT_FILENO);
	rec_put_text("{}", 2);
}

static void
write_nobody(void *arg)
{
	int fd[2];

	signal(SIGPIPE, arg != NULL ? SIG_IGN : SIG_DFL);
	if (pipe(fd) != 0)
		_exit(99);
	close(fd[0]);
	dup2(fd[1], STDOUT_FILENO);
	rec_put_text("{}", 2);
}

/* A pipe that is full and does not block: the reader starts late. */
static void
write_full(void *arg)
{
	static char line[300000], got[300002];
	size_t n = 0;
	ssize_t k;
	int fd[2], st;
	pid_t pid;

	(void)arg;
	memset(line, 'x', sizeof line);
	if (pipe(fd) != 0)
		_exit(99);
	if ((pid = fork()) == 0) {
		close(fd[0]);
		fcntl(fd[1], F_SETFL, O_NONBLOCK);
		dup2(fd[1], STDOUT_FILENO);
		rec_put_text(line, sizeof line);
		_exit(0);
	}
	close(fd[1]);
	usleep(30000);
	while ((k = read(fd[0], got + n, sizeof got - n)) > 0)
		n += (size_t)k;
	waitpid(pid, &st, 0);
	_exit(st == 0 && n == sizeof line + 1 && got[n - 1] == '\n' ? 0 : 97);
}

START_TEST(lost_output)
{
	char full[] = "/dev/full";

	if (access(full, W_OK) == 0) {
		unit_child(&child, write_to, full);
		ck_assert_int_eq(child.status, EXIT_SYSTEM);
		ck_assert_str_eq(child.err,
		    "prog: standard output: No space left on device\n");
	}
	unit_child(&child, write_nobody, NULL);
	ck_assert_int_eq(child.status, -SIGPIPE);
	unit_child(&child, write_nobody, full); /* SIGPIPE ignored */
	ck_assert_int_eq(child.status, -SIGPIPE);
	ck_assert_str_eq(child.err, "");
	unit_child(&child, write_full, NULL);
	ck_assert_int_eq(child.status, 0);
}
END_TEST

START_TEST(times)
{
	char t[24];
	json_t *v;

	setenv("SOURCE_DATE_EPOCH", "0", 1);
	rec_timestamp(t);
	ck_assert_str_eq(t, "1970-01-01T00:00:00Z");
	setenv("SOURCE_DATE_EPOCH", "1769860800", 1);
	rec_timestamp(t);
	ck_assert_str_eq(t, "2026-01-31T12:00:00Z");
	setenv("SOURCE_DATE_EPOCH", "99999999999999999", 1);
	rec_timestamp(t); /* whatever: it fits */
	ck_assert_uint_lt(strlen(t), sizeof t);
	v = rec_elapsed(1.5);
	ck_assert_double_eq(json_real_value(v), 0);
	json_decref(v);
	unsetenv("SOURCE_DATE_EPOCH");
	v = rec_elapsed(1.23456789);
	ck_assert_double_eq(json_real_value(v), 1.234568);
	json_decref(v);
	rec_timestamp(t);
	ck_assert_uint_eq(strlen(t), 20);
	ck_assert(strncmp(t, "20", 2) == 0 && t[19] == 'Z');
}
END_TEST

UNIT_MAIN("rec", round_trip, not_json, big, not_finite, members, stream,
    rejects, inputs, pieces, long_lines, as_text, lost_output, times)
