/*
 * dates - days in pattern files.
 * `date:`, `until:`, `expires:` -> whether a day has passed
 */
#ifndef LURE_MATCH_DATES_H
#define LURE_MATCH_DATES_H

#include "match/load.h"

/* The day under a key that is there, as in 2026-11-25; *passed: it is over. false with the error reported. */
bool dates_read(struct loader *l, const struct pattern_file *f, const struct yaml *y, bool *passed);
/* `date`, which is needed. */
bool dates_read_since(struct loader *l, const struct pattern_file *f, const struct yaml *map);
/* `until`, which may be there (*at, else NULL). */
bool dates_read_until(struct loader *l, const struct pattern_file *f, const struct yaml *map, const struct yaml **at,
    bool *passed);

#endif
