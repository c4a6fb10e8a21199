/*
 * foreign - the charsets that the C library knows.
 * bytes in a charset of our list -> UTF-8
 *
 * The only file that knows iconv. Names come from charset.def or from the code, never from a mail.
 */
#ifndef LURE_DECODE_FOREIGN_H
#define LURE_DECODE_FOREIGN_H

#include "decode/sink.h"

/*
 * Keep the converter of that name loaded, at most FOREIGN_KEPT of them. Without it the C library may load it from its
 * file for every text, which takes a hundred times as long, and fails after chroot(). Call before the program has
 * threads.
 */
#define FOREIGN_KEPT 64u
void foreign_keep(const char *name);

/* ASCII; bytes above 7F become U+FFFD. */
void ascii_decode(struct span bytes, struct sink *s);

/* Undecodable bytes become U+FFFD one by one, and decoding goes on at the next byte. Unknown names decode as ASCII. */
void foreign_decode(const char *name, struct span bytes, struct sink *s);

/*
 * Convert each of n codes of `len` bytes (at most 4) by itself: table[i] is its code point, 0 where there is none or
 * one above FFFF, or more than one. false where the C library does not know the name.
 */
bool foreign_table(const char *name, const unsigned char *codes, size_t len, size_t n, uint16_t *table);

#endif
