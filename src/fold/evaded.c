#include <config.h>

#include "fold/fold.h"

#include "fold/table.h"

/* What the judgement on a lookalike needs of the characters around it. */
struct beside {
	unsigned before, after; /* GLYPH_ flags of the neighbours, 0 where there is none */
	bool long_after;
};

/*
 * A kanji that looks like a katakana is out of place inside a word of katakana, before a small one or U+30FC, which follow
 * no kanji, and, where it is not a number (二カ月), at the start of one.
 */
static bool out_of_place(enum look look, const struct beside *b)
{
	bool katakana_after = b->after & GLYPH_KATAKANA;

	switch (look) {
	case LOOK_ALWAYS:
		return true;
	case LOOK_BESIDE:
		return (b->before | b->after) & GLYPH_LATIN;
	case LOOK_KANA:
		if (katakana_after && !(b->before & GLYPH_HAN))
			return true;
		/* FALLTHROUGH */
	case LOOK_NUMBER:
		return katakana_after && ((b->before & GLYPH_KATAKANA) || (b->after & GLYPH_SMALL) || b->long_after);
	default:
		return false;
	}
}

bool fold_evaded(struct span original)
{
	const struct table *t = fold_table;
	struct beside b = { 0, 0, false };
	enum look look = LOOK_NONE;
	unsigned flags = 0;
	const char *end = original.p + original.n;

	for (const char *p = original.p; p < end;) {
		const struct glyph *g;
		uint32_t cp;

		p += utf8_get(p, end, &cp);
		g = table_glyph(t, cp);
		if (g->kind == KIND_GONE || (g->kind != KIND_END && (g->flags & GLYPH_SIGN)))
			return true;
		if (g->kind == KIND_MARK || g->kind == KIND_VOICE)
			continue;
		b.after = g->flags;
		b.long_after = g->kind == KIND_LONG;
		if (look != LOOK_NONE && out_of_place(look, &b))
			return true;
		b.before = flags;
		flags = g->flags;
		look = g->look;
	}
	b.after = 0;
	b.long_after = false;
	return look != LOOK_NONE && out_of_place(look, &b);
}
