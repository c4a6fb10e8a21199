/*
 * watch - CPU time by stage.
 * the thread's clock -> nanoseconds of each stage
 *
 * For those who measure; whoever passes NULL pays a comparison a stage.
 */
#ifndef LURE_BASE_WATCH_H
#define LURE_BASE_WATCH_H

#include <stddef.h>
#include <stdint.h>

enum watch_stage { WATCH_DECODE, WATCH_EXTRACT, WATCH_FOLD, WATCH_FIND, WATCH_CONFIRM, WATCH_SCORE };
#define WATCH_STAGES 6

struct watch {
	int64_t at;                /* of the thread's CPU clock, when the last stage ended */
	int64_t ns[WATCH_STAGES]; /* sums */
};

void watch_begin(struct watch *w);                       /* NULL is fine */
void watch_lap(struct watch *w, enum watch_stage ended); /* NULL is fine */

#endif
