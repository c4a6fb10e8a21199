/*
 * exception - for whom a site has something not count.
 * `exceptions:` -> struct exception of the set
 *
 *     exceptions:
 *       - exception: members-letter    # needed. Its name in log and reports: [a-z0-9.-], unique in the set
 *         domain: news.example         # one or more of domain, client and recipient; all that are there must fit, and
 *         client: [192.0.2.0/24]       # of each list one member
 *         recipient: .example.jp
 *         spare: [quit-fee, common.hurry] # needed. Lures, signs, rules and lists of words of the set; or `all`
 *         reason: ...                  # needed
 *         date: 2026-11-25             # needed: since when
 *         until: 2027-03-31            # the last day on which it counts
 *
 * None of it is text that a sender chooses: score/excuse.h has what fits. What is to be spared and is not there (any
 * more), and a day that has passed, are warnings: they must stop no start.
 */
#ifndef LURE_MATCH_EXCEPTION_H
#define LURE_MATCH_EXCEPTION_H

#include "match/load.h"

/* The exceptions of all files; items and families are there, and link_index() was called. */
void exception_define(struct loader *l);

#endif
