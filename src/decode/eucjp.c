#include <config.h>

#include "decode/japanese.h"

#define SS2 0x8E /* half-width kana: one byte follows */
#define SS3 0x8F /* JIS X 0212: two bytes follow */

static bool high(const unsigned char *p)
{
	return *p >= 0xA1 && *p <= 0xFE;
}

/* The length of the form at p, 1 where it is broken; *cp its character, 0 where there is none. */
static size_t character(const unsigned char *p, const unsigned char *end, uint32_t *cp)
{
	*cp = 0;
	if (high(p) && end - p >= 2 && high(p + 1)) {
		*cp = jis_x0208[(p[0] - 0xA1u) * JIS_CELLS + p[1] - 0xA1u];
		return 2;
	}
	if (*p == SS2 && end - p >= 2 && p[1] >= 0xA1 && p[1] <= 0xDF) {
		*cp = 0xFF61u + p[1] - 0xA1u;
		return 2;
	}
	if (*p == SS3 && end - p >= 3 && high(p + 1) && high(p + 2)) {
		*cp = jis_x0212[(p[1] - 0xA1u) * JIS_CELLS + p[2] - 0xA1u];
		return 3;
	}
	return 1;
}

void eucjp_decode(struct span bytes, struct sink *s)
{
	const unsigned char *p = (const unsigned char *)bytes.p, *end = p + bytes.n;

	while (p < end && !s->full) {
		uint32_t cp;
		size_t n;

		if (*p >= 0x80) {
			p += character(p, end, &cp);
			if (cp != 0)
				sink_put(s, cp);
			else
				sink_bad(s);
			continue;
		}
		n = sink_plain(p, end);
		sink_copy(s, p, n);
		p += n;
		if (p < end && *p < 0x80)
			sink_put(s, *p++);
	}
}
