/* test_unzip.c - the one CSV of an archive. */
#include <archive.h>
#include <archive_entry.h>
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rec.h"
#include "uniq.h"
#include "unzip.h"

struct member {
	const char *name, *text;
	int type; /* 0: a file */
};

/* An archive of these members; zip, or tar through gzip. */
static int
make(const struct member *m, bool tar)
{
	int fd = uniq_tmpfile(uniq_tmpdir(), NULL);
	struct archive *a = archive_write_new();
	struct archive_entry *e;

	if (tar) {
		archive_write_set_format_ustar(a);
		archive_write_add_filter_gzip(a);
	} else {
		archive_write_set_format_zip(a);
	}
	ck_assert_int_eq(archive_write_open_fd(a, fd), ARCHIVE_OK);
	for (; m->name != NULL; m++) {
		e = archive_entry_new();
		archive_entry_set_pathname(e, m->name);
		archive_entry_set_filetype(
		    e, m->type != 0 ? (unsigned)m->type : AE_IFREG);
		archive_entry_set_perm(e, 0644);
		if (m->type == AE_IFLNK)
			archive_entry_set_symlink(e, m->text);
		else
			archive_entry_set_size(e, (la_int64_t)strlen(m->text));
		ck_assert_int_ge(archive_write_header(a, e), ARCHIVE_WARN);
		if (m->type != AE_IFLNK)
			archive_write_data(a, m->text, strlen(m->text));
		archive_entry_free(e);
	}
	archive_write_free(a);
	return fd;
}

/* Unpack; the text written, or why not. */
static const char *
unpack(const struct member *m, bool tar, uint64_t max)
{
	static char text[1000];
	struct unzip u;
	struct fail f = {0};
	int fd = make(m, tar), out = uniq_tmpfile(uniq_tmpdir(), NULL);
	ssize_t n;

	if (unzip_csv(fd, max, out, &u, &f) == -1) {
		ck_assert_int_eq(f.code, FAIL_CSV);
		ck_assert_int_eq(lseek(out, 0, SEEK_END), 0);
		snprintf(text, sizeof text, "%s", f.msg);
	} else {
		n = pread(out, text, sizeof text - 1, 0);
		ck_assert_uint_eq((uint64_t)n, u.bytes);
		text[n] = '\0';
		unzip_clear(&u);
	}
	close(fd);
	close(out);
	return text;
}

static void
gives(const struct member *m, const char *want)
{
	int tar;

	for (tar = 0; tar < 2; tar++)
		ck_assert_msg(strstr(unpack(m, tar, 100), want) != NULL,
		    "%s: %s", want, unpack(m, tar, 100));
}

START_TEST(one)
{
	const struct member m[] = {{"d/", "", AE_IFDIR}, {"d/read.me", "x", 0},
	    {"d/A.CSV", "a,b\n1,2\n", 0}, {"__MACOSX/d/A.csv", "y", 0},
	    {"d/.hidden.csv", "z", 0}, {NULL, NULL, 0}};

	gives(m, "a,b\n1,2\n");
}
END_TEST

START_TEST(refused)
{
	const struct member none[] = {{"a.txt", "x", 0}, {NULL, NULL, 0}},
			    two[] = {{"a.csv", "x", 0}, {"b/a.csv", "x", 0},
				{NULL, NULL, 0}},
			    up[] = {{"a/../../b.csv", "x", 0}, {NULL, NULL, 0}},
			    back[] = {{"a\\..\\b.csv", "x", 0},
				{NULL, NULL, 0}},
			    link[] = {{"a.csv", "/etc/passwd", AE_IFLNK},
				{NULL, NULL, 0}},
			    other[] = {{"l", "/", AE_IFLNK}, {"a.csv", "x", 0},
				{NULL, NULL, 0}};

	gives(none, "saw none");
	gives(two, "saw several");
	gives(up, "one directory");
	gives(back, "one directory");
	gives(link, "neither");
	gives(other, "neither");
}
END_TEST

START_TEST(too_much)
{
	char text[300];
	const struct member m[] = {{"a.csv", text, 0}, {NULL, NULL, 0}};

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	gives(m, "inflated");
	ck_assert_uint_eq(strlen(unpack(m, false, 299)), 299);
}
END_TEST

START_TEST(garbage)
{
	int fd = uniq_tmpfile(uniq_tmpdir(), NULL), i;
	struct unzip u;
	struct fail f = {0};

	for (i = 0; i < 100; i++)
		rec_write(fd, "PK\3\4garbage", 11);
	ck_assert_int_eq(unzip_csv(fd, 100, -1, &u, &f), -1);
	ck_assert_int_eq(f.code, FAIL_CSV);
	close(fd);
	ck_assert(unzip_is_archive("PK\3\4", 4));
	ck_assert(unzip_is_archive("\x1f\x8b", 2));
	ck_assert(!unzip_is_archive("PK", 2));
	ck_assert(!unzip_is_archive("a,b\n1,2\n", 8));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("unzip");
	TCase *t = tcase_create("unzip");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, one);
	tcase_add_test(t, refused);
	tcase_add_test(t, too_much);
	tcase_add_test(t, garbage);
	suite_add_tcase(s, t);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
