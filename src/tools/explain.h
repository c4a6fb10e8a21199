/*
 * explain - one inspection with all that led to its verdict.
 * struct inspection -> lines for people, or JSON
 */
#ifndef LURE_TOOLS_EXPLAIN_H
#define LURE_TOOLS_EXPLAIN_H

#include "score/inspect.h"
#include "tools/mailbox.h"

struct explain_style {
	bool colour;
	size_t columns; /* of the terminal: lines of a mail are broken there; 0: they are not */
};

/*
 * How the message was read, its fields with the hits marked, each sign and rule, the sums, and the verdict with its
 * reasons. What comes from the mail or from a pattern file is escaped for a terminal, and each line of a
 * mail's text has a bar before it, so that none can pass for one of ours. `o`: what it was judged by.
 */
void explain_text(struct buf *out, const struct mailbox_message *m, const struct inspection *i,
    const struct score_options *o, const struct explain_style *style);

/* "tag", in the reader's language. */
const char *explain_verdict(enum verdict_kind k);

/* From the families on. For explain_text(). */
void explain_sums(struct buf *out, const struct inspection *i, const struct score_options *o);

/* One object, as lurectl(1) describes it, without a line end. */
void explain_json(struct buf *out, const struct mailbox_message *m, const struct inspection *i,
    const struct score_options *o);

#endif
