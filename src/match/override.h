/*
 * override - what a local file changes of signs, rules and lures that stand in other files; and what has expired.
 * `overrides:`, `expires:` -> other points, status, limit
 *
 *     overrides:
 *       - override: lure-milter/celebrity-manager.star   # the id of a sign, rule or list of words, or a lure
 *         points: 0.2          # one or more of points, status (of items) and limit (of a lure)
 *         reason: ...          # needed
 *         date: 2026-11-25     # needed: since when
 *         until: 2027-03-31    # the last day on which it counts
 *
 * They come last, so the order of files plays no part; what refers to an item refers to it still. An id that is not
 * there (any more), a value that does not fit what it is for, and a day that has passed are warnings: they must stop no
 * start. Two overrides of one value are an error.
 */
#ifndef LURE_MATCH_OVERRIDE_H
#define LURE_MATCH_OVERRIDE_H

#include "match/load.h"

/* Has a file nothing but overrides and exceptions? Then it needs no lure. */
bool override_only(const struct yaml *root);
/* Apply the overrides of all files to the finished set. */
void override_apply(struct loader *l);
/* `expires: DATE` of a file, or of a sign or rule: once that day has passed, what is stable is `test`. */
void override_expire(struct loader *l, const struct pattern_file *f, const struct yaml *y, enum status *status);

#endif
