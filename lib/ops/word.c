/* word.c - the sentences of a question. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "word.h"

enum { DRAWS = 12 }; /* tries to find sound words */

#define OPEN                                                                   \
	0.5 /* share of discovery questions that name no convention where      \
	       both can be right */
#define LEAD_IN 0.3 /* share of questions with words before them */

static const char *const front_forms[] = {
    "[Among|Within|Across|Over] [the|all] {rows} where {c}, ",
    "[Looking only at|Taking only|Considering only|Counting only|Given only] "
    "the {rows} where {c}, ",
    "For [the|those|all] {rows} [where|in which|for which] {c}, ",
    "[Restrict|Limit|Confine|Narrow] the [data|table] to the {rows} where "
    "{c}: ",
    "[If|When|Once] {rows} are kept only where {c}, ",
    "[Where|Wherever] {c}: ",
    "[Filter|Cut] the [data|table] down to {rows} where {c}; then ",
    "[Setting aside|Leaving out|Ignoring] all {rows} but those where {c}, ",
    "[In|On|Within] the [part|slice|portion] of the [data|table] where {c}, ",
};
static const char *const back_forms[] = {
    " among the {rows} where {c}",
    " [over|across|within] the {rows} where {c}",
    " when only the {rows} where {c} are [kept|considered|counted|used]",
    " if [only|just] the {rows} where {c} [count|are taken|are looked at]",
    " in the [part|slice|portion] of the [data|table] where {c}",
    " once all {rows} but those where {c} are [dropped|gone|set aside]",
};
static const char *const story_forms[] = {
    "[An analyst|Somebody|A reader|A colleague] [keeps|looks at|is interested "
    "in] only the {rows} where {c}. ",
    "[Keep|Take|Select|Use] [only|just] the {rows} where {c}. ",
    "Only [the|those] {rows} where {c} [matter|are of interest|count] here. ",
    "[Drop|Discard|Remove|Throw out] every [row|record] [except those|but the "
    "ones] where {c}. ",
    "Let the [data|table] be only the {rows} where {c}. ",
    "[Suppose|Say|Assume] that only {rows} where {c} [remain|are left|are "
    "kept]. ",
    "This is about [the|those] {rows} where {c}. ",
    "First [filter|reduce|cut] the [data|table] to the {rows} where {c}. ",
};
static const char *const lead_forms[] = {
    "As a [check|first step|test|sanity check|starting point], ",
    "For [the record|a report|a short summary|one slide|a footnote|the "
    "minutes|an audit|a dashboard|a newsletter|a data sheet], ",
    "To [get a feel for the data|settle a discussion|begin with|double-check a "
    "claim|prepare a chart|brief a colleague|round off the report], ",
    "[Before anything else|Out of curiosity|While reviewing the data|Put "
    "simply|In plain numbers|On closer inspection|Next|Now], ",
    "[Somebody|A reader|The editor|A reviewer|A student|The client|A manager] "
    "[wants to know|needs an answer|asks for a figure]: ",
    "[Here is|This is] [a question on|one about|something to find in] the "
    "[data|table]: ",
    "[A quick one|One more|The next task|A task|A small puzzle|Something to "
    "compute]: ",
};
static const char row_words[] =
    "[rows|rows|records|records|entries|observations|cases]";

/* Where rows are chosen and other rows could still play a part. */
static const char rest_form[] =
    "[Everything is computed from these rows alone|The rows that are left out "
    "play no part in any figure|All figures and limits are of these rows|Use "
    "no other rows for any of the figures].";
/* Where rows are chosen and columns are told by what they are like. */
static const char scope_form[] =
    "[Tell the columns by the whole table|Columns are described as in the full "
    "table|What is said of a column holds for the whole table|The columns are "
    "those of the whole table|Find each column by all rows of the full "
    "table|Traits of columns are those in the full table|Columns have these "
    "traits in the whole table|Which column is meant, the full table "
    "tells|Look columns up in the whole table, not in what is left of it|Go by "
    "the full table to tell columns apart].";

#define FORMS(a) (a), sizeof(a) / sizeof *(a)

/* First letter to lower case, unless it opens a name or is a lone capital. */
static void
lower_first(char *s)
{
	if (s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'a' && s[1] <= 'z')
		s[0] = (char)(s[0] - 'A' + 'a');
}

static struct say
sayer(const struct wording *w)
{
	return (struct say){.p = &w->d->p,
	    .t = w->t,
	    .rng = w->rng,
	    .bind = w->d->bind,
	    .nbind = w->d->nbind,
	    .where = "",
	    .open = w->open,
	    .alias = w->alias};
}

/* One of n forms with the conditions put in. */
static void
put_form(const struct say *s, const char *const *form, size_t n,
    const char *conditions, struct buf *b)
{
	struct bind bind[] = {{"c", BIND_LITERAL, 0, conditions},
	    {"rows", BIND_TEXT, 0, row_words}};
	struct say inner = *s;

	inner.bind = bind;
	inner.nbind = conditions != NULL ? 2 : 0;
	say_pattern(&inner, form[rng_below(s->rng, n)], b);
}

/* The question itself, with its restriction in front, behind or before, and
 * perhaps a few words that lead to it. */
static void
put_core(const struct wording *w, const char *pattern, struct buf *b)
{
	struct say s = sayer(w);
	struct buf cond = {0}, where = {0}, core = {0};
	bool any = w->d->where >= 0 && say_conditions(&s, w->d->where, &cond);
	bool lead = rng_real(w->rng) < LEAD_IN;
	size_t order = rng_below(w->rng, 3);

	if (any && order == 1)
		put_form(&s, FORMS(story_forms), cond.p, b);
	else if (lead && !(any && order == 0))
		put_form(&s, FORMS(lead_forms), NULL, b);
	lead = b->n > 0 && !(any && order == 1);
	if (any && order == 0)
		put_form(&s, FORMS(front_forms), cond.p, b);
	if (any && order == 2) {
		put_form(&s, FORMS(back_forms), cond.p, &where);
		s.where = where.p;
	}
	say_pattern(&s, pattern, &core);
	if ((any && order == 0) || lead)
		lower_first(core.p);
	buf_puts(b, buf_str(&core));
	buf_clear(&cond);
	buf_clear(&where);
	buf_clear(&core);
}

static void
put_sentence(const struct wording *w, const char *pattern, struct buf *b)
{
	struct say s = sayer(w);

	buf_putc(b, ' ');
	say_pattern(&s, pattern, b);
}

/* Does the program leave rows out before it computes? */
static bool
leaves_out(const struct program *p)
{
	int i;

	for (i = 0; i < p->n; i++)
		if (prog_kind(p, i) == K_TABLE && p->node[i].in[0] >= 0 &&
		    strncmp(p->node[i].op->name, "sorted", 6) != 0)
			return true;
	return false;
}

static bool
looks_round(const struct program *p)
{
	int i;

	for (i = 0; i < p->n; i++)
		if (p->node[i].op->flags & OP_REST)
			return true;
	return false;
}

/* What a restriction would leave open. */
static void
put_scope(const struct wording *w, struct buf *b)
{
	const struct program *p = &w->d->p;

	if (w->d->where >= 0 && p->node[w->d->where].in[0] >= 0 &&
	    looks_round(p))
		put_sentence(w, rest_form, b);
	if (w->alias != NULL && leaves_out(p))
		put_sentence(w, scope_form, b);
}

static size_t
count(const char *const *list)
{
	size_t n = 0;

	while (list[n] != NULL)
		n++;
	return n;
}

/* Does text, names and values apart, hold one of the alternatives, whatever the
 * case? */
static bool
settled(const char *text, const char *alternatives)
{
	char *plain = say_unquoted(text), word[64];
	bool found = false;
	size_t k;

	for (; *alternatives != '\0' && !found;
	     alternatives += k + (alternatives[k] == '|')) {
		k = strcspn(alternatives, "|");
		snprintf(word, sizeof word, "%.*s", (int)k, alternatives);
		found = strcasestr(plain, word) != NULL;
	}
	free(plain);
	return found;
}

/* Add the sentences that settle what the words leave open: false when there is
 * no such sentence. */
static bool
settle(const struct wording *w, const struct proof *proof, struct buf *b)
{
	const struct misread *m;
	int i;

	for (i = 0; i < proof->nother; i++) {
		m = &proof->other[i];
		if (m->settled == NULL || settled(b->p, m->settled) ||
		    (w->open && strcmp(m->name, proof->open) == 0))
			continue;
		if (m->clause == NULL)
			return false;
		put_sentence(w, m->clause, b);
	}
	return true;
}

static const char *
leak(const struct wording *w, const char *text)
{
	size_t n = tab_cols(w->t), i;
	bool *used;
	const char *why = NULL;

	if (say_method_word(text) != NULL)
		return "words that name a method";
	used = xcalloc(n, sizeof *used);
	prog_columns(&w->d->p, w->t, used);
	for (i = 0; i < n && why == NULL; i++)
		if (used[i] && say_names(text, tab_name(w->t, i)))
			why = "words that name a column";
	free(used);
	return why;
}

/* One draw; NULL: sound. */
static const char *
draw(const struct wording *w, const struct proof *proof, const char *format,
    struct buf *b)
{
	const char *why;
	int i;

	put_core(w, w->ask[rng_below(w->rng, count(w->ask))], b);
	for (i = 0; i < w->d->nclause; i++)
		put_sentence(w, w->d->clause[i], b);
	for (i = 0; i < proof->nclause; i++)
		put_sentence(w, proof->clause[i], b);
	put_scope(w, b);
	if (!settle(w, proof, b))
		return "words that leave another reading open";
	if ((why = say_lint(b->p)) != NULL)
		return why;
	buf_printf(b, " %s", format);
	return w->alias != NULL ? leak(w, b->p) : NULL;
}

char *
word_question(const struct wording *w, const struct proof *proof,
    const char *format, bool *open, const char **why)
{
	struct wording o = *w;
	struct buf b = {0};
	int k;

	o.open =
	    w->alias != NULL && proof->also != NULL && rng_real(w->rng) < OPEN;
	for (k = 0; k < DRAWS; k++) {
		if ((*why = draw(&o, proof, format, &b)) == NULL) {
			*open = o.open && !settled(b.p, proof->settled);
			return buf_steal(&b);
		}
		buf_clear(&b);
	}
	return NULL;
}
