/* fail.c - exit codes, and why something failed. */
#include <errno.h>
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

/* The length of the character at p if it drives a terminal or hides text,
 * else 0. */
static size_t
unsafe(const unsigned char *p)
{
	if (p[0] < 0x20 || p[0] == 0x7f)
		return 1;
	if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)
		return 2;
	/* U+200E-F, U+202A-E, U+2066-9 */
	if (p[0] == 0xe2 && p[1] == 0x80 &&
	    (p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xaa && p[2] <= 0xae)))
		return 3;
	if (p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9)
		return 3;
	return 0;
}

/* Where the last character starts, if its end is missing; else the end. */
static size_t
whole_characters(const unsigned char *p, size_t n)
{
	size_t i = n, want;

	while (i > 0 && n - i < 3 && (p[i - 1] & 0xc0) == 0x80)
		i--;
	if (i == 0 || p[i - 1] < 0xc0)
		return n;
	want = p[i - 1] < 0xe0 ? 2 : p[i - 1] < 0xf0 ? 3 : 4;
	return n - (i - 1) < want ? i - 1 : n;
}

void
fail_clean(char *s, bool keep)
{
	unsigned char *p = (unsigned char *)s;
	size_t k;

	s[whole_characters(p, strlen(s))] = '\0';
	for (; *p != '\0'; p += k) {
		k = unsafe(p);
		if (k == 0 || (keep && (*p == '\n' || *p == '\t')))
			k = 1;
		else
			memset(p, '?', k);
	}
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
	fail_clean(f->msg, false);
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
	fail_clean(f->msg, false);
	return -1;
}

enum fail_code
fail_errno(int e, enum fail_code code)
{
	static const int machine[] = {
	    EMFILE, ENFILE, ENOMEM, EIO, EAGAIN, ENOSPC, EDQUOT, ENOBUFS};
	size_t i;

	for (i = 0; i < sizeof machine / sizeof *machine; i++)
		if (e == machine[i])
			return FAIL_IO;
	return code;
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
