/*
 * html_style - what CSS declarations say about being seen.
 * "display:none; color:#fff" -> struct style
 *
 * Of CSS only what can hide text, show it again, or break lines. Not handled: variables, calc() of more than one
 * number, animations, masks, and elements laid over others.
 */
#ifndef LURE_EXTRACT_HTML_STYLE_H
#define LURE_EXTRACT_HTML_STYLE_H

#include "extract/html_colour.h"

enum style_prop {
	STYLE_DISPLAY, STYLE_VISIBILITY, STYLE_SIZE, STYLE_SPACE, STYLE_OPACITY, STYLE_POSITION,
	STYLE_LEFT, STYLE_TOP, STYLE_RIGHT, STYLE_BOTTOM, STYLE_MARGIN_LEFT, STYLE_MARGIN_TOP, STYLE_INDENT,
	STYLE_OVERFLOW, STYLE_WIDTH, STYLE_HEIGHT, STYLE_MAX_WIDTH, STYLE_MAX_HEIGHT, STYLE_CLIP, STYLE_CLIP_PATH,
	STYLE_TRANSFORM, STYLE_FILTER, STYLE_CONTENT, STYLE_FLOAT, STYLE_COLOUR, STYLE_FILL, STYLE_BACKGROUND,
	STYLE_IMAGE, STYLE_PROPS
};

/* What a property may be, as far as it matters here. */
enum style_value {
	STYLE_UNSET,
	STYLE_PLAIN,    /* any value that hides nothing: it takes back one that does */
	STYLE_INHERIT,  /* as the parent */
	STYLE_GONE,     /* hides, or helps to: none, hidden, 0, off-screen, clipped to nothing */
	STYLE_INLINE,   /* display: in the line */
	STYLE_INBLOCK,  /* display: a box in the line */
	STYLE_BLOCK,    /* display: a line of its own */
	STYLE_KEEP,     /* white-space: pre, pre-wrap, break-spaces */
	STYLE_LINES,    /* white-space: pre-line */
	STYLE_FLOWING,  /* position: relative, sticky */
	STYLE_FLOATING, /* position: absolute, fixed */
	STYLE_SOME,     /* a colour, which stands in struct style; an image; a float */
};

struct style {
	uint8_t v[STYLE_PROPS];                 /* enum style_value */
	struct colour colour, fill, background; /* where v[] says STYLE_SOME */
};

/* A style attribute's or a rule's declarations; `important` gets those with "!important". Both are added to. */
void style_read(struct span css, struct style *normal, struct style *important);
/* `over` wins where it says something. */
void style_add(struct style *s, const struct style *over);
bool style_empty(const struct style *s);

/*
 * CSS Syntax Module Level 3, as far as it is needed to find one's way: the first byte of `stops` at or after `from`
 * that stands outside comments, strings and brackets; css.n where there is none.
 */
size_t css_find(struct span css, size_t from, const char *stops);
/*
 * A copy in `out`, of at most max bytes: without comments, escapes decoded, blanks trimmed and collapsed, letters in
 * lower case if `fold`.
 */
struct span css_plain(struct span css, bool fold, char *out, size_t max);

#endif
