/* fam_category.c - families on one text or boolean column. */
#include <ctype.h>
#include <string.h>

#include "family.h"

/* The most frequent value and its share. */
static int
mode_build(struct gen *g, struct draft *d)
{
	int k = gen_cat(g, -1, -1), t, c, best, n, sum;

	t = gen_table(g, d, true, k, -1);
	c = prog_add(&d->p, "sizes", draft_cat(d, t, k), -1, -1);
	best = prog_add(&d->p, "arg_end", c, -1, -1);
	prog_set_word(&d->p, best, "end", "max");
	prog_out(&d->p, "value", best, -1);
	sum = prog_add(&d->p, "sum", c, -1, -1);
	n = prog_add(
	    &d->p, "percent", prog_add(&d->p, "max", c, -1, -1), sum, -1);
	prog_out(&d->p, "percentage", n, 2);
	draft_bind_col(d, "k", k);
	if (k >= 0 && tab_missing(g->t, (size_t)k) > 0)
		draft_clause(d,
		    "[Take the percentage of rows that have a value|Rows "
		    "without a value do not count in the total].");
	return 0;
}

static const char *const mode_ask[] = {"[Which|What] value of {k} [occurs most "
				       "often|is most frequent]{where}, and "
				       "what percentage of rows has it?",
    "[Name|Find] the most frequent value of {k} and its share in "
    "percent{where}.",
    "In {k}, [which|what] value dominates{where}, and with what percentage?",
    NULL};

/* Number of rows with a value; share of a value. */
static int
value_share_build(struct gen *g, struct draft *d)
{
	int k = gen_cat(g, -1, -1), t, m, c;
	struct tab_span s;

	if (k == -1 || tab_type(g->t, (size_t)k) == TAB_BOOL)
		return -1;
	t = gen_table(g, d, !g->lookups, k, -1);
	d->lookup = t >= 0 && d->p.node[t].in[0] < 0;
	c = draft_cat(d, t, k);
	m = prog_add(&d->p, "is", c, -1, -1);
	if (gen_label(g, k, &s) == -1)
		return -1;
	prog_set_text(&d->p, m, "value", s);
	prog_out(&d->p, NULL, prog_add(&d->p, "share_true", m, -1, -1), 2);
	draft_bind(d, "m", m);
	draft_bind_col(d, "k", k);
	if (tab_missing(g->t, (size_t)k) > 0)
		draft_clause(d,
		    "[Take the percentage of all these rows, those without a "
		    "value included|Rows without a value count in the total].");
	return 0;
}

static const char *const value_share_ask[] = {
    "In [what|which] percentage of rows does it hold that {m}{where}?",
    "[How common is it|How often is it the case] that {m}{where}, in percent "
    "of "
    "the rows?",
    "[Compute|Report] the percentage of rows for which {m}{where}.", NULL};

/* The k most frequent values. */
static int
top_values_build(struct gen *g, struct draft *d)
{
	int k = gen_cat(g, -1, -1), t, c, top;
	size_t n = k >= 0 ? tab_ndict(g->t, (size_t)k) : 0;

	if (n < 5)
		return -1;
	t = gen_table(g, d, true, k, -1);
	c = prog_add(&d->p, "sizes", draft_cat(d, t, k), -1, -1);
	top = prog_add(&d->p, "top", c, -1, -1);
	prog_set_num(&d->p, top, "k", gen_chance(g, 0.7) ? 3 : 2);
	gen_word(g, &d->p, top, "order");
	prog_out(&d->p, NULL, top, -1);
	draft_bind_col(d, "k", k);
	draft_bind(d, "c", c);
	draft_bind_text(d, "often",
	    top >= 0 && d->p.node[top].arg[1].word == 0
		? "[most|most often]"
		: "[least|least often]");
	draft_bind_text(d, "n",
	    top >= 0 && d->p.node[top].arg[0].num == 3 ? "three" : "two");
	draft_bind_text(d, "order",
	    top >= 0 && d->p.node[top].arg[1].word == 0
		? "[Begin|Start] with the most frequent."
		: "[Begin|Start] with the rarest.");
	draft_clause(d, "{order}");
	return 0;
}

static const char *const top_values_ask[] = {
    "Which {n} values of {k} occur {often}{where}?",
    "[List|Name] the {n} values of {k} that [appear|occur] {often}{where}.",
    "[Count|Tally] the values of {k}{where}: which {n} occur {often}?", NULL};

/* How many groups have at least m rows. */
static int
big_groups_build(struct gen *g, struct draft *d)
{
	int k = gen_cat(g, -1, -1), t, c, m;
	size_t n = k >= 0 ? tab_ndict(g->t, (size_t)k) : 0;
	double limit;

	if (n < 4)
		return -1;
	/* an overview lists the largest groups */
	t = gen_table(g, d, n <= PROF_TOP && !g->lookups, k, -1);
	d->lookup = n <= PROF_TOP && t >= 0 && d->p.node[t].in[0] < 0;
	c = prog_add(&d->p, "sizes", draft_cat(d, t, k), -1, -1);
	limit = floor(
	    (double)tab_rows(g->t) / (double)n * (0.5 + rng_real(g->rng)));
	m = prog_add(&d->p, "groups_from", c, -1, -1);
	prog_set_num(&d->p, m, "least", limit);
	prog_out(&d->p, NULL, m, -1);
	draft_bind_col(d, "k", k);
	draft_bind(d, "m", m);
	return 0;
}

static const char *const big_groups_ask[] = {
    "[Counting the rows of each|Going by the rows of each] {k}, what is the "
    "{m}{where}?",
    "[Group|Split] the rows by {k}{where} and [report|find] the {m}.",
    "[Small groups are unreliable|Only well-filled groups matter]: grouped by "
    "{k}, what is the {m}{where}?",
    NULL};

/* How many values there are. */
static int
distinct_build(struct gen *g, struct draft *d)
{
	bool cat = g->ncat > 0 && (g->nnum == 0 || gen_chance(g, 0.7));
	int col = cat ? gen_cat(g, -1, -1) : gen_num(g, -1, -1), t, s;

	t = gen_table(g, d, !g->lookups, col, -1);
	d->lookup = t >= 0 && d->p.node[t].in[0] < 0;
	s = cat ? prog_add(&d->p, "distinct", draft_cat(d, t, col), -1, -1)
		: prog_add(&d->p, "nunique", draft_num(d, t, col), -1, -1);
	prog_out(&d->p, NULL, s, -1);
	draft_bind_col(d, "x", col);
	return 0;
}

static const char *const distinct_ask[] = {
    "How many [distinct|different] values does {x} [have|take]{where}?",
    "[Count|Find the number of] the [distinct|different] values of {x}{where}.",
    "[Each value counted once|Counting no value twice], how many values of "
    "{x} are there{where}?",
    NULL};

/* How concentrated the values are. */
static int
concentration_build(struct gen *g, struct draft *d)
{
	int k = gen_cat(g, -1, -1), t, c, s;
	size_t kind = g->seek ? 1 + gen_below(g, 2) : gen_below(g, 3);

	t = gen_table(g, d, kind == 2 && !g->lookups, k, -1);
	d->lookup = kind == 2 && t >= 0 && d->p.node[t].in[0] < 0;
	c = prog_add(&d->p, "shares",
	    prog_add(&d->p, "sizes", draft_cat(d, t, k), -1, -1), -1, -1);
	s = prog_add(&d->p,
	    kind == 0       ? "entropy"
		: kind == 1 ? "gini_simpson"
			    : "top_share",
	    c, -1, -1);
	prog_set_num(&d->p, s, "k", gen_chance(g, 0.5) ? 3 : 2);
	prog_out(&d->p, NULL, s, 3);
	draft_bind_col(d, "k", k);
	draft_bind(d, "s", s);
	draft_bind_text(
	    d, "n", s >= 0 && d->p.node[s].arg[0].num == 3 ? "three" : "two");
	draft_bind_text(d, "q",
	    kind == 1
		? "[Draw two rows at random, with replacement{where}: how "
		  "likely is it that they differ in {k}?|How likely are two "
		  "rows, drawn at random with replacement{where}, to differ "
		  "in {k}?|What is the chance that two rows, drawn at random "
		  "with replacement{where}, have different values of {k}?]"
		: "[What percentage of rows have one of the {n} most frequent "
		  "values of {k}{where}?|How much of the table do the {n} "
		  "commonest values of {k} cover{where}, in percent of the "
		  "rows?|Take the {n} values that {k} has most often{where}: "
		  "what percentage of the rows do they make up?]");
	if (g->seek && kind == 1)
		draft_clause(d, "Give the chance as a fraction from 0 to 1.");
	if (k >= 0 && tab_missing(g->t, (size_t)k) > 0)
		draft_clause(d,
		    "[Shares are of the rows that have a value|Rows without a "
		    "value do not count].");
	return 0;
}

static const char *const concentration_ask[] = {
    "How concentrated are the values of {k}{where}? Give the {s}.",
    "Going by the values of {k}, what is the {s}{where}?",
    "From the share of each value of {k} in the rows, [compute|find] the "
    "{s}{where}.",
    NULL};

/* A text column that is no code for something; -1: none. */
static int
text_column(struct gen *g)
{
	size_t n = tab_cols(g->t), i, k = 0;
	const struct prof_col *c;
	int col = -1;

	for (i = 0; i < n; i++) {
		c = prof_col(g->pf, i);
		if (c->type == TAB_STR && !c->id_like &&
		    !(c->pools & PROF_DATE) && c->unique >= 3 &&
		    gen_below(g, ++k) == 0)
			col = (int)i;
	}
	return col;
}

/* A word inside a value of several words. */
static int
token_of(struct gen *g, int col, struct tab_span *word)
{
	struct tab_span s;
	size_t tries, i, from, n;

	for (tries = 0; tries < 20; tries++) {
		if (gen_label(g, col, &s) == -1)
			return -1;
		for (i = from = n = 0; i <= s.n; i++) {
			if (i < s.n &&
			    ((s.p[i] >= 'a' && s.p[i] <= 'z') ||
				(s.p[i] >= 'A' && s.p[i] <= 'Z')))
				continue;
			if (i - from >= 3 && i - from < s.n &&
			    gen_below(g, ++n) == 0)
				*word = (struct tab_span){s.p + from, i - from};
			from = i + 1;
		}
		if (n > 0)
			return 0;
	}
	return -1;
}

static int
token_build(struct gen *g, struct draft *d, int col)
{
	struct tab_span word;
	int t, m;

	if (token_of(g, col, &word) == -1)
		return -1;
	t = gen_table(g, d, false, col, -1);
	m = prog_add(&d->p, "contains", draft_cat(d, t, col), -1, -1);
	prog_set_text(&d->p, m, "text", word);
	prog_out(&d->p, NULL, prog_add(&d->p, "share_true", m, -1, -1), 2);
	draft_bind(d, "m", m);
	draft_bind_text(d, "q",
	    "[In what percentage of rows does it hold that "
	    "{m}{where}?|[Compute|"
	    "Report] the percentage of rows in which {m}{where}.|How many "
	    "percent of the rows are such that {m}{where}?]");
	if (tab_missing(g->t, (size_t)col) > 0)
		draft_clause(d,
		    "[Take the percentage of all these rows, those without a "
		    "value included|Rows without a value count in the total].");
	return 0;
}

static bool
same_length(const struct table *t, size_t col)
{
	const struct tab_span *v;
	size_t n, i;

	v = tab_dict(t, col, &n);
	for (i = 1; i < n; i++)
		if (v[i].n != v[0].n)
			return false;
	return true;
}

/* How long texts are, and what is in them. */
static int
text_build(struct gen *g, struct draft *d)
{
	int col = text_column(g), t, x, len;
	/* a word from the values would tell the column */
	size_t kind = g->seek ? 1 + gen_below(g, 2) : gen_below(g, 3);

	if (col == -1)
		return -1;
	draft_bind_col(d, "x", col);
	if (kind == 0)
		return token_build(g, d, col);
	t = gen_table(g, d, false, col, -1);
	x = draft_cat(d, t, col);
	len = prog_add(&d->p, "lengths", x, -1, -1);
	if (kind == 1) {
		if (same_length(g->t, (size_t)col))
			return -1;
		prog_out(&d->p, NULL, prog_add(&d->p, "mean", len, -1, -1), 2);
		draft_bind_text(d, "q",
		    "[How many characters long is {x} on average{where}, every "
		    "row counted?|What is the mean number of characters in {x}"
		    "{where}, every row counted once?|[Compute|Find] the "
		    "average length of {x} in characters{where}, every row "
		    "counted.]");
	} else {
		prog_out(
		    &d->p, "text", prog_add(&d->p, "longest", x, len, -1), -1);
		prog_out(&d->p, "characters",
		    prog_add(&d->p, "max", len, -1, -1), -1);
		draft_bind_text(d, "q",
		    "[Which value of {x} is the longest{where}, and how many "
		    "characters has it?|Find the longest text in {x}{where} "
		    "and its number of characters.|[Name|Report] the value of "
		    "{x} with the most characters{where}, and how many they "
		    "are.]");
	}
	draft_clause(d,
	    tab_missing(g->t, (size_t)col) > 0
		? "Blanks and signs count as characters; rows without a value "
		  "are left out."
		: "Blanks and signs count as characters.");
	return 0;
}

static const char *const text_ask[] = {"{q}", NULL};

enum { LOOK = 4096 }; /* bytes of a cell that show whether it is a list */

/* Do most cells of a text column hold lists with this separator? */
static bool
is_list(struct gen *g, size_t col, char sep)
{
	const struct tab_span *v;
	size_t n, i, k, len, with = 0, items = 0, words = 0;
	bool word;

	v = tab_dict(g->t, col, &n);
	if (n < 10)
		return false;
	for (i = 0; i < n; i++) {
		len = v[i].n < LOOK ? v[i].n : LOOK;
		for (k = 0, items++, word = false; k < len; k++) {
			items += v[i].p[k] == sep;
			word = word || isalpha((unsigned char)v[i].p[k]);
		}
		with += memchr(v[i].p, sep, len) != NULL;
		words += word;
	}
	/* dates and other codes of numbers are no lists */
	return with * 2 > n && items > n * 2 && words * 2 > n;
}

/* Lists in cells. */
static int
items_build(struct gen *g, struct draft *d)
{
	static const char seps[] = ";|,/";
	static const char *const names[] = {
	    "semicolons", "vertical bars", "commas", "slashes"};
	size_t n = tab_cols(g->t), i, s, k = 0, sep = 0;
	int col = -1, t, items, sizes, best;

	for (i = 0; i < n; i++)
		for (s = 0; s < 4 && tab_type(g->t, i) == TAB_STR; s++)
			if (is_list(g, i, seps[s]) &&
			    !prof_col(g->pf, i)->id_like &&
			    gen_below(g, ++k) == 0) {
				col = (int)i;
				sep = s;
			}
	if (col == -1)
		return -1;
	t = gen_table(g, d, false, col, -1);
	items = prog_add(&d->p, "items", draft_cat(d, t, col), -1, -1);
	prog_set_text(&d->p, items, "sep", (struct tab_span){seps + sep, 1});
	sizes = prog_add(&d->p, "sizes", items, -1, -1);
	prog_out(&d->p, "items", prog_add(&d->p, "sum", sizes, -1, -1), -1);
	best = prog_add(&d->p, "arg_end", sizes, -1, -1);
	prog_set_word(&d->p, best, "end", "max");
	prog_out(&d->p, "most_common", best, -1);
	prog_out(&d->p, "times", prog_add(&d->p, "max", sizes, -1, -1), -1);
	draft_bind_col(d, "x", col);
	draft_bind_text(d, "sep", names[sep]);
	draft_clause(d,
	    "[Trim blanks around items and skip empty ones|Blanks around an "
	    "item do not belong to it, and empty items do not count].");
	return 0;
}

static const char *const items_ask[] = {
    "How many items do the lists in {x}, separated by {sep}, hold in "
    "all{where}, which item is the most common, and how often does it occur?",
    "[Split|Break up] {x} at its {sep}{where}: how many items come out in "
    "total, and which one is the most frequent, with what count?",
    "Take each cell of {x} as a list with {sep} between the items. Give the "
    "total number of items{where}, the most common item and its number of "
    "occurrences.",
    NULL};

static const char *const mode_seek[] = {
    "Which value turns up most often in {k}{where}, and in what percentage of "
    "[rows|records]?",
    "What is typical of {k}{where}? Name its commonest value and the "
    "percentage of rows with it.",
    "[Name|Report] the value that {k} takes most often{where} and the "
    "percentage of rows that have it.",
    NULL};

static const char *const value_share_seek[] = {
    "How common is it that {m}{where}, in percent of the rows?",
    "Out of a hundred rows{where}, in how many does it hold that {m}?",
    "In what percentage of rows is it the case that {m}{where}?", NULL};

static const char *const top_values_seek[] = {
    "Which {n} values turn up {often} in {k}{where}?",
    "Name the {n} values that {k} takes {often}{where}.",
    "[Count how often each value of {k} occurs|Tally the values of "
    "{k}]{where}: which {n} occur {often}?",
    NULL};

static const char *const big_groups_seek[] = {
    "Some values of {k} are rare{where}. With a group for each of its values, "
    "what is the {m}?",
    "One group for each value of {k}: what is the {m}{where}?",
    "Make a group of each value of {k}{where}. What is the {m}?", NULL};

static const char *const concentration_seek[] = {"{q}", NULL};

const struct family category_families[] = {
    {.name = "distinct_values",
	.number = 33,
	.steps = 1,
	.answer = "integer",
	.category = "summary",
	.summary = "how many distinct values",
	.build = distinct_build,
	.ask = distinct_ask,
	.seek = distinct_ask,
	.hint = "Use nunique() on {x}: it counts each value once and leaves "
		"missing ones out."},
    {.name = "concentration",
	.number = 37,
	.steps = 4,
	.answer = "number",
	.category = "distribution",
	.summary = "entropy, Gini-Simpson index or share of the top values",
	.build = concentration_build,
	.ask = concentration_ask,
	.seek = concentration_seek,
	.hint = "Turn the counts of the values of {k} into shares; the {s} "
		"follows from them."},
    {.name = "text_shape",
	.number = 38,
	.steps = 4,
	.answer = "number or string + integer",
	.category = "strings",
	.summary = "length of texts, the longest one, share with a word",
	.build = text_build,
	.ask = text_ask,
	.seek = text_ask,
	.hint = "Use the str accessor of {x}: len() for characters, "
		"contains() without regular expressions."},
    {.name = "list_items",
	.number = 39,
	.steps = 4,
	.answer = "integer + string",
	.category = "strings",
	.summary = "items of lists in cells, and the most common one",
	.build = items_build,
	.ask = items_ask,
	.seek = items_ask,
	.hint = "Split {x} at its {sep}, explode, strip, drop empty items, "
		"then count values."},

    {.name = "most_frequent",
	.number = 32,
	.steps = 2,
	.answer = "string + number",
	.category = "summary",
	.summary = "the most frequent value and its share",
	.build = mode_build,
	.ask = mode_ask,
	.seek = mode_seek,
	.hint = "Count the rows of each value of {k}; divide the largest count "
		"by the sum of the counts."},
    {.name = "value_share",
	.number = 35,
	.steps = 1,
	.answer = "number",
	.category = "summary",
	.summary = "share of rows with a value",
	.build = value_share_build,
	.ask = value_share_ask,
	.seek = value_share_seek,
	.hint =
	    "Test each row for whether {m}; the mean of the test times 100."},
    {.name = "top_values",
	.number = 34,
	.steps = 1,
	.answer = "list",
	.category = "summary",
	.summary = "the most or least frequent values",
	.build = top_values_build,
	.ask = top_values_ask,
	.seek = top_values_seek,
	.hint = "Take the {c} and pick the {n} ends in order."},
    {.name = "groups_of_size",
	.number = 36,
	.steps = 2,
	.answer = "integer",
	.category = "summary",
	.summary = "groups with at least so many rows",
	.build = big_groups_build,
	.ask = big_groups_ask,
	.seek = big_groups_seek,
	.hint = "Count the rows of each value of {k}, then count the groups "
		"that are large enough."},
    {0}};
