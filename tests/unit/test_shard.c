/* test_shard.c - pieces of a fixed size, splits, distinct values. */
#include <check.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "mem.h"
#include "shard.h"
#include "split.h"
#include "uniq.h"

static struct shard_set *
fill(uint64_t max, int level, int lines)
{
	struct fail f;
	struct shard_set *s = shard_new(uniq_tmpdir(), max, level, &f);
	char line[64];
	int i;

	ck_assert_ptr_nonnull(s);
	for (i = 0; i < lines; i++) {
		snprintf(line, sizeof line, "{\"i\":%09d}", i);
		ck_assert_int_eq(shard_put(s, line, strlen(line), &f), 0);
	}
	ck_assert_int_eq(shard_end(s, &f), 0);
	return s;
}

/* Lines of 16 bytes with their newline: ten fit 160. */
START_TEST(pieces)
{
	struct shard_set *s = fill(160, 0, 25);
	char block[1000], hex[DIGEST_HEX];
	const struct shard *p;
	size_t i;

	ck_assert_uint_eq(shard_count(s), 3);
	for (i = 0; i < 3; i++) {
		p = shard_at(s, i);
		ck_assert_uint_eq(p->rows, i < 2 ? 10 : 5);
		ck_assert_uint_eq(p->size, p->rows * 16);
		ck_assert_uint_eq(p->offset, i * 160);
		ck_assert_int_eq(
		    pread(shard_fd(s), block, p->size, (off_t)p->offset),
		    (ssize_t)p->size);
		digest_mem(block, p->size, hex);
		ck_assert_str_eq(hex, p->sha256);
	}
	shard_free(s);
}
END_TEST

START_TEST(packed)
{
	struct shard_set *a = fill(160, 6, 25), *b = fill(160, 6, 25);
	const struct shard *p;
	char plain[1000];
	gzFile z;
	size_t i;

	for (i = 0; i < 3; i++)
		ck_assert_str_eq(
		    shard_at(a, i)->sha256, shard_at(b, i)->sha256);
	p = shard_at(a, 1);
	lseek(shard_fd(a), (off_t)p->offset, SEEK_SET);
	ck_assert_int_eq(
	    ftruncate(shard_fd(a), (off_t)(p->offset + p->size)), 0);
	z = gzdopen(dup(shard_fd(a)), "r");
	ck_assert_int_eq(gzread(z, plain, sizeof plain), 160);
	ck_assert(memcmp(plain, "{\"i\":000000010}\n", 16) == 0);
	gzclose(z);
	shard_free(a);
	shard_free(b);
}
END_TEST

START_TEST(long_line)
{
	struct shard_set *s = fill(1, 0, 3);

	ck_assert_uint_eq(shard_count(s), 3);
	shard_free(s);
	s = fill(1, 0, 0);
	ck_assert_uint_eq(shard_count(s), 0);
	shard_free(s);
}
END_TEST

static struct split *
make(uint64_t seed, int csvs, int trees, bool shared, enum split_by *by)
{
	static const double ratio[] = {80, 10, 10};
	struct split *s = split_new(seed, ratio, 3);
	int i, k;

	for (i = 0; i < csvs; i++)
		for (k = 0; k < trees; k++)
			split_see(s, (uint64_t)i + 1,
			    (uint64_t)(shared ? k : i * trees + k) + 1);
	*by = split_plan(s);
	return s;
}

START_TEST(apart)
{
	enum split_by by;
	struct split *s = make(42, 100, 3, false, &by), *t;
	size_t n[3] = {0}, same = 0, k;
	int i;

	ck_assert_int_eq(by, SPLIT_BOTH);
	for (i = 0; i < 100; i++) {
		k = split_of(s, (uint64_t)i + 1, (uint64_t)i * 3 + 1);
		ck_assert_uint_eq(
		    k, split_of(s, (uint64_t)i + 1, (uint64_t)i * 3 + 2));
		n[k]++;
	}
	ck_assert_uint_eq(n[0], 80);
	ck_assert_uint_eq(n[1], 10);
	ck_assert_uint_eq(n[2], 10);
	t = make(43, 100, 3, false, &by);
	for (i = 0; i < 100; i++)
		same += split_of(s, (uint64_t)i + 1, 0) ==
		    split_of(t, (uint64_t)i + 1, 0);
	ck_assert(same < 100);
	split_free(t);
	split_free(s);
}
END_TEST

START_TEST(fall_back)
{
	enum split_by by;
	struct split *s = make(42, 20, 5, true, &by);

	ck_assert_int_eq(by, SPLIT_CSV);
	split_free(s);
	s = make(42, 1, 30, true, &by);
	ck_assert_int_eq(by, SPLIT_TREE);
	split_free(s);
	s = make(42, 1, 1, true, &by); /* one group: one split */
	ck_assert_uint_eq(split_of(s, 1, 1), 0);
	split_free(s);
}
END_TEST

START_TEST(distinct)
{
	struct fail f;
	struct uniq *u = uniq_new(uniq_tmpdir(), &f);
	uint64_t n = 0, i, v;

	ck_assert_int_eq(uniq_count(u, &n, &f), 0);
	ck_assert_uint_eq(n, 0);
	for (i = 0; i < 1500000; i++) {
		v = i % 1000003;
		uniq_put(u, uniq_hash(0, &v, sizeof v), &f);
	}
	ck_assert_int_eq(uniq_count(u, &n, &f), 0);
	ck_assert_uint_eq(n, 1000003);
	ck_assert_uint_eq(uniq_total(u), 1500000);
	uniq_free(u);
	ck_assert_ptr_null(uniq_new("/nonexistent", &f));
	ck_assert_int_eq(f.code, FAIL_IO);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("shard");
	TCase *t = tcase_create("shard");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, pieces);
	tcase_add_test(t, packed);
	tcase_add_test(t, long_line);
	tcase_add_test(t, apart);
	tcase_add_test(t, fall_back);
	tcase_add_test(t, distinct);
	suite_add_tcase(s, t);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
