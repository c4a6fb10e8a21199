/*
 * quote - which lines of a text are another's, and where a signature begins.
 * text of one part -> marks
 *
 * Quoted: lines that begin with '>', '＞' or '| ', or initials and '>'; the line that announces them ("... wrote:",
 * "2026年11月24日(火) 12:00 山田 <a@b.example>:"); a forwarded or answered message after its separator ("-----Original
 * Message-----") or its header lines ("From:", "差出人:" ...), to the end of the part or, where '>' lines follow, up to
 * these. Signature: after "-- ", and the footer of a mailing list. Not handled: quotes that only their colour shows.
 */
#ifndef LURE_EXTRACT_QUOTE_H
#define LURE_EXTRACT_QUOTE_H

#include "extract/visible.h"

struct marks {
	struct mark *v; /* in the arena */
	size_t n, cap;
};

/* from < to; at most MARKS_MAX. false where that cut it off. */
#define MARKS_MAX 8192u
bool marks_add(struct arena *a, struct marks *m, size_t from, size_t to, enum mark_kind kind);
/* Sort, and merge those of one kind that overlap or touch. */
void marks_settle(struct marks *m);

/* Add the marks of text.p[from .. to), one part of a body. */
bool quote_mark(struct arena *a, struct span text, size_t from, size_t to, struct marks *m);

/* A line without what marks it as quoted at its front ("> > "). */
struct span quote_strip(struct span line);

#endif
