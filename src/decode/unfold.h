/*
 * unfold - a header value without its folds and raw charsets.
 * raw header value -> UTF-8 with its encoded-words as they were written
 *
 * Text outside encoded-words that is raw 8-bit or raw ISO-2022-JP is decoded, so that what looks for quotes, commas
 * and brackets is not misled by the bytes of a character. A fold becomes one blank; in the middle of a character or
 * of an ISO-2022-JP run it goes.
 */
#ifndef LURE_DECODE_UNFOLD_H
#define LURE_DECODE_UNFOLD_H

#include "base/limits.h"
#include "decode/charset.h"

/* Appends to out. At most l->header_value bytes are read. The bytes of an encoded-word may still be no UTF-8. */
void unfold(const struct limits *l, struct span raw, enum charset label, struct buf *out, struct decoded *ret);

#endif
