/*
 * ask - one look-up under way: a session waits for it, the store's thread answers it, and either may go first.
 * keys -> an answer a key, until a deadline
 */
#ifndef LURE_REPUTATION_ASK_H
#define LURE_REPUTATION_ASK_H

#include <pthread.h>
#include <stdatomic.h>

#include "reputation/keys.h"
#include "reputation/node.h"

enum answer { ANSWER_NONE, ANSWER_NEW, ANSWER_KNOWN }; /* NONE: not told in time */

struct answers {
	enum answer state[KEYS_MAX];
	struct record record[KEYS_MAX]; /* where KNOWN */
};

/* One piece of memory for everything that a look-up needs. */
struct ask {
	struct ask *next; /* of the inbox */
	struct keys keys;
	struct op reads[KEYS_MAX]; /* the answerer's */
	/* Of both: a record is written once, before its state says so. */
	struct record record[KEYS_MAX];
	atomic_int state[KEYS_MAX]; /* enum answer */
	atomic_size_t left;         /* keys not told yet */
	atomic_uint users;
	pthread_mutex_t lock; /* of a waiter who is early, and of the last answer */
	pthread_cond_t told;
	clock_us start;
};

/* For two: the one who collects or abandons, and the one who answers every key. NULL: no memory. */
struct ask *ask_new(const struct keys *keys);

/* The answer of key i, once; the last one lets the waiter go, and the answerer is done with it. */
void ask_answer(struct ask *a, size_t i, enum answer state, const struct record *record);

/* Wait until all is told, or the deadline (0: none): false. Ends it for the waiter. */
bool ask_collect(struct ask *a, clock_us deadline, struct answers *ret);
void ask_abandon(struct ask *a); /* NULL is fine */
void ask_drop(struct ask *a);    /* for both: nobody was asked */

#endif
