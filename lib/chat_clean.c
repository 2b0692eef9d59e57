/* chat_clean.c - take harmony frames and <think> text out of a reply. */
#include <stdlib.h>
#include <string.h>

#include "chat_priv.h"
#include "mem.h"

static const char final_head[] = "<|channel|>final<|message|>";

static char *
find(const char *s, size_t n, const char *what)
{
	return memmem(s, n, what, strlen(what));
}

/* The last occurrence. */
static const char *
find_last(const char *s, size_t n, const char *what)
{
	const char *at = NULL, *p = s, *end = s + n;

	while ((p = find(p, (size_t)(end - p), what)) != NULL)
		at = p++;
	return at;
}

static void
put_reasoning(struct buf *r, const char *s, size_t n)
{
	while (n > 0 && strchr(" \t\r\n", *s) != NULL)
		s++, n--;
	while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL)
		n--;
	if (n == 0)
		return;
	if (r->n > 0)
		buf_putc(r, '\n');
	buf_put(r, s, n);
}

/* content becomes s[0..n-1], a part of itself. */
static void
keep_part(struct buf *content, const char *s, size_t n)
{
	char *copy = xstrndup(s, n);

	buf_reset(content);
	buf_puts(content, copy);
	free(copy);
}

/* The text of a frame that starts at s: up to the next special token. */
static size_t
frame_size(const char *s, size_t n)
{
	const char *end = find(s, n, "<|");

	return end != NULL ? (size_t)(end - s) : n;
}

/* Does a frame's header address a tool ("to=python")? */
static bool
to_tool(const char *s, size_t n)
{
	static const char message[] = "<|message|>";
	const char *end = s + n, *p = s, *stop, *from;

	for (; (stop = find(p, (size_t)(end - p), message)) != NULL;
	     p = stop + sizeof message - 1) {
		for (from = stop; from > p && from[-1] != '\n';)
			from--;
		if (find(from, (size_t)(stop - from), " to=") != NULL)
			return true;
	}
	return false;
}

/* Frames with their special tokens. Every message that is not the final one is
 * reasoning; without a final one, a last commentary message is the answer, and
 * without that, a message to a tool is a call of it. */
static bool
clean_frames(struct buf *content, struct buf *reasoning, bool *tool_call)
{
	static const char message[] = "<|message|>";
	const char *s = content->p, *end = s + content->n, *p, *last = NULL;
	const char *final = find_last(s, content->n, final_head);
	size_t k, n = 0;
	struct buf other = {0};

	if (final != NULL)
		last = final + sizeof final_head - 1;
	else if (find(s, content->n, "<|channel|>") == NULL &&
	    find(s, content->n, "<|start|>") == NULL)
		return false;
	for (p = s; (p = find(p, (size_t)(end - p), message)) != NULL; p += k) {
		p += sizeof message - 1;
		k = frame_size(p, (size_t)(end - p));
		if (p == last)
			n = k;
		else
			put_reasoning(&other, p, k);
	}
	if (last == NULL &&
	    (p = find_last(
		 s, content->n, "<|channel|>commentary<|message|>")) != NULL) {
		last = p + strlen("<|channel|>commentary<|message|>");
		n = frame_size(last, (size_t)(end - last));
	}
	*tool_call |= last == NULL && to_tool(s, content->n);
	put_reasoning(reasoning, other.p != NULL ? other.p : "", other.n);
	buf_clear(&other);
	keep_part(content, last != NULL ? last : "", n);
	return true;
}

/* The same frames after a server has stripped the special tokens. */
static bool
clean_stripped(struct buf *content, struct buf *reasoning)
{
	static const char head[] = "analysis", mark[] = "assistantfinal";
	const char *s = content->p, *at;
	size_t n = content->n;

	if (n < sizeof head - 1 || memcmp(s, head, sizeof head - 1) != 0)
		return false;
	at = find_last(s, n, mark);
	if (at == NULL)
		return false;
	put_reasoning(reasoning, s + sizeof head - 1,
	    (size_t)(at - s) - (sizeof head - 1));
	at += sizeof mark - 1;
	keep_part(content, at, n - (size_t)(at - s));
	return true;
}

/* Stop tokens that were left at the end. */
static bool
clean_tail(struct buf *content)
{
	static const char *const tails[] = {
	    "<|return|>", "<|end|>", "<|call|>", "<|im_end|>", "<|eot_id|>"};
	bool any = false;
	size_t i, k;

	for (i = 0; i < sizeof tails / sizeof *tails; i++) {
		k = strlen(tails[i]);
		if (content->n >= k &&
		    memcmp(content->p + content->n - k, tails[i], k) == 0) {
			content->n -= k;
			content->p[content->n] = '\0';
			any = true;
		}
	}
	return any;
}

/*
 * <think>...</think> at the beginning, or anywhere outside code: only tags that
 * stand before the first fence count, so that code which prints them is safe.
 */
static bool
clean_think(struct buf *content, struct buf *reasoning)
{
	static const char open_tag[] = "<think>", close_tag[] = "</think>";
	const char *s = content->p, *open, *close, *rest, *fence;
	size_t n = content->n, before;

	open = find(s, n, open_tag);
	close = find(s, n, close_tag);
	if (open != NULL) {
		fence = find(s, (size_t)(open - s), "```");
		if (fence != NULL)
			open = NULL;
	}
	if (open != NULL && (close == NULL || close < open))
		close = find(open, n - (size_t)(open - s), close_tag);
	if (open == NULL && close == NULL)
		return false;
	if (open == NULL) {
		/* the template opened it: all before the last one is thought,
		 * unless that would cut a code block in two */
		size_t fences = 0;
		const char *p = s;

		while ((p = find(p, (size_t)(close - p), "```")) != NULL) {
			fences++;
			p += 3;
		}
		if (fences % 2 == 1)
			return false;
		put_reasoning(reasoning, s, (size_t)(close - s));
		rest = close + sizeof close_tag - 1;
		keep_part(content, rest, n - (size_t)(rest - s));
		return true;
	}
	before = (size_t)(open - s);
	open += sizeof open_tag - 1;
	if (close == NULL) {
		/* never closed: the answer was not reached */
		put_reasoning(reasoning, open, n - (size_t)(open - s));
		content->n = before;
		content->p[before] = '\0';
		return true;
	}
	put_reasoning(reasoning, open, (size_t)(close - open));
	rest = close + sizeof close_tag - 1;
	memmove(content->p + before, rest, n - (size_t)(rest - s));
	content->n = before + n - (size_t)(rest - s);
	content->p[content->n] = '\0';
	return true;
}

static void
trim_front(struct buf *b)
{
	size_t k = 0;

	while (k < b->n && strchr("\r\n", b->p[k]) != NULL)
		k++;
	buf_drop(b, k);
}

void
chat_clean(struct buf *content, struct buf *reasoning, bool *cleaned,
    bool *think, bool *tool_call)
{
	int rounds = 0;

	*cleaned = *think = false;
	if (content->n == 0)
		return;
	if (memchr(content->p, '<', content->n) == NULL && content->p[0] != 'a')
		return;
	while (
	    content->n > 0 && rounds++ < 64 && clean_think(content, reasoning))
		*think = true;
	if (content->n > 0 &&
	    (clean_frames(content, reasoning, tool_call) ||
		clean_stripped(content, reasoning)))
		*cleaned = true;
	if (content->n > 0 && clean_tail(content))
		*cleaned = true;
	if (*cleaned || *think)
		trim_front(content);
}
