/*
 * open - the reputation that the configuration asks for.
 * options -> struct reputation
 */
#ifndef LURE_REPUTATION_OPEN_H
#define LURE_REPUTATION_OPEN_H

#include "config/config.h"
#include "reputation/reputation.h"

/*
 * *ret is NULL where the configuration wants none. `tool`: for lurectl, which leaves a damaged file where it is. `say`:
 * what becomes of Redis. false with errors in d. reputation_start() is left to the caller.
 */
bool reputation_open(const struct config *c, bool tool, void (*say)(int level, const char *text),
    struct reputation **ret, struct diags *d);

#endif
