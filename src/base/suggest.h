/*
 * suggest - the name that somebody may have meant.
 * misspelt name, known names -> the nearest, or none
 */
#ifndef LURE_BASE_SUGGEST_H
#define LURE_BASE_SUGGEST_H

#include "base/span.h"

#define SUGGEST_MAX 64u /* longer names are not compared */

/*
 * The name at the smallest edit distance (swaps of neighbours count one), where that is at most a third of the longer
 * name's length; else NULL.
 */
const char *suggest(struct span wrong, const char *const *names, size_t n);

#endif
