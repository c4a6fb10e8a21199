#include <config.h>

#include "base/watch.h"

#include <time.h>

static int64_t thread_cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void watch_begin(struct watch *w)
{
	if (w != NULL)
		w->at = thread_cpu();
}

void watch_lap(struct watch *w, enum watch_stage ended)
{
	int64_t now;

	if (w == NULL)
		return;
	now = thread_cpu();
	w->ns[ended] += now - w->at;
	w->at = now;
}
