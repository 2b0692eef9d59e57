/* rec.c - records: newline-delimited JSON in and out, rejects. */
#include <assert.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"
#include "opt.h"
#include "rec.h"

enum {
	READ_SIZE = 1 << 18,
	KEEP_SIZE = 1 << 22, /* a larger buffer is freed when it is empty */
	BIG_MARK = 20, /* bytes of the mark in front of big integers */
	REJECT_TEXT_MAX = 10 << 20, /* even if all is escaped, one line */
};

struct rec_in {
	char *const *paths; /* what is left, the current one first */
	const char *types;
	int fd;
	size_t line; /* number of the line last pulled */
	struct buf buf; /* read, not yet pulled */
	size_t pos; /* where the next line starts in buf */
	size_t scanned; /* no newline before this offset */
	bool eof, done, skipping;
	const char *text; /* the line last pulled, in buf */
	size_t textlen;
	bool torn; /* it has no newline */
	FILE *rejects;
	size_t count, rejected;
	off_t size; /* of all inputs; 0 unknown */
	off_t before; /* of the inputs before the current one */
	enum exit_code status; /* that rec_close returns */
};

/* A noncharacter and random digits: no input can hold it by design or chance.
 */
static const char *
big_mark(void)
{
	static char mark[BIG_MARK + 1];
	uint64_t r = 0;

	if (mark[0] == '\0') {
		if (getrandom(&r, sizeof r, GRND_NONBLOCK) == -1)
			r = (uint64_t)time(NULL) ^ (uint64_t)getpid() << 32;
		snprintf(mark, sizeof mark, "\xf4\x8f\xbf\xbf%016llx",
		    (unsigned long long)r);
	}
	return mark;
}

json_t *
rec_bigint_new(const char *digits, size_t n)
{
	json_t *v;
	char *s;

	s = xasprintf("%s%.*s", big_mark(), (int)n, digits);
	v = json_string(s);
	free(s);
	return v;
}

const char *
rec_bigint(const json_t *v)
{
	const char *s = json_string_value(v);

	if (s == NULL || json_string_length(v) <= BIG_MARK ||
	    memcmp(s, big_mark(), BIG_MARK) != 0)
		return NULL;
	return s + BIG_MARK;
}

/* The length of a whole number at s that 64 bits cannot hold, else 0; also 0
 * where a colon follows, since a number is no member's name. */
static size_t
big_number(const char *s, size_t n)
{
	static const char limits[2][20] = {
	    "9223372036854775807", "9223372036854775808"};
	size_t sign = n > 0 && *s == '-', k = sign, after;

	while (k < n && s[k] >= '0' && s[k] <= '9')
		k++;
	if (k - sign < 19 || s[sign] == '0')
		return 0;
	if (k < n && (s[k] == '.' || s[k] == 'e' || s[k] == 'E'))
		return 0;
	if (k - sign == 19 && memcmp(s + sign, limits[sign], 19) <= 0)
		return 0;
	for (after = k; after < n && strchr(" \t\r\n", s[after]) != NULL;)
		after++;
	return after < n && s[after] == ':' ? 0 : k;
}

/* Copy JSON text, its big integers made into marked strings; false when there
 * are none. */
static bool
mark_bigints(const char *s, size_t n, struct buf *out)
{
	bool in_string = false, any = false;
	size_t i, k, from = 0;

	for (i = 0; i < n; i++) {
		if (in_string) {
			if (s[i] == '\\')
				i++;
			else if (s[i] == '"')
				in_string = false;
			continue;
		}
		if (s[i] == '"') {
			in_string = true;
			continue;
		}
		if (s[i] != '-' && (s[i] < '0' || s[i] > '9'))
			continue;
		k = big_number(s + i, n - i);
		if (k != 0) {
			any = true;
			buf_put(out, s + from, i - from);
			buf_printf(
			    out, "\"%s%.*s\"", big_mark(), (int)k, s + i);
			from = i + k;
			i += k - 1;
			continue;
		}
		while (i + 1 < n && strchr("0123456789.eE+-", s[i + 1]))
			i++;
	}
	buf_put(out, s + from, n - from);
	return any;
}

static json_t *
parse(const char *s, size_t n, size_t flags, struct fail *f)
{
	struct buf marked = {0};
	json_error_t e;
	json_t *v;

	if (memchr(s, '\0', n) != NULL) {
		fail_set(f, FAIL_JSON, "expected JSON, saw a NUL byte");
		return NULL;
	}
	flags |= JSON_ALLOW_NUL | JSON_DECODE_ANY;
	v = json_loadb(s, n, flags, &e);
	if (v == NULL && json_error_code(&e) == json_error_numeric_overflow) {
		if (mark_bigints(s, n, &marked))
			v = json_loadb(marked.p, marked.n, flags, &e);
		buf_clear(&marked);
	}
	if (v == NULL)
		fail_set(f, FAIL_JSON, "expected JSON, saw %s at byte %d",
		    e.text, e.position);
	return v;
}

json_t *
rec_parse(const char *s, size_t n, struct fail *f)
{
	return parse(s, n, 0, f);
}

static void
dump_text(struct buf *b, const char *s, size_t n, int flags)
{
	struct buf t = {0};
	const char *p;
	size_t i, k;
	uint32_t c;

	if ((flags & REC_ASCII) == 0) {
		buf_jsonstr(b, s, n);
		return;
	}
	buf_jsonstr(&t, s, n);
	for (p = t.p, i = 0; i < t.n; i += k) {
		unsigned char lead = (unsigned char)p[i];

		k = utf8_len(p + i, t.n - i);
		if (k <= 1) {
			k = 1;
			if (lead == 0x7f) /* as Python does */
				buf_puts(b, "\\u007f");
			else
				buf_putc(b, p[i]);
			continue;
		}
		c = lead & (0xffU >> (k + 1));
		for (size_t j = 1; j < k; j++)
			c = c << 6 | ((unsigned char)p[i + j] & 0x3fU);
		if (c < 0x10000) {
			buf_printf(b, "\\u%04x", c);
		} else {
			c -= 0x10000;
			buf_printf(b, "\\u%04x\\u%04x", 0xd800 + (c >> 10),
			    0xdc00 + (c & 0x3ff));
		}
	}
	buf_clear(&t);
}

static int
by_key(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
dump_key(struct buf *b, const char *key, int flags)
{
	dump_text(b, key, strlen(key), flags);
	buf_puts(b, flags & REC_SPACES ? ": " : ":");
}

static void
dump_integer(struct buf *b, json_int_t x)
{
	char digits[3 * sizeof x + 2], *end = digits + sizeof digits, *p = end;
	unsigned long long left =
	    x < 0 ? 0 - (unsigned long long)x : (unsigned long long)x;

	do
		*--p = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (x < 0)
		*--p = '-';
	buf_put(b, p, (size_t)(end - p));
}

static void
dump_object(struct buf *b, const json_t *v, int flags)
{
	const char *sep = flags & REC_SPACES ? ", " : ",", **keys;
	size_t n = json_object_size(v), i = 0;
	json_t *o = (json_t *)(uintptr_t)v, *m;
	const char *key;

	buf_putc(b, '{');
	if (flags & REC_SORT) {
		keys = xcalloc(n, sizeof *keys);
		json_object_foreach(o, key, m) keys[i++] = key;
		qsort(keys, n, sizeof *keys, by_key);
		for (i = 0; i < n; i++) {
			if (i > 0)
				buf_puts(b, sep);
			dump_key(b, keys[i], flags);
			rec_dump(b, json_object_get(v, keys[i]), flags);
		}
		free(keys);
	} else {
		json_object_foreach(o, key, m)
		{
			if (i++ > 0)
				buf_puts(b, sep);
			dump_key(b, key, flags);
			rec_dump(b, m, flags);
		}
	}
	buf_putc(b, '}');
}

void
rec_dump(struct buf *b, const json_t *v, int flags)
{
	const char *sep = flags & REC_SPACES ? ", " : ",", *big;
	size_t i;

	switch (v != NULL ? json_typeof(v) : JSON_NULL) {
	case JSON_OBJECT:
		dump_object(b, v, flags);
		break;
	case JSON_ARRAY:
		buf_putc(b, '[');
		for (i = 0; i < json_array_size(v); i++) {
			if (i > 0)
				buf_puts(b, sep);
			rec_dump(b, json_array_get(v, i), flags);
		}
		buf_putc(b, ']');
		break;
	case JSON_STRING:
		if ((big = rec_bigint(v)) != NULL)
			buf_puts(b, big);
		else
			dump_text(b, json_string_value(v),
			    json_string_length(v), flags);
		break;
	case JSON_INTEGER:
		dump_integer(b, json_integer_value(v));
		break;
	case JSON_REAL:
		if (isfinite(json_real_value(v)))
			buf_real(b, json_real_value(v));
		else
			buf_puts(b, "null");
		break;
	case JSON_TRUE:
		buf_puts(b, "true");
		break;
	case JSON_FALSE:
		buf_puts(b, "false");
		break;
	case JSON_NULL:
		buf_puts(b, "null");
		break;
	}
}

int
rec_write(int fd, const void *p, size_t n)
{
	struct pollfd p_out = {.fd = fd, .events = POLLOUT};
	const char *s = p;
	ssize_t k;

	while (n > 0) {
		k = write(fd, s, n);
		if (k == -1 && errno == EAGAIN) {
			/* somebody made the pipe non-blocking: wait */
			poll(&p_out, 1, -1);
			continue;
		}
		if (k == -1 && errno == EINTR)
			continue;
		if (k == -1)
			return -1;
		s += k;
		n -= (size_t)k;
	}
	return 0;
}

void
rec_put_buf(struct buf *line)
{
	buf_putc(line, '\n');
	if (rec_write(STDOUT_FILENO, line->p, line->n) == 0)
		return;
	if (errno == EPIPE) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	err(EXIT_SYSTEM, "standard output");
}

ssize_t
rec_read_at(int fd, void *p, size_t n, off_t off)
{
	size_t got = 0;
	ssize_t k;

	while (got < n) {
		k = pread(fd, (char *)p + got, n - got, off + (off_t)got);
		if (k == -1 && errno == EINTR)
			continue;
		if (k == -1)
			return -1;
		if (k == 0)
			break;
		got += (size_t)k;
	}
	return (ssize_t)got;
}

void
rec_put_text(const char *line, size_t n)
{
	static struct buf out; /* kept from record to record */

	buf_reset(&out);
	buf_put(&out, line, n);
	rec_put_buf(&out);
	if (out.cap > 1 << 20)
		buf_clear(&out);
}

void
rec_put(const json_t *rec)
{
	struct buf b = {0};

	rec_dump(&b, rec, 0);
	rec_put_buf(&b);
	buf_clear(&b);
}

/* Open the current path. */
static int
open_input(struct rec_in *in, struct fail *f)
{
	const char *path = in->paths[0];

	in->line = 0;
	in->eof = in->skipping = false;
	if (strcmp(path, "-") == 0) {
		in->fd = STDIN_FILENO;
		return 0;
	}
	in->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd == -1)
		return fail_set(f, FAIL_IO, "%s: %s", path, strerror(errno));
	return 0;
}

/* 0 where one of them is no file. */
static off_t
size_of(char *const *paths)
{
	struct stat st;
	off_t sum = 0;

	for (; *paths != NULL; paths++) {
		if ((strcmp(*paths, "-") == 0 ? fstat(STDIN_FILENO, &st)
					      : stat(*paths, &st)) == -1 ||
		    !S_ISREG(st.st_mode))
			return 0;
		sum += st.st_size;
	}
	return sum;
}

static int
open_rejects(struct rec_in *in, const char *path, struct fail *f)
{
	if (path == NULL || (in->rejects = fopen(path, "we")) != NULL)
		return 0;
	return fail_set(f, FAIL_IO, "%s: %s", path, strerror(errno));
}

struct rec_in *
rec_open(
    char *const *paths, const char *types, const char *rejects, struct fail *f)
{
	static char dash[] = "-";
	static char *const only_stdin[] = {dash, NULL};
	struct rec_in *in = xcalloc(1, sizeof *in);

	in->paths = paths[0] != NULL ? paths : only_stdin;
	in->types = types;
	in->size = size_of(in->paths);
	if (open_input(in, f) == -1) {
		free(in);
		return NULL;
	}
	if (open_rejects(in, rejects, f) == -1) {
		if (in->fd != STDIN_FILENO)
			close(in->fd);
		free(in);
		return NULL;
	}
	return in;
}

struct rec_in *
rec_open_none(const char *rejects, struct fail *f)
{
	struct rec_in *in = xcalloc(1, sizeof *in);

	in->fd = -1;
	in->done = true;
	if (open_rejects(in, rejects, f) == -1) {
		free(in);
		return NULL;
	}
	return in;
}

int
rec_fd(const struct rec_in *in)
{
	return in->fd;
}

const char *
rec_line(const struct rec_in *in, size_t *n)
{
	*n = in->textlen;
	return in->text;
}

double
rec_share(const struct rec_in *in)
{
	off_t at = in->before;

	if (in->size <= 0)
		return 0;
	if (in->fd != -1)
		at += lseek(in->fd, 0, SEEK_CUR) - (off_t)(in->buf.n - in->pos);
	return at < in->size ? (double)at / (double)in->size : 1;
}

size_t
rec_count(const struct rec_in *in)
{
	return in->count;
}

size_t
rec_rejected(const struct rec_in *in)
{
	return in->rejected;
}

void
rec_fill(struct rec_in *in)
{
	char *p;
	ssize_t n;

	if (in->eof || in->done)
		return;
	if (in->pos > 0) {
		buf_drop(&in->buf, in->pos);
		in->scanned -= in->pos;
		in->pos = 0;
	}
	if (in->buf.n == 0 && in->buf.cap > KEEP_SIZE)
		buf_clear(&in->buf); /* of a line that was long */
	/* grow by doubling: a long line costs linear time */
	if (in->buf.cap < in->buf.n + READ_SIZE + 1) {
		size_t want = in->buf.cap * 2;

		if (want < in->buf.n + READ_SIZE + 1)
			want = in->buf.n + READ_SIZE + 1;
		in->buf.p = xreallocarray(in->buf.p, want, 1);
		in->buf.cap = want;
	}
	p = in->buf.p + in->buf.n;
	do
		n = read(in->fd, p, READ_SIZE);
	while (n == -1 && errno == EINTR);
	if (n == -1 && errno == EAGAIN)
		return;
	if (n == -1)
		err(EXIT_SYSTEM, "%s", in->paths[0]);
	in->buf.n += (size_t)n;
	in->buf.p[in->buf.n] = '\0';
	in->eof = n == 0;
}

/* The current line is longer than any may be: say so, and forget what is in
 * memory of it. */
static void
skip_long(struct rec_in *in)
{
	struct rec_pos pos = {in->paths[0], in->line + 1};
	struct fail f;

	if (!in->skipping) {
		fail_set(&f, FAIL_LONG, "expected a line of at most %d MiB",
		    REC_LINE_MAX >> 20);
		rec_reject(in, &pos, NULL, NULL, &f);
	}
	in->skipping = true;
	in->pos = in->scanned = in->buf.n;
}

/* Next line of the buffer: its start and length without the newline; *s is
 * NULL for one that was too long. */
static enum rec_got
next_line(struct rec_in *in, const char **s, size_t *n, bool *torn)
{
	char *nl = NULL;
	size_t end;

	if (in->scanned < in->buf.n)
		nl = memchr(
		    in->buf.p + in->scanned, '\n', in->buf.n - in->scanned);
	end = nl != NULL ? (size_t)(nl - in->buf.p) : in->buf.n;
	*s = NULL;
	if (end - in->pos > REC_LINE_MAX || in->skipping)
		skip_long(in);
	if (nl == NULL && !in->eof) {
		in->scanned = in->buf.n;
		return REC_MORE;
	}
	if (in->skipping) {
		in->skipping = false;
	} else if (nl == NULL && end == in->pos) {
		return REC_END;
	} else {
		*torn = nl == NULL;
		*s = in->buf.p + in->pos;
		*n = end - in->pos;
	}
	in->pos = in->scanned = end + (nl != NULL);
	in->line++;
	return REC_GOT;
}

static bool
next_input(struct rec_in *in)
{
	struct fail f;

	if (in->size > 0)
		in->before += lseek(in->fd, 0, SEEK_CUR);
	if (in->fd != STDIN_FILENO)
		close(in->fd);
	in->fd = -1;
	in->paths++;
	buf_reset(&in->buf);
	in->pos = in->scanned = 0;
	if (in->paths[0] == NULL) {
		in->done = true;
		return false;
	}
	if (open_input(in, &f) == -1)
		errx(EXIT_SYSTEM, "%s", f.msg);
	return true;
}

static bool
blank(const char *s, size_t n)
{
	while (n > 0 && strchr(" \t\r", *s) != NULL && *s != '\0')
		s++, n--;
	return n == 0;
}

/* Is it a record that the program takes? */
static int
check(const struct rec_in *in, const json_t *rec, struct fail *f)
{
	const char *type;

	if (!json_is_object(rec))
		return fail_set(f, FAIL_TYPE, "expected an object, saw %s",
		    rec_type_name(rec));
	type = json_string_value(json_object_get(rec, "type"));
	if (type != NULL && strcmp(type, "error") == 0) {
		const char *msg =
		    json_string_value(json_object_get(rec, "message"));

		return fail_set(f, FAIL_UPSTREAM, "an earlier program says: %s",
		    msg != NULL ? msg : "(no message)");
	}
	if (in->types == NULL)
		return 0;
	if (type == NULL)
		return fail_set(f, FAIL_TYPE,
		    "expected a record of type %s, saw none", in->types);
	if (!opt_in_list(in->types, type))
		return fail_set(f, FAIL_TYPE,
		    "expected a record of type %s, saw \"%s\"", in->types,
		    type);
	return 0;
}

/* The line in memory as a record; *rec is a new reference also where it is
 * JSON but no record, else NULL. */
static int
judge(const struct rec_in *in, json_t **rec, struct fail *f)
{
	*rec = parse(in->text, in->textlen, JSON_REJECT_DUPLICATES, f);
	if (*rec != NULL)
		return check(in, *rec, f);
	if (in->torn)
		fail_set(f, FAIL_TORN,
		    "expected a newline, saw the end of the input (torn line)");
	return -1;
}

/* The next line that is not blank. */
static enum rec_got
pull_line(struct rec_in *in, struct rec_pos *pos)
{
	enum rec_got got;

	do {
		got = next_line(in, &in->text, &in->textlen, &in->torn);
		if (got != REC_GOT)
			return got;
		if (in->text == NULL)
			continue;
		*pos = (struct rec_pos){in->paths[0], in->line};
		if (in->line == 1 && in->textlen >= 3 &&
		    memcmp(in->text, "\xef\xbb\xbf", 3) == 0) {
			in->text += 3;
			in->textlen -= 3;
		}
	} while (in->text == NULL || blank(in->text, in->textlen));
	return REC_GOT;
}

enum rec_got
rec_pull_text(struct rec_in *in, struct rec_pos *pos)
{
	enum rec_got got;

	while (!in->done) {
		got = pull_line(in, pos);
		if (got == REC_GOT)
			in->count++;
		if (got != REC_END)
			return got;
		next_input(in);
	}
	return REC_END;
}

void
rec_refuse(struct rec_in *in, const struct rec_pos *pos, const struct fail *f)
{
	struct fail own;
	json_t *rec;

	if (judge(in, &rec, &own) == -1)
		f = &own;
	in->count--;
	rec_reject(in, pos, rec, in->text, f);
	json_decref(rec);
}

enum rec_got
rec_pull(struct rec_in *in, json_t **rec, struct rec_pos *pos)
{
	enum rec_got got;
	struct fail f;

	while ((got = rec_pull_text(in, pos)) == REC_GOT) {
		if (judge(in, rec, &f) == 0)
			return REC_GOT;
		in->count--;
		rec_reject(in, pos, *rec, in->text, &f);
		json_decref(*rec);
		*rec = NULL;
	}
	return got;
}

/* What a reject record holds of the bad line: the object, or its text. */
static void
put_reject(struct rec_in *in, const struct rec_pos *pos, const json_t *record,
    const char *text, const struct fail *f)
{
	struct buf b = {0};
	size_t n;

	buf_puts(&b, "{\"type\":\"error\",\"program\":");
	buf_jsonstr(&b, program_invocation_short_name,
	    strlen(program_invocation_short_name));
	if (pos != NULL) {
		buf_puts(&b, ",\"file\":");
		buf_jsonstr(&b, pos->file, strlen(pos->file));
		buf_printf(&b, ",\"line\":%zu", pos->line);
	} else {
		buf_puts(&b, ",\"line\":null");
	}
	buf_printf(
	    &b, ",\"code\":\"%s\",\"message\":", fail_code_name(f->code));
	buf_jsonstr(&b, f->msg, strlen(f->msg));
	buf_puts(&b, ",\"record\":");
	if (record != NULL) {
		rec_dump(&b, record, 0);
	} else if (text != NULL) {
		n = text == in->text ? in->textlen : strlen(text);
		buf_jsonstr(
		    &b, text, n < REJECT_TEXT_MAX ? n : REJECT_TEXT_MAX);
	} else {
		buf_puts(&b, "null");
	}
	buf_puts(&b, "}\n");
	if (fwrite(b.p, 1, b.n, in->rejects) != b.n || fflush(in->rejects) != 0)
		err(EXIT_SYSTEM, "rejects file");
	buf_clear(&b);
}

void
rec_reject(struct rec_in *in, const struct rec_pos *pos, const json_t *record,
    const char *text, const struct fail *f)
{
	in->rejected++;
	if (in->status != EXIT_SYSTEM)
		in->status = f->code == FAIL_IO ? EXIT_SYSTEM : EXIT_SOME;
	if (pos != NULL)
		log_error("%s:%zu: %s", pos->file, pos->line, f->msg);
	else
		log_error("%s", f->msg);
	if (in->rejects != NULL)
		put_reject(in, pos, record, text, f);
}

enum exit_code
rec_close(struct rec_in *in)
{
	enum exit_code rc = in->status;

	if (in->rejects != NULL && fclose(in->rejects) != 0)
		err(EXIT_SYSTEM, "rejects file");
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	buf_clear(&in->buf);
	free(in);
	return rc;
}

/* For an input that somebody made non-blocking. */
static void
wait_input(const struct rec_in *in)
{
	struct pollfd p = {.fd = in->fd, .events = POLLIN};

	poll(&p, 1, -1);
}

/* The records of an open reader; -1 when the run cannot go on. */
static int
run_all(struct rec_in *in, int (*fn)(json_t *, void *, struct fail *),
    void *ctx, struct fail *f)
{
	struct rec_pos pos;
	enum rec_got got;
	json_t *rec;
	int rc;

	while ((got = rec_pull(in, &rec, &pos)) != REC_END) {
		if (got == REC_MORE) {
			wait_input(in);
			rec_fill(in);
			continue;
		}
		assert(got == REC_GOT);
		rc = fn(rec, ctx, f);
		if (rc == -1 && fail_exit(f->code) == EXIT_SOME)
			rec_reject(in, &pos, rec, NULL, f);
		json_decref(rec);
		if (rc == -1 && fail_exit(f->code) != EXIT_SOME)
			return -1;
		log_progress(rec_count(in), 0, "records", NULL);
	}
	return 0;
}

int
rec_run(char *const *paths, const char *types, const char *rejects,
    int (*fn)(json_t *rec, void *ctx, struct fail *f),
    int (*end)(void *ctx, struct fail *f), void *ctx)
{
	struct fail f = {0};
	struct rec_in *in;
	int rc;

	if ((in = rec_open(paths, types, rejects, &f)) == NULL)
		errx((int)fail_exit(f.code), "%s", f.msg);
	rc = run_all(in, fn, ctx, &f);
	if (rc == 0 && end != NULL)
		rc = end(ctx, &f);
	log_progress_end();
	if (rc == -1)
		errx((int)fail_exit(f.code), "%s", f.msg);
	return (int)rec_close(in);
}

const char *
rec_type_name(const json_t *v)
{
	switch (v != NULL ? json_typeof(v) : JSON_NULL) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_STRING:
		return rec_bigint(v) != NULL ? "a number" : "a string";
	case JSON_INTEGER:
	case JSON_REAL:
		return "a number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "a boolean";
	default:
		return "null";
	}
}

/* A member that passes is(); what: how its type is called. */
static json_t *
member(
    const json_t *o, const char *key, bool ok, const char *what, struct fail *f)
{
	json_t *v = json_object_get(o, key);

	if (v == NULL) {
		fail_set(
		    f, FAIL_MEMBER, "expected a member \"%s\", saw none", key);
		return NULL;
	}
	if (!ok) {
		fail_set(f, FAIL_VALUE, "member \"%s\": expected %s, saw %s",
		    key, what, rec_type_name(v));
		return NULL;
	}
	return v;
}

const char *
rec_str(const json_t *o, const char *key, struct fail *f)
{
	const json_t *v = json_object_get(o, key);

	return json_string_value(member(
	    o, key, json_is_string(v) && rec_bigint(v) == NULL, "a string", f));
}

json_t *
rec_obj(const json_t *o, const char *key, struct fail *f)
{
	return member(
	    o, key, json_is_object(json_object_get(o, key)), "an object", f);
}

json_t *
rec_arr(const json_t *o, const char *key, struct fail *f)
{
	return member(
	    o, key, json_is_array(json_object_get(o, key)), "an array", f);
}

int
rec_int(const json_t *o, const char *key, long *out, struct fail *f)
{
	json_t *v = member(o, key, json_is_integer(json_object_get(o, key)),
	    "a whole number", f);

	if (v == NULL)
		return -1;
	*out = (long)json_integer_value(v);
	return 0;
}

void
rec_timestamp(char out[24])
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	time_t t =
	    epoch != NULL ? (time_t)strtoll(epoch, NULL, 10) : time(NULL);
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	if (strftime(out, 24, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		out[0] = '\0'; /* a year of more than seven digits */
}

json_t *
rec_elapsed(double seconds)
{
	if (getenv("SOURCE_DATE_EPOCH") != NULL)
		return json_real(0);
	return json_real(round(seconds * 1e6) / 1e6);
}
