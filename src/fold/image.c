#include <config.h>

#include "fold/image.h"

#define VOICED 0x3099u /* combining */
#define SEMIVOICED 0x309Au

/* A row of boxed.def: a run of letters or numbers, or a word. */
struct boxed {
	uint32_t first, last, plain;
	const char *word;
};

#define BOXED(first, last, plain) { first, last, plain, NULL },
#define BOXED_WORD(cp, word) { cp, cp, 0, word },
static const struct boxed boxed[] = {
#include "fold/boxed.def"
};

#define BOXED_N (sizeof boxed / sizeof *boxed)
_Static_assert(BOXED_N < 0xFF, "a row fits a byte");

/* The characters of a list in a .def file. */
static void set(bool v[], const char *list)
{
	const char *end = list + strlen(list);
	uint32_t cp;

	while (list < end) {
		list += utf8_get(list, end, &cp);
		v[cp] = true;
	}
}

/* In each word the first character for all others. */
static void set_words(uint32_t v[], uint8_t kinds[], enum look kind, const char *words)
{
	const char *end = words + strlen(words);
	uint32_t first = 0, cp;

	while (words < end) {
		words += utf8_get(words, end, &cp);
		if (cp == ' ') {
			first = 0;
		} else if (first == 0) {
			first = cp;
		} else {
			v[cp] = first;
			kinds[cp] = (uint8_t)kind;
		}
	}
}

void image_read(struct image_data *d)
{
#define ENDS(list) set(d->ends, list);
#include "fold/ends.def"
#define DASHES(list) set(d->dashes, list);
#define WAVES(list) set(d->waves, list);
#include "fold/dash.def"
#define VARIANTS(words) set_words(d->variant, d->look, LOOK_NONE, words);
#include "fold/variant.def"
#define LOOKALIKES(kind, words) set_words(d->lookalike, d->look, LOOK_##kind, words);
#include "fold/lookalike.def"
	for (size_t i = 0; i < BOXED_N; i++)
		memset(d->boxed + boxed[i].first, (int)i + 1, boxed[i].last - boxed[i].first + 1);
}

static bool is(const bool v[], uint32_t cp)
{
	return cp < 0x10000 && v[cp];
}

static unsigned decimal(uint32_t value, uint32_t out[])
{
	unsigned n = 0;

	if (value >= 10)
		out[n++] = '0' + value / 10;
	out[n++] = '0' + value % 10;
	return n;
}

static unsigned unboxed(const struct boxed *b, uint32_t cp, uint32_t out[])
{
	unsigned n = 0;

	if (b->word != NULL) {
		for (const char *p = b->word; *p != '\0'; p++)
			out[n++] = (unsigned char)*p;
		return n;
	}
	if (b->plain < 'a')
		return decimal(b->plain + cp - b->first, out);
	out[0] = b->plain + cp - b->first;
	return 1;
}

/* A mark that is drawn through the letter before it, or around it. */
static bool is_stroke(uint32_t cp)
{
	return (cp >= 0x0335 && cp <= 0x0338) || (cp >= 0x20D2 && cp <= 0x20D3) || (cp >= 0x20D8 && cp <= 0x20DA) ||
	    (cp >= 0x20DD && cp <= 0x20E0) || (cp >= 0x20E2 && cp <= 0x20E6) || (cp >= 0x20EA && cp <= 0x20EB);
}

/* What has no shape: utf8proc knows Default_Ignorable_Code_Point of assigned characters only. */
static bool is_shapeless(uint32_t cp)
{
	return unicode_ignorable(cp) || cp == 0x2065 || (cp >= 0xFFF0 && cp <= 0xFFFB) ||
	    (cp >= 0xE0000 && cp <= 0xE0FFF) || cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || is_stroke(cp);
}

static bool is_line_end(uint32_t cp)
{
	return (cp >= 0x0A && cp <= 0x0D) || cp == 0x85 || cp == 0x2028 || cp == 0x2029;
}

/* U+2800 is a Braille cell without dots. */
static bool is_blank(uint32_t cp)
{
	return cp == '\t' || cp == 0x2800 || unicode_class(cp) == UNICODE_BLANK;
}

static bool is_mark(uint32_t cp)
{
	return unicode_class(cp) == UNICODE_MARK;
}

static bool is_voicing(uint32_t cp)
{
	return cp == VOICED || cp == SEMIVOICED;
}

static uint32_t unify(const struct image_data *d, uint32_t cp)
{
	/* A chain has a few links at most; the bound is against a circle in the data. */
	for (int i = 0; i < 4 && cp < IMAGE_END && d->variant[cp] != 0; i++)
		cp = d->variant[cp];
	return is(d->dashes, cp) ? '-' : is(d->waves, cp) ? '~' : cp;
}

unsigned image_text(const struct image_data *d, uint32_t cp, uint32_t out[UNICODE_IMAGE_MAX])
{
	uint32_t image[UNICODE_IMAGE_MAX];
	unsigned n, kept = 0;

	if (cp >= UNICODE_END || (cp >= 0xD800 && cp <= 0xDFFF)) {
		out[0] = UTF8_BAD;
		return 1;
	}
	if (is_line_end(cp) || is_blank(cp)) {
		out[0] = ' ';
		return 1;
	}
	if (is_shapeless(cp))
		return 0;
	if (is(d->dashes, cp) || is(d->waves, cp)) {
		out[0] = unify(d, cp);
		return 1;
	}
	if (cp < IMAGE_END && d->boxed[cp] > 0)
		n = unboxed(&boxed[d->boxed[cp] - 1], cp, image);
	else
		n = unicode_nfkc_fold(cp, image);
	for (unsigned i = 0; i < n; i++) {
		uint32_t c = unify(d, image[i]);

		if (is_shapeless(c) || (is_mark(c) && !is_mark(cp) && !is_voicing(c)))
			continue;
		if (kept == 1 && out[0] == ' ' && !is_mark(c))
			kept = 0; /* the blank under a spacing mark that is a letter (U+037A) */
		out[kept++] = is_blank(c) ? ' ' : c;
	}
	return kept;
}

enum kind image_kind(const struct image_data *d, uint32_t cp, const uint32_t *out, unsigned n)
{
	unsigned ends = 0;

	if (cp == 0x2029)
		return KIND_PARAGRAPH;
	if (is_line_end(cp))
		return KIND_LINE;
	if (n == 0)
		return KIND_GONE;
	if (is_voicing(out[n - 1]))
		return KIND_VOICE; /* the spacing and the half-width ones, too */
	if (is_mark(cp))
		return KIND_MARK;
	for (unsigned i = 0; i < n; i++)
		ends += is(d->ends, out[i]);
	if (ends == n)
		return KIND_END;
	if (cp >= 0x1F1E6 && cp <= 0x1F1FF)
		return KIND_REGION;
	if (n > 1)
		return KIND_SEVERAL;
	switch (out[0]) {
	case ' ': return KIND_BLANK;
	case '-': case '~': return KIND_DASH;
	case '>': return KIND_QUOTE;
	case LONG_SOUND: return KIND_LONG;
	case 0x3005: case 0x303B: case 0x309D: case 0x30FD: return KIND_AGAIN;
	case 0x309E: case 0x30FE: return KIND_AGAIN_VOICED;
	default: return KIND_PLAIN;
	}
}

/* Small to large; the small katakana of Ainu come by the way of lookalike.def. */
static uint32_t large(uint32_t hiragana)
{
	static const uint32_t small[] = { 0x3041, 0x3043, 0x3045, 0x3047, 0x3049, 0x3063, 0x3083, 0x3085, 0x3087,
		0x308E };

	for (size_t i = 0; i < sizeof small / sizeof *small; i++)
		if (hiragana == small[i])
			return hiragana + 1;
	return hiragana == 0x3095 ? 0x304B : hiragana == 0x3096 ? 0x3051 : hiragana;
}

/* The letter under the diacritics of one of Latin, Greek or Cyrillic script. */
static uint32_t bare(uint32_t cp)
{
	uint32_t parts[UNICODE_IMAGE_MAX];
	unsigned n;

	if (cp < 0xC0 || (cp >= 0x530 && cp < 0x1E00) || cp >= 0x2000)
		return cp;
	n = unicode_decompose(cp, parts);
	return n > 1 && unicode_class(parts[0]) == UNICODE_LETTER && is_mark(parts[1]) ? parts[0] : cp;
}

static bool drops(uint32_t cp)
{
	switch (unicode_class(cp)) {
	case UNICODE_LETTER:
		return cp >= 0x02B9 && cp <= 0x02FF; /* modifiers such as ˈ and ˉ: signs */
	case UNICODE_NUMBER:
		return false;
	case UNICODE_CONTROL:
		/* private or not assigned, but for kanji newer than our data */
		return cp < 0x20000 || cp > 0x3FFFF || (cp & 0xFFFE) == 0xFFFE;
	default:
		return true;
	}
}

uint32_t image_skeleton(const struct image_data *d, uint32_t cp)
{
	cp = bare(cp);
	if (cp < IMAGE_END && d->lookalike[cp] != 0)
		cp = d->lookalike[cp];
	if ((cp >= 0x30A1 && cp <= 0x30F6) || cp == 0x30FD || cp == 0x30FE)
		cp -= 0x60;
	cp = large(cp);
	return drops(cp) ? 0 : cp;
}

static bool is_japanese(uint32_t cp)
{
	return unicode_is_han(cp) || unicode_is_hiragana(cp) || unicode_is_katakana(cp) ||
	    (cp >= 0x3001 && cp <= 0x303F) || cp == 0x30A0 || cp == 0x30FB || (cp >= 0x1B000 && cp <= 0x1B16F);
}

/* Plain punctuation separates or brackets; the rest decorates, as symbols do, but for those of numbers and money. */
static bool is_sign(uint32_t cp)
{
	const char *category = unicode_category(cp);

	switch (unicode_class(cp)) {
	case UNICODE_SYMBOL:
		return (category[1] == 'o' && cp != 0xB0) || category[1] == 'k' || (category[1] == 'm' && cp >= 0x2190);
	case UNICODE_PUNCT:
		return cp == '*' || cp == '#' || cp == '_' || cp == '\\' || cp == 0x203B ||
		    (cp >= 0x2020 && cp <= 0x2023) || (cp >= 0x2041 && cp <= 0x205E);
	case UNICODE_CONTROL:
		return category[1] == 'o';
	default:
		return false;
	}
}

static bool is_small(uint32_t cp)
{
	return unicode_is_katakana(cp) && cp < 0x30F5 && large(cp - 0x60) != cp - 0x60;
}

unsigned image_flags(uint32_t cp)
{
	bool kana = unicode_is_hiragana(cp) || unicode_is_katakana(cp), han = unicode_is_han(cp);
	bool again = cp == 0x3005 || cp == 0x303B || cp == 0x309D || cp == 0x309E || cp == 0x30FD || cp == 0x30FE;
	unsigned flags = 0;

	if (is_japanese(cp))
		flags |= GLYPH_JAPANESE;
	if (kana)
		flags |= GLYPH_KANA;
	if ((kana || han) && !again && cp != LONG_SOUND)
		flags |= GLYPH_REPEATS;
	if (unicode_is_katakana(cp))
		flags |= GLYPH_KATAKANA;
	if (han)
		flags |= GLYPH_HAN;
	if (cp < 0x250 && unicode_class(cp) == UNICODE_LETTER)
		flags |= GLYPH_LATIN;
	if (is_small(cp))
		flags |= GLYPH_SMALL;
	if (is_sign(cp))
		flags |= GLYPH_SIGN;
	return flags;
}
