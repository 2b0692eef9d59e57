/* fuzz_chat.c - any bytes as the body of a chat API's response: an answer has
 * text, everything else a reason. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "chat_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const long statuses[] = {200, 200, 200, 200, 201, 301, 302, 400, 401,
    402, 403, 404, 408, 413, 422, 429, 500, 502, 503, 529};

static void
check_judgement(const struct chat_judgement *j)
{
	if (j->verdict == CHAT_GOOD)
		return;
	if (j->fail.msg[0] == '\0' || strchr(j->fail.msg, '\n') != NULL ||
	    !utf8_valid(j->fail.msg, strlen(j->fail.msg)))
		abort();
	if (!(j->retry_after == -1 ||
		(j->retry_after >= 0 && j->retry_after <= 86400)))
		abort();
	if (j->verdict == CHAT_RETRY_PARAM && j->param == 0)
		abort();
	if (j->verdict == CHAT_RETRY_SHORTER &&
	    (j->ctx_tokens == 0 || j->prompt_tokens >= j->ctx_tokens))
		abort();
}

static void
judge(const char *body, size_t n, long status, const char *header)
{
	struct chat_outcome o = {.code = CURLE_OK,
	    .status = status,
	    .sent = true,
	    .body = body,
	    .nbody = n,
	    .now = 1e9,
	    .patience = 120,
	    .retry_after = header};
	json_t *v = chat_json(body, n, NULL);
	struct chat_judgement j;
	struct chat_msg m;

	o.json = v;
	if (status > 201 || v == NULL) {
		chat_judge(&o, "http://h/v1", &j);
		check_judgement(&j);
		json_decref(v);
		return;
	}
	chat_msg_init(&m);
	chat_msg_put(&m, v, false);
	chat_msg_end(&m);
	chat_judge_msg(&m, &o, false, false, "http://h/v1", &j);
	check_judgement(&j);
	if (j.verdict == CHAT_GOOD && m.content.n == 0 && !m.tool_call)
		abort();
	if (m.content.n > 0 && strlen(m.content.p) != m.content.n)
		abort();
	if (m.usage.cost < -1 || m.usage.prompt < -1)
		abort();
	chat_msg_clear(&m);
	json_decref(v);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t k = sizeof statuses / sizeof *statuses, head;
	char *header, *body;

	if (size < 2)
		return 0;
	head = data[1] % 32;
	if (head > size - 2)
		head = size - 2;
	header = malloc(head + 1);
	body = malloc(size - 2 - head + 1);
	if (header == NULL || body == NULL)
		abort();
	memcpy(header, data + 2, head);
	header[head] = '\0';
	memcpy(body, data + 2 + head, size - 2 - head);
	body[size - 2 - head] = '\0';
	judge(body, size - 2 - head, statuses[data[0] % k],
	    head > 0 ? header : NULL);
	chat_duration(header);
	free(header);
	free(body);
	return 0;
}
