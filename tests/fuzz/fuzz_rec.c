/* fuzz_rec.c - any bytes as a stream of records: nothing crashes, what is read
 * is written so that it reads back the same, every line is counted. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "log.h"
#include "mark.h"
#include "rec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* v, written and read again, is v; and its text is written the same again. */
static void
check_value(const json_t *v, int flags)
{
	struct buf a = {0}, b = {0};
	struct fail f;
	json_t *w;

	rec_dump(&a, v, flags);
	w = rec_parse(a.p, a.n, &f);
	if (w == NULL)
		abort();
	rec_dump(&b, w, flags);
	if (a.n != b.n || memcmp(a.p, b.p, a.n) != 0)
		abort();
	if (memchr(a.p, '\n', a.n) != NULL)
		abort();
	json_decref(w);
	buf_clear(&a);
	buf_clear(&b);
}

/* Lines of the data that are not blank. */
static size_t
lines_of(const uint8_t *p, size_t n)
{
	size_t lines = 0, i;
	int blank = 1;

	/* a byte order mark at the start is no content */
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
		n -= 3;
	}
	for (i = 0; i < n; i++) {
		if (p[i] == '\n') {
			lines += !blank;
			blank = 1;
		} else if (p[i] != ' ' && p[i] != '\t' && p[i] != '\r') {
			blank = 0;
		}
	}
	return lines + !blank;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char path[32];
	static char *paths[] = {path, NULL};
	struct rec_pos pos = {0};
	struct rec_in *in;
	struct fail f;
	enum rec_got got;
	json_t *rec;
	int fd;

	if (has_mark(data, size))
		return 0;
	fd = memfd_create("fuzz", MFD_CLOEXEC);
	log_init(LOG_QUIET, PROGRESS_NEVER);
	if (fd == -1 || rec_write(fd, data, size) == -1)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	/* opening it by name reads from the start */
	if ((in = rec_open(paths, NULL, "/dev/null", &f)) == NULL)
		abort();
	while ((got = rec_pull(in, &rec, &pos)) != REC_END) {
		if (got == REC_MORE) {
			rec_fill(in);
			continue;
		}
		check_value(rec, 0);
		check_value(rec, REC_SORT | REC_ASCII | REC_SPACES);
		json_decref(rec);
	}
	if (rec_count(in) + rec_rejected(in) != lines_of(data, size))
		abort();
	rec_close(in);
	close(fd);
	rec = rec_parse((const char *)data, size, &f);
	if (rec != NULL)
		check_value(rec, REC_ASCII);
	json_decref(rec);
	return 0;
}
