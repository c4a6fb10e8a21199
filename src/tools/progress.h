/*
 * progress - how far a long run is, for those who wait.
 * work done of work to do -> a line on the terminal: share, rate, time left
 *
 * Only where standard error is a terminal; else nothing is written.
 */
#ifndef LURE_TOOLS_PROGRESS_H
#define LURE_TOOLS_PROGRESS_H

#include "base/clock.h"

#include <stddef.h>

struct progress {
	bool shown;      /* standard error is a terminal */
	const char *what;
	size_t total;    /* 0: not known */
	clock_us start, last;
};

bool progress_wanted(void);
void progress_begin(struct progress *p, const char *what, size_t total);
void progress_show(struct progress *p, size_t done);
/* Take the line away. */
void progress_end(struct progress *p);

#endif
