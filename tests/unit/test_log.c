/* test_log.c - unit tests of messages and progress. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "unit.h"

static struct unit_child child;

static void
say(void *arg)
{
	log_init(*(enum log_level *)arg, PROGRESS_NEVER);
	program_invocation_short_name = (char[]){"prog"};
	log_warn("warn %d", 1);
	log_info("info");
	log_debug("debug");
}

START_TEST(levels)
{
	enum log_level l = LOG_NORMAL;

	unit_child(&child, say, &l);
	ck_assert_str_eq(child.err, "prog: warn 1\nprog: info\n");
	ck_assert_str_eq(child.out, "");
	l = LOG_QUIET;
	unit_child(&child, say, &l);
	ck_assert_str_eq(child.err, "");
	l = LOG_VERBOSE;
	unit_child(&child, say, &l);
	ck_assert_str_eq(child.err, "prog: warn 1\nprog: info\nprog: debug\n");
	log_init(LOG_VERBOSE, PROGRESS_AUTO);
	ck_assert_int_eq(log_level(), LOG_VERBOSE);
}
END_TEST

static void
say_escapes(void *arg)
{
	char text[6000];

	(void)arg;
	program_invocation_short_name = (char[]){"prog"};
	log_warn("%s",
	    "a\033[2Jb\nc\xc2\x9b"
	    "d");
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	log_warn("%s", text);
}

START_TEST(escapes)
{
	static const char head[] = "prog: a?[2Jb\nc??d\nprog: ";

	unit_child(&child, say_escapes, NULL);
	ck_assert(strncmp(child.err, head, strlen(head)) == 0);
	ck_assert_uint_eq(strlen(child.err), strlen(head) + 4095 + 1);
}
END_TEST

static void
pause_ms(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

static void
progress_always(void *arg)
{
	(void)arg;
	program_invocation_short_name = (char[]){"prog"};
	log_init(LOG_NORMAL, PROGRESS_ALWAYS);
	log_progress(0, 10, "records", NULL);
	log_progress(1, 10, "records", NULL); /* before a second: nothing */
	pause_ms(1050);
	log_progress(5, 10, "records", "extra \033[1m");
	log_progress(6, 10, "records", NULL); /* too soon */
	log_progress_end();
	log_warn("done");
}

static void
progress_unknown(void *arg)
{
	(void)arg;
	program_invocation_short_name = (char[]){"prog"};
	log_init(LOG_NORMAL, PROGRESS_ALWAYS);
	log_progress(0, 0, "records", NULL);
	pause_ms(1050);
	log_progress(50, 0, "records", NULL);
}

static void
progress_not_wanted(void *arg)
{
	enum log_progress *p = arg;

	log_init(*p == PROGRESS_ALWAYS ? LOG_QUIET : LOG_NORMAL, *p);
	log_progress(0, 10, "records", NULL);
	pause_ms(1050);
	log_progress(5, 10, "records", NULL);
	log_progress_end();
}

START_TEST(progress_lines)
{
	enum log_progress p;
	char *s;

	unit_child(&child, progress_always, NULL);
	ck_assert(strncmp(child.err, "prog: 5/10 records  50% eta ", 28) == 0);
	s = strchr(child.err, '\n');
	ck_assert_ptr_nonnull(s);
	ck_assert_str_eq(s, "\nprog: done\n");
	ck_assert_ptr_nonnull(strstr(child.err, "s extra ?[1m\n"));

	unit_child(&child, progress_unknown, NULL);
	ck_assert(strncmp(child.err, "prog: 50 records, ", 18) == 0);
	ck_assert_ptr_nonnull(strstr(child.err, "/s\n"));

	for (p = PROGRESS_AUTO; p <= PROGRESS_NEVER; p++) {
		unit_child(&child, progress_not_wanted, &p);
		ck_assert_str_eq(child.err, "");
	}
}
END_TEST

/* What a child with a terminal as its stderr writes there. */
static void
on_terminal(void (*fn)(void), char *text, size_t size, unsigned short columns)
{
	struct winsize w = {.ws_row = 24, .ws_col = columns};
	size_t n = 0;
	ssize_t k;
	int master;
	pid_t pid = forkpty(&master, NULL, NULL, &w);

	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		fn();
		_exit(0);
	}
	while (n < size - 1 && (k = read(master, text + n, size - 1 - n)) > 0)
		n += (size_t)k;
	text[n] = '\0';
	close(master);
	waitpid(pid, NULL, 0);
}

static void
draw(void)
{
	program_invocation_short_name = (char[]){"prog"};
	log_init(LOG_NORMAL, PROGRESS_AUTO);
	log_progress(0, 10, "records", NULL);
	pause_ms(1050);
	log_progress(5, 10, "records", "a long text at the end of the line");
	log_warn("message");
	log_progress_end();
}

START_TEST(terminal)
{
	char text[4096], *line, *s;

	on_terminal(draw, text, sizeof text, 40);
	/* drawn, wiped for the message, drawn again, wiped */
	line = strstr(text, "\r\033[Kprog: 5/10 records  50%");
	ck_assert_ptr_nonnull(line);
	s = strstr(line, "\r\033[Kprog: message\r\nprog: 5/10");
	ck_assert_ptr_nonnull(s);
	ck_assert_int_eq((int)(s - line - 4), 39); /* one less than wide */
	ck_assert_str_eq(text + strlen(text) - 4, "\r\033[K");
}
END_TEST

UNIT_MAIN("log", levels, escapes, progress_lines, terminal)
