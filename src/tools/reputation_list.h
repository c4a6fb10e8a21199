/*
 * reputation_list - many senders at once: the worst, the best, all to JSON lines and back.
 * struct reputation -> tables, JSON lines
 */
#ifndef LURE_TOOLS_REPUTATION_LIST_H
#define LURE_TOOLS_REPUTATION_LIST_H

#include "reputation/reputation.h"

#define REPUTATION_LISTED 20u

/* The keys with the highest share of lures, or with the lowest, REPUTATION_LISTED at most. An exit status. */
int reputation_list(struct reputation *r, bool worst, bool json);
int reputation_export(struct reputation *r);
/* Lines as export writes them, from a file or "-"; all or, where a line is wrong, none. */
int reputation_import(struct reputation *r, const char *path);
/* {"kind":..,"key":..,...} or a table's row. */
void reputation_print(const struct reputation_entry *e, bool json);

#endif
