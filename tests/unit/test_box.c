/* test_box.c - unit tests of the sandbox: frames, output, names, results. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "box_int.h"
#include "mem.h"
#include "rec.h"

/* ---- frames ---- */

#define ID "\"id\":7,\"nonce\":\"abc\""

START_TEST(frames_accepted)
{
	static const struct {
		const char *line;
		enum box_frame_type type;
	} t[] = {
	    {"{\"type\":\"ready\"}", FRAME_READY},
	    {"{\"type\":\"done\"," ID ",\"status\":\"exit\"}", FRAME_DONE},
	    {"{\"type\":\"submit\"," ID ",\"value\":null}", FRAME_SUBMIT},
	    {"{\"type\":\"hook\"," ID ",\"value\":1,\"name\":\"x\","
	     "\"code_line\":\"\",\"description\":\"\",\"depends_on\":[\"a\"]}",
		FRAME_HOOK},
	};
	struct box_frame fr;
	struct fail f;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		ck_assert_msg(box_frame_parse(t[i].line, strlen(t[i].line), 7,
				  "abc", &fr, &f) == 0,
		    "%s: %s", t[i].line, f.msg);
		ck_assert_int_eq(fr.type, t[i].type);
		box_frame_clear(&fr);
	}
}
END_TEST

START_TEST(frames_refused)
{
	static const char *const t[] = {
	    "",
	    "x",
	    "[]",
	    "1",
	    "{}",
	    "{\"type\":\"other\"," ID "}",
	    "{\"type\":\"done\",\"id\":8,\"nonce\":\"abc\","
	    "\"status\":\"ok\"}",
	    "{\"type\":\"done\",\"id\":7,\"nonce\":\"abd\","
	    "\"status\":\"ok\"}",
	    "{\"type\":\"done\",\"id\":7,\"status\":\"ok\"}",
	    "{\"type\":\"done\",\"id\":\"7\",\"nonce\":\"abc\","
	    "\"status\":\"ok\"}",
	    "{\"type\":\"done\"," ID ",\"status\":\"killed\"}",
	    "{\"type\":\"submit\"," ID "}",
	    "{\"type\":\"hook\"," ID ",\"value\":1}",
	    "{\"type\":\"hook\"," ID ",\"value\":1,\"name\":\"x\","
	    "\"code_line\":\"\",\"description\":\"\",\"depends_on\":[1]}",
	    "{\"type\":\"done\"," ID ",\"status\":\"ok\"} {}",
	};
	struct box_frame fr;
	struct fail f;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		f.msg[0] = '\0';
		ck_assert_msg(box_frame_parse(
				  t[i], strlen(t[i]), 7, "abc", &fr, &f) == -1,
		    "accepted %s", t[i]);
		ck_assert_str_ne(f.msg, "");
		ck_assert_ptr_null(fr.obj);
	}
}
END_TEST

/* A frame whose value is the given text, n times. */
static int
try_value(const char *open, size_t n, const char *close)
{
	struct buf b = {0};
	struct box_frame fr;
	struct fail f;
	size_t i;
	int r;

	buf_puts(&b, "{\"type\":\"submit\"," ID ",\"value\":[");
	for (i = 0; i < n; i++)
		buf_puts(&b, open);
	for (i = 0; i < n; i++)
		buf_puts(&b, close);
	buf_puts(&b, "0]}");
	r = box_frame_parse(buf_str(&b), b.n, 7, "abc", &fr, &f);
	if (r == 0)
		box_frame_clear(&fr);
	buf_clear(&b);
	return r;
}

START_TEST(frame_limits)
{
	ck_assert_int_eq(try_value("[", 50, "]"), -1); /* "][": no comma */
	ck_assert_int_eq(try_value("[", 100000, "]"), -1);
	ck_assert_int_eq(try_value("1,", 100000, ""), 0);
	ck_assert_int_eq(try_value("1,", 300000, ""), -1);
	ck_assert_int_eq(try_value("\"aaaaaaaaaaaaaaaaaaaa\",", 60000, ""), -1);
}
END_TEST

START_TEST(big_integers)
{
	static const char line[] =
	    "{\"type\":\"submit\"," ID ",\"value\":[123456789012345678901]}";
	struct box_frame fr;
	struct buf b = {0};
	struct fail f;

	ck_assert_int_eq(
	    box_frame_parse(line, strlen(line), 7, "abc", &fr, &f), 0);
	fr.value = box_mask_json(json_incref(fr.value));
	rec_dump(&b, fr.value, 0);
	ck_assert_str_eq(buf_str(&b), "[123456789012345678901]");
	json_decref(fr.value);
	box_frame_clear(&fr);
	buf_clear(&b);
}
END_TEST

/* ---- grounding ---- */

START_TEST(grounded)
{
	static const char cell[] = "import x\n"
				   "m  =  df['a'].mean()   # the mean\n"
				   "a = 1; b = 2\n"
				   "for i in a: c = 3\n"
				   "y = f(\n\tm,\n\tb)\n";
	static const struct {
		const char *line;
		bool want;
	} t[] = {
	    {"m = df['a'].mean()", true},
	    {"  m =\tdf['a'].mean()  ", true},
	    {"m = df['a'].mean() # the mean", true},
	    {"b = 2", true},
	    {"a = 1", true},
	    {"c = 3", true},
	    {"y = f(\nm,\nb)", true},
	    {"import x\nm = df['a'].mean()", true},
	    {"mean()", false},
	    {"m = df['a']", false},
	    {"df['a'].mean()", false},
	    {"m", false},
	    {"", false},
	    {"# the mean", false},
	    {"m = df['b'].mean()", false},
	};
	struct buf cells = {0};
	size_t i;

	box_ground_add(&cells, "z = 9");
	box_ground_add(&cells, cell);
	for (i = 0; i < sizeof t / sizeof *t; i++)
		ck_assert_msg(box_grounded(&cells, t[i].line) == t[i].want,
		    "'%s'", t[i].line);
	ck_assert(box_grounded(&cells, "z = 9"));
	buf_clear(&cells);
	ck_assert(!box_grounded(&cells, "z = 9"));
}
END_TEST

/* ---- text ---- */

START_TEST(mask)
{
	static const struct {
		const char *from, *to;
	} t[] = {
	    {"", ""},
	    {"0x", "0x"},
	    {"<f at 0x7f1234abcdef>", "<f at 0x\xe2\x80\xa6>"},
	    {"0x12345", "0x12345"},
	    {"0x123456", "0x\xe2\x80\xa6"},
	    {"00x1234567g", "00x\xe2\x80\xa6g"},
	    {"0x0x123456 0xABCDEF12", "0x0x\xe2\x80\xa6 0x\xe2\x80\xa6"},
	};
	struct buf b = {0};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		buf_reset(&b);
		box_mask(&b, t[i].from, strlen(t[i].from));
		ck_assert_str_eq(buf_str(&b), t[i].to);
	}
	buf_clear(&b);
}
END_TEST

START_TEST(mask_in_json)
{
	json_t *v = json_pack("{s:[s,s,i], s:s}", "at 0x1234567", "0xdeadbeef",
	    "x 0xdeadbeef", 3, "k", "plain");
	struct buf b = {0};

	v = box_mask_json(v);
	rec_dump(&b, v, 0);
	ck_assert_str_eq(buf_str(&b),
	    "{\"at 0x\xe2\x80\xa6\":[\"0xdeadbeef\",\"x 0x\xe2\x80\xa6\",3],"
	    "\"k\":\"plain\"}");
	json_decref(v);
	buf_clear(&b);
}
END_TEST

/* n bytes of a pattern in pieces; the text must be its head and tail. */
static void
try_cap(size_t n, size_t piece)
{
	struct box_cap c = {0};
	struct buf all = {0}, text = {0};
	const char *note;
	size_t i, k, lost, tail;

	for (i = 0; i < n; i++)
		buf_putc(&all, (char)('a' + i * i % 23));
	for (i = 0; i < n; i += k) {
		k = n - i < piece ? n - i : piece;
		box_cap_put(&c, all.p + i, k);
	}
	lost = box_cap_text(&c, &text);
	ck_assert_uint_le(text.n, BOX_TEXT);
	if (n <= BOX_TEXT) {
		ck_assert_uint_eq(lost, 0);
		ck_assert_str_eq(buf_str(&text), buf_str(&all));
	} else {
		note = strstr(buf_str(&text), "\n[... ");
		ck_assert_ptr_nonnull(note);
		i = (size_t)(note - text.p);
		ck_assert_int_eq(memcmp(text.p, all.p, i), 0);
		note = strstr(note, " ...]\n") + 6;
		tail = strlen(note);
		ck_assert_str_eq(note, all.p + n - tail);
		ck_assert_uint_eq(i + lost + tail, n);
	}
	box_cap_clear(&c);
	buf_clear(&all);
	buf_clear(&text);
}

START_TEST(head_and_tail)
{
	static const size_t sizes[] = {0, 1, BOX_TEXT - 1, BOX_TEXT,
	    BOX_TEXT + 1, BOX_TEXT + 40, 100000, 131072, 200000, 1000001};
	size_t i;

	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		try_cap(sizes[i], 4096);
		try_cap(sizes[i], 65536);
		try_cap(sizes[i], 999);
	}
	try_cap(3000000, 1000000);
}
END_TEST

START_TEST(repair)
{
	static const char raw[] = "a\xff\xc3\xa9\0b\xe2\x82";
	struct box_cap c = {0};
	struct buf text = {0};

	box_cap_put(&c, raw, sizeof raw - 1);
	ck_assert_uint_eq(box_cap_text(&c, &text), 0);
	ck_assert_uint_eq(strlen(buf_str(&text)), text.n);
	ck_assert(utf8_valid(text.p, text.n));
	ck_assert_int_eq(strncmp(text.p,
			     "a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd"
			     "b",
			     10),
	    0);
	box_cap_clear(&c);
	buf_clear(&text);
}
END_TEST

/* ---- names, results ---- */

START_TEST(tiers)
{
	static const enum box_tier all[] = {
	    BOX_AUTO, BOX_FULL, BOX_LANDLOCK, BOX_NONE};
	enum box_tier got;
	struct fail f;
	size_t i;

	for (i = 0; i < 4; i++) {
		ck_assert_int_eq(
		    box_tier_parse(box_tier_name(all[i]), &got, &f), 0);
		ck_assert_int_eq(got, all[i]);
	}
	ck_assert_int_eq(box_tier_parse("docker", &got, &f), -1);
	ck_assert_int_eq(f.code, FAIL_USAGE);
	ck_assert_ptr_nonnull(strstr(f.msg, "landlock"));
}
END_TEST

START_TEST(bad_limits)
{
	struct ev *ev = ev_new();
	struct box_conf conf;
	struct fail f;

	box_conf_init(&conf);
	conf.cell_timeout = 0;
	ck_assert_ptr_null(box_host_new(ev, &conf, &f));
	ck_assert_int_eq(f.code, FAIL_USAGE);
	box_conf_init(&conf);
	conf.memory = 1000;
	ck_assert_ptr_null(box_host_new(ev, &conf, &f));
	ck_assert_int_eq(f.code, FAIL_USAGE);
	box_conf_init(&conf);
	conf.python = "/nonexistent/python3";
	ck_assert_ptr_null(box_host_new(ev, &conf, &f));
	ck_assert_int_eq(f.code, FAIL_SANDBOX);
	ck_assert_ptr_nonnull(strstr(f.msg, "/nonexistent/python3"));
	ev_free(ev);
}
END_TEST

/* A jailer that never answers is given up, and does not stay. */
START_TEST(silent_jailer)
{
	char dir[] = "/tmp/test_box.XXXXXX", file[64], *path, *was;
	struct ev *ev = ev_new();
	struct box_conf conf;
	struct fail f;
	FILE *w;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chmod(dir, 0755), 0); /* root's jailer is nobody */
	snprintf(file, sizeof file, "%s/bwrap", dir);
	w = fopen(file, "w");
	ck_assert_ptr_nonnull(w);
	fputs("#!/bin/sh\nsleep 1000\n", w);
	fclose(w);
	ck_assert_int_eq(chmod(file, 0755), 0);
	was = xstrdup(getenv("PATH"));
	path = xasprintf("%s:%s", dir, was);
	setenv("PATH", path, 1);
	box_conf_init(&conf);
	conf.tier = BOX_FULL;
	conf.start_timeout = 0.2;
	ck_assert_ptr_null(box_host_new(ev, &conf, &f));
	ck_assert_int_eq(f.code, FAIL_SANDBOX);
	/* else there is no Python that has the libraries, or no seccomp */
	if (strncmp(f.msg, "sandbox full", 12) == 0 &&
	    strstr(f.msg, "seccomp") == NULL)
		ck_assert_msg(
		    strstr(f.msg, "within 0.2 s, saw nothing") != NULL, "%s",
		    f.msg);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
	setenv("PATH", was, 1);
	remove(file);
	remove(dir);
	free(path);
	free(was);
	ev_free(ev);
}
END_TEST

START_TEST(result_as_json)
{
	struct box_result r = {.status = BOX_TIMEOUT,
	    .out = "o",
	    .err = "e",
	    .hooks = json_array(),
	    .answer = json_integer(3),
	    .submitted = true,
	    .elapsed = 1.25,
	    .clock = true};
	struct buf b = {0};
	json_t *v;

	unsetenv("SOURCE_DATE_EPOCH");
	v = box_result_json(&r);
	rec_dump(&b, v, 0);
	ck_assert_str_eq(buf_str(&b),
	    "{\"success\":false,\"stdout\":\"o\",\"stderr\":\"e\",\"hooks\":[],"
	    "\"submitted_answer\":3,\"elapsed\":1.25,\"status\":\"timeout\","
	    "\"nonreproducible\":[\"clock\"]}");
	json_decref(v);
	json_decref(r.hooks);
	json_decref(r.answer);
	buf_clear(&b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("box");
	TCase *t = tcase_create("box");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, frames_accepted);
	tcase_add_test(t, frames_refused);
	tcase_add_test(t, frame_limits);
	tcase_add_test(t, big_integers);
	tcase_add_test(t, grounded);
	tcase_add_test(t, mask);
	tcase_add_test(t, mask_in_json);
	tcase_add_test(t, head_and_tail);
	tcase_add_test(t, repair);
	tcase_add_test(t, tiers);
	tcase_add_test(t, bad_limits);
	tcase_add_test(t, silent_jailer);
	tcase_add_test(t, result_as_json);
	tcase_set_timeout(t, 60);
	suite_add_tcase(s, t);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
