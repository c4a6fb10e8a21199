/*
 * mime - the tree of parts.
 * struct message -> parts, their bytes not decoded yet
 *
 * One pass over the lines of the body with a stack of the multiparts that are open, so that depth costs nothing; an
 * outer boundary ends whatever is open inside. What is encoded as a whole (a message in base64) is decoded and read as
 * a body of its own. Where mail programs differ, the second reading follows the first, as its child and PLACE_ASIDE.
 */
#ifndef LURE_DECODE_MIME_H
#define LURE_DECODE_MIME_H

#include "decode/entity.h"

/* What is known of a part beyond struct part, until its text is read. */
struct leaf {
	struct span raw;    /* of TEXT and HTML */
	struct span head;   /* of MESSAGE: its header block */
	struct span cut;    /* of a uuencoded file: its lines in the raw of its parent, which are no text there */
	enum transfer transfer;
	enum charset label;
	enum form form;
	size_t twin;        /* the part whose text this one shares, else PART_NO_PARENT */
};

struct mime {
	struct part *parts; /* all but text, used and replaced */
	struct leaf *leaves;
	size_t n;
	enum charset label; /* declared by the first text part that declares one */
	flaw_set flaws;     /* of no part: TIME */
};

/* Never fails but for memory (arena_failed). */
void mime_read(struct arena *a, const struct message *m, const struct limits *l, clock_us deadline, struct mime *ret);

#endif
