/* card.c - the README.md of a data set. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "card.h"
#include "mem.h"

enum {
	NODES_MAX = 100000, /* of an old card, aliases expanded */
	DEPTH_MAX = 100,
};

static const char mark_begin[] = "<!-- hf-push:figures",
		  mark_end[] = "<!-- hf-push:end -->";

/* Two documents: the old one is read, the new one is built. */
struct maker {
	yaml_document_t *old, *doc;
	size_t copied;
	const struct card *c;
};

const char *
card_size(uint64_t rows)
{
	static const char *const names[] = {"n<1K", "1K<n<10K", "10K<n<100K",
	    "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B",
	    "10B<n<100B", "100B<n<1T", "n>1T"};
	uint64_t limit = 1000;
	size_t i;

	for (i = 0; i < 10 && rows >= limit; i++)
		limit *= 10;
	return names[i];
}

/* The front matter of a card: its YAML and what follows. false: none. */
static bool
front(const char *s, size_t n, const char **yaml, size_t *yaml_n,
    const char **body, size_t *body_n)
{
	const char *p, *line, *nl, *end;

	*yaml = s;
	*yaml_n = 0;
	*body = s;
	*body_n = n;
	if (s == NULL || n < 4 || memcmp(s, "---", 3) != 0 ||
	    (s[3] != '\n' && s[3] != '\r'))
		return false;
	end = s + n;
	p = memchr(s, '\n', n);
	for (line = p != NULL ? p + 1 : end; line < end; line = nl + 1) {
		nl = memchr(line, '\n', (size_t)(end - line));
		if (nl == NULL)
			nl = end;
		if (nl - line >= 3 && memcmp(line, "---", 3) == 0 &&
		    (nl - line == 3 || line[3] == '\r')) {
			*yaml = p + 1;
			*yaml_n = (size_t)(line - *yaml);
			*body = nl < end ? nl + 1 : end;
			*body_n = (size_t)(end - *body);
			return true;
		}
		if (nl == end)
			break;
	}
	return false;
}

/* Parse front matter; an absent one is an empty mapping. */
static int
load(yaml_document_t *d, const char *card, size_t n, struct fail *f)
{
	const char *yaml, *body;
	size_t yaml_n, body_n;
	yaml_parser_t y;
	yaml_node_t *root;
	int ok;

	if (!front(card, n, &yaml, &yaml_n, &body, &body_n) || yaml_n == 0) {
		yaml = "{}";
		yaml_n = 2;
	}
	if (!yaml_parser_initialize(&y))
		mem_fail();
	yaml_parser_set_input_string(&y, (const unsigned char *)yaml, yaml_n);
	ok = yaml_parser_load(&y, d);
	if (!ok)
		fail_set(f, FAIL_VALUE,
		    "README.md of the repository:%zu: expected YAML, saw: %s",
		    y.problem_mark.line + 2,
		    y.problem != NULL ? y.problem : "unreadable text");
	yaml_parser_delete(&y);
	if (!ok)
		return -1;
	root = yaml_document_get_root_node(d);
	if (root != NULL && root->type == YAML_MAPPING_NODE)
		return 0;
	yaml_document_delete(d);
	return fail_set(f, FAIL_VALUE,
	    "README.md of the repository:2: expected a mapping of keys");
}

static const char *
scalar(const yaml_node_t *n)
{
	return n != NULL && n->type == YAML_SCALAR_NODE
	    ? (const char *)n->data.scalar.value
	    : NULL;
}

static yaml_node_t *
get(yaml_document_t *d, const yaml_node_t *map, const char *key)
{
	const yaml_node_pair_t *p;
	const char *s;

	if (map == NULL || map->type != YAML_MAPPING_NODE)
		return NULL;
	for (p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top;
	     p++) {
		s = scalar(yaml_document_get_node(d, p->key));
		if (s != NULL && strcmp(s, key) == 0)
			return yaml_document_get_node(d, p->value);
	}
	return NULL;
}

/* Can s stand unquoted and still be read as text everywhere? */
static bool
plain(const char *s)
{
	static const char *const words[] = {"y", "n", "yes", "no", "on", "off",
	    "true", "false", "null", "nan", "inf"};
	size_t n = strlen(s), i;

	if (n == 0 || !((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z')))
		return false;
	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(s, words[i]) == 0)
			return false;
	return strspn(s,
		   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		   "0123456789_-./") == n;
}

static int
check_id(int id)
{
	if (id == 0)
		mem_fail();
	return id;
}

static int
put_str(struct maker *m, const char *s)
{
	struct buf b = {0};
	int id;

	buf_utf8(&b, s, strlen(s));
	id = yaml_document_add_scalar(m->doc, NULL,
	    (const unsigned char *)buf_str(&b), (int)b.n,
	    plain(buf_str(&b)) ? YAML_PLAIN_SCALAR_STYLE
			       : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
	buf_clear(&b);
	return check_id(id);
}

static int
new_map(struct maker *m)
{
	return check_id(
	    yaml_document_add_mapping(m->doc, NULL, YAML_BLOCK_MAPPING_STYLE));
}

static int
new_list(struct maker *m)
{
	return check_id(yaml_document_add_sequence(
	    m->doc, NULL, YAML_BLOCK_SEQUENCE_STYLE));
}

static void
put(struct maker *m, int map, const char *key, int value)
{
	int k = put_str(m, key);

	if (!yaml_document_append_mapping_pair(m->doc, map, k, value))
		mem_fail();
}

static void
append(struct maker *m, int list, int value)
{
	if (!yaml_document_append_sequence_item(m->doc, list, value))
		mem_fail();
}

/* Copy a node of the old document, aliases expanded; 0: too much of it. */
static int
copy(struct maker *m, const yaml_node_t *n, int depth)
{
	yaml_node_pair_t *p;
	yaml_node_item_t *i;
	int id, k, v;

	if (n == NULL || ++m->copied > NODES_MAX || depth > DEPTH_MAX)
		return 0;
	if (n->type == YAML_SCALAR_NODE)
		return check_id(yaml_document_add_scalar(m->doc, n->tag,
		    n->data.scalar.value, (int)n->data.scalar.length,
		    n->data.scalar.style));
	if (n->type == YAML_SEQUENCE_NODE) {
		id = check_id(yaml_document_add_sequence(
		    m->doc, n->tag, n->data.sequence.style));
		for (i = n->data.sequence.items.start;
		     i < n->data.sequence.items.top; i++) {
			v = copy(
			    m, yaml_document_get_node(m->old, *i), depth + 1);
			if (v == 0)
				return 0;
			append(m, id, v);
		}
		return id;
	}
	id = check_id(
	    yaml_document_add_mapping(m->doc, n->tag, n->data.mapping.style));
	for (p = n->data.mapping.pairs.start; p < n->data.mapping.pairs.top;
	     p++) {
		k = copy(m, yaml_document_get_node(m->old, p->key), depth + 1);
		v = copy(
		    m, yaml_document_get_node(m->old, p->value), depth + 1);
		if (k == 0 || v == 0 ||
		    !yaml_document_append_mapping_pair(m->doc, id, k, v))
			return 0;
	}
	return id;
}

/* Columns as the `datasets` library writes them. */

static int put_fields(struct maker *m, const struct row_type *t);

static const char *
dtype(const struct row_type *t)
{
	return t->kind == ROW_STRUCT || t->kind == ROW_LIST
	    ? "null"
	    : rows_kind_name(t->kind);
}

static bool
has_members(const struct row_type *t)
{
	return t->kind == ROW_STRUCT && t->n > 0;
}

/* Put the type of t into the mapping: dtype, struct or list. */
static void
put_type(struct maker *m, int map, const struct row_type *t)
{
	int inner;

	if (has_members(t)) {
		put(m, map, "struct", put_fields(m, t));
	} else if (t->kind != ROW_LIST) {
		put(m, map, "dtype", put_str(m, dtype(t)));
	} else if (t->elem != NULL && has_members(t->elem)) {
		put(m, map, "list", put_fields(m, t->elem));
	} else if (t->elem != NULL && t->elem->kind == ROW_LIST) {
		inner = new_map(m);
		put_type(m, inner, t->elem);
		put(m, map, "list", inner);
	} else {
		put(m, map, "list",
		    put_str(m, t->elem != NULL ? dtype(t->elem) : "null"));
	}
}

static int
put_fields(struct maker *m, const struct row_type *t)
{
	int list = new_list(m), map;
	size_t i;

	for (i = 0; i < t->n; i++) {
		map = new_map(m);
		put(m, map, "name", put_str(m, t->field[i].name));
		put_type(m, map, &t->field[i].type);
		append(m, list, map);
	}
	return list;
}

static void read_type(
    yaml_document_t *d, const yaml_node_t *n, struct row_type *t, int depth);

static void
read_dtype(const char *s, struct row_type *t)
{
	int k;

	for (k = ROW_NULL; k <= ROW_STR; k++)
		if (strcmp(s, rows_kind_name(k)) == 0)
			t->kind = k;
}

static void
read_fields(
    yaml_document_t *d, const yaml_node_t *n, struct row_type *t, int depth)
{
	const yaml_node_item_t *i;
	const yaml_node_t *item;
	const char *name;

	if (depth > DEPTH_MAX)
		return;
	t->kind = ROW_STRUCT;
	for (i = n->data.sequence.items.start; i < n->data.sequence.items.top;
	     i++) {
		item = yaml_document_get_node(d, *i);
		name = scalar(get(d, item, "name"));
		if (name != NULL && t->n < ROW_FIELDS_MAX)
			read_type(d, item, rows_add(t, name), depth + 1);
	}
}

/* An element: a name, a list of members, or a mapping with a type in it. */
static void
read_elem(
    yaml_document_t *d, const yaml_node_t *n, struct row_type *t, int depth)
{
	if (scalar(n) != NULL)
		read_dtype(scalar(n), t);
	else if (n->type == YAML_SEQUENCE_NODE)
		read_fields(d, n, t, depth);
	else
		read_type(d, n, t, depth);
}

static void
read_type(
    yaml_document_t *d, const yaml_node_t *n, struct row_type *t, int depth)
{
	const yaml_node_t *v;

	if (depth > DEPTH_MAX)
		return;
	if ((v = get(d, n, "dtype")) != NULL) {
		if (scalar(v) != NULL)
			read_dtype(scalar(v), t);
	} else if ((v = get(d, n, "struct")) != NULL) {
		if (v->type == YAML_SEQUENCE_NODE)
			read_fields(d, v, t, depth);
	} else if ((v = get(d, n, "list")) != NULL ||
	    (v = get(d, n, "sequence")) != NULL) {
		rows_clear(t);
		t->kind = ROW_LIST;
		t->elem = xcalloc(1, sizeof *t->elem);
		read_elem(d, v, t->elem, depth + 1);
	}
}

/* The entry of the default configuration (dataset_info, configs), or NULL. */
static yaml_node_t *
default_info(yaml_document_t *d, yaml_node_t *info)
{
	yaml_node_item_t *i;
	yaml_node_t *n;
	const char *name;

	if (info == NULL || info->type == YAML_MAPPING_NODE) {
		name = scalar(get(d, info, "config_name"));
		return name == NULL || strcmp(name, "default") == 0 ? info
								    : NULL;
	}
	if (info->type != YAML_SEQUENCE_NODE)
		return NULL;
	for (i = info->data.sequence.items.start;
	     i < info->data.sequence.items.top; i++) {
		n = yaml_document_get_node(d, *i);
		name = scalar(get(d, n, "config_name"));
		if (name != NULL && strcmp(name, "default") == 0)
			return n;
	}
	return NULL;
}

int
card_rows(const char *card, size_t n, struct row_type *t, struct fail *f)
{
	yaml_document_t d;
	yaml_node_t *v;

	if (load(&d, card, n, f) == -1)
		return -1;
	v = get(&d, yaml_document_get_root_node(&d), "dataset_info");
	v = get(&d, default_info(&d, v), "features");
	if (v != NULL && v->type == YAML_SEQUENCE_NODE)
		read_fields(&d, v, t, 0);
	yaml_document_delete(&d);
	return 0;
}

char *
card_key(const char *card, size_t n, const char *key)
{
	yaml_document_t d;
	const char *s;
	char *out = NULL;

	if (load(&d, card, n, NULL) == -1)
		return NULL;
	s = scalar(get(&d, yaml_document_get_root_node(&d), key));
	if (s != NULL && *s != '\0')
		out = xstrdup(s);
	yaml_document_delete(&d);
	return out;
}

size_t
card_splits(const char *card, size_t n, char ***names)
{
	yaml_document_t d;
	yaml_node_t *v, *item;
	yaml_node_item_t *i;
	const char *s;
	size_t count = 0, cap = 0;

	*names = NULL;
	if (load(&d, card, n, NULL) == -1)
		return 0;
	v = get(&d, yaml_document_get_root_node(&d), "configs");
	v = get(&d, default_info(&d, v), "data_files");
	if (v != NULL && v->type == YAML_SEQUENCE_NODE)
		for (i = v->data.sequence.items.start;
		     i < v->data.sequence.items.top; i++) {
			item = yaml_document_get_node(&d, *i);
			if ((s = scalar(get(&d, item, "split"))) == NULL)
				continue;
			*names = xgrow(*names, count, &cap, sizeof **names);
			(*names)[count++] = xstrdup(s);
		}
	yaml_document_delete(&d);
	return count;
}

/* Building the parts we own. */

/* A split of a mark: a name in its text, and how many rows it had. */
struct count {
	const char *name;
	size_t n;
	uint64_t rows;
};

static bool
is_named(const struct count *k, const char *split)
{
	return strlen(split) == k->n && memcmp(split, k->name, k->n) == 0;
}

static bool
is_pushed(const struct card *c, const struct count *k)
{
	size_t i;

	for (i = 0; i < c->splits; i++)
		if (is_named(k, c->split[i].name))
			return true;
	return false;
}

static bool
is_kept(const struct card *c, const struct count *k)
{
	size_t i;

	for (i = 0; i < c->n_kept; i++)
		if (is_named(k, c->kept[i]))
			return true;
	return false;
}

static void
put_data_file(struct maker *m, int list, const char *split, const char *ext)
{
	char *path = xasprintf("data/%s-*%s", split, ext);
	int map = new_map(m);

	put(m, map, "split", put_str(m, split));
	put(m, map, "path", put_str(m, path));
	append(m, list, map);
	free(path);
}

/* The old entry of a split, copied to list; false when there is none. */
static bool
copy_data_file(
    struct maker *m, const yaml_node_t *old, int list, const char *want)
{
	const yaml_node_item_t *i;
	const yaml_node_t *item;
	const char *split;
	int id;

	if (old == NULL || old->type != YAML_SEQUENCE_NODE)
		return false;
	for (i = old->data.sequence.items.start;
	     i < old->data.sequence.items.top; i++) {
		item = yaml_document_get_node(m->old, *i);
		split = scalar(get(m->old, item, "split"));
		if (split == NULL || strcmp(split, want) != 0)
			continue;
		if ((id = copy(m, item, 0)) != 0)
			append(m, list, id);
		return true;
	}
	return false;
}

/* Our splits, then those that stay. */
static int
data_files(struct maker *m, const yaml_node_t *old)
{
	int list = new_list(m);
	size_t k;

	for (k = 0; k < m->c->splits; k++)
		put_data_file(m, list, m->c->split[k].name, m->c->ext);
	for (k = 0; k < m->c->n_kept; k++)
		if (!copy_data_file(m, old, list, m->c->kept[k]))
			put_data_file(m, list, m->c->kept[k], "");
	return list;
}

/* configs: ours is "default"; the others stay. */
static int
configs(struct maker *m, yaml_node_t *old)
{
	int list = new_list(m), map = new_map(m), id;
	yaml_node_t *mine = NULL, *item;
	yaml_node_item_t *i;
	const char *name;

	append(m, list, map);
	if (old != NULL && old->type == YAML_SEQUENCE_NODE)
		for (i = old->data.sequence.items.start;
		     i < old->data.sequence.items.top; i++) {
			item = yaml_document_get_node(m->old, *i);
			name = scalar(get(m->old, item, "config_name"));
			if (name != NULL && strcmp(name, "default") == 0)
				mine = item;
			else if ((id = copy(m, item, 0)) != 0)
				append(m, list, id);
		}
	put(m, map, "config_name", put_str(m, "default"));
	put(m, map, "data_files",
	    data_files(m, get(m->old, mine, "data_files")));
	return list;
}

/* dataset_info: our features; counts that would be wrong are left out. */
static int
info(struct maker *m, yaml_node_t *old)
{
	yaml_node_item_t *i;
	yaml_node_t *item;
	int map = new_map(m), list, id;

	put(m, map, "config_name", put_str(m, "default"));
	put(m, map, "features", put_fields(m, m->c->rows));
	if (old == NULL || old->type != YAML_SEQUENCE_NODE)
		return map;
	list = new_list(m);
	append(m, list, map);
	for (i = old->data.sequence.items.start;
	     i < old->data.sequence.items.top; i++) {
		item = yaml_document_get_node(m->old, *i);
		if (item != default_info(m->old, old) &&
		    (id = copy(m, item, 0)) != 0)
			append(m, list, id);
	}
	return list;
}

static int
one_item(struct maker *m, const char *s)
{
	int list = new_list(m);

	append(m, list, put_str(m, s));
	return list;
}

static int
tags(struct maker *m, yaml_node_t *old)
{
	static const char *const ours[] = {"synthetic", "csv", "agent"};
	int list = new_list(m), id;
	yaml_node_item_t *i;
	yaml_node_t *item;
	bool seen[3] = {false};
	size_t k;

	if (scalar(old) != NULL) {
		append(m, list, put_str(m, scalar(old)));
	} else if (old != NULL && old->type == YAML_SEQUENCE_NODE) {
		for (i = old->data.sequence.items.start;
		     i < old->data.sequence.items.top; i++) {
			item = yaml_document_get_node(m->old, *i);
			for (k = 0; k < 3 && scalar(item) != NULL; k++)
				seen[k] |= strcmp(scalar(item), ours[k]) == 0;
			if ((id = copy(m, item, 0)) != 0)
				append(m, list, id);
		}
	}
	for (k = 0; k < 3; k++)
		if (!seen[k])
			append(m, list, put_str(m, ours[k]));
	return list;
}

static int
tasks(struct maker *m)
{
	int list = new_list(m);

	append(m, list, put_str(m, "question-answering"));
	append(m, list, put_str(m, "table-question-answering"));
	return list;
}

/* The next " NAME=ROWS" between *at and end, which is moved behind it. */
static bool
next_count(const char **at, const char *end, struct count *k)
{
	const char *p = *at;

	while (p < end && *p == ' ')
		p++;
	k->name = p;
	while (p < end && *p != '=' && *p != ' ')
		p++;
	k->n = (size_t)(p - k->name);
	if (k->n == 0 || end - p < 2 || p[0] != '=' || p[1] < '0' || p[1] > '9')
		return false;
	k->rows = 0;
	for (p++; p < end && *p >= '0' && *p <= '9'; p++)
		k->rows = k->rows * 10 + (uint64_t)(*p - '0');
	*at = p;
	return true;
}

/* Rows of the splits that an old section of figures tells about: its first
 * line. */
static uint64_t
marked_rows(const char *line, const char *end, const struct card *c, bool *ours)
{
	const char *p = line + sizeof mark_begin - 1;
	uint64_t rows = 0;
	struct count k;

	*ours = false;
	while (next_count(&p, end, &k))
		if (is_pushed(c, &k))
			*ours = true;
		else if (is_kept(c, &k))
			rows += k.rows;
	return rows;
}

static uint64_t
all_rows(const struct card *c)
{
	const char *s = c->old, *end, *stop = s != NULL ? s + c->old_n : s;
	uint64_t rows = 0;
	bool ours;
	size_t i;

	for (i = 0; i < c->splits; i++)
		rows += c->split[i].rows;
	while (s != NULL && s < stop &&
	    (s = memmem(s, (size_t)(stop - s), mark_begin,
		 sizeof mark_begin - 1)) != NULL) {
		end = memchr(s, '\n', (size_t)(stop - s));
		if (end == NULL)
			break;
		rows += marked_rows(s, end, c, &ours);
		s = end;
	}
	return rows;
}

/* A value we own, for a key of the old card or a new one; 0: not ours. */
static int
owned(struct maker *m, const char *key, yaml_node_t *old)
{
	const struct card *c = m->c;

	if (strcmp(key, "license") == 0)
		return c->license != NULL ? put_str(m, c->license) : 0;
	if (strcmp(key, "size_categories") == 0)
		return one_item(m, card_size(all_rows(c)));
	if (strcmp(key, "tags") == 0)
		return c->foreign ? 0 : tags(m, old);
	if (strcmp(key, "configs") == 0)
		return configs(m, old);
	if (strcmp(key, "dataset_info") == 0)
		return c->rows != NULL ? info(m, old) : 0;
	if (old != NULL)
		return 0;
	if (strcmp(key, "language") == 0)
		return one_item(m, "en");
	if (strcmp(key, "pretty_name") == 0)
		return put_str(m, c->pretty);
	if (strcmp(key, "task_categories") == 0 && !c->foreign)
		return tasks(m);
	return 0;
}

static int
build(struct maker *m, int map, struct fail *f)
{
	static const char *const keys[] = {"license", "language", "pretty_name",
	    "task_categories", "tags", "size_categories", "configs",
	    "dataset_info"};
	yaml_node_t *root = yaml_document_get_root_node(m->old), *k, *v;
	yaml_node_pair_t *p;
	const char *key;
	size_t i;
	int id, kid;

	for (p = root->data.mapping.pairs.start;
	     p < root->data.mapping.pairs.top; p++) {
		k = yaml_document_get_node(m->old, p->key);
		v = yaml_document_get_node(m->old, p->value);
		key = scalar(k) != NULL ? scalar(k) : "";
		if (strcmp(key, "dataset_info") == 0 && m->c->rows == NULL)
			continue; /* it would pin other rows' types */
		if ((id = owned(m, key, v)) == 0)
			id = copy(m, v, 0);
		kid = copy(m, k, 0);
		if (id == 0 || kid == 0)
			return fail_set(f, FAIL_VALUE,
			    "README.md of the repository: expected at most %d "
			    "nodes in its front matter",
			    NODES_MAX);
		if (!yaml_document_append_mapping_pair(m->doc, map, kid, id))
			mem_fail();
	}
	for (i = 0; i < sizeof keys / sizeof *keys; i++)
		if (get(m->old, root, keys[i]) == NULL &&
		    (id = owned(m, keys[i], NULL)) != 0)
			put(m, map, keys[i], id);
	return 0;
}

static int
on_yaml(void *arg, unsigned char *p, size_t n)
{
	buf_put(arg, p, n);
	return 1;
}

/* Write the new document; it is consumed. */
static void
dump(yaml_document_t *doc, struct buf *out)
{
	yaml_emitter_t e;

	if (!yaml_emitter_initialize(&e))
		mem_fail();
	yaml_emitter_set_output(&e, on_yaml, out);
	yaml_emitter_set_unicode(&e, 1);
	yaml_emitter_set_width(&e, -1);
	if (!yaml_emitter_dump(&e, doc))
		mem_fail();
	yaml_emitter_delete(&e);
}

static int
put_front(const struct card *c, struct buf *out, struct fail *f)
{
	yaml_document_t old, doc;
	struct maker m = {&old, &doc, 0, c};
	int rc;

	if (load(&old, c->old, c->old_n, f) == -1)
		return -1;
	if (c->license == NULL &&
	    get(&old, yaml_document_get_root_node(&old), "license") == NULL) {
		yaml_document_delete(&old);
		return fail_set(f, FAIL_USAGE,
		    "expected --license: the source CSVs do not share a known "
		    "one, and no card of the repository names one");
	}
	if (!yaml_document_initialize(&doc, NULL, NULL, NULL, 1, 1))
		mem_fail();
	rc = build(&m, new_map(&m), f);
	yaml_document_delete(&old);
	if (rc == -1) {
		yaml_document_delete(&doc);
		return -1;
	}
	buf_puts(out, "---\n");
	dump(&doc, out);
	buf_puts(out, "---\n");
	return 0;
}

static void
put_section(const struct card *c, struct buf *out)
{
	size_t i;

	buf_puts(out, mark_begin);
	for (i = 0; i < c->splits; i++)
		buf_printf(out, " %s=%llu", c->split[i].name,
		    (unsigned long long)c->split[i].rows);
	buf_puts(out, " -->\n## Figures");
	for (i = 0; i < c->splits; i++)
		buf_printf(out, "%s%s (%llu rows)", i > 0 ? ", " : ": ",
		    c->split[i].name, (unsigned long long)c->split[i].rows);
	buf_puts(out, "\n\nComputed from the records by hf-push.\n\n");
	buf_puts(out, c->figures);
	buf_puts(out, mark_end);
	buf_putc(out, '\n');
}

/* The first words of a card that did not exist. */
static void
put_intro(const struct card *c, struct buf *out)
{
	buf_printf(out,
	    "\n# %s\n\n%s"
	    "```python\nfrom datasets import load_dataset\n\n"
	    "rows = load_dataset(\"%s\", split=\"%s\")\n```\n\n"
	    "Columns whose names end in `_json` hold JSON text, since their "
	    "values differ in type from row to row: read them with "
	    "`json.loads`. A name that ends in `_type` tells the type of the "
	    "value beside it.\n\n",
	    c->pretty,
	    c->foreign ? ""
		       : "Questions about CSV files with answers that were "
			 "computed by running code.\n\n",
	    c->repo, c->split[0].name);
}

/* The old prose, our sections in it replaced: the first that shares a split
 * by the new section, others that share one by nothing. */
static void
put_body(const struct card *c, const char *s, size_t n, struct buf *out)
{
	const char *stop = s + n, *at = s, *end = s, *next, *line;
	bool done = false, ours;

	while ((at = memmem(at, (size_t)(stop - at), mark_begin,
		    sizeof mark_begin - 1)) != NULL) {
		if ((line = memchr(at, '\n', (size_t)(stop - at))) == NULL)
			break;
		if (end < line) /* else it is still the nearest one */
			end = memmem(line, (size_t)(stop - line), mark_end,
			    sizeof mark_end - 1);
		if (end == NULL)
			break;
		next = memmem(line, (size_t)(end - line), mark_begin,
		    sizeof mark_begin - 1);
		if (next != NULL) { /* this one was never finished: prose */
			at = next;
			continue;
		}
		marked_rows(at, line, c, &ours);
		next = end + sizeof mark_end - 1;
		if (next < stop && *next == '\n')
			next++;
		buf_put(out, s, (size_t)(at - s));
		if (!ours)
			buf_put(out, at, (size_t)(next - at));
		else if (!done)
			put_section(c, out);
		done |= ours;
		at = s = next;
	}
	buf_put(out, s, (size_t)(stop - s));
	if (done)
		return;
	if (out->n > 0 && out->p[out->n - 1] != '\n')
		buf_putc(out, '\n');
	put_section(c, out);
}

int
card_make(const struct card *c, struct buf *out, struct fail *f)
{
	const char *yaml, *body;
	size_t yaml_n, body_n;
	struct buf prose = {0};

	if (put_front(c, out, f) == -1)
		return -1;
	front(c->old, c->old_n, &yaml, &yaml_n, &body, &body_n);
	if (c->old == NULL) {
		put_intro(c, &prose);
		put_section(c, &prose);
	} else {
		put_body(c, body, body_n, &prose);
	}
	buf_put(out, buf_str(&prose), prose.n);
	buf_clear(&prose);
	return 0;
}
