/* test_digest.c - unit tests of SHA-256. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"
#include "unit.h"

static const char empty[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
static const char abc[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
/* of a million times "a", as FIPS 180-2 gives it */
static const char million[] =
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

START_TEST(memory)
{
	char hex[DIGEST_HEX], id[DIGEST_ID];

	digest_mem("", 0, hex);
	ck_assert_str_eq(hex, empty);
	digest_mem("abc", 3, hex);
	ck_assert_str_eq(hex, abc);
	digest_id("abc", 3, id);
	ck_assert_str_eq(id, "ba7816bf8f01cfea");
}
END_TEST

START_TEST(pieces)
{
	struct digest *d = digest_new();
	char hex[DIGEST_HEX], block[1000];
	int i;

	memset(block, 'a', sizeof block);
	for (i = 0; i < 1000; i++) {
		digest_put(d, block, 1);
		digest_put(d, block, 0);
		digest_put(d, block, 999);
	}
	digest_end(d, hex);
	ck_assert_str_eq(hex, million);
}
END_TEST

START_TEST(files)
{
	char path[] = "/tmp/test_digest.XXXXXX", hex[DIGEST_HEX];
	struct fail f;
	FILE *fp = fdopen(mkstemp(path), "w");
	int i;

	ck_assert_ptr_nonnull(fp);
	ck_assert_int_eq(digest_file(path, hex, &f), 0);
	ck_assert_str_eq(hex, empty);
	for (i = 0; i < 1000000; i++)
		putc('a', fp);
	fclose(fp);
	ck_assert_int_eq(digest_file(path, hex, &f), 0);
	ck_assert_str_eq(hex, million);
	unlink(path);
	ck_assert_int_eq(digest_file(path, hex, &f), -1);
	ck_assert_int_eq(f.code, FAIL_IO);
	ck_assert_ptr_nonnull(strstr(f.msg, path));
	ck_assert_int_eq(digest_file("/", hex, &f), -1);
	ck_assert_int_eq(f.code, FAIL_IO);
}
END_TEST

UNIT_MAIN("digest", memory, pieces, files)
