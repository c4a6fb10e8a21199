/*
 * find - where patterns match.
 * literals of the skeletons -> windows -> occurrences
 *
 * 1. A match in the skeleton holds a literal of each need of its pattern, and so does the skeleton under a match in
 *    the text view (pattern.h).
 * 2. So a match in the skeleton starts at one of its needs' distances before a literal of each: the windows are what
 *    the needs have in common.
 * 3. A match in the text view starts at a character whose origin lies in the origins of such a window, or at one that
 *    the skeleton dropped just before it: text_window() takes in both.
 */
#ifndef LURE_MATCH_FIND_H
#define LURE_MATCH_FIND_H

#include "match/scene.h"

#define FIND_WINDOWS_MAX 64u   /* of a set and field; further ones widen the one before */
#define FIND_STARTS_MAX 1024u  /* bytes of starts a call, with JIT */

/* One pass over every field: what can be there at all. */
void find_candidates(struct scene *s);
/* Can this pattern be in one of the slots? */
bool find_possible(const struct scene *s, uint32_t pattern, uint64_t slots);
/* Its occurrences in a field and view (of a plain field: in the text view). */
const struct occurrences *find_pattern(struct scene *s, uint32_t pattern, size_t field, enum view_kind view);

/* One of them, in their order; NULL behind the last. No further than needed is looked for. */
const struct occurrence *find_nth(struct scene *s, uint32_t pattern, size_t field, enum view_kind view, size_t nth);

/* Add to a list that holds at most `max` own and `max` quoted ones; false: there is no room for any more own ones. */
bool occurrences_add(struct scene *s, struct occurrences *list, const struct occurrence *o, size_t max);

#endif
