/*
 * html_flow - text as it runs on, with white space collapsed as a browser does.
 * pieces of text, line ends and borders -> bytes of a buf
 *
 * Blanks and line ends are kept back until text follows: none stand at the start, at the end, or beside a line end.
 */
#ifndef LURE_EXTRACT_HTML_FLOW_H
#define LURE_EXTRACT_HTML_FLOW_H

#include "base/buf.h"
#include "extract/html_style.h"

enum flow_gap { GAP_NONE, GAP_BLANK, GAP_LINE, GAP_BORDER }; /* "", " ", "\n", "\n\n" */

struct html_flow {
	struct buf *out;
	size_t start;     /* out->n where this flow began */
	enum flow_gap gap; /* due before the next text */
};

void flow_open(struct html_flow *f, struct buf *out);
/* At least this gap before the next text. */
static inline void flow_gap(struct html_flow *f, enum flow_gap gap)
{
	if (f->gap < gap)
		f->gap = gap;
}
/* <br>: a second one makes a blank line, and no more follow. */
void flow_break(struct html_flow *f);

/* buf_add(), but at the limit a character is written whole or not at all. */
void flow_add(struct buf *b, const char *p, size_t n);

/* Leave out the blanks that s begins with (a gap), where `space` collapses them. */
struct span flow_skip(struct html_flow *f, struct span s, enum style_value space);
/* Write the gap that is due: what is written next stands at f->out->n. */
void flow_settle(struct html_flow *f);
/* Write s, which flow_skip() gave back and flow_settle() was called for. */
void flow_text(struct html_flow *f, struct span s, enum style_value space);

#endif
