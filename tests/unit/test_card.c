/* test_card.c - the data card and its figures. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "card.h"
#include "figures.h"
#include "rec.h"

static const struct card_split train = {"train", 1500};

/* The card for an old one, owned. */
static char *
make(const char *old, const char *license, const struct row_type *rows,
    struct fail *f)
{
	struct card c = {.old = old,
	    .old_n = old != NULL ? strlen(old) : 0,
	    .license = license,
	    .pretty = "no",
	    .repo = "me/set",
	    .ext = ".jsonl.gz",
	    .split = &train,
	    .splits = 1,
	    .rows = rows,
	    .figures = "FIGURES\n"};
	struct buf b = {0};

	if (card_make(&c, &b, f) == -1) {
		buf_clear(&b);
		return NULL;
	}
	return buf_steal(&b);
}

static void
has(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part) != NULL, "no %s in:\n%s", part, text);
}

START_TEST(sizes)
{
	ck_assert_str_eq(card_size(0), "n<1K");
	ck_assert_str_eq(card_size(999), "n<1K");
	ck_assert_str_eq(card_size(1000), "1K<n<10K");
	ck_assert_str_eq(card_size(999999), "100K<n<1M");
	ck_assert_str_eq(card_size(1000000), "1M<n<10M");
	ck_assert_str_eq(card_size(UINT64_MAX), "n>1T");
}
END_TEST

START_TEST(fresh)
{
	struct row_type t = {0}, back = {0};
	const struct rec_pos pos = {"f", 1};
	struct fail f = {0};
	char *a, *b;
	json_t *v = json_loads("{\"yes\":1,\"s\":{\"p\":[[\"x\"]],\"q\":null},"
			       "\"l\":[{\"a\":1.5}],\"t\":true}",
	    0, NULL);

	rows_see(&t, v, &pos, &f);
	json_decref(v);
	a = make(NULL, "mit", &t, &f);
	ck_assert_ptr_nonnull(a);
	has(a, "---\nlicense: mit\n");
	has(a, "pretty_name: \"no\"\n");
	has(a, "- \"1K<n<10K\"\n");
	has(a, "name: \"yes\"\n    dtype: int64");
	has(a, "<!-- hf-push:figures train=1500 -->");
	has(a, "\nFIGURES\n<!-- hf-push:end -->\n");
	ck_assert_int_eq(card_rows(a, strlen(a), &back, &f), 0);
	ck_assert_uint_eq(rows_hash(&back), rows_hash(&t));
	b = make(a, NULL, &t, &f);
	ck_assert_str_eq(a, b);
	rows_clear(&t);
	rows_clear(&back);
	free(a);
	free(b);
}
END_TEST

START_TEST(kept)
{
	struct fail f = {0};
	char *s = make("---\nx: &a [1, 'no']\ny: *a\nlicense: apache-2.0\n"
		       "dataset_info: {features: []}\n---\nMine.\n"
		       "<!-- hf-push:figures train=3 -->\nold\n"
		       "<!-- hf-push:end -->\nAfter.\n"
		       "<!-- hf-push:figures dev=7 -->\nstays\n"
		       "<!-- hf-push:end -->\n",
	    NULL, NULL, &f);

	ck_assert_ptr_nonnull(s);
	has(s, "license: apache-2.0");
	has(s, "'no'");
	has(s, "---\nMine.\n<!-- hf-push:figures train=1500 -->");
	has(s, "<!-- hf-push:end -->\nAfter.\n");
	has(s, "stays");
	ck_assert_ptr_null(strstr(s, "\nold\n"));
	ck_assert_ptr_null(strstr(s, "dataset_info"));
	free(s);
}
END_TEST

/* From fuzzing: a section that was never finished is prose; the card does not
 * grow by a section at each push. */
START_TEST(unfinished)
{
	struct fail f = {0};
	char *a = make("---\nlicense: mit\n---\n<!-- hf-push:figures torn",
	    NULL, NULL, &f);
	char *b = make(a, NULL, NULL, &f);

	ck_assert_ptr_nonnull(a);
	has(a, "figures torn\n<!-- hf-push:figures train=1500 -->");
	ck_assert_str_eq(a, b);
	free(a);
	free(b);
}
END_TEST

/* Of the split "train", and of "dev", which stays; at: no byte after it is
 * ours to read. */
static char *
make_exact(const char *at, size_t n)
{
	static const char *const stays[] = {"dev"};
	struct card c = {.old = at,
	    .old_n = n,
	    .pretty = "p",
	    .repo = "me/set",
	    .ext = ".jsonl",
	    .split = &train,
	    .splits = 1,
	    .kept = stays,
	    .n_kept = 1,
	    .figures = "FIGURES\n"};
	struct buf b = {0};
	struct fail f = {0};

	ck_assert_int_eq(card_make(&c, &b, &f), 0);
	return buf_steal(&b);
}

/* The text of a card ends where it ends, and a mark at its line's end. */
START_TEST(ends)
{
	static const char old[] =
	    "---\nlicense: mit\n---\n"
	    "<!-- hf-push:figures dev=998500 -->\n<!-- hf-push:end -->\n"
	    "<!-- hf-push:figures x \ntrain=2\n<!-- hf-push:end -->\n"
	    "<!-- hf-push:figures dev=";
	size_t page = (size_t)sysconf(_SC_PAGESIZE), n = sizeof old - 1;
	char *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
	     *s;

	ck_assert_ptr_ne(p, MAP_FAILED);
	ck_assert_int_eq(mprotect(p + page, page, PROT_NONE), 0);
	memcpy(p + page - n, old, n);
	s = make_exact(p + page - n, n);
	has(s, "- \"1M<n<10M\"\n"); /* 998,500 and 1,500 */
	has(s, strstr(old, "<!--")); /* nothing of it was ours */
	has(s, "dev=\n<!-- hf-push:figures train=1500 -->\n");
	free(s);
	munmap(p, 2 * page);
}
END_TEST

START_TEST(refused)
{
	struct fail f = {0};

	ck_assert_ptr_null(make(NULL, NULL, NULL, &f));
	ck_assert_int_eq(f.code, FAIL_USAGE);
	ck_assert_ptr_null(make("---\na: [\n---\n", "mit", NULL, &f));
	ck_assert_int_eq(f.code, FAIL_VALUE);
	ck_assert_ptr_null(make("---\n- a\n---\n", "mit", NULL, &f));
	/* aliases that double: refused, not expanded */
	ck_assert_ptr_null(make("---\na: &a [1,1,1,1,1,1,1,1]\n"
				"b: &b [*a,*a,*a,*a,*a,*a,*a,*a]\n"
				"c: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n"
				"d: &d [*c,*c,*c,*c,*c,*c,*c,*c]\n"
				"e: &e [*d,*d,*d,*d,*d,*d,*d,*d]\n"
				"g: [*e,*e,*e,*e,*e,*e,*e,*e]\n---\n",
	    "mit", NULL, &f));
	has(f.msg, "nodes");
}
END_TEST

START_TEST(keys)
{
	static const char card[] =
	    "---\nlicense: mit\nconfigs:\n- config_name: default\n"
	    "  data_files:\n  - {split: a, path: x}\n  - {split: b, path: y}\n"
	    "---\n";
	char *s = card_key(card, sizeof card - 1, "license"), **v;
	size_t n = card_splits(card, sizeof card - 1, &v);

	ck_assert_str_eq(s, "mit");
	free(s);
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(v[0], "a");
	ck_assert_str_eq(v[1], "b");
	free(v[0]);
	free(v[1]);
	free(v);
	ck_assert_ptr_null(card_key("no card", 7, "license"));
	ck_assert_uint_eq(card_splits("---\na: [\n---\n", 13, &v), 0);
}
END_TEST

static void
see(struct figures *g, const char *text)
{
	json_t *v = json_loads(text, 0, NULL);
	struct fail f;

	ck_assert_ptr_nonnull(v);
	ck_assert_int_eq(figures_see(g, v, &f), 0);
	json_decref(v);
}

START_TEST(counting)
{
	struct fail f;
	struct figures *g = figures_new(NULL, &f);
	struct buf b = {0};

	see(g,
	    "{\"type\":\"episode\",\"episode_id\":\"1\",\"verified\":true,"
	    "\"csv_source\":\"/nonexistent/a|b.csv\","
	    "\"usage\":{\"cost\":0.1},\"question\":{\"question_text\":"
	    "\"How many rows are there?\"},\"diagnostics\":{\"pass_rate\":"
	    "0.25,\"gold_matches_truth\":false}}");
	see(g,
	    "{\"type\":\"episode\",\"episode_id\":\"1\",\"verified\":false,"
	    "\"csv_source\":\"/nonexistent/a|b.csv\","
	    "\"usage\":{\"cost\":0.2},\"question\":{\"question_text\":"
	    "\"How many rows are there?\"},\"diagnostics\":{\"pass_rate\":"
	    "1,\"gold_matches_truth\":true}}");
	see(g, "{\"usage\":{\"cost\":null}}");
	ck_assert_int_eq(figures_end(g, &f), 0);
	figures_text(g, &b);
	has(buf_str(&b), "| rows | 3 |");
	has(buf_str(&b), "| verified | 1 of 2 (50.0 %) |");
	has(buf_str(&b), "truth | 1 of 2 (50.0 %) |");
	has(buf_str(&b), "| duplicates: repeated episode ids | 1 |");
	has(buf_str(&b), "same CSV | 1 of 2 (50.0 %) |");
	has(buf_str(&b), "three-word sequences) | 0.500 |");
	has(buf_str(&b), "| 0.3 (not known for 1 rows) |");
	has(buf_str(&b), "| 0.25 to 0.5 | 1 |");
	has(buf_str(&b), "| a&#124;b.csv | unknown | 2 |");
	ck_assert_ptr_null(figures_license(g));
	buf_clear(&b);
	figures_free(g);
}
END_TEST

static void
same_keys(const char *one, const char *two, bool csv, bool tree)
{
	json_t *a = json_loads(one, 0, NULL), *b = json_loads(two, 0, NULL);
	uint64_t c1, t1, c2, t2;

	figures_keys(a, one, strlen(one), &c1, &t1);
	figures_keys(b, two, strlen(two), &c2, &t2);
	ck_assert_int_eq(c1 == c2, csv);
	ck_assert_int_eq(t1 == t2, tree);
	json_decref(a);
	json_decref(b);
}

START_TEST(grouping)
{
	same_keys("{\"csv_sha256\":\"a\",\"template_name\":\"m\"}",
	    "{\"question\":{\"csv_sha256\":\"a\",\"template_name\":\"m\"}}",
	    true, true);
	same_keys("{\"csv_sha256\":\"a\",\"template_name\":\"m\","
		  "\"template_params\":{\"tree\":\"1\"}}",
	    "{\"csv_sha256\":\"b\",\"template_name\":\"m\",\"tree\":\"1\"}",
	    false, true);
	same_keys("{\"template_name\":\"m\",\"tree\":\"1\"}",
	    "{\"template_name\":\"m\",\"tree\":\"2\"}", false, false);
	same_keys("{\"question_text\":\"q\",\"csv_source\":\"x\"}",
	    "{\"question_text\":\"q\",\"csv_source\":\"x\",\"z\":1}", true,
	    true);
	same_keys("{\"a\":1}", "{\"a\":2}", false, false);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("card");
	TCase *t = tcase_create("card");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, sizes);
	tcase_add_test(t, fresh);
	tcase_add_test(t, kept);
	tcase_add_test(t, unfinished);
	tcase_add_test(t, ends);
	tcase_add_test(t, refused);
	tcase_add_test(t, keys);
	tcase_add_test(t, counting);
	tcase_add_test(t, grouping);
	suite_add_tcase(s, t);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
