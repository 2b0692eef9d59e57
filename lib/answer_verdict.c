/* answer_verdict.c - clusters of answers, and the verdict on a group of runs.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "mem.h"

/* ---- Clusters ---- */

/* What is known of n answers while they are clustered. */
struct pool {
	size_t n;
	bool *match; /* n x n */
	bool *taken;
	char **text; /* canonical, made when needed */
	const json_t *const *answers;
};

static void
pool_init(struct pool *p, const json_t *const *answers, size_t n,
    const struct ans_rule *r)
{
	size_t i, j;

	*p = (struct pool){.n = n, .answers = answers};
	p->match = xcalloc(n * n + 1, sizeof *p->match);
	p->taken = xcalloc(n + 1, sizeof *p->taken);
	p->text = xcalloc(n + 1, sizeof *p->text);
	for (i = 0; i < n; i++) {
		p->match[i * n + i] = true;
		for (j = 0; j < i; j++)
			p->match[i * n + j] = p->match[j * n + i] =
			    ans_match(answers[i], answers[j], r);
	}
}

static void
pool_clear(struct pool *p)
{
	while (p->n-- > 0)
		free(p->text[p->n]);
	free(p->match);
	free(p->taken);
	free(p->text);
}

static const char *
pool_text(struct pool *p, size_t i)
{
	struct buf b = {0};

	if (p->text[i] == NULL) {
		ans_canonical(&b, p->answers[i]);
		p->text[i] = buf_steal(&b);
	}
	return p->text[i];
}

static size_t
count_matches(const struct pool *p, size_t i)
{
	size_t j, count = 0;

	for (j = 0; j < p->n; j++)
		count += !p->taken[j] && p->match[i * p->n + j];
	return count;
}

/* The next representative; ANS_NONE when all are taken. */
static size_t
pool_best(struct pool *p)
{
	size_t best = ANS_NONE, most = 0, i, k;

	for (i = 0; i < p->n; i++) {
		if (p->taken[i])
			continue;
		k = count_matches(p, i);
		if (k > most ||
		    (k == most &&
			strcmp(pool_text(p, i), pool_text(p, best)) < 0)) {
			best = i;
			most = k;
		}
	}
	return best;
}

size_t
ans_cluster(const json_t *const *answers, size_t n, const struct ans_rule *r,
    size_t *of, size_t *rep)
{
	struct pool p;
	size_t count = 0, best, j;

	pool_init(&p, answers, n, r);
	while ((best = pool_best(&p)) != ANS_NONE) {
		for (j = 0; j < n; j++)
			if (!p.taken[j] && p.match[best * n + j]) {
				p.taken[j] = true;
				of[j] = count;
			}
		rep[count++] = best;
	}
	pool_clear(&p);
	return count;
}

/* ---- Truth ---- */

static bool
is_set(const json_t *v)
{
	return v != NULL && !json_is_null(v);
}

bool
ans_has_truth(const json_t *question)
{
	return is_set(json_object_get(question, "ground_truth")) ||
	    is_set(json_object_get(question, "ground_truth_hash")) ||
	    json_array_size(json_object_get(question, "ground_truths")) > 0;
}

bool
ans_matches_truth(
    const json_t *answer, const json_t *question, const struct ans_rule *r)
{
	const json_t *truth = json_object_get(question, "ground_truth");
	const json_t *truths = json_object_get(question, "ground_truths");
	size_t i;

	if (is_set(truth) ||
	    is_set(json_object_get(question, "ground_truth_hash")))
		if (ans_match(answer, truth, r))
			return true;
	for (i = 0; i < json_array_size(truths); i++)
		if (ans_match(answer, json_array_get(truths, i), r))
			return true;
	return false;
}

const char *
ans_known_wrong(
    const json_t *answer, const json_t *question, const struct ans_rule *r)
{
	const json_t *wrong = json_object_get(question, "known_wrong"), *w;
	const char *reading;
	size_t i;

	for (i = 0; i < json_array_size(wrong); i++) {
		w = json_array_get(wrong, i);
		if (json_object_get(w, "answer") == NULL ||
		    !ans_match(answer, json_object_get(w, "answer"), r))
			continue;
		reading = json_string_value(json_object_get(w, "reading"));
		return reading != NULL ? reading : "";
	}
	return NULL;
}

/* ---- Verdict ---- */

static bool
only_reference(const struct ans_group *g)
{
	size_t i;

	if (g->gold != NULL && !g->gold->reference)
		return false;
	for (i = 0; i < g->n_blind; i++)
		if (!g->blind[i].reference)
			return false;
	return true;
}

/* Cluster the submitted blind answers into v. */
static void
cluster_blind(
    struct ans_verdict *v, const struct ans_group *g, const struct ans_rule *r)
{
	const json_t **answers = xcalloc(g->n_blind + 1, sizeof *answers);
	size_t *run = xcalloc(g->n_blind + 1, sizeof *run);
	size_t *of = xcalloc(g->n_blind + 1, sizeof *of);
	size_t n = 0, i;

	v->cluster = xcalloc(g->n_blind + 1, sizeof *v->cluster);
	v->rep = xcalloc(g->n_blind + 1, sizeof *v->rep);
	v->count = xcalloc(g->n_blind + 1, sizeof *v->count);
	for (i = 0; i < g->n_blind; i++) {
		v->cluster[i] = ANS_NONE;
		if (g->blind[i].submitted) {
			answers[n] = g->blind[i].answer;
			run[n++] = i;
		}
	}
	v->n_clusters = ans_cluster(answers, n, r, of, v->rep);
	for (i = 0; i < v->n_clusters; i++)
		v->rep[i] = run[v->rep[i]];
	for (i = 0; i < n; i++) {
		v->cluster[run[i]] = of[i];
		v->count[of[i]]++;
	}
	free(answers);
	free(run);
	free(of);
}

static void
count_runs(
    struct ans_verdict *v, const struct ans_group *g, const struct ans_rule *r)
{
	const json_t *gold = NULL;
	bool agree, pass;
	size_t i;

	if (g->gold != NULL && g->gold->submitted)
		gold = g->gold->answer;
	for (i = 0; i < g->n_blind; i++) {
		const struct ans_run *b = &g->blind[i];

		if (!b->submitted)
			continue;
		agree = g->gold != NULL && g->gold->submitted &&
		    ans_match(b->answer, gold, r);
		pass = v->has_truth
		    ? ans_matches_truth(b->answer, g->question, r)
		    : agree;
		v->n_submitted++;
		v->n_agree += agree;
		v->n_pass += pass;
	}
}

static struct stop_votes
votes_of(const struct ans_verdict *v, const struct ans_group *g)
{
	return (struct stop_votes){.planned = (unsigned)g->planned,
	    .made = (unsigned)g->n_blind,
	    .submitted = (unsigned)v->n_submitted,
	    .matching = (unsigned)v->n_agree};
}

/* The first category that holds, given the counts. */
static const char *
category(const struct ans_verdict *v, const struct ans_group *g,
    const struct ans_rule *r)
{
	const struct stop_votes votes = votes_of(v, g);
	const struct ans_run *gold = g->gold;
	double share = r->tol.min_agreement;

	if (g->incomplete || gold == NULL)
		return "incomplete";
	if (!gold->submitted)
		return gold->stop != NULL &&
			(strcmp(gold->stop, "sandbox_error") == 0 ||
			    strcmp(gold->stop, "teacher_error") == 0)
		    ? "execution_failure"
		    : "too_hard";
	if (v->gold_matches_truth == 0)
		return ans_known_wrong(gold->answer, g->question, r) != NULL
		    ? "known_misreading"
		    : "truth_mismatch";
	if (g->planned == 0)
		return v->has_truth ? "good" : "ambiguous";
	if (v->n_submitted < (g->planned < 2 ? 1 : 2))
		return "hint_necessary";
	if (!stop_vote(&votes, share)) {
		if (!v->gold_matches_majority &&
		    (double)v->count[0] > share * (double)v->n_submitted)
			return "hint_necessary";
		return "ambiguous";
	}
	return only_reference(g) && !v->has_truth ? "ambiguous" : "good";
}

void
ans_verdict(
    struct ans_verdict *v, const struct ans_group *g, const struct ans_rule *r)
{
	const struct ans_run *gold = g->gold;
	bool submitted = gold != NULL && gold->submitted;

	*v = (struct ans_verdict){.gold_matches_truth = -1};
	v->has_truth = ans_has_truth(g->question);
	if (submitted && v->has_truth)
		v->gold_matches_truth =
		    ans_matches_truth(gold->answer, g->question, r);
	count_runs(v, g, r);
	cluster_blind(v, g, r);
	if (submitted && v->n_clusters > 0)
		v->gold_matches_majority =
		    ans_match(gold->answer, g->blind[v->rep[0]].answer, r);
	v->category = category(v, g, r);
	v->verified = strcmp(v->category, "good") == 0;
}

void
ans_verdict_clear(struct ans_verdict *v)
{
	free(v->cluster);
	free(v->rep);
	free(v->count);
	*v = (struct ans_verdict){0};
}

double
ans_pass_rate(const struct ans_verdict *v, const struct ans_group *g)
{
	if (g->n_blind == 0 || !(v->has_truth || g->gold != NULL))
		return NAN;
	return ans_round((double)v->n_pass / (double)g->n_blind, 6);
}

void
ans_votes(const struct ans_group *g, const struct ans_rule *r,
    struct stop_votes *votes, bool *gold_ok)
{
	struct ans_verdict v = {.has_truth = ans_has_truth(g->question)};
	const struct ans_run *gold = g->gold;

	count_runs(&v, g, r);
	*votes = votes_of(&v, g);
	*gold_ok = gold != NULL && gold->submitted &&
	    (!v.has_truth || ans_matches_truth(gold->answer, g->question, r));
}

/* ---- Stopping ---- */

json_t *
ans_stopping_new(const char *rule, const struct ans_tol *t, bool decided)
{
	json_t *o = json_object();

	json_object_set_new(o, "rule", json_string(rule));
	json_object_set_new(o, "min_agreement", json_real(t->min_agreement));
	json_object_set_new(o, "float_tolerance", json_real(t->absolute));
	json_object_set_new(o, "relative_tolerance", json_real(t->relative));
	json_object_set_new(o, "p_tolerance", json_real(t->p));
	json_object_set_new(o, "decided", json_boolean(decided));
	return o;
}

static bool
same_value(const json_t *o, const char *key, double v)
{
	const json_t *m = json_object_get(o, key);

	return m == NULL || json_number_value(m) == v;
}

bool
ans_stopping_same(const json_t *stopping, const struct ans_tol *t)
{
	const char *rule = json_string_value(json_object_get(stopping, "rule"));

	if (rule == NULL || strcmp(rule, "none") == 0)
		return true;
	return same_value(stopping, "min_agreement", t->min_agreement) &&
	    same_value(stopping, "float_tolerance", t->absolute) &&
	    same_value(stopping, "relative_tolerance", t->relative) &&
	    same_value(stopping, "p_tolerance", t->p);
}
