/*
 * utf - the Unicode transformation formats as mail has them: UTF-8 with its faults, UTF-7, UTF-16.
 * bytes -> valid UTF-8
 */
#ifndef LURE_DECODE_UTF_H
#define LURE_DECODE_UTF_H

#include "decode/sink.h"

/* Bytes of the surrogate pair written as two three-byte forms (CESU-8) at p, 6 or 0; *cp the character. */
unsigned utf_cesu(const unsigned char *p, const unsigned char *end, uint32_t *cp);
/* Bytes of the ill-formed sequence at p: one U+FFFD stands for its maximal subpart (Unicode 3.9, best practice). */
unsigned utf_subpart(const unsigned char *p, const unsigned char *end);

/* A byte order mark at the start goes. CESU-8 is read. */
void utf8_decode(struct span bytes, struct sink *s);
/* RFC 2152. A '+' stands for itself where what follows is no base64 of UTF-16; 8-bit bytes become U+FFFD. */
void utf7_decode(struct span bytes, struct sink *s);
/* A byte order mark decides and goes; without one, `little`. */
void utf16_decode(struct span bytes, bool little, struct sink *s);

#endif
