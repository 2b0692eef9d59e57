/* op.h - programs of typed operators: what an operator is, what a program is,
 * and what evaluating one gives. One entry of an operator table holds the
 * evaluator, the pandas text, the words and the readings of an operator. */
#ifndef OP_H
#define OP_H

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "fail.h"
#include "num.h"
#include "profile.h"
#include "table.h"

enum {
	MEMO_ROWS = 1 << 15, /* values of larger tables have no memos */
	WHOLE_ROWS = 1 << 13, /* and of larger ones memos of whole columns go
				 with their run: more would leave the caches */
	OP_INS = 3, /* inputs of a node */
	OP_ARGS = 3, /* constants of a node */
	PROG_MAX = 40, /* nodes of a program */
	PROG_OUTS = 6, /* parts of an answer */
	OP_FIELDS = 8, /* numbers of a test or model */
};

/* What a node gives. A set of kinds is an operator's accepted input. */
enum kind {
	K_NONE = 0,
	K_TABLE = 1 << 0, /* rows, in order */
	K_NUM = 1 << 1, /* numbers aligned with a table's rows */
	K_CAT = 1 << 2, /* labels aligned with a table's rows */
	K_DATE = 1 << 3, /* seconds since 1970, aligned */
	K_MASK = 1 << 4, /* true or false, aligned */
	K_GROUPED = 1 << 5, /* numbers with the group of each */
	K_GROUPS = 1 << 6, /* the group of each row */
	K_GVEC = 1 << 7, /* group -> number, groups sorted */
	K_CVEC = 1 << 8, /* column, or pair of columns -> number */
	K_SCALAR = 1 << 9, /* one number */
	K_TEXT = 1 << 10, /* a group's label, a cell, a column's name */
	K_BOOL = 1 << 11,
	K_FIELDS = 1 << 12, /* named numbers: a test, a model */
	K_LIST = 1 << 13, /* labels, with numbers where there are any */
	K_FRAME = 1 << 14, /* several numeric columns of a table */
	K_MATRIX = 1 << 15, /* counts by two sets of labels */
};

/* Labels of groups or categories, in the order pandas sorts them. */
enum key_type { KEY_TEXT, KEY_BOOL, KEY_INT };
struct keys {
	const struct tab_span *name;
	size_t n;
	enum key_type type;
};

struct value {
	enum kind kind;
	size_t n; /* rows, groups, columns, items */
	const uint32_t *rows; /* K_TABLE: rows of the base table */
	int col; /* K_DATE, and K_NUM that is a column as it is: which; then
		    rows are those of the base table. Else -1 */
	const double *num; /* numbers; NaN is missing */
	const int32_t *code; /* labels or groups as index into keys, or -1;
				K_FRAME: the columns */
	const uint8_t *bit; /* K_MASK */
	const struct keys *keys; /* labels; of K_GVEC: one an entry */
	const size_t *size; /* K_GVEC: rows of each group; may be NULL */
	size_t width; /* K_MATRIX: columns */
	double x; /* K_SCALAR, K_BOOL */
	struct tab_span text; /* K_TEXT */
	enum key_type text_type; /* how K_TEXT reads in Python */
	double field[OP_FIELDS];
	double margin; /* relative lead of what was chosen; INFINITY: none */
	size_t least; /* the smallest number of rows that it rests on */
	struct memo *memo; /* what was derived of num; NULL: nothing is kept */
};

/* Two columns over the rows where both are present, ranked for Spearman's
 * method, and their correlation. */
struct memo_pair {
	struct memo_pair *next;
	const struct memo *a, *b; /* the columns */
	int method;
	double *x, *y, r;
	size_t n;
};

/*
 * What is derived of a value's numbers and kept while the value lives, so that
 * operators, variants of a program and draws of a jackknife share it. Of a
 * value that has lost a row it comes from that of the whole value.
 */
struct memo {
	struct run *run; /* in whose memory it is */
	const struct value *of; /* the value */
	struct memo *whole; /* NULL, or that before a row was lost: */
	size_t at; /* which */
	double lost; /* the number in it */
	bool brief; /* not kept: in memory that run_release takes */
	double *present; /* those that are no NaN; NULL: not yet, or all */
	double *sorted; /* the same, ascending; NULL: not yet */
	size_t n; /* how many they are, once there is one of the two */
	const double *num; /* the value's own, made when it lost a row */
	enum { GAPS_UNKNOWN, GAPS_NONE, GAPS_SOME } gaps;
	struct {
		double mean, sd, distance;
		int ddof; /* of sd */
	} fit; /* of a normal, by Kolmogorov-Smirnov; sd 0: not yet */
	struct num_side side[2]; /* as it is, and ranked; v NULL: not yet */
	struct memo_pair *pairs;
	struct value *col; /* K_FRAME: its columns, with memos; may be NULL */
	struct tally *tally; /* K_TABLE: of each column (column.c); or NULL */
	struct run_split *split; /* K_GROUPED; NULL: not yet */
};

enum arg_type { ARG_NONE, ARG_COL, ARG_NUM, ARG_TEXT, ARG_WORD };

/* A value of an enumerated argument. */
struct word {
	const char *name; /* in records */
	const char *py; /* in Python */
	const char *say; /* in a phrase; alternatives as [a|b] */
	const char *clause; /* the sentence that settles it (a pattern) */
};

struct arg_spec {
	const char *name;
	enum arg_type type;
	const struct word *words; /* ARG_WORD; ends with {0} */
};

struct arg {
	int col; /* ARG_COL: of the base table */
	double num; /* ARG_NUM */
	struct tab_span text; /* ARG_TEXT, borrowed from table or prog */
	int word; /* ARG_WORD */
};

struct op;

struct node {
	const struct op *op;
	int in[OP_INS]; /* earlier nodes; -1: none */
	struct arg arg[OP_ARGS];
};

/*
 * A sensible reading of an operator that is not the one meant: another word
 * of an argument, or another operator with the same inputs. settled: a text
 * (alternatives split by |) of which the question holds one when it cannot be
 * read so; where it holds none, the argument's clause is added. NULL: that
 * clause always.
 */
struct reading { /* another operator's: see op.clause too */
	const char *name; /* as in known_wrong */
	const char *arg; /* NULL: other is an operator */
	const char *other;
	const char *settled;
};

struct run;
struct emit;
struct node;

enum op_flags {
	OP_INLINE = 1 << 0, /* written where it is used, without a name */
	OP_BINDER = 1 << 1, /* bookkeeping: no step, never removed as a test */
	OP_STATS = 1 << 2, /* wants scipy.stats as stats */
	OP_ORDER = 1 << 3, /* looks at the order of rows */
	OP_SM = 1 << 4, /* wants statsmodels.api as sm */
	OP_LOOSE =
	    1 << 5, /* its Python is an expression with a binary operator */
	OP_SLOW = 1 << 6, /* costs far more than a pass over the rows */
	OP_ROW = 1 << 7, /* each row's result depends on that row alone */
	OP_GAPS = 1 << 8, /* says itself what becomes of missing values */
	OP_ALIGNED = 1 << 9, /* as OP_ROW, of what is computed by rows */
	OP_BAG = 1 << 10, /* an aggregate of values in any order */
	OP_SEEN = 1 << 11, /* of a whole column: in an overview of the data */
	OP_SEEDED = 1 << 12, /* a seeded draw: depends on the order of rows */
	OP_REST =
	    1 << 13, /* a row's result depends on what the other rows hold */
	OP_SKLEARN = 1 << 14, /* wants scikit-learn's split and regression */
	OP_EITHER = 1 << 15, /* its reading is a convention: where a question's
			      words settle it in no way, both are right */
	OP_COMMUTES = 1 << 16, /* its inputs and arguments have no order */
	OP_NAMES = 1 << 17, /* its first argument is a JSON array of columns */
};

struct op {
	const char *name; /* stable id, written into records; never reused */
	unsigned in[OP_INS]; /* sets of kinds; 0: no input */
	enum kind out;
	struct arg_spec arg[OP_ARGS];
	int steps;
	unsigned flags;
	const char *var; /* what its result is called in Python */
	/*
	 * Python and words as text with $0 $1 $2 (inputs; $(0) in brackets if
	 * it is compound) and @name (arguments). Python of several lines is a
	 * block that assigns to $v. NULL: the functions below.
	 */
	const char *py;
	const char *say;
	const char *note; /* for the comment above its line; NULL: say */
	const struct reading *readings; /* ends with {0}; may be NULL */
	const char *clause; /* the sentence (a pattern) that settles readings
			       by another operator; may be NULL */
	/* A number from an array without NaN; the group form gives the bits of
	 * pandas' groupby. v may be reordered. */
	double (*agg)(const struct node *nd, double *v, size_t n, bool grouped,
	    struct num_work *w);
	/* 0, or -1 where the result is not defined (run->why says it). */
	int (*eval)(struct run *r, const struct node *nd,
	    const struct value *const in[OP_INS], struct value *out);
	void (*pyfn)(struct emit *e, const struct node *nd, struct buf *b);
};

/* What the answer is made of. */
struct out {
	const char *key; /* NULL: the answer is this value alone */
	int node;
	int decimals; /* -1: none (whole numbers, labels) */
};

struct program {
	struct node node[PROG_MAX];
	int n;
	struct out out[PROG_OUTS];
	int nout;
	char *owned[PROG_MAX]; /* texts of arguments */
	int nowned;
};

/* The operator of that name, or NULL. */
const struct op *op_find(const char *name);
/* All operators, one after the other: op_at(0), op_at(1)... then NULL. */
const struct op *op_at(size_t i);
/* The argument's index, or -1. */
int op_arg(const struct op *op, const char *name);
int op_word(const struct arg_spec *spec, const char *name);
/* Is it the argument by which an OP_EITHER is read? */
bool op_either(const struct op *op, int arg);

/*
 * Building: each adds a node and returns its number, or -1 when an input is -1
 * or of a wrong kind, so that a chain of calls needs one check at its end.
 * args: pairs "name=value" are awkward in C, so arguments follow as
 * prog_set_* calls on the node.
 */
int prog_add(struct program *p, const char *op, int in0, int in1, int in2);
void prog_set_col(struct program *p, int node, const char *arg, int col);
void prog_set_num(struct program *p, int node, const char *arg, double v);
void prog_set_text(
    struct program *p, int node, const char *arg, struct tab_span text);
void prog_set_word(
    struct program *p, int node, const char *arg, const char *word);
void prog_out(struct program *p, const char *key, int node, int decimals);
void prog_clear(struct program *p);
void prog_copy(struct program *to, const struct program *from);
enum kind prog_kind(const struct program *p, int node);
int prog_steps(const struct program *p);
/* The columns of t that a program reads: sets used[col]. */
void prog_columns(const struct program *p, const struct table *t, bool *used);
/* Drop nodes that no answer needs. */
void prog_prune(struct program *p);

/* The program as template_params' "program" member, and back. */
json_t *prog_json(const struct program *p, const struct table *t);
int prog_parse(
    struct program *p, const json_t *j, const struct table *t, struct fail *f);

/* ---- Evaluation (run.c) ---- */

/* A table's columns as arrays, made once, shared by all runs. */
struct base;
struct base *base_new(const struct table *t);
void base_free(struct base *b);
const struct table *base_table(const struct base *b);
/* For kernels that keep what depends on a number of values alone. */
struct num_work *base_work(struct base *b);
/* Forget what was used longest ago until at most so many bytes are held; no
 * value of a run may borrow from it. */
void base_trim(struct base *b, size_t most);

struct run {
	struct base *base;
	bool lasts; /* it is the base's: its memos outlive those of others */
	bool exact; /* floats as correctly rounded */
	bool zero_missing; /* the reading that takes missing numbers as 0 */
	const bool *no_ids; /* by column: the reading without identifiers */
	const uint32_t *rows; /* df's rows, or NULL for all in order */
	size_t nrows;
	bool rough; /* what a test gives is only decided on: its p-value need
			lie no nearer than on its side of .03 and .07: what is
			between them is too near the limit */
	struct value v[PROG_MAX];
	struct memo memo[PROG_MAX];
	const char *why; /* what was not defined */
	struct num_work work;
	struct arena *arena;
	struct arena *kept; /* of memos */
};

struct run *run_new(struct base *b);
void run_free(struct run *r);
/* Between evaluations: give memory of more than so many bytes back. */
void run_trim(struct run *r, size_t most);
/* Bytes that memos take. */
size_t run_kept(const struct run *r);
/*
 * Evaluate the nodes from first on (0: all; earlier ones are kept from the
 * last call). Values are valid until the next run_prog with first 0.
 */
int run_prog(struct run *r, const struct program *p, int first);
/*
 * Evaluate a variant of a program that another run, of the same rows and with
 * the same reading of cells, has just evaluated: as many nodes, of which only
 * those that differ and those after them are computed.
 * Values borrow from the other run.
 */
int run_changed(struct run *r, const struct program *p, const struct run *done,
    const struct program *of);
/*
 * Evaluate a program that another run has just evaluated, without the at-th
 * row of table: a node that all nodes after it look at the rows through. What
 * is computed row by row is taken over, and of groups only the one that loses
 * the row is computed. Values borrow from the other run.
 */
int run_without(struct run *r, const struct program *p, const struct run *done,
    int table, size_t at);
/* The answer of the last evaluation, rounded as declared; new reference. */
json_t *run_answer(const struct run *r, const struct program *p);
/* The smallest margin of all chosen things that the answer rests on. */
double run_margin(const struct run *r, const struct program *p);

/* Memory that lives as long as the evaluation. */
void *run_alloc(struct run *r, size_t n, size_t size);
/* The same, which no run_release takes. */
void *run_keep(struct run *r, size_t n, size_t size);
/* Or until it is released: all that was got since the mark. What an operator
 * gets for a number, a decision or fields is released when it returns. */
struct run_mark {
	void *chunk;
	size_t used;
};
struct run_mark run_mark(const struct run *r);
void run_release(struct run *r, struct run_mark m);
/* A column of the whole table as it is read by default, or (col -1) that table:
 * of up to WHOLE_ROWS rows what is derived of it is kept from one evaluation to
 * the next. */
const struct value *run_whole(struct run *r, int col);
/* A base column aligned with a table value's rows. */
const double *run_num(struct run *r, int col, const struct value *table);
const int32_t *run_codes(struct run *r, int col, const struct value *table);
const struct keys *run_keys(struct run *r, int col);
/* Where a column has missing cells, by row of the base table: 1; NULL where it
 * has none. */
const uint8_t *run_gaps(struct run *r, int col);
/* A number for every row of the table; equal rows have the same. */
const uint32_t *run_row_classes(struct run *r);
/* The same by the cells of two columns. */
const uint32_t *run_pair_classes(struct run *r, int a, int b);

/*
 * How often each distinct number of its column is among v's: by the number
 * that of has for each row of the base table; where that is n, it is missing.
 * NULL where sorting v takes less time.
 */
struct run_ranks {
	const double *value; /* distinct numbers, ascending */
	size_t n;
	const uint32_t *of;
};
uint32_t *run_counts(
    struct run *r, const struct value *v, struct run_ranks *ranks);

/* Is one of v's numbers as near as that to x? But for x itself, unless same. */
bool run_near(
    struct run *r, const struct value *v, double x, double by, bool same);

/* Seconds since 1970 of every row of a date column, parsed once; NULL when a
 * cell is missing or not in the format. */
const double *run_dates(struct run *r, int col, struct tab_span format);
/* Those last parsed. */
const double *run_dates_of(struct run *r, int col);

/* YYYY-MM-DD of such a moment. */
void run_day(double seconds, char out[16]);

/* Labels of every row of a date column by a unit, all owned by the base, which
 * has time.c make them once: the labels that it returns, from the heap. */
enum { RUN_UNITS = 8 };
struct run_labels {
	int32_t *code;
	struct tab_span *name;
	char *text; /* what the names point into */
	struct keys keys;
};
const struct run_labels *run_labels(struct run *r, int col, int unit,
    struct run_labels *(*make)(const double *when, size_t n, int unit));

/* The values that are not NaN, copied; *n is how many. */
double *run_present(struct run *r, const struct value *v, size_t *n);
/* The same, shared by all that ask. */
const double *run_numbers(struct run *r, const struct value *v, size_t *n);
/* The same, ascending, into out, which has room for all; returns how many. */
size_t run_sort(struct run *r, const struct value *v, double *out);
/* The same, shared by all that ask: to be left as it is. */
double *run_sorted(struct run *r, const struct value *v, size_t *n);
/* Ranks from 1, equal numbers sharing the mean; none is NaN. */
void run_rank(struct run *r, const struct value *v, double *rank);
/* Correlation of two columns of one table over the rows where both are
 * present, by the words of method; NaN for fewer than 3. */
double run_corr(
    struct run *r, const struct value *x, const struct value *y, int method);
/* A frame's columns as values, made ready for that. */
const struct value *run_frame(
    struct run *r, const struct value *frame, int method);
/* Fails with a reason: returns -1. */
int run_undefined(struct run *r, const char *why);
/* The numbers of a K_GROUPED that are present, group after group: shared by all
 * that ask. */
struct run_split {
	double *v;
	size_t *first, *n; /* by group: where its values start; how many */
	size_t *rows; /* rows, those without a number too */
};
const struct run_split *run_split(struct run *r, const struct value *in);
/* The numbers of a row's group but for that row, into v; returns how many. */
size_t run_split_without(
    const struct value *in, const struct run_split *s, size_t at, double *v);
/* Aggregate per group: fills a K_GVEC. */
int run_grouped(struct run *r, const struct node *nd, const struct value *in,
    struct value *out);
/* (a - b) / max(|a|, |b|), at least 0; INFINITY when b is NaN. */
double run_lead(double a, double b);
/* Position of the largest (most) or smallest number, and its lead on the next;
 * (size_t)-1 and 0 where all are NaN. */
size_t run_extreme(const struct value *v, bool most, double *lead);

/* ---- Python (emit.c) ---- */

/* The program's reference: {"language","cells"}; new reference. */
json_t *emit_reference(const struct program *p, const struct table *t);

struct emit {
	const struct program *p;
	const struct table *t;
	char *expr[PROG_MAX]; /* Python for each node written so far; owned */
};

/* For pyfn: column name as a Python literal; a node's expression. */
void emit_col(const struct emit *e, int col, struct buf *b);
/* "$0", "@name" and the rest of op.py expanded for a node. */
void emit_template(
    const struct emit *e, const struct node *nd, const char *py, struct buf *b);
/* Is node a plain column of table node t (then *col is it)? */
bool emit_is_pick(const struct emit *e, int node, int *table, int *col);

#endif
