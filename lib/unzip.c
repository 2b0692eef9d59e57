/* unzip.c - the one CSV of an archive that nobody vouches for. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "mem.h"
#include "rec.h"
#include "unzip.h"

enum {
	ENTRIES_MAX = 10000,
	SKIP_FACTOR =
	    20, /* of max: inflated bytes of other files in a tar.gz */
	BLOCK = 64 << 10,
	TAR_MAGIC_AT = 257,
};

/* One walk over the archive. */
struct walk {
	struct archive *a;
	locale_t utf8, old; /* names are converted by the locale */
	uint64_t max, skipped;
	size_t entries;
	size_t found; /* number of the CSV's entry, from 1; 0: none yet */
};

bool
unzip_is_archive(const void *head, size_t n)
{
	const unsigned char *s = head;

	if (n >= 4 && s[0] == 'P' && s[1] == 'K' &&
	    ((s[2] == 3 && s[3] == 4) || (s[2] == 5 && s[3] == 6)))
		return true;
	if (n >= 2 && s[0] == 0x1f && s[1] == 0x8b)
		return true;
	return n >= TAR_MAGIC_AT + 5 &&
	    memcmp(s + TAR_MAGIC_AT, "ustar", 5) == 0;
}

void
unzip_clear(struct unzip *u)
{
	free(u->name);
	u->name = NULL;
}

static const char *
entry_name(struct archive_entry *e)
{
	const char *s = archive_entry_pathname_utf8(e);

	if (s == NULL)
		s = archive_entry_pathname(e);
	return s != NULL ? s : "";
}

/* Absolute, or through "..", or with another system's separators. */
static bool
unsafe(const char *name)
{
	const char *s = name;
	size_t n;

	if (*name == '/' || strchr(name, '\\') != NULL ||
	    (name[0] != '\0' && name[1] == ':'))
		return true;
	for (; *s != '\0'; s += n + (s[n] == '/')) {
		n = strcspn(s, "/");
		if (n == 2 && s[0] == '.' && s[1] == '.')
			return true;
	}
	return false;
}

static bool
is_csv(const char *name)
{
	const char *base = strrchr(name, '/');
	size_t n = strlen(name);

	base = base != NULL ? base + 1 : name;
	return n > 4 && strcasecmp(name + n - 4, ".csv") == 0 && *base != '.' &&
	    strncmp(name, "__MACOSX/", 9) != 0;
}

static int
broken(const struct walk *w, struct fail *f)
{
	const char *s = archive_error_string(w->a);

	return fail_set(f, fail_errno(archive_errno(w->a), FAIL_CSV),
	    "archive: expected a readable one, saw: %s",
	    s != NULL ? s : "a broken one");
}

static void
close_walk(struct walk *w)
{
	archive_read_free(w->a);
	if (w->utf8 == (locale_t)0)
		return;
	uselocale(w->old);
	freelocale(w->utf8);
}

static int
open_walk(struct walk *w, int fd, uint64_t max, struct fail *f)
{
	*w = (struct walk){.a = archive_read_new(), .max = max};
	if (w->a == NULL)
		mem_fail();
	w->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (w->utf8 != (locale_t)0)
		w->old = uselocale(w->utf8);
	archive_read_support_filter_gzip(w->a);
	archive_read_support_format_tar(w->a);
	archive_read_support_format_zip(w->a);
	if (lseek(fd, 0, SEEK_SET) == -1 ||
	    archive_read_open_fd(w->a, fd, BLOCK) < ARCHIVE_WARN) {
		broken(w, f);
		close_walk(w);
		return -1;
	}
	return 0;
}

/* The data of the current entry: counted, and written and digested where out
 * is not -1. */
static int
read_entry(struct walk *w, uint64_t max, int out, struct digest *d,
    uint64_t *bytes, struct fail *f)
{
	char *block = xmalloc(BLOCK);
	la_ssize_t n;
	int rc = 0;

	*bytes = 0;
	while (rc == 0 && (n = archive_read_data(w->a, block, BLOCK)) != 0) {
		if (n == ARCHIVE_RETRY)
			continue;
		if (n < 0)
			rc = n == ARCHIVE_WARN ? 0 : broken(w, f);
		if (n <= 0)
			continue;
		*bytes += (uint64_t)n;
		if (*bytes > max)
			rc = fail_set(f, FAIL_CSV,
			    "archive: expected at most %llu bytes inflated, "
			    "saw more",
			    (unsigned long long)max);
		else if (out != -1 && rec_write(out, block, (size_t)n) == -1)
			rc = fail_set(f, FAIL_IO, "%s", strerror(errno));
		else if (d != NULL)
			digest_put(d, block, (size_t)n);
	}
	free(block);
	return rc;
}

static int
check_entry(struct walk *w, struct archive_entry *e, struct fail *f)
{
	const char *name = entry_name(e);

	if (++w->entries > ENTRIES_MAX)
		return fail_set(f, FAIL_CSV,
		    "archive: expected at most %d entries, saw more",
		    ENTRIES_MAX);
	if (unsafe(name))
		return fail_set(f, FAIL_CSV,
		    "archive: expected names inside one directory, saw "
		    "\"%.200s\"",
		    name);
	if (archive_entry_symlink(e) != NULL ||
	    archive_entry_hardlink(e) != NULL ||
	    (archive_entry_filetype(e) != AE_IFREG &&
		archive_entry_filetype(e) != AE_IFDIR &&
		archive_entry_filetype(e) != 0))
		return fail_set(f, FAIL_CSV,
		    "archive: expected files and directories, saw \"%.200s\", "
		    "which is neither",
		    name);
	return 0;
}

/* An entry of the first walk: count what matters, inflate CSVs. */
static int
survey_entry(struct walk *w, struct archive_entry *e, struct fail *f)
{
	bool stream = archive_filter_count(w->a) > 1;
	uint64_t bytes;

	if (check_entry(w, e, f) == -1)
		return -1;
	if (archive_entry_filetype(e) == AE_IFDIR)
		return 0;
	if (!is_csv(entry_name(e))) {
		if (!stream)
			return 0; /* skipped by a seek, not inflated */
		if (read_entry(w, w->max * SKIP_FACTOR - w->skipped, -1, NULL,
			&bytes, f) == -1)
			return -1;
		w->skipped += bytes;
		return 0;
	}
	if (w->found != 0)
		return fail_set(
		    f, FAIL_CSV, "archive: expected one CSV, saw several");
	w->found = w->entries;
	return read_entry(w, w->max, -1, NULL, &bytes, f);
}

/* Next header: 1 and *e, 0 at the end, -1. */
static int
next(struct walk *w, struct archive_entry **e, struct fail *f)
{
	int rc;

	do
		rc = archive_read_next_header(w->a, e);
	while (rc == ARCHIVE_RETRY);
	if (rc == ARCHIVE_EOF)
		return 0;
	return rc < ARCHIVE_WARN ? broken(w, f) : 1;
}

static int
survey(int fd, uint64_t max, size_t *found, struct fail *f)
{
	struct archive_entry *e;
	struct walk w;
	int rc;

	if (open_walk(&w, fd, max, f) == -1)
		return -1;
	while ((rc = next(&w, &e, f)) == 1)
		if (survey_entry(&w, e, f) == -1) {
			rc = -1;
			break;
		}
	if (rc == 0 && w.found == 0)
		rc = fail_set(
		    f, FAIL_CSV, "archive: expected one CSV, saw none");
	*found = w.found;
	close_walk(&w);
	return rc;
}

static int
extract(int fd, uint64_t max, size_t which, int out, struct unzip *u,
    struct fail *f)
{
	struct archive_entry *e = NULL;
	struct buf name = {0};
	struct digest *d;
	struct walk w;
	int rc = 1;

	if (open_walk(&w, fd, max, f) == -1)
		return -1;
	while (w.entries < which && rc == 1) {
		rc = next(&w, &e, f);
		w.entries++;
	}
	if (rc == 1) {
		d = digest_new();
		rc = read_entry(&w, max, out, d, &u->bytes, f);
		digest_end(d, u->sha256);
		buf_utf8(&name, entry_name(e), strlen(entry_name(e)));
		u->name = buf_steal(&name);
	} else if (rc == 0) {
		rc = fail_set(f, FAIL_CSV, "archive: it changed while read");
	}
	close_walk(&w);
	return rc;
}

int
unzip_csv(int fd, uint64_t max, int out, struct unzip *u, struct fail *f)
{
	size_t which;

	*u = (struct unzip){0};
	if (survey(fd, max, &which, f) == -1)
		return -1;
	if (extract(fd, max, which, out, u, f) == -1) {
		unzip_clear(u);
		return -1;
	}
	return 0;
}
