#include <config.h>

#include "decode/likelihood.h"

#include "decode/bits.h"
#include "decode/utf.h"

enum {
	BITS_KANA_FIRST = 5, /* more, for the first half-width kana of a run: most texts have none */
	BITS_KANA_ODD = 8,   /* more, for a sound mark where there is no such sound */
	BITS_LONELY = 6,     /* more, for a pair between two Latin letters, or for one half-width kana alone */
	BITS_X0212 = 20,
	BITS_BEYOND = 14,    /* an emoji, mostly, of those beyond the basic plane */
	BITS_SURROGATE = 12, /* half of one */
	BITS_FOUR = 22,      /* GB18030's characters of four bytes */
};

#define HALF_KANA 0xFF61u

/* The run that a model walks over. */
struct walk {
	const unsigned char *start, *p, *end;
	size_t bits;
	unsigned kana; /* the half-width kana before p, as an offset from HALF_KANA; NO_KANA: none */
};

#define NO_KANA 64u

static void add(struct walk *w, size_t length, unsigned bits)
{
	w->p += length;
	w->bits += bits;
	w->kana = NO_KANA;
}

static void broken(struct walk *w, size_t length)
{
	add(w, length, BITS_BROKEN);
}

static bool within(const struct walk *w, ptrdiff_t at, unsigned char low, unsigned char top)
{
	return w->end - w->p > at && w->p[at] >= low && w->p[at] <= top;
}

static bool is_letter(unsigned char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool after_letter(const struct walk *w)
{
	return w->p > w->start && is_letter(w->p[-1]);
}

/* Whether a Latin letter stands `at` bytes from here. */
static bool letter_at(const struct walk *w, ptrdiff_t at)
{
	return w->end - w->p > at && is_letter(w->p[at]);
}

/* Sound marks stand after the rows of K, S, T and H (and U) only; small kana, the long mark and N begin no word. */
static bool kana_fits(unsigned before, unsigned kana)
{
	bool ka_to = before >= 0x15 && before <= 0x23, ha = before >= 0x29 && before <= 0x2D;

	if (kana == 0x3D) /* the voiced sound mark */
		return ka_to || ha || before == 0x12;
	if (kana == 0x3E) /* the other */
		return ha;
	return before != NO_KANA || !((kana >= 6 && kana <= 0x0F) || kana == 0x3C);
}

static void half_kana(struct walk *w, size_t length, unsigned kana)
{
	unsigned bits = bits_code[HALF_KANA + kana];

	if (w->kana == NO_KANA)
		bits += BITS_KANA_FIRST + (length == 1 && !within(w, 1, 0xA1, 0xDF) ? BITS_LONELY : 0);
	if (!kana_fits(w->kana, kana))
		bits += BITS_KANA_ODD;
	add(w, length, bits);
	w->kana = kana;
}

/* True where p stands at a byte above ASCII, after counting what is before it. */
static bool to_high(struct walk *w)
{
	const unsigned char *start = w->p;

	while (w->p < w->end && *w->p < 0x80) {
		size_t n = sink_plain(w->p, w->end);

		w->p += n > 0 ? n : 1;
	}
	if (w->p > start)
		add(w, 0, BITS_ASCII * (unsigned)(w->p - start));
	return w->p < w->end;
}

static void walk_shift_jis(struct walk *w)
{
	while (to_high(w)) {
		int cell = w->end - w->p < 2 ? -1 : cp932_cell(w->p[0], w->p[1]);

		if (*w->p >= 0xA1 && *w->p <= 0xDF)
			half_kana(w, 1, *w->p - 0xA1u);
		else if (cell < 0 || bits_jis[cell] == BITS_BROKEN)
			broken(w, 1);
		else
			add(w, 2, bits_jis[cell] + (after_letter(w) && letter_at(w, 2) ? BITS_LONELY : 0));
	}
}

static bool high(const struct walk *w, ptrdiff_t at)
{
	return w->end - w->p > at && w->p[at] >= 0xA1 && w->p[at] <= 0xFE;
}

static void walk_euc_jp(struct walk *w)
{
	while (to_high(w)) {
		unsigned bits = high(w, 0) && high(w, 1) ? bits_jis[(w->p[0] - 0xA1) * (int)JIS_CELLS + w->p[1] - 0xA1]
							 : BITS_BROKEN;

		if (bits != BITS_BROKEN)
			add(w, 2, bits + (after_letter(w) && letter_at(w, 2) ? BITS_LONELY : 0));
		else if (*w->p == 0x8E && high(w, 1) && w->p[1] <= 0xDF)
			half_kana(w, 2, w->p[1] - 0xA1u);
		else if (*w->p == 0x8F && high(w, 1) && high(w, 2))
			add(w, 3, BITS_X0212);
		else
			broken(w, 1);
	}
}

/* Two bytes: Latin, Greek and Cyrillic letters are common in text that is in UTF-8 at all. */
static unsigned utf8_pair(unsigned char lead)
{
	if (lead == 0xC3 || (lead >= 0xCE && lead <= 0xD1))
		return 10;
	return lead == 0xC2 || lead == 0xC4 || lead == 0xC5 ? 13 : 17;
}

static void walk_utf8(struct walk *w)
{
	while (to_high(w)) {
		unsigned n = utf_subpart(w->p, w->end), most = *w->p < 0xE0 ? 2 : *w->p < 0xF0 ? 3 : 4;
		uint32_t cp;

		if (n == most) {
			utf8_get((const char *)w->p, (const char *)w->end, &cp);
			add(w, n, n == 2 ? utf8_pair(*w->p) : n == 3 ? bits_code[cp] : BITS_BEYOND);
		} else if (utf_cesu(w->p, w->end, &cp) != 0) {
			add(w, 6, BITS_BEYOND);
		} else {
			broken(w, n);
		}
	}
}

/* Quotes and dashes of Windows' charsets: cheap where they stand as in a text. */
static unsigned latin_mark(const struct walk *w)
{
	bool after = after_letter(w), before = letter_at(w, 1);

	switch (*w->p) {
	case 0x92: /* also the apostrophe */
		return after ? 5 : 12;
	case 0x94:
	case 0x85:
		return after && !before ? 7 : 12;
	case 0x84:
	case 0x91:
	case 0x93:
		return before && !after ? 7 : 12;
	default:
		return before ? 14 : 9;
	}
}

/* Accented letters stand among plain ones; other signs are rare. */
static void walk_latin(struct walk *w)
{
	while (to_high(w)) {
		unsigned char c = *w->p;

		if (memchr("\x81\x8D\x8F\x90\x9D", c, 5) != NULL)
			broken(w, 1);
		else if (c >= 0xC0)
			add(w, 1, after_letter(w) || letter_at(w, 1) ? 10 : 14);
		else if (c == 0x84 || c == 0x85 || (c >= 0x91 && c <= 0x97))
			add(w, 1, latin_mark(w));
		else
			add(w, 1, 14);
	}
}

static void walk_central(struct walk *w)
{
	while (to_high(w))
		add(w, 1, !after_letter(w) && !letter_at(w, 1) ? 14 : *w->p >= 0xA0 ? 10 : 11);
}

static void walk_script(struct walk *w)
{
	while (to_high(w))
		add(w, 1, *w->p >= 0xC0 ? 6 : *w->p >= 0xA0 ? 8 : 13);
}

/* GB18030's characters of four bytes. */
static bool is_four(const struct walk *w)
{
	return within(w, 0, 0x81, 0xFE) && within(w, 1, 0x30, 0x39) && within(w, 2, 0x81, 0xFE) &&
	       within(w, 3, 0x30, 0x39);
}

static void walk_pairs(struct walk *w, const unsigned char *table, bool fours)
{
	while (to_high(w)) {
		unsigned bits = BITS_BROKEN;

		if (within(w, 0, 0x81, 0xFE) && within(w, 1, 0x40, 0xFE))
			bits = table[(w->p[0] - 0x81u) * WIDE_TRAILS + w->p[1] - 0x40u];
		if (bits != BITS_BROKEN)
			add(w, 2, bits);
		else if (fours && is_four(w))
			add(w, 4, BITS_FOUR);
		else
			broken(w, 1);
	}
}

/* A text is in the charset's own language or in Japanese. */
static void walk_wide(struct walk *w, const struct wide *tables)
{
	struct walk other = *w;

	walk_pairs(w, tables->native, tables == &bits_gb);
	walk_pairs(&other, tables->japanese, tables == &bits_gb);
	if (other.bits < w->bits)
		*w = other;
}

static void walk_gb(struct walk *w)
{
	walk_wide(w, &bits_gb);
}

static void walk_big5(struct walk *w)
{
	walk_wide(w, &bits_big5);
}

static void walk_korean(struct walk *w)
{
	walk_wide(w, &bits_korean);
}

static unsigned unit_bits(unsigned unit)
{
	if (unit < 0x20)
		return unit == '\t' || unit == '\n' || unit == '\r' ? BITS_ASCII : BITS_BROKEN;
	if (unit >= 0xD800 && unit < 0xE000)
		return BITS_SURROGATE;
	return unit >= 0xE000 && unit < 0xF900 ? BITS_BROKEN : bits_code[unit];
}

static void walk_utf16(struct walk *w, bool little)
{
	while (w->end - w->p >= 2)
		add(w, 2, unit_bits(little ? w->p[0] | (unsigned)w->p[1] << 8 : (unsigned)w->p[0] << 8 | w->p[1]));
	if (w->p < w->end)
		broken(w, 1);
}

static void walk_utf16be(struct walk *w)
{
	walk_utf16(w, false);
}

static void walk_utf16le(struct walk *w)
{
	walk_utf16(w, true);
}

static void walk_other(struct walk *w)
{
	while (to_high(w))
		add(w, 1, 8);
}

size_t likelihood(enum model m, struct span bytes)
{
	static void (*const walks[])(struct walk *) = {
		[MODEL_SHIFT_JIS] = walk_shift_jis,
		[MODEL_EUC_JP] = walk_euc_jp,
		[MODEL_UTF8] = walk_utf8,
		[MODEL_LATIN] = walk_latin,
		[MODEL_CENTRAL] = walk_central,
		[MODEL_SCRIPT] = walk_script,
		[MODEL_GB] = walk_gb,
		[MODEL_BIG5] = walk_big5,
		[MODEL_KOREAN] = walk_korean,
		[MODEL_UTF16BE] = walk_utf16be,
		[MODEL_UTF16LE] = walk_utf16le,
		[MODEL_OTHER] = walk_other,
	};
	const unsigned char *start = (const unsigned char *)bytes.p;
	struct walk w = { .start = start, .p = start, .end = start + bytes.n, .kana = NO_KANA };

	walks[m](&w);
	return w.bits;
}
