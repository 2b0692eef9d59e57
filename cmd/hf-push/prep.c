/* prep.c - from records to checked rows to files ready for upload. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"
#include "prep.h"
#include "uniq.h"

enum {
	CLASHES_SHOWN = 20,
	BIG_SHOWN = 5,
	PATHS_SHOWN = 5,
	ROW_BIG = 2 << 20, /* bytes after which the hub's viewer gives up */
	GZIP_LEVEL = 6,
};

/* In front of each row of the spool. */
struct head {
	uint64_t csv, tree, n;
};

static const char *const split_names[] = {"train", "validation", "test"};

const char *
prep_ext(const struct opts *o)
{
	return strcmp(o->compress, "none") == 0 ? ".jsonl" : ".jsonl.gz";
}

static int
init_splits(struct prep *p, uint64_t seed, struct fail *f)
{
	double ratio[SPLIT_MAX];
	const char *s = p->o->ratios;
	size_t n = 0, i;
	char *end;

	if (s == NULL) {
		p->splits[0].name = p->o->split;
		p->n_splits = 1;
		return 0;
	}
	do {
		if (n == SPLIT_MAX)
			break;
		ratio[n] = strtod(s, &end);
		if (end == s || !(ratio[n] > 0) || ratio[n] > 1e9)
			break;
		n++;
		s = *end == ',' ? end + 1 : end;
	} while (*end == ',');
	if (n < 2 || *s != '\0')
		return fail_set(f, FAIL_USAGE,
		    "--split-ratios: expected two or three numbers above 0, "
		    "such as 80,10,10, saw \"%s\"",
		    p->o->ratios);
	for (i = 0; i < n; i++)
		p->splits[i].name = split_names[n == 2 && i == 1 ? 2 : i];
	p->n_splits = n;
	p->split = split_new(seed, ratio, n);
	return 0;
}

static int
spool_row(struct prep *p, FILE *spool, const struct head *h, const char *s,
    struct fail *f)
{
	if (fwrite(h, sizeof *h, 1, spool) != 1 ||
	    fwrite(s, 1, h->n, spool) != h->n)
		return fail_set(
		    f, FAIL_IO, "temporary file: %s", strerror(errno));
	p->n_rows++;
	return 0;
}

/* A stream of its own over the spool, or NULL. */
static FILE *
spool_stream(const struct prep *p, const char *mode, struct fail *f)
{
	int fd = dup(p->spool);
	FILE *stream = fd != -1 ? fdopen(fd, mode) : NULL;

	if (stream == NULL) {
		fail_set(f, FAIL_IO, "temporary file: %s", strerror(errno));
		if (fd != -1)
			close(fd);
	}
	return stream;
}

/* One record: figures, keys, types, spool. FAIL_VALUE: a clash. */
static int
take(struct prep *p, struct rec_in *in, FILE *spool, json_t *rec,
    const struct rec_pos *pos, struct fail *f)
{
	struct buf b = {0};
	struct head h;
	const char *line;
	json_t *row;
	size_t n;
	int rc = 0;

	line = rec_line(in, &n);
	figures_keys(rec, line, n, &h.csv, &h.tree);
	if (p->split != NULL)
		split_see(p->split, h.csv, h.tree);
	if (figures_see(p->figures, rec, f) == -1)
		return -1;
	if (n > ROW_BIG && p->n_big++ < BIG_SHOWN)
		log_warn("%s:%zu: a row of %zu bytes: the hub's viewer shows "
			 "rows of up to about 2 MB",
		    pos->file, pos->line, n);
	p->foreign |= !rows_own(rec);
	if (p->o->raw) {
		h.n = n;
		return spool_row(p, spool, &h, line, f);
	}
	row = rows_text(rec, p->o->json_columns);
	rc = rows_see(&p->rows, row, pos, f);
	if (rc == 0) {
		rec_dump(&b, row, 0);
		h.n = b.n;
		rc = spool_row(p, spool, &h, b.p, f);
	}
	json_decref(row);
	buf_clear(&b);
	return rc;
}

static int
read_all(struct prep *p, struct rec_in *in, FILE *spool, size_t *clashes,
    struct fail *f)
{
	struct rec_pos pos;
	enum rec_got got;
	json_t *rec;
	int rc;

	while ((got = rec_pull(in, &rec, &pos)) != REC_END) {
		if (got == REC_MORE) {
			rec_fill(in);
			continue;
		}
		rc = take(p, in, spool, rec, &pos, f);
		if (rc == -1 && f->code == FAIL_VALUE) {
			rec_reject(in, &pos, rec, NULL, f);
			rc = ++*clashes >= CLASHES_SHOWN ? 1 : 0;
		}
		json_decref(rec);
		if (rc != 0)
			return rc < 0 ? -1 : 0;
		log_progress(rec_count(in), 0, "records", "checked");
	}
	return 0;
}

static void
say_split(const struct prep *p)
{
	static const char *const how[] = {
	    [SPLIT_BOTH] = "no CSV and no meaning tree is in two of them",
	    [SPLIT_CSV] = "no CSV is in two of them; meaning trees are, since "
			  "they link too many CSVs",
	    [SPLIT_TREE] = "no meaning tree is in two of them; CSVs are, since "
			   "there are too few",
	};

	log_info("splits: %s", how[p->by]);
}

/* Objects as maps do not survive: {"a":1} comes back as {"a":1,"b":null}. In
 * our own records such members are text already. */
static void
say_differ(const struct prep *p)
{
	struct buf b = {0};
	size_t n = p->foreign ? rows_differ(&b, &p->rows, PATHS_SHOWN) : 0;

	if (n > 0)
		log_warn("column %s%s: objects with different members: those "
			 "they lack become null (--json-columns NAME sends "
			 "them as they are)",
		    buf_str(&b), n > PATHS_SHOWN ? " and others" : "");
	buf_clear(&b);
}

void
prep_init(struct prep *p, const struct opts *o)
{
	*p = (struct prep){.o = o, .spool = -1};
}

int
prep_read(struct prep *p, char **paths, const char *rejects, uint64_t seed,
    bool *stop, struct fail *f)
{
	const struct opts *o = p->o;
	size_t clashes = 0;
	struct rec_in *in;
	const char *trap;
	FILE *spool;
	int rc;

	*stop = false;
	if (init_splits(p, seed, f) == -1 ||
	    (p->figures = figures_new(o->csv_root, f)) == NULL ||
	    (p->spool = uniq_tmpfile(uniq_tmpdir(), f)) == -1 ||
	    (in = rec_open(paths, NULL, rejects, f)) == NULL)
		return -1;
	if ((spool = spool_stream(p, "w", f)) == NULL) {
		rec_close(in);
		return -1;
	}
	rc = read_all(p, in, spool, &clashes, f);
	log_progress_end();
	if (fclose(spool) != 0 && rc == 0)
		rc =
		    fail_set(f, FAIL_IO, "temporary file: %s", strerror(errno));
	if (rec_close(in) != EXIT_ALL)
		p->dirty = true;
	if (rc == -1 || figures_end(p->figures, f) == -1)
		return -1;
	if (p->n_big > BIG_SHOWN)
		log_warn("%zu more rows of that size", p->n_big - BIG_SHOWN);
	if (clashes > 0) {
		log_warn("nothing was sent: the rows do not fit one table "
			 "(--json-columns NAME makes a member JSON text, --raw "
			 "sends rows as they are)");
		*stop = true;
	} else if (p->n_rows == 0) {
		log_warn("nothing was sent: there are no rows");
		*stop = true;
	} else if (!o->raw && (trap = rows_trap(&p->rows)) != NULL) {
		log_warn("nothing was sent: expected other column names, saw "
			 "%s together, which `datasets` takes for agent traces",
		    trap);
		*stop = true;
	} else {
		say_differ(p);
		if (p->split != NULL) {
			p->by = split_plan(p->split);
			say_split(p);
		}
	}
	return *stop || p->dirty ? EXIT_SOME : EXIT_ALL;
}

static int
shard_row(struct prep *p, const struct head *h, const struct buf *line,
    struct buf *out, struct fail *f)
{
	size_t k = p->split != NULL ? split_of(p->split, h->csv, h->tree) : 0;
	json_t *v;

	p->splits[k].rows++;
	if (p->o->raw)
		return shard_put(p->set[k], buf_str(line), line->n, f);
	if ((v = rec_parse(line->p, line->n, f)) == NULL)
		return -1;
	buf_reset(out);
	rows_put(out, &p->rows, v);
	json_decref(v);
	return shard_put(p->set[k], out->p, out->n, f);
}

static int
read_spool(struct prep *p, FILE *spool, struct fail *f)
{
	struct buf line = {0}, out = {0};
	struct head h;
	uint64_t i;
	int rc = 0;

	for (i = 0; i < p->n_rows && rc == 0; i++) {
		if (fread(&h, sizeof h, 1, spool) != 1)
			goto torn;
		if (line.cap < h.n + 1) {
			line.p = xreallocarray(line.p, h.n + 1, 1);
			line.cap = h.n + 1;
		}
		if (fread(line.p, 1, h.n, spool) != h.n)
			goto torn;
		line.n = h.n;
		line.p[h.n] = '\0';
		rc = shard_row(p, &h, &line, &out, f);
		log_progress((size_t)i, (size_t)p->n_rows, "rows", "packed");
	}
	goto out;
torn:
	rc = fail_set(f, FAIL_IO, "temporary file: it became shorter");
out:
	log_progress_end();
	buf_clear(&line);
	buf_clear(&out);
	return rc;
}

static void
add_files(struct prep *p)
{
	const struct shard *s;
	struct hub_file *file;
	size_t k, i, n;

	for (k = 0; k < p->n_splits; k++) {
		n = shard_count(p->set[k]);
		p->file =
		    xreallocarray(p->file, p->n_files + n + 1, sizeof *p->file);
		for (i = 0; i < n; i++) {
			s = shard_at(p->set[k], i);
			file = &p->file[p->n_files++];
			*file = (struct hub_file){
			    .path = xasprintf("data/%s-%05zu-of-%05zu%s",
				p->splits[k].name, i, n, prep_ext(p->o)),
			    .fd = shard_fd(p->set[k]),
			    .offset = s->offset,
			    .size = s->size,
			    .rows = s->rows,
			};
			memcpy(file->sha256, s->sha256, sizeof s->sha256);
		}
	}
}

static void
clear_shards(struct prep *p)
{
	size_t i;

	for (i = 0; i < p->n_files; i++)
		free(p->file[i].path);
	free(p->file);
	p->file = NULL;
	p->n_files = 0;
	for (i = 0; i < SPLIT_MAX; i++) {
		shard_free(p->set[i]);
		p->set[i] = NULL;
		p->splits[i].rows = 0;
	}
}

int
prep_shards(struct prep *p, struct fail *f)
{
	int level = strcmp(p->o->compress, "none") == 0 ? 0 : GZIP_LEVEL;
	uint64_t hash = rows_hash(&p->rows);
	FILE *spool;
	size_t k;
	int rc = 0;

	if (p->file != NULL && hash == p->rows_hash)
		return 0;
	clear_shards(p);
	p->rows_hash = hash;
	for (k = 0; k < p->n_splits; k++)
		if ((p->set[k] = shard_new(
			 uniq_tmpdir(), p->o->shard_size, level, f)) == NULL)
			return -1;
	if ((spool = spool_stream(p, "r", f)) == NULL)
		return -1;
	rewind(spool);
	rc = read_spool(p, spool, f);
	fclose(spool);
	for (k = 0; k < p->n_splits && rc == 0; k++)
		rc = shard_end(p->set[k], f);
	if (rc == 0)
		add_files(p);
	return rc;
}

void
prep_clear(struct prep *p)
{
	clear_shards(p);
	split_free(p->split);
	rows_clear(&p->rows);
	if (p->figures != NULL)
		figures_free(p->figures);
	if (p->spool != -1)
		close(p->spool);
}
