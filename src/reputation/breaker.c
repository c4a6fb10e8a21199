#include <config.h>

#include "reputation/breaker.h"

#define PAUSE_MS 20 /* between tries while closed */

/* Between 0.6 and 0.95 of the wait, so that hosts that lost a server together do not come back together. */
static int with_jitter(struct breaker *b, int ms)
{
	b->seed = b->seed * 1103515245u + 12345u;
	return (int)((int64_t)ms * (600 + (b->seed >> 16) % 350) / 1000);
}

static clock_us last_fault(const struct breaker *b)
{
	return b->n > 0 ? b->faults[(b->n - 1) % BREAKER_FAULTS] : 0;
}

void breaker_fault(struct breaker *b, clock_us now)
{
	const clock_us window = (clock_us)BREAKER_WINDOW_S * 1000000;
	clock_us quiet_since = last_fault(b) > b->open_until ? last_fault(b) : b->open_until;
	bool many;

	if (b->n > 0 && now - quiet_since > window)
		b->wait_ms = 0;
	if (b->n == 0)
		b->seed ^= (uint32_t)now;
	b->faults[b->n++ % BREAKER_FAULTS] = now;
	many = b->n >= BREAKER_FAULTS && now - b->faults[b->n % BREAKER_FAULTS] <= window;
	if (!many && b->wait_ms == 0)
		return;
	b->wait_ms = b->wait_ms == 0 ? BREAKER_FIRST_MS : 2 * b->wait_ms;
	if (b->wait_ms > BREAKER_LONGEST_MS)
		b->wait_ms = BREAKER_LONGEST_MS;
	b->open_until = now + (clock_us)with_jitter(b, b->wait_ms) * 1000;
}

clock_us breaker_due(const struct breaker *b, clock_us now)
{
	clock_us due = b->n > 0 ? last_fault(b) + PAUSE_MS * 1000 : now;

	return due > b->open_until ? due : b->open_until;
}

bool breaker_open(const struct breaker *b, clock_us now)
{
	return now < b->open_until;
}
