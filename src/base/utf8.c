#include <config.h>

#include "base/utf8.h"

unsigned utf8_put(char out[UTF8_MAX], uint32_t cp)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

/*
 * The length of the valid character at u, 0 where it is none; *cut where only its beginning is there (Unicode table
 * 3-7).
 */
static size_t character(const unsigned char *u, size_t left, bool *cut)
{
	unsigned char lead = u[0], low = 0x80, high = 0xBF;
	size_t n;

	if (lead >= 0xC2 && lead <= 0xDF)
		n = 2;
	else if (lead >= 0xE0 && lead <= 0xEF)
		n = 3;
	else if (lead >= 0xF0 && lead <= 0xF4)
		n = 4;
	else
		return 0;
	if (lead == 0xE0)
		low = 0xA0;
	else if (lead == 0xED)
		high = 0x9F;
	else if (lead == 0xF0)
		low = 0x90;
	else if (lead == 0xF4)
		high = 0x8F;
	for (size_t i = 1; i < n; i++) {
		if (i == left) {
			*cut = true;
			return 0;
		}
		if (u[i] < low || u[i] > high)
			return 0;
		low = 0x80;
		high = 0xBF;
	}
	return n;
}

size_t utf8_valid(struct span s, bool *cut)
{
	const unsigned char *u = (const unsigned char *)s.p;
	bool end = false;
	size_t i = 0;

	while (i < s.n) {
		uint64_t eight;
		size_t n;

		if (i + 8 <= s.n) {
			memcpy(&eight, u + i, 8);
			if ((eight & 0x8080808080808080u) == 0) {
				i += 8;
				continue;
			}
		}
		if (u[i] < 0x80) {
			i++;
			continue;
		}
		n = character(u + i, s.n - i, &end);
		if (n == 0)
			break;
		i += n;
	}
	if (cut != NULL)
		*cut = end;
	return i;
}
