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

#define QUOTED_MAX 240u /* bytes of the line that are shown */

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

static char *quoted_line(const struct source *src, unsigned line)
{
	struct span s;

	if (src == NULL || line == 0)
		return NULL;
	s = source_line(src, line);
	if (s.p == NULL)
		return NULL;
	if (s.n > QUOTED_MAX)
		s.n = QUOTED_MAX;
	s.n = utf8_valid(s, NULL);
	return strndup(s.p, s.n);
}

void diags_add(struct diags *d, enum diag_level level, const struct source *src, unsigned line, unsigned column,
    const char *fmt, ...)
{
	struct buf text = BUF_HEAP;
	va_list ap;

	if (level == DIAG_ERROR)
		d->errors++;
	else if (level == DIAG_WARNING)
		d->warnings++;
	if (d->n >= DIAGS_MAX)
		return;
	if (d->n == d->cap) {
		size_t cap = d->cap == 0 ? 16 : 2 * d->cap;
		struct diag *v = realloc(d->v, cap * sizeof *v);

		if (v == NULL)
			return;
		d->v = v;
		d->cap = cap;
	}
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	d->v[d->n++] = (struct diag){
		.level = level,
		.file = src != NULL && src->name != NULL ? strdup(src->name) : NULL,
		.line = line,
		.column = column,
		.text = strdup(buf_cstr(&text)),
		.quoted = quoted_line(src, line),
	};
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
		struct diag *last = kept > 0 ? &d->v[kept - 1] : NULL;

		if (last != NULL && compare(last, &d->v[i]) == 0 && strcmp(last->text, d->v[i].text) == 0) {
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
	for (; at < n && column < g->column; column++) {
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
	if (g->column > 0)
		fprintf(out, "    %s^\n", buf_cstr(&under));
	buf_free(&text);
	buf_free(&under);
}

void diags_print(const struct diags *d, FILE *out)
{
	static const char *const level[] = { "error", "warning", "note" };
	size_t all = d->errors + d->warnings;

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
	if (all > d->n)
		fprintf(out, "... and %zu more\n", all - d->n);
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
