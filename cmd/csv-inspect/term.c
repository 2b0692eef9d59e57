/* term.c - text for people: width, colour, wrapping, no control characters. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

#include "mem.h"
#include "rec.h"
#include "term.h"

enum { FLUSH_AT = 1 << 16, WIDTH_MIN = 20, WIDTH_MAX = 500, TAB = 8 };

static const char *const codes[STYLES] = {
    [STYLE_NONE] = "0",
    [STYLE_BOLD] = "1",
    [STYLE_DIM] = "2",
    [STYLE_GOOD] = "32",
    [STYLE_BAD] = "31",
    [STYLE_WARN] = "33",
    [STYLE_HEAD] = "1;36",
    [STYLE_KEYWORD] = "35",
    [STYLE_STRING] = "32",
    [STYLE_NUMBER] = "36",
    [STYLE_COMMENT] = "2;3",
    [STYLE_NAME] = "34",
};

/* ---- The terminal ---- */

static size_t
find_width(bool screen)
{
	const char *columns = getenv("COLUMNS");
	struct winsize w;
	long n = 0;

	if (columns != NULL)
		n = strtol(columns, NULL, 10);
	if (n <= 0 && screen && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0)
		n = w.ws_col;
	if (n <= 0)
		n = 80;
	return n < WIDTH_MIN ? WIDTH_MIN
	    : n > WIDTH_MAX  ? WIDTH_MAX
			     : (size_t)n;
}

void
term_init(struct term *t)
{
	const char *no = getenv("NO_COLOR"), *name = getenv("TERM");
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);

	if (utf8 != (locale_t)0)
		uselocale(utf8);
	*t = (struct term){.screen = isatty(STDOUT_FILENO) == 1};
	t->width = find_width(t->screen);
	t->colour = t->screen && (no == NULL || *no == '\0') && name != NULL &&
	    strcmp(name, "dumb") != 0;
}

static void
run_pager(const char *command, int in)
{
	dup2(in, STDIN_FILENO);
	setenv("LESS", "FRX", 0);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

void
term_page(struct term *t)
{
	const char *command = getenv("PAGER");
	int fd[2], pid;

	if (command == NULL)
		command = "less";
	if (!t->screen || t->pager != 0 || *command == '\0' ||
	    strcmp(command, "cat") == 0)
		return;
	if (pipe(fd) == -1)
		return;
	pid = fork();
	if (pid == 0) {
		close(fd[1]);
		run_pager(command, fd[0]);
	}
	close(fd[0]);
	if (pid > 0) {
		dup2(fd[1], STDOUT_FILENO);
		t->pager = pid;
		signal(SIGINT, SIG_IGN); /* it is the pager's */
	}
	close(fd[1]);
}

void
term_flush(struct term *t)
{
	if (t->out.n == 0)
		return;
	if (t->out.p[t->out.n - 1] == '\n')
		t->out.n--; /* rec_put_buf adds it */
	rec_put_buf(&t->out);
	buf_reset(&t->out);
}

void
term_end(struct term *t)
{
	term_flush(t);
	buf_clear(&t->out);
	if (t->pager == 0)
		return;
	close(STDOUT_FILENO);
	while (waitpid(t->pager, NULL, 0) == -1 && errno == EINTR)
		;
}

/* ---- Own words ---- */

void
term_puts(struct term *t, const char *s)
{
	buf_puts(&t->out, s);
	if (t->out.n > FLUSH_AT && t->out.p[t->out.n - 1] == '\n')
		term_flush(t);
}

void
term_printf(struct term *t, const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) == -1)
		mem_fail();
	va_end(ap);
	term_puts(t, text);
	free(text);
}

void
term_style(struct term *t, enum style s)
{
	if (t->colour)
		buf_printf(&t->out, "\033[%sm", codes[s]);
}

void
term_fill(struct term *t, const char *s, size_t times)
{
	while (times-- > 0)
		buf_puts(&t->out, s);
}

/* ---- Data ---- */

static uint32_t
decode(const char *s, size_t len)
{
	uint32_t c = (unsigned char)*s;
	size_t i;

	if (len > 1)
		c &= 0xffU >> (len + 1);
	for (i = 1; i < len; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3fU);
	return c;
}

/* May a terminal be shown this character? Not the controls, and not those that
 * turn the writing direction or break lines. */
static bool
harmless(uint32_t c)
{
	return !(c < 0x20 || (c >= 0x7f && c < 0xa0) ||
	    (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069) || c == 0xfeff);
}

/* One character of data as it is shown: its text (borrowed or in room) and
 * cells; returns the bytes it took. */
struct glyph {
	const char *text;
	size_t n, cells;
	char room[12];
};

static size_t
glyph(const char *s, struct glyph *g)
{
	size_t len = utf8_len(s, strlen(s) < 4 ? strlen(s) : 4);
	uint32_t c;
	int w;

	if (len == 0) {
		g->text = "\xef\xbf\xbd";
		g->n = 3;
		g->cells = 1;
		return 1;
	}
	c = decode(s, len);
	if (harmless(c)) {
		w = len == 1 ? 1 : wcwidth((wchar_t)c);
		g->text = s;
		g->n = len;
		g->cells = w < 0 ? 1 : (size_t)w;
		return len;
	}
	if (c < 0x100)
		snprintf(g->room, sizeof g->room, "\\x%02x", c);
	else
		snprintf(g->room, sizeof g->room, "\\u%04x", c);
	g->text = g->room;
	g->n = g->cells = strlen(g->room);
	return len;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* One character of data on one line: white space becomes one blank. */
static size_t
line_glyph(const char *s, struct glyph *g)
{
	size_t n = 0;

	while (is_blank(s[n]))
		n++;
	if (n == 0)
		return glyph(s, g);
	g->text = " ";
	g->n = g->cells = 1;
	return n;
}

size_t
term_width(const char *s)
{
	struct glyph g;
	size_t cells = 0;

	while (*s != '\0') {
		s += line_glyph(s, &g);
		cells += g.cells;
	}
	return cells;
}

/* Data on one line in at most `cells` cells; returns those used. */
static size_t
put_clipped(struct term *t, const char *s, size_t cells)
{
	struct glyph g;
	size_t used = 0, full = term_width(s);
	bool cut = full > cells;

	if (cells == 0)
		return 0;
	while (*s != '\0') {
		s += line_glyph(s, &g);
		if (used + g.cells > cells - cut)
			break;
		buf_put(&t->out, g.text, g.n);
		used += g.cells;
	}
	if (cut) {
		buf_puts(&t->out, "\xe2\x80\xa6");
		used++;
	}
	return used;
}

void
term_cell(struct term *t, const char *s, size_t cells, bool right)
{
	size_t full = term_width(s), used;

	if (right && full < cells)
		term_fill(t, " ", cells - full);
	used = put_clipped(t, s, cells);
	if (!right && used < cells)
		term_fill(t, " ", cells - used);
}

void
term_text(struct term *t, const char *s)
{
	put_clipped(t, s, (size_t)-1 >> 1);
}

void
term_clip(struct term *t, const char *s, size_t cells)
{
	put_clipped(t, s, cells);
}

/* The word at s: bytes and cells. */
static size_t
word(const char *s, size_t *cells)
{
	struct glyph g;
	size_t n = 0;

	*cells = 0;
	while (s[n] != '\0' && !is_blank(s[n])) {
		n += glyph(s + n, &g);
		*cells += g.cells;
	}
	return n;
}

static void
put_word(struct term *t, const char *s, size_t n, size_t *used, size_t indent)
{
	struct glyph g;
	size_t i = 0;

	while (i < n) {
		i += glyph(s + i, &g);
		if (*used + g.cells > t->width) {
			buf_putc(&t->out, '\n');
			term_fill(t, " ", indent);
			*used = indent;
		}
		buf_put(&t->out, g.text, g.n);
		*used += g.cells;
	}
}

void
term_wrap(struct term *t, const char *s, size_t used, size_t indent)
{
	bool first = true;
	size_t n, cells;

	while (*s != '\0') {
		if (is_blank(*s)) {
			bool paragraph = s[0] == '\n' && s[1] == '\n';

			while (is_blank(*s))
				s++;
			if (paragraph && !first && *s != '\0') {
				buf_putc(&t->out, '\n');
				term_fill(t, " ", indent);
				used = indent;
				first = true;
			}
			continue;
		}
		n = word(s, &cells);
		if (!first && used + 1 + cells > t->width) {
			buf_putc(&t->out, '\n');
			term_fill(t, " ", indent);
			used = indent;
		} else if (!first) {
			buf_putc(&t->out, ' ');
			used++;
		}
		put_word(t, s, n, &used, indent);
		s += n;
		first = false;
	}
	term_puts(t, "\n");
}

static void
begin_line(struct term *t, size_t indent, const char *bar)
{
	term_fill(t, " ", indent);
	if (*bar == '\0')
		return;
	term_style(t, STYLE_DIM);
	buf_puts(&t->out, bar);
	term_style(t, STYLE_NONE);
}

/* One line of data, from s to its newline or end; returns its bytes. */
static size_t
put_line(struct term *t, const char *s, size_t indent, const char *bar,
    const unsigned char *kinds)
{
	size_t start = indent + term_width(bar), used = start, i = 0, at;
	enum style now = STYLE_NONE, next;
	struct glyph g;

	begin_line(t, indent, bar);
	while (s[i] != '\0' && s[i] != '\n') {
		at = i;
		i += glyph(s + i, &g);
		if (s[at] == '\r' && (s[i] == '\n' || s[i] == '\0'))
			break;
		if (s[at] == '\t') {
			g.text = "        ";
			g.n = g.cells = TAB - (used - start) % TAB;
		}
		if (t->screen && used + g.cells > t->width) {
			if (now != STYLE_NONE)
				term_style(t, STYLE_NONE);
			now = STYLE_NONE;
			buf_putc(&t->out, '\n');
			begin_line(t, indent, bar);
			used = start;
		}
		next = kinds != NULL ? (enum style)kinds[at] : STYLE_NONE;
		if (next != now) {
			if (now != STYLE_NONE)
				term_style(t, STYLE_NONE);
			if (next != STYLE_NONE)
				term_style(t, next);
			now = next;
		}
		buf_put(&t->out, g.text, g.n);
		used += g.cells;
	}
	if (now != STYLE_NONE)
		term_style(t, STYLE_NONE);
	term_puts(t, "\n");
	return i;
}

void
term_lines(struct term *t, const char *s, size_t indent, const char *bar,
    const unsigned char *kinds)
{
	size_t i = 0;

	while (s[i] != '\0') {
		i += put_line(
		    t, s + i, indent, bar, kinds != NULL ? kinds + i : NULL);
		if (s[i] == '\n')
			i++;
	}
}
