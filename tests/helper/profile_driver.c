/* profile_driver.c - print a table's cells or its profile, for profile.t.
 *
 * profile_driver cells FILE [OPTIONS]: {"options","types"}, then each row as
 * an array. profile FILE [OPTIONS]: the profile record. overview FILE: the text
 * about it. exact FILE: each number column correctly rounded, as rows. copy
 * FILE OPTIONS TO: the table written as another CSV. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "profile.h"
#include "rec.h"
#include "table.h"

static void
put_line(json_t *v)
{
	struct buf b = {0};

	rec_dump(&b, v, 0);
	buf_putc(&b, '\n');
	fwrite(b.p, 1, b.n, stdout);
	buf_clear(&b);
	json_decref(v);
}

static void
put_cells(const struct table *t)
{
	json_t *types = json_array(), *names = json_array(), *row;
	size_t r, c;

	for (c = 0; c < tab_cols(t); c++) {
		json_array_append_new(
		    types, json_string(tab_type_name(tab_type(t, c))));
		json_array_append_new(names, json_string(tab_name(t, c)));
	}
	put_line(json_pack("{s:o, s:o, s:o}", "options", tab_options_json(t),
	    "types", types, "names", names));
	for (r = 0; r < tab_rows(t); r++) {
		row = json_array();
		for (c = 0; c < tab_cols(t); c++)
			json_array_append_new(row, tab_json(t, r, c));
		put_line(row);
	}
}

static void
put_exact(const struct table *t)
{
	double *v = malloc((tab_rows(t) + 1) * sizeof *v);
	json_t *row;
	size_t r, c;

	for (c = 0; c < tab_cols(t); c++) {
		row = json_array();
		tab_exact(t, c, v);
		for (r = 0; r < tab_rows(t); r++)
			json_array_append_new(
			    row, v[r] == v[r] ? json_real(v[r]) : json_null());
		put_line(row);
	}
	free(v);
}

int
main(int argc, char *argv[])
{
	json_t *options = NULL;
	struct buf b = {0};
	int rc = 0;
	struct table *t;
	struct fail f;
	struct profile *p;

	if (argc < 3)
		return 2;
	if (argc > 3)
		options = json_loads(argv[3], 0, NULL);
	if (tab_load(argv[2], options, &t, &f) < 0) {
		fprintf(stderr, "%s\n", f.msg);
		return 1;
	}
	if (strcmp(argv[1], "cells") == 0) {
		put_cells(t);
	} else if (strcmp(argv[1], "exact") == 0) {
		put_exact(t);
	} else if (strcmp(argv[1], "copy") == 0 && argc > 4) {
		if (tab_write_csv(t, argv[4], &f) < 0) {
			fprintf(stderr, "%s\n", f.msg);
			rc = 1;
		}
	} else if (strcmp(argv[1], "load") != 0) {
		p = prof_new(t);
		if (strcmp(argv[1], "profile") != 0)
			prof_overview(p, &b);
		else if (prof_dump(p, &b) == 0)
			buf_putc(&b, '\n');
		fwrite(buf_str(&b), 1, b.n, stdout);
		prof_free(p);
	}
	buf_clear(&b);
	tab_free(t);
	json_decref(options);
	return rc;
}
