/* chat_driver.c - ask a chat API many things at once: what tests/chat looks at.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "buf.h"
#include "chat.h"
#include "code.h"
#include "conf.h"
#include "fail.h"
#include "guard.h"
#include "log.h"
#include "mem.h"
#include "opt.h"
#include "rec.h"

struct opts {
	long n, jobs, turns, samples, pad, cancel;
	struct opt_list set;
	const char *text, *texts, *account;
	bool brief, attempts;
};

static const struct opt table[] = {
    {"count", 'n', OPT_INT, "N", "dialogues", offsetof(struct opts, n), 0, "1",
	1, 1e7},
    {"jobs", 'j', OPT_INT, "N", "dialogues at once",
	offsetof(struct opts, jobs), 0, "64", 1, 1e6},
    {"turns", 0, OPT_INT, "N", "turns of each", offsetof(struct opts, turns), 0,
	"1", 1, 1000},
    {"samples", 0, OPT_INT, "N", "equal dialogues follow each other",
	offsetof(struct opts, samples), 0, "1", 1, 1000},
    {"pad", 0, OPT_INT, "BYTES", "make prompts longer",
	offsetof(struct opts, pad), 0, "0", 0, 1e7},
    {"cancel", 0, OPT_INT, "N", "cancel every Nth dialogue's first call",
	offsetof(struct opts, cancel), 0, "0", 0, 1e7},
    {"set", 's', OPT_LIST, "KEY=VALUE", "set a configuration key",
	offsetof(struct opts, set), 0, NULL, 0, 0},
    {"text", 0, OPT_STR, "TEXT", "what is asked", offsetof(struct opts, text),
	0, "question", 0, 0},
    {"texts", 0, OPT_STR, "FILE", "ask its lines instead (sets --count)",
	offsetof(struct opts, texts), 0, NULL, 0, 0},
    {"attempts", 0, OPT_FLAG, NULL, "print the attempts of each reply",
	offsetof(struct opts, attempts), 0, NULL, 0, 0},
    {"account", 0, OPT_STR, "FILE", "write the account as JSON",
	offsetof(struct opts, account), 0, NULL, 0, 0},
    {"brief", 0, OPT_FLAG, NULL, "print contents only",
	offsetof(struct opts, brief), 0, NULL, 0, 0},
    {0}};
static const struct opt *const tables[] = {table, opt_teacher, NULL};
static const struct prog prog = {
    "chat_driver", "", "Ask a chat API many things at once.", tables};

/* One dialogue. */
struct talk {
	struct run *run;
	long number, turn;
	json_t *messages, *replies;
	struct chat_call *call;
	long long last_prompt;
	bool done;
};

struct run {
	struct opts o;
	struct ev *ev;
	struct chat *chat;
	struct talk *talk;
	long next, printed, open, deliveries;
	struct conf *conf;
	char **text; /* lines of --texts */
	int sig;
	enum chat_status worst;
};

static void ask(struct talk *t);

static json_t *
what(const struct run *r, long number, const char *pad)
{
	struct buf b = {0};
	json_t *v;

	if (r->text != NULL)
		buf_puts(&b, r->text[number]);
	else
		buf_printf(&b, "%s %ld ", r->o.text, number);
	buf_puts(&b, pad);
	v = json_stringn(buf_str(&b), b.n);
	buf_clear(&b);
	return v;
}

static void
fill(struct run *r)
{
	while (r->open < r->o.jobs && r->next < r->o.n && r->sig == 0) {
		struct talk *t = &r->talk[r->next];
		char *pad = xcalloc(1, (size_t)r->o.pad + 1);

		memset(pad, 'x', (size_t)r->o.pad);
		*t = (struct talk){.run = r, .number = r->next++};
		t->replies = json_array();
		t->messages = json_pack("[{s:s,s:s},{s:s,s:o}]", "role",
		    "system", "content", "You are a test.", "role", "user",
		    "content", what(r, t->number / r->o.samples, pad));
		free(pad);
		r->open++;
		ask(t);
	}
}

static void
print(struct run *r)
{
	while (r->printed < r->next && r->talk[r->printed].done) {
		struct talk *t = &r->talk[r->printed++];
		json_t *v = json_pack("{s:I,s:O}", "i", (json_int_t)t->number,
		    "replies", t->replies);

		rec_put(v);
		json_decref(v);
		json_decref(t->messages);
		json_decref(t->replies);
	}
}

static void
finish(struct talk *t)
{
	struct run *r = t->run;

	t->done = true;
	r->open--;
	print(r);
	if (r->sig == 0)
		fill(r);
	if (r->open == 0 && (r->next == r->o.n || r->sig != 0))
		ev_stop(r->ev);
}

static json_t *
reply_json(const struct chat_reply *r, bool brief)
{
	static const char *const status[] = {
	    "ok", "item", "run", "budget", "cancelled"};
	struct code code;
	json_t *o;

	if (r->status != CHAT_OK)
		return json_pack("{s:s,s:s,s:s,s:I,s:I}", "status",
		    status[r->status], "why", chat_why_name(r->why), "message",
		    r->fail->msg, "ctx", (json_int_t)r->ctx_tokens, "prompt",
		    (json_int_t)r->prompt_tokens);
	if (brief)
		return json_string(r->content);
	code_find(&code, r->content, strlen(r->content), r->complete);
	o = json_pack("{s:s,s:s,s:s,s:s,s:b,s:b,s:b,s:b,s:b,s:b,s:b,s:o}",
	    "status", "ok", "content", r->content, "reasoning", r->reasoning,
	    "finish", r->finish, "complete", r->complete, "tool_call",
	    r->tool_call, "refusal", r->refusal, "cleaned", r->cleaned, "think",
	    r->think, "cut_prompt", r->cut_prompt, "no_finish", r->no_finish,
	    "usage", chat_usage_json(&r->usage));
	json_object_set_new(o, "model", json_string(r->model));
	json_object_set_new(o, "provider", json_string(r->provider));
	json_object_set_new(o, "id", json_string(r->id));
	json_object_set(o, "sent", (json_t *)(uintptr_t)r->sent);
	if (r->changed != NULL)
		json_object_set(o, "changed", (json_t *)(uintptr_t)r->changed);
	json_object_set_new(o, "elapsed", rec_elapsed(r->elapsed));
	json_object_set_new(o, "code", json_string(code_rule_name(code.rule)));
	code_clear(&code);
	return o;
}

static void
on_reply(const struct chat_reply *reply, void *arg)
{
	struct talk *t = arg;
	struct run *r = t->run;

	t->call = NULL;
	r->deliveries++;
	json_array_append_new(t->replies, reply_json(reply, r->o.brief));
	if (r->o.attempts)
		json_object_set_new(
		    json_array_get(t->replies, json_array_size(t->replies) - 1),
		    "attempts", json_integer(reply->attempts));
	if (reply->status > r->worst)
		r->worst = reply->status;
	if (reply->status != CHAT_OK || ++t->turn == r->o.turns) {
		finish(t);
		return;
	}
	t->last_prompt = reply->usage.prompt;
	json_array_append_new(t->messages,
	    json_pack(
		"{s:s,s:s}", "role", "assistant", "content", reply->content));
	json_array_append_new(t->messages,
	    json_pack("{s:s,s:s}", "role", "user", "content", "Go on."));
	ask(t);
}

static void
ask(struct talk *t)
{
	struct run *r = t->run;
	struct chat_request q = CHAT_REQUEST;

	q.messages = t->messages;
	q.sample = (unsigned)(t->number % r->o.samples);
	q.seed = 1000 + t->number % r->o.samples;
	q.last_prompt_tokens = t->last_prompt;
	t->call = chat_send(r->chat, &q, on_reply, t);
	if (r->o.cancel > 0 && t->turn == 0 && t->number % r->o.cancel == 0) {
		chat_cancel(t->call);
		t->call = chat_send(r->chat, &q, on_reply, t);
	}
}

static void
on_signal(int sig, void *arg)
{
	struct run *r = arg;

	r->sig = sig;
	chat_stop(r->chat, conf_bool(r->conf, CONF_DRAIN));
	if (r->open == 0)
		ev_stop(r->ev);
}

static void
set_keys(struct conf *conf, const struct opt_list *list)
{
	struct fail f;
	size_t i;
	int id;

	for (i = 0; i < list->n; i++) {
		size_t k = strcspn(list->v[i], "=");

		for (id = 0; id < CONF_KEYS; id++)
			if (strlen(conf_keys[id].name) == k &&
			    memcmp(conf_keys[id].name, list->v[i], k) == 0)
				break;
		if (id == CONF_KEYS || list->v[i][k] == '\0')
			opt_usage("--set %s: no such key", list->v[i]);
		if (conf_set(conf, (enum conf_id)id, CONF_OPTION,
			list->v[i] + k + 1, &f) == -1)
			errx(EXIT_USAGE, "%s", f.msg);
	}
}

static void
read_texts(struct run *r)
{
	FILE *fp = fopen(r->o.texts, "re");
	char *line = NULL;
	size_t cap = 0, n = 0, room = 0;

	if (fp == NULL)
		err(EXIT_SYSTEM, "%s", r->o.texts);
	while (getline(&line, &cap, fp) != -1) {
		line[strcspn(line, "\n")] = '\0';
		r->text = xgrow(r->text, n, &room, sizeof *r->text);
		r->text[n++] = xstrdup(line);
	}
	free(line);
	fclose(fp);
	r->o.n = (long)n * r->o.samples;
}

static void
write_account(const struct run *r)
{
	struct rusage u;
	struct chat_account a;
	json_t *v;
	FILE *fp;
	struct buf b = {0};

	chat_account(r->chat, &a);
	getrusage(RUSAGE_SELF, &u);
	v = json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o,s:I,s:I,s:f}",
	    "calls", (json_int_t)a.calls, "failed", (json_int_t)a.failed,
	    "requests", (json_int_t)a.requests, "retries",
	    (json_int_t)a.retries, "journalled", (json_int_t)a.journalled,
	    "maybe_billed", (json_int_t)a.maybe_billed, "unknown_cost",
	    (json_int_t)a.unknown_cost, "peak", (json_int_t)a.peak, "usage",
	    chat_usage_json(&a.usage), "deliveries", (json_int_t)r->deliveries,
	    "rss_kib", (json_int_t)u.ru_maxrss, "cpu",
	    (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
		(double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6);
	rec_dump(&b, v, 0);
	json_decref(v);
	fp = fopen(r->o.account, "we");
	if (fp == NULL || fprintf(fp, "%s\n", b.p) < 0 || fclose(fp) != 0)
		err(EXIT_SYSTEM, "%s", r->o.account);
	buf_clear(&b);
}

int
main(int argc, char **argv)
{
	struct run r = {.conf = conf_new()};
	struct opt_common common;
	struct guard *g;
	struct fail f;
	long i;
	int rc;

	opt_start(&prog, argc, argv, &r.o, &common, r.conf);
	set_keys(r.conf, &r.o.set);
	if (r.o.texts != NULL)
		read_texts(&r);
	r.ev = ev_new();
	r.chat = chat_new(r.ev, r.conf, &f);
	if (r.chat == NULL)
		errx((int)fail_exit(f.code), "%s", f.msg);
	g = guard_new(r.ev, on_signal, &r);
	r.talk = xcalloc((size_t)r.o.n, sizeof *r.talk);
	fill(&r);
	if (r.open > 0)
		ev_run(r.ev);
	chat_summary(r.chat);
	if (chat_stopped(r.chat, &f) != CHAT_OK)
		warnx("stopped: %s", f.msg);
	if (r.o.account != NULL)
		write_account(&r);
	chat_free(r.chat);
	rc = r.worst == CHAT_OK    ? EXIT_ALL
	    : r.worst == CHAT_ITEM ? EXIT_SOME
				   : EXIT_SYSTEM;
	guard_free(g);
	ev_free(r.ev);
	conf_free(r.conf);
	for (i = 0; r.text != NULL && i < r.o.n / r.o.samples; i++)
		free(r.text[i]);
	free(r.text);
	for (i = 0; i < r.next; i++) /* those that a signal left over */
		if (i >= r.printed) {
			json_decref(r.talk[i].messages);
			json_decref(r.talk[i].replies);
		}
	free(r.talk);
	free(r.o.set.v);
	if (r.sig != 0)
		guard_die(r.sig);
	return rc;
}
