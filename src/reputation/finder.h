/*
 * finder - asks who has the data: a sentinel for the master, or a cluster's node for the slots.
 * one question to one server -> one reply
 *
 * Belongs to the thread of the store, and never waits.
 */
#ifndef LURE_REPUTATION_FINDER_H
#define LURE_REPUTATION_FINDER_H

#include "reputation/breaker.h"
#include "reputation/node.h"

#define CLUSTER_SLOTS 16384u

struct finder {
	struct redis *redis; /* NULL: nothing is asked */
	struct sock_spec at;
	size_t replies;      /* to come */
	bool resolving;      /* the name of `at` */
	clock_us due;
	struct breaker breaker;
	char why[160];       /* the last failure */
};

/* The master's name where a sentinel is asked, NULL for the slots of a cluster. */
void finder_ask(struct finder *f, const struct sock_spec *at, const struct node_options *o, const char *master);
void finder_stop(struct finder *f);
/*
 * What poll() found (or 0), and the time: 1 with the reply, which is good until finder_stop(), 0 for not yet, negative
 * where it failed.
 */
int finder_work(struct finder *f, short events, clock_us now, const struct reply **ret);

/* The master that a sentinel named. */
bool finder_master(const struct reply *r, struct sock_spec *ret);
/* One range of a reply to CLUSTER SLOTS: first and last slot, and its master. false: it is none. */
bool finder_range(const struct finder *f, const struct reply *r, unsigned *first, unsigned *last,
    struct sock_spec *ret);
/* The slot of a key (CRC-16 of XMODEM; no hash tag is in ours). */
unsigned finder_slot(struct span key);

#endif
