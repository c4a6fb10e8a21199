#include <config.h>

#include "base/diag.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/unicode.h"
#include "base/utf8.h"

/* Characters of a long line that are shown, and how many of them before the column. */
#define QUOTED_MAX 120u
#define QUOTED_BEFORE 60u

/* Line `line` of the source without its end; p == NULL where there is none. */
static struct span source_line(const struct source *src, unsigned line)
{
	size_t at = 0;

	for (unsigned i = 1; i < line; i++) {
		at = span_find(src->bytes, at, span_str("\n"));
		if (at >= src->bytes.n)
			return span(NULL, 0);
		at++;
	}
	size_t end = span_find(src->bytes, at, span_str("\n"));

	if (end > at && src->bytes.p[end - 1] == '\r')
		end--;
	return span(src->bytes.p + at, end - at);
}

/* Where the n-th character behind `at` begins, at most the end. s is valid UTF-8. */
static size_t skip_characters(struct span s, size_t at, unsigned n)
{
	for (; n > 0 && at < s.n; n--) {
		uint32_t cp;

		at += utf8_get(s.p + at, s.p + s.n, &cp);
	}
	return at;
}

/* Fill in what is shown of the line. */
static void quote_line(struct diag *g, const struct source *src)
{
	struct buf shown = BUF_HEAP;
	struct span s;
	unsigned first = 0;
	size_t from, to;

	if (src == NULL || g->line == 0)
		return;
	s = source_line(src, g->line);
	if (s.p == NULL)
		return;
	s.n = utf8_valid(s, NULL);
	if (skip_characters(s, 0, QUOTED_MAX) < s.n && g->column > QUOTED_BEFORE)
		first = g->column - QUOTED_BEFORE;
	from = skip_characters(s, 0, first);
	to = skip_characters(s, from, QUOTED_MAX);
	buf_str(&shown, first > 0 ? "..." : "");
	buf_add(&shown, s.p + from, to - from);
	buf_str(&shown, to < s.n ? "..." : "");
	g->quoted = strdup(buf_cstr(&shown));
	g->caret = g->column - first + (first > 0 ? 3 : 0);
	buf_free(&shown);
}

static bool make_room(struct diags *d)
{
	size_t cap = d->cap == 0 ? 16 : 2 * d->cap;
	struct diag *v;

	if (d->n >= DIAGS_MAX)
		return false;
	if (d->n < d->cap)
		return true;
	v = realloc(d->v, cap * sizeof *v);
	if (v == NULL)
		return false;
	d->v = v;
	d->cap = cap;
	return true;
}

void diags_add(struct diags *d, enum diag_level level, const struct source *src, unsigned line, unsigned column,
    const char *fmt, ...)
{
	struct buf text = BUF_HEAP;
	struct diag *g;
	va_list ap;

	if (level == DIAG_ERROR)
		d->errors++;
	else if (level == DIAG_WARNING)
		d->warnings++;
	if (!make_room(d)) {
		d->more++;
		return;
	}
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	g = &d->v[d->n++];
	*g = (struct diag){
		.level = level,
		.file = src != NULL && src->name != NULL ? strdup(src->name) : NULL,
		.line = line,
		.column = column,
		.text = strdup(buf_cstr(&text)),
	};
	quote_line(g, src);
	buf_free(&text);
}

static int compare(const struct diag *a, const struct diag *b)
{
	int c = strcmp(a->file != NULL ? a->file : "", b->file != NULL ? b->file : "");

	if (c != 0)
		return c;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return 0;
}

static void diag_free(struct diag *g)
{
	free(g->file);
	free(g->text);
	free(g->quoted);
}

/* Whether one of the `kept` first says the same in the same place. */
static bool said(const struct diags *d, size_t kept, const struct diag *g)
{
	for (size_t i = kept; i > 0 && compare(&d->v[i - 1], g) == 0; i--)
		if (d->v[i - 1].level == g->level && span_eq(span_str(d->v[i - 1].text), span_str(g->text)))
			return true;
	return false;
}

void diags_sort(struct diags *d)
{
	size_t kept = 0;

	/* Insertion: stable, and lists are short (DIAGS_MAX). */
	for (size_t i = 1; i < d->n; i++) {
		struct diag moved = d->v[i];
		size_t k = i;

		for (; k > 0 && compare(&d->v[k - 1], &moved) > 0; k--)
			d->v[k] = d->v[k - 1];
		d->v[k] = moved;
	}
	for (size_t i = 0; i < d->n; i++) {
		if (said(d, kept, &d->v[i])) {
			if (d->v[i].level == DIAG_ERROR)
				d->errors--;
			else if (d->v[i].level == DIAG_WARNING)
				d->warnings--;
			diag_free(&d->v[i]);
			continue;
		}
		d->v[kept++] = d->v[i];
	}
	d->n = kept;
}

static void print_quoted(const struct diag *g, FILE *out)
{
	struct buf text = BUF_HEAP, under = BUF_HEAP;
	size_t at = 0, n = strlen(g->quoted);
	unsigned column = 1;

	escape_terminal(&text, span(g->quoted, n), true);
	for (; at < n && column < g->caret; column++) {
		struct buf one = BUF_HEAP;
		uint32_t cp;
		unsigned len = utf8_get(g->quoted + at, g->quoted + n, &cp);

		escape_terminal(&one, span(g->quoted + at, len), true);
		if (cp == '\t')
			buf_byte(&under, '\t');
		else
			for (size_t w = unicode_columns(one.p, one.n); w > 0; w--)
				buf_byte(&under, ' ');
		buf_free(&one);
		at += len;
	}
	fprintf(out, "    %s\n", buf_cstr(&text));
	if (g->caret > 0)
		fprintf(out, "    %s^\n", buf_cstr(&under));
	buf_free(&text);
	buf_free(&under);
}

void diags_print(const struct diags *d, FILE *out)
{
	static const char *const level[] = { "error", "warning", "note" };
	for (size_t i = 0; i < d->n; i++) {
		const struct diag *g = &d->v[i];
		struct buf text = BUF_HEAP;

		if (g->file != NULL)
			escape_terminal(&text, span_str(g->file), false);
		if (g->line > 0)
			buf_printf(&text, ":%u", g->line);
		if (g->line > 0 && g->column > 0)
			buf_printf(&text, ":%u", g->column);
		buf_printf(&text, "%s%s: ", text.n > 0 ? ": " : "", level[g->level]);
		escape_terminal(&text, span_str(g->text), false);
		fprintf(out, "%s\n", buf_cstr(&text));
		buf_free(&text);
		if (g->quoted != NULL && g->quoted[0] != '\0')
			print_quoted(g, out);
	}
	if (d->more > 0)
		fprintf(out, "... and %zu more\n", d->more);
}

void diags_free(struct diags *d)
{
	for (size_t i = 0; i < d->n; i++)
		diag_free(&d->v[i]);
	free(d->v);
	*d = (struct diags){ 0 };
}

int source_read(const char *path, size_t max, struct source *src)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;
	struct buf all = BUF_HEAP;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		rc = -errno;
	else if (S_ISDIR(st.st_mode))
		rc = -EISDIR;
	while (rc == 0) {
		ssize_t got;

		if (!buf_reserve(&all, 65536)) {
			rc = -ENOMEM;
			break;
		}
		got = read(fd, all.p + all.n, 65536);
		if (got < 0 && errno != EINTR)
			rc = -errno;
		if (got == 0)
			break;
		if (got > 0)
			all.n += (size_t)got;
		if (all.n > max)
			rc = -EFBIG;
	}
	close(fd);
	if (rc < 0) {
		buf_free(&all);
		return rc;
	}
	*src = (struct source){ strdup(path), buf_text(&all) };
	return 0;
}

void source_free(struct source *src)
{
	free((char *)src->name);
	free((char *)src->bytes.p);
	*src = (struct source){ 0 };
}
