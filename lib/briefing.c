/* briefing.c - what a teacher is told about a CSV before any question. */
#include <string.h>

#include "briefing.h"
#include "mem.h"
#include "profile.h"
#include "prompts.h"
#include "table.h"

int
briefing_put(struct buf *b, const char *path, const json_t *csv_options,
    const char *description, const struct conf *conf, char sha256[DIGEST_HEX],
    struct fail *f)
{
	struct buf overview = {0};
	struct profile *profile;
	struct table *t;

	if (tab_load(path, csv_options, &t, f) == -1)
		return -1;
	profile = prof_new(t);
	prof_overview(profile, &overview);
	prompt_system(
	    b, description, buf_str(&overview), conf_int(conf, CONF_MAX_TURNS));
	if (sha256 != NULL)
		memcpy(sha256, tab_sha256(t), DIGEST_HEX);
	buf_clear(&overview);
	prof_free(profile);
	tab_free(t);
	return 0;
}

char *
briefing_path(const char *root, const char *csv_source)
{
	if (root == NULL || csv_source[0] == '/')
		return xstrdup(csv_source);
	return xasprintf("%s/%s", root, csv_source);
}
