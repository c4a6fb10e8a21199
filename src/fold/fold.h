/*
 * fold - one spelling for text and pattern.
 * visible text -> folded text in two views, each with a map back to the bytes it came from
 *
 * DESIGN.md section 4 has the rules of both views. Folded text is valid UTF-8 by construction; U+000A ends a sentence.
 */
#ifndef LURE_FOLD_FOLD_H
#define LURE_FOLD_FOLD_H

#include "base/buf.h"
#include "base/unicode.h"

enum view_kind { VIEW_TEXT, VIEW_SKELETON };
#define VIEW_N 2

/*
 * Byte i of `text` came from the bytes from[i] .. to[i] of the original (whole characters; all bytes of one folded
 * character have the same pair; a composed one (か + U+3099) spans all its sources). from[] never decreases.
 */
struct view {
	struct span text;
	const uint32_t *from, *to;
};

/* Build the tables (some 10 ms); safe to call from any thread, works once. 0 or -ENOMEM. */
int fold_init(void);

/* Prose: both views in one go. Plain (addresses, links): the text view with blanks left alone. 0 or -ENOMEM. */
int fold_prose(struct arena *a, struct span text, struct view ret[VIEW_N]);
int fold_plain(struct arena *a, struct span text, struct view *ret);

/* The bytes of the original that a person would mark for the folded bytes from .. to (to > from). */
void view_origin(const struct view *v, size_t from, size_t to, size_t *ofrom, size_t *oto);

/* Does this original text hold a lookalike, a decoration sign or a removed character? (A skeleton-only hit is `evaded` then.) */
bool fold_evaded(struct span original);

/*
 * For patterns. The image of one character without neighbours: the number of code points written to out; 0: it goes.
 * A sentence end's image is U+000A in both views.
 */
unsigned fold_char(enum view_kind view, uint32_t cp, uint32_t out[UNICODE_IMAGE_MAX]);
/* A run of literal characters (valid UTF-8) folded as text is, sentence ends included. Appends to out. */
void fold_literal(enum view_kind view, struct span run, struct buf *out);
/*
 * Whether the image of cp depends on what stands before it (a combining or half-width voicing mark, an iteration mark, a
 * prolonged sound mark where it does) or after it (a blank; a kana that a mark may follow is not meant).
 */
bool fold_leans(uint32_t cp);

#endif
