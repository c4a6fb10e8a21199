/*
 * evaluate - signs and rules over what was found.
 * scene -> outcomes
 *
 * An item holds where one combination fits its scope: an occurrence of each member of `all`, of one of `any`, and of
 * `at-least` different members of `of`; where no `unless` fits into the same scope with it, and no `none` is anywhere
 * in its fields. It is tried whole on the text view and, if it fails, whole on the skeleton; `unless` and `none` speak
 * from both views and in any voice.
 */
#ifndef LURE_MATCH_EVALUATE_H
#define LURE_MATCH_EVALUATE_H

#include "match/scene.h"

#define EVALUATE_OCCURRENCES_MAX 64u /* of an item that are remembered for what refers to it */

/* All items, in the set's order. */
void evaluate_all(struct scene *s);

/* Why an item does not hold in an evaluated scene, for its author. */
void evaluate_why(struct scene *s, const struct compiled_item *c, struct buf *out);

#endif
