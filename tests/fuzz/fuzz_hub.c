/* fuzz_hub.c - any bytes as answers of the hub and as a card: nothing crashes,
 * a refusal has a message, a URL is never taken from nowhere. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "card.h"
#include "http.h"
#include "hub.h"
#include "mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char path[] = "data/a.jsonl", path2[] = "data/b.jsonl";

static void
init_files(struct hub_file file[2], struct hub_file *v[2])
{
	int i;

	for (i = 0; i < 2; i++) {
		file[i] = (struct hub_file){
		    .path = i ? path2 : path, .fd = -1, .size = i ? 10 : 0};
		memset(file[i].sha256, 'a' + i, DIGEST_HEX - 1);
		v[i] = &file[i];
	}
}

static void
answers(const char *s, size_t n)
{
	struct hub_file file[2], *v[2];
	struct hub_action *a;
	struct fail f = {0};
	size_t i, k;

	init_files(file, v);
	if (hub_read_preupload(s, n, v, 2, &f) == -1 && f.msg[0] == '\0')
		abort();
	f.msg[0] = '\0';
	a = hub_read_batch(s, n, v, 2, "http://127.0.0.1:1", &f);
	if (a == NULL && f.msg[0] == '\0')
		abort();
	for (i = 0; a != NULL && i < 2; i++)
		for (k = 0; k < a[i].parts; k++)
			if (a[i].part[k] == NULL || a[i].chunk == 0)
				abort();
	if (a != NULL)
		hub_actions_free(a, 2);
}

static void
card(const char *s, size_t n)
{
	static const struct card_split split = {"train", 7};
	struct card c = {.old = s,
	    .old_n = n,
	    .license = "mit",
	    .pretty = "p",
	    .repo = "a/b",
	    .ext = ".jsonl",
	    .split = &split,
	    .splits = 1,
	    .figures = "f\n"};
	struct row_type t = {0};
	struct buf once = {0}, twice = {0};
	struct fail f = {0};

	if (card_rows(s, n, &t, &f) == -1 && f.msg[0] == '\0')
		abort();
	rows_clear(&t);
	f.msg[0] = '\0';
	if (card_make(&c, &once, &f) == -1) {
		if (f.msg[0] == '\0')
			abort();
	} else {
		/* what we write we can read, and it does not grow */
		c.old = buf_str(&once);
		c.old_n = once.n;
		if (card_make(&c, &twice, &f) == 0 && twice.n > once.n + n)
			abort();
	}
	buf_clear(&once);
	buf_clear(&twice);
}

static void
headers(const char *s, size_t n)
{
	struct http_req r = {.status = 500}, limit = {0};
	char text[600], *p;

	buf_put(&r.fields, s, strnlen(s, n));
	buf_puts(&limit.fields, "RateLimit: ");
	buf_put(&limit.fields, s, strnlen(s, n));
	buf_put(&r.reply, s, n);
	http_error(&r, text, sizeof text);
	for (p = text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20)
			abort();
	free(http_field(&r, "a", 0));
	free(http_link_next(buf_str(&r.fields)));
	free(http_bare(buf_str(&r.fields)));
	http_ratelimit(&r);
	if (!(http_ratelimit(&limit) >= 0))
		abort();
	free(hub_clean_secret(buf_str(&r.fields), NULL));
	hub_name(buf_str(&r.fields), NULL);
	http_clear(&r);
	http_clear(&limit);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = xstrndup((const char *)data, size);

	answers((const char *)data, size);
	card((const char *)data, size);
	headers(s, strlen(s));
	free(s);
	return 0;
}
