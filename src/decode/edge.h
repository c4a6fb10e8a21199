/*
 * edge - where characters end, so that a cut in the middle of one is seen.
 * bytes in a charset -> does their end fall inside a character, an escape sequence or a shifted run?
 */
#ifndef LURE_DECODE_EDGE_H
#define LURE_DECODE_EDGE_H

#include "decode/charset.h"

struct edge {
	enum charset charset;
	size_t at;    /* before it stand whole characters */
	bool shifted; /* ISO-2022-JP: not in ASCII */
};

/* `bytes` begin where they began at the last call, and have grown. The work is linear in their length. */
bool edge_inside(struct edge *e, struct span bytes);

#endif
