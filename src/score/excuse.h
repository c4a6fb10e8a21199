/*
 * excuse - which exceptions of a site a message meets.
 * struct message, exceptions -> what does not count in it
 *
 * Nothing that a sender could write plays a part: the client's address is the MTA's word, a domain counts only where it
 * passed DKIM or SPF by an Authentication-Results header that can be trusted (reputation/identity.h) and not many
 * senders share it, and of recipients all of the message's must fit: else one more recipient would let a lure through
 * to all.
 */
#ifndef LURE_SCORE_EXCUSE_H
#define LURE_SCORE_EXCUSE_H

#include "decode/message.h"
#include "match/ruleset.h"
#include "reputation/identity.h"

#define EXCUSE_DOMAINS_MAX 16u /* of a message that passed; further ones are not looked at */

struct excuses {
	const struct exception *const *met; /* in the order of the set */
	size_t nmet;
	/* By item and family index: by which it does not count, or NULL. Not there where nmet is 0. */
	const struct exception *const *by_item, *const *by_family;
	const struct exception *all;        /* by which nothing counts, or NULL */
};

/* `identity`: NULL, no domain is known. 0 or -ENOMEM. */
int excuse_find(struct arena *a, const struct ruleset *r, const struct message *m,
    const struct identity_options *identity, struct excuses *ret);

/* By which exception an item does not count; NULL: it does. x may be NULL. */
const struct exception *excuse_of(const struct excuses *x, const struct item *item);

/* Warn of domains that never count, since many senders share them. */
void excuse_check(const struct ruleset *r, const struct identity_options *o, struct diags *d);

#endif
