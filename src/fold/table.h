/*
 * table - what folding makes of each character by itself.
 * code point -> struct glyph
 *
 * For this folder only. Two steps, since nearly all pages of the code space are alike. Filled once by fold_init() from
 * Unicode's data (base/unicode) and the .def files beside this.
 */
#ifndef LURE_FOLD_TABLE_H
#define LURE_FOLD_TABLE_H

#include "base/unicode.h"
#include "base/utf8.h"

enum kind {
	KIND_PLAIN,     /* one character that takes no more bytes than it did */
	KIND_SEVERAL,   /* other characters, from the pool */
	KIND_QUOTE,     /* '>': at the start of a line it is a quote prefix */
	KIND_DASH,      /* dash or wave: U+30FC after a kana */
	KIND_LONG,      /* U+30FC */
	KIND_AGAIN,     /* iteration mark */
	KIND_AGAIN_VOICED,
	KIND_REGION,    /* regional indicator: a letter, but for two that make a flag */
	KIND_MARK,      /* combines with the character before it, or goes */
	KIND_VOICE,     /* the same, across blanks as well */
	KIND_GONE,
	KIND_BLANK,
	KIND_LINE,      /* line end */
	KIND_PARAGRAPH, /* as good as a blank line */
	KIND_END,       /* sentence end */
};

/* Why a character is in lookalike.def: see there. */
enum look { LOOK_NONE, LOOK_NEVER, LOOK_KANA, LOOK_NUMBER, LOOK_BESIDE, LOOK_ALWAYS };

#define GLYPH_JAPANESE 1u  /* blanks beside it go */
#define GLYPH_KANA 2u      /* a dash after it is U+30FC */
#define GLYPH_REPEATS 4u   /* an iteration mark repeats it */
#define GLYPH_KATAKANA 8u
#define GLYPH_HAN 16u
#define GLYPH_LATIN 32u
#define GLYPH_SMALL 64u    /* small kana but for ヵ and ヶ */
#define GLYPH_SIGN 128u    /* decoration */

struct glyph {
	uint32_t text;       /* UTF-8 in the text view as it lies in memory; of several, of marks: place in the pool */
	uint32_t skeleton;   /* UTF-8 in the skeleton */
	uint8_t text_n;      /* bytes; 0: the character's own */
	uint8_t skeleton_n;  /* bytes; 0: it goes; GLYPH_SAME: what stands in the text */
	uint8_t kind, flags, look;
	uint8_t bytes;       /* KIND_SEVERAL: of all */
	bool skeleton_long;  /* U+30FC in the skeleton */
	bool runs;           /* KIND_PLAIN, and nothing else is to be looked at */
};

#define GLYPH_SAME 0xFFu
#define LONG_SOUND 0x30FCu
#define LONG_SOUND_UTF8 "\xE3\x83\xBC"

#define TABLE_SHIFT 7u
#define TABLE_PAGE (1u << TABLE_SHIFT)
#define TABLE_END 0x200000u /* all that utf8_get() can return */

struct composition {
	uint32_t base, mark, composed; /* base 0: empty slot */
};

#define COMPOSITIONS 4096u

struct table {
	const struct glyph *glyphs;
	const uint16_t *pages;  /* glyph of each character of each different page */
	const uint32_t *pool;   /* images of several characters, each preceded by its length */
	uint16_t page[TABLE_END >> TABLE_SHIFT];
	struct composition compositions[COMPOSITIONS];
};

extern const struct table *fold_table; /* NULL before fold_init() */

static inline const struct glyph *table_glyph(const struct table *t, uint32_t cp)
{
	return &t->glyphs[t->pages[((size_t)t->page[cp >> TABLE_SHIFT] << TABLE_SHIFT) + (cp & (TABLE_PAGE - 1))]];
}

/* The canonical composition of two characters of folded text, or 0. */
uint32_t table_compose(const struct table *t, uint32_t base, uint32_t mark);

/* NULL: no memory. */
const struct table *table_build(void);

#endif
