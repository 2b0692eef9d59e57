/* page.c - one self-contained HTML page of statistics, episodes and traces. */
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "distinct.h"
#include "inspect.h"
#include "mem.h"
#include "rec.h"
#include "rng.h"

#include "page.css.h"
#include "page.js.h"

enum {
	EPISODES_MAX = 5000,
	BYTES_MAX = 64 << 20, /* of all that is held */
	WRITTEN_MAX = 14 << 20, /* of what is written: opens in 2 s */
	TEXT_MAX = 6000, /* bytes of one text in a detail */
	VALUE_MAX = 2000, /* of a hook's value */
};

/* An episode of the sample: those with the smallest draws are kept. */
struct item {
	uint64_t draw;
	size_t number; /* its place in the input */
	/* JSON that is safe inside HTML, owned: a row of the table; the
	 * gold run and more; the blind runs */
	char *row, *detail, *blind;
	size_t bytes;
};

struct page {
	const struct options *o;
	struct stats *stats;
	struct item *heap; /* the largest draw first */
	size_t n, cap, bytes, seen;
	struct rng rng;
};

struct page *
page_new(const struct options *o)
{
	struct page *p = xcalloc(1, sizeof *p);

	p->o = o;
	p->stats = stats_new(o);
	rng_init(&p->rng, (uint64_t)o->seed, "page");
	return p;
}

static void
item_clear(struct item *i)
{
	free(i->row);
	free(i->detail);
	free(i->blind);
}

void
page_free(struct page *p)
{
	while (p->n > 0)
		item_clear(&p->heap[--p->n]);
	free(p->heap);
	stats_free(p->stats);
	free(p);
}

/* ---- The sample ---- */

static void
swap(struct item *a, struct item *b)
{
	struct item t = *a;

	*a = *b;
	*b = t;
}

static void
sift_down(struct page *p)
{
	size_t i = 0, child;

	while ((child = 2 * i + 1) < p->n) {
		if (child + 1 < p->n &&
		    p->heap[child + 1].draw > p->heap[child].draw)
			child++;
		if (p->heap[i].draw >= p->heap[child].draw)
			break;
		swap(&p->heap[i], &p->heap[child]);
		i = child;
	}
}

static void
put_item(struct page *p, struct item it)
{
	size_t i = p->n;

	p->heap = xgrow(p->heap, p->n, &p->cap, sizeof *p->heap);
	p->heap[p->n++] = it;
	p->bytes += it.bytes;
	while (i > 0 && p->heap[(i - 1) / 2].draw < p->heap[i].draw) {
		swap(&p->heap[i], &p->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	while (p->n > 1 && (p->n > EPISODES_MAX || p->bytes > BYTES_MAX)) {
		p->bytes -= p->heap[0].bytes;
		item_clear(&p->heap[0]);
		p->heap[0] = p->heap[--p->n];
		sift_down(p);
	}
}

/* Would a new item with this draw be evicted at once? */
static bool
hopeless(const struct page *p, uint64_t draw)
{
	return p->n == EPISODES_MAX && draw >= p->heap[0].draw;
}

/* ---- What the page knows of an episode ---- */

/* JSON inside HTML: nothing in it can end the element or begin a comment. */
static char *
safe_json(const json_t *v, size_t *bytes)
{
	struct buf raw = {0}, b = {0};
	size_t i;

	rec_dump(&raw, v, 0);
	for (i = 0; i < raw.n; i++) {
		if (raw.p[i] == '<' || raw.p[i] == '>' || raw.p[i] == '&')
			buf_printf(&b, "\\u%04x", raw.p[i]);
		else
			buf_putc(&b, raw.p[i]);
	}
	buf_clear(&raw);
	*bytes += b.n;
	return buf_steal(&b);
}

static json_t *
cut_text(const char *s, size_t n, size_t max)
{
	struct buf b = {0};
	json_t *v;

	if (n <= max)
		return json_stringn(s, n);
	while (max > 0 && (s[max] & 0xc0) == 0x80)
		max--;
	buf_put(&b, s, max);
	buf_printf(&b, "\n[... %zu bytes more ...]", n - max);
	v = json_stringn(b.p, b.n);
	buf_clear(&b);
	return v;
}

/* A member, texts in it cut. */
static void
keep(json_t *to, const char *name, const json_t *from, const char *member)
{
	json_t *v = json_object_get(from, member);

	if (v == NULL || json_is_null(v))
		return;
	if (json_is_string(v) && rec_bigint(v) == NULL)
		json_object_set_new(to, name,
		    cut_text(
			json_string_value(v), json_string_length(v), TEXT_MAX));
	else
		json_object_set(to, name, v);
}

static json_t *
hook_json(const json_t *h)
{
	json_t *o = json_object();
	char *value = answer_text(json_object_get(h, "value"));

	keep(o, "name", h, "variable_name");
	keep(o, "line", h, "code_line");
	keep(o, "from", h, "depends_on");
	keep(o, "about", h, "description");
	keep(o, "grounded", h, "grounded");
	json_object_set_new(
	    o, "value", cut_text(value, strlen(value), VALUE_MAX));
	free(value);
	return o;
}

static json_t *
turn_json(const json_t *turn)
{
	json_t *o = json_object(), *hooks = json_array(), *h;
	json_t *x = json_object_get(turn, "execution");
	size_t i;

	keep(o, "say", turn, "reasoning");
	keep(o, "code", turn, "code");
	keep(o, "ok", x, "success");
	keep(o, "out", x, "stdout");
	keep(o, "err", x, "stderr");
	keep(o, "fix", turn, "correction");
	json_array_foreach(json_object_get(x, "hooks"), i, h)
	    json_array_append_new(hooks, hook_json(h));
	json_object_set_new(o, "hooks", hooks);
	return o;
}

static json_t *
run_json(const json_t *trace)
{
	json_t *o = json_object(), *turns = json_array(), *t;
	char *answer;
	size_t i;

	if (!json_is_object(trace)) {
		json_decref(o);
		json_decref(turns);
		return json_null();
	}
	json_array_foreach(json_object_get(trace, "turns"), i, t)
	    json_array_append_new(turns, turn_json(t));
	json_object_set_new(o, "turns", turns);
	keep(o, "success", trace, "success");
	keep(o, "stop", trace, "stop");
	keep(o, "error", trace, "error");
	answer = answer_text(json_object_get(trace, "final_answer"));
	json_object_set_new(
	    o, "answer", cut_text(answer, strlen(answer), VALUE_MAX));
	free(answer);
	return o;
}

static json_t *
detail_json(const struct page *p, const json_t *e)
{
	json_t *o = json_object();
	json_t *q = json_object_get(e, "question");

	json_object_set_new(
	    o, "gold", run_json(json_object_get(e, "gold_trace")));
	keep(o, "format", q, "output_schema");
	json_object_set(o, "params", columns_of(q));
	keep(o, "model", json_object_get(e, "teacher"), "model");
	keep(o, "kind", json_object_get(e, "teacher"), "kind");
	keep(o, "usage", e, "usage");
	keep(o, "seconds", json_object_get(e, "timing"), "total_elapsed");
	keep(o, "leak", e, "hint_leak");
	keep(o, "proof", json_object_get(e, "verification"), "status");
	keep(o, "copies",
	    json_object_get(json_object_get(e, "verification"), "generalises"),
	    "status");
	keep(o, "vote", json_object_get(e, "diagnostics"),
	    "answer_distribution");
	keep(o, "same", json_object_get(e, "triangulation"),
	    "gold_matches_majority");
	if (p->o->hint)
		keep(o, "hint", q, "hint");
	if (p->o->answer)
		keep(o, "truth", q, "ground_truth");
	return o;
}

static json_t *
blind_json(const json_t *e)
{
	json_t *runs = json_array(), *t;
	size_t i;

	json_array_foreach(json_object_get(e, "consistency_traces"), i, t)
	    json_array_append_new(runs, run_json(t));
	return runs;
}

static size_t
hooks_of(const json_t *trace)
{
	json_t *turn;
	size_t n = 0, i;

	json_array_foreach(json_object_get(trace, "turns"), i, turn) n +=
	    json_array_size(at(turn, "execution", "hooks"));
	return n;
}

static void
add_text(json_t *row, const char *s, size_t max)
{
	json_array_append_new(row, cut_text(s, strlen(s), max));
}

/* The columns are named in page.js. */
static json_t *
row_json(const json_t *e)
{
	json_t *row = json_array(), *q = json_object_get(e, "question");
	json_t *gold = json_object_get(e, "gold_trace"), *rate;
	const char *family = text_of(q, "template_name");
	char *answer = NULL;

	if (json_is_true(json_object_get(gold, "success")))
		answer = answer_text(json_object_get(gold, "final_answer"));
	add_text(row, text_of(e, "episode_id"), 40);
	json_array_append(row,
	    json_is_true(json_object_get(e, "verified")) ? json_true()
							 : json_false());
	add_text(row, text_of(q, "question_text"), 1000);
	add_text(row, answer != NULL ? answer : "", 120);
	add_text(row,
	    text_of(json_object_get(e, "diagnostics"), "failure_category"), 40);
	add_text(row, *family != '\0' ? family : text_of(q, "category"), 60);
	add_text(row, text_of(q, "difficulty"), 20);
	add_text(row, text_of(q, "csv_source"), 200);
	rate = at(e, "diagnostics", "pass_rate");
	json_array_append(row, json_is_number(rate) ? rate : json_null());
	json_array_append_new(row,
	    json_integer(
		(json_int_t)json_array_size(json_object_get(gold, "turns"))));
	json_array_append_new(row, json_integer((json_int_t)hooks_of(gold)));
	free(answer);
	return row;
}

int
page_add(struct page *p, json_t *rec, struct fail *f)
{
	struct item it = {.draw = rng_next(&p->rng)};
	json_t *row, *detail, *blind;

	if (stats_add(p->stats, rec, f) == -1)
		return -1;
	if (p->o->verified && !json_is_true(json_object_get(rec, "verified")))
		return 0;
	it.number = p->seen++;
	if (hopeless(p, it.draw))
		return 0;
	row = row_json(rec);
	detail = detail_json(p, rec);
	blind = blind_json(rec);
	it.row = safe_json(row, &it.bytes);
	it.detail = safe_json(detail, &it.bytes);
	it.blind = safe_json(blind, &it.bytes);
	json_decref(row);
	json_decref(detail);
	json_decref(blind);
	put_item(p, it);
	return 0;
}

/* ---- Writing ---- */

static int
by_number(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/* 'sha256-BASE64' of a text, as a policy names it. */
static void
put_policy_hash(struct buf *b, const char *text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
				     "pqrstuvwxyz0123456789+/";
	unsigned char raw[33] = {0};
	char hex[DIGEST_HEX], byte[3] = "";
	unsigned v;
	size_t i;

	digest_mem(text, strlen(text), hex);
	for (i = 0; i < 32; i++) {
		memcpy(byte, hex + 2 * i, 2);
		raw[i] = (unsigned char)strtoul(byte, NULL, 16);
	}
	buf_puts(b, "'sha256-");
	for (i = 0; i < 33; i += 3) {
		v = (unsigned)raw[i] << 16 | (unsigned)raw[i + 1] << 8 |
		    raw[i + 2];
		buf_putc(b, digits[v >> 18]);
		buf_putc(b, digits[v >> 12 & 63]);
		buf_putc(b, digits[v >> 6 & 63]);
		buf_putc(b, i + 2 < 32 ? digits[v & 63] : '=');
	}
	buf_putc(b, '\'');
}

static void
put_head(struct buf *b)
{
	buf_puts(b,
	    "<!doctype html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\""
	    "default-src 'none'; base-uri 'none'; form-action 'none'; "
	    "style-src ");
	put_policy_hash(b, page_css);
	buf_puts(b, "; script-src ");
	put_policy_hash(b, page_js);
	buf_puts(b,
	    "\">\n<meta name=\"viewport\" content=\"width=device-width, "
	    "initial-scale=1\">\n<meta name=\"color-scheme\" "
	    "content=\"light dark\">\n<title>Episodes</title>\n<style>");
	buf_puts(b, page_css);
	buf_puts(b,
	    "</style>\n</head>\n<body>\n"
	    "<noscript><p>This page shows its data with a script."
	    "</p></noscript>\n<main id=\"main\"></main>\n");
}

static void
put_data(struct buf *b, const char *id, const json_t *v)
{
	size_t bytes = 0;
	char *text = safe_json(v, &bytes);

	buf_printf(b, "<script type=\"application/json\" id=\"%s\">", id);
	buf_puts(b, text);
	buf_puts(b, "</script>\n");
	free(text);
}

static void
put_rows(struct buf *b, const struct page *p)
{
	size_t i;

	buf_puts(b, "<script type=\"application/json\" id=\"rows\">[");
	for (i = 0; i < p->n; i++) {
		buf_puts(b, i > 0 ? ",\n" : "");
		buf_puts(b, p->heap[i].row);
	}
	buf_puts(b, "]</script>\n");
}

static int
by_draw(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return (x->draw > y->draw) - (x->draw < y->draw);
}

/* Of a large page leave out, in order of the draws, what does not fit: blind
 * runs first, then whole traces. */
static void
lighten(struct page *p)
{
	size_t bytes = 0, i, n;

	if (p->n > 0)
		qsort(p->heap, p->n, sizeof *p->heap, by_draw);
	for (i = 0; i < p->n; i++)
		bytes += strlen(p->heap[i].row);
	for (i = 0; i < p->n; i++) {
		n = strlen(p->heap[i].detail);
		if (bytes + n > WRITTEN_MAX)
			strcpy(p->heap[i].detail, "{}");
		bytes += strlen(p->heap[i].detail);
	}
	for (i = 0; i < p->n; i++) {
		n = strlen(p->heap[i].blind);
		if (n > 2 && bytes + n > WRITTEN_MAX)
			p->heap[i].blind[0] = '\0';
		bytes += strlen(p->heap[i].blind);
	}
}

/* A detail as one object; without its blind runs where they are left out. */
static void
put_detail(struct buf *b, const struct item *it, size_t number)
{
	size_t n = strlen(it->detail);

	buf_printf(b, "<script type=\"application/json\" id=\"d%zu\">", number);
	buf_put(b, it->detail, n - 1); /* without its brace */
	if (*it->blind != '\0')
		buf_printf(b, "%s\"blind\":", n > 2 ? "," : "");
	buf_puts(b, it->blind);
	buf_puts(b, "}</script>");
}

void
page_write(struct page *p)
{
	struct buf b = {0};
	json_t *info;
	size_t i;

	lighten(p);
	if (p->n > 0)
		qsort(p->heap, p->n, sizeof *p->heap, by_number);
	info = stats_json(p->stats);
	json_object_set_new(info, "shown", json_integer((json_int_t)p->n));
	json_object_set_new(info, "of", json_integer((json_int_t)p->seen));
	put_head(&b);
	put_data(&b, "stats", info);
	json_decref(info);
	put_rows(&b, p);
	for (i = 0; i < p->n; i++) {
		put_detail(&b, &p->heap[i], i);
		rec_put_buf(&b);
		buf_reset(&b);
	}
	buf_puts(&b, "<script>");
	buf_puts(&b, page_js);
	buf_puts(&b, "</script>\n</body>\n</html>");
	rec_put_buf(&b);
	buf_clear(&b);
}
