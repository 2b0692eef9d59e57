/* unit.h - what unit tests share: a main() that prints TAP, and running code
 * in a child whose output is caught. */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define UNIT_MAIN(name, ...)                                                   \
	int main(void)                                                         \
	{                                                                      \
		const TTest *const tests[] = {__VA_ARGS__};                    \
                                                                               \
		return unit_run(name, tests, sizeof tests / sizeof *tests);    \
	}

static inline int
unit_run(const char *name, const TTest *const *tests, size_t n)
{
	Suite *s = suite_create(name);
	TCase *t = tcase_create(name);
	SRunner *r;
	size_t i;
	int failed;

	tcase_set_timeout(t, 60);
	for (i = 0; i < n; i++)
		tcase_add_test(t, tests[i]);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}

/* What a child did: its wait status, and what it wrote (NUL-terminated). */
struct unit_child {
	int status; /* exit status, or minus the signal that ended it */
	char out[65536], err[65536];
};

static inline void
unit_slurp(FILE *fp, char text[65536])
{
	size_t n;

	rewind(fp);
	n = fread(text, 1, 65535, fp);
	text[n] = '\0';
	fclose(fp);
}

/* Run fn(arg) in a child; returning from it is exit status 0. */
static inline void
unit_child(struct unit_child *c, void (*fn)(void *), void *arg)
{
	FILE *out = tmpfile(), *err = tmpfile();
	int st = 0;
	pid_t pid;

	ck_assert(out != NULL && err != NULL);
	fflush(stdout);
	fflush(stderr);
	pid = fork();
	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		dup2(fileno(out), STDOUT_FILENO);
		dup2(fileno(err), STDERR_FILENO);
		fn(arg);
		fflush(stdout);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &st, 0), pid);
	c->status = WIFEXITED(st) ? WEXITSTATUS(st) : -WTERMSIG(st);
	unit_slurp(out, c->out);
	unit_slurp(err, c->err);
}

#endif
