/*
 * lint - what a good set says in vain.
 * a linked set -> warnings
 *
 * For whoever writes patterns: nothing of this refuses a set, and a service does not look for it. Warned of is only
 * what is certain from the files alone:
 *
 * - a sign or rule that can never hold, since a member of `all` never does, all of `any` never do, too few of
 *   `at-least` do, no field can hold all of them together, or what it asks for is among its own `none` or `unless`;
 * - a member of `any` that is among `none` or `unless`, and one that stands in its list twice;
 * - a sign or rule without points that nothing refers to;
 * - signs of a lure that never count, since the set has not the roles that they need;
 * - a term that no pattern and no term uses.
 */
#ifndef LURE_MATCH_LINT_H
#define LURE_MATCH_LINT_H

#include "match/load.h"

/* After link_order(), and only where there was no error: each operand stands in its list as in the file's. */
void lint_set(struct loader *l);

#endif
