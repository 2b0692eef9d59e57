/* tables.h - the tables of the CSVs at work; the last few stay loaded. */
#ifndef VERIFY_TABLES_H
#define VERIFY_TABLES_H

#include <jansson.h>

#include "fail.h"
#include "table.h"

struct tables;

struct tables *tables_new(void);
void tables_free(struct tables *s);

/* Borrowed until the next call; NULL and FAIL_CSV or FAIL_VALUE. */
const struct table *tables_get(struct tables *s, const char *path,
    const json_t *csv_options, struct fail *f);

#endif
