/*
 * clock - time that never jumps, and deadlines.
 * CLOCK_MONOTONIC -> milliseconds
 */
#ifndef LURE_BASE_CLOCK_H
#define LURE_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* A point of CLOCK_MONOTONIC in microseconds. 0 as a deadline: none. */
typedef int64_t clock_us;

clock_us clock_now(void);
static inline clock_us clock_in_ms(int64_t ms)
{
	return clock_now() + ms * 1000;
}
static inline bool clock_past(clock_us deadline)
{
	return deadline != 0 && clock_now() >= deadline;
}

#endif
