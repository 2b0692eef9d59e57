/* target.c - keep the questions of a file to a histogram. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "log.h"
#include "mem.h"
#include "opt.h"
#include "target.h"

enum {
	PARTS = 32,
	DIMENSIONS = 4,
	BUDGET = 40, /* candidates a question */
	SEARCH = 2000, /* questions held that a candidate is compared with */
};

static const char *const dimension[DIMENSIONS] = {
    "difficulty", "category", "output_type", "style"};

/* What names a dimension knows; NULL: any (a category may be of no family). */
static const char *const known[DIMENSIONS] = {"EASY,MEDIUM,HARD,VERY_HARD",
    NULL, "number,integer,string,boolean,list,dict", "direct,discovery"};

struct part {
	char *name; /* NULL: all names that are not listed */
	double share;
	size_t quota, taken;
};

/* A question that is kept for now. */
struct held {
	json_t *q;
	int part[DIMENSIONS]; /* -1: no wish */
};

struct target {
	struct part part[DIMENSIONS][PARTS];
	int n[DIMENSIONS]; /* parts; 0: no wish */
	double coverage; /* 0: no wish */
	/* of the file at hand */
	size_t wanted, columns_wanted, columns_used;
	json_t *columns; /* name -> how many of the questions held use it */
	struct held *held;
	size_t nheld, at; /* where the last search for a swap ended */
};

static int
number(const char *text, double *v)
{
	char *end;

	errno = 0;
	*v = strtod(text, &end);
	return errno == 0 && end != text && *end == '\0' && *v >= 0 && *v <= 1
	    ? 0
	    : -1;
}

static const char *
scalar(const yaml_node_t *n)
{
	return n != NULL && n->type == YAML_SCALAR_NODE
	    ? (const char *)n->data.scalar.value
	    : "";
}

static int
bad(struct fail *f, const char *path, const yaml_node_t *n, const char *want)
{
	return fail_set(f, FAIL_USAGE, "%s:%zu: expected %s, saw \"%s\"", path,
	    n->start_mark.line + 1, want, scalar(n));
}

static int
read_shares(struct target *t, int d, yaml_document_t *doc,
    const yaml_node_t *map, const char *path, struct fail *f)
{
	const yaml_node_pair_t *p;
	const yaml_node_t *k, *v;
	struct part *part;
	double sum = 0;

	if (map->type != YAML_MAPPING_NODE)
		return bad(f, path, map, "a mapping of names to shares");
	for (p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top;
	     p++) {
		k = yaml_document_get_node(doc, p->key);
		v = yaml_document_get_node(doc, p->value);
		if (t->n[d] == PARTS - 1)
			return bad(f, path, k, "at most 31 names");
		if (known[d] != NULL && !opt_in_list(known[d], scalar(k)))
			return bad(f, path, k, known[d]);
		part = &t->part[d][t->n[d]++];
		part->name = xstrdup(scalar(k));
		if (number(scalar(v), &part->share) == -1)
			return bad(f, path, v, "a share from 0 to 1");
		sum += part->share;
	}
	if (sum > 1 + 1e-9)
		return bad(f, path, map, "shares of at most 1 in all");
	part = &t->part[d][t->n[d]++];
	part->share = fmax(0, 1 - sum);
	return 0;
}

static int
read_member(struct target *t, yaml_document_t *doc, const yaml_node_pair_t *p,
    const char *path, struct fail *f)
{
	const yaml_node_t *k = yaml_document_get_node(doc, p->key),
			  *v = yaml_document_get_node(doc, p->value);
	int d;

	if (strcmp(scalar(k), "column_coverage") == 0)
		return number(scalar(v), &t->coverage) == 0
		    ? 0
		    : bad(f, path, v, "a share from 0 to 1");
	for (d = 0; d < DIMENSIONS; d++)
		if (strcmp(scalar(k), dimension[d]) == 0)
			return t->n[d] == 0 ? read_shares(t, d, doc, v, path, f)
					    : bad(f, path, k, "each key once");
	return bad(f, path, k,
	    "difficulty, category, output_type, style or column_coverage");
}

static int
read_document(
    struct target *t, yaml_document_t *doc, const char *path, struct fail *f)
{
	const yaml_node_t *root = yaml_document_get_root_node(doc);
	const yaml_node_pair_t *p;

	if (root == NULL || root->type != YAML_MAPPING_NODE)
		return fail_set(f, FAIL_USAGE,
		    "%s:1: expected a mapping, saw something else", path);
	for (p = root->data.mapping.pairs.start;
	     p < root->data.mapping.pairs.top; p++)
		if (read_member(t, doc, p, path, f) == -1)
			return -1;
	return 0;
}

struct target *
target_load(const char *path, struct fail *f)
{
	struct target *t = xcalloc(1, sizeof *t);
	yaml_parser_t y;
	yaml_document_t doc;
	FILE *in = fopen(path, "re");
	int rc;

	if (in == NULL) {
		fail_set(f, FAIL_USAGE, "%s: %s", path, strerror(errno));
		target_free(t);
		return NULL;
	}
	yaml_parser_initialize(&y);
	yaml_parser_set_input_file(&y, in);
	if (yaml_parser_load(&y, &doc)) {
		rc = read_document(t, &doc, path, f);
		yaml_document_delete(&doc);
	} else {
		rc = fail_set(f, FAIL_USAGE, "%s:%zu: expected YAML, saw %s",
		    path, y.problem_mark.line + 1,
		    y.problem != NULL ? y.problem : "something else");
	}
	yaml_parser_delete(&y);
	fclose(in);
	if (rc == 0)
		return t;
	target_free(t);
	return NULL;
}

static void
let_go(struct target *t)
{
	size_t i;

	for (i = 0; i < t->nheld; i++)
		json_decref(t->held[i].q);
	free(t->held);
	json_decref(t->columns);
	t->held = NULL;
	t->columns = NULL;
	t->nheld = t->at = 0;
}

void
target_free(struct target *t)
{
	int d, i;

	if (t == NULL)
		return;
	for (d = 0; d < DIMENSIONS; d++)
		for (i = 0; i < t->n[d]; i++)
			free(t->part[d][i].name);
	let_go(t);
	free(t);
}

bool
target_has_style(const struct target *t, const char *name)
{
	int i;

	for (i = 0; i < t->n[3]; i++)
		if (t->part[3][i].name != NULL &&
		    strcmp(t->part[3][i].name, name) == 0)
			return t->part[3][i].share > 0;
	return false;
}

/* Shares of n as whole numbers that add up to n. */
static void
set_quotas(struct part *part, int parts, size_t n)
{
	double sum = 0;
	size_t before = 0, upto;
	int i;

	for (i = 0; i < parts; i++) {
		sum += part[i].share;
		upto = i + 1 < parts ? (size_t)floor(sum * (double)n + 0.5) : n;
		part[i].quota = upto - before;
		part[i].taken = 0;
		before = upto;
	}
}

void
target_start(struct target *t, const struct profile *pf, size_t n)
{
	const struct table *tab = prof_table(pf);
	size_t i;
	int d;

	for (d = 0; d < DIMENSIONS; d++)
		if (t->n[d] > 0)
			set_quotas(t->part[d], t->n[d], n);
	let_go(t);
	t->columns = json_object();
	for (i = 0; i < tab_cols(tab); i++)
		if (prof_col(pf, i)->pools != 0)
			json_object_set_new(
			    t->columns, tab_name(tab, i), json_integer(0));
	t->wanted = n;
	t->columns_used = 0;
	t->columns_wanted = (size_t)ceil(
	    t->coverage * (double)json_object_size(t->columns) - 1e-9);
}

/* The part that a name belongs to; -1 when there is no wish. */
static int
part_of(const struct target *t, int d, const char *name)
{
	int i;

	if (t->n[d] == 0)
		return -1;
	for (i = 0; i < t->n[d] - 1; i++)
		if (strcmp(t->part[d][i].name, name) == 0)
			break;
	return i;
}

static size_t
lack(size_t have, size_t want)
{
	return have < want ? want - have : 0;
}

/* How many questions all parts lack in sum, and columns. */
static size_t
distance(const struct target *t)
{
	size_t sum = lack(t->columns_used, t->columns_wanted);
	int d, i;

	for (d = 0; d < DIMENSIONS; d++)
		for (i = 0; i < t->n[d]; i++)
			sum += lack(t->part[d][i].taken, t->part[d][i].quota);
	return sum;
}

static bool
lacks(const struct target *t, int d, const char *name)
{
	int i = part_of(t, d, name);

	return i >= 0 && t->part[d][i].taken < t->part[d][i].quota;
}

/* Can a question's form or columns, not known yet, be what is lacking? */
static bool
lacks_more(const struct target *t)
{
	int i;

	for (i = 0; i < t->n[2]; i++)
		if (t->part[2][i].taken < t->part[2][i].quota)
			return true;
	return t->columns_used < t->columns_wanted;
}

bool
target_wants(const struct target *t, const char *difficulty,
    const char *category, const char *style)
{
	return t->nheld < t->wanted || lacks(t, 0, difficulty) ||
	    lacks(t, 1, category) || lacks(t, 3, style) || lacks_more(t);
}

/* Count a question's parts and columns in (by 1) or out (by -1). */
static void
count(struct target *t, const struct held *h, int by)
{
	const json_t *used = json_object_get(
	    json_object_get(h->q, "template_params"), "columns");
	json_t *n;
	size_t i;
	int d;

	for (d = 0; d < DIMENSIONS; d++)
		if (h->part[d] >= 0)
			t->part[d][h->part[d]].taken += (size_t)by;
	for (i = 0; i < json_array_size(used); i++) {
		n = json_object_get(
		    t->columns, json_string_value(json_array_get(used, i)));
		if (n == NULL)
			continue;
		t->columns_used -= json_integer_value(n) > 0;
		json_integer_set(n, json_integer_value(n) + by);
		t->columns_used += json_integer_value(n) > 0;
	}
}

/* The held question in whose place h brings the goal nearest; -1: none does.
 * One that leaves the distance as it is will do: it opens other ways. */
static long
place(struct target *t, const struct held *h)
{
	size_t least = distance(t) + 1, i, now;
	long best = -1;

	count(t, h, 1);
	for (i = 0; i < t->nheld && i < SEARCH; i++) {
		t->at = (t->at + 1) % t->nheld;
		count(t, &t->held[t->at], -1);
		now = distance(t);
		count(t, &t->held[t->at], 1);
		if (now >= least)
			continue;
		least = now;
		best = (long)t->at;
	}
	count(t, h, -1);
	return best;
}

bool
target_offer(struct target *t, json_t *q)
{
	struct held h = {.q = q};
	long at;
	int d;

	for (d = 0; d < DIMENSIONS; d++)
		h.part[d] = part_of(
		    t, d, json_string_value(json_object_get(q, dimension[d])));
	if (t->nheld < t->wanted) {
		t->held = xreallocarray(t->held, t->nheld + 1, sizeof *t->held);
		t->held[t->nheld++] = h;
		count(t, &h, 1);
	} else if ((at = place(t, &h)) >= 0) {
		count(t, &t->held[at], -1);
		json_decref(t->held[at].q);
		t->held[at] = h;
		count(t, &h, 1);
	} else {
		json_decref(q);
	}
	return t->nheld == t->wanted && distance(t) == 0;
}

static bool
too_many(const struct target *t, const struct held *h)
{
	int d;

	for (d = 0; d < DIMENSIONS; d++)
		if (h->part[d] >= 0 &&
		    t->part[d][h->part[d]].taken > t->part[d][h->part[d]].quota)
			return true;
	return false;
}

void
target_settle(struct target *t)
{
	size_t i = t->nheld;

	while (i-- > 0) {
		if (!too_many(t, &t->held[i]))
			continue;
		count(t, &t->held[i], -1);
		json_decref(t->held[i].q);
		memmove(&t->held[i], &t->held[i + 1],
		    (--t->nheld - i) * sizeof *t->held);
	}
}

const json_t *
target_at(const struct target *t, size_t i)
{
	return i < t->nheld ? t->held[i].q : NULL;
}

size_t
target_budget(const struct target *t)
{
	return BUDGET * t->wanted + 1000;
}

void
target_report(const struct target *t, const char *path)
{
	const struct part *p;
	int d, i;

	for (d = 0; d < DIMENSIONS; d++)
		for (i = 0; i < t->n[d]; i++) {
			p = &t->part[d][i];
			if (p->taken < p->quota)
				log_warn("%s: target: %s %s: %zu of %zu", path,
				    dimension[d],
				    p->name != NULL ? p->name : "(others)",
				    p->taken, p->quota);
		}
	if (t->columns_used < t->columns_wanted)
		log_warn("%s: target: columns used: %zu of %zu", path,
		    t->columns_used, t->columns_wanted);
}
