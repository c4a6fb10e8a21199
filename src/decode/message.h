/*
 * message - what an MTA hands over: client, envelope, headers, body.
 * bytes of a file -> struct message (from a milter session, session/ fills it)
 *
 * All spans are borrowed; values are raw bytes as they came, folds included (LF or CRLF, with the blank after them),
 * the blank after the colon and the final line end not.
 */
#ifndef LURE_DECODE_MESSAGE_H
#define LURE_DECODE_MESSAGE_H

#include "base/arena.h"
#include "base/limits.h"
#include "decode/flaw.h"

struct header {
	struct span name, value;
};

struct message {
	struct span client_address; /* "192.0.2.1", "2001:db8::1"; empty: not known */
	struct span client_name;    /* as the MTA gives it */
	struct span helo;
	struct span mail_from;      /* without <>; empty for the null sender */
	bool null_sender;
	struct span queue_id;       /* empty: not known */
	const struct span *recipients;
	size_t nrecipients;
	bool more_recipients;       /* than are here */

	const struct header *headers; /* in their order */
	size_t nheaders;
	struct span body;
	flaw_set flaws; /* found on the way here: TRUNCATED where headers or body were cut at a limit */
};

/*
 * Read the headers and body of a message file: an mbox "From " line before the first header is skipped; a line that is
 * no header ends the block and belongs to the body. Bare CR counts as a line end in a block that has no LF. A leading
 * Return-Path gives mail_from where it is well-formed. Never fails but for memory (arena_failed).
 */
void message_parse(struct arena *a, const struct limits *l, struct span bytes, struct message *ret);

/* The first header of that name (ASCII, any case), or NULL. */
const struct header *message_header(const struct message *m, const char *name);

#endif
