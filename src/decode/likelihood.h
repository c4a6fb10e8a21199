/*
 * likelihood - how likely bytes are, if they are Japanese text in this charset, or text in that one.
 * bytes and a model of a charset -> bits
 *
 * A model gives each character of a charset the bits it costs, minus the logarithm of how often it is met: 7 for an
 * ordinary kana, 10 for a common kanji, 17 for a rare one, 24 for a byte that means nothing. The same bytes cost least
 * in the charset they were written in, so the sums can be compared, and their difference says how sure that is.
 */
#ifndef LURE_DECODE_LIKELIHOOD_H
#define LURE_DECODE_LIKELIHOOD_H

#include "base/span.h"

enum model {
	MODEL_SHIFT_JIS,
	MODEL_EUC_JP,
	MODEL_UTF8,
	MODEL_LATIN,   /* windows-1252: one byte a character, most of them ASCII */
	MODEL_CENTRAL, /* the like, with letters from 80 on: Central Europe, Turkey, Vietnam, DOS, Macintosh */
	MODEL_SCRIPT,  /* one byte a character, letters above 9F: Cyrillic, Greek, Hebrew, Arabic, Thai */
	MODEL_GB,
	MODEL_BIG5,
	MODEL_KOREAN,
	MODEL_UTF16BE,
	MODEL_UTF16LE,
	MODEL_OTHER,
};

/* The bits of all characters together. */
size_t likelihood(enum model m, struct span bytes);

#endif
