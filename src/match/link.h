/*
 * link - ids to items, patterns to regexes.
 * what the files name -> what the set holds
 */
#ifndef LURE_MATCH_LINK_H
#define LURE_MATCH_LINK_H

#include "match/load.h"

/* When all items are there: the index by id; ids that are there twice are reported. */
void link_index(struct loader *l);
/*
 * The item that a scalar in `from` names, or -1. *meant: it can only be meant as an id, and the error is reported (no
 * such item, or one that may not be referred to).
 */
long link_item(struct loader *l, const struct compiled_item *from, const struct yaml *scalar, bool *meant);
/* Compile a pattern of an item, try it, and add it to the set; -1 with the error reported. */
long link_pattern(struct loader *l, const struct compiled_item *from, const struct yaml *scalar);

/* When all conditions are there: the order of evaluation; circles are reported. */
void link_order(struct loader *l);

#endif
