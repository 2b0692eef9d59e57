/* prof_date.c - dates in text: which format, and what they say. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "prof_int.h"

enum {
	TRY = 64, /* values tried before all are looked at */
	SHARE = 95, /* per cent of the values that are in the format */
};

/* In order of preference where two match equally many values. */
static const char *const formats[] = {"%Y-%m-%d", "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S.%fZ", "%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S",
    "%Y.%m.%d", "%Y%m%d", "%Y-%m", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y",
    "%d-%m-%Y", "%m-%d-%Y", "%m/%d/%y", "%d/%m/%y", "%d.%m.%y",
    "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p",
    "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y",
    "%d %B %Y", "%b %d %Y", "%b %d, %Y", "%B %d, %Y", "%B %d %Y", "%b %Y",
    "%B %Y", "%m/%Y"};

enum { NFORMATS = sizeof formats / sizeof *formats };

static const char *const months[] = {"January", "February", "March", "April",
    "May", "June", "July", "August", "September", "October", "November",
    "December"};

/* Text being read. */
struct text {
	const char *p, *end;
};

/* A number of least to most digits, from min to max; -1 where there is none. */
static int
digits(struct text *t, int least, int most, int min, int max)
{
	int v = 0, n = 0;

	while (
	    n < most && t->p + n < t->end && t->p[n] >= '0' && t->p[n] <= '9')
		v = v * 10 + (t->p[n++] - '0');
	if (n < least || v < min || v > max)
		return -1;
	t->p += n;
	return v;
}

/* The digits after the decimal point, one to nine. */
static bool
fraction(struct text *t, double *out)
{
	double unit = .1, v = 0;
	int n = 0;

	while (t->p < t->end && *t->p >= '0' && *t->p <= '9') {
		v += unit * (*t->p++ - '0');
		unit /= 10;
		n++;
	}
	*out += v;
	return n >= 1 && n <= 9;
}

static int
month_name(struct text *t, bool full)
{
	size_t n, left = (size_t)(t->end - t->p);
	int i;

	for (i = 0; i < 12; i++) {
		n = full ? strlen(months[i]) : 3;
		if (n <= left && strncasecmp(t->p, months[i], n) == 0) {
			t->p += n;
			return i + 1;
		}
	}
	return -1;
}

static bool
day_half(struct text *t, struct prof_date *d)
{
	bool pm;

	if (t->end - t->p < 2 || strncasecmp(t->p + 1, "m", 1) != 0)
		return false;
	pm = *t->p == 'p' || *t->p == 'P';
	if (!pm && *t->p != 'a' && *t->p != 'A')
		return false;
	t->p += 2;
	d->hour = d->hour % 12 + (pm ? 12 : 0);
	return true;
}

/* One directive; width: the fewest digits of a number. */
static bool
directive(char c, int width, struct text *t, struct prof_date *d)
{
	int v;

	switch (c) {
	case 'Y':
		return (d->year = digits(t, 4, 4, 1, 9999)) >= 0;
	case 'y':
		v = digits(t, 2, 2, 0, 99);
		d->year = v < 69 ? 2000 + v : 1900 + v;
		return v >= 0;
	case 'm':
		return (d->month = digits(t, width, 2, 1, 12)) >= 0;
	case 'b':
	case 'B':
		return (d->month = month_name(t, c == 'B')) >= 0;
	case 'd':
		return (d->day = digits(t, width, 2, 1, 31)) >= 0;
	case 'H':
		return (d->hour = digits(t, width, 2, 0, 23)) >= 0;
	case 'I':
		return (d->hour = digits(t, width, 2, 1, 12)) >= 0;
	case 'M':
		return (d->minute = digits(t, 2, 2, 0, 59)) >= 0;
	case 'S':
		v = digits(t, 2, 2, 0, 59);
		d->second = v;
		return v >= 0;
	case 'f':
		return fraction(t, &d->second);
	case 'p':
		return day_half(t, d);
	default:
		return false;
	}
}

static int
month_days(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* Is there that day, in pandas' times: nanoseconds in 64 bits? */
static bool
day_exists(int year, int month, int day)
{
	return year >= 1678 && year <= 2261 && month >= 1 && month <= 12 &&
	    day >= 1 && day <= month_days(year, month);
}

/*
 * Formats that begin with the year are ISO-like to pandas and want two digits
 * everywhere; in the others day, month and hour may have one.
 */
bool
prof_date_parse(
    const char *format, const char *s, size_t n, struct prof_date *d)
{
	int width = strncmp(format, "%Y", 2) == 0 ? 2 : 1;
	struct text t = {s, s + n};
	const char *f;

	*d = (struct prof_date){.year = 1900, .month = 1, .day = 1};
	for (f = format; *f != '\0'; f++) {
		if (*f == '%') {
			if (!directive(*++f, width, &t, d))
				return false;
		} else if (t.p == t.end || *t.p++ != *f) {
			return false;
		}
	}
	return t.p == t.end && day_exists(d->year, d->month, d->day);
}

/* Days from 1970-01-01, by counting leap days in years that begin in March. */
static long
days_from_epoch(const struct prof_date *d)
{
	long y = d->year - (d->month <= 2), m = (d->month + 9) % 12;

	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 +
	    d->day - 1 - 719468;
}

double
prof_date_seconds(const struct prof_date *d)
{
	return (double)days_from_epoch(d) * 86400 + d->hour * 3600 +
	    d->minute * 60 + d->second;
}

int
prof_date_weekday(const struct prof_date *d)
{
	long k = (days_from_epoch(d) + 3) % 7; /* day 0 was a Thursday */

	return (int)(k < 0 ? k + 7 : k);
}

/* Some at once, where the machine can. */
typedef uint8_t bytes __attribute__((vector_size(DICT_PAD)));

/* Where each byte has its place: the least that it may be, and how much more.
 * No format above is longer. */
struct picture {
	uint8_t low[32], more[32];
	size_t n;
	size_t month, day, hour; /* their places; 0: it has none */
};

static void
draw(struct picture *p, int low, int more)
{
	p->low[p->n] = (uint8_t)low;
	p->more[p->n++] = (uint8_t)more;
}

/* Of a format that begins with the year and has but digits; false: it is no
 * such. */
static bool
picture_of(const char *format, struct picture *p)
{
	const char *f;
	int i;

	*p = (struct picture){0};
	if (strncmp(format, "%Y", 2) != 0)
		return false;
	for (i = 0; i < 4; i++)
		draw(p, '0', 9);
	for (f = format + 2; *f != '\0'; f++) {
		if (*f != '%') {
			draw(p, *f, 0);
			continue;
		}
		f++;
		if (*f == 'm')
			p->month = p->n;
		else if (*f == 'd')
			p->day = p->n;
		else if (*f == 'H')
			p->hour = p->n;
		else if (*f != 'M' && *f != 'S')
			return false;
		draw(p, '0', *f == 'm' ? 1 : *f == 'd' ? 3 : *f == 'H' ? 2 : 5);
		draw(p, '0', 9);
	}
	for (i = (int)p->n; i < (int)sizeof p->more; i++)
		p->more[i] = UINT8_MAX;
	return true;
}

static int
two_digits(const char *s)
{
	return (s[0] - '0') * 10 + s[1] - '0';
}

/* Is a text of a dictionary, which has DICT_PAD bytes behind it, of the
 * picture, and a time that there is? */
static bool
is_pictured(const struct picture *p, const char *s, size_t n)
{
	uint64_t bad[2] = {0};
	bytes x, low, more, out = {0};
	size_t k;

	if (n != p->n)
		return false;
	for (k = 0; k < n; k += DICT_PAD) {
		memcpy(&x, s + k, DICT_PAD);
		memcpy(&low, p->low + k, DICT_PAD);
		memcpy(&more, p->more + k, DICT_PAD);
		out |= (bytes)(x - low > more);
	}
	memcpy(bad, &out, sizeof bad);
	return (bad[0] | bad[1]) == 0 &&
	    day_exists(two_digits(s) * 100 + two_digits(s + 2),
		p->month > 0 ? two_digits(s + p->month) : 1,
		p->day > 0 ? two_digits(s + p->day) : 1) &&
	    (p->hour == 0 || two_digits(s + p->hour) < 24);
}

/* Rows of the first n values that are in the format. */
static size_t
matches(const struct dict *d, const uint32_t *count, size_t n,
    const char *format, size_t *of)
{
	struct prof_date date;
	struct picture p;
	struct tab_span s;
	size_t i, hits = 0;
	bool fixed = picture_of(format, &p);

	*of = 0;
	for (i = 0; i < n; i++) {
		s = dict_get(d, i);
		*of += count[i];
		if (fixed ? is_pictured(&p, s.p, s.n)
			  : prof_date_parse(format, s.p, s.n, &date))
			hits += count[i];
	}
	return hits;
}

/* Two formats that read the same texts as different days. */
static bool
day_and_month(const char *a, const char *b)
{
	return a[1] != b[1] && (a[1] == 'd' || a[1] == 'm') &&
	    (b[1] == 'd' || b[1] == 'm') && a[0] == '%' && b[0] == '%';
}

void
prof_find_date(const struct table *t, size_t col, const uint32_t *count,
    struct prof_col *c)
{
	const struct dict *d = t->col[col].dict;
	size_t try = d->n < TRY ? d->n : TRY, hits, of, i;
	const char *rival = NULL;

	for (i = 0; i < NFORMATS; i++) {
		hits = matches(d, count, try, formats[i], &of);
		if (hits * 2 < of)
			continue;
		hits = matches(d, count, d->n, formats[i], &of);
		if (hits * 100 < of * SHARE)
			continue;
		if (hits > c->date_match) {
			c->date_match = hits;
			c->date_format = formats[i];
			rival = NULL;
		} else if (hits == c->date_match &&
		    day_and_month(formats[i], c->date_format)) {
			rival = formats[i];
		}
	}
	if (rival != NULL) { /* 03/04/2020 throughout: nobody can tell */
		c->date_format = NULL;
		c->date_match = 0;
	}
}
