/*
 * encode - Japanese text in the charsets of mail, for tests.
 * UTF-8 -> Shift_JIS, EUC-JP, ISO-2022-JP
 */
#ifndef LURE_TESTS_ENCODE_H
#define LURE_TESTS_ENCODE_H

#include "base/utf8.h"
#include "decode/charset.h"
#include "decode/japanese.h"

static int cell_of(uint32_t cp)
{
	for (unsigned i = 0; i < JIS_ROWS * JIS_CELLS; i++)
		if (jis_x0208[i] == cp)
			return (int)i;
	fail_msg("U+%04X is not in JIS X 0208", cp);
	return 0;
}

/* Text of ASCII, half-width kana and JIS X 0208, encoded: the decoders' tables read backwards. */
static struct buf encode(const char *text, enum charset c)
{
	const char *p = text, *end = text + strlen(text);
	struct buf b = BUF_HEAP;
	bool pairs = false;

	while (p < end && c != CHARSET_UTF8) {
		uint32_t cp;
		unsigned cell, row;
		bool half;

		p += utf8_get(p, end, &cp);
		half = cp >= 0xFF61 && cp <= 0xFF9F;
		if (c == CHARSET_ISO2022JP && pairs != (cp >= 0x80)) {
			pairs = cp >= 0x80;
			buf_str(&b, pairs ? "\x1B$B" : "\x1B(B");
		}
		if (cp < 0x80) {
			buf_byte(&b, (char)cp);
			continue;
		}
		if (half) {
			assert_int_not_equal(c, CHARSET_ISO2022JP);
			if (c == CHARSET_EUC_JP)
				buf_byte(&b, (char)0x8E);
			buf_byte(&b, (char)(cp - 0xFF61 + 0xA1));
			continue;
		}
		cell = (unsigned)cell_of(cp);
		row = cell / (c == CHARSET_SHIFT_JIS ? 188 : 94);
		cell %= c == CHARSET_SHIFT_JIS ? 188 : 94;
		if (c == CHARSET_SHIFT_JIS) {
			buf_byte(&b, (char)(row + (row < 31 ? 0x81 : 0xC1)));
			buf_byte(&b, (char)(cell + (cell < 63 ? 0x40 : 0x41)));
		} else {
			buf_byte(&b, (char)(row + (c == CHARSET_EUC_JP ? 0xA1 : 0x21)));
			buf_byte(&b, (char)(cell + (c == CHARSET_EUC_JP ? 0xA1 : 0x21)));
		}
	}
	if (c == CHARSET_UTF8)
		buf_str(&b, text);
	else if (pairs)
		buf_str(&b, "\x1B(B");
	assert_false(b.failed);
	return b;
}

#endif
