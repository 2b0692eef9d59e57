/* box_frame.c - check what a worker claims: one JSON object a line. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "box_int.h"
#include "mem.h"
#include "rec.h"

/* Before parsing, so that a small text cannot cost much memory or stack. */
static int
check_shape(const char *s, size_t n, struct fail *f)
{
	size_t depth = 0, nodes = 0, i;
	bool text = false;

	for (i = 0; i < n; i++) {
		if (text) {
			if (s[i] == '\\')
				i++;
			else if (s[i] == '"')
				text = false;
		} else if (s[i] == '"') {
			text = true;
		} else if (s[i] == '[' || s[i] == '{') {
			nodes++;
			if (++depth > BOX_DEPTH)
				return fail_set(
				    f, FAIL_SANDBOX, "frame nested too deeply");
		} else if (s[i] == ']' || s[i] == '}') {
			depth -= depth > 0;
		} else if (s[i] == ',' && ++nodes > BOX_NODES) {
			return fail_set(
			    f, FAIL_SANDBOX, "frame with too many members");
		}
	}
	return 0;
}

static const char *
text_of(const json_t *obj, const char *name)
{
	const char *s = json_string_value(json_object_get(obj, name));

	return s != NULL ? s : "";
}

static int
check_hook(struct box_frame *fr, size_t n, struct fail *f)
{
	json_t *deps = json_object_get(fr->obj, "depends_on"), *d;
	size_t i;

	fr->value = json_object_get(fr->obj, "value");
	if (n > BOX_HOOK_MAX)
		return fail_set(f, FAIL_SANDBOX, "hook of %zu bytes", n);
	if (fr->value == NULL ||
	    !json_is_string(json_object_get(fr->obj, "name")) ||
	    !json_is_string(json_object_get(fr->obj, "code_line")) ||
	    !json_is_string(json_object_get(fr->obj, "description")) ||
	    !json_is_array(deps))
		return fail_set(f, FAIL_SANDBOX, "hook without its members");
	json_array_foreach(deps, i, d) if (!json_is_string(d)) return fail_set(
	    f, FAIL_SANDBOX, "hook that depends on no name");
	return 0;
}

static int
check_done(struct box_frame *fr, struct fail *f)
{
	const char *s = text_of(fr->obj, "status");

	if (strcmp(s, "ok") == 0)
		fr->status = BOX_OK;
	else if (strcmp(s, "error") == 0)
		fr->status = BOX_ERROR;
	else if (strcmp(s, "exit") == 0)
		fr->status = BOX_EXIT;
	else
		return fail_set(f, FAIL_SANDBOX, "done with status '%s'", s);
	fr->ename = text_of(fr->obj, "ename");
	fr->evalue = text_of(fr->obj, "evalue");
	fr->tb = text_of(fr->obj, "tb");
	fr->memory = json_is_true(json_object_get(fr->obj, "memory"));
	fr->clock = json_is_true(json_object_get(fr->obj, "clock"));
	fr->entropy = json_is_true(json_object_get(fr->obj, "entropy"));
	return 0;
}

/* Sets fr->type; the members that each type has. */
static int
check_type(struct box_frame *fr, size_t n, struct fail *f)
{
	const char *type = text_of(fr->obj, "type");

	if (strcmp(type, "hook") == 0) {
		fr->type = FRAME_HOOK;
		return check_hook(fr, n, f);
	}
	if (strcmp(type, "submit") == 0) {
		fr->type = FRAME_SUBMIT;
		fr->value = json_object_get(fr->obj, "value");
		if (fr->value == NULL)
			return fail_set(
			    f, FAIL_SANDBOX, "submit without a value");
		return 0;
	}
	if (strcmp(type, "done") == 0) {
		fr->type = FRAME_DONE;
		return check_done(fr, f);
	}
	if (strcmp(type, "ready") == 0) {
		fr->type = FRAME_READY;
		return 0;
	}
	return fail_set(f, FAIL_SANDBOX, "frame of type '%.40s'", type);
}

static int
parse(const char *line, size_t n, unsigned long id, const char *nonce,
    struct box_frame *fr, struct fail *f)
{
	json_t *num;

	if (n > BOX_FRAME_MAX)
		return fail_set(
		    f, FAIL_SANDBOX, "frame of over %d bytes", BOX_FRAME_MAX);
	if (check_shape(line, n, f) != 0)
		return -1;
	if ((fr->obj = rec_parse(line, n, f)) == NULL)
		return -1;
	if (!json_is_object(fr->obj))
		return fail_set(f, FAIL_SANDBOX, "frame is no object");
	if (check_type(fr, n, f) != 0)
		return -1;
	if (fr->type == FRAME_READY)
		return 0;
	num = json_object_get(fr->obj, "id");
	if (!json_is_integer(num) || json_integer_value(num) != (json_int_t)id)
		return fail_set(f, FAIL_SANDBOX, "frame of another cell");
	if (strcmp(text_of(fr->obj, "nonce"), nonce) != 0)
		return fail_set(f, FAIL_SANDBOX, "frame with a wrong nonce");
	return 0;
}

int
box_frame_parse(const char *line, size_t n, unsigned long id, const char *nonce,
    struct box_frame *fr, struct fail *f)
{
	*fr = (struct box_frame){.ename = "", .evalue = "", .tb = ""};
	if (parse(line, n, id, nonce, fr, f) == 0)
		return 0;
	box_frame_clear(fr);
	return -1;
}

void
box_frame_clear(struct box_frame *fr)
{
	json_decref(fr->obj);
	*fr = (struct box_frame){.ename = "", .evalue = "", .tb = ""};
}

/*
 * Lines with their white space made single blanks, each between newlines;
 * empty lines and those of comments only are dropped.
 */
static void
put_lines(struct buf *b, const char *s)
{
	while (*s != '\0') {
		size_t n = strcspn(s, "\n"), i, start;
		bool gap = false;

		start = b->n;
		for (i = 0; i < n; i++) {
			if (isspace((unsigned char)s[i])) {
				gap = b->n > start;
				continue;
			}
			if (gap)
				buf_putc(b, ' ');
			gap = false;
			buf_putc(b, s[i]);
		}
		if (b->n > start && b->p[start] == '#')
			buf_drop(b, 0), b->n = start, b->p[start] = '\0';
		if (b->n > start)
			buf_putc(b, '\n');
		s += n + (s[n] == '\n');
	}
}

void
box_ground_add(struct buf *cells, const char *code)
{
	if (cells->n == 0)
		buf_putc(cells, '\n');
	put_lines(cells, code);
}

/* May a statement start, end at p (in normalised text)? */
static bool
is_start(const char *p)
{
	return p[-1] == '\n' || p[-1] == ';' ||
	    (p[-1] == ' ' && (p[-2] == ';' || p[-2] == ':'));
}

static bool
is_end(const char *p)
{
	return *p == '\n' || *p == ';' || (*p == ' ' && p[1] == '#');
}

bool
box_grounded(const struct buf *cells, const char *code_line)
{
	struct buf want = {0};
	bool found = false;
	const char *p;

	put_lines(&want, code_line);
	if (want.n > 0)
		want.p[--want.n] = '\0'; /* the newline after the last line */
	p = buf_str(cells);
	while (want.n > 0 && !found && (p = strstr(p, want.p)) != NULL) {
		found = is_start(p) && is_end(p + want.n);
		p++;
	}
	buf_clear(&want);
	return found;
}
