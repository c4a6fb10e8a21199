/*
 * html_sheet - the rules of <style> elements.
 * style sheets and an element with those around it -> struct style
 *
 * Selectors: element, class, id and *, joined to compounds and by blanks and '>'. A selector of any other kind
 * (attributes, pseudo-classes but :link, siblings) is left out. Media queries are answered as in a window on a desk.
 */
#ifndef LURE_EXTRACT_HTML_SHEET_H
#define LURE_EXTRACT_HTML_SHEET_H

#include "base/arena.h"
#include "extract/html_style.h"

/* An element as selectors see it: hashes of html_hash(). */
#define NAMES_CLASSES 8u
struct html_names {
	uint32_t tag, id; /* 0: no id */
	uint32_t classes[NAMES_CLASSES];
	uint32_t nclasses;
};

struct html_sheet;

struct html_sheet *html_sheet_new(struct arena *a, size_t limit); /* NULL: no memory */
void html_sheet_clear(struct html_sheet *s);
size_t html_sheet_rules(const struct html_sheet *s); /* selectors kept */

/* Add the rules of one <style> element; false where `limit` cut some off. */
bool html_sheet_add(struct html_sheet *s, struct span css);

/*
 * Add what the sheet says of `element`, which stands in the n elements `around`, the outermost first. false where the
 * document has spent what may be tried: rules are no longer looked at.
 */
bool html_sheet_match(struct html_sheet *s, const struct html_names *element, const struct html_names *around, size_t n,
    struct style *normal, struct style *important);

#endif
