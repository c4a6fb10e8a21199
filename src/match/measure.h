/*
 * measure - distances in the units of a scope.
 * bytes of a field's text -> sentences, paragraphs or characters
 */
#ifndef LURE_MATCH_MEASURE_H
#define LURE_MATCH_MEASURE_H

#include "match/scene.h"

/*
 * The unit of the item's scope that the byte at `offset` lies in, counted from the field's start; in `message` all
 * are 0.
 */
size_t measure_unit(struct scene *s, const struct compiled_item *c, enum view_kind view, size_t field, size_t offset);
/* How many units a field has, for the next field of `across` to count on from. */
size_t measure_units(struct scene *s, const struct compiled_item *c, enum view_kind view, size_t field);
/* How many units may lie together. */
uint32_t measure_width(const struct compiled_item *c);

#endif
