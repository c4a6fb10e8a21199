#include <config.h>

#include "fold/divide.h"

#include "fold/table.h"

#define GAPS_MAX 5u  /* on each side */
#define SIGNS_MAX 4u /* in one gap */
#define UNSEEN_MAX 8u /* between two things */

enum thing { THING_NONE, THING_LETTER, THING_SIGN };

/* Where one has come to, and what was met on the way. */
struct walk {
	struct span text;
	size_t at;
	bool back;
	bool odd;         /* the thing at hand: no kana that is drawn out, no dash */
	bool odd_letters, odd_signs;
	unsigned gaps;
};

static bool drops(const struct glyph *g)
{
	const uint32_t *image = fold_table->pool + g->text;

	if (g->kind != KIND_SEVERAL)
		return g->skeleton_n == 0;
	for (uint32_t i = 1; i <= image[0]; i++)
		if (table_glyph(fold_table, image[i])->skeleton_n > 0)
			return false;
	return true;
}

/* Commas and brackets stand between words. */
static bool ends_word(uint32_t cp)
{
	const char *category = unicode_category(cp);

	return cp == ',' || cp == 0x3001 || (category[0] == 'P' && strchr("sefi", category[1]) != NULL);
}

static uint32_t step(struct walk *w)
{
	size_t at = w->at;
	uint32_t cp;

	if (w->back) {
		while (at > 0 && ((unsigned char)w->text.p[--at] & 0xC0) == 0x80)
			;
		utf8_get(w->text.p + at, w->text.p + w->text.n, &cp);
		w->at = at;
	} else {
		w->at += utf8_get(w->text.p + at, w->text.p + w->text.n, &cp);
	}
	return cp;
}

/* The next letter or sign; blanks, marks and what is not seen are passed over. */
static enum thing next(struct walk *w)
{
	for (unsigned n = 0; n <= UNSEEN_MAX && w->at != (w->back ? 0 : w->text.n); n++) {
		uint32_t cp = step(w);
		const struct glyph *g = table_glyph(fold_table, cp);

		switch ((enum kind)g->kind) {
		case KIND_BLANK:
		case KIND_GONE:
		case KIND_MARK:
		case KIND_VOICE:
			continue;
		case KIND_DASH:
			w->odd = false;
			return THING_SIGN;
		case KIND_LONG:
		case KIND_AGAIN:
		case KIND_AGAIN_VOICED:
			w->odd = false;
			return THING_LETTER;
		case KIND_PLAIN:
		case KIND_SEVERAL:
		case KIND_QUOTE:
			w->odd = drops(g) || !(g->flags & GLYPH_KANA);
			if (!drops(g))
				return g->kind == KIND_SEVERAL ? THING_NONE : THING_LETTER;
			return ends_word(cp) ? THING_NONE : THING_SIGN;
		default:
			return THING_NONE;
		}
	}
	return THING_NONE;
}

/* From inside a gap: is there a letter on its other side? */
static bool cross(struct walk *w)
{
	enum thing t = next(w);
	bool odd = false;

	for (unsigned n = 0; t == THING_SIGN && n < SIGNS_MAX; n++) {
		odd |= w->odd;
		t = next(w);
	}
	if (t == THING_LETTER)
		w->odd_signs |= odd;
	return t == THING_LETTER;
}

/* From a letter on: count the gaps that follow. */
static void count(struct walk *w)
{
	while (w->gaps < GAPS_MAX) {
		bool odd = w->odd;

		if (next(w) != THING_SIGN)
			return;
		w->odd_signs |= w->odd;
		if (!cross(w))
			return;
		w->odd_letters |= odd;
		w->gaps++;
	}
}

bool divide(struct span text, size_t from, size_t to)
{
	struct walk left = { .text = text, .at = from, .back = true }, right = { .text = text, .at = to };
	unsigned gaps = 0;

	if (cross(&left))
		count(&left);
	if (cross(&right)) {
		count(&right);
		gaps = 1;
	}
	gaps += left.gaps + right.gaps;
	return left.odd_letters || right.odd_letters || gaps >= 5 ||
	       (gaps >= 3 && (left.odd_signs || right.odd_signs));
}
