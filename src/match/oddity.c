#include <config.h>

#include "match/oddity.h"

#include "base/unicode.h"
#include "base/utf8.h"

static bool is_latin(uint32_t cp)
{
	return (cp >= 'A' && cp <= 'Z') || (cp >= 'a' && cp <= 'z');
}

/*
 * Greek and Cyrillic letters that a reader takes for Latin ones (Unicode UTS 39, confusables.txt: the everyday ones).
 */
static bool is_lookalike(uint32_t cp)
{
	static const uint16_t list[] = { 0x0391, 0x0392, 0x0395, 0x0396, 0x0397, 0x0399, 0x039A, 0x039C, 0x039D, 0x039F,
		0x03A1, 0x03A4, 0x03A5, 0x03A7, 0x03BD, 0x03BF, 0x0405, 0x0406, 0x0408, 0x0410, 0x0412, 0x0415, 0x041A,
		0x041C, 0x041D, 0x041E, 0x0420, 0x0421, 0x0422, 0x0425, 0x0430, 0x0435, 0x043E, 0x0440, 0x0441, 0x0443,
		0x0445, 0x0455, 0x0456, 0x0458 };

	if (cp < 0x0391 || cp > 0x0458)
		return false;
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (list[i] == cp)
			return true;
	return false;
}

/* Variation selectors and the joiner of emoji are everyday. */
static bool is_invisible(uint32_t cp)
{
	return cp >= 0xAD && unicode_ignorable(cp) && cp != 0x200D && !(cp >= 0xFE00 && cp <= 0xFE0F) && cp < 0xE0000;
}

/* Worth a look into the Unicode data: spares it for kana, kanji and ASCII. */
static bool may_be_invisible(uint32_t cp)
{
	return cp == 0xAD || (cp >= 0x034F && cp < 0x2070) || cp == 0x3164 || cp >= 0xFE00;
}

flaw_set oddity_scan(struct span text)
{
	uint32_t before = 0, last = 0; /* the two characters before; `before` is the last that is visible */
	flaw_set flaws = 0;
	bool gap = false; /* invisible characters stand between `before` and here */

	for (size_t at = 0; at < text.n;) {
		uint32_t cp;

		at += utf8_get(text.p + at, text.p + text.n, &cp);
		if (may_be_invisible(cp) && is_invisible(cp)) {
			gap = true;
			last = cp;
			continue;
		}
		if (gap && before != 0 && unicode_class(before) == UNICODE_LETTER &&
		    unicode_class(cp) == UNICODE_LETTER)
			flaws |= FLAW_BIT(INVISIBLE);
		if ((is_lookalike(cp) && is_latin(last)) || (is_lookalike(last) && is_latin(cp)))
			flaws |= FLAW_BIT(MIXED_SCRIPT);
		gap = false;
		before = last = cp;
	}
	return flaws;
}
