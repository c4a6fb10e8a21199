/*
 * breaker - when a server that fails may be tried again.
 * faults, time -> now, or not before
 *
 * closed: tried at once. BREAKER_FAULTS within BREAKER_WINDOW_S open it: not tried for BREAKER_FIRST_MS, twice as long
 * each time up to BREAKER_LONGEST_MS, less a random part. Then one try; where that works the breaker is on probation,
 * in which one fault opens it again, and closed after BREAKER_WINDOW_S without any.
 */
#ifndef LURE_REPUTATION_BREAKER_H
#define LURE_REPUTATION_BREAKER_H

#include "base/clock.h"

#define BREAKER_FAULTS 5
#define BREAKER_WINDOW_S 10
#define BREAKER_FIRST_MS 1000
#define BREAKER_LONGEST_MS 30000

/* All zero: closed. */
struct breaker {
	clock_us faults[BREAKER_FAULTS]; /* the last ones, as a ring */
	unsigned n;                      /* ever */
	int wait_ms;                     /* the last wait; 0: closed */
	clock_us open_until;
	uint32_t seed;
};

void breaker_fault(struct breaker *b, clock_us now);
/* When the next try is due; at once where that is not after `now`. */
clock_us breaker_due(const struct breaker *b, clock_us now);
/* Whether it is open: nothing may be tried. */
bool breaker_open(const struct breaker *b, clock_us now);

#endif
