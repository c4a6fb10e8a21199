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
 * Share `total` out among n that need v[i] each, so that none is starved: who needs less than a fair share gets that,
 * the others get shares by weight. v becomes what each may take; weights are used up.
 */
void text_share(size_t *v, unsigned char *weight, size_t n, size_t total);

/* An arena buffer of n bytes that is reserved at once and never grows: growing would leave old copies behind. */
struct buf text_buffer(struct arena *a, size_t n);

#endif
