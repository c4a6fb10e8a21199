/*
 * mixed - text that changes its charset on the way.
 * bytes whose label lost the contest -> runs of them, each with the charset it is in
 *
 * A mail program goes by the label. So whoever puts enough text of another charset below, or into a comment, makes the
 * whole look like that one, and the few lines that are shown stay unread. Therefore such text is weighed piece by
 * piece: a piece ends with its line, or before a '<'; under a label of UTF-8 a stretch of that is a piece wherever it
 * stands. Without a label the same is done where the likeliest charset of the whole leaves bytes unexplained.
 */
#ifndef LURE_DECODE_MIXED_H
#define LURE_DECODE_MIXED_H

#include "decode/charset.h"

/* Is it one of the charsets of 8-bit text that Japanese can be written in? */
bool mixed_label(enum charset c);

struct mixed {
	struct span text;
	enum charset label;
	enum charset used; /* what the whole looks like */
	size_t at;         /* where the next run begins; 0 at first, as are those below */
	size_t end;        /* of the line or the like that is at hand */
	bool escapes;      /* it has an ESC */
};

/* Did the label of 8-bit text lose, so that there may be several charsets in it? */
bool mixed_may_be(const struct mixed *m);
/*
 * The next run of bytes in one charset, false where there is none. A piece is in the label's or in another charset than
 * `used` where it is much likelier so. Linear over a text.
 */
bool mixed_run(struct mixed *m, struct span *run, enum charset *ret);

#endif
