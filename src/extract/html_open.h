/*
 * html_open - the elements that are open, and whether text in them is seen.
 * start and end tags -> the look of the text that follows
 *
 * The stack of open elements of WHATWG HTML section 13.2.6, without the tree: start tags that end others (p, li, td
 * ...), end tags that reach through formatting elements, formatting elements that outlive the block around them, and
 * text in a table that belongs before it. Not handled: frames, select's own rules, the limit of three equal formatting
 * elements.
 */
#ifndef LURE_EXTRACT_HTML_OPEN_H
#define LURE_EXTRACT_HTML_OPEN_H

#include "base/arena.h"
#include "extract/html_sheet.h"
#include "extract/html_tag.h"

/* How text stands in an element, with all that it inherits. */
struct html_look {
	struct colour colour, background;
	bool hidden;      /* by any of what follows, or by its colour */
	bool none;        /* takes no place: display, or clipped, moved or faded away */
	bool unseen;      /* visibility */
	bool tiny;        /* font size */
	bool off;         /* text-indent */
	bool image;       /* the background is not known */
	bool filled;      /* -webkit-text-fill-color stands in `colour` */
	uint8_t space;    /* STYLE_PLAIN, STYLE_KEEP, STYLE_LINES */
};

struct html_element {
	enum html_tag_id id;
	unsigned kinds;
	bool line;             /* stands on lines of its own */
	struct style style;    /* its own: to inherit again when elements around it are closed */
	struct html_look look;
};

struct html_open {
	struct html_element *v; /* depth of them */
	struct html_names *names;
	size_t n, depth;
	uint32_t count[TAG_N];  /* open elements of each id */
	uint32_t lost[TAG_N];   /* of them those that did not fit: their end tags close nothing */
	struct html_look root;
	const struct html_look *look; /* of text at this point; const for others */
	bool foster;            /* right inside a table, where no text can be */
};

bool html_open_new(struct arena *a, size_t depth, struct html_open *ret); /* false: no memory */
void html_open_clear(struct html_open *o);

/* Close what a start tag of this kind ends, before its element is opened. false: the tag means nothing here. */
bool html_open_before(struct html_open *o, enum html_tag_id id, unsigned kinds);
/* The look of a child of the element that is open, with this style; `id` tells whether it may stand in a table. */
struct html_look html_open_look(const struct html_open *o, enum html_tag_id id, unsigned kinds, const struct style *s);
/* false where the depth does not allow it. */
bool html_open_push(struct html_open *o, const struct html_tag *t, const struct html_names *names,
    const struct style *s, const struct html_look *look, bool line);
/* An end tag. True where an element was closed whose end is seen as the end of a line. */
bool html_open_end(struct html_open *o, const struct html_tag *t);

/* Inside svg or math, and not in HTML inside of it? */
bool html_open_foreign(const struct html_open *o);
/* Close the innermost svg or math, with what is in it. */
void html_open_leave_foreign(struct html_open *o);

#endif
