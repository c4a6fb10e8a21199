#include <config.h>

#include "decode/bits.h"

#include "decode/foreign.h"

unsigned char bits_code[0x10000];
unsigned char bits_jis[JIS_ROWS * JIS_CELLS];
struct wide bits_gb, bits_big5, bits_korean;

enum language { JAPANESE, SIMPLIFIED, TRADITIONAL, KOREAN };

static const struct {
	enum language language;
	unsigned char bits;
	const char *characters;
} frequent[] = {
#define FREQUENT(language, bits, characters) { language, bits, characters },
#include "decode/frequent.def"
#undef FREQUENT
};

/* Write the bits of a language's frequent characters into a table by code point. */
static void set_frequent(enum language language, unsigned char *table)
{
	for (size_t i = 0; i < sizeof frequent / sizeof frequent[0]; i++) {
		const char *p = frequent[i].characters, *end = p + strlen(p);
		uint32_t cp;

		while (frequent[i].language == language && p < end) {
			p += utf8_get(p, end, &cp);
			table[cp & 0xFFFF] = frequent[i].bits;
		}
	}
}

/* Bits of a character of which nothing is known but its row. */
static unsigned char row_bits(unsigned row)
{
	static const unsigned char symbols[] = { 11, 12, 10, 9, 9, 17, 17, 13 };

	if (row <= 8)
		return symbols[row - 1];
	if (row <= 15)
		return row == 13 ? 14 : BITS_BROKEN;
	return row <= 47 ? 16 : row <= 84 ? 20 : 19; /* level 1, level 2, IBM and user-defined */
}

static void fill_japanese(void)
{
	memset(bits_code, BITS_RARE, sizeof bits_code);
	memset(bits_code, BITS_ASCII, 0x80);
	memset(bits_code + 0xFF61, 9, 0xFFA0 - 0xFF61); /* half-width kana */
	for (unsigned i = 0; i < JIS_ROWS * JIS_CELLS; i++)
		if (jis_x0208[i] != 0 && row_bits(i / JIS_CELLS + 1) < bits_code[jis_x0208[i]])
			bits_code[jis_x0208[i]] = row_bits(i / JIS_CELLS + 1);
	set_frequent(JAPANESE, bits_code);
	for (unsigned i = 0; i < JIS_ROWS * JIS_CELLS; i++)
		bits_jis[i] = jis_x0208[i] == 0 ? BITS_BROKEN : jis_x0208[i] == GETA ? 21 : bits_code[jis_x0208[i]];
}

static bool in_square(unsigned lead, unsigned trail)
{
	return lead >= 0xA1 && trail >= 0xA1;
}

/* Classes of each charset, for characters that are not frequent. */
static unsigned char gb_class(unsigned lead, unsigned trail)
{
	if (!in_square(lead, trail) || lead >= 0xF8)
		return 18; /* GBK's and GB18030's own */
	return lead <= 0xA9 ? 12 : lead <= 0xAF ? BITS_BROKEN : lead <= 0xD7 ? 14 : 17;
}

static unsigned char big5_class(unsigned lead, unsigned trail)
{
	(void)trail;
	return lead < 0xA1 ? 19 : lead <= 0xA3 ? 10 : lead <= 0xC6 ? 14 : 18;
}

static unsigned char korean_class(unsigned lead, unsigned trail)
{
	if (!in_square(lead, trail))
		return 16;
	return lead < 0xB0 ? 11 : lead <= 0xC8 ? 13 : 16;
}

static unsigned char least(unsigned a, unsigned b)
{
	return (unsigned char)(a < b ? a : b);
}

static void fill_wide(
    const char *name, enum language language, unsigned char (*class_of)(unsigned, unsigned), struct wide *w)
{
	static unsigned char codes[WIDE_LEADS * WIDE_TRAILS][2], by_code[0x10000];
	static uint16_t characters[WIDE_LEADS * WIDE_TRAILS];

	for (unsigned i = 0; i < WIDE_LEADS * WIDE_TRAILS; i++) {
		codes[i][0] = (unsigned char)(0x81 + i / WIDE_TRAILS);
		codes[i][1] = (unsigned char)(0x40 + i % WIDE_TRAILS);
	}
	memset(characters, 0, sizeof characters);
	foreign_table(name, codes[0], 2, WIDE_LEADS * WIDE_TRAILS, characters);
	memset(by_code, BITS_BROKEN, sizeof by_code);
	set_frequent(language, by_code);
	for (unsigned i = 0; i < WIDE_LEADS * WIDE_TRAILS; i++) {
		uint16_t cp = characters[i];
		bool is_kana = cp > 0x3040 && cp < 0x3100;
		unsigned char class = class_of(codes[i][0], codes[i][1]);

		w->native[i] = cp == 0 ? BITS_BROKEN : is_kana ? 16 : least(class, by_code[cp]);
		w->japanese[i] = cp == 0 ? BITS_BROKEN : cp < 0x3100 ? least(class, bits_code[cp]) : bits_code[cp] + 1;
	}
}

void bits_init(void)
{
	fill_japanese();
	fill_wide("GB18030", SIMPLIFIED, gb_class, &bits_gb);
	fill_wide("BIG5-HKSCS", TRADITIONAL, big5_class, &bits_big5);
	fill_wide("CP949", KOREAN, korean_class, &bits_korean);
}
