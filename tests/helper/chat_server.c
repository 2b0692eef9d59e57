/* chat_server.c - a chat API that is fast and always answers the same: for
 * tests/bench. usage: chat_server MS SECONDS; prints its port on 127.0.0.1. */
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buf.h"
#include "ev.h"
#include "fail.h"
#include "mem.h"

enum { PIECES = 24 }; /* chunks of a stream */

/* A connection with one request under way. */
struct link {
	int fd;
	struct buf in;
	struct ev_timer *timer;
	size_t size; /* of the request being answered */
	bool stream;
};

static struct ev *ev;
static double latency;
static struct buf plain, streamed; /* responses, headers included */

static const char text[] =
    "I look at the columns first and compute the mean of each group, then "
    "compare.\\n\\n```python\\nmeans = "
    "df.groupby(\\\"species\\\")[\\\"body_mass"
    "_g\\\"].mean()\\nhook(means, \\\"means\\\", \\\"mean body mass by "
    "species\\\")\\nsubmit(round(float(means.max() - means.min()), 2))\\n```";

static void
make_responses(void)
{
	static const char usage[] =
	    "{\"prompt_tokens\":1200,\"completion_tokens\":80,"
	    "\"prompt_tokens_details\":{\"cached_tokens\":1000},\"cost\":0."
	    "0001}";
	struct buf b = {0};
	size_t n = sizeof text - 1, i, from = 0;

	buf_printf(&b,
	    "{\"id\":\"gen-1\",\"object\":\"chat.completion\",\"created\":1,"
	    "\"model\":\"m\",\"provider\":\"P\",\"choices\":[{\"index\":0,"
	    "\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},"
	    "\"finish_reason\":\"stop\"}],\"usage\":%s}",
	    text, usage);
	buf_printf(&plain,
	    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n%s",
	    b.n, b.p);
	buf_reset(&b);
	for (i = 1; i <= PIECES; i++) {
		size_t to = n * i / PIECES;

		while (to < n && to > 0 && text[to - 1] == '\\')
			to++;
		buf_printf(&b,
		    "data: {\"id\":\"gen-1\",\"model\":\"m\",\"provider\":"
		    "\"P\",\"choices\":[{\"index\":0,\"delta\":{\"content\":"
		    "\"%.*s\"},\"finish_reason\":%s}]}\n\n",
		    (int)(to - from), text + from,
		    i == PIECES ? "\"stop\"" : "null");
		from = to;
	}
	buf_printf(&b,
	    "data: {\"id\":\"gen-1\",\"choices\":[],\"usage\":%s}\n\n"
	    "data: [DONE]\n\n",
	    usage);
	buf_printf(&streamed,
	    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n%zx\r\n%s\r\n0\r\n\r\n",
	    b.n, b.p);
	buf_clear(&b);
}

static void
hang_up(struct link *l)
{
	ev_cancel(ev, l->timer);
	ev_del(ev, l->fd);
	close(l->fd);
	buf_clear(&l->in);
	free(l);
}

static void next_request(struct link *l);

static void
answer(void *arg)
{
	struct link *l = arg;
	const struct buf *b = l->stream ? &streamed : &plain;

	l->timer = NULL;
	if (send(l->fd, b->p, b->n, MSG_NOSIGNAL) != (ssize_t)b->n) {
		hang_up(l);
		return;
	}
	buf_drop(&l->in, l->size);
	next_request(l);
}

/* Start the clock of a request that is whole. */
static void
next_request(struct link *l)
{
	const char *s = buf_str(&l->in), *end = strstr(s, "\r\n\r\n"), *len;

	if (end == NULL)
		return;
	len = strcasestr(s, "\r\nContent-Length:");
	l->size = (size_t)(end + 4 - s);
	if (len != NULL && len < end)
		l->size += strtoul(len + 17, NULL, 10);
	if (l->in.n < l->size)
		return;
	l->stream = strstr(end, "\"stream\":true") != NULL ||
	    strstr(end, "\"stream\": true") != NULL;
	l->timer = ev_after(ev, latency, answer, l);
}

static void
on_data(int fd, short revents, void *arg)
{
	struct link *l = arg;
	char piece[65536];
	ssize_t n = read(fd, piece, sizeof piece);

	(void)revents;
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		hang_up(l);
		return;
	}
	buf_put(&l->in, piece, (size_t)n);
	if (l->timer == NULL)
		next_request(l);
}

static void
on_connect(int fd, short revents, void *arg)
{
	struct link *l;
	int c, one = 1;

	(void)revents;
	(void)arg;
	while (
	    (c = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) != -1) {
		setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		l = xcalloc(1, sizeof *l);
		l->fd = c;
		ev_fd(ev, c, POLLIN, on_data, l);
	}
}

static void
time_is_up(void *arg)
{
	(void)arg;
	ev_stop(ev);
}

int
main(int argc, char **argv)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof a;
	struct rlimit r;
	int fd;

	if (argc != 3)
		errx(EXIT_USAGE, "usage: chat_server MS SECONDS");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
	latency = strtod(argv[1], NULL);
	make_responses();
	ev = ev_new();
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(fd, 4096) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1)
		err(EXIT_SYSTEM, "socket");
	printf("%d\n", ntohs(a.sin_port));
	fflush(stdout);
	ev_fd(ev, fd, POLLIN, on_connect, NULL);
	ev_after(ev, strtod(argv[2], NULL) * 1e3, time_is_up, NULL);
	ev_run(ev);
	return 0;
}
