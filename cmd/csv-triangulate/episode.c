/* episode.c - an episode record from the traces of a group. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "episode.h"
#include "log.h"
#include "mem.h"
#include "rec.h"

/* A group while its record is made. */
struct work {
	struct trace *t; /* n of them: gold first where there is one */
	json_t **answer; /* owned, n */
	struct ans_run *run;
	size_t n;
	const struct trace *gold; /* NULL: missing */
	const struct trace *base; /* has the question */
	struct ans_group g;
	struct ans_rule rule;
	struct ans_verdict v;
	json_t *question; /* what matching reads, owned */
};

static const char *const episode_members[] = {"type", "episode_id", "timestamp",
    "csv_source", "question", "gold_trace", "consistency_traces", "verified",
    "triangulation", "timing", "source", "teacher", "sandbox", "usage",
    "messages", "hint_leak", "diagnostics", "group", "role", "index", "planned",
    "last", "stopping", "trace", "elapsed", NULL};

/* ---- Pieces ---- */

static void
put_key(struct buf *b, const char *key)
{
	char last = b->n > 0 ? b->p[b->n - 1] : '{';

	if (last != '{')
		buf_putc(b, ',');
	buf_putc(b, '"');
	buf_puts(b, key);
	buf_puts(b, "\":");
}

static void
put_span(struct buf *b, const char *key, const struct span *v)
{
	put_key(b, key);
	if (v != NULL && v->p != NULL)
		buf_put(b, v->p, v->n);
	else
		buf_puts(b, "null");
}

static void
put_bool(struct buf *b, const char *key, bool v)
{
	put_key(b, key);
	buf_puts(b, v ? "true" : "false");
}

static void
put_count(struct buf *b, const char *key, size_t v)
{
	put_key(b, key);
	buf_printf(b, "%zu", v);
}

/* A real; NaN is null. */
static void
put_real(struct buf *b, const char *key, double v)
{
	put_key(b, key);
	if (isnan(v))
		buf_puts(b, "null");
	else
		buf_real(b, v);
}

static void
put_text(struct buf *b, const char *key, const char *v)
{
	put_key(b, key);
	buf_jsonstr(b, v, strlen(v));
}

/* The blind runs come after the gold one. */
static const struct trace *
blind(const struct work *w)
{
	return w->t + (w->gold != NULL);
}

static json_t *
blind_answer(const struct work *w, size_t i)
{
	return w->answer[i + (w->gold != NULL)];
}

/* ---- Reading ---- */

/* Was the group stopped early under other tolerances than ours? */
static bool
stopped_otherwise(const struct work *w, const struct ans_tol *tol)
{
	const struct span *s = NULL;
	json_t *stopping;
	bool other;
	size_t i;

	if (w->g.n_blind >= w->g.planned)
		return false;
	for (i = 0; i < w->n; i++)
		if (w->t[i].last)
			s = &w->t[i].m[TRACE_STOPPING];
	if (s == NULL)
		return false;
	stopping = span_json(s);
	other = !ans_stopping_same(stopping, tol);
	json_decref(stopping);
	if (other)
		log_warn("group %.*s: stopped under other tolerances than "
			 "these; counted as incomplete",
		    (int)w->base->m[TRACE_GROUP].n, w->base->m[TRACE_GROUP].p);
	return other;
}

static void
work_init(struct work *w, const struct group_run *runs, size_t n, bool complete,
    const struct ans_tol *tol)
{
	size_t i;

	*w = (struct work){.n = n};
	w->t = xcalloc(n, sizeof *w->t);
	w->run = xcalloc(n, sizeof *w->run);
	w->answer = xcalloc(n, sizeof *w->answer);
	for (i = 0; i < n; i++) {
		trace_find(&w->t[i], runs[i].text, runs[i].head.n);
		w->run[i] = trace_run(&w->t[i], &w->answer[i]);
		if (w->base == NULL && w->t[i].m[TRACE_QUESTION].p != NULL)
			w->base = &w->t[i];
		if (w->t[i].planned > (long)w->g.planned)
			w->g.planned = (size_t)w->t[i].planned;
	}
	w->gold = w->t[0].gold ? &w->t[0] : NULL;
	w->question = trace_question(w->base);
	w->g.question = w->question;
	w->g.gold = w->gold != NULL ? w->run : NULL;
	w->g.blind = w->run + (w->gold != NULL);
	w->g.n_blind = n - (w->gold != NULL);
	w->g.incomplete = !complete || stopped_otherwise(w, tol);
	ans_rule_init(&w->rule, w->question, tol);
	ans_verdict(&w->v, &w->g, &w->rule);
}

static void
work_clear(struct work *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		json_decref(w->answer[i]);
	ans_verdict_clear(&w->v);
	json_decref(w->question);
	free(w->answer);
	free(w->run);
	free(w->t);
}

/* ---- Members ---- */

/* [question id, hash of the gold answer, [those of the blind ones], model] */
static void
put_id(struct buf *b, const struct work *w)
{
	const struct trace *t = w->gold != NULL ? w->gold : w->base;
	const struct span *model = &t->m[TRACE_MODEL];
	char id[DIGEST_ID], hash[DIGEST_ID];
	struct buf text = {0};
	size_t i;

	buf_putc(&text, '[');
	buf_put(&text, w->base->m[TRACE_Q_ID].p, w->base->m[TRACE_Q_ID].n);
	buf_puts(&text, w->gold == NULL ? ",null,[" : ",");
	for (i = 0; i < w->n; i++) {
		if (i > 0 && text.p[text.n - 1] != '[')
			buf_putc(&text, ',');
		ans_hash(w->answer[i], hash);
		if (w->run[i].submitted)
			buf_printf(&text, "\"%s\"", hash);
		else
			buf_puts(&text, "null");
		if (w->gold != NULL && i == 0)
			buf_puts(&text, ",[");
	}
	buf_puts(&text, "],");
	if (model->p != NULL)
		buf_put(&text, model->p, model->n);
	else
		buf_puts(&text, "null");
	buf_putc(&text, ']');
	digest_id(text.p, text.n, id);
	buf_clear(&text);
	put_text(b, "episode_id", id);
}

static void
put_traces(struct buf *b, const struct work *w)
{
	size_t i;

	put_span(
	    b, "gold_trace", w->gold != NULL ? &w->gold->m[TRACE_TRACE] : NULL);
	put_key(b, "consistency_traces");
	buf_putc(b, '[');
	for (i = 0; i < w->g.n_blind; i++) {
		const struct span *t = &blind(w)[i].m[TRACE_TRACE];

		if (i > 0)
			buf_putc(b, ',');
		buf_put(b, t->p, t->n);
	}
	buf_putc(b, ']');
}

static void
put_triangulation(struct buf *b, const struct work *w)
{
	const struct ans_verdict *v = &w->v;
	const struct ans_tol *tol = &w->rule.tol;
	char hash[DIGEST_ID];

	put_key(b, "triangulation");
	buf_putc(b, '{');
	put_count(b, "n_consistency_runs", w->g.n_blind);
	put_count(b, "n_consistency_succeeded", v->n_submitted);
	if (v->n_clusters > 0) {
		ans_hash(blind_answer(w, v->rep[0]), hash);
		put_text(b, "majority_answer_hash", hash);
	} else {
		put_span(b, "majority_answer_hash", NULL);
	}
	put_count(b, "majority_count", v->n_clusters > 0 ? v->count[0] : 0);
	put_bool(b, "gold_matches_majority", v->gold_matches_majority);
	/* so that the verdict can be counted again from the record alone */
	put_real(b, "min_agreement", tol->min_agreement);
	put_real(b, "float_tolerance", tol->absolute);
	put_real(b, "relative_tolerance", tol->relative);
	put_real(b, "p_tolerance", tol->p);
	buf_putc(b, '}');
}

static double
elapsed(const struct trace *t)
{
	json_t *v = span_json(&t->m[TRACE_ELAPSED]);
	double x = json_is_number(v) ? json_number_value(v) : NAN;

	json_decref(v);
	return x;
}

static void
put_timing(struct buf *b, const struct work *w)
{
	double total = 0, x;
	size_t i, n = 0;

	for (i = 0; i < w->n; i++) {
		x = elapsed(&w->t[i]);
		if (!isnan(x)) {
			total += x;
			n++;
		}
	}
	put_key(b, "timing");
	buf_putc(b, '{');
	put_real(b, "gold_elapsed", w->gold != NULL ? elapsed(w->gold) : NAN);
	put_key(b, "consistency_elapsed");
	buf_putc(b, '[');
	for (i = 0; i < w->g.n_blind; i++) {
		x = elapsed(&blind(w)[i]);
		if (i > 0)
			buf_putc(b, ',');
		if (isnan(x))
			buf_puts(b, "null");
		else
			buf_real(b, x);
	}
	buf_putc(b, ']');
	put_real(b, "total_elapsed", ans_round(total, 6));
	put_real(
	    b, "avg_elapsed", n > 0 ? ans_round(total / (double)n, 6) : NAN);
	buf_putc(b, '}');
}

/* Add a member of one usage object to the sum: what one run does not know, the
 * sum does not know either. */
static void
add_usage(json_t *sum, const char *key, const json_t *v)
{
	json_t *old = json_object_get(sum, key);

	if (!json_is_number(v)) {
		json_object_set(
		    sum, key, json_is_boolean(v) ? json_true() : json_null());
		return;
	}
	if (old == NULL)
		json_object_set_new(
		    sum, key, json_copy((json_t *)(uintptr_t)v));
	else if (json_is_integer(old) && json_is_integer(v))
		json_object_set_new(sum, key,
		    json_integer(
			json_integer_value(old) + json_integer_value(v)));
	else if (json_is_number(old))
		json_object_set_new(sum, key,
		    json_real(ans_round(
			json_number_value(old) + json_number_value(v), 12)));
}

/* Members that one of the runs does not have are unknown in the sum; marks
 * (booleans) are true where one run has them. */
static json_t *
usage_sum(const struct work *w)
{
	json_t *sum = json_object(), *u, *v;
	const char *key;
	void *next;
	size_t i;

	for (i = 0; i < w->n; i++) {
		u = span_json(&w->t[i].m[TRACE_USAGE]);
		json_object_foreach(u, key, v)
		{
			if (json_is_false(v))
				continue;
			if (i > 0 && json_object_get(sum, key) == NULL &&
			    !json_is_true(v))
				v = json_null();
			add_usage(sum, key, v);
		}
		json_object_foreach_safe(sum, next, key, v)
		{
			if (!json_is_true(v) && json_object_get(u, key) == NULL)
				json_object_set_new(sum, key, json_null());
		}
		json_decref(u);
	}
	return sum;
}

static double
entropy(const struct ans_verdict *v)
{
	double h = 0, share;
	size_t i;

	for (i = 0; i < v->n_clusters; i++) {
		share = (double)v->count[i] / (double)v->n_submitted;
		h -= share * log2(share);
	}
	return h > 0 ? ans_round(h, 12) : 0;
}

static void
put_cluster(struct buf *b, const struct work *w, size_t c)
{
	char hash[DIGEST_ID];
	bool first = true;
	size_t i;

	ans_hash(blind_answer(w, w->v.rep[c]), hash);
	buf_putc(b, '{');
	put_text(b, "answer_hash", hash);
	put_count(b, "member_count", w->v.count[c]);
	put_key(b, "representative_answer");
	rec_dump(b, blind_answer(w, w->v.rep[c]), 0);
	put_key(b, "member_indices");
	buf_putc(b, '[');
	for (i = 0; i < w->g.n_blind; i++) {
		if (w->v.cluster[i] != c)
			continue;
		buf_printf(b, "%s%ld", first ? "" : ",", blind(w)[i].index);
		first = false;
	}
	buf_puts(b, "]}");
}

static void
put_distribution(struct buf *b, const struct work *w)
{
	const struct ans_verdict *v = &w->v;
	size_t c;

	put_key(b, "answer_distribution");
	buf_putc(b, '{');
	put_count(b, "total_traces", w->g.n_blind);
	put_count(b, "successful_traces", v->n_submitted);
	put_count(b, "cluster_count", v->n_clusters);
	put_real(b, "entropy", entropy(v));
	put_real(b, "majority_confidence",
	    v->n_clusters > 0
		? ans_round((double)v->count[0] / (double)v->n_submitted, 6)
		: NAN);
	put_key(b, "clusters");
	buf_putc(b, '[');
	for (c = 0; c < v->n_clusters; c++) {
		if (c > 0)
			buf_putc(b, ',');
		put_cluster(b, w, c);
	}
	buf_puts(b, "]}");
}

static void
put_diagnostics(struct buf *b, const struct work *w)
{
	const struct ans_verdict *v = &w->v;

	put_key(b, "diagnostics");
	buf_putc(b, '{');
	put_text(b, "failure_category", v->category);
	if (v->gold_matches_truth == -1)
		put_span(b, "gold_matches_truth", NULL);
	else
		put_bool(b, "gold_matches_truth", v->gold_matches_truth == 1);
	put_real(b, "pass_rate", ans_pass_rate(v, &w->g));
	put_count(b, "n_planned", w->g.planned);
	put_distribution(b, w);
	buf_putc(b, '}');
}

/* Members of the gold record that this program does not know. */
static void
put_unknown(struct buf *b, const struct group_run *runs, const struct work *w)
{
	struct span record = {runs[0].text, runs[0].head.n}, key, val;
	struct span_iter at = {0};
	const char *const *known;

	if (w->gold == NULL)
		return;
	while (span_next(&record, &at, &key, &val)) {
		for (known = episode_members; *known != NULL; known++)
			if (span_is(&key, *known))
				break;
		if (*known != NULL)
			continue;
		buf_puts(b, ",\"");
		buf_put(b, key.p, key.n);
		buf_puts(b, "\":");
		buf_put(b, val.p, val.n);
	}
}

static void
put_usage(struct buf *b, const struct work *w)
{
	json_t *sum = usage_sum(w);

	put_key(b, "usage");
	rec_dump(b, sum, 0);
	json_decref(sum);
}

void
episode_put(struct buf *b, const struct group_run *runs, size_t n,
    bool complete, const struct episode_conf *conf, struct episode_info *info)
{
	char now[24];
	struct work w;
	const struct trace *t;
	bool leak;

	work_init(&w, runs, n, complete, &conf->tol);
	t = w.gold != NULL ? w.gold : w.base;
	buf_puts(b, "{\"type\":\"episode\"");
	put_id(b, &w);
	rec_timestamp(now);
	put_text(b, "timestamp", now);
	put_span(b, "csv_source", &w.base->m[TRACE_Q_CSV]);
	put_span(b, "question", &w.base->m[TRACE_QUESTION]);
	put_traces(b, &w);
	put_bool(b, "verified", w.v.verified);
	put_triangulation(b, &w);
	put_timing(b, &w);
	put_span(b, "source", &w.base->m[TRACE_Q_SOURCE]);
	put_span(b, "teacher", &t->m[TRACE_TEACHER]);
	put_span(b, "sandbox", &t->m[TRACE_SANDBOX]);
	put_usage(b, &w);
	put_key(b, "messages");
	leak = messages_put(b,
	    w.gold != NULL ? &w.gold->m[TRACE_MESSAGES]
			   : &(struct span){"[]", 2},
	    w.question);
	/* played cells are no teacher's words */
	put_bool(
	    b, "hint_leak", leak && !span_text(&t->m[TRACE_KIND], "reference"));
	put_diagnostics(b, &w);
	put_unknown(b, runs, &w);
	buf_putc(b, '}');
	info->verified = w.v.verified;
	info->category = w.v.category;
	work_clear(&w);
}
