/*
 * layout - where the sentences, paragraphs and quotations of a field are.
 * a field and its folded views -> borders, as offsets of the field's text
 */
#ifndef LURE_MATCH_LAYOUT_H
#define LURE_MATCH_LAYOUT_H

#include "base/arena.h"
#include "extract/visible.h"
#include "fold/fold.h"

#define LAYOUT_NESTED_MAX 16u /* quotation marks in quotation marks */

struct range {
	uint32_t from, to;
};

struct borders {
	uint32_t *at; /* ascending: what lies at an offset above at[i] comes after the i-th border */
	size_t n, cap;
};

struct layout {
	struct borders sentences[VIEW_N]; /* U+000A of that view */
	struct borders paragraphs;        /* blank lines of the text */
	struct range *quotes;             /* quotation marks with what is inside, quoted marks; sorted, apart */
	size_t nquotes;
	bool all_quoted;                  /* a field that is quotation altogether */
};

/* `views` of them are filled: one for a plain field. Memory is short where arena_failed(). */
void layout_build(struct arena *a, const struct field *f, const struct view *view, size_t views, struct layout *ret);

/* The number of borders before offset: the sentence or paragraph it lies in. */
size_t borders_before(const struct borders *b, size_t offset);
/* Do the bytes from .. to lie inside one quotation? */
bool layout_quoted(const struct layout *l, size_t from, size_t to);
/*
 * Is so much of the text quoted that the quotes must be taken for the writer's own words: more than 0.7 of its letters,
 * or in every sentence more than half of them? (A short quotation in a sentence that speaks of it is not meant.)
 */
bool layout_quotes_own(const struct layout *l, struct span text);

#endif
