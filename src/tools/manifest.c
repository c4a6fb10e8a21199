#include <config.h>

#include "tools/corpus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define MANIFEST_MAX ((size_t)64 << 20)

enum column { FILE_NAME, LABEL, CATEGORY, EVASION, PACKAGING, DIFFICULTY, PART, COLUMNS };
#define NEEDED DIFFICULTY /* the columns before it */
static const char *const column_names[COLUMNS] = { "file", "label", "category", "evasion", "packaging", "difficulty",
	"part" };

/* A line of the manifest. */
struct row {
	struct span field[COLUMNS];
	struct span id;
	unsigned line;
};

struct rows {
	struct row *v;
	size_t n, cap;
};

static size_t split(struct span line, struct span *v, size_t max)
{
	size_t n = 0, at = 0;

	while (n < max && at <= line.n) {
		size_t end = span_find(line, at, span_str("\t"));

		v[n++] = span(line.p + at, end - at);
		at = end + 1;
	}
	return n;
}

/* The columns of the first line: at[c] is where column c stands, -1: nowhere. */
static bool read_header(struct corpus *c, struct span line, int at[COLUMNS], struct diags *d)
{
	struct span names[32];
	size_t n = split(line, names, 32), errors = d->errors;

	for (size_t k = 0; k < COLUMNS; k++) {
		at[k] = -1;
		for (size_t i = 0; i < n; i++)
			if (span_is(span_trim(names[i]), column_names[k]))
				at[k] = (int)i;
		if (at[k] < 0 && k < NEEDED)
			diags_add(d, DIAG_ERROR, &c->manifest, 1, 1, "the column '%s' is missing", column_names[k]);
	}
	return d->errors == errors;
}

static bool add_row(struct rows *rows, const struct row *row)
{
	if (rows->n == rows->cap) {
		size_t cap = rows->cap == 0 ? 1024 : 2 * rows->cap;
		struct row *v = realloc(rows->v, cap * sizeof *v);

		if (v == NULL)
			return false;
		rows->v = v;
		rows->cap = cap;
	}
	rows->v[rows->n++] = *row;
	return true;
}

/* The file's name without its folder, up to its first dot. */
static struct span text_id(struct span file)
{
	size_t at = file.n;

	while (at > 0 && file.p[at - 1] != '/')
		at--;
	file = span_from(file, at);
	return span(file.p, span_find(file, 0, span_str(".")));
}

static bool read_row(struct corpus *c, struct span line, unsigned number, const int at[COLUMNS], struct row *row,
    struct diags *d)
{
	struct span v[32];
	size_t n = split(line, v, 32);

	*row = (struct row){ .line = number };
	for (size_t k = 0; k < COLUMNS; k++) {
		if (at[k] < 0)
			continue;
		if ((size_t)at[k] >= n) {
			diags_add(d, DIAG_ERROR, &c->manifest, number, 1, "this line has no '%s'", column_names[k]);
			return false;
		}
		row->field[k] = span_trim(v[at[k]]);
	}
	if (!span_is(row->field[LABEL], "lure") && !span_is(row->field[LABEL], "ham")) {
		diags_add(d, DIAG_ERROR, &c->manifest, number, 1, "a label is lure or ham");
		return false;
	}
	row->id = text_id(row->field[FILE_NAME]);
	if (row->id.n == 0)
		diags_add(d, DIAG_ERROR, &c->manifest, number, 1, "the file has no name");
	return row->id.n > 0;
}

/* All rows of the part that is asked for. 0 or -ENOMEM. */
static int read_rows(struct corpus *c, const char *part, struct rows *rows, struct diags *d)
{
	struct span all = c->manifest.bytes;
	int at[COLUMNS];
	unsigned number = 0;

	for (size_t from = 0; from < all.n;) {
		size_t end = span_find(all, from, span_str("\n"));
		struct span line = span(all.p + from, end - from);
		struct row row;

		from = end + 1;
		number++;
		if (number == 1 && !read_header(c, line, at, d))
			return 0;
		if (number == 1 || span_trim(line).n == 0 || !read_row(c, line, number, at, &row, d))
			continue;
		if ((part == NULL || span_is(row.field[PART], part)) && !add_row(rows, &row))
			return -ENOMEM;
	}
	return 0;
}

static int by_id(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	size_t n = x->id.n < y->id.n ? x->id.n : y->id.n;
	int c = memcmp(x->id.p, y->id.p, n);

	if (c == 0)
		c = (x->id.n > y->id.n) - (x->id.n < y->id.n);
	return c != 0 ? c : (x->line > y->line) - (x->line < y->line);
}

static const char *keep(struct corpus *c, struct span s)
{
	return s.n > 0 ? arena_copy(c->strings, s).p : "";
}

/* "folder/of/manifest/" before a file that is not absolute. */
static const char *file_path(struct corpus *c, const char *manifest, struct span file)
{
	const char *slash = strrchr(manifest, '/');
	struct buf path = BUF_ARENA(c->strings, 0);

	if (file.p[0] != '/' && slash != NULL)
		buf_add(&path, manifest, (size_t)(slash - manifest) + 1);
	buf_span(&path, file);
	return buf_cstr(&path);
}

/* Rows by id become texts and places. */
static bool use_rows(struct corpus *c, const char *manifest, const struct rows *rows, struct diags *d)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];
		enum label label = span_is(r->field[LABEL], "lure") ? LABEL_LURE : LABEL_HAM;
		struct text *t = c->ntexts > 0 ? &c->texts[c->ntexts - 1] : NULL;

		if (i == 0 || !span_eq(r->id, rows->v[i - 1].id)) {
			if ((t = corpus_text(c)) == NULL)
				return false;
			*t = (struct text){ keep(c, r->id), keep(c, r->field[CATEGORY]), keep(c, r->field[DIFFICULTY]),
				keep(c, r->field[EVASION]), keep(c, r->field[PART]), label };
		}
		if (t->label != label)
			diags_add(d, DIAG_ERROR, &c->manifest, r->line, 1, "the text '%s' is %s in another line", t->id,
			    label_name(t->label));
		if (!corpus_place(c, &(struct place){ file_path(c, manifest, r->field[FILE_NAME]), label, c->ntexts - 1,
		        keep(c, r->field[PACKAGING]) }))
			return false;
	}
	return !arena_failed(c->strings);
}

int manifest_open(struct corpus *c, const char *path, const char *part)
{
	struct diags d = { 0 };
	struct rows rows = { 0 };
	int rc = source_read(path, MANIFEST_MAX, &c->manifest);

	if (rc < 0) {
		tool_error("%s: %s", path, strerror(-rc));
		return EX_NOINPUT;
	}
	rc = read_rows(c, part, &rows, &d);
	if (rows.n > 0)
		qsort(rows.v, rows.n, sizeof *rows.v, by_id);
	if (rc < 0 || !use_rows(c, path, &rows, &d)) {
		tool_error("no memory");
		rc = EX_OSERR;
	} else if (d.errors == 0 && rows.n == 0) {
		tool_error("%s: no message %s%s", path, part != NULL ? "of the part " : "is named",
		    part != NULL ? part : "");
		rc = EX_DATAERR;
	}
	diags_sort(&d);
	diags_print(&d, stderr);
	if (rc == 0 && d.errors > 0)
		rc = EX_DATAERR;
	diags_free(&d);
	free(rows.v);
	return rc;
}

