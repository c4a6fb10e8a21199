/*
 * mark - the mark before the subject of a tagged message.
 * mark, the subject's raw bytes -> a new value that ends in just these bytes
 */
#ifndef LURE_SESSION_MARK_H
#define LURE_SESSION_MARK_H

#include "base/buf.h"

#define MARK_MAX 45u /* bytes of UTF-8: what one encoded-word of 75 characters holds (RFC 2047 section 2) */

/* Whether it can be one: a line of valid UTF-8, not too long. The empty mark is good, and is none. */
bool mark_good(const char *mark);

/*
 * ASCII as it is and a blank, other text as one encoded-word; the subject follows on a line of its own where the first
 * would become longer than 76.
 */
void mark_write(struct buf *out, const char *mark, struct span subject);

#endif
