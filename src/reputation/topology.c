#include <config.h>

#include "reputation/topology.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/metrics.h"

#define NO_NODE UINT16_MAX
#define FIND_SOON_US 1000000       /* while a node is down or a key has moved */
#define FIND_SENTINEL_US 10000000  /* else */
#define FIND_CLUSTER_US 30000000

/* --- what is said --- */

static void write_name(const struct sock_spec *at, char *out, size_t n)
{
	if (at->kind == SOCK_LOCAL)
		snprintf(out, n, "local:%s", at->path);
	else
		snprintf(out, n, "inet%s:%d@%s", at->kind == SOCK_INET6 ? "6" : "", at->port,
		    at->host[0] != '\0' ? at->host : "127.0.0.1");
}

void topology_say(const struct topology *t, int level, const struct node *n, const char *what, const char *more)
{
	char name[300], text[600];

	write_name(&n->at, name, sizeof name);
	snprintf(text, sizeof text, "reputation: redis %s %s%s", name, what, more);
	if (t->say != NULL)
		t->say(level, text);
}

/* One line a change: up once a batch came back, down once the breaker opens. */
static void tell(struct topology *t, struct node *n, clock_us now)
{
	if (n->state == NODE_UP && !n->told_up) {
		topology_say(t, LOG_NOTICE, n, "is up", "");
		n->told_up = true;
		n->told_down = false;
	} else if (n->state != NODE_UP && !n->told_down && breaker_open(&n->breaker, now)) {
		char more[240];

		snprintf(more, sizeof more, ": %s; memory is used meanwhile", n->why);
		topology_say(t, LOG_ERR, n, "is down", more);
		n->told_down = true;
		n->told_up = false;
	}
}

/* --- begin and end --- */

static bool read_servers(struct topology *t, const struct reputation_redis *o)
{
	const char *why;

	t->servers = calloc(o->nservers, sizeof *t->servers);
	for (size_t i = 0; t->servers != NULL && i < o->nservers; i++, t->nservers++)
		if (sock_parse(o->servers[i], &t->servers[i], &why) < 0)
			return false;
	return t->nservers > 0;
}

bool topology_new(struct topology *t, const struct reputation_redis *o, const struct site_keys *keys)
{
	bool by_sentinel = o->sentinel_master[0] != '\0';

	*t = (struct topology){ .say = o->say, .user = strdup(o->user), .password = strdup(o->password),
		.sentinel_user = strdup(o->sentinel_user), .sentinel_password = strdup(o->sentinel_password),
		.master = by_sentinel ? strdup(o->sentinel_master) : NULL,
		.slots = o->cluster ? malloc(CLUSTER_SLOTS * sizeof *t->slots) : NULL };
	for (size_t i = 0; i < keys->n; i++) {
		char mark[KEY_MARK_BYTES];

		site_key_mark(keys, i, mark);
		for (size_t k = 0; k < sizeof mark; k++)
			snprintf(t->marks[i] + 2 * k, 3, "%02x", (unsigned char)mark[k]);
	}
	t->options = (struct node_options){ .login = { t->user, t->password },
		.sentinel_login = { t->sentinel_user, t->sentinel_password }, .database = o->database,
		.marks = { t->marks[0], keys->n > 1 ? t->marks[1] : NULL }, .cluster = o->cluster,
		.reply_ms = o->reply_ms };
	for (size_t i = 0; t->slots != NULL && i < CLUSTER_SLOTS; i++)
		t->slots[i] = NO_NODE;
	return t->user != NULL && t->password != NULL && t->sentinel_user != NULL &&
	    t->sentinel_password != NULL && (!by_sentinel || t->master != NULL) &&
	    (!o->cluster || t->slots != NULL) && read_servers(t, o) &&
	    (by_sentinel || o->cluster || topology_at(t, &t->servers[0]) != NULL);
}

static void free_ops(struct op_list *l)
{
	struct op *op;

	while ((op = op_take(l)) != NULL)
		op_free(op);
}

static void free_secret(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

void topology_free(struct topology *t)
{
	struct op_list done = { 0 };

	topology_stop(t, &done);
	free_ops(&done);
	free_ops(&t->homeless);
	for (size_t i = 0; i < t->nnodes; i++) {
		free_ops(&t->nodes[i]->backlog);
		free(t->nodes[i]);
	}
	free_secret(t->password);
	free_secret(t->sentinel_password);
	free(t->user);
	free(t->sentinel_user);
	free(t->master);
	free(t->servers);
	free(t->slots);
}

void topology_stop(struct topology *t, struct op_list *done)
{
	finder_stop(&t->finder);
	for (size_t i = 0; i < t->nnodes; i++)
		node_stop(t->nodes[i], done);
}

/* --- nodes and keys --- */

static bool same_place(const struct sock_spec *a, const struct sock_spec *b)
{
	return a->kind == b->kind && a->port == b->port && strcmp(a->host, b->host) == 0 &&
	    strcmp(a->path, b->path) == 0;
}

/* The place of an unused node, or a new one; NULL: too many. */
static struct node *vacant(struct topology *t)
{
	for (size_t i = 0; i < t->nnodes; i++)
		if (!t->nodes[i]->used && t->nnodes == TOPOLOGY_NODES)
			return t->nodes[i];
	if (t->nnodes == TOPOLOGY_NODES || (t->nodes[t->nnodes] = calloc(1, sizeof **t->nodes)) == NULL)
		return NULL;
	return t->nodes[t->nnodes++];
}

struct node *topology_at(struct topology *t, const struct sock_spec *at)
{
	struct node *n;

	for (size_t i = 0; i < t->nnodes; i++) {
		if (same_place(&t->nodes[i]->at, at)) {
			t->nodes[i]->used = true;
			return t->nodes[i];
		}
	}
	n = vacant(t);
	if (n == NULL)
		return NULL;
	node_start(n, at);
	n->used = true;
	return n;
}

static uint16_t place_of(const struct topology *t, const struct node *n)
{
	uint16_t i = 0;

	while (i < t->nnodes && t->nodes[i] != n)
		i++;
	return i;
}

static unsigned slot_of(const struct memory_key *key)
{
	char name[SCRIPT_KEY_BYTES + 1];

	script_key(key, name);
	return finder_slot(span_str(name));
}

struct node *topology_node(struct topology *t, const struct memory_key *key)
{
	uint16_t place = t->slots != NULL ? t->slots[slot_of(key)] : 0;

	return place < t->nnodes ? t->nodes[place] : NULL;
}

void topology_moved(struct topology *t, const struct memory_key *key, struct node *to)
{
	t->moved = true;
	if (to != NULL && t->slots != NULL)
		t->slots[slot_of(key)] = place_of(t, to);
}

size_t topology_waiting(const struct topology *t)
{
	size_t n = t->homeless.n;

	for (size_t i = 0; i < t->nnodes; i++)
		n += t->nodes[i]->backlog.n;
	return n;
}

struct op_list *topology_longest(struct topology *t)
{
	struct op_list *longest = &t->homeless;

	for (size_t i = 0; i < t->nnodes; i++)
		if (t->nodes[i]->backlog.n > longest->n)
			longest = &t->nodes[i]->backlog;
	return longest;
}

bool topology_busy(const struct topology *t)
{
	bool up = false;

	for (size_t i = 0; i < t->nnodes; i++) {
		if (node_ready(t->nodes[i]))
			return false;
		up |= t->nodes[i]->state == NODE_UP;
	}
	return up;
}

bool topology_up(const struct topology *t, char why[160])
{
	bool up = false, marked = false;
	long open = 0;
	clock_us now = clock_now();

	if (t->nnodes == 0)
		snprintf(why, 160, "nobody says where the data is%s%.120s", t->finder.why[0] != '\0' ? ": " : "",
		    t->finder.why);
	else
		strcpy(why, "not connected yet");
	for (size_t i = 0; i < t->nnodes; i++) {
		const struct node *n = t->nodes[i];

		if (!n->used)
			continue;
		up |= n->state == NODE_UP;
		marked |= n->marked;
		open += breaker_open(&n->breaker, now);
		if (n->state != NODE_UP && n->why[0] != '\0')
			memcpy(why, n->why, sizeof n->why);
		if (n->foreign) {
			metric_set(METRIC_STORE_OPEN, open);
			return false;
		}
	}
	metric_set(METRIC_STORE_OPEN, open);
	return up && marked;
}

/* --- finding out --- */

/* Writes whose node was not known, or is none any more. */
static void house(struct topology *t, struct op_list *from)
{
	struct op_list old = *from;
	struct op *op;

	*from = (struct op_list){ 0 };
	while ((op = op_take(&old)) != NULL) {
		struct node *n = topology_node(t, &op->key);

		op_append(n != NULL ? &n->backlog : &t->homeless, op);
	}
}

static bool take_master(struct topology *t, const struct reply *r, struct op_list *done)
{
	struct op_list backlog = { 0 };
	struct sock_spec at;

	if (!finder_master(r, &at))
		return false;
	if (t->nnodes > 0 && same_place(&t->nodes[0]->at, &at))
		return true;
	if (t->nnodes > 0) {
		node_stop(t->nodes[0], done);
		backlog = t->nodes[0]->backlog;
		node_start(t->nodes[0], &at);
		t->nodes[0]->used = true;
		t->nodes[0]->backlog = backlog;
	} else if (topology_at(t, &at) == NULL) {
		return false;
	}
	house(t, &t->homeless);
	return true;
}

static bool take_slots(struct topology *t, const struct reply *r, struct op_list *done)
{
	size_t n = r->n, good = 0;
	unsigned first, last;
	struct sock_spec at;

	for (size_t i = 0; i < n; i++)
		good += finder_range(&t->finder, &r->element[i], &first, &last, &at);
	if (n == 0 || good < n)
		return false;
	for (size_t i = 0; i < t->nnodes; i++)
		t->nodes[i]->used = false;
	for (size_t i = 0; i < CLUSTER_SLOTS; i++)
		t->slots[i] = NO_NODE;
	for (size_t i = 0; i < n; i++) {
		struct node *node;

		finder_range(&t->finder, &r->element[i], &first, &last, &at);
		node = topology_at(t, &at);
		for (unsigned k = first; node != NULL && k <= last; k++)
			t->slots[k] = place_of(t, node);
	}
	for (size_t i = 0; i < t->nnodes; i++) {
		if (t->nodes[i]->used)
			continue;
		node_stop(t->nodes[i], done);
		house(t, &t->nodes[i]->backlog);
	}
	house(t, &t->homeless);
	return true;
}

static void found(struct topology *t, const struct reply *r, clock_us now, struct op_list *done)
{
	bool good = t->slots != NULL ? take_slots(t, r, done) : take_master(t, r, done);

	finder_stop(&t->finder);
	if (good) {
		t->found = now;
		t->moved = t->told_lost = false;
		t->finder.breaker.wait_ms = 0;
	} else {
		t->finder.why[0] = '\0';
		breaker_fault(&t->finder.breaker, now);
	}
}

static bool any_down(const struct topology *t)
{
	for (size_t i = 0; i < t->nnodes; i++)
		if (t->nodes[i]->used && t->nodes[i]->state == NODE_DOWN)
			return true;
	return t->nnodes == 0;
}

static clock_us find_due(const struct topology *t, clock_us now)
{
	clock_us due = t->found == 0 ? now : t->found +
	        (t->moved || any_down(t) ? FIND_SOON_US :
	            t->slots != NULL     ? FIND_CLUSTER_US :
	                                   FIND_SENTINEL_US),
	         allowed = breaker_due(&t->finder.breaker, now);

	return due > allowed ? due : allowed;
}

/* One of the servers of the configuration, or, once they are known, one of the cluster's nodes. */
static const struct sock_spec *whom_to_ask(struct topology *t)
{
	size_t all = t->nservers + (t->slots != NULL ? t->nnodes : 0), i = t->next++ % all;

	return i < t->nservers ? &t->servers[i] : &t->nodes[i - t->nservers]->at;
}

static void find(struct topology *t, clock_us now, struct op_list *done)
{
	const struct reply *r;

	if (t->finder.redis == NULL && find_due(t, now) <= now)
		finder_ask(&t->finder, whom_to_ask(t), &t->options, t->master);
	if (t->finder.redis != NULL && finder_work(&t->finder, 0, now, &r) > 0)
		found(t, r, now, done);
}

/* One line where nobody says where the data is. */
static void tell_lost(struct topology *t, clock_us now)
{
	char text[300];

	if (t->told_lost || !breaker_open(&t->finder.breaker, now))
		return;
	t->told_lost = true;
	snprintf(text, sizeof text, "reputation: %s: %s",
	    t->slots != NULL ? "no node of the Redis cluster tells the slots" :
	                       "no sentinel names the master of Redis",
	    t->finder.why[0] != '\0' ? t->finder.why : "it is not known to them");
	if (t->say != NULL)
		t->say(LOG_ERR, text);
}

/* --- what the thread calls --- */

void topology_watch(struct topology *t, clock_us now, struct op_list *done)
{
	bool one = t->slots == NULL && t->master == NULL;

	if (!one) {
		find(t, now, done);
		tell_lost(t, now);
	}
	for (size_t i = 0; i < t->nnodes; i++) {
		struct node *n = t->nodes[i];
		bool trying = n->state == NODE_DOWN && breaker_due(&n->breaker, now) <= now;

		if (!n->used)
			continue;
		if (one && trying)
			n->at = t->servers[t->next++ % t->nservers];
		node_watch(n, &t->options, now, done);
		tell(t, n, now);
	}
}

nfds_t topology_poll(const struct topology *t, clock_us now, clock_us *next, struct pollfd *fds, struct node **of)
{
	clock_us due;
	nfds_t n = 0;

	for (size_t i = 0; i < t->nnodes; i++) {
		if (!t->nodes[i]->used)
			continue;
		fds[n].revents = 0;
		fds[n].fd = node_poll(t->nodes[i], &fds[n].events);
		of[n] = t->nodes[i];
		n += fds[n].fd >= 0;
		due = node_next(t->nodes[i], now);
		*next = due < *next ? due : *next;
	}
	if (t->slots == NULL && t->master == NULL)
		return n;
	if (t->finder.redis != NULL) {
		fds[n] = (struct pollfd){ redis_fd(t->finder.redis), redis_events(t->finder.redis), 0 };
		of[n++] = NULL;
	}
	due = t->finder.redis != NULL ? t->finder.due : find_due(t, now);
	*next = due < *next ? due : *next;
	return n;
}

void topology_work(struct topology *t, nfds_t n, const struct pollfd *fds, struct node *const *of,
    struct op_list *done)
{
	clock_us now = clock_now();

	for (nfds_t i = 0; i < n; i++) {
		const struct reply *r;

		if (fds[i].revents == 0)
			continue;
		if (of[i] != NULL) {
			node_work(of[i], &t->options, fds[i].revents, done);
			tell(t, of[i], clock_now());
		} else {
			short read = (short)(fds[i].revents & (POLLIN | POLLHUP | POLLERR));

			if (finder_work(&t->finder, read, now, &r) > 0)
				found(t, r, now, done);
		}
	}
}
