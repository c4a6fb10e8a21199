/*
 * image - what a character becomes, by Unicode's data and the .def files.
 * code point -> code points of the text view, of the skeleton
 *
 * For building the table; slow.
 */
#ifndef LURE_FOLD_IMAGE_H
#define LURE_FOLD_IMAGE_H

#include "fold/table.h"

#define IMAGE_END 0x30000u /* the .def files name characters below only */

/* The .def files, by character; 0: nothing there. */
struct image_data {
	uint32_t variant[IMAGE_END];
	uint32_t lookalike[IMAGE_END];
	uint8_t look[IMAGE_END];
	uint8_t boxed[IMAGE_END]; /* row of boxed.def, counted from 1 */
	bool ends[0x10000], dashes[0x10000], waves[0x10000];
};

void image_read(struct image_data *d);
/* The text view's image; 0: it goes. */
unsigned image_text(const struct image_data *d, uint32_t cp, uint32_t out[UNICODE_IMAGE_MAX]);
/* The skeleton's, of a character of the text view; 0: it goes. */
uint32_t image_skeleton(const struct image_data *d, uint32_t cp);
/* How text takes the character; n and out as image_text() gave them. */
enum kind image_kind(const struct image_data *d, uint32_t cp, const uint32_t *out, unsigned n);
/* GLYPH_ of a character of the text view. */
unsigned image_flags(uint32_t cp);

#endif
