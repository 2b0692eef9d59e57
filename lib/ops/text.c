/* text.c - operators on texts: spelling, length, numbers and lists in them. */
#include <stdlib.h>
#include <string.h>

#include "tables.h"

static const struct word gap_words[] = {
    {"left_out", "", "missing left out",
	"A missing value is not counted as a value."},
    {"counted", "dropna=False", "missing counted as one",
	"Count missing as one more value."},
    {0}};
static const struct reading gap_readings[] = {
    {"missing as a value", "gaps", NULL, NULL}, {0}};

/* Has any row this label? used[code], and how many of them. */
static size_t
labels_used(struct run *r, const struct value *cat, uint8_t **used)
{
	size_t i, n = 0;
	uint8_t *u = run_alloc(r, cat->keys->n + 1, 1);

	memset(u, 0, cat->keys->n + 1);
	for (i = 0; i < cat->n; i++)
		if (cat->code[i] >= 0 && !u[cat->code[i]]) {
			u[cat->code[i]] = 1;
			n++;
		}
	*used = u;
	return n;
}

static int
eval_distinct(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	uint8_t *used;
	size_t i;

	out->x = (double)labels_used(r, in[0], &used);
	for (i = 0; nd->arg[0].word == 1 && i < in[0]->n; i++)
		if (in[0]->code[i] < 0) {
			out->x++;
			break;
		}
	return 0;
}

static bool
is_blank(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
}

/* Blanks as Python's strip() has them, ASCII ones only. */
static struct tab_span
trimmed(struct tab_span s)
{
	while (s.n > 0 && is_blank((unsigned char)s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_blank((unsigned char)s.p[s.n - 1]))
		s.n--;
	return s;
}

static bool
is_ascii(struct tab_span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static int
by_text(const void *a, const void *b)
{
	const struct tab_span *x = a, *y = b;
	int c = memcmp(x->p, y->p, x->n < y->n ? x->n : y->n);

	return c != 0 ? c : (x->n > y->n) - (x->n < y->n);
}

/* Sorted, each once; returns how many are left. */
static size_t
unique_texts(struct tab_span *s, size_t n)
{
	size_t i, k = 0;

	qsort(s, n, sizeof *s, by_text);
	for (i = 0; i < n; i++)
		if (k == 0 || by_text(&s[i], &s[k - 1]) != 0)
			s[k++] = s[i];
	return k;
}

static int32_t
text_code(const struct tab_span *sorted, size_t n, struct tab_span s)
{
	const struct tab_span *at = bsearch(&s, sorted, n, sizeof s, by_text);

	return at == NULL ? -1 : (int32_t)(at - sorted);
}

/*
 * Blanks at the ends removed, letters made small. Beyond ASCII the rules of
 * Python and of C part: such a column has no answer.
 */
static int
eval_tidy(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	const struct keys *k = in[0]->keys;
	struct tab_span *tidy = run_alloc(r, k->n + 1, sizeof *tidy), *sorted;
	int32_t *to = run_alloc(r, k->n + 1, sizeof *to), *code;
	struct keys *keys = run_alloc(r, 1, sizeof *keys);
	size_t i, j, n;
	char *s;

	(void)nd;
	for (i = 0; i < k->n; i++) {
		if (!is_ascii(k->name[i]))
			return run_undefined(r, "text beyond ASCII");
		tidy[i] = trimmed(k->name[i]);
		s = run_alloc(r, tidy[i].n + 1, 1);
		for (j = 0; j < tidy[i].n; j++)
			s[j] = tidy[i].p[j] >= 'A' && tidy[i].p[j] <= 'Z'
			    ? (char)(tidy[i].p[j] - 'A' + 'a')
			    : tidy[i].p[j];
		tidy[i].p = s;
	}
	sorted = run_alloc(r, k->n + 1, sizeof *sorted);
	memcpy(sorted, tidy, k->n * sizeof *sorted);
	n = unique_texts(sorted, k->n);
	for (i = 0; i < k->n; i++)
		to[i] = text_code(sorted, n, tidy[i]);
	code = run_alloc(r, in[0]->n, sizeof *code);
	for (i = 0; i < in[0]->n; i++)
		code[i] = in[0]->code[i] < 0 ? -1 : to[in[0]->code[i]];
	*keys = (struct keys){sorted, n, KEY_TEXT};
	out->code = code;
	out->keys = keys;
	out->n = in[0]->n;
	return 0;
}

/*
 * The number that a text is as it stands: NaN for none, an infinity where
 * readers of numbers may disagree (exponents, many digits, "inf").
 */
static double
plain_number(struct tab_span s)
{
	size_t i = 0, digits = 0, points = 0;
	char text[40];

	s = trimmed(s);
	if (s.n == 0 || s.n > 30 || !is_ascii(s))
		return s.n == 0 ? INFINITY : NAN;
	if (s.p[0] == '+' || s.p[0] == '-')
		i++;
	if (i < s.n && strchr("iInN", s.p[i]) != NULL &&
	    (s.n - i == 3 || s.n - i == 8))
		return INFINITY; /* inf, nan, infinity */
	for (; i < s.n; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9')
			digits++;
		else if (s.p[i] == '.')
			points++;
		else if (strchr("eE+- \t", s.p[i]) == NULL)
			return NAN;
		else
			return digits > 0 ? INFINITY : NAN;
	}
	if (digits == 0)
		return NAN;
	if (points > 1 || digits > 15)
		return INFINITY;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	return strtod(text, NULL);
}

static int
eval_parse_numbers(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	const struct keys *k = in[0]->keys;
	double *of = run_alloc(r, k->n + 1, sizeof *of);
	double *v = run_alloc(r, in[0]->n, sizeof *v);
	size_t i;

	(void)nd;
	for (i = 0; i < k->n; i++) {
		of[i] = plain_number(k->name[i]);
		if (isinf(of[i]))
			return run_undefined(r, "text that may be a number");
	}
	for (i = 0; i < in[0]->n; i++)
		v[i] = in[0]->code[i] < 0 ? NAN : of[in[0]->code[i]];
	out->num = v;
	out->n = in[0]->n;
	return 0;
}

/* Code points of UTF-8: the bytes that begin one. */
static size_t
code_points(struct tab_span s)
{
	size_t i, n = 0;

	for (i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static int
eval_lengths(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double *v = run_alloc(r, in[0]->n, sizeof *v);
	size_t i;

	(void)nd;
	for (i = 0; i < in[0]->n; i++)
		v[i] = in[0]->code[i] < 0
		    ? NAN
		    : (double)code_points(in[0]->keys->name[in[0]->code[i]]);
	out->num = v;
	out->n = in[0]->n;
	return 0;
}

/* The longest text, which no other text may equal in length. */
static int
eval_longest(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double most = -1;
	int32_t best = -1;
	bool tie = false;
	size_t i;

	(void)nd;
	if (in[0]->n != in[1]->n)
		return run_undefined(r, "columns of different tables");
	for (i = 0; i < in[0]->n; i++) {
		if (isnan(in[1]->num[i]) || in[0]->code[i] == best)
			continue;
		if (in[1]->num[i] > most) {
			most = in[1]->num[i];
			best = in[0]->code[i];
			tie = false;
		} else if (in[1]->num[i] == most) {
			tie = true;
		}
	}
	if (best < 0 || tie || most > 200)
		return run_undefined(r, "no single longest text");
	out->text = in[0]->keys->name[best];
	out->text_type = in[0]->keys->type;
	return 0;
}

/* Blanks beyond ASCII, which Python's strip() and split() know. */
static bool
odd_blanks(struct tab_span s)
{
	return memmem(s.p, s.n, "\xc2\xa0", 2) != NULL ||
	    memmem(s.p, s.n, "\xc2\x85", 2) != NULL ||
	    memmem(s.p, s.n, "\xe1\x9a\x80", 3) != NULL ||
	    memmem(s.p, s.n, "\xe2\x80", 2) != NULL ||
	    memmem(s.p, s.n, "\xe2\x81\x9f", 3) != NULL ||
	    memmem(s.p, s.n, "\xe3\x80\x80", 3) != NULL;
}

/* Might Python's strip() take away more than ASCII blanks? */
static bool
odd_ends(struct tab_span s)
{
	return s.n > 0 &&
	    ((unsigned char)s.p[0] >= 0x80 ||
		(unsigned char)s.p[s.n - 1] >= 0x80) &&
	    odd_blanks(s);
}

/* The first word of each text; of a text of blanks there is none. */
static int
eval_first_word(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	const struct keys *k = in[0]->keys;
	struct keys *keys = run_alloc(r, 1, sizeof *keys);
	struct tab_span *word = run_alloc(r, k->n + 1, sizeof *word),
			*all = run_alloc(r, k->n + 1, sizeof *all);
	int32_t *to = run_alloc(r, k->n + 1, sizeof *to),
		*code = run_alloc(r, in[0]->n + 1, sizeof *code);
	size_t i, m, n = 0;

	(void)nd;
	if (k->type != KEY_TEXT)
		return run_undefined(r, "no texts");
	for (i = 0; i < k->n; i++) {
		if (odd_blanks(k->name[i]))
			return run_undefined(r, "odd blanks");
		word[i] = trimmed(k->name[i]);
		for (m = 0;
		     m < word[i].n && !is_blank((unsigned char)word[i].p[m]);
		     m++)
			;
		word[i].n = m;
		if (word[i].n > 0)
			all[n++] = word[i];
	}
	n = unique_texts(all, n);
	if (n < 2 || n == k->n)
		return run_undefined(r, "words that tell nothing new");
	for (i = 0; i < k->n; i++)
		to[i] = word[i].n > 0 ? text_code(all, n, word[i]) : -1;
	for (i = 0; i < in[0]->n; i++)
		code[i] = in[0]->code[i] < 0 ? -1 : to[in[0]->code[i]];
	*keys = (struct keys){all, n, KEY_TEXT};
	out->keys = keys;
	out->code = code;
	out->n = in[0]->n;
	return 0;
}

/* The next item of a list; false at its end. *s shrinks to what is left. */
static bool
next_item(struct tab_span *s, struct tab_span sep, struct tab_span *item)
{
	const char *at;

	if (s->p == NULL)
		return false;
	at = memmem(s->p, s->n, sep.p, sep.n);
	if (at == NULL) {
		*item = *s;
		s->p = NULL;
		return true;
	}
	*item = (struct tab_span){s->p, (size_t)(at - s->p)};
	s->n -= item->n + sep.n;
	s->p = at + sep.n;
	return true;
}

/* All items of all cells; each cell's are as many as its separators and one. */
static int
eval_items(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	const struct keys *k = in[0]->keys;
	struct tab_span sep = nd->arg[0].text, left, item, *all;
	size_t *count = run_alloc(r, k->n + 1, sizeof *count), i, n = 0, m = 0;
	struct keys *keys = run_alloc(r, 1, sizeof *keys);
	int32_t *code;

	if (sep.n == 0)
		return run_undefined(r, "no separator");
	memset(count, 0, (k->n + 1) * sizeof *count);
	for (i = 0; i < in[0]->n; i++)
		if (in[0]->code[i] >= 0)
			count[in[0]->code[i]]++;
	for (i = 0; i < k->n; i++)
		for (left = k->name[i]; next_item(&left, sep, &item);)
			n += count[i];
	all = run_alloc(r, n + 1, sizeof *all);
	n = 0;
	for (i = 0; i < k->n; i++)
		for (left = k->name[i];
		     count[i] > 0 && next_item(&left, sep, &item);) {
			item = trimmed(item);
			if (odd_ends(item))
				return run_undefined(r, "odd blanks");
			if (item.n > 0)
				all[n++] = item;
		}
	n = unique_texts(all, n);
	*keys = (struct keys){all, n, KEY_TEXT};
	for (i = 0; i < k->n; i++)
		for (left = k->name[i]; next_item(&left, sep, &item);)
			m += trimmed(item).n > 0 ? count[i] : 0;
	code = run_alloc(r, m + 1, sizeof *code);
	for (m = i = 0; i < in[0]->n; i++) {
		if (in[0]->code[i] < 0)
			continue;
		for (left = k->name[in[0]->code[i]];
		     next_item(&left, sep, &item);) {
			item = trimmed(item);
			if (item.n > 0)
				code[m++] = text_code(all, n, item);
		}
	}
	out->code = code;
	out->keys = keys;
	out->n = m;
	return m > 0 ? 0 : run_undefined(r, "no items");
}

const struct op text_ops[] = {{.name = "distinct",
				  .in = {K_CAT},
				  .out = K_SCALAR,
				  .arg = {{"gaps", ARG_WORD, gap_words}},
				  .steps = 1,
				  .flags = OP_SEEN,
				  .var = "n_distinct",
				  .py = "$0.nunique(@gaps)",
				  .say = "number of distinct values of $0",
				  .readings = gap_readings,
				  .eval = eval_distinct},
    {.name = "tidy",
	.in = {K_CAT},
	.out = K_CAT,
	.steps = 1,
	.var = "tidy",
	.py = "$0.str.strip().str.lower()",
	.say = "$0 without blanks around it and in lower case",
	.eval = eval_tidy},
    {.name = "parse_numbers",
	.in = {K_CAT},
	.out = K_NUM,
	.steps = 1,
	.var = "numbers",
	.py = "pd.to_numeric($0, errors=\"coerce\")",
	.say = "$0 as numbers",
	.note = "$0 as numbers; what is no number becomes missing",
	.eval = eval_parse_numbers},
    {.name = "lengths",
	.in = {K_CAT},
	.out = K_NUM,
	.steps = 1,
	.var = "lengths",
	.py = "$0.str.len()",
	.say = "length of $0 in characters",
	.eval = eval_lengths},
    {.name = "longest",
	.in = {K_CAT, K_NUM},
	.out = K_TEXT,
	.steps = 1,
	.var = "longest",
	.py = "$0.loc[$1.idxmax()]",
	.say = "longest $0",
	.eval = eval_longest},
    {.name = "items",
	.in = {K_CAT},
	.out = K_CAT,
	.arg = {{"sep", ARG_TEXT, NULL}},
	.steps = 2,
	.var = "items",
	.py = "$v = $0.dropna().str.split(@sep).explode().str.strip()\n"
	      "$v = $v[$v != \"\"]",
	.say = "item of the lists in $0",
	.note = "items of the lists in $0, split at @sep, trimmed, empty ones "
		"dropped",
	.eval = eval_items},
    {.name = "first_word",
	.in = {K_CAT},
	.out = K_CAT,
	.steps = 1,
	.var = "word",
	.py = "$0.str.split().str[0]",
	.say = "first word of $0",
	.eval = eval_first_word},
    {0}};
