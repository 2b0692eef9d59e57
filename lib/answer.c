/* answer.c - normal text, hash and match of answers. */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "mem.h"
#include "rec.h"

#define SLACK 1e-9 /* relative, of comparisons */
#define EXACT 9007199254740992.0 /* 2^53: below, whole doubles are exact */

enum {
	HASH_DECIMALS = 2,
	ROUND_MAX = 323, /* beyond these Python's round has nothing to do */
	ROUND_MIN = -308,
	FRACTION = 1074, /* digits after the point that a double can have */
	DIGITS = 340, /* room for a whole double as text, and its sign */
};

/* ---- Rounding ---- */

/* Round the digits of a non-negative number, point at `point`, to a multiple
 * of 10^k, ties to even; k is at most `point`. Returns the digits kept. */
static size_t
round_text(char *s, size_t point, size_t k)
{
	size_t cut = point - k, i, len = strlen(s);
	bool up, rest = false;

	for (i = cut + 1; i < len; i++)
		if (s[i] != '0' && s[i] != '.')
			rest = true;
	up = s[cut] > '5' || (s[cut] == '5' && rest);
	if (s[cut] == '5' && !rest)
		up = cut > 0 && (s[cut - 1] - '0') % 2 == 1;
	for (i = cut; up && i-- > 0;) {
		up = s[i] == '9';
		s[i] = up ? '0' : (char)(s[i] + 1);
	}
	if (up) { /* 99 -> 100: a digit more */
		memmove(s + 1, s, cut);
		s[0] = '1';
		cut++;
	}
	return cut;
}

/* round(x, -k), k > 0 */
static double
round_tens(double x, size_t k)
{
	char s[DIGITS + FRACTION + 8];
	size_t point, cut;
	double y;

	snprintf(s, sizeof s, "%.*f", FRACTION, fabs(x));
	point = strcspn(s, ".");
	if (k > point)
		return copysign(0.0, x);
	cut = round_text(s, point, k);
	snprintf(s + cut, sizeof s - cut, "e%zu", k);
	y = cut == 0 ? 0.0 : strtod(s, NULL);
	return copysign(y, x);
}

double
ans_round(double x, int d)
{
	char s[DIGITS + ROUND_MAX + 8];

	if (!isfinite(x) || d > ROUND_MAX)
		return x;
	if (d < ROUND_MIN)
		return copysign(0.0, x);
	if (d < 0)
		return round_tens(x, (size_t)-d);
	if (fabs(x) >= EXACT)
		return x;
	snprintf(s, sizeof s, "%.*f", d, x);
	return strtod(s, NULL);
}

/* ---- Text and hash ---- */

void
ans_canonical(struct buf *b, const json_t *answer)
{
	rec_dump(b, answer, REC_SORT | REC_ASCII | REC_SPACES);
}

/* A copy of v, or a new reference to it, with its reals rounded. */
static json_t *
rounded(const json_t *v)
{
	json_t *o = (json_t *)(uintptr_t)v, *copy, *m;
	const char *key;
	size_t i;

	switch (v != NULL ? json_typeof(v) : JSON_NULL) {
	case JSON_OBJECT:
		copy = json_object();
		json_object_foreach(o, key, m)
		    json_object_set_new_nocheck(copy, key, rounded(m));
		return copy;
	case JSON_ARRAY:
		copy = json_array();
		json_array_foreach(o, i, m)
		    json_array_append_new(copy, rounded(m));
		return copy;
	case JSON_REAL:
		return json_real(ans_round(json_real_value(v), HASH_DECIMALS));
	default:
		return json_incref(o);
	}
}

void
ans_hash_text(struct buf *b, const json_t *answer)
{
	json_t *copy = rounded(answer);

	ans_canonical(b, copy);
	json_decref(copy);
}

void
ans_hash(const json_t *answer, char hash[DIGEST_ID])
{
	struct buf b = {0};

	ans_hash_text(&b, answer);
	digest_id(b.p, b.n, hash);
	buf_clear(&b);
}

/* ---- Numbers ---- */

/* A number of any size. */
struct number {
	enum { INT, REAL, BIG } kind;
	long long i; /* INT */
	double d; /* its value; of BIG the nearest, may be infinite */
	bool neg; /* BIG: below 0 */
	const char *digits; /* BIG: without sign and leading zeros, borrowed */
	size_t n_digits;
};

static size_t
count_digits(const char *s, size_t n)
{
	size_t k = 0;

	while (k < n && s[k] >= '0' && s[k] <= '9')
		k++;
	return k;
}

/* Length of [sign] digits [. digits] [exponent] at s, 0 if it is not all of
 * it; *whole: there is neither point nor exponent. */
static bool
number_syntax(const char *s, size_t n, bool *whole)
{
	size_t i = n > 0 && (*s == '-' || *s == '+'), k, frac = 0;

	k = count_digits(s + i, n - i);
	i += k;
	*whole = i == n && k > 0;
	if (i < n && s[i] == '.') {
		frac = count_digits(s + i + 1, n - i - 1);
		i += 1 + frac;
	}
	if (k + frac == 0)
		return false;
	if (i < n && (s[i] == 'e' || s[i] == 'E')) {
		i++;
		if (i < n && (s[i] == '-' || s[i] == '+'))
			i++;
		k = count_digits(s + i, n - i);
		i += k;
		return k > 0 && i == n;
	}
	return i == n;
}

/* A whole number from text that is one. */
static void
whole_number(const char *s, size_t n, struct number *out)
{
	char small[24];

	out->neg = *s == '-';
	if (*s == '-' || *s == '+')
		s++, n--;
	while (n > 1 && *s == '0')
		s++, n--;
	out->digits = s;
	out->n_digits = n;
	out->kind = BIG;
	if (n < 20) {
		snprintf(small, sizeof small, "%s%.*s", out->neg ? "-" : "",
		    (int)n, s);
		errno = 0;
		out->i = strtoll(small, NULL, 10);
		if (errno == 0) {
			out->kind = INT;
			out->d = (double)out->i;
			return;
		}
	}
	out->d = strtod(s, NULL);
	if (out->neg)
		out->d = -out->d;
}

/* s[0..n-1] is trimmed and ends in a byte that is no part of a number. */
static bool
text_number(const char *s, size_t n, struct number *out)
{
	bool whole;

	*out = (struct number){0};
	if (n == 0 || !number_syntax(s, n, &whole))
		return false;
	if (whole) {
		whole_number(s, n, out);
		return true;
	}
	out->kind = REAL;
	out->d = strtod(s, NULL);
	return isfinite(out->d);
}

/* The number that v is, strings that hold one excepted. */
static bool
number_of(const json_t *v, struct number *out)
{
	const char *big;

	*out = (struct number){0};
	if (json_is_integer(v)) {
		out->i = json_integer_value(v);
		out->d = (double)out->i;
		return true;
	}
	if (json_is_real(v)) {
		out->kind = REAL;
		out->d = json_real_value(v);
		return true;
	}
	if ((big = rec_bigint(v)) == NULL)
		return false;
	whole_number(big, strlen(big), out);
	return true;
}

static bool
is_whole(const struct number *a)
{
	return a->kind != REAL || a->d == floor(a->d);
}

static bool
is_exact(const struct number *a)
{
	return a->kind != REAL || fabs(a->d) < EXACT;
}

/* Equal but for the last digits of a computation. */
static bool
near(double a, double b)
{
	if (!isfinite(a) || !isfinite(b))
		return false;
	return a == b || fabs(a - b) <= SLACK * fmax(fabs(a), fabs(b));
}

/* The digits and sign of a whole number; room: DIGITS bytes. */
static const char *
whole_text(const struct number *a, char *room, size_t *n, bool *neg)
{
	if (a->kind == BIG) {
		*n = a->n_digits;
		*neg = a->neg;
		return a->digits;
	}
	if (a->kind == INT)
		snprintf(room, DIGITS, "%lld", a->i);
	else
		snprintf(room, DIGITS, "%.0f", a->d + 0.0);
	*neg = room[0] == '-';
	*n = strlen(room) - *neg;
	return room + *neg;
}

static bool
equal_whole(const struct number *a, const struct number *b)
{
	char ra[DIGITS], rb[DIGITS];
	const char *ta, *tb;
	size_t na, nb;
	bool sa, sb;

	if (a->kind == INT && b->kind == INT)
		return a->i == b->i;
	ta = whole_text(a, ra, &na, &sa);
	tb = whole_text(b, rb, &nb, &sb);
	if (na == nb && sa == sb && memcmp(ta, tb, na) == 0)
		return true;
	if (is_exact(a) && is_exact(b))
		return false;
	return near(a->d, b->d);
}

/* Digits after the point in the shortest text that reads back as x. */
static int
text_decimals(double x)
{
	struct buf b = {0};
	const char *point, *e;
	int n = 0, shift = 0;

	buf_real(&b, x);
	e = strchr(b.p, 'e');
	if (e != NULL)
		shift = atoi(e + 1);
	point = strchr(b.p, '.');
	if (point != NULL)
		n = (int)((e != NULL ? e : b.p + b.n) - point) - 1;
	if (point != NULL && e == NULL && strcmp(point, ".0") == 0)
		n = 0;
	buf_clear(&b);
	return n - shift > 0 ? n - shift : 0;
}

static bool
equal_rounded(const struct number *a, const struct number *b, int d)
{
	if (near(a->d, b->d))
		return true;
	return isfinite(a->d) && isfinite(b->d) &&
	    near(ans_round(a->d, d), ans_round(b->d, d));
}

static bool
match_p(double a, double b, const struct ans_tol *t)
{
	const double level = 0.05;

	if (!(fabs(a - b) <= t->p * (1 + SLACK)))
		return false;
	return near(a, b) || (a < level) == (b < level);
}

static bool
match_tolerance(
    const struct number *a, const struct number *b, const struct ans_tol *t)
{
	double diff = fabs(a->d - b->d), big = fmax(fabs(a->d), fabs(b->d));
	int da, db, d;

	if (!(diff <= t->absolute * (1 + SLACK)))
		return near(a->d, b->d);
	if (diff <= t->relative * big * (1 + SLACK))
		return true;
	da = a->kind == REAL ? text_decimals(a->d) : 0;
	db = b->kind == REAL ? text_decimals(b->d) : 0;
	d = da < db ? da : db;
	return equal_rounded(a, b, d > 2 ? d : 2);
}

/* ---- Match ---- */

/* Where in an answer a comparison is. */
struct place {
	const struct ans_rule *r;
	const json_t *decimals; /* those that hold here, or NULL */
	bool p_value; /* in a member of that name */
	bool top;
};

static bool
typed(const struct place *at, const char *type)
{
	const char *t = at->r->output_type;

	return at->top && t != NULL && strcmp(t, type) == 0;
}

static bool
match_numbers(
    const struct number *a, const struct number *b, const struct place *at)
{
	bool whole = is_whole(a) && is_whole(b);

	/* integers that no double holds: by their digits alone */
	if (!isfinite(a->d) || !isfinite(b->d))
		return equal_whole(a, b);
	if (at->p_value)
		return match_p(a->d, b->d, &at->r->tol);
	if (json_is_integer(at->decimals)) {
		json_int_t d = json_integer_value(at->decimals);

		if (whole && d >= 0)
			return equal_whole(a, b);
		if (d > ROUND_MAX || d < ROUND_MIN)
			d = d < 0 ? ROUND_MIN - 1 : ROUND_MAX + 1;
		return equal_rounded(a, b, (int)d);
	}
	if (whole)
		return equal_whole(a, b);
	if (typed(at, "integer"))
		return near(a->d, b->d);
	return match_tolerance(a, b, &at->r->tol);
}

/* 1: true, "yes", "true"; 0: false, "no", "false"; -1: neither. text is
 * folded. */
static int
truth_word(const char *text)
{
	if (strcmp(text, "yes") == 0 || strcmp(text, "true") == 0)
		return 1;
	if (strcmp(text, "no") == 0 || strcmp(text, "false") == 0)
		return 0;
	return -1;
}

static int
truth_value(const json_t *v, const struct buf *folded)
{
	if (json_is_boolean(v))
		return json_is_true(v);
	if (json_is_string(v) && rec_bigint(v) == NULL &&
	    strlen(buf_str(folded)) == folded->n)
		return truth_word(buf_str(folded));
	return -1;
}

static bool
is_text(const json_t *v)
{
	return json_is_string(v) && rec_bigint(v) == NULL;
}

static void
fold_json(struct buf *b, const json_t *v)
{
	if (is_text(v))
		ans_fold(b, json_string_value(v), json_string_length(v));
}

/* Scalars: at most one of them is null, none is a list or dict. */
static bool
match_folded(const json_t *a, const json_t *b, const struct buf *fa,
    const struct buf *fb, const struct place *at)
{
	int ta = truth_value(a, fa), tb = truth_value(b, fb);
	bool numeric, na, nb;
	struct number x, y;

	if (ta != -1 || tb != -1)
		return ta == tb;
	numeric = !is_text(a) || !is_text(b) || typed(at, "number") ||
	    typed(at, "integer");
	na = is_text(a) ? numeric && text_number(buf_str(fa), fa->n, &x)
			: number_of(a, &x);
	nb = is_text(b) ? numeric && text_number(buf_str(fb), fb->n, &y)
			: number_of(b, &y);
	if (na && nb)
		return match_numbers(&x, &y, at);
	return is_text(a) && is_text(b) && fa->n == fb->n &&
	    memcmp(buf_str(fa), buf_str(fb), fa->n) == 0;
}

static bool
match_scalars(const json_t *a, const json_t *b, const struct place *at)
{
	struct buf fa = {0}, fb = {0};
	struct number x, y;
	bool same;

	if (number_of(a, &x) && number_of(b, &y))
		return match_numbers(&x, &y, at);
	fold_json(&fa, a);
	fold_json(&fb, b);
	same = match_folded(a, b, &fa, &fb, at);
	buf_clear(&fa);
	buf_clear(&fb);
	return same;
}

static bool match_at(const json_t *, const json_t *, const struct place *);

/* A member of a dict, found by its folded key. */
struct member {
	char *folded; /* owned */
	const char *key;
	const json_t *value;
};

static int
by_folded(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int c = strcmp(x->folded, y->folded);

	return c != 0 ? c : strcmp(x->key, y->key);
}

static char *
folded_key(const char *key)
{
	struct buf b = {0};

	ans_fold(&b, key, strlen(key));
	return buf_steal(&b);
}

static struct member *
sorted_members(const json_t *v)
{
	json_t *o = (json_t *)(uintptr_t)v, *m;
	struct member *out = xcalloc(json_object_size(v) + 1, sizeof *out);
	const char *key;
	size_t n = 0;

	json_object_foreach(o, key, m) out[n++] =
	    (struct member){folded_key(key), key, m};
	qsort(out, n, sizeof *out, by_folded);
	return out;
}

static void
free_members(struct member *m, size_t n)
{
	while (n-- > 0)
		free(m[n].folded);
	free(m);
}

/* The decimals of member key in a dict whose own are dec. */
static const json_t *
member_decimals(const json_t *dec, const struct member *m)
{
	json_t *o = (json_t *)(uintptr_t)dec, *d;
	const char *key;
	char *folded;
	bool same;

	if (!json_is_object(dec))
		return dec;
	if ((d = json_object_get(dec, m->key)) != NULL)
		return d;
	json_object_foreach(o, key, d)
	{
		folded = folded_key(key);
		same = strcmp(folded, m->folded) == 0;
		free(folded);
		if (same)
			return d;
	}
	/* a dict of groups: the inner keys may be declared */
	return json_is_object(m->value) || json_is_array(m->value) ? dec : NULL;
}

static bool
is_p_value(const char *folded)
{
	static const char name[] = "p_value";
	size_t n = strlen(folded), k = sizeof name - 1;

	return n >= k && strcmp(folded + n - k, name) == 0 &&
	    (n == k || folded[n - k - 1] == '_');
}

static bool
match_members(const struct member *a, const struct member *b, size_t n,
    const struct place *at)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct place in = *at;

		if (strcmp(a[i].folded, b[i].folded) != 0)
			return false;
		in.top = false;
		in.decimals = member_decimals(at->decimals, &a[i]);
		in.p_value = at->p_value || is_p_value(a[i].folded);
		if (!match_at(a[i].value, b[i].value, &in))
			return false;
	}
	return true;
}

static bool
match_dicts(const json_t *a, const json_t *b, const struct place *at)
{
	size_t n = json_object_size(a);
	struct member *ma, *mb;
	bool same;

	if (n != json_object_size(b))
		return false;
	ma = sorted_members(a);
	mb = sorted_members(b);
	same = match_members(ma, mb, n, at);
	free_members(ma, n);
	free_members(mb, n);
	return same;
}

static bool
match_lists(const json_t *a, const json_t *b, const struct place *at)
{
	size_t n = json_array_size(a), i;
	struct place in = *at;

	if (n != json_array_size(b))
		return false;
	in.top = false;
	for (i = 0; i < n; i++)
		if (!match_at(json_array_get(a, i), json_array_get(b, i), &in))
			return false;
	return true;
}

static bool
match_at(const json_t *a, const json_t *b, const struct place *at)
{
	bool null_a = a == NULL || json_is_null(a);
	bool null_b = b == NULL || json_is_null(b);

	if (null_a || null_b)
		return null_a && null_b;
	if (json_is_array(a) || json_is_array(b))
		return json_is_array(a) && json_is_array(b) &&
		    match_lists(a, b, at);
	if (json_is_object(a) || json_is_object(b))
		return json_is_object(a) && json_is_object(b) &&
		    match_dicts(a, b, at);
	return match_scalars(a, b, at);
}

bool
ans_match(const json_t *a, const json_t *b, const struct ans_rule *r)
{
	struct place at = {r, r->decimals, false, true};

	if (json_is_null(r->decimals))
		at.decimals = NULL;
	return match_at(a, b, &at);
}

/* ---- Rules ---- */

static double
stated(const json_t *o, const char *key, double def)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) && json_number_value(v) >= 0
	    ? json_number_value(v)
	    : def;
}

void
ans_tol_stated(struct ans_tol *t, const json_t *o, const struct ans_tol *def)
{
	t->absolute = stated(o, "float_tolerance", def->absolute);
	t->relative = stated(o, "relative_tolerance", def->relative);
	t->p = stated(o, "p_tolerance", def->p);
	t->min_agreement = stated(o, "min_agreement", def->min_agreement);
}

void
ans_tol_conf(struct ans_tol *t, const struct conf *c)
{
	t->absolute = conf_real(c, CONF_FLOAT_TOLERANCE);
	t->relative = conf_real(c, CONF_RELATIVE_TOLERANCE);
	t->p = conf_real(c, CONF_P_TOLERANCE);
	t->min_agreement = conf_real(c, CONF_MIN_AGREEMENT);
}

void
ans_rule_init(
    struct ans_rule *r, const json_t *question, const struct ans_tol *t)
{
	r->output_type =
	    json_string_value(json_object_get(question, "output_type"));
	r->decimals = json_object_get(question, "decimals");
	r->tol = *t;
}
