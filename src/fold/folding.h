/*
 * folding - the machine that writes the views.
 * text -> folded bytes, and the pairs of the map
 *
 * For this folder only. The caller sets the first six members of struct folding and gives each output room for as many
 * bytes as are read, for `room`, and for FOLDING_SLACK.
 */
#ifndef LURE_FOLD_FOLDING_H
#define LURE_FOLD_FOLDING_H

#include "base/span.h"
#include "fold/table.h"

#define FOLDING_SLACK 4u /* four bytes and pairs are written, and as many counted as are meant */

struct out {
	char *p;
	uint32_t *from, *to;
	size_t n;
};

enum gap_kind {
	GAP_NONE,
	GAP_BLANK,
	GAP_LINE,  /* one line end among the blanks */
	GAP_BREAK, /* a blank line; in the plain view a line end */
	GAP_END,   /* a sentence end that is written */
};

struct gap {
	enum gap_kind kind;
	uint32_t from, to;           /* of GAP_BLANK and GAP_LINE: all of it */
	uint32_t line_from, line_to; /* first and last line end */
	uint32_t end_from, end_to;   /* first and last sentence end */
	bool line_start;             /* nothing but blanks since the last line end */
};

struct folding {
	struct out text, skeleton;
	bool both;    /* the skeleton too */
	bool plain;   /* the plain view: blanks stay, a line end is an end */
	bool literal; /* not at the start of a line; no sentence end goes in the skeleton */
	size_t room;  /* bytes that the text view may have more than were read */

	const struct table *table;
	size_t last, last_skeleton; /* where the last character begins */
	uint8_t last_flags;
	size_t sentence;            /* where the sentence of the text view begins in the skeleton */
	struct gap gap;
};

/* Everything, and the end of it. */
void folding_run(struct folding *f, struct span in);

#endif
