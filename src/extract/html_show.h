/*
 * html_show - text put where it belongs.
 * text, gaps and links in the order of the document -> visible and hidden text, the ranges of links and quotes
 */
#ifndef LURE_EXTRACT_HTML_SHOW_H
#define LURE_EXTRACT_HTML_SHOW_H

#include "extract/html.h"
#include "extract/html_flow.h"
#include "extract/html_open.h"

#define RUBY_BYTES 4096u /* of readings in one block */

struct html_show {
	struct arena *arena;
	struct html_shown *out;
	const struct html_open *open;
	struct html_flow visible, hidden, ruby;
	const struct html_look *look; /* of text outside the stack (an alt, a textarea); NULL: the stack's */
	size_t link;                  /* index + 1 of the link that is open */
	bool link_begun, quoting;
	bool was_hidden;
	bool aside;                   /* text for one mail program alone */
	bool quiet;                   /* hidden text that is no trick */
	bool any;                     /* some text was met */
	bool cut;                     /* a limit was reached */
};

/* `ruby` is the buf that readings wait in. */
void show_begin(struct html_show *t, struct arena *a, struct html_shown *out, const struct html_open *open,
    struct buf *ruby);

/* Text, its character references decoded where they mean something (not in raw elements and attributes, which are). */
void show_text(struct html_show *t, struct span s, bool references);
/* Text with a look of its own. */
void show_apart(struct html_show *t, struct span s, bool references, const struct html_look *look);
/* A line end, seen or only in the hidden text. */
void show_break(struct html_show *t, bool seen);
/* The border of a block: readings of ruby inside it come after it. */
void show_border(struct html_show *t, bool seen);

/* A link to target, which text that follows may belong to: its index + 1; 0: no memory. */
size_t show_link(struct html_show *t, struct span target);

#endif
