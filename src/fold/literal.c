#include <config.h>

#include "fold/fold.h"

#include <stdlib.h>

#include "fold/folding.h"

/* A character's image has at most eleven times its bytes (U+FDFA). */
#define GROWTH 11u

void fold_literal(enum view_kind view, struct span run, struct buf *out)
{
	struct folding f = { .both = true, .literal = true, .room = GROWTH * run.n };
	size_t n = run.n + f.room + FOLDING_SLACK;
	uint32_t *pairs = fold_init() == 0 && run.n < UINT32_MAX / 2 ? malloc(n * (4 * sizeof *pairs + 2)) : NULL;
	char *bytes;

	if (pairs == NULL) {
		out->failed = true;
		return;
	}
	bytes = (char *)(pairs + 4 * n);
	f.text = (struct out){ bytes, pairs, pairs + n, 0 };
	f.skeleton = (struct out){ bytes + n, pairs + 2 * n, pairs + 3 * n, 0 };
	folding_run(&f, run);
	buf_span(out, view == VIEW_TEXT ? span(f.text.p, f.text.n) : span(f.skeleton.p, f.skeleton.n));
	free(pairs);
}

static uint32_t skeleton_of(uint32_t text)
{
	const struct glyph *g = table_glyph(fold_table, text);
	char utf8[UTF8_MAX];
	uint32_t cp = 0;

	if (g->skeleton_n == GLYPH_SAME)
		return text;
	memcpy(utf8, &g->skeleton, sizeof utf8);
	if (g->skeleton_n > 0)
		utf8_get(utf8, utf8 + g->skeleton_n, &cp);
	return cp;
}

static unsigned text_of(uint32_t cp, uint32_t out[UNICODE_IMAGE_MAX])
{
	const struct glyph *g = table_glyph(fold_table, cp);
	const uint32_t *image = fold_table->pool + g->text;
	char utf8[UTF8_MAX];

	out[0] = cp;
	switch ((enum kind)g->kind) {
	case KIND_MARK:
	case KIND_VOICE:
	case KIND_GONE:
		return 0;
	case KIND_BLANK:
	case KIND_LINE:
	case KIND_PARAGRAPH:
		out[0] = ' ';
		return 1;
	case KIND_END:
		out[0] = '\n';
		return 1;
	case KIND_SEVERAL:
		memcpy(out, image + 1, image[0] * sizeof *out);
		return image[0];
	default:
		memcpy(utf8, &g->text, sizeof utf8);
		if (g->text_n > 0)
			utf8_get(utf8, utf8 + g->text_n, out);
		return 1;
	}
}

unsigned fold_char(enum view_kind view, uint32_t cp, uint32_t out[UNICODE_IMAGE_MAX])
{
	unsigned n = text_of(cp < UNICODE_END ? cp : UTF8_BAD, out), kept = 0;

	if (view == VIEW_TEXT || (n == 1 && out[0] == '\n'))
		return n;
	for (unsigned i = 0; i < n; i++) {
		uint32_t c = skeleton_of(out[i]);

		if (c != 0)
			out[kept++] = c;
	}
	return kept;
}

static enum kind kind_of(uint32_t cp)
{
	return cp < UNICODE_END ? (enum kind)table_glyph(fold_table, cp)->kind : KIND_PLAIN;
}

bool fold_leans(uint32_t cp)
{
	switch (kind_of(cp)) {
	case KIND_QUOTE:
	case KIND_DASH:
	case KIND_AGAIN:
	case KIND_AGAIN_VOICED:
	case KIND_REGION:
	case KIND_MARK:
	case KIND_VOICE:
	case KIND_BLANK:
	case KIND_LINE:
	case KIND_PARAGRAPH:
		return true;
	default:
		return false;
	}
}

bool fold_dash(uint32_t cp)
{
	return kind_of(cp) == KIND_DASH;
}
