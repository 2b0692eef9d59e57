/* show.c - tables of questions and episodes, one trace in full. */
#include <stdlib.h>
#include <string.h>

#include "inspect.h"
#include "mem.h"
#include "python.h"
#include "rec.h"

enum { NAME = 30, ID = 8, ANSWER_MIN = 12, ANSWER_MAX = 36, LABEL = 12 };

static const char *const tick = "\xe2\x9c\x93", *const cross = "\xe2\x9c\x97";

static bool
starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static const char *
question_text(const json_t *q)
{
	const char *s = text_of(q, "question_text");

	return *s != '\0' ? s : text_of(q, "question_mechanical");
}

static bool
is_verified(const json_t *e)
{
	return json_is_true(json_object_get(e, "verified"));
}

/* ---- Tables ---- */

static void
head_cell(struct term *t, const char *s, size_t cells, bool right)
{
	term_style(t, STYLE_BOLD);
	term_cell(t, s, cells, right);
	term_style(t, STYLE_NONE);
}

static void
gap(struct term *t)
{
	term_puts(t, t->width < 100 ? " " : "  ");
}

/* Too narrow for more than the most needed columns? */
static bool
narrow(const struct term *t)
{
	return t->width < 60;
}

static size_t
answer_cells(const struct term *t)
{
	size_t n = t->width / 5;

	return n < ANSWER_MIN ? ANSWER_MIN : n > ANSWER_MAX ? ANSWER_MAX : n;
}

/* What is left of a line for its widest column. */
static size_t
rest(const struct term *t, size_t used)
{
	return t->width > used + 10 ? t->width - used : 10;
}

static void
put_id(struct term *t, const char *id)
{
	char *start = xstrndup(id, ID);

	/* no ellipsis: `trace` takes these digits */
	term_style(t, STYLE_DIM);
	term_cell(t, start, ID, false);
	term_style(t, STYLE_NONE);
	free(start);
}

static void
put_answer(struct term *t, const json_t *answer, size_t cells)
{
	char *text = answer_text(answer);

	term_cell(t, text, cells, json_is_number(answer));
	free(text);
}

/* ---- Questions ---- */

/* Is there room for the level? */
static bool
levels(const struct show *s)
{
	return !narrow(&s->term) || !s->o->answer;
}

static size_t
questions_rest(const struct show *s)
{
	size_t gap_cells = s->term.width < 100 ? 1 : 2;
	size_t used = ID + gap_cells;

	if (levels(s))
		used += 9 + gap_cells;
	if (!narrow(&s->term))
		used += 14 + gap_cells;
	if (s->o->answer)
		used += answer_cells(&s->term) + gap_cells;
	return rest(&s->term, used);
}

static void
questions_head(struct show *s)
{
	struct term *t = &s->term;

	head_cell(t, "ID", ID, false);
	gap(t);
	if (levels(s)) {
		head_cell(t, "LEVEL", 9, false);
		gap(t);
	}
	if (!narrow(t)) {
		head_cell(t, "FAMILY", 14, false);
		gap(t);
	}
	if (s->o->answer) {
		head_cell(t, "ANSWER", answer_cells(t), false);
		gap(t);
	}
	head_cell(t, "QUESTION", 8, false);
	term_puts(t, "\n");
}

static const char *
family(const json_t *q)
{
	const char *s = text_of(q, "template_name");

	if (*s == '\0')
		s = text_of(q, "category");
	return *s != '\0' ? s : text_of(q, "source");
}

static void
questions_row(struct show *s, const json_t *q)
{
	struct term *t = &s->term;

	put_id(t, text_of(q, "id"));
	gap(t);
	if (levels(s)) {
		term_cell(t, text_of(q, "difficulty"), 9, false);
		gap(t);
	}
	if (!narrow(t)) {
		term_cell(t, family(q), 14, false);
		gap(t);
	}
	if (s->o->answer) {
		put_answer(
		    t, json_object_get(q, "ground_truth"), answer_cells(t));
		gap(t);
	}
	term_cell(t, question_text(q), questions_rest(s), false);
	if (s->o->hint && *text_of(q, "hint") != '\0') {
		term_puts(t, "\n          hint: ");
		term_wrap(t, text_of(q, "hint"), 16, 16);
	} else {
		term_puts(t, "\n");
	}
}

/* "label       value", wrapped under itself; nothing where it is empty. */
static void
field(struct term *t, const char *label, const char *value)
{
	if (*value == '\0')
		return;
	term_style(t, STYLE_DIM);
	term_cell(t, label, LABEL, false);
	term_style(t, STYLE_NONE);
	term_wrap(t, value, LABEL, LABEL);
}

static void
field_json(struct term *t, const char *label, const json_t *value)
{
	char *text;

	if (value == NULL || json_is_null(value) ||
	    (json_is_object(value) && json_object_size(value) == 0) ||
	    (json_is_array(value) && json_array_size(value) == 0))
		return;
	text = answer_text(value);
	field(t, label, text);
	free(text);
}

static void
code_block(struct term *t, const char *code)
{
	unsigned char *kinds = python_kinds(code);

	term_lines(t, code, 2, "\xe2\x94\x82 ", kinds);
	free(kinds);
}

static void
reference_cells(struct term *t, const json_t *q)
{
	json_t *cells = at(q, "reference", "cells"), *c;
	size_t i;

	json_array_foreach(cells, i, c)
	{
		term_puts(t, "\n");
		term_style(t, STYLE_HEAD);
		term_printf(t, "Reference cell %zu", i);
		term_style(t, STYLE_NONE);
		term_puts(t, "\n");
		if (*text_of(c, "reasoning") != '\0')
			term_wrap(t, text_of(c, "reasoning"), 0, 0);
		code_block(t, text_of(c, "code"));
	}
}

/* All of a question but its reference program. */
static void
question_fields(struct show *s, const json_t *q)
{
	struct term *t = &s->term;
	json_t *w;
	size_t i;

	field(t, "Question", question_text(q));
	if (s->o->hint)
		field(t, "Hint", text_of(q, "hint"));
	field(t, "Format", text_of(q, "output_schema"));
	if (s->o->answer) {
		field_json(t, "Truth", json_object_get(q, "ground_truth"));
		field_json(
		    t, "Also right", json_object_get(q, "ground_truths"));
		json_array_foreach(json_object_get(q, "known_wrong"), i, w)
		{
			field(t, "Misreading", text_of(w, "reading"));
			field_json(t, "  gives", json_object_get(w, "answer"));
		}
	}
	field(t, "CSV", text_of(q, "csv_source"));
	field_json(t, "Read with", json_object_get(q, "csv_options"));
	field(t, "Level", text_of(q, "difficulty"));
	field(t, "Family", family(q));
	field_json(t, "Columns", columns_of(q));
	field(t, "Source", text_of(q, "source"));
}

int
show_question(json_t *rec, void *ctx, struct fail *f)
{
	struct show *s = ctx;
	json_t *q = question_of(rec);

	(void)f;
	show_nuls(rec);
	if (s->o->verified && q != rec && !is_verified(rec))
		return 0;
	s->seen++;
	if (s->o->id != NULL) {
		if (!starts(text_of(q, "id"), s->o->id))
			return 0;
		if (s->shown++ == 0)
			term_page(&s->term);
		field(&s->term, "Id", text_of(q, "id"));
		question_fields(s, q);
		if (s->o->answer)
			reference_cells(&s->term, q);
		term_puts(&s->term, "\n");
		return 0;
	}
	if (s->o->count >= 0 && s->shown >= (size_t)s->o->count)
		return 0;
	if (s->shown++ == 0)
		questions_head(s);
	questions_row(s, q);
	return 0;
}

static int
not_found(const struct show *s, const char *id, struct fail *f)
{
	if (s->shown > 0)
		return 0;
	return fail_set(f, FAIL_VALUE,
	    "no id of %zu records starts with \"%s\"", s->seen, id);
}

int
show_questions_end(void *ctx, struct fail *f)
{
	struct show *s = ctx;

	if (s->o->id != NULL)
		return not_found(s, s->o->id, f);
	term_printf(&s->term, "%s%zu question%s", s->shown > 0 ? "\n" : "",
	    s->seen, s->seen == 1 ? "" : "s");
	if (s->shown < s->seen)
		term_printf(&s->term, ", %zu shown", s->shown);
	term_puts(&s->term, "\n");
	return 0;
}

/* ---- Episodes ---- */

/* Columns of the table of episodes. */
enum { MARK = 2, TURNS = 5, HOOKS = 5, RUNS = 5 };

static size_t
episodes_rest(const struct term *t)
{
	size_t gaps = 6 * (t->width < 100 ? 1 : 2);

	return rest(
	    t, ID + MARK + answer_cells(t) + RUNS + TURNS + HOOKS + gaps);
}

static void
episodes_head(struct term *t)
{
	head_cell(t, "ID", ID, false);
	gap(t);
	head_cell(t, "OK", MARK, false);
	gap(t);
	head_cell(t, "QUESTION", episodes_rest(t), false);
	gap(t);
	head_cell(t, "ANSWER", answer_cells(t), false);
	if (!narrow(t)) {
		gap(t);
		head_cell(t, "AGREE", RUNS, true);
		gap(t);
		head_cell(t, "TURNS", TURNS, true);
		gap(t);
		head_cell(t, "HOOKS", HOOKS, true);
	}
	term_puts(t, "\n");
}

static size_t
count_hooks(const json_t *trace)
{
	size_t n = 0, i;
	json_t *turn;

	json_array_foreach(json_object_get(trace, "turns"), i, turn) n +=
	    json_array_size(at(turn, "execution", "hooks"));
	return n;
}

/* Why an episode has no good answer; "" for a verified one. */
static const char *
reason(const json_t *e)
{
	const char *s =
	    text_of(json_object_get(e, "diagnostics"), "failure_category");

	return strcmp(s, "good") == 0 ? "" : s;
}

static void
put_mark(struct term *t, bool good, size_t cells)
{
	term_style(t, good ? STYLE_GOOD : STYLE_BAD);
	term_cell(t, good ? tick : cross, cells, false);
	term_style(t, STYLE_NONE);
}

/* The answer, or in its place why there is none. */
static void
episode_answer(struct term *t, const json_t *e)
{
	json_t *trace = json_object_get(e, "gold_trace");
	char *text;

	if (json_is_true(json_object_get(trace, "success"))) {
		put_answer(
		    t, json_object_get(trace, "final_answer"), answer_cells(t));
		return;
	}
	text = xasprintf("(%s)", reason(e));
	term_style(t, STYLE_WARN);
	term_cell(t, text, answer_cells(t), false);
	term_style(t, STYLE_NONE);
	free(text);
}

/* Blind runs in the majority, of those made; "-" where none was. */
static void
episode_agreement(struct term *t, const json_t *e)
{
	json_t *tri = json_object_get(e, "triangulation");
	long made = (long)json_integer_value(
		 json_object_get(tri, "n_consistency_runs")),
	     most = (long)json_integer_value(
		 json_object_get(tri, "majority_count"));
	char *text = made > 0 ? xasprintf("%ld/%ld", most, made) : xstrdup("-");

	term_cell(t, text, RUNS, true);
	free(text);
}

static void
put_number(struct term *t, size_t v, size_t cells)
{
	char *text = xasprintf("%zu", v);

	term_cell(t, text, cells, true);
	free(text);
}

static void
episodes_row(struct show *s, const json_t *e)
{
	struct term *t = &s->term;
	json_t *trace = json_object_get(e, "gold_trace");
	json_t *q = json_object_get(e, "question");

	put_id(t, text_of(e, "episode_id"));
	gap(t);
	put_mark(t, is_verified(e), MARK);
	gap(t);
	term_cell(t, question_text(q), episodes_rest(t), false);
	gap(t);
	episode_answer(t, e);
	if (!narrow(t)) {
		gap(t);
		episode_agreement(t, e);
		gap(t);
		put_number(
		    t, json_array_size(json_object_get(trace, "turns")), TURNS);
		gap(t);
		put_number(t, count_hooks(trace), HOOKS);
	}
	term_puts(t, "\n");
	if (s->o->hint && *text_of(q, "hint") != '\0') {
		term_puts(t, "              hint: ");
		term_wrap(t, text_of(q, "hint"), 20, 20);
	}
}

int
show_episode(json_t *rec, void *ctx, struct fail *f)
{
	struct show *s = ctx;

	show_nuls(rec);
	if (s->o->id != NULL) {
		s->want = s->o->id;
		return show_trace(rec, ctx, f);
	}
	if (s->o->verified && !is_verified(rec))
		return 0;
	s->seen++;
	s->verified += is_verified(rec);
	if (*reason(rec) != '\0')
		tally_row(s->tally, reason(rec))->n++;
	if (s->o->count >= 0 && s->shown >= (size_t)s->o->count)
		return 0;
	if (s->shown++ == 0)
		episodes_head(&s->term);
	episodes_row(s, rec);
	return 0;
}

int
show_episodes_end(void *ctx, struct fail *f)
{
	struct show *s = ctx;
	struct term *t = &s->term;
	struct buf b = {0};
	size_t i;

	if (s->o->id != NULL)
		return not_found(s, s->o->id, f);
	if (s->shown > 0)
		term_puts(t, "\n");
	buf_printf(&b, "%zu episode%s", s->seen, s->seen == 1 ? "" : "s");
	if (s->shown < s->seen)
		buf_printf(&b, ", %zu shown", s->shown);
	buf_printf(&b, ": %zu verified", s->verified);
	tally_sort(s->tally);
	for (i = 0; i < s->tally->n; i++)
		buf_printf(
		    &b, ", %zu %s", s->tally->row[i].n, s->tally->row[i].name);
	if (t->screen) {
		term_wrap(t, buf_str(&b), 0, 0);
	} else {
		term_text(t, buf_str(&b));
		term_puts(t, "\n");
	}
	buf_clear(&b);
	return 0;
}

/* ---- One trace in full ---- */

static void
rule(struct term *t, const char *title)
{
	term_puts(t, "\n");
	term_style(t, STYLE_HEAD);
	term_text(t, title);
	term_style(t, STYLE_NONE);
	term_puts(t, "\n");
}

static void
stream(struct term *t, const char *label, const char *text, enum style style)
{
	if (*text == '\0')
		return;
	term_style(t, style);
	term_printf(t, "  %s", label);
	term_style(t, STYLE_NONE);
	term_puts(t, "\n");
	term_lines(t, text, 4, "", NULL);
}

static void
hook_line(struct show *s, const json_t *h)
{
	struct term *t = &s->term;
	json_t *on = json_object_get(h, "depends_on"), *v;
	char *value = answer_text(json_object_get(h, "value"));
	bool grounded = !json_is_false(json_object_get(h, "grounded"));
	size_t i, used;

	term_puts(t, "  ");
	term_style(t, grounded ? STYLE_NAME : STYLE_WARN);
	term_puts(t, "\xe2\x97\x8f ");
	term_style(t, STYLE_NONE);
	term_style(t, STYLE_BOLD);
	term_clip(t, text_of(h, "variable_name"), NAME);
	term_style(t, STYLE_NONE);
	term_puts(t, " = ");
	used = term_width(text_of(h, "variable_name"));
	used = 4 + (used < NAME ? used : NAME) + 3;
	if (s->o->hooks)
		term_wrap(t, value, used, 6);
	else {
		term_clip(t, value, rest(t, used));
		term_puts(t, "\n");
	}
	free(value);
	if (!s->o->hooks)
		return;
	term_puts(t, "      ");
	term_style(t, STYLE_DIM);
	term_clip(t, text_of(h, "code_line"), rest(t, 6));
	term_style(t, STYLE_NONE);
	term_puts(t, "\n");
	if (*text_of(h, "description") != '\0') {
		term_puts(t, "      ");
		term_wrap(t, text_of(h, "description"), 6, 6);
	}
	if (json_array_size(on) == 0)
		return;
	term_puts(t, "      from ");
	json_array_foreach(on, i, v)
	{
		term_puts(t, i > 0 ? ", " : "");
		if (json_is_string(v))
			term_clip(t, json_string_value(v), NAME);
	}
	term_puts(t, "\n");
}

static void
show_turn(struct show *s, const json_t *turn)
{
	struct term *t = &s->term;
	json_t *x = json_object_get(turn, "execution"), *h;
	json_t *fix = json_object_get(turn, "correction");
	char *title = xasprintf("Turn %lld",
	    (long long)json_integer_value(json_object_get(turn, "turn_index")));
	size_t i;

	rule(t, title);
	free(title);
	if (fix != NULL) {
		term_style(t, STYLE_WARN);
		term_printf(t, "  mends turn %lld: ",
		    (long long)json_integer_value(
			json_object_get(fix, "corrects_turn")));
		term_text(t, text_of(fix, "error_type"));
		term_style(t, STYLE_NONE);
		term_puts(t, "\n");
	}
	if (*text_of(turn, "reasoning") != '\0')
		term_wrap(t, text_of(turn, "reasoning"), 0, 0);
	code_block(t, text_of(turn, "code"));
	stream(t, "output", text_of(x, "stdout"), STYLE_DIM);
	stream(t, "errors", text_of(x, "stderr"), STYLE_BAD);
	json_array_foreach(json_object_get(x, "hooks"), i, h) hook_line(s, h);
}

static void
show_run(struct show *s, const json_t *trace)
{
	struct term *t = &s->term;
	json_t *turn;
	size_t i;

	json_array_foreach(json_object_get(trace, "turns"), i, turn)
	    show_turn(s, turn);
	term_puts(t, "\n");
	if (json_is_true(json_object_get(trace, "success")))
		field_json(
		    t, "Answered", json_object_get(trace, "final_answer"));
	else
		field(t, "No answer", text_of(trace, "stop"));
	field(t, "Error", text_of(trace, "error"));
}

static void
show_cluster(struct term *t, const json_t *c, bool gold)
{
	char *text = answer_text(json_object_get(c, "representative_answer"));
	char *runs = answer_text(json_object_get(c, "member_indices"));
	size_t n = (size_t)json_integer_value(
		   json_object_get(c, "member_count")),
	       bar = n < 20 ? n : 20, wide = term_width(text), left;
	char *count = xasprintf(" %zu  ", n);

	left = rest(t, 2 + bar + strlen(count));
	wide = wide < 50 ? wide : 50;
	wide = wide < left ? wide : left;
	left -= wide;
	term_puts(t, "  ");
	term_style(t, gold ? STYLE_GOOD : STYLE_WARN);
	term_fill(t, "\xe2\x96\x88", bar);
	term_style(t, STYLE_NONE);
	term_puts(t, count);
	term_clip(t, text, wide);
	if (left > strlen("  runs ") + 2) {
		term_style(t, STYLE_DIM);
		term_puts(t, "  runs ");
		term_clip(t, runs, left - strlen("  runs "));
		term_style(t, STYLE_NONE);
	}
	term_puts(t, "\n");
	free(count);
	free(text);
	free(runs);
}

static void
show_vote(struct show *s, const json_t *e)
{
	struct term *t = &s->term;
	json_t *d = json_object_get(e, "diagnostics"), *c;
	json_t *clusters = at(d, "answer_distribution", "clusters");
	bool same =
	    json_is_true(at(e, "triangulation", "gold_matches_majority"));
	size_t i;

	if (json_array_size(json_object_get(e, "consistency_traces")) == 0)
		return;
	rule(t, "Blind runs");
	json_array_foreach(clusters, i, c) show_cluster(t, c, same && i == 0);
	field_json(t, "  pass rate", json_object_get(d, "pass_rate"));
	field_json(t, "  entropy", at(d, "answer_distribution", "entropy"));
}

/* What csv-verify found: its status, failed checks, altered copies. */
static void
show_proof(struct term *t, const json_t *v)
{
	json_t *checks = json_object_get(v, "checks"), *c;
	const char *name;
	struct buf b = {0};

	buf_puts(&b, text_of(v, "status"));
	json_object_foreach(checks, name, c)
	{
		if (strcmp(text_of(c, "result"), "fail") == 0)
			buf_printf(&b, ", %s: %s", name, text_of(c, "detail"));
	}
	if (*text_of(json_object_get(v, "generalises"), "status") != '\0')
		buf_printf(&b, "; on altered copies: %s",
		    text_of(json_object_get(v, "generalises"), "status"));
	field(t, "Proof", buf_str(&b));
	buf_clear(&b);
}

static void
show_episode_head(struct show *s, const json_t *e)
{
	struct term *t = &s->term;
	json_t *d = json_object_get(e, "diagnostics");

	field(t, "Episode", text_of(e, "episode_id"));
	term_style(t, STYLE_DIM);
	term_cell(t, "Verified", LABEL, false);
	term_style(t, STYLE_NONE);
	put_mark(t, is_verified(e), 2);
	term_text(t, is_verified(e) ? "yes" : reason(e));
	term_puts(t, "\n");
	question_fields(s, json_object_get(e, "question"));
	field(t, "Teacher", text_of(json_object_get(e, "teacher"), "kind"));
	field_json(t, "Model", at(e, "teacher", "model"));
	field_json(t, "Seconds", at(e, "timing", "total_elapsed"));
	field_json(t, "Usage", json_object_get(e, "usage"));
	show_proof(t, json_object_get(e, "verification"));
	if (json_is_true(json_object_get(e, "hint_leak")))
		field(t, "Note", "the teacher's text cites the hint");
	if (json_is_false(json_object_get(d, "gold_matches_truth")))
		field(t, "Note", "the gold answer is not the ground truth");
}

int
show_trace(json_t *rec, void *ctx, struct fail *f)
{
	struct show *s = ctx;
	json_t *q = json_object_get(rec, "question");

	(void)f;
	show_nuls(rec);
	s->seen++;
	if (!starts(text_of(rec, "episode_id"), s->want) &&
	    !starts(text_of(q, "id"), s->want))
		return 0;
	if (s->shown++ == 0)
		term_page(&s->term);
	else
		term_puts(&s->term, "\n");
	show_episode_head(s, rec);
	show_run(s, json_object_get(rec, "gold_trace"));
	show_vote(s, rec);
	return 0;
}

int
show_trace_end(void *ctx, struct fail *f)
{
	struct show *s = ctx;

	return not_found(s, s->want, f);
}
