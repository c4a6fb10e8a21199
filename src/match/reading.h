/*
 * reading - a word's spellings in kana.
 * reading -> a pattern of its hiragana and its katakana
 *
 * Half-width katakana, and voicing marks of their own, are one with these once text is folded; hiragana and katakana
 * mixed are found in the skeleton.
 */
#ifndef LURE_MATCH_READING_H
#define LURE_MATCH_READING_H

#include "match/pattern.h"

#define READING_LEAST 2u /* kana: a single one stands everywhere */

/* NULL: *error says what is wrong with it (or the arena has failed). */
const struct pattern *reading_pattern(struct arena *a, struct span reading, struct pattern_error *error);

#endif
