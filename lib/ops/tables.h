/* tables.h - the tables of operators, one a file. */
#ifndef OPS_TABLES_H
#define OPS_TABLES_H

#include "op.h"

extern const struct op row_ops[]; /* rows.c: masks and tables */
extern const struct op column_ops[]; /* column.c: facts of whole columns */
extern const struct op text_ops[]; /* text.c: spelling, length, lists */
extern const struct op derive_ops[]; /* derive.c: columns from columns */
extern const struct op group_ops[]; /* group.c: groups, joins, pivots */
extern const struct op agg_ops[]; /* agg.c: numbers from columns */
extern const struct op choose_ops[]; /* choose.c: which one */
extern const struct op relate_ops[]; /* relate.c: correlation, fits, tests */
extern const struct op time_ops[]; /* time.c: dates, order, windows */
extern const struct op decide_ops[]; /* decide.c: compare, branch, combine */
extern const struct op join_ops[]; /* join.c: two keys, joins, sets */
extern const struct op order_ops[]; /* order.c: order, windows, runs */
extern const struct op model_ops[]; /* model.c: models, intervals, seeds */

#endif
