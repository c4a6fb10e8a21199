/*
 * unicode - Unicode data, from utf8proc.
 * code point -> compatibility form, case folding, width, category
 *
 * The only file that knows utf8proc. Meant for building tables and for printing, not for the way of a message.
 */
#ifndef LURE_BASE_UNICODE_H
#define LURE_BASE_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UNICODE_END 0x110000u
#define UNICODE_IMAGE_MAX 32u /* longest NFKC_Casefold image: U+FDFA has 18 */

enum unicode_class {
	UNICODE_OTHER,
	UNICODE_LETTER,
	UNICODE_MARK,   /* combining */
	UNICODE_NUMBER,
	UNICODE_PUNCT,
	UNICODE_SYMBOL,
	UNICODE_BLANK,  /* Zs, Zl, Zp, and the C0 blanks */
	UNICODE_CONTROL,/* Cc, Cs, Co, Cn */
	UNICODE_FORMAT, /* Cf */
};

enum unicode_class unicode_class(uint32_t cp);
/* General category as its two letters, such as "Lo". */
const char *unicode_category(uint32_t cp);
/* Columns on a terminal: 0, 1 or 2 (East Asian Wide and Fullwidth). */
unsigned unicode_width(uint32_t cp);
bool unicode_ignorable(uint32_t cp); /* Default_Ignorable_Code_Point */

/* NFKC then case folded, of this one character; the number of code points written to out. 0 where it disappears. */
unsigned unicode_nfkc_fold(uint32_t cp, uint32_t out[UNICODE_IMAGE_MAX]);
/* NFD of this one character. */
unsigned unicode_decompose(uint32_t cp, uint32_t out[UNICODE_IMAGE_MAX]);
/* The canonical composition of a and b, or 0. */
uint32_t unicode_compose(uint32_t a, uint32_t b);

bool unicode_is_han(uint32_t cp);      /* script property Han, plus U+3005 3006 3007 */
bool unicode_is_hiragana(uint32_t cp);
bool unicode_is_katakana(uint32_t cp); /* with half-width forms and U+30FC */
/* Columns of valid UTF-8 text, a tab counted as one. */
size_t unicode_columns(const char *p, size_t n);

#endif
