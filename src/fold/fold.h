/*
 * fold - one spelling for text and pattern.
 * visible text -> folded text in two views, each with a map back to the bytes it came from
 *
 * Folded text is valid UTF-8 by construction; U+000A ends a sentence and stands for nothing else.
 *
 * The text view of prose:
 *  1. NFKC and case folding of each character, kanji variants unified, dashes one ('-'), waves one ('~'), letters and
 *     digits in discs and boxes plain, but for two regional indicators by themselves (a flag: U+1F3F3). What has no
 *     shape of its own goes: controls, Default_Ignorable_Code_Point, combining strokes.
 *  2. A mark (combining, or a spacing or half-width voicing mark) is composed onto the character before it, the voicing
 *     marks across a run of rule 5 too; where nothing comes of it, it goes.
 *  3. U+30FC always stays, a run of them as one. A dash or wave after a kana or U+30FC, with a run of rule 5 between at
 *     most, is a U+30FC, unless it parts letters, as those around it are parted (divide.h); anywhere else it is a dash.
 *  4. An iteration mark repeats the kanji or kana before it; else it stays.
 *  5. A run of blanks and single line ends, with the quote prefix ("> ") of the new line, goes where a neighbour is
 *     Japanese and at both ends of the text; else it is one blank.
 *  6. A sentence end (ends.def, or a blank line; a run is one, blanks around it go) is U+000A. One that is written
 *     stays at both ends of the text as well; blank lines there go.
 * Digits are only what NFKC makes of them: no digit is taken for a letter. Small kana stay small.
 *
 * The skeleton, character by character from the text view: blanks, punctuation, symbols, marks go (a dash, not
 * U+30FC); lookalike.def; katakana become hiragana, small kana large, Latin letters lose their diacritics; the rest,
 * digits too, stays. U+30FC that come to stand side by side in a sentence of the text view are one. A U+000A goes
 * where fewer than four characters of the skeleton stand before it in its sentence of the text view, or where more than
 * half of the last ones, up to sixteen, have something between them and their predecessor that went.
 *
 * The plain view (addresses, links, client, headers) is the text view with these differences: a run of blanks is one
 * blank also beside Japanese, a line end is U+000A, quote prefixes stay.
 *
 * What this promises to patterns. Let r be a run of characters in s as typed, neither beginning nor ending with a
 * character that leans (fold_leans(); removed characters are looked through), not followed by a mark of rule 2, and
 * without a dash or wave that parts letters in s.
 * Then fold_literal(text, r) occurs in the text view of s, and fold_literal(skeleton, r) in its skeleton if each of
 * its U+000A may be missing there. What is found in the text view is found in the skeleton by the images of its
 * characters. A pattern's own part: two U+000A, or two U+30FC of one sentence, never stand side by side, so atoms
 * that meet must not ask for two; a text may begin with U+000A (emit ^ as ^\n?) and end with one ($ allows for it).
 */
#ifndef LURE_FOLD_FOLD_H
#define LURE_FOLD_FOLD_H

#include "base/buf.h"
#include "base/unicode.h"

enum view_kind { VIEW_TEXT, VIEW_SKELETON };
#define VIEW_N 2

/*
 * Byte i of `text` came from the bytes from[i] .. to[i] of the original (whole characters; all bytes of one folded
 * character have the same pair; a composed one (か + U+3099) spans all its sources). Neither from[] nor to[] ever
 * decreases.
 */
struct view {
	struct span text;
	const uint32_t *from, *to;
};

/* Build the tables (some 10 ms); safe to call from any thread, works once. 0 or -ENOMEM. */
int fold_init(void);

/*
 * Prose: both views in one go. Plain (addresses, links): the text view with blanks left alone. 0 or -ENOMEM.
 *
 * A view has at most 7/6 of the text's bytes (and 64), so both cost 21 times the text, maps included, and the plain one
 * half of that. Once that room is spent by characters that grow in folding (㌢), further ones stay as they are.
 */
int fold_prose(struct arena *a, struct span text, struct view ret[VIEW_N]);
int fold_plain(struct arena *a, struct span text, struct view *ret);

/* The bytes of the original that a person would mark for the folded bytes from .. to (to > from). */
void view_origin(const struct view *v, size_t from, size_t to, size_t *ofrom, size_t *oto);

/*
 * Does this original text hold a lookalike out of place (a kanji among katakana, a Cyrillic letter), a decoration
 * sign or a removed character? (A skeleton-only hit is `evaded` then.)
 */
bool fold_evaded(struct span original);

/*
 * For patterns. The image of one character without neighbours: the number of code points written to out; 0: it goes.
 * A sentence end's image is U+000A in both views; a blank's is U+0020 in text, though it may go there.
 */
unsigned fold_char(enum view_kind view, uint32_t cp, uint32_t out[UNICODE_IMAGE_MAX]);
/*
 * A run of literal characters (valid UTF-8) folded as text is, but for rule 5's quote prefix at its start. Every
 * sentence end is U+000A in both views. Appends to out.
 */
void fold_literal(enum view_kind view, struct span run, struct buf *out);
/*
 * Whether the image of cp depends on what stands before it (a mark, an iteration mark, a dash or wave, '>') or after
 * it (a blank, a regional indicator). U+30FC does not lean. A kana that a mark may follow is not meant.
 */
bool fold_leans(uint32_t cp);
/*
 * A dash or wave: its image is fold_char()'s, or U+30FC after a kana, and nothing else. Where a pattern cannot tell
 * what stands before it ([ァ-ヶ]-), it may ask for either.
 */
bool fold_dash(uint32_t cp);

#endif
