/* test_theory.c - answers change as theory says when a column is scaled or all
 * rows are doubled: a law for each operator, in one table. */
#include <math.h>

#include "mem.h"
#include "ops/engine.h"
#include "ops/op.h"
#include "unit.h"

enum { ROWS = 240, ASKED = 700, SCALE = 4 };

/*
 * A value has a power d: it is SCALE^d times as large once column x is, or 2^d
 * times once there are two of each row. Rows, labels and decisions have 0: they
 * stay. What a law says of the power of a result, from those of its inputs:
 */
enum law {
	NONE, /* nothing */
	FREE, /* 0, whatever the inputs' */
	FLAT, /* 0, of inputs that stay: limits and the like are as they were */
	KEEPS, /* that of the first; all others stay */
	FIRST, /* that of the first, whatever the others' */
	SECOND, /* that of the second */
	SQUARES, /* twice that of the first */
	HALVES, /* half of it */
	MORE, /* one more: there are twice as many */
	LESS, /* one less: a share of twice as much */
	ALIKE, /* that of all, which have the same one */
	EQUAL, /* 0, of inputs that have the same one: they are compared */
	PRODUCT, /* the sum */
	QUOTIENT, /* the difference */
	BRANCH, /* that of the second and third */
	POPULATION, /* as KEEPS, in the form that divides by n */
	POPULATION_2, /* as SQUARES, in that form */
	POPULATION_0, /* as FREE, in that form */
	LINE, /* a model: it has both powers */
	FIELD, /* a part of one */
	LINE_AT, /* what it predicts at a constant */
};

static const struct theory {
	const char *op;
	enum law scaled, doubled;
} theories[] = {
    /* rows and conditions */
    {"df", FREE, FREE}, {"num", FREE, FREE}, {"cat", FREE, FREE},
    {"dates", FREE, FREE}, {"columns", FREE, FREE}, {"cmp", FLAT, FLAT},
    {"cmp_to", EQUAL, EQUAL}, {"between", FLAT, FLAT}, {"equals", FLAT, FLAT},
    {"is", FLAT, FLAT}, {"is_bool", FLAT, FLAT}, {"is_not", FLAT, FLAT},
    {"is_in", FLAT, FLAT}, {"contains", FLAT, FLAT}, {"is_missing", FREE, FREE},
    {"is_present", FREE, FREE}, {"any_missing", FREE, FREE},
    {"date_between", FLAT, FLAT}, {"duplicated", FREE, NONE},
    {"duplicated_on", FREE, NONE}, {"and", FLAT, FLAT}, {"or", FLAT, FLAT},
    {"not", FLAT, FLAT}, {"where", FLAT, FLAT}, {"where_num", KEEPS, KEEPS},
    {"complete", FREE, FREE}, {"complete_frame", FREE, FREE},
    {"present", KEEPS, KEEPS}, {"sample", KEEPS, KEEPS},
    {"drop_repeats", FREE, NONE}, {"drop_repeats_on", FREE, NONE},
    {"within_sd", FREE, POPULATION_0}, {"within_fences", FREE, NONE},
    {"first_rows", FREE, NONE}, {"sorted_by", FREE, NONE},
    {"sorted_down", FREE, NONE}, {"in_group", KEEPS, KEEPS},
    {"outside", KEEPS, KEEPS},
    /* facts of tables */
    {"rows", FREE, MORE}, {"n_columns", FREE, FREE}, {"n_cells", FREE, MORE},
    {"filled_cells", FREE, MORE}, {"full_columns", FREE, FREE},
    {"columns_of", FREE, FREE}, {"missing_counts", FREE, MORE},
    {"missing_shares", FREE, FREE}, {"distinct_shares", FREE, NONE},
    {"top_shares", FREE, FREE}, {"names_above", FLAT, FLAT},
    {"column_end", FREE, FREE},
    /* labels */
    {"distinct", FREE, FREE}, {"tidy", FREE, FREE}, {"lengths", FREE, FREE},
    {"parse_numbers", FREE, FREE}, {"first_word", FREE, FREE},
    {"longest", FREE, NONE}, {"items", FREE, FREE}, {"period", FREE, FREE},
    {"bin_width", FREE, FREE}, {"bin_quantile", FREE, NONE},
    {"ranges", FLAT, FLAT}, {"sizes", FREE, MORE}, {"crosstab", FREE, MORE},
    /* numbers of each row */
    {"add", ALIKE, ALIKE}, {"sub", ALIKE, ALIKE}, {"mul", PRODUCT, PRODUCT},
    {"ratio", QUOTIENT, QUOTIENT}, {"ratio_nonzero", QUOTIENT, QUOTIENT},
    {"log1p", FLAT, FLAT}, {"sqrt", HALVES, HALVES}, {"abs", KEEPS, KEEPS},
    {"z", FREE, NONE}, {"minmax", FREE, FREE}, {"percent_of_total", FREE, LESS},
    {"ranked", FREE, NONE}, {"flag", FREE, FREE}, {"time_between", FREE, FREE},
    {"fill_missing", KEEPS, KEEPS}, {"fill_missing_with", FLAT, FLAT},
    {"fill_by_group", ALIKE, ALIKE}, {"center", ALIKE, ALIKE},
    {"settle", KEEPS, NONE}, {"fence", KEEPS, NONE},
    {"row_change", KEEPS, NONE}, {"row_percent_change", FREE, NONE},
    {"running_total", KEEPS, NONE}, {"rolling_mean", KEEPS, NONE},
    {"residuals", FIRST, FREE},
    /* groups */
    {"by", KEEPS, KEEPS}, {"by2", KEEPS, KEEPS}, {"resample", KEEPS, KEEPS},
    {"samples", KEEPS, KEEPS}, {"share_by", FREE, FREE}, {"shares", FREE, FREE},
    {"groups_from", FLAT, FLAT}, {"keep_groups", KEEPS, KEEPS},
    {"across", KEEPS, KEEPS}, {"changes", KEEPS, KEEPS},
    {"joined_diff", ALIKE, ALIKE}, {"joined_ratio", QUOTIENT, QUOTIENT},
    {"corr_by", FREE, FREE}, {"of_end", SECOND, NONE},
    /* statistics; of groups' figures they follow the first law in both */
    {"count", FREE, MORE}, {"sum", KEEPS, MORE}, {"mean", KEEPS, KEEPS},
    {"median", KEEPS, KEEPS}, {"min", KEEPS, KEEPS}, {"max", KEEPS, KEEPS},
    {"range", KEEPS, KEEPS}, {"std", KEEPS, POPULATION},
    {"var", SQUARES, POPULATION_2}, {"sem", KEEPS, NONE},
    {"cv", FREE, POPULATION_0}, {"quantile", KEEPS, NONE}, {"iqr", KEEPS, NONE},
    {"skew", FREE, NONE}, {"kurt", FREE, NONE}, {"nunique", FREE, FREE},
    {"trimmed_mean", KEEPS, NONE}, {"mode", KEEPS, KEEPS},
    {"rms", KEEPS, KEEPS}, {"entropy", FREE, FREE},
    {"gini_simpson", FREE, FREE}, {"top_share", FREE, FREE},
    {"count_true", FREE, MORE}, {"share_true", FREE, FREE},
    {"n_missing", FREE, MORE}, {"share_in", FREE, FREE},
    {"cell_share", FREE, FREE}, {"kth", KEEPS, NONE},
    {"nth_value", KEEPS, NONE}, {"longest_run", FREE, NONE},
    {"fewest_reaching", FREE, FREE}, {"groups_beyond", EQUAL, EQUAL},
    {"against", FREE, FREE}, {"count_greater", EQUAL, MORE},
    {"span_days", FREE, FREE},
    /* choices and decisions */
    {"arg_end", FREE, FREE}, {"top", FREE, FREE}, {"cell_end", FREE, FREE},
    {"pair_end", FREE, FREE}, {"cell_at", FREE, NONE}, {"cell_of", FREE, NONE},
    {"number_of", SECOND, NONE}, {"first_where", FREE, NONE},
    {"names_beyond", EQUAL, EQUAL}, {"in_both", FREE, FREE},
    {"not_in", FREE, FREE}, {"diff", ALIKE, ALIKE}, {"gap", ALIKE, ALIKE},
    {"quotient", QUOTIENT, QUOTIENT}, {"percent", QUOTIENT, QUOTIENT},
    {"size", KEEPS, KEEPS}, {"less", FLAT, FLAT}, {"exceeds", FLAT, FLAT},
    {"band", FLAT, FLAT}, {"greater", EQUAL, EQUAL}, {"passes", FREE, FREE},
    {"significant", FREE, FREE}, {"both", FREE, FREE}, {"is_zero", FREE, FREE},
    {"same_text", FREE, FREE}, {"branch", BRANCH, BRANCH},
    {"branch_test", FREE, NONE},
    /* relations, models, tests */
    {"corr", FREE, FREE}, {"partial", FREE, FREE}, {"pairs", FREE, FREE},
    {"rank_gap", FREE, FREE}, {"corr_with", FREE, FREE}, {"line", LINE, LINE},
    {"squared", FREE, FREE}, {"field", FIELD, FIELD},
    {"line_at", LINE_AT, LINE_AT}, {"ols", FREE, NONE},
    {"adjusted_r2", FREE, NONE}, {"n_significant", FREE, NONE},
    {"ttest", EQUAL, NONE}, {"ttest_paired", EQUAL, NONE},
    {"mannwhitney", EQUAL, NONE}, {"sign_test", EQUAL, NONE},
    {"anova", FREE, NONE}, {"kruskal", FREE, NONE}, {"levene", FREE, NONE},
    {"eta2", FREE, FREE}, {"shapiro", FREE, NONE}, {"ks_normal", FREE, NONE},
    {"chi2", FREE, NONE}, {"chi2_stat", FREE, NONE}, {"chi2_p", FREE, NONE},
    {"cramer", FREE, NONE}, {"mean_interval", KEEPS, NONE},
    {"bootstrap", KEEPS, NONE}, {"lower_end", KEEPS, NONE},
    {"upper_end", KEEPS, NONE}, {"prop_interval", FREE, NONE},
    {"clear_of_zero", FREE, NONE}};

static const struct theory *
theory_of(const char *op)
{
	size_t i;

	for (i = 0; i < sizeof theories / sizeof *theories; i++)
		if (strcmp(theories[i].op, op) == 0)
			return &theories[i];
	return NULL;
}

/* ---- Powers of a program ---- */

struct powers {
	const struct program *p;
	const struct table *t;
	bool doubled;
	double of[PROG_MAX]; /* NaN: theory says nothing */
	double of_x[PROG_MAX]; /* a line's first column; else 0 */
};

static bool
has_word(const struct node *nd, const char *arg, const char *word)
{
	int i = op_arg(nd->op, arg);

	return i >= 0 &&
	    strcmp(nd->op->arg[i].words[nd->arg[i].word].name, word) == 0;
}

static double
of_field(const struct powers *w, const struct node *nd)
{
	double y = w->of[nd->in[0]], x = w->of_x[nd->in[0]];

	return has_word(nd, "name", "slope")    ? y - x
	    : has_word(nd, "name", "intercept") ? y
						: 0;
}

/* Statistics of rows or groups of them, not of figures of groups. */
static bool
of_rows(const struct powers *w, const struct node *nd)
{
	return (prog_kind(w->p, nd->in[0]) & (K_GVEC | K_CVEC)) == 0;
}

static double
power(const struct powers *w, const struct node *nd, enum law law)
{
	double in[OP_INS] = {0}, a, b, c;
	int k;

	for (k = 0; k < OP_INS && nd->in[k] >= 0; k++)
		in[k] = w->of[nd->in[k]];
	a = in[0];
	b = in[1];
	c = in[2];
	if (isnan(a + b + c) || law == NONE)
		return NAN;
	switch (law) {
	case FREE:
		return 0;
	case FLAT:
		return a == 0 && b == 0 && c == 0 ? 0 : NAN;
	case KEEPS:
		return b == 0 && c == 0 ? a : NAN;
	case FIRST:
		return a;
	case SECOND:
		return b;
	case SQUARES:
		return 2 * a;
	case HALVES:
		return a / 2;
	case MORE:
		return a + 1;
	case LESS:
		return -1;
	case ALIKE:
		return a == b || nd->in[1] < 0 ? a : NAN;
	case EQUAL:
		return a == b ? 0 : NAN;
	case PRODUCT:
		return a + b;
	case QUOTIENT:
		return a - b;
	case BRANCH:
		return b == c ? b : NAN;
	case POPULATION:
		return has_word(nd, "ddof", "population") ? a : NAN;
	case POPULATION_2:
		return has_word(nd, "ddof", "population") ? 2 * a : NAN;
	case POPULATION_0:
		return has_word(nd, "ddof", "population") ? 0 : NAN;
	case LINE:
		return b;
	case FIELD:
		return of_field(w, nd);
	case LINE_AT:
		return w->of_x[nd->in[0]] == 0 ? a : NAN;
	default:
		return NAN;
	}
}

/* The powers of all nodes. A column's: is it x? */
static void
find_powers(struct powers *w)
{
	const struct node *nd;
	const struct theory *th;
	enum law law;
	int i;

	for (i = 0; i < w->p->n; i++) {
		nd = &w->p->node[i];
		th = theory_of(nd->op->name);
		law = th == NULL                             ? NONE
		    : !w->doubled                            ? th->scaled
		    : nd->op->agg != NULL && !of_rows(w, nd) ? th->scaled
							     : th->doubled;
		w->of[i] = power(w, nd, law);
		w->of_x[i] = law == LINE ? w->of[nd->in[0]] : 0;
		if (!isnan(w->of[i]) && !w->doubled &&
		    strcmp(nd->op->name, "num") == 0 &&
		    strcmp(tab_name(w->t, (size_t)nd->arg[0].col), "x") == 0)
			w->of[i] = 1;
	}
}

/* ---- Tables ---- */

/* x may be scaled: by a power of two its numbers are, to the last bit. */
static struct table *
make_table(double scale)
{
	char path[] = "/tmp/test_theory.XXXXXX";
	FILE *fp = fdopen(mkstemp(path), "w");
	struct table *t;
	struct fail f;
	unsigned h = 11, i;

	ck_assert_ptr_nonnull(fp);
	fputs("x,y,z,gaps,kind,site,day,size\n", fp);
	for (i = 0; i < ROWS; i++) {
		h = h * 1103515245U + 12345U;
		fprintf(fp, "%.2f,%.3f,%u,",
		    scale * (20 + (h >> 16) % 900 / 10.0 + (h >> 9) % 97 / 4.0),
		    exp(sin(i * 0.7)) * 4 + (h >> 11) % 50 / 7.0,
		    (h >> 13) % 37 + 1);
		if ((h >> 15) % 8 != 0)
			fprintf(fp, "%.1f", (h >> 12) % 1000 / 10.0 - 20);
		fprintf(
		    fp, ",%c,%s,2021-%02u-%02u,%u\n", "abcde" [(h >> 20) % 5],
		    (const char *[]) {
			    "Oslo", "Bonn", "Lyon", "Rome"
		    }[(h >> 7) % 4],
		    i % 12 + 1, (h >> 18) % 28 + 1, (h >> 10) % 12 + 3);
	}
	ck_assert_int_eq(fclose(fp), 0);
	ck_assert_msg(tab_load(path, NULL, &t, &f) == 0, "%s", f.msg);
	unlink(path);
	return t;
}

static struct table *
twice(const struct table *t)
{
	size_t row[2 * ROWS], i;

	for (i = 0; i < 2 * ROWS; i++)
		row[i] = i % ROWS;
	return tab_select(t, row, 2 * ROWS);
}

/* ---- Answers ---- */

struct tally {
	int questions, foretold, changed;
	bool op[256]; /* operators in questions that theory foretells */
};

static const json_t *
part(const json_t *answer, const struct out *o)
{
	return o->key != NULL ? json_object_get(answer, o->key) : answer;
}

/* Is one part of the answer factor times what it was, but for rounding? */
static bool
as_foretold(const json_t *was, const json_t *is, double factor, int decimals)
{
	double want, slack;
	const char *key;
	json_t *x;

	if (json_is_object(was)) {
		json_object_foreach((json_t *)was, key,
		    x) if (!as_foretold(x, json_object_get(is, key), factor,
			       decimals)) return false;
		return json_object_size(was) == json_object_size(is);
	}
	if (!json_is_number(was) || !json_is_number(is))
		return json_equal(was, is);
	want = factor * json_number_value(was);
	slack = decimals < 0 ? 0 : (factor + 1) * 0.5 * pow(10, -decimals);
	return fabs(json_number_value(is) - want) <=
	    slack * 1.0001 + 1e-9 * fabs(want);
}

/* Compare the answer on a changed table with what theory says. */
static void
compare(const json_t *q, const struct program *p, const struct table *t,
    const struct table *changed, bool doubled, struct tally *n)
{
	struct powers w = {.p = p, .t = t, .doubled = doubled};
	const json_t *was = json_object_get(q, "ground_truth");
	const struct out *o;
	struct fail f = {0};
	const char *text =
	    json_string_value(json_object_get(q, "question_text"));
	json_t *is;
	bool all = true, some = false;
	double d, base = doubled ? 2 : SCALE;
	size_t i;

	find_powers(&w);
	for (o = p->out; o < p->out + p->nout; o++) {
		all = all && !isnan(w.of[o->node]);
		some = some || w.of[o->node] != 0;
	}
	n->questions++;
	if (all) {
		n->foretold++;
		n->changed += some;
		for (i = 0; op_at(i) != NULL; i++)
			for (int k = 0; k < p->n; k++)
				n->op[i] =
				    n->op[i] || p->node[k].op == op_at(i);
		is = ops_truth(q, changed, NULL, &f);
		ck_assert_msg(is != NULL, "%s\n%s", text, f.msg);
		for (o = p->out; o < p->out + p->nout; o++) {
			d = w.of[o->node];
			ck_assert_msg(as_foretold(part(was, o), part(is, o),
					  pow(base, d), o->decimals),
			    "%s\npower %g of %s: now %s", text, d,
			    doubled ? "two rows each" : "a scaled column",
			    json_dumps(is, JSON_ENCODE_ANY));
		}
		json_decref(is);
	}
}

static void
judge(const struct table *changed, const struct table *t, bool doubled,
    struct tally *n)
{
	struct profile *pf = prof_new(t);
	struct engine_opts o = {.seed = 21,
	    .chains = 0.5,
	    .steps_min = 2,
	    .steps_max = 12,
	    .n = ASKED,
	    .lookups = true,
	    .csv_source = "t.csv"};
	struct engine *e = engine_new(t, pf, &o);
	struct program p;
	struct fail f;
	json_t *q;
	int i;

	for (i = 0; i < ASKED && (q = engine_next(e)) != NULL; i++) {
		ck_assert_msg(
		    prog_parse(&p,
			json_object_get(
			    json_object_get(q, "template_params"), "program"),
			t, &f) == 0,
		    "%s", f.msg);
		compare(q, &p, t, changed, doubled, n);
		prog_clear(&p);
		json_decref(q);
	}
	ck_assert_int_eq(i, ASKED);
	engine_free(e);
	prof_free(pf);
}

/* How many operators did theory tell something of? */
static int
met(const struct tally *n)
{
	size_t i;
	int k = 0;

	for (i = 0; op_at(i) != NULL; i++)
		k += n->op[i];
	return k;
}

START_TEST(scaled)
{
	struct table *t = make_table(1), *big = make_table(SCALE);
	struct tally n = {0};

	judge(big, t, false, &n);
	ck_assert_msg(n.foretold > n.questions / 2 &&
		n.changed > n.questions / 20 && met(&n) >= 90,
	    "%d foretold of %d, %d change, %d operators", n.foretold,
	    n.questions, n.changed, met(&n));
	tab_free(big);
	tab_free(t);
}
END_TEST

START_TEST(doubled)
{
	struct table *t = make_table(1), *two = twice(t);
	struct tally n = {0};

	judge(two, t, true, &n);
	ck_assert_msg(n.foretold > n.questions / 3 &&
		n.changed > n.questions / 20 && met(&n) >= 60,
	    "%d foretold of %d, %d change, %d operators", n.foretold,
	    n.questions, n.changed, met(&n));
	tab_free(two);
	tab_free(t);
}
END_TEST

/* A law for each operator of which theory says something: no other names, none
 * twice. */
START_TEST(laws)
{
	size_t i, k;

	for (i = 0; i < sizeof theories / sizeof *theories; i++) {
		ck_assert_msg(op_find(theories[i].op) != NULL,
		    "%s: no operator", theories[i].op);
		for (k = 0; k < i; k++)
			ck_assert_str_ne(theories[i].op, theories[k].op);
	}
}
END_TEST

UNIT_MAIN("theory", laws, scaled, doubled)
