#include <config.h>

#include "reputation/shared.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/metrics.h"

#define READS_AT_ONCE 512u /* of a node, in a batch */
#define WRITES_AT_ONCE 64u /* of a node: look-ups never stand behind more */
#define HOPS_MAX 4u
#define FULL_US (5 * 1000000) /* between tries of a server that has no memory left */
#define IDLE_POLL_MS 1000

struct shared {
	struct topology topology; /* the thread's */
	atomic_bool up;           /* look-ups are worth asking */
	atomic_int waiting;       /* writes: in the inbox, in backlogs, under way */
	/* the inbox */
	pthread_mutex_t lock;
	struct ask *asks, **asks_end;
	size_t nasks;
	struct op_list writes;
	bool stop;
	bool asleep; /* the thread waits, and has something to do with what comes */
	/* the thread */
	pthread_t thread;
	bool running;
	int wake[2];
	struct op_list done;
};

/* --- the sessions' side --- */

/* Open the lock and wake the thread where it sleeps. */
static void unlock_and_wake(struct shared *s)
{
	bool asleep = s->asleep;

	s->asleep = false;
	pthread_mutex_unlock(&s->lock);
	if (asleep && write(s->wake[1], "", 1) < 0 && errno != EAGAIN) /* full: it is woken */
		abort();
}

struct ask *shared_ask(struct shared *s, const struct keys *keys)
{
	struct ask *a = atomic_load(&s->up) ? ask_new(keys) : NULL;

	if (a == NULL)
		return NULL;
	pthread_mutex_lock(&s->lock);
	if (s->nasks >= SHARED_LOOKUPS) {
		pthread_mutex_unlock(&s->lock);
		ask_drop(a);
		return NULL;
	}
	*s->asks_end = a;
	s->asks_end = &a->next;
	s->nasks++;
	unlock_and_wake(s);
	return a;
}

void shared_late(struct shared *s)
{
	atomic_store(&s->up, false);
}

static void count_waiting(struct shared *s, int n)
{
	atomic_fetch_add(&s->waiting, n);
	metric_add(METRIC_STORE_QUEUE, n);
}

static void drop(struct shared *s, struct op *op)
{
	op_free(op);
	count_waiting(s, -1);
	metric_add(METRIC_STORE_DROPPED, 1);
}

void shared_record(struct shared *s, const struct keys *keys, bool lure, uint64_t text)
{
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < keys->current; i++) {
		struct op *op = calloc(1, sizeof *op);

		if (op == NULL)
			continue;
		op->kind = OP_WRITE;
		op->key = keys->v[i];
		op->lure = lure;
		op->text = (uint32_t)(text ^ text >> 32);
		count_waiting(s, 1);
		if (s->writes.n >= SHARED_BACKLOG)
			drop(s, op_take(&s->writes));
		op_append(&s->writes, op);
	}
	unlock_and_wake(s);
}

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

void shared_settle(struct shared *s, int ms)
{
	clock_us end = clock_in_ms(ms);

	while (atomic_load(&s->waiting) > 0 && atomic_load(&s->up) && !clock_past(end))
		sleep_ms(5);
}

struct topology *shared_topology(struct shared *s)
{
	return &s->topology;
}

/* --- the thread --- */

static void keep_for_later(struct shared *s, struct op *op)
{
	struct node *n = topology_node(&s->topology, &op->key);

	op->hops = 0;
	op->asking = false;
	op_append(n != NULL ? &n->backlog : &s->topology.homeless, op);
}

/* Ahead of what waits. */
static void put_back(struct node *n, struct op *op)
{
	struct op_list rest = n->backlog;

	n->backlog = (struct op_list){ 0 };
	op_append(&n->backlog, op);
	op_move(&rest, &n->backlog);
}

static void read_key(struct shared *s, struct op *op)
{
	struct node *n = topology_node(&s->topology, &op->key);

	if (n != NULL && n->state == NODE_UP) {
		op_append(&n->reads, op);
		return;
	}
	op->outcome = OUTCOME_LOST;
	op_append(&s->done, op);
}

static void take_asks(struct shared *s, struct ask *a)
{
	while (a != NULL) {
		struct ask *next = a->next;

		/* with the last answer it may be gone */
		for (size_t i = 0, n = a->keys.n; i < n; i++) {
			struct op *op = &a->reads[i];

			*op = (struct op){ .kind = OP_READ, .key = a->keys.v[i], .ask = a, .index = i };
			read_key(s, op);
		}
		a = next;
	}
}

/* The oldest go where too much waits. */
static void trim(struct shared *s)
{
	while (topology_waiting(&s->topology) > SHARED_BACKLOG)
		drop(s, op_take(topology_longest(&s->topology)));
}

static bool take_inbox(struct shared *s)
{
	struct op_list writes;
	struct ask *asks;
	struct op *op;
	bool stop;

	pthread_mutex_lock(&s->lock);
	s->asleep = false;
	asks = s->asks;
	s->asks = NULL;
	s->asks_end = &s->asks;
	s->nasks = 0;
	writes = s->writes;
	s->writes = (struct op_list){ 0 };
	stop = s->stop;
	pthread_mutex_unlock(&s->lock);
	take_asks(s, asks);
	while ((op = op_take(&writes)) != NULL)
		keep_for_later(s, op);
	trim(s);
	return !stop;
}

static void written(struct shared *s, struct op *op)
{
	op_free(op);
	metric_add(METRIC_STORE_WRITTEN, 1);
	count_waiting(s, -1);
}

/* To the node that a redirection named; false: there are too many of them, or no such node. */
static bool redirect(struct shared *s, struct op *op)
{
	struct node *n = op->elsewhere != NULL ? topology_at(&s->topology, op->elsewhere) : NULL;

	op->asking = op->outcome == OUTCOME_ASK;
	if (op->outcome == OUTCOME_MOVED)
		topology_moved(&s->topology, &op->key, n);
	if (n == NULL || n->state != NODE_UP || op->hops++ >= HOPS_MAX)
		return false;
	node_send(n, &s->topology.options, op);
	return true;
}

static void settle_read(struct shared *s, struct op *op)
{
	if ((op->outcome == OUTCOME_MOVED || op->outcome == OUTCOME_ASK) && redirect(s, op))
		return;
	op_free(op);
	ask_answer(op->ask, op->index, /* with the last answer `op` is gone */
	    op->outcome == OUTCOME_KNOWN     ? ANSWER_KNOWN :
	        op->outcome == OUTCOME_NEW ? ANSWER_NEW :
	                                     ANSWER_NONE,
	    &op->record);
}

static void settle_write(struct shared *s, struct op *op)
{
	struct node *n = topology_node(&s->topology, &op->key);

	switch (op->outcome) {
	case OUTCOME_DONE:
		if (n != NULL && n->full_until != 0) {
			n->full_until = 0;
			topology_say(&s->topology, LOG_NOTICE, n, "takes writes again", "");
		}
		written(s, op);
		return;
	case OUTCOME_MOVED:
	case OUTCOME_ASK:
		if (redirect(s, op))
			return;
		break;
	case OUTCOME_FULL:
		if (n != NULL && n->full_until == 0)
			topology_say(&s->topology, LOG_ERR, n, "has no memory left", " (maxmemory), and is only read");
		if (n != NULL)
			n->full_until = clock_now() + FULL_US;
		break;
	default: /* again; the same text of the same day counts once, so a write that did arrive does no harm */
		op->whole = op->outcome == OUTCOME_NOSCRIPT;
		break;
	}
	op->asking = false;
	if (n != NULL)
		put_back(n, op);
	else
		keep_for_later(s, op);
}

static void settle(struct shared *s)
{
	struct op *op;

	while ((op = op_take(&s->done)) != NULL) {
		if (op->kind == OP_READ)
			settle_read(s, op);
		else
			settle_write(s, op);
	}
}

static void send_batch(struct shared *s, struct node *n, clock_us now)
{
	struct op *op;

	if (!node_ready(n))
		return;
	for (size_t i = 0; i < READS_AT_ONCE && (op = op_take(&n->reads)) != NULL; i++)
		node_send(n, &s->topology.options, op);
	while (n->backlog.first != NULL && now >= n->full_until &&
	    n->writes < (n->full_until != 0 ? 1 : WRITES_AT_ONCE))
		node_send(n, &s->topology.options, op_take(&n->backlog));
}

/* false: there is something to do. While the nodes are busy nobody needs to wake the thread: their replies will. */
static bool fall_asleep(struct shared *s)
{
	bool busy = topology_busy(&s->topology), idle;

	pthread_mutex_lock(&s->lock);
	idle = !s->stop && (busy || (s->asks == NULL && s->writes.first == NULL));
	s->asleep = idle && !busy;
	pthread_mutex_unlock(&s->lock);
	return idle;
}

static void wait_for_more(struct shared *s, clock_us now)
{
	struct pollfd fds[TOPOLOGY_NODES + 2];
	struct node *of[TOPOLOGY_NODES + 2];
	clock_us next = now + IDLE_POLL_MS * 1000;
	nfds_t n = topology_poll(&s->topology, now, &next, fds, of);
	int ms = next > now ? (int)((next - now + 999) / 1000) : 0;
	char bytes[64];

	if (!fall_asleep(s))
		return;
	fds[n] = (struct pollfd){ s->wake[0], POLLIN, 0 };
	if (poll(fds, n + 1, ms) <= 0)
		return;
	while (fds[n].revents != 0 && read(s->wake[0], bytes, sizeof bytes) == (ssize_t)sizeof bytes)
		;
	topology_work(&s->topology, n, fds, of, &s->done);
}

static void note_state(struct shared *s)
{
	char why[160];
	bool up = topology_up(&s->topology, why);

	atomic_store(&s->up, up);
	metric_set(METRIC_STORE_UP, up);
}

static void *serve(void *arg)
{
	struct shared *s = arg;

	while (take_inbox(s)) {
		clock_us now = clock_now();

		for (size_t i = 0; i < s->topology.nnodes; i++)
			send_batch(s, s->topology.nodes[i], now);
		topology_watch(&s->topology, now, &s->done);
		settle(s);
		note_state(s);
		if (s->done.first == NULL)
			wait_for_more(s, clock_now());
		settle(s);
	}
	topology_stop(&s->topology, &s->done);
	atomic_store(&s->up, false);
	return NULL;
}

/* --- begin and end --- */

struct shared *shared_new(const struct reputation_redis *o, const struct site_keys *keys)
{
	struct shared *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	script_init();
	pthread_mutex_init(&s->lock, NULL);
	s->asks_end = &s->asks;
	s->wake[0] = s->wake[1] = -1;
	if (pipe2(s->wake, O_NONBLOCK | O_CLOEXEC) < 0 || !topology_new(&s->topology, o, keys)) {
		shared_free(s);
		return NULL;
	}
	return s;
}

int shared_start(struct shared *s)
{
	sigset_t all, old;
	int rc;

	sigfillset(&all); /* SIGPIPE too */
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&s->thread, NULL, serve, s);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	s->running = rc == 0;
	return -rc;
}

void shared_free(struct shared *s)
{
	struct op *op;

	if (s == NULL)
		return;
	if (s->running) {
		pthread_mutex_lock(&s->lock);
		s->stop = s->asleep = true;
		unlock_and_wake(s);
		pthread_join(s->thread, NULL);
	}
	while (s->asks != NULL) {
		struct ask *a = s->asks;

		s->asks = a->next;
		for (size_t i = a->keys.n; i > 0; i--)
			ask_answer(a, i - 1, ANSWER_NONE, NULL);
	}
	settle(s);
	topology_free(&s->topology);
	while ((op = op_take(&s->writes)) != NULL)
		op_free(op);
	for (int i = 0; i < 2; i++)
		if (s->wake[i] >= 0)
			close(s->wake[i]);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
