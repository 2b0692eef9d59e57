/* test_opt.c - unit tests of command lines. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fail.h"
#include "log.h"
#include "opt.h"
#include "unit.h"
#include "version.h"

struct opts {
	bool flag;
	long count;
	double share;
	const char *name;
	size_t size;
	struct opt_list list;
};

static const struct opt own[] = {
    {"flag", 'f', OPT_FLAG, NULL, "set it", offsetof(struct opts, flag), 0,
	NULL, 0, 0},
    {"count", 'n', OPT_INT, "N", "how many", offsetof(struct opts, count), 0,
	"100", 1, 1000},
    {"share", 0, OPT_REAL, "X", "a share", offsetof(struct opts, share), 0,
	"0.3", 0, 1},
    {"name", 'o', OPT_STR, "NAME", "a name", offsetof(struct opts, name), 0,
	NULL, 0, 0},
    {"size", 0, OPT_SIZE, "SIZE", "a size", offsetof(struct opts, size), 0,
	"1K", 0, 0},
    {"list", 'l', OPT_LIST, "WORD", "words", offsetof(struct opts, list), 0,
	NULL, 0, 0},
    {"turns", 0, OPT_CONF, "N", "turns", 0, CONF_MAX_TURNS, NULL, 0, 0},
    {"whole", 0, OPT_CONF_FLAG, NULL, "no stream", 0, CONF_STREAM, "false", 0,
	0},
    {0}};

static const struct opt *const tables[] = {own, opt_tolerance, NULL};
static const struct prog prog = {
    "prog", "FILE...", "Try the command line", tables};

static struct unit_child child;

/* Parse words (NULL-terminated, the program's name apart) and print what came
 * out of it. */
static void
parse(void *arg)
{
	const char *const *words = arg;
	char *argv[32] = {(char[]){"prog"}};
	struct opts o = {0};
	struct opt_common common;
	struct conf *c = conf_new();
	char **rest;
	int argc = 1;
	size_t i;

	program_invocation_short_name = argv[0];
	for (; words[argc - 1] != NULL; argc++)
		argv[argc] = strdup(words[argc - 1]);
	rest = opt_start(&prog, argc, argv, &o, &common, c);
	printf("%d %ld %g %s %zu", o.flag, o.count, o.share,
	    o.name ? o.name : "-", o.size);
	for (i = 0; i < o.list.n; i++)
		printf(" %s", o.list.v[i]);
	printf("|%ld %d %g|", conf_int(c, CONF_MAX_TURNS),
	    conf_bool(c, CONF_STREAM), conf_real(c, CONF_FLOAT_TOLERANCE));
	printf("%s %s %d|", common.config ? common.config : "-",
	    common.rejects ? common.rejects : "-", (int)log_level());
	for (; *rest != NULL; rest++)
		printf("%s ", *rest);
}

#define RUN(...) unit_child(&child, parse, (const char *[]){__VA_ARGS__, NULL})

static void
at_home(void)
{
	/* no configuration file of whoever runs the tests */
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	ck_assert_int_eq(chdir("/"), 0);
}

START_TEST(good)
{
	at_home();
	unit_child(&child, parse, (const char *[]){NULL});
	ck_assert_str_eq(child.out, "0 100 0.3 - 1024|10 1 0.1|- - 0|");
	ck_assert_str_eq(child.err, "");
	RUN("-f", "-n7", "--share=0.5", "-o", "x y", "--size", "2K", "-l", "a",
	    "--list", "b", "--turns", "3", "--whole", "--float-tolerance",
	    "0.2");
	ck_assert_str_eq(child.out, "1 7 0.5 x y 2048 a b|3 0 0.2|- - 0|");
	/* options after operands, abbreviations, the end of options */
	RUN("a.csv", "-n", "8", "b.csv", "--fla", "--rejects", "r", "--", "-n");
	ck_assert_str_eq(
	    child.out, "1 8 0.3 - 1024|10 1 0.1|- r 0|a.csv b.csv -n ");
	RUN("-", "-q");
	ck_assert_str_eq(child.out, "0 100 0.3 - 1024|10 1 0.1|- - -1|- ");
	RUN("-fv", "--progress", "never");
	ck_assert_str_eq(child.out, "1 100 0.3 - 1024|10 1 0.1|- - 1|");
}
END_TEST

START_TEST(bad)
{
	static const struct {
		const char *words[4];
		const char *message;
	} t[] = {
	    {{"-n", "x"}, "--count: expected a whole number, saw \"x\""},
	    {{"-n", "1.5"}, "--count: expected a whole number, saw \"1.5\""},
	    {{"-n", "0"}, "--count: expected a value from 1 to 1000, saw 0"},
	    {{"-n", ""}, "--count: expected a whole number, saw \"\""},
	    {{"--share", "2"}, "--share: expected a value from 0 to 1, saw 2"},
	    {{"--share=nan"}, "--share: expected a number, saw \"nan\""},
	    {{"--size", "5X"},
		"--size: expected a size such as 5M, saw \"5X\""},
	    {{"--turns", "0"},
		"--turns: max_turns: expected a value from 1 to 1000, saw 0"},
	    {{"--nmae", "x"}, "unknown option --nmae; the nearest is --name"},
	    {{"-x"}, "unknown option -x"},
	    {{"-fx"}, "unknown option -x"},
	    {{"a", "-xf", "b"}, "unknown option -x"},
	    {{"--flag=1"}, "--flag: takes no argument"},
	    {{"--help=1"}, "--help: takes no argument"},
	    {{"-o"}, "-o: expected an argument"},
	    {{"--name"}, "--name: expected an argument"},
	    {{"--completion"}, "--completion: expected an argument"},
	    {{"--completion", "fish"},
		"--completion: expected bash or zsh, saw \"fish\""},
	    {{"--progress", "x"},
		"--progress: expected auto, always or never, saw \"x\""},
	    {{"-o", "a", "--\033[2J"},
		"unknown option --?[2J; the nearest is --list"},
	    {{"-c", "/nonexistent/c.yaml"},
		"/nonexistent/c.yaml: No such file or directory"},
	};
	char want[300];
	size_t i;

	at_home();
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		unit_child(&child, parse, (void *)(uintptr_t)t[i].words);
		snprintf(want, sizeof want, "prog: %s\nTry 'prog --help'.\n",
		    t[i].message);
		if (strstr(want, "nearest is --list") == NULL)
			ck_assert_str_eq(child.err, want);
		else /* which one is nearest does not matter here */
			ck_assert(strncmp(child.err, want, 30) == 0);
		ck_assert_msg(child.status == EXIT_USAGE, "case %zu", i);
		ck_assert_str_eq(child.out, "");
	}
}
END_TEST

START_TEST(help)
{
	const struct opt *o;
	const struct opt *const *t;
	char word[64];

	at_home();
	/* also beside what would be an error */
	RUN("--help", "--nonsense");
	ck_assert_int_eq(child.status, 0);
	ck_assert_str_eq(child.err, "");
	ck_assert_ptr_eq(strstr(child.out,
			     "usage: prog [options] FILE...\n"
			     "Try the command line.\n\n"),
	    child.out);
	for (t = tables; *t != NULL; t++)
		for (o = *t; o->name != NULL; o++) {
			snprintf(word, sizeof word, "--%s ", o->name);
			ck_assert_msg(
			    strstr(child.out, word) != NULL, "%s", word);
		}
	ck_assert_ptr_nonnull(strstr(
	    child.out, "  -n, --count N                    how many (100)\n"));
	ck_assert_ptr_nonnull(strstr(child.out, "turns (10)\n"));
	ck_assert_ptr_nonnull(strstr(child.out, "no stream\n"));
	ck_assert_ptr_nonnull(strstr(child.out, "--rejects FILE"));
	RUN("-V");
	ck_assert_str_eq(child.out, "prog " CSV_AGENT_VERSION "\n");
}
END_TEST

static void
help_to_full(void *arg)
{
	int fd = open("/dev/full", O_WRONLY);

	dup2(fd, STDOUT_FILENO);
	parse(arg);
}

START_TEST(help_is_lost)
{
	if (access("/dev/full", W_OK) != 0)
		return;
	unit_child(&child, help_to_full, (const char *[]){"--help", NULL});
	ck_assert_int_eq(child.status, EXIT_SYSTEM);
	ck_assert_ptr_nonnull(strstr(child.err, "No space left"));
}
END_TEST

START_TEST(completion)
{
	RUN("--completion", "bash");
	ck_assert_int_eq(child.status, 0);
	ck_assert_ptr_nonnull(strstr(child.out, " --flag"));
	ck_assert_ptr_nonnull(strstr(child.out, " --rejects"));
	ck_assert_ptr_nonnull(strstr(child.out, " prog\n"));
	RUN("--completion", "zsh");
	ck_assert(strncmp(child.out, "#compdef prog\n", 14) == 0);
}
END_TEST

static void
lose_reader(void *arg)
{
	int fd[2];

	signal(SIGPIPE, SIG_IGN); /* as some parents leave it */
	parse(arg);
	fflush(stdout);
	if (pipe(fd) != 0)
		_exit(99);
	close(fd[0]);
	(void)!write(fd[1], "x", 1);
	_exit(98);
}

START_TEST(sigpipe)
{
	at_home();
	unit_child(&child, lose_reader, (const char *[]){NULL});
	ck_assert_int_eq(child.status, -SIGPIPE);
}
END_TEST

START_TEST(lists)
{
	ck_assert(opt_in_list("a,bc,d", "bc"));
	ck_assert(opt_in_list("a,bc,d", "a"));
	ck_assert(opt_in_list("a,bc,d", "d"));
	ck_assert(!opt_in_list("a,bc,d", "b"));
	ck_assert(!opt_in_list("a,bc,d", "bcd"));
	ck_assert(!opt_in_list("", "a"));
	ck_assert(!opt_in_list("a", ""));
	ck_assert(!opt_in_list("abc", "a,b"));
}
END_TEST

/* Names and letters of the shared tables, as every program gets them, are each
 * there once. */
START_TEST(shared_tables)
{
	const struct opt *const all[] = {
	    opt_teacher, opt_sandbox, opt_tolerance};
	char letters[256] = "hVcqv";
	const struct opt *o, *seen[100];
	size_t n = 0, i, k;

	for (i = 0; i < 3; i++)
		for (o = all[i]; o->name != NULL; o++) {
			for (k = 0; k < n; k++)
				ck_assert_str_ne(o->name, seen[k]->name);
			seen[n++] = o;
			ck_assert_ptr_nonnull(o->help);
			ck_assert((o->kind == OPT_CONF) == (o->arg != NULL));
			if (o->letter == 0)
				continue;
			ck_assert_ptr_null(strchr(letters, o->letter));
			k = strlen(letters);
			letters[k] = o->letter;
			letters[k + 1] = '\0';
		}
}
END_TEST

UNIT_MAIN("opt", good, bad, help, help_is_lost, completion, sigpipe, lists,
    shared_tables)
