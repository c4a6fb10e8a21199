#include <config.h>

#include "reputation/ask.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/metrics.h"

struct ask *ask_new(const struct keys *keys)
{
	struct ask *a = calloc(1, sizeof *a);
	pthread_condattr_t monotonic;

	if (a == NULL)
		return NULL;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->told, &monotonic);
	pthread_condattr_destroy(&monotonic);
	a->keys = *keys;
	atomic_init(&a->left, keys->n);
	atomic_init(&a->users, 2);
	a->start = clock_now();
	return a;
}

void ask_drop(struct ask *a)
{
	pthread_cond_destroy(&a->told);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

static void leave(struct ask *a)
{
	if (atomic_fetch_sub(&a->users, 1) == 1)
		ask_drop(a);
}

void ask_answer(struct ask *a, size_t i, enum answer state, const struct record *record)
{
	if (state == ANSWER_KNOWN)
		a->record[i] = *record;
	atomic_store(&a->state[i], (int)state);
	if (atomic_fetch_sub(&a->left, 1) > 1)
		return;
	metric_store_time((double)(clock_now() - a->start) / 1000);
	/* Through the lock, so that a waiter has either seen that nothing is left or hears the signal. */
	pthread_mutex_lock(&a->lock);
	pthread_mutex_unlock(&a->lock);
	pthread_cond_signal(&a->told);
	leave(a);
}

static bool wait_for_all(struct ask *a, clock_us deadline)
{
	const struct timespec end = { deadline / 1000000, deadline % 1000000 * 1000 };
	int rc = 0;

	pthread_mutex_lock(&a->lock);
	while (atomic_load(&a->left) > 0 && rc != ETIMEDOUT)
		rc = deadline != 0 ? pthread_cond_timedwait(&a->told, &a->lock, &end) :
		                     pthread_cond_wait(&a->told, &a->lock);
	pthread_mutex_unlock(&a->lock);
	return rc != ETIMEDOUT || atomic_load(&a->left) == 0;
}

bool ask_collect(struct ask *a, clock_us deadline, struct answers *ret)
{
	bool in_time = atomic_load(&a->left) == 0 || wait_for_all(a, deadline);

	for (size_t i = 0; i < a->keys.n; i++) {
		ret->state[i] = (enum answer)atomic_load(&a->state[i]);
		if (ret->state[i] == ANSWER_KNOWN)
			ret->record[i] = a->record[i];
	}
	leave(a);
	return in_time;
}

void ask_abandon(struct ask *a)
{
	if (a != NULL)
		leave(a);
}
