/* fail.c - exit codes, and why something failed. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fail.h"

static const struct {
	const char *name;
	enum exit_code exit;
} codes[FAIL_CODES] = {
    [FAIL_NONE] = {"none", EXIT_ALL},
    [FAIL_JSON] = {"bad_json", EXIT_SOME},
    [FAIL_TYPE] = {"bad_type", EXIT_SOME},
    [FAIL_MEMBER] = {"missing_member", EXIT_SOME},
    [FAIL_VALUE] = {"bad_value", EXIT_SOME},
    [FAIL_LONG] = {"too_long", EXIT_SOME},
    [FAIL_TORN] = {"torn_line", EXIT_SOME},
    [FAIL_UPSTREAM] = {"upstream", EXIT_SOME},
    [FAIL_DUPLICATE] = {"duplicate", EXIT_SOME},
    [FAIL_CSV] = {"csv", EXIT_SOME},
    [FAIL_USAGE] = {"usage", EXIT_USAGE},
    [FAIL_SANDBOX] = {"sandbox", EXIT_SYSTEM},
    [FAIL_TEACHER] = {"teacher", EXIT_SYSTEM},
    [FAIL_NETWORK] = {"network", EXIT_SYSTEM},
    [FAIL_IO] = {"io", EXIT_SYSTEM},
    [FAIL_BUDGET] = {"budget", EXIT_SYSTEM},
};

/* Control characters become '?': a message is one line on a terminal. */
static void
one_line(char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = '?';
}

int
fail_set(struct fail *f, enum fail_code code, const char *fmt, ...)
{
	va_list ap;

	if (f == NULL)
		return -1;
	f->code = code;
	va_start(ap, fmt);
	vsnprintf(f->msg, sizeof f->msg, fmt, ap);
	va_end(ap);
	one_line(f->msg);
	return -1;
}

int
fail_at(struct fail *f, const char *fmt, ...)
{
	char old[sizeof f->msg];
	va_list ap;
	int n;

	if (f == NULL)
		return -1;
	memcpy(old, f->msg, sizeof old);
	va_start(ap, fmt);
	n = vsnprintf(f->msg, sizeof f->msg, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof f->msg)
		snprintf(f->msg + n, sizeof f->msg - (size_t)n, ": %.*s",
		    (int)(sizeof old - (size_t)n), old);
	one_line(f->msg);
	return -1;
}

const char *
fail_code_name(enum fail_code code)
{
	return codes[code].name;
}

enum exit_code
fail_exit(enum fail_code code)
{
	return codes[code].exit;
}
