/*
 * text - what the text parts say.
 * struct mime -> text of its parts, in UTF-8
 */
#ifndef LURE_DECODE_TEXT_H
#define LURE_DECODE_TEXT_H

#include "decode/mime.h"

/* Fill in text, used, replaced and flaws. `flaws` gets those of no part: TIME. */
void text_read(struct arena *a, const struct limits *l, clock_us deadline, struct mime *m, flaw_set *flaws);

/*
 * How much of `left` a thing may take so that those after it are not starved: what they cannot need in any case, or its
 * share by weight, whichever is more.
 */
static inline size_t text_share(size_t left, size_t later, size_t weight, size_t weights)
{
	size_t spare = left > later ? left - later : 0, share = left / weights * weight;

	return spare > share ? spare : share;
}

/* An arena buffer of n bytes that is reserved at once and never grows: growing would leave old copies behind. */
struct buf text_buffer(struct arena *a, size_t n);

#endif
