/* answer.h - answers: hash, match, clusters, and the verdict on a group of
 * teacher runs. */
#ifndef ANSWER_H
#define ANSWER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "conf.h"
#include "digest.h"
#include "stop.h"

/*
 * An answer is a json_t as submit() normalised it: null, boolean, number
 * (integers of any size, see rec_bigint), string, list, dict. Nothing here
 * changes or keeps one.
 */

/* ---- Text and hash ---- */

/*
 * x rounded to d decimals as Python's round(x, d) does: the exact binary value
 * is rounded, ties to even; d may be negative.
 */
double ans_round(double x, int d);

/*
 * Python's json.dumps(answer, sort_keys=True): reals as repr writes them, keys
 * sorted, ", " and ": " between, non-ASCII escaped. Equal answers have equal
 * texts; it breaks ties where an order must not depend on arrival.
 */
void ans_canonical(struct buf *b, const json_t *answer);
/* The same with reals rounded to 2 decimals: what the hash is taken of. */
void ans_hash_text(struct buf *b, const json_t *answer);
/*
 * The first 16 hex digits of SHA-256 over ans_hash_text. A label for people
 * and statistics: matching is decided by ans_match only.
 */
void ans_hash(const json_t *answer, char hash[DIGEST_ID]);

/* ---- Match ---- */

struct ans_tol {
	double absolute; /* float_tolerance */
	double relative; /* relative_tolerance */
	double p; /* p_tolerance */
	double min_agreement;
};

struct ans_rule {
	const char *output_type; /* borrowed; NULL: unknown */
	const json_t *decimals; /* borrowed; an integer, an object by key (its
				   values likewise), or NULL */
	struct ans_tol tol;
};

/* The four tolerances as configured (options included). */
void ans_tol_conf(struct ans_tol *t, const struct conf *c);
/* Those that a record states, as members of o by their configuration keys; for
 * one that is missing, or no number from 0, that of def. */
void ans_tol_stated(
    struct ans_tol *t, const json_t *o, const struct ans_tol *def);
/* What the question record declares, and t. question may be NULL. */
void ans_rule_init(
    struct ans_rule *r, const json_t *question, const struct ans_tol *t);

/*
 * Are a and b the same answer? Reflexive and symmetric, not transitive.
 *
 * Two numbers, exactly one rule: member p_value: within tol.p and on the same
 * side of 0.05. Else decimals declared: equal after rounding both to them. Else
 * both whole, or output_type integer: equal. Else they differ by at most
 * tol.absolute, and also either by at most tol.relative of the larger magnitude
 * or not at all after rounding to the fewer decimals (at least 2) of their
 * shortest texts. Comparisons have 1e-9 relative slack, that of two whole
 * numbers which are exact (integers, reals below 2^53) excepted.
 *
 * Strings: trimmed, Unicode case folding. A string that is wholly a number
 * matches that number; two strings are numbers only where output_type is number
 * or integer. true, "yes" and "true" are one answer, false, "no" and "false"
 * the other; 1 and 0 are neither. null matches null only. Lists elementwise,
 * dicts key by key, keys folded like strings; decimals given by key apply to
 * that member, also within lists.
 */
bool ans_match(const json_t *a, const json_t *b, const struct ans_rule *r);

/* s[0..n-1] trimmed of white space and case-folded (full folding), appended. */
void ans_fold(struct buf *b, const char *s, size_t n);

/* ---- Clusters ---- */

/*
 * Cluster n answers, whatever their order: repeatedly the answer that matches
 * most of the remaining ones (ties: the smallest canonical text) becomes the
 * representative of a cluster with all its matches. of[i]: cluster of answer i,
 * from 0 in the order they were found, so that 0 is the majority; rep[c]: index
 * of its representative. Both have room for n. Returns the number of clusters.
 */
size_t ans_cluster(const json_t *const *answers, size_t n,
    const struct ans_rule *r, size_t *of, size_t *rep);

/* ---- Verdict ---- */

/* One teacher run, all borrowed. */
struct ans_run {
	const json_t *answer; /* final_answer; meaningless unless submitted */
	bool submitted; /* trace.success: submit() was called */
	const char *stop; /* trace.stop: "submitted", "sandbox_error"... */
	bool reference; /* teacher.kind is "reference" */
};

/* The runs of one question, as far as they are known. */
struct ans_group {
	const json_t *question; /* the question record */
	const struct ans_run *gold; /* NULL: missing */
	const struct ans_run *blind; /* consistency runs in order of index */
	size_t n_blind;
	size_t planned; /* consistency runs planned */
	bool incomplete; /* the last line never came */
};

struct ans_verdict {
	bool verified;
	const char *category; /* failure_category, "good" if none; static */
	int gold_matches_truth; /* 1, 0; -1: there is no truth, or no answer */
	size_t n_submitted; /* blind runs that submitted */
	size_t n_agree; /* of these, those that match the gold answer */
	size_t n_pass; /* blind runs that match the truth, else gold */
	bool has_truth;
	/* Clusters of the submitted blind answers; owned, see
	 * ans_verdict_clear. cluster[i] is that of blind run i (ANS_NONE: not
	 * submitted); rep[c] is a blind run too. */
	size_t n_clusters;
	size_t *cluster, *rep, *count;
	bool gold_matches_majority; /* gold matches rep[0] */
};

#define ANS_NONE ((size_t)-1)

/* Does the question have a ground truth? */
bool ans_has_truth(const json_t *question);
/* Does the answer match ground_truth or one of ground_truths? */
bool ans_matches_truth(
    const json_t *answer, const json_t *question, const struct ans_rule *r);
/* The `reading` of the known_wrong entry that answer matches (borrowed, "" if
 * it has none), or NULL. */
const char *ans_known_wrong(
    const json_t *answer, const json_t *question, const struct ans_rule *r);

/*
 * The verdict by the rules of episode records, see csv-agent(5): verified,
 * failure_category (the first that holds) and the counts behind them.
 */
void ans_verdict(
    struct ans_verdict *v, const struct ans_group *g, const struct ans_rule *r);
void ans_verdict_clear(struct ans_verdict *v);
/* Its `pass_rate`, to 6 decimals: n_pass of the blind runs; NaN where there was
 * none, or nothing to pass by. */
double ans_pass_rate(const struct ans_verdict *v, const struct ans_group *g);

/*
 * The group as votes for stop_vote and stop_decided, with the same comparisons
 * as the verdict; *gold_ok: the gold run submitted, and what it submitted
 * matches the truth where there is one.
 */
void ans_votes(const struct ans_group *g, const struct ans_rule *r,
    struct stop_votes *votes, bool *gold_ok);

/*
 * The member `stopping` of a group's last line: {rule, min_agreement,
 * float_tolerance, relative_tolerance, p_tolerance, decided}; owned by the
 * caller.
 */
json_t *ans_stopping_new(
    const char *rule, const struct ans_tol *t, bool decided);
/* Were runs of a group stopped under these tolerances? True where stopping is
 * NULL, null, or its rule is "none": then nothing depended on them. */
bool ans_stopping_same(const json_t *stopping, const struct ans_tol *t);

#endif
