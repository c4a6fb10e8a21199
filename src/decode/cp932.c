#include <config.h>

#include "decode/japanese.h"

#include <errno.h>

#include "decode/foreign.h"

/*
 * The table is the C library's CP932: glibc's equals the WHATWG index jis0208 in every cell. Row and cell follow from a
 * Shift_JIS pair by arithmetic, so the same table serves ISO-2022-JP and the two-byte part of EUC-JP.
 */
uint16_t jis_x0208[JIS_ROWS * JIS_CELLS];
uint16_t jis_x0212[94 * JIS_CELLS];

#define SOFTBANK_MAX 128u

/* GNU libiconv follows JIS where Microsoft, the browsers and all mail programs differ. */
static uint16_t as_microsoft(uint16_t cp)
{
	static const uint16_t pairs[][2] = {
		{ 0x301C, 0xFF5E }, { 0x2016, 0x2225 }, { 0x2212, 0xFF0D }, { 0x2014, 0x2015 },
		{ 0x00A2, 0xFFE0 }, { 0x00A3, 0xFFE1 }, { 0x00AC, 0xFFE2 }, { 0x00A6, 0xFFE4 },
	};

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (cp == pairs[i][0])
			return pairs[i][1];
	return cp;
}

static bool is_private(uint16_t cp)
{
	return cp >= 0xE000 && cp < 0xF900;
}

static bool fill_x0208(void)
{
	static unsigned char codes[JIS_ROWS * JIS_CELLS][2];

	for (unsigned i = 0; i < JIS_ROWS * JIS_CELLS; i++) {
		unsigned lead = i / 188, trail = i % 188;

		codes[i][0] = (unsigned char)(lead + (lead < 31 ? 0x81 : 0xC1));
		codes[i][1] = (unsigned char)(trail + (trail < 63 ? 0x40 : 0x41));
	}
	if (!foreign_table("CP932", codes[0], 2, JIS_ROWS * JIS_CELLS, jis_x0208))
		return false;
	for (unsigned i = 0; i < JIS_ROWS * JIS_CELLS; i++) {
		jis_x0208[i] = as_microsoft(jis_x0208[i]);
		/* Carriers put emoji into the user-defined rows, KDDI's mail into rows 85 to 94 (75-7E) of JIS. */
		if (is_private(jis_x0208[i]) || (jis_x0208[i] == 0 && i >= 84 * JIS_CELLS && i < 94 * JIS_CELLS))
			jis_x0208[i] = GETA;
	}
	return true;
}

/* JIS X 0212 as EUC-JP has it; EUC-JP-MS adds IBM's extensions (8FF3F3 to 8FF4FE) and user-defined rows. */
static void fill_x0212(void)
{
	static unsigned char codes[94 * JIS_CELLS][3];
	static uint16_t more[94 * JIS_CELLS];

	for (unsigned i = 0; i < 94 * JIS_CELLS; i++) {
		codes[i][0] = 0x8F;
		codes[i][1] = (unsigned char)(0xA1 + i / JIS_CELLS);
		codes[i][2] = (unsigned char)(0xA1 + i % JIS_CELLS);
	}
	foreign_table("EUC-JP", codes[0], 3, 94 * JIS_CELLS, jis_x0212);
	if (foreign_table("EUC-JP-MS", codes[0], 3, 94 * JIS_CELLS, more))
		for (unsigned i = 0; i < 94 * JIS_CELLS; i++)
			if (jis_x0212[i] == 0)
				jis_x0212[i] = more[i];
	for (unsigned i = 0; i < 94 * JIS_CELLS; i++)
		if (is_private(jis_x0212[i]))
			jis_x0212[i] = GETA;
}

int cp932_init(void)
{
	if (!fill_x0208())
		return -ENOSYS;
	fill_x0212(); /* without it those rare characters are U+FFFD */
	return 0;
}

size_t softbank_length(const unsigned char *p, const unsigned char *end)
{
	const unsigned char *q = p + 3;

	if (end - p < 5 || p[1] != '$' || memchr("EFGOPQ", p[2], 6) == NULL)
		return 0;
	while (q < end && *q >= 0x21 && *q <= 0x7E && q - p < (ptrdiff_t)SOFTBANK_MAX)
		q++;
	return q > p + 3 && q < end && *q == 0x0F ? (size_t)(q + 1 - p) : 0;
}

/* A pair that is no character gives up its lead; its trail is looked at again where it may mean something by itself. */
static const unsigned char *pair(const unsigned char *p, const unsigned char *end, struct sink *s)
{
	int cell = end - p < 2 ? -1 : cp932_cell(p[0], p[1]);

	if (cell >= 0 && jis_x0208[cell] != 0) {
		sink_put(s, jis_x0208[cell]);
		return p + 2;
	}
	if (p[0] == 0x80)
		sink_put(s, 0x80); /* as WHATWG's decoder has it */
	else
		sink_bad(s);
	return p + (cell < 0 || p[1] < 0x80 ? 1 : 2);
}

void cp932_decode(struct span bytes, struct sink *s)
{
	const unsigned char *p = (const unsigned char *)bytes.p, *end = p + bytes.n;

	while (p < end && !s->full) {
		if (*p >= 0xA1 && *p <= 0xDF) {
			sink_put(s, 0xFF61u + *p++ - 0xA1);
		} else if (*p >= 0x80) {
			p = pair(p, end, s);
		} else {
			size_t n = sink_plain(p, end);

			sink_copy(s, p, n);
			p += n;
			if (p == end || *p >= 0x80)
				continue;
			n = *p == 0x1B ? softbank_length(p, end) : 0;
			sink_put(s, n > 0 ? GETA : *p);
			p += n > 0 ? n : 1;
		}
	}
}
