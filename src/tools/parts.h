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
/* One line a part. */
void parts_write(struct buf *out, const struct mail *mail);
/* One line a flaw, with what it means. */
void parts_flaws(struct buf *out, flaw_set flaws);
void parts_links(struct buf *out, const struct visible *v);

#endif
