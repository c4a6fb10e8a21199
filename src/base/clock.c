#include <config.h>

#include "base/clock.h"

#include <time.h>

clock_us clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (clock_us)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}
