/* gate_clause.c - clauses that tell one reading from another. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate_int.h"
#include "gate_table.h"
#include "mem.h"

/* ---- words ---- */

/* The first alternative of list that words (spaced) begin with, at a blank: its
 * length, and *at its start in list; 0 where there is none. */
static size_t
begin_any(const char *words, const char *list, const char **at)
{
	size_t k, n;

	for (words++; *list != '\0'; list += k + (list[k] != '\0')) {
		k = strcspn(list, "|;");
		n = k > 0 && list[k - 1] == '*' ? k - 1 : k;
		if (n > 0 && strncmp(words, list, n) == 0 &&
		    (n < k || words[n] == ' ')) {
			*at = list;
			return k;
		}
	}
	return 0;
}

/* The same, anywhere in words. */
static size_t
holds(const char *words, const char *list, const char **at)
{
	size_t n;

	for (; *words != '\0'; words += 1 + strcspn(words + 1, " "))
		if ((n = begin_any(words, list, at)) > 0)
			return n;
	return 0;
}

size_t
gate_occurrences(const char *words, const char *list)
{
	const char *at;
	size_t n = 0;

	for (; *words != '\0'; words += 1 + strcspn(words + 1, " "))
		n += begin_any(words, list, &at) > 0;
	return n;
}

static bool
any(const char *words, const char *list)
{
	const char *at;

	return list != NULL && holds(words, list, &at) > 0;
}

const char *
gate_method(const char *text)
{
	static char found[64];
	char *words = gate_spaced(text);
	const char *at;
	size_t n = holds(words, methods, &at);

	free(words);
	if (n == 0)
		return NULL;
	snprintf(found, sizeof found, "%.*s", (int)n, at);
	return found;
}

/* ---- clauses ---- */

/* The methods that the text names stay. */
static int
check_tests(const char *was, const char *now, struct fail *f)
{
	char one[64];
	const char *p = tests;
	size_t n;

	for (; *p != '\0'; p += n + (p[n] == '|')) {
		n = strcspn(p, "|");
		snprintf(one, sizeof one, "%.*s", (int)n, p);
		if (any(was, one) && !any(now, one))
			return fail_set(f, FAIL_VALUE,
			    "it does not say any more: %.*s",
			    (int)strcspn(one, "*"), one);
	}
	return 0;
}

/* Does `now` hold more of c->never? Of what `was` holds, too, it may: it has
 * all that `was` says of the clause itself. And "a minus b" may have become "by
 * how much does a exceed b", which is no comparison with a limit. */
static bool
opposes(
    const struct clause *c, const char *was, const char *now, size_t said_now)
{
	size_t before, free = 0;

	if (c->never == NULL)
		return false;
	before = gate_occurrences(was, c->never);
	if (any(was, "minus") && strstr(c->never, "than") != NULL)
		free = gate_occurrences(now, "how much");
	return gate_occurrences(now, c->never) > before + free &&
	    (before == 0 || said_now < gate_occurrences(was, c->keep));
}

/* What words `now` lost of what one clause of words `was` says. */
static int
check_clause(const struct clause *c, const char *was, const char *now,
    bool counted, struct fail *f)
{
	size_t n = gate_occurrences(was, c->when),
	       m = gate_occurrences(now, c->keep), k;
	const char *at;

	if (n == 0)
		return 0;
	if (m < (counted ? n : 1))
		return fail_set(
		    f, FAIL_VALUE, "it does not say any more: %s", c->name);
	if (!opposes(c, was, now, m))
		return 0;
	k = holds(now, c->never, &at);
	return fail_set(f, FAIL_VALUE, "\"%.*s\" is another question than %s",
	    (int)k, at, c->name);
}

static const struct {
	const struct clause *v;
	size_t n;
	bool counted;
} tables[] = {{figures, sizeof figures / sizeof *figures, false},
    {clauses, sizeof clauses / sizeof *clauses, false},
    {ends, sizeof ends / sizeof *ends, true}};

int
gate_clauses(const struct gate *g, const char *candidate, struct fail *f)
{
	char *plain = gate_unquoted(g->text), *bare = gate_unquoted(candidate),
	     *was = gate_plainly(plain), *now = gate_plainly(bare);
	size_t i, k;
	int rc = 0;

	for (i = 0; i < sizeof tables / sizeof *tables; i++)
		for (k = 0; rc == 0 && k < tables[i].n; k++)
			rc = check_clause(
			    &tables[i].v[k], was, now, tables[i].counted, f);
	if (rc == 0 && !g->discovery)
		rc = check_tests(was, now, f);
	free(plain);
	free(bare);
	free(was);
	free(now);
	return rc;
}

void
gate_clause_lines(const char *words, struct buf *b)
{
	size_t i, k;

	for (i = 0; i < sizeof tables / sizeof *tables; i++)
		for (k = 0; k < tables[i].n; k++)
			if (any(words, tables[i].v[k].when))
				gate_line(b, tables[i].v[k].name);
}

bool
gate_figure(size_t i, struct gate_figure *out)
{
	if (i >= sizeof figures / sizeof *figures)
		return false;
	*out = (struct gate_figure){
	    figures[i].name, figures[i].when, figures[i].keep};
	return true;
}
