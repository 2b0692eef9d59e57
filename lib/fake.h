/* fake.h - output that was not executed: a model that goes on after its cell
 * and writes what it thinks the cell prints. */
#ifndef FAKE_H
#define FAKE_H

#include <stdbool.h>
#include <stddef.h>

/* The bytes of a reply before the first output that the model made up itself,
 * or strlen(text) where there is none; *what: how it looked, static, or NULL.
 * After a closed Python block more is taken for output than before it. */
size_t fake_output(const char *text, const char **what);

/* Code without comments that tell what it prints ("# Output: 3"); owned. */
char *fake_comments(const char *code, bool *found);

#endif
