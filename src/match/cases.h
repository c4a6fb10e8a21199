/*
 * cases - what pattern files give as examples.
 * `match`, `pass` and `cases` -> struct example
 */
#ifndef LURE_MATCH_CASES_H
#define LURE_MATCH_CASES_H

#include "match/load.h"

/* The examples under a key (match, pass) of a sign or rule. */
void cases_examples(struct loader *l, const struct pattern_file *f, const struct yaml *y, const struct compiled_item *c,
    const char *key, enum example_kind kind);
/* A member of `cases:`. false: it is not known what it expects. */
bool cases_define(struct loader *l, const struct pattern_file *f, const struct yaml *y);

#endif
