/* conf.h - configuration: one table of keys with defaults and limits.
 * Option, then environment (CSV_AGENT_KEY, upper case), then file, then
 * default. Secrets are never keys: they stay in their own variables. */
#ifndef CONF_H
#define CONF_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "fail.h"

enum conf_id {
	CONF_TEACHER_MODEL,
	CONF_QUESTION_GEN_MODEL,
	CONF_BASE_URL,
	CONF_API_KEY_ENV,
	CONF_TEACHER,
	CONF_MAX_TURNS,
	CONF_N_CONSISTENCY,
	CONF_N_CONSISTENCY_KNOWN,
	CONF_TRIANGULATION_BY_DIFFICULTY,
	CONF_N_QUESTION_SLOTS,
	CONF_EARLY_STOP,
	CONF_FLOAT_TOLERANCE,
	CONF_RELATIVE_TOLERANCE,
	CONF_P_TOLERANCE,
	CONF_MIN_AGREEMENT,
	CONF_MAX_OPEN,
	CONF_TEMPERATURE,
	CONF_MAX_TOKENS,
	CONF_TOP_P,
	CONF_MAX_ACTIVE_TURNS,
	CONF_MAX_CONTEXT_TOKENS,
	CONF_QUESTION_GEN_MAX_TURNS,
	CONF_NUM_QUESTIONS_TO_GENERATE,
	CONF_MIN_EXPLORATION_TURNS,
	CONF_QUESTION_DIFFICULTY_DISTRIBUTION,
	CONF_DIFFICULTY_FILTER,
	CONF_VERIFIED_ONLY,
	CONF_CELL_TIMEOUT,
	CONF_TRACE_TIMEOUT,
	CONF_MEMORY_LIMIT,
	CONF_PYTHON,
	CONF_SANDBOX,
	CONF_REQUESTS_PER_MINUTE,
	CONF_TOKENS_PER_MINUTE,
	CONF_MAX_INFLIGHT,
	CONF_MAX_RETRIES,
	CONF_RETRY_BASE,
	CONF_MAX_RETRY_AFTER,
	CONF_CONNECT_TIMEOUT,
	CONF_IDLE_TIMEOUT,
	CONF_TOTAL_TIMEOUT,
	CONF_MAX_COST,
	CONF_MAX_TOTAL_TOKENS,
	CONF_PRICE_PROMPT,
	CONF_PRICE_COMPLETION,
	CONF_JOURNAL,
	CONF_REPLAY,
	CONF_DRAIN,
	CONF_STREAM,
	CONF_ALLOW_HTTP,
	CONF_EXTRA_BODY,
	CONF_EXTRA_HEADERS,
	CONF_KAGGLE_DIR,
	CONF_SPLIT_SEED,
	CONF_KEYS
};

enum conf_kind {
	CONF_STR,
	CONF_INT,
	CONF_REAL,
	CONF_BOOL,
	CONF_SIZE, /* bytes: 512M, 1GiB, 4096 */
	CONF_MAP, /* a mapping; as an option {"k":v}, k=v or k: v, merged.
		     Values of extra_headers are always strings */
};

struct conf_key {
	const char *name;
	enum conf_kind kind;
	const char *def; /* as text; NULL: not set */
	double min, max; /* numbers; both 0: unlimited */
	const char *help; /* one line for csv-agent(7) */
};

extern const struct conf_key conf_keys[CONF_KEYS];

enum conf_level { CONF_DEFAULT, CONF_FILE, CONF_ENV, CONF_OPTION };

struct conf;

struct conf *conf_new(void); /* all defaults */
void conf_free(struct conf *c);

/*
 * Read the environment and the configuration file: path, or with NULL the
 * first of ./csv-agent.yaml and $XDG_CONFIG_HOME/csv-agent/config.yaml that
 * exists. An unknown key or a wrong type fails with file, line and the nearest
 * known key (FAIL_USAGE).
 */
int conf_load(struct conf *c, const char *path, struct fail *f);

/* The words that a text key takes, comma-separated; NULL: any text. */
const char *conf_words(enum conf_id id);

/* Is it EASY, MEDIUM, HARD or VERY_HARD? */
bool conf_is_difficulty(const char *word);

/* Set one key from text; a lower level never overrides a higher one. */
int conf_set(struct conf *c, enum conf_id id, enum conf_level level,
    const char *text, struct fail *f);

/* Values; strings and maps are borrowed from c. */
bool conf_is_set(const struct conf *c, enum conf_id id);
enum conf_level conf_level(const struct conf *c, enum conf_id id);
const char *conf_str(const struct conf *c, enum conf_id id); /* or NULL */
long conf_int(const struct conf *c, enum conf_id id);
double conf_real(const struct conf *c, enum conf_id id);
bool conf_bool(const struct conf *c, enum conf_id id);
size_t conf_size(const struct conf *c, enum conf_id id);
const json_t *conf_map(const struct conf *c, enum conf_id id);

/* Edit distance of two words (of b, the first 63 bytes). */
size_t conf_distance(const char *a, const char *b);
/* The known key nearest to name by edit distance; never NULL. */
const char *conf_nearest(const char *name);

/* "512M" -> bytes; -1 when text is not a size. */
int conf_parse_size(const char *text, size_t *out);

#endif
