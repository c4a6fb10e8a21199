/*
 * topology - which node has a key: the one server, the master that the sentinels name, or the cluster's.
 * key -> node
 *
 * Belongs to the thread of the store. Finds out by finder.h, again whenever a node is down or a key has moved, and now
 * and then.
 */
#ifndef LURE_REPUTATION_TOPOLOGY_H
#define LURE_REPUTATION_TOPOLOGY_H

#include <poll.h>

#include "base/log.h"
#include "reputation/finder.h"
#include "reputation/keys.h"

#define TOPOLOGY_NODES 256u

struct topology {
	struct node_options options;
	char *user, *password, *sentinel_user, *sentinel_password;
	char *master; /* master: of the sentinels; NULL: not by sentinels */
	char marks[2][2 * KEY_MARK_BYTES + 1];
	void (*say)(int level, const char *text);
	struct sock_spec *servers;
	size_t nservers, next; /* next: to be tried */
	struct node *nodes[TOPOLOGY_NODES];
	size_t nnodes;
	struct op_list homeless; /* writes whose node is not known yet */
	uint16_t *slots;         /* of a cluster: places in nodes, or NO_NODE; else NULL */
	struct finder finder;
	clock_us found;          /* when it last was; 0: never */
	bool moved, told_lost;
};

bool topology_new(struct topology *t, const struct reputation_redis *o, const struct site_keys *keys);
void topology_free(struct topology *t);

struct node *topology_node(struct topology *t, const struct memory_key *key); /* NULL: not known */
struct node *topology_at(struct topology *t, const struct sock_spec *at);     /* found or made; NULL: too many */
void topology_moved(struct topology *t, const struct memory_key *key, struct node *to);

/* Writes that wait, and where most do. */
size_t topology_waiting(const struct topology *t);
struct op_list *topology_longest(struct topology *t);

/* Some node is up, and none of those could take more before a reply comes. */
bool topology_busy(const struct topology *t);
/* Some node is up, and the store is ours. `why` not. */
bool topology_up(const struct topology *t, char why[160]);
void topology_say(const struct topology *t, int level, const struct node *n, const char *what, const char *more);

void topology_watch(struct topology *t, clock_us now, struct op_list *done);
/* Descriptors for poll() and when to come back; then what it found. */
nfds_t topology_poll(const struct topology *t, clock_us now, clock_us *next, struct pollfd *fds, struct node **of);
void topology_work(struct topology *t, nfds_t n, const struct pollfd *fds, struct node *const *of,
    struct op_list *done);
void topology_stop(struct topology *t, struct op_list *done);

#endif
