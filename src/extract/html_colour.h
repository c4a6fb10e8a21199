/*
 * html_colour - colours as CSS and old HTML write them.
 * "#fff", "rgb(255 255 255 / 50%)", "white" -> red, green, blue, opacity
 */
#ifndef LURE_EXTRACT_HTML_COLOUR_H
#define LURE_EXTRACT_HTML_COLOUR_H

#include <stdint.h>

#include "base/span.h"

struct colour {
	uint8_t r, g, b;
	uint8_t a; /* 255: opaque */
};

/*
 * CSS Color Module Level 4: names, hexadecimal, rgb(), rgba(), hsl(), hsla(), transparent. `s` is in lower case and
 * without blanks at its ends. Not handled: lab(), lch(), color(), color-mix(). false, and *ret untouched, where it is
 * none.
 */
bool colour_css(struct span s, struct colour *ret);

/* The value of a bgcolor or <font color>: every text but "" and "transparent" is some colour (WHATWG HTML 2.4.6). */
bool colour_legacy(struct span s, struct colour *ret);

/* `over` laid on the opaque `under`. */
struct colour colour_blend(struct colour over, struct colour under);

/* Too near for the eye: no channel differs by more than 16 of 255. */
bool colour_near(struct colour a, struct colour b);

#endif
