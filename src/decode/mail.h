/*
 * mail - a whole message, decoded.
 * struct message -> MIME tree, with every header and every text part in UTF-8
 *
 * Written by mail_decode(), const for all later stages; lives in the arena. Parts stand in the order of the message, a
 * parent before its children.
 */
#ifndef LURE_DECODE_MAIL_H
#define LURE_DECODE_MAIL_H

#include "base/clock.h"
#include "decode/charset.h"
#include "decode/message.h"
#include "decode/rfc5322.h"

enum part_kind {
	PART_TEXT,      /* text/plain and every other text/ but HTML, and what has no type */
	PART_HTML,
	PART_MULTIPART,
	PART_MESSAGE,   /* message/rfc822 and its like: its headers are in `headers`, its parts follow */
	PART_OPAQUE,    /* not text: listed, not opened */
};

enum part_place {
	PLACE_BODY,     /* shown as the mail's text */
	PLACE_ATTACHED, /* a text attachment: read, after the body */
	PLACE_ASIDE,    /* preamble, epilogue, and second readings of broken MIME: no mail program shows all of it */
};

#define PART_NO_PARENT ((size_t)-1)

struct mail_header {
	struct span name;  /* as written */
	struct span value; /* UTF-8, one line */
	struct span raw;
};

struct part {
	enum part_kind kind;
	enum part_place place;  /* no better than that of what it is in */
	size_t parent;          /* index, or PART_NO_PARENT */
	unsigned depth;         /* 0 for the message itself */
	bool alternative;       /* a child of multipart/alternative */
	bool forwarded;         /* inside a message/rfc822 */
	struct span type;       /* "text/plain": lower case ASCII, other bytes shown as '?' */
	struct span declared;   /* charset label as declared, made printable; empty: none */
	enum charset used;      /* of text parts */
	unsigned replaced;      /* U+FFFD written in this part's text */
	const char *transfer;   /* "7bit", "base64", ... as it was applied */
	struct span file_name;  /* UTF-8; empty: none */
	struct span text;       /* UTF-8, LF line ends, format=flowed joined; empty for others than TEXT and HTML */
	const struct mail_header *headers; /* of a PART_MESSAGE and of the root */
	size_t nheaders;
	flaw_set flaws;
};

struct mail {
	const struct part *parts; /* parts[0] is the message; at least one */
	size_t nparts;
	const struct mail_header *headers; /* of the message itself */
	size_t nheaders;
	struct span subject;      /* several Subjects: joined by a line end */
	const struct address *from, *reply_to, *to; /* of all headers of that name together; to: with Cc */
	size_t nfrom, nreply_to, nto;
	flaw_set flaws;           /* of the message and all its parts */
	unsigned replaced;        /* sum of the parts' and headers' */
};

/*
 * Decode. `deadline` stops the work (FLAW_TIME) and keeps what there is. Returns 0 or -ENOMEM (the only trouble there
 * is); *ret is untouched then.
 */
int mail_decode(struct arena *a, const struct message *m, const struct limits *l, clock_us deadline,
    const struct mail **ret);

#endif
