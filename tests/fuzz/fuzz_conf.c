/* fuzz_conf.c - any bytes as a configuration file, and as the value of each
 * key: nothing crashes, a refusal has a message, limits hold. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conf.h"
#include "mem.h"
#include "rec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_limits(const struct conf *c)
{
	int id;

	for (id = 0; id < CONF_KEYS; id++) {
		const struct conf_key *k = &conf_keys[id];
		double v = conf_real(c, id);

		if (!conf_is_set(c, id))
			continue;
		if ((k->min != 0 || k->max != 0) &&
		    !(v >= k->min && v <= k->max))
			abort();
		if (k->kind == CONF_MAP && !json_is_object(conf_map(c, id)))
			abort();
		if (k->kind != CONF_MAP && conf_str(c, id) == NULL)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf *c = conf_new();
	struct fail f = {0};
	char path[32], *text;
	size_t bytes;
	int id, fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd == -1 || rec_write(fd, data, size) == -1)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (conf_load(c, path, &f) == -1 && f.msg[0] == '\0')
		abort();
	close(fd);
	check_limits(c);
	text = xstrndup((const char *)data, size);
	for (id = 0; id < CONF_KEYS; id++) {
		f.msg[0] = '\0';
		if (conf_set(c, id, CONF_OPTION, text, &f) == -1 &&
		    f.msg[0] == '\0')
			abort();
	}
	check_limits(c);
	conf_parse_size(text, &bytes);
	if (conf_nearest(text) == NULL)
		abort();
	free(text);
	conf_free(c);
	return 0;
}
