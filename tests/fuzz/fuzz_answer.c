/* fuzz_answer.c - any JSON as answers: matching is reflexive and symmetric,
 * what has one canonical text matches, clusters partition. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "mark.h"
#include "rec.h"

enum { ANSWERS = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool good)
{
	if (!good)
		abort();
}

static void
check_pair(const json_t *a, const json_t *b, const struct ans_rule *r)
{
	struct buf ta = {0}, tb = {0};

	must(ans_match(a, b, r) == ans_match(b, a, r));
	ans_canonical(&ta, a);
	ans_canonical(&tb, b);
	if (strcmp(buf_str(&ta), buf_str(&tb)) == 0)
		must(ans_match(a, b, r));
	buf_clear(&ta);
	buf_clear(&tb);
}

static void
check_hash(const json_t *a)
{
	char hash[DIGEST_ID];
	struct buf text = {0};
	struct fail f;
	json_t *again;

	ans_hash(a, hash);
	must(strlen(hash) == DIGEST_ID - 1);
	ans_hash_text(&text, a);
	again = rec_parse(text.p, text.n, &f);
	must(again != NULL);
	json_decref(again);
	buf_clear(&text);
}

static void
check_clusters(const json_t *const *a, size_t n, const struct ans_rule *r)
{
	size_t of[ANSWERS], rep[ANSWERS], k, i;

	k = ans_cluster(a, n, r, of, rep);
	must(k <= n && (n == 0 || k > 0));
	for (i = 0; i < k; i++)
		must(rep[i] < n && of[rep[i]] == i);
	for (i = 0; i < n; i++)
		must(of[i] < k && ans_match(a[i], a[rep[of[i]]], r));
}

/* A list: the rule's output_type and decimals, then answers. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ans_rule r = {.tol = {0.1, 0.02, 0.002, 0.5}};
	const json_t *a[ANSWERS];
	struct fail f;
	json_t *list;
	size_t n = 0, i, j;

	if (has_mark(data, size))
		return 0;
	list = rec_parse((const char *)data, size, &f);
	if (!json_is_array(list)) {
		json_decref(list);
		return 0;
	}
	r.output_type = json_string_value(json_array_get(list, 0));
	r.decimals = json_array_get(list, 1);
	for (i = 2; i < json_array_size(list) && n < ANSWERS; i++)
		a[n++] = json_array_get(list, i);
	for (i = 0; i < n; i++) {
		must(ans_match(a[i], a[i], &r));
		check_hash(a[i]);
		for (j = 0; j < i; j++)
			check_pair(a[i], a[j], &r);
	}
	check_clusters(a, n, &r);
	json_decref(list);
	return 0;
}
