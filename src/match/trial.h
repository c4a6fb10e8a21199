/*
 * trial - patterns tried on text that hurts.
 * compiled pattern -> does it stay within its limits
 */
#ifndef LURE_MATCH_TRIAL_H
#define LURE_MATCH_TRIAL_H

#include "match/load.h"

/*
 * Does the pattern exceed its limits on text that repeats itself: plain letters, its own literals, and what it would
 * match but for the last character? Matching hostile mail would be cut short then, and a lure in it missed.
 * `need` has the literals; NULL where there are none.
 */
bool trial_explodes(struct loader *l, const struct pattern *p, const struct need *need, const struct regex *r,
    enum view_kind view);

#endif
