/* replay.c - run a fuzzer's seeds without libFuzzer: any compiler will do. TAP
 * on stdout. usage: fuzz_NAME [FILE...]; without files tests/fuzz/seeds/NAME.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* realloc that does not fail. */
static uint8_t *
grown(uint8_t *p, size_t n)
{
	uint8_t *q = realloc(p, n);

	if (q == NULL)
		abort();
	return q;
}

/* Run one file; a finding ends the program. */
static void
run(const char *path, int number)
{
	FILE *fp = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t n = 0, cap = 0, k;

	if (fp == NULL) {
		printf("not ok %d - %s: %s\n", number, path, strerror(errno));
		return;
	}
	do {
		if (n == cap) {
			cap = cap ? cap * 2 : 4096;
			data = grown(data, cap);
		}
		k = fread(data + n, 1, cap - n, fp);
		n += k;
	} while (k > 0);
	fclose(fp);
	/* exactly n bytes, so that a sanitizer sees what reads past them */
	data = grown(data, n != 0 ? n : 1);
	printf("# %s\n", path);
	fflush(stdout);
	LLVMFuzzerTestOneInput(data, n);
	free(data);
	printf("ok %d - %s\n", number, path);
}

static int
visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

int
main(int argc, char *argv[])
{
	const char *name = strstr(program_invocation_short_name, "fuzz_");
	char dir[256], path[1024];
	struct dirent **list;
	int i, n, done = 0;

	if (argc > 1) {
		for (i = 1; i < argc; i++)
			run(argv[i], i);
		printf("1..%d\n", argc - 1);
		return 0;
	}
	snprintf(dir, sizeof dir, "tests/fuzz/seeds/%s",
	    name != NULL ? name + 5 : "");
	n = scandir(dir, &list, visible, alphasort);
	if (n == -1) {
		printf("not ok 1 - %s: %s\n1..1\n", dir, strerror(errno));
		return 1;
	}
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, list[i]->d_name);
		run(path, ++done);
		free(list[i]);
	}
	free(list);
	printf("1..%d\n", done);
	return done > 0 ? 0 : 1;
}
