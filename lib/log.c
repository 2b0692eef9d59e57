/* log.c - messages and progress on stderr. */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "fail.h"
#include "log.h"

static struct {
	enum log_level level;
	enum log_progress progress;
	bool drawn; /* a progress line stands on the screen */
	int64_t start; /* of the first log_progress call, ms; 0: none */
	int64_t last; /* when it was drawn */
	char line[256];
} st;

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
log_init(enum log_level level, enum log_progress progress)
{
	st.level = level;
	st.progress = progress;
}

enum log_level
log_level(void)
{
	return st.level;
}

static const char wipe[] = "\r\033[K";

/* One write a message: programs of a pipe share the terminal. */
static void
message(const char *fmt, va_list ap)
{
	char text[4096], out[5000];
	int n;

	vsnprintf(text, sizeof text, fmt, ap);
	fail_clean(text, true);
	n = snprintf(out, sizeof out, "%s%.200s: %s\n%s", st.drawn ? wipe : "",
	    program_invocation_short_name, text, st.drawn ? st.line : "");
	fwrite(out, 1, (size_t)n, stderr);
}

#define LOG_FN(name, least)                                                    \
	void name(const char *fmt, ...)                                        \
	{                                                                      \
		va_list ap;                                                    \
                                                                               \
		if (st.level < (least))                                        \
			return;                                                \
		va_start(ap, fmt);                                             \
		message(fmt, ap);                                              \
		va_end(ap);                                                    \
	}

LOG_FN(log_error, LOG_QUIET)
LOG_FN(log_warn, LOG_NORMAL)
LOG_FN(log_info, LOG_NORMAL)
LOG_FN(log_debug, LOG_VERBOSE)

static size_t
width(void)
{
	struct winsize w;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 20)
		return w.ws_col;
	return 80;
}

void
log_progress(size_t done, size_t total, const char *unit, const char *extra)
{
	int64_t now = now_ms(), gone;
	bool tty = isatty(STDERR_FILENO);
	size_t n = 0, max;
	char rate[128] = "";

	if (st.progress == PROGRESS_NEVER || st.level < LOG_NORMAL ||
	    (st.progress == PROGRESS_AUTO && !tty))
		return;
	if (st.start == 0)
		st.start = now;
	gone = now - st.start;
	if (gone < 1000 || now - st.last < (tty ? 100 : 1000))
		return;
	st.last = now;
	if (total != 0 && done > 0 && done <= total)
		snprintf(rate, sizeof rate, "/%zu %s %3zu%% eta %llds", total,
		    unit, done * 100 / total,
		    (long long)(gone * (int64_t)(total - done) / (int64_t)done /
			1000));
	else
		snprintf(rate, sizeof rate, " %s, %.1f/s", unit,
		    (double)done * 1000 / (double)gone);
	n = (size_t)snprintf(st.line, sizeof st.line, "%s: %zu%s%s%s",
	    program_invocation_short_name, done, rate, extra != NULL ? " " : "",
	    extra != NULL ? extra : "");
	max = width() - 1;
	if (max >= sizeof st.line)
		max = sizeof st.line - 1;
	if (n > max)
		st.line[max] = '\0';
	fail_clean(st.line, false);
	fprintf(stderr, "%s%s%s", tty ? wipe : "", st.line, tty ? "" : "\n");
	st.drawn = tty;
}

void
log_progress_end(void)
{
	if (st.drawn)
		fputs(wipe, stderr);
	st.drawn = false;
	st.start = st.last = 0;
}
