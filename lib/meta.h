/* meta.h - what is written about a data set beside its CSV. */
#ifndef META_H
#define META_H

/*
 * The description in NAME.meta.json or meta.json beside the CSV: the first
 * non-empty of description, subtitle, title. Owned; "" when there is none.
 * Where the machine cannot read it the program ends with EXIT_SYSTEM.
 */
char *meta_description(const char *csv_path);

#endif
