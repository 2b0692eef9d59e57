/* log.h - messages and progress on stderr. */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>

enum log_level { LOG_QUIET = -1, LOG_NORMAL = 0, LOG_VERBOSE = 1 };
enum log_progress { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

void log_init(enum log_level level, enum log_progress progress);
enum log_level log_level(void);

/*
 * `prog: text`. log_error is always shown, log_warn unless -q, log_info (also
 * once-only notes that a user should see) unless -q, log_debug with -v. A
 * progress line on the screen is wiped before and drawn again after. Control
 * characters are escaped: data may not drive the terminal.
 */
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * One progress line, drawn at most ten times a second, not before one second
 * has passed, and only on a terminal (or always, as whole lines once a second,
 * with --progress always). total 0: unknown. unit: "questions". extra: more
 * text or NULL.
 */
void log_progress(
    size_t done, size_t total, const char *unit, const char *extra);
/* Wipe the progress line: the work is done. */
void log_progress_end(void);

#endif
