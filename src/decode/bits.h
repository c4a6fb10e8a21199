/*
 * bits - what a character costs, by charset.
 * tables of charsets and frequencies -> bits
 *
 * The logarithm of how rare a character is, as likelihood.h counts it.
 */
#ifndef LURE_DECODE_BITS_H
#define LURE_DECODE_BITS_H

#include "decode/japanese.h"

enum {
	BITS_ASCII = 7,
	BITS_RARE = 20,
	BITS_BROKEN = 24,
};

/*
 * The pairs of GBK, Big5 and Korean: leads 81 to FE, trails 40 to FE. Japanese is written in each of them as well, but
 * not both languages in one text.
 */
#define WIDE_LEADS 126u
#define WIDE_TRAILS 191u

struct wide {
	unsigned char native[WIDE_LEADS * WIDE_TRAILS], japanese[WIDE_LEADS * WIDE_TRAILS];
};

/* Written by bits_init() alone. Places of the first are code points, of the second those in jis_x0208. */
extern unsigned char bits_code[0x10000];
extern unsigned char bits_jis[JIS_ROWS * JIS_CELLS];
extern struct wide bits_gb, bits_big5, bits_korean;

/* Needs the tables of japanese.h. */
void bits_init(void);

#endif
