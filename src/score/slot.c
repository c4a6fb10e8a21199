#include <config.h>

#include "score/slot.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "score/inspect.h"

/* Somebody who waits, on his own stack; slots are handed to the first in the line, so nobody overtakes. */
struct waiter {
	struct waiter *next;
	pthread_cond_t cond;
	struct slot *got;
};

struct slots {
	pthread_mutex_t lock;
	struct slot *all;
	size_t n;
	struct slot *unused;
	struct waiter *first, *last;
};

int slot_fit(struct slot *s, const struct limits *l)
{
	size_t cap = limits_arena(l);

	if (s->arena != NULL && s->cap == cap)
		return 0;
	arena_free(s->arena);
	s->arena = arena_new(cap);
	s->cap = cap;
	return s->arena != NULL ? 0 : -ENOMEM;
}

struct slots *slots_new(size_t n, const struct limits *l)
{
	struct slots *s = calloc(1, sizeof *s);
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (s == NULL)
		return NULL;
	if (n == 0)
		n = cores > 0 ? (size_t)cores : 1;
	pthread_mutex_init(&s->lock, NULL);
	s->all = calloc(n, sizeof *s->all);
	for (size_t i = 0; s->all != NULL && i < n; i++) {
		struct slot *slot = &s->all[i];

		s->n++;
		slot->matcher = matcher_new(l);
		if (slot->matcher == NULL || slot_fit(slot, l) < 0)
			break;
		slot->next = s->unused;
		s->unused = slot;
	}
	if (s->all != NULL && s->unused == &s->all[n - 1])
		return s;
	slots_free(s);
	return NULL;
}

void slots_free(struct slots *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n; i++) {
		arena_free(s->all[i].arena);
		matcher_free(s->all[i].matcher);
	}
	free(s->all);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static void leave_line(struct slots *s, struct waiter *w)
{
	struct waiter *before = NULL;

	for (struct waiter *at = s->first; at != w; at = at->next)
		before = at;
	*(before != NULL ? &before->next : &s->first) = w->next;
	if (s->last == w)
		s->last = before;
}

/* Stand in line until a slot is handed over or the deadline is there. Called, and returns, with the lock held. */
static struct slot *wait_in_line(struct slots *s, clock_us deadline)
{
	struct waiter w = { .got = NULL };
	struct timespec until = { .tv_sec = deadline / 1000000, .tv_nsec = deadline % 1000000 * 1000 };
	pthread_condattr_t monotonic;
	int rc = 0;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&w.cond, &monotonic);
	pthread_condattr_destroy(&monotonic);
	*(s->last != NULL ? &s->last->next : &s->first) = &w;
	s->last = &w;
	while (w.got == NULL && rc != ETIMEDOUT)
		rc = deadline == 0 ? pthread_cond_wait(&w.cond, &s->lock) :
		    pthread_cond_timedwait(&w.cond, &s->lock, &until);
	if (w.got == NULL)
		leave_line(s, &w);
	pthread_cond_destroy(&w.cond);
	return w.got;
}

struct slot *slot_take(struct slots *s, clock_us deadline)
{
	struct slot *slot;

	pthread_mutex_lock(&s->lock);
	slot = s->unused;
	if (slot != NULL)
		s->unused = slot->next;
	else
		slot = wait_in_line(s, deadline);
	pthread_mutex_unlock(&s->lock);
	return slot;
}

void slot_give(struct slots *s, struct slot *slot)
{
	struct waiter *w;

	if (slot->arena != NULL)
		arena_reset(slot->arena);
	pthread_mutex_lock(&s->lock);
	w = s->first;
	if (w != NULL) {
		s->first = w->next;
		if (s->last == w)
			s->last = NULL;
		w->got = slot;
		pthread_cond_signal(&w->cond);
	} else {
		slot->next = s->unused;
		s->unused = slot;
	}
	pthread_mutex_unlock(&s->lock);
}
