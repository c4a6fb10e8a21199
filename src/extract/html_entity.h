/*
 * html_entity - character references.
 * "&amp;", "&#x3042;" -> code points
 */
#ifndef LURE_EXTRACT_HTML_ENTITY_H
#define LURE_EXTRACT_HTML_ENTITY_H

#include "base/buf.h"

/*
 * The reference that s begins with (an '&'): its length in bytes and its code points, the second 0 where there is one.
 * 0: the '&' is itself. In an attribute a name without ';' is none before '=' or a letter or digit (section 13.2.5.73).
 */
size_t html_entity(struct span s, bool attribute, uint32_t cp[2]);

/* An attribute's value with its references decoded; NUL becomes U+FFFD. */
void html_entity_value(struct span raw, struct buf *out);

#endif
