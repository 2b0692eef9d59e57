/* test_conf.c - unit tests of configuration. */
#include <check.h>
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"
#include "unit.h"

/* A scratch directory that is the current one, without a configuration. */
static char home[] = "/tmp/test_conf.XXXXXX";

static void
enter(void)
{
	int id;

	strcpy(home, "/tmp/test_conf.XXXXXX");
	if (mkdtemp(home) == NULL)
		ck_abort_msg("mkdtemp");
	ck_assert_int_eq(chdir(home), 0);
	unlink("csv-agent.yaml");
	setenv("HOME", home, 1);
	unsetenv("XDG_CONFIG_HOME");
	for (id = 0; id < CONF_KEYS; id++) {
		char name[80] = "CSV_AGENT_", *p;

		strcat(name, conf_keys[id].name);
		for (p = name; *p != '\0'; p++)
			*p = (char)toupper((unsigned char)*p);
		unsetenv(name);
	}
}

static void
leave(void)
{
	unlink("csv-agent.yaml");
	unlink("f.yaml");
	ck_assert_int_eq(chdir("/"), 0);
	rmdir(home);
}

static void
put_file(const char *path, const char *text)
{
	FILE *fp = fopen(path, "w");

	ck_assert_ptr_nonnull(fp);
	fputs(text, fp);
	fclose(fp);
}

START_TEST(table)
{
	struct conf *c = conf_new();
	struct fail f;
	int id, k;

	for (id = 0; id < CONF_KEYS; id++) {
		const struct conf_key *key = &conf_keys[id];

		ck_assert_msg(
		    key->name != NULL && key->help != NULL, "key %d", id);
		for (k = 0; k < id; k++)
			ck_assert_str_ne(key->name, conf_keys[k].name);
		ck_assert(conf_is_set(c, id) == (key->def != NULL));
		ck_assert_int_eq(conf_level(c, id), CONF_DEFAULT);
		/* each default is a value that the key takes */
		if (key->def != NULL)
			ck_assert_msg(
			    conf_set(c, id, CONF_OPTION, key->def, &f) == 0,
			    "%s", f.msg);
	}
	conf_free(c);
	conf_free(NULL);
}
END_TEST

START_TEST(defaults)
{
	struct conf *c = conf_new();

	ck_assert_int_eq(conf_int(c, CONF_MAX_TURNS), 10);
	ck_assert_int_eq(conf_int(c, CONF_N_CONSISTENCY), 7);
	ck_assert_int_eq(conf_int(c, CONF_N_CONSISTENCY_KNOWN), 1);
	ck_assert_double_eq(conf_real(c, CONF_FLOAT_TOLERANCE), 0.1);
	ck_assert_double_eq(conf_real(c, CONF_RELATIVE_TOLERANCE), 0.02);
	ck_assert_uint_eq(conf_size(c, CONF_MEMORY_LIMIT), (size_t)512 << 20);
	ck_assert(conf_bool(c, CONF_STREAM) && !conf_bool(c, CONF_REPLAY));
	ck_assert_str_eq(
	    conf_str(c, CONF_BASE_URL), "https://openrouter.ai/api/v1");
	ck_assert_ptr_null(conf_str(c, CONF_JOURNAL));
	ck_assert_ptr_null(conf_map(c, CONF_EXTRA_BODY));
	ck_assert_double_eq(
	    json_number_value(json_object_get(
		conf_map(c, CONF_QUESTION_DIFFICULTY_DISTRIBUTION), "HARD")),
	    0.2);
	conf_free(c);
}
END_TEST

START_TEST(values)
{
	static const struct {
		enum conf_id id;
		const char *text;
		int rc;
		const char *message; /* part of it */
	} t[] = {
	    {CONF_MAX_TURNS, "7", 0, NULL},
	    {CONF_MAX_TURNS, "7.5", -1, "a whole number, saw \"7.5\""},
	    {CONF_MAX_TURNS, "0", -1, "from 1 to 1000, saw 0"},
	    {CONF_MAX_TURNS, "1001", -1, "from 1 to 1000"},
	    {CONF_MAX_TURNS, "", -1, "a whole number"},
	    {CONF_MAX_TURNS, " 7", -1, "a whole number"},
	    {CONF_MAX_TURNS, "7x", -1, "a whole number"},
	    {CONF_MAX_TURNS, "nan", -1, "a whole number"},
	    {CONF_TEMPERATURE, "0", 0, NULL},
	    {CONF_TEMPERATURE, "1e-3", 0, NULL},
	    {CONF_TEMPERATURE, "inf", -1, "a number"},
	    {CONF_TEMPERATURE, "1e999", -1, "a number"},
	    {CONF_TEMPERATURE, "-1", -1, "from 0 to 10"},
	    {CONF_MIN_AGREEMENT, "0.4", -1, "from 0.5 to 1"},
	    {CONF_MIN_AGREEMENT, "1", 0, NULL},
	    {CONF_STREAM, "Off", 0, NULL},
	    {CONF_STREAM, "maybe", -1, "true or false"},
	    {CONF_MEMORY_LIMIT, "1GiB", 0, NULL},
	    {CONF_MEMORY_LIMIT, "many", -1, "a size such as 512M"},
	    {CONF_TEACHER, "chat", 0, NULL},
	    {CONF_TEACHER, "cha", -1, "one of auto,reference,chat"},
	    {CONF_TEACHER, "", -1, "one of"},
	    {CONF_SANDBOX, "landlock", 0, NULL},
	    {CONF_EARLY_STOP, "verdict,beta", -1, "one of"},
	    {CONF_BASE_URL, "http://[::1]:80/v1", 0, NULL},
	    {CONF_EXTRA_BODY, "{\"a\":[1]}", 0, NULL},
	    {CONF_EXTRA_BODY, "{\"a\":1,\"a\":2}", -1, "a mapping"},
	    {CONF_EXTRA_BODY, "[1]", -1, "a mapping"},
	    {CONF_EXTRA_BODY, "word", -1, "a mapping"},
	    {CONF_EXTRA_BODY, "=x", -1, "a mapping"},
	    {CONF_EXTRA_BODY, "k=\xff", -1, "a mapping"},
	    {CONF_EXTRA_HEADERS, "{\"X\":1}", -1, "X: expected text"},
	    {CONF_TRIANGULATION_BY_DIFFICULTY, "HARD=9", 0, NULL},
	    {CONF_TRIANGULATION_BY_DIFFICULTY, "HRAD=9", -1, "VERY_HARD, saw"},
	    {CONF_TRIANGULATION_BY_DIFFICULTY, "HARD=1.5", -1, "whole number"},
	    {CONF_TRIANGULATION_BY_DIFFICULTY, "HARD=-1", -1, "0 or more"},
	    {CONF_QUESTION_DIFFICULTY_DISTRIBUTION, "EASY=x", -1, "a number"},
	    {CONF_QUESTION_DIFFICULTY_DISTRIBUTION, "EASY=0.5", 0, NULL},
	};
	struct fail f;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		struct conf *c = conf_new();

		ck_assert_msg(
		    conf_set(c, t[i].id, CONF_OPTION, t[i].text, &f) == t[i].rc,
		    "case %zu", i);
		if (t[i].rc == -1) {
			ck_assert_int_eq(f.code, FAIL_USAGE);
			ck_assert_msg(strstr(f.msg, t[i].message) != NULL,
			    "case %zu: %s", i, f.msg);
			ck_assert(strncmp(f.msg, conf_keys[t[i].id].name,
				      strlen(conf_keys[t[i].id].name)) == 0);
		}
		conf_free(c);
	}
}
END_TEST

START_TEST(levels)
{
	struct conf *c = conf_new();
	struct fail f;

	conf_set(c, CONF_MAX_TURNS, CONF_OPTION, "3", &f);
	conf_set(c, CONF_MAX_TURNS, CONF_ENV, "4", &f);
	conf_set(c, CONF_MAX_TURNS, CONF_FILE, "5", &f);
	ck_assert_int_eq(conf_int(c, CONF_MAX_TURNS), 3);
	ck_assert_int_eq(conf_level(c, CONF_MAX_TURNS), CONF_OPTION);
	/* a value of a lower level is checked although it does not count */
	ck_assert_int_eq(conf_set(c, CONF_MAX_TURNS, CONF_ENV, "x", &f), -1);
	conf_set(c, CONF_MAX_TURNS, CONF_OPTION, "6", &f);
	ck_assert_int_eq(conf_int(c, CONF_MAX_TURNS), 6);
	conf_free(c);
}
END_TEST

static const char *
member(const struct conf *c, enum conf_id id, const char *key)
{
	return json_string_value(json_object_get(conf_map(c, id), key));
}

START_TEST(maps)
{
	struct conf *c = conf_new();
	struct fail f;
	json_t *m;

	conf_set(c, CONF_EXTRA_HEADERS, CONF_OPTION, "X-A: 1.10", &f);
	conf_set(c, CONF_EXTRA_HEADERS, CONF_OPTION, "X-B: b: c=d", &f);
	conf_set(c, CONF_EXTRA_HEADERS, CONF_OPTION, "X-C:", &f);
	ck_assert_str_eq(member(c, CONF_EXTRA_HEADERS, "X-A"), "1.10");
	ck_assert_str_eq(member(c, CONF_EXTRA_HEADERS, "X-B"), "b: c=d");
	ck_assert_str_eq(member(c, CONF_EXTRA_HEADERS, "X-C"), "");
	conf_set(c, CONF_EXTRA_BODY, CONF_OPTION, "{\"a\":{\"x\":1}}", &f);
	conf_set(c, CONF_EXTRA_BODY, CONF_OPTION, "{\"a\":{\"y\":2}}", &f);
	conf_set(c, CONF_EXTRA_BODY, CONF_OPTION, "n=5", &f);
	conf_set(c, CONF_EXTRA_BODY, CONF_OPTION, "s=[", &f);
	m = json_loads(
	    "{\"a\":{\"x\":1,\"y\":2},\"n\":5,\"s\":\"[\"}", 0, NULL);
	ck_assert(json_equal(m, conf_map(c, CONF_EXTRA_BODY)));
	json_decref(m);
	/* an option replaces the default map */
	conf_set(c, CONF_QUESTION_DIFFICULTY_DISTRIBUTION, CONF_OPTION,
	    "EASY=1", &f);
	ck_assert_uint_eq(json_object_size(conf_map(
			      c, CONF_QUESTION_DIFFICULTY_DISTRIBUTION)),
	    1);
	conf_free(c);
}
END_TEST

START_TEST(files)
{
	static const struct {
		const char *text, *message; /* NULL: it is fine */
	} t[] = {
	    {"", NULL},
	    {"# nothing\n", NULL},
	    {"max_turns: 5\nstream: no\n", NULL},
	    {"\nmax_turn: 5\n",
		"f.yaml:2: unknown key \"max_turn\"; the nearest is max_turns"},
	    {"max_turns: x\n", "f.yaml:1: max_turns: expected a whole number"},
	    {"max_turns: [1]\n", "f.yaml:1: max_turns: expected a whole"},
	    {"max_turns: 5\nmax_turns: 6\n", "f.yaml:2: max_turns: given tw"},
	    {"extra_body: 7\n", "f.yaml:1: extra_body: expected a mapping"},
	    {"extra_body: {a: {b: [1, x]}}\n", NULL},
	    {"extra_body: &a {x: *a}\n", "not too deep"},
	    {"extra_body: {? [1] : 2}\n", "a mapping of plain values"},
	    {"triangulation_by_difficulty: {HARD: 9, EASY: 0}\n", NULL},
	    {"triangulation_by_difficulty: {HRAD: 9}\n", "f.yaml:1: tri"},
	    {"? [a]\n: b\n", "f.yaml:1: expected a key"},
	    {"- a\n", "f.yaml:1: expected a mapping of keys"},
	    {"just text\n", "f.yaml:1: expected a mapping of keys"},
	    {"a: b: c\n", "f.yaml:1: not YAML"},
	    {"max_turns: \xff\n", "not YAML"},
	};
	struct fail f;
	size_t i;

	enter();
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		struct conf *c = conf_new();
		int rc;

		put_file("f.yaml", t[i].text);
		rc = conf_load(c, "f.yaml", &f);
		ck_assert_msg(rc == (t[i].message == NULL ? 0 : -1),
		    "case %zu: %s", i, rc == -1 ? f.msg : "passed");
		if (rc == -1)
			ck_assert_msg(strstr(f.msg, t[i].message) != NULL,
			    "case %zu: %s", i, f.msg);
		conf_free(c);
	}
	leave();
}
END_TEST

/* Nine aliases of nine aliases...: refused, not expanded. */
START_TEST(bomb)
{
	struct conf *c = conf_new();
	struct fail f;
	FILE *fp;
	int i, k;

	enter();
	fp = fopen("f.yaml", "w");
	fputs("extra_body:\n  a0: &a0 [x]\n", fp);
	for (i = 1; i < 12; i++) {
		fprintf(fp, "  a%d: &a%d [", i, i);
		for (k = 0; k < 9; k++)
			fprintf(fp, "%s*a%d", k ? ", " : "", i - 1);
		fputs("]\n", fp);
	}
	fclose(fp);
	ck_assert_int_eq(conf_load(c, "f.yaml", &f), -1);
	ck_assert_ptr_nonnull(strstr(f.msg, "f.yaml:1: extra_body"));
	conf_free(c);
	leave();
}
END_TEST

START_TEST(scalars)
{
	struct conf *c = conf_new();
	struct fail f;
	json_t *want;

	enter();
	put_file("f.yaml",
	    "extra_body: {a: 1, b: 1.5, c: true, d: null, e: '1', f: .5, "
	    "g: +2, h: \"x\", i: {}, j: [], k: text, l: '[1]', m: -0}\n"
	    "extra_headers: {X-V: 1.10, X-B: true}\n");
	ck_assert_msg(conf_load(c, "f.yaml", &f) == 0, "%s", f.msg);
	want =
	    json_loads("{\"a\":1,\"b\":1.5,\"c\":true,\"d\":null,\"e\":\"1\","
		       "\"f\":0.5,\"g\":2.0,\"h\":\"x\",\"i\":{},\"j\":[],"
		       "\"k\":\"text\",\"l\":\"[1]\",\"m\":0}",
		0, NULL);
	ck_assert(json_equal(want, conf_map(c, CONF_EXTRA_BODY)));
	json_decref(want);
	ck_assert_str_eq(member(c, CONF_EXTRA_HEADERS, "X-V"), "1.10");
	ck_assert_str_eq(member(c, CONF_EXTRA_HEADERS, "X-B"), "true");
	conf_free(c);
	leave();
}
END_TEST

START_TEST(environment)
{
	struct conf *c;
	struct fail f;

	enter();
	put_file(
	    "f.yaml", "max_turns: 5\nmax_open: 6\nextra_body: {from: file}\n");
	setenv("CSV_AGENT_MAX_TURNS", "50", 1);
	setenv("CSV_AGENT_MAX_TOKENS", "", 1); /* empty: as not set */
	setenv("CSV_AGENT_EXTRA_BODY", "from=env", 1);
	c = conf_new();
	ck_assert_int_eq(conf_set(c, CONF_MAX_OPEN, CONF_OPTION, "7", &f), 0);
	ck_assert_int_eq(conf_load(c, "f.yaml", &f), 0);
	ck_assert_int_eq(conf_int(c, CONF_MAX_TURNS), 50);
	ck_assert_int_eq(conf_level(c, CONF_MAX_TURNS), CONF_ENV);
	ck_assert_int_eq(conf_int(c, CONF_MAX_OPEN), 7);
	ck_assert_int_eq(conf_int(c, CONF_MAX_TOKENS), 6000);
	ck_assert_str_eq(member(c, CONF_EXTRA_BODY, "from"), "env");
	conf_free(c);
	setenv("CSV_AGENT_MAX_TURNS", "no", 1);
	c = conf_new();
	ck_assert_int_eq(conf_load(c, "f.yaml", &f), -1);
	ck_assert_ptr_nonnull(
	    strstr(f.msg, "environment CSV_AGENT_MAX_TURNS: max_turns: "));
	conf_free(c);
	leave();
	unsetenv("CSV_AGENT_MAX_TURNS");
	unsetenv("CSV_AGENT_EXTRA_BODY");
}
END_TEST

static long
turns_found(void)
{
	struct conf *c = conf_new();
	struct fail f;
	long n;

	n = conf_load(c, NULL, &f) == 0 ? conf_int(c, CONF_MAX_TURNS) : -1;
	conf_free(c);
	return n;
}

START_TEST(which_file)
{
	char dir[PATH_MAX], path[PATH_MAX + 64];
	struct conf *c = conf_new();
	struct fail f;

	enter();
	ck_assert_int_eq(turns_found(), 10);
	snprintf(dir, sizeof dir, "%s/.config", home);
	mkdir(dir, 0777);
	strcat(dir, "/csv-agent");
	mkdir(dir, 0777);
	snprintf(path, sizeof path, "%s/config.yaml", dir);
	put_file(path, "max_turns: 21\n");
	ck_assert_int_eq(turns_found(), 21);
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	ck_assert_int_eq(turns_found(), 10);
	snprintf(dir, sizeof dir, "%s/.config", home);
	setenv("XDG_CONFIG_HOME", dir, 1);
	ck_assert_int_eq(turns_found(), 21);
	put_file("csv-agent.yaml", "max_turns: 22\n");
	ck_assert_int_eq(turns_found(), 22);
	put_file("csv-agent.yaml", "max_turn: 22\n");
	ck_assert_int_eq(turns_found(), -1);
	unlink("csv-agent.yaml");
	/* what is there and cannot be read is not passed over */
	ck_assert_int_eq(symlink("csv-agent.yaml", "csv-agent.yaml"), 0);
	ck_assert_int_eq(turns_found(), -1);
	ck_assert_int_eq(conf_load(c, "missing.yaml", &f), -1);
	ck_assert_int_eq(f.code, FAIL_USAGE);
	ck_assert_ptr_nonnull(strstr(f.msg, "missing.yaml: No such file"));
	conf_free(c);
	unlink(path);
	snprintf(path, sizeof path, "%s/.config/csv-agent", home);
	rmdir(path);
	rmdir(dir);
	leave();
	unsetenv("XDG_CONFIG_HOME");
}
END_TEST

START_TEST(sizes)
{
	static const struct {
		const char *text;
		size_t want; /* (size_t)-1: not a size */
	} t[] = {
	    {"0", 0},
	    {"4096", 4096},
	    {"1k", 1024},
	    {"1KB", 1024},
	    {"1KiB", 1024},
	    {"0.5M", 524288},
	    {"2G", (size_t)2 << 30},
	    {"1tib", (size_t)1 << 40},
	    {"7b", 7},
	    {"", (size_t)-1},
	    {"M", (size_t)-1},
	    {"5X", (size_t)-1},
	    {"5MM", (size_t)-1},
	    {"5 M", (size_t)-1},
	    {"-1", (size_t)-1},
	    {"nan", (size_t)-1},
	    {"1e30", (size_t)-1},
	    {"inf", (size_t)-1},
	};
	size_t i, v;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		if (conf_parse_size(t[i].text, &v) == -1)
			v = (size_t)-1;
		ck_assert_msg(v == t[i].want, "\"%s\": %zu", t[i].text, v);
	}
}
END_TEST

START_TEST(nearest)
{
	char wide[300];

	ck_assert_uint_eq(conf_distance("", ""), 0);
	ck_assert_uint_eq(conf_distance("abc", ""), 3);
	ck_assert_uint_eq(conf_distance("", "abc"), 3);
	ck_assert_uint_eq(conf_distance("kitten", "sitting"), 3);
	ck_assert_uint_eq(conf_distance("flaw", "lawn"), 2);
	memset(wide, 'x', sizeof wide - 1);
	wide[sizeof wide - 1] = '\0';
	ck_assert_uint_eq(conf_distance(wide, wide), 299 - 63);
	ck_assert_str_eq(conf_nearest("temprature"), "temperature");
	ck_assert_str_eq(conf_nearest("n_consistancy"), "n_consistency");
	ck_assert_ptr_nonnull(conf_nearest(wide));
	ck_assert_str_eq(conf_words(CONF_TEACHER), "auto,reference,chat");
	ck_assert_ptr_null(conf_words(CONF_MAX_TURNS));
}
END_TEST

UNIT_MAIN("conf", table, defaults, values, levels, maps, files, bomb, scalars,
    environment, which_file, sizes, nearest)
