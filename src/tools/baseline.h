/*
 * baseline - how texts came out in an earlier evaluation.
 * what `lurectl evaluate --json` wrote -> verdicts by text
 */
#ifndef LURE_TOOLS_BASELINE_H
#define LURE_TOOLS_BASELINE_H

#include "score/verdict.h"

struct earlier {
	struct span id;
	enum verdict_kind kind;
};

struct baseline; /* sorted by id */

/* NULL: what is wrong has been said, and *status is EX_NOINPUT, EX_DATAERR or EX_OSERR. */
struct baseline *baseline_read(const char *path, int *status);
void baseline_free(struct baseline *b); /* NULL is fine */
/* NULL: that text was not there. */
const struct earlier *baseline_find(const struct baseline *b, const char *id);

#endif
