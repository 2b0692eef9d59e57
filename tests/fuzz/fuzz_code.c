/* fuzz_code.c - any text as a reply: what is found is made of its lines. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "code.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each line of a block stands in the reply, at most its indent missing. */
static void
check_lines(const struct code_block *b, const char *text, size_t n)
{
	const char *p = b->text, *nl;

	for (; *p != '\0'; p = nl + 1) {
		nl = strchr(p, '\n');
		if (nl == NULL)
			abort();
		if (nl > p && memmem(text, n, p, (size_t)(nl - p)) == NULL)
			abort();
	}
}

static void
check(const char *text, size_t n, bool complete)
{
	bool plain = memchr(text, '\0', n) == NULL;
	size_t i, total = 0;
	struct code c;
	char *all;

	if (code_find(&c, text, n, complete) != c.n ||
	    (c.n == 0) != (c.rule == CODE_NONE) ||
	    (c.n > 1) != ((c.flags & CODE_SEVERAL) != 0) ||
	    code_rule_name(c.rule) == NULL)
		abort();
	for (i = 0; i < c.n; i++) {
		const struct code_block *b = &c.v[i];

		if (b->n == 0 || strlen(b->text) != b->n ||
		    b->text[b->n - 1] != '\n' || b->line == 0 ||
		    (i > 0 && b->line <= c.v[i - 1].line))
			abort();
		total += b->n + (i > 0);
		if (plain && c.rule != CODE_ESCAPED)
			check_lines(b, text, n);
	}
	all = code_join(&c);
	if (strlen(all) != total)
		abort();
	free(all);
	if (!complete && c.rule == CODE_UNCLOSED)
		abort();
	code_clear(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1); /* its end is watched by the sanitizer */

	if (copy == NULL)
		return 0;
	memcpy(copy, data, size);
	copy[size] = '\0';
	check(copy, size, true);
	check(copy, size, false);
	free(copy);
	return 0;
}
