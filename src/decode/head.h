/*
 * head - the header block of a message or of a part.
 * bytes -> headers one by one, and where the body begins
 *
 * A line that is no header ends the block and belongs to the body; so does one that begins with "--", which may be the
 * boundary of a part without a body. Blanks before the colon are taken; a first line that begins with a blank is a
 * header without a name. CR alone ends a line where the block has no LF.
 */
#ifndef LURE_DECODE_HEAD_H
#define LURE_DECODE_HEAD_H

#include "decode/message.h"

struct head {
	const struct limits *limits;
	struct span bytes;
	size_t at;      /* the body's first byte, once head_next() has said false */
	size_t n;       /* headers given so far */
	char eol;
	bool ended;     /* by a blank line */
	flaw_set flaws; /* BAD_HEADER, TRUNCATED */
};

/*
 * `eol`: what ends lines, 0 where that is to be found out. `message`: an mbox "From " line may stand before the
 * headers.
 */
void head_open(struct head *h, const struct limits *l, struct span bytes, char eol, bool message);
/*
 * The next header; false at the end of the block. What is above limits->headers or header_bytes is passed over or cut.
 */
bool head_next(struct head *h, struct header *ret);

#endif
