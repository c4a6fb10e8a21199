/*
 * utf8 - UTF-8 as RFC 3629 has it.
 * bytes -> code points
 */
#ifndef LURE_BASE_UTF8_H
#define LURE_BASE_UTF8_H

#include <stdint.h>

#include "base/span.h"

#define UTF8_MAX 4u
#define UTF8_BAD 0xFFFDu

/*
 * The code point at p (p < end) and its length in bytes, by return. Text must be valid, as every text after decode/ is;
 * no check is made beyond `end`.
 */
static inline unsigned utf8_get(const char *p, const char *end, uint32_t *cp)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t left = (size_t)(end - p);

	if (u[0] < 0x80) {
		*cp = u[0];
		return 1;
	}
	if (u[0] < 0xE0 && left >= 2) {
		*cp = (uint32_t)(u[0] & 0x1F) << 6 | (u[1] & 0x3F);
		return 2;
	}
	if (u[0] < 0xF0 && left >= 3) {
		*cp = (uint32_t)(u[0] & 0x0F) << 12 | (uint32_t)(u[1] & 0x3F) << 6 | (u[2] & 0x3F);
		return 3;
	}
	if (left >= 4) {
		*cp = (uint32_t)(u[0] & 0x07) << 18 | (uint32_t)(u[1] & 0x3F) << 12 | (uint32_t)(u[2] & 0x3F) << 6 |
		      (u[3] & 0x3F);
		return 4;
	}
	*cp = UTF8_BAD;
	return 1;
}

/* Write cp (valid, at most 10FFFF) to out[4]; returns the length. */
unsigned utf8_put(char out[UTF8_MAX], uint32_t cp);

/*
 * How many bytes at the start of s are valid UTF-8 (s.n where all are). Overlong forms, surrogates and values above
 * 10FFFF are not. `*cut` (may be NULL) tells that the rest is the beginning of a character that the end of s cut off.
 */
size_t utf8_valid(struct span s, bool *cut);

#endif
