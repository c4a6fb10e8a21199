#include <config.h>

#include "fold/fold.h"

#include "fold/table.h"

/* A letter and what is beside it, as the judgement on a lookalike needs it: GLYPH_ flags, 0 where nothing is. */
struct letter {
	enum look look;
	unsigned before, own, after;
	bool long_after;
};

/* See lookalike.def. No kanji is followed by a small kana or by U+30FC. */
static bool out_of_place(const struct letter *l)
{
	bool katakana_after = l->after & GLYPH_KATAKANA;

	switch (l->look) {
	case LOOK_ALWAYS:
		return true;
	case LOOK_BESIDE:
		return (l->before | l->after) & GLYPH_LATIN;
	case LOOK_KANA:
		return katakana_after && (!(l->before & GLYPH_HAN) || (l->after & GLYPH_SMALL) || l->long_after);
	case LOOK_NUMBER:
		return katakana_after && ((l->before & GLYPH_KATAKANA) || (l->after & GLYPH_SMALL) || l->long_after);
	default:
		return false;
	}
}

/* Lookalikes of Latin letters count as such for their neighbours. */
static unsigned flags_of(const struct glyph *g)
{
	return g->look == LOOK_BESIDE || g->look == LOOK_ALWAYS ? g->flags | GLYPH_LATIN : g->flags;
}

/* A mark of which nothing comes on the character before it. */
static bool is_removed(const struct glyph *g, uint32_t before)
{
	const uint32_t *image = fold_table->pool + g->text;

	return (g->kind == KIND_MARK || g->kind == KIND_VOICE) &&
	    table_compose(fold_table, before, image[image[0]]) == 0;
}

bool fold_evaded(struct span original)
{
	struct letter l = { LOOK_NONE, 0, 0, 0, false };
	uint32_t image[UNICODE_IMAGE_MAX], last = 0, cp;

	for (size_t at = 0; at < original.n;) {
		const struct glyph *g;
		unsigned n;

		at += utf8_get(original.p + at, original.p + original.n, &cp);
		g = table_glyph(fold_table, cp);
		if (g->kind == KIND_GONE || (g->kind != KIND_END && (g->flags & GLYPH_SIGN)) || is_removed(g, last))
			return true;
		if (g->kind == KIND_MARK || g->kind == KIND_VOICE)
			continue;
		l.after = flags_of(g);
		l.long_after = g->kind == KIND_LONG;
		if (out_of_place(&l))
			return true;
		l.before = l.own;
		l.own = l.after;
		l.look = g->look;
		n = fold_char(VIEW_TEXT, cp, image);
		if (n > 0 && image[n - 1] != ' ')
			last = image[n - 1];
	}
	l.after = 0;
	l.long_after = false;
	return out_of_place(&l);
}
