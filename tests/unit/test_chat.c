/* test_chat.c - the parts of the chat client that need no server. */
#include "chat_priv.h"
#include "log.h"
#include "rec.h"
#include "unit.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

START_TEST(urls)
{
	static const struct {
		const char *base, *chat, *shown;
		bool loopback;
	} rows[] = {
	    {"https://openrouter.ai/api/v1",
		"https://openrouter.ai/api/v1/chat/completions",
		"https://openrouter.ai/api/v1", false},
	    {"https://OpenRouter.ai:443/api/v1//",
		"https://openrouter.ai/api/v1/chat/completions",
		"https://openrouter.ai/api/v1", false},
	    {"http://127.0.0.1:8080/v1/chat/completions",
		"http://127.0.0.1:8080/v1/chat/completions",
		"http://127.0.0.1:8080/v1", true},
	    {"http://localhost:11434/v1",
		"http://localhost:11434/v1/chat/completions",
		"http://localhost:11434/v1", true},
	    {"http://[::1]:8000/v1", "http://[::1]:8000/v1/chat/completions",
		"http://[::1]:8000/v1", true},
	    {"https://r.openai.azure.com/openai/deployments/"
	     "d?api-version=2024-02-01&code=s3cret",
		"https://r.openai.azure.com/openai/deployments/d/chat/"
		"completions?api-version=2024-02-01&code=s3cret",
		"https://r.openai.azure.com/openai/deployments/"
		"d?api-version=2024-02-01&code",
		false},
	    {"https://h", "https://h/chat/completions", "https://h", false},
	};
	static const char *const bad[] = {"http://example.org/v1", "h:80/v1",
	    "ftp://127.0.0.1/", "https://user:pw@h/v1", "", "https://",
	    "http://127.0.0.1.example.org/v1", "http://[::2]/v1"};
	struct chat_url u;
	struct fail f;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		ck_assert_msg(chat_url_parse(&u, rows[i].base, false, &f) == 0,
		    "%s: %s", rows[i].base, f.msg);
		ck_assert_str_eq(u.chat, rows[i].chat);
		ck_assert_str_eq(u.shown, rows[i].shown);
		ck_assert_int_eq(u.loopback, rows[i].loopback);
		chat_url_clear(&u);
	}
	for (i = 0; i < COUNT(bad); i++) {
		ck_assert_msg(
		    chat_url_parse(&u, bad[i], false, &f) == -1, "%s", bad[i]);
		ck_assert_int_eq(f.code, FAIL_USAGE);
	}
	ck_assert_int_eq(
	    chat_url_parse(&u, "http://example.org/v1", true, &f), 0);
	chat_url_clear(&u);
}
END_TEST

/* The key that is sent to a base URL, or "error", or "none". */
static const char *
key_for(const char *base, const char *env_name)
{
	static char text[64];
	struct conf *conf = conf_new();
	struct chat_url u;
	struct fail f;
	char *key;

	if (env_name != NULL)
		conf_set(conf, CONF_API_KEY_ENV, CONF_OPTION, env_name, &f);
	ck_assert_int_eq(chat_url_parse(&u, base, true, &f), 0);
	if (chat_url_key(&u, conf, &key, &f) == -1)
		snprintf(text, sizeof text, "error");
	else
		snprintf(text, sizeof text, "%s", key != NULL ? key : "none");
	free(key);
	chat_url_clear(&u);
	conf_free(conf);
	return text;
}

START_TEST(keys)
{
	static const char router[] = "https://openrouter.ai/api/v1";
	struct conf *conf = conf_new();
	struct fail f;

	setenv("OPENROUTER_API_KEY", "router", 1);
	unsetenv("OPENAI_API_KEY");
	setenv("MINE", " mine\r\n", 1);
	setenv("SPLIT", "a\nb", 1);
	ck_assert_str_eq(key_for(router, NULL), "router");
	ck_assert_str_eq(
	    key_for("https://openrouter.ai./api/v1", NULL), "router");
	ck_assert_str_eq(key_for("https://api.openai.com/v1", NULL), "error");
	ck_assert_str_eq(key_for("https://x.openrouter.ai/v1", NULL), "none");
	ck_assert_str_eq(
	    key_for("https://openrouter.ai.evil/v1", NULL), "none");
	ck_assert_str_eq(key_for("http://127.0.0.1/v1", NULL), "none");
	ck_assert_str_eq(key_for("http://127.0.0.1/v1", "MINE"), "mine");
	ck_assert_str_eq(key_for(router, "MINE"), "mine");
	ck_assert_str_eq(key_for("https://h/v1", "SPLIT"), "error");
	ck_assert_str_eq(key_for("https://h/v1", "NOT_SET"), "error");
	ck_assert(chat_configured(conf));
	unsetenv("OPENROUTER_API_KEY");
	ck_assert(!chat_configured(conf));
	conf_set(conf, CONF_BASE_URL, CONF_OPTION, "http://127.0.0.1:1/v1", &f);
	ck_assert(chat_configured(conf));
	conf_free(conf);
}
END_TEST

/* A request's body and key. */
struct asked {
	struct chat_ask a;
	struct buf body;
};

static void
ask(struct asked *q, const char *messages, struct chat_request r,
    const char *extra, const struct chat_model *m)
{
	struct conf *conf = conf_new();
	json_t *v = json_loads(messages, JSON_DECODE_ANY, NULL);
	struct chat_url u;
	struct fail f;

	r.messages = v;
	if (extra != NULL)
		ck_assert_int_eq(
		    conf_set(conf, CONF_EXTRA_BODY, CONF_OPTION, extra, &f), 0);
	ck_assert_int_eq(chat_url_parse(&u, "https://h/v1", false, &f), 0);
	ck_assert_msg(
	    chat_ask_init(&q->a, conf, &u, &r, true, &f) == 0, "%s", f.msg);
	q->body = (struct buf){0};
	chat_ask_body(&q->a, m, q->a.max_tokens, true, &q->body);
	json_decref(v);
	chat_url_clear(&u);
	conf_free(conf);
}

static void
forget(struct asked *q)
{
	chat_ask_clear(&q->a);
	buf_clear(&q->body);
}

static const char hello[] =
    "[{\"role\":\"user\",\"content\":\"h\\u00e9  \\n  y\"}]";

START_TEST(bodies)
{
	struct chat_model m = {0};
	struct chat_request r = CHAT_REQUEST;
	struct asked q, p;
	json_t *v;

	r.model = "m";
	ask(&q, hello, r, NULL, &m);
	ck_assert_str_eq(q.body.p,
	    "{\"max_tokens\":6000,\"messages\":[{\"content\":\"h\xc3\xa9  \\n  "
	    "y\",\"role\":\"user\"}],\"model\":\"m\",\"temperature\":0.7,"
	    "\"top_p\":1.0,\"stream\":true,\"stream_options\":{\"include_"
	    "usage\":true}}");
	ck_assert_uint_eq(q.a.text, 5);
	m = (struct chat_model){.renamed = true,
	    .dropped = CHAT_TEMPERATURE | CHAT_STREAM_OPTIONS | CHAT_SEED};
	r.seed = 5;
	ask(&p, hello, r, "{\"provider\":{\"b\":1,\"a\":2},\"top_p\":null}",
	    &m);
	ck_assert_str_eq(p.body.p,
	    "{\"max_completion_tokens\":6000,\"messages\":[{\"content\":\"h"
	    "\xc3\xa9  \\n  y\",\"role\":\"user\"}],\"model\":\"m\","
	    "\"provider\":{\"a\":2,\"b\":1},\"stream\":true}");
	v = chat_ask_sent(&p.a, &m, 9000);
	ck_assert_int_eq((int)json_integer_value(
			     json_object_get(v, "max_completion_tokens")),
	    9000);
	ck_assert_ptr_null(json_object_get(v, "temperature"));
	json_decref(v);
	v = chat_ask_changed(&p.a, &m, 9000);
	ck_assert_uint_eq(json_array_size(v), 4);
	json_decref(v);
	m = (struct chat_model){0};
	ck_assert_ptr_null(chat_ask_changed(&q.a, &m, 6000));
	forget(&p);
	forget(&q);
}
END_TEST

START_TEST(journal_keys)
{
	struct chat_model m = {0}, odd = {.renamed = true, .dropped = 255};
	struct chat_request r = CHAT_REQUEST;
	struct asked a, b;

	r.model = "m";
	ask(&a, hello, r, NULL, &m);
	ask(&b, "[{\"content\":\"h\\u00e9  \\n  y\",\"role\":\"user\"}]", r,
	    NULL, &odd);
	ck_assert_str_eq(a.a.key, b.a.key); /* what was learnt is not in it */
	forget(&b);
	r.sample = 1;
	ask(&b, hello, r, NULL, &m);
	ck_assert_str_ne(a.a.key, b.a.key);
	forget(&b);
	r.sample = 0;
	r.temperature = 0.2;
	ask(&b, hello, r, NULL, &m);
	ck_assert_str_ne(a.a.key, b.a.key);
	forget(&b);
	r.temperature = NAN;
	r.model = "n";
	ask(&b, hello, r, NULL, &m);
	ck_assert_str_ne(a.a.key, b.a.key);
	forget(&b);
	forget(&a);
}
END_TEST

START_TEST(bad_requests)
{
	static const char *const bad[] = {"[]", "{}", "[{}]", "[1]",
	    "[{\"role\":\"user\"}]", "[{\"role\":1,\"content\":\"\"}]"};
	struct chat_request r = CHAT_REQUEST;
	struct conf *conf = conf_new();
	struct chat_ask a;
	struct chat_url u;
	struct fail f;
	size_t i;

	ck_assert_int_eq(chat_url_parse(&u, "https://h/v1", false, &f), 0);
	for (i = 0; i < COUNT(bad); i++) {
		json_t *v = json_loads(bad[i], 0, NULL);

		r.messages = v;
		ck_assert_msg(chat_ask_init(&a, conf, &u, &r, false, &f) == -1,
		    "%s", bad[i]);
		chat_ask_clear(&a);
		json_decref(v);
	}
	chat_url_clear(&u);
	conf_free(conf);
}
END_TEST

START_TEST(cleaning)
{
	static const struct {
		const char *text, *content, *reasoning;
		bool cleaned, think, tool;
	} rows[] = {
	    {"plain", "plain", "", false, false, false},
	    {"analysis of it", "analysis of it", "", false, false, false},
	    {"<think>a\nb</think>\n\nc", "c", "a\nb", false, true, false},
	    {"<think>a</think>b<think>c</think>d", "bd", "a\nc", false, true,
		false},
	    {"a</think>\nb", "b", "a", false, true, false},
	    {"<think>never", "", "never", false, true, false},
	    {"x<think>never", "x", "never", false, true, false},
	    {"```python\nprint('<think>')\n```",
		"```python\nprint('<think>')\n```", "", false, false, false},
	    {"```python\nprint('</think>')\n```",
		"```python\nprint('</think>')\n```", "", false, false, false},
	    {"<|channel|>analysis<|message|>a<|end|><|start|>assistant"
	     "<|channel|>final<|message|>b<|return|>",
		"b", "a", true, false, false},
	    {"<|channel|>final<|message|>x<|end|><|channel|>final<|message|>y",
		"y", "x", true, false, false},
	    {"<|start|>assistant<|channel|>commentary<|message|>{}<|end|>",
		"{}", "{}", true, false, false},
	    {"<|channel|>analysis<|message|>only", "", "only", true, false,
		false},
	    {"analysisWe need.assistantfinalAnswer", "Answer", "We need.", true,
		false, false},
	    {"analysisone assistantfinaltwo assistantfinalAnswer", "Answer",
		"one assistantfinaltwo", true, false, false},
	    {"<|channel|>analysis<|message|>a<|end|><|start|>assistant"
	     "<|channel|>commentary to=python <|constrain|>json<|message|>"
	     "{\"code\":1}<|call|>",
		"", "a\n{\"code\":1}", true, false, true},
	    {"<|channel|>commentary to=python<|message|>1<|call|><|channel|>"
	     "final<|message|>b",
		"b", "1", true, false, false},
	    {"done<|im_end|>", "done", "", true, false, false},
	    {"a < b and c", "a < b and c", "", false, false, false},
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct buf c = {0}, r = {0};
		bool cleaned, think, tool = false;

		buf_puts(&c, rows[i].text);
		chat_clean(&c, &r, &cleaned, &think, &tool);
		ck_assert_str_eq(buf_str(&c), rows[i].content);
		if (i != 11) /* a commentary answer is both */
			ck_assert_str_eq(buf_str(&r), rows[i].reasoning);
		ck_assert_int_eq(cleaned, rows[i].cleaned);
		ck_assert_int_eq(think, rows[i].think);
		ck_assert_int_eq(tool, rows[i].tool);
		buf_clear(&c);
		buf_clear(&r);
	}
}
END_TEST

START_TEST(mended_json)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
	    {"\xef\xbb\xbf{\"a\":1}", "{\"a\":1}"},
	    {"{\"a\":\"\\ud800x\"}", "{\"a\":\"\xef\xbf\xbdx\"}"},
	    {"{\"a\":\"\\ud83d\\ude00 \\udc00\"}",
		"{\"a\":\"\xf0\x9f\x98\x80 \xef\xbf\xbd\"}"},
	    {"{\"a\":\"\\ud800\\u0041\"}",
		"{\"a\":\"\xef\xbf\xbd"
		"A\"}"},
	    {"{\"a\":\"\xff\",\"b\":[1,2.5e3]}",
		"{\"a\":\"\xef\xbf\xbd\",\"b\":[1,2500.0]}"},
	    {"{\"a\":NaN,\"b\":-Infinity,\"c\":\"NaN\"}",
		"{\"a\":null,\"b\":null,\"c\":\"NaN\"}"},
	    {"{\"a\":1e400,\"b\":-1E999,\"c\":1e4}",
		"{\"a\":null,\"b\":null,\"c\":10000.0}"},
	    {"{\"a\":\"\\\\\",\"b\":NaN}", "{\"a\":\"\\\\\",\"b\":null}"},
	    {"{\"a\":12345678901234567890123}",
		"{\"a\":12345678901234567890123}"},
	};
	static const char *const bad[] = {
	    "", "{", "{\"a\":}", "x", "<html>", "{} {}", "{\"a\":nope}"};
	struct buf b = {0};
	struct fail f;
	size_t i;
	json_t *v;

	for (i = 0; i < COUNT(rows); i++) {
		v = chat_json(rows[i].text, strlen(rows[i].text), &f);
		ck_assert_msg(v != NULL, "%s: %s", rows[i].text, f.msg);
		buf_reset(&b);
		rec_dump(&b, v, 0);
		ck_assert_str_eq(b.p, rows[i].want);
		json_decref(v);
	}
	for (i = 0; i < COUNT(bad); i++)
		ck_assert_msg(chat_json(bad[i], strlen(bad[i]), &f) == NULL,
		    "%s", bad[i]);
	buf_clear(&b);
}
END_TEST

START_TEST(waits)
{
	static const struct {
		const char *after, *ms, *body;
		double want;
	} rows[] = {
	    {"2", NULL, "{}", 2},
	    {" 1.5 ", NULL, "{}", 1.5},
	    {"2", "300", "{}", 0.3},
	    {"2", "soon", "{}", 2},
	    {"-1", NULL, "{}", -1},
	    {"nan", NULL, "{}", -1},
	    {"1e9", NULL, "{}", -1},
	    {"99999999", NULL, "{}", -1},
	    {"Sun, 06 Nov 1994 08:49:37 GMT", NULL, "{}", 37},
	    {"Sunday, 06-Nov-94 08:49:37 GMT", NULL, "{}", 37},
	    {"Sun Nov  6 08:49:37 1994", NULL, "{}", 37},
	    {"Sun, 06 Nov 1994 08:48:00 GMT", NULL, "{}", 0},
	    {"Sun, 06 Nov 2094 08:48:00 GMT", NULL, "{}", -1},
	    {NULL, NULL, "{\"error\":{\"availability\":{\"retry_after\":4}}}",
		4},
	    {NULL, NULL,
		"{\"error\":{\"message\":\"Please try again in 1.2s.\"}}", 1.2},
	    {NULL, NULL, "{\"error\":{\"message\":\"try again in 20ms\"}}",
		.02},
	    {NULL, NULL, "{\"error\":{\"message\":\"try again in 1m30s, ok\"}}",
		90},
	    {NULL, NULL, "{\"error\":\"Retry after 37 seconds\"}", 37},
	    {NULL, NULL, "{\"message\":\"Try again in 2 minutes\"}", 120},
	    {NULL, NULL, "{\"error\":{\"message\":\"try again in a bit\"}}",
		-1},
	    {NULL, NULL, "{\"error\":{\"message\":\"try again in 5 eggs\"}}",
		-1},
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct chat_outcome o = {.retry_after = rows[i].after,
		    .retry_after_ms = rows[i].ms,
		    .now = 784111740};
		json_t *v = json_loads(rows[i].body, 0, NULL);
		double got = chat_retry_after(&o, v);

		if (i == COUNT(rows) - 1) /* a number without a unit we know */
			ck_assert(got == -1 || got == 5);
		else
			ck_assert_msg(
			    fabs(got - rows[i].want) < 1e-9, "%zu: %g", i, got);
		json_decref(v);
	}
	ck_assert_double_eq_tol(chat_duration("6m0s"), 360, 1e-9);
	ck_assert_double_eq_tol(chat_duration("1h2m3.5s"), 3723.5, 1e-9);
	ck_assert_double_eq_tol(chat_duration("300ms"), 0.3, 1e-9);
	ck_assert_double_eq_tol(chat_duration("12"), 12, 1e-9);
	ck_assert_double_eq_tol(chat_duration("-1"), -1, 1e-9);
	ck_assert_double_eq_tol(chat_duration("1x"), -1, 1e-9);
	ck_assert_double_eq_tol(chat_duration(""), -1, 1e-9);
}
END_TEST

/* What is to be made of statuses and errors, row by row. */
START_TEST(verdicts)
{
#define ERR(members) "{\"error\":{" members "}}"
#define MESSAGE(text) ERR("\"message\":\"" text "\"")
	static const struct {
		long status;
		const char *body, *after, *should;
		enum chat_verdict want;
		bool overload;
	} rows[] = {
	    {408, "", NULL, NULL, CHAT_RETRY, false},
	    {409, "", NULL, NULL, CHAT_RETRY, false},
	    {425, "", NULL, NULL, CHAT_RETRY, false},
	    {429, "", NULL, NULL, CHAT_RETRY, true},
	    {429, MESSAGE("slow down"), "3", NULL, CHAT_RETRY, true},
	    {429, MESSAGE("slow down"), "121", NULL, CHAT_FAIL_RUN, true},
	    {429, MESSAGE("try again in 3h"), NULL, NULL, CHAT_FAIL_RUN, true},
	    {429, ERR("\"code\":\"insufficient_quota\""), NULL, NULL,
		CHAT_FAIL_RUN, false},
	    {429, ERR("\"type\":\"insufficient_quota\""), "3", NULL,
		CHAT_FAIL_RUN, false},
	    {429, MESSAGE("You exceeded your current quota"), NULL, NULL,
		CHAT_FAIL_RUN, false},
	    {429, "{\"error\":\"check your billing details\"}", NULL, NULL,
		CHAT_FAIL_RUN, false},
	    {429, MESSAGE("x"), NULL, "false", CHAT_RETRY_ONCE, true},
	    {500, MESSAGE("boom"), NULL, NULL, CHAT_RETRY, false},
	    {500, MESSAGE("boom"), NULL, "False", CHAT_RETRY_ONCE, false},
	    {500, MESSAGE("boom"), NULL, "true", CHAT_RETRY, false},
	    {500,
		ERR("\"type\":\"server_error\",\"message\":\"Only one "
		    "completion choice is allowed\""),
		NULL, NULL, CHAT_RETRY_ONCE, false},
	    {500, ERR("\"type\":\"server_error\",\"message\":\"overloaded\""),
		NULL, NULL, CHAT_RETRY, false},
	    {501, "", NULL, NULL, CHAT_RETRY_ONCE, false},
	    {502, "", NULL, NULL, CHAT_RETRY, false},
	    {503, MESSAGE("Loading model"), NULL, NULL, CHAT_RETRY, true},
	    {504, "", NULL, NULL, CHAT_RETRY, false},
	    {520, "", NULL, NULL, CHAT_RETRY, false},
	    {524, "", NULL, NULL, CHAT_RETRY, false},
	    {529,
		"{\"type\":\"error\",\"error\":{\"type\":"
		"\"overloaded_error\"}}",
		NULL, NULL, CHAT_RETRY, true},
	    {402, ERR("\"code\":402"), NULL, NULL, CHAT_FAIL_RUN, false},
	    {402, ERR("\"code\":402"), "5", NULL, CHAT_RETRY, true},
	    {402, ERR("\"code\":402"), "9999", NULL, CHAT_FAIL_RUN, true},
	    {400, MESSAGE("bad"), NULL, NULL, CHAT_FAIL_ITEM, false},
	    {400, MESSAGE("m is not a valid model ID"), NULL, NULL,
		CHAT_FAIL_RUN, false},
	    {401, "", NULL, NULL, CHAT_FAIL_RUN, false},
	    {403, MESSAGE("limit exceeded"), NULL, NULL, CHAT_FAIL_RUN, false},
	    {404, MESSAGE("no such model"), NULL, NULL, CHAT_FAIL_RUN, false},
	    {400, MESSAGE("unexpected tokens remaining in message header"),
		NULL, NULL, CHAT_RETRY_UNUSABLE, false},
	    {413, "", NULL, NULL, CHAT_FAIL_ITEM, false},
	    {424, "{\"error\":\"out of memory\"}", NULL, NULL, CHAT_RETRY_ONCE,
		false},
	    {422, "{\"detail\":[{\"msg\":\"bad\"}]}", NULL, NULL,
		CHAT_FAIL_ITEM, false},
	    /* error.availability overrides, and replaces the code */
	    {404, ERR("\"availability\":{\"retryable\":true}"), NULL, NULL,
		CHAT_RETRY, false},
	    {400, ERR("\"availability\":{\"retryable\":true}"), NULL, NULL,
		CHAT_RETRY, false},
	    {503, ERR("\"availability\":{\"retryable\":false}"), NULL, NULL,
		CHAT_FAIL_ITEM, true},
	    {501, ERR("\"availability\":{\"retryable\":false}"), NULL, NULL,
		CHAT_FAIL_ITEM, false},
	    {429,
		ERR("\"availability\":{\"retryable\":true,\"retry_after\":"
		    "900}"),
		NULL, NULL, CHAT_FAIL_RUN, true},
	    /* an error in a reply that says all is well */
	    {200, ERR("\"code\":502"), NULL, NULL, CHAT_RETRY_UNUSABLE, false},
	    {200, ERR("\"code\":\"429\""), NULL, NULL, CHAT_RETRY_UNUSABLE,
		true},
	    {200, ERR("\"http_status\":503"), NULL, NULL, CHAT_RETRY_UNUSABLE,
		true},
	    {200, ERR("\"availability\":{\"http_status\":503}"), NULL, NULL,
		CHAT_RETRY_UNUSABLE, true},
	    {200, "{\"error\":\"it broke\"}", NULL, NULL, CHAT_RETRY_UNUSABLE,
		false},
	    {200, ERR("\"code\":400"), NULL, NULL, CHAT_FAIL_ITEM, false},
	    {200, ERR("\"code\":401"), NULL, NULL, CHAT_FAIL_RUN, false},
	    {301, "", NULL, NULL, CHAT_FAIL_RUN, false},
	    {307, "", NULL, NULL, CHAT_RETRY_UNUSABLE, false},
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		json_t *v = json_loads(rows[i].body, 0, NULL);
		struct chat_outcome o = {.status = rows[i].status,
		    .json = v,
		    .body = rows[i].body,
		    .nbody = strlen(rows[i].body),
		    .retry_after = rows[i].after,
		    .should_retry = rows[i].should,
		    .patience = 120};
		struct chat_judgement j;

		chat_judge(&o, "https://h/v1", &j);
		ck_assert_msg(j.verdict == rows[i].want &&
			j.overload == rows[i].overload && j.fail.msg[0] != '\0',
		    "%zu: %ld %s: %d %d", i, rows[i].status, rows[i].body,
		    j.verdict, j.overload);
		json_decref(v);
	}
}
END_TEST

/* The transport's code comes before the status. */
START_TEST(transports)
{
	static const struct {
		CURLcode code;
		long status;
		bool sent;
		enum chat_verdict want;
		bool billed;
	} rows[] = {
	    {CURLE_COULDNT_RESOLVE_HOST, 0, false, CHAT_RETRY, false},
	    {CURLE_COULDNT_CONNECT, 0, false, CHAT_RETRY, false},
	    {CURLE_SSL_CONNECT_ERROR, 0, false, CHAT_RETRY, false},
	    {CURLE_PEER_FAILED_VERIFICATION, 0, false, CHAT_FAIL_RUN, false},
	    {CURLE_SEND_ERROR, 0, false, CHAT_RETRY, false},
	    {CURLE_OPERATION_TIMEDOUT, 0, true, CHAT_RETRY_BILLED, true},
	    {CURLE_RECV_ERROR, 200, true, CHAT_RETRY_BILLED, true},
	    {CURLE_PARTIAL_FILE, 200, true, CHAT_RETRY_BILLED, true},
	    {CURLE_GOT_NOTHING, 0, true, CHAT_RETRY_BILLED, true},
	    {CURLE_BAD_CONTENT_ENCODING, 200, true, CHAT_RETRY_BILLED, true},
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct chat_outcome o = {.code = rows[i].code,
		    .status = rows[i].status,
		    .sent = rows[i].sent,
		    .body = "",
		    .patience = 120};
		struct chat_judgement j;

		chat_judge(&o, "https://h/v1", &j);
		ck_assert_msg(
		    j.verdict == rows[i].want && j.billed == rows[i].billed,
		    "%zu: %d", i, j.verdict);
	}
}
END_TEST

/* The sizes that errors about the context tell, in each server's words. */
START_TEST(contexts)
{
	static const struct {
		const char *body;
		size_t ctx, prompt;
	} rows[] = {
	    {"{\"error\":{\"message\":\"This model's maximum context length is "
	     "4097 tokens. However, you requested 5000 tokens (1000 in the "
	     "messages, 4000 in the completion).\"}}",
		4097, 1000},
	    {"{\"error\":{\"message\":\"This model's maximum context length is "
	     "128,000 tokens. However, your messages resulted in 120,500 "
	     "tokens.\",\"code\":\"context_length_exceeded\"}}",
		128000, 120500},
	    {"{\"error\":{\"message\":\"You passed 3000 input tokens and "
	     "requested 2000 output tokens. However, the model's context "
	     "length is 4096 tokens.\"}}",
		4096, 3000},
	    {"{\"error\":\"`inputs` tokens + `max_new_tokens` must be <= 4096. "
	     "Given: 4000 `inputs` tokens and 200 `max_new_tokens`\"}",
		4096, 4000},
	    {"{\"error\":{\"type\":\"exceed_context_size_error\",\"message\":"
	     "\"the request exceeds the available context size\","
	     "\"n_prompt_tokens\":900,\"n_ctx\":1024}}",
		1024, 900},
	    {"{\"error\":{\"message\":\"ContextWindowExceededError: too "
	     "long\"}}",
		0, 0},
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		json_t *v = json_loads(rows[i].body, 0, NULL);
		struct chat_outcome o = {
		    .status = 400, .json = v, .patience = 120};
		struct chat_judgement j;

		chat_judge(&o, "https://h/v1", &j);
		ck_assert_msg(j.why == CHAT_WHY_CONTEXT &&
			j.ctx_tokens == rows[i].ctx &&
			j.prompt_tokens == rows[i].prompt,
		    "%zu: %d %zu %zu", i, j.why, j.ctx_tokens, j.prompt_tokens);
		json_decref(v);
	}
}
END_TEST

static struct chat_limit
limits(const char *inflight, const char *rpm)
{
	struct conf *conf = conf_new();
	struct chat_limit l;
	struct fail f;

	conf_set(conf, CONF_MAX_INFLIGHT, CONF_OPTION, inflight, &f);
	if (rpm != NULL)
		conf_set(conf, CONF_REQUESTS_PER_MINUTE, CONF_OPTION, rpm, &f);
	chat_limit_init(&l, conf, 0);
	conf_free(conf);
	return l;
}

START_TEST(windows)
{
	struct chat_limit l = limits("32", NULL);
	struct chat_ticket t[64];
	double now = 0;
	int i, n = 0, round;

	while (chat_limit_wait(&l, now, 1) == 0)
		t[n++] = chat_limit_start(&l, now, 1);
	ck_assert_int_eq(n, 8);
	for (round = 0; round < 4; round++) {
		for (i = 0; i < n; i++)
			chat_limit_good(&l, now += 1, &t[i], 100, 1);
		for (n = 0; chat_limit_wait(&l, now, 1) == 0; n++)
			t[n] = chat_limit_start(&l, now, 1);
	}
	ck_assert_int_eq(n, 32); /* doubled each round, up to the limit */
	ck_assert(isinf(chat_limit_wait(&l, now, 1)));
	/* two refusals of one round halve it once, and everybody waits */
	chat_limit_overload(&l, now, &t[0], 2, false);
	chat_limit_overload(&l, now, &t[1], 2, false);
	ck_assert_double_eq_tol(l.window, 16, 1e-9);
	for (i = 2; i < n; i++)
		chat_limit_other(&l, &t[i], false);
	ck_assert_double_ge(chat_limit_wait(&l, now, 1), 2000);
	/* then one goes first */
	now += 3000;
	ck_assert_double_eq_tol(chat_limit_wait(&l, now, 1), 0, 1e-9);
	t[0] = chat_limit_start(&l, now, 1);
	ck_assert(isinf(chat_limit_wait(&l, now, 1)));
	chat_limit_good(&l, now, &t[0], 100, 1);
	for (n = 0; chat_limit_wait(&l, now, 1) == 0; n++)
		t[n] = chat_limit_start(&l, now, 1);
	ck_assert_int_ge(n, 16);
	ck_assert_int_le(n, 17);
	/* no connection: a pause, but no smaller window */
	chat_limit_overload(&l, now, &t[0], -1, true);
	ck_assert_double_ge(l.window, 16);
}
END_TEST

START_TEST(rates)
{
	struct chat_limit l = limits("100", "600"), m;
	struct chat_ticket t;
	double now = 0, wait;
	int n = 0;

	while (now < 10000) {
		wait = chat_limit_wait(&l, now, 1);
		if (wait > 0) {
			now += wait;
			continue;
		}
		t = chat_limit_start(&l, now, 1);
		chat_limit_good(&l, now, &t, 1, 1);
		n++;
	}
	ck_assert_int_ge(n, 100); /* 600 a minute: 100 in ten seconds */
	ck_assert_int_le(n, 111);
	/* tokens: a request larger than the bucket goes when it is full */
	m = limits("100", NULL);
	m.per_minute[1] = 6000;
	m.have[1] = 1000;
	ck_assert_double_eq_tol(chat_limit_wait(&m, 0, 5000), 0, 1e-9);
	t = chat_limit_start(&m, 0, 5000);
	ck_assert_double_eq_tol(chat_limit_wait(&m, 0, 1000), 50000, 1e-6);
	chat_limit_good(&m, 0, &t, 1, 200); /* what was not used comes back */
	ck_assert_double_eq_tol(chat_limit_wait(&m, 0, 1000), 2000, 1e-6);
	chat_limit_spent(&m, 0, 9);
	ck_assert_double_eq_tol(chat_limit_wait(&m, 0, 1), 9000, 1e-6);
}
END_TEST

START_TEST(queues)
{
	struct chat_limit l = limits("64", NULL);
	struct chat_ticket t = {0};
	double now = 0, before;
	int i, halved = 0;

	/* a server that queues: each answer takes as long as there are others
	 */
	for (i = 0; i < 2000; i++) {
		t = chat_limit_start(&l, now, 1);
		before = l.window;
		chat_limit_good(&l, now += 100, &t, 300 * l.window, 1);
		if (l.window < before) {
			ck_assert_double_eq_tol(
			    l.window, floor(before / 2), 1e-9);
			halved++;
		}
	}
	ck_assert_int_gt(halved, 0);
	ck_assert_double_lt(l.window, 50);
	ck_assert_double_ge(l.window, 8);
}
END_TEST

START_TEST(breaker)
{
	struct chat_limit l = limits("8", NULL);
	struct chat_ticket t;
	double now = 0, wait;
	int i;

	for (i = 0; i < 16; i++) {
		ck_assert(!chat_limit_dark(&l));
		t = chat_limit_start(&l, i, 1);
		chat_limit_other(&l, &t, true);
	}
	ck_assert(chat_limit_dark(&l));
	ck_assert(!chat_limit_broken(&l)); /* a moment is no outage */
	t = chat_limit_start(&l, now, 1);
	chat_limit_good(&l, now, &t, 1, 1);
	ck_assert(!chat_limit_dark(&l));
	/* once it has worked, it is given some minutes */
	for (i = 0; !chat_limit_broken(&l); i++) {
		ck_assert_int_lt(i, 100);
		while ((wait = chat_limit_wait(&l, now, 1)) > 0)
			now += wait;
		t = chat_limit_start(&l, now, 1);
		chat_limit_overload(&l, now, &t, -1, true);
	}
	ck_assert_int_eq(i, 12);
	ck_assert_double_ge(now, 30e3);
	ck_assert_double_ge(l.window, 8);
	t = chat_limit_start(&l, now, 1);
	chat_limit_good(&l, now, &t, 1, 1);
	ck_assert(!chat_limit_broken(&l));
	l.items = 25;
	ck_assert(chat_limit_broken(&l));
}
END_TEST

START_TEST(backoff)
{
	struct rng r;
	double sum = 0, v;
	int i;

	rng_init(&r, 1, "");
	for (i = 0; i < 4000; i++) {
		v = chat_backoff(&r, 500, 3);
		ck_assert(v >= 0 && v < 4000);
		sum += v;
	}
	ck_assert_double_eq_tol(sum / 4000, 2000, 100); /* full jitter */
	for (i = 0; i < 100; i++)
		ck_assert_double_le(chat_backoff(&r, 500, 60), 60e3);
}
END_TEST

/* Chunks; D: as OpenAI-compatible servers send a piece of the content. */
#define D(text)                                                                \
	"{\"id\":\"g\",\"choices\":[{\"index\":0,\"delta\":{\"content\":"      \
	"\"" text "\"},\"finish_reason\":null}],\"usage\":null}"

START_TEST(streams)
{
	static const struct {
		const char *chunk[6];
		const char *content, *reasoning;
	} rows[] = {
	    {{D("one"), D(" two"), D("\\n\\t\\\"x\\\\"), D("\xc3\xa9")},
		"one two\n\t\"x\\\xc3\xa9", ""},
	    {{D("a"), D("\\u00e9"), D("\\ud83d"), D(""), D("b")},
		"a\xc3\xa9\xef\xbf\xbd"
		"b",
		""},
	    {{D("a"), D("\xff"), D("\\q"), D("\x01"), D("b")},
		"a\xef\xbf\xbd"
		"b",
		""},
	    /* what looks like the known one holds more */
	    {{D("a"),
		 D("b\"},\"finish_reason\":null},{\"index\":1,\"delta\":{"
		   "\"content\":\"other"),
		 D("c")},
		"abc", ""},
	    {{D("a\",\"x\":\"b"), D("c\",\"x\":\"d"), D("e\",\"x\":\"b")},
		"ace", ""},
	    /* the other text is one, too */
	    {{"{\"choices\":[{\"text\":\"a\"}],\"content\":\"a\"}",
		 "{\"choices\":[{\"text\":\"a\"}],\"content\":\"b\"}"},
		"aa", ""},
	    {{"{\"choices\":[{\"delta\":{\"reasoning\":\"why \"}}]}",
		 "{\"choices\":[{\"delta\":{\"reasoning\":\"not\"}}]}",
		 "{\"choices\":[{\"delta\":{\"reasoning\":\"\"}}]}",
		 "{\"choices\":[{\"delta\":{\"reasoning_content\":\"!\"}}]}",
		 "{\"choices\":[{\"delta\":{\"reasoning_content\":\"?\"}}]}",
		 D("because")},
		"because", "why not!?"},
	    {{"{\"choices\":[{\"delta\":{\"content\":\"a\",\"reasoning\":"
	      "\"r\"}}]}",
		 "{\"choices\":[{\"delta\":{\"content\":\"b\",\"reasoning\":"
		 "\"r\"}}]}"},
		"ab", "rr"},
	    {{"{\"choices\":[{\"delta\":{\"content\":\"a\",\"con\\u0074ent\":"
	      "\"a\"}}]}",
		 "{\"choices\":[{\"delta\":{\"content\":\"b\","
		 "\"con\\u0074ent\":"
		 "\"a\"}}]}"},
		"aa", ""},
	    {{"{\"choices\":[{\"delta\":{\"content\":\"a\",\"refusal\":\"n\"}}"
	      "]}",
		 "{\"choices\":[{\"delta\":{\"content\":\"b\",\"refusal\":"
		 "\"n\"}"
		 "}]}"},
		"ab", ""},
	};
	struct buf text = {0};
	size_t i, k;
	int careful;

	for (i = 0; i < COUNT(rows); i++) {
		buf_reset(&text);
		for (k = 0; k < 6 && rows[i].chunk[k] != NULL; k++)
			buf_printf(&text, "data: %s\n\n", rows[i].chunk[k]);
		for (careful = 0; careful < 2; careful++) {
			struct chat_sse s = {.careful = careful == 1};
			struct chat_msg m;

			chat_msg_init(&m);
			chat_sse_put(&s, text.p, text.n, &m);
			chat_sse_end(&s, &m);
			ck_assert_str_eq(buf_str(&m.content), rows[i].content);
			ck_assert_str_eq(
			    buf_str(&m.reasoning), rows[i].reasoning);
			if (i == 0) /* known without being parsed */
				ck_assert_int_eq(
				    strstr(s.known.text.p, "one") == NULL,
				    careful);
			chat_sse_clear(&s);
			chat_msg_clear(&m);
		}
	}
	buf_clear(&text);
}
END_TEST

START_TEST(usage)
{
	struct chat_usage sum = chat_usage_zero(),
			  a = {10, 5, 2, 1, 1500000, false},
			  b = {1, 1, -1, 0, -1, false};
	struct buf out = {0};
	json_t *v;

	chat_usage_add(&sum, &a);
	v = chat_usage_json(&sum);
	rec_dump(&out, v, 0);
	ck_assert_str_eq(out.p,
	    "{\"prompt_tokens\":10,\"completion_tokens\":5,"
	    "\"reasoning_tokens\":2,\"cached_tokens\":1,\"cost\":1.5}");
	json_decref(v);
	chat_usage_add(&sum, &b);
	chat_usage_add(&sum, &a);
	buf_reset(&out);
	v = chat_usage_json(&sum);
	rec_dump(&out, v, 0);
	ck_assert_str_eq(out.p,
	    "{\"prompt_tokens\":21,\"completion_tokens\":11,"
	    "\"reasoning_tokens\":null,\"cached_tokens\":2,\"cost\":null}");
	json_decref(v);
	buf_clear(&out);
}
END_TEST

UNIT_MAIN("chat", urls, keys, bodies, journal_keys, bad_requests, cleaning,
    mended_json, waits, contexts, windows, rates, queues, breaker, backoff,
    streams, verdicts, transports, usage)
