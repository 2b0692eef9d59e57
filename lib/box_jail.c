/* box_jail.c - start a zygote in its jail; the seccomp program of workers. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "box_int.h"
#include "mem.h"
#include "rec.h"

/* ---- seccomp ---- */

/* Calls every worker may make, whatever their arguments. */
static const char *const calls[] = {"read", "write", "readv", "writev",
    "pread64", "pwrite64", "preadv", "pwritev", "lseek", "close", "close_range",
    "fstat", "newfstatat", "stat", "lstat", "statx", "access", "faccessat",
    "faccessat2", "open", "openat", "readlink", "readlinkat", "getcwd",
    "getdents", "getdents64", "chdir", "fchdir", "dup", "dup2", "dup3", "pipe",
    "pipe2", "poll", "ppoll", "select", "pselect6", "epoll_create1",
    "epoll_ctl", "epoll_wait", "epoll_pwait", "munmap", "mremap", "madvise",
    "mincore", "brk", "msync", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
    "rt_sigpending", "rt_sigtimedwait", "rt_sigsuspend", "sigaltstack", "pause",
    "alarm", "setitimer", "getitimer", "futex", "sched_yield", "nanosleep",
    "clock_nanosleep", "clock_gettime", "clock_getres", "gettimeofday", "time",
    "times", "getrusage", "getrandom", "getpid", "gettid", "getppid", "getuid",
    "geteuid", "getgid", "getegid", "getgroups", "getresuid", "getresgid",
    "getpgrp", "set_robust_list", "rseq", "set_tid_address", "exit",
    "exit_group", "restart_syscall", "unlink", "unlinkat", "rename", "renameat",
    "renameat2", "mkdir", "mkdirat", "rmdir", "symlink", "symlinkat", "link",
    "linkat", "ftruncate", "fsync", "fdatasync", "fadvise64", "sendfile",
    "copy_file_range", "statfs", "fstatfs", "umask", "getrlimit", "setrlimit",
    "uname", "sysinfo", "getcpu", "getxattr", "lgetxattr", "fgetxattr",
    "listxattr", "llistxattr", "flistxattr", NULL};

/* Calls that change what Landlock does not guard: only where all that is
 * writable is the trace's own scratch directory. */
static const char *const full_calls[] = {"chmod", "fchmod", "fchmodat",
    "truncate", "utimensat", "utime", "utimes", "fallocate", "flock", NULL};

/* Calls that libraries try first: told that the kernel lacks them. */
static const char *const absent[] = {"clone3", "openat2", "fchmodat2",
    "membarrier", "memfd_create", "landlock_create_ruleset", "cachestat", NULL};

static int
allow_all(scmp_filter_ctx c, const char *const *names, uint32_t action)
{
	for (; *names != NULL; names++) {
		int nr = seccomp_syscall_resolve_name(*names);

		/* Newer than libseccomp, or not on this machine. */
		if (nr == __NR_SCMP_ERROR || nr < 0)
			continue;
		if (seccomp_rule_add(c, action, nr, 0) != 0)
			return -1;
	}
	return 0;
}

/* Allow nr where argument `arg` is one of v[0..n-1]. */
static int
allow_values(
    scmp_filter_ctx c, int nr, unsigned arg, const uint64_t *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (seccomp_rule_add(c, SCMP_ACT_ALLOW, nr, 1,
			SCMP_CMP(arg, SCMP_CMP_EQ, v[i], 0)) != 0)
			return -1;
	return 0;
}

/*
 * Memory that RLIMIT_DATA counts: private maps (no MAP_GROWSDOWN, no huge
 * pages); shared ones only of files and not writable. Nothing becomes writable
 * later: the kernel skips that count in mprotect once RLIMIT_AS is reached
 * (threads' stacks, which need it, are made ahead by the zygote).
 */
static int
allow_maps(scmp_filter_ctx c)
{
	const uint64_t kind =
	    MAP_SHARED | MAP_PRIVATE | MAP_GROWSDOWN | MAP_HUGETLB | MAP_LOCKED;

	if (seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
		SCMP_A3(SCMP_CMP_MASKED_EQ, kind, MAP_PRIVATE)) != 0 ||
	    seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_WRITE, 0)) != 0)
		return -1;
	return seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
	    SCMP_A3(SCMP_CMP_MASKED_EQ, kind | MAP_ANONYMOUS, MAP_SHARED),
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_WRITE, 0));
}

/* Threads of this process, no other process and no namespace. */
static int
allow_threads(scmp_filter_ctx c)
{
	const uint64_t spaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
	    CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
	    CLONE_PTRACE | CLONE_VFORK | CLONE_PIDFD;
	const uint64_t thread = CLONE_THREAD | CLONE_VM | CLONE_SIGHAND;

	return seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, spaces | thread, thread));
}

static int
allow_some(scmp_filter_ctx c, enum box_tier tier)
{
	static const uint64_t fcntls[] = {
	    F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL};
	static const uint64_t ioctls[] = {
	    TCGETS, TIOCGWINSZ, FIOCLEX, FIONCLEX};
	static const uint64_t prctls[] = {PR_SET_NAME, PR_GET_NAME};
	static const uint64_t self[] = {0};

	if (allow_values(c, SCMP_SYS(fcntl), 1, fcntls, 6) != 0 ||
	    allow_values(c, SCMP_SYS(ioctl), 1, ioctls, 4) != 0 ||
	    allow_values(c, SCMP_SYS(prctl), 0, prctls, 2) != 0 ||
	    allow_values(c, SCMP_SYS(prlimit64), 0, self, 1) != 0 ||
	    allow_values(c, SCMP_SYS(sched_getaffinity), 0, self, 1) != 0)
		return -1;
	return allow_maps(c) != 0 || (tier == BOX_FULL && allow_threads(c) != 0)
	    ? -1
	    : 0;
}

/* A descriptor with the text, at its start, that an exec may inherit. */
static int
text_fd(const char *name, const void *p, size_t n, struct fail *f)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd == -1 || rec_write(fd, p, n) == -1 ||
	    lseek(fd, 0, SEEK_SET) != 0) {
		fail_set(f, FAIL_SANDBOX, "memfd: %s", strerror(errno));
		if (fd != -1)
			close(fd);
		return -1;
	}
	return fd;
}

int
box_seccomp(enum box_tier tier, struct fail *f)
{
	scmp_filter_ctx c;
	int fd = -1, r = -1;

	if (tier == BOX_NONE)
		return text_fd("seccomp", "", 0, f);
	if ((c = seccomp_init(SCMP_ACT_ERRNO(EPERM))) == NULL)
		mem_fail();
	/* int 0x80 and x32 calls on x86-64 die. */
	if (seccomp_attr_set(
		c, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0 ||
	    seccomp_attr_set(c, SCMP_FLTATR_CTL_OPTIMIZE, 2) != 0 ||
	    allow_all(c, calls, SCMP_ACT_ALLOW) != 0 ||
	    allow_all(c, absent, SCMP_ACT_ERRNO(ENOSYS)) != 0 ||
	    allow_some(c, tier) != 0 ||
	    (tier == BOX_FULL &&
		allow_all(c, full_calls, SCMP_ACT_ALLOW) != 0)) {
		fail_set(f, FAIL_SANDBOX, "cannot build the seccomp program");
		goto out;
	}
	fd = text_fd("seccomp", "", 0, f);
	if (fd != -1 && (r = seccomp_export_bpf(c, fd)) != 0)
		fail_set(f, FAIL_SANDBOX, "seccomp: %s", strerror(-r));
	if (r != 0 && fd != -1) {
		close(fd);
		fd = -1;
	}
	if (fd != -1)
		lseek(fd, 0, SEEK_SET);
out:
	seccomp_release(c);
	return fd;
}

/* ---- the process ---- */

/* Reads the worker's text from its descriptor and runs it. */
static const char boot[] =
    "import sys;"
    "w=type(sys)('worker');"
    "f=open(5,'rb',closefd=False);"
    "exec(compile(f.read(),'<worker>','exec'),w.__dict__);"
    "w.main()";

/* All that a zygote finds in its environment. */
static const char *const env[] = {"PATH=/usr/bin:/bin", "HOME=/tmp",
    "TMPDIR=/tmp", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TZ=UTC", "COLUMNS=120",
    "LINES=40", "PYTHONHASHSEED=0", "PYTHONUTF8=1", "PYTHONDONTWRITEBYTECODE=1",
    "PYTHONNOUSERSITE=1", "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1",
    "MKL_NUM_THREADS=1", "NUMEXPR_NUM_THREADS=1", "JOBLIB_MULTIPROCESSING=0",
    "MALLOC_ARENA_MAX=1", "MPLBACKEND=Agg", "MPLCONFIGDIR=/tmp/mpl",
    "PYTHONFAULTHANDLER=", NULL};

struct args {
	char **v;
	size_t n, cap;
};

static void
arg_put(struct args *a, const char *s)
{
	a->v = xgrow(a->v, a->n, &a->cap, sizeof *a->v);
	a->v[a->n++] = s != NULL ? xstrdup(s) : NULL;
}

static void
args_put(struct args *a, const char *const *v)
{
	for (; *v != NULL; v++)
		arg_put(a, *v);
}

static void
args_clear(struct args *a)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		free(a->v[i]);
	free(a->v);
}

static bool
exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* The system's own top directories: a link stays a link. */
static void
put_top(struct args *a, const char *name)
{
	char path[64], to[256];
	ssize_t n;

	snprintf(path, sizeof path, "/%s", name);
	n = readlink(path, to, sizeof to - 1);
	if (n > 0) {
		to[n] = '\0';
		arg_put(a, "--symlink");
		arg_put(a, to);
		arg_put(a, path);
	} else if (exists(path)) {
		arg_put(a, "--ro-bind");
		arg_put(a, path);
		arg_put(a, path);
	}
}

/* Single files and directories that interpreters and libraries look for. */
static const char *const etc[] = {"/etc/alternatives", "/etc/ld.so.cache",
    "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/matplotlibrc", "/etc/python3",
    "/etc/python3.9", "/etc/python3.10", "/etc/python3.11", "/etc/python3.12",
    "/etc/python3.13", NULL};
static const char *const tops[] = {
    "lib", "lib32", "lib64", "libx32", "bin", "sbin", NULL};

/* The directories above path, which bwrap would make for itself only. */
static void
put_parents(struct args *a, const char *path)
{
	char *dir = xstrdup(path), *p;

	for (p = strchr(dir + 1, '/'); p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (strcmp(dir, "/tmp") != 0 && strcmp(dir, "/etc") != 0)
			args_put(a,
			    (const char *[]){
				"--perms", "0755", "--dir", dir, NULL});
		*p = '/';
	}
	free(dir);
}

static void
put_binds(struct args *a, const struct box_python *py)
{
	size_t i;

	arg_put(a, "--ro-bind");
	arg_put(a, "/usr");
	arg_put(a, "/usr");
	for (i = 0; tops[i] != NULL; i++)
		put_top(a, tops[i]);
	args_put(a, (const char *[]){"--perms", "0755", "--dir", "/etc", NULL});
	for (i = 0; etc[i] != NULL; i++) {
		if (!exists(etc[i]))
			continue;
		arg_put(a, "--ro-bind");
		arg_put(a, etc[i]);
		arg_put(a, etc[i]);
	}
	for (i = 0; i < py->ndirs; i++) {
		if (strncmp(py->dirs[i], "/usr/", 5) == 0)
			continue;
		put_parents(a, py->dirs[i]);
		arg_put(a, "--ro-bind");
		arg_put(a, py->dirs[i]);
		arg_put(a, py->dirs[i]);
	}
}

static void
put_bwrap(struct args *a, const struct box_jail *j, const struct box_python *py)
{
	static const char *const spaces[] = {"bwrap", "--unshare-ipc",
	    "--unshare-pid", "--unshare-net", "--unshare-uts",
	    "--unshare-cgroup-try", "--die-with-parent", "--hostname", "box",
	    NULL};
	static const char *const inside[] = {"--cap-drop", "ALL", "--cap-add",
	    "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP",
	    NULL};
	/* First: an interpreter may be in /tmp. */
	static const char *const scratch[] = {
	    "--perms", "1777", "--size", "67108864", "--tmpfs", "/tmp", NULL};
	static const char *const rest[] = {"--proc", "/proc", "--perms", "0755",
	    "--dir", "/dev", "--dev-bind", "/dev/null", "/dev/null",
	    "--remount-ro", "/", "--chdir", "/tmp", "--", NULL};

	args_put(a, spaces);
	if (j->drop == DROP_INSIDE)
		args_put(a, inside);
	else
		arg_put(a, "--unshare-user");
	args_put(a, scratch);
	put_binds(a, py);
	args_put(a, rest);
}

json_t *
box_jail_paths(const struct box_python *py)
{
	json_t *v = json_array();
	size_t i;

	json_array_append_new(v, json_string("/usr"));
	for (i = 0; tops[i] != NULL; i++) {
		char path[64];

		snprintf(path, sizeof path, "/%s", tops[i]);
		json_array_append_new(v, json_string(path));
	}
	for (i = 0; etc[i] != NULL; i++)
		json_array_append_new(v, json_string(etc[i]));
	for (i = 0; i < py->ndirs; i++)
		json_array_append_new(v, json_string(py->dirs[i]));
	return v;
}

/* In the child: descriptors 0 to 5, nothing else. */
static int
child_fds(const int fd[6])
{
	int high[6], i;

	for (i = 0; i < 6; i++)
		if ((high[i] = fcntl(fd[i], F_DUPFD, 16)) == -1)
			return -1;
	for (i = 0; i < 6; i++)
		if (dup2(high[i], i) == -1)
			return -1;
	return close_range(6, ~0U, 0);
}

static int
child_drop(const struct box_jail *j)
{
	if (j->drop != DROP_FIRST)
		return 0;
	if (setgroups(0, NULL) != 0 || setresgid(j->gid, j->gid, j->gid) != 0)
		return -1;
	return setresuid(j->uid, j->uid, j->uid);
}

/* Only calls that are safe after a fork of a program with threads. */
__attribute__((noreturn)) static void
child(const struct box_jail *j, const int fd[6], char **argv, char **envp,
    pid_t parent)
{
	static const char why[] = "cannot start the sandbox";
	sigset_t none;
	int i;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (i = 1; i < 32; i++)
		signal(i, SIG_DFL);
	setsid();
	umask(022);
	personality(ADDR_NO_RANDOMIZE);
	if (child_fds(fd) != 0 || child_drop(j) != 0 || chdir("/") != 0)
		goto bad;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	execvpe(argv[0], argv, envp);
	if (errno == ENOENT)
		dprintf(2, "%s: not found; install it\n",
		    j->tier == BOX_FULL ? "bubblewrap (bwrap)" : argv[0]);
	else
		dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
bad:
	dprintf(2, "%s: %s\n", why, strerror(errno));
	_exit(127);
}

pid_t
box_spawn(const struct box_jail *j, const struct box_python *py, int ctl,
    int program, int source, int diag, struct fail *f)
{
	struct args a = {0}, e = {0};
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int fd[6] = {null, diag, diag, ctl, program, source};
	pid_t pid, self = getpid();

	if (j->tier == BOX_FULL)
		put_bwrap(&a, j, py);
	args_put(&a, (const char *[]){py->real, "-s", "-B", "-c", boot, NULL});
	arg_put(&a, NULL);
	args_put(&e, env);
	arg_put(&e, NULL);
	lseek(program, 0, SEEK_SET);
	lseek(source, 0, SEEK_SET);
	pid = null == -1 ? -1 : fork();
	if (pid == 0)
		child(j, fd, a.v, e.v, self);
	if (pid == -1)
		fail_set(f, FAIL_SANDBOX, "fork: %s", strerror(errno));
	args_clear(&a);
	args_clear(&e);
	if (null != -1)
		close(null);
	return pid;
}
