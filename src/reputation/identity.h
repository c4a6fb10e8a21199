/*
 * identity - who a message comes from, as far as the sender could not choose it.
 * client address, Authentication-Results -> struct identity
 *
 * No milter is shown our own Received line, so an Authentication-Results header (RFC 8601) counts only where its
 * authserv-id is ours followed by "/" and this message's queue id (OpenDKIM's AuthservIDWithJobID), or, with `trust`,
 * where it is ours and stands above the first Received line.
 */
#ifndef LURE_REPUTATION_IDENTITY_H
#define LURE_REPUTATION_IDENTITY_H

#include "decode/message.h"
#include "reputation/reputation.h"

#define IDENTITY_DOMAIN_MAX 254u /* RFC 1035: 253, and a NUL */

struct identity_options {
	struct span authserv_id;
	bool trust;                /* an earlier milter removes incoming headers with our authserv-id */
	const char *const *shared; /* domains without a standing, besides the shipped ones */
	size_t nshared;
};

/*
 * The domain is written to `domain`: of the first signature that passed, else of an SPF pass; lower case. A domain that
 * many senders share (shared_senders.def) clears the address too: it is the service's.
 */
void identity_find(const struct message *m, const struct identity_options *o, char domain[IDENTITY_DOMAIN_MAX],
    struct identity *ret);

#endif
