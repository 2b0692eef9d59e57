/* fault.c - preloaded into a program: makes its system calls and allocations
 * fail, a chosen one at a time.
 *
 * FAULT=KIND:K    the Kth call of a kind (below) fails; KIND+:K: it and all
 *                 after it; KIND:0: none, they are counted
 * FAULT=short:N   no transfer moves more than N bytes
 * FAULT=eintr:N   one in N calls that a signal may interrupt is interrupted
 * FAULT_LOG=FILE  appended to: the function that failed, or, when counting,
 *                 the number of each call that has another stack than all
 *                 before it
 *
 * The count is one for a process and what it forks; a program that it executes
 * does not inherit the library.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum kind { MEMORY, FD, READ, WRITE, FORK, MAP, FILES, SHORT, EINTRS, KINDS };

static const struct {
	const char *name;
	int error;
} kinds[KINDS] = {
    [MEMORY] = {"memory", ENOMEM},
    [FD] = {"fd", EMFILE},
    [READ] = {"read", EIO},
    [WRITE] = {"write", ENOSPC},
    [FORK] = {"fork", EAGAIN},
    [MAP] = {"map", ENOMEM},
    [FILES] = {"file", EIO},
    [SHORT] = {"short", 0},
    [EINTRS] = {"eintr", EINTR},
};

static bool on, on_after;
static enum kind kind;
static long target;
static long *calls; /* shared with what is forked */
static char log_path[4096];

static __thread bool inside;

/* By system calls alone: nothing here may be hooked or allocate. */
static void
note(const char *text)
{
	int fd = (int)syscall(SYS_openat, AT_FDCWD, log_path,
	    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	if (fd != -1) {
		syscall(SYS_write, fd, text, strlen(text));
		syscall(SYS_write, fd, "\n", (size_t)1);
		syscall(SYS_close, fd);
	}
}

static void
note_number(long k)
{
	char text[32];

	snprintf(text, sizeof text, "%ld", k);
	note(text);
}

/* libseccomp crashes without memory, and takes no allocator. */
static bool
spared(const void *caller)
{
	Dl_info at;

	return on && kind == MEMORY && dladdr(caller, &at) != 0 &&
	    strstr(at.dli_fname, "libseccomp") != NULL;
}

/* Is this stack another one than all before? */
static bool
new_stack(void)
{
	static uint64_t seen[1 << 16];
	void *at[14];
	uint64_t h = 1469598103934665603u;
	size_t i;
	int n = backtrace(at, 14), k;

	for (k = 2; k < n; k++)
		h = (h ^ (uint64_t)(uintptr_t)at[k]) * 1099511628211u;
	h |= 1;
	for (i = h >> 48; seen[i & 0xffff] != 0; i++)
		if (seen[i & 0xffff] == h)
			return false;
	seen[i & 0xffff] = h;
	return true;
}

/* Must this call fail? Sets errno if so. */
static bool
fails(enum kind what, const char *function)
{
	bool bad = false;
	long k;

	if (!on || what != kind || inside)
		return false;
	inside = true;
	k = __atomic_add_fetch(calls, 1, __ATOMIC_SEQ_CST);
	if (what == EINTRS) {
		/* scattered: calls that alternate must not meet it in step */
		bad = ((uint64_t)k * 2654435761u >> 20) % (uint64_t)target == 0;
	} else if (target == 0) {
		if (new_stack())
			note_number(k);
	} else if (k == target || (on_after && k > target)) {
		bad = true;
		if (k == target)
			note(function);
	}
	inside = false;
	if (bad)
		errno = kinds[what].error;
	return bad;
}

/* What a transfer of n bytes moves. A file in memory is never cut. */
static size_t
cut(int fd, size_t n)
{
	return on && kind == SHORT && n > (size_t)target &&
		syscall(SYS_fcntl, fd, F_GET_SEALS) == -1
	    ? (size_t)target
	    : n;
}

static bool
is_stream(int fd)
{
	int type = 0;
	socklen_t n = sizeof type;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) == 0 &&
	    type == SOCK_STREAM;
}

__attribute__((constructor)) static void
start(void)
{
	const char *what = getenv("FAULT"), *path = getenv("FAULT_LOG");
	const char *colon = what != NULL ? strchr(what, ':') : NULL;
	void *at[2];
	size_t n;
	int k;

	if (colon == NULL || path == NULL)
		return;
	backtrace(at, 2); /* it loads a library */
	snprintf(log_path, sizeof log_path, "%s", path);
	on_after = colon > what && colon[-1] == '+';
	n = (size_t)(colon - what) - on_after;
	for (k = 0; k < KINDS; k++)
		if (strlen(kinds[k].name) == n &&
		    strncmp(kinds[k].name, what, n) == 0)
			break;
	if (k == KINDS)
		abort();
	kind = (enum kind)k;
	target = strtol(colon + 1, NULL, 10);
	calls = mmap(NULL, sizeof *calls, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsetenv("FAULT");
	unsetenv("FAULT_LOG");
	unsetenv("LD_PRELOAD");
	on = true;
}

#define REAL(name)                                                             \
	static __typeof__(name) *real;                                         \
                                                                               \
	if (real == NULL)                                                      \
	*(void **)&real = dlsym(RTLD_NEXT, #name)

/* A function that returns bad when it must fail. */
#define HOOK(type, bad, what, name, params, args)                              \
	type name params                                                       \
	{                                                                      \
		REAL(name);                                                    \
		if (fails(what, #name))                                        \
			return bad;                                            \
		return real args;                                              \
	}

/* ---- Memory ---- */

/* Of the function that allocates. */
#define no_memory(name)                                                        \
	(!spared(__builtin_return_address(0)) && fails(MEMORY, name))

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);

void *
malloc(size_t n)
{
	return no_memory("malloc") ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return no_memory("calloc") ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return no_memory("realloc") ? NULL : __libc_realloc(p, n);
}

void *
reallocarray(void *p, size_t n, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(n, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	return fails(MEMORY, "reallocarray") ? NULL : __libc_realloc(p, all);
}

int
posix_memalign(void **p, size_t align, size_t n)
{
	if (fails(MEMORY, "posix_memalign"))
		return ENOMEM;
	*p = __libc_memalign(align, n);
	return *p != NULL ? 0 : ENOMEM;
}

void *
mmap(void *at, size_t n, int prot, int flags, int fd, off_t off)
{
	if (fails(MAP, "mmap"))
		return MAP_FAILED;
	/* not by dlsym, which may map memory */
	return (void *)syscall(SYS_mmap, at, n, prot, flags, fd, off);
}

/* ---- Descriptors ---- */

#define OPEN(name, first, args)                                                \
	int name first                                                         \
	{                                                                      \
		va_list ap;                                                    \
		mode_t mode;                                                   \
                                                                               \
		REAL(name);                                                    \
		va_start(ap, flags);                                           \
		mode = va_arg(ap, mode_t);                                     \
		va_end(ap);                                                    \
		if (fails(FD, #name))                                          \
			return -1;                                             \
		return real args;                                              \
	}

OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
OPEN(openat, (int dir, const char *path, int flags, ...),
    (dir, path, flags, mode))
OPEN(openat64, (int dir, const char *path, int flags, ...),
    (dir, path, flags, mode))

int __open_2(const char *path, int flags);
int __openat_2(int dir, const char *path, int flags);

HOOK(int, -1, FD, __open_2, (const char *path, int flags), (path, flags))
HOOK(int, -1, FD, __openat_2, (int dir, const char *path, int flags),
    (dir, path, flags))
HOOK(
    FILE *, NULL, FD, fopen, (const char *path, const char *mode), (path, mode))
HOOK(FILE *, NULL, FD, fopen64, (const char *path, const char *mode),
    (path, mode))
HOOK(int, -1, FD, mkostemp, (char *path, int flags), (path, flags))
HOOK(int, -1, FD, pipe, (int p[2]), (p))
HOOK(int, -1, FD, pipe2, (int p[2], int flags), (p, flags))
HOOK(int, -1, FD, socket, (int domain, int type, int proto),
    (domain, type, proto))
HOOK(int, -1, FD, socketpair, (int domain, int type, int proto, int s[2]),
    (domain, type, proto, s))
HOOK(int, -1, FD, memfd_create, (const char *name, unsigned flags),
    (name, flags))
HOOK(int, -1, FD, epoll_create1, (int flags), (flags))
HOOK(int, -1, FD, signalfd, (int fd, const sigset_t *mask, int flags),
    (fd, mask, flags))
HOOK(int, -1, FD, timerfd_create, (clockid_t clock, int flags), (clock, flags))
HOOK(int, -1, FD, dup, (int fd), (fd))

/* ---- Processes ---- */

HOOK(pid_t, -1, FORK, fork, (void), ())
HOOK(int, EAGAIN, FORK, posix_spawn,
    (pid_t *restrict pid, const char *restrict path,
	const posix_spawn_file_actions_t *restrict actions,
	const posix_spawnattr_t *restrict attr, char *const argv[restrict],
	char *const env[restrict]),
    (pid, path, actions, attr, argv, env))
HOOK(int, EAGAIN, FORK, pthread_create,
    (pthread_t *restrict thread, const pthread_attr_t *restrict attr,
	void *(*fn)(void *), void *restrict arg),
    (thread, attr, fn, arg))

pid_t
waitpid(pid_t pid, int *status, int flags)
{
	REAL(waitpid);
	return fails(EINTRS, "waitpid") ? -1 : real(pid, status, flags);
}

/* ---- Transfers ---- */

/* Fails as what, is interrupted, or moves less. */
#define MOVE(what, name, params, args, size)                                   \
	ssize_t name params                                                    \
	{                                                                      \
		REAL(name);                                                    \
		if (fails(what, #name) || fails(EINTRS, #name))                \
			return -1;                                             \
		size = cut(fd, size);                                          \
		return real args;                                              \
	}

MOVE(READ, read, (int fd, void *p, size_t n), (fd, p, n), n)
MOVE(READ, pread, (int fd, void *p, size_t n, off_t off), (fd, p, n, off), n)
MOVE(WRITE, write, (int fd, const void *p, size_t n), (fd, p, n), n)
MOVE(WRITE, pwrite, (int fd, const void *p, size_t n, off_t off),
    (fd, p, n, off), n)

ssize_t __read_chk(int fd, void *p, size_t n, size_t room);
ssize_t __pread_chk(int fd, void *p, size_t n, off_t off, size_t room);
ssize_t __recv_chk(int fd, void *p, size_t n, size_t room, int flags);
int __poll_chk(struct pollfd *p, nfds_t n, int ms, size_t room);

MOVE(READ, __read_chk, (int fd, void *p, size_t n, size_t room),
    (fd, p, n, room), n)
MOVE(READ, __pread_chk, (int fd, void *p, size_t n, off_t off, size_t room),
    (fd, p, n, off, room), n)

/* Of a socket that is lost; only a stream may be cut. */
#define TALK(name, what, params, args)                                         \
	ssize_t name params                                                    \
	{                                                                      \
		REAL(name);                                                    \
		if (fails(EINTRS, #name))                                      \
			return -1;                                             \
		if (fails(what, #name)) {                                      \
			errno = ECONNRESET;                                    \
			return -1;                                             \
		}                                                              \
		if (is_stream(fd))                                             \
			n = cut(fd, n);                                        \
		return real args;                                              \
	}

TALK(send, WRITE, (int fd, const void *p, size_t n, int flags),
    (fd, p, n, flags))
TALK(recv, READ, (int fd, void *p, size_t n, int flags), (fd, p, n, flags))
TALK(__recv_chk, READ, (int fd, void *p, size_t n, size_t room, int flags),
    (fd, p, n, room, flags))
HOOK(ssize_t, (errno = ECONNRESET, -1), WRITE, sendmsg,
    (int fd, const struct msghdr *m, int flags), (fd, m, flags))
HOOK(ssize_t, (errno = ECONNRESET, -1), READ, recvmsg,
    (int fd, struct msghdr *m, int flags), (fd, m, flags))

#define WAIT(name, params, args)                                               \
	int name params                                                        \
	{                                                                      \
		REAL(name);                                                    \
		return fails(EINTRS, #name) ? -1 : real args;                  \
	}

WAIT(poll, (struct pollfd * p, nfds_t n, int ms), (p, n, ms))
WAIT(__poll_chk, (struct pollfd * p, nfds_t n, int ms, size_t room),
    (p, n, ms, room))
WAIT(epoll_wait, (int fd, struct epoll_event *e, int n, int ms), (fd, e, n, ms))

/* ---- Streams: the descriptor is a full disk, or a broken one, meanwhile */

static int
swap(FILE *f, const char *path, int flags)
{
	int fd = fileno(f), kept, bad;

	if (fd == -1)
		return -1;
	kept = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 100);
	bad = (int)syscall(SYS_openat, AT_FDCWD, path, flags);
	syscall(SYS_dup3, bad, fd, O_CLOEXEC);
	syscall(SYS_close, bad);
	return kept;
}

static void
swap_back(FILE *f, int kept)
{
	if (kept != -1) {
		syscall(SYS_dup3, kept, fileno(f), 0);
		syscall(SYS_close, kept);
	}
}

#define STREAM(type, what, name, params, args, path, flags)                    \
	type name params                                                       \
	{                                                                      \
		int kept = -1;                                                 \
		type rc;                                                       \
                                                                               \
		REAL(name);                                                    \
		if (fails(what, #name))                                        \
			kept = swap(f, path, flags);                           \
		rc = real args;                                                \
		swap_back(f, kept);                                            \
		return rc;                                                     \
	}

STREAM(size_t, WRITE, fwrite,
    (const void *restrict p, size_t size, size_t n, FILE *restrict f),
    (p, size, n, f), "/dev/full", O_WRONLY)
STREAM(size_t, READ, fread,
    (void *restrict p, size_t size, size_t n, FILE *restrict f),
    (p, size, n, f), "/proc/self/mem", O_RDONLY)

int
fflush(FILE *f)
{
	int kept = -1, rc;

	REAL(fflush);
	if (f != NULL && fails(WRITE, "fflush"))
		kept = swap(f, "/dev/full", O_WRONLY);
	rc = real(f);
	if (f != NULL)
		swap_back(f, kept);
	return rc;
}

/* ---- Files ---- */

HOOK(int, -1, FILES, rename, (const char *from, const char *to), (from, to))
HOOK(int, -1, FILES, ftruncate, (int fd, off_t n), (fd, n))
HOOK(int, -1, FILES, fsync, (int fd), (fd))
HOOK(int, -1, FILES, fdatasync, (int fd), (fd))
HOOK(int, -1, FILES, fstat, (int fd, struct stat *st), (fd, st))
HOOK(int, -1, FILES, mkdir, (const char *path, mode_t mode), (path, mode))
HOOK(off_t, -1, FILES, lseek, (int fd, off_t off, int from), (fd, off, from))
HOOK(int, -1, FILES, link, (const char *from, const char *to), (from, to))
HOOK(int, -1, FILES, flock, (int fd, int op), (fd, op))
