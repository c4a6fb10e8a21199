/*
 * needs - what patterns need, for one pass over a text.
 * required literals of all patterns, words -> automaton, sets and who waits for them
 *
 * A set of literals that several patterns need, as a term of theirs, is kept once. A pattern waits for its first need,
 * the rarest; its others are asked for when that is there (find.h).
 */
#ifndef LURE_MATCH_NEEDS_H
#define LURE_MATCH_NEEDS_H

#include "match/load.h"

/* Slots of the fields that have a skeleton. */
uint64_t slots_of_prose(void);

/* Keep the needs of the pattern that comes next in the set. */
void needs_add(struct loader *l, struct compiled_pattern *p, const struct need *needs, size_t n);

/* When all patterns, words and conditions are there: everything that find.c and evaluate.c go by. */
void needs_index(struct loader *l);

#endif
