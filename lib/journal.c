/* journal.c - finished requests and executed cells, appended to a file. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal.h"
#include "log.h"
#include "mem.h"
#include "rec.h"

enum {
	KEY_DIGITS = DIGEST_HEX - 1,
	SCAN_SIZE = 1 << 18,
	NEAREST_MAX = 20, /* misses that are looked into */
	SHOWN_TEXT = 60, /* bytes of a message that are shown */
};

/* How a line of ours begins and ends. Inside a JSON string the quotes of the
 * end would be escaped, so that a torn line cannot have it. */
static const char line_head[] = "{\"kind\":\"";
static const char line_key[] = "\",\"key\":\"";
static const char line_end[] = ",\"end\":true}";

static const char *const kind_names[JOURNAL_KINDS] = {
    [JOURNAL_REPLY] = "reply",
    [JOURNAL_FAILURE] = "failure",
    [JOURNAL_CELL] = "cell",
    [JOURNAL_ATTEMPT] = "attempt",
};

struct slot {
	unsigned char key[16]; /* the first half of the digest */
	uint64_t at; /* offset of the line */
	uint32_t len; /* without the newline; 0: the slot is free */
	uint32_t kind;
};

struct journal {
	char *path;
	int fd;
	bool replay;
	struct slot *slot; /* open addressing, nslot a power of two */
	size_t nslot, used;
	size_t count[JOURNAL_KINDS];
	size_t skipped, misses;
	struct buf line; /* kept from call to call */
};

void
journal_key(const json_t *parts, char key[DIGEST_HEX])
{
	struct buf b = {0};

	rec_dump(&b, parts, REC_SORT);
	digest_mem(b.p, b.n, key);
	buf_clear(&b);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* 64 hex digits to 16 bytes; false when they are something else. */
static bool
pack_key(const char *s, size_t n, unsigned char out[16])
{
	size_t i;

	if (n != KEY_DIGITS)
		return false;
	for (i = 0; i < n; i++)
		if (hex_digit(s[i]) == -1)
			return false;
	for (i = 0; i < 16; i++)
		out[i] = (unsigned char)(hex_digit(s[2 * i]) << 4 |
		    hex_digit(s[2 * i + 1]));
	return true;
}

/* Where a key is, or the free slot where it belongs. */
static struct slot *
slot_find(struct journal *j, const unsigned char key[16], uint32_t kind)
{
	uint64_t h;
	size_t i;

	memcpy(&h, key, sizeof h);
	h += kind * 0x9e3779b97f4a7c15U;
	for (i = h & (j->nslot - 1);; i = (i + 1) & (j->nslot - 1)) {
		struct slot *s = &j->slot[i];

		if (s->len == 0 ||
		    (s->kind == kind && memcmp(s->key, key, 16) == 0))
			return s;
	}
}

static void
slots_grow(struct journal *j)
{
	struct slot *old = j->slot;
	size_t n = j->nslot, i;

	j->nslot = n == 0 ? 1024 : n * 2;
	j->slot = xcalloc(j->nslot, sizeof *j->slot);
	for (i = 0; i < n; i++)
		if (old[i].len != 0)
			*slot_find(j, old[i].key, old[i].kind) = old[i];
	free(old);
}

/* Note a line; replace: a line that cannot be read gives way to a new one. */
static void
index_line(struct journal *j, enum journal_kind kind,
    const unsigned char key[16], off_t at, size_t len, bool replace)
{
	struct slot *s;

	j->count[kind]++;
	if (kind == JOURNAL_ATTEMPT)
		return;
	if (4 * (j->used + 1) > 3 * j->nslot)
		slots_grow(j);
	s = slot_find(j, key, kind);
	if (s->len != 0 && !replace)
		return;
	if (s->len == 0)
		j->used++;
	memcpy(s->key, key, 16);
	s->kind = kind;
	s->at = (uint64_t)at;
	s->len = (uint32_t)len;
}

static int
kind_of(const char *s, size_t n)
{
	int k;

	for (k = 0; k < JOURNAL_KINDS; k++)
		if (strlen(kind_names[k]) == n &&
		    memcmp(kind_names[k], s, n) == 0)
			return k;
	return -1;
}

/* The kind and key of a line as we write it, without parsing it. */
static int
quick_line(const char *s, size_t n, unsigned char key[16])
{
	size_t head = sizeof line_head - 1, mid = sizeof line_key - 1;
	size_t tail = sizeof line_end - 1, k;
	const char *q;
	int kind;

	if (n < head + mid + KEY_DIGITS + tail ||
	    memcmp(s, line_head, head) != 0 ||
	    memcmp(s + n - tail, line_end, tail) != 0)
		return -1;
	q = memchr(s + head, '"', n - head);
	if (q == NULL)
		return -1;
	k = (size_t)(q - s);
	kind = kind_of(s + head, k - head);
	if (kind == -1 || n - k < mid + KEY_DIGITS + tail ||
	    memcmp(q, line_key, mid) != 0 ||
	    !pack_key(q + mid, KEY_DIGITS, key))
		return -1;
	return kind;
}

/* The same for a line that another tool has written anew. */
static int
slow_line(const char *s, size_t n, unsigned char key[16])
{
	json_t *v = rec_parse(s, n, NULL), *k, *e;
	int kind = -1;

	if (v == NULL)
		return -1;
	k = json_object_get(v, "kind");
	e = json_object_get(v, "key");
	if (json_is_string(k) && json_is_string(e) &&
	    json_is_true(json_object_get(v, "end")) &&
	    pack_key(json_string_value(e), json_string_length(e), key))
		kind = kind_of(json_string_value(k), json_string_length(k));
	json_decref(v);
	return kind;
}

static void
scan_line(struct journal *j, const char *s, size_t n, off_t at)
{
	unsigned char key[16];
	int kind;

	if (n == 0)
		return;
	kind = n <= REC_LINE_MAX ? quick_line(s, n, key) : -1;
	if (kind == -1 && n <= REC_LINE_MAX)
		kind = slow_line(s, n, key);
	if (kind == -1)
		j->skipped++;
	else
		index_line(j, (enum journal_kind)kind, key, at, n, false);
}

/* Call fn for each line of the file, a torn last one included. */
static int
each_line(struct journal *j,
    void (*fn)(struct journal *, const char *, size_t, off_t, void *),
    void *arg, struct fail *f)
{
	struct buf b = {0};
	char *piece = xmalloc(SCAN_SIZE), *nl;
	size_t pos, scanned = 0;
	off_t at = 0, line = 0;
	ssize_t n;

	while ((n = pread(j->fd, piece, SCAN_SIZE, at)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			break;
		at += n;
		buf_put(&b, piece, (size_t)n);
		for (pos = 0; (nl = memchr(b.p + scanned, '\n', b.n - scanned));
		     pos = scanned) {
			scanned = (size_t)(nl + 1 - b.p);
			fn(j, b.p + pos, scanned - 1 - pos, line, arg);
			line += (off_t)(scanned - pos);
		}
		buf_drop(&b, pos);
		scanned = b.n;
	}
	if (n == 0 && b.n > 0)
		fn(j, b.p, b.n, line, arg);
	buf_clear(&b);
	free(piece);
	if (n == -1)
		return fail_set(f, FAIL_IO, "%s: %s", j->path, strerror(errno));
	return 0;
}

static void
scan_one(struct journal *j, const char *s, size_t n, off_t at, void *arg)
{
	(void)arg;
	scan_line(j, s, n, at);
}

struct journal *
journal_open(const char *path, bool replay, struct fail *f)
{
	struct journal *j = xcalloc(1, sizeof *j);
	int flags = replay ? O_RDONLY : O_RDWR | O_CREAT | O_APPEND;
	struct stat st;

	j->path = xstrdup(path);
	j->replay = replay;
	slots_grow(j);
	j->fd = open(path, flags | O_CLOEXEC | O_NOCTTY, 0600);
	if (j->fd == -1 || fstat(j->fd, &st) == -1) {
		fail_set(f, FAIL_IO, "journal %s: %s", path, strerror(errno));
		goto bad;
	}
	if (!S_ISREG(st.st_mode)) {
		fail_set(
		    f, FAIL_IO, "journal %s: expected a regular file", path);
		goto bad;
	}
	if (each_line(j, scan_one, NULL, f) == -1)
		goto bad;
	if (j->skipped > 0)
		log_warn("%s: %zu line%s could not be read and %s skipped",
		    path, j->skipped, j->skipped == 1 ? "" : "s",
		    j->skipped == 1 ? "is" : "are");
	return j;
bad:
	journal_close(j);
	return NULL;
}

void
journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	if (j->fd != -1)
		close(j->fd);
	buf_clear(&j->line);
	free(j->slot);
	free(j->path);
	free(j);
}

/* The parsed line of a slot; NULL when it cannot be read (any more). */
static json_t *
read_line(struct journal *j, const struct slot *s)
{
	char *p = xmalloc(s->len);
	size_t have = 0;
	json_t *v = NULL;
	ssize_t n;

	while (have < s->len) {
		n = pread(
		    j->fd, p + have, s->len - have, (off_t)(s->at + have));
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		have += (size_t)n;
	}
	if (have == s->len)
		v = rec_parse(p, s->len, NULL);
	free(p);
	return v;
}

json_t *
journal_find(struct journal *j, enum journal_kind kind, const char *key)
{
	unsigned char packed[16];
	json_t *v, *value, *full;
	struct slot *s;

	if (!pack_key(key, strlen(key), packed))
		return NULL;
	s = slot_find(j, packed, kind);
	if (s->len == 0)
		return NULL;
	v = read_line(j, s);
	full = json_object_get(v, "key");
	value = json_object_get(v, "value");
	if (json_is_string(full) && strcmp(json_string_value(full), key) == 0)
		json_incref(value);
	else
		value = NULL;
	if (v == NULL) {
		j->skipped++;
		log_warn("%s: the line at byte %llu could not be read and is "
			 "skipped",
		    j->path, (unsigned long long)s->at);
	}
	json_decref(v);
	return value;
}

/* Write one line under the lock; the file ends with a whole line before and
 * after. Returns its offset, or -1. */
static off_t
append(struct journal *j, struct buf *line)
{
	off_t end = -1;
	bool torn;
	char last;
	ssize_t n;
	int saved;

	while (flock(j->fd, LOCK_EX) == -1)
		if (errno != EINTR)
			return -1;
	end = lseek(j->fd, 0, SEEK_END);
	if (end == -1)
		goto out;
	torn = end > 0 && pread(j->fd, &last, 1, end - 1) == 1 && last != '\n';
	if (torn)
		n = rec_write(j->fd, "\n", 1);
	else
		n = 0;
	if (n == 0 && rec_write(j->fd, line->p, line->n) == 0) {
		end += torn;
	} else {
		saved = errno;
		if (ftruncate(j->fd, end) == -1)
			log_warn("%s: %s", j->path, strerror(errno));
		errno = saved;
		end = -1;
	}
out:
	saved = errno;
	flock(j->fd, LOCK_UN);
	errno = saved;
	return end;
}

int
journal_put(struct journal *j, enum journal_kind kind, const char *key,
    const json_t *value, struct fail *f)
{
	unsigned char packed[16];
	struct buf *b = &j->line;
	struct slot *s;
	bool broken;
	off_t at;

	if (j->replay)
		return 0;
	if (!pack_key(key, strlen(key), packed))
		return fail_set(f, FAIL_VALUE,
		    "journal key: expected %d hex digits, saw \"%s\"",
		    KEY_DIGITS, key);
	s = slot_find(j, packed, kind);
	broken = false;
	if (kind != JOURNAL_ATTEMPT && s->len != 0) {
		json_t *old = read_line(j, s);

		broken = old == NULL;
		json_decref(old);
		if (!broken)
			return 0;
	}
	buf_reset(b);
	buf_puts(b, line_head);
	buf_puts(b, kind_names[kind]);
	buf_puts(b, line_key);
	buf_puts(b, key);
	buf_puts(b, "\",\"value\":");
	rec_dump(b, value, 0);
	buf_puts(b, line_end);
	buf_putc(b, '\n');
	if (b->n > REC_LINE_MAX)
		return fail_set(f, FAIL_LONG,
		    "journal: expected a line of at most %d MiB, saw %zu bytes",
		    REC_LINE_MAX >> 20, b->n);
	at = append(j, b);
	if (at == -1)
		return fail_set(
		    f, FAIL_IO, "journal %s: %s", j->path, strerror(errno));
	index_line(j, kind, packed, at, b->n - 1, broken);
	if (b->cap > 1 << 20)
		buf_clear(b);
	return 0;
}

json_t *
journal_cell_find(struct journal *j, const char *key)
{
	return journal_find(j, JOURNAL_CELL, key);
}

int
journal_cell_put(
    struct journal *j, const char *key, const json_t *value, struct fail *f)
{
	return journal_put(j, JOURNAL_CELL, key, value, f);
}

bool
journal_replays(const struct journal *j)
{
	return j->replay;
}

size_t
journal_count(const struct journal *j, enum journal_kind kind)
{
	return j->count[kind];
}

size_t
journal_skipped(const struct journal *j)
{
	return j->skipped;
}

const char *
journal_path(const struct journal *j)
{
	return j->path;
}

/* The search for the recorded request most like one. */
struct nearest {
	const json_t *want; /* its print */
	json_t *best; /* print of the best so far, owned */
	char key[DIGEST_HEX];
	double score;
};

/* Messages that two prints have in common from the start. */
static size_t
common_messages(const json_t *a, const json_t *b)
{
	json_t *x = json_object_get(a, "messages");
	json_t *y = json_object_get(b, "messages");
	size_t i;

	for (i = 0; i < json_array_size(x) && i < json_array_size(y); i++)
		if (!json_equal(json_array_get(x, i), json_array_get(y, i)))
			break;
	return i;
}

static double
likeness(const json_t *a, const json_t *b)
{
	json_t *x = json_object_get(a, "messages");
	json_t *y = json_object_get(b, "messages");
	size_t n = json_array_size(x), m = json_array_size(y);
	double score = 8.0 * (double)common_messages(a, b);

	score -= n > m ? (double)(n - m) : (double)(m - n);
	if (json_equal(
		json_object_get(a, "model"), json_object_get(b, "model")))
		score += 4;
	if (json_equal(
		json_object_get(a, "params"), json_object_get(b, "params")))
		score += 2;
	if (json_equal(
		json_object_get(a, "sample"), json_object_get(b, "sample")))
		score += 1;
	return score;
}

static void
nearest_line(struct journal *j, const char *s, size_t n, off_t at, void *arg)
{
	struct nearest *near = arg;
	unsigned char packed[16];
	json_t *v, *print;
	double score;
	int kind;

	(void)at;
	(void)j;
	kind = quick_line(s, n, packed);
	if (kind != JOURNAL_REPLY && kind != -1)
		return;
	if ((v = rec_parse(s, n, NULL)) == NULL)
		return;
	print = json_object_get(json_object_get(v, "value"), "request");
	if (json_is_object(print)) {
		score = likeness(near->want, print);
		if (near->best == NULL || score > near->score) {
			json_decref(near->best);
			near->best = json_incref(print);
			near->score = score;
			snprintf(near->key, sizeof near->key, "%s",
			    json_string_value(json_object_get(v, "key")));
		}
	}
	json_decref(v);
}

static void
put_json(struct buf *out, const json_t *v)
{
	struct buf b = {0};

	if (v == NULL)
		buf_puts(&b, "none");
	else
		rec_dump(&b, v, REC_SORT);
	if (b.n > SHOWN_TEXT) {
		buf_utf8(out, b.p, SHOWN_TEXT);
		buf_puts(out, "...");
	} else {
		buf_puts(out, buf_str(&b));
	}
	buf_clear(&b);
}

/* Name the members of two objects that differ: "temperature 0.5, now 0.7". */
static void
put_params(struct buf *out, const json_t *was, const json_t *is)
{
	const json_t *both[2] = {was, is};
	const char *name;
	json_t *v;
	int i;

	for (i = 0; i < 2; i++) {
		json_t *o = (json_t *)(uintptr_t)both[i];

		json_object_foreach(o, name, v)
		{
			json_t *a = json_object_get(was, name);
			json_t *b = json_object_get(is, name);

			if ((a != NULL && json_equal(a, b)) ||
			    (i == 1 && a != NULL))
				continue;
			buf_printf(out, "; %s was ", name);
			put_json(out, a);
			buf_puts(out, ", now ");
			put_json(out, b);
		}
	}
}

static void
put_nearest(struct buf *out, const struct nearest *near)
{
	json_t *was = json_object_get(near->best, "messages");
	json_t *is = json_object_get(near->want, "messages");
	size_t n = json_array_size(is), m = json_array_size(was);
	size_t same = common_messages(near->want, near->best);
	static const char *const members[] = {"model", "sample"};
	size_t i;

	buf_printf(out, "the nearest recorded request is %s: ", near->key);
	if (same == n && same == m)
		buf_puts(out, "the same messages");
	else if (same < n && same < m)
		buf_printf(out, "message %zu of %zu differs", same + 1, n);
	else
		buf_printf(out, "%zu messages, now %zu", m, n);
	for (i = 0; i < sizeof members / sizeof *members; i++) {
		json_t *a = json_object_get(near->best, members[i]);
		json_t *b = json_object_get(near->want, members[i]);

		if (json_equal(a, b))
			continue;
		buf_printf(out, "; %s was ", members[i]);
		put_json(out, a);
		buf_puts(out, ", now ");
		put_json(out, b);
	}
	put_params(out, json_object_get(near->best, "params"),
	    json_object_get(near->want, "params"));
}

void
journal_nearest(struct journal *j, const json_t *print, struct buf *out)
{
	struct nearest near = {.want = print};

	if (j->count[JOURNAL_REPLY] == 0) {
		buf_puts(out, "no request is recorded");
		return;
	}
	if (j->misses++ >= NEAREST_MAX) {
		buf_puts(out, "the nearest was looked for earlier, not here");
		return;
	}
	each_line(j, nearest_line, &near, NULL);
	if (near.best == NULL)
		buf_puts(out, "no request is recorded");
	else
		put_nearest(out, &near);
	json_decref(near.best);
}
