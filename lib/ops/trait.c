/* trait.c - properties that single a column out. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "mem.h"
#include "trait.h"

enum sort { NUMERIC, TEXT, BOOLEAN, DATE };
enum { TRAITS_MAX = 24 };

/* A number of each column; the trait is having the most or least of it. */
struct trait {
	enum sort sort;
	double (*of)(const struct prof_col *c);
	bool most;
	double rel, abs; /* lead on the next column, in either way */
	double floor; /* what most (least, negated) must exceed */
	const char *say;
	/* what the words may be measured by as well: it must lead there too */
	double (*also)(const struct prof_col *c);
};

/* A property that one column only has. */
struct single {
	enum sort sort;
	bool (*has)(const struct prof_col *c);
	const char *say;
};

struct traits {
	size_t n;
	struct {
		const char *say[TRAITS_MAX];
		size_t n;
	} * col;
};

#define NUMBER                                                                 \
	"the [numeric [column|field|variable]|column of numbers|number "       \
	"column]"
#define WORDS "the [text [column|field]|column of texts|text variable]"

static double
of_missing(const struct prof_col *c)
{
	return (double)c->missing;
}

/* NaN, too, where the mean is too near 0 to be a measure. */
static double
of_cv(const struct prof_col *c)
{
	return fabs(c->mean) > 0.02 * c->std ? c->std / fabs(c->mean) : NAN;
}

static double
of_skew(const struct prof_col *c)
{
	return c->unique > 2 ? c->skew : 0;
}

static double
of_unique(const struct prof_col *c)
{
	return (double)c->unique;
}

static double
of_mean(const struct prof_col *c)
{
	return c->mean;
}

static double
of_max(const struct prof_col *c)
{
	return c->max;
}

static double
of_min(const struct prof_col *c)
{
	return c->min;
}

static double
of_range(const struct prof_col *c)
{
	return c->max - c->min;
}

static double
of_top(const struct prof_col *c)
{
	return c->ntop > 0 && c->present > 0
	    ? (double)c->top[0].count / (double)c->present
	    : NAN;
}

/* The same over all rows, those without a value included. */
static double
of_top_rows(const struct prof_col *c)
{
	return c->ntop > 0
	    ? (double)c->top[0].count / (double)(c->present + c->missing)
	    : NAN;
}

/* How far the largest value lies above the median, in standard deviations. */
static double
of_reach_up(const struct prof_col *c)
{
	return c->unique > 2 && c->std > 0 ? (c->max - c->median) / c->std : 0;
}

/* The negative, so that the smallest is the longest reach. */
static double
of_reach_down(const struct prof_col *c)
{
	return c->unique > 2 && c->std > 0 ? (c->min - c->median) / c->std : 0;
}

static const struct trait leads[] = {
    {NUMERIC, of_missing, true, .05, 2, 0,
	NUMBER " [with the most [blanks|missing values|gaps|empty cells|holes]|"
	       "that lacks [the most values|a value most often]|"
	       "[filled in least often|least complete of all]]",
	NULL},
    {NUMERIC, of_cv, true, .1, 0, 0,
	NUMBER " [whose spread is largest relative to its mean|whose values "
	       "vary most relative to their mean|with the largest spread "
	       "for its mean|that scatters most in units of its mean|most "
	       "variable in proportion to its mean]",
	NULL},
    {NUMERIC, of_cv, false, .1, 0, -INFINITY,
	NUMBER " [whose spread is smallest relative to its mean|whose values "
	       "vary least relative to their mean|with the smallest spread "
	       "for its mean|that scatters least in units of its mean|least "
	       "variable in proportion to its mean]",
	NULL},
    {NUMERIC, of_skew, true, .05, .15, .5,
	NUMBER " [with the longest tail [to the right|towards high values|on "
	       "the high side]|whose high values trail off furthest|drawn out "
	       "most towards the top]",
	of_reach_up},
    {NUMERIC, of_skew, false, .05, .15, .5,
	NUMBER " [with the longest tail [to the left|towards low values|on the "
	       "low side]|whose low values trail off furthest|drawn out most "
	       "towards the bottom]",
	of_reach_down},
    {NUMERIC, of_unique, true, .03, 1, 2,
	NUMBER " [with the most distinct values|that takes the most different "
	       "values|richest in different values|in which the most "
	       "different numbers occur]",
	NULL},
    {NUMERIC, of_unique, false, .03, 1, -INFINITY,
	NUMBER " [with the fewest distinct values|that takes the fewest "
	       "different values|poorest in different values|in which the "
	       "fewest different numbers occur]",
	NULL},
    {NUMERIC, of_mean, true, .1, 0, -INFINITY,
	NUMBER " [with the [largest|highest] mean|whose [mean|average] is "
	       "[highest|above all others]|that is largest on average]",
	NULL},
    {NUMERIC, of_mean, false, .1, 0, -INFINITY,
	NUMBER " [with the [smallest|lowest] mean|whose [mean|average] is "
	       "[lowest|below all others]|that is smallest on average]",
	NULL},
    {NUMERIC, of_max, true, .1, 0, -INFINITY,
	NUMBER " [that [reaches|climbs to] the highest value of all|with the "
	       "highest maximum|holding the largest single number|whose top "
	       "value no other reaches]",
	NULL},
    {NUMERIC, of_min, false, .1, 0, -INFINITY,
	NUMBER " [that [falls|goes down] to the lowest value of all|with the "
	       "lowest minimum|holding the smallest single number|whose bottom "
	       "value no other goes down to]",
	NULL},
    {NUMERIC, of_range, false, .1, 0, -INFINITY,
	NUMBER " [with the [narrowest|smallest] range from lowest to highest "
	       "value|whose extremes are closest together|that spans least "
	       "between its two extremes]",
	NULL},
    {TEXT, of_missing, true, .05, 2, 0,
	WORDS " [with the most [blanks|missing values|gaps|empty cells]|that "
	      "lacks [the most values|a value most often]]",
	NULL},
    {TEXT, of_unique, true, .03, 1, 2,
	WORDS " [with the most [distinct|different] values|richest in "
	      "different values|in which the most different texts occur]",
	NULL},
    {TEXT, of_unique, false, .03, 1, -INFINITY,
	WORDS " [with the fewest [distinct|different] values|poorest in "
	      "different values|in which the fewest different texts occur]",
	NULL},
    {TEXT, of_top, true, .05, .01, 0,
	WORDS " [in which one value dominates most|whose commonest value "
	      "covers the largest share of its filled cells|most dominated by "
	      "a single value|where one value prevails most]",
	of_top_rows},
    {TEXT, of_top, false, .05, .01, -INFINITY,
	WORDS " [whose commonest value covers the smallest share of its filled "
	      "cells|whose most frequent value has the least part of the cells "
	      "that are filled]",
	NULL},
};

static bool
is_any(const struct prof_col *c)
{
	(void)c;
	return true;
}

static bool
has_gaps(const struct prof_col *c)
{
	return c->missing > 0;
}

static bool
has_negative(const struct prof_col *c)
{
	return c->min < 0;
}

static bool
has_fractions(const struct prof_col *c)
{
	return c->present > 0 && !c->whole;
}

static bool
is_whole(const struct prof_col *c)
{
	return c->whole || c->present == 0;
}

static bool
is_twofold(const struct prof_col *c)
{
	return c->unique == 2;
}

static const struct single singles[] = {
    {NUMERIC, is_any,
	"the [only|one|sole] [numeric [column|field|variable]|column of "
	"numbers]"},
    {NUMERIC, has_gaps,
	"the [only|one] numeric [column|field] [with blanks|with gaps|that is "
	"not filled in everywhere|that lacks values]"},
    {NUMERIC, has_negative,
	"the [only|one] numeric [column|field|variable] [that goes below "
	"zero|that has negative values|with negative numbers]"},
    {NUMERIC, has_fractions,
	"the [only|one] numeric [column|field] [that is not made of whole "
	"numbers|with fractions|in which decimals occur]"},
    {NUMERIC, is_whole,
	"the [only|one] numeric [column|field] [of whole numbers|without "
	"fractions|that holds whole numbers alone]"},
    {TEXT, is_any, "the [only|one|sole] [text [column|field]|column of texts]"},
    {TEXT, has_gaps,
	"the [only|one] text [column|field] [with blanks|with gaps|that lacks "
	"values]"},
    {TEXT, is_twofold,
	"the [[only|one] two-valued text column|[only|one] text field that "
	"takes just two values|[only|one] text column with two values]"},
    {BOOLEAN, is_any, "the [only|one] true/false [column|field]"},
    {DATE, is_any,
	"the [only|one|sole] [date column|column of dates|date field]"},
};

/*
 * Does a column compete in traits of a sort? Empty columns do as numbers, as
 * pandas sees them; truth values do with texts, which objects of both are.
 */
static bool
competes(const struct prof_col *c, enum sort sort)
{
	switch (sort) {
	case NUMERIC:
		return c->type == TAB_INT || c->type == TAB_FLOAT ||
		    c->type == TAB_EMPTY;
	case TEXT:
		return c->type == TAB_STR || c->type == TAB_BOOL;
	case BOOLEAN:
		return c->type == TAB_BOOL;
	default:
		return c->date_format != NULL;
	}
}

/* May the words of a sort be said of the column? */
static bool
belongs(const struct prof_col *c, enum sort sort)
{
	if (sort == NUMERIC)
		return c->type == TAB_INT || c->type == TAB_FLOAT;
	if (sort == TEXT) /* a date is told as such */
		return c->type == TAB_STR && (c->pools & PROF_DATE) == 0;
	if (sort == BOOLEAN)
		return (c->pools & PROF_CAT) != 0;
	return (c->pools & PROF_DATE) != 0;
}

static void
add(struct traits *t, const struct prof_col *c, enum sort sort, size_t col,
    const char *say)
{
	if (belongs(c, sort) && t->col[col].n < TRAITS_MAX)
		t->col[col].say[t->col[col].n++] = say;
}

/* The column that leads, if one does by the margin; -1: none does. */
static long
leader(const struct traits *t, const struct profile *pf, const struct trait *tr,
    double (*of)(const struct prof_col *c))
{
	size_t best = (size_t)-1, i;
	double sign = tr->most ? 1 : -1, top = -INFINITY, next = -INFINITY, x;
	const struct prof_col *c;

	for (i = 0; i < t->n; i++) {
		c = prof_col(pf, i);
		if (!competes(c, tr->sort))
			continue;
		x = sign * of(c);
		if (isnan(x) && c->present > 0)
			return -1; /* it cannot be compared */
		if (isnan(x))
			continue;
		if (x > top) {
			next = top;
			top = x;
			best = i;
		} else if (x > next) {
			next = x;
		}
	}
	/* without a rival it is "the only" one */
	if (best == (size_t)-1 || isinf(next) || !(top > tr->floor) ||
	    top - next <= fmax(tr->rel * fabs(top), tr->abs))
		return -1;
	return (long)best;
}

static void
lead(struct traits *t, const struct profile *pf, const struct trait *tr)
{
	long best = leader(t, pf, tr, tr->of);

	if (best >= 0 &&
	    (tr->also == NULL || leader(t, pf, tr, tr->also) == best))
		add(t, prof_col(pf, (size_t)best), tr->sort, (size_t)best,
		    tr->say);
}

static void
single(struct traits *t, const struct profile *pf, const struct single *s)
{
	size_t at = 0, n = 0, i;

	for (i = 0; i < t->n; i++)
		if (competes(prof_col(pf, i), s->sort) &&
		    s->has(prof_col(pf, i))) {
			at = i;
			n++;
		}
	if (n == 1)
		add(t, prof_col(pf, at), s->sort, at, s->say);
}

struct traits *
traits_new(const struct profile *pf)
{
	struct traits *t = xcalloc(1, sizeof *t);
	size_t i;

	t->n = tab_cols(prof_table(pf));
	t->col = xcalloc(t->n + 1, sizeof *t->col);
	for (i = 0; i < sizeof leads / sizeof *leads; i++)
		lead(t, pf, &leads[i]);
	for (i = 0; i < sizeof singles / sizeof *singles; i++)
		single(t, pf, &singles[i]);
	return t;
}

void
traits_free(struct traits *t)
{
	if (t == NULL)
		return;
	free(t->col);
	free(t);
}

size_t
traits_count(const struct traits *t, int col)
{
	return t->col[col].n;
}

const char *
traits_at(const struct traits *t, int col, size_t i)
{
	return t->col[col].say[i];
}
