/*
 * ask - one look-up under way: a session waits for it, the store's thread answers it, and either may go first.
 * keys -> an answer a key, until a deadline
 */
#ifndef LURE_REPUTATION_ASK_H
#define LURE_REPUTATION_ASK_H

#include "reputation/keys.h"

enum answer { ANSWER_NONE, ANSWER_NEW, ANSWER_KNOWN }; /* NONE: not told in time */

struct answers {
	enum answer state[KEYS_MAX];
	struct record record[KEYS_MAX]; /* where KNOWN */
};

struct ask {
	struct ask *next; /* of the inbox */
	struct keys keys;
	struct ask_state *state;
};

/* For two: the one who collects or abandons, and the one who answers every key. NULL: no memory. */
struct ask *ask_new(const struct keys *keys);

/* The answer of key i, once; the last one lets the waiter go, and the answerer is done with it. */
void ask_answer(struct ask *a, size_t i, enum answer state, const struct record *record);

/* Wait until all is told, or the deadline (0: none); ends it for the waiter. */
void ask_collect(struct ask *a, clock_us deadline, struct answers *ret);
void ask_abandon(struct ask *a); /* NULL is fine */

#endif
