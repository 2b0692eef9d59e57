/* set.c - the name of a set and where it goes. */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "pull.h"

/* A part of a name: it becomes part of a path and of a URL. */
static bool
part_ok(const char *s, size_t n)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	return n > 0 && n <= 100 && strspn(s, ok) >= n && *s != '.' &&
	    *s != '-';
}

int
set_init(struct set *s, const char *ref, const char *out, struct fail *f)
{
	const char *slash = strchr(ref, '/'), *end;
	char *stop;

	*s = (struct set){0};
	if (slash == NULL || !part_ok(ref, (size_t)(slash - ref)))
		goto bad;
	end = strchrnul(slash + 1, '/');
	if (!part_ok(slash + 1, (size_t)(end - slash - 1)))
		goto bad;
	if (*end == '/') {
		s->version = strtol(end + 1, &stop, 10);
		if (end[1] == '\0' || *stop != '\0' || s->version < 1)
			goto bad;
	}
	s->owner = xstrndup(ref, (size_t)(slash - ref));
	s->name = xstrndup(slash + 1, (size_t)(end - slash - 1));
	s->slug = xasprintf("%s_%s", s->owner, s->name);
	s->dir = xasprintf("%s/%s", out, s->slug);
	return 0;
bad:
	return fail_set(f, FAIL_USAGE,
	    "expected OWNER/SLUG or OWNER/SLUG/VERSION, saw \"%.200s\"", ref);
}

void
set_clear(struct set *s)
{
	free(s->owner);
	free(s->name);
	free(s->slug);
	free(s->dir);
	free(s->license);
	free(s->file);
	json_decref(s->view);
	json_decref(s->info);
	*s = (struct set){0};
}
