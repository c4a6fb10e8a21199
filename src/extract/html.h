/*
 * html - HTML as an HTML5 tokeniser reads it, without a tree.
 * UTF-8 HTML -> visible text, hidden text, links
 *
 * WHATWG HTML section 13.2.5: tags, attributes, comments, CDATA in foreign content, RCDATA (title, textarea), RAWTEXT and
 * script data, character references by the complete table. What is hidden: display:none, visibility:hidden, font-size 0,
 * colour on the same colour, opacity 0, off-screen positions, the hidden attribute; by attribute, style or a class rule of
 * a <style> element. Not handled: scripts, external style sheets, selectors other than of tag, class and id.
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

struct html_links {
	struct html_link *v; /* in the arena; grows to l->links */
	size_t n, cap;
};

/*
 * Append the text of `html` (valid UTF-8) to `visible` and `hidden` and its links (a, area, form action) to `links`.
 * Linear in the input, no recursion; open elements beyond l->html_depth count as shown. Returns flaws.
 */
flaw_set html_text(struct arena *a, struct span html, const struct limits *l, clock_us deadline,
    struct buf *visible, struct buf *hidden, struct html_links *links);

/* The charset label of a <meta charset> or <meta http-equiv> within the first 1,024 bytes (raw bytes), or empty. */
struct span html_meta_charset(struct span bytes);

#endif
