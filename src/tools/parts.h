/*
 * parts - how a message was read, for people.
 * mail and visible -> lines: parts with their charsets, flaws, links
 */
#ifndef LURE_TOOLS_PARTS_H
#define LURE_TOOLS_PARTS_H

#include "extract/visible.h"
#include "tools/mailbox.h"

/* "== FILE ==" */
void parts_title(struct buf *out, const struct mailbox_message *m);
/* One line a part, and the flaws with what they mean. */
void parts_write(struct buf *out, const struct mail *mail, const struct visible *v);
void parts_links(struct buf *out, const struct visible *v);

#endif
