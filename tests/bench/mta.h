/*
 * mta - the MTA's side of one milter connection, as light as it can be.
 * mail file -> packets of the milter protocol -> how it ended
 *
 * Protocol version 6 as Postfix speaks it: macros that the filter asked for and no others, one write for all that needs
 * no answer. For measuring only: what a filter may not do is an error here, and nothing is tried twice.
 */
#ifndef BENCH_MTA_H
#define BENCH_MTA_H

#include "base/buf.h"
#include "base/sock.h"

#define MTA_PROTOCOL 0x1FFFFFu /* every step may be left out or go unanswered */

/* A mail as the wire has it: headers as "name\0 value\0", the body with CRLF line ends. */
struct mta_mail {
	struct buf text;
	size_t *header; /* offsets into text, and the end of the last one */
	size_t nheaders;
	size_t body;    /* offset */
};

/* 0 or a negative errno. */
int mta_mail_read(const char *path, struct mta_mail *ret);
void mta_mail_free(struct mta_mail *m);

struct mta_options {
	struct sock_spec socket;
	uint32_t protocol;   /* what the filter is offered: SMFIP_* of mfdef.h */
	unsigned recipients; /* of each message */
	unsigned clients;    /* so many client addresses and senders in turn; 0: always the same */
};

enum mta_end { MTA_ACCEPT, MTA_REJECT, MTA_TEMPFAIL, MTA_DISCARD, MTA_LOST };
#define MTA_ENDS 5

struct mta {
	const struct mta_options *options;
	int fd;
	uint32_t protocol;    /* as negotiated */
	struct buf macros[7]; /* by stage: names that the filter asked for, between blanks */
	bool all_macros[7];   /* it said nothing of this stage */
	struct buf out, in;
	size_t taken;         /* of in */
	unsigned long added;  /* headers */
	const char *error;    /* what went wrong, static; NULL: nothing */
};

/* Connect, negotiate and introduce a client. false: m->error says why; mta_close() is due in any case. */
bool mta_open(struct mta *m, const struct mta_options *o, unsigned long number);
/* One message; MTA_LOST: m->error says why. */
enum mta_end mta_send(struct mta *m, const struct mta_mail *mail, unsigned long number);
void mta_close(struct mta *m);

#endif
