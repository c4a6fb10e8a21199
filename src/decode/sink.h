/*
 * sink - where decoders write: a buf held open for many small writes.
 * code points -> UTF-8 in a buf
 *
 * Between sink_open() and sink_close() the buf is the sink's alone. Characters go straight into its reserved room; at
 * the buf's limit a character is written whole or not at all. `full` tells a decoder to leave its loop.
 */
#ifndef LURE_DECODE_SINK_H
#define LURE_DECODE_SINK_H

#include "base/buf.h"
#include "base/utf8.h"

#define GETA 0x3013u /* for a character that exists but has no code point: carrier emoji, user-defined */

struct sink {
	struct buf *out;
	char *w, *end;     /* free room; what stands before w is written, but not yet counted in out->n */
	unsigned replaced; /* U+FFFD written for bytes that mean nothing */
	bool full;
};

void sink_open(struct sink *s, struct buf *out);
void sink_close(struct sink *s);

/* Room for n bytes (at most 4096), or false with `full` set. */
bool sink_room(struct sink *s, size_t n);
/* Valid UTF-8, copied. */
void sink_copy(struct sink *s, const unsigned char *p, size_t n);

static inline bool sink_ready(struct sink *s)
{
	return (size_t)(s->end - s->w) >= UTF8_MAX || sink_room(s, UTF8_MAX);
}

/* cp must be a scalar value. */
static inline void sink_put(struct sink *s, uint32_t cp)
{
	if (!sink_ready(s))
		return;
	if (cp >= 0x800 && cp < 0x10000) { /* nearly all of Japanese, so it stands here and first */
		s->w[0] = (char)(0xE0 | cp >> 12);
		s->w[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		s->w[2] = (char)(0x80 | (cp & 0x3F));
		s->w += 3;
	} else {
		s->w += utf8_put(s->w, cp);
	}
}

static inline void sink_bad(struct sink *s)
{
	s->replaced++;
	sink_put(s, UTF8_BAD);
}

/*
 * How many bytes at p mean themselves in every ASCII-based charset: below 0x80, and none of the ESC, SO and SI that are
 * looked at apart. Eight at a time: a byte of v - 0x01.. & ~v has its top bit set where that byte of v is zero.
 */
static inline size_t sink_plain(const unsigned char *p, const unsigned char *end)
{
	const unsigned char *q = p;
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;

	for (; end - q >= 8; q += 8) {
		uint64_t v, esc, shift;

		memcpy(&v, q, 8);
		esc = v ^ 0x1B * ones;
		shift = (v & 0xFE * ones) ^ 0x0E * ones;
		if (((v | ((esc - ones) & ~esc) | ((shift - ones) & ~shift)) & tops) != 0)
			break;
	}
	while (q < end && *q < 0x80 && *q != 0x1B && *q != 0x0E && *q != 0x0F)
		q++;
	return (size_t)(q - p);
}

/* How many bytes at the start of s are below 0x80. */
static inline size_t sink_seven(struct span s)
{
	size_t i = 0;

	for (; s.n - i >= 8; i += 8) {
		uint64_t eight;

		memcpy(&eight, s.p + i, 8);
		if ((eight & 0x8080808080808080u) != 0)
			break;
	}
	while (i < s.n && (unsigned char)s.p[i] < 0x80)
		i++;
	return i;
}

#endif
