/*
 * escape - text from outside made harmless for a terminal, and JSON.
 * UTF-8 -> UTF-8 that shows what is there
 */
#ifndef LURE_BASE_ESCAPE_H
#define LURE_BASE_ESCAPE_H

#include "base/buf.h"

/*
 * For a terminal: C0, C1, DEL, bidi controls, invisible characters and invalid bytes as <U+202E> or <1B>; \n and \t
 * stay where `lines` is true, else they are shown as a blank.
 */
void escape_terminal(struct buf *out, struct span text, bool lines);

/*
 * A JSON string with its quotes. ASCII control, ", \, U+2028, U+2029 and U+007F escaped; invalid bytes become U+FFFD.
 */
void json_string(struct buf *out, struct span text);
/* `"name":` with a comma before it unless the last byte written is { or [ (or nothing). */
void json_key(struct buf *out, const char *name);
/* The comma before an item of a list, by the same rule. */
void json_comma(struct buf *out);

#endif
