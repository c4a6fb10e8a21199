#include <config.h>

#include "decode/foreign.h"

#include <errno.h>
#include <iconv.h>

#define NO_ICONV ((iconv_t)-1)
#define LONGEST 32u /* bytes of UTF-8 that one step of a converter may write */

void foreign_keep(const char *name)
{
	static iconv_t kept[FOREIGN_KEPT]; /* never closed */
	static unsigned n;

	if (n == FOREIGN_KEPT)
		return;
	kept[n] = iconv_open("UTF-8", name);
	if (kept[n] != NO_ICONV)
		n++;
}

void ascii_decode(struct span bytes, struct sink *s)
{
	const unsigned char *p = (const unsigned char *)bytes.p, *end = p + bytes.n;

	while (p < end && !s->full) {
		size_t n = sink_plain(p, end);

		sink_copy(s, p, n);
		p += n;
		if (p == end)
			break;
		if (*p < 0x80)
			sink_put(s, *p);
		else
			sink_bad(s);
		p++;
	}
}

void foreign_decode(const char *name, struct span bytes, struct sink *s)
{
	iconv_t cd = iconv_open("UTF-8", name);
	char *in = (char *)bytes.p; /* iconv's prototype is older than const */
	char last[LONGEST], *rest = last;
	size_t left = bytes.n, rest_room = sizeof last;

	if (cd == NO_ICONV) {
		ascii_decode(bytes, s);
		return;
	}
	while (left > 0 && sink_ready(s)) {
		char *start = s->w;
		size_t before = left, room = (size_t)(s->end - s->w);

		if (iconv(cd, &in, &left, &s->w, &room) != (size_t)-1)
			continue;
		if (errno != E2BIG) {
			/*
			 * EILSEQ, or EINVAL for a character cut by the end: either way its first byte alone is given
			 * up. Some converters (glibc's CP949 at A2E8) have passed it already, be it the last.
			 */
			sink_bad(s);
			if (left > 0) {
				in++;
				left--;
			}
		} else if (s->w == start && left == before && !sink_room(s, LONGEST)) {
			break;
		}
	}
	/* Some converters keep a character back in case a combining one follows. */
	if (iconv(cd, NULL, NULL, &rest, &rest_room) != (size_t)-1)
		sink_copy(s, (const unsigned char *)last, (size_t)(rest - last));
	iconv_close(cd);
}

bool foreign_table(const char *name, const unsigned char *codes, size_t len, size_t n, uint16_t *table)
{
	iconv_t cd = iconv_open("UTF-16BE", name);

	if (cd == NO_ICONV)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned char text[8];
		char *in = (char *)codes + i * len, *out = (char *)text;
		size_t left = len, room = sizeof text;

		iconv(cd, NULL, NULL, NULL, NULL);
		table[i] = 0;
		if (iconv(cd, &in, &left, &out, &room) != (size_t)-1 && room == sizeof text - 2)
			table[i] = (uint16_t)(text[0] << 8 | text[1]);
	}
	iconv_close(cd);
	return true;
}
