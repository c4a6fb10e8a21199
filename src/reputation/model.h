/*
 * model - what messages make of a sender's counts, and counts of a standing.
 * messages by hour -> two decayed counts -> share and points
 *
 * The formula stands in reputation.h. Plain arithmetic: every store keeps records, and all read them by this.
 */
#ifndef LURE_REPUTATION_MODEL_H
#define LURE_REPUTATION_MODEL_H

#include <stdint.h>

#include "reputation/reputation.h"

struct counts {
	double lure, clean;
};

/* What is kept of a key. */
struct record {
	double lure, clean;   /* of all hours before `hour`, decayed to it */
	uint32_t hour;        /* the running hour of this key, hours since 1970 */
	uint32_t seen, lures; /* messages of that hour */
};

/* The counts at `hour`, the running hour included at the weight that it has. A clock set back counts as no time. */
struct counts model_counts(const struct record *r, uint32_t hour);
/* One message at `hour`. */
void model_add(struct record *r, uint32_t hour, bool lure);
/* The standing that counts give, all but its state. */
void model_judge(const struct counts *c, struct standing *ret);

#endif
