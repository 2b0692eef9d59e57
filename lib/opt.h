/* opt.h - the command line of every program from one table: parsing, --help,
 * --version, shell completion. */
#ifndef OPT_H
#define OPT_H

#include <stdbool.h>
#include <stddef.h>

#include "conf.h"

enum opt_kind {
	OPT_FLAG, /* bool: set to true */
	OPT_INT, /* long */
	OPT_REAL, /* double */
	OPT_STR, /* const char *, borrowed from argv; NULL without default */
	OPT_SIZE, /* size_t, 512M */
	OPT_LIST, /* struct opt_list: may be given several times */
	OPT_CONF, /* text for a configuration key */
	OPT_CONF_FLAG, /* sets a configuration key to the text in def */
};

struct opt_list {
	const char **v; /* borrowed texts; the array is owned */
	size_t n;
};

/* One option. A table ends with {0}. */
struct opt {
	const char *name; /* long name */
	char letter; /* or 0 */
	enum opt_kind kind;
	const char *arg; /* what the argument is called; NULL for flags */
	const char *help; /* one line, no full stop */
	size_t off; /* offsetof(struct opts, member), conf kinds apart */
	enum conf_id conf; /* OPT_CONF, OPT_CONF_FLAG */
	const char *def; /* default as text, or what a conf flag sets */
	double min, max; /* OPT_INT, OPT_REAL; both 0: unlimited */
};

/* What every program accepts (-h and -V are acted on inside opt_start). */
struct opt_common {
	const char *config, *rejects;
	bool quiet, verbose;
};

struct prog {
	const char *name;
	const char *operands; /* "FILE..." for the usage line */
	const char *summary; /* one line */
	const struct opt *const *tables; /* NULL-terminated */
};

/* Options of several programs. */
extern const struct opt opt_teacher[];
extern const struct opt opt_sandbox[];
extern const struct opt opt_tolerance[];

/*
 * Parse; options may follow operands. Fills opts (defaults first) and, with the
 * environment and configuration file, conf. Starts logging, gives SIGPIPE its
 * default action. Errors are printed and end the program with EXIT_USAGE.
 * Returns the operands: a NULL-terminated part of argv.
 */
char **opt_start(const struct prog *prog, int argc, char **argv, void *opts,
    struct opt_common *common, struct conf *conf);

/* Print "prog: text" and "Try prog --help" and exit with EXIT_USAGE. */
void opt_usage(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

/* Is word one of the comma-separated words of list (exactly)? */
bool opt_in_list(const char *list, const char *word);
/* Each comma-separated word of list, the value of --option, must be known; a
 * usage error else. list may be NULL. */
void opt_check_list(
    const char *option, const char *list, bool (*known)(const char *));

#endif
