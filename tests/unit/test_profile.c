/* test_profile.c - unit tests of profiles; profile.t compares with pandas. */
#include <math.h>

#include "buf.h"
#include "profile.h"
#include "rng.h"
#include "unit.h"

static struct profile *
profile_of(const char *text)
{
	char path[] = "/tmp/test_profile.XXXXXX";
	struct table *t;
	struct fail f;
	int fd = mkstemp(path);

	ck_assert(fd >= 0);
	ck_assert(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	ck_assert_msg(tab_load(path, NULL, &t, &f) == 0, "%s", f.msg);
	unlink(path);
	return prof_new(t);
}

static void
done(struct profile *p)
{
	struct table *t = (struct table *)prof_table(p);

	prof_free(p);
	tab_free(t);
}

START_TEST(numbers)
{
	struct profile *p =
	    profile_of("x,s\n1,b\n2,a\n2,b\n10,\n,a\n2,c\n1,c\n");
	const struct prof_col *c = prof_col(p, 0);

	ck_assert_uint_eq(c->missing, 1);
	ck_assert_uint_eq(c->unique, 3);
	ck_assert(c->mean == 3 && c->min == 1 && c->max == 10);
	ck_assert(c->q25 == 1.25 && c->median == 2 && c->q75 == 2);
	ck_assert(fabs(c->std - sqrt(60 / 5.)) < 1e-12);
	ck_assert_uint_eq(c->ntop, 3);
	ck_assert(c->top[0].row == 1 && c->top[0].count == 3);
	ck_assert(c->top[1].row == 0 && c->top[1].count == 2);
	c = prof_col(p, 1);
	ck_assert_uint_eq(c->unique, 3);
	ck_assert(isnan(c->mean) && c->ntop == 3);
	ck_assert(c->top[0].row == 0 && c->top[1].row == 1);
	ck_assert_uint_eq(prof_duplicates(p), 0);
	done(p);
}
END_TEST

START_TEST(roles)
{
	struct buf b = {0};
	struct profile *p;
	size_t i;

	buf_puts(&b, "n,user_id,day,when,side,v,k\n");
	for (i = 0; i < 40; i++)
		buf_printf(&b,
		    "%zu,%zu,%02zu/%02zu/2020,2020-01-%02zu,%s,%zu."
		    "%zu,7\n",
		    i + 5, i % 3, i % 12 + 1, i % 9 + 1, i % 28 + 1,
		    i % 2 ? "l" : "r", i, i);
	p = profile_of(b.p);
	ck_assert(prof_col(p, 0)->int_run && prof_col(p, 0)->id_like);
	ck_assert(prof_col(p, 1)->id_like && prof_col(p, 1)->pools == 0);
	/* 01/02/2020 throughout: day or month, nobody can tell */
	ck_assert(prof_col(p, 2)->date_format == NULL);
	ck_assert_str_eq(prof_col(p, 3)->date_format, "%Y-%m-%d");
	ck_assert_uint_eq(prof_col(p, 3)->date_match, 40);
	ck_assert_uint_eq(prof_col(p, 3)->pools, PROF_DATE);
	ck_assert_uint_eq(prof_col(p, 4)->pools, PROF_CAT);
	ck_assert_uint_eq(prof_col(p, 5)->pools, PROF_NUM);
	ck_assert(prof_col(p, 6)->constant);
	done(p);
	buf_clear(&b);
}
END_TEST

START_TEST(duplicates)
{
	struct profile *p = profile_of("a,b\n1,x\n1,\n1,x\n1,\n-0,x\n0,x\n");

	ck_assert_uint_eq(prof_duplicates(p), 3);
	done(p);
	p = profile_of("a,b,c,d\n1,1,1,1\n1,1,1,2\n1,1,1,1\n");
	ck_assert_uint_eq(prof_duplicates(p), 1);
	done(p);
	p = profile_of("a\n1\n\"\"\n1\n\"\"\n");
	ck_assert_uint_eq(prof_duplicates(p), 2);
	done(p);
	/* no value twice: only rows without one may repeat */
	p = profile_of("k,a\n1,x\n,y\n2,x\n,y\n,z\n3,y\n4,y\n,y\n5,\n");
	ck_assert_uint_eq(prof_duplicates(p), 2);
	done(p);
}
END_TEST

START_TEST(dates)
{
	static const struct {
		const char *format, *text;
		double seconds; /* NAN: no match */
		int weekday;
	} t[] = {
	    {"%Y-%m-%d", "1970-01-01", 0, 3},
	    {"%Y-%m-%d", "2000-02-29", 951782400, 1},
	    {"%Y-%m-%d", "1900-02-29", NAN, 0},
	    {"%Y-%m-%d", "2020-1-5", NAN, 0},
	    {"%Y-%m-%d", "2020-01-05 ", NAN, 0},
	    {"%m/%d/%Y", "1/5/2020", 1578182400, 6},
	    {"%d.%m.%y", "5.1.69", -31190400, 6},
	    {"%Y-%m-%dT%H:%M:%S.%fZ", "2018-02-07T02:26:06.5Z", 1517970366.5,
		2},
	    {"%m/%d/%Y %I:%M %p", "1/5/2020 12:30 AM", 1578184200, 6},
	    {"%B %d, %Y", "may 4, 1999", 925776000, 1},
	    {"%b %d %Y", "Jan 1 1960", -315619200, 4},
	};
	struct prof_date d;
	size_t i;
	bool ok;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		ok = prof_date_parse(
		    t[i].format, t[i].text, strlen(t[i].text), &d);
		ck_assert_msg(ok == !isnan(t[i].seconds), "%s", t[i].text);
		if (!ok)
			continue;
		ck_assert_msg(prof_date_seconds(&d) == t[i].seconds, "%s: %f",
		    t[i].text, prof_date_seconds(&d));
		ck_assert_int_eq(prof_date_weekday(&d), t[i].weekday);
	}
}
END_TEST

/* Nearly all days of a format, and what is nearly one. */
static void
put_days(struct buf *b, struct rng *r, const char *format)
{
	static const char odd[] = "0123456789/: -a";
	struct buf day = {0};
	const char *f;
	size_t i;

	for (i = 0; i < 2000; i++) {
		buf_reset(&day);
		for (f = format; *f != '\0'; f++)
			if (*f != '%')
				buf_putc(&day, *f);
			else if (*++f == 'Y')
				buf_printf(
				    &day, "%zu", 1675 + rng_below(r, 590));
			else
				buf_printf(&day, "%02zu",
				    *f == 'm'       ? 1 + rng_below(r, 12)
					: *f == 'd' ? 1 + rng_below(r, 30)
					: *f == 'H' ? rng_below(r, 24)
						    : rng_below(r, 60));
		if (rng_below(r, 80) == 0)
			day.p[rng_below(r, day.n)] =
			    odd[rng_below(r, sizeof odd - 1)];
		if (rng_below(r, 400) == 0)
			day.n--;
		buf_printf(b, "\"%.*s\"\n", (int)day.n, day.p);
	}
	buf_clear(&day);
}

/* Formats of fixed places are looked at otherwise, with the same result. */
START_TEST(many_dates)
{
	static const char *const formats[] = {"%Y-%m-%d", "%Y-%m-%d %H:%M:%S",
	    "%Y-%m-%dT%H:%M:%SZ", "%Y/%m/%d %H:%M", "%Y.%m.%d", "%Y-%m"};
	struct buf b = {0};
	struct profile *p;
	struct prof_date d;
	struct tab_span s;
	struct rng r;
	size_t i, k, hits;

	rng_init(&r, 1, "dates");
	for (i = 0; i < sizeof formats / sizeof *formats; i++) {
		buf_reset(&b);
		buf_puts(&b, "day\n\"x\"\n");
		put_days(&b, &r, formats[i]);
		p = profile_of(b.p);
		for (k = hits = 0; k < tab_rows(prof_table(p)); k++) {
			s = tab_text(prof_table(p), k, 0);
			hits += prof_date_parse(formats[i], s.p, s.n, &d);
		}
		ck_assert_uint_eq(prof_col(p, 0)->date_match, hits);
		ck_assert_str_eq(prof_col(p, 0)->date_format, formats[i]);
		ck_assert_uint_lt(hits, 2000);
		done(p);
	}
	buf_clear(&b);
}
END_TEST

START_TEST(overview)
{
	struct buf b = {0}, text = {0};
	struct profile *p;
	size_t i;

	for (i = 0; i < 400; i++)
		buf_printf(&b, "%scolumn %zu", i > 0 ? "," : "", i);
	buf_puts(&b, "\n\"a\x1b[31m\nb\"");
	for (i = 1; i < 400; i++)
		buf_printf(&b, ",%zu", i);
	buf_putc(&b, '\n');
	p = profile_of(b.p);
	prof_overview(p, &text);
	ck_assert(text.n > 1000 && text.n < 7000);
	ck_assert(strstr(text.p, "1 rows, 400 columns") != NULL);
	ck_assert(strstr(text.p, "more columns)") != NULL);
	ck_assert(strchr(text.p, '\x1b') == NULL);
	buf_clear(&text);
	buf_clear(&b);
	done(p);
}
END_TEST

UNIT_MAIN("profile", numbers, roles, duplicates, dates, many_dates, overview)
