/* stats.c - what a file of questions or episodes holds, in flat memory. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "distinct.h"
#include "diversity.h"
#include "inspect.h"
#include "mem.h"
#include "rec.h"

enum { BINS = 10, TURN_BINS = 16 };

/* The tallies: where each name is found, and its title. */
enum group_by {
	BY_FAMILY,
	BY_DIFFICULTY,
	BY_CATEGORY,
	BY_SOURCE,
	BY_TYPE,
	BY_CSV,
	GROUPS
};

static const struct {
	const char *title, *member, *other; /* other: where member is absent */
} groups[GROUPS] = {
    [BY_FAMILY] = {"family", "template_name", "source"},
    [BY_DIFFICULTY] = {"difficulty", "difficulty", NULL},
    [BY_CATEGORY] = {"category", "category", NULL},
    [BY_SOURCE] = {"source", "source", NULL},
    [BY_TYPE] = {"answer type", "output_type", NULL},
    [BY_CSV] = {"CSV", "csv_source", NULL},
};

/* Members of usage that are summed. */
static const char *const tokens[] = {"prompt_tokens", "completion_tokens",
    "reasoning_tokens", "cached_tokens", "cost"};

enum { TOKENS = sizeof tokens / sizeof *tokens };

struct stats {
	const struct options *o;
	size_t records, episodes, verified;
	struct tally by[GROUPS], failure, teacher;
	size_t pass[BINS + 1], pass_unknown; /* the last bin is 1 exactly */
	size_t turns[TURN_BINS + 1]; /* the last: that many or more */
	size_t hooks, ungrounded, corrections, leaks;
	double usage[TOKENS];
	size_t usage_known[TOKENS];
	double seconds;
	struct distinct *texts, *skeletons, *columns;
	struct diversity *diversity;
};

struct stats *
stats_new(const struct options *o)
{
	struct stats *s = xcalloc(1, sizeof *s);

	s->o = o;
	s->texts = distinct_new();
	s->skeletons = distinct_new();
	s->columns = distinct_new();
	s->diversity = diversity_new((uint64_t)o->seed);
	return s;
}

void
stats_free(struct stats *s)
{
	int i;

	for (i = 0; i < GROUPS; i++)
		tally_clear(&s->by[i]);
	tally_clear(&s->failure);
	tally_clear(&s->teacher);
	distinct_free(s->texts);
	distinct_free(s->skeletons);
	distinct_free(s->columns);
	diversity_free(s->diversity);
	free(s);
}

/* ---- Counting ---- */

static void
count_question(struct stats *s, const json_t *q, bool good)
{
	struct tally_row *r;
	const char *name;
	int i;

	for (i = 0; i < GROUPS; i++) {
		name = text_of(q, groups[i].member);
		if (*name == '\0' && groups[i].other != NULL)
			name = text_of(q, groups[i].other);
		r = tally_row(&s->by[i], *name != '\0' ? name : "(none)");
		r->n++;
		r->good += good;
	}
}

/* Count each text among the parameters as a column of the CSV. */
static void
count_columns(struct stats *s, const char *csv, const json_t *v)
{
	json_t *o = (json_t *)(uintptr_t)v, *m;
	struct tally_row *r;
	const char *key;
	size_t i;

	json_object_foreach(o, key, m) count_columns(s, csv, m);
	json_array_foreach(o, i, m) count_columns(s, csv, m);
	if (!json_is_string(v))
		return;
	r = tally_row(&s->by[BY_CSV], *csv != '\0' ? csv : "(none)");
	if (distinct_put(s->columns,
		distinct_hash(json_string_value(v), json_string_length(v),
		    distinct_hash(csv, strlen(csv), 0))))
		r->sum++;
}

/* How many columns the CSV has, once for each; 0 where it is not there or is no
 * such CSV. */
static int
measure_csv(
    struct stats *s, const char *path, const json_t *options, struct fail *f)
{
	struct tally_row *r = tally_row(&s->by[BY_CSV], path);
	struct csv_options o;
	struct csv_reader *csv;

	if (r->looked || strcmp(r->name, path) != 0)
		return 0;
	r->looked = true;
	csv_options_init(&o);
	if (options != NULL && csv_options_read(options, &o, f) == -1)
		return 0;
	if (csv_open(path, &o, &csv, f) != 0)
		return f->code == FAIL_IO ? -1 : 0;
	r->of = csv_cols(csv);
	csv_close(csv);
	return 0;
}

static void
count_text(struct stats *s, const json_t *q)
{
	const char *text = text_of(q, "question_text");
	const json_t *params = columns_of(q);
	const char *csv = text_of(q, "csv_source");
	struct buf b = {0};

	distinct_put(s->texts,
	    distinct_hash(
		text, strlen(text), distinct_hash(csv, strlen(csv), 1)));
	diversity_skeleton(&b, text, params);
	distinct_put(s->skeletons, distinct_hash(buf_str(&b), b.n, 2));
	buf_clear(&b);
	diversity_put(s->diversity, text);
	count_columns(s, csv, params);
}

static void
count_trace(struct stats *s, const json_t *trace)
{
	json_t *turns = json_object_get(trace, "turns"), *turn, *h;
	size_t n = json_array_size(turns), i, k;

	s->turns[n < TURN_BINS ? n : TURN_BINS]++;
	json_array_foreach(turns, i, turn)
	{
		s->corrections += json_object_get(turn, "correction") != NULL;
		json_array_foreach(at(turn, "execution", "hooks"), k, h)
		{
			s->hooks++;
			s->ungrounded +=
			    json_is_false(json_object_get(h, "grounded"));
		}
	}
}

static void
count_usage(struct stats *s, const json_t *usage)
{
	const json_t *v;
	size_t i;

	for (i = 0; i < TOKENS; i++) {
		v = json_object_get(usage, tokens[i]);
		if (json_is_number(v)) {
			s->usage[i] += json_number_value(v);
			s->usage_known[i]++;
		}
	}
}

static void
count_episode(struct stats *s, const json_t *e, bool good)
{
	json_t *d = json_object_get(e, "diagnostics");
	json_t *rate = json_object_get(d, "pass_rate");
	const char *why = text_of(d, "failure_category");
	const char *model = text_of(json_object_get(e, "teacher"), "model");
	struct tally_row *r;
	double x;

	s->episodes++;
	s->verified += good;
	tally_row(&s->failure, *why != '\0' ? why : "(none)")->n++;
	if (*model == '\0')
		model = text_of(json_object_get(e, "teacher"), "kind");
	r = tally_row(&s->teacher, *model != '\0' ? model : "(none)");
	r->n++;
	r->good += good;
	x = json_number_value(rate);
	if (!json_is_number(rate) || !(x >= 0 && x <= 1))
		s->pass_unknown++;
	else
		s->pass[(size_t)floor(x * BINS + 1e-9)]++;
	count_trace(s, json_object_get(e, "gold_trace"));
	count_usage(s, json_object_get(e, "usage"));
	x = json_number_value(at(e, "timing", "total_elapsed"));
	s->seconds += x;
	s->leaks += json_is_true(json_object_get(e, "hint_leak"));
}

int
stats_add(struct stats *s, json_t *rec, struct fail *f)
{
	const json_t *q = question_of(rec);
	bool episode = q != rec;
	bool good = json_is_true(json_object_get(rec, "verified"));

	if (s->o->verified && !good)
		return 0;
	s->records++;
	count_question(s, q, good);
	count_text(s, q);
	if (episode)
		count_episode(s, rec, good);
	return measure_csv(
	    s, text_of(q, "csv_source"), json_object_get(q, "csv_options"), f);
}

/* ---- Printing ---- */

static void
title(struct term *t, const char *s)
{
	term_puts(t, "\n");
	term_style(t, STYLE_HEAD);
	term_puts(t, s);
	term_style(t, STYLE_NONE);
	term_puts(t, "\n");
}

/* A bar for share of the whole, eighths of a cell at its end. */
static void
bar(struct term *t, double share, size_t cells)
{
	static const char *const part[] = {"", "\xe2\x96\x8f", "\xe2\x96\x8e",
	    "\xe2\x96\x8d", "\xe2\x96\x8c", "\xe2\x96\x8b", "\xe2\x96\x8a",
	    "\xe2\x96\x89"};
	size_t eighths = (size_t)(share * (double)cells * 8 + 0.5), full;

	if (cells == 0)
		return;
	if (eighths == 0 && share > 0)
		eighths = 1;
	full = eighths / 8;
	term_style(t, STYLE_NAME);
	term_fill(t, "\xe2\x96\x88", full);
	term_puts(t, part[eighths % 8]);
	term_style(t, STYLE_NONE);
}

enum { NOTE = 19, NARROW = 64 };

static bool
narrow(const struct term *t)
{
	return t->width < NARROW;
}

static size_t
name_cells(const struct term *t)
{
	return t->width >= 100 ? 30 : narrow(t) ? 13 : 22;
}

/* A name, a count, a note, and a bar where there is room for one. */
static void
line(struct term *t, const char *name, size_t n, size_t of, const char *note)
{
	double share = of > 0 ? (double)n / (double)of : 0;
	int digits = narrow(t) ? 5 : 8;
	size_t used = 2 + name_cells(t) + 1 + (size_t)digits + 1;

	term_puts(t, "  ");
	term_cell(t, name, name_cells(t), false);
	term_printf(t, " %*zu", digits, n);
	if (used + NOTE + 4 < t->width) {
		term_puts(t, "  ");
		term_cell(t, note, NOTE, false);
		term_puts(t, " ");
		bar(t, share, t->width - used - NOTE - 2);
	} else if (*note != '\0' && used + 8 < t->width) {
		term_puts(t, " ");
		term_clip(t, note, t->width - used);
	}
	term_puts(t, "\n");
}

/* The last line of a part, wrapped. Takes the text. */
static void
remark(struct term *t, char *text)
{
	term_puts(t, "  ");
	term_wrap(t, text, 2, 2);
	free(text);
}

static void
print_tally(
    struct term *t, const char *name, struct tally *y, size_t of, bool rates)
{
	char note[40];
	size_t i;

	if (y->n == 0)
		return;
	tally_sort(y);
	title(t, name);
	for (i = 0; i < y->n; i++) {
		const struct tally_row *r = &y->row[i];

		note[0] = '\0';
		if (rates)
			snprintf(note, sizeof note, "%5.1f %% verified",
			    100 * (double)r->good / (double)r->n);
		line(t, r->name, r->n, of, note);
	}
}

static void
print_pass(struct term *t, const struct stats *s)
{
	size_t known = s->episodes - s->pass_unknown, i;
	char name[40];

	if (known == 0)
		return;
	title(t, "Pass rate of blind runs");
	for (i = 0; i <= BINS; i++) {
		if (i == BINS)
			snprintf(name, sizeof name, "1");
		else
			snprintf(name, sizeof name, "%.1f to <%.1f",
			    (double)i / BINS, (double)(i + 1) / BINS);
		line(t, name, s->pass[i], known, "");
	}
	if (s->pass_unknown > 0)
		line(t, "no blind run", s->pass_unknown, s->episodes, "");
}

static void
print_turns(struct term *t, const struct stats *s)
{
	char name[40];
	size_t i;

	title(t, "Turns of the gold run");
	for (i = 0; i <= TURN_BINS; i++) {
		if (s->turns[i] == 0)
			continue;
		snprintf(name, sizeof name, "%zu%s", i,
		    i == TURN_BINS ? " or more" : "");
		line(t, name, s->turns[i], s->episodes, "");
	}
	remark(t,
	    xasprintf("%zu hooks (%zu not grounded), %zu corrections, %zu hint "
		      "leaks",
		s->hooks, s->ungrounded, s->corrections, s->leaks));
}

static void
print_usage(struct term *t, const struct stats *s)
{
	bool any = false;
	size_t i;

	for (i = 0; i < TOKENS; i++)
		any = any || s->usage_known[i] > 0;
	title(t, "Cost");
	for (i = 0; any && i < TOKENS; i++) {
		if (s->usage_known[i] == 0)
			continue;
		term_puts(t, "  ");
		term_cell(t, tokens[i], 18, false);
		if (strcmp(tokens[i], "cost") == 0)
			term_printf(t, " %15.4f $", s->usage[i]);
		else
			term_printf(t, " %15.0f", s->usage[i]);
		if (s->usage_known[i] < s->episodes)
			term_printf(t, "%s(known for %zu of %zu)",
			    narrow(t) ? "\n    " : "  ", s->usage_known[i],
			    s->episodes);
		term_puts(t, "\n");
	}
	term_puts(t, "  ");
	term_cell(t, "seconds", 18, false);
	term_printf(t, " %15.1f\n", s->seconds);
}

static void
print_count(
    struct term *t, const char *name, const struct distinct *d, size_t of)
{
	term_puts(t, "  ");
	term_cell(t, name, 20, false);
	term_printf(t, " %9.0f  of %zu%s\n", distinct_count(d), of,
	    distinct_exact(d) ? ""
		: narrow(t)   ? "\n    (estimated)"
			      : "  (estimated)");
}

static void
print_share(struct term *t, const char *name, double x)
{
	term_puts(t, "  ");
	term_cell(t, name, 20, false);
	term_printf(t, " %9.3f\n", x);
}

static double
duplicates(const struct stats *s)
{
	return fmax(0, (double)s->records - distinct_count(s->texts));
}

static void
print_duplicates(struct term *t, const struct stats *s)
{
	double n = duplicates(s);

	term_puts(t, "  ");
	term_cell(t, "duplicates", 20, false);
	term_printf(t, " %9.0f", n);
	if (!narrow(t) && s->records > 0)
		term_printf(t, "  (%.1f %%%s)", 100 * n / (double)s->records,
		    distinct_exact(s->texts) ? "" : ", estimated");
	term_puts(t, "\n");
}

static void
print_diversity(struct term *t, const struct stats *s)
{
	struct diversity_result r = diversity_end(s->diversity);

	title(t, "Diversity of the questions");
	print_count(t, "different questions", s->texts, s->records);
	print_duplicates(t, s);
	print_count(t, "different skeletons", s->skeletons, s->records);
	if (r.windows == 0)
		return;
	print_share(t, "distinct-1", r.distinct1);
	print_share(t, "distinct-2", r.distinct2);
	print_share(t, "mean Jaccard index", r.jaccard);
	remark(t,
	    xasprintf("(over %zu window%s of up to %d questions, seed %ld)",
		r.windows, r.windows == 1 ? "" : "s", DIVERSITY_WINDOW,
		s->o->seed));
}

/* "5 of 7 columns", or "5 columns" where the CSV is not there. */
static void
coverage(const struct tally_row *r, char *note, size_t n)
{
	if (r->of > 0)
		snprintf(note, n, "%.0f of %zu columns", r->sum, r->of);
	else
		snprintf(
		    note, n, "%.0f column%s", r->sum, r->sum == 1 ? "" : "s");
}

static void
print_csvs(struct term *t, struct stats *s)
{
	struct tally *y = &s->by[BY_CSV];
	char note[40];
	size_t i;

	tally_sort(y);
	title(t, "CSV, columns asked about");
	for (i = 0; i < y->n; i++) {
		coverage(&y->row[i], note, sizeof note);
		line(t, y->row[i].name, y->row[i].n, s->records, note);
	}
}

void
stats_print(struct stats *s, struct term *t)
{
	bool rates = s->episodes > 0;
	char head[40];
	int i;

	term_style(t, STYLE_BOLD);
	if (rates)
		term_printf(t, "%zu episodes, %zu verified (%.1f %%)",
		    s->episodes, s->verified,
		    100 * (double)s->verified / (double)s->episodes);
	else
		term_printf(t, "%zu questions", s->records);
	term_style(t, STYLE_NONE);
	term_puts(t, "\n");
	if (rates)
		print_tally(t, "Outcome", &s->failure, s->episodes, false);
	for (i = 0; i < BY_CSV; i++) {
		snprintf(head, sizeof head, "By %s", groups[i].title);
		print_tally(t, head, &s->by[i], s->records, rates);
	}
	print_csvs(t, s);
	if (rates) {
		print_tally(t, "By teacher", &s->teacher, s->episodes, true);
		print_pass(t, s);
		print_turns(t, s);
		print_usage(t, s);
	}
	print_diversity(t, s);
}

/* ---- For the page ---- */

static json_t *
tally_json(struct tally *y)
{
	json_t *list = json_array();
	size_t i;

	tally_sort(y);
	for (i = 0; i < y->n; i++)
		json_array_append_new(list,
		    json_pack("[s,I,I]", y->row[i].name,
			(json_int_t)y->row[i].n, (json_int_t)y->row[i].good));
	return list;
}

/* [CSV, columns asked about, columns or 0] of each. */
static json_t *
coverage_json(const struct tally *y)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < y->n; i++)
		json_array_append_new(list,
		    json_pack("[s,f,I]", y->row[i].name, y->row[i].sum,
			(json_int_t)y->row[i].of));
	return list;
}

static json_t *
real_or_null(double x)
{
	return isnan(x) ? json_null() : json_real(x);
}

json_t *
stats_json(struct stats *s)
{
	struct diversity_result r = diversity_end(s->diversity);
	json_t *o = json_object(), *list = json_array(), *m;
	size_t i;

	json_object_set_new(o, "records", json_integer((json_int_t)s->records));
	json_object_set_new(
	    o, "episodes", json_integer((json_int_t)s->episodes));
	json_object_set_new(
	    o, "verified", json_integer((json_int_t)s->verified));
	for (i = 0; i < GROUPS; i++)
		json_object_set_new(o, groups[i].title, tally_json(&s->by[i]));
	json_object_set_new(o, "outcome", tally_json(&s->failure));
	json_object_set_new(o, "teacher", tally_json(&s->teacher));
	for (i = 0; i <= BINS; i++)
		json_array_append_new(
		    list, json_integer((json_int_t)s->pass[i]));
	json_object_set_new(o, "pass", list);
	list = json_array();
	for (i = 0; i <= TURN_BINS; i++)
		json_array_append_new(
		    list, json_integer((json_int_t)s->turns[i]));
	json_object_set_new(o, "turns", list);
	json_object_set_new(o, "blind",
	    json_integer((json_int_t)(s->episodes - s->pass_unknown)));
	m = json_object();
	for (i = 0; i < TOKENS; i++)
		if (s->usage_known[i] > 0)
			json_object_set_new(
			    m, tokens[i], json_real(s->usage[i]));
	json_object_set_new(o, "usage", m);
	json_object_set_new(o, "seconds", json_real(s->seconds));
	json_object_set_new(
	    o, "questions", json_real(distinct_count(s->texts)));
	json_object_set_new(o, "duplicates", json_real(duplicates(s)));
	json_object_set_new(
	    o, "skeletons", json_real(distinct_count(s->skeletons)));
	json_object_set_new(o, "exact", json_boolean(distinct_exact(s->texts)));
	json_object_set_new(o, "distinct1", real_or_null(r.distinct1));
	json_object_set_new(o, "distinct2", real_or_null(r.distinct2));
	json_object_set_new(o, "jaccard", real_or_null(r.jaccard));
	json_object_set_new(o, "windows", json_integer((json_int_t)r.windows));
	json_object_set_new(o, "window", json_integer(DIVERSITY_WINDOW));
	json_object_set_new(o, "columns", coverage_json(&s->by[BY_CSV]));
	return o;
}
