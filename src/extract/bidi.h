/*
 * bidi - text that is written backwards behind U+202E, RIGHT-TO-LEFT OVERRIDE.
 * text -> the same in the order in which it is shown
 *
 * An override ends with its line or at a U+202C, POP DIRECTIONAL FORMATTING. Not handled: overrides in overrides, and
 * the bidirectional algorithm at large: text of scripts that run from right to left stays as it is written.
 */
#ifndef LURE_EXTRACT_BIDI_H
#define LURE_EXTRACT_BIDI_H

#include "base/span.h"

bool bidi_overrides(struct span text);
/* Valid UTF-8, in place. */
void bidi_turn(char *text, size_t n);

#endif
