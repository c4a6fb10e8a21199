/*
 * terms - named pieces of patterns, and the parsing of patterns with them.
 * `terms:` of all files -> trees; a pattern's scalar -> its tree
 *
 * A file sees its own terms, then those of common.
 */
#ifndef LURE_MATCH_TERMS_H
#define LURE_MATCH_TERMS_H

#include "match/load.h"

void terms_collect(struct loader *l);
/* The tree of a pattern in a file; NULL with the error reported at its place inside the scalar. */
const struct pattern *terms_parse(struct loader *l, const struct pattern_file *f, const struct yaml *scalar);
/* Parse those that nobody used, for their mistakes. */
void terms_finish(struct loader *l);
/*
 * Warn of those that nothing uses; of common ones only beside other files of their origin, since they are made for
 * these.
 */
void terms_lint(struct loader *l);
/* The text of a pattern's scalar: without the line end of a literal block. */
struct span terms_text(const struct yaml *scalar);

#endif
