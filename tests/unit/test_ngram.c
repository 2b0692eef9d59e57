/* test_ngram.c - texts to stay away from. */
#include "ngram.h"
#include "unit.h"

static const char said[] =
    "Which of the Three islands has the heaviest penguins, on average?";

START_TEST(same_words)
{
	struct ngram *g = ngram_new();

	ck_assert(!ngram_same(g, said));
	ngram_add(g, said);
	ck_assert(ngram_same(g, said));
	ck_assert(ngram_same(g,
	    "which of the three ISLANDS has the \"heaviest\" penguins on "
	    "average"));
	ck_assert(!ngram_same(g, "Which of the islands?"));
	ngram_free(g);
}
END_TEST

START_TEST(overlap)
{
	struct ngram *g = ngram_new();
	struct buf b = {0};

	ngram_add(g, said);
	ngram_add(g, "too short");
	ck_assert(ngram_overlaps(g,
	    "Tell me: which of the three islands has the heaviest bird?", &b));
	ck_assert_str_eq(
	    buf_str(&b), "which of the three islands has the heaviest");
	ck_assert(!ngram_overlaps(g,
	    "Tell me which of the three islands has the lightest bird", NULL));
	ck_assert(!ngram_overlaps(g, "too short", NULL));
	ck_assert(!ngram_overlaps(g, "", NULL));
	buf_clear(&b);
	ngram_free(g);
}
END_TEST

START_TEST(many)
{
	struct ngram *g = ngram_new();
	char text[80];
	int i;

	for (i = 0; i < 20000; i++) {
		snprintf(text, sizeof text, "a b c d e f g %d", i);
		ngram_add(g, text);
	}
	for (i = 0; i < 20000; i++) {
		snprintf(text, sizeof text, "x a b c d e f g %d y", i);
		ck_assert(ngram_overlaps(g, text, NULL));
		ck_assert(!ngram_same(g, text));
	}
	ck_assert(!ngram_overlaps(g, "a b c d e f g 20000", NULL));
	ngram_free(g);
}
END_TEST

START_TEST(likeness)
{
	ck_assert_double_eq(ngram_likeness(said, said), 1);
	ck_assert_double_eq(ngram_likeness(said, "not at all like it"), 0);
	ck_assert_double_eq(ngram_likeness("a b c d", "a b c e"), 1.0 / 3);
	ck_assert_double_eq(ngram_likeness("", ""), 0);
}
END_TEST

UNIT_MAIN("ngram", same_words, overlap, many, likeness)
