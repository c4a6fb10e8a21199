/*
 * reputation - what is known of a sender.
 * identity -> standing; verdicts -> what is known
 *
 * The model. Messages count by the hour i of the store's clock: n(i) of a key's messages were seen in it, u(i) of them
 * lures by their content. With w(i) = min(n(i), HOUR_CAP) and D(h) = 2^(-h / (24 HALF_LIFE_DAYS)) a key has at hour t
 *
 *     lure  L(t) = sum of w(i)      u(i) / n(i)  D(t - i)
 *     clean C(t) = sum of w(i) (1 - u(i) / n(i)) D(t - i)
 *
 * An hour counts by its proportion, so neither a burst nor the first message decides. A sender's L and C are the means
 * of those of its keys, weighted 4 : 3 : 1 (domain, address, network; a key that nothing is known of is 0). Then
 *
 *     share  = (L + PRIOR_LURE) / (L + C + PRIOR_LURE + PRIOR_CLEAN)
 *     points = POINTS_MAX (share - SHARE_FROM) / (SHARE_FULL - SHARE_FROM), at least 0 and at most POINTS_MAX tenths
 *
 * No hour moves the share by more than HOUR_CAP / (HOUR_CAP + PRIOR_LURE + PRIOR_CLEAN) = 0.44. The points are added
 * only to a message whose content alone has CONTENT_MIN tenths, and never make a reject; they take nothing away. The
 * same text counts once per key and day.
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
#define REPUTATION_SHARE_FROM 0.3 /* up to here a standing adds nothing ... */
#define REPUTATION_SHARE_FULL 0.8 /* ... and from here on all it may */
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

/* The Redis that several hosts share. */
struct reputation_redis {
	const char *const *servers; /* as base/sock.h writes them */
	size_t nservers;
	const char *user, *password; /* empty: none */
	unsigned database;
	const char *sentinel_user, *sentinel_password; /* empty: none */
	const char *sentinel_master; /* the servers are sentinels, asked for this master; empty: they are not */
	bool cluster;                /* the servers are nodes of a cluster */
	int reply_ms;                /* a server that takes longer has failed */
	void (*say)(int level, const char *text); /* once a change of state; from the store's own thread */
};

struct reputation_options {
	size_t identities;     /* memory store: how many keys at most */
	struct span key;       /* HMAC key of the site; empty: a random one for this run */
	struct span other_key; /* the one before or the one to come, read only; empty: none */
	const char *file;      /* memory store: read at start, written by reputation_save(); NULL: not */
	const struct reputation_redis *redis; /* NULL: memory alone */
	bool keep_file;        /* a file that cannot be read stays where it is (lurectl) */
	struct diags *diags;   /* what is wrong with that file, as warnings; may be NULL */
};

/*
 * The memory store. NULL: no memory. A file that is damaged or was written with another key is set aside as
 * FILE.damaged, and the store begins empty.
 */
struct reputation *reputation_new(const struct reputation_options *o);
void reputation_free(struct reputation *r); /* NULL is fine; does not save */

/* Start the thread that speaks to Redis, where there is one: in the process that stays. 0 or a negative errno. */
int reputation_start(struct reputation *r);

/* Write the file, where there is one, as a whole or not at all; 0 or a negative errno. At stop and now and then. */
int reputation_save(struct reputation *r);

/*
 * What lurectl does, without reputation_start(): in Redis where there is one, else in the memory store that was read
 * from a file; what is changed there is written by reputation_save().
 */
#define REPUTATION_NAME_BYTES 33u /* 32 hexadecimal digits of an HMAC */
struct reputation_entry {
	char name[REPUTATION_NAME_BYTES];
	const char *kind;           /* "domain", "address", "network"; "" where only the HMAC is known */
	double lure, clean;         /* decayed to now */
	uint32_t hour, seen, lures; /* the running hour, and its messages */
	double old_lure, old_clean; /* what was before it */
};
typedef void reputation_fn(void *context, const struct reputation_entry *e);
/* Every key; or those of a sender, whether known or not (hour is then 0), and his standing. 0 or a negative errno. */
int reputation_each(struct reputation *r, reputation_fn *fn, void *context);
int reputation_show(
    struct reputation *r, const struct identity *id, reputation_fn *fn, void *context, struct standing *ret);
/* Redis tried, where there is one: lines of findings; whether all is well. */
bool reputation_check(struct reputation *r, struct buf *out);
/* How many keys were forgotten, or a negative errno. */
int reputation_forget(struct reputation *r, const struct identity *id);
/* Set a key from an entry's name, hour, seen, lures, old_lure and old_clean. -EINVAL where they are none. */
int reputation_put(struct reputation *r, const struct reputation_entry *e);
/* The share of lures and the points that these counts alone give. */
void reputation_judge(double lure, double clean, struct standing *ret);

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
