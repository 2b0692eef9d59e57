/* conf.c - configuration: one table of keys with defaults and limits. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

#include "buf.h"
#include "conf.h"
#include "mem.h"

const struct conf_key conf_keys[CONF_KEYS] = {
    [CONF_TEACHER_MODEL] = {"teacher_model", CONF_STR, "openai/gpt-oss-120b", 0,
	0, "model that answers questions"},
    [CONF_QUESTION_GEN_MODEL] = {"question_gen_model", CONF_STR,
	"openai/gpt-oss-120b", 0, 0, "model that asks and rewords"},
    [CONF_BASE_URL] = {"base_url", CONF_STR, "https://openrouter.ai/api/v1", 0,
	0, "chat API, without /chat/completions"},
    [CONF_API_KEY_ENV] = {"api_key_env", CONF_STR, NULL, 0, 0,
	"variable that holds the API key of another host"},
    [CONF_TEACHER] = {"teacher", CONF_STR, "auto", 0, 0,
	"auto, reference or chat"},
    [CONF_MAX_TURNS] = {"max_turns", CONF_INT, "10", 1, 1000,
	"turns a teacher run may take"},
    [CONF_N_CONSISTENCY] = {"n_consistency", CONF_INT, "7", 0, 1000,
	"blind runs of a question without ground truth"},
    [CONF_N_CONSISTENCY_KNOWN] = {"n_consistency_known", CONF_INT, "1", 0, 1000,
	"blind runs of a question with ground truth"},
    [CONF_TRIANGULATION_BY_DIFFICULTY] = {"triangulation_by_difficulty",
	CONF_MAP, NULL, 0, 0, "blind runs by difficulty: {HARD: 9}"},
    [CONF_N_QUESTION_SLOTS] = {"n_question_slots", CONF_INT, "4", 1, 4096,
	"questions in flight"},
    [CONF_EARLY_STOP] = {"early_stop", CONF_STR, "verdict", 0, 0,
	"when blind runs stop: verdict, beta or none"},
    [CONF_FLOAT_TOLERANCE] = {"float_tolerance", CONF_REAL, "0.1", 0, 1e9,
	"absolute tolerance of numbers without declared decimals"},
    [CONF_RELATIVE_TOLERANCE] = {"relative_tolerance", CONF_REAL, "0.02", 0, 1,
	"and relative to the larger magnitude"},
    [CONF_P_TOLERANCE] = {"p_tolerance", CONF_REAL, "0.002", 0, 1,
	"tolerance of p_value members"},
    [CONF_MIN_AGREEMENT] = {"min_agreement", CONF_REAL, "0.5", 0.5, 1,
	"share of blind answers that must match the gold answer"},
    [CONF_MAX_OPEN] = {"max_open", CONF_INT, "1024", 1, 10000000,
	"groups held in memory before a temporary file is used"},
    [CONF_TEMPERATURE] = {"temperature", CONF_REAL, "0.7", 0, 10, "sampling"},
    [CONF_MAX_TOKENS] = {"max_tokens", CONF_INT, "6000", 1, 10000000,
	"tokens of one reply"},
    [CONF_TOP_P] = {"top_p", CONF_REAL, "1.0", 0, 1, "sampling"},
    [CONF_MAX_ACTIVE_TURNS] = {"max_active_turns", CONF_INT, "5", 1, 1000,
	"turns sent unshortened"},
    [CONF_MAX_CONTEXT_TOKENS] = {"max_context_tokens", CONF_INT, "80000", 1000,
	100000000, "size of a request"},
    [CONF_QUESTION_GEN_MAX_TURNS] = {"question_gen_max_turns", CONF_INT, "20",
	1, 1000, "turns of csv-llmq"},
    [CONF_NUM_QUESTIONS_TO_GENERATE] = {"num_questions_to_generate", CONF_INT,
	"15", 1, 10000, "questions csv-llmq asks for, per CSV"},
    [CONF_MIN_EXPLORATION_TURNS] = {"min_exploration_turns", CONF_INT, "3", 0,
	1000, "turns csv-llmq explores at least"},
    [CONF_QUESTION_DIFFICULTY_DISTRIBUTION] =
	{"question_difficulty_distribution", CONF_MAP,
	    "{\"EASY\":0.3,\"MEDIUM\":0.3,\"HARD\":0.2,\"VERY_HARD\":0.2}", 0,
	    0, "shares of difficulties"},
    [CONF_DIFFICULTY_FILTER] = {"difficulty_filter", CONF_BOOL, "false", 0, 0,
	"hold csv-episode to the shares of difficulties"},
    [CONF_VERIFIED_ONLY] = {"verified_only", CONF_BOOL, "false", 0, 0,
	"csv-triangulate writes verified episodes only"},
    [CONF_CELL_TIMEOUT] = {"cell_timeout", CONF_REAL, "30", 0.1, 86400,
	"seconds a cell may run"},
    [CONF_TRACE_TIMEOUT] = {"trace_timeout", CONF_REAL, "120", 0.1, 864000,
	"seconds all cells of a trace may run"},
    [CONF_MEMORY_LIMIT] = {"memory_limit", CONF_SIZE, "512M", 0, 0,
	"memory of a trace beyond what its CSV takes"},
    [CONF_PYTHON] = {"python", CONF_STR, NULL, 0, 0,
	"interpreter; the first with the libraries when not set"},
    [CONF_SANDBOX] = {"sandbox", CONF_STR, "auto", 0, 0,
	"auto, full, landlock or none"},
    [CONF_REQUESTS_PER_MINUTE] = {"requests_per_minute", CONF_REAL, NULL, 0.01,
	1e9, "limit on chat requests"},
    [CONF_TOKENS_PER_MINUTE] = {"tokens_per_minute", CONF_REAL, NULL, 1, 1e12,
	"limit on chat tokens"},
    [CONF_MAX_INFLIGHT] = {"max_inflight", CONF_INT, "32", 1, 100000,
	"chat requests at once"},
    [CONF_MAX_RETRIES] = {"max_retries", CONF_INT, "6", 0, 100,
	"retries of a request"},
    [CONF_RETRY_BASE] = {"retry_base", CONF_REAL, "0.5", 0.001, 3600,
	"seconds of the first back-off; doubled each time, up to 60"},
    [CONF_MAX_RETRY_AFTER] = {"max_retry_after", CONF_REAL, "120", 0, 86400,
	"longest wait a server may ask for; beyond it a run stops"},
    [CONF_CONNECT_TIMEOUT] = {"connect_timeout", CONF_REAL, "10", 0.01, 86400,
	"seconds to connect"},
    [CONF_IDLE_TIMEOUT] = {"idle_timeout", CONF_REAL, "300", 0.01, 86400,
	"seconds without a byte"},
    [CONF_TOTAL_TIMEOUT] = {"total_timeout", CONF_REAL, "1800", 0.01, 864000,
	"seconds of a request"},
    [CONF_MAX_COST] = {"max_cost", CONF_REAL, NULL, 0, 1e9,
	"US dollars after which a run stops"},
    [CONF_MAX_TOTAL_TOKENS] = {"max_total_tokens", CONF_INT, NULL, 1, 9e15,
	"tokens after which a run stops"},
    [CONF_PRICE_PROMPT] = {"price_prompt", CONF_REAL, NULL, 0, 1e6,
	"dollars per million prompt tokens, where the server tells no cost"},
    [CONF_PRICE_COMPLETION] = {"price_completion", CONF_REAL, NULL, 0, 1e6,
	"dollars per million completion tokens, likewise"},
    [CONF_JOURNAL] = {"journal", CONF_STR, NULL, 0, 0,
	"record of finished requests and cells"},
    [CONF_REPLAY] = {"replay", CONF_BOOL, "false", 0, 0,
	"answer from the journal only"},
    [CONF_DRAIN] = {"drain", CONF_BOOL, "false", 0, 0,
	"on a signal let requests in flight finish"},
    [CONF_STREAM] = {"stream", CONF_BOOL, "true", 0, 0,
	"ask for streamed replies"},
    [CONF_ALLOW_HTTP] = {"allow_http", CONF_BOOL, "false", 0, 0,
	"allow http to other hosts than this one"},
    [CONF_EXTRA_BODY] = {"extra_body", CONF_MAP, NULL, 0, 0,
	"members merged into each chat request"},
    [CONF_EXTRA_HEADERS] = {"extra_headers", CONF_MAP, NULL, 0, 0,
	"headers added to each chat request"},
    [CONF_KAGGLE_DIR] = {"kaggle_dir", CONF_STR, "data/kaggle", 0, 0,
	"where kaggle-pull writes"},
    [CONF_SPLIT_SEED] = {"split_seed", CONF_INT, "42", 0, 9e15,
	"seed of hf-push's splits"},
};

static const struct {
	enum conf_id id;
	const char *words;
} word_keys[] = {
    {CONF_TEACHER, "auto,reference,chat"},
    {CONF_EARLY_STOP, "verdict,beta,none"},
    {CONF_SANDBOX, "auto,full,landlock,none"},
};

static const char *const difficulties[] = {
    "EASY", "MEDIUM", "HARD", "VERY_HARD"};

enum {
	YAML_DEPTH = 64, /* of a value in the file */
	YAML_NODES = 100000, /* of a file, aliases expanded */
};

struct conf {
	struct {
		enum conf_level level;
		bool set;
		char *str; /* CONF_STR */
		double num; /* numbers, sizes, booleans */
		json_t *map;
	} v[CONF_KEYS];
};

static const char *const kind_names[] = {
    [CONF_STR] = "text",
    [CONF_INT] = "a whole number",
    [CONF_REAL] = "a number",
    [CONF_BOOL] = "true or false",
    [CONF_SIZE] = "a size such as 512M",
    [CONF_MAP] = "a mapping",
};

bool
conf_is_difficulty(const char *word)
{
	size_t i;

	for (i = 0; i < 4; i++)
		if (strcmp(difficulties[i], word) == 0)
			return true;
	return false;
}

const char *
conf_words(enum conf_id id)
{
	size_t i;

	for (i = 0; i < sizeof word_keys / sizeof *word_keys; i++)
		if (word_keys[i].id == id)
			return word_keys[i].words;
	return NULL;
}

/* Is text one of the comma-separated words? */
static bool
in_words(const char *list, const char *text)
{
	size_t n = strlen(text), k;

	for (;; list += k + 1) {
		k = strcspn(list, ",");
		if (k == n && memcmp(list, text, n) == 0)
			return true;
		if (list[k] == '\0')
			return false;
	}
}

struct conf *
conf_new(void)
{
	struct conf *c = xcalloc(1, sizeof *c);
	int id;

	for (id = 0; id < CONF_KEYS; id++)
		if (conf_keys[id].def != NULL)
			conf_set(c, id, CONF_DEFAULT, conf_keys[id].def, NULL);
	return c;
}

void
conf_free(struct conf *c)
{
	int id;

	if (c == NULL)
		return;
	for (id = 0; id < CONF_KEYS; id++) {
		free(c->v[id].str);
		json_decref(c->v[id].map);
	}
	free(c);
}

int
conf_parse_size(const char *text, size_t *out)
{
	static const char units[] = "KMGT";
	const char *u;
	char *end;
	double v;

	errno = 0;
	v = strtod(text, &end);
	if (end == text || errno != 0 || !(v >= 0))
		return -1;
	if (*end != '\0' && (u = strchr(units, toupper((unsigned char)*end)))) {
		v *= pow(1024, (double)(u - units + 1));
		end++;
		if (*end == 'i')
			end++;
	}
	if (*end == 'B' || *end == 'b')
		end++;
	if (*end != '\0' || v > 9e15)
		return -1;
	*out = (size_t)v;
	return 0;
}

static int
parse_bool(const char *text, double *out)
{
	static const char *const words[] = {
	    "false", "true", "no", "yes", "off", "on", "0", "1"};
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(text, words[i]) == 0) {
			*out = (double)(i % 2);
			return 0;
		}
	return -1;
}

static int
parse_number(const struct conf_key *k, const char *text, double *out)
{
	char *end;

	errno = 0;
	*out = strtod(text, &end);
	if (end == text || *end != '\0' || errno != 0 || !isfinite(*out) ||
	    isspace((unsigned char)*text))
		return -1;
	if (k->kind == CONF_INT && *out != floor(*out))
		return -1;
	return 0;
}

/* {"k":v}, or one member as k=v or "k: v"; NULL when it is neither. plain: the
 * value is text whatever it looks like. */
static json_t *
parse_map(const char *text, bool plain)
{
	size_t n = strcspn(text, "=:");
	json_t *m, *v;
	char *key;

	if (*text == '{')
		return json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	if (text[n] == '\0' || n == 0)
		return NULL;
	key = xstrndup(text, n);
	text += n + 1;
	text += strspn(text, " ");
	v = plain ? NULL : json_loads(text, JSON_DECODE_ANY, NULL);
	if (v == NULL || json_is_object(v) || json_is_array(v)) {
		json_decref(v);
		v = json_string(text);
	}
	m = json_object();
	if (json_object_set_new(m, key, v) == -1) { /* not UTF-8 */
		json_decref(m);
		m = NULL;
	}
	free(key);
	return m;
}

/* Members of a map that has only certain ones: numbers by difficulty, header
 * texts. */
static int
check_map(enum conf_id id, const json_t *map, struct fail *f)
{
	const char *name = conf_keys[id].name, *key;
	bool whole = id == CONF_TRIANGULATION_BY_DIFFICULTY;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)map, key, v)
	{
		if (id == CONF_EXTRA_HEADERS && !json_is_string(v))
			return fail_set(
			    f, FAIL_USAGE, "%s: %s: expected text", name, key);
		if (!whole && id != CONF_QUESTION_DIFFICULTY_DISTRIBUTION)
			continue;
		if (!conf_is_difficulty(key))
			return fail_set(f, FAIL_USAGE,
			    "%s: expected EASY, MEDIUM, HARD or VERY_HARD, "
			    "saw \"%s\"",
			    name, key);
		if ((whole && !json_is_integer(v)) || !json_is_number(v) ||
		    json_number_value(v) < 0 ||
		    json_number_value(v) > (whole ? 1000 : 1e9))
			return fail_set(f, FAIL_USAGE,
			    "%s: %s: expected %s, 0 or more", name, key,
			    kind_names[whole ? CONF_INT : CONF_REAL]);
	}
	return 0;
}

/* Put a checked map into the key; takes the reference. */
static void
set_map(struct conf *c, enum conf_id id, enum conf_level level, json_t *m)
{
	if (c->v[id].map != NULL && c->v[id].level == level &&
	    level == CONF_OPTION) {
		json_object_update_recursive(c->v[id].map, m);
		json_decref(m);
		return;
	}
	json_decref(c->v[id].map);
	c->v[id].map = m;
}

int
conf_set(struct conf *c, enum conf_id id, enum conf_level level,
    const char *text, struct fail *f)
{
	const struct conf_key *k = &conf_keys[id];
	double num = 0;
	size_t size = 0;
	json_t *map = NULL;
	int bad = 0;

	switch (k->kind) {
	case CONF_STR:
		if (conf_words(id) != NULL && !in_words(conf_words(id), text))
			return fail_set(f, FAIL_USAGE,
			    "%s: expected one of %s, saw \"%s\"", k->name,
			    conf_words(id), text);
		break;
	case CONF_INT:
	case CONF_REAL:
		bad = parse_number(k, text, &num);
		break;
	case CONF_BOOL:
		bad = parse_bool(text, &num);
		break;
	case CONF_SIZE:
		bad = conf_parse_size(text, &size);
		num = (double)size;
		break;
	case CONF_MAP:
		map = parse_map(text, id == CONF_EXTRA_HEADERS);
		bad = json_is_object(map) ? 0 : -1;
		break;
	}
	if (map != NULL && bad == 0 && check_map(id, map, f) == -1) {
		json_decref(map);
		return -1;
	}
	if (bad != 0) {
		json_decref(map);
		return fail_set(f, FAIL_USAGE, "%s: expected %s, saw \"%s\"",
		    k->name, kind_names[k->kind], text);
	}
	if ((k->min != 0 || k->max != 0) && (num < k->min || num > k->max))
		return fail_set(f, FAIL_USAGE,
		    "%s: expected a value from %g to %g, saw %s", k->name,
		    k->min, k->max, text);
	if (c->v[id].set && level < c->v[id].level) {
		json_decref(map);
		return 0;
	}
	if (k->kind == CONF_MAP) {
		set_map(c, id, level, map);
	} else {
		free(c->v[id].str);
		c->v[id].str = xstrdup(text);
		c->v[id].num = num;
	}
	c->v[id].set = true;
	c->v[id].level = level;
	return 0;
}

bool
conf_is_set(const struct conf *c, enum conf_id id)
{
	return c->v[id].set;
}

enum conf_level
conf_level(const struct conf *c, enum conf_id id)
{
	return c->v[id].level;
}

const char *
conf_str(const struct conf *c, enum conf_id id)
{
	return c->v[id].set ? c->v[id].str : NULL;
}

long
conf_int(const struct conf *c, enum conf_id id)
{
	return (long)c->v[id].num;
}

double
conf_real(const struct conf *c, enum conf_id id)
{
	return c->v[id].num;
}

bool
conf_bool(const struct conf *c, enum conf_id id)
{
	return c->v[id].num != 0;
}

size_t
conf_size(const struct conf *c, enum conf_id id)
{
	return (size_t)c->v[id].num;
}

const json_t *
conf_map(const struct conf *c, enum conf_id id)
{
	return c->v[id].map;
}

size_t
conf_distance(const char *a, const char *b)
{
	size_t row[64], n = strlen(b), i, j, diag, up;

	if (n > 63)
		n = 63;
	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 1; *a != '\0'; a++, i++) {
		diag = row[0];
		row[0] = i;
		for (j = 1; j <= n; j++) {
			up = row[j];
			row[j] = diag + (*a != b[j - 1]);
			if (up + 1 < row[j])
				row[j] = up + 1;
			if (row[j - 1] + 1 < row[j])
				row[j] = row[j - 1] + 1;
			diag = up;
		}
	}
	return row[n];
}

const char *
conf_nearest(const char *name)
{
	size_t best = (size_t)-1, d;
	int id, at = 0;

	for (id = 0; id < CONF_KEYS; id++)
		if ((d = conf_distance(name, conf_keys[id].name)) < best) {
			best = d;
			at = id;
		}
	return conf_keys[at].name;
}

static int
find_key(const char *name)
{
	int id;

	for (id = 0; id < CONF_KEYS; id++)
		if (strcmp(conf_keys[id].name, name) == 0)
			return id;
	return -1;
}

/* A file being read. */
struct source {
	yaml_document_t *doc;
	const char *path;
	size_t nodes; /* converted, aliases counted each time */
	bool given[CONF_KEYS];
};

static json_t *yaml_json(struct source *s, int node, bool plain, int depth);

/* A scalar as what it looks like, or as text. */
static json_t *
yaml_scalar(const yaml_node_t *n, bool plain)
{
	const char *s = (const char *)n->data.scalar.value;
	json_t *v;
	char *end;
	double x;

	if (plain || n->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return json_string(s);
	v = json_loads(s, JSON_DECODE_ANY, NULL);
	if (v != NULL && !json_is_object(v) && !json_is_array(v))
		return v;
	json_decref(v);
	if (*s == '.' || *s == '+') {
		x = strtod(s, &end);
		if (*end == '\0' && isfinite(x))
			return json_real(x);
	}
	return json_string(s);
}

static json_t *
yaml_mapping(struct source *s, const yaml_node_t *n, bool plain, int depth)
{
	const yaml_node_pair_t *p;
	json_t *j = json_object();

	for (p = n->data.mapping.pairs.start; p < n->data.mapping.pairs.top;
	     p++) {
		const yaml_node_t *k = yaml_document_get_node(s->doc, p->key);

		if (k->type != YAML_SCALAR_NODE ||
		    json_object_set_new(j, (const char *)k->data.scalar.value,
			yaml_json(s, p->value, plain, depth + 1)) == -1) {
			json_decref(j);
			return NULL;
		}
	}
	return j;
}

/* A YAML node as JSON. NULL: too deep (perhaps an alias within itself), too
 * large, or a key that is not a scalar. */
static json_t *
yaml_json(struct source *s, int node, bool plain, int depth)
{
	const yaml_node_t *n = yaml_document_get_node(s->doc, node);
	const yaml_node_item_t *i;
	json_t *j;

	if (depth > YAML_DEPTH || ++s->nodes > YAML_NODES)
		return NULL;
	switch (n->type) {
	case YAML_MAPPING_NODE:
		return yaml_mapping(s, n, plain, depth);
	case YAML_SEQUENCE_NODE:
		j = json_array();
		for (i = n->data.sequence.items.start;
		     i < n->data.sequence.items.top; i++)
			if (json_array_append_new(
				j, yaml_json(s, *i, plain, depth + 1)) == -1) {
				json_decref(j);
				return NULL;
			}
		return j;
	default:
		return yaml_scalar(n, plain);
	}
}

/* The value of a map key. */
static int
file_map(
    struct conf *c, struct source *s, enum conf_id id, int node, struct fail *f)
{
	json_t *map = yaml_json(s, node, id == CONF_EXTRA_HEADERS, 0);

	if (map == NULL)
		return fail_set(f, FAIL_USAGE,
		    "%s: expected a mapping of plain values, not too deep",
		    conf_keys[id].name);
	if (check_map(id, map, f) == -1) {
		json_decref(map);
		return -1;
	}
	if (c->v[id].level > CONF_FILE) {
		json_decref(map);
		return 0;
	}
	set_map(c, id, CONF_FILE, map);
	c->v[id].set = true;
	c->v[id].level = CONF_FILE;
	return 0;
}

static int
file_value(struct conf *c, struct source *s, enum conf_id id,
    const yaml_node_pair_t *p, struct fail *f)
{
	const yaml_node_t *v = yaml_document_get_node(s->doc, p->value);
	bool map = conf_keys[id].kind == CONF_MAP;

	if (s->given[id])
		return fail_set(
		    f, FAIL_USAGE, "%s: given twice", conf_keys[id].name);
	s->given[id] = true;
	if (map && v->type == YAML_MAPPING_NODE)
		return file_map(c, s, id, p->value, f);
	if (v->type != YAML_SCALAR_NODE || map)
		return fail_set(f, FAIL_USAGE, "%s: expected %s",
		    conf_keys[id].name, kind_names[conf_keys[id].kind]);
	return conf_set(
	    c, id, CONF_FILE, (const char *)v->data.scalar.value, f);
}

static int
file_pair(
    struct conf *c, struct source *s, const yaml_node_pair_t *p, struct fail *f)
{
	const yaml_node_t *k = yaml_document_get_node(s->doc, p->key);
	size_t line = k->start_mark.line + 1;
	const char *name;
	int id;

	if (k->type != YAML_SCALAR_NODE)
		return fail_set(
		    f, FAIL_USAGE, "%s:%zu: expected a key", s->path, line);
	name = (const char *)k->data.scalar.value;
	if ((id = find_key(name)) == -1)
		return fail_set(f, FAIL_USAGE,
		    "%s:%zu: unknown key \"%s\"; the nearest is %s", s->path,
		    line, name, conf_nearest(name));
	if (file_value(c, s, (enum conf_id)id, p, f) == -1)
		return fail_at(f, "%s:%zu", s->path, line);
	return 0;
}

static int
load_file(struct conf *c, FILE *fp, const char *path, struct fail *f)
{
	yaml_parser_t y;
	yaml_document_t d;
	yaml_node_t *root;
	yaml_node_pair_t *p;
	struct source s = {.doc = &d, .path = path};
	int rc = 0;

	if (!yaml_parser_initialize(&y))
		mem_fail();
	yaml_parser_set_input_file(&y, fp);
	if (!yaml_parser_load(&y, &d)) {
		if (y.error == YAML_MEMORY_ERROR)
			mem_fail();
		if (ferror(fp))
			fail_set(f, FAIL_IO, "%s: cannot read", path);
		else
			fail_set(f, FAIL_USAGE, "%s:%zu: not YAML: %s", path,
			    y.problem_mark.line + 1,
			    y.problem != NULL ? y.problem : "unreadable");
		yaml_parser_delete(&y);
		return -1;
	}
	root = yaml_document_get_root_node(&d);
	if (root != NULL && root->type == YAML_MAPPING_NODE) {
		for (p = root->data.mapping.pairs.start;
		     rc == 0 && p < root->data.mapping.pairs.top; p++)
			rc = file_pair(c, &s, p, f);
	} else if (root != NULL &&
	    !(root->type == YAML_SCALAR_NODE &&
		root->data.scalar.length == 0)) {
		rc = fail_set(
		    f, FAIL_USAGE, "%s:1: expected a mapping of keys", path);
	}
	yaml_document_delete(&d);
	yaml_parser_delete(&y);
	return rc;
}

static int
load_env(struct conf *c, struct fail *f)
{
	char name[80], *p;
	const char *text;
	int id;

	for (id = 0; id < CONF_KEYS; id++) {
		snprintf(name, sizeof name, "CSV_AGENT_%s", conf_keys[id].name);
		for (p = name; *p != '\0'; p++)
			*p = (char)toupper((unsigned char)*p);
		if ((text = getenv(name)) == NULL || *text == '\0')
			continue;
		if (conf_set(c, id, CONF_ENV, text, f) == -1)
			return fail_at(f, "environment %s", name);
	}
	return 0;
}

/* The file to read when none was named, opened, and its name (owned). NULL when
 * there is none, or errno tells why it cannot be read. */
static FILE *
find_file(char **path)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	FILE *fp;

	*path = xstrdup("csv-agent.yaml");
	if ((fp = fopen(*path, "re")) != NULL || errno != ENOENT)
		return fp;
	free(*path);
	if (xdg != NULL && *xdg != '\0')
		*path = xasprintf("%s/csv-agent/config.yaml", xdg);
	else if (home != NULL)
		*path = xasprintf("%s/.config/csv-agent/config.yaml", home);
	else
		*path = xstrdup("");
	return fopen(*path, "re");
}

int
conf_load(struct conf *c, const char *path, struct fail *f)
{
	char *found = NULL;
	FILE *fp;
	int rc = 0;

	if (path != NULL) {
		if ((fp = fopen(path, "re")) == NULL)
			return fail_set(f, fail_errno(errno, FAIL_USAGE),
			    "%s: %s", path, strerror(errno));
	} else {
		fp = find_file(&found);
		path = found;
		if (fp == NULL && errno != ENOENT && errno != ENOTDIR) {
			fail_set(f, fail_errno(errno, FAIL_USAGE), "%s: %s",
			    path, strerror(errno));
			free(found);
			return -1;
		}
	}
	if (fp != NULL) {
		rc = load_file(c, fp, path, f);
		fclose(fp);
	}
	free(found);
	return rc == 0 ? load_env(c, f) : -1;
}
