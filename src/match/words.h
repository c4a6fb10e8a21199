/*
 * words - lists of words that weigh.
 * `weigh:` of a file -> an item, and words of the set
 */
#ifndef LURE_MATCH_WORDS_H
#define LURE_MATCH_WORDS_H

#include "match/load.h"

#define WORD_CHARACTERS_MAX 100u

/* Room for the words of all files. */
bool words_room(struct loader *l);
/* The list of a file, where it has one; its words go to the set, their skeletons to l->word_skeletons. */
void words_define(struct loader *l, const struct pattern_file *f);

#endif
