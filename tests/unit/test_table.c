/* test_table.c - unit tests of typed columns and of numbers in text. */
#include <fcntl.h>
#include <math.h>

#include "buf.h"
#include "real.h"
#include "rec.h"
#include "rng.h"
#include "table.h"
#include "unit.h"

static char path[] = "/tmp/test_table.XXXXXX";

static void
write_file(const char *text, size_t n)
{
	static bool made;
	int fd;

	if (!made) {
		fd = mkstemp(path);
		made = true;
	} else {
		fd = open(path, O_WRONLY | O_TRUNC | O_CREAT, 0600);
	}
	ck_assert(fd >= 0);
	ck_assert(write(fd, text, n) == (ssize_t)n);
	close(fd);
}

/* A table of the text; the file is gone afterwards. */
static struct table *
table_of(const char *text, struct fail *f)
{
	struct table *t = NULL;

	write_file(text, strlen(text));
	if (tab_load(path, NULL, &t, f) < 0)
		t = NULL;
	unlink(path);
	return t;
}

/* "type:cell,cell;..." for each column. */
static const char *
shown(const struct table *t)
{
	static struct buf b;
	size_t r, c;

	buf_reset(&b);
	for (c = 0; c < tab_cols(t); c++) {
		buf_printf(&b, "%s:", tab_type_name(tab_type(t, c)));
		for (r = 0; r < tab_rows(t); r++) {
			tab_put(t, r, c, &b);
			buf_putc(&b, ',');
		}
		buf_putc(&b, ';');
	}
	return buf_str(&b);
}

START_TEST(types)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"a\n1\n-2\n+03\n", "int:1,-2,3,;"},
	    {"a,b\n1,x\n,NA\n300,n/a\n",
		"float:1.0,NaN,300.0,;"
		"string:x,NaN,NaN,;"},
	    {"a\n1\n2.5\n 3e2 \n", "float:1.0,2.5,300.0,;"},
	    {"a\n1\nx\n", "string:1,x,;"},
	    {"a,b\nTRUE,1\nfalse,2\n", "bool:True,False,;int:1,2,;"},
	    {"a,b\nTrue,1\n,2\n", "bool:True,NaN,;int:1,2,;"},
	    {"a\nTrue\n1\n", "string:True,1,;"},
	    {"a,b\n,\nNA,nan\n", "empty:NaN,NaN,;empty:NaN,NaN,;"},
	    {"a\ninf\n-Infinity\n", "float:inf,-inf,;"},
	    {"a\n Nan\nNAN\n", "string: Nan,NAN,;"},
	    {"a\n9223372036854775807\n-9223372036854775808\n",
		"int:9223372036854775807,-9223372036854775808,;"},
	    {"a\n18446744073709551615\n0\n", "int:18446744073709551615,0,;"},
	    {"a\n0.30000000000000004\n", "float:0.3,;"},
	    {"a\n1.5\n100000000000000000000.5\n", "float:1.5,1e+20,;"},
	    {"a;b\n1,5;x\n-2,25;y\n", "float:1.5,-2.25,;string:x,y,;"},
	    {"a\n", "empty:;"},
	};
	struct table *tab;
	struct fail f;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		tab = table_of(t[i].text, &f);
		ck_assert_msg(tab != NULL, "%s: %s", t[i].text, f.msg);
		ck_assert_str_eq(shown(tab), t[i].want);
		tab_free(tab);
	}
}
END_TEST

START_TEST(refused)
{
	static const char *const t[][2] = {
	    {"a\n100000000000000000000.5\n1.5\n", ":2: column \"a\""},
	    {"a\n1\n1e400\n", ":3: column \"a\""},
	    {"a,b\n1,1\n9223372036854775808,2\n,3\n", ":3: column \"a\""},
	    {"a\n18446744073709551615\n-1\n", ":3: column \"a\""},
	    {"a,b\n-9223372036854775808,1\n,2\n", ":2: column \"a\""},
	};
	struct fail f;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		ck_assert(table_of(t[i][0], &f) == NULL);
		ck_assert_int_eq(f.code, FAIL_CSV);
		ck_assert_msg(strstr(f.msg, t[i][1]) != NULL, "%s", f.msg);
	}
	ck_assert_int_eq(tab_load("/nonexistent.csv", NULL, NULL, &f), -1);
	ck_assert_int_eq(f.code, FAIL_CSV);
}
END_TEST

/*
 * With 2 columns pandas infers types by 262144 rows: text there and numbers
 * here is a column of mixed Python types.
 */
START_TEST(blocks)
{
	struct buf b = {0};
	struct table *t;
	struct fail f;
	size_t i;
	int turn;

	for (turn = 0; turn < 3; turn++) {
		buf_reset(&b);
		buf_puts(&b, "a,b\n");
		for (i = 0; i < 262144 + 10; i++)
			if (turn == 0 && i == 262144 + 5)
				buf_puts(&b, "x,1\n");
			else if (turn == 1 && i == 262143)
				buf_puts(&b, "2.5,1\n");
			else if (turn == 2 && (i == 7 || i == 262150))
				buf_puts(&b, "x,1\n");
			else
				buf_puts(&b, "1,1\n");
		t = table_of(buf_str(&b), &f);
		if (turn == 0) {
			ck_assert(t == NULL);
			ck_assert_msg(
			    strstr(f.msg, ":262146: column \"a\"") != NULL,
			    "%s", f.msg);
		} else {
			ck_assert_msg(t != NULL, "%s", f.msg);
			ck_assert_int_eq(
			    tab_type(t, 0), turn == 1 ? TAB_FLOAT : TAB_STR);
		}
		tab_free(t);
	}
	buf_clear(&b);
}
END_TEST

/* Text that shows up late: the cells before it are read a second time. */
START_TEST(late_text)
{
	struct buf b = {0};
	struct table *t;
	struct tab_span s;
	struct fail f;
	size_t i;

	buf_puts(&b, "a,b\n");
	for (i = 0; i < 100000; i++)
		buf_printf(&b, "%s,%zu\n", i == 99999 ? "x" : "007", i);
	t = table_of(buf_str(&b), &f);
	ck_assert(t != NULL);
	ck_assert_int_eq(tab_type(t, 0), TAB_STR);
	s = tab_text(t, 5, 0);
	ck_assert(s.n == 3 && memcmp(s.p, "007", 3) == 0);
	ck_assert_uint_eq(tab_ndict(t, 0), 2);
	tab_free(t);
	buf_clear(&b);
}
END_TEST

/* Rows enough for several blocks; the last one holds what is given. */
static void
put_rows(struct buf *b, const char *last)
{
	struct rng r;
	size_t i;

	rng_init(&r, 1, "rows");
	buf_reset(b);
	buf_puts(b, "int,real,scale,text,kind,bool,late,few\n");
	for (i = 0; i < 40000; i++)
		buf_printf(b,
		    "%zu,0.%017zu,%.*f,\"%zu, \"\"%zu\"\"\",k%zu,%s,%zu,%s\n",
		    i, rng_below(&r, (size_t)1 << 50), (int)rng_below(&r, 5),
		    rng_real(&r) * 1000, i / 3, rng_below(&r, 9),
		    rng_below(&r, 20), rng_below(&r, 2) ? "True" : "", i,
		    i % 7000 == 0 ? "1e-3" : "");
	buf_puts(b, last);
}

/* Two threads read what one reads, and refuse what it refuses. */
START_TEST(threads)
{
	static const char *const last[] = {"1,2,3,4,5,True,x,\n",
	    "1,2,3,4,5,True,6,7,8\n", "1,2,3,4,5,\"True\n", "x,2,3,4,5,,6,\n",
	    "1,2,3,4,5,6,7,\xff\n", "18446744073709551615,2,3,4,5,,6,1e400\n"};
	struct buf b = {0}, want = {0};
	struct table *t;
	struct fail f;
	size_t i;
	int n;

	for (i = 0; i < sizeof last / sizeof *last; i++) {
		put_rows(&b, last[i]);
		ck_assert_uint_gt(b.n, 2 << 20);
		for (n = 1; n <= 2; n++) {
			tab_threads(n);
			t = table_of(buf_str(&b), &f);
			if (n == 1)
				buf_puts(&want, t != NULL ? shown(t) : f.msg);
			else
				ck_assert_str_eq(buf_str(&want),
				    t != NULL ? shown(t) : f.msg);
			tab_free(t);
		}
		buf_reset(&want);
	}
	tab_threads(0);
	buf_clear(&want);
	buf_clear(&b);
}
END_TEST

START_TEST(codes)
{
	struct fail f;
	struct table *t = table_of("a,b\nb,1\n\xc3\xa9,2\n,3\nB,4\nb,5\n", &f);
	static const int32_t sorted[] = {1, 2, -1, 0, 1},
			     seen[] = {0, 1, -1, 2, 0};
	const struct tab_span *s;
	int32_t code[5];
	size_t n;

	tab_codes(t, 0, code);
	ck_assert(memcmp(code, sorted, sizeof code) == 0);
	tab_codes_seen(t, 0, code);
	ck_assert(memcmp(code, seen, sizeof code) == 0);
	s = tab_dict(t, 0, &n);
	ck_assert_uint_eq(n, 3);
	ck_assert(s[0].n == 1 && s[0].p[0] == 'B');
	ck_assert_uint_eq(tab_missing(t, 0), 1);
	ck_assert_int_eq(tab_find(t, "b"), 1);
	ck_assert_int_eq(tab_find(t, "c"), -1);
	tab_free(t);
}
END_TEST

START_TEST(exact)
{
	struct fail f;
	struct table *t = table_of("a,b\n0.30000000000000004,1.5\n,2\n", &f);
	double v[2];

	ck_assert(tab_inexact(t, 0) && !tab_inexact(t, 1));
	tab_exact(t, 0, v);
	ck_assert(v[0] == 0.30000000000000004 && isnan(v[1]));
	tab_num(t, 0, v);
	ck_assert(v[0] == 0.3);
	tab_free(t);
}
END_TEST

START_TEST(copies)
{
	static const size_t rows[] = {3, 1, 1, 0}, cols[] = {2, 0};
	struct fail f;
	struct table *t = table_of(
	    "n,x,s\n1,0.5,b\n2,,a\n3,1.25,\n4,0.30000000000000004,c\n", &f);
	struct table *s = tab_select(t, rows, 4), *o = tab_reorder(t, cols, 2);
	double v[] = {1.5, 2, NAN, 7};
	int32_t code[4];
	int32_t swap[] = {2, 0, -1, 1};

	ck_assert_str_eq(shown(s),
	    "int:4,2,2,1,;float:0.3,NaN,NaN,0.5,;"
	    "string:c,a,a,b,;");
	ck_assert_uint_eq(tab_missing(s, 1), 2);
	ck_assert(tab_inexact(s, 1));
	tab_codes_seen(s, 2, code);
	ck_assert(code[0] == 0 && code[1] == 1 && code[3] == 2);
	ck_assert_str_eq(shown(o), "string:b,a,NaN,c,;int:1,2,3,4,;");
	tab_set_num(t, 0, v);
	tab_set_codes(t, 2, swap);
	tab_set_name(t, 0, "N");
	ck_assert_str_eq(tab_name(t, 0), "N");
	ck_assert_str_eq(shown(t),
	    "float:1.5,2.0,NaN,7.0,;"
	    "float:0.5,NaN,1.25,0.3,;"
	    "string:c,a,NaN,b,;");
	tab_free(o);
	tab_free(s);
	tab_free(t);
	/* missing cells of a column that is stored as scaled integers */
	t = table_of("n,m\n1,1.5\n2,\n3,2.5\n", &f);
	s = tab_select(t, rows + 1, 3);
	ck_assert_str_eq(shown(s), "int:2,2,1,;float:NaN,NaN,1.5,;");
	ck_assert_uint_eq(tab_missing(s, 1), 2);
	tab_free(s);
	tab_free(t);
}
END_TEST

START_TEST(written)
{
	static const char text[] =
	    "\"na\"\"me,\",x,\xe7\xb1\xbb,f,w\n 1,0.30000000000000004,\"a,\"\"b"
	    "\"\"\nc\",True,1\n2,1e-300,\" lead\",,2\n3,,'q',False,\n";
	char out[] = "/tmp/test_table_out.XXXXXX";
	struct fail f;
	struct table *t = table_of(text, &f), *back;
	struct buf want = {0};
	int fd = mkstemp(out);

	close(fd);
	ck_assert(t != NULL);
	ck_assert_msg(tab_write_csv(t, out, &f) == 0, "%s", f.msg);
	buf_puts(&want, shown(t));
	ck_assert(tab_load(out, NULL, &back, &f) == 0);
	ck_assert_str_eq(shown(back), want.p);
	ck_assert_str_eq(tab_name(back, 0), "na\"me,");
	tab_free(back);
	tab_set_name(t, 0, "x"); /* two columns of one name cannot be */
	ck_assert_int_eq(tab_write_csv(t, out, &f), -1);
	ck_assert_int_eq(f.code, FAIL_VALUE);
	ck_assert(access(out, F_OK) < 0);
	ck_assert_int_eq(tab_write_csv(t, "/nonexistent/x", &f), -1);
	ck_assert_int_eq(f.code, FAIL_IO);
	buf_clear(&want);
	tab_free(t);
}
END_TEST

START_TEST(numbers)
{
	static const struct {
		const char *text;
		enum real_int kind;
		double pandas, exact;
	} t[] = {
	    {"12", REAL_INT, 12, 12},
	    {" -1.5e3\t", REAL_NOT_INT, -1500, -1500},
	    {"18446744073709551615", REAL_UINT, 18446744073709552e3,
		18446744073709551615.},
	    {"18446744073709551616", REAL_OVER, 18446744073709552e3,
		18446744073709551616.},
	    {"0.00000000000000012345", REAL_NOT_INT, 1e-16, 1.2345e-16},
	    {"9007199254740993.0", REAL_NOT_INT, 9007199254740992., 0x1p53},
	    {"1e-400", REAL_NOT_INT, 0, 0},
	    {"4.9e-324", REAL_NOT_INT, 5e-324, 5e-324},
	    {"0.1", REAL_NOT_INT, 0.1, 0.1},
	};
	static const char *const none[] = {"", "-", ".", "1e", "1e+", "1 2",
	    "0x1", "1_0", "1,0", "nan", " inf", "1d5", "--1"};
	struct real r;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		ck_assert(real_parse(t[i].text, strlen(t[i].text), '.', &r));
		ck_assert_int_eq(r.kind, t[i].kind);
		ck_assert_msg(
		    r.pandas == t[i].pandas, "%s: %.17g", t[i].text, r.pandas);
		ck_assert_msg(
		    r.exact == t[i].exact, "%s: %.17g", t[i].text, r.exact);
	}
	for (i = 0; i < sizeof none / sizeof *none; i++)
		ck_assert(!real_parse(none[i], strlen(none[i]), '.', &r));
	ck_assert(real_parse("1e309", 5, '.', &r) && r.huge);
}
END_TEST

/* Text of 1 to 23 digits, with a mark somewhere and perhaps an exponent. */
static void
random_number(struct rng *r, struct buf *b)
{
	size_t n = 1 + rng_below(r, 23), mark = rng_below(r, n + 3), i;

	buf_reset(b);
	if (rng_below(r, 2) == 0)
		buf_putc(b, '-');
	for (i = 0; i < n; i++) {
		if (i == mark)
			buf_putc(b, '.');
		buf_putc(b, (char)('0' + rng_below(r, 10)));
	}
	if (rng_below(r, 4) == 0)
		buf_printf(b, "e%d", (int)rng_below(r, 600) - 300);
}

START_TEST(numbers_rounded)
{
	struct buf b = {0};
	struct real x;
	struct rng r;
	double want;
	char *end;
	int i;

	rng_init(&r, 1, "numbers");
	for (i = 0; i < 200000; i++) {
		random_number(&r, &b);
		ck_assert_msg(real_parse(b.p, b.n, '.', &x), "%s", b.p);
		if (x.kind == REAL_INT) {
			ck_assert_int_eq(x.i, strtoll(b.p, &end, 10));
			ck_assert_int_eq(*end, '\0');
		}
		want = strtod(b.p, NULL);
		ck_assert_msg(x.exact == want, "%s: %.17g", b.p, x.exact);
	}
	buf_clear(&b);
}
END_TEST

/* A cell that may be a plain decimal, or nearly. */
static void
put_plain(struct rng *r, struct buf *b)
{
	static const char odd[] = ".-,+e /:0a\xff";
	size_t n = rng_below(r, 24), i;

	if (rng_below(r, 3) == 0)
		buf_putc(b, '-');
	for (i = 0; i < n; i++)
		buf_putc(b,
		    rng_below(r, n * 2) == 0
			? (rng_below(r, 2) == 0 ? '.'
						: odd[rng_below(r, sizeof odd)])
			: (char)('0' + rng_below(r, 10)));
}

/* What real_plain says of a cell is what real_parse says. True: it is long, and
 * real_long knows its value. */
static bool
check_plain(const char *s, size_t n, int64_t m, uint8_t d)
{
	struct real x;
	double pandas, rounded;

	if (d == REAL_NOT_PLAIN)
		return false;
	ck_assert_msg(real_parse(s, n, '.', &x), "%.*s", (int)n, s);
	if (d == 0) {
		ck_assert(x.kind == REAL_INT && x.i == m);
		return false;
	}
	ck_assert(x.kind == REAL_NOT_INT && x.decimal == (d < REAL_LONG));
	if (x.decimal) {
		ck_assert_int_eq(d, x.d + 1);
		ck_assert_msg(x.m == m, "%.*s", (int)n, s);
		return false;
	}
	if (!real_long(m, n - 1 - (m < 0), (size_t)d - REAL_LONG - 1, &pandas,
		&rounded))
		return false; /* it is 0, or between two doubles */
	ck_assert_msg(x.pandas == pandas, "%.*s", (int)n, s);
	ck_assert_msg(x.exact == rounded, "%.*s", (int)n, s);
	return true;
}

START_TEST(plain_decimals)
{
	enum { N = 400, STEP = 3 };
	static const enum real_simd kinds[] = {REAL_SIMD_BEST, REAL_SIMD_SSE4};
	struct csv_cell cell[N * STEP];
	int64_t m[N], other_m[N];
	uint8_t d[N], other_d[N];
	struct buf b = {0};
	struct rng r;
	size_t turn, i, k, plain = 0, lengthy = 0;

	rng_init(&r, 1, "plain");
	for (turn = 0; turn < 200; turn++) {
		buf_reset(&b);
		for (i = 0; i < N * STEP; i++) {
			cell[i].off = (uint32_t)b.n;
			put_plain(&r, &b);
			cell[i].len = (uint32_t)b.n - cell[i].off;
		}
		for (i = 0; i < CSV_PAD; i++)
			buf_putc(&b, '7');
		real_plain(REAL_SIMD_PLAIN, b.p, cell, STEP, N, '.', m, d);
		for (i = 0; i < N; i++) {
			lengthy += check_plain(b.p + cell[i * STEP].off,
			    cell[i * STEP].len, m[i], d[i]);
			plain += d[i] < REAL_LONG;
		}
		for (k = 0; k < 2; k++) {
			real_plain(kinds[k], b.p, cell, STEP, N, '.', other_m,
			    other_d);
			ck_assert(memcmp(d, other_d, sizeof d) == 0);
			for (i = 0; i < N; i++)
				ck_assert(d[i] == REAL_NOT_PLAIN ||
				    m[i] == other_m[i]);
		}
	}
	ck_assert_uint_gt(plain, 20000);
	ck_assert_uint_lt(plain, 70000);
	ck_assert_uint_gt(lengthy, 1000);
	buf_clear(&b);
}
END_TEST

/* All that may be in front of a mark and behind it. */
START_TEST(plain_places)
{
	static const enum real_simd kinds[] = {REAL_SIMD_BEST, REAL_SIMD_PLAIN};
	char text[32 + CSV_PAD];
	struct csv_cell c = {1, 0};
	int64_t m = 0;
	uint8_t d = 0;
	size_t n, mark, k;
	bool plain, zero;

	for (k = 0; k < 4; k++)
		for (n = 1; n <= REAL_PLAIN_MAX + 1; n++)
			for (mark = 0; mark <= n; mark++) {
				zero = k >= 2;
				memset(text, '9', sizeof text);
				memcpy(text, "x1234567890123456789012", 23);
				if (zero)
					text[1] = '0';
				if (mark < n)
					text[mark + 1] = '.';
				c.len = (uint32_t)n;
				real_plain(
				    kinds[k % 2], text, &c, 1, 1, '.', &m, &d);
				plain = mark == n ? n <= REAL_INT_MAX
						  : n > 1 &&
					(n < REAL_PLAIN_MAX ||
					    (n == REAL_PLAIN_MAX && zero &&
						mark > 0));
				ck_assert_msg((d != REAL_NOT_PLAIN) == plain,
				    "%.*s", (int)n, text + 1);
				check_plain(text + 1, n, m, d);
			}
}
END_TEST

UNIT_MAIN("table", types, refused, blocks, late_text, threads, codes, exact,
    copies, written, numbers, numbers_rounded, plain_decimals, plain_places)
