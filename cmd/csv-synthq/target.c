/* target.c - keep the questions of a file to a histogram. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "log.h"
#include "mem.h"
#include "target.h"

enum { PARTS = 32, DIMENSIONS = 4, BUDGET = 40 };

static const char *const dimension[DIMENSIONS] = {
    "difficulty", "category", "output_type", "style"};

struct part {
	char *name; /* NULL: all names that are not listed */
	double share;
	size_t quota, taken;
};

struct target {
	struct part part[DIMENSIONS][PARTS];
	int n[DIMENSIONS]; /* parts; 0: no wish */
	double coverage; /* 0: no wish */
	/* of the file at hand */
	size_t wanted, taken, columns_wanted;
	json_t *columns; /* those that questions may use: name -> used */
	size_t columns_used;
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

void
target_free(struct target *t)
{
	int d, i;

	if (t == NULL)
		return;
	for (d = 0; d < DIMENSIONS; d++)
		for (i = 0; i < t->n[d]; i++)
			free(t->part[d][i].name);
	json_decref(t->columns);
	free(t);
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
	json_decref(t->columns);
	t->columns = json_object();
	for (i = 0; i < tab_cols(tab); i++)
		if (prof_col(pf, i)->pools != 0)
			json_object_set_new(
			    t->columns, tab_name(tab, i), json_false());
	t->wanted = n;
	t->taken = t->columns_used = 0;
	t->columns_wanted = (size_t)ceil(
	    t->coverage * (double)json_object_size(t->columns) - 1e-9);
}

/* The part that a name belongs to; NULL when there is no wish. */
static struct part *
part_of(struct target *t, int d, const char *name)
{
	int i;

	if (t->n[d] == 0)
		return NULL;
	for (i = 0; i < t->n[d] - 1; i++)
		if (strcmp(t->part[d][i].name, name) == 0)
			break;
	return &t->part[d][i];
}

static bool
room(struct target *t, int d, const char *name)
{
	const struct part *p = name != NULL ? part_of(t, d, name) : NULL;

	return p == NULL || p->taken < p->quota;
}

bool
target_room(struct target *t, const char *difficulty, const char *category,
    const char *style, const char *output_type)
{
	return room(t, 0, difficulty) && room(t, 1, category) &&
	    room(t, 2, output_type) && room(t, 3, style);
}

static const char *
member(const json_t *q, const char *name)
{
	return json_string_value(json_object_get(q, name));
}

bool
target_take(struct target *t, const json_t *q)
{
	const json_t *used =
	    json_object_get(json_object_get(q, "template_params"), "columns");
	size_t fresh = 0, i;
	const char *name;
	int d;

	for (i = 0; i < json_array_size(used); i++)
		fresh += json_is_false(json_object_get(
		    t->columns, json_string_value(json_array_get(used, i))));
	/* the last places are for columns that are still missing */
	if (fresh == 0 &&
	    t->columns_used + (t->wanted - t->taken) <= t->columns_wanted)
		return false;
	if (!target_room(t, member(q, dimension[0]), member(q, dimension[1]),
		member(q, dimension[3]), member(q, dimension[2])))
		return false;
	for (d = 0; d < DIMENSIONS; d++)
		if (t->n[d] > 0)
			part_of(t, d, member(q, dimension[d]))->taken++;
	for (i = 0; i < json_array_size(used); i++) {
		name = json_string_value(json_array_get(used, i));
		if (json_object_get(t->columns, name) != NULL)
			json_object_set_new(t->columns, name, json_true());
	}
	t->columns_used += fresh;
	t->taken++;
	return true;
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
