/* stop.c - the vote of blind runs, and when enough of it is known. */
#include <math.h>
#include <string.h>

#include "stop.h"

/* How sure STOP_BETA is before it stops. */
static const double beta_sure = 0.90;

static const char *const names[] = {
    [STOP_VERDICT] = "verdict",
    [STOP_BETA] = "beta",
    [STOP_NONE] = "none",
};

int
stop_rule_parse(const char *word, enum stop_rule *rule, struct fail *f)
{
	int i;

	for (i = STOP_VERDICT; i <= STOP_NONE; i++)
		if (strcmp(word, names[i]) == 0) {
			*rule = (enum stop_rule)i;
			return 0;
		}
	return fail_set(f, FAIL_USAGE,
	    "early_stop: expected verdict, beta or none, saw \"%s\"", word);
}

const char *
stop_rule_name(enum stop_rule rule)
{
	return names[rule];
}

/* The vote with these numbers, the slack of comparisons taken into account. */
static bool
passes(
    unsigned planned, unsigned submitted, unsigned matching, double agreement)
{
	unsigned least = planned < 2 ? planned : 2;

	return submitted >= least &&
	    matching > agreement * submitted * (1 + 1e-9);
}

bool
stop_vote(const struct stop_votes *v, double min_agreement)
{
	return v->planned == 0 ||
	    passes(v->planned, v->submitted, v->matching, min_agreement);
}

double
stop_beta(unsigned yes, unsigned n, double x)
{
	double sum = 0, m = n + 1.0;
	unsigned k;

	/* with whole parameters I_x is a binomial tail: P(at least yes + 1 of
	 * n + 1), so its complement sums the first yes + 1 terms */
	if (x <= 0 || x >= 1)
		return x <= 0 ? 1 : 0;
	for (k = 0; k <= yes; k++)
		sum += exp(lgamma(m + 1) - lgamma(k + 1.0) - lgamma(m - k + 1) +
		    k * log(x) + (m - k) * log1p(-x));
	return fmin(sum, 1);
}

/* Can runs that are still to be made change the verdict? The best they can do
 * is to match, the worst to submit something else or, where that leaves too
 * few answers, nothing. */
static bool
open_verdict(const struct stop_votes *v, double agreement)
{
	unsigned left = v->planned - v->made;
	bool best, worst;

	best = passes(
	    v->planned, v->submitted + left, v->matching + left, agreement);
	worst =
	    passes(v->planned, v->submitted + left, v->matching, agreement) &&
	    passes(v->planned, v->submitted, v->matching, agreement);
	return best != worst;
}

bool
stop_decided(const struct stop_votes *v, enum stop_rule rule,
    double min_agreement, bool gold_ok)
{
	double p;

	if (v->made >= v->planned)
		return true;
	if (rule == STOP_NONE)
		return false;
	if (!gold_ok || !open_verdict(v, min_agreement))
		return true;
	if (rule != STOP_BETA || v->submitted < 2)
		return false;
	p = stop_beta(v->matching, v->submitted, min_agreement);
	return p >= beta_sure || p <= 1 - beta_sure;
}

unsigned
stop_wave(const struct stop_votes *v)
{
	return (v->planned - v->made + 1) / 2;
}
