/*
 * shared - the store that several hosts share: Redis, behind one thread that never lets anybody wait for long.
 * keys -> records; messages -> writes
 *
 * Sessions put look-ups and writes into an inbox and go on. The thread owns every connection (node.h), sends the
 * look-ups of all sessions together, and writes what waits in the backlog of the key's node, SHARED_BACKLOG keys at
 * most: then the oldest are dropped and counted. While no node is up nobody waits at all.
 */
#ifndef LURE_REPUTATION_SHARED_H
#define LURE_REPUTATION_SHARED_H

#include "reputation/ask.h"
#include "reputation/topology.h"

#define SHARED_BACKLOG 10000u
#define SHARED_LOOKUPS 10000u /* under way at once */

struct shared;

/* Takes over nothing; copies the servers, the keys' marks and the options' words. NULL: no memory. */
struct shared *shared_new(const struct reputation_redis *o, const struct site_keys *keys);
/* Ends the thread. What waits to be written is lost. NULL is fine. */
void shared_free(struct shared *s);
/* Start the thread: 0 or a negative errno. */
int shared_start(struct shared *s);

/* A look-up, to be collected or abandoned; NULL where no node is up or there is no memory. */
struct ask *shared_ask(struct shared *s, const struct keys *keys);

/*
 * Somebody waited in vain. Nobody else does, until the thread says anew that the store is up: at once, unless it is
 * held up itself.
 */
void shared_late(struct shared *s);

/* One message, for the current keys. Never blocks. */
void shared_record(struct shared *s, const struct keys *keys, bool lure, uint64_t text);
/* Wait until all is written, or `ms`. */
void shared_settle(struct shared *s, int ms);
/* The topology, for console.h: where the thread was not started. */
struct topology *shared_topology(struct shared *s);
#endif
