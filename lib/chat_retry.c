/* chat_retry.c - what an attempt that failed means, and when to try again. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "chat_priv.h"
#include "rec.h"

enum { TEXT_MAX = 300 }; /* bytes of a server's message that are shown */

static const double day = 86400;

/* What an error body holds, in all the shapes that servers send. */
struct error {
	const json_t *o; /* the error object, or NULL */
	long status; /* its code where that is an HTTP status, else 0 */
	const char *code, *type, *param; /* texts or "" */
	struct buf text; /* everything readable, for searching */
};

static const char *
text_of(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL ? s : "";
}

/* A status from a number or from digits; else 0. */
static long
status_of(const json_t *v)
{
	const char *s = json_string_value(v);
	long n = 0;

	if (json_is_integer(v))
		n = (long)json_integer_value(v);
	else if (s != NULL && strlen(s) == 3 && isdigit((unsigned char)*s))
		n = strtol(s, NULL, 10);
	return n >= 400 && n <= 599 ? n : 0;
}

static void
put_member(struct buf *b, const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);

	if (json_is_string(v)) {
		buf_puts(b, json_string_value(v));
		buf_putc(b, '\n');
	} else if (json_is_array(v) || json_is_object(v)) {
		rec_dump(b, v, 0);
		buf_putc(b, '\n');
	}
}

static void
error_read(struct error *e, const json_t *body, const char *raw, size_t n)
{
	static const char *const names[] = {"message", "detail", "code", "type",
	    "error_type", "param", "metadata", "availability"};
	json_t *err = json_object_get(body, "error");
	size_t i;

	*e = (struct error){.text.max = 1 << 16};
	e->o = json_is_object(err) ? err : body;
	if (json_is_string(err))
		put_member(&e->text, body, "error");
	if (json_is_string(body)) {
		buf_puts(&e->text, json_string_value(body));
		buf_putc(&e->text, '\n');
	}
	for (i = 0; i < sizeof names / sizeof *names; i++) {
		put_member(&e->text, e->o, names[i]);
		if (e->o != body)
			put_member(&e->text, body, names[i]);
	}
	if (e->text.n == 0 && raw != NULL)
		buf_put(&e->text, raw, n);
	e->status = status_of(json_object_get(e->o, "code"));
	if (e->status == 0)
		e->status = status_of(json_object_get(
		    json_object_get(e->o, "availability"), "http_status"));
	if (e->status == 0)
		e->status = status_of(json_object_get(e->o, "http_status"));
	e->code = text_of(e->o, "code");
	e->type = text_of(e->o, "type");
	e->param = text_of(e->o, "param");
}

static bool
says(const struct error *e, const char *what)
{
	return strcasestr(buf_str(&e->text), what) != NULL;
}

static bool
says_any(const struct error *e, const char *const *list)
{
	for (; *list != NULL; list++)
		if (says(e, *list))
			return true;
	return false;
}

/* One printable line of at most TEXT_MAX bytes. */
static void
put_line(struct buf *out, const char *s, size_t n)
{
	struct buf b = {0};
	bool space = false;
	size_t i;

	buf_utf8(&b, s, n < 4 * TEXT_MAX ? n : 4 * TEXT_MAX);
	for (i = 0; i < b.n && out->n < TEXT_MAX; i++) {
		unsigned char c = (unsigned char)b.p[i];

		if (c <= ' ' || c == 0x7f) {
			space = out->n > 0;
			continue;
		}
		if (space)
			buf_putc(out, ' ');
		space = false;
		buf_putc(out, (char)c);
	}
	while (out->n > 0 && !utf8_valid(out->p, out->n))
		out->n--;
	if (out->p != NULL)
		out->p[out->n] = '\0';
	if (i < b.n)
		buf_puts(out, "...");
	buf_clear(&b);
}

void
chat_error_text(const json_t *body, const char *raw, size_t n, struct buf *out)
{
	json_t *err = json_object_get(body, "error"), *v = NULL;
	const json_t *tries[5];
	size_t i;

	tries[0] = json_object_get(err, "message");
	tries[1] = err;
	tries[2] = json_object_get(body, "message");
	tries[3] = json_object_get(body, "detail");
	tries[4] = body;
	for (i = 0; i < 5; i++)
		if (json_is_string(tries[i]) &&
		    json_string_length(tries[i]) > 0) {
			put_line(out, json_string_value(tries[i]),
			    json_string_length(tries[i]));
			return;
		}
	v = json_object_get(body, "detail");
	v = json_object_get(json_array_get(v, 0), "msg");
	if (json_is_string(v))
		put_line(out, json_string_value(v), json_string_length(v));
	else if (raw != NULL)
		put_line(out, raw, n);
}

double
chat_duration(const char *s)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = {{"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}, {"s", 1},
	    {"m", 60}, {"h", 3600}, {"d", 86400}};
	double sum = 0, v;
	char *end;
	size_t i;

	while (*s == ' ')
		s++;
	if (!isdigit((unsigned char)*s) && *s != '.')
		return -1;
	while (*s != '\0') {
		if (!isdigit((unsigned char)*s) && *s != '.')
			return -1;
		v = strtod(s, &end);
		if (end == s || !(v >= 0) || v > 1e12)
			return -1;
		if (*end == '\0')
			return sum + v;
		for (i = 0; i < sizeof units / sizeof *units; i++)
			if (strncmp(
				end, units[i].name, strlen(units[i].name)) == 0)
				break;
		if (i == sizeof units / sizeof *units)
			return -1;
		sum += v * units[i].seconds;
		s = end + strlen(units[i].name);
	}
	return sum;
}

/* A plain number of at most a day, or -1. */
static double
seconds_of(const char *s, double scale)
{
	double v;
	char *end;

	while (*s == ' ' || *s == '\t')
		s++;
	if (!isdigit((unsigned char)*s) && *s != '.')
		return -1;
	v = strtod(s, &end) * scale;
	while (*end == ' ' || *end == '\t')
		end++;
	return *end == '\0' && end != s && v >= 0 && v <= day ? v : -1;
}

/* "try again in 1m2.5s", "in 37 seconds", "after 200 milliseconds". */
static double
seconds_in_text(const char *s)
{
	static const char *const leads[] = {
	    "try again in ", "retry after ", "retry in ", "try again after "};
	const char *at = NULL;
	char number[64], *end;
	size_t i, k;
	double v;

	for (i = 0; i < sizeof leads / sizeof *leads && at == NULL; i++) {
		at = strcasestr(s, leads[i]);
		if (at != NULL)
			at += strlen(leads[i]);
	}
	if (at == NULL || !isdigit((unsigned char)*at))
		return -1;
	v = strtod(at, &end);
	if (*end == ' ')
		end++;
	if (strncasecmp(end, "millisecond", 11) == 0)
		v *= 1e-3;
	else if (strncasecmp(end, "minute", 6) == 0)
		v *= 60;
	else if (strncasecmp(end, "hour", 4) == 0)
		v *= 3600;
	else if (strncasecmp(end, "second", 6) != 0) {
		k = strcspn(at, " ,;()\n");
		if (k >= sizeof number)
			return -1;
		memcpy(number, at, k);
		number[k] = '\0';
		while (k > 0 && number[k - 1] == '.')
			number[--k] = '\0';
		v = chat_duration(number);
	}
	return v >= 0 && v <= day ? v : -1;
}

double
chat_retry_after(const struct chat_outcome *o, const json_t *body)
{
	const json_t *err = json_object_get(body, "error"), *v;
	double s = -1;
	time_t t;

	if (o->retry_after_ms != NULL)
		s = seconds_of(o->retry_after_ms, 1e-3);
	if (s < 0 && o->retry_after != NULL) {
		s = seconds_of(o->retry_after, 1);
		if (s < 0 && isalpha((unsigned char)*o->retry_after)) {
			t = curl_getdate(o->retry_after, NULL);
			if (t != -1)
				s = fmax((double)t - o->now, 0);
			if (s > day)
				s = -1;
		}
	}
	if (s < 0) {
		v = json_object_get(
		    json_object_get(err, "availability"), "retry_after");
		if (json_is_number(v) && json_number_value(v) >= 0 &&
		    json_number_value(v) <= day)
			s = json_number_value(v);
	}
	if (s < 0 && json_is_object(err))
		s = seconds_in_text(text_of(err, "message"));
	if (s < 0 && json_is_string(err))
		s = seconds_in_text(json_string_value(err));
	if (s < 0)
		s = seconds_in_text(text_of(body, "message"));
	return s;
}

static void
set(struct chat_judgement *j, enum chat_verdict verdict, enum chat_why why)
{
	j->verdict = verdict;
	j->why = why;
}

/* Words behind the message of a failure. */
static void
say_more(struct chat_judgement *j, const char *more)
{
	struct fail f = j->fail;

	fail_set(&j->fail, f.code, "%s%s", f.msg, more);
}

static const char *const context_words[] = {"context_length_exceeded",
    "exceed_context_size", "constraint_filtered", "ContextWindowExceeded",
    "maximum context length", "context window", "context size",
    "max_new_tokens` must be <=", "longer than the maximum model length",
    "input tokens and requested", "prompt is too long", "exceeds the context",
    "exceeds the available context", NULL};

/* The numbers of a message, in order; returns how many. */
static size_t
numbers(const char *s, size_t out[], size_t max)
{
	size_t n = 0;

	while (*s != '\0' && n < max) {
		if (!isdigit((unsigned char)*s)) {
			s++;
			continue;
		}
		out[n] = 0;
		for (; isdigit((unsigned char)*s) ||
		     (*s == ',' && isdigit((unsigned char)s[1]) &&
			 isdigit((unsigned char)s[2]) &&
			 isdigit((unsigned char)s[3]));
		     s++)
			if (*s != ',' && out[n] < (size_t)1 << 40)
				out[n] = out[n] * 10 + (size_t)(*s - '0');
		if (out[n] >= 16)
			n++;
	}
	return n;
}

/*
 * The context's size and the prompt's, where the error tells them: as members
 * (llama-server), or in the text, where the size follows the word that names it
 * and the prompt is the largest number that is neither the size, nor a sum.
 */
static void
context_numbers(const struct error *e, struct chat_judgement *j)
{
	static const char *const size_words[] = {"context length is ",
	    "context length of ", "context window of ", "context size (",
	    "maximum model length of ", "must be <= ", "limit of ", NULL};
	static const char *const before[] = {
	    "you passed ", "resulted in ", "given: ", NULL};
	static const char *const after[] = {
	    " in the messages", " in your prompt", NULL};
	const json_t *v = json_object_get(e->o, "n_ctx");
	const char *s = buf_str(&e->text), *at;
	size_t found[1], i;

	if (json_is_integer(v)) {
		j->ctx_tokens = (size_t)json_integer_value(v);
		v = json_object_get(e->o, "n_prompt_tokens");
		if (json_is_integer(v))
			j->prompt_tokens = (size_t)json_integer_value(v);
		return;
	}
	for (i = 0; size_words[i] != NULL && j->ctx_tokens == 0; i++)
		if ((at = strcasestr(s, size_words[i])) != NULL &&
		    numbers(at, found, 1) == 1)
			j->ctx_tokens = found[0];
	for (i = 0; before[i] != NULL && j->prompt_tokens == 0; i++)
		if ((at = strcasestr(s, before[i])) != NULL &&
		    numbers(at, found, 1) == 1)
			j->prompt_tokens = found[0];
	for (i = 0; after[i] != NULL && j->prompt_tokens == 0; i++) {
		if ((at = strcasestr(s, after[i])) == NULL)
			continue;
		/* "(1,000 tokens in the messages" or without the word */
		if (at - s > 7 && strncasecmp(at - 7, " tokens", 7) == 0)
			at -= 7;
		while (at > s && strchr("0123456789,", at[-1]) != NULL)
			at--;
		if (numbers(at, found, 1) == 1)
			j->prompt_tokens = found[0];
	}
	if (j->prompt_tokens >= j->ctx_tokens)
		j->prompt_tokens = 0;
}

/* Does the text name this parameter, as a word? */
static bool
names(const struct error *e, const char *param)
{
	const char *s = buf_str(&e->text), *at = s;
	size_t n = strlen(param);

	if (strcmp(e->param, param) == 0)
		return true;
	while ((at = strstr(at, param)) != NULL) {
		bool left =
		    at > s && (isalnum((unsigned char)at[-1]) || at[-1] == '_');
		bool right = isalnum((unsigned char)at[n]) || at[n] == '_';

		if (!left && !right)
			return true;
		at += n;
	}
	return false;
}

/* Is it about a parameter that can be dropped or renamed? */
static bool
judge_param(const struct error *e, struct chat_judgement *j)
{
	static const struct {
		const char *name;
		unsigned bit;
	} params[] = {{"stream_options", CHAT_STREAM_OPTIONS},
	    {"temperature", CHAT_TEMPERATURE}, {"top_p", CHAT_TOP_P},
	    {"seed", CHAT_SEED}, {"stream", CHAT_STREAM}};
	bool other = names(e, "max_completion_tokens");
	size_t i;

	if (names(e, "max_tokens") || other) {
		j->param = CHAT_MAX_TOKENS;
		j->rename = other || says(e, "unsupported") ||
		    says(e, "not supported") || says(e, "deprecated");
		if (!j->rename)
			return false;
	} else {
		for (i = 0; i < sizeof params / sizeof *params; i++)
			if (names(e, params[i].name)) {
				j->param = params[i].bit;
				break;
			}
		if (j->param == 0)
			return false;
	}
	set(j, CHAT_RETRY_PARAM, CHAT_WHY_REJECTED);
	return true;
}

static bool
filtered(const struct error *e)
{
	static const char *const words[] = {"content_filter",
	    "content management policy", "content policy", "moderation",
	    "was flagged", "ResponsibleAI", "safety system", NULL};

	return says_any(e, words);
}

static bool
quota(const struct error *e)
{
	static const char *const words[] = {"insufficient_quota",
	    "exceeded your current quota", "current quota", "billing",
	    "insufficient credits", "out of credits", "credit balance", NULL};

	return says_any(e, words);
}

/* No such model: nothing that this run asks can be answered. */
static bool
no_model(const struct error *e)
{
	static const char *const words[] = {"model_not_found",
	    "not a valid model", "invalid model", "unknown model",
	    "no such model", "does not exist", NULL};

	return says(e, "model") && says_any(e, words);
}

/* A request that the server could not read and calls its own fault. */
static bool
own_fault(const struct error *e)
{
	static const char *const words[] = {"parse", "unsupported",
	    "only one completion", "invalid", "missing", "required", "must be",
	    "json", "expected", NULL};

	return strcmp(e->type, "server_error") == 0 && says_any(e, words);
}

static void
judge_client_error(const struct error *e, long status, const char *url,
    struct chat_judgement *j)
{
	if (says_any(e, context_words)) {
		context_numbers(e, j);
		set(j,
		    j->ctx_tokens > 0 && j->prompt_tokens > 0
			? CHAT_RETRY_SHORTER
			: CHAT_FAIL_ITEM,
		    CHAT_WHY_CONTEXT);
		return;
	}
	if (filtered(e)) {
		set(j, CHAT_FAIL_ITEM, CHAT_WHY_FILTERED);
		return;
	}
	/* the server could not read its own model: another sample may do */
	if (says(e, "unexpected tokens remaining in message header")) {
		set(j, CHAT_RETRY_UNUSABLE, CHAT_WHY_EMPTY);
		j->billed = true;
		return;
	}
	if (status == 401 || status == 403 || status == 404 || status == 405 ||
	    no_model(e) || says(e, "invalid_api_key") ||
	    says(e, "API key not valid")) {
		set(j, CHAT_FAIL_RUN, CHAT_WHY_NONE);
		if ((status == 404 || status == 405) && !says(e, "model") &&
		    strstr(url, "/v1") == NULL)
			say_more(j, "; should the base URL end in /v1?");
		return;
	}
	if ((status == 400 || status == 422) && judge_param(e, j))
		return;
	set(j, CHAT_FAIL_ITEM, CHAT_WHY_REJECTED);
}

static bool
transient(long status)
{
	return status == 408 || status == 409 || status == 425 ||
	    status == 429 || status == 500 || status == 502 || status == 503 ||
	    status == 504 || (status >= 520 && status <= 524) || status == 529;
}

static void
judge_status(const struct chat_outcome *o, const struct error *e, long status,
    const char *url, struct chat_judgement *j)
{
	const json_t *can =
	    json_object_get(json_object_get(e->o, "availability"), "retryable");

	if ((status == 402 && j->retry_after < 0) ||
	    ((status == 429 || status == 403) && quota(e))) {
		set(j, CHAT_FAIL_RUN, CHAT_WHY_NONE);
		return;
	}
	if (transient(status) || status == 402) {
		j->overload = status == 429 || status == 503 || status == 529 ||
		    status == 402;
		set(j, CHAT_RETRY, CHAT_WHY_GAVE_UP);
		if (says_any(e, context_words) && status == 500)
			judge_client_error(e, 400, url, j);
		else if (status == 500 && own_fault(e))
			set(j, CHAT_RETRY_ONCE, CHAT_WHY_REJECTED);
		else if (j->retry_after > o->patience)
			set(j, CHAT_FAIL_RUN, CHAT_WHY_NONE);
	} else if (status >= 500 || status == 424) { /* 424: TGI's own */
		set(j, CHAT_RETRY_ONCE, CHAT_WHY_REJECTED);
	} else {
		judge_client_error(e, status, url, j);
	}
	if (o->should_retry != NULL &&
	    strcasecmp(o->should_retry, "false") == 0 &&
	    j->verdict == CHAT_RETRY)
		set(j, CHAT_RETRY_ONCE, CHAT_WHY_REJECTED);
	/* what the server itself says of trying again overrides the table */
	if (json_is_true(can) && j->retry_after <= o->patience &&
	    (j->verdict == CHAT_FAIL_ITEM || j->verdict == CHAT_FAIL_RUN ||
		j->verdict == CHAT_RETRY_ONCE))
		set(j, CHAT_RETRY, CHAT_WHY_GAVE_UP);
	if (json_is_false(can) &&
	    (j->verdict == CHAT_RETRY || j->verdict == CHAT_RETRY_ONCE))
		set(j, CHAT_FAIL_ITEM, CHAT_WHY_REJECTED);
}

/* The message for a status and what the server says of it. */
static void
status_text(const struct chat_outcome *o, long status, const json_t *body,
    const char *url, struct chat_judgement *j)
{
	struct buf b = {0};
	char more[80];

	if (o->html)
		buf_puts(&b, "an HTML page instead of JSON");
	else
		chat_error_text(body, o->body, o->nbody, &b);
	fail_set(&j->fail, FAIL_TEACHER, "%s: HTTP %ld%s%s", url, status,
	    b.n > 0 ? ": " : "", buf_str(&b));
	if (j->retry_after > o->patience) {
		snprintf(more, sizeof more,
		    " (it asks to wait %.0f s, more than max_retry_after)",
		    j->retry_after);
		say_more(j, more);
	}
	buf_clear(&b);
}

/* Certificates and settings do not get better by waiting. */
static bool
hopeless(CURLcode code)
{
	switch (code) {
	case CURLE_URL_MALFORMAT:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_FAILED_INIT:
	case CURLE_NOT_BUILT_IN:
		return true;
	default:
		return false;
	}
}

static void
judge_transport(
    const struct chat_outcome *o, const char *url, struct chat_judgement *j)
{
	const char *text = o->curl_text != NULL && *o->curl_text != '\0'
	    ? o->curl_text
	    : curl_easy_strerror(o->code);

	if (o->too_long) {
		fail_set(&j->fail, FAIL_NETWORK,
		    "%s: expected a reply of at most %d MiB, saw more", url,
		    CHAT_BODY_MAX >> 20);
		set(j, CHAT_RETRY_UNUSABLE, CHAT_WHY_EMPTY);
		j->billed = true;
		return;
	}
	fail_set(&j->fail, FAIL_NETWORK, "%s: %s", url, text);
	if (hopeless(o->code)) {
		set(j, CHAT_FAIL_RUN, CHAT_WHY_NONE);
	} else if (o->sent) {
		set(j, CHAT_RETRY_BILLED, CHAT_WHY_GAVE_UP);
		j->billed = true;
	} else {
		set(j, CHAT_RETRY, CHAT_WHY_GAVE_UP);
		j->refused = o->code == CURLE_COULDNT_CONNECT ||
		    o->code == CURLE_COULDNT_RESOLVE_HOST;
		j->overload = j->refused;
	}
}

void
chat_judge(
    const struct chat_outcome *o, const char *url, struct chat_judgement *j)
{
	struct error e;
	long status;

	*j = (struct chat_judgement){.retry_after = -1};
	if (o->code != CURLE_OK) {
		judge_transport(o, url, j);
		return;
	}
	if (o->status >= 300 && o->status < 400) {
		fail_set(&j->fail, FAIL_TEACHER,
		    "%s: HTTP %ld: redirected to %s; redirects are not "
		    "followed, set the base URL",
		    url, o->status, o->location != NULL ? o->location : "?");
		set(j,
		    o->status == 301 || o->status == 308 ? CHAT_FAIL_RUN
							 : CHAT_RETRY_UNUSABLE,
		    CHAT_WHY_REJECTED);
		return;
	}
	error_read(&e, o->json, o->body, o->nbody);
	j->retry_after = chat_retry_after(o, o->json);
	status = o->status;
	if (status < 400) { /* an error in a reply that says all is well */
		status = e.status;
		j->billed = true;
	}
	status_text(o, status != 0 ? status : o->status, o->json, url, j);
	if (status == 0)
		set(j, CHAT_RETRY_UNUSABLE, CHAT_WHY_EMPTY);
	else
		judge_status(o, &e, status, url, j);
	/* the server had accepted it: at worst the same failure again */
	if (o->status < 400 && j->verdict == CHAT_RETRY)
		j->verdict = CHAT_RETRY_UNUSABLE;
	if (o->html && o->status == 404)
		j->why = CHAT_WHY_NONE;
	buf_clear(&e.text);
}

/* Nothing usable, with a reason. */
static void
unusable(struct chat_judgement *j, const char *url, const char *what)
{
	fail_set(&j->fail, FAIL_TEACHER, "%s: %s", url, what);
	set(j, CHAT_RETRY_UNUSABLE, CHAT_WHY_EMPTY);
	j->billed = true;
}

static bool
blank(const struct buf *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (strchr(" \t\r\n", b->p[i]) == NULL)
			return false;
	return true;
}

void
chat_judge_msg(const struct chat_msg *m, const struct chat_outcome *o,
    bool stream, bool stream_done, const char *url, struct chat_judgement *j)
{
	struct chat_outcome inner = *o;
	const char *finish = m->finish != NULL ? m->finish : "";
	json_t *wrap;

	*j = (struct chat_judgement){.retry_after = -1};
	if (m->error != NULL || strcmp(finish, "error") == 0) {
		wrap = json_object();
		if (m->error != NULL)
			json_object_set(wrap, "error", m->error);
		else
			json_object_set_new(wrap, "error",
			    json_string("finish_reason is \"error\""));
		inner.json = wrap;
		inner.html = false;
		chat_judge(&inner, url, j);
		json_decref(wrap);
		return;
	}
	if (m->filtered) {
		fail_set(&j->fail, FAIL_TEACHER,
		    "%s: the reply was removed by a content filter", url);
		set(j, CHAT_FAIL_ITEM, CHAT_WHY_FILTERED);
	} else if (m->bad) {
		unusable(j, url, m->why);
	} else if (!m->choice) {
		unusable(j, url, "a reply without choices");
	} else if (stream && !stream_done && *finish == '\0') {
		unusable(j, url, "the stream ended before the reply did");
	} else if (!blank(&m->content)) {
		set(j, CHAT_GOOD, CHAT_WHY_NONE);
	} else if (m->tool_call) {
		set(j, CHAT_GOOD, CHAT_WHY_NONE);
	} else if (strcmp(finish, "length") == 0) {
		fail_set(&j->fail, FAIL_TEACHER,
		    "%s: all tokens went into reasoning, none into the answer",
		    url);
		set(j, CHAT_RETRY_LONGER, CHAT_WHY_EMPTY);
	} else {
		unusable(j, url,
		    m->reasoning.n > 0 ? "a reply with reasoning only"
				       : "an empty reply");
	}
}
