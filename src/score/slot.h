/*
 * slot - the memory of one running scan.
 * limits -> an arena and a matcher, for inspect()
 */
#ifndef LURE_SCORE_SLOT_H
#define LURE_SCORE_SLOT_H

#include "match/matcher.h"

struct slot {
	struct slot *next; /* in the list of free ones */
	struct arena *arena;
	size_t cap;        /* of the arena */
	struct matcher *matcher;
};

/* Make the arena as large as these limits ask for: a reload may have changed them. 0 or -ENOMEM. */
int slot_fit(struct slot *s, const struct limits *l);

#endif
