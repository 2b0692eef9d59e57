/* figures.c - what a set of records shows about itself. */
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "mem.h"
#include "opt.h"
#include "rec.h"
#include "uniq.h"

enum {
	TALLY_MAX = 200, /* names a table holds; more are "(others)" */
	SOURCES_SHOWN = 200,
	PASS_BINS = 7,
	NAME_SHOWN = 100, /* bytes of a name in a table */
};

/* How often each name was seen. */
struct tally {
	struct {
		char *name;
		uint64_t n;
	} v[TALLY_MAX + 1];
	size_t n;
};

struct source {
	uint64_t key, rows;
	char *name, *license, *hub_license, *url;
};

/* Sets whose distinct members are counted. */
enum { U_EPISODE, U_QUESTION, U_TREE, U_OPENING, U_WORDS3, U_N };

struct figures {
	const char *csv_root;
	uint64_t rows, episodes, verified;
	uint64_t truth_yes, truth_no, truth_none;
	uint64_t proven, unproven;
	uint64_t blind; /* episodes with blind answers */
	uint64_t entropies, split_answers, majority_other, hint_leaks;
	double entropy;
	uint64_t pass[PASS_BINS];
	uint64_t cost_known, cost_unknown, prompt, completion;
	double cost, cost_err; /* Kahan's compensated sum */
	struct tally category, difficulty, kind, style, source, failure,
	    teacher, output;
	struct uniq *u[U_N];
	uint64_t distinct[U_N];
	struct source *src;
	size_t n_src, cap_src;
	uint32_t *slot; /* of src by key: index + 1 */
	size_t slots;
};

struct figures *
figures_new(const char *csv_root, struct fail *f)
{
	struct figures *g = xcalloc(1, sizeof *g);
	size_t i;

	g->csv_root = csv_root;
	g->slots = 256;
	g->slot = xcalloc(g->slots, sizeof *g->slot);
	for (i = 0; i < U_N; i++)
		if ((g->u[i] = uniq_new(uniq_tmpdir(), f)) == NULL) {
			figures_free(g);
			return NULL;
		}
	return g;
}

static void
tally_free(struct tally *t)
{
	while (t->n > 0)
		free(t->v[--t->n].name);
}

void
figures_free(struct figures *g)
{
	struct tally *t[] = {&g->category, &g->difficulty, &g->kind, &g->style,
	    &g->source, &g->failure, &g->teacher, &g->output};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		tally_free(t[i]);
	for (i = 0; i < U_N; i++)
		uniq_free(g->u[i]);
	for (i = 0; i < g->n_src; i++) {
		free(g->src[i].name);
		free(g->src[i].license);
		free(g->src[i].hub_license);
		free(g->src[i].url);
	}
	free(g->src);
	free(g->slot);
	free(g);
}

static void
count(struct tally *t, const char *name)
{
	size_t i;

	if (name == NULL)
		return;
	for (i = 0; i < t->n; i++)
		if (strcmp(t->v[i].name, name) == 0)
			break;
	if (i == t->n && t->n >= TALLY_MAX) {
		name = "(others)";
		i = TALLY_MAX;
	}
	if (i == t->n) {
		t->v[i].name = xstrndup(name, 4 * NAME_SHOWN);
		t->v[i].n = 0;
		t->n++;
	}
	t->v[i].n++;
}

static const char *
text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* The question of a record: its own member, or a question record itself. */
static const json_t *
question_of(const json_t *rec)
{
	const json_t *q = json_object_get(rec, "question");

	return json_is_object(q) ? q : rec;
}

static const char *
tree_of(const json_t *q)
{
	const char *t = text(json_object_get(q, "template_params"), "tree");

	return t != NULL ? t : text(q, "tree");
}

static uint64_t
hash(uint64_t h, const char *s)
{
	return s != NULL ? uniq_hash(h, s, strlen(s) + 1) : h;
}

static const char *
csv_of(const json_t *rec)
{
	const json_t *q = question_of(rec);
	const char *s = text(q, "csv_sha256");

	if (s == NULL)
		s = text(q, "csv_source");
	return s != NULL ? s : text(rec, "csv_source");
}

void
figures_keys(const json_t *rec, const char *line, size_t n, uint64_t *csv,
    uint64_t *tree)
{
	const json_t *q = question_of(rec);
	const char *name = text(q, "template_name"), *t = tree_of(q),
		   *c = csv_of(rec), *words = text(q, "question_mechanical");

	if (words == NULL)
		words = text(q, "question_text");
	*csv = c != NULL ? hash(1, c) : uniq_hash(1, line, n);
	if (name != NULL || t != NULL)
		*tree = hash(hash(2, name), t);
	else
		*tree = words != NULL ? hash(3, words) : uniq_hash(3, line, n);
}

/* Openings and three-word sequences of a question, lower case. */
static int
see_words(struct figures *g, const char *s, struct fail *f)
{
	uint64_t w[3] = {0};
	size_t n = 0;

	while (*s != '\0') {
		uint64_t h = 4;

		s += strcspn(s,
		    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
		    "UVWXYZ0123456789");
		if (*s == '\0')
			break;
		for (; isalnum((unsigned char)*s); s++) {
			char c = (char)tolower((unsigned char)*s);

			h = (h ^ (unsigned char)c) * 0x100000001b3U;
		}
		w[0] = w[1];
		w[1] = w[2];
		w[2] = h;
		n++;
		if (n == 2 &&
		    uniq_put(g->u[U_OPENING], uniq_hash(5, w + 1, 16), f) == -1)
			return -1;
		if (n >= 3 &&
		    uniq_put(g->u[U_WORDS3], uniq_hash(6, w, 24), f) == -1)
			return -1;
	}
	return 0;
}

/* The first file of an object in it, owned. */
static json_t *
read_meta(const char *csv_root, const char *csv)
{
	const char *slash = strrchr(csv, '/'), *dot = strrchr(csv, '.');
	int dir = slash != NULL ? (int)(slash - csv + 1) : 0;
	const char *root = csv_root != NULL && *csv != '/' ? csv_root : "";
	const char *sep = *root != '\0' ? "/" : "";
	char *path[2];
	json_t *o = NULL;
	int i;

	if (dot == NULL || (slash != NULL && dot < slash))
		dot = csv + strlen(csv);
	path[0] = xasprintf("%s%s%.*smeta.json", root, sep, dir, csv);
	path[1] =
	    xasprintf("%s%s%.*s.meta.json", root, sep, (int)(dot - csv), csv);
	for (i = 1; i >= 0; i--) {
		if (o == NULL)
			o = json_load_file(path[i], 0, NULL);
		free(path[i]);
	}
	if (!json_is_object(o)) {
		json_decref(o);
		return NULL;
	}
	return o;
}

/* What the table calls a CSV: its dataset's name, else the end of its path. */
static char *
source_name(const json_t *meta, const char *path)
{
	const char *s = text(meta, "ref"), *slash;

	if (s == NULL || *s == '\0')
		s = text(meta, "title");
	if (s != NULL && *s != '\0')
		return xstrdup(s);
	slash = strrchr(path, '/');
	return xstrdup(slash != NULL ? slash + 1 : path);
}

static char *
lower(const char *s)
{
	char *out = xstrdup(s), *p;

	for (p = out; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return out;
}

/* A licence as the hub names it: lower case, a few by other names. */
static char *
hub_license(const char *spdx)
{
	static const char *const names[][2] = {
	    {"odbl-1.0", "odbl"},
	    {"pddl-1.0", "pddl"},
	    {"gpl-2.0-only", "gpl-2.0"},
	    {"gpl-3.0-only", "gpl-3.0"},
	};
	char *s = lower(spdx);
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(s, names[i][0]) == 0) {
			free(s);
			return xstrdup(names[i][1]);
		}
	if (s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-")] != '\0' ||
	    strcmp(s, "unknown") == 0 || strcmp(s, "other") == 0 ||
	    *s == '\0') {
		free(s);
		return NULL;
	}
	return s;
}

static void
fill_source(struct figures *g, struct source *s, const char *path)
{
	json_t *meta = path != NULL ? read_meta(g->csv_root, path) : NULL;
	const char *name = text(meta, "license"),
		   *spdx = text(meta, "licenseSpdx"), *url = text(meta, "url");

	s->name = source_name(meta, path != NULL ? path : "(unnamed)");
	if (name == NULL)
		name = spdx;
	s->license = name != NULL ? xstrdup(name) : NULL;
	if (spdx == NULL)
		spdx = name;
	s->hub_license = spdx != NULL ? hub_license(spdx) : NULL;
	s->url = url != NULL && strncmp(url, "https://", 8) == 0 ? xstrdup(url)
								 : NULL;
	json_decref(meta);
}

static size_t
find_source(const struct figures *g, uint64_t key)
{
	size_t i = (size_t)key & (g->slots - 1);

	while (g->slot[i] != 0 && g->src[g->slot[i] - 1].key != key)
		i = (i + 1) & (g->slots - 1);
	return i;
}

static void
see_source(struct figures *g, const json_t *rec)
{
	const char *id = csv_of(rec), *path;
	uint64_t key;
	size_t i;

	if (id == NULL)
		return;
	key = hash(1, id);
	i = find_source(g, key);
	if (g->slot[i] != 0) {
		g->src[g->slot[i] - 1].rows++;
		return;
	}
	if (g->n_src * 2 >= g->slots) {
		free(g->slot);
		g->slots *= 2;
		g->slot = xcalloc(g->slots, sizeof *g->slot);
		for (i = 0; i < g->n_src; i++)
			g->slot[find_source(g, g->src[i].key)] =
			    (uint32_t)i + 1;
		i = find_source(g, key);
	}
	path = text(question_of(rec), "csv_source");
	if (path == NULL)
		path = text(rec, "csv_source");
	g->src = xgrow(g->src, g->n_src, &g->cap_src, sizeof *g->src);
	g->src[g->n_src] = (struct source){.key = key, .rows = 1};
	fill_source(g, &g->src[g->n_src], path);
	g->slot[i] = (uint32_t)++g->n_src;
}

/* The bin of a pass rate: 0, four quarters, 1; the last one: none. */
static size_t
pass_bin(const json_t *v)
{
	double x;

	if (!json_is_number(v))
		return PASS_BINS - 1;
	x = json_number_value(v);
	if (x <= 0)
		return 0;
	if (x >= 1)
		return PASS_BINS - 2;
	return 1 + (size_t)(x * 4);
}

static void
see_teacher(struct figures *g, const json_t *rec)
{
	const json_t *t = json_object_get(rec, "teacher"),
		     *model = json_object_get(t, "model");
	const char *kind = text(t, "kind"), *name = json_string_value(model);
	char *s;

	if (!json_is_object(t))
		return;
	if (name == NULL)
		name = text(t, "model_returned");
	if (name == NULL)
		name = text(model, "returned");
	if (name == NULL)
		name = text(model, "asked");
	if (name == NULL)
		name = text(t, "model_asked");
	s = xasprintf("%s%s%s", kind != NULL ? kind : "unknown",
	    name != NULL ? ": " : "", name != NULL ? name : "");
	count(&g->teacher, s);
	free(s);
}

static void
see_usage(struct figures *g, const json_t *rec)
{
	const json_t *u = json_object_get(rec, "usage"), *v;
	double y, t;

	if (!json_is_object(u))
		return;
	if ((v = json_object_get(u, "prompt")) == NULL)
		v = json_object_get(u, "prompt_tokens");
	g->prompt += (uint64_t)fmax(0, json_number_value(v));
	if ((v = json_object_get(u, "completion")) == NULL)
		v = json_object_get(u, "completion_tokens");
	g->completion += (uint64_t)fmax(0, json_number_value(v));
	v = json_object_get(u, "cost");
	if (!json_is_number(v)) {
		g->cost_unknown++;
		return;
	}
	g->cost_known++;
	y = json_number_value(v) - g->cost_err;
	t = g->cost + y;
	g->cost_err = (t - g->cost) - y;
	g->cost = t;
}

/* What csv-verify said of it. */
static void
see_proof(struct figures *g, const json_t *rec)
{
	const json_t *v = json_object_get(rec, "verification");
	const char *status = json_string_value(json_object_get(v, "status"));

	if (status == NULL)
		return;
	if (strcmp(status, "proven") == 0)
		g->proven++;
	else
		g->unproven++;
}

static int
see_episode(struct figures *g, const json_t *rec, struct fail *f)
{
	const json_t *d = json_object_get(rec, "diagnostics"),
		     *a = json_object_get(d, "answer_distribution"),
		     *t = json_object_get(rec, "triangulation"),
		     *truth = json_object_get(d, "gold_matches_truth"), *v;
	const char *id = text(rec, "episode_id");
	bool blind = json_integer_value(
			 json_object_get(t, "n_consistency_succeeded")) > 0;

	g->episodes++;
	g->verified += json_is_true(json_object_get(rec, "verified"));
	g->hint_leaks += json_is_true(json_object_get(rec, "hint_leak"));
	g->truth_yes += json_is_true(truth);
	g->truth_no += json_is_false(truth);
	g->truth_none += !json_is_boolean(truth);
	/* ambiguity shows in blind answers only */
	v = json_object_get(t, "gold_matches_majority");
	g->blind += blind;
	g->majority_other += blind && json_is_false(v);
	v = json_object_get(a, "entropy");
	if (blind && json_is_number(v)) {
		g->entropies++;
		g->entropy += json_number_value(v);
	}
	if (blind &&
	    json_integer_value(json_object_get(a, "cluster_count")) > 1)
		g->split_answers++;
	count(&g->failure, text(d, "failure_category"));
	g->pass[pass_bin(json_object_get(d, "pass_rate"))]++;
	return id != NULL ? uniq_put(g->u[U_EPISODE], hash(7, id), f) : 0;
}

static int
see_question(
    struct figures *g, const json_t *rec, const json_t *q, struct fail *f)
{
	const char *words = text(q, "question_text");
	uint64_t csv, tree;

	if (words == NULL)
		return 0;
	count(&g->category, text(q, "category"));
	count(&g->difficulty, text(q, "difficulty"));
	count(&g->style, text(q, "style"));
	count(&g->source, text(q, "source"));
	count(&g->output, text(q, "output_type"));
	figures_keys(rec, words, strlen(words), &csv, &tree);
	if (uniq_put(g->u[U_TREE], tree, f) == -1 ||
	    uniq_put(g->u[U_QUESTION], hash(csv, words), f) == -1)
		return -1;
	return see_words(g, words, f);
}

int
figures_see(struct figures *g, const json_t *rec, struct fail *f)
{
	const char *type = text(rec, "type");

	g->rows++;
	count(&g->kind, type != NULL ? type : "(no type)");
	see_source(g, rec);
	see_teacher(g, rec);
	see_usage(g, rec);
	see_proof(g, rec);
	if (type != NULL && strcmp(type, "episode") == 0 &&
	    see_episode(g, rec, f) == -1)
		return -1;
	return see_question(g, rec, question_of(rec), f);
}

int
figures_end(struct figures *g, struct fail *f)
{
	size_t i;

	for (i = 0; i < U_N; i++)
		if (uniq_count(g->u[i], &g->distinct[i], f) == -1)
			return -1;
	return 0;
}

/* A cell of a Markdown table from data: one line, no markup. */
static void
cell(struct buf *b, const char *s)
{
	size_t n = strlen(s), k, i;

	for (i = 0; i < n && i < NAME_SHOWN; i += k) {
		k = utf8_len(s + i, n - i);
		if (k == 0) {
			buf_putc(b, '?');
			k = 1;
		} else if (k == 1 && (unsigned char)s[i] < 0x20) {
			buf_putc(b, ' ');
		} else if (k == 1 && strchr("|<>[]`*\\&", s[i]) != NULL) {
			buf_printf(b, "&#%d;", s[i]);
		} else {
			buf_put(b, s + i, k);
		}
	}
	if (i < n)
		buf_puts(b, "...");
}

static void
share(struct buf *b, const char *what, uint64_t n, uint64_t of)
{
	buf_printf(b, "| %s | %llu of %llu (%.1f %%) |\n", what,
	    (unsigned long long)n, (unsigned long long)of,
	    of > 0 ? 100.0 * (double)n / (double)of : 0.0);
}

static void
number(struct buf *b, const char *what, uint64_t n)
{
	buf_printf(b, "| %s | %llu |\n", what, (unsigned long long)n);
}

static void
table(struct buf *b, const char *head, const struct tally *t, uint64_t all)
{
	size_t order[TALLY_MAX + 1], i, k;

	if (t->n == 0)
		return;
	for (i = 0; i < t->n; i++) {
		for (k = i; k > 0 &&
		     (t->v[order[k - 1]].n < t->v[i].n ||
			 (t->v[order[k - 1]].n == t->v[i].n &&
			     strcmp(t->v[order[k - 1]].name, t->v[i].name) >
				 0));
		     k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
	buf_printf(b, "\n| %s | rows | share |\n| --- | ---: | ---: |\n", head);
	for (i = 0; i < t->n; i++) {
		buf_puts(b, "| ");
		cell(b, t->v[order[i]].name);
		buf_printf(b, " | %llu | %.1f %% |\n",
		    (unsigned long long)t->v[order[i]].n,
		    100.0 * (double)t->v[order[i]].n / (double)all);
	}
}

static void
text_ambiguity(const struct figures *g, struct buf *b)
{
	if (g->blind == 0) {
		buf_puts(b, "| ambiguity | not measured: no blind answers |\n");
		return;
	}
	share(b, "ambiguity: blind answers fall into several clusters",
	    g->split_answers, g->blind);
	share(b, "ambiguity: gold answer is not the majority's",
	    g->majority_other, g->blind);
	buf_printf(b,
	    "| ambiguity: mean entropy of the answers, bits | %.3f |\n",
	    g->entropies > 0 ? g->entropy / (double)g->entropies : 0.0);
}

static void
text_checks(const struct figures *g, struct buf *b)
{
	uint64_t labelled = g->truth_yes + g->truth_no;

	share(b, "verified", g->verified, g->episodes);
	share(b, "label check: gold answer matches the computed truth",
	    g->truth_yes, labelled);
	number(b, "label check: no computed truth", g->truth_none);
	text_ambiguity(g, b);
	number(b, "duplicates: repeated episode ids",
	    uniq_total(g->u[U_EPISODE]) - g->distinct[U_EPISODE]);
	number(b, "gold conversations that cite the hint", g->hint_leaks);
}

static void
text_questions(const struct figures *g, struct buf *b)
{
	uint64_t all = uniq_total(g->u[U_QUESTION]),
		 words = uniq_total(g->u[U_WORDS3]);

	share(b, "duplicates: repeated question on the same CSV",
	    all - g->distinct[U_QUESTION], all);
	number(b, "diversity: distinct meaning trees", g->distinct[U_TREE]);
	number(
	    b, "diversity: distinct two-word openings", g->distinct[U_OPENING]);
	buf_printf(b,
	    "| diversity: distinct-3 (three-word sequences) | %.3f |\n",
	    words > 0 ? (double)g->distinct[U_WORDS3] / (double)words : 0.0);
	number(b, "source CSVs", g->n_src);
}

static void
text_usage(const struct figures *g, struct buf *b)
{
	struct buf v = {0};

	if (g->cost_known + g->cost_unknown == 0)
		return;
	if (g->cost_known > 0)
		buf_real(&v, round(g->cost * 1e6) / 1e6);
	else
		buf_puts(&v, "not known");
	if (g->cost_known > 0 && g->cost_unknown > 0)
		buf_printf(&v, " (not known for %llu rows)",
		    (unsigned long long)g->cost_unknown);
	buf_printf(b, "| cost, US dollars | %s |\n", buf_str(&v));
	number(b, "prompt tokens", g->prompt);
	number(b, "completion tokens", g->completion);
	buf_clear(&v);
}

static void
text_pass(const struct figures *g, struct buf *b)
{
	static const char *const bins[PASS_BINS] = {"0", "0 to 0.25",
	    "0.25 to 0.5", "0.5 to 0.75", "0.75 to 1", "1", "not measured"};
	size_t i;

	buf_puts(b,
	    "\n| pass rate of blind runs | rows | share |\n"
	    "| --- | ---: | ---: |\n");
	for (i = 0; i < PASS_BINS; i++)
		buf_printf(b, "| %s | %llu | %.1f %% |\n", bins[i],
		    (unsigned long long)g->pass[i],
		    100.0 * (double)g->pass[i] / (double)g->episodes);
}

static int
by_rows(const void *a, const void *b)
{
	const struct source *x = *(const struct source *const *)a,
			    *y = *(const struct source *const *)b;

	if (x->rows != y->rows)
		return x->rows > y->rows ? -1 : 1;
	if (strcmp(x->name, y->name) != 0)
		return strcmp(x->name, y->name);
	return x->key < y->key ? -1 : x->key > y->key;
}

static void
text_sources(const struct figures *g, struct buf *b)
{
	const struct source **v = xcalloc(g->n_src + 1, sizeof *v);
	size_t i;

	if (g->n_src > 0)
		buf_puts(b,
		    "\n| source CSV | licence | rows |\n"
		    "| --- | --- | ---: |\n");
	for (i = 0; i < g->n_src; i++)
		v[i] = &g->src[i];
	qsort(v, g->n_src, sizeof *v, by_rows);
	for (i = 0; i < g->n_src && i < SOURCES_SHOWN; i++) {
		buf_puts(b, v[i]->url != NULL ? "| [" : "| ");
		cell(b, v[i]->name);
		if (v[i]->url != NULL) {
			buf_puts(b, "](");
			cell(b, v[i]->url);
			buf_puts(b, ")");
		}
		buf_puts(b, " | ");
		cell(b, v[i]->license != NULL ? v[i]->license : "unknown");
		buf_printf(b, " | %llu |\n", (unsigned long long)v[i]->rows);
	}
	if (g->n_src > SOURCES_SHOWN)
		buf_printf(
		    b, "| and %zu more | | |\n", g->n_src - SOURCES_SHOWN);
	free(v);
}

void
figures_text(const struct figures *g, struct buf *b)
{
	uint64_t questions = uniq_total(g->u[U_QUESTION]);

	buf_puts(b, "| figure | value |\n| --- | --- |\n");
	number(b, "rows", g->rows);
	if (g->episodes > 0)
		text_checks(g, b);
	if (g->proven + g->unproven > 0)
		share(b, "proven again by csv-verify", g->proven,
		    g->proven + g->unproven);
	if (questions > 0)
		text_questions(g, b);
	text_usage(g, b);
	table(b, "record type", &g->kind, g->rows);
	table(b, "failure category", &g->failure, g->rows);
	table(b, "difficulty", &g->difficulty, g->rows);
	if (g->episodes > 0)
		text_pass(g, b);
	table(b, "category", &g->category, g->rows);
	table(b, "style", &g->style, g->rows);
	table(b, "answer type", &g->output, g->rows);
	table(b, "questions from", &g->source, g->rows);
	table(b, "teacher", &g->teacher, g->rows);
	text_sources(g, b);
}

char *
figures_license(const struct figures *g)
{
	const char *all = NULL;
	size_t i;

	for (i = 0; i < g->n_src; i++) {
		if (g->src[i].hub_license == NULL ||
		    (all != NULL && strcmp(all, g->src[i].hub_license) != 0))
			return NULL;
		all = g->src[i].hub_license;
	}
	return all != NULL ? xstrdup(all) : NULL;
}
