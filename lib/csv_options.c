/* csv_options.c - read_csv's arguments: read, written, guessed. */
#include <string.h>
#include <strings.h>

#include "csv.h"

enum {
	SNIFF_RECORDS = 200, /* as many are looked at */
};

void
csv_options_init(struct csv_options *o)
{
	*o = (struct csv_options){
	    .sep = ',', .decimal = '.', .header = true, .encoding = CSV_UTF8};
}

/* Python's names for the three, folded; "-" and "_" do not count. */
static const struct {
	const char *name;
	enum csv_encoding e;
} encodings[] = {
    {"utf8", CSV_UTF8},
    {"utf8sig", CSV_UTF8},
    {"ascii", CSV_UTF8},
    {"latin1", CSV_LATIN1},
    {"iso88591", CSV_LATIN1},
    {"l1", CSV_LATIN1},
    {"cp1252", CSV_CP1252},
    {"windows1252", CSV_CP1252},
};

static int
read_encoding(const char *s, enum csv_encoding *e, struct fail *f)
{
	char name[32];
	size_t i, n = 0;

	for (i = 0; s[i] != '\0' && n + 1 < sizeof name; i++)
		if (s[i] != '-' && s[i] != '_')
			name[n++] = s[i];
	name[n] = '\0';
	for (i = 0; i < sizeof encodings / sizeof *encodings; i++)
		if (strcasecmp(name, encodings[i].name) == 0) {
			*e = encodings[i].e;
			return 0;
		}
	return fail_set(f, FAIL_VALUE,
	    "csv_options: expected the encoding utf-8, latin-1 or cp1252, "
	    "saw \"%s\"",
	    s);
}

static bool
is_sep(char c)
{
	return c == '\t' || (c >= ' ' && c <= '~' && c != '"');
}

static int
read_char(const json_t *v, const char *key, char *out, struct fail *f)
{
	const char *s = json_string_value(v);

	if (s == NULL || json_string_length(v) != 1 || !is_sep(s[0]))
		return fail_set(f, FAIL_VALUE,
		    "csv_options: expected %s to be one ASCII character", key);
	*out = s[0];
	return 0;
}

static int
read_member(
    const char *key, const json_t *v, struct csv_options *o, struct fail *f)
{
	if (strcmp(key, "sep") == 0)
		return read_char(v, key, &o->sep, f);
	if (strcmp(key, "decimal") == 0)
		return read_char(v, key, &o->decimal, f);
	if (strcmp(key, "encoding") == 0) {
		if (!json_is_string(v))
			return fail_set(f, FAIL_VALUE,
			    "csv_options: expected encoding to be a string");
		return read_encoding(json_string_value(v), &o->encoding, f);
	}
	if (strcmp(key, "header") == 0) {
		if (!json_is_null(v) &&
		    !(json_is_integer(v) && json_integer_value(v) == 0))
			return fail_set(f, FAIL_VALUE,
			    "csv_options: expected header to be 0 or null");
		o->header = !json_is_null(v);
		return 0;
	}
	if (strcmp(key, "skiprows") == 0) {
		if (!json_is_integer(v) || json_integer_value(v) < 0)
			return fail_set(f, FAIL_VALUE,
			    "csv_options: expected skiprows to be a whole "
			    "number, not a negative one");
		o->skiprows = (size_t)json_integer_value(v);
		return 0;
	}
	return fail_set(f, FAIL_VALUE,
	    "csv_options: expected sep, encoding, decimal, header or "
	    "skiprows, saw \"%s\"",
	    key);
}

int
csv_options_read(const json_t *v, struct csv_options *o, struct fail *f)
{
	const char *key;
	json_t *member;

	csv_options_init(o);
	if (v == NULL)
		return 0;
	if (!json_is_object(v))
		return fail_set(
		    f, FAIL_VALUE, "csv_options: expected an object");
	json_object_foreach((json_t *)v, key,
	    member) if (read_member(key, member, o, f) < 0) return -1;
	if (o->sep == o->decimal)
		return fail_set(f, FAIL_VALUE,
		    "csv_options: expected sep and decimal to differ");
	return 0;
}

const char *
csv_encoding_name(enum csv_encoding e)
{
	static const char *const names[] = {"utf-8", "latin-1", "cp1252"};

	return names[e];
}

json_t *
csv_options_json(const struct csv_options *o)
{
	json_t *v = json_object();

	if (o->sep != ',')
		json_object_set_new(v, "sep", json_stringn(&o->sep, 1));
	if (o->encoding != CSV_UTF8)
		json_object_set_new(
		    v, "encoding", json_string(csv_encoding_name(o->encoding)));
	if (o->decimal != '.')
		json_object_set_new(v, "decimal", json_stringn(&o->decimal, 1));
	if (!o->header)
		json_object_set_new(v, "header", json_null());
	if (o->skiprows != 0)
		json_object_set_new(
		    v, "skiprows", json_integer((json_int_t)o->skiprows));
	return v;
}

/* -- guessing -- */

/* Walks over the fields of a sample. */
struct sniff {
	const char *p, *end;
	char sep;
	bool whole; /* the sample is the whole file */
};

/*
 * The next field (quotes and all) and what ended it: the separator, '\n' or
 * '\0' at the end of the sample. False where the sample cuts it off.
 */
static bool
sniff_field(struct sniff *s, const char **field, size_t *n, char *ended)
{
	const char *p = s->p;
	bool in = p < s->end && *p == '"';

	*field = p;
	p += in;
	for (; p < s->end; p++) {
		if (in) {
			if (*p == '"')
				in = false;
			continue;
		}
		if (*p == '"' && p > *field + 1 && p[-1] == '"' &&
		    **field == '"') {
			in = true;
			continue;
		}
		if (*p == s->sep || *p == '\n' || *p == '\r')
			break;
	}
	*n = (size_t)(p - *field);
	*ended = p == s->end ? '\0' : *p == s->sep ? s->sep : '\n';
	if (p == s->end && !s->whole)
		return false;
	if (p < s->end)
		p++;
	if (*ended == '\n' && p[-1] == '\r' && p < s->end && *p == '\n')
		p++;
	s->p = p;
	return true;
}

static bool
blank_field(const char *p, size_t n)
{
	while (n > 0 && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) {
		p++;
		n--;
	}
	return n == 0;
}

/* Fields of the next record that is not blank; 0 at the end. */
static size_t
sniff_record(struct sniff *s)
{
	const char *field;
	size_t n, k;
	char ended;

	while (s->p < s->end) {
		k = 0;
		do {
			if (!sniff_field(s, &field, &n, &ended))
				return 0;
			k++;
		} while (ended == s->sep);
		if (k > 1 || !blank_field(field, n))
			return k;
	}
	return 0;
}

struct guess {
	size_t header; /* fields of the first record */
	size_t records, same; /* the others; those as long as the first */
	size_t longer;
};

static void
sniff_records(const char *p, size_t n, bool whole, char sep, struct guess *g)
{
	struct sniff s = {p, p + n, sep, whole};
	size_t k;

	*g = (struct guess){.header = sniff_record(&s)};
	if (blank_field(p, (size_t)(s.p - p)))
		g->header = 0;
	while (g->records < SNIFF_RECORDS && (k = sniff_record(&s)) > 0) {
		g->records++;
		g->same += k == g->header;
		g->longer += k > g->header;
	}
}

/* Is a a better reading than b? No too long record, then the even one. */
static bool
better(const struct guess *a, const struct guess *b)
{
	size_t x, y;

	if (a->header < 2 || b->header < 2)
		return a->header >= 2 && b->header < 2 && a->longer == 0;
	if ((a->longer == 0) != (b->longer == 0))
		return a->longer == 0;
	x = a->same * (b->records + 1);
	y = b->same * (a->records + 1);
	if (x != y)
		return x > y;
	return a->header > b->header;
}

/* Digits with one comma: 1 where the comma can only be decimal, 2 where it
 * could part thousands, 0 for anything else; -1 for a decimal point. */
static int
decimal_kind(const char *p, size_t n)
{
	size_t i = 0, whole = 0, part = 0;
	char mark;

	while (i < n && (p[i] == ' ' || p[i] == '"'))
		i++;
	while (n > i && (p[n - 1] == ' ' || p[n - 1] == '"'))
		n--;
	if (i < n && (p[i] == '-' || p[i] == '+'))
		i++;
	for (; i < n && p[i] >= '0' && p[i] <= '9'; i++)
		whole++;
	if (i == n || (p[i] != ',' && p[i] != '.'))
		return 0;
	mark = p[i++];
	for (; i < n && p[i] >= '0' && p[i] <= '9'; i++)
		part++;
	if (i < n || whole + part == 0)
		return 0;
	if (mark == '.')
		return -1;
	return part == 3 && whole > 0 && whole <= 3 ? 2 : 1;
}

/* Decimal commas: some cells can be nothing else, none has a point. */
static bool
decimal_comma(const char *p, size_t n, bool whole, char sep)
{
	struct sniff s = {p, p + n, sep, whole};
	size_t records = 0, commas = 0, len;
	const char *field;
	char ended;

	while (records < SNIFF_RECORDS && s.p < s.end &&
	    sniff_field(&s, &field, &len, &ended)) {
		records += ended == '\n';
		switch (decimal_kind(field, len)) {
		case -1:
			return false;
		case 1:
			commas++;
			break;
		default:
			break;
		}
	}
	return commas > 0;
}

void
csv_detect(const char *p, size_t n, bool whole, struct csv_options *o)
{
	static const char seps[] = ",;\t|";
	struct guess best, g;
	size_t i;

	csv_options_init(o);
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
		n -= 3;
	}
	sniff_records(p, n, whole, ',', &best);
	for (i = 1; i < sizeof seps - 1; i++) {
		sniff_records(p, n, whole, seps[i], &g);
		if (better(&g, &best)) {
			best = g;
			o->sep = seps[i];
		}
	}
	if (o->sep != ',' && decimal_comma(p, n, whole, o->sep))
		o->decimal = ',';
}
