/* box_probe.c - find a Python that has the libraries. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "box_int.h"
#include "mem.h"

const char *const box_modules[] = {"numpy", "pandas", "scipy.stats",
    "statsmodels.api", "sklearn", "sklearn.linear_model", "sklearn.cluster",
    "sklearn.preprocessing", NULL};

enum { ANSWER_MAX = 1 << 20, ANSWER_MS = 20000 };

/* Looks without importing: one JSON object on descriptor 1. */
static const char question[] =
    "import sys,os,json,importlib.util as u\n"
    "need=['numpy','pandas','scipy','statsmodels','sklearn']\n"
    "miss=[m for m in need if u.find_spec(m) is None]\n"
    "dirs=[sys.prefix,sys.base_prefix,sys.exec_prefix,\n"
    " os.path.dirname(os.path.realpath(sys.executable))]+sys.path\n"
    "dirs=sorted({os.path.realpath(d) for d in dirs if os.path.isdir(d)\n"
    " and d})\n"
    "exe=os.path.join(os.path.realpath(os.path.dirname(sys.executable)),\n"
    " os.path.basename(sys.executable))\n"
    "print(json.dumps({'real':exe,'missing':miss,'dirs':dirs,\n"
    " 'version':list(sys.version_info[:2])}))\n";

/* What an interpreter (perhaps a version manager's script) may need. */
static const char *const kept[] = {"PATH", "HOME", "USER", "LANG", "LC_ALL",
    "VIRTUAL_ENV", "PYENV_ROOT", "PYENV_VERSION", "LD_LIBRARY_PATH", NULL};

static void
kept_env(char *envp[16])
{
	size_t i, n = 0;

	for (i = 0; kept[i] != NULL; i++) {
		const char *v = getenv(kept[i]);

		if (v != NULL)
			envp[n++] = xasprintf("%s=%s", kept[i], v);
	}
	envp[n] = NULL;
}

/* Run py with the question; its pid, and where its answer comes from. */
static pid_t
ask(const char *py, int *from)
{
	const char *argv[] = {py, "-s", "-B", "-c", question, NULL};
	posix_spawn_file_actions_t fa;
	char *envp[16];
	pid_t pid = -1;
	int p[2], r, i;

	if (pipe2(p, O_CLOEXEC) != 0)
		return -1;
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addopen(&fa, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&fa, p[1], 1);
	posix_spawn_file_actions_addopen(&fa, 2, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addchdir_np(&fa, "/");
	kept_env(envp);
	r = posix_spawn(&pid, py, &fa, NULL, (char **)argv, envp);
	posix_spawn_file_actions_destroy(&fa);
	for (i = 0; envp[i] != NULL; i++)
		free(envp[i]);
	close(p[1]);
	*from = p[0];
	if (r == 0)
		return pid;
	close(p[0]);
	errno = r;
	return -1;
}

/* Everything the child prints, until it ends or the time is up. */
static void
listen_to(int fd, pid_t pid, struct buf *b)
{
	double end = ev_now() + ANSWER_MS;
	struct pollfd pf = {.fd = fd, .events = POLLIN};
	char block[4096];
	ssize_t n = 0;

	b->max = ANSWER_MAX;
	while (end > ev_now()) {
		if (poll(&pf, 1, (int)(end - ev_now()) + 1) <= 0)
			continue;
		n = read(fd, block, sizeof block);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		buf_put(b, block, (size_t)n);
	}
	close(fd);
	if (n != 0)
		kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
}

static bool
inside(const char *dir, const char *parent)
{
	size_t n = strlen(parent);

	return strncmp(dir, parent, n) == 0 &&
	    (dir[n] == '/' || dir[n] == '\0');
}

/* The directories, without those inside another; never the root. */
static void
take_dirs(struct box_python *py, const json_t *v)
{
	const char *s;
	json_t *x;
	size_t i, k, cap = 0;

	json_array_foreach(v, i, x)
	{
		s = json_string_value(x);
		if (s == NULL || s[0] != '/' || s[1] == '\0')
			continue;
		for (k = 0; k < py->ndirs; k++)
			if (inside(s, py->dirs[k]))
				break;
		if (k < py->ndirs || strcmp(s, "/usr") == 0)
			continue;
		py->dirs = xgrow(py->dirs, py->ndirs, &cap, sizeof *py->dirs);
		py->dirs[py->ndirs++] = xstrdup(s);
	}
}

static int
take_answer(
    struct box_python *py, const char *path, const json_t *v, struct fail *f)
{
	const char *real = json_string_value(json_object_get(v, "real"));
	const json_t *ver = json_object_get(v, "version");
	json_t *miss = json_object_get(v, "missing"), *x;
	struct buf b = {0};
	size_t i;

	if (real == NULL || real[0] != '/')
		return fail_set(f, FAIL_SANDBOX, "%s: is not Python 3", path);
	if (json_integer_value(json_array_get(ver, 0)) != 3 ||
	    json_integer_value(json_array_get(ver, 1)) < 9)
		return fail_set(
		    f, FAIL_SANDBOX, "%s: is older than Python 3.9", path);
	json_array_foreach(miss, i, x)
	{
		buf_printf(&b, "%s%s", i > 0 ? ", " : "", json_string_value(x));
	}
	if (b.n > 0) {
		fail_set(f, FAIL_SANDBOX, "%s: has no %s", path, buf_str(&b));
		buf_clear(&b);
		return -1;
	}
	py->path = xstrdup(path);
	py->real = xstrdup(real);
	take_dirs(py, json_object_get(v, "dirs"));
	return 0;
}

static int
try_python(const char *path, struct box_python *py, struct fail *f)
{
	struct buf b = {0};
	json_t *v;
	pid_t pid;
	int fd, r;

	if (access(path, X_OK) != 0 || (pid = ask(path, &fd)) == -1)
		return fail_set(
		    f, FAIL_SANDBOX, "%s: %s", path, strerror(errno));
	listen_to(fd, pid, &b);
	v = json_loadb(buf_str(&b), b.n, 0, NULL);
	if (json_is_object(v))
		r = take_answer(py, path, v, f);
	else
		r = fail_set(f, FAIL_SANDBOX, "%s: does not run", path);
	json_decref(v);
	buf_clear(&b);
	return r;
}

/* The first python3 on PATH, owned, or NULL. */
static char *
on_path(const char *name)
{
	const char *p = getenv("PATH");
	size_t n;

	for (; p != NULL && *p != '\0'; p += n + (p[n] == ':')) {
		char *file;

		n = strcspn(p, ":");
		if (n == 0 || p[0] != '/')
			continue;
		file = xasprintf("%.*s/%s", (int)n, p, name);
		if (access(file, X_OK) == 0)
			return file;
		free(file);
	}
	return NULL;
}

static int
find_any(struct box_python *py, struct fail *f)
{
	const char *venv = getenv("VIRTUAL_ENV");
	char *v[3] = {NULL, on_path("python3"), xstrdup("/usr/bin/python3")};
	struct buf why = {0};
	int i, r = -1;

	if (venv != NULL && *venv != '\0')
		v[0] = xasprintf("%s/bin/python3", venv);
	for (i = 0; i < 3 && r != 0; i++) {
		struct fail one = {0};

		if (v[i] == NULL ||
		    (i == 2 && v[1] != NULL && strcmp(v[1], v[2]) == 0))
			continue;
		if ((r = try_python(v[i], py, &one)) != 0)
			buf_printf(
			    &why, "%s%s", why.n > 0 ? "; " : "", one.msg);
	}
	if (r != 0)
		fail_set(f, FAIL_SANDBOX,
		    "no Python has the libraries (%s); install python3-pandas "
		    "python3-numpy python3-scipy python3-statsmodels "
		    "python3-sklearn, or name an interpreter with --python",
		    buf_str(&why));
	buf_clear(&why);
	for (i = 0; i < 3; i++)
		free(v[i]);
	return r;
}

int
box_python_find(const char *wanted, struct box_python *py, struct fail *f)
{
	char *file;
	int r;

	*py = (struct box_python){0};
	if (wanted == NULL)
		return find_any(py, f);
	file = strchr(wanted, '/') != NULL ? xstrdup(wanted) : on_path(wanted);
	if (file == NULL)
		return fail_set(
		    f, FAIL_USAGE, "python '%s': not found on PATH", wanted);
	if (file[0] != '/') {
		char *cwd = getcwd(NULL, 0), *abs;

		abs = xasprintf("%s/%s", cwd != NULL ? cwd : "", file);
		free(cwd);
		free(file);
		file = abs;
	}
	if ((r = try_python(file, py, f)) != 0)
		fail_at(f, "python");
	free(file);
	return r;
}

void
box_python_clear(struct box_python *py)
{
	size_t i;

	for (i = 0; i < py->ndirs; i++)
		free(py->dirs[i]);
	free(py->dirs);
	free(py->path);
	free(py->real);
	*py = (struct box_python){0};
}
