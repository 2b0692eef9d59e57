/* opt.c - the command line of every program from one table. */
#include <assert.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"
#include "opt.h"
#include "version.h"

#define CONF_OPT(name, letter, arg, id, help)                                  \
	{                                                                      \
		name, letter, OPT_CONF, arg, help, 0, id, NULL, 0, 0           \
	}
#define CONF_FLAG(name, id, value, help)                                       \
	{                                                                      \
		name, 0, OPT_CONF_FLAG, NULL, help, 0, id, value, 0, 0         \
	}

const struct opt opt_teacher[] = {CONF_OPT("teacher", 't', "KIND", CONF_TEACHER,
				      "who answers: auto, reference or chat"),
    CONF_OPT("model", 'm', "NAME", CONF_TEACHER_MODEL, "model to ask"),
    CONF_OPT("base-url", 'b', "URL", CONF_BASE_URL, "chat API"),
    CONF_OPT("journal", 0, "FILE", CONF_JOURNAL,
	"record finished requests and cells; a rerun answers from it"),
    CONF_FLAG("replay", CONF_REPLAY, "true",
	"answer from the journal only; no socket is opened"),
    CONF_FLAG("drain", CONF_DRAIN, "true",
	"on a signal let requests in flight finish"),
    CONF_OPT("max-cost", 0, "USD", CONF_MAX_COST, "stop at this cost"),
    CONF_OPT("max-total-tokens", 0, "N", CONF_MAX_TOTAL_TOKENS,
	"stop at this many tokens"),
    CONF_OPT("requests-per-minute", 0, "N", CONF_REQUESTS_PER_MINUTE,
	"limit on requests"),
    CONF_OPT("max-inflight", 0, "N", CONF_MAX_INFLIGHT, "requests at once"),
    CONF_OPT("header", 'H', "'NAME: VALUE'", CONF_EXTRA_HEADERS,
	"add a header to each request (repeatable)"),
    CONF_OPT("extra-json", 0, "OBJECT", CONF_EXTRA_BODY,
	"merge members into each request"),
    CONF_FLAG("no-stream", CONF_STREAM, "false",
	"ask for whole replies instead of streams"),
    CONF_FLAG("allow-http", CONF_ALLOW_HTTP, "true",
	"allow http to other machines (the key goes in clear text)"),
    {0}};

const struct opt opt_sandbox[] = {
    CONF_OPT("sandbox", 0, "TIER", CONF_SANDBOX,
	"isolation: auto, full, landlock or none"),
    CONF_OPT("python", 0, "PATH", CONF_PYTHON,
	"interpreter (default: the first that has the libraries)"),
    CONF_OPT("cell-timeout", 0, "SECONDS", CONF_CELL_TIMEOUT,
	"time limit of a cell"),
    CONF_OPT("memory", 0, "SIZE", CONF_MEMORY_LIMIT, "memory limit of a trace"),
    {0}};

const struct opt opt_tolerance[] = {
    CONF_OPT("float-tolerance", 0, "X", CONF_FLOAT_TOLERANCE,
	"absolute tolerance of numbers"),
    CONF_OPT("relative-tolerance", 0, "X", CONF_RELATIVE_TOLERANCE,
	"relative tolerance of numbers"),
    CONF_OPT("p-tolerance", 0, "X", CONF_P_TOLERANCE, "tolerance of p-values"),
    CONF_OPT("min-agreement", 0, "SHARE", CONF_MIN_AGREEMENT,
	"share of blind answers that must match the gold answer"),
    {0}};

enum { OPT_HELP = 1, OPT_VERSION, OPT_PROGRESS, OPT_COMPLETION };

/* What opt_start itself keeps; opt_common is what programs see of it. */
struct common {
	struct opt_common c;
	const char *progress;
};

static const struct opt common_table[] = {
    {"config", 'c', OPT_STR, "FILE", "configuration file",
	offsetof(struct common, c.config), 0, NULL, 0, 0},
    {"rejects", 0, OPT_STR, "FILE", "write records that were not processed",
	offsetof(struct common, c.rejects), 0, NULL, 0, 0},
    {"quiet", 'q', OPT_FLAG, NULL, "no messages but errors",
	offsetof(struct common, c.quiet), 0, NULL, 0, 0},
    {"verbose", 'v', OPT_FLAG, NULL, "say more",
	offsetof(struct common, c.verbose), 0, NULL, 0, 0},
    {"progress", 0, OPT_STR, "WHEN", "auto, always or never",
	offsetof(struct common, progress), 0, "auto", 0, 0},
    {0}};

static const struct option fixed[] = {
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {"completion", required_argument, NULL, OPT_COMPLETION},
};

void
opt_usage(const char *fmt, ...)
{
	va_list ap;

	struct fail f;
	char text[sizeof f.msg];

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	fail_set(&f, FAIL_USAGE, "%s", text);
	warnx("%s", f.msg);
	fprintf(stderr, "Try '%s --help'.\n", program_invocation_short_name);
	exit(EXIT_USAGE);
}

bool
opt_in_list(const char *list, const char *word)
{
	size_t n = strlen(word), k;

	for (; *list != '\0'; list += k + (list[k] == ',')) {
		k = strcspn(list, ",");
		if (k == n && memcmp(list, word, n) == 0)
			return true;
	}
	return false;
}

void
opt_check_list(
    const char *option, const char *list, bool (*known)(const char *))
{
	char *copy, *word, *rest;

	if (list == NULL)
		return;
	rest = copy = xstrdup(list);
	while ((word = strsep(&rest, ",")) != NULL)
		if (!known(word))
			opt_usage("--%s: unknown name \"%s\"", option, word);
	free(copy);
}

static double
number(const struct opt *o, const char *text)
{
	char *end;
	double v;

	errno = 0;
	v = strtod(text, &end);
	if (end == text || *end != '\0' || errno != 0 || !isfinite(v) ||
	    (o->kind == OPT_INT && v != floor(v)))
		opt_usage("--%s: expected a %snumber, saw \"%s\"", o->name,
		    o->kind == OPT_INT ? "whole " : "", text);
	if ((o->min != 0 || o->max != 0) && (v < o->min || v > o->max))
		opt_usage("--%s: expected a value from %g to %g, saw %s",
		    o->name, o->min, o->max, text);
	return v;
}

static void
store(const struct opt *o, const char *text, char *opts, struct conf *conf)
{
	void *p = opts + o->off;
	struct opt_list *list;
	struct fail f;

	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)p = true;
		break;
	case OPT_INT:
		*(long *)p = (long)number(o, text);
		break;
	case OPT_REAL:
		*(double *)p = number(o, text);
		break;
	case OPT_STR:
		*(const char **)p = text;
		break;
	case OPT_SIZE:
		if (conf_parse_size(text, p) == -1)
			opt_usage(
			    "--%s: expected a size such as 5M, saw \"%s\"",
			    o->name, text);
		break;
	case OPT_LIST:
		list = p;
		list->v = xreallocarray(list->v, list->n + 1, sizeof *list->v);
		list->v[list->n++] = text;
		break;
	case OPT_CONF:
	case OPT_CONF_FLAG:
		if (o->kind == OPT_CONF_FLAG)
			text = o->def;
		if (conf_set(conf, o->conf, CONF_OPTION, text, &f) == -1)
			opt_usage("--%s: %s", o->name, f.msg);
		break;
	}
}

static void
defaults(const struct opt *table, char *opts)
{
	for (; table->name != NULL; table++)
		if (table->def != NULL && table->kind != OPT_CONF_FLAG &&
		    table->kind != OPT_FLAG)
			store(table, table->def, opts, NULL);
}

static const char *
default_text(const struct opt *o)
{
	if (o->kind == OPT_CONF && conf_keys[o->conf].kind != CONF_MAP)
		return conf_keys[o->conf].def;
	return o->kind == OPT_CONF_FLAG ? NULL : o->def;
}

static void
help_line(char letter, const char *name, const char *arg, const char *help,
    const char *def)
{
	char left[64];

	snprintf(left, sizeof left, "  %c%c%c --%s%s%s", letter ? '-' : ' ',
	    letter ? letter : ' ', letter ? ',' : ' ', name,
	    arg != NULL ? " " : "", arg != NULL ? arg : "");
	printf("%-34s %s", left, help);
	if (def != NULL)
		printf(" (%s)", def);
	putchar('\n');
}

static void
help_table(const struct opt *o)
{
	for (; o->name != NULL; o++)
		help_line(o->letter, o->name, o->arg, o->help, default_text(o));
}

static void
finish_stdout(void)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		err(EXIT_SYSTEM, "standard output");
	exit(EXIT_ALL);
}

static void
help(const struct prog *prog)
{
	const struct opt *const *t;

	printf("usage: %s [options] %s\n%s.\n\n", prog->name, prog->operands,
	    prog->summary);
	for (t = prog->tables; *t != NULL; t++)
		help_table(*t);
	help_table(common_table);
	help_line('h', "help", NULL, "print this", NULL);
	help_line('V', "version", NULL, "print the version", NULL);
	help_line(
	    0, "completion", "SHELL", "print a bash or zsh completion", NULL);
	printf("\nThe manual is %s(1); the overview is csv-agent(7).\n",
	    prog->name);
	finish_stdout();
}

/* Text inside single quotes and brackets of a zsh option specification. */
static void
put_zsh(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			fputs("'\\'", stdout);
		else if (strchr("[]:\\", *text) != NULL)
			putchar('\\');
		putchar(*text);
	}
}

/* A zsh specification of one option. */
static void
zsh_option(char letter, const char *name, const char *arg, const char *help)
{
	printf(" \\\n    ");
	if (letter != 0)
		printf("{-%c%s,--%s%s}'", letter, arg == NULL ? "" : "+", name,
		    arg == NULL ? "" : "=");
	else
		printf("'--%s%s", name, arg == NULL ? "" : "=");
	putchar('[');
	put_zsh(help);
	putchar(']');
	if (arg != NULL) {
		putchar(':');
		put_zsh(arg);
		printf(":_files");
	}
	putchar('\'');
}

static void
zsh_table(const struct opt *o)
{
	for (; o->name != NULL; o++)
		zsh_option(o->letter, o->name, o->arg, o->help);
}

/* A completion script from the tables. */
static void
completion(const struct prog *prog, const char *shell)
{
	const struct opt *const *t;
	const struct opt *o;

	if (strcmp(shell, "zsh") == 0) {
		printf("#compdef %s\n_arguments -s -S", prog->name);
		zsh_option('h', "help", NULL, "this text");
		zsh_option('V', "version", NULL, "the version");
		for (t = prog->tables; *t != NULL; t++)
			zsh_table(*t);
		zsh_table(common_table);
		zsh_option(
		    0, "completion", "SHELL", "print a bash or zsh completion");
		printf(" \\\n    '*:file:_files'\n");
	} else if (strcmp(shell, "bash") == 0) {
		printf("complete -o default -W '--help --version --completion");
		for (t = prog->tables; *t != NULL; t++)
			for (o = *t; o->name != NULL; o++)
				printf(" --%s", o->name);
		for (o = common_table; o->name != NULL; o++)
			printf(" --%s", o->name);
		printf("' %s\n", prog->name);
	} else {
		opt_usage(
		    "--completion: expected bash or zsh, saw \"%s\"", shell);
	}
	finish_stdout();
}

/* The getopt tables made from ours; val is 256 + index for each option. */
struct parser {
	const struct opt **opt;
	bool *common; /* the option is one of common_table */
	struct option *longs;
	char *letters;
	size_t n, cap;
};

static void
add_table(struct parser *p, const struct opt *o, bool common)
{
	for (; o->name != NULL; o++) {
		bool has = o->arg != NULL;
		size_t k;

		p->opt = xreallocarray(p->opt, p->n + 1, sizeof *p->opt);
		p->common =
		    xreallocarray(p->common, p->n + 1, sizeof *p->common);
		p->longs = xreallocarray(p->longs, p->n + 8, sizeof *p->longs);
		p->letters = xreallocarray(p->letters, 2 * p->n + 16, 1);
		if (p->n == 0)
			strcpy(p->letters, ":hV");
		p->opt[p->n] = o;
		p->common[p->n] = common;
		p->longs[p->n] = (struct option){o->name,
		    has ? required_argument : no_argument, NULL,
		    256 + (int)p->n};
		if (o->letter != 0) {
			k = strlen(p->letters);
			p->letters[k++] = o->letter;
			if (has)
				p->letters[k++] = ':';
			p->letters[k] = '\0';
		}
		p->n++;
	}
}

static size_t
by_letter(const struct parser *p, int c)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (p->opt[i]->letter == c)
			return i;
	return p->n;
}

/* The long name with this val, or NULL. */
static const char *
long_name(const struct parser *p, int val)
{
	size_t i;

	for (i = 0; p->longs[i].name != NULL; i++)
		if (p->longs[i].val == val)
			return p->longs[i].name;
	return NULL;
}

/* Of getopt's errors: say what is wrong, end the program. word: the argument
 * where it stopped. */
static void __attribute__((noreturn))
wrong(const struct parser *p, int c, const char *word)
{
	bool letter = optopt > ' ' && optopt < 256;
	const char *name = long_name(p, optopt), *best = "";
	size_t i, d, least = (size_t)-1;

	if (c == ':' && letter)
		opt_usage("-%c: expected an argument", optopt);
	if (c == ':')
		opt_usage("--%s: expected an argument", name);
	if (name != NULL)
		opt_usage("--%s: takes no argument", name);
	if (optopt != 0)
		opt_usage("unknown option -%c", optopt);
	for (i = 0; p->longs[i].name != NULL; i++) {
		d = conf_distance(word + 2, p->longs[i].name);
		if (d < least) {
			least = d;
			best = p->longs[i].name;
		}
	}
	opt_usage("unknown option %s; the nearest is --%s", word, best);
}

static void
run_getopt(const struct prog *prog, struct parser *p, int argc, char **argv,
    void *opts, struct common *com, struct conf *conf)
{
	size_t i;
	int c;

	opterr = 0;
	while (
	    (c = getopt_long(argc, argv, p->letters, p->longs, NULL)) != -1) {
		switch (c) {
		case 'h':
			help(prog);
			break;
		case 'V':
			printf("%s %s\n", prog->name, CSV_AGENT_VERSION);
			finish_stdout();
			break;
		case OPT_COMPLETION:
			completion(prog, optarg);
			break;
		case '?':
		case ':':
			wrong(p, c, argv[optind - 1]);
			break;
		default:
			i = c >= 256 ? (size_t)c - 256 : by_letter(p, c);
			store(p->opt[i], optarg,
			    p->common[i] ? (void *)com : opts, conf);
		}
	}
}

static enum log_progress
progress_kind(const char *word)
{
	assert(word != NULL); /* it has a default */
	if (strcmp(word, "auto") == 0)
		return PROGRESS_AUTO;
	if (strcmp(word, "always") == 0)
		return PROGRESS_ALWAYS;
	if (strcmp(word, "never") != 0)
		opt_usage("--progress: expected auto, always or never, saw "
			  "\"%s\"",
		    word);
	return PROGRESS_NEVER;
}

/* Where a standard stream is closed, no file of ours may take its place; the
 * wrong mode makes its use fail as before. */
static void
hold_streams(void)
{
	static const int modes[] = {O_WRONLY, O_RDONLY, O_RDWR};
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 &&
		    open("/dev/null", modes[fd]) != fd)
			_exit(EXIT_SYSTEM);
}

char **
opt_start(const struct prog *prog, int argc, char **argv, void *opts,
    struct opt_common *common, struct conf *conf)
{
	struct common com = {0};
	struct parser p = {0};
	const struct opt *const *t;
	struct fail f;

	hold_streams();
	signal(SIGPIPE, SIG_DFL);
	mem_libraries();
	for (t = prog->tables; *t != NULL; t++) {
		add_table(&p, *t, false);
		defaults(*t, opts);
	}
	add_table(&p, common_table, true);
	defaults(common_table, (char *)&com);
	assert(p.longs != NULL);
	memcpy(p.longs + p.n, fixed, sizeof fixed);
	p.longs[p.n + sizeof fixed / sizeof *fixed] = (struct option){0};
	run_getopt(prog, &p, argc, argv, opts, &com, conf);
	free(p.opt);
	free(p.common);
	free(p.longs);
	free(p.letters);
	log_init(com.c.quiet    ? LOG_QUIET
		: com.c.verbose ? LOG_VERBOSE
				: LOG_NORMAL,
	    progress_kind(com.progress));
	if (conf_load(conf, com.c.config, &f) == -1) {
		if (f.code == FAIL_IO)
			errx(EXIT_SYSTEM, "%s", f.msg);
		opt_usage("%s", f.msg);
	}
	*common = com.c;
	return argv + optind;
}
