/* copies.c - a question on altered copies of its CSV. */
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
	TRIES = 16, /* draws of a copy */
	PLAIN_TRIES = 6, /* of these, so many until any answer will do */
	COPY_BYTES = 2 << 20, /* about the most text that a copy has */
};

/* The table as CSV text; -1 where it cannot be written as such. */
static int
csv_text(const struct table *t, struct buf *b)
{
	char path[40], block[65536];
	ssize_t n;
	int fd = memfd_create("copy", MFD_CLOEXEC), rc;

	if (fd == -1)
		return -1;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	rc = tab_write_csv(t, path, NULL);
	if (rc == 0)
		lseek(fd, 0, SEEK_SET);
	while (rc == 0 && (n = read(fd, block, sizeof block)) > 0)
		buf_put(b, block, (size_t)n);
	close(fd);
	return rc;
}

/* Python that loads the table into df; NULL where that cannot be. */
static char *
loading_cell(const struct table *t)
{
	struct buf text = {0}, b = {0};

	if (csv_text(t, &text) == -1) {
		buf_clear(&text);
		return NULL;
	}
	buf_puts(&b, "import io as _io\ndf = pd.read_csv(_io.BytesIO(");
	buf_pystr(&b, buf_str(&text), text.n);
	buf_puts(&b, ".encode()))\n");
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

/* One draw: false where the copy does not do. */
static bool
draw(struct copy *c, const json_t *question, const struct table *t,
    const json_t *answer, bool same_too, const struct ans_rule *rule,
    struct rng *r)
{
	struct table *copy;
	struct fail f;

	copy = alter_table(t, c->kind,
	    json_object_get(question, "template_params"), row_limit(t), r);
	if (copy == NULL)
		return false;
	c->expected = has_program(question)
	    ? ops_truth(question, copy, &f)
	    : json_incref((json_t *)(uintptr_t)answer);
	if (c->expected != NULL && !same_too &&
	    ans_match(c->expected, answer, rule)) {
		json_decref(c->expected);
		c->expected = NULL;
	}
	if (c->expected != NULL)
		c->cell = loading_cell(copy);
	tab_free(copy);
	return c->cell != NULL;
}

int
copies_draw(struct copy *c, unsigned i, const json_t *question,
    const struct table *t, const json_t *answer, const struct ans_rule *rule)
{
	const char *id = json_string_value(json_object_get(question, "id"));
	bool program = has_program(question), invariant;
	struct rng r;
	unsigned k;

	*c = (struct copy){0};
	rng_init(&r, i, id != NULL ? id : "");
	c->kind = (enum alter_kind)(
	    program ? i % ALTER_KINDS : ALTER_SHUFFLE + i % 2);
	for (k = 0; k < TRIES; k++) {
		invariant = c->kind >= ALTER_SHUFFLE;
		if (draw(c, question, t, answer, invariant || k >= PLAIN_TRIES,
			rule, &r))
			return 0;
		copies_clear(c);
		/* a column of the right type may not be there: any will do */
		if (program && k + 1 >= TRIES / 2)
			c->kind = k % 2 == 0 ? ALTER_DROP : ALTER_PERMUTE;
	}
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
