/*
 * node - one Redis server: connected, watched, spoken to in batches.
 * commands of one key -> outcomes, each proven to be its own
 *
 * Belongs to one thread and never waits. What is sent together ends with ECHO of a number, the next one after a random
 * start; no outcome is given out before that number came back in its place, so a server whose replies shift tells
 * nothing of another key. At any surprise (a reply of another shape, one too many, bytes left over, an error that is
 * not foreseen, no reply in time) the connection is closed, what was under way is lost, and the breaker says when to
 * try again.
 *
 *     DOWN --breaker, node_watch()--> NAMING --an address--> GREETING --all as expected--> UP
 *       ^------------------------ any surprise -----'------------'-------------------------'
 */
#ifndef LURE_REPUTATION_NODE_H
#define LURE_REPUTATION_NODE_H

#include "reputation/breaker.h"
#include "reputation/redis.h"
#include "reputation/script.h"

enum node_state { NODE_DOWN, NODE_NAMING, NODE_GREETING, NODE_UP };

/* What a greeting needs; the same for all nodes. */
struct node_options {
	struct redis_login login, sentinel_login;
	unsigned database;
	const char *marks[2];        /* of the site key and of the other one, in hexadecimal; the second may be NULL */
	bool cluster;
	int reply_ms;                /* a server that takes longer has failed */
};

enum op_kind { OP_READ, OP_WRITE, OP_OWN };
enum outcome {
	OUTCOME_LOST,     /* no connection, or none any more */
	OUTCOME_NEW,      /* read: nothing is known */
	OUTCOME_KNOWN,    /* read: `record` */
	OUTCOME_DONE,     /* written */
	OUTCOME_NOSCRIPT, /* the server does not know the script */
	OUTCOME_FULL,     /* the server has no memory for writes */
	OUTCOME_MOVED,    /* another node has the key: `elsewhere` */
	OUTCOME_ASK,      /* another node has it for now */
};

struct op {
	struct op *next;
	enum op_kind kind;
	struct memory_key key;
	/* read: whose, and which of its keys; the op is the look-up's own memory */
	struct ask *ask;
	size_t index;
	/* write */
	bool lure, whole; /* whole: with the script's text */
	uint32_t text;
	/* a redirection */
	bool asking;
	uint8_t hops;
	struct sock_spec *elsewhere; /* freed with the op */
	/* the node's */
	int own;
	uint64_t number;
	clock_us due;
	enum outcome outcome;
	struct record record;
};
void op_free(struct op *op); /* what it holds; and itself, unless it is a read */
/* The address of "MOVED 1234 192.0.2.1:6379" or "ASK ..." into op->elsewhere; false: it is none. */
bool op_read_address(struct op *op, struct span text);

struct op_list {
	struct op *first, **last; /* last: NULL where empty and never used */
	size_t n;
};
void op_append(struct op_list *l, struct op *op);
struct op *op_take(struct op_list *l); /* NULL: empty */
void op_move(struct op_list *from, struct op_list *to); /* behind what is there */

struct node {
	struct sock_spec at;
	enum node_state state;
	struct redis *redis;
	struct breaker breaker;
	clock_us due;               /* of its name, then of the batch that is being put together */
	uint64_t number;            /* of the next ECHO */
	struct op_list sent, held;  /* waiting for a reply; answered, and waiting for the batch's end */
	struct op_list reads;       /* look-ups that wait for a batch to come back, lost with the connection */
	struct op_list backlog;     /* writes that wait; the owner's */
	size_t writes, batches;     /* under way */
	bool open_batch;            /* something was sent since the last ECHO */
	bool proven;                /* since it came up, a batch came back */
	bool foreign;               /* it belongs to another site key */
	bool marked;                /* it has our mark */
	bool replica;               /* it refuses to be written */
	bool used, told_up, told_down; /* the owner's */
	clock_us full_until, idle_since;
	char why[160];              /* the last surprise */
};

void node_start(struct node *n, const struct sock_spec *at);
/* Close, with everything under way to `done` as lost. */
void node_stop(struct node *n, struct op_list *done);

/* Whether a batch may begin: while one is under way the next one grows. */
bool node_ready(const struct node *n);
/* Send with the batch; only while UP. The node has it until it is in a `done`. */
void node_send(struct node *n, const struct node_options *o, struct op *op);
/* End the batch, write, and see to what time brings: connect, give up. */
void node_watch(struct node *n, const struct node_options *o, clock_us now, struct op_list *done);
/* What poll() found. */
void node_work(struct node *n, const struct node_options *o, short events, struct op_list *done);
/* Descriptor and events for poll(), -1 for none; when node_watch() is wanted again at the latest, 0 for never. */
int node_poll(const struct node *n, short *events);
clock_us node_next(const struct node *n, clock_us now);

#endif
