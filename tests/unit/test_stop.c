/* test_stop.c - unit tests of the vote and of the stopping rules. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "rng.h"
#include "stop.h"

/* What one blind run did. */
enum outcome { MATCHES, DIFFERS, NOTHING };

static void
add(struct stop_votes *v, enum outcome o)
{
	v->made++;
	v->submitted += o != NOTHING;
	v->matching += o == MATCHES;
}

START_TEST(vote)
{
	static const struct {
		struct stop_votes v;
		double agreement;
		bool want;
	} t[] = {
	    {{0, 0, 0, 0}, 0.5, true},
	    {{1, 1, 1, 1}, 0.5, true},
	    {{1, 1, 1, 0}, 0.5, false},
	    {{1, 1, 0, 0}, 0.5, false},
	    {{7, 7, 1, 1}, 0.5, false}, /* two must have submitted */
	    {{7, 7, 2, 2}, 0.5, true},
	    {{7, 7, 2, 1}, 0.5, false}, /* half is not more than half */
	    {{7, 7, 7, 4}, 0.5, true},
	    {{7, 7, 7, 3}, 0.5, false},
	    {{10, 10, 10, 7}, 0.7, false},
	    {{10, 10, 10, 8}, 0.7, true},
	    {{10, 10, 10, 6}, 0.6, false}, /* 0.6 * 10 < 6 in binary */
	    {{3, 3, 3, 3}, 1, false},
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		ck_assert_msg(stop_vote(&t[i].v, t[i].agreement) == t[i].want,
		    "case %zu", i);
}
END_TEST

/* Is there an outcome of the runs left with this verdict? By trying all. */
static bool
reachable(const struct stop_votes *v, double agreement, bool verdict)
{
	struct stop_votes w;
	int o;

	if (v->made == v->planned)
		return stop_vote(v, agreement) == verdict;
	for (o = MATCHES; o <= NOTHING; o++) {
		w = *v;
		add(&w, (enum outcome)o);
		if (reachable(&w, agreement, verdict))
			return true;
	}
	return false;
}

START_TEST(exact_rule)
{
	static const double agreements[] = {0.5, 0.6, 0.75, 1};
	struct stop_votes v;
	size_t a;
	bool both, decided;

	for (a = 0; a < 4; a++)
		for (v.planned = 1; v.planned <= 7; v.planned++)
			for (v.made = 0; v.made < v.planned; v.made++)
				for (v.submitted = 0; v.submitted <= v.made;
				     v.submitted++)
					for (v.matching = 0;
					     v.matching <= v.submitted;
					     v.matching++) {
						both =
						    reachable(&v, agreements[a],
							true) &&
						    reachable(&v, agreements[a],
							false);
						decided = stop_decided(&v,
						    STOP_VERDICT, agreements[a],
						    true);
						ck_assert(decided == !both);
					}
}
END_TEST

START_TEST(rules)
{
	struct stop_votes v = {.planned = 7};
	enum stop_rule r;
	struct fail f;

	ck_assert(!stop_decided(&v, STOP_VERDICT, 0.5, true));
	ck_assert(stop_decided(&v, STOP_VERDICT, 0.5, false));
	ck_assert(stop_decided(&v, STOP_BETA, 0.5, false));
	ck_assert(!stop_decided(&v, STOP_NONE, 0.5, false));
	v.made = v.submitted = v.matching = 3;
	ck_assert(!stop_decided(&v, STOP_VERDICT, 0.5, true));
	ck_assert(stop_decided(&v, STOP_BETA, 0.5, true)); /* 1 - 1/16 */
	v.matching = 2;
	ck_assert(!stop_decided(&v, STOP_BETA, 0.5, true));
	v.made = 7;
	ck_assert(stop_decided(&v, STOP_NONE, 0.5, true));
	ck_assert(stop_rule_parse("beta", &r, &f) == 0 && r == STOP_BETA);
	ck_assert(stop_rule_parse("", &r, &f) == -1);
	ck_assert(f.code == FAIL_USAGE);
	ck_assert_str_eq(stop_rule_name(STOP_NONE), "none");
}
END_TEST

START_TEST(waves)
{
	struct stop_votes v = {.planned = 7};
	unsigned want[] = {4, 2, 1}, i;

	for (i = 0; i < 3; i++) {
		ck_assert_uint_eq(stop_wave(&v), want[i]);
		v.made += want[i];
	}
	ck_assert_uint_eq(stop_wave(&v), 0);
	v = (struct stop_votes){.planned = 1};
	ck_assert_uint_eq(stop_wave(&v), 1);
}
END_TEST

START_TEST(beta)
{
	/* scipy.stats.beta.sf(x, 1 + yes, 1 + n - yes) */
	static const struct {
		unsigned yes, n;
		double x, want;
	} t[] = {
	    {0, 0, 0.5, 0.5},
	    {3, 3, 0.5, 0.9375},
	    {4, 4, 0.5, 0.96875},
	    {5, 7, 0.5, 0.85546875},
	    {2, 9, 0.6, 0.012294553600000003},
	    {700, 1000, 0.7, 0.4926627813322758},
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		ck_assert_msg(fabs(stop_beta(t[i].yes, t[i].n, t[i].x) -
				  t[i].want) < 1e-10,
		    "case %zu: %.17g", i, stop_beta(t[i].yes, t[i].n, t[i].x));
}
END_TEST

struct sim {
	double runs; /* mean blind runs */
	unsigned changed; /* verdicts that all runs would not have given */
};

/*
 * Questions whose blind runs agree with the gold answer with probability p
 * (and give none with probability nothing), stopped as csv-episode stops them:
 * after whole waves, or after each run.
 */
static struct sim
simulate(enum stop_rule rule, double p, double nothing, bool in_waves)
{
	enum { QUESTIONS = 20000, N = 7 };
	struct sim s = {0};
	enum outcome o[N];
	struct rng r;
	unsigned q, i, k;

	rng_init(&r, 1, "stop");
	for (q = 0; q < QUESTIONS; q++) {
		struct stop_votes v = {.planned = N}, all = {.planned = N};

		for (i = 0; i < N; i++) {
			double x = rng_real(&r);

			o[i] = x < nothing     ? NOTHING
			    : rng_real(&r) < p ? MATCHES
					       : DIFFERS;
			add(&all, o[i]);
		}
		while (!stop_decided(&v, rule, 0.5, true))
			for (k = in_waves ? stop_wave(&v) : 1; k > 0; k--)
				add(&v, o[v.made]);
		s.runs += v.made;
		s.changed += stop_vote(&v, 0.5) != stop_vote(&all, 0.5);
	}
	s.runs /= QUESTIONS;
	return s;
}

START_TEST(simulation)
{
	struct sim s;

	s = simulate(STOP_VERDICT, 0.9, 0, true);
	ck_assert_msg(s.runs <= 4.75, "%g runs", s.runs);
	ck_assert_uint_eq(s.changed, 0);
	s = simulate(STOP_VERDICT, 0.9, 0, false);
	ck_assert_msg(fabs(s.runs - 4.44) < 0.05, "%g runs", s.runs);
	ck_assert_uint_eq(s.changed, 0);
	s = simulate(STOP_VERDICT, 0.5, 0.2, true);
	ck_assert_uint_eq(s.changed, 0);
	s = simulate(STOP_BETA, 0.9, 0, true);
	ck_assert_msg(s.runs <= 4.75, "%g runs", s.runs);
	ck_assert_msg(s.changed <= 20000 / 100, "%u changed", s.changed);
	s = simulate(STOP_NONE, 0.9, 0, true);
	ck_assert(s.runs == 7 && s.changed == 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("stop");
	TCase *t = tcase_create("stop");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, vote);
	tcase_add_test(t, exact_rule);
	tcase_add_test(t, rules);
	tcase_add_test(t, waves);
	tcase_add_test(t, beta);
	tcase_add_test(t, simulation);
	suite_add_tcase(s, t);
	srunner_set_tap(r, "-");
	srunner_run_all(r, CK_SILENT);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
