/* test_cells.c - cells whose results a journal knows: no sandbox is there. */
#include "cells.h"
#include "unit.h"

/* SHA-256 of ["cell","abab...",{"sep":";"},"gold",3,[],"x = 1"], of the same
 * with ["x = 1"],"print(x)", and of ["cell",null,null,"explore",0,[],"x = 1"].
 * Journals outlive the code: these never change. */
static const char
    first[] =
	"fca315ded0ab304768b2e13b150547897bfafdd9c357f58f35efacea1f61f4c6",
    second[] =
	"155121bc2cd36aa22dfc331050fd68cd2b4ee476a7f50343832788f41eb19922",
    bare[] = "cd094c09617a21bb9039b54c1f0ce367db3f6fb28cbd3c7b8bef1a8d444d2dde";

static struct journal *
journal(char *path)
{
	struct journal *j;
	struct fail f;
	int fd = mkstemp(path);

	ck_assert_int_ne(fd, -1);
	close(fd);
	j = journal_open(path, false, &f);
	ck_assert_ptr_nonnull(j);
	return j;
}

static void
put(struct journal *j, const char *key, const char *value)
{
	json_t *v = json_loads(value, 0, NULL);
	struct fail f;

	ck_assert_int_eq(journal_cell_put(j, key, v, &f), 0);
	json_decref(v);
}

static void
on_first(const struct cell *c, void *arg)
{
	ck_assert_int_eq(c->end, CELL_RAN);
	ck_assert_str_eq(c->ename, "KeyError");
	ck_assert_str_eq(c->evalue, "'y'");
	ck_assert(c->state_lost && !c->out_of_time && !c->submitted);
	ck_assert_ptr_null(c->answer);
	ck_assert_ptr_null(c->differs);
	++*(int *)arg;
}

static void
on_second(const struct cell *c, void *arg)
{
	ck_assert_int_eq(c->end, CELL_RAN);
	ck_assert_str_eq(
	    json_string_value(json_object_get(c->execution, "stdout")), "1\n");
	ck_assert(c->submitted && c->out_of_time && !c->state_lost);
	ck_assert_int_eq(json_integer_value(c->answer), 7);
	ck_assert_int_eq(json_integer_value(json_array_get(c->differs, 0)), 0);
	++*(int *)arg;
}

START_TEST(old_journal)
{
	char path[] = "/tmp/test_cells.XXXXXX";
	char sha256[DIGEST_HEX];
	json_t *options = json_pack("{s:s}", "sep", ";");
	struct cells c = {.sha256 = sha256,
	    .options = options,
	    .role = "gold",
	    .sample = 3,
	    .journal = journal(path)};
	size_t i;
	int seen = 0;

	for (i = 0; i < DIGEST_HEX - 1; i++)
		sha256[i] = "ab"[i % 2];
	sha256[i] = '\0';
	put(c.journal, first,
	    "{\"execution\": {\"stdout\": \"\", \"success\": false}, "
	    "\"ename\": \"KeyError\", \"evalue\": \"'y'\", "
	    "\"state_lost\": true, \"out_of_time\": false}");
	put(c.journal, second,
	    "{\"execution\": {\"stdout\": \"1\\n\", \"success\": true}, "
	    "\"ename\": \"\", \"evalue\": \"\", \"state_lost\": false, "
	    "\"out_of_time\": true, \"answer\": 7, \"rebuilt_differs\": [0]}");
	put(c.journal, bare,
	    "{\"execution\": {\"stdout\": \"\"}, \"ename\": \"KeyError\", "
	    "\"evalue\": \"'y'\", \"state_lost\": true}");
	cells_run(&c, "x = 1", on_first, &seen);
	cells_run(&c, "print(x)", on_second, &seen);
	ck_assert_int_eq(seen, 2);
	ck_assert_uint_eq(c.ran, 0);
	ck_assert_ptr_null(cells_take(&c));
	cells_clear(&c);
	c.sha256 = NULL;
	c.options = NULL;
	c.role = "explore";
	c.sample = 0;
	cells_run(&c, "x = 1", on_first, &seen);
	ck_assert_int_eq(seen, 3);
	cells_clear(&c);
	journal_close(c.journal);
	json_decref(options);
	remove(path);
}
END_TEST

UNIT_MAIN("cells", old_journal)
