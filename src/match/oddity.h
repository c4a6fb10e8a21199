/*
 * oddity - characters that stand where no writer puts them.
 * a field's text -> flaws
 */
#ifndef LURE_MATCH_ODDITY_H
#define LURE_MATCH_ODDITY_H

#include "decode/flaw.h"

/*
 * INVISIBLE: an invisible character between two letters (not the padding of newsletters, nor emoji sequences).
 * MIXED_SCRIPT: a Cyrillic or Greek letter that looks like a Latin one, beside a Latin letter (not µm, kΩ, (´д`)).
 */
flaw_set oddity_scan(struct span text);

#endif
