/*
 * session - one connection of an MTA, and the message that it brings.
 * milter callbacks' arguments -> struct message
 *
 * Several messages follow one another on a connection. A message is open from session_begin() (MAIL) to session_end()
 * (its end, an abort, or the close: whatever comes first; ending twice is fine). Nothing of a message is kept before it
 * is known that a recipient agreed. The state hops threads with its connection and is never touched by two at once.
 */
#ifndef LURE_SESSION_SESSION_H
#define LURE_SESSION_SESSION_H

#include <sys/socket.h>

#include "decode/message.h"
#include "reputation/identity.h"
#include "session/snapshot.h"

/* A run of bytes in a buffer that still grows. */
struct piece {
	size_t at, n;
};

struct pieces {
	struct piece *v;
	size_t n, cap;
};

struct session {
	/* the connection's */
	unsigned long protocol;            /* SMFIP_ steps and replies as the MTA granted them */
	struct sockaddr_storage client;    /* ss_family AF_UNSPEC: not known */
	char address[64];
	char *client_name, *helo, *mta;    /* NULL: not known */

	/* the message's; snapshot == NULL: none is open */
	struct snapshot *snapshot;
	enum client_class class;
	enum consent mildest, strictest;   /* of all recipients so far */
	enum consent first;                /* class of the first, for mixed_recipients: split */
	struct buf envelope;               /* sender and recipients */
	struct piece mail_from;
	struct pieces recipients;
	bool more_recipients;              /* than are kept */
	bool null_sender;
	char queue_id[64];
	struct buf raw;                    /* headers' names and values, then the body */
	size_t raw_counted;                /* bytes of it that count as held */
	struct pieces headers;             /* name, value, name, value ... */
	size_t body_at;                    /* where the body begins in raw */
	bool in_body;
	size_t size;                       /* bytes seen, kept or not */
	struct buf forged;                 /* names of X-Lure-* headers that came with the message, each with a NUL */
	size_t nforged;
	bool subject_cut;                  /* there is a subject that was not kept whole */
	flaw_set flaws;
	const char *trouble;               /* why the message could not be kept; NULL: it is */
	char domain[IDENTITY_DOMAIN_MAX];  /* what `identity` points to */
	struct identity identity;
	struct reputation_request *request;
	struct span *spans;                /* of the message made last: recipients ... */
	struct header *made;               /* ... and headers */
};

struct session *session_new(void); /* NULL: no memory */
void session_free(struct session *s); /* NULL is fine */

void session_client(struct session *s, const char *name, const struct sockaddr *sa);
void session_set(char **field, const char *value); /* client_name, helo, mta; without memory: not known */

/* MAIL. false: the service drains, no message may begin. Ends the message before it where the MTA did not. */
bool session_begin(struct session *s, const char *sender);
/* Nobody may read what this client sends: it is exempt or authenticated. */
bool session_exempt(const struct session *s, const char *authenticated);
/* RCPT. false: of another class than the first, and mixed recipients are to be split. */
bool session_recipient(struct session *s, const char *address);
/* Whether a recipient agreed to be read for. */
bool session_wanted(const struct session *s);
void session_header(struct session *s, const char *name, const char *value);
/* false: no more of the body is needed. */
bool session_body(struct session *s, const unsigned char *p, size_t n);
void session_queue_id(struct session *s, const char *id);
/* End of the headers: who sends, and the question for the standing. */
void session_ask(struct session *s);

/* The message as it stands; borrowed, until the next call that changes the session. false: no memory. */
bool session_message(struct session *s, struct message *ret);
/* End of the message, however it comes; also where none is open. */
void session_end(struct session *s);

#endif
