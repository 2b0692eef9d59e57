/* copies.c - a question on altered copies of its CSV. */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "copies.h"
#include "mem.h"
#include "ops/engine.h"
#include "rec.h"

enum {
	TRIES = 24, /* draws of a copy */
	PLAIN_TRIES = 8, /* of these, so many until any answer will do */
	GOOD = 3, /* copies that do are enough to take the best of */
	COPY_BYTES = 2 << 20, /* about the most text that a copy has */
};

/* The table as CSV text; -1 where it cannot be written as such. A machine that
 * has no room for it ends the program: that says nothing of the question. */
static int
csv_text(const struct table *t, struct buf *b)
{
	char path[40], block[65536];
	ssize_t n = 0;
	struct fail f;
	int fd = memfd_create("copy", MFD_CLOEXEC), rc;

	if (fd == -1)
		err(EXIT_SYSTEM, "an altered copy");
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	rc = tab_write_csv(t, path, &f);
	if (rc == -1 && f.code == FAIL_IO)
		errx(EXIT_SYSTEM, "an altered copy: %s", f.msg);
	while (rc == 0 &&
	    (n = rec_read_at(fd, block, sizeof block, (off_t)b->n)) > 0)
		buf_put(b, block, (size_t)n);
	if (n == -1)
		err(EXIT_SYSTEM, "an altered copy");
	close(fd);
	return rc;
}

/*
 * Python that clears the names of earlier cells and loads the table into df;
 * NULL where that cannot be.
 */
static char *
loading_cell(const struct table *t)
{
	struct buf text = {0}, b = {0};

	if (csv_text(t, &text) == -1) {
		buf_clear(&text);
		return NULL;
	}
	buf_puts(&b,
	    "for _n in [n for n in globals() if n not in ('hook', 'submit') "
	    "and n[:2] != '__']:\n    del globals()[_n]\n"
	    "import io as _n, numpy as np, pandas as pd\n"
	    "df = pd.read_csv(_n.BytesIO(");
	buf_pystr(&b, buf_str(&text), text.n);
	buf_puts(&b, ".encode()))\ndel _n\n");
	buf_clear(&text);
	return buf_steal(&b);
}

/* Rows of a copy of about COPY_BYTES. */
static size_t
row_limit(const struct table *t)
{
	struct buf sample = {0};
	size_t n = tab_rows(t), i, col, seen = n < 100 ? n : 100;

	for (i = 0; i < seen; i++)
		for (col = 0; col < tab_cols(t); col++) {
			tab_put(t, i * (n / seen), col, &sample);
			buf_putc(&sample, ',');
		}
	i = seen > 0 ? COPY_BYTES / (sample.n / seen + 1) : n;
	buf_clear(&sample);
	return i > 100 ? i : 100;
}

static bool
has_program(const json_t *question)
{
	return json_object_get(json_object_get(question, "template_params"),
		   "program") != NULL;
}

/* A table that does, and what it gives. */
struct drawn {
	struct table *t; /* owned; NULL: none */
	json_t *expected; /* owned */
	struct ops_told told;
};

static void
drawn_clear(struct drawn *d)
{
	tab_free(d->t);
	json_decref(d->expected);
	*d = (struct drawn){0};
}

/* One draw: d->t is NULL where the copy does not do. */
static void
draw(struct drawn *d, enum alter_kind kind, const json_t *question,
    const struct table *t, const json_t *answer, bool same_too,
    const struct ans_rule *rule, struct rng *r)
{
	struct fail f;

	*d = (struct drawn){0};
	d->t = alter_table(t, kind,
	    json_object_get(question, "template_params"), row_limit(t), r);
	if (d->t == NULL)
		return;
	d->expected = has_program(question)
	    ? ops_truth_copy(question, d->t, r, &d->told, &f)
	    : json_incref((json_t *)(uintptr_t)answer);
	if (d->expected == NULL ||
	    (!same_too && ans_match(d->expected, answer, rule)))
		drawn_clear(d);
}

/* How many misreadings are told apart neither before nor by this draw. */
static int
untold(const struct drawn *d, uint64_t told)
{
	return __builtin_popcountll(d->told.of & ~d->told.told & ~told);
}

/* Does a tell more that is new than b, or as much and more in all, or as much
 * with fewer rows? */
static bool
tells_more(const struct drawn *a, const struct drawn *b, uint64_t told)
{
	int x = __builtin_popcountll(a->told.told & ~told),
	    y = __builtin_popcountll(b->told.told & ~told);

	if (x != y)
		return x > y;
	x = __builtin_popcountll(a->told.told);
	y = __builtin_popcountll(b->told.told);
	return x != y ? x > y : tab_rows(a->t) < tab_rows(b->t);
}

int
copies_draw(struct copy *c, unsigned i, const json_t *question,
    const struct table *t, const json_t *answer, const struct ans_rule *rule,
    uint64_t *told)
{
	const char *id = json_string_value(json_object_get(question, "id"));
	bool program = has_program(question), invariant;
	struct drawn best = {0}, d;
	enum alter_kind kind;
	unsigned k, good = 0;
	struct rng r;

	rng_init(&r, i, id != NULL ? id : "");
	kind = (enum alter_kind)(
	    program ? i % ALTER_KINDS : ALTER_SHUFFLE + i % 2);
	*c = (struct copy){.kind = kind};
	for (k = 0; k < TRIES; k++) {
		if (good > 0 &&
		    (c->kind >= ALTER_SHUFFLE || k >= PLAIN_TRIES ||
			(good >= GOOD && untold(&best, *told) == 0)))
			break;
		invariant = kind >= ALTER_SHUFFLE;
		draw(&d, kind, question, t, answer,
		    invariant || k >= PLAIN_TRIES, rule, &r);
		if (d.t != NULL) {
			good++;
			if (best.t == NULL || tells_more(&d, &best, *told)) {
				drawn_clear(&best);
				best = d;
				c->kind = kind;
			} else {
				drawn_clear(&d);
			}
		}
		/* no such column, or the conditions never hold: another way */
		if (program && good == 0 && k + 1 >= TRIES / 2)
			kind = k + 1 < TRIES - 2
			    ? (enum alter_kind)(k % ALTER_SHUFFLE)
			    : ALTER_SHUFFLE;
	}
	if (best.t != NULL) {
		c->cell = loading_cell(best.t);
		c->expected = json_incref(best.expected);
		*told |= best.told.told;
	}
	drawn_clear(&best);
	if (c->cell != NULL)
		return 0;
	copies_clear(c);
	return -1;
}

void
copies_clear(struct copy *c)
{
	free(c->cell);
	json_decref(c->expected);
	c->cell = NULL;
	c->expected = NULL;
}
