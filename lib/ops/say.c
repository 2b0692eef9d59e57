/* say.c - words: notes for programs, phrases and sentences for questions. */
#include <ctype.h>
#include <string.h>

#include "say.h"

static void
put_plain(const char *s, size_t n, struct buf *b)
{
	for (; n > 0; s++, n--) {
		unsigned char c = (unsigned char)*s;

		if (c == '\n')
			buf_puts(b, "\\n");
		else if (c < 0x20 || c == 0x7f)
			buf_printf(b, "\\x%02x", c);
		else
			buf_putc(b, (char)c);
	}
}

void
say_col(const struct table *t, int col, struct buf *b)
{
	const char *name = tab_name(t, (size_t)col);

	buf_putc(b, '"');
	put_plain(name, strlen(name), b);
	buf_putc(b, '"');
}

void
say_value(struct tab_span v, struct buf *b)
{
	buf_putc(b, '\'');
	put_plain(v.p, v.n, b);
	buf_putc(b, '\'');
}

static void
put_number(double v, struct buf *b)
{
	if (v == floor(v) && fabs(v) < 1e15)
		buf_printf(b, "%.0f", v);
	else
		buf_real(b, v);
}

/* The bracket that closes the one at p. */
static const char *
closing(const char *p, const char *end)
{
	int depth = 0;

	for (; p < end; p++) {
		if (*p == '[')
			depth++;
		else if (*p == ']' && --depth == 0)
			return p;
	}
	return end;
}

static void expand(const struct say *s, const struct node *nd, const char *p,
    const char *end, struct buf *b);

/* A letter of a pattern: a capital where a sentence starts. */
static void
put_letter(char c, struct buf *b)
{
	const char *end = b->n >= 2 ? b->p + b->n - 2 : "--";

	if (b->n == 0 || memcmp(end, ". ", 2) == 0 || memcmp(end, "? ", 2) == 0)
		c = (char)toupper((unsigned char)c);
	buf_putc(b, c);
}

/* One of the alternatives between p and end. */
static void
put_choice(const struct say *s, const struct node *nd, const char *p,
    const char *end, struct buf *b)
{
	const char *from[16], *q;
	size_t n = 1, at;
	int depth = 0;

	from[0] = p;
	for (q = p; q < end; q++) {
		if (*q == '[')
			depth++;
		else if (*q == ']')
			depth--;
		else if (*q == '|' && depth == 0 && n < 15)
			from[n++] = q + 1;
	}
	from[n] = end + 1;
	at = s->rng != NULL ? rng_below(s->rng, n) : 0;
	expand(s, nd, from[at], from[at + 1] - 1, b);
}

static void
put_column(const struct say *s, int col, struct buf *b)
{
	if (s->alias != NULL && s->alias[col] != NULL)
		buf_puts(b, s->alias[col]);
	else
		say_col(s->t, col, b);
}

static void
put_arg(const struct say *s, const struct node *nd, int i, struct buf *b)
{
	const struct arg *a = &nd->arg[i];
	const char *say;

	switch (nd->op->arg[i].type) {
	case ARG_COL:
		put_column(s, a->col, b);
		break;
	case ARG_NUM:
		put_number(a->num, b);
		break;
	case ARG_TEXT:
		say_value(a->text, b);
		break;
	case ARG_WORD:
		if (s->open && op_either(nd->op, i))
			break;
		say = nd->op->arg[i].words[a->word].say;
		expand(s, nd, say, say + strlen(say), b);
		break;
	default:
		break;
	}
}

static void
put_bind(const struct say *s, const char *name, size_t n, struct buf *b)
{
	const struct bind *bd;

	if (n == 5 && memcmp(name, "where", 5) == 0) {
		buf_puts(b, s->where != NULL ? s->where : "");
		return;
	}
	for (bd = s->bind; bd < s->bind + s->nbind; bd++) {
		if (strlen(bd->name) != n || memcmp(bd->name, name, n) != 0)
			continue;
		if (bd->kind == BIND_NODE)
			say_node(s, bd->at, b);
		else if (bd->kind == BIND_COL)
			put_column(s, bd->at, b);
		else if (bd->kind == BIND_LITERAL)
			buf_puts(b, bd->text);
		else
			say_pattern(s, bd->text, b);
		return;
	}
}

static void
expand(const struct say *s, const struct node *nd, const char *p,
    const char *end, struct buf *b)
{
	const char *q;
	char name[16];
	size_t n;
	int i;

	for (; p < end; p++) {
		if (*p == '[') {
			q = closing(p, end);
			put_choice(s, nd, p + 1, q, b);
			p = q;
		} else if (*p == '{') {
			for (q = p; q < end && *q != '}'; q++)
				;
			put_bind(s, p + 1, (size_t)(q - p - 1), b);
			p = q;
		} else if (*p == '$' && nd != NULL && p + 1 < end &&
		    isdigit((unsigned char)p[1])) {
			say_node(s, nd->in[*++p - '0'], b);
		} else if (*p == '@' && nd != NULL) {
			for (n = 0; p + 1 < end &&
			     islower((unsigned char)p[1]) &&
			     n + 1 < sizeof name;)
				name[n++] = *++p;
			name[n] = '\0';
			n = b->n;
			if ((i = op_arg(nd->op, name)) >= 0)
				put_arg(s, nd, i, b);
			if (b->n == n && p + 1 < end && p[1] == ' ')
				p++; /* nothing, and no space after it */
		} else {
			put_letter(*p, b);
		}
	}
}

void
say_pattern(const struct say *s, const char *pattern, struct buf *b)
{
	expand(s, NULL, pattern, pattern + strlen(pattern), b);
}

void
say_choice(const struct say *s, const char *patterns, struct buf *b)
{
	put_choice(s, NULL, patterns, patterns + strlen(patterns), b);
}

void
say_node(const struct say *s, int node, struct buf *b)
{
	const struct node *nd = &s->p->node[node];
	const char *say = nd->op->say;

	if (s->called != NULL && s->called[node] != NULL) {
		buf_puts(b, s->called[node]);
		return;
	}
	if (s->notes && nd->op->note != NULL && (nd->op->flags & OP_INLINE))
		say = nd->op->note;
	expand(s, nd, say, say + strlen(say), b);
}

char *
say_note(const struct program *p, const struct table *t, int node)
{
	struct say s = {.p = p, .t = t, .notes = true};
	const struct node *nd = &p->node[node];
	const char *note = nd->op->note != NULL ? nd->op->note : nd->op->say;
	struct buf b = {0};

	expand(&s, nd, note, note + strlen(note), &b);
	return buf_steal(&b);
}

bool
say_conditions(const struct say *s, int table, struct buf *b)
{
	const struct node *nd = &s->p->node[table];
	bool any;

	if (nd->in[0] < 0)
		return false;
	any = say_conditions(s, nd->in[0], b);
	if (strcmp(nd->op->name, "where") != 0)
		return any;
	if (any)
		buf_puts(b, " and ");
	say_node(s, nd->in[1], b);
	return true;
}

static void
put_decimals(int decimals, struct buf *b)
{
	if (decimals == 0)
		buf_puts(b, "a number without decimals");
	else
		buf_printf(b, "a number rounded to %d decimal%s", decimals,
		    decimals == 1 ? "" : "s");
}

/* "low", "middle" or "high": the words that a text can be. */
static void
put_words(const struct keys *k, struct buf *b)
{
	size_t i;

	buf_puts(b, "one of the texts ");
	for (i = 0; i < k->n; i++)
		buf_printf(b, "%s\"%.*s\"",
		    i == 0             ? ""
			: i + 1 < k->n ? ", "
				       : " or ",
		    (int)k->name[i].n, k->name[i].p);
}

/* Labels that are not as in the data: the operator that made them, or NULL. */
static const struct op *
label_maker(const struct program *p, int node)
{
	enum {
		LABELLED =
		    K_GROUPED | K_GROUPS | K_GVEC | K_CVEC | K_TEXT | K_LIST
	};
	const struct node *nd = &p->node[node];
	const struct op *made = NULL;
	int k;

	if (prog_kind(p, node) == K_CVEC ||
	    (prog_kind(p, node) == K_CAT && nd->op != op_find("cat")))
		return nd->op;
	for (k = 0; k < OP_INS && nd->in[k] >= 0 && made == NULL; k++)
		if (prog_kind(p, nd->in[k]) & (LABELLED | K_CAT))
			made = label_maker(p, nd->in[k]);
	return made;
}

static const char *
text_form(const struct program *p, int node)
{
	const struct op *made = label_maker(p, node);
	bool list = prog_kind(p, node) == K_LIST;

	if (made == NULL)
		return list ? "a list of texts exactly as in the data"
			    : "a text exactly as in the data";
	if (made->out == K_CVEC)
		return list ? "a list of names of columns"
			    : "the name of a column";
	return list ? "a list of texts" : "a text";
}

static void
put_form(const struct program *p, const struct run *r, const struct out *o,
    struct buf *b)
{
	const struct value *v = &r->v[o->node];

	switch (prog_kind(p, o->node)) {
	case K_SCALAR:
		if (o->decimals < 0)
			buf_puts(b, "a whole number");
		else
			put_decimals(o->decimals, b);
		break;
	case K_BOOL:
		buf_puts(b, "true or false");
		break;
	case K_TEXT:
		if (v->keys != NULL) { /* one of a few words */
			put_words(v->keys, b);
			break;
		}
		buf_puts(b,
		    v->text_type == KEY_INT        ? "a whole number"
			: v->text_type == KEY_BOOL ? "true or false"
						   : text_form(p, o->node));
		break;
	case K_LIST:
		buf_puts(b, text_form(p, o->node));
		break;
	default:
		buf_puts(b, "an object from each name to ");
		if (o->decimals < 0)
			buf_puts(b, "a whole number");
		else
			put_decimals(o->decimals, b);
	}
}

void
say_format(const struct program *p, const struct run *r, struct buf *b)
{
	int i;

	if (p->out[0].key == NULL) {
		buf_puts(b, "Give the answer as ");
		put_form(p, r, &p->out[0], b);
		buf_putc(b, '.');
		return;
	}
	buf_puts(b, "Give the answer as an object with the key");
	buf_puts(b, p->nout > 1 ? "s " : " ");
	for (i = 0; i < p->nout; i++) {
		if (i > 0)
			buf_puts(b, i + 1 == p->nout ? " and " : ", ");
		buf_printf(b, "\"%s\" (", p->out[i].key);
		put_form(p, r, &p->out[i], b);
		buf_putc(b, ')');
	}
	buf_putc(b, '.');
}
