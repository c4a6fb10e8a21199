/*
 * reputation - what is known of a sender.
 * identity -> standing; verdicts -> what is known
 *
 * The model (DESIGN.md section 7). Per key two decayed counts, L (lure) and C (clean), half-life HALF_LIFE_DAYS, and
 * the running hour. An hour counts with its proportion of lures over all messages seen, at a weight of min(messages,
 * REPUTATION_HOUR_CAP): neither a burst nor the first message decides. The standing is (L + prior_lure) / (L + C +
 * prior_lure + prior_clean), and adds at most REPUTATION_POINTS_MAX tenths, only to a message whose content alone has
 * REPUTATION_CONTENT_MIN tenths or more.
 */
#ifndef LURE_REPUTATION_REPUTATION_H
#define LURE_REPUTATION_REPUTATION_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"

#define REPUTATION_HALF_LIFE_DAYS 10
#define REPUTATION_HOUR_CAP 8
#define REPUTATION_PRIOR_LURE 1.0
#define REPUTATION_PRIOR_CLEAN 9.0
#define REPUTATION_POINTS_MAX 15  /* tenths */
#define REPUTATION_CONTENT_MIN 30 /* tenths */
#define REPUTATION_KEYS_MAX 3     /* address, its network, the authenticated domain */

struct reputation;

/* Keyed by what a sender cannot choose. Empty spans: not known, or shared by many senders. */
struct identity {
	struct span address; /* "192.0.2.1": /32 and /24, or IPv6 /64 and /48 */
	struct span domain;  /* authenticated by DKIM or SPF, lower case */
};

enum standing_state {
	STANDING_OFF,     /* no reputation is kept, or the sender has none */
	STANDING_NEW,     /* nothing is known: the prior */
	STANDING_KNOWN,
	STANDING_MISSING, /* the store did not answer in time */
};

struct standing {
	enum standing_state state;
	double share;   /* 0 clean .. 1 lure; the prior where NEW */
	double weight;  /* L + C: how much is known */
	int points;     /* tenths it would add, 0 .. REPUTATION_POINTS_MAX */
};

struct reputation_options {
	size_t identities;     /* memory store: how many keys at most */
	struct span key;       /* HMAC key of the site; empty: a random one for this run */
	const char *file;      /* memory store: read at start, written by reputation_save(); NULL: not */
	struct diags *diags;   /* what is wrong with that file, as warnings; may be NULL */
};

/*
 * The memory store. NULL: no memory. A file that is damaged or was written with another key is set aside as
 * FILE.damaged, and the store begins empty.
 */
struct reputation *reputation_new(const struct reputation_options *o);
void reputation_free(struct reputation *r); /* NULL is fine; does not save */

/* Write the file, where there is one, as a whole or not at all; 0 or a negative errno. At stop and now and then. */
int reputation_save(struct reputation *r);

#define REPUTATION_KEY_MIN 32u /* bytes of the site's key */
/* Read the site's key. false with an error in d: missing, short, or others may read it. */
bool reputation_key_read(const char *path, struct buf *key, struct diags *d);

/*
 * Ask at end of headers, collect at end of message: the store works meanwhile. `request` is NULL without memory;
 * collect ends it in any case, and gives STANDING_MISSING where the answer is not there at `deadline`.
 */
struct reputation_request;
struct reputation_request *reputation_ask(struct reputation *r, const struct identity *id);
void reputation_collect(struct reputation_request *request, clock_us deadline, struct standing *ret);
void reputation_abandon(struct reputation_request *request); /* NULL is fine */

/*
 * One message seen: `lure` by its content alone (never by a verdict that the standing moved). `text` is a digest of
 * what it said: the same text counts once per key and day. Never blocks.
 */
void reputation_record(struct reputation *r, const struct identity *id, bool lure, uint64_t text);

/* "new", "off", "missing", or "share/weight" such as "0.83/12.4": for header and log. */
void standing_write(const struct standing *s, char out[32]);

#endif
