/*
 * html_cascade - the style of one element.
 * a start tag, the elements around it and the rules -> struct style
 */
#ifndef LURE_EXTRACT_HTML_CASCADE_H
#define LURE_EXTRACT_HTML_CASCADE_H

#include "base/buf.h"
#include "extract/html_open.h"

/* The names that selectors know the element by. `scratch` is for values with references in them. */
void html_names_read(const struct html_tag *tag, struct buf *scratch, struct html_names *ret);

/*
 * What its kind and attributes, the rules of `sheet` and its style attribute say, in the order of CSS. false where no
 * more rules are looked at (html_sheet_match).
 */
bool html_cascade(const struct html_tag *tag, const struct html_names *names, const struct html_open *open,
    struct html_sheet *sheet, struct buf *scratch, struct style *ret);

/* Does the element stand on lines of its own? */
bool html_is_line(const struct html_tag *tag, const struct style *s);

#endif
