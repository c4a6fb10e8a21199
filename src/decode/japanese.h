/*
 * japanese - the three Japanese charsets that are decoded here, and their tables.
 * ISO-2022-JP, Shift_JIS (CP932), EUC-JP -> UTF-8
 *
 * None of them fails: what means nothing becomes U+FFFD, counted, and decoding goes on at the next byte that may begin
 * a character. Line ends and '<' are never part of a broken one.
 */
#ifndef LURE_DECODE_JAPANESE_H
#define LURE_DECODE_JAPANESE_H

#include "decode/flaw.h"
#include "decode/sink.h"

#define JIS_CELLS 94u
#define JIS_ROWS 120u /* the 94 of JIS X 0208, then those that only Shift_JIS reaches: user-defined and IBM */

/* Code points by (row - 1) * 94 + cell - 1; 0: unassigned. Written by cp932_init() alone. */
extern uint16_t jis_x0208[JIS_ROWS * JIS_CELLS];
extern uint16_t jis_x0212[94 * JIS_CELLS];

/* Fill the tables: 0, or -ENOSYS where iconv lacks CP932. */
int cp932_init(void);

/* Where a Shift_JIS pair stands in jis_x0208, or -1 where the bytes are none. */
static inline int cp932_cell(unsigned char lead, unsigned char trail)
{
	unsigned l = lead >= 0x81 && lead <= 0x9F ? lead - 0x81u : lead >= 0xE0 && lead <= 0xFC ? lead - 0xC1u : 60;

	if (l == 60 || trail < 0x40 || trail == 0x7F || trail > 0xFC)
		return -1;
	return (int)(l * 188 + trail - (trail < 0x7F ? 0x40 : 0x41));
}

/*
 * The length of a SoftBank pictogram at p (an ESC): ESC $ and one of EFGOPQ, then codes, then SI. 0 where there is
 * none. One prefix may serve several pictograms; they become one GETA MARK together.
 */
size_t softbank_length(const unsigned char *p, const unsigned char *end);

void cp932_decode(struct span bytes, struct sink *s);
void eucjp_decode(struct span bytes, struct sink *s);
/* Returns FLAW_LABEL_WRONG where 8-bit text stood between the escapes (and was read), else nothing. */
flaw_set iso2022jp_decode(struct span bytes, struct sink *s);

#endif
