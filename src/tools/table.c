#include <config.h>

#include "tools/table.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/unicode.h"
#include "base/utf8.h"

void table_cell(struct buf *out, struct span text, size_t columns)
{
	struct buf safe = BUF_HEAP;
	size_t at = 0, used = 0;

	escape_terminal(&safe, text, false);
	while (at < safe.n) {
		uint32_t cp;
		unsigned n = utf8_get(safe.p + at, safe.p + safe.n, &cp), width = unicode_width(cp);

		if (used + width > columns - 1 && at + n < safe.n) {
			buf_str(out, "…");
			break;
		}
		buf_add(out, safe.p + at, n);
		used += width;
		at += n;
	}
	buf_free(&safe);
}

void table_add(struct table *t, const char *cell)
{
	if (t->ncells == t->cap) {
		size_t cap = t->cap == 0 ? 64 : 2 * t->cap;
		size_t *ends = realloc(t->ends, cap * sizeof *ends);

		if (ends == NULL)
			return;
		t->ends = ends;
		t->cap = cap;
	}
	buf_str(&t->text, cell);
	t->ends[t->ncells++] = t->text.n;
}

static struct span cell_at(const struct table *t, size_t i)
{
	size_t from = i == 0 ? 0 : t->ends[i - 1];

	return span(t->text.p + from, t->ends[i] - from);
}

static void rule(FILE *out, const size_t width[], size_t columns)
{
	for (size_t c = 0; c < columns; c++) {
		for (size_t k = 0; k < width[c]; k++)
			fputs("─", out);
		fputs(c + 1 < columns ? "  " : "\n", out);
	}
}

void table_print(struct table *t, FILE *out)
{
	size_t width[TABLE_COLUMNS] = { 0 };

	for (size_t i = 0; i < t->ncells; i++) {
		struct span cell = cell_at(t, i);
		size_t w = unicode_columns(cell.p, cell.n);

		if (w > width[i % t->columns])
			width[i % t->columns] = w;
	}
	for (size_t i = 0; i < t->ncells; i++) {
		struct span cell = cell_at(t, i);
		bool last = (i + 1) % t->columns == 0;

		fprintf(out, "%.*s", SPAN_ARG(cell));
		for (size_t w = unicode_columns(cell.p, cell.n); !last && w < width[i % t->columns] + 2; w++)
			fputc(' ', out);
		if (last)
			fputc('\n', out);
		if (i + 1 == t->columns)
			rule(out, width, t->columns);
	}
	buf_free(&t->text);
	free(t->ends);
	t->ends = NULL;
	t->ncells = t->cap = 0;
}
