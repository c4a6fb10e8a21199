/*
 * html - HTML as an HTML5 tokeniser reads it, without a tree.
 * UTF-8 HTML -> visible text, hidden text, links
 *
 * WHATWG HTML section 13.2.5: tags, attributes, comments, CDATA in foreign content, RCDATA (title, textarea), RAWTEXT
 * and script data, character references by the complete table. Blocks (p, div, li, td ...) have a blank line at their
 * borders, <br> is a line end, other white space collapses; inline elements and comments join what they stand between.
 * Also text: alt of images, value and placeholder of inputs, the reading of ruby (after the block). What is hidden:
 * display:none, visibility:hidden, font-size 0, colour on the same colour, opacity 0, off-screen or clipped positions,
 * boxes of no size, the hidden attribute; by attribute, style or a rule of a <style> element, wherever that stands;
 * moreover <title>, <template>, <iframe>, and what only one mail program shows ("<!--[if mso]>"). Not handled: scripts,
 * external style sheets, direction, elements laid over others.
 */
#ifndef LURE_EXTRACT_HTML_H
#define LURE_EXTRACT_HTML_H

#include "base/clock.h"
#include "base/limits.h"
#include "base/buf.h"
#include "decode/flaw.h"

struct html_link {
	struct span target; /* in the arena */
	uint32_t from, to;  /* its shown text: bytes of *visible */
};

struct html_range {
	uint32_t from, to;
};

struct html_work;

/*
 * What is read, of all documents of a message one after another. Set `visible` and `hidden`, the rest to zero at first.
 */
struct html_shown {
	struct buf *visible, *hidden; /* appended to */
	/* of a, area, form; in the arena, at most l->links, at most text_bytes / 2 of targets */
	struct html_link *links;
	size_t nlinks, links_cap;
	size_t target_bytes;
	struct html_range *quotes;    /* inside <blockquote>: bytes of *visible */
	size_t nquotes, quotes_cap;
	size_t concealed;             /* letters that a style hides */
	struct html_work *work;       /* html_text()'s own, for the next document */
};

/*
 * Add the text of `html` (valid UTF-8). Linear in the input, no recursion; open elements beyond l->html_depth count as
 * shown. Returns flaws: TRUNCATED where a limit of HTML was reached (the bufs' own are the caller's), TIME.
 */
flaw_set html_text(struct arena *a, struct span html, const struct limits *l, clock_us deadline,
    struct html_shown *out);

#endif
