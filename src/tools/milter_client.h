/*
 * milter_client - plays the MTA for a running milter.
 * struct message -> the milter protocol -> what the milter did with it
 *
 * Speaks protocol version 6 as Postfix and Sendmail do (libmilter's mfdef.h), without libmilter. One connection for all
 * messages, as an SMTP session has it.
 */
#ifndef LURE_TOOLS_MILTER_CLIENT_H
#define LURE_TOOLS_MILTER_CLIENT_H

#include "base/buf.h"
#include "decode/message.h"

enum milter_action { MILTER_ACCEPT, MILTER_REJECT, MILTER_TEMPFAIL, MILTER_DISCARD, MILTER_NO_ANSWER };
const char *milter_action_name(enum milter_action a);

struct milter_outcome {
	enum milter_action action;
	bool early;         /* accepted before the end of the message: not read */
	bool held;          /* quarantine */
	struct buf reply;   /* of a reject or deferral, where the milter gave a text */
	struct buf status;  /* X-Lure-Status as it was added, unfolded */
	struct buf subject; /* new Subject value, where it was changed */
	size_t removed;     /* headers deleted */
};

struct milter_client;

/* Connect and negotiate. NULL: *error is one sentence (static). */
struct milter_client *milter_client_open(const char *socket, const char **error);
void milter_client_close(struct milter_client *c); /* NULL is fine */

/* false: the connection is lost or the milter broke the protocol; *error says it. */
bool milter_client_send(struct milter_client *c, const struct message *m, struct milter_outcome *ret,
    const char **error);
void milter_outcome_free(struct milter_outcome *o);

#endif
