#include <config.h>

#include "reputation/ask.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/metrics.h"

struct ask_state {
	pthread_mutex_t lock;
	pthread_cond_t told;
	struct answers answers;
	size_t left;  /* keys not told yet */
	unsigned users;
	clock_us start;
};

struct ask *ask_new(const struct keys *keys)
{
	struct ask *a = calloc(1, sizeof *a);
	struct ask_state *s = calloc(1, sizeof *s);
	pthread_condattr_t monotonic;

	if (a == NULL || s == NULL) {
		free(a);
		free(s);
		return NULL;
	}
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->told, &monotonic);
	pthread_condattr_destroy(&monotonic);
	s->left = keys->n;
	s->users = 2;
	s->start = clock_now();
	*a = (struct ask){ .keys = *keys, .state = s };
	return a;
}

/* Under the lock, which it opens. */
static void leave(struct ask *a)
{
	struct ask_state *s = a->state;
	bool last = --s->users == 0;

	pthread_mutex_unlock(&s->lock);
	if (!last)
		return;
	pthread_cond_destroy(&s->told);
	pthread_mutex_destroy(&s->lock);
	free(s);
	free(a);
}

void ask_answer(struct ask *a, size_t i, enum answer state, const struct record *record)
{
	struct ask_state *s = a->state;

	pthread_mutex_lock(&s->lock);
	s->answers.state[i] = state;
	if (state == ANSWER_KNOWN)
		s->answers.record[i] = *record;
	if (--s->left > 0) {
		pthread_mutex_unlock(&s->lock);
		return;
	}
	metric_store_time((double)(clock_now() - s->start) / 1000);
	pthread_cond_signal(&s->told);
	leave(a);
}

void ask_collect(struct ask *a, clock_us deadline, struct answers *ret)
{
	struct ask_state *s = a->state;
	const struct timespec end = { deadline / 1000000, deadline % 1000000 * 1000 };
	int rc = 0;

	pthread_mutex_lock(&s->lock);
	while (s->left > 0 && rc != ETIMEDOUT)
		rc = deadline != 0 ? pthread_cond_timedwait(&s->told, &s->lock, &end) :
		                     pthread_cond_wait(&s->told, &s->lock);
	*ret = s->answers;
	leave(a);
}

void ask_abandon(struct ask *a)
{
	if (a == NULL)
		return;
	pthread_mutex_lock(&a->state->lock);
	leave(a);
}
