/*
 * examples - the `match` and `pass` texts of signs and rules.
 * ruleset -> what does not come out as its author meant
 */
#ifndef LURE_MATCH_EXAMPLES_H
#define LURE_MATCH_EXAMPLES_H

#include "match/matcher.h"

/* Run every `match` and `pass` against its own item; failures go to d, with the condition that failed. 0 or -ENOMEM. */
int examples_match(const struct ruleset *r, struct diags *d);

/* An example's texts as fields of a message, "> " lines marked as quoted. NULL: no memory. */
const struct visible *example_visible(struct arena *a, const struct example *e);

#endif
